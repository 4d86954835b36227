//! The words in which what happened is told, a module a language.
//!
//! The facts are worked out once, in [`sentence`](crate::sentence), [`told`](crate::told) and [`difference`](crate::difference);
//! here each language puts them into whole sentences of its own, in its own order. What is new does not compile until all of
//! them can say it.

use koepel_domain::{
    day::Day,
    escalations::Ordered,
    event::{Event, ItemMerged, Spot, TargetData},
    ids::{DomainId, EntryNo, EscalationNo, GoalId, ItemKey},
    item::{Estimate, Kind, LinkKind, Moscow, Status},
    language::Language,
    order::DomainNo,
    points::{Decider, Topic},
    product::Product,
    roadmap::{Plan, Shift, When},
    roles::Role,
    term::Term,
    text::Label,
};

mod da;
mod en;
mod nl;

/// All the words of a language.
pub trait Words: Names + Events + Steps + Plans + Changes {}

/// The words of a language.
#[must_use]
pub fn words(language: Language) -> &'static dyn Words {
    match language {
        Language::En => &en::English,
        Language::Da => &da::Danish,
        Language::Nl => &nl::Dutch,
    }
}

/// Whether something is so by now, no longer, or at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Without a word about when.
    Yes,
    /// It was not before.
    Now,
    /// It was before.
    NoLonger,
}

/// What things are called.
pub trait Names: Sync {
    /// Text in quotation marks.
    fn quoted(&self, text: &str) -> String;
    /// A day.
    fn day(&self, day: Day) -> String;
    /// The days of a term: "from 2026-12-01 until 2026-12-31".
    fn term(&self, term: &Term) -> String;
    /// An estimate in the team's own unit.
    fn estimate(&self, estimate: Option<Estimate>) -> String;
    /// A kind.
    fn kind(&self, kind: Kind) -> &'static str;
    /// A status.
    fn status(&self, status: Status) -> &'static str;
    /// `MoSCoW`.
    fn moscow(&self, moscow: Option<Moscow>) -> &'static str;
    /// Nothing where there could be something.
    fn none(&self) -> &'static str;
    /// A role, of a domain if it has one, without an article: "domain PO of Online".
    fn role(&self, role: Role, domain: Option<&str>) -> String;
    /// Whoever stands in for a role, without an article: "deputy of the domain PO of Online".
    fn deputy(&self, role: Role, domain: Option<&str>) -> String;
    /// Who did something and what they were: "Anne, Chief PO and deputy of the domain PO of Online".
    fn by(&self, name: &str, posts: &[String]) -> String;
    /// The service, when it acts by itself.
    fn itself(&self) -> &'static str;
    /// What an escalation is about.
    fn topic(&self, topic: Topic) -> &'static str;
    /// Who decides: "the Chief PO", "the deputy of the domain PO of Online".
    fn decider(&self, product: &Product, decider: &Decider) -> String;
    /// A change that a decision orders: "rank ONLINE-3 above OFFLINE-2".
    fn ordered(&self, product: &Product, ordered: &Ordered) -> String;
    /// A tie to what is named.
    fn tie(&self, kind: LinkKind, holds: Holds, target: &str) -> String;
    /// What is not known here yet, by the name that its source has for it.
    fn pending(&self, raw: &str) -> String;
    /// An item with its title.
    fn titled(&self, key: &ItemKey, title: &str) -> String {
        format!("{key} {}", self.quoted(title))
    }
    /// A goal by its name; by its id if it never was.
    fn goal(&self, product: &Product, id: &GoalId) -> String {
        let found = product.goal_by_id(id);
        found.map_or_else(|| id.to_string(), |(_, goal)| self.quoted(goal.name.as_str()))
    }
    /// What a link leads to.
    fn target(&self, target: &TargetData) -> String {
        match target {
            TargetData::Item(key) => key.to_string(),
            TargetData::Pending { raw, .. } => self.pending(raw.as_str()),
            TargetData::Uri(uri) => uri.to_string(),
        }
    }
}

/// How somebody's question was understood, as a part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// A domain by its id, key or name.
    Domain(DomainId),
    /// An item by its key.
    Item(ItemKey),
    /// An item that went into another.
    Into(ItemKey, ItemKey),
    /// An entry of the roadmap, with its title.
    Entry(EntryNo, String),
    /// A topic, with who decides it, in a domain or across them.
    Topic(Topic, Decider, Option<DomainId>),
    /// Words of a domain's name.
    Name(String),
    /// Words of a domain's summary.
    Summary(String),
    /// Nothing answers to it.
    Nothing,
}

/// What happened.
pub trait Events {
    /// An event without its subject, which is the item that it is about.
    fn event(&self, event: &Event, product: &Product) -> String;
    /// A merge as the item that stays sees it.
    fn absorbed(&self, merged: &ItemMerged) -> String;
    /// How somebody's question was understood.
    fn understood(&self, how: &Match, product: &Product) -> String;
}

/// What the same event does to several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Together<'a> {
    /// They came by an import.
    Imported,
    /// They were split from this one.
    SplitFrom(&'a ItemKey),
    /// They were made.
    Created,
    /// A rank was taken back.
    RankUndone,
    /// They were ranked.
    Ranked,
    /// A reorder was taken back.
    ReorderUndone,
    /// They were reordered within their domain.
    Reordered,
    /// They are the same work as this one.
    Duplicates(&'a ItemKey),
    /// They went into this one.
    Merged(&'a ItemKey),
    /// They were done.
    Done,
    /// They were dropped.
    Dropped,
    /// They came back.
    Reopened,
}

/// What an item went past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The first of them, the very first with its title; not empty.
    pub said: Vec<String>,
    /// How many they are.
    pub total: u32,
    /// Whether only those of its own domain count.
    pub own_domain: bool,
}

impl Past {
    /// Whether none is left unsaid.
    fn is_all(&self) -> bool {
        usize::try_from(self.total).is_ok_and(|total| total == self.said.len())
    }
}

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stands<'a> {
    /// The item, with its title.
    pub titled: &'a str,
    /// Its place, and how many there are.
    pub place: (u32, u32),
    /// Its place in its sub-backlog, and how many there are.
    pub in_domain: (u32, u32),
    /// Whose sub-backlog that is.
    pub domain: &'a str,
    /// Why it is pinned, if it is; without a full stop.
    pub pinned: Option<&'a str>,
}

/// Why an item is ranked where it is.
pub trait Steps {
    /// Where it stands now.
    fn stands(&self, at: Stands<'_>) -> String;
    /// That it stands nowhere.
    fn stands_nowhere(&self, titled: &str, status: Status) -> String;
    /// What others' move meant for it.
    fn moved_by(&self, key: &ItemKey, from: u32, to: u32) -> String;
    /// What it went past itself.
    fn went_past(&self, past: &Past) -> String;
    /// One and so many more to which the same happened.
    fn together(&self, subject: &str, more: u32, what: Together<'_>) -> String;
    /// What was told of one, and that so many more came, went or moved by the same.
    fn along(&self, told: &str, more: u32) -> String;
    /// What was told of one, and that so many that belong to it moved along.
    fn with_family(&self, told: &str, members: u32) -> String;
    /// One and so many more that belong to a head were moved to it.
    fn came_to(&self, subject: &str, more: u32, head: &ItemKey) -> String;
}

/// Between what a plan moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Between<'a> {
    /// Its last day, by so many days.
    Days(u32, Day, Day),
    /// When it is.
    Times(When, When),
    /// The release.
    Releases(Option<&'a Label>, Option<&'a Label>),
    /// Both.
    Plans(Plan<'a>, Plan<'a>),
}

/// When things are planned.
pub trait Plans {
    /// "now", "2026-01-01 to 2026-03-31", "by 2026-03-31".
    fn when(&self, when: When) -> String;
    /// "by 2026-03-31, with v1.30".
    fn plan(&self, plan: Plan<'_>) -> String;
    /// "slipped by 4 weeks, from 2026-03-31 to 2026-04-30".
    fn shifted(&self, shift: Shift, between: Between<'_>) -> String;
}

/// What became of something that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Altered<'a> {
    /// It has another name.
    Called(&'a str),
    /// Its summary is another.
    Described,
    /// It was closed.
    Closed,
}

/// An item that moved, net.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way<'a> {
    /// Whether it went up past what it passed.
    pub up: bool,
    /// Its place before.
    pub from: u32,
    /// Its place now.
    pub to: u32,
    /// Whether its place says the same as what it passed.
    pub as_placed: bool,
    /// The domain within which it moved; none: in the overarching order.
    pub within: Option<&'a str>,
    /// The first that it passed, each with its domain, if that is another one.
    pub passed: Vec<(String, Option<&'a str>)>,
    /// How many it passed besides.
    pub more: usize,
}

/// How an item ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It went into another.
    Into(ItemKey),
    /// It was done.
    Done,
    /// It was dropped.
    Dropped,
}

/// What a list has members of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    /// Items of an entry.
    Item,
    /// Labels.
    Label,
}

/// What is different between two moments. What is said of an item, an entry or a goal comes after its name.
pub trait Changes {
    /// A new edition of the vision.
    fn vision(&self, edition: u32) -> String;
    /// A goal that is new, and may be closed already.
    fn goal_added(&self, name: &str, closed: bool) -> String;
    /// A goal that is another.
    fn goal_altered(&self, name: &str, how: &[Altered<'_>]) -> String;
    /// A domain that is new.
    fn domain_added(&self, name: &str) -> String;
    /// A domain that is gone.
    fn domain_deleted(&self, name: &str) -> String;
    /// A domain that is another.
    fn domain_altered(&self, name: &str, how: &[Altered<'_>]) -> String;
    /// Somebody has a role that they had not.
    fn became(&self, person: &str, post: &str, term: Option<&Term>) -> String;
    /// Somebody has a role for another term.
    fn is_now(&self, person: &str, post: &str, term: Option<&Term>) -> String;
    /// Somebody has a role no longer.
    fn is_no_longer(&self, person: &str, post: &str) -> String;
    /// What was told of an entry of the roadmap, with the entry before it.
    fn of_entry(&self, no: EntryNo, title: &str, domain: &str, told: &str) -> String;
    /// An entry is new.
    fn planned(&self, plan: &str) -> String;
    /// An entry is gone that was planned for then.
    fn unplanned(&self, when: &str) -> String;
    /// An entry comes from another domain.
    fn came_from(&self, domain: &str) -> String;
    /// It had another title.
    fn was_called(&self, title: &str) -> String;
    /// An entry has another aim.
    fn other_aim(&self) -> String;
    /// It serves another goal, or none.
    fn serves(&self, goal: Option<&str>) -> String;
    /// What was added to a list and what was taken from it; not both empty.
    fn members(&self, of: Member, gained: &[String], lost: &[String]) -> String;
    /// An entry has its items in another order.
    fn other_order(&self) -> String;
    /// An item moved.
    fn moved(&self, way: &Way<'_>) -> String;
    /// An item is new.
    fn came(&self, domain: &str, place: u32) -> String;
    /// An item came and ended in between.
    fn came_and_ended(&self, end: &End) -> String;
    /// An item is open again.
    fn reopened(&self, was: Status, place: u32) -> String;
    /// An item ended and left its place.
    fn ended(&self, end: &End, place: Option<u32>) -> String;
    /// An item that had ended otherwise before.
    fn ended_otherwise(&self, now: &End, before: &End) -> String;
    /// An item changed its domain.
    fn went(&self, from: &str, to: &str) -> String;
    /// An item is pinned.
    fn pinned(&self, place: u32) -> String;
    /// An item is pinned no longer.
    fn unpinned(&self) -> String;
    /// An item needs something of a domain; what, if it is said.
    fn asks(&self, domain: &str, ask: Option<&str>) -> String;
    /// An item needs nothing of a domain any more.
    fn asks_no_more(&self, domain: &str) -> String;
    /// An open item's status is another.
    fn status_now(&self, now: Status, before: Status) -> String;
    /// An item's kind is another.
    fn kind_now(&self, now: Kind, before: Kind) -> String;
    /// An item's `MoSCoW` is another.
    fn moscow_now(&self, now: Option<Moscow>, before: Option<Moscow>) -> String;
    /// An item's estimate is another.
    fn estimate_now(&self, now: Option<Estimate>, before: Option<Estimate>) -> String;
    /// An item's value is another.
    fn value_now(&self, now: Option<u32>, before: Option<u32>) -> String;
    /// An item is part of another, or of nothing.
    fn part_of(&self, parent: Option<&ItemKey>) -> String;
    /// An item's text is another.
    fn other_text(&self) -> String;
    /// Ties that an item has now, or has no longer.
    fn ties(&self, holds: Holds, ties: &[(LinkKind, String)]) -> String;
    /// People whom an item concerns now, or no longer.
    fn concerns(&self, holds: Holds, people: &[String]) -> String;
}

/// A domain's name, also if it was deleted; its id if it never was.
pub(crate) fn domain(product: &Product, id: &DomainId) -> String {
    let found = || (0..).map_while(|no| product.domain(DomainNo(no))).find(|one| one.id == *id);
    let found = product.domain_by_id(id).map(|(_, domain)| domain).or_else(found);
    found.map_or_else(|| id.to_string(), |domain| domain.name.to_string())
}

/// A number of hundredths, with what stands between the whole and the part.
fn hundredths(value: u32, point: char) -> String {
    match (value / 100, value % 100) {
        (whole, 0) => whole.to_string(),
        (whole, part) if part % 10 == 0 => format!("{whole}{point}{}", part / 10),
        (whole, part) => format!("{whole}{point}{part:02}"),
    }
}

/// `A`, `A and B`, `A, B and C`.
fn listed(said: &[String], and: &str) -> String {
    match said.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, first)) => format!("{} {and} {last}", first.join(", ")),
    }
}

/// `A, B`.
fn joined<T: ToString>(values: &[T]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A title of an escalation, if it has one.
fn title_of(product: &Product, no: EscalationNo) -> Option<&str> {
    product.escalation(no).map(|held| held.title.as_str())
}

/// The item that a decision put second, with its title if it is there.
fn item_titled(words: &dyn Names, product: &Product, key: &ItemKey) -> String {
    let found = product.item_by_key(key);
    found.map_or_else(|| key.to_string(), |(_, item)| words.titled(key, item.title.as_str()))
}

/// Whether a move ended at the place where it began.
fn stayed(from: &Spot, to: &Spot) -> bool {
    from.place == to.place
}

/// A number of days as people say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    Days(u32),
    Weeks(u32),
    Months(u32),
}

/// Days up to two weeks, then weeks, then months.
fn length(days: u32) -> Length {
    match days {
        0..=14 => Length::Days(days),
        15..=60 => Length::Weeks((days + 3) / 7),
        61.. => Length::Months((days * 2 + 30) / 61),
    }
}

/// One of them, or so many.
fn count(number: u32, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
