//! A connection to a server, with the caller's token, that repeats safely what got no answer.

use std::{error::Error as _, io, net::IpAddr, time::Duration};

use koepel_api::v1::{
    admin_service_client::AdminServiceClient, alert_service_client::AlertServiceClient,
    backlog_service_client::BacklogServiceClient,
    connection_service_client::ConnectionServiceClient,
    directory_service_client::DirectoryServiceClient,
    escalation_point_service_client::EscalationPointServiceClient,
    escalation_service_client::EscalationServiceClient, event_service_client::EventServiceClient,
    governance_service_client::GovernanceServiceClient,
    history_service_client::HistoryServiceClient, ingest_service_client::IngestServiceClient,
    product_service_client::ProductServiceClient, roadmap_service_client::RoadmapServiceClient,
    share_service_client::ShareServiceClient, sync_service_client::SyncServiceClient,
};
use koepel_domain::language::Language;
use tonic::{
    Code, Request, Response, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Endpoint, Uri},
};

use crate::{
    credentials::{Credential, Places},
    edge,
    failure::{Failure, Kind},
    refusal::{self, Background},
};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long one answer may take.
const ANSWER: Duration = Duration::from_secs(30);
/// How often the connection is checked while a stream is silent.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// Pauses before the second and later tries, before jitter: about three seconds, enough for a server to restart.
const PAUSES_MS: [u64; 5] = [100, 200, 400, 800, 1_600];
/// The longest pause that a server may ask for and get.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Room for an error that lists many problems: its details come as a header.
const HEADER_BYTES: u32 = 1 << 20;
/// Room for a page of a thousand long lines.
const MESSAGE_BYTES: usize = 64 << 20;

/// A connection that shows the token with each call.
type Connection = InterceptedService<Channel, Bearer>;

/// Puts the token on each request, and the language to be answered in, if one is said.
#[derive(Clone)]
pub(crate) struct Bearer {
    token: MetadataValue<Ascii>,
    language: Option<Language>,
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let metadata = request.metadata_mut();
        metadata.insert("authorization", self.token.clone());
        if let Some(language) = self.language {
            metadata.insert("accept-language", MetadataValue::from_static(language.tag()));
        }
        Ok(request)
    }
}

/// A server, and who talks to it.
pub(crate) struct Session {
    channel: Channel,
    bearer: Bearer,
    server: String,
    token_source: String,
    request_id: Option<String>,
}

impl Session {
    /// Connects. The connection comes before the token: that no server runs says more than that it left no token.
    ///
    /// # Errors
    /// Nothing listens there, or there is no token.
    pub(crate) async fn open(
        server: &Server,
        tokens: &Places,
        request_id: Option<String>,
        language: Option<Language>,
    ) -> Result<Self, Failure> {
        let endpoint = Endpoint::from(server.uri.clone())
            .connect_timeout(CONNECT)
            .http2_keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(KEEP_ALIVE)
            .http2_max_header_list_size(HEADER_BYTES)
            .tcp_nodelay(true);
        let channel = endpoint.connect().await.map_err(|error| unreachable(server, &error))?;
        let Credential { secret, source } = tokens.find()?;
        let mut value = MetadataValue::try_from(format!("Bearer {secret}")).map_err(|_| {
            Failure::new(Kind::NotAllowed, format!("what is in {source} is no token"))
        })?;
        value.set_sensitive(true);
        let server = server.to_string();
        let bearer = Bearer { token: value, language };
        Ok(Self { channel, bearer, server, token_source: source, request_id })
    }

    fn connection(&self) -> Connection {
        InterceptedService::new(self.channel.clone(), self.bearer.clone())
    }

    /// Products, domains and roles.
    pub(crate) fn products(&self) -> ProductServiceClient<Connection> {
        ProductServiceClient::new(self.connection()).max_decoding_message_size(MESSAGE_BYTES)
    }

    /// Whom to ask.
    pub(crate) fn directory(&self) -> DirectoryServiceClient<Connection> {
        DirectoryServiceClient::new(self.connection()).max_decoding_message_size(MESSAGE_BYTES)
    }

    /// Items and their order.
    pub(crate) fn backlog(&self) -> BacklogServiceClient<Connection> {
        BacklogServiceClient::new(self.connection()).max_decoding_message_size(MESSAGE_BYTES)
    }

    /// What is planned, and for what.
    pub(crate) fn roadmap(&self) -> RoadmapServiceClient<Connection> {
        RoadmapServiceClient::new(self.connection()).max_decoding_message_size(MESSAGE_BYTES)
    }

    /// The server's address.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// Links for people without an account.
    pub(crate) fn shares(&self) -> ShareServiceClient<Connection> {
        ShareServiceClient::new(self.connection()).max_decoding_message_size(MESSAGE_BYTES)
    }

    /// Disagreements.
    pub(crate) fn escalations(&self) -> EscalationServiceClient<Connection> {
        EscalationServiceClient::new(self.connection()).max_decoding_message_size(MESSAGE_BYTES)
    }

    /// Decisions.
    pub(crate) fn governance(&self) -> GovernanceServiceClient<Connection> {
        GovernanceServiceClient::new(self.connection()).max_decoding_message_size(MESSAGE_BYTES)
    }

    /// When POs met.
    pub(crate) fn syncs(&self) -> SyncServiceClient<Connection> {
        SyncServiceClient::new(self.connection()).max_decoding_message_size(MESSAGE_BYTES)
    }

    /// What changed.
    pub(crate) fn history(&self) -> HistoryServiceClient<Connection> {
        HistoryServiceClient::new(self.connection()).max_decoding_message_size(MESSAGE_BYTES)
    }

    /// What happened.
    pub(crate) fn events(&self) -> EventServiceClient<Connection> {
        EventServiceClient::new(self.connection()).max_decoding_message_size(MESSAGE_BYTES)
    }

    /// Imports.
    pub(crate) fn ingest(&self) -> IngestServiceClient<Connection> {
        IngestServiceClient::new(self.connection()).max_decoding_message_size(MESSAGE_BYTES)
    }

    /// Who is told what.
    pub(crate) fn alerts(&self) -> AlertServiceClient<Connection> {
        AlertServiceClient::new(self.connection()).max_decoding_message_size(MESSAGE_BYTES)
    }

    /// Team tools that push.
    pub(crate) fn connections(&self) -> ConnectionServiceClient<Connection> {
        ConnectionServiceClient::new(self.connection()).max_decoding_message_size(MESSAGE_BYTES)
    }

    /// Who decides what, and calendars.
    pub(crate) fn escalation_points(&self) -> EscalationPointServiceClient<Connection> {
        EscalationPointServiceClient::new(self.connection())
            .max_decoding_message_size(MESSAGE_BYTES)
    }

    /// People, tokens, the server itself.
    pub(crate) fn admin(&self) -> AdminServiceClient<Connection> {
        AdminServiceClient::new(self.connection()).max_decoding_message_size(MESSAGE_BYTES)
    }

    /// The failure for an answer to something that changes nothing.
    pub(crate) fn refused(&self, status: &Status) -> Failure {
        refusal::failure(status, &self.background(None))
    }

    /// Asks something that changes nothing.
    ///
    /// # Errors
    /// The server refuses, or does not answer after a few tries.
    pub(crate) async fn ask<Q: Clone, A>(
        &self,
        question: Q,
        send: impl AsyncFn(Request<Q>) -> Result<Response<A>, Status>,
    ) -> Result<A, Failure> {
        match repeat(&question, send).await {
            Ok(answer) => Ok(answer),
            Err(last) => Err(refusal::failure(&last.status, &self.background(None))),
        }
    }

    /// Gives a command, with an id that makes repeating it safe. `with_id` puts the id into the request.
    ///
    /// # Errors
    /// The server refuses, or does not answer after a few tries; then the failure names the id to repeat it with.
    pub(crate) async fn command<Q: Clone, A>(
        &self,
        with_id: impl FnOnce(String) -> Q,
        send: impl AsyncFn(Request<Q>) -> Result<Response<A>, Status>,
    ) -> Result<A, Failure> {
        self.command_once(with_id, send).await.map_err(|(failure, _)| failure)
    }

    /// As [`Session::command`]; a failure comes with whether it answers the last of several tries, of which an earlier
    /// one may have been applied.
    pub(crate) async fn command_once<Q: Clone, A>(
        &self,
        with_id: impl FnOnce(String) -> Q,
        send: impl AsyncFn(Request<Q>) -> Result<Response<A>, Status>,
    ) -> Result<A, (Failure, bool)> {
        let id = self.request_id.clone().unwrap_or_else(edge::request_id);
        match repeat(&with_id(id.clone()), send).await {
            Ok(answer) => Ok(answer),
            Err(last) => {
                Err((refusal::failure(&last.status, &self.background(Some(&id))), last.tries > 1))
            }
        }
    }

    fn background<'a>(&'a self, request_id: Option<&'a str>) -> Background<'a> {
        Background { server: &self.server, token_source: &self.token_source, request_id }
    }
}

/// The last answer, and how often was asked.
struct Last {
    status: Status,
    tries: usize,
}

async fn repeat<Q: Clone, A>(
    question: &Q,
    send: impl AsyncFn(Request<Q>) -> Result<Response<A>, Status>,
) -> Result<A, Last> {
    let mut pauses = PAUSES_MS.into_iter();
    let mut tries = 0;
    loop {
        let mut request = Request::new(question.clone());
        request.set_timeout(ANSWER);
        tries += 1;
        // On the heap: the future of a call is some kilobytes.
        let status = match Box::pin(send(request)).await {
            Ok(answer) => return Ok(answer.into_inner()),
            Err(status) => status,
        };
        let asked_to_wait = refusal::retry_after(&status).filter(|pause| *pause <= LONGEST_PAUSE);
        let worth_it = refusal::may_be_repeated(&status)
            || (status.code() == Code::ResourceExhausted && asked_to_wait.is_some());
        match pauses.next() {
            Some(pause) if worth_it => {
                let pause = edge::jittered(Duration::from_millis(pause))
                    .max(asked_to_wait.unwrap_or_default());
                tokio::time::sleep(pause).await;
            }
            _ => return Err(Last { status, tries }),
        }
    }
}

/// The address of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Server {
    uri: Uri,
}

impl Server {
    /// Whether the server is on this machine.
    pub(crate) fn is_local(&self) -> bool {
        let host = self.uri.host().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host.eq_ignore_ascii_case("localhost")
            || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

/// Where a server listens unless told otherwise.
impl Default for Server {
    fn default() -> Self {
        Self { uri: Uri::from_static("http://127.0.0.1:7400") }
    }
}

impl std::fmt::Display for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "http://{}", self.uri.authority().map_or("", |authority| authority.as_str()))
    }
}

impl std::str::FromStr for Server {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        let full = if given.contains("://") { given.to_owned() } else { format!("http://{given}") };
        let uri: Uri = full.parse().map_err(|error| {
            format!("{error}: expected an address such as http://127.0.0.1:7400")
        })?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => {
                return Err(
                    "this version speaks http only: put a proxy or a tunnel that ends TLS in front"
                        .to_owned(),
                );
            }
            _ => return Err("expected an address such as http://127.0.0.1:7400".to_owned()),
        }
        if uri.host().is_none_or(str::is_empty)
            || !matches!(uri.path(), "" | "/")
            || uri.query().is_some()
        {
            return Err(
                "expected an address without a path, such as http://127.0.0.1:7400".to_owned()
            );
        }
        Ok(Self { uri })
    }
}

fn unreachable(server: &Server, error: &tonic::transport::Error) -> Failure {
    let mut cause = error.source();
    let mut refused = false;
    while let Some(inner) = cause {
        refused |= inner
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
        cause = inner.source();
    }
    let message = if refused {
        format!("no server listens at {server} (connection refused)")
    } else {
        format!("the server at {server} cannot be reached: {}", refusal::innermost(error))
    };
    Failure::new(Kind::Unavailable, message)
        .detail("nothing was sent")
        .help("start one with `koepel serve`, or name another with --server or KOEPEL_SERVER")
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn an_address_needs_no_scheme_and_has_no_path() {
        let check = |given: &str, then: Option<(&str, bool)>| {
            let server = given.parse::<Server>().ok();
            let found = server.as_ref().map(|server| (server.to_string(), server.is_local()));
            assert_eq!(found, then.map(|(text, local)| (text.to_owned(), local)), "{given}");
        };
        check("http://127.0.0.1:7400", Some(("http://127.0.0.1:7400", true)));
        check("localhost:7400", Some(("http://localhost:7400", true)));
        check("http://[::1]:7400/", Some(("http://[::1]:7400", true)));
        check(
            "http://127.0.0.1.example.org:7400",
            Some(("http://127.0.0.1.example.org:7400", false)),
        );
        check("koepel.example.org:80", Some(("http://koepel.example.org:80", false)));
        for wrong in
            ["", "https://koepel.example.org", "ftp://x", "http://x/path", "http://", "a b"]
        {
            check(wrong, None);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_got_no_answer_is_repeated_with_the_same_request() {
        let tries = Cell::new(0);
        let answer = repeat(&"the same", async |request: Request<&str>| {
            assert_eq!(*request.get_ref(), "the same");
            tries.set(tries.get() + 1);
            if tries.get() < 3 {
                Err(Status::unavailable("restarting"))
            } else {
                Ok(Response::new(7))
            }
        });
        assert!(matches!(answer.await, Ok(7)));
        assert_eq!(tries.get(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_is_not_repeated_and_silence_not_for_ever() {
        for (status, then) in
            [(Status::aborted("stale"), 1), (Status::unavailable("gone"), PAUSES_MS.len() + 1)]
        {
            let answer = repeat(&(), async |_: Request<()>| Err::<Response<()>, _>(status.clone()));
            assert!(matches!(answer.await, Err(last) if last.tries == then));
        }
    }
}
