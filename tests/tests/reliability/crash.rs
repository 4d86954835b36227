//! R2 without root: power cuts, rebuilt from a trace of what the server wrote. See `reliability::trace` for why an
//! image's acknowledged commits are known exactly, and `reliability::disk` for what a cut may leave.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use koepel_tests::{
    reliability::{
        self,
        disk::Disk,
        house::{self, House},
        ledger::Ledger,
        load::Load,
        model::Model,
        node::{Launch, Node},
        offline, replay, trace,
        trace::Trace,
    },
    scratch,
};
use rand::{Rng as _, rngs::StdRng, seq::IndexedRandom as _};

const PRODUCT: &str = "shop";

/// A run under `strace`.
struct Traced {
    trace: Trace,
    /// The line and version of each acknowledgement.
    acknowledged: Vec<(usize, u64)>,
    ledger: Ledger,
    /// What was there before; nothing if the store was fresh.
    before: Option<PathBuf>,
    root: PathBuf,
    house: House,
}

fn has_strace() -> bool {
    let there = Command::new("strace").arg("-V").output().is_ok();
    if !there {
        koepel_tests::absent::may_be("strace", "install it with: sudo apt-get install strace");
    }
    there
}

/// Runs a server under `strace` and gives it work; on a store that has been at work before if `used`.
async fn traced(dir: &Path, used: bool, rng: &mut StdRng) -> Traced {
    let root = dir.join("root");
    let data = root.join("data");
    fs::create_dir_all(&root).unwrap();
    let load = Load::new(PRODUCT);
    let mut ledger = Ledger::default();
    let mut node = Node::new(dir, &data);
    let mut house = None;
    let mut before = None;
    if used {
        node.start().await;
        let people = House::set_up(&node).await;
        ledger.set_up = House::product(&node, PRODUCT).await;
        let connect = || people.people(&node);
        load.start(connect, 8, 0, 150, rng).ended(&mut ledger).await;
        house = Some(people);
        node.stop().await;
        let copy = dir.join("before");
        offline::copy(&root, &copy);
        before = Some(copy);
    }
    let file = dir.join("trace");
    let launch = Launch { strace: trace::arguments(&file), ..Launch::default() };
    node.try_start(&launch).await.unwrap();
    let house = match house {
        Some(house) => house,
        None => {
            let people = House::set_up(&node).await;
            ledger.set_up = House::product(&node, PRODUCT).await;
            people
        }
    };
    let known = ledger.entries.len();
    for (clients, most) in [(1, 25), (8, 60)] {
        let connect = || house.people(&node);
        let importers = usize::from(clients > 1);
        let working = load.start(connect, clients + importers, importers, most, rng);
        if importers > 0 {
            let mut acknowledged = load.acknowledged();
            let before = *acknowledged.borrow();
            acknowledged.wait_for(|count| count - before >= 100).await.unwrap();
            load.stop();
        }
        working.ended(&mut ledger).await;
    }
    let (status, written) = node.stop().await;
    assert!(status.success(), "{written}");
    assert_eq!(ledger.unknown(), 0);
    let text = String::from_utf8(fs::read(&file).unwrap()).unwrap();
    let trace = Trace::read(&text, &root);
    let acknowledged = trace.acknowledged(PRODUCT);
    let seen: BTreeSet<u64> = acknowledged.iter().map(|(_, version)| *version).collect();
    for entry in &ledger.entries[known..] {
        let version = entry.outcome.version();
        assert!(
            version.is_none_or(|version| seen.contains(&version)),
            "the trace lacks {version:?}"
        );
    }
    Traced { trace, acknowledged, ledger, before, root, house }
}

impl Traced {
    fn disk(&self) -> Disk {
        let Some(before) = &self.before else { return Disk::empty(&self.root) };
        // The copy stands for what was at the root then.
        let now = self.root.with_file_name("now");
        fs::rename(&self.root, &now).unwrap();
        fs::rename(before, &self.root).unwrap();
        let disk = Disk::holding(&self.root);
        fs::rename(&self.root, before).unwrap();
        fs::rename(&now, &self.root).unwrap();
        disk
    }

    /// Lines to cut at: half of them right after an acknowledgement, a quarter while the server starts; with
    /// the full count also at every line of the start.
    fn cuts(&self, count: usize, rng: &mut StdRng) -> Vec<usize> {
        let first = self.acknowledged.first().map_or(0, |(line, _)| *line);
        let mut cuts: Vec<usize> = (0..count)
            .map(|at| match at % 8 {
                0..2 => rng.random_range(0..=first),
                2..4 => rng.random_range(first..self.trace.lines),
                _ => self.acknowledged.choose(rng).unwrap().0,
            })
            .collect();
        if reliability::is_heavy() {
            cuts.extend(0..=first);
        }
        cuts.sort_unstable();
        cuts
    }

    /// Checks the log in an image: whole, with everything that was acknowledged before the cut.
    fn check(&self, home: &Path, image: &Path, cut: usize) -> Result<Vec<replay::Commit>, String> {
        let data = image.join("data");
        let before = self.ledger.entries.iter().filter_map(|entry| entry.outcome.version());
        let used = before.take_while(|_| self.before.is_some());
        let in_trace: BTreeSet<u64> =
            self.acknowledged.iter().map(|(_, version)| *version).collect();
        let must =
            self.acknowledged.iter().filter(|(line, _)| *line <= cut).map(|(_, version)| *version);
        let must: BTreeSet<u64> =
            must.chain(used.filter(|version| !in_trace.contains(version))).collect();
        if must.is_empty() {
            return Ok(Vec::new());
        }
        let verified = offline::verify(home, &data);
        if verified.code != 0 {
            return Err(format!("verify: {} {}", verified.out, verified.err));
        }
        let commits = offline::export(home, &data, PRODUCT)?;
        let last = u64::try_from(commits.len()).unwrap();
        let lost = must.iter().find(|version| **version > last);
        if let Some(lost) = lost {
            return Err(format!("version {lost} was acknowledged, but the log ends at {last}"));
        }
        // What was sent later is as unknown as if it had never been answered.
        let mut ledger = self.ledger.clone();
        ledger
            .entries
            .retain(|entry| entry.outcome.version().is_some_and(|version| version <= last));
        ledger.imports.iter_mut().for_each(|(_, done)| *done = false);
        ledger.check(&commits, None)?;
        Ok(commits)
    }
}

/// Starts a server on an image and compares its pages with a replay, if the product had been set up by then.
async fn serve(home: &Path, image: &Path, traced: &Traced, commits: &[replay::Commit]) {
    let mut node = Node::new(home, &image.join("data"));
    node.start().await;
    node.ready().await.unwrap();
    if commits.last().is_some_and(|last| last.version >= traced.ledger.set_up) {
        let mut model = Model::default();
        commits.iter().for_each(|commit| replay::apply(&mut model, commit));
        house::compare(&traced.house.people(&node).actors[0], PRODUCT, &model).await;
    }
    node.kill();
}

async fn images(used: bool, count: usize) {
    let seed = reliability::seed("crash images");
    let mut rng = reliability::random(seed, u64::from(used));
    let dir = scratch();
    let traced = traced(dir.path(), used, &mut rng).await;
    let cuts = traced.cuts(count, &mut rng);
    let mut images = Vec::new();
    let mut disk = traced.disk();
    disk.play(&traced.trace, &cuts, |disk, cut| {
        // A cut of its own directory each, checked before the next, so that the disk of the test stays small.
        let image = dir.path().join(format!("image-{}", images.len()));
        disk.cut(&image, &mut rng);
        let commits = traced.check(dir.path(), &image, cut).unwrap_or_else(|lost| {
            panic!("image {} (line {cut} of {}): {lost}", image.display(), traced.trace.lines)
        });
        if images.len().is_multiple_of(8) || commits.is_empty() {
            images.push((Some(image), commits));
        } else {
            fs::remove_dir_all(&image).unwrap();
            images.push((None, Vec::new()));
        }
    });
    let mut served = 0;
    for (image, commits) in &images {
        let Some(image) = image else { continue };
        serve(dir.path(), image, &traced, commits).await;
        served += 1;
    }
    let kind = if used { "long-running" } else { "fresh" };
    reliability::tell(&format!(
        "crash images, {kind} store: {} of a trace of {} lines and {} acknowledgements; {served} served",
        images.len(),
        traced.trace.lines,
        traced.acknowledged.len()
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn crash_images_of_a_fresh_store_have_all_that_was_acknowledged() {
    let _alone = reliability::alone();
    if has_strace() {
        images(false, reliability::count(20, 150)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn crash_images_of_a_long_running_store_have_all_that_was_acknowledged() {
    let _alone = reliability::alone();
    if has_strace() {
        images(true, reliability::count(20, 150)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_never_syncs_is_seen_to_lose_commits_in_crash_images() {
    let _alone = reliability::alone();
    if !has_strace() {
        return;
    }
    let mut rng = reliability::random(reliability::seed("deaf disk"), 0);
    let dir = scratch();
    let traced = traced(dir.path(), true, &mut rng).await;
    let cuts = traced.cuts(12, &mut rng);
    let mut lost = 0;
    traced.disk().deaf().play(&traced.trace, &cuts, |disk, cut| {
        let image = dir.path().join("image");
        disk.cut(&image, &mut rng);
        lost += usize::from(traced.check(dir.path(), &image, cut).is_err());
        fs::remove_dir_all(&image).unwrap();
    });
    assert!(
        lost >= 3,
        "only {lost} of 12 images show what a disk without syncs loses: the method is blind"
    );
}
