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

impl Reference {
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
    fn the_address_in_a_reference_is_told_beside_its_keys() {
        let relation = Relation::Link(LinkKind::RelatesTo);
        let raw = "https://elsewhere.example/doc - the plan";
        let link = Key::link("https://elsewhere.example/doc").into_iter().collect();
        let reference = Reference::new(relation, raw.to_owned(), link);
        assert_eq!(reference.address.as_deref(), Some("https://elsewhere.example/doc"));
        assert_eq!(reference.candidates[0].address(), Some("https://elsewhere.example/doc"));
        let words = Reference::new(relation, "ask somebody".to_owned(), Vec::new());
        assert_eq!(words.address, None);
    }
}
