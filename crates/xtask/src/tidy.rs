//! `cargo xtask tidy`: the rules of the house that no compiler checks.
//!
//! Each rule is a function from what it looks at to what it found, so that its tests can plant a fault: a rule that
//! cannot fail is no rule.

mod floors;
mod layout;
mod proto;
mod source;
mod traces;

use std::{fmt, fs, path::Path};

use anyhow::{Result, bail};
use prost_types::FileDescriptorSet;

use crate::workspace;

/// A breach of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    /// A file with or without a line, or a crate.
    place: String,
    what: String,
}

impl Finding {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }

    fn at(file: &str, line: usize, what: impl Into<String>) -> Self {
        Self::new(format!("{file}:{line}"), what)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// All proto files of the project, compiled, with their comments.
///
/// # Errors
/// If one does not compile.
pub(crate) fn descriptors(root: &Path, files: &[String]) -> Result<FileDescriptorSet> {
    proto::descriptors(&root.join("proto"), files)
}

/// Runs all rules and prints what they find.
///
/// # Errors
/// If anything was found, or could not be looked at.
pub(crate) fn run() -> Result<()> {
    let metadata = workspace::metadata()?;
    let root = workspace::root()?;
    let files = workspace::files()?;

    let mut findings = floors::edges(&metadata.packages);
    for member in &metadata.packages {
        findings.extend(floors::reached(member)?);
        let manifest = fs::read_to_string(&member.manifest_path)?;
        findings.extend(layout::inherits_lints(&member.name, &manifest));
    }
    findings.extend(layout::top_level(&files));
    for file in &files {
        // Not text: nothing to read in it.
        let Ok(text) = String::from_utf8(fs::read(root.join(file))?) else { continue };
        findings.extend(traces::check(file, &text));
        if file.ends_with(".rs") {
            findings.extend(source::check(file, &text));
            findings.extend(floors::pure_parts(file, &text));
        }
    }
    let descriptors = descriptors(&root, &files)?;
    findings.extend(proto::lint(&descriptors));
    findings.extend(layout::same_name(&descriptors, &files));

    findings.sort();
    findings.dedup();
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} findings", findings.len());
    }
    println!("tidy: {} files, {} crates, nothing found", files.len(), metadata.packages.len());
    Ok(())
}
