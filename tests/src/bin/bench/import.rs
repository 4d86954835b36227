//! P3: many events in one call, beside floors that write the same bytes in the same batches.

use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    Plan,
    figures::{Goal, Report, Spread},
    fill,
    process::{Server, Side},
};

/// At least this share of the floor's rate.
const OF_FLOOR: f64 = 0.5;
/// Events a second, where the floor allows.
const EVENTS: f64 = 50_000.0;
/// Bytes of an item's text; with the rest a payload has about 512.
const TEXT: usize = 260;

pub(crate) async fn run(plan: &Plan, report: &mut Report) -> Result<()> {
    let items = plan.either(5_000, 50_000);
    let mut servers = Vec::new();
    let mut clients = Vec::new();
    for side in Side::ALL {
        let server = Server::start(side, &plan.fresh(side.name())?).await?;
        clients.push(server.client().await?);
        servers.push(server);
    }
    let mut rates: [Vec<f64>; 3] = Default::default();
    let mut cpu: [Vec<f64>; 3] = Default::default();
    for round in 0..plan.rounds {
        for (turn, side) in [0, 1, 2, 2, 1, 0].into_iter().enumerate() {
            let cpu_before = servers[side].cpu_us()?;
            // Each import fills a product of its own.
            let product = format!("import-{round}-{turn}");
            let (done, seconds) = fill::import(&clients[side], &product, items, TEXT).await?;
            rates[side].push(f64::from(done.created) / seconds);
            cpu[side].push((servers[side].cpu_us()? - cpu_before) / f64::from(done.created));
        }
    }
    let (bytes, events) = clients[0].payload_bytes("import-0-0").await?;
    for server in servers {
        server.stop().await?;
    }
    let median =
        |values: &[Vec<f64>; 3], side: usize| Spread::of(values[side].iter().copied()).median;
    let ratio = |side: usize| {
        Spread::of(rates[0].iter().zip(&rates[side]).map(|(ours, floor)| ours / floor))
    };
    let all = |values: &[Vec<f64>; 3]| {
        (0..3).map(|side| format!("{:.0}", median(values, side))).collect::<Vec<_>>().join(" / ")
    };
    let ours = median(&rates, 0);
    report.add(
        "P3",
        format!("import of {items} items: events/s, koepel / sled / file"),
        all(&rates),
        "",
        None,
    );
    report.ratio("P3", "of the sled floor", &ratio(1), Goal::AtLeast(OF_FLOOR));
    report.ratio("P3", "of the raw floor", &ratio(2), Goal::AtLeast(OF_FLOOR));
    let allowed = median(&rates, 2) >= EVENTS;
    report.add(
        "P3",
        "events/s where the floor allows",
        format!("{ours:.0}"),
        format!("≥ {EVENTS}"),
        allowed.then_some(ours >= EVENTS),
    );
    report.add("P3", "server's µs of processor an event", all(&cpu), "", None);
    report.detail(
        "import",
        json!({
            "items": items, "payload_bytes": bytes, "events": events,
            "events_per_second": Value::from(rates.to_vec()), "server_cpu_us": Value::from(cpu.to_vec()),
        }),
    );
    Ok(())
}
