//! Syncs, between wire and domain.

use koepel_domain::{
    command::Command,
    ids::{ProductId, SyncId},
    syncs::Sync,
    text::{Line, Summary},
};

use crate::{
    check::{AtField as _, Invalid},
    common::{Call, expected, request_id, timestamp},
    names, v1,
};

/// `StartSync`.
///
/// # Errors
/// [`Invalid`].
pub fn start(request: v1::StartSyncRequest) -> Result<Call<Command>, Invalid> {
    let product = names::product("parent", &request.parent)?;
    let sync = match request.sync_id.as_str() {
        "" => None,
        id => Some(SyncId::new(id).at("sync_id")?),
    };
    let title = Line::new(&request.display_name).at("display_name")?;
    let command = Command::StartSync { sync, title };
    Ok(Call { product, command, request_id: request_id(&request.request_id)? })
}

/// `CloseSync`.
///
/// # Errors
/// [`Invalid`].
pub fn close(request: v1::CloseSyncRequest) -> Result<Call<Command>, Invalid> {
    let (product, sync) = names::sync("name", &request.name)?;
    let summary = Summary::new(&request.summary).at("summary")?;
    let command =
        Command::CloseSync { sync, summary, expected: expected(request.expected_version) };
    Ok(Call { product, command, request_id: request_id(&request.request_id)? })
}

/// A sync on the wire.
#[must_use]
pub fn sync(id: &ProductId, sync: &Sync) -> v1::Sync {
    v1::Sync {
        name: names::of_sync(id, &sync.id),
        display_name: sync.title.to_string(),
        start_version: sync.started.version.0,
        start_time: Some(timestamp(sync.started.time)),
        close_version: sync.closed.map_or(0, |closed| closed.version.0),
        close_time: sync.closed.map(|closed| timestamp(closed.time)),
        summary: sync.summary.to_string(),
        changed_at_version: sync.changed.0,
    }
}
