//! P5 in process: the order by itself, without log and network, a thousand of a thousand items beside one of a million.
//!
//! Each size has a process of its own, so that its memory is what it has. What more there is to know about the order's
//! cost is told by the example `order_cost` of the domain.

use std::process::Command;

use anyhow::{Context as _, Result};
use koepel_domain::order::{DomainNo, ItemNo, Letter, Order};
use rand::{Rng as _, SeedableRng as _, rngs::SmallRng};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::figures::Report;

const DOMAINS: u16 = 50;
/// Operations that are timed together, so that the clock costs little.
const TOGETHER: u32 = 100;
const ROUNDS: u32 = 200;
const GROWTH: f64 = 2.5;
const MOST_NS: f64 = 10_000.0;
const WORST_NS: f64 = 1_000_000.0;

fn letter(chance: &mut SmallRng) -> Letter {
    Letter { domain: DomainNo(chance.random_range(0..DOMAINS)), pinned: chance.random_ratio(1, 16) }
}

/// Measures so many orders of one size, and prints a JSON object.
pub(crate) fn print(orders: u32, items: u32) -> Result<()> {
    let mut chance = SmallRng::seed_from_u64(42);
    let mut all = Vec::new();
    for _ in 0..orders {
        let sequence: Vec<_> = (0..items).map(|item| (ItemNo(item), letter(&mut chance))).collect();
        all.push(Order::from_sequence(sequence)?);
    }
    type Operation = fn(&mut Order, ItemNo, &mut SmallRng) -> Result<()>;
    let operations: [(&str, Operation); 3] = [
        ("rank", |order, item, chance| {
            Ok(order.relocate(item, chance.random_range(0..order.len()))?)
        }),
        ("reorder", |order, item, chance| {
            let letter = order.letter_of(item).unwrap_or_default();
            Ok(order.permute(item, chance.random_range(0..order.len_of(letter).max(1)))?)
        }),
        ("pin", |order, item, _| {
            let letter = order.letter_of(item).unwrap_or_default();
            Ok(order.set_letter(item, Letter { pinned: !letter.pinned, ..letter })?)
        }),
    ];
    let mut measured = serde_json::Map::new();
    for (name, operation) in operations {
        let (mut rounds, mut worst) = (Vec::new(), 0.0_f64);
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            for _ in 0..TOGETHER {
                let order = &mut all[chance.random_range(0..orders) as usize];
                operation(order, ItemNo(chance.random_range(0..items)), &mut chance)?;
            }
            rounds.push(begun.elapsed().as_nanos() as f64 / f64::from(TOGETHER));
        }
        // One by one on clones, as the engine does it; if one is slow, the least of some times, because the others have the scheduler in.
        for _ in 0..5_000 {
            let order = &mut all[chance.random_range(0..orders) as usize];
            let item = ItemNo(chance.random_range(0..items));
            let mut least = f64::INFINITY;
            for _ in 0..5 {
                let mut version = order.clone();
                let begun = Instant::now();
                operation(&mut version, item, &mut chance)?;
                least = least.min(begun.elapsed().as_nanos() as f64);
                if least < WORST_NS / 10.0 {
                    *order = version;
                    break;
                }
            }
            worst = worst.max(least);
        }
        rounds.sort_by(f64::total_cmp);
        measured
            .insert(name.to_owned(), json!({ "ns": rounds[rounds.len() / 2], "worst_ns": worst }));
    }
    println!("{}", Value::Object(measured));
    Ok(())
}

/// All sizes, beside their goals.
pub(crate) fn run(report: &mut Report, quick: bool) -> Result<()> {
    let most = if quick { 100_000 } else { 1_000_000 };
    let sizes = [(1, 1_000), (1, 100_000), (most / 1_000, 1_000), (1, most)];
    let mut all = Vec::new();
    for (orders, items) in sizes {
        let arguments = ["order".to_owned(), orders.to_string(), items.to_string()];
        let output = Command::new(std::env::current_exe()?).args(arguments).output()?;
        let measured: Value = serde_json::from_slice(&output.stdout).context("no figures")?;
        all.push(measured);
    }
    let ns = |size: usize, name: &str, key: &str| all[size][name][key].as_f64().unwrap_or(f64::NAN);
    for name in ["rank", "reorder", "pin"] {
        let (small, large, worst) = (ns(2, name, "ns"), ns(3, name, "ns"), ns(3, name, "worst_ns"));
        let growth = large / small;
        report.add(
            "P5",
            format!("{name} in process, {most} items, over as many in backlogs of 1,000"),
            format!("{growth:.2}×; {:.2} µs, worst {:.2} ms", large / 1e3, worst / 1e6),
            format!("≤ {GROWTH}×; ≤ 10 µs; ≤ 1 ms"),
            Some(growth <= GROWTH && large <= MOST_NS && worst <= WORST_NS),
        );
    }
    report.detail("order", Value::Array(all));
    Ok(())
}
