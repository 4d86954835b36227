//! Where people are told: e-mail addresses and languages, and the targets of webhooks with their secrets, in two private files
//! beside the log. Nothing of it is ever in the log, so it can be changed and erased.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock},
};

use koepel_alerts::{
    Language, rules,
    webhook::{Secret, Shape},
};
use koepel_domain::{
    ids::{PersonId, ProductId, TargetId, Timestamp},
    outbox::Receiver,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::directory::{remove_left_over, write_private};

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
}

type Targets = BTreeMap<(ProductId, TargetId), Target>;

/// Why a target is not kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotKept {
    #[error("there is a target {0} already; remove it first, or choose another id")]
    Exists(TargetId),
    #[error("a product has at most {TARGETS_MAX} targets; remove one first")]
    Full,
    #[error("there is no target {0} in this product")]
    Unknown(TargetId),
    #[error("it cannot be kept: {0}")]
    Io(#[from] io::Error),
}

/// Both files.
#[derive(Debug)]
pub(crate) struct Addresses {
    contacts_file: PathBuf,
    contacts: RwLock<BTreeMap<PersonId, Contact>>,
    targets_file: PathBuf,
    targets: RwLock<Targets>,
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
            let Stored { product, target, receiver, url, shape, made, .. } = one;
            targets.insert((product, target), Target { receiver, url, shape, secret, made });
        }
        let (contacts, targets) = (RwLock::new(contacts), RwLock::new(targets));
        Ok(Self { contacts_file, contacts, targets_file, targets })
    }

    /// Where somebody is written to.
    pub(crate) fn contact(&self, person: &PersonId) -> Contact {
        let contacts = self.contacts.read().unwrap_or_else(PoisonError::into_inner);
        contacts.get(person).cloned().unwrap_or_default()
    }

    /// Keeps it; durable when it returns. Nothing at all takes the person out of the file.
    ///
    /// # Errors
    /// If the file cannot be written; what was there before stays then.
    pub(crate) fn set_contact(&self, person: &PersonId, contact: Contact) -> io::Result<()> {
        let mut contacts = self.contacts.write().unwrap_or_else(PoisonError::into_inner);
        let mut new = contacts.clone();
        if contact == Contact::default() {
            new.remove(person);
        } else {
            new.insert(person.clone(), contact);
        }
        write_private(&self.contacts_file, &serde_json::to_vec_pretty(&new)?)?;
        *contacts = new;
        Ok(())
    }

    /// A target, if it is there.
    pub(crate) fn target(&self, product: &ProductId, id: &TargetId) -> Option<Target> {
        let targets = self.targets.read().unwrap_or_else(PoisonError::into_inner);
        targets.get(&(product.clone(), id.clone())).cloned()
    }

    /// The targets of a product, by id.
    pub(crate) fn targets(&self, product: &ProductId) -> Vec<(TargetId, Target)> {
        let targets = self.targets.read().unwrap_or_else(PoisonError::into_inner);
        let own = targets.iter().filter(|((of, _), _)| of == product);
        own.map(|((_, id), target)| (id.clone(), target.clone())).collect()
    }

    /// The same, as far as rules are concerned.
    pub(crate) fn targets_of_rules(&self, product: &ProductId) -> Vec<rules::Target> {
        let all = self.targets(product).into_iter();
        all.map(|(id, target)| rules::Target { id, receiver: target.receiver }).collect()
    }

    /// Keeps a new target; durable when it returns.
    ///
    /// # Errors
    /// [`NotKept`].
    pub(crate) fn add_target(
        &self,
        product: &ProductId,
        id: &TargetId,
        target: Target,
    ) -> Result<(), NotKept> {
        let mut targets = self.targets.write().unwrap_or_else(PoisonError::into_inner);
        let key = (product.clone(), id.clone());
        if targets.contains_key(&key) {
            return Err(NotKept::Exists(id.clone()));
        }
        if targets.keys().filter(|(of, _)| of == product).count() >= TARGETS_MAX {
            return Err(NotKept::Full);
        }
        let mut new = targets.clone();
        new.insert(key, target);
        self.write_targets(&new)?;
        *targets = new;
        Ok(())
    }

    /// Forgets a target, and its secret.
    ///
    /// # Errors
    /// [`NotKept`].
    pub(crate) fn remove_target(&self, product: &ProductId, id: &TargetId) -> Result<(), NotKept> {
        let mut targets = self.targets.write().unwrap_or_else(PoisonError::into_inner);
        let mut new = targets.clone();
        if new.remove(&(product.clone(), id.clone())).is_none() {
            return Err(NotKept::Unknown(id.clone()));
        }
        self.write_targets(&new)?;
        *targets = new;
        Ok(())
    }

    /// Forgets the contacts and the targets of those for whom this does not hold; durable when it returns.
    ///
    /// # Errors
    /// If a file cannot be written; to be done again then.
    pub(crate) fn keep(&self, holds: impl Fn(&PersonId) -> bool) -> io::Result<()> {
        remove_left_over(&self.contacts_file)?;
        remove_left_over(&self.targets_file)?;
        let mut contacts = self.contacts.write().unwrap_or_else(PoisonError::into_inner);
        let mut left = contacts.clone();
        left.retain(|person, _| holds(person));
        if left.len() != contacts.len() {
            write_private(&self.contacts_file, &serde_json::to_vec_pretty(&left)?)?;
            *contacts = left;
        }
        drop(contacts);
        let mut targets = self.targets.write().unwrap_or_else(PoisonError::into_inner);
        let mut left = targets.clone();
        left.retain(|_, target| match &target.receiver {
            Receiver::Person(person) => holds(person),
            Receiver::Seat { .. } => true,
        });
        if left.len() != targets.len() {
            self.write_targets(&left)?;
            *targets = left;
        }
        Ok(())
    }

    fn write_targets(&self, targets: &Targets) -> io::Result<()> {
        let stored = targets.iter().map(|((product, id), target)| Stored {
            product: product.clone(),
            target: id.clone(),
            receiver: target.receiver.clone(),
            url: target.url.clone(),
            shape: target.shape,
            secret: target.secret.reveal(),
            made: target.made,
        });
        let stored: Vec<Stored> = stored.collect();
        write_private(&self.targets_file, &serde_json::to_vec_pretty(&stored)?)
    }
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
        };
        let addresses = Addresses::open(dir.path()).unwrap();
        addresses.set_contact(&person, contact.clone()).unwrap();
        addresses.add_target(&product, &id, target.clone()).unwrap();
        let twice = addresses.add_target(&product, &id, target.clone());
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
    fn a_damaged_file_is_named_without_what_is_in_it() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("targets.json"), "[{\"secret\": \"whsec_s3cret\"}]").unwrap();
        let error = Addresses::open(dir.path()).unwrap_err().to_string();
        assert!(error.contains("targets.json") && !error.contains("s3cret"), "{error}");
    }
}
