//! `IngestService`.

use std::{collections::HashMap, pin::Pin, sync::Arc, time::Duration};

use futures::{Stream, stream};
use koepel_api::{
    check::Invalid,
    ingest as convert, names,
    v1::{self, import_request::Part, ingest_service_server::IngestService},
};
use koepel_connectors::{Import, Limits, Mapping};
use koepel_domain::ids::{ConnectionId, ProductId};
use tonic::{Request, Response, Status, Streaming, metadata::MetadataMap};

use super::status;
use crate::{
    app::App,
    import::{self, How},
    push::own_connection,
};

/// A stream of pushes that is silent for so long is ended.
const SILENCE: Duration = Duration::from_secs(600);

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

/// A stream of pushes on its way.
struct Pushing {
    app: Arc<App>,
    metadata: MetadataMap,
    parts: Streaming<v1::PushRequest>,
    /// Whose it is, once the first message has said so.
    connection: Option<(ProductId, ConnectionId)>,
}

impl Pushing {
    /// Takes the next message in, and acknowledges it; none at the end.
    async fn next(&mut self) -> Result<Option<v1::PushResponse>, Status> {
        let waited = tokio::time::timeout(SILENCE, self.parts.message()).await;
        let Ok(message) = waited else {
            let message = format!("nothing was pushed for {} s; begin again", SILENCE.as_secs());
            return Err(status::exhausted("SENDER_STALLED", message, HashMap::new()));
        };
        let Some(message) = message? else { return Ok(None) };
        // A token may be revoked while its stream is open.
        let caller = self.app.caller(&self.metadata)?;
        let (product, connection) = match (&self.connection, message.connection.as_str()) {
            (Some(known), "") => known.clone(),
            (None, "") => return Err(invalid("connection", "is missing in the first message")),
            (_, name) => {
                names::connection("connection", name).map_err(|error| status::invalid(&error))?
            }
        };
        let view = self.app.view(&caller, &product, 0).await?;
        own_connection((&product, &view.state), &caller, &connection)?;
        let pushes = koepel_api::push::events(&message).map_err(|error| status::invalid(&error))?;
        let taken = self.app.receive(&caller, &product, &connection, pushes).await?;
        self.connection = Some((product, connection));
        Ok(Some(v1::PushResponse { received: taken.received, repeated_events: taken.repeated }))
    }
}

#[tonic::async_trait]
impl IngestService for Handler {
    type PushStream = Pin<Box<dyn Stream<Item = Result<v1::PushResponse, Status>> + Send>>;

    async fn push(
        &self,
        request: Request<Streaming<v1::PushRequest>>,
    ) -> Result<Response<Self::PushStream>, Status> {
        self.0.caller(request.metadata())?;
        let metadata = request.metadata().clone();
        let (app, parts) = (Arc::clone(&self.0), request.into_inner());
        let pushing = Pushing { app, metadata, parts, connection: None };
        let answers = stream::try_unfold(pushing, |mut pushing| async move {
            Ok(pushing.next().await?.map(|answer| (answer, pushing)))
        });
        Ok(Response::new(Box::pin(answers)))
    }

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
        let mut mapping = mapping(&start)?;
        if let Some(path) = &start.backfill_time {
            caller.require_administrator()?;
            let timed = mapping.with_time(path);
            mapping = timed.map_err(|error| invalid("start.backfill_time", error))?;
        }
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
        let how = How { dry_run: start.dry_run, backfill: start.backfill_time.is_some() };
        let report = import::run(&self.0, &caller, &id, parsed, how).await?;
        Ok(Response::new(report))
    }
}
