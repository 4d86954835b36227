//! Events as sentences that a stakeholder understands. The item is the unnamed subject: "was ranked from place 17 to 3".
//!
//! Domains go by the names that they have now, as nobody knows their ids.

use koepel_domain::{
    event::{Change, Event, Spot, TargetData},
    ids::DomainId,
    item::{Kind, LinkKind, Moscow, Status},
    order::DomainNo,
    product::Product,
    roles::Role,
    text::Reason,
};

fn beside(spot: &Spot) -> String {
    match (&spot.after, &spot.before) {
        (Some(after), Some(before)) => format!("between {after} and {before}"),
        (None, Some(before)) => format!("at the top, above {before}"),
        (Some(after), None) => format!("at the bottom, below {after}"),
        (None, None) => "as the only item".to_owned(),
    }
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
fn a_kind(of: Kind) -> String {
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

fn moscow(moscow: Option<Moscow>) -> &'static str {
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

fn updated(e: &koepel_domain::event::ItemUpdated) -> String {
    let parts = [
        e.title.as_ref().map(|change| format!("title from “{}” to “{}”", change.from, change.to)),
        e.text.as_ref().map(|_| "text".to_owned()),
        from_to("kind", e.kind.as_ref(), |value| kind(value).to_owned()),
        from_to("status", e.status.as_ref(), |value| status(value).to_owned()),
        from_to("parent", e.parent.as_ref(), |value| option(value, |key| key.to_string())),
        e.labels.as_ref().map(|change| format!("labels to {}", list(&change.to))),
        from_to("estimate", e.estimate.as_ref(), |value| {
            option(value, |value| hundredths(value.hundredths()))
        }),
        from_to("value", e.value.as_ref(), |value| option(value, |value| value.get().to_string())),
        from_to("MoSCoW", e.moscow.as_ref(), |value| moscow(value).to_owned()),
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

/// What happened, without its subject.
#[must_use]
pub fn sentence(event: &Event, product: &Product) -> String {
    let domain = |id| domain(product, id);
    match event {
        Event::ProductCreated(e) => format!("product “{}” began", e.name),
        Event::ProductUpdated(_) => "the product's name or summary changed".to_owned(),
        Event::DomainAdded(e) => format!("domain {} was added, with the key {}", e.name, e.key),
        Event::DomainUpdated(e) => {
            format!("domain {} changed its name or summary", domain(&e.domain))
        }
        Event::DomainDeleted(e) => format!("domain {} was deleted", domain(&e.domain)),
        Event::RoleGranted(e) => {
            format!("{} became {}", e.person, role(product, e.role, e.domain.as_ref()))
        }
        Event::RoleRevoked(e) => {
            format!("{} is no longer {}", e.person, role(product, e.role, e.domain.as_ref()))
        }
        Event::ItemCreated(e) => {
            let from =
                e.split_from.as_ref().map_or_else(String::new, |key| format!(", split from {key}"));
            let by = if e.imported { "imported" } else { "created" };
            match &e.arrival {
                Some(arrival) => format!(
                    "was {by} as {} in {}, at place {}{from}",
                    a_kind(e.kind),
                    domain(&e.domain),
                    arrival.place
                ),
                None => format!(
                    "was {by} as {} in {}, {} from the beginning{from}",
                    a_kind(e.kind),
                    domain(&e.domain),
                    status(e.status)
                ),
            }
        }
        Event::ItemUpdated(e) => updated(e),
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
                None => format!("was ranked {}{family}", moved(&e.from, &e.to)),
            }
        }
        Event::ItemReordered(e) => match e.undoes {
            Some(version) => format!(
                "went back within its domain {} (undoing version {version})",
                moved(&e.from, &e.to)
            ),
            None => format!("was reordered within its domain {}", moved(&e.from, &e.to)),
        },
        Event::ItemPinned(e) => format!("was pinned at place {}, {}", e.at.place, beside(&e.at)),
        Event::ItemUnpinned(e) => format!("was unpinned at place {}", e.at.place),
        Event::ItemMoved(e) => {
            format!("went from domain {} to domain {}", domain(&e.from), domain(&e.to))
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
        Event::ItemDropped(e) => format!("was dropped{}", left(e.from.as_ref())),
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
        | Event::RequestMade(_) => None,
        Event::DomainDeleted(e) => Some(&e.reason),
        Event::RoleGranted(e) => Some(&e.reason),
        Event::RoleRevoked(e) => Some(&e.reason),
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
        Event::TextRedacted(e) => Some(&e.reason),
    };
    reason.map_or("", Reason::as_str)
}
