//! The clock: the only place where the service reads the time.
//!
//! For tests and demos there is a clock that stands still until it is set, forth or back. Whoever waits for a moment watches it.

use std::{sync::Arc, time::SystemTime};

use koepel_domain::ids::Timestamp;
use tokio::sync::watch;

/// Tells the time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    /// Where the hands are, if they are moved by hand.
    hands: Option<Arc<watch::Sender<Timestamp>>>,
}

/// This clock goes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GoesByItself;

impl Clock {
    /// A clock that stands at a moment until it is set; without one, that of the system.
    pub(crate) fn new(stands_at: Option<Timestamp>) -> Self {
        Self { hands: stands_at.map(|at| Arc::new(watch::channel(at).0)) }
    }

    /// Now, in UTC.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    pub(crate) fn now(&self) -> Timestamp {
        if let Some(hands) = &self.hands {
            return *hands.borrow();
        }
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Timestamp(since.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX)))
    }

    /// Whether it is moved by hand.
    pub(crate) fn is_manual(&self) -> bool {
        self.hands.is_some()
    }

    /// Moves the hands.
    ///
    /// # Errors
    /// [`GoesByItself`].
    pub(crate) fn set(&self, to: Timestamp) -> Result<(), GoesByItself> {
        let hands = self.hands.as_ref().ok_or(GoesByItself)?;
        hands.send_replace(to);
        Ok(())
    }

    /// What wakes whoever waits for a moment, if it is moved by hand.
    pub(crate) fn hands(&self) -> Option<watch::Receiver<Timestamp>> {
        self.hands.as_ref().map(|hands| hands.subscribe())
    }
}

/// Waits until the hands are moved; for ever, if the clock goes by itself.
pub(crate) async fn moved(hands: &mut Option<watch::Receiver<Timestamp>>) {
    if let Some(hands) = hands
        && hands.changed().await.is_ok()
    {
        return;
    }
    // If the sender is gone the server is, too.
    std::future::pending().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_moved_by_hand_stands_where_it_was_put() {
        let clock = Clock::new(Some(Timestamp(7)));
        assert_eq!((clock.now(), clock.is_manual()), (Timestamp(7), true));
        clock.set(Timestamp(3)).unwrap();
        assert_eq!(clock.now(), Timestamp(3));
    }

    #[test]
    fn a_clock_that_goes_by_itself_is_not_set() {
        let clock = Clock::default();
        assert_eq!(clock.set(Timestamp(0)), Err(GoesByItself));
        assert!(clock.now() > Timestamp(1_700_000_000_000_000));
    }
}
