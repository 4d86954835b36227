//! How many bytes of disk the log takes for each byte of payload in it, as it grows, and how fast
//! it is read back.
//!
//! `cargo run --release -p koepel-event-log --example disk_size -- <directory> [commits]`
//!
//! sled's file grows by pieces of half a megabyte and reuses what has become free, so the figure
//! settles only after some thousand commits.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a measuring tool, run by hand"
)]

#[path = "../append_rate/payload.rs"]
mod payload;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use koepel_event_log::{
    Event, EventLog, Hash, NewCommit, Payload, ProductName, ReadLimit, Settings, SledLog, Version,
};
use uuid::Uuid;

use self::payload::{PAYLOAD_BYTES, payload};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let root = PathBuf::from(arguments.next().unwrap_or_else(|| "target/disk-size".into()));
    let commits = arguments.next().map_or(50_000, |text| text.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    println!("appenders | commits | encoded/payload | disk/payload | commits a flush");
    for appenders in [1, 8, 64] {
        let _ = std::fs::remove_dir_all(&root);
        runtime.block_on(fill(&root, appenders, commits));
    }
    std::fs::remove_dir_all(&root).unwrap();
}

/// A commit whose ids differ as random ones do.
fn commit(n: u64) -> NewCommit {
    let random = Hash::of(&n.to_be_bytes());
    let (id, request) = random.as_bytes().split_first_chunk::<16>().unwrap();
    let time_us = 1_795_000_000_000_000 + i64::try_from(n).unwrap() * 1_234;
    NewCommit {
        commit_id: Uuid::from_bytes(*id),
        recorded_at_us: time_us,
        time_us,
        actor: format!("{:08x}", n % 50 * 0x00c0_ffee),
        request_id: Some(Uuid::from_slice(request).unwrap()),
        body_hash: Hash::of(random.as_bytes()),
        cause: None,
        events: vec![Event {
            kind: "ItemCreated".into(),
            schema: 1,
            payload: Payload::Present(payload(n).into()),
        }],
    }
}

/// Appends with so many always under way, and prints the figures at several points.
async fn fill(dir: &Path, appenders: usize, commits: u64) {
    let log = SledLog::open(dir, Settings::default()).unwrap();
    let product = ProductName::new("online").unwrap();
    let mut under_way = VecDeque::new();
    for n in 0..commits {
        under_way.push_back(log.append(&product, Version::new(n), vec![commit(n)]));
        if under_way.len() == appenders {
            under_way.pop_front().unwrap().await.unwrap();
        }
        if [1_000, 2_000, 5_000, 10_000].contains(&(n + 1)) || (n + 1) % 25_000 == 0 {
            print(&log, appenders);
        }
    }
    for append in under_way {
        append.await.unwrap();
    }
    // sled tidies up in the background.
    std::thread::sleep(Duration::from_secs(2));
    print(&log, appenders);
    let begun = Instant::now();
    let mut from = Version::new(1);
    while let Some(last) = log.read(&product, from, ReadLimit::default()).await.unwrap().last() {
        from = last.version.next();
    }
    println!("read back: {:.0} commits/s", commits as f64 / begun.elapsed().as_secs_f64());
}

fn print(log: &SledLog, appenders: usize) {
    let stats = log.stats();
    let payload = (stats.commits * PAYLOAD_BYTES as u64) as f64;
    println!(
        "{appenders:>9} | {:>7} | {:.2} | {:.2} | {:.1}",
        stats.commits,
        stats.size_bytes as f64 / payload,
        log.size_on_disk_bytes().unwrap() as f64 / payload,
        stats.commits as f64 / stats.flushes as f64,
    );
}
