//! Who held which role from which version to which: what somebody was when they did something.
//!
//! It grows with the changes of roles and not with those of items.

use std::collections::BTreeMap;

use koepel_domain::{
    commit::Commit,
    event::Event,
    ids::{DomainId, PersonId, Version},
    roles::Role,
};
use serde::{Deserialize, Serialize};

/// A role that somebody held for a while, or still holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Tenure {
    role: Role,
    domain: Option<DomainId>,
    granted: Version,
    revoked: Option<Version>,
}

/// All roles that were ever held in a product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenures {
    people: BTreeMap<PersonId, Vec<Tenure>>,
}

impl Tenures {
    /// Folds a commit in.
    pub fn apply(&mut self, commit: &Commit<Event>) {
        let version = commit.version;
        for event in &commit.events {
            match event {
                Event::RoleGranted(e) => {
                    let (role, domain) = (e.role, e.domain.clone());
                    let tenure = Tenure { role, domain, granted: version, revoked: None };
                    self.people.entry(e.person.clone()).or_default().push(tenure);
                }
                Event::RoleRevoked(e) => {
                    let held = self.people.get_mut(&e.person).into_iter().flatten();
                    end(held, version, |one| one.role == e.role && one.domain == e.domain);
                }
                Event::DomainDeleted(e) => {
                    let held = self.people.values_mut().flatten();
                    end(held, version, |one| one.domain.as_ref() == Some(&e.domain));
                }
                Event::ProductCreated(_)
                | Event::ProductUpdated(_)
                | Event::DomainAdded(_)
                | Event::DomainUpdated(_)
                | Event::ItemCreated(_)
                | Event::ItemUpdated(_)
                | Event::ItemRanked(_)
                | Event::ItemReordered(_)
                | Event::ItemPinned(_)
                | Event::ItemUnpinned(_)
                | Event::ItemMoved(_)
                | Event::ItemSplit(_)
                | Event::ItemMerged(_)
                | Event::ItemCompleted(_)
                | Event::ItemDropped(_)
                | Event::ItemReopened(_)
                | Event::LinkAdded(_)
                | Event::LinkRemoved(_)
                | Event::LinkResolved(_)
                | Event::RequestMade(_)
                | Event::RequestWithdrawn(_)
                | Event::VisionPublished(_)
                | Event::GoalAdded(_)
                | Event::GoalUpdated(_)
                | Event::GoalClosed(_)
                | Event::EntryAdded(_)
                | Event::EntryChanged(_)
                | Event::EntryRemoved(_)
                | Event::SyncStarted(_)
                | Event::SyncClosed(_)
                | Event::SourceTold(_)
                | Event::ConnectionAdded(_)
                | Event::ConnectionUpdated(_)
                | Event::ConnectionRemoved(_)
                | Event::EscalationRaised(_)
                | Event::EscalationAcknowledged(_)
                | Event::EscalationCommented(_)
                | Event::EscalationReminded(_)
                | Event::EscalationOverdue(_)
                | Event::EscalationHandedOver(_)
                | Event::EscalationDecided(_)
                | Event::EscalationWithdrawn(_)
                | Event::EscalationReopened(_)
                | Event::DecisionNotFollowed(_)
                | Event::TextRedacted(_) => {}
            }
        }
    }

    /// What somebody was when they gave the command that made `version`, so before what it did itself; the weightiest role
    /// first.
    #[must_use]
    pub fn held(&self, person: &PersonId, version: Version) -> Vec<(Role, Option<DomainId>)> {
        let all = self.people.get(person).map_or(&[][..], Vec::as_slice).iter();
        let then = all.filter(|one| {
            one.granted < version && one.revoked.is_none_or(|revoked| revoked >= version)
        });
        let mut held: Vec<_> = then.map(|one| (one.role, one.domain.clone())).collect();
        held.sort_unstable();
        held
    }
}

/// Ends those that still run and are meant.
fn end<'a>(
    tenures: impl Iterator<Item = &'a mut Tenure>,
    version: Version,
    meant: impl Fn(&Tenure) -> bool,
) {
    for one in tenures.filter(|one| one.revoked.is_none() && meant(one)) {
        one.revoked = Some(version);
    }
}
