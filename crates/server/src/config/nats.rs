//! The settings of publishing to NATS: the `[nats]` of the file, and in the environment `KOEPEL_NATS_` with the setting's
//! name in capitals. Without either there is no publishing. No secret is ever shown.

use std::{collections::BTreeMap, fmt, fs, path::PathBuf, time::Duration};

use async_nats::{ConnectOptions, ServerAddr};
use serde::{Deserialize, Deserializer, de};

use super::Wrong;

/// What stands before a setting's name in the environment.
const VARIABLE: &str = "KOEPEL_NATS_";
/// Longest name of a stream, and longest subject prefix.
const NAME_MAX: usize = 100;

/// A text that nobody gets to see.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a text.
    #[must_use]
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text, for whoever must have it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not as a String: what is wrong with it would be told together with what it is.
        match toml::Value::deserialize(deserializer) {
            Ok(toml::Value::String(text)) => Ok(Self(text)),
            Ok(_) | Err(_) => Err(de::Error::custom("must be a text in quotes")),
        }
    }
}

/// Who Koepel says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Login {
    /// Nobody.
    Nobody,
    /// A user with a password.
    User {
        /// The name.
        user: String,
        /// The password.
        password: Secret,
    },
    /// Whoever has this token.
    Token(Secret),
    /// Whom a credentials file names: a JWT and its key.
    CredentialsFile(PathBuf),
    /// Whom the seed of an nkey in a file stands for.
    NkeyFile(PathBuf),
}

/// Where and how committed events are published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nats {
    /// The servers, any of which may be connected to.
    pub urls: Vec<String>,
    /// Who Koepel says it is.
    pub login: Login,
    /// Certificates that the servers' certificates must come from; with it, every connection is encrypted.
    pub ca_file: Option<PathBuf>,
    /// The stream, made if there is none.
    pub stream: String,
    /// What every subject begins with.
    pub subject_prefix: String,
    /// On how many servers of a cluster a stream that Koepel makes keeps each message.
    pub replicas: usize,
    /// For how long a stream that Koepel makes keeps a message; for ever, if nothing is said.
    pub max_age: Option<Duration>,
    /// How many bytes a stream that Koepel makes keeps, the newest; all, if nothing is said.
    pub max_bytes: Option<u64>,
}

/// The settings as the file has them.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct File {
    urls: Vec<String>,
    user: Option<String>,
    password: Option<Secret>,
    token: Option<Secret>,
    credentials_file: Option<PathBuf>,
    nkey_file: Option<PathBuf>,
    ca_file: Option<PathBuf>,
    stream: Option<String>,
    subject_prefix: Option<String>,
    replicas: Option<u64>,
    max_age_s: Option<u64>,
    max_bytes: Option<u64>,
}

impl File {
    /// Lets the environment win.
    fn overridden(&mut self, variables: &BTreeMap<String, String>, wrong: &mut Vec<Wrong>) {
        for (name, value) in variables {
            let text = || Some(value.clone());
            let path = || Some(PathBuf::from(value));
            let mut number = || {
                let number = value.parse().ok();
                if number.is_none() {
                    note(wrong, &format!("{VARIABLE}{name}"), format!("{value:?} is no number"));
                }
                number
            };
            match name.as_str() {
                "URLS" => self.urls = value.split(',').map(|url| url.trim().to_owned()).collect(),
                "USER" => self.user = text(),
                "PASSWORD" => self.password = text().map(Secret),
                "TOKEN" => self.token = text().map(Secret),
                "CREDENTIALS_FILE" => self.credentials_file = path(),
                "NKEY_FILE" => self.nkey_file = path(),
                "CA_FILE" => self.ca_file = path(),
                "STREAM" => self.stream = text(),
                "SUBJECT_PREFIX" => self.subject_prefix = text(),
                "REPLICAS" => self.replicas = number(),
                "MAX_AGE_S" => self.max_age_s = number(),
                "MAX_BYTES" => self.max_bytes = number(),
                _ => {
                    note(wrong, &format!("{VARIABLE}{name}"), "there is no such setting".to_owned())
                }
            }
        }
    }

    fn login(&mut self, wrong: &mut Vec<Wrong>) -> Login {
        let given = [
            ("user", self.user.is_some() || self.password.is_some()),
            ("token", self.token.is_some()),
            ("credentials_file", self.credentials_file.is_some()),
            ("nkey_file", self.nkey_file.is_some()),
        ];
        let given: Vec<_> =
            given.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
        if let [first, rest @ ..] = given.as_slice()
            && !rest.is_empty()
        {
            let what = format!("does not go together with {}; log in one way", rest.join(", "));
            note(wrong, &format!("nats.{first}"), what);
        }
        let files = [&self.credentials_file, &self.nkey_file];
        for (path, check) in files.into_iter().zip([credentials, nkey]) {
            if let Some(path) = path
                && let Err(what) = fs::read_to_string(path).map_err(unreadable).and_then(check)
            {
                note(wrong, &path.display().to_string(), what);
            }
        }
        match (self.user.take(), self.password.take()) {
            (Some(user), Some(password)) => return Login::User { user, password },
            (Some(_), None) => note(wrong, "nats.password", "is missing beside user".to_owned()),
            (None, Some(_)) => note(wrong, "nats.user", "is missing beside password".to_owned()),
            (None, None) => {}
        }
        let token = self.token.take().map(Login::Token);
        let credentials = self.credentials_file.take().map(Login::CredentialsFile);
        let nkey = self.nkey_file.take().map(Login::NkeyFile);
        token.or(credentials).or(nkey).unwrap_or(Login::Nobody)
    }
}

fn note(wrong: &mut Vec<Wrong>, setting: &str, what: String) {
    wrong.push(Wrong { setting: setting.to_owned(), what });
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn unreadable(error: std::io::Error) -> String {
    format!("cannot be read: {error}")
}

fn credentials(text: String) -> Result<(), String> {
    let read = ConnectOptions::with_credentials(&text);
    // What exactly is wrong could show a part of it.
    read.map(drop)
        .map_err(|_| "holds no credentials: a user's JWT and the seed of its key".to_owned())
}

fn nkey(text: String) -> Result<(), String> {
    let seed = text.trim();
    let fits = seed.len() == 58
        && seed.starts_with("SU")
        && seed.bytes().all(|b| b.is_ascii_alphanumeric());
    if fits {
        Ok(())
    } else {
        Err("holds no seed of a user's nkey: 58 characters from SU on".to_owned())
    }
}

/// What is wrong with the address of a server. It is not shown if it may hold a password.
fn check_url(url: &str) -> Result<(), String> {
    if url.contains('@') {
        return Err(
            "an address holds a user or a password; they have settings of their own".to_owned()
        );
    }
    let no_address =
        || format!("{url:?} is no address of a server, such as nats://127.0.0.1:4222 or tls://…");
    let address: ServerAddr = url.parse().map_err(|_| no_address())?;
    if !matches!(address.scheme(), "nats" | "tls") || address.host().is_empty() {
        return Err(no_address());
    }
    Ok(())
}

/// Whether a text can be the name of a stream, or a word of a subject.
pub(super) fn is_name(text: &str) -> bool {
    text.len() <= NAME_MAX && is_word(text)
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The settings, or nothing if neither the file nor the environment speaks of NATS.
pub(super) fn load(
    file: Option<File>,
    variables: &BTreeMap<String, String>,
    wrong: &mut Vec<Wrong>,
) -> Option<Nats> {
    if file.is_none() && variables.is_empty() {
        return None;
    }
    let mut file = file.unwrap_or_default();
    file.overridden(variables, wrong);
    if file.urls.is_empty() {
        let what = "names no server; give an address such as nats://127.0.0.1:4222";
        note(wrong, "nats.urls", what.to_owned());
    }
    for what in file.urls.iter().filter_map(|url| check_url(url).err()) {
        note(wrong, "nats.urls", what);
    }
    let login = file.login(wrong);
    if let Some(path) = &file.ca_file
        && let Err(error) = fs::read(path)
    {
        note(wrong, &path.display().to_string(), unreadable(error));
    }
    let stream = file.stream.unwrap_or_else(|| "KOEPEL_EVENTS".to_owned());
    if stream.len() > NAME_MAX || !is_word(&stream) {
        let what = format!("{stream:?} is no name of a stream: use letters, digits, - and _");
        note(wrong, "nats.stream", what);
    }
    let subject_prefix = file.subject_prefix.unwrap_or_else(|| "koepel.events".to_owned());
    if subject_prefix.len() > NAME_MAX || !subject_prefix.split('.').all(is_word) {
        let what = format!(
            "{subject_prefix:?} begins no subject: use words of letters, digits, - and _, with dots between"
        );
        note(wrong, "nats.subject_prefix", what);
    }
    let replicas = file.replicas.unwrap_or(1);
    if !(1..=5).contains(&replicas) {
        note(wrong, "nats.replicas", format!("{replicas} is not from 1 to 5"));
    }
    for (name, value) in [("nats.max_age_s", file.max_age_s), ("nats.max_bytes", file.max_bytes)] {
        if value.is_some_and(|value| value == 0 || i64::try_from(value).is_err()) {
            let what = "is no limit; leave it out to keep everything".to_owned();
            note(wrong, name, what);
        }
    }
    Some(Nats {
        urls: file.urls,
        login,
        ca_file: file.ca_file,
        stream,
        subject_prefix,
        replicas: usize::try_from(replicas).unwrap_or(1),
        max_age: file.max_age_s.map(Duration::from_secs),
        max_bytes: file.max_bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(text: &str, variables: &[(&str, &str)]) -> (Option<Nats>, Vec<Wrong>) {
        let mut wrong = Vec::new();
        let variables =
            variables.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        let file = (!text.is_empty()).then(|| toml::from_str(text).unwrap());
        (load(file, &variables, &mut wrong), wrong)
    }

    #[track_caller]
    fn check(text: &str, variables: &[(&str, &str)], settings: &[&str]) {
        let (_, wrong) = loaded(text, variables);
        let named: Vec<_> = wrong.iter().map(|wrong| wrong.setting.as_str()).collect();
        assert_eq!(named, settings, "{wrong:?}");
        assert!(!format!("{wrong:?}").contains("s3cret"), "{wrong:?}");
    }

    #[test]
    fn nothing_is_published_unless_something_is_said() {
        assert_eq!(loaded("", &[]), (None, vec![]));
    }

    #[test]
    fn an_address_suffices() {
        let (nats, wrong) = loaded("urls = [\"nats://127.0.0.1:4222\"]", &[]);
        let nats = nats.unwrap();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(
            (nats.stream.as_str(), nats.subject_prefix.as_str()),
            ("KOEPEL_EVENTS", "koepel.events")
        );
        assert_eq!((nats.login, nats.replicas, nats.max_age), (Login::Nobody, 1, None));
    }

    #[test]
    fn the_environment_wins() {
        let variables = [("URLS", "a:1, tls://b:2"), ("TOKEN", "s3cret"), ("MAX_AGE_S", "60")];
        let (nats, wrong) = loaded("urls = [\"c\"]\nmax_age_s = 1", &variables);
        let nats = nats.unwrap();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(nats.urls, ["a:1", "tls://b:2"]);
        assert_eq!(nats.max_age, Some(Duration::from_secs(60)));
        assert_eq!(nats.login, Login::Token(Secret("s3cret".to_owned())));
        assert!(!format!("{nats:?}").contains("s3cret"));
    }

    #[test]
    fn each_wrong_setting_is_named_and_no_secret_is_shown() {
        check("stream = \"EVENTS\"", &[], &["nats.urls"]);
        check("", &[("TOKEN", "s3cret")], &["nats.urls"]);
        check("urls = [\"nats://me:s3cret@here:1\"]", &[], &["nats.urls"]);
        check("urls = [\"http://here\", \"nats://\"]", &[], &["nats.urls", "nats.urls"]);
        let urls = [("URLS", "a")];
        check(
            "stream = \"a.b\"\nsubject_prefix = \"a..b\"\nreplicas = 6",
            &urls,
            &["nats.stream", "nats.subject_prefix", "nats.replicas"],
        );
        check("max_age_s = 0\nmax_bytes = 0", &urls, &["nats.max_age_s", "nats.max_bytes"]);
        check("user = \"me\"", &urls, &["nats.password"]);
        check("password = \"s3cret\"", &urls, &["nats.user"]);
        check("user = \"me\"\npassword = \"s3cret\"\ntoken = \"s3cret\"", &urls, &["nats.user"]);
        check("ca_file = \"nowhere\"\nnkey_file = \"nothing\"", &urls, &["nothing", "nowhere"]);
        check(
            "",
            &[urls[0], ("REPLICAS", "some"), ("ULR", "b")],
            &["KOEPEL_NATS_REPLICAS", "KOEPEL_NATS_ULR"],
        );
    }

    #[test]
    fn a_secret_that_is_no_text_is_not_shown() {
        let error = toml::from_str::<File>("password = 53").unwrap_err();
        assert!(error.message().contains("text in quotes") && !error.message().contains("53"));
    }

    #[test]
    fn keys_are_looked_at_without_being_told() {
        assert!(nkey(format!("SU{}\n", "A".repeat(56))).is_ok());
        assert!(nkey("SUs3cret".to_owned()).is_err_and(|what| !what.contains("s3cret")));
        assert!(credentials("s3cret".to_owned()).is_err_and(|what| !what.contains("s3cret")));
    }
}
