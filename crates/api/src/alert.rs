//! Alerts, their rules and deliveries, between wire and domain.

use koepel_domain::{
    calendar::{TimeOfDay, Zone},
    ids::{ProductId, Version},
    outbox::{Channel, Command, Concern, Delivery, Notice, Receiver, Rule, Schedule, State},
};

use crate::{
    check::{AtField as _, Collect, Invalid},
    common::{
        Call, alert_channel, alert_concern, alert_kind, read_alert_channel, read_alert_kind,
        read_role, reason, request_id, role, said, timestamp,
    },
    hours::{read_week, week},
    names, v1,
};

/// Most deliveries that one request names.
pub const NAMES_MAX: usize = 1_000;

fn missing(field: &str) -> Invalid {
    Invalid::field(field, "is missing")
}

/// Reads whose rule or target it is.
///
/// # Errors
/// [`Invalid`] for `field`.
pub fn read_receiver(
    field: &str,
    receiver: Option<&v1::AlertReceiver>,
    product: &ProductId,
) -> Result<Receiver, Invalid> {
    use v1::alert_receiver::Receiver as Wire;
    let nobody = || Invalid::field(field, "names nobody; give person or seat");
    match receiver.and_then(|one| one.receiver.as_ref()).ok_or_else(nobody)? {
        Wire::Person(name) => names::person(field, name).map(Receiver::Person),
        Wire::Seat(seat) => {
            let held = said(field, read_role(field, seat.role)?)?;
            let domain = if seat.domain.is_empty() {
                None
            } else {
                Some(names::domain_of(field, &seat.domain, product)?)
            };
            if domain.is_some() && held.needs_domain() == Some(false) {
                let what = format_args!("{} is no role of a domain", held.title());
                return Err(Invalid::field(field, what));
            }
            Ok(Receiver::Seat { role: held, domain })
        }
    }
}

/// A receiver on the wire.
#[must_use]
pub fn receiver(product: &ProductId, receiver: &Receiver) -> v1::AlertReceiver {
    use v1::alert_receiver::Receiver as Wire;
    let receiver = match receiver {
        Receiver::Person(person) => Wire::Person(names::of_person(person)),
        Receiver::Seat { role: held, domain } => Wire::Seat(v1::AlertSeat {
            role: role(*held).into(),
            domain: domain
                .as_ref()
                .map_or_else(String::new, |domain| names::of_domain(product, domain)),
        }),
    };
    v1::AlertReceiver { receiver: Some(receiver) }
}

/// `SetAlertRule`.
///
/// # Errors
/// [`Invalid`].
pub fn set_rule(request: &v1::SetAlertRuleRequest) -> Result<(Call<Command>, Receiver), Invalid> {
    let product = names::product("parent", &request.parent)?;
    let rule = request.rule.as_ref().ok_or_else(|| missing("rule"))?;
    let mut wrong = Collect::default();
    let who = wrong.take(read_receiver("rule.receiver", rule.receiver.as_ref(), &product));
    let kinds: Result<Vec<_>, Invalid> = rule
        .kinds
        .iter()
        .map(|kind| said("rule.kinds", read_alert_kind("rule.kinds", *kind)?))
        .collect();
    let domains: Result<Vec<_>, Invalid> =
        rule.domains.iter().map(|name| names::domain_of("rule.domains", name, &product)).collect();
    let channels: Result<Vec<_>, Invalid> = rule
        .channels
        .iter()
        .map(|way| said("rule.channels", read_alert_channel("rule.channels", *way)?))
        .collect();
    let (kinds, domains) = (wrong.take(kinds), wrong.take(domains));
    let channels = wrong.take(channels);
    let schedule = rule.schedule.as_ref().and_then(|from| read_schedule(from, &mut wrong));
    wrong.finish()?;
    let rule = Rule {
        kinds: each_once(kinds.unwrap_or_default()),
        domains: each_once(domains.unwrap_or_default()),
        channels: each_once(channels.unwrap_or_default()),
        everything: rule.everything,
        schedule: schedule.map(Box::new),
    };
    let who = who.ok_or_else(|| missing("rule.receiver"))?;
    let command = Command::SetRule { receiver: who.clone(), rule };
    let request_id = request_id(&request.request_id)?;
    Ok((Call { product, command, request_id }, who))
}

fn read_schedule(from: &v1::AlertSchedule, wrong: &mut Collect) -> Option<Schedule> {
    let zone = wrong.take(Zone::new(&from.time_zone).at("rule.schedule.time_zone"));
    let hours = from.hours.as_ref();
    let hours = hours.map(|from| read_week("rule.schedule.hours", from, wrong)).unwrap_or_default();
    let at = "rule.schedule.digest_time";
    let digest = (!from.digest_time.is_empty())
        .then(|| wrong.take(from.digest_time.parse::<TimeOfDay>().at(at)))
        .flatten();
    Some(Schedule { zone: zone?, hours, digest })
}

fn each_once<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list
}

/// `RemoveAlertRule`.
///
/// # Errors
/// [`Invalid`].
pub fn remove_rule(
    request: &v1::RemoveAlertRuleRequest,
) -> Result<(Call<Command>, Receiver), Invalid> {
    let product = names::product("parent", &request.parent)?;
    let who = read_receiver("receiver", request.receiver.as_ref(), &product)?;
    let command = Command::RemoveRule { receiver: who.clone() };
    let request_id = request_id(&request.request_id)?;
    Ok((Call { product, command, request_id }, who))
}

/// The deliveries that `ReplayDeliveries` names, each once; none for all.
///
/// # Errors
/// [`Invalid`].
pub fn replay(request: &v1::ReplayDeliveriesRequest) -> Result<(Call<Command>, Vec<u64>), Invalid> {
    let product = names::product("parent", &request.parent)?;
    if request.names.len() > NAMES_MAX {
        let count = request.names.len();
        let what = format_args!("has {count} entries; at most {NAMES_MAX} are taken");
        return Err(Invalid::field("names", what));
    }
    let named: Result<Vec<u64>, Invalid> =
        request.names.iter().map(|name| names::delivery_of("names", name, &product)).collect();
    let named = each_once(named?);
    let command = Command::Replay { deliveries: named.clone(), reason: reason(&request.reason)? };
    let request_id = request_id(&request.request_id)?;
    Ok((Call { product, command, request_id }, named))
}

/// A rule on the wire.
#[must_use]
pub fn rule(product: &ProductId, who: &Receiver, rule: &Rule) -> v1::AlertRule {
    v1::AlertRule {
        receiver: Some(receiver(product, who)),
        kinds: rule.kinds.iter().map(|kind| alert_kind(*kind).into()).collect(),
        domains: rule.domains.iter().map(|domain| names::of_domain(product, domain)).collect(),
        channels: rule.channels.iter().map(|way| alert_channel(*way).into()).collect(),
        everything: rule.everything,
        schedule: rule.schedule.as_ref().map(|schedule| v1::AlertSchedule {
            time_zone: schedule.zone.to_string(),
            hours: (!schedule.hours.is_closed()).then(|| week(&schedule.hours)),
            digest_time: schedule.digest.map_or_else(String::new, |time| time.to_string()),
        }),
    }
}

/// A notice on the wire.
#[must_use]
pub fn alert(product: &ProductId, notice: &Notice) -> v1::Alert {
    let facts = &notice.facts;
    let below = |folder: &str, no: Option<u32>| {
        no.map_or_else(String::new, |no| format!("products/{product}/{folder}/{no}"))
    };
    v1::Alert {
        cause: notice.cause.to_string(),
        kind: alert_kind(notice.kind).into(),
        time: Some(timestamp(notice.time)),
        version: notice.version.0,
        domains: notice.domains.iter().map(|domain| names::of_domain(product, domain)).collect(),
        escalation: below("escalations", facts.escalation),
        decision: below("decisions", facts.decision),
        title: facts.title.to_string(),
        items: facts.items.iter().map(|key| names::of_item(product, key)).collect(),
        by: facts.by.as_ref().map_or_else(String::new, names::of_person),
        decider: facts.decider.as_ref().map_or_else(String::new, names::of_person),
        due_time: facts.due.map(timestamp),
        outcome: facts.outcome.to_string(),
        said: facts.said.to_string(),
    }
}

/// A delivery on the wire; `id` is what its receiver knows it by.
#[must_use]
pub fn delivery(product: &ProductId, delivery: &Delivery, id: String) -> v1::Delivery {
    let (state, next, end) = match delivery.state {
        State::Pending { next } => (v1::DeliveryState::Pending, Some(next), None),
        State::Delivered { at } => (v1::DeliveryState::Delivered, None, Some(at)),
        State::Dead { at } => (v1::DeliveryState::Dead, None, Some(at)),
    };
    let target = delivery.to.target.as_ref();
    v1::Delivery {
        name: names::of_delivery(product, delivery.no),
        id,
        alert: Some(alert(product, &delivery.notice)),
        channel: channel(delivery.to.channel).into(),
        receiver: Some(receiver(product, &delivery.to.receiver)),
        concern: concern(delivery.to.concern).into(),
        target: target.map_or_else(String::new, |id| names::of_alert_target(product, id)),
        state: state.into(),
        attempts: delivery.attempts,
        error: delivery.error.to_string(),
        create_time: Some(timestamp(delivery.since)),
        next_time: next.map(timestamp),
        end_time: end.map(timestamp),
    }
}

fn channel(channel: Channel) -> v1::AlertChannel {
    alert_channel(channel)
}

/// A concern on the wire.
#[must_use]
pub fn concern(concern: Concern) -> v1::AlertConcern {
    alert_concern(concern)
}

/// A place in the stream of somebody's alerts: the version of the outbox, and which of its notices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The outbox's version.
    pub version: Version,
    /// Which of the version's notices, from 0.
    pub index: u32,
}

impl Cursor {
    /// After all that a version has.
    #[must_use]
    pub fn end_of(version: Version) -> Self {
        Self { version, index: u32::MAX }
    }

    /// Reads `17.0`; empty is none.
    ///
    /// # Errors
    /// [`Invalid`] for `field`.
    pub fn read(field: &str, text: &str) -> Result<Option<Self>, Invalid> {
        if text.is_empty() {
            return Ok(None);
        }
        let parts = text.split_once('.').and_then(|(version, index)| {
            Some(Self { version: Version(version.parse().ok()?), index: index.parse().ok()? })
        });
        let shown: String = text.chars().take(60).collect();
        let wrong = || Invalid::field(field, format_args!("{shown:?} is no cursor, such as 17.0"));
        parts.map(Some).ok_or_else(wrong)
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.version, self.index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_is_written() {
        let cursor = Cursor { version: Version(17), index: 3 };
        assert_eq!(Cursor::read("after", &cursor.to_string()), Ok(Some(cursor)));
        assert_eq!(Cursor::read("after", ""), Ok(None));
        for bad in ["17", "a.b", "17.", "-1.0", "1.2.3"] {
            assert!(Cursor::read("after", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_rule_is_told_at_once() {
        let request = v1::SetAlertRuleRequest {
            parent: "products/webshop".to_owned(),
            rule: Some(v1::AlertRule {
                receiver: None,
                kinds: vec![99],
                domains: vec!["products/other/domains/x".to_owned()],
                channels: vec![0],
                everything: false,
                schedule: Some(v1::AlertSchedule {
                    time_zone: "Copenhagen".to_owned(),
                    hours: Some(v1::WeekHours {
                        sunday: vec!["10:00-9:00".to_owned()],
                        ..v1::WeekHours::default()
                    }),
                    digest_time: "24:00".to_owned(),
                }),
            }),
            request_id: String::new(),
        };
        let Invalid(wrong) = set_rule(&request).unwrap_err();
        let fields: Vec<&str> = wrong.iter().map(|one| one.field.as_str()).collect();
        let expected = [
            "rule.receiver",
            "rule.kinds",
            "rule.domains",
            "rule.channels",
            "rule.schedule.time_zone",
            "rule.schedule.hours.sunday",
            "rule.schedule.digest_time",
        ];
        assert_eq!(fields, expected);
    }

    #[test]
    fn a_schedule_is_read_as_it_is_written() {
        let product = ProductId::new("webshop").unwrap();
        let receiver = Some(v1::AlertReceiver {
            receiver: Some(v1::alert_receiver::Receiver::Person("people/p-hanna".to_owned())),
        });
        let hours = v1::WeekHours {
            monday: vec!["08:00-12:00".to_owned(), "13:00-18:00".to_owned()],
            ..v1::WeekHours::default()
        };
        for (hours, digest_time) in
            [(Some(hours.clone()), "16:30"), (None, "08:00"), (Some(hours), "")]
        {
            let (time_zone, digest_time) = ("Europe/Copenhagen".to_owned(), digest_time.to_owned());
            let schedule = Some(v1::AlertSchedule { time_zone, hours, digest_time });
            let wire = v1::AlertRule { receiver: receiver.clone(), schedule, ..Default::default() };
            let request = v1::SetAlertRuleRequest {
                parent: "products/webshop".to_owned(),
                rule: Some(wire.clone()),
                request_id: String::new(),
            };
            let (call, who) = set_rule(&request).unwrap();
            let Command::SetRule { rule: read, .. } = call.command else {
                panic!("another command")
            };
            assert_eq!(rule(&product, &who, &read), wire);
        }
    }

    #[test]
    fn a_seat_without_a_domain_has_none() {
        let product = ProductId::new("webshop").unwrap();
        let seat = |role: v1::Role, domain: &str| v1::AlertReceiver {
            receiver: Some(v1::alert_receiver::Receiver::Seat(v1::AlertSeat {
                role: role.into(),
                domain: domain.to_owned(),
            })),
        };
        let read = |wire: &v1::AlertReceiver| read_receiver("receiver", Some(wire), &product);
        let online = "products/webshop/domains/online";
        assert!(read(&seat(v1::Role::ChiefPo, online)).is_err());
        for wire in [seat(v1::Role::ChiefPo, ""), seat(v1::Role::DomainPo, online)] {
            assert_eq!(receiver(&product, &read(&wire).unwrap()), wire);
        }
    }
}
