//! R15: whoever edits the database behind the server's back is found out: `koepel log verify` names the first record
//! that is not as it was written, and fails.

use std::path::Path;

use koepel_tests::{
    Ran,
    reliability::{
        self,
        command::{Call, Command, Outcome},
        house::{House, People},
        load,
        node::Node,
        offline,
    },
    scratch,
};
use tempfile::TempDir;

const PRODUCT: &str = "shop";
const OTHER: &str = "other";
/// Commits that each product has beyond its set-up.
const COMMITS: u64 = 30;

/// A log of two products whose every commit is a record of its own.
struct Written {
    dir: TempDir,
    head: u64,
}

impl Written {
    async fn new() -> Self {
        let dir = scratch();
        let mut rng = reliability::random(reliability::seed("tamper"), 0);
        let mut node = Node::new(dir.path(), &dir.path().join("data"));
        node.start().await;
        let people: People = House::set_up(&node).await.people(&node);
        let mut head = 0;
        for product in [PRODUCT, OTHER] {
            House::product(&node, product).await;
            for number in 0..COMMITS {
                let title = format!("Item {number}");
                let command = Command::Create { domain: "a".to_owned(), title, place: None };
                let id = load::request_id(&mut rng);
                let outcome = Call { id, actor: 0, command, expected: 0 }
                    .send(&people.actors[0], product)
                    .await;
                let Outcome::Accepted(version, _) = outcome else { panic!("{outcome:?}") };
                head = version;
            }
        }
        let (status, written) = node.stop().await;
        assert!(status.success(), "{written}");
        Self { dir, head }
    }

    /// A copy of it, edited; and what is said of it.
    fn edited(&self, edit: impl FnOnce(&Database)) -> Ran {
        let copy = scratch();
        offline::copy(&self.dir.path().join("data"), &copy.path().join("data"));
        let database = Database::open(&copy.path().join("data"));
        edit(&database);
        database.db.flush().unwrap();
        drop(database);
        offline::verify(copy.path(), &copy.path().join("data"))
    }
}

/// The database as whoever has read about its layout sees it: `number ‖ version ‖ part` → record.
struct Database {
    db: sled::Db,
    number: u32,
}

impl Database {
    fn open(data: &Path) -> Self {
        let db = sled::open(data.join("log")).unwrap();
        let names = db.iter().map(|entry| entry.unwrap());
        let number = names
            .filter(|(key, value)| key[..4] == [0; 4] && value.as_ref() == PRODUCT.as_bytes())
            .map(|(key, _)| u32::from_be_bytes(key[8..12].try_into().unwrap()))
            .next()
            .expect("the product has a number");
        Self { db, number }
    }

    fn key(&self, version: u64) -> Vec<u8> {
        [&self.number.to_be_bytes()[..], &version.to_be_bytes()[..], &[0, 0]].concat()
    }

    fn get(&self, version: u64) -> Vec<u8> {
        self.db.get(self.key(version)).unwrap().expect("a record").to_vec()
    }

    fn put(&self, version: u64, record: Vec<u8>) {
        self.db.insert(self.key(version), record).unwrap();
    }

    fn remove(&self, version: u64) {
        self.db.remove(self.key(version)).unwrap().expect("a record");
    }
}

#[track_caller]
fn names_first(ran: &Ran, version: u64) {
    assert_eq!(ran.code, 1, "{ran:?}");
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(report["intact"], false);
    let first = &report["problems"][0];
    assert_eq!(
        (&first["product"], &first["version"]),
        (&PRODUCT.into(), &version.into()),
        "{ran:?}"
    );
    let named = format!("product {PRODUCT}, version {version}: ");
    let line = ran.err.lines().find(|line| line.contains("version")).unwrap_or_default();
    assert!(line.contains(&named), "{}", ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_record_that_was_tampered_with_is_named() {
    let log = Written::new().await;
    let untouched = log.edited(|_| {});
    assert_eq!(untouched.code, 0, "{untouched:?}");
    let head = log.head;
    for version in [1, 2, 17, head - 1, head] {
        let altered = |at: fn(usize) -> usize| {
            log.edited(|database| {
                let mut record = database.get(version);
                let at = at(record.len());
                record[at] ^= 4;
                database.put(version, record);
            })
        };
        names_first(&altered(|length| length / 2), version);
        names_first(&altered(|length| length - 40), version);
        names_first(&log.edited(|database| database.remove(version)), version);
    }
    for (one, two) in [(3, 4), (1, head), (12, 30)] {
        let swapped = log.edited(|database| {
            let (first, second) = (database.get(one), database.get(two));
            database.put(one, second);
            database.put(two, first);
        });
        names_first(&swapped, one);
    }
    for (copied, added) in [(5, head + 1), (head, head + 1)] {
        let added_there = log.edited(|database| database.put(added, database.get(copied)));
        names_first(&added_there, added);
    }
    // Two at a time: the first is named first.
    let both = log.edited(|database| {
        database.remove(20);
        let mut record = database.get(9);
        record[30] ^= 1;
        database.put(9, record);
    });
    names_first(&both, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_no_product_or_to_another_is_found_as_tampered() {
    let log = Written::new().await;
    let strange = log.edited(|database| drop(database.db.insert("what is this", "?").unwrap()));
    assert_eq!(strange.code, 1, "{strange:?}");
    let nameless = log.edited(|database| {
        let record = database.get(1);
        let stranger = Database { db: database.db.clone(), number: 77 };
        stranger.put(1, record);
    });
    assert_eq!(nameless.code, 1, "{nameless:?}");
    assert!(nameless.err.contains("77"), "{}", nameless.err);
    // The whole history of another product in the place of this one's.
    let other = log.edited(|database| {
        let other = database.number + 1;
        let other = Database { db: database.db.clone(), number: other };
        for version in 1..=log.head {
            database.put(version, other.get(version));
        }
    });
    names_first(&other, 1);
}
