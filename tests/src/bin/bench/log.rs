//! A log of many commits, made and read in process, without a server: what P7 and P8 stand on.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
};

use anyhow::{Result, anyhow};
use koepel_domain::{
    command::{Anchor, Command, NewItem, Place},
    ids::{DomainId, DomainKey, ItemKey, PersonId, Timestamp},
    item::Kind,
    mandate::Actor,
    product::Product,
    text::{Name, Reason, Summary, Text, Title},
};
use koepel_engine::{Engine, Request, Settings, decode_record};
use koepel_event_log::{EventLog, Hash, ProductName, ReadLimit, Redactions, SledLog, Version};
use rand::Rng as _;
use tokio::time::Instant;
use uuid::Uuid;

use crate::client::words;

/// The product of such a log.
pub(crate) const PRODUCT: &str = "replayed";
/// One commit in so many makes an item, the others move one.
const COMMITS_AN_ITEM: u64 = 10;
/// Bytes of an item's text; with the rest a payload has about 512.
const TEXT: usize = 300;
/// As many callers as share a flush well.
const CALLERS: u64 = 64;
/// As the server reads it.
const PAGE: ReadLimit = ReadLimit { commits: 4_096, size_bytes: 8 << 20 };

type Products = Engine<Product, ()>;

fn request(n: u64, command: Command) -> Request<Command> {
    Request {
        command,
        actor: Actor {
            person: PersonId::new("p-hanna").unwrap(),
            administrator: n < 2,
            only_role: None,
            now: Timestamp(0),
        },
        request_id: Some(Uuid::from_u128(rand::random())),
        body_hash: Hash::of(&n.to_be_bytes()),
        commit_id: Uuid::from_u128(rand::random()),
        now: Timestamp(1_763_000_000_000_000 + n.cast_signed()),
        happened: None,
        cause: None,
    }
}

fn create(n: u64) -> Command {
    let title = format!("Pay by invoice, and see what is open, variant {n}");
    let mut item = NewItem::plain(Kind::Story, Title::new(&title).unwrap());
    item.text = Text::new(&words(n, TEXT)).unwrap();
    let (domain, reason) = (DomainId::new("online").unwrap(), Reason::default());
    Command::CreateItem { domain, item, place: None, reason }
}

fn rank(items: u32) -> Command {
    let key = |number| ItemKey { domain: DomainKey::new("ONLINE").unwrap(), number: number + 1 };
    let one = rand::rng().random_range(0..items);
    let other = (one + rand::rng().random_range(1..items)) % items;
    let place = Place { anchor: Anchor::Before(key(other)), seen: None };
    let reason = Reason::default();
    Command::RankItem { item: key(one), place, with_family: false, reason, expected: None }
}

/// Makes a log with so many commits of one event each, and prints how many seconds that took.
pub(crate) async fn fill(dir: &Path, commits: u64) -> Result<()> {
    let log = Arc::new(SledLog::open(dir, koepel_event_log::Settings::default())?);
    let shared: Arc<dyn EventLog> = log.clone();
    let settings = Settings { appends_in_flight: 4, ..Settings::default() };
    let engine: Arc<Products> = Arc::new(Engine::new(shared, settings));
    let name = ProductName::new(PRODUCT)?;
    let begun = Instant::now();
    let product = Command::CreateProduct {
        name: Name::new("Replayed").unwrap(),
        summary: Summary::default(),
        chief_po: PersonId::new("p-hanna").unwrap(),
    };
    engine.create(&name, request(0, product)).await?;
    let domain = Command::AddDomain {
        domain: DomainId::new("online").unwrap(),
        key: DomainKey::new("ONLINE").unwrap(),
        name: Name::new("Online").unwrap(),
        summary: Summary::default(),
    };
    engine.execute(&name, request(1, domain)).await?;
    let (next, items) = (Arc::new(AtomicU64::new(2)), Arc::new(AtomicU32::new(0)));
    let callers = (0..CALLERS).map(|_| {
        let (engine, name) = (Arc::clone(&engine), name.clone());
        let (next, items) = (Arc::clone(&next), Arc::clone(&items));
        tokio::spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= commits {
                    return anyhow::Ok(());
                }
                let there = items.load(Ordering::Relaxed);
                if n.is_multiple_of(COMMITS_AN_ITEM) || there < 2 {
                    engine.execute(&name, request(n, create(n))).await?;
                    items.fetch_add(1, Ordering::Relaxed);
                } else {
                    engine.execute(&name, request(n, rank(there))).await?;
                }
            }
        })
    });
    for caller in futures::future::join_all(callers).await {
        caller??;
    }
    println!("{}", begun.elapsed().as_secs_f64());
    engine.stop().await;
    log.close().await?;
    Ok(())
}

/// Opens a log, reads and checks all of it and decodes each event, and folds nothing. Prints the seconds that sled takes to
/// open, those of reading, the commits and the events.
pub(crate) async fn read(dir: &Path) -> Result<()> {
    let begun = Instant::now();
    // As the log opens it.
    let config = sled::Config::new().path(dir).cache_capacity(64 << 20).flush_every_ms(Some(500));
    let raw = config.open()?;
    let opening = begun.elapsed().as_secs_f64();
    drop(raw);
    let log = SledLog::open(dir, koepel_event_log::Settings::default())?;
    let name = ProductName::new(PRODUCT)?;
    let mut redactions = Redactions::default();
    let (mut from, mut commits, mut events) = (Version::ZERO.next(), 0, 0);
    let begun = Instant::now();
    loop {
        let page = log.read(&name, from, PAGE).await?;
        let Some(last) = page.last() else { break };
        from = last.version.next();
        for record in &page {
            redactions.see(record);
            let commit = decode_record::<Product>(record).map_err(|error| anyhow!("{error}"))?;
            commits += 1;
            events += commit.events.len();
        }
    }
    let reading = begun.elapsed().as_secs_f64();
    anyhow::ensure!(redactions.problems().is_empty(), "stand-ins that nobody vouches for");
    println!("{opening} {reading} {commits} {events}");
    log.close().await?;
    Ok(())
}
