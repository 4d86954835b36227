//! The directory, between wire and domain.

use koepel_domain::{
    command::Command,
    directory,
    ids::{DomainId, EntryNo, ItemKey, ProductId},
    points::Topic,
    text::Question,
};

use crate::{
    check::{AtField as _, Invalid},
    common::{Call, reason, request_id, timestamp},
    escalation_point::read_topic,
    names, v1,
};

/// What the owner of is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A domain.
    Domain(DomainId),
    /// An item.
    Item(ItemKey),
    /// An entry of the roadmap.
    Entry(EntryNo),
    /// A topic, in a domain or across domains.
    Topic(Topic, Option<DomainId>),
    /// Free words.
    Words(Question),
}

/// `FindOwner`: of which product, and what.
///
/// # Errors
/// [`Invalid`].
pub fn asked(request: v1::FindOwnerRequest) -> Result<(ProductId, Asked), Invalid> {
    use v1::find_owner_request::What;
    let product = names::product("parent", &request.parent)?;
    let nothing = || {
        Invalid::field(
            "what",
            "says nothing; give a domain, an item, an entry, a topic, a matter or a question",
        )
    };
    let asked = match request.what.ok_or_else(nothing)? {
        What::Domain(name) => Asked::Domain(names::domain_of("domain", &name, &product)?),
        What::Item(name) => Asked::Item(names::item_of("item", &name, &product)?),
        What::Entry(name) => Asked::Entry(names::entry_of("entry", &name, &product)?),
        What::Topic(word) => Asked::Topic(topic(&word)?, None),
        What::Question(text) => Asked::Words(Question::new(&text).at("question")?),
        What::Matter(matter) => {
            let topic = read_topic("matter.topic", matter.topic)?;
            let domain = match matter.domain.as_str() {
                "" => None,
                name => Some(names::domain_of("matter.domain", name, &product)?),
            };
            Asked::Topic(topic, domain)
        }
    };
    Ok((product, asked))
}

fn topic(word: &str) -> Result<Topic, Invalid> {
    Topic::ALL.into_iter().find(|topic| topic.word() == word).ok_or_else(|| {
        let shown: String = word.chars().take(60).collect();
        let all = Topic::ALL.map(Topic::word).join(", ");
        Invalid::field("topic", format_args!("{shown:?} is no topic; there are {all}"))
    })
}

/// `ResolveGap`.
///
/// # Errors
/// [`Invalid`].
pub fn resolve(request: v1::ResolveGapRequest) -> Result<Call<Command>, Invalid> {
    let (product, gap) = names::gap("name", &request.name)?;
    let reason = reason(&request.reason)?;
    let command = Command::Directory(directory::Command::Resolve { gap, reason });
    Ok(Call { product, command, request_id: request_id(&request.request_id)? })
}

/// A gap on the wire.
#[must_use]
pub fn gap(product: &ProductId, gap: &directory::Gap, asked_by: String) -> v1::Gap {
    v1::Gap {
        name: names::of_gap(product, gap.no),
        question: gap.question.to_string(),
        asked_by: names::of_person(&gap.asked_by),
        asked_by_display_name: asked_by,
        ask_time: Some(timestamp(gap.asked_at)),
    }
}
