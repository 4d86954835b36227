//! A real identity provider (oidc-provider, in Node), and a browser with cookies that signs in at it.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{Process, server};

/// Where Koepel is found, as far as browsers and the provider know. A test's browser knows where that is.
pub const PUBLIC: &str = "https://koepel.test";
/// Whom access tokens are for.
pub const AUDIENCE: &str = "https://api.koepel.test";

/// An identity provider on a port of its own.
#[derive(Debug)]
pub struct Provider {
    dir: TempDir,
    secret: String,
    algorithm: String,
    port: u16,
    process: Option<Process>,
}

/// What the provider gave for a login.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Says who somebody is; for `koepel`.
    pub id: String,
    /// For [`AUDIENCE`].
    pub access: String,
}

/// The folder with the provider's packages: `KOEPEL_PROVIDER`, else where `cargo xtask test` puts it.
fn packages() -> Option<PathBuf> {
    let given = std::env::var_os("KOEPEL_PROVIDER").map(PathBuf::from);
    let fetched = server::target().join("tools/provider");
    let folders = given.into_iter().chain([fetched]).map(|folder| folder.join("node_modules"));
    folders.into_iter().find(|folder| folder.join("oidc-provider").is_dir())
}

impl Provider {
    /// Starts one whose client `koepel` has a secret; `None` if it is not on this machine and may be absent.
    pub async fn start() -> Option<Self> {
        Self::start_with("s3cret of the client", "RS256").await
    }

    /// Starts one with this secret of the client, none if empty, that signs with this algorithm.
    pub async fn start_with(secret: &str, algorithm: &str) -> Option<Self> {
        let Some(packages) = packages() else {
            crate::absent::may_be("oidc-provider", "name its folder in KOEPEL_PROVIDER");
            return None;
        };
        let dir = server::scratch();
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("provider/provider.mjs");
        fs::copy(program, dir.path().join("provider.mjs")).unwrap();
        symlink(packages, dir.path().join("node_modules")).unwrap();
        let (secret, algorithm) = (secret.to_owned(), algorithm.to_owned());
        let mut provider = Self { dir, secret, algorithm, port: 0, process: None };
        provider.start_again().await;
        Some(provider)
    }

    /// Starts it after it was killed, at the same address and with new keys.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn start_again(&mut self) {
        assert!(self.process.is_none(), "it runs already");
        let mut command = Command::new("node");
        command.arg(self.dir.path().join("provider.mjs")).arg(self.port.to_string());
        command.arg(format!("{PUBLIC}/auth/callback")).arg(&self.secret).arg(AUDIENCE);
        command.env("PROVIDER_ALG", &self.algorithm);
        let mut process = Process::start(&mut command);
        let listens = |lines: &[String]| lines.iter().any(|line| line.starts_with("provider at "));
        assert!(process.until(listens).await, "{}", process.written());
        let written = process.written();
        let (_, port) = written.rsplit_once("provider at http://127.0.0.1:").unwrap();
        self.port = port.lines().next().unwrap().trim().parse().unwrap();
        self.process = Some(process);
    }

    /// Ends it at once.
    ///
    /// # Panics
    /// If it does not run.
    pub fn kill(&mut self) {
        self.process.take().expect("it runs").kill();
    }

    /// What it calls itself.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A configuration of Koepel that takes its word. The client's secret is put into a file of the provider's folder.
    #[must_use]
    pub fn config(&self) -> String {
        let file = self.dir.path().join("client.secret");
        let secret = if self.secret.is_empty() {
            String::new()
        } else {
            fs::write(&file, format!("{}\n", self.secret)).unwrap();
            format!("client_secret_file = {:?}\n", file.display().to_string())
        };
        format!(
            "[oidc]\nissuer = \"{}\"\nclient_id = \"koepel\"\npublic_url = \"{PUBLIC}\"\naudiences = [\"koepel\", \"{AUDIENCE}\"]\n{secret}",
            self.issuer()
        )
    }

    /// Gives it new keys; the old ones sign nothing any more.
    pub async fn rotate(&self) {
        let answer =
            Browser::new("").send("POST", &format!("{}/rotate", self.issuer()), &[], "").await;
        assert_eq!(answer.status, 200);
    }

    /// Logs somebody in as a program would, and gives what it got for that.
    pub async fn tokens(&self, who: &str) -> Tokens {
        let mut browser = Browser::new("");
        // The verifier and its challenge of RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let back = "https%3A%2F%2Fkoepel.test%2Fauth%2Fcallback";
        let url = format!(
            "{}/auth?response_type=code&client_id=koepel&redirect_uri={back}&scope=openid&state=s&nonce=n\
             &code_challenge={challenge}&code_challenge_method=S256&login_hint={who}",
            self.issuer()
        );
        let at_home = browser.follow(&url).await;
        let code = parameter(&at_home, "code").unwrap_or_else(|| panic!("no code in {at_home}"));
        let mut form = format!(
            "grant_type=authorization_code&code={code}&redirect_uri={back}&code_verifier={verifier}"
        );
        let mut headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
        if self.secret.is_empty() {
            form.push_str("&client_id=koepel");
        } else {
            let pair = format!("koepel:{}", self.secret.replace(' ', "+"));
            headers.push(("authorization", format!("Basic {}", base64(pair.as_bytes()))));
        }
        let answer =
            browser.send("POST", &format!("{}/token", self.issuer()), &headers, &form).await;
        let tokens: Value = serde_json::from_str(&answer.body)
            .unwrap_or_else(|error| panic!("{error}: {answer:?}"));
        let text = |name: &str| {
            tokens[name].as_str().unwrap_or_else(|| panic!("no {name} in {tokens}")).to_owned()
        };
        Tokens { id: text("id_token"), access: text("access_token") }
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.encode(bytes)
}

/// A parameter of an address.
#[must_use]
pub fn parameter(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its code.
    pub status: u16,
    /// Its headers, by their names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body, as far as it is text.
    pub body: String,
}

impl Page {
    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// What the answer to the question on it must repeat.
    ///
    /// # Panics
    /// If there is no question.
    #[must_use]
    #[track_caller]
    pub fn state(&self) -> &str {
        assert_eq!(self.status, 200, "{self:?}");
        let (_, rest) = self.body.split_once("name=\"state\" value=\"").expect("a question");
        rest.split_once('"').expect("the end of a value").0
    }

    /// Where it sends a browser.
    ///
    /// # Panics
    /// If it does not.
    #[must_use]
    #[track_caller]
    pub fn location(&self) -> &str {
        self.header("location").unwrap_or_else(|| panic!("{self:?}"))
    }
}

/// A browser: it keeps cookies, each for the site that set it.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Where [`PUBLIC`] is.
    authority: String,
    cookies: BTreeMap<(String, String), String>,
}

impl Browser {
    /// One without cookies, that finds [`PUBLIC`] at this authority.
    #[must_use]
    pub fn new(authority: &str) -> Self {
        Self { authority: authority.to_owned(), cookies: BTreeMap::new() }
    }

    /// Where Koepel is now.
    pub fn moved(&mut self, authority: &str) {
        authority.clone_into(&mut self.authority);
    }

    fn site<'a>(&self, url: &'a str) -> (String, &'a str) {
        let rest = url.strip_prefix(PUBLIC);
        let (site, path) = match rest {
            Some(path) => (self.authority.clone(), path),
            None => {
                let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("{url}"));
                let at = rest.find('/').unwrap_or(rest.len());
                (rest[..at].to_owned(), &rest[at..])
            }
        };
        (site, if path.is_empty() { "/" } else { path })
    }

    /// The value of one of Koepel's cookies.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|((_, key), _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Takes a cookie away, or puts another in its place.
    pub fn set_cookie(&mut self, name: &str, value: Option<&str>) {
        self.cookies.retain(|(_, key), _| key != name);
        if let Some(value) = value {
            self.cookies.insert((PUBLIC.to_owned(), name.to_owned()), value.to_owned());
        }
    }

    fn key(url: &str, site: &str) -> String {
        if url.starts_with(PUBLIC) { PUBLIC.to_owned() } else { site.to_owned() }
    }

    /// Sends a request and reads the answer.
    ///
    /// # Panics
    /// If there is none.
    pub async fn send(
        &mut self,
        method: &str,
        url: &str,
        headers: &[(&str, String)],
        body: &str,
    ) -> Page {
        self.send_bytes(method, url, headers, body.as_bytes()).await
    }

    /// As [`Self::send`], with any bytes.
    ///
    /// # Panics
    /// If there is no answer.
    pub async fn send_bytes(
        &mut self,
        method: &str,
        url: &str,
        headers: &[(&str, String)],
        body: &[u8],
    ) -> Page {
        let (site, path) = self.site(url);
        let own = Self::key(url, &site);
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .filter(|((of, _), _)| *of == own)
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {site}\r\nconnection: close\r\ncontent-length: {}\r\n",
            body.len()
        );
        if !cookies.is_empty() {
            head.push_str(&format!("cookie: {}\r\n", cookies.join("; ")));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut stream = TcpStream::connect(&site).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let text = String::from_utf8_lossy(&answer);
        crate::secrets::held(&text);
        crate::secrets::held(url);
        let page = page(&text);
        for (_, value) in page.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let pair = value.split(';').next().unwrap_or_default();
            let (name, content) = pair.split_once('=').unwrap();
            let place = (own.clone(), name.trim().to_owned());
            let gone = content.is_empty() || value.to_ascii_lowercase().contains("max-age=0");
            if gone {
                self.cookies.remove(&place);
            } else {
                self.cookies.insert(place, content.to_owned());
            }
        }
        page
    }

    /// Opens a page.
    pub async fn open(&mut self, url: &str) -> Page {
        self.send("GET", url, &[], "").await
    }

    /// Goes where an address at the provider leads, up to where it leaves the provider.
    ///
    /// # Panics
    /// If it does not leave.
    pub async fn follow(&mut self, url: &str) -> String {
        let mut at = url.to_owned();
        for _ in 0..10 {
            let page = self.open(&at).await;
            let next = page.location();
            if next.starts_with(PUBLIC) {
                return next.to_owned();
            }
            at = if next.starts_with('/') {
                let (site, _) = self.site(&at);
                format!("http://{site}{next}")
            } else {
                next.to_owned()
            };
        }
        panic!("{url} leads nowhere");
    }

    /// Answers the question on a page whether an account is to be bound: `yes` or `no`.
    ///
    /// # Panics
    /// If there is no such question.
    pub async fn answer(&mut self, page: &Page, answer: &str) -> Page {
        let body = format!("state={}&answer={answer}", page.state());
        let headers = [
            ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ("origin", PUBLIC.to_owned()),
        ];
        self.send("POST", &format!("{PUBLIC}/auth/confirm"), &headers, &body).await
    }

    /// Begins a login at a path of Koepel, and logs in at the provider. Gives where that sends the browser back to.
    pub async fn log_in(&mut self, path: &str, who: &str) -> String {
        let begun = self.open(&format!("{PUBLIC}{path}")).await;
        assert_eq!(begun.status, 303, "{begun:?}");
        let to = format!("{}&login_hint={who}", begun.location());
        self.follow(&to).await
    }
}

fn page(text: &str) -> Page {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Page { status: status.parse().unwrap_or(0), headers, body: body.to_owned() }
}
