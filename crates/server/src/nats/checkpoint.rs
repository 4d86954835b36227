//! How far publishing has come: one small file in the data folder, replaced whole. It is behind what was published by at most
//! what a second brought; that comes twice after a crash.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use koepel_event_log::{Head, ProductName};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::directory::write_private;

const FILE: &str = "nats.json";
/// How long what was published may wait to be written down.
const EVERY: Duration = Duration::from_secs(1);

/// Which stream it is: another one of the same name is not the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    /// Its name.
    pub(super) name: String,
    /// When it was made, in nanoseconds since 1970.
    pub(super) created: String,
    /// What our subjects begin with.
    pub(super) prefix: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Content {
    stream: Option<Identity>,
    /// The stream's number of the last message that it acknowledged.
    sequence: u64,
    /// The last commit of each product that is published whole.
    products: BTreeMap<ProductName, Head>,
}

/// How far publishing has come.
pub(super) struct Checkpoint {
    path: PathBuf,
    content: Content,
    changed: bool,
    saved_at: Instant,
    /// Whether it was said that it cannot be written.
    complained: bool,
}

impl Checkpoint {
    /// The checkpoint of a data folder. One that cannot be read is as good as none: all is published again.
    pub(super) fn open(data_dir: &Path) -> Self {
        let path = data_dir.join(FILE);
        let content = read(&path).unwrap_or_else(|error| {
            tracing::warn!(path = %path.display(), %error, "how far events were published to NATS cannot be read; all of them are published again");
            Content::default()
        });
        Self { path, content, changed: false, saved_at: Instant::now(), complained: false }
    }

    /// Turns to a stream that ends at `last_sequence`. If it is not the one that was published to, or does not have any more what
    /// it acknowledged, nothing counts as published. Says whether something did before.
    pub(super) fn fit(&mut self, stream: Identity, last_sequence: u64) -> bool {
        let same = self.content.stream.as_ref() == Some(&stream);
        if same && self.content.sequence <= last_sequence {
            return false;
        }
        let published = !self.content.products.is_empty();
        let products = BTreeMap::new();
        self.content = Content { stream: Some(stream), sequence: last_sequence, products };
        self.changed = true;
        published
    }

    /// How far each product is published.
    pub(super) fn products(&self) -> &BTreeMap<ProductName, Head> {
        &self.content.products
    }

    /// How far a product is published.
    pub(super) fn head(&self, product: &ProductName) -> Head {
        self.content.products.get(product).copied().unwrap_or(Head::ZERO)
    }

    /// The stream's number of the last message that it acknowledged.
    pub(super) fn sequence(&self) -> u64 {
        self.content.sequence
    }

    /// The stream has a message under this number.
    pub(super) fn acknowledged(&mut self, sequence: u64) {
        self.content.sequence = self.content.sequence.max(sequence);
        self.changed = true;
    }

    /// A product is published up to here.
    pub(super) fn reach(&mut self, product: &ProductName, head: Head) {
        self.changed = true;
        match self.content.products.get_mut(product) {
            Some(reached) => *reached = head,
            None => drop(self.content.products.insert(product.clone(), head)),
        }
    }

    /// When it is to be written next; not at all, if nothing has changed.
    pub(super) fn save_at(&self) -> Option<Instant> {
        self.changed.then(|| self.saved_at + EVERY)
    }

    /// Writes it if that is due.
    pub(super) async fn save_in_time(&mut self) {
        if self.saved_at.elapsed() >= EVERY {
            self.save().await;
        }
    }

    /// Writes it if it has changed. A failure costs nothing but that more is published twice after a crash.
    pub(super) async fn save(&mut self) {
        self.saved_at = Instant::now();
        if !self.changed {
            return;
        }
        let (path, content) = (self.path.clone(), self.content.clone());
        let written = tokio::task::spawn_blocking(move || {
            write_private(&path, &serde_json::to_vec_pretty(&content)?)
        });
        match written.await.unwrap_or_else(|error| Err(io::Error::other(error))) {
            Ok(()) => (self.changed, self.complained) = (false, false),
            Err(error) => {
                if !std::mem::replace(&mut self.complained, true) {
                    tracing::warn!(path = %self.path.display(), %error, "how far events were published to NATS cannot be written");
                }
            }
        }
    }
}

fn read(path: &Path) -> io::Result<Content> {
    match fs::read(path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Content::default()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use koepel_event_log::{Hash, Version};

    use super::*;

    fn stream(created: &str) -> Identity {
        let [name, created, prefix] = ["EVENTS", created, "koepel.events"].map(str::to_owned);
        Identity { name, created, prefix }
    }

    fn webshop() -> ProductName {
        ProductName::new("webshop").unwrap()
    }

    fn head(version: u64) -> Head {
        Head { version: Version::new(version), hash: Hash::of(&version.to_be_bytes()) }
    }

    #[tokio::test]
    async fn what_was_saved_is_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut checkpoint = Checkpoint::open(dir.path());
        assert!(!checkpoint.fit(stream("1"), 0), "nothing was published before");
        checkpoint.reach(&webshop(), head(7));
        checkpoint.acknowledged(12);
        checkpoint.save().await;
        let mut again = Checkpoint::open(dir.path());
        assert_eq!(again.content, checkpoint.content);
        assert!(!again.fit(stream("1"), 12));
        assert_eq!((again.head(&webshop()), again.sequence()), (head(7), 12));
    }

    #[tokio::test]
    async fn another_stream_or_one_that_lost_its_end_has_nothing() {
        let dir = tempfile::tempdir().unwrap();
        for (created, last_sequence) in [("2", 100), ("1", 11)] {
            let mut checkpoint = Checkpoint::open(dir.path());
            checkpoint.fit(stream("1"), 0);
            checkpoint.reach(&webshop(), head(7));
            checkpoint.acknowledged(12);
            assert!(checkpoint.fit(stream(created), last_sequence));
            assert_eq!(
                (checkpoint.head(&webshop()), checkpoint.sequence()),
                (Head::ZERO, last_sequence)
            );
        }
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_read_is_no_file() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE), "{").unwrap();
        assert_eq!(Checkpoint::open(dir.path()).content, Content::default());
    }
}
