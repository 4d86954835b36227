//! What may be said of an escalation that waits: that somebody is on it, a comment, that it is taken back.

use super::STORY_MAX;
use crate::{
    error::Error,
    event::{EscalationAcknowledged, EscalationCommented, EscalationWithdrawn, Event},
    ids::{EscalationNo, Version},
    mandate::{Act, Actor},
    product::Product,
    text::{Reason, Summary},
};

impl Product {
    pub(crate) fn acknowledge_escalation(
        &self,
        actor: &Actor,
        no: EscalationNo,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let held = self.find_open_escalation(no, expected)?;
        self.may_decide(actor, held)?;
        if held.acknowledged.as_ref().is_some_and(|(person, _)| *person == actor.person) {
            return Ok(Vec::new());
        }
        Ok(vec![EscalationAcknowledged { escalation: no }.into()])
    }

    pub(crate) fn comment_escalation(
        &self,
        actor: &Actor,
        no: EscalationNo,
        text: &Summary,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let held = self.find_escalation(no, expected)?;
        if self.may_decide(actor, held).is_err() {
            self.may(actor, Act::CommentEscalation, &[])?;
        }
        if text.is_empty() {
            return Err(Error::Missing("a comment"));
        }
        if held.story.len() >= STORY_MAX {
            let limit = u32::try_from(STORY_MAX).unwrap_or(u32::MAX);
            return Err(Error::Full { what: "steps in the story of one escalation", limit });
        }
        Ok(vec![EscalationCommented { escalation: no, text: text.clone() }.into()])
    }

    pub(crate) fn withdraw_escalation(
        &self,
        actor: &Actor,
        no: EscalationNo,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let held = self.find_open_escalation(no, expected)?;
        if held.raised_by != actor.person {
            return Err(Error::NotTheRaiser { escalation: no, raised_by: held.raised_by.clone() });
        }
        self.as_the_raiser(actor)?;
        if reason.is_empty() {
            return Err(Error::ReasonMissing("withdrawing an escalation"));
        }
        Ok(vec![EscalationWithdrawn { escalation: no, reason: reason.clone() }.into()])
    }
}
