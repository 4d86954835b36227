//! The scrub: reads everything again at a gentle pace, so that damage is found while the backups
//! still have what was damaged.

use std::time::Duration;

use crate::{EventLog, ProductName, ReadError, ReadLimit, Redactions, Version};

/// How gently a scrub reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScrubPace {
    /// How much is read at once.
    pub page: ReadLimit,
    /// How long it rests after each page.
    pub pause: Duration,
}

impl Default for ScrubPace {
    /// 256 KiB every quarter of a second: one mebibyte a second, a gigabyte in a quarter of an hour.
    fn default() -> ScrubPace {
        let page = ReadLimit { commits: 1024, size_bytes: 256 << 10 };
        ScrubPace { page, pause: Duration::from_millis(250) }
    }
}

/// How far a scrub has read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScrubSummary {
    /// How many products it read.
    pub products: u64,
    /// How many commits it read, all of which fit.
    pub commits: u64,
}

/// Reads all products from `from(product)` to their heads. Ends at the end, or at the first damage.
///
/// A log that is being opened again is waited for.
///
/// # Errors
/// [`ReadError::Damaged`] names the first commit that is damaged, [`ReadError::Closed`].
pub async fn scrub(
    log: &(impl EventLog + ?Sized),
    from: impl Fn(&ProductName) -> Version + Send,
    pace: ScrubPace,
) -> Result<ScrubSummary, ReadError> {
    let mut summary = ScrubSummary::default();
    let products = loop {
        match log.products().await {
            Err(ReadError::Unavailable { .. }) => tokio::time::sleep(pace.pause).await,
            products => break products?,
        }
    };
    for (product, head) in products {
        summary.products += 1;
        let mut next = from(&product).max(Version::ZERO.next());
        let mut redactions = Redactions::default();
        while next <= head.version {
            match log.read(&product, next, pace.page).await {
                Ok(page) => {
                    let Some(last) = page.last() else {
                        let what = "it is missing".to_owned();
                        return Err(ReadError::Damaged { product, version: next, what });
                    };
                    next = last.version.next();
                    page.iter().for_each(|record| redactions.see(record));
                    summary.commits += u64::try_from(page.len()).unwrap_or(u64::MAX);
                }
                Err(ReadError::Unavailable { .. }) => {}
                Err(error @ (ReadError::Damaged { .. } | ReadError::Closed)) => return Err(error),
            }
            tokio::time::sleep(pace.pause).await;
        }
        if let Some((version, what)) = redactions.problems().into_iter().next() {
            return Err(ReadError::Damaged { product, version, what });
        }
    }
    Ok(summary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::sample;
    use crate::redaction::tests::{gone, notice};
    use crate::{MemoryLog, NewCommit};

    #[tokio::test]
    async fn everything_is_read_from_where_it_is_asked() {
        let log = MemoryLog::new();
        for name in ["a", "b"] {
            let product = ProductName::new(name).unwrap();
            log.append(&product, Version::ZERO, (0..10).map(sample).collect()).await.unwrap();
        }
        let page = ReadLimit { commits: 3, size_bytes: usize::MAX };
        let pace = ScrubPace { page, pause: Duration::ZERO };
        let from =
            |product: &ProductName| Version::new(if product.as_str() == "a" { 0 } else { 8 });
        let summary = scrub(&log, from, pace).await.unwrap();
        assert_eq!(summary, ScrubSummary { products: 2, commits: 13 });
    }

    #[tokio::test]
    async fn a_stand_in_that_nobody_vouches_for_is_damage() {
        let log = MemoryLog::new();
        let product = ProductName::new("a").unwrap();
        let redacted = NewCommit { events: vec![gone(b"a", "{}")], ..sample(1) };
        log.append(&product, Version::ZERO, vec![sample(0), redacted]).await.unwrap();
        let pace = ScrubPace { pause: Duration::ZERO, ..ScrubPace::default() };
        let damaged = scrub(&log, |_| Version::ZERO, pace).await.unwrap_err();
        assert!(matches!(damaged, ReadError::Damaged { version, .. } if version.get() == 2));
        log.append(&product, Version::new(2), vec![notice(2, 2, 0, "{}")]).await.unwrap();
        assert_eq!(scrub(&log, |_| Version::ZERO, pace).await.unwrap().commits, 3);
    }
}
