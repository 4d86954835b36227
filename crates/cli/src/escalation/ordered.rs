//! Changes that a decision orders, as JSON.

use koepel_api::v1::{self, Edge, ordered_change::Change, place::At};
use serde::Serialize;

use crate::names;

/// A change as JSON. What does not belong to its kind is null.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct OrderedShape {
    /// `rank`, `pin`, `unpin`, `move` or `drop`.
    change: &'static str,
    item: String,
    /// Of `rank`: the edge, or the neighbour.
    to: Option<String>,
    above: Option<String>,
    below: Option<String>,
    with_family: Option<bool>,
    /// Of `move`: where to.
    domain: Option<String>,
}

fn plain(change: &'static str, item: &str) -> OrderedShape {
    let item = names::short(item).to_owned();
    let (to, above, below, with_family, domain) = (None, None, None, None, None);
    OrderedShape { change, item, to, above, below, with_family, domain }
}

/// All changes of an option or a decision, in order.
pub(crate) fn shapes(changes: &[v1::OrderedChange]) -> Vec<OrderedShape> {
    changes.iter().filter_map(|one| one.change.as_ref()).map(shape).collect()
}

fn edge_word(edge: i32) -> Option<String> {
    match Edge::try_from(edge) {
        Ok(Edge::Top) => Some("top".to_owned()),
        Ok(Edge::Bottom) => Some("bottom".to_owned()),
        Ok(Edge::Unspecified) | Err(_) => None,
    }
}

fn shape(change: &Change) -> OrderedShape {
    let short = |name: &String| Some(names::short(name).to_owned());
    match change {
        Change::Rank(rank) => {
            let with_family = Some(rank.with_family);
            let plain = OrderedShape { with_family, ..plain("rank", &rank.item) };
            match rank.place.as_ref().and_then(|place| place.at.as_ref()) {
                Some(At::Edge(edge)) => OrderedShape { to: edge_word(*edge), ..plain },
                Some(At::Before(other)) => OrderedShape { above: short(other), ..plain },
                Some(At::After(other)) => OrderedShape { below: short(other), ..plain },
                None => plain,
            }
        }
        Change::Pin(item) => plain("pin", item),
        Change::Unpin(item) => plain("unpin", item),
        Change::Move(moved) => {
            OrderedShape { domain: short(&moved.domain), ..plain("move", &moved.item) }
        }
        Change::Drop(item) => plain("drop", item),
    }
}

#[cfg(test)]
mod tests {
    use koepel_api::v1::ordered_change::{Move, Rank};

    use super::*;

    #[test]
    fn each_change_has_fields_of_its_own() {
        let item = || "products/webshop/items/ONLINE-1".to_owned();
        let other = "products/webshop/items/OFFLINE-2".to_owned();
        let place = Some(v1::Place { at: Some(At::Before(other)), neighbour_seen: None });
        let changes = [
            Change::Rank(Rank { item: item(), place, with_family: true }),
            Change::Pin(item()),
            Change::Move(Move {
                item: item(),
                domain: "products/webshop/domains/offline".to_owned(),
            }),
        ];
        let changes = changes.map(|change| v1::OrderedChange { change: Some(change) });
        let json = serde_json::to_value(shapes(&changes)).unwrap();
        let rank = serde_json::json!({
            "change": "rank", "item": "ONLINE-1", "to": null, "above": "OFFLINE-2", "below": null,
            "with_family": true, "domain": null,
        });
        assert_eq!(json[0], rank);
        assert_eq!((&json[1]["change"], &json[1]["with_family"]), (&"pin".into(), &().into()));
        assert_eq!(json[2]["domain"], "offline");
    }
}
