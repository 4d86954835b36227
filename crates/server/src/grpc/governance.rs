//! `GovernanceService`.

use std::sync::Arc;

use koepel_api::{
    common::read_topic,
    governance as convert, names,
    v1::{self, governance_service_server::GovernanceService},
};
use koepel_domain::{decisions::Decision, points::Topic, product::Product};
use tonic::{Request, Response, Status};

use super::{page, status};
use crate::app::{App, Caller};

pub(crate) struct Handler(pub(crate) Arc<App>);

type Answer<T> = Result<Response<T>, Status>;

/// Which decisions were asked for.
struct Wanted {
    words: Vec<String>,
    topic: Option<Topic>,
    in_force: bool,
    not_followed: bool,
}

impl Wanted {
    fn has(&self, product: &Product, held: &Decision) -> bool {
        self.topic.is_none_or(|topic| topic == held.topic)
            && (!self.in_force || held.is_in_force())
            && (!self.not_followed || held.not_followed.is_some())
            && (self.words.is_empty() || self.speaks_of(product, held))
    }

    /// Whether all the words are in what the decision says, or in the keys of the items that it changed or was about.
    fn speaks_of(&self, product: &Product, held: &Decision) -> bool {
        let mut text = format!("{} {}", held.outcome, held.reason);
        for ordered in &held.orders {
            text.push_str(&format!(" {}", ordered.item()));
        }
        if let Some(about) = product.escalation(held.escalation) {
            text.push_str(&format!(" {}", about.title));
            about.options.iter().for_each(|one| text.push_str(&format!(" {}", one.title)));
            let keys = about.items.iter().filter_map(|no| product.key(*no));
            keys.for_each(|key| text.push_str(&format!(" {key}")));
        }
        let text = text.to_lowercase();
        self.words.iter().all(|word| text.contains(word))
    }
}

impl App {
    async fn list_decisions(
        &self,
        caller: &Caller,
        request: v1::ListDecisionsRequest,
    ) -> Result<v1::ListDecisionsResponse, Status> {
        let invalid = |error| status::invalid(&error);
        let id = names::product("parent", &request.parent).map_err(invalid)?;
        if request.query.chars().count() > 200 {
            let long = koepel_api::check::Invalid::field("query", "is longer than 200 characters");
            return Err(invalid(long));
        }
        let wanted = Wanted {
            words: request.query.to_lowercase().split_whitespace().map(str::to_owned).collect(),
            topic: read_topic("topic", request.topic).map_err(invalid)?,
            in_force: request.in_force,
            not_followed: request.not_followed,
        };
        let as_of = request.as_of.as_ref();
        let view = self.view_as_of(caller, &id, request.min_version, as_of).await?;
        let product = &view.state;
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let query = format!(
            "decisions {} {:?} {} {} {} {as_of:?}",
            request.parent, request.query, request.topic, request.in_force, request.not_followed
        );
        let before: Option<u32> = page::read(&query, &request.page_token)?;
        let older = product.decisions().rev();
        let older = older.filter(|held| before.is_none_or(|before| held.no.0 < before));
        let mut found: Vec<&Decision> =
            older.filter(|held| wanted.has(product, held)).take(size + 1).collect();
        let more = found.len() > size;
        found.truncate(size);
        let next_page_token = match found.last().filter(|_| more) {
            Some(last) => page::write(&query, last.no.0)?,
            None => String::new(),
        };
        let decisions = self.in_words(product, caller.language, |words| {
            found.iter().map(|held| convert::decision(&id, product, held, words)).collect()
        });
        let version = product.version().0;
        Ok(v1::ListDecisionsResponse { decisions, next_page_token, version })
    }
}

#[tonic::async_trait]
impl GovernanceService for Handler {
    async fn get_decision(
        &self,
        request: Request<v1::GetDecisionRequest>,
    ) -> Answer<v1::GetDecisionResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let (id, no) =
            names::decision("name", &request.name).map_err(|error| status::invalid(&error))?;
        let as_of = request.as_of.as_ref();
        let view = self.0.view_as_of(&caller, &id, request.min_version, as_of).await?;
        let product = &view.state;
        let held = product.decision(no).ok_or_else(|| {
            let message = format!("there is no decision {no} in product {id}");
            status::not_found("UNKNOWN_DECISION", message)
        })?;
        let decision = self.0.in_words(product, caller.language, |words| {
            convert::decision(&id, product, held, words)
        });
        let (decision, version) = (Some(decision), product.version().0);
        Ok(Response::new(v1::GetDecisionResponse { decision, version }))
    }

    async fn list_decisions(
        &self,
        request: Request<v1::ListDecisionsRequest>,
    ) -> Answer<v1::ListDecisionsResponse> {
        let caller = self.0.caller(request.metadata())?;
        Ok(Response::new(self.0.list_decisions(&caller, request.into_inner()).await?))
    }
}
