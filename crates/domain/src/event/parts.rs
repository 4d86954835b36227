//! What events are made of: places, arrivals, changes of a value, links.

use serde::{Deserialize, Serialize};

use crate::{ids::ItemKey, item::LinkKind, text::Source};

/// An old and a new value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Change<T> {
    /// Before.
    pub from: T,
    /// After.
    pub to: T,
}

/// A place reached or left, with its neighbours then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Spot {
    /// In the overarching order, from 1.
    pub place: u32,
    /// The item above, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<ItemKey>,
    /// The item below, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<ItemKey>,
}

/// How an item came into the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Arrival {
    /// Where its turn was put, in the overarching order, from 1.
    pub turn_place: u32,
    /// Which of its domain's unpinned turns the item took, from 1.
    pub turn: u32,
    /// The place that the item reached.
    pub place: u32,
}

impl Arrival {
    /// At the end of the order and so of its domain's turns; how many items there are, and how many of them unpinned ones of
    /// the domain.
    pub(crate) fn at_bottom(items: u32, turns: u32) -> Self {
        Self { turn_place: items + 1, turn: turns + 1, place: items + 1 }
    }
}

/// A link as events tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkData {
    /// How they are tied.
    pub kind: LinkKind,
    /// To what.
    pub target: TargetData,
    /// Whether an import made it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub imported: bool,
}

/// The far end of a link as events tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum TargetData {
    /// An item of the same product.
    Item(ItemKey),
    /// Something that is not here yet.
    Pending {
        /// What the source called it.
        raw: Source,
        /// The names it may go by.
        names: Vec<Source>,
        /// Whether `raw` is an address.
        #[serde(default, skip_serializing_if = "is_false")]
        external: bool,
    },
    /// An address.
    Uri(Source),
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde's skip_serializing_if passes a reference"
)]
pub(super) fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde's skip_serializing_if passes a reference"
)]
pub(super) fn is_zero(value: &u32) -> bool {
    *value == 0
}
