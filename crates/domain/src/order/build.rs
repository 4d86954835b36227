//! An order made at once from its sequence, and its stored form: a table of letters, and the items with their turns.
//!
//! What is read is checked: a stored order with an item twice or a letter that is not in the table is refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Error, ItemNo, Letter, Order, caps::Caps, lists::Lists, text::Text};

/// The stored form: for each place the item and the index of its letter.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Order")]
struct Stored {
    letters: Vec<Letter>,
    items: Vec<ItemNo>,
    turns: Vec<u32>,
}

impl Order {
    /// The order of these items from the top down, in time proportional to their number.
    ///
    /// # Errors
    /// An item comes twice, or a domain's number is too great.
    pub fn from_sequence(items: impl IntoIterator<Item = (ItemNo, Letter)>) -> Result<Self, Error> {
        let empty = Self::default();
        Self::build(items, empty.text.caps, empty.lists.caps)
    }

    pub(super) fn build(
        items: impl IntoIterator<Item = (ItemNo, Letter)>,
        text: Caps,
        lists: Caps,
    ) -> Result<Self, Error> {
        let mut codes = Vec::new();
        let mut by_letter: BTreeMap<u16, Vec<u32>> = BTreeMap::new();
        for (item, letter) in items {
            let code = letter.code().ok_or(Error::NoSuchDomain { domain: letter.domain })?;
            codes.push(code);
            by_letter.entry(code).or_default().push(item.0);
        }
        let mut lists = Lists::new(lists);
        let mut last = ItemNo::default();
        for (code, items) in by_letter {
            if let Some(item) = lists.reserve(&items) {
                return Err(Error::Known { item: ItemNo(item) });
            }
            last = ItemNo(items.last().copied().unwrap_or_default());
            lists.build(code, &items).ok_or(Error::Broken { item: last })?;
        }
        let text = Text::build(&codes, text).ok_or(Error::Broken { item: last })?;
        Ok(Self { text, lists })
    }
}

impl Serialize for Order {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let n = self.len() as usize;
        let mut stored = Stored {
            letters: Vec::new(),
            items: Vec::with_capacity(n),
            turns: Vec::with_capacity(n),
        };
        let mut indices = BTreeMap::new();
        for (item, letter) in self.iter_from(0) {
            let index = *indices.entry(letter).or_insert_with(|| {
                stored.letters.push(letter);
                super::n32(stored.letters.len() - 1)
            });
            stored.items.push(item);
            stored.turns.push(index);
        }
        stored.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Order {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored { letters, items, turns } = Stored::deserialize(deserializer)?;
        if items.len() != turns.len() {
            return Err(de::Error::custom(format_args!(
                "{} items but {} turns",
                items.len(),
                turns.len()
            )));
        }
        let letter = |index: u32| {
            let letter = letters.get(index as usize).copied();
            letter.ok_or_else(|| {
                de::Error::custom(format_args!("no letter {index} in a table of {}", letters.len()))
            })
        };
        let turns = turns.into_iter().map(letter).collect::<Result<Vec<_>, D::Error>>()?;
        Self::from_sequence(items.into_iter().zip(turns)).map_err(de::Error::custom)
    }
}
