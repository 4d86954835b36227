//! P14: a page as of any version, beside a page of today; and what is different between two of them.

use std::path::Path;

use anyhow::Result;
use koepel_api::v1;
use rand::Rng as _;
use serde_json::json;
use tokio::time::{Duration, Instant};

use crate::{
    Plan,
    client::{Client, request_id},
    figures::{Report, Times, ms},
    fill::{self, item_name},
    load,
    process::{Server, Side},
};

const P99_US: f64 = 500_000.0;
const PRODUCT: &str = "past";
/// Items, and moves of them.
const WHOLE: [(u64, u64); 3] = [(1_000, 10_000), (10_000, 100_000), (100_000, 100_000)];

pub(crate) async fn run(plan: &Plan, report: &mut Report) -> Result<()> {
    let sizes = if plan.quick { vec![(1_000, 2_000)] } else { WHOLE.to_vec() };
    for (items, commits) in sizes {
        one_size(plan, report, items, commits).await?;
    }
    Ok(())
}

async fn one_size(plan: &Plan, report: &mut Report, items: u64, commits: u64) -> Result<()> {
    let dir = plan.fresh("past")?;
    let server = Server::start(Side::Koepel, &dir).await?;
    let client = server.client().await?;
    fill::import(&client, PRODUCT, items, 120).await?;
    let clients = server.clients(64).await?;
    let mut made = 0;
    while made < commits {
        let done = load::drive(&clients, Duration::from_secs(1), move |client, _| async move {
            let (one, other) = two(items);
            rank(&client, one, other).await
        });
        made += done.await?.commands;
    }
    drop(clients);
    let version = version(&client).await?;
    let before = server.resident_bytes()?;
    let (mut now, mut then) = (Times::default(), Times::default());
    for _ in 0..plan.either(20, 200) {
        let as_of = rand::rng().random_range(version / 100..version);
        now.push(page(&client, None).await?);
        then.push(page(&client, Some(as_of)).await?);
    }
    let memory = server.resident_bytes()?.saturating_sub(before);
    let files = past_bytes(&dir)?;
    let what = format!("{items} items, {made} moves");
    report.add(
        "P14",
        format!("page of 100 as of a random version, {what}"),
        format!("p50 {}, p99 {}; today's p50 {}", ms(then.p50()), ms(then.p99()), ms(now.p50())),
        format!("p99 ≤ {}", ms(P99_US)),
        Some(then.p99() <= P99_US),
    );
    let mut differences = Times::default();
    let mut told = 0;
    for _ in 0..plan.either(3, 20) {
        let from = rand::rng().random_range(version / 100..version);
        let begun = Instant::now();
        let list = v1::ListDifferencesRequest {
            parent: format!("products/{PRODUCT}"),
            from: moment(from),
            ..Default::default()
        };
        let answer = client.history().list_differences(client.request(list)).await?.into_inner();
        differences.push(begun.elapsed());
        told = told.max(answer.total_size);
    }
    report.add(
        "P14",
        format!("what is different since a random version, {what}"),
        format!(
            "p50 {}, p99 {}; at most {told} differences",
            ms(differences.p50()),
            ms(differences.p99())
        ),
        "",
        None,
    );
    let mib = |bytes: u64| format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20));
    report.add(
        "P14",
        format!("what that takes, {what}"),
        format!("{} of memory more, {} of files", mib(memory), mib(files)),
        "",
        None,
    );
    report.detail(
        &format!("past_{items}"),
        json!({
            "items": items, "moves": made, "version": version, "now": now.json(),
            "then": then.json(), "differences": differences.json(), "memory_bytes": memory,
            "file_bytes": files,
        }),
    );
    server.stop().await.map(drop)
}

fn moment(version: u64) -> Option<v1::Moment> {
    Some(v1::Moment { at: Some(v1::moment::At::Version(version)) })
}

/// Two items of the product.
fn two(items: u64) -> (String, String) {
    let one = rand::rng().random_range(0..items);
    let other = (one + rand::rng().random_range(1..items)) % items;
    (item_name(PRODUCT, one), item_name(PRODUCT, other))
}

async fn rank(client: &Client, name: String, other: String) -> Result<()> {
    let place = Some(v1::Place { at: Some(v1::place::At::After(other)), ..Default::default() });
    let rank = v1::RankItemRequest { name, place, request_id: request_id(), ..Default::default() };
    client.backlog().rank_item(client.request(rank)).await?;
    Ok(())
}

async fn version(client: &Client) -> Result<u64> {
    let list = v1::ListBacklogRequest {
        parent: format!("products/{PRODUCT}"),
        page_size: 1,
        ..Default::default()
    };
    Ok(client.backlog().list_backlog(client.request(list)).await?.into_inner().version)
}

async fn page(client: &Client, as_of: Option<u64>) -> Result<Duration> {
    let list = v1::ListBacklogRequest {
        parent: format!("products/{PRODUCT}"),
        page_size: 100,
        as_of: as_of.and_then(moment),
        ..Default::default()
    };
    let begun = Instant::now();
    let page = client.backlog().list_backlog(client.request(list)).await?.into_inner();
    let took = begun.elapsed();
    anyhow::ensure!(page.rows.len() == 100, "a page of {} rows", page.rows.len());
    anyhow::ensure!(as_of.is_none_or(|as_of| as_of == page.version), "another version");
    Ok(took)
}

/// The bytes of the states of the past that were left behind.
fn past_bytes(dir: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(dir.join("snapshots"))? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|ending| ending == "past") {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}
