//! The words of a text, and where they stand.

use std::{collections::HashMap, ops::Range};

use tantivy::tokenizer::{PreTokenizedStream, PreTokenizedString, Token, Tokenizer};
use unicode_normalization::char::is_combining_mark;

use crate::fold;

/// The words of a text, as ranges of its bytes, in order: letters and digits that nothing parts.
pub(crate) fn words(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let start = rest.by_ref().find(|(_, char)| char.is_alphanumeric())?.0;
        while rest.next_if(|(_, char)| char.is_alphanumeric() || is_combining_mark(*char)).is_some()
        {
        }
        let end = rest.peek().map_or(text.len(), |(at, _)| *at);
        Some((start..end, text.get(start..end).unwrap_or_default()))
    })
}

/// Gives the index the words of a text as typed.
#[derive(Clone)]
pub(crate) struct Exact;

/// Gives the index the stems of the words of a text.
#[derive(Clone, Default)]
pub(crate) struct Stems {
    /// Those of words that came before: finding them takes longer than all else.
    known: HashMap<String, Vec<String>>,
}

/// So many words are kept with their stems.
const KNOWN_MAX: usize = 20_000;

impl Stems {
    fn of(&mut self, word: &str) -> Vec<String> {
        if let Some(stems) = self.known.get(word) {
            return stems.clone();
        }
        let stems = fold::forms(word).stems;
        if self.known.len() >= KNOWN_MAX {
            self.known.clear();
        }
        self.known.insert(word.to_owned(), stems.clone());
        stems
    }
}

impl Tokenizer for Exact {
    type TokenStream<'a> = PreTokenizedStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PreTokenizedStream {
        let forms = words(text).enumerate().map(|(at, (_, word))| (at, fold::exact(word)));
        stream(forms)
    }
}

impl Tokenizer for Stems {
    type TokenStream<'a> = PreTokenizedStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> PreTokenizedStream {
        let stems = words(text)
            .enumerate()
            .flat_map(|(at, (_, word))| self.of(word).into_iter().map(move |stem| (at, stem)));
        stream(stems)
    }
}

fn stream(forms: impl Iterator<Item = (usize, String)>) -> PreTokenizedStream {
    let token = |(position, text)| Token { position, text, ..Token::default() };
    PreTokenizedString { text: String::new(), tokens: forms.map(token).collect() }.into()
}
