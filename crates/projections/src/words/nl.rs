//! Dutch: what things are called, and when they are planned.

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

/// Dutch.
pub(super) struct Dutch;

impl Words for Dutch {}

impl Names for Dutch {
    fn quoted(&self, text: &str) -> String {
        format!("“{text}”")
    }

    fn day(&self, day: Day) -> String {
        Language::Nl.day(day)
    }

    fn term(&self, term: &Term) -> String {
        let day = |day| self.day(day);
        match (term.first, term.last) {
            (Some(first), Some(last)) if first == last => format!("op {}", day(first)),
            (Some(first), Some(last)) => format!("van {} tot en met {}", day(first), day(last)),
            (Some(first), None) => format!("vanaf {}", day(first)),
            (None, Some(last)) => format!("tot en met {}", day(last)),
            (None, None) => "zonder einddatum".to_owned(),
        }
    }

    fn estimate(&self, estimate: Option<Estimate>) -> String {
        let text = |estimate: Estimate| hundredths(estimate.hundredths(), ',');
        estimate.map_or_else(|| self.none().to_owned(), text)
    }

    fn kind(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Epic => "epic",
            Kind::Feature => "feature",
            Kind::Story => "story",
            Kind::Task => "taak",
            Kind::Defect => "fout",
            Kind::Impediment => "belemmering",
        }
    }

    fn status(&self, status: Status) -> &'static str {
        match status {
            Status::New => "nieuw",
            Status::Ready => "klaar om te starten",
            Status::InProgress => "bezig",
            Status::Done => "gereed",
            Status::Dropped => "vervallen",
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
        "geen"
    }

    fn role(&self, role: Role, domain: Option<&str>) -> String {
        let title = match role {
            Role::ChiefPo => "hoofd-PO",
            Role::DomainPo => "PO",
            Role::ScrumMaster => "Scrum Master",
            Role::Member => "teamlid",
            Role::ProductCoordinator => "productcoördinator",
            Role::ProgrammeLead => "programmaleider",
            Role::SteeringMember => "stuurgroeplid",
            Role::CoordinationMember => "lid van de coördinatiegroep",
            Role::Supplier => "leverancier",
            Role::Stakeholder => "stakeholder",
            Role::Tool => "tool",
        };
        match domain {
            Some(domain) => format!("{title} van {domain}"),
            None if role == Role::DomainPo => "PO van het deelgebied".to_owned(),
            None => title.to_owned(),
        }
    }

    fn deputy(&self, role: Role, domain: Option<&str>) -> String {
        format!("vervanger van {}", self.the_role(role, domain))
    }

    fn by(&self, name: &str, posts: &[String]) -> String {
        if posts.is_empty() { name.to_owned() } else { format!("{name}, {}", posts.join(" en ")) }
    }

    fn itself(&self) -> &'static str {
        "Koepel zelf"
    }

    fn topic(&self, topic: Topic) -> &'static str {
        match topic {
            Topic::Priority => "prioriteit",
            Topic::Vision => "visie",
            Topic::Dependency => "afhankelijkheid",
            Topic::Capacity => "capaciteit",
            Topic::Quality => "kwaliteit",
            Topic::Budget => "budget",
            Topic::Compliance => "naleving",
        }
    }

    fn decider(&self, product: &Product, decider: &Decider) -> String {
        let named = |of: &Option<_>| of.as_ref().map(|of| domain(product, of));
        match decider {
            Decider::Seat(role, of) => self.the_role(*role, named(of).as_deref()),
            Decider::Deputy(role, of) => {
                format!("de {}", self.deputy(*role, named(of).as_deref()))
            }
            Decider::Person(person) => person.to_string(),
        }
    }

    fn ordered(&self, product: &Product, ordered: &Ordered) -> String {
        match ordered {
            Ordered::Rank { item, to, with_family } => {
                let family = if *with_family { " met alles wat erbij hoort" } else { "" };
                format!("{item}{family} {} plaatsen", anchor(to))
            }
            Ordered::Pin { item } => format!("{item} op de huidige plaats vastzetten"),
            Ordered::Unpin { item } => format!("{item} losmaken"),
            Ordered::Move { item, domain: to } => {
                format!("{item} naar deelgebied {} verplaatsen", domain(product, to))
            }
            Ordered::Drop { item } => format!("{item} laten vervallen"),
        }
    }

    fn tie(&self, kind: LinkKind, holds: Holds, target: &str) -> String {
        let when = match holds {
            Holds::Yes => "",
            Holds::Now => " nu",
            Holds::NoLonger => " niet langer",
        };
        match kind {
            LinkKind::Needs => format!("is{when} afhankelijk van {target}"),
            LinkKind::RelatesTo => format!("hangt{when} samen met {target}"),
            LinkKind::Replaces => format!("vervangt{when} {target}"),
            LinkKind::ReplacedBy => format!("is{when} vervangen door {target}"),
            LinkKind::NeededBy => format!("is{when} nodig voor {target}"),
            LinkKind::Duplicates | LinkKind::DuplicatedBy => {
                format!("is{when} hetzelfde werk als {target}")
            }
        }
    }

    fn pending(&self, raw: &str) -> String {
        format!("{raw} (hier nog niet bekend)")
    }
}

impl Dutch {
    /// A role as that of the one who has it: "de hoofd-PO", "het teamlid van Online".
    fn the_role(&self, role: Role, domain: Option<&str>) -> String {
        let article = match role {
            Role::Member | Role::SteeringMember | Role::CoordinationMember => "het",
            Role::ChiefPo
            | Role::DomainPo
            | Role::ScrumMaster
            | Role::ProductCoordinator
            | Role::ProgrammeLead
            | Role::Supplier
            | Role::Stakeholder
            | Role::Tool => "de",
        };
        format!("{article} {}", self.role(role, domain))
    }

    fn days(&self, span: Span) -> String {
        let day = |day| self.day(day);
        match (span.start(), span.end()) {
            (Some(start), Some(end)) if start == end => format!("op {}", day(start)),
            (Some(start), Some(end)) => format!("{} tot en met {}", day(start), day(end)),
            (Some(start), None) => format!("vanaf {}", day(start)),
            (None, Some(end)) => format!("uiterlijk {}", day(end)),
            (None, None) => String::new(),
        }
    }
}

fn anchor(anchor: &Anchor) -> String {
    match anchor {
        Anchor::Top => "bovenaan".to_owned(),
        Anchor::Bottom => "onderaan".to_owned(),
        Anchor::Before(item) => format!("boven {item}"),
        Anchor::After(item) => format!("onder {item}"),
    }
}

impl Plans for Dutch {
    fn when(&self, when: When) -> String {
        match when {
            When::Days(span) => self.days(span),
            When::Horizon(Horizon::Now) => "nu".to_owned(),
            When::Horizon(Horizon::Next) => "hierna".to_owned(),
            When::Horizon(Horizon::Later) => "later".to_owned(),
        }
    }

    fn plan(&self, plan: Plan<'_>) -> String {
        let when = self.when(plan.when);
        plan.release.map_or(when.clone(), |release| format!("{when}, met {release}"))
    }

    fn shifted(&self, shift: Shift, between: Between<'_>) -> String {
        let participle = match shift {
            Shift::Later => "uitgesteld",
            Shift::Earlier => "vervroegd",
            Shift::Unclear => "verschoven",
        };
        match between {
            Between::Days(by, from, to) => {
                let by = match length(by) {
                    Length::Days(days) => count(days, "dag", "dagen"),
                    Length::Weeks(weeks) => count(weeks, "week", "weken"),
                    Length::Months(months) => count(months, "maand", "maanden"),
                };
                let (from, to) = (self.day(from), self.day(to));
                format!("is {by} {participle}, van {from} naar {to}")
            }
            Between::Times(from, to) => {
                format!("is {participle} van “{}” naar “{}”", self.when(from), self.when(to))
            }
            Between::Releases(from, to) => {
                let none = || "geen release".to_owned();
                let (from, to) = (from.map(ToString::to_string), to.map(ToString::to_string));
                let (from, to) = (from.unwrap_or_else(none), to.unwrap_or_else(none));
                format!("is {participle} van {from} naar {to}")
            }
            Between::Plans(from, to) => {
                format!("is {participle} van “{}” naar “{}”", self.plan(from), self.plan(to))
            }
        }
    }
}
