//! `koepel import`: brings in the items of a file through a mapping.

mod report;
mod source;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use koepel_api::v1::{self, FileFormat, ImportStart, import_request::Part};

use crate::{
    context::Context,
    failure::{Failure, Kind},
    names,
    session::Session,
};
use report::{ReportShape, told};
use source::Source;

/// The largest mapping that is read.
const MAPPING_BYTES: u64 = 1 << 20;
/// How to go on after an interruption.
const GOES_ON: &str =
    "import the same file again: that goes on where this ended and adds nothing twice";

/// What `import` can be given.
#[derive(Args, Debug)]
#[command(
    after_help = "An item's identity is its source link: importing again adds nothing, changed lines become updates, \
                        and an interrupted import goes on."
)]
pub(crate) struct ImportArgs {
    /// The mapping: which field of an item comes from where (TOML)
    #[arg(long, short, value_name = "FILE")]
    mapping: PathBuf,
    /// File to import; - for standard input
    file: PathBuf,
    /// Format of the file [default: what the mapping says, else by its ending]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// Read, check and compare, but change nothing
    #[arg(long)]
    dry_run: bool,
    /// Replay the file's history into a new product: commits bear the times that its records have at this path, such as
    /// `date` (administrators)
    #[arg(long, value_name = "TIMEFIELD")]
    backfill: Option<String>,
}

/// Format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A JSON object a line (.jsonl, .ndjson)
    Jsonl,
    /// Comma-separated values with a header line (.csv)
    Csv,
    /// One JSON document (.json)
    Json,
}

impl Format {
    fn of(file: &Path) -> Option<Self> {
        match file.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    fn to_wire(self) -> FileFormat {
        match self {
            Self::Jsonl => FileFormat::JsonLines,
            Self::Csv => FileFormat::Csv,
            Self::Json => FileFormat::Json,
        }
    }
}

pub(crate) async fn run(args: ImportArgs, ctx: &mut Context) -> Result<(), Failure> {
    // What can be wrong on this side is found before anybody is asked.
    if ctx.has_request_id() {
        let why = "an import takes no --request-id: it makes many commits, and running it again adds nothing twice";
        return Err(Failure::usage(why));
    }
    let mapping = read_mapping(&args.mapping)?;
    let format = format(&args, mapping.names_format)?;
    let source = Source::open(&args.file).await?;
    let session = ctx.session().await?;
    let product = match ctx.named_product() {
        Some(product) => product.to_owned(),
        None => ctx.product(&session, None).await?,
    };
    let start = ImportStart {
        product: names::product(&product),
        mapping: mapping.text,
        format: format.into(),
        dry_run: args.dry_run,
        backfill_time: args.backfill.clone().unwrap_or_default(),
    };
    let bar = progress(&source, ctx.out.is_quiet());
    let answer = send(&session, start, source, bar.clone()).await;
    bar.finish_and_clear();
    let answer = answer?;
    if ctx.out.is_json() {
        return ctx.out.json(&ReportShape::new(&product, &answer, args.dry_run));
    }
    let text =
        told(&args.file.display().to_string(), &product, &answer, args.dry_run, ctx.out.view());
    ctx.out.text(&text)
}

/// Sends the file and waits for the report; or for a fault of the file, or Ctrl-C, which both end the call.
async fn send(
    session: &Session,
    start: ImportStart,
    source: Source,
    bar: ProgressBar,
) -> Result<v1::ImportResponse, Failure> {
    let dry_run = start.dry_run;
    let first = v1::ImportRequest { part: Some(Part::Start(start)) };
    let (parts, fault) = source.parts(first, bar);
    let mut client = session.ingest();
    let call = Box::pin(client.import(parts));
    let state = if dry_run {
        "nothing was changed: it was a dry run"
    } else {
        "what was committed until then stays; the rest is not there"
    };
    tokio::select! {
        answer = call => answer.map(tonic::Response::into_inner).map_err(|status| {
            let failure = session.refused(&status);
            if failure.kind == Kind::Unavailable { failure.detail(state).help(GOES_ON) } else { failure }
        }),
        Ok(fault) = fault => Err(Failure::new(Kind::Failed, fault).detail("the file was not sent whole, so nothing was changed")),
        Ok(()) = tokio::signal::ctrl_c() => {
            Err(Failure::new(Kind::Interrupted, "the import was stopped").detail(state).help(GOES_ON))
        }
    }
}

/// A mapping, read and known to be TOML; what it says is the server's to check.
struct Mapping {
    text: String,
    names_format: bool,
}

fn read_mapping(file: &Path) -> Result<Mapping, Failure> {
    let cannot = |why: String| {
        Failure::new(Kind::Failed, format!("the mapping {} cannot be read: {why}", file.display()))
    };
    let facts = std::fs::metadata(file).map_err(|error| cannot(error.to_string()))?;
    if facts.is_dir() {
        return Err(cannot("it is a directory".to_owned()));
    }
    if facts.len() > MAPPING_BYTES {
        return Err(cannot(format!("it has {} bytes, more than {MAPPING_BYTES}", facts.len())));
    }
    let text = std::fs::read_to_string(file).map_err(|error| cannot(error.to_string()))?;
    match text.parse::<toml::Table>() {
        Ok(table) => Ok(Mapping {
            names_format: table.get("input").is_some_and(|input| input.get("format").is_some()),
            text,
        }),
        Err(error) => {
            let mut failure =
                Failure::new(Kind::Failed, format!("the mapping {} is not TOML", file.display()));
            for line in error.to_string().trim_end().lines() {
                failure = failure.detail(line);
            }
            Err(failure)
        }
    }
}

fn format(args: &ImportArgs, mapping_names_it: bool) -> Result<FileFormat, Failure> {
    if let Some(format) = args.format {
        return Ok(format.to_wire());
    }
    if mapping_names_it {
        return Ok(FileFormat::Unspecified);
    }
    Format::of(&args.file).map(Format::to_wire).ok_or_else(|| {
        Failure::usage(format!(
            "the format of {} cannot be told from its name",
            args.file.display()
        ))
        .help("give it with --format jsonl, csv or json, or as `format` under `[input]` in the mapping")
    })
}

fn progress(source: &Source, quiet: bool) -> ProgressBar {
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let bar = ProgressBar::with_draw_target(source.size(), target);
    let template = match source.size() {
        Some(_) => "{msg:12} {wide_bar} {bytes}/{total_bytes}  {eta}",
        None => "{msg:12} {spinner} {bytes}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message("sending");
    bar
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Paint;

    fn args(file: &str, format: Option<Format>) -> ImportArgs {
        ImportArgs {
            mapping: PathBuf::from("m.toml"),
            file: PathBuf::from(file),
            format,
            dry_run: false,
            backfill: None,
        }
    }

    #[test]
    fn the_format_comes_from_the_option_the_mapping_or_the_ending() {
        let check = |file: &str, given, mapping, then| {
            assert_eq!(format(&args(file, given), mapping).ok(), then, "{file}")
        };
        check("a.jsonl", None, false, Some(FileFormat::JsonLines));
        check("a.NDJSON", None, false, Some(FileFormat::JsonLines));
        check("a.csv", None, false, Some(FileFormat::Csv));
        check("a.json", None, false, Some(FileFormat::Json));
        check("a.csv", None, true, Some(FileFormat::Unspecified));
        check("a.csv", Some(Format::Json), true, Some(FileFormat::Json));
        check("a.txt", None, false, None);
        check("-", None, false, None);
    }

    #[test]
    fn a_mapping_that_is_no_toml_says_where() {
        let dir =
            std::env::temp_dir().join(format!("koepel-mapping-{}", crate::edge::request_id()));
        std::fs::create_dir(&dir).unwrap();
        let file = dir.join("m.toml");
        std::fs::write(&file, "[input]\nformat = \"csv\"\n[item\n").unwrap();
        let text = read_mapping(&file).err().unwrap().render(Paint::plain());
        assert!(text.contains("is not TOML") && text.contains("line 3"), "{text}");
        let text = read_mapping(&dir).err().unwrap().render(Paint::plain());
        assert!(text.contains("it is a directory"), "{text}");
        let text = read_mapping(&dir.join("none.toml")).err().unwrap().render(Paint::plain());
        assert!(text.contains("none.toml cannot be read"), "{text}");
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
