//! What people are told, and how it reaches them.
//!
//! - [`notices`]: from what happened in a product to what is worth telling, and whom it concerns;
//! - [`rules`]: from that to deliveries, by everybody's rules and addresses;
//! - [`hold`]: until when a delivery waits for its receiver's hours or digest;
//! - [`letter`], [`payload`], [`webhook`]: how a notice is said, to people in three languages and to programs;
//! - [`guard`]: which addresses a webhook may have;
//! - [`retry`], [`why`]: when a delivery is tried again, and why it failed.
//!
//! All of these are pure: values in, values out. Only [`send`] talks to the network. Nothing here reads the clock.

pub mod guard;
pub mod hold;
pub mod letter;
pub mod notices;
pub mod payload;
pub mod retry;
pub mod rules;
pub mod send;
pub mod webhook;
pub mod why;
mod words;

pub use koepel_domain::language::Language;

use koepel_domain::{
    ids::{PersonId, ProductId},
    outbox::{Notice, Receiver, To},
};

/// How things are called, for whoever reads a notice.
pub struct Names<'a> {
    /// The product's id.
    pub product: &'a ProductId,
    /// Its name.
    pub product_name: &'a str,
    /// The name of a person, or the id if there is none.
    pub person: &'a (dyn Fn(&PersonId) -> String + Sync),
    /// Where people can see what it is about; none, if there is no such page.
    pub pages: Option<&'a Pages>,
}

/// Where people can see what a notice is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pages {
    /// In the dashboard at this address, which has no slash at its end.
    Dashboard(String),
    /// On a page of somebody else's for escalations, with `{product}` and `{escalation}` for which.
    Escalations(String),
}

/// What tells a delivery from all others, the same however often it is sent: no dots, no spaces, made by nobody outside.
#[must_use]
pub fn delivery_id(product: &ProductId, notice: &Notice, to: &To) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("koepel alert delivery");
    let channel = format!("{:?}", to.channel);
    let receiver = receiver_word(&to.receiver);
    let time = notice.time.0.to_string();
    let target = to.target.as_ref().map_or("", |target| target.as_str());
    for part in [product.as_str(), notice.cause.as_str(), &time, &channel, &receiver, target] {
        hasher.update(part.as_bytes());
        hasher.update(b"\n");
    }
    let hash = hasher.finalize().to_hex();
    format!("alert_{}", hash.as_str().get(..32).unwrap_or_default())
}

/// What tells a letter that several deliveries make from all others: the same for the same deliveries.
#[must_use]
pub fn letter_id<'a>(deliveries: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = blake3::Hasher::new_derive_key("koepel alert letter");
    for id in deliveries {
        hasher.update(id.as_bytes());
        hasher.update(b"\n");
    }
    let hash = hasher.finalize().to_hex();
    format!("letter_{}", hash.as_str().get(..32).unwrap_or_default())
}

/// A receiver as one word: `p-hanna`, `chief-po`, `domain-po-online`.
#[must_use]
pub fn receiver_word(receiver: &Receiver) -> String {
    match receiver {
        Receiver::Person(person) => person.to_string(),
        Receiver::Seat { role, domain } => {
            let role = role.title().to_lowercase().replace(' ', "-");
            match domain {
                None => role,
                Some(domain) => format!("{role}-{domain}"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use koepel_domain::{
        ids::Timestamp,
        outbox::{Channel, Concern, Facts, Kind, Role},
        text::Line,
    };

    use super::*;

    fn notice(cause: &str) -> Notice {
        Notice {
            cause: Line::new(cause).unwrap(),
            kind: Kind::Test,
            version: koepel_domain::ids::Version(0),
            time: Timestamp(5),
            domains: Vec::new(),
            facts: Facts::default(),
        }
    }

    #[test]
    fn each_delivery_has_an_id_of_its_own_for_ever() {
        let product = ProductId::new("webshop").unwrap();
        let person = |id: &str| Receiver::Person(PersonId::new(id).unwrap());
        let to = |channel, receiver| To {
            channel,
            receiver,
            concern: Concern::Asked,
            target: None,
            hold: None,
        };
        let one = to(Channel::Email, person("p-a"));
        let id = delivery_id(&product, &notice("a"), &one);
        assert_eq!(id, delivery_id(&product, &notice("a"), &one));
        assert_eq!(id.len(), 38);
        assert_ne!(id, delivery_id(&product, &notice("b"), &one));
        assert_ne!(id, delivery_id(&product, &notice("a"), &to(Channel::Nats, person("p-a"))));
        assert_ne!(id, delivery_id(&product, &notice("a"), &to(Channel::Email, person("p-b"))));
    }

    #[test]
    fn a_receiver_is_a_word_of_a_subject() {
        let domain = Some(koepel_domain::ids::DomainId::new("online").unwrap());
        let seat = |role, domain| receiver_word(&Receiver::Seat { role, domain });
        assert_eq!(seat(Role::ChiefPo, None), "chief-po");
        assert_eq!(seat(Role::DomainPo, domain), "domain-po-online");
    }
}
