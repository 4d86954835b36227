//! A way out with the changes that it orders, as it is typed: `Tills first => rank OFFLINE-2 above ONLINE-3, pin OFFLINE-2`.

use std::str::FromStr;

use koepel_api::v1::{
    self,
    ordered_change::{Change, Move, Rank},
    place::At,
};

use crate::{
    context::domain_within,
    failure::Failure,
    names::{DomainRef, ItemRef},
    place::within,
};

/// What may stand there.
pub(super) const FORMS: &str = "\
A way out, and the changes that choosing it orders, one after the other:
  \"Both in turn\"
  \"Tills first => rank OFFLINE-2 above ONLINE-3, pin OFFLINE-2\"
A change is one of
  rank ITEM [with family] above ITEM | below ITEM | to the top | to the bottom
  pin ITEM        unpin ITEM        drop ITEM        move ITEM to DOMAIN
May be given several times.";

/// A way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OptionArg {
    title: String,
    changes: Vec<ChangeArg>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ChangeArg {
    Rank { item: ItemRef, family: bool, to: To },
    Pin(ItemRef),
    Unpin(ItemRef),
    Drop(ItemRef),
    Move(ItemRef, DomainRef),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum To {
    Top,
    Bottom,
    Above(ItemRef),
    Below(ItemRef),
}

impl FromStr for OptionArg {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        let (title, changes) = match given.split_once("=>") {
            Some((title, changes)) => (title, Some(changes)),
            None => (given, None),
        };
        let title = title.trim().to_owned();
        if title.is_empty() {
            return Err("a way out needs a title before =>".to_owned());
        }
        let changes = changes.map_or_else(
            || Ok(Vec::new()),
            |changes| changes.split(',').map(change).collect::<Result<_, _>>(),
        )?;
        Ok(Self { title, changes })
    }
}

fn change(given: &str) -> Result<ChangeArg, String> {
    let words: Vec<&str> = given.split_whitespace().collect();
    let item = |text: &str| text.parse::<ItemRef>().map_err(|error| error.to_string());
    Ok(match words.as_slice() {
        ["pin", one] => ChangeArg::Pin(item(one)?),
        ["unpin", one] => ChangeArg::Unpin(item(one)?),
        ["drop", one] => ChangeArg::Drop(item(one)?),
        ["move", one, "to", domain] => {
            let domain = domain.parse::<DomainRef>().map_err(|error| error.to_string())?;
            ChangeArg::Move(item(one)?, domain)
        }
        ["rank", one, "with", "family", rest @ ..] => {
            ChangeArg::Rank { item: item(one)?, family: true, to: to(rest, given)? }
        }
        ["rank", one, rest @ ..] => {
            ChangeArg::Rank { item: item(one)?, family: false, to: to(rest, given)? }
        }
        _ => return Err(no_change(given)),
    })
}

fn to(words: &[&str], given: &str) -> Result<To, String> {
    let item = |text: &str| text.parse::<ItemRef>().map_err(|error| error.to_string());
    Ok(match words {
        ["to", "the", "top"] | ["to", "top"] | ["top"] => To::Top,
        ["to", "the", "bottom"] | ["to", "bottom"] | ["bottom"] => To::Bottom,
        ["above" | "before", other] => To::Above(item(other)?),
        ["below" | "after", other] => To::Below(item(other)?),
        _ => return Err(no_change(given)),
    })
}

fn no_change(given: &str) -> String {
    format!(
        "`{}` is no change: give one such as \"rank ONLINE-3 above OFFLINE-2\", \"pin ONLINE-3\", \"unpin ONLINE-3\", \
         \"move ONLINE-3 to offline\" or \"drop ONLINE-3\"",
        given.trim()
    )
}

impl OptionArg {
    /// On the wire; items without a product are of `product`.
    ///
    /// # Errors
    /// An item or domain of another product.
    pub(super) fn to_wire(&self, product: &str) -> Result<v1::EscalationOption, Failure> {
        let changes: Result<Vec<_>, _> =
            self.changes.iter().map(|change| change.to_wire(product)).collect();
        let (title, summary) = (self.title.clone(), String::new());
        Ok(v1::EscalationOption { title, changes: changes?, summary })
    }
}

impl ChangeArg {
    fn to_wire(&self, product: &str) -> Result<v1::OrderedChange, Failure> {
        let change = match self {
            Self::Rank { item, family, to } => {
                let at = match to {
                    To::Top => At::Edge(v1::Edge::Top.into()),
                    To::Bottom => At::Edge(v1::Edge::Bottom.into()),
                    To::Above(other) => At::Before(within(other, product)?),
                    To::Below(other) => At::After(within(other, product)?),
                };
                let place = Some(v1::Place { at: Some(at), neighbour_seen: None });
                Change::Rank(Rank { item: within(item, product)?, place, with_family: *family })
            }
            Self::Pin(item) => Change::Pin(within(item, product)?),
            Self::Unpin(item) => Change::Unpin(within(item, product)?),
            Self::Drop(item) => Change::Drop(within(item, product)?),
            Self::Move(item, domain) => Change::Move(Move {
                item: within(item, product)?,
                domain: domain_within(domain, product)?,
            }),
        };
        Ok(v1::OrderedChange { change: Some(change) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(given: &str, says: &str) {
        let error = given.parse::<OptionArg>().unwrap_err();
        assert!(error.contains(says), "{given}: {error}");
    }

    #[test]
    fn a_way_out_is_a_title_and_perhaps_changes() {
        let plain: OptionArg = " Both in turn ".parse().unwrap();
        assert_eq!((plain.title.as_str(), plain.changes.len()), ("Both in turn", 0));
        let all = "A => rank O-1 above P-2, rank o-1 with family to the top, rank O-1 bottom, rank O-1 below P-2,pin O-1, \
                   unpin O-1, drop O-1, move O-1 to offline";
        let all: OptionArg = all.parse().unwrap();
        assert_eq!(all.changes.len(), 8);
        let wire = all.to_wire("shop").unwrap();
        let Some(Change::Rank(rank)) = &wire.changes[0].change else { panic!("{wire:?}") };
        assert_eq!(rank.item, "products/shop/items/O-1");
        let Some(Change::Move(to)) = &wire.changes[7].change else { panic!("{wire:?}") };
        assert_eq!(to.domain, "products/shop/domains/offline");
    }

    #[test]
    fn what_is_no_change_says_what_would_be_one() {
        refused("=> pin O-1", "needs a title");
        refused("A =>", "is no change");
        refused("A => rank O-1", "is no change");
        refused("A => rank O-1 over P-2", "rank ONLINE-3 above OFFLINE-2");
        refused("A => pin seven", "names no item");
        refused("A => pin O-1,", "is no change");
    }
}
