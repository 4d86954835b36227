//! `koepel role`: who is what in a product.

use clap::{Args, Subcommand};
use koepel_api::v1::{self, Role, RoleState};
use serde::Serialize;

use crate::{
    as_of::{AsOf, FORMS},
    circumstances::{Receipt, Why, required},
    context::{Context, domain_within},
    deputy::DeputyShape,
    failure::Failure,
    moment,
    names::{self, DomainRef, PersonRef, ProductRef},
    output::View,
    session::Session,
    table::{Column, Table},
    term::{TermArgs, TermShape, VacancyShape, columns, told as days, vacancies},
    words,
};

/// What can be done with roles.
#[derive(Debug, Subcommand)]
pub(crate) enum RoleCommand {
    /// List who is what, and which seats are vacant
    List(ListArgs),
    /// Give somebody a role (Chief PO or administrator; the Chief PO's own: administrator)
    Grant(GrantArgs),
    /// Take a role away (Chief PO or administrator; the Chief PO's own: administrator)
    Revoke(RevokeArgs),
}

/// What `role list` can be given.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// Also roles whose last day is over
    #[arg(long)]
    all: bool,
    /// The roles as they were
    #[arg(long, value_name = "MOMENT", help = format!("The roles as they were: {FORMS}"))]
    as_of: Option<AsOf>,
}

/// A person's role, in a product or one of its domains.
#[derive(Args, Debug)]
pub(crate) struct Seat {
    /// Person or tool
    pub(crate) person: PersonRef,
    /// What they are
    #[arg(value_parser = words::parser::<Role>(), value_name = "ROLE")]
    pub(crate) role: Role,
    /// Domain: needed for a domain PO and a Scrum Master, possible for a member, a supplier and a tool
    #[arg(long, short, value_name = "DOMAIN")]
    pub(crate) domain: Option<DomainRef>,
    #[command(flatten)]
    pub(crate) why: Why,
}

/// What `role grant` can be given.
#[derive(Args, Debug)]
pub(crate) struct GrantArgs {
    #[command(flatten)]
    seat: Seat,
    #[command(flatten)]
    term: TermArgs,
    /// Take the seat from whoever holds it in these days; of the same person, change their days
    #[arg(long)]
    replace: bool,
}

/// What `role revoke` can be given.
#[derive(Args, Debug)]
pub(crate) struct RevokeArgs {
    #[command(flatten)]
    seat: Seat,
}

/// A role that somebody holds, as JSON.
#[derive(Serialize)]
struct GrantShape {
    person: String,
    person_display_name: Option<String>,
    role: Option<String>,
    domain: Option<String>,
    since_version: u64,
    since_time: Option<String>,
    term: Option<TermShape>,
    state: Option<String>,
}

impl From<&v1::RoleGrant> for GrantShape {
    fn from(grant: &v1::RoleGrant) -> Self {
        Self {
            person: names::short(&grant.person).to_owned(),
            person_display_name: Some(grant.person_display_name.clone())
                .filter(|name| !name.is_empty()),
            role: words::for_programs::<Role>(grant.role),
            domain: names::short_or_none(&grant.domain).map(ToOwned::to_owned),
            since_version: grant.since_version,
            since_time: moment::rfc3339(grant.since_time.as_ref()),
            term: grant.term.as_ref().map(TermShape::from),
            state: state_told(grant.state),
        }
    }
}

/// Who is what, as JSON.
#[derive(Serialize)]
struct Roles {
    version: u64,
    grants: Vec<GrantShape>,
    deputies: Vec<DeputyShape>,
    vacant_domains: Vec<String>,
    chief_po_vacant: bool,
    vacancies: Vec<VacancyShape>,
}

/// The answer of a command on a role, as JSON.
#[derive(Serialize)]
struct Changed {
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<GrantShape>,
    receipt: Receipt,
}

/// Runs one of them.
pub(crate) async fn run(command: RoleCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        RoleCommand::List(args) => list(args, ctx).await,
        RoleCommand::Grant(args) => grant(args, ctx).await,
        RoleCommand::Revoke(args) => revoke(args, ctx).await,
    }
}

async fn list(args: ListArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let as_of = args.as_of.map(|as_of| as_of.to_wire(&product));
    let product = names::product(&product);
    let question = v1::ListRolesRequest { product, min_version: 0, as_of, include_over: args.all };
    let answer =
        session.ask(question, async |request| session.products().list_roles(request).await).await?;
    if ctx.out.is_json() {
        return ctx.out.json(&Roles {
            version: answer.version,
            grants: answer.grants.iter().map(GrantShape::from).collect(),
            deputies: answer.deputies.iter().map(DeputyShape::from).collect(),
            vacant_domains: answer
                .vacant_domains
                .iter()
                .map(|name| names::short(name).to_owned())
                .collect(),
            chief_po_vacant: answer.chief_po_vacant,
            vacancies: answer.vacancies.iter().map(VacancyShape::from).collect(),
        });
    }
    let text = told(&answer, ctx.out.view());
    ctx.out.text(&text)
}

fn told(answer: &v1::ListRolesResponse, view: &View) -> String {
    let mut table = Table::new([
        Column::Word("ROLE"),
        Column::Word("DOMAIN"),
        Column::Word("PERSON"),
        Column::Text("NAME"),
        Column::Word("SINCE"),
        Column::Word("FROM"),
        Column::Word("UNTIL"),
    ]);
    for grant in &answer.grants {
        let (from, until) = columns(grant.term.as_ref());
        table.row([
            words::role(grant.role),
            names::short(&grant.domain).to_owned(),
            names::short(&grant.person).to_owned(),
            grant.person_display_name.clone(),
            moment::minute(grant.since_time.as_ref(), &view.zone),
            from,
            until,
        ]);
    }
    for deputy in &answer.deputies {
        let (from, until) = columns(deputy.term.as_ref());
        table.row([
            format!("deputy {}", words::role(deputy.role)),
            names::short(&deputy.domain).to_owned(),
            names::short(&deputy.person).to_owned(),
            deputy.person_display_name.clone(),
            moment::minute(deputy.since_time.as_ref(), &view.zone),
            from,
            until,
        ]);
    }
    let mut text = if answer.grants.is_empty() && answer.deputies.is_empty() {
        "Nobody holds a role yet.\n".to_owned()
    } else {
        table.render(view)
    };
    if !answer.vacancies.is_empty() {
        text.push('\n');
        text.push_str(&vacancies(&answer.vacancies, view));
    }
    text
}

/// The word for programs of whether a role is in force.
pub(crate) fn state_told(state: i32) -> Option<String> {
    match RoleState::try_from(state) {
        Ok(RoleState::Coming) => Some("coming".to_owned()),
        Ok(RoleState::InForce) => Some("in_force".to_owned()),
        Ok(RoleState::Over) => Some("over".to_owned()),
        Ok(RoleState::Unspecified) | Err(_) => None,
    }
}

/// The names of product and domain (empty for none) that a seat is in.
pub(crate) async fn place_of(
    seat: &Seat,
    session: &Session,
    ctx: &Context,
) -> Result<(String, String), Failure> {
    let said = seat.domain.as_ref().and_then(|domain| domain.product.as_deref());
    let product = ctx.product(session, said).await?;
    let domain = seat.domain.as_ref().map(|domain| domain_within(domain, &product)).transpose()?;
    Ok((names::product(&product), domain.unwrap_or_default()))
}

async fn grant(args: GrantArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let (product, domain) = place_of(&args.seat, &session, ctx).await?;
    let Seat { person, role, why, .. } = args.seat;
    let command = |request_id| v1::GrantRoleRequest {
        product,
        person: person.0,
        role: role.into(),
        domain,
        replace: args.replace,
        reason: why.text(),
        request_id,
        first_day: args.term.from,
        last_day: args.term.until,
        time_zone: args.term.zone.unwrap_or_default(),
    };
    let answer = session
        .command(command, async |request| session.products().grant_role(request).await)
        .await?;
    let (grant, receipt) = (answer.grant, required(answer.receipt, "receipt")?);
    if ctx.out.is_json() {
        return ctx.out.json(&Changed {
            grant: grant.as_ref().map(GrantShape::from),
            receipt: Receipt::from(&receipt),
        });
    }
    let Some(grant) = grant else {
        // A repeated request that changed nothing then, and whose role was taken since.
        return ctx.out.say(&format!("This was done before. Version {}.", receipt.version));
    };
    let seat = seat_told(&receipt.product, &grant.domain, grant.role);
    ctx.out.say(&format!(
        "{} is {seat} {}. Version {}.",
        names::short(&grant.person),
        days(grant.term.as_ref()),
        receipt.version
    ))
}

async fn revoke(args: RevokeArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let (product, domain) = place_of(&args.seat, &session, ctx).await?;
    let Seat { person, role, why, .. } = args.seat;
    let told = format!(
        "{} is no longer {}.",
        names::short(&person.0),
        seat_told(&product, &domain, role.into())
    );
    let command = |request_id| v1::RevokeRoleRequest {
        product,
        person: person.0,
        role: role.into(),
        domain,
        reason: why.text(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.products().revoke_role(request).await)
        .await?;
    let receipt = required(answer.receipt, "receipt")?;
    if ctx.out.is_json() {
        return ctx.out.json(&Changed { grant: None, receipt: Receipt::from(&receipt) });
    }
    ctx.out.say(&format!("{told} Version {}.", receipt.version))
}

/// `Chief PO of webshop`, `domain PO of webshop/online`.
pub(crate) fn seat_told(product: &str, domain: &str, role: i32) -> String {
    let product = names::short(product);
    match names::short_or_none(domain) {
        Some(domain) => format!("{} of {product}/{domain}", words::role(role)),
        None => format!("{} of {product}", words::role(role)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vacancies_are_shown() {
        let answer = v1::ListRolesResponse {
            grants: vec![v1::RoleGrant {
                person: "people/p-1".to_owned(),
                person_display_name: "Hanna Visser".to_owned(),
                role: Role::ChiefPo.into(),
                ..v1::RoleGrant::default()
            }],
            vacancies: vec![v1::Vacancy {
                role: Role::DomainPo.into(),
                domain: "products/webshop/domains/online".to_owned(),
                ..v1::Vacancy::default()
            }],
            ..v1::ListRolesResponse::default()
        };
        assert_eq!(
            told(&answer, &View::plain(None)),
            "ROLE      DOMAIN  PERSON  NAME          SINCE  FROM  UNTIL\nChief PO          p-1     Hanna Visser\n\nVacant: domain \
             PO of online\n"
        );
    }

    #[test]
    fn a_seat_is_said_with_where_it_is() {
        assert_eq!(seat_told("products/webshop", "", Role::ChiefPo.into()), "Chief PO of webshop");
        let domain = "products/webshop/domains/online";
        assert_eq!(
            seat_told("products/webshop", domain, Role::DomainPo.into()),
            "domain PO of webshop/online"
        );
    }
}
