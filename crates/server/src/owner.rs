//! Who owns what somebody asks about: from a name or free words to the one seat that answers for it, or to the decider whom an
//! escalation point names. Knows no wire and nobody's name: who sits in a seat is asked of the product.

use koepel_api::directory::Asked;
use koepel_domain::{
    error::Error,
    ids::{DomainId, EntryNo, ItemKey},
    item::Item,
    order::{DomainNo, ItemNo},
    points::{Decider, Topic},
    product::Product,
    roles::Role,
};
use koepel_projections::words::Match;
use koepel_search::Words;

/// At most so many others are told beside the likeliest.
pub(crate) const OTHERS_MAX: usize = 10;
/// A word in a domain's name says as much as so many in its summary.
const NAME_WEIGHT: usize = 3;

/// The words for a topic in English, Dutch and Danish, as [`Words`] writes them.
const TOPIC_WORDS: [(Topic, &str); 7] = [
    (
        Topic::Priority,
        "priority prioritise prioritize ranking prioriteit prioriteren prioritet prioritere prioritering",
    ),
    (Topic::Vision, "vision visie"),
    (Topic::Dependency, "dependency dependencies afhankelijkheid afhaengighed"),
    (Topic::Capacity, "capacity capaciteit kapacitet"),
    (Topic::Quality, "quality kwaliteit kvalitet"),
    (Topic::Budget, "budget begroting"),
    (Topic::Compliance, "compliance privacy gdpr avg naleving efterlevelse"),
];

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A topic, which has a decider, or nothing: that is the Chief PO's.
    Whole,
    /// A domain.
    Domain(DomainNo),
    /// An item of a domain.
    Item(DomainNo, ItemNo),
    /// An entry of a domain.
    Entry(DomainNo, EntryNo),
}

impl Subject {
    /// The domain whose PO answers for it; none: the Chief PO does.
    pub(crate) fn domain(self) -> Option<DomainNo> {
        match self {
            Self::Whole => None,
            Self::Domain(domain) | Self::Item(domain, _) | Self::Entry(domain, _) => Some(domain),
        }
    }
}

/// Something that was found, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) subject: Subject,
    /// Who decides, if it is a topic.
    pub(crate) decider: Option<Decider>,
    pub(crate) by: Match,
}

impl Found {
    /// What is no topic: a seat answers for it.
    pub(crate) fn of(subject: Subject, by: Match) -> Self {
        Self { subject, decider: None, by }
    }
}

/// What a question may mean, the likeliest first; nothing if nobody can say.
///
/// # Errors
/// If what it names is not there.
pub(crate) fn find(product: &Product, asked: &Asked) -> Result<Vec<Found>, Error> {
    match asked {
        Asked::Domain(id) => {
            let found = named_domain(product, id);
            Ok(vec![found.ok_or_else(|| Error::UnknownDomain(id.clone()))?])
        }
        Asked::Item(key) => {
            Ok(vec![item(product, key).ok_or_else(|| Error::UnknownItem(key.clone()))?])
        }
        Asked::Entry(no) => Ok(vec![entry(product, *no).ok_or(Error::UnknownEntry(*no))?]),
        Asked::Topic(topic, domain) => {
            let there = |domain: &DomainId| product.domain_by_id(domain).is_some();
            match domain {
                Some(domain) if !there(domain) => Err(Error::UnknownDomain(domain.clone())),
                Some(_) | None => Ok(vec![about(product, *topic, domain.as_ref())]),
            }
        }
        Asked::Words(question) => Ok(words(product, question.as_str())),
    }
}

fn named_domain(product: &Product, id: &DomainId) -> Option<Found> {
    let (no, _) = product.domain_by_id(id)?;
    Some(Found::of(Subject::Domain(no), Match::Domain(id.clone())))
}

/// An item's owner; of one that went into another, that one's.
fn item(product: &Product, key: &ItemKey) -> Option<Found> {
    let (mut no, mut held): (ItemNo, &Item) = product.item_by_key(key)?;
    let mut by = Match::Item(key.clone());
    // A chain of them ends: each went into another that was open then. No more steps than items.
    for _ in 0..product.items_len() {
        let Some(into) = held.closed.as_ref().and_then(|closed| closed.into) else { break };
        (no, held) = (into, product.item(into)?);
        by = Match::Into(key.clone(), product.key(no)?);
    }
    Some(Found::of(in_domain(product, held.domain, Subject::Item(held.domain, no)), by))
}

/// What belongs to a deleted domain is the Chief PO's.
fn in_domain(product: &Product, domain: DomainNo, subject: Subject) -> Subject {
    let deleted = product.domain(domain).is_none_or(|domain| domain.deleted);
    if deleted { Subject::Whole } else { subject }
}

fn entry(product: &Product, no: EntryNo) -> Option<Found> {
    let entry = product.entry(no)?;
    let subject = in_domain(product, entry.domain, Subject::Entry(entry.domain, no));
    Some(Found::of(subject, Match::Entry(no, entry.title.to_string())))
}

/// Who decides a topic first, in a domain or across domains, as the escalation points say it.
fn about(product: &Product, topic: Topic, domain: Option<&DomainId>) -> Found {
    let domains: Vec<&DomainId> = domain.into_iter().collect();
    let first = product.route(topic, &domains).line.into_iter().next();
    let decider = first.map_or(Decider::Seat(Role::ChiefPo, None), |step| step.decider);
    let by = Match::Topic(topic, decider.clone(), domain.cloned());
    Found { subject: Subject::Whole, decider: Some(decider), by }
}

fn words(product: &Product, question: &str) -> Vec<Found> {
    let tokens: Vec<&str> = question
        .split(|c: char| c.is_whitespace() || c == '/')
        .map(|token| token.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|token| !token.is_empty())
        .collect();
    let keys = tokens.iter().filter_map(|token| token.to_uppercase().parse::<ItemKey>().ok());
    let mut found: Vec<Found> = keys.filter_map(|key| item(product, &key)).collect();
    let pairs = tokens.iter().zip(tokens.iter().skip(1));
    let entries = pairs.filter(|(word, _)| {
        ["entry", "roadmap", "punkt"].iter().any(|one| word.eq_ignore_ascii_case(one))
    });
    let entries = entries.filter_map(|(_, no)| entry(product, no.parse().ok()?));
    found.extend(entries);
    if found.is_empty() {
        found.extend(called(product, question));
    }
    if found.is_empty() {
        let asked = Words::of(question);
        found.extend(alike(product, &asked));
        let topics =
            TOPIC_WORDS.iter().filter(|(_, words)| !asked.shared(&Words::of(words)).is_empty());
        found.extend(topics.map(|(topic, _)| about(product, *topic, None)));
    }
    found.truncate(OTHERS_MAX + 1);
    found
}

/// The domain whose id, key or name is just this.
fn called(product: &Product, question: &str) -> Option<Found> {
    let wanted = question.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let mut domains = product.domains();
    let (no, domain) = domains.find(|(_, domain)| {
        [domain.id.as_str(), domain.key.as_str(), domain.name.as_str()]
            .iter()
            .any(|name| name.to_lowercase() == wanted)
    })?;
    Some(Found::of(Subject::Domain(no), Match::Domain(domain.id.clone())))
}

/// The domains that have words of the question in their id, name or summary, those with most first.
fn alike(product: &Product, asked: &Words) -> Vec<Found> {
    let mut found: Vec<(usize, Found)> = product
        .domains()
        .filter_map(|(no, domain)| {
            let name = Words::of(&format!("{} {}", domain.id, domain.name));
            let summary = Words::of(domain.summary.as_str());
            let (named, told) = (asked.shared(&name), asked.shared(&summary));
            let by = if named.is_empty() {
                Match::Summary(told.join(" "))
            } else {
                Match::Name(named.join(" "))
            };
            let weight = NAME_WEIGHT * named.len() + told.len();
            (weight > 0).then_some((weight, Found::of(Subject::Domain(no), by)))
        })
        .collect();
    // Domains that weigh the same stay in the order in which they were added.
    found.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    found.into_iter().map(|(_, found)| found).collect()
}

#[cfg(test)]
mod tests {
    use koepel_domain::language::Language;

    use super::*;

    #[test]
    fn each_topic_has_its_words_and_is_known_by_its_own() {
        assert_eq!(TOPIC_WORDS.map(|(topic, _)| topic), Topic::ALL);
        for (topic, words) in TOPIC_WORDS {
            let topic = topic.word();
            assert!(!Words::of(topic).shared(&Words::of(words)).is_empty(), "{topic}");
        }
    }

    #[test]
    fn a_topic_is_the_chief_pos_where_no_point_says_otherwise() {
        let found = about(&Product::default(), Topic::Budget, None);
        let by = koepel_projections::words::words(Language::En)
            .understood(&found.by, &Product::default());
        assert_eq!(by, "budget is a topic that the Chief PO decides");
        assert_eq!(found.decider, Some(Decider::Seat(Role::ChiefPo, None)));
    }
}
