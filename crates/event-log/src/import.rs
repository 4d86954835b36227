//! Import of what [`crate::export()`] wrote: the inverse, for moving a product whole from one log to another.
//!
//! Every commit comes in with the hash that it had, and the hash is computed again: what was altered, left out or put in is
//! refused. The log is written anew with the product in it, so either all of it comes in or nothing.

use std::io::{self, BufRead, Read as _};

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::rewrite::{RewriteError, Rewriting};
use crate::{
    AppendError, Event, EventLog as _, Hash, Head, MAX_COMMIT_BYTES, NewCommit, Payload,
    ProductName, ReadError, Record, Redactions, SledLog, Version,
};

/// A line has at most so many bytes: a commit whose payloads are written in hexadecimal digits.
const MAX_LINE_BYTES: usize = 3 * MAX_COMMIT_BYTES;

/// Commits are appended when they have so many bytes together.
const PAGE_BYTES: usize = 1 << 20;

/// Why nothing was imported. The log is as it was, unless [`RewriteError`] says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The log has it already.
    #[error(
        "the log has a product {product} already, at version {version}: import it into another data directory"
    )]
    Exists {
        /// The product.
        product: ProductName,
        /// Where it ends here.
        version: Version,
    },
    /// The file has nothing of what is wanted.
    #[error("the export has no commit{}", of(product.as_ref()))]
    Nothing {
        /// The only product that was wanted.
        product: Option<ProductName>,
    },
    /// The file is not as it was written.
    #[error("line {line} of the export cannot be used: {what}")]
    Damaged {
        /// Which, from 1.
        line: u64,
        /// What does not fit.
        what: String,
    },
    /// The file cannot be read.
    #[error("the export cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The log could not be written anew.
    #[error(transparent)]
    Rewrite(#[from] RewriteError),
}

fn of(product: Option<&ProductName>) -> String {
    product.map_or_else(String::new, |product| format!(" of product {product}"))
}

impl From<AppendError> for ImportError {
    fn from(error: AppendError) -> ImportError {
        ImportError::Rewrite(error.into())
    }
}

impl From<ReadError> for ImportError {
    fn from(error: ReadError) -> ImportError {
        ImportError::Rewrite(error.into())
    }
}

/// A commit, as a line has it.
#[derive(Deserialize)]
struct Line<'a> {
    product: ProductName,
    version: Version,
    commit_id: Uuid,
    recorded_at_us: i64,
    time_us: i64,
    actor: String,
    #[serde(default)]
    request_id: Option<Uuid>,
    #[serde(default)]
    body_hash: Option<String>,
    #[serde(default)]
    cause: Option<String>,
    #[serde(borrow)]
    events: Vec<LineEvent<'a>>,
    previous: Hash,
    hash: Hash,
}

/// An event; one of the last three is there.
#[derive(Deserialize)]
struct LineEvent<'a> {
    kind: String,
    schema: u16,
    #[serde(default, borrow)]
    payload: Option<&'a RawValue>,
    #[serde(default)]
    payload_hex: Option<String>,
    #[serde(default, borrow)]
    redacted: Option<LineRedacted<'a>>,
}

/// What is left of a payload that was taken out.
#[derive(Deserialize)]
struct LineRedacted<'a> {
    hash: Hash,
    size_bytes: u32,
    #[serde(default, borrow)]
    stand_in: Option<&'a RawValue>,
    #[serde(default)]
    stand_in_hex: Option<String>,
}

/// Brings the products of an export into a log that has none of their names, or `only` one of them. `check` says whether whoever
/// knows what events mean can read a record. Answers with their heads, in the order in which they stand in the file.
///
/// # Errors
/// [`ImportError`] says what is wrong, and in which line.
pub async fn import(
    log: SledLog,
    reader: impl BufRead + Send,
    only: Option<&ProductName>,
    check: impl Fn(&Record) -> Result<(), String> + Send + Sync,
) -> Result<Vec<(ProductName, Head)>, ImportError> {
    let rewriting = Rewriting::begin(log)?;
    let made = fill(&rewriting, reader, only, &check).await;
    rewriting.finish(made).await
}

async fn fill(
    rewriting: &Rewriting,
    mut reader: impl BufRead + Send,
    only: Option<&ProductName>,
    check: &(dyn Fn(&Record) -> Result<(), String> + Send + Sync),
) -> Result<Vec<(ProductName, Head)>, ImportError> {
    rewriting.copy(|_| ()).await?;
    let mut coming: Option<Coming<'_>> = None;
    let mut heads = Vec::new();
    let mut text = Vec::new();
    let mut number = 0_u64;
    loop {
        text.clear();
        let most = u64::try_from(MAX_LINE_BYTES).unwrap_or(u64::MAX);
        if (&mut reader).take(most).read_until(b'\n', &mut text)? == 0 {
            break;
        }
        number += 1;
        let damaged = |what: String| ImportError::Damaged { line: number, what };
        let line: Line<'_> =
            serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?;
        if only.is_some_and(|only| *only != line.product) {
            continue;
        }
        if coming.as_ref().is_none_or(|coming| coming.product != line.product) {
            if let Some(done) = coming.take() {
                heads.push(done.finish(number - 1, check).await?);
            }
            let head = rewriting.new.head(&line.product).await?;
            if head != Head::ZERO {
                let again = heads.iter().any(|(product, _)| *product == line.product);
                let (product, version) = (line.product, head.version);
                return Err(if again {
                    damaged(format!("product {product} goes on after another one"))
                } else {
                    ImportError::Exists { product, version }
                });
            }
            coming = Some(Coming::new(rewriting, line.product.clone()));
        }
        if let Some(coming) = &mut coming {
            coming.take(line, text.len()).map_err(damaged)?;
            if coming.size_bytes >= PAGE_BYTES {
                coming.append(number).await?;
            }
        }
    }
    if let Some(done) = coming {
        heads.push(done.finish(number, check).await?);
    }
    if heads.is_empty() {
        return Err(ImportError::Nothing { product: only.cloned() });
    }
    Ok(heads)
}

/// A product that is coming in.
struct Coming<'a> {
    rewriting: &'a Rewriting,
    product: ProductName,
    /// Where the log has got to, and where it will have with what is waiting.
    head: Head,
    claimed: Head,
    waiting: Vec<NewCommit>,
    size_bytes: usize,
    redactions: Redactions,
}

impl<'a> Coming<'a> {
    fn new(rewriting: &'a Rewriting, product: ProductName) -> Coming<'a> {
        Coming {
            rewriting,
            product,
            head: Head::ZERO,
            claimed: Head::ZERO,
            waiting: Vec::new(),
            size_bytes: 0,
            redactions: Redactions::default(),
        }
    }

    /// Takes the next commit.
    fn take(&mut self, line: Line<'_>, size_bytes: usize) -> Result<(), String> {
        let expected = self.claimed.version.next();
        if line.version != expected {
            return Err(format!("it is version {}, and {expected} should come here", line.version));
        }
        if line.previous != self.claimed.hash {
            return Err(format!("version {expected} does not follow from the one before"));
        }
        self.claimed = Head { version: line.version, hash: line.hash };
        self.waiting.push(commit(line)?);
        self.size_bytes += size_bytes;
        Ok(())
    }

    /// Appends what is waiting, and compares the hash that it has with the one that it should have.
    async fn append(&mut self, line: u64) -> Result<(), ImportError> {
        let commits = std::mem::take(&mut self.waiting);
        self.size_bytes = 0;
        if commits.is_empty() {
            return Ok(());
        }
        let log = &self.rewriting.new;
        let first = self.head.version.next();
        self.head = log.append(&self.product, self.head.version, commits).await?;
        if self.head != self.claimed {
            let what = format!(
                "versions {first} to {} of product {} do not have the hash that is written there: one of them was altered",
                self.head.version, self.product
            );
            return Err(ImportError::Damaged { line, what });
        }
        Ok(())
    }

    /// Appends the rest, and checks what can only be checked of the whole.
    async fn finish(
        mut self,
        line: u64,
        check: &(dyn Fn(&Record) -> Result<(), String> + Send + Sync),
    ) -> Result<(ProductName, Head), ImportError> {
        self.append(line).await?;
        let mut next = Version::ZERO.next();
        while next <= self.head.version {
            let page = self.rewriting.new.read(&self.product, next, Default::default()).await?;
            let Some(last) = page.last() else { break };
            next = last.version.next();
            for record in &page {
                self.redactions.see(record);
                check(record).map_err(|what| ImportError::Damaged {
                    line,
                    what: format!(
                        "version {} of product {} cannot be decoded: {what}",
                        record.version, self.product
                    ),
                })?;
            }
        }
        if let Some((version, what)) = self.redactions.problems().into_iter().next() {
            let what = format!("version {version} of product {}: {what}", self.product);
            return Err(ImportError::Damaged { line, what });
        }
        Ok((self.product, self.head))
    }
}

fn commit(line: Line<'_>) -> Result<NewCommit, String> {
    let mut events = Vec::with_capacity(line.events.len());
    for (at, event) in line.events.into_iter().enumerate() {
        let (kind, schema) = (event.kind.clone(), event.schema);
        let payload = payload(event).map_err(|what| format!("event {at}: {what}"))?;
        events.push(Event { kind, schema, payload });
    }
    Ok(NewCommit {
        commit_id: line.commit_id,
        recorded_at_us: line.recorded_at_us,
        time_us: line.time_us,
        actor: line.actor,
        request_id: line.request_id,
        body_hash: line.body_hash.map_or(Ok(Hash::ZERO), |digits| body_hash(&digits))?,
        cause: line.cause,
        events,
    })
}

fn payload(event: LineEvent<'_>) -> Result<Payload, String> {
    match event {
        LineEvent { payload: Some(json), payload_hex: None, redacted: None, .. } => {
            Ok(Payload::Present(bytes_of(json)))
        }
        LineEvent { payload: None, payload_hex: Some(digits), redacted: None, .. } => {
            Ok(Payload::Present(unhex(&digits)?))
        }
        LineEvent { payload: None, payload_hex: None, redacted: Some(left), .. } => {
            let stand_in = match (left.stand_in, left.stand_in_hex) {
                (Some(json), None) => bytes_of(json),
                (None, Some(digits)) => unhex(&digits)?,
                (None, None) => Bytes::new(),
                (Some(_), Some(_)) => {
                    return Err("it has two things that stand in its place".to_owned());
                }
            };
            Ok(Payload::Redacted { hash: left.hash, size_bytes: left.size_bytes, stand_in })
        }
        _ => Err("it needs one of payload, payload_hex and redacted".to_owned()),
    }
}

fn bytes_of(json: &RawValue) -> Bytes {
    Bytes::copy_from_slice(json.get().as_bytes())
}

/// The part of a body's hash that is written, with zeros after it.
fn body_hash(digits: &str) -> Result<Hash, String> {
    let wrong =
        || format!("body_hash {digits:?} is not {} hexadecimal digits", 2 * Hash::BODY_BYTES);
    if digits.len() != 2 * Hash::BODY_BYTES {
        return Err(wrong());
    }
    format!("{digits:0<64}").parse().map_err(|_| wrong())
}

fn unhex(digits: &str) -> Result<Bytes, String> {
    let wrong = || "the digits are not hexadecimal".to_owned();
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|n| u8::try_from(n).ok());
    let bytes = digits.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(nibble(*high)? << 4 | nibble(*low)?),
        _ => None,
    });
    bytes.collect::<Option<Vec<u8>>>().map(Bytes::from).ok_or_else(wrong)
}

#[cfg(test)]
mod tests;
