//! What team tools push: taken in, so that it is durable, and acknowledged; applied after that, by a task of its own for
//! each product ([`apply`]).

mod apply;
mod http;
mod read;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use koepel_api::common::Call;
use koepel_domain::{
    connections::Connection,
    ids::{ConnectionId, ProductId},
    inbox::{Command, Event, Held, Inbox, Push, PushAt},
    mandate::{self, Act},
    product::Product,
};
use koepel_engine::{Accepted, Error, Sort, View};
use koepel_event_log::{Hash, ProductName};
use tonic::Status;

pub(crate) use self::{apply::bodies, http::events};
use crate::{
    app::{App, Caller},
    grpc::status,
};

/// So many pushes that were set aside are tried again in one go.
const REPLAYED_AT_ONCE: usize = 500;

/// The products that have a task which applies their pushes.
#[derive(Debug, Default)]
pub(crate) struct Appliers(Mutex<HashSet<ProductId>>);

/// What became of pushes that were taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) received: u32,
    pub(crate) repeated: u32,
}

/// The log's name of a product's inbox.
pub(crate) fn inbox_name(id: &ProductId) -> Result<ProductName, Status> {
    Sort::inbox_of(id.as_str()).ok_or_else(|| status::internal("no name for an inbox".to_owned()))
}

/// An inbox's refusal.
fn refused(refusal: &koepel_domain::inbox::Error) -> Status {
    use koepel_domain::inbox::Error;
    let message = refusal.to_string();
    match refusal {
        Error::Full => status::exhausted(refusal.code(), message, std::collections::HashMap::new()),
        Error::TooMany { .. } | Error::TooLong { .. } => {
            status::invalid(&koepel_api::check::Invalid::field("events", message))
        }
        Error::NotAside(_) => status::not_found(refusal.code(), message),
        Error::ReasonMissing => {
            status::invalid(&koepel_api::check::Invalid::field("reason", message))
        }
    }
}

/// The connection that a caller may push through.
pub(crate) fn own_connection<'a>(
    (of, product): (&ProductId, &'a Product),
    caller: &Caller,
    id: &ConnectionId,
) -> Result<&'a Connection, Status> {
    let held = product.connection(id).ok_or_else(|| no_connection(id))?;
    if held.person != caller.actor.person {
        let message = format!("only its tool ({}) pushes through connection {id}", held.person);
        return Err(status::denied(message));
    }
    if let Some(reason) = &held.removed {
        let message = format!("connection {id} was removed ({reason}); nothing can be pushed");
        return Err(status::precondition("CONNECTION_REMOVED", message));
    }
    let domain = product.domain(held.domain).map(|domain| &domain.id);
    let domains: Vec<_> = domain.into_iter().collect();
    mandate::check(product, &caller.actor, Act::Import, &domains)
        .map_err(|error| status::refused(of, &error.into()))?;
    Ok(held)
}

/// That there is no such connection.
pub(crate) fn no_connection(id: &ConnectionId) -> Status {
    status::not_found("UNKNOWN_CONNECTION", format!("there is no connection {id} in this product"))
}

impl App {
    /// Takes pushes in; they are durable when this answers.
    pub(crate) async fn receive(
        self: &Arc<Self>,
        caller: &Caller,
        product: &ProductId,
        connection: &ConnectionId,
        pushes: Vec<Push>,
    ) -> Result<Taken, Status> {
        let given = u32::try_from(pushes.len()).unwrap_or(u32::MAX);
        let command = Command::Receive { connection: connection.clone(), pushes };
        let request = self.request(caller, command, None, Hash::ZERO);
        let accepted = self.inboxes.create(&inbox_name(product)?, request).await;
        if matches!(accepted, Ok(_) | Err(Error::OutcomeUnknown { .. })) {
            // Also where nobody knows yet whether there is something to apply.
            self.apply_pushes_of(product);
        }
        let accepted = accepted.map_err(|error| status::engine(&error, refused))?;
        let received = accepted.commit.events.iter().map(|event| {
            if let Event::PushesReceived { pushes, .. } = event { pushes.len() } else { 0 }
        });
        let received = u32::try_from(received.sum::<usize>()).unwrap_or(u32::MAX);
        self.metrics.pushes_received.inc_by(u64::from(received));
        Ok(Taken { received, repeated: given.saturating_sub(received) })
    }

    /// A product's inbox now; none if nothing was ever pushed.
    pub(crate) async fn inbox(
        &self,
        product: &ProductId,
    ) -> Result<Option<Arc<View<Inbox>>>, Status> {
        match self.inboxes.view(&inbox_name(product)?).await {
            Ok(view) => Ok(Some(view)),
            Err(Error::UnknownProduct) => Ok(None),
            Err(error) => Err(status::engine(&error, refused)),
        }
    }

    /// Gives up pushes that were set aside.
    pub(crate) async fn discard_pushes(
        &self,
        caller: &Caller,
        call: Call<Command>,
        body_hash: Hash,
    ) -> Result<Accepted<Inbox>, Status> {
        // Where nothing was ever pushed there is no inbox, and nothing set aside; the product is there.
        let command = call.command.clone();
        let request = self.request(caller, call.command, call.request_id, body_hash);
        match self.inboxes.execute(&inbox_name(&call.product)?, request).await {
            Err(Error::UnknownProduct) => match Inbox::default().decide(&command) {
                Err(refusal) => Err(refused(&refusal)),
                Ok(_) => Err(status::internal("no inbox to discard from".to_owned())),
            },
            accepted => accepted.map_err(|error| status::engine(&error, refused)),
        }
    }

    /// Tries pushes again that were set aside. Answers with how many were applied, and how many still could not be.
    pub(crate) async fn replay_pushes(
        self: &Arc<Self>,
        product: &ProductId,
        wanted: impl Fn(&Held) -> bool,
    ) -> Result<(u32, u32), Status> {
        let Some(inbox) = self.inbox(product).await? else { return Ok((0, 0)) };
        let held: Vec<PushAt> =
            inbox.state.held().filter(|held| wanted(held)).map(|held| held.aside.at).collect();
        apply::again(self, product, &held).await
    }

    /// Makes sure that a product's pushes are being applied.
    pub(crate) fn apply_pushes_of(self: &Arc<Self>, product: &ProductId) {
        let mut running = self.appliers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if running.insert(product.clone()) {
            tokio::spawn(apply::run(Arc::clone(self), product.clone()));
        }
    }
}
