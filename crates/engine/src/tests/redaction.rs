//! Taking a text out: it is gone from every event, all else is as it was, and the product is folded from what is left.

use std::path::Path;

use koepel_domain::{
    command::{Command, ItemChanges, NewItem},
    ids::{DomainId, PersonId, Timestamp, Version},
    item::Kind,
    product::Product,
    text::{Label, Reason, Text, Title},
};
use koepel_event_log::{
    self as log, EventLog, Hash, MemoryLog, Payload, ProductName, ReadLimit, Record, SledLog,
};

use super::support::{
    Products, begin, chief, engine, fresh_id, item, key, pin, records, run, set_up, settings,
    webshop,
};
use crate::{
    Error,
    redaction::{Left, Order, Plan, Refused, plan},
    replay, state_hash,
};

const SECRET: &str = "Jan de Vries";

fn order(text: &str) -> Order {
    Order {
        text: text.to_owned(),
        by: PersonId::system(),
        reason: Reason::new("A customer asked for it").unwrap(),
        now: Timestamp(1_700_000_000_000_001),
    }
}

async fn planned(log: &dyn EventLog, order: &Order) -> Result<Plan, Refused> {
    plan(log, &webshop(), order, &mut fresh_id).await
}

fn described(title: &str, text: &str, labels: &[&str], reason: &str) -> Command {
    let mut item = NewItem::plain(Kind::Story, Title::new(title).unwrap());
    item.text = Text::new(text).unwrap();
    item.labels = labels.iter().map(|label| Label::new(label).unwrap()).collect();
    let domain = DomainId::new("online").unwrap();
    Command::CreateItem { domain, item, place: None, reason: Reason::new(reason).unwrap() }
}

fn retitled(item: &str, title: &str) -> Command {
    let title = Some(Title::new(title).unwrap());
    let changes = Box::new(ItemChanges { title, ..ItemChanges::default() });
    Command::UpdateItem { item: key(item), changes, reason: Reason::default(), expected: None }
}

/// A product whose items name somebody in titles, texts, labels and reasons, at version 9.
async fn naming(log: &MemoryLog) -> std::sync::Arc<Products> {
    let engine = engine(log, settings());
    set_up(&engine).await;
    let text = format!("Call\t{SECRET},\n\"the customer\", and {SECRET}'s wife");
    let labels = ["L", SECRET, "z"];
    run(&engine, chief(), described("Gift cards", &text, &labels, SECRET)).await.unwrap();
    run(&engine, chief(), retitled("ONLINE-1", &format!("For {SECRET}"))).await.unwrap();
    run(&engine, chief(), retitled("ONLINE-1", "For a customer")).await.unwrap();
    run(&engine, chief(), item("offline", "Shelves")).await.unwrap();
    engine
}

/// The log as one on disk, which can be written anew.
async fn on_disk(log: &MemoryLog, dir: &Path) -> SledLog {
    let mut lines = Vec::new();
    for (product, _) in log.products().await.unwrap() {
        log::export(log, &product, &mut lines).await.unwrap();
    }
    let opened = || SledLog::open(dir, log::Settings::default()).unwrap();
    log::import(opened(), &lines[..], None, crate::check_record).await.unwrap();
    opened()
}

/// Takes a text out of a log on disk, and opens it again.
async fn taken_out(log: SledLog, order: &Order, dir: &Path) -> (Plan, SledLog) {
    let plan = planned(&log, order).await.unwrap();
    log::redact(log, &webshop(), &plan.stand_ins, plan.notices.clone()).await.unwrap();
    (plan, SledLog::open(dir, log::Settings::default()).unwrap())
}

fn readable(record: &Record) -> String {
    let payloads = record.commit.events.iter().filter_map(|event| event.payload.readable());
    payloads.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect()
}

#[tokio::test]
async fn a_text_goes_out_of_every_event_that_repeats_it() {
    let (memory, dir) = (MemoryLog::new(), tempfile::tempdir().unwrap());
    naming(&memory).await;
    let before = records(&memory).await;
    let path = dir.path().join("log");
    let (plan, log) = taken_out(on_disk(&memory, &path).await, &order(SECRET), &path).await;

    let found: Vec<_> = plan
        .found
        .iter()
        .map(|found| (found.version.get(), found.about.as_deref().unwrap(), found.fields.join(" ")))
        .collect();
    assert_eq!(
        found,
        [
            (6, "ONLINE-1", "labels.0 reason text".to_owned()),
            (7, "ONLINE-1", "title.to".to_owned()),
            (8, "ONLINE-1", "title.from".to_owned()),
        ]
    );
    assert_eq!((plan.left, plan.elsewhere), (vec![], vec![]));

    let after = records(&log).await;
    assert_eq!(after.len(), before.len() + 1);
    for (was, is) in before.iter().zip(&after) {
        assert_eq!(was.hash, is.hash, "the chain is as it was");
        assert!(!readable(is).contains(SECRET));
        if !(6..=8).contains(&was.version.get()) {
            assert_eq!(was, is);
        }
    }
    assert!(
        readable(&after[5])
            .contains(r#"Call\t[redacted],\n\"the customer\", and [redacted]'s wife"#)
    );
    let (state, head) = replay::<Product>(&log, &webshop()).await.unwrap();
    assert_eq!(head.version.get(), 10);
    let (_, item) = state.item_by_key(&key("ONLINE-1")).unwrap();
    assert_eq!((item.title.as_str(), item.changed), ("For a customer", Version(10)));
    let labels: Vec<_> = item.labels.iter().map(Label::as_str).collect();
    assert_eq!(labels, ["L", "[redacted]", "z"], "sorted, as labels are");
    state.check().unwrap();
}

#[tokio::test]
async fn an_engine_goes_on_where_a_text_was_taken_out() {
    let (memory, dir) = (MemoryLog::new(), tempfile::tempdir().unwrap());
    naming(&memory).await;
    let path = dir.path().join("log");
    let (_, log) = taken_out(on_disk(&memory, &path).await, &order(SECRET), &path).await;
    let log = std::sync::Arc::new(log);
    let engine = engine(&log, settings());
    let pinned = run(&engine, chief(), pin("ONLINE-1")).await.unwrap();
    assert_eq!(pinned.commit.version, Version(11));
    engine.stop().await;
    replay::<Product>(&*log, &webshop()).await.unwrap();
}

#[tokio::test]
async fn an_imported_product_has_the_state_of_the_one_exported_also_after_a_redaction() {
    let (memory, dir) = (MemoryLog::new(), tempfile::tempdir().unwrap());
    naming(&memory).await;
    let first = state_hash(&memory, &webshop()).await.unwrap();
    let path = dir.path().join("log");
    let log = on_disk(&memory, &path).await;
    assert_eq!(state_hash(&log, &webshop()).await.unwrap(), first);
    let (_, log) = taken_out(log, &order(SECRET), &path).await;
    let second = state_hash(&log, &webshop()).await.unwrap();
    assert_ne!(second.state, first.state);

    let (mut lines, other) = (Vec::new(), dir.path().join("other"));
    log::export(&log, &webshop(), &mut lines).await.unwrap();
    assert!(!String::from_utf8(lines.clone()).unwrap().contains(SECRET));
    let there = SledLog::open(&other, log::Settings::default()).unwrap();
    log::import(there, &lines[..], None, crate::check_record).await.unwrap();
    let there = SledLog::open(&other, log::Settings::default()).unwrap();
    assert_eq!(state_hash(&there, &webshop()).await.unwrap(), second);
    assert_eq!(records(&there).await, records(&log).await);
}

#[tokio::test]
async fn a_second_text_goes_out_of_what_stands_in_for_the_first() {
    let (memory, dir) = (MemoryLog::new(), tempfile::tempdir().unwrap());
    naming(&memory).await;
    let path = dir.path().join("log");
    let (_, log) = taken_out(on_disk(&memory, &path).await, &order(SECRET), &path).await;
    let (plan, log) = taken_out(log, &order("the customer"), &path).await;
    assert_eq!(plan.found.len(), 1);
    let after = records(&log).await;
    assert!(
        readable(&after[5]).contains(r#"[redacted],\n\"[redacted]\", and"#),
        "{}",
        readable(&after[5])
    );
    replay::<Product>(&log, &webshop()).await.unwrap();
    assert_eq!(planned(&log, &order(SECRET)).await.unwrap().found, []);
}

#[tokio::test]
async fn where_a_line_would_be_too_long_the_mark_stands_for_all_of_it() {
    let (memory, dir) = (MemoryLog::new(), tempfile::tempdir().unwrap());
    let engine = engine(&memory, settings());
    set_up(&engine).await;
    for end in ["x", "y"] {
        let title = format!("{}{end}", "abc".repeat(66));
        run(&engine, chief(), item("online", &title)).await.unwrap();
    }
    let path = dir.path().join("log");
    let (_, log) = taken_out(on_disk(&memory, &path).await, &order("abc"), &path).await;
    let (state, _) = replay::<Product>(&log, &webshop()).await.unwrap();
    let title = |item: &str| state.item_by_key(&key(item)).unwrap().1.title.to_string();
    assert_eq!(
        (title("ONLINE-1"), title("ONLINE-2")),
        ("[redacted]".into(), "[redacted 2]".into())
    );
}

#[tokio::test]
async fn what_is_no_text_stays_and_is_told() {
    let memory = MemoryLog::new();
    naming(&memory).await;
    let plan = planned(&memory, &order("po-online")).await.unwrap();
    assert_eq!(plan.found, []);
    let version = log::Version::new(3);
    assert_eq!(plan.left, [Left { version, place: "RoleGranted person".to_owned() }]);
    let plan = planned(&memory, &order("p-hanna")).await.unwrap();
    let actor = |left: &Left| left.place == "the actor";
    assert_eq!(plan.left.iter().filter(|left| actor(left)).count(), 8);
}

#[tokio::test]
async fn other_products_that_have_the_text_are_told() {
    let memory = MemoryLog::new();
    naming(&memory).await;
    let records = records(&memory).await;
    let other = ProductName::new("other").unwrap();
    let commits = records.into_iter().map(|record| record.commit).collect();
    memory.append(&other, log::Version::ZERO, commits).await.unwrap();
    assert_eq!(planned(&memory, &order(SECRET)).await.unwrap().elsewhere, [(other, 3)]);
}

#[tokio::test]
async fn what_cannot_be_taken_out_is_refused() {
    let memory = MemoryLog::new();
    naming(&memory).await;
    let refused = async |order: Order| planned(&memory, &order).await.unwrap_err().to_string();
    for short in ["", "ab", " a  "] {
        assert!(refused(order(short)).await.contains("give at least 3"), "{short:?}");
    }
    assert!(refused(order("redacted")).await.contains("the mark that would stand in its place"));
    assert!(refused(order("customer")).await.contains("say why in other words"));
    let stranger = Order { by: PersonId::new("p-nobody").unwrap(), ..order(SECRET) };
    assert!(refused(stranger).await.contains("there is no person p-nobody"));
}

#[tokio::test]
async fn what_stands_in_without_a_voucher_is_not_opened() {
    let memory = MemoryLog::new();
    naming(&memory).await;
    let mut commits: Vec<_> =
        records(&memory).await.into_iter().map(|record| record.commit).collect();
    // As somebody who gets at the disk could do it: the chain still fits.
    let forged =
        br#"{"item":"ONLINE-1","title":{"from":"For a customer","to":"Free gifts for all"}}"#;
    commits[7].events[0].payload = Payload::Redacted {
        hash: commits[7].events[0].payload.hash(),
        size_bytes: 80,
        stand_in: forged.to_vec().into(),
    };
    let log = MemoryLog::new();
    log.append(&webshop(), log::Version::ZERO, commits).await.unwrap();
    let told = replay::<Product>(&log, &webshop()).await.unwrap_err();
    assert!(told.starts_with("version 8: the payload of event 0 was taken out"), "{told}");
    let engine = engine(&log, settings());
    let Err(Error::Damaged { version, .. }) = engine.view(&webshop()).await else {
        panic!("it was opened");
    };
    assert_eq!(version, Version(8));
}

#[tokio::test]
async fn equal_states_have_equal_hashes_and_no_others() {
    let (one, other) = (MemoryLog::new(), MemoryLog::new());
    let engine = engine(&one, settings());
    engine.create(&webshop(), begin()).await.unwrap();
    let limit = ReadLimit::default();
    let first = one.read(&webshop(), log::Version::new(1), limit).await.unwrap().remove(0);
    other.append(&webshop(), log::Version::ZERO, vec![first.commit]).await.unwrap();
    let hash = async |log: &MemoryLog| state_hash(log, &webshop()).await.unwrap();
    assert_eq!(hash(&one).await, hash(&other).await);
    assert_ne!(hash(&one).await.state, Hash::ZERO);
    let named = Command::UpdateProduct {
        name: Some(koepel_domain::text::Name::new("Shop").unwrap()),
        summary: None,
        expected: None,
    };
    run(&engine, chief(), named).await.unwrap();
    assert_ne!(hash(&one).await.state, hash(&other).await.state);
}
