//! The roadmap: what each domain plans for when. One a product, shared by all its domains.

use serde::{Deserialize, Serialize};

use crate::{
    command::{EntryChanges, NewEntry},
    day::Day,
    decide::fresh,
    domains::changed,
    error::Error,
    event::{EntryAdded, EntryChanged, EntryRemoved, Event},
    goals::GoalNo,
    ids::{EntryNo, GoalId, ItemKey, Malformed, Timestamp, Version},
    items::{bounded, each_once},
    mandate::{Act, Actor},
    order::{DomainNo, ItemNo},
    product::Product,
    text::{Label, Line, Reason, Source, Title},
};

/// Most entries that a product may ever have.
pub const ENTRIES_MAX: u32 = 100_000;
/// Most items of an entry.
pub const ENTRY_ITEMS_MAX: usize = 200;

/// How near something is planned, where there are no dates yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Horizon {
    /// Being worked on.
    Now,
    /// When that is done.
    Next,
    /// Some day.
    Later,
}

/// From a day to a day; one of them may be open. The end is never before the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "StoredSpan", into = "StoredSpan")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Span {
    start: Option<Day>,
    end: Option<Day>,
}

/// [`Span`] as it is stored.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct StoredSpan {
    start: Option<Day>,
    end: Option<Day>,
}

impl TryFrom<StoredSpan> for Span {
    type Error = Malformed;

    fn try_from(stored: StoredSpan) -> Result<Self, Malformed> {
        Self::new(stored.start, stored.end)
    }
}

impl From<Span> for StoredSpan {
    fn from(span: Span) -> Self {
        Self { start: span.start, end: span.end }
    }
}

impl Span {
    /// From `start` to `end`, both days included.
    ///
    /// # Errors
    /// [`Malformed`] if neither is there, or the end is before the start.
    pub fn new(start: Option<Day>, end: Option<Day>) -> Result<Self, Malformed> {
        let text = |day: Option<Day>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
        let refused = |rule| {
            let given = format!("{} to {}", text(start), text(end));
            Err(Malformed::new("time on the roadmap", &given, rule))
        };
        match (start, end) {
            (None, None) => refused("a start, an end or both"),
            (Some(from), Some(to)) if to < from => {
                refused("in order: the end is before the start; swap them")
            }
            (Some(_), _) | (_, Some(_)) => Ok(Self { start, end }),
        }
    }

    /// The first day, if it is known.
    #[must_use]
    pub fn start(self) -> Option<Day> {
        self.start
    }

    /// The last day, if it is known.
    #[must_use]
    pub fn end(self) -> Option<Day> {
        self.end
    }
}

/// When something is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum When {
    /// By the calendar.
    Days(Span),
    /// Without dates yet.
    Horizon(Horizon),
}

impl When {
    /// The last day, if there is one.
    #[must_use]
    pub fn end(self) -> Option<Day> {
        match self {
            Self::Days(span) => span.end(),
            Self::Horizon(_) => None,
        }
    }

    /// What entries are listed by: now, what has dates by its first day, next, later.
    #[must_use]
    pub fn rank(self) -> (u8, Option<Day>, Option<Day>) {
        match self {
            Self::Horizon(Horizon::Now) => (0, None, None),
            Self::Days(span) => (1, span.start().or(span.end()), span.end().or(span.start())),
            Self::Horizon(Horizon::Next) => (2, None, None),
            Self::Horizon(Horizon::Later) => (3, None, None),
        }
    }
}

/// Which way a plan moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// It is to be done later than before.
    Later,
    /// It is to be done earlier than before.
    Earlier,
    /// Neither can be said.
    Unclear,
}

/// When something is to be done, with the release that it comes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan<'a> {
    /// When.
    pub when: When,
    /// With which release.
    pub release: Option<&'a Label>,
}

impl Plan<'_> {
    /// Which way it moves if it becomes `to`. The last day decides; where there are none, the horizon; then the release, by
    /// the numbers in its name: v1.10 comes after v1.9.
    #[must_use]
    pub fn shift(self, to: Plan<'_>) -> Shift {
        let by_when = match (self.when, to.when) {
            (When::Days(from), When::Days(to)) => match (from.end(), to.end()) {
                (Some(from), Some(to)) => order(&from, &to),
                (None, None) => order(&from.start(), &to.start()),
                // An end became known, or was given up.
                (None, Some(_)) | (Some(_), None) => Shift::Unclear,
            },
            (When::Horizon(from), When::Horizon(to)) => order(&from, &to),
            // What had a date and is now only meant for later has slipped.
            (When::Days(_), When::Horizon(Horizon::Later)) => Shift::Later,
            (When::Horizon(Horizon::Later), When::Days(_)) => Shift::Earlier,
            (When::Days(_), When::Horizon(_)) | (When::Horizon(_), When::Days(_)) => Shift::Unclear,
        };
        match (by_when, self.release, to.release) {
            (Shift::Unclear, Some(from), Some(to)) => by_release(from.as_str(), to.as_str()),
            (shift, _, _) => shift,
        }
    }
}

fn order<T: Ord>(from: &T, to: &T) -> Shift {
    match from.cmp(to) {
        std::cmp::Ordering::Less => Shift::Later,
        std::cmp::Ordering::Equal => Shift::Unclear,
        std::cmp::Ordering::Greater => Shift::Earlier,
    }
}

/// By the numbers in the names of two releases, if the names are otherwise the same; years before all else.
fn by_release(from: &str, to: &str) -> Shift {
    let ((words, from), (same_words, to)) = (numbered(from), numbered(to));
    if words == same_words { order(&from, &to) } else { Shift::Unclear }
}

/// What stands between the numbers of a text, and the numbers, years first; too large ones are as large as can be.
fn numbered(text: &str) -> (Vec<&str>, Vec<u64>) {
    let words = text.split(|c: char| c.is_ascii_digit()).filter(|part| !part.is_empty());
    let digits = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut numbers: Vec<u64> = digits.map(|part| part.parse().unwrap_or(u64::MAX)).collect();
    numbers.sort_by_key(|number| !(1970..2200).contains(number));
    (words.collect(), numbers)
}

/// Fields of an entry that a person decided here, which an import does not overwrite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The title.
    pub title: bool,
    /// When, and in which release.
    pub when: bool,
    /// The domain and the items.
    pub scope: bool,
}

/// An entry of the roadmap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number.
    pub no: EntryNo,
    /// Whose plan it is.
    pub domain: DomainNo,
    /// One line.
    pub title: Title,
    /// What is better for whom when it is there, in one line.
    pub aim: Line,
    /// The goal that it serves.
    pub goal: Option<GoalNo>,
    /// When.
    pub when: When,
    /// The release that it comes with.
    pub release: Option<Label>,
    /// The items that it consists of, in the order given.
    pub items: Vec<ItemNo>,
    /// What it is known by again in imports.
    pub source: Option<Source>,
    /// Fields that a person decided here.
    pub decided: Decided,
    /// Why it is no longer on the roadmap, if it is not.
    pub removed: Option<Reason>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The version of its last change.
    pub changed: Version,
    /// When that was.
    pub changed_at: Timestamp,
}

/// How far the items of an entry are. What was dropped does not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Items that are done.
    pub done: u32,
    /// Items that are being worked on.
    pub in_progress: u32,
    /// All of them.
    pub items: u32,
    /// The estimates of those done, in hundredths.
    pub done_hundredths: u64,
    /// All estimates, in hundredths.
    pub hundredths: u64,
    /// Items without an estimate.
    pub without_estimate: u32,
}

impl Product {
    /// All entries that are on the roadmap, in the order in which they were made.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(AsRef::as_ref).filter(|entry| entry.removed.is_none())
    }

    /// An entry by its number, removed or not.
    #[must_use]
    pub fn entry(&self, no: EntryNo) -> Option<&Entry> {
        let index = usize::try_from(no.0.checked_sub(1)?).ok()?;
        self.entries.get(index).map(AsRef::as_ref)
    }

    /// The entries that an item belongs to, in the order in which they were made; those removed included.
    pub fn entries_of(&self, item: ItemNo) -> impl Iterator<Item = EntryNo> {
        self.planned.range((item, EntryNo(0))..=(item, EntryNo(u32::MAX))).map(|(_, no)| *no)
    }

    /// The entry that an import knows by this name.
    #[must_use]
    pub fn entry_by_source(&self, source: &Source) -> Option<EntryNo> {
        self.entry_sources.get(source).copied()
    }

    /// How far an entry is: its items with all that belongs to them, each once. Where an item has parts, the parts count
    /// instead of it.
    #[must_use]
    pub fn progress(&self, entry: &Entry) -> Progress {
        let mut progress = Progress::default();
        let mut met = std::collections::HashSet::new();
        let mut waiting: Vec<ItemNo> = entry.items.iter().rev().copied().collect();
        while let Some(no) = waiting.pop() {
            let Some(item) = self.item(no).filter(|_| met.insert(no)) else { continue };
            if let Some(into) = item.closed.as_ref().and_then(|closed| closed.into) {
                waiting.push(into);
                continue;
            }
            let before = waiting.len();
            waiting.extend(self.children(no));
            if waiting.len() == before {
                progress.count(item);
            }
        }
        progress
    }

    pub(crate) fn add_entry(
        &self,
        actor: &Actor,
        entry: &NewEntry,
        reason: &Reason,
    ) -> Result<Vec<Event>, Error> {
        self.find_domain(&entry.domain)?;
        self.may(actor, Act::PlanRoadmap, &[&entry.domain])?;
        self.open_goal(entry.goal.as_ref())?;
        self.check_entry_items(&entry.items)?;
        Ok(vec![
            EntryAdded {
                entry: self.next_entry(0)?,
                domain: entry.domain.clone(),
                title: entry.title.clone(),
                aim: entry.aim.clone(),
                goal: entry.goal.clone(),
                when: entry.when,
                release: entry.release.clone(),
                items: each_once(&entry.items),
                source: None,
                imported: false,
                reason: reason.clone(),
            }
            .into(),
        ])
    }

    /// The number that the `ahead`-th next entry gets.
    pub(crate) fn next_entry(&self, ahead: usize) -> Result<EntryNo, Error> {
        let next = u32::try_from(self.entries.len() + ahead + 1).ok();
        let full = Error::Full { what: "roadmap entries", limit: ENTRIES_MAX };
        next.filter(|next| *next <= ENTRIES_MAX).map(EntryNo).ok_or(full)
    }

    pub(crate) fn update_entry(
        &self,
        actor: &Actor,
        no: EntryNo,
        to: &EntryChanges,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let entry = self.find_entry(no, expected)?;
        let domain = self.entry_domain(entry)?;
        let to_domain = to.domain.as_ref().unwrap_or(domain);
        self.find_domain(to_domain)?;
        let both = [domain, to_domain];
        let concerned = if domain == to_domain { &both[..1] } else { &both[..] };
        self.may(actor, Act::PlanRoadmap, concerned)?;
        self.open_goal(to.goal.as_ref().and_then(Option::as_ref))?;
        self.check_entry_items(to.items.as_deref().unwrap_or(&[]))?;
        let items_to = to.items.as_ref().map(each_once);
        let items_now: Vec<ItemKey> =
            entry.items.iter().map(|no| self.key_or_broken(*no)).collect::<Result<_, _>>()?;
        let goal_now = self.goal_id(entry.goal);
        let nothing = EntryChanged { reason: reason.clone(), ..EntryChanged::nothing(no) };
        let change = EntryChanged {
            title: changed(&entry.title, to.title.as_ref()),
            aim: changed(&entry.aim, to.aim.as_ref()),
            goal: changed(&goal_now, to.goal.as_ref()),
            domain: changed(domain, to.domain.as_ref()),
            when: changed(&entry.when, to.when.as_ref()),
            release: changed(&entry.release, to.release.as_ref()),
            items: changed(&items_now, items_to.as_ref()),
            ..nothing.clone()
        };
        if change == nothing {
            return Ok(Vec::new());
        }
        let moves = change.when.is_some() || change.release.is_some() || change.domain.is_some();
        if moves && reason.is_empty() {
            return Err(Error::ReasonMissing("moving a roadmap entry"));
        }
        Ok(vec![change.into()])
    }

    pub(crate) fn remove_entry(
        &self,
        actor: &Actor,
        no: EntryNo,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let entry = self.find_entry(no, expected)?;
        self.may(actor, Act::PlanRoadmap, &[self.entry_domain(entry)?])?;
        if reason.is_empty() {
            return Err(Error::ReasonMissing("taking an entry off the roadmap"));
        }
        Ok(vec![EntryRemoved { entry: no, imported: false, reason: reason.clone() }.into()])
    }

    /// The entry, if it is on the roadmap and unchanged since the caller saw it.
    pub(crate) fn find_entry(
        &self,
        no: EntryNo,
        expected: Option<Version>,
    ) -> Result<&Entry, Error> {
        let entry = self.entry(no).ok_or(Error::UnknownEntry(no))?;
        fresh(&format!("roadmap entry {no}"), expected, entry.changed)?;
        match &entry.removed {
            None => Ok(entry),
            Some(reason) => Err(Error::EntryGone { entry: no, reason: reason.clone() }),
        }
    }

    pub(crate) fn entry_domain(&self, entry: &Entry) -> Result<&crate::ids::DomainId, Error> {
        let domain = self.domain(entry.domain);
        domain.map(|domain| &domain.id).ok_or(Error::Broken("a roadmap entry without a domain"))
    }

    fn check_entry_items(&self, items: &[ItemKey]) -> Result<(), Error> {
        bounded("items of a roadmap entry", items.len(), ENTRY_ITEMS_MAX)?;
        let unknown = items.iter().find(|key| self.item_no(key).is_none());
        unknown.map_or(Ok(()), |key| Err(Error::UnknownItem(key.clone())))
    }

    /// The id of a goal that something serves.
    #[must_use]
    pub fn goal_id(&self, goal: Option<GoalNo>) -> Option<GoalId> {
        goal.and_then(|no| self.goal(no)).map(|goal| goal.id.clone())
    }
}

impl Progress {
    fn count(&mut self, item: &crate::item::Item) {
        use crate::item::Status;
        let hundredths = item.estimate.map(|estimate| u64::from(estimate.hundredths()));
        match item.status {
            Status::Dropped => return,
            Status::Done => {
                self.done += 1;
                self.done_hundredths += hundredths.unwrap_or(0);
            }
            Status::InProgress => self.in_progress += 1,
            Status::New | Status::Ready => {}
        }
        self.items += 1;
        self.hundredths += hundredths.unwrap_or(0);
        self.without_estimate += u32::from(hundredths.is_none());
    }
}
