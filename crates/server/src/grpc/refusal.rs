//! What a product's refusal is about, as metadata of the `ErrorInfo`: so that a client can say it in another language. The keys are
//! promised in `common.proto`.

use std::{collections::HashMap, fmt::Display};

use koepel_api::{
    common::{role, status_word},
    mandate::act,
    names,
};
use koepel_domain::{
    error::Error as Refusal,
    ids::{DomainId, ItemKey, PersonId, ProductId, Version},
    roles::RoleOf,
    term::Days,
};

/// Longest value, in bytes: details travel as a header, and many clients take 8 KiB of headers at most.
const VALUE_BYTES: usize = 400;

/// The values of a refusal, by their names.
struct Values<'a> {
    id: &'a ProductId,
    told: HashMap<String, String>,
}

/// Cut at so many bytes, between two characters.
fn bounded(text: &str) -> String {
    if text.len() <= VALUE_BYTES {
        return text.to_owned();
    }
    let fits = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= VALUE_BYTES - 3).last();
    let (short, _) = text.split_at(fits.unwrap_or(0));
    format!("{short}…")
}

/// Between commas, as many as fit.
fn listed(texts: impl Iterator<Item = String>) -> String {
    let mut list = String::new();
    for text in texts {
        if list.len() + 1 + text.len() > VALUE_BYTES {
            break;
        }
        if !list.is_empty() {
            list.push(',');
        }
        list.push_str(&text);
    }
    list
}

impl Values<'_> {
    fn with(mut self, key: &str, value: impl Display) -> Self {
        self.told.insert(key.to_owned(), bounded(&value.to_string()));
        self
    }

    fn item(self, key: &ItemKey) -> Self {
        self.with("item", key)
    }

    fn domain(self, domain: &DomainId) -> Self {
        let name = names::of_domain(self.id, domain);
        self.with("domain", name)
    }

    fn person(self, key: &str, person: &PersonId) -> Self {
        self.with(key, names::of_person(person))
    }

    fn current(self, version: Version) -> Self {
        self.with("current_version", version)
    }

    fn role(self, of: &RoleOf) -> Self {
        let told = self.with("role", role(of.role).as_str_name());
        match &of.domain {
            Some(domain) => told.domain(domain),
            None => told,
        }
    }

    fn days(mut self, days: &Days) -> Self {
        for (key, day) in [("first_day", days.first), ("last_day", days.last)] {
            if let Some(day) = day {
                self = self.with(key, day);
            }
        }
        self
    }

    fn end(self, key: &str, item: Option<&ItemKey>) -> Self {
        self.with(key, item.map_or_else(String::new, ToString::to_string))
    }
}

/// The metadata of a refusal of a product.
#[expect(clippy::too_many_lines, reason = "one line for each refusal")]
pub(super) fn metadata(id: &ProductId, refusal: &Refusal) -> HashMap<String, String> {
    let values = Values { id, told: HashMap::new() };
    let told = match refusal {
        Refusal::Mandate(refused) => {
            let domains = refused.domains.iter().map(|domain| names::of_domain(id, domain));
            let values = values.with("domains", listed(domains));
            match act(refused.act) {
                Some(act) => values.with("act", act.as_str_name()),
                None => values,
            }
        }
        Refusal::UnknownProduct
        | Refusal::ProductExists
        | Refusal::ReasonMissing(_)
        | Refusal::TermOver(_)
        | Refusal::NoSeat(_)
        | Refusal::DeputyOpen
        | Refusal::PointGap(_)
        | Refusal::OnlyTheService(_)
        | Refusal::Missing(_)
        | Refusal::Broken(_) => values,
        Refusal::UnknownItem(item)
        | Refusal::AlreadyOpen(item)
        | Refusal::NotPinned(item)
        | Refusal::NoWayBack { item }
        | Refusal::WithItself(item, _)
        | Refusal::NoSuchLink(item)
        | Refusal::LinkExists(item) => values.item(item),
        Refusal::UnknownDomain(domain) | Refusal::DomainExists(domain) => values.domain(domain),
        Refusal::KeyTaken(key) => values.with("key", key),
        Refusal::DomainNotEmpty { domain, items } => values.domain(domain).with("items", items),
        Refusal::DomainPlans { domain, entries } => values.domain(domain).with("entries", entries),
        Refusal::DomainDecides { domain, points } => {
            values.domain(domain).with("points", listed(points.iter().map(ToString::to_string)))
        }
        Refusal::Stale { what, expected, current } => {
            values.with("what", what).with("expected_version", expected).current(*current)
        }
        Refusal::NeighboursMoved { item: _, after, before } => {
            values.end("after", after.as_ref()).end("before", before.as_ref())
        }
        Refusal::NotOpen { item, status } | Refusal::AnchorClosed { anchor: item, status } => {
            values.item(item).with("status", status_word(status))
        }
        Refusal::ForeignAnchor { anchor: item, domain }
        | Refusal::NoSuchRequest { item, domain }
        | Refusal::OwnDomain { item, domain } => values.item(item).domain(domain),
        Refusal::Pinned { item, reason } => values.item(item).with("reason", reason),
        Refusal::NothingToUndo { version, current } => {
            values.with("version", version).current(*current)
        }
        Refusal::ParentCycle { path } => {
            let path = path.iter().map(ToString::to_string);
            values.with("path", listed(path))
        }
        Refusal::TooDeep { item, limit } => values.item(item).with("limit", limit),
        Refusal::TooMany { what, count, limit } => {
            values.with("what", what).with("count", count).with("limit", limit)
        }
        Refusal::SourceTaken { source_link, item } => {
            values.item(item).with("source_link", source_link)
        }
        Refusal::WrongStatus(status) => values.with("status", status_word(status)),
        Refusal::RoleDomain { role: _, needed } => values.with("needed", needed),
        Refusal::SeatTaken { holder, role, days } => {
            values.person("holder", holder).role(role).days(days)
        }
        Refusal::RoleHeld { person, role, days } | Refusal::DeputyOfSelf { person, role, days } => {
            values.person("person", person).role(role).days(days)
        }
        Refusal::DeputyTaken { deputy, role, days } => {
            values.person("deputy", deputy).role(role).days(days)
        }
        Refusal::NoSuchDeputy { person, role } | Refusal::NoSuchRole { person, role } => {
            values.person("person", person).role(role)
        }
        Refusal::DeputyLong { days, limit } => values.with("days", days).with("limit", limit),
        Refusal::UnknownGap(gap) => values.with("gap", gap),
        Refusal::UnknownGoal(goal) | Refusal::GoalExists(goal) => values.with("goal", goal),
        Refusal::GoalGone { goal, reason } => values.with("goal", goal).with("reason", reason),
        Refusal::UnknownEntry(entry) => values.with("entry", entry),
        Refusal::EntryGone { entry, reason } => values.with("entry", entry).with("reason", reason),
        Refusal::UnknownSync(sync)
        | Refusal::SyncExists(sync)
        | Refusal::SyncOpen(sync)
        | Refusal::SyncEnded(sync) => values.with("sync", sync),
        Refusal::UnknownConnection(connection) | Refusal::ConnectionExists(connection) => {
            values.with("connection", connection)
        }
        Refusal::ConnectionGone { connection, reason } => {
            values.with("connection", connection).with("reason", reason)
        }
        Refusal::ToolTaken { person, connection } => {
            values.person("person", person).with("connection", connection)
        }
        Refusal::UnknownCalendar(calendar)
        | Refusal::CalendarReserved(calendar)
        | Refusal::NeverOpen(calendar)
        | Refusal::DefaultCalendar(calendar) => values.with("calendar", calendar),
        Refusal::DayTwice { calendar, day } => values.with("calendar", calendar).with("day", day),
        Refusal::CalendarInUse { calendar, point } => {
            values.with("calendar", calendar).with("point", point)
        }
        Refusal::PointTwice(point) | Refusal::PointInvalid { point, .. } => {
            values.with("point", point)
        }
        Refusal::PointOverlap { cell: _, first, second } => {
            values.with("first", first).with("second", second)
        }
        Refusal::UnknownOrigin { origin, missing } => {
            values.with("origin", origin).with("missing", missing)
        }
        Refusal::UnknownEscalation(escalation)
        | Refusal::EscalationOpen(escalation)
        | Refusal::OutsideEscalation { escalation, .. } => values.with("escalation", escalation),
        Refusal::EscalationEnded { escalation, how } => values
            .with("escalation", escalation)
            .with("state", format!("ESCALATION_STATE_{}", how.to_uppercase())),
        Refusal::NotTheDecider { escalation, own_cause, deciders } => {
            let deciders = deciders.iter().map(names::of_person);
            let values = values.with("escalation", escalation).with("own_cause", own_cause);
            values.with("deciders", listed(deciders))
        }
        Refusal::NotTheRaiser { escalation, raised_by } => {
            values.with("escalation", escalation).person("raised_by", raised_by)
        }
        Refusal::NoSuchOption { option, options } => {
            values.with("option", option).with("options", options)
        }
        Refusal::OrdersContradict { above, below } => {
            values.with("above", above).with("below", below)
        }
        Refusal::UnknownDecision(decision) => values.with("decision", decision),
        Refusal::DecisionReplaced { decision, by } => {
            values.with("decision", decision).with("by", by)
        }
        Refusal::Full { what, limit } => values.with("what", what).with("limit", limit),
    };
    told.told
}

#[cfg(test)]
mod tests {
    use koepel_domain::text::Reason;

    use super::*;

    #[test]
    fn values_are_cut_between_characters_and_lists_between_entries() {
        let id = ProductId::new("webshop").unwrap();
        let item: ItemKey = "ONLINE-1".parse().unwrap();
        let reason = Reason::new(&"å".repeat(900)).unwrap();
        let told = metadata(&id, &Refusal::Pinned { item: item.clone(), reason });
        assert_eq!(told["item"], "ONLINE-1");
        assert!(told["reason"].len() <= VALUE_BYTES && told["reason"].ends_with("å…"), "{told:?}");
        let told = metadata(&id, &Refusal::ParentCycle { path: vec![item; 100] });
        assert!(told["path"].len() <= VALUE_BYTES && told["path"].ends_with("ONLINE-1"));
    }

    #[test]
    fn a_status_is_told_by_its_name_on_the_wire() {
        let item: ItemKey = "ONLINE-1".parse().unwrap();
        let id = ProductId::new("webshop").unwrap();
        let told = metadata(&id, &Refusal::NotOpen { item, status: "in progress" });
        assert_eq!(told["status"], "ITEM_STATUS_IN_PROGRESS");
    }
}
