//! Sends letters by SMTP. Text and HTML; a Message-ID made of the delivery's id, so that a repetition is known.

use std::time::Duration;

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        self,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use tokio::time::timeout;

use super::trouble::trouble_of;
use crate::{
    letter::Letter,
    retry::Failure,
    why::{Trouble, Why},
};

/// How the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// From the first byte on; port 465.
    Tls,
    /// After STARTTLS, and never without; port 587.
    StartTls,
    /// Not at all.
    Nothing,
}

impl Encryption {
    /// The port that goes with it.
    #[must_use]
    pub fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::Nothing => 25,
        }
    }
}

/// A server that takes e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: Encryption,
    /// User and password.
    pub login: Option<(String, String)>,
    /// A certificate to trust beside the system's, as PEM.
    pub certificate: Option<Vec<u8>>,
    /// Who sends.
    pub from: Mailbox,
    /// How long connecting may take; a letter as a whole may take [`LETTER`] times as long.
    pub patience: Duration,
}

/// A letter is a conversation: some ten answers, of which most come at once.
const LETTER: u32 = 3;

/// Sends e-mail.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    patience: Duration,
}

/// Reads who sends: `Koepel <koepel@example.com>`.
///
/// # Errors
/// What is wrong with it.
pub fn mailbox(text: &str) -> Result<Mailbox, String> {
    text.parse().map_err(|_| {
        let shown: String = text.chars().take(60).collect();
        format!(
            "{shown:?} is no address, such as koepel@example.com or Koepel <koepel@example.com>"
        )
    })
}

/// Reads somebody's address.
///
/// # Errors
/// What is wrong with it.
pub fn address(text: &str) -> Result<String, String> {
    let shown: String = text.chars().take(60).collect();
    let parsed: Result<Address, _> = text.trim().parse();
    // Longer ones are refused by servers (RFC 5321, 4.5.3.1).
    match parsed {
        Ok(address) if text.trim().len() <= 254 => Ok(address.to_string()),
        Ok(_) | Err(_) => Err(format!("{shown:?} is no e-mail address, such as hanna@example.com")),
    }
}

impl Smtp {
    /// One for a server; it is not connected to yet.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn new(server: &Server) -> Result<Self, String> {
        let tls = || -> Result<TlsParameters, String> {
            let mut parameters = TlsParameters::builder(server.host.clone());
            if let Some(pem) = &server.certificate {
                let certificate = Certificate::from_pem(pem).map_err(|error| error.to_string())?;
                parameters = parameters.add_root_certificate(certificate);
            }
            parameters.build_rustls().map_err(|error| error.to_string())
        };
        let tls = match server.encryption {
            Encryption::Tls => Tls::Wrapper(tls()?),
            Encryption::StartTls => Tls::Required(tls()?),
            Encryption::Nothing => Tls::None,
        };
        let mut transport =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host.clone())
                .port(server.port)
                .tls(tls)
                .timeout(Some(server.patience))
                .hello_name(ClientId::Domain(server.from.email.domain().to_owned()));
        if let Some((user, password)) = &server.login {
            transport = transport.credentials(Credentials::new(user.clone(), password.clone()));
        }
        let patience = server.patience.saturating_mul(LETTER);
        Ok(Self { transport: transport.build(), from: server.from.clone(), patience })
    }

    /// Sends a letter. `id` is the delivery's, `thread` what it belongs to.
    ///
    /// # Errors
    /// Why it did not go. What the server said is not in it but for its codes: it may quote the receiver's address.
    pub async fn send(
        &self,
        to: (&str, &str),
        id: &str,
        thread: &str,
        language: &str,
        letter: &Letter,
    ) -> Result<(), Failure> {
        let message = message(&self.from, to, id, thread, language, letter);
        let message = message.map_err(Failure::hopeless)?;
        // The library's own limit is for connecting alone: a server that is silent after that would be waited for for ever.
        let sent = timeout(self.patience, Box::pin(self.transport.send(message))).await;
        let slow = |_| Failure::passing(Why::MailWay(Trouble::Slow(self.patience)));
        sent.map_err(slow)?.map(drop).map_err(|error| failure(&error))
    }
}

/// The whole message. `to` is a name and an address.
///
/// # Errors
/// What cannot be written.
pub fn message(
    from: &Mailbox,
    (name, address): (&str, &str),
    id: &str,
    thread: &str,
    language: &str,
    letter: &Letter,
) -> Result<Message, Why> {
    let address: Address = address.parse().map_err(|_| Why::BadAddress)?;
    let domain = from.email.domain();
    let mut message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(Some(name.to_owned()), address))
        .subject(letter.subject.clone())
        .message_id(Some(format!("<{id}@{domain}>")))
        // Letters of one escalation stand together.
        .references(format!("<{thread}@{domain}>"))
        .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
        .map_err(|_| Why::BadLetter)?;
    // RFC 3834: so that nobody's absence is told to a program.
    for (name, value) in [("Auto-Submitted", "auto-generated"), ("Content-Language", language)] {
        if let Ok(name) = HeaderName::new_from_ascii(name.to_owned()) {
            message.headers_mut().insert_raw(HeaderValue::new(name, value.to_owned()));
        }
    }
    Ok(message)
}

/// What a refusal, or the loss of a connection, comes to.
fn failure(error: &smtp::Error) -> Failure {
    let text = || std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    if let Some(code) = error.status().map(u16::from) {
        let why = Why::Mail(code, enhanced(&text()));
        return if is_final(code) { Failure::hopeless(why) } else { Failure::passing(why) };
    }
    let why = match trouble_of(error) {
        Some(trouble) => Why::MailWay(trouble),
        // The library tells these apart by its texts alone.
        None if error.is_client() && text().contains("STARTTLS") => Why::NoStartTls,
        None if error.is_client() && text().contains("authentication") => Why::NoLogin,
        None => Why::MailWay(Trouble::NoAnswer),
    };
    Failure::passing(why)
}

/// Whether a reply will be the same tomorrow: those of 500 and more, but for a mailbox that is full (552), a server that takes no
/// mail now (521), and what is wrong with our login (530, 534, 535, 538), which is not the letter's.
fn is_final(code: u16) -> bool {
    code >= 500 && !matches!(code, 521 | 530 | 534 | 535 | 538 | 552)
}

/// The enhanced code that a reply begins with, as RFC 3463 has it; what follows is the server's own words.
fn enhanced(text: &str) -> Option<[u16; 3]> {
    let number = |part: &str| {
        let digits = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if digits { part.parse().ok() } else { None }
    };
    let mut parts = text.split_whitespace().next()?.split('.');
    let code = [number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?];
    parts.next().is_none().then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_both_forms_and_an_id_that_stays() {
        let from = mailbox("Koepel <koepel@example.com>").unwrap();
        let letter = Letter {
            subject: "[Webshop] Eskalering 7 rejst: Ærø".to_owned(),
            text: "Hej Åse\n".to_owned(),
            html: "<p>Hej Åse</p>".to_owned(),
        };
        let message = message(&from, ("Åse", "aase@example.com"), "alert_1", "t", "da", &letter);
        let text = String::from_utf8(message.unwrap().formatted()).unwrap();
        for wanted in [
            "Message-ID: <alert_1@example.com>",
            "References: <t@example.com>",
            "Auto-Submitted: auto-generated",
            "Content-Language: da",
            "multipart/alternative",
            "text/plain; charset=utf-8",
            "text/html; charset=utf-8",
            "From: Koepel <koepel@example.com>",
        ] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
    }

    #[test]
    fn of_a_reply_its_codes_are_kept_and_nothing_else() {
        let quoted = "5.1.1 <hanna@example.com>: Recipient address rejected";
        assert_eq!(enhanced(quoted), Some([5, 1, 1]));
        for none in ["", "hanna@example.com", "5.1 x", "5.1.1.1 x", "5.1.1: x", "5.1.12345 x"] {
            assert_eq!(enhanced(none), None, "{none}");
        }
    }

    #[test]
    fn a_refusal_for_good_is_told_from_one_that_may_pass() {
        for code in [550, 551, 553, 554, 501] {
            assert!(is_final(code), "{code}");
        }
        for code in [421, 450, 451, 452, 521, 530, 535, 552] {
            assert!(!is_final(code), "{code}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        assert_eq!(address(" hanna@example.com "), Ok("hanna@example.com".to_owned()));
        let long = format!("{}@example.com", "a".repeat(250));
        for bad in ["", "hanna", "hanna@", "a b@example.com", "a@b\nBcc: c@d", long.as_str()] {
            assert!(address(bad).is_err(), "{bad}");
        }
        assert!(mailbox("nobody").is_err());
    }
}
