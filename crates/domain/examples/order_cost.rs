//! What the operations of an order cost, by the clock: `cargo run --release -p koepel-domain --example order_cost [domains]`.
//!
//! Three sizes, and a thousand orders of a thousand items beside one of a million, so that growth can be told from a colder
//! cache. Each figure is the median over short rounds of the mean of operations on items by chance.

#![expect(clippy::print_stdout, reason = "a program to be read")]

use std::{
    fs,
    hint::black_box,
    process::Command,
    time::{Duration, Instant},
};

use koepel_domain::order::{DomainNo, Error, ItemNo, Letter, Order};

/// Operations to a round: short, so that most rounds are not interrupted by the scheduler.
const ROUND: u32 = 100;
const ROUNDS: u32 = 200;

const COLUMNS: [(&str, u32, u32); 4] = [
    ("1 of 1k", 1, 1_000),
    ("1 of 100k", 1, 100_000),
    ("1k of 1k", 1_000, 1_000),
    ("1 of 1M", 1, 1_000_000),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<u32> = std::env::args().skip(1).filter_map(|n| n.parse().ok()).collect();
    match arguments.as_slice() {
        [domains, orders, items] => print_column(*domains, *orders, *items)?,
        [] => print_table(50)?,
        [domains, ..] => print_table(*domains)?,
    }
    Ok(())
}

/// One column, measured in a process of its own, so that its memory is what it has.
fn print_column(domains: u32, orders: u32, items: u32) -> Result<(), Error> {
    let mut chance = Chance(42);
    let bytes = || resident_bytes() / u64::from(items * orders);
    let (before, start) = (bytes(), now());
    let mut all = Orders::new(orders, items, domains, &mut chance)?;
    let (built, held) = (nanos(start.elapsed()) / u64::from(items * orders), bytes() - before);
    all.wear(&mut chance)?;
    let worn = bytes() - before;
    for (name, n) in measure(&mut all, &mut chance)? {
        println!("{name}\t{n}");
    }
    for (name, spent) in whole(&all) {
        println!("{name}\t{}", nanos(spent) / u64::from(items * orders));
    }
    println!("build, an item\t{built}\nbytes an item, built\t{held}\nbytes an item, worn\t{worn}");
    Ok(())
}

fn print_table(domains: u32) -> Result<(), Box<dyn std::error::Error>> {
    let mut table: Vec<(String, Vec<u64>)> = Vec::new();
    for (_, orders, items) in COLUMNS {
        let arguments = [domains, orders, items].map(|n| n.to_string());
        let column = Command::new(std::env::current_exe()?).args(arguments).output()?.stdout;
        let rows = String::from_utf8(column)?;
        for (nth, (name, n)) in rows.lines().filter_map(|row| row.split_once('\t')).enumerate() {
            if table.len() <= nth {
                table.push((name.to_owned(), Vec::new()));
            }
            if let Some(row) = table.get_mut(nth) {
                row.1.push(n.parse()?);
            }
        }
    }
    let header = COLUMNS.map(|column| format!("{:>10}", column.0)).join(" ");
    println!("{:<34} {header} {:>10}", format!("{domains} domains, ns an operation"), "1M / 1k 1k");
    for (name, row) in table {
        let figures: String = row.iter().map(|n| format!("{n:>10} ")).collect();
        let growth = match row.as_slice() {
            [_, _, cold, large] => large * 100 / (*cold).max(1),
            _ => 0,
        };
        println!("{name:<34} {figures} {:>6}.{:02}", growth / 100, growth % 100);
    }
    Ok(())
}

/// Orders of the same size.
struct Orders {
    all: Vec<Order>,
    items: u32,
    domains: u32,
}

impl Orders {
    fn new(orders: u32, items: u32, domains: u32, chance: &mut Chance) -> Result<Self, Error> {
        let mut sequence =
            || (0..items).map(|item| (ItemNo(item), chance.letter(domains))).collect::<Vec<_>>();
        let all =
            (0..orders).map(|_| Order::from_sequence(sequence())).collect::<Result<_, Error>>()?;
        Ok(Self { all, items, domains })
    }

    /// Moves as many items as there are, so that nodes are as full as after a long life.
    fn wear(&mut self, chance: &mut Chance) -> Result<(), Error> {
        for order in &mut self.all {
            for _ in 0..self.items {
                order.relocate(ItemNo(chance.below(self.items)), chance.below(self.items))?;
                let item = ItemNo(chance.below(self.items));
                order.set_letter(item, chance.letter(self.domains))?;
            }
        }
        Ok(())
    }

    /// One of the orders and one of its items.
    fn pick(&mut self, chance: &mut Chance) -> Option<(&mut Order, ItemNo)> {
        let orders = u32::try_from(self.all.len()).unwrap_or(1);
        let item = ItemNo(chance.below(self.items));
        self.all.get_mut(chance.below(orders) as usize).map(|order| (order, item))
    }
}

type Operation = fn(&mut Order, ItemNo, &mut Chance) -> Result<(), Error>;

fn relocate(order: &mut Order, item: ItemNo, chance: &mut Chance) -> Result<(), Error> {
    order.relocate(item, chance.below(order.len()))
}

fn permute(order: &mut Order, item: ItemNo, chance: &mut Chance) -> Result<(), Error> {
    let len = order.letter_of(item).map_or(1, |letter| order.len_of(letter));
    order.permute(item, chance.below(len))
}

fn pin(order: &mut Order, item: ItemNo, _: &mut Chance) -> Result<(), Error> {
    let letter = order.letter_of(item).unwrap_or_default();
    order.set_letter(item, Letter { pinned: !letter.pinned, ..letter })
}

fn place_of(order: &mut Order, item: ItemNo, _: &mut Chance) -> Result<(), Error> {
    black_box(order.place_of(item));
    Ok(())
}

fn item_at(order: &mut Order, item: ItemNo, _: &mut Chance) -> Result<(), Error> {
    black_box(order.item_at(item.0));
    Ok(())
}

fn page(order: &mut Order, item: ItemNo, _: &mut Chance) -> Result<(), Error> {
    let place = item.0.min(order.len() - 100);
    order.iter_from(place).take(100).for_each(|at| _ = black_box(at));
    Ok(())
}

fn domain_page(order: &mut Order, item: ItemNo, chance: &mut Chance) -> Result<(), Error> {
    let domain = order.letter_of(item).unwrap_or_default().domain;
    let k = chance.below(order.len_of_domain(domain).saturating_sub(100).max(1));
    order.iter_domain_from(domain, k).take(100).for_each(|at| _ = black_box(at));
    Ok(())
}

fn measure(orders: &mut Orders, chance: &mut Chance) -> Result<Vec<(&'static str, u64)>, Error> {
    let mut rows = come_and_go(orders, chance)?;
    let operations: [(&str, Operation, u32); 7] = [
        ("place_of", place_of, ROUND),
        ("item_at", item_at, ROUND),
        ("permute", permute, ROUND),
        ("relocate", relocate, ROUND),
        ("pin or unpin", pin, ROUND),
        ("page of 100", page, ROUND / 20),
        ("domain page of 100", domain_page, ROUND / 20),
    ];
    for (name, operation, times) in operations {
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let start = now();
            for _ in 0..times {
                if let Some((order, item)) = orders.pick(chance) {
                    operation(order, item, chance)?;
                }
            }
            rounds.push(nanos(start.elapsed()) / u64::from(times));
        }
        rows.push((name, median(rounds)));
    }
    after_clones(orders, chance, &mut rows)?;
    rows.push(("worst of 20,000 on fresh clones", worst_on_clones(orders, chance)?));
    Ok(rows)
}

/// What reads or writes everything.
fn whole(orders: &Orders) -> Vec<(&'static str, Duration)> {
    let start = now();
    let walked: u32 = orders
        .all
        .iter()
        .flat_map(|order| order.iter_from(0))
        .map(|(item, _)| black_box(item).0 & 1)
        .sum();
    let walk = start.elapsed();
    black_box(walked);
    let start = now();
    let stored: Vec<String> =
        orders.all.iter().filter_map(|order| serde_json::to_string(order).ok()).collect();
    let write = start.elapsed();
    let start = now();
    let read: Vec<Order> =
        stored.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    let reading = start.elapsed();
    assert!(read == orders.all, "what was stored was not read again");
    vec![
        ("walk over all, an item", walk),
        ("write as JSON, an item", write),
        ("read from JSON, an item", reading),
    ]
}

/// New items at places by chance, and out again.
fn come_and_go(
    orders: &mut Orders,
    chance: &mut Chance,
) -> Result<Vec<(&'static str, u64)>, Error> {
    let (mut came, mut went) = (Vec::new(), Vec::new());
    let (count, items, domains) =
        (u32::try_from(orders.all.len()).unwrap_or(1), orders.items, orders.domains);
    // At most a tenth more items than there were.
    let each = (items / 10 * count).min(ROUND * ROUNDS / 2);
    while came.len() < ROUNDS as usize {
        let some: Vec<(usize, u32)> =
            (items..items + each).map(|item| (chance.below(count) as usize, item)).collect();
        for some in some.chunks(ROUND as usize) {
            let start = now();
            for (order, item) in some {
                if let Some(order) = orders.all.get_mut(*order) {
                    order.insert(ItemNo(*item), chance.letter(domains), chance.below(items))?;
                }
            }
            came.push(nanos(start.elapsed()) / some.len() as u64);
        }
        for some in some.chunks(ROUND as usize) {
            let start = now();
            for (order, item) in some {
                if let Some(order) = orders.all.get_mut(*order) {
                    order.remove(ItemNo(*item))?;
                }
            }
            went.push(nanos(start.elapsed()) / some.len() as u64);
        }
    }
    Ok(vec![("insert", median(came)), ("remove", median(went))])
}

/// A clone, moves on it, and the old version dropped: what the engine does with each batch.
fn after_clones(
    orders: &mut Orders,
    chance: &mut Chance,
    rows: &mut Vec<(&'static str, u64)>,
) -> Result<(), Error> {
    const TIMES: u32 = 20;
    let names = [
        "clone",
        "1st relocate after a clone",
        "2nd relocate after a clone",
        "drop of the old version",
    ];
    let mut rounds: [Vec<u64>; 4] = Default::default();
    for _ in 0..ROUNDS {
        let mut sums = [Duration::ZERO; 4];
        for _ in 0..TIMES {
            let Some((order, item)) = orders.pick(chance) else { continue };
            let start = now();
            let mut version = black_box(order.clone());
            let cloned = start.elapsed();
            relocate(&mut version, item, chance)?;
            let first = start.elapsed();
            relocate(&mut version, ItemNo(chance.below(order.len())), chance)?;
            let second = start.elapsed();
            *order = version;
            let dropped = start.elapsed();
            let spent = [cloned, first - cloned, second - first, dropped - second];
            sums.iter_mut().zip(spent).for_each(|(sum, spent)| *sum += spent);
        }
        rounds
            .iter_mut()
            .zip(sums)
            .for_each(|(rounds, sum)| rounds.push(nanos(sum) / u64::from(TIMES)));
    }
    rows.extend(names.into_iter().zip(rounds.map(median)));
    Ok(())
}

/// The longest of many operations, each on a version of its own that shares all nodes with another; some split or merge nodes.
fn worst_on_clones(orders: &mut Orders, chance: &mut Chance) -> Result<u64, Error> {
    let mut worst = Duration::ZERO;
    for _ in 0..5_000 {
        let domains = orders.domains;
        let Some((order, item)) = orders.pick(chance) else { continue };
        let (new, letter, place) =
            (ItemNo(order.len()), chance.letter(domains), chance.below(order.len()));
        worst = worst.max(on_clone(order, |version| version.insert(new, letter, place))?);
        worst = worst.max(on_clone(order, |version| version.remove(item).map(|_| ()))?);
        worst = worst.max(on_clone(order, |version| version.relocate(item, place))?);
        worst = worst.max(on_clone(order, |version| version.set_letter(item, letter))?);
    }
    Ok(nanos(worst))
}

/// The time of an operation on a fresh clone. If it is long, then the least of some times: the others have the scheduler in.
fn on_clone(
    order: &Order,
    operation: impl Fn(&mut Order) -> Result<(), Error>,
) -> Result<Duration, Error> {
    let mut least = Duration::MAX;
    for _ in 0..5 {
        let mut version = order.clone();
        let start = now();
        operation(&mut version)?;
        least = least.min(start.elapsed());
        if least < Duration::from_micros(100) {
            break;
        }
    }
    Ok(least)
}

fn median(mut figures: Vec<u64>) -> u64 {
    figures.sort_unstable();
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[expect(clippy::disallowed_methods, reason = "measures real time, which tests cannot pause")]
fn now() -> Instant {
    Instant::now()
}

/// Memory in use by this process, as far as the system says.
fn resident_bytes() -> u64 {
    let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or_default()
        * 4096
}

/// `SplitMix64`.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from(((mixed >> 32) * u64::from(n)) >> 32).unwrap_or_default()
    }

    /// One letter in sixteen is a pinned one.
    fn letter(&mut self, domains: u32) -> Letter {
        let domain = u16::try_from(self.below(domains)).unwrap_or_default();
        Letter { domain: DomainNo(domain), pinned: self.below(16) == 0 }
    }
}
