//! When somebody is written to: the hours outside which what can wait waits, and the time of day at which it comes as one letter.

use jiff::Timestamp as Instant;
use serde::{Deserialize, Serialize};

use crate::{
    calendar::{Calendar, TimeOfDay, Week, Zone},
    ids::Timestamp,
};

/// When somebody is written to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Schedule {
    /// Whose wall clock it goes by.
    pub zone: Zone,
    /// The hours in which they are written to; at any time, if there are none.
    #[serde(default)]
    pub hours: Week,
    /// When e-mail comes, gathered into one letter, on each day that has hours; as it happens, if there is no such time.
    #[serde(default)]
    pub digest: Option<TimeOfDay>,
}

impl Schedule {
    /// When they may be written to next: `from` itself, if they may then.
    #[must_use]
    pub fn next_opening(&self, from: Timestamp) -> Timestamp {
        if self.hours.is_closed() {
            return from;
        }
        let (zone, week) = (self.zone.clone(), self.hours.clone());
        Calendar { zone, week, ..Calendar::built_in() }.next_opening(from)
    }

    /// When the first letter comes that has what happens now; none, if letters are not gathered.
    ///
    /// A time that the clock skips is the one as much later; of one that it shows twice, the first counts. If that is outside the
    /// hours, it is their next beginning.
    #[must_use]
    pub fn next_digest(&self, now: Timestamp) -> Option<Timestamp> {
        let at = self.digest?;
        let zone = self.zone.rules();
        let now = Instant::from_microsecond(now.0).ok()?;
        let mut date = now.to_zoned(zone.clone()).date();
        // Today may be over: then there are seven days, of which one has hours.
        for _ in 0..=7 {
            let day = self.hours.on(i64::from(date.weekday().to_monday_zero_offset()));
            if self.hours.is_closed() || !day.is_closed() {
                let moment = date.at(at.hour(), at.minute(), 0, 0).to_zoned(zone.clone()).ok()?;
                if moment.timestamp() > now {
                    let moment = Timestamp(moment.timestamp().as_microsecond());
                    return Some(self.next_opening(moment));
                }
            }
            date = date.tomorrow().ok()?;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::{DayHours, Hours};

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<Instant>().unwrap().as_microsecond())
    }

    fn day(spans: &[&str]) -> DayHours {
        DayHours::new(spans.iter().map(|span| span.parse::<Hours>().unwrap()).collect()).unwrap()
    }

    /// Monday to Friday with these hours.
    fn work_days(spans: &[&str], digest: Option<&str>) -> Schedule {
        let hours = || day(spans);
        let week = Week {
            monday: hours(),
            tuesday: hours(),
            wednesday: hours(),
            thursday: hours(),
            friday: hours(),
            ..Week::default()
        };
        let zone = Zone::new("Europe/Copenhagen").unwrap();
        Schedule { zone, hours: week, digest: digest.map(|time| time.parse().unwrap()) }
    }

    fn any_time(digest: &str) -> Schedule {
        let zone = Zone::new("Europe/Copenhagen").unwrap();
        Schedule { zone, hours: Week::default(), digest: Some(digest.parse().unwrap()) }
    }

    #[test]
    fn outside_the_hours_is_the_next_beginning() {
        let schedule = work_days(&["08:00-18:00"], None);
        for (now, next) in [
            ("2026-11-30T07:00:00Z", "2026-11-30T07:00:00Z"),
            ("2026-11-30T06:59:59Z", "2026-11-30T07:00:00Z"),
            ("2026-11-30T17:00:00Z", "2026-12-01T07:00:00Z"),
            ("2026-12-04T22:30:00Z", "2026-12-07T07:00:00Z"),
        ] {
            assert_eq!(schedule.next_opening(at(now)), at(next), "{now}");
        }
        // A night shift, written as two spans.
        let night = work_days(&["00:00-06:00", "22:00-24:00"], None);
        assert_eq!(night.next_opening(at("2026-11-30T11:00:00Z")), at("2026-11-30T21:00:00Z"));
        assert_eq!(night.next_opening(at("2026-11-30T23:30:00Z")), at("2026-11-30T23:30:00Z"));
    }

    #[test]
    fn a_digest_comes_once_a_day_that_has_hours() {
        let schedule = work_days(&["08:00-18:00"], Some("16:30"));
        for (now, next) in [
            ("2026-11-30T09:00:00Z", "2026-11-30T15:30:00Z"),
            ("2026-11-30T15:30:00Z", "2026-12-01T15:30:00Z"),
            ("2026-12-04T16:00:00Z", "2026-12-07T15:30:00Z"),
        ] {
            assert_eq!(schedule.next_digest(at(now)), Some(at(next)), "{now}");
        }
        assert_eq!(work_days(&["08:00-18:00"], None).next_digest(at("2026-11-30T09:00:00Z")), None);
        // Before the hours begin it waits for them.
        let early = work_days(&["08:00-18:00"], Some("06:00"));
        let now = at("2026-11-30T04:00:00Z");
        assert_eq!(early.next_digest(now), Some(at("2026-11-30T07:00:00Z")));
        // On any day, if there are no hours.
        let daily = any_time("08:00");
        assert_eq!(daily.next_digest(at("2026-12-05T08:00:00Z")), Some(at("2026-12-06T07:00:00Z")));
    }

    #[test]
    fn a_time_that_the_clock_skips_or_shows_twice_is_one_moment() {
        let schedule = any_time("02:30");
        // 29 March 2026 has no 02:30, 25 October 2026 has two.
        for (now, next) in [
            ("2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"),
            ("2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"),
            ("2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
            ("2026-10-25T00:45:00Z", "2026-10-26T01:30:00Z"),
        ] {
            assert_eq!(schedule.next_digest(at(now)), Some(at(next)), "{now}");
        }
        // Hours that begin in the skipped one begin with the next.
        let hours = Week { sunday: day(&["02:30-10:00"]), ..Week::default() };
        let schedule = Schedule { hours, digest: None, ..any_time("02:30") };
        let next = schedule.next_opening(at("2026-03-28T12:00:00Z"));
        assert_eq!(next, at("2026-03-29T01:00:00Z"));
    }

    #[test]
    fn moments_beyond_all_calendars_are_survived() {
        let schedule = work_days(&["08:00-18:00"], Some("08:00"));
        for now in [i64::MIN, i64::MAX] {
            assert_eq!(schedule.next_digest(Timestamp(now)), None);
            assert_eq!(schedule.next_opening(Timestamp(now)), Timestamp(now));
        }
    }

    proptest! {
        #[test]
        fn nothing_waits_into_the_past_nor_longer_than_the_longest(
            seconds in 1_577_836_800_i64..2_208_988_800,
            minute in 0_u16..1_440,
            opens in 0_u16..1_440,
            length in 1_u16..600,
            closed in 0_usize..7,
            zone in prop::sample::select(vec!["Europe/Copenhagen", "Pacific/Apia", "Australia/Lord_Howe", "America/New_York", "UTC"]),
        ) {
            let hours = || {
                let closes = (opens + length).min(1_440);
                DayHours::new(Hours::new(opens, closes).into_iter().collect()).unwrap()
            };
            let days: Vec<DayHours> =
                (0..7).map(|day| if day < closed { DayHours::default() } else { hours() }).collect();
            let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] =
                <[DayHours; 7]>::try_from(days).unwrap();
            let week = Week { monday, tuesday, wednesday, thursday, friday, saturday, sunday };
            let digest: TimeOfDay = format!("{:02}:{:02}", minute / 60, minute % 60).parse().unwrap();
            let schedule = Schedule { zone: Zone::new(zone).unwrap(), hours: week, digest: Some(digest) };
            let now = Timestamp(seconds * 1_000_000);
            let most = crate::outbox::HOLD_MAX;
            let opening = schedule.next_opening(now);
            prop_assert!(now <= opening && opening.0 - now.0 < most);
            prop_assert_eq!(schedule.next_opening(opening), opening);
            let digest = schedule.next_digest(now).unwrap();
            prop_assert!(now < digest && digest.0 - now.0 < most, "{:?}", digest);
            prop_assert_eq!(schedule.next_opening(digest), digest, "it comes within the hours");
            // Whatever happens until then comes with it.
            let before = schedule.next_digest(Timestamp(now.0.midpoint(digest.0))).unwrap();
            prop_assert!(before >= digest);
        }
    }
}
