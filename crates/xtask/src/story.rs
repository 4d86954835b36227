//! `cargo xtask demo --story escalation`: two domain POs of the retailer disagree, and it comes to a decision. Every step is a command
//! that anybody can type; it is shown, run against a real server whose clock is moved by hand, and its answer shown.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use crate::command;

/// Stories that can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Story {
    /// Two POs disagree on a rank; the Chief PO does not answer, and the deputy decides
    Escalation,
}

/// Monday, before anybody is at work.
const MONDAY: &str = "2026-11-30T08:00:00Z";
/// When everybody's time has long passed.
const A_WEEK_LATER: &str = "2026-12-03T12:00:00Z";
/// How often an answer is asked for that comes by itself, ten times a second.
const TRIES: usize = 300;

struct Stage {
    koepel: PathBuf,
    data_dir: PathBuf,
    server: Option<Child>,
    address: String,
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            // It may have ended by itself.
            server.kill().ok();
            server.wait().ok();
        }
    }
}

/// Tells it, in a fresh directory.
pub(crate) fn tell(Story::Escalation: Story, koepel: &Path, data_dir: &Path) -> Result<()> {
    let (koepel, data_dir) = (koepel.to_owned(), data_dir.to_owned());
    let mut stage = Stage { koepel, data_dir, server: None, address: String::new() };
    stage.begin(MONDAY)?;
    stage.disagree()?;
    stage.be_silent()?;
    stage.decide()?;
    println!("\nThe end. The data is in {}.", stage.data_dir.display());
    Ok(())
}

impl Stage {
    fn begin(&mut self, clock: &str) -> Result<()> {
        let file = self.data_dir.join("address");
        fs::remove_file(&file).ok();
        let mut server = Command::new(&self.koepel);
        server.args(["demo", "--listen", "127.0.0.1:0", "--manual-clock", clock, "--data-dir"]);
        server.arg(&self.data_dir).arg("--address-file").arg(&file).stdout(Stdio::null());
        self.server = Some(server.spawn().context("start the server")?);
        self.address = until("the server listens", || fs::read_to_string(&file).ok())?;
        self.address = self.address.trim().to_owned();
        // It listens before the demo is loaded; the last of it is an entry of the second product that moves to this day.
        until("the demo is loaded", || {
            let told = self.command("administrator", &["roadmap", "cold-chain"]).output().ok()?;
            String::from_utf8_lossy(&told.stdout).contains("2027-03-26").then_some(())
        })
    }

    fn command(&self, person: &str, words: &[&str]) -> Command {
        let mut command = Command::new(&self.koepel);
        command.args(words).args(["--server", &self.address]);
        if person == "administrator" {
            command.env("KOEPEL_DATA_DIR", &self.data_dir);
        } else {
            let token = self.data_dir.join("demo").join(format!("{person}.token"));
            command.arg("--token-file").arg(token);
        }
        command.stderr(Stdio::piped()).stdout(Stdio::piped());
        command
    }

    /// Somebody does something; it is shown with the answer.
    fn does(&self, person: &str, words: &[&str]) -> Result<()> {
        let shown = words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
        println!("\n{person}$ koepel {shown}");
        let done = self.command(person, words).output()?;
        print!(
            "{}{}",
            String::from_utf8_lossy(&done.stdout),
            String::from_utf8_lossy(&done.stderr)
        );
        if !done.status.success() {
            bail!("`koepel {shown}` ended with {}", done.status);
        }
        Ok(())
    }

    /// Waits until the escalation's history has this.
    fn until_told(&self, what: &str) -> Result<()> {
        until(what, || {
            let shown = self.command("hanna", &["escalation", "show", "one-shop/1", "-o", "json"]);
            let shown = command::output(&mut { shown }).ok()?;
            shown.contains(what).then_some(())
        })
    }

    fn disagree(&self) -> Result<()> {
        chapter("Hanna, the Chief PO, names a deputy for December: Ruben of the back office.");
        self.does(
            "hanna",
            &[
                "deputy",
                "name",
                "p-one-shop-04",
                "chief-po",
                "--from",
                "2026-11-30",
                "--until",
                "2026-12-31",
                "--product",
                "one-shop",
                "--reason",
                "Hanna is at the fair",
            ],
        )?;
        chapter(
            "Mette (stores) and Jeroen (web shop) both want the next two weeks. Mette raises it.",
        );
        self.does(
            "mette",
            &[
                "escalation",
                "raise",
                "Who gets the load test environment first?",
                "one-shop",
                "--topic",
                "priority",
                "--item",
                "OFFLINE-2",
                "--item",
                "ONLINE-3",
                "--text",
                "Both need the same two weeks, and there is one environment.",
                "--option",
                "Collecting in stores first => rank ONLINE-3 above OFFLINE-2",
                "--option",
                "The tills first => rank OFFLINE-2 above ONLINE-3",
            ],
        )?;
        self.does(
            "jeroen",
            &["escalation", "comment", "one-shop/1", "Customers wait for it since May."],
        )?;
        self.does("hanna", &["escalation", "list", "one-shop", "--mine"])
    }

    fn be_silent(&mut self) -> Result<()> {
        chapter("A working day passes. Hanna does not answer, and is reminded.");
        self.does("administrator", &["clock", "set", "2026-12-01T12:00:00Z"])?;
        self.until_told("EscalationReminded")?;
        chapter(
            "The server is killed, and started again two days later. Nothing is lost, nothing told twice.",
        );
        if let Some(mut server) = self.server.take() {
            server.kill()?;
            server.wait()?;
        }
        self.begin(A_WEEK_LATER)?;
        self.until_told("EscalationHandedOver")?;
        self.does("ruben", &["escalation", "show", "one-shop/1"])
    }

    fn decide(&self) -> Result<()> {
        chapter(
            "It is Ruben's turn now. He decides for the second option; the rank changes in the same commit.",
        );
        self.does(
            "ruben",
            &[
                "escalation",
                "decide",
                "one-shop/1",
                "--option",
                "2",
                "--reason",
                "A till that stands still costs more than a parcel that waits",
            ],
        )?;
        self.does("mette", &["explain", "one-shop/OFFLINE-2"])?;
        chapter(
            "Jeroen moves his item up within his own domain all the same. He may, and it is seen.",
        );
        self.does(
            "jeroen",
            &["reorder", "one-shop/ONLINE-3", "--top", "--reason", "We cannot wait"],
        )?;
        self.does("hanna", &["decision", "list", "one-shop", "--not-followed"])?;
        self.does("hanna", &["item", "history", "one-shop/OFFLINE-2", "--limit", "2"])
    }
}

fn chapter(text: &str) {
    println!("\n── {text}");
}

/// A word as one types it.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-+:".contains(letter);
    if word.chars().all(plain) { word.to_owned() } else { format!("\"{word}\"") }
}

/// Asks again and again until there is an answer.
fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> Result<T> {
    for _ in 0..TRIES {
        if let Some(answer) = ask() {
            return Ok(answer);
        }
        thread::sleep(Duration::from_millis(100));
    }
    bail!("waited in vain until {what}")
}
