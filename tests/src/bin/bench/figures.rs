//! What was measured, beside what is to be reached: medians, a table for people, JSON for programs.

use std::fmt::Write as _;

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::Plan;

/// A figure beside its goal.
struct Figure {
    id: &'static str,
    what: String,
    measured: String,
    goal: String,
    met: Option<bool>,
}

/// All that was measured.
pub(crate) struct Report {
    figures: Vec<Figure>,
    histograms: String,
    details: Map<String, Value>,
}

impl Report {
    pub(crate) fn new(plan: &Plan) -> Self {
        let mut details = Map::new();
        let run = json!({
            "quick": plan.quick, "rounds": plan.rounds, "seconds": plan.seconds,
            "processors": std::thread::available_parallelism().map_or(0, usize::from),
        });
        details.insert("run".to_owned(), run);
        Self { figures: Vec::new(), histograms: String::new(), details }
    }

    /// Notes a figure; a goal is met or not, or there is none.
    pub(crate) fn add(
        &mut self,
        id: &'static str,
        what: impl Into<String>,
        measured: impl Into<String>,
        goal: impl Into<String>,
        met: Option<bool>,
    ) {
        let figure =
            Figure { id, what: what.into(), measured: measured.into(), goal: goal.into(), met };
        eprintln!("{:<4} {}: {}", figure.id, figure.what, figure.measured);
        self.figures.push(figure);
    }

    /// A figure that is to be at least, or at most, so much.
    pub(crate) fn ratio(
        &mut self,
        id: &'static str,
        what: impl Into<String>,
        ratios: &Spread,
        goal: Goal,
    ) {
        let (text, met) = match goal {
            Goal::AtLeast(least) => (format!("≥ {least}"), Some(ratios.median >= least)),
            Goal::AtMost(most) => (format!("≤ {most}"), Some(ratios.median <= most)),
        };
        self.add(id, what, ratios.to_string(), text, met);
    }

    /// Keeps what a figure was made of.
    pub(crate) fn detail(&mut self, key: &str, value: Value) {
        self.details.insert(key.to_owned(), value);
    }

    /// A histogram to print below the table.
    pub(crate) fn histogram(&mut self, title: &str, bars: &[(String, u64)]) {
        let all: u64 = bars.iter().map(|(_, count)| count).sum();
        let _ = writeln!(self.histograms, "\n{title}");
        for (label, count) in bars {
            let share = *count as f64 / all.max(1) as f64;
            let bar = "#".repeat((share * 50.0).ceil() as usize);
            let _ =
                writeln!(self.histograms, "{label:>9} {count:>8} {:>5.1} % {bar}", share * 100.0);
        }
    }

    pub(crate) fn print(&self) {
        println!("\n{:<4} {:<66} {:<34} {:<18} met", "", "what", "measured (spread)", "goal");
        for figure in &self.figures {
            let met = match figure.met {
                Some(true) => "yes",
                Some(false) => "NO",
                None => "",
            };
            println!(
                "{:<4} {:<66} {:<34} {:<18} {met}",
                figure.id, figure.what, figure.measured, figure.goal
            );
        }
        print!("{}", self.histograms);
    }

    pub(crate) fn json(&self) -> Result<String> {
        let figures: Vec<Value> = self
            .figures
            .iter()
            .map(|figure| {
                json!({
                    "id": figure.id, "what": figure.what, "measured": figure.measured,
                    "goal": figure.goal, "met": figure.met,
                })
            })
            .collect();
        let all = json!({ "figures": figures, "details": self.details });
        Ok(serde_json::to_string_pretty(&all)?)
    }
}

/// What is to be reached.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

/// A median, and how far the rounds lay apart.
pub(crate) struct Spread {
    pub(crate) median: f64,
    least: f64,
    most: f64,
}

impl Spread {
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        Self {
            median: at(values.len() / 2),
            least: at(0),
            most: at(values.len().saturating_sub(1)),
        }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} ({:.2}–{:.2})", self.median, self.least, self.most)
    }
}

/// Times of one operation, in microseconds.
#[derive(Clone, Default)]
pub(crate) struct Times(Vec<f64>);

impl Times {
    pub(crate) fn push(&mut self, took: std::time::Duration) {
        self.0.push(took.as_secs_f64() * 1e6);
    }

    pub(crate) fn join(&mut self, other: Times) {
        self.0.extend(other.0);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The time that this share of them does not exceed, in microseconds.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let index = ((sorted.len() as f64 * share).ceil() as usize).saturating_sub(1);
        sorted.get(index).copied().unwrap_or(f64::NAN)
    }

    pub(crate) fn p50(&self) -> f64 {
        self.quantile(0.5)
    }

    pub(crate) fn p99(&self) -> f64 {
        self.quantile(0.99)
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "count": self.len(), "p50_us": self.p50(), "p90_us": self.quantile(0.9),
            "p99_us": self.p99(), "max_us": self.quantile(1.0),
        })
    }
}

/// Milliseconds, from microseconds.
pub(crate) fn ms(us: f64) -> String {
    format!("{:.2} ms", us / 1e3)
}
