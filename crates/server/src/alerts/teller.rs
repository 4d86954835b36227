//! Tells of one product: looks through what happened, puts what is to be told into the outbox, sends what is due, and notes what
//! became of it.
//!
//! Several deliveries are under way at once, and to each receiver only a few, so that a slow one holds up nobody else.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use koepel_alerts::{
    notices::{self, Told},
    retry,
    rules::deliveries,
};
use koepel_domain::{
    ids::{ProductId, Timestamp, Version},
    mandate::Actor,
    outbox::{
        Became, Channel, Command, Delivery, NOTICES_MAX, Outbox, Outcome, Queued, Waiting, Way,
    },
    product::Product,
};
use koepel_engine::{At, View, decode_record};
use koepel_event_log::{EventLog as _, ReadLimit, Record, Version as LogVersion};
use rand::Rng as _;
use tokio::{
    sync::{Notify, mpsc, watch},
    time::Instant,
};
use tonic::Status;

use super::{later, outbox_name, seconds_until};
use crate::{
    app::{App, log_name, stop_signal},
    clock::moved,
    grpc::status,
};

/// So much of a product is looked through in one go.
const PAGE: ReadLimit = ReadLimit { commits: 2_000, size_bytes: 4 << 20 };
/// After so many versions with nothing to tell it is noted that they were looked through.
const UNNOTED_MAX: u64 = 5_000;
/// After a failure it waits so long.
const PAUSE: Duration = Duration::from_secs(1);
/// It looks at the clock at least so often while the term of somebody is to begin.
const TERMS: Duration = Duration::from_secs(60);
/// It looks at the clock at least so often while something waits for its moment: the clock may be moved.
const LOOK: Duration = Duration::from_millis(250);
/// So many deliveries are under way at once, and one more for each way by which none is.
const UNDER_WAY: usize = 256;
/// So many outcomes are noted in one commit, and those of one letter more.
const NOTED_AT_ONCE: usize = 500;
/// So many deliveries are in one letter; what is held for somebody beyond that comes in another.
const LETTER_MAX: usize = 100;
/// At a stop, what is under way has so long to arrive.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// So many deliveries may be under way by one way at once.
fn limit(way: &Way) -> usize {
    match way {
        Way::Target(_) => 8,
        Way::Email => 4,
        Way::Nats => 64,
    }
}

/// An attempt that has ended: of one delivery, or of several that went together.
struct Ended {
    way: Way,
    channel: Channel,
    outcomes: Vec<Outcome>,
    /// Whether nobody was there to take it.
    nobody: bool,
}

/// What could not be given to anybody.
#[derive(Default)]
struct Missed {
    deliveries: BTreeSet<u64>,
    /// Whether somebody is there again.
    back: bool,
}

/// Until when the terms of roles and deputies were looked at.
#[derive(Clone, Copy)]
struct Seen {
    version: Version,
    at: Timestamp,
    /// When the next term begins, as far as it was known.
    next: Option<Timestamp>,
}

struct Teller {
    app: Arc<App>,
    id: ProductId,
    /// Up to which version the product was looked through, noted or not.
    looked: Option<Version>,
    /// The last look at the terms of seats; none: nobody has looked yet.
    beginning: Option<Seen>,
    under_way: HashSet<u64>,
    by_way: HashMap<Way, usize>,
    /// What nobody was there to take, by way; tried again as soon as something arrives by that way.
    missed: HashMap<Way, Missed>,
    ended: mpsc::UnboundedReceiver<Ended>,
    ending: mpsc::UnboundedSender<Ended>,
    /// What has ended and is not noted yet.
    unnoted: Vec<Ended>,
}

/// Tells of a product until the server stops.
pub(super) async fn run(app: Arc<App>, id: ProductId, wake: Arc<Notify>) {
    let mut stopping = app.stopping.subscribe();
    let mut hands = app.clock.hands();
    let (ending, ended) = mpsc::unbounded_channel();
    let mut teller = Teller {
        app,
        id,
        looked: None,
        beginning: None,
        under_way: HashSet::new(),
        by_way: HashMap::new(),
        missed: HashMap::new(),
        ended,
        ending,
        unnoted: Vec::new(),
    };
    let mut product: Option<watch::Receiver<Arc<View<Product>>>> = None;
    while !*stopping.borrow() {
        let wait = match teller.step(&mut product).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::warn!(product = %teller.id, error = error.message(), "alerts wait");
                PAUSE
            }
        };
        let changed = async {
            match &mut product {
                Some(product) => drop(product.changed().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = changed => {}
            () = wake.notified() => {}
            () = moved(&mut hands) => {}
            Some(ended) = teller.ended.recv() => teller.unnoted.push(ended),
            () = tokio::time::sleep(wait) => {}
            () = stop_signal(&mut stopping) => break,
        }
    }
    teller.last_words().await;
}

impl Teller {
    /// Does what there is to do now, and says for how long there is nothing if nothing happens.
    async fn step(
        &mut self,
        product: &mut Option<watch::Receiver<Arc<View<Product>>>>,
    ) -> Result<Duration, Status> {
        let watching = match product {
            Some(watching) => watching,
            None => {
                let watching = self.app.products.watch(&log_name(&self.id)?).await;
                let watching = watching.map_err(|error| status::unavailable(error.to_string()))?;
                product.insert(watching)
            }
        };
        let view = Arc::clone(&watching.borrow_and_update());
        self.note().await?;
        self.look_through(&view).await?;
        let until_term = self.tell_newcomers(&view.state).await?;
        Ok(self.send_due().await?.min(until_term))
    }

    /// Tells those what waits for them whose term has begun, and says when to look again. What they were told already the outbox
    /// knows.
    async fn tell_newcomers(&mut self, product: &Product) -> Result<Duration, Status> {
        let (now, version) = (self.app.clock.now(), product.version());
        let next = match self.beginning {
            None => Some(now),
            Some(seen) if seen.version == version => seen.next,
            // What has been named since the last look may have begun since then.
            Some(seen) => notices::next_beginning(product, seen.at.min(now)),
        };
        let is_due = next.is_some_and(|next| next <= now);
        if is_due {
            let outbox = self.app.outbox(&self.id).await?;
            let mut told = notices::begun(product, now);
            told.retain(|told| !outbox.state.knows(&told.notice));
            if !told.is_empty() {
                self.queue(Version(0), self.addressed(told, product, &outbox.state)).await?;
            }
        }
        let next = if is_due { notices::next_beginning(product, now) } else { next };
        self.beginning = Some(Seen { version, at: now, next });
        Ok(until_term(now, next))
    }

    /// Notices with those to whom they go now.
    fn addressed(&self, told: Vec<Told>, product: &Product, outbox: &Outbox) -> Vec<Queued> {
        let at = self.app.clock.now();
        self.app.with_ways(&self.id, |ways| {
            let queued = told.into_iter().map(|told| {
                let to = deliveries(&told, product, outbox, ways, at);
                Queued { notice: told.notice, to }
            });
            queued.collect()
        })
    }

    /// Looks through what is new, and puts what is to be told into the outbox.
    async fn look_through(&mut self, now: &View<Product>) -> Result<(), Status> {
        let outbox = self.app.outbox(&self.id).await?;
        let through = outbox.state.through();
        let mut looked = self.looked.unwrap_or(through).max(through);
        let head = now.state.version();
        while looked < head {
            let from = LogVersion::new(looked.0).next();
            let page = self.app.log.read(&log_name(&self.id)?, from, PAGE).await;
            let page = page.map_err(|error| status::unavailable(error.to_string()))?;
            let Some(last) = page.last() else { break };
            let mut queued: Vec<Queued> = Vec::new();
            for record in &page {
                let version = Version(record.version.get());
                if version > head {
                    break;
                }
                let told = self.told(record, now, &outbox.state).await?;
                if queued.len() + told.len() > NOTICES_MAX {
                    self.queue(looked, std::mem::take(&mut queued)).await?;
                }
                queued.extend(told);
                while queued.len() > NOTICES_MAX {
                    // More of one commit than fits: the version counts as looked through with the last of them.
                    let rest = queued.split_off(NOTICES_MAX);
                    self.queue(looked, std::mem::replace(&mut queued, rest)).await?;
                }
                looked = version;
            }
            looked = looked.min(Version(last.version.get()));
            if !queued.is_empty() || looked.0.saturating_sub(through.0) >= UNNOTED_MAX {
                self.queue(looked, queued).await?;
            }
            self.looked = Some(looked);
        }
        self.looked = Some(looked);
        Ok(())
    }

    /// What a record has to tell, and to whom.
    async fn told(
        &self,
        record: &Record,
        now: &View<Product>,
        outbox: &Outbox,
    ) -> Result<Vec<Queued>, Status> {
        if !record.commit.events.iter().any(|event| notices::may_tell(&event.kind)) {
            return Ok(Vec::new());
        }
        let internal = |error: String| status::internal(error);
        let commit =
            decode_record::<Product>(record).map_err(|error| internal(error.to_string()))?;
        let told = if commit.version == now.state.version() {
            notices::notices(&commit, &now.state)
        } else {
            let at = At::Version(commit.version);
            let then = self.app.products.as_of(&log_name(&self.id)?, at).await;
            let then = then.map_err(|error| status::unavailable(error.to_string()))?;
            notices::notices(&commit, &then.state)
        };
        Ok(self.addressed(told, &now.state, outbox))
    }

    async fn queue(&self, through: Version, notices: Vec<Queued>) -> Result<(), Status> {
        let count = u64::try_from(notices.len()).unwrap_or(u64::MAX);
        self.command(Command::Queue { through, notices }).await?;
        self.app.metrics.alerts.notices.inc_by(count);
        Ok(())
    }

    async fn command(&self, command: Command) -> Result<Arc<View<Outbox>>, Status> {
        let request = self.app.request_of(Actor::system(self.app.clock.now()), command);
        let done = self.app.alerts.outboxes.create(&outbox_name(&self.id)?, request).await;
        let done = done.map_err(|error| status::engine(&error, super::refused))?;
        Ok(done.view)
    }

    /// Notes what has ended. Until that is durable, none of it is sent again.
    async fn note(&mut self) -> Result<(), Status> {
        while let Ok(ended) = self.ended.try_recv() {
            self.unnoted.push(ended);
        }
        while !self.unnoted.is_empty() {
            let mut outcomes: Vec<Outcome> = Vec::new();
            let mut some = 0;
            while let Some(ended) = self.unnoted.get(some)
                && outcomes.len() < NOTED_AT_ONCE
            {
                outcomes.extend(ended.outcomes.iter().cloned());
                some += 1;
            }
            let before = self.app.outbox(&self.id).await?.state.dropped();
            let dropped = self.command(Command::Try { outcomes }).await?.state.dropped();
            if dropped > before {
                tracing::warn!(product = %self.id, now = dropped - before, in_all = dropped, "the oldest alerts that were given up are kept no more and cannot be replayed");
            }
            let noted: Vec<Ended> = self.unnoted.drain(..some).collect();
            for ended in noted {
                for outcome in &ended.outcomes {
                    self.app.metrics.alerts.attempted(ended.channel, &outcome.became);
                    self.under_way.remove(&outcome.delivery);
                    self.remember(&ended, outcome);
                }
                if let Some(count) = self.by_way.get_mut(&ended.way) {
                    *count = count.saturating_sub(1);
                }
            }
        }
        self.by_way.retain(|_, count| *count > 0);
        Ok(())
    }

    /// Remembers what nobody was there to take, and that somebody is there again.
    fn remember(&mut self, ended: &Ended, outcome: &Outcome) {
        let no = outcome.delivery;
        if ended.nobody && matches!(outcome.became, Became::Failed { .. }) {
            let missed = self.missed.entry(ended.way.clone()).or_default();
            missed.deliveries.insert(no);
            missed.back = false;
        } else if let Some(missed) = self.missed.get_mut(&ended.way) {
            missed.deliveries.remove(&no);
            missed.back |= !ended.nobody;
            if missed.deliveries.is_empty() {
                self.missed.remove(&ended.way);
            }
        }
    }

    /// Begins to send what is due, and says when the next one is.
    async fn send_due(&mut self) -> Result<Duration, Status> {
        let outbox = self.app.outbox(&self.id).await?;
        let now = self.app.clock.now();
        // Whatever is under way wakes us when it has ended.
        let mut wait = Duration::from_secs(3_600);
        // Twice, so that a clock that was set back a little breaks into nobody's pause.
        let longest = later(now, retry::LONGEST.saturating_mul(2));
        for (way, waiting) in outbox.state.waiting() {
            let busy = self.by_way.get(way).copied().unwrap_or_default();
            let mut room = limit(way).saturating_sub(busy);
            if self.by_way.values().sum::<usize>() >= UNDER_WAY {
                // However many receivers hang, one that does not is told.
                room = room.min(usize::from(busy == 0));
            }
            let missed = self.missed.get(way).filter(|missed| missed.back);
            let missed = missed.into_iter().flat_map(|missed| &missed.deliveries).copied();
            // Those under way are still among them, and are few.
            for no in waiting.due(now, longest).chain(missed) {
                if room == 0 {
                    break;
                }
                let Some(delivery) = outbox.state.delivery(no) else { continue };
                if self.under_way.insert(no) {
                    room -= 1;
                    *self.by_way.entry(way.clone()).or_default() += 1;
                    let others = others(&mut self.under_way, delivery, waiting, &outbox.state);
                    self.send((Arc::clone(delivery), others), way.clone());
                }
            }
            if let Some(next) = waiting.next_after(now) {
                wait = wait.min(seconds_until(now, next).clamp(Duration::from_millis(1), LOOK));
            }
        }
        Ok(wait)
    }

    fn send(&self, (delivery, others): (Arc<Delivery>, Vec<Arc<Delivery>>), way: Way) {
        let (app, id, ending) = (Arc::clone(&self.app), self.id.clone(), self.ending.clone());
        app.metrics.alerts.in_flight.inc();
        tokio::spawn(async move {
            let sent = Box::pin(app.alerts.sender.send(&app, &id, (&delivery, &others))).await;
            let nobody = sent.as_ref().is_err_and(retry::Failure::nobody);
            // The same for all of a letter, so that it is a letter again the next time.
            let (now, chance) = (app.clock.now(), rand::rng().random_range(0.0..1.0));
            let became = |delivery: &Delivery| match &sent {
                Ok(()) => Became::Delivered,
                Err(failure) => {
                    let patience = &app.config.alerts.patience;
                    let became = retry::failed(delivery, failure, patience, now, chance);
                    tell_failure(&id, delivery, &became);
                    became
                }
            };
            app.metrics.alerts.in_flight.dec();
            let all = std::iter::once(&delivery).chain(&others);
            let outcomes =
                all.map(|one| Outcome { delivery: one.no, became: became(one) }).collect();
            // If nobody listens any more the server stops, and it is sent again.
            let _gone = ending.send(Ended { way, channel: delivery.to.channel, outcomes, nobody });
        });
    }

    /// At a stop: what is under way may arrive, and is noted, so that it is not sent once more.
    async fn last_words(&mut self) {
        let end = Instant::now() + LAST_WORDS;
        let ended =
            |unnoted: &[Ended]| unnoted.iter().map(|ended| ended.outcomes.len()).sum::<usize>();
        while self.under_way.len() > ended(&self.unnoted) {
            match tokio::time::timeout_at(end, self.ended.recv()).await {
                Ok(Some(ended)) => self.unnoted.push(ended),
                Ok(None) | Err(_) => break,
            }
        }
        if let Err(error) = self.note().await {
            tracing::warn!(product = %self.id, error = error.message(), "some alerts will be sent once more");
        }
    }
}

/// What goes in one letter with a delivery, and is under way with it from now on.
fn others(
    under_way: &mut HashSet<u64>,
    delivery: &Delivery,
    waiting: &Waiting,
    outbox: &Outbox,
) -> Vec<Arc<Delivery>> {
    if delivery.to.channel != Channel::Email {
        return Vec::new();
    }
    let together = waiting.together(delivery).filter_map(|no| outbox.delivery(no));
    let free = together.filter(|other| under_way.insert(other.no));
    free.take(LETTER_MAX - 1).cloned().collect()
}

/// How long to wait for the beginning of a term; for ever, almost, if there is none.
fn until_term(now: Timestamp, next: Option<Timestamp>) -> Duration {
    next.map_or(Duration::from_secs(3_600), |next| seconds_until(now, next).min(TERMS))
}

fn tell_failure(product: &ProductId, delivery: &Delivery, became: &Became) {
    match became {
        Became::Delivered => {}
        Became::Failed { error, .. } => {
            tracing::info!(%product, delivery = delivery.no, receiver = %delivery.to.receiver, channel = super::told::word(delivery.to.channel), attempt = delivery.attempts + 1, %error, "an alert did not arrive and is tried again");
        }
        Became::Dead { error } => {
            tracing::warn!(%product, delivery = delivery.no, receiver = %delivery.to.receiver, channel = super::told::word(delivery.to.channel), %error, "an alert was given up; it can be replayed");
        }
    }
}
