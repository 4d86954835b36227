//! Resource names: `products/webshop/items/ONLINE-42`, and back.

use koepel_domain::{
    ids::{
        CalendarId, ConnectionId, DecisionNo, DomainId, EntryNo, EscalationNo, GoalId, IdentityId,
        InvitationId, ItemKey, Malformed, PersonId, PointId, ProductId, SessionId, ShareId, SyncId,
        TargetId, TokenId, Version,
    },
    inbox::PushAt,
};

use crate::check::{AtField as _, Invalid};

fn shape(field: &str, name: &str, wanted: &str) -> Invalid {
    let shown: String = name.chars().take(80).collect();
    Invalid::field(field, format_args!("{shown:?} is no resource name of the form {wanted}"))
}

/// Reads `products/{product}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn product(field: &str, name: &str) -> Result<ProductId, Invalid> {
    let id = name.strip_prefix("products/").filter(|id| !id.contains('/'));
    ProductId::new(id.ok_or_else(|| shape(field, name, "products/webshop"))?).at(field)
}

fn below<'a>(
    field: &str,
    name: &'a str,
    collection: &str,
    wanted: &str,
) -> Result<(ProductId, &'a str), Invalid> {
    let parts = name.strip_prefix("products/").and_then(|rest| rest.split_once('/'));
    let (product, rest) = parts.ok_or_else(|| shape(field, name, wanted))?;
    let id = rest
        .strip_prefix(collection)
        .and_then(|rest| rest.strip_prefix('/'))
        .filter(|id| !id.contains('/'));
    Ok((ProductId::new(product).at(field)?, id.ok_or_else(|| shape(field, name, wanted))?))
}

/// Reads `products/{product}/domains/{domain}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn domain(field: &str, name: &str) -> Result<(ProductId, DomainId), Invalid> {
    let (product, id) = below(field, name, "domains", "products/webshop/domains/online")?;
    Ok((product, DomainId::new(id).at(field)?))
}

/// Reads `products/{product}/items/{item}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn item(field: &str, name: &str) -> Result<(ProductId, ItemKey), Invalid> {
    let (product, id) = below(field, name, "items", "products/webshop/items/ONLINE-42")?;
    let key: Result<ItemKey, Malformed> = id.parse();
    Ok((product, key.at(field)?))
}

/// Reads `products/{product}/roadmapEntries/{entry}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn entry(field: &str, name: &str) -> Result<(ProductId, EntryNo), Invalid> {
    let wanted = "products/webshop/roadmapEntries/7";
    let (product, id) = below(field, name, "roadmapEntries", wanted)?;
    let no: Result<EntryNo, Malformed> = id.parse();
    Ok((product, no.at(field)?))
}

/// Reads the name of a roadmap entry of `product`.
///
/// # Errors
/// [`Invalid`] for `field`, also if the entry is of another product.
pub fn entry_of(field: &str, name: &str, product: &ProductId) -> Result<EntryNo, Invalid> {
    let (of, no) = entry(field, name)?;
    same_product(field, &of, product).map(|()| no)
}

/// Reads `products/{product}/gaps/{gap}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn gap(field: &str, name: &str) -> Result<(ProductId, u32), Invalid> {
    let wanted = "products/webshop/gaps/3";
    let (product, id) = below(field, name, "gaps", wanted)?;
    let canonical = id.bytes().all(|b| b.is_ascii_digit()) && !id.starts_with('0');
    let no = id.parse().ok().filter(|_| canonical);
    Ok((product, no.ok_or_else(|| shape(field, name, wanted))?))
}

/// Reads `products/{product}/escalations/{escalation}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn escalation(field: &str, name: &str) -> Result<(ProductId, EscalationNo), Invalid> {
    let (product, id) = below(field, name, "escalations", "products/webshop/escalations/7")?;
    let no: Result<EscalationNo, Malformed> = id.parse();
    Ok((product, no.at(field)?))
}

/// Reads `products/{product}/decisions/{decision}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn decision(field: &str, name: &str) -> Result<(ProductId, DecisionNo), Invalid> {
    let (product, id) = below(field, name, "decisions", "products/webshop/decisions/3")?;
    let no: Result<DecisionNo, Malformed> = id.parse();
    Ok((product, no.at(field)?))
}

/// Reads the name of a decision of `product`.
///
/// # Errors
/// [`Invalid`] for `field`, also if the decision is of another product.
pub fn decision_of(field: &str, name: &str, product: &ProductId) -> Result<DecisionNo, Invalid> {
    let (of, no) = decision(field, name)?;
    same_product(field, &of, product).map(|()| no)
}

/// Reads `products/{product}/connections/{connection}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn connection(field: &str, name: &str) -> Result<(ProductId, ConnectionId), Invalid> {
    let wanted = "products/webshop/connections/online-jira";
    let (product, id) = below(field, name, "connections", wanted)?;
    Ok((product, ConnectionId::new(id).at(field)?))
}

/// Reads `products/{product}/calendars/{calendar}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn calendar(field: &str, name: &str) -> Result<(ProductId, CalendarId), Invalid> {
    let (product, id) = below(field, name, "calendars", "products/webshop/calendars/copenhagen")?;
    Ok((product, CalendarId::new(id).at(field)?))
}

/// Reads the name of a calendar of `product`.
///
/// # Errors
/// [`Invalid`] for `field`, also if the calendar is of another product.
pub fn calendar_of(field: &str, name: &str, product: &ProductId) -> Result<CalendarId, Invalid> {
    let (of, id) = calendar(field, name)?;
    same_product(field, &of, product).map(|()| id)
}

/// Reads `products/{product}/escalationPoints/{point}` of `product`.
///
/// # Errors
/// [`Invalid`] for `field`, also if the point is of another product.
pub fn point_of(field: &str, name: &str, product: &ProductId) -> Result<PointId, Invalid> {
    let wanted = "products/webshop/escalationPoints/budget-offline";
    let (of, id) = below(field, name, "escalationPoints", wanted)?;
    same_product(field, &of, product)?;
    PointId::new(id).at(field)
}

/// Reads `products/{product}/pushes/{version}.{index}` of `product`.
///
/// # Errors
/// [`Invalid`] for `field`, also if the push is of another product.
pub fn push_of(field: &str, name: &str, product: &ProductId) -> Result<PushAt, Invalid> {
    let wanted = "products/webshop/pushes/17.0";
    let (of, id) = below(field, name, "pushes", wanted)?;
    same_product(field, &of, product)?;
    let parts = id.split_once('.').and_then(|(version, index)| {
        Some(PushAt { version: Version(version.parse().ok()?), index: index.parse().ok()? })
    });
    parts.ok_or_else(|| shape(field, name, wanted))
}

/// Reads `products/{product}/alertTargets/{target}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn alert_target(field: &str, name: &str) -> Result<(ProductId, TargetId), Invalid> {
    let wanted = "products/webshop/alertTargets/team-chat";
    let (product, id) = below(field, name, "alertTargets", wanted)?;
    Ok((product, TargetId::new(id).at(field)?))
}

/// Reads `products/{product}/deliveries/{number}` of `product`.
///
/// # Errors
/// [`Invalid`] for `field`, also if the delivery is of another product.
pub fn delivery_of(field: &str, name: &str, product: &ProductId) -> Result<u64, Invalid> {
    let wanted = "products/webshop/deliveries/42";
    let (of, id) = below(field, name, "deliveries", wanted)?;
    same_product(field, &of, product)?;
    id.parse().map_err(|_| shape(field, name, wanted))
}

/// Reads `products/{product}/goals/{goal}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn goal(field: &str, name: &str) -> Result<(ProductId, GoalId), Invalid> {
    let (product, id) = below(field, name, "goals", "products/webshop/goals/fewer-returns")?;
    Ok((product, GoalId::new(id).at(field)?))
}

/// Reads the name of a goal of `product`; `products/{product}/goals/-` is none.
///
/// # Errors
/// [`Invalid`] for `field`, also if the goal is of another product.
pub fn goal_or_none(
    field: &str,
    name: &str,
    product: &ProductId,
) -> Result<Option<GoalId>, Invalid> {
    let (of, id) = below(field, name, "goals", "products/webshop/goals/fewer-returns")?;
    same_product(field, &of, product)?;
    if id == "-" { Ok(None) } else { GoalId::new(id).at(field).map(Some) }
}

/// Reads the name of a goal of `product`; empty is none.
///
/// # Errors
/// [`Invalid`] for `field`, also if the goal is of another product.
pub fn goal_of(field: &str, name: &str, product: &ProductId) -> Result<Option<GoalId>, Invalid> {
    if name.is_empty() {
        return Ok(None);
    }
    let (of, id) = goal(field, name)?;
    same_product(field, &of, product).map(|()| Some(id))
}

/// Reads `products/{product}/syncs/{sync}`; the last one that ended, `-`, is none.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn sync_or_last(field: &str, name: &str) -> Result<(ProductId, Option<SyncId>), Invalid> {
    let (product, id) = below(field, name, "syncs", "products/webshop/syncs/2026-W47")?;
    let sync = if id == "-" { None } else { Some(SyncId::new(id).at(field)?) };
    Ok((product, sync))
}

/// Reads `products/{product}/syncs/{sync}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn sync(field: &str, name: &str) -> Result<(ProductId, SyncId), Invalid> {
    let (product, sync) = sync_or_last(field, name)?;
    sync.map(|sync| (product, sync)).ok_or_else(|| Invalid::field(field, "names no sync"))
}

/// Reads `products/{product}/vision`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn vision(field: &str, name: &str) -> Result<ProductId, Invalid> {
    let of = name.strip_suffix("/vision");
    product(field, of.ok_or_else(|| shape(field, name, "products/webshop/vision"))?)
}

/// Reads the name of a domain of `product`.
///
/// # Errors
/// [`Invalid`] for `field`, also if the domain is of another product.
pub fn domain_of(field: &str, name: &str, product: &ProductId) -> Result<DomainId, Invalid> {
    let (of, id) = domain(field, name)?;
    same_product(field, &of, product).map(|()| id)
}

/// Reads the name of an item of `product`.
///
/// # Errors
/// [`Invalid`] for `field`, also if the item is of another product.
pub fn item_of(field: &str, name: &str, product: &ProductId) -> Result<ItemKey, Invalid> {
    let (of, key) = item(field, name)?;
    same_product(field, &of, product).map(|()| key)
}

fn same_product(field: &str, of: &ProductId, product: &ProductId) -> Result<(), Invalid> {
    if of == product {
        Ok(())
    } else {
        Err(Invalid::field(
            field,
            format_args!("is of product {of}; a request stays within one product, here {product}"),
        ))
    }
}

/// Reads `people/{person}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn person(field: &str, name: &str) -> Result<PersonId, Invalid> {
    let id = name.strip_prefix("people/").ok_or_else(|| shape(field, name, "people/p-7f3a"))?;
    PersonId::new(id).at(field)
}

/// Reads `tokens/{token}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn token(field: &str, name: &str) -> Result<TokenId, Invalid> {
    let id = name.strip_prefix("tokens/").ok_or_else(|| shape(field, name, "tokens/t-91c2"))?;
    TokenId::new(id).at(field)
}

/// `products/webshop`.
#[must_use]
pub fn of_product(product: &ProductId) -> String {
    format!("products/{product}")
}

/// `products/webshop/domains/online`.
#[must_use]
pub fn of_domain(product: &ProductId, domain: &DomainId) -> String {
    format!("products/{product}/domains/{domain}")
}

/// `products/webshop/items/ONLINE-42`.
#[must_use]
pub fn of_item(product: &ProductId, item: &ItemKey) -> String {
    format!("products/{product}/items/{item}")
}

/// `products/webshop/roadmapEntries/7`.
#[must_use]
pub fn of_entry(product: &ProductId, entry: EntryNo) -> String {
    format!("products/{product}/roadmapEntries/{entry}")
}

/// `products/webshop/gaps/3`.
#[must_use]
pub fn of_gap(product: &ProductId, gap: u32) -> String {
    format!("products/{product}/gaps/{gap}")
}

/// `products/webshop/escalations/7`.
#[must_use]
pub fn of_escalation(product: &ProductId, escalation: EscalationNo) -> String {
    format!("products/{product}/escalations/{escalation}")
}

/// `products/webshop/decisions/3`.
#[must_use]
pub fn of_decision(product: &ProductId, decision: DecisionNo) -> String {
    format!("products/{product}/decisions/{decision}")
}

/// `products/webshop/connections/online-jira`.
#[must_use]
pub fn of_connection(product: &ProductId, connection: &ConnectionId) -> String {
    format!("products/{product}/connections/{connection}")
}

/// `products/webshop/calendars/copenhagen`.
#[must_use]
pub fn of_calendar(product: &ProductId, calendar: &CalendarId) -> String {
    format!("products/{product}/calendars/{calendar}")
}

/// `products/webshop/escalationPoints/budget-offline`.
#[must_use]
pub fn of_point(product: &ProductId, point: &PointId) -> String {
    format!("products/{product}/escalationPoints/{point}")
}

/// `products/webshop/pushes/17.0`.
#[must_use]
pub fn of_push(product: &ProductId, at: PushAt) -> String {
    format!("products/{product}/pushes/{}.{}", at.version, at.index)
}

/// `products/webshop/alertTargets/team-chat`.
#[must_use]
pub fn of_alert_target(product: &ProductId, target: &TargetId) -> String {
    format!("products/{product}/alertTargets/{target}")
}

/// `products/webshop/deliveries/42`.
#[must_use]
pub fn of_delivery(product: &ProductId, no: u64) -> String {
    format!("products/{product}/deliveries/{no}")
}

/// `products/webshop/goals/fewer-returns`.
#[must_use]
pub fn of_goal(product: &ProductId, goal: &GoalId) -> String {
    format!("products/{product}/goals/{goal}")
}

/// `products/webshop/syncs/2026-W47`.
#[must_use]
pub fn of_sync(product: &ProductId, sync: &SyncId) -> String {
    format!("products/{product}/syncs/{sync}")
}

/// `products/webshop/vision`.
#[must_use]
pub fn of_vision(product: &ProductId) -> String {
    format!("products/{product}/vision")
}

/// `people/p-7f3a`.
#[must_use]
pub fn of_person(person: &PersonId) -> String {
    format!("people/{person}")
}

/// `tokens/t-91c2`.
#[must_use]
pub fn of_token(token: &TokenId) -> String {
    format!("tokens/{token}")
}

/// Reads `products/{product}/shareLinks/{link}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn share_link(field: &str, name: &str) -> Result<(ProductId, ShareId), Invalid> {
    let (product, id) = below(field, name, "shareLinks", "products/webshop/shareLinks/l-91c2")?;
    Ok((product, ShareId::new(id).at(field)?))
}

/// Reads `invitations/{invitation}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn invitation(field: &str, name: &str) -> Result<InvitationId, Invalid> {
    let id = name.strip_prefix("invitations/");
    InvitationId::new(id.ok_or_else(|| shape(field, name, "invitations/n-91c2"))?).at(field)
}

/// Reads `identities/{identity}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn identity(field: &str, name: &str) -> Result<IdentityId, Invalid> {
    let id = name.strip_prefix("identities/");
    IdentityId::new(id.ok_or_else(|| shape(field, name, "identities/i-91c2"))?).at(field)
}

/// Reads `sessions/{session}`.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn session(field: &str, name: &str) -> Result<SessionId, Invalid> {
    let id = name.strip_prefix("sessions/");
    SessionId::new(id.ok_or_else(|| shape(field, name, "sessions/s-91c2"))?).at(field)
}

/// `products/webshop/shareLinks/l-91c2`.
#[must_use]
pub fn of_share_link(product: &ProductId, link: &ShareId) -> String {
    format!("products/{product}/shareLinks/{link}")
}

/// `invitations/n-91c2`.
#[must_use]
pub fn of_invitation(invitation: &InvitationId) -> String {
    format!("invitations/{invitation}")
}

/// `identities/i-91c2`.
#[must_use]
pub fn of_identity(identity: &IdentityId) -> String {
    format!("identities/{identity}")
}

/// `sessions/s-91c2`.
#[must_use]
pub fn of_session(session: &SessionId) -> String {
    format!("sessions/{session}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        let (webshop, key) = item("name", "products/webshop/items/ONLINE-42").unwrap();
        assert_eq!(of_item(&webshop, &key), "products/webshop/items/ONLINE-42");
        let (product, online) = domain("name", "products/webshop/domains/online").unwrap();
        assert_eq!(of_domain(&product, &online), "products/webshop/domains/online");
    }

    #[test]
    fn what_is_no_name_is_refused_with_the_form_it_should_have() {
        for bad in ["", "webshop", "products/", "products/a/b", "products/A", "products/../x"] {
            assert!(product("name", bad).is_err(), "{bad:?}");
        }
        for bad in [
            "products/a/items",
            "products/a/items/",
            "products/a/items/X-1/y",
            "products/a/domains/x",
            "items/X-1",
        ] {
            let error = item("name", bad).unwrap_err();
            assert_eq!(error.0.first().unwrap().field, "name");
        }
    }

    #[test]
    fn an_item_of_another_product_is_refused() {
        let error = item_of("place.after", "products/b/items/X-1", &ProductId::new("a").unwrap())
            .unwrap_err();
        assert!(error.to_string().contains("within one product"), "{error}");
    }
}
