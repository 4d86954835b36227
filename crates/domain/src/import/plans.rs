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
                events.extend(self.import_entry_again(entry, home, told)?);
            } else if let Some(when) = planned(matches!(told.release, Some(Some(_))), told.when) {
                events.push(
                    EntryAdded {
                        entry: self.next_entry(added)?,
                        domain: home.clone(),
                        title: told.title.clone().unwrap_or_else(|| made_title(title, told)),
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
        if let Some((no, _)) = item {
            events.extend(self.follow_home(no, home, from)?);
        }
        Ok(events)
    }

    fn import_entry_again(
        &self,
        entry: &Entry,
        home: &DomainId,
        told: &ImportEntry,
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
        let title = told.title.as_ref().filter(|_| !entry.decided.title);
        let change = EntryChanged {
            title: changed(&entry.title, title),
            domain: changed(domain_now, domain),
            when: changed(&entry.when, Some(&when_then)),
            release: changed(&entry.release, Some(&release_then)),
            imported: true,
            ..EntryChanged::nothing(entry.no)
        };
        let nothing = EntryChanged { imported: true, ..EntryChanged::nothing(entry.no) };
        Ok((change != nothing || entry.removed.is_some()).then(|| change.into()))
    }

    /// Entries that a source made for an item go to another domain with it, those told just now by their own change.
    fn follow_home(
        &self,
        no: ItemNo,
        home: &DomainId,
        from: &ImportItem,
    ) -> Result<Vec<Event>, Error> {
        let mut events = Vec::new();
        for entry in self.entries_of(no).filter_map(|no| self.entry(no)) {
            let name = entry.source.as_ref().and_then(|source| {
                source.as_str().strip_prefix(from.source.as_str())?.strip_prefix('#')
            });
            let told = from.entries.iter().any(|told| Some(told.name.as_str()) == name);
            let now = self.entry_domain(entry)?;
            let stays = entry.removed.is_some() || entry.decided.scope || now == home;
            if name.is_some() && !told && !stays {
                let domain = changed(now, Some(home));
                let moved =
                    EntryChanged { domain, imported: true, ..EntryChanged::nothing(entry.no) };
                events.push(moved.into());
            }
        }
        Ok(events)
    }
}

/// When it is planned; what has a release and no time comes later; without either it is not planned.
fn planned(released: bool, when: Option<Option<When>>) -> Option<When> {
    when.flatten().or_else(|| released.then_some(When::Horizon(Horizon::Later)))
}

fn made_title(item: &Title, told: &ImportEntry) -> Title {
    let room = TITLE_MAX.saturating_sub(told.name.as_str().chars().count() + 2);
    let cut: String = item.as_str().chars().take(room).collect();
    let title = format!("{}: {}", cut.trim_end(), told.name.as_str());
    Title::new(&title).unwrap_or_else(|_| item.clone())
}
