//! P7 and P8: how long a server takes to be ready again, by the length of its log: from the log alone, beside reading and
//! decoding the same log; and with a snapshot. And P3 once more, on a server whose log is long already.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use tokio::time::{Duration, Instant, sleep};

use crate::{
    Plan,
    figures::{Goal, Report, Spread},
    fill, log,
    process::{Server, Side},
};

/// Reading and decoding takes at least this share of a whole replay.
const OF_REPLAY: f64 = 0.5;
/// With a snapshot Koepel's part takes at most this share of a replay.
const OF_FOLDING: f64 = 0.05;
/// All of a restart with a snapshot takes at most so long, at the largest size.
const RESTART_SECONDS: f64 = 6.0;
const ROUNDS: usize = 3;

/// What a start took, in seconds.
struct Start {
    /// Until the process listens, from its very beginning.
    all: f64,
    /// Of that, after the log was open.
    koepel: f64,
}

/// All that was measured at one size.
#[derive(Default)]
struct Measured {
    sled: Vec<f64>,
    reading: Vec<f64>,
    replay: Vec<f64>,
    opening: Vec<f64>,
    koepel: Vec<f64>,
    all: Vec<f64>,
}

pub(crate) async fn run(plan: &Plan, report: &mut Report) -> Result<()> {
    let sizes = plan.either([1_000, 2_000, 5_000], [10_000, 100_000, 1_000_000]);
    for (nth, commits) in sizes.into_iter().enumerate() {
        let largest = nth + 1 == sizes.len();
        one_size(plan, report, commits, largest).await.with_context(|| commits.to_string())?;
    }
    Ok(())
}

async fn one_size(plan: &Plan, report: &mut Report, commits: u64, largest: bool) -> Result<()> {
    let dir = plan.fresh("replay")?;
    fs::create_dir(dir.join("log"))?;
    let filled = itself("fill-log", &dir, &[&commits.to_string()])?;
    let size = |server: &Server| server.log_bytes().map(|bytes| bytes as f64 / f64::from(1 << 20));
    let (mut measured, mut resident, mut mib) = (Measured::default(), 0, 0.0);
    let mut counts = Vec::new();
    for _ in 0..plan.rounds.min(ROUNDS) {
        let read = itself("read-log", &dir, &[])?;
        let [sled, reading, rest @ ..] = read.as_slice() else { anyhow::bail!("{read:?}") };
        counts = rest.to_vec();
        measured.sled.push(*sled);
        measured.reading.push(*reading);
        if dir.join("snapshots").exists() {
            fs::remove_dir_all(dir.join("snapshots"))?;
        }
        let (server, from_log) = started(&dir).await?;
        (resident, mib) = (server.resident_bytes()?, size(&server)?);
        // It leaves a snapshot behind.
        server.stop().await?;
        measured.replay.push(from_log.koepel);
        let (server, restart) = started(&dir).await?;
        server.stop().await?;
        measured.opening.push(restart.all - restart.koepel);
        measured.koepel.push(restart.koepel);
        measured.all.push(restart.all);
    }
    tell(report, commits, &counts, &measured, largest);
    report.detail(
        &format!("replay_{commits}"),
        json!({
            "commits": counts.first(), "events": counts.get(1), "log_mib": mib, "resident_bytes": resident,
            "fill_seconds": filled.first(), "raw_sled_open_s": Value::from(measured.sled),
            "read_and_decode_s": Value::from(measured.reading), "replay_s": Value::from(measured.replay),
            "restart_log_open_s": Value::from(measured.opening), "restart_koepel_s": Value::from(measured.koepel),
            "restart_all_s": Value::from(measured.all),
        }),
    );
    if largest {
        long_log(plan, report, &dir, commits).await?;
    }
    Ok(())
}

fn tell(report: &mut Report, commits: u64, counts: &[f64], measured: &Measured, largest: bool) {
    let median = |values: &[f64]| Spread::of(values.iter().copied()).median;
    let (reading, replay) = (median(&measured.reading), median(&measured.replay));
    let events = counts.get(1).copied().unwrap_or(f64::NAN);
    report.add(
        "P7",
        format!("{commits} commits: seconds to read and decode / to replay until ready"),
        format!("{reading:.2} / {replay:.2}; {:.0} events/s", events / replay),
        "",
        None,
    );
    let over = |above: &[f64], below: &[f64]| {
        Spread::of(above.iter().zip(below).map(|(above, below)| above / below))
    };
    let of_replay = over(&measured.reading, &measured.replay);
    report.ratio(
        "P7",
        format!("{commits} commits: reading over replay"),
        &of_replay,
        Goal::AtLeast(OF_REPLAY),
    );
    let (all, opening) = (median(&measured.all), median(&measured.opening));
    report.add(
        "P8",
        format!("{commits} commits, a snapshot: seconds until the log is open / after it / both"),
        format!("{opening:.2} / {:.3} / {all:.2}", median(&measured.koepel)),
        if largest { format!("≤ {RESTART_SECONDS} s") } else { String::new() },
        largest.then_some(all <= RESTART_SECONDS),
    );
    report.add(
        "P8",
        format!("{commits} commits: seconds in which sled alone opens its file"),
        format!("{:.2}", median(&measured.sled)),
        "",
        None,
    );
    let of_folding = over(&measured.koepel, &measured.replay);
    report.ratio(
        "P8",
        format!("{commits} commits: Koepel's part over the replay"),
        &of_folding,
        Goal::AtMost(OF_FOLDING),
    );
}

/// Imports beside a long log, and into an empty one.
async fn long_log(plan: &Plan, report: &mut Report, dir: &Path, commits: u64) -> Result<()> {
    let items = plan.either(2_000, 50_000);
    let servers = [
        Server::start(Side::Koepel, dir).await?,
        Server::start(Side::Koepel, &plan.fresh("empty")?).await?,
    ];
    let mut rates = [Vec::new(), Vec::new()];
    for round in 0..plan.rounds.min(ROUNDS) {
        for (turn, side) in [0, 1, 1, 0].into_iter().enumerate() {
            let client = servers[side].client().await?;
            let product = format!("import-{round}-{turn}");
            let (done, seconds) = fill::import(&client, &product, items, 260).await?;
            rates[side].push(f64::from(done.created) / seconds);
        }
    }
    for server in servers {
        server.stop().await?;
    }
    let median = |side: usize| Spread::of(rates[side].iter().copied()).median;
    let ratios = Spread::of(rates[0].iter().zip(&rates[1]).map(|(long, empty)| long / empty));
    report.add(
        "P3",
        format!(
            "import of {items} items beside {commits} commits, over an empty log: events/s, ratio"
        ),
        format!("{:.0} / {:.0}, {ratios}", median(0), median(1)),
        "",
        None,
    );
    report.detail("import_long_log", json!({ "items": items, "events_per_second": rates }));
    Ok(())
}

/// Runs a part of this program by itself, and reads the numbers that it prints.
fn itself(part: &str, dir: &Path, arguments: &[&str]) -> Result<Vec<f64>> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(part).arg(dir.join("log")).args(arguments).stderr(Stdio::inherit());
    let output = command.output()?;
    anyhow::ensure!(output.status.success(), "{part}: {}", output.status);
    let text = String::from_utf8(output.stdout)?;
    Ok(text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?)
}

/// Starts a server, and takes from its own messages how long it took after its log was open.
async fn started(dir: &Path) -> Result<(Server, Start)> {
    let messages = dir.join("messages");
    let before = fs::read_to_string(&messages).unwrap_or_default().len();
    let begun = Instant::now();
    let server = Server::start(Side::Koepel, dir).await?;
    let all = begun.elapsed().as_secs_f64();
    // The message is written a moment after the address.
    let koepel = loop {
        let text = fs::read_to_string(&messages)?;
        let fresh = text.get(before..).unwrap_or_default();
        let said = |what: &str| fresh.lines().find(|line| line.contains(what)).and_then(second);
        if let (Some(open), Some(serves)) = (said("the log is open"), said("koepel serves")) {
            break (serves - open).rem_euclid(86_400.0);
        }
        anyhow::ensure!(begun.elapsed() < Duration::from_secs(330), "it never said that it serves");
        sleep(Duration::from_millis(5)).await;
    };
    let opened = format!("product opened product={}", log::PRODUCT);
    anyhow::ensure!(fs::read_to_string(&messages)?.contains(&opened), "the product was not opened");
    Ok((server, Start { all, koepel }))
}

/// The second of the day at which a message was written: `2026-11-29T02:50:27.470964Z …`.
fn second(line: &str) -> Option<f64> {
    let time = line.split('Z').next()?.split('T').nth(1)?;
    let mut parts = time.split(':').map(str::parse::<f64>);
    let (hours, minutes, seconds) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    Some(hours * 3_600.0 + minutes * 60.0 + seconds)
}
