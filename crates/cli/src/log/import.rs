//! `koepel log import`: a product whole, out of what `koepel log export` wrote.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
};

use clap::Args;
use koepel_event_log::{ImportError, ProductName, Settings, SledLog, import};
use koepel_server::remove_search_index;

use super::{Place, data_dir, hash, unopened};
use crate::{
    context::Context,
    failure::{Failure, Kind},
    names::ProductRef,
    serve::{log_dir, search_dir},
};

/// What `log import` can be given.
#[derive(Args, Debug)]
#[command(
    after_help = "The products come in as they were, with every hash; none of their names may be there yet. No server may be \
                        running on the data directory, which is made if it is not there.\n\
                        `koepel import` is another command: it brings the items of other tools to a running server."
)]
pub(crate) struct ImportArgs {
    /// Export to read; - for standard input
    file: PathBuf,
    /// Only this product of the export
    #[arg(long, value_name = "PRODUCT")]
    product: Option<ProductRef>,
    #[command(flatten)]
    place: Place,
}

pub(super) async fn run(args: ImportArgs, ctx: &mut Context) -> Result<(), Failure> {
    let reader = reader(&args.file)?;
    let only = args.product.map(|ProductRef(id)| ProductName::new(&id)).transpose();
    let only = only.map_err(|error| Failure::usage(error.to_string()))?;
    let data_dir = data_dir(&args.place)?;
    let opened =
        || SledLog::open(log_dir(&data_dir), Settings::default()).map_err(|error| unopened(&error));
    let heads = import(opened()?, reader, only.as_ref(), koepel_server::check_record)
        .await
        .map_err(refused)?;
    let products: Vec<ProductName> = heads.into_iter().map(|(product, _)| product).collect();
    for product in &products {
        // One that lies there is of a product that had the name before.
        remove_search_index(&search_dir(&data_dir), product)?;
    }
    let states = hash::states(&opened()?, &products).await?;
    if ctx.out.is_json() {
        return ctx.out.json(&states);
    }
    for state in states {
        ctx.out.line(&format!("Imported {}.", state.line()))?;
    }
    ctx.out.note(
        "Not in an export: the names of people (people.json in the old data directory), and the people and tokens of the \
         server, unless its product `system` was imported as well.",
    );
    Ok(())
}

fn reader(file: &Path) -> Result<Box<dyn BufRead + Send>, Failure> {
    if file == Path::new("-") {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let file_error = |error: io::Error| {
        Failure::new(Kind::Failed, format!("the export {} cannot be read: {error}", file.display()))
    };
    Ok(Box::new(BufReader::new(File::open(file).map_err(file_error)?)))
}

fn refused(error: ImportError) -> Failure {
    let told = Failure::new(Kind::Failed, error.to_string());
    match error {
        ImportError::Exists { product, version } => {
            let message = format!("the log has a product {product} already, at version {version}");
            Failure::new(Kind::Conflict, message)
                .help("import it into another data directory, or another one of the export with --product")
        }
        ImportError::Nothing { .. } => told.help("`koepel log export` writes one"),
        ImportError::Damaged { .. } => told.help("nothing was imported; export the product again"),
        ImportError::Io(_) | ImportError::Rewrite(_) => told,
    }
}
