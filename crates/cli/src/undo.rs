//! `koepel undo`: reverses a move.

use clap::Args;
use koepel_api::v1;

use crate::{
    circumstances::Why,
    context::Context,
    failure::Failure,
    item::changed,
    names::{self, ProductRef},
    rank::moved,
};

/// What `undo` can be given.
#[derive(Args, Debug)]
#[command(
    override_usage = "koepel undo [OPTIONS] [PRODUCT] <VERSION>",
    after_help = "VERSION is that of the rank, reorder or undo to reverse; PRODUCT may be left out when --product says it, or \
                  when there is one only. Undoing an undo is a redo."
)]
pub(crate) struct UndoArgs {
    /// Product (may be left out as elsewhere), and the version of the rank, reorder or undo to reverse
    #[arg(hide = true, required = true, num_args = 1..=2, value_names = ["PRODUCT", "VERSION"], value_parser = word)]
    move_made: Vec<Word>,
    #[command(flatten)]
    why: Why,
}

/// One of the two words.
#[derive(Clone, Debug)]
enum Word {
    Product(ProductRef),
    Version(u64),
}

fn word(given: &str) -> Result<Word, String> {
    if given.starts_with(|char: char| char.is_ascii_digit()) {
        return match given.parse() {
            Ok(0) | Err(_) => Err("expected a version, a number from 1".to_owned()),
            Ok(version) => Ok(Word::Version(version)),
        };
    }
    given.parse().map(Word::Product).map_err(|error: names::Error| error.to_string())
}

pub(crate) async fn run(args: UndoArgs, ctx: &mut Context) -> Result<(), Failure> {
    let (product, version) = parts(&args.move_made)?;
    let session = ctx.session().await?;
    let product = names::product(&ctx.product_of(&session, product).await?);
    let reason = args.why.text();
    let command = |request_id| v1::UndoMoveRequest { product, version, reason, request_id };
    let answer = session
        .command(command, async |request| session.backlog().undo_move(request).await)
        .await?;
    changed(ctx, answer.item, answer.receipt, moved)
}

fn parts(words: &[Word]) -> Result<(Option<&ProductRef>, u64), Failure> {
    match words {
        [Word::Version(version)] => Ok((None, *version)),
        [Word::Product(product), Word::Version(version)] => Ok((Some(product), *version)),
        _ => Err(Failure::usage("expected the product and the version of the move")
            .help("for example `koepel undo webshop 17`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_may_be_left_out_and_the_version_not() {
        let check = |words: &[&str], then: Option<(Option<&str>, u64)>| {
            let words: Vec<Word> = words.iter().map(|given| word(given).unwrap()).collect();
            let found = parts(&words)
                .ok()
                .map(|(product, version)| (product.map(|product| product.0.as_str()), version));
            assert_eq!(found, then);
        };
        check(&["17"], Some((None, 17)));
        check(&["webshop", "17"], Some((Some("webshop"), 17)));
        check(&["webshop"], None);
        check(&["17", "18"], None);
        assert!(word("0").is_err() && word("17x").is_err());
    }
}
