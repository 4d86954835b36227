//! What is said of alerts: metrics by way and outcome.

use koepel_domain::outbox::{Became, Channel};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use crate::app::App;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Attempt {
    channel: &'static str,
    outcome: &'static str,
}

/// What is counted.
#[derive(Default)]
pub(crate) struct Told {
    attempts: Family<Attempt, Counter>,
    pub(super) notices: Counter,
    pub(super) in_flight: Gauge,
    pending: Gauge,
    dead: Gauge,
    dropped: Gauge,
}

/// A way as a label.
pub(super) fn word(channel: Channel) -> &'static str {
    match channel {
        Channel::Stream => "stream",
        Channel::Webhook => "webhook",
        Channel::Email => "email",
        Channel::Nats => "nats",
    }
}

impl Told {
    /// Nothing is known yet. The metrics are found in the registry.
    pub(crate) fn new(registry: &mut Registry) -> Self {
        let told = Self::default();
        let help = "Attempts to deliver an alert, by way and outcome";
        registry.register("alert_attempts", help, told.attempts.clone());
        let help = "Notices taken in to be told";
        registry.register("alert_notices", help, told.notices.clone());
        let help = "Attempts under way";
        registry.register("alert_attempts_in_flight", help, told.in_flight.clone());
        let help = "Deliveries to be sent, or sent again";
        registry.register("alert_deliveries_pending", help, told.pending.clone());
        let help = "Deliveries that were given up and can be replayed";
        registry.register("alert_deliveries_dead", help, told.dead.clone());
        let help = "Deliveries that were given up and are not kept any more";
        registry.register("alert_deliveries_dropped", help, told.dropped.clone());
        told
    }

    /// An attempt has ended.
    pub(super) fn attempted(&self, channel: Channel, became: &Became) {
        let outcome = match became {
            Became::Delivered => "delivered",
            Became::Failed { .. } => "failed",
            Became::Dead { .. } => "dead",
        };
        self.attempts.get_or_create(&Attempt { channel: word(channel), outcome }).inc();
    }

    /// Looks at what waits now, in all products together: anybody may read metrics, and products are not for anybody to know.
    pub(crate) async fn measure(&self, app: &App) {
        let (mut pending, mut dead, mut dropped) = (0, 0, 0_u64);
        for (name, _) in app.alerts.outboxes.heads() {
            let Ok(view) = app.alerts.outboxes.view(&name).await else { continue };
            pending += view.state.pending_len();
            dead += view.state.dead_len();
            dropped += view.state.dropped();
        }
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.pending.set(number(pending));
        self.dead.set(number(dead));
        self.dropped.set(i64::try_from(dropped).unwrap_or(i64::MAX));
    }
}
