//! R4, the full disk: commands are refused before it can hurt the log, reads go on, and the service resumes when there
//! is room. On a small tmpfs, which only root can mount.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use koepel_tests::{
    reliability::{
        self,
        command::{Call, Outcome},
        house::{self, House, People},
        ledger::{Entry, Ledger},
        load::Load,
        model::Model,
        node::{Launch, Node},
        offline, replay,
    },
    scratch,
};
use rand::rngs::StdRng;
use tempfile::TempDir;
use tonic::Code;

const PRODUCT: &str = "shop";

/// A small disk of its own, unmounted when dropped.
struct Tmpfs {
    dir: TempDir,
}

impl Tmpfs {
    fn mount(mebibytes: usize) -> Option<Self> {
        let this = Self { dir: scratch() };
        fs::create_dir(this.path()).unwrap();
        let size = format!("size={mebibytes}m");
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "koepel-test"])
            .arg(this.path())
            .output();
        match mount {
            Ok(output) if output.status.success() => Some(this),
            other => {
                reliability::tell(&format!(
                    "SKIPPED: a tmpfs cannot be mounted here (it takes root): {other:?}"
                ));
                None
            }
        }
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("disk")
    }

    /// Takes all room but this much.
    fn fill(&self, leave_bytes: usize) {
        let mut file = fs::File::create(self.path().join("filler")).unwrap();
        while file.write_all(&[7; 4096]).is_ok() {}
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(u64::try_from(leave_bytes).unwrap())).unwrap();
    }

    fn make_room(&self) {
        fs::remove_file(self.path().join("filler")).unwrap();
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(self.path()).status().ok();
    }
}

struct Shop {
    node: Node,
    house: House,
    load: Load,
    ledger: Ledger,
    rng: StdRng,
    config: String,
}

impl Shop {
    async fn open(disk: &Tmpfs, min_free_bytes: usize) -> Self {
        let config = format!("min_free_bytes = {min_free_bytes}\n");
        let mut node = Node::new(disk.dir.path(), &disk.path().join("data"));
        node.try_start(&Launch { config: config.clone(), ..Launch::default() }).await.unwrap();
        let house = House::set_up(&node).await;
        let set_up = House::product(&node, PRODUCT).await;
        let rng = reliability::random(reliability::seed("full disk"), 0);
        let ledger = Ledger { set_up, ..Ledger::default() };
        let mut shop = Self { node, house, load: Load::new(PRODUCT), ledger, rng, config };
        for _ in 0..40 {
            shop.call().await;
        }
        shop
    }

    fn people(&self) -> People {
        self.house.people(&self.node)
    }

    async fn call(&mut self) -> (Call, Outcome) {
        let call = self.load.next(0, &mut self.rng);
        let outcome = call.send(&self.people().actors[0], PRODUCT).await;
        self.load.learn(&call, &outcome);
        self.ledger.entries.push(Entry { call: call.clone(), outcome: outcome.clone() });
        (call, outcome)
    }

    /// Works until the disk is in the way. Answers with how it was told.
    async fn until_full(&mut self) -> (Call, Outcome) {
        for _ in 0..20_000 {
            let (call, outcome) = self.call().await;
            let is_full = matches!(&outcome, Outcome::Refused(Code::ResourceExhausted, _));
            if is_full || outcome.is_unknown() {
                return (call, outcome);
            }
        }
        panic!("the disk never got full");
    }

    /// Compares all that is shown with a replay of all that is told.
    async fn reads_go_on(&self) {
        let chief = self.people().actors.remove(0);
        let (commits, _) = house::commits(&chief, PRODUCT, 1).await.expect("reads go on");
        let mut model = Model::default();
        commits.iter().for_each(|commit| replay::apply(&mut model, commit));
        house::compare(&chief, PRODUCT, &model).await;
    }

    /// Repeats the last call, which must be taken now, or refused for what it asks. Its outcome may be unknown once, if it
    /// `started_full`: then sled may have met the full disk by itself, and the first write finds out.
    async fn resumes(&mut self, started_full: bool) {
        self.node.ready().await.unwrap();
        let people = self.people();
        let full = |entry: &&mut Entry| {
            matches!(&entry.outcome, Outcome::Refused(Code::ResourceExhausted, _))
        };
        for entry in self.ledger.entries.iter_mut().filter(full) {
            entry.outcome = entry.call.send(&people.actors[0], PRODUCT).await;
            let still = matches!(&entry.outcome, Outcome::Refused(Code::ResourceExhausted, _));
            assert!(!still && (started_full || !entry.outcome.is_unknown()), "{entry:?}");
        }
        self.node.ready().await.unwrap();
        self.ledger.repeat_unknown(&people, PRODUCT).await;
        for _ in 0..20 {
            let (call, outcome) = self.call().await;
            assert!(!outcome.is_unknown(), "{call:?}: {outcome:?}");
        }
    }

    async fn stop_and_check(mut self, home: &Path) {
        let data = self.node.data().to_owned();
        let (status, written) = self.node.stop().await;
        assert!(status.success(), "{written}");
        offline::verify_intact(home, &data);
        let commits = offline::export(home, &data, PRODUCT).unwrap();
        self.ledger.check(&commits, None).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_no_fault_comes_of_it_commands_are_refused_and_reads_go_on() {
    let _alone = reliability::alone();
    let Some(disk) = Tmpfs::mount(48) else { return };
    let mut shop = Shop::open(&disk, 8 << 20).await;
    disk.fill(4 << 20);
    let (_, outcome) = shop.until_full().await;
    assert_eq!(outcome, Outcome::Refused(Code::ResourceExhausted, "DISK_FULL".to_owned()));
    shop.reads_go_on().await;
    assert_eq!(shop.node.page("/healthz").await.map(|page| page.0), Some(200));
    disk.make_room();
    shop.resumes(false).await;
    shop.stop_and_check(disk.dir.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_a_disk_that_is_full_to_the_last_byte_lose_nothing() {
    let _alone = reliability::alone();
    let Some(disk) = Tmpfs::mount(48) else { return };
    // Nothing is kept free, so that sled's own writes hit the end.
    let mut shop = Shop::open(&disk, 0).await;
    for leave_bytes in [200 << 10, 64 << 10, 16 << 10, 0] {
        disk.fill(leave_bytes);
        let (_, outcome) = shop.until_full().await;
        reliability::tell(&format!("full disk, {leave_bytes} bytes left: {outcome:?}"));
        if !outcome.is_unknown() {
            shop.reads_go_on().await;
        }
        disk.make_room();
        shop.resumes(false).await;
        shop.reads_go_on().await;
    }
    // Killed on a full disk: it starts, or says why not; with room again it starts by itself.
    disk.fill(0);
    shop.node.kill();
    let launch = Launch { config: shop.config.clone(), ..Launch::default() };
    match shop.node.try_start(&launch).await {
        Ok(()) => {
            shop.reads_go_on().await;
            disk.make_room();
        }
        Err(said) => {
            assert!(said.contains("error: ") && said.contains("No space left"), "{said}");
            disk.make_room();
            shop.node.try_start(&launch).await.unwrap();
        }
    }
    shop.resumes(true).await;
    shop.stop_and_check(disk.dir.path()).await;
}
