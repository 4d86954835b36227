//! Words are found in other forms, in three languages.

use proptest::prelude::*;

use super::{found, index};
use crate::{fold, words::words};

#[track_caller]
fn finds(query: &str, text: &str, expected: bool) {
    let (_dir, index) = index(&[("nothing", text)]);
    let reader = index.read().unwrap();
    assert_eq!(found(&reader, query) == [0], expected, "{query:?} in {text:?}");
}

#[test]
fn a_word_is_found_by_its_stem_in_each_language() {
    for (query, text) in [
        // English
        ("orders", "an order"),
        ("order", "all orders"),
        ("delivering", "we deliver"),
        ("invoice", "two invoices came"),
        // Danish
        ("leverancer", "en leverance"),
        ("leverance", "alle leverancerne"),
        ("ordrer", "ordren er betalt"),
        ("kunder", "en kunde"),
        ("fakturaer", "fakturaen"),
        // Dutch
        ("bestellingen", "een bestelling"),
        ("bestelling", "twee bestellingen"),
        ("klanten", "de klant"),
        ("facturen", "een factuur"),
    ] {
        // Words after it, so that it is not taken for the beginning of one.
        finds(&format!("{query} -nothing-else"), text, true);
    }
}

#[test]
fn stems_of_one_language_are_not_those_of_another() {
    let forms = fold::forms("orders");
    assert_eq!(forms.exact, "orders");
    assert_eq!(forms.stems.len(), 3);
    assert!(forms.stems[0].starts_with('e') && forms.stems[2].starts_with('n'));
    assert!(fold::forms("v2").stems.is_empty(), "what is not all letters has no stem");
}

#[test]
fn accents_and_capitals_do_not_matter_and_letters_of_their_own_do() {
    for (query, text, expected) in [
        ("cafe", "Café", true),
        ("CAFÉ", "cafe", true),
        ("café", "cafe\u{301}", true),
        ("cafe\u{301}", "café", true),
        ("coordinatie", "coördinatie", true),
        ("reünie", "reunie", true),
        ("får", "Får", true),
        ("faar", "får", true),
        ("far", "får", false),
        ("ørred", "ØRRED", true),
        ("oerred", "ørred", true),
        ("æble", "aeble", true),
        ("ae", "æ", true),
        ("strasse", "straße", true),
        ("σίσυφος", "ΣΊΣΥΦΟΣ", true),
        ("заказ", "ЗАКАЗ", true),
        ("ﬁle", "file", true),
        ("ＩＤ", "id", true),
        ("注文", "注文を確認", true),
        ("الطلب", "رقم الطلب", true),
    ] {
        finds(query, text, expected);
    }
}

#[test]
fn a_word_is_letters_digits_and_the_marks_on_them() {
    let parted = |text| words(text).map(|(_, word)| word).collect::<Vec<_>>();
    assert_eq!(parted("Pay by invoice, v1.2 (now)"), ["Pay", "by", "invoice", "v1", "2", "now"]);
    assert_eq!(parted("check-in don’t a_b"), ["check", "in", "don", "t", "a", "b"]);
    assert_eq!(parted("e\u{301}te\u{301} \u{301}"), ["e\u{301}te\u{301}"]);
    assert_eq!(parted("🙂 -- \u{0} …"), [""; 0]);
}

proptest! {
    #[test]
    fn forms_of_forms_are_the_same(word in "\\PC{1,12}") {
        for (_, word) in words(&word) {
            let exact = fold::exact(word);
            prop_assert_eq!(fold::exact(&exact), exact);
        }
    }

    #[test]
    fn words_are_pieces_of_the_text_in_order(text in "\\PC{0,40}") {
        let mut end = 0;
        for (range, word) in words(&text) {
            prop_assert!(range.start >= end && !word.is_empty());
            prop_assert_eq!(&text[range.clone()], word);
            end = range.end;
        }
    }
}
