//! Whether a product's state is whole: every invariant of [`Product`], one after the other.

use std::collections::BTreeSet;

use imbl::OrdMap;

use super::{Domain, Product, index};
use crate::{
    escalations::Standing,
    goals::GoalNo,
    ids::{DecisionNo, EscalationNo},
    item::{ALIASES_HELD_MAX, DEPTH_MAX, Item, LIST_MAX, LinkTarget, SOURCES_HELD_MAX},
    order::{DomainNo, ItemNo, Letter},
    roadmap::ENTRY_ITEMS_MAX,
    seats::{Grant, Held, Seat, Sitting},
    term::moments,
};

fn ensure(holds: bool, error: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(error()) }
}

impl Product {
    /// Checks all invariants, in time proportional to the size.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), String> {
        self.order.check()?;
        self.closed.check()?;
        ensure(self.order.len() + self.closed.len() == self.items_len(), || {
            format!(
                "{} open and {} closed of {}",
                self.order.len(),
                self.closed.len(),
                self.items.len()
            )
        })?;
        for (no, item) in (0..).map(ItemNo).zip(&self.items) {
            self.check_place(no, item)?;
            self.check_item(no, item)?;
        }
        for (no, domain) in (0..).map(DomainNo).zip(&self.domains) {
            self.check_domain(no, domain)?;
        }
        check_seats("seats", &self.roles, &self.seats)?;
        check_seats("deputies", &self.deputies, &self.stand_ins)?;
        self.check_plans()?;
        self.check_escalations()?;
        self.check_indices()
    }

    /// Escalations and decisions, and what leads to them.
    fn check_escalations(&self) -> Result<(), String> {
        for (index, held) in (1..).zip(&self.escalations) {
            let no = held.no;
            ensure(no.0 == index, || format!("escalation {no} is the {index}th"))?;
            ensure(held.story.last() == Some(&held.changed), || format!("escalation {no}: story"))?;
            let some = held.line.is_empty() || held.turn_now().is_some();
            ensure(some, || format!("escalation {no}: nobody's turn"))?;
            let decided = |decision: &DecisionNo| self.decision(*decision);
            let ended = match &held.standing {
                Standing::Decided(by) => decided(by).is_some_and(|one| one.escalation == no),
                Standing::Open | Standing::Withdrawn(_) => true,
            };
            ensure(ended, || format!("escalation {no} was decided by none of it"))?;
        }
        let open = self.escalations().filter(|held| held.is_open());
        same("open escalations", open.map(|held| held.no), self.open_escalations.iter().copied())?;
        let due = self.escalations().filter_map(|held| Some((held.next_deadline()?, held.no)));
        same("deadlines", due, self.deadlines.iter().copied())?;
        for (no, pair) in &self.watched {
            ensure(pair.stands(&self.order), || {
                format!("decision {no} is watched and not followed")
            })?;
            let held = self.decision(*no);
            let followed = held.is_some_and(|one| one.is_in_force() && one.not_followed.is_none());
            ensure(followed, || format!("decision {no} is watched and not in force"))?;
        }
        let pairs = self.watched.iter().copied();
        let items =
            pairs.flat_map(|(no, pair)| [pair.above, pair.below].map(|item| (item, no, pair)));
        same("watched items", items, self.watched_items.iter().copied())?;
        let last = (1..).map(EscalationNo).zip(&self.escalations).all(|(no, held)| {
            let last = held.last_decision.map(|last| self.decision(last));
            last.is_none_or(|last| last.is_some_and(|last| last.escalation == no))
        });
        ensure(last, || "the last decision of an escalation is another's".to_owned())?;
        let numbered = (1..).zip(&self.decisions).all(|(index, one)| one.no.0 == index);
        ensure(numbered, || "decisions are not numbered".to_owned())
    }

    /// Goals, entries and syncs, and what leads to them.
    fn check_plans(&self) -> Result<(), String> {
        let known = |goal: Option<GoalNo>| goal.is_none_or(|no| self.goal(no).is_some());
        ensure(self.items.iter().all(|item| known(item.goal)), || "an item's goal".to_owned())?;
        for (index, entry) in (1..).zip(&self.entries) {
            let no = entry.no;
            ensure(no.0 == index, || format!("entry {no} is the {index}th"))?;
            ensure(known(entry.goal), || format!("entry {no} serves no goal that is there"))?;
            ensure(self.domain(entry.domain).is_some(), || format!("entry {no} has no domain"))?;
            let many = entry.items.len() > ENTRY_ITEMS_MAX;
            ensure(!many, || format!("entry {no} has {} items", entry.items.len()))?;
            each_once(&format!("entry {no}: items"), &entry.items)?;
            ensure(entry.changed <= self.version, || format!("entry {no} changed in the future"))?;
        }
        let entries = || self.entries.iter();
        let planned = entries().flat_map(|entry| entry.items.iter().map(|item| (*item, entry.no)));
        same("planned", planned, self.planned.iter().copied())?;
        let sources = entries().filter_map(|entry| Some((entry.source.as_ref()?, entry.no)));
        let held = self.entry_sources.iter().map(|(source, no)| (source, *no));
        same("entry sources", sources, held)?;
        let goals = (0..).map(GoalNo).zip(&self.goals).map(|(no, goal)| (&goal.id, no));
        same("goals", goals, self.goal_ids.iter().map(|(id, no)| (id, *no)))?;
        let syncs = (0..).zip(&self.syncs).map(|(no, sync)| (&sync.id, no));
        same("syncs", syncs, self.sync_ids.iter().map(|(id, no)| (id, *no)))?;
        for (id, held) in &self.connections {
            ensure(held.id == *id, || format!("connection {id} is called {}", held.id))?;
            ensure(self.domain(held.domain).is_some(), || format!("connection {id} to no domain"))?;
        }
        for (id, kept) in &self.calendars {
            ensure(kept.calendar.id == *id, || format!("calendar {id} is another's"))?;
            ensure(kept.changed <= self.version, || {
                format!("calendar {id} changed in the future")
            })?;
        }
        let default = self.default_calendar.as_ref();
        ensure(
            default.map_or(self.calendars.is_empty(), |id| self.calendar(id).is_some()),
            || format!("the default calendar is {default:?}"),
        )?;
        let named = self.points().filter_map(|point| point.calendar.as_ref());
        for id in named {
            ensure(self.calendar(id).is_some(), || format!("a point names the calendar {id}"))?;
        }
        let mut earlier = self.syncs.iter().rev().skip(1);
        ensure(earlier.all(|sync| sync.closed.is_some()), || "two open syncs".to_owned())
    }

    fn check_place(&self, no: ItemNo, item: &Item) -> Result<(), String> {
        let open = item.status.is_open();
        let letter = Self::letter(item);
        let expected =
            if open { (Some(letter), None) } else { (None, Some(Letter::free(item.domain))) };
        let found = (self.order.letter_of(no), self.closed.letter_of(no));
        ensure(found == expected, || {
            format!("{no:?} is {:?} and has the letters {found:?}", item.status)
        })?;
        let domain = self.domain(item.domain).ok_or_else(|| format!("{no:?} has no domain"))?;
        ensure(!(open && domain.deleted), || format!("{no:?} is open in a deleted domain"))?;
        ensure(open || item.pin.is_none(), || format!("{no:?} is closed and pinned"))?;
        ensure(!open || item.closed.is_none(), || {
            format!("{no:?} is open and has a reason to be closed")
        })
    }

    fn check_item(&self, no: ItemNo, item: &Item) -> Result<(), String> {
        let key = self.key_of(item).ok_or_else(|| format!("{no:?} has no key"))?;
        ensure(self.item_no(&key) == Some(no), || {
            format!("{key} leads to {:?}", self.item_no(&key))
        })?;
        ensure(item.labels.is_sorted_by(|a, b| a < b), || {
            format!("{key}: labels {:?}", item.labels)
        })?;
        for (what, count, limit) in [
            ("labels", item.labels.len(), LIST_MAX),
            ("people", item.people.len(), LIST_MAX),
            ("links", item.links.len(), LIST_MAX),
            ("requests", item.requests.len(), LIST_MAX),
            ("sources", item.sources.len(), SOURCES_HELD_MAX),
            ("aliases", item.aliases.len(), ALIASES_HELD_MAX),
        ] {
            ensure(count <= limit, || format!("{key} has {count} {what}"))?;
        }
        each_once(&format!("{key}: people"), &item.people)?;
        each_once(&format!("{key}: sources"), &item.sources)?;
        each_once(&format!("{key}: aliases"), &item.aliases)?;
        for (nth, link) in item.links.iter().enumerate() {
            ensure(link.target != LinkTarget::Item(no), || format!("{key} is tied to itself"))?;
            let twice = item
                .links
                .iter()
                .skip(nth + 1)
                .any(|l| l.kind == link.kind && l.target == link.target);
            ensure(!twice, || format!("{key} has {link:?} twice"))?;
        }
        each_once(
            &format!("{key}: requests"),
            &item.requests.iter().map(|r| r.domain).collect::<Vec<_>>(),
        )?;
        ensure(item.requests.iter().all(|r| r.domain != item.domain), || {
            format!("{key} asks its own domain")
        })?;
        ensure(item.changed <= self.version, || format!("{key} changed in the future"))?;
        let mut above = item.parent;
        for _ in 0..=DEPTH_MAX {
            let Some(parent) = above else { return Ok(()) };
            above = self.item(parent).ok_or_else(|| format!("{key} is part of nothing"))?.parent;
        }
        Err(format!("{key} has too many levels of parents, or is its own ancestor"))
    }

    fn check_domain(&self, no: DomainNo, domain: &Domain) -> Result<(), String> {
        ensure(self.domain_ids.get(&domain.id) == Some(&no), || {
            format!("{} is not found", domain.id)
        })?;
        ensure(self.domain_keys.get(&domain.key) == Some(&no), || {
            format!("{} is not found", domain.key)
        })?;
        let held: Vec<_> = self.roles().filter(|(_, _, of, _)| *of == Some(&domain.id)).collect();
        ensure(held.is_empty() || !domain.deleted, || {
            format!("{} was deleted and has {held:?}", domain.id)
        })?;
        Ok(())
    }

    /// What can be found by another way is what the items say.
    fn check_indices(&self) -> Result<(), String> {
        let numbered = || (0..).map(ItemNo).zip(self.items.iter());
        same(
            "sources",
            numbered().flat_map(|(no, item)| item.sources.iter().map(move |source| (source, no))),
            self.sources.iter().map(|(source, no)| (source, *no)),
        )?;
        same(
            "aliases",
            numbered().flat_map(|(no, item)| item.aliases.iter().map(move |alias| (alias, no))),
            self.aliases.iter().map(|(alias, no)| (alias, *no)),
        )?;
        let pending = numbered().flat_map(|(no, item)| {
            item.links.iter().flat_map(move |link| match &link.target {
                LinkTarget::Pending(pending) => {
                    pending.names.iter().map(|name| (name, no)).collect()
                }
                LinkTarget::Item(_) | LinkTarget::Uri(_) => Vec::new(),
            })
        });
        same("waiting", pending, self.waiting.iter().map(|(name, no)| (name, *no)))?;
        let parents = numbered().filter_map(|(no, item)| item.parent.map(|parent| (parent, no)));
        same("children", parents, self.children.iter().copied())?;
        let moved = numbered().filter_map(|(no, item)| {
            item.last_move.as_ref().map(|last| ((last.version, last.serial), no))
        });
        same("moves", moved, self.moves.iter().map(|(at, no)| (*at, *no)))?;
        let keys = self.domains.iter().flat_map(|domain| domain.numbers.iter().copied());
        same("numbers", numbered().map(|(no, _)| no), keys)?;
        ensure(numbered().all(|(no, _)| index(no) < self.items.len()), || {
            "a number past the last item".to_owned()
        })
    }
}

/// Each sitting is a grant of a role that one person holds at a time, and no two of one seat overlap.
fn check_seats(
    what: &str,
    grants: &OrdMap<Grant, Held>,
    seats: &OrdMap<Seat, Sitting>,
) -> Result<(), String> {
    for ((role, domain, begins), sitting) in seats {
        let granted = grants.get(&(sitting.person.clone(), *role, domain.clone(), *begins));
        let ends = granted.map(|held| moments(held.term.as_ref()).1);
        ensure(ends == Some(sitting.ends) && role.is_single_seat(), || {
            format!("{what}: {sitting:?} in {role:?} of {domain:?} was not granted")
        })?;
    }
    let keyed = grants.iter().all(|(grant, held)| grant.3 == moments(held.term.as_ref()).0);
    ensure(keyed, || format!("{what}: a term is not found by its first moment"))?;
    for ((seat, sitting), (next, _)) in seats.iter().zip(seats.iter().skip(1)) {
        let one = (seat.0, &seat.1) == (next.0, &next.1);
        ensure(!one || sitting.ends <= next.2, || format!("{what}: two at a time of {seat:?}"))?;
    }
    Ok(())
}

fn each_once<T: Ord + std::fmt::Debug>(what: &str, list: &[T]) -> Result<(), String> {
    ensure(list.iter().collect::<BTreeSet<_>>().len() == list.len(), || format!("{what} {list:?}"))
}

fn same<T: Ord + std::fmt::Debug>(
    what: &str,
    said: impl Iterator<Item = T>,
    found: impl Iterator<Item = T>,
) -> Result<(), String> {
    let (said, found): (BTreeSet<T>, BTreeSet<T>) = (said.collect(), found.collect());
    ensure(said == found, || format!("{what}: items say {said:?}, the index {found:?}"))
}
