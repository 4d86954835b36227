//! A real server: the `koepel` binary on a port of its own, with a data directory of its own.
//!
//! At the end of each, its log lines, its metrics and its data directory are searched for secrets; `KOEPEL_TRACE` or
//! `KOEPEL_HEAVY` in the surroundings has all of them tell all that they do.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
};

use tempfile::TempDir;

use crate::{Client, CommandLine, Process, reliability, secrets};

/// The binary under test: `KOEPEL_BIN`, else what was built last for release, else for debugging.
///
/// # Panics
/// If there is none; it says what to build.
#[must_use]
pub fn binary() -> PathBuf {
    if let Some(binary) = std::env::var_os("KOEPEL_BIN").map(PathBuf::from) {
        assert!(binary.is_file(), "KOEPEL_BIN={} is no file", binary.display());
        return binary;
    }
    let built = ["release", "debug"].map(|profile| target().join(profile).join("koepel"));
    built.iter().find(|binary| binary.is_file()).cloned().unwrap_or_else(|| {
        panic!("there is no koepel binary; build it with `cargo build --release -p koepel-cli`, or set KOEPEL_BIN")
    })
}

/// The target folder: test executables are in `target/<profile>/deps`.
pub(crate) fn target() -> PathBuf {
    let executable = std::env::current_exe().unwrap();
    executable.ancestors().nth(3).unwrap().to_owned()
}

/// A directory that goes with the test.
#[must_use]
pub fn scratch() -> TempDir {
    let parent = target().join("tmp");
    fs::create_dir_all(&parent).unwrap();
    tempfile::Builder::new().prefix("koepel-e2e-").tempdir_in(parent).unwrap()
}

/// A file of the data that is for tests on this machine only, if it is here; otherwise the test says that it is
/// skipped.
#[must_use]
pub fn shared_data(file: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("KOEPEL_SHARED").map_or(beside, PathBuf::from);
    let found = folder.join(file);
    if found.is_file() {
        return Some(found);
    }
    #[expect(clippy::print_stderr, reason = "a skipped test is told")]
    {
        eprintln!("SKIPPED: {} is not on this machine; set KOEPEL_SHARED", found.display());
    }
    None
}

/// How a server is started.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The configuration file, as TOML; none if empty.
    pub config: String,
    /// More of the environment.
    pub environment: Vec<(String, String)>,
    /// More for its command line.
    pub arguments: Vec<String>,
}

/// A server that runs.
#[derive(Debug)]
pub struct Server {
    settings: Settings,
    process: Option<Process>,
    url: String,
    dir: TempDir,
    /// Whether a test has put secrets into it.
    may_leak: bool,
}

impl Server {
    /// Starts one in a fresh directory.
    pub async fn start() -> Self {
        Self::start_with(Settings::default()).await
    }

    /// Starts one with settings, in a fresh directory.
    pub async fn start_with(settings: Settings) -> Self {
        Self::start_in(scratch(), settings).await
    }

    /// Starts one in a directory whose `data` folder may have something in it.
    pub async fn start_in(dir: TempDir, settings: Settings) -> Self {
        let mut server = Self::stopped_in(dir, settings);
        server.start_again().await;
        server
    }

    /// One that does not run yet.
    #[must_use]
    pub fn stopped_in(dir: TempDir, settings: Settings) -> Self {
        Self { settings, process: None, url: String::new(), dir, may_leak: false }
    }

    /// What its command line has at the next start, beside what every server needs.
    pub fn set_arguments(&mut self, arguments: &[&str]) {
        self.settings.arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
    }

    /// What its configuration says at the next start.
    pub fn set_config(&mut self, config: &str) {
        config.clone_into(&mut self.settings.config);
    }

    /// Starts it after it was stopped or killed; on another port.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn start_again(&mut self) {
        assert!(self.process.is_none(), "it runs already");
        let address = self.dir.path().join("address");
        fs::remove_file(&address).ok();
        let mut process = self.spawn();
        // The address is written before the line that says so.
        if !process.until(|_| address.is_file()).await {
            panic!("the server did not start:\n{}", process.written());
        }
        fs::read_to_string(&address).unwrap().trim().clone_into(&mut self.url);
        self.process = Some(process);
    }

    /// Starts the program without waiting for it to serve.
    #[must_use]
    pub fn spawn(&self) -> Process {
        let mut command = isolated(self.dir.path());
        command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(self.data_dir());
        command.arg("--address-file").arg(self.dir.path().join("address"));
        if !self.settings.config.is_empty() {
            let file = self.dir.path().join("koepel.toml");
            fs::write(&file, &self.settings.config).unwrap();
            command.arg("--config").arg(file);
        }
        command.args(&self.settings.arguments);
        if ["KOEPEL_TRACE", "KOEPEL_HEAVY"].iter().any(|name| std::env::var_os(name).is_some()) {
            command.env("KOEPEL_LOG", "trace");
        }
        command.envs(self.settings.environment.iter().cloned());
        Process::start(&mut command)
    }

    /// Where it listens, `http://127.0.0.1:…`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens, without the scheme.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// The directory around the data directory, for files of the test.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The data directory.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// The process, to listen to it or to send it signals.
    ///
    /// # Panics
    /// If it was stopped.
    pub fn process(&mut self) -> &mut Process {
        self.process.as_mut().expect("the server was stopped")
    }

    /// The id of its process.
    ///
    /// # Panics
    /// If it was stopped.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.as_ref().expect("the server was stopped").id()
    }

    /// The token of the first administrator.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn admin_token(&self) -> String {
        let path = self.data_dir().join("admin.token");
        fs::read_to_string(path).expect("admin.token").trim().to_owned()
    }

    /// Somebody with a token, over a connection of their own.
    #[must_use]
    pub fn client(&self, token: &str) -> Client {
        Client::new(&self.url, token)
    }

    /// The first administrator.
    #[must_use]
    pub fn admin(&self) -> Client {
        self.client(&self.admin_token())
    }

    /// The command line, as somebody.
    #[must_use]
    pub fn command_line(&self, token: &str) -> CommandLine {
        CommandLine::new(self.dir.path(), &self.url, token)
    }

    /// Asks it to stop, and waits until it has. Returns what it wrote.
    pub async fn stop(&mut self) -> (ExitStatus, String) {
        let process = self.process.take().expect("the server was stopped");
        process.signal("TERM");
        let (status, written) = process.ended().await;
        self.search(&written);
        (status, written)
    }

    /// Lets it hold secrets from now on, as a test has put some into it.
    pub fn may_leak(&mut self) {
        self.may_leak = true;
    }

    /// Fails if a secret is in what it wrote, or lies in its data directory where none must.
    #[track_caller]
    fn search(&self, written: &str) {
        if !self.may_leak {
            secrets::none_in("a log line", written);
            secrets::none_in_files(&self.data_dir());
        }
    }

    /// Ends it at once.
    ///
    /// # Panics
    /// If it was stopped.
    pub fn kill(&mut self) {
        let process = self.process.take().expect("the server was stopped");
        let written = process.written();
        process.kill();
        self.search(&written);
    }

    /// Stops it and starts it again.
    pub async fn restart(&mut self) {
        let (status, written) = self.stop().await;
        assert!(status.success(), "{written}");
        self.start_again().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // What has failed already is told better alone.
        if std::thread::panicking() {
            return;
        }
        if let Some(process) = self.process.take() {
            // One that does not answer any more tells nothing.
            if let Ok((_, figures)) = reliability::node::get(self.authority(), "/metrics") {
                secrets::none_in("/metrics", &figures);
            }
            let written = process.written();
            drop(process);
            self.search(&written);
        }
    }
}

/// The program, with nothing of the surroundings that could change what it does.
pub(crate) fn isolated(home: &Path) -> Command {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("KOEPEL_") || name == "XDG_DATA_HOME" {
            command.env_remove(name);
        }
    }
    command.env("HOME", home).env("TZ", "UTC").env("NO_COLOR", "1");
    command
}
