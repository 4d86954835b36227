//! A real SMTP server: aiosmtpd, which `cargo xtask test` installs beside the Python of the other tests. Each message that it takes
//! becomes a file. Addresses that begin with `refused-` it refuses, and repeats them as it does. It can be told to do worse with the next
//! ones, and to talk by TLS.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use tempfile::TempDir;
use tokio::time::Instant;

use crate::{Process, authority::Certificate, server};

/// How long anything may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the server is: it says its port, and puts messages into a folder, each whole or not at all. Of each it notes how it came.
/// What it is to do with the next ones stands in a file, a line for each.
const PROGRAM: &str = r#"
import asyncio, os, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult

folder, port, encryption, certificate, key, user, password = sys.argv[1:]

def deed():
    name = os.path.join(folder, "next")
    try:
        with open(name) as file:
            lines = file.read().splitlines()
    except FileNotFoundError:
        return "takes"
    with open(name + ".new", "w") as file:
        file.write("".join(line + "\n" for line in lines[1:]))
    os.rename(name + ".new", name)
    return lines[0] if lines else "takes"

class Taker:
    count = 0
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused-"):
            return "550 5.1.1 <%s>: nobody of that name lives here" % address
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server, session, envelope):
        Taker.count += 1
        do = deed()
        if do == "hangs":
            await asyncio.sleep(3600)
        if do[0].isdigit():
            return do
        cipher = server.transport.get_extra_info("cipher")
        name = os.path.join(folder, "%d-%06d" % (os.getpid(), Taker.count))
        with open(name + ".new", "wb") as file:
            file.write(("X-To: " + ",".join(envelope.rcpt_tos) + "\r\n").encode())
            file.write(("X-TLS: " + (cipher[1] if cipher else "none") + "\r\n").encode())
            file.write(("X-User: " + (session.auth_data or "") + "\r\n").encode())
            file.write(envelope.original_content)
        os.rename(name + ".new", name + ".eml")
        if do == "closes":
            server.transport.abort()
        return "250 taken"

def knows(server, session, envelope, mechanism, data):
    if (data.login, data.password) != (user.encode(), password.encode()):
        return AuthResult(success=False, handled=False)
    return AuthResult(success=True, auth_data=user)

context = None
if encryption != "none":
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
more = {}
if encryption == "starttls":
    more = {"tls_context": context, "require_starttls": True}
if user:
    more |= {"authenticator": knows, "auth_required": True, "auth_require_tls": encryption == "starttls"}

async def serve():
    make = lambda: SMTP(Taker(), enable_SMTPUTF8=True, **more)
    loop = asyncio.get_running_loop()
    outside = context if encryption == "tls" else None
    server = await loop.create_server(make, "127.0.0.1", int(port), ssl=outside)
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
    encryption: &'static str,
    login: Option<(&'static str, &'static str)>,
    process: Option<Process>,
}

/// What it does with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mails {
    /// Takes it.
    Takes,
    /// Refuses it with these words, such as `451 later`.
    Answers(&'static str),
    /// Reads it, and says nothing.
    Hangs,
    /// Takes it, and is gone without a word.
    Closes,
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
        Self::start_secured("none", None, None).await
    }

    /// Starts one that talks by `starttls` or `tls`, with a certificate, and knows nobody but a user with their password.
    pub async fn start_secured(
        encryption: &'static str,
        certificate: Option<&Certificate>,
        login: Option<(&'static str, &'static str)>,
    ) -> Option<Self> {
        let Some(python) = python() else {
            crate::absent::may_be("Python with aiosmtpd", "name one in KOEPEL_PYTHON");
            return None;
        };
        let dir = server::scratch();
        let mut mail = Self { python, dir, port: 0, encryption, login, process: None };
        if let Some(certificate) = certificate {
            mail.show(certificate);
        }
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
        let (user, password) = self.login.unwrap_or_default();
        command.args(["-c", PROGRAM]).arg(self.dir.path()).arg(self.port.to_string());
        command.arg(self.encryption).args(["certificate", "key"].map(|name| self.file(name)));
        command.args([user, password]);
        let mut process = Process::start(&mut command);
        let port = |lines: &[String]| {
            lines.iter().find_map(|line| line.strip_prefix("port ")?.parse::<u16>().ok())
        };
        assert!(process.until(|lines| port(lines).is_some()).await, "{}", process.written());
        let written: Vec<String> = process.written().lines().map(str::to_owned).collect();
        self.port = port(&written).unwrap();
        self.process = Some(process);
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The certificate that it shows from the next start on.
    pub fn show(&self, certificate: &Certificate) {
        fs::write(self.file("certificate"), &certificate.pem).unwrap();
        fs::write(self.file("key"), &certificate.key_pem).unwrap();
    }

    /// From now on it does these things first.
    pub fn does(&self, first: &[Mails]) {
        let line = |does: &Mails| match does {
            Mails::Takes => "takes\n".to_owned(),
            Mails::Answers(words) => format!("{words}\n"),
            Mails::Hangs => "hangs\n".to_owned(),
            Mails::Closes => "closes\n".to_owned(),
        };
        let lines: String = first.iter().map(line).collect();
        fs::write(self.file("told"), lines).unwrap();
        fs::rename(self.file("told"), self.file("next")).unwrap();
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
        let login = self.login.map_or_else(String::new, |(user, password)| {
            format!("user = \"{user}\"\npassword = \"{password}\"\n")
        });
        format!(
            "[alerts.smtp]\nhost = \"127.0.0.1\"\nport = {}\nencryption = \"{}\"\nfrom = \"Koepel <koepel@example.com>\"\n{login}",
            self.port, self.encryption
        )
    }

    /// The ids of what it has taken, each once, as a receiver that honours ids does.
    #[must_use]
    pub fn taken(&self) -> BTreeSet<String> {
        self.letters().iter().map(|letter| letter.header("Message-ID")).collect()
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
