//! Folding events into an outbox.

use std::sync::Arc;

use super::{
    Became, Channel, Delivery, Event, FINISHED_MAX, KNOWN_MAX, Outbox, Outcome, Queued, State,
};
use crate::{ids::Timestamp, text::Line};

impl Outbox {
    pub(super) fn fold(&mut self, event: &Event, now: Timestamp) -> Result<(), &'static str> {
        match event {
            Event::NoticesQueued { through, first, notices } => {
                if *first != self.count + 1 {
                    return Err("its deliveries have other numbers");
                }
                self.through = self.through.max(*through);
                notices.iter().for_each(|queued| self.take_in(queued, now));
            }
            Event::DeliveriesTried { outcomes } => {
                for outcome in outcomes {
                    self.tried(outcome, now)?;
                }
            }
            Event::DeliveriesReplayed { deliveries, .. } => {
                for no in deliveries {
                    self.dead.remove(no);
                    let held = self.deliveries.get_mut(no).ok_or("there is no such delivery")?;
                    let held = Arc::make_mut(held);
                    (held.attempts, held.since) = (0, now);
                    held.state = State::Pending { next: now };
                    if let Some(way) = held.to.way() {
                        self.waiting.entry(way).or_default().insert(held);
                    }
                }
            }
            Event::RuleSet { receiver, rule } => {
                self.rules.insert(receiver.clone(), rule.clone());
            }
            Event::RuleRemoved { receiver } => {
                self.rules.remove(receiver);
            }
            // The events of before are read without the texts by now.
            Event::TextRedacted { .. } => {}
        }
        Ok(())
    }

    fn take_in(&mut self, queued: &Queued, now: Timestamp) {
        let fingerprint = queued.notice.fingerprint();
        if self.known.insert(fingerprint).is_none() {
            self.known_in_turn.push_back(fingerprint);
        }
        while self.known_in_turn.len() > KNOWN_MAX {
            if let Some(oldest) = self.known_in_turn.pop_front() {
                self.known.remove(&oldest);
            }
        }
        let notice = Arc::new(queued.notice.clone());
        for to in &queued.to {
            self.count += 1;
            let no = self.count;
            // Whoever watches finds it in the log: it is there, so it has arrived.
            let mut to = to.clone();
            // What was held until a moment that has passed meanwhile may have been sent without it.
            to.hold = to.hold.filter(|hold| *hold > now);
            let state = match to.channel {
                Channel::Stream => State::Delivered { at: now },
                Channel::Webhook | Channel::Email | Channel::Nats => {
                    State::Pending { next: to.hold.unwrap_or(now) }
                }
            };
            let delivery = Delivery {
                no,
                notice: Arc::clone(&notice),
                to,
                state,
                attempts: 0,
                error: Line::default(),
                since: now,
            };
            match delivery.to.way() {
                Some(way) => {
                    self.waiting.entry(way).or_default().insert(&delivery);
                    self.deliveries.insert(no, Arc::new(delivery));
                }
                None => {
                    self.deliveries.insert(no, Arc::new(delivery));
                    self.keep_delivered(no);
                }
            }
        }
    }

    fn tried(&mut self, outcome: &Outcome, now: Timestamp) -> Result<(), &'static str> {
        let no = outcome.delivery;
        let held = self.deliveries.get_mut(&no).ok_or("there is no such delivery")?;
        let held = Arc::make_mut(held);
        let way = held.to.way().ok_or("it is not sent")?;
        if let Some(waiting) = self.waiting.get_mut(&way) {
            waiting.remove(held);
            if waiting.is_empty() {
                self.waiting.remove(&way);
            }
        }
        held.attempts = held.attempts.saturating_add(1);
        match &outcome.became {
            Became::Delivered => {
                held.state = State::Delivered { at: now };
                held.error = Line::default();
                self.keep_delivered(no);
            }
            Became::Failed { next, error } => {
                held.state = State::Pending { next: *next };
                held.error = error.clone();
                self.waiting.entry(way).or_default().insert(held);
            }
            Became::Dead { error } => {
                held.state = State::Dead { at: now };
                held.error = error.clone();
                self.dead.insert(no);
                while self.dead.len() > FINISHED_MAX {
                    if let Some(oldest) = self.dead.remove_min() {
                        self.deliveries.remove(&oldest);
                        self.dropped = self.dropped.saturating_add(1);
                    }
                }
            }
        }
        Ok(())
    }

    fn keep_delivered(&mut self, no: u64) {
        self.delivered.push_back(no);
        while self.delivered.len() > FINISHED_MAX {
            if let Some(oldest) = self.delivered.pop_front() {
                self.deliveries.remove(&oldest);
            }
        }
    }

    /// Checks all invariants.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), String> {
        let listed = self.pending_len() + self.delivered.len() + self.dead.len();
        if listed != self.deliveries.len() {
            return Err(format!("{} deliveries, {listed} are listed", self.deliveries.len()));
        }
        for (no, delivery) in &self.deliveries {
            let fits = match delivery.state {
                State::Pending { .. } => {
                    let waiting = delivery.to.way().and_then(|way| self.waiting.get(&way));
                    waiting.is_some_and(|waiting| waiting.contains(delivery))
                }
                State::Dead { .. } => self.dead.contains(no),
                State::Delivered { .. } => true,
            };
            if !fits || delivery.no != *no || *no > self.count {
                return Err(format!("delivery {no} is not where its state says"));
            }
        }
        if self.known.len() != self.known_in_turn.len() {
            let turn = self.known_in_turn.len();
            return Err(format!("{} known, {turn} in turn", self.known.len()));
        }
        Ok(())
    }
}
