//! Hands out the dashboard's files. Whoever asks shows nothing and is told nothing of any product: the page asks the API, as
//! everybody does.

use axum::{
    body::Body,
    extract::Path,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use koepel_dashboard::{CONTENT_SECURITY_POLICY, File, asset as asset_of, page as page_of};

/// Beside the policy: no guessing of types, no address told to others, no window of another site that holds on to ours, nothing
/// of the device.
const GUARDS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // With none at all, a browser would not name our own origin when a form is sent.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Whether it is a browser that goes to an address, and no program.
pub(crate) fn wants_page(headers: &HeaderMap) -> bool {
    text(headers, &header::ACCEPT).contains("text/html")
}

/// The page at all addresses of the dashboard.
pub(crate) async fn page(headers: HeaderMap) -> Response {
    shown(&headers).unwrap_or_else(|| {
        (StatusCode::NOT_FOUND, "there is no dashboard in this build\n").into_response()
    })
}

/// The page, if there is one in this build.
pub(crate) fn shown(headers: &HeaderMap) -> Option<Response> {
    page_of(text(headers, &header::ACCEPT_ENCODING)).map(|file| answer(file, headers))
}

/// A file that the page asks for.
pub(crate) async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    asset_of(&path, text(&headers, &header::ACCEPT_ENCODING))
        .map(|file| answer(file, &headers))
        .unwrap_or_else(|| (StatusCode::NOT_FOUND, "there is nothing here\n").into_response())
}

fn answer(file: File, asked: &HeaderMap) -> Response {
    let known = text(asked, &header::IF_NONE_MATCH).split(',').any(|tag| tag.trim() == file.tag);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(file.bytes.into_owned()))
    };
    let headers = response.headers_mut();
    for (name, value) in GUARDS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(file.keep.cache_control()));
    // What stands at an address depends on both.
    headers.insert(header::VARY, HeaderValue::from_static("accept, accept-encoding"));
    if let Some(encoding) = file.packing.content_encoding().filter(|_| !known) {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if let Ok(tag) = HeaderValue::from_str(&file.tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}
