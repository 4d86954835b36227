//! `AlertService`.

use std::{pin::Pin, sync::Arc};

use futures::{Stream, StreamExt as _, stream};
use koepel_alerts::{
    Language, delivery_id,
    guard::Address,
    send::smtp,
    webhook::{Secret, Shape},
};
use koepel_api::{
    alert::{self as convert, Cursor},
    check::Invalid,
    common::{Call, request_id, timestamp},
    names,
    v1::{self, alert_service_server::AlertService},
};
use koepel_domain::{
    ids::{PersonId, ProductId, TargetId},
    mandate::{self, Act},
    outbox::{Command, Delivery, Outbox, Receiver, State},
    product::Product,
};
use koepel_engine::View;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::{event::Place, page, status};
use crate::{
    alerts::{
        addresses::{Contact, NotKept, Target},
        fresh_request, taken_in,
        watch::Watcher,
    },
    app::{App, Caller, body_hash},
};

pub(crate) struct Handler(pub(crate) Arc<App>);

type Answer<T> = Result<Response<T>, Status>;

/// Few messages on the way keep a stalled reader cheap.
const MESSAGES: usize = 8;
/// So many deliveries are replayed at once.
const REPLAYED_MAX: usize = 1_000;

fn invalid(error: Invalid) -> Status {
    status::invalid(&error)
}

fn field(field: &str, what: impl std::fmt::Display) -> Status {
    invalid(Invalid::field(field, what))
}

/// Whether a caller may say what all are told, and see what became of it.
fn manages(product: &Product, caller: &Caller) -> bool {
    mandate::check(product, &caller.actor, Act::ManageAlerts, &[]).is_ok()
}

fn is_own(caller: &Caller, receiver: &Receiver) -> bool {
    *receiver == Receiver::Person(caller.actor.person.clone())
}

/// Refuses what is somebody else's, to those who do not manage it; and what is one's own, to a token that opens only a part of
/// what its person may.
fn require(
    (id, product): (&ProductId, &Product),
    caller: &Caller,
    receiver: &Receiver,
) -> Result<(), Status> {
    if is_own(caller, receiver) {
        return caller
            .require_whole("what you are told")
            .or_else(|refusal| if manages(product, caller) { Ok(()) } else { Err(refusal) });
    }
    mandate::check(product, &caller.actor, Act::ManageAlerts, &[])
        .map_err(|error| status::refused(id, &error.into()))
}

fn may_see_delivery(product: &Product, caller: &Caller, delivery: &Delivery) -> bool {
    is_own(caller, &delivery.to.receiver) || manages(product, caller)
}

fn no_target(id: &TargetId) -> Status {
    let message = format!("there is no target {id} in this product, or none of yours");
    status::not_found("UNKNOWN_TARGET", message)
}

fn no_delivery(no: u64) -> Status {
    let message =
        format!("there is no delivery {no} of yours; of those that arrived only the last are kept");
    status::not_found("UNKNOWN_DELIVERY", message)
}

fn on_wire(product: &ProductId, delivery: &Delivery) -> v1::Delivery {
    convert::delivery(product, delivery, delivery_id(product, &delivery.notice, &delivery.to))
}

/// A target without what may be secret in its address.
fn target_on_wire(product: &ProductId, id: &TargetId, target: &Target) -> v1::AlertTarget {
    let shape = match target.shape {
        Shape::Standard => v1::AlertShape::Standard,
        Shape::Slack => v1::AlertShape::Slack,
    };
    let host = target.url.split('/').take(3).collect::<Vec<_>>().join("/");
    v1::AlertTarget {
        name: names::of_alert_target(product, id),
        receiver: Some(convert::receiver(product, &target.receiver)),
        url: format!("{host}/…"),
        shape: shape.into(),
        create_time: Some(timestamp(target.made)),
        creator: target.by.as_ref().map_or_else(String::new, names::of_person),
    }
}

impl App {
    /// What a receiver names must be there.
    fn require_receiver(&self, product: &Product, receiver: &Receiver) -> Result<(), Status> {
        match receiver {
            Receiver::Person(person) => {
                self.require_person(&names::of_person(person), "receiver.person")
            }
            Receiver::Seat { domain: Some(domain), .. }
                if product.domain_by_id(domain).is_none() =>
            {
                let message = format!("there is no domain {domain} in this product");
                Err(status::not_found("UNKNOWN_DOMAIN", message))
            }
            Receiver::Seat { .. } => Ok(()),
        }
    }

    /// The person whose contact is asked for, if the caller may.
    fn contact_of(&self, caller: &Caller, person: &str, at: &str) -> Result<PersonId, Status> {
        caller.require_whole("where you are written to")?;
        if person.is_empty() {
            return Ok(caller.actor.person.clone());
        }
        let id = names::person(at, person).map_err(invalid)?;
        if id != caller.actor.person {
            caller.require_administrator()?;
            self.require_person(person, at)?;
        }
        Ok(id)
    }

    fn contact_on_wire(&self, person: &PersonId) -> v1::Contact {
        let Contact { email, language } = self.alerts.addresses.contact(person);
        v1::Contact {
            person: names::of_person(person),
            email: email.unwrap_or_default(),
            language: language.map_or("", Language::tag).to_owned(),
        }
    }

    /// A product that the caller may see, and its outbox.
    async fn with_outbox(
        &self,
        caller: &Caller,
        id: &ProductId,
    ) -> Result<(Arc<View<Product>>, Arc<View<Outbox>>), Status> {
        let view = self.view(caller, id, 0).await?;
        Ok((view, self.outbox(id).await?))
    }
}

/// Reads an address and an e-mail language.
fn read_contact(contact: &v1::Contact) -> Result<Contact, Status> {
    let email = match contact.email.trim() {
        "" => None,
        text => Some(smtp::address(text).map_err(|what| field("contact.email", what))?),
    };
    let language = match contact.language.as_str() {
        "" => None,
        tag => {
            let shown: String = tag.chars().take(20).collect();
            let wrong = || field("contact.language", format!("{shown:?} is none of en, da, nl"));
            Some(Language::of(tag).ok_or_else(wrong)?)
        }
    };
    Ok(Contact { email, language })
}

fn not_kept(error: &NotKept) -> Status {
    match error {
        NotKept::Exists(_) => status::already_exists("TARGET_EXISTS", &error.to_string()),
        NotKept::Reused(_) => status::already_exists("REQUEST_ID_REUSED", &error.to_string()),
        NotKept::Full => {
            status::exhausted("FULL", error.to_string(), std::collections::HashMap::new())
        }
        NotKept::Unknown(id) => no_target(id),
        NotKept::Io(_) => status::unavailable(error.to_string()),
    }
}

#[tonic::async_trait]
impl AlertService for Handler {
    type WatchAlertsStream =
        Pin<Box<dyn Stream<Item = Result<v1::WatchAlertsResponse, Status>> + Send>>;

    async fn watch_alerts(
        &self,
        request: Request<v1::WatchAlertsRequest>,
    ) -> Answer<Self::WatchAlertsStream> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let product = names::product("parent", &request.parent).map_err(invalid)?;
        let after = Cursor::read("after", &request.after).map_err(invalid)?;
        let (_, outbox) = self.0.with_outbox(&caller, &product).await?;
        let head = outbox.state.version();
        if let Some(after) = after.filter(|after| after.version > head) {
            let message = format!("cursor {after} is in the future; leave it empty for all alerts");
            return Err(status::out_of_range(message, head.0));
        }
        if after.is_some() && request.from_now {
            let what = "cannot be said together with a cursor; leave one of them out";
            return Err(field("from_now", what));
        }
        let after = after.or_else(|| request.from_now.then(|| Cursor::end_of(head)));
        let place = Place::take(&self.0, &caller.actor.person)?;
        let (out, messages) = mpsc::channel(MESSAGES);
        let until_caught_up = request.until_caught_up;
        let app = Arc::clone(&self.0);
        let watcher = Watcher { app, caller, product, after, until_caught_up, out, place };
        let (reason, ended) = oneshot::channel();
        tokio::spawn(watcher.run(reason));
        // A stream that came to its own end has no reason.
        let ended = stream::once(ended).filter_map(async |reason| reason.ok().map(Err));
        Ok(Response::new(Box::pin(ReceiverStream::new(messages).map(Ok).chain(ended))))
    }

    async fn send_test_alert(
        &self,
        request: Request<v1::SendTestAlertRequest>,
    ) -> Answer<v1::SendTestAlertResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let hash = body_hash("SendTestAlert", &request);
        let product = names::product("parent", &request.parent).map_err(invalid)?;
        let (view, outbox) = self.0.with_outbox(&caller, &product).await?;
        let asked = request_id(&request.request_id).map_err(invalid)?;
        let target = if request.target.is_empty() {
            None
        } else {
            let (of, id) = names::alert_target("target", &request.target).map_err(invalid)?;
            let held = self.0.alerts.addresses.target(&product, &id).filter(|_| of == product);
            let held = held.ok_or_else(|| no_target(&id))?;
            require((&product, &view.state), &caller, &held.receiver)?;
            Some((id, held.receiver))
        };
        let own = asked.unwrap_or_else(fresh_request);
        let command =
            self.0.test_notice(&caller, (&product, &view.state), &outbox.state, target, own)?;
        let call = Call { product: product.clone(), command, request_id: asked };
        let accepted = self.0.tell(&caller, call, hash).await?;
        let numbers = taken_in(&accepted.commit.events);
        let sent = numbers.iter().filter_map(|no| accepted.view.state.delivery(*no));
        let deliveries = sent.map(|delivery| on_wire(&product, delivery)).collect();
        Ok(Response::new(v1::SendTestAlertResponse { deliveries }))
    }

    async fn set_alert_rule(
        &self,
        request: Request<v1::SetAlertRuleRequest>,
    ) -> Answer<v1::SetAlertRuleResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let hash = body_hash("SetAlertRule", &request);
        let (call, receiver) = convert::set_rule(&request).map_err(invalid)?;
        let product = call.product.clone();
        let view = self.0.view(&caller, &product, 0).await?;
        require((&product, &view.state), &caller, &receiver)?;
        self.0.require_receiver(&view.state, &receiver)?;
        if let Command::SetRule { rule, .. } = &call.command
            && let Some(domain) =
                rule.domains.iter().find(|domain| view.state.domain_by_id(domain).is_none())
        {
            let message = format!("there is no domain {domain} in this product");
            return Err(status::not_found("UNKNOWN_DOMAIN", message));
        }
        let accepted = self.0.tell(&caller, call, hash).await?;
        let rule = accepted.view.state.rule(&receiver);
        let rule = rule.map(|rule| convert::rule(&product, &receiver, rule));
        Ok(Response::new(v1::SetAlertRuleResponse { rule }))
    }

    async fn remove_alert_rule(
        &self,
        request: Request<v1::RemoveAlertRuleRequest>,
    ) -> Answer<v1::RemoveAlertRuleResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let hash = body_hash("RemoveAlertRule", &request);
        let (call, receiver) = convert::remove_rule(&request).map_err(invalid)?;
        let view = self.0.view(&caller, &call.product, 0).await?;
        require((&call.product, &view.state), &caller, &receiver)?;
        self.0.tell(&caller, call, hash).await?;
        Ok(Response::new(v1::RemoveAlertRuleResponse {}))
    }

    async fn list_alert_rules(
        &self,
        request: Request<v1::ListAlertRulesRequest>,
    ) -> Answer<v1::ListAlertRulesResponse> {
        let caller = self.0.caller(request.metadata())?;
        let product = names::product("parent", &request.into_inner().parent).map_err(invalid)?;
        let (view, outbox) = self.0.with_outbox(&caller, &product).await?;
        let all = manages(&view.state, &caller);
        let holds = |receiver: &Receiver| match receiver {
            Receiver::Person(person) => *person == caller.actor.person,
            // The rule of a role is in force for its holders, and for those who stand in for them.
            Receiver::Seat { role, domain } => {
                let mut held = view.state.mandates_at(&caller.actor.person, caller.actor.now);
                held.any(|(held, of, _)| {
                    held == *role && (domain.is_none() || of == domain.as_ref())
                })
            }
        };
        let rules = outbox.state.rules().filter(|(receiver, _)| all || holds(receiver));
        let rules = rules.map(|(receiver, rule)| convert::rule(&product, receiver, rule));
        Ok(Response::new(v1::ListAlertRulesResponse { rules: rules.collect() }))
    }

    async fn create_alert_target(
        &self,
        request: Request<v1::CreateAlertTargetRequest>,
    ) -> Answer<v1::CreateAlertTargetResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let hash = body_hash("CreateAlertTarget", &request);
        let asked = request_id(&request.request_id).map_err(invalid)?;
        let product = names::product("parent", &request.parent).map_err(invalid)?;
        let view = self.0.view(&caller, &product, 0).await?;
        let id = TargetId::new(&request.target_id).map_err(|error| field("target_id", error))?;
        let target = request.target.ok_or_else(|| field("target", "is missing"))?;
        let receiver =
            convert::read_receiver("target.receiver", target.receiver.as_ref(), &product)
                .map_err(invalid)?;
        require((&product, &view.state), &caller, &receiver)?;
        self.0.require_receiver(&view.state, &receiver)?;
        let allowed = &self.0.config.alerts.allow_private_targets;
        Address::parse(&target.url, allowed).map_err(|error| field("target.url", error))?;
        let shape = match v1::AlertShape::try_from(target.shape) {
            Ok(v1::AlertShape::Unspecified | v1::AlertShape::Standard) => Shape::Standard,
            Ok(v1::AlertShape::Slack) => Shape::Slack,
            Err(_) => {
                return Err(field("target.shape", format!("{} is no shape", target.shape)));
            }
        };
        let secret = if request.secret.is_empty() {
            Secret::new(rand::random())
        } else {
            Secret::parse(&request.secret).map_err(|error| field("secret", error))?
        };
        let url = target.url.trim().to_owned();
        let made = self.0.clock.now();
        let (by, request) = (Some(caller.actor.person.clone()), asked.map(|asked| (asked, hash)));
        let target = Target { receiver, url, shape, secret, made, by, request };
        let (of, named) = (product.clone(), id.clone());
        let add = move |app: &App| app.alerts.addresses.add_target(&of, &named, target);
        let kept = self.0.aside(add).await?.map_err(|error| not_kept(&error))?;
        tracing::info!(%product, target = %id, receiver = %kept.receiver, by = %caller.actor.person, "an alert target was made");
        Ok(Response::new(v1::CreateAlertTargetResponse {
            target: Some(target_on_wire(&product, &id, &kept)),
            secret: kept.secret.reveal(),
        }))
    }

    async fn remove_alert_target(
        &self,
        request: Request<v1::RemoveAlertTargetRequest>,
    ) -> Answer<v1::RemoveAlertTargetResponse> {
        let caller = self.0.caller(request.metadata())?;
        let name = request.into_inner().name;
        let (product, id) = names::alert_target("name", &name).map_err(invalid)?;
        let view = self.0.view(&caller, &product, 0).await?;
        let held = self.0.alerts.addresses.target(&product, &id).ok_or_else(|| no_target(&id))?;
        require((&product, &view.state), &caller, &held.receiver)?;
        let (of, named) = (product.clone(), id.clone());
        let remove = move |app: &App| app.alerts.addresses.remove_target(&of, &named);
        self.0.aside(remove).await?.map_err(|error| not_kept(&error))?;
        tracing::info!(%product, target = %id, receiver = %held.receiver, by = %caller.actor.person, "an alert target was removed");
        Ok(Response::new(v1::RemoveAlertTargetResponse {}))
    }

    async fn list_alert_targets(
        &self,
        request: Request<v1::ListAlertTargetsRequest>,
    ) -> Answer<v1::ListAlertTargetsResponse> {
        let caller = self.0.caller(request.metadata())?;
        let product = names::product("parent", &request.into_inner().parent).map_err(invalid)?;
        let view = self.0.view(&caller, &product, 0).await?;
        let all = manages(&view.state, &caller);
        let targets = self.0.alerts.addresses.targets(&product);
        let targets = targets
            .iter()
            .filter(|(_, target)| all || is_own(&caller, &target.receiver))
            .map(|(id, target)| target_on_wire(&product, id, target));
        Ok(Response::new(v1::ListAlertTargetsResponse { targets: targets.collect() }))
    }

    async fn list_deliveries(
        &self,
        request: Request<v1::ListDeliveriesRequest>,
    ) -> Answer<v1::ListDeliveriesResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let product = names::product("parent", &request.parent).map_err(invalid)?;
        let (view, outbox) = self.0.with_outbox(&caller, &product).await?;
        let state = v1::DeliveryState::try_from(request.state)
            .map_err(|_| field("state", format!("{} is no state", request.state)))?;
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let query = format!("deliveries {} {}", request.parent, request.state);
        let before: Option<u64> = page::read(&query, &request.page_token)?;
        let stands = |delivery: &Delivery| match (state, delivery.state) {
            (v1::DeliveryState::Unspecified, _)
            | (v1::DeliveryState::Pending, State::Pending { .. })
            | (v1::DeliveryState::Delivered, State::Delivered { .. })
            | (v1::DeliveryState::Dead, State::Dead { .. }) => true,
            (
                v1::DeliveryState::Pending | v1::DeliveryState::Delivered | v1::DeliveryState::Dead,
                State::Pending { .. } | State::Delivered { .. } | State::Dead { .. },
            ) => false,
        };
        let all = manages(&view.state, &caller);
        let mut rest = outbox
            .state
            .deliveries_before(before)
            .filter(|one| stands(one) && (all || is_own(&caller, &one.to.receiver)));
        let rows: Vec<&Arc<Delivery>> = rest.by_ref().take(size).collect();
        let next_page_token = match (rows.last(), rest.next()) {
            (Some(last), Some(_)) => page::write(&query, last.no)?,
            (_, _) => String::new(),
        };
        let deliveries = rows.into_iter().map(|one| on_wire(&product, one)).collect();
        let dropped = if all { outbox.state.dropped() } else { 0 };
        Ok(Response::new(v1::ListDeliveriesResponse { deliveries, next_page_token, dropped }))
    }

    async fn replay_deliveries(
        &self,
        request: Request<v1::ReplayDeliveriesRequest>,
    ) -> Answer<v1::ReplayDeliveriesResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let hash = body_hash("ReplayDeliveries", &request);
        let (mut call, named) = convert::replay(&request).map_err(invalid)?;
        let (view, outbox) = self.0.with_outbox(&caller, &call.product).await?;
        let visible = |no: &u64| {
            let held = outbox.state.delivery(*no);
            held.is_some_and(|held| may_see_delivery(&view.state, &caller, held))
        };
        if let Some(no) = named.iter().find(|no| !visible(no)) {
            return Err(no_delivery(*no));
        }
        if named.is_empty()
            && let Command::Replay { deliveries, .. } = &mut call.command
        {
            *deliveries = outbox.state.dead().filter(|no| visible(no)).take(REPLAYED_MAX).collect();
        }
        let accepted = self.0.tell(&caller, call, hash).await?;
        let replayed: usize = accepted
            .commit
            .events
            .iter()
            .map(|event| match event {
                koepel_domain::outbox::Event::DeliveriesReplayed { deliveries, .. } => {
                    deliveries.len()
                }
                koepel_domain::outbox::Event::NoticesQueued { .. }
                | koepel_domain::outbox::Event::DeliveriesTried { .. }
                | koepel_domain::outbox::Event::RuleSet { .. }
                | koepel_domain::outbox::Event::RuleRemoved { .. }
                | koepel_domain::outbox::Event::TextRedacted { .. } => 0,
            })
            .sum();
        let replayed = u32::try_from(replayed).unwrap_or(u32::MAX);
        Ok(Response::new(v1::ReplayDeliveriesResponse { replayed }))
    }

    async fn get_contact(
        &self,
        request: Request<v1::GetContactRequest>,
    ) -> Answer<v1::GetContactResponse> {
        let caller = self.0.caller(request.metadata())?;
        let person = self.0.contact_of(&caller, &request.into_inner().person, "person")?;
        let contact = Some(self.0.contact_on_wire(&person));
        Ok(Response::new(v1::GetContactResponse { contact }))
    }

    async fn set_contact(
        &self,
        request: Request<v1::SetContactRequest>,
    ) -> Answer<v1::SetContactResponse> {
        let caller = self.0.caller(request.metadata())?;
        let contact = request.into_inner().contact.ok_or_else(|| field("contact", "is missing"))?;
        let person = self.0.contact_of(&caller, &contact.person, "contact.person")?;
        let kept = read_contact(&contact)?;
        let whose = person.clone();
        let set = move |app: &App| app.alerts.addresses.set_contact(&whose, kept);
        let set = self.0.aside(set).await?;
        set.map_err(|error| status::unavailable(format!("it cannot be kept: {error}")))?;
        // Who changed whose, and never to what: that is nowhere but in its file.
        tracing::info!(%person, by = %caller.actor.person, "a contact was changed");
        let contact = Some(self.0.contact_on_wire(&person));
        Ok(Response::new(v1::SetContactResponse { contact }))
    }
}
