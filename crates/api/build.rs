//! Compiles `proto/` to Rust, without protoc.

use std::{error::Error, fs, path::PathBuf};

use prost::Message as _;

const FILES: [&str; 16] = [
    "admin",
    "alert",
    "backlog",
    "common",
    "connection",
    "directory",
    "escalation",
    "escalation_point",
    "event",
    "governance",
    "history",
    "ingest",
    "product",
    "roadmap",
    "share",
    "sync",
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from("../../proto");
    let files = FILES.map(|name| root.join(format!("koepel/v1/{name}.proto")));
    println!("cargo::rerun-if-changed=../../proto");
    let descriptors = protox::compile(files, [&root])?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure()
        .extern_path(".google.type.Date", "crate::date::Date")
        .bytes(".koepel.v1.ImportRequest")
        .bytes(".koepel.v1.BackupResponse")
        .compile_fds(descriptors)?;
    Ok(())
}
