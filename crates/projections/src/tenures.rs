//! Who held which role from which version to which: what somebody was when they did something.
//!
//! It grows with the changes of roles and not with those of items.

use std::collections::BTreeMap;

use koepel_domain::{
    commit::Commit,
    event::Event,
    ids::{DomainId, PersonId, Timestamp, Version},
    roles::Role,
    term::Term,
};
use serde::{Deserialize, Serialize};

/// A role that somebody held for a while, or still holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Tenure {
    role: Role,
    domain: Option<DomainId>,
    /// Whether they stood in for whoever held it.
    deputy: bool,
    granted: Version,
    revoked: Option<Version>,
    term: Option<Term>,
}

impl Tenure {
    fn is(&self, role: Role, domain: Option<&DomainId>, deputy: bool) -> bool {
        self.role == role && self.domain.as_ref() == domain && self.deputy == deputy
    }

    /// Whether it was in force when the command was given that made `version`, at that time.
    fn held(&self, version: Version, time: Timestamp) -> bool {
        let given = self.granted < version && self.revoked.is_none_or(|revoked| revoked >= version);
        given && self.term.as_ref().is_none_or(|term| term.has(time))
    }
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
                    let (granted, term) = (version, e.term.clone());
                    let one = Tenure { role, domain, deputy: false, granted, revoked: None, term };
                    self.people.entry(e.person.clone()).or_default().push(one);
                }
                Event::DeputyNamed(e) => {
                    let (role, domain) = (e.role, e.domain.clone());
                    let (granted, term) = (version, Some(e.term.clone()));
                    let one = Tenure { role, domain, deputy: true, granted, revoked: None, term };
                    self.people.entry(e.person.clone()).or_default().push(one);
                }
                Event::RoleRevoked(e) => {
                    let held = self.people.get_mut(&e.person).into_iter().flatten();
                    end(held, version, |one| {
                        one.is(e.role, e.domain.as_ref(), false) && one.term == e.term
                    });
                }
                Event::RoleTermChanged(e) => {
                    let held = self.people.get_mut(&e.person).into_iter().flatten();
                    let domain = e.domain.as_ref();
                    for one in held.filter(|one| one.revoked.is_none()) {
                        if one.is(e.role, domain, false) && one.term == e.term.from {
                            one.term = e.term.to.clone();
                        }
                    }
                }
                Event::DeputyDismissed(e) => {
                    let held = self.people.get_mut(&e.person).into_iter().flatten();
                    end(held, version, |one| {
                        one.is(e.role, e.domain.as_ref(), true)
                            && one.term.as_ref() == Some(&e.term)
                    });
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
                | Event::QuestionUnanswered(_)
                | Event::GapResolved(_)
                | Event::EscalationRaised(_)
                | Event::EscalationAcknowledged(_)
                | Event::EscalationRouted(_)
                | Event::EscalationCommented(_)
                | Event::EscalationReminded(_)
                | Event::EscalationOverdue(_)
                | Event::EscalationHandedOver(_)
                | Event::EscalationDecided(_)
                | Event::EscalationWithdrawn(_)
                | Event::EscalationReopened(_)
                | Event::DecisionNotFollowed(_)
                | Event::CalendarSaved(_)
                | Event::CalendarRemoved(_)
                | Event::EscalationPointsSaved(_)
                | Event::TextRedacted(_) => {}
            }
        }
    }

    /// What somebody was when they gave the command that made `version`, at that time, so before what it did itself; the
    /// weightiest role first. With each, whether they stood in for whoever held it.
    #[must_use]
    pub fn held(
        &self,
        person: &PersonId,
        version: Version,
        time: Timestamp,
    ) -> Vec<(Role, Option<DomainId>, bool)> {
        let all = self.people.get(person).map_or(&[][..], Vec::as_slice).iter();
        let then = all.filter(|one| one.held(version, time));
        let mut held: Vec<_> = then.map(|one| (one.role, one.domain.clone(), one.deputy)).collect();
        held.sort_unstable();
        held.dedup();
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
