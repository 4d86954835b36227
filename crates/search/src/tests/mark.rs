//! What is marked in titles and snippets.

use proptest::prelude::*;

use super::query;
use crate::{Marked, Marker, Query, SNIPPET_MAX};

fn mark_title(query: &Query, title: &str) -> Marked {
    Marker::new(query).title(title)
}

fn snippet(query: &Query, text: &str) -> Marked {
    Marker::new(query).snippet(text)
}

/// The text with brackets around what is marked.
fn shown(marked: &Marked) -> String {
    let mut shown = String::new();
    for (at, char) in marked.text.chars().enumerate() {
        shown.extend(marked.marks.iter().filter(|mark| mark.start == at).map(|_| '['));
        shown.push(char);
        shown.extend(marked.marks.iter().filter(|mark| mark.end == at + 1).map(|_| ']'));
    }
    shown
}

#[track_caller]
fn check(typed: &str, title: &str, expected: &str) {
    assert_eq!(shown(&mark_title(&query(typed), title)), expected, "{typed:?}");
}

#[test]
fn whole_words_are_marked_in_whatever_form_they_are_found() {
    check("order", "Orders, order and disorder", "[Orders], [order] and disorder");
    check("inv", "Pay by invoice", "Pay by [invoice]");
    check("cafe", "Een Café 🙂 café", "Een [Café] 🙂 [café]");
    check("leverancer", "Leverance på tværs", "[Leverance] på tværs");
    check("\"gift card\"", "Card gift, gift card", "Card gift, [gift] [card]");
    check("check-i", "We check in", "We check in");
    check("check-in", "The check-in: check inside", "The [check]-[in]: [check] [inside]");
    check("a -b", "a b", "[a] b");
    check("", "a b", "a b");
}

#[test]
fn a_short_text_is_its_own_snippet_on_one_line() {
    let marked = snippet(&query("order"), "An\r\n\n\torder\u{a0} of\u{0}two  ");
    assert_eq!(shown(&marked), "An [order] of two");
    assert_eq!(snippet(&query("order"), ""), Marked::default());
}

#[test]
fn a_snippet_of_a_long_text_shows_what_was_found_first() {
    let before = "word ".repeat(100);
    let after = " other".repeat(100);
    let text = format!("{before}the order{after}");
    let marked = snippet(&query("orders"), &text);
    let told = shown(&marked);
    assert!(told.starts_with("…word ") && told.contains(" the [order] other "), "{told}");
    assert!(told.ends_with(" other…"), "{told}");
    assert!(marked.text.chars().count() <= SNIPPET_MAX);
    let beginning = snippet(&query("nothing"), &text);
    assert!(beginning.marks.is_empty() && beginning.text.starts_with("word word"));
    let end = shown(&snippet(&query("order"), &format!("{before}order")));
    assert!(end.starts_with("…word") && end.ends_with(" [order]"), "{end}");
}

proptest! {
    #[test]
    fn marks_lie_in_the_text_in_order_and_apart(
        typed in "[a-cé\" *-]{0,12}",
        text in prop::collection::vec("[a-cé]{1,3}|🙂|\\PC|[ \n]", 0..300),
    ) {
        let (query, text) = (query(&typed), text.join(" "));
        for marked in [mark_title(&query, &text), snippet(&query, &text)] {
            let mut end = 0;
            for mark in &marked.marks {
                prop_assert!(mark.start >= end && mark.start < mark.end);
                end = mark.end;
            }
            prop_assert!(end <= marked.text.chars().count());
        }
        let snippet = snippet(&query, &text);
        prop_assert!(snippet.text.chars().count() <= SNIPPET_MAX);
        prop_assert_eq!(
            snippet.marks.is_empty(),
            mark_title(&query, &text).marks.is_empty(),
            "what is found in the text is shown"
        );
    }
}
