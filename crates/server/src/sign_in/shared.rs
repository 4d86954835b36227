//! `GET /share/…`: what a share link opens, as JSON; a browser gets the dashboard, which asks by the link. It asks the same handlers
//! that the link opens over gRPC, so it can tell no more than they do: no names of people, no history.

use std::sync::Arc;

use axum::{
    extract::{Path, RawQuery, State},
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use koepel_api::{
    names,
    v1::{
        self, backlog_service_server::BacklogService as _,
        product_service_server::ProductService as _, roadmap_service_server::RoadmapService as _,
        when::At,
    },
};
use koepel_domain::system::{Opened, ShareLink, Shared};
use serde_json::{Map, Value, json};
use tonic::{Code, Request, Status};

use super::{
    door::{MARK, READING},
    page::private,
};
use crate::{app::App, dashboard, grpc, ids};

/// Most rows that are shown of a backlog, and most entries of a roadmap.
const ROWS: i32 = 1_000;

pub(crate) async fn shared(
    State(app): State<Arc<App>>,
    Path(secret): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    // A browser that goes there is shown the dashboard, which asks by the link, whether or not it opens anything.
    if dashboard::wants_page(&headers)
        && let Some(mut page) = dashboard::shown(&headers)
    {
        page.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex"));
        return page;
    }
    // Whoever wants to know only what the link opens asks without rows.
    let rows = !query.is_some_and(|query| query.split('&').any(|part| part == "rows=0"));
    // A link is found by the hash of its secret. How long that takes tells something of the hash at most, and from that nobody
    // comes to the secret; so a guess learns nothing from the time of an answer.
    let view = Arc::clone(&app.system_view.borrow());
    let opened = view.state.opened(&ids::secret_hash(&secret), app.clock.now());
    let answer = match opened {
        Some(Opened::ShareLink(_, link)) => told(&app, &secret, link, rows).await,
        Some(Opened::Token(..) | Opened::Session(..)) | None => Err(Status::not_found("")),
    };
    let mut response = match answer {
        Ok(value) => {
            ([(header::CONTENT_TYPE, "application/json")], format!("{value}\n")).into_response()
        }
        Err(refusal) if refusal.code() == Code::NotFound => {
            (StatusCode::NOT_FOUND, "there is nothing here\n").into_response()
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "not now\n").into_response(),
    };
    private(response.headers_mut());
    response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex"));
    response
}

/// A question by whoever has the link.
fn question<R>(secret: &str, message: R) -> Result<Request<R>, Status> {
    let mut request = Request::new(message);
    let bearer = format!("Bearer {secret}").parse();
    let bearer = bearer.map_err(|_| Status::not_found(""))?;
    request.metadata_mut().insert("authorization", bearer);
    request.metadata_mut().insert(MARK, tonic::metadata::MetadataValue::from_static(READING));
    Ok(request)
}

async fn told(app: &Arc<App>, secret: &str, link: &ShareLink, rows: bool) -> Result<Value, Status> {
    let product = names::of_product(&link.product);
    let mut told = Map::new();
    let expires = jiff::Timestamp::from_microsecond(link.expires_at.0);
    told.insert("expires".to_owned(), json!(expires.map(|end| end.to_string()).ok()));
    let opens = match &link.opens {
        Shared::Product => {
            header_of(app, secret, &product, &mut told).await?;
            plans(app, secret, &product, &mut told).await?;
            backlog(app, secret, product.clone(), &mut told).await?;
            "product"
        }
        Shared::Roadmap => {
            header_of(app, secret, &product, &mut told).await?;
            plans(app, secret, &product, &mut told).await?;
            "roadmap"
        }
        Shared::Domain(domain) => {
            let domain = names::of_domain(&link.product, domain);
            told.insert("domain_name".to_owned(), json!(domain));
            backlog(app, secret, domain, &mut told).await?;
            "domain"
        }
    };
    told.insert("opens".to_owned(), json!(opens));
    told.insert("product_name".to_owned(), json!(product));
    if !rows {
        told.remove("backlog");
        told.remove("roadmap");
    }
    Ok(Value::Object(told))
}

async fn header_of(
    app: &Arc<App>,
    secret: &str,
    product: &str,
    told: &mut Map<String, Value>,
) -> Result<(), Status> {
    let asked = v1::GetProductRequest { name: product.to_owned(), ..Default::default() };
    let handler = grpc::product::Handler(Arc::clone(app));
    let answer = handler.get_product(question(secret, asked)?).await?.into_inner();
    let shown = answer.product.unwrap_or_default();
    told.insert(
        "product".to_owned(),
        json!({
            "name": shown.name, "display_name": shown.display_name, "summary": shown.summary,
        }),
    );
    Ok(())
}

/// Vision, goals, roadmap.
async fn plans(
    app: &Arc<App>,
    secret: &str,
    product: &str,
    told: &mut Map<String, Value>,
) -> Result<(), Status> {
    let handler = grpc::roadmap::Handler(Arc::clone(app));
    let asked = v1::GetVisionRequest { name: format!("{product}/vision"), ..Default::default() };
    let vision = match handler.get_vision(question(secret, asked)?).await {
        Ok(answer) => answer.into_inner().vision.map(|vision| vision.text),
        Err(refusal) if refusal.code() == Code::NotFound => None,
        Err(refusal) => return Err(refusal),
    };
    let asked = v1::ListGoalsRequest { parent: product.to_owned(), ..Default::default() };
    let goals = handler.list_goals(question(secret, asked)?).await?.into_inner().goals;
    let goals: Vec<Value> = goals
        .iter()
        .map(|goal| {
            json!({ "name": goal.name, "display_name": goal.display_name, "summary": goal.summary, "closed": goal.closed })
        })
        .collect();
    let asked = v1::ListRoadmapEntriesRequest {
        parent: product.to_owned(),
        page_size: ROWS,
        ..Default::default()
    };
    let entries = handler.list_roadmap_entries(question(secret, asked)?).await?.into_inner();
    let more = !entries.next_page_token.is_empty();
    let roadmap: Vec<Value> = entries.entries.iter().map(entry).collect();
    told.insert("vision".to_owned(), json!(vision));
    told.insert("goals".to_owned(), json!(goals));
    told.insert("roadmap".to_owned(), json!({ "entries": roadmap, "more": more }));
    Ok(())
}

fn day(day: &koepel_api::date::Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year, day.month, day.day)
}

fn when(when: Option<&v1::When>) -> Value {
    match when.and_then(|when| when.at.as_ref()) {
        Some(At::Horizon(horizon)) => {
            let name = v1::Horizon::try_from(*horizon).unwrap_or_default().as_str_name();
            json!({ "horizon": word(name, "HORIZON_") })
        }
        Some(At::Dates(dates)) => json!({
            "start": dates.start.as_ref().map(day), "end": dates.end.as_ref().map(day),
        }),
        None => Value::Null,
    }
}

fn entry(entry: &v1::RoadmapEntry) -> Value {
    json!({
        "name": entry.name, "domain": entry.domain, "title": entry.title, "aim": entry.aim,
        "goal": entry.goal, "release": entry.release, "when": when(entry.when.as_ref()),
        "done_items": entry.progress.as_ref().map(|progress| progress.done_items),
        "all_items": entry.progress.as_ref().map(|progress| progress.all_items),
    })
}

/// `new` of `ITEM_STATUS_NEW`.
fn word(name: &str, prefix: &str) -> String {
    name.trim_start_matches(prefix).to_ascii_lowercase()
}

async fn backlog(
    app: &Arc<App>,
    secret: &str,
    parent: String,
    told: &mut Map<String, Value>,
) -> Result<(), Status> {
    let asked = v1::ListBacklogRequest { parent, page_size: ROWS, ..Default::default() };
    let handler = grpc::backlog::Handler(Arc::clone(app));
    let answer = handler.list_backlog(question(secret, asked)?).await?.into_inner();
    let row = |row: &v1::BacklogRow| {
        json!({
            "place": row.place, "domain_place": row.domain_place, "key": row.key, "title": row.title,
            "domain": row.domain, "pinned": row.pinned,
            "kind": word(row.kind().as_str_name(), "ITEM_KIND_"),
            "status": word(row.status().as_str_name(), "ITEM_STATUS_"),
        })
    };
    let rows: Vec<Value> = answer.rows.iter().map(row).collect();
    let more = !answer.next_page_token.is_empty();
    told.insert("backlog".to_owned(), json!({ "rows": rows, "more": more }));
    Ok(())
}
