//! What was sent and what came of it, held against what a log holds.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{
    command::{Call, Outcome},
    house::People,
    replay::Commit,
};

/// A call and what came of it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The call.
    pub call: Call,
    /// What came of it.
    pub outcome: Outcome,
}

/// Everything that was sent to a product after it had been set up.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// The version at which the product had been set up.
    pub set_up: u64,
    /// The calls.
    pub entries: Vec<Entry>,
    /// The ranges of numbers whose import was begun, and whether it was acknowledged.
    pub imports: Vec<(std::ops::Range<u64>, bool)>,
}

impl Ledger {
    /// How many are acknowledged, refused and unknown.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let accepted =
            self.entries.iter().filter(|entry| entry.outcome.version().is_some()).count();
        let unknown = self.unknown();
        (accepted, self.entries.len() - accepted - unknown, unknown)
    }

    /// How many are unknown.
    #[must_use]
    pub fn unknown(&self) -> usize {
        self.entries.iter().filter(|entry| entry.outcome.is_unknown()).count()
    }

    /// Repeats what has no known outcome, under the same id, and imports that broke off.
    ///
    /// # Panics
    /// If an outcome is still unknown.
    pub async fn repeat_unknown(&mut self, people: &People, product: &str) -> usize {
        let mut repeated = 0;
        for entry in self.entries.iter_mut().filter(|entry| entry.outcome.is_unknown()) {
            repeated += 1;
            let outcome = entry.call.send(&people.actors[entry.call.actor], product).await;
            assert!(!outcome.is_unknown(), "{:?}: {outcome:?}", entry.call);
            entry.outcome = outcome;
        }
        for (numbers, done) in self.imports.iter_mut().filter(|(_, done)| !done) {
            repeated += 1;
            let again = super::house::import(&people.actors[0], product, numbers.clone()).await;
            again.unwrap_or_else(|status| panic!("the import is repeated: {status:?}"));
            *done = true;
        }
        repeated
    }

    /// Checks the commits of a log from its beginning: no gap, each acknowledged command there exactly once and as its
    /// version, none that was refused, none that nobody sent. They are all, or those of a stream, which leaves out commits
    /// without events, up to the version that it `reached`.
    ///
    /// # Errors
    /// What does not fit.
    pub fn check(&self, commits: &[Commit], reached: Option<u64>) -> Result<(), String> {
        let mut there: BTreeMap<Uuid, u64> = BTreeMap::new();
        let mut last = 0;
        for commit in commits {
            if (reached.is_none() && commit.version != last + 1) || commit.version <= last {
                return Err(format!("version {} comes after {last}", commit.version));
            }
            last = commit.version;
            if commit.request_id.is_empty() {
                continue;
            }
            let id = commit.request_id.parse().map_err(|error| format!("{error}"))?;
            if let Some(first) = there.insert(id, commit.version) {
                return Err(format!("request {id} is there as {first} and {}", commit.version));
            }
        }
        for entry in &self.entries {
            let found = there.remove(&entry.call.id);
            match (&entry.outcome, found) {
                (Outcome::Accepted(version, _), Some(found)) if *version == found => {}
                (Outcome::Accepted(version, _), None)
                    if reached.is_some_and(|reached| is_empty(*version, commits, reached)) => {}
                (Outcome::Refused(..), None) | (Outcome::Unknown(_), _) => {}
                (outcome, found) => {
                    return Err(format!("{:?}: {outcome:?}, but found as {found:?}", entry.call));
                }
            }
        }
        if let Some((id, version)) = there.first_key_value() {
            return Err(format!("nobody sent request {id}, which is there as version {version}"));
        }
        self.check_imports(commits)
    }

    /// Commits without a request id are those of the set-up and of imports; an item is imported once, and all of an
    /// import that was acknowledged.
    fn check_imports(&self, commits: &[Commit]) -> Result<(), String> {
        let sent: BTreeSet<u64> =
            self.imports.iter().flat_map(|(numbers, _)| numbers.clone()).collect();
        let mut imported = BTreeSet::new();
        let anonymous = commits.iter().filter(|commit| commit.request_id.is_empty());
        for commit in anonymous.filter(|commit| commit.version > self.set_up) {
            for (kind, data) in &commit.events {
                let source = data["sources"][0].as_str().unwrap_or_default();
                let number = source.rsplit('/').next().and_then(|number| number.parse().ok());
                match number {
                    Some(number) if kind == "ItemCreated" && sent.contains(&number) => {
                        if !imported.insert(number) {
                            return Err(format!("{source} was imported twice"));
                        }
                    }
                    _ => return Err(format!("nobody sent {kind} of version {}", commit.version)),
                }
            }
        }
        let acknowledged = self.imports.iter().filter(|(_, done)| *done);
        let missing =
            acknowledged.flat_map(|(numbers, _)| numbers.clone()).find(|it| !imported.contains(it));
        missing.map_or(Ok(()), |number| Err(format!("the import of {number} is lost")))
    }
}

/// Whether a version that a stream has passed had no events.
fn is_empty(version: u64, commits: &[Commit], reached: u64) -> bool {
    version <= reached && commits.binary_search_by_key(&version, |commit| commit.version).is_err()
}
