//! Traces of the machine on which something was written: its folders, and where it gets its packages from.

use super::Finding;

/// Folders that exist on somebody's machine and not in the project.
const FOLDERS: [&str; 6] = ["/work", "/root", "/home", "/Users", "/tmp/bash", "/tmp/bash_jobs"];

/// Settings that send a package manager elsewhere.
const SETTINGS: [&str; 5] = ["replace-with", "index-url", "_authToken", "[source.", "[registries."];

/// Where the packages in a lock file may come from.
const CRATES_IO: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
const NPM: &str = "\"resolved\": \"https://registry.npmjs.org/";

/// Files in which such words are meant, and why.
const EXCEPTIONS: &[(&str, &str)] =
    &[("crates/xtask/src/tidy/traces.rs", "names what it looks for")];

/// Checks one text file.
pub(super) fn check(file: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if EXCEPTIONS.iter().any(|(excepted, _)| *excepted == file) {
        return findings;
    }
    for (number, line) in (1..).zip(text.lines()) {
        for folder in FOLDERS.iter().filter(|folder| names_folder(line, folder)) {
            findings.push(Finding::at(
                file,
                number,
                format!("names a folder of somebody's machine: {folder}"),
            ));
        }
        for setting in SETTINGS.iter().filter(|setting| line.contains(*setting)) {
            findings.push(Finding::at(
                file,
                number,
                format!("sets where packages come from: {setting}"),
            ));
        }
        let line = line.trim_start();
        let foreign =
            file.ends_with("Cargo.lock") && line.starts_with("source = ") && line != CRATES_IO
                || file.ends_with("package-lock.json")
                    && line.starts_with("\"resolved\": \"")
                    && !line.starts_with(NPM);
        if foreign {
            findings.push(Finding::at(
                file,
                number,
                format!("comes from another registry: {line}"),
            ));
        }
    }
    findings
}

/// Whether the folder is named as a path from the root, not as a part of a longer name or path.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        let after = line.get(at + folder.len()..).and_then(|after| after.chars().next());
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        !before.is_some_and(|c| inside(c) || matches!(c, '.' | '}' | '~' | ')'))
            && !after.is_some_and(inside)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_line(file: &str, line: &str, expected: usize) {
        let found = check(file, &format!("first\n{line}\n"));
        assert_eq!(found.len(), expected, "{found:?}");
        assert!(found.iter().all(|finding| finding.place == format!("{file}:2")));
    }

    #[test]
    fn folders_of_a_machine_are_found() {
        check_line("a.md", "see /work/main", 1);
        check_line("a.rs", "open(\"/root/.cargo\")", 1);
        check_line("a.sh", "cd /home/somebody && ls /tmp/bash.1", 2);
        check_line("a.sh", "cat /tmp/bash_jobs.0/stdout", 1);
        check_line("a.toml", "dir = \"/work\"", 1);
    }

    #[test]
    fn parts_of_longer_names_are_no_folders_of_a_machine() {
        check_line(
            "a.md",
            "the network/work of teams, items/workflow, $HOME/work, ../work/, /workspace, /rooted",
            0,
        );
        check_line("a.rs", "\"https://example.org/home\", \"products/root\"", 0);
    }

    #[test]
    fn settings_of_package_managers_are_found() {
        check_line(".cargo/config.toml", "replace-with = \"mirror\"", 1);
        check_line(".ci/run", "pip install --index-url https://mirror/simple x", 1);
        check_line(".cargo/config.toml", "[source.crates-io]", 1);
        check_line("deny.toml", "[sources]", 0);
    }

    #[test]
    fn packages_from_other_registries_are_found() {
        check_line("Cargo.lock", CRATES_IO, 0);
        check_line("Cargo.lock", "source = \"registry+https://mirror.example/index\"", 1);
        check_line("Cargo.lock", "source = \"git+https://github.com/somebody/sled#1234\"", 1);
        check_line(
            "tests/web/package-lock.json",
            "  \"resolved\": \"https://registry.npmjs.org/vite/-/vite.tgz\",",
            0,
        );
        check_line(
            "tests/web/package-lock.json",
            "  \"resolved\": \"https://mirror.example/vite.tgz\",",
            1,
        );
    }
}
