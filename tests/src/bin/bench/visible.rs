//! P6: how soon after the acknowledgement a command is seen, by who asks for its version and by who follows the stream.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::Result;
use koepel_api::v1::{self, subscribe_response::What};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::{
    Plan,
    figures::{Report, Times, ms},
    process::Server,
};

/// At most, for 99 of 100, in microseconds.
const QUERY_US: f64 = 5_000.0;
const STREAM_US: f64 = 20_000.0;

pub(crate) async fn run(plan: &Plan, report: &mut Report, server: &Server) -> Result<()> {
    let [writer, reader, follower] =
        [server.client().await?, server.client().await?, server.client().await?];
    let next = writer.create("measured", 1).await? + 1;
    let seen: Arc<Mutex<HashMap<u64, Instant>>> = Arc::default();
    let subscribe = v1::SubscribeRequest {
        product: "products/measured".to_owned(),
        from_version: next,
        ..Default::default()
    };
    let mut stream = follower.events().subscribe(follower.request(subscribe)).await?.into_inner();
    let following = tokio::spawn({
        let seen = Arc::clone(&seen);
        async move {
            while let Ok(Some(message)) = stream.message().await {
                if let Some(What::Event(event)) = message.what {
                    seen.lock().unwrap().insert(event.version, Instant::now());
                }
            }
        }
    });
    let (mut page, mut history, mut acknowledged) =
        (Times::default(), Times::default(), Vec::new());
    for n in 0..plan.either(100, 2_000) {
        let version = writer.create("measured", n).await?;
        let begun = Instant::now();
        acknowledged.push((version, begun));
        let list = v1::ListBacklogRequest {
            parent: "products/measured".to_owned(),
            page_size: 10,
            min_version: version,
            ..Default::default()
        };
        reader.backlog().list_backlog(reader.request(list)).await?;
        page.push(begun.elapsed());
        let begun = Instant::now();
        let past = v1::ListItemHistoryRequest {
            name: "products/measured/items/ONLINE-1".to_owned(),
            page_size: 10,
            min_version: version,
            ..Default::default()
        };
        reader.backlog().list_item_history(reader.request(past)).await?;
        history.push(begun.elapsed());
    }
    sleep(Duration::from_millis(500)).await;
    following.abort();
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    let mut streamed = Times::default();
    for (version, at) in &acknowledged {
        if let Some(when) = seen.get(version) {
            // It may be there before the acknowledgement is.
            streamed.push(when.saturating_duration_since(*at));
        }
    }
    for (what, times, most) in [
        ("acknowledged → in a page with min_version", &page, QUERY_US),
        ("acknowledged → in the history with min_version", &history, QUERY_US),
        ("acknowledged → on another subscriber's stream", &streamed, STREAM_US),
    ] {
        let measured = format!("p50 {}, p99 {}", ms(times.p50()), ms(times.p99()));
        report.add("P6", what, measured, format!("p99 ≤ {}", ms(most)), Some(times.p99() <= most));
    }
    let missed = acknowledged.len() - streamed.len();
    report.add(
        "P6",
        "acknowledged and not seen on the stream",
        missed.to_string(),
        "0",
        Some(missed == 0),
    );
    report.detail(
        "visible",
        json!({ "page": page.json(), "history": history.json(), "stream": streamed.json() }),
    );
    Ok(())
}
