//! English: what things are called, and when they are planned.

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

/// English.
pub(super) struct English;

impl Words for English {}

impl Names for English {
    fn quoted(&self, text: &str) -> String {
        format!("“{text}”")
    }

    fn day(&self, day: Day) -> String {
        Language::En.day(day)
    }

    fn term(&self, term: &Term) -> String {
        term.to_string()
    }

    fn estimate(&self, estimate: Option<Estimate>) -> String {
        let text = |estimate: Estimate| hundredths(estimate.hundredths(), '.');
        estimate.map_or_else(|| self.none().to_owned(), text)
    }

    fn kind(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Epic => "epic",
            Kind::Feature => "feature",
            Kind::Story => "story",
            Kind::Task => "task",
            Kind::Defect => "defect",
            Kind::Impediment => "impediment",
        }
    }

    fn status(&self, status: Status) -> &'static str {
        match status {
            Status::New => "new",
            Status::Ready => "ready",
            Status::InProgress => "in progress",
            Status::Done => "done",
            Status::Dropped => "dropped",
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
        "none"
    }

    fn role(&self, role: Role, domain: Option<&str>) -> String {
        let title = role.title();
        domain.map_or_else(|| title.to_owned(), |domain| format!("{title} of {domain}"))
    }

    fn deputy(&self, role: Role, domain: Option<&str>) -> String {
        format!("deputy of the {}", self.role(role, domain))
    }

    fn by(&self, name: &str, posts: &[String]) -> String {
        if posts.is_empty() { name.to_owned() } else { format!("{name}, {}", posts.join(" and ")) }
    }

    fn itself(&self) -> &'static str {
        "Koepel itself"
    }

    fn topic(&self, topic: Topic) -> &'static str {
        topic.word()
    }

    fn decider(&self, product: &Product, decider: &Decider) -> String {
        let named = |of: &Option<_>| of.as_ref().map(|of| domain(product, of));
        match decider {
            Decider::Seat(role, of) => format!("the {}", self.role(*role, named(of).as_deref())),
            Decider::Deputy(role, of) => {
                format!("the {}", self.deputy(*role, named(of).as_deref()))
            }
            Decider::Person(person) => person.to_string(),
        }
    }

    fn ordered(&self, product: &Product, ordered: &Ordered) -> String {
        match ordered {
            Ordered::Rank { item, to, with_family } => {
                let family = if *with_family { " with all that belongs to it" } else { "" };
                format!("rank {item}{family} {}", anchor(to))
            }
            Ordered::Pin { item } => format!("pin {item} where it stands"),
            Ordered::Unpin { item } => format!("unpin {item}"),
            Ordered::Move { item, domain: to } => {
                format!("move {item} to domain {}", domain(product, to))
            }
            Ordered::Drop { item } => format!("drop {item}"),
        }
    }

    fn tie(&self, kind: LinkKind, holds: Holds, target: &str) -> String {
        let when = match holds {
            Holds::Yes => "",
            Holds::Now => "now ",
            Holds::NoLonger => "no longer ",
        };
        let verb = match kind {
            LinkKind::Needs => "needs",
            LinkKind::RelatesTo => "relates to",
            LinkKind::Replaces => "replaces",
            LinkKind::ReplacedBy => "is replaced by",
            LinkKind::NeededBy => "is needed by",
            LinkKind::Duplicates | LinkKind::DuplicatedBy => "is the same work as",
        };
        format!("{when}{verb} {target}")
    }

    fn pending(&self, raw: &str) -> String {
        format!("{raw} (not here yet)")
    }
}

fn anchor(anchor: &Anchor) -> String {
    match anchor {
        Anchor::Top => "to the top".to_owned(),
        Anchor::Bottom => "to the bottom".to_owned(),
        Anchor::Before(item) => format!("above {item}"),
        Anchor::After(item) => format!("below {item}"),
    }
}

impl Plans for English {
    fn when(&self, when: When) -> String {
        match when {
            When::Days(span) => days(span),
            When::Horizon(Horizon::Now) => "now".to_owned(),
            When::Horizon(Horizon::Next) => "next".to_owned(),
            When::Horizon(Horizon::Later) => "later".to_owned(),
        }
    }

    fn plan(&self, plan: Plan<'_>) -> String {
        let when = self.when(plan.when);
        plan.release.map_or(when.clone(), |release| format!("{when}, with {release}"))
    }

    fn shifted(&self, shift: Shift, between: Between<'_>) -> String {
        let verb = match shift {
            Shift::Later => "slipped",
            Shift::Earlier => "was brought forward",
            Shift::Unclear => "was moved",
        };
        match between {
            Between::Days(by, from, to) => {
                let by = match length(by) {
                    Length::Days(days) => count(days, "day", "days"),
                    Length::Weeks(weeks) => count(weeks, "week", "weeks"),
                    Length::Months(months) => count(months, "month", "months"),
                };
                format!("{verb} by {by}, from {from} to {to}")
            }
            Between::Times(from, to) => {
                format!("{verb} from “{}” to “{}”", self.when(from), self.when(to))
            }
            Between::Releases(from, to) => {
                let none = || "no release".to_owned();
                let (from, to) = (from.map(ToString::to_string), to.map(ToString::to_string));
                let (from, to) = (from.unwrap_or_else(none), to.unwrap_or_else(none));
                format!("{verb} from {from} to {to}")
            }
            Between::Plans(from, to) => {
                format!("{verb} from “{}” to “{}”", self.plan(from), self.plan(to))
            }
        }
    }
}

fn days(span: Span) -> String {
    match (span.start(), span.end()) {
        (Some(start), Some(end)) if start == end => format!("on {start}"),
        (Some(start), Some(end)) => format!("{start} to {end}"),
        (Some(start), None) => format!("from {start}"),
        (None, Some(end)) => format!("by {end}"),
        (None, None) => String::new(),
    }
}
