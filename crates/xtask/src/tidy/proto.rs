//! The proto files: compiled to descriptors and held against the rules of their lint.
//!
//! A comparison with the last release, once there is one, takes two of the descriptor sets that `descriptors` makes.

mod lint;
mod walk;

use std::path::Path;

use anyhow::{Context as _, Result};
use prost_types::{FileDescriptorProto, FileDescriptorSet};

pub(super) use lint::lint;

/// Compiles all proto files among `files`, with their imports and comments.
///
/// # Errors
/// If one does not compile.
pub(super) fn descriptors(folder: &Path, files: &[String]) -> Result<FileDescriptorSet> {
    let protos = files
        .iter()
        .filter_map(|file| file.strip_prefix("proto/"))
        .filter(|file| file.ends_with(".proto"));
    protox::compile(protos, [folder]).context("compile proto/")
}

/// Whether it is a file of ours and not an import from outside.
pub(super) fn is_ours(file: &FileDescriptorProto) -> bool {
    !file.name().starts_with("google/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_compile_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("a.proto"),
            "syntax = \"proto3\"; message A { Missing b = 1; }",
        )
        .unwrap();
        let files = ["proto/a.proto".to_owned(), "proto/readme.md".to_owned()];
        let error = descriptors(folder.path(), &files).unwrap_err();
        assert!(format!("{error:#}").contains("Missing"), "{error:#}");
    }
}
