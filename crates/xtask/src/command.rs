//! Running other programs: to the end, for their output, or counting the tests they report.

use std::{
    io::{self, BufRead as _, BufReader, IsTerminal as _, Read, Write},
    process::{Command, Stdio},
    thread,
};

use anyhow::{Context as _, Result, bail};

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Counts {
    /// Both together.
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Runs it with our own input and output.
///
/// # Errors
/// If it cannot be started or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("start `{}`", shown(command)))?;
    if !status.success() {
        bail!("`{}` ended with {status}", shown(command));
    }
    Ok(())
}

/// Whether it can be started and succeeds; its output is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What it prints.
///
/// # Errors
/// If it cannot be started, does not succeed, or prints what is not UTF-8.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("start `{}`", shown(command)))?;
    if !output.status.success() {
        bail!("`{}` ended with {}", shown(command), output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("output of `{}`", shown(command)))
}

/// Runs tests, passes their output on, and counts what the summaries in it say. The flag tells whether the command
/// succeeded.
///
/// # Errors
/// If it cannot be started.
pub(crate) fn count(command: &mut Command) -> Result<(Counts, bool)> {
    if io::stderr().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("start `{}`", shown(command)))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let counts = thread::scope(|scope| {
        let out =
            scope.spawn(|| out.map_or_else(Counts::default, |from| pass_on(from, io::stdout())));
        let err =
            scope.spawn(|| err.map_or_else(Counts::default, |from| pass_on(from, io::stderr())));
        out.join().unwrap_or_default().plus(err.join().unwrap_or_default())
    });
    let status = child.wait().with_context(|| format!("wait for `{}`", shown(command)))?;
    Ok((counts, status.success()))
}

/// Copies line by line and adds up the summaries. A reader that went away ends the copying, not the counting.
fn pass_on(from: impl Read, mut to: impl Write) -> Counts {
    let mut from = BufReader::new(from);
    let mut counts = Counts::default();
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let _ = to.write_all(&line);
        counts = counts.plus(summary(&plain(&String::from_utf8_lossy(&line))));
        line.clear();
    }
    let _ = to.flush();
    counts
}

/// The text without terminal colours.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, coloured)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = coloured.split_once('m').map_or("", |(_, after)| after);
    }
    plain + rest
}

/// What one line of output says about tests: nextest's `Summary [ 1.2s] 3 tests run: 2 passed, 1 timed out`, the
/// `test result: FAILED. 2 passed; 1 failed; …` of cargo's own runner, or vitest's `Tests  1 failed | 2 passed (3)`. All other
/// lines count as nothing.
fn summary(line: &str) -> Counts {
    if let Some(rest) = line.trim_start().strip_prefix("Tests  ") {
        return Counts {
            passed: number_before(rest, " passed"),
            failed: number_before(rest, " failed"),
        };
    }
    // nextest shows indented what a failed test has written, and that ends with its own result.
    if let Some(rest) = line.strip_prefix("test result: ") {
        return Counts {
            passed: number_before(rest, " passed"),
            failed: number_before(rest, " failed"),
        };
    }
    let Some((run, results)) =
        line.trim_start().strip_prefix("Summary [").and_then(|rest| rest.split_once(" run: "))
    else {
        return Counts::default();
    };
    let run = run.rsplit(']').next().unwrap_or_default().trim();
    let run: String = run.chars().take_while(char::is_ascii_digit).collect();
    let passed = number_before(results, " passed");
    // Whatever ran and did not pass has failed: nextest tells failed, timed out and not started apart.
    Counts { passed, failed: run.parse::<u64>().unwrap_or_default().saturating_sub(passed) }
}

/// The number that stands right before `word`, or nothing.
fn number_before(text: &str, word: &str) -> u64 {
    let before = text.split_once(word).map_or("", |(before, _)| before);
    before
        .rsplit(|c: char| !c.is_ascii_digit())
        .next()
        .and_then(|digits| digits.parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, passed: u64, failed: u64) {
        assert_eq!(summary(&plain(line)), Counts { passed, failed });
    }

    #[test]
    fn nextest_summaries_count() {
        check(
            "     Summary [   1.234s] 10 tests run: 9 passed (1 slow), 1 failed, 2 skipped",
            9,
            1,
        );
        check("     Summary [   0.012s] 1 test run: 1 passed, 0 skipped", 1, 0);
        check(
            "     Summary [  31.000s] 5/10 tests run: 3 passed, 1 failed, 1 timed out, 2 skipped",
            3,
            2,
        );
        check("     Summary [   0.004s] 0 tests run: 0 passed, 7 skipped", 0, 0);
    }

    #[test]
    fn colours_do_not_hide_a_summary() {
        check(
            "\u{1b}[32;1m     Summary\u{1b}[0m [   1.2s] \u{1b}[1m4\u{1b}[0m tests run: \u{1b}[1m3\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m1\u{1b}[0m failed",
            3,
            1,
        );
    }

    #[test]
    fn results_of_cargos_own_runner_count() {
        check(
            "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s",
            12,
            3,
        );
        check("test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out", 1, 0);
        check(
            "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out",
            0,
            0,
        );
    }

    #[test]
    fn summaries_of_vitest_count() {
        check("      Tests  1 failed | 13 passed | 2 skipped (16)", 13, 1);
        check("      Tests  7 passed (7)", 7, 0);
        check(" Test Files  2 passed (2)", 0, 0);
    }

    #[test]
    fn other_lines_count_as_nothing() {
        check("test backlog::tests::a_pinned_item_stays ... ok", 0, 0);
        check("        PASS [   0.004s] koepel-domain 3 passed it on", 0, 0);
        check("", 0, 0);
    }
}
