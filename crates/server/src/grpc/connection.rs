//! `ConnectionService`.

use std::sync::Arc;

use koepel_api::{
    connection as convert, names,
    v1::{self, connection_service_server::ConnectionService},
};
use koepel_connectors::Mapping;
use koepel_domain::{
    connections::Connection,
    ids::{ConnectionId, DomainId, ProductId},
    inbox::{Event, Held, Inbox, PushAt},
    mandate::{self, Act},
    product::Product,
};
use koepel_engine::View;
use tonic::{Request, Response, Status};

use super::{page, status};
use crate::{
    app::{App, Caller, Done, body_hash},
    push::{bodies, no_connection},
};

pub(crate) struct Handler(pub(crate) Arc<App>);

type Answer<T> = Result<Response<T>, Status>;

/// The longest mapping of a connection.
const MAPPING_BYTES: usize = 16 << 10;

fn invalid(error: koepel_api::check::Invalid) -> Status {
    status::invalid(&error)
}

/// Refuses a mapping that reads no pushes.
fn check_mapping(text: &str) -> Result<(), Status> {
    let wrong =
        |what: String| invalid(koepel_api::check::Invalid::field("connection.mapping", what));
    if text.len() > MAPPING_BYTES {
        return Err(wrong(format!("has {} bytes; at most {MAPPING_BYTES} are kept", text.len())));
    }
    let mapping = Mapping::parse(text).map_err(|error| wrong(error.to_string()))?;
    match mapping.format() {
        koepel_connectors::mapping::Format::Csv => {
            Err(wrong("reads csv; what is pushed is JSON: `input.format = \"json\"`".to_owned()))
        }
        koepel_connectors::mapping::Format::Json
        | koepel_connectors::mapping::Format::JsonLines => Ok(()),
    }
}

/// What a caller may see of set-aside pushes: the connections that they may connect, and those whose tool they are.
fn may_tend(
    (id, product): (&ProductId, &Product),
    caller: &Caller,
    held: &Connection,
) -> Result<(), Status> {
    if held.person == caller.actor.person {
        return Ok(());
    }
    let domain: Vec<&DomainId> =
        product.domain(held.domain).map(|domain| &domain.id).into_iter().collect();
    mandate::check(product, &caller.actor, Act::Connect, &domain)
        .map_err(|error| status::refused(id, &error.into()))
}

/// The pushes of a parent that are set aside.
struct Scope {
    id: ProductId,
    only: Option<ConnectionId>,
    inbox: Option<Arc<View<Inbox>>>,
}

impl Scope {
    fn has(&self, held: &Held) -> bool {
        self.only.as_ref().is_none_or(|only| held.aside.connection == *only)
    }
}

impl App {
    /// Refuses to let a person push as if they were a program: what a connection brings is nobody's decision.
    fn require_tool(&self, name: &str) -> Result<(), Status> {
        let person = names::person("connection.tool", name).map_err(invalid)?;
        let system = self.system_view.borrow();
        if system.state.person(&person).is_some_and(|person| person.tool) {
            return Ok(());
        }
        let what = format!("{person} is no tool; make one with `tool` set");
        Err(invalid(koepel_api::check::Invalid::field("connection.tool", what)))
    }

    /// A connection after a command.
    async fn connection_after(
        &self,
        done: &Done,
        id: &ConnectionId,
    ) -> Result<v1::Connection, Status> {
        let inbox = self.inbox(&done.id).await?;
        let held = done.product().connection(id).ok_or_else(|| no_connection(id))?;
        let inbox = inbox.as_ref().map(|view| &view.state);
        Ok(convert::connection(&done.id, done.product(), held, inbox, true))
    }

    /// Whose pushes a request is about, if the caller may tend them.
    async fn push_scope(&self, caller: &Caller, parent: &str) -> Result<Scope, Status> {
        let (id, only) = convert::scope(parent).map_err(invalid)?;
        let view = self.view(caller, &id, 0).await?;
        let product = &view.state;
        match &only {
            Some(only) => {
                let held = product.connection(only).ok_or_else(|| no_connection(only))?;
                may_tend((&id, product), caller, held)?;
            }
            None => mandate::check(product, &caller.actor, Act::Connect, &[])
                .map_err(|error| status::refused(&id, &error.into()))?,
        }
        let inbox = self.inbox(&id).await?;
        Ok(Scope { id, only, inbox })
    }
}

#[tonic::async_trait]
impl ConnectionService for Handler {
    async fn create_connection(
        &self,
        request: Request<v1::CreateConnectionRequest>,
    ) -> Answer<v1::CreateConnectionResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let id = ConnectionId::new(&request.connection_id);
        // Whether somebody exists is told only to those who may see the product.
        let product = names::product("parent", &request.parent).map_err(invalid)?;
        self.0.view(&caller, &product, 0).await?;
        if let Some(connection) = &request.connection {
            check_mapping(&connection.mapping)?;
            self.0.require_person(&connection.tool, "connection.tool")?;
            self.0.require_tool(&connection.tool)?;
        }
        let done = self.0.run_as(&caller, "CreateConnection", request, convert::create).await?;
        let id = id.map_err(|error| status::internal(error.to_string()))?;
        let connection = Some(self.0.connection_after(&done, &id).await?);
        Ok(Response::new(v1::CreateConnectionResponse {
            connection,
            receipt: Some(done.receipt()),
        }))
    }

    async fn update_connection(
        &self,
        request: Request<v1::UpdateConnectionRequest>,
    ) -> Answer<v1::UpdateConnectionResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let name = request.connection.as_ref().map(|one| one.name.clone()).unwrap_or_default();
        let (product, _) = names::connection("connection.name", &name).map_err(invalid)?;
        self.0.view(&caller, &product, 0).await?;
        let mut mask = request.update_mask.iter().flat_map(|mask| &mask.paths);
        if mask.any(|path| path == "mapping") {
            check_mapping(request.connection.as_ref().map_or("", |one| &one.mapping))?;
        }
        let done = self.0.run_as(&caller, "UpdateConnection", request, convert::update).await?;
        let (_, id) = names::connection("connection.name", &name).map_err(invalid)?;
        let connection = Some(self.0.connection_after(&done, &id).await?);
        Ok(Response::new(v1::UpdateConnectionResponse {
            connection,
            receipt: Some(done.receipt()),
        }))
    }

    async fn remove_connection(
        &self,
        request: Request<v1::RemoveConnectionRequest>,
    ) -> Answer<v1::RemoveConnectionResponse> {
        let name = request.get_ref().name.clone();
        let done = self.0.run("RemoveConnection", request, convert::remove).await?;
        let (_, id) = names::connection("name", &name).map_err(invalid)?;
        let connection = Some(self.0.connection_after(&done, &id).await?);
        Ok(Response::new(v1::RemoveConnectionResponse {
            connection,
            receipt: Some(done.receipt()),
        }))
    }

    async fn get_connection(
        &self,
        request: Request<v1::GetConnectionRequest>,
    ) -> Answer<v1::GetConnectionResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let (id, connection) = names::connection("name", &request.name).map_err(invalid)?;
        let view = self.0.view(&caller, &id, request.min_version).await?;
        let inbox = self.0.inbox(&id).await?;
        let inbox = inbox.as_ref().map(|view| &view.state);
        let held = view.state.connection(&connection).ok_or_else(|| no_connection(&connection))?;
        Ok(Response::new(v1::GetConnectionResponse {
            connection: Some(convert::connection(&id, &view.state, held, inbox, true)),
            version: view.state.version().0,
        }))
    }

    async fn list_connections(
        &self,
        request: Request<v1::ListConnectionsRequest>,
    ) -> Answer<v1::ListConnectionsResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let id = names::product("parent", &request.parent).map_err(invalid)?;
        let view = self.0.view(&caller, &id, request.min_version).await?;
        let inbox = self.0.inbox(&id).await?;
        let inbox = inbox.as_ref().map(|view| &view.state);
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let query = format!("connections {}", request.parent);
        let after: Option<String> = page::read(&query, &request.page_token)?;
        let rest = view.state.connections();
        let mut rest = rest
            .filter(|held| after.as_ref().is_none_or(|after| held.id.as_str() > after.as_str()));
        let rows: Vec<&Connection> = rest.by_ref().take(size).collect();
        let next_page_token = match (rows.last(), rest.next()) {
            (Some(last), Some(_)) => page::write(&query, last.id.as_str())?,
            (_, _) => String::new(),
        };
        let shown = |held: &&Connection| convert::connection(&id, &view.state, held, inbox, false);
        Ok(Response::new(v1::ListConnectionsResponse {
            connections: rows.iter().map(shown).collect(),
            next_page_token,
            version: view.state.version().0,
        }))
    }

    async fn list_set_aside_pushes(
        &self,
        request: Request<v1::ListSetAsidePushesRequest>,
    ) -> Answer<v1::ListSetAsidePushesResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let scope = self.0.push_scope(&caller, &request.parent).await?;
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let query = format!("set aside {}", request.parent);
        let after: Option<PushAt> = page::read(&query, &request.page_token)?;
        let Some(inbox) = &scope.inbox else {
            return Ok(Response::new(v1::ListSetAsidePushesResponse::default()));
        };
        let all = inbox.state.held().filter(|held| scope.has(held)).count();
        let mut rest = inbox.state.held_after(after).filter(|held| scope.has(held));
        let rows: Vec<&Held> = rest.by_ref().take(size).collect();
        let next_page_token = match (rows.last(), rest.next()) {
            (Some(last), Some(_)) => page::write(&query, last.aside.at)?,
            (_, _) => String::new(),
        };
        let wanted: Vec<PushAt> = rows.iter().map(|held| held.aside.at).collect();
        let mut events = bodies(&self.0, &scope.id, &wanted).await?;
        let mut shown = |held: &&Held| {
            let event = events.remove(&held.aside.at).unwrap_or_default();
            convert::set_aside(&scope.id, held, event)
        };
        Ok(Response::new(v1::ListSetAsidePushesResponse {
            pushes: rows.iter().map(&mut shown).collect(),
            next_page_token,
            total_size: u32::try_from(all).unwrap_or(u32::MAX),
        }))
    }

    async fn replay_pushes(
        &self,
        request: Request<v1::ReplayPushesRequest>,
    ) -> Answer<v1::ReplayPushesResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let scope = self.0.push_scope(&caller, &request.parent).await?;
        let only = convert::pushes(&scope.id, &request.names).map_err(invalid)?;
        let wanted =
            |held: &Held| scope.has(held) && (only.is_empty() || only.contains(&held.aside.at));
        let (applied, set_aside) = self.0.replay_pushes(&scope.id, wanted).await?;
        Ok(Response::new(v1::ReplayPushesResponse { applied, set_aside }))
    }

    async fn discard_pushes(
        &self,
        request: Request<v1::DiscardPushesRequest>,
    ) -> Answer<v1::DiscardPushesResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let scope = self.0.push_scope(&caller, &request.parent).await?;
        let hash = body_hash("DiscardPushes", &request);
        let call = convert::discard(&scope.id, &request).map_err(invalid)?;
        let foreign = convert::pushes(&scope.id, &request.names).map_err(invalid)?;
        let held = |at: &PushAt| scope.inbox.as_ref().and_then(|view| view.state.held_at(*at));
        if foreign.iter().filter_map(held).any(|held| !scope.has(held)) {
            let what = format!("a push of another connection than {}", request.parent);
            return Err(invalid(koepel_api::check::Invalid::field("names", what)));
        }
        let done = self.0.discard_pushes(&caller, call, hash).await?;
        let discarded = done.commit.events.iter().map(|event| {
            if let Event::PushesDiscarded { pushes, .. } = event { pushes.len() } else { 0 }
        });
        let discarded = u32::try_from(discarded.sum::<usize>()).unwrap_or(u32::MAX);
        Ok(Response::new(v1::DiscardPushesResponse { discarded }))
    }
}
