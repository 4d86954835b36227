//! Raising an escalation, and where it goes.

use super::{
    Choice, ENTRIES_MAX, ESCALATIONS_MAX, ITEMS_MAX, OPEN_MAX, OPTIONS_MAX, ORDERS_MAX, Ordered,
    Turn,
};
use crate::{
    calendar::AnswerTime,
    error::Error,
    event::{EscalationRaised, EscalationReopened, Event},
    ids::{DomainId, EntryNo, EscalationNo, ItemKey, PersonId, Timestamp, Version},
    items::{bounded, each_once},
    mandate::{Act, Actor},
    order::DomainNo,
    points::{Step, Topic, default_line},
    product::Product,
    text::{Reason, Summary, Title},
};

/// A disagreement to be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEscalation {
    /// What it is about.
    pub topic: Topic,
    /// One line.
    pub title: Title,
    /// What the matter is.
    pub text: Summary,
    /// The items that it is about.
    pub items: Vec<ItemKey>,
    /// The roadmap entries that it is about.
    pub entries: Vec<EntryNo>,
    /// Domains concerned beside those of the items and entries, and of what the options would change.
    pub domains: Vec<DomainId>,
    /// The ways out.
    pub options: Vec<Choice>,
}

impl Product {
    pub(crate) fn raise_escalation(
        &self,
        actor: &Actor,
        new: &NewEscalation,
    ) -> Result<Vec<Event>, Error> {
        bounded("items of an escalation", new.items.len(), ITEMS_MAX)?;
        bounded("roadmap entries of an escalation", new.entries.len(), ENTRIES_MAX)?;
        bounded("options of an escalation", new.options.len(), OPTIONS_MAX)?;
        for option in &new.options {
            bounded("changes of a decision", option.orders.len(), ORDERS_MAX)?;
        }
        let domains = self.concerned(new)?;
        let ids = self.ids_of(&domains)?;
        self.may(actor, Act::RaiseEscalation, &[])?;
        for option in &new.options {
            self.check_orders(&option.orders)?;
        }
        let count = u32::try_from(self.escalations.len()).unwrap_or(u32::MAX);
        if count >= ESCALATIONS_MAX {
            return Err(Error::Full { what: "escalations", limit: ESCALATIONS_MAX });
        }
        if self.open_escalations.len() >= OPEN_MAX {
            let limit = u32::try_from(OPEN_MAX).unwrap_or(u32::MAX);
            return Err(Error::Full { what: "open escalations", limit });
        }
        let raised = EscalationRaised {
            escalation: EscalationNo(count + 1),
            topic: new.topic,
            title: new.title.clone(),
            text: new.text.clone(),
            items: each_once(&new.items),
            entries: each_once(&new.entries),
            line: self.line(new.topic, &actor.person, &domains, actor.now),
            domains: ids,
            options: new.options.clone(),
        };
        Ok(vec![raised.into()])
    }

    pub(crate) fn reopen_escalation(
        &self,
        actor: &Actor,
        no: EscalationNo,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let held = self.find_escalation(no, expected)?;
        if held.raised_by == actor.person {
            self.as_the_raiser(actor)?;
        } else {
            self.may(actor, Act::ReopenEscalation, &[])?;
        }
        if held.is_open() {
            return Err(Error::EscalationOpen(no));
        }
        if reason.is_empty() {
            return Err(Error::ReasonMissing("reopening an escalation"));
        }
        let line = self.line(held.topic, &held.raised_by, &held.domains, actor.now);
        Ok(vec![EscalationReopened { escalation: no, line, reason: reason.clone() }.into()])
    }

    /// What is one's own because one raised it, a token for one role does only if that role could have raised it.
    pub(super) fn as_the_raiser(&self, actor: &Actor) -> Result<(), Error> {
        match actor.only_role {
            Some(_) => self.may(actor, Act::RaiseEscalation, &[]),
            None => Ok(()),
        }
    }

    /// The domains of what it is about and of what an option would change, and those named, each once. Whose item may be
    /// changed is concerned, whether the escalation names the item or not.
    fn concerned(&self, new: &NewEscalation) -> Result<Vec<DomainNo>, Error> {
        let mut domains = Vec::new();
        for key in &new.items {
            domains.push(self.find(key, None)?.1.domain);
        }
        for no in &new.entries {
            domains.push(self.find_entry(*no, None)?.domain);
        }
        for id in &new.domains {
            domains.push(self.find_domain(id)?.0);
        }
        for ordered in new.options.iter().flat_map(|option| &option.orders) {
            domains.extend(self.reach(ordered)?);
        }
        domains.sort_unstable();
        domains.dedup();
        Ok(domains)
    }

    /// The domains that an order reaches: of the item that changes, of the one that it goes next to, and where it goes to.
    pub(super) fn reach(&self, ordered: &Ordered) -> Result<Vec<DomainNo>, Error> {
        let mut domains = Vec::new();
        for key in [Some(ordered.item()), ordered.anchor()].into_iter().flatten() {
            domains.push(self.find(key, None)?.1.domain);
        }
        if let Ordered::Move { domain, .. } = ordered {
            domains.push(self.find_domain(domain)?.0);
        }
        Ok(domains)
    }

    fn ids_of(&self, domains: &[DomainNo]) -> Result<Vec<DomainId>, Error> {
        let id = |no: &DomainNo| self.domain(*no).map(|domain| domain.id.clone());
        let ids: Option<Vec<DomainId>> = domains.iter().map(id).collect();
        ids.ok_or(Error::Broken("an item without a domain"))
    }

    /// Whether a decision could order this: all that it speaks of is there.
    pub(super) fn check_orders(&self, orders: &[Ordered]) -> Result<(), Error> {
        bounded("changes of a decision", orders.len(), ORDERS_MAX)?;
        for ordered in orders {
            for key in [Some(ordered.item()), ordered.anchor()].into_iter().flatten() {
                self.find_open(key, None)?;
            }
            if let Ordered::Move { domain, .. } = ordered {
                self.find_domain(domain)?;
            }
        }
        Ok(())
    }

    /// Who decides until when, from a moment on: the line of the point, without those who are not there or are a party. If none
    /// of it is left, that of the built-in default.
    pub(super) fn line(
        &self,
        topic: Topic,
        raised_by: &PersonId,
        domains: &[DomainNo],
        now: Timestamp,
    ) -> Vec<Turn> {
        let route = self.route_of(topic, domains);
        let parties = self.parties(raised_by, domains, now);
        let turns = |steps: &[Step]| {
            let mut from = now;
            let mut line = Vec::new();
            for step in steps {
                if self.impartial(&step.decider, &parties, now).is_empty() {
                    continue;
                }
                let due = route.calendar.deadline(from, step.answer);
                let remind_at = route.calendar.deadline(from, half(step.answer)).min(due);
                line.push(Turn { decider: step.decider.clone(), remind_at, due });
                from = due;
            }
            line
        };
        let line = turns(&route.line);
        if line.is_empty() { turns(&default_line()) } else { line }
    }
}

/// When half of the time to answer has passed, a reminder is due. Half a day is four working hours.
fn half(answer: AnswerTime) -> AnswerTime {
    match answer {
        AnswerTime::Hours(hours) => AnswerTime::Hours(hours.div_ceil(2)),
        AnswerTime::Days(0 | 1) => AnswerTime::Hours(4),
        AnswerTime::Days(days) => AnswerTime::Days(days / 2),
    }
}
