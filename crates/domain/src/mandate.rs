//! Who may do what: one table, asked by every command.

use crate::{
    ids::{DomainId, PersonId, Timestamp},
    product::Product,
    roles::Role,
};

/// Whoever gives a command, and when, as the edge has authenticated them: a mandate holds at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub person: PersonId,
    /// Whether they administer the server.
    pub administrator: bool,
    /// The only role that their token may use; `None` for all they hold.
    pub only_role: Option<Role>,
    /// The moment, by the edge's clock.
    pub now: Timestamp,
}

impl Actor {
    /// The service itself.
    #[must_use]
    pub fn system(now: Timestamp) -> Self {
        Self { person: PersonId::system(), administrator: true, only_role: None, now }
    }

    /// Whether they may use a role that they hold.
    fn uses(&self, role: Role) -> bool {
        self.only_role.is_none_or(|only| only == role)
    }
}

/// What a command does, as far as the mandate is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// See anything of the product.
    Read,
    /// Make a product.
    CreateProduct,
    /// Change a product's name or summary.
    EditProduct,
    /// Add, change or delete domains.
    ManageDomains,
    /// Give and take roles.
    GrantRoles,
    /// Give and take the Chief PO's seat.
    SeatChief,
    /// Make an item, at the end of the order.
    CreateItem,
    /// Choose a place in the sub-backlog, for a new item or an old one.
    OrderDomain,
    /// Choose a place in the overarching order, for items and their turns.
    OrderProduct,
    /// Pin and unpin.
    Pin,
    /// Change an item's fields, links and requests.
    EditItem,
    /// Done, drop, reopen, split, merge, duplicate.
    CloseItem,
    /// Give an item to another domain.
    MoveItem,
    /// Bring items in from a file or tool.
    Import,
    /// Publish the product's vision.
    PublishVision,
    /// Add, change and close goals.
    ManageGoals,
    /// Add, change and remove entries of the roadmap.
    PlanRoadmap,
    /// Begin and end a PO-sync.
    HoldSync,
    /// Connect a team's tool with a domain.
    Connect,
    /// Say what others are told, and see what became of alerts to them. One's own is everybody's who may read.
    ManageAlerts,
    /// Put a disagreement before whoever decides it.
    RaiseEscalation,
    /// Say something about an escalation.
    CommentEscalation,
    /// Have an escalation that somebody else raised decided again; one's own always may be.
    ReopenEscalation,
    /// Decide an escalation: by no role as such, but by whoever's turn it is ([`Product::deciders`]).
    DecideEscalation,
    /// Save and remove calendars.
    KeepCalendars,
    /// Say who decides what: save the table of escalation points.
    SetEscalationPoints,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 26] = [
        Self::Read,
        Self::CreateProduct,
        Self::EditProduct,
        Self::ManageDomains,
        Self::GrantRoles,
        Self::SeatChief,
        Self::CreateItem,
        Self::OrderDomain,
        Self::OrderProduct,
        Self::Pin,
        Self::EditItem,
        Self::CloseItem,
        Self::MoveItem,
        Self::Import,
        Self::PublishVision,
        Self::ManageGoals,
        Self::PlanRoadmap,
        Self::HoldSync,
        Self::Connect,
        Self::ManageAlerts,
        Self::RaiseEscalation,
        Self::CommentEscalation,
        Self::ReopenEscalation,
        Self::DecideEscalation,
        Self::KeepCalendars,
        Self::SetEscalationPoints,
    ];

    /// As a sentence's subject: "ranking across domains".
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Read => "reading this product",
            Self::CreateProduct => "making a product",
            Self::EditProduct => "changing the product",
            Self::ManageDomains => "adding, changing or deleting domains",
            Self::GrantRoles => "giving and taking roles",
            Self::SeatChief => "giving or taking the Chief PO's seat",
            Self::CreateItem => "making an item in this domain",
            Self::OrderDomain => "ordering this domain's sub-backlog",
            Self::OrderProduct => "choosing a place in the overarching order",
            Self::Pin => "pinning and unpinning",
            Self::EditItem => "changing an item of this domain",
            Self::CloseItem => "closing, reopening, splitting or merging an item of this domain",
            Self::MoveItem => "moving an item to another domain",
            Self::Import => "importing",
            Self::PublishVision => "publishing the vision",
            Self::ManageGoals => "adding, changing or closing goals",
            Self::PlanRoadmap => "planning this domain's part of the roadmap",
            Self::HoldSync => "beginning or ending a PO-sync",
            Self::Connect => "connecting a tool with this domain",
            Self::ManageAlerts => "saying what others are told, or seeing what became of it",
            Self::RaiseEscalation => "raising an escalation",
            Self::CommentEscalation => "commenting on an escalation",
            Self::ReopenEscalation => "reopening an escalation that somebody else raised",
            Self::DecideEscalation => "deciding an escalation",
            Self::KeepCalendars => "saving or removing calendars",
            Self::SetEscalationPoints => "saying who decides an escalation",
        }
    }
}

/// How far a role reaches for an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Not at all.
    No,
    /// In the domain that the role is for; if the act concerns several domains, in each of them, and if it concerns the
    /// product as a whole, only with a role for all of it.
    Own,
    /// Anywhere in the product.
    All,
}

/// Who an act may be done by, beside the roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The act.
    pub act: Act,
    /// Administrators of the server, whatever they are in the product.
    pub administrator: bool,
    /// The Chief PO.
    pub chief_po: Reach,
    /// A domain PO.
    pub domain_po: Reach,
    /// A member; one without a domain works on all.
    pub member: Reach,
    /// A stakeholder.
    pub stakeholder: Reach,
    /// A tool; one without a domain works on all.
    pub tool: Reach,
}

const fn rule(act: Act, administrator: bool, reaches: [Reach; 5]) -> Rule {
    let [chief_po, domain_po, member, stakeholder, tool] = reaches;
    Rule { act, administrator, chief_po, domain_po, member, stakeholder, tool }
}

use Reach::{All, No, Own};

/// The mandate table. An administrator sets the house up and does not decide priorities.
pub const TABLE: [Rule; 26] = [
    //                               admin  chief PO, domain PO, member, stakeholder, tool
    rule(Act::Read, true, [All, All, All, All, All]),
    rule(Act::CreateProduct, true, [No, No, No, No, No]),
    rule(Act::EditProduct, true, [All, No, No, No, No]),
    rule(Act::ManageDomains, true, [All, No, No, No, No]),
    rule(Act::GrantRoles, true, [All, No, No, No, No]),
    rule(Act::SeatChief, true, [No, No, No, No, No]),
    rule(Act::CreateItem, false, [All, Own, Own, No, Own]),
    rule(Act::OrderDomain, false, [All, Own, No, No, No]),
    rule(Act::OrderProduct, false, [All, No, No, No, No]),
    rule(Act::Pin, false, [All, No, No, No, No]),
    rule(Act::EditItem, false, [All, Own, Own, No, Own]),
    rule(Act::CloseItem, false, [All, Own, No, No, No]),
    rule(Act::MoveItem, false, [All, Own, No, No, No]),
    rule(Act::Import, true, [All, No, No, No, Own]),
    rule(Act::PublishVision, false, [All, No, No, No, No]),
    rule(Act::ManageGoals, false, [All, No, No, No, No]),
    rule(Act::PlanRoadmap, false, [All, Own, No, No, No]),
    rule(Act::HoldSync, false, [All, All, No, No, No]),
    rule(Act::Connect, true, [All, Own, No, No, No]),
    rule(Act::ManageAlerts, true, [All, No, No, No, No]),
    rule(Act::RaiseEscalation, false, [All, All, All, No, No]),
    rule(Act::CommentEscalation, false, [All, All, All, No, No]),
    rule(Act::ReopenEscalation, false, [All, No, No, No, No]),
    rule(Act::DecideEscalation, false, [No, No, No, No, No]),
    rule(Act::KeepCalendars, true, [All, No, No, No, No]),
    rule(Act::SetEscalationPoints, true, [All, No, No, No, No]),
];

impl Rule {
    /// The rule of an act.
    #[must_use]
    pub fn of(act: Act) -> Self {
        // The table has a row for each act (tested); without one nobody may.
        TABLE.iter().find(|rule| rule.act == act).copied().unwrap_or(rule(act, false, [No; 5]))
    }

    /// How far a role reaches.
    #[must_use]
    pub fn reach(&self, role: Role) -> Reach {
        match role {
            Role::ChiefPo => self.chief_po,
            Role::DomainPo => self.domain_po,
            Role::Member => self.member,
            Role::Stakeholder => self.stakeholder,
            Role::Tool => self.tool,
        }
    }
}

/// Why somebody may not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not in your mandate; {}", .act.phrase(), .who_may)]
pub struct Refused {
    /// What was asked.
    pub act: Act,
    /// "the Chief PO (p-hanna) may".
    pub who_may: String,
}

/// Whether `actor` may do `act` in all of `domains` (none: in the product as a whole).
///
/// # Errors
/// [`Refused`], saying who may.
pub fn check(
    product: &Product,
    actor: &Actor,
    act: Act,
    domains: &[&DomainId],
) -> Result<(), Refused> {
    let rule = Rule::of(act);
    if actor.administrator && actor.only_role.is_none() && rule.administrator {
        return Ok(());
    }
    let everywhere = |role: Role| {
        product.roles_of(&actor.person).any(|(held, domain)| *held == role && domain.is_none())
    };
    let own = |role: Role, wanted: &DomainId| {
        product.roles_of(&actor.person).any(|(held, domain)| {
            *held == role && domain.as_ref().is_none_or(|domain| domain == wanted)
        })
    };
    let roles = [Role::ChiefPo, Role::DomainPo, Role::Member, Role::Stakeholder, Role::Tool];
    let allowed =
        roles.into_iter().filter(|role| actor.uses(*role)).any(|role| match rule.reach(role) {
            Reach::No => false,
            Reach::All => product.roles_of(&actor.person).any(|(held, _)| *held == role),
            Reach::Own if domains.is_empty() => everywhere(role),
            Reach::Own => domains.iter().all(|domain| own(role, domain)),
        });
    if allowed { Ok(()) } else { Err(Refused { act, who_may: who_may(product, &rule, domains) }) }
}

fn who_may(product: &Product, rule: &Rule, domains: &[&DomainId]) -> String {
    let mut who = Vec::new();
    if rule.chief_po != Reach::No {
        who.push(match product.chief_po() {
            Some(person) => format!("the Chief PO ({person})"),
            None => "the Chief PO (the seat is vacant)".to_owned(),
        });
    }
    match (rule.domain_po, domains) {
        (Reach::No, _) => {}
        (Reach::All, _) => who.push("the PO of any domain".to_owned()),
        (Reach::Own, [domain]) => who.push(match product.domain_po(domain) {
            Some(person) => format!("the PO of {domain} ({person})"),
            None => format!("the PO of {domain} (the seat is vacant)"),
        }),
        (Reach::Own, _) => who.push("whoever is PO of all the domains concerned".to_owned()),
    }
    if rule.member == Reach::All && rule.domain_po == Reach::All {
        who.push("any member".to_owned());
    }
    if rule.tool != Reach::No && rule.act == Act::Import {
        who.push(match domains {
            [] => "a tool of the product".to_owned(),
            [domain] => format!("a tool of {domain}"),
            _ => "a tool of all the domains concerned".to_owned(),
        });
    }
    if rule.administrator {
        who.push("an administrator".to_owned());
    }
    match who.as_slice() {
        [] => "nobody may".to_owned(),
        [one] => format!("{one} may"),
        [first @ .., last] => format!("{} or {last} may", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_one_row_for_each_act() {
        for act in Act::ALL {
            assert_eq!(TABLE.iter().filter(|rule| rule.act == act).count(), 1, "{act:?}");
        }
        assert_eq!(TABLE.len(), Act::ALL.len());
    }
}
