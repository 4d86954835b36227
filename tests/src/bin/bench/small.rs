//! A product of ten thousand items made one by one: its memory (P9), and what P6 and P11 measure on it.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tokio::time::Instant;

use crate::{
    Plan,
    figures::Report,
    load::create_items,
    process::{Server, Side},
    stalled, visible,
};

const MOST_BYTES: u64 = 150 << 20;

pub(crate) async fn run(plan: &Plan, report: &mut Report) -> Result<()> {
    let server = Server::start(Side::Koepel, &plan.fresh("small")?).await?;
    let empty = server.resident_bytes()?;
    let clients = server.clients(64).await?;
    clients[0].make_product("measured").await?;
    let (wanted, begun, mut items) = (plan.either(1_000, 10_000), Instant::now(), 0);
    while items < wanted && begun.elapsed() < Duration::from_secs(120) {
        items += create_items(&clients, Duration::from_millis(200)).await?.commands;
    }
    drop(clients);
    let (held, peak) = (server.resident_bytes()?, server.peak_bytes()?);
    if plan.wants(&["P9"]) {
        let measured = format!("{:.0} MiB", held as f64 / f64::from(1 << 20));
        report.add(
            "P9",
            format!("memory with {items} items made by as many commits"),
            measured,
            "≤ 150 MiB",
            Some(held <= MOST_BYTES),
        );
        report.detail(
            "memory_small",
            json!({ "items": items, "empty_bytes": empty, "bytes": held, "peak_bytes": peak }),
        );
    }
    if plan.wants(&["P6"]) {
        visible::run(plan, report, &server).await?;
    }
    if plan.wants(&["P11"]) {
        stalled::run(plan, report, &server).await?;
    }
    server.stop().await?;
    Ok(())
}
