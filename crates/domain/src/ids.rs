//! Names that people and programs give: products, domains, items, people.
//!
//! Each is checked once, where it is made; a value of these types is always well formed.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

/// Longest id that a person may choose, in characters.
pub const ID_MAX: usize = 40;
/// Longest key of a domain, in characters.
pub const KEY_MAX: usize = 20;

/// Why a name is not well formed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} {value:?} is not {rule}")]
pub struct Malformed {
    /// What it should have been: "product id".
    pub what: &'static str,
    /// The value as given, cut at 60 characters.
    pub value: String,
    /// What is allowed.
    pub rule: &'static str,
}

impl Malformed {
    /// A refusal of `value`.
    #[must_use]
    pub fn new(what: &'static str, value: &str, rule: &'static str) -> Self {
        Self { what, value: value.chars().take(60).collect(), rule }
    }
}

fn is_kebab(text: &str) -> bool {
    let mut chars = text.chars();
    text.len() <= ID_MAX
        && chars.next().is_some_and(|first| first.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !text.ends_with('-')
        && !text.contains("--")
}

fn is_key(text: &str) -> bool {
    let mut chars = text.chars();
    text.len() <= KEY_MAX
        && chars.next().is_some_and(|first| first.is_ascii_uppercase())
        && chars.all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

fn is_sync(text: &str) -> bool {
    text.len() <= ID_MAX
        && !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

// A macro, because the types differ in nothing but name and rule, and must not be mixed up.
macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $check:ident, $rule:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks and takes a name.
            ///
            /// # Errors
            /// [`Malformed`] with the rule that it breaks.
            pub fn new(text: &str) -> Result<Self, Malformed> {
                if $check(text) { Ok(Self(text.into())) } else { Err(Malformed::new($what, text, $rule)) }
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = Malformed;

            fn from_str(text: &str) -> Result<Self, Malformed> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Malformed;

            fn try_from(text: String) -> Result<Self, Malformed> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0.as_ref().to_owned()
            }
        }
    };
}

text_id!(
    /// A product, `webshop`.
    ProductId, "product id", is_kebab,
    "1 to 40 of a-z, 0-9 and single hyphens, beginning with a letter"
);
text_id!(
    /// A domain of a product, `online`.
    DomainId, "domain id", is_kebab,
    "1 to 40 of a-z, 0-9 and single hyphens, beginning with a letter"
);
text_id!(
    /// First part of the keys of a domain's items, `ONLINE`.
    DomainKey, "domain key", is_key,
    "1 to 20 of A-Z and 0-9, beginning with a letter"
);
text_id!(
    /// A connection of a product to a team's tool, `online-jira`.
    ConnectionId, "connection id", is_kebab,
    "1 to 40 of a-z, 0-9 and single hyphens, beginning with a letter"
);
text_id!(
    /// A webhook's target in a product, `team-chat`.
    TargetId, "target id", is_kebab,
    "1 to 40 of a-z, 0-9 and single hyphens, beginning with a letter"
);
text_id!(
    /// A person or tool, by an id that does not say who it is.
    PersonId, "person id", is_kebab,
    "1 to 40 of a-z, 0-9 and single hyphens, beginning with a letter"
);
text_id!(
    /// A goal of a product, `fewer-returns`.
    GoalId, "goal id", is_kebab,
    "1 to 40 of a-z, 0-9 and single hyphens, beginning with a letter"
);
text_id!(
    /// A PO-sync of a product, `2026-W47`.
    SyncId, "sync id", is_sync,
    "1 to 40 of A-Z, a-z, 0-9 and single hyphens, beginning with a letter or digit"
);
text_id!(
    /// A calendar of a product, `copenhagen`.
    CalendarId, "calendar id", is_kebab,
    "1 to 40 of a-z, 0-9 and single hyphens, beginning with a letter"
);
text_id!(
    /// An escalation point of a product, `budget-offline`.
    PointId, "escalation point id", is_kebab,
    "1 to 40 of a-z, 0-9 and single hyphens, beginning with a letter"
);
text_id!(
    /// An API token, by the part of it that is no secret.
    TokenId, "token id", is_kebab,
    "1 to 40 of a-z, 0-9 and single hyphens, beginning with a letter"
);

text_id!(
    /// An invitation to sign in, by the part of it that is no secret.
    InvitationId, "invitation id", is_kebab,
    "1 to 40 of a-z, 0-9 and single hyphens, beginning with a letter"
);
text_id!(
    /// A person's account at an identity provider, by an id that does not say which.
    IdentityId, "identity id", is_kebab,
    "1 to 40 of a-z, 0-9 and single hyphens, beginning with a letter"
);
text_id!(
    /// A browser that is signed in, by the part of it that is no secret.
    SessionId, "session id", is_kebab,
    "1 to 40 of a-z, 0-9 and single hyphens, beginning with a letter"
);
text_id!(
    /// A share link of a product, by the part of it that is no secret.
    ShareId, "share link id", is_kebab,
    "1 to 40 of a-z, 0-9 and single hyphens, beginning with a letter"
);

text_id!(
    /// The BLAKE3 hash of stored bytes.
    ContentHash, "content hash", is_hash,
    "64 of 0-9 and a-f"
);

impl PersonId {
    /// The actor of what the service does by itself.
    #[must_use]
    pub fn system() -> Self {
        Self("system".into())
    }

    /// Whoever has opened a share link: nobody in particular, and nobody who could hold a role.
    #[must_use]
    pub fn share_link() -> Self {
        Self("share-link".into())
    }
}

impl CalendarId {
    /// The id of the calendar that is built in.
    #[must_use]
    pub fn built_in() -> Self {
        Self(crate::calendar::BUILT_IN.into())
    }
}

impl DomainId {
    /// The key that a domain gets if none is chosen: capitals, no hyphens, cut at 20.
    #[must_use]
    pub fn default_key(&self) -> DomainKey {
        let key: String = self
            .0
            .chars()
            .filter(|c| *c != '-')
            .take(KEY_MAX)
            .map(|c| c.to_ascii_uppercase())
            .collect();
        DomainKey(key.into())
    }
}

/// An item's key, `ONLINE-42`: the key of the domain it was made in, and a number from 1.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ItemKey {
    /// `ONLINE`.
    pub domain: DomainKey,
    /// `42`.
    pub number: u32,
}

impl fmt::Display for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.domain, self.number)
    }
}

impl fmt::Debug for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ItemKey {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed = || {
            Malformed::new("item key", text, "a domain's key, a hyphen and a number, as ONLINE-42")
        };
        let (domain, number) = text.split_once('-').ok_or_else(malformed)?;
        let canonical = number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0');
        if !canonical {
            return Err(malformed());
        }
        Ok(Self {
            domain: DomainKey::new(domain).map_err(|_| malformed())?,
            number: number.parse().map_err(|_| malformed())?,
        })
    }
}

impl TryFrom<String> for ItemKey {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        text.parse()
    }
}

impl From<ItemKey> for String {
    fn from(key: ItemKey) -> String {
        key.to_string()
    }
}

// A macro, because the types differ in nothing but name, and must not be mixed up.
macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = Malformed;

            fn from_str(text: &str) -> Result<Self, Malformed> {
                let malformed = || Malformed::new($what, text, "a number from 1, as in 7");
                let canonical = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
                if !canonical {
                    return Err(malformed());
                }
                text.parse().map(Self).map_err(|_| malformed())
            }
        }
    };
}

number_id!(
    /// A roadmap entry of a product, by its number from 1.
    EntryNo, "roadmap entry"
);
number_id!(
    /// An escalation of a product, by its number from 1.
    EscalationNo, "escalation"
);
number_id!(
    /// A decision in a product's decision log, by its number from 1.
    DecisionNo, "decision"
);

/// How many commits a product has had; each makes the next one. 0 is before the first.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Version(pub u64);

impl Version {
    /// The version that the next commit makes.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A moment, in microseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_kebab_and_bounded() {
        for good in ["a", "webshop", "api-machinery", "a1-b2"] {
            assert_eq!(ProductId::new(good).unwrap().as_str(), good);
        }
        let long = "a".repeat(41);
        for bad in ["", "A", "1a", "-a", "a-", "a--b", "a_b", "é", "a b", long.as_str()] {
            assert!(ProductId::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_content_hash_is_64_lower_case_digits() {
        let good = "0123456789abcdef".repeat(4);
        assert_eq!(ContentHash::new(&good).unwrap().as_str(), good);
        for bad in ["", "0", &good[1..], &good.to_uppercase(), &good.replace('f', "g")] {
            assert!(ContentHash::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn item_keys_have_one_spelling() {
        let key: ItemKey = "ONLINE-42".parse().unwrap();
        assert_eq!(key.to_string(), "ONLINE-42");
        for bad in [
            "ONLINE",
            "ONLINE-",
            "ONLINE-042",
            "ONLINE-0",
            "online-1",
            "ONLINE-1-2",
            "ONLINE-+1",
            "-1",
            "ONLINE-4294967296",
        ] {
            assert!(bad.parse::<ItemKey>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_default_key_is_always_well_formed() {
        let domain = DomainId::new("a-very-long-domain-name-with-many-words").unwrap();
        assert!(DomainKey::new(domain.default_key().as_str()).is_ok());
    }
}
