//! Alerts: what happened in a product is looked through by a task of its own ([`teller`]), what is to be told is put into the
//! product's outbox, durable, and then sent. Nothing waits for it: a command is answered whether or not anybody can be told.
//!
//! - **At least once**: a delivery is noted as arrived after its receiver has said so. A stop between the two sends it again,
//!   with the same id.
//! - **Told once by cause**: the outbox knows what it was given, so looking through a version twice tells nothing twice.
//!
//! [`addresses`] is where people are told, [`sender`] sends one delivery, [`nats`] publishes, [`watch`] is the stream of somebody's
//! own alerts, [`told`] what is said of all of it.

pub(crate) mod addresses;
mod nats;
mod sender;
mod teller;
mod told;
pub(crate) mod watch;

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex, PoisonError},
};

use koepel_alerts::rules::{Ways, deliveries};
use koepel_api::common::Call;
use koepel_domain::{
    ids::{PersonId, ProductId, TargetId, Timestamp, Version},
    outbox::{
        Channel, Command, Concern, Error as Refusal, Event, Facts, Kind, Notice, Outbox, Queued,
        Receiver, To,
    },
    product::Product,
    text::Line,
};
use koepel_engine::{Accepted, Engine, Error, Sort, View};
use koepel_event_log::{Hash, ProductName};
use tokio::{sync::Notify, task::JoinSet};
use tonic::Status;

pub(crate) use self::told::Told;
use self::{addresses::Addresses, sender::Sender};
use crate::{
    app::{App, Caller, stop_signal},
    config::Config,
    grpc::status,
    ids,
};

/// What alerts need, beside what all of the server shares.
pub(crate) struct Alerts {
    pub(crate) outboxes: Engine<Outbox, ()>,
    pub(crate) addresses: Addresses,
    sender: Sender,
    /// Wakes the task of a product.
    tellers: Mutex<HashMap<ProductId, Arc<Notify>>>,
}

impl Alerts {
    /// Opens the files of addresses, and sets up what sends.
    ///
    /// # Errors
    /// What cannot be used.
    pub(crate) fn open(config: &Config, outboxes: Engine<Outbox, ()>) -> io::Result<Self> {
        let addresses = Addresses::open(&config.data_dir)?;
        let sender = Sender::new(config).map_err(io::Error::other)?;
        Ok(Self { outboxes, addresses, sender, tellers: Mutex::default() })
    }

    fn wake(&self, product: &ProductId) {
        let tellers = self.tellers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(teller) = tellers.get(product) {
            teller.notify_one();
        }
    }

    /// What wakes the task of a product that has none yet.
    fn begin(&self, product: &ProductId) -> Option<Arc<Notify>> {
        let mut tellers = self.tellers.lock().unwrap_or_else(PoisonError::into_inner);
        if tellers.contains_key(product) {
            return None;
        }
        let wake = Arc::new(Notify::new());
        tellers.insert(product.clone(), Arc::clone(&wake));
        Some(wake)
    }
}

/// The log's name of a product's outbox.
pub(crate) fn outbox_name(id: &ProductId) -> Result<ProductName, Status> {
    Sort::outbox_of(id.as_str()).ok_or_else(|| status::internal("no name for an outbox".to_owned()))
}

/// An outbox's refusal.
pub(crate) fn refused(refusal: &Refusal) -> Status {
    let message = refusal.to_string();
    match refusal {
        Refusal::TooMany { .. } => status::internal(message),
        Refusal::NotDead(_) => status::precondition(refusal.code(), message),
        Refusal::NoRule(_) => status::not_found(refusal.code(), message),
        Refusal::RulesFull => {
            status::exhausted(refusal.code(), message, std::collections::HashMap::new())
        }
    }
}

impl App {
    /// A product's outbox now; an empty one if nothing was ever told.
    pub(crate) async fn outbox(&self, product: &ProductId) -> Result<Arc<View<Outbox>>, Status> {
        match self.alerts.outboxes.view(&outbox_name(product)?).await {
            Ok(view) => Ok(view),
            Err(Error::UnknownProduct) => {
                let head = koepel_event_log::Head::ZERO;
                Ok(Arc::new(View { state: Outbox::default(), head }))
            }
            Err(error) => Err(status::engine(&error, refused)),
        }
    }

    /// Gives a command to a product's outbox.
    pub(crate) async fn tell(
        &self,
        caller: &Caller,
        call: Call<Command>,
        body_hash: Hash,
    ) -> Result<Accepted<Outbox>, Status> {
        let request = self.request(caller, call.command, call.request_id, body_hash);
        let accepted = self.alerts.outboxes.create(&outbox_name(&call.product)?, request).await;
        // Also where nobody knows yet whether there is something to send.
        self.alerts.wake(&call.product);
        accepted.map_err(|error| status::engine(&error, refused))
    }

    /// What `ask` gives with the ways that there are to the receivers of a product.
    fn with_ways<T>(&self, product: &ProductId, ask: impl FnOnce(&Ways<'_>) -> T) -> T {
        let targets = self.alerts.addresses.targets_of_rules(product);
        let mail = self.config.alerts.smtp.is_some();
        let email =
            |person: &PersonId| mail && self.alerts.addresses.contact(person).email.is_some();
        let nats = self.config.alerts.nats.is_some();
        ask(&Ways { email: &email, nats, targets: &targets })
    }

    /// A try: to one target, or to the caller by every way that a notice to them would take.
    pub(crate) fn test_notice(
        &self,
        caller: &Caller,
        (id, product): (&ProductId, &Product),
        outbox: &Outbox,
        target: Option<(TargetId, Receiver)>,
        request: uuid::Uuid,
    ) -> Result<Command, Status> {
        let person = &caller.actor.person;
        let wrong = |error: koepel_domain::text::Error| status::internal(error.to_string());
        let notice = Notice {
            cause: Line::new(&format!("test/{request}")).map_err(wrong)?,
            kind: Kind::Test,
            version: Version(0),
            time: self.clock.now(),
            domains: Vec::new(),
            facts: Facts { by: Some(person.clone()), ..Facts::default() },
        };
        let to = match target {
            Some((target, receiver)) => {
                let (channel, concern, target) = (Channel::Webhook, Concern::Asked, Some(target));
                vec![To { channel, receiver, concern, target, hold: None }]
            }
            None => {
                let concerned = vec![(person.clone(), Concern::Raised)];
                let told = koepel_alerts::notices::Told { notice: notice.clone(), concerned };
                let now = self.clock.now();
                self.with_ways(id, |ways| deliveries(&told, product, outbox, ways, now))
            }
        };
        let notices = vec![Queued { notice, to }];
        Ok(Command::Queue { through: Version(0), notices })
    }
}

/// The numbers of the deliveries that a commit took in.
pub(crate) fn taken_in(events: &[Event]) -> Vec<u64> {
    let mut numbers = Vec::new();
    for event in events {
        if let Event::NoticesQueued { first, notices, .. } = event {
            let count: usize = notices.iter().map(|queued| queued.to.len()).sum();
            numbers.extend((*first..).take(count));
        }
    }
    numbers
}

/// A fresh id of a try, for whoever gave none.
pub(crate) fn fresh_request() -> uuid::Uuid {
    ids::commit_id()
}

/// Later by so many seconds, for those who wait.
fn seconds_until(now: Timestamp, then: Timestamp) -> std::time::Duration {
    let us = then.0.saturating_sub(now.0);
    std::time::Duration::from_micros(u64::try_from(us).unwrap_or(0))
}

/// A moment, and so much later.
fn later(time: Timestamp, by: std::time::Duration) -> Timestamp {
    Timestamp(time.0.saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
}

/// Tells of all products until the server stops: each that has commits has a task of its own.
pub(crate) async fn run(app: Arc<App>) {
    let mut stopping = app.stopping.subscribe();
    let mut news = app.products.news();
    let mut tellers = JoinSet::new();
    loop {
        news.mark_unchanged();
        let names = app.products.heads().into_iter().map(|(name, _)| name);
        for id in names.filter_map(|name| ProductId::new(name.as_str()).ok()) {
            if let Some(wake) = app.alerts.begin(&id) {
                tellers.spawn(teller::run(Arc::clone(&app), id, wake));
            }
        }
        tokio::select! {
            changed = news.changed() => if changed.is_err() { break },
            () = stop_signal(&mut stopping) => break,
        }
    }
    while tellers.join_next().await.is_some() {}
}
