//! Files and mappings that are wrong: each is refused as a whole, with what is wrong and where, and nothing of it comes
//! in.

use std::fs;

use koepel_api::v1::{self, FileFormat, ImportRequest, ImportStart, import_request::Part};
use koepel_tests::{Answer as _, Refusal, Shop};
use tonic::Code;

use crate::ingest::{import, mapping, messages};

const CSV: &str = r#"
name = "sheet"
[input]
format = "csv"
[item]
source = { join = "https://sheet.example/{Id}" }
title = "Name"
domain = "Team"
"#;

fn csv() -> ImportStart {
    ImportStart { mapping: CSV.to_owned(), format: FileFormat::Csv.into(), ..Default::default() }
}

/// What is said of a wrong file; and that neither a product that is there nor one that is not has anything of it.
async fn refused(shop: &Shop, start: ImportStart, file: &[u8]) -> Refusal {
    let version = shop.version().await;
    let fresh = import(&shop.admin, "products/fresh", start.clone(), file).await.refused();
    let get = v1::GetProductRequest { name: "products/fresh".to_owned(), ..Default::default() };
    shop.admin.products().get_product(get).await.refused().is(Code::NotFound, "UNKNOWN_PRODUCT");
    let refusal = import(&shop.chief, "products/webshop", start, file).await.refused();
    assert_eq!(refusal, fresh);
    assert_eq!(shop.version().await, version);
    refusal.is(Code::InvalidArgument, "INVALID_FIELD");
    refusal
}

fn line(id: usize) -> String {
    format!("{{\"id\":\"{id}\",\"title\":\"Number {id}\",\"team\":\"online\"}}\n")
}

#[tokio::test]
async fn a_wrong_csv_is_refused() {
    let shop = Shop::open().await;
    refused(&shop, csv(), b"").await.at(&["file"]).says(&["the file is empty"]);
    refused(&shop, csv(), b"Id,Title,Team\n1,One,online\n").await.says(&["Name"]);
    refused(&shop, csv(), b"Id,Name,Team\n").await;
    refused(&shop, csv(), b"Id,Name,Team\n1,One,online\n2,Two\n")
        .await
        .at(&["line 3"])
        .says(&["line 3"]);
    refused(&shop, csv(), b"Id,Name,Team\n1,\"One,online\n")
        .await
        .at(&["line 2"])
        .says(&["never closed"]);
    refused(&shop, csv(), b"Id,Name,Team\n1,One\xff,online\n")
        .await
        .at(&["line 2"])
        .says(&["0xFF", "UTF-8"]);
    refused(&shop, csv(), b"\xff\xfeI\0d\0").await.at(&["line 1"]).says(&["UTF-16"]);
    refused(&shop, csv(), b"Id,Name,Team\n1,One,online\n1,Again,online\n")
        .await
        .says(&["sheet.example/1"]);
    refused(&shop, csv(), b"Id,Name,Team\n1,,online\n").await.at(&["line 2, title"]);
}

#[tokio::test]
async fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    let shop = Shop::open().await;
    let file = b"\xef\xbb\xbfId,Name,Team\r\n1,\"One, and \"\"more\"\"\",online\r\n";
    let report = import(&shop.chief, "products/webshop", csv(), file).await.given();
    assert_eq!((report.read, report.created), (1, 1));
    assert_eq!(shop.item("ONLINE-1").await.title, "One, and \"more\"");
    let file = [b"\xef\xbb\xbf", line(7).as_bytes()].concat();
    assert_eq!(import(&shop.chief, "products/webshop", mapping(), &file).await.given().created, 1);
}

#[tokio::test]
async fn wrong_lines_are_named() {
    let shop = Shop::open().await;
    refused(&shop, mapping(), b"").await.at(&["file"]).says(&["empty"]);
    let cut = [line(1), "{\"id\":\"2\",\"title\":\"cut o".to_owned()].concat();
    refused(&shop, mapping(), cut.as_bytes())
        .await
        .at(&["line 2"])
        .says(&["line 2", "not complete"]);
    refused(&shop, mapping(), b"[1,2]\n").await.at(&["line 1"]);
    refused(&shop, mapping(), b"{\"id\":\"1\",\"title\":\"a\xc3\x28\",\"team\":\"online\"}\n")
        .await
        .at(&["line 1"])
        .says(&["UTF-8"]);
    refused(
        &shop,
        mapping(),
        b"{\"id\":\"1\",\"title\":\"a\",\"team\":\"online\",\"needs\":{\"a\":1}}\n",
    )
    .await
    .says(&["line 1", "links"]);
    refused(&shop, mapping(), b"{\"id\":\"1\",\"title\":[\"a\",\"b\"],\"team\":\"online\"}\n")
        .await
        .says(&["line 1", "title"]);
    refused(
        &shop,
        mapping(),
        b"{\"id\":\"1\",\"title\":\"a\",\"team\":\"online\",\"state\":\"lost\"}\n",
    )
    .await
    .says(&["line 1", "status", "lost"]);
    refused(
        &shop,
        mapping(),
        b"{\"id\":\"1\",\"title\":\"a\",\"team\":\"online\",\"points\":-1}\n",
    )
    .await
    .says(&["line 1", "estimate", "-1"]);
    let long = format!("{{\"id\":\"1\",\"title\":\"{}\",\"team\":\"online\"}}\n", "x".repeat(201));
    refused(&shop, mapping(), long.as_bytes()).await.says(&["line 1", "title", "200"]);
    // A number where a list belongs: in a file of otherwise good lines.
    let file =
        [line(1), "{\"id\":\"2\",\"title\":\"a\",\"team\":\"online\",\"labels\":5}\n".to_owned()]
            .concat();
    refused(&shop, mapping(), file.as_bytes())
        .await
        .at(&["line 2, labels"])
        .says(&["labels", "list"]);
}

#[tokio::test]
async fn a_file_with_many_faults_tells_the_first_ones_and_how_many() {
    let shop = Shop::open().await;
    let file: String = (0..5_000)
        .map(|id| format!("{{\"id\":\"{id}\",\"title\":\"\",\"team\":\"{}\"}}\n", "é".repeat(50)))
        .collect();
    let refusal = refused(&shop, mapping(), file.as_bytes()).await;
    refusal.says(&["nothing was imported", "000 problems", "the first: line 1"]);
    assert!(refusal.fields.len() > 10, "{}", refusal.fields.len());
}

#[tokio::test]
async fn a_line_of_100_megabytes_is_refused_without_being_held() {
    let shop = Shop::open().await;
    let memory = || {
        let status = fs::read_to_string(format!("/proc/{}/status", shop.server.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()
    };
    let before = memory();
    let head = line(1).into_bytes();
    let start = messages("products/webshop", mapping(), &head);
    let piece = ImportRequest { part: Some(Part::Data(vec![b'x'; 500_000].into())) };
    let file = start.into_iter().chain(std::iter::repeat_n(piece, 200));
    let version = shop.version().await;
    let refusal = shop.chief.ingest().import(futures::stream::iter(file)).await.refused();
    refusal
        .is(Code::InvalidArgument, "INVALID_FIELD")
        .at(&["line 2"])
        .says(&["longer than 1048576 bytes"]);
    assert_eq!(shop.version().await, version);
    let grown = memory() - before;
    assert!(grown < 40_000, "{grown} KiB for one line");
}

#[tokio::test]
async fn nesting_ten_thousand_deep_is_refused() {
    let shop = Shop::open().await;
    let deep = format!(
        "{{\"id\":\"1\",\"title\":\"a\",\"team\":\"online\",\"labels\":{}{}}}\n",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    refused(&shop, mapping(), deep.as_bytes())
        .await
        .at(&["line 1"])
        .says(&["nested deeper than 127 levels"]);
    let start = ImportStart {
        mapping: mapping().mapping.replace("jsonl", "json"),
        format: FileFormat::Json.into(),
        ..Default::default()
    };
    let deep = ["[".repeat(10_000), "]".repeat(10_000)].concat();
    refused(&shop, start, deep.as_bytes()).await.says(&["nested deeper"]);
    let deep = format!("name = \"x\"\na = {}{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let start = ImportStart { mapping: deep, ..Default::default() };
    refused(&shop, start, line(1).as_bytes()).await.at(&["start.mapping"]);
}

#[tokio::test]
async fn a_wrong_mapping_is_refused_before_the_file_is_read() {
    let shop = Shop::open().await;
    let with = |text: String| ImportStart { mapping: text, ..Default::default() };
    let good = mapping().mapping;
    refused(&shop, with(String::new()), b"").await.at(&["start.mapping"]);
    refused(&shop, with("[item\n".to_owned()), b"").await.at(&["start.mapping"]).says(&["line 1"]);
    refused(&shop, with(good.replace("number =", "nummer =")), b"")
        .await
        .at(&["start.mapping"])
        .says(&["nummer"]);
    refused(&shop, with(good.replace("\"in-progress\"", "\"busy\"")), b"")
        .await
        .at(&["start.mapping"])
        .says(&["busy", "in-progress"]);
    refused(&shop, with("x".repeat(300_000)), b"").await.at(&["start.mapping"]).says(&["300000"]);
    let wrong_file = ImportStart { format: FileFormat::Csv.into(), ..mapping() };
    refused(&shop, wrong_file, b"").await.at(&["start.format"]).says(&["csv", "jsonl"]);
    refused(&shop, ImportStart { format: 9, ..mapping() }, b"")
        .await
        .at(&["start.format"])
        .says(&["9"]);
    let no_product = import(&shop.chief, "webshop", mapping(), b"").await.refused();
    no_product.is(Code::InvalidArgument, "INVALID_FIELD").at(&["start.product"]);
}

#[tokio::test]
async fn the_messages_come_in_their_order() {
    let shop = Shop::open().await;
    let mut good = messages("products/webshop", mapping(), line(1).as_bytes());
    let first = good.remove(0);
    let refused = async |messages: Vec<ImportRequest>| {
        shop.chief.ingest().import(futures::stream::iter(messages)).await.refused()
    };
    refused(Vec::new()).await.is(Code::InvalidArgument, "INVALID_FIELD").at(&["start"]);
    refused(good.clone()).await.at(&["start"]).says(&["first"]);
    refused(vec![ImportRequest::default()]).await.at(&["start"]);
    refused(vec![first.clone(), good[0].clone(), first.clone()]).await.at(&["part"]);
    refused(vec![first]).await.at(&["file"]).says(&["empty"]);
}
