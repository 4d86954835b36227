//! All products of one kind: opens them, gives commands to their actors, shows their views.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use koepel_domain::ids::{Timestamp, Version as DomainVersion};
use koepel_event_log::{EventLog, Head, ProductName, ReadLimit, Redactions, Version};
use tokio::sync::{OnceCell, watch};

use crate::{
    Aggregate, Projection, codec,
    error::{Damage, Error},
    open::{self, PAGE, Running, stopping},
    past::At,
    request::{Answer, Request},
    view::View,
};

/// Where the engine keeps its files, and how long it waits.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder of the snapshots; without one there are none.
    pub snapshots: Option<PathBuf>,
    /// How long a query waits for a version that it asks for.
    pub min_version_timeout: Duration,
    /// At least so many commits lie between two snapshots of a product; more, if it is large.
    pub snapshot_every: u64,
    /// At least so many events lie between two states that are kept in files for those who look back; more, if they are large.
    pub past_every: u64,
    /// A stop writes no snapshot for fewer commits than this.
    pub snapshot_at_stop: u64,
    /// How many appends of one product the log may have at once, at least 1. More than one is only for a log that
    /// nobody else writes to: a version is no proof that an earlier append of ours, not another's, has made it.
    pub appends_in_flight: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            snapshots: None,
            min_version_timeout: Duration::from_secs(5),
            snapshot_every: 10_000,
            past_every: 10_000,
            snapshot_at_stop: 500,
            appends_in_flight: 1,
        }
    }
}

/// A product's place, also while it is being opened.
struct Slot<A: Aggregate, P> {
    running: OnceCell<Arc<Running<A, P>>>,
    /// Whether it is to be here even without commits.
    wanted: AtomicBool,
}

impl<A: Aggregate, P> Slot<A, P> {
    fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed)
    }
}

type Slots<A, P> = HashMap<ProductName, Arc<Slot<A, P>>>;

/// The engine of all products of one kind.
pub struct Engine<A: Aggregate, P> {
    log: Arc<dyn EventLog>,
    settings: Settings,
    news: watch::Sender<()>,
    /// Nothing, once it was told to stop.
    slots: RwLock<Option<Slots<A, P>>>,
}

type Failure<A> = Error<<A as Aggregate>::Error>;

impl<A: Aggregate, P: Projection<A>> Engine<A, P> {
    /// An engine on a log; nothing is read yet.
    #[must_use]
    pub fn new(log: Arc<dyn EventLog>, settings: Settings) -> Self {
        let (news, _) = watch::channel(());
        Self { log, settings, news, slots: RwLock::new(Some(HashMap::new())) }
    }

    /// The log below.
    #[must_use]
    pub fn log(&self) -> &Arc<dyn EventLog> {
        &self.log
    }

    /// Opens a product, from its snapshot and the rest of the log; one without commits is empty until it gets some. One
    /// that is damaged is opened, too: as one that refuses everything, naming version and fault.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the log cannot be read at the moment.
    pub async fn open(&self, name: &ProductName) -> Result<(), Failure<A>> {
        let slot = self.slot(name)?;
        slot.wanted.store(true, Ordering::Relaxed);
        self.opened(name, slot).await.map(|_| ())
    }

    /// Gives a command to a product that exists.
    ///
    /// # Errors
    /// [`Error`]; only [`Error::OutcomeUnknown`] leaves open whether something was done.
    pub async fn execute(&self, name: &ProductName, request: Request<A::Command>) -> Answer<A> {
        self.existing(name).await?.send(request).await
    }

    /// Gives a command to a product that may not exist yet.
    ///
    /// # Errors
    /// As [`Self::execute`].
    pub async fn create(&self, name: &ProductName, request: Request<A::Command>) -> Answer<A> {
        let running = self.opened(name, self.slot(name)?).await?;
        let answer = running.send(request).await;
        if answer.is_err() {
            self.forget_unborn(name, &running);
        }
        answer
    }

    /// The durable state of a product now.
    ///
    /// # Errors
    /// [`Error::UnknownProduct`], [`Error::Damaged`].
    pub async fn view(&self, name: &ProductName) -> Result<Arc<View<A>>, Failure<A>> {
        let running = self.sound(name).await?;
        let view = Arc::clone(&running.views.borrow());
        Ok(view)
    }

    /// The durable state once it has at least `version`.
    ///
    /// # Errors
    /// As [`Self::view`]; [`Error::TooSlow`] if it does not come in time.
    pub async fn view_at_least(
        &self,
        name: &ProductName,
        version: DomainVersion,
    ) -> Result<Arc<View<A>>, Failure<A>> {
        self.sound(name).await?.reaches(version, self.settings.min_version_timeout).await
    }

    /// The product as it was at a moment. Costs nothing but a look if that is now; else the fold of what lies between the
    /// moment and the nearest state before it that is at hand.
    ///
    /// # Errors
    /// As [`Self::view`]; [`Error::Future`] for a version that has not come yet.
    pub async fn as_of(&self, name: &ProductName, at: At) -> Result<Arc<View<A>>, Failure<A>> {
        let running = self.sound(name).await?;
        let now = Arc::clone(&running.views.borrow());
        let wanted = match at {
            At::Version(version) => Version::new(version.0),
            At::Time(time) => self.version_at(name, &running, &now, time).await?,
        };
        let current = now.head.version;
        match wanted.cmp(&current) {
            std::cmp::Ordering::Equal => Ok(now),
            std::cmp::Ordering::Less => running.past.view(&*self.log, wanted).await,
            std::cmp::Ordering::Greater => {
                let (wanted, current) = (wanted.get(), current.get());
                let (wanted, current) = (DomainVersion(wanted), DomainVersion(current));
                Err(Error::Future { wanted, current })
            }
        }
    }

    /// The greatest version of `now` or before whose time is not later; nought if all are.
    async fn version_at(
        &self,
        name: &ProductName,
        running: &Running<A, P>,
        now: &View<A>,
        time: Timestamp,
    ) -> Result<Version, Failure<A>> {
        let wanted = now.state.version();
        if !running.projected.reaches(wanted.0, self.settings.min_version_timeout).await {
            return Err(Error::TooSlow { wanted, current: running.projected.version() });
        }
        let around = running.projected.model.read().await.moments.around(time);
        let Some((first, count)) = around else { return Ok(Version::ZERO) };
        let (mut next, end) = (first, first.get() + count);
        let mut last = Version::ZERO;
        // A page may be cut short by its bytes.
        while next.get() < end {
            let commits = usize::try_from(end - next.get()).unwrap_or(usize::MAX);
            let page = self.log.read(name, next, ReadLimit { commits, ..PAGE }).await?;
            let Some(newest) = page.last() else { break };
            next = newest.version.next();
            let not_later = page.iter().rev().find(|record| record.commit.time_us <= time.0);
            last = not_later.map_or(last, |record| record.version);
        }
        Ok(last.min(now.head.version))
    }

    /// A receiver that wakes whenever the product's durable state advances.
    ///
    /// # Errors
    /// As [`Self::view`].
    pub async fn watch(
        &self,
        name: &ProductName,
    ) -> Result<watch::Receiver<Arc<View<A>>>, Failure<A>> {
        Ok(self.sound(name).await?.views.clone())
    }

    /// A receiver that wakes whenever the durable state of any product advances, one that was made a moment ago included.
    #[must_use]
    pub fn news(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }

    /// Where the products that have commits and are not damaged have got to, by name.
    pub fn heads(&self) -> Vec<(ProductName, Head)> {
        self.pick(|name, _, running| {
            let head = running.views.borrow().head;
            (head != Head::ZERO && running.damage().is_none()).then(|| (name.clone(), head))
        })
    }

    /// Reads the projection once it has at least `version`.
    ///
    /// # Errors
    /// As [`Self::view_at_least`].
    pub async fn read<T>(
        &self,
        name: &ProductName,
        version: DomainVersion,
        read: impl FnOnce(&P, DomainVersion) -> T,
    ) -> Result<T, Failure<A>> {
        let running = self.sound(name).await?;
        let projected = &running.projected;
        if !projected.reaches(version.0, self.settings.min_version_timeout).await {
            return Err(Error::TooSlow { wanted: version, current: projected.version() });
        }
        let model = projected.model.read().await;
        let current = projected.version();
        Ok(read(&model.own, current))
    }

    /// The open products, by name.
    pub async fn names(&self) -> Vec<ProductName> {
        self.pick(|name, slot, running| {
            let born = !running.is_unborn() || running.damage().is_some();
            (slot.is_wanted() || born).then(|| name.clone())
        })
    }

    /// The products that are open but damaged, with the version and the fault.
    pub async fn damaged(&self) -> Vec<(ProductName, DomainVersion, String)> {
        self.pick(|name, _, running| {
            let Damage { version, what } = running.damage()?.clone();
            Some((name.clone(), version, what))
        })
    }

    /// Takes no more commands, answers those in flight, writes snapshots.
    pub async fn stop(&self) {
        let slots = self.slots.write().unwrap_or_else(PoisonError::into_inner).take();
        let mut all = Vec::new();
        for slot in slots.unwrap_or_default().into_values() {
            // One that is being opened at this moment is waited for.
            let running = slot.running.get_or_try_init(|| async { Err(()) }).await;
            all.extend(running.map(Arc::clone));
        }
        all.iter().for_each(|running| running.begin_stop());
        for running in all {
            running.stopped().await;
        }
    }

    /// What `pick` makes of the products that are open, by name.
    fn pick<T>(
        &self,
        pick: impl Fn(&ProductName, &Slot<A, P>, &Running<A, P>) -> Option<T>,
    ) -> Vec<T> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        let mut open: Vec<_> = slots.iter().flatten().collect();
        open.sort_by_key(|(name, _)| *name);
        let running =
            open.into_iter().filter_map(|(name, slot)| Some((name, slot, slot.running.get()?)));
        running.filter_map(|(name, slot, running)| pick(name, slot, running)).collect()
    }

    /// A product that exists.
    async fn existing(&self, name: &ProductName) -> Result<Arc<Running<A, P>>, Failure<A>> {
        let known = {
            let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
            slots.as_ref().ok_or_else(stopping)?.get(name).cloned()
        };
        let wanted = known.as_ref().is_some_and(|slot| slot.is_wanted());
        if let Some(running) = known.as_ref().and_then(|slot| slot.running.get())
            && (wanted || !running.is_unborn())
        {
            return Ok(Arc::clone(running));
        }
        if !wanted && self.log.head(name).await? == Head::ZERO {
            return Err(Error::UnknownProduct);
        }
        let running = self.opened(name, self.slot(name)?).await?;
        if !wanted && running.is_unborn() && running.damage().is_none() {
            // Somebody else has made it a moment ago, and it is about to be read.
            running.reaches(DomainVersion(1), self.settings.min_version_timeout).await?;
        }
        Ok(running)
    }

    /// A product that exists and whose log is not damaged.
    async fn sound(&self, name: &ProductName) -> Result<Arc<Running<A, P>>, Failure<A>> {
        let running = self.existing(name).await?;
        match running.damage() {
            Some(damage) => Err(damage.clone().into()),
            None => Ok(running),
        }
    }

    fn slot(&self, name: &ProductName) -> Result<Arc<Slot<A, P>>, Failure<A>> {
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        let slots = slots.as_mut().ok_or_else(stopping)?;
        let slot = slots.entry(name.clone()).or_insert_with(|| {
            Arc::new(Slot { running: OnceCell::new(), wanted: AtomicBool::new(false) })
        });
        Ok(Arc::clone(slot))
    }

    /// The product of a slot, opened by whoever comes first.
    async fn opened(
        &self,
        name: &ProductName,
        slot: Arc<Slot<A, P>>,
    ) -> Result<Arc<Running<A, P>>, Failure<A>> {
        if let Some(running) = slot.running.get() {
            return Ok(Arc::clone(running));
        }
        let (log, settings, name) = (Arc::clone(&self.log), self.settings.clone(), name.clone());
        let news = self.news.clone();
        // A task of its own, so that a caller who goes away does not take a long replay along.
        let opening = tokio::spawn(async move {
            let open = || async { open::open(log, settings, name, news).await.map(Arc::new) };
            slot.running.get_or_try_init(open).await.map(Arc::clone)
        });
        let running =
            opening.await.map_err(|error| Error::Unavailable { why: error.to_string() })??;
        if self.slots.read().unwrap_or_else(PoisonError::into_inner).is_none() {
            // The engine was stopped meanwhile, and did not know of this one.
            running.begin_stop();
        }
        Ok(running)
    }

    /// Lets go of a product that came to nothing, so that refused creations leave nothing behind.
    fn forget_unborn(&self, name: &ProductName, running: &Arc<Running<A, P>>) {
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        let Some(slots) = slots.as_mut() else { return };
        let unused = |slot: &Arc<Slot<A, P>>| {
            // One is in the slot, one with the caller; nobody gets another while the slots are locked.
            let ours = slot.running.get().is_some_and(|other| Arc::ptr_eq(other, running));
            ours && Arc::strong_count(running) == 2 && Arc::strong_count(slot) == 1
        };
        let came_to_nothing = running.is_unborn() && running.damage().is_none();
        if came_to_nothing && slots.get(name).is_some_and(|slot| !slot.is_wanted() && unused(slot))
        {
            slots.remove(name);
        }
    }
}

/// The state of a product as of the end of its log, folded from the beginning, for checks.
///
/// # Errors
/// What does not fit.
pub async fn replay<A: Aggregate>(
    log: &dyn EventLog,
    name: &ProductName,
) -> Result<(A, Head), String> {
    let mut state = A::default();
    let mut head = Head::ZERO;
    let mut redactions = Redactions::default();
    loop {
        let page =
            log.read(name, head.version.next(), PAGE).await.map_err(|error| error.to_string())?;
        let Some(last) = page.last() else { break };
        head = last.head();
        for record in &page {
            redactions.see(record);
            let commit = codec::decode_record::<A>(record).map_err(|error| error.to_string())?;
            state.apply(&commit).map_err(|error| error.to_string())?;
        }
    }
    match redactions.problems().into_iter().next() {
        None => Ok((state, head)),
        Some((version, what)) => Err(format!("version {version}: {what}")),
    }
}
