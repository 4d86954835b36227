//! The TypeScript types of the proto files, made by protoc-gen-es from the same descriptors that the Rust types are made from.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use prost::Message as _;
use prost_types::compiler::{CodeGeneratorRequest, CodeGeneratorResponse};

use crate::{tidy, workspace};

/// Where they are, in the dashboard's folder.
pub(super) const FOLDER: &str = "src/api/gen";

/// All files, with their texts.
pub(super) fn made() -> Result<BTreeMap<String, String>> {
    let descriptors = tidy::descriptors(&workspace::root()?, &workspace::files()?)?;
    // Those of protobuf itself come with its library.
    let wanted = descriptors.file.iter().map(|file| file.name().to_owned());
    let wanted = wanted.filter(|name| !name.starts_with("google/protobuf/"));
    let request = CodeGeneratorRequest {
        file_to_generate: wanted.collect(),
        parameter: Some("target=ts".to_owned()),
        proto_file: descriptors.file,
        compiler_version: None,
    };
    let mut plugin = super::program("protoc-gen-es")?;
    let answer = fed(&mut plugin, &request.encode_to_vec())?;
    let answer = CodeGeneratorResponse::decode(answer.as_slice())
        .context("what protoc-gen-es answers is no answer of a code generator")?;
    if let Some(error) = answer.error {
        bail!("protoc-gen-es: {error}");
    }
    let files = answer.file.into_iter();
    Ok(files.filter_map(|file| Some((file.name?, file.content?))).collect())
}

/// What a program prints that is given `input`.
fn fed(program: &mut Command, input: &[u8]) -> Result<Vec<u8>> {
    let mut child = program
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("start protoc-gen-es")?;
    child.stdin.take().context("its input")?.write_all(input)?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("protoc-gen-es ended with {}", output.status);
    }
    Ok(output.stdout)
}

/// What differs in the folder: files with another text, missing ones, and ones too many.
pub(super) fn stale(folder: &Path, made: &BTreeMap<String, String>) -> Result<Vec<String>> {
    let mut stale: Vec<String> = made
        .iter()
        .filter(|(file, text)| {
            fs::read_to_string(folder.join(file)).map_or(true, |there| there != **text)
        })
        .map(|(file, _)| file.clone())
        .collect();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for entry in entries {
            let path = entry?.path();
            let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !made.contains_key(&name) {
                stale.push(name);
            }
        }
    }
    stale.sort_unstable();
    Ok(stale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_a_missing_and_a_surplus_file_are_stale() {
        let folder = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).unwrap();
        fs::create_dir(folder.path().join("v1")).unwrap();
        write("v1/same.ts", "a");
        write("v1/changed.ts", "a");
        write("surplus.ts", "a");
        let made = [("v1/same.ts", "a"), ("v1/changed.ts", "b"), ("v1/missing.ts", "c")];
        let made = made.map(|(file, text)| (file.to_owned(), text.to_owned())).into();
        assert_eq!(
            stale(folder.path(), &made).unwrap(),
            ["surplus.ts", "v1/changed.ts", "v1/missing.ts"]
        );
    }
}
