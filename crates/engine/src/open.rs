//! Opening a product: from its snapshot and the rest of its log to a running actor and worker.

use std::{
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use koepel_domain::ids::Version as DomainVersion;
use koepel_event_log::{EventLog, Head, ProductName, ReadError, ReadLimit, Redactions, Version};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};

use crate::{
    Aggregate, Projection, Settings,
    error::{Damage, Error},
    ids::RequestIds,
    pages::{NoPage, Pages},
    past::{Moments, Past},
    product::{Ends, ProductActor},
    request::{Answer, Pending, Request},
    snapshot,
    view::View,
    worker::{Model, Projected, Worker},
};

/// How many commands of one product may wait before callers are held up.
const COMMANDS_WAITING: usize = 1_024;
pub(crate) const PAGE: ReadLimit = ReadLimit { commits: 4_096, size_bytes: 8 << 20 };

/// What is wrong with a product's log, once that is known; shared by all who have to refuse.
pub(crate) type Fault = Arc<OnceLock<Damage>>;

type Failure<A> = Error<<A as Aggregate>::Error>;

/// A product that is open.
pub(crate) struct Running<A: Aggregate, P> {
    commands: mpsc::Sender<Pending<A>>,
    pub(crate) views: watch::Receiver<Arc<View<A>>>,
    pub(crate) projected: Arc<Projected<P>>,
    pub(crate) past: Arc<Past<A>>,
    fault: Fault,
    tasks: Mutex<Tasks>,
}

#[derive(Default)]
struct Tasks {
    stop: Option<oneshot::Sender<()>>,
    handles: Vec<JoinHandle<()>>,
}

impl<A: Aggregate, P: Projection<A>> Running<A, P> {
    /// Whether it has no commits yet.
    pub(crate) fn is_unborn(&self) -> bool {
        self.views.borrow().head == Head::ZERO
    }

    /// What is wrong with its log.
    pub(crate) fn damage(&self) -> Option<&Damage> {
        self.fault.get()
    }

    /// Gives it a command and waits for the answer.
    pub(crate) async fn send(&self, request: Request<A::Command>) -> Answer<A> {
        let (reply, answer) = oneshot::channel();
        let sent = self.commands.send(Pending { request, reply }).await;
        sent.map_err(|_| stopping())?;
        answer
            .await
            .map_err(|_| Error::OutcomeUnknown { why: "the server is stopping".to_owned() })?
    }

    /// The durable state once it has at least `version`.
    pub(crate) async fn reaches(
        &self,
        version: DomainVersion,
        timeout: Duration,
    ) -> Result<Arc<View<A>>, Failure<A>> {
        let mut views = self.views.clone();
        let reached = views.wait_for(|view| view.state.version() >= version);
        match tokio::time::timeout(timeout, reached).await {
            Ok(Ok(view)) => return Ok(Arc::clone(&view)),
            Ok(Err(_)) => return Err(stopping()),
            Err(_) => {}
        }
        let current = views.borrow().state.version();
        Err(Error::TooSlow { wanted: version, current })
    }

    /// Tells it to take no more commands.
    pub(crate) fn begin_stop(&self) {
        let stop = self.tasks.lock().unwrap_or_else(PoisonError::into_inner).stop.take();
        if let Some(stop) = stop {
            // If nobody listens it has stopped already.
            let _stopped = stop.send(());
        }
    }

    /// Waits until it has answered everything and written its snapshot.
    pub(crate) async fn stopped(&self) {
        let handles =
            std::mem::take(&mut self.tasks.lock().unwrap_or_else(PoisonError::into_inner).handles);
        for handle in handles {
            if let Err(error) = handle.await {
                tracing::error!(%error, "a product's task ended badly");
            }
        }
    }
}

pub(crate) fn stopping<E>() -> Error<E> {
    Error::Unavailable { why: "the server is stopping".to_owned() }
}

/// What a product is opened from: state, read model, and the version that is in the snapshot.
struct Loaded<A: Aggregate, P> {
    state: A,
    fingerprints: Vec<u64>,
    model: Model<P>,
    head: Head,
    snapshot_version: Version,
    snapshot_bytes: u64,
}

impl<A: Aggregate, P: Projection<A>> Loaded<A, P> {
    fn nothing() -> Self {
        Self {
            state: A::default(),
            fingerprints: Vec::new(),
            model: Model { moments: Moments::default(), own: P::default() },
            head: Head::ZERO,
            snapshot_version: Version::ZERO,
            snapshot_bytes: 0,
        }
    }
}

/// Opens a product. A log that is damaged makes one that refuses everything.
pub(crate) async fn open<A: Aggregate, P: Projection<A>>(
    log: Arc<dyn EventLog>,
    settings: Settings,
    name: ProductName,
    news: watch::Sender<()>,
) -> Result<Running<A, P>, Failure<A>> {
    let mut loaded = from_snapshot::<A, P>(&*log, &settings, &name).await?;
    let fault = Fault::default();
    let mut redactions = Redactions::default();
    let span = (loaded.head.version.next(), Version::new(u64::MAX));
    let mut pages = Pages::<A>::new(&*log, &name, span, PAGE);
    loop {
        let page = match pages.next().await {
            Ok(page) => page,
            Err(NoPage::Read(ReadError::Damaged { version, what, .. })) => {
                let _first = fault.set(Damage::new(version, what));
                break;
            }
            Err(error) => return Err(error.into()),
        };
        if page.is_end() {
            if let Some((version, what)) = redactions.problems().into_iter().next() {
                let _first = fault.set(Damage::new(version, what));
            }
            break;
        }
        page.decoded.iter().for_each(|(record, _)| redactions.see(record));
        match page.fold(&mut loaded.state) {
            Ok((applied, reached)) => {
                for applied in &applied {
                    loaded.model.moments.push(applied.commit.time);
                    loaded.model.own.apply(&applied.commit, &applied.changes, &loaded.state);
                    loaded.fingerprints.push(applied.fingerprint);
                }
                loaded.head = reached;
            }
            Err(damage) => {
                let _first = fault.set(damage);
                break;
            }
        }
        // Long tails must not hold up the other tasks of this thread.
        tokio::task::yield_now().await;
    }
    if let Some(Damage { version, what }) = fault.get() {
        tracing::error!(product = %name, %version, %what, "this product's log is damaged; it refuses everything until it is restored");
    }
    let replayed = loaded.head.version.get() - loaded.snapshot_version.get();
    tracing::info!(product = %name, version = %loaded.head.version, replayed, "product opened");
    Ok(start(log, &settings, name, loaded, (fault, news)))
}

fn start<A: Aggregate, P: Projection<A>>(
    log: Arc<dyn EventLog>,
    settings: &Settings,
    product: ProductName,
    loaded: Loaded<A, P>,
    (fault, news): (Fault, watch::Sender<()>),
) -> Running<A, P> {
    let Loaded { state, fingerprints, model, head, snapshot_version, snapshot_bytes } = loaded;
    let ids = RequestIds::of(&fingerprints);
    let (commands, waiting) = mpsc::channel(COMMANDS_WAITING);
    let (stop, stopped) = oneshot::channel();
    let (views_out, views) = watch::channel(Arc::new(View { state: state.clone(), head }));
    let (feed_out, feed) = mpsc::unbounded_channel();
    let projected = Arc::new(Projected::new(model, head.version));
    let past =
        Arc::new(Past::new(product.clone(), settings.snapshots.clone(), settings.past_every));
    let dir = settings.snapshots.as_deref();
    let newest = dir.and_then(|dir| snapshot::newest_past(dir, &product));
    let (newest, past_bytes) = newest.unwrap_or((Version::ZERO, 0));
    // As many events as commits, at least; more would be known only by reading them.
    let past_events = head.version.get().saturating_sub(newest.get());
    let worker = Worker {
        product: product.clone(),
        dir: settings.snapshots.clone().filter(|_| fault.get().is_none()),
        every: settings.snapshot_every,
        at_stop: settings.snapshot_at_stop,
        projected: Arc::clone(&projected),
        feed,
        state: state.clone(),
        fingerprints,
        head,
        snapshot_version,
        snapshot_bytes,
        past_every: settings.past_every,
        past_events,
        past_bytes,
        past_writing: None,
        writing: None,
    };
    let ends = Ends {
        commands: waiting,
        stop: stopped,
        views: views_out,
        news,
        feed: feed_out,
        fault: Arc::clone(&fault),
    };
    let in_flight_max = settings.appends_in_flight;
    let actor = ProductActor::new(log, product, ends, state, head, ids, in_flight_max);
    let handles = vec![tokio::spawn(actor.run()), tokio::spawn(worker.run())];
    let tasks = Mutex::new(Tasks { stop: Some(stop), handles });
    Running { commands, views, projected, past, fault, tasks }
}

/// The snapshot of a product, if there is one that fits the log; else nothing, from which all is folded.
async fn from_snapshot<A: Aggregate, P: Projection<A>>(
    log: &dyn EventLog,
    settings: &Settings,
    name: &ProductName,
) -> Result<Loaded<A, P>, Failure<A>> {
    let Some(dir) = settings.snapshots.clone() else { return Ok(Loaded::nothing()) };
    let read = {
        let (dir, name) = (dir.clone(), name.clone());
        tokio::task::spawn_blocking(move || {
            snapshot::read::<(A, Vec<u64>, Moments, P)>(&dir, &name)
        })
        .await
    };
    let unfit = match read {
        Ok(Ok(None)) => return Ok(Loaded::nothing()),
        Ok(Ok(Some(snapshot::Snapshot {
            head,
            size_bytes,
            body: (state, fingerprints, moments, own),
        }))) => match misfit(log, name, head, &state, &fingerprints).await? {
            None => {
                let snapshot_version = head.version;
                return Ok(Loaded {
                    state,
                    fingerprints,
                    model: Model { moments, own },
                    head,
                    snapshot_version,
                    snapshot_bytes: size_bytes,
                });
            }
            Some(why) => why,
        },
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    tracing::warn!(product = %name, why = %unfit, "the snapshot is not used; the product is folded anew from its log");
    snapshot::set_aside(&dir, name);
    Ok(Loaded::nothing())
}

/// Why a snapshot does not fit the log, if it does not.
async fn misfit<A: Aggregate>(
    log: &dyn EventLog,
    name: &ProductName,
    head: Head,
    state: &A,
    fingerprints: &[u64],
) -> Result<Option<String>, Failure<A>> {
    let (version, requests) = (state.version(), fingerprints.len());
    if version.0 != head.version.get() || u64::try_from(requests) != Ok(version.0) {
        let why = format!("it says version {}, holds {version} and {requests} ids", head.version);
        return Ok(Some(why));
    }
    match log.read(name, head.version, ReadLimit { commits: 1, size_bytes: 1 }).await {
        Ok(page) => Ok(match page.first() {
            Some(record) if record.head() == head => None,
            Some(_) => Some("the log has another commit at its version".to_owned()),
            None => Some(format!("the log ends before its version {}", head.version)),
        }),
        Err(ReadError::Damaged { what, .. }) => {
            Ok(Some(format!("the log is damaged at its version: {what}")))
        }
        Err(error) => Err(error.into()),
    }
}
