//! R8: NATS gone, cut off, restarted empty; Koepel killed before it wrote down what it had published. Commands are accepted all
//! the time. Afterwards each event is there at least once, in order, and whoever drops what they had before applies each once.

use std::{collections::BTreeSet, fs, time::Duration};

use async_nats::jetstream::stream;
use koepel_tests::{
    Proxy,
    broker::{self, Broker, Message, STREAM},
    reliability::{
        self,
        house::{self, House, People},
        ledger::Ledger,
        load::Load,
        model::Model,
        node::{Launch, Node},
        replay::{self, Commit},
    },
    scratch,
};
use rand::{Rng as _, rngs::StdRng};
use tempfile::TempDir;
use tokio::time::Instant;

const CLIENTS: usize = 4;
/// Within so long after an outage everything is published.
const LAG: Duration = Duration::from_secs(10);
/// Nobody waits so long for a command to be accepted.
const GAP: Duration = Duration::from_secs(3);

/// What happens to NATS.
#[derive(Clone, Copy, Debug)]
enum Outage {
    Gone,
    CutOff,
    RestartedEmpty,
}

struct Run {
    broker: Broker,
    proxy: Proxy,
    node: Node,
    launch: Launch,
    house: House,
    rng: StdRng,
    _dir: TempDir,
}

impl Run {
    /// A server, and a stream that keeps no ids, so that what comes twice is there twice.
    async fn begin(name: &str) -> Option<Self> {
        let broker = Broker::start().await?;
        forgetful_stream(&broker).await;
        let proxy = Proxy::to(broker.authority()).await;
        let launch = Launch { config: broker::config(proxy.authority()), ..Launch::default() };
        let dir = scratch();
        let mut node = Node::new(dir.path(), &dir.path().join("data"));
        node.try_start(&launch).await.unwrap();
        let house = House::set_up(&node).await;
        let rng = reliability::random(reliability::seed(name), 0);
        Some(Self { broker, proxy, node, launch, house, rng, _dir: dir })
    }

    fn people(&self) -> People {
        self.house.people(&self.node)
    }

    fn take_away(&mut self, outage: Outage) {
        match outage {
            Outage::Gone | Outage::RestartedEmpty => self.broker.kill(),
            Outage::CutOff => self.proxy.cut(),
        }
    }

    async fn bring_back(&mut self, outage: Outage) {
        match outage {
            Outage::Gone => self.broker.start_again().await,
            Outage::CutOff => self.proxy.mend(),
            Outage::RestartedEmpty => {
                self.broker.forget();
                self.broker.start_again().await;
            }
        }
    }

    /// Work on a product through an outage. Tells what came of it.
    async fn through(&mut self, outage: Outage, lasts: Duration) {
        let product = format!("{outage:?}").to_lowercase();
        let set_up = House::product(&self.node, &product).await;
        let mut ledger = Ledger { set_up, ..Ledger::default() };
        let load = Load::new(&product);
        let mut acknowledged = load.acknowledged();
        let connect = || self.house.people(&self.node);
        let working = load.start(connect, CLIENTS, 0, usize::MAX, &mut self.rng);
        acknowledged.wait_for(|count| *count >= 100).await.unwrap();
        self.take_away(outage);
        let (begun, before) = (Instant::now(), *acknowledged.borrow());
        let mut longest = Duration::ZERO;
        while begun.elapsed() < lasts {
            let asked = Instant::now();
            let accepted = tokio::time::timeout(GAP, acknowledged.changed()).await;
            accepted
                .unwrap_or_else(|_| panic!("{outage:?}: nothing accepted for {GAP:?}"))
                .unwrap();
            longest = longest.max(asked.elapsed());
        }
        let meanwhile = *acknowledged.borrow() - before;
        load.stop();
        working.ended(&mut ledger).await;
        let waiting = broker::metrics(self.node.authority()).await["koepel_nats_lag_commits"];
        self.bring_back(outage).await;
        let begun = Instant::now();
        broker::until_published(self.node.authority()).await;
        let took = begun.elapsed();
        let twice = self.check(&product, &ledger).await;
        reliability::tell(&format!(
            "{outage:?} for {lasts:?}: {meanwhile} commands accepted meanwhile, never {longest:?} without one; {waiting} commits \
             waited; all published after {took:?}; {twice} messages came twice"
        ));
        assert!(meanwhile > 0 && waiting > 0.0);
        assert!(took <= LAG, "{outage:?}: {took:?}");
    }

    /// Compares what was published of a product with the product, as the API shows it. Answers with how many came twice.
    async fn check(&self, product: &str, ledger: &Ledger) -> usize {
        let people = self.people();
        let chief = &people.actors[0];
        let messages = self.broker.messages().await;
        let twice = broker::compare(chief, product, &messages).await;
        let commits = applied_once(product, &messages);
        let reached = commits.last().unwrap().version;
        ledger.check(&commits, Some(reached)).unwrap();
        let mut model = Model::default();
        commits.iter().for_each(|commit| replay::apply(&mut model, commit));
        house::compare(chief, product, &model).await;
        twice
    }

    async fn end(mut self) {
        let (status, written) = self.node.stop().await;
        assert!(status.success(), "{written}");
    }
}

async fn forgetful_stream(broker: &Broker) {
    let stream = stream::Config {
        name: STREAM.to_owned(),
        subjects: vec!["koepel.events.>".to_owned()],
        duplicate_window: Duration::from_millis(100),
        ..Default::default()
    };
    broker.jetstream().await.create_stream(stream).await.unwrap();
}

/// The commits of a product, as a reader puts them together who drops each event that they had before.
fn applied_once(product: &str, messages: &[Message]) -> Vec<Commit> {
    let source = format!("products/{product}");
    let mut seen = BTreeSet::new();
    let mut commits: Vec<Commit> = Vec::new();
    for Message { id, event, .. } in messages.iter().filter(|it| it.event["source"] == source) {
        if !seen.insert(id) {
            continue;
        }
        let version = event["version"].as_str().unwrap().parse().unwrap();
        if commits.last().is_none_or(|last| last.version != version) {
            commits.push(Commit {
                version,
                request_id: event["requestid"].as_str().unwrap_or_default().to_owned(),
                actor: event["actor"].as_str().unwrap().to_owned(),
                events: Vec::new(),
            });
        }
        let kind = event["type"].as_str().unwrap().trim_start_matches("koepel.v1.").to_owned();
        commits.last_mut().unwrap().events.push((kind, event["data"].clone()));
    }
    commits
}

#[tokio::test(flavor = "multi_thread")]
async fn in_an_outage_of_nats_commands_are_accepted_and_afterwards_each_event_arrives() {
    let _alone = reliability::alone();
    let Some(mut run) = Run::begin("outage").await else { return };
    let seconds = u64::try_from(reliability::count(2, 30)).unwrap();
    for outage in [Outage::Gone, Outage::CutOff, Outage::RestartedEmpty] {
        run.through(outage, Duration::from_secs(seconds)).await;
    }
    run.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_events_may_come_twice_and_none_is_missing() {
    let _alone = reliability::alone();
    let Some(mut run) = Run::begin("outage-kill").await else { return };
    let product = "killed";
    let set_up = House::product(&run.node, product).await;
    let mut ledger = Ledger { set_up, ..Ledger::default() };
    let load = Load::new(product);
    let kills = reliability::count(4, 30);
    for _ in 0..kills {
        let mut acknowledged = load.acknowledged();
        let before = *acknowledged.borrow();
        let wanted = run.rng.random_range(50..400);
        let connect = || run.house.people(&run.node);
        let working = load.start(connect, CLIENTS, 0, usize::MAX, &mut run.rng);
        acknowledged.wait_for(|count| count - before >= wanted).await.unwrap();
        run.node.kill();
        working.ended(&mut ledger).await;
        run.node.try_start(&run.launch).await.unwrap();
        run.node.ready().await.unwrap();
        ledger.repeat_unknown(&run.people(), product).await;
    }
    broker::until_published(run.node.authority()).await;
    let twice = run.check(product, &ledger).await;
    let (accepted, ..) = ledger.counts();
    reliability::tell(&format!(
        "outage: {kills} kills of the server; {accepted} commands acknowledged, {twice} messages came twice, none is missing"
    ));
    run.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_nats_in_an_outage_waits_on_disk() {
    let _alone = reliability::alone();
    let Some(mut run) = Run::begin("outage-many").await else { return };
    let items = u64::try_from(reliability::count(5_000, 100_000)).unwrap();
    // The same without NATS, for the comparison.
    let home = scratch();
    let mut plain = Node::new(home.path(), &home.path().join("data"));
    plain.start().await;
    let plain_house = House::set_up(&plain).await;
    let (before, without) = filled(&plain, &plain_house, items).await;
    let (status, written) = plain.stop().await;
    assert!(status.success(), "{written}");
    run.broker.kill();
    broker::until_away(run.node.authority()).await;
    let (_, with) = filled(&run.node, &run.house, items).await;
    let waiting = broker::metrics(run.node.authority()).await["koepel_nats_lag_commits"];
    run.broker.start_again().await;
    let begun = Instant::now();
    let published = broker::metrics(run.node.authority()).await["koepel_nats_published_total"];
    broker::until_published(run.node.authority()).await;
    let took = begun.elapsed();
    let metrics = broker::metrics(run.node.authority()).await;
    let published = metrics["koepel_nats_published_total"] - published;
    let after = resident(run.node.id());
    let messages = run.broker.messages().await;
    broker::compare(&run.people().actors[0], "many", &messages).await;
    reliability::tell(&format!(
        "outage: {items} items in {waiting} commits waited; resident {before} KiB empty, {without} KiB with them and no NATS, \
         {with} KiB with them and NATS away, {after} KiB when {published} events were published, in {took:?}: {:.0} a second",
        published / took.as_secs_f64()
    ));
    assert!(with < without + (64 << 10), "{with} KiB, and {without} KiB without NATS");
    run.end().await;
}

/// Imports items into a product of their own. Answers with what the server had in memory before and after, in KiB.
async fn filled(node: &Node, house: &House, items: u64) -> (u64, u64) {
    House::product(node, "many").await;
    let before = resident(node.id());
    let people = house.people(node);
    house::import(&people.actors[0], "many", 0..items).await.unwrap();
    (before, resident(node.id()))
}

/// The memory of a process, in KiB.
fn resident(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
