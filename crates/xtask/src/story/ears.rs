//! What hears the alerts of a story: a real mail server, a webhook's receiver and a real NATS server, on ports of their own.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::until;
use crate::tools;

/// Listens to all three.
const PROGRAM: &str = include_str!("ears.py");

/// Something that arrived.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Heard {
    pub(super) way: String,
    pub(super) whom: String,
    id: String,
    pub(super) what: String,
    pub(super) text: String,
}

/// A program that ends with the story.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

pub(super) struct Ears {
    file: PathBuf,
    /// How many lines were told already.
    told: usize,
    hook: u16,
    _listener: Running,
    _nats: Running,
}

impl Ears {
    /// Starts all of it, with its files in a folder, and writes the configuration by which Koepel finds it.
    pub(super) fn open(folder: &Path, config: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let log = folder.join("nats.log");
        let nats = Command::new(tools::nats_server()?)
            .args(["-a", "127.0.0.1", "-p", "-1", "-js", "-sd"])
            .arg(folder.join("nats"))
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log)?)
            .spawn()
            .context("start nats-server")?;
        let nats = Running(nats);
        let nats_port = until("the NATS server listens", || {
            let written = fs::read_to_string(&log).ok()?;
            let (_, rest) = written.split_once("client connections on 127.0.0.1:")?;
            written.contains("Server is ready").then_some(())?;
            rest.split(|letter: char| !letter.is_ascii_digit()).next()?.parse::<u16>().ok()
        })?;
        let file = folder.join("heard");
        fs::write(&file, "")?;
        let listener = Command::new(tools::python()?)
            .args(["-c", PROGRAM])
            .arg(&file)
            .arg(nats_port.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .context("start the mail server")?;
        let mut listener = Running(listener);
        let said = listener.0.stdout.take().context("read what the mail server says")?;
        let mut ports = String::new();
        BufReader::new(said).read_line(&mut ports)?;
        let mut ports = ports.split_whitespace().map(str::parse::<u16>);
        let mut port = || ports.next().and_then(Result::ok).context("a port was to be printed");
        let (mail, hook) = (port()?, port()?);
        let text = format!(
            "[nats]\nurls = [\"nats://127.0.0.1:{nats_port}\"]\n\n\
             [alerts]\nallow_private_targets = [\"127.0.0.0/8\"]\ntime_zone = \"Europe/Copenhagen\"\n\n\
             [alerts.smtp]\nhost = \"127.0.0.1\"\nport = {mail}\nencryption = \"none\"\nfrom = \"Koepel <koepel@example.com>\"\n\n\
             [alerts.nats]\n"
        );
        fs::write(config, text)?;
        Ok(Self { file, told: 0, hook, _listener: listener, _nats: nats })
    }

    /// The address of somebody's webhook.
    pub(super) fn hook(&self, whose: &str) -> String {
        format!("http://127.0.0.1:{}/{whose}", self.hook)
    }

    fn all(&self) -> Result<Vec<Heard>> {
        let text = fs::read_to_string(&self.file)?;
        text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    /// What is new, once so much has arrived since the last time; by way, and then in the order in which it came.
    pub(super) fn hear(&mut self, count: usize) -> Result<Vec<Heard>> {
        let told = self.told;
        let mut new = until("the alerts arrive", || {
            let all = self.all().ok()?;
            (all.len() >= told + count).then(|| all.into_iter().skip(told).collect::<Vec<_>>())
        })?;
        self.told += new.len();
        new.sort_by(|a, b| (&a.way, &a.whom).cmp(&(&b.way, &b.whom)));
        Ok(new)
    }

    /// How many alerts came by each way, and how many of them came more than once.
    pub(super) fn count(&self) -> Result<(BTreeMap<String, usize>, usize)> {
        let all = self.all()?;
        let mut counts = BTreeMap::new();
        let mut ids = BTreeSet::new();
        let mut twice = 0;
        for heard in all {
            if ids.insert((heard.way.clone(), heard.id)) {
                *counts.entry(heard.way).or_default() += 1;
            } else {
                twice += 1;
            }
        }
        Ok((counts, twice))
    }
}
