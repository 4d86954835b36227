//! What every [`EventLog`] has to do, as a suite that each implementation runs.
//!
//! Use [`event_log_conformance!`](crate::event_log_conformance) in a test module of the
//! implementation: it makes a test of each rule, under the rule's name.
#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use bytes::Bytes;
use uuid::Uuid;

use crate::{
    AppendError, Event, EventLog, Hash, Head, Health, MAX_COMMIT_BYTES, NewCommit, Payload,
    ProductName, ReadLimit, Record, Version,
};

/// Makes a test of each rule. `$log` is an expression that is awaited and gives a new, empty log,
/// or a tuple that begins with one and keeps alive what it needs.
#[macro_export]
macro_rules! event_log_conformance {
    ($log:expr) => {
        $crate::event_log_conformance!(@ $log,
            an_unknown_product_is_empty_at_version_zero
            commits_get_the_versions_after_the_expected_one
            an_append_at_another_version_conflicts_and_leaves_no_trace
            of_appends_at_the_same_version_exactly_one_wins
            appends_are_queued_in_the_order_in_which_they_are_made
            if_one_of_a_pipeline_fails_those_that_rely_on_it_conflict
            an_append_is_not_taken_back_by_dropping_its_future
            all_that_was_appended_reads_back
            of_a_body_hash_the_first_half_reads_back
            records_form_a_chain_that_ends_in_the_head
            a_read_begins_where_asked_and_keeps_to_its_limits
            products_do_not_see_each_other
            products_are_listed_by_name_with_their_heads
            a_follower_is_woken_by_each_append
            a_large_commit_is_kept_whole
            what_is_not_well_formed_or_too_large_is_refused
            the_log_is_ready_and_counts_what_it_writes
            random_appenders_agree_on_what_was_acknowledged
        );
    };
    (@ $log:expr, $($rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                let log = $log.await;
                $crate::conformance::$rule($crate::conformance::Subject::log(&log)).await;
            }
        )*
    };
}

/// A log, or a tuple that begins with one.
pub trait Subject {
    /// The kind of log.
    type Log: EventLog;
    /// The log.
    fn log(&self) -> &Self::Log;
}

impl<L: EventLog> Subject for (L,) {
    type Log = L;
    fn log(&self) -> &L {
        &self.0
    }
}

impl<L: EventLog, K> Subject for (L, K) {
    type Log = L;
    fn log(&self) -> &L {
        &self.0
    }
}

fn product(name: &str) -> ProductName {
    ProductName::new(name).unwrap()
}

fn version(number: u64) -> Version {
    Version::new(number)
}

/// A commit with one event, told apart by `n`.
fn commit(n: u64) -> NewCommit {
    NewCommit {
        commit_id: Uuid::from_u128(u128::from(n) + 1),
        recorded_at_us: 1_795_000_000_000_000,
        time_us: 1_795_000_000_000_000,
        actor: "person-1".to_owned(),
        request_id: Some(Uuid::from_u128(u128::from(n))),
        body_hash: Hash::of(&n.to_be_bytes()).kept_of_body(),
        cause: None,
        events: vec![event(format!(r#"{{"n":{n}}}"#).into_bytes())],
    }
}

fn event(payload: Vec<u8>) -> Event {
    Event { kind: "ItemRanked".to_owned(), schema: 1, payload: Payload::Present(payload.into()) }
}

fn commits(numbers: std::ops::Range<u64>) -> Vec<NewCommit> {
    numbers.map(commit).collect()
}

/// Everything of a product, read in pages of a few.
async fn everything(log: &impl EventLog, product: &ProductName) -> Vec<Record> {
    let mut all: Vec<Record> = Vec::new();
    loop {
        let from = all.last().map_or(version(1), |record| record.version.next());
        let limit = ReadLimit { commits: 7, size_bytes: usize::MAX };
        let page = log.read(product, from, limit).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

async fn contents(log: &impl EventLog, product: &ProductName) -> Vec<NewCommit> {
    everything(log, product).await.into_iter().map(|record| record.commit).collect()
}

/// A product nobody has written to has no commits, and asking does not make it.
pub async fn an_unknown_product_is_empty_at_version_zero(log: &impl EventLog) {
    let online = product("online");
    assert_eq!(log.head(&online).await, Ok(Head::ZERO));
    assert_eq!(*log.follow(&online).borrow(), Version::ZERO);
    assert!(everything(log, &online).await.is_empty());
    assert_eq!(log.products().await, Ok(Vec::new()));
}

/// Versions are gapless from 1 on.
pub async fn commits_get_the_versions_after_the_expected_one(log: &impl EventLog) {
    let online = product("online");
    let first = log.append(&online, version(0), commits(0..3)).await.unwrap();
    assert_eq!(first.version, version(3));
    let second = log.append(&online, version(3), commits(3..4)).await.unwrap();
    assert_eq!(second.version, version(4));
    let versions: Vec<u64> =
        everything(log, &online).await.iter().map(|record| record.version.get()).collect();
    assert_eq!(versions, [1, 2, 3, 4]);
    assert_eq!(contents(log, &online).await, commits(0..4));
}

/// A stale or early writer is told where the product is.
pub async fn an_append_at_another_version_conflicts_and_leaves_no_trace(log: &impl EventLog) {
    let online = product("online");
    let head = log.append(&online, version(0), commits(0..2)).await.unwrap();
    for wrong in [0, 1, 3, u64::MAX] {
        let refused = log.append(&online, version(wrong), commits(9..10)).await;
        assert_eq!(refused, Err(AppendError::Conflict { head: version(2) }), "at {wrong}");
    }
    assert_eq!(log.head(&online).await, Ok(head));
    assert_eq!(contents(log, &online).await, commits(0..2));
    let other = product("other");
    let refused = log.append(&other, version(1), commits(9..10)).await;
    assert_eq!(refused, Err(AppendError::Conflict { head: version(0) }));
    assert_eq!(log.head(&other).await, Ok(Head::ZERO));
}

/// Optimistic concurrency.
pub async fn of_appends_at_the_same_version_exactly_one_wins(log: &impl EventLog) {
    let online = product("online");
    let racers: Vec<_> =
        (0..20).map(|n| log.append(&online, version(0), commits(n..n + 1))).collect();
    let mut won = Vec::new();
    for (n, racer) in (0..).zip(racers) {
        match racer.await {
            Ok(head) => won.push((n, head)),
            Err(error) => assert_eq!(error, AppendError::Conflict { head: version(1) }),
        }
    }
    assert_eq!(won.len(), 1, "{won:?}");
    let (winner, head) = won.pop().unwrap();
    assert_eq!(log.head(&online).await, Ok(head));
    assert_eq!(contents(log, &online).await, commits(winner..winner + 1));
}

/// The order of the calls counts, not that of the polls.
pub async fn appends_are_queued_in_the_order_in_which_they_are_made(log: &impl EventLog) {
    let online = product("online");
    let mut pipeline: Vec<_> =
        (0..10).map(|n| log.append(&online, version(n * 2), commits(n * 2..n * 2 + 2))).collect();
    let mut n = 10;
    while let Some(last) = pipeline.pop() {
        assert_eq!(last.await.unwrap().version, version(n * 2));
        n -= 1;
    }
    assert_eq!(contents(log, &online).await, commits(0..20));
}

/// What builds on something that is not there must not get in.
pub async fn if_one_of_a_pipeline_fails_those_that_rely_on_it_conflict(log: &impl EventLog) {
    let online = product("online");
    let good = log.append(&online, version(0), commits(0..1));
    let bad = log.append(&online, version(5), commits(5..7));
    let relying = log.append(&online, version(7), commits(7..8));
    let also = log.append(&online, version(1), commits(1..2));
    assert_eq!(good.await.unwrap().version, version(1));
    assert!(matches!(bad.await, Err(AppendError::Conflict { .. })));
    assert!(matches!(relying.await, Err(AppendError::Conflict { .. })));
    assert_eq!(also.await.unwrap().version, version(2));
    assert_eq!(contents(log, &online).await, commits(0..2));
}

/// Once made, an append runs its course.
pub async fn an_append_is_not_taken_back_by_dropping_its_future(log: &impl EventLog) {
    let online = product("online");
    drop(log.append(&online, version(0), commits(0..1)));
    let head = log.append(&online, version(1), commits(1..2)).await.unwrap();
    assert_eq!(head.version, version(2));
    assert_eq!(contents(log, &online).await, commits(0..2));
}

/// Every field, at its extremes.
pub async fn all_that_was_appended_reads_back(log: &impl EventLog) {
    let online = product("online");
    let (hash, size_bytes) = (Hash::of(b"gone"), u32::MAX);
    let redacted = Payload::Redacted { hash, size_bytes, stand_in: Bytes::from_static(b"{}") };
    let unusual = vec![
        NewCommit { events: Vec::new(), ..commit(1) },
        NewCommit { recorded_at_us: i64::MAX, time_us: i64::MIN, ..commit(2) },
        NewCommit { recorded_at_us: 0, time_us: -1, actor: String::new(), ..commit(3) },
        NewCommit { request_id: None, body_hash: Hash::ZERO, ..commit(4) },
        NewCommit { cause: Some("regel 4 – «æøå»".to_owned()), ..commit(5) },
        NewCommit { cause: Some(String::new()), ..commit(6) },
        NewCommit {
            events: vec![
                event(Vec::new()),
                Event { kind: "é".repeat(32), schema: u16::MAX, payload: redacted },
                event((0..=255).collect()),
            ],
            ..commit(7)
        },
        NewCommit {
            events: (0..1000_u64).map(|n| event(n.to_be_bytes().into())).collect(),
            ..commit(8)
        },
    ];
    log.append(&online, version(0), unusual.clone()).await.unwrap();
    assert_eq!(contents(log, &online).await, unusual);
}

/// Of the hash of a request's body the first half is kept, and nothing where no request is named.
pub async fn of_a_body_hash_the_first_half_reads_back(log: &impl EventLog) {
    let online = product("online");
    let body_hash = Hash::of(b"a body");
    let named = NewCommit { body_hash, ..commit(1) };
    let unnamed = NewCommit { request_id: None, body_hash, ..commit(2) };
    log.append(&online, version(0), vec![named, unnamed]).await.unwrap();
    let read: Vec<Hash> =
        contents(log, &online).await.into_iter().map(|commit| commit.body_hash).collect();
    assert_eq!(read, [body_hash.kept_of_body(), Hash::ZERO]);
    assert!(read.first().is_some_and(|kept| kept.same_body(&body_hash)));
}

/// Each record commits to all before it.
pub async fn records_form_a_chain_that_ends_in_the_head(log: &impl EventLog) {
    let online = product("online");
    let mut heads = Vec::new();
    for n in 0..30 {
        heads.push(log.append(&online, version(n * 2), commits(n * 2..n * 2 + 2)).await.unwrap());
    }
    let all = everything(log, &online).await;
    let mut previous = Hash::ZERO;
    for record in &all {
        assert_eq!((record.previous, &record.product), (previous, &online));
        previous = record.hash;
    }
    assert_eq!(all.last().map(Record::head), heads.last().copied());
    assert_eq!(log.head(&online).await.ok(), heads.last().copied());
    for head in heads {
        let at = usize::try_from(head.version.get()).unwrap() - 1;
        assert_eq!(all.get(at).map(Record::head), Some(head));
        // A read that begins in the middle knows the link too.
        let one = ReadLimit { commits: 1, size_bytes: 1 };
        let page = log.read(&online, head.version, one).await.unwrap();
        assert_eq!(page.first(), all.get(at));
    }
}

/// Pages.
pub async fn a_read_begins_where_asked_and_keeps_to_its_limits(log: &impl EventLog) {
    let online = product("online");
    let sized = |n: u64| NewCommit { events: vec![event(vec![7; 1000])], ..commit(n) };
    log.append(&online, version(0), (0..10).map(sized).collect()).await.unwrap();
    log.append(&online, version(10), (10..20).map(sized).collect()).await.unwrap();
    let read = async |from, commits, size_bytes| {
        let page = log.read(&online, version(from), ReadLimit { commits, size_bytes }).await;
        page.unwrap().iter().map(|record| record.version.get()).collect::<Vec<_>>()
    };
    assert_eq!(read(0, 3, usize::MAX).await, [1, 2, 3]);
    assert_eq!(read(1, 3, usize::MAX).await, [1, 2, 3]);
    assert_eq!(read(9, 4, usize::MAX).await, [9, 10, 11, 12]);
    assert_eq!(read(19, 100, usize::MAX).await, [19, 20]);
    assert_eq!(read(20, 100, usize::MAX).await, [20]);
    assert!(read(21, 100, usize::MAX).await.is_empty());
    assert!(read(u64::MAX, 100, usize::MAX).await.is_empty());
    // At least one, whatever the limit; and no more than fit.
    assert_eq!(read(5, 100, 0).await, [5]);
    assert_eq!(read(5, 0, usize::MAX).await, [5]);
    assert_eq!(read(5, 100, 3_600).await, [5, 6, 7]);
}

/// Isolation: not even the same commit is the same in another product.
pub async fn products_do_not_see_each_other(log: &impl EventLog) {
    let (a, b) = (product("a"), product("b"));
    let in_a = log.append(&a, version(0), commits(0..2)).await.unwrap();
    let in_b = log.append(&b, version(0), commits(0..2)).await.unwrap();
    assert_eq!(in_a.version, in_b.version);
    assert_ne!(in_a.hash, in_b.hash);
    log.append(&b, version(2), commits(5..6)).await.unwrap();
    assert_eq!(contents(log, &a).await, commits(0..2));
    assert_eq!(log.head(&a).await, Ok(in_a));
}

/// The list of products.
pub async fn products_are_listed_by_name_with_their_heads(log: &impl EventLog) {
    let mut expected = Vec::new();
    for name in ["zebra", "a", "a-b", "system", "0"] {
        let name = product(name);
        let head = log.append(&name, version(0), commits(0..1)).await.unwrap();
        expected.push((name, head));
    }
    expected.sort_by(|a, b| a.0.cmp(&b.0));
    let _ = log.head(&product("never-written")).await;
    drop(log.follow(&product("only-followed")));
    assert_eq!(log.products().await, Ok(expected));
}

/// Followers, also those who came before the product, see each append by anybody.
pub async fn a_follower_is_woken_by_each_append(log: &impl EventLog) {
    let online = product("online");
    let mut early = log.follow(&online);
    log.append(&product("other"), version(0), commits(0..1)).await.unwrap();
    assert!(!early.has_changed().unwrap());
    log.append(&online, version(0), commits(0..2)).await.unwrap();
    early.changed().await.unwrap();
    assert_eq!(*early.borrow_and_update(), version(2));
    let late = log.follow(&online);
    assert_eq!(*late.borrow(), version(2));
    let appended = log.append(&online, version(2), commits(2..3));
    early.changed().await.unwrap();
    // What a follower is told of can be read.
    let page = log.read(&online, version(3), ReadLimit::default()).await.unwrap();
    assert_eq!(page.len(), 1);
    assert_eq!(appended.await.unwrap().version, version(3));
    let refused = log.append(&online, version(0), commits(9..10)).await;
    assert!(refused.is_err());
    assert_eq!(*early.borrow_and_update(), version(3));
    assert!(!early.has_changed().unwrap());
}

/// An import: one commit of hundreds of events.
pub async fn a_large_commit_is_kept_whole(log: &impl EventLog) {
    let online = product("online");
    let import = |n: u64| NewCommit {
        events: (0..500_u16).map(|at| event(vec![at.to_le_bytes()[0]; 2000])).collect(),
        ..commit(n)
    };
    let mut expected = vec![commit(1), import(2), commit(3)];
    let more = vec![import(4), import(5), commit(6)];
    log.append(&online, version(0), expected.clone()).await.unwrap();
    log.append(&online, version(3), more.clone()).await.unwrap();
    expected.extend(more);
    assert_eq!(contents(log, &online).await, expected);
    for from in 1..=6 {
        let one = ReadLimit { commits: 1, size_bytes: usize::MAX };
        let page = log.read(&online, version(from), one).await.unwrap();
        let found = page.first().map(|record| &record.commit);
        assert_eq!(found, expected.get(usize::try_from(from).unwrap() - 1));
    }
}

/// Refusals say what is wrong, and leave no trace.
pub async fn what_is_not_well_formed_or_too_large_is_refused(log: &impl EventLog) {
    let online = product("online");
    let with = |kind: &str, payload: Bytes| NewCommit {
        events: vec![Event {
            kind: kind.to_owned(),
            schema: 1,
            payload: Payload::Present(payload),
        }],
        ..commit(2)
    };
    let small = Bytes::from_static(b"{}");
    for bad in [
        Vec::new(),
        vec![commit(1), with("", small.clone())],
        vec![commit(1), with(&"x".repeat(65), small)],
    ] {
        let refused = log.append(&online, version(0), bad).await;
        assert!(matches!(refused, Err(AppendError::Invalid { .. })), "{refused:?}");
    }
    let large = with("Large", Bytes::from(vec![0; MAX_COMMIT_BYTES + 1]));
    let refused = log.append(&online, version(0), vec![commit(1), large]).await;
    assert!(matches!(refused, Err(AppendError::TooLarge { .. })), "{refused:?}");
    assert_eq!(log.head(&online).await, Ok(Head::ZERO));
    assert_eq!(log.append(&online, version(0), commits(0..1)).await.unwrap().version, version(1));
}

/// Counters count commits, not calls that were refused.
pub async fn the_log_is_ready_and_counts_what_it_writes(log: &impl EventLog) {
    let online = product("online");
    assert_eq!(log.health(), Health::Ready);
    log.append(&online, version(0), commits(0..3)).await.unwrap();
    log.append(&online, version(3), commits(3..4)).await.unwrap();
    let _ = log.append(&online, version(9), commits(0..1)).await;
    let stats = log.stats();
    assert_eq!((stats.commits, stats.flushes), (4, 2));
    assert_eq!(stats.group_sizes.iter().sum::<u64>(), 2);
    assert!(stats.size_bytes > 200, "{stats:?}");
}

/// Several tasks with stale versions, pipelines and wrong guesses: what was acknowledged is there
/// exactly once, at the version it was acknowledged with, and nothing else is.
pub async fn random_appenders_agree_on_what_was_acknowledged(log: &impl EventLog) {
    let products: Vec<ProductName> = ["a", "b", "c"].map(product).into();
    let mut acknowledged = Vec::new();
    let rounds = (0..6_u64).map(|appender| appending(log, &products, appender));
    for (name, at, commits) in join_all(rounds.collect()).await.into_iter().flatten() {
        acknowledged.push((name, at, commits));
    }
    for name in &products {
        let mut expected: Vec<(Version, Vec<NewCommit>)> = acknowledged
            .iter()
            .filter(|(product, _, _)| product == name)
            .map(|(_, at, commits)| (*at, commits.clone()))
            .collect();
        expected.sort_by_key(|(at, _)| *at);
        let expected: Vec<NewCommit> = expected.into_iter().flat_map(|(_, it)| it).collect();
        assert_eq!(contents(log, name).await, expected, "product {name}");
        assert_eq!(log.head(name).await.unwrap().version.get(), expected.len() as u64);
    }
}

type Acknowledged = (ProductName, Version, Vec<NewCommit>);

/// One appender's acknowledged appends: the version before each, and the commits.
async fn appending(log: &impl EventLog, products: &[ProductName], who: u64) -> Vec<Acknowledged> {
    let mut acknowledged = Vec::new();
    let mut random = who + 1;
    for round in 0..40_u64 {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let pick = usize::try_from(random >> 33).unwrap() % products.len();
        let Some(name) = products.get(pick) else { continue };
        let mut at = log.head(name).await.unwrap().version;
        let mut pipeline = Vec::new();
        for step in 0..(random >> 40) % 4 {
            let base = (who << 32) | (round << 8) | (step << 4);
            let batch = commits(base..base + 1 + (random >> 50) % 3);
            let wrong = (random >> 55) % 8 == step;
            let expected = if wrong { at.next() } else { at };
            pipeline.push((expected, batch.clone(), log.append(name, expected, batch.clone())));
            at = version(at.get() + batch.len() as u64);
        }
        for (expected, batch, append) in pipeline {
            match append.await {
                Ok(head) => {
                    assert_eq!(head.version.get(), expected.get() + batch.len() as u64);
                    acknowledged.push((name.clone(), expected, batch));
                }
                Err(error) => assert!(matches!(error, AppendError::Conflict { .. }), "{error}"),
            }
        }
    }
    acknowledged
}

/// Polls all futures until each is done.
async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut pending = false;
        for (future, output) in &mut running {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(ready) => *output = Some(ready),
                    std::task::Poll::Pending => pending = true,
                }
            }
        }
        if pending { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    running.into_iter().filter_map(|(_, output)| output).collect()
}
