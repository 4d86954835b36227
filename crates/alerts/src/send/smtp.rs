//! Sends letters by SMTP. Text and HTML; a Message-ID made of the delivery's id, so that a repetition is known.

use std::time::Duration;

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};

use crate::letter::Letter;

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
    /// How long a command may take.
    pub patience: Duration,
}

/// Sends e-mail.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why a letter did not go.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address, or the letter.
    #[error("cannot be written: {0}")]
    Letter(String),
    /// The server, or the way to it.
    #[error("the mail server did not take it: {0}")]
    Server(String),
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
        Ok(Self { transport: transport.build(), from: server.from.clone() })
    }

    /// Sends a letter. `id` is the delivery's, `thread` what it belongs to.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn send(
        &self,
        to: (&str, &str),
        id: &str,
        thread: &str,
        language: &str,
        letter: &Letter,
    ) -> Result<(), Error> {
        let message = message(&self.from, to, id, thread, language, letter)?;
        let sent = self.transport.send(message).await;
        sent.map(drop).map_err(|error| Error::Server(told(&error)))
    }
}

/// The whole message. `to` is a name and an address.
///
/// # Errors
/// [`Error::Letter`].
pub fn message(
    from: &Mailbox,
    (name, address): (&str, &str),
    id: &str,
    thread: &str,
    language: &str,
    letter: &Letter,
) -> Result<Message, Error> {
    let wrong = |what: String| Error::Letter(what);
    let address: Address =
        address.parse().map_err(|error| wrong(format!("the address of the contact: {error}")))?;
    let domain = from.email.domain();
    let mut message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(Some(name.to_owned()), address))
        .subject(letter.subject.clone())
        .message_id(Some(format!("<{id}@{domain}>")))
        // Letters of one escalation stand together.
        .references(format!("<{thread}@{domain}>"))
        .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
        .map_err(|error| wrong(error.to_string()))?;
    // RFC 3834: so that nobody's absence is told to a program.
    for (name, value) in [("Auto-Submitted", "auto-generated"), ("Content-Language", language)] {
        if let Ok(name) = HeaderName::new_from_ascii(name.to_owned()) {
            message.headers_mut().insert_raw(HeaderValue::new(name, value.to_owned()));
        }
    }
    Ok(message)
}

/// Why a letter did not go, in words that may be kept for ever. What a server says is left out, as most repeat whom the letter was
/// for; its codes say what is the matter (RFC 5321, 4.2, and RFC 3463).
fn told(error: &lettre::transport::smtp::Error) -> String {
    let Some(code) = error.status() else {
        let unread = "its answer could not be read".to_owned();
        return if error.is_response() { unread } else { said(error) };
    };
    let words = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    match words.split_whitespace().next().filter(|word| is_status(word)) {
        Some(status) => format!("it answered {code} {status}"),
        None => format!("it answered {code}"),
    }
}

/// Whether this is an enhanced status code such as 5.1.1.
fn is_status(word: &str) -> bool {
    let digits = |part: &str| part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = word.split('.');
    parts.clone().count() == 3 && parts.all(|part| !part.is_empty() && digits(part))
}

/// What a connection said, with its causes.
fn said(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
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
    fn of_what_a_server_says_only_codes_are_kept() {
        for status in ["5.1.1", "4.7.123", "2.0.0"] {
            assert!(is_status(status), "{status}");
        }
        for other in ["", "5.1", "5..1", "5.1.1234", "5.1.a", "<hanna@example.com>", "1.2.3.4"] {
            assert!(!is_status(other), "{other}");
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
