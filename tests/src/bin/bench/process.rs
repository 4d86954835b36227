//! Starting, looking at and stopping the server and the floors, each a process of its own.

use std::{
    ffi::OsStr,
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use tokio::time::{Instant, sleep};

use crate::client::Client;

/// A floor to measure against.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The release binary.
    Koepel,
    /// The same server, with sled and without anything else.
    Sled,
    /// The same server, with a file that exists and has its size already.
    File,
}

impl Side {
    pub(crate) const ALL: [Side; 3] = [Side::Koepel, Side::Sled, Side::File];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Side::Koepel => "koepel",
            Side::Sled => "sled",
            Side::File => "file",
        }
    }
}

/// A running process that listens.
pub(crate) struct Server {
    child: Child,
    side: Side,
    dir: PathBuf,
    pub(crate) address: String,
    pub(crate) token: String,
}

impl Server {
    /// Starts a side on this directory, and waits until it listens.
    pub(crate) async fn start(side: Side, dir: &Path) -> Result<Self> {
        Self::start_with(side, dir, &[]).await
    }

    /// The same with more on its command line.
    pub(crate) async fn start_with(side: Side, dir: &Path, arguments: &[&OsStr]) -> Result<Self> {
        let address_file = dir.join("address");
        if address_file.exists() {
            fs::remove_file(&address_file)?;
        }
        let log = fs::File::options().create(true).append(true).open(dir.join("messages"))?;
        let mut command = match side {
            Side::Koepel => {
                let binary = std::env::var_os("KOEPEL_BIN")
                    .context("KOEPEL_BIN is not set; run `cargo xtask bench`")?;
                let mut command = Command::new(binary);
                command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(dir);
                command
            }
            Side::Sled | Side::File => {
                let mut command = Command::new(std::env::current_exe()?);
                command.args(["floor", side.name(), "--data-dir"]).arg(dir);
                command
            }
        };
        command.arg("--address-file").arg(&address_file).args(arguments);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log).spawn()?;
        let (address, token) = (String::new(), "none".to_owned());
        let mut server = Self { child, side, dir: dir.to_owned(), address, token };
        let begun = Instant::now();
        loop {
            let text = fs::read_to_string(&address_file).unwrap_or_default();
            if text.ends_with('\n') {
                text.trim().clone_into(&mut server.address);
                break;
            }
            if let Some(status) = server.child.try_wait()? {
                let said = fs::read_to_string(dir.join("messages")).unwrap_or_default();
                bail!("{} ended with {status}: {said}", side.name());
            }
            if begun.elapsed() > Duration::from_secs(300) {
                bail!("{} does not listen", side.name());
            }
            sleep(Duration::from_millis(5)).await;
        }
        if side == Side::Koepel {
            let text = fs::read_to_string(dir.join("admin.token"))?;
            text.trim().clone_into(&mut server.token);
        }
        Ok(server)
    }

    /// A new connection.
    pub(crate) async fn client(&self) -> Result<Client> {
        Client::connect(&self.address, &self.token, None).await
    }

    /// So many connections.
    pub(crate) async fn clients(&self, count: usize) -> Result<Vec<Client>> {
        let mut clients = Vec::with_capacity(count);
        for _ in 0..count {
            clients.push(self.client().await?);
        }
        Ok(clients)
    }

    /// The memory that it holds (`man 5 proc`: `VmRSS`).
    pub(crate) fn resident_bytes(&self) -> Result<u64> {
        self.memory("VmRSS:")
    }

    /// The most memory that it held (`VmHWM`).
    pub(crate) fn peak_bytes(&self) -> Result<u64> {
        self.memory("VmHWM:")
    }

    fn memory(&self, key: &str) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line =
            status.lines().find_map(|line| line.strip_prefix(key)).context("no such line")?;
        let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib << 10)
    }

    /// The processor time that it has used, in microseconds (`man 5 proc`: fields 14 and 15 of `stat`).
    pub(crate) fn cpu_us(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields = stat.rsplit_once(')').context("no fields")?.1.split_whitespace();
        let ticks: f64 =
            fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
        Ok(ticks * 10_000.0)
    }

    /// Bytes of its log on disk.
    pub(crate) fn log_bytes(&self) -> Result<u64> {
        size(&self.dir.join("log"))
    }

    /// Stops it in good order; a floor answers with what it counted: flushes and records.
    pub(crate) async fn stop(mut self) -> Result<(u64, u64)> {
        if self.side == Side::Koepel {
            Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        }
        drop(self.child.stdin.take());
        let begun = Instant::now();
        while self.child.try_wait()?.is_none() {
            if begun.elapsed() > Duration::from_secs(120) {
                bail!("{} does not stop", self.side.name());
            }
            sleep(Duration::from_millis(10)).await;
        }
        let mut said = String::new();
        if let Some(mut out) = self.child.stdout.take() {
            out.read_to_string(&mut said)?;
        }
        let mut counts = said.split_whitespace().filter_map(|word| word.parse().ok());
        Ok((counts.next().unwrap_or(0), counts.next().unwrap_or(0)))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that was stopped is gone already.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn size(path: &Path) -> Result<u64> {
    let meta = fs::metadata(path)?;
    if !meta.is_dir() {
        return Ok(meta.len());
    }
    let mut sum = 0;
    for entry in fs::read_dir(path)? {
        sum += size(&entry?.path())?;
    }
    Ok(sum)
}
