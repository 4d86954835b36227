//! `DirectoryService`.

use std::sync::Arc;

use koepel_api::{
    common::{role, timestamp},
    directory::{self as convert, Asked},
    escalation, names,
    role::term,
    v1::{self, directory_service_server::DirectoryService},
};
use koepel_domain::{
    command::Command,
    directory,
    ids::{DomainId, PersonId, ProductId, Timestamp},
    language::Language,
    mandate::Actor,
    points::Decider,
    product::Product,
    roles::Role,
    text::Question,
};
use koepel_projections::words::{Match, words};
use tonic::{Request, Response, Status};

use super::{page, status};
use crate::{
    app::{App, Caller, log_name},
    owner::{Found, Subject, find},
};

pub(crate) struct Handler(pub(crate) Arc<App>);

type Answer<T> = Result<Response<T>, Status>;

/// The seat that answers for what was found, and its domain; none where one person is named.
fn seat_of<'a>(product: &'a Product, found: &'a Found) -> Option<(Role, Option<&'a DomainId>)> {
    match &found.decider {
        Some(Decider::Seat(role, domain) | Decider::Deputy(role, domain)) => {
            Some((*role, domain.as_ref()))
        }
        Some(Decider::Person(_)) => None,
        None => {
            let domain = found.subject.domain().and_then(|no| product.domain(no));
            let role = if domain.is_some() { Role::DomainPo } else { Role::ChiefPo };
            Some((role, domain.map(|domain| &domain.id)))
        }
    }
}

/// One accountable seat on the wire, with whoever sits in it at a moment; or the one person who decides.
fn owner(
    (app, language): (&App, Language),
    id: &ProductId,
    product: &Product,
    now: Timestamp,
    found: &Found,
) -> v1::Owner {
    let seat = seat_of(product, found);
    let of = seat.and_then(|(_, domain)| domain);
    let domain = of.and_then(|of| product.domain_by_id(of)).map(|(_, domain)| domain);
    let holder = seat.and_then(|(role, of)| product.tenure_at(role, of, now));
    let deputy = seat.and_then(|(role, of)| product.deputy_tenure_at(role, of, now));
    let chief = || {
        let deputy = product.deputy_at(Role::ChiefPo, None, now);
        deputy.or_else(|| product.holder_at(Role::ChiefPo, None, now))
    };
    let named = match &found.decider {
        Some(Decider::Person(person)) => Some(person),
        Some(Decider::Seat(..) | Decider::Deputy(..)) | None => None,
    };
    let person = named.or(holder.map(|(person, _)| person));
    let ask = named.or(deputy.or(holder).map(|(person, _)| person)).or_else(chief);
    let name = |person: Option<&PersonId>| person.map_or_else(String::new, names::of_person);
    let shown =
        |person: Option<&PersonId>| person.map_or_else(String::new, |one| app.directory.name(one));
    v1::Owner {
        role: seat.map_or(v1::Role::Unspecified, |(seat, _)| role(seat)).into(),
        domain: of.map_or_else(String::new, |of| names::of_domain(id, of)),
        domain_display_name: domain.map_or_else(String::new, |domain| domain.name.to_string()),
        person: name(person),
        person_display_name: shown(person),
        since_time: holder.map(|(_, held)| timestamp(held.begun())),
        term: holder.and_then(|(_, held)| held.term.as_ref()).map(term),
        deputy: name(deputy.map(|(person, _)| person)),
        deputy_display_name: shown(deputy.map(|(person, _)| person)),
        deputy_term: deputy.and_then(|(_, held)| held.term.as_ref()).map(term),
        ask: name(ask),
        ask_display_name: shown(ask),
        found_by: words(language).understood(&found.by, product),
        subject: match found.subject {
            Subject::Whole => String::new(),
            Subject::Domain(_) => of.map_or_else(String::new, |of| names::of_domain(id, of)),
            Subject::Item(_, no) => {
                product.key(no).map_or_else(String::new, |key| names::of_item(id, &key))
            }
            Subject::Entry(_, no) => names::of_entry(id, no),
        },
        decider: found.decider.as_ref().map(|decider| escalation::decider(id, decider)),
    }
}

impl Handler {
    fn gap(&self, id: &ProductId, gap: &directory::Gap) -> v1::Gap {
        convert::gap(id, gap, self.0.directory.name(&gap.asked_by))
    }

    /// Notes a question that had no answer, as the service's own act: whoever asks may only read. One that is noted already,
    /// or one too many, or one that cannot be noted now, changes nothing, and the answer is the same.
    async fn note(
        &self,
        caller: &Caller,
        id: &ProductId,
        product: &Product,
        question: Question,
    ) -> Result<Option<v1::Gap>, Status> {
        if let Some(gap) = product.gap_of(&question) {
            return Ok(Some(self.gap(id, gap)));
        }
        if product.gaps_full() {
            return Ok(None);
        }
        let asked_by = caller.actor.person.clone();
        let record = directory::Command::Record { question: question.clone(), asked_by };
        let actor = Actor::system(self.0.clock.now());
        let request = self.0.request_of(actor, Command::Directory(record));
        match self.0.products.execute(&log_name(id)?, request).await {
            Ok(accepted) => Ok(accepted.view.state.gap_of(&question).map(|gap| self.gap(id, gap))),
            Err(error) => {
                tracing::warn!(product = %id, %error, "a gap of the directory was not noted");
                Ok(None)
            }
        }
    }
}

#[tonic::async_trait]
impl DirectoryService for Handler {
    async fn find_owner(
        &self,
        request: Request<v1::FindOwnerRequest>,
    ) -> Answer<v1::FindOwnerResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let min_version = request.min_version;
        let (id, asked) = convert::asked(request).map_err(|error| status::invalid(&error))?;
        let view = self.0.view(&caller, &id, min_version).await?;
        let (product, now) = (&view.state, self.0.clock.now());
        let mut found = find(product, &asked).map_err(|error| status::refused(&id, &error))?;
        let fallback = found.is_empty();
        if fallback {
            found.push(Found::of(Subject::Whole, Match::Nothing));
        }
        let gap = match asked {
            Asked::Words(question) if fallback => {
                self.note(&caller, &id, product, question).await?
            }
            Asked::Words(_)
            | Asked::Domain(_)
            | Asked::Item(_)
            | Asked::Entry(_)
            | Asked::Topic(..) => None,
        };
        let mut owners =
            found.iter().map(|found| owner((&self.0, caller.language), &id, product, now, found));
        Ok(Response::new(v1::FindOwnerResponse {
            owner: owners.next(),
            others: owners.collect(),
            fallback,
            gap,
            version: product.version().0,
        }))
    }

    async fn list_gaps(
        &self,
        request: Request<v1::ListGapsRequest>,
    ) -> Answer<v1::ListGapsResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let id =
            names::product("parent", &request.parent).map_err(|error| status::invalid(&error))?;
        let view = self.0.view(&caller, &id, request.min_version).await?;
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let query = format!("gaps {}", request.parent);
        let after: Option<u32> = page::read(&query, &request.page_token)?;
        let later = view.state.gaps().filter(|gap| after.is_none_or(|after| gap.no > after));
        let mut found: Vec<_> = later.take(size + 1).collect();
        let more = found.len() > size;
        found.truncate(size);
        let next_page_token = match found.last().filter(|_| more) {
            Some(gap) => page::write(&query, gap.no)?,
            None => String::new(),
        };
        Ok(Response::new(v1::ListGapsResponse {
            gaps: found.into_iter().map(|gap| self.gap(&id, gap)).collect(),
            next_page_token,
            version: view.state.version().0,
        }))
    }

    async fn resolve_gap(
        &self,
        request: Request<v1::ResolveGapRequest>,
    ) -> Answer<v1::ResolveGapResponse> {
        let done = self.0.run("ResolveGap", request, convert::resolve).await?;
        Ok(Response::new(v1::ResolveGapResponse { receipt: Some(done.receipt()) }))
    }
}
