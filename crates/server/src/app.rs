//! What all handlers share: the engines, the directory, the clock, and who a caller is.

use std::{
    collections::HashMap,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use koepel_api::{
    check::Invalid,
    common::Call,
    history::{Moment, moment as moment_of},
    v1,
};
use koepel_domain::{
    command::Command,
    ids::{PersonId, ProductId, Timestamp, Version},
    inbox::Inbox,
    mandate::{self, Act, Actor},
    product::Product,
    system::System,
};
use koepel_engine::{Accepted, At, Engine, Request, View};
use koepel_event_log::{EventLog, Hash, Health, ProductName, SledLog};
use tokio::sync::{Semaphore, watch};
use tonic::Status;

use crate::{
    alerts::Alerts, clock::Clock, comparisons::Comparisons, config::Config, directory::Directory,
    filtered::FilteredLists, grpc::status, ids, metrics::Metrics, push::Appliers,
    read_model::ReadModel, search::Searches, sign_in::SignIn,
};

pub(crate) use crate::sign_in::caller::Caller;

/// The running server.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) log: Arc<SledLog>,
    pub(crate) products: Engine<Product, ReadModel>,
    /// What is pushed to products, each under its own name.
    pub(crate) inboxes: Engine<Inbox, ()>,
    pub(crate) appliers: Appliers,
    /// What people are told.
    pub(crate) alerts: Alerts,
    pub(crate) system: Engine<System, ()>,
    pub(crate) system_name: ProductName,
    pub(crate) directory: Directory,
    /// The secret by which people in imported files become opaque ids.
    pub(crate) people_key: [u8; 32],
    pub(crate) metrics: Metrics,
    pub(crate) started_at: Timestamp,
    pub(crate) stopping: watch::Sender<bool>,
    pub(crate) imports: Semaphore,
    /// What was compared lately.
    pub(crate) comparisons: Arc<Comparisons>,
    /// What filters left of backlogs lately.
    pub(crate) filtered: FilteredLists,
    pub(crate) streams: Mutex<HashMap<PersonId, usize>>,
    pub(crate) system_view: watch::Receiver<Arc<View<System>>>,
    pub(crate) searches: Searches,
    /// How people sign in, if they can.
    pub(crate) sign_in: Option<SignIn>,
}

/// Why commands are not taken.
#[derive(Clone, Debug)]
pub(crate) struct NotReady {
    /// What anybody may know.
    pub(crate) what: &'static str,
    /// What only an administrator may: names of products, paths.
    why: Option<String>,
}

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            Some(why) => write!(f, "{}: {why}", self.what),
            None => f.write_str(self.what),
        }
    }
}

/// An accepted command of a product.
pub(crate) struct Done {
    pub(crate) id: ProductId,
    pub(crate) accepted: Accepted<Product>,
}

impl Done {
    pub(crate) fn product(&self) -> &Product {
        &self.accepted.view.state
    }

    pub(crate) fn receipt(&self) -> koepel_api::v1::Receipt {
        koepel_api::v1::Receipt {
            product: koepel_api::names::of_product(&self.id),
            version: self.accepted.commit.version.0,
            time: Some(koepel_api::common::timestamp(self.accepted.commit.time)),
        }
    }
}

/// The log's name of a product; ids of products are always names of the log, too.
pub(crate) fn log_name(id: &ProductId) -> Result<ProductName, Status> {
    ProductName::new(id.as_str()).map_err(|error| status::internal(error.to_string()))
}

impl App {
    /// Whether a caller may see a product at all. One that they may not see looks like one that is not there.
    pub(crate) fn may_see(caller: &Caller, id: &ProductId, product: &Product) -> bool {
        caller.product.as_ref().is_none_or(|only| only == id)
            && (caller.shared.is_some()
                || mandate::check(product, &caller.actor, Act::Read, &[]).is_ok())
    }

    /// The state of a product that the caller may see, at `min_version` or later.
    pub(crate) async fn view(
        &self,
        caller: &Caller,
        id: &ProductId,
        min_version: u64,
    ) -> Result<Arc<View<Product>>, Status> {
        let name = log_name(id)?;
        // The server's own log is no product to anybody, and cannot be read as one; nor can an inbox, which no id is like.
        if name == self.system_name {
            return Err(status::no_product());
        }
        let view = match self.products.view(&name).await {
            Ok(view) => view,
            // That a product is damaged is told to nobody who might not even know of it, unless they administer.
            Err(koepel_engine::Error::Damaged { .. }) if !caller.administers() => {
                return Err(status::unavailable(
                    "this product is not available; ask the operator".to_owned(),
                ));
            }
            Err(error) => return Err(status::of_product(id, &error)),
        };
        if !view.state.exists() || !Self::may_see(caller, id, &view.state) {
            return Err(status::no_product());
        }
        if view.state.version().0 >= min_version {
            return Ok(view);
        }
        let wanted = self.products.view_at_least(&name, Version(min_version)).await;
        wanted.map_err(|error| status::of_product(id, &error))
    }

    /// The state of a product that the caller may see, as it was at a moment; now, if none is named. Who may see the product now
    /// may see its past.
    pub(crate) async fn view_at(
        &self,
        caller: &Caller,
        id: &ProductId,
        min_version: u64,
        (field, moment): (&str, Option<&v1::Moment>),
    ) -> Result<Arc<View<Product>>, Status> {
        let now = self.view(caller, id, min_version).await?;
        let moment = moment_of(field, moment, id).map_err(|error| status::invalid(&error))?;
        let Some(moment) = moment else { return Ok(now) };
        if caller.shared.is_some() {
            let message = "a share link shows what is, not what was; leave the moment out";
            return Err(status::denied(message.to_owned()));
        }
        let at = self.resolve(&now.state, moment)?;
        let view = self.products.as_of(&log_name(id)?, at).await;
        view.map_err(|error| status::of_product(id, &error))
    }

    /// As [`Self::view_at`], where there must have been a product.
    pub(crate) async fn view_as_of(
        &self,
        caller: &Caller,
        id: &ProductId,
        min_version: u64,
        as_of: Option<&v1::Moment>,
    ) -> Result<Arc<View<Product>>, Status> {
        let view = self.view_at(caller, id, min_version, ("as_of", as_of)).await?;
        if view.state.exists() {
            return Ok(view);
        }
        let message = format!("product {id} had not begun then; name a later moment");
        Err(status::not_found("BEFORE_BEGINNING", message))
    }

    /// The moment that a state is of: now, the time that was asked for, or that of its last commit. Who sits in a seat depends
    /// on it.
    pub(crate) async fn moment(
        &self,
        id: &ProductId,
        view: &View<Product>,
        as_of: Option<&v1::Moment>,
    ) -> Result<Timestamp, Status> {
        match moment_of("as_of", as_of, id).map_err(|error| status::invalid(&error))? {
            None => Ok(self.clock.now()),
            Some(Moment::Time(time)) => Ok(time.min(self.clock.now())),
            Some(Moment::Version(_) | Moment::LastSync | Moment::Sync(_)) => {
                Ok(self.commit(id, view.state.version().0).await?.time)
            }
        }
    }

    /// When a sync ended, and versions and times as they are.
    fn resolve(&self, product: &Product, moment: Moment) -> Result<At, Status> {
        let sync = match &moment {
            Moment::Version(version) => return Ok(At::Version(*version)),
            Moment::Time(time) => return Ok(At::Time(*time)),
            Moment::LastSync => product.last_sync(),
            Moment::Sync(id) => product.sync(id),
        };
        match (sync.and_then(|sync| sync.closed), moment) {
            (Some(closed), _) => Ok(At::Version(closed.version)),
            (None, Moment::Sync(id)) if sync.is_some() => {
                Err(status::precondition("SYNC_OPEN", format!("sync {id} has not ended yet")))
            }
            (None, Moment::Sync(id)) => {
                Err(status::not_found("UNKNOWN_SYNC", format!("there is no sync {id}")))
            }
            (None, Moment::Version(_) | Moment::Time(_) | Moment::LastSync) => {
                let none = "no sync has ended yet; name a version or a time".to_owned();
                Err(status::not_found("UNKNOWN_SYNC", none))
            }
        }
    }

    /// Authenticates, converts, and gives the command to the product's actor.
    pub(crate) async fn run<R: prost::Message>(
        &self,
        method: &'static str,
        request: tonic::Request<R>,
        convert: impl FnOnce(R) -> Result<Call<Command>, Invalid>,
    ) -> Result<Done, Status> {
        let caller = self.caller(request.metadata())?;
        self.run_as(&caller, method, request.into_inner(), convert).await
    }

    /// As [`Self::run`], for a caller who is known already.
    pub(crate) async fn run_as<R: prost::Message>(
        &self,
        caller: &Caller,
        method: &'static str,
        request: R,
        convert: impl FnOnce(R) -> Result<Call<Command>, Invalid>,
    ) -> Result<Done, Status> {
        let body_hash = body_hash(method, &request);
        let call = convert(request).map_err(|error| status::invalid(&error))?;
        self.view(caller, &call.product, 0).await?;
        self.execute(caller, call, body_hash).await
    }

    /// Gives a command to a product that the caller may see.
    pub(crate) async fn execute(
        &self,
        caller: &Caller,
        call: Call<Command>,
        body_hash: Hash,
    ) -> Result<Done, Status> {
        let name = log_name(&call.product)?;
        let request = self.request(caller, call.command, call.request_id, body_hash);
        let accepted = self.products.execute(&name, request).await;
        let accepted = accepted.map_err(|error| status::of_product(&call.product, &error))?;
        Ok(Done { id: call.product, accepted })
    }

    /// A command with all that the engine must not make up.
    pub(crate) fn request<C>(
        &self,
        caller: &Caller,
        command: C,
        request_id: Option<uuid::Uuid>,
        body_hash: Hash,
    ) -> Request<C> {
        let request = self.request_of(caller.actor.clone(), command);
        Request { request_id, body_hash, ..request }
    }

    /// A command that nobody repeats.
    pub(crate) fn request_of<C>(&self, actor: Actor, command: C) -> Request<C> {
        Request {
            command,
            actor,
            request_id: None,
            body_hash: Hash::ZERO,
            commit_id: ids::commit_id(),
            now: self.clock.now(),
            happened: None,
            cause: None,
        }
    }

    /// Does what waits for the disk on a thread that nobody else waits for.
    pub(crate) async fn aside<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, Status> {
        let app = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || work(&app)).await;
        done.map_err(|error| status::internal(error.to_string()))
    }

    /// Whether commands are taken, or why not.
    pub(crate) async fn readiness(&self) -> Result<(), NotReady> {
        if *self.stopping.borrow() {
            return Err(NotReady { what: "the server is stopping", why: None });
        }
        match self.log.health() {
            Health::Ready => {}
            Health::Reopening { why } => {
                return Err(NotReady { what: "the log is being opened again", why: Some(why) });
            }
            Health::Failed { why } => {
                return Err(NotReady { what: "the log has failed", why: Some(why) });
            }
        }
        match self.products.damaged().await.first() {
            None => Ok(()),
            Some((name, version, what)) => {
                let why = format!("{name} at version {version}: {what}");
                Err(NotReady { what: "a product is damaged", why: Some(why) })
            }
        }
    }

    /// Folders of the data folder.
    pub(crate) fn snapshots_dir(config: &Config) -> PathBuf {
        config.data_dir.join("snapshots")
    }

    /// The folder of the search indexes.
    pub(crate) fn search_dir(config: &Config) -> PathBuf {
        config.data_dir.join("search")
    }
}

/// Waits for the signal to stop.
pub(crate) async fn stop_signal(stopping: &mut watch::Receiver<bool>) {
    // If the sender is gone the server is, too.
    let _gone = stopping.wait_for(|stopping| *stopping).await.is_err();
}

/// The hash by which a repeated request is known: of its method and its bytes.
pub(crate) fn body_hash<R: prost::Message>(method: &str, request: &R) -> Hash {
    let mut bytes = Vec::with_capacity(method.len() + 1 + request.encoded_len());
    bytes.extend_from_slice(method.as_bytes());
    bytes.push(0);
    if request.encode(&mut bytes).is_err() {
        // A Vec always has room; a message that cannot be encoded hashes as its name.
        bytes.truncate(method.len() + 1);
    }
    Hash::of(&bytes)
}
