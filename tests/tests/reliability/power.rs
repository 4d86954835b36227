//! R2 with root: the power of a real file system is cut, on ext4 and on XFS, under load: the file system's shutdown ioctl
//! without a flush of its journal, kill, unmount, mount. A store is fresh at its first cut and long-running at its last.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use koepel_tests::{
    reliability::{
        self,
        house::{self, House},
        ledger::Ledger,
        load::Load,
        model::Model,
        node::Node,
        offline, replay,
    },
    scratch,
};
use rand::{Rng as _, rngs::StdRng};
use tempfile::TempDir;

const PRODUCT: &str = "shop";
/// How often the power of one store is cut.
const CUTS_OF_A_STORE: usize = 5;
/// `FS_IOC_SHUTDOWN` with `FS_SHUTDOWN_FLAGS_NOLOGFLUSH`: stop at once, without writing the journal.
const SHUTDOWN: &str = "import fcntl, os, struct, sys; \
    disk = os.open(sys.argv[1], os.O_RDONLY); print('armed', flush=True); sys.stdin.readline(); \
    fcntl.ioctl(disk, 0x8004587d, struct.pack('I', 2))";

fn done(command: &mut Command) -> Result<(), String> {
    match command.output() {
        Ok(Output { status, .. }) if status.success() => Ok(()),
        other => Err(format!("{command:?}: {other:?}")),
    }
}

/// A file system in a file.
struct Disk {
    dir: TempDir,
    kind: &'static str,
}

impl Disk {
    /// Makes one and mounts it.
    ///
    /// # Errors
    /// Why that cannot be done here.
    fn make(kind: &'static str) -> Result<Self, String> {
        let this = Self { dir: scratch(), kind };
        let image = this.image();
        fs::create_dir(this.path()).unwrap();
        fs::File::create(&image).unwrap().set_len(400 << 20).unwrap();
        let force = if kind == "ext4" { "-F" } else { "-f" };
        done(Command::new(format!("mkfs.{kind}")).args(["-q", force]).arg(&image))?;
        this.mount()?;
        Ok(this)
    }

    fn image(&self) -> PathBuf {
        self.dir.path().join("image")
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("disk")
    }

    fn mount(&self) -> Result<(), String> {
        done(
            Command::new("mount")
                .args(["-t", self.kind, "-o", "loop"])
                .arg(self.image())
                .arg(self.path()),
        )
    }

    fn unmount(&self) -> Result<(), String> {
        // The killed server's last threads may still be on their way out.
        let mut last = Ok(());
        for _ in 0..100 {
            last = done(Command::new("umount").arg(self.path()));
            if last.is_ok() {
                return last;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        last
    }

    /// Gets everything ready for the power to be cut at once.
    fn arm(&self) -> Switch {
        let python = std::env::var_os("KOEPEL_PYTHON").unwrap_or_else(|| "python3".into());
        let mut command = Command::new(python);
        command.args(["-c", SHUTDOWN]).arg(self.path());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "armed\n");
        Switch(child)
    }
}

/// What cuts the power.
struct Switch(Child);

impl Switch {
    /// Cuts it: nothing that is not on the disk gets there any more.
    fn cut(mut self) {
        self.0.stdin.take().unwrap().write_all(b"\n").unwrap();
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        done(Command::new("umount").arg("-l").arg(self.path())).ok();
    }
}

/// Works on a store until its power is cut; then mounts it again and looks. Answers with what was acknowledged so far.
async fn cut(disk: &Disk, store: &mut Store, rng: &mut StdRng) -> usize {
    let data = disk.path().join("data");
    let mut node = Node::new(disk.dir.path(), &data);
    node.start().await;
    if store.house.is_none() {
        store.house = Some(House::set_up(&node).await);
        store.ledger.set_up = House::product(&node, PRODUCT).await;
    }
    let house = store.house.clone().unwrap();
    let wanted = rng.random_range(1..400);
    let mut acknowledged = store.load.acknowledged();
    let before = *acknowledged.borrow();
    let working = store.load.start(|| house.people(&node), 8, 1, usize::MAX, rng);
    let switch = disk.arm();
    acknowledged.wait_for(|count| count - before >= wanted).await.unwrap();
    store.load.power_goes();
    switch.cut();
    node.kill();
    working.ended(&mut store.ledger).await;
    disk.unmount().unwrap();
    disk.mount().unwrap();
    offline::verify_intact(disk.dir.path(), &data);
    let commits = offline::export(disk.dir.path(), &data, PRODUCT).unwrap();
    store.ledger.check(&commits, None).unwrap();
    node.start().await;
    node.ready().await.unwrap();
    let people = house.people(&node);
    store.ledger.repeat_unknown(&people, PRODUCT).await;
    let (commits, head) = house::commits(&people.actors[0], PRODUCT, 1).await.expect("the events");
    let mut model = Model::default();
    commits.iter().for_each(|commit| replay::apply(&mut model, commit));
    house::compare(&people.actors[0], PRODUCT, &model).await;
    store.ledger.check(&commits, Some(head)).unwrap();
    assert!(node.stop().await.0.success());
    store.ledger.counts().0
}

/// A store that goes through cuts.
struct Store {
    house: Option<House>,
    load: Load,
    ledger: Ledger,
}

async fn cuts(kind: &'static str, count: usize) {
    if !reliability::is_root() {
        reliability::tell(&format!(
            "SKIPPED: only root can mount a file system, so the power of {kind} is not cut"
        ));
        return;
    }
    let mut rng = reliability::random(reliability::seed("power cuts"), u64::from(kind == "xfs"));
    let mut acknowledged = 0;
    let mut left = count;
    while left > 0 {
        let disk = match Disk::make(kind) {
            Ok(disk) => disk,
            Err(why) => {
                reliability::tell(&format!(
                    "SKIPPED: no {kind} can be made and mounted here: {why}"
                ));
                return;
            }
        };
        let mut store = Store { house: None, load: Load::new(PRODUCT), ledger: Ledger::default() };
        let mut of_this = 0;
        for _ in 0..left.min(CUTS_OF_A_STORE) {
            of_this = cut(&disk, &mut store, &mut rng).await;
            left -= 1;
        }
        acknowledged += of_this;
        disk.unmount().unwrap();
    }
    reliability::tell(&format!(
        "power: {count} cuts of {kind}, {acknowledged} acknowledged commands, none lost"
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_of_ext4_loses_nothing_that_was_acknowledged() {
    let _alone = reliability::alone();
    cuts("ext4", reliability::count(2, 15)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_of_xfs_loses_nothing_that_was_acknowledged() {
    let _alone = reliability::alone();
    cuts("xfs", reliability::count(2, 15)).await;
}
