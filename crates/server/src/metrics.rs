//! Metrics for Prometheus.

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};

use koepel_event_log::{EventLog as _, Health};

use crate::{alerts, app::App, nats};

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Call {
    method: String,
    code: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Method {
    method: String,
}

/// What is counted.
pub(crate) struct Metrics {
    registry: Registry,
    calls: Family<Call, Counter>,
    seconds: Family<Method, Histogram, fn() -> Histogram>,
    pub(crate) streams: Gauge,
    pub(crate) stalled_readers: Counter,
    pub(crate) connections: Gauge,
    pub(crate) pushes_received: Counter,
    pub(crate) pushes_applied: Counter,
    pub(crate) pushes_set_aside: Counter,
    log_flushes: Counter,
    log_commits: Counter,
    log_bytes: Counter,
    ready: Gauge,
    products: Gauge,
    /// Of telling people.
    pub(crate) alerts: alerts::Told,
    /// Of publishing to NATS, if that is set.
    pub(crate) nats: Option<Arc<nats::Told>>,
}

fn buckets() -> Histogram {
    // 0.25 ms to 4 s.
    Histogram::new(exponential_buckets(0.000_25, 2.0, 15))
}

impl Metrics {
    /// `nats`: whether events are published there.
    pub(crate) fn new(nats: bool) -> Self {
        let mut registry = Registry::with_prefix("koepel");
        let metrics = Self {
            calls: Family::default(),
            seconds: Family::new_with_constructor(buckets as fn() -> Histogram),
            streams: Gauge::default(),
            stalled_readers: Counter::default(),
            connections: Gauge::default(),
            pushes_received: Counter::default(),
            pushes_applied: Counter::default(),
            pushes_set_aside: Counter::default(),
            log_flushes: Counter::default(),
            log_commits: Counter::default(),
            log_bytes: Counter::default(),
            ready: Gauge::default(),
            products: Gauge::default(),
            alerts: alerts::Told::new(&mut registry),
            nats: nats.then(|| Arc::new(nats::Told::new(&mut registry))),
            registry: Registry::default(),
        };
        registry.register("grpc_calls", "Calls by method and gRPC code", metrics.calls.clone());
        let help = "Time to the head of the answer, by method";
        registry.register_with_unit("grpc_call", help, Unit::Seconds, metrics.seconds.clone());
        registry.register("event_streams", "Open event streams", metrics.streams.clone());
        registry.register(
            "stalled_readers",
            "Event streams ended because nothing was taken",
            metrics.stalled_readers.clone(),
        );
        registry.register("connections", "Open connections", metrics.connections.clone());
        for (name, help, counter) in [
            (
                "pushes_received",
                "Pushes taken in, repetitions not counted",
                &metrics.pushes_received,
            ),
            ("pushes_applied", "Pushes applied", &metrics.pushes_applied),
            ("pushes_set_aside", "Pushes set aside, or once more", &metrics.pushes_set_aside),
        ] {
            registry.register(name, help, counter.clone());
        }
        registry.register(
            "log_flushes",
            "Times the log was made durable",
            metrics.log_flushes.clone(),
        );
        registry.register("log_commits", "Commits made durable", metrics.log_commits.clone());
        registry.register_with_unit(
            "log_written",
            "Bytes of commits made durable",
            Unit::Bytes,
            metrics.log_bytes.clone(),
        );
        registry.register("ready", "1 if commands are taken", metrics.ready.clone());
        registry.register("products", "Open products", metrics.products.clone());
        Self { registry, ..metrics }
    }

    /// Counts a call that was answered.
    pub(crate) fn answered(&self, method: &str, code: String, took: Duration) {
        self.calls.get_or_create(&Call { method: method.to_owned(), code }).inc();
        self.seconds
            .get_or_create(&Method { method: method.to_owned() })
            .observe(took.as_secs_f64());
    }

    /// All of it, in the text format of Prometheus.
    pub(crate) async fn text(&self, app: &App) -> String {
        let stats = app.log.stats();
        let raise = |counter: &Counter<u64, AtomicU64>, now: u64| {
            counter.inc_by(now.saturating_sub(counter.get()));
        };
        raise(&self.log_flushes, stats.flushes);
        raise(&self.log_commits, stats.commits);
        raise(&self.log_bytes, stats.size_bytes);
        self.ready
            .set(i64::from(app.log.health() == Health::Ready && app.readiness().await.is_ok()));
        self.products.set(i64::try_from(app.products.names().await.len()).unwrap_or(i64::MAX));
        self.alerts.measure(app).await;
        if let Some(nats) = &self.nats {
            nats.measure(&app.products.heads());
        }
        let mut text = String::new();
        if encode(&mut text, &self.registry).is_err() {
            text.clear();
        }
        text
    }
}
