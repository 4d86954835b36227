//! Signing a browser in: the code flow of OpenID Connect with PKCE (RFC 7636), state and nonce, and out again.
//!
//! A login under way is kept in the browser alone, sealed: nothing here grows with logins that somebody begins and never ends,
//! and a login goes on over a restart. That an answer is taken once is noted here for as long as the login could last.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::Bytes,
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
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use subtle::ConstantTimeEq as _;
use url::{Url, form_urlencoded};

use super::{
    SignIn, cookie,
    jwt::Account,
    page::{Become, Say, language, page, private},
    provider::Error,
};
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

/// An account that is about to be bound, as its browser keeps it while somebody makes up their mind.
#[derive(Serialize, Deserialize)]
struct Binding {
    /// What the answer must repeat.
    state: String,
    /// The path to go on to.
    to: String,
    /// The hash of the invitation's secret.
    invitation: [u8; 32],
    /// The account, as the log would know it.
    account: [u8; 32],
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

/// Sends a browser somewhere; `None` if the way there cannot be written into a header.
fn redirect(to: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Option<Response> {
    let location = HeaderValue::from_str(to).ok()?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    private(response.headers_mut());
    response.headers_mut().insert(header::LOCATION, location);
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Some(response)
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

pub(crate) async fn login(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let to = parameter(query.as_deref(), "return").unwrap_or_else(|| "/".to_owned());
    if !is_own_path(&to) {
        return page(StatusCode::BAD_REQUEST, &Say::ReturnPath, language(&headers));
    }
    begin(&app, to, None).await.unwrap_or_else(|failed| failed.page(&headers))
}

pub(crate) async fn invite(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Path(secret): Path<String>,
) -> Response {
    let hash = ids::secret_hash(&secret);
    let view = Arc::clone(&app.system_view.borrow());
    if view.state.invitation_by_secret(&hash, app.clock.now()).is_none() {
        let say = Say::Refused(Refusal::InvitationOver);
        return page(StatusCode::NOT_FOUND, &say, language(&headers));
    }
    // Nothing is bound by this alone: whoever only looks at an address, as programs do that preview it, uses nothing up.
    begin(&app, "/".to_owned(), Some(hash)).await.unwrap_or_else(|failed| failed.page(&headers))
}

/// Sends a browser to the provider.
async fn begin(app: &App, to: String, invitation: Option<SecretHash>) -> Result<Response, Failed> {
    let sign_in = app.sign_in.as_ref().ok_or(Failed::Away)?;
    let known = sign_in.provider.reached().await.ok_or(Failed::Away)?;
    let login = Login {
        state: ids::random_text(),
        nonce: ids::random_text(),
        verifier: ids::random_text(),
        to,
        invitation: invitation.map(|secret| secret.0),
        begun: app.clock.now().0,
    };
    let mut url = Url::parse(&known.metadata.authorization_endpoint).map_err(|_| Failed::Away)?;
    let challenge = digest::digest(&digest::SHA256, login.verifier.as_bytes());
    let scope = if login.invitation.is_some() { known.metadata.scope_to_bind() } else { "openid" };
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &sign_in.provider.settings.client_id)
        .append_pair("redirect_uri", &sign_in.provider.redirect_uri())
        .append_pair("scope", scope)
        .append_pair("state", &login.state)
        .append_pair("nonce", &login.nonce)
        .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(challenge))
        .append_pair("code_challenge_method", "S256");
    let kept = sign_in.sealed(cookie::LOGIN, &login);
    let kept = kept.and_then(|sealed| cookie::set(cookie::LOGIN, &sealed, LOGIN_S));
    let sent = kept.and_then(|kept| redirect(url.as_str(), [kept]));
    sent.ok_or_else(|| Failed::Log("the login cannot be kept".to_owned()))
}

impl SignIn {
    /// What a browser keeps for us.
    fn sealed<T: Serialize>(&self, purpose: &str, what: &T) -> Option<String> {
        self.seal.close(purpose, &serde_json::to_vec(what).ok()?)
    }

    /// What a browser has kept for us.
    fn unsealed<T: DeserializeOwned>(&self, purpose: &str, headers: &HeaderMap) -> Option<T> {
        let sealed = cookie::read(headers, purpose)?;
        serde_json::from_slice(&self.seal.open(purpose, sealed)?).ok()
    }
}

/// Why a browser is not signed in.
enum Failed {
    /// The answer is not one to a login of this browser, or comes too late, or again.
    NoLogin,
    /// The provider cannot be reached.
    Away,
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
    fn page(self, headers: &HeaderMap) -> Response {
        let (code, say) = match self {
            Self::Away => (StatusCode::SERVICE_UNAVAILABLE, Say::Away),
            Self::NoLogin => (StatusCode::BAD_REQUEST, Say::NoLogin),
            Self::Denied(word) => (StatusCode::FORBIDDEN, Say::Denied(word)),
            Self::Provider(error) => {
                tracing::warn!(%error, "a login failed");
                (StatusCode::BAD_GATEWAY, Say::Unusable)
            }
            Self::Refused(refusal) => (StatusCode::FORBIDDEN, Say::Refused(refusal)),
            Self::Log(error) => {
                tracing::error!(%error, "a login cannot be noted");
                (StatusCode::SERVICE_UNAVAILABLE, Say::NotNow)
            }
        };
        page(code, &say, language(headers))
    }
}

pub(crate) async fn callback(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let answer = match &app.sign_in {
        Some(sign_in) => signed_in(&app, sign_in, &headers, query.as_deref()).await,
        None => Err(Failed::Away),
    };
    let mut response = answer.unwrap_or_else(|failed| failed.page(&headers));
    // Whatever came of it, this login is over.
    if let Some(gone) = cookie::set(cookie::LOGIN, "", 0) {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    response
}

/// Lets a browser go on with a session of its own.
fn let_in(to: &str, secret: &str) -> Result<Response, Failed> {
    let session = cookie::set(cookie::SESSION, secret, LONGEST / 1_000_000);
    redirect(to, session).ok_or_else(|| Failed::Log("the way on cannot be written".to_owned()))
}

/// The answer to a login: a session or, where an account is to be bound, the question whether that is meant.
async fn signed_in(
    app: &App,
    sign_in: &SignIn,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Result<Response, Failed> {
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
    let exchanged = exchanged.map_err(Failed::Provider)?;
    if let Some(invitation) = login.invitation {
        return question(app, sign_in, headers, (login.to, SecretHash(invitation)), exchanged);
    }
    let secret = app.begin_session(sign_in.hash(&exchanged)).await?;
    let_in(&login.to, &secret)
}

/// Asks whoever is signed in at the provider whether they want to be bound to whom the invitation is for: whoever followed a link
/// that was somebody else's would act in that person's name from then on.
fn question(
    app: &App,
    sign_in: &SignIn,
    headers: &HeaderMap,
    (to, invitation): (String, SecretHash),
    account: Account,
) -> Result<Response, Failed> {
    let hash = sign_in.hash(&account);
    let view = Arc::clone(&app.system_view.borrow());
    if let Some((_, bound)) = view.state.identity_by_account(&hash) {
        return Err(Failed::Refused(Refusal::AccountBound(bound.person.clone())));
    }
    let now = app.clock.now();
    let invited = view.state.invitation_by_secret(&invitation, now);
    let (_, invited) = invited.ok_or(Failed::Refused(Refusal::InvitationOver))?;
    let state = ids::random_text();
    let binding = Binding {
        state: state.clone(),
        to,
        invitation: invitation.0,
        account: hash.0,
        begun: now.0,
    };
    let kept = sign_in.sealed(cookie::CONFIRM, &binding);
    let kept = kept.and_then(|sealed| cookie::set_strict(cookie::CONFIRM, &sealed, LOGIN_S));
    let kept = kept.ok_or_else(|| Failed::Log("the question cannot be kept".to_owned()))?;
    let asked = Become {
        person: app.directory.name_or_id(&invited.person),
        account: account.called.unwrap_or(account.subject),
        provider: sign_in.provider.settings.issuer.clone(),
        state,
    };
    let mut response = page(StatusCode::OK, &Say::Become(asked), language(headers));
    response.headers_mut().append(header::SET_COOKIE, kept);
    Ok(response)
}

/// The answer to the question. It counts once, from the browser that was asked, by our own page: no other site's page can send what
/// is in the cookie, nor know what is in the form.
pub(crate) async fn confirm(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = match &app.sign_in {
        Some(sign_in) if is_own(sign_in, &headers) => {
            confirmed(&app, sign_in, &headers, &body).await
        }
        Some(_) => return page(StatusCode::FORBIDDEN, &Say::Elsewhere, language(&headers)),
        None => Err(Failed::Away),
    };
    let mut response = answer.unwrap_or_else(|failed| failed.page(&headers));
    if let Some(gone) = cookie::set_strict(cookie::CONFIRM, "", 0) {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    response
}

async fn confirmed(
    app: &App,
    sign_in: &SignIn,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, Failed> {
    let now = app.clock.now();
    let value = |name: &str| {
        let mut pairs = form_urlencoded::parse(body);
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let binding: Binding = sign_in.unsealed(cookie::CONFIRM, headers).ok_or(Failed::NoLogin)?;
    let state = value("state").unwrap_or_default();
    let same: bool = state.as_bytes().ct_eq(binding.state.as_bytes()).into();
    let in_time = is_in_time(binding.begun, now);
    if !(same && in_time && sign_in.used.first(&binding.state, now)) {
        return Err(Failed::NoLogin);
    }
    if value("answer").as_deref() != Some("yes") {
        return Ok(page(StatusCode::OK, &Say::Declined, language(headers)));
    }
    let account = IdentityHash(binding.account);
    app.bind(SecretHash(binding.invitation), account).await?;
    let secret = app.begin_session(account).await?;
    let_in(&binding.to, &secret)
}

fn is_in_time(begun: i64, now: Timestamp) -> bool {
    (0..LOGIN_S * 1_000_000).contains(&now.0.saturating_sub(begun))
}

/// Whether a page of our own asks, as the browser says.
fn is_own(sign_in: &SignIn, headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    origin == Some(sign_in.provider.settings.public_url.as_str())
}

/// The login that an answer is to: of this browser, of the last minutes, and not answered before.
fn under_way(
    sign_in: &SignIn,
    headers: &HeaderMap,
    query: Option<&str>,
    now: Timestamp,
) -> Option<Login> {
    let login: Login = sign_in.unsealed(cookie::LOGIN, headers)?;
    let state = parameter(query, "state")?;
    let same: bool = state.as_bytes().ct_eq(login.state.as_bytes()).into();
    (same && is_in_time(login.begun, now) && sign_in.used.first(&login.state, now)).then_some(login)
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
    if !app.sign_in.as_ref().is_some_and(|sign_in| is_own(sign_in, &headers)) {
        return page(StatusCode::FORBIDDEN, &Say::Elsewhere, language(&headers));
    }
    if let Some(secret) = cookie::read(&headers, cookie::SESSION) {
        let view = Arc::clone(&app.system_view.borrow());
        let opened = view.state.opened(&ids::secret_hash(secret), app.clock.now());
        if let Some(Opened::Session(id, session)) = opened {
            let reason = Reason::new("signed out").unwrap_or_default();
            let command = Command::EndSession { session: id.clone(), reason };
            match app.at_login(session.person.clone(), command).await {
                Ok(_) | Err(Failed::Refused(_)) => {}
                Err(failed) => return failed.page(&headers),
            }
        }
    }
    let gone = redirect("/", cookie::set(cookie::SESSION, "", 0));
    gone.unwrap_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
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
