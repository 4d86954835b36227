//! `POST /events`: CloudEvents 1.0 in the structured, batch and binary modes of their HTTP binding. The token says whose
//! connection it is.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, StatusCode, header};
use koepel_api::push as convert;
use koepel_domain::{
    ids::{ConnectionId, ProductId},
    inbox::Push,
};
use serde_json::{Value, json};
use tonic::{Code, Status, metadata::MetadataMap};
use tonic_types::StatusExt as _;

use super::{Taken, own_connection};
use crate::{
    app::{App, Caller},
    grpc::status,
};

/// The media types of the structured mode.
const ONE: &str = "application/cloudevents+json";
const BATCH: &str = "application/cloudevents-batch+json";

pub(crate) async fn events(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match take(&app, &headers, &body).await {
        Ok(Taken { received, repeated }) => {
            let answer = json!({ "received": received, "repeated": repeated });
            (StatusCode::ACCEPTED, axum_json(&answer)).into_response()
        }
        Err(refusal) => refused(&refusal),
    }
}

fn axum_json(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], format!("{value}\n")).into_response()
}

/// Takes in what was posted.
async fn take(app: &Arc<App>, headers: &HeaderMap, body: &[u8]) -> Result<Taken, Status> {
    let caller = app.caller(&MetadataMap::from_headers(headers.clone()))?;
    let (product, connection) = connection_of(app, &caller).await?;
    let pushes = read(headers, body)?;
    if pushes.is_empty() {
        return Ok(Taken { received: 0, repeated: 0 });
    }
    app.receive(&caller, &product, &connection, pushes).await
}

/// The connection whose tool this is.
async fn connection_of(app: &App, caller: &Caller) -> Result<(ProductId, ConnectionId), Status> {
    let Some(product) = &caller.product else {
        let message = "which product is this for? push with a token that is for one product only";
        return Err(status::invalid(&koepel_api::check::Invalid::field("authorization", message)));
    };
    let view = app.view(caller, product, 0).await?;
    let held = view.state.connection_of(&caller.actor.person).ok_or_else(|| {
        let message = format!("{} is the tool of no connection", caller.actor.person);
        status::denied(message)
    })?;
    own_connection((product, &view.state), caller, &held.id)?;
    Ok((product.clone(), held.id.clone()))
}

/// The events of a request.
fn read(headers: &HeaderMap, body: &[u8]) -> Result<Vec<Push>, Status> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let kind = text("content-type").unwrap_or_default();
    let bare = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let wrong = |what: String| status::invalid(&koepel_api::check::Invalid::field("event", what));
    let json = || {
        serde_json::from_slice::<Value>(body)
            .map_err(|error| wrong(format!("the body is no JSON: {error}")))
    };
    match bare.as_str() {
        ONE => Ok(vec![convert::structured(&json()?).map_err(wrong)?]),
        BATCH => {
            let Value::Array(list) = json()? else {
                return Err(wrong("a batch is a JSON list of events".to_owned()));
            };
            if list.len() > convert::EVENTS_MAX {
                let what =
                    format!("has {} events; at most {} are taken", list.len(), convert::EVENTS_MAX);
                return Err(wrong(what));
            }
            let lengths = list.iter().map(|event| event.to_string().len());
            if let Some((at, long)) = convert::too_long(lengths) {
                return Err(wrong(format!(
                    "number {at} of the batch has {long} bytes; it is too long"
                )));
            }
            let one = |event: &Value| {
                convert::structured(event).unwrap_or_else(|fault| convert::faulty(event, &fault))
            };
            Ok(list.iter().map(one).collect())
        }
        _ if headers.contains_key("ce-specversion") => {
            let attributes = headers.iter().filter_map(|(name, value)| {
                Some((name.as_str().strip_prefix("ce-")?, percent_decoded(value.to_str().ok()?)))
            });
            Ok(vec![convert::binary(attributes, kind, body).map_err(wrong)?])
        }
        _ => Err(unsupported(&bare)),
    }
}

fn unsupported(kind: &str) -> Status {
    let shown: String = kind.chars().take(60).collect();
    let message = format!(
        "{shown:?} is no event: send {ONE}, {BATCH}, or the attributes as headers ce-… and the data as JSON"
    );
    Status::with_error_details(
        Code::Unimplemented,
        message,
        tonic_types::ErrorDetails::with_error_info(
            "NO_CLOUD_EVENT",
            "koepel",
            std::collections::HashMap::new(),
        ),
    )
}

/// An attribute's text: in headers, what is no printable ASCII is percent-encoded.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (first, code) {
            (b'%', Some(code)) => {
                bytes.push(code);
                rest = after.get(2..).unwrap_or_default();
            }
            (byte, _) => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A refusal as HTTP says it.
fn refused(refusal: &Status) -> Response {
    let code = match refusal.code() {
        Code::InvalidArgument | Code::OutOfRange => StatusCode::BAD_REQUEST,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::AlreadyExists | Code::Aborted | Code::FailedPrecondition => StatusCode::CONFLICT,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Code::Unimplemented => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::Ok | Code::Unknown | Code::Internal | Code::DataLoss => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    let reason = refusal.get_error_details().error_info().map(|info| info.reason.clone());
    let said = json!({ "error": { "code": reason, "message": refusal.message() } });
    let mut response = (code, axum_json(&said)).into_response();
    *response.status_mut() = code;
    if code == StatusCode::UNAUTHORIZED {
        let scheme = header::HeaderValue::from_static("Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    if code == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("1"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_in_a_header_is_read_as_it_was_meant() {
        assert_eq!(percent_decoded("caf%C3%A9 100% %zz"), "café 100% %zz");
        assert_eq!(percent_decoded("%"), "%");
    }
}
