//! `AdminService`: people, tokens, status, backup.

use std::{pin::Pin, sync::Arc};

use koepel_api::{
    admin as convert,
    common::{request_id, timestamp},
    names,
    v1::{self, admin_service_server::AdminService},
};
use koepel_domain::{
    ids::{IdentityId, InvitationId, PersonId, SessionId, TokenId},
    mandate::Actor,
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
    erasure, ids,
    sign_in::caller::Credential,
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
        self.as_system(caller.actor.clone(), command, request, body_hash).await
    }

    /// As [`Self::run_system`], for whoever was found to be allowed to.
    pub(crate) async fn as_system(
        &self,
        actor: Actor,
        command: Command,
        request: &str,
        body_hash: Hash,
    ) -> Result<Accepted<System>, Status> {
        let request_id = request_id(request).map_err(|error| status::invalid(&error))?;
        let request =
            koepel_engine::Request { request_id, body_hash, ..self.request_of(actor, command) };
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

/// What an accepted command has made.
fn made<T>(
    accepted: &Accepted<System>,
    which: impl Fn(&system::Event) -> Option<T>,
) -> Result<T, Status> {
    let found = accepted.commit.events.iter().find_map(which);
    found.ok_or_else(|| status::internal("a commit without what it was to make".to_owned()))
}

/// A repeated command that made a secret: only the first answer had it.
fn only_once(accepted: &Accepted<System>) -> Result<(), Status> {
    if accepted.repeated {
        let message = "this request was accepted before, and its secret was in that answer only; revoke what it made and make another";
        return Err(status::already_exists("SECRET_GONE", message));
    }
    Ok(())
}

/// A page of what is in the order of ids: the items, and the token of the next page.
fn page_of<'a, Id, T, Out>(
    (kind, size): (&str, usize),
    found: impl Iterator<Item = (&'a Id, &'a T)>,
    out: impl Fn(&Id, &T) -> Out,
) -> Result<(Vec<Out>, String), Status>
where
    Id: Clone + serde::Serialize + 'a,
    T: 'a,
{
    let mut found: Vec<_> = found.take(size + 1).collect();
    let more = found.len() > size;
    found.truncate(size);
    let next = match found.last().filter(|_| more) {
        Some((id, _)) => page::write(kind, (*id).clone())?,
        None => String::new(),
    };
    Ok((found.into_iter().map(|(id, facts)| out(id, facts)).collect(), next))
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
        let state = &view.state;
        let identity_out = |id| state.identity(id).map(|facts| convert::identity(id, facts));
        let (mut token, mut session, mut identity) = (None, None, None);
        match &caller.credential {
            Credential::Token(id) => {
                token = state.token(id).map(|facts| convert::token(id, facts));
            }
            Credential::Session(id) => {
                session = state.session(id).map(|facts| convert::session(id, facts));
                identity = state.session(id).and_then(|facts| identity_out(&facts.identity));
            }
            Credential::Account { identity: id, .. } => identity = identity_out(id),
            Credential::ShareLink(_) => {}
        }
        Ok(Response::new(v1::WhoAmIResponse { person, token, identity, session }))
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
        let id = made(&accepted, |event| {
            let system::Event::PersonAdded { person, .. } = event else { return None };
            Some(person.clone())
        })?;
        let erased = |app: &App| {
            app.system_view.borrow().state.person(&id).is_some_and(|known| known.erased)
        };
        if let Some(name) = name.filter(|_| !erased(&self.0)) {
            let person = id.clone();
            let set = self.0.aside(move |app| app.directory.set(&person, name)).await?;
            set.map_err(|error| {
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
        let id = token.clone();
        let command =
            convert::create_token(&request, token, ids::secret_hash(&secret), self.0.clock.now());
        let command = command.map_err(|error| status::invalid(&error))?;
        let accepted = self.0.run_system(&caller, command, &request.request_id, body_hash).await?;
        only_once(&accepted)?;
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

    async fn invite_person(
        &self,
        request: Request<v1::InvitePersonRequest>,
    ) -> Answer<v1::InvitePersonResponse> {
        let caller = self.0.caller(request.metadata())?;
        caller.require_administrator()?;
        let Some(sign_in) = &self.0.sign_in else {
            let message = "nobody can sign in at this server; its operator sets an identity provider in [oidc]";
            return Err(status::precondition("NO_SIGN_IN", message.to_owned()));
        };
        let request = request.into_inner();
        let body_hash = body_hash("InvitePerson", &request);
        let secret = ids::invitation_secret();
        let id = ids::invitation().map_err(|error| status::internal(error.to_string()))?;
        let (hash, now) = (ids::secret_hash(&secret), self.0.clock.now());
        let command = convert::invite_person(&request, id.clone(), hash, now)
            .map_err(|error| status::invalid(&error))?;
        let accepted = self.0.run_system(&caller, command, &request.request_id, body_hash).await?;
        only_once(&accepted)?;
        let invitation = accepted.view.state.invitation(&id);
        Ok(Response::new(v1::InvitePersonResponse {
            invitation: invitation.map(|facts| convert::invitation(&id, facts)),
            url: sign_in.invitation_url(&secret),
            secret,
            receipt: Some(receipt(&accepted)),
        }))
    }

    async fn list_invitations(
        &self,
        request: Request<v1::ListInvitationsRequest>,
    ) -> Answer<v1::ListInvitationsResponse> {
        let caller = self.0.caller(request.metadata())?;
        caller.require_administrator()?;
        let request = request.into_inner();
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let after: Option<InvitationId> = page::read("invitations", &request.page_token)?;
        let (view, now) = (Arc::clone(&self.0.system_view.borrow()), self.0.clock.now());
        let all = view.state.invitations_after(after.as_ref());
        let open = all.filter(|(_, invitation)| now < invitation.expires_at);
        let (invitations, next_page_token) =
            page_of(("invitations", size), open, convert::invitation)?;
        Ok(Response::new(v1::ListInvitationsResponse { invitations, next_page_token }))
    }

    async fn revoke_invitation(
        &self,
        request: Request<v1::RevokeInvitationRequest>,
    ) -> Answer<v1::RevokeInvitationResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let body_hash = body_hash("RevokeInvitation", &request);
        let command =
            convert::revoke_invitation(&request).map_err(|error| status::invalid(&error))?;
        let accepted = self.0.run_system(&caller, command, &request.request_id, body_hash).await?;
        Ok(Response::new(v1::RevokeInvitationResponse { receipt: Some(receipt(&accepted)) }))
    }

    async fn redeem_invitation(
        &self,
        request: Request<v1::RedeemInvitationRequest>,
    ) -> Answer<v1::RedeemInvitationResponse> {
        let account = self.0.account(request.metadata())?;
        let request = request.into_inner();
        let body_hash = body_hash("RedeemInvitation", &request);
        let identity = ids::identity().map_err(|error| status::internal(error.to_string()))?;
        let command = convert::redeem_invitation(&request, identity, account, ids::secret_hash)
            .map_err(|error| status::invalid(&error))?;
        let now = self.0.clock.now();
        let invited = {
            let view = Arc::clone(&self.0.system_view.borrow());
            let secret = ids::secret_hash(request.invitation.trim());
            let found = view.state.invitation_by_secret(&secret, now);
            let bound = || view.state.identity_by_account(&account);
            let invited = found.map(|(_, invitation)| invitation.person.clone());
            // A repetition has used its invitation up, and is known by who asked the first time.
            invited.or_else(|| bound().map(|(_, identity)| identity.person.clone()))
        };
        let person = invited.unwrap_or_else(PersonId::system);
        let actor = Actor { person, administrator: false, only_role: None, now };
        let accepted = self.0.as_system(actor, command, &request.request_id, body_hash).await?;
        let (id, person) = made(&accepted, |event| {
            let system::Event::IdentityBound { identity, person, .. } = event else { return None };
            Some((identity.clone(), person.clone()))
        })?;
        let state = &accepted.view.state;
        // Whoever repeats the request of somebody else learns nothing of it.
        let own = state.identity(&id).filter(|identity| identity.account == account);
        let own = own.ok_or_else(|| status::system_refused(&system::Error::InvitationOver))?;
        let name = self.0.directory.name(&person);
        let known = state.person(&person);
        Ok(Response::new(v1::RedeemInvitationResponse {
            person: known.map(|known| convert::person(&person, known, name)),
            identity: Some(convert::identity(&id, own)),
            receipt: Some(receipt(&accepted)),
        }))
    }

    async fn list_identities(
        &self,
        request: Request<v1::ListIdentitiesRequest>,
    ) -> Answer<v1::ListIdentitiesResponse> {
        let caller = self.0.caller(request.metadata())?;
        caller.require_administrator()?;
        let request = request.into_inner();
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let after: Option<IdentityId> = page::read("identities", &request.page_token)?;
        let view = Arc::clone(&self.0.system_view.borrow());
        let all = view.state.identities_after(after.as_ref());
        let (identities, next_page_token) = page_of(("identities", size), all, convert::identity)?;
        Ok(Response::new(v1::ListIdentitiesResponse { identities, next_page_token }))
    }

    async fn unbind_identity(
        &self,
        request: Request<v1::UnbindIdentityRequest>,
    ) -> Answer<v1::UnbindIdentityResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let body_hash = body_hash("UnbindIdentity", &request);
        let command =
            convert::unbind_identity(&request).map_err(|error| status::invalid(&error))?;
        let accepted = self.0.run_system(&caller, command, &request.request_id, body_hash).await?;
        Ok(Response::new(v1::UnbindIdentityResponse { receipt: Some(receipt(&accepted)) }))
    }

    async fn list_sessions(
        &self,
        request: Request<v1::ListSessionsRequest>,
    ) -> Answer<v1::ListSessionsResponse> {
        let caller = self.0.caller(request.metadata())?;
        caller.require_whole("where you are signed in")?;
        let request = request.into_inner();
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let after: Option<SessionId> = page::read("sessions", &request.page_token)?;
        let (view, now) = (Arc::clone(&self.0.system_view.borrow()), self.0.clock.now());
        let all = view.state.sessions_after(after.as_ref());
        let shown = all.filter(|(_, session)| {
            session.goes_on(now) && (caller.administers() || session.person == caller.actor.person)
        });
        let (sessions, next_page_token) = page_of(("sessions", size), shown, convert::session)?;
        Ok(Response::new(v1::ListSessionsResponse { sessions, next_page_token }))
    }

    async fn end_session(
        &self,
        request: Request<v1::EndSessionRequest>,
    ) -> Answer<v1::EndSessionResponse> {
        let caller = self.0.caller(request.metadata())?;
        caller.require_whole("where you are signed in")?;
        let request = request.into_inner();
        let body_hash = body_hash("EndSession", &request);
        let (id, command) =
            convert::end_session(&request).map_err(|error| status::invalid(&error))?;
        let view = Arc::clone(&self.0.system_view.borrow());
        let of_another = view.state.session(&id).is_some_and(|it| it.person != caller.actor.person);
        if of_another && !caller.administers() {
            return Err(status::system_refused(&system::Error::UnknownSession(id)));
        }
        let actor = caller.actor.clone();
        let accepted = self.0.as_system(actor, command, &request.request_id, body_hash).await?;
        Ok(Response::new(v1::EndSessionResponse { receipt: Some(receipt(&accepted)) }))
    }

    async fn erase_person(
        &self,
        request: Request<v1::ErasePersonRequest>,
    ) -> Answer<v1::ErasePersonResponse> {
        let caller = self.0.caller(request.metadata())?;
        caller.require_administrator()?;
        let request = request.into_inner();
        let body_hash = body_hash("ErasePerson", &request);
        let (id, command) =
            convert::erase_person(&request).map_err(|error| status::invalid(&error))?;
        self.0.answers_for_nothing(&id).await?;
        let accepted = self.0.run_system(&caller, command, &request.request_id, body_hash).await?;
        // The log first: a stop between the two is made good by the next start.
        let erased = id.clone();
        let forget = move |app: &App| {
            erasure::keep(&app.directory, &app.alerts.addresses, |person| *person != erased)
        };
        self.0.aside(forget).await?.map_err(|error| {
            status::internal(format!("the name is still there: {error}; repeat the request"))
        })?;
        let left = accepted.view.state.person(&id);
        Ok(Response::new(v1::ErasePersonResponse {
            person: left.map(|left| convert::person(&id, left, String::new())),
            receipt: Some(receipt(&accepted)),
        }))
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
