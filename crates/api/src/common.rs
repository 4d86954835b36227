//! What every service converts: request ids, versions, times, places, the words for items and roles.

use koepel_domain::{
    command::{Anchor, Place},
    ids::{ItemKey, ProductId, Timestamp, Version},
    item::{Kind, LinkKind, Moscow, Status},
    outbox::{Channel, Concern, Kind as Told},
    points::Topic,
    roles::Role,
    text::Reason,
};
use uuid::Uuid;

use crate::{
    check::{AtField as _, Invalid},
    names, v1,
};

/// A command on its way in.
#[derive(Clone, Debug)]
pub struct Call<C> {
    /// The product it is for.
    pub product: ProductId,
    /// What is asked.
    pub command: C,
    /// The client's id of the request.
    pub request_id: Option<Uuid>,
}

/// Reads a request id; empty is none.
///
/// # Errors
/// [`Invalid`] if it is no UUID.
pub fn request_id(text: &str) -> Result<Option<Uuid>, Invalid> {
    if text.is_empty() {
        return Ok(None);
    }
    let id = Uuid::try_parse(text).map_err(|_| {
        let shown: String = text.chars().take(60).collect();
        Invalid::field(
            "request_id",
            format_args!(
                "{shown:?} is no UUID; make one, such as 0198c0de-7f3a-4b1c-9d2e-5a6b7c8d9e0f"
            ),
        )
    })?;
    Ok(Some(id))
}

/// Reads an expected version; 0 is none.
#[must_use]
pub fn expected(version: u64) -> Option<Version> {
    (version != 0).then_some(Version(version))
}

/// Reads a reason.
///
/// # Errors
/// [`Invalid`] if it is too long.
pub fn reason(text: &str) -> Result<Reason, Invalid> {
    Reason::new(text).at("reason")
}

/// A time on the wire.
#[must_use]
pub fn timestamp(time: Timestamp) -> prost_types::Timestamp {
    let nanos = i32::try_from(time.0.rem_euclid(1_000_000) * 1_000).unwrap_or(0);
    prost_types::Timestamp { seconds: time.0.div_euclid(1_000_000), nanos }
}

/// Reads a time between the years 1970 and 9999.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn time(field: &str, time: &prost_types::Timestamp) -> Result<Timestamp, Invalid> {
    /// 9999-12-31T23:59:59Z.
    const LAST: i64 = 253_402_300_799;
    if !(0..=LAST).contains(&time.seconds) || !(0..1_000_000_000).contains(&time.nanos) {
        return Err(Invalid::field(field, "is no time between 1970 and 9999"));
    }
    Ok(Timestamp(time.seconds * 1_000_000 + i64::from(time.nanos) / 1_000))
}

/// Reads a place; `None` if the message is absent.
///
/// # Errors
/// [`Invalid`] if it says nothing or names an item of another product.
pub fn place(place: Option<v1::Place>, product: &ProductId) -> Result<Option<Place>, Invalid> {
    let Some(place) = place else { return Ok(None) };
    let nowhere =
        || Invalid::field("place", "says nowhere; give edge (top or bottom), before or after");
    let anchor = match place.at.ok_or_else(nowhere)? {
        v1::place::At::Edge(edge) => match v1::Edge::try_from(edge) {
            Ok(v1::Edge::Top) => Anchor::Top,
            Ok(v1::Edge::Bottom) => Anchor::Bottom,
            Ok(v1::Edge::Unspecified) | Err(_) => return Err(nowhere()),
        },
        v1::place::At::Before(name) => {
            Anchor::Before(names::item_of("place.before", &name, product)?)
        }
        v1::place::At::After(name) => Anchor::After(names::item_of("place.after", &name, product)?),
    };
    let seen = match place.neighbour_seen {
        None => None,
        Some(name) if name.is_empty() => Some(None),
        Some(name) => Some(Some(names::item_of("place.neighbour_seen", &name, product)?)),
    };
    Ok(Some(Place { anchor, seen }))
}

/// Reads a place that must be there.
///
/// # Errors
/// As [`place`], and if it is absent.
pub fn required_place(wire: Option<v1::Place>, product: &ProductId) -> Result<Place, Invalid> {
    place(wire, product)?.ok_or_else(|| Invalid::field("place", "is missing; say where to"))
}

/// The key at the end of a name that this program wrote.
#[must_use]
pub fn key_text(key: Option<ItemKey>) -> String {
    key.map_or_else(String::new, |key| key.to_string())
}

// A macro, because each of these is two tables that must mirror each other.
macro_rules! words {
    ($wire:ident, $domain:ident, $to:ident, $from:ident, $field:literal, $($variant:ident),*) => {
        #[doc = concat!("A ", $field, " on the wire.")]
        #[must_use]
        pub fn $to(value: $domain) -> v1::$wire {
            match value { $($domain::$variant => v1::$wire::$variant,)* }
        }

        #[doc = concat!("Reads a ", $field, "; unspecified is none.")]
        ///
        /// # Errors
        /// [`Invalid`] if the number is unknown.
        pub fn $from(field: &str, value: i32) -> Result<Option<$domain>, Invalid> {
            match v1::$wire::try_from(value) {
                Ok(v1::$wire::Unspecified) => Ok(None),
                $(Ok(v1::$wire::$variant) => Ok(Some($domain::$variant)),)*
                Err(_) => Err(Invalid::field(field, format_args!(concat!("{} is no ", $field), value))),
            }
        }
    };
}

words!(ItemKind, Kind, kind, read_kind, "kind", Epic, Feature, Story, Task, Defect, Impediment);
words!(ItemStatus, Status, status, read_status, "status", New, Ready, InProgress, Done, Dropped);
words!(Moscow, Moscow, moscow, read_moscow, "MoSCoW word", Must, Should, Could, Wont);
words!(
    LinkKind,
    LinkKind,
    link_kind,
    read_link_kind,
    "link kind",
    Needs,
    RelatesTo,
    Replaces,
    ReplacedBy,
    NeededBy,
    Duplicates,
    DuplicatedBy
);
words!(
    Role,
    Role,
    role,
    read_role,
    "role",
    ChiefPo,
    DomainPo,
    Member,
    Stakeholder,
    Tool,
    ScrumMaster,
    ProductCoordinator,
    ProgrammeLead,
    SteeringMember,
    CoordinationMember,
    Supplier
);
words!(
    Topic, Topic, topic, read_topic, "topic", Priority, Vision, Dependency, Capacity, Quality,
    Budget, Compliance
);
words!(
    AlertKind,
    Told,
    alert_kind,
    read_alert_kind,
    "kind of alert",
    EscalationRaised,
    EscalationAcknowledged,
    EscalationCommented,
    EscalationReminder,
    EscalationOverdue,
    EscalationHandedOver,
    EscalationDecided,
    EscalationWithdrawn,
    EscalationReopened,
    DecisionNotFollowed,
    Test
);
words!(
    AlertChannel,
    Channel,
    alert_channel,
    read_alert_channel,
    "way of alerts",
    Stream,
    Webhook,
    Email,
    Nats
);
words!(
    AlertConcern,
    Concern,
    alert_concern,
    read_alert_concern,
    "concern",
    Decides,
    StandsIn,
    Raised,
    Domain,
    Line,
    Asked
);

/// The name on the wire of a status in words: `ITEM_STATUS_IN_PROGRESS` of "in progress".
#[must_use]
pub fn status_word(words: &str) -> String {
    format!("ITEM_STATUS_{}", words.replace(' ', "_").to_ascii_uppercase())
}

/// A value that must be said.
///
/// # Errors
/// [`Invalid`] for `field` if it was not.
pub fn said<T>(field: &str, value: Option<T>) -> Result<T, Invalid> {
    value.ok_or_else(|| Invalid::field(field, "is not specified"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_survive_the_wire_to_the_microsecond() {
        for micros in [0, 1, 999_999, 1_700_000_000_123_456] {
            assert_eq!(time("t", &timestamp(Timestamp(micros))), Ok(Timestamp(micros)));
        }
        for (seconds, nanos) in
            [(-1, 0), (0, -1), (0, 1_000_000_000), (253_402_300_800, 0), (i64::MAX, 0)]
        {
            assert!(time("t", &prost_types::Timestamp { seconds, nanos }).is_err());
        }
    }

    #[test]
    fn a_place_that_says_nothing_is_refused() {
        let product = ProductId::new("a").unwrap();
        assert!(place(Some(v1::Place::default()), &product).is_err());
        assert_eq!(place(None, &product), Ok(None));
        let unspecified = v1::Place { at: Some(v1::place::At::Edge(0)), neighbour_seen: None };
        assert!(place(Some(unspecified), &product).is_err());
    }

    #[test]
    fn unknown_enum_numbers_are_refused() {
        assert_eq!(read_kind("kind", 0), Ok(None));
        assert_eq!(read_kind("kind", 1), Ok(Some(Kind::Epic)));
        assert!(read_kind("kind", 99).is_err());
    }
}
