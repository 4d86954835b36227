//! A real NATS server with JetStream, what lies in Koepel's stream, and what a Koepel server says of publishing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use async_nats::jetstream::{
    self,
    consumer::{DeliverPolicy, pull::OrderedConfig},
};
use futures::StreamExt as _;
use koepel_api::{
    cloud_event::CloudEvent,
    v1::{self, subscribe_response::What},
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::time::Instant;

use crate::{Answer as _, Client, Process, reliability::node, server};

/// The stream that Koepel makes if it is told no other name.
pub const STREAM: &str = "KOEPEL_EVENTS";
/// How long anything may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(60);

/// A NATS server on a port of its own, with a store of its own.
#[derive(Debug)]
pub struct Broker {
    program: PathBuf,
    dir: TempDir,
    arguments: Vec<String>,
    port: u16,
    process: Option<Process>,
}

/// A message of the stream.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its subject.
    pub subject: String,
    /// What it says its id is, for those who drop what they had before.
    pub id: String,
    /// Its `content-type`.
    pub content_type: String,
    /// What it carries.
    pub event: Value,
}

/// The program: `KOEPEL_BROKER`, else the one that `cargo xtask test` has fetched, else the one in the path.
fn program() -> Option<PathBuf> {
    let given = std::env::var_os("KOEPEL_BROKER").map(PathBuf::from);
    if let Some(given) = &given {
        assert!(works(given), "KOEPEL_BROKER={} does not run", given.display());
    }
    let fetched = server::target().join("tools/nats/nats-server");
    given.into_iter().chain([fetched, PathBuf::from("nats-server")]).find(|program| works(program))
}

fn works(program: &Path) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|told| told.status.success())
}

impl Broker {
    /// Starts one; `None` if there is no such program on this machine and it may be absent.
    pub async fn start() -> Option<Self> {
        Self::start_with(&[]).await
    }

    /// Starts one with more arguments.
    pub async fn start_with(arguments: &[&str]) -> Option<Self> {
        let Some(program) = program() else {
            crate::absent::may_be("nats-server", "name one in KOEPEL_BROKER");
            return None;
        };
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let dir = server::scratch();
        let mut broker = Self { program, dir, arguments, port: 0, process: None };
        broker.start_again().await;
        Some(broker)
    }

    /// Starts it after it was killed, at the same address.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn start_again(&mut self) {
        assert!(self.process.is_none(), "it runs already");
        let mut command = Command::new(&self.program);
        let port = if self.port == 0 { "-1".to_owned() } else { self.port.to_string() };
        command.args(["-a", "127.0.0.1", "-p", &port, "-js", "-sd"]).arg(self.store());
        command.args(&self.arguments);
        let mut process = Process::start(&mut command);
        let ready = |lines: &[String]| lines.iter().any(|line| line.contains("Server is ready"));
        assert!(process.until(ready).await, "{}", process.written());
        let written = process.written();
        let (_, rest) = written.split_once("client connections on 127.0.0.1:").expect("its port");
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap();
        self.port = digits.parse().unwrap();
        self.process = Some(process);
    }

    fn store(&self) -> PathBuf {
        self.dir.path().join("store")
    }

    /// Ends it at once.
    ///
    /// # Panics
    /// If it does not run.
    pub fn kill(&mut self) {
        self.process.take().expect("it runs").kill();
    }

    /// Loses everything that it has stored; only while it does not run.
    ///
    /// # Panics
    /// If it runs.
    pub fn forget(&mut self) {
        assert!(self.process.is_none(), "it runs");
        fs::remove_dir_all(self.store()).unwrap();
    }

    /// Where it listens, without the scheme.
    #[must_use]
    pub fn authority(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// A configuration of Koepel that publishes to it.
    #[must_use]
    pub fn config(&self) -> String {
        config(&self.authority())
    }

    /// JetStream, for what a test does to it itself.
    pub async fn jetstream(&self) -> jetstream::Context {
        self.jetstream_as(async_nats::ConnectOptions::new()).await
    }

    /// JetStream, with a login.
    pub async fn jetstream_as(&self, login: async_nats::ConnectOptions) -> jetstream::Context {
        jetstream::new(login.connect(self.authority()).await.unwrap())
    }

    /// Everything in the stream, in order.
    pub async fn messages(&self) -> Vec<Message> {
        messages(&self.jetstream().await).await
    }
}

/// A configuration of Koepel that publishes to this address.
#[must_use]
pub fn config(authority: &str) -> String {
    format!("[nats]\nurls = [\"nats://{authority}\"]\n")
}

/// Everything in Koepel's stream, in order.
pub async fn messages(jetstream: &jetstream::Context) -> Vec<Message> {
    messages_of(jetstream, STREAM).await
}

/// Everything in a stream, in order.
pub async fn messages_of(jetstream: &jetstream::Context, stream: &str) -> Vec<Message> {
    let stream = jetstream.get_stream(stream).await.unwrap();
    let state = stream.cached_info().state.clone();
    let count = usize::try_from(state.messages).unwrap();
    if count == 0 {
        return Vec::new();
    }
    let all = OrderedConfig { deliver_policy: DeliverPolicy::All, ..OrderedConfig::default() };
    let consumer = stream.create_consumer(all).await.unwrap();
    let messages = consumer.messages().await.unwrap().take(count);
    let read = messages.map(|message| {
        let message = message.unwrap();
        let headers = message.headers.clone().unwrap_or_default();
        let header = |name: &str| headers.get(name).map_or_else(String::new, ToString::to_string);
        Message {
            subject: message.subject.to_string(),
            id: header("Nats-Msg-Id"),
            content_type: header("content-type"),
            event: serde_json::from_slice(&message.payload).unwrap(),
        }
    });
    tokio::time::timeout(PATIENCE, read.collect()).await.expect("the stream is read")
}

/// The figures that a Koepel server gives of itself, by their names.
///
/// # Panics
/// If it does not answer.
pub async fn metrics(authority: &str) -> BTreeMap<String, f64> {
    let authority = authority.to_owned();
    let asked = tokio::task::spawn_blocking(move || node::get(&authority, "/metrics")).await;
    let (_, text) = asked.unwrap().unwrap();
    let pairs = text.lines().filter_map(|line| line.rsplit_once(' '));
    pairs.filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?))).collect()
}

/// Waits until its figures are as wanted. Answers with how long that took.
///
/// # Panics
/// If that takes more than a minute.
pub async fn until(authority: &str, wanted: impl Fn(&BTreeMap<String, f64>) -> bool) -> Duration {
    let begun = Instant::now();
    loop {
        let metrics = metrics(authority).await;
        if wanted(&metrics) {
            return begun.elapsed();
        }
        assert!(begun.elapsed() < PATIENCE, "{metrics:#?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until everything is published.
pub async fn until_published(authority: &str) -> Duration {
    let done = |it: &BTreeMap<String, f64>| {
        it["koepel_nats_connected"] == 1.0 && it["koepel_nats_lag_commits"] == 0.0
    };
    until(authority, done).await
}

/// Waits until it has noticed that nothing can be published.
pub async fn until_away(authority: &str) -> Duration {
    until(authority, |it| it["koepel_nats_connected"] == 0.0).await
}

/// All events of a product, as the API tells.
pub async fn events(by: &Client, product: &str) -> Vec<v1::Event> {
    let (product, until_caught_up) = (format!("products/{product}"), true);
    let request = v1::SubscribeRequest { product, until_caught_up, ..Default::default() };
    let mut stream = by.events().subscribe(request).await.given();
    let mut events = Vec::new();
    while let Some(message) = stream.message().await.unwrap() {
        if let Some(What::Event(event)) = message.what {
            events.push(event);
        }
    }
    events
}

/// Compares what was published of a product with what the API tells of it, as a reader does who drops what it had before:
/// everything is there, and in order. Answers with how many were there more than once.
///
/// # Panics
/// At the first difference.
pub async fn compare(by: &Client, product: &str, messages: &[Message]) -> usize {
    let told = events(by, product).await;
    let source = format!("products/{product}");
    let of_product: Vec<_> = messages.iter().filter(|it| it.event["source"] == source).collect();
    let mut seen = BTreeSet::new();
    let first: Vec<_> = of_product.iter().filter(|it| seen.insert(it.id.as_str())).collect();
    for (told, published) in told.iter().zip(&first) {
        let told = serde_json::to_value(CloudEvent::from(told)).unwrap();
        assert_eq!(published.event, told, "of {product}");
        assert_eq!(published.event["id"], published.id, "of {product}");
        let words: Vec<_> = published.subject.split('.').collect();
        let kind = told["type"].as_str().unwrap().trim_start_matches("koepel.v1.");
        assert_eq!((words.len(), words[2], words[4]), (5, product, kind), "{words:?}");
    }
    assert_eq!(first.len(), told.len(), "events of {product}");
    of_product.len() - first.len()
}
