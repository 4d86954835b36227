//! How many commands a second one product takes, by callers at once and appends in flight, on a log in memory and on
//! one on disk: `cargo run --release -p koepel-engine --example command_rate -- [seconds] [directory]`; without a
//! directory only in memory.
//!
//! The memory log costs nearly nothing, so its column is the engine's own cost of a command.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a tool for developers")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use koepel_domain::{
    command::{Anchor, Command, NewItem, Place},
    ids::{DomainId, DomainKey, ItemKey, PersonId, Timestamp},
    item::Kind,
    mandate::Actor,
    product::Product,
    text::{Name, Reason, Summary, Text, Title},
};
use koepel_engine::{Engine, Request, Settings};
use koepel_event_log::{EventLog, Hash, MemoryLog, ProductName, SledLog};
use tokio::time::Instant;
use uuid::Uuid;

type Products = Engine<Product, ()>;

static IDS: AtomicU64 = AtomicU64::new(1);

fn request(command: Command, administrator: bool) -> Request<Command> {
    let id = IDS.fetch_add(1, Ordering::Relaxed);
    Request {
        command,
        actor: Actor {
            person: PersonId::new("p-hanna").unwrap(),
            administrator,
            only_role: None,
            now: Timestamp(0),
        },
        request_id: Some(Uuid::from_u64_pair(id.wrapping_mul(0x9e37_79b9_7f4a_7c15), id)),
        body_hash: Hash::of(&id.to_be_bytes()),
        commit_id: Uuid::from_u64_pair(7, id),
        now: Timestamp(1_700_000_000_000_000),
        happened: None,
        cause: None,
    }
}

fn create(domain: &DomainId) -> Command {
    let mut item = NewItem::plain(Kind::Story, Title::new("Pay by invoice").unwrap());
    item.text = Text::new(&"x".repeat(350)).unwrap();
    let (domain, reason) = (domain.clone(), Reason::default());
    Command::CreateItem { domain, item, place: None, reason }
}

fn rank(number: u32, place: u32) -> Command {
    let key = |number| ItemKey { domain: DomainKey::new("ONLINE").unwrap(), number };
    let place = Place { anchor: Anchor::Before(key(place)), seen: None };
    let (item, reason) = (key(number), Reason::default());
    Command::RankItem { item, place, with_family: false, reason, expected: None }
}

async fn setup(log: Arc<dyn EventLog>, appends_in_flight: usize) -> (Arc<Products>, ProductName) {
    let settings = Settings { appends_in_flight, ..Settings::default() };
    let engine = Arc::new(Engine::new(log, settings));
    let name = ProductName::new("webshop").unwrap();
    let create = Command::CreateProduct {
        name: Name::new("Webshop").unwrap(),
        summary: Summary::default(),
        chief_po: PersonId::new("p-hanna").unwrap(),
    };
    engine.create(&name, request(create, true)).await.unwrap();
    let add = Command::AddDomain {
        domain: DomainId::new("online").unwrap(),
        key: DomainKey::new("ONLINE").unwrap(),
        name: Name::new("Online").unwrap(),
        summary: Summary::default(),
    };
    engine.execute(&name, request(add, true)).await.unwrap();
    (engine, name)
}

/// Commands a second.
async fn rate(
    engine: &Arc<Products>,
    name: &ProductName,
    callers: u32,
    time: Duration,
    command: impl Fn(u32) -> Command + Clone + Send + 'static,
) -> f64 {
    let until = Instant::now() + time;
    let mut tasks = Vec::new();
    for caller in 0..callers {
        let (engine, name, command) = (Arc::clone(engine), name.clone(), command.clone());
        tasks.push(tokio::spawn(async move {
            let mut done = 0_u32;
            while Instant::now() < until {
                let n = done.wrapping_mul(callers).wrapping_add(caller);
                engine.execute(&name, request(command(n), false)).await.unwrap();
                done += 1;
            }
            done
        }));
    }
    let mut done = 0;
    for task in tasks {
        done += task.await.unwrap();
    }
    f64::from(done) / time.as_secs_f64()
}

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let seconds: f64 = args.next().map_or(2.0, |seconds| seconds.parse().unwrap());
    let time = Duration::from_secs_f64(seconds);
    let base = args.next();
    println!(
        "{:<8}{:>8}{:>9}{:>10}{:>10}{:>10}",
        "log", "callers", "appends", "create/s", "rank/s", "µs"
    );
    for in_flight in [1, 8, 1, 8] {
        for callers in [1, 8, 64] {
            for base in [None, base.as_ref()].into_iter().take(if base.is_some() { 2 } else { 1 }) {
                let dir = base.map(|base| tempfile::tempdir_in(base).unwrap());
                let log: Arc<dyn EventLog> = match &dir {
                    Some(dir) => Arc::new(
                        SledLog::open(dir.path(), koepel_event_log::Settings::default()).unwrap(),
                    ),
                    None => Arc::new(MemoryLog::new()),
                };
                let (engine, name) = setup(log, in_flight).await;
                let domain = DomainId::new("online").unwrap();
                let created = rate(&engine, &name, callers, time, move |_| create(&domain)).await;
                let items = engine.view(&name).await.unwrap().state.items_len();
                let ranked = rate(&engine, &name, callers, time, move |n| {
                    let other = |n: u32| n.wrapping_mul(2_654_435_761) % items + 1;
                    let (a, b) = (other(n), other(n.wrapping_add(7)));
                    rank(a, if a == b { a % items + 1 } else { b })
                })
                .await;
                let kind = if dir.is_some() { "sled" } else { "memory" };
                println!(
                    "{kind:<8}{callers:>8}{in_flight:>9}{created:>10.0}{ranked:>10.0}{:>10.1}",
                    1e6 / created
                );
                engine.stop().await;
            }
        }
    }
}
