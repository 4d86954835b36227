//! How a webhook is signed, and the two shapes of its body.
//!
//! Source: Standard Webhooks 1.0.0. Signed is `{id}.{timestamp}.{body}` with HMAC-SHA256; the header is `v1,` and the signature
//! in base64; the secret is `whsec_` and 24 to 64 random bytes in base64. The timestamp is that of the attempt, in seconds.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::hmac;
use serde_json::json;

/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// How the body looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// As Standard Webhooks has it: `type`, `timestamp`, `data`.
    #[default]
    Standard,
    /// As Slack takes it: `text`.
    Slack,
}

/// The secret of a target. It is never shown but to whoever makes the target.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Why a secret is refused; it is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no secret: `whsec_` and 24 to 64 bytes in base64")]
pub struct NoSecret;

impl Secret {
    /// Takes random bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes.to_vec())
    }

    /// Reads `whsec_…`.
    ///
    /// # Errors
    /// [`NoSecret`].
    pub fn parse(text: &str) -> Result<Self, NoSecret> {
        let encoded = text.trim().strip_prefix(PREFIX).ok_or(NoSecret)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| NoSecret)?;
        if (24..=64).contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(NoSecret) }
    }

    /// `whsec_…`, for whoever must have it.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// The value of `webhook-signature`.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp_s: i64, body: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let mut context = hmac::Context::with_key(&key);
        context.update(format!("{id}.{timestamp_s}.").as_bytes());
        context.update(body);
        format!("v1,{}", STANDARD.encode(context.sign()))
    }
}

/// A body that Slack takes. Slack reads `&`, `<` and `>` as marks of its own.
#[must_use]
pub fn slack(text: &str) -> Vec<u8> {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    json!({ "text": text }).to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the libraries of Standard Webhooks are tested with.
    #[test]
    fn the_signature_is_that_of_the_specification() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = br#"{"test": 2432232314}"#;
        assert_eq!(
            secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn a_secret_is_read_as_it_is_written_and_never_shown() {
        let secret = Secret::new([7; 32]);
        assert_eq!(Secret::parse(&secret.reveal()), Ok(secret.clone()));
        assert_eq!(format!("{secret:?}"), "Secret");
        for bad in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%%%"] {
            assert_eq!(Secret::parse(bad), Err(NoSecret), "{bad}");
        }
    }

    #[test]
    fn what_slack_reads_as_marks_is_escaped() {
        assert_eq!(slack("a <b> & \"c\""), br#"{"text":"a &lt;b&gt; &amp; \"c\""}"#);
    }
}
