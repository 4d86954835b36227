//! The plans of a demo product: vision, goals, roadmap, a sync that was held, and what moved since.

use koepel_domain::{
    command::{Command, EntryChanges, ItemChanges, NewEntry},
    day::Day,
    event::Event,
    ids::{DomainId, EntryNo, GoalId, PersonId, SyncId},
    roadmap::{Horizon, Span, When},
    text::{Label, Line, Name, Reason, Summary, Text, Title},
};
use serde::Deserialize;

use super::{DemoError, Loader, wrong};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plans {
    vision: Text,
    goals: Vec<GoalEntry>,
    roadmap: Vec<RoadmapEntry>,
    sync: SyncEntry,
    #[serde(default)]
    moved: Vec<MovedEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GoalEntry {
    id: GoalId,
    name: Name,
    summary: Summary,
    /// Items that serve it.
    #[serde(default)]
    items: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoadmapEntry {
    domain: DomainId,
    title: Title,
    #[serde(default)]
    aim: Line,
    goal: Option<GoalId>,
    start: Option<Day>,
    end: Option<Day>,
    horizon: Option<Horizon>,
    release: Option<Label>,
    #[serde(default)]
    items: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SyncEntry {
    id: Option<SyncId>,
    title: Line,
    summary: Summary,
}

/// An entry that got another end after the sync.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MovedEntry {
    by: String,
    entry: u32,
    start: Option<Day>,
    end: Option<Day>,
    horizon: Option<Horizon>,
    reason: Reason,
}

fn planned(
    start: Option<Day>,
    end: Option<Day>,
    horizon: Option<Horizon>,
) -> Result<When, DemoError> {
    match horizon {
        Some(horizon) => Ok(When::Horizon(horizon)),
        None => Span::new(start, end).map(When::Days).map_err(wrong),
    }
}

impl Loader<'_> {
    /// What was planned up to the last sync, which ends with it.
    pub(super) async fn plans(
        &mut self,
        chief_po: &PersonId,
        plans: &Plans,
    ) -> Result<(), DemoError> {
        let chief = || Some(chief_po.clone());
        let (text, reason, expected) = (plans.vision.clone(), Reason::default(), None);
        self.run(chief(), Command::PublishVision { text, reason, expected }).await?;
        for GoalEntry { id, name, summary, items } in &plans.goals {
            let (goal, name, summary) = (id.clone(), name.clone(), summary.clone());
            self.run(chief(), Command::AddGoal { goal, name, summary }).await?;
            for item in items {
                let goal = Some(Some(id.clone()));
                let changes = Box::new(ItemChanges { goal, ..ItemChanges::default() });
                let (item, reason, expected) = (self.key(item)?, Reason::default(), None);
                self.run(chief(), Command::UpdateItem { item, changes, reason, expected }).await?;
            }
        }
        for entry in &plans.roadmap {
            let items = entry.items.iter().map(|item| self.key(item)).collect::<Result<_, _>>()?;
            let entry = NewEntry {
                domain: entry.domain.clone(),
                title: entry.title.clone(),
                aim: entry.aim.clone(),
                goal: entry.goal.clone(),
                when: planned(entry.start, entry.end, entry.horizon)?,
                release: entry.release.clone(),
                items,
            };
            let add = Command::AddEntry { entry: Box::new(entry), reason: Reason::default() };
            self.run(chief(), add).await?;
        }
        let SyncEntry { id, title, summary } = &plans.sync;
        let start = Command::StartSync { sync: id.clone(), title: title.clone() };
        let started = self.run(chief(), start).await?;
        let sync = started.iter().find_map(|event| {
            if let Event::SyncStarted(started) = event { Some(started.sync.clone()) } else { None }
        });
        let (sync, summary) = (sync.ok_or_else(|| wrong("no sync began"))?, summary.clone());
        self.run(chief(), Command::CloseSync { sync, summary, expected: None }).await.map(drop)
    }

    /// What moved on the roadmap since the sync.
    pub(super) async fn plans_moved(&mut self, plans: &Plans) -> Result<(), DemoError> {
        for MovedEntry { by, entry, start, end, horizon, reason } in &plans.moved {
            let when = Some(planned(*start, *end, *horizon)?);
            let changes = Box::new(EntryChanges { when, ..EntryChanges::default() });
            let (entry, reason, expected) = (EntryNo(*entry), reason.clone(), None);
            let person = self.person(by)?;
            self.run(Some(person), Command::UpdateEntry { entry, changes, reason, expected })
                .await?;
        }
        Ok(())
    }
}
