//! Commands on the product itself and its domains.

use crate::{
    decide::fresh,
    error::Error,
    event::{
        Change, DomainAdded, DomainDeleted, DomainUpdated, Event, ProductCreated, ProductUpdated,
        RoleGranted,
    },
    ids::{DomainId, DomainKey, PersonId, Version},
    mandate::{Act, Actor},
    product::Product,
    roles::Role,
    text::{Name, Reason, Summary},
};

/// Most domains of a product, deleted ones counted.
pub const DOMAINS_MAX: u32 = 1_000;

/// The change from `from` to `to`, if it is one.
pub(crate) fn changed<T: Clone + PartialEq>(from: &T, to: Option<&T>) -> Option<Change<T>> {
    to.filter(|to| *to != from).map(|to| Change { from: from.clone(), to: to.clone() })
}

impl Product {
    pub(crate) fn create_product(
        &self,
        actor: &Actor,
        name: &Name,
        summary: &Summary,
        chief_po: &PersonId,
    ) -> Result<Vec<Event>, Error> {
        self.may(actor, Act::CreateProduct, &[])?;
        if self.exists() {
            return Err(Error::ProductExists);
        }
        Ok(vec![
            ProductCreated { name: name.clone(), summary: summary.clone() }.into(),
            RoleGranted {
                person: chief_po.clone(),
                role: Role::ChiefPo,
                domain: None,
                term: None,
                reason: Reason::default(),
            }
            .into(),
        ])
    }

    pub(crate) fn update_product(
        &self,
        actor: &Actor,
        name: Option<&Name>,
        summary: Option<&Summary>,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        self.may(actor, Act::EditProduct, &[])?;
        fresh("the product", expected, self.changed)?;
        let name = self.name.as_ref().and_then(|from| changed(from, name));
        let summary = changed(&self.summary, summary);
        if name.is_none() && summary.is_none() {
            return Ok(Vec::new());
        }
        Ok(vec![ProductUpdated { name, summary }.into()])
    }

    pub(crate) fn add_domain(
        &self,
        actor: &Actor,
        domain: &DomainId,
        key: &DomainKey,
        name: &Name,
        summary: &Summary,
    ) -> Result<Vec<Event>, Error> {
        self.may(actor, Act::ManageDomains, &[])?;
        let (id_taken, key_taken) = self.domain_was(domain, key);
        if id_taken {
            return Err(Error::DomainExists(domain.clone()));
        }
        if key_taken {
            return Err(Error::KeyTaken(key.clone()));
        }
        if self.domains.len() >= usize::try_from(DOMAINS_MAX).unwrap_or(usize::MAX) {
            return Err(Error::Full { what: "domains", limit: DOMAINS_MAX });
        }
        let (domain, key, name, summary) =
            (domain.clone(), key.clone(), name.clone(), summary.clone());
        Ok(vec![DomainAdded { domain, key, name, summary }.into()])
    }

    pub(crate) fn update_domain(
        &self,
        actor: &Actor,
        domain: &DomainId,
        name: Option<&Name>,
        summary: Option<&Summary>,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let (_, current) = self.find_domain(domain)?;
        self.may(actor, Act::ManageDomains, &[domain])?;
        fresh(domain.as_str(), expected, current.changed)?;
        let name = changed(&current.name, name);
        let summary = changed(&current.summary, summary);
        if name.is_none() && summary.is_none() {
            return Ok(Vec::new());
        }
        Ok(vec![DomainUpdated { domain: domain.clone(), name, summary }.into()])
    }

    pub(crate) fn delete_domain(
        &self,
        actor: &Actor,
        domain: &DomainId,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let (no, current) = self.find_domain(domain)?;
        self.may(actor, Act::ManageDomains, &[domain])?;
        fresh(domain.as_str(), expected, current.changed)?;
        let items = self.order.len_of_domain(no);
        if items > 0 {
            return Err(Error::DomainNotEmpty { domain: domain.clone(), items });
        }
        let entries = self.entries().filter(|entry| entry.domain == no).count();
        if entries > 0 {
            return Err(Error::DomainPlans { domain: domain.clone(), entries });
        }
        let points = self.points_without(domain, reason)?;
        let unseated = self.unseated(actor, domain, reason);
        let deleted = DomainDeleted { domain: domain.clone(), reason: reason.clone() }.into();
        Ok(self.disconnected(no, reason).chain(points).chain(unseated).chain([deleted]).collect())
    }
}
