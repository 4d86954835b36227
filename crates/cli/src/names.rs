//! The names that people type, and the resource names they stand for.
//!
//! An item may be `products/webshop/items/ONLINE-42`, `webshop/ONLINE-42` or `ONLINE-42`; domains likewise; products,
//! people and tokens with or without their collection in front. Whether a thing exists is the server's to say.

use std::{fmt, str::FromStr};

use crate::{context::Context, failure::Failure, session::Session};

/// Why a name could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// Not the form of an item's name.
    #[error(
        "`{given}` names no item: give PRODUCT/KEY such as webshop/ONLINE-42, or the key alone"
    )]
    Item {
        /// What was given.
        given: String,
    },
    /// Not the form of a domain's name.
    #[error(
        "`{given}` names no domain: give PRODUCT/DOMAIN such as webshop/online, or the domain alone"
    )]
    Domain {
        /// What was given.
        given: String,
    },
    /// Not an id.
    #[error("`{given}` is no id of a {what}: expected a word such as {example}")]
    Id {
        /// What was given.
        given: String,
        /// What kind of thing was meant.
        what: &'static str,
        /// An id of that kind.
        example: &'static str,
    },
}

/// An item, perhaps without its product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ItemRef {
    /// The product's id, if it was said.
    pub(crate) product: Option<String>,
    /// `ONLINE-42`.
    pub(crate) key: String,
}

impl FromStr for ItemRef {
    type Err = Error;

    fn from_str(given: &str) -> Result<Self, Error> {
        let parsed =
            split(given, "items").map(|(product, key)| (product, key.to_ascii_uppercase()));
        match parsed {
            Some((product, key)) if is_key(&key) => Ok(Self { product, key }),
            _ => Err(Error::Item { given: given.to_owned() }),
        }
    }
}

impl fmt::Display for ItemRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.product {
            Some(product) => write!(f, "{product}/{}", self.key),
            None => f.write_str(&self.key),
        }
    }
}

/// A domain, perhaps without its product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DomainRef {
    /// The product's id, if it was said.
    pub(crate) product: Option<String>,
    /// `online`.
    pub(crate) domain: String,
}

impl FromStr for DomainRef {
    type Err = Error;

    fn from_str(given: &str) -> Result<Self, Error> {
        match split(given, "domains") {
            Some((product, domain)) if is_word(domain) => {
                Ok(Self { product, domain: domain.to_owned() })
            }
            _ => Err(Error::Domain { given: given.to_owned() }),
        }
    }
}

/// A product's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProductRef(pub(crate) String);

impl FromStr for ProductRef {
    type Err = Error;

    fn from_str(given: &str) -> Result<Self, Error> {
        id(given, "products/", "product", "webshop").map(Self)
    }
}

/// A person or tool; holds the resource name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PersonRef(pub(crate) String);

impl FromStr for PersonRef {
    type Err = Error;

    fn from_str(given: &str) -> Result<Self, Error> {
        id(given, "people/", "person", "p-7f3a").map(|id| Self(format!("people/{id}")))
    }
}

/// A token; holds the resource name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenRef(pub(crate) String);

impl FromStr for TokenRef {
    type Err = Error;

    fn from_str(given: &str) -> Result<Self, Error> {
        id(given, "tokens/", "token", "t-91c2").map(|id| Self(format!("tokens/{id}")))
    }
}

/// An invitation; holds the resource name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InvitationRef(pub(crate) String);

impl FromStr for InvitationRef {
    type Err = Error;

    fn from_str(given: &str) -> Result<Self, Error> {
        id(given, "invitations/", "invitation", "n-91c2")
            .map(|id| Self(format!("invitations/{id}")))
    }
}

/// An account at the identity provider; holds the resource name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IdentityRef(pub(crate) String);

impl FromStr for IdentityRef {
    type Err = Error;

    fn from_str(given: &str) -> Result<Self, Error> {
        id(given, "identities/", "identity", "i-91c2").map(|id| Self(format!("identities/{id}")))
    }
}

/// A browser that is signed in; holds the resource name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionRef(pub(crate) String);

impl FromStr for SessionRef {
    type Err = Error;

    fn from_str(given: &str) -> Result<Self, Error> {
        id(given, "sessions/", "session", "s-91c2").map(|id| Self(format!("sessions/{id}")))
    }
}

/// Something that goes by its number in a product, perhaps with the product in front: `7`, `webshop/7`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NumberRef {
    product: Option<String>,
    number: String,
}

impl FromStr for NumberRef {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        let (product, number) = match given.rsplit_once('/') {
            Some((product, number)) => (Some(product), number),
            None => (None, given),
        };
        let product = product.map(|product| {
            let product = product.strip_prefix("products/").unwrap_or(product);
            product.split('/').next().unwrap_or(product).to_owned()
        });
        if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(format!("`{given}` names nothing by number: give 7, or PRODUCT/7"));
        }
        Ok(Self { product, number: number.to_owned() })
    }
}

impl NumberRef {
    /// The resource name, in a collection such as `escalations`.
    ///
    /// # Errors
    /// The product is not said, and there is not just one.
    pub(crate) async fn name(
        &self,
        session: &Session,
        ctx: &Context,
        collection: &str,
    ) -> Result<String, Failure> {
        let product = ctx.product(session, self.product.as_deref()).await?;
        Ok(format!("products/{product}/{collection}/{}", self.number))
    }

    /// The resource name in a collection of this product, unless another was said.
    pub(crate) fn within(&self, product: &str, collection: &str) -> String {
        let product = self.product.as_deref().unwrap_or(product);
        format!("products/{product}/{collection}/{}", self.number)
    }
}

/// The resource name of a product.
pub(crate) fn product(id: &str) -> String {
    format!("products/{id}")
}

/// The resource name of a domain.
pub(crate) fn domain(product: &str, domain: &str) -> String {
    format!("products/{product}/domains/{domain}")
}

/// The resource name of an item.
pub(crate) fn item(product: &str, key: &str) -> String {
    format!("products/{product}/items/{key}")
}

/// The last part of a resource name: a key or an id.
pub(crate) fn short(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// As [`short`], but nothing for an empty name.
pub(crate) fn short_or_none(name: &str) -> Option<&str> {
    Some(short(name)).filter(|short| !short.is_empty())
}

/// The product's id in the resource name of something in it.
pub(crate) fn product_of(name: &str) -> &str {
    name.strip_prefix("products/").and_then(|rest| rest.split('/').next()).unwrap_or(name)
}

/// Product (if said) and last part of `products/P/<collection>/X`, `P/X` or `X`.
fn split<'a>(given: &'a str, collection: &str) -> Option<(Option<String>, &'a str)> {
    let parts: Vec<&str> = given.split('/').collect();
    match parts.as_slice() {
        [last] => Some((None, last)),
        [product, last] if is_word(product) => Some((Some((*product).to_owned()), last)),
        ["products", product, of, last] if *of == collection && is_word(product) => {
            Some((Some((*product).to_owned()), last))
        }
        _ => None,
    }
}

fn id(
    given: &str,
    collection: &str,
    what: &'static str,
    example: &'static str,
) -> Result<String, Error> {
    let id = given.strip_prefix(collection).unwrap_or(given);
    if is_word(id) {
        Ok(id.to_owned())
    } else {
        Err(Error::Id { given: given.to_owned(), what, example })
    }
}

/// Loose on purpose: the server knows the rule, this only tells a name from a path or a sentence.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.'))
}

fn is_key(key: &str) -> bool {
    key.rsplit_once('-').is_some_and(|(domain, number)| {
        is_word(domain) && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_item(given: &str, then: Option<(Option<&str>, &str)>) {
        let parsed = given.parse::<ItemRef>().ok().map(|item| (item.product, item.key));
        assert_eq!(
            parsed,
            then.map(|(product, key)| (product.map(ToOwned::to_owned), key.to_owned())),
            "{given}"
        );
    }

    #[test]
    fn an_item_is_named_in_three_ways() {
        check_item("ONLINE-42", Some((None, "ONLINE-42")));
        check_item("online-42", Some((None, "ONLINE-42")));
        check_item("webshop/ONLINE-42", Some((Some("webshop"), "ONLINE-42")));
        check_item("products/webshop/items/ONLINE-42", Some((Some("webshop"), "ONLINE-42")));
    }

    #[test]
    fn what_is_no_item_is_refused() {
        for given in [
            "",
            "42",
            "ONLINE",
            "ONLINE-",
            "-42",
            "a/b/ONLINE-1",
            "products/webshop/domains/ONLINE-1",
            "x y-1",
        ] {
            check_item(given, None);
        }
    }

    #[test]
    fn domains_products_people_and_tokens_may_be_named_in_full() {
        let check = |given: &str| {
            given.parse::<DomainRef>().map(|domain| (domain.product, domain.domain)).ok()
        };
        assert_eq!(check("online"), Some((None, "online".to_owned())));
        assert_eq!(
            check("webshop/online"),
            Some((Some("webshop".to_owned()), "online".to_owned()))
        );
        assert_eq!(
            check("products/webshop/domains/online"),
            Some((Some("webshop".to_owned()), "online".to_owned()))
        );
        assert_eq!(check("products/webshop/items/online"), None);
        assert_eq!("products/webshop".parse(), Ok(ProductRef("webshop".to_owned())));
        assert_eq!("p-7f3a".parse(), Ok(PersonRef("people/p-7f3a".to_owned())));
        assert_eq!("people/p-7f3a".parse(), Ok(PersonRef("people/p-7f3a".to_owned())));
        assert_eq!("t-91c2".parse(), Ok(TokenRef("tokens/t-91c2".to_owned())));
        assert!("web shop".parse::<ProductRef>().is_err());
        assert!("products/a/b".parse::<ProductRef>().is_err());
    }

    #[test]
    fn resource_names_are_shortened_for_people() {
        assert_eq!(short("products/webshop/items/ONLINE-42"), "ONLINE-42");
        assert_eq!(short_or_none(""), None);
        assert_eq!(product_of("products/webshop/items/ONLINE-42"), "webshop");
        assert_eq!(product_of("products/webshop"), "webshop");
    }
}
