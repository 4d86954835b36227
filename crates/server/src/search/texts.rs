//! What of a log an index needs: which items got another title or text, and the texts themselves.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use koepel_domain::{
    commit::Commit, event::Event, ids::ItemKey, order::ItemNo, product::Product, text::Text,
};
use koepel_engine::decode_record;
use koepel_event_log::{EventLog, ProductName, ReadLimit, Record, SledLog, Version};

/// As much is read at a time.
const PAGE: ReadLimit = ReadLimit { commits: 256, size_bytes: 512 << 10 };

/// The types of events that write titles and texts, or take something out of them.
const WRITING: [&str; 3] = ["ItemCreated", "ItemUpdated", "TextRedacted"];

/// What of a record writes titles and texts. The rest is not even decoded: most of a log are moves.
fn writing(mut record: Record) -> Result<Commit<Event>, String> {
    record.commit.events.retain(|event| WRITING.contains(&event.kind.as_str()));
    decode_record::<Product>(&record).map_err(|error| error.to_string())
}

async fn page(log: &SledLog, product: &ProductName, from: u64) -> Result<Vec<Record>, String> {
    log.read(product, Version::new(from), PAGE).await.map_err(|error| error.to_string())
}

/// The item whose title or text an event wrote.
fn wrote(event: &Event) -> Option<&ItemKey> {
    if let Event::ItemUpdated(updated) = event
        && updated.title.is_none()
        && updated.text.is_none()
    {
        return None;
    }
    event.item()
}

/// The items whose titles or texts were written after a version and up to another.
pub(super) async fn touched(
    log: &SledLog,
    product: &ProductName,
    state: &Product,
    after: u64,
    to: u64,
) -> Result<BTreeSet<ItemNo>, String> {
    let mut touched = BTreeSet::new();
    let mut next = after + 1;
    while next <= to {
        let records = page(log, product, next).await?;
        if records.is_empty() {
            return Err(format!("version {next} is not in the log"));
        }
        for record in records.into_iter().filter(|record| record.version.get() <= to) {
            next = record.version.get() + 1;
            let commit = writing(record)?;
            touched.extend(
                commit.events.iter().filter_map(wrote).filter_map(|key| state.item_no(key)),
            );
        }
    }
    Ok(touched)
}

/// Which texts are still to be read: by the version that holds them, the items that have them.
pub(super) struct Wanted(BTreeMap<u64, Vec<ItemNo>>);

impl Wanted {
    /// The texts of these items. Those that have none are answered with at once, under version 0.
    pub(super) fn of(state: &Product, items: impl IntoIterator<Item = ItemNo>) -> Self {
        let mut wanted: BTreeMap<u64, Vec<ItemNo>> = BTreeMap::new();
        for no in items {
            let version = state.item(no).map_or(0, |item| item.text.version.0);
            wanted.entry(version).or_default().push(no);
        }
        Self(wanted)
    }

    /// The next items with their texts; none at the end.
    pub(super) async fn next(
        &mut self,
        log: &SledLog,
        product: &ProductName,
        state: &Product,
    ) -> Result<Option<Vec<(ItemNo, Text)>>, String> {
        let Some(first) = self.0.first_entry() else { return Ok(None) };
        let from = *first.key();
        if from == 0 {
            let without = first.remove();
            return Ok(Some(without.into_iter().map(|no| (no, Text::default())).collect()));
        }
        let records = page(log, product, from).await?;
        if records.first().is_none_or(|record| record.version.get() != from) {
            return Err(format!("version {from} is not in the log"));
        }
        let mut found = Vec::new();
        for record in records {
            let Some(items) = self.0.remove(&record.version.get()) else { continue };
            let mut texts = texts(writing(record)?);
            for no in items {
                let text = state.key(no).and_then(|key| texts.remove(&key));
                found.push((no, text.unwrap_or_default()));
            }
        }
        Ok(Some(found))
    }
}

/// The texts that a commit left its items with.
fn texts(commit: Commit<Event>) -> HashMap<ItemKey, Text> {
    let mut texts = HashMap::new();
    for event in commit.events {
        if let Event::ItemCreated(created) = event {
            texts.insert(created.item, created.text);
        } else if let Event::ItemUpdated(updated) = event
            && let Some(text) = updated.text
        {
            texts.insert(updated.item, text);
        }
    }
    texts
}
