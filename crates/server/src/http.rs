//! Everything that answers on the one port: gRPC, gRPC-Web, health, metrics.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, get, post},
};
use http::{HeaderMap, StatusCode, header};
use koepel_api::v1::{
    admin_service_server::AdminServiceServer, alert_service_server::AlertServiceServer,
    backlog_service_server::BacklogServiceServer,
    connection_service_server::ConnectionServiceServer,
    directory_service_server::DirectoryServiceServer,
    escalation_point_service_server::EscalationPointServiceServer,
    escalation_service_server::EscalationServiceServer, event_service_server::EventServiceServer,
    governance_service_server::GovernanceServiceServer,
    history_service_server::HistoryServiceServer, ingest_service_server::IngestServiceServer,
    product_service_server::ProductServiceServer, roadmap_service_server::RoadmapServiceServer,
    share_service_server::ShareServiceServer, sync_service_server::SyncServiceServer,
};
use tonic::service::Routes;
use tonic_health::server::HealthReporter;
use tonic_web::GrpcWebLayer;

use crate::{app::App, dashboard, grpc, push, refused_body, route::Route, sign_in};

/// Why the services cannot be put together.
#[derive(Debug, thiserror::Error)]
#[error("reflection cannot be built: {0}")]
pub(crate) struct Error(#[from] tonic_reflection::server::Error);

/// The services that say whether the others are well.
pub(crate) const SERVICES: [&str; 16] = [
    "",
    "koepel.v1.AdminService",
    "koepel.v1.AlertService",
    "koepel.v1.BacklogService",
    "koepel.v1.ConnectionService",
    "koepel.v1.DirectoryService",
    "koepel.v1.EscalationService",
    "koepel.v1.EscalationPointService",
    "koepel.v1.EventService",
    "koepel.v1.GovernanceService",
    "koepel.v1.HistoryService",
    "koepel.v1.IngestService",
    "koepel.v1.ProductService",
    "koepel.v1.RoadmapService",
    "koepel.v1.ShareService",
    "koepel.v1.SyncService",
];

/// All routes.
pub(crate) fn router(app: &Arc<App>) -> Result<(Router, HealthReporter), Error> {
    let (reporter, health) = tonic_health::server::health_reporter();
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(koepel_api::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
    };
    let limit = app.config.limits.message_bytes;
    let admin = AdminServiceServer::new(grpc::admin::Handler(Arc::clone(app)))
        .max_decoding_message_size(limit);
    let alert = AlertServiceServer::new(grpc::alert::Handler(Arc::clone(app)))
        .max_decoding_message_size(limit);
    let backlog = BacklogServiceServer::new(grpc::backlog::Handler(Arc::clone(app)))
        .max_decoding_message_size(limit);
    let connection = ConnectionServiceServer::new(grpc::connection::Handler(Arc::clone(app)))
        .max_decoding_message_size(limit);
    let directory = DirectoryServiceServer::new(grpc::directory::Handler(Arc::clone(app)))
        .max_decoding_message_size(limit);
    let escalation_point =
        EscalationPointServiceServer::new(grpc::escalation_point::Handler(Arc::clone(app)))
            .max_decoding_message_size(limit);
    let event = EventServiceServer::new(grpc::event::Handler(Arc::clone(app)))
        .max_decoding_message_size(limit);
    let ingest = IngestServiceServer::new(grpc::ingest::Handler(Arc::clone(app)))
        .max_decoding_message_size(limit);
    let product = ProductServiceServer::new(grpc::product::Handler(Arc::clone(app)))
        .max_decoding_message_size(limit);
    let history = HistoryServiceServer::new(grpc::history::Handler(Arc::clone(app)))
        .max_decoding_message_size(limit);
    let roadmap = RoadmapServiceServer::new(grpc::roadmap::Handler(Arc::clone(app)))
        .max_decoding_message_size(limit);
    let share = ShareServiceServer::new(grpc::share::Handler(Arc::clone(app)))
        .max_decoding_message_size(limit);
    let sync = SyncServiceServer::new(grpc::sync::Handler(Arc::clone(app)))
        .max_decoding_message_size(limit);
    let escalation = EscalationServiceServer::new(grpc::escalation::Handler(Arc::clone(app)))
        .max_decoding_message_size(limit);
    let governance = GovernanceServiceServer::new(grpc::governance::Handler(Arc::clone(app)))
        .max_decoding_message_size(limit);
    let services = Routes::new(health)
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?)
        .add_service(admin)
        .add_service(alert)
        .add_service(backlog)
        .add_service(connection)
        .add_service(directory)
        .add_service(escalation)
        .add_service(escalation_point)
        .add_service(event)
        .add_service(governance)
        .add_service(ingest)
        .add_service(product)
        .add_service(history)
        .add_service(roadmap)
        .add_service(share)
        .add_service(sync)
        .into_axum_router()
        .reset_fallback()
        .layer(middleware::from_fn_with_state(Arc::clone(app), sign_in::reading))
        .layer(GrpcWebLayer::new());
    let mut pages = Router::new();
    for route in Route::ALL {
        if app.sign_in.is_some() || !route.needs_sign_in() {
            pages = pages.route(route.path(), page(route, limit));
        }
    }
    let router = services
        .merge(pages.with_state(Arc::clone(app)))
        .fallback(nothing)
        .layer(middleware::from_fn_with_state(Arc::clone(app), sign_in::door))
        .layer(middleware::from_fn_with_state(Arc::clone(app), count))
        .layer(middleware::from_fn(refused_body::read_to_end));
    Ok((router, reporter))
}

/// What answers at a route. A body has at most so many bytes.
fn page(route: Route, limit: usize) -> MethodRouter<Arc<App>> {
    match route {
        Route::Welcome => get(welcome),
        Route::Page | Route::Administration | Route::AdministrationPage => get(dashboard::page),
        Route::Asset => get(dashboard::asset),
        Route::Alive => get(healthz),
        Route::Ready => get(readyz),
        Route::Metrics => get(metrics),
        Route::Events => post(push::events).layer(DefaultBodyLimit::max(limit)),
        Route::Share => get(sign_in::shared),
        Route::Login => get(sign_in::login),
        Route::Invite => get(sign_in::invite),
        Route::Callback => get(sign_in::callback),
        Route::Confirm => post(sign_in::confirm),
        Route::Logout => post(sign_in::logout),
    }
}

async fn welcome(headers: HeaderMap) -> Response {
    let page = if dashboard::wants_page(&headers) { dashboard::shown(&headers) } else { None };
    page.unwrap_or_else(|| {
        "This is Koepel. It speaks gRPC and gRPC-Web here, with reflection; `koepel --help` is its command line.\n"
            .into_response()
    })
}

async fn healthz() -> &'static str {
    "alive\n"
}

async fn readyz(State(app): State<Arc<App>>) -> (StatusCode, String) {
    match app.readiness().await {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        // Whoever asks shows no token: what is the matter, but not with what.
        Err(not) => (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {}\n", not.what)),
    }
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], app.metrics.text(&app).await).into_response()
}

fn is_grpc<B>(request: &http::Request<B>) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/grpc"))
}

async fn nothing(request: Request) -> Response {
    if is_grpc(&request) {
        return tonic::Status::unimplemented(format!(
            "there is no service at {}",
            request.uri().path()
        ))
        .into_http::<Body>();
    }
    (StatusCode::NOT_FOUND, "there is nothing here\n").into_response()
}

/// Counts gRPC calls by method and code.
async fn count(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if !is_grpc(&request) {
        return next.run(request).await;
    }
    let path = request.uri().path();
    // Only names that are ours become labels; anything else could be without end.
    let method = match path.strip_prefix("/koepel.v1.") {
        Some(method) if method.len() < 60 => method.to_owned(),
        Some(_) | None => "other".to_owned(),
    };
    let begun = tokio::time::Instant::now();
    let response = next.run(request).await;
    let code = response
        .headers()
        .get("grpc-status")
        .and_then(|code| code.to_str().ok())
        .unwrap_or("0")
        .to_owned();
    let method = if code == "12" { "other".to_owned() } else { method };
    app.metrics.answered(&method, code, begun.elapsed());
    response
}
