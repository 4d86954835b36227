//! A log's events, folded into the naive model. What an event says of places is checked against the list at each step.

use serde_json::Value;

use super::model::{Item, LastMove, Model};

/// A commit as a reader sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Commit {
    /// Its version.
    pub version: u64,
    /// The request that it answers, if it had an id.
    pub request_id: String,
    /// Who.
    pub actor: String,
    /// Kinds and payloads.
    pub events: Vec<(String, Value)>,
}

/// Folds a commit into the model.
///
/// # Panics
/// If an event does not fit the list.
pub fn apply(model: &mut Model, commit: &Commit) {
    for (kind, data) in &commit.events {
        event(model, kind, data, commit.version);
    }
}

fn text<'a>(data: &'a Value, field: &str) -> &'a str {
    data[field].as_str().unwrap_or_else(|| panic!("{field} in {data}"))
}

/// A number that counts from 1, from 0.
fn zero(value: &Value) -> usize {
    let number = value.as_u64().unwrap_or_else(|| panic!("{value} is a place"));
    usize::try_from(number).unwrap().checked_sub(1).expect("places count from 1")
}

fn event(model: &mut Model, kind: &str, data: &Value, version: u64) {
    match kind {
        "ProductCreated" | "ProductUpdated" | "DomainAdded" | "DomainUpdated" | "DomainDeleted"
        | "RoleGranted" | "RoleRevoked" | "RoleTermChanged" | "DeputyNamed" | "DeputyDismissed"
        | "QuestionUnanswered" | "GapResolved" => return,
        "ItemCreated" => created(model, data, version),
        "ItemUpdated" => {
            let item = model.items.get_mut(text(data, "item")).unwrap();
            if let Some(title) = data["title"]["to"].as_str() {
                title.clone_into(&mut item.title);
            }
            if let Some(status) = data["status"]["to"].as_str() {
                status.clone_into(&mut item.status);
            }
        }
        "ItemRanked" | "ItemReordered" => moved(model, kind, data, version),
        "ItemPinned" | "ItemUnpinned" => {
            let key = text(data, "item");
            check_spot(model, key, &data["at"]);
            model.items.get_mut(key).unwrap().pinned = kind == "ItemPinned";
        }
        "ItemMoved" => {
            let item = model.items.get_mut(text(data, "item")).unwrap();
            assert_eq!(item.domain, text(data, "from"));
            text(data, "to").clone_into(&mut item.domain);
            item.last_move = None;
        }
        "ItemCompleted" | "ItemDropped" => {
            let key = text(data, "item");
            check_spot(model, key, &data["from"]);
            model.leave(key, if kind == "ItemCompleted" { "done" } else { "dropped" });
        }
        "ItemReopened" => {
            let key = text(data, "item").to_owned();
            let item = model.items.get_mut(&key).unwrap();
            text(data, "status").clone_into(&mut item.status);
            arrived(model, &key, &data["arrival"]);
        }
        "ItemMerged" => {
            let key = text(data, "item");
            if !data["from"].is_null() {
                check_spot(model, key, &data["from"]);
                model.leave(key, "dropped");
            }
        }
        // Nothing of these is in the model but that they are changes of their item.
        "ItemSplit" | "LinkAdded" | "LinkRemoved" | "LinkResolved" | "RequestMade"
        | "RequestWithdrawn" => {}
        other => panic!("the model does not know {other}: {data}"),
    }
    model.items.get_mut(text(data, "item")).unwrap().changed = version;
}

fn created(model: &mut Model, data: &Value, version: u64) {
    let key = text(data, "item").to_owned();
    let item = Item {
        domain: text(data, "domain").to_owned(),
        pinned: false,
        status: text(data, "status").to_owned(),
        title: text(data, "title").to_owned(),
        changed: version,
        last_move: None,
    };
    let before = model.items.insert(key.clone(), item);
    assert_eq!(before, None, "{key} was made twice");
    arrived(model, &key, &data["arrival"]);
}

fn arrived(model: &mut Model, key: &str, arrival: &Value) {
    if arrival.is_null() {
        return;
    }
    model.arrive(key, zero(&arrival["turn_place"]), zero(&arrival["turn"]));
    assert_eq!(model.place(key), Some(zero(&arrival["place"])), "{key}: {arrival}");
}

/// Checks that an item stands where an event says that it does.
fn check_spot(model: &Model, key: &str, spot: &Value) {
    let place = zero(&spot["place"]);
    assert_eq!(model.place(key), Some(place), "{key}: {spot}");
    let above = place.checked_sub(1).and_then(|place| model.order.get(place));
    assert_eq!(above.map(String::as_str), spot["after"].as_str(), "{key}: {spot}");
    let below = model.order.get(place + 1);
    assert_eq!(below.map(String::as_str), spot["before"].as_str(), "{key}: {spot}");
}

fn moved(model: &mut Model, kind: &str, data: &Value, version: u64) {
    let key = text(data, "item").to_owned();
    check_spot(model, &key, &data["from"]);
    let ranked = kind == "ItemRanked";
    let (after, before);
    if ranked {
        let (from, to) = (zero(&data["from"]["place"]), zero(&data["to"]["place"]));
        after = from.checked_sub(1).map(|place| model.order[place].clone());
        before = model.order.get(from + 1).cloned();
        model.order.remove(from);
        model.order.insert(to, key.clone());
    } else {
        let domain = model.items[&key].domain.clone();
        let mut own = model.unpinned(&domain);
        let (from, to) = (zero(&data["from_turn"]), zero(&data["to_turn"]));
        assert_eq!(own[from], key, "{data}");
        after = from.checked_sub(1).map(|place| own[place].clone());
        before = own.get(from + 1).cloned();
        own.remove(from);
        own.insert(to, key.clone());
        model.permute(&domain, &own);
    }
    check_spot(model, &key, &data["to"]);
    model.items.get_mut(&key).unwrap().last_move =
        Some(LastMove { version, ranked, after, before });
}
