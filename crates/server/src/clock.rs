//! The clock: the only place where the service reads the time.

use std::time::SystemTime;

use koepel_domain::ids::Timestamp;

/// Tells the time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock;

impl Clock {
    /// Now, in UTC.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        clippy::unused_self,
        reason = "this is the one place that asks the system"
    )]
    pub(crate) fn now(self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Timestamp(since.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX)))
    }
}
