//! Signing a browser in: the code flow of OpenID Connect with PKCE (RFC 7636), state and nonce, and out again.
//!
//! A login under way is kept in the browser alone, sealed: nothing here grows with logins that somebody begins and never ends,
//! and a login goes on over a restart. That an answer is taken once is noted here for as long as the login could last.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::{Path, RawQuery, State},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use koepel_domain::{
    ids::{PersonId, Timestamp},
    mandate::Actor,
    system::{Command, Error as Refusal, IdentityHash, Opened, SecretHash, System},
    text::Reason,
};
use koepel_engine::Accepted;
use ring::digest;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use url::{Url, form_urlencoded};

use super::{SignIn, cookie, provider::Error};
use crate::{app::App, ids};

/// How long a login may take, in seconds.
const LOGIN_S: i64 = 600;
/// For how long a session goes on without being used, in microseconds: half a day.
pub(crate) const IDLE: i64 = 12 * 3_600 * 1_000_000;
/// How long a session lasts at most, in microseconds: a week.
const LONGEST: i64 = 7 * 24 * 3_600 * 1_000_000;
/// Longest path to come back to.
const PATH_MAX: usize = 1_000;
/// So many answers are remembered.
const USED_MAX: usize = 100_000;

/// A login under way, as its browser keeps it.
#[derive(Serialize, Deserialize)]
struct Login {
    state: String,
    nonce: String,
    verifier: String,
    /// The path to come back to.
    to: String,
    /// The hash of the secret of the invitation that is redeemed.
    invitation: Option<[u8; 32]>,
    /// Microseconds since 1970.
    begun: i64,
}

/// Answers that were taken, for as long as they could come again.
#[derive(Default)]
pub(crate) struct Used(Mutex<Taken>);

#[derive(Default)]
struct Taken {
    /// When each was taken, the oldest first.
    order: VecDeque<(i64, String)>,
    known: HashSet<String>,
}

impl Used {
    /// Notes an answer; false if it was taken before.
    fn first(&self, state: &str, now: Timestamp) -> bool {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Taken { order, known } = &mut *used;
        let over = now.0 - LOGIN_S * 1_000_000;
        while order.len() >= USED_MAX || order.front().is_some_and(|(at, _)| *at < over) {
            if let Some((_, state)) = order.pop_front() {
                known.remove(&state);
            }
        }
        if !known.insert(state.to_owned()) {
            return false;
        }
        order.push_back((now.0, state.to_owned()));
        true
    }
}

/// A page of one sentence; nothing of the request is in it.
fn page(code: StatusCode, what: &str) -> Response {
    let mut response = (code, format!("{what}\n")).into_response();
    private(response.headers_mut());
    response
}

/// Nothing of this is kept by anybody, and nobody learns its address from a link.
pub(super) fn private(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

fn redirect(to: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    let Ok(location) = HeaderValue::from_str(to) else {
        return page(StatusCode::INTERNAL_SERVER_ERROR, "The way on cannot be written down.");
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    private(response.headers_mut());
    response.headers_mut().insert(header::LOCATION, location);
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Whether this is a path of this server and of no other, however a browser reads it.
fn is_own_path(text: &str) -> bool {
    text.len() <= PATH_MAX
        && text.starts_with('/')
        && !text.starts_with("//")
        && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

pub(crate) async fn login(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> Response {
    let to = parameter(query.as_deref(), "return").unwrap_or_else(|| "/".to_owned());
    if !is_own_path(&to) {
        let what = "Where to return must be a path of this server, such as /backlog.";
        return page(StatusCode::BAD_REQUEST, what);
    }
    begin(&app, to, None).await
}

pub(crate) async fn invite(State(app): State<Arc<App>>, Path(secret): Path<String>) -> Response {
    let hash = ids::secret_hash(&secret);
    let view = Arc::clone(&app.system_view.borrow());
    if view.state.invitation_by_secret(&hash, app.clock.now()).is_none() {
        return page(StatusCode::NOT_FOUND, &sentence(&Refusal::InvitationOver));
    }
    // Nothing is bound by this alone: whoever only looks at an address, as programs do that preview it, uses nothing up.
    begin(&app, "/".to_owned(), Some(hash)).await
}

/// A refusal as a sentence.
fn sentence(refusal: &Refusal) -> String {
    let text = refusal.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn away() -> Response {
    let what = "The identity provider does not answer. Try again in a while.";
    page(StatusCode::SERVICE_UNAVAILABLE, what)
}

/// Sends a browser to the provider.
async fn begin(app: &App, to: String, invitation: Option<SecretHash>) -> Response {
    let Some(sign_in) = &app.sign_in else { return away() };
    let Some(known) = sign_in.provider.reached().await else { return away() };
    let login = Login {
        state: ids::random_text(),
        nonce: ids::random_text(),
        verifier: ids::random_text(),
        to,
        invitation: invitation.map(|secret| secret.0),
        begun: app.clock.now().0,
    };
    let Ok(mut url) = Url::parse(&known.metadata.authorization_endpoint) else { return away() };
    let challenge = digest::digest(&digest::SHA256, login.verifier.as_bytes());
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &sign_in.provider.settings.client_id)
        .append_pair("redirect_uri", &sign_in.provider.redirect_uri())
        .append_pair("scope", "openid")
        .append_pair("state", &login.state)
        .append_pair("nonce", &login.nonce)
        .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(challenge))
        .append_pair("code_challenge_method", "S256");
    let sealed = serde_json::to_vec(&login).ok();
    let sealed = sealed.and_then(|login| sign_in.seal.close(cookie::LOGIN, &login));
    let kept = sealed.and_then(|sealed| cookie::set(cookie::LOGIN, &sealed, LOGIN_S));
    match kept {
        Some(kept) => redirect(url.as_str(), [kept]),
        None => page(StatusCode::INTERNAL_SERVER_ERROR, "This login cannot be kept."),
    }
}

/// Why a browser is not signed in.
enum Failed {
    /// The answer is not one to a login of this browser, or comes too late, or again.
    NoLogin,
    /// The provider says no; its word for why.
    Denied(String),
    /// The provider does not answer as it should.
    Provider(Error),
    /// Nobody is known by this account, or the invitation does not count.
    Refused(Refusal),
    /// This server cannot note it.
    Log(String),
}

impl Failed {
    fn page(self) -> Response {
        match self {
            Self::NoLogin => {
                let what = "This login is over, or was begun in another browser. Begin again at /auth/login.";
                page(StatusCode::BAD_REQUEST, what)
            }
            Self::Denied(word) => {
                let what = format!(
                    "The identity provider did not let you in ({word}). Begin again at /auth/login."
                );
                page(StatusCode::FORBIDDEN, &what)
            }
            Self::Provider(error) => {
                tracing::warn!(%error, "a login failed");
                let what = "The identity provider's answer could not be used. Begin again at /auth/login; if that does not help, tell an administrator.";
                page(StatusCode::BAD_GATEWAY, what)
            }
            Self::Refused(refusal) => page(StatusCode::FORBIDDEN, &sentence(&refusal)),
            Self::Log(error) => {
                tracing::error!(%error, "a login cannot be noted");
                page(StatusCode::SERVICE_UNAVAILABLE, "You cannot be signed in now. Try again.")
            }
        }
    }
}

pub(crate) async fn callback(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(sign_in) = &app.sign_in else { return away() };
    let mut response = match signed_in(&app, sign_in, &headers, query.as_deref()).await {
        Ok((to, secret)) => {
            let seconds = LONGEST / 1_000_000;
            redirect(&to, cookie::set(cookie::SESSION, &secret, seconds))
        }
        Err(failed) => failed.page(),
    };
    // Whatever came of it, this login is over.
    if let Some(gone) = cookie::set(cookie::LOGIN, "", 0) {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    response
}

/// Where to go on, and the secret of the new session.
async fn signed_in(
    app: &App,
    sign_in: &SignIn,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Result<(String, String), Failed> {
    let now = app.clock.now();
    let login = under_way(sign_in, headers, query, now).ok_or(Failed::NoLogin)?;
    if let Some(word) = parameter(query, "error") {
        let word = word.chars().filter(|c| c.is_ascii_lowercase() || *c == '_').take(40).collect();
        return Err(Failed::Denied(word));
    }
    let known = sign_in.provider.reached().await.ok_or(Failed::Provider(Error::Unknown))?;
    // RFC 9207: an answer that names another issuer was meant for another server.
    match parameter(query, "iss") {
        Some(issuer) if issuer != sign_in.provider.settings.issuer => return Err(Failed::NoLogin),
        None if known.metadata.authorization_response_iss_parameter_supported => {
            return Err(Failed::NoLogin);
        }
        Some(_) | None => {}
    }
    let code = parameter(query, "code").ok_or(Failed::NoLogin)?;
    let exchanged = sign_in.provider.exchange(&code, &login.verifier, &login.nonce, now).await;
    let account = sign_in.hash(&exchanged.map_err(Failed::Provider)?);
    if let Some(invitation) = login.invitation {
        app.bind(SecretHash(invitation), account).await?;
    }
    let secret = app.begin_session(account).await?;
    Ok((login.to, secret))
}

/// The login that an answer is to: of this browser, of the last minutes, and not answered before.
fn under_way(
    sign_in: &SignIn,
    headers: &HeaderMap,
    query: Option<&str>,
    now: Timestamp,
) -> Option<Login> {
    let sealed = cookie::read(headers, cookie::LOGIN)?;
    let login: Login = serde_json::from_slice(&sign_in.seal.open(cookie::LOGIN, sealed)?).ok()?;
    let state = parameter(query, "state")?;
    let same: bool = state.as_bytes().ct_eq(login.state.as_bytes()).into();
    let age = now.0.saturating_sub(login.begun);
    let in_time = (0..LOGIN_S * 1_000_000).contains(&age);
    (same && in_time && sign_in.used.first(&login.state, now)).then_some(login)
}

impl App {
    async fn at_login(
        &self,
        person: PersonId,
        command: Command,
    ) -> Result<Accepted<System>, Failed> {
        let now = self.clock.now();
        let actor = Actor { person, administrator: false, only_role: None, now };
        let request = self.request_of(actor, command);
        self.system.create(&self.system_name, request).await.map_err(|error| {
            if let koepel_engine::Error::Refused(refusal) = error {
                Failed::Refused(refusal)
            } else {
                Failed::Log(error.to_string())
            }
        })
    }

    /// Binds an account to whom an invitation is for.
    async fn bind(&self, invitation: SecretHash, account: IdentityHash) -> Result<(), Failed> {
        let view = Arc::clone(&self.system_view.borrow());
        let invited = view.state.invitation_by_secret(&invitation, self.clock.now());
        let person = invited.map(|(_, invited)| invited.person.clone());
        let person = person.ok_or(Failed::Refused(Refusal::InvitationOver))?;
        let identity = ids::identity().map_err(|error| Failed::Log(error.to_string()))?;
        let command = Command::BindIdentity { identity, invitation, account };
        self.at_login(person, command).await.map(drop)
    }

    /// Begins a session of whoever an account is; its secret.
    async fn begin_session(&self, account: IdentityHash) -> Result<String, Failed> {
        let view = Arc::clone(&self.system_view.borrow());
        let bound = view.state.identity_by_account(&account);
        let person = bound.map(|(_, bound)| bound.person.clone());
        let person = person.ok_or(Failed::Refused(Refusal::AccountUnbound))?;
        let now = self.clock.now();
        let secret = ids::session_secret();
        let command = Command::BeginSession {
            session: ids::session().map_err(|error| Failed::Log(error.to_string()))?,
            account,
            idle_until: Timestamp(now.0.saturating_add(IDLE)),
            expires_at: Timestamp(now.0.saturating_add(LONGEST)),
            secret: ids::secret_hash(&secret),
        };
        self.at_login(person, command).await.map(|_| secret)
    }
}

/// Ends the session of a browser. Only our own pages may ask for it.
pub(crate) async fn logout(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let Some(sign_in) = &app.sign_in else { return away() };
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    if origin != Some(sign_in.provider.settings.public_url.as_str()) {
        return page(StatusCode::FORBIDDEN, "Sign out from a page of Koepel.");
    }
    if let Some(secret) = cookie::read(&headers, cookie::SESSION) {
        let view = Arc::clone(&app.system_view.borrow());
        let opened = view.state.opened(&ids::secret_hash(secret), app.clock.now());
        if let Some(Opened::Session(id, session)) = opened {
            let reason = Reason::new("signed out").unwrap_or_default();
            let command = Command::EndSession { session: id.clone(), reason };
            match app.at_login(session.person.clone(), command).await {
                Ok(_) | Err(Failed::Refused(_)) => {}
                Err(failed) => return failed.page(),
            }
        }
    }
    redirect("/", cookie::set(cookie::SESSION, "", 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_returned_to() {
        for own in ["/", "/backlog", "/a?b=c#d", "/a//b", "/%2F%2Fevil.example"] {
            assert!(is_own_path(own), "{own}");
        }
        let long = format!("/{}", "a".repeat(PATH_MAX));
        for other in [
            "",
            "backlog",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nset-cookie: x",
            " /a",
            "/å",
            long.as_str(),
        ] {
            assert!(!is_own_path(other), "{other:?}");
        }
    }

    #[test]
    fn an_answer_is_taken_once() {
        let used = Used::default();
        assert!(used.first("a", Timestamp(0)) && !used.first("a", Timestamp(1)));
        assert!(used.first("b", Timestamp(2)));
        // What is so old is no answer to any login, and need not be remembered.
        assert!(used.first("c", Timestamp(LOGIN_S * 1_000_000 + 2)));
        assert_eq!(used.0.lock().unwrap().known.len(), 2);
    }
}
