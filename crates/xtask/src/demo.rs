//! `cargo xtask demo`: builds Koepel, quickly, and becomes `koepel demo` in a fresh directory.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{
    binary::{self, Profile},
    story::{self, Story},
    web, workspace,
};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Go on in the directory of the last demo
    #[arg(long)]
    keep: bool,
    /// Tell a story instead: each step with its command and its answer
    #[arg(long, value_enum, conflicts_with = "keep")]
    story: Option<Story>,
    /// What `koepel demo` is told, such as `--listen 127.0.0.1:7401`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pass_on: Vec<String>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    web::build()?;
    let koepel = binary::build(Profile::Dev, "koepel")?;
    let demos = workspace::target()?.join("demo");
    let directory = directory(&demos, args.keep)
        .with_context(|| format!("make a directory in {}", demos.display()))?;
    if let Some(story) = args.story {
        return story::tell(story, &koepel, &directory);
    }
    eprintln!("The demo's data is in {}", directory.display());
    become_it(Command::new(koepel).arg("demo").arg("--data-dir").arg(directory).args(&args.pass_on))
}

/// This process turns into the demo, so that Ctrl-C reaches it alone and its graceful stop is waited for.
#[cfg(unix)]
fn become_it(command: &mut Command) -> Result<()> {
    let error = std::os::unix::process::CommandExt::exec(command);
    Err(error).with_context(|| format!("start `{}`", crate::command::shown(command)))
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> Result<()> {
    crate::command::run(command)
}

/// The next unused `<demos>/<n>`, or the last one if it is to be kept.
fn directory(demos: &Path, keep: bool) -> io::Result<PathBuf> {
    fs::create_dir_all(demos)?;
    let mut last = 0_u32;
    for entry in fs::read_dir(demos)? {
        let number = entry?.file_name().to_str().and_then(|name| name.parse().ok());
        last = last.max(number.unwrap_or_default());
    }
    if keep && last > 0 {
        return Ok(demos.join(last.to_string()));
    }
    loop {
        last += 1;
        let directory = demos.join(last.to_string());
        match fs::create_dir(&directory) {
            Ok(()) => return Ok(directory),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_demo_gets_a_directory_of_its_own() {
        let demos = tempfile::tempdir().unwrap();
        let name = |keep| directory(demos.path(), keep).unwrap().file_name().unwrap().to_owned();
        assert_eq!(name(true), "1", "nothing to keep yet");
        assert_eq!(name(false), "2");
        fs::create_dir(demos.path().join("10")).unwrap();
        fs::create_dir(demos.path().join("not-a-number")).unwrap();
        assert_eq!(name(false), "11", "counted, not sorted as text");
        assert_eq!(name(true), "11");
    }
}
