//! Which addresses a webhook may have: public ones over https. A private one, or plain http, only where the configuration names
//! its network, so that nobody makes the server talk to what only it can reach.
//!
//! An address is looked at twice: as written when a target is made, and as resolved at each connection. What was looked at is
//! what is connected to, so a name that changes its mind in between gains nothing.
//!
//! Sources: the special-purpose registries of IANA for IPv4 and IPv6. Of IPv6 only what is assigned as global unicast is public
//! (`2000::/3`), without the blocks in it that are not.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use url::{Host, Url};

/// Longest address of a target.
pub const URL_MAX: usize = 2_000;

/// A network, `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Net {
    base: IpAddr,
    prefix: u32,
}

impl Net {
    const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u32) -> Self {
        Self { base: IpAddr::V4(Ipv4Addr::new(a, b, c, d)), prefix }
    }

    const fn v6(a: u16, b: u16, c: u16, prefix: u32) -> Self {
        Self { base: IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)), prefix }
    }

    /// Whether an address is in it.
    #[must_use]
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.base, ip) {
            (IpAddr::V4(base), IpAddr::V4(ip)) => {
                let mask = u32::MAX.checked_shl(32 - self.prefix).unwrap_or(0);
                u32::from(base) & mask == u32::from(ip) & mask
            }
            (IpAddr::V6(base), IpAddr::V6(ip)) => {
                let mask = u128::MAX.checked_shl(128 - self.prefix).unwrap_or(0);
                u128::from(base) & mask == u128::from(ip) & mask
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl fmt::Display for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.prefix)
    }
}

/// That a text is no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no network, such as 10.0.0.0/8, 127.0.0.1 or fd00::/8")]
pub struct NoNet(String);

impl FromStr for Net {
    type Err = NoNet;

    fn from_str(text: &str) -> Result<Self, NoNet> {
        let wrong = || NoNet(text.chars().take(60).collect());
        let (base, prefix) = match text.split_once('/') {
            Some((base, prefix)) => (base, Some(prefix)),
            None => (text, None),
        };
        let base: IpAddr = base.parse().map_err(|_| wrong())?;
        let longest = if base.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(prefix) => prefix.parse().map_err(|_| wrong())?,
        };
        if prefix > longest { Err(wrong()) } else { Ok(Self { base, prefix }) }
    }
}

/// What of IPv4 is not public.
const NOT_PUBLIC_V4: [Net; 16] = [
    Net::v4(0, 0, 0, 0, 8),
    Net::v4(10, 0, 0, 0, 8),
    // Shared behind a carrier's NAT.
    Net::v4(100, 64, 0, 0, 10),
    Net::v4(127, 0, 0, 0, 8),
    // Link-local; where clouds tell a machine its secrets.
    Net::v4(169, 254, 0, 0, 16),
    // Where Azure tells a machine its secrets: an address of the public range that leads to the host of the machine alone.
    Net::v4(168, 63, 129, 16, 32),
    Net::v4(172, 16, 0, 0, 12),
    Net::v4(192, 0, 0, 0, 24),
    Net::v4(192, 0, 2, 0, 24),
    Net::v4(192, 88, 99, 0, 24),
    Net::v4(192, 168, 0, 0, 16),
    Net::v4(198, 18, 0, 0, 15),
    Net::v4(198, 51, 100, 0, 24),
    Net::v4(203, 0, 113, 0, 24),
    // Multicast, and what is reserved; 255.255.255.255 with it.
    Net::v4(224, 0, 0, 0, 4),
    Net::v4(240, 0, 0, 0, 4),
];

/// The global unicast addresses of IPv6.
const GLOBAL_V6: Net = Net::v6(0x2000, 0, 0, 3);
/// What of them is not public: protocols of the IETF (Teredo, benchmarks, ORCHID), documentation, 6to4.
const NOT_PUBLIC_V6: [Net; 4] = [
    Net::v6(0x2001, 0, 0, 23),
    Net::v6(0x2001, 0xdb8, 0, 32),
    Net::v6(0x2002, 0, 0, 16),
    Net::v6(0x3fff, 0, 0, 20),
];

/// Whether anybody on the Internet may have this address.
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(_) => !NOT_PUBLIC_V4.iter().any(|net| net.contains(ip)),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public(IpAddr::V4(v4)),
            None => GLOBAL_V6.contains(ip) && !NOT_PUBLIC_V6.iter().any(|net| net.contains(ip)),
        },
    }
}

/// Names that never leave a machine or a network.
const LOCAL_NAMES: [&str; 8] =
    ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa"];

/// Why an address is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No address.
    #[error("is no address of a web page: {0}")]
    NoUrl(String),
    /// Too long.
    #[error("is {0} bytes long; at most {URL_MAX} fit")]
    TooLong(usize),
    /// Neither https nor http.
    #[error("begins with {0:?}; give an address that begins with https://")]
    Scheme(String),
    /// A user or a password in it.
    #[error("holds a user or a password; put a secret into the path, or rely on the signature")]
    Credentials,
    /// Not public.
    #[error(
        "{0} is no public address, and the server's setting alerts.allow_private_targets does not name its network"
    )]
    Private(IpAddr),
    /// A name of a local network.
    #[error(
        "{0} is a name of a local network, and the server's setting alerts.allow_private_targets is empty"
    )]
    LocalName(String),
    /// Plain http.
    #[error(
        "http is taken only to private addresses that the server's setting alerts.allow_private_targets names; give an address that begins with https://"
    )]
    Plain,
}

/// An address that was looked at, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Whether it is https.
    pub secure: bool,
    /// The host as the certificate names it, without a dot at its end.
    pub host: String,
    /// The address, if it is written as one.
    pub ip: Option<IpAddr>,
    /// The port.
    pub port: u16,
    /// The host and port as the request names them.
    pub authority: String,
    /// Path and query.
    pub path: String,
}

impl Address {
    /// Looks at an address as written.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn parse(text: &str, allowed: &[Net]) -> Result<Self, Refused> {
        if text.len() > URL_MAX {
            return Err(Refused::TooLong(text.len()));
        }
        let url = Url::parse(text.trim()).map_err(|error| Refused::NoUrl(error.to_string()))?;
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            other => return Err(Refused::Scheme(other.chars().take(20).collect())),
        };
        if !url.username().is_empty() || url.password().is_some() || has_userinfo(text) {
            return Err(Refused::Credentials);
        }
        let no_host = || Refused::NoUrl("it names no host".to_owned());
        let port = url.port_or_known_default().ok_or_else(no_host)?;
        let (host, ip) = match url.host().ok_or_else(no_host)? {
            Host::Ipv4(ip) => (ip.to_string(), Some(IpAddr::V4(ip))),
            Host::Ipv6(ip) => (ip.to_string(), Some(IpAddr::V6(ip))),
            Host::Domain(name) => (name.trim_end_matches('.').to_owned(), None),
        };
        if let Some(ip) = ip {
            check(ip, secure, allowed)?;
        } else if host.is_empty() {
            return Err(no_host());
        } else if allowed.is_empty() {
            if is_local(&host) {
                return Err(Refused::LocalName(host));
            }
            if !secure {
                return Err(Refused::Plain);
            }
        }
        let shown = url.host_str().unwrap_or_default().trim_end_matches('.').to_owned();
        let authority = match url.port() {
            Some(port) => format!("{shown}:{port}"),
            None => shown,
        };
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        Ok(Self { secure, host, ip, port, authority, path })
    }
}

/// Whether an `@` stands before the path, even where there is no name before it.
fn has_userinfo(text: &str) -> bool {
    let rest = text.split_once("//").map_or(text, |(_, rest)| rest);
    rest.split(['/', '?', '#', '\\']).next().is_some_and(|authority| authority.contains('@'))
}

fn is_local(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let ends = |name: &&str| {
        host.strip_suffix(*name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    !host.contains('.') || LOCAL_NAMES.iter().any(ends)
}

/// Looks at an address that is about to be connected to.
///
/// # Errors
/// [`Refused::Private`] or [`Refused::Plain`].
pub fn check(ip: IpAddr, secure: bool, allowed: &[Net]) -> Result<(), Refused> {
    let plain = match ip {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    };
    let is_allowed = allowed.iter().any(|net| net.contains(ip) || net.contains(plain));
    match (is_allowed, is_public(ip)) {
        (true, false) => Ok(()),
        (false, false) => Err(Refused::Private(ip)),
        (_, true) if secure => Ok(()),
        (_, true) => Err(Refused::Plain),
    }
}

#[cfg(test)]
mod tests;
