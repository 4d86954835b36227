//! `cargo xtask demo --story escalation`: two domain POs of the retailer disagree, and it comes to a decision. Every step is a command
//! that anybody can type; it is shown, run against a real server whose clock is moved by hand, and its answer shown.

mod ears;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use self::ears::Ears;
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
    ears: Ears,
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
    let ears = Ears::open(&data_dir.join("ears"), &data_dir.join("koepel.toml"))?;
    let mut stage = Stage { koepel, data_dir, server: None, address: String::new(), ears };
    stage.begin(MONDAY)?;
    stage.prepare()?;
    stage.disagree()?;
    stage.be_silent()?;
    stage.decide()?;
    stage.end()?;
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
        server.arg("--config").arg(self.data_dir.join("koepel.toml"));
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

    /// Shows what has arrived, so much of it; of letters that begin so, the whole text.
    fn hear(&mut self, count: usize, whole: &str) -> Result<()> {
        for heard in self.ears.hear(count)? {
            println!("  {:7}  {:32}  {}", heard.way, heard.whom, heard.what);
            if !whole.is_empty() && heard.way == "e-mail" && heard.whom.starts_with(whole) {
                heard.text.lines().for_each(|line| println!("           │ {line}"));
            }
        }
        Ok(())
    }

    /// The Chief PO and the deputy say where they are to be told.
    fn prepare(&mut self) -> Result<()> {
        chapter(
            "Hanna is told in Danish, Ruben in Dutch: by e-mail, by webhook, by NATS, and by the stream.",
        );
        for (person, language) in [("hanna", "da"), ("ruben", "nl")] {
            let email = format!("{person}@example.com");
            let contact = ["alert", "contact", "--email", &email, "--language", language];
            self.does(person, &contact)?;
            let url = self.ears.hook(person);
            let add = ["-q", "alert", "target", "add", &format!("{person}-chat"), &url, "one-shop"];
            // The secret is for whoever checks signatures, and no part of the story.
            command::output(&mut self.command(person, &add))?;
        }
        Ok(())
    }

    fn disagree(&mut self) -> Result<()> {
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
                "The tills first => rank OFFLINE-2 above ONLINE-3",
                "--option",
                "Collecting in stores first => rank ONLINE-3 above OFFLINE-2",
            ],
        )?;
        chapter("Both are told, by all ways; this is Hanna's letter.");
        self.hear(6, "hanna")?;
        self.does(
            "jeroen",
            &["escalation", "comment", "one-shop/1", "Customers wait for it since May."],
        )?;
        self.hear(6, "")?;
        self.does("hanna", &["escalation", "list", "one-shop", "--mine"])
    }

    fn be_silent(&mut self) -> Result<()> {
        chapter("A working day passes. Hanna does not answer, and is reminded.");
        self.does("administrator", &["clock", "set", "2026-12-01T12:00:00Z"])?;
        self.until_told("EscalationReminded")?;
        self.hear(6, "")?;
        chapter(
            "The server is killed, and started again two days later. Nothing is lost, nothing told twice.",
        );
        if let Some(mut server) = self.server.take() {
            server.kill()?;
            server.wait()?;
        }
        self.begin(A_WEEK_LATER)?;
        self.until_told("EscalationHandedOver")?;
        self.hear(12, "")?;
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
                "The tills can wait two weeks, customers have waited since May",
            ],
        )?;
        self.does("mette", &["explain", "one-shop/ONLINE-3"])?;
        chapter(
            "Mette moves her item up within her own domain all the same. She may, and it is seen.",
        );
        self.does(
            "mette",
            &["reorder", "one-shop/OFFLINE-2", "--top", "--reason", "We cannot wait"],
        )?;
        self.does("hanna", &["decision", "list", "one-shop", "--not-followed"])?;
        self.does("hanna", &["item", "history", "one-shop/ONLINE-3", "--limit", "2"])
    }

    fn end(&mut self) -> Result<()> {
        chapter("What Hanna heard by the stream, and how much arrived by the other ways.");
        self.does("hanna", &["alert", "watch", "one-shop", "--past"])?;
        let (counts, twice) = self.ears.count()?;
        let counts: Vec<String> =
            counts.iter().map(|(way, count)| format!("{count} by {way}")).collect();
        println!("\nIn all: {}.", counts.join(", "));
        println!(
            "{twice} of them came once more after the kill, with the id that they had before, by which they are dropped."
        );
        Ok(())
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
