//! Posts to a webhook: one connection for each request, to an address that was looked at. Redirects are not followed, and of the
//! answer nothing is kept but its status and `Retry-After`.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use crate::guard::{self, Address, Net, Refused};

/// So much of an answer is read.
const ANSWER_MAX: usize = 64 << 10;
/// So much may its head have.
const HEAD_MAX: usize = 32 << 10;

/// Posts to webhooks.
#[derive(Clone)]
pub struct Http {
    tls: Arc<ClientConfig>,
    allowed: Vec<Net>,
    patience: Duration,
    /// What names lead to, in tests; elsewhere that is asked of the system.
    #[cfg(test)]
    names: Option<tests::Names>,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The value of `Retry-After`.
    pub retry_after: Option<String>,
}

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address must not be connected to.
    #[error("the address is refused: it {0}")]
    Refused(Refused),
    /// The name leads nowhere.
    #[error("the name {host} cannot be resolved: {why}")]
    Name {
        /// Which.
        host: String,
        /// Why.
        why: String,
    },
    /// Nothing there, or not for us.
    #[error("cannot connect: {0}")]
    Connect(io::Error),
    /// No trust.
    #[error("cannot connect by TLS: {0}")]
    Tls(io::Error),
    /// Something that is no HTTP, or a connection that was lost.
    #[error("no answer: {0}")]
    Http(hyper::Error),
    /// A request that cannot be made.
    #[error("cannot be asked: {0}")]
    Request(http::Error),
    /// Too slow.
    #[error("no answer within {} s", .0.as_secs_f64())]
    Slow(Duration),
}

impl Http {
    /// One that connects to public addresses and to those of `allowed`; a request may take as long as `patience`.
    #[must_use]
    pub fn new(tls: Arc<ClientConfig>, allowed: Vec<Net>, patience: Duration) -> Self {
        Self {
            tls,
            allowed,
            patience,
            #[cfg(test)]
            names: None,
        }
    }

    /// Posts JSON.
    ///
    /// # Errors
    /// [`Error`], if there was no answer.
    pub async fn post(
        &self,
        address: &Address,
        headers: &[(&str, String)],
        body: Vec<u8>,
    ) -> Result<Reply, Error> {
        let asked = Box::pin(self.ask(address, headers, body));
        timeout(self.patience, asked).await.map_err(|_| Error::Slow(self.patience))?
    }

    async fn ask(
        &self,
        address: &Address,
        headers: &[(&str, String)],
        body: Vec<u8>,
    ) -> Result<Reply, Error> {
        let mut request = Request::post(&address.path)
            .header(header::HOST, &address.authority)
            .header(header::USER_AGENT, concat!("koepel/", env!("CARGO_PKG_VERSION")))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::CONNECTION, "close");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(Bytes::from(body))).map_err(Error::Request)?;
        let stream = self.connect(address).await?;
        if !address.secure {
            return exchange(stream, request).await;
        }
        let name = match address.ip {
            Some(ip) => ServerName::IpAddress(ip.into()),
            None => ServerName::try_from(address.host.clone())
                .map_err(|error| Error::Tls(io::Error::other(error)))?,
        };
        let connector = TlsConnector::from(Arc::clone(&self.tls));
        exchange(connector.connect(name, stream).await.map_err(Error::Tls)?, request).await
    }

    /// Resolves once, looks at all that came, and connects to what was looked at.
    async fn connect(&self, address: &Address) -> Result<TcpStream, Error> {
        let ips: Vec<IpAddr> = match address.ip {
            Some(ip) => vec![ip],
            None => {
                let wrong = |why: String| Error::Name { host: address.host.clone(), why };
                let ips = self.resolve(&address.host, address.port).await;
                let ips = ips.map_err(|error| wrong(error.to_string()))?;
                if ips.is_empty() {
                    return Err(wrong("it has no address".to_owned()));
                }
                ips
            }
        };
        for ip in &ips {
            guard::check(*ip, address.secure, &self.allowed).map_err(Error::Refused)?;
        }
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for ip in ips {
            match TcpStream::connect(SocketAddr::new(ip, address.port)).await {
                Ok(stream) => {
                    // A small request is not to wait for more.
                    stream.set_nodelay(true).map_err(Error::Connect)?;
                    return Ok(stream);
                }
                Err(error) => last = error,
            }
        }
        Err(Error::Connect(last))
    }
}

impl Http {
    /// What a name leads to now.
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<IpAddr>> {
        #[cfg(test)]
        if let Some(names) = &self.names {
            return Ok(names.ask(host));
        }
        let found = tokio::net::lookup_host((host, port)).await?;
        Ok(found.map(|socket| socket.ip()).collect())
    }
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Reply, Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD_MAX)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(Error::Http)?;
    let driver = AbortOnDrop(tokio::spawn(async move {
        // What goes wrong with it is told to whoever waits for the answer.
        drop(connection.await);
    }));
    let answer = sender.send_request(request).await.map_err(Error::Http)?;
    let status = answer.status();
    let retry_after = answer.headers().get(header::RETRY_AFTER);
    let retry_after = retry_after.and_then(|value| value.to_str().ok()).map(str::to_owned);
    read_some(answer.into_body()).await;
    drop(driver);
    Ok(Reply { status, retry_after })
}

/// Ends the connection with whoever waited for it.
struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Takes a little of the body, so that the receiver gets to its end; the status has said all that counts.
async fn read_some(mut body: Incoming) {
    let mut left = ANSWER_MAX;
    let taken = async {
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            left = left.saturating_sub(length);
            if left == 0 {
                break;
            }
        }
    };
    drop(timeout(Duration::from_secs(1), taken).await);
}

#[cfg(test)]
mod tests;
