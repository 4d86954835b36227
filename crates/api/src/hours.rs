//! The hours of a week, between wire and domain.

use koepel_domain::calendar::{DayHours, Hours, Week};

use crate::{
    check::{AtField as _, Collect, Invalid},
    v1,
};

/// Most entries of a day's list that are looked at: more is refused as it is.
const SPANS_READ: usize = 100;

/// Reads the hours of a week; what is wrong is collected, as of `field`.
pub(crate) fn read_week(field: &str, from: &v1::WeekHours, wrong: &mut Collect) -> Week {
    let mut day = |name: &str, spans: &[String]| {
        let hours = read_hours(&format!("{field}.{name}"), spans);
        wrong.take(hours).unwrap_or_default()
    };
    Week {
        monday: day("monday", &from.monday),
        tuesday: day("tuesday", &from.tuesday),
        wednesday: day("wednesday", &from.wednesday),
        thursday: day("thursday", &from.thursday),
        friday: day("friday", &from.friday),
        saturday: day("saturday", &from.saturday),
        sunday: day("sunday", &from.sunday),
    }
}

/// Reads the hours of a day.
pub(crate) fn read_hours(field: &str, spans: &[String]) -> Result<DayHours, Invalid> {
    if spans.len() > SPANS_READ {
        let count = spans.len();
        return Err(Invalid::field(
            field,
            format_args!("has {count} entries; at most {SPANS_READ} are taken"),
        ));
    }
    let read = |span: &String| span.parse::<Hours>();
    let spans: Result<Vec<_>, _> = spans.iter().map(read).collect();
    DayHours::new(spans.at(field)?).at(field)
}

/// The hours of a day on the wire.
pub(crate) fn spans(hours: &DayHours) -> Vec<String> {
    hours.spans().iter().map(Hours::to_string).collect()
}

/// The hours of a week on the wire.
pub(crate) fn week(week: &Week) -> v1::WeekHours {
    v1::WeekHours {
        monday: spans(&week.monday),
        tuesday: spans(&week.tuesday),
        wednesday: spans(&week.wednesday),
        thursday: spans(&week.thursday),
        friday: spans(&week.friday),
        saturday: spans(&week.saturday),
        sunday: spans(&week.sunday),
    }
}
