//! Settings: defaults, then the configuration file, then the environment, then the command line. Each wrong one is named.

pub mod alerts;
pub mod nats;
pub mod oidc;

use std::{
    collections::BTreeMap,
    fmt, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use koepel_domain::ids::Timestamp;
use serde::Deserialize;

use crate::listen::ConnectionLimits;

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// What bounds a caller.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Largest request message, in bytes.
    pub message_bytes: usize,
    /// Connections at one time.
    pub connections: usize,
    /// Calls at one time on one connection.
    pub calls_per_connection: u32,
    /// Open event streams of one person.
    pub streams_per_person: usize,
    /// Largest import file, in bytes.
    pub import_bytes: u64,
    /// Imports at one time.
    pub imports: usize,
    /// Seconds after which a reader that takes nothing is ended.
    pub stalled_reader_s: u64,
    /// Seconds after which an import whose sender sends nothing more is ended.
    pub stalled_import_s: u64,
    /// Seconds after which a new connection that has said nothing is closed.
    pub silent_connection_s: u64,
}

impl Limits {
    /// What bounds a connection.
    pub(crate) fn of_connections(&self) -> ConnectionLimits {
        ConnectionLimits {
            connections: self.connections,
            calls: self.calls_per_connection,
            first_bytes: Duration::from_secs(self.silent_connection_s),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 4 << 20,
            connections: 4_096,
            calls_per_connection: 256,
            streams_per_person: 4_096,
            import_bytes: 1 << 30,
            imports: 4,
            stalled_reader_s: 30,
            stalled_import_s: 30,
            silent_connection_s: 10,
        }
    }
}

/// The settings of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where it keeps everything.
    pub data_dir: PathBuf,
    /// What it logs, as `tracing` filters: `info`, `koepel_server=debug`.
    pub log_filter: String,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Bytes that must stay free on the disk of the data folder; below it commands are refused.
    pub min_free_bytes: u64,
    /// Bytes of memory that the log may cache.
    pub cache_bytes: u64,
    /// What bounds a caller.
    pub limits: Limits,
    /// A file to write the address to once the server listens, for programs that start it on port 0.
    pub address_file: Option<PathBuf>,
    /// Whether the start makes a new administrator's token, and ends those that earlier starts made.
    pub new_admin_token: bool,
    /// Where the clock stands until it is set, for tests and demos; that of the system, if nothing is said.
    pub manual_clock: Option<Timestamp>,
    /// Where committed events are published; nowhere, if nothing is said.
    pub nats: Option<nats::Nats>,
    /// Whose word is taken for who somebody is; nobody's, if nothing is said.
    pub oidc: Option<oidc::Oidc>,
    /// How alerts are told.
    pub alerts: alerts::Alerts,
}

/// What the environment and the command line say.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--listen`, `KOEPEL_LISTEN`.
    pub listen: Option<String>,
    /// `--data-dir`, `KOEPEL_DATA_DIR`.
    pub data_dir: Option<PathBuf>,
    /// `KOEPEL_LOG`.
    pub log_filter: Option<String>,
    /// `KOEPEL_LOG_FORMAT`.
    pub log_format: Option<String>,
    /// `--address-file`.
    pub address_file: Option<PathBuf>,
    /// `--new-admin-token`.
    pub new_admin_token: bool,
    /// `--manual-clock`.
    pub manual_clock: Option<String>,
    /// The variables whose names begin with `KOEPEL_NATS_`, by the rest of their names.
    pub nats: BTreeMap<String, String>,
    /// The variables whose names begin with `KOEPEL_OIDC_`, by the rest of their names.
    pub oidc: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<String>,
    data_dir: Option<PathBuf>,
    log_filter: Option<String>,
    log_format: Option<String>,
    min_free_bytes: Option<u64>,
    cache_bytes: Option<u64>,
    #[serde(default)]
    limits: Limits,
    nats: Option<nats::File>,
    oidc: Option<oidc::File>,
    alerts: Option<alerts::File>,
}

/// A setting that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Which.
    pub setting: String,
    /// What is wrong, and what would be right.
    pub what: String,
}

/// All settings that are wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors(pub Vec<Wrong>);

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, wrong) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{}: {}", wrong.setting, wrong.what)?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}

/// The data folder when none is named: `$XDG_DATA_HOME/koepel`, else `~/.local/share/koepel`.
#[must_use]
pub fn default_data_dir() -> PathBuf {
    let from =
        |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    from("XDG_DATA_HOME")
        .or_else(|| from("HOME").map(|home| home.join(".local").join("share")))
        .unwrap_or_else(|| PathBuf::from("."))
        .join("koepel")
}

impl Config {
    /// Puts the settings together.
    ///
    /// # Errors
    /// [`Errors`], with each setting that is wrong.
    pub fn load(file: Option<&Path>, overrides: Overrides) -> Result<Self, Errors> {
        let mut wrong = Vec::new();
        let file = match file.map(read).transpose() {
            Ok(file) => file.unwrap_or_default(),
            Err(error) => return Err(Errors(vec![error])),
        };
        let mut note =
            |setting: &str, what: String| wrong.push(Wrong { setting: setting.to_owned(), what });
        let listen =
            overrides.listen.or(file.listen).unwrap_or_else(|| "127.0.0.1:7400".to_owned());
        let address = listen.parse::<SocketAddr>();
        if address.is_err() {
            note(
                "listen",
                format!("{listen:?} is no address and port, such as 127.0.0.1:7400 or [::]:7400"),
            );
        }
        let log_format = match overrides.log_format.or(file.log_format).as_deref() {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(other) => {
                note("log_format", format!("{other:?} is neither text nor json"));
                LogFormat::Text
            }
        };
        let log_filter =
            overrides.log_filter.or(file.log_filter).unwrap_or_else(|| "info".to_owned());
        if let Err(error) = tracing_subscriber::EnvFilter::try_new(&log_filter) {
            note(
                "log_filter",
                format!(
                    "{log_filter:?} is no filter, such as info or koepel_server=debug: {error}"
                ),
            );
        }
        let limits = file.limits;
        for (name, value, least) in [
            ("limits.message_bytes", limits.message_bytes, 64 << 10),
            ("limits.connections", limits.connections, 1),
            ("limits.streams_per_person", limits.streams_per_person, 1),
            ("limits.imports", limits.imports, 1),
        ] {
            if value < least {
                note(name, format!("{value} is too small; it must be at least {least}"));
            }
        }
        for (name, value) in [
            ("limits.calls_per_connection", u64::from(limits.calls_per_connection)),
            ("limits.stalled_reader_s", limits.stalled_reader_s),
            ("limits.stalled_import_s", limits.stalled_import_s),
            ("limits.silent_connection_s", limits.silent_connection_s),
        ] {
            if value == 0 {
                note(name, "0 is too small; it must be at least 1".to_owned());
            }
        }
        let cache_bytes = file.cache_bytes.unwrap_or(64 << 20);
        if cache_bytes < 1 << 20 {
            note("cache_bytes", format!("{cache_bytes} is too small; it must be at least 1048576"));
        }
        let manual_clock = overrides.manual_clock.and_then(|text| {
            let read: Result<jiff::Timestamp, _> = text.parse();
            match read {
                Ok(at) => Some(Timestamp(at.as_microsecond())),
                Err(_) => {
                    note(
                        "manual_clock",
                        format!("{text:?} is no time such as 2026-11-30T08:00:00Z"),
                    );
                    None
                }
            }
        });
        let nats = nats::load(file.nats, &overrides.nats, &mut wrong);
        let oidc = oidc::load(file.oidc, &overrides.oidc, &mut wrong);
        let public_url = oidc.as_ref().map(|oidc| oidc.public_url.as_str());
        let alerts = alerts::load(file.alerts, (nats.is_some(), public_url), &mut wrong);
        let config = address.ok().map(|listen| Self {
            listen,
            data_dir: overrides.data_dir.or(file.data_dir).unwrap_or_else(default_data_dir),
            log_filter,
            log_format,
            min_free_bytes: file.min_free_bytes.unwrap_or(64 << 20),
            cache_bytes,
            limits,
            address_file: overrides.address_file,
            new_admin_token: overrides.new_admin_token,
            manual_clock,
            nats,
            oidc,
            alerts,
        });
        match config {
            Some(config) if wrong.is_empty() => Ok(config),
            Some(_) | None => Err(Errors(wrong)),
        }
    }

    /// The defaults, in a data folder, on any free port; for tests and the demo.
    #[must_use]
    pub fn in_dir(data_dir: PathBuf) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data_dir,
            log_filter: "info".to_owned(),
            log_format: LogFormat::Text,
            min_free_bytes: 64 << 20,
            cache_bytes: 64 << 20,
            limits: Limits::default(),
            address_file: None,
            new_admin_token: false,
            manual_clock: None,
            nats: None,
            oidc: None,
            alerts: alerts::Alerts::default(),
        }
    }
}

fn read(path: &Path) -> Result<File, Wrong> {
    let wrong = |what: String| Wrong { setting: path.display().to_string(), what };
    let text =
        fs::read_to_string(path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    toml::from_str(&text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        wrong(format!("{}{}", place_of(&text, at), error.message()))
    })
}

/// The line of a fault, and the setting in it; not the line itself, because there may be a secret in it.
fn place_of(text: &str, at: usize) -> String {
    let number = text.get(..at).unwrap_or_default().matches('\n').count();
    let line = text.lines().nth(number).unwrap_or_default();
    let setting = line.split_once('=').map_or("", |(setting, _)| setting.trim());
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if setting.is_empty() || !setting.chars().all(is_name) {
        format!("line {}: ", number + 1)
    } else {
        format!("line {}: {setting}: ", number + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, overrides: Overrides) -> Result<Config, Errors> {
        let dir = std::env::temp_dir().join(format!(
            "koepel-config-{}-{:x}",
            std::process::id(),
            text.len()
        ));
        fs::create_dir_all(&dir).unwrap();
        let path = dir.join("koepel.toml");
        fs::write(&path, text).unwrap();
        let loaded = Config::load(Some(&path), overrides);
        fs::remove_dir_all(&dir).unwrap();
        loaded
    }

    #[test]
    fn without_a_file_the_defaults_serve() {
        let config = Config::load(None, Overrides::default()).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:7400");
        assert_eq!(config.limits, Limits::default());
    }

    #[test]
    fn the_command_line_wins_over_the_file() {
        let overrides =
            Overrides { listen: Some("127.0.0.1:1".to_owned()), ..Overrides::default() };
        let config = load("listen = \"127.0.0.1:2\"\nmin_free_bytes = 5\n", overrides).unwrap();
        assert_eq!(config.listen.port(), 1);
        assert_eq!(config.min_free_bytes, 5);
    }

    #[test]
    fn each_wrong_setting_is_named() {
        let Errors(wrong) = load(
            "listen = \"here\"\nlog_format = \"xml\"\ncache_bytes = 1\n[limits]\nimports = 0\n",
            Overrides::default(),
        )
        .unwrap_err();
        let named: Vec<_> = wrong.iter().map(|wrong| wrong.setting.as_str()).collect();
        assert_eq!(named, ["listen", "log_format", "limits.imports", "cache_bytes"]);
    }

    #[test]
    fn an_unknown_setting_is_refused() {
        let error = load("lisen = \"127.0.0.1:2\"\n", Overrides::default()).unwrap_err();
        assert!(error.to_string().contains("line 1: lisen: unknown field"), "{error}");
    }

    #[test]
    fn what_is_wrong_in_the_file_is_told_without_the_line_that_it_is_in() {
        for line in ["pasword = \"s3cret\"", "password = \"s3cret", "token = [\"s3cret\"]"] {
            let error = load(&format!("[nats]\n{line}\n"), Overrides::default()).unwrap_err();
            let text = error.to_string();
            assert!(text.contains("line 2: ") && !text.contains("s3cret"), "{text}");
        }
    }
}
