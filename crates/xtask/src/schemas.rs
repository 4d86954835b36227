//! `cargo xtask schemas`: the JSON Schemas of the stored events, in `proto/events`, made from the types that are stored.
//!
//! Those of older schema versions stay as they were made: nothing says them any more but the file.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::Value;

use crate::{command, workspace};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing; fail if what is checked in is not what the types say
    #[arg(long)]
    check: bool,
}

/// A line of the program that makes them.
#[derive(Deserialize)]
struct Line {
    file: String,
    schema: Value,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    if args.check { check() } else { write() }
}

/// Fails if what is checked in is not what the types say, or does not take what was stored.
pub(crate) fn check() -> Result<()> {
    let root = workspace::root()?.join("proto");
    let stale = stale(&root, &made()?);
    for file in &stale {
        println!("proto/{file}: is not what the types say");
    }
    if !stale.is_empty() {
        bail!("{} schemas are stale: run `cargo xtask schemas`", stale.len());
    }
    let test = ["test", "--package", "koepel-domain", "--features", "schema", "--test", "schemas"];
    command::run(workspace::cargo()?.args(test).arg("--quiet"))
}

fn write() -> Result<()> {
    let root = workspace::root()?.join("proto");
    let made = made()?;
    for file in stale(&root, &made) {
        let path = root.join(&file);
        let text = made.get(&file).with_context(|| format!("{file} was not made"))?;
        if path.exists() {
            println!(
                "proto/{file} changed: the shape of an event that was stored never does. If a release wrote it, raise its schema version"
            );
        } else {
            println!("proto/{file} is new");
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, text).with_context(|| format!("write {}", path.display()))?;
    }
    Ok(())
}

/// The files and what should be in them.
fn made() -> Result<BTreeMap<String, String>> {
    let example = [
        "run",
        "--quiet",
        "--package",
        "koepel-domain",
        "--features",
        "schema",
        "--example",
        "schemas",
    ];
    let lines = command::output(workspace::cargo()?.args(example))?;
    parsed(&lines)
}

fn parsed(lines: &str) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for line in lines.lines() {
        let Line { file, schema } = serde_json::from_str(line)?;
        files.insert(file, serde_json::to_string_pretty(&schema)? + "\n");
    }
    if files.is_empty() {
        bail!("no schema was made");
    }
    Ok(files)
}

/// The files that are missing or hold something else.
fn stale(root: &Path, made: &BTreeMap<String, String>) -> Vec<String> {
    let differs = |(file, text): &(&String, &String)| {
        fs::read_to_string(root.join(file)).ok().as_ref() != Some(*text)
    };
    made.iter().filter(differs).map(|(file, _)| file.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_missing_or_differs_is_stale() {
        let dir = tempfile::tempdir().unwrap();
        let lines = "{\"file\":\"events/A.v1.json\",\"schema\":{\"b\":1}}\n{\"file\":\"events/B.v1.json\",\"schema\":{}}\n";
        let made = parsed(lines).unwrap();
        assert_eq!(stale(dir.path(), &made), ["events/A.v1.json", "events/B.v1.json"]);
        fs::create_dir(dir.path().join("events")).unwrap();
        for (file, text) in &made {
            fs::write(dir.path().join(file), text).unwrap();
        }
        assert_eq!(stale(dir.path(), &made), [] as [&str; 0]);
        fs::write(dir.path().join("events/B.v1.json"), "{ }\n").unwrap();
        assert_eq!(stale(dir.path(), &made), ["events/B.v1.json"]);
        assert!(parsed("").is_err());
    }
}
