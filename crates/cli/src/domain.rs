//! `koepel domain`.

use clap::{Args, Subcommand};
use koepel_api::v1;
use serde::Serialize;

use crate::{
    circumstances::{Expected, Receipt, Why, required},
    context::Context,
    failure::Failure,
    names::{self, DomainRef, ProductRef},
    output::View,
    product::mask,
    session::Session,
    table::{Column, Table, facts},
    term::{VacancyShape, named, vacancies, vacancy_told},
};

/// What can be done with domains.
#[derive(Debug, Subcommand)]
pub(crate) enum DomainCommand {
    /// List the domains of a product
    List(ListArgs),
    /// Show a domain
    Show(ShowArgs),
    /// Add a domain to a product
    Create(CreateArgs),
    /// Change a domain's name or summary
    Update(UpdateArgs),
    /// Delete a domain without open items; its id and key are not used again
    Delete(DeleteArgs),
}

/// What `domain list` can be given.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
}

/// What `domain show` can be given.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// The domain
    domain: DomainRef,
}

/// What `domain create` can be given.
#[derive(Args, Debug)]
pub(crate) struct CreateArgs {
    /// Product and id of the domain, such as webshop/online
    domain: DomainRef,
    /// First part of its items' keys, such as ONLINE; never changes [default: the id in capitals]
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Name to show [default: the id]
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,
}

/// What `domain update` can be given.
#[derive(Args, Debug)]
#[command(group(clap::ArgGroup::new("change").args(["name", "summary"]).required(true).multiple(true)))]
pub(crate) struct UpdateArgs {
    /// The domain
    domain: DomainRef,
    /// New name to show
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// New summary
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,
    #[command(flatten)]
    expected: Expected,
}

/// What `domain delete` can be given.
#[derive(Args, Debug)]
pub(crate) struct DeleteArgs {
    /// The domain
    domain: DomainRef,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    expected: Expected,
}

/// A domain as JSON.
#[derive(Serialize)]
struct DomainShape {
    name: String,
    id: String,
    key: String,
    display_name: String,
    summary: String,
    domain_po: Option<String>,
    domain_po_display_name: Option<String>,
    deputy: Option<String>,
    deputy_display_name: Option<String>,
    vacancy: Option<VacancyShape>,
    open_items: u32,
    changed_at_version: u64,
}

impl From<&v1::Domain> for DomainShape {
    fn from(domain: &v1::Domain) -> Self {
        Self {
            name: domain.name.clone(),
            id: names::short(&domain.name).to_owned(),
            key: domain.key.clone(),
            display_name: domain.display_name.clone(),
            summary: domain.summary.clone(),
            domain_po: names::short_or_none(&domain.domain_po).map(ToOwned::to_owned),
            domain_po_display_name: Some(domain.domain_po_display_name.clone())
                .filter(|name| !name.is_empty()),
            deputy: names::short_or_none(&domain.deputy).map(ToOwned::to_owned),
            deputy_display_name: Some(domain.deputy_display_name.clone())
                .filter(|name| !name.is_empty()),
            vacancy: domain.vacancy.as_ref().map(VacancyShape::from),
            open_items: domain.open_items,
            changed_at_version: domain.changed_at_version,
        }
    }
}

/// A list of domains as JSON.
#[derive(Serialize)]
struct Domains {
    version: u64,
    domains: Vec<DomainShape>,
}

/// The answer of a command on a domain, as JSON.
#[derive(Serialize)]
struct Changed {
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<DomainShape>,
    receipt: Receipt,
}

/// Runs one of them.
pub(crate) async fn run(command: DomainCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        DomainCommand::List(args) => list(args, ctx).await,
        DomainCommand::Show(args) => show(args, ctx).await,
        DomainCommand::Create(args) => create(args, ctx).await,
        DomainCommand::Update(args) => update(args, ctx).await,
        DomainCommand::Delete(args) => delete(args, ctx).await,
    }
}

async fn list(args: ListArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let (domains, version) = all(&session, names::product(&product)).await?;
    if ctx.out.is_json() {
        return ctx
            .out
            .json(&Domains { version, domains: domains.iter().map(DomainShape::from).collect() });
    }
    if domains.is_empty() {
        ctx.out.note(&format!(
            "{product} has no domains yet. `koepel domain create {product}/DOMAIN` adds one."
        ));
        return Ok(());
    }
    let mut text = table(&domains, ctx.out.view());
    let vacant: Vec<v1::Vacancy> =
        domains.iter().filter_map(|domain| domain.vacancy.clone()).collect();
    if !vacant.is_empty() {
        text.push('\n');
        text.push_str(&vacancies(&vacant, ctx.out.view()));
    }
    ctx.out.text(&text)
}

async fn all(session: &Session, parent: String) -> Result<(Vec<v1::Domain>, u64), Failure> {
    let mut question =
        v1::ListDomainsRequest { parent, page_size: 1_000, ..v1::ListDomainsRequest::default() };
    let mut domains = Vec::new();
    loop {
        let page = session
            .ask(question.clone(), async |request| session.products().list_domains(request).await)
            .await?;
        domains.extend(page.domains);
        if page.next_page_token.is_empty() {
            return Ok((domains, page.version));
        }
        question.page_token = page.next_page_token;
    }
}

fn table(domains: &[v1::Domain], view: &View) -> String {
    let mut table = Table::new([
        Column::Word("DOMAIN"),
        Column::Word("KEY"),
        Column::Text("NAME"),
        Column::Word("DOMAIN PO"),
        Column::Number("OPEN"),
    ]);
    for domain in domains {
        table.row([
            names::short(&domain.name).to_owned(),
            domain.key.clone(),
            domain.display_name.clone(),
            po(domain),
            domain.open_items.to_string(),
        ]);
    }
    table.render(view)
}

fn po(domain: &v1::Domain) -> String {
    match names::short_or_none(&domain.domain_po) {
        None => "(vacant)".to_owned(),
        Some(id) if domain.domain_po_display_name.is_empty() => id.to_owned(),
        Some(_) => domain.domain_po_display_name.clone(),
    }
}

/// `Bo Madsen (p-bo)`: whoever grants roles needs the id.
fn po_with_id(domain: &v1::Domain) -> String {
    let id = names::short_or_none(&domain.domain_po)
        .filter(|_| !domain.domain_po_display_name.is_empty());
    id.map_or_else(|| po(domain), |id| format!("{} ({id})", domain.domain_po_display_name))
}

async fn show(args: ShowArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.domain(&session, &args.domain).await?;
    let question = v1::GetDomainRequest { name, min_version: 0 };
    let answer =
        session.ask(question, async |request| session.products().get_domain(request).await).await?;
    let domain = required(answer.domain, "domain")?;
    if ctx.out.is_json() {
        return ctx.out.json(&DomainShape::from(&domain));
    }
    let deputy = if domain.deputy.is_empty() {
        String::new()
    } else {
        named(&domain.deputy, &domain.deputy_display_name)
    };
    let pairs = [
        ("Domain", names::short(&domain.name).to_owned()),
        ("Product", names::product_of(&domain.name).to_owned()),
        ("Key", domain.key.clone()),
        ("Name", domain.display_name.clone()),
        ("Summary", domain.summary.clone()),
        ("Domain PO", po_with_id(&domain)),
        ("Deputy", deputy),
        ("Open items", domain.open_items.to_string()),
        ("Changed", format!("version {}", domain.changed_at_version)),
    ];
    let mut text = facts(&pairs, ctx.out.view());
    if let Some(vacancy) = &domain.vacancy {
        text.push_str(&format!("\n{}\n", vacancy_told(vacancy, ctx.out.view())));
    }
    ctx.out.text(&text)
}

async fn create(args: CreateArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product(&session, args.domain.product.as_deref()).await?;
    let command = |request_id| v1::CreateDomainRequest {
        parent: names::product(&product),
        domain_id: args.domain.domain,
        key: args.key.unwrap_or_default(),
        display_name: args.name.unwrap_or_default(),
        summary: args.summary.unwrap_or_default(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.products().create_domain(request).await)
        .await?;
    changed(ctx, answer.domain, answer.receipt, |domain| {
        format!(
            "{product}/{id} is made; its items are {}-1, {}-2 and so on. `koepel role grant PERSON domain-po --domain \
             {product}/{id}` gives it a PO.",
            domain.key,
            domain.key,
            id = names::short(&domain.name)
        )
    })
}

async fn update(args: UpdateArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.domain(&session, &args.domain).await?;
    let (paths, display_name, summary) = mask(args.name, args.summary);
    let domain = v1::Domain { name, display_name, summary, ..v1::Domain::default() };
    let command = |request_id| v1::UpdateDomainRequest {
        domain: Some(domain),
        update_mask: Some(prost_types::FieldMask { paths }),
        expected_version: args.expected.version(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.products().update_domain(request).await)
        .await?;
    changed(ctx, answer.domain, answer.receipt, |domain| {
        format!("{}/{} is changed.", names::product_of(&domain.name), names::short(&domain.name))
    })
}

async fn delete(args: DeleteArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.domain(&session, &args.domain).await?;
    let expected_version = args.expected.version();
    let command = |request_id| v1::DeleteDomainRequest {
        name,
        expected_version,
        reason: args.why.text(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.products().delete_domain(request).await)
        .await?;
    let receipt = required(answer.receipt, "receipt")?;
    if ctx.out.is_json() {
        return ctx.out.json(&Changed { domain: None, receipt: Receipt::from(&receipt) });
    }
    ctx.out.say(&format!("{} is deleted. Version {}.", args.domain.domain, receipt.version))
}

fn changed(
    ctx: &mut Context,
    domain: Option<v1::Domain>,
    receipt: Option<v1::Receipt>,
    sentence: impl FnOnce(&v1::Domain) -> String,
) -> Result<(), Failure> {
    let (domain, receipt) = (required(domain, "domain")?, required(receipt, "receipt")?);
    if ctx.out.is_json() {
        return ctx.out.json(&Changed {
            domain: Some(DomainShape::from(&domain)),
            receipt: Receipt::from(&receipt),
        });
    }
    if ctx.out.is_quiet() {
        return ctx.out.line(names::short(&domain.name));
    }
    ctx.out.line(&format!("{} Version {}.", sentence(&domain), receipt.version))
}
