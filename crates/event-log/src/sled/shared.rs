//! What the log's handle, its writer and its housekeeper share.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::sync::watch;

use super::Settings;
use super::head_file::Heads;
use super::store::Store;
use crate::stats::Counters;
use crate::{Head, Health, ProductName, ReadError, Version};

/// The state of an open log.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) dir: PathBuf,
    pub(super) settings: Settings,
    pub(super) counters: Counters,
    /// Whether a head has become durable that the head file does not know yet.
    pub(super) unwritten_heads: AtomicBool,
    /// How many of the next syncs fail.
    #[cfg(test)]
    pub(super) failing_syncs: std::sync::atomic::AtomicU32,
    /// Whether the disk is taken to have room, whatever it says.
    #[cfg(test)]
    pub(super) has_room: AtomicBool,
    products: RwLock<HashMap<ProductName, Arc<Product>>>,
    state: RwLock<State>,
}

/// Whether there is a database, and how it is.
#[derive(Debug)]
struct State {
    store: Option<Arc<Store>>,
    health: Health,
    closed: bool,
}

/// What is known of a product in memory.
#[derive(Debug)]
pub(super) struct Product {
    durable: Mutex<Durable>,
    version: watch::Sender<Version>,
}

/// What is durable of a product.
#[derive(Clone, Copy, Debug)]
pub(super) struct Durable {
    /// Its number in keys; zero while it has none.
    pub(super) number: u32,
    /// Its head.
    pub(super) head: Head,
}

impl Product {
    /// What is durable of it.
    pub(super) fn durable(&self) -> Durable {
        *self.durable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a durable head visible, then wakes who follows.
    pub(super) fn publish(&self, number: u32, head: Head) {
        *self.durable.lock().unwrap_or_else(PoisonError::into_inner) = Durable { number, head };
        self.version.send_if_modified(|version| {
            let newer = *version != head.version;
            *version = head.version;
            newer
        });
    }

    /// The version, as it changes.
    pub(super) fn follow(&self) -> watch::Receiver<Version> {
        self.version.subscribe()
    }
}

impl Shared {
    /// The state of a log with this database.
    pub(super) fn new(dir: PathBuf, settings: Settings, store: Store) -> Shared {
        Shared {
            dir,
            settings,
            counters: Counters::default(),
            unwritten_heads: AtomicBool::new(false),
            #[cfg(test)]
            failing_syncs: std::sync::atomic::AtomicU32::new(0),
            #[cfg(test)]
            has_room: AtomicBool::new(false),
            products: RwLock::default(),
            state: RwLock::new(State {
                store: Some(Arc::new(store)),
                health: Health::Ready,
                closed: false,
            }),
        }
    }

    /// The product of this name, if anybody has asked for it or written to it.
    pub(super) fn known(&self, name: &str) -> Option<Arc<Product>> {
        self.products.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// The product of this name.
    pub(super) fn product(&self, name: &ProductName) -> Arc<Product> {
        if let Some(product) = self.known(name.as_str()) {
            return product;
        }
        let mut products = self.products.write().unwrap_or_else(PoisonError::into_inner);
        let product = products.entry(name.clone()).or_insert_with(|| {
            Arc::new(Product {
                durable: Mutex::new(Durable { number: 0, head: Head::ZERO }),
                version: watch::Sender::new(Version::ZERO),
            })
        });
        Arc::clone(product)
    }

    /// The durable heads of all products that have commits.
    pub(super) fn heads(&self) -> Heads {
        let products = self.products.read().unwrap_or_else(PoisonError::into_inner);
        let heads = products.iter().map(|(name, product)| (name.clone(), product.durable().head));
        heads.filter(|(_, head)| head.version > Version::ZERO).collect()
    }

    /// The database, for reading.
    pub(super) fn readable(&self) -> Result<Arc<Store>, ReadError> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        match (&state.store, &state.health) {
            _ if state.closed => Err(ReadError::Closed),
            (_, Health::Reopening { why } | Health::Failed { why }) => {
                Err(ReadError::Unavailable { why: why.clone() })
            }
            (Some(store), Health::Ready) => Ok(Arc::clone(store)),
            (None, Health::Ready) => Err(ReadError::Closed),
        }
    }

    /// The database, whatever the health; for the housekeeper.
    pub(super) fn store(&self) -> Option<Arc<Store>> {
        self.state.read().unwrap_or_else(PoisonError::into_inner).store.clone()
    }

    /// Whether the log can serve.
    pub(super) fn health(&self) -> Health {
        self.state.read().unwrap_or_else(PoisonError::into_inner).health.clone()
    }

    /// Whether the log has been closed.
    pub(super) fn is_closed(&self) -> bool {
        self.state.read().unwrap_or_else(PoisonError::into_inner).closed
    }

    /// Takes the database away from readers, for the reason in `health`.
    pub(super) fn unplug(&self, health: Health) -> Option<Arc<Store>> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.health = health;
        state.store.take()
    }

    /// Gives readers the database.
    pub(super) fn plug(&self, store: Arc<Store>) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.store = Some(store);
        state.health = Health::Ready;
    }

    /// Changes the health alone.
    pub(super) fn set_health(&self, health: Health) {
        self.state.write().unwrap_or_else(PoisonError::into_inner).health = health;
    }

    /// Closes the log for everybody.
    pub(super) fn close(&self) -> Option<Arc<Store>> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.closed = true;
        state.store.take()
    }

    /// Notes that the head file is behind. Answers whether that is news.
    pub(super) fn note_unwritten_heads(&self) -> bool {
        !self.unwritten_heads.swap(true, Ordering::AcqRel)
    }
}
