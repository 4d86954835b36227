//! Who may do what: one table, asked by every command.

use crate::{
    ids::{DomainId, PersonId, Timestamp},
    item::Kind,
    product::Product,
    roles::Role,
    seats::Capacity,
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
    /// Name and dismiss whoever stands in for the holder of a seat. Those who stand in themselves do not.
    NameDeputy,
    /// Make an item, at the end of the order.
    CreateItem,
    /// Make an item of kind impediment, and change its fields, links and requests.
    RaiseImpediment,
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
    /// Let people without an account read by a link.
    Share,
    /// Note that the directory had no answer to a question.
    RecordGap,
    /// Close a gap of the directory.
    ResolveGap,
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
    pub const ALL: [Self; 31] = [
        Self::Read,
        Self::CreateProduct,
        Self::EditProduct,
        Self::ManageDomains,
        Self::GrantRoles,
        Self::SeatChief,
        Self::NameDeputy,
        Self::CreateItem,
        Self::RaiseImpediment,
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
        Self::Share,
        Self::RecordGap,
        Self::ResolveGap,
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
            Self::NameDeputy => "naming or dismissing a deputy for this seat",
            Self::CreateItem => "making an item in this domain",
            Self::RaiseImpediment => "making or changing an impediment of this domain",
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
            Self::Share => "sharing this product by a link",
            Self::RecordGap => "noting a gap of the directory",
            Self::ResolveGap => "closing a gap of the directory",
            Self::ManageAlerts => "saying what others are told, or seeing what became of it",
            Self::RaiseEscalation => "raising an escalation",
            Self::CommentEscalation => "commenting on an escalation",
            Self::ReopenEscalation => "reopening an escalation that somebody else raised",
            Self::DecideEscalation => "deciding an escalation",
            Self::KeepCalendars => "saving or removing calendars",
            Self::SetEscalationPoints => "saying who decides an escalation",
        }
    }

    /// To make an item of this kind: a Scrum Master makes impediments.
    #[must_use]
    pub fn to_create(kind: Kind) -> Self {
        match kind {
            Kind::Impediment => Self::RaiseImpediment,
            Kind::Epic | Kind::Feature | Kind::Story | Kind::Task | Kind::Defect => {
                Self::CreateItem
            }
        }
    }

    /// To change an item of this kind.
    #[must_use]
    pub fn to_edit(kind: Kind) -> Self {
        match kind {
            Kind::Impediment => Self::RaiseImpediment,
            Kind::Epic | Kind::Feature | Kind::Story | Kind::Task | Kind::Defect => Self::EditItem,
        }
    }

    /// Whether those who stand in for the holder of a seat may do it as well. All but naming deputies: one of a deputy would
    /// be answerable to nobody.
    #[must_use]
    pub fn is_deputised(self) -> bool {
        self != Self::NameDeputy
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

/// Who an act may be done by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The act.
    pub act: Act,
    /// Administrators of the server, whatever they are in the product.
    pub administrator: bool,
    /// How far each role reaches, in the order of [`Role::ALL`]. A role for the product as a whole, where it may be for a
    /// domain, works on all domains.
    reaches: [Reach; Role::ALL.len()],
}

const fn rule(act: Act, administrator: bool, reaches: [Reach; Role::ALL.len()]) -> Rule {
    Rule { act, administrator, reaches }
}

use Reach::{All, No, Own};

/// The mandate table.
///
/// An administrator sets the house up and does not decide priorities. The Chief PO decides for all, a domain PO for their
/// domain; nothing inside a domain needs anybody else. A Scrum Master sees everything and makes impediments known, and does
/// not rank. Product coordinator, programme lead, steering and coordination group read, and bring a disagreement before whoever
/// decides it and speak to it; supplier and stakeholder read. What is decided is decided by one accountable seat, and whoever
/// advises it, is asked by it or delivers to it has no second way past it. (A steering-group member who decides does so where
/// an escalation point names them, not by a column here.)
#[rustfmt::skip]
pub const TABLE: [Rule; Act::ALL.len()] = [
    //                        admin   Chief PO            member              steering     stakeholder
    //                                |    domain PO      |    coordinator    |   coord.   |    tool
    //                                |    |    SM        |    |   programme  |   | suppl. |    |
    rule(Act::Read,            true,  [All, All, All,     All, All, All,      All, All, All, All, All]),
    rule(Act::CreateProduct,   true,  [No,  No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::EditProduct,     true,  [All, No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::ManageDomains,   true,  [All, No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::GrantRoles,      true,  [All, No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::SeatChief,       true,  [No,  No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::NameDeputy,      true,  [All, Own, No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::CreateItem,      false, [All, Own, No,      Own, No,  No,       No,  No,  No,  No,  Own]),
    rule(Act::RaiseImpediment, false, [All, Own, Own,     Own, No,  No,       No,  No,  No,  No,  Own]),
    rule(Act::OrderDomain,     false, [All, Own, No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::OrderProduct,    false, [All, No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::Pin,             false, [All, No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::EditItem,        false, [All, Own, No,      Own, No,  No,       No,  No,  No,  No,  Own]),
    rule(Act::CloseItem,       false, [All, Own, No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::MoveItem,        false, [All, Own, No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::Import,          true,  [All, No,  No,      No,  No,  No,       No,  No,  No,  No,  Own]),
    rule(Act::PublishVision,   false, [All, No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::ManageGoals,     false, [All, No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::PlanRoadmap,     false, [All, Own, No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::HoldSync,        false, [All, All, No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::Connect,         true,  [All, Own, No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::Share,           true,  [All, No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::RecordGap,       true,  [No,  No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::ResolveGap,      true,  [All, No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::ManageAlerts, true, [All, No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::RaiseEscalation, false, [All, All, All,     All, All, All,      All, All, No,  No,  No]),
    rule(Act::CommentEscalation, false, [All, All, All,     All, All, All,      All, All, No,  No,  No]),
    rule(Act::ReopenEscalation, false, [All, No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::DecideEscalation, false, [No,  No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::KeepCalendars, true, [All, No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
    rule(Act::SetEscalationPoints, true, [All, No,  No,      No,  No,  No,       No,  No,  No,  No,  No]),
];

impl Rule {
    /// The rule of an act.
    #[must_use]
    pub fn of(act: Act) -> Self {
        // The table has a row for each act (tested); without one nobody may.
        let nobody = rule(act, false, [No; Role::ALL.len()]);
        TABLE.iter().find(|rule| rule.act == act).copied().unwrap_or(nobody)
    }

    /// How far a role reaches.
    #[must_use]
    pub fn reach(&self, role: Role) -> Reach {
        let mut columns = Role::ALL.into_iter().zip(self.reaches);
        columns.find(|(column, _)| *column == role).map_or(No, |(_, reach)| reach)
    }
}

/// Why somebody may not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not in your mandate; {}", .act.phrase(), .who_may)]
pub struct Refused {
    /// What was asked.
    pub act: Act,
    /// In which domains; empty: in the product as a whole.
    pub domains: Vec<DomainId>,
    /// "the Chief PO (p-hanna) may".
    pub who_may: String,
}

/// How far an act is somebody's at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Anywhere in the product, and in it as a whole.
    Everywhere,
    /// In each of these domains, in the order in which they were added; in none, it is not theirs.
    Domains(Vec<DomainId>),
}

/// What somebody may use for an act.
struct Standing<'a> {
    rule: Rule,
    /// Whether they may as an administrator.
    administers: bool,
    held: Vec<(Role, Option<&'a DomainId>)>,
}

impl<'a> Standing<'a> {
    fn of(product: &'a Product, actor: &Actor, act: Act) -> Self {
        let rule = Rule::of(act);
        let administers = actor.administrator && actor.only_role.is_none() && rule.administrator;
        // Deputies have the mandate of the seat that they stand in for, while they do.
        let held = product.mandates_at(&actor.person, actor.now).filter(|(role, _, capacity)| {
            actor.uses(*role) && (*capacity == Capacity::Holder || act.is_deputised())
        });
        Self { rule, administers, held: held.map(|(role, domain, _)| (role, domain)).collect() }
    }

    /// Whether that is enough in all of `domains` (none: in the product as a whole).
    fn suffices(&self, domains: &[&DomainId]) -> bool {
        let own = |role: Role, wanted: &DomainId| {
            self.held
                .iter()
                .any(|(held, domain)| *held == role && domain.is_none_or(|of| of == wanted))
        };
        self.administers
            || self.held.iter().any(|(role, domain)| match self.rule.reach(*role) {
                Reach::No => false,
                Reach::All => true,
                Reach::Own if domains.is_empty() => domain.is_none(),
                Reach::Own => domains.iter().all(|domain| own(*role, domain)),
            })
    }
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
    let standing = Standing::of(product, actor, act);
    if standing.suffices(domains) {
        return Ok(());
    }
    let who_may = who_may(product, actor.now, &standing.rule, domains);
    Err(Refused { act, domains: domains.iter().copied().cloned().collect(), who_may })
}

/// How far `act` is `actor`'s: just where [`check`] lets them.
#[must_use]
pub fn extent(product: &Product, actor: &Actor, act: Act) -> Extent {
    let standing = Standing::of(product, actor, act);
    if standing.suffices(&[]) {
        return Extent::Everywhere;
    }
    if standing.held.is_empty() {
        return Extent::Domains(Vec::new());
    }
    let domains = product.domains().map(|(_, domain)| &domain.id);
    Extent::Domains(domains.filter(|domain| standing.suffices(&[domain])).cloned().collect())
}

/// Who sits in a seat, and who stands in for them.
fn seat(
    product: &Product,
    now: Timestamp,
    rule: &Rule,
    (role, domain): (Role, Option<&DomainId>),
) -> impl Iterator<Item = String> {
    let name = match domain {
        Some(domain) => format!("the PO of {domain}"),
        None => "the Chief PO".to_owned(),
    };
    let holder = product.holder_at(role, domain, now);
    let sits = match holder {
        Some(person) => format!("{name} ({person})"),
        None => format!("{name} (the seat is vacant)"),
    };
    let deputy = product.deputy_at(role, domain, now).filter(|_| rule.act.is_deputised());
    let whose = if holder.is_some() { "their" } else { "its" };
    [sits].into_iter().chain(deputy.map(|person| format!("{whose} deputy ({person})")))
}

/// All who may, as the row says it: seats with whoever sits in them, then the other roles.
fn who_may(product: &Product, now: Timestamp, rule: &Rule, domains: &[&DomainId]) -> String {
    let mut who = Vec::new();
    for role in Role::ALL {
        match (role, rule.reach(role), domains) {
            (_, Reach::No, _) => {}
            (Role::ChiefPo, _, _) => who.extend(seat(product, now, rule, (role, None))),
            (Role::DomainPo, Reach::All, _) => who.push("the PO of any domain".to_owned()),
            (Role::DomainPo, Reach::Own, [domain]) => {
                who.extend(seat(product, now, rule, (role, Some(domain))));
            }
            // What is the Chief PO's own is no domain's.
            (Role::DomainPo, Reach::Own, []) if rule.act == Act::NameDeputy => {}
            (Role::DomainPo, Reach::Own, _) => {
                who.push("whoever is PO of all the domains concerned".to_owned());
            }
            (_, Reach::All, _) => who.push(format!("any {}", role.title())),
            (_, Reach::Own, [domain]) => who.push(format!("a {} of {domain}", role.title())),
            // Only a role for all of the product reaches it as a whole.
            (_, Reach::Own, []) if role.needs_domain() == Some(true) => {}
            (_, Reach::Own, []) => who.push(format!("a {} of the product", role.title())),
            (_, Reach::Own, [..]) => {
                who.push(format!("a {} of all the domains concerned", role.title()));
            }
        }
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
    }
}
