//! Where people are told: e-mail addresses and languages, and the targets of webhooks with their secrets, in two private files
//! beside the log. Nothing of it is ever in the log, so it can be changed and erased.

use std::{collections::BTreeMap, fs, io, path::Path};

use koepel_alerts::{
    Language, rules,
    webhook::{Secret, Shape},
};
use koepel_domain::{
    ids::{PersonId, ProductId, TargetId, Timestamp},
    outbox::Receiver,
};
use koepel_event_log::Hash;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::kept::Kept;

/// For so long the request that made a target may be repeated, in microseconds: a day. Whoever has lost the answer repeats it at
/// once; later, the secret is shown to nobody any more.
const REPEATED: i64 = 24 * 3_600 * 1_000_000;
/// Most targets of a product.
pub(crate) const TARGETS_MAX: usize = 1_000;

/// Where and in which language somebody is written to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contact {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<Language>,
}

/// Where a webhook goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) receiver: Receiver,
    pub(crate) url: String,
    pub(crate) shape: Shape,
    pub(crate) secret: Secret,
    pub(crate) made: Timestamp,
    /// Who made it; unknown of those from before that was kept, and of whoever was erased.
    pub(crate) by: Option<PersonId>,
    /// The request that made it, if it had an id, and the hash of its body.
    pub(crate) request: Option<(uuid::Uuid, Hash)>,
}

impl Target {
    /// Whether `other` is made by a request with the same id, by the same person, while it may be repeated.
    fn has_request_of(&self, other: &Self) -> bool {
        let id = |target: &Self| target.request.map(|(id, _)| id);
        let age = other.made.0.saturating_sub(self.made.0);
        self.by == other.by && id(self).is_some() && id(self) == id(other) && age < REPEATED
    }
}

/// A target as its file has it.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    product: ProductId,
    target: TargetId,
    receiver: Receiver,
    url: String,
    shape: Shape,
    secret: String,
    made: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<PersonId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request: Option<(uuid::Uuid, Hash)>,
}

type Targets = BTreeMap<(ProductId, TargetId), Target>;

/// Why a target is not kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotKept {
    #[error("there is a target {0} already; remove it first, or choose another id")]
    Exists(TargetId),
    #[error(
        "the request id was used for target {0}, by a request that was not the same; make another id"
    )]
    Reused(TargetId),
    #[error("a product has at most {TARGETS_MAX} targets; remove one first")]
    Full,
    #[error("there is no target {0} in this product")]
    Unknown(TargetId),
    #[error("it cannot be kept: {0}")]
    Io(#[from] io::Error),
}

/// Both files.
pub(crate) struct Addresses {
    contacts: Kept<BTreeMap<PersonId, Contact>>,
    targets: Kept<Targets>,
}

fn read<T: DeserializeOwned + Default>(path: &Path) -> io::Result<T> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
            // Not what stands there: it may be a secret.
            let (line, column) = (error.line(), error.column());
            let what =
                format!("{}: line {line}, column {column} is not as it should be", path.display());
            io::Error::new(io::ErrorKind::InvalidData, what)
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(T::default()),
        Err(error) => Err(error),
    }
}

impl Addresses {
    /// Opens the files of a data folder; there need not be any yet.
    ///
    /// # Errors
    /// If one cannot be read, or is not what it should be.
    pub(crate) fn open(data_dir: &Path) -> io::Result<Self> {
        let contacts_file = data_dir.join("contacts.json");
        let targets_file = data_dir.join("targets.json");
        let contacts = read(&contacts_file)?;
        let stored: Vec<Stored> = read(&targets_file)?;
        let mut targets = BTreeMap::new();
        for one in stored {
            let wrong = |error| {
                let what = format!("{}: target {}: {error}", targets_file.display(), one.target);
                io::Error::new(io::ErrorKind::InvalidData, what)
            };
            let secret = Secret::parse(&one.secret).map_err(wrong)?;
            let Stored { product, target, receiver, url, shape, made, by, request, .. } = one;
            let kept = Target { receiver, url, shape, secret, made, by, request };
            targets.insert((product, target), kept);
        }
        let contacts = Kept::new(contacts_file, serde_json::to_vec_pretty, contacts);
        Ok(Self { contacts, targets: Kept::new(targets_file, encode_targets, targets) })
    }

    /// Where somebody is written to.
    pub(crate) fn contact(&self, person: &PersonId) -> Contact {
        self.contacts.now().get(person).cloned().unwrap_or_default()
    }

    /// Keeps it; durable when it returns. Nothing at all takes the person out of the file. Waits for the disk.
    ///
    /// # Errors
    /// If the file cannot be written; what was there before stays then.
    pub(crate) fn set_contact(&self, person: &PersonId, contact: Contact) -> io::Result<()> {
        self.contacts.change(|contacts| {
            if contact == Contact::default() {
                contacts.remove(person);
            } else {
                contacts.insert(person.clone(), contact);
            }
            Ok(())
        })
    }

    /// A target, if it is there.
    pub(crate) fn target(&self, product: &ProductId, id: &TargetId) -> Option<Target> {
        self.targets.now().get(&(product.clone(), id.clone())).cloned()
    }

    /// The targets of a product, by id.
    pub(crate) fn targets(&self, product: &ProductId) -> Vec<(TargetId, Target)> {
        let targets = self.targets.now();
        let own = targets.iter().filter(|((of, _), _)| of == product);
        own.map(|((_, id), target)| (id.clone(), target.clone())).collect()
    }

    /// The same, as far as rules are concerned.
    pub(crate) fn targets_of_rules(&self, product: &ProductId) -> Vec<rules::Target> {
        let all = self.targets(product).into_iter();
        all.map(|(id, target)| rules::Target { id, receiver: target.receiver }).collect()
    }

    /// Keeps a new target; durable when it returns. Gives the target that is there now: of a request that is repeated, the one
    /// that it made. Waits for the disk.
    ///
    /// # Errors
    /// [`NotKept`].
    pub(crate) fn add_target(
        &self,
        product: &ProductId,
        id: &TargetId,
        target: Target,
    ) -> Result<Target, NotKept> {
        self.targets.change(|targets| {
            let repeated = targets.iter().find(|(_, held)| held.has_request_of(&target));
            if let Some(((of, held_id), held)) = repeated {
                let same = (of, held_id, held.request) == (product, id, target.request);
                let reused = || NotKept::Reused(held_id.clone());
                return if same { Ok(held.clone()) } else { Err(reused()) };
            }
            let key = (product.clone(), id.clone());
            if targets.contains_key(&key) {
                return Err(NotKept::Exists(id.clone()));
            }
            if targets.keys().filter(|(of, _)| of == product).count() >= TARGETS_MAX {
                return Err(NotKept::Full);
            }
            targets.insert(key, target.clone());
            Ok(target)
        })
    }

    /// Forgets a target, and its secret. Waits for the disk.
    ///
    /// # Errors
    /// [`NotKept`].
    pub(crate) fn remove_target(&self, product: &ProductId, id: &TargetId) -> Result<(), NotKept> {
        self.targets.change(|targets| {
            let removed = targets.remove(&(product.clone(), id.clone()));
            removed.map(drop).ok_or_else(|| NotKept::Unknown(id.clone()))
        })
    }

    /// Forgets the contacts and the targets of those for whom this does not hold; durable when it returns. Waits for the disk.
    ///
    /// # Errors
    /// If a file cannot be written; to be done again then.
    pub(crate) fn keep(&self, holds: impl Fn(&PersonId) -> bool) -> io::Result<()> {
        self.contacts.take_out(|contacts| {
            let before = contacts.len();
            contacts.retain(|person, _| holds(person));
            contacts.len() != before
        })?;
        self.targets.take_out(|targets| {
            let before = targets.len();
            targets.retain(|_, target| match &target.receiver {
                Receiver::Person(person) => holds(person),
                Receiver::Seat { .. } => true,
            });
            let mut changed = targets.len() != before;
            for target in targets.values_mut() {
                if target.by.take_if(|by| !holds(by)).is_some() {
                    (target.request, changed) = (None, true);
                }
            }
            changed
        })
    }
}

fn encode_targets(targets: &Targets) -> serde_json::Result<Vec<u8>> {
    let stored = targets.iter().map(|((product, id), target)| Stored {
        product: product.clone(),
        target: id.clone(),
        receiver: target.receiver.clone(),
        url: target.url.clone(),
        shape: target.shape,
        secret: target.secret.reveal(),
        made: target.made,
        by: target.by.clone(),
        request: target.request,
    });
    let stored: Vec<Stored> = stored.collect();
    serde_json::to_vec_pretty(&stored)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_kept_is_there_after_a_start_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let (person, product) = (PersonId::new("p-a").unwrap(), ProductId::new("webshop").unwrap());
        let id = TargetId::new("chat").unwrap();
        let contact =
            Contact { email: Some("a@example.com".to_owned()), language: Some(Language::Da) };
        let target = Target {
            receiver: Receiver::Person(person.clone()),
            url: "https://example.com/".to_owned(),
            shape: Shape::Slack,
            secret: Secret::new([3; 32]),
            made: Timestamp(5),
            by: Some(person.clone()),
            request: Some((uuid::Uuid::from_u128(7), Hash::of(b"body"))),
        };
        let addresses = Addresses::open(dir.path()).unwrap();
        addresses.set_contact(&person, contact.clone()).unwrap();
        addresses.add_target(&product, &id, target.clone()).unwrap();
        let other = Target { request: None, ..target.clone() };
        let twice = addresses.add_target(&product, &id, other);
        assert!(matches!(twice, Err(NotKept::Exists(_))));
        let again = Addresses::open(dir.path()).unwrap();
        assert_eq!(again.contact(&person), contact);
        assert_eq!(again.target(&product, &id), Some(target));
        for file in ["contacts.json", "targets.json"] {
            let mode = fs::metadata(dir.path().join(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
        again.remove_target(&product, &id).unwrap();
        assert!(matches!(again.remove_target(&product, &id), Err(NotKept::Unknown(_))));
        again.set_contact(&person, Contact::default()).unwrap();
        let text = fs::read_to_string(dir.path().join("contacts.json")).unwrap();
        assert!(!text.contains("p-a"), "{text}");
    }

    #[test]
    fn the_request_that_made_a_target_may_be_repeated_for_a_day_by_whoever_made_it() {
        let dir = tempfile::tempdir().unwrap();
        let (person, product) = (PersonId::new("p-a").unwrap(), ProductId::new("webshop").unwrap());
        let (id, other) = (TargetId::new("chat").unwrap(), TargetId::new("other").unwrap());
        let target = |secret: u8, made: i64| Target {
            receiver: Receiver::Person(person.clone()),
            url: "https://example.com/".to_owned(),
            shape: Shape::Standard,
            secret: Secret::new([secret; 32]),
            made: Timestamp(made),
            by: Some(person.clone()),
            request: Some((uuid::Uuid::from_u128(7), Hash::of(b"body"))),
        };
        let addresses = Addresses::open(dir.path()).unwrap();
        let first = addresses.add_target(&product, &id, target(1, 0)).unwrap();
        let addresses = Addresses::open(dir.path()).unwrap();
        let add = |id: &TargetId, target| addresses.add_target(&product, id, target);
        assert_eq!(add(&id, target(2, REPEATED - 1)).unwrap(), first);
        let changed = Target {
            request: Some((uuid::Uuid::from_u128(7), Hash::of(b"another"))),
            ..target(2, 1)
        };
        assert!(matches!(add(&id, changed), Err(NotKept::Reused(_))));
        assert!(matches!(add(&other, target(2, 1)), Err(NotKept::Reused(_))));
        assert!(matches!(add(&id, target(2, REPEATED)), Err(NotKept::Exists(_))));
        let by_another = Target { by: Some(PersonId::new("p-b").unwrap()), ..target(2, 1) };
        assert!(matches!(add(&id, by_another), Err(NotKept::Exists(_))));
        // Whoever made it is erased: what shows them goes.
        let seat = Receiver::Seat { role: koepel_domain::roles::Role::ChiefPo, domain: None };
        add(&other, Target { receiver: seat, request: None, ..target(3, 2) }).unwrap();
        addresses.keep(|held| *held != person).unwrap();
        assert_eq!(addresses.target(&product, &id), None);
        assert_eq!(addresses.target(&product, &other).unwrap().by, None);
        let text = fs::read_to_string(dir.path().join("targets.json")).unwrap();
        assert!(!text.contains("p-a"), "{text}");
    }

    #[test]
    fn a_damaged_file_is_named_without_what_is_in_it() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("targets.json"), "[{\"secret\": \"whsec_s3cret\"}]").unwrap();
        let error = Addresses::open(dir.path()).err().unwrap().to_string();
        assert!(error.contains("targets.json") && !error.contains("s3cret"), "{error}");
    }
}
