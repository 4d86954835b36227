//! What is different between a product and itself at an earlier time, net, as sentences that a PO would say.
//!
//! The two states are compared, not the events between them: what was changed and changed back is no difference. Only for the
//! order the moves in between are needed, to tell what moved from what was moved past.

mod order;
mod roles;

use koepel_domain::{
    goals::Goal,
    ids::{EntryNo, PersonId, Version},
    item::{Item, Link, LinkTarget, Status},
    order::{DomainNo, ItemNo},
    product::{Domain, Product},
    roadmap::{Entry, Plan, Shift},
    text::Name,
};

use crate::{
    history::Move,
    plan::{plan, shifted, when},
    sentence,
};
use order::{Moved, Passed, moved};

/// So many of several items are said.
const SAID_MAX: usize = 2;

/// What a difference is about, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The vision, or a goal.
    Purpose,
    /// Who answers for what, or a domain itself.
    People,
    /// An entry of the roadmap.
    Roadmap,
    /// An item moved in the order, was pinned or unpinned.
    Order,
    /// An item came, was reopened, or went to another domain.
    Arrival,
    /// An item was done, dropped, merged.
    Departure,
    /// What one domain asks of another.
    Request,
    /// An item's own fields or links.
    Fields,
}

/// What it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The product as a whole.
    Product,
    /// A domain.
    Domain(DomainNo),
    /// An item.
    Item(ItemNo),
    /// An entry of the roadmap.
    Entry(EntryNo),
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What sort it is.
    pub kind: Kind,
    /// Whether it touches more than one domain.
    pub crosses: bool,
    /// What it is about.
    pub subject: Subject,
    /// The domain that it is about.
    pub domain: Option<DomainNo>,
    /// The other domains that it touches: which it left, went past, or asks something of.
    pub other_domains: Vec<DomainNo>,
    /// In words, with the subject.
    pub sentence: String,
    /// The version that did it last; none if that cannot be said.
    pub version: Option<Version>,
    /// Whether a plan was put off.
    pub slipped: bool,
}

/// Both sides of a comparison.
struct Sides<'a> {
    before: &'a Product,
    after: &'a Product,
    /// What somebody is called.
    name: &'a dyn Fn(&PersonId) -> String,
    all: Vec<Difference>,
}

/// What is different now: what crosses domains first, then what each domain changed for itself, the weightiest kind first and
/// the top of the backlog first. `moves` is what led from the order of before to that of now, `name` what somebody is called.
#[must_use]
pub fn differences(
    before: &Product,
    after: &Product,
    moves: &[Move],
    name: &dyn Fn(&PersonId) -> String,
) -> Vec<Difference> {
    let mut sides = Sides { before, after, name, all: Vec::new() };
    sides.purpose();
    sides.people();
    sides.roadmap();
    for moved in moved(before.order(), after.order(), moves) {
        sides.moved(&moved);
    }
    for no in (0..after.items_len()).map(ItemNo) {
        sides.item(no);
    }
    let mut all = sides.all;
    let place = |one: &Difference| match one.subject {
        Subject::Item(no) => after.order().place_of(no).unwrap_or(u32::MAX),
        Subject::Entry(no) => no.0,
        Subject::Product | Subject::Domain(_) => 0,
    };
    all.sort_by_key(|one| {
        let domain = if one.crosses { None } else { one.domain };
        (!one.crosses, domain.map(|domain| domain.0), one.kind, place(one))
    });
    all
}

impl Sides<'_> {
    fn tell(&mut self, kind: Kind, sentence: String, version: Option<Version>) -> &mut Difference {
        self.all.push(Difference {
            kind,
            crosses: true,
            subject: Subject::Product,
            domain: None,
            other_domains: Vec::new(),
            sentence,
            version,
            slipped: false,
        });
        let last = self.all.len() - 1;
        // It was pushed just now.
        #[expect(clippy::indexing_slicing, reason = "the last of a list that is not empty")]
        &mut self.all[last]
    }

    fn tell_of_item(
        &mut self,
        kind: Kind,
        no: ItemNo,
        sentence: &str,
        version: Version,
    ) -> &mut Difference {
        let domain = self.after.item(no).map(|item| item.domain);
        let sentence = format!("{} {sentence}", titled(self.after, no));
        let one = self.tell(kind, sentence, Some(version));
        one.crosses = false;
        one.subject = Subject::Item(no);
        one.domain = domain;
        one
    }

    fn purpose(&mut self) {
        let (old, new) = (self.before.vision(), self.after.vision());
        if let Some(new) = new
            && old.map(|old| &old.text) != Some(&new.text)
        {
            let told = format!("Edition {} of the vision was published", new.edition);
            self.tell(Kind::Purpose, told, Some(new.since));
        }
        let goals: Vec<_> = self.after.goals().cloned().collect();
        for goal in goals {
            let old = self.before.goal_by_id(&goal.id).map(|(_, goal)| goal.clone());
            let Some(told) = goal_told(old.as_ref(), &goal) else { continue };
            self.tell(Kind::Purpose, told, Some(goal.changed));
        }
    }

    fn people(&mut self) {
        let (before, after) = (self.before, self.after);
        for no in (0..).map(DomainNo) {
            let Some(new) = after.domain(no) else { break };
            let told = domain_told(before.domain(no), new);
            if let Some(told) = told {
                let one = self.tell(Kind::People, told, Some(new.changed));
                (one.subject, one.domain) = (Subject::Domain(no), Some(no));
            }
        }
        self.roles();
    }

    fn roadmap(&mut self) {
        let after = self.after;
        for no in (1..).map(EntryNo) {
            let Some(new) = after.entry(no) else { break };
            let old = self.before.entry(no);
            if old.is_some_and(|old| old.changed == new.changed) {
                continue;
            }
            let Some((told, slipped)) = self.entry_told(old, new) else { continue };
            let crosses = old.is_some_and(|old| old.domain != new.domain);
            let of = domain_name(after, new.domain);
            let told = format!("Roadmap entry {no} “{}” of {of} {told}", new.title);
            let one = self.tell(Kind::Roadmap, told, Some(new.changed));
            one.subject = Subject::Entry(no);
            one.domain = Some(new.domain);
            let left = old.map(|old| old.domain).filter(|domain| *domain != new.domain);
            one.other_domains = left.into_iter().collect();
            one.crosses = crosses;
            one.slipped = slipped;
        }
    }

    /// What became of an entry, and whether it was put off; nothing if it came and went.
    fn entry_told(&self, old: Option<&Entry>, new: &Entry) -> Option<(String, bool)> {
        let there = |entry: &&Entry| entry.removed.is_none();
        let planned = plan(Plan { when: new.when, release: new.release.as_ref() });
        let Some(old) = old.filter(there) else {
            let told = format!("was put on the roadmap: {planned}");
            return new.removed.is_none().then_some((told, false));
        };
        if new.removed.is_some() {
            let told =
                format!("was taken off the roadmap; it was planned for “{}”", when(old.when));
            return Some((told, false));
        }
        let mut parts = Vec::new();
        let mut slipped = false;
        let (then, now) = (
            Plan { when: old.when, release: old.release.as_ref() },
            Plan { when: new.when, release: new.release.as_ref() },
        );
        if then != now {
            slipped = then.shift(now) == Shift::Later;
            parts.push(shifted(then, now));
        }
        if old.domain != new.domain {
            parts.push(format!("came from {}", domain_name(self.before, old.domain)));
        }
        if old.title != new.title {
            parts.push(format!("was called “{}”", old.title));
        }
        if old.aim != new.aim {
            parts.push("has another aim".to_owned());
        }
        if self.before.goal_id(old.goal) != self.after.goal_id(new.goal) {
            let goal = self.after.goal_id(new.goal);
            let goal = goal.map_or("no goal".to_owned(), |id| sentence::goal(self.after, &id));
            parts.push(format!("now serves {goal}"));
        }
        if old.items != new.items {
            let keys = |items: &[ItemNo]| -> Vec<_> {
                items.iter().filter_map(|no| self.after.key(*no)).collect()
            };
            let changed = lists("item", &keys(&old.items), &keys(&new.items));
            let order = || "has its items in another order".to_owned();
            parts.push(if changed.is_empty() { order() } else { changed });
        }
        (!parts.is_empty()).then(|| (parts.join("; "), slipped))
    }

    fn moved(&mut self, moved: &Moved) {
        let after = self.after;
        let Some(item) = after.item(moved.item) else { return };
        let own = item.domain;
        let passed = &moved.passed;
        let others = passed.domains.iter().copied().filter(|domain| *domain != own);
        let others: Vec<DomainNo> = others.collect();
        let (from, to) = (moved.from, moved.to);
        let verb = if moved.up { "rose" } else { "fell" };
        let list =
            if moved.turn { String::new() } else { format!(" within {}", domain_name(after, own)) };
        let past = past(after, own, passed);
        // Where others came or left above it, its place says another thing than what it went past.
        let as_placed = if moved.up { to < from } else { to > from };
        let told = if as_placed {
            format!("{verb} from place {from} to {to}{list}, {past}")
        } else {
            format!("{verb}{list} {past}; it is at place {to}, and was at {from}")
        };
        let one = self.tell_of_item(Kind::Order, moved.item, &told, moved.version);
        one.crosses = !others.is_empty();
        one.other_domains = others;
    }

    fn item(&mut self, no: ItemNo) {
        let (before, after) = (self.before, self.after);
        let Some(new) = after.item(no) else { return };
        let old = before.item(no);
        if old.is_some_and(|old| old.changed == new.changed) {
            return;
        }
        let place = |product: &Product| product.order().place_of(no).map(|place| place + 1);
        match (old, new.status.is_open()) {
            (None, true) => {
                let told = format!(
                    "came into {} at place {}",
                    domain_name(after, new.domain),
                    place(after).unwrap_or(0)
                );
                // Where an item is new says when it came, not when it changed last.
                self.tell_of_item(Kind::Arrival, no, &told, new.changed);
            }
            (None, false) => {
                let told = format!("came, and {}", closed_told(after, new));
                self.tell_of_item(Kind::Departure, no, &told, new.changed);
            }
            (Some(old), true) if !old.status.is_open() => {
                let told = format!(
                    "was {} and is open again, at place {}",
                    sentence::status(old.status),
                    place(after).unwrap_or(0)
                );
                self.tell_of_item(Kind::Arrival, no, &told, new.changed);
            }
            (Some(old), false) if old.status.is_open() => {
                let from = place(before)
                    .map_or_else(String::new, |from| format!(" and left place {from}"));
                let told = format!("{}{from}", closed_told(after, new));
                self.tell_of_item(Kind::Departure, no, &told, new.changed);
            }
            (Some(old), false) if outcome(old) != outcome(new) => {
                // Closed before and now, but in another way.
                let told =
                    format!("{}; it {} before", closed_told(after, new), closed_told(before, old));
                self.tell_of_item(Kind::Departure, no, &told, new.changed);
            }
            (Some(_), _) => {}
        }
        let Some(old) = old else { return };
        if old.domain != new.domain {
            let (from, to) = (domain_name(after, old.domain), domain_name(after, new.domain));
            let told = format!("went from {from} to {to}");
            let one = self.tell_of_item(Kind::Arrival, no, &told, new.changed);
            (one.crosses, one.other_domains) = (true, vec![old.domain]);
        }
        match (&old.pin, &new.pin) {
            (None, Some(pin)) => {
                let told = format!("was pinned at place {}", place(after).unwrap_or(0));
                self.tell_of_item(Kind::Order, no, &told, pin.since).crosses = true;
            }
            (Some(_), None) if new.status.is_open() => {
                self.tell_of_item(Kind::Order, no, "is no longer pinned", new.changed).crosses =
                    true;
            }
            (Some(_) | None, Some(_) | None) => {}
        }
        self.requests(no, old, new);
        if let Some(told) = fields_told(before, after, old, new, self.name) {
            self.tell_of_item(Kind::Fields, no, &told, new.changed);
        }
    }

    fn requests(&mut self, no: ItemNo, old: &Item, new: &Item) {
        for request in &new.requests {
            let asked = old.requests.iter().find(|earlier| earlier.domain == request.domain);
            if asked.is_some_and(|asked| asked.ask == request.ask) {
                continue;
            }
            let of = domain_name(self.after, request.domain);
            let told = if request.ask.is_empty() {
                format!("needs something from {of}")
            } else {
                format!("asks of {of}: {}", request.ask)
            };
            let one = self.tell_of_item(Kind::Request, no, &told, request.since);
            (one.crosses, one.other_domains) = (true, vec![request.domain]);
        }
        for request in &old.requests {
            if new.requests.iter().all(|later| later.domain != request.domain) {
                let of = domain_name(self.after, request.domain);
                let told = format!("no longer asks anything of {of}");
                let one = self.tell_of_item(Kind::Request, no, &told, new.changed);
                (one.crosses, one.other_domains) = (true, vec![request.domain]);
            }
        }
    }
}

fn goal_told(old: Option<&Goal>, new: &Goal) -> Option<String> {
    let Some(old) = old else {
        let closed = if new.closed.is_some() { ", and closed again" } else { "" };
        return Some(format!("Goal “{}” was added{closed}", new.name));
    };
    let mut parts = Vec::new();
    if old.name != new.name {
        parts.push(format!("is now called “{}”", new.name));
    }
    if old.summary != new.summary {
        parts.push("is described otherwise".to_owned());
    }
    if old.closed.is_none() && new.closed.is_some() {
        parts.push("was closed".to_owned());
    }
    (!parts.is_empty()).then(|| format!("Goal “{}” {}", old.name, parts.join(", and ")))
}

fn domain_told(old: Option<&Domain>, new: &Domain) -> Option<String> {
    match old {
        None if new.deleted => None,
        None => Some(format!("Domain {} was added", new.name)),
        Some(old) if new.deleted && !old.deleted => {
            Some(format!("Domain {} was deleted", new.name))
        }
        Some(old) => {
            let mut parts = Vec::new();
            if old.name != new.name {
                parts.push(format!("is now called {}", new.name));
            }
            if old.summary != new.summary {
                parts.push("is described otherwise".to_owned());
            }
            (!parts.is_empty()).then(|| format!("Domain {} {}", old.name, parts.join(", and ")))
        }
    }
}

fn domain_name(product: &Product, no: DomainNo) -> &str {
    product.domain(no).map_or("", |domain| Name::as_str(&domain.name))
}

fn titled(product: &Product, no: ItemNo) -> String {
    let Some((key, item)) = product.key(no).zip(product.item(no)) else { return String::new() };
    format!("{key} “{}”", item.title)
}

/// "past BACK-7 “Ledger” of Back office and 3 more".
fn past(product: &Product, own: DomainNo, passed: &Passed) -> String {
    let of = |no: &ItemNo| {
        let domain = product.item(*no).map(|item| item.domain).filter(|domain| *domain != own);
        domain.map_or_else(String::new, |domain| format!(" of {}", domain_name(product, domain)))
    };
    let said = passed.first.iter().map(|no| format!("{}{}", titled(product, *no), of(no)));
    let said: Vec<String> = said.collect();
    let more = passed.count.saturating_sub(said.len());
    match (said.as_slice(), more) {
        ([], _) => String::new(),
        ([one], _) => format!("past {one}"),
        ([.., _], 0) => format!("past {}", said.join(" and ")),
        ([.., _], more) => format!("past {} and {more} more", said.join(", ")),
    }
}

/// How an item ended.
fn outcome(item: &Item) -> (Status, Option<ItemNo>) {
    (item.status, item.closed.as_ref().and_then(|closed| closed.into))
}

fn closed_told(product: &Product, item: &Item) -> String {
    let into = item.closed.as_ref().and_then(|closed| closed.into).and_then(|no| product.key(no));
    match (into, item.status) {
        (Some(into), _) => format!("went into {into}"),
        (None, Status::Done) => "was done".to_owned(),
        (None, _) => "was dropped".to_owned(),
    }
}

/// What an item's own fields say otherwise.
fn fields_told(
    before: &Product,
    after: &Product,
    old: &Item,
    new: &Item,
    name: &dyn Fn(&PersonId) -> String,
) -> Option<String> {
    let mut parts = Vec::new();
    if old.title != new.title {
        parts.push(format!("was called “{}”", old.title));
    }
    if old.status != new.status && old.status.is_open() && new.status.is_open() {
        let (from, to) = (sentence::status(old.status), sentence::status(new.status));
        parts.push(format!("is {to}, was {from}"));
    }
    if old.kind != new.kind {
        let (from, to) = (sentence::a_kind(old.kind), sentence::a_kind(new.kind));
        parts.push(format!("is now {to}, was {from}"));
    }
    if old.moscow != new.moscow {
        let (from, to) = (sentence::moscow(old.moscow), sentence::moscow(new.moscow));
        parts.push(format!("MoSCoW {to} instead of {from}"));
    }
    if old.estimate != new.estimate {
        let estimate = |item: &Item| sentence::estimate(item.estimate);
        parts.push(format!("estimate {} instead of {}", estimate(new), estimate(old)));
    }
    if old.value != new.value {
        let value =
            |item: &Item| item.value.map_or("none".to_owned(), |value| value.get().to_string());
        parts.push(format!("value {} instead of {}", value(new), value(old)));
    }
    if before.goal_id(old.goal) != after.goal_id(new.goal) {
        let goal = after.goal_id(new.goal);
        let goal = goal.map_or("no goal".to_owned(), |id| sentence::goal(after, &id));
        parts.push(format!("now serves {goal}"));
    }
    if old.parent != new.parent {
        let parent = new.parent.and_then(|no| after.key(no));
        parts.push(
            parent.map_or("is part of nothing now".to_owned(), |key| format!("is part of {key}")),
        );
    }
    if old.text.fingerprint != new.text.fingerprint {
        parts.push("has another text".to_owned());
    }
    if old.labels != new.labels {
        parts.push(lists("label", &old.labels, &new.labels));
    }
    let (gained, lost) = (links(after, new, old), links(after, old, new));
    if !gained.is_empty() {
        parts.push(format!("now {}", gained.join(", ")));
    }
    if !lost.is_empty() {
        parts.push(format!("no longer {}", lost.join(", ")));
    }
    let only = |one: &Item, other: &Item| -> Vec<String> {
        one.people.iter().filter(|person| !other.people.contains(person)).map(name).collect()
    };
    for (said, people) in [("now", only(new, old)), ("no longer", only(old, new))] {
        if !people.is_empty() {
            parts.push(format!("{said} concerns {}", people.join(", ")));
        }
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What was added to a list and what was taken from it.
fn lists<T: PartialEq + ToString>(what: &str, old: &[T], new: &[T]) -> String {
    let only = |one: &[T], other: &[T]| -> Vec<String> {
        one.iter().filter(|value| !other.contains(value)).map(ToString::to_string).collect()
    };
    let (gained, lost) = (only(new, old), only(old, new));
    let said = |verb: &str, list: &[String]| {
        let plural = if list.len() == 1 { "" } else { "s" };
        (!list.is_empty()).then(|| format!("{verb} the {what}{plural} {}", list.join(", ")))
    };
    let parts = [said("got", &gained), said("lost", &lost)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

/// The links of one item that another state of it has not. That a pending one was resolved is no change of its own.
fn links(product: &Product, one: &Item, other: &Item) -> Vec<String> {
    let same = |link: &Link| {
        other.links.iter().any(|earlier| {
            let resolved = matches!(
                (&earlier.target, &link.target),
                (LinkTarget::Pending(_), LinkTarget::Item(_))
                    | (LinkTarget::Item(_), LinkTarget::Pending(_))
            );
            earlier.kind == link.kind && (earlier.target == link.target || resolved)
        })
    };
    let new = one.links.iter().filter(|link| !same(link));
    new.map(|link| sentence::tie(product, link)).collect()
}
