//! `IngestService`.

use std::{collections::HashMap, sync::Arc, time::Duration};

use koepel_api::{
    check::Invalid,
    ingest as convert,
    v1::{self, import_request::Part, ingest_service_server::IngestService},
};
use koepel_connectors::{Import, Limits, Mapping};
use tonic::{Request, Response, Status, Streaming};

use super::status;
use crate::{app::App, import};

pub(crate) struct Handler(pub(crate) Arc<App>);

fn invalid(field: &str, what: impl std::fmt::Display) -> Status {
    status::invalid(&Invalid::field(field, what))
}

/// The mapping; it must be for the format that the client says the file has, if it says one.
fn mapping(start: &convert::Start) -> Result<Mapping, Status> {
    let mapping =
        Mapping::parse(&start.mapping).map_err(|error| invalid("start.mapping", error))?;
    let own = mapping.format().name();
    match start.format {
        Some(said) if said != own => {
            let what = format_args!(
                "the file is {said} and the mapping reads {own}; is it the right mapping?"
            );
            Err(invalid("start.format", what))
        }
        Some(_) | None => Ok(mapping),
    }
}

/// The next message of an import. Whoever sends nothing would keep others from importing.
async fn next(
    parts: &mut Streaming<v1::ImportRequest>,
    limit_s: u64,
) -> Result<Option<v1::ImportRequest>, Status> {
    match tokio::time::timeout(Duration::from_secs(limit_s), parts.message()).await {
        Ok(message) => message,
        Err(_) => {
            let message = format!("nothing was sent for {limit_s} s; nothing was imported");
            Err(status::exhausted("SENDER_STALLED", message, HashMap::new()))
        }
    }
}

#[tonic::async_trait]
impl IngestService for Handler {
    async fn import(
        &self,
        request: Request<Streaming<v1::ImportRequest>>,
    ) -> Result<Response<v1::ImportResponse>, Status> {
        let caller = self.0.caller(request.metadata())?;
        let mut parts = request.into_inner();
        let patience_s = self.0.config.limits.stalled_import_s;
        let Some(v1::ImportRequest { part: Some(Part::Start(start)) }) =
            next(&mut parts, patience_s).await?
        else {
            return Err(invalid("start", "must come first, before any data"));
        };
        let start = convert::start(start).map_err(|error| status::invalid(&error))?;
        let id = start.product.clone();
        import::may_begin(&self.0, &caller, &id).await?;
        let _turn = self.0.imports.try_acquire().map_err(|_| {
            let message = format!(
                "{} imports are running; try again when one has ended",
                self.0.config.limits.imports
            );
            status::exhausted("TOO_MANY_IMPORTS", message, HashMap::new())
        })?;
        let mapping = mapping(&start)?;
        let limits = Limits { file_bytes: self.0.config.limits.import_bytes, ..Limits::default() };
        let mut file = Import::new(mapping, limits);
        while let Some(message) = next(&mut parts, patience_s).await? {
            let Some(Part::Data(data)) = message.part else {
                return Err(invalid("part", "only the file's data may follow the start"));
            };
            if file.push(&data).is_err() {
                // What is wrong comes out of `finish`, with what came before it.
                break;
            }
        }
        let parsed = file.finish().map_err(|problems| import::problems(&problems))?;
        let report = import::run(&self.0, &caller, &id, parsed, start.dry_run).await?;
        Ok(Response::new(report))
    }
}
