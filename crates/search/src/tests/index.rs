//! The index against naive looking, and as files.

use std::{fs, path::Path};

use proptest::prelude::*;

use super::{found, index, query};
use crate::{Error, Index, Marker, Reader, words::words};

fn titles<'a>(reader: &Reader, items: &[(&'a str, &str)], text: &str) -> Vec<&'a str> {
    found(reader, text).into_iter().map(|no| items[usize::try_from(no).unwrap()].0).collect()
}

#[test]
fn words_phrases_beginnings_and_what_is_unwanted() {
    let items = [
        ("Escalation to the board", "when nobody answers"),
        ("Gift cards", "a gift card is paid in advance"),
        ("Card gift", "check-in at the desk"),
        ("Pay by invoice", "a card, or a gift"),
        ("Invoices on paper", ""),
        ("注文を確認", "🙂"),
    ];
    let (_dir, index) = index(&items);
    let reader = index.read().unwrap();
    for (typed, expected) in [
        ("escal", vec!["Escalation to the board"]),
        ("escalations", vec!["Escalation to the board"]),
        ("escal* board", vec!["Escalation to the board"]),
        ("escala board", vec![]),
        ("gift card", vec!["Gift cards", "Card gift", "Pay by invoice"]),
        ("\"gift card\"", vec!["Gift cards"]),
        ("\"card gift\"", vec!["Card gift"]),
        ("card -\"gift card\"", vec!["Card gift", "Pay by invoice"]),
        ("card -cards", vec![]),
        ("invoice -paper", vec!["Pay by invoice"]),
        ("paper card", vec![]),
        ("check-in", vec!["Card gift"]),
        ("check-i*", vec!["Card gift"]),
        ("in-check", vec![]),
        ("the", vec!["Escalation to the board", "Card gift"]),
        ("注文", vec!["注文を確認"]),
        ("🙂", vec![]),
        ("body:gift OR *:* AND NOT", vec![]),
    ] {
        assert_eq!(titles(&reader, &items, typed), expected, "{typed}");
    }
}

#[test]
fn titles_are_told_from_texts_and_words_as_typed_from_others() {
    let items = [("orders", ""), ("order", ""), ("ordering x", "list"), ("x", "order list")];
    let (_dir, index) = index(&items);
    let reader = index.read().unwrap();
    let sorted = |mut numbers: Vec<u32>| {
        numbers.sort_unstable();
        numbers
    };
    let found = reader.find(&query("order")).unwrap();
    assert_eq!(sorted(found.all), [0, 1, 2, 3]);
    assert_eq!((found.as_typed, sorted(found.in_title)), (vec![1], vec![0, 1, 2]));
    let found = reader.find(&query("order list")).unwrap();
    assert_eq!((sorted(found.all), found.in_title), (vec![2, 3], vec![]));
    assert!(found.partly_in_title.contains(&2) && !found.partly_in_title.contains(&3));
}

#[test]
fn a_text_takes_the_place_of_the_one_before() {
    let (dir, index) = index(&[("one", "first"), ("two", "second")]);
    let before = index.read().unwrap();
    let mut writer = index.writer().unwrap();
    writer.put(1, "two", "third").unwrap();
    writer.put(1, "two", "fourth").unwrap();
    writer.put(9, "nine", "").unwrap();
    assert_eq!(found(&index.read().unwrap(), "fourth"), [0; 0], "not before the commit");
    writer.commit("later").unwrap();
    let after = index.read().unwrap();
    assert_eq!((before.len(), after.len()), (2, 3));
    assert_eq!((found(&before, "second"), found(&after, "second")), (vec![1], vec![]));
    assert_eq!((found(&before, "fourth"), found(&after, "fourth")), (vec![], vec![1]));
    assert_eq!(found(&after, "third"), [0; 0]);
    assert_eq!(before.text(1).unwrap().unwrap(), "second");
    assert_eq!(after.text(1).unwrap().unwrap(), "fourth");
    assert_eq!((after.text(9).unwrap().unwrap().as_str(), after.text(5).unwrap()), ("", None));
    writer.finish().unwrap();
    drop(index);
    let (index, mark) = Index::open(&dir.path().join("index")).unwrap().unwrap();
    assert_eq!((mark.as_str(), index.read().unwrap().len()), ("later", 3));
}

#[test]
fn what_was_not_committed_is_not_there_when_it_is_opened_again() {
    let (dir, index) = index(&[("one", "")]);
    let writer = index.writer().unwrap();
    writer.put(1, "two", "").unwrap();
    drop((writer, index));
    let path = dir.path().join("index");
    let (index, mark) = Index::open(&path).unwrap().unwrap();
    assert_eq!((mark.as_str(), index.read().unwrap().len()), ("all", 1));
    drop(index);
    let never = dir.path().join("never");
    drop(Index::create(&never).unwrap());
    assert!(Index::open(&never).unwrap().is_none());
    assert!(Index::open(&dir.path().join("nowhere")).unwrap().is_none());
    assert!(Index::remove(&path).unwrap() && !Index::remove(&path).unwrap());
}

fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        entries.filter(|path| !path.to_string_lossy().ends_with(".lock")).collect();
    files.sort();
    files
}

#[test]
fn damage_is_noticed_when_it_is_opened() {
    let items: Vec<_> = (0..40).map(|n| (format!("Title {n}"), format!("text {n}"))).collect();
    let items: Vec<_> = items.iter().map(|(title, text)| (title.as_str(), text.as_str())).collect();
    let (dir, index) = index(&items);
    drop(index);
    let path = dir.path().join("index");
    let listed = files(&path);
    assert!(listed.len() > 5, "{listed:?}");
    for file in listed {
        let good = fs::read(&file).unwrap();
        // What is said of the files is JSON without a checksum, and ends with a line end; what they hold has one each.
        let checked = !file.to_string_lossy().ends_with(".json");
        let whole = || Index::open(&path).is_ok_and(|opened| opened.is_some());
        for at in [0, good.len() / 2, good.len() - 1] {
            let mut bad = good.clone();
            bad[at] ^= 0x10;
            if checked {
                fs::write(&file, &bad).unwrap();
                assert!(!whole(), "{} at {at}", file.display());
            }
            if checked || at < good.len() - 1 {
                fs::write(&file, &good[..at]).unwrap();
                assert!(!whole(), "{} cut at {at}", file.display());
            }
        }
        fs::remove_file(&file).unwrap();
        assert!(!whole(), "{} gone", file.display());
        fs::write(&file, &good).unwrap();
        assert!(whole(), "{}", file.display());
    }
    let meta = fs::read_to_string(path.join("meta.json")).unwrap();
    fs::write(path.join("meta.json"), meta.replace("1 all", "0 all")).unwrap();
    assert!(matches!(Index::open(&path), Err(Error::Unfit(_))), "another version's");
}

/// Whether a text has a word, or one that begins with it, as a person would look.
fn naive(text: &str, word: &str, prefix: bool) -> bool {
    text.split(' ').any(|one| one == word || prefix && one.starts_with(word))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Made of syllables that no stemmer knows an ending of.
    #[test]
    fn all_words_are_found_as_one_who_reads_everything_finds_them(
        items in prop::collection::vec(("(([kx][kx]?[0-9]){1,2} ?){1,4}", "(([kx][kx]?[0-9]){1,2} ?){0,6}"), 1..40),
        typed in prop::collection::vec("([kx][kx]?[0-9]){1,2}", 1..4),
        unwanted in prop::option::of("[kx][0-9]"),
    ) {
        let items: Vec<_> = items.iter().map(|(title, text)| (title.as_str(), text.as_str())).collect();
        let (_dir, index) = index(&items);
        let reader = index.read().unwrap();
        let minus = unwanted.as_ref().map(|word| format!("-{word} ")).unwrap_or_default();
        let line = format!("{minus}{}", typed.join(" "));
        let expected = (0_u32..).zip(&items).filter(|(_, (title, text))| {
            let has = |word: &str, prefix| naive(title, word, prefix) || naive(text, word, prefix);
            let all = typed.iter().enumerate().all(|(at, word)| has(word, at + 1 == typed.len()));
            all && !unwanted.as_ref().is_some_and(|word| has(word, false))
        });
        let expected: Vec<_> = expected.map(|(no, _)| no).collect();
        prop_assert_eq!(found(&reader, &line), expected, "{}", line);
    }

    #[test]
    fn what_is_found_by_one_word_is_marked(
        title in "([a-zæøåé]{1,9} ){1,6}",
        typed in "[a-zæøåé]{2,9}",
    ) {
        let (_dir, index) = index(&[(&title, "")]);
        let reader = index.read().unwrap();
        let hit = !found(&reader, &typed).is_empty();
        prop_assert_eq!(hit, !Marker::new(&query(&typed)).title(&title).marks.is_empty());
        for (_, word) in words(&title) {
            prop_assert_eq!(found(&reader, word), [0], "{}", word);
        }
    }

    #[test]
    fn whatever_is_typed_is_answered(typed in "(\\PC|[\"“*-]|\\s|\\pC|check-in){0,60}") {
        let (_dir, index) = index(&[("One check-in", "two"), ("", "\u{0}")]);
        let reader = index.read().unwrap();
        prop_assert!(reader.find(&query(&typed)).is_ok());
    }
}
