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

/// Folds records of the log into a state, and answers with the head that they lead to.
pub(crate) fn fold<A: Aggregate>(
    state: &mut A,
    page: Vec<Record>,
) -> Result<(Vec<Applied<A>>, Head), Damage> {
    let mut applied = Vec::with_capacity(page.len());
    let mut head = Head::ZERO;
    for record in page {
        let damage = |what: String| Damage::new(record.version, what);
        let commit =
            codec::decode_record::<A>(&record).map_err(|error| damage(error.to_string()))?;
        let changes = state.apply(&commit).map_err(|misfit| damage(misfit.to_string()))?;
        let request_id = record.commit.request_id;
        let fingerprint = request_id.map_or(0, |id| fingerprint(&record.commit.actor, id));
        head = record.head();
        applied.push(Applied { commit: Arc::new(commit), changes, fingerprint });
    }
    Ok((applied, head))
}
