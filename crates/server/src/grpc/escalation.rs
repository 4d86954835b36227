//! `EscalationService`.

use std::sync::Arc;

use koepel_api::{
    backlog::scope,
    escalation::{self as convert, Words},
    names,
    v1::{self, escalation_service_server::EscalationService},
};
use koepel_domain::{
    escalations::{Escalation, Ordered, Standing},
    event::Event,
    ids::{DomainId, EscalationNo, PersonId, ProductId, Timestamp},
    language::Language,
    order::ItemNo,
    points::Decider,
    product::Product,
};
use koepel_projections::escalation as words;
use tonic::{Request, Response, Status};

use super::{page, status, story};
use crate::{
    app::{App, Caller, Done},
    sign_in::caller::language,
};

pub(crate) struct Handler(pub(crate) Arc<App>);

type Answer<T> = Result<Response<T>, Status>;

/// An escalation after a command, and the receipt.
type Outcome = (Option<v1::Escalation>, Option<v1::Receipt>);

/// That there is no such escalation.
pub(crate) fn none(id: &ProductId, no: EscalationNo) -> Status {
    let message = format!("there is no escalation {no} in product {id}");
    status::not_found("UNKNOWN_ESCALATION", message)
}

impl App {
    /// Does something with the words that escalations and decisions of a product are told in.
    pub(crate) fn in_words<T>(
        &self,
        product: &Product,
        language: Language,
        with: impl FnOnce(&Words<'_>) -> T,
    ) -> T {
        let name =
            |person: &PersonId| Some(self.directory.name(person)).filter(|name| !name.is_empty());
        with(&Words {
            decider: &|decider: &Decider| match decider {
                Decider::Person(person) => self.directory.name_or_id(person),
                Decider::Seat(..) | Decider::Deputy(..) => {
                    words::decider(product, decider, language)
                }
            },
            ordered: &|ordered: &Ordered| words::ordered(product, ordered, language),
            name: &name,
        })
    }

    fn escalation_out(
        &self,
        id: &ProductId,
        product: &Product,
        (held, language): (&Escalation, Language),
        now: Timestamp,
    ) -> v1::Escalation {
        self.in_words(product, language, |words| convert::escalation(id, product, held, now, words))
    }

    /// The escalation that a command was about, after it, and the receipt.
    fn escalation_after(&self, done: &Done, language: Language) -> Outcome {
        let no = done.accepted.commit.events.iter().find_map(Event::escalation);
        let held = no.and_then(|no| done.product().escalation(no));
        let now = self.clock.now();
        let out =
            held.map(|held| self.escalation_out(&done.id, done.product(), (held, language), now));
        (out, Some(done.receipt()))
    }

    /// As [`Self::escalation_after`], where a command may have changed nothing.
    fn escalation_named(
        &self,
        done: &Done,
        name: &str,
        language: Language,
    ) -> Result<Outcome, Status> {
        let (id, no) = names::escalation("name", name).map_err(|error| status::invalid(&error))?;
        let held = done.product().escalation(no).ok_or_else(|| none(&id, no))?;
        let now = self.clock.now();
        let out = self.escalation_out(&done.id, done.product(), (held, language), now);
        Ok((Some(out), Some(done.receipt())))
    }
}

/// Which escalations were asked for.
struct Wanted {
    domain: Option<DomainId>,
    item: Option<ItemNo>,
    state: Option<v1::EscalationState>,
    mine: Option<PersonId>,
    /// Who may decide is asked of this moment.
    at: Timestamp,
}

impl Wanted {
    fn has(&self, product: &Product, held: &Escalation) -> bool {
        let state = match held.standing {
            Standing::Open => v1::EscalationState::Open,
            Standing::Decided(_) => v1::EscalationState::Decided,
            Standing::Withdrawn(_) => v1::EscalationState::Withdrawn,
        };
        let of = |id: &DomainId| {
            let no = product.domain_by_id(id).map(|(no, _)| no);
            no.is_some_and(|no| held.domains.contains(&no))
        };
        let may =
            |person: &PersonId| held.is_open() && product.deciders(held, self.at).contains(person);
        self.state.is_none_or(|wanted| wanted == state)
            && self.domain.as_ref().is_none_or(of)
            && self.item.is_none_or(|item| held.items.contains(&item))
            && self.mine.as_ref().is_none_or(may)
    }
}

impl App {
    async fn list_escalations(
        &self,
        caller: &Caller,
        request: v1::ListEscalationsRequest,
    ) -> Result<v1::ListEscalationsResponse, Status> {
        let invalid = |error| status::invalid(&error);
        let (id, domain) = scope(&request.parent).map_err(invalid)?;
        let as_of = request.as_of.as_ref();
        let view = self.view_as_of(caller, &id, request.min_version, as_of).await?;
        let product = &view.state;
        if let Some(domain) = &domain
            && product.domain_by_id(domain).is_none()
        {
            let message = format!("there is no domain {domain} in product {id}");
            return Err(status::not_found("UNKNOWN_DOMAIN", message));
        }
        if request.all && request.state != 0 {
            let what = "cannot be said together with `state`; leave one of them out";
            return Err(invalid(koepel_api::check::Invalid::field("all", what)));
        }
        let state = match v1::EscalationState::try_from(request.state) {
            Ok(v1::EscalationState::Unspecified) => v1::EscalationState::Open,
            Ok(state) => state,
            Err(_) => {
                let what = format_args!("{} is no state", request.state).to_string();
                return Err(invalid(koepel_api::check::Invalid::field("state", what)));
            }
        };
        let item = match request.item.as_str() {
            "" => None,
            name => {
                let key = names::item_of("item", name, &id).map_err(invalid)?;
                let unknown = || format!("there is no item {key} in product {id}");
                let no = product.item_no(&key);
                Some(no.ok_or_else(|| status::not_found("UNKNOWN_ITEM", unknown()))?)
            }
        };
        let wanted = Wanted {
            domain,
            item,
            state: (!request.all).then_some(state),
            mine: request.mine.then(|| caller.actor.person.clone()),
            at: self.moment(&id, &view, as_of).await?,
        };
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let query = format!(
            "escalations {} {} {} {} {} {as_of:?}",
            request.parent, request.item, request.state, request.all, request.mine
        );
        let before: Option<u32> = page::read(&query, &request.page_token)?;
        let before = before.unwrap_or(u32::MAX);
        // Open ones are few among all there ever were.
        let mut found: Vec<&Escalation> = if wanted.state == Some(v1::EscalationState::Open) {
            let open: Vec<_> = product.open_escalations().collect();
            let older = open.into_iter().rev().filter(|held| held.no.0 < before);
            older.filter(|held| wanted.has(product, held)).take(size + 1).collect()
        } else {
            let older = product.escalations().rev().filter(|held| held.no.0 < before);
            older.filter(|held| wanted.has(product, held)).take(size + 1).collect()
        };
        let more = found.len() > size;
        found.truncate(size);
        let next_page_token = match found.last().filter(|_| more) {
            Some(last) => page::write(&query, last.no.0)?,
            None => String::new(),
        };
        let out = |held: &&Escalation| {
            self.escalation_out(&id, product, (held, caller.language), wanted.at)
        };
        let escalations = found.iter().map(out);
        Ok(v1::ListEscalationsResponse {
            escalations: escalations.collect(),
            next_page_token,
            version: product.version().0,
        })
    }

    async fn get_escalation(
        &self,
        caller: &Caller,
        request: v1::GetEscalationRequest,
    ) -> Result<v1::GetEscalationResponse, Status> {
        let (id, no) =
            names::escalation("name", &request.name).map_err(|error| status::invalid(&error))?;
        let as_of = request.as_of.as_ref();
        let view = self.view_as_of(caller, &id, request.min_version, as_of).await?;
        let then = self.moment(&id, &view, as_of).await?;
        let held = view.state.escalation(no).ok_or_else(|| none(&id, no))?;
        // The text is in the log only.
        let commit = self.commit(&id, held.raised.version.0).await?;
        let text = commit.events.iter().find_map(|event| {
            if let Event::EscalationRaised(raised) = event {
                Some(raised.text.to_string())
            } else {
                None
            }
        });
        Ok(v1::GetEscalationResponse {
            escalation: Some(self.escalation_out(&id, &view.state, (held, caller.language), then)),
            text: text.unwrap_or_default(),
            version: view.state.version().0,
        })
    }
}

#[tonic::async_trait]
impl EscalationService for Handler {
    async fn raise_escalation(
        &self,
        request: Request<v1::RaiseEscalationRequest>,
    ) -> Answer<v1::RaiseEscalationResponse> {
        let language = language(request.metadata());
        let done = self.0.run("RaiseEscalation", request, convert::raise).await?;
        let (escalation, receipt) = self.0.escalation_after(&done, language);
        Ok(Response::new(v1::RaiseEscalationResponse { escalation, receipt }))
    }

    async fn acknowledge_escalation(
        &self,
        request: Request<v1::AcknowledgeEscalationRequest>,
    ) -> Answer<v1::AcknowledgeEscalationResponse> {
        let name = request.get_ref().name.clone();
        let language = language(request.metadata());
        let done = self.0.run("AcknowledgeEscalation", request, convert::acknowledge).await?;
        let (escalation, receipt) = self.0.escalation_named(&done, &name, language)?;
        Ok(Response::new(v1::AcknowledgeEscalationResponse { escalation, receipt }))
    }

    async fn comment_escalation(
        &self,
        request: Request<v1::CommentEscalationRequest>,
    ) -> Answer<v1::CommentEscalationResponse> {
        let language = language(request.metadata());
        let done = self.0.run("CommentEscalation", request, convert::comment).await?;
        let (escalation, receipt) = self.0.escalation_after(&done, language);
        Ok(Response::new(v1::CommentEscalationResponse { escalation, receipt }))
    }

    async fn decide_escalation(
        &self,
        request: Request<v1::DecideEscalationRequest>,
    ) -> Answer<v1::DecideEscalationResponse> {
        let language = language(request.metadata());
        let done = self.0.run("DecideEscalation", request, convert::decide).await?;
        let decision = done.accepted.commit.events.iter().find_map(|event| {
            if let Event::EscalationDecided(decided) = event {
                Some(decided.decision)
            } else {
                None
            }
        });
        let (escalation, receipt) = self.0.escalation_after(&done, language);
        let decision = decision.map(|no| names::of_decision(&done.id, no)).unwrap_or_default();
        Ok(Response::new(v1::DecideEscalationResponse { escalation, decision, receipt }))
    }

    async fn withdraw_escalation(
        &self,
        request: Request<v1::WithdrawEscalationRequest>,
    ) -> Answer<v1::WithdrawEscalationResponse> {
        let language = language(request.metadata());
        let done = self.0.run("WithdrawEscalation", request, convert::withdraw).await?;
        let (escalation, receipt) = self.0.escalation_after(&done, language);
        Ok(Response::new(v1::WithdrawEscalationResponse { escalation, receipt }))
    }

    async fn reopen_escalation(
        &self,
        request: Request<v1::ReopenEscalationRequest>,
    ) -> Answer<v1::ReopenEscalationResponse> {
        let language = language(request.metadata());
        let done = self.0.run("ReopenEscalation", request, convert::reopen).await?;
        let (escalation, receipt) = self.0.escalation_after(&done, language);
        Ok(Response::new(v1::ReopenEscalationResponse { escalation, receipt }))
    }

    async fn get_escalation(
        &self,
        request: Request<v1::GetEscalationRequest>,
    ) -> Answer<v1::GetEscalationResponse> {
        let caller = self.0.caller(request.metadata())?;
        Ok(Response::new(self.0.get_escalation(&caller, request.into_inner()).await?))
    }

    async fn list_escalations(
        &self,
        request: Request<v1::ListEscalationsRequest>,
    ) -> Answer<v1::ListEscalationsResponse> {
        let caller = self.0.caller(request.metadata())?;
        Ok(Response::new(self.0.list_escalations(&caller, request.into_inner()).await?))
    }

    async fn list_escalation_history(
        &self,
        request: Request<v1::ListEscalationHistoryRequest>,
    ) -> Answer<v1::ListEscalationHistoryResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        Ok(Response::new(story::escalation_history(&self.0, &caller, request).await?))
    }
}
