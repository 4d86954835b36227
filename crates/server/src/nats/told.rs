//! What is said of publishing: metrics, and one line of the log when NATS goes away and one when it is back.

use std::{
    collections::BTreeMap,
    mem::{Discriminant, discriminant},
    sync::{Mutex, MutexGuard, PoisonError},
};

use koepel_event_log::{Head, ProductName};
use prometheus_client::{
    metrics::{counter::Counter, gauge::Gauge},
    registry::Registry,
};

use super::Away;
use crate::config::nats::Nats;

/// What is said last.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Nothing,
    There,
    Away(Discriminant<Away>),
}

/// What is known of publishing, for those who ask.
pub(crate) struct Told {
    connected: Gauge,
    lag: Gauge,
    published: Counter,
    errors: Counter,
    said: Mutex<Said>,
    reached: Mutex<BTreeMap<ProductName, u64>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Told {
    /// Nothing is known yet. The metrics are found in the registry.
    pub(crate) fn new(registry: &mut Registry) -> Self {
        let told = Self {
            connected: Gauge::default(),
            lag: Gauge::default(),
            published: Counter::default(),
            errors: Counter::default(),
            said: Mutex::new(Said::Nothing),
            reached: Mutex::default(),
        };
        let help = "1 if events can be published to NATS";
        registry.register("nats_connected", help, told.connected.clone());
        let help = "Commits that NATS has not acknowledged yet, of all products";
        registry.register("nats_lag_commits", help, told.lag.clone());
        let help = "Events that NATS has acknowledged";
        registry.register("nats_published", help, told.published.clone());
        let help = "Times that connecting to NATS or publishing failed";
        registry.register("nats_errors", help, told.errors.clone());
        told
    }

    /// Compares with where the products are now.
    pub(crate) fn measure(&self, heads: &[(ProductName, Head)]) {
        let reached = locked(&self.reached);
        let behind = |(product, head): &(ProductName, Head)| {
            head.version.get().saturating_sub(reached.get(product).copied().unwrap_or(0))
        };
        let lag = heads.iter().map(behind).fold(0, u64::saturating_add);
        self.lag.set(i64::try_from(lag).unwrap_or(i64::MAX));
    }

    /// How far all products are published.
    pub(super) fn reached_all(&self, products: &BTreeMap<ProductName, Head>) {
        let products = products.iter().map(|(name, head)| (name.clone(), head.version.get()));
        *locked(&self.reached) = products.collect();
    }

    /// How far one product is published.
    pub(super) fn reached(&self, product: &ProductName, head: Head) {
        let mut reached = locked(&self.reached);
        match reached.get_mut(product) {
            Some(version) => *version = head.version.get(),
            None => drop(reached.insert(product.clone(), head.version.get())),
        }
    }

    /// An event was acknowledged.
    pub(super) fn published(&self) {
        self.published.inc();
    }

    /// Something has to be sent again.
    pub(super) fn failed(&self) {
        self.errors.inc();
    }

    pub(super) fn connected(&self, connected: bool) {
        self.connected.set(i64::from(connected));
    }

    /// The stream takes events.
    pub(super) fn there(&self, settings: &Nats) {
        self.connected(true);
        let before = std::mem::replace(&mut *locked(&self.said), Said::There);
        match before {
            Said::There => {}
            Said::Nothing => {
                tracing::info!(stream = settings.stream, subjects = %super::subject::all(&settings.subject_prefix), "events are published to NATS");
            }
            Said::Away(_) => {
                tracing::info!(
                    stream = settings.stream,
                    "NATS is back; events are published again"
                );
            }
        }
    }

    /// Nothing can be published. Said once, and again if it is for another kind of reason.
    pub(super) fn away(&self, away: &Away) {
        self.connected(false);
        self.failed();
        let now = Said::Away(discriminant(away));
        let before = std::mem::replace(&mut *locked(&self.said), Said::Away(discriminant(away)));
        if before != now {
            tracing::warn!(why = %away, "events are not published to NATS; they wait in the log, and commands are taken as ever");
        }
    }
}
