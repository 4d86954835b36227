//! A query as the index carries it out.

use std::ops::Bound;

use tantivy::{
    Term,
    query::{
        BooleanQuery, EmptyQuery, Occur, PhrasePrefixQuery, PhraseQuery, Query as Plan, RangeQuery,
        TermQuery,
    },
    schema::{Field, IndexRecordOption},
};

use crate::query::{Clause, Query};

/// The last word of words that are written together stands for at most so many that begin with it: the library makes room for as
/// many at once.
const BEGINNINGS: u32 = 1_000;

/// The fields of a title, or of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    /// Words as typed, with their positions.
    pub(crate) exact: Field,
    /// Stems.
    pub(crate) stems: Field,
}

/// How a clause may be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// In whatever way it allows.
    Any,
    /// By whole words, as typed.
    AsTyped,
}

/// All that is wanted, in title or text, and nothing that is unwanted.
pub(crate) fn everywhere(query: &Query, title: Side, text: Side) -> Box<dyn Plan> {
    let either = |clause| any([on(clause, title, How::Any), on(clause, text, How::Any)]);
    let wanted = query.wanted.iter().map(|clause| (Occur::Must, either(clause)));
    let unwanted = query.unwanted.iter().map(|clause| (Occur::MustNot, either(clause)));
    Box::new(BooleanQuery::new(wanted.chain(unwanted).collect()))
}

/// All that is wanted, in the title, as typed.
pub(crate) fn as_typed(query: &Query, title: Side) -> Box<dyn Plan> {
    all(query.wanted.iter().map(|clause| on(clause, title, How::AsTyped)))
}

/// All that is wanted, in the title.
pub(crate) fn in_title(query: &Query, title: Side) -> Box<dyn Plan> {
    all(query.wanted.iter().map(|clause| on(clause, title, How::Any)))
}

/// Something that is wanted, in the title.
pub(crate) fn partly_in_title(query: &Query, title: Side) -> Box<dyn Plan> {
    any(query.wanted.iter().map(|clause| on(clause, title, How::Any)))
}

fn all(plans: impl IntoIterator<Item = Box<dyn Plan>>) -> Box<dyn Plan> {
    Box::new(BooleanQuery::new(plans.into_iter().map(|plan| (Occur::Must, plan)).collect()))
}

fn any(plans: impl IntoIterator<Item = Box<dyn Plan>>) -> Box<dyn Plan> {
    Box::new(BooleanQuery::new(plans.into_iter().map(|plan| (Occur::Should, plan)).collect()))
}

fn on(clause: &Clause, side: Side, how: How) -> Box<dyn Plan> {
    match clause {
        Clause::Word { forms, prefix } => {
            let exact = one(side.exact, &forms.exact);
            if how == How::AsTyped {
                return exact;
            }
            let stems = forms.stems.iter().map(|stem| one(side.stems, stem));
            let beginning = prefix.then(|| beginning(side.exact, &forms.exact));
            any([exact].into_iter().chain(stems).chain(beginning))
        }
        Clause::Phrase { words, prefix } => phrase(side.exact, words, *prefix && how == How::Any),
    }
}

fn one(field: Field, term: &str) -> Box<dyn Plan> {
    Box::new(TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::Basic))
}

fn beginning(field: Field, start: &str) -> Box<dyn Plan> {
    // Terms are letters and digits: what begins with this one comes before it with the last character of all.
    let end = format!("{start}{}", char::MAX);
    Box::new(RangeQuery::new(
        Bound::Included(Term::from_field_text(field, start)),
        Bound::Excluded(Term::from_field_text(field, &end)),
    ))
}

/// The library's phrases have to have two words.
fn phrase(field: Field, words: &[String], prefix: bool) -> Box<dyn Plan> {
    match words {
        [] => Box::new(EmptyQuery),
        [word] if prefix => beginning(field, word),
        [word] => one(field, word),
        words => {
            let terms = words.iter().map(|word| Term::from_field_text(field, word)).collect();
            if !prefix {
                return Box::new(PhraseQuery::new(terms));
            }
            let mut query = PhrasePrefixQuery::new(terms);
            query.set_max_expansions(BEGINNINGS);
            Box::new(query)
        }
    }
}
