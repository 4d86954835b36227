//! Who is told, and by which ways: whoever is concerned, by every way that has an address of theirs, unless a rule of theirs
//! says otherwise; and nobody else, unless a rule of theirs asks for it.
//!
//! A person's own rule stands above the rules of the roles that they hold; of those, one for a domain above one for the role.

use std::collections::BTreeMap;

use koepel_domain::{
    ids::{DomainId, PersonId, TargetId, Timestamp},
    outbox::{Channel, Concern, Notice, Outbox, Receiver, Role, Rule, To},
    product::Product,
};

use crate::notices::Told;

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
    for (person, concern) in &told.concerned {
        let known = people.entry(person.clone()).or_insert(*concern);
        *known = (*known).min(*concern);
    }
    for (receiver, rule) in outbox.rules().filter(|(_, rule)| rule.everything) {
        if fits(rule, &told.notice) {
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

/// Those whom a rule speaks of.
fn holders(product: &Product, receiver: &Receiver, now: Timestamp) -> Vec<PersonId> {
    match receiver {
        // Whoever has left the product is told nothing of it.
        Receiver::Person(person) => {
            let here = product.roles_of(person).any(|(_, _, held)| held.at(now));
            here.then(|| person.clone()).into_iter().collect()
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

/// The rule that is in force for somebody.
fn rule_of<'a>(
    product: &Product,
    outbox: &'a Outbox,
    person: &PersonId,
    now: Timestamp,
) -> Option<&'a Rule> {
    let own = outbox.rule(&Receiver::Person(person.clone()));
    let seat = |with_domain: bool| {
        let mut held = product.roles_of(person).filter(|(_, _, term)| term.at(now));
        held.find_map(|(role, domain, _)| {
            let domain = if with_domain { domain.cloned() } else { None };
            outbox.rule(&Receiver::Seat { role, domain })
        })
    };
    own.or_else(|| seat(true)).or_else(|| seat(false))
}

fn fits(rule: &Rule, notice: &Notice) -> bool {
    let kind = rule.kinds.is_empty() || rule.kinds.contains(&notice.kind);
    let domain = rule.domains.is_empty()
        || notice.domains.iter().any(|domain| rule.domains.contains(domain));
    kind && domain
}

fn channels(
    told: &Told,
    product: &Product,
    outbox: &Outbox,
    (person, concern): (&PersonId, Concern),
    now: Timestamp,
) -> Vec<Channel> {
    match rule_of(product, outbox, person, now) {
        Some(rule) if !fits(rule, &told.notice) => Vec::new(),
        Some(rule) if concern == Concern::Asked && !rule.everything => Vec::new(),
        Some(rule) => rule.channels.clone(),
        None if concern == Concern::Asked => Vec::new(),
        None => Channel::ALL.to_vec(),
    }
}

fn ways_to(person: &PersonId, concern: Concern, channels: &[Channel], ways: &Ways<'_>) -> Vec<To> {
    let receiver = Receiver::Person(person.clone());
    let to = |channel, target| To { channel, receiver: receiver.clone(), concern, target };
    let mut all = Vec::new();
    // In the same order whatever order a rule names them in.
    for channel in Channel::ALL.into_iter().filter(|channel| channels.contains(channel)) {
        match channel {
            Channel::Stream => all.push(to(channel, None)),
            Channel::Email if (ways.email)(person) => all.push(to(channel, None)),
            Channel::Nats if ways.nats => all.push(to(channel, None)),
            Channel::Email | Channel::Nats => {}
            Channel::Webhook => {
                let own = ways.targets.iter().filter(|target| target.receiver == receiver);
                all.extend(own.map(|target| to(channel, Some(target.id.clone()))));
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
            (Some(rule), _) if !fits(rule, &told.notice) => None,
            (Some(rule), _) if !rule.channels.contains(&Channel::Webhook) => None,
            (Some(rule), None) if rule.everything => Some(Concern::Asked),
            (Some(_) | None, concern) => concern,
        };
        if let Some(concern) = concern {
            let (channel, target_id) = (Channel::Webhook, Some(target.id.clone()));
            let receiver = target.receiver.clone();
            all.push(To { channel, receiver, concern, target: target_id });
        }
    }
    all
}

#[cfg(test)]
mod tests;
