//! Whether an order is whole: every invariant, one after the other, for tests and for a doubtful day.
//!
//! Reads everything, so it costs time proportional to the number of items. Says what is wrong first.

use std::collections::BTreeMap;

use super::{
    Order,
    caps::{Caps, least},
    lists::{Kid, Lists},
    text::{Node, Text},
};

impl Order {
    /// Verifies that the order is whole: as many turns as items for each letter, each item in the list of its letter, all
    /// counts and back pointers right, no node too full or too empty.
    ///
    /// # Errors
    /// Says in words what is wrong; any error is a defect of this module.
    pub fn check(&self) -> Result<(), String> {
        let turns = self.text.check()?;
        let items = self.lists.check()?;
        if turns != items {
            return Err(format!("turns by letter {turns:?}, items by letter {items:?}"));
        }
        Ok(())
    }
}

type Counts = BTreeMap<u16, u32>;

/// The error, unless something holds.
fn ensure(holds: bool, error: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(error()) }
}

fn check_entries(n: usize, most: usize, root: bool) -> Result<(), String> {
    ensure(n <= most && (root || n >= least(most)), || {
        format!("a node with {n} entries of at most {most}")
    })
}

impl Text {
    fn check(&self) -> Result<Counts, String> {
        let (counts, _) = check_node(&self.root, self.caps, true)?;
        let n: u32 = counts.values().sum();
        ensure(n == self.len, || format!("a text of {n} turns says that it has {}", self.len))?;
        Ok(counts)
    }
}

/// The counts below a node and its height.
fn check_node(node: &Node, caps: Caps, root: bool) -> Result<(Counts, u32), String> {
    let mut counts = Counts::new();
    match node {
        Node::Leaf(leaf) => {
            check_entries(leaf.len(), caps.leaf, root)?;
            leaf.as_slice().iter().for_each(|code| *counts.entry(*code).or_default() += 1);
            Ok((counts, 0))
        }
        Node::Inner(inner) => {
            check_entries(inner.kids.len(), caps.fan, root)?;
            ensure(inner.kids.len() > 1, || "an inner node with one child".to_owned())?;
            let mut height = None;
            for (column, kid) in inner.kids.iter().enumerate() {
                let (below, h) = check_node(kid, caps, false)?;
                ensure(height.is_none_or(|height| height == h), || {
                    "children of different heights".to_owned()
                })?;
                height = Some(h);
                let size: u32 = below.values().sum();
                let noted = inner.sizes.get(column).copied();
                ensure(noted == Some(size), || {
                    format!("a child of {size} turns noted with {noted:?}")
                })?;
                for (code, n) in below {
                    let noted = inner.rows.row(code).get(column).copied();
                    ensure(noted == Some(n), || {
                        format!("letter {code}: {n} turns noted as {noted:?}")
                    })?;
                    *counts.entry(code).or_default() += n;
                }
            }
            let rest: u32 = inner.sizes.iter().skip(inner.kids.len()).sum();
            ensure(rest == 0, || "sizes past the last child".to_owned())?;
            let mut noted = Counts::new();
            inner.rows.tally(&mut |code, n| *noted.entry(code).or_default() += n);
            ensure(noted == counts, || format!("rows count {noted:?}, children {counts:?}"))?;
            Ok((counts, height.unwrap_or_default() + 1))
        }
    }
}

/// What was met on a walk over a list.
#[derive(Default)]
struct Seen {
    items: u32,
    leaves: Vec<u32>,
    inners: u32,
}

impl Lists {
    fn check(&self) -> Result<Counts, String> {
        let mut counts = Counts::new();
        let (mut items, mut leaves, mut inners) = (0, 0, 0);
        let mut heads = Vec::new();
        self.heads.for_each(&mut |code, head| heads.push((code, *head)));
        for (code, head) in heads {
            if head.root == 0 {
                ensure(head.len == 0, || {
                    format!("letter {code}: {} items without a root", head.len)
                })?;
                continue;
            }
            let code = u16::try_from(code).map_err(|_| format!("no letter has the code {code}"))?;
            let mut seen = Seen::default();
            self.check_node(
                Kid { id: head.root, count: head.len },
                0,
                head.levels,
                code,
                &mut seen,
            )?;
            self.check_chain(&seen.leaves)?;
            counts.insert(code, seen.items);
            items += seen.items;
            leaves += super::n32(seen.leaves.len());
            inners += seen.inners;
        }
        let mut homes = 0;
        self.homes.for_each(&mut |_, home| homes += u32::from(*home != 0));
        ensure(homes == items, || format!("{homes} items have a leaf, {items} are in one"))?;
        let used = (self.leaves.count_used(), self.inners.count_used());
        ensure(used == (Some(leaves), Some(inners)), || {
            format!("{leaves} leaves and {inners} inner nodes reached, {used:?} in use")
        })?;
        Ok(counts)
    }

    fn check_node(
        &self,
        kid: Kid,
        up: u32,
        level: u32,
        code: u16,
        seen: &mut Seen,
    ) -> Result<(), String> {
        let absent = || format!("letter {code}: no node {} of level {level}", kid.id);
        if level == 0 {
            let leaf = self.leaves.get(kid.id).ok_or_else(absent)?;
            let items = leaf.items.as_slice();
            check_entries(items.len(), self.caps.leaf, up == 0)?;
            ensure(!items.is_empty(), || format!("letter {code}: an empty leaf"))?;
            ensure(leaf.code == code, || {
                format!("a leaf of letter {} below letter {code}", leaf.code)
            })?;
            ensure(leaf.up == up, || {
                format!("leaf {} has the parent {}, not {up}", kid.id, leaf.up)
            })?;
            let n = super::n32(items.len());
            ensure(kid.count == n, || {
                format!("leaf {} has {n} items, noted as {}", kid.id, kid.count)
            })?;
            for item in items {
                let home = self.homes.get(*item).copied();
                ensure(home == Some(kid.id), || {
                    format!("item {item} is in {} and points to {home:?}", kid.id)
                })?;
            }
            seen.items += n;
            seen.leaves.push(kid.id);
            return Ok(());
        }
        let inner = self.inners.get(kid.id).ok_or_else(absent)?;
        let kids = inner.kids.as_slice();
        check_entries(kids.len(), self.caps.fan, up == 0)?;
        ensure(kids.len() > 1, || format!("letter {code}: an inner node with one child"))?;
        ensure(inner.up == up, || {
            format!("inner node {} has the parent {}, not {up}", kid.id, inner.up)
        })?;
        let n: u32 = kids.iter().map(|kid| kid.count).sum();
        ensure(kid.count == n, || {
            format!("inner node {} has {n} items, noted as {}", kid.id, kid.count)
        })?;
        seen.inners += 1;
        kids.iter().try_for_each(|below| self.check_node(*below, kid.id, level - 1, code, seen))
    }

    /// Each leaf points to the next, the last to none.
    fn check_chain(&self, leaves: &[u32]) -> Result<(), String> {
        let nexts = leaves.iter().skip(1).copied().chain([0]);
        for (id, next) in leaves.iter().zip(nexts) {
            let found = self.leaves.get(*id).map(|leaf| leaf.next);
            ensure(found == Some(next), || {
                format!("leaf {id} is followed by {found:?}, not {next}")
            })?;
        }
        Ok(())
    }
}
