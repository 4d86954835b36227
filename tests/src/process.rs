//! A program under test: started, listened to, stopped or killed. Waiting goes by what it writes and by its end, not by
//! the clock.

use std::{
    io::{BufRead as _, BufReader, Read},
    os::unix::process::ExitStatusExt as _,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use tokio::sync::watch;

/// How long anything may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running program, with what it has written so far. It is killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    lines: watch::Receiver<Vec<String>>,
}

impl Process {
    /// Starts it; standard output and standard error are read as one.
    #[must_use]
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let (sender, lines) = watch::channel(Vec::new());
        listen(child.stdout.take().unwrap(), sender.clone());
        listen(child.stderr.take().unwrap(), sender);
        Self { child, lines }
    }

    /// The process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has written so far.
    #[must_use]
    pub fn written(&self) -> String {
        self.lines.borrow().join("\n")
    }

    /// Waits until this holds after something was written, or the program has closed its output. Says which.
    pub async fn until(&mut self, mut holds: impl FnMut(&[String]) -> bool) -> bool {
        let waiting = self.lines.wait_for(|lines| holds(lines));
        let held = tokio::time::timeout(PATIENCE, waiting).await.map(|held| held.is_ok());
        held.unwrap_or_else(|_| panic!("nothing for {PATIENCE:?}; so far:\n{}", self.written()))
    }

    /// Sends a signal such as `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.id().to_string()).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill -{name} {}", self.id());
    }

    /// Waits until it has ended by itself.
    pub async fn ended(mut self) -> (ExitStatus, String) {
        self.until(|_| false).await;
        let status = self.child.wait().unwrap();
        (status, self.written())
    }

    /// Ends it at once, as kill -9 does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        assert_eq!(self.child.wait().unwrap().signal(), Some(9));
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended, which is as good.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn listen(from: impl Read + Send + 'static, to: watch::Sender<Vec<String>>) {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            to.send_modify(|lines| lines.push(line));
        }
    });
}
