//! The binary as a process on a data directory of the test's choosing, under `strace` where wanted.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
    time::Duration,
};

use tokio::time::Instant;

use crate::{Client, Process, binary, secrets, server::isolated};

/// How a server is started.
#[derive(Clone, Debug, Default)]
pub struct Launch {
    /// Arguments of `strace`, if it is to run below it.
    pub strace: Vec<String>,
    /// The configuration file, as TOML; none if empty.
    pub config: String,
}

/// A server that runs, or did.
#[derive(Debug)]
pub struct Node {
    /// A directory for the test's own files, outside the data.
    home: PathBuf,
    data: PathBuf,
    url: String,
    process: Option<Process>,
}

impl Node {
    /// A server for a data directory, not started yet.
    #[must_use]
    pub fn new(home: &Path, data: &Path) -> Self {
        Self { home: home.to_owned(), data: data.to_owned(), url: String::new(), process: None }
    }

    /// Starts it, and waits until it listens.
    ///
    /// # Errors
    /// What it wrote, if it ended instead.
    pub async fn try_start(&mut self, launch: &Launch) -> Result<(), String> {
        let address = self.home.join("address");
        let mut process = self.spawn(launch);
        if !process.until(|_| address.is_file()).await {
            return Err(process.ended().await.1);
        }
        fs::read_to_string(&address).unwrap().trim().clone_into(&mut self.url);
        self.process = Some(process);
        Ok(())
    }

    /// Starts it.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn start(&mut self) {
        if let Err(written) = self.try_start(&Launch::default()).await {
            panic!("the server did not start by itself:\n{written}");
        }
    }

    /// Starts the program without waiting for it to serve.
    #[must_use]
    pub fn spawn(&self, launch: &Launch) -> Process {
        let address = self.home.join("address");
        fs::remove_file(&address).ok();
        let mut command = if launch.strace.is_empty() {
            isolated(&self.home)
        } else {
            let mut command = Command::new("strace");
            // Detached, so that the process that we have is the server itself.
            command.args(["-D", "-f", "-qq"]).args(&launch.strace).arg(binary());
            for (name, _) in std::env::vars_os() {
                if name.to_string_lossy().starts_with("KOEPEL_") {
                    command.env_remove(name);
                }
            }
            command.env("HOME", &self.home).env("TZ", "UTC").env("NO_COLOR", "1");
            command
        };
        command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(&self.data);
        command.arg("--address-file").arg(&address);
        if !launch.config.is_empty() {
            let file = self.home.join("koepel.toml");
            fs::write(&file, &launch.config).unwrap();
            command.arg("--config").arg(file);
        }
        Process::start(&mut command)
    }

    /// The data directory.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The directory for the test's own files.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Somebody with a token, over a connection of their own.
    #[must_use]
    pub fn client(&self, token: &str) -> Client {
        Client::new(&self.url, token)
    }

    /// The token of the first administrator.
    #[must_use]
    pub fn admin_token(&self) -> String {
        fs::read_to_string(self.data.join("admin.token")).unwrap().trim().to_owned()
    }

    /// Where it listens, without the scheme.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// The id of its process.
    ///
    /// # Panics
    /// If it does not run.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.as_ref().expect("it runs").id()
    }

    /// Sends it a signal such as `KILL`, and does not wait for what comes of it.
    ///
    /// # Panics
    /// If it does not run.
    pub fn signal(&self, name: &str) {
        self.process.as_ref().expect("it runs").signal(name);
    }

    /// What it has written so far.
    #[must_use]
    pub fn written(&self) -> String {
        self.process.as_ref().map(Process::written).unwrap_or_default()
    }

    /// Ends it at once.
    pub fn kill(&mut self) {
        let process = self.process.take().unwrap();
        secrets::none_in("a log line", &process.written());
        process.kill();
    }

    /// Asks it to stop, and waits until it has, and whoever traces it too.
    pub async fn stop(&mut self) -> (ExitStatus, String) {
        let process = self.process.take().unwrap();
        process.signal("TERM");
        let ended = process.ended().await;
        secrets::none_in("a log line", &ended.1);
        ended
    }

    /// What `/readyz` or another page answers: the status and the body.
    pub async fn page(&self, path: &str) -> Option<(u16, String)> {
        let authority = self.authority().to_owned();
        let path = path.to_owned();
        let asked = tokio::task::spawn_blocking(move || get(&authority, &path));
        asked.await.unwrap().ok()
    }

    /// Waits until it says that it is ready.
    ///
    /// # Errors
    /// The last answer, if that takes longer than half a minute.
    pub async fn ready(&self) -> Result<(), String> {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let answer = self.page("/readyz").await;
            match answer {
                Some((200, _)) => return Ok(()),
                other if Instant::now() > until => return Err(format!("{other:?}")),
                _ => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    }
}

/// The answer to a GET: the status and the body.
pub(crate) fn get(authority: &str, path: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(authority)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let status = text.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Ok((status, body.trim().to_owned()))
}
