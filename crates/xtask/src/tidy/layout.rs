//! What stands where: the top level, the lints that each crate inherits, the same name on every floor.

use std::{collections::BTreeSet, path::Path};

use prost_types::FileDescriptorSet;

use super::Finding;

/// What a person or a tool expects at the top, and nothing else.
const TOP_LEVEL: &[&str] = &[
    ".cargo",
    ".ci",
    ".config",
    ".gitattributes",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "clippy.toml",
    "crates",
    "deny.toml",
    "deploy",
    "proto",
    "rustfmt.toml",
    "tests",
];

/// Checks the first part of each path.
pub(super) fn top_level(files: &[String]) -> Vec<Finding> {
    let present: BTreeSet<&str> = files.iter().filter_map(|file| file.split('/').next()).collect();
    let stray = present.into_iter().filter(|entry| !TOP_LEVEL.contains(entry));
    stray.map(|entry| Finding::new(entry, "does not belong at the top level")).collect()
}

/// Lints that are not inherited are not checked at all.
pub(super) fn inherits_lints(package: &str, manifest: &str) -> Vec<Finding> {
    let mut lines = manifest.lines().map(str::trim).skip_while(|line| *line != "[lints]").skip(1);
    let inherits =
        lines.find(|line| !line.is_empty() && !line.starts_with('#')) == Some("workspace = true");
    if inherits {
        Vec::new()
    } else {
        vec![Finding::new(package, "must have `[lints]` with `workspace = true`")]
    }
}

/// A proto file with a service has a module of its name where the wire is converted and where it is answered.
pub(super) fn same_name(descriptors: &FileDescriptorSet, files: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in descriptors
        .file
        .iter()
        .filter(|file| !file.service.is_empty() && super::proto::is_ours(file))
    {
        let Some(name) = Path::new(file.name()).file_stem().and_then(|stem| stem.to_str()) else {
            continue;
        };
        for floor in ["crates/api/src", "crates/server/src/grpc"] {
            let module = format!("{floor}/{name}.rs");
            if !files.contains(&module) {
                findings.push(Finding::new(
                    format!("proto/{}", file.name()),
                    format!("has a service, but {module} is missing"),
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use prost_types::{FileDescriptorProto, ServiceDescriptorProto};

    use super::*;

    fn files(paths: &[&str]) -> Vec<String> {
        paths.iter().map(|&path| path.to_owned()).collect()
    }

    #[test]
    fn stray_files_at_the_top_are_found() {
        assert_eq!(top_level(&files(&["Cargo.toml", "crates/api/src/lib.rs", ".ci/run"])), []);
        let found = top_level(&files(&["notes.md", "scripts/a.sh", "scripts/b.sh", "README.md"]));
        assert_eq!(
            found.iter().map(|finding| finding.place.as_str()).collect::<Vec<_>>(),
            ["notes.md", "scripts"]
        );
    }

    #[test]
    fn a_crate_without_the_common_lints_is_found() {
        assert_eq!(inherits_lints("a", "[package]\n\n[lints]\nworkspace = true\n\n[[bin]]\n"), []);
        assert_eq!(inherits_lints("a", "[lints]\n# as all\nworkspace = true\n"), []);
        assert_eq!(inherits_lints("a", "[package]\n[dependencies]\n").len(), 1);
        assert_eq!(inherits_lints("a", "[lints]\nworkspace = false\n").len(), 1);
        assert_eq!(inherits_lints("a", "[lints.rust]\nmissing_docs = \"allow\"\n").len(), 1);
        assert_eq!(inherits_lints("a", "[lints]\n[other]\nworkspace = true\n").len(), 1);
    }

    #[test]
    fn a_service_without_its_modules_is_found() {
        let file = |name: &str, services| FileDescriptorProto {
            name: Some(format!("koepel/v1/{name}.proto")),
            package: Some("koepel.v1".to_owned()),
            service: vec![ServiceDescriptorProto::default(); services],
            ..FileDescriptorProto::default()
        };
        let set = FileDescriptorSet { file: vec![file("backlog", 1), file("common", 0)] };
        let there = files(&["crates/api/src/backlog.rs", "crates/server/src/grpc/backlog.rs"]);
        assert_eq!(same_name(&set, &there), []);
        let there = files(&["crates/api/src/backlog.rs", "crates/server/src/backlog.rs"]);
        let found = same_name(&set, &there);
        assert_eq!(
            found,
            [Finding::new(
                "proto/koepel/v1/backlog.proto",
                "has a service, but crates/server/src/grpc/backlog.rs is missing"
            )]
        );
    }
}
