//! Events of the log as other programs get them, over whatever way.

use koepel_api::{
    event::{self as convert, Origin, Subject},
    v1,
};
use koepel_domain::{
    ids::{DomainId, EscalationNo, ItemKey, ProductId, Timestamp},
    product::Product,
};
use koepel_event_log::{Payload, Record};
use serde::Deserialize;

/// What every payload may say of its subject; the rest is passed on unread.
#[derive(Deserialize)]
struct Named {
    item: Option<ItemKey>,
    domain: Option<DomainId>,
    escalation: Option<EscalationNo>,
}

fn subject(data: &str) -> Subject {
    match serde_json::from_str(data) {
        Ok(Named { item: Some(item), .. }) => Subject::Item(item),
        Ok(Named { escalation: Some(no), .. }) => Subject::Escalation(no),
        Ok(Named { domain: Some(domain), .. }) => Subject::Domain(domain),
        Ok(Named { item: None, domain: None, escalation: None }) | Err(_) => Subject::Product,
    }
}

/// The events of a commit whose type is wanted, in order, each with what it is about.
pub(crate) fn of<'a>(
    product: &'a ProductId,
    record: &'a Record,
    wanted: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = (Subject, v1::Event)> + 'a {
    let commit = &record.commit;
    let origin = Origin {
        product,
        commit_id: commit.commit_id,
        version: record.version.get(),
        count: u32::try_from(commit.events.len()).unwrap_or(u32::MAX),
        time: Timestamp(commit.time_us),
        actor: &commit.actor,
        request_id: commit.request_id,
    };
    let events = (0_u32..).zip(&commit.events).filter(move |(_, event)| wanted(&event.kind));
    events.map(move |(index, event)| {
        let data = event.payload.readable();
        let data = data.map(|bytes| String::from_utf8_lossy(bytes)).unwrap_or_default();
        let subject = subject(&data);
        let redacted = matches!(event.payload, Payload::Redacted { .. });
        let data = convert::Data { json: data.into_owned(), redacted };
        let event = convert::event(&origin, index, &event.kind, &subject, data);
        (subject, event)
    })
}

/// The domain that an event is of, as `product` has it now: that of the item, or the domain itself.
pub(crate) fn domain(subject: &Subject, product: &Product) -> Option<DomainId> {
    match subject {
        Subject::Product | Subject::Escalation(_) => None,
        Subject::Domain(domain) => Some(domain.clone()),
        Subject::Item(key) => {
            let item = product.item_by_key(key).map(|(_, item)| item.domain);
            item.and_then(|no| product.domain(no)).map(|domain| domain.id.clone())
        }
    }
}
