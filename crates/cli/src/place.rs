//! A place in an order, as it is given on the command line.

use clap::Args;
use koepel_api::v1::{self, place::At};

use crate::{
    failure::Failure,
    names::{self, ItemRef},
};

/// Their heading in the help.
const HEADING: &str = "Where to (one of)";

/// Where to: one of these.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
#[group(id = "place", multiple = false)]
pub(crate) struct PlaceArgs {
    /// To the top
    #[arg(help_heading = HEADING, long)]
    top: bool,
    /// To the bottom
    #[arg(help_heading = HEADING, long)]
    bottom: bool,
    /// Directly above this item
    #[arg(help_heading = HEADING, long, value_name = "ITEM")]
    before: Option<ItemRef>,
    /// Directly below this item
    #[arg(help_heading = HEADING, long, value_name = "ITEM")]
    after: Option<ItemRef>,
    /// Between these two, upper first; refused if they are no longer neighbours
    #[arg(help_heading = HEADING, long, num_args = 2, value_names = ["UPPER", "LOWER"])]
    between: Option<Vec<ItemRef>>,
}

impl PlaceArgs {
    /// The place on the wire; none if none was given. Items without a product are of `product`.
    ///
    /// # Errors
    /// A neighbour of another product.
    pub(crate) fn to_wire(&self, product: &str) -> Result<Option<v1::Place>, Failure> {
        let place = |at, neighbour_seen| Ok(Some(v1::Place { at: Some(at), neighbour_seen }));
        if self.top {
            return place(At::Edge(v1::Edge::Top.into()), None);
        }
        if self.bottom {
            return place(At::Edge(v1::Edge::Bottom.into()), None);
        }
        if let Some(item) = &self.before {
            return place(At::Before(within(item, product)?), None);
        }
        if let Some(item) = &self.after {
            return place(At::After(within(item, product)?), None);
        }
        if let Some([upper, lower]) = self.between.as_deref() {
            return place(At::After(within(upper, product)?), Some(within(lower, product)?));
        }
        Ok(None)
    }
}

/// The resource name of an item that has to be of this product.
///
/// # Errors
/// It was named with another product.
pub(crate) fn within(item: &ItemRef, product: &str) -> Result<String, Failure> {
    match &item.product {
        Some(other) if other != product => Err(Failure::usage(format!(
            "{item} is of another product than {product}: both have to be of one product"
        ))),
        _ => Ok(names::item(product, &item.key)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        place: PlaceArgs,
    }

    #[track_caller]
    fn check(words: &[&str], then: Option<v1::Place>) {
        let line = Line::try_parse_from([&["x"], words].concat()).unwrap();
        assert_eq!(line.place.to_wire("webshop").unwrap(), then, "{words:?}");
    }

    fn at(at: At) -> Option<v1::Place> {
        Some(v1::Place { at: Some(at), neighbour_seen: None })
    }

    #[test]
    fn a_place_is_an_end_or_next_to_an_item() {
        check(&[], None);
        check(&["--top"], at(At::Edge(v1::Edge::Top.into())));
        check(&["--bottom"], at(At::Edge(v1::Edge::Bottom.into())));
        check(
            &["--before", "online-7"],
            at(At::Before("products/webshop/items/ONLINE-7".to_owned())),
        );
        check(&["--after", "webshop/A-7"], at(At::After("products/webshop/items/A-7".to_owned())));
    }

    #[test]
    fn between_checks_that_the_two_are_neighbours() {
        let place = v1::Place {
            at: Some(At::After("products/webshop/items/A-1".to_owned())),
            neighbour_seen: Some("products/webshop/items/B-2".to_owned()),
        };
        check(&["--between", "A-1", "B-2"], Some(place));
    }

    #[test]
    fn two_places_at_once_are_refused() {
        for words in [
            &["x", "--top", "--bottom"][..],
            &["x", "--after", "A-1", "--before", "A-2"],
            &["x", "--between", "A-1"],
        ] {
            assert!(Line::try_parse_from(words).is_err(), "{words:?}");
        }
    }

    #[test]
    fn a_neighbour_of_another_product_is_refused() {
        let line = Line::try_parse_from(["x", "--after", "retail/A-1"]).unwrap();
        assert!(line.place.to_wire("webshop").is_err());
    }
}
