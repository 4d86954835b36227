//! What an index of searches survives: restarts, kills, damage; and that nothing stays in it that is to be gone.

use std::{
    fs,
    path::{Path, PathBuf},
};

use koepel_api::v1;
use koepel_tests::{Answer as _, Client, Shop};

use crate::{
    ingest::import,
    search::{answer, ask, create, keys, patiently, shown, stocked},
};

/// The same person at the server that was started again.
fn again(shop: &Shop, client: &Client) -> Client {
    shop.server.client(client.token())
}

fn index_of(shop: &Shop) -> PathBuf {
    shop.server.data_dir().join("search/webshop")
}

#[tokio::test]
async fn an_index_is_used_again_after_a_restart() {
    let mut shop = stocked().await;
    assert!(!index_of(&shop).exists(), "nobody has searched yet");
    let before = answer(&shop.member, ask("order")).await;
    let (status, written) = shop.server.stop().await;
    assert!(status.success(), "{written}");
    assert!(written.contains("search index made"), "{written}");
    shop.server.start_again().await;
    let (chief, member) = (again(&shop, &shop.chief), again(&shop, &shop.member));
    let later =
        chief.backlog().create_item(Shop::new_item("online", "One more order")).await.given();
    let version = later.receipt.unwrap().version;
    let after =
        answer(&member, v1::SearchItemsRequest { min_version: version, ..ask("order") }).await;
    assert_eq!(keys(&after), [&["ONLINE-5"], &keys(&before)[..]].concat());
    let (_, written) = shop.server.stop().await;
    assert!(written.contains("search index opened"), "{written}");
    assert!(!written.contains("search index made"), "{written}");
}

/// The regular files of an index.
fn files(dir: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| !path.to_string_lossy().ends_with(".lock")).collect()
}

#[tokio::test]
async fn a_damaged_index_is_dropped_and_made_anew() {
    let mut shop = stocked().await;
    let expected = answer(&shop.member, ask("order")).await;
    shop.server.stop().await;
    type Harm = fn(&Path);
    let harms: [(&str, Harm); 5] = [
        ("half of each file", |dir| {
            for file in files(dir) {
                let bytes = fs::read(&file).unwrap();
                fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
            }
        }),
        ("one bit in the words", |dir| {
            let file = files(dir).into_iter().find(|path| path.to_string_lossy().ends_with(".idx"));
            let file = file.unwrap();
            let mut bytes = fs::read(&file).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(&file, bytes).unwrap();
        }),
        ("no list of files", |dir| fs::remove_file(dir.join(".managed.json")).unwrap()),
        ("a file in the folder's place", |dir| {
            fs::remove_dir_all(dir).unwrap();
            fs::write(dir, "no index").unwrap();
        }),
        ("another log's", |dir| {
            let meta = dir.join("meta.json");
            let text = fs::read_to_string(&meta).unwrap();
            let at = text.find("\"payload\": \"").or_else(|| text.find("\"payload\":\"")).unwrap();
            let (before, payload) = text.split_at(at);
            let hash = payload.split([' ', '"']).find(|word| word.len() == 64).unwrap();
            let other = payload.replacen(hash, &"0".repeat(64), 1);
            fs::write(&meta, format!("{before}{other}")).unwrap();
        }),
    ];
    for (what, harm) in harms {
        harm(&index_of(&shop));
        shop.server.start_again().await;
        let found = patiently(&again(&shop, &shop.member), ask("order")).await;
        assert_eq!(found.hits, expected.hits, "{what}");
        let (status, written) = shop.server.stop().await;
        assert!(status.success(), "{what}: {written}");
        assert!(written.contains("it is made anew"), "{what}: {written}");
    }
}

fn generated(lines: usize) -> String {
    let line = |n: usize| {
        let text = format!("text {n} of many, word{} and word{}", n % 97, n % 89);
        format!(
            "{{\"id\":\"{n}\",\"title\":\"Generated {n}\",\"team\":\"online\",\"text\":\"{text}\"}}\n"
        )
    };
    (1..=lines).map(line).collect()
}

#[tokio::test]
async fn an_index_whose_server_was_killed_is_whole_or_made_anew() {
    let mut shop = Shop::open().await;
    let file = generated(6_000);
    import(&shop.chief, "products/webshop", crate::ingest::mapping(), file.as_bytes())
        .await
        .given();
    let dir = index_of(&shop);
    let stages: [&dyn Fn() -> bool; 4] = [
        &|| dir.exists(),
        &|| dir.join("meta.json").exists(),
        &|| dir.exists() && files(&dir).len() > 4,
        &|| {
            fs::read_to_string(dir.join("meta.json")).is_ok_and(|meta| {
                meta.contains("payload\":\"1 ") || meta.contains("payload\": \"1 ")
            })
        },
    ];
    for (round, stage) in stages.into_iter().enumerate() {
        let member = again(&shop, &shop.member);
        let searching =
            tokio::spawn(async move { member.backlog().search_items(ask("word13")).await });
        while !stage() && !searching.is_finished() {
            tokio::task::yield_now().await;
        }
        shop.server.kill();
        searching.await.unwrap().ok();
        shop.server.start_again().await;
        let chief = again(&shop, &shop.chief);
        let item = Shop::new_item("offline", &format!("Word13 again {round}"));
        let version = chief.backlog().create_item(item).await.given().receipt.unwrap().version;
        let request = v1::SearchItemsRequest { min_version: version, ..ask("word13") };
        let found = patiently(&again(&shop, &shop.member), request).await;
        let expected = (1..=6_000).filter(|n| n % 97 == 13 || n % 89 == 13).count() + round + 1;
        assert_eq!(usize::try_from(found.total_size).unwrap(), expected, "round {round}");
        if round < 2 {
            // From the beginning again.
            shop.server.stop().await;
            fs::remove_dir_all(&dir).unwrap();
            shop.server.start_again().await;
        }
    }
}

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

#[tokio::test]
async fn a_redacted_word_is_gone_from_the_index_and_not_found() {
    let mut shop = stocked().await;
    let secret = "Rumpelstiltskin";
    create(&shop, "online", "Refund", &format!("asked for by {secret}")).await;
    let version = create(&shop, "online", &format!("Call {secret}"), "").await;
    let request = v1::SearchItemsRequest { min_version: version, ..ask(secret) };
    assert_eq!(answer(&shop.member, request).await.total_size, 2);
    shop.server.stop().await;
    let (line, data) = (shop.server.command_line(""), shop.server.data_dir());
    assert!(
        !holding(&data.join("search"), secret.as_bytes()).is_empty(),
        "there is something to find"
    );
    let _ = line
        .run(&format!(
            "log redact webshop --text {secret} --reason asked --by p-chief --yes --data-dir data"
        ))
        .code(0);
    for form in [secret, "rumpelstiltskin", "umpelstilt"] {
        assert_eq!(holding(&data, form.as_bytes()), [] as [PathBuf; 0]);
    }
    assert!(!index_of(&shop).exists());
    shop.server.start_again().await;
    let member = again(&shop, &shop.member);
    assert_eq!(patiently(&member, ask(secret)).await.total_size, 0);
    let found = answer(&member, ask("redacted")).await;
    assert_eq!(shown(found.hits[0].title.as_ref()), "Call [[redacted]]");
    assert_eq!(found.total_size, 2);
}

#[tokio::test]
async fn a_restored_log_is_not_searched_by_the_index_of_another() {
    let mut shop = stocked().await;
    shop.server.stop().await;
    let line = shop.server.command_line("");
    let _ = line.run("log backup before.koepel --data-dir data").code(0);
    shop.server.start_again().await;
    let found = answer(&again(&shop, &shop.member), ask("order")).await;
    shop.server.stop().await;
    let data = shop.server.data_dir();
    fs::remove_dir_all(data.join("log")).unwrap();
    assert!(index_of(&shop).exists());
    let _ = line.run("log restore before.koepel --data-dir data").code(0);
    assert!(!data.join("search").exists());
    shop.server.start_again().await;
    assert_eq!(patiently(&again(&shop, &shop.member), ask("order")).await.hits, found.hits);
}
