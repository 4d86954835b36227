//! Steps of a run: each is announced and timed, none stops the next, and all are listed at the end.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::command::Counts;

/// What has been done so far.
pub(crate) struct Steps {
    done: Vec<Step>,
    tests: Option<Counts>,
    began: Instant,
}

struct Step {
    name: &'static str,
    took: Duration,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

#[expect(
    clippy::disallowed_methods,
    reason = "measures how long a step takes; nothing is decided by it"
)]
fn now() -> Instant {
    Instant::now()
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self { done: Vec::new(), tests: None, began: now() }
    }

    /// Does a step. An error is printed at once and remembered for the end.
    pub(crate) fn run<T>(
        &mut self,
        name: &'static str,
        step: impl FnOnce() -> Result<T>,
    ) -> Option<T> {
        eprintln!("\n── {name}");
        let began = now();
        let (outcome, value) = match step() {
            Ok(value) => (Outcome::Passed, Some(value)),
            Err(error) => {
                eprintln!("xtask: {name}: {error:#}");
                (Outcome::Failed(format!("{error:#}")), None)
            }
        };
        self.done.push(Step { name, took: began.elapsed(), outcome });
        value
    }

    /// A step of tests, which answers how many passed and failed and whether the runner was content.
    pub(crate) fn tests(
        &mut self,
        name: &'static str,
        step: impl FnOnce() -> Result<(Counts, bool)>,
    ) {
        let mut counts = Counts::default();
        let passed = self.run(name, || {
            let content;
            (counts, content) = step()?;
            let ran = counts.passed + counts.failed;
            if !content && ran == 0 {
                bail!("no test ran: they did not build, or none has that name");
            }
            if !content {
                bail!("{} of {ran} tests failed", counts.failed);
            }
            Ok(())
        });
        if passed.is_none() && counts.failed == 0 {
            // Tests that could not even be built are not "0 failed".
            counts.failed = 1;
        }
        self.tests = Some(self.tests.unwrap_or_default().plus(counts));
    }

    /// A step that is left out, and why.
    pub(crate) fn skip(&mut self, name: &'static str, why: &str) {
        eprintln!("\n── {name}: SKIPPED, {why}");
        self.done.push(Step {
            name,
            took: Duration::ZERO,
            outcome: Outcome::Skipped(why.to_owned()),
        });
    }

    /// Lists the steps with their times; the last line says how many tests passed and failed.
    ///
    /// # Errors
    /// If a step failed.
    pub(crate) fn finish(self) -> Result<()> {
        println!("\n{}", self.table());
        if let Some(tests) = self.tests {
            println!("{} passed, {} failed", tests.passed, tests.failed);
        }
        let failed: Vec<_> =
            self.done.iter().filter(|step| matches!(step.outcome, Outcome::Failed(_))).collect();
        if !failed.is_empty() {
            bail!("failed: {}", failed.iter().map(|step| step.name).collect::<Vec<_>>().join(", "));
        }
        Ok(())
    }

    fn table(&self) -> String {
        let mut table = String::new();
        for Step { name, took, outcome } in &self.done {
            let outcome = match outcome {
                Outcome::Passed => "ok".to_owned(),
                Outcome::Failed(why) => {
                    format!("FAILED: {}", why.lines().next().unwrap_or_default())
                }
                Outcome::Skipped(why) => format!("SKIPPED: {why}"),
            };
            table.push_str(&format!("{name:<16} {:>8.1} s  {outcome}\n", took.as_secs_f64()));
        }
        table + &format!("{:<16} {:>8.1} s", "together", self.began.elapsed().as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_fails_the_run_and_stops_nothing() {
        let mut steps = Steps::new();
        assert!(steps.run("first", || -> Result<()> { bail!("planted\nand more") }).is_none());
        assert_eq!(steps.run("second", || Ok(2)), Some(2));
        let table = steps.table();
        assert!(table.contains("FAILED: planted\nsecond"), "{table}");
        assert_eq!(steps.finish().unwrap_err().to_string(), "failed: first");
    }

    #[test]
    fn a_skipped_step_does_not_fail_the_run() {
        let mut steps = Steps::new();
        steps.skip("third", "not installed");
        assert!(steps.table().contains("SKIPPED: not installed"));
        assert!(steps.finish().is_ok());
    }

    #[test]
    fn counts_of_several_runners_add_up() {
        let mut steps = Steps::new();
        steps.tests("nextest", || Ok((Counts { passed: 7, failed: 0 }, true)));
        steps.tests("doc tests", || Ok((Counts { passed: 2, failed: 1 }, false)));
        assert_eq!(steps.tests, Some(Counts { passed: 9, failed: 1 }));
        assert!(steps.finish().is_err());
    }

    #[test]
    fn tests_that_do_not_build_count_as_failed() {
        let mut steps = Steps::new();
        steps.tests("nextest", || Ok((Counts::default(), false)));
        assert_eq!(steps.tests, Some(Counts { passed: 0, failed: 1 }));
    }
}
