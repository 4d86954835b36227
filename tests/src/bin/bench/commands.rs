//! P1 and P2: durable commands, one at a time from each client, beside both floors; and how many shared a flush.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    Plan,
    client::Client,
    figures::{Goal, Report, Spread, ms},
    load::{Done, create_items},
    process::{Server, Side},
};

/// One connection each.
const CLIENTS: [usize; 3] = [1, 8, 64];
/// At least this share of each floor's rate, by number of clients.
const OF_SLED: [f64; 3] = [0.85, 0.85, 0.85];
const OF_FILE: [f64; 3] = [0.6, 0.8, 0.7];
/// At most this multiple of the raw floor's p99.
const P99: f64 = 1.5;

pub(crate) async fn run(plan: &Plan, report: &mut Report) -> Result<()> {
    let mut servers = Vec::new();
    for side in Side::ALL {
        servers.push(Server::start(side, &plan.fresh(side.name())?).await?);
    }
    servers[0].client().await?.make_product("measured").await?;
    let mut details = Vec::new();
    for (nth, count) in CLIENTS.into_iter().enumerate() {
        if !plan.wants_clients(count) {
            continue;
        }
        details.push(with_clients(plan, report, &servers, nth, count).await?);
    }
    let mut groups = Vec::new();
    for server in servers {
        groups.push(server.stop().await?);
    }
    for (side, (flushes, records)) in Side::ALL.iter().zip(groups).skip(1) {
        details.push(json!({ "floor": side.name(), "flushes": flushes, "records": records }));
    }
    report.detail("commands", Value::Array(details));
    Ok(())
}

/// All sides in turn with so many clients.
async fn with_clients(
    plan: &Plan,
    report: &mut Report,
    servers: &[Server],
    nth: usize,
    count: usize,
) -> Result<Value> {
    let mut clients = Vec::new();
    for server in servers {
        clients.push(server.clients(count).await?);
    }
    for clients in &clients {
        create_items(clients, Duration::from_millis(300)).await?;
    }
    let before = clients[0][0].status().await?;
    let mut rounds: Vec<[Vec<Done>; 3]> = Vec::new();
    for round in 0..plan.rounds {
        let mut done: [Vec<Done>; 3] = Default::default();
        let mut turn: Vec<usize> = (0..servers.len()).collect();
        // Who begins changes, so that nobody always runs after the same neighbour.
        turn.rotate_left(round % servers.len());
        let there: Vec<usize> = turn.clone();
        turn.reverse();
        for side in there.into_iter().chain(turn) {
            done[side].push(slot(plan, &servers[side], &clients[side]).await?);
        }
        rounds.push(done);
    }
    let after = clients[0][0].status().await?;
    told(report, &rounds, nth, count);
    let groups = histogram(report, &before, &after, count);
    let json: Vec<Value> = rounds
        .iter()
        .map(|sides| {
            let side = |nth: usize| sides[nth].iter().map(Done::json).collect::<Vec<_>>();
            json!({ "koepel": side(0), "sled": side(1), "file": side(2) })
        })
        .collect();
    Ok(json!({ "clients": count, "rounds": json, "koepel_groups": groups }))
}

async fn slot(plan: &Plan, server: &Server, clients: &[Client]) -> Result<Done> {
    let cpu_before = server.cpu_us()?;
    let mut done = create_items(clients, Duration::from_secs_f64(plan.seconds)).await?;
    done.cpu_us = (server.cpu_us()? - cpu_before) / done.commands as f64;
    Ok(done)
}

fn told(report: &mut Report, rounds: &[[Vec<Done>; 3]], nth: usize, count: usize) {
    let of = |side: usize, value: &dyn Fn(&Done) -> f64| -> Vec<f64> {
        let mean = |done: &[Done]| done.iter().map(value).sum::<f64>() / done.len() as f64;
        rounds.iter().map(|sides| mean(&sides[side])).collect()
    };
    let median = |side: usize, value: &dyn Fn(&Done) -> f64| Spread::of(of(side, value)).median;
    let ratio = |side: usize, value: &dyn Fn(&Done) -> f64| {
        Spread::of(of(0, value).into_iter().zip(of(side, value)).map(|(ours, floor)| ours / floor))
    };
    let rates = |done: &Done| done.rate();
    let p99 = |done: &Done| done.times.p99();
    let p50 = |done: &Done| done.times.p50();
    let cpu = |done: &Done| done.cpu_us;
    let each = |value: &dyn Fn(&Done) -> f64, show: &dyn Fn(f64) -> String| {
        (0..3).map(|side| show(median(side, value))).collect::<Vec<_>>().join(" / ")
    };
    let who = format!("{count} clients");
    report.add(
        "P1",
        format!("{who}: commands/s, koepel / sled / file"),
        each(&rates, &|n| format!("{n:.0}")),
        "",
        None,
    );
    report.ratio(
        "P1",
        format!("{who}: of the sled floor"),
        &ratio(1, &rates),
        Goal::AtLeast(OF_SLED[nth]),
    );
    report.ratio(
        "P1",
        format!("{who}: of the raw floor"),
        &ratio(2, &rates),
        Goal::AtLeast(OF_FILE[nth]),
    );
    report.add(
        "P1",
        format!("{who}: server's µs of processor a command"),
        each(&cpu, &|n| format!("{n:.0}")),
        "",
        None,
    );
    report.add("P2", format!("{who}: p50, koepel / sled / file"), each(&p50, &ms), "", None);
    report.add("P2", format!("{who}: p99, koepel / sled / file"), each(&p99, &ms), "", None);
    report.ratio(
        "P2",
        format!("{who}: p99 over the raw floor's"),
        &ratio(2, &p99),
        Goal::AtMost(P99),
    );
}

/// How many commits shared a flush while the sides ran.
fn histogram(
    report: &mut Report,
    before: &koepel_api::v1::GetServerStatusResponse,
    after: &koepel_api::v1::GetServerStatusResponse,
    count: usize,
) -> Value {
    let earlier = |from: u32| {
        before.group_sizes.iter().find(|bar| bar.from == from).map_or(0, |bar| bar.groups)
    };
    let bars: Vec<(String, u64)> = after
        .group_sizes
        .iter()
        .map(|bar| {
            let label = if bar.from == bar.to {
                bar.to.to_string()
            } else {
                format!("{}–{}", bar.from, bar.to)
            };
            (label, bar.groups - earlier(bar.from))
        })
        .collect();
    let flushes = after.flushes - before.flushes;
    let commits = after.commits - before.commits;
    let mean = commits as f64 / flushes as f64;
    report.add(
        "P2",
        format!("{count} clients: commits that shared a flush, on average"),
        format!("{mean:.1}"),
        "",
        None,
    );
    report.histogram(
        &format!("Commits that shared a flush, {count} clients: {commits} in {flushes} flushes"),
        &bars,
    );
    json!({ "flushes": flushes, "commits": commits, "bars": bars })
}
