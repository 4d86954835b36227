//! The identity provider: what it publishes of itself and its keys, fetched again and again by one task, and the exchange of a
//! code for an identity. A provider that is away hurts nobody who shows a token, and no start.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use koepel_domain::ids::Timestamp;
use serde::Deserialize;
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};
use url::{Url, form_urlencoded};

use super::jwt::{Account, Jwt, Key, Refused, Wanted};
use crate::{
    app::stop_signal,
    config::oidc::{Oidc, is_safe},
};

/// How long one request to the provider may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a call waits for keys.
const WAIT: Duration = Duration::from_secs(6);
/// After this long everything is fetched again.
const REFRESH: Duration = Duration::from_secs(600);
/// The first pause after a failure; each is twice the one before.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause after a failure.
const PAUSE_MAX: Duration = Duration::from_secs(60);
/// A key that is not known is asked for at most this often, whoever names it.
const ASK: Duration = Duration::from_secs(5);
/// Keys that could not be fetched anew for so long count no more.
const STALE: Duration = Duration::from_secs(24 * 3_600);
/// Largest answer that is read, in bytes.
const ANSWER_MAX: usize = 1 << 20;

/// Why the provider's answer cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// It does not answer, or not in time.
    #[error("the identity provider cannot be reached: {0}")]
    Away(String),
    /// It refuses.
    #[error("the identity provider answered with {0}")]
    Status(reqwest::StatusCode),
    /// It answers with something else than it should.
    #[error("what the identity provider answered is wrong: {0}")]
    Answer(String),
    /// It signed something that is not taken.
    #[error("what the identity provider signed is not taken: {0}")]
    Refused(#[from] Refused),
    /// Nothing was fetched yet.
    #[error("nothing is known of the identity provider yet")]
    Unknown,
}

/// What the provider publishes of itself: the part of its metadata that is used.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Metadata {
    issuer: String,
    pub(crate) authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    scopes_supported: Vec<String>,
    /// RFC 9207: whether every answer to a login names the issuer.
    #[serde(default)]
    pub(crate) authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Exchanged {
    id_token: String,
}

/// What is known of the provider.
pub(crate) struct Known {
    pub(crate) metadata: Metadata,
    keys: Vec<Key>,
    since: Instant,
}

/// The provider.
pub(crate) struct Provider {
    pub(crate) settings: Oidc,
    client: reqwest::Client,
    known: watch::Sender<Option<Arc<Known>>>,
    /// How many tries have ended, and when the last one did.
    tries: watch::Sender<(u64, Option<Instant>)>,
    asked: Notify,
}

/// What is told of a failed request; never its address, which may have a code in it.
fn away(error: reqwest::Error) -> Error {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    Error::Away(text)
}

impl Provider {
    /// Prepares to ask.
    ///
    /// # Errors
    /// If there is no way to check certificates on this machine.
    pub(crate) fn new(settings: Oidc) -> Result<Self, String> {
        // The first one counts; a second call changes nothing.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .connect_timeout(PATIENCE)
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("koepel/", env!("CARGO_PKG_VERSION")));
        if let Some(pem) = &settings.ca_certificates {
            let found = reqwest::Certificate::from_pem_bundle(pem);
            builder = builder.tls_certs_only(found.map_err(|error| error.to_string())?);
        }
        let client = builder.build().map_err(|error| away(error).to_string())?;
        let (known, tries) = (watch::Sender::new(None), watch::Sender::new((0, None)));
        Ok(Self { settings, client, known, tries, asked: Notify::new() })
    }

    /// Fetches again and again, until the server stops.
    pub(crate) async fn tend(&self, mut stopping: watch::Receiver<bool>) {
        let mut pause = PAUSE;
        let mut failing = false;
        loop {
            let next = match self.fetch().await {
                Ok(known) => {
                    if failing || self.known.borrow().is_none() {
                        tracing::info!(issuer = %self.settings.issuer, keys = known.keys.len(), "the identity provider answers");
                    }
                    (failing, pause) = (false, PAUSE);
                    self.known.send_replace(Some(Arc::new(known)));
                    REFRESH
                }
                Err(error) => {
                    if !failing {
                        tracing::warn!(issuer = %self.settings.issuer, %error, "nobody new can sign in; tokens work as ever");
                    }
                    failing = true;
                    let next = pause;
                    pause = (pause * 2).min(PAUSE_MAX);
                    next
                }
            };
            self.tries.send_modify(|(count, last)| {
                *count += 1;
                *last = Some(Instant::now());
            });
            tokio::select! {
                () = tokio::time::sleep(next) => {}
                () = self.asked.notified() => {}
                () = stop_signal(&mut stopping) => return,
            }
        }
    }

    async fn fetch(&self) -> Result<Known, Error> {
        let issuer = self.settings.issuer.trim_end_matches('/');
        let address = format!("{issuer}/.well-known/openid-configuration");
        let metadata: Metadata = self.get(&address).await?;
        if metadata.issuer != self.settings.issuer {
            let what =
                format!("it calls itself {:?}, not {:?}", metadata.issuer, self.settings.issuer);
            return Err(Error::Answer(what));
        }
        for address in
            [&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri]
        {
            if !Url::parse(address).is_ok_and(|url| is_safe(&url)) {
                return Err(Error::Answer(format!("{address:?} is no encrypted address")));
            }
        }
        let set: KeySet = self.get(&metadata.jwks_uri).await?;
        let keys: Vec<Key> = set.keys.iter().filter_map(Key::read).collect();
        if keys.is_empty() {
            return Err(Error::Answer("it has no key that could be used".to_owned()));
        }
        Ok(Known { metadata, keys, since: Instant::now() })
    }

    async fn get<T: for<'de> Deserialize<'de>>(&self, address: &str) -> Result<T, Error> {
        let request = self.client.get(address).header("accept", "application/json");
        Self::read(request.send().await.map_err(away)?).await
    }

    async fn read<T: for<'de> Deserialize<'de>>(
        mut response: reqwest::Response,
    ) -> Result<T, Error> {
        if !response.status().is_success() {
            return Err(Error::Status(response.status()));
        }
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(away)? {
            if body.len() + piece.len() > ANSWER_MAX {
                return Err(Error::Answer("it is too long".to_owned()));
            }
            body.extend_from_slice(&piece);
        }
        // What exactly is wrong could show a part of a secret.
        serde_json::from_slice(&body)
            .map_err(|_| Error::Answer("it is no JSON with what is needed".to_owned()))
    }

    /// What is known, if that is not too old.
    pub(crate) fn known(&self) -> Option<Arc<Known>> {
        let known = self.known.borrow().clone();
        known.filter(|known| known.since.elapsed() < STALE)
    }

    /// Waits for the first answer of the provider, if there was none yet.
    pub(crate) async fn reached(&self) -> Option<Arc<Known>> {
        if self.known().is_none() && self.tries.borrow().0 == 0 {
            self.next_try(0).await;
        }
        self.known()
    }

    /// Waits for a try after the first `count`.
    async fn next_try(&self, count: u64) {
        let mut tries = self.tries.subscribe();
        let ended = tries.wait_for(|(ended, _)| *ended > count);
        // Whoever waited in vain is answered with what is known.
        let _in_vain = tokio::time::timeout(WAIT, ended).await.is_err();
    }

    /// Sees to it that the key of a token is known, if the provider has it. Asks the provider at most once in [`ASK`].
    pub(crate) async fn prepare(&self, token: &str) {
        let Ok(jwt) = Jwt::open(token) else { return };
        let known = self.reached().await;
        if known.is_some_and(|known| jwt.has_key(&known.keys)) {
            return;
        }
        let (count, last) = *self.tries.borrow();
        if last.is_some_and(|last| last.elapsed() < ASK) {
            return;
        }
        self.asked.notify_one();
        self.next_try(count).await;
    }

    /// Who a bearer token says that its holder is.
    pub(crate) fn bearer(&self, token: &str, now: Timestamp) -> Result<Account, Error> {
        let known = self.known().ok_or(Error::Unknown)?;
        let wanted = Wanted {
            issuer: &self.settings.issuer,
            audiences: &self.settings.audiences,
            client: &self.settings.client_id,
            nonce: None,
            now_s: now.0.div_euclid(1_000_000),
        };
        Ok(Jwt::open(token)?.check(&known.keys, &wanted)?)
    }

    /// Gives a code back for who has logged in.
    pub(crate) async fn exchange(
        &self,
        code: &str,
        verifier: &str,
        nonce: &str,
        now: Timestamp,
    ) -> Result<Account, Error> {
        let known = self.known().ok_or(Error::Unknown)?;
        let request = self.token_request(&known.metadata, code, verifier)?;
        let exchanged: Exchanged = Self::read(request.send().await.map_err(away)?).await?;
        self.prepare(&exchanged.id_token).await;
        let known = self.known().ok_or(Error::Unknown)?;
        let id = &self.settings.client_id;
        let wanted = Wanted {
            issuer: &self.settings.issuer,
            audiences: std::slice::from_ref(id),
            client: id,
            nonce: Some(nonce),
            now_s: now.0.div_euclid(1_000_000),
        };
        Ok(Jwt::open(&exchanged.id_token)?.check(&known.keys, &wanted)?)
    }

    /// The question what a code is worth, with whatever shows who asks.
    fn token_request(
        &self,
        metadata: &Metadata,
        code: &str,
        verifier: &str,
    ) -> Result<reqwest::RequestBuilder, Error> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &self.redirect_uri())
            .append_pair("code_verifier", verifier);
        let mut request = self.client.post(&metadata.token_endpoint);
        let id = &self.settings.client_id;
        match &self.settings.client_secret {
            None => {
                form.append_pair("client_id", id);
            }
            Some(secret) if metadata.takes("client_secret_basic") => {
                // RFC 6749 2.3.1: each is encoded as in a form first.
                let part = |text: &str| {
                    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>()
                };
                let pair = format!("{}:{}", part(id), part(secret.reveal()));
                let header = format!("Basic {}", STANDARD.encode(pair));
                let mut header =
                    http::HeaderValue::from_str(&header).map_err(|_| Error::Unknown)?;
                header.set_sensitive(true);
                request = request.header("authorization", header);
            }
            Some(secret) => {
                form.append_pair("client_id", id).append_pair("client_secret", secret.reveal());
            }
        }
        Ok(request
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json")
            .body(form.finish()))
    }

    /// Where the provider sends people back to.
    pub(crate) fn redirect_uri(&self) -> String {
        format!("{}/auth/callback", self.settings.public_url)
    }
}

impl Metadata {
    /// What is asked for to bind an account: who somebody is and, if the provider has it, the address that they know themselves by.
    /// It is shown to them once, and kept nowhere.
    pub(crate) fn scope_to_bind(&self) -> &'static str {
        let has_email = self.scopes_supported.iter().any(|scope| scope == "email");
        if has_email { "openid email" } else { "openid" }
    }

    /// Whether the token endpoint takes a way to show the secret; Basic is what all take who say nothing.
    fn takes(&self, method: &str) -> bool {
        let methods = self.token_endpoint_auth_methods_supported.as_ref();
        methods.map_or(method == "client_secret_basic", |methods| {
            methods.iter().any(|it| it == method)
        })
    }
}
