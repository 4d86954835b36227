//! `koepel log`: verify, backup, restore and export, of a log at rest and of a running server's.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use koepel_api::v1;
use koepel_tests::{Answer as _, Server, Settings, Shop, scratch};
use serde_json::Value;
use tokio::sync::oneshot::error::TryRecvError;
use tonic::Code;

/// The commits of an export, each a line of JSON.
fn exported(shop: &Shop, line: &str) -> Vec<Value> {
    let ran = shop.server.command_line("").run(line).code(0);
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn a_log_at_rest_is_verified_backed_up_restored_and_exported() {
    let mut shop = Shop::open().await;
    shop.fill(&["online", "offline"]).await;
    let (rows, version) = (shop.rows("").await, shop.version().await);
    let line = shop.server.command_line("");
    // While the server runs, its log is its own.
    let ran = line.run("log verify --data-dir data").code(1);
    ran.complains(&["a server is running on it"]);
    shop.server.stop().await;

    let report = line.json("log verify --data-dir data");
    assert_eq!((&report["intact"], &report["products"]), (&true.into(), &2.into()));
    let ran = line.run("log verify --data-dir data").code(0);
    ran.tells(&["The log is intact"]);
    let made = line.json("log backup kept.koepel --data-dir data");
    let product = |made: &Value| {
        made["products"]
            .as_array()
            .unwrap()
            .iter()
            .find(|product| product["product"] == "webshop")
            .cloned()
            .unwrap()
    };
    assert_eq!(product(&made)["version"], version);
    let ran = line.run("log backup kept.koepel --data-dir data").code(1);
    ran.complains(&["kept.koepel"]);
    // What lies there of an earlier log might hold what a redaction took out.
    let old = shop.server.dir().join("elsewhere/snapshots");
    fs::create_dir_all(&old).unwrap();
    for file in ["webshop.snapshot", "webshop.snapshot.bad", "webshop.20000.past"] {
        fs::write(old.join(file), "of another log").unwrap();
    }
    let restored = line.json("log restore kept.koepel --data-dir elsewhere");
    assert_eq!(product(&restored), product(&made), "the same hash");
    assert_eq!(fs::read_dir(&old).unwrap().count(), 0);
    let ran = line.run("log restore kept.koepel --data-dir elsewhere").code(1);
    ran.complains(&["elsewhere"]);

    let commits = exported(&shop, "log export webshop --data-dir data");
    assert_eq!(u64::try_from(commits.len()).unwrap(), version);
    let versions: Vec<_> =
        commits.iter().map(|commit| commit["version"].as_u64().unwrap()).collect();
    assert_eq!(versions, (1..=version).collect::<Vec<_>>());
    assert_eq!(commits, exported(&shop, "log export webshop --data-dir elsewhere"));
    assert!(exported(&shop, "log export --data-dir data").len() > commits.len());
    let ran = line.run("log export nowhere --data-dir data").code(3);
    ran.complains(&["nowhere", "webshop"]);

    // A damaged backup is not restored, an unknown directory not verified.
    let mut bytes = fs::read(shop.server.dir().join("kept.koepel")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(shop.server.dir().join("bent.koepel"), &bytes).unwrap();
    assert_eq!(line.run("log restore bent.koepel --data-dir third").code, 1);
    bytes.truncate(middle);
    fs::write(shop.server.dir().join("short.koepel"), bytes).unwrap();
    assert_eq!(line.run("log restore short.koepel --data-dir fourth").code, 1);
    let ran = line.run("log verify --data-dir nowhere");
    assert_ne!(ran.code, 0);
    assert!(!shop.server.dir().join("nowhere").exists(), "looking at a log makes none");

    serves_the_same(&shop, &shop.server.dir().join("elsewhere"), &rows).await;
}

/// A server on a restored directory shows the same, to the same tokens.
async fn serves_the_same(shop: &Shop, restored: &Path, rows: &[v1::BacklogRow]) {
    let dir = scratch();
    fs::rename(restored, dir.path().join("data")).unwrap();
    let server = Server::start_in(dir, Settings::default()).await;
    let list =
        v1::ListBacklogRequest { parent: "products/webshop".to_owned(), ..Default::default() };
    let page = server.client(shop.member.token()).backlog().list_backlog(list).await.given();
    assert_eq!(page.rows, rows);
}

#[tokio::test]
async fn whoever_lost_the_administrators_token_gets_a_new_one_at_a_start() {
    let mut shop = Shop::open().await;
    let line = shop.server.command_line("");
    shop.server.stop().await;
    let _ = line.run("log backup kept.koepel --data-dir data").code(0);
    let ran = line.run("log restore kept.koepel --data-dir elsewhere").code(0);
    for file in ["people.json", "people.key", "admin.token", "--new-admin-token"] {
        ran.complains(&[file]);
    }
    let dir = scratch();
    fs::rename(shop.server.dir().join("elsewhere"), dir.path().join("data")).unwrap();
    let data = dir.path().join("data");
    let mut server = Server::start_in(dir, Settings::default()).await;
    assert!(!data.join("admin.token").exists());
    let (_, written) = server.stop().await;
    assert!(written.contains("--new-admin-token"), "{written}");

    // Moved on into a server that is asked for a new one.
    let dir = scratch();
    fs::rename(&data, dir.path().join("data")).unwrap();
    let arguments = vec!["--new-admin-token".to_owned()];
    let server = Server::start_in(dir, Settings { arguments, ..Default::default() }).await;
    let mode = fs::metadata(server.data_dir().join("admin.token")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_ne!(server.admin_token(), shop.admin.token());
    let who = server.admin().admin().who_am_i(v1::WhoAmIRequest {}).await.given();
    assert!(who.person.unwrap().administrator);
    let old = server.client(shop.admin.token()).admin().who_am_i(v1::WhoAmIRequest {}).await;
    old.refused().is(Code::Unauthenticated, "TOKEN_UNKNOWN");
    // Other people's tokens are as they were.
    server.client(shop.chief.token()).admin().who_am_i(v1::WhoAmIRequest {}).await.given();
}

#[tokio::test]
async fn only_its_owner_may_read_a_log() {
    let mut shop = Shop::open().await;
    let line = shop.server.command_line("");
    shop.server.stop().await;
    let _ = line.run("log backup kept.koepel --data-dir data").code(0);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let _ = line.run("log restore kept.koepel --data-dir elsewhere").code(0);
    assert_eq!(mode(&shop.server.dir().join("elsewhere/log")), 0o700);
    assert_eq!(mode(&shop.server.dir().join("elsewhere")), 0o700);
    // What was open before is closed by the next start.
    let (log, snapshots) =
        (shop.server.data_dir().join("log"), shop.server.data_dir().join("snapshots"));
    fs::create_dir_all(&snapshots).unwrap();
    for dir in [&log, &snapshots] {
        fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).unwrap();
    }
    shop.server.start_again().await;
    assert_eq!((mode(&log), mode(&snapshots)), (0o700, 0o700));
}

#[tokio::test]
async fn a_backup_of_a_running_server_is_whole() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline", "backoffice"]).await;
    let (rows, version) = (shop.rows("").await, shop.version().await);
    let line = shop.server.command_line(&shop.server.admin_token());
    // Somebody writes all the while.
    let writer = shop.chief.clone();
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let writing = tokio::spawn(async move {
        while stopped.try_recv().is_err_and(|error| error == TryRecvError::Empty) {
            writer.backlog().create_item(Shop::new_item("online", "More")).await.given();
        }
    });
    let made =
        tokio::task::spawn_blocking(move || line.json("log backup online.koepel")).await.unwrap();
    stop.send(()).unwrap();
    writing.await.unwrap();
    assert!(made["size_bytes"].as_u64().unwrap() > 0);
    let line = shop.server.command_line("");
    let _ = line.run("log restore online.koepel --data-dir elsewhere").code(0);
    assert_eq!(line.json("log verify --data-dir elsewhere")["intact"], true);
    let commits = exported(&shop, "log export webshop --data-dir elsewhere");
    let reached = u64::try_from(commits.len()).unwrap();
    assert!((version..=shop.version().await).contains(&reached));
    let dir = scratch();
    fs::rename(shop.server.dir().join("elsewhere"), dir.path().join("data")).unwrap();
    let restored = Server::start_in(dir, Settings::default()).await;
    let list = v1::ListBacklogRequest {
        parent: "products/webshop".to_owned(),
        page_size: 3,
        ..Default::default()
    };
    let page = restored.client(shop.member.token()).backlog().list_backlog(list).await.given();
    assert_eq!((page.version, page.rows), (reached, rows));
    // Nobody but an administrator takes one.
    let ran = shop.server.command_line(shop.chief.token()).run("log backup mine.koepel").code(4);
    ran.complains(&["administrator"]);
    assert!(!shop.server.dir().join("mine.koepel").exists());
}
