//! Events of the log as other programs get them, over whatever way.

use koepel_api::{
    event::{self as convert, Origin},
    v1,
};
use koepel_domain::{
    event::{Event, Subject},
    ids::{DomainId, ItemKey, ProductId, Timestamp},
    product::Product,
};
use koepel_event_log::{self as log, Payload, Record};

/// What an event is about.
pub(crate) struct About {
    subject: Subject,
    /// The item concerned, also where it is about something else.
    item: Option<ItemKey>,
}

impl About {
    /// What cannot be read, as its payload was taken out, is about the product.
    fn of(event: &log::Event) -> Self {
        let read = event.payload.readable().and_then(|bytes| {
            let mut json = serde_json::Deserializer::from_slice(bytes);
            Event::deserialize_payload(&event.kind, event.schema, &mut json).ok()
        });
        Self {
            subject: read.as_ref().map_or(Subject::Product, Event::subject),
            item: read.as_ref().and_then(Event::item).cloned(),
        }
    }
}

/// The events of a commit whose type is wanted, in order, each with what it is about.
pub(crate) fn of<'a>(
    product: &'a ProductId,
    record: &'a Record,
    wanted: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = (About, v1::Event)> + 'a {
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
        let about = About::of(event);
        let redacted = matches!(event.payload, Payload::Redacted { .. });
        let data = convert::Data { json: data.into_owned(), redacted };
        let event = convert::event(&origin, index, &event.kind, &about.subject, data);
        (about, event)
    })
}

/// The domain that an event is of, as `product` has it now: that of the item, the entry or the connection, or the domain itself.
pub(crate) fn domain(about: &About, product: &Product) -> Option<DomainId> {
    if let Some(key) = &about.item {
        let (_, item) = product.item_by_key(key)?;
        return product.domain(item.domain).map(|domain| domain.id.clone());
    }
    let no = match &about.subject {
        Subject::Domain(domain) => return Some(domain.clone()),
        Subject::Entry(no) => product.entry(*no)?.domain,
        Subject::Connection(id) => product.connection(id)?.domain,
        Subject::Item(_)
        | Subject::Goal(_)
        | Subject::Vision
        | Subject::Sync(_)
        | Subject::Escalation(_)
        | Subject::Decision(_)
        | Subject::Gap(_)
        | Subject::Calendar(_)
        | Subject::Product => return None,
    };
    product.domain(no).map(|domain| domain.id.clone())
}
