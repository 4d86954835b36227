//! What is different in who is what, and in who stands in for whom.

use std::collections::BTreeMap;

use koepel_domain::{
    ids::{DomainId, PersonId, Version},
    product::Product,
    roles::Role,
    seats::Held,
};

use super::{Kind, Sides};
use crate::words::domain;

impl Sides<'_> {
    /// Who got a role or another term of it, and who lost one.
    pub(super) fn roles(&mut self) {
        let (before, after) = (self.before, self.after);
        let held = |product: &Product| -> BTreeMap<Whose, Vec<Held>> {
            let mut all: BTreeMap<Whose, Vec<Held>> = BTreeMap::new();
            for (deputy, (who, role, of, held)) in posts(product) {
                let whose = (who.clone(), role, of.cloned(), deputy);
                all.entry(whose).or_default().push(held.clone());
            }
            all
        };
        let (old, new) = (held(before), held(after));
        for (whose, terms) in &new {
            let (person, what) = ((self.name)(&whose.0), self.post(after, whose));
            for (nth, held) in terms.iter().enumerate() {
                let known = old.get(whose).map(Vec::as_slice).unwrap_or_default();
                if known.iter().any(|one| one.term == held.term) {
                    continue;
                }
                let term = held.term.as_ref();
                let told = match known.get(nth) {
                    Some(_) => self.words.is_now(&person, &what, term),
                    None => self.words.became(&person, &what, term),
                };
                // That another term was said of one that was held before is not the version that gave it.
                let version = known.get(nth).is_none().then_some(held.since.version);
                self.tell_of_role(after, whose, told, version);
            }
        }
        for whose in old.keys().filter(|whose| !new.contains_key(*whose)) {
            let (person, what) = ((self.name)(&whose.0), self.post(after, whose));
            let told = self.words.is_no_longer(&person, &what);
            self.tell_of_role(before, whose, told, None);
        }
    }

    /// What somebody is, or stands in for.
    fn post(&self, product: &Product, (_, role, of, deputy): &Whose) -> String {
        let of = of.as_ref().map(|of| domain(product, of));
        if *deputy {
            self.words.deputy(*role, of.as_deref())
        } else {
            self.words.role(*role, of.as_deref())
        }
    }

    fn tell_of_role(
        &mut self,
        product: &Product,
        (_, role, of, _): &Whose,
        told: String,
        version: Option<Version>,
    ) {
        let domain = of.as_ref().and_then(|of| product.domain_by_id(of)).map(|(no, _)| no);
        let one = self.tell(Kind::People, told, version);
        (one.domain, one.crosses) = (domain, role.is_single_seat());
    }
}

/// Who, which role, for which domain, and whether they only stand in for whoever holds it.
type Whose = (PersonId, Role, Option<DomainId>, bool);

/// Everybody's roles and deputyships.
fn posts(
    product: &Product,
) -> impl Iterator<Item = (bool, (&PersonId, Role, Option<&DomainId>, &Held))> {
    let roles = product.roles().map(|one| (false, one));
    roles.chain(product.deputies().map(|one| (true, one)))
}
