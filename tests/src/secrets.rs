//! What opens something, wherever it was written: found by its shape, so that also those are found that no test has ever held,
//! and by its random part, if one has.
//!
//! Secrets of Koepel are `koepel_`, mostly a word, and 43 letters and digits at random; those of webhooks are `whsec_` and base64;
//! JWTs are two parts of JSON in base64 and a signature. In the log's files values may be compressed, by LZ4: that may put
//! something else in the place of the words, and leaves what is random as it is.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::{Mutex, PoisonError},
};

/// Files of a data directory in which secrets lie by design: the first administrator's token until it is taken away, and the
/// webhooks' addresses and keys, which are sent with.
const BY_DESIGN: [(&str, &str); 2] = [("admin.token", "koepel_"), ("targets.json", "whsec_")];

/// Other secrets that a test has given to somebody: passwords, secrets of a client.
static MARKS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Has this searched for, too, from now on.
pub fn mark(secret: &str) {
    let mut marks = MARKS.lock().unwrap_or_else(PoisonError::into_inner);
    if !marks.iter().any(|known| known == secret) {
        marks.push(secret.to_owned());
    }
}

/// The random parts of secrets that tests have held.
static HELD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Has the secrets in a text searched for, from now on, also where their names are missing.
pub fn held(text: &str) {
    let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    for part in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        let named = part.len() == RANDOM && text.contains("koepel_");
        if named && !held.contains(part) {
            held.insert(part.to_owned());
        }
    }
}

/// So many letters and digits follow the name of a secret.
const RANDOM: usize = 43;

fn run(bytes: &[u8], more: &[u8]) -> usize {
    let of = |byte: &&u8| byte.is_ascii_alphanumeric() || more.contains(byte);
    bytes.iter().take_while(of).count()
}

/// The secret that begins where the `_` at this place ends its prefix.
fn prefixed(bytes: &[u8], at: usize) -> Option<&'static str> {
    let after = &bytes[at + 1..];
    if bytes[..at].ends_with(b"koepel") {
        let words = ["", "invite_", "session_", "share_"].into_iter();
        let rest = words.filter_map(|word| after.strip_prefix(word.as_bytes()));
        let mut lengths = rest.map(|rest| run(&rest[..rest.len().min(RANDOM)], b""));
        return lengths.any(|length| length == RANDOM).then_some("koepel_");
    }
    let webhook =
        bytes[..at].ends_with(b"whsec") && run(&after[..after.len().min(40)], b"+/=") >= 32;
    webhook.then_some("whsec_")
}

/// Whether a JWT ends its first part with the `.` at this place.
fn is_jwt(bytes: &[u8], at: usize) -> bool {
    let part = |bytes: &[u8]| run(bytes, b"-_");
    let Some(second) = bytes[at + 1..].strip_prefix(b"eyJ") else { return false };
    let length = part(second);
    let signed = second.get(length) == Some(&b'.') && part(&second[length + 1..]) >= 40;
    let head = bytes[..at].iter().rev().take_while(|byte| run(&[**byte], b"-_") == 1).count();
    signed && bytes[at - head..at].starts_with(b"eyJ")
}

/// What kinds of secrets are in these bytes.
#[must_use]
pub fn found(bytes: &[u8]) -> Vec<String> {
    let mut all = Vec::new();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'_' => all.extend(prefixed(bytes, at).map(ToOwned::to_owned)),
            b'.' if is_jwt(bytes, at) => all.push("JWT".to_owned()),
            _ => {}
        }
    }
    let held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    for run in bytes.split(|byte| !byte.is_ascii_alphanumeric()).filter(|run| run.len() >= RANDOM) {
        let text = String::from_utf8_lossy(run);
        if held.iter().any(|secret| text.contains(secret.as_str())) {
            all.push("koepel_".to_owned());
        }
    }
    drop(held);
    all.sort();
    all.dedup();
    let marks = MARKS.lock().unwrap_or_else(PoisonError::into_inner);
    if !marks.is_empty() {
        let text = String::from_utf8_lossy(bytes);
        all.extend(marks.iter().filter(|mark| text.contains(mark.as_str())).cloned());
    }
    all
}

/// Fails if there is a secret in a text.
///
/// # Panics
/// If there is; it shows the line without it.
#[track_caller]
pub fn none_in(what: &str, text: &str) {
    for line in text.lines() {
        let found = found(line.as_bytes());
        assert!(
            found.is_empty(),
            "{what} holds a secret ({found:?}): {}",
            &line[..line.floor_char_boundary(300)]
        );
    }
}

/// The files below a data directory that hold a secret, but for those that do by design.
#[must_use]
pub fn files(folder: &Path) -> Vec<String> {
    let mut all = Vec::new();
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            all.extend(files(&path));
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let known =
            |kind: &str| BY_DESIGN.iter().any(|(file, holds)| *file == name && *holds == kind);
        // What is gone meanwhile holds nothing.
        let bytes = fs::read(&path).unwrap_or_default();
        let kinds: Vec<_> = found(&bytes).into_iter().filter(|kind| !known(kind)).collect();
        if !kinds.is_empty() {
            all.push(format!("{} ({kinds:?})", path.display()));
        }
    }
    all
}

/// Fails if a file of a data directory holds a secret that it must not.
///
/// # Panics
/// If one does.
#[track_caller]
pub fn none_in_files(folder: &Path) {
    let files = files(folder);
    assert!(files.is_empty(), "these files hold secrets: {files:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_shape() {
        let random = "Ab1".repeat(15)[..43].to_owned();
        for (text, kind) in [
            (format!("x koepel_{random}"), "koepel_"),
            (format!("\"koepel_invite_{random}\""), "koepel_"),
            (format!("cookie: __Host-koepel_session=koepel_session_{random}; a"), "koepel_"),
            (format!("/share/koepel_share_{random}"), "koepel_"),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(), "whsec_"),
            (format!("Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.{random}"), "JWT"),
        ] {
            assert_eq!(found(text.as_bytes()), [kind], "{text}");
        }
        for text in [
            "koepel_log_commits_total 3".to_owned(),
            format!("koepel_{}", &random[..42]),
            "send it as \"authorization: Bearer koepel_…\"".to_owned(),
            "whsec_ and base64".to_owned(),
            "eyJhbGciOiJSUzI1NiJ9.e30.AAAA".to_owned(),
            String::new(),
            "_".to_owned(),
            ".".to_owned(),
        ] {
            assert_eq!(found(text.as_bytes()), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_secret_that_was_held_is_known_without_its_name() {
        let random = "Zy9".repeat(15)[..43].to_owned();
        let without = format!("\u{1}{random}\u{2}");
        assert_eq!(found(without.as_bytes()), Vec::<String>::new());
        held(&format!("Bearer koepel_{random}"));
        assert_eq!(found(without.as_bytes()), ["koepel_"]);
    }

    #[test]
    fn what_a_test_has_marked_is_searched_for() {
        mark("m4rk of a test of marks");
        assert_eq!(found(b"password=m4rk of a test of marks;"), ["m4rk of a test of marks"]);
    }
}
