//! The settings of signing in: the `[oidc]` of the file, and in the environment `KOEPEL_OIDC_` with the setting's name in
//! capitals. Without either, tokens are the only way in. No secret is ever shown.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde::Deserialize;
use url::{Host, Url};

use super::{Wrong, nats::Secret};

/// What stands before a setting's name in the environment.
const VARIABLE: &str = "KOEPEL_OIDC_";

/// Whose word is taken for who somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oidc {
    /// The provider, exactly as it calls itself in what it signs.
    pub issuer: String,
    /// What the provider calls this server.
    pub client_id: String,
    /// The password of this server at the provider, if it has one.
    pub client_secret: Option<Secret>,
    /// Where people's browsers find this server, without a path and without a slash at the end.
    pub public_url: String,
    /// For whom a JWT must be meant to be taken here; one of these suffices.
    pub audiences: Vec<String>,
    /// Certificates that the provider's certificate must come from, as PEM; those of the system if nothing is said.
    pub ca_certificates: Option<Vec<u8>>,
}

/// The settings as the file has them.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct File {
    issuer: Option<String>,
    client_id: Option<String>,
    client_secret_file: Option<PathBuf>,
    public_url: Option<String>,
    audiences: Option<Vec<String>>,
    ca_file: Option<PathBuf>,
}

impl File {
    /// Lets the environment win.
    fn overridden(&mut self, variables: &BTreeMap<String, String>, wrong: &mut Vec<Wrong>) {
        for (name, value) in variables {
            let text = || Some(value.clone());
            let path = || Some(PathBuf::from(value));
            match name.as_str() {
                "ISSUER" => self.issuer = text(),
                "CLIENT_ID" => self.client_id = text(),
                "CLIENT_SECRET_FILE" => self.client_secret_file = path(),
                "PUBLIC_URL" => self.public_url = text(),
                "AUDIENCES" => {
                    self.audiences =
                        Some(value.split(',').map(|one| one.trim().to_owned()).collect());
                }
                "CA_FILE" => self.ca_file = path(),
                _ => {
                    note(wrong, &format!("{VARIABLE}{name}"), "there is no such setting".to_owned())
                }
            }
        }
    }
}

fn note(wrong: &mut Vec<Wrong>, setting: &str, what: String) {
    wrong.push(Wrong { setting: setting.to_owned(), what });
}

/// Whether an address can be trusted with secrets: encrypted, or of this machine.
pub(crate) fn is_safe(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || url.scheme() == "http" && here
}

/// An address that is nothing but an address; it is not shown if it may hold a password.
fn address(text: &str) -> Result<Url, String> {
    let example = "give one such as https://login.example.org";
    let url =
        Url::parse(text).map_err(|error| format!("{text:?} is no address: {error}; {example}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address holds a user or a password; it must have neither".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!("{text:?} has a part after ? or #; leave it out"));
    }
    if is_safe(&url) {
        Ok(url)
    } else {
        Err(format!(
            "{text:?} is not encrypted; it must begin with https:// unless it is this machine"
        ))
    }
}

/// A text that must be given.
fn given(
    text: Option<String>,
    setting: &str,
    what: &str,
    wrong: &mut Vec<Wrong>,
) -> Option<String> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.is_none() {
        note(wrong, setting, format!("is not said; {what}"));
    }
    text
}

fn secret(path: &PathBuf) -> Result<Secret, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?;
    let secret = text.trim();
    if secret.is_empty() || secret.contains(char::is_control) {
        return Err("holds no secret: it must be one line of text".to_owned());
    }
    Ok(Secret::new(secret))
}

fn certificates(path: &PathBuf) -> Result<Vec<u8>, String> {
    let pem = fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
    match reqwest::Certificate::from_pem_bundle(&pem) {
        Ok(found) if !found.is_empty() => Ok(pem),
        Ok(_) | Err(_) => Err("holds no certificate in PEM".to_owned()),
    }
}

/// The settings, or nothing if neither the file nor the environment speaks of signing in.
pub(super) fn load(
    file: Option<File>,
    variables: &BTreeMap<String, String>,
    wrong: &mut Vec<Wrong>,
) -> Option<Oidc> {
    if file.is_none() && variables.is_empty() {
        return None;
    }
    let mut file = file.unwrap_or_default();
    file.overridden(variables, wrong);
    let issuer = given(file.issuer, "oidc.issuer", "name the provider's address", wrong);
    if let Some(what) = issuer.as_deref().and_then(|issuer| address(issuer).err()) {
        note(wrong, "oidc.issuer", what);
    }
    let what = "name what the provider calls this server";
    let client_id = given(file.client_id, "oidc.client_id", what, wrong);
    let what = "name the address under which browsers find this server";
    let public_url = given(file.public_url, "oidc.public_url", what, wrong).and_then(|text| {
        match address(&text) {
            Ok(url) if url.path() == "/" => Some(url.origin().ascii_serialization()),
            Ok(_) => {
                note(
                    wrong,
                    "oidc.public_url",
                    format!("{text:?} has a path; Koepel has a host of its own"),
                );
                None
            }
            Err(what) => {
                note(wrong, "oidc.public_url", what);
                None
            }
        }
    });
    let mut read = |path: &PathBuf, error: String| note(wrong, &path.display().to_string(), error);
    let client_secret = file
        .client_secret_file
        .and_then(|path| secret(&path).map_err(|error| read(&path, error)).ok());
    let ca_certificates =
        file.ca_file.and_then(|path| certificates(&path).map_err(|error| read(&path, error)).ok());
    let audiences = file.audiences.or_else(|| client_id.clone().map(|id| vec![id]));
    let audiences = audiences.unwrap_or_default();
    let named =
        !audiences.is_empty() && audiences.iter().all(|audience| !audience.trim().is_empty());
    if !named && client_id.is_some() {
        let what = "names nobody; leave it out to take what is meant for client_id";
        note(wrong, "oidc.audiences", what.to_owned());
    }
    Some(Oidc {
        issuer: issuer?,
        client_id: client_id?,
        client_secret,
        public_url: public_url?,
        audiences,
        ca_certificates,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "issuer = \"https://login.example.org/realm\"\nclient_id = \"koepel\"\npublic_url = \"https://koepel.example.org/\"\n";

    fn loaded(text: &str, variables: &[(&str, &str)]) -> (Option<Oidc>, Vec<Wrong>) {
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
    fn nobody_signs_in_unless_something_is_said() {
        assert_eq!(loaded("", &[]), (None, vec![]));
    }

    #[test]
    fn a_provider_a_name_and_an_address_suffice() {
        let (oidc, wrong) = loaded(WHOLE, &[]);
        assert_eq!(wrong, []);
        let oidc = oidc.unwrap();
        assert_eq!(oidc.public_url, "https://koepel.example.org");
        assert_eq!(oidc.issuer, "https://login.example.org/realm");
        assert_eq!((oidc.audiences, oidc.client_secret), (vec!["koepel".to_owned()], None));
    }

    #[test]
    fn the_environment_wins() {
        let variables = [("ISSUER", "http://127.0.0.1:9/"), ("AUDIENCES", "a, b")];
        let (oidc, wrong) = loaded(WHOLE, &variables);
        assert_eq!(wrong, []);
        let oidc = oidc.unwrap();
        assert_eq!((oidc.issuer.as_str(), oidc.audiences.len()), ("http://127.0.0.1:9/", 2));
    }

    #[test]
    fn each_wrong_setting_is_named_and_no_secret_is_shown() {
        let all = ["oidc.issuer", "oidc.client_id", "oidc.public_url"];
        check("audiences = [\"a\"]", &[], &all);
        for issuer in
            ["login", "http://login.example.org", "https://a:s3cret@b", "https://a?b", "ftp://a"]
        {
            check(WHOLE, &[("ISSUER", issuer)], &["oidc.issuer"]);
        }
        for public in ["koepel", "http://koepel.example.org", "https://koepel.example.org/path"] {
            check(WHOLE, &[("PUBLIC_URL", public)], &["oidc.public_url"]);
        }
        for here in ["http://localhost:7400", "http://[::1]:1", "http://127.1.2.3"] {
            check(WHOLE, &[("PUBLIC_URL", here)], &[]);
        }
        check(WHOLE, &[("AUDIENCES", "a,,b")], &["oidc.audiences"]);
        check(WHOLE, &[("CLIENT_SECRET_FILE", "nowhere")], &["nowhere"]);
        check(WHOLE, &[("CA_FILE", "nowhere")], &["nowhere"]);
        check(WHOLE, &[("SECRET", "s3cret")], &["KOEPEL_OIDC_SECRET"]);
    }
}
