//! A log that nobody has open, read through the binary: `koepel log verify` and `koepel log export`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::replay::Commit;
use crate::{Ran, server::isolated};

fn run(home: &Path, args: &[&str], data: &Path) -> Ran {
    let output = isolated(home).args(args).arg("--data-dir").arg(data).output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// What `koepel log verify` says.
#[must_use]
pub fn verify(home: &Path, data: &Path) -> Ran {
    run(home, &["-o", "json", "log", "verify"], data)
}

/// Verifies a log that must be intact.
///
/// # Panics
/// If it is not.
pub fn verify_intact(home: &Path, data: &Path) {
    let ran = verify(home, data);
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
}

/// All commits of a product, those without events too.
///
/// # Errors
/// What the binary wrote when it refused.
pub fn export(home: &Path, data: &Path, product: &str) -> Result<Vec<Commit>, String> {
    let ran = run(home, &["log", "export", product], data);
    if ran.code != 0 {
        return Err(ran.err);
    }
    Ok(ran.out.lines().map(commit).collect())
}

fn commit(line: &str) -> Commit {
    let line: Value = serde_json::from_str(line).expect("a line of JSON");
    let text = |field: &str| line[field].as_str().unwrap_or_default().to_owned();
    let events = line["events"].as_array().expect("events").iter().map(|event| {
        (event["kind"].as_str().expect("a kind").to_owned(), event["payload"].clone())
    });
    Commit {
        version: line["version"].as_u64().expect("a version"),
        request_id: text("request_id"),
        actor: text("actor"),
        events: events.collect(),
    }
}

/// Copies a directory with all that is in it.
///
/// # Panics
/// If that cannot be done.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// The last version of a product that the head file of a log names.
#[must_use]
pub fn known_head(data: &Path, product: &str) -> u64 {
    let heads = fs::read_to_string(data.join("log").join("heads")).unwrap_or_default();
    let line = heads.lines().find(|line| line.split(' ').next() == Some(product));
    line.and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or(0)
}

/// The files of a directory that satisfy something, in order.
#[must_use]
pub fn files(dir: &Path, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let names = fs::read_dir(dir).into_iter().flatten().map(|entry| entry.unwrap().path());
    let fits = |path: &PathBuf| wanted(&path.file_name().unwrap().to_string_lossy());
    let mut files: Vec<PathBuf> = names.filter(fits).collect();
    files.sort();
    files
}
