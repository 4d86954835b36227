//! Tests of the crate as a whole.

mod forms;
mod index;
mod mark;
mod query;

use crate::{Found, Index, Query, Reader};

/// A query that is short enough.
#[track_caller]
fn query(text: &str) -> Query {
    Query::parse(text).unwrap()
}

/// An index of these titles and texts, numbered from 0, in a folder that lives as long as the first.
fn index(items: &[(&str, &str)]) -> (tempfile::TempDir, Index) {
    let dir = tempfile::tempdir().unwrap();
    let index = Index::create(&dir.path().join("index")).unwrap();
    let mut writer = index.writer().unwrap();
    for (no, (title, text)) in (0..).zip(items) {
        writer.put(no, title, text).unwrap();
    }
    writer.commit("all").unwrap();
    (dir, index)
}

/// What a query finds, in the order of the numbers.
#[track_caller]
fn found(reader: &Reader, text: &str) -> Vec<u32> {
    let Found { mut all, as_typed, in_title, partly_in_title } = reader.find(&query(text)).unwrap();
    for (part, of) in [(&as_typed, &in_title), (&in_title, &partly_in_title)] {
        assert!(part.iter().all(|no| of.contains(no)), "{text}");
    }
    all.sort_unstable();
    all
}
