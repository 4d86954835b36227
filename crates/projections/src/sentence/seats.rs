//! Sentences about who is what, from when to when.

use koepel_domain::{
    event::{DeputyDismissed, DeputyNamed, RoleGranted, RoleRevoked, RoleTermChanged},
    product::Product,
    term::Term,
};

use super::role;

/// A term after what it is the term of: " from 2026-12-01 until 2026-12-31"; nothing without one.
pub(crate) fn days(term: Option<&Term>) -> String {
    term.map_or_else(String::new, |term| format!(" {term}"))
}

pub(super) fn granted(e: &RoleGranted, product: &Product) -> String {
    let role = role(product, e.role, e.domain.as_ref());
    match &e.term {
        None => format!("{} became {role}", e.person),
        Some(term) => format!("{} was made {role} {term}", e.person),
    }
}

pub(super) fn revoked(e: &RoleRevoked, product: &Product) -> String {
    format!("{} is no longer {}", e.person, role(product, e.role, e.domain.as_ref()))
}

pub(super) fn term_changed(e: &RoleTermChanged, product: &Product) -> String {
    let role = role(product, e.role, e.domain.as_ref());
    match &e.term.to {
        None => format!("{} is {role} without end now", e.person),
        Some(term) => format!("{} is {role} {term} now", e.person),
    }
}

pub(super) fn named(e: &DeputyNamed, product: &Product) -> String {
    format!("{} is deputy of the {} {}", e.person, role(product, e.role, e.domain.as_ref()), e.term)
}

pub(super) fn dismissed(e: &DeputyDismissed, product: &Product) -> String {
    let role = role(product, e.role, e.domain.as_ref());
    format!("{} is no longer deputy of the {role} {}", e.person, e.term)
}
