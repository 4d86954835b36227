//! Days on the wire: `google.type.Date`.

use koepel_domain::day::Day;

use crate::check::Invalid;

/// A day of the calendar, as `google/type/date.proto` has it. Written by hand, because nothing else of that package is needed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, prost::Message)]
pub struct Date {
    /// 1970 to 2199.
    #[prost(int32, tag = "1")]
    pub year: i32,
    /// 1 to 12.
    #[prost(int32, tag = "2")]
    pub month: i32,
    /// 1 to 31.
    #[prost(int32, tag = "3")]
    pub day: i32,
}

/// A day on the wire.
#[must_use]
pub fn date(day: Day) -> Date {
    Date { year: day.year().into(), month: day.month().into(), day: day.day().into() }
}

/// Reads a day.
///
/// # Errors
/// [`Invalid`] for `field` if the calendar has no such day.
pub fn read_date(field: &str, date: &Date) -> Result<Day, Invalid> {
    let none = || {
        let Date { year, month, day } = date;
        let given = format_args!("{year:04}-{month:02}-{day:02}").to_string();
        Invalid::field(field, format_args!("{given} is no day from 1970-01-01 to 2199-12-31"))
    };
    let year = i16::try_from(date.year).map_err(|_| none())?;
    let month = u8::try_from(date.month).map_err(|_| none())?;
    let day = u8::try_from(date.day).map_err(|_| none())?;
    Day::new(year, month, day).map_err(|_| none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_survive_the_wire_and_others_are_refused() {
        let day: Day = "2028-02-29".parse().unwrap();
        assert_eq!(read_date("d", &date(day)), Ok(day));
        for (year, month, day) in
            [(2026, 2, 29), (0, 1, 1), (30_000, 1, 1), (2026, 0, 1), (2026, 1, -1), (2026, 300, 1)]
        {
            let refused = read_date("d", &Date { year, month, day }).unwrap_err();
            assert!(refused.to_string().starts_with("d: "), "{refused}");
        }
    }
}
