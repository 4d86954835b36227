//! Team tools that push everything twice, in any order, to a server that is killed meanwhile: whatever the order, the same
//! stays, it is what the latest news of each field says, and each event was applied once.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use futures::{StreamExt as _, future::join_all, stream};
use koepel_api::v1::{self, ItemStatus, link::Target};
use koepel_tests::{
    Answer as _, Client, Shop,
    reliability::{
        self,
        house::{self, Shown},
        node::Node,
    },
    scratch,
};
use prost_types::Timestamp;
use rand::{Rng as _, rngs::StdRng, seq::SliceRandom as _};
use serde_json::{Value, json};
use tokio::{sync::watch, time::Instant};

const TOOLS: usize = 16;
const ORDERS: usize = 10;
const EVENTS_AN_ITEM: usize = 8;
/// So long may it take until all that was pushed is applied.
const PATIENCE: Duration = Duration::from_secs(300);
/// What the tracker calls a status, and what that is here.
const STATES: [(&str, ItemStatus); 4] = [
    ("todo", ItemStatus::New),
    ("doing", ItemStatus::InProgress),
    ("done", ItemStatus::Done),
    ("never", ItemStatus::Dropped),
];

const MAPPING: &str = r#"
name = "tracker"
[input]
format = "json"
tells = "changes"
[item]
source = { join = "https://tracker.example/{data.id}" }
number = "data.id"
title = "data.title"
text = "data.text"
labels = "data.labels"
parent = "data.parent"
status = { from = "data.state", values = { todo = "new", doing = "in-progress", done = "done", never = "dropped" } }
[[links]]
kind = "needs"
from = "data.needs"
[references]
resolve = ["number"]
[[entries]]
name = "release"
release = "data.release"
end = "data.due"
"#;

/// What a tracker tells of an item.
struct News {
    item: usize,
    second: i64,
    data: Value,
}

/// All news, two of an item at each moment. Only some of it can make an item; a parent is the first item of the same tool.
fn news(count: usize, rng: &mut StdRng) -> Vec<News> {
    let items = (count / EVENTS_AN_ITEM).max(TOOLS * 2);
    let mut all = Vec::with_capacity(count);
    for n in 0..count {
        let (item, round) = (n % items, n / items);
        let mut data = json!({ "id": number(item) });
        if round == 0 || rng.random_ratio(1, 4) {
            data["title"] = json!(format!("Item {item}, as of {n}"));
        }
        if rng.random_ratio(1, 3) {
            data["text"] = json!(format!("Said in event {n}"));
        }
        if rng.random_ratio(1, 2) {
            data["state"] = json!(STATES[rng.random_range(0..STATES.len())].0);
        }
        if rng.random_ratio(1, 4) {
            data["labels"] = json!([format!("label-{n}"), "pushed"]);
        }
        if item >= TOOLS && rng.random_ratio(1, 4) {
            data["parent"] = json!(number(item % TOOLS));
        }
        if rng.random_ratio(1, 4) {
            let other = (item + rng.random_range(1..items)) % items;
            data["needs"] = json!([number(other)]);
        }
        if rng.random_ratio(1, 5) {
            data["release"] = json!(format!("v{n}"));
            data["due"] = json!(format!("2027-{:02}-{:02}", rng.random_range(1..=12), 1 + n % 28));
        }
        let second = 1_700_000_000 + i64::try_from(round / 2).unwrap();
        all.push(News { item, second, data });
    }
    all
}

fn number(item: usize) -> String {
    (item + 1).to_string()
}

fn source(item: usize) -> String {
    format!("https://tracker.example/{}", number(item))
}

/// The messages of each tool: each event twice, in a random order.
fn messages(all: &[News], product: &str, rng: &mut StdRng) -> Vec<Vec<v1::PushRequest>> {
    let mut order: Vec<usize> = (0..all.len()).chain(0..all.len()).collect();
    order.shuffle(rng);
    let mut of_tools: Vec<Vec<v1::PushedEvent>> = vec![Vec::new(); TOOLS];
    for n in order {
        let News { item, second, data } = &all[n];
        of_tools[item % TOOLS].push(v1::PushedEvent {
            id: n.to_string(),
            source: "/tracker".to_owned(),
            r#type: "issue".to_owned(),
            time: Some(Timestamp { seconds: *second, nanos: 0 }),
            data: data.to_string(),
            ..Default::default()
        });
    }
    // Some twenty messages of each tool, as long as they may be.
    let size = (all.len() * 2 / TOOLS / 20).clamp(1, 100);
    let message = |tool: usize, events: &[v1::PushedEvent]| v1::PushRequest {
        connection: format!("products/{product}/connections/c{tool}"),
        events: events.to_vec(),
    };
    let of_tool = |(tool, events): (usize, Vec<v1::PushedEvent>)| {
        events.chunks(size).map(|events| message(tool, events)).collect()
    };
    of_tools.into_iter().enumerate().map(of_tool).collect()
}

/// A server, and the tokens of the tools.
struct Run {
    node: Node,
    tokens: Vec<String>,
    rng: StdRng,
}

impl Run {
    async fn begin(node: Node, rng: StdRng) -> Self {
        let admin = node.client(&node.admin_token());
        let mut tokens = Vec::new();
        for tool in 0..TOOLS {
            let person = v1::CreatePersonRequest {
                person_id: format!("t-{tool}"),
                tool: true,
                ..Default::default()
            };
            admin.admin().create_person(person).await.given();
            let token =
                v1::CreateTokenRequest { person: format!("people/t-{tool}"), ..Default::default() };
            tokens.push(Shop::token(&admin, token).await.token().to_owned());
        }
        Self { node, tokens, rng }
    }

    fn admin(&self) -> Client {
        self.node.client(&self.node.admin_token())
    }

    /// Makes a product with a domain and a connection for each tool.
    async fn product(&self, id: &str) {
        let admin = self.admin();
        let (product, product_id) = (format!("products/{id}"), id.to_owned());
        let create = v1::CreateProductRequest {
            product_id,
            display_name: id.to_owned(),
            ..Default::default()
        };
        admin.products().create_product(create).await.given();
        for tool in 0..TOOLS {
            let domain = Shop::domain(&admin, &product, &format!("d{tool}")).await.name;
            let connection = v1::Connection {
                domain,
                tool: format!("people/t-{tool}"),
                mapping: MAPPING.to_owned(),
                ..Default::default()
            };
            let connect = v1::CreateConnectionRequest {
                parent: product.clone(),
                connection_id: format!("c{tool}"),
                connection: Some(connection),
                ..Default::default()
            };
            admin.connections().create_connection(connect).await.given();
        }
    }

    /// Each tool pushes what is left of its messages. Answers with how many of each were acknowledged.
    async fn push(
        &self,
        left: &[&[v1::PushRequest]],
        acknowledged: &watch::Sender<usize>,
    ) -> Vec<usize> {
        let pushing = left.iter().zip(&self.tokens).map(|(messages, token)| {
            let (client, messages) = (self.node.client(token), messages.to_vec());
            push(client, messages, acknowledged.clone())
        });
        join_all(pushing).await
    }

    /// Pushes everything to a product of its own, with a kill in the middle. Answers with the state that stays.
    async fn order(&mut self, product: &str, all: &[News]) -> BTreeMap<String, Kept> {
        self.product(product).await;
        let messages = messages(all, product, &mut self.rng);
        let count: usize = messages.iter().map(Vec::len).sum();
        let kill_at = self.rng.random_range(count / 5..count * 4 / 5);
        let (acknowledged, mut watched) = watch::channel(0);
        let left: Vec<&[v1::PushRequest]> = messages.iter().map(Vec::as_slice).collect();
        let killing = async {
            watched.wait_for(|count| *count >= kill_at).await.unwrap();
            self.node.signal("KILL");
        };
        let (done, ()) = tokio::join!(self.push(&left, &acknowledged), killing);
        self.node.kill();
        self.node.start().await;
        self.node.ready().await.unwrap();
        let left: Vec<&[v1::PushRequest]> =
            left.iter().zip(&done).map(|(messages, done)| &messages[*done..]).collect();
        let again = self.push(&left, &acknowledged).await;
        for (messages, done) in left.iter().zip(again) {
            assert_eq!(messages.len(), done, "not all was acknowledged after the restart");
        }
        self.settled(product, all.len()).await;
        applied_once(&self.admin(), product, all.len()).await;
        kept(&self.admin(), product).await
    }

    /// Waits until all that was pushed is applied, and checks that each event was taken in once and none is set aside.
    async fn settled(&self, product: &str, events: usize) {
        let (admin, begun) = (self.admin(), Instant::now());
        loop {
            let asked = v1::ListConnectionsRequest {
                parent: format!("products/{product}"),
                ..Default::default()
            };
            let all = admin.connections().list_connections(asked).await.given().connections;
            let tallies: Vec<v1::PushTally> =
                all.into_iter().map(|one| one.tally.unwrap()).collect();
            let received: u64 = tallies.iter().map(|tally| tally.received).sum();
            assert_eq!(usize::try_from(received), Ok(events), "taken in");
            if tallies.iter().all(|tally| !tally.behind && tally.set_aside == 0) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{tallies:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Pushes messages until one is not acknowledged. Answers with how many were.
async fn push(
    by: Client,
    messages: Vec<v1::PushRequest>,
    acknowledged: watch::Sender<usize>,
) -> usize {
    let mut done = 0;
    let Ok(answers) = by.ingest().push(stream::iter(messages)).await else { return done };
    let mut answers = answers.into_inner();
    while let Some(Ok(_)) = answers.next().await {
        done += 1;
        acknowledged.send_modify(|count| *count += 1);
    }
    done
}

/// Checks that no news was applied twice, by what the log says of it: of which item, moment and field.
async fn applied_once(by: &Client, product: &str, events: usize) {
    let (commits, _) = house::commits(by, product, 1).await.expect("the events");
    let mut seen = BTreeSet::new();
    for (kind, told) in commits.iter().flat_map(|commit| &commit.events) {
        if kind != "SourceTold" {
            continue;
        }
        let names = |what: &str| told[what].as_array().cloned().unwrap_or_default();
        for name in names("fields").into_iter().chain(names("entries")) {
            let once =
                seen.insert(format!("{} {} {} {name}", told["item"], told["at"], told["tie"]));
            assert!(once, "{product}: applied twice: {told}");
        }
    }
    assert!(seen.len() > events / 4, "{product}: hardly anything was applied");
}

/// What the API tells of an item but for its key and its place, which depend on what came first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Kept {
    title: String,
    text: String,
    domain: String,
    status: i32,
    closed_reason: String,
    labels: Vec<String>,
    parent: String,
    links: BTreeSet<String>,
    entries: Vec<String>,
}

/// All items of a product, by their addresses in the tracker.
async fn kept(by: &Client, product: &str) -> BTreeMap<String, Kept> {
    let Shown { rows, .. } = house::list(by, product, "", true).await.unwrap();
    let read = stream::iter(rows).map(|row| async move {
        let name = format!("products/{product}/items/{}", row.key);
        let asked = v1::GetItemRequest { name, ..Default::default() };
        by.backlog().get_item(asked).await.given().item.unwrap()
    });
    let items: Vec<v1::Item> = read.buffer_unordered(32).collect().await;
    let mut sources: BTreeMap<String, String> = BTreeMap::from([(String::new(), String::new())]);
    sources.extend(items.iter().map(|item| (item.name.clone(), item.source_links[0].clone())));
    let entries = entries(by, product, &sources).await;
    let of = |item: v1::Item| {
        let source = sources[&item.name].clone();
        let links = item.links.into_iter().map(|link| match link.target.unwrap() {
            Target::Item(name) => format!("{} {}", link.kind, sources[&name]),
            Target::Pending(name) | Target::Uri(name) => format!("{} {name}", link.kind),
        });
        let links = links.collect();
        let (_, domain) = item.domain.rsplit_once('/').unwrap();
        let kept = Kept {
            domain: domain.to_owned(),
            title: item.title,
            text: item.text,
            status: item.status,
            closed_reason: item.closed_reason,
            labels: item.labels,
            parent: sources[&item.parent].clone(),
            links,
            entries: entries.get(&source).cloned().unwrap_or_default(),
        };
        (source, kept)
    };
    items.into_iter().map(of).collect()
}

/// The entries of the roadmap, by the address of the item that each belongs to.
async fn entries(
    by: &Client,
    product: &str,
    sources: &BTreeMap<String, String>,
) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut page_token = String::new();
    loop {
        let parent = format!("products/{product}");
        let asked = v1::ListRoadmapEntriesRequest {
            parent,
            page_size: 1_000,
            page_token,
            ..Default::default()
        };
        let page = by.roadmap().list_roadmap_entries(asked).await.given();
        for entry in page.entries {
            let told = format!("{} {:?} {}", entry.release, entry.when, entry.title);
            for item in &entry.items {
                all.entry(sources[item].clone()).or_default().push(told.clone());
            }
        }
        if page.next_page_token.is_empty() {
            return all;
        }
        page_token = page.next_page_token;
    }
}

/// Checks each field against the latest news of it. Of two at one moment either may count.
fn check(all: &[News], kept: &BTreeMap<String, Kept>) {
    let mut latest: BTreeMap<(usize, &str), (i64, Vec<&Value>)> = BTreeMap::new();
    for News { item, second, data } in all {
        for (field, value) in data.as_object().unwrap() {
            let (at, values) = latest.entry((*item, field)).or_insert((*second, Vec::new()));
            if *at < *second {
                (*at, *values) = (*second, Vec::new());
            }
            values.push(value);
        }
    }
    for ((item, field), (_, values)) in latest {
        let found = &kept[&source(item)];
        let is = |value: &Value| {
            let text = value.as_str().unwrap_or_default();
            match field {
                "title" => found.title == text,
                "text" => found.text == text,
                "state" => STATES.contains(&(text, ItemStatus::try_from(found.status).unwrap())),
                "labels" => json!(found.labels) == *value,
                "parent" => found.parent == format!("https://tracker.example/{text}"),
                "needs" => {
                    let needed = format!("https://tracker.example/{}", value[0].as_str().unwrap());
                    found.links.iter().any(|link| link.ends_with(&format!(" {needed}")))
                }
                "release" => {
                    found.entries.iter().any(|entry| entry.starts_with(&format!("{text} ")))
                }
                _ => true,
            }
        };
        assert!(values.iter().any(|value| is(value)), "{field} {values:?}: {found:?}");
    }
}

/// Compares what an order left with what the first did.
fn same(first: &BTreeMap<String, Kept>, other: &BTreeMap<String, Kept>, order: usize) {
    assert_eq!(first.len(), other.len(), "order {order}");
    for (source, kept) in first {
        assert_eq!(Some(kept), other.get(source), "{source}, order {order}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pushed_twice_in_any_order_over_a_kill_the_same_stays_and_each_event_counts_once() {
    let _alone = reliability::alone();
    let count = reliability::count(400, 100_000);
    let mut rng = reliability::random(reliability::seed("pushes"), 0);
    let all = news(count, &mut rng);
    let dir = scratch();
    let mut node = Node::new(dir.path(), &dir.path().join("data"));
    node.start().await;
    let mut run = Run::begin(node, rng).await;
    let begun = Instant::now();
    let first = run.order("order-0", &all).await;
    check(&all, &first);
    for order in 1..ORDERS {
        let other = run.order(&format!("order-{order}"), &all).await;
        same(&first, &other, order);
    }
    let (status, written) = run.node.stop().await;
    assert!(status.success(), "{written}");
    reliability::tell(&format!(
        "pushes: {count} events, each twice, over {TOOLS} connections, in {ORDERS} orders with a kill in each: {} items, equal; \
         each event applied once; {:?}",
        first.len(),
        begun.elapsed()
    ));
}
