//! Until when a delivery is held back by its receiver's schedule: decided once, when it is taken in, and never asked again.
//!
//! - Outside somebody's hours e-mail and webhooks wait for the next beginning of them; with a time for a digest, e-mail waits for
//!   that, and comes as one letter.
//! - What asks them to decide is never put into a digest, and waits for their hours only if it is due after they have begun.
//! - The stream and NATS disturb nobody and are never held, nor is a try.

use koepel_domain::{
    ids::Timestamp,
    outbox::{Channel, Concern, Kind, Notice, Schedule},
};

/// Until when a delivery waits; none, if it is sent at once.
#[must_use]
pub fn until(
    schedule: Option<&Schedule>,
    notice: &Notice,
    concern: Concern,
    channel: Channel,
    now: Timestamp,
) -> Option<Timestamp> {
    let schedule = schedule.filter(|_| notice.kind != Kind::Test)?;
    let opening = schedule.next_opening(now);
    let moment = if concern.decides() && notice.kind.asks() {
        let can_wait = notice.facts.due.is_none_or(|due| due > opening);
        if can_wait { opening } else { now }
    } else {
        match channel {
            Channel::Email => schedule.next_digest(now).unwrap_or(opening),
            Channel::Webhook => opening,
            Channel::Stream | Channel::Nats => now,
        }
    };
    let is_held = matches!(channel, Channel::Email | Channel::Webhook) && moment > now;
    is_held.then_some(moment)
}

#[cfg(test)]
mod tests {
    use koepel_domain::{
        calendar::{DayHours, Week, Zone},
        ids::Version,
        outbox::Facts,
        text::Line,
    };

    use super::*;

    const HOUR: i64 = 3_600_000_000;
    /// Monday 30 November 2026, 00:00 UTC.
    const MONDAY: i64 = 1_795_996_800_000_000;

    fn notice(kind: Kind, due: Option<i64>) -> Notice {
        Notice {
            cause: Line::new("a").unwrap(),
            kind,
            version: Version(1),
            time: Timestamp(MONDAY),
            domains: Vec::new(),
            facts: Facts { due: due.map(Timestamp), ..Facts::default() },
        }
    }

    /// 08:00 to 18:00 on Mondays and Tuesdays, in UTC.
    fn schedule(digest: Option<&str>) -> Schedule {
        let hours = || DayHours::new(vec!["08:00-18:00".parse().unwrap()]).unwrap();
        let hours = Week { monday: hours(), tuesday: hours(), ..Week::default() };
        Schedule { zone: Zone::utc(), hours, digest: digest.map(|time| time.parse().unwrap()) }
    }

    /// The hour since Monday until which something waits that happens at this one; none, if it does not wait.
    fn waits(
        schedule: &Schedule,
        (kind, due): (Kind, Option<i64>),
        concern: Concern,
        channel: Channel,
        hour: i64,
    ) -> Option<i64> {
        let notice = notice(kind, due.map(|due| MONDAY + due * HOUR));
        let now = Timestamp(MONDAY + hour * HOUR);
        let until = until(Some(schedule), &notice, concern, channel, now);
        until.map(|at| (at.0 - MONDAY) / HOUR)
    }

    #[test]
    fn without_a_schedule_nothing_waits() {
        let notice = notice(Kind::EscalationDecided, None);
        let now = Timestamp(MONDAY);
        assert_eq!(until(None, &notice, Concern::Raised, Channel::Email, now), None);
    }

    #[test]
    fn outside_the_hours_mail_and_webhooks_wait_for_their_beginning() {
        let told = (Kind::EscalationDecided, None);
        let quiet = schedule(None);
        for (channel, at_night, by_day) in [
            (Channel::Email, Some(8), None),
            (Channel::Webhook, Some(8), None),
            (Channel::Stream, None, None),
            (Channel::Nats, None, None),
        ] {
            assert_eq!(waits(&quiet, told, Concern::Raised, channel, 3), at_night, "{channel:?}");
            assert_eq!(waits(&quiet, told, Concern::Raised, channel, 9), by_day, "{channel:?}");
        }
        // From Tuesday evening over five days without hours.
        let monday = Some(7 * 24 + 8);
        assert_eq!(waits(&quiet, told, Concern::Raised, Channel::Email, 43), monday);
    }

    #[test]
    fn with_a_digest_mail_waits_for_it_and_webhooks_do_not() {
        let told = (Kind::EscalationCommented, None);
        let daily = schedule(Some("16:00"));
        assert_eq!(waits(&daily, told, Concern::Domain, Channel::Email, 9), Some(16));
        assert_eq!(waits(&daily, told, Concern::Domain, Channel::Email, 16), Some(40));
        assert_eq!(waits(&daily, told, Concern::Domain, Channel::Webhook, 9), None);
        assert_eq!(waits(&daily, told, Concern::Domain, Channel::Webhook, 3), Some(8));
        assert_eq!(waits(&daily, told, Concern::Domain, Channel::Stream, 3), None);
    }

    #[test]
    fn what_asks_to_decide_is_in_no_digest_and_never_waits_beyond_its_time() {
        let daily = schedule(Some("16:00"));
        let raised = |due| (Kind::EscalationRaised, due);
        for concern in [Concern::Decides, Concern::StandsIn] {
            for channel in [Channel::Email, Channel::Webhook] {
                let waits = |of, hour| waits(&daily, of, concern, channel, hour);
                assert_eq!(waits(raised(Some(20)), 9), None, "there are hours now");
                assert_eq!(
                    waits(raised(Some(12)), 3),
                    Some(8),
                    "there is time left in the morning"
                );
                assert_eq!(waits(raised(Some(8)), 3), None, "it would be too late");
                assert_eq!(waits(raised(None), 3), Some(8), "no time runs");
                assert_eq!(waits((Kind::EscalationOverdue, Some(2)), 3), None);
            }
        }
        // To others the same is news.
        let to_others = waits(&daily, raised(Some(8)), Concern::Domain, Channel::Email, 3);
        assert_eq!(to_others, Some(16));
        // What asks nothing of the one who decides can wait.
        let comment = (Kind::EscalationCommented, Some(8));
        assert_eq!(waits(&daily, comment, Concern::Decides, Channel::Email, 3), Some(16));
    }

    #[test]
    fn a_try_waits_for_nothing() {
        let test = (Kind::Test, None);
        assert_eq!(waits(&schedule(Some("16:00")), test, Concern::Raised, Channel::Email, 3), None);
    }
}
