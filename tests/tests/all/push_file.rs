//! A file of events, pushed by the command line.

use koepel_tests::Shop;
use serde_json::json;

use crate::push::{aside, connect, settled};

#[tokio::test]
async fn a_file_with_one_bad_event_goes_in_without_it() {
    let shop = Shop::open().await;
    let tool = connect(&shop).await;
    let line = |id: &str, time: &str| {
        let data = json!({"id": 1, "title": format!("Title {id}")});
        json!({"specversion": "1.0", "id": id, "source": "/tracker", "type": "issue", "time": time, "data": data})
            .to_string()
    };
    let file = [
        line("a", "2026-11-22T10:00:00Z"),
        line("late", "30000-01-01T00:00:00Z"),
        String::new(),
        line("b", "2026-11-23T10:00:00+01:00"),
        json!({"id": "c", "source": "/tracker", "type": "issue"}).to_string(),
    ]
    .join("\n");
    let team = shop.server.command_line(tool.token());
    let push = "push tracker - -p webshop";
    team.run_with(push, file.as_bytes()).code(0).tells(&["4 events are durable now", "aside"]);
    settled(&shop).await;
    assert_eq!(shop.rows("").await[0].title, "Title b");
    let held = aside(&shop.online).await;
    assert_eq!(held.len(), 2, "{held:?}");
    for (id, says) in [("late", "30000-01-01"), ("c", "specversion")] {
        let told = held.iter().find(|push| push.event_id == id);
        assert!(told.is_some_and(|push| push.reason.contains(says)), "{id}: {held:?}");
    }
    team.run_with(push, file.as_bytes()).code(0).tells(&["4 had come before"]);
    let torn = format!("{file}\n{{\"id\":");
    team.run_with(push, torn.as_bytes()).code(1).complains(&["line 6", "nothing was sent"]);
}
