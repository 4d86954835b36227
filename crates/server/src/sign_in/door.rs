//! What each request passes: the cookie of a browser becomes a credential here, if the call comes from our own pages, and a
//! share link is let through to the calls that it opens and to no other.
//!
//! **Against requests that other sites make in somebody's name**: a session counts for gRPC-Web calls only, whose content type a
//! page of another origin cannot send without asking first (and nobody says yes), and only if the browser names our own origin as
//! where the call comes from. A browser names it on every call of this kind; without it the session does not count.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderValue, header};
use koepel_domain::{
    ids::{SessionId, Timestamp},
    mandate::Actor,
    system::{Command, Opened, Session, Shared},
};

use super::{cookie, flow::IDLE, jwt::is_jwt};
use crate::{app::App, grpc::status, ids};

/// The header by which one part of this server tells another what it has seen. It is taken from every request first.
pub(crate) const MARK: &str = "koepel-door";
/// The credential was a cookie.
pub(crate) const SESSION: &str = "session";
/// There was a cookie, and the call came from elsewhere.
pub(crate) const ELSEWHERE: &str = "elsewhere";
/// A share link opens this call.
pub(crate) const READING: &str = "reading";

/// The calls that a share link opens. What is not listed it does not open.
fn opens(shared: &Shared, path: &str) -> bool {
    const BACKLOG: &str = "BacklogService/ListBacklog";
    const ITEM: &str = "BacklogService/GetItem";
    const PLANS: [&str; 5] = [
        "ProductService/GetProduct",
        "RoadmapService/ListRoadmapEntries",
        "RoadmapService/GetRoadmapEntry",
        "RoadmapService/GetVision",
        "RoadmapService/ListGoals",
    ];
    let Some(call) = path.strip_prefix("/koepel.v1.") else { return false };
    match shared {
        Shared::Product => call == BACKLOG || call == ITEM || PLANS.contains(&call),
        Shared::Roadmap => PLANS.contains(&call),
        Shared::Domain(_) => call == BACKLOG,
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

fn text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// In front of everything.
pub(crate) async fn door(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    request.headers_mut().remove(MARK);
    if let Some(sign_in) = &app.sign_in {
        let headers = request.headers();
        let is_call = text(headers, &header::CONTENT_TYPE).starts_with("application/grpc-web");
        let secret = cookie::read(headers, cookie::SESSION);
        if let Some(secret) = secret.filter(|_| is_call && bearer(headers).is_none()) {
            let here = text(headers, &header::ORIGIN) == sign_in.provider.settings.public_url;
            let shown = HeaderValue::from_str(&format!("Bearer {secret}"));
            if here {
                keep(&app, secret)
            }
            let headers = request.headers_mut();
            match shown {
                Ok(mut shown) if here => {
                    shown.set_sensitive(true);
                    headers.insert(header::AUTHORIZATION, shown);
                    headers.insert(MARK, HeaderValue::from_static(SESSION));
                }
                Ok(_) | Err(_) => {
                    headers.insert(MARK, HeaderValue::from_static(ELSEWHERE));
                }
            }
        }
    }
    next.run(request).await
}

/// Lets a session go on that is in use. That is noted once in half its time, not with each call.
fn keep(app: &Arc<App>, secret: &str) {
    let now = app.clock.now();
    let view = Arc::clone(&app.system_view.borrow());
    let Some(Opened::Session(id, session)) = view.state.opened(&ids::secret_hash(secret), now)
    else {
        return;
    };
    if let Some((session, idle_until)) = extended(id, session, now) {
        let app = Arc::clone(app);
        tokio::spawn(async move {
            let command = Command::ExtendSession { session, idle_until };
            let request = app.request_of(Actor::system(now), command);
            // It may have ended meanwhile; the next call sees that.
            let _ended = app.system.create(&app.system_name, request).await.is_err();
        });
    }
}

fn extended(id: &SessionId, session: &Session, now: Timestamp) -> Option<(SessionId, Timestamp)> {
    let left = session.idle_until.0.saturating_sub(now.0);
    let until = now.0.saturating_add(IDLE).min(session.expires_at.0);
    (left < IDLE / 2 && until > session.idle_until.0).then(|| (id.clone(), Timestamp(until)))
}

/// In front of the gRPC services.
pub(crate) async fn reading(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut mark = None;
    if let Some(secret) = bearer(request.headers()) {
        if is_jwt(secret) {
            if let Some(sign_in) = &app.sign_in {
                sign_in.provider.prepare(secret).await;
            }
        } else {
            let view = Arc::clone(&app.system_view.borrow());
            let opened = view.state.opened(&ids::secret_hash(secret), app.clock.now());
            if let Some(Opened::ShareLink(_, link)) = opened {
                if !opens(&link.opens, request.uri().path()) {
                    let message = "a share link opens no such call; sign in, or ask for a token";
                    return status::denied(message.to_owned()).into_http::<Body>();
                }
                mark = Some(HeaderValue::from_static(READING));
            }
        }
    }
    if let Some(mark) = mark {
        request.headers_mut().insert(MARK, mark);
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use koepel_domain::ids::DomainId;

    #[test]
    fn a_share_link_opens_what_is_listed_and_no_more() {
        let domain = Shared::Domain(DomainId::new("online").unwrap());
        let all = [Shared::Product, Shared::Roadmap, domain];
        let check = |call: &str, expected: [bool; 3]| {
            let path = format!("/koepel.v1.{call}");
            assert_eq!(all.each_ref().map(|shared| opens(shared, &path)), expected, "{call}");
        };
        check("BacklogService/ListBacklog", [true, false, true]);
        check("BacklogService/GetItem", [true, false, false]);
        check("RoadmapService/ListGoals", [true, true, false]);
        for call in [
            "BacklogService/CreateItem",
            "BacklogService/ExplainRank",
            "BacklogService/SearchItems",
            "BacklogService/PreviewMove",
            "ProductService/ListRoles",
            "ProductService/GetMandate",
            "EventService/Subscribe",
            "AdminService/WhoAmI",
            "ShareService/ListShareLinks",
            "",
        ] {
            check(call, [false; 3]);
        }
        assert!(!opens(&Shared::Product, "/BacklogService/ListBacklog"));
    }
}
