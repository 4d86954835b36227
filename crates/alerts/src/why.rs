//! Why a delivery failed, in words of our own alone. It is kept in the log for ever and shown to whoever manages alerts, so
//! nothing that a receiver said may be in it, nor an address: replies of mail servers quote them.

use std::time::Duration;

use crate::guard::Refused;

/// Why a delivery failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// A webhook's status.
    #[error("answered {0}")]
    Answered(u16),
    /// A webhook's redirect.
    #[error("answered {0}: redirects are not followed, give the target's last address")]
    Redirects(u16),
    /// So says a webhook that wants no more, as Standard Webhooks has it.
    #[error("answered 410: it wants no more")]
    WantsNoMore,
    /// No target.
    #[error("its target was removed")]
    NoTarget,
    /// The target's address, as it is resolved now.
    #[error(
        "its address is no public address, and the server's setting alerts.allow_private_targets does not name its network"
    )]
    NotPublic,
    /// The target's address, where nothing private is allowed any more.
    #[error(
        "its address has a name of a local network, and the server's setting alerts.allow_private_targets is empty"
    )]
    LocalName,
    /// The target's address, where http is not allowed any more.
    #[error(
        "its address begins with http://, which is taken only for private addresses that the server's setting alerts.allow_private_targets names"
    )]
    Plain,
    /// The target's address.
    #[error("its address is none that a webhook may have")]
    NoWebAddress,
    /// The way to a webhook.
    #[error("{0}")]
    Way(Trouble),
    /// A mail server's reply: its code, and the enhanced one of RFC 3463 if there was one.
    #[error("the mail server answered {}", reply(.0, .1))]
    Mail(u16, Option<[u16; 3]>),
    /// The way to the mail server.
    #[error("the mail server: {0}")]
    MailWay(Trouble),
    /// The mail server, where encryption is asked for.
    #[error(
        "the mail server does not offer STARTTLS, which the server's setting alerts.smtp.encryption asks for"
    )]
    NoStartTls,
    /// The mail server, where there is a user.
    #[error("the mail server knows no way to log in that is known here")]
    NoLogin,
    /// An address that can be kept, and not written to.
    #[error("the receiver's e-mail address cannot be written to")]
    BadAddress,
    /// A letter.
    #[error("the letter cannot be put together")]
    BadLetter,
    /// A contact that was changed.
    #[error("the receiver has no e-mail address any more")]
    NoAddress,
    /// A receiver that is a role.
    #[error("only people have e-mail addresses")]
    NoPerson,
    /// A receiver who was told of a product that they are nothing in any more.
    #[error("the receiver has left the product")]
    Left,
    /// Settings that were changed.
    #[error("the server's settings name no mail server any more")]
    NoMailServer,
    /// Settings that were changed.
    #[error("the server's settings name no NATS for alerts any more")]
    NoNats,
    /// No NATS server.
    #[error("no NATS server answers")]
    NatsAway,
    /// A NATS server that does not know us.
    #[error("the NATS server refuses us")]
    NatsRefuses,
    /// The stream.
    #[error("the stream of NATS cannot be used")]
    NatsStream,
    /// A message that was not acknowledged.
    #[error("NATS did not take it")]
    NatsTookNot,
    /// The file of certificates.
    #[error("the certificates to trust cannot be read: see the server's setting alerts.ca_file")]
    NoAuthorities,
    /// The log.
    #[error("the product cannot be read now")]
    NoProduct,
}

/// What is wrong with the way to a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// DNS.
    #[error("its name cannot be resolved")]
    Name,
    /// Nobody listens.
    #[error("cannot connect: nobody listens there")]
    Refused,
    /// No way.
    #[error("cannot connect: there is no way to it")]
    Unreachable,
    /// Any other reason.
    #[error("cannot connect")]
    Connect,
    /// Nobody vouches for it.
    #[error("cannot connect by TLS: nobody who is trusted vouches for its certificate")]
    Stranger,
    /// A certificate of somebody else.
    #[error("cannot connect by TLS: its certificate is for another name")]
    OtherName,
    /// A certificate of another time.
    #[error("cannot connect by TLS: its certificate is out of date, or not in force yet")]
    OutOfDate,
    /// Any other reason against a certificate.
    #[error("cannot connect by TLS: its certificate is not as it should be")]
    Certificate,
    /// Any other reason.
    #[error("cannot connect by TLS")]
    Tls,
    /// Silence, of unknown length.
    #[error("timed out")]
    TimedOut,
    /// Silence.
    #[error("no answer within {} s", .0.as_secs_f64())]
    Slow(Duration),
    /// A connection that was lost, or something else than an answer.
    #[error("no answer")]
    NoAnswer,
}

impl Why {
    /// Whether nobody was there to answer, or nobody who can be trusted: not what was to be said is why.
    #[must_use]
    pub fn nobody(&self) -> bool {
        match self {
            Self::Way(_)
            | Self::MailWay(_)
            | Self::NoStartTls
            | Self::NatsAway
            | Self::NatsRefuses
            | Self::NatsStream
            | Self::NatsTookNot => true,
            Self::Answered(_)
            | Self::Redirects(_)
            | Self::WantsNoMore
            | Self::NoTarget
            | Self::NotPublic
            | Self::LocalName
            | Self::Plain
            | Self::NoWebAddress
            | Self::Mail(..)
            | Self::NoLogin
            | Self::BadAddress
            | Self::BadLetter
            | Self::NoAddress
            | Self::NoPerson
            | Self::Left
            | Self::NoMailServer
            | Self::NoNats
            | Self::NoAuthorities
            | Self::NoProduct => false,
        }
    }
}

fn reply(code: &u16, enhanced: &Option<[u16; 3]>) -> String {
    match enhanced {
        None => code.to_string(),
        Some([class, subject, detail]) => format!("{code} {class}.{subject}.{detail}"),
    }
}

impl From<&Refused> for Why {
    fn from(refused: &Refused) -> Self {
        match refused {
            Refused::Private(_) => Self::NotPublic,
            Refused::LocalName(_) => Self::LocalName,
            Refused::Plain => Self::Plain,
            Refused::NoUrl(_) | Refused::TooLong(_) | Refused::Scheme(_) | Refused::Credentials => {
                Self::NoWebAddress
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_its_codes() {
        let said = Why::Mail(550, Some([5, 1, 1])).to_string();
        assert_eq!(said, "the mail server answered 550 5.1.1");
        assert_eq!(Why::Mail(451, None).to_string(), "the mail server answered 451");
        let slow = Why::MailWay(Trouble::Slow(Duration::from_secs(30)));
        assert_eq!(slow.to_string(), "the mail server: no answer within 30 s");
    }
}
