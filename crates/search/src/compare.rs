//! How many words two short texts have in common, in whatever form they stand.

use std::collections::HashSet;

use crate::{fold, words::words};

/// Words of English, Danish and Dutch that say nothing of what a question is about.
const EMPTY: &[&str] = &[
    "a",
    "about",
    "af",
    "al",
    "am",
    "an",
    "and",
    "answers",
    "are",
    "ask",
    "at",
    "be",
    "belongs",
    "by",
    "can",
    "charge",
    "de",
    "decides",
    "den",
    "der",
    "det",
    "die",
    "do",
    "does",
    "dit",
    "een",
    "ejer",
    "eller",
    "en",
    "er",
    "et",
    "for",
    "from",
    "gaat",
    "geht",
    "har",
    "have",
    "heeft",
    "het",
    "hoe",
    "hvad",
    "hvem",
    "hvor",
    "i",
    "ik",
    "in",
    "is",
    "it",
    "jeg",
    "kan",
    "man",
    "may",
    "me",
    "med",
    "met",
    "mij",
    "mit",
    "moet",
    "mon",
    "my",
    "naar",
    "of",
    "og",
    "om",
    "on",
    "op",
    "or",
    "os",
    "our",
    "over",
    "owner",
    "owns",
    "paa",
    "responsible",
    "skal",
    "som",
    "spoerge",
    "te",
    "that",
    "the",
    "this",
    "til",
    "to",
    "us",
    "van",
    "ved",
    "vi",
    "voor",
    "vores",
    "vraag",
    "wat",
    "we",
    "what",
    "whom",
    "who",
    "whose",
    "wie",
    "with",
    "wij",
    "you",
    "zijn",
];

/// The words of a short text, in all forms by which they are found.
#[derive(Clone, Debug, Default)]
pub struct Words(Vec<fold::Forms>);

impl Words {
    /// Those of a text that say what it is about, each once.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut seen = HashSet::new();
        let forms = words(text).map(|(_, word)| fold::forms(word));
        let forms = forms.filter(|one| !EMPTY.contains(&one.exact.as_str()));
        Self(forms.filter(|one| seen.insert(one.exact.clone())).collect())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that stand in another text, too, in any form of the same word; as they stand here, without case and accents.
    #[must_use]
    pub fn shared(&self, other: &Self) -> Vec<&str> {
        let same = |one: &fold::Forms, other: &fold::Forms| {
            one.exact == other.exact || one.stems.iter().any(|stem| other.stems.contains(stem))
        };
        let found = self.0.iter().filter(|one| other.0.iter().any(|other| same(one, other)));
        found.map(|one| one.exact.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(question: &str, text: &str, shared: &[&str]) {
        assert_eq!(Words::of(question).shared(&Words::of(text)), shared, "{question} / {text}");
    }

    #[test]
    fn words_are_the_same_in_all_their_forms() {
        check("Who owns the gift cards?", "A gift card, sold in the shop", &["gift", "cards"]);
        check("Hvem ejer gavekortene?", "Gavekort og betaling", &["gavekortene"]);
        check("Wie gaat over de cadeaukaarten?", "Cadeaukaart verkopen", &["cadeaukaarten"]);
        check("Spørgsmål om LØN", "Løn", &["loen"]);
    }

    #[test]
    fn words_that_say_nothing_are_not_shared() {
        check("Who is the owner of this?", "the owner of all this is who", &[]);
        check("", "anything", &[]);
        assert!(Words::of("hvem har det?").is_empty());
    }
}
