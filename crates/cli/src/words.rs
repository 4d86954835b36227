//! The API's enums as words: lower case with `_` for programs, with `-` on the command line, with spaces for people.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use koepel_api::v1::{
    AlertChannel, AlertConcern, AlertKind, AlertShape, Country, DeliveryState, EscalationState,
    ItemKind, ItemStatus, LinkKind, Moscow, Role, Topic,
};

/// An enum of the API whose values are shown and given as words. A trait and not five copies of what is below.
pub(crate) trait Word: Copy + Send + Sync + TryFrom<i32> + 'static {
    /// What all names in the proto begin with.
    const PREFIX: &'static str;
    /// All values that may be given.
    const ALL: &'static [Self];

    /// The name in the proto, such as `ITEM_STATUS_IN_PROGRESS`.
    fn proto_name(self) -> &'static str;
}

impl Word for ItemKind {
    const PREFIX: &'static str = "ITEM_KIND_";
    const ALL: &'static [Self] =
        &[Self::Epic, Self::Feature, Self::Story, Self::Task, Self::Defect, Self::Impediment];

    fn proto_name(self) -> &'static str {
        self.as_str_name()
    }
}

impl Word for AlertKind {
    const PREFIX: &'static str = "ALERT_KIND_";
    const ALL: &'static [Self] = &[
        Self::EscalationRaised,
        Self::EscalationAcknowledged,
        Self::EscalationCommented,
        Self::EscalationReminder,
        Self::EscalationOverdue,
        Self::EscalationHandedOver,
        Self::EscalationDecided,
        Self::EscalationWithdrawn,
        Self::EscalationReopened,
        Self::DecisionNotFollowed,
    ];

    fn proto_name(self) -> &'static str {
        self.as_str_name()
    }
}

impl Word for AlertChannel {
    const PREFIX: &'static str = "ALERT_CHANNEL_";
    const ALL: &'static [Self] = &[Self::Stream, Self::Webhook, Self::Email, Self::Nats];

    fn proto_name(self) -> &'static str {
        self.as_str_name()
    }
}

impl Word for AlertConcern {
    const PREFIX: &'static str = "ALERT_CONCERN_";
    const ALL: &'static [Self] = &[];

    fn proto_name(self) -> &'static str {
        self.as_str_name()
    }
}

impl Word for AlertShape {
    const PREFIX: &'static str = "ALERT_SHAPE_";
    const ALL: &'static [Self] = &[Self::Standard, Self::Slack];

    fn proto_name(self) -> &'static str {
        self.as_str_name()
    }
}

impl Word for DeliveryState {
    const PREFIX: &'static str = "DELIVERY_STATE_";
    const ALL: &'static [Self] = &[Self::Pending, Self::Delivered, Self::Dead];

    fn proto_name(self) -> &'static str {
        self.as_str_name()
    }
}

impl Word for ItemStatus {
    const PREFIX: &'static str = "ITEM_STATUS_";
    const ALL: &'static [Self] = &[Self::New, Self::Ready, Self::InProgress];

    fn proto_name(self) -> &'static str {
        self.as_str_name()
    }
}

impl Word for Moscow {
    const PREFIX: &'static str = "MOSCOW_";
    const ALL: &'static [Self] = &[Self::Must, Self::Should, Self::Could, Self::Wont];

    fn proto_name(self) -> &'static str {
        self.as_str_name()
    }
}

/// A status of any item, open or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AnyStatus(pub(crate) ItemStatus);

impl TryFrom<i32> for AnyStatus {
    type Error = &'static str;

    fn try_from(value: i32) -> Result<Self, Self::Error> {
        ItemStatus::try_from(value).map(Self).map_err(|_| "no status")
    }
}

impl Word for AnyStatus {
    const PREFIX: &'static str = ItemStatus::PREFIX;
    const ALL: &'static [Self] = &[
        Self(ItemStatus::New),
        Self(ItemStatus::Ready),
        Self(ItemStatus::InProgress),
        Self(ItemStatus::Done),
        Self(ItemStatus::Dropped),
    ];

    fn proto_name(self) -> &'static str {
        self.0.as_str_name()
    }
}

/// A `MoSCoW` word, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MoscowOrNone(pub(crate) Moscow);

impl TryFrom<i32> for MoscowOrNone {
    type Error = &'static str;

    fn try_from(value: i32) -> Result<Self, Self::Error> {
        Moscow::try_from(value).map(Self).map_err(|_| "no MoSCoW word")
    }
}

impl Word for MoscowOrNone {
    const PREFIX: &'static str = Moscow::PREFIX;
    const ALL: &'static [Self] = &[
        Self(Moscow::Must),
        Self(Moscow::Should),
        Self(Moscow::Could),
        Self(Moscow::Wont),
        Self(Moscow::Unspecified),
    ];

    fn proto_name(self) -> &'static str {
        if self.0 == Moscow::Unspecified { "MOSCOW_NONE" } else { self.0.as_str_name() }
    }
}

impl Word for LinkKind {
    const PREFIX: &'static str = "LINK_KIND_";
    const ALL: &'static [Self] = &[
        Self::Needs,
        Self::NeededBy,
        Self::RelatesTo,
        Self::Replaces,
        Self::ReplacedBy,
        Self::Duplicates,
        Self::DuplicatedBy,
    ];

    fn proto_name(self) -> &'static str {
        self.as_str_name()
    }
}

impl Word for Role {
    const PREFIX: &'static str = "ROLE_";
    const ALL: &'static [Self] = &[
        Self::ChiefPo,
        Self::DomainPo,
        Self::ScrumMaster,
        Self::Member,
        Self::ProductCoordinator,
        Self::ProgrammeLead,
        Self::SteeringMember,
        Self::CoordinationMember,
        Self::Supplier,
        Self::Stakeholder,
        Self::Tool,
    ];

    fn proto_name(self) -> &'static str {
        self.as_str_name()
    }
}

impl Word for Country {
    const PREFIX: &'static str = "COUNTRY_";
    const ALL: &'static [Self] = &[Self::Denmark, Self::Netherlands];

    fn proto_name(self) -> &'static str {
        self.as_str_name()
    }
}

impl Word for Topic {
    const PREFIX: &'static str = "TOPIC_";
    const ALL: &'static [Self] = &[
        Self::Priority,
        Self::Vision,
        Self::Dependency,
        Self::Capacity,
        Self::Quality,
        Self::Budget,
        Self::Compliance,
    ];

    fn proto_name(self) -> &'static str {
        self.as_str_name()
    }
}

impl Word for EscalationState {
    const PREFIX: &'static str = "ESCALATION_STATE_";
    const ALL: &'static [Self] = &[Self::Open, Self::Decided, Self::Withdrawn];

    fn proto_name(self) -> &'static str {
        self.as_str_name()
    }
}

/// The value of a word, with `-` or `_` in it.
pub(crate) fn find<W: Word>(given: &str) -> Option<W> {
    let given = given.replace('-', "_");
    W::ALL.iter().copied().find(|value| word(*value) == given)
}

/// All words, for a refusal.
pub(crate) fn list<W: Word>() -> String {
    let words = W::ALL.iter().map(|value| word(*value).replace('_', "-"));
    words.collect::<Vec<_>>().join(", ")
}

/// The word for programs, such as `in_progress`; none for unspecified and for what a newer server may send.
pub(crate) fn for_programs<W: Word>(value: i32) -> Option<String> {
    W::try_from(value).ok().map(word).filter(|word| word != "unspecified")
}

/// The word for people, such as `in progress`; empty for none.
pub(crate) fn for_people<W: Word>(value: i32) -> String {
    for_programs::<W>(value).unwrap_or_default().replace('_', " ")
}

/// MoSCoW as it is written: in capitals, with its apostrophe.
pub(crate) fn moscow(value: i32) -> String {
    let word = for_people::<Moscow>(value).to_uppercase();
    if word == "WONT" { "WON'T".to_owned() } else { word }
}

/// A role as it is said: `Chief PO`, `domain PO`, `member`.
pub(crate) fn role(value: i32) -> String {
    match Role::try_from(value) {
        Ok(Role::ChiefPo) => "Chief PO".to_owned(),
        Ok(Role::DomainPo) => "domain PO".to_owned(),
        Ok(Role::ScrumMaster) => "Scrum Master".to_owned(),
        Ok(Role::SteeringMember) => "steering-group member".to_owned(),
        Ok(Role::CoordinationMember) => "coordination-group member".to_owned(),
        _ => for_people::<Role>(value),
    }
}

/// Reads a word on the command line; lists the words in help and completions.
pub(crate) fn parser<W: Word>() -> impl TypedValueParser<Value = W> {
    let values = W::ALL.iter().map(|value| {
        let name = word(*value);
        PossibleValue::new(name.replace('_', "-")).alias(name)
    });
    PossibleValuesParser::new(values)
        .try_map(|given| find(&given).ok_or("not one of the words above"))
}

fn word<W: Word>(value: W) -> String {
    let name = value.proto_name();
    name.strip_prefix(W::PREFIX).unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_programs_are_lower_case_with_underscores() {
        assert_eq!(
            for_programs::<ItemStatus>(ItemStatus::InProgress.into()).unwrap(),
            "in_progress"
        );
        assert_eq!(for_programs::<Role>(Role::ChiefPo.into()).unwrap(), "chief_po");
        assert_eq!(for_programs::<Moscow>(0), None);
        assert_eq!(for_programs::<ItemKind>(99), None);
    }

    #[test]
    fn words_for_people_are_as_they_are_said() {
        assert_eq!(for_people::<ItemStatus>(ItemStatus::InProgress.into()), "in progress");
        assert_eq!(moscow(Moscow::Wont.into()), "WON'T");
        assert_eq!(moscow(0), "");
        assert_eq!(role(Role::DomainPo.into()), "domain PO");
    }
}
