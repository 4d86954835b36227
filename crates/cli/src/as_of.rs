//! Moments of the past, as people give them.

use std::str::FromStr;

use jiff::{Timestamp, tz::TimeZone};
use koepel_api::v1;

use crate::{edge, moment};

/// A moment in a product's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AsOf {
    /// A version.
    Version(u64),
    /// A time.
    Time(Timestamp),
    /// The end of a sync; `-` for the last one.
    Sync(String),
}

/// How a moment is given, for the help.
pub(crate) const FORMS: &str = "a day such as 2026-11-01 (its end), a time, a length ago such as 2w, a version such as v120, \
last-sync, or sync:2026-W47";

impl FromStr for AsOf {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no moment: give {FORMS}");
        if text == "last-sync" {
            return Ok(Self::Sync("-".to_owned()));
        }
        if let Some(sync) = text.strip_prefix("sync:") {
            return if sync.is_empty() { Err(wrong()) } else { Ok(Self::Sync(sync.to_owned())) };
        }
        // With the letter in front: a bare 2026 is more likely a year.
        if let Some(digits) = text.strip_prefix('v') {
            return digits.parse().map(Self::Version).map_err(|_| wrong());
        }
        let zone = TimeZone::system();
        moment::past(text, edge::now(), &zone).map(Self::Time).map_err(|_| wrong())
    }
}

impl AsOf {
    /// For the wire.
    pub(crate) fn to_wire(&self, product: &str) -> v1::Moment {
        let at = match self {
            Self::Version(version) => v1::moment::At::Version(*version),
            Self::Time(time) => v1::moment::At::Time(moment::to_wire(*time)),
            Self::Sync(sync) => v1::moment::At::Sync(format!("products/{product}/syncs/{sync}")),
        };
        v1::Moment { at: Some(at) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_version_a_time_or_a_sync() {
        assert_eq!("v12".parse(), Ok(AsOf::Version(12)));
        assert_eq!("last-sync".parse(), Ok(AsOf::Sync("-".to_owned())));
        assert_eq!("sync:2026-W47".parse(), Ok(AsOf::Sync("2026-W47".to_owned())));
        let time: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
        assert_eq!("2026-11-01T12:00:00Z".parse(), Ok(AsOf::Time(time)));
        let Ok(AsOf::Time(ago)) = "2w".parse() else { panic!("two weeks ago") };
        assert!(ago < edge::now());
        for wrong in ["", "12", "2026", "v", "soon", "sync:", "2026-13-01", "v99999999999999999999"]
        {
            assert!(wrong.parse::<AsOf>().is_err(), "{wrong}");
        }
    }
}
