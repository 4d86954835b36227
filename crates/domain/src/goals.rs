//! What the product is for: one vision, published by the Chief PO, and the goals that items and roadmap entries serve.

use serde::{Deserialize, Serialize};

use crate::{
    decide::fresh,
    domains::changed,
    error::Error,
    event::{Event, GoalAdded, GoalClosed, GoalUpdated, VisionPublished},
    ids::{GoalId, PersonId, Timestamp, Version},
    mandate::{Act, Actor},
    product::Product,
    text::{Name, Reason, Summary, Text},
};

/// Most goals that a product may ever have; guidance would say five.
pub const GOALS_MAX: u16 = 1_000;

/// A goal's number in its product, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GoalNo(pub u16);

/// The vision in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vision {
    /// Which edition it is, from 1.
    pub edition: u32,
    /// The text.
    pub text: Text,
    /// Who published it.
    pub by: PersonId,
    /// The version that published it.
    pub since: Version,
    /// Its time.
    pub time: Timestamp,
}

/// A goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// Its id.
    pub id: GoalId,
    /// Its name.
    pub name: Name,
    /// What is reached when it is reached.
    pub summary: Summary,
    /// Why it is no longer pursued, if it is not.
    pub closed: Option<Reason>,
    /// The version of its last change.
    pub changed: Version,
}

impl Product {
    /// The vision in force.
    #[must_use]
    pub fn vision(&self) -> Option<&Vision> {
        self.vision.as_deref()
    }

    /// All goals, closed ones included, in the order in which they were added.
    pub fn goals(&self) -> impl Iterator<Item = &Goal> {
        self.goals.iter().map(AsRef::as_ref)
    }

    /// A goal by its number.
    #[must_use]
    pub fn goal(&self, no: GoalNo) -> Option<&Goal> {
        self.goals.get(usize::from(no.0)).map(AsRef::as_ref)
    }

    /// A goal by its id.
    #[must_use]
    pub fn goal_by_id(&self, id: &GoalId) -> Option<(GoalNo, &Goal)> {
        let no = *self.goal_ids.get(id)?;
        self.goal(no).map(|goal| (no, goal))
    }

    pub(crate) fn publish_vision(
        &self,
        actor: &Actor,
        text: &Text,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        self.may(actor, Act::PublishVision, &[])?;
        let now = self.vision();
        fresh("the vision", expected, now.map_or(Version(0), |vision| vision.since))?;
        if text.as_str().trim().is_empty() {
            return Err(Error::Missing("a vision"));
        }
        if now.is_some_and(|vision| vision.text == *text) {
            return Ok(Vec::new());
        }
        let edition = now.map_or(0, |vision| vision.edition) + 1;
        Ok(vec![VisionPublished { edition, text: text.clone(), reason: reason.clone() }.into()])
    }

    pub(crate) fn add_goal(
        &self,
        actor: &Actor,
        goal: &GoalId,
        name: &Name,
        summary: &Summary,
    ) -> Result<Vec<Event>, Error> {
        self.may(actor, Act::ManageGoals, &[])?;
        if self.goal_ids.contains_key(goal) {
            return Err(Error::GoalExists(goal.clone()));
        }
        if self.goals.len() >= usize::from(GOALS_MAX) {
            return Err(Error::Full { what: "goals", limit: u32::from(GOALS_MAX) });
        }
        let (goal, name, summary) = (goal.clone(), name.clone(), summary.clone());
        Ok(vec![GoalAdded { goal, name, summary }.into()])
    }

    pub(crate) fn update_goal(
        &self,
        actor: &Actor,
        id: &GoalId,
        name: Option<&Name>,
        summary: Option<&Summary>,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let goal = self.find_goal(id, expected)?;
        self.may(actor, Act::ManageGoals, &[])?;
        let (name, summary) = (changed(&goal.name, name), changed(&goal.summary, summary));
        if name.is_none() && summary.is_none() {
            return Ok(Vec::new());
        }
        Ok(vec![GoalUpdated { goal: id.clone(), name, summary }.into()])
    }

    pub(crate) fn close_goal(
        &self,
        actor: &Actor,
        id: &GoalId,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        self.find_goal(id, expected)?;
        self.may(actor, Act::ManageGoals, &[])?;
        if reason.is_empty() {
            return Err(Error::ReasonMissing("closing a goal"));
        }
        Ok(vec![GoalClosed { goal: id.clone(), reason: reason.clone() }.into()])
    }

    /// The goal, if it is open and unchanged since the caller saw it.
    fn find_goal(&self, id: &GoalId, expected: Option<Version>) -> Result<&Goal, Error> {
        let (_, goal) = self.goal_by_id(id).ok_or_else(|| Error::UnknownGoal(id.clone()))?;
        fresh(&format!("goal {id}"), expected, goal.changed)?;
        match &goal.closed {
            None => Ok(goal),
            Some(reason) => Err(Error::GoalGone { goal: id.clone(), reason: reason.clone() }),
        }
    }

    /// Refuses a goal that nothing can be tied to.
    pub(crate) fn open_goal(&self, id: Option<&GoalId>) -> Result<(), Error> {
        id.map_or(Ok(()), |id| self.find_goal(id, None).map(|_| ()))
    }
}
