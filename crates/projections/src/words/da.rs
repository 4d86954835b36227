//! Danish: what things are called, and when they are planned.

use koepel_domain::{
    command::Anchor,
    day::Day,
    escalations::Ordered,
    item::{Estimate, Kind, LinkKind, Moscow, Status},
    language::Language,
    points::{Decider, Topic},
    product::Product,
    roadmap::{Horizon, Plan, Shift, Span, When},
    roles::Role,
    term::Term,
};

use super::{Between, Holds, Length, Names, Plans, Words, count, domain, hundredths, length};

mod changes;
mod events;
mod steps;

/// Danish.
pub(super) struct Danish;

impl Words for Danish {}

impl Names for Danish {
    fn quoted(&self, text: &str) -> String {
        format!("»{text}«")
    }

    fn day(&self, day: Day) -> String {
        Language::Da.day(day)
    }

    fn term(&self, term: &Term) -> String {
        let day = |day| self.day(day);
        match (term.first, term.last) {
            (Some(first), Some(last)) if first == last => format!("den {}", day(first)),
            (Some(first), Some(last)) => format!("fra {} til og med {}", day(first), day(last)),
            (Some(first), None) => format!("fra {}", day(first)),
            (None, Some(last)) => format!("til og med {}", day(last)),
            (None, None) => "uden slutdato".to_owned(),
        }
    }

    fn estimate(&self, estimate: Option<Estimate>) -> String {
        let text = |estimate: Estimate| hundredths(estimate.hundredths(), ',');
        // An estimate is neuter.
        estimate.map_or_else(|| "intet".to_owned(), text)
    }

    fn kind(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Epic => "epic",
            Kind::Feature => "feature",
            Kind::Story => "story",
            Kind::Task => "opgave",
            Kind::Defect => "fejl",
            Kind::Impediment => "»sten på vejen«",
        }
    }

    fn status(&self, status: Status) -> &'static str {
        match status {
            Status::New => "ny",
            Status::Ready => "klar",
            Status::InProgress => "i gang",
            Status::Done => "færdig",
            Status::Dropped => "droppet",
        }
    }

    fn moscow(&self, moscow: Option<Moscow>) -> &'static str {
        match moscow {
            Some(Moscow::Must) => "MUST",
            Some(Moscow::Should) => "SHOULD",
            Some(Moscow::Could) => "COULD",
            Some(Moscow::Wont) => "WON'T",
            None => self.none(),
        }
    }

    fn none(&self) -> &'static str {
        "ingen"
    }

    fn role(&self, role: Role, domain: Option<&str>) -> String {
        let of = |title: &str, tie: &str| {
            domain.map_or_else(|| title.to_owned(), |domain| format!("{title} {tie} {domain}"))
        };
        match role {
            Role::ChiefPo => of("ledende PO", "for"),
            Role::DomainPo => {
                domain.map_or_else(|| "områdets PO".to_owned(), |domain| format!("PO for {domain}"))
            }
            Role::ScrumMaster => of("Scrum Master", "for"),
            Role::Member => of("teammedlem", "i"),
            Role::ProductCoordinator => of("produktkoordinator", "for"),
            Role::ProgrammeLead => of("programleder", "for"),
            Role::SteeringMember => of("medlem af styregruppen", "for"),
            Role::CoordinationMember => of("medlem af koordinationsgruppen", "for"),
            Role::Supplier => of("leverandør", "til"),
            Role::Stakeholder => of("interessent", "i"),
            Role::Tool => of("værktøj", "for"),
        }
    }

    fn deputy(&self, role: Role, domain: Option<&str>) -> String {
        format!("stedfortræder for {}", self.the_role(role, domain))
    }

    fn by(&self, name: &str, posts: &[String]) -> String {
        if posts.is_empty() { name.to_owned() } else { format!("{name}, {}", posts.join(" og ")) }
    }

    fn itself(&self) -> &'static str {
        "Koepel selv"
    }

    fn topic(&self, topic: Topic) -> &'static str {
        match topic {
            Topic::Priority => "prioritering",
            Topic::Vision => "vision",
            Topic::Dependency => "afhængighed",
            Topic::Capacity => "kapacitet",
            Topic::Quality => "kvalitet",
            Topic::Budget => "budget",
            Topic::Compliance => "efterlevelse",
        }
    }

    fn decider(&self, product: &Product, decider: &Decider) -> String {
        let named = |of: &Option<_>| of.as_ref().map(|of| domain(product, of));
        match decider {
            Decider::Seat(role, of) => self.the_role(*role, named(of).as_deref()),
            Decider::Deputy(role, of) => {
                format!("stedfortræderen for {}", self.the_role(*role, named(of).as_deref()))
            }
            Decider::Person(person) => person.to_string(),
        }
    }

    fn ordered(&self, product: &Product, ordered: &Ordered) -> String {
        match ordered {
            Ordered::Rank { item, to, with_family } => {
                let family = if *with_family { " med tilhørende emner" } else { "" };
                format!("placer {item}{family} {}", anchor(to))
            }
            Ordered::Pin { item } => format!("fastgør {item} på den nuværende plads"),
            Ordered::Unpin { item } => format!("løsn {item}"),
            Ordered::Move { item, domain: to } => {
                format!("flyt {item} til leveranceområdet {}", domain(product, to))
            }
            Ordered::Drop { item } => format!("drop {item}"),
        }
    }

    fn tie(&self, kind: LinkKind, holds: Holds, target: &str) -> String {
        let when = match holds {
            Holds::Yes => "",
            Holds::Now => " nu",
            Holds::NoLonger => " ikke længere",
        };
        match kind {
            LinkKind::Needs => format!("afhænger{when} af {target}"),
            LinkKind::RelatesTo => format!("hænger{when} sammen med {target}"),
            LinkKind::Replaces => format!("erstatter{when} {target}"),
            LinkKind::ReplacedBy => format!("er{when} erstattet af {target}"),
            LinkKind::NeededBy => format!("er{when} nødvendigt for {target}"),
            LinkKind::Duplicates | LinkKind::DuplicatedBy => {
                format!("er{when} det samme arbejde som {target}")
            }
        }
    }

    fn pending(&self, raw: &str) -> String {
        format!("{raw} (findes ikke her endnu)")
    }
}

impl Danish {
    /// A role as that of the one who has it: "den ledende PO", "PO'en for Online".
    fn the_role(&self, role: Role, domain: Option<&str>) -> String {
        let of = |title: &str, tie: &str| {
            domain.map_or_else(|| title.to_owned(), |domain| format!("{title} {tie} {domain}"))
        };
        match role {
            Role::ChiefPo => of("den ledende PO", "for"),
            Role::DomainPo => domain
                .map_or_else(|| "områdets PO".to_owned(), |domain| format!("PO'en for {domain}")),
            Role::ScrumMaster => of("Scrum Masteren", "for"),
            Role::Member => of("teammedlemmet", "i"),
            Role::ProductCoordinator => of("produktkoordinatoren", "for"),
            Role::ProgrammeLead => of("programlederen", "for"),
            Role::SteeringMember => of("medlemmet af styregruppen", "for"),
            Role::CoordinationMember => of("medlemmet af koordinationsgruppen", "for"),
            Role::Supplier => of("leverandøren", "til"),
            Role::Stakeholder => of("interessenten", "i"),
            Role::Tool => of("værktøjet", "for"),
        }
    }

    fn days(&self, span: Span) -> String {
        let day = |day| self.day(day);
        match (span.start(), span.end()) {
            (Some(start), Some(end)) if start == end => format!("den {}", day(start)),
            (Some(start), Some(end)) => format!("{} til {}", day(start), day(end)),
            (Some(start), None) => format!("fra {}", day(start)),
            (None, Some(end)) => format!("senest {}", day(end)),
            (None, None) => String::new(),
        }
    }
}

fn anchor(anchor: &Anchor) -> String {
    match anchor {
        Anchor::Top => "øverst".to_owned(),
        Anchor::Bottom => "nederst".to_owned(),
        Anchor::Before(item) => format!("over {item}"),
        Anchor::After(item) => format!("under {item}"),
    }
}

impl Plans for Danish {
    fn when(&self, when: When) -> String {
        match when {
            When::Days(span) => self.days(span),
            When::Horizon(Horizon::Now) => "nu".to_owned(),
            When::Horizon(Horizon::Next) => "næste".to_owned(),
            When::Horizon(Horizon::Later) => "senere".to_owned(),
        }
    }

    fn plan(&self, plan: Plan<'_>) -> String {
        let when = self.when(plan.when);
        plan.release.map_or(when.clone(), |release| format!("{when}, med {release}"))
    }

    fn shifted(&self, shift: Shift, between: Between<'_>) -> String {
        let verb = match shift {
            Shift::Later => "blev udskudt",
            Shift::Earlier => "blev fremrykket",
            Shift::Unclear => "blev flyttet",
        };
        match between {
            Between::Days(by, from, to) => {
                let by = match length(by) {
                    Length::Days(days) => count(days, "dag", "dage"),
                    Length::Weeks(weeks) => count(weeks, "uge", "uger"),
                    Length::Months(months) => count(months, "måned", "måneder"),
                };
                format!("{verb} {by}, fra {} til {}", self.day(from), self.day(to))
            }
            Between::Times(from, to) => {
                format!("{verb} fra »{}« til »{}«", self.when(from), self.when(to))
            }
            Between::Releases(from, to) => {
                let none = || "ingen release".to_owned();
                let (from, to) = (from.map(ToString::to_string), to.map(ToString::to_string));
                let (from, to) = (from.unwrap_or_else(none), to.unwrap_or_else(none));
                format!("{verb} fra {from} til {to}")
            }
            Between::Plans(from, to) => {
                format!("{verb} fra »{}« til »{}«", self.plan(from), self.plan(to))
            }
        }
    }
}
