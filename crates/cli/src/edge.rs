//! The two things that come from outside and not from the caller: random ids and the clock.
//!
//! Nothing else in this crate reads either, so that a look here shows all of it.

use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

/// A fresh id for one command. Repeating the command with the same id applies it once.
#[expect(clippy::disallowed_methods, reason = "a client mints the ids of its own commands")]
pub(crate) fn request_id() -> String {
    Uuid::new_v4().to_string()
}

/// A fresh id for a commit that is made here, in a log at rest.
#[expect(clippy::disallowed_methods, reason = "there is no server that could mint it")]
pub(crate) fn commit_id() -> Uuid {
    Uuid::now_v7()
}

/// Now, for what is given relative to it, such as a token that expires in 90 days.
#[expect(clippy::disallowed_methods, reason = "there is no server that could say")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// A length of time between half and one and a half of `base`, so that clients that were cut off together do not come
/// back together.
#[expect(clippy::disallowed_methods, reason = "only the random bits are used")]
pub(crate) fn jittered(base: Duration) -> Duration {
    let [low, high, ..] = *Uuid::new_v4().as_bytes();
    base.mul_f64(0.5 + f64::from(u16::from_le_bytes([low, high])) / f64::from(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_stays_between_half_and_one_and_a_half() {
        let base = Duration::from_millis(100);
        for _ in 0..1_000 {
            let pause = jittered(base);
            assert!(pause >= base / 2 && pause <= base * 3 / 2, "{pause:?}");
        }
    }

    #[test]
    fn request_ids_are_uuids_and_differ() {
        let (one, two) = (request_id(), request_id());
        assert!(Uuid::parse_str(&one).is_ok());
        assert_ne!(one, two);
    }
}
