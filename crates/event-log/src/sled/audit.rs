//! The raw check of a database: every entry of the tree, in its order, whether or not a product's
//! reader would ever come by.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::layout::Key;
use super::store::{self, Store, Trouble};
use crate::record::pack;
use crate::{Hash, Head, Problem, ProductName, Record, Redactions, VerifyReport, Version};

/// Checks everything. Each record that fits its chain goes through `decode` as well.
pub(super) fn audit(
    store: &Store,
    max_problems: usize,
    decode: impl Fn(&Record) -> Result<(), String>,
) -> VerifyReport {
    let mut audit = Audit {
        report: VerifyReport::default(),
        max_problems,
        decode,
        names: BTreeMap::new(),
        current: None,
    };
    let walked = store::guard(|| {
        for item in store.db()?.iter() {
            if audit.is_full() {
                return Ok(());
            }
            match item {
                Ok((key, value)) => audit.entry(&key, &value),
                Err(error) => return Err(Trouble::Failed(error.to_string())),
            }
        }
        Ok(())
    });
    audit.finish_pack();
    let place = audit.place();
    audit.finish_product();
    if let Err(trouble) = walked {
        let (product, version) = place;
        let what = format!("reading on from here failed: {trouble}");
        audit.report.problems.push(Problem { product, version, what });
    }
    audit.report.first_bad_first();
    audit.report
}

struct Audit<D> {
    report: VerifyReport,
    max_problems: usize,
    decode: D,
    names: BTreeMap<u32, ProductName>,
    current: Option<Current>,
}

/// The product being walked through.
struct Current {
    number: u32,
    product: ProductName,
    head: Head,
    /// Whether `head.version` is a guess, because the last pack could not be decoded.
    lost_count: bool,
    /// The pack whose parts are being gathered.
    pack: Option<Parts>,
    /// What was taken out of it.
    redactions: Redactions,
}

/// A pack, as far as its parts have been seen.
struct Parts {
    first: Version,
    bytes: Vec<u8>,
    next: usize,
    /// Whether one is missing. `bytes` are then the last part's only.
    broken: bool,
}

impl<D: Fn(&Record) -> Result<(), String>> Audit<D> {
    fn is_full(&self) -> bool {
        self.report.problems.len() >= self.max_problems
    }

    fn problem(&mut self, product: Option<ProductName>, version: Option<Version>, what: String) {
        if !self.is_full() {
            self.report.problems.push(Problem { product, version, what });
        }
    }

    /// Where the walk has got to.
    fn place(&self) -> (Option<ProductName>, Option<Version>) {
        match &self.current {
            Some(current) => (Some(current.product.clone()), Some(current.head.version.next())),
            None => (None, None),
        }
    }

    fn entry(&mut self, key: &[u8], value: &[u8]) {
        let Some(key) = Key::decode(key) else {
            self.problem(None, None, format!("there is an entry with the key {key:02x?}"));
            return;
        };
        if key.is_name() {
            self.name(key, value);
        } else {
            self.part(key, value);
        }
    }

    fn name(&mut self, key: Key, value: &[u8]) {
        match store::parse_name(&key.encode(), value) {
            Ok((number, name)) => {
                if self.names.values().any(|known| *known == name) {
                    self.problem(Some(name.clone()), None, "it has two numbers".into());
                }
                self.names.insert(number, name);
                self.report.products += 1;
            }
            Err(what) => self.problem(None, None, what),
        }
    }

    fn part(&mut self, key: Key, value: &[u8]) {
        let same_product = self.current.as_ref().is_some_and(|it| it.number == key.number);
        if !same_product {
            self.finish_product();
            let Some(product) = self.names.get(&key.number).cloned() else {
                let what = format!(
                    "there are records of product number {}, which has no name",
                    key.number
                );
                self.problem(None, Some(Version::new(key.version)), what);
                return;
            };
            self.current = Some(Current {
                number: key.number,
                product,
                head: Head::ZERO,
                lost_count: false,
                pack: None,
                redactions: Redactions::default(),
            });
        }
        let first = Version::new(key.version);
        let gathering = self.current.as_ref().and_then(|it| it.pack.as_ref()).map(|it| it.first);
        if gathering != Some(first) {
            self.finish_pack();
        }
        let Some(current) = &mut self.current else { return };
        let pack = current.pack.get_or_insert_with(|| Parts {
            first,
            bytes: Vec::new(),
            next: 0,
            broken: false,
        });
        if usize::from(key.part) != pack.next {
            pack.broken = true;
        }
        if pack.broken {
            pack.bytes.clear();
        }
        pack.bytes.extend_from_slice(value);
        pack.next += 1;
    }

    fn finish_product(&mut self) {
        self.finish_pack();
        if let Some(current) = self.current.take() {
            self.report.take_redactions(&current.product, &current.redactions);
        }
    }

    fn finish_pack(&mut self) {
        let Some(current) = &mut self.current else { return };
        let Some(pack) = current.pack.take() else { return };
        let product = current.product.clone();
        let expected = current.head.version.next();
        if pack.first < expected {
            let what = "there is another record of it".to_owned();
            self.problem(Some(product), Some(pack.first), what);
            return;
        }
        if pack.first > expected && !current.lost_count {
            current.head.version = pack.first.before();
            current.lost_count = true;
            let what = match pack.first.before() {
                last if last == expected => "it is missing".to_owned(),
                last => format!("it and all up to version {last} are missing"),
            };
            self.problem(Some(product.clone()), Some(expected), what);
            // That the record after a gap does not follow from the one before it says nothing more.
            self.decode_pack(&product, &pack, false);
        } else {
            current.head.version = pack.first.before();
            self.decode_pack(&product, &pack, true);
        }
    }

    /// Decodes a pack that follows the present head, and moves the head on.
    fn decode_pack(&mut self, product: &ProductName, pack: &Parts, tell: bool) {
        let Some(current) = &mut self.current else { return };
        let bytes = Bytes::copy_from_slice(&pack.bytes);
        let mut undecodable = Vec::new();
        let decoded = if pack.broken {
            let what = "a part of it is missing".to_owned();
            Err(pack::Unfit { version: pack.first, what })
        } else {
            pack::decode(product, current.head, &bytes, |record, _| {
                self.report.commits += 1;
                current.head.version = record.version;
                current.redactions.see(&record);
                if let Err(what) = (self.decode)(&record) {
                    undecodable.push((record.version, format!("it cannot be decoded: {what}")));
                }
            })
        };
        let unfit = match decoded {
            Ok(head) => {
                current.head = head;
                current.lost_count = false;
                None
            }
            Err(unfit) => {
                // What follows is checked against the hash that is stored, as a reader would.
                let hash = pack::last_hash(&bytes).unwrap_or(Hash::ZERO);
                current.head = Head { version: unfit.version, hash };
                current.lost_count = true;
                tell.then_some((unfit.version, unfit.what))
            }
        };
        for (version, what) in undecodable.into_iter().chain(unfit) {
            self.problem(Some(product.clone()), Some(version), what);
        }
    }
}
