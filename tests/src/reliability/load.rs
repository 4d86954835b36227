//! Random work: who does what next, from what clients have seen so far, some of it stale, some of it not allowed.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use rand::{Rng as _, rngs::StdRng, seq::IndexedRandom as _};
use tokio::sync::watch;
use uuid::Uuid;

use super::{
    command::{Anchor, Call, Command, Outcome, Place},
    house::{self, DOMAINS, People},
    ledger::{Entry, Ledger},
};

/// What all clients know together.
#[derive(Debug, Default)]
struct Known {
    /// Items by key, with the domain and the last change that somebody saw.
    items: Vec<(String, String, u64)>,
    /// Versions that moved something.
    moves: Vec<u64>,
    /// The order that somebody saw last.
    order: Vec<String>,
}

/// Work on one product by many clients.
#[derive(Clone, Debug)]
pub struct Load {
    product: String,
    known: Arc<Mutex<Known>>,
    acknowledged: watch::Sender<u64>,
    stop: Arc<AtomicBool>,
    power_goes: Arc<AtomicBool>,
    imported: Arc<AtomicU64>,
}

impl Load {
    /// Work on a product that has just been set up.
    #[must_use]
    pub fn new(product: &str) -> Self {
        Self {
            product: product.to_owned(),
            known: Arc::default(),
            acknowledged: watch::Sender::new(0),
            stop: Arc::default(),
            power_goes: Arc::default(),
            imported: Arc::default(),
        }
    }

    /// From now on nothing counts as answered: the power is about to go, and a server without power answers nothing. One on a
    /// file system that was shut down goes on for a moment. In 288 cuts of XFS five of its answers were lost, all given
    /// when the shutdown was over already; of 507 given before or during it, none. The kernel lets a sync end well then.
    pub fn power_goes(&self) {
        self.power_goes.store(true, Ordering::SeqCst);
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many commands were acknowledged, as it grows.
    #[must_use]
    pub fn acknowledged(&self) -> watch::Receiver<u64> {
        self.acknowledged.subscribe()
    }

    /// Lets every client end after its present command.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    /// Remembers an order that was seen.
    pub fn saw(&self, order: Vec<String>) {
        self.known().order = order;
    }

    /// Thinks of something to do.
    #[must_use]
    pub fn next(&self, actor: usize, rng: &mut StdRng) -> Call {
        let known = self.known();
        let own = actor.checked_sub(1).map(|at| DOMAINS[at]);
        let domain = match own {
            Some(own) if rng.random_ratio(19, 20) => own,
            _ => DOMAINS.choose(rng).unwrap(),
        };
        let of_domain: Vec<_> = known.items.iter().filter(|it| it.1 == domain).collect();
        let mut expected = 0;
        let command = match of_domain.choose(rng) {
            Some((item, _, changed)) if rng.random_ratio(known.items.len().min(30) as u32, 40) => {
                if rng.random_ratio(1, 8) {
                    expected = *changed;
                }
                change(item.clone(), domain, &known, rng, actor == 0)
            }
            _ => {
                let title = format!("Item {}", rng.random_range(0..1_000_000));
                let place = rng.random_bool(0.5).then(|| place(domain, &known, rng, actor == 0));
                Command::Create { domain: domain.to_owned(), title, place }
            }
        };
        let id = uuid::Builder::from_random_bytes(rng.random()).into_uuid();
        Call { id, actor, command, expected }
    }

    /// Takes in what came of a call.
    pub fn learn(&self, call: &Call, outcome: &Outcome) {
        let Outcome::Accepted(version, item) = outcome else { return };
        self.acknowledged.send_modify(|count| *count += 1);
        let mut known = self.known();
        if matches!(call.command, Command::Rank { .. } | Command::Reorder { .. }) {
            known.moves.push(*version);
        }
        let Some(item) = item else { return };
        let domain = item.domain.rsplit('/').next().unwrap_or_default().to_owned();
        let seen = (item.key.clone(), domain, item.changed_at_version);
        match known.items.iter_mut().find(|known| known.0 == item.key) {
            Some(known) => *known = seen,
            None => known.items.push(seen),
        }
    }

    /// One client: one call after the other, until an outcome is unknown, it is to stop, or it has done `most`.
    pub async fn client(
        self,
        people: People,
        actor: usize,
        mut rng: StdRng,
        most: usize,
    ) -> Vec<Entry> {
        let mut entries = Vec::new();
        while entries.len() < most && !self.stop.load(Ordering::SeqCst) {
            let call = self.next(actor, &mut rng);
            let outcome = call.send(&people.actors[actor], &self.product).await;
            let outcome =
                if self.power_goes.load(Ordering::SeqCst) { outcome.in_doubt() } else { outcome };
            self.learn(&call, &outcome);
            let gone = outcome.is_unknown();
            entries.push(Entry { call, outcome });
            if gone {
                break;
            }
        }
        entries
    }

    /// One client that imports, twice: a few items, or more than fit into a commit.
    pub async fn importer(
        self,
        people: People,
        mut rng: StdRng,
    ) -> Vec<(std::ops::Range<u64>, bool)> {
        let mut imports = Vec::new();
        for _ in 0..2 {
            let count = if rng.random_ratio(1, 10) { 510 } else { rng.random_range(1..20) };
            let first = self.imported.fetch_add(count, Ordering::SeqCst);
            let numbers = first..first + count;
            let answer = house::import(&people.actors[0], &self.product, numbers.clone()).await;
            let done = answer.is_ok() && !self.power_goes.load(Ordering::SeqCst);
            if done {
                self.acknowledged.send_modify(|count| *count += 1);
            }
            imports.push((numbers, done));
            if !done {
                break;
            }
        }
        imports
    }

    /// Starts many clients, connected one by one, of which some import.
    #[must_use]
    pub fn start(
        &self,
        connect: impl Fn() -> People,
        clients: usize,
        importers: usize,
        most: usize,
        rng: &mut StdRng,
    ) -> Working {
        self.stop.store(false, Ordering::SeqCst);
        self.power_goes.store(false, Ordering::SeqCst);
        let actors = DOMAINS.len() + 1;
        let calls = (importers..clients)
            .map(|at| tokio::spawn(self.clone().client(connect(), at % actors, split(rng), most)));
        let calls = calls.collect();
        let imports =
            (0..importers).map(|_| tokio::spawn(self.clone().importer(connect(), split(rng))));
        let imports = imports.collect();
        Working { calls, imports }
    }
}

/// Clients at work.
#[derive(Debug)]
pub struct Working {
    calls: Vec<tokio::task::JoinHandle<Vec<Entry>>>,
    imports: Vec<tokio::task::JoinHandle<Vec<(std::ops::Range<u64>, bool)>>>,
}

impl Working {
    /// Waits for all of them, and writes down what they did.
    ///
    /// # Panics
    /// If one of them did.
    pub async fn ended(self, ledger: &mut Ledger) {
        for call in self.calls {
            ledger.entries.extend(call.await.unwrap());
        }
        for import in self.imports {
            ledger.imports.extend(import.await.unwrap());
        }
    }
}

fn split(rng: &mut StdRng) -> StdRng {
    super::random(rng.random(), 0)
}

/// A change of an item that is somewhere in this domain.
fn change(item: String, domain: &str, known: &Known, rng: &mut StdRng, chief: bool) -> Command {
    match rng.random_range(0..100) {
        0..30 if chief => Command::Rank { place: place(domain, known, rng, true), item },
        30..40 if chief => Command::Pin { item },
        40..45 if chief => Command::Unpin { item },
        45..50 if chief => {
            Command::Move { item, domain: (*DOMAINS.choose(rng).unwrap()).to_owned() }
        }
        0..50 => Command::Reorder { place: place(domain, known, rng, false), item },
        50..52 => Command::Rank { place: place(domain, known, rng, true), item },
        52..53 => Command::Pin { item },
        53..70 => Command::Reorder { place: place(domain, known, rng, false), item },
        70..78 => match known.moves.choose(rng) {
            // Mostly a late one: old moves have been moved over.
            Some(_) if rng.random_bool(0.8) => {
                Command::Undo { version: *known.moves.last().unwrap() }
            }
            Some(version) => Command::Undo { version: *version },
            None => Command::Pin { item },
        },
        78..86 => Command::Complete { item },
        86..89 => Command::Drop { item },
        89..95 => Command::Reopen {
            place: rng.random_bool(0.5).then(|| place(domain, known, rng, chief)),
            item,
        },
        _ => Command::Retitle { item, title: format!("Title {}", rng.random_range(0..1_000)) },
    }
}

fn place(domain: &str, known: &Known, rng: &mut StdRng, whole: bool) -> Place {
    let wanted = |it: &&(String, String, u64)| whole || it.1 == domain;
    let candidates: Vec<&String> = known.items.iter().filter(wanted).map(|it| &it.0).collect();
    let any = rng.random_ratio(1, 30);
    let anchor =
        if any { known.items.choose(rng).map(|it| &it.0) } else { candidates.choose(rng).copied() };
    let Some(item) = anchor.cloned() else { return Place { anchor: Anchor::Top, seen: None } };
    let anchor = match rng.random_range(0..10) {
        0 => Anchor::Top,
        1 => Anchor::Bottom,
        2..6 => Anchor::Before(item.clone()),
        _ => Anchor::After(item.clone()),
    };
    let seen =
        if rng.random_ratio(1, 5) { Some(neighbour(&anchor, domain, known, whole)) } else { None };
    Place { anchor, seen }
}

/// The neighbour that somebody saw who looked a moment ago.
fn neighbour(anchor: &Anchor, domain: &str, known: &Known, whole: bool) -> Option<String> {
    let is_own = |key: &String| known.items.iter().any(|it| it.0 == *key && it.1 == domain);
    let list: Vec<&String> = known.order.iter().filter(|key| whole || is_own(key)).collect();
    let at = |item: &String| list.iter().position(|key| *key == item);
    let found = match anchor {
        Anchor::Top => list.first(),
        Anchor::Bottom => list.last(),
        Anchor::Before(item) => at(item).and_then(|at| list.get(at.checked_sub(1)?)),
        Anchor::After(item) => at(item).and_then(|at| list.get(at + 1)),
    };
    found.map(|key| (*key).clone())
}

/// An id that a seed repeats.
#[must_use]
pub fn request_id(rng: &mut StdRng) -> Uuid {
    uuid::Builder::from_random_bytes(rng.random()).into_uuid()
}
