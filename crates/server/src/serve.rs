//! Starting and stopping.

use std::{
    fs, io,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use koepel_domain::{
    ids::{PersonId, ProductId},
    inbox::Inbox,
    outbox::Outbox,
    product::Product,
    system::System,
};
use koepel_engine::{Engine, SYSTEM, Settings, Sort};
use koepel_event_log::{
    EventLog, HeadsOutcome, OpenError, ProductName, ReadError, ScrubPace, SledLog, Version,
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    task::JoinHandle,
};
use tonic_health::{ServingStatus, server::HealthReporter};

use crate::{
    alerts::{self, Alerts},
    app::{App, stop_signal},
    clock::Clock,
    config::Config,
    deadlines, demo,
    directory::{Directory, people_key},
    erasure,
    filtered::FilteredLists,
    first_start, http, listen,
    metrics::Metrics,
    nats,
    push::Appliers,
    read_model::ReadModel,
    search::Searches,
    sign_in::SignIn,
};

/// So many appends of a product may be with the log at once, so that it has the next group when a flush ends.
const APPENDS_IN_FLIGHT: usize = 4;

/// Why a server did not start, or stopped badly.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data folder.
    #[error("the data folder {dir}: {error}")]
    DataDir {
        /// Which.
        dir: PathBuf,
        /// What is wrong.
        error: io::Error,
    },
    /// The log.
    #[error(transparent)]
    Log(#[from] OpenError),
    /// The server's own product.
    #[error("the server's own log cannot be used: {0}")]
    System(String),
    /// A product.
    #[error("product {product} cannot be opened: {why}")]
    Product {
        /// Which.
        product: ProductName,
        /// What is wrong.
        why: String,
    },
    /// The first administrator.
    #[error(transparent)]
    FirstStart(#[from] first_start::Error),
    /// The address.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What is wrong.
        error: io::Error,
    },
    /// The services.
    #[error("{0}")]
    Services(String),
    /// How people sign in.
    #[error("people cannot sign in: {0}; name the provider's certificates in oidc.ca_file")]
    SignIn(String),
    /// The demo products.
    #[error(transparent)]
    Demo(#[from] demo::DemoError),
}

/// Stops a server.
#[derive(Clone, Debug)]
pub struct Stopper(watch::Sender<bool>);

impl Stopper {
    /// Takes no more calls, and lets open ones end.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// A server that listens.
pub struct Running {
    app: Arc<App>,
    address: SocketAddr,
    listening: JoinHandle<()>,
    tending: JoinHandle<()>,
    scrub: JoinHandle<()>,
    publishing: JoinHandle<()>,
    telling: JoinHandle<()>,
    deadlines: JoinHandle<()>,
    signing_in: JoinHandle<()>,
}

/// Opens everything, and listens.
///
/// # Errors
/// [`Error`], with what to do.
pub async fn start(config: Config) -> Result<Running, Error> {
    let clock = Clock::new(config.manual_clock);
    if clock.is_manual() {
        tracing::warn!(
            "the clock stands still until it is set (`koepel clock set`); for tests and demos only"
        );
    }
    let dir = config.data_dir.clone();
    let data_dir = |error: io::Error| Error::DataDir { dir: dir.clone(), error };
    make_private(&config.data_dir).map_err(data_dir)?;
    for own in [log_dir(&config), App::snapshots_dir(&config)] {
        make_private(&own).map_err(data_dir)?;
        close_to_others(&own);
    }
    let directory = Directory::open(&config.data_dir).map_err(data_dir)?;
    let people_key = people_key(&config.data_dir).map_err(data_dir)?;
    // Bound first: a second server on the port must not open the log of the first.
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|error| Error::Listen { address: config.listen, error })?;
    let address =
        listener.local_addr().map_err(|error| Error::Listen { address: config.listen, error })?;
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "listening beyond this machine without encryption; put a TLS proxy in front");
    }
    let log = open_log(&config).await?;
    let app = Arc::new(open(config, clock, log, directory, people_key).await?);
    let (router, health) =
        http::router(&app).map_err(|error| Error::Services(error.to_string()))?;
    let limits = app.config.limits.of_connections();
    let listening = tokio::spawn({
        let (app, stopping) = (Arc::clone(&app), app.stopping.subscribe());
        async move { listen::serve(listener, router, limits, Some(&app.metrics), stopping).await }
    });
    for inbox in app.inboxes.names().await {
        if let Some(Ok(product)) = Sort::product_of(&inbox).map(ProductId::new) {
            app.apply_pushes_of(&product);
        }
    }
    let tending = tokio::spawn(tend(Arc::clone(&app), health));
    let scrub = tokio::spawn(scrub(Arc::clone(&app.log)));
    let publishing = tokio::spawn(publish(Arc::clone(&app)));
    let telling = tokio::spawn(alerts::run(Arc::clone(&app)));
    let deadlines = tokio::spawn(deadlines::keep(Arc::clone(&app)));
    let signing_in = tokio::spawn({
        let (app, stopping) = (Arc::clone(&app), app.stopping.subscribe());
        async move {
            if let Some(sign_in) = &app.sign_in {
                sign_in.tend(stopping).await;
            }
        }
    });
    if let Some(path) = &app.config.address_file {
        let text = format!("http://{address}\n");
        let written = crate::directory::write_private(path, text.as_bytes());
        written.map_err(|error| Error::DataDir { dir: path.clone(), error })?;
    }
    tracing::info!(%address, data_dir = %app.config.data_dir.display(), products = app.products.names().await.len(), "koepel serves");
    Ok(Running {
        app,
        address,
        listening,
        tending,
        scrub,
        publishing,
        telling,
        deadlines,
        signing_in,
    })
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The data folder.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.app.config.data_dir.clone()
    }

    /// What stops it.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper(self.app.stopping.clone())
    }

    /// Loads the demo products; those that are there already stay as they are.
    ///
    /// # Errors
    /// [`Error::Demo`].
    pub async fn load_demo(&self) -> Result<Vec<demo::Loaded>, Error> {
        Ok(demo::load(&self.app).await?)
    }

    /// Waits until it has been stopped, and everything is on disk.
    ///
    /// # Errors
    /// If the log did not close cleanly; what was acknowledged is durable all the same.
    pub async fn stopped(self) -> Result<(), Error> {
        let Self {
            app, listening, tending, scrub, publishing, telling, deadlines, signing_in, ..
        } = self;
        let mut stopping = app.stopping.subscribe();
        stop_signal(&mut stopping).await;
        scrub.abort();
        // It may be waiting for the provider, which nobody needs to wait for.
        signing_in.abort();
        for task in [listening, tending, publishing, telling, deadlines] {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task ended badly");
            }
        }
        app.inboxes.stop().await;
        app.alerts.outboxes.stop().await;
        app.searches.stop().await;
        app.products.stop().await;
        app.system.stop().await;
        if let Some(path) = &app.config.address_file {
            let _gone = fs::remove_file(path);
        }
        let closed = app.log.close().await;
        tracing::info!("koepel has stopped");
        closed.map_err(|error| Error::System(error.to_string()))
    }
}

/// A folder that only its owner may enter.
fn make_private(dir: &std::path::Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Takes everybody else's rights in a folder that was there before, such as one that an earlier version made.
fn close_to_others(dir: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let closed = fs::metadata(dir).and_then(|facts| {
        if facts.permissions().mode() & 0o077 == 0 {
            return Ok(());
        }
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
    });
    if let Err(error) = closed {
        tracing::warn!(dir = %dir.display(), %error, "others may be able to read this folder");
    }
}

fn log_dir(config: &Config) -> PathBuf {
    config.data_dir.join("log")
}

async fn open_log(config: &Config) -> Result<Arc<SledLog>, Error> {
    let settings = koepel_event_log::Settings {
        cache_bytes: config.cache_bytes,
        min_free_bytes: config.min_free_bytes,
        ..koepel_event_log::Settings::default()
    };
    let dir = log_dir(config);
    if let Some(left) = koepel_event_log::left_over(&dir) {
        tracing::warn!(left = %left.display(), "a redaction or import was interrupted; what it left may hold what was to go: run it again, or remove the folder");
    }
    let opened = tokio::task::spawn_blocking(move || SledLog::open(dir, settings)).await;
    let log = opened.map_err(|error| Error::System(error.to_string()))??;
    match log.heads_outcome() {
        HeadsOutcome::Fresh | HeadsOutcome::Matched => {}
        HeadsOutcome::Rebuilt { why } => {
            tracing::warn!(%why, "there was no head file to rely on; the whole log was read and is intact")
        }
    }
    Ok(Arc::new(log))
}

async fn open(
    config: Config,
    clock: Clock,
    log: Arc<SledLog>,
    directory: Directory,
    people_key: [u8; 32],
) -> Result<App, Error> {
    let system_name = ProductName::new(SYSTEM).map_err(|error| Error::System(error.to_string()))?;
    let shared: Arc<dyn EventLog> = log.clone();
    let settings = Settings {
        snapshots: Some(App::snapshots_dir(&config)),
        // The lock of the log's directory makes this process its only writer.
        appends_in_flight: APPENDS_IN_FLIGHT,
        ..Settings::default()
    };
    let system: Engine<System, ()> = Engine::new(Arc::clone(&shared), settings.clone());
    system.open(&system_name).await.map_err(|error| Error::System(error.to_string()))?;
    first_start::administrator(&config, &clock, &system, &system_name).await?;
    let system_view =
        system.watch(&system_name).await.map_err(|error| Error::System(error.to_string()))?;
    let products: Engine<Product, ReadModel> = Engine::new(Arc::clone(&shared), settings.clone());
    let heads = shared.products().await.map_err(|error| Error::System(error.to_string()))?;
    let inboxes: Engine<Inbox, ()> = Engine::new(Arc::clone(&shared), settings.clone());
    let outboxes: Engine<Outbox, ()> = Engine::new(Arc::clone(&shared), settings);
    for (name, _) in heads {
        let opened = match Sort::of(&name) {
            Sort::System => Ok(()),
            Sort::Product => products.open(&name).await.map_err(|error| error.to_string()),
            Sort::Inbox => inboxes.open(&name).await.map_err(|error| error.to_string()),
            Sort::Outbox => outboxes.open(&name).await.map_err(|error| error.to_string()),
        };
        opened.map_err(|why| Error::Product { product: name.clone(), why })?;
    }
    let data_dir = |error: io::Error| Error::DataDir { dir: config.data_dir.clone(), error };
    let alerts = Alerts::open(&config, outboxes).map_err(data_dir)?;
    // What a stop has left of an erasure.
    let kept = |person: &PersonId| {
        system_view.borrow().state.person(person).is_none_or(|known| !known.erased)
    };
    erasure::keep(&directory, &alerts.addresses, kept).map_err(data_dir)?;
    let imports = Semaphore::new(config.limits.imports);
    let (stopping, stopped) = watch::channel(false);
    let searches = Searches::new(App::search_dir(&config), Arc::clone(&log), stopped);
    let sign_in = config.oidc.clone().map(|settings| SignIn::new(settings, &people_key));
    let sign_in = sign_in.transpose().map_err(Error::SignIn)?;
    let metrics = Metrics::new(config.nats.is_some());
    let started_at = clock.now();
    Ok(App {
        config,
        clock,
        log,
        products,
        inboxes,
        appliers: Appliers::default(),
        alerts,
        system,
        system_name,
        directory,
        people_key,
        metrics,
        started_at,
        stopping,
        imports,
        comparisons: Arc::default(),
        filtered: FilteredLists::default(),
        streams: Mutex::default(),
        system_view,
        searches,
        sign_in,
    })
}

/// Tells the health service what the readiness is, as it changes.
async fn tend(app: Arc<App>, health: HealthReporter) {
    let mut stopping = app.stopping.subscribe();
    loop {
        let ready = app.readiness().await.is_ok();
        let status = if ready { ServingStatus::Serving } else { ServingStatus::NotServing };
        for service in http::SERVICES {
            health.set_service_status(service, status).await;
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(500)) => {}
            () = stop_signal(&mut stopping) => {
                for service in http::SERVICES {
                    health.set_service_status(service, ServingStatus::NotServing).await;
                }
                return;
            }
        }
    }
}

/// Publishes what is committed, if that is set.
async fn publish(app: Arc<App>) {
    if let (Some(settings), Some(told)) = (app.config.nats.clone(), app.metrics.nats.clone()) {
        nats::publish(app, settings, told).await;
    }
}

/// Reads the whole log once, gently, so that damage is found while the backups still have what was damaged.
async fn scrub(log: Arc<SledLog>) {
    match koepel_event_log::scrub(&*log, |_| Version::ZERO, ScrubPace::default()).await {
        Ok(summary) => tracing::info!(
            products = summary.products,
            commits = summary.commits,
            "the whole log was read and is sound"
        ),
        Err(ReadError::Closed) => {}
        Err(error) => tracing::error!(%error, "the log is damaged; restore it from a backup"),
    }
}
