//! Many items at once: a generated file, its mapping, and the import of it.

use std::fmt::Write as _;

use anyhow::Result;
use koepel_api::v1::{self, import_request::Part};
use tokio::{sync::mpsc, time::Instant};
use tokio_stream::wrappers::ReceiverStream;

use crate::client::{Client, words};

/// The domains of a filled product, `d0` … `d9`; item number n of domain i is the line (n - 1) * 10 + i of the file.
pub(crate) const DOMAINS: u64 = 10;

const MAPPING: &str = r#"
name = "measured"
[input]
format = "jsonl"
[item]
source = { join = "https://tracker.example/browse/{id}" }
title = "title"
text = "text"
domain = "domain"
"#;

/// Bytes that go in one message.
const PIECE: usize = 256 << 10;

/// The key of an item by its line, counted from 0.
pub(crate) fn item_name(product: &str, line: u64) -> String {
    format!("products/{product}/items/D{}-{}", line % DOMAINS, line / DOMAINS + 1)
}

/// Imports so many items with a text of so many bytes, in lines made on the way; answers with the report and the seconds.
pub(crate) async fn import(
    client: &Client,
    product: &str,
    items: u64,
    text_bytes: usize,
) -> Result<(v1::ImportResponse, f64)> {
    let item = move |line| (format!("Pay by invoice, variant {line}"), words(line, text_bytes));
    import_of(client, product, items, item).await
}

/// As [`import`], of items whose titles and texts `item` makes; nothing in them may need an escape.
pub(crate) async fn import_of(
    client: &Client,
    product: &str,
    items: u64,
    item: impl Fn(u64) -> (String, String) + Send + 'static,
) -> Result<(v1::ImportResponse, f64)> {
    let (send, parts) = mpsc::channel(8);
    let start = v1::ImportStart {
        product: format!("products/{product}"),
        mapping: MAPPING.to_owned(),
        ..Default::default()
    };
    tokio::spawn(async move {
        let part = |part| v1::ImportRequest { part: Some(part) };
        if send.send(part(Part::Start(start))).await.is_err() {
            return;
        }
        let mut lines = String::with_capacity(PIECE + 1_024);
        for line in 0..items {
            let (domain, (title, text)) = (line % DOMAINS, item(line));
            let _ = writeln!(
                lines,
                r#"{{"id":"T-{line}","title":"{title}","domain":"d{domain}","text":"{text}"}}"#
            );
            if lines.len() >= PIECE || line + 1 == items {
                let data = std::mem::take(&mut lines).into_bytes().into();
                // If the server has had enough it says why in its answer.
                if send.send(part(Part::Data(data))).await.is_err() {
                    return;
                }
            }
        }
    });
    let begun = Instant::now();
    let answer = client.ingest().import(client.request(ReceiverStream::new(parts))).await?;
    Ok((answer.into_inner(), begun.elapsed().as_secs_f64()))
}
