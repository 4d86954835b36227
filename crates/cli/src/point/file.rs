//! The table of escalation points as a TOML file, and on the wire.

use koepel_api::v1::{self, escalation_step::Decider};
use serde::{Deserialize, Serialize};

use crate::{answer_time::AnswerTime, failure::Failure, names, settings_file::wrong, words};

/// All points, as people write them.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// None: the built-in default decides everything.
    #[serde(default)]
    points: Vec<Point>,
}

/// A point. Where it is for: a `domain`, or `scope`.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    id: String,
    topics: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<Scope>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    calendar: Option<String>,
    line: Vec<Step>,
}

/// Where a point is for that is for no single domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Scope {
    Product,
    Across,
}

/// A step: who, and how long they have.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Step {
    #[serde(skip_serializing_if = "Option::is_none")]
    seat: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deputy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    answer: String,
}

impl File {
    /// For the wire.
    ///
    /// # Errors
    /// A word is none of those that may stand there; the point is named.
    pub(super) fn to_wire(&self, product: &str) -> Result<Vec<v1::EscalationPoint>, Failure> {
        let point = |point: &Point| {
            point
                .to_wire(product)
                .map_err(|what| wrong(format!("escalation point {}: {what}", point.id)))
        };
        self.points.iter().map(point).collect()
    }

    /// From the wire.
    pub(super) fn of(points: &[v1::EscalationPoint]) -> Self {
        Self { points: points.iter().map(Point::of).collect() }
    }
}

impl Point {
    fn to_wire(&self, product: &str) -> Result<v1::EscalationPoint, String> {
        let (domain, across_domains) = match (self.scope, &self.domain) {
            (None, Some(domain)) => (names::domain(product, domain), false),
            (Some(Scope::Product), None) => (String::new(), false),
            (Some(Scope::Across), None) => (String::new(), true),
            (None, None) => {
                let what = "say where: scope = \"product\" or \"across\", or domain = \"…\"";
                return Err(what.to_owned());
            }
            (Some(_), Some(_)) => {
                return Err("both scope and domain are given; leave one of them".to_owned());
            }
        };
        let topic = |word: &String| {
            let found = words::find::<v1::Topic>(word).map(Into::into);
            let known = words::list::<v1::Topic>();
            found.ok_or_else(|| format!("{word:?} is no topic; there are {known}"))
        };
        let calendar = self.calendar.as_ref();
        let line = self.line.iter().enumerate().map(|(nth, step)| {
            step.to_wire(product).map_err(|what| format!("step {}: {what}", nth + 1))
        });
        Ok(v1::EscalationPoint {
            name: format!("products/{product}/escalationPoints/{}", self.id),
            topics: self.topics.iter().map(topic).collect::<Result<_, _>>()?,
            domain,
            across_domains,
            calendar: calendar
                .map_or_else(String::new, |id| format!("products/{product}/calendars/{id}")),
            line: line.collect::<Result<_, _>>()?,
        })
    }

    fn of(point: &v1::EscalationPoint) -> Self {
        let short = |name: &String| (!name.is_empty()).then(|| names::short(name).to_owned());
        let domain = short(&point.domain);
        let scope = match (&domain, point.across_domains) {
            (Some(_), _) => None,
            (None, true) => Some(Scope::Across),
            (None, false) => Some(Scope::Product),
        };
        let topics = point.topics.iter();
        Self {
            id: names::short(&point.name).to_owned(),
            topics: topics.filter_map(|topic| words::for_programs::<v1::Topic>(*topic)).collect(),
            scope,
            domain,
            calendar: short(&point.calendar),
            line: point.line.iter().map(Step::of).collect(),
        }
    }
}

impl Step {
    fn to_wire(&self, product: &str) -> Result<v1::EscalationStep, String> {
        let domain = self.domain.as_ref().map_or_else(String::new, |id| names::domain(product, id));
        let seat = |word: &String| {
            let role = words::find::<v1::Role>(word);
            let role =
                role.ok_or_else(|| format!("{word:?} is no seat; chief-po and domain-po are"))?;
            Ok::<_, String>(v1::Seat { role: role.into(), domain: domain.clone() })
        };
        let decider = match (&self.seat, &self.deputy, &self.person) {
            (Some(word), None, None) => Decider::Seat(seat(word)?),
            (None, Some(word), None) => Decider::Deputy(seat(word)?),
            (None, None, Some(_)) if self.domain.is_some() => {
                return Err("a person is given with a domain; leave the domain out".to_owned());
            }
            (None, None, Some(id)) => Decider::Person(format!("people/{id}")),
            (None, None, None) => return Err("says nobody; give seat, deputy or person".to_owned()),
            (_, _, _) => return Err("says several; give one of seat, deputy and person".to_owned()),
        };
        let answer: AnswerTime = self
            .answer
            .parse()
            .map_err(|error: crate::answer_time::Error| format!("answer: {error}"))?;
        Ok(v1::EscalationStep { decider: Some(decider), answer_time: Some(answer.to_wire()) })
    }

    fn of(step: &v1::EscalationStep) -> Self {
        let answer = AnswerTime::of(step.answer_time.as_ref());
        let answer = answer.map_or_else(String::new, AnswerTime::short);
        let word = |seat: &v1::Seat| {
            words::for_programs::<v1::Role>(seat.role).map(|word| word.replace('_', "-"))
        };
        let of = |seat: &v1::Seat| {
            (!seat.domain.is_empty()).then(|| names::short(&seat.domain).to_owned())
        };
        let empty = Self { answer, ..Self::default() };
        match &step.decider {
            Some(Decider::Seat(seat)) => Self { seat: word(seat), domain: of(seat), ..empty },
            Some(Decider::Deputy(seat)) => Self { deputy: word(seat), domain: of(seat), ..empty },
            Some(Decider::Person(name)) => {
                Self { person: Some(names::short(name).to_owned()), ..empty }
            }
            None => empty,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Paint;

    const FULL: &str = r#"[[points]]
id = "all"
topics = [
    "priority",
    "budget",
]
scope = "product"

[[points.line]]
seat = "chief-po"
answer = "2d"

[[points.line]]
deputy = "chief-po"
answer = "1d"

[[points]]
id = "budget-offline"
topics = ["budget"]
domain = "offline"
calendar = "copenhagen"

[[points.line]]
deputy = "domain-po"
domain = "offline"
answer = "8h"

[[points]]
id = "across"
topics = ["budget"]
scope = "across"

[[points.line]]
person = "p-hanna"
answer = "8h"
"#;

    #[test]
    fn a_file_survives_the_wire_unchanged() {
        let file: File = toml::from_str(FULL).unwrap();
        let again = File::of(&file.to_wire("webshop").unwrap());
        assert_eq!(again, file);
        assert_eq!(toml::to_string_pretty(&again).unwrap(), FULL);
    }

    #[test]
    fn a_wrong_word_is_refused_with_its_point_and_step() {
        for (old, new, said) in [
            (
                "\"budget\",",
                "\"money\",",
                "escalation point all: \"money\" is no topic; there are priority, vision,",
            ),
            ("seat = \"chief-po\"", "seat = \"boss\"", "point all: step 1: \"boss\" is no seat"),
            ("seat = \"chief-po\"\n", "", "step 1: says nobody"),
            ("answer = \"2d\"", "answer = \"2 weeks\"", "step 1: answer: `2 weeks` is no time"),
            ("scope = \"product\"\n", "", "escalation point all: say where"),
            (
                "scope = \"product\"",
                "scope = \"product\"\ndomain = \"online\"",
                "both scope and domain",
            ),
            ("person = \"p-hanna\"", "person = \"p-hanna\"\nseat = \"chief-po\"", "says several"),
            (
                "person = \"p-hanna\"",
                "person = \"p-hanna\"\ndomain = \"online\"",
                "leave the domain out",
            ),
        ] {
            let file: File = toml::from_str(&FULL.replacen(old, new, 1)).unwrap();
            let refused = file.to_wire("webshop").unwrap_err().render(Paint::plain());
            assert!(refused.contains(said), "{refused}");
        }
    }
}
