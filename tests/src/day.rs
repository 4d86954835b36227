//! Days from today on, for what is in force from a day to a day.

use koepel_api::date::Date;

/// A day so many days after today, in UTC.
///
/// # Panics
/// If the clock of this machine stands before 1970.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a test asks the real clock what day it is")]
pub fn day(offset: i64) -> Date {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let days = i64::try_from(now.as_secs()).unwrap() / 86_400 + offset;
    // Days since 1970 as a date of the calendar (H. Hinnant, days_from_civil, turned around).
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let part = |value: i64| i32::try_from(value).unwrap();
    Date { year: part(year), month: part(month), day: part(date) }
}
