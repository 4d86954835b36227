//! A connection to NATS, and the stream: looked at on each connection, made if there is none, and never changed.

use std::time::Duration;

use async_nats::{
    Client, ConnectError, ConnectErrorKind, ConnectOptions, Event,
    jetstream::{
        Context,
        context::{ContextBuilder, CreateStreamError, CreateStreamErrorKind, GetStreamErrorKind},
        stream::{Config, DiscardPolicy, Info, StorageType},
    },
};
use tokio::sync::watch;

use super::{Away, checkpoint::Identity, subject};
use crate::config::nats::{Login, Nats};

/// How long a server may take to answer, be it to a connection, a question or a message.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long one address may take to be connected to.
const CONNECT: Duration = Duration::from_secs(3);
/// How often a quiet server is asked whether it is still there.
const PING: Duration = Duration::from_secs(5);
/// For how long a stream that we make knows the ids of its messages.
const DUPLICATES: Duration = Duration::from_secs(120);

/// A connection whose stream takes our events.
pub(crate) struct Link {
    pub(crate) context: Context,
    pub(super) identity: Identity,
    /// The number of the stream's last message.
    pub(super) last_sequence: u64,
    pub(crate) condition: watch::Receiver<Condition>,
}

/// What has become of a connection.
#[derive(Debug, Default)]
pub(crate) struct Condition {
    /// It was lost. It may have come back by itself, but the server may be another one then.
    pub(crate) lost: bool,
    /// What the server said that it does not allow.
    pub(super) complaint: Option<String>,
}

impl Link {
    pub(crate) async fn open(settings: &Nats) -> Result<Self, Away> {
        let (condition_out, condition) = watch::channel(Condition::default());
        let client = connect(settings, condition_out).await?;
        let context = ContextBuilder::new().timeout(PATIENCE).build(client);
        let info = match find(&context, &settings.stream).await? {
            Some(info) => info,
            None => create(&context, settings).await?,
        };
        check(&info, settings)?;
        let (identity, last_sequence) = (identity(&info, settings), info.state.last_sequence);
        Ok(Self { context, identity, last_sequence, condition })
    }

    /// Whether the stream is still the same, and ends at `sequence` at the earliest.
    pub(super) async fn is_same(&self, sequence: u64, settings: &Nats) -> Result<bool, Away> {
        let info = find(&self.context, &settings.stream).await?;
        Ok(info.is_some_and(|info| {
            identity(&info, settings) == self.identity && sequence <= info.state.last_sequence
        }))
    }
}

async fn connect(settings: &Nats, condition: watch::Sender<Condition>) -> Result<Client, Away> {
    let file = |error: std::io::Error| Away::Refused(format!("the file for it: {error}"));
    let mut options = ConnectOptions::new()
        .name("koepel")
        .connection_timeout(CONNECT)
        .request_timeout(Some(PATIENCE))
        .ping_interval(PING)
        // We connect anew ourselves, and look at the stream then; more than a round of tries would outlive that.
        .ignore_discovered_servers()
        .max_reconnects(settings.urls.len())
        .event_callback(move |event| {
            match event {
                Event::Disconnected | Event::Closed => condition.send_modify(|now| now.lost = true),
                Event::ServerError(error) => {
                    condition.send_modify(|now| now.complaint = Some(error.to_string()));
                }
                Event::Connected
                | Event::LameDuckMode
                | Event::Draining
                | Event::SlowConsumer(_)
                | Event::ClientError(_) => {}
            }
            std::future::ready(())
        });
    if let Some(path) = &settings.ca_file {
        options = options.add_root_certificates(path.clone()).require_tls(true);
    }
    // Files are read each time, so that a key may be exchanged.
    options = match &settings.login {
        Login::Nobody => options,
        Login::User { user, password } => {
            options.user_and_password(user.clone(), password.reveal().to_owned())
        }
        Login::Token(token) => options.token(token.reveal().to_owned()),
        Login::CredentialsFile(path) => options.credentials_file(path).await.map_err(file)?,
        Login::NkeyFile(path) => {
            let seed = tokio::fs::read_to_string(path).await.map_err(file)?;
            options.nkey(seed.trim().to_owned())
        }
    };
    options.connect(&settings.urls).await.map_err(|error| refusal(&error))
}

fn refusal(error: &ConnectError) -> Away {
    match error.kind() {
        ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication => {
            Away::Refused(error.to_string())
        }
        ConnectErrorKind::ServerParse
        | ConnectErrorKind::Dns
        | ConnectErrorKind::TimedOut
        | ConnectErrorKind::Tls
        | ConnectErrorKind::Io
        | ConnectErrorKind::MaxReconnects => Away::Unreachable(error.to_string()),
    }
}

/// What there is under the stream's name.
async fn find(context: &Context, stream: &str) -> Result<Option<Info>, Away> {
    match context.get_stream(stream).await {
        Ok(stream) => Ok(Some(stream.cached_info().clone())),
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(error) if error.code() == 404 => Ok(None),
            GetStreamErrorKind::JetStream(error) => Err(Away::Stream(error.to_string())),
            GetStreamErrorKind::EmptyName | GetStreamErrorKind::InvalidStreamName => {
                Err(Away::Stream(error.to_string()))
            }
            // As of a server that has just begun, or one without JetStream.
            GetStreamErrorKind::Request => {
                Err(Away::Unreachable(format!("JetStream does not answer: {error}")))
            }
        },
    }
}

async fn create(context: &Context, settings: &Nats) -> Result<Info, Away> {
    let limit = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    let max_age = settings.max_age.unwrap_or(Duration::ZERO);
    let config = Config {
        name: settings.stream.clone(),
        description: Some(format!("Koepel: what it publishes under {}", settings.subject_prefix)),
        subjects: vec![subject::all(&settings.subject_prefix)],
        storage: StorageType::File,
        // What is too much goes at the old end; Koepel's log has it still.
        discard: DiscardPolicy::Old,
        max_bytes: settings.max_bytes.map_or(-1, limit),
        max_age,
        duplicate_window: if max_age.is_zero() { DUPLICATES } else { DUPLICATES.min(max_age) },
        num_replicas: settings.replicas,
        allow_direct: true,
        ..Config::default()
    };
    match context.create_stream(config).await {
        Ok(stream) => {
            tracing::info!(stream = settings.stream, "the stream was made");
            Ok(stream.cached_info().clone())
        }
        Err(error) => Err(not_created(&error, settings)),
    }
}

fn not_created(error: &CreateStreamError, settings: &Nats) -> Away {
    let stream = &settings.stream;
    match error.kind() {
        CreateStreamErrorKind::TimedOut => Away::Unreachable(error.to_string()),
        CreateStreamErrorKind::EmptyStreamName
        | CreateStreamErrorKind::InvalidStreamName
        | CreateStreamErrorKind::DomainAndExternalSet
        | CreateStreamErrorKind::JetStreamUnavailable
        | CreateStreamErrorKind::JetStream(_)
        | CreateStreamErrorKind::Response
        | CreateStreamErrorKind::NotFound
        | CreateStreamErrorKind::ResponseParse => {
            Away::Stream(format!("{stream} cannot be made: {error}"))
        }
    }
}

/// Somebody else may have made the stream. That it takes our events is all that is asked of it.
fn check(info: &Info, settings: &Nats) -> Result<(), Away> {
    let Config { name, subjects, no_ack, .. } = &info.config;
    if !subject::covers(subjects, &settings.subject_prefix) {
        let (wanted, has) = (subject::all(&settings.subject_prefix), subjects.join(", "));
        return Err(Away::Stream(format!("{name} does not take {wanted}, but: {has}")));
    }
    if *no_ack {
        return Err(Away::Stream(format!("{name} acknowledges nothing; set its no_ack to false")));
    }
    Ok(())
}

fn identity(info: &Info, settings: &Nats) -> Identity {
    Identity {
        name: settings.stream.clone(),
        created: info.created.unix_timestamp_nanos().to_string(),
        prefix: settings.subject_prefix.clone(),
    }
}
