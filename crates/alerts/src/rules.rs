//! Who is told, and by which ways: whoever is concerned, by every way that has an address of theirs, unless a rule of theirs
//! says otherwise; and nobody else, unless a rule of theirs asks for it.
//!
//! A person's own rule stands above the rules of the roles that they hold; of those, one for a domain above one for the role. Of
//! several roles each rule lets through what it does. Whoever has left the product is told nothing of it.
//!
//! No rule keeps from somebody by accident what they are asked to decide: domains filter what one is told of, not what one decides
//! ([`Concern::Decides`], [`Concern::StandsIn`]), and the rule of one role says nothing of a seat that has none.

use std::collections::BTreeMap;

use koepel_domain::{
    ids::{DomainId, PersonId, TargetId, Timestamp},
    outbox::{Channel, Concern, Kind, Notice, Outbox, Receiver, Role, Rule, To},
    product::Product,
};

use crate::{hold, notices::Told};

/// A webhook's target, as far as rules are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its id.
    pub id: TargetId,
    /// Whose it is.
    pub receiver: Receiver,
}

/// The ways that there are.
pub struct Ways<'a> {
    /// Whether somebody can be written to.
    pub email: &'a dyn Fn(&PersonId) -> bool,
    /// Whether alerts are published to NATS.
    pub nats: bool,
    /// The targets of the product.
    pub targets: &'a [Target],
}

/// To whom a notice goes, by what people are at a moment.
#[must_use]
pub fn deliveries(
    told: &Told,
    product: &Product,
    outbox: &Outbox,
    ways: &Ways<'_>,
    now: Timestamp,
) -> Vec<To> {
    let mut people: BTreeMap<PersonId, Concern> = BTreeMap::new();
    // A try goes to whoever asks for it; of all else those are told who are something in the product now.
    let asked_for = told.notice.kind == Kind::Test;
    let here = |person: &PersonId| asked_for || is_here(product, person, now);
    for (person, concern) in told.concerned.iter().filter(|(person, _)| here(person)) {
        let known = people.entry(person.clone()).or_insert(*concern);
        *known = (*known).min(*concern);
    }
    for (receiver, rule) in outbox.rules().filter(|(_, rule)| rule.everything) {
        if fits(rule, &told.notice, Concern::Asked) {
            for person in holders(product, receiver, now) {
                people.entry(person).or_insert(Concern::Asked);
            }
        }
    }
    let mut all = Vec::new();
    for (person, concern) in &people {
        let channels = channels(told, product, outbox, (person, *concern), now);
        all.extend(ways_to(person, *concern, &channels, ways));
    }
    all.extend(seats(told, product, outbox, ways, (&people, now)));
    all
}

/// Whether somebody holds a role, or stands in for whoever does.
fn is_here(product: &Product, person: &PersonId, now: Timestamp) -> bool {
    product.mandates_at(person, now).next().is_some()
}

/// Those whom a rule speaks of.
fn holders(product: &Product, receiver: &Receiver, now: Timestamp) -> Vec<PersonId> {
    match receiver {
        Receiver::Person(person) => {
            is_here(product, person, now).then(|| person.clone()).into_iter().collect()
        }
        Receiver::Seat { role, domain } => product
            .roles()
            .filter(|(_, held, of, term)| {
                held == role && covers(domain.as_ref(), *of) && term.at(now)
            })
            .map(|(person, ..)| person.clone())
            .collect(),
    }
}

/// Whether a rule for the role of a domain, or of any, is for the role of this one.
fn covers(rule: Option<&DomainId>, held: Option<&DomainId>) -> bool {
    rule.is_none_or(|domain| held == Some(domain))
}

/// The rules of the roles that somebody has, and whether one of their seats has none.
fn rules_of_roles<'a>(
    product: &Product,
    outbox: &'a Outbox,
    person: &PersonId,
    now: Timestamp,
) -> (Vec<&'a Rule>, bool) {
    let (mut rules, mut unruled_seat) = (Vec::new(), false);
    for (role, domain, _) in product.mandates_at(person, now) {
        let of = |domain| outbox.rule(&Receiver::Seat { role, domain });
        match of(domain.cloned()).or_else(|| of(None)) {
            Some(rule) => rules.push(rule),
            None => unruled_seat |= role.is_single_seat(),
        }
    }
    (rules, unruled_seat)
}

/// Whether a rule lets a notice through to somebody who is concerned for this reason.
fn fits(rule: &Rule, notice: &Notice, concern: Concern) -> bool {
    let kind = rule.kinds.is_empty() || rule.kinds.contains(&notice.kind);
    let domain = rule.domains.is_empty()
        || concern.decides()
        || notice.domains.iter().any(|domain| rule.domains.contains(domain));
    let asked = concern != Concern::Asked || rule.everything;
    kind && domain && asked
}

/// The channels that somebody's rules let a notice through by, each with until when it is held back. Of several rules the one that
/// holds it back the least counts.
fn channels(
    told: &Told,
    product: &Product,
    outbox: &Outbox,
    (person, concern): (&PersonId, Concern),
    now: Timestamp,
) -> BTreeMap<Channel, Option<Timestamp>> {
    let own = outbox.rule(&Receiver::Person(person.clone()));
    let (rules, unruled_seat) = match own {
        Some(own) => (vec![own], false),
        None => rules_of_roles(product, outbox, person, now),
    };
    let unruled = rules.is_empty() || unruled_seat && concern.decides();
    if unruled && concern != Concern::Asked {
        return Channel::ALL.into_iter().map(|channel| (channel, None)).collect();
    }
    let mut channels = BTreeMap::new();
    for rule in rules.into_iter().filter(|rule| fits(rule, &told.notice, concern)) {
        for channel in &rule.channels {
            let hold = hold::until(rule.schedule.as_deref(), &told.notice, concern, *channel, now);
            let least = channels.entry(*channel).or_insert(hold);
            *least = (*least).min(hold);
        }
    }
    channels
}

fn ways_to(
    person: &PersonId,
    concern: Concern,
    channels: &BTreeMap<Channel, Option<Timestamp>>,
    ways: &Ways<'_>,
) -> Vec<To> {
    let receiver = Receiver::Person(person.clone());
    let mut all = Vec::new();
    // In the same order whatever order a rule names them in.
    for (channel, hold) in channels {
        let (channel, hold) = (*channel, *hold);
        let to = |target| To { channel, receiver: receiver.clone(), concern, target, hold };
        match channel {
            Channel::Stream => all.push(to(None)),
            Channel::Email if (ways.email)(person) => all.push(to(None)),
            Channel::Nats if ways.nats => all.push(to(None)),
            Channel::Email | Channel::Nats => {}
            Channel::Webhook => {
                let own = ways.targets.iter().filter(|target| target.receiver == receiver);
                all.extend(own.map(|target| to(Some(target.id.clone()))));
            }
        }
    }
    all
}

/// The targets of roles: those whose holder is concerned, or whose domain is, even if the seat is vacant.
fn seats(
    told: &Told,
    product: &Product,
    outbox: &Outbox,
    ways: &Ways<'_>,
    (people, now): (&BTreeMap<PersonId, Concern>, Timestamp),
) -> Vec<To> {
    let mut all = Vec::new();
    for target in ways.targets {
        let Receiver::Seat { role, domain } = &target.receiver else { continue };
        let holders = holders(product, &target.receiver, now);
        let of_holders = holders.iter().filter_map(|person| people.get(person)).min().copied();
        let own_domain = *role == Role::DomainPo
            && domain.as_ref().is_some_and(|domain| told.notice.domains.contains(domain));
        let concern = of_holders
            .filter(|concern| *concern != Concern::Asked)
            .or(own_domain.then_some(Concern::Domain));
        let any = Receiver::Seat { role: *role, domain: None };
        let rule = outbox.rule(&target.receiver).or_else(|| outbox.rule(&any));
        let concern = match (rule, concern) {
            (None, concern) => concern,
            (Some(rule), concern) => {
                let concern = concern.unwrap_or(Concern::Asked);
                let through =
                    fits(rule, &told.notice, concern) && rule.channels.contains(&Channel::Webhook);
                through.then_some(concern)
            }
        };
        if let Some(concern) = concern {
            let (channel, target_id) = (Channel::Webhook, Some(target.id.clone()));
            let receiver = target.receiver.clone();
            let schedule = rule.and_then(|rule| rule.schedule.as_deref());
            let hold = hold::until(schedule, &told.notice, concern, channel, now);
            all.push(To { channel, receiver, concern, target: target_id, hold });
        }
    }
    all
}

#[cfg(test)]
mod tests;
