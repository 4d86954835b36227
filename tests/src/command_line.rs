//! The command line, run as a person or a script would.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::server::isolated;

/// Somebody at the command line.
#[derive(Clone, Debug)]
pub struct CommandLine {
    dir: PathBuf,
    environment: Vec<(String, String)>,
}

/// What came of a command.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl CommandLine {
    /// Somebody with a token, at a server; either may be empty.
    #[must_use]
    pub fn new(dir: &Path, server: &str, token: &str) -> Self {
        let mut line = Self { dir: dir.to_owned(), environment: Vec::new() };
        for (name, value) in [("KOEPEL_SERVER", server), ("KOEPEL_TOKEN", token)] {
            if !value.is_empty() {
                line = line.with(name, value);
            }
        }
        line
    }

    /// With a variable of the environment.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The program with its arguments, which are parted by blanks; `'` holds words together.
    #[must_use]
    pub fn command(&self, line: &str) -> Command {
        let mut command = isolated(&self.dir);
        command.envs(self.environment.iter().cloned()).current_dir(&self.dir).args(words(line));
        command
    }

    /// Runs a command.
    #[must_use]
    pub fn run(&self, line: &str) -> Ran {
        self.run_with(line, &[])
    }

    /// Runs a command with this as its standard input.
    ///
    /// # Panics
    /// If it cannot be run.
    #[must_use]
    pub fn run_with(&self, line: &str, input: &[u8]) -> Ran {
        let mut child = self
            .command(line)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Whoever does not want its input has closed it.
        child.stdin.take().unwrap().write_all(input).ok();
        let output = child.wait_with_output().unwrap();
        crate::secrets::held(&String::from_utf8_lossy(&output.stdout));
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs a command that has to succeed, and reads its JSON.
    #[track_caller]
    #[must_use]
    pub fn json(&self, line: &str) -> Value {
        let ran = self.run(&format!("{line} -o json")).code(0);
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{line}: {error}: {ran:?}"))
    }
}

impl Ran {
    /// Checks the exit code.
    #[track_caller]
    #[must_use]
    pub fn code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// Checks that standard output has these parts.
    #[track_caller]
    pub fn tells(&self, parts: &[&str]) -> &Self {
        for part in parts {
            assert!(self.out.contains(part), "{part:?} is not in {:?} {:?}", self.out, self.err);
        }
        self
    }

    /// Checks that standard error has these parts.
    #[track_caller]
    pub fn complains(&self, parts: &[&str]) -> &Self {
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is not in {:?}", self.err);
        }
        self
    }
}

fn words(line: &str) -> Vec<String> {
    let pieces = line.split('\'').enumerate();
    pieces
        .flat_map(|(at, piece)| {
            if at % 2 == 1 {
                vec![piece.to_owned()]
            } else {
                piece.split_whitespace().map(ToOwned::to_owned).collect()
            }
        })
        .collect()
}
