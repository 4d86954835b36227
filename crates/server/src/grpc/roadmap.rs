//! `RoadmapService`.

use std::sync::Arc;

use koepel_api::{
    names, roadmap as convert,
    v1::{self, roadmap_service_server::RoadmapService},
};
use koepel_domain::{
    event::Event,
    ids::{DomainId, EntryNo, GoalId, ProductId},
    product::Product,
    roadmap::Entry,
};
use tonic::{Request, Response, Status};

use super::{page, status, story};
use crate::app::{App, Caller, Done};

pub(crate) struct Handler(pub(crate) Arc<App>);

type Answer<T> = Result<Response<T>, Status>;

/// That there is no such entry.
pub(crate) fn no_entry(id: &ProductId, no: EntryNo) -> Status {
    let message = format!("there is no roadmap entry {no} in product {id}");
    status::not_found("UNKNOWN_ENTRY", message)
}

/// An entry after a command.
fn entry_after(done: &Done, no: EntryNo) -> Result<v1::RoadmapEntry, Status> {
    let found = done.product().entry(no).ok_or_else(|| no_entry(&done.id, no))?;
    Ok(convert::entry(&done.id, done.product(), found))
}

/// A goal after a command.
fn goal_after(done: &Done, id: &GoalId) -> Option<v1::Goal> {
    done.product().goal_by_id(id).map(|(_, goal)| convert::goal(&done.id, goal))
}

fn vision_out(app: &App, id: &ProductId, product: &Product) -> Option<v1::Vision> {
    let vision = product.vision()?;
    Some(convert::vision(id, vision, app.directory.name(&vision.by)))
}

/// Whether an entry is of those that were asked for.
struct Wanted {
    domain: Option<DomainId>,
    goal: Option<GoalId>,
    release: String,
}

impl Wanted {
    fn has(&self, product: &Product, entry: &Entry) -> bool {
        let of = product.domain(entry.domain).map(|domain| &domain.id);
        let goal = || product.goal_id(entry.goal);
        let release = entry.release.as_ref().map_or("", |release| release.as_str());
        (self.domain.is_none() || self.domain.as_ref() == of)
            && (self.goal.is_none() || self.goal == goal())
            && (self.release.is_empty() || self.release == release)
    }
}

impl App {
    async fn list_entries(
        &self,
        caller: &Caller,
        request: v1::ListRoadmapEntriesRequest,
    ) -> Result<v1::ListRoadmapEntriesResponse, Status> {
        let invalid = |error| status::invalid(&error);
        let (id, domain) = koepel_api::backlog::scope(&request.parent).map_err(invalid)?;
        let goal = names::goal_of("goal", &request.goal, &id).map_err(invalid)?;
        let as_of = request.as_of.as_ref();
        let view = self.view_as_of(caller, &id, request.min_version, as_of).await?;
        let product = &view.state;
        if let Some(domain) = &domain
            && product.domain_by_id(domain).is_none()
        {
            let message = format!("there is no domain {domain} in product {id}");
            return Err(status::not_found("UNKNOWN_DOMAIN", message));
        }
        let wanted = Wanted { domain, goal, release: request.release.trim().to_owned() };
        let mut found: Vec<&Entry> =
            product.entries().filter(|entry| wanted.has(product, entry)).collect();
        found.sort_by_key(|entry| (entry.when.rank(), entry.no));
        let total_size = u32::try_from(found.len()).unwrap_or(u32::MAX);
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let query = format!("roadmap {} {} {}", request.parent, request.goal, request.release);
        let token: Option<(u32, u64)> = page::read(&query, &request.page_token)?;
        // After the last page's last entry; if that is gone, at its index.
        let begin = token.map_or(0, |(last, index)| {
            let after = found.iter().position(|entry| entry.no.0 == last).map(|at| at + 1);
            after.unwrap_or_else(|| usize::try_from(index).unwrap_or(usize::MAX))
        });
        let rest = found.get(begin.min(found.len())..).unwrap_or(&[]);
        let rows = rest.get(..size).unwrap_or(rest);
        let next_page_token = match rows.last().filter(|_| rows.len() < rest.len()) {
            Some(last) => {
                let index = u64::try_from(begin + rows.len()).unwrap_or(u64::MAX);
                page::write(&query, (last.no.0, index))?
            }
            None => String::new(),
        };
        Ok(v1::ListRoadmapEntriesResponse {
            entries: rows.iter().map(|entry| convert::entry(&id, product, entry)).collect(),
            next_page_token,
            version: product.version().0,
            total_size,
        })
    }
}

#[tonic::async_trait]
impl RoadmapService for Handler {
    async fn create_roadmap_entry(
        &self,
        request: Request<v1::CreateRoadmapEntryRequest>,
    ) -> Answer<v1::CreateRoadmapEntryResponse> {
        let done = self.0.run("CreateRoadmapEntry", request, convert::create_entry).await?;
        let no = done.accepted.commit.events.iter().find_map(Event::entry);
        let no = no.ok_or_else(|| status::internal("an entry that was not made".to_owned()))?;
        let (entry, receipt) = (entry_after(&done, no)?, done.receipt());
        let (entry, receipt) = (Some(entry), Some(receipt));
        Ok(Response::new(v1::CreateRoadmapEntryResponse { entry, receipt }))
    }

    async fn get_roadmap_entry(
        &self,
        request: Request<v1::GetRoadmapEntryRequest>,
    ) -> Answer<v1::GetRoadmapEntryResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let (id, no) =
            names::entry("name", &request.name).map_err(|error| status::invalid(&error))?;
        let as_of = request.as_of.as_ref();
        let view = self.0.view_as_of(&caller, &id, request.min_version, as_of).await?;
        let entry = view.state.entry(no).ok_or_else(|| no_entry(&id, no))?;
        Ok(caller.shown(v1::GetRoadmapEntryResponse {
            entry: Some(convert::entry(&id, &view.state, entry)),
            version: view.state.version().0,
        }))
    }

    async fn list_roadmap_entries(
        &self,
        request: Request<v1::ListRoadmapEntriesRequest>,
    ) -> Answer<v1::ListRoadmapEntriesResponse> {
        let caller = self.0.caller(request.metadata())?;
        let answer = self.0.list_entries(&caller, request.into_inner()).await?;
        Ok(caller.shown(answer))
    }

    async fn update_roadmap_entry(
        &self,
        request: Request<v1::UpdateRoadmapEntryRequest>,
    ) -> Answer<v1::UpdateRoadmapEntryResponse> {
        let name = request.get_ref().entry.as_ref().map(|entry| entry.name.clone());
        let done = self.0.run("UpdateRoadmapEntry", request, convert::update_entry).await?;
        let (_, no) = names::entry("entry.name", &name.unwrap_or_default())
            .map_err(|error| status::invalid(&error))?;
        let (entry, receipt) = (Some(entry_after(&done, no)?), Some(done.receipt()));
        Ok(Response::new(v1::UpdateRoadmapEntryResponse { entry, receipt }))
    }

    async fn remove_roadmap_entry(
        &self,
        request: Request<v1::RemoveRoadmapEntryRequest>,
    ) -> Answer<v1::RemoveRoadmapEntryResponse> {
        let name = request.get_ref().name.clone();
        let done = self.0.run("RemoveRoadmapEntry", request, convert::remove_entry).await?;
        let (_, no) = names::entry("name", &name).map_err(|error| status::invalid(&error))?;
        let (entry, receipt) = (Some(entry_after(&done, no)?), Some(done.receipt()));
        Ok(Response::new(v1::RemoveRoadmapEntryResponse { entry, receipt }))
    }

    async fn list_roadmap_entry_history(
        &self,
        request: Request<v1::ListRoadmapEntryHistoryRequest>,
    ) -> Answer<v1::ListRoadmapEntryHistoryResponse> {
        let caller = self.0.caller(request.metadata())?;
        story::entry_history(&self.0, &caller, request.into_inner()).await.map(Response::new)
    }

    async fn publish_vision(
        &self,
        request: Request<v1::PublishVisionRequest>,
    ) -> Answer<v1::PublishVisionResponse> {
        let done = self.0.run("PublishVision", request, convert::publish_vision).await?;
        let vision = vision_out(&self.0, &done.id, done.product());
        Ok(Response::new(v1::PublishVisionResponse { vision, receipt: Some(done.receipt()) }))
    }

    async fn get_vision(
        &self,
        request: Request<v1::GetVisionRequest>,
    ) -> Answer<v1::GetVisionResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let id = names::vision("name", &request.name).map_err(|error| status::invalid(&error))?;
        let as_of = request.as_of.as_ref();
        let view = self.0.view_as_of(&caller, &id, request.min_version, as_of).await?;
        let none = || {
            let message = format!("product {id} has no vision yet; its Chief PO publishes one");
            status::not_found("NO_VISION", message)
        };
        let vision = vision_out(&self.0, &id, &view.state).ok_or_else(none)?;
        let version = view.state.version().0;
        Ok(caller.shown(v1::GetVisionResponse { vision: Some(vision), version }))
    }

    async fn create_goal(
        &self,
        request: Request<v1::CreateGoalRequest>,
    ) -> Answer<v1::CreateGoalResponse> {
        let goal = request.get_ref().goal_id.clone();
        let done = self.0.run("CreateGoal", request, convert::create_goal).await?;
        let goal = GoalId::new(&goal).map_err(|error| status::internal(error.to_string()))?;
        let (goal, receipt) = (goal_after(&done, &goal), Some(done.receipt()));
        Ok(Response::new(v1::CreateGoalResponse { goal, receipt }))
    }

    async fn update_goal(
        &self,
        request: Request<v1::UpdateGoalRequest>,
    ) -> Answer<v1::UpdateGoalResponse> {
        let name = request.get_ref().goal.as_ref().map(|goal| goal.name.clone());
        let done = self.0.run("UpdateGoal", request, convert::update_goal).await?;
        let (_, goal) = names::goal("goal.name", &name.unwrap_or_default())
            .map_err(|error| status::invalid(&error))?;
        let (goal, receipt) = (goal_after(&done, &goal), Some(done.receipt()));
        Ok(Response::new(v1::UpdateGoalResponse { goal, receipt }))
    }

    async fn close_goal(
        &self,
        request: Request<v1::CloseGoalRequest>,
    ) -> Answer<v1::CloseGoalResponse> {
        let name = request.get_ref().name.clone();
        let done = self.0.run("CloseGoal", request, convert::close_goal).await?;
        let (_, goal) = names::goal("name", &name).map_err(|error| status::invalid(&error))?;
        let (goal, receipt) = (goal_after(&done, &goal), Some(done.receipt()));
        Ok(Response::new(v1::CloseGoalResponse { goal, receipt }))
    }

    async fn list_goals(
        &self,
        request: Request<v1::ListGoalsRequest>,
    ) -> Answer<v1::ListGoalsResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let id =
            names::product("parent", &request.parent).map_err(|error| status::invalid(&error))?;
        let as_of = request.as_of.as_ref();
        let view = self.0.view_as_of(&caller, &id, request.min_version, as_of).await?;
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let query = format!("goals {}", request.parent);
        let begin: usize = page::read(&query, &request.page_token)?.unwrap_or(0);
        let goals: Vec<_> = view.state.goals().skip(begin).take(size).collect();
        let more = begin + goals.len() < view.state.goals().count();
        let next_page_token =
            if more { page::write(&query, begin + goals.len())? } else { String::new() };
        Ok(caller.shown(v1::ListGoalsResponse {
            goals: goals.into_iter().map(|goal| convert::goal(&id, goal)).collect(),
            next_page_token,
            version: view.state.version().0,
        }))
    }
}
