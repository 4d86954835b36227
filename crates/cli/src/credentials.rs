//! Where the caller's token is: in a file that was named, in the environment, or on the machine of the server.

use std::{
    ffi::OsString,
    fmt, fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use crate::failure::{Failure, Kind};

/// The server's administrator token, in its data directory.
const ADMIN_TOKEN: &str = "admin.token";

/// A token and where it came from.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Credential {
    /// What the server wants to see.
    pub(crate) secret: String,
    /// Where it was found, for errors.
    pub(crate) source: String,
}

/// Never shows the secret.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").field("source", &self.source).finish_non_exhaustive()
    }
}

/// Where to look, in this order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    /// `--token-file`.
    pub(crate) file: Option<PathBuf>,
    /// `KOEPEL_TOKEN`.
    pub(crate) variable: Option<String>,
    /// The data directory of a server on this machine; none when the server is elsewhere, so that an administrator's
    /// token never leaves the machine by itself.
    pub(crate) data_dir: Option<PathBuf>,
}

impl Places {
    /// Finds the token.
    ///
    /// # Errors
    /// There is none, or a file cannot be read; the failure names each place.
    pub(crate) fn find(&self) -> Result<Credential, Failure> {
        if let Some(file) = &self.file {
            let secret = fs::read_to_string(file).map_err(|error| {
                not_allowed(format!("the token file {} cannot be read: {error}", file.display()))
            })?;
            return checked(&secret, format!("the file {}", file.display()));
        }
        if let Some(secret) = &self.variable {
            return checked(secret, "KOEPEL_TOKEN".to_owned());
        }
        let mut failure = not_allowed("there is no token to show to the server".to_owned())
            .detail("--token-file was not given")
            .detail("KOEPEL_TOKEN is not set");
        match self.data_dir.as_deref().map(|dir| dir.join(ADMIN_TOKEN)) {
            Some(file) => match fs::read_to_string(&file) {
                Ok(secret) => return checked(&secret, format!("the file {}", file.display())),
                Err(error) => failure = failure.detail(unread(&file, &error)),
            },
            None => {
                failure = failure.detail(
                    "the server is not on this machine, so no administrator's token was looked for",
                )
            }
        }
        Err(failure
            .help("ask an administrator for a token (`koepel token create PERSON`) and put it in KOEPEL_TOKEN or a file")
            .help("on the server's machine, set KOEPEL_DATA_DIR to its data directory"))
    }
}

/// Where a server on this machine keeps its data unless told otherwise: `$KOEPEL_DATA_DIR`, else
/// `$XDG_DATA_HOME/koepel`, else `~/.local/share/koepel`.
pub(crate) fn default_data_dir(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("KOEPEL_DATA_DIR")
        .or_else(|| set("XDG_DATA_HOME").map(|home| home.join("koepel")))
        .or_else(|| set("HOME").map(|home| home.join(".local/share/koepel")))
}

fn checked(text: &str, source: String) -> Result<Credential, Failure> {
    let secret = text.trim();
    if secret.is_empty() {
        return Err(not_allowed(format!("the token in {source} is empty")));
    }
    if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(not_allowed(format!(
            "what is in {source} is no token: it has spaces or characters that no token has"
        )));
    }
    Ok(Credential { secret: secret.to_owned(), source })
}

fn unread(file: &Path, error: &std::io::Error) -> String {
    let file = file.display();
    if error.kind() == ErrorKind::NotFound {
        format!("{file} does not exist")
    } else if error.kind() == ErrorKind::PermissionDenied {
        format!("{file} may only be read by whoever runs the server")
    } else {
        format!("{file} cannot be read: {error}")
    }
}

fn not_allowed(message: String) -> Failure {
    Failure::new(Kind::NotAllowed, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Paint;

    #[test]
    fn the_data_directory_is_the_servers_default() {
        let check = |set: &[(&str, &str)], then: Option<&str>| {
            let set: Vec<_> = set
                .iter()
                .map(|(name, value)| ((*name).to_owned(), OsString::from(value)))
                .collect();
            let found = default_data_dir(|name| {
                set.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
            });
            assert_eq!(found, then.map(PathBuf::from));
        };
        check(
            &[("KOEPEL_DATA_DIR", "/srv/k"), ("XDG_DATA_HOME", "/x"), ("HOME", "/h")],
            Some("/srv/k"),
        );
        check(
            &[("KOEPEL_DATA_DIR", ""), ("XDG_DATA_HOME", "/x"), ("HOME", "/h")],
            Some("/x/koepel"),
        );
        check(&[("HOME", "/h")], Some("/h/.local/share/koepel"));
        check(&[], None);
    }

    #[test]
    fn the_environment_wins_over_the_servers_own_token_and_is_trimmed() {
        let places = Places { variable: Some(" koepel_abc\n".to_owned()), ..Places::default() };
        let found = places.find().unwrap();
        assert_eq!((found.secret.as_str(), found.source.as_str()), ("koepel_abc", "KOEPEL_TOKEN"));
        assert!(!format!("{found:?}").contains("koepel_abc"));
    }

    #[test]
    fn without_a_token_each_place_is_named() {
        let places =
            Places { data_dir: Some(PathBuf::from("/nowhere/koepel")), ..Places::default() };
        let text = places.find().unwrap_err().render(Paint::plain());
        for part in
            ["--token-file", "KOEPEL_TOKEN", "/nowhere/koepel/admin.token does not exist", "help: "]
        {
            assert!(text.contains(part), "{text}");
        }
        assert_eq!(places.find().unwrap_err().kind, Kind::NotAllowed);
    }

    #[test]
    fn a_token_with_a_line_end_inside_is_refused_without_showing_it() {
        let places =
            Places { variable: Some("koepel_a\nkoepel_b".to_owned()), ..Places::default() };
        let text = places.find().unwrap_err().render(Paint::plain());
        assert!(!text.contains("koepel_a"), "{text}");
    }
}
