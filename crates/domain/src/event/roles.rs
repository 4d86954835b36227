//! What happens to roles, seats and those who stand in for their holders.

use serde::{Deserialize, Serialize};

use super::Change;
use crate::{
    ids::{DomainId, PersonId},
    roles::Role,
    term::Term,
    text::Reason,
};

payload! {
    /// Somebody got a role.
    RoleGranted {
        /// Who.
        person: PersonId,
        /// Which.
        role: Role,
        /// For which domain, if the role belongs to one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        domain: Option<DomainId>,
        /// From which day to which; without limit, if there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        term: Option<Term>,
        /// Why.
        reason: Reason,
    }
}

payload! {
    /// Somebody lost a role.
    RoleRevoked {
        /// Who.
        person: PersonId,
        /// Which.
        role: Role,
        /// For which domain, if the role belongs to one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        domain: Option<DomainId>,
        /// The term for which they had it, if it was for one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        term: Option<Term>,
        /// Why.
        reason: Reason,
    }
}

payload! {
    /// Somebody holds a role from another day, or to another day, than was said before.
    RoleTermChanged {
        /// Who.
        person: PersonId,
        /// Which.
        role: Role,
        /// For which domain, if the role belongs to one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        domain: Option<DomainId>,
        /// The term; none is without limit.
        term: Change<Option<Term>>,
        /// Why.
        reason: Reason,
    }
}

payload! {
    /// Somebody stands in for whoever holds a seat: while the term runs, they have its mandate.
    DeputyNamed {
        /// Who.
        person: PersonId,
        /// Of which seat.
        role: Role,
        /// Of which domain, if it is a domain PO's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        domain: Option<DomainId>,
        /// From which day to which.
        term: Term,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
}

payload! {
    /// Somebody no longer stands in for the holder of a seat.
    DeputyDismissed {
        /// Who.
        person: PersonId,
        /// Of which seat.
        role: Role,
        /// Of which domain, if it is a domain PO's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        domain: Option<DomainId>,
        /// The term for which they were named.
        term: Term,
        /// Why.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
}
