//! `koepel log hash`, and what verify, export and import say of states: the number by which two logs are known to tell the
//! same.

use clap::Args;
use koepel_event_log::{EventLog as _, ProductName, SledLog};
use koepel_server::{StateHash, state_hash};
use serde::Serialize;

use super::{Place, open, unread, wanted};
use crate::{
    context::Context,
    failure::{Failure, Kind},
    names::ProductRef,
};

/// What `log hash` can be given.
#[derive(Args, Debug)]
pub(crate) struct HashArgs {
    /// Only this product; `system` for the server's own
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    #[command(flatten)]
    place: Place,
}

/// The state of a product, as JSON.
#[derive(Debug, Serialize)]
pub(super) struct StateShape {
    pub(super) product: String,
    pub(super) version: u64,
    pub(super) hash: String,
    pub(super) state: String,
    pub(super) state_format: u32,
}

impl StateShape {
    fn of(product: &ProductName, found: &StateHash) -> Self {
        Self {
            product: product.to_string(),
            version: found.head.version.get(),
            hash: found.head.hash.to_string(),
            state: found.state.to_string(),
            state_format: found.format,
        }
    }

    /// As people read it.
    pub(super) fn line(&self) -> String {
        format!("product {}, version {}: state {}", self.product, self.version, self.state)
    }
}

pub(super) async fn run(args: HashArgs, ctx: &mut Context) -> Result<(), Failure> {
    let log = open(&args.place)?;
    let products = wanted(&log, args.of.as_ref()).await?;
    let states = states(&log, &products).await?;
    if ctx.out.is_json() {
        return ctx.out.json(&states);
    }
    for state in &states {
        ctx.out.line(&state.line())?;
    }
    Ok(())
}

/// The states of some products.
pub(super) async fn states(
    log: &SledLog,
    products: &[ProductName],
) -> Result<Vec<StateShape>, Failure> {
    let mut states = Vec::with_capacity(products.len());
    for product in products {
        let found = state_hash(log, product).await.map_err(|what| {
            Failure::new(Kind::Failed, format!("product {product} cannot be folded: {what}"))
                .help("keep the directory as it is, and restore a backup into a new one with `koepel log restore`")
        })?;
        states.push(StateShape::of(product, &found));
    }
    Ok(states)
}

/// The states of all products.
pub(super) async fn all(log: &SledLog) -> Result<Vec<StateShape>, Failure> {
    let products = log.products().await.map_err(|error| unread(&error))?;
    let products: Vec<ProductName> = products.into_iter().map(|(product, _)| product).collect();
    states(log, &products).await
}
