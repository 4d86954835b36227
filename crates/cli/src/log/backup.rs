//! `koepel log backup`: of a log that nobody has open, or of a running server's.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read as _, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use koepel_api::v1;
use koepel_event_log::{BackupError, BackupSummary, backup};
use serde::Serialize;

use super::{Place, counted, open};
use crate::{
    context::Context,
    edge,
    failure::{Failure, Kind},
    status::size,
};

/// Bytes of the checksum at the end of a backup: the BLAKE3 of all before.
const CHECKSUM_BYTES: u64 = 32;

/// What `log backup` can be given.
#[derive(Args, Debug)]
#[command(
    after_help = "With --data-dir the log is read from there; no server may be running on it.\n\
                        Without, the backup comes from the running server (--server), which goes on serving."
)]
pub(crate) struct BackupArgs {
    /// File to write; must not be there yet; - for standard output
    file: PathBuf,
    /// Data directory of a server that is not running
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

/// A backup as JSON.
#[derive(Serialize)]
pub(super) struct BackupShape {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    made_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commits: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    products: Option<Vec<HeadShape>>,
}

/// Where a product's log ends, as JSON.
#[derive(Serialize)]
struct HeadShape {
    product: String,
    version: u64,
    hash: String,
}

impl BackupShape {
    /// What is known of a backup.
    pub(super) fn of(
        file: &Path,
        size_bytes: Option<u64>,
        summary: Option<&BackupSummary>,
    ) -> Self {
        let head =
            |(product, head): &(koepel_event_log::ProductName, koepel_event_log::Head)| HeadShape {
                product: product.to_string(),
                version: head.version.get(),
                hash: head.hash.to_string(),
            };
        let time =
            |summary: &BackupSummary| jiff::Timestamp::from_microsecond(summary.made_at_us).ok();
        Self {
            file: file.display().to_string(),
            size_bytes,
            made_at: summary.and_then(time).map(|time| time.to_string()),
            commits: summary.map(BackupSummary::commits),
            products: summary.map(|summary| summary.products.iter().map(head).collect()),
        }
    }
}

pub(super) async fn run(args: BackupArgs, ctx: &mut Context) -> Result<(), Failure> {
    if args.file == Path::new("-") {
        return to_standard_output(args, ctx).await;
    }
    let target = Target::begin(&args.file)?;
    let written = match args.data_dir {
        Some(data_dir) => offline(data_dir, &target).await.map(Some),
        None => match online(ctx, BufWriter::new(&target.handle)).await {
            Ok(()) => whole(&target.unfinished).map(|()| None),
            Err(failure) => Err(failure),
        },
    };
    let (size_bytes, summary) = match written {
        Ok(summary) => (target.finish()?, summary),
        Err(failure) => {
            target.abandon();
            return Err(failure);
        }
    };
    if ctx.out.is_json() {
        return ctx.out.json(&BackupShape::of(&args.file, Some(size_bytes), summary.as_ref()));
    }
    let holds =
        summary.map(|summary| format!(", {}", counted(summary.commits(), "commit", "commits")));
    ctx.out.line(&format!(
        "The backup is in {}: {}{}.",
        args.file.display(),
        size(size_bytes),
        holds.unwrap_or_default()
    ))?;
    ctx.out.note("`koepel log restore FILE --data-dir DIR` makes a log out of it again.");
    Ok(())
}

async fn to_standard_output(args: BackupArgs, ctx: &mut Context) -> Result<(), Failure> {
    if ctx.out.is_terminal() {
        return Err(Failure::usage("a backup is not text: send it to a file or a pipe"));
    }
    match args.data_dir {
        Some(data_dir) => {
            let log = open(&Place { data_dir: Some(data_dir) })?;
            let made_at_us = edge::now().as_microsecond();
            backup(&log, ctx.out.writer(), made_at_us).await.map_err(not_made)?;
            Ok(())
        }
        None => {
            let session = ctx.session().await?;
            receive(&session, ctx.out.writer()).await
        }
    }
}

async fn offline(data_dir: PathBuf, target: &Target) -> Result<BackupSummary, Failure> {
    let log = open(&Place { data_dir: Some(data_dir) })?;
    let made_at_us = edge::now().as_microsecond();
    backup(&log, BufWriter::new(&target.handle), made_at_us).await.map_err(not_made)
}

fn not_made(error: BackupError) -> Failure {
    match error {
        BackupError::Write(error) => Failure::from(error),
        BackupError::Read(_) | BackupError::Incomplete { .. } => {
            Failure::new(Kind::Failed, format!("the backup was not made: {error}"))
                .help("`koepel log verify` says what is wrong with the log")
        }
    }
}

async fn online(ctx: &Context, writer: impl Write) -> Result<(), Failure> {
    let session = ctx.session().await?;
    receive(&session, writer).await
}

async fn receive(session: &crate::session::Session, mut writer: impl Write) -> Result<(), Failure> {
    let broke_off =
        |status| session.refused(&status).detail("the backup is not whole and was not kept");
    let mut client = session.admin();
    let mut pieces = client
        .backup(v1::BackupRequest {})
        .await
        .map_err(|status| session.refused(&status))?
        .into_inner();
    while let Some(piece) = pieces.message().await.map_err(broke_off)? {
        writer.write_all(&piece.data)?;
    }
    Ok(writer.flush()?)
}

/// Checks that a backup ends with the checksum of all that stands before it: a stream that broke off without an error
/// must not pass for a backup.
fn whole(file: &Path) -> Result<(), Failure> {
    let mut file = File::open(file)?;
    let content = file.metadata()?.len().saturating_sub(CHECKSUM_BYTES);
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut (&mut file).take(content), &mut hasher)?;
    let mut checksum = Vec::new();
    file.read_to_end(&mut checksum)?;
    if content > 0 && checksum == hasher.finalize().as_bytes() {
        return Ok(());
    }
    Err(Failure::new(Kind::Failed, "the backup that the server sent is not whole")
        .detail("it was not kept")
        .help("look at the server's log, and try again"))
}

/// A file that appears under its name only when it is whole and on the disk.
struct Target {
    handle: File,
    unfinished: PathBuf,
    name: PathBuf,
}

impl Target {
    fn begin(name: &Path) -> Result<Self, Failure> {
        let cannot = |why: String| {
            Failure::new(
                Kind::Failed,
                format!("the backup {} cannot be written: {why}", name.display()),
            )
        };
        if name.exists() {
            return Err(cannot("it is there already".to_owned())
                .help("give another name, or move it away first"));
        }
        let file = name.file_name().ok_or_else(|| cannot("it is no name of a file".to_owned()))?;
        let unfinished = name.with_file_name(format!(".{}.unfinished", file.to_string_lossy()));
        let handle = private(&unfinished).map_err(|error| cannot(error.to_string()))?;
        Ok(Self { handle, unfinished, name: name.to_owned() })
    }

    /// Makes the file durable and gives it its name; answers with its size.
    fn finish(self) -> Result<u64, Failure> {
        self.handle.sync_all()?;
        let size = self.handle.metadata()?.len();
        fs::rename(&self.unfinished, &self.name)?;
        let dir = self.name.parent().filter(|dir| !dir.as_os_str().is_empty());
        File::open(dir.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(size)
    }

    fn abandon(self) {
        fs::remove_file(&self.unfinished).ok();
    }
}

/// A new file that only its owner can read: it holds everything that was ever decided.
fn private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_backup_that_broke_off_is_found_out() {
        let file = std::env::temp_dir().join(format!("koepel-whole-{}", edge::request_id()));
        let mut bytes = Vec::new();
        koepel_event_log::backup(&koepel_event_log::MemoryLog::new(), &mut bytes, 0).await.unwrap();
        fs::write(&file, &bytes).unwrap();
        assert_eq!(whole(&file), Ok(()));
        for length in [0, 10, 32, bytes.len() - 1] {
            fs::write(&file, &bytes[..length]).unwrap();
            assert!(whole(&file).is_err(), "{length}");
        }
        fs::remove_file(&file).unwrap();
    }

    #[test]
    fn a_backup_has_its_name_only_when_it_is_whole() {
        let dir = std::env::temp_dir().join(format!("koepel-backup-{}", edge::request_id()));
        fs::create_dir(&dir).unwrap();
        let name = dir.join("b.koepel");
        let target = Target::begin(&name).unwrap();
        (&target.handle).write_all(b"all").unwrap();
        assert!(!name.exists());
        assert_eq!(target.finish().unwrap(), 3);
        assert_eq!(fs::read(&name).unwrap(), b"all");
        assert!(Target::begin(&name).is_err());
        Target::begin(&dir.join("c")).unwrap().abandon();
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 1);
        fs::remove_dir_all(&dir).unwrap();
    }
}
