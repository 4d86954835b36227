//! `AdminService`: people, tokens, status, backup.

use std::{pin::Pin, sync::Arc};

use koepel_api::{
    admin as convert,
    common::{request_id, timestamp},
    names,
    v1::{self, admin_service_server::AdminService},
};
use koepel_domain::{
    ids::{PersonId, TokenId},
    system::{self, Command, System},
};
use koepel_engine::Accepted;
use koepel_event_log::{EventLog as _, Hash, Stats};
use tokio_stream::{Stream, StreamExt as _, wrappers::ReceiverStream};
use tonic::{Request, Response, Status};

use super::{page, status};
use crate::{
    app::{App, Caller, body_hash},
    backup,
    clock::GoesByItself,
    ids,
};

pub(crate) struct Handler(pub(crate) Arc<App>);

type Answer<T> = Result<Response<T>, Status>;

impl App {
    /// Gives a command to the server itself.
    pub(crate) async fn run_system(
        &self,
        caller: &Caller,
        command: Command,
        request: &str,
        body_hash: Hash,
    ) -> Result<Accepted<System>, Status> {
        caller.require_administrator()?;
        let request_id = request_id(request).map_err(|error| status::invalid(&error))?;
        let request = self.request(caller, command, request_id, body_hash);
        let accepted = self.system.create(&self.system_name, request).await;
        accepted.map_err(|error| status::engine(&error, status::system_refused))
    }
}

fn receipt(accepted: &Accepted<System>) -> v1::Receipt {
    v1::Receipt {
        product: "products/system".to_owned(),
        version: accepted.commit.version.0,
        time: Some(timestamp(accepted.commit.time)),
    }
}

fn person_of(accepted: &Accepted<System>) -> Option<PersonId> {
    accepted.commit.events.iter().find_map(|event| match event {
        system::Event::PersonAdded { person, .. } => Some(person.clone()),
        system::Event::TokenIssued { .. }
        | system::Event::TokenRevoked { .. }
        | system::Event::TextRedacted { .. } => None,
    })
}

fn token_of(accepted: &Accepted<System>) -> Option<TokenId> {
    accepted.commit.events.iter().find_map(|event| match event {
        system::Event::TokenIssued { token, .. } => Some(token.clone()),
        system::Event::PersonAdded { .. }
        | system::Event::TokenRevoked { .. }
        | system::Event::TextRedacted { .. } => None,
    })
}

#[tonic::async_trait]
impl AdminService for Handler {
    type BackupStream = Pin<Box<dyn Stream<Item = Result<v1::BackupResponse, Status>> + Send>>;

    async fn who_am_i(&self, request: Request<v1::WhoAmIRequest>) -> Answer<v1::WhoAmIResponse> {
        let caller = self.0.caller(request.metadata())?;
        let view = Arc::clone(&self.0.system_view.borrow());
        let id = &caller.actor.person;
        let name = self.0.directory.name(id);
        let person = view.state.person(id).map(|person| convert::person(id, person, name));
        let token =
            view.state.token(&caller.token).map(|token| convert::token(&caller.token, token));
        Ok(Response::new(v1::WhoAmIResponse { person, token }))
    }

    async fn create_person(
        &self,
        request: Request<v1::CreatePersonRequest>,
    ) -> Answer<v1::CreatePersonResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let body_hash = body_hash("CreatePerson", &request);
        let (command, _, name) = convert::create_person(&request, ids::person())
            .map_err(|error| status::invalid(&error))?;
        let accepted = self.0.run_system(&caller, command, &request.request_id, body_hash).await?;
        // A repetition finds the id that was made the first time.
        let id = person_of(&accepted)
            .ok_or_else(|| status::internal("a person without an id".to_owned()))?;
        if let Some(name) = name {
            self.0.directory.set(&id, name).map_err(|error| {
                status::internal(format!("the directory cannot be written: {error}"))
            })?;
        }
        let view = &accepted.view.state;
        let person =
            view.person(&id).map(|person| convert::person(&id, person, self.0.directory.name(&id)));
        Ok(Response::new(v1::CreatePersonResponse { person, receipt: Some(receipt(&accepted)) }))
    }

    async fn list_people(
        &self,
        request: Request<v1::ListPeopleRequest>,
    ) -> Answer<v1::ListPeopleResponse> {
        let caller = self.0.caller(request.metadata())?;
        caller.require_administrator()?;
        let request = request.into_inner();
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let after: Option<PersonId> = page::read("people", &request.page_token)?;
        let view = Arc::clone(&self.0.system_view.borrow());
        let mut found: Vec<_> = view.state.people_after(after.as_ref()).take(size + 1).collect();
        let more = found.len() > size;
        found.truncate(size);
        let next_page_token = match found.last().filter(|_| more) {
            Some((id, _)) => page::write("people", (*id).clone())?,
            None => String::new(),
        };
        let people = found
            .into_iter()
            .map(|(id, person)| convert::person(id, person, self.0.directory.name(id)))
            .collect();
        Ok(Response::new(v1::ListPeopleResponse { people, next_page_token }))
    }

    async fn create_token(
        &self,
        request: Request<v1::CreateTokenRequest>,
    ) -> Answer<v1::CreateTokenResponse> {
        let caller = self.0.caller(request.metadata())?;
        caller.require_administrator()?;
        let request = request.into_inner();
        if !request.product.is_empty() {
            // A misspelt one would make a token that opens nothing.
            let product = names::product("product", &request.product);
            self.0.view(&caller, &product.map_err(|error| status::invalid(&error))?, 0).await?;
        }
        let body_hash = body_hash("CreateToken", &request);
        let secret = ids::secret();
        let token = ids::token().map_err(|error| status::internal(error.to_string()))?;
        let command =
            convert::create_token(&request, token, ids::secret_hash(&secret), self.0.clock.now());
        let command = command.map_err(|error| status::invalid(&error))?;
        let accepted = self.0.run_system(&caller, command, &request.request_id, body_hash).await?;
        if accepted.repeated {
            let message = "this request was accepted before, and its secret was in that answer only; revoke that token and make a new one";
            return Err(status::already_exists("SECRET_GONE", message));
        }
        let id = token_of(&accepted)
            .ok_or_else(|| status::internal("a token without an id".to_owned()))?;
        let token = accepted.view.state.token(&id).map(|token| convert::token(&id, token));
        Ok(Response::new(v1::CreateTokenResponse {
            token,
            secret,
            receipt: Some(receipt(&accepted)),
        }))
    }

    async fn list_tokens(
        &self,
        request: Request<v1::ListTokensRequest>,
    ) -> Answer<v1::ListTokensResponse> {
        let caller = self.0.caller(request.metadata())?;
        caller.require_administrator()?;
        let request = request.into_inner();
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let after: Option<TokenId> = page::read("tokens", &request.page_token)?;
        let view = Arc::clone(&self.0.system_view.borrow());
        let now = self.0.clock.now();
        let in_force = view
            .state
            .tokens_after(after.as_ref())
            .filter(|(_, token)| token.expires_at.is_none_or(|end| now < end));
        let mut found: Vec<_> = in_force.take(size + 1).collect();
        let more = found.len() > size;
        found.truncate(size);
        let next_page_token = match found.last().filter(|_| more) {
            Some((id, _)) => page::write("tokens", (*id).clone())?,
            None => String::new(),
        };
        let tokens = found.into_iter().map(|(id, token)| convert::token(id, token)).collect();
        Ok(Response::new(v1::ListTokensResponse { tokens, next_page_token }))
    }

    async fn revoke_token(
        &self,
        request: Request<v1::RevokeTokenRequest>,
    ) -> Answer<v1::RevokeTokenResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let body_hash = body_hash("RevokeToken", &request);
        let command = convert::revoke_token(&request).map_err(|error| status::invalid(&error))?;
        let accepted = self.0.run_system(&caller, command, &request.request_id, body_hash).await?;
        Ok(Response::new(v1::RevokeTokenResponse { receipt: Some(receipt(&accepted)) }))
    }

    async fn get_server_status(
        &self,
        request: Request<v1::GetServerStatusRequest>,
    ) -> Answer<v1::GetServerStatusResponse> {
        let caller = self.0.caller(request.metadata())?;
        caller.require_administrator()?;
        let readiness = self.0.readiness().await;
        let stats = self.0.log.stats();
        let products = self.0.products.names().await.len();
        Ok(Response::new(v1::GetServerStatusResponse {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            start_time: Some(timestamp(self.0.started_at)),
            ready: readiness.is_ok(),
            not_ready_reason: readiness.err().map(|not| not.to_string()).unwrap_or_default(),
            products: u32::try_from(products).unwrap_or(u32::MAX),
            log_size_bytes: self.0.log.size_on_disk_bytes().unwrap_or(0),
            free_bytes: backup::free_bytes(&self.0.config.data_dir),
            group_sizes: group_sizes(&stats),
            flushes: stats.flushes,
            commits: stats.commits,
        }))
    }

    async fn get_clock(
        &self,
        request: Request<v1::GetClockRequest>,
    ) -> Answer<v1::GetClockResponse> {
        self.0.caller(request.metadata())?.require_administrator()?;
        let time = Some(timestamp(self.0.clock.now()));
        Ok(Response::new(v1::GetClockResponse { time, manual: self.0.clock.is_manual() }))
    }

    async fn set_clock(
        &self,
        request: Request<v1::SetClockRequest>,
    ) -> Answer<v1::SetClockResponse> {
        self.0.caller(request.metadata())?.require_administrator()?;
        let time = convert::set_clock(&request.into_inner());
        let time = time.map_err(|error| status::invalid(&error))?;
        self.0.clock.set(time).map_err(|GoesByItself| {
            let message =
                "the clock goes by itself; start the server with --manual-clock to set it";
            status::precondition("CLOCK_GOES", message.to_owned())
        })?;
        Ok(Response::new(v1::SetClockResponse { time: Some(timestamp(time)) }))
    }

    async fn backup(
        &self,
        request: Request<v1::BackupRequest>,
    ) -> Result<Response<Self::BackupStream>, Status> {
        let caller = self.0.caller(request.metadata())?;
        caller.require_administrator()?;
        let pieces = ReceiverStream::new(backup::stream(Arc::clone(&self.0)));
        let pieces = pieces
            .map(|piece| piece.map(|data| v1::BackupResponse { data }).map_err(status::internal));
        Ok(Response::new(Box::pin(pieces)))
    }
}

fn group_sizes(stats: &Stats) -> Vec<v1::GroupSize> {
    let mut from = 1;
    let mut bars = Vec::new();
    for (class, groups) in stats.group_sizes.iter().enumerate() {
        let to = Stats::group_size_limit(class);
        if *groups > 0 {
            let bound = |size: u64| u32::try_from(size).unwrap_or(u32::MAX);
            bars.push(v1::GroupSize { from: bound(from), to: bound(to), groups: *groups });
        }
        from = to.saturating_add(1);
    }
    bars
}
