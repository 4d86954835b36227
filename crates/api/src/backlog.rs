//! Items and their order, between wire and domain.

use koepel_domain::{
    command::{Command, ItemChanges, LinkEnd, LinkTo, NewItem},
    ids::{DomainId, ItemKey, ProductId},
    item::{Estimate, Item, LinkTarget, Status, Value},
    product::Product,
    text::{Label, Source, Text, Title},
};

use crate::{
    check::{AtField as _, Collect, Invalid, address},
    common::{
        Call, expected, kind, link_kind, moscow, place, read_kind, read_link_kind, read_moscow,
        read_status, reason, request_id, required_place, said, status, timestamp,
    },
    names, v1,
};

/// Most entries of any list in a request, before the domain's own limits are asked.
const LIST_MAX: usize = 1_000;

fn call(product: ProductId, request: &str, command: Command) -> Result<Call<Command>, Invalid> {
    Ok(Call { product, command, request_id: request_id(request)? })
}

fn missing(field: &str) -> Invalid {
    Invalid::field(field, "is missing")
}

fn labels(labels: &[String]) -> Result<Vec<Label>, Invalid> {
    texts("item.labels", labels, Label::new)
}

fn texts<T, E: std::fmt::Display>(
    field: &str,
    texts: &[String],
    new: impl Fn(&str) -> Result<T, E>,
) -> Result<Vec<T>, Invalid> {
    if texts.len() > LIST_MAX {
        return Err(Invalid::field(
            field,
            format_args!("has {} entries; at most {LIST_MAX} are read", texts.len()),
        ));
    }
    texts
        .iter()
        .enumerate()
        .map(|(index, text)| new(text).at(&format!("{field}[{index}]")))
        .collect()
}

fn people(names: &[String]) -> Result<Vec<koepel_domain::ids::PersonId>, Invalid> {
    if names.len() > LIST_MAX {
        return Err(Invalid::field(
            "item.people",
            format_args!("has {} entries; at most {LIST_MAX} are read", names.len()),
        ));
    }
    names
        .iter()
        .enumerate()
        .map(|(index, name)| crate::names::person(&format!("item.people[{index}]"), name))
        .collect()
}

fn estimate(value: Option<f64>) -> Result<Option<Estimate>, Invalid> {
    let Some(value) = value else { return Ok(None) };
    let refused = || {
        Invalid::field(
            "item.estimate",
            format_args!("{value} is no estimate: 0 to 100,000, two decimals"),
        )
    };
    let hundredths = (value * 100.0).round();
    if !(0.0..=f64::from(Estimate::MAX_HUNDREDTHS)).contains(&hundredths)
        || (hundredths / 100.0 - value).abs() > 1e-9
    {
        return Err(refused());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number between 0 and 10,000,000"
    )]
    Estimate::from_hundredths(hundredths as u32).map(Some).ok_or_else(refused)
}

fn value(value: Option<i64>) -> Result<Option<Value>, Invalid> {
    let Some(number) = value else { return Ok(None) };
    let value = u32::try_from(number).ok().and_then(Value::new);
    value.map(Some).ok_or_else(|| {
        Invalid::field("item.value", format_args!("{number} is no value: 0 to {}", Value::MAX))
    })
}

fn parent(name: &str, product: &ProductId) -> Result<Option<ItemKey>, Invalid> {
    if name.is_empty() { Ok(None) } else { names::item_of("item.parent", name, product).map(Some) }
}

fn new_item(
    item: &v1::Item,
    product: &ProductId,
    like: Option<koepel_domain::item::Kind>,
) -> Result<NewItem, Invalid> {
    let mut wrong = Collect::default();
    let title = wrong.take(Title::new(&item.title).at("item.title"));
    let text = wrong.take(Text::new(&item.text).at("item.text"));
    let kind = wrong
        .take(read_kind("item.kind", item.kind).and_then(|kind| said("item.kind", kind.or(like))));
    let status = wrong.take(read_status("item.status", item.status));
    let parent = wrong.take(parent(&item.parent, product));
    let labels = wrong.take(labels(&item.labels));
    let estimate = wrong.take(estimate(item.estimate));
    let value = wrong.take(value(item.value));
    let moscow = wrong.take(read_moscow("item.moscow", item.moscow));
    let goal = wrong.take(names::goal_of("item.goal", &item.goal, product));
    let people = wrong.take(people(&item.people));
    let sources = wrong.take(texts("item.source_links", &item.source_links, address));
    wrong.finish()?;
    let all = (|| {
        Some(NewItem {
            kind: kind?,
            status: status?.unwrap_or(Status::New),
            title: title?,
            text: text?,
            parent: parent?,
            labels: labels?,
            estimate: estimate?,
            value: value?,
            moscow: moscow?,
            goal: goal?,
            people: people?,
            sources: sources?,
        })
    })();
    all.ok_or_else(|| missing("item"))
}

/// `CreateItem`.
///
/// # Errors
/// [`Invalid`].
pub fn create(request: v1::CreateItemRequest) -> Result<Call<Command>, Invalid> {
    let (product, domain) = names::domain("parent", &request.parent)?;
    let item = request.item.ok_or_else(|| missing("item"))?;
    let item = new_item(&item, &product, None)?;
    let place = place(request.place, &product)?;
    let reason = reason(&request.reason)?;
    call(product, &request.request_id, Command::CreateItem { domain, item, place, reason })
}

/// `UpdateItem`.
///
/// # Errors
/// [`Invalid`]; also for a mask that names nothing, or what this command does not change.
pub fn update(request: v1::UpdateItemRequest) -> Result<Call<Command>, Invalid> {
    let from = request.item.ok_or_else(|| missing("item"))?;
    let (product, item) = names::item("item.name", &from.name)?;
    let mask = request.update_mask.map(|mask| mask.paths).unwrap_or_default();
    if mask.is_empty() {
        return Err(Invalid::field(
            "update_mask",
            "names no field; say which fields of the item to change",
        ));
    }
    let mut changes = ItemChanges::default();
    for path in &mask {
        match path.as_str() {
            "title" => changes.title = Some(Title::new(&from.title).at("item.title")?),
            "text" => changes.text = Some(Text::new(&from.text).at("item.text")?),
            "kind" => changes.kind = Some(said("item.kind", read_kind("item.kind", from.kind)?)?),
            "status" => {
                changes.status =
                    Some(said("item.status", read_status("item.status", from.status)?)?)
            }
            "parent" => changes.parent = Some(parent(&from.parent, &product)?),
            "labels" => changes.labels = Some(labels(&from.labels)?),
            "estimate" => changes.estimate = Some(estimate(from.estimate)?),
            "value" => changes.value = Some(value(from.value)?),
            "moscow" => changes.moscow = Some(read_moscow("item.moscow", from.moscow)?),
            "goal" => changes.goal = Some(names::goal_of("item.goal", &from.goal, &product)?),
            "people" => changes.people = Some(people(&from.people)?),
            "source_links" => {
                changes.sources = Some(texts("item.source_links", &from.source_links, address)?)
            }
            other => {
                let shown: String = other.chars().take(60).collect();
                let allowed = "title, text, kind, status, parent, labels, estimate, value, moscow, goal, people, source_links";
                return Err(Invalid::field(
                    "update_mask",
                    format_args!(
                        "{shown:?} is no field that UpdateItem changes; it changes {allowed}"
                    ),
                ));
            }
        }
    }
    let (changes, reason) = (Box::new(changes), reason(&request.reason)?);
    call(
        product,
        &request.request_id,
        Command::UpdateItem { item, changes, reason, expected: expected(request.expected_version) },
    )
}

/// `RankItem`.
///
/// # Errors
/// [`Invalid`].
pub fn rank(request: v1::RankItemRequest) -> Result<Call<Command>, Invalid> {
    let (product, item) = names::item("name", &request.name)?;
    let place = required_place(request.place, &product)?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    let with_family = request.with_family;
    call(
        product,
        &request.request_id,
        Command::RankItem { item, place, with_family, reason, expected },
    )
}

/// `ReorderItem`.
///
/// # Errors
/// [`Invalid`].
pub fn reorder(request: v1::ReorderItemRequest) -> Result<Call<Command>, Invalid> {
    let (product, item) = names::item("name", &request.name)?;
    let place = required_place(request.place, &product)?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    call(product, &request.request_id, Command::ReorderItem { item, place, reason, expected })
}

/// `PinItem`.
///
/// # Errors
/// [`Invalid`].
pub fn pin(request: v1::PinItemRequest) -> Result<Call<Command>, Invalid> {
    let (product, item) = names::item("name", &request.name)?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    call(product, &request.request_id, Command::PinItem { item, reason, expected })
}

/// `UnpinItem`.
///
/// # Errors
/// [`Invalid`].
pub fn unpin(request: v1::UnpinItemRequest) -> Result<Call<Command>, Invalid> {
    let (product, item) = names::item("name", &request.name)?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    call(product, &request.request_id, Command::UnpinItem { item, reason, expected })
}

/// `UndoMove`.
///
/// # Errors
/// [`Invalid`].
pub fn undo(request: v1::UndoMoveRequest) -> Result<Call<Command>, Invalid> {
    let product = names::product("product", &request.product)?;
    let version = said("version", expected(request.version))?;
    let reason = reason(&request.reason)?;
    call(product, &request.request_id, Command::UndoMove { version, reason })
}

/// `MoveItem`.
///
/// # Errors
/// [`Invalid`].
pub fn move_item(request: v1::MoveItemRequest) -> Result<Call<Command>, Invalid> {
    let (product, item) = names::item("name", &request.name)?;
    let domain = names::domain_of("domain", &request.domain, &product)?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    call(product, &request.request_id, Command::MoveItem { item, domain, reason, expected })
}

/// `SplitItem`; `kind` is the item's own, for parts that name none.
///
/// # Errors
/// [`Invalid`].
pub fn split(
    request: v1::SplitItemRequest,
    kind: Option<koepel_domain::item::Kind>,
) -> Result<Call<Command>, Invalid> {
    let (product, item) = names::item("name", &request.name)?;
    if request.into.is_empty() || request.into.len() > LIST_MAX {
        return Err(Invalid::field(
            "into",
            format_args!("has {} items; give 1 to 50", request.into.len()),
        ));
    }
    let into =
        request.into.iter().map(|part| new_item(part, &product, kind)).collect::<Result<_, _>>()?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    call(
        product,
        &request.request_id,
        Command::SplitItem { item, into, keep: request.keep, reason, expected },
    )
}

/// `MergeItems`.
///
/// # Errors
/// [`Invalid`].
pub fn merge(request: v1::MergeItemsRequest) -> Result<Call<Command>, Invalid> {
    let (product, into) = names::item("into", &request.into)?;
    if request.names.is_empty() || request.names.len() > LIST_MAX {
        return Err(Invalid::field(
            "names",
            format_args!("has {} items; give 1 to 50", request.names.len()),
        ));
    }
    let items = request
        .names
        .iter()
        .map(|name| names::item_of("names", name, &product))
        .collect::<Result<_, _>>()?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    call(product, &request.request_id, Command::MergeItems { into, items, reason, expected })
}

/// `MarkDuplicate`.
///
/// # Errors
/// [`Invalid`].
pub fn duplicate(request: v1::MarkDuplicateRequest) -> Result<Call<Command>, Invalid> {
    let (product, item) = names::item("name", &request.name)?;
    let of = names::item_of("duplicate_of", &request.duplicate_of, &product)?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    call(product, &request.request_id, Command::MarkDuplicate { item, of, reason, expected })
}

/// `CompleteItem`.
///
/// # Errors
/// [`Invalid`].
pub fn complete(request: v1::CompleteItemRequest) -> Result<Call<Command>, Invalid> {
    let (product, item) = names::item("name", &request.name)?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    call(product, &request.request_id, Command::CompleteItem { item, reason, expected })
}

/// `DropItem`.
///
/// # Errors
/// [`Invalid`].
pub fn drop_item(request: v1::DropItemRequest) -> Result<Call<Command>, Invalid> {
    let (product, item) = names::item("name", &request.name)?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    call(product, &request.request_id, Command::DropItem { item, reason, expected })
}

/// `ReopenItem`.
///
/// # Errors
/// [`Invalid`].
pub fn reopen(request: v1::ReopenItemRequest) -> Result<Call<Command>, Invalid> {
    let (product, item) = names::item("name", &request.name)?;
    let place = place(request.place, &product)?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    call(product, &request.request_id, Command::ReopenItem { item, place, reason, expected })
}

fn link_to(link: Option<v1::Link>, product: &ProductId) -> Result<LinkTo, Invalid> {
    let link = link.ok_or_else(|| missing("link"))?;
    let kind = said("link.kind", read_link_kind("link.kind", link.kind)?)?;
    let target = match link.target.ok_or_else(|| missing("link.target"))? {
        v1::link::Target::Item(name) => LinkEnd::Item(names::item_of("link.item", &name, product)?),
        v1::link::Target::Pending(raw) => LinkEnd::Pending(Source::new(&raw).at("link.pending")?),
        v1::link::Target::Uri(uri) => LinkEnd::Uri(Source::new(&uri).at("link.uri")?),
    };
    Ok(LinkTo { kind, target })
}

/// `AddLink`.
///
/// # Errors
/// [`Invalid`].
pub fn add_link(request: v1::AddLinkRequest) -> Result<Call<Command>, Invalid> {
    let (product, item) = names::item("name", &request.name)?;
    let link = link_to(request.link, &product)?;
    match &link.target {
        LinkEnd::Item(_) => {}
        LinkEnd::Uri(uri) => drop(address(uri.as_str()).at("link.uri")?),
        LinkEnd::Pending(_) => {
            return Err(Invalid::field(
                "link.pending",
                "is made by imports only; name an item or an address",
            ));
        }
    }
    let expected = expected(request.expected_version);
    call(product, &request.request_id, Command::AddLink { item, link, expected })
}

/// `RemoveLink`.
///
/// # Errors
/// [`Invalid`].
pub fn remove_link(request: v1::RemoveLinkRequest) -> Result<Call<Command>, Invalid> {
    let (product, item) = names::item("name", &request.name)?;
    let link = link_to(request.link, &product)?;
    let expected = expected(request.expected_version);
    call(product, &request.request_id, Command::RemoveLink { item, link, expected })
}

/// `RequestDomain`.
///
/// # Errors
/// [`Invalid`].
pub fn request_domain(request: v1::RequestDomainRequest) -> Result<Call<Command>, Invalid> {
    let (product, item) = names::item("name", &request.name)?;
    let domain = names::domain_of("domain", &request.domain, &product)?;
    let ask = koepel_domain::text::Reason::new(&request.ask).at("ask")?;
    if ask.is_empty() {
        return Err(Invalid::field("ask", "must not be empty; say what is asked of the domain"));
    }
    let expected = expected(request.expected_version);
    call(product, &request.request_id, Command::RequestDomain { item, domain, ask, expected })
}

/// `WithdrawRequest`.
///
/// # Errors
/// [`Invalid`].
pub fn withdraw_request(request: v1::WithdrawRequestRequest) -> Result<Call<Command>, Invalid> {
    let (product, item) = names::item("name", &request.name)?;
    let domain = names::domain_of("domain", &request.domain, &product)?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    call(product, &request.request_id, Command::WithdrawRequest { item, domain, reason, expected })
}

/// The name of an item by its number.
#[must_use]
pub fn name_of(id: &ProductId, product: &Product, no: koepel_domain::order::ItemNo) -> String {
    product.key(no).map_or_else(String::new, |key| names::of_item(id, &key))
}

pub(crate) fn domain_name(
    id: &ProductId,
    product: &Product,
    no: koepel_domain::order::DomainNo,
) -> String {
    product.domain(no).map_or_else(String::new, |domain| names::of_domain(id, &domain.id))
}

fn estimate_out(estimate: Estimate) -> f64 {
    f64::from(estimate.hundredths()) / 100.0
}

/// An item on the wire, with the long text that the state does not hold.
#[must_use]
pub fn item(
    id: &ProductId,
    product: &Product,
    no: koepel_domain::order::ItemNo,
    item: &Item,
    text: String,
) -> v1::Item {
    let links = item.links.iter().map(|link| {
        let target = match &link.target {
            LinkTarget::Item(no) => v1::link::Target::Item(name_of(id, product, *no)),
            LinkTarget::Pending(pending) if pending.external => {
                v1::link::Target::Uri(pending.raw.to_string())
            }
            LinkTarget::Pending(pending) => v1::link::Target::Pending(pending.raw.to_string()),
            LinkTarget::Uri(uri) => v1::link::Target::Uri(uri.to_string()),
        };
        v1::Link { kind: link_kind(link.kind).into(), target: Some(target) }
    });
    let requests = item.requests.iter().map(|request| v1::DomainRequest {
        domain: domain_name(id, product, request.domain),
        ask: request.ask.to_string(),
        since_version: request.since.0,
    });
    let key = product.key_of(item);
    v1::Item {
        name: key.as_ref().map_or_else(String::new, |key| names::of_item(id, key)),
        key: key.map_or_else(String::new, |key| key.to_string()),
        domain: domain_name(id, product, item.domain),
        kind: kind(item.kind).into(),
        title: item.title.to_string(),
        text,
        text_version: item.text.version.0,
        goal: crate::roadmap::goal_name(id, product, item.goal),
        roadmap_entries: crate::roadmap::entries_of(id, product, no),
        parent: item.parent.map_or_else(String::new, |parent| name_of(id, product, parent)),
        labels: item.labels.iter().map(ToString::to_string).collect(),
        estimate: item.estimate.map(estimate_out),
        value: item.value.map(|value| i64::from(value.get())),
        moscow: item.moscow.map_or(v1::Moscow::Unspecified, moscow).into(),
        status: status(item.status).into(),
        closed_reason: item
            .closed
            .as_ref()
            .map_or_else(String::new, |closed| closed.reason.to_string()),
        merged_into: item
            .closed
            .as_ref()
            .and_then(|closed| closed.into)
            .map_or_else(String::new, |into| name_of(id, product, into)),
        pinned: item.pin.is_some(),
        pin_reason: item.pin.as_ref().map_or_else(String::new, |pin| pin.reason.to_string()),
        place: product.order().place_of(no).map_or(0, |place| place + 1),
        domain_place: product.order().domain_place(no).map_or(0, |place| place + 1),
        source_links: item.sources.iter().map(ToString::to_string).collect(),
        links: links.collect(),
        requests: requests.collect(),
        people: item.people.iter().map(names::of_person).collect(),
        changed_at_version: item.changed.0,
        create_time: Some(timestamp(item.created_at)),
        update_time: Some(timestamp(item.changed_at)),
    }
}

/// A line of a backlog on the wire.
#[must_use]
pub fn row(
    id: &ProductId,
    product: &Product,
    item: &Item,
    place: u32,
    domain_place: u32,
) -> v1::BacklogRow {
    let key = product.key_of(item);
    v1::BacklogRow {
        place,
        domain_place,
        name: key.as_ref().map_or_else(String::new, |key| names::of_item(id, key)),
        key: key.map_or_else(String::new, |key| key.to_string()),
        title: item.title.to_string(),
        domain: domain_name(id, product, item.domain),
        kind: kind(item.kind).into(),
        status: status(item.status).into(),
        moscow: item.moscow.map_or(v1::Moscow::Unspecified, moscow).into(),
        pinned: item.pin.is_some(),
        estimate: item.estimate.map(estimate_out),
        value: item.value.map(|value| i64::from(value.get())),
        parent: item.parent.map_or_else(String::new, |parent| name_of(id, product, parent)),
        labels: item.labels.iter().map(ToString::to_string).collect(),
        changed_at_version: item.changed.0,
    }
}

/// Which list `ListBacklog` asks for.
///
/// # Errors
/// [`Invalid`] if the parent is neither a product nor a domain.
pub fn scope(parent: &str) -> Result<(ProductId, Option<DomainId>), Invalid> {
    if parent.contains("/domains/") {
        let (product, domain) = names::domain("parent", parent)?;
        return Ok((product, Some(domain)));
    }
    Ok((names::product("parent", parent)?, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_have_two_decimals_and_a_bound() {
        assert_eq!(estimate(Some(0.5)).unwrap(), Estimate::from_hundredths(50));
        assert_eq!(estimate(Some(100_000.0)).unwrap(), Estimate::from_hundredths(10_000_000));
        for bad in [-1.0, 0.001, 100_000.01, f64::NAN, f64::INFINITY] {
            assert!(estimate(Some(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn all_wrong_fields_of_a_new_item_are_told_at_once() {
        let item = v1::Item {
            title: String::new(),
            kind: 99,
            estimate: Some(-1.0),
            ..v1::Item::default()
        };
        let request = v1::CreateItemRequest {
            parent: "products/a/domains/b".to_owned(),
            item: Some(item),
            ..Default::default()
        };
        let fields: Vec<_> =
            create(request).unwrap_err().0.into_iter().map(|violation| violation.field).collect();
        assert_eq!(fields, ["item.title", "item.kind", "item.estimate"]);
    }

    #[test]
    fn a_mask_with_an_unknown_field_is_refused_with_the_known_ones() {
        let item = v1::Item { name: "products/a/items/X-1".to_owned(), ..v1::Item::default() };
        let mask = prost_types::FieldMask { paths: vec!["place".to_owned()] };
        let request = v1::UpdateItemRequest {
            item: Some(item),
            update_mask: Some(mask),
            ..Default::default()
        };
        assert!(update(request).unwrap_err().to_string().contains("source_links"));
    }
}
