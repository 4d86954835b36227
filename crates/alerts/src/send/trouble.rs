//! From the errors of connections to words of our own.

use std::{error::Error, io};

use rustls::CertificateError;

use crate::why::Trouble;

/// What an error, or one of its causes, comes to.
pub(super) fn trouble_of(error: &(dyn Error + 'static)) -> Option<Trouble> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return Some(of_tls(error));
        }
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(of_io(error));
        }
        next = error.source();
    }
    None
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "kinds of the standard library, of which there will be more; the rest is said in general words"
)]
fn of_io(error: &io::Error) -> Trouble {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    if let Some(inner) = inner {
        return of_tls(inner);
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Trouble::Refused,
        io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::NetworkDown => Trouble::Unreachable,
        io::ErrorKind::TimedOut => Trouble::TimedOut,
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof => Trouble::NoAnswer,
        // The library that resolves names has no kind of its own for this.
        _ if error.to_string().starts_with("failed to lookup address") => Trouble::Name,
        _ => Trouble::Connect,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "kinds of another crate, of which there will be more; the rest is said in general words"
)]
fn of_tls(error: &rustls::Error) -> Trouble {
    let rustls::Error::InvalidCertificate(why) = error else { return Trouble::Tls };
    match why {
        CertificateError::UnknownIssuer => Trouble::Stranger,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Trouble::OtherName
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => Trouble::OutOfDate,
        _ => Trouble::Certificate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_found_behind_other_errors_and_said_in_our_own_words() {
        let tls = |why| {
            io::Error::new(io::ErrorKind::InvalidData, rustls::Error::InvalidCertificate(why))
        };
        for (error, trouble) in [
            (io::Error::from(io::ErrorKind::ConnectionRefused), Trouble::Refused),
            (io::Error::from(io::ErrorKind::UnexpectedEof), Trouble::NoAnswer),
            (io::Error::other("failed to lookup address information: no"), Trouble::Name),
            (io::Error::other("hanna@example.com"), Trouble::Connect),
            (tls(CertificateError::UnknownIssuer), Trouble::Stranger),
            (tls(CertificateError::NotValidForName), Trouble::OtherName),
            (tls(CertificateError::Revoked), Trouble::Certificate),
            (io::Error::other(rustls::Error::DecryptError), Trouble::Tls),
        ] {
            assert_eq!(trouble_of(&error), Some(trouble), "{error}");
        }
        assert_eq!(trouble_of(&std::fmt::Error), None);
    }
}
