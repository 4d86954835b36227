//! The settings of alerts: the `[alerts]` of the file, with `[alerts.smtp]` for e-mail and `[alerts.nats]` for NATS. Without any
//! of it alerts are told by the stream and by webhooks to public addresses.

use std::{fs, path::PathBuf, time::Duration};

use jiff::tz::TimeZone;
use koepel_alerts::{
    Language, Pages,
    guard::Net,
    retry::Patience,
    send::smtp::{self, Encryption},
};
use serde::Deserialize;

use super::{Wrong, nats::Secret};

/// How alerts are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alerts {
    /// Private networks that webhooks may go to.
    pub allow_private_targets: Vec<Net>,
    /// How long a receiver may take to answer.
    pub timeout: Duration,
    /// How often, and for how long.
    pub patience: Patience,
    /// The language of whoever has chosen none.
    pub language: Language,
    /// Where the clock is that e-mails are written by.
    pub time_zone: TimeZone,
    /// Where people can see what an alert is about.
    pub pages: Option<Pages>,
    /// Certificates to trust beside the system's, for webhooks and for e-mail.
    pub ca_file: Option<PathBuf>,
    /// The server that takes e-mail; without one there is none.
    pub smtp: Option<Smtp>,
    /// Where alerts are published to NATS; nowhere, if nothing is said.
    pub nats: Option<Nats>,
}

impl Default for Alerts {
    fn default() -> Self {
        Self {
            allow_private_targets: Vec::new(),
            timeout: Duration::from_secs(10),
            patience: Patience::default(),
            language: Language::En,
            time_zone: TimeZone::UTC,
            pages: None,
            ca_file: None,
            smtp: None,
            nats: None,
        }
    }
}

/// A server that takes e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: Encryption,
    /// User and password.
    pub login: Option<(String, Secret)>,
    /// Who sends, `Koepel <koepel@example.com>`.
    pub from: String,
}

/// A stream of NATS, on the servers of `[nats]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nats {
    /// The stream, made if there is none.
    pub stream: String,
    /// What every subject begins with.
    pub subject_prefix: String,
}

/// The settings as the file has them.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct File {
    allow_private_targets: Vec<String>,
    timeout_s: Option<u64>,
    first_retry_ms: Option<u64>,
    max_attempts: Option<u32>,
    give_up_after_s: Option<u64>,
    language: Option<String>,
    time_zone: Option<String>,
    escalation_page: Option<String>,
    public_url: Option<String>,
    ca_file: Option<PathBuf>,
    smtp: Option<SmtpFile>,
    nats: Option<NatsFile>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SmtpFile {
    host: Option<String>,
    port: Option<u16>,
    encryption: Option<String>,
    user: Option<String>,
    password: Option<Secret>,
    password_file: Option<PathBuf>,
    from: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct NatsFile {
    stream: Option<String>,
    subject_prefix: Option<String>,
}

/// Notes each setting that is wrong, under its whole name.
struct Notes<'a>(&'a mut Vec<Wrong>);

impl Notes<'_> {
    fn note(&mut self, setting: &str, what: String) {
        self.0.push(Wrong { setting: format!("alerts.{setting}"), what });
    }

    /// A length of time, of at least one unit.
    fn some(&mut self, setting: &str, value: u64) -> u64 {
        if value == 0 {
            self.note(setting, "0 is too small; it must be at least 1".to_owned());
        }
        value
    }
}

/// The settings; `nats` is whether there are servers of NATS to connect to, `public_url` where browsers find this server, if that
/// is said elsewhere.
pub(super) fn load(
    file: Option<File>,
    (nats, public_url): (bool, Option<&str>),
    wrong: &mut Vec<Wrong>,
) -> Alerts {
    let pages = public_url.map(|at| Pages::Dashboard(at.to_owned()));
    let mut alerts = Alerts { pages, ..Alerts::default() };
    let Some(file) = file else { return alerts };
    let mut notes = Notes(wrong);
    for text in &file.allow_private_targets {
        match text.parse() {
            Ok(net) => alerts.allow_private_targets.push(net),
            Err(error) => notes.note("allow_private_targets", format!("{error}")),
        }
    }
    if let Some(seconds) = file.timeout_s {
        alerts.timeout = Duration::from_secs(notes.some("timeout_s", seconds));
    }
    if let Some(ms) = file.first_retry_ms {
        alerts.patience.first = Duration::from_millis(notes.some("first_retry_ms", ms));
    }
    if let Some(attempts) = file.max_attempts {
        alerts.patience.attempts = attempts;
        notes.some("max_attempts", u64::from(attempts));
    }
    if let Some(seconds) = file.give_up_after_s {
        let seconds = notes.some("give_up_after_s", seconds);
        alerts.patience.give_up_after = Duration::from_secs(seconds);
    }
    if let Some(tag) = &file.language {
        match Language::of(tag) {
            Some(language) => alerts.language = language,
            None => notes.note("language", format!("{tag:?} is none of en, da, nl")),
        }
    }
    if let Some(name) = &file.time_zone {
        match TimeZone::get(name) {
            Ok(zone) => alerts.time_zone = zone,
            Err(_) => {
                let what = format!("{name:?} is no time zone, such as Europe/Copenhagen");
                notes.note("time_zone", what);
            }
        }
    }
    if let Some(page) = file.escalation_page {
        let whole = ["https://", "http://"].iter().any(|begin| page.starts_with(begin));
        if !whole || !page.contains("{escalation}") || page.contains([' ', '"', '<', '>']) {
            let what = format!(
                "{page:?} is no address of a page, such as https://backlog.example.com/{{product}}/escalations/{{escalation}}"
            );
            notes.note("escalation_page", what);
        }
        alerts.pages = Some(Pages::Escalations(page));
    } else if let Some(url) = file.public_url {
        let at = url.trim_end_matches('/');
        let whole = ["https://", "http://"].iter().any(|begin| at.starts_with(begin));
        if !whole || at.contains([' ', '"', '<', '>', '?', '#']) {
            let what = format!("{url:?} is no address, such as https://koepel.example.com");
            notes.note("public_url", what);
        }
        alerts.pages = Some(Pages::Dashboard(at.to_owned()));
    }
    if file.ca_file.is_some()
        && let Err(error) = koepel_alerts::send::tls(file.ca_file.as_deref())
    {
        notes.note("ca_file", error.to_string());
    }
    alerts.ca_file = file.ca_file;
    alerts.smtp = file.smtp.and_then(|smtp| load_smtp(smtp, &mut notes));
    alerts.nats = file.nats.map(|file| load_nats(file, nats, &mut notes));
    alerts
}

fn load_smtp(file: SmtpFile, notes: &mut Notes<'_>) -> Option<Smtp> {
    let encryption = match file.encryption.as_deref() {
        None | Some("starttls") => Encryption::StartTls,
        Some("tls") => Encryption::Tls,
        Some("none") => Encryption::Nothing,
        Some(other) => {
            let what = format!("{other:?} is none of starttls, tls, none");
            notes.note("smtp.encryption", what);
            return None;
        }
    };
    let password = match (file.password, &file.password_file) {
        (Some(_), Some(_)) => {
            let what = "does not go together with password; give one of them".to_owned();
            notes.note("smtp.password_file", what);
            return None;
        }
        (Some(password), None) => Some(password),
        (None, Some(path)) => match fs::read_to_string(path) {
            Ok(text) => Some(Secret::new(text.trim_end_matches(['\r', '\n']))),
            Err(error) => {
                let what = format!("{} cannot be read: {error}", path.display());
                notes.note("smtp.password_file", what);
                return None;
            }
        },
        (None, None) => None,
    };
    let login = match (file.user, password) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        (Some(_), None) => {
            notes.note("smtp.password", "is missing beside user".to_owned());
            None
        }
        (None, Some(_)) => {
            notes.note("smtp.user", "is missing beside password".to_owned());
            None
        }
    };
    if login.is_some() && encryption == Encryption::Nothing {
        let what = "none would send the password for all to read; use starttls or tls".to_owned();
        notes.note("smtp.encryption", what);
    }
    let host = file.host.unwrap_or_default();
    if host.is_empty() || host.contains(['/', '@', ' ']) {
        let what = format!("{host:?} is no server that takes e-mail, such as mail.example.com");
        notes.note("smtp.host", what);
    }
    let from = file.from.unwrap_or_default();
    if let Err(what) = smtp::mailbox(&from) {
        notes.note("smtp.from", what);
    }
    let port = file.port.unwrap_or_else(|| encryption.port());
    Some(Smtp { host, port, encryption, login, from })
}

fn load_nats(file: NatsFile, servers: bool, notes: &mut Notes<'_>) -> Nats {
    if !servers {
        let what = "needs the servers of [nats]; without it nothing can be published".to_owned();
        notes.note("nats", what);
    }
    let stream = file.stream.unwrap_or_else(|| "KOEPEL_ALERTS".to_owned());
    if !super::nats::is_name(&stream) {
        let what = format!("{stream:?} is no name of a stream: use letters, digits, - and _");
        notes.note("nats.stream", what);
    }
    let subject_prefix = file.subject_prefix.unwrap_or_else(|| "koepel.alerts".to_owned());
    if !subject_prefix.split('.').all(super::nats::is_name) {
        let what = format!(
            "{subject_prefix:?} begins no subject: use words of letters, digits, - and _, with dots between"
        );
        notes.note("nats.subject_prefix", what);
    }
    Nats { stream, subject_prefix }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(text: &str, nats: bool) -> (Alerts, Vec<Wrong>) {
        let mut wrong = Vec::new();
        let file = (!text.is_empty()).then(|| toml::from_str(text).unwrap());
        (load(file, (nats, None), &mut wrong), wrong)
    }

    #[track_caller]
    fn check(text: &str, settings: &[&str]) {
        let (_, wrong) = loaded(text, false);
        let named: Vec<_> = wrong.iter().map(|wrong| wrong.setting.as_str()).collect();
        assert_eq!(named, settings, "{wrong:?}");
        assert!(!format!("{wrong:?}").contains("s3cret"), "{wrong:?}");
    }

    #[test]
    fn without_settings_only_public_addresses_are_told() {
        let (alerts, wrong) = loaded("", false);
        assert_eq!((alerts, wrong.len()), (Alerts::default(), 0));
    }

    #[test]
    fn letters_lead_to_where_browsers_find_this_server_unless_another_page_is_named() {
        let lead = |text: &str, public: Option<&str>| {
            let (mut wrong, file) = (Vec::new(), toml::from_str(text).unwrap());
            let pages = load(Some(file), (false, public), &mut wrong).pages;
            assert!(wrong.is_empty(), "{wrong:?}");
            pages
        };
        let (oidc, own) = ("https://oidc.example.com", "https://own.example.com");
        let dashboard = |at: &str| Some(Pages::Dashboard(at.to_owned()));
        assert_eq!(lead("", None), None);
        assert_eq!(lead("", Some(oidc)), dashboard(oidc));
        assert_eq!(load(None, (false, Some(oidc)), &mut Vec::new()).pages, dashboard(oidc));
        let public = format!("public_url = \"{own}/\"");
        assert_eq!(lead(&public, Some(oidc)), dashboard(own));
        assert_eq!(lead(&public, None), dashboard(own));
        let page = format!("{own}/{{product}}/{{escalation}}");
        let both = format!("{public}\nescalation_page = \"{page}\"");
        assert_eq!(lead(&both, Some(oidc)), Some(Pages::Escalations(page)));
    }

    #[test]
    fn what_is_said_is_taken() {
        let text = "allow_private_targets = [\"127.0.0.0/8\"]\nlanguage = \"nl\"\ntime_zone = \"Europe/Amsterdam\"\n\
                    [smtp]\nhost = \"mail.example.com\"\nfrom = \"Koepel <k@example.com>\"\nuser = \"k\"\npassword = \"s3cret\"\n[nats]\n";
        let (alerts, wrong) = loaded(text, true);
        assert!(wrong.is_empty(), "{wrong:?}");
        assert!(!format!("{alerts:?}").contains("s3cret"));
        let smtp = alerts.smtp.unwrap();
        assert_eq!((smtp.port, smtp.encryption), (587, Encryption::StartTls));
        let nats = alerts.nats.unwrap();
        assert_eq!(
            (nats.stream.as_str(), nats.subject_prefix.as_str()),
            ("KOEPEL_ALERTS", "koepel.alerts")
        );
        assert_eq!(alerts.language, Language::Nl);
    }

    #[test]
    fn each_wrong_setting_is_named_and_no_secret_is_shown() {
        check(
            "allow_private_targets = [\"here\", \"10.0.0.0/40\"]",
            &["alerts.allow_private_targets", "alerts.allow_private_targets"],
        );
        check(
            "timeout_s = 0\nfirst_retry_ms = 0\nmax_attempts = 0\ngive_up_after_s = 0",
            &[
                "alerts.timeout_s",
                "alerts.first_retry_ms",
                "alerts.max_attempts",
                "alerts.give_up_after_s",
            ],
        );
        check(
            "language = \"de\"\ntime_zone = \"Mars\"\nescalation_page = \"/here\"\nca_file = \"nowhere\"",
            &["alerts.language", "alerts.time_zone", "alerts.escalation_page", "alerts.ca_file"],
        );
        check("public_url = \"koepel.example.com\"", &["alerts.public_url"]);
        check("[smtp]", &["alerts.smtp.host", "alerts.smtp.from"]);
        let good = "[smtp]\nhost = \"m\"\nfrom = \"k@example.com\"\n";
        check(&format!("{good}encryption = \"ssl\""), &["alerts.smtp.encryption"]);
        check(&format!("{good}user = \"k\""), &["alerts.smtp.password"]);
        check(&format!("{good}password = \"s3cret\""), &["alerts.smtp.user"]);
        check(
            &format!("{good}user = \"k\"\npassword_file = \"nowhere\""),
            &["alerts.smtp.password_file"],
        );
        check(
            &format!("{good}user = \"k\"\npassword = \"s3cret\"\nencryption = \"none\""),
            &["alerts.smtp.encryption"],
        );
        check("[nats]\nstream = \"a.b\"", &["alerts.nats", "alerts.nats.stream"]);
    }
}
