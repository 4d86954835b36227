//! R1: kill -9 at a random moment under 16 clients. Everything acknowledged is there exactly once, nothing is invented,
//! versions have no gap, every page is what a replay gives, and the service opens by itself.

use std::time::Duration;

use koepel_tests::{
    reliability::{
        self,
        house::{self, House},
        ledger::Ledger,
        load::Load,
        model::Model,
        node::{Launch, Node},
        offline, replay,
        replay::Commit,
    },
    scratch,
};
use rand::{Rng as _, rngs::StdRng};

const CLIENTS: usize = 16;
const IMPORTERS: usize = 2;
/// After so many kills the work goes on in another product: the naive model is slow with many items.
const KILLS_OF_A_PRODUCT: usize = 10;

/// A product, and all that is known of it.
struct Shop {
    product: String,
    load: Load,
    ledger: Ledger,
    model: Model,
    /// All commits with events so far, each as it was first seen.
    seen: Vec<Commit>,
}

impl Shop {
    async fn new(node: &Node, number: usize) -> Self {
        let product = format!("shop-{number}");
        let set_up = House::product(node, &product).await;
        let ledger = Ledger { set_up, ..Ledger::default() };
        let load = Load::new(&product);
        Self { product, load, ledger, model: Model::default(), seen: Vec::new() }
    }

    /// Reads what is new since the last look, and checks that all of the ledger is there.
    async fn look(&mut self, chief: &koepel_tests::Client, from_the_beginning: bool) {
        let next = self.seen.last().map_or(1, |last| last.version + 1);
        let from = if from_the_beginning { 1 } else { next };
        let (commits, head) = house::commits(chief, &self.product, from).await.expect("the events");
        let fresh = commits.partition_point(|commit| commit.version < next);
        if from_the_beginning {
            assert_eq!(commits[..fresh], self.seen[..], "what was seen before a kill has changed");
        }
        for commit in &commits[fresh..] {
            replay::apply(&mut self.model, commit);
        }
        self.seen.extend(commits.into_iter().skip(fresh));
        self.ledger.check(&self.seen, Some(head)).unwrap();
    }
}

struct Run {
    node: Node,
    house: House,
    rng: StdRng,
    repeated: usize,
    killed_at_start: usize,
}

impl Run {
    /// Works until a random number of commands is acknowledged, then kills the server.
    async fn work_and_kill(&mut self, shop: &mut Shop) {
        let connect = || self.house.people(&self.node);
        let wanted = self.rng.random_range(1..600);
        let mut acknowledged = shop.load.acknowledged();
        let before = *acknowledged.borrow();
        let working = shop.load.start(connect, CLIENTS, IMPORTERS, usize::MAX, &mut self.rng);
        acknowledged.wait_for(|count| count - before >= wanted).await.unwrap();
        // Not always right behind an acknowledgement.
        tokio::time::sleep(Duration::from_micros(self.rng.random_range(0..6_000))).await;
        self.node.kill();
        working.ended(&mut shop.ledger).await;
    }

    /// Kills the server again while it starts.
    async fn kill_while_starting(&mut self) {
        let starting = self.node.spawn(&Launch::default());
        tokio::time::sleep(Duration::from_micros(self.rng.random_range(0..60_000))).await;
        starting.kill();
        self.killed_at_start += 1;
    }

    async fn round(&mut self, shop: &mut Shop) {
        self.work_and_kill(shop).await;
        while self.rng.random_ratio(1, 4) {
            self.kill_while_starting().await;
        }
        self.node.start().await;
        self.node.ready().await.unwrap();
        let people = self.house.people(&self.node);
        shop.look(&people.actors[0], self.rng.random_ratio(1, 5)).await;
        self.repeated += shop.ledger.repeat_unknown(&people, &shop.product).await;
        shop.look(&people.actors[0], false).await;
        house::compare(&people.actors[0], &shop.product, &shop.model).await;
        shop.load.saw(shop.model.order.clone());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_all_that_was_acknowledged_is_there_exactly_once() {
    let _alone = reliability::alone();
    let kills = reliability::count(10, 100);
    let rng = reliability::random(reliability::seed("kill"), 0);
    let dir = scratch();
    let mut node = Node::new(dir.path(), &dir.path().join("data"));
    node.start().await;
    let house = House::set_up(&node).await;
    let mut run = Run { node, house, rng, repeated: 0, killed_at_start: 0 };
    let mut shops = Vec::new();
    for number in 0..kills.div_ceil(KILLS_OF_A_PRODUCT) {
        let mut shop = Shop::new(&run.node, number).await;
        for _ in 0..KILLS_OF_A_PRODUCT.min(kills - number * KILLS_OF_A_PRODUCT) {
            run.round(&mut shop).await;
        }
        shops.push(shop);
    }
    let people = run.house.people(&run.node);
    for shop in &shops {
        house::compare(&people.actors[0], &shop.product, &shop.model).await;
    }
    let data = run.node.data().to_owned();
    let (status, written) = run.node.stop().await;
    assert!(status.success(), "{written}");
    offline::verify_intact(dir.path(), &data);
    let (mut commits, mut accepted, mut refused, mut imports) = (0, 0, 0, 0);
    for shop in &shops {
        let all = offline::export(dir.path(), &data, &shop.product).unwrap();
        shop.ledger.check(&all, None).unwrap();
        commits += all.len();
        accepted += shop.ledger.counts().0;
        refused += shop.ledger.counts().1;
        imports += shop.ledger.imports.len();
    }
    let Run { repeated, killed_at_start, .. } = run;
    reliability::tell(&format!(
        "kill: {kills} kills under load and {killed_at_start} while starting; {accepted} commands acknowledged, {refused} \
         refused, {imports} imports, of these {repeated} repeated because their outcome was unknown; {commits} commits"
    ));
    assert!(accepted > kills * 50, "hardly anything was done");
}
