//! When a delivery is tried again, and when it is given up.

use std::time::Duration;

use koepel_domain::{
    ids::Timestamp,
    outbox::{Became, Delivery},
    text::Line,
};

use crate::why::Why;

/// The longest pause between two attempts.
pub const LONGEST: Duration = Duration::from_secs(6 * 3_600);
/// Each pause is so many times the one before.
const FACTOR: u32 = 3;

/// How often, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The pause after the first failure; the next ones are three times as long each, up to [`LONGEST`].
    pub first: Duration,
    /// At most so many attempts.
    pub attempts: u32,
    /// At most for so long since it could have been sent first.
    pub give_up_after: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(5),
            attempts: 12,
            give_up_after: Duration::from_secs(24 * 3_600),
        }
    }
}

/// Why an attempt failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// In words of our own.
    pub why: Why,
    /// Whether another attempt can do no better.
    pub hopeless: bool,
    /// How long the receiver asks to be left alone.
    pub wait: Option<Duration>,
}

impl Failure {
    /// One that may pass.
    #[must_use]
    pub fn passing(why: Why) -> Self {
        Self { why, hopeless: false, wait: None }
    }

    /// One that will not.
    #[must_use]
    pub fn hopeless(why: Why) -> Self {
        Self { why, hopeless: true, wait: None }
    }

    /// Whether nobody was there to answer, whatever was to be said.
    #[must_use]
    pub fn nobody(&self) -> bool {
        !self.hopeless && self.why.nobody()
    }
}

/// What becomes of a delivery whose attempt failed. `chance` is from 0 to 1 and keeps those that failed together apart.
#[must_use]
pub fn failed(
    delivery: &Delivery,
    failure: &Failure,
    patience: &Patience,
    now: Timestamp,
    chance: f64,
) -> Became {
    let error = Line::new(&failure.why.to_string()).unwrap_or_default();
    let tried = delivery.attempts.saturating_add(1);
    let doubled = patience.first.saturating_mul(FACTOR.saturating_pow(tried.saturating_sub(1)));
    // From half the pause to all of it.
    let pause = doubled.min(LONGEST).mul_f64(0.5 + 0.5 * chance.clamp(0.0, 1.0));
    let pause = failure.wait.map_or(pause, |wait| wait.min(LONGEST).max(pause));
    let next = later(now, pause);
    let end = later(delivery.ready(), patience.give_up_after);
    if failure.hopeless || tried >= patience.attempts || next > end {
        return Became::Dead { error };
    }
    Became::Failed { next, error }
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    Timestamp(time.0.saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
}

/// Reads a `Retry-After`: seconds, or a date of HTTP.
#[must_use]
pub fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value.trim()).ok()?;
    let since = date.duration_since(std::time::UNIX_EPOCH).ok()?;
    let now = Duration::from_micros(u64::try_from(now.0).ok()?);
    Some(since.saturating_sub(now))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use koepel_domain::{
        ids::{PersonId, Version},
        outbox::{Channel, Concern, Facts, Kind, Notice, Receiver, State, To},
    };

    use super::*;

    fn delivery(attempts: u32) -> Delivery {
        let notice = Notice {
            cause: Line::new("a").unwrap(),
            kind: Kind::Test,
            version: Version(0),
            time: Timestamp(0),
            domains: Vec::new(),
            facts: Facts::default(),
        };
        let receiver = Receiver::Person(PersonId::new("p-a").unwrap());
        Delivery {
            no: 1,
            notice: Arc::new(notice),
            to: To {
                channel: Channel::Webhook,
                receiver,
                concern: Concern::Raised,
                target: None,
                hold: None,
            },
            state: State::Pending { next: Timestamp(0) },
            attempts,
            error: Line::default(),
            since: Timestamp(0),
        }
    }

    /// Seconds until the next attempt; none if it is given up.
    fn pause(attempts: u32, failure: &Failure, now_s: i64, chance: f64) -> Option<i64> {
        let now = Timestamp(now_s * 1_000_000);
        match failed(&delivery(attempts), failure, &Patience::default(), now, chance) {
            Became::Failed { next, .. } => Some((next.0 - now.0) / 1_000_000),
            Became::Dead { .. } => None,
            Became::Delivered => panic!("it failed"),
        }
    }

    #[test]
    fn pauses_grow_to_a_bound_and_differ() {
        let failure = Failure::passing(Why::Answered(500));
        for (attempts, longest) in [(0, 5), (1, 15), (2, 45), (5, 1_215), (10, 21_600)] {
            assert_eq!(pause(attempts, &failure, 0, 1.0), Some(longest));
            assert_eq!(pause(attempts, &failure, 0, 0.0), Some(longest / 2));
        }
    }

    #[test]
    fn twelve_attempts_or_a_day_and_it_is_given_up() {
        let failure = Failure::passing(Why::Answered(500));
        assert!(pause(10, &failure, 0, 1.0).is_some());
        assert_eq!(pause(11, &failure, 0, 1.0), None);
        assert_eq!(pause(0, &failure, 24 * 3_600, 1.0), None);
        assert_eq!(pause(0, &Failure::hopeless(Why::WantsNoMore), 0, 1.0), None);
        // All pauses together fit into the day.
        let all: i64 = (0..11).map(|attempts| pause(attempts, &failure, 0, 1.0).unwrap()).sum();
        assert!(all < 24 * 3_600, "{all}");
    }

    #[test]
    fn patience_begins_when_it_is_no_longer_held_back() {
        let hour = 3_600 * 1_000_000;
        let mut held = delivery(0);
        held.to.hold = Some(Timestamp(64 * hour));
        let failure = Failure::passing(Why::Answered(500));
        let after = |hours: i64| {
            failed(&held, &failure, &Patience::default(), Timestamp(hours * hour), 1.0)
        };
        assert!(matches!(after(65), Became::Failed { .. }), "the weekend does not count");
        assert!(matches!(after(64 + 24), Became::Dead { .. }));
    }

    #[test]
    fn what_the_receiver_asks_for_is_honoured() {
        let asked = |wait| Failure {
            wait: Some(Duration::from_secs(wait)),
            ..Failure::passing(Why::Answered(429))
        };
        assert_eq!(pause(0, &asked(120), 0, 1.0), Some(120));
        assert_eq!(pause(2, &asked(1), 0, 1.0), Some(45), "our own pause is longer");
        assert_eq!(pause(0, &asked(1_000_000), 0, 1.0), Some(21_600), "nobody stops us for ever");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = Timestamp(1_796_030_000_000_000);
        for (value, seconds) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Mon, 30 Nov 2026 09:14:20 GMT", Some(60)),
            ("Mon, 30 Nov 2020 09:14:20 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            assert_eq!(retry_after(value, now), seconds.map(Duration::from_secs), "{value}");
        }
    }
}
