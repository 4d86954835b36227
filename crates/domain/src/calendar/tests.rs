//! Working time against examples on the wall clock, and against counting it minute by minute.

use jiff::{ToSpan as _, civil::DateTime, tz::TimeZoneDatabase};
use proptest::prelude::*;

use super::*;

const MINUTE: i64 = 60_000_000;

fn hours(text: &str) -> DayHours {
    let spans = text.split_whitespace().map(|span| span.parse().unwrap());
    DayHours::new(spans.collect()).unwrap()
}

/// A calendar of these hours on Mondays to Fridays.
fn calendar(zone: &str, weekdays: &str) -> Calendar {
    let day = || hours(weekdays);
    Calendar {
        id: CalendarId::new("here").unwrap(),
        name: Name::new("Here").unwrap(),
        zone: Zone::new(zone).unwrap(),
        week: Week {
            monday: day(),
            tuesday: day(),
            wednesday: day(),
            thursday: day(),
            friday: day(),
            ..Week::default()
        },
        holidays: Vec::new(),
        days: Vec::new(),
    }
}

fn around_the_clock(zone: &str) -> Calendar {
    let mut calendar = calendar(zone, "00:00-24:00");
    calendar.week.saturday = hours("00:00-24:00");
    calendar.week.sunday = hours("00:00-24:00");
    calendar
}

fn own(day: &str, text: &str) -> OwnDay {
    OwnDay { day: day.parse().unwrap(), hours: hours(text), name: Line::default() }
}

/// The moment when the zone's clock shows this, for the first time.
fn at(zone: &Zone, text: &str) -> Timestamp {
    let zone = TimeZoneDatabase::bundled().get(zone.as_str()).unwrap();
    let shown: DateTime = text.parse().unwrap();
    Timestamp(zone.to_ambiguous_timestamp(shown).earlier().unwrap().as_microsecond())
}

fn answer(text: &str) -> AnswerTime {
    let (count, unit) = text.split_at(text.len() - 1);
    let count = count.parse().unwrap();
    if unit == "h" { AnswerTime::Hours(count) } else { AnswerTime::Days(count) }
}

#[track_caller]
fn check(calendar: &Calendar, from: &str, given: &str, due: &str) {
    let found = calendar.deadline(at(&calendar.zone, from), answer(given));
    let shown = |at: Timestamp| {
        let zone = TimeZoneDatabase::bundled().get(calendar.zone.as_str()).unwrap();
        zone.to_datetime(Instant::from_microsecond(at.0).unwrap()).to_string()
    };
    assert_eq!(shown(found), shown(at(&calendar.zone, due)), "{from} and {given}");
    assert_eq!(found, at(&calendar.zone, due), "{from} and {given}");
}

#[test]
fn hours_count_while_it_is_open() {
    let office = calendar("Europe/Copenhagen", "09:00-12:00 13:00-17:00");
    // 2026-11-23 is a Monday.
    for (from, given, due) in [
        ("2026-11-23T09:00", "2h", "2026-11-23T11:00"),
        ("2026-11-23T11:00", "2h", "2026-11-23T14:00"),
        ("2026-11-23T09:00", "3h", "2026-11-23T12:00"),
        ("2026-11-23T16:30", "1h", "2026-11-24T09:30"),
        ("2026-11-23T09:00", "7h", "2026-11-23T17:00"),
        ("2026-11-27T16:00", "8h", "2026-11-30T17:00"),
        // Raised outside hours it counts from the next opening.
        ("2026-11-23T03:00", "1h", "2026-11-23T10:00"),
        ("2026-11-23T12:20", "1h", "2026-11-23T14:00"),
        ("2026-11-23T17:00", "1h", "2026-11-24T10:00"),
        ("2026-11-28T12:00", "1h", "2026-11-30T10:00"),
    ] {
        check(&office, from, given, due);
    }
}

#[test]
fn days_count_from_working_day_to_working_day() {
    let mut office = calendar("Europe/Copenhagen", "09:00-12:00 13:00-17:00");
    office.week.friday = hours("10:00-14:00");
    for (from, given, due) in [
        ("2026-11-23T10:30", "1d", "2026-11-24T10:30"),
        ("2026-11-23T10:30", "2d", "2026-11-25T10:30"),
        ("2026-11-23T17:00", "1d", "2026-11-25T09:00"),
        ("2026-11-21T11:00", "1d", "2026-11-24T09:00"),
        // After the closing of the last day, before its opening, and in its break: the closing before.
        ("2026-11-26T16:00", "1d", "2026-11-27T14:00"),
        ("2026-11-26T09:30", "1d", "2026-11-26T17:00"),
        ("2026-11-27T12:30", "1d", "2026-11-30T12:00"),
        ("2026-11-23T12:30", "1d", "2026-11-24T13:00"),
        ("2026-11-26T11:00", "2d", "2026-11-30T11:00"),
    ] {
        check(&office, from, given, due);
    }
}

#[test]
fn holidays_and_days_of_its_own_are_off_and_half_days_count() {
    let mut office = calendar("Europe/Copenhagen", "09:00-17:00");
    office.holidays = vec![Country::Denmark];
    office.days =
        vec![own("2026-12-23", "09:00-12:00"), own("2026-12-24", ""), own("2026-12-31", "")];
    for (from, given, due) in [
        // Easter 2026: Thursday 2 April to Monday 6 April are off.
        ("2026-04-01T16:00", "2h", "2026-04-07T10:00"),
        ("2026-04-01T16:00", "1d", "2026-04-07T16:00"),
        // Store bededag, the fourth Friday after Easter, is a working day.
        ("2026-04-30T16:00", "2h", "2026-05-01T10:00"),
        // 23 December is a half day; then Christmas until Monday 28.
        ("2026-12-23T11:00", "2h", "2026-12-28T10:00"),
        ("2026-12-22T16:00", "1d", "2026-12-23T12:00"),
        ("2026-12-22T16:00", "2d", "2026-12-28T16:00"),
        // New Year's Eve is off by its own list, and New Year's Day by the law.
        ("2026-12-30T16:30", "1h", "2027-01-04T09:30"),
    ] {
        check(&office, from, given, due);
    }
    // A day of its own opens even on a holiday.
    office.days.insert(0, own("2026-04-06", "10:00-11:00"));
    check(&office, "2026-04-01T16:00", "2h", "2026-04-06T11:00");
}

#[test]
fn the_clock_going_forward_and_back_neither_gives_nor_takes_working_time() {
    // On 2026-03-29 02:00 becomes 03:00, on 2026-10-25 03:00 becomes 02:00 again.
    let office = calendar("Europe/Copenhagen", "09:00-17:00");
    check(&office, "2026-03-27T16:00", "2h", "2026-03-30T10:00");
    check(&office, "2026-10-23T16:00", "2h", "2026-10-26T10:00");
    check(&office, "2026-03-27T16:00", "1d", "2026-03-30T16:00");
    let always = around_the_clock("Europe/Copenhagen");
    check(&always, "2026-03-29T01:00", "2h", "2026-03-29T04:00");
    check(&always, "2026-03-28T23:00", "24h", "2026-03-30T00:00");
    check(&always, "2026-10-25T01:00", "4h", "2026-10-25T04:00");
    check(&always, "2026-10-24T12:00", "24h", "2026-10-25T11:00");
    // A time of day that is skipped: when the clock goes on. One that comes twice: the first time.
    check(&always, "2026-03-28T02:30", "1d", "2026-03-29T03:00");
    check(&always, "2026-10-24T02:30", "1d", "2026-10-25T02:30");
    // Hours that the clock skips are not worked.
    let mut night = calendar("Europe/Copenhagen", "09:00-10:00");
    night.week.sunday = hours("01:00-04:00");
    check(&night, "2026-03-29T00:00", "3h", "2026-03-30T10:00");
    check(&night, "2026-10-25T00:00", "4h", "2026-10-25T04:00");
}

#[test]
fn an_hour_that_comes_twice_is_never_due_earlier_the_second_time() {
    let always = around_the_clock("Europe/Copenhagen");
    let first = at(&always.zone, "2026-10-25T02:50");
    let second = Timestamp(first.0 + 20 * MINUTE); // 02:10 again.
    let due = |from| always.deadline(from, AnswerTime::Days(1));
    assert!(due(first) < due(second));
    assert_eq!(due(second), at(&always.zone, "2026-10-26T03:00"));
}

#[test]
fn a_calendar_that_is_closed_for_years_ends_the_search() {
    let from = Timestamp(1_800_000_000_000_000);
    let ten_years = Timestamp(from.0 + 10 * 1_461 * 24 * 60 * MINUTE / 4);
    let mut closed = calendar("UTC", "");
    assert!(closed.week.is_closed());
    for answer in [AnswerTime::Hours(1), AnswerTime::Days(1), AnswerTime::Hours(u16::MAX)] {
        assert_eq!(closed.deadline(from, answer), ten_years);
    }
    assert_eq!(closed.next_opening(from), ten_years);
    // One minute a week does not make ten thousand hours: the last closing of the ten years.
    closed.week.monday = hours("00:00-00:01");
    let due = closed.deadline(from, AnswerTime::Hours(HOURS_MAX));
    assert!(due < ten_years && ten_years.0 - due.0 < 8 * 24 * 60 * MINUTE, "{due:?}");
    assert_eq!(due.0.rem_euclid(24 * 60 * MINUTE), MINUTE);
}

#[test]
fn the_ends_of_time_do_not_matter() {
    let office = Calendar::built_in();
    for from in [
        i64::MIN,
        -400_000_000_000_000_000,
        -1,
        0,
        1,
        221_000_000_000_000_000,
        300_000_000_000_000_000,
        i64::MAX,
    ] {
        for answer in
            [AnswerTime::Hours(8), AnswerTime::Days(400), AnswerTime::Days(0), AnswerTime::Hours(0)]
        {
            assert!(office.deadline(Timestamp(from), answer) >= Timestamp(from), "{from}");
            assert!(office.next_opening(Timestamp(from)) >= Timestamp(from), "{from}");
        }
    }
    // Before 1970: 1969-12-31 was a Wednesday.
    check(&office, "1969-12-31T16:00", "2h", "1970-01-01T10:00");
    check(&office, "0100-01-04T16:00", "2h", "0100-01-05T10:00");
}

#[test]
fn the_built_in_calendar_is_nine_to_five_in_utc() {
    let built_in = Calendar::built_in();
    assert!(built_in.is_built_in());
    assert_eq!(built_in.zone, Zone::utc());
    let week: Vec<_> = built_in.week.days().iter().map(|(_, hours)| hours.to_string()).collect();
    assert_eq!(week, ["09:00-17:00"; 5].into_iter().chain(["closed"; 2]).collect::<Vec<_>>());
    assert!(Name::new(built_in.name.as_str()).is_ok() && CalendarId::new(BUILT_IN).is_ok());
}

#[test]
fn years_without_data_are_told() {
    let mut office = calendar("Europe/Amsterdam", "09:00-17:00");
    let moment = |text| at(&Zone::new("Europe/Amsterdam").unwrap(), text);
    let (from, to) = (moment("2034-12-31T12:00"), moment("2037-01-01T12:00"));
    assert_eq!(office.years_by_rule(from, to), Vec::<i16>::new());
    office.holidays = vec![Country::Netherlands];
    assert_eq!(office.years_by_rule(from, to), [2036, 2037]);
    assert_eq!(office.years_by_rule(moment("2026-01-01T12:00"), from), Vec::<i16>::new());
}

#[test]
fn an_answer_time_is_bounded_and_said_in_words() {
    for (good, said) in
        [("1h", "1 working hour"), ("10000h", "10000 working hours"), ("400d", "400 working days")]
    {
        assert_eq!(answer(good).check().unwrap().to_string(), said);
    }
    for bad in ["0h", "10001h", "0d", "401d"] {
        assert!(answer(bad).check().is_err(), "{bad}");
    }
}

#[test]
fn an_opening_in_the_hour_shown_twice_counts_from_the_end_of_the_first() {
    // On 25 October 2026 the clock goes back from 03:00 to 02:00: closed from 02:45, it opens once more.
    let mut made = calendar("Europe/Copenhagen", "00:00-03:00");
    made.week.sunday = hours("00:00-02:45");
    let from = Timestamp("2026-10-25T00:45:00Z".parse::<Instant>().unwrap().as_microsecond());
    let at = |text: &str| Timestamp(text.parse::<Instant>().unwrap().as_microsecond());
    assert_eq!(made.next_opening(from), at("2026-10-25T01:00:00Z"));
    assert_eq!(made.deadline(from, answer("1d")), at("2026-10-26T02:00:00Z"));
}

/// What anybody would count with a clock in the hand, minute by minute.
mod by_hand {
    use super::*;

    pub(super) fn wall(calendar: &Calendar, at: i64) -> DateTime {
        let zone = TimeZoneDatabase::bundled().get(calendar.zone.as_str()).unwrap();
        zone.to_datetime(Instant::from_microsecond(at).unwrap())
    }

    pub(super) fn open(calendar: &Calendar, at: i64) -> bool {
        let shown = wall(calendar, at);
        let date = (shown.year(), shown.month().unsigned_abs(), shown.day().unsigned_abs());
        let own = calendar
            .days
            .iter()
            .find(|own| (own.day.year(), own.day.month(), own.day.day()) == date);
        let week = calendar.week.days();
        let weekday = week[usize::from(shown.weekday().to_monday_zero_offset().unsigned_abs())].1;
        let hours = match own {
            Some(own) => &own.hours,
            None if calendar.holidays.iter().any(|country| country.by_rule(date)) => return false,
            None => weekday,
        };
        let minute =
            u16::from(shown.hour().unsigned_abs()) * 60 + u16::from(shown.minute().unsigned_abs());
        hours.spans().iter().any(|span| (span.opens()..span.closes()).contains(&minute))
    }

    fn minutes(from: i64) -> impl Iterator<Item = i64> {
        (0..90 * 24 * 60).map(move |minute| from + minute * MINUTE)
    }

    pub(super) fn opening(calendar: &Calendar, from: i64) -> Option<i64> {
        minutes(from).find(|minute| open(calendar, *minute))
    }

    pub(super) fn after_hours(calendar: &Calendar, from: i64, hours: u16) -> Option<i64> {
        let mut worked = minutes(from).filter(|minute| open(calendar, *minute));
        worked.nth(usize::from(hours) * 60 - 1).map(|last| last + MINUTE)
    }

    pub(super) fn after_days(calendar: &Calendar, from: i64, days: u16) -> Option<i64> {
        let start = opening(calendar, from)?;
        // What the clock has come to at most by then: the end of each minute before.
        let come_to =
            |minute: i64| wall(calendar, start - minute * MINUTE).checked_add(1.minute()).unwrap();
        let shown = (1..=180).map(come_to).chain([wall(calendar, start)]).max()?;
        let (mut latest, mut missing) = (shown.date(), days);
        let mut last_day = None;
        for minute in minutes(start) {
            let day = wall(calendar, minute).date();
            if day > latest && open(calendar, minute) {
                (latest, missing) = (day, missing - 1);
                if missing == 0 {
                    last_day = Some(day);
                    break;
                }
            }
        }
        let due = last_day?.to_datetime(shown.time());
        let mut closing = start;
        for minute in minutes(start) {
            let shown = wall(calendar, minute);
            if shown >= due {
                return Some(if shown == due && open(calendar, minute) { minute } else { closing });
            }
            if open(calendar, minute) {
                closing = minute + MINUTE;
            }
        }
        None
    }
}

/// Zones that change at odd times, by odd amounts, or not at all.
const ZONES: [&str; 9] = [
    "Europe/Copenhagen",
    "Europe/Amsterdam",
    "America/St_Johns",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
];

/// Moments around which something happens to the clocks of those zones, and dull ones.
const MOMENTS: [&str; 8] = [
    "2026-03-28T00:00:00Z",
    "2026-10-24T00:00:00Z",
    "2011-12-28T00:00:00Z",
    "2006-10-28T00:00:00Z",
    "2026-04-03T00:00:00Z",
    "2027-02-05T00:00:00Z",
    "1969-12-20T00:00:00Z",
    "2035-12-20T00:00:00Z",
];

prop_compose! {
    fn some_hours()(cuts in prop::collection::btree_set(0..=96_u16, 0..=4)) -> DayHours {
        let cuts: Vec<_> = cuts.into_iter().map(|quarter| quarter * 15).collect();
        let spans = cuts.chunks_exact(2).map(|pair| Hours::new(pair[0], pair[1]).unwrap());
        DayHours::new(spans.collect()).unwrap()
    }
}

prop_compose! {
    fn some_calendar()(
        zone in prop::sample::select(&ZONES[..]),
        week in prop::collection::vec(some_hours(), 7),
        countries in prop::sample::subsequence(Country::ALL.to_vec(), 0..=2),
        days in prop::collection::btree_map(0..60_u32, some_hours(), 0..4),
        month in 1..=12_u8,
    ) -> Calendar {
        let mut made = calendar(zone, "");
        let mut week = week.into_iter();
        let mut next = || week.next().unwrap();
        made.week = Week {
            monday: next(), tuesday: next(), wednesday: next(), thursday: next(), friday: next(),
            saturday: next(), sunday: next(),
        };
        made.holidays = countries;
        let day = |nth: u32| {
            let year = 2026 + i16::try_from(nth / 28).unwrap();
            Day::new(year, month, u8::try_from(nth % 28 + 1).unwrap()).unwrap()
        };
        made.days = days.into_iter().map(|(nth, hours)| OwnDay { day: day(nth), hours, name: Line::default() }).collect();
        made
    }
}

fn some_moment() -> impl Strategy<Value = i64> {
    (prop::sample::select(&MOMENTS[..]), 0..6 * 24 * 60_i64).prop_map(|(moment, minute)| {
        moment.parse::<Instant>().unwrap().as_microsecond() + minute * MINUTE
    })
}

fn some_answer() -> impl Strategy<Value = AnswerTime> {
    prop_oneof![(1..40_u16).prop_map(AnswerTime::Hours), (1..8_u16).prop_map(AnswerTime::Days)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn it_is_due_when_counting_by_hand_says_so(
        calendar in some_calendar(),
        from in some_moment(),
        answer in some_answer(),
    ) {
        if let Some(opening) = by_hand::opening(&calendar, from) {
            prop_assert_eq!(calendar.next_opening(Timestamp(from)), Timestamp(opening));
        }
        let expected = match answer {
            AnswerTime::Hours(hours) => by_hand::after_hours(&calendar, from, hours),
            AnswerTime::Days(days) => by_hand::after_days(&calendar, from, days),
        };
        if let Some(due) = expected {
            prop_assert_eq!(calendar.deadline(Timestamp(from), answer), Timestamp(due));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn it_is_due_while_it_is_open_or_when_it_closes(
        calendar in some_calendar(),
        from in some_moment(),
        answer in some_answer(),
        micros in 0..MINUTE,
    ) {
        prop_assume!(!calendar.week.is_closed());
        let from = Timestamp(from + micros);
        let (opening, due) = (calendar.next_opening(from), calendar.deadline(from, answer));
        prop_assert!(calendar.is_open(opening) && from <= opening && opening < due);
        prop_assert!(calendar.is_open(due) || calendar.is_open(Timestamp(due.0 - 1)), "{due:?}");
    }

    #[test]
    fn who_asks_later_or_gives_longer_never_waits_for_an_earlier_moment(
        calendar in some_calendar(),
        from in some_moment(),
        later in prop_oneof![0..3 * MINUTE, 0..3 * 60 * MINUTE, 0..20 * 24 * 60 * MINUTE],
        answer in some_answer(),
        longer in 0..20_u16,
    ) {
        let due = calendar.deadline(Timestamp(from), answer);
        prop_assert!(due <= calendar.deadline(Timestamp(from + later), answer));
        let longer = match answer {
            AnswerTime::Hours(hours) => AnswerTime::Hours(hours + longer),
            AnswerTime::Days(days) => AnswerTime::Days(days + longer),
        };
        prop_assert!(due <= calendar.deadline(Timestamp(from), longer));
    }

    #[test]
    fn no_moment_is_too_early_or_too_late(calendar in some_calendar(), from: i64, count: u16) {
        for answer in [AnswerTime::Hours(count), AnswerTime::Days(count)] {
            prop_assert!(calendar.deadline(Timestamp(from), answer) >= Timestamp(from));
        }
    }
}
