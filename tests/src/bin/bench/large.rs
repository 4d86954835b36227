//! P4, P5 and P9: how time and memory grow from a thousand items to a million. The sizes are products of one server, and
//! take turns call by call.

use std::time::Duration;

use anyhow::Result;
use koepel_api::v1;
use rand::Rng as _;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    Plan,
    client::{Client, request_id},
    figures::{Report, Times, ms},
    fill::{self, DOMAINS, item_name},
    load,
    process::{Server, Side},
};

const PAGE_GROWTH: f64 = 1.5;
const PAGE_P99_US: f64 = 5_000.0;
const MOVE_GROWTH: f64 = 2.0;
const ITEM_BYTES: f64 = 1.2 * 1024.0;
/// Bytes of an item's text here.
const TEXT: usize = 120;

/// A filled product.
struct Filled {
    product: String,
    items: u64,
}

pub(crate) async fn run(plan: &Plan, report: &mut Report) -> Result<()> {
    let sizes = plan.either([1_000, 5_000, 20_000], [1_000, 100_000, 1_000_000]);
    let dir = plan.fresh("large")?;
    let server = Server::start(Side::Koepel, &dir).await?;
    let client = server.client().await?;
    let empty = server.resident_bytes()?;
    let mut all = Vec::new();
    let mut fills = Vec::new();
    for items in sizes {
        let product = format!("size-{items}");
        let (done, seconds) = fill::import(&client, &product, items, TEXT).await?;
        let rate = f64::from(done.created) / seconds;
        report.add(
            "",
            format!("import of {items} items"),
            format!("{seconds:.1} s, {rate:.0} a second"),
            "",
            None,
        );
        fills.push(json!({ "items": done.created, "commits": done.commits, "seconds": seconds }));
        all.push(Filled { product, items });
    }
    report.detail("fills", Value::Array(fills));
    if plan.wants(&["P4"]) {
        pages(plan, report, &client, &all).await?;
    }
    if plan.wants(&["P5"]) {
        moves(plan, report, &client, &all).await?;
    }
    if plan.wants(&["P9"]) {
        memory(plan, report, server, &dir, &all, empty).await?;
    } else {
        server.stop().await?;
    }
    Ok(())
}

/// Pages of a hundred anywhere, of the overarching backlog and of a domain's.
async fn pages(plan: &Plan, report: &mut Report, client: &Client, all: &[Filled]) -> Result<()> {
    let mut backlog = client.backlog();
    for (what, domain) in [("overarching", false), ("a domain's", true)] {
        let mut times = vec![Times::default(); all.len()];
        for warm in [true, false] {
            for _ in 0..plan.either(100, if warm { 200 } else { 3_000 }) {
                for (filled, times) in all.iter().zip(&mut times) {
                    let (parent, items) = if domain {
                        let domain = rand::rng().random_range(0..DOMAINS);
                        (
                            format!("products/{}/domains/d{domain}", filled.product),
                            filled.items / DOMAINS,
                        )
                    } else {
                        (format!("products/{}", filled.product), filled.items)
                    };
                    let from_place = rand::rng().random_range(1..=(items - 99).max(1)) as u32;
                    let list = v1::ListBacklogRequest {
                        parent,
                        page_size: 100,
                        from_place,
                        ..Default::default()
                    };
                    let begun = Instant::now();
                    let page = backlog.list_backlog(client.request(list)).await?.into_inner();
                    if !warm {
                        times.push(begun.elapsed());
                    }
                    anyhow::ensure!(page.rows.len() == 100, "a page of {} rows", page.rows.len());
                }
            }
        }
        for (filled, each) in all.iter().zip(&times) {
            let growth = each.p50() / times[0].p50();
            let measured = format!("{growth:.2}×; p50 {}, p99 {}", ms(each.p50()), ms(each.p99()));
            let goal = format!("≤ {PAGE_GROWTH}×; p99 ≤ {}", ms(PAGE_P99_US));
            let met = growth <= PAGE_GROWTH && each.p99() <= PAGE_P99_US;
            report.add(
                "P4",
                format!("page of 100, {what}, {} items, over 1,000", filled.items),
                measured,
                goal,
                Some(met),
            );
        }
        let key = format!("pages_{}", if domain { "domain" } else { "overarching" });
        report.detail(&key, Value::Array(times.iter().map(Times::json).collect()));
    }
    Ok(())
}

/// What moves an item, or ties it.
#[derive(Clone, Copy)]
enum Move {
    Rank,
    Reorder,
    Pin,
    Unpin,
}

/// Moves one item of a product; `other` is in the same domain.
async fn move_item(client: &Client, how: Move, item: String, other: String) -> Result<()> {
    let mut backlog = client.backlog();
    let place = Some(v1::Place { at: Some(v1::place::At::After(other)), ..Default::default() });
    let request_id = request_id();
    match how {
        Move::Rank => {
            let rank = v1::RankItemRequest { name: item, place, request_id, ..Default::default() };
            backlog.rank_item(client.request(rank)).await?;
        }
        Move::Reorder => {
            let reorder =
                v1::ReorderItemRequest { name: item, place, request_id, ..Default::default() };
            backlog.reorder_item(client.request(reorder)).await?;
        }
        Move::Pin => {
            let reason = "promised to the customer".to_owned();
            let pin = v1::PinItemRequest { name: item, reason, request_id, ..Default::default() };
            backlog.pin_item(client.request(pin)).await?;
        }
        Move::Unpin => {
            let unpin = v1::UnpinItemRequest { name: item, request_id, ..Default::default() };
            backlog.unpin_item(client.request(unpin)).await?;
        }
    }
    Ok(())
}

/// An item and another one of its domain, anywhere.
fn two(product: &str, items: u64) -> (String, String) {
    let domain = rand::rng().random_range(0..DOMAINS);
    let rows = items / DOMAINS;
    let row = rand::rng().random_range(0..rows);
    let other = (row + rand::rng().random_range(1..rows)) % rows;
    (item_name(product, row * DOMAINS + domain), item_name(product, other * DOMAINS + domain))
}

async fn moves(plan: &Plan, report: &mut Report, client: &Client, all: &[Filled]) -> Result<()> {
    const MOVES: [(&str, Move); 4] = [
        ("rank", Move::Rank),
        ("reorder", Move::Reorder),
        ("pin", Move::Pin),
        ("unpin", Move::Unpin),
    ];
    let mut times = vec![vec![Times::default(); all.len()]; MOVES.len()];
    for warm in [true, false] {
        for _ in 0..plan.either(30, if warm { 50 } else { 1_000 }) {
            let picked: Vec<_> =
                all.iter().map(|filled| two(&filled.product, filled.items)).collect();
            for ((_, how), times) in MOVES.iter().zip(&mut times) {
                for ((item, other), times) in picked.iter().zip(times) {
                    let begun = Instant::now();
                    move_item(client, *how, item.clone(), other.clone()).await?;
                    if !warm {
                        times.push(begun.elapsed());
                    }
                }
            }
        }
    }
    let mut details = serde_json::Map::new();
    for ((name, _), times) in MOVES.iter().zip(&times) {
        for (filled, each) in all.iter().zip(times).skip(1) {
            let growth = each.p50() / times[0].p50();
            let measured = format!("{growth:.2}×; p50 {}, p99 {}", ms(each.p50()), ms(each.p99()));
            report.add(
                "P5",
                format!("{name} over gRPC, {} items, over 1,000", filled.items),
                measured,
                format!("≤ {MOVE_GROWTH}×"),
                Some(growth <= MOVE_GROWTH),
            );
        }
        details.insert((*name).to_owned(), times.iter().map(Times::json).collect());
    }
    report.detail("moves", Value::Object(details));
    Ok(())
}

/// Memory with a million items, after the import, after many commits, and after a restart.
async fn memory(
    plan: &Plan,
    report: &mut Report,
    server: Server,
    dir: &std::path::Path,
    all: &[Filled],
    empty: u64,
) -> Result<()> {
    let items: u64 = all.iter().map(|filled| filled.items).sum();
    let filled = server.resident_bytes()?;
    let clients = server.clients(64).await?;
    let (wanted, most) = (plan.either(1_000, 1_000_000), Duration::from_secs(plan.either(10, 420)));
    let largest =
        all.last().map(|filled| (filled.product.clone(), filled.items)).unwrap_or_default();
    let (begun, mut commits) = (Instant::now(), 0);
    while commits < wanted && begun.elapsed() < most {
        let (product, items) = largest.clone();
        let done = load::drive(&clients, Duration::from_secs(1), move |client, _| {
            let (item, other) = two(&product, items);
            async move { move_item(&client, Move::Rank, item, other).await }
        })
        .await?;
        commits += done.commands;
    }
    let seconds = begun.elapsed().as_secs_f64();
    drop(clients);
    let (moved, peak) = (server.resident_bytes()?, server.peak_bytes()?);
    server.stop().await?;
    let begun = Instant::now();
    let server = Server::start(Side::Koepel, dir).await?;
    let restart = begun.elapsed().as_secs_f64();
    let fresh = server.resident_bytes()?;
    server.stop().await?;
    for (when, bytes) in
        [("after the import", filled), ("after the moves", moved), ("after a restart", fresh)]
    {
        let each = bytes as f64 / items as f64;
        report.add(
            "P9",
            format!("memory an item, {items} items, {commits} moves, {when}"),
            format!("{each:.0} bytes ({:.0} MiB)", bytes as f64 / f64::from(1 << 20)),
            format!("≤ {ITEM_BYTES:.0} bytes"),
            Some(each <= ITEM_BYTES),
        );
    }
    report.detail(
        "memory_large",
        json!({
            "items": items, "moves": commits, "moves_seconds": seconds, "empty_bytes": empty,
            "filled_bytes": filled, "moved_bytes": moved, "peak_bytes": peak,
            "restarted_bytes": fresh, "restart_seconds": restart,
        }),
    );
    Ok(())
}
