//! Why a product refuses a command: one variant for each thing that a caller would do differently.

use crate::{
    day::Day,
    ids::{
        CalendarId, ConnectionId, DecisionNo, DomainId, DomainKey, EntryNo, EscalationNo, GoalId,
        ItemKey, PersonId, PointId, SyncId, Version,
    },
    mandate,
    points::{Cell, Wrong},
    roles::RoleOf,
    term::Days,
    text::{Reason, Source},
};

/// A refusal. It leaves nothing behind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The actor may not do this.
    #[error(transparent)]
    Mandate(#[from] mandate::Refused),
    /// There is no such product.
    #[error("there is no such product")]
    UnknownProduct,
    /// There is one already.
    #[error("there is a product of this id already")]
    ProductExists,
    /// There is no such item.
    #[error("there is no item {0} in this product")]
    UnknownItem(ItemKey),
    /// There is no such domain.
    #[error("there is no domain {0} in this product")]
    UnknownDomain(DomainId),
    /// A domain has, or had, this id.
    #[error("there is, or was, a domain {0} in this product; choose another id")]
    DomainExists(DomainId),
    /// A domain has, or had, this key.
    #[error("the key {0} is, or was, another domain's; choose another key")]
    KeyTaken(DomainKey),
    /// The domain still has open items.
    #[error("domain {domain} still has {items} open items; move, complete or drop them first")]
    DomainNotEmpty {
        /// Which.
        domain: DomainId,
        /// How many.
        items: u32,
    },
    /// The domain still has entries on the roadmap.
    #[error("domain {domain} still plans {entries} roadmap entries; move or remove them first")]
    DomainPlans {
        /// Which.
        domain: DomainId,
        /// How many.
        entries: usize,
    },
    /// Escalation points of more than the domain have its PO decide.
    #[error("the PO of domain {domain} decides by {}; save the escalation points without them first", points_text(.points))]
    DomainDecides {
        /// Which.
        domain: DomainId,
        /// The points.
        points: Vec<PointId>,
    },
    /// The resource changed since the caller saw it, or never had the version that they name.
    #[error("{what} {}; look again", stale(*.expected, *.current))]
    Stale {
        /// "ONLINE-42".
        what: String,
        /// What the caller expected.
        expected: Version,
        /// The version of its last change.
        current: Version,
    },
    /// The named neighbours are not neighbours now.
    #[error("the order changed: {} now stands between {} and {}", .item, end(.after.as_ref(), "the top"), end(.before.as_ref(), "the bottom"))]
    NeighboursMoved {
        /// The anchor.
        item: String,
        /// What is above the gap now.
        after: Option<ItemKey>,
        /// What is below the gap now.
        before: Option<ItemKey>,
    },
    /// The item has left the order.
    #[error("{item} is {status} and has no place in the order; reopen it first")]
    NotOpen {
        /// Which.
        item: ItemKey,
        /// "done" or "dropped".
        status: &'static str,
    },
    /// The item is in the order.
    #[error("{0} is open already")]
    AlreadyOpen(ItemKey),
    /// The place to go to is next to a closed item.
    #[error(
        "{anchor} is {status} and has no place in the order, so nothing can be placed next to it"
    )]
    AnchorClosed {
        /// The neighbour.
        anchor: ItemKey,
        /// "done" or "dropped".
        status: &'static str,
    },
    /// Reorder next to another domain's item.
    #[error(
        "{anchor} belongs to domain {domain}; within a sub-backlog an item goes next to one of its own domain (the Chief PO can rank across domains)"
    )]
    ForeignAnchor {
        /// The neighbour.
        anchor: ItemKey,
        /// Its domain.
        domain: DomainId,
    },
    /// The item is pinned.
    #[error("{item} is pinned ({reason}); the Chief PO has to unpin it first")]
    Pinned {
        /// Which.
        item: ItemKey,
        /// The Chief PO's reason.
        reason: Reason,
    },
    /// The item is not pinned.
    #[error("{0} is not pinned")]
    NotPinned(ItemKey),
    /// A reason is needed.
    #[error("say why: {0} needs a reason")]
    ReasonMissing(&'static str),
    /// There is no move to undo.
    #[error("version {version} {}", nothing_to_undo(*.version, *.current))]
    NothingToUndo {
        /// Which was to be undone.
        version: Version,
        /// The product's version.
        current: Version,
    },
    /// Both former neighbours are gone.
    #[error("{item} cannot go back: the items that it stood between have left the order")]
    NoWayBack {
        /// Which.
        item: ItemKey,
    },
    /// A parent would be its own ancestor.
    #[error("{} would be part of itself: {}", .path.first().map_or_else(String::new, ToString::to_string), path_text(.path))]
    ParentCycle {
        /// From the item up to itself again.
        path: Vec<ItemKey>,
    },
    /// Too many levels.
    #[error("{item} would have more than {limit} levels of parents")]
    TooDeep {
        /// Which.
        item: ItemKey,
        /// How many are allowed.
        limit: usize,
    },
    /// A list has too many entries, or none where one is needed.
    #[error("{count} {what} do not fit; {} {limit} do", if *.count == 0 { "1 to" } else { "at most" })]
    TooMany {
        /// "labels".
        what: &'static str,
        /// How many.
        count: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// An item with itself.
    #[error("{0} cannot be {1} itself")]
    WithItself(ItemKey, &'static str),
    /// Another item holds the source link.
    #[error("{source_link} is the source of {item} already")]
    SourceTaken {
        /// The link.
        source_link: Source,
        /// Who holds it.
        item: ItemKey,
    },
    /// The tie is not there.
    #[error("{0} has no such link")]
    NoSuchLink(ItemKey),
    /// The tie is there already.
    #[error("{0} has this link already")]
    LinkExists(ItemKey),
    /// The request is not there.
    #[error("{item} asks nothing of domain {domain}")]
    NoSuchRequest {
        /// Which.
        item: ItemKey,
        /// Whom.
        domain: DomainId,
    },
    /// A domain asked for something by its own item.
    #[error("{item} belongs to domain {domain} itself; a request goes to another domain")]
    OwnDomain {
        /// Which.
        item: ItemKey,
        /// Its domain.
        domain: DomainId,
    },
    /// A status that this command does not give.
    #[error("status {0} is not given by this command; complete, drop or reopen the item instead")]
    WrongStatus(&'static str),
    /// A role without its domain, or with one that it does not have.
    #[error("a {role} {}", if *.needed { "belongs to one domain; name it" } else { "belongs to the whole product; name no domain" })]
    RoleDomain {
        /// "domain PO".
        role: &'static str,
        /// Whether a domain is needed.
        needed: bool,
    },
    /// Somebody holds the seat.
    #[error(
        "{holder} is {role} already{days}; exactly one is accountable: revoke that first, or replace"
    )]
    SeatTaken {
        /// Who.
        holder: PersonId,
        /// "Chief PO".
        role: RoleOf,
        /// Those of their term.
        days: Days,
    },
    /// They hold the role in some of these days.
    #[error("{person} is {role} already{days}; replace, to change from when to when")]
    RoleHeld {
        /// Who.
        person: PersonId,
        /// "member of online".
        role: RoleOf,
        /// As in [`Error::SeatTaken`].
        days: Days,
    },
    /// All its days are past.
    #[error("the term {0} is over already; choose a later last day")]
    TermOver(String),
    /// Only seats have deputies.
    #[error("a {0} has no deputy; the Chief PO and domain POs have")]
    NoSeat(&'static str),
    /// A deputy without a last day.
    #[error("a deputy stands in until a day; say which")]
    DeputyOpen,
    /// A deputy for too long.
    #[error(
        "{days} days are too many for a deputy, at most {limit} are possible; whoever is away for longer should give up the seat"
    )]
    DeputyLong {
        /// Asked.
        days: i64,
        /// Possible.
        limit: u32,
    },
    /// They hold the seat.
    #[error("{person} is {role} themselves{days}; name somebody else as deputy")]
    DeputyOfSelf {
        /// Who.
        person: PersonId,
        /// "Chief PO".
        role: RoleOf,
        /// As in [`Error::SeatTaken`].
        days: Days,
    },
    /// Somebody stands in for the seat's holder in some of these days.
    #[error(
        "{deputy} is deputy of the {role} already{days}; dismiss them first, or choose other days"
    )]
    DeputyTaken {
        /// Who.
        deputy: PersonId,
        /// "Chief PO".
        role: RoleOf,
        /// As in [`Error::SeatTaken`].
        days: Days,
    },
    /// They are not deputy, now or later.
    #[error("{person} is not deputy of the {role}, now or later")]
    NoSuchDeputy {
        /// Who.
        person: PersonId,
        /// "Chief PO".
        role: RoleOf,
    },
    /// There is no such gap, or it is closed.
    #[error("the directory has no open gap {0}")]
    UnknownGap(u32),
    /// They do not have this role.
    #[error("{person} is not {role}")]
    NoSuchRole {
        /// Who.
        person: PersonId,
        /// "domain PO of online".
        role: RoleOf,
    },
    /// There is no such goal.
    #[error("there is no goal {0} in this product")]
    UnknownGoal(GoalId),
    /// A goal has, or had, this id.
    #[error("there is, or was, a goal {0} in this product; choose another id")]
    GoalExists(GoalId),
    /// The goal is no longer pursued.
    #[error("goal {goal} is closed ({reason}); nothing can be tied to it any more")]
    GoalGone {
        /// Which.
        goal: GoalId,
        /// Why.
        reason: Reason,
    },
    /// There is no such entry.
    #[error("there is no roadmap entry {0} in this product")]
    UnknownEntry(EntryNo),
    /// The entry was taken off the roadmap.
    #[error("roadmap entry {entry} was taken off the roadmap ({reason}); add a new one")]
    EntryGone {
        /// Which.
        entry: EntryNo,
        /// Why.
        reason: Reason,
    },
    /// There is no such sync.
    #[error("there is no sync {0} in this product")]
    UnknownSync(SyncId),
    /// A sync has this id.
    #[error("there was a sync {0} in this product already; choose another id")]
    SyncExists(SyncId),
    /// A sync is being held.
    #[error("sync {0} has not ended yet; close it first")]
    SyncOpen(SyncId),
    /// The sync has ended.
    #[error("sync {0} has ended already")]
    SyncEnded(SyncId),
    /// There is no such connection.
    #[error("there is no connection {0} in this product")]
    UnknownConnection(ConnectionId),
    /// A connection has, or had, this id.
    #[error("there is, or was, a connection {0} in this product; choose another id")]
    ConnectionExists(ConnectionId),
    /// The connection was removed.
    #[error("connection {connection} was removed ({reason}); add a new one")]
    ConnectionGone {
        /// Which.
        connection: ConnectionId,
        /// Why.
        reason: Reason,
    },
    /// A tool pushes through one connection of a product.
    #[error(
        "{person} pushes through connection {connection} already; give each connection a tool of its own"
    )]
    ToolTaken {
        /// The tool.
        person: PersonId,
        /// Its connection.
        connection: ConnectionId,
    },
    /// There is no such calendar.
    #[error("there is no calendar {0} in this product")]
    UnknownCalendar(CalendarId),
    /// The id of what is built in.
    #[error("{0} is the built-in calendar, which does not change; choose another id")]
    CalendarReserved(CalendarId),
    /// A calendar in which nothing would ever be due.
    #[error("calendar {0} never opens; give it hours on at least one day of the week")]
    NeverOpen(CalendarId),
    /// A day of a calendar's own is given twice.
    #[error("calendar {calendar} has two entries for {day}; leave one")]
    DayTwice {
        /// Which.
        calendar: CalendarId,
        /// The day.
        day: Day,
    },
    /// A point counts by the calendar.
    #[error(
        "escalation point {point} counts by calendar {calendar}; save the points without it first"
    )]
    CalendarInUse {
        /// Which.
        calendar: CalendarId,
        /// The first point that does.
        point: PointId,
    },
    /// The default calendar goes last.
    #[error("calendar {0} is the product's default; make another one the default first")]
    DefaultCalendar(CalendarId),
    /// Two points of a table have the same id.
    #[error("two escalation points are called {0}; give each an id of its own")]
    PointTwice(PointId),
    /// A field of a point is wrong.
    #[error("escalation point {point}, {field}: {wrong}")]
    PointInvalid {
        /// Which.
        point: PointId,
        /// Which of the table's points it is, from 0.
        nth: usize,
        /// `line[1].decider`.
        field: String,
        /// How.
        wrong: Wrong,
    },
    /// Nobody would decide.
    #[error("{} has no point; {}", .0, to_add(.0))]
    PointGap(Cell),
    /// Two would decide.
    #[error("{cell} has two points, {first} and {second}; leave one of them")]
    PointOverlap {
        /// What both would decide.
        cell: Cell,
        /// One.
        first: PointId,
        /// The other.
        second: PointId,
    },
    /// News of an item that is not here, and too little of it to make one.
    #[error("no item here comes from {origin}, and one cannot be made without its {missing}")]
    UnknownOrigin {
        /// The source link.
        origin: Source,
        /// "title".
        missing: &'static str,
    },
    /// There is no such escalation.
    #[error("there is no escalation {0} in this product")]
    UnknownEscalation(EscalationNo),
    /// The escalation waits for nothing any more.
    #[error("escalation {escalation} was {how} already; reopen it first")]
    EscalationEnded {
        /// Which.
        escalation: EscalationNo,
        /// "decided" or "withdrawn".
        how: &'static str,
    },
    /// The escalation waits for a decision.
    #[error("escalation {0} is open already")]
    EscalationOpen(EscalationNo),
    /// It is not the actor's turn to decide.
    #[error("{}", not_the_decider(*.escalation, *.own_cause, .deciders))]
    NotTheDecider {
        /// Which.
        escalation: EscalationNo,
        /// Whether the actor is a party to it.
        own_cause: bool,
        /// Who may.
        deciders: Vec<PersonId>,
    },
    /// Only who raised an escalation takes it back.
    #[error("escalation {escalation} can be withdrawn by {raised_by} only, who raised it")]
    NotTheRaiser {
        /// Which.
        escalation: EscalationNo,
        /// Who.
        raised_by: PersonId,
    },
    /// The escalation has no such option.
    #[error("there is no option {option}; {}", options_text(*.options))]
    NoSuchOption {
        /// As asked.
        option: u32,
        /// How many there are.
        options: usize,
    },
    /// A decision reaches further than the escalation does.
    #[error(
        "escalation {escalation} does not concern {of}, {what}; raise one that does, or leave this to whoever answers for it"
    )]
    OutsideEscalation {
        /// Which.
        escalation: EscalationNo,
        /// "to which ONLINE-3 belongs".
        what: String,
        /// "domain online".
        of: String,
    },
    /// One order of a decision undoes another.
    #[error(
        "the decision puts {above} above {below} and {below} above {above}; leave one of the two out"
    )]
    OrdersContradict {
        /// What was to come first.
        above: ItemKey,
        /// What was to come after it.
        below: ItemKey,
    },
    /// There is no such decision.
    #[error("there is no decision {0} in this product")]
    UnknownDecision(DecisionNo),
    /// Another decision took its place.
    #[error("decision {by} took the place of decision {decision} already; replace that one")]
    DecisionReplaced {
        /// Which.
        decision: DecisionNo,
        /// By which.
        by: DecisionNo,
    },
    /// The service does this by itself.
    #[error("{0} is done by the service itself, and by nobody else")]
    OnlyTheService(&'static str),
    /// A text that must not be empty.
    #[error("{0} must not be empty")]
    Missing(&'static str),
    /// The product is full.
    #[error("a product holds at most {limit} {what}")]
    Full {
        /// "domains".
        what: &'static str,
        /// How many.
        limit: u32,
    },
    /// The state contradicts itself: a fault of this program.
    #[error("the product's state contradicts itself ({0}); please report this")]
    Broken(&'static str),
}

fn end<'a>(key: Option<&'a ItemKey>, edge: &'a str) -> String {
    key.map_or_else(|| edge.to_owned(), ToString::to_string)
}

fn stale(expected: Version, current: Version) -> String {
    if expected > current {
        format!("changed at version {current} last and has not reached version {expected}")
    } else {
        format!("changed at version {current}, after the version {expected} that you saw")
    }
}

fn nothing_to_undo(version: Version, current: Version) -> String {
    if version > current {
        format!("is in the future, there is nothing to undo; the product is at version {current}")
    } else {
        "did not move an item, or the item has moved since; only an item's last move can be undone"
            .to_owned()
    }
}

fn not_the_decider(escalation: EscalationNo, own_cause: bool, deciders: &[PersonId]) -> String {
    let people: Vec<&str> = deciders.iter().map(PersonId::as_str).collect();
    let may = match people.as_slice() {
        [] => "nobody may at the moment: seat somebody who is not a party to it".to_owned(),
        people => format!("{} may", people.join(" or ")),
    };
    if own_cause {
        format!("nobody decides in their own cause, and escalation {escalation} is yours; {may}")
    } else {
        format!("it is not your turn to decide escalation {escalation}; {may}")
    }
}

fn options_text(options: usize) -> String {
    match options {
        0 => "the escalation has none; say what is decided in your own words".to_owned(),
        1 => "there is only option 1".to_owned(),
        more => format!("there are options 1 to {more}"),
    }
}

fn points_text(points: &[PointId]) -> String {
    let names: Vec<&str> = points.iter().map(PointId::as_str).collect();
    match names.as_slice() {
        [first @ .., last] if !first.is_empty() => {
            format!("the points {} and {last}", first.join(", "))
        }
        names => format!("the point {}", names.concat()),
    }
}

fn to_add(cell: &Cell) -> String {
    match &cell.domain {
        Some(domain) => format!("add one for the product or for {domain}"),
        None => "add one for the product or across domains".to_owned(),
    }
}

fn path_text(path: &[ItemKey]) -> String {
    path.iter().map(ToString::to_string).collect::<Vec<_>>().join(" → ")
}

impl Error {
    /// A stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Mandate(_) => "NOT_IN_MANDATE",
            Self::UnknownProduct => "UNKNOWN_PRODUCT",
            Self::ProductExists => "PRODUCT_EXISTS",
            Self::UnknownItem(_) => "UNKNOWN_ITEM",
            Self::UnknownDomain(_) => "UNKNOWN_DOMAIN",
            Self::DomainExists(_) => "DOMAIN_EXISTS",
            Self::KeyTaken(_) => "KEY_TAKEN",
            Self::DomainNotEmpty { .. } => "DOMAIN_NOT_EMPTY",
            Self::DomainPlans { .. } => "DOMAIN_PLANS",
            Self::DomainDecides { .. } => "DOMAIN_DECIDES",
            Self::Stale { .. } => "STALE",
            Self::NeighboursMoved { .. } => "NEIGHBOURS_MOVED",
            Self::NotOpen { .. } => "NOT_OPEN",
            Self::AlreadyOpen(_) => "ALREADY_OPEN",
            Self::AnchorClosed { .. } => "ANCHOR_CLOSED",
            Self::ForeignAnchor { .. } => "FOREIGN_ANCHOR",
            Self::Pinned { .. } => "PINNED",
            Self::NotPinned(_) => "NOT_PINNED",
            Self::ReasonMissing(_) => "REASON_MISSING",
            Self::NothingToUndo { .. } => "NOTHING_TO_UNDO",
            Self::NoWayBack { .. } => "NO_WAY_BACK",
            Self::ParentCycle { .. } => "PARENT_CYCLE",
            Self::TooDeep { .. } => "TOO_DEEP",
            Self::TooMany { .. } => "TOO_MANY",
            Self::WithItself(..) => "WITH_ITSELF",
            Self::SourceTaken { .. } => "SOURCE_TAKEN",
            Self::NoSuchLink(_) => "NO_SUCH_LINK",
            Self::LinkExists(_) => "LINK_EXISTS",
            Self::NoSuchRequest { .. } => "NO_SUCH_REQUEST",
            Self::OwnDomain { .. } => "OWN_DOMAIN",
            Self::WrongStatus(_) => "WRONG_STATUS",
            Self::RoleDomain { .. } => "ROLE_DOMAIN",
            Self::SeatTaken { .. } => "SEAT_TAKEN",
            Self::RoleHeld { .. } => "ROLE_HELD",
            Self::TermOver(_) => "TERM_OVER",
            Self::NoSeat(_) => "NO_SEAT",
            Self::DeputyOpen => "DEPUTY_OPEN",
            Self::DeputyLong { .. } => "DEPUTY_LONG",
            Self::DeputyOfSelf { .. } => "DEPUTY_OF_SELF",
            Self::DeputyTaken { .. } => "DEPUTY_TAKEN",
            Self::NoSuchDeputy { .. } => "NO_SUCH_DEPUTY",
            Self::UnknownGap(_) => "UNKNOWN_GAP",
            Self::NoSuchRole { .. } => "NO_SUCH_ROLE",
            Self::UnknownGoal(_) => "UNKNOWN_GOAL",
            Self::GoalExists(_) => "GOAL_EXISTS",
            Self::GoalGone { .. } => "GOAL_CLOSED",
            Self::UnknownEntry(_) => "UNKNOWN_ENTRY",
            Self::EntryGone { .. } => "ENTRY_REMOVED",
            Self::UnknownSync(_) => "UNKNOWN_SYNC",
            Self::SyncExists(_) => "SYNC_EXISTS",
            Self::SyncOpen(_) => "SYNC_OPEN",
            Self::SyncEnded(_) => "SYNC_CLOSED",
            Self::UnknownConnection(_) => "UNKNOWN_CONNECTION",
            Self::ConnectionExists(_) => "CONNECTION_EXISTS",
            Self::ConnectionGone { .. } => "CONNECTION_REMOVED",
            Self::ToolTaken { .. } => "TOOL_TAKEN",
            Self::UnknownCalendar(_) => "UNKNOWN_CALENDAR",
            Self::CalendarReserved(_) => "CALENDAR_RESERVED",
            Self::NeverOpen(_) => "CALENDAR_NEVER_OPEN",
            Self::DayTwice { .. } => "CALENDAR_DAY_TWICE",
            Self::CalendarInUse { .. } => "CALENDAR_IN_USE",
            Self::DefaultCalendar(_) => "CALENDAR_IS_DEFAULT",
            Self::PointTwice(_) => "POINT_TWICE",
            Self::PointInvalid { .. } => "POINT_INVALID",
            Self::PointGap(_) => "POINT_GAP",
            Self::PointOverlap { .. } => "POINT_OVERLAP",
            Self::UnknownOrigin { .. } => "UNKNOWN_ORIGIN",
            Self::UnknownEscalation(_) => "UNKNOWN_ESCALATION",
            Self::EscalationEnded { .. } => "ESCALATION_ENDED",
            Self::EscalationOpen(_) => "ESCALATION_OPEN",
            Self::NotTheDecider { .. } => "NOT_THE_DECIDER",
            Self::NotTheRaiser { .. } => "NOT_THE_RAISER",
            Self::NoSuchOption { .. } => "NO_SUCH_OPTION",
            Self::OrdersContradict { .. } => "ORDERS_CONTRADICT",
            Self::OutsideEscalation { .. } => "OUTSIDE_ESCALATION",
            Self::UnknownDecision(_) => "UNKNOWN_DECISION",
            Self::DecisionReplaced { .. } => "DECISION_REPLACED",
            Self::OnlyTheService(_) => "ONLY_THE_SERVICE",
            Self::Missing(_) => "MISSING",
            Self::Full { .. } => "FULL",
            Self::Broken(_) => "BROKEN",
        }
    }
}
