//! A real SMTP server: aiosmtpd, which `cargo xtask test` installs beside the Python of the other tests. Each message that it takes
//! becomes a file. Addresses that begin with `refused-` it refuses, and repeats them as it does.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use tempfile::TempDir;
use tokio::time::Instant;

use crate::{Process, server};

/// How long anything may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the server is: it says its port, and puts messages into a folder, each whole or not at all.
const PROGRAM: &str = r#"
import asyncio, os, sys
from aiosmtpd.smtp import SMTP

class Taker:
    count = 0
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused-"):
            return "550 5.1.1 <%s>: nobody of that name lives here" % address
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server, session, envelope):
        Taker.count += 1
        name = os.path.join(sys.argv[1], "%d-%d" % (os.getpid(), Taker.count))
        with open(name + ".new", "wb") as file:
            file.write(("X-To: " + ",".join(envelope.rcpt_tos) + "\r\n").encode())
            file.write(envelope.original_content)
        os.rename(name + ".new", name + ".eml")
        return "250 taken"

async def serve():
    make = lambda: SMTP(Taker(), enable_SMTPUTF8=True)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(make, "127.0.0.1", int(sys.argv[2]))
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(serve())
"#;

/// A mail server on a port of its own.
#[derive(Debug)]
pub struct Mail {
    python: PathBuf,
    dir: TempDir,
    port: u16,
    process: Option<Process>,
}

/// A message that it took.
#[derive(Clone, Debug)]
pub struct Letter {
    /// As it came, headers and all.
    pub text: String,
}

impl Letter {
    /// A header, unfolded.
    #[must_use]
    pub fn header(&self, name: &str) -> String {
        let head = self.text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let wanted = format!("{}:", name.to_lowercase());
        let line = head.lines().find(|line| line.to_lowercase().starts_with(&wanted));
        line.map_or_else(String::new, |line| line[wanted.len()..].trim().to_owned())
    }
}

/// The Python: `KOEPEL_PYTHON`, else the one that `cargo xtask test` has made.
fn python() -> Option<PathBuf> {
    let given = std::env::var_os("KOEPEL_PYTHON").map(PathBuf::from);
    let made = server::target().join("tools/py/bin/python");
    given.into_iter().chain([made]).find(|python| works(python))
}

fn works(python: &Path) -> bool {
    let tried = Command::new(python).args(["-c", "import aiosmtpd"]).output();
    tried.is_ok_and(|tried| tried.status.success())
}

impl Mail {
    /// Starts one; `None` if there is no such program on this machine and it may be absent.
    pub async fn start() -> Option<Self> {
        let Some(python) = python() else {
            crate::absent::may_be("Python with aiosmtpd", "name one in KOEPEL_PYTHON");
            return None;
        };
        let mut mail = Self { python, dir: server::scratch(), port: 0, process: None };
        mail.start_again().await;
        Some(mail)
    }

    /// Starts it after it was killed, at the same address.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn start_again(&mut self) {
        assert!(self.process.is_none(), "it runs already");
        let mut command = Command::new(&self.python);
        command.args(["-c", PROGRAM]).arg(self.dir.path()).arg(self.port.to_string());
        let mut process = Process::start(&mut command);
        let port = |lines: &[String]| {
            lines.iter().find_map(|line| line.strip_prefix("port ")?.parse::<u16>().ok())
        };
        assert!(process.until(|lines| port(lines).is_some()).await, "{}", process.written());
        let written: Vec<String> = process.written().lines().map(str::to_owned).collect();
        self.port = port(&written).unwrap();
        self.process = Some(process);
    }

    /// Ends it at once.
    ///
    /// # Panics
    /// If it does not run.
    pub fn kill(&mut self) {
        self.process.take().expect("it runs").kill();
    }

    /// A configuration of Koepel that sends by it.
    #[must_use]
    pub fn config(&self) -> String {
        format!(
            "[alerts.smtp]\nhost = \"127.0.0.1\"\nport = {}\nencryption = \"none\"\nfrom = \"Koepel <koepel@example.com>\"\n",
            self.port
        )
    }

    /// What it has taken so far.
    #[must_use]
    pub fn letters(&self) -> Vec<Letter> {
        let entries = fs::read_dir(self.dir.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> =
            entries.filter(|path| path.extension().is_some_and(|end| end == "eml")).collect();
        files.sort();
        let read = |path: &PathBuf| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
        files.iter().map(|path| Letter { text: read(path) }).collect()
    }

    /// Waits until it has taken so many.
    pub async fn until(&self, count: usize) -> Vec<Letter> {
        let end = Instant::now() + PATIENCE;
        loop {
            let letters = self.letters();
            if letters.len() >= count {
                return letters;
            }
            assert!(Instant::now() < end, "{count} letters wanted, these came: {letters:#?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
