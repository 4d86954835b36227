//! Quiet hours and digests, as they are given and shown.

use std::str::FromStr;

use clap::Args;
use jiff::tz::TimeZone;
use koepel_api::v1;
use koepel_domain::calendar::{Hours, TimeOfDay};
use serde::Serialize;

use crate::failure::Failure;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY: u16 = 24 * 60;

/// When somebody is written to by e-mail and webhook.
#[derive(Args, Debug)]
pub(super) struct ScheduleArgs {
    /// No e-mail or webhook from then until then, such as 18:00-08:00; what asks to decide is not held beyond its time
    #[arg(long, value_name = "SPAN")]
    quiet_hours: Option<Quiet>,
    /// One e-mail a day with all that can wait, at this time, such as 16:30
    #[arg(long, value_name = "TIME")]
    digest: Option<TimeOfDay>,
    /// No e-mail or webhook on other days, such as mon-fri or mon,wed,sat-sun [default: all days]
    #[arg(long, value_name = "DAYS")]
    days: Option<Days>,
    /// Whose clock these times are on, such as Europe/Copenhagen [default: this computer's]
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
}

/// A span of the day, perhaps over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Quiet {
    from: u16,
    until: u16,
}

impl FromStr for Quiet {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no span such as 18:00-08:00");
        let (from, until) = text.split_once('-').ok_or_else(wrong)?;
        let minutes = |text: &str| -> Result<u16, String> {
            let time: TimeOfDay = text.parse().map_err(|_| wrong())?;
            Ok(u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs()))
        };
        let (from, until) = (minutes(from)?, minutes(until)?);
        if from == until {
            return Err(format!("{text:?} is a whole day; name other --days instead"));
        }
        Ok(Self { from, until })
    }
}

impl Quiet {
    /// The hours of a day that it leaves.
    fn leaves(self) -> Vec<String> {
        let (from, until) = (self.from, self.until);
        let spans = if from < until { vec![(0, from), (until, DAY)] } else { vec![(until, from)] };
        let spans = spans.into_iter().filter_map(|(opens, closes)| Hours::new(opens, closes).ok());
        spans.map(|span| span.to_string()).collect()
    }
}

/// Days of the week, Monday first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Days([bool; 7]);

impl FromStr for Days {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut days = [false; 7];
        for part in text.split(',') {
            let day = |name: &str| -> Result<usize, String> {
                let known = DAYS.iter().position(|day| name.trim().eq_ignore_ascii_case(day));
                known.ok_or_else(|| {
                    format!("{:?} is no day; days are {}", name.trim(), DAYS.join(", "))
                })
            };
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (day(first)?, day(last)?);
            // Over the weekend, too: sat-mon.
            let count = (last + 7 - first) % 7;
            for (day, named) in days.iter_mut().enumerate() {
                *named |= (day + 7 - first) % 7 <= count;
            }
        }
        Ok(Self(days))
    }
}

impl ScheduleArgs {
    /// For the wire; nothing, if nothing of it was given.
    ///
    /// # Errors
    /// Nobody knows in which zone.
    pub(super) fn to_wire(&self) -> Result<Option<v1::AlertSchedule>, Failure> {
        if self.quiet_hours.is_none() && self.digest.is_none() && self.days.is_none() {
            return match &self.zone {
                None => Ok(None),
                Some(_) => Err(Failure::usage(
                    "--zone says where --quiet-hours, --digest and --days are; give one of them",
                )),
            };
        }
        let local = || TimeZone::system().iana_name().map(str::to_owned);
        let time_zone = self.zone.clone().or_else(local).ok_or_else(|| {
            Failure::usage("this computer does not say in which time zone it is; give --zone")
        })?;
        let all_day = || vec!["00:00-24:00".to_owned()];
        let hours = (self.quiet_hours.is_some() || self.days.is_some()).then(|| {
            let days = self.days.unwrap_or(Days([true; 7]));
            let of_day = |open: bool| match (open, self.quiet_hours) {
                (false, _) => Vec::new(),
                (true, None) => all_day(),
                (true, Some(quiet)) => quiet.leaves(),
            };
            let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] =
                days.0.map(of_day);
            v1::WeekHours { monday, tuesday, wednesday, thursday, friday, saturday, sunday }
        });
        let digest_time = self.digest.map_or_else(String::new, |time| time.to_string());
        Ok(Some(v1::AlertSchedule { time_zone, hours, digest_time }))
    }
}

/// A schedule as JSON.
#[derive(Serialize)]
pub(super) struct ScheduleShape {
    time_zone: String,
    digest_time: Option<String>,
    hours: Option<Vec<DayShape>>,
}

#[derive(Serialize)]
struct DayShape {
    weekday: &'static str,
    hours: Vec<String>,
}

impl From<&v1::AlertSchedule> for ScheduleShape {
    fn from(schedule: &v1::AlertSchedule) -> Self {
        let hours = schedule.hours.as_ref().map(|week| {
            let each = crate::calendar::days_of(week).into_iter();
            each.map(|(weekday, hours)| DayShape { weekday, hours }).collect()
        });
        Self {
            time_zone: schedule.time_zone.clone(),
            digest_time: Some(schedule.digest_time.clone()).filter(|time| !time.is_empty()),
            hours,
        }
    }
}

/// A schedule in words: "mon-fri 08:00-18:00, digest 16:30 (Europe/Copenhagen)".
pub(super) fn when(schedule: Option<&v1::AlertSchedule>) -> String {
    let Some(schedule) = schedule else { return String::new() };
    let mut parts = Vec::new();
    if let Some(week) = &schedule.hours {
        // The first and last day of each stretch with the same hours.
        let mut spans: Vec<(&str, &str, String)> = Vec::new();
        let mut before = None;
        for (day, (_, hours)) in DAYS.into_iter().zip(crate::calendar::days_of(week)) {
            let hours = hours.join(" and ");
            match spans.last_mut() {
                Some((_, last, same)) if *same == hours && Some(*last) == before => *last = day,
                Some(_) | None if hours.is_empty() => {}
                Some(_) | None => spans.push((day, day, hours)),
            }
            before = Some(day);
        }
        parts.extend(spans.into_iter().map(|(first, last, hours)| {
            if first == last {
                format!("{first} {hours}")
            } else {
                format!("{first}-{last} {hours}")
            }
        }));
    }
    if !schedule.digest_time.is_empty() {
        parts.push(format!("digest {}", schedule.digest_time));
    }
    format!("{} ({})", parts.join(", "), schedule.time_zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(quiet: Option<&str>, digest: Option<&str>, days: Option<&str>) -> v1::AlertSchedule {
        let args = ScheduleArgs {
            quiet_hours: quiet.map(|span| span.parse().unwrap()),
            digest: digest.map(|time| time.parse().unwrap()),
            days: days.map(|days| days.parse().unwrap()),
            zone: Some("Europe/Copenhagen".to_owned()),
        };
        args.to_wire().unwrap().unwrap()
    }

    #[test]
    fn what_is_given_is_told_back_as_the_hours_that_are_left() {
        for (quiet, digest, days, told) in [
            (Some("18:00-08:00"), None, Some("mon-fri"), "mon-fri 08:00-18:00"),
            (Some("12:00-13:00"), None, None, "mon-sun 00:00-12:00 and 13:00-24:00"),
            (Some("00:00-07:00"), Some("07:30"), None, "mon-sun 07:00-24:00, digest 07:30"),
            (None, Some("16:30"), None, "digest 16:30"),
            (
                None,
                None,
                Some("sat-mon,WED"),
                "mon 00:00-24:00, wed 00:00-24:00, sat-sun 00:00-24:00",
            ),
        ] {
            let schedule = given(quiet, digest, days);
            assert_eq!(when(Some(&schedule)), format!("{told} (Europe/Copenhagen)"));
        }
        assert_eq!(when(None), "");
    }

    #[test]
    fn what_is_no_span_or_day_is_refused_with_what_would_be() {
        for span in ["18:00", "18-08", "24:00-08:00", "", "08:00-08:00"] {
            assert!(span.parse::<Quiet>().is_err(), "{span}");
        }
        let refused = "mon-fry".parse::<Days>().unwrap_err();
        assert_eq!(refused, "\"fry\" is no day; days are mon, tue, wed, thu, fri, sat, sun");
        assert!("".parse::<Days>().is_err());
    }
}
