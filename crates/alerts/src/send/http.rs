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

use super::trouble::trouble_of;
use crate::{
    guard::{self, Address, Net},
    retry::Failure,
    why::{Trouble, Why},
};

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

/// Why there was no answer, in words of our own: no address and no name is in them.
fn lost(trouble: Trouble) -> Failure {
    Failure::passing(Why::Way(trouble))
}

fn of(error: &(dyn std::error::Error + 'static), otherwise: Trouble) -> Failure {
    lost(trouble_of(error).unwrap_or(otherwise))
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
    /// Why there was no answer.
    pub async fn post(
        &self,
        address: &Address,
        headers: &[(&str, String)],
        body: Vec<u8>,
    ) -> Result<Reply, Failure> {
        let asked = Box::pin(self.ask(address, headers, body));
        timeout(self.patience, asked).await.map_err(|_| lost(Trouble::Slow(self.patience)))?
    }

    async fn ask(
        &self,
        address: &Address,
        headers: &[(&str, String)],
        body: Vec<u8>,
    ) -> Result<Reply, Failure> {
        let mut request = Request::post(&address.path)
            .header(header::HOST, &address.authority)
            .header(header::USER_AGENT, concat!("koepel/", env!("CARGO_PKG_VERSION")))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::CONNECTION, "close");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let unasked = |_| Failure::hopeless(Why::NoWebAddress);
        let request = request.body(Full::new(Bytes::from(body))).map_err(unasked)?;
        let stream = self.connect(address).await?;
        if !address.secure {
            return exchange(stream, request).await;
        }
        let name = match address.ip {
            Some(ip) => ServerName::IpAddress(ip.into()),
            None => ServerName::try_from(address.host.clone()).map_err(|_| lost(Trouble::Tls))?,
        };
        let connector = TlsConnector::from(Arc::clone(&self.tls));
        let stream = connector.connect(name, stream).await;
        exchange(stream.map_err(|error| of(&error, Trouble::Tls))?, request).await
    }

    /// Resolves once, looks at all that came, and connects to what was looked at.
    async fn connect(&self, address: &Address) -> Result<TcpStream, Failure> {
        let ips: Vec<IpAddr> = match address.ip {
            Some(ip) => vec![ip],
            None => {
                let found = self.resolve(&address.host, address.port).await;
                let ips = found.map_err(|_| lost(Trouble::Name))?;
                if ips.is_empty() {
                    return Err(lost(Trouble::Name));
                }
                ips
            }
        };
        for ip in &ips {
            guard::check(*ip, address.secure, &self.allowed)
                .map_err(|refused| Failure::passing(Why::from(&refused)))?;
        }
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for ip in ips {
            match TcpStream::connect(SocketAddr::new(ip, address.port)).await {
                Ok(stream) => {
                    // A small request is not to wait for more.
                    stream.set_nodelay(true).map_err(|error| of(&error, Trouble::Connect))?;
                    return Ok(stream);
                }
                Err(error) => last = error,
            }
        }
        Err(of(&last, Trouble::Connect))
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

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Reply, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD_MAX)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| lost(Trouble::NoAnswer))?;
    let driver = AbortOnDrop(tokio::spawn(async move {
        // What goes wrong with it is told to whoever waits for the answer.
        drop(connection.await);
    }));
    let answer = sender.send_request(request).await.map_err(|_| lost(Trouble::NoAnswer))?;
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
