//! Counting working time: when it opens next, and when an answer is due.
//!
//! A calendar is open whenever the wall clock of its zone shows a time within the hours of the day it shows. So an hour that
//! the clock skips is not worked, and one that it shows twice is worked twice.

use jiff::{
    Timestamp as Instant,
    tz::{Offset, TimeZone},
};

use super::{AnswerTime, Calendar};
use crate::ids::Timestamp;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;
/// How far ahead is looked: ten years of 365.25 days. Nothing is due later.
const HORIZON: i64 = 10 * 1_461 * DAY / 4;
/// The moments between which the zones' rules are asked: the years 0 to 9000. Outside nothing is counted.
const FIRST: i64 = -719_528 * DAY;
const LAST: i64 = 2_567_000 * DAY;

/// A time in which it is open, and in which the clock of the zone runs evenly.
#[derive(Clone, Copy, Debug)]
struct Opening {
    /// The day that the wall clock shows, in days since 1970-01-01.
    day: i64,
    opens: i64,
    closes: i64,
    /// What the wall clock shows at `opens`, in microseconds since 1970-01-01T00:00 on it.
    wall: i64,
}

impl Calendar {
    /// When it is open next: `from` itself, if it is open then. If it does not open within ten years, ten years later.
    #[must_use]
    pub fn next_opening(&self, from: Timestamp) -> Timestamp {
        let Some((from, until)) = bounds(from) else { return from };
        let first = self.openings(&self.zone.rules(), from, until).next();
        Timestamp(first.map_or(until, |opening| opening.opens))
    }

    /// When an answer is due.
    ///
    /// Time runs from the next opening. Hours are counted while it is open. Days are counted from working day to working day,
    /// one being a day with any hours: due is the same time of day on the last one; if it is closed then, the closing before.
    /// What is not due within ten years is due at the last closing of them (if there is none, at their end).
    #[must_use]
    pub fn deadline(&self, from: Timestamp, answer: AnswerTime) -> Timestamp {
        let Some((from, until)) = bounds(from) else { return from };
        let zone = self.zone.rules();
        let mut openings = self.openings(&zone, from, until);
        let Some(first) = openings.next() else { return Timestamp(until) };
        Timestamp(match answer {
            AnswerTime::Hours(hours) => {
                after_hours(first, openings, i64::from(hours) * 60 * MINUTE)
            }
            AnswerTime::Days(days) => {
                after_days(first, openings, wall_clock(&zone, &first), u32::from(days))
            }
        })
    }

    /// Whether it is open at this moment.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.next_opening(at) == at && bounds(at).is_some()
    }

    /// All openings from `from` until `until`, in order of time.
    fn openings<'a>(
        &'a self,
        zone: &'a TimeZone,
        from: i64,
        until: i64,
    ) -> impl Iterator<Item = Opening> + 'a {
        evenly(zone, from, until).flat_map(move |(start, end, offset)| {
            let days = (start + offset).div_euclid(DAY)..=(end - 1 + offset).div_euclid(DAY);
            days.flat_map(move |day| {
                self.hours_on(day).spans().iter().filter_map(move |span| {
                    let at = |minutes: u16| day * DAY + i64::from(minutes) * MINUTE - offset;
                    let (opens, closes) = (at(span.opens()).max(start), at(span.closes()).min(end));
                    (opens < closes).then_some(Opening { day, opens, closes, wall: opens + offset })
                })
            })
        })
    }
}

/// From when until when to look; nothing, if the moment is further away than the zones' rules reach.
fn bounds(from: Timestamp) -> Option<(i64, i64)> {
    (FIRST..=LAST).contains(&from.0).then(|| (from.0, from.0 + HORIZON))
}

/// The stretches between changes of the clock: start, end, and how far the wall clock is ahead of UTC.
fn evenly(zone: &TimeZone, from: i64, until: i64) -> impl Iterator<Item = (i64, i64, i64)> + '_ {
    let first = (from, ahead(zone.to_offset(instant(from))));
    let changes = zone
        .following(instant(from))
        .map(|change| (change.timestamp().as_microsecond(), ahead(change.offset())));
    let mut starts = std::iter::once(first)
        .chain(changes)
        .take_while(move |(start, _)| *start < until)
        .peekable();
    std::iter::from_fn(move || {
        let (start, offset) = starts.next()?;
        let end = starts.peek().map_or(until, |(next, _)| *next);
        Some((start, end, offset))
    })
}

fn instant(micros: i64) -> Instant {
    // Only asked within the bounds of the zones' rules, which are within those of the type.
    Instant::from_microsecond(micros).unwrap_or(Instant::UNIX_EPOCH)
}

fn ahead(offset: Offset) -> i64 {
    i64::from(offset.seconds()) * SECOND
}

/// What the wall clock shows at the beginning of an opening. In an hour that it shows for the second time it counts as having
/// stood still at the end of the first, so that what comes later is never due earlier.
fn wall_clock(zone: &TimeZone, opening: &Opening) -> i64 {
    // A change at this very moment counts, too.
    let before = zone.preceding(instant(opening.opens + 1)).next();
    let furthest = before.map(|change| {
        let at = change.timestamp().as_microsecond();
        at + ahead(zone.to_offset(instant(at - 1)))
    });
    furthest.map_or(opening.wall, |furthest| opening.wall.max(furthest))
}

fn after_hours(first: Opening, rest: impl Iterator<Item = Opening>, wanted: i64) -> i64 {
    let mut missing = wanted;
    let mut last = first.closes;
    for opening in std::iter::once(first).chain(rest) {
        let length = opening.closes - opening.opens;
        if missing <= length {
            return opening.opens + missing;
        }
        missing -= length;
        last = opening.closes;
    }
    last
}

fn after_days(first: Opening, rest: impl Iterator<Item = Opening>, wall: i64, wanted: u32) -> i64 {
    if wanted == 0 {
        return first.opens;
    }
    let (mut latest, time_of_day) = (wall.div_euclid(DAY), wall.rem_euclid(DAY));
    let (mut missing, mut due, mut last) = (wanted, None, first.closes);
    for opening in rest {
        if opening.day > latest && due.is_none() {
            latest = opening.day;
            missing -= 1;
            due = (missing == 0).then_some(latest * DAY + time_of_day);
        }
        // How far into this opening it is due: not before it, in it, or after it.
        let into = due.map(|due| due - opening.wall);
        match into {
            Some(into) if into < 0 => return last,
            Some(into) if into <= opening.closes - opening.opens => return opening.opens + into,
            Some(_) | None => last = opening.closes,
        }
    }
    last
}
