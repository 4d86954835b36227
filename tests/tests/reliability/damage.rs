//! R3: bits flipped in the files of the log, and ends cut off. Each record is served as it was written, or the start or
//! the read is refused with words that say what is damaged. Never is wrong data served, and never a shorter log taken
//! for whole; after a crash alone it may lack what the last second wrote, which the head file could not know yet.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use koepel_api::v1::GetServerStatusRequest;
use koepel_tests::{
    Answer as _,
    reliability::{
        self,
        house::{self, House},
        ledger::Ledger,
        load::Load,
        model::Model,
        node::{Launch, Node},
        offline, replay,
        replay::Commit,
    },
    scratch,
};
use rand::{Rng as _, rngs::StdRng, seq::IndexedRandom as _};
use tempfile::TempDir;
use tonic::Code;

const PRODUCTS: [&str; 2] = ["shop", "other"];

/// A log that was written, and what must be read from it.
struct Written {
    name: &'static str,
    dir: TempDir,
    house: House,
    /// What each product holds, and the least version to which it must reach.
    products: Vec<(&'static str, Vec<Commit>, u64)>,
}

impl Written {
    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The same with another directory, edited.
    fn variant(&self, name: &'static str, edit: impl FnOnce(&Path)) -> Self {
        let dir = scratch();
        offline::copy(&self.data(), &dir.path().join("data"));
        edit(&dir.path().join("data"));
        Self { name, dir, house: self.house.clone(), products: self.products.clone() }
    }
}

/// Two products with a few hundred commits each, and a snapshot of the engine's. Stopped in good order, or killed.
async fn write(killed: bool, rng: &mut StdRng) -> Written {
    let dir = scratch();
    let mut node = Node::new(dir.path(), &dir.path().join("data"));
    node.start().await;
    let house = House::set_up(&node).await;
    for product in PRODUCTS {
        House::product(&node, product).await;
        let connect = || house.people(&node);
        let most = if product == "shop" { 220 } else { 20 };
        let load = Load::new(product);
        load.start(connect, 6, 0, most, rng).ended(&mut Ledger::default()).await;
    }
    let chief = house.people(&node).actors.remove(0);
    let mut products = Vec::new();
    for product in PRODUCTS {
        let (commits, _) = house::commits(&chief, product, 1).await.expect("the events");
        products.push((product, commits));
    }
    if killed {
        node.kill();
    } else {
        assert!(node.stop().await.0.success());
    }
    let data = dir.path().join("data");
    let reach = |(product, commits)| (product, commits, offline::known_head(&data, product));
    let products: Vec<_> = products.into_iter().map(reach).collect();
    if !killed {
        let snapshots = offline::files(&data.join("snapshots"), |name| name.ends_with(".snapshot"));
        assert!(!snapshots.is_empty(), "there is a snapshot of the engine's");
    }
    let name = if killed { "killed" } else { "stopped" };
    Written { name, dir, house, products }
}

/// How a damaged log was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    Whole,
    LacksTheLastSecond,
    RefusedAtStart,
    RefusedAtRead,
}

/// Whether words say what is damaged: product and version, or the file or folder.
fn is_named(text: &str, data: &Path) -> bool {
    let version =
        text.contains("version") && PRODUCTS.iter().chain(&["system"]).any(|it| text.contains(it));
    version || text.contains(&*data.join("log").to_string_lossy())
}

/// Starts a server on a damaged log and reads all of it, each version by itself where a read is refused.
async fn examine(written: &Written, what: &str) -> Answer {
    let data = written.data();
    let mut node = Node::new(written.dir.path(), &data);
    if let Err(said) = node.try_start(&Launch::default()).await {
        assert!(is_named(&said, &data), "{what}: the start was refused without a name: {said}");
        assert!(!said.contains("RUST_BACKTRACE"), "{what}: a panic reached the people: {said}");
        return Answer::RefusedAtStart;
    }
    let mut answer = Answer::Whole;
    // The administrator is told more; who cannot even be known because the server's own log is damaged, nothing.
    let chief = written.house.people(&node).actors.remove(0);
    let admin = node.client(&node.admin_token());
    for (product, commits, least) in &written.products {
        let mut last = 0;
        match house::list(&admin, product, "", true).await {
            Ok(shown) => {
                last = shown.version;
                let end = commits.partition_point(|commit| commit.version <= last);
                let mut model = Model::default();
                commits[..end].iter().for_each(|commit| replay::apply(&mut model, commit));
                let open: Vec<_> = shown.rows.iter().filter(|row| row.place > 0).cloned().collect();
                let same = model.agrees("", &open).and_then(|()| model.agrees_closed(&shown.rows));
                same.unwrap_or_else(|difference| {
                    panic!("{what}: a wrong page is served: {difference}")
                });
            }
            // All of it was written in the last second, so that the head file does not know of it.
            Err(status) if *least == 0 && status.code() == Code::NotFound => {
                answer = answer.max(Answer::LacksTheLastSecond);
            }
            Err(status) => {
                let said = status.message();
                assert!(
                    is_named(said, &data),
                    "{what}: a page was refused without a name: {status:?}"
                );
                let (code, page) = node.page("/readyz").await.unwrap();
                // What is damaged is for administrators; whoever looks at this page shows no token.
                assert!(
                    code == 503 && page.contains("damaged") && !is_named(&page, &data),
                    "{what}: it is not said at /readyz: {page}"
                );
                let status = admin.admin().get_server_status(GetServerStatusRequest {}).await;
                let reason = status.given().not_ready_reason;
                assert!(is_named(&reason, &data), "{what}: the status does not name it: {reason}");
                answer = answer.max(Answer::RefusedAtRead);
            }
        }
        if last > 0 {
            assert!(last >= *least, "{what}: {product} ends at {last}, though {least} is known");
            if last < commits.last().unwrap().version {
                answer = answer.max(Answer::LacksTheLastSecond);
            }
            if !served_right(&chief, product, commits, last, &data, what).await {
                answer = answer.max(Answer::RefusedAtRead);
            }
        }
    }
    node.kill();
    answer
}

/// Reads all events up to a version. Whether all of them were served; a refusal must name its version.
async fn served_right(
    by: &koepel_tests::Client,
    product: &str,
    expected: &[Commit],
    last: u64,
    data: &Path,
    what: &str,
) -> bool {
    let known: BTreeMap<u64, &Commit> =
        expected.iter().map(|commit| (commit.version, commit)).collect();
    let mut from = 1;
    let mut whole = true;
    let mut seen = 0;
    while from <= last {
        let (commits, refused) = match house::commits(by, product, from).await {
            Ok((commits, _)) => (commits, None),
            Err((commits, status)) => (commits, Some(status)),
        };
        for commit in &commits {
            assert_eq!(
                known.get(&commit.version),
                Some(&commit),
                "{what}: a wrong event is served"
            );
        }
        seen += commits.len();
        let Some(status) = refused else { break };
        assert!(
            is_named(status.message(), data),
            "{what}: a read was refused without a name: {status:?}"
        );
        whole = false;
        from = commits.last().map_or(from, |last| last.version + 1) + 1;
    }
    let wanted = known.range(..=last).count();
    assert!(
        !whole || seen == wanted,
        "{what}: {seen} of {wanted} commits are served, and nothing is said"
    );
    whole
}

/// Does one harm to a copy. Says what it was.
fn harm(written: &Written, rng: &mut StdRng, trial: usize) -> String {
    let data = written.data();
    let log = data.join("log");
    let mut files = match trial % 10 {
        0 => offline::files(&log, |name| name == "heads"),
        1 => offline::files(&log, |name| name == "conf"),
        2 => offline::files(&log, |name| name.starts_with("snap.")),
        3 => offline::files(&data.join("snapshots"), |name| name.ends_with(".snapshot")),
        _ => Vec::new(),
    };
    if files.is_empty() {
        files.push(log.join("db"));
    }
    let file = files.choose(rng).unwrap();
    let mut bytes = fs::read(file).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0);
    let name = file.strip_prefix(&data).unwrap().display().to_string();
    let what = if rng.random_ratio(1, 4) {
        let kept = rng.random_range(0..=end);
        bytes.truncate(kept);
        format!("{name} of {} bytes cut off at {kept}", end + 1)
    } else {
        let (at, bit) = (rng.random_range(0..=end), rng.random_range(0..8));
        bytes[at] ^= 1 << bit;
        format!("bit {bit} of byte {at} of {name} ({} bytes) flipped", end + 1)
    };
    fs::write(file, bytes).unwrap();
    format!("{}: {what}", written.name)
}

#[tokio::test(flavor = "multi_thread")]
async fn with_any_damage_no_wrong_data_is_served_and_no_shorter_log_taken_for_whole() {
    let _alone = reliability::alone();
    let trials = reliability::count(48, 480);
    let seed = reliability::seed("damage");
    let mut rng = reliability::random(seed, 0);
    let stopped = write(false, &mut rng).await;
    let without = stopped.variant("stopped, without sled's snapshot", |data| {
        for file in offline::files(&data.join("log"), |name| name.starts_with("snap.")) {
            fs::remove_file(file).unwrap();
        }
    });
    // sled writes a snapshot when it opens a database.
    let with = stopped.variant("opened twice", |_| {});
    let mut node = Node::new(with.dir.path(), &with.data());
    node.start().await;
    assert!(node.stop().await.0.success());
    let killed = write(true, &mut rng).await;
    let kinds = [&without, &with, &with, &killed];
    let mut answers: BTreeMap<Answer, usize> = BTreeMap::new();
    for trial in 0..trials {
        let kind = kinds[trial % kinds.len()];
        let copy = kind.variant(kind.name, |_| {});
        let what = harm(&copy, &mut rng, trial / kinds.len());
        let verified = offline::verify(copy.dir.path(), &copy.data());
        let answer = examine(&copy, &what).await;
        *answers.entry(answer).or_default() += 1;
        if answer == Answer::LacksTheLastSecond {
            assert_eq!(kind.name, "killed", "{what}");
        }
        if answer == Answer::RefusedAtStart || answer == Answer::RefusedAtRead {
            assert_ne!(
                verified.code, 0,
                "{what}: the server refuses it, `log verify` does not: {}",
                verified.out
            );
        }
    }
    reliability::tell(&format!("damage: {trials} trials: {answers:?}"));
    let refused = answers.get(&Answer::RefusedAtStart).unwrap_or(&0);
    assert!(*refused > trials / 10, "the damage hits nothing: {answers:?}");
}
