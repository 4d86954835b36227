//! A calendar as a TOML file, and on the wire.

use koepel_api::{date::Date, v1};
use koepel_domain::day::Day;
use serde::{Deserialize, Serialize};

use crate::{failure::Failure, names, settings_file::wrong, words};

/// A calendar as people write it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// Its id.
    pub(super) id: String,
    /// What it is called.
    name: String,
    /// The IANA name of its zone.
    time_zone: String,
    /// Whether it is the product's default.
    #[serde(default, skip_serializing_if = "is_false")]
    default: bool,
    /// Whose holidays are off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    holidays: Vec<String>,
    /// The hours of a week.
    #[serde(default)]
    week: Week,
    /// Days of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    days: Vec<OwnDay>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// The hours of a week, each a span such as `09:00-17:00`.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Week {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    monday: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tuesday: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    wednesday: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    thursday: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    friday: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    saturday: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sunday: Vec<String>,
}

/// A day off or with other hours.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnDay {
    /// `2026-12-24`.
    day: toml::value::Datetime,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
    /// None: it is off.
    #[serde(default)]
    hours: Vec<String>,
}

impl File {
    /// For the wire.
    ///
    /// # Errors
    /// A country or a day is none.
    pub(super) fn to_wire(&self, product: &str) -> Result<v1::Calendar, Failure> {
        let holidays = self.holidays.iter().map(|word| country(word));
        let week = &self.week;
        Ok(v1::Calendar {
            name: super::named(product, &self.id),
            display_name: self.name.clone(),
            time_zone: self.time_zone.clone(),
            week: Some(v1::WeekHours {
                monday: week.monday.clone(),
                tuesday: week.tuesday.clone(),
                wednesday: week.wednesday.clone(),
                thursday: week.thursday.clone(),
                friday: week.friday.clone(),
                saturday: week.saturday.clone(),
                sunday: week.sunday.clone(),
            }),
            holidays: holidays.collect::<Result<_, _>>()?,
            days: self.days.iter().map(OwnDay::to_wire).collect::<Result<_, _>>()?,
            default: self.default,
            ..v1::Calendar::default()
        })
    }

    /// From the wire.
    ///
    /// # Errors
    /// The server says a day that is none.
    pub(super) fn of(calendar: &v1::Calendar) -> Result<Self, Failure> {
        let week = calendar.week.clone().unwrap_or_default();
        let holidays = calendar.holidays.iter();
        Ok(Self {
            id: names::short(&calendar.name).to_owned(),
            name: calendar.display_name.clone(),
            time_zone: calendar.time_zone.clone(),
            default: calendar.default,
            holidays: holidays.filter_map(|one| words::for_programs::<v1::Country>(*one)).collect(),
            week: Week {
                monday: week.monday,
                tuesday: week.tuesday,
                wednesday: week.wednesday,
                thursday: week.thursday,
                friday: week.friday,
                saturday: week.saturday,
                sunday: week.sunday,
            },
            days: calendar.days.iter().map(OwnDay::of).collect::<Result<_, _>>()?,
        })
    }
}

fn country(word: &str) -> Result<i32, Failure> {
    words::find::<v1::Country>(word).map(Into::into).ok_or_else(|| {
        let known = words::list::<v1::Country>();
        wrong(format!("holidays: there are none for {word:?}; known are {known}"))
    })
}

impl OwnDay {
    fn to_wire(&self) -> Result<v1::CalendarDay, Failure> {
        let text = self.day.to_string();
        let day: Day = text.parse().map_err(|error| wrong(format!("days: {error}")))?;
        Ok(v1::CalendarDay {
            day: Some(koepel_api::date::date(day)),
            hours: self.hours.clone(),
            display_name: self.name.clone(),
        })
    }

    fn of(day: &v1::CalendarDay) -> Result<Self, Failure> {
        let shown = shown(day.day.as_ref());
        let parsed = shown.parse().map_err(|_| wrong(format!("{shown:?} is no day")))?;
        let (name, hours) = (day.display_name.clone(), day.hours.clone());
        Ok(Self { day: parsed, name, hours })
    }
}

/// `2026-12-24`; empty for none.
pub(super) fn shown(day: Option<&Date>) -> String {
    day.map_or_else(String::new, |day| format!("{:04}-{:02}-{:02}", day.year, day.month, day.day))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = r#"id = "copenhagen"
name = "Copenhagen office"
time_zone = "Europe/Copenhagen"
default = true
holidays = ["denmark"]

[week]
monday = [
    "09:00-12:00",
    "13:00-17:00",
]

[[days]]
day = 2026-12-23
name = "Half a day"
hours = ["09:00-12:00"]

[[days]]
day = 2026-12-24
hours = []
"#;

    #[test]
    fn a_file_survives_the_wire_unchanged() {
        let file: File = toml::from_str(FULL).unwrap();
        let wire = file.to_wire("webshop").unwrap();
        assert_eq!(wire.days[0].day, Some(Date { year: 2026, month: 12, day: 23 }));
        let again = File::of(&wire).unwrap();
        assert_eq!(again, file);
        assert_eq!(toml::to_string_pretty(&again).unwrap(), FULL);
    }

    #[test]
    fn what_is_no_country_and_no_day_is_refused() {
        let with = |old: &str, new: &str| {
            let file: File = toml::from_str(&FULL.replace(old, new)).unwrap();
            file.to_wire("webshop").unwrap_err().render(crate::output::Paint::plain())
        };
        assert!(with("\"denmark\"", "\"sweden\"").contains("known are denmark, netherlands"));
        assert!(with("2026-12-24", "2026-12-24T09:00:00").contains("2026-12-24T09:00:00"));
    }
}
