//! Time zones, by the database that is built in: the same everywhere, whatever the machine has.

use std::{fmt, sync::Arc};

use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use crate::ids::Malformed;

/// Longest name, in characters.
const NAME_MAX: usize = 64;

/// A time zone by its IANA name, `Europe/Copenhagen`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(Arc<str>);

impl Zone {
    /// UTC.
    #[must_use]
    pub fn utc() -> Self {
        Self("UTC".into())
    }

    /// The zone of this name; upper and lower case are the same, and the database's spelling is kept.
    ///
    /// # Errors
    /// [`Malformed`] if there is no such zone.
    pub fn new(name: &str) -> Result<Self, Malformed> {
        let rule = "a time zone by its IANA name, as Europe/Copenhagen";
        let zone =
            (name.len() <= NAME_MAX).then(|| TimeZoneDatabase::bundled().get(name).ok()).flatten();
        let known =
            zone.as_ref().and_then(TimeZone::iana_name).filter(|name| *name != "Etc/Unknown");
        known.map(|name| Self(name.into())).ok_or_else(|| Malformed::new("time zone", name, rule))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its rules; those of UTC if this program no longer knows a zone that it once accepted.
    pub(crate) fn rules(&self) -> TimeZone {
        TimeZoneDatabase::bundled().get(&self.0).unwrap_or(TimeZone::UTC)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// From the log or a snapshot: a name that was checked when it was given is not refused because the database changed.
impl TryFrom<String> for Zone {
    type Error = Malformed;

    fn try_from(name: String) -> Result<Self, Malformed> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+');
        if name.is_empty() || name.len() > NAME_MAX || !name.chars().all(plain) {
            return Err(Malformed::new(
                "time zone",
                &name,
                "1 to 64 of A-Z, a-z, 0-9, /, _, - and +",
            ));
        }
        Ok(Self(name.into()))
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> String {
        zone.0.as_ref().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_known_by_its_name_in_any_case() {
        for (given, kept) in [
            ("Europe/Copenhagen", "Europe/Copenhagen"),
            ("europe/amsterdam", "Europe/Amsterdam"),
            ("UTC", "UTC"),
        ] {
            assert_eq!(Zone::new(given).unwrap().as_str(), kept);
        }
        for bad in [
            "",
            "Copenhagen",
            "Europe/Atlantis",
            "+02:00",
            "Etc/Unknown",
            "../../etc/passwd",
            &"A".repeat(65),
        ] {
            assert!(Zone::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_stored_zone_that_is_no_longer_known_counts_as_utc() {
        let gone = Zone::try_from("Europe/Atlantis".to_owned()).unwrap();
        assert_eq!(gone.rules(), TimeZone::UTC);
        assert!(Zone::try_from("a\u{1b}[0m".to_owned()).is_err());
    }
}
