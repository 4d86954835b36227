//! Search: words in titles and texts, found by an index in a folder. Whose texts they are, and what else is known of them, it
//! must not know: it is given numbers, titles and texts, and answers with numbers.
//!
//! - [`Query`] is what somebody typed, read by a parser of our own.
//! - [`Index`] is the folder; [`Writer`] puts texts in, [`Reader`] finds them as of one commit of the index.
//! - [`Words`] are those of a short text, to hold two of them against each other without an index.
//! - [`Marker`] shows where the words are.

mod compare;
mod fold;
mod index;
mod mark;
mod plan;
mod query;
#[cfg(test)]
mod tests;
mod words;

pub use crate::{
    compare::Words,
    index::{Error, Found, Index, Reader, Writer},
    mark::{Marked, Marker, SNIPPET_MAX},
    query::{QUERY_MAX, Query, TooLong},
};
