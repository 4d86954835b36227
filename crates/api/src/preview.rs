//! What a move would do, between wire and domain.

use koepel_domain::{
    backlog::preview::Preview, command::Command, ids::ProductId, product::Product,
};

use crate::{
    backlog::{domain_name, row},
    check::Invalid,
    common::{reason, required_place, said},
    names, v1,
};

/// The move that `PreviewMove` asks about, as the command that would make it.
///
/// # Errors
/// [`Invalid`]; also if it does not say in which list.
pub fn previewed(request: v1::PreviewMoveRequest) -> Result<(ProductId, Command), Invalid> {
    let (product, item) = names::item("name", &request.name)?;
    let place = required_place(request.place, &product)?;
    let (reason, expected) = (reason("")?, None);
    let command = match v1::MoveScope::try_from(request.scope) {
        Ok(v1::MoveScope::Product) => {
            let with_family = request.with_family;
            Command::RankItem { item, place, with_family, reason, expected }
        }
        Ok(v1::MoveScope::Domain) if request.with_family => {
            let what = "is for MOVE_SCOPE_PRODUCT; within its domain an item moves alone";
            return Err(Invalid::field("with_family", what));
        }
        Ok(v1::MoveScope::Domain) => Command::ReorderItem { item, place, reason, expected },
        Ok(v1::MoveScope::Unspecified) => return said("scope", None),
        Err(_) => {
            let what = format_args!("{} is no list that items move in", request.scope);
            return Err(Invalid::field("scope", what));
        }
    };
    Ok((product, command))
}

/// What a move would do, on the wire.
#[must_use]
pub fn preview(id: &ProductId, product: &Product, preview: &Preview) -> v1::PreviewMoveResponse {
    let order = product.order();
    let passed = preview.passed.iter().filter_map(|no| {
        let places = order.place_of(*no).zip(order.domain_place(*no));
        let (item, (place, domain_place)) = product.item(*no).zip(places)?;
        Some(row(id, product, item, place + 1, domain_place + 1))
    });
    let domains = preview.domains.iter().map(|(domain, items)| v1::PassedDomain {
        domain: domain_name(id, product, *domain),
        items: *items,
    });
    v1::PreviewMoveResponse {
        from_place: preview.from.place + 1,
        to_place: preview.to.place + 1,
        from_domain_place: preview.from.domain_place + 1,
        to_domain_place: preview.to.domain_place + 1,
        passed: passed.collect(),
        passed_total: preview.passed_total,
        domains: domains.collect(),
        decisions: preview.decisions.iter().map(|no| names::of_decision(id, *no)).collect(),
        version: product.version().0,
    }
}
