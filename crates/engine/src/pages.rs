//! A product's log page by page: the next page is read and decoded while the last one is folded.

use koepel_event_log::{EventLog, ProductName, ReadError, ReadLimit, Version};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::{
    Aggregate,
    error::{Damage, Error},
    view::Page,
};

/// Why there is no page.
pub(crate) enum NoPage {
    Read(ReadError),
    /// The task that decodes it ended badly.
    Failed(String),
}

impl<E> From<NoPage> for Error<E> {
    fn from(none: NoPage) -> Self {
        match none {
            NoPage::Read(error) => error.into(),
            NoPage::Failed(why) => Self::Unavailable { why },
        }
    }
}

/// The pages from a version on.
pub(crate) struct Pages<'a, A: Aggregate> {
    log: &'a dyn EventLog,
    product: &'a ProductName,
    limit: ReadLimit,
    /// No commit after this one is wanted.
    last: Version,
    next: Version,
    ahead: Option<JoinHandle<Result<Page<A>, NoPage>>>,
}

impl<'a, A: Aggregate> Pages<'a, A> {
    /// From `first` to `last`, or to the end of the log if that comes earlier.
    pub(crate) fn new(
        log: &'a dyn EventLog,
        product: &'a ProductName,
        (first, last): (Version, Version),
        limit: ReadLimit,
    ) -> Self {
        let mut pages = Self { log, product, limit, last, next: first, ahead: None };
        pages.begin();
        pages
    }

    /// Begins to read the next page.
    fn begin(&mut self) {
        if self.next > self.last {
            return;
        }
        let left = self.last.get() - self.next.get();
        let left = usize::try_from(left).unwrap_or(usize::MAX).saturating_add(1);
        let limit = ReadLimit { commits: self.limit.commits.min(left), ..self.limit };
        let read = self.log.read(self.product, self.next, limit);
        self.ahead = Some(tokio::spawn(async move {
            let records = read.await.map_err(NoPage::Read)?;
            let decoded = spawn_blocking(move || Page::decode(records)).await;
            decoded.map_err(|error| NoPage::Failed(error.to_string()))
        }));
    }

    /// The next page; one without commits is the end.
    pub(crate) async fn next(&mut self) -> Result<Page<A>, NoPage> {
        let Some(ahead) = self.ahead.take() else { return Ok(Page::decode(Vec::new())) };
        let page = ahead.await.map_err(|error| NoPage::Failed(error.to_string()))??;
        if let Some((record, _)) = page.decoded.last() {
            self.next = record.version.next();
            self.begin();
        }
        Ok(page)
    }
}

/// The log ends where there should be more.
pub(crate) fn ends(at: Version) -> Damage {
    Damage::new(at.next(), format!("the log ends at version {at}"))
}
