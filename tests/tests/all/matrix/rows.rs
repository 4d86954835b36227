//! The rows of the matrix, part one: what a row is, people and tokens, alerts, and the backlog.

use koepel_api::v1::{self, Edge, alert_receiver::Receiver};
use koepel_domain::mandate::Act;
use koepel_tests::at;
use prost::Message;

use super::{
    house::{Given, Thing},
    things::{days, reason},
};

/// Whom a method is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum For {
    /// Whoever shows something that is in force, whatever it opens.
    Anybody,
    /// Whoever shows something that is not narrowed to a product or role.
    Themselves,
    /// Administrators of the server.
    Administrators,
    /// Whoever shows a JWT of the identity provider: nobody here.
    Accounts,
    /// Those whom the mandate table lets do this in the product, in all of these domains.
    Act(Act, &'static [&'static str]),
    /// Of those who see the product these; their names are those of the people of this matrix.
    Only(&'static str),
    /// Whoever sees the product and shows something that is not narrowed, for what is their own; narrowed, who manages its alerts.
    Own,
    /// As [`Self::Act`], and these.
    ActOr(Act, &'static [&'static str], &'static str),
}

/// What a share link shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Nothing of this.
    Never,
    /// With the product only.
    Product,
    /// With the product, and with its roadmap.
    Plans,
    /// With the product, and with the domain.
    Domain,
}

/// A method, or one of the things that it does: whom it is for, and a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) method: &'static str,
    /// What is done, where a method does several things.
    pub(super) what: &'static str,
    pub(super) is_for: For,
    pub(super) shown: Shown,
    pub(super) thing: Thing,
    pub(super) asks: fn(&Given) -> Vec<Vec<u8>>,
    /// The reason for which whoever may is refused all the same, as what they ask for is not there.
    pub(super) lacks: &'static str,
}

impl Row {
    pub(super) const fn shown(self, shown: Shown) -> Self {
        Self { shown, ..self }
    }

    pub(super) const fn lacks(self, lacks: &'static str) -> Self {
        Self { lacks, ..self }
    }

    pub(super) const fn also(self, what: &'static str) -> Self {
        Self { what, ..self }
    }

    /// Whether it is about a product.
    pub(super) fn is_of_product(&self) -> bool {
        match self.is_for {
            For::Anybody | For::Themselves | For::Administrators | For::Accounts => false,
            For::Act(..) | For::Own | For::Only(_) | For::ActOr(..) => true,
        }
    }
}

pub(super) const fn row(
    method: &'static str,
    is_for: For,
    thing: Thing,
    asks: fn(&Given) -> Vec<Vec<u8>>,
) -> Row {
    Row { method, what: "", is_for, shown: Shown::Never, thing, asks, lacks: "" }
}

/// A method by which whoever sees the product reads.
pub(super) const fn read(method: &'static str, asks: fn(&Given) -> Vec<Vec<u8>>) -> Row {
    row(method, For::Act(Act::Read, WHOLE), Thing::Nothing, asks)
}

/// A method of one domain.
pub(super) const fn online(
    method: &'static str,
    act: Act,
    thing: Thing,
    asks: fn(&Given) -> Vec<Vec<u8>>,
) -> Row {
    row(method, For::Act(act, ONLINE), thing, asks)
}

pub(super) const WHOLE: &[&str] = &[];
pub(super) const ONLINE: &[&str] = &["online"];

pub(super) fn one(message: &impl Message) -> Vec<Vec<u8>> {
    vec![message.encode_to_vec()]
}

pub(super) fn mask(path: &str) -> Option<prost_types::FieldMask> {
    Some(prost_types::FieldMask { paths: vec![path.to_owned()] })
}

pub(super) fn link() -> Option<v1::Link> {
    let target = Some(v1::link::Target::Uri("https://a.example".to_owned()));
    Some(v1::Link { kind: v1::LinkKind::Needs.into(), target })
}

pub(super) fn entry(given: &Given) -> v1::RoadmapEntry {
    v1::RoadmapEntry {
        title: given.fresh(),
        when: Some(v1::When { at: Some(v1::when::At::Horizon(v1::Horizon::Now.into())) }),
        ..Default::default()
    }
}

pub(super) fn calendar(given: &Given) -> Option<v1::Calendar> {
    Some(v1::Calendar {
        name: format!("{}/calendars/{}", given.product, given.fresh()),
        display_name: given.fresh(),
        time_zone: "UTC".to_owned(),
        week: Some(v1::WeekHours { monday: vec!["09:00-17:00".to_owned()], ..Default::default() }),
        ..Default::default()
    })
}

pub(super) fn escalation(given: &Given) -> v1::RaiseEscalationRequest {
    v1::RaiseEscalationRequest {
        parent: given.product.clone(),
        topic: v1::Topic::Priority.into(),
        title: "Who goes first?".to_owned(),
        domains: vec![given.domain("online")],
        ..Default::default()
    }
}

pub(super) fn decision(given: &Given) -> v1::DecideEscalationRequest {
    let other = v1::EscalationOption { title: "Nobody".to_owned(), ..Default::default() };
    v1::DecideEscalationRequest {
        name: given.name.clone(),
        outcome: Some(v1::decide_escalation_request::Outcome::Other(other)),
        reason: reason(),
        ..Default::default()
    }
}

fn receiver(person: &str) -> Option<v1::AlertReceiver> {
    Some(v1::AlertReceiver { receiver: Some(Receiver::Person(person.to_owned())) })
}

fn seat(given: &Given) -> Option<v1::AlertReceiver> {
    let domain = given.domain("online");
    let seat = v1::AlertSeat { role: v1::Role::DomainPo.into(), domain };
    Some(v1::AlertReceiver { receiver: Some(Receiver::Seat(seat)) })
}

/// A target on this machine where nobody listens.
pub(super) fn target(given: &Given, person: &str) -> v1::CreateAlertTargetRequest {
    v1::CreateAlertTargetRequest {
        parent: given.product.clone(),
        target_id: given.fresh(),
        target: Some(v1::AlertTarget {
            receiver: receiver(person),
            url: "http://127.0.0.1:9/".to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn rule(given: &Given, receiver: Option<v1::AlertReceiver>) -> Vec<Vec<u8>> {
    let channels = vec![v1::AlertChannel::Stream.into()];
    let rule = Some(v1::AlertRule { receiver, channels, ..Default::default() });
    one(&v1::SetAlertRuleRequest { parent: given.product.clone(), rule, ..Default::default() })
}

fn no_rule(given: &Given, receiver: Option<v1::AlertReceiver>) -> Vec<Vec<u8>> {
    let parent = given.product.clone();
    one(&v1::RemoveAlertRuleRequest { parent, receiver, ..Default::default() })
}

fn contact(person: &str) -> Vec<Vec<u8>> {
    let contact = v1::Contact { person: person.to_owned(), ..Default::default() };
    one(&v1::SetContactRequest { contact: Some(contact) })
}

pub(super) fn name_deputy(given: &Given, role: v1::Role, domain: &str) -> v1::NameDeputyRequest {
    let (first_day, last_day) = days(given);
    let domain = if domain.is_empty() { String::new() } else { given.domain(domain) };
    v1::NameDeputyRequest {
        product: given.product.clone(),
        person: "people/p-guest".to_owned(),
        role: role.into(),
        domain,
        first_day,
        last_day,
        ..Default::default()
    }
}

fn new_item(given: &Given, kind: v1::ItemKind) -> v1::CreateItemRequest {
    v1::CreateItemRequest {
        parent: given.domain("online"),
        item: Some(v1::Item { title: given.fresh(), kind: kind.into(), ..Default::default() }),
        ..Default::default()
    }
}

fn retitled(given: &Given) -> Vec<Vec<u8>> {
    let (name, title) = (given.name.clone(), given.fresh());
    let item = Some(v1::Item { name, title, ..Default::default() });
    one(&v1::UpdateItemRequest { item, update_mask: mask("title"), ..Default::default() })
}

fn undo(given: &Given) -> Vec<Vec<u8>> {
    let (product, version) = (given.product.clone(), given.version);
    one(&v1::UndoMoveRequest { product, version, ..Default::default() })
}

fn preview(given: &Given, scope: v1::MoveScope) -> Vec<Vec<u8>> {
    let (name, place, scope) = (given.name.clone(), at(Edge::Top), scope.into());
    one(&v1::PreviewMoveRequest { name, place, scope, ..Default::default() })
}

fn guest() -> String {
    "people/p-guest".to_owned()
}

use For::{Accounts, Administrators, Anybody, Themselves};

/// People, tokens, and the server itself.
#[rustfmt::skip]
pub(super) const ADMIN: &[Row] = &[
    row("AdminService/WhoAmI", Anybody, Thing::Nothing, |_| one(&v1::WhoAmIRequest {})),
    row("AdminService/CreatePerson", Administrators, Thing::Nothing, |given| one(&v1::CreatePersonRequest { person_id: format!("p-{}", given.fresh()), ..Default::default() })),
    row("AdminService/ListPeople", Administrators, Thing::Nothing, |_| one(&v1::ListPeopleRequest::default())),
    row("AdminService/CreateToken", Administrators, Thing::Nothing, |_| one(&v1::CreateTokenRequest { person: guest(), ..Default::default() })),
    row("AdminService/ListTokens", Administrators, Thing::Nothing, |_| one(&v1::ListTokensRequest::default())),
    row("AdminService/RevokeToken", Administrators, Thing::Token, |given| one(&v1::RevokeTokenRequest { name: given.name.clone(), ..Default::default() })),
    row("AdminService/InvitePerson", Administrators, Thing::Nothing, |_| one(&v1::InvitePersonRequest { person: guest(), ..Default::default() })),
    row("AdminService/ListInvitations", Administrators, Thing::Nothing, |_| one(&v1::ListInvitationsRequest::default())),
    row("AdminService/RevokeInvitation", Administrators, Thing::Invitation, |given| one(&v1::RevokeInvitationRequest { name: given.name.clone(), ..Default::default() })),
    row("AdminService/RedeemInvitation", Accounts, Thing::Nothing, |_| one(&v1::RedeemInvitationRequest { invitation: "koepel_invite_x".to_owned(), ..Default::default() })),
    row("AdminService/ListIdentities", Administrators, Thing::Nothing, |_| one(&v1::ListIdentitiesRequest::default())),
    row("AdminService/UnbindIdentity", Administrators, Thing::Nothing, |_| one(&v1::UnbindIdentityRequest { name: "identities/i-1".to_owned(), ..Default::default() })).lacks("UNKNOWN_IDENTITY"),
    row("AdminService/ListSessions", Themselves, Thing::Nothing, |_| one(&v1::ListSessionsRequest::default())),
    row("AdminService/EndSession", Themselves, Thing::Nothing, |_| one(&v1::EndSessionRequest { name: "sessions/s-1".to_owned(), ..Default::default() })).lacks("UNKNOWN_SESSION"),
    row("AdminService/ErasePerson", Administrators, Thing::Person, |given| one(&v1::ErasePersonRequest { name: given.name.clone(), ..Default::default() })),
    row("AdminService/GetServerStatus", Administrators, Thing::Nothing, |_| one(&v1::GetServerStatusRequest {})),
    row("AdminService/GetClock", Administrators, Thing::Nothing, |_| one(&v1::GetClockRequest {})),
    row("AdminService/SetClock", Administrators, Thing::Nothing, |given| one(&v1::SetClockRequest { time: Some(prost_types::Timestamp { seconds: given.now, nanos: 0 }) })),
    row("AdminService/Backup", Administrators, Thing::Nothing, |_| one(&v1::BackupRequest {})),
    row("AlertService/GetContact", Themselves, Thing::Nothing, |_| one(&v1::GetContactRequest::default())),
    row("AlertService/GetContact", Administrators, Thing::Nothing, |_| one(&v1::GetContactRequest { person: guest() })).also("of another"),
    row("AlertService/SetContact", Themselves, Thing::Nothing, |_| contact("")),
    row("AlertService/SetContact", Administrators, Thing::Nothing, |_| contact("people/p-guest")).also("of another"),
    row("ProductService/CreateProduct", Administrators, Thing::Nothing, |given| one(&v1::CreateProductRequest { product_id: given.fresh(), ..Default::default() })),
    row("ProductService/CreateProduct", Administrators, Thing::Nothing, |_| one(&v1::CreateProductRequest { product_id: super::house::ANOTHER.to_owned(), ..Default::default() })).also("one that there is").lacks("PRODUCT_EXISTS"),
    row("ProductService/ListProducts", Anybody, Thing::Nothing, |_| one(&v1::ListProductsRequest::default())),
];

/// Alerts.
#[rustfmt::skip]
pub(super) const ALERTS: &[Row] = &[
    read("AlertService/WatchAlerts", |given| one(&v1::WatchAlertsRequest { parent: given.product.clone(), until_caught_up: true, ..Default::default() })),
    read("AlertService/SendTestAlert", |given| one(&v1::SendTestAlertRequest { parent: given.product.clone(), ..Default::default() })),
    row("AlertService/SendTestAlert", For::Act(Act::ManageAlerts, WHOLE), Thing::Target, |given| one(&v1::SendTestAlertRequest { parent: given.product.clone(), target: given.name.clone(), ..Default::default() })).also("to another's target"),
    row("AlertService/SetAlertRule", For::Own, Thing::Nothing, |given| rule(given, receiver(&given.caller))),
    row("AlertService/SetAlertRule", For::Act(Act::ManageAlerts, WHOLE), Thing::Nothing, |given| rule(given, receiver("people/p-guest"))).also("of another"),
    row("AlertService/SetAlertRule", For::Act(Act::ManageAlerts, WHOLE), Thing::Nothing, |given| rule(given, seat(given))).also("of a seat"),
    row("AlertService/RemoveAlertRule", For::Own, Thing::Nothing, |given| no_rule(given, receiver(&given.caller))),
    row("AlertService/RemoveAlertRule", For::Act(Act::ManageAlerts, WHOLE), Thing::Nothing, |given| no_rule(given, receiver("people/p-nobody"))).also("of another").lacks("UNKNOWN_RULE"),
    read("AlertService/ListAlertRules", |given| one(&v1::ListAlertRulesRequest { parent: given.product.clone() })),
    row("AlertService/CreateAlertTarget", For::Own, Thing::Person, |given| one(&target(given, &given.caller))),
    row("AlertService/CreateAlertTarget", For::Act(Act::ManageAlerts, WHOLE), Thing::Person, |given| one(&target(given, "people/p-guest"))).also("of another"),
    row("AlertService/RemoveAlertTarget", For::Act(Act::ManageAlerts, WHOLE), Thing::Target, |given| one(&v1::RemoveAlertTargetRequest { name: given.name.clone() })),
    read("AlertService/ListAlertTargets", |given| one(&v1::ListAlertTargetsRequest { parent: given.product.clone() })),
    read("AlertService/ListDeliveries", |given| one(&v1::ListDeliveriesRequest { parent: given.product.clone(), ..Default::default() })),
    read("AlertService/ReplayDeliveries", |given| one(&v1::ReplayDeliveriesRequest { parent: given.product.clone(), ..Default::default() })),
];

/// Items and their order.
#[rustfmt::skip]
pub(super) const BACKLOG: &[Row] = &[
    online("BacklogService/CreateItem", Act::CreateItem, Thing::Nothing, |given| one(&new_item(given, v1::ItemKind::Story))),
    online("BacklogService/CreateItem", Act::RaiseImpediment, Thing::Nothing, |given| one(&new_item(given, v1::ItemKind::Impediment))).also("an impediment"),
    online("BacklogService/CreateItem", Act::OrderDomain, Thing::Nothing, |given| one(&v1::CreateItemRequest { place: at(Edge::Top), ..new_item(given, v1::ItemKind::Story) })).also("at the top"),
    read("BacklogService/GetItem", |given| one(&v1::GetItemRequest { name: given.name.clone(), ..Default::default() })).shown(Shown::Product),
    online("BacklogService/UpdateItem", Act::EditItem, Thing::Item, retitled),
    online("BacklogService/UpdateItem", Act::RaiseImpediment, Thing::Impediment, retitled).also("an impediment"),
    read("BacklogService/ListBacklog", |given| one(&v1::ListBacklogRequest { parent: given.product.clone(), ..Default::default() })).shown(Shown::Product),
    read("BacklogService/ListBacklog", |given| one(&v1::ListBacklogRequest { parent: given.domain("online"), ..Default::default() })).also("of a domain").shown(Shown::Domain),
    read("BacklogService/SearchItems", |given| one(&v1::SearchItemsRequest { parent: given.product.clone(), query: "work".to_owned(), ..Default::default() })),
    online("BacklogService/RankItem", Act::OrderProduct, Thing::Item, |given| one(&v1::RankItemRequest { name: given.name.clone(), place: at(Edge::Top), ..Default::default() })),
    online("BacklogService/ReorderItem", Act::OrderDomain, Thing::Item, |given| one(&v1::ReorderItemRequest { name: given.name.clone(), place: at(Edge::Top), ..Default::default() })),
    online("BacklogService/PreviewMove", Act::OrderProduct, Thing::Item, |given| preview(given, v1::MoveScope::Product)),
    online("BacklogService/PreviewMove", Act::OrderDomain, Thing::Item, |given| preview(given, v1::MoveScope::Domain)).also("within a domain"),
    online("BacklogService/PinItem", Act::Pin, Thing::Item, |given| one(&v1::PinItemRequest { name: given.name.clone(), reason: reason(), ..Default::default() })),
    online("BacklogService/UnpinItem", Act::Pin, Thing::Pinned, |given| one(&v1::UnpinItemRequest { name: given.name.clone(), ..Default::default() })),
    online("BacklogService/UndoMove", Act::OrderProduct, Thing::Ranked, undo),
    online("BacklogService/UndoMove", Act::OrderDomain, Thing::Reordered, undo).also("within a domain"),
    row("BacklogService/MoveItem", For::Act(Act::MoveItem, &["online", "offline"]), Thing::Item, |given| one(&v1::MoveItemRequest { name: given.name.clone(), domain: given.domain("offline"), ..Default::default() })),
    online("BacklogService/SplitItem", Act::CloseItem, Thing::Item, |given| one(&v1::SplitItemRequest { name: given.name.clone(), into: vec![v1::Item { title: "Part".to_owned(), kind: v1::ItemKind::Story.into(), ..Default::default() }], ..Default::default() })),
    online("BacklogService/MergeItems", Act::CloseItem, Thing::Item, |given| one(&v1::MergeItemsRequest { into: given.name.clone(), names: vec![given.other.clone()], ..Default::default() })),
    online("BacklogService/MarkDuplicate", Act::CloseItem, Thing::Item, |given| one(&v1::MarkDuplicateRequest { name: given.name.clone(), duplicate_of: given.other.clone(), ..Default::default() })),
    online("BacklogService/CompleteItem", Act::CloseItem, Thing::Item, |given| one(&v1::CompleteItemRequest { name: given.name.clone(), ..Default::default() })),
    online("BacklogService/DropItem", Act::CloseItem, Thing::Item, |given| one(&v1::DropItemRequest { name: given.name.clone(), reason: reason(), ..Default::default() })),
    online("BacklogService/ReopenItem", Act::CloseItem, Thing::Closed, |given| one(&v1::ReopenItemRequest { name: given.name.clone(), ..Default::default() })),
    online("BacklogService/AddLink", Act::EditItem, Thing::Item, |given| one(&v1::AddLinkRequest { name: given.name.clone(), link: link(), ..Default::default() })),
    online("BacklogService/RemoveLink", Act::EditItem, Thing::Linked, |given| one(&v1::RemoveLinkRequest { name: given.name.clone(), link: link(), ..Default::default() })),
    online("BacklogService/RequestDomain", Act::EditItem, Thing::Item, |given| one(&v1::RequestDomainRequest { name: given.name.clone(), domain: given.domain("offline"), ask: reason(), ..Default::default() })),
    online("BacklogService/WithdrawRequest", Act::EditItem, Thing::Requesting, |given| one(&v1::WithdrawRequestRequest { name: given.name.clone(), domain: given.domain("offline"), ..Default::default() })),
    read("BacklogService/ListItemHistory", |given| one(&v1::ListItemHistoryRequest { name: given.name.clone(), ..Default::default() })),
    read("BacklogService/ExplainRank", |given| one(&v1::ExplainRankRequest { name: given.name.clone(), ..Default::default() })),
];
