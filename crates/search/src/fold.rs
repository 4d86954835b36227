//! Forms of a word: as typed but for case and accents, and by its stem in each language.

use frostem::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization as _;

/// The languages, each with the letter that begins its stems, so that a stem of one is never taken for one of another.
const LANGUAGES: [(char, Algorithm); 3] =
    [('e', Algorithm::English), ('d', Algorithm::Danish), ('n', Algorithm::Dutch)];

/// A word in all forms by which it is found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Forms {
    /// As typed, but for case and accents.
    pub(crate) exact: String,
    /// Its stems, each behind the letter of its language; none of what is not all letters.
    pub(crate) stems: Vec<String>,
}

/// The forms of a word.
pub(crate) fn forms(word: &str) -> Forms {
    let lower = lower(word);
    let mut stems = Vec::new();
    if lower.chars().all(char::is_alphabetic) {
        for (letter, algorithm) in LANGUAGES {
            let mut stem = String::from(letter);
            fold_into(&Stemmer::new(algorithm).stem(&lower), &mut stem);
            stems.push(stem);
        }
    }
    Forms { exact: fold(&lower), stems }
}

/// A word as typed, but for case and accents.
pub(crate) fn exact(word: &str) -> String {
    fold(&lower(word))
}

/// In small letters, and in one way of writing each letter.
fn lower(word: &str) -> String {
    word.nfkc().flat_map(char::to_lowercase).nfc().collect()
}

fn fold(lower: &str) -> String {
    let mut folded = String::with_capacity(lower.len());
    fold_into(lower, &mut folded);
    folded
}

/// Letters of their own, as å, are written as those who lack the key write them; other accents are taken off.
fn fold_into(lower: &str, folded: &mut String) {
    if lower.is_ascii() {
        folded.push_str(lower);
        return;
    }
    for letter in lower.chars() {
        match letter {
            'å' => folded.push_str("aa"),
            'æ' => folded.push_str("ae"),
            'ø' | 'œ' => folded.push_str("oe"),
            'ß' => folded.push_str("ss"),
            'þ' => folded.push_str("th"),
            'ð' | 'đ' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            letter => folded.extend(std::iter::once(letter).nfd().filter(|one| !is_accent(*one))),
        }
    }
}

/// Whether it is an accent on a Latin, Greek or Cyrillic letter; marks of other scripts are letters in their own right.
fn is_accent(char: char) -> bool {
    matches!(char, '\u{300}'..='\u{36f}')
}
