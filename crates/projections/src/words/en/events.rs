//! English: what happened.

use koepel_domain::{
    event::{
        Change, DecisionNotFollowed, EntryChanged, EscalationDecided, EscalationRaised,
        EscalationRouted, Event, ItemCreated, ItemMerged, ItemRanked, ItemUpdated, Spot,
    },
    ids::{DecisionNo, DomainId, EscalationNo, GoalId},
    item::Kind,
    points::Decider,
    product::Product,
    roadmap::Plan,
};

use super::{
    super::{Events, Holds, Match, Names, Plans, domain, item_titled, joined, stayed, title_of},
    English,
};
use crate::plan::shift_of;

impl Events for English {
    fn event(&self, event: &Event, product: &Product) -> String {
        let domain = |id: &DomainId| domain(product, id);
        let goal = |id| self.goal(product, id);
        let matter = |no| self.matter(product, no);
        let decides = |who: &Decider| format!("{} decides", self.decider(product, who));
        let role = |role, of: Option<&DomainId>| self.role(role, of.map(domain).as_deref());
        let deputy = |role, of: Option<&DomainId>| self.deputy(role, of.map(domain).as_deref());
        match event {
            Event::ProductCreated(e) => format!("product “{}” began", e.name),
            Event::ProductUpdated(_) => "the product's name or summary changed".to_owned(),
            Event::DomainAdded(e) => {
                format!("domain {} was added, with the key {}", e.name, e.key)
            }
            Event::DomainUpdated(e) => {
                format!("domain {} changed its name or summary", domain(&e.domain))
            }
            Event::DomainDeleted(e) => format!("domain {} was deleted", domain(&e.domain)),
            Event::RoleGranted(e) => {
                let role = role(e.role, e.domain.as_ref());
                match &e.term {
                    None => format!("{} became {role}", e.person),
                    Some(term) => format!("{} was made {role} {}", e.person, self.term(term)),
                }
            }
            Event::RoleRevoked(e) => {
                format!("{} is no longer {}", e.person, role(e.role, e.domain.as_ref()))
            }
            Event::RoleTermChanged(e) => {
                let term = e.term.to.as_ref();
                let term = term.map_or_else(|| "without end".to_owned(), |term| self.term(term));
                format!("{} is {} {term} now", e.person, role(e.role, e.domain.as_ref()))
            }
            Event::DeputyNamed(e) => {
                let deputy = deputy(e.role, e.domain.as_ref());
                format!("{} is {deputy} {}", e.person, self.term(&e.term))
            }
            Event::DeputyDismissed(e) => {
                let deputy = deputy(e.role, e.domain.as_ref());
                format!("{} is no longer {deputy} {}", e.person, self.term(&e.term))
            }
            Event::QuestionUnanswered(e) => format!("nobody could say: “{}”", e.question),
            Event::GapResolved(e) => format!("gap {} of the directory was closed", e.gap),
            Event::ItemCreated(e) => self.created(e, product),
            Event::ItemUpdated(e) => self.updated(e, product),
            Event::ItemRanked(e) => ranked(e),
            Event::ItemReordered(e) => match e.undoes {
                Some(version) => format!(
                    "went back within its domain {} (undoing version {version})",
                    moved(&e.from, &e.to)
                ),
                None => format!("was reordered within its domain {}", moved(&e.from, &e.to)),
            },
            Event::ItemPinned(e) => {
                format!("was pinned at place {}, {}{}", e.at.place, beside(&e.at), by(e.decision))
            }
            Event::ItemUnpinned(e) => {
                format!("was unpinned at place {}{}", e.at.place, by(e.decision))
            }
            Event::ItemMoved(e) => {
                let (from, to) = (domain(&e.from), domain(&e.to));
                format!("went from domain {from} to domain {to}{}", by(e.decision))
            }
            Event::ItemSplit(e) => {
                let kept = if e.kept { ", and stays beside them" } else { "" };
                format!("was split into {}{kept}", list(&e.into))
            }
            Event::ItemMerged(e) if e.duplicate => {
                format!("was marked as a duplicate of {}{}", e.into, left(e.from.as_ref()))
            }
            Event::ItemMerged(e) => format!("was merged into {}{}", e.into, left(e.from.as_ref())),
            Event::ItemCompleted(e) => format!("was done{}", left(e.from.as_ref())),
            Event::ItemDropped(e) => {
                format!("was dropped{}{}", left(e.from.as_ref()), by(e.decision))
            }
            Event::ItemReopened(e) => format!("was reopened at place {}", e.arrival.place),
            Event::LinkAdded(e) => self.tie(e.link.kind, Holds::Now, &self.target(&e.link.target)),
            Event::LinkRemoved(e) => {
                self.tie(e.link.kind, Holds::NoLonger, &self.target(&e.link.target))
            }
            Event::LinkResolved(e) => {
                let tie = self.tie(e.kind, Holds::Yes, &e.to.to_string());
                format!("{tie}, which appeared ({})", e.raw)
            }
            Event::RequestMade(e) if e.ask.is_empty() => {
                format!("needs something from domain {}", domain(&e.domain))
            }
            Event::RequestMade(e) => format!("asks of domain {}: {}", domain(&e.domain), e.ask),
            Event::RequestWithdrawn(e) => {
                format!("no longer asks anything of domain {}", domain(&e.domain))
            }
            Event::VisionPublished(e) => {
                format!("edition {} of the vision was published", e.edition)
            }
            Event::GoalAdded(e) => format!("goal “{}” was added", e.name),
            Event::GoalUpdated(e) => format!("goal {} changed its name or summary", goal(&e.goal)),
            Event::GoalClosed(e) => format!("goal {} was closed", goal(&e.goal)),
            Event::EntryAdded(e) => {
                let by = if e.imported { ", by an import" } else { "" };
                let planned = self.plan(Plan { when: e.when, release: e.release.as_ref() });
                format!("was put on the roadmap of {}: {planned}{by}", domain(&e.domain))
            }
            Event::EntryChanged(e) => self.entry_changed(e, product),
            Event::EntryRemoved(_) => "was taken off the roadmap".to_owned(),
            Event::SyncStarted(e) => format!("sync {} began", e.sync),
            Event::SyncClosed(e) => format!("sync {} ended", e.sync),
            Event::SourceTold(_) => "was told of by its source".to_owned(),
            Event::ConnectionAdded(e) => {
                format!("connection {} may push into domain {}", e.connection, domain(&e.domain))
            }
            Event::ConnectionUpdated(e) if e.mapping.is_some() => {
                format!("connection {} is read by another mapping", e.connection)
            }
            Event::ConnectionUpdated(e) => {
                format!("connection {} has another source", e.connection)
            }
            Event::ConnectionRemoved(e) => format!("connection {} was removed", e.connection),
            Event::EscalationRaised(e) => self.raised(e, product),
            Event::EscalationRouted(e) => self.routed(e, product),
            Event::EscalationAcknowledged(e) => {
                format!("{} was acknowledged", matter(e.escalation))
            }
            Event::EscalationCommented(e) => format!("{}: {}", matter(e.escalation), e.text),
            Event::EscalationReminded(e) => {
                format!("{} waits for an answer: a reminder was due", matter(e.escalation))
            }
            Event::EscalationOverdue(e) => {
                format!("{} was not answered in time", matter(e.escalation))
            }
            Event::EscalationHandedOver(e) => {
                format!("{} was handed over: now {}", matter(e.escalation), decides(&e.decider))
            }
            Event::EscalationDecided(e) => self.decided(e, product),
            Event::EscalationWithdrawn(e) => format!("{} was withdrawn", matter(e.escalation)),
            Event::EscalationReopened(e) => format!("{} was reopened", matter(e.escalation)),
            Event::DecisionNotFollowed(e) => self.not_followed(e, product),
            Event::CalendarSaved(e) if e.default => {
                format!("calendar {} was saved and is the default", e.calendar.name)
            }
            Event::CalendarSaved(e) => format!("calendar {} was saved", e.calendar.name),
            Event::CalendarRemoved(e) => format!("calendar {} was removed", e.calendar),
            Event::EscalationPointsSaved(e) => match e.points.len() {
                0 => "all escalations are decided by the built-in default again".to_owned(),
                1 => "who decides escalations was said anew, in one point".to_owned(),
                count => format!("who decides escalations was said anew, in {count} points"),
            },
            Event::TextRedacted(e) => {
                format!("had a text of version {} taken out of the log for good", e.version)
            }
        }
    }

    fn absorbed(&self, merged: &ItemMerged) -> String {
        if merged.duplicate {
            format!("{} was found to be the same work", merged.item)
        } else {
            format!("{} was merged into it", merged.item)
        }
    }

    fn understood(&self, how: &Match, _: &Product) -> String {
        match how {
            Match::Domain(id) => format!("{id} is a domain"),
            Match::Item(key) => format!("{key} is an item"),
            Match::Into(key, into) => format!("{key} went into {into}"),
            Match::Entry(no, title) => format!("{no} is an entry of the roadmap, “{title}”"),
            Match::Topic(topic, decider, domain) => {
                let place = domain.as_ref().map_or_else(String::new, |id| format!(" in {id}"));
                format!("{} is a topic that {decider} decides{place}", self.topic(*topic))
            }
            Match::Name(words) => format!("the domain's name has “{words}”"),
            Match::Summary(words) => format!("the domain's summary has “{words}”"),
            Match::Nothing => {
                "nothing in this product answers to it, and the Chief PO answers for all".to_owned()
            }
        }
    }
}

impl English {
    /// "escalation 7 “Who gets the test hall?”".
    fn matter(&self, product: &Product, no: EscalationNo) -> String {
        let title = title_of(product, no).map(|title| format!(" “{title}”"));
        format!("escalation {no}{}", title.unwrap_or_default())
    }

    fn raised(&self, e: &EscalationRaised, product: &Product) -> String {
        let to = match e.line.first() {
            Some(turn) => format!("{} decides", self.decider(product, &turn.decider)),
            None => "nobody is there to decide it".to_owned(),
        };
        let matter = self.matter(product, e.escalation);
        format!("{matter} was raised ({}); {to}", self.topic(e.topic))
    }

    fn routed(&self, e: &EscalationRouted, product: &Product) -> String {
        let matter = self.matter(product, e.escalation);
        match e.line.first() {
            Some(turn) => {
                let who = self.decider(product, &turn.decider);
                format!("{matter} can be decided now: {who} decides")
            }
            None => format!("{matter} still waits: nobody is there to decide it"),
        }
    }

    fn decided(&self, e: &EscalationDecided, product: &Product) -> String {
        let orders: Vec<_> = e.orders.iter().map(|one| self.ordered(product, one)).collect();
        let orders =
            if orders.is_empty() { String::new() } else { format!(" ({})", orders.join(", ")) };
        let matter = self.matter(product, e.escalation);
        format!("{matter} was decided by decision {}: “{}”{orders}", e.decision, e.outcome)
    }

    fn not_followed(&self, e: &DecisionNotFollowed, product: &Product) -> String {
        let outcome = product.decision(e.decision);
        let outcome = outcome.map_or_else(String::new, |one| format!(" (“{}”)", one.outcome));
        let below = item_titled(self, product, &e.below);
        let (at, no) = (e.at.place, e.decision);
        format!("stands below {below} now, at place {at}: decision {no}{outcome} is not followed")
    }

    fn created(&self, e: &ItemCreated, product: &Product) -> String {
        let from =
            e.split_from.as_ref().map_or_else(String::new, |key| format!(", split from {key}"));
        let by = if e.imported { "imported" } else { "created" };
        let (kind, domain) = (self.a_kind(e.kind), domain(product, &e.domain));
        match &e.arrival {
            Some(arrival) => {
                format!("was {by} as {kind} in {domain}, at place {}{from}", arrival.place)
            }
            None => {
                let status = self.status(e.status);
                format!("was {by} as {kind} in {domain}, {status} from the beginning{from}")
            }
        }
    }

    /// A kind with its article.
    pub(super) fn a_kind(&self, of: Kind) -> String {
        let article = match of {
            Kind::Epic | Kind::Impediment => "an",
            Kind::Feature | Kind::Story | Kind::Task | Kind::Defect => "a",
        };
        format!("{article} {}", self.kind(of))
    }

    fn updated(&self, e: &ItemUpdated, product: &Product) -> String {
        let option = |text: Option<String>| text.unwrap_or_else(|| self.none().to_owned());
        let parts = [
            from_to("title", e.title.as_ref(), |title| self.quoted(title.as_str())),
            e.text.as_ref().map(|_| "text".to_owned()),
            from_to("kind", e.kind.as_ref(), |kind| self.kind(*kind).to_owned()),
            from_to("status", e.status.as_ref(), |status| self.status(*status).to_owned()),
            from_to("parent", e.parent.as_ref(), |key| {
                option(key.as_ref().map(ToString::to_string))
            }),
            e.labels.as_ref().map(|change| format!("labels to {}", list(&change.to))),
            from_to("estimate", e.estimate.as_ref(), |estimate| self.estimate(*estimate)),
            from_to("value", e.value.as_ref(), |value| {
                option(value.map(|value| value.get().to_string()))
            }),
            from_to("MoSCoW", e.moscow.as_ref(), |moscow| self.moscow(*moscow).to_owned()),
            from_to("goal", e.goal.as_ref(), |id| {
                option(id.as_ref().map(|id| self.goal(product, id)))
            }),
            e.people.as_ref().map(|_| "the people concerned".to_owned()),
            e.sources.as_ref().map(|_| "source links".to_owned()),
            e.aliases.as_ref().map(|_| "the names by which imports know it".to_owned()),
        ];
        format!("changed: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }

    fn entry_changed(&self, e: &EntryChanged, product: &Product) -> String {
        let mut parts = Vec::new();
        if let Some((shift, between)) = shift_of(e, product) {
            parts.push(self.shifted(shift, between));
        }
        if let Some(change) = &e.domain {
            let (from, to) = (domain(product, &change.from), domain(product, &change.to));
            parts.push(format!("went from {from} to {to}"));
        }
        if let Some(change) = &e.title {
            parts.push(format!("was renamed from “{}” to “{}”", change.from, change.to));
        }
        if let Some(change) = &e.aim {
            let aim = if change.to.is_empty() { "nothing said" } else { change.to.as_str() };
            parts.push(format!("is now for: {aim}"));
        }
        if let Some(change) = &e.goal {
            let goal = |id: &Option<GoalId>| {
                id.as_ref().map_or_else(|| self.none().to_owned(), |id| self.goal(product, id))
            };
            let (from, to) = (goal(&change.from), goal(&change.to));
            parts.push(format!("changed its goal from {from} to {to}"));
        }
        if let Some(change) = &e.items {
            parts.push(format!("now consists of {}", list(&change.to)));
        }
        parts.join("; ")
    }
}

fn from_to<T>(
    what: &str,
    change: Option<&Change<T>>,
    text: impl Fn(&T) -> String,
) -> Option<String> {
    change.map(|change| format!("{what} from {} to {}", text(&change.from), text(&change.to)))
}

fn list<T: ToString>(values: &[T]) -> String {
    if values.is_empty() { "none".to_owned() } else { joined(values) }
}

fn beside(spot: &Spot) -> String {
    match (&spot.after, &spot.before) {
        (Some(after), Some(before)) => format!("between {after} and {before}"),
        (None, Some(before)) => format!("at the top, above {before}"),
        (Some(after), None) => format!("at the bottom, below {after}"),
        (None, None) => "as the only item".to_owned(),
    }
}

/// The decision that ordered a change.
fn by(decision: Option<DecisionNo>) -> String {
    decision.map_or_else(String::new, |no| format!(", by decision {no}"))
}

fn moved(from: &Spot, to: &Spot) -> String {
    if stayed(from, to) {
        format!("stayed at place {}, now {}", to.place, beside(to))
    } else {
        format!("from place {} to place {}, {}", from.place, to.place, beside(to))
    }
}

fn ranked(e: &ItemRanked) -> String {
    let family =
        e.family_of.as_ref().map_or_else(String::new, |head| format!(", along with {head}"));
    let moved = moved(&e.from, &e.to);
    match e.undoes {
        Some(version) => format!("went back {moved}{family} (undoing version {version})"),
        None => format!("was ranked {moved}{family}{}", by(e.decision)),
    }
}

fn left(from: Option<&Spot>) -> String {
    from.map_or_else(String::new, |spot| format!(" and left place {}", spot.place))
}
