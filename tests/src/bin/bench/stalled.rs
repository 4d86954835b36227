//! P11: a thousand subscribers that take nothing, beside a load that should not notice.

use std::time::Duration;

use anyhow::Result;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use koepel_api::v1;
use serde_json::json;
use tokio::time::sleep;
use tonic::Streaming;

use crate::{
    Plan,
    client::Client,
    figures::{Goal, Report, Spread},
    load::create_items,
    process::Server,
};

/// The smallest window of HTTP/2, for the stream and for its connection.
const WINDOW: u32 = 65_535;
const P99: f64 = 1.2;
const MOST_BYTES: u64 = 100 << 10;

/// A subscriber that holds its stream and takes nothing from it.
struct Stalled {
    _client: Client,
    _stream: Streaming<v1::SubscribeResponse>,
}

async fn stall(server: &Server) -> Result<Stalled> {
    let client = Client::connect(&server.address, &server.token, Some(WINDOW)).await?;
    let request =
        v1::SubscribeRequest { product: "products/measured".to_owned(), ..Default::default() };
    let stream = client.events().subscribe(client.request(request)).await?.into_inner();
    Ok(Stalled { _client: client, _stream: stream })
}

async fn stall_many(server: &Server, count: usize) -> Result<Vec<Stalled>> {
    stream::iter(0..count).map(|_| stall(server)).buffer_unordered(32).try_collect().await
}

pub(crate) async fn run(plan: &Plan, report: &mut Report, server: &Server) -> Result<()> {
    let count = plan.either(100, 1_000);
    let clients = server.clients(8).await?;
    // Shorter than the 30 s after which the server ends a reader that takes nothing.
    let time = Duration::from_secs_f64(plan.seconds.min(10.0));
    create_items(&clients, Duration::from_millis(300)).await?;
    let (mut with, mut without, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        let mut round: [Vec<f64>; 2] = Default::default();
        for stalling in [false, true, true, false] {
            let before = server.resident_bytes()?;
            let stalled = stall_many(server, if stalling { count } else { 0 }).await?;
            sleep(Duration::from_secs(1)).await;
            if stalling {
                bytes.push(server.resident_bytes()?.saturating_sub(before) / count as u64);
            }
            let done = create_items(&clients, time).await?;
            round[usize::from(stalling)].push(done.times.p99());
            drop(stalled);
            sleep(Duration::from_millis(500)).await;
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        without.push(mean(&round[0]));
        with.push(mean(&round[1]));
    }
    let ratios = Spread::of(with.iter().zip(&without).map(|(with, without)| with / without));
    report.ratio(
        "P11",
        format!("p99 with {count} stalled subscribers over without"),
        &ratios,
        Goal::AtMost(P99),
    );
    // The first time: later ones find memory that was given back to the allocator, not to the system.
    let first = bytes.first().copied().unwrap_or(0);
    report.add(
        "P11",
        "memory of the server a stalled subscriber",
        format!("{} KiB", first >> 10),
        format!("≤ {} KiB", MOST_BYTES >> 10),
        Some(first <= MOST_BYTES),
    );
    report.detail(
        "stalled",
        json!({ "subscribers": count, "p99_us_with": with, "p99_us_without": without, "bytes_each": bytes }),
    );
    Ok(())
}
