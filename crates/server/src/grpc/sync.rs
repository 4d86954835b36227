//! `SyncService`.

use std::sync::Arc;

use koepel_api::{
    names, sync as convert,
    v1::{self, sync_service_server::SyncService},
};
use koepel_domain::{event::Event, ids::SyncId};
use tonic::{Request, Response, Status};

use super::{page, status};
use crate::app::{App, Done};

pub(crate) struct Handler(pub(crate) Arc<App>);

type Answer<T> = Result<Response<T>, Status>;

fn sync_after(done: &Done, id: &SyncId) -> Option<v1::Sync> {
    done.product().sync(id).map(|sync| convert::sync(&done.id, sync))
}

#[tonic::async_trait]
impl SyncService for Handler {
    async fn start_sync(
        &self,
        request: Request<v1::StartSyncRequest>,
    ) -> Answer<v1::StartSyncResponse> {
        let done = self.0.run("StartSync", request, convert::start).await?;
        let started = done.accepted.commit.events.iter().find_map(|event| {
            if let Event::SyncStarted(started) = event { Some(&started.sync) } else { None }
        });
        let sync = started.and_then(|id| sync_after(&done, id));
        Ok(Response::new(v1::StartSyncResponse { sync, receipt: Some(done.receipt()) }))
    }

    async fn close_sync(
        &self,
        request: Request<v1::CloseSyncRequest>,
    ) -> Answer<v1::CloseSyncResponse> {
        let name = request.get_ref().name.clone();
        let done = self.0.run("CloseSync", request, convert::close).await?;
        let (_, id) = names::sync("name", &name).map_err(|error| status::invalid(&error))?;
        let sync = sync_after(&done, &id);
        Ok(Response::new(v1::CloseSyncResponse { sync, receipt: Some(done.receipt()) }))
    }

    async fn get_sync(&self, request: Request<v1::GetSyncRequest>) -> Answer<v1::GetSyncResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let (id, sync) =
            names::sync_or_last("name", &request.name).map_err(|error| status::invalid(&error))?;
        let view = self.0.view(&caller, &id, request.min_version).await?;
        let found = match &sync {
            Some(sync) => view.state.sync(sync),
            None => view.state.last_sync(),
        };
        let unknown = || {
            let message = match &sync {
                Some(sync) => format!("there is no sync {sync} in product {id}"),
                None => format!("no sync of product {id} has ended yet"),
            };
            status::not_found("UNKNOWN_SYNC", message)
        };
        Ok(Response::new(v1::GetSyncResponse {
            sync: Some(convert::sync(&id, found.ok_or_else(unknown)?)),
            version: view.state.version().0,
        }))
    }

    async fn list_syncs(
        &self,
        request: Request<v1::ListSyncsRequest>,
    ) -> Answer<v1::ListSyncsResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let id =
            names::product("parent", &request.parent).map_err(|error| status::invalid(&error))?;
        let view = self.0.view(&caller, &id, request.min_version).await?;
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let query = format!("syncs {}", request.parent);
        // The version that began the last one of the page before.
        let before: Option<u64> = page::read(&query, &request.page_token)?;
        let older = view
            .state
            .syncs()
            .rev()
            .filter(|sync| before.is_none_or(|before| sync.started.version.0 < before));
        let mut found: Vec<_> = older.take(size + 1).collect();
        let more = found.len() > size;
        found.truncate(size);
        let next_page_token = match found.last().filter(|_| more) {
            Some(last) => page::write(&query, last.started.version.0)?,
            None => String::new(),
        };
        Ok(Response::new(v1::ListSyncsResponse {
            syncs: found.into_iter().map(|sync| convert::sync(&id, sync)).collect(),
            next_page_token,
            version: view.state.version().0,
        }))
    }
}
