//! The mapping of the history of the enhancement proposals on the real file, if it is on this machine. No name of a
//! person and no line of the file is in here.

use std::collections::{BTreeMap, BTreeSet};

use super::kep::{shared, workspace};
use crate::{Draft, EntryDraft, Import, Limits, Mapping, Parsed, WhenDraft};

fn parsed(mapping: &str, file: &str) -> Option<Parsed> {
    let bytes = shared(file)?;
    let mapping =
        std::fs::read_to_string(workspace().join("tests/mappings").join(mapping)).unwrap();
    let mapping = Mapping::parse(&mapping).unwrap_or_else(|error| panic!("{error}"));
    let mut import = Import::new(mapping, Limits::default());
    import.push(&bytes).unwrap();
    Some(import.finish().unwrap_or_else(|problems| panic!("{problems}")))
}

fn history() -> Option<Parsed> {
    parsed("kep-history.toml", "kep/kep-history.jsonl")
}

#[test]
fn every_line_is_a_draft_or_left_out_with_its_reason() {
    let Some(parsed) = history() else { return };
    assert_eq!((parsed.read, parsed.drafts.len()), (1423, 1393));
    let left_out: Vec<_> =
        parsed.left_out.iter().map(|left| (left.reason.as_str(), left.lines.len())).collect();
    assert_eq!(
        left_out,
        [
            ("a file that cannot be read", 2),
            ("a template", 3),
            ("moved: its new path tells it", 25),
        ]
    );
    assert!(parsed.never_found.is_empty(), "{:?}", parsed.never_found);
    assert!(parsed.drafts.is_sorted_by_key(|draft| draft.time_us.unwrap()));
}

#[test]
fn a_field_is_told_by_the_records_that_changed_it() {
    let Some(parsed) = history() else { return };
    let told = |tells: fn(&Draft) -> bool| parsed.drafts.iter().filter(|d| tells(d)).count();
    assert_eq!(told(|draft| draft.title.is_some()), 519);
    assert_eq!(told(|draft| draft.domain.is_some()), 507);
    // 687 changes, and three deletions.
    assert_eq!(told(|draft| draft.status.is_some()), 690);
    assert_eq!(told(|draft| draft.labels.is_some()), 687);
    assert_eq!(told(|draft| draft.requests.is_some()), 350);
    assert_eq!(told(|draft| draft.people.is_some()), 558);
    assert_eq!(told(|draft| draft.kind.is_some()), 1393);
    assert_eq!(told(|draft| draft.text.is_some() || draft.parent.is_some()), 0);
    let links = |at: usize| {
        parsed
            .drafts
            .iter()
            .filter(|draft| draft.links.iter().any(|link| told_link(link.0) == at))
            .count()
    };
    assert_eq!([links(0), links(1), links(2)], [250, 96, 27]);
    assert_eq!(told(|draft| draft.entries.len() == 3), 600);
    assert_eq!(told(|draft| !draft.entries.is_empty()), 600);
}

fn told_link(relation: crate::Relation) -> usize {
    use crate::{LinkKind, Relation};
    let known = [
        Relation::Link(LinkKind::RelatesTo),
        Relation::Link(LinkKind::Replaces),
        Relation::Link(LinkKind::ReplacedBy),
    ];
    known.iter().position(|one| *one == relation).unwrap()
}

#[test]
fn both_mappings_mean_the_same_items_and_a_move_does_not_break_one() {
    let (Some(history), Some(now)) = (history(), parsed("kep.toml", "kep/kep.jsonl")) else {
        return;
    };
    let now: BTreeSet<&str> = now.drafts.iter().map(|draft| draft.source.as_str()).collect();
    let then: BTreeMap<&str, &Draft> =
        history.drafts.iter().map(|draft| (draft.source.as_str(), draft)).collect();
    assert_eq!(then.len(), 479);
    // What is not there any more was deleted, not moved.
    let gone: Vec<_> = then.keys().filter(|source| !now.contains(**source)).collect();
    assert_eq!(gone.len(), 3, "{gone:?}");
    // The first record of each item says what it is called and whose it is.
    let mut known = BTreeSet::new();
    for draft in &history.drafts {
        if known.insert(draft.source.as_str()) {
            assert!(draft.title.is_some() && draft.domain.is_some() && draft.status.is_some());
        }
    }
}

/// The number of a release such as `v1.24`.
fn release(entry: &EntryDraft) -> Option<(u32, u32)> {
    let text = entry.release.as_ref().expect("each entry tells its release").as_ref()?;
    let (major, minor) = text.strip_prefix('v').unwrap().split_once('.').unwrap();
    Some((major.parse().unwrap(), minor.parse().unwrap()))
}

#[test]
fn slips_can_be_counted_from_the_drafts_alone() {
    let Some(parsed) = history() else { return };
    let mut planned: BTreeMap<(&str, &str), (u32, u32)> = BTreeMap::new();
    let (mut later, mut earlier, mut given_up, mut lines) =
        (BTreeMap::new(), 0, 0, BTreeSet::new());
    for draft in &parsed.drafts {
        for entry in &draft.entries {
            let key = (draft.source.as_str(), entry.name.as_str());
            match (planned.remove(&key), release(entry)) {
                (Some(before), Some(now)) if now > before => {
                    *later.entry(entry.name.as_str()).or_insert(0) += 1;
                    lines.insert(draft.line);
                }
                (Some(before), Some(now)) if now < before => earlier += 1,
                (Some(_), None) => given_up += 1,
                (_, _) => {}
            }
            planned.extend(release(entry).map(|now| (key, now)));
        }
    }
    // The history's own 375 are the commits that raise `latest-milestone`, which rises with each new stage as well.
    assert_eq!(later, BTreeMap::from([("alpha", 78), ("beta", 106), ("stable", 143)]));
    assert_eq!((lines.len(), earlier, given_up), (199, 11, 33));
}

#[test]
fn an_entry_has_the_day_of_its_release_if_that_is_known() {
    let Some(parsed) = history() else { return };
    let mut days: BTreeMap<String, BTreeSet<Option<String>>> = BTreeMap::new();
    for entry in parsed.drafts.iter().flat_map(|draft| &draft.entries) {
        let Some(Some(release)) = &entry.release else {
            assert_eq!((&entry.release, entry.when), (&Some(None), Some(None)));
            continue;
        };
        let end = match entry.when.unwrap() {
            None => None,
            Some(WhenDraft::Days { start: None, end }) => end.map(|day| day.to_string()),
            Some(other) => panic!("{other:?}"),
        };
        days.entry(release.clone()).or_default().insert(end);
    }
    assert!(days.values().all(|days| days.len() == 1), "{days:?}");
    let known = days.values().flatten().flatten().count();
    assert_eq!((known, days["v1.24"].first().unwrap().as_deref()), (11, Some("2022-05-03")));
    assert_eq!(days["v1.30"], BTreeSet::from([None]));
    let odd: Vec<_> = days.keys().filter(|name| !name.starts_with("v1.")).collect();
    assert!(odd.is_empty(), "{odd:?}");
}
