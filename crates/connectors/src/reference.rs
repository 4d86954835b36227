//! References from one item to another: what they may mean, and how they are matched with items.
//!
//! A reference resolves when the item it means is there, which may be years later; so it carries all the
//! [`Key`]s it may mean, best first, and this file knows nothing of where items are kept.

use std::fmt;

use crate::{text, words::Relation};

/// A name under which an item may be referred to, in one spelling.
///
/// Numbers and paths are unique within a source only and carry the mapping's `name`; links need not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

/// The sorts of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyKind {
    /// An address: an item's source link.
    Link,
    /// What the source numbers its items with: `42`, `SHOP-42`.
    Number,
    /// Where the source keeps the item.
    Path,
}

impl Key {
    /// The key of an address. Scheme and host are lower case, a slash at the end makes no difference.
    pub(crate) fn link(address: &str) -> Option<Self> {
        let address = address.trim();
        let (scheme, rest) = address.split_once(':')?;
        let fits = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b));
        if !fits || rest.is_empty() || address.chars().any(|c| c.is_whitespace() || c.is_control())
        {
            return None;
        }
        let scheme = scheme.to_ascii_lowercase();
        let key = match rest.strip_prefix("//") {
            Some(rest) => {
                let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
                let (host, path) = rest.split_at_checked(end)?;
                format!(
                    "{scheme}://{}{}",
                    host.to_ascii_lowercase(),
                    path.strip_suffix('/').unwrap_or(path)
                )
            }
            None => format!("{scheme}:{rest}"),
        };
        Some(Self(format!("link:{key}")))
    }

    /// The key of a number. Zeros before digits alone make no difference.
    pub(crate) fn number(source: &str, number: &str) -> Option<Self> {
        let number = number.trim();
        if number.is_empty()
            || number.len() > 100
            || number.chars().any(|c| c.is_whitespace() || c.is_control())
        {
            return None;
        }
        let digits = number.bytes().all(|b| b.is_ascii_digit());
        let bare = if digits { number.trim_start_matches('0') } else { number };
        Some(Self(format!("number:{source}:{}", if bare.is_empty() { "0" } else { bare })))
    }

    /// The key of a path. Slashes at its ends make no difference.
    pub(crate) fn path(source: &str, path: &str) -> Option<Self> {
        let path = path.trim().trim_matches('/');
        if path.is_empty() || path.len() > 400 || path.chars().any(char::is_control) {
            return None;
        }
        Some(Self(format!("path:{source}:{path}")))
    }

    /// The canonical text, by which keys are stored and compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of a link's key, as a person would write it.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.0.strip_prefix("link:")
    }

    /// What sort of key it is.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        if self.0.starts_with("link:") {
            KeyKind::Link
        } else if self.0.starts_with("number:") {
            KeyKind::Number
        } else {
            KeyKind::Path
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One entry of a field that refers to another item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What it says about the two items.
    pub relation: Relation,
    /// As the source has it, at most 490 characters.
    pub raw: String,
    /// What it may mean, best first. May be empty.
    pub candidates: Vec<Key>,
    /// The web address in it, to be shown while nothing matches, or for ever.
    pub address: Option<String>,
}

/// What an index of items answers when asked for a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<T> {
    /// No item has it.
    None,
    /// This item alone has it.
    One(T),
    /// Several items have it, so it says nothing.
    Several,
}

/// Where a reference leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// To this item, by its candidate with this sort of key. It may be the referring item itself.
    Item(T, KeyKind),
    /// Nowhere yet. An item that comes later may be meant, unless there are no candidates: then it is a mere text.
    Pending,
    /// Only to an address outside; no item of this source can ever be meant.
    External,
}

impl Reference {
    /// Asks for each candidate in turn; the first that one item alone has decides.
    pub fn resolve<T>(&self, mut find: impl FnMut(&Key) -> Found<T>) -> Outcome<T> {
        for key in &self.candidates {
            match find(key) {
                Found::One(item) => return Outcome::Item(item, key.kind()),
                Found::None | Found::Several => {}
            }
        }
        let only_links = self.candidates.iter().all(|key| key.kind() == KeyKind::Link);
        if only_links && self.address.is_some() { Outcome::External } else { Outcome::Pending }
    }

    pub(crate) fn new(relation: Relation, raw: String, candidates: Vec<Key>) -> Self {
        let address = text::first_url(&raw).map(str::to_owned);
        Self { relation, raw, candidates, address }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::LinkKind;

    #[test]
    fn spellings_of_one_thing_are_one_key() {
        assert_eq!(Key::link("HTTPS://Shop.Example/A/"), Key::link("https://shop.example/A"));
        assert_ne!(Key::link("https://shop.example/A"), Key::link("https://shop.example/a"));
        assert_eq!(Key::number("p", "0042"), Key::number("p", "42"));
        assert_ne!(Key::number("p", "42"), Key::number("q", "42"));
        assert_eq!(Key::number("p", "000").unwrap().as_str(), "number:p:0");
        assert_eq!(Key::path("p", "/a/b/"), Key::path("p", "a/b"));
        for no_link in ["", "shop", "/a/b", "two words:x", "https://a b", "1a:b", "x:"] {
            assert_eq!(Key::link(no_link), None, "{no_link}");
        }
    }

    #[test]
    fn the_first_candidate_that_one_item_alone_has_decides() {
        let path = Key::path("p", "a/1-x").unwrap();
        let number = Key::number("p", "1").unwrap();
        let raw = "/a/1-x".to_owned();
        let relation = Relation::Link(LinkKind::Needs);
        let reference = Reference::new(relation, raw, vec![path.clone(), number]);
        let resolve = |at_path, at_number| {
            reference.resolve(|key| if *key == path { at_path } else { at_number })
        };
        assert_eq!(resolve(Found::One(1), Found::One(2)), Outcome::Item(1, KeyKind::Path));
        assert_eq!(resolve(Found::None, Found::One(2)), Outcome::Item(2, KeyKind::Number));
        assert_eq!(resolve(Found::Several, Found::One(2)), Outcome::Item(2, KeyKind::Number));
        assert_eq!(resolve(Found::None, Found::Several), Outcome::Pending);
    }

    #[test]
    fn an_address_that_names_no_item_stays_an_address() {
        let relation = Relation::Link(LinkKind::RelatesTo);
        let raw = "https://elsewhere.example/doc - the plan";
        let link = Key::link("https://elsewhere.example/doc").into_iter().collect();
        let reference = Reference::new(relation, raw.to_owned(), link);
        assert_eq!(reference.address.as_deref(), Some("https://elsewhere.example/doc"));
        assert_eq!(reference.resolve(|_| Found::<u8>::None), Outcome::External);
        assert_eq!(reference.resolve(|_| Found::One(3)), Outcome::Item(3, KeyKind::Link));
        let words = Reference::new(relation, "ask somebody".to_owned(), Vec::new());
        assert_eq!(words.resolve(|_| Found::<u8>::None), Outcome::Pending);
    }
}
