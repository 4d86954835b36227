//! Roles and deputies: the part of `ProductService` that says who is what.

use koepel_api::{
    names, role as convert,
    v1::{self, GrantRoleResponse, ListRolesResponse, NameDeputyResponse},
};
use koepel_domain::{
    command::Command,
    grants,
    ids::{DomainId, PersonId, ProductId, Timestamp},
    product::{Product, Since},
    roles::Role,
    seats::Held,
    term::Term,
};
use tonic::{Request, Response, Status};

use super::status;
use crate::app::{App, Done};

type Answer<T> = Result<Response<T>, Status>;

/// The seats that are vacant at a moment, or will be.
pub(super) fn vacancies(
    app: &App,
    id: &ProductId,
    product: &Product,
    now: Timestamp,
) -> Vec<v1::Vacancy> {
    let name_of = |person: &PersonId| app.directory.name(person);
    let vacant = product.vacancies(now);
    vacant.map(|vacancy| convert::vacancy(id, product, &vacancy, now, &name_of)).collect()
}

/// Since when somebody has what a command gave them; or had, if it was taken since.
fn held(done: &Done, found: Option<&Held>, term: Option<&Term>) -> Option<Held> {
    let commit = &done.accepted.commit;
    found.cloned().or_else(|| {
        let since = Since { version: commit.version, time: commit.time };
        (!commit.events.is_empty()).then(|| Held { since, term: term.cloned() })
    })
}

pub(super) async fn grant(
    app: &App,
    request: Request<v1::GrantRoleRequest>,
) -> Answer<GrantRoleResponse> {
    let caller = app.caller(request.metadata())?;
    let request = request.into_inner();
    let wanted = convert::grant(request.clone()).map_err(|error| status::invalid(&error))?;
    // Whether somebody exists is told only to those who may see the product.
    app.view(&caller, &wanted.product, 0).await?;
    app.require_person(&request.person, "person")?;
    let done = app.run_as(&caller, "GrantRole", request, convert::grant).await?;
    let Command::Cast(grants::Command::Grant { person, role, domain, term, .. }) = wanted.command
    else {
        return Err(status::internal("a grant that is no grant".to_owned()));
    };
    let found = done
        .product()
        .roles_of(&person)
        .find(|(held, of, one)| *held == role && *of == domain.as_ref() && one.term == term);
    let held = held(&done, found.map(|(_, _, held)| held), term.as_ref());
    let grant = held.map(|held| {
        let (name, now) = (app.directory.name(&person), done.accepted.commit.time);
        convert::grant_out(&done.id, (&person, role, domain.as_ref()), name, &held, now)
    });
    Ok(Response::new(GrantRoleResponse { grant, receipt: Some(done.receipt()) }))
}

pub(super) async fn revoke(
    app: &App,
    request: Request<v1::RevokeRoleRequest>,
) -> Answer<v1::RevokeRoleResponse> {
    let done = app.run("RevokeRole", request, convert::revoke).await?;
    Ok(Response::new(v1::RevokeRoleResponse { receipt: Some(done.receipt()) }))
}

pub(super) async fn name_deputy(
    app: &App,
    request: Request<v1::NameDeputyRequest>,
) -> Answer<NameDeputyResponse> {
    let caller = app.caller(request.metadata())?;
    let request = request.into_inner();
    let wanted = convert::name_deputy(request.clone()).map_err(|error| status::invalid(&error))?;
    app.view(&caller, &wanted.product, 0).await?;
    app.require_person(&request.person, "person")?;
    let done = app.run_as(&caller, "NameDeputy", request, convert::name_deputy).await?;
    let Command::Cast(grants::Command::NameDeputy { person, role, domain, term, .. }) =
        wanted.command
    else {
        return Err(status::internal("a naming that is no naming".to_owned()));
    };
    let whose = (&person, role, domain.as_ref());
    let mut deputies = done.product().deputies();
    let found =
        deputies.find(|(who, seat, of, one)| (*who, *seat, *of) == whose && one.term == term);
    let held = held(&done, found.map(|(_, _, _, held)| held), term.as_ref());
    let deputy = held.map(|held| {
        let (name, now) = (app.directory.name(&person), done.accepted.commit.time);
        convert::deputy_out(&done.id, whose, name, &held, now)
    });
    Ok(Response::new(NameDeputyResponse { deputy, receipt: Some(done.receipt()) }))
}

pub(super) async fn dismiss_deputy(
    app: &App,
    request: Request<v1::DismissDeputyRequest>,
) -> Answer<v1::DismissDeputyResponse> {
    let done = app.run("DismissDeputy", request, convert::dismiss_deputy).await?;
    Ok(Response::new(v1::DismissDeputyResponse { receipt: Some(done.receipt()) }))
}

pub(super) async fn list(
    app: &App,
    request: Request<v1::ListRolesRequest>,
) -> Answer<ListRolesResponse> {
    let caller = app.caller(request.metadata())?;
    let request = request.into_inner();
    let id =
        names::product("product", &request.product).map_err(|error| status::invalid(&error))?;
    let as_of = request.as_of.as_ref();
    let view = app.view_as_of(&caller, &id, request.min_version, as_of).await?;
    let (product, then) = (&view.state, app.moment(&id, &view, as_of).await?);
    let wanted = |held: &Held| request.include_over || !held.ended(then);
    let name = |person: &PersonId| app.directory.name(person);
    let whose = |person, role, domain: Option<_>| -> (&PersonId, Role, Option<&DomainId>) {
        (person, role, domain)
    };
    let grants = product.roles().filter(|(_, _, _, held)| wanted(held));
    let grants = grants.map(|(person, role, domain, held)| {
        convert::grant_out(&id, whose(person, role, domain), name(person), held, then)
    });
    let deputies = product.deputies().filter(|(_, _, _, held)| wanted(held));
    let deputies = deputies.map(|(person, role, domain, held)| {
        convert::deputy_out(&id, whose(person, role, domain), name(person), held, then)
    });
    let vacant = product.vacancies(then).filter(|vacancy| vacancy.from.is_none());
    let (chief, domains): (Vec<_>, Vec<_>) = vacant.partition(|vacancy| vacancy.domain.is_none());
    let domains = domains.into_iter().filter_map(|vacancy| vacancy.domain);
    Ok(Response::new(ListRolesResponse {
        grants: grants.collect(),
        vacant_domains: domains.map(|domain| names::of_domain(&id, domain)).collect(),
        chief_po_vacant: !chief.is_empty(),
        version: product.version().0,
        deputies: deputies.collect(),
        vacancies: vacancies(app, &id, product, then),
    }))
}
