//! Holidays of a country: by the dated data file, and beyond its years by the same rules, computed.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// The data file: its date, the rules and their sources, and the days.
const DATA: &str = include_str!("../../data/holidays.txt");
/// The day of the data file, as it says itself (tested).
pub const DATA_DATE: &str = "2026-11-29";
/// The years that the data file has.
pub const DATA_YEARS: std::ops::RangeInclusive<i16> = 2024..=2035;

/// A country whose holidays are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Country {
    /// Denmark.
    Denmark,
    /// The Netherlands.
    Netherlands,
}

/// A date of the Gregorian calendar: year, month from 1, day from 1.
pub(super) type Date = (i16, u8, u8);

impl Country {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Denmark, Self::Netherlands];

    /// As it is written in files and commands.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Denmark => "denmark",
            Self::Netherlands => "netherlands",
        }
    }

    /// As people say it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Denmark => "Denmark",
            Self::Netherlands => "the Netherlands",
        }
    }

    /// Whether a date is a holiday there.
    pub(super) fn is_off(self, date: Date) -> bool {
        if DATA_YEARS.contains(&date.0) {
            return LISTED.binary_search(&(self, date)).is_ok();
        }
        self.by_rule(date)
    }

    /// Whether a date is a holiday by the rules that the data file states.
    pub(super) fn by_rule(self, (year, month, day): Date) -> bool {
        let after_easter = day_of_year(year, month, day) - easter(year);
        let fixed = matches!((month, day), (1, 1) | (12, 25 | 26));
        let own = match self {
            // Store bededag was a holiday from 1686 to 2023.
            Self::Denmark => matches!(after_easter, -3 | -2) || (after_easter == 26 && year < 2024),
            Self::Netherlands => {
                kings_day(year, month, day) || (month == 5 && day == 5 && year % 5 == 0)
            }
        };
        fixed || own || matches!(after_easter, 0 | 1 | 39 | 49 | 50)
    }
}

/// 27 April, the 26th if the 27th is a Sunday. Easter Sunday tells the weekday: it is never further than a year away.
fn kings_day(year: i16, month: u8, day: u8) -> bool {
    let from_sunday = |day| (day_of_year(year, 4, day) - easter(year)).rem_euclid(7);
    let sunday = from_sunday(27) == 0;
    month == 4 && day == if sunday { 26 } else { 27 }
}

/// The days of the data file, in order.
static LISTED: LazyLock<Vec<(Country, Date)>> = LazyLock::new(|| {
    let mut days: Vec<_> = DATA.lines().filter_map(listed).collect();
    days.sort_unstable();
    days
});

/// A line of the data file, unless it is a comment (that each other line is read is tested).
fn listed(line: &str) -> Option<(Country, Date)> {
    let mut words = line.split_whitespace();
    let country = match words.next()? {
        "DK" => Country::Denmark,
        "NL" => Country::Netherlands,
        _ => return None,
    };
    let mut parts = words.next()?.splitn(3, '-');
    let date =
        (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some((country, date))
}

/// Which day of its year a date is, from 1.
fn day_of_year(year: i16, month: u8, day: u8) -> i32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before: i32 = lengths.iter().take(usize::from(month.saturating_sub(1))).sum();
    before + i32::from(day)
}

/// Easter Sunday as a day of the year (the anonymous Gregorian algorithm: Meeus, Astronomical Algorithms, chapter 8).
fn easter(year: i16) -> i32 {
    let year = i32::from(year);
    let a = year.rem_euclid(19);
    let (b, c) = (year.div_euclid(100), year.rem_euclid(100));
    let (d, e) = (b.div_euclid(4), b.rem_euclid(4));
    let g = (b - (b + 8).div_euclid(25) + 1).div_euclid(3);
    let h = (19 * a + b - d - g + 15).rem_euclid(30);
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k).rem_euclid(7);
    let m = (a + 11 * h + 22 * l) / 451;
    let march = h + l - 7 * m + 22; // A day of March; 32 is 1 April.
    let leap = year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0);
    march + if leap { 60 } else { 59 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(year: i16) -> impl Iterator<Item = Date> {
        (1..=12_u8).flat_map(move |month| (1..=31_u8).map(move |day| (year, month, day))).filter(
            |(year, month, day)| {
                jiff::civil::Date::new(
                    *year,
                    i8::try_from(*month).unwrap(),
                    i8::try_from(*day).unwrap(),
                )
                .is_ok()
            },
        )
    }

    #[test]
    fn the_data_file_says_its_date_and_each_line_is_read() {
        assert!(
            DATA.lines().next().unwrap().ends_with(&format!("Date of this file: {DATA_DATE}."))
        );
        let lines = DATA.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        assert_eq!(lines.count(), LISTED.len());
        assert!(LISTED.iter().all(|(_, (year, ..))| DATA_YEARS.contains(year)));
        assert!(LISTED.windows(2).all(|two| two[0] != two[1]));
    }

    #[test]
    fn the_rules_give_the_days_of_the_data_file() {
        for country in Country::ALL {
            for year in DATA_YEARS {
                let by_rule: Vec<_> = dates(year).filter(|date| country.by_rule(*date)).collect();
                let listed: Vec<_> = LISTED
                    .iter()
                    .filter(|(of, date)| *of == country && date.0 == year)
                    .map(|(_, date)| *date)
                    .collect();
                assert_eq!(by_rule, listed, "{country:?} {year}");
            }
        }
    }

    #[test]
    fn easter_is_when_it_was() {
        // Known dates; the extremes are 22 March and 25 April.
        for (year, month, day) in [
            (1818, 3, 22),
            (1943, 4, 25),
            (1961, 4, 2),
            (2000, 4, 23),
            (2024, 3, 31),
            (2026, 4, 5),
            (2038, 4, 25),
            (2285, 3, 22),
        ] {
            assert_eq!(easter(year), day_of_year(year, month, day), "{year}");
        }
    }

    #[test]
    fn store_bededag_ended_and_kings_day_avoids_sundays() {
        assert!(Country::Denmark.is_off((2023, 5, 5)));
        assert!(!Country::Denmark.is_off((2024, 4, 26)));
        for (year, day) in [(2025, 26), (2026, 27), (2031, 26), (2036, 26), (2042, 26)] {
            assert!(Country::Netherlands.is_off((year, 4, day)), "{year}");
            assert!(!Country::Netherlands.is_off((year, 4, 53 - day)), "{year}");
        }
        assert!(
            Country::Netherlands.is_off((2030, 5, 5)) && !Country::Netherlands.is_off((2027, 5, 5))
        );
    }
}
