//! Stored logs of released versions: a log's directory packed into one file, and what is in it. Shared by the test that opens
//! them and the example that makes them.

use std::{fs, path::Path};

use koepel_domain::{
    order::{DomainNo, ItemNo},
    product::Product,
};
use koepel_engine::{replay, state_hash};
use koepel_event_log::{EventLog, ReadLimit, SledLog, Version};
use lz4_flex::block;
use serde_json::{Map, Value, json};

/// Packs a log's directory: for each file its name, its size and an LZ4 block, each with its length before it.
pub(crate) fn pack(dir: &Path) -> Vec<u8> {
    let mut packed = Vec::new();
    let mut put = |bytes: &[u8]| {
        packed.extend_from_slice(&u32::try_from(bytes.len()).unwrap().to_be_bytes());
        packed.extend_from_slice(bytes);
    };
    let mut files: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.is_file()) {
        let content = fs::read(file).unwrap();
        put(file.file_name().unwrap().to_str().unwrap().as_bytes());
        put(&u32::try_from(content.len()).unwrap().to_be_bytes());
        put(&block::compress(&content));
    }
    packed
}

/// Unpacks it into a new directory.
pub(crate) fn unpack(packed: &[u8], dir: &Path) {
    fs::create_dir_all(dir.join("blobs")).unwrap();
    let mut rest = packed;
    let mut take = || -> Option<&[u8]> {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap();
        let (taken, after) = after.split_at(length);
        rest = after;
        Some(taken)
    };
    while let Some(name) = take() {
        let size = u32::from_be_bytes(take().unwrap().try_into().unwrap());
        let content = block::decompress(take().unwrap(), usize::try_from(size).unwrap()).unwrap();
        fs::write(dir.join(std::str::from_utf8(name).unwrap()), content).unwrap();
    }
}

/// What a log tells: heads and state hashes of its products, and of each the facts that people see. The hash changes with the
/// shape of the state, of which `format` is the number; the facts never do.
pub(crate) async fn told(log: &SledLog) -> Value {
    let mut products = Map::new();
    for (product, head) in log.products().await.unwrap() {
        let hash = state_hash(log, &product).await.unwrap();
        let facts = if product.as_str() == koepel_engine::SYSTEM {
            Value::Null
        } else {
            facts(&replay::<Product>(log, &product).await.unwrap().0)
        };
        let told = json!({
            "version": head.version,
            "hash": head.hash,
            "state": hash.state,
            "format": hash.format,
            "types": types(log, &product).await,
            "facts": facts,
        });
        products.insert(product.to_string(), told);
    }
    Value::Object(products)
}

/// The types of the events of a product, each once.
async fn types(log: &SledLog, product: &koepel_event_log::ProductName) -> Vec<String> {
    let limit = ReadLimit { commits: 10_000, size_bytes: usize::MAX };
    let records = log.read(product, Version::new(1), limit).await.unwrap();
    let events = records.into_iter().flat_map(|record| record.commit.events);
    let mut types: Vec<String> = events.map(|event| event.kind).collect();
    types.sort();
    types.dedup();
    types
}

fn facts(product: &Product) -> Value {
    let line = |no: ItemNo| {
        let item = product.item(no).unwrap();
        let domain = product.domain(item.domain).map_or("", |domain| domain.id.as_str());
        let pin = if item.pin.is_some() { ", pinned" } else { "" };
        format!(
            "{} {} [{domain}, {:?}, {:?}{pin}, {} links, {} requests]",
            product.key(no).unwrap(),
            item.title,
            item.kind,
            item.status,
            item.links.len(),
            item.requests.len(),
        )
    };
    let domains = (0..).map_while(|no| product.domain(DomainNo(no)));
    let domains = domains.map(|domain| {
        let deleted = if domain.deleted { ", deleted" } else { "" };
        format!("{} {} {}{deleted}", domain.id, domain.key, domain.name)
    });
    let roles = product.roles().map(|(person, role, domain, held)| {
        let term = held.term.as_ref().map_or_else(String::new, |term| format!(", {term}"));
        format!("{person} {role:?} {domain:?} since {}{term}", held.since.version)
    });
    json!({
        "name": product.name(),
        "summary": product.summary(),
        "domains": domains.collect::<Vec<_>>(),
        "roles": roles.collect::<Vec<_>>(),
        "open": product.order().iter_from(0).map(|(no, _)| line(no)).collect::<Vec<_>>(),
        "closed": product.closed().iter_from(0).map(|(no, _)| line(no)).collect::<Vec<_>>(),
    })
}
