//! A receiver of webhooks on loopback, that answers as a test tells it: well, badly, later, elsewhere, or not at all.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// How long anything may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a receiver does with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Does {
    /// Takes it.
    Takes,
    /// Answers with a status.
    Answers(u16),
    /// Answers with a status and a `Retry-After`.
    Waits(u16, String),
    /// Sends it elsewhere.
    Redirects(String),
    /// Reads it, and says nothing until the test ends.
    Hangs,
    /// Reads it, takes it, and closes without a word.
    Closes,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// `POST /hook HTTP/1.1`.
    pub line: String,
    /// The headers, by their names in lower case.
    pub headers: HashMap<String, String>,
    /// The body.
    pub body: String,
    /// When it came.
    pub at: tokio::time::Instant,
    /// What was done with it.
    pub done: Does,
}

impl Request {
    /// The id that it is known by.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A receiver.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    next: Arc<Mutex<VecDeque<Does>>>,
    requests: watch::Receiver<Vec<Request>>,
    accepting: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Receiver {
    /// Starts one that does these things with the first requests, and takes all that follow.
    pub async fn start(first: &[Does]) -> Self {
        Self::start_at("127.0.0.1", first).await
    }

    /// The same at another address of this machine, such as 127.0.0.2.
    pub async fn start_at(ip: &str, first: &[Does]) -> Self {
        let listener = TcpListener::bind((ip, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let next = Arc::new(Mutex::new(first.iter().cloned().collect()));
        let (sender, requests) = watch::channel(Vec::new());
        let accepting = tokio::spawn(accept(listener, Arc::clone(&next), sender));
        Self { address, next, requests, accepting }
    }

    /// From now on it does these things first.
    pub fn does(&self, first: &[Does]) {
        *self.next.lock().unwrap() = first.iter().cloned().collect();
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// What has come so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.requests.borrow().clone()
    }

    /// The ids that it has taken, each once, as a receiver that honours ids does.
    #[must_use]
    pub fn taken(&self) -> HashSet<String> {
        let all = self.requests();
        let taken = all.iter().filter(|one| matches!(one.done, Does::Takes | Does::Closes));
        taken.map(|one| one.id().to_owned()).collect()
    }

    /// Waits until this holds of what has come.
    pub async fn until(&self, mut holds: impl FnMut(&[Request]) -> bool) -> Vec<Request> {
        let mut requests = self.requests.clone();
        let waiting = requests.wait_for(|all| holds(all));
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(all) => all.unwrap().clone(),
            Err(_) => panic!("nothing more came: {:#?}", self.requests()),
        }
    }
}

async fn accept(
    listener: TcpListener,
    next: Arc<Mutex<VecDeque<Does>>>,
    requests: watch::Sender<Vec<Request>>,
) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        let (next, requests) = (Arc::clone(&next), requests.clone());
        tokio::spawn(async move {
            // A sender that goes away in the middle has its reasons.
            drop(serve(stream, &next, &requests).await);
        });
    }
}

async fn serve(
    mut stream: TcpStream,
    next: &Mutex<VecDeque<Does>>,
    requests: &watch::Sender<Vec<Request>>,
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut lines = head.lines();
    let line = lines.next().unwrap_or_default().to_owned();
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers.get("content-length").map_or(0, |text| text.parse().unwrap());
    while bytes.len() < head_end + 4 + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    }
    let body = String::from_utf8_lossy(&bytes[head_end + 4..]).into_owned();
    let does = next.lock().unwrap().pop_front().unwrap_or(Does::Takes);
    let at = tokio::time::Instant::now();
    let request = Request { line, headers, body, at, done: does.clone() };
    requests.send_modify(|all| all.push(request));
    let (status, more) = match does {
        Does::Takes => (204, String::new()),
        Does::Answers(status) => (status, String::new()),
        Does::Waits(status, value) => (status, format!("retry-after: {value}\r\n")),
        Does::Redirects(url) => (307, format!("location: {url}\r\n")),
        Does::Hangs => std::future::pending().await,
        Does::Closes => return Ok(()),
    };
    let answer = format!(
        "HTTP/1.1 {status} As told\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}
