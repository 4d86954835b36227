//! From which day to which: how terms are given, and how they are shown. Shared by roles and deputies.

use clap::Args;
use koepel_api::{date::Date, v1};
use serde::Serialize;

use crate::{
    moment, names,
    output::View,
    roadmap::{entry::day, some, written},
    words,
};

/// From which day to which.
#[derive(Args, Debug)]
pub(crate) struct TermArgs {
    /// The first day, such as 2027-01-04 [default: from now on]
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) from: Option<Date>,
    /// The last day
    #[arg(long, value_name = "DAY", value_parser = day)]
    pub(crate) until: Option<Date>,
    /// The time zone in which these are days, such as Europe/Copenhagen [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
}

/// A term as JSON.
#[derive(Serialize)]
pub(crate) struct TermShape {
    first_day: Option<String>,
    last_day: Option<String>,
    time_zone: String,
    begin_time: Option<String>,
    end_time: Option<String>,
}

impl From<&v1::Term> for TermShape {
    fn from(term: &v1::Term) -> Self {
        Self {
            first_day: term.first_day.as_ref().map(written),
            last_day: term.last_day.as_ref().map(written),
            time_zone: term.time_zone.clone(),
            begin_time: moment::rfc3339(term.begin_time.as_ref()),
            end_time: moment::rfc3339(term.end_time.as_ref()),
        }
    }
}

/// The first and the last day for a table; the last with its time zone, if that is not UTC.
pub(crate) fn columns(term: Option<&v1::Term>) -> (String, String) {
    let Some(term) = term else { return (String::new(), String::new()) };
    let zone = if term.time_zone == "UTC" { String::new() } else { format!(" {}", term.time_zone) };
    let day = |day: Option<&Date>| day.map_or_else(String::new, |day| written(day) + &zone);
    (day(term.first_day.as_ref()), day(term.last_day.as_ref()))
}

/// "from 2027-01-04 until 2027-01-15 (Europe/Copenhagen)"; "from now on" without a term.
pub(crate) fn told(term: Option<&v1::Term>) -> String {
    let Some(term) = term else { return "from now on".to_owned() };
    let zone =
        if term.time_zone == "UTC" { String::new() } else { format!(" ({})", term.time_zone) };
    match (&term.first_day, &term.last_day) {
        (Some(first), Some(last)) => {
            format!("from {} until {}{zone}", written(first), written(last))
        }
        (Some(first), None) => format!("from {} on{zone}", written(first)),
        (None, Some(last)) => format!("from now on until {}{zone}", written(last)),
        (None, None) => "from now on".to_owned(),
    }
}

/// A vacancy as JSON.
#[derive(Serialize)]
pub(crate) struct VacancyShape {
    role: Option<String>,
    domain: Option<String>,
    from_time: Option<String>,
    first_day: Option<String>,
    next_person: Option<String>,
    next_person_display_name: Option<String>,
    next_term: Option<TermShape>,
    deputy: Option<String>,
    deputy_display_name: Option<String>,
    deputy_term: Option<TermShape>,
}

impl From<&v1::Vacancy> for VacancyShape {
    fn from(vacancy: &v1::Vacancy) -> Self {
        Self {
            role: words::for_programs::<v1::Role>(vacancy.role),
            domain: names::short_or_none(&vacancy.domain).map(ToOwned::to_owned),
            from_time: moment::rfc3339(vacancy.from_time.as_ref()),
            first_day: vacancy.first_day.as_ref().map(written),
            next_person: names::short_or_none(&vacancy.next_person).map(ToOwned::to_owned),
            next_person_display_name: some(&vacancy.next_person_display_name),
            next_term: vacancy.next_term.as_ref().map(TermShape::from),
            deputy: names::short_or_none(&vacancy.deputy).map(ToOwned::to_owned),
            deputy_display_name: some(&vacancy.deputy_display_name),
            deputy_term: vacancy.deputy_term.as_ref().map(TermShape::from),
        }
    }
}

/// Somebody by name and id: `Bo Madsen (p-bo)`.
pub(crate) fn named(person: &str, shown: &str) -> String {
    let id = names::short(person);
    if shown.is_empty() { id.to_owned() } else { format!("{shown} ({id})") }
}

/// The seats that are vacant or will be, one a line; nothing if there are none.
pub(crate) fn vacancies(vacancies: &[v1::Vacancy], view: &View) -> String {
    vacancies.iter().map(|vacancy| format!("{}\n", vacancy_told(vacancy, view))).collect()
}

/// "Vacant from 2027-01-01: domain PO of online; deputy Bo Madsen (p-bo), until 2027-01-15; next Ida (p-ida), from …".
pub(crate) fn vacancy_told(vacancy: &v1::Vacancy, view: &View) -> String {
    let when = match (&vacancy.from_time, &vacancy.first_day) {
        (None, Some(day)) => format!("Vacant since {}", written(day)),
        (None, None) => "Vacant".to_owned(),
        (Some(_), Some(day)) => format!("Vacant from {} on", written(day)),
        (time @ Some(_), None) => {
            format!("Vacant from {} on", moment::minute(time.as_ref(), &view.zone))
        }
    };
    let role = words::role(vacancy.role);
    let mut text = match names::short_or_none(&vacancy.domain) {
        Some(domain) => format!("{when}: {role} of {domain}"),
        None => format!("{when}: {role}"),
    };
    if !vacancy.deputy.is_empty() {
        let deputy = named(&vacancy.deputy, &vacancy.deputy_display_name);
        let last = columns(vacancy.deputy_term.as_ref()).1;
        text.push_str(&format!("; deputy {deputy} until {last}"));
    }
    if !vacancy.next_person.is_empty() {
        let next = named(&vacancy.next_person, &vacancy.next_person_display_name);
        let first = columns(vacancy.next_term.as_ref()).0;
        text.push_str(&format!("; then {next} from {first} on"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Option<Date> {
        Some(day(text).unwrap())
    }

    #[test]
    fn a_term_is_told_with_its_time_zone_unless_that_is_utc() {
        let term = |first: Option<Date>, last: Option<Date>, zone: &str| {
            let time_zone = zone.to_owned();
            let (first_day, last_day) = (first, last);
            told(Some(&v1::Term { first_day, last_day, time_zone, ..v1::Term::default() }))
        };
        assert_eq!(told(None), "from now on");
        let (first, last) = (date("2027-01-04"), date("2027-01-15"));
        assert_eq!(term(first, last, "UTC"), "from 2027-01-04 until 2027-01-15");
        let zone = "Europe/Copenhagen";
        assert_eq!(term(first, None, zone), "from 2027-01-04 on (Europe/Copenhagen)");
        assert_eq!(term(None, last, zone), "from now on until 2027-01-15 (Europe/Copenhagen)");
    }

    #[test]
    fn a_vacancy_is_told_with_who_stands_in_and_who_is_next() {
        let view = View::plain(None);
        let mut vacancy = v1::Vacancy { role: v1::Role::ChiefPo.into(), ..v1::Vacancy::default() };
        assert_eq!(vacancy_told(&vacancy, &view), "Vacant: Chief PO");
        vacancy.domain = "products/webshop/domains/online".to_owned();
        vacancy.role = v1::Role::DomainPo.into();
        vacancy.first_day = date("2027-01-01");
        vacancy.from_time = Some(prost_types::Timestamp::default());
        vacancy.deputy = "people/p-bo".to_owned();
        vacancy.deputy_display_name = "Bo Madsen".to_owned();
        let time_zone = "UTC".to_owned();
        let last_day = date("2027-01-15");
        vacancy.deputy_term =
            Some(v1::Term { last_day, time_zone: time_zone.clone(), ..v1::Term::default() });
        vacancy.next_person = "people/p-ida".to_owned();
        let first_day = date("2027-02-01");
        vacancy.next_term = Some(v1::Term { first_day, time_zone, ..v1::Term::default() });
        assert_eq!(
            vacancy_told(&vacancy, &view),
            "Vacant from 2027-01-01 on: domain PO of online; deputy Bo Madsen (p-bo) until 2027-01-15; then p-ida from \
             2027-02-01 on"
        );
    }
}
