//! Search: what an index costs to make and to keep, and how long answers take.

use std::{fs, path::Path};

use anyhow::{Result, bail};
use koepel_api::v1;
use rand::Rng as _;
use serde_json::json;
use tokio::time::{Duration, Instant};
use tonic::Code;

use crate::{
    Plan,
    client::{Client, request_id},
    figures::{Report, Times, ms},
    fill,
    process::{Server, Side},
};

const PRODUCT: &str = "searched";
/// So many different words are there, a few of them in most texts and most of them in few, as in every language.
const WORDS: u32 = 30_000;
const TITLE_WORDS: u32 = 6;
const TEXT_WORDS: u32 = 60;

pub(crate) async fn run(plan: &Plan, report: &mut Report) -> Result<()> {
    let sizes: &[u64] = if plan.quick { &[1_000] } else { &[10_000, 100_000] };
    for items in sizes {
        one_size(plan, report, *items).await?;
    }
    Ok(())
}

/// The word of a rank, made of syllables.
fn word(rank: u32) -> String {
    const BEGINNINGS: [char; 12] = ['b', 'd', 'f', 'g', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't'];
    const ENDS: [&str; 5] = ["a", "er", "ing", "o", "ur"];
    let (mut rest, mut word) = (rank + 12, String::new());
    while rest > 0 {
        word.push(BEGINNINGS[(rest % 12) as usize]);
        word.push_str(ENDS[(rest % 5) as usize]);
        rest /= 12;
    }
    word
}

/// Words by chance, each as often as its rank says.
fn words(count: u32) -> String {
    let mut rng = rand::rng();
    let ranks = (0..count).map(|_| f64::from(WORDS).powf(rng.random::<f64>()) as u32);
    ranks.map(word).collect::<Vec<_>>().join(" ")
}

async fn one_size(plan: &Plan, report: &mut Report, items: u64) -> Result<()> {
    let dir = plan.fresh("search")?;
    let server = Server::start(Side::Koepel, &dir).await?;
    let client = server.client().await?;
    let item = |_| (words(TITLE_WORDS), words(TEXT_WORDS));
    fill::import_of(&client, PRODUCT, items, item).await?;
    let before = server.resident_bytes()?;
    let begun = Instant::now();
    while let Err(status) = find(&client, &word(100), 0).await {
        if status.code() != Code::Unavailable {
            bail!(status);
        }
    }
    let made = begun.elapsed();
    let memory = server.resident_bytes()?.saturating_sub(before);
    let index = size(&dir.join("search"))?;
    let mib = |bytes: u64| format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20));
    report.add(
        "search",
        format!("index of {items} items, of {TITLE_WORDS} and {TEXT_WORDS} words"),
        format!(
            "made in {}; {} on disk, {} of memory; the log {}",
            ms(made.as_secs_f64() * 1e6),
            mib(index),
            mib(memory),
            mib(server.log_bytes()?)
        ),
        "",
        None,
    );
    let mut details = serde_json::Map::new();
    let rare = |n: u32| word(3_000 + n * 7);
    type Make = Box<dyn Fn(u32) -> String>;
    let kinds: [(&str, Make); 5] = [
        ("one rare word", Box::new(rare)),
        ("two words", Box::new(|n| format!("{} {}", word(20 + n % 50), word(100 + n)))),
        ("the beginning of a word", Box::new(|n| word(500 + n).chars().take(3).collect())),
        ("a word in most items", Box::new(|n| word(1 + n % 3))),
        (
            "two words in order",
            Box::new(|n| format!("\"{} {}\"", word(1 + n % 5), word(2 + n % 7))),
        ),
    ];
    for (what, make) in kinds {
        let (mut times, mut found) = (Times::default(), 0);
        for n in 0..plan.either(20, 300) {
            let begun = Instant::now();
            found += find(&client, &make(n), 0).await?.total_size;
            times.push(begun.elapsed());
        }
        let each = found / plan.either(20, 300);
        report.add(
            "search",
            format!("{what}, in {items} items, {each} found on average"),
            format!("p50 {}, p99 {}", ms(times.p50()), ms(times.p99())),
            "",
            None,
        );
        details.insert(what.to_owned(), times.json());
    }
    let mut visible = Times::default();
    for n in 0..plan.either(10, 200) {
        let title = format!("Freshly{n} written");
        let version = create(&client, &title).await?;
        let begun = Instant::now();
        let found = find(&client, &format!("freshly{n} written"), version).await?;
        visible.push(begun.elapsed());
        anyhow::ensure!(found.total_size == 1, "an own write is found");
        // As people do, not as fast as it goes.
        tokio::time::sleep(Duration::from_millis(rand::rng().random_range(0..100))).await;
    }
    report.add(
        "search",
        format!("an own write found, in {items} items"),
        format!("p50 {}, p99 {}", ms(visible.p50()), ms(visible.p99())),
        "",
        None,
    );
    details.insert("visible".to_owned(), visible.json());
    report.detail(
        &format!("search_{items}"),
        json!({
            "items": items, "made_ms": made.as_millis(), "index_bytes": index,
            "memory_bytes": memory, "peak_bytes": server.peak_bytes()?, "times": details,
        }),
    );
    server.stop().await.map(drop)
}

async fn find(
    client: &Client,
    query: &str,
    min_version: u64,
) -> Result<v1::SearchItemsResponse, tonic::Status> {
    let request = v1::SearchItemsRequest {
        parent: format!("products/{PRODUCT}"),
        query: query.to_owned(),
        min_version,
        ..Default::default()
    };
    Ok(client.backlog().search_items(client.request(request)).await?.into_inner())
}

async fn create(client: &Client, title: &str) -> Result<u64> {
    let item = v1::Item {
        kind: v1::ItemKind::Story.into(),
        title: title.to_owned(),
        ..Default::default()
    };
    let request = v1::CreateItemRequest {
        parent: format!("products/{PRODUCT}/domains/d0"),
        item: Some(item),
        request_id: request_id(),
        ..Default::default()
    };
    let answer = client.backlog().create_item(client.request(request)).await?.into_inner();
    Ok(answer.receipt.map_or(0, |receipt| receipt.version))
}

/// The bytes of all files below a folder.
fn size(dir: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        bytes += if entry.path().is_dir() { size(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}
