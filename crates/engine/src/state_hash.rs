//! The hash of a product's state, by which two logs are known to tell the same.

use koepel_domain::{inbox::Inbox, outbox::Outbox, product::Product, system::System};
use koepel_event_log::{EventLog, Hash, Head, ProductName};

use crate::{Aggregate, Sort, replay, snapshot::FORMAT};

/// Domain separation of the hash.
const STATE: &str = "koepel state";

/// A product's state as a number to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateHash {
    /// Its version, and the hash of that commit.
    pub head: Head,
    /// The hash of the state that all commits lead to.
    pub state: Hash,
    /// The shape of states that was hashed. Hashes of different shapes cannot be compared; another release may have another.
    pub format: u32,
}

/// Folds a product from its first commit on, and hashes the state.
///
/// # Errors
/// What does not fit.
pub async fn state_hash(log: &dyn EventLog, product: &ProductName) -> Result<StateHash, String> {
    match Sort::of(product) {
        Sort::System => of::<System>(log, product).await,
        Sort::Inbox => of::<Inbox>(log, product).await,
        Sort::Outbox => of::<Outbox>(log, product).await,
        Sort::Product => of::<Product>(log, product).await,
    }
}

async fn of<A: Aggregate>(log: &dyn EventLog, product: &ProductName) -> Result<StateHash, String> {
    let (state, head) = replay::<A>(log, product).await?;
    let mut hasher = blake3::Hasher::new_derive_key(STATE);
    hasher.update(&FORMAT.to_le_bytes());
    // Equal states serialise equally.
    let bytes = postcard::to_stdvec(&state).map_err(|error| error.to_string())?;
    hasher.update(&bytes);
    let state = Hash::from_bytes(*hasher.finalize().as_bytes());
    Ok(StateHash { head, state, format: FORMAT })
}
