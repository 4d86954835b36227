//! What readers see: the durable state of a product, by cheap clones; and commits on their way there.

use std::sync::Arc;

use koepel_domain::commit::Commit;
use koepel_event_log::{Head, Record};

use crate::{Aggregate, codec, error::Damage, ids::fingerprint};

/// The durable state of a product.
#[derive(Clone, Debug)]
pub struct View<A> {
    /// The state.
    pub state: A,
    /// Its version and the hash of its last commit.
    pub head: Head,
}

/// A commit that was folded into a state, with what it changed.
pub(crate) struct Applied<A: Aggregate> {
    pub(crate) commit: Arc<Commit<A::Event>>,
    pub(crate) changes: A::Changes,
    /// Of its request; nought if that had no id.
    pub(crate) fingerprint: u64,
}

/// Commits that became durable together, with the state after the last.
pub(crate) struct Batch<A: Aggregate> {
    pub(crate) applied: Vec<Applied<A>>,
    pub(crate) after: A,
    pub(crate) head: Head,
}

/// Commits of the log in order, decoded; and what is wrong with the first that could not be.
pub(crate) struct Page<A: Aggregate> {
    pub(crate) decoded: Vec<(Record, Commit<A::Event>)>,
    damage: Option<Damage>,
}

impl<A: Aggregate> Page<A> {
    /// Decodes records.
    pub(crate) fn decode(records: Vec<Record>) -> Self {
        let mut decoded = Vec::with_capacity(records.len());
        for record in records {
            match codec::decode_record::<A>(&record) {
                Ok(commit) => decoded.push((record, commit)),
                Err(error) => {
                    let damage = Some(Damage::new(record.version, error.to_string()));
                    return Self { decoded, damage };
                }
            }
        }
        Self { decoded, damage: None }
    }

    /// Whether the log has nothing more.
    pub(crate) fn is_end(&self) -> bool {
        self.decoded.is_empty() && self.damage.is_none()
    }

    /// Folds it into a state, and answers with the head that it leads to.
    pub(crate) fn fold(self, state: &mut A) -> Result<(Vec<Applied<A>>, Head), Damage> {
        let mut applied = Vec::with_capacity(self.decoded.len());
        let mut head = Head::ZERO;
        for (record, commit) in self.decoded {
            let changes = state
                .apply(&commit)
                .map_err(|misfit| Damage::new(record.version, misfit.to_string()))?;
            let request_id = record.commit.request_id;
            let fingerprint = request_id.map_or(0, |id| fingerprint(&record.commit.actor, id));
            head = record.head();
            applied.push(Applied { commit: Arc::new(commit), changes, fingerprint });
        }
        match self.damage {
            Some(damage) => Err(damage),
            None => Ok((applied, head)),
        }
    }
}
