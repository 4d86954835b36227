//! The command line as people and scripts use it: every command once, JSON with stable names, exit codes.

use std::{fs, io::Read as _, process::Stdio};

use koepel_tests::{Answer as _, CommandLine, Process, Server, Shop};
use serde_json::{Value, json};

/// The names of an object, sorted.
fn names(value: &Value) -> Vec<&str> {
    let mut names: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

fn keys(backlog: &Value) -> Vec<String> {
    let items = backlog["items"].as_array().unwrap();
    items.iter().map(|item| item["key"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_product_is_set_up_and_worked_on_from_the_command_line() {
    let server = Server::start().await;
    let admin = server.command_line(&server.admin_token());
    let ok = |line: &CommandLine, command: &str| line.run(command).code(0);
    ok(&admin, "whoami").tells(&["admin"]);
    ok(&admin, "status").tells(&["0.1.0"]);
    for (id, name) in [("p-hanna", "Hanna Visser"), ("p-bo", "Bo Madsen"), ("p-ci", "Pipeline")] {
        ok(&admin, &format!("person create --id {id} --name '{name}'"));
    }
    ok(&admin, "person list").tells(&["Hanna Visser", "p-bo"]);
    ok(&admin, "product create webshop --name Webshop --chief-po p-hanna");
    ok(&admin, "domain create webshop/online --name 'Online shop'").tells(&["ONLINE-1"]);
    ok(&admin, "domain create webshop/offline --key SHOPS");
    ok(&admin, "domain create webshop/gone");
    ok(&admin, "role grant p-bo domain-po --domain webshop/online --reason 'knows it best'");
    ok(&admin, "role grant p-ci tool");
    ok(&admin, "role list webshop").tells(&[
        "Hanna Visser",
        "Chief PO",
        "Vacant: domain PO of offline\nVacant: domain PO of gone",
    ]);
    ok(&admin, "role revoke p-ci tool");

    let token = |person: &str| {
        ok(&admin, &format!("token create {person} --purpose laptop --expires 90d --quiet"))
            .out
            .trim()
            .to_owned()
    };
    let (hanna, bo) = (server.command_line(&token("p-hanna")), server.command_line(&token("p-bo")));
    let made = admin.json("token create p-ci --only-product webshop --only-role tool");
    assert!(made["secret"].as_str().unwrap().starts_with("koepel_"));
    ok(&admin, "token list").tells(&["laptop", "p-ci"]);
    ok(&admin, &format!("token revoke {} --reason lost", made["token"]["id"].as_str().unwrap()));
    ok(&hanna, "domain update webshop/online --summary 'What customers see'");
    ok(&hanna, "domain show online").tells(&["Online shop", "p-bo", "What customers see"]);
    ok(&hanna, "domain list").tells(&["SHOPS"]);
    ok(&hanna, "domain delete webshop/gone --reason 'never used'");
    ok(&hanna, "product update webshop --summary 'All that we sell'");
    ok(&hanna, "product show webshop").tells(&["All that we sell"]);
    ok(&hanna, "product list").tells(&["webshop"]);

    work_on_items(&hanna, &bo);
}

fn work_on_items(hanna: &CommandLine, bo: &CommandLine) {
    let ok = |line: &CommandLine, command: &str| line.run(command).code(0);
    for title in ["One", "Two", "Three", "Four"] {
        ok(bo, &format!("item create webshop/online {title} --kind story"));
    }
    ok(
        hanna,
        "item create webshop/offline Shelves --kind epic --top --label stock --estimate 2.5 --moscow must",
    );
    ok(hanna, "item show SHOPS-1").tells(&["Shelves", "stock", "2.5"]);
    ok(bo, "item edit ONLINE-2 --title 'Two again' --status in-progress");
    ok(bo, "reorder ONLINE-4 --top --reason urgent");
    let ranked = hanna.json("rank ONLINE-3 --before SHOPS-1 --reason 'the fair'");
    ok(hanna, "pin SHOPS-1 --reason promised").tells(&["SHOPS-1"]);
    ok(hanna, "unpin SHOPS-1");
    ok(hanna, "explain ONLINE-3").tells(&["Hanna Visser", "the fair"]);
    let story = hanna.json("explain ONLINE-3");
    assert_eq!(
        names(&story),
        ["domain_place", "item", "more", "place", "steps", "summary", "version"]
    );
    let version = ranked["receipt"]["version"].as_u64().unwrap();
    ok(hanna, &format!("undo {version} --reason 'no fair'"));
    ok(bo, "item split ONLINE-4 First Second");
    ok(bo, "item merge ONLINE-5 ONLINE-6");
    ok(bo, "item duplicate ONLINE-3 --of ONLINE-5");
    ok(bo, "item link ONLINE-1 needs SHOPS-1");
    ok(bo, "item unlink ONLINE-1 needs SHOPS-1");
    ok(bo, "item request ONLINE-1 offline --ask stock");
    ok(bo, "item withdraw ONLINE-1 offline");
    ok(bo, "item done ONLINE-2");
    ok(bo, "item drop ONLINE-1 --reason 'nobody asked'");
    ok(bo, "item reopen ONLINE-1 --bottom");
    ok(hanna, "item move ONLINE-1 offline");
    ok(hanna, "item history ONLINE-1").tells(&["nobody asked", "Bo Madsen"]);
    ok(hanna, "backlog webshop").tells(&["SHOPS-1", "Shelves", "ONLINE-5"]);
    ok(hanna, "backlog --domain offline --state all --limit 5");
    ok(hanna, "events webshop --from 3 --type ItemRanked").tells(&["ItemRanked", "ONLINE-3"]);
    let ran = ok(hanna, "events webshop -o json --type ItemPinned");
    let event: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&event["specversion"], &event["type"], &event["actor"]),
        (&"1.0".into(), &"koepel.v1.ItemPinned".into(), &"people/p-hanna".into())
    );
    ok(hanna, "completions bash").tells(&["koepel"]);
    ok(hanna, "--help").tells(&["Exit codes", "backlog"]);
    ok(hanna, "--version").tells(&["koepel 0.1.0"]);
}

#[tokio::test]
async fn json_has_exactly_the_promised_names() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline", "online"]).await;
    let line = shop.server.command_line(shop.chief.token());
    let backlog = line.json("backlog webshop");
    assert!(names(&backlog).contains(&"items") && names(&backlog).contains(&"version"));
    assert_eq!(backlog["version"], shop.version().await);
    let first = &backlog["items"][0];
    assert_eq!(
        *first,
        json!({
            "place": 1, "key": "ONLINE-1", "title": "A story", "domain": "online",
            "kind": "story", "status": "new", "moscow": null, "pinned": false,
        }),
    );
    assert_eq!(keys(&backlog), ["ONLINE-1", "OFFLINE-1", "ONLINE-2"]);
    assert_eq!(keys(&line.json("backlog webshop --domain online")), ["ONLINE-1", "ONLINE-2"]);
    assert_eq!(keys(&line.json("backlog webshop --limit 1 --from 2")), ["OFFLINE-1"]);

    fs::write(shop.server.dir().join("m.toml"), crate::ingest::mapping().mapping).unwrap();
    let template = r#"{"id":"1","title":"TEMPLATE","team":"online"}"#;
    let good = r#"{"id":"2","title":"In","team":"online","needs":["9"]}"#;
    fs::write(shop.server.dir().join("f.jsonl"), format!("{template}\n{good}\n")).unwrap();
    let version = shop.version().await;
    let dry = line.json("import --product webshop --mapping m.toml f.jsonl --dry-run");
    assert_eq!((&dry["created"], shop.version().await), (&1.into(), version));
    let report = line.json("import --product webshop --mapping m.toml f.jsonl");
    for name in [
        "read",
        "created",
        "updated",
        "unchanged",
        "left_out",
        "domains",
        "links",
        "pending_links",
        "requests",
    ] {
        assert!(report.get(name).is_some(), "{name}");
    }
    assert_eq!(
        (&report["read"], &report["created"], &report["pending_links"]),
        (&2.into(), &1.into(), &1.into())
    );
    assert_eq!(report["left_out"], json!([{"reason": "a template", "lines": [1]}]));
    let ran = line.run("import --product webshop --mapping m.toml f.jsonl").code(0);
    ran.tells(&["Nothing was new"]);
    fs::write(shop.server.dir().join("bad.jsonl"), "{\n").unwrap();
    let ran = line.run("import --product webshop --mapping m.toml bad.jsonl").code(1);
    ran.complains(&["line 1"]);
    let ran = line.run("import --product webshop --mapping m.toml nowhere.jsonl").code(1);
    ran.complains(&["nowhere.jsonl"]);
    let id = "0198c0de-7f3a-4b1c-9d2e-5a6b7c8d9e0f";
    let ran = line
        .run(&format!("import --product webshop --mapping m.toml f.jsonl --request-id {id}"))
        .code(2);
    ran.complains(&["--request-id", "adds nothing twice"]);
    let ran = line
        .run_with(
            "import --product webshop --mapping m.toml -",
            b"{\"id\":\"3\",\"title\":\"Piped\",\"team\":\"online\"}\n",
        )
        .code(0);
    ran.tells(&["created"]);
}

#[tokio::test]
async fn exit_codes_and_messages_tell_what_to_do() {
    let shop = Shop::open().await;
    shop.fill(&["online", "online", "offline"]).await;
    let chief = shop.server.command_line(shop.chief.token());
    let member = shop.server.command_line(shop.member.token());
    let check = |line: &CommandLine, command: &str, code: i32, says: &[&str]| {
        let ran = line.run(command).code(code);
        ran.complains(says);
        assert!(ran.out.is_empty(), "{ran:?}");
        assert!(!ran.err.contains("panicked"), "{ran:?}");
    };
    check(&chief, "item done ONLINE-99", 3, &["ONLINE-99"]);
    check(&chief, "backlog nowhere", 3, &["no such product"]);
    check(&chief, "rank ONLINE", 2, &["ONLINE"]);
    check(&chief, "frobnicate", 2, &["frobnicate"]);
    check(
        &member,
        "rank ONLINE-1 --bottom",
        4,
        &["not in your mandate", "p-chief", "koepel whoami"],
    );
    check(
        &shop.server.command_line("koepel_nobody"),
        "backlog webshop",
        4,
        &["KOEPEL_TOKEN", "unknown, expired or revoked"],
    );
    check(&shop.server.command_line(""), "backlog webshop", 4, &["no token", "admin.token"]);
    check(
        &chief,
        "pin ONLINE-1 --reason r --expected-version 1",
        5,
        &["ONLINE-1 changed at version", "look again"],
    );
    check(&chief, "rank OFFLINE-1 --between ONLINE-2 ONLINE-1", 5, &["now stands between"]);
    check(&chief, "product create webshop", 4, &["administrator"]);
    check(
        &shop.server.command_line(&shop.server.admin_token()),
        "product create webshop",
        5,
        &["already"],
    );
    check(&chief, "unpin ONLINE-1", 1, &["ONLINE-1 is not pinned"]);
    check(
        &chief,
        "item create webshop/online ' ' --kind story",
        1,
        &["title", "must not be empty"],
    );
    check(&chief, "undo webshop 99999", 1, &["99999"]);
    check(&chief, "events webshop --from 99999", 1, &["in the future"]);
    check(&chief, "item create webshop/online x --parent other/X-1", 2, &[]);
    let id = koepel_tests::request_id();
    let _ = chief.run(&format!("item create webshop/online Once --request-id {id}")).code(0);
    let _ = chief.run(&format!("item create webshop/online Once --request-id {id}")).code(0);
    check(&chief, &format!("item create webshop/online Twice --request-id {id}"), 5, &[&id]);
    assert_eq!(shop.order("online").await, ["ONLINE-1", "ONLINE-2", "ONLINE-3"]);
    // Nobody there.
    let nobody = CommandLine::new(shop.server.dir(), "http://127.0.0.1:1", shop.chief.token());
    check(
        &nobody,
        "backlog webshop",
        6,
        &["no server listens at http://127.0.0.1:1", "koepel serve"],
    );
    check(&chief, "backlog --server https://example.org", 2, &["http only"]);
}

#[tokio::test]
async fn a_token_comes_from_a_file_the_environment_or_the_servers_machine() {
    let shop = Shop::open().await;
    let file = shop.server.dir().join("bo.token");
    fs::write(&file, format!("{}\n", shop.online.token())).unwrap();
    let who = |line: &CommandLine, options: &str| {
        line.json(&format!("whoami {options}"))["person"].to_string()
    };
    let chief = shop.server.command_line(shop.chief.token());
    assert!(who(&chief, "").contains("p-chief"));
    assert!(
        who(&chief, "--token-file bo.token").contains("p-online"),
        "the option wins over the environment"
    );
    let data = shop.server.data_dir();
    let local = shop.server.command_line("").with("KOEPEL_DATA_DIR", data.to_str().unwrap());
    assert!(who(&local, "").contains("admin"));
    let nowhere = CommandLine::new(shop.server.dir(), "", shop.chief.token());
    assert!(who(&nowhere, &format!("--server {}", shop.server.url())).contains("p-chief"));
    let ran = chief.run("whoami --token-file nowhere.token").code(4);
    ran.complains(&["nowhere.token"]);
}

#[tokio::test]
async fn a_closed_pipe_is_no_disaster() {
    let shop = Shop::open().await;
    let mut request = Shop::new_item("online", &"A long title ".repeat(10));
    for number in 0..600 {
        request.item.as_mut().unwrap().title = format!("Number {number} {}", "of many ".repeat(20));
        shop.chief.backlog().create_item(request.clone()).await.given();
    }
    let line = shop.server.command_line(shop.chief.token());
    for command in [
        "backlog webshop",
        "backlog webshop -o json",
        "events webshop",
        "events webshop -o json",
        "search webshop number",
        "search webshop number -o json",
    ] {
        let mut child =
            line.command(command).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0; 20];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        // The pipe is closed here, far from the end of the output.
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!((err.as_ref(), output.status.code()), ("", Some(141)), "{command}");
    }
}

#[tokio::test]
async fn events_are_followed_as_they_happen() {
    let shop = Shop::open().await;
    let line = shop.server.command_line(shop.member.token());
    let mut following =
        Process::start(&mut line.command("events webshop --follow --type ItemCreated"));
    for title in ["First", "Second"] {
        shop.online.backlog().create_item(Shop::new_item("online", title)).await.given();
        assert!(following.until(|lines| lines.iter().any(|line| line.contains(title))).await);
    }
    following.signal("INT");
    let (status, written) = following.ended().await;
    assert!(!status.success());
    assert!(!written.contains("panicked"), "{written}");
}

#[tokio::test]
async fn the_demo_starts_with_its_products() {
    let dir = koepel_tests::scratch();
    let nobody = CommandLine::new(dir.path(), "", "");
    let mut demo = Process::start(
        &mut nobody.command("demo --listen 127.0.0.1:0 --data-dir data --address-file address"),
    );
    assert!(
        demo.until(|lines| lines.iter().any(|line| line.contains("What to try"))).await,
        "{}",
        demo.written()
    );
    let address = fs::read_to_string(dir.path().join("address")).unwrap();
    let data = dir.path().join("data");
    let line = CommandLine::new(dir.path(), address.trim(), "")
        .with("KOEPEL_DATA_DIR", data.to_str().unwrap());
    let products = line.json("product list");
    let ids: Vec<_> = products["products"]
        .as_array()
        .unwrap()
        .iter()
        .map(|product| product["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 2, "{products}");
    for id in &ids {
        let items = keys(&line.json(&format!("backlog {id}")));
        assert!((20..=60).contains(&items.len()), "{} items", items.len());
        assert!(demo.written().contains(&format!("koepel backlog {id}")));
        let all = line.json(&format!("backlog {id} --state all"));
        assert!(keys(&all).len() >= 30, "{} items in all", keys(&all).len());
        let _ = line.run(&format!("explain {id}/{}", items[0])).code(0);
        let _ = line.run(&format!("role list {id}")).code(0);
    }
    // One of those that it names.
    let written = demo.written();
    let token = written.lines().find_map(|line| line.split_once("--token-file ")).unwrap().1.trim();
    let ran = CommandLine::new(dir.path(), address.trim(), "")
        .run(&format!("whoami --token-file {token}"))
        .code(0);
    assert!(!ran.out.is_empty());
    demo.signal("TERM");
    let (status, written) = demo.ended().await;
    assert!(status.success(), "{written}");
}
