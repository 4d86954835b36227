//! New ids and secrets: the only place where the service asks for randomness.

use koepel_domain::{
    ids::{PersonId, TokenId},
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
pub(crate) fn token() -> Result<TokenId, koepel_domain::ids::Malformed> {
    TokenId::new(&word("t"))
}

/// A new secret: 256 random bits.
#[must_use]
pub(crate) fn secret() -> String {
    let mut random = rand::rng();
    let digits = (0..43).filter_map(|_| DIGITS.get(random.random_range(0..DIGITS.len())).copied());
    let digits: String = digits.map(char::from).collect();
    format!("{PREFIX}{digits}")
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
