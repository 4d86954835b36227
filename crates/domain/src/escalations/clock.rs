//! What happens when time passes: a reminder, overdue, the next in line, a line for what nobody could decide before. Ordinary events of the service itself; to let the same
//! time pass twice does nothing the second time.

use super::{ELAPSED_MAX, Escalation};
use crate::{
    error::Error,
    event::{EscalationHandedOver, EscalationOverdue, EscalationReminded, EscalationRouted, Event},
    ids::{PersonId, Timestamp},
    mandate::Actor,
    product::Product,
};

impl Product {
    /// What is due until the actor's now, of at most [`ELAPSED_MAX`] escalations, those due first first.
    pub(crate) fn elapse(&self, actor: &Actor) -> Result<Vec<Event>, Error> {
        if actor.person != PersonId::system() {
            return Err(Error::OnlyTheService("letting time pass"));
        }
        let due = self.deadlines.iter().take_while(|(at, _)| *at <= actor.now);
        let mut events = Vec::new();
        for (_, no) in due.take(ELAPSED_MAX) {
            let held = self.escalation(*no).ok_or(Error::Broken("a deadline of no escalation"))?;
            self.elapse_one(held, actor.now, &mut events);
        }
        Ok(events)
    }

    /// All that is due of one, step by step: a service that stood still for days catches up with each turn that ended.
    fn elapse_one(&self, held: &Escalation, now: Timestamp, events: &mut Vec<Event>) {
        let escalation = held.no;
        if held.line.is_empty() {
            // Somebody is there by now or, if not, it is found out anew from when on.
            let line = self.line(held.topic, &held.raised_by, &held.domains, now);
            events.push(EscalationRouted { escalation, line }.into());
            return;
        }
        let parties = self.parties(&held.raised_by, &held.domains, now);
        let mut ahead = held.clone();
        while let Some((at, turn)) = ahead.next_deadline().zip(ahead.turn_now().cloned()) {
            if at > now {
                break;
            }
            if at < turn.due {
                (ahead.reminded, ahead.acknowledged) = (true, None);
                events.push(EscalationReminded { escalation, due: turn.due }.into());
                continue;
            }
            events.push(EscalationOverdue { escalation, due: turn.due }.into());
            // A seat that fell vacant meanwhile is passed over.
            let later = (1..).zip(&held.line).filter(|(no, _)| *no > ahead.turn + 1);
            let mut there =
                later.filter(|(_, turn)| !self.impartial(&turn.decider, &parties, now).is_empty());
            match there.next() {
                None => ahead.overdue = true,
                Some((to, turn)) => {
                    (ahead.turn, ahead.reminded, ahead.acknowledged) = (to - 1, false, None);
                    let (decider, due) = (turn.decider.clone(), turn.due);
                    events.push(EscalationHandedOver { escalation, to, decider, due }.into());
                }
            }
        }
    }
}
