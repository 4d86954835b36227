//! The one writer: takes everything that waits, makes it durable with one flush, answers.
//!
//! There is no timer. While a flush is under way appends gather in the queue, and the next group is
//! what has gathered; so a lone caller waits for nothing, and many share.
//!
//! What is staged is known to this thread alone. Nobody else sees a commit, a head or a refusal that
//! depends on one before the flush that makes it durable has succeeded.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::housekeeper::{self, Chore};
use super::layout::Key;
use super::open::Recovered;
use super::shared::{Product, Shared};
use super::store::{self, Store};
use crate::record::{Encoded, pack};
use crate::{AppendError, Head, Health, ProductName, Version};

/// How many bytes of commits gather in one group, at most; one append more may exceed it.
const GROUP_BYTES: usize = 4 << 20;

/// How many bytes sled may write for one of ours: links, splits and moved pages.
const WRITE_AMPLIFICATION: u64 = 4;

/// What the writer is asked to do.
#[derive(Debug)]
pub(super) enum Message {
    /// Append commits.
    Append(Job),
    /// Finish what was asked before, then stop.
    Close(Closing),
}

/// Commits that somebody wants appended.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) product: ProductName,
    pub(super) expected: Version,
    pub(super) commits: Vec<Encoded>,
    pub(super) reply: Reply,
}

/// Where the answer to an append goes.
type Reply = oneshot::Sender<Result<Head, AppendError>>;

/// Where the answer to a closing goes.
type Closing = oneshot::Sender<Result<(), String>>;

impl Job {
    fn size_bytes(&self) -> usize {
        self.commits.iter().map(|commit| commit.bytes.len()).sum()
    }

    /// Answers with an error.
    pub(super) fn refuse(self, error: AppendError) {
        // A caller that has gone away needs no answer.
        let _ = self.reply.send(Err(error));
    }
}

/// Why the loop over the queue ends.
pub(super) enum Stop {
    /// Somebody wants the log closed.
    Close(Option<Closing>),
}

/// The writer's own view.
pub(super) struct Writer {
    pub(super) shared: Arc<Shared>,
    pub(super) queue: Receiver<Message>,
    chores: Sender<Chore>,
    flush: Arc<housekeeper::FlushWatch>,
    chains: HashMap<ProductName, Chain>,
    next_number: u32,
}

/// Where a product's log ends, staged commits included.
struct Chain {
    number: u32,
    head: Head,
    product: Arc<Product>,
}

/// A group, encoded.
struct Staged {
    values: Vec<(Key, Vec<u8>)>,
    replies: Vec<(Reply, Result<Head, AppendError>)>,
    touched: Vec<ProductName>,
    commits: usize,
    size_bytes: usize,
}

impl Writer {
    /// A writer for an open log with these products in it.
    pub(super) fn new(
        shared: Arc<Shared>,
        queue: Receiver<Message>,
        chores: Sender<Chore>,
        flush: Arc<housekeeper::FlushWatch>,
        recovered: &Recovered,
    ) -> Writer {
        let mut writer =
            Writer { shared, queue, chores, flush, chains: HashMap::new(), next_number: 1 };
        writer.adopt(recovered);
        writer
    }

    /// Takes over what a freshly opened database holds, and shows it to all.
    pub(super) fn adopt(&mut self, recovered: &Recovered) {
        self.chains.clear();
        self.next_number = recovered.next_number;
        for (name, found) in &recovered.products {
            let product = self.shared.product(name);
            product.publish(found.number, found.head);
            let chain = Chain { number: found.number, head: found.head, product };
            self.chains.insert(name.clone(), chain);
        }
    }

    /// Works until the log is closed.
    pub(super) fn run(mut self) {
        let Stop::Close(closed) = self.work();
        // What was asked for after the closing.
        while let Ok(message) = self.queue.try_recv() {
            match message {
                Message::Append(job) => job.refuse(AppendError::Closed),
                Message::Close(also) => drop(also.send(Ok(()))),
            }
        }
        let failed = matches!(self.shared.health(), Health::Failed { .. });
        let store = self.shared.close();
        let (done, written) = std::sync::mpsc::channel();
        let asked = self.chores.send(Chore::Stop { write: !failed, done });
        let written = match asked.ok().and_then(|()| written.recv().ok()) {
            Some(result) => result,
            None => Err("the housekeeper has stopped".to_owned()),
        };
        drop(store);
        if let Some(closed) = closed {
            let _ = closed.send(written);
        }
    }

    fn work(&mut self) -> Stop {
        loop {
            let Ok(first) = self.queue.recv() else { return Stop::Close(None) };
            let (group, close) = self.gather(first);
            let failed = if group.is_empty() { None } else { self.commit(group).err() };
            match (failed, close) {
                (_, Some(close)) => return Stop::Close(Some(close)),
                (Some(why), None) => {
                    if let Some(stop) = self.recover(why) {
                        return stop;
                    }
                }
                (None, None) => {}
            }
        }
    }

    /// Takes everything that waits, up to a closing.
    fn gather(&self, first: Message) -> (Vec<Job>, Option<Closing>) {
        let mut group = Vec::new();
        let mut size_bytes = 0;
        let mut next = Some(first);
        loop {
            match next {
                Some(Message::Append(job)) => {
                    size_bytes += job.size_bytes();
                    group.push(job);
                }
                Some(Message::Close(close)) => return (group, Some(close)),
                None => return (group, None),
            }
            if size_bytes >= GROUP_BYTES {
                return (group, None);
            }
            next = self.queue.try_recv().ok();
        }
    }

    /// Makes a group durable and answers it. An error means that nobody can know what is stored.
    fn commit(&mut self, group: Vec<Job>) -> Result<(), String> {
        let Some(store) = self.shared.store() else {
            return Err("there is no database".into());
        };
        if let Err(full) = self.room_for(&store, &group) {
            group.into_iter().for_each(|job| job.refuse(full.clone()));
            return Ok(());
        }
        let staged = self.stage(group);
        if !staged.values.is_empty() {
            let started = Instant::now();
            self.flush.begin();
            self.wake_housekeeper();
            let written = store.write(staged.values);
            self.flush.end();
            #[cfg(test)]
            let written = self.injected_failure().and(written);
            if let Err(trouble) = written {
                let why = trouble.to_string();
                // Before anybody is told, so that who asks next is told to wait. Readers may still
                // hold the database; its lock goes with the last of them.
                drop(self.shared.unplug(Health::Reopening { why: why.clone() }));
                for (reply, _) in staged.replies {
                    let _ = reply.send(Err(AppendError::Unknown { why: why.clone() }));
                }
                return Err(why);
            }
            self.shared.counters.flushed(staged.commits, staged.size_bytes, started.elapsed());
        }
        for name in staged.touched {
            if let Some(chain) = self.chains.get(&name) {
                chain.product.publish(chain.number, chain.head);
            }
        }
        for (reply, answer) in staged.replies {
            let _ = reply.send(answer);
        }
        if staged.commits > 0 {
            self.wake_housekeeper();
        }
        Ok(())
    }

    /// The failure of a sync that a test asked for.
    #[cfg(test)]
    fn injected_failure(&self) -> Result<(), store::Trouble> {
        use std::sync::atomic::Ordering;
        let failing = &self.shared.failing_syncs;
        match failing.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)) {
            Ok(_) => Err(store::Trouble::Failed("a test made the sync fail".into())),
            Err(_) => Ok(()),
        }
    }

    /// Before a flush so that it is looked after, and after it so that its heads get written.
    fn wake_housekeeper(&self) {
        if self.shared.note_unwritten_heads() {
            let _ = self.chores.send(Chore::HeadsChanged);
        }
    }

    /// Whether the disk has room for a group and for what sled does besides.
    fn room_for(&self, store: &Store, group: &[Job]) -> Result<(), AppendError> {
        let size: usize = group.iter().map(Job::size_bytes).sum();
        let size = u64::try_from(size).unwrap_or(u64::MAX);
        let needed_bytes = size
            .saturating_mul(WRITE_AMPLIFICATION)
            .saturating_add(self.shared.settings.min_free_bytes);
        // A disk that does not tell is tried.
        let free_bytes = store.free_bytes().unwrap_or(u64::MAX);
        #[cfg(test)]
        let free_bytes = if self.shared.has_room.load(std::sync::atomic::Ordering::SeqCst) {
            u64::MAX
        } else {
            free_bytes
        };
        if free_bytes < needed_bytes {
            return Err(AppendError::Full { free_bytes, needed_bytes });
        }
        Ok(())
    }

    /// Decides each append of a group against the ones before it, and encodes what is to be stored.
    fn stage(&mut self, group: Vec<Job>) -> Staged {
        let mut staged = Staged {
            values: Vec::new(),
            replies: Vec::with_capacity(group.len()),
            touched: Vec::new(),
            commits: 0,
            size_bytes: 0,
        };
        let mut open: HashMap<ProductName, pack::Builder> = HashMap::new();
        for job in group {
            let head = self.chains.get(&job.product).map_or(Head::ZERO, |chain| chain.head);
            if head.version != job.expected {
                let conflict = AppendError::Conflict { head: head.version };
                staged.replies.push((job.reply, Err(conflict)));
                continue;
            }
            let Some(chain) = self.chain(&job.product, &mut staged) else {
                let what = "there are too many products".to_owned();
                staged.replies.push((job.reply, Err(AppendError::Invalid { what })));
                continue;
            };
            let builder = match open.entry(job.product.clone()) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => {
                    staged.touched.push(job.product.clone());
                    entry.insert(pack::Builder::after(chain.head))
                }
            };
            for commit in &job.commits {
                if !builder.is_empty() && builder.size_with(commit) > super::layout::PART_BYTES {
                    let next = pack::Builder::after(builder.head());
                    let full = std::mem::replace(builder, next);
                    staged.values.extend(store::values_of(chain.number, full));
                }
                builder.push(&job.product, commit);
                staged.commits += 1;
                staged.size_bytes += commit.bytes.len();
            }
            chain.head = builder.head();
            staged.replies.push((job.reply, Ok(chain.head)));
        }
        for (name, builder) in open {
            if let Some(chain) = self.chains.get(&name) {
                staged.values.extend(store::values_of(chain.number, builder));
            }
        }
        staged
    }

    /// The chain of a product; a new product's name is staged with its first commit.
    fn chain(&mut self, name: &ProductName, staged: &mut Staged) -> Option<&mut Chain> {
        match self.chains.entry(name.clone()) {
            Entry::Occupied(entry) => Some(entry.into_mut()),
            Entry::Vacant(entry) => {
                let number = self.next_number;
                self.next_number = number.checked_add(1)?;
                staged.values.push((Key::name(number), name.as_str().as_bytes().to_vec()));
                let product = self.shared.product(name);
                Some(entry.insert(Chain { number, head: Head::ZERO, product }))
            }
        }
    }
}
