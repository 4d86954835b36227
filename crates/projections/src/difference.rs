//! What is different between a product and itself at an earlier time, net, as sentences that a PO would say.
//!
//! The two states are compared, not the events between them: what was changed and changed back is no difference. Only for the
//! order the moves in between are needed, to tell what moved from what was moved past.

mod order;
mod roles;

use koepel_domain::{
    goals::Goal,
    ids::{EntryNo, PersonId, Version},
    item::{Item, Link, LinkKind, LinkTarget, Status},
    language::Language,
    order::{DomainNo, ItemNo},
    product::{Domain, Product},
    roadmap::{Entry, Plan, Shift},
    text::Name,
};

use crate::{
    history::Move,
    plan::shifted,
    words::{Altered, End, Holds, Member, Way, Words, words},
};
use order::{Moved, moved};

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
    words: &'a dyn Words,
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
    language: Language,
) -> Vec<Difference> {
    let mut sides = Sides { before, after, name, words: words(language), all: Vec::new() };
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
        // The item comes first in each of the languages.
        let sentence = format!("{} {sentence}", titled(self.words, self.after, no));
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
            let told = self.words.vision(new.edition);
            self.tell(Kind::Purpose, told, Some(new.since));
        }
        let goals: Vec<_> = self.after.goals().cloned().collect();
        for goal in goals {
            let old = self.before.goal_by_id(&goal.id).map(|(_, goal)| goal.clone());
            let Some(told) = goal_told(self.words, old.as_ref(), &goal) else { continue };
            self.tell(Kind::Purpose, told, Some(goal.changed));
        }
    }

    fn people(&mut self) {
        let (before, after) = (self.before, self.after);
        for no in (0..).map(DomainNo) {
            let Some(new) = after.domain(no) else { break };
            let told = domain_told(self.words, before.domain(no), new);
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
            let told = self.words.of_entry(no, new.title.as_str(), of, &told);
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
        let words = self.words;
        let there = |entry: &&Entry| entry.removed.is_none();
        let planned = words.plan(Plan { when: new.when, release: new.release.as_ref() });
        let Some(old) = old.filter(there) else {
            let told = words.planned(&planned);
            return new.removed.is_none().then_some((told, false));
        };
        if new.removed.is_some() {
            let told = words.unplanned(&words.when(old.when));
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
            parts.push(shifted(then, now, words));
        }
        if old.domain != new.domain {
            parts.push(words.came_from(domain_name(self.before, old.domain)));
        }
        if old.title != new.title {
            parts.push(words.was_called(old.title.as_str()));
        }
        if old.aim != new.aim {
            parts.push(words.other_aim());
        }
        if self.before.goal_id(old.goal) != self.after.goal_id(new.goal) {
            let goal = self.after.goal_id(new.goal).map(|id| words.goal(self.after, &id));
            parts.push(words.serves(goal.as_deref()));
        }
        if old.items != new.items {
            let keys = |items: &[ItemNo]| -> Vec<_> {
                items.iter().filter_map(|no| self.after.key(*no)).collect()
            };
            let changed = members(words, Member::Item, &keys(&old.items), &keys(&new.items));
            parts.push(changed.unwrap_or_else(|| words.other_order()));
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
        let (from, to, up) = (moved.from, moved.to, moved.up);
        let said = passed.first.iter().map(|no| {
            let domain = after.item(*no).map(|item| item.domain).filter(|domain| *domain != own);
            let domain = domain.map(|domain| domain_name(after, domain));
            (titled(self.words, after, *no), domain)
        });
        let told = self.words.moved(&Way {
            up,
            from,
            to,
            // Where others came or left above it, its place says another thing than what it went past.
            as_placed: if up { to < from } else { to > from },
            within: (!moved.turn).then(|| domain_name(after, own)),
            passed: said.collect(),
            more: passed.count.saturating_sub(passed.first.len()),
        });
        let one = self.tell_of_item(Kind::Order, moved.item, &told, moved.version);
        one.crosses = !others.is_empty();
        one.other_domains = others;
    }

    fn item(&mut self, no: ItemNo) {
        let (before, after, words) = (self.before, self.after, self.words);
        let Some(new) = after.item(no) else { return };
        let old = before.item(no);
        if old.is_some_and(|old| old.changed == new.changed) {
            return;
        }
        let place = |product: &Product| product.order().place_of(no).map(|place| place + 1);
        match (old, new.status.is_open()) {
            (None, true) => {
                let domain = domain_name(after, new.domain);
                let told = words.came(domain, place(after).unwrap_or(0));
                // Where an item is new says when it came, not when it changed last.
                self.tell_of_item(Kind::Arrival, no, &told, new.changed);
            }
            (None, false) => {
                let told = words.came_and_ended(&end(after, new));
                self.tell_of_item(Kind::Departure, no, &told, new.changed);
            }
            (Some(old), true) if !old.status.is_open() => {
                let told = words.reopened(old.status, place(after).unwrap_or(0));
                self.tell_of_item(Kind::Arrival, no, &told, new.changed);
            }
            (Some(old), false) if old.status.is_open() => {
                let told = words.ended(&end(after, new), place(before));
                self.tell_of_item(Kind::Departure, no, &told, new.changed);
            }
            (Some(old), false) if outcome(old) != outcome(new) => {
                // Closed before and now, but in another way.
                let told = words.ended_otherwise(&end(after, new), &end(before, old));
                self.tell_of_item(Kind::Departure, no, &told, new.changed);
            }
            (Some(_), _) => {}
        }
        let Some(old) = old else { return };
        if old.domain != new.domain {
            let (from, to) = (domain_name(after, old.domain), domain_name(after, new.domain));
            let told = words.went(from, to);
            let one = self.tell_of_item(Kind::Arrival, no, &told, new.changed);
            (one.crosses, one.other_domains) = (true, vec![old.domain]);
        }
        match (&old.pin, &new.pin) {
            (None, Some(pin)) => {
                let told = words.pinned(place(after).unwrap_or(0));
                self.tell_of_item(Kind::Order, no, &told, pin.since).crosses = true;
            }
            (Some(_), None) if new.status.is_open() => {
                self.tell_of_item(Kind::Order, no, &words.unpinned(), new.changed).crosses = true;
            }
            (Some(_) | None, Some(_) | None) => {}
        }
        self.requests(no, old, new);
        if let Some(told) = fields_told((before, after), (old, new), self.name, words) {
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
            let ask = Some(request.ask.as_str()).filter(|ask| !ask.is_empty());
            let told = self.words.asks(of, ask);
            let one = self.tell_of_item(Kind::Request, no, &told, request.since);
            (one.crosses, one.other_domains) = (true, vec![request.domain]);
        }
        for request in &old.requests {
            if new.requests.iter().all(|later| later.domain != request.domain) {
                let of = domain_name(self.after, request.domain);
                let told = self.words.asks_no_more(of);
                let one = self.tell_of_item(Kind::Request, no, &told, new.changed);
                (one.crosses, one.other_domains) = (true, vec![request.domain]);
            }
        }
    }
}

fn goal_told(words: &dyn Words, old: Option<&Goal>, new: &Goal) -> Option<String> {
    let Some(old) = old else {
        return Some(words.goal_added(new.name.as_str(), new.closed.is_some()));
    };
    let mut parts = Vec::new();
    if old.name != new.name {
        parts.push(Altered::Called(new.name.as_str()));
    }
    if old.summary != new.summary {
        parts.push(Altered::Described);
    }
    if old.closed.is_none() && new.closed.is_some() {
        parts.push(Altered::Closed);
    }
    (!parts.is_empty()).then(|| words.goal_altered(old.name.as_str(), &parts))
}

fn domain_told(words: &dyn Words, old: Option<&Domain>, new: &Domain) -> Option<String> {
    match old {
        None if new.deleted => None,
        None => Some(words.domain_added(new.name.as_str())),
        Some(old) if new.deleted && !old.deleted => Some(words.domain_deleted(new.name.as_str())),
        Some(old) => {
            let mut parts = Vec::new();
            if old.name != new.name {
                parts.push(Altered::Called(new.name.as_str()));
            }
            if old.summary != new.summary {
                parts.push(Altered::Described);
            }
            (!parts.is_empty()).then(|| words.domain_altered(old.name.as_str(), &parts))
        }
    }
}

fn domain_name(product: &Product, no: DomainNo) -> &str {
    product.domain(no).map_or("", |domain| Name::as_str(&domain.name))
}

fn titled(words: &dyn Words, product: &Product, no: ItemNo) -> String {
    let found = product.key(no).zip(product.item(no));
    found.map_or_else(String::new, |(key, item)| words.titled(&key, item.title.as_str()))
}

/// How an item ended.
fn outcome(item: &Item) -> (Status, Option<ItemNo>) {
    (item.status, item.closed.as_ref().and_then(|closed| closed.into))
}

fn end(product: &Product, item: &Item) -> End {
    let into = item.closed.as_ref().and_then(|closed| closed.into).and_then(|no| product.key(no));
    match (into, item.status) {
        (Some(into), _) => End::Into(into),
        (None, Status::Done) => End::Done,
        (None, Status::New | Status::Ready | Status::InProgress | Status::Dropped) => End::Dropped,
    }
}

/// What an item's own fields say otherwise.
fn fields_told(
    (before, after): (&Product, &Product),
    (old, new): (&Item, &Item),
    name: &dyn Fn(&PersonId) -> String,
    words: &dyn Words,
) -> Option<String> {
    let mut parts = Vec::new();
    if old.title != new.title {
        parts.push(words.was_called(old.title.as_str()));
    }
    if old.status != new.status && old.status.is_open() && new.status.is_open() {
        parts.push(words.status_now(new.status, old.status));
    }
    if old.kind != new.kind {
        parts.push(words.kind_now(new.kind, old.kind));
    }
    if old.moscow != new.moscow {
        parts.push(words.moscow_now(new.moscow, old.moscow));
    }
    if old.estimate != new.estimate {
        parts.push(words.estimate_now(new.estimate, old.estimate));
    }
    if old.value != new.value {
        let value = |item: &Item| item.value.map(|value| value.get());
        parts.push(words.value_now(value(new), value(old)));
    }
    if before.goal_id(old.goal) != after.goal_id(new.goal) {
        let goal = after.goal_id(new.goal).map(|id| words.goal(after, &id));
        parts.push(words.serves(goal.as_deref()));
    }
    if old.parent != new.parent {
        let parent = new.parent.and_then(|no| after.key(no));
        parts.push(words.part_of(parent.as_ref()));
    }
    if old.text.fingerprint != new.text.fingerprint {
        parts.push(words.other_text());
    }
    if old.labels != new.labels {
        parts.push(members(words, Member::Label, &old.labels, &new.labels).unwrap_or_default());
    }
    for (holds, one, other) in [(Holds::Now, new, old), (Holds::NoLonger, old, new)] {
        let ties = links(words, after, one, other);
        if !ties.is_empty() {
            parts.push(words.ties(holds, &ties));
        }
    }
    let only = |one: &Item, other: &Item| -> Vec<String> {
        one.people.iter().filter(|person| !other.people.contains(person)).map(name).collect()
    };
    for (holds, people) in [(Holds::Now, only(new, old)), (Holds::NoLonger, only(old, new))] {
        if !people.is_empty() {
            parts.push(words.concerns(holds, &people));
        }
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What was added to a list and what was taken from it; nothing, if it is only in another order.
fn members<T: PartialEq + ToString>(
    words: &dyn Words,
    of: Member,
    old: &[T],
    new: &[T],
) -> Option<String> {
    let only = |one: &[T], other: &[T]| -> Vec<String> {
        one.iter().filter(|value| !other.contains(value)).map(ToString::to_string).collect()
    };
    let (gained, lost) = (only(new, old), only(old, new));
    (!gained.is_empty() || !lost.is_empty()).then(|| words.members(of, &gained, &lost))
}

/// The links of one item that another state of it has not. That a pending one was resolved is no change of its own.
fn links(
    words: &dyn Words,
    product: &Product,
    one: &Item,
    other: &Item,
) -> Vec<(LinkKind, String)> {
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
    let target = |link: &Link| match &link.target {
        LinkTarget::Item(no) => product.key(*no).map_or_else(String::new, |key| key.to_string()),
        LinkTarget::Pending(pending) => words.pending(pending.raw.as_str()),
        LinkTarget::Uri(uri) => uri.to_string(),
    };
    new.map(|link| (link.kind, target(link))).collect()
}
