//! From records to drafts: every record becomes a draft, is left out for a reason, or is a problem.

use std::collections::{BTreeMap, BTreeSet, HashMap, btree_map::Entry};

use serde_json::Map;

use crate::{
    build::{self, Drafted, Outcome},
    columns::{self, MOST_KEYS},
    draft::{Draft, Ignored, LeftOut, Parsed},
    input::{Limits, Piece, Record},
    mapping::{Duplicates, Mapping},
    problem::{Problem, Problems},
    reference::Key,
    step::Tables,
    text::shown,
};

/// What a file has brought so far.
#[derive(Debug)]
pub(crate) struct Gather {
    limits: Limits,
    problems: Problems,
    read: u64,
    /// `None` where a later line took the place.
    drafts: Vec<Option<Draft>>,
    by_source: HashMap<Key, usize>,
    left_out: BTreeMap<String, Vec<u64>>,
    ignored: BTreeMap<(String, String), Vec<u64>>,
    /// Domain id → what the source called it first.
    called: BTreeMap<String, String>,
    tables: Tables,
    seen: Vec<bool>,
    /// Keys that records have, for finding what a misspelt path meant.
    keys: BTreeSet<String>,
}

impl Gather {
    pub(crate) fn new(mapping: &Mapping, limits: Limits) -> Self {
        Self {
            limits,
            problems: Problems::default(),
            read: 0,
            drafts: Vec::new(),
            by_source: HashMap::new(),
            left_out: BTreeMap::new(),
            ignored: BTreeMap::new(),
            called: BTreeMap::new(),
            tables: Tables::new(),
            seen: vec![false; mapping.paths],
            keys: BTreeSet::new(),
        }
    }

    pub(crate) fn problem(&mut self, problem: Problem) {
        self.problems.add(problem, self.limits.problems);
    }

    /// Takes what the reader found; an error ends the file.
    pub(crate) fn piece(&mut self, mapping: &Mapping, piece: Piece) -> Result<(), Problem> {
        match piece {
            Piece::Header { line, columns } => {
                return columns::header(mapping, line, columns, &mut self.seen, &mut self.keys);
            }
            Piece::Table { name, table } => drop(self.tables.insert(name, table)),
            Piece::Problem(problem) => {
                self.count()?;
                self.problem(problem);
            }
            Piece::Record(record) => {
                self.count()?;
                self.record(mapping, &record);
            }
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), Problem> {
        if self.read >= self.limits.records {
            return Err(Problem::file(format!(
                "the file has more than {} records; split it",
                self.limits.records
            )));
        }
        self.read += 1;
        Ok(())
    }

    fn record(&mut self, mapping: &Mapping, record: &Record) {
        for key in record.value.as_object().into_iter().flat_map(Map::keys) {
            if self.keys.len() < MOST_KEYS && !self.keys.contains(key) {
                self.keys.insert(key.clone());
            }
        }
        match build::record(mapping, &record.value, record.line, &self.tables, &mut self.seen) {
            Outcome::LeftOut(reason) => self.leave_out(reason, record.line),
            Outcome::Draft(drafted) => {
                let Drafted { key, draft, called, ignored } = *drafted;
                for entry in ignored {
                    self.ignored.entry(entry).or_default().push(record.line);
                }
                if let Some(domain) = &draft.domain {
                    self.called.entry(domain.clone()).or_insert(called);
                }
                self.add(mapping.duplicates(), key, draft);
            }
            Outcome::Wrong(problems) => {
                problems.into_iter().for_each(|problem| self.problem(problem));
            }
        }
    }

    fn leave_out(&mut self, reason: String, line: u64) {
        let full = self.left_out.len() >= MOST_KEYS && !self.left_out.contains_key(&reason);
        let reason = if full { "other reasons".to_owned() } else { reason };
        self.left_out.entry(reason).or_default().push(line);
    }

    fn add(&mut self, duplicates: Duplicates, key: Key, draft: Draft) {
        let Some(earlier) = self.by_source.insert(key.clone(), self.drafts.len()) else {
            return self.drafts.push(Some(draft));
        };
        let earlier_line =
            self.drafts.get(earlier).and_then(Option::as_ref).map_or(0, |draft| draft.line);
        match duplicates {
            Duplicates::Each => self.drafts.push(Some(draft)),
            Duplicates::Error => {
                self.by_source.insert(key, earlier);
                let message = format!(
                    "{} is the source link of line {earlier_line} already; `input.duplicates` can keep the first, the \
                     last or each",
                    shown(&draft.source)
                );
                self.problem(Problem::field(draft.line, "source", message));
            }
            Duplicates::First => {
                self.by_source.insert(key, earlier);
                self.leave_out("an earlier line has the same source link".to_owned(), draft.line);
            }
            Duplicates::Last => {
                self.leave_out("a later line has the same source link".to_owned(), earlier_line);
                if let Some(place) = self.drafts.get_mut(earlier) {
                    *place = None;
                }
                self.drafts.push(Some(draft));
            }
        }
    }

    /// Everything, or every problem.
    pub(crate) fn finish(mut self, mapping: &Mapping) -> Result<Parsed, Problems> {
        let drafts: Vec<Draft> = std::mem::take(&mut self.drafts).into_iter().flatten().collect();
        let mut owners = BTreeMap::new();
        for draft in &drafts {
            let Some(domain) = &draft.domain else { continue };
            if let Entry::Vacant(entry) = owners.entry(domain.clone()) {
                entry.insert(self.called.get(domain).cloned().unwrap_or_default());
            }
        }
        let domains = mapping.domains.drafts(owners).unwrap_or_else(|problems| {
            problems.into_iter().for_each(|problem| self.problem(problem));
            Vec::new()
        });
        if self.problems.total > 0 {
            return Err(self.problems);
        }
        let never_found = if drafts.is_empty() {
            Vec::new()
        } else {
            columns::never_found(mapping, &self.seen, &self.keys)
        };
        let sorted = |mut lines: Vec<u64>| {
            lines.sort_unstable();
            lines
        };
        let left_out = self
            .left_out
            .into_iter()
            .map(|(reason, lines)| LeftOut { reason, lines: sorted(lines) })
            .collect();
        let ignored = self
            .ignored
            .into_iter()
            .map(|((field, reason), lines)| Ignored { field, reason, lines })
            .collect();
        Ok(Parsed { read: self.read, drafts, left_out, ignored, domains, never_found })
    }
}
