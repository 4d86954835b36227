//! Rust files: what they are for is said first, they and their functions stay short, and nothing is left behind.

use super::Finding;

const MOST_LINES_OF_A_FILE: usize = 600;
const MOST_LINES_OF_A_FUNCTION: usize = 100;

/// Files and functions that may be longer, each with its reason: (file, function or nothing, reason).
const MAY_BE_LONGER: &[(&str, Option<&str>, &str)] = &[
    ("tests/src/reliability/command.rs", Some("ask"), "one arm for each command"),
    (
        "crates/cli/src/arguments.rs",
        Some("every_command_can_be_given"),
        "one line for each command",
    ),
    ("crates/server/src/grpc/refusal.rs", Some("metadata"), "one arm for each refusal"),
    ("crates/projections/src/words/en/events.rs", Some("event"), "one arm for each event"),
    ("crates/projections/src/words/da/events.rs", Some("event"), "one arm for each event"),
    ("crates/projections/src/words/nl/events.rs", Some("event"), "one arm for each event"),
    ("crates/domain/src/error.rs", None, "the one list of refusals, with their codes"),
    ("crates/domain/src/event.rs", None, "the one list of events, of which a macro makes one type"),
];

/// Words that announce work instead of doing it.
const LEFT_BEHIND: [&str; 3] = ["TODO", "FIXME", "XXX"];

/// Checks one Rust file. It has been formatted: the shape of functions is taken from their indentation.
pub(super) fn check(file: &str, text: &str) -> Vec<Finding> {
    let lines: Vec<&str> = text.lines().collect();
    let mut findings = Vec::new();
    if !text.starts_with("//!") {
        findings.push(Finding::at(
            file,
            1,
            "must begin with `//!`: what it is for and what it must not know",
        ));
    }
    if lines.len() > MOST_LINES_OF_A_FILE && !may_be_longer(file, None) {
        let message = format!(
            "has {} lines, more than {MOST_LINES_OF_A_FILE}: split it by responsibility",
            lines.len()
        );
        findings.push(Finding::new(file, message));
    }
    for (at, line) in lines.iter().enumerate() {
        let number = at + 1;
        for word in LEFT_BEHIND.iter().filter(|word| announces(line, word)) {
            findings.push(Finding::at(file, number, format!("{word}: do it, or open an issue")));
        }
        if is_allow(line) && !attribute(&lines, at).contains("reason = ") {
            findings.push(Finding::at(file, number, "suppresses a lint without a reason"));
        }
        if let Some((indent, name)) = function(line) {
            let length = length(&lines, at, indent);
            if length > MOST_LINES_OF_A_FUNCTION && !may_be_longer(file, Some(name)) {
                let message =
                    format!("`{name}` has {length} lines, more than {MOST_LINES_OF_A_FUNCTION}");
                findings.push(Finding::at(file, number, message));
            }
        }
    }
    findings
}

fn may_be_longer(file: &str, function: Option<&str>) -> bool {
    MAY_BE_LONGER.iter().any(|(path, name, _)| *path == file && *name == function)
}

/// Whether a comment begins with the word or puts a colon or a bracket after it. Elsewhere it may be somebody's status.
fn announces(line: &str, word: &str) -> bool {
    let Some((_, comment)) = line.split_once("//") else { return false };
    let comment = comment.trim_start_matches(['/', '!']).trim_start();
    let begins = comment
        .strip_prefix(word)
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()));
    begins || [":", "("].iter().any(|after| comment.contains(&format!("{word}{after}")))
}

fn is_allow(line: &str) -> bool {
    let line = line.trim_start();
    ["#[allow(", "#![allow(", "#[expect(", "#![expect("].iter().any(|start| line.starts_with(start))
}

/// The attribute that begins on a line, up to its closing bracket.
fn attribute(lines: &[&str], at: usize) -> String {
    let rest = lines.get(at..).unwrap_or_default();
    let end = rest.iter().position(|line| line.trim_end().ends_with(")]")).unwrap_or(rest.len());
    rest.iter().take(end + 1).copied().collect()
}

/// The indentation and name of the function that begins on this line.
fn function(line: &str) -> Option<(usize, &str)> {
    let mut rest = line.trim_start();
    let indent = line.len() - rest.len();
    let before_fn = [
        "pub ",
        "pub(crate) ",
        "pub(super) ",
        "default ",
        "const ",
        "async ",
        "unsafe ",
        "extern \"C\" ",
    ];
    while let Some(shorter) = before_fn.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = shorter;
    }
    let name = rest.strip_prefix("fn ")?;
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    name.get(..end).map(|name| (indent, name))
}

/// The lines from a function's signature to the brace that closes it at the same indentation.
fn length(lines: &[&str], at: usize, indent: usize) -> usize {
    let rest = lines.get(at..).unwrap_or_default();
    let ends = |line: &str| line.trim_end().ends_with(['}', ';']);
    if rest.first().is_some_and(|line| ends(line)) {
        return 1;
    }
    let closes = |line: &&str| {
        let start = line.trim_start();
        // A declaration without a body ends with `);` or `) -> T;`.
        line.len() - start.len() == indent
            && (start.starts_with('}') || start.starts_with(')') && ends(start))
    };
    rest.iter().skip(1).position(closes).map_or(rest.len(), |lines| lines + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The messages found in a text, without the place.
    fn found(text: &str) -> Vec<String> {
        check("a.rs", text).into_iter().map(|finding| finding.to_string()).collect()
    }

    fn body(lines: usize) -> String {
        "        step();\n".repeat(lines)
    }

    #[test]
    fn a_file_says_what_it_is_for() {
        assert_eq!(found("//! For a purpose.\n"), [] as [&str; 0]);
        assert_eq!(found("// No purpose.\n").len(), 1);
        assert_eq!(found("\n//! Late.\n").len(), 1);
        assert_eq!(found("").len(), 1);
    }

    #[test]
    fn a_long_file_is_found() {
        let lines = |lines: usize| "//! Long.\n".repeat(lines);
        assert_eq!(found(&lines(600)), [] as [&str; 0]);
        assert_eq!(
            found(&lines(601)),
            ["a.rs: has 601 lines, more than 600: split it by responsibility"]
        );
    }

    #[test]
    fn a_long_function_is_found() {
        let text = |lines| {
            format!(
                "//! A.\nimpl A {{\n    pub(crate) async fn long<T>(\n        t: T,\n    ) -> T {{\n{}    }}\n}}\n",
                body(lines)
            )
        };
        assert_eq!(found(&text(96)), [] as [&str; 0], "3 lines of signature, 96, and the brace");
        assert_eq!(found(&text(97)), ["a.rs:3: `long` has 101 lines, more than 100"]);
    }

    #[test]
    fn functions_beside_each_other_are_measured_apart() {
        let one = format!("    fn one() {{\n{}    }}\n", body(60));
        assert_eq!(found(&format!("//! A.\nimpl A {{\n{one}\n{one}}}\n")), [] as [&str; 0]);
        let declarations = "    fn a(&self);\n    fn b(\n        &self,\n    ) -> u8;\n".repeat(40);
        assert_eq!(found(&format!("//! A.\ntrait A {{\n{declarations}}}\n")), [] as [&str; 0]);
    }

    #[test]
    fn work_left_behind_is_found() {
        for word in LEFT_BEHIND {
            let left = [
                format!("// {word} later"),
                format!("/// {word}(me)"),
                format!("let a = 1; // no, {word}: do it"),
            ];
            for line in left {
                assert_eq!(found(&format!("//! A.\n{line}\n")).len(), 1, "{line}");
            }
            let meant = format!(
                "//! A.\n//! Texts such as `{word}` count as open.\nconst {word}: u8 = 1;\n"
            );
            assert_eq!(found(&meant), [] as [&str; 0]);
        }
    }

    #[test]
    fn a_suppression_without_a_reason_is_found() {
        assert_eq!(found("//! A.\n#[expect(dead_code, reason = \"tried\")]\n"), [] as [&str; 0]);
        assert_eq!(
            found("//! A.\n#[allow(\n    warnings,\n    reason = \"generated code\"\n)]\n"),
            [] as [&str; 0]
        );
        assert_eq!(found("//! A.\n#![allow(dead_code)]\nlet reason = 1;\n").len(), 1);
        assert_eq!(found("//! A.\n    #[allow(\n        dead_code,\n    )]\n").len(), 1);
    }
}
