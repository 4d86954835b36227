//! Verification: reads everything through the trait and reports all that does not fit.

use std::fmt;

use crate::{
    EventLog, Head, ProductName, ReadError, ReadLimit, Record, Redaction, Redactions, Version,
};

/// Something in a log that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The product, where the entry belongs to one.
    pub product: Option<ProductName>,
    /// The version, where the entry has one.
    pub version: Option<Version>,
    /// What does not fit.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.product, self.version) {
            (Some(product), Some(version)) => write!(f, "product {product}, version {version}: ")?,
            (Some(product), None) => write!(f, "product {product}: ")?,
            (None, Some(version)) => write!(f, "version {version}: ")?,
            (None, None) => {}
        }
        f.write_str(&self.what)
    }
}

/// What a verification has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// How many products were read.
    pub products: u64,
    /// How many commits fit.
    pub commits: u64,
    /// What does not fit, by product and version; the first bad one first.
    pub problems: Vec<Problem>,
    /// The payloads that were taken out, by product and version.
    pub redacted: Vec<(ProductName, Redaction)>,
}

impl VerifyReport {
    /// A report names at most this many problems; there may be more.
    pub const MAX_PROBLEMS: usize = 100;

    /// Whether nothing was found.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.problems.is_empty()
    }

    /// Takes over what was taken out of a product. What is wrong with it is only told of a product that is otherwise as it
    /// was written: of another one the commits that vouch may be what is damaged.
    pub(crate) fn take_redactions(&mut self, product: &ProductName, redactions: &Redactions) {
        self.redacted.extend(redactions.list().map(|one| (product.clone(), one)));
        if self.problems.iter().any(|problem| problem.product.as_ref() == Some(product)) {
            return;
        }
        for (version, what) in redactions.problems() {
            let (product, version) = (Some(product.clone()), Some(version));
            self.problems.push(Problem { product, version, what });
        }
    }

    /// Orders the problems by product and version; what belongs to no product comes last.
    pub(crate) fn first_bad_first(&mut self) {
        self.problems.sort_by(|a, b| {
            let key = |it: &Problem| (it.product.is_none(), it.product.clone(), it.version);
            key(a).cmp(&key(b))
        });
    }
}

/// Checks chain, gaps and decodability of every product.
///
/// `decode` says whether whoever knows what events mean can read a record. Goes on after a problem,
/// up to [`VerifyReport::MAX_PROBLEMS`]. A log on disk has [`crate::SledLog::verify`], which also
/// finds what belongs to no product.
///
/// # Errors
/// [`ReadError`] when the log cannot be read for another reason than damage.
pub async fn verify(
    log: &(impl EventLog + ?Sized),
    decode: impl Fn(&Record) -> Result<(), String> + Send,
) -> Result<VerifyReport, ReadError> {
    let mut report = VerifyReport::default();
    for (product, head) in log.products().await? {
        report.products += 1;
        verify_product(log, &product, head, &decode, &mut report).await?;
    }
    report.first_bad_first();
    Ok(report)
}

async fn verify_product(
    log: &(impl EventLog + ?Sized),
    product: &ProductName,
    head: Head,
    decode: &(impl Fn(&Record) -> Result<(), String> + Send),
    report: &mut VerifyReport,
) -> Result<(), ReadError> {
    let mut last = Head::ZERO;
    let mut trusted = true;
    let mut redactions = Redactions::default();
    while last.version < head.version && report.problems.len() < VerifyReport::MAX_PROBLEMS {
        let from = last.version.next();
        let mut problem = |version: Version, what: String| {
            report.problems.push(Problem {
                product: Some(product.clone()),
                version: Some(version),
                what,
            });
        };
        match log.read(product, from, ReadLimit::default()).await {
            Ok(page) if page.is_empty() => {
                problem(from, format!("the log ends here, not at version {}", head.version));
                return Ok(());
            }
            Ok(page) => {
                for record in page {
                    redactions.see(&record);
                    if record.version != last.version.next() {
                        problem(last.version.next(), "it is missing".into());
                    } else if trusted && record.previous != last.hash {
                        problem(record.version, "it does not follow from the one before".into());
                    } else if let Err(what) = decode(&record) {
                        problem(record.version, format!("it cannot be decoded: {what}"));
                    } else {
                        report.commits += 1;
                    }
                    last = record.head();
                    trusted = true;
                }
            }
            Err(ReadError::Damaged { version, what, .. }) => {
                problem(version, what);
                last.version = version.max(from);
                trusted = false;
            }
            Err(error @ (ReadError::Unavailable { .. } | ReadError::Closed)) => return Err(error),
        }
    }
    if trusted && last.version == head.version && last.hash != head.hash {
        report.problems.push(Problem {
            product: Some(product.clone()),
            version: Some(head.version),
            what: "its hash is not that of the product's head".into(),
        });
    }
    report.take_redactions(product, &redactions);
    Ok(())
}
