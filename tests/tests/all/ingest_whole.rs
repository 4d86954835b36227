//! Imports that could stop half-way: what a dry run calls good comes in, and what cannot come in leaves nothing behind.

use koepel_api::v1::{self, FileFormat, ImportStart};
use koepel_tests::{Answer as _, Shop};
use tonic::Code;

use crate::ingest::import;

const TOOL: &str = r#"
name = "tool"
[input]
format = "jsonl"
[item]
source = { join = "https://tool.example/own/{id}" }
title = "title"
domain = "team"
[[links]]
kind = "relates-to"
from = "see"
[references]
resolve = ["link"]
"#;

fn tool() -> ImportStart {
    ImportStart {
        mapping: TOOL.to_owned(),
        format: FileFormat::JsonLines.into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn items_with_many_long_links_come_in() {
    let shop = Shop::open().await;
    let line = |id: usize| {
        let address = |n: usize| format!("https://elsewhere.example/{id}/{n}/{}", "x".repeat(200));
        let see: Vec<String> = (0..45).map(address).collect();
        let record = serde_json::json!({
            "id": id.to_string(), "title": format!("Number {id}"), "team": "online", "see": see,
        });
        format!("{record}\n")
    };
    let file: String = (1..=500).map(line).collect();
    let dry = ImportStart { dry_run: true, ..tool() };
    let told = import(&shop.chief, "products/webshop", dry, file.as_bytes()).await.given();
    let done = import(&shop.chief, "products/webshop", tool(), file.as_bytes()).await.given();
    assert_eq!((done.created, done.external_links), (500, 22_500));
    assert_eq!(v1::ImportResponse { commits: 0, receipt: None, ..done }, told);
}

#[tokio::test]
async fn items_that_resolve_more_links_than_a_commit_holds_come_in() {
    let shop = Shop::open().await;
    let own = |target: usize| format!("{target}/{}", "y".repeat(400));
    let waiting = |id: usize| {
        let see = |n: usize| format!("https://tool.example/own/{}", own((id * 40 + n) % 200));
        let see: Vec<String> = (0..40).map(see).collect();
        let record = serde_json::json!({
            "id": format!("w{id}"), "title": "Waits", "team": "online", "see": see,
        });
        format!("{record}\n")
    };
    let file: String = (0..300).map(waiting).collect();
    import(&shop.chief, "products/webshop", tool(), file.as_bytes()).await.given();
    // Small items, each of which resolves 60 links of some hundred bytes.
    let target =
        |id: usize| format!("{{\"id\":\"{}\",\"title\":\"T\",\"team\":\"offline\"}}\n", own(id));
    let file: String = (0..200).map(target).collect();
    let done = import(&shop.chief, "products/webshop", tool(), file.as_bytes()).await.given();
    assert_eq!(done.created, 200);
    assert!(done.commits > 1, "{}", done.commits);
}

#[tokio::test]
async fn a_domain_that_cannot_be_made_is_found_before_anything_is() {
    let shop = Shop::open().await;
    let old = v1::CreateDomainRequest {
        parent: "products/webshop".to_owned(),
        domain_id: "old".to_owned(),
        key: "BB".to_owned(),
        ..Default::default()
    };
    shop.admin.products().create_domain(old).await.given();
    let version = shop.version().await;
    let file = "{\"id\":\"1\",\"title\":\"A\",\"team\":\"aa\"}\n{\"id\":\"2\",\"title\":\"B\",\"team\":\"bb\"}\n";
    for dry_run in [true, false] {
        let start = ImportStart { dry_run, ..tool() };
        let refusal =
            import(&shop.admin, "products/webshop", start, file.as_bytes()).await.refused();
        refusal.is(Code::InvalidArgument, "INVALID_FIELD").at(&["line 2, domain"]);
        refusal.says(&["BB", "domains.bb.key"]);
        assert_eq!(shop.version().await, version, "nothing is left behind");
    }
}
