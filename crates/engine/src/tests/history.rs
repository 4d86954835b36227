//! Random histories by callers at once, on one engine or two, against a naive list.
//!
//! The runtime has one thread, so a seed makes the same history each time.

use std::sync::Arc;

use koepel_domain::{
    command::{Anchor, Command},
    event::Event,
    ids::ItemKey,
    product::Product,
    text::Reason,
};
use koepel_event_log::MemoryLog;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use super::{
    load,
    support::{
        Products, ask, assert_like_its_log, chief, engine, numbered, set_up, settings, webshop,
    },
};
use crate::{Error, Request, Settings};

const CALLERS: u64 = 5;
const COMMANDS: u32 = 60;

/// An open item of the naive list: its key, and whether it is pinned.
type Line = (ItemKey, bool);

/// The overarching order as one list, and nothing clever.
#[derive(Default)]
struct Naive {
    lines: Vec<Line>,
}

impl Naive {
    fn at(&self, key: &ItemKey) -> usize {
        self.lines.iter().position(|(line, _)| line == key).unwrap()
    }

    fn create(&mut self, events: &[Event]) {
        for event in events {
            if let Event::ItemCreated(created) = event {
                self.lines.push((created.item.clone(), false));
            }
        }
    }

    fn rank(&mut self, item: &ItemKey, anchor: &Anchor) {
        if matches!(anchor, Anchor::Before(key) | Anchor::After(key) if key == item) {
            return;
        }
        let line = self.lines.remove(self.at(item));
        let to = match anchor {
            Anchor::Top => 0,
            Anchor::Bottom => self.lines.len(),
            Anchor::Before(key) => self.at(key),
            Anchor::After(key) => self.at(key) + 1,
        };
        self.lines.insert(to, line);
    }

    /// The domain's unpinned items change places among themselves.
    fn reorder(&mut self, item: &ItemKey, anchor: &Anchor) {
        if matches!(anchor, Anchor::Before(key) | Anchor::After(key) if key == item) {
            return;
        }
        let free = |(key, pinned): &Line| key.domain == item.domain && !pinned;
        let above = |place: usize| self.lines[..place].iter().filter(|line| free(line)).count();
        let turns: Vec<usize> = (0..self.lines.len()).filter(|at| free(&self.lines[*at])).collect();
        let own = above(self.at(item));
        let to = match anchor {
            Anchor::Top => 0,
            Anchor::Bottom => turns.len() - 1,
            Anchor::Before(key) => above(self.at(key)) - usize::from(own < above(self.at(key))),
            Anchor::After(key) => {
                let to = above(self.at(key) + 1);
                to - usize::from(own < to)
            }
        };
        let mut items: Vec<Line> = turns.iter().map(|at| self.lines[*at].clone()).collect();
        let moved = items.remove(own);
        items.insert(to, moved);
        for (at, line) in turns.into_iter().zip(items) {
            self.lines[at] = line;
        }
    }

    fn apply(&mut self, command: &Command, events: &[Event]) {
        if let Command::RankItem { item, place, .. } = command {
            self.rank(item, &place.anchor);
        } else if let Command::ReorderItem { item, place, .. } = command {
            self.reorder(item, &place.anchor);
        } else if let Command::PinItem { item, .. } = command {
            let at = self.at(item);
            self.lines[at].1 = true;
        } else if let Command::UnpinItem { item, .. } = command {
            let at = self.at(item);
            self.lines[at].1 = false;
        } else if let Command::CompleteItem { item, .. } = command {
            self.lines.remove(self.at(item));
        } else {
            self.create(events);
        }
    }

    fn assert_is(&self, product: &Product, seed: u64) {
        let real = product
            .order()
            .iter_from(0)
            .map(|(no, letter)| (product.key(no).unwrap(), letter.pinned));
        assert!(real.eq(self.lines.iter().cloned()), "seed {seed}: {:?}", self.lines);
    }
}

fn random(dice: &mut StdRng, items: u32) -> Request<Command> {
    let key = if dice.random() { "ONLINE" } else { "OFFLINE" };
    let item = numbered(key, dice.random_range(1..=items));
    let reason = Reason::new("because").unwrap();
    match dice.random_range(0..12) {
        0 => ask(chief(), Command::PinItem { item, reason, expected: None }),
        1 => ask(chief(), Command::UnpinItem { item, reason, expected: None }),
        2 => ask(chief(), Command::CompleteItem { item, reason, expected: None }),
        _ => load::random(dice, items, "an item"),
    }
}

async fn caller(engine: Arc<Products>, seed: u64) -> Vec<(u64, Command, Vec<Event>)> {
    let mut dice = StdRng::seed_from_u64(seed);
    let mut accepted = Vec::new();
    for n in 0..COMMANDS {
        let request = random(&mut dice, n + 2);
        for _ in 0..dice.random_range(0..4) {
            tokio::task::yield_now().await;
        }
        // Now and then the client hears nothing and repeats.
        let name = webshop();
        let first = engine.execute(&name, request.clone());
        let answer = if dice.random_bool(0.1) {
            drop(tokio::time::timeout(std::time::Duration::ZERO, first).await);
            engine.execute(&webshop(), request.clone()).await
        } else {
            first.await
        };
        match answer {
            Ok(answer) => {
                accepted.push((
                    answer.commit.version.0,
                    request.command,
                    answer.commit.events.clone(),
                ));
            }
            Err(Error::Refused(_)) => {}
            Err(error) => panic!("seed {seed}: {error}"),
        }
    }
    accepted
}

async fn check(seed: u64) {
    let log = MemoryLog::new();
    let engines = if seed.is_multiple_of(2) {
        vec![engine(&log, settings()), engine(&log, settings())]
    } else {
        vec![engine(&log, Settings { appends_in_flight: 2, ..settings() })]
    };
    set_up(&engines[0]).await;
    let callers = (0..CALLERS).map(|number| {
        let at = usize::try_from(number).unwrap() % engines.len();
        tokio::spawn(caller(Arc::clone(&engines[at]), seed * CALLERS + number))
    });
    let callers: Vec<_> = callers.collect();
    let mut accepted = Vec::new();
    for caller in callers {
        accepted.extend(caller.await.unwrap());
    }
    accepted.sort_by_key(|(version, ..)| *version);
    let mut naive = Naive::default();
    for ((version, command, events), expected) in accepted.iter().zip(6..) {
        assert_eq!(*version, expected, "seed {seed}: gapless, each answered to one caller");
        naive.apply(command, events);
    }
    for engine in &engines {
        let view = assert_like_its_log(engine).await;
        assert_eq!(view.state.version().0, u64::try_from(accepted.len()).unwrap() + 5);
        naive.assert_is(&view.state, seed);
        view.state.order().check().unwrap();
    }
}

// Four tests of fifty, so that they share the cores.

#[tokio::test]
async fn random_histories_0_to_49_agree_with_a_naive_list() {
    for seed in 0..50 {
        check(seed).await;
    }
}

#[tokio::test]
async fn random_histories_50_to_99_agree_with_a_naive_list() {
    for seed in 50..100 {
        check(seed).await;
    }
}

#[tokio::test]
async fn random_histories_100_to_149_agree_with_a_naive_list() {
    for seed in 100..150 {
        check(seed).await;
    }
}

#[tokio::test]
async fn random_histories_150_to_199_agree_with_a_naive_list() {
    for seed in 150..200 {
        check(seed).await;
    }
}
