//! What a source plans for its items, as entries of the roadmap. An entry is known again by its item's source link and the
//! name that the source's mapping has for it.

use crate::{
    command::{ImportEntry, ImportItem},
    domains::changed,
    error::Error,
    event::{EntryAdded, EntryChanged, EntryRemoved, Event},
    ids::{DomainId, ItemKey},
    item::Item,
    order::ItemNo,
    product::Product,
    roadmap::{Entry, Horizon, When},
    text::{Line, Reason, Source, Title},
};

/// The longest title that is made for an entry, in characters.
const TITLE_MAX: usize = 200;

impl Product {
    /// What becomes of the entries of an item. `home` is the domain in which it is by then, `title` what it is called then.
    pub(super) fn import_entries(
        &self,
        key: &ItemKey,
        item: Option<(ItemNo, &Item)>,
        home: &DomainId,
        title: &Title,
        from: &ImportItem,
    ) -> Result<Vec<Event>, Error> {
        let mut events = Vec::new();
        let news = item.and_then(|(_, item)| item.news.as_deref());
        let mut added = 0;
        for told in &from.entries {
            if news.is_some_and(|news| !news.entry_older_than(from.told.stamp(), &told.name)) {
                continue;
            }
            let source = Source::new(&format!("{}#{}", from.source.as_str(), told.name.as_str()))
                .map_err(|_| Error::TooMany {
                what: "characters of a source link with an entry's name",
                count: from.source.as_str().chars().count() + told.name.as_str().len() + 1,
                limit: 500,
            })?;
            let held = self.entry_by_source(&source).and_then(|no| self.entry(no));
            if let Some(entry) = held {
                let called = called(entry, item, title, told);
                events.extend(self.import_entry_again(entry, home, told, called)?);
            } else if let Some(when) = planned(matches!(told.release, Some(Some(_))), told.when) {
                events.push(
                    EntryAdded {
                        entry: self.next_entry(added)?,
                        domain: home.clone(),
                        title: told
                            .title
                            .clone()
                            .unwrap_or_else(|| made_title(title, told.name.as_str())),
                        aim: Line::default(),
                        goal: None,
                        when,
                        release: told.release.clone().flatten(),
                        items: vec![key.clone()],
                        source: Some(source),
                        imported: true,
                        reason: Reason::default(),
                    }
                    .into(),
                );
                added += 1;
            }
        }
        if let Some((no, item)) = item {
            events.extend(self.follow_item(no, item, home, title, from)?);
        }
        Ok(events)
    }

    fn import_entry_again(
        &self,
        entry: &Entry,
        home: &DomainId,
        told: &ImportEntry,
        called: Option<Title>,
    ) -> Result<Option<Event>, Error> {
        // What a person took off the roadmap stays off it.
        if entry.removed.is_some() && entry.decided.scope {
            return Ok(None);
        }
        let free = !entry.decided.when;
        let release = told.release.clone().filter(|_| free);
        let release_then = release.unwrap_or_else(|| entry.release.clone());
        let when_then = match told.when.filter(|_| free) {
            Some(when) => planned(release_then.is_some(), Some(when)),
            None if entry.removed.is_some() => planned(release_then.is_some(), None),
            None => Some(entry.when),
        };
        let Some(when_then) = when_then else {
            if entry.removed.is_some() {
                return Ok(None);
            }
            let (entry, reason) = (entry.no, Reason::default());
            return Ok(Some(EntryRemoved { entry, imported: true, reason }.into()));
        };
        let domain_now = self.entry_domain(entry)?;
        let domain = Some(home).filter(|_| !entry.decided.scope);
        let change = EntryChanged {
            title: changed(&entry.title, called.as_ref()),
            domain: changed(domain_now, domain),
            when: changed(&entry.when, Some(&when_then)),
            release: changed(&entry.release, Some(&release_then)),
            imported: true,
            ..EntryChanged::nothing(entry.no)
        };
        let nothing = EntryChanged { imported: true, ..EntryChanged::nothing(entry.no) };
        Ok((change != nothing || entry.removed.is_some()).then(|| change.into()))
    }

    /// Entries that a source made for an item go to another domain with it and are called after it, those told just now by
    /// their own change.
    fn follow_item(
        &self,
        no: ItemNo,
        item: &Item,
        home: &DomainId,
        title: &Title,
        from: &ImportItem,
    ) -> Result<Vec<Event>, Error> {
        let mut events = Vec::new();
        for entry in self.entries_of(no).filter_map(|no| self.entry(no)) {
            let name = entry.source.as_ref().and_then(|source| {
                source.as_str().strip_prefix(from.source.as_str())?.strip_prefix('#')
            });
            let Some(name) = name.filter(|_| entry.removed.is_none()) else { continue };
            let news = item.news.as_deref();
            let told = from.entries.iter().filter(|told| told.name.as_str() == name).any(|told| {
                news.is_none_or(|news| news.entry_older_than(from.told.stamp(), &told.name))
            });
            if told {
                continue;
            }
            let domain = Some(home).filter(|_| !entry.decided.scope);
            let called = Some(made_title(title, name)).filter(|_| is_made(entry, item, name));
            let change = EntryChanged {
                title: changed(&entry.title, called.as_ref()),
                domain: changed(self.entry_domain(entry)?, domain),
                imported: true,
                ..EntryChanged::nothing(entry.no)
            };
            let nothing = EntryChanged { imported: true, ..EntryChanged::nothing(entry.no) };
            if change != nothing {
                events.push(change.into());
            }
        }
        Ok(events)
    }
}

/// When it is planned; what has a release and no time comes later; without either it is not planned.
fn planned(released: bool, when: Option<Option<When>>) -> Option<When> {
    when.flatten().or_else(|| released.then_some(When::Horizon(Horizon::Later)))
}

/// What an entry is to be called that is told once more: as its source says, else after its item as that is called by then,
/// unless the entry has a name of its own.
fn called(
    entry: &Entry,
    item: Option<(ItemNo, &Item)>,
    title: &Title,
    told: &ImportEntry,
) -> Option<Title> {
    if entry.decided.title {
        return None;
    }
    let name = told.name.as_str();
    // What comes back has not followed its item meanwhile.
    let follows =
        entry.removed.is_some() || item.is_some_and(|(_, item)| is_made(entry, item, name));
    told.title.clone().or_else(|| follows.then(|| made_title(title, name)))
}

/// Whether an entry is called after its item, and not as a PO or its source says.
fn is_made(entry: &Entry, item: &Item, name: &str) -> bool {
    !entry.decided.title && entry.title == made_title(&item.title, name)
}

fn made_title(item: &Title, name: &str) -> Title {
    let room = TITLE_MAX.saturating_sub(name.chars().count() + 2);
    let cut: String = item.as_str().chars().take(room).collect();
    let title = format!("{}: {name}", cut.trim_end());
    Title::new(&title).unwrap_or_else(|_| item.clone())
}
