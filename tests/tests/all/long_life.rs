//! A log for years: texts that have to go, products that move, backups that restore elsewhere to the same state.

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::Stdio,
};

use futures::future::join_all;
use koepel_api::v1::{self, subscribe_response::What};
use koepel_tests::{Answer as _, CommandLine, Server, Settings, Shop, request_id, scratch};
use serde_json::Value;

const SECRET: &str = "Jantje van den Bergh";

/// The files below a directory that hold these bytes.
fn holding(dir: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, bytes));
        } else if fs::read(&path).unwrap().windows(bytes.len()).any(|window| window == bytes) {
            found.push(path);
        }
    }
    found
}

/// The hash of a product's state, and the version that it is of.
fn state(line: &CommandLine, product: &str, data_dir: &str) -> (u64, String) {
    let states = line.json(&format!("log hash {product} --data-dir {data_dir}"));
    (states[0]["version"].as_u64().unwrap(), states[0]["state"].as_str().unwrap().to_owned())
}

fn update(key: &str, title: &str) -> v1::UpdateItemRequest {
    let item = v1::Item { name: Shop::name(key), title: title.to_owned(), ..v1::Item::default() };
    let update_mask = Some(prost_types::FieldMask { paths: vec!["title".to_owned()] });
    v1::UpdateItemRequest { item: Some(item), update_mask, ..Default::default() }
}

/// A shop in which somebody is named in a title, a text, a reason and a label, and of which there is a snapshot. Answers with
/// the request that made the item, too.
async fn naming() -> (Shop, v1::CreateItemRequest) {
    let shop = Shop::open().await;
    let mut request = Shop::new_item("online", &format!("Refund {SECRET}"));
    let item = request.item.as_mut().unwrap();
    item.text = format!("She wrote:\n\"{SECRET} has\twaited\" — so it is urgent");
    item.labels = vec![SECRET.to_owned(), "refund".to_owned()];
    request.reason = format!("{SECRET} called");
    request.request_id = request_id();
    shop.chief.backlog().create_item(request.clone()).await.given();
    // Often enough that the stop writes a snapshot.
    for _ in 0..8 {
        let many = (0..64).map(|at| {
            let chief = shop.chief.clone();
            async move {
                let item = Shop::new_item("offline", &format!("Shelf {at}"));
                chief.backlog().create_item(item).await.given();
            }
        });
        join_all(many).await;
    }
    shop.chief.backlog().update_item(update("ONLINE-1", "Refund a customer")).await.given();
    (shop, request)
}

#[tokio::test]
async fn a_redacted_text_is_gone_from_every_file_and_the_rest_stands() {
    let (mut shop, made) = naming().await;
    let (rows, version) = (shop.rows("").await, shop.version().await);
    let receipt = shop.chief.backlog().create_item(made.clone()).await.given().receipt.unwrap();
    let line = shop.server.command_line("");
    let ask =
        format!("log redact webshop --text '{SECRET}' --reason 'She asked for it' --by p-chief");
    line.run(&format!("{ask} --yes --data-dir data")).code(1).complains(&["a server is running"]);
    shop.server.stop().await;
    let data = shop.server.data_dir();
    let snapshot = data.join("snapshots/webshop.snapshot");
    assert!(holding(&data, SECRET.as_bytes()).contains(&snapshot), "there is something to find");
    fs::copy(&snapshot, data.join("snapshots/webshop.snapshot.bad")).unwrap();
    let _ = line.run("log backup before.koepel --data-dir data").code(0);
    let exported = |dir: &str| line.run(&format!("log export --data-dir {dir}")).code(0).out;
    assert_eq!(exported("data").matches(SECRET).count(), 5);

    // Nothing is done before somebody says so.
    let ran = line.run(&format!("{ask} --data-dir data")).code(2);
    ran.tells(&["version 10: ItemCreated of ONLINE-1: labels.0, reason, text, title"]);
    ran.complains(&["--yes"]);
    let found = line.json(&format!("{ask} --dry-run --data-dir data"));
    assert_eq!((&found["done"], found["events"].as_array().unwrap().len()), (&false.into(), 2));
    assert_eq!(exported("data").matches(SECRET).count(), 5);

    let ran = line.run(&format!("{ask} --yes --data-dir data")).code(0);
    ran.tells(&["The text stands in 2 events of product webshop", "2 snapshots are deleted"]);
    ran.complains(&["Backups and exports that were made before still hold the text"]);
    assert_eq!(holding(&data, SECRET.as_bytes()), [] as [PathBuf; 0]);
    assert!(!exported("data").contains(SECRET));
    let mut names: Vec<_> =
        fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["admin.token", "log", "people.json", "people.key", "snapshots"]);

    // The chain verifies, and shows it.
    line.run("log verify --data-dir data").code(0).tells(&[
        "The log is intact",
        "product webshop, version 10: a text of event 0 was taken out",
    ]);
    let report = line.json("log verify --data-dir data");
    assert_eq!(report["redacted"][0]["by"], version + 1);
    line.run(&format!("{ask} --yes --data-dir data")).code(3).complains(&["it stands nowhere"]);
    // A backup from before holds it for as long as it is kept; one from now does not.
    let _ = line.run("log restore before.koepel --data-dir old").code(0);
    assert_eq!(exported("old").matches(SECRET).count(), 5);
    let _ = line.run("log backup after.koepel --data-dir data").code(0);
    let _ = line.run("log restore after.koepel --data-dir new").code(0);
    assert_eq!(state(&line, "webshop", "new"), state(&line, "webshop", "data"));

    shop.server.start_again().await;
    let shop = again(shop);
    goes_on(&shop, &rows, version, made, &receipt).await;
}

/// The same people at the server that was started again.
fn again(shop: Shop) -> Shop {
    let at = |client: &koepel_tests::Client| shop.server.client(client.token());
    Shop {
        admin: at(&shop.admin),
        chief: at(&shop.chief),
        online: at(&shop.online),
        offline: at(&shop.offline),
        member: at(&shop.member),
        stakeholder: at(&shop.stakeholder),
        tool: at(&shop.tool),
        stranger: at(&shop.stranger),
        server: shop.server,
    }
}

async fn goes_on(
    shop: &Shop,
    rows: &[v1::BacklogRow],
    version: u64,
    made: v1::CreateItemRequest,
    receipt: &v1::Receipt,
) {
    assert_eq!(shop.version().await, version + 1);
    let item = shop.item("ONLINE-1").await;
    assert_eq!(item.title, "Refund a customer");
    assert_eq!(item.text, "She wrote:\n\"[redacted] has\twaited\" — so it is urgent");
    assert_eq!(item.labels, ["[redacted]", "refund"]);
    let keys = |rows: &[v1::BacklogRow]| rows.iter().map(|row| row.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&shop.rows("").await), keys(rows));
    // The history tells what was done, by whom and why.
    let request = v1::ListItemHistoryRequest { name: Shop::name("ONLINE-1"), ..Default::default() };
    let history = shop.member.backlog().list_item_history(request).await.given().entries;
    let told: Vec<_> = history.iter().filter(|entry| entry.r#type == "TextRedacted").collect();
    assert_eq!((told.len(), told[0].person.as_str()), (2, "people/p-chief"));
    assert_eq!(told[0].reason, "She asked for it");
    assert!(told[0].sentence.contains("taken out of the log for good"), "{}", told[0].sentence);
    // A reader from the beginning sees what stands there, and that it does.
    let request = v1::SubscribeRequest {
        product: "products/webshop".to_owned(),
        until_caught_up: true,
        ..Default::default()
    };
    let mut stream = shop.member.events().subscribe(request).await.given();
    let mut redacted = Vec::new();
    while let Some(message) = stream.message().await.unwrap() {
        if let Some(What::Event(event)) = message.what
            && event.redacted
        {
            redacted.push((event.subject, event.data));
        }
    }
    assert_eq!(redacted.len(), 2);
    for (subject, data) in redacted {
        assert_eq!(subject, Shop::name("ONLINE-1"));
        assert!(data.contains("[redacted]") && !data.contains(SECRET), "{data}");
    }
    // A repeated request still gets its first receipt, and new ones go on.
    let repeated = shop.chief.backlog().create_item(made).await.given().receipt.unwrap();
    assert_eq!(&repeated, receipt);
    shop.fill(&["online"]).await;
    assert_eq!(shop.version().await, version + 2);
}

/// The folder's inode, which becomes another when the new log takes the place of the old one.
fn inode(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().map(|facts| facts.ino())
}

#[tokio::test]
async fn a_redaction_that_was_killed_leaves_a_whole_log_and_can_be_run_again() {
    let mut shop = Shop::open().await;
    let secrets = ["Text one to go", "Text two to go", "Text three to go", "Text four to go"];
    for secret in secrets {
        let item = Shop::new_item("online", secret);
        shop.chief.backlog().create_item(item).await.given();
    }
    shop.server.stop().await;
    let (line, data) = (shop.server.command_line(""), shop.server.data_dir());
    let (log, beside) = (data.join("log"), data.join(".log.rewriting"));
    let before = inode(&log);
    let stages: [&dyn Fn(Option<u64>) -> bool; 4] = [
        &|_| beside.exists(),
        &|_| beside.join("heads").exists(),
        &|_| fs::metadata(beside.join("db")).is_ok_and(|facts| facts.len() > 0),
        &|before| inode(&log) != before,
    ];
    let mut at = before;
    for (secret, stage) in secrets.into_iter().zip(stages) {
        let ask = format!(
            "log redact webshop --text '{secret}' --reason asked --by p-chief --yes --data-dir data"
        );
        let mut killed =
            line.command(&ask).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while !stage(at) && killed.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        killed.kill().unwrap();
        killed.wait().unwrap();
        // The old log or the new one, and whole.
        assert_eq!(line.json("log verify --data-dir data")["intact"], true, "{secret}");
        let there = holding(&log, secret.as_bytes());
        let ran = line.run(&ask);
        assert!(ran.code == 0 || ran.code == 3 && there.is_empty(), "{ran:?}");
        assert!(!beside.exists());
        assert_eq!(holding(&data, secret.as_bytes()), [] as [PathBuf; 0]);
        assert!(!line.run("log export --data-dir data").code(0).out.contains(secret));
        at = inode(&log);
    }
    let report = line.json("log verify --data-dir data");
    assert_eq!(report["redacted"].as_array().unwrap().len(), 4, "each once");
    shop.server.start_again().await;
    assert_eq!(again(shop).rows("").await.len(), 4);
}

#[tokio::test]
async fn a_product_moves_whole_from_one_server_to_another() {
    let (mut shop, _) = naming().await;
    let rows = shop.rows("").await;
    shop.server.stop().await;
    let line = shop.server.command_line("");
    let redact = format!("log redact webshop --text '{SECRET}' --reason asked --by p-chief --yes");
    let _ = line.run(&format!("{redact} --data-dir data")).code(0);
    let ran = line.run("log export webshop --data-dir data").code(0);
    let (version, hash) = state(&line, "webshop", "data");
    ran.complains(&[&format!("product webshop, version {version}: state {hash}")]);
    fs::write(shop.server.dir().join("webshop.jsonl"), &ran.out).unwrap();

    let mut other = Server::start().await;
    other.stop().await;
    let file = shop.server.dir().join("webshop.jsonl");
    let there = other.command_line("");
    let import = format!("log import '{}' --data-dir data", file.display());
    let _ = there.run(&import).code(0);
    assert_eq!(state(&there, "webshop", "data"), (version, hash));
    let report = |line: &CommandLine| line.json("log verify --data-dir data");
    let of_shop = |report: &Value| {
        report["states"].as_array().unwrap().iter().find(|one| one["product"] == "webshop").cloned()
    };
    assert_eq!(of_shop(&report(&there)), of_shop(&report(&line)));
    assert_eq!(report(&there)["redacted"], report(&line)["redacted"]);
    there.run(&import).code(5).complains(&["the log has a product webshop already"]);
    // What was altered does not come in, and leaves nothing behind.
    let altered = ran.out.replacen("Shelf 1", "Shelf 2", 1);
    let ran = there.run_with("log import - --data-dir elsewhere", altered.as_bytes()).code(1);
    ran.complains(&["one of them was altered"]);
    assert_eq!(there.json("log verify --data-dir elsewhere")["products"], 0);

    other.start_again().await;
    let list = v1::ListBacklogRequest {
        parent: "products/webshop".to_owned(),
        page_size: 1_000,
        ..Default::default()
    };
    let page = other.admin().backlog().list_backlog(list).await.given();
    let keys = |rows: &[v1::BacklogRow]| rows.iter().map(|row| row.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&page.rows), keys(&rows));
}

#[tokio::test]
async fn a_backup_under_load_restores_elsewhere_to_the_state_it_had() {
    let mut shop = Shop::open().await;
    shop.fill(&["online", "offline"]).await;
    let line = shop.server.command_line(&shop.server.admin_token());
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let writers: Vec<_> = ["online", "offline", "backoffice", "online"]
        .map(|domain| {
            let (writer, stopped) = (shop.chief.clone(), stopped.clone());
            tokio::spawn(async move {
                let mut written = 0_u32;
                while !*stopped.borrow() {
                    writer.backlog().create_item(Shop::new_item(domain, "More")).await.given();
                    written += 1;
                }
                written
            })
        })
        .into();
    let before = shop.version().await;
    let taking = line.clone();
    let taken = tokio::task::spawn_blocking(move || taking.json("log backup live.koepel")).await;
    assert!(taken.unwrap()["size_bytes"].as_u64().unwrap() > 0);
    stop.send(true).unwrap();
    let written: u32 = join_all(writers).await.into_iter().map(Result::unwrap).sum();
    assert!(written > 4, "somebody wrote all the while");
    shop.server.stop().await;

    let _ = line.run("log restore live.koepel --data-dir elsewhere").code(0);
    let (reached, restored) = state(&line, "webshop", "elsewhere");
    let (end, after) = state(&line, "webshop", "data");
    assert!((before..=end).contains(&reached), "{before} {reached} {end}");
    // The state that the server itself had at that version, from its own log.
    let lines = line.run("log export webshop --data-dir data").code(0).out;
    let then: String =
        lines.split_inclusive('\n').take(usize::try_from(reached).unwrap()).collect();
    let _ = line.run_with("log import - --data-dir then", then.as_bytes()).code(0);
    assert_eq!(state(&line, "webshop", "then"), (reached, restored.clone()));
    assert_eq!(restored == after, reached == end);
    let dir = scratch();
    fs::rename(shop.server.dir().join("elsewhere"), dir.path().join("data")).unwrap();
    let server = Server::start_in(dir, Settings::default()).await;
    let product = server.client(shop.chief.token());
    assert_eq!(Shop::version_of(&product, "products/webshop").await, reached);
}
