//! Pushes over many connections at once: events a second until they are durable, and until they are applied; how far the one
//! lags behind the other, and the memory for it. The floors make the same bytes durable in the same batches.

use anyhow::{Context as _, Result};
use futures::{StreamExt as _, future::try_join_all, stream};
use koepel_api::v1;
use koepel_tests::broker;
use prost_types::Timestamp;
use serde_json::{Value, json};
use tokio::time::{Duration, Instant, sleep};

use crate::{
    Plan,
    client::{Client, words},
    figures::{Goal, Report, Spread},
    process::{Server, Side},
};

/// Tools, each with a domain and a connection of its own.
const TOOLS: u64 = 16;
/// Events in one message.
const BATCH: usize = 100;
/// News of one item.
const EVENTS_AN_ITEM: u64 = 10;
/// Bytes of an item's text; with the rest an event has about 512.
const TEXT: usize = 300;
const ROUNDS: usize = 3;
const OF_FLOOR: f64 = 0.5;
const EVENTS: f64 = 50_000.0;

const MAPPING: &str = r#"
name = "measured"
[input]
format = "json"
tells = "changes"
[item]
source = { join = "https://tracker.example/{data.id}" }
title = "data.title"
text = "data.text"
status = { from = "data.state", values = { todo = "new", doing = "in-progress", done = "done" } }
"#;

/// What the server of Koepel's did with one load.
struct Pushed {
    durable_seconds: f64,
    applied_seconds: f64,
    lag: f64,
    before_bytes: u64,
    peak_bytes: u64,
}

pub(crate) async fn run(plan: &Plan, report: &mut Report) -> Result<()> {
    let events = plan.either(2_000, 100_000);
    let mut pushed = Vec::new();
    let mut floors: [Vec<f64>; 2] = Default::default();
    for _ in 0..plan.rounds.min(ROUNDS) {
        for turn in [0, 1, 2, 2, 1, 0] {
            let side = Side::ALL[turn];
            // A fresh one each time, so that its memory is that of this load.
            let server = Server::start(side, &plan.fresh(side.name())?).await?;
            if side == Side::Koepel {
                pushed.push(koepel(&server, events).await?);
            } else {
                let clients = server.clients(TOOLS as usize).await?;
                floors[turn - 1].push(push(&clients, events).await?);
            }
            server.stop().await?;
        }
    }
    tell(report, events, &pushed, &floors);
    Ok(())
}

fn tell(report: &mut Report, events: u64, pushed: &[Pushed], floors: &[Vec<f64>; 2]) {
    let events = events as f64;
    let of = |value: fn(&Pushed) -> f64| pushed.iter().map(value).collect::<Vec<f64>>();
    let median = |values: &[f64]| Spread::of(values.iter().copied()).median;
    let durable = of(|one| one.durable_seconds);
    let applied = of(|one| one.applied_seconds);
    let rate = |seconds: &[f64]| events / median(seconds);
    report.add(
        "P3",
        format!("{events} pushed over {TOOLS} connections: durable events/s, koepel / sled / file"),
        format!("{:.0} / {:.0} / {:.0}", rate(&durable), rate(&floors[0]), rate(&floors[1])),
        "",
        None,
    );
    for (floor, name) in floors.iter().zip(["sled", "raw"]) {
        let ratios = Spread::of(floor.iter().zip(&durable).map(|(floor, ours)| floor / ours));
        report.ratio(
            "P3",
            format!("pushed, of the {name} floor"),
            &ratios,
            Goal::AtLeast(OF_FLOOR),
        );
    }
    let allowed = rate(&floors[1]) >= EVENTS;
    report.add(
        "P3",
        "pushed events/s until durable, where the floor allows",
        format!("{:.0}", rate(&durable)),
        format!("≥ {EVENTS}"),
        allowed.then_some(rate(&durable) >= EVENTS),
    );
    report.add("", "pushed events/s until applied", format!("{:.0}", rate(&applied)), "", None);
    let behind = applied.iter().zip(&durable).map(|(applied, durable)| applied - durable);
    report.add(
        "",
        "pushes: most that waited at once, seconds from the last acknowledged to the last applied",
        format!("{:.0}, {:.2} s", median(&of(|one| one.lag)), Spread::of(behind).median),
        "",
        None,
    );
    let mib = |bytes: f64| format!("{:.0} MiB", bytes / f64::from(1 << 20));
    let (before, peak) =
        (median(&of(|one| one.before_bytes as f64)), median(&of(|one| one.peak_bytes as f64)));
    report.add(
        "",
        "pushes: memory before, and the most",
        format!("{}, {}", mib(before), mib(peak)),
        "",
        None,
    );
    report.detail(
        "pushes",
        json!({
            "events": events, "batch": BATCH, "connections": TOOLS, "durable_s": durable, "applied_s": applied,
            "lag_events": of(|one| one.lag), "before_bytes": of(|one| one.before_bytes as f64),
            "peak_bytes": of(|one| one.peak_bytes as f64), "floors_s": Value::from(floors.to_vec()),
        }),
    );
}

/// Pushes to a server of Koepel's, and watches until all is applied.
async fn koepel(server: &Server, events: u64) -> Result<Pushed> {
    let clients = tools(server).await?;
    let authority = server.address.trim_start_matches("http://").to_owned();
    let before_bytes = server.resident_bytes()?;
    let begun = Instant::now();
    let pushing = tokio::spawn(async move { push(&clients, events).await });
    let mut lag: f64 = 0.0;
    loop {
        let metrics = broker::metrics(&authority).await;
        let count = |name: &str| {
            let name = format!("koepel_pushes_{name}_total");
            metrics.get(&name).copied().with_context(|| format!("no {name}"))
        };
        let (received, applied) = (count("received")?, count("applied")?);
        anyhow::ensure!(count("set_aside")? == 0.0, "some were set aside");
        lag = lag.max(received - applied);
        if applied >= events as f64 {
            break;
        }
        anyhow::ensure!(
            begun.elapsed() < Duration::from_secs(300),
            "{applied} of {events} applied"
        );
        sleep(Duration::from_millis(20)).await;
    }
    let applied_seconds = begun.elapsed().as_secs_f64();
    let durable_seconds = pushing.await??;
    Ok(Pushed {
        durable_seconds,
        applied_seconds,
        lag,
        before_bytes,
        peak_bytes: server.peak_bytes()?,
    })
}

/// A product with a domain, a tool and a connection for each client.
async fn tools(server: &Server) -> Result<Vec<Client>> {
    let admin = server.client().await?;
    let product = "products/pushed";
    let create = v1::CreateProductRequest {
        product_id: "pushed".to_owned(),
        display_name: "Pushed".to_owned(),
        ..Default::default()
    };
    admin.products().create_product(admin.request(create)).await?;
    let mut clients = Vec::new();
    for n in 0..TOOLS {
        let domain = v1::CreateDomainRequest {
            parent: product.to_owned(),
            domain_id: format!("d{n}"),
            ..Default::default()
        };
        admin.products().create_domain(admin.request(domain)).await?;
        let person = v1::CreatePersonRequest {
            person_id: format!("t-tool-{n}"),
            tool: true,
            ..Default::default()
        };
        admin.admin().create_person(admin.request(person)).await?;
        let connection = v1::Connection {
            domain: format!("{product}/domains/d{n}"),
            tool: format!("people/t-tool-{n}"),
            mapping: MAPPING.to_owned(),
            ..Default::default()
        };
        let connect = v1::CreateConnectionRequest {
            parent: product.to_owned(),
            connection_id: format!("c{n}"),
            connection: Some(connection),
            ..Default::default()
        };
        admin.connections().create_connection(admin.request(connect)).await?;
        let token =
            v1::CreateTokenRequest { person: format!("people/t-tool-{n}"), ..Default::default() };
        let token = admin.admin().create_token(admin.request(token)).await?.into_inner();
        clients.push(Client::connect(&server.address, &token.secret, None).await?);
    }
    Ok(clients)
}

/// Event number `n` of a tool.
fn event(tool: u64, n: u64) -> v1::PushedEvent {
    // The news of an item lies apart.
    let item = (n / (EVENTS_AN_ITEM * 10)) * 10 + n % 10;
    let state = ["todo", "doing", "done"][(n % 3) as usize];
    let (title, text) = (format!("Pay by invoice, variant {item} of {tool}, {n}"), words(n, TEXT));
    let data =
        json!({ "id": format!("{tool}-{item}"), "title": title, "text": text, "state": state });
    v1::PushedEvent {
        id: format!("{tool}-{n}"),
        source: "/measured".to_owned(),
        r#type: "issue".to_owned(),
        time: Some(Timestamp { seconds: 1_763_000_000 + n.cast_signed(), nanos: 0 }),
        data: data.to_string(),
        ..Default::default()
    }
}

/// Each client pushes its share. Answers with the seconds until the last was acknowledged.
async fn push(clients: &[Client], events: u64) -> Result<f64> {
    let share = events / TOOLS;
    // Made before the clock runs: it is the server that is measured.
    let all: Vec<Vec<v1::PushRequest>> = (0..TOOLS)
        .map(|tool| {
            let numbers: Vec<u64> = (0..share + u64::from(tool < events % TOOLS)).collect();
            let message = |numbers: &[u64]| v1::PushRequest {
                connection: format!("products/pushed/connections/c{tool}"),
                events: numbers.iter().map(|n| event(tool, *n)).collect(),
            };
            numbers.chunks(BATCH).map(message).collect()
        })
        .collect();
    let begun = Instant::now();
    let pushing = clients.iter().cloned().zip(all).map(|(client, messages)| {
        tokio::spawn(async move {
            let wanted: usize = messages.iter().map(|message| message.events.len()).sum();
            let sent = client.request(stream::iter(messages));
            let mut answers = client.ingest().push(sent).await?.into_inner();
            let mut received = 0;
            while let Some(answer) = answers.next().await {
                received += answer?.received as usize;
            }
            anyhow::ensure!(received == wanted, "{received} of {wanted} were taken in");
            Ok(())
        })
    });
    for each in try_join_all(pushing).await? {
        each?;
    }
    Ok(begun.elapsed().as_secs_f64())
}
