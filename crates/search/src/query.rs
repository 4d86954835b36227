//! What somebody typed into a search box, read: words, phrases, and what is to be left out.
//!
//! There is nothing that cannot be read, but for what is too long: what has no meaning has none.

use crate::{
    fold::{self, Forms},
    words::words,
};

/// Most characters of a query.
pub const QUERY_MAX: usize = 500;

/// From so many letters on the last word is taken for the beginning of one.
const PREFIX_LEAST: usize = 2;

/// A query with more than [`QUERY_MAX`] characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is {length} characters long; at most {QUERY_MAX} are read")]
pub struct TooLong {
    /// How many it has.
    pub length: usize,
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// All of these have to stand in the title or the text.
    pub(crate) wanted: Vec<Clause>,
    /// None of these.
    pub(crate) unwanted: Vec<Clause>,
}

/// One thing that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Clause {
    /// A word in any of its forms, and what begins with it if `prefix` says so.
    Word { forms: Forms, prefix: bool },
    /// At least one word as typed, one directly after the other; the last may be the beginning of one if `prefix` says so.
    Phrase { words: Vec<String>, prefix: bool },
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// [`TooLong`].
    pub fn parse(text: &str) -> Result<Self, TooLong> {
        let length = text.chars().count();
        if length > QUERY_MAX {
            return Err(TooLong { length });
        }
        let pieces = pieces(text);
        let last = pieces.len().saturating_sub(1);
        let mut query = Self::default();
        for (at, piece) in pieces.into_iter().enumerate() {
            let clauses = if piece.unwanted { &mut query.unwanted } else { &mut query.wanted };
            if let Some(clause) = clause(&piece, at == last)
                && !clauses.contains(&clause)
            {
                clauses.push(clause);
            }
        }
        Ok(query)
    }

    /// Whether nothing can be found by it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }
}

/// What white space or a quotation mark ends.
#[derive(Debug)]
struct Piece<'a> {
    text: &'a str,
    quoted: bool,
    unwanted: bool,
}

fn is_quote(char: char) -> bool {
    matches!(char, '"' | '“' | '”' | '„' | '«' | '»')
}

fn is_blank(char: char) -> bool {
    char.is_whitespace() || char.is_control()
}

/// The pieces of a query that have words.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start_matches(is_blank);
    while !rest.is_empty() {
        let signed = rest.trim_start_matches('-');
        let unwanted = signed.len() < rest.len();
        let (piece, after) = match signed.strip_prefix(is_quote) {
            Some(inside) => match inside.split_once(is_quote) {
                Some((text, after)) => (Piece { text, quoted: true, unwanted }, after),
                None => (Piece { text: "", quoted: false, unwanted }, inside),
            },
            None => {
                let end = signed.find(|char| is_blank(char) || is_quote(char));
                let (text, after) = signed.split_at(end.unwrap_or(signed.len()));
                (Piece { text, quoted: false, unwanted }, after)
            }
        };
        if words(piece.text).next().is_some() {
            pieces.push(piece);
        }
        rest = after.trim_start_matches(is_blank);
    }
    pieces
}

fn clause(piece: &Piece<'_>, last: bool) -> Option<Clause> {
    // A mark that stands alone is a word of nothing once the marks are taken off.
    let found = words(piece.text).map(|(_, word)| word);
    let found: Vec<&str> = found.filter(|word| !fold::exact(word).is_empty()).collect();
    let word = found.last()?;
    let typing = last && !piece.unwanted && word.chars().count() >= PREFIX_LEAST;
    let prefix = !piece.quoted && (piece.text.ends_with('*') || typing);
    if let [word] = found.as_slice()
        && !piece.quoted
    {
        return Some(Clause::Word { forms: fold::forms(word), prefix });
    }
    Some(Clause::Phrase { words: found.into_iter().map(fold::exact).collect(), prefix })
}
