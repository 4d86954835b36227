//! What the README says to type, typed: the section "Run it" against a real server.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use koepel_tests::{Process, binary, scratch};
use tempfile::TempDir;

/// Somebody who follows the README in a shell, with the folders that it names inside a directory of the test.
struct Reader {
    dir: TempDir,
    exports: String,
    server: Option<Process>,
    servers: usize,
}

impl Reader {
    fn new() -> Self {
        let dir = scratch();
        fs::create_dir_all(dir.path().join("bin")).unwrap();
        symlink(binary().canonicalize().unwrap(), dir.path().join("bin/koepel")).unwrap();
        Self { dir, exports: String::new(), server: None, servers: 0 }
    }

    /// A line of the README as a command.
    fn shell(&self, line: &str) -> Command {
        let at = |folder: &str| self.dir.path().join(folder).display().to_string();
        let line = line.replace("/var/lib/", &at("var/")).replace("/srv/", &at("srv/"));
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new("sh");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("KOEPEL_") || name == "XDG_DATA_HOME" {
                command.env_remove(name);
            }
        }
        command
            .args(["-ec", &format!("{}{line}", self.exports)])
            .current_dir(self.dir.path())
            .env("PATH", format!("{}:{path}", at("bin")))
            .env("HOME", self.dir.path());
        command
    }

    async fn types(&mut self, line: &str) {
        if line.starts_with("export ") {
            let at = self.dir.path().join("var");
            let line = line.replace("/var/lib", &at.display().to_string());
            self.exports.push_str(&format!("{line}\n"));
        } else if line.starts_with("koepel serve") {
            self.stop().await;
            self.serve(line).await;
        } else {
            let offline = ["verify", "export", "restore", "import", "redact"];
            if offline.iter().any(|of| line.contains(&format!("log {of}"))) {
                self.stop().await;
            }
            let ran = self.shell(line).output().unwrap();
            assert!(ran.status.success(), "{line}: {}", String::from_utf8_lossy(&ran.stderr));
        }
    }

    /// Starts the server that a line starts, on a free port; what follows talks to it.
    async fn serve(&mut self, line: &str) {
        self.servers += 1;
        let address: PathBuf = self.dir.path().join(format!("address-{}", self.servers));
        let more = format!("--listen 127.0.0.1:0 --address-file {}", address.display());
        let mut server = Process::start(&mut self.shell(&format!("exec {line} {more}")));
        assert!(server.until(|_| address.is_file()).await, "{line}:\n{}", server.written());
        let url = fs::read_to_string(&address).unwrap();
        self.exports.push_str(&format!("export KOEPEL_SERVER={}\n", url.trim()));
        self.server = Some(server);
    }

    async fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.signal("TERM");
            let (status, written) = server.ended().await;
            assert!(status.success(), "{written}");
        }
    }
}

/// The commands that a section of the README shows.
fn commands(section: &str) -> Vec<String> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let (_, rest) = readme.split_once(&format!("\n## {section}\n")).unwrap();
    let (section, _) = rest.split_once("\n## ").unwrap();
    section.lines().filter_map(|line| line.strip_prefix("$ ")).map(ToOwned::to_owned).collect()
}

#[tokio::test]
async fn every_command_of_run_it_succeeds() {
    let commands = commands("Run it");
    for part in ["koepel serve", "koepel domain create", "koepel role grant", "koepel log restore"]
    {
        assert!(commands.iter().any(|line| line.starts_with(part)), "{part}: {commands:?}");
    }
    let mut reader = Reader::new();
    for line in &commands {
        reader.types(line).await;
    }
    // The last is the restored server, with all that was made before.
    let people = reader.shell("koepel person list").output().unwrap();
    let backlog = reader.shell("koepel role list webshop").output().unwrap();
    for ran in [people, backlog] {
        let out = String::from_utf8_lossy(&ran.stdout);
        assert!(out.contains("Hanna Visser"), "{out} {}", String::from_utf8_lossy(&ran.stderr));
    }
    reader.stop().await;
}
