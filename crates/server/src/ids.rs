//! New ids and secrets: the only place where the service asks for randomness.

use koepel_domain::{
    ids::{IdentityId, InvitationId, Malformed, PersonId, SessionId, ShareId, TokenId},
    system::SecretHash,
};
use rand::Rng as _;
use uuid::Uuid;

/// What a token's text begins with, so that people and scanners know one when they see it.
const PREFIX: &str = "koepel_";
/// Digits of a secret: 43 of 6 bits hold 256.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The id of a new commit: a UUIDv7.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one place that makes ids")]
pub(crate) fn commit_id() -> Uuid {
    Uuid::now_v7()
}

fn word(prefix: &str) -> String {
    let mut random = rand::rng();
    let digits = (0..10).map(|_| char::from_digit(random.random_range(0..36), 36).unwrap_or('0'));
    format!("{prefix}-{}", digits.collect::<String>())
}

/// An id for somebody who chose none.
#[must_use]
pub(crate) fn person() -> PersonId {
    PersonId::new(&word("p")).unwrap_or_else(|_| PersonId::system())
}

/// The id of a new token.
///
/// # Errors
/// Never for a well-formed id; kept so that nothing here can panic.
pub(crate) fn token() -> Result<TokenId, Malformed> {
    TokenId::new(&word("t"))
}

/// The id of a new invitation.
///
/// # Errors
/// As [`token`].
pub(crate) fn invitation() -> Result<InvitationId, Malformed> {
    InvitationId::new(&word("n"))
}

/// The id of an account that is bound.
///
/// # Errors
/// As [`token`].
pub(crate) fn identity() -> Result<IdentityId, Malformed> {
    IdentityId::new(&word("i"))
}

/// The id of a new session.
///
/// # Errors
/// As [`token`].
pub(crate) fn session() -> Result<SessionId, Malformed> {
    SessionId::new(&word("s"))
}

/// The id of a new share link.
///
/// # Errors
/// As [`token`].
pub(crate) fn share_link() -> Result<ShareId, Malformed> {
    ShareId::new(&word("l"))
}

/// 256 random bits as text that is safe in addresses.
#[must_use]
pub(crate) fn random_text() -> String {
    let mut random = rand::rng();
    let digits = (0..43).filter_map(|_| DIGITS.get(random.random_range(0..DIGITS.len())).copied());
    digits.map(char::from).collect()
}

/// A new token's secret: 256 random bits.
#[must_use]
pub(crate) fn secret() -> String {
    format!("{PREFIX}{}", random_text())
}

/// A new invitation's secret.
#[must_use]
pub(crate) fn invitation_secret() -> String {
    format!("{PREFIX}invite_{}", random_text())
}

/// A new session's secret.
#[must_use]
pub(crate) fn session_secret() -> String {
    format!("{PREFIX}session_{}", random_text())
}

/// A new share link's secret.
#[must_use]
pub(crate) fn share_secret() -> String {
    format!("{PREFIX}share_{}", random_text())
}

/// What is stored of a secret. A plain hash suffices: 256 random bits cannot be guessed.
#[must_use]
pub(crate) fn secret_hash(secret: &str) -> SecretHash {
    SecretHash(*blake3::hash(secret.as_bytes()).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_and_never_twice() {
        let (a, b) = (secret(), secret());
        assert_eq!(a.len(), PREFIX.len() + 43);
        assert_ne!(a, b);
        assert_ne!(secret_hash(&a), secret_hash(&b));
    }

    #[test]
    fn ids_are_well_formed() {
        assert_ne!(person(), PersonId::system());
        assert!(token().is_ok());
    }
}
