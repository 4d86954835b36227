//! The parser of queries.

use proptest::prelude::*;

use super::query;
use crate::{
    QUERY_MAX, Query, TooLong, fold,
    query::Clause::{self, Phrase, Word},
};

fn word(text: &str, prefix: bool) -> Clause {
    Word { forms: fold::forms(text), prefix }
}

fn phrase(text: &str, prefix: bool) -> Clause {
    Phrase { words: text.split(' ').map(fold::exact).collect(), prefix }
}

#[track_caller]
fn check(text: &str, wanted: &[Clause], unwanted: &[Clause]) {
    let expected = Query { wanted: wanted.to_vec(), unwanted: unwanted.to_vec() };
    assert_eq!(query(text), expected, "{text:?}");
}

#[test]
fn the_last_word_is_taken_for_the_beginning_of_one() {
    check("pay by inv", &[word("pay", false), word("by", false), word("inv", true)], &[]);
    check("plan b", &[word("plan", false), word("b", false)], &[]);
    check("pl* b*", &[word("pl", true), word("b", true)], &[]);
    check("check-i", &[phrase("check i", false)], &[]);
    check("check-in", &[phrase("check in", true)], &[]);
    check("Order ", &[word("order", true)], &[]);
    check("order …", &[word("order", true)], &[]);
    check("order -invoice", &[word("order", false)], &[word("invoice", false)]);
}

#[test]
fn what_is_quoted_stands_in_order_as_typed() {
    check("\"gift card\" x", &[phrase("gift card", false), word("x", false)], &[]);
    check("“Gift  Card”", &[phrase("gift card", false)], &[]);
    check("«one»", &[phrase("one", false)], &[]);
    check("a\"b c\"d", &[word("a", false), phrase("b c", false), word("d", false)], &[]);
    check("\"gift card", &[word("gift", false), word("card", true)], &[]);
    check("\"\" \"…\" a", &[word("a", false)], &[]);
}

#[test]
fn what_a_minus_stands_before_is_unwanted() {
    check("-a b", &[word("b", false)], &[word("a", false)]);
    check(
        "--a -\"b c\" -d* ee",
        &[word("ee", true)],
        &[word("a", false), phrase("b c", false), word("d", true)],
    );
    check("a - b", &[word("a", false), word("b", false)], &[]);
    // A quotation mark without another is none, so the minus before it stands before nothing.
    check("-\"b cc", &[word("b", false), word("cc", true)], &[]);
}

#[test]
fn a_query_without_words_finds_nothing() {
    for text in
        ["", " ", "\"", "\"\"", "-", "*", "-*", "🙂 🙃", "\u{0}\u{7}\u{1b}", "()[]{}:^~/\\+&|!"]
    {
        assert!(query(text).is_empty(), "{text:?}");
    }
    assert!(query("-a").is_empty(), "nothing but what is unwanted");
}

#[test]
fn a_word_that_is_said_twice_is_looked_for_once() {
    check("order ORDER order", &[word("order", false), word("order", true)], &[]);
}

#[test]
fn a_mark_without_a_letter_is_no_word() {
    check("\u{363}{", &[], &[]);
    check("\"\u{363} order\"", &[phrase("order", false)], &[]);
}

#[test]
fn what_is_too_long_is_refused_with_the_limit() {
    assert!(Query::parse(&"é".repeat(QUERY_MAX)).is_ok());
    let error = Query::parse(&"é".repeat(QUERY_MAX + 1)).unwrap_err();
    assert_eq!(error, TooLong { length: QUERY_MAX + 1 });
    assert_eq!(error.to_string(), "is 501 characters long; at most 500 are read");
    assert!(Query::parse(&"x ".repeat(10_000)).is_err());
}

proptest! {
    #[test]
    fn whatever_is_typed_is_read(text in "(\\PC|[\"“”*-]|\\s|\\pC){0,100}") {
        let read = query(&text);
        for clause in read.wanted.iter().chain(&read.unwanted) {
            match clause {
                Word { forms, .. } => prop_assert!(!forms.exact.is_empty()),
                Phrase { words, .. } => prop_assert!(!words.is_empty()),
            }
        }
    }

    #[test]
    fn plain_words_are_all_wanted_and_only_the_last_begins_one(
        words in prop::collection::vec("[a-z]{2,8}", 1..6),
        blanks in "[ \t\n]{1,3}",
    ) {
        let read = query(&words.join(&blanks));
        prop_assert!(read.unwanted.is_empty());
        let mut expected: Vec<Clause> = Vec::new();
        for (at, one) in words.iter().enumerate() {
            let clause = word(one, at + 1 == words.len());
            if !expected.contains(&clause) {
                expected.push(clause);
            }
        }
        prop_assert_eq!(read.wanted, expected);
    }

    #[test]
    fn blanks_around_a_query_mean_nothing(text in "[a-z \"*-]{0,30}", blanks in "[ \t\r\n\u{a0}]{0,3}") {
        prop_assert_eq!(query(&format!("{blanks}{text}{blanks}")), query(&text));
    }
}
