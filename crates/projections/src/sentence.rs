//! Events as sentences that a stakeholder understands. The item is the unnamed subject: "was ranked from place 17 to 3".
//!
//! Domains go by the names that they have now, as nobody knows their ids.

use koepel_domain::{
    event::{Change, EntryChanged, Event, ItemCreated, Spot, TargetData},
    ids::{DecisionNo, DomainId, GoalId},
    item::{Estimate, Kind, Link, LinkKind, LinkTarget, Moscow, Status},
    order::DomainNo,
    product::Product,
    roadmap::Plan,
    roles::Role,
    text::Reason,
};

use crate::{
    escalation,
    plan::{plan, shifted},
};

mod seats;

pub(crate) use seats::days;

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
    if from.place == to.place {
        format!("stayed at place {}, now {}", to.place, beside(to))
    } else {
        format!("from place {} to place {}, {}", from.place, to.place, beside(to))
    }
}

/// A kind as people say it.
#[must_use]
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Epic => "epic",
        Kind::Feature => "feature",
        Kind::Story => "story",
        Kind::Task => "task",
        Kind::Defect => "defect",
        Kind::Impediment => "impediment",
    }
}

/// A kind with its article.
#[must_use]
pub fn a_kind(of: Kind) -> String {
    let article = match of {
        Kind::Epic | Kind::Impediment => "an",
        Kind::Feature | Kind::Story | Kind::Task | Kind::Defect => "a",
    };
    format!("{article} {}", kind(of))
}

/// A status as people say it.
#[must_use]
pub fn status(status: Status) -> &'static str {
    match status {
        Status::New => "new",
        Status::Ready => "ready",
        Status::InProgress => "in progress",
        Status::Done => "done",
        Status::Dropped => "dropped",
    }
}

/// `MoSCoW` as people write it.
#[must_use]
pub fn moscow(moscow: Option<Moscow>) -> &'static str {
    match moscow {
        Some(Moscow::Must) => "MUST",
        Some(Moscow::Should) => "SHOULD",
        Some(Moscow::Could) => "COULD",
        Some(Moscow::Wont) => "WON'T",
        None => "none",
    }
}

fn link(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Needs => "needs",
        LinkKind::RelatesTo => "relates to",
        LinkKind::Replaces => "replaces",
        LinkKind::ReplacedBy => "is replaced by",
        LinkKind::NeededBy => "is needed by",
        LinkKind::Duplicates => "is the same work as",
        LinkKind::DuplicatedBy => "is the same work as",
    }
}

fn target(target: &TargetData) -> String {
    match target {
        TargetData::Item(key) => key.to_string(),
        TargetData::Pending { raw, .. } => format!("{raw} (not here yet)"),
        TargetData::Uri(uri) => uri.to_string(),
    }
}

fn hundredths(value: u32) -> String {
    match (value / 100, value % 100) {
        (whole, 0) => whole.to_string(),
        (whole, part) if part % 10 == 0 => format!("{whole}.{}", part / 10),
        (whole, part) => format!("{whole}.{part:02}"),
    }
}

/// An estimate in the team's own unit.
#[must_use]
pub fn estimate(estimate: Option<Estimate>) -> String {
    option(estimate, |estimate| hundredths(estimate.hundredths()))
}

/// A link of an item, with what it leads to.
#[must_use]
pub fn tie(product: &Product, tie: &Link) -> String {
    let target = match &tie.target {
        LinkTarget::Item(no) => product.key(*no).map_or_else(String::new, |key| key.to_string()),
        LinkTarget::Pending(pending) => format!("{} (not here yet)", pending.raw),
        LinkTarget::Uri(uri) => uri.to_string(),
    };
    format!("{} {target}", link(tie.kind))
}

fn option<T>(value: Option<T>, text: impl Fn(T) -> String) -> String {
    value.map_or_else(|| "none".to_owned(), text)
}

fn from_to<T: Clone>(
    what: &str,
    change: Option<&Change<T>>,
    text: impl Fn(T) -> String,
) -> Option<String> {
    change.map(|change| {
        format!("{what} from {} to {}", text(change.from.clone()), text(change.to.clone()))
    })
}

fn updated(e: &koepel_domain::event::ItemUpdated, product: &Product) -> String {
    let parts = [
        e.title.as_ref().map(|change| format!("title from “{}” to “{}”", change.from, change.to)),
        e.text.as_ref().map(|_| "text".to_owned()),
        from_to("kind", e.kind.as_ref(), |value| kind(value).to_owned()),
        from_to("status", e.status.as_ref(), |value| status(value).to_owned()),
        from_to("parent", e.parent.as_ref(), |value| option(value, |key| key.to_string())),
        e.labels.as_ref().map(|change| format!("labels to {}", list(&change.to))),
        from_to("estimate", e.estimate.as_ref(), estimate),
        from_to("value", e.value.as_ref(), |value| option(value, |value| value.get().to_string())),
        from_to("MoSCoW", e.moscow.as_ref(), |value| moscow(value).to_owned()),
        from_to("goal", e.goal.as_ref(), |id| option(id, |id| goal(product, &id))),
        e.people.as_ref().map(|_| "the people concerned".to_owned()),
        e.sources.as_ref().map(|_| "source links".to_owned()),
        e.aliases.as_ref().map(|_| "the names by which imports know it".to_owned()),
    ];
    format!("changed: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn list<T: ToString>(values: &[T]) -> String {
    if values.is_empty() {
        "none".to_owned()
    } else {
        values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

/// What became of an entry of the roadmap. Its plan of before is put together from what changed and what is now.
fn entry_changed(e: &EntryChanged, product: &Product) -> String {
    let mut parts = Vec::new();
    if let Some(moved) = moved_entry(e, product) {
        parts.push(moved);
    }
    if let Some(change) = &e.domain {
        let (from, to) = (domain(product, &change.from), domain(product, &change.to));
        parts.push(format!("went from {from} to {to}"));
    }
    if let Some(change) = &e.title {
        parts.push(format!("was renamed from “{}” to “{}”", change.from, change.to));
    }
    if let Some(change) = &e.aim {
        parts.push(format!("is now for: {}", or_none(change.to.as_str())));
    }
    if let Some(change) = &e.goal {
        let goal = |id: &Option<GoalId>| option(id.as_ref(), |id| goal(product, id));
        parts.push(format!("changed its goal from {} to {}", goal(&change.from), goal(&change.to)));
    }
    if let Some(change) = &e.items {
        parts.push(format!("now consists of {}", list(&change.to)));
    }
    parts.join("; ")
}

fn moved_entry(e: &EntryChanged, product: &Product) -> Option<String> {
    let entry = product.entry(e.entry)?;
    let (mut from, mut to) = (
        Plan { when: entry.when, release: entry.release.as_ref() },
        Plan { when: entry.when, release: entry.release.as_ref() },
    );
    if let Some(change) = &e.when {
        (from.when, to.when) = (change.from, change.to);
    }
    if let Some(change) = &e.release {
        (from.release, to.release) = (change.from.as_ref(), change.to.as_ref());
    } else if e.when.is_some() {
        // The release did not change with it, and which one it was then is not said.
        (from.release, to.release) = (None, None);
    }
    if e.when.is_none() && e.release.is_some() {
        return Some(shifted(from, to));
    }
    e.when.as_ref().map(|_| shifted(from, to))
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "nothing said" } else { text }
}

/// A goal's name; its id if it never was.
#[must_use]
pub fn goal(product: &Product, id: &GoalId) -> String {
    product.goal_by_id(id).map_or_else(|| id.to_string(), |(_, goal)| format!("“{}”", goal.name))
}

fn left(from: Option<&Spot>) -> String {
    from.map_or_else(String::new, |spot| format!(" and left place {}", spot.place))
}

/// A domain's name, also if it was deleted; its id if it never was.
#[must_use]
pub fn domain(product: &Product, id: &DomainId) -> String {
    let found = || (0..).map_while(|no| product.domain(DomainNo(no))).find(|one| one.id == *id);
    let found = product.domain_by_id(id).map(|(_, domain)| domain).or_else(found);
    found.map_or_else(|| id.to_string(), |domain| domain.name.to_string())
}

/// A role with the name of the domain that it is for.
#[must_use]
pub fn role(product: &Product, role: Role, of: Option<&DomainId>) -> String {
    of.map_or_else(
        || role.title().to_owned(),
        |of| format!("{} of {}", role.title(), domain(product, of)),
    )
}

fn created(e: &ItemCreated, product: &Product) -> String {
    let from = e.split_from.as_ref().map_or_else(String::new, |key| format!(", split from {key}"));
    let by = if e.imported { "imported" } else { "created" };
    let (kind, domain) = (a_kind(e.kind), domain(product, &e.domain));
    match &e.arrival {
        Some(arrival) => {
            format!("was {by} as {kind} in {domain}, at place {}{from}", arrival.place)
        }
        None => {
            let status = status(e.status);
            format!("was {by} as {kind} in {domain}, {status} from the beginning{from}")
        }
    }
}

fn points(count: usize) -> String {
    match count {
        0 => "all escalations are decided by the built-in default again".to_owned(),
        1 => "who decides escalations was said anew, in one point".to_owned(),
        count => format!("who decides escalations was said anew, in {count} points"),
    }
}

/// What happened, without its subject.
#[must_use]
pub fn sentence(event: &Event, product: &Product) -> String {
    let domain = |id| domain(product, id);
    let matter = |no| escalation::named(product, no);
    match event {
        Event::ProductCreated(e) => format!("product “{}” began", e.name),
        Event::ProductUpdated(_) => "the product's name or summary changed".to_owned(),
        Event::DomainAdded(e) => format!("domain {} was added, with the key {}", e.name, e.key),
        Event::DomainUpdated(e) => {
            format!("domain {} changed its name or summary", domain(&e.domain))
        }
        Event::DomainDeleted(e) => format!("domain {} was deleted", domain(&e.domain)),
        Event::RoleGranted(e) => seats::granted(e, product),
        Event::RoleRevoked(e) => seats::revoked(e, product),
        Event::RoleTermChanged(e) => seats::term_changed(e, product),
        Event::DeputyNamed(e) => seats::named(e, product),
        Event::DeputyDismissed(e) => seats::dismissed(e, product),
        Event::QuestionUnanswered(e) => format!("nobody could say: “{}”", e.question),
        Event::GapResolved(e) => format!("gap {} of the directory was closed", e.gap),
        Event::ItemCreated(e) => created(e, product),
        Event::ItemUpdated(e) => updated(e, product),
        Event::ItemRanked(e) => {
            let family = e
                .family_of
                .as_ref()
                .map_or_else(String::new, |head| format!(", along with {head}"));
            match e.undoes {
                Some(version) => format!(
                    "went back {}{family} (undoing version {version})",
                    moved(&e.from, &e.to)
                ),
                None => format!("was ranked {}{family}{}", moved(&e.from, &e.to), by(e.decision)),
            }
        }
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
            format!(
                "was split into {}{}",
                list(&e.into),
                if e.kept { ", and stays beside them" } else { "" }
            )
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
        Event::LinkAdded(e) => format!("now {} {}", link(e.link.kind), target(&e.link.target)),
        Event::LinkRemoved(e) => {
            format!("no longer {} {}", link(e.link.kind), target(&e.link.target))
        }
        Event::LinkResolved(e) => format!("{} {}, which appeared ({})", link(e.kind), e.to, e.raw),
        Event::RequestMade(e) if e.ask.is_empty() => {
            format!("needs something from domain {}", domain(&e.domain))
        }
        Event::RequestMade(e) => format!("asks of domain {}: {}", domain(&e.domain), e.ask),
        Event::RequestWithdrawn(e) => {
            format!("no longer asks anything of domain {}", domain(&e.domain))
        }
        Event::VisionPublished(e) => format!("edition {} of the vision was published", e.edition),
        Event::GoalAdded(e) => format!("goal “{}” was added", e.name),
        Event::GoalUpdated(e) => {
            format!("goal {} changed its name or summary", goal(product, &e.goal))
        }
        Event::GoalClosed(e) => format!("goal {} was closed", goal(product, &e.goal)),
        Event::EntryAdded(e) => {
            let by = if e.imported { ", by an import" } else { "" };
            let planned = plan(Plan { when: e.when, release: e.release.as_ref() });
            format!("was put on the roadmap of {}: {planned}{by}", domain(&e.domain))
        }
        Event::EntryChanged(e) => entry_changed(e, product),
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
        Event::ConnectionUpdated(e) => format!("connection {} has another source", e.connection),
        Event::ConnectionRemoved(e) => format!("connection {} was removed", e.connection),
        Event::EscalationRaised(e) => escalation::raised(e, product),
        Event::EscalationRouted(e) => escalation::routed(e, product),
        Event::EscalationAcknowledged(e) => format!("{} was acknowledged", matter(e.escalation)),
        Event::EscalationCommented(e) => format!("{}: {}", matter(e.escalation), e.text),
        Event::EscalationReminded(e) => {
            format!("{} waits for an answer: a reminder was due", matter(e.escalation))
        }
        Event::EscalationOverdue(e) => {
            format!("{} was not answered in time", matter(e.escalation))
        }
        Event::EscalationHandedOver(e) => escalation::handed_over(e, product),
        Event::EscalationDecided(e) => escalation::decided(e, product),
        Event::EscalationWithdrawn(e) => format!("{} was withdrawn", matter(e.escalation)),
        Event::EscalationReopened(e) => format!("{} was reopened", matter(e.escalation)),
        Event::DecisionNotFollowed(e) => escalation::not_followed(e, product),
        Event::CalendarSaved(e) if e.default => {
            format!("calendar {} was saved and is the default", e.calendar.name)
        }
        Event::CalendarSaved(e) => format!("calendar {} was saved", e.calendar.name),
        Event::CalendarRemoved(e) => format!("calendar {} was removed", e.calendar),
        Event::EscalationPointsSaved(e) => points(e.points.len()),
        Event::TextRedacted(e) => {
            format!("had a text of version {} taken out of the log for good", e.version)
        }
    }
}

/// Why, in the words of whoever did it; empty if they gave none.
#[must_use]
pub fn reason(event: &Event) -> &str {
    let reason: Option<&Reason> = match event {
        Event::ProductCreated(_)
        | Event::ProductUpdated(_)
        | Event::DomainAdded(_)
        | Event::DomainUpdated(_)
        | Event::LinkAdded(_)
        | Event::LinkRemoved(_)
        | Event::LinkResolved(_)
        | Event::RequestMade(_)
        | Event::GoalAdded(_)
        | Event::GoalUpdated(_)
        | Event::SyncStarted(_)
        | Event::SyncClosed(_)
        | Event::SourceTold(_)
        | Event::QuestionUnanswered(_)
        | Event::ConnectionAdded(_)
        | Event::ConnectionUpdated(_)
        | Event::EscalationRaised(_)
        | Event::EscalationAcknowledged(_)
        | Event::EscalationRouted(_)
        | Event::EscalationCommented(_)
        | Event::EscalationReminded(_)
        | Event::EscalationOverdue(_)
        | Event::EscalationHandedOver(_)
        | Event::DecisionNotFollowed(_) => None,
        Event::DomainDeleted(e) => Some(&e.reason),
        Event::RoleGranted(e) => Some(&e.reason),
        Event::RoleRevoked(e) => Some(&e.reason),
        Event::RoleTermChanged(e) => Some(&e.reason),
        Event::DeputyNamed(e) => Some(&e.reason),
        Event::DeputyDismissed(e) => Some(&e.reason),
        Event::GapResolved(e) => Some(&e.reason),
        Event::ItemCreated(e) => Some(&e.reason),
        Event::ItemUpdated(e) => Some(&e.reason),
        Event::ItemRanked(e) => Some(&e.reason),
        Event::ItemReordered(e) => Some(&e.reason),
        Event::ItemPinned(e) => Some(&e.reason),
        Event::ItemUnpinned(e) => Some(&e.reason),
        Event::ItemMoved(e) => Some(&e.reason),
        Event::ItemSplit(e) => Some(&e.reason),
        Event::ItemMerged(e) => Some(&e.reason),
        Event::ItemCompleted(e) => Some(&e.reason),
        Event::ItemDropped(e) => Some(&e.reason),
        Event::ItemReopened(e) => Some(&e.reason),
        Event::RequestWithdrawn(e) => Some(&e.reason),
        Event::VisionPublished(e) => Some(&e.reason),
        Event::GoalClosed(e) => Some(&e.reason),
        Event::EntryAdded(e) => Some(&e.reason),
        Event::EntryChanged(e) => Some(&e.reason),
        Event::EntryRemoved(e) => Some(&e.reason),
        Event::ConnectionRemoved(e) => Some(&e.reason),
        Event::EscalationDecided(e) => Some(&e.reason),
        Event::EscalationWithdrawn(e) => Some(&e.reason),
        Event::EscalationReopened(e) => Some(&e.reason),
        Event::CalendarSaved(e) => Some(&e.reason),
        Event::CalendarRemoved(e) => Some(&e.reason),
        Event::EscalationPointsSaved(e) => Some(&e.reason),
        Event::TextRedacted(e) => Some(&e.reason),
    };
    reason.map_or("", Reason::as_str)
}
