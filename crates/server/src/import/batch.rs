//! Items by the commit: how many fit into one, by the bytes of the events that they become.

use koepel_domain::{command::ImportItem, import::ITEMS_MAX, text::Source};

/// A commit of an import holds about so many bytes at most, so that it stays well below what the log takes.
const COMMIT_BYTES: usize = 1 << 20;

/// What an event takes beside its texts: names of fields, the item's key, its header in the log.
const EVENT_BYTES: usize = 256;

/// A commit's worth of items at a time.
pub(crate) fn batches(items: Vec<ImportItem>) -> Vec<Vec<ImportItem>> {
    let mut batches: Vec<Vec<ImportItem>> = Vec::new();
    let mut bytes = 0;
    for item in items {
        let size = size_bytes(&item);
        match batches.last_mut() {
            Some(batch) if batch.len() < ITEMS_MAX && bytes + size <= COMMIT_BYTES => {
                batch.push(item)
            }
            Some(_) | None => {
                batches.push(vec![item]);
                bytes = 0;
            }
        }
        bytes += size;
    }
    batches
}

/// About how many bytes the events of an item take: itself, and one for each link and request.
fn size_bytes(item: &ImportItem) -> usize {
    let labels = item.labels.iter().flatten().map(|label| in_json(label.as_str()));
    let people = item.people.iter().flatten().map(|person| in_json(person.as_str()));
    let links = item.links.iter().map(|link| {
        // Once in the link itself, and once when it resolves.
        2 * (EVENT_BYTES + in_json(link.raw.as_str())) + all(&link.names)
    });
    let requests = item
        .requests
        .iter()
        .flatten()
        .map(|(domain, ask)| EVENT_BYTES + in_json(domain.as_str()) + in_json(ask.as_str()));
    (3 + item.entries.len()) * EVENT_BYTES
        + in_json(item.source.as_str())
        + all(&item.aliases)
        + item.title.as_ref().map_or(0, |title| in_json(title.as_str()))
        + item.text.as_ref().map_or(0, |text| in_json(text.as_str()))
        + labels.chain(people).chain(links).chain(requests).sum::<usize>()
}

fn all(names: &[Source]) -> usize {
    names.iter().map(|name| in_json(name.as_str())).sum()
}

/// The bytes of a text in JSON: some characters take two, and it stands in quotes, with a comma behind it.
fn in_json(text: &str) -> usize {
    3 + text.len() + text.bytes().filter(|byte| matches!(byte, b'"' | b'\\' | ..=0x1f)).count()
}
