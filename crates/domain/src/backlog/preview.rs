//! What a rank or a reorder would do, decided as the command itself is, and forgotten again.

use std::{cmp::Reverse, ops::Range};

use crate::{
    command::Command,
    error::Error,
    event::Event,
    ids::DecisionNo,
    mandate::Actor,
    order::{DomainNo, ItemNo},
    product::Product,
};

/// Most items passed that are told one by one.
const TOLD: usize = 10;

/// Where an item stands: its place in the overarching order and in its sub-backlog, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// In the overarching order.
    pub place: u32,
    /// In the sub-backlog.
    pub domain_place: u32,
}

/// What a move would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// What would be moved.
    pub item: ItemNo,
    /// Where it is.
    pub from: Standing,
    /// Where it would be.
    pub to: Standing,
    /// What it would go past in the list that it is moved in, without what moves along as its family: those nearest to its new
    /// place, the nearest first, at most 10.
    pub passed: Vec<ItemNo>,
    /// How many in all.
    pub passed_total: u32,
    /// The same by domain, the most first.
    pub domains: Vec<(DomainNo, u32)>,
    /// Decisions in force that it would not follow.
    pub decisions: Vec<DecisionNo>,
}

impl Product {
    /// What a [`Command::RankItem`] or [`Command::ReorderItem`] would do, if it were given now. The answer costs as much as
    /// the command does, and a step for each domain.
    ///
    /// # Errors
    /// As the command.
    pub fn preview(&self, command: &Command, actor: &Actor) -> Result<Preview, Error> {
        let (key, ranks) = if let Command::RankItem { item, with_family, .. } = command {
            (item, Some(*with_family))
        } else if let Command::ReorderItem { item, .. } = command {
            (item, None)
        } else {
            return Err(Error::Broken("a preview of what moves nothing"));
        };
        let events = self.decide(command, actor)?;
        let (no, item) = self.find_open(key, None)?;
        let mut after = self.clone();
        after.foresee(&events)?;
        let (from, to) = (self.standing(no)?, after.standing(no)?);
        let decisions = events.iter().filter_map(|event| {
            if let Event::DecisionNotFollowed(departure) = event {
                Some(departure.decision)
            } else {
                None
            }
        });
        let mut preview = Preview {
            item: no,
            from,
            to,
            passed: Vec::new(),
            passed_total: 0,
            domains: Vec::new(),
            decisions: decisions.collect(),
        };
        preview.decisions.dedup();
        if let Some(with_family) = ranks {
            // Where it goes itself, in the order as it is; those who move along come after it.
            let to = events.iter().find_map(|event| {
                if let Event::ItemRanked(ranked) = event
                    && ranked.item == *key
                {
                    ranked.to.place.checked_sub(1)
                } else {
                    None
                }
            });
            if let Some(to) = to {
                let family = if with_family { self.open_family(no)? } else { vec![no] };
                self.rank_passes(&mut preview, (from.place, to), &family);
            }
        } else {
            let (from, to) = (from.domain_place, to.domain_place);
            let at = |index| self.order.item_in_domain(item.domain, index);
            preview.passed = nearest(from, to).filter_map(at).take(TOLD).collect();
            preview.passed_total = from.abs_diff(to);
            preview.domains = vec![(item.domain, preview.passed_total)];
            preview.domains.retain(|(_, items)| *items > 0);
        }
        Ok(preview)
    }

    fn standing(&self, no: ItemNo) -> Result<Standing, Error> {
        let places = self.order.place_of(no).zip(self.order.domain_place(no));
        let (place, domain_place) = places.ok_or(Error::Broken("an open item without a place"))?;
        Ok(Standing { place, domain_place })
    }

    /// Counts what an item passes in the overarching order, in which `family` (it is one of it) goes along.
    fn rank_passes(&self, preview: &mut Preview, (from, to): (u32, u32), family: &[ItemNo]) {
        let order = &self.order;
        let range = between(from, to);
        let mut counts: Vec<(DomainNo, u32)> = self
            .domains()
            .map(|(domain, _)| {
                let before = order.domain_items_before(domain, range.start);
                (domain, order.domain_items_before(domain, range.end) - before)
            })
            .collect();
        let places = family.iter().filter_map(|no| Some((*no, order.place_of(*no)?)));
        let mut along: Vec<ItemNo> =
            places.filter(|(_, place)| range.contains(place)).map(|(no, _)| no).collect();
        along.sort_unstable();
        for no in &along {
            let Some(letter) = order.letter_of(*no) else { continue };
            if let Some((_, count)) = counts.iter_mut().find(|(of, _)| *of == letter.domain) {
                *count = count.saturating_sub(1);
            }
        }
        counts.retain(|(_, count)| *count > 0);
        counts.sort_by_key(|(domain, count)| (Reverse(*count), *domain));
        preview.passed_total = counts.iter().map(|(_, count)| count).sum();
        preview.domains = counts;
        let passed = nearest(from, to).filter_map(|place| order.item_at(place));
        let passed = passed.filter(|no| along.binary_search(no).is_err());
        preview.passed = passed.take(TOLD).collect();
    }
}

/// The places, as they are now, of what goes from one place to another passes.
fn between(from: u32, to: u32) -> Range<u32> {
    if to < from { to..from } else { from + 1..to + 1 }
}

/// As [`between`], the nearest to the new place first.
fn nearest(from: u32, to: u32) -> impl Iterator<Item = u32> {
    let range = between(from, to);
    let (up, down) = if to < from { (Some(range), None) } else { (None, Some(range.rev())) };
    up.into_iter().flatten().chain(down.into_iter().flatten())
}
