//! The receipt of a request that was accepted before, read back from the log.

use std::sync::Arc;

use koepel_domain::ids::Version as DomainVersion;
use koepel_event_log::{EventLog, ProductName, ReadLimit, Version};

use crate::{
    Aggregate, codec,
    error::{Damage, Error},
    request::{Accepted, Answer, Pending},
    view::View,
};

/// Answers a request whose id led to a durable version; `view` is a state that includes it.
pub(crate) async fn first_receipt<A: Aggregate>(
    log: &dyn EventLog,
    product: &ProductName,
    version: Version,
    pending: &Pending<A>,
    view: Arc<View<A>>,
) -> Answer<A> {
    let unavailable = |why: &str| Error::Unavailable { why: why.to_owned() };
    let page = log.read(product, version, ReadLimit { commits: 1, size_bytes: 1 }).await?;
    let record = page.into_iter().next();
    let record =
        record.ok_or_else(|| unavailable("the first record of this request is not in the log"))?;
    let Some((request_id, actor)) = pending.identity() else {
        return Err(unavailable("a repetition without a request id"));
    };
    if record.commit.request_id != Some(request_id) || record.commit.actor != actor {
        // Two ids of 122 random bits with the same 64-bit fingerprint: a new id gets out of it.
        let why = "this request id cannot be told from another one; repeat with a new request id";
        return Err(unavailable(why));
    }
    if !record.commit.body_hash.same_body(&pending.request.body_hash) {
        let version = DomainVersion(record.version.get());
        return Err(Error::RequestIdReused { request_id, version });
    }
    let commit = codec::decode_record::<A>(&record)
        .map_err(|error| Damage::new(record.version, error.to_string()))?;
    Ok(Accepted { commit: Arc::new(commit), view, repeated: true })
}
