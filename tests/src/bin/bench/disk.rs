//! P10: what the log takes on disk for each byte of JSON in it.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    Plan,
    figures::Report,
    load::create_items,
    process::{Server, Side},
};

/// At most so many bytes for each byte of payload.
const MOST: f64 = 2.0;

pub(crate) async fn run(plan: &Plan, report: &mut Report) -> Result<()> {
    let mut details = Vec::new();
    for count in [1, 8, 64] {
        let server = Server::start(Side::Koepel, &plan.fresh("disk")?).await?;
        let clients = server.clients(count).await?;
        clients[0].make_product("measured").await?;
        // sled's file grows by pieces: it takes some thousand commits until they no longer matter.
        let (enough, begun) = (plan.either(1_000, 30_000), Instant::now());
        let mut commits = 0;
        while commits < enough && begun.elapsed() < Duration::from_secs(60) {
            commits +=
                create_items(&clients, Duration::from_secs_f64(plan.seconds)).await?.commands;
        }
        let (payload, events) = clients[0].payload_bytes("measured").await?;
        let disk = server.log_bytes()?;
        let ratio = disk as f64 / payload as f64;
        report.add(
            "P10",
            format!(
                "log on disk over payload, {count} clients, {commits} commits of {} bytes",
                payload / events
            ),
            format!("{ratio:.2}"),
            format!("≤ {MOST}"),
            Some(ratio <= MOST),
        );
        details.push(json!({
            "clients": count, "commits": commits, "events": events, "payload_bytes": payload,
            "disk_bytes": disk,
        }));
        drop(clients);
        server.stop().await?;
    }
    report.detail("disk", Value::Array(details));
    Ok(())
}
