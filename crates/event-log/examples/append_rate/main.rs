//! How fast commits become durable: this log, against sled alone and against a bare file.
//!
//! `cargo run --release -p koepel-event-log --example append_rate -- <directory> [seconds]`
//!
//! All sides group in the same way: one writer thread takes everything that waits. The sides run
//! in turn, several times; a ratio is this log's rate over that side's in the same round.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a measuring tool, run by hand"
)]

mod payload;

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use koepel_event_log::{
    Event, EventLog, Hash, NewCommit, Payload, ProductName, Settings, SledLog, Version,
};
use tokio::sync::oneshot;
use uuid::Uuid;

use self::payload::{PAYLOAD_BYTES, payload};

/// Bytes of a commit on the sides that know nothing of commits.
const COMMIT_BYTES: usize = 600;

/// What a side did.
struct Run {
    /// Commits a second.
    rate: f64,
    /// Processor time for each, everything included.
    cpu_us: f64,
}

/// How often each side runs.
const ROUNDS: usize = 7;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let root = PathBuf::from(arguments.next().unwrap_or_else(|| "target/append-rate".into()));
    let seconds = arguments.next().map_or(2.0, |text| text.parse().unwrap());
    let time = Duration::from_secs_f64(seconds);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    println!(
        "appenders | log/s | sled alone/s | bare file/s | log/sled | log/file | µs of CPU each"
    );
    for appenders in [1, 8, 64] {
        let rows: Vec<[Run; 3]> = (0..ROUNDS)
            .map(|_| {
                [
                    runtime.block_on(with_log(&fresh(&root), appenders, time)),
                    runtime.block_on(with_sled(&fresh(&root), appenders, time)),
                    runtime.block_on(with_file(&fresh(&root), appenders, time)),
                ]
            })
            .collect();
        let of = |value: &dyn Fn(&[Run; 3]) -> f64| median(rows.iter().map(value).collect());
        println!(
            "{appenders:>9} | {:>6.0} | {:>6.0} | {:>6.0} | {:.2} | {:.2} | {:.1} {:.1} {:.1}",
            of(&|row| row[0].rate),
            of(&|row| row[1].rate),
            of(&|row| row[2].rate),
            of(&|row| row[0].rate / row[1].rate),
            of(&|row| row[0].rate / row[2].rate),
            of(&|row| row[0].cpu_us),
            of(&|row| row[1].cpu_us),
            of(&|row| row[2].cpu_us),
        );
    }
    fs::remove_dir_all(&root).unwrap();
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn fresh(root: &Path) -> PathBuf {
    let _ = fs::remove_dir_all(root);
    fs::create_dir_all(root).unwrap();
    root.join("run")
}

fn commit(n: u64) -> NewCommit {
    NewCommit {
        commit_id: Uuid::from_u128(u128::from(n)),
        recorded_at_us: 1_795_000_000_000_000,
        time_us: 1_795_000_000_000_000,
        actor: "person-1".into(),
        request_id: Some(Uuid::from_u128(u128::from(n))),
        body_hash: Hash::of(&n.to_be_bytes()),
        cause: None,
        events: vec![Event {
            kind: "ItemCreated".into(),
            schema: 1,
            payload: Payload::Present(payload(n).into()),
        }],
    }
}

async fn with_log(dir: &Path, appenders: u64, time: Duration) -> Run {
    let log = Arc::new(SledLog::open(dir, Settings::default()).unwrap());
    let online = ProductName::new("online").unwrap();
    // An engine: one task that knows the version, pipelines, and answers when it is durable.
    let (ask, mut asked) = tokio::sync::mpsc::unbounded_channel::<oneshot::Sender<()>>();
    let actor = tokio::spawn({
        let (log, online) = (Arc::clone(&log), online.clone());
        async move {
            let mut at = 0;
            let mut waiting = Vec::new();
            while asked.recv_many(&mut waiting, 1024).await > 0 {
                let commits: Vec<NewCommit> = (at..).take(waiting.len()).map(commit).collect();
                let append = log.append(&online, Version::new(at), commits);
                at += waiting.len() as u64;
                let waiting = std::mem::take(&mut waiting);
                tokio::spawn(async move {
                    append.await.unwrap();
                    for caller in waiting {
                        let _ = caller.send(());
                    }
                });
            }
        }
    });
    let rate = drive(appenders, time, move || {
        let (done, durable) = oneshot::channel();
        ask.send(done).unwrap();
        durable
    })
    .await;
    actor.await.unwrap();
    let stats = log.stats();
    let disk = log.size_on_disk_bytes().unwrap();
    eprintln!(
        "   groups {:.1}, flush {:.0} us, disk {:.2} x payload, encoded {:.2} x, classes {:?}",
        stats.commits as f64 / stats.flushes as f64,
        stats.flush_total_us as f64 / stats.flushes as f64,
        disk as f64 / (stats.commits * PAYLOAD_BYTES as u64) as f64,
        stats.size_bytes as f64 / (stats.commits * PAYLOAD_BYTES as u64) as f64,
        &stats.group_sizes[..8],
    );
    rate
}

async fn with_sled(dir: &Path, appenders: u64, time: Duration) -> Run {
    let db = sled::Config::new().path(dir).cache_capacity(64 << 20).open().unwrap();
    let file = File::open(dir.join("db")).unwrap();
    let mut n = 0_u64;
    with_writer(appenders, time, move |group| {
        let mut batch = sled::Batch::default();
        for _ in 0..group {
            let mut value = payload(n);
            value.resize(COMMIT_BYTES, 0);
            batch.insert(&n.to_be_bytes(), value);
            n += 1;
        }
        db.apply_batch(batch).unwrap();
        db.flush().unwrap();
        file.sync_data().unwrap();
    })
    .await
}

async fn with_file(dir: &Path, appenders: u64, time: Duration) -> Run {
    let file = File::options().create(true).truncate(true).write(true).open(dir).unwrap();
    let size = 64 << 20;
    for at in (0..size).step_by(1 << 20) {
        file.write_all_at(&vec![0; 1 << 20], at).unwrap();
    }
    file.sync_all().unwrap();
    let (mut n, mut at) = (0, 0);
    with_writer(appenders, time, move |group| {
        let mut bytes = Vec::with_capacity(group * COMMIT_BYTES);
        for _ in 0..group {
            bytes.extend_from_slice(&payload(n));
            bytes.resize(bytes.len().next_multiple_of(COMMIT_BYTES), 0);
            n += 1;
        }
        if at + bytes.len() as u64 > size {
            at = 0;
        }
        file.write_all_at(&bytes, at).unwrap();
        at += bytes.len() as u64;
        file.sync_data().unwrap();
    })
    .await
}

/// A writer thread that makes groups durable.
async fn with_writer(
    appenders: u64,
    time: Duration,
    mut write: impl FnMut(usize) + Send + 'static,
) -> Run {
    let (ask, asked) = mpsc::channel::<oneshot::Sender<()>>();
    let writer = std::thread::spawn(move || {
        while let Ok(first) = asked.recv() {
            let mut group = vec![first];
            group.extend(asked.try_iter());
            write(group.len());
            for caller in group {
                let _ = caller.send(());
            }
        }
    });
    let rate = drive(appenders, time, move || {
        let (done, durable) = oneshot::channel();
        ask.send(done).unwrap();
        durable
    })
    .await;
    writer.join().unwrap();
    rate
}

/// So many tasks, each with one append under way; how many a second became durable.
async fn drive(
    appenders: u64,
    time: Duration,
    append: impl Fn() -> oneshot::Receiver<()> + Send + Sync + 'static,
) -> Run {
    let append = Arc::new(append);
    let done = Arc::new(AtomicU64::new(0));
    let started = Instant::now();
    let cpu_before_us = cpu_us();
    let tasks: Vec<_> = (0..appenders)
        .map(|_| {
            let (append, done) = (Arc::clone(&append), Arc::clone(&done));
            tokio::spawn(async move {
                while started.elapsed() < time {
                    append().await.unwrap();
                    done.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let done = done.load(Ordering::Relaxed) as f64;
    Run { rate: done / started.elapsed().as_secs_f64(), cpu_us: (cpu_us() - cpu_before_us) / done }
}

/// The processor time that this process has used, in microseconds (`man 5 proc`, fields 14 and 15).
fn cpu_us() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields = stat.rsplit_once(')').unwrap().1;
    let ticks: f64 =
        fields.split_whitespace().skip(11).take(2).map(|field| field.parse::<f64>().unwrap()).sum();
    ticks * 10_000.0
}
