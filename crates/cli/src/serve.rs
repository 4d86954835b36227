//! `koepel serve` and `koepel demo`: the only commands that start a server.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use clap::Args;
use koepel_event_log::OpenError;
use koepel_server::{
    Error, Running,
    config::{Config, Errors, Overrides},
    telemetry,
};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{
    context::Context,
    edge,
    failure::{Failure, Kind},
};

/// What `serve` can be given.
#[derive(Args, Debug)]
#[command(
    after_help = "Settings come from the command line, else the environment (KOEPEL_LISTEN, KOEPEL_DATA_DIR, KOEPEL_LOG, \
                        KOEPEL_LOG_FORMAT; for what is set in [nats] and [oidc] of the file, KOEPEL_NATS_ or KOEPEL_OIDC_ and the setting's name in capitals, such as \
                        KOEPEL_NATS_URLS), else the configuration file, else the defaults."
)]
pub(crate) struct ServeArgs {
    /// Address and port to listen at [default: 127.0.0.1:7400]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Directory of the log
    #[arg(
        help = "Directory of the log [default: XDG_DATA_HOME/koepel, else ~/.local/share/koepel]",
        long,
        value_name = "DIR"
    )]
    data_dir: Option<PathBuf>,
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// File to write the address to once the server listens, for programs that start it on port 0
    #[arg(long, value_name = "FILE")]
    address_file: Option<PathBuf>,
    /// Write a new administrator's token to admin.token in the data directory, and end those of earlier starts: for when it
    /// is lost, as after restoring a backup elsewhere
    #[arg(long)]
    new_admin_token: bool,
    /// Have the clock stand at this time until `koepel clock set` moves it; for tests and demos
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    manual_clock: Option<String>,
}

/// What `demo` can be given.
#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// Address and port to listen at
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7400")]
    listen: String,
    /// Directory to use and keep [default: a fresh one, deleted at the end]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Configuration file (TOML), such as for e-mail
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// File to write the address to once the server listens
    #[arg(long, value_name = "FILE")]
    address_file: Option<PathBuf>,
    /// Have the clock stand at this time until `koepel clock set` moves it
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    manual_clock: Option<String>,
}

pub(crate) async fn serve(args: ServeArgs) -> Result<(), Failure> {
    let overrides = Overrides {
        listen: args.listen.or_else(|| variable("KOEPEL_LISTEN")),
        data_dir: args.data_dir.or_else(|| variable("KOEPEL_DATA_DIR").map(PathBuf::from)),
        log_filter: variable("KOEPEL_LOG"),
        log_format: variable("KOEPEL_LOG_FORMAT"),
        address_file: args.address_file,
        new_admin_token: args.new_admin_token,
        manual_clock: args.manual_clock,
        nats: variables("KOEPEL_NATS_"),
        oidc: variables("KOEPEL_OIDC_"),
    };
    let config =
        Config::load(args.config.as_deref(), overrides).map_err(|errors| wrong(&errors))?;
    telemetry::start(&config);
    let signals = Signals::listen()?;
    let running = start(config).await?;
    signals.until_stopped(running).await
}

pub(crate) async fn demo(args: DemoArgs, ctx: &mut Context) -> Result<(), Failure> {
    let scratch = match &args.data_dir {
        Some(_) => None,
        None => Some(Scratch::new()?),
    };
    let data_dir = args.data_dir.or_else(|| scratch.as_ref().map(|scratch| scratch.0.clone()));
    let overrides = Overrides {
        listen: Some(args.listen),
        data_dir,
        // The words below are what is to be read; the server speaks up when something is wrong.
        log_filter: Some(variable("KOEPEL_LOG").unwrap_or_else(|| "warn".to_owned())),
        log_format: variable("KOEPEL_LOG_FORMAT"),
        address_file: args.address_file,
        new_admin_token: false,
        manual_clock: args.manual_clock,
        // The demo is nobody else's business, unless a file says so.
        nats: BTreeMap::new(),
        oidc: BTreeMap::new(),
    };
    let config =
        Config::load(args.config.as_deref(), overrides).map_err(|errors| wrong(&errors))?;
    telemetry::start(&config);
    let signals = Signals::listen()?;
    let running = start(config).await?;
    let loaded = running.load_demo().await.map_err(failed)?;
    let products: Vec<Demo> = loaded
        .into_iter()
        .map(|loaded| Demo { id: loaded.product, name: loaded.name, people: loaded.people })
        .collect();
    let address = running.address().to_string();
    let browser = koepel_server::has_dashboard();
    ctx.out.text(&told(
        &address,
        &running.data_dir(),
        off_path().as_deref(),
        &products,
        browser,
    ))?;
    ctx.out.flush()?;
    let stopped = signals.until_stopped(running).await;
    drop(scratch);
    stopped
}

/// The settings that the environment gives; one that is empty gives nothing.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The settings of the environment whose names begin so, by the rest of their names.
fn variables(beginning: &str) -> BTreeMap<String, String> {
    let texts = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let given = texts.filter(|(_, value)| !value.is_empty());
    given
        .filter_map(|(name, value)| Some((name.strip_prefix(beginning)?.to_owned(), value)))
        .collect()
}

async fn start(config: Config) -> Result<Running, Failure> {
    // On the heap: everything is opened within this future.
    Box::pin(koepel_server::start(config)).await.map_err(failed)
}

/// What asks the server to stop: Ctrl-C, or SIGTERM. Listened to from before anybody can know that the server is there: a
/// signal that comes sooner than that would end the process at once.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> Result<Self, Failure> {
        let listen = |kind| {
            signal(kind).map_err(|error| {
                Failure::new(Kind::Failed, format!("signals cannot be listened to: {error}"))
            })
        };
        let (interrupt, terminate) =
            (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
        Ok(Self { interrupt, terminate })
    }

    /// Serves until one comes; open calls end first. A second Ctrl-C ends the process at once.
    async fn until_stopped(mut self, running: Running) -> Result<(), Failure> {
        let stopper = running.stopper();
        tokio::spawn(async move {
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
            }
            stopper.stop();
            self.interrupt.recv().await;
            std::process::exit(130);
        });
        Box::pin(running.stopped()).await.map_err(failed)
    }
}

fn failed(error: Error) -> Failure {
    let failure = Failure::new(Kind::Failed, error.to_string());
    match error {
        Error::Log(OpenError::Locked { .. }) => failure.help(
            "another server runs on this directory: stop it, or give another one with --data-dir",
        ),
        Error::Listen { .. } => {
            failure.help("is another server running there? --listen gives another address")
        }
        Error::Log(_)
        | Error::DataDir { .. }
        | Error::System(_)
        | Error::Product { .. }
        | Error::FirstStart(_)
        | Error::Services(_)
        | Error::SignIn(_)
        | Error::Demo(_) => failure,
    }
}

fn wrong(Errors(wrong): &Errors) -> Failure {
    let what = if wrong.len() == 1 { "a setting is wrong" } else { "settings are wrong" };
    let mut failure = Failure::new(Kind::Failed, format!("the server does not start: {what}"));
    for one in wrong {
        let mut lines = one.what.lines();
        failure = failure.detail(format!("{}: {}", one.setting, lines.next().unwrap_or_default()));
        for line in lines {
            failure = failure.detail(line);
        }
    }
    failure
}

/// A directory that goes when the demo ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self, Failure> {
        let dir = std::env::temp_dir().join(format!("koepel-demo-{}", edge::request_id()));
        std::fs::create_dir(&dir).map_err(|error| {
            Failure::new(
                Kind::Failed,
                format!("the directory {} cannot be made: {error}", dir.display()),
            )
        })?;
        Ok(Self(dir))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be deleted is left to the system, which clears such directories.
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// A demo product, and whom it can be tried as: name, role, and file with the token.
struct Demo {
    id: String,
    name: String,
    people: Vec<(String, String, PathBuf)>,
}

/// The folder of this program, unless the shell finds it as `koepel` already.
fn off_path() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let found = |folder: PathBuf| folder.join("koepel").canonicalize().ok();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let first = std::env::split_paths(&path).find_map(found);
    let here = program.canonicalize().ok();
    if first.is_some() && first == here { None } else { program.parent().map(Path::to_owned) }
}

/// A path as one word of a shell.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-+".contains(letter);
    if path.chars().all(plain) { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

/// A page of the dashboard with the key of a demo person behind `#`, which a browser sends to nobody. The page asks whether to
/// sign in with it.
fn link(address: &str, product: &Demo, token: &Path) -> Option<String> {
    let secret = std::fs::read_to_string(token).ok()?;
    Some(format!("http://{address}/products/{}/today#token={}", product.id, secret.trim()))
}

/// What the demo says: where it is, what to try, and as whom. `off_path` is where the program is if the shell would not find it;
/// `browser` whether there is a dashboard to open.
fn told(
    address: &str,
    data_dir: &Path,
    off_path: Option<&Path>,
    products: &[Demo],
    browser: bool,
) -> String {
    let mut text = format!("Koepel serves at http://{address} until Ctrl-C.\n\n");
    for product in products.iter().filter(|_| browser) {
        text.push_str(&format!("{}, in a browser:\n", product.name));
        for (name, role, token) in &product.people {
            if let Some(link) = link(address, product, token) {
                text.push_str(&format!("  as {name}, {role}\n    {link}\n"));
            }
        }
        text.push('\n');
    }
    text.push_str(&format!(
        "In another terminal, as its administrator:\n\n  export KOEPEL_SERVER=http://{address} KOEPEL_DATA_DIR={}\n",
        quoted(data_dir)
    ));
    if let Some(folder) = off_path {
        text.push_str(&format!("  export PATH={}:\"$PATH\"\n", quoted(folder)));
    }
    text.push('\n');
    for product in products {
        text.push_str(&format!("{}\n  koepel backlog {}\n", product.name, product.id));
        for (name, role, token) in &product.people {
            text.push_str(&format!("  as {name}, {role}: --token-file {}\n", token.display()));
        }
        text.push('\n');
    }
    if let Some(product) = products.first() {
        let id = &product.id;
        text.push_str(&format!(
            "What to try, with a KEY of the backlog\n  koepel domain list {id}\n  koepel role list {id}\n  koepel events {id} \
             --follow\n  koepel explain {id}/KEY      why is it ranked there?\n"
        ));
        if let Some((name, _, token)) = product.people.first() {
            let token = token.display();
            text.push_str(&format!(
                "  koepel rank {id}/KEY --top --token-file {token}      as {name}; the answer tells the way back\n"
            ));
        }
    }
    text
}

/// The directory of the snapshots in a data directory.
pub(crate) fn snapshots_dir(data_dir: &Path) -> PathBuf {
    data_dir.join("snapshots")
}

/// The directory of the search indexes in a data directory.
pub(crate) fn search_dir(data_dir: &Path) -> PathBuf {
    data_dir.join("search")
}

/// The directory of the log in a data directory.
pub(crate) fn log_dir(data_dir: &Path) -> PathBuf {
    data_dir.join("log")
}

#[cfg(test)]
mod tests {
    use koepel_server::config::Wrong;

    use super::*;
    use crate::output::Paint;

    #[test]
    fn each_wrong_setting_has_its_line() {
        let errors = Errors(vec![
            Wrong {
                setting: "listen".to_owned(),
                what: "\"here\" is no address and port".to_owned(),
            },
            Wrong { setting: "k.toml".to_owned(), what: "unknown field\nin line 2".to_owned() },
        ]);
        assert_eq!(
            wrong(&errors).render(Paint::plain()),
            "error: the server does not start: settings are wrong\n  listen: \"here\" is no address and port\n  k.toml: \
             unknown field\n  in line 2\n"
        );
    }

    #[test]
    fn the_demo_says_what_to_try_and_as_whom() {
        let dir = tempfile::tempdir().unwrap();
        let token = dir.path().join("hanna");
        std::fs::write(&token, "koepel_secret\n").unwrap();
        let shown = token.display().to_string();
        let people = vec![("Hanna Visser".to_owned(), "Chief PO".to_owned(), token)];
        let demo = Demo { id: "one-shop".to_owned(), name: "One Shop".to_owned(), people };
        let say = |browser| {
            let (data, program) = (Path::new("d"), Some(Path::new("/a b/bin")));
            told("127.0.0.1:7400", data, program, std::slice::from_ref(&demo), browser)
        };
        let text = say(true);
        assert!(!say(false).contains("in a browser"));
        for part in [
            "export KOEPEL_SERVER=http://127.0.0.1:7400 KOEPEL_DATA_DIR=d\n  export PATH='/a b/bin':\"$PATH\"\n\n",
            "  koepel backlog one-shop\n",
            &format!("  as Hanna Visser, Chief PO: --token-file {shown}\n"),
            "  koepel explain one-shop/KEY",
            &format!("  koepel rank one-shop/KEY --top --token-file {shown}  "),
            "One Shop, in a browser:\n  as Hanna Visser, Chief PO\n    http://127.0.0.1:7400/products/one-shop/today#token=koepel_secret\n",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!told("127.0.0.1:7400", Path::new("d"), None, &[], true).contains("PATH"));
    }
}
