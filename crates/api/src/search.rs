//! Searches, between wire and domain.

use std::ops::Range;

use koepel_domain::{
    ids::{DomainId, ItemKey, ProductId},
    item::{Kind, Moscow, Status},
    text::Label,
};

use crate::{
    check::{AtField as _, Collect, Invalid},
    common::{read_kind, read_moscow, read_status, said},
    names, v1,
};

/// Most domains that a search, or a filter, may name.
pub(crate) const DOMAINS_MAX: usize = 100;
/// Most labels that a search, or a filter, may name.
pub(crate) const LABELS_MAX: usize = 50;
/// Most kinds or statuses; each of them twice is more than enough.
pub(crate) const WORDS_MAX: usize = 20;

/// Which items, by whether they are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Open ones, and whichever has the query for its key.
    Unsaid,
    /// Open ones.
    Open,
    /// All.
    All,
}

/// Which items a search may find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Of one of these; empty is of all.
    pub domains: Vec<DomainId>,
    /// By whether they are open.
    pub state: State,
    /// Of one of these; empty is of all.
    pub kinds: Vec<Kind>,
    /// With one of these; empty is as the state says.
    pub statuses: Vec<Status>,
    /// With all of these.
    pub labels: Vec<Label>,
    /// With one of these, `None` for those without; empty is of all.
    pub moscow: Vec<Option<Moscow>>,
    /// Pinned ones only.
    pub pinned: bool,
}

/// Reads a list of at most so many entries, each with its place in the list.
pub(crate) fn list<T, U>(
    field: &str,
    entries: &[T],
    max: usize,
    read: impl Fn(&str, &T) -> Result<U, Invalid>,
) -> Result<Vec<U>, Invalid> {
    if entries.len() > max {
        let what = format_args!("has {} entries; at most {max} are read", entries.len());
        return Err(Invalid::field(field, what));
    }
    let entries = entries.iter().enumerate();
    entries.map(|(at, entry)| read(&format!("{field}[{at}]"), entry)).collect()
}

/// Reads kinds.
pub(crate) fn kinds(field: &str, numbers: &[i32]) -> Result<Vec<Kind>, Invalid> {
    list(field, numbers, WORDS_MAX, |field, kind| said(field, read_kind(field, *kind)?))
}

/// Reads statuses.
pub(crate) fn statuses(field: &str, numbers: &[i32]) -> Result<Vec<Status>, Invalid> {
    list(field, numbers, WORDS_MAX, |field, status| said(field, read_status(field, *status)?))
}

/// Reads labels.
pub(crate) fn labels(field: &str, labels: &[String]) -> Result<Vec<Label>, Invalid> {
    list(field, labels, LABELS_MAX, |field, label| Label::new(label).at(field))
}

/// Reads `MoSCoW` words; unspecified stands for items without.
pub(crate) fn moscow(field: &str, numbers: &[i32]) -> Result<Vec<Option<Moscow>>, Invalid> {
    list(field, numbers, WORDS_MAX, |field, moscow| read_moscow(field, *moscow))
}

/// Reads whether closed items are meant.
///
/// # Errors
/// [`Invalid`] if the number is unknown.
fn state(number: i32) -> Result<State, Invalid> {
    match v1::BacklogState::try_from(number) {
        Ok(v1::BacklogState::Unspecified) => Ok(State::Unsaid),
        Ok(v1::BacklogState::Open) => Ok(State::Open),
        Ok(v1::BacklogState::All) => Ok(State::All),
        Err(_) => Err(Invalid::field("state", format_args!("{number} is no state of a backlog"))),
    }
}

/// Reads which items a search may find, and of which product.
///
/// # Errors
/// [`Invalid`], with all fields that are not as they must be.
pub fn filter(request: &v1::SearchItemsRequest) -> Result<(ProductId, Filter), Invalid> {
    let product = names::product("parent", &request.parent)?;
    let mut wrong = Collect::default();
    let domains = list("domains", &request.domains, DOMAINS_MAX, |field, name| {
        names::domain_of(field, name, &product)
    });
    let domains = wrong.take(domains);
    let state = wrong.take(state(request.state));
    let kinds = wrong.take(kinds("kinds", &request.kinds));
    let statuses = wrong.take(statuses("statuses", &request.statuses));
    let labels = wrong.take(labels("labels", &request.labels));
    let moscow = wrong.take(moscow("moscow", &request.moscow));
    wrong.finish()?;
    let all = (|| {
        Some(Filter {
            domains: domains?,
            state: state?,
            kinds: kinds?,
            statuses: statuses?,
            labels: labels?,
            moscow: moscow?,
            pinned: request.pinned,
        })
    })();
    let filter = all.ok_or_else(|| Invalid::field("parent", "is missing"))?;
    Ok((product, filter))
}

/// The item key that a query is, in capitals or not, if it is one.
#[must_use]
pub fn key(query: &str) -> Option<ItemKey> {
    query.trim().to_ascii_uppercase().parse().ok()
}

/// A text with marks on the wire.
#[must_use]
pub fn marked(text: String, marks: Vec<Range<usize>>) -> v1::MarkedText {
    let count = |at| u32::try_from(at).unwrap_or(u32::MAX);
    let marks = marks.into_iter();
    let marks = marks.map(|mark| v1::Mark { start: count(mark.start), end: count(mark.end) });
    v1::MarkedText { text, marks: marks.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> v1::SearchItemsRequest {
        v1::SearchItemsRequest { parent: "products/webshop".to_owned(), ..Default::default() }
    }

    #[test]
    fn all_wrong_fields_of_a_search_are_told_at_once() {
        let wrong = v1::SearchItemsRequest {
            domains: vec!["products/other/domains/online".to_owned()],
            state: 9,
            kinds: vec![1, 0],
            statuses: vec![99],
            labels: vec!["a".to_owned(), String::new()],
            moscow: vec![0, 9],
            ..request()
        };
        let fields: Vec<_> =
            filter(&wrong).unwrap_err().0.into_iter().map(|violation| violation.field).collect();
        assert_eq!(
            fields,
            ["domains[0]", "state", "kinds[1]", "statuses[0]", "labels[1]", "moscow[1]"]
        );
        let many = v1::SearchItemsRequest { labels: vec!["a".to_owned(); 51], ..request() };
        assert!(filter(&many).unwrap_err().to_string().contains("at most 50"));
    }

    #[test]
    fn a_search_that_says_nothing_finds_open_items_of_all_domains() {
        let (product, read) = filter(&request()).unwrap();
        assert_eq!((product.as_str(), read.state), ("webshop", State::Unsaid));
        assert!(read.domains.is_empty() && read.kinds.is_empty() && read.labels.is_empty());
    }

    #[test]
    fn a_key_is_known_in_small_letters() {
        assert_eq!(key(" online-42 ").unwrap().to_string(), "ONLINE-42");
        for none in ["", "online", "42", "online-42 x", "online-", "-42", "ø-1"] {
            assert_eq!(key(none), None, "{none}");
        }
    }
}
