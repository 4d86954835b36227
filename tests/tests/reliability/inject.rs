//! R4: each write and each sync of the log fails once, as the N-th of its thread, for N = 1, 2, … until a run in which
//! none fails. Nothing is acknowledged after a failed sync; callers are told that the outcome is unknown; the same
//! request id repeats safely; the service comes back by itself.
//!
//! `strace` makes the call fail and is taken away at once, so that nothing fails twice.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use koepel_tests::{
    reliability::{
        self,
        house::House,
        ledger::{Entry, Ledger},
        load::Load,
        node::{Launch, Node},
        offline,
    },
    scratch,
};
use rand::{Rng as _, rngs::StdRng};
use tempfile::TempDir;

const PRODUCT: &str = "shop";
const CLIENTS: usize = 4;
const CALLS: usize = 12;

/// Which call fails, and how.
#[derive(Clone, Copy, Debug)]
struct Fault {
    call: &'static str,
    error: &'static str,
    nth: usize,
}

/// Takes the tracer away as soon as something has failed.
struct Watch {
    file: PathBuf,
    stop: Arc<AtomicBool>,
    watching: Option<JoinHandle<()>>,
}

impl Watch {
    fn new(file: &Path) -> Self {
        let (file, stop) = (file.to_owned(), Arc::new(AtomicBool::new(false)));
        let (path, stopped) = (file.clone(), Arc::clone(&stop));
        let watching = std::thread::spawn(move || {
            while !stopped.load(Ordering::SeqCst) {
                if let Some(tracer) = tracer(&path) {
                    // It lets go of the server, which goes on.
                    Command::new("kill").arg(tracer).status().unwrap();
                    return;
                }
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        Self { file, stop, watching: Some(watching) }
    }

    /// Whether anything has failed.
    fn failed(&self) -> bool {
        fs::metadata(&self.file).is_ok_and(|file| file.len() > 0)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(watching) = self.watching.take() {
            watching.join().ok();
        }
    }
}

/// Who traces the thread in which a call has failed.
fn tracer(file: &Path) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let thread = text.split_whitespace().next()?;
    let status = fs::read_to_string(format!("/proc/{thread}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("TracerPid:"))?;
    Some(line.trim().to_owned()).filter(|tracer| tracer != "0")
}

/// A store with something in it, closed, and who may work on it.
struct Base {
    dir: TempDir,
    house: House,
    ledger: Ledger,
    load: Load,
}

impl Base {
    async fn new(rng: &mut StdRng) -> Self {
        let dir = scratch();
        let mut node = Node::new(dir.path(), &dir.path().join("data"));
        node.start().await;
        let house = House::set_up(&node).await;
        let mut ledger =
            Ledger { set_up: House::product(&node, PRODUCT).await, ..Ledger::default() };
        let load = Load::new(PRODUCT);
        load.start(|| house.people(&node), CLIENTS, 0, 20, rng).ended(&mut ledger).await;
        assert!(node.stop().await.0.success());
        Self { dir, house, ledger, load }
    }
}

/// What came of a fault.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    failed: bool,
    at_start: bool,
    unknown: usize,
}

/// One client, who repeats what is unknown once the service is back. Answers with how often that was.
async fn client(
    load: Load,
    node: Arc<Node>,
    house: House,
    actor: usize,
    mut rng: StdRng,
) -> (Vec<Entry>, usize) {
    let people = house.people(&node);
    let mut entries = Vec::new();
    let mut unknown = 0;
    for _ in 0..CALLS {
        let call = load.next(actor, &mut rng);
        let mut outcome = call.send(&people.actors[actor], PRODUCT).await;
        for _ in 0..20 {
            let koepel_tests::reliability::command::Outcome::Unknown(why) = &outcome else { break };
            assert!(
                why.starts_with("OUTCOME_UNKNOWN") || why.starts_with("UNAVAILABLE"),
                "{call:?}: {why}\n{}",
                node.written()
            );
            unknown += usize::from(why.starts_with("OUTCOME_UNKNOWN"));
            node.ready()
                .await
                .unwrap_or_else(|why| panic!("not back by itself: {why}\n{}", node.written()));
            outcome = call.send(&people.actors[actor], PRODUCT).await;
        }
        assert!(!outcome.is_unknown(), "{call:?}: {outcome:?}\n{}", node.written());
        load.learn(&call, &outcome);
        entries.push(Entry { call, outcome });
    }
    (entries, unknown)
}

async fn run(base: &Base, fault: Fault, rng: &mut StdRng) -> Seen {
    let dir = scratch();
    let data = dir.path().join("data");
    offline::copy(&base.dir.path().join("data"), &data);
    let file = dir.path().join("failed");
    let log = data.join("log");
    let mut strace: Vec<String> = ["-Z", "-e", "signal=none", "-o"].map(str::to_owned).to_vec();
    strace.push(file.display().to_string());
    for path in [log.clone(), log.join("db"), log.join("conf"), log.join("heads.tmp")] {
        strace.extend(["-P".to_owned(), path.display().to_string()]);
    }
    let Fault { call, error, nth } = fault;
    strace.extend(["-e".to_owned(), format!("trace={call}")]);
    strace.extend(["-e".to_owned(), format!("inject={call}:error={error}:when={nth}")]);
    let mut node = Node::new(dir.path(), &data);
    let mut ledger = base.ledger.clone();
    let mut seen = Seen::default();
    let watch = Watch::new(&file);
    match node.try_start(&Launch { strace, ..Launch::default() }).await {
        Err(said) => {
            assert!(watch.failed(), "{fault:?}: the start failed: {said}");
            assert!(said.contains("error: ") && said.contains("log"), "{fault:?}: {said}");
            node.start().await;
            seen.at_start = true;
        }
        Ok(()) => seen.at_start = watch.failed(),
    }
    let node = Arc::new(node);
    let working: Vec<_> = (0..CLIENTS)
        .map(|actor| {
            let rng = reliability::random(rng.random(), 0);
            tokio::spawn(client(
                base.load.clone(),
                Arc::clone(&node),
                base.house.clone(),
                actor,
                rng,
            ))
        })
        .collect();
    for worker in working {
        let (entries, unknown) = worker.await.unwrap();
        ledger.entries.extend(entries);
        seen.unknown += unknown;
    }
    node.ready()
        .await
        .unwrap_or_else(|why| panic!("{fault:?}: not back by itself: {why}\n{}", node.written()));
    let failed_in_work = watch.failed() && !seen.at_start;
    let mut node = Arc::into_inner(node).unwrap();
    let (status, written) = node.stop().await;
    seen.failed = watch.failed();
    // A fault of the last syncs, of the head file, is told as well.
    assert!(status.success() || seen.failed, "{fault:?}: {written}");
    if failed_in_work && call == "fdatasync" {
        assert!(seen.unknown > 0, "{fault:?}: a sync failed, and nobody was told:\n{written}");
    }
    offline::verify_intact(dir.path(), &data);
    let commits = offline::export(dir.path(), &data, PRODUCT).unwrap();
    ledger.check(&commits, None).unwrap_or_else(|lost| panic!("{fault:?}: {lost}\n{written}"));
    seen
}

const CALLS_THAT_FAIL: [&str; 5] = ["fdatasync", "sync_file_range", "pwrite64", "fsync", "write"];

#[tokio::test(flavor = "multi_thread")]
async fn an_injected_fault_of_a_write_or_sync_loses_and_doubles_nothing() {
    let _alone = reliability::alone();
    if Command::new("strace").arg("-V").output().is_err() {
        koepel_tests::absent::may_be("strace", "install it with: sudo apt-get install strace");
        return;
    }
    let mut rng = reliability::random(reliability::seed("inject"), 0);
    let base = Base::new(&mut rng).await;
    let heavy = reliability::count(0, 1) == 1;
    let (mut runs, mut failed, mut at_start, mut unknown) = (0, 0, 0, 0);
    for call in CALLS_THAT_FAIL {
        for error in ["EIO", "ENOSPC"] {
            // Every day one early and one late one, where there are that many.
            let late = if matches!(call, "fsync" | "write") { 2..5 } else { 4..24 };
            let sample = [rng.random_range(1..4), rng.random_range(late)];
            let nths = if heavy { (1..500).collect::<Vec<_>>() } else { sample.to_vec() };
            let mut clean = None;
            for nth in nths {
                let seen = run(&base, Fault { call, error, nth }, &mut rng).await;
                runs += 1;
                failed += usize::from(seen.failed);
                at_start += usize::from(seen.at_start);
                unknown += seen.unknown;
                if !seen.failed {
                    clean = Some(nth);
                    break;
                }
            }
            if heavy {
                let clean = clean.expect("there is a run in which nothing fails");
                reliability::tell(&format!("inject: {call} {error}: clean at {clean}"));
            }
        }
    }
    reliability::tell(&format!(
        "inject: {runs} runs, {failed} with a fault, {at_start} of them at the start, {unknown} unknown outcomes repeated"
    ));
    assert!(failed * 2 > runs, "hardly anything failed");
}
