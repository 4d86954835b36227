//! Shows where the words of a query stand in a title or text.

use std::{collections::HashMap, ops::Range, rc::Rc};

use crate::{
    fold,
    query::{Clause, Query},
    words::words,
};

/// Most characters of a snippet.
pub const SNIPPET_MAX: usize = 200;

/// So many characters of the text stand before the first word that a snippet shows, where the text has them.
const BEFORE: usize = 60;

/// A text in which words are marked, by ranges of its characters (Unicode code points), in order and apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// What is marked.
    pub marks: Vec<Range<usize>>,
}

/// Marks what one query finds, in one text after the other.
pub struct Marker<'a> {
    query: &'a Query,
    /// What is known of words that came before: texts repeat themselves, and finding a stem takes a while.
    known: HashMap<String, Rc<Known>>,
}

/// What there is to know of a word.
struct Known {
    exact: String,
    /// Whether the query wants it by itself.
    wanted: bool,
}

impl<'a> Marker<'a> {
    /// Marks what this query finds.
    #[must_use]
    pub fn new(query: &'a Query) -> Self {
        Self { query, known: HashMap::new() }
    }

    /// A title whole, with what was found in it.
    #[must_use]
    pub fn title(&mut self, title: &str) -> Marked {
        let found = self.find(title);
        let mut marks = Vec::with_capacity(found.len());
        let (mut chars, mut byte) = (0, 0);
        let mut count = |to: usize| {
            chars += title.get(byte..to).unwrap_or_default().chars().count();
            byte = to;
            chars
        };
        for range in found {
            let start = count(range.start);
            marks.push(start..count(range.end));
        }
        Marked { text: title.to_owned(), marks }
    }

    /// A piece of a text on one line, around what was found in it first, or its beginning.
    #[must_use]
    pub fn snippet(&mut self, text: &str) -> Marked {
        let line = on_one_line(text);
        let whole = self.title(&line);
        let chars: Vec<char> = line.chars().collect();
        if chars.len() <= SNIPPET_MAX {
            return whole;
        }
        let first = whole.marks.first().map_or(0..0, Clone::clone);
        // Room for an ellipsis at each end.
        let length = SNIPPET_MAX - 2;
        let latest = chars.len() - length;
        let start = at_word(&chars, first.start.saturating_sub(BEFORE).min(latest), first.start);
        let end = (start + length).min(chars.len());
        let end = if end == chars.len() { end } else { before_word(&chars, end, first.end) };
        let before = usize::from(start > 0);
        let mut cut = String::from(if start > 0 { "…" } else { "" });
        cut.extend(chars.get(start..end).unwrap_or_default());
        if end < chars.len() {
            cut.push('…');
        }
        // A word that is longer than all of it is marked as far as it is shown.
        let inside = whole.marks.into_iter().filter(|mark| mark.start < end);
        let shown =
            inside.map(|mark| mark.start - start + before..mark.end.min(end) - start + before);
        Marked { text: cut, marks: shown.collect() }
    }

    /// Where the words that are wanted stand, as ranges of bytes, in order and apart.
    fn find(&mut self, text: &str) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        let mut found = Vec::new();
        for (range, word) in words(text) {
            ranges.push(range);
            found.push(self.known(word));
        }
        let mut marked: Vec<bool> = found.iter().map(|word| word.wanted).collect();
        for clause in &self.query.wanted {
            let Clause::Phrase { words, prefix } = clause else { continue };
            for at in 0..found.len() {
                if stands_at(words, *prefix, found.get(at..).unwrap_or_default()) {
                    marked.iter_mut().skip(at).take(words.len()).for_each(|one| *one = true);
                }
            }
        }
        ranges
            .into_iter()
            .zip(marked)
            .filter(|(_, marked)| *marked)
            .map(|(range, _)| range)
            .collect()
    }

    fn known(&mut self, word: &str) -> Rc<Known> {
        if let Some(known) = self.known.get(word) {
            return Rc::clone(known);
        }
        let known = Rc::new(Known { exact: fold::exact(word), wanted: self.wants(word) });
        self.known.insert(word.to_owned(), Rc::clone(&known));
        known
    }

    fn wants(&self, word: &str) -> bool {
        let of = fold::forms(word);
        self.query.wanted.iter().any(|clause| match clause {
            Clause::Word { forms, prefix } => {
                of.exact == forms.exact
                    || (*prefix && of.exact.starts_with(&forms.exact))
                    || forms.stems.iter().any(|stem| of.stems.contains(stem))
            }
            Clause::Phrase { .. } => false,
        })
    }
}

/// Whether a phrase stands at the beginning of these words.
fn stands_at(phrase: &[String], prefix: bool, from: &[Rc<Known>]) -> bool {
    let last = phrase.len().saturating_sub(1);
    let mut pairs = phrase.iter().zip(from).enumerate();
    from.len() >= phrase.len()
        && pairs.all(|(at, (wanted, word))| {
            let begins = prefix && at == last && word.exact.starts_with(wanted.as_str());
            word.exact == *wanted || begins
        })
}

/// White space as one blank each, without what could disturb a reader's screen.
fn on_one_line(text: &str) -> String {
    let blank = |char: char| char.is_whitespace() || char.is_control();
    text.split(blank).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The next beginning of a word from here on, but not behind `most`.
fn at_word(chars: &[char], from: usize, most: usize) -> usize {
    if from == 0 {
        return 0;
    }
    let blank = (from - 1..most).find(|at| chars.get(*at) == Some(&' '));
    blank.map_or(from, |at| at + 1)
}

/// The last end of a word up to here, but not before `least`.
fn before_word(chars: &[char], to: usize, least: usize) -> usize {
    (least..=to).rev().find(|at| chars.get(*at) == Some(&' ')).unwrap_or(to)
}
