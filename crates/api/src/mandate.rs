//! What somebody may do in a product, on the wire: told by the mandate table, and by nothing else.

use koepel_domain::{
    ids::ProductId,
    mandate::{Act, Actor, Extent, Reach, Rule, extent},
    product::Product,
    roles::Role,
};

use crate::{common::role, names, v1};

/// An act on the wire; none for those that no role in a product decides: making a product, what the service does by itself, and
/// deciding an escalation, which is whoever's turn it is.
#[must_use]
pub fn act(act: Act) -> Option<v1::Act> {
    Some(match act {
        Act::CreateProduct | Act::RecordGap | Act::DecideEscalation => return None,
        Act::Read => v1::Act::Read,
        Act::EditProduct => v1::Act::EditProduct,
        Act::ManageDomains => v1::Act::ManageDomains,
        Act::GrantRoles => v1::Act::GrantRoles,
        Act::SeatChief => v1::Act::SeatChief,
        Act::NameDeputy => v1::Act::NameDeputy,
        Act::CreateItem => v1::Act::CreateItem,
        Act::RaiseImpediment => v1::Act::RaiseImpediment,
        Act::OrderDomain => v1::Act::OrderDomain,
        Act::OrderProduct => v1::Act::OrderProduct,
        Act::Pin => v1::Act::Pin,
        Act::EditItem => v1::Act::EditItem,
        Act::CloseItem => v1::Act::CloseItem,
        Act::MoveItem => v1::Act::MoveItem,
        Act::Import => v1::Act::Import,
        Act::PublishVision => v1::Act::PublishVision,
        Act::ManageGoals => v1::Act::ManageGoals,
        Act::PlanRoadmap => v1::Act::PlanRoadmap,
        Act::HoldSync => v1::Act::HoldSync,
        Act::Connect => v1::Act::Connect,
        Act::Share => v1::Act::Share,
        Act::ResolveGap => v1::Act::ResolveGap,
        Act::ManageAlerts => v1::Act::ManageAlerts,
        Act::RaiseEscalation => v1::Act::RaiseEscalation,
        Act::CommentEscalation => v1::Act::CommentEscalation,
        Act::ReopenEscalation => v1::Act::ReopenEscalation,
        Act::KeepCalendars => v1::Act::KeepCalendars,
        Act::SetEscalationPoints => v1::Act::SetEscalationPoints,
    })
}

/// What an actor may do in a product: one for each act that is on the wire, in their order there.
#[must_use]
pub fn permissions(id: &ProductId, product: &Product, actor: &Actor) -> Vec<v1::Permission> {
    let mut acts: Vec<_> = Act::ALL.into_iter().filter_map(|it| Some((act(it)?, it))).collect();
    acts.sort_unstable_by_key(|(wire, _)| i32::from(*wire));
    let permission = |(wire, act): (v1::Act, Act)| {
        let rule = Rule::of(act);
        let reaching = |wanted: Reach| -> Vec<i32> {
            let roles = Role::ALL.into_iter().filter(|role| rule.reach(*role) == wanted);
            roles.map(|it| role(it).into()).collect()
        };
        let (everywhere, domains) = match extent(product, actor, act) {
            Extent::Everywhere => (true, Vec::new()),
            Extent::Domains(domains) => (false, domains),
        };
        v1::Permission {
            act: wire.into(),
            everywhere,
            domains: domains.iter().map(|domain| names::of_domain(id, domain)).collect(),
            roles: reaching(Reach::All),
            domain_roles: reaching(Reach::Own),
            administrators: rule.administrator,
        }
    };
    acts.into_iter().map(permission).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_acts_of_the_wire_are_of_the_table_and_stand_in_its_order() {
        let told: Vec<i32> = Act::ALL.into_iter().filter_map(act).map(i32::from).collect();
        assert_eq!(told, (1..=28).collect::<Vec<_>>());
        assert!(v1::Act::try_from(29).is_err(), "an act of the wire that the table does not have");
    }
}
