//! `koepel product`.

use clap::{Args, Subcommand};
use koepel_api::v1;
use serde::Serialize;

use crate::{
    circumstances::{Expected, Receipt, required},
    context::Context,
    failure::Failure,
    moment,
    names::{self, PersonRef, ProductRef},
    output::View,
    session::Session,
    table::{Column, Table, facts},
    term::{VacancyShape, named, vacancies},
};

/// What can be done with products.
#[derive(Debug, Subcommand)]
pub(crate) enum ProductCommand {
    /// List the products that you may see
    List,
    /// Show a product
    Show(ShowArgs),
    /// Make a product (administrator)
    Create(CreateArgs),
    /// Change a product's name or summary
    Update(UpdateArgs),
}

/// What `product show` can be given.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
}

/// What `product create` can be given.
#[derive(Args, Debug)]
pub(crate) struct CreateArgs {
    /// Id: lower-case letters, digits and hyphens, such as webshop
    id: ProductRef,
    /// Name to show [default: the id]
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// What it is
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,
    /// Person who is its Chief PO [default: you]
    #[arg(long, value_name = "PERSON")]
    chief_po: Option<PersonRef>,
}

/// What `product update` can be given.
#[derive(Args, Debug)]
#[command(group(clap::ArgGroup::new("change").args(["name", "summary"]).required(true).multiple(true)))]
pub(crate) struct UpdateArgs {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// New name to show
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// New summary
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,
    #[command(flatten)]
    expected: Expected,
}

/// A product as JSON.
#[derive(Serialize)]
struct ProductShape {
    name: String,
    id: String,
    display_name: String,
    summary: String,
    version: u64,
    open_items: u32,
    all_items: u32,
    changed_at_version: u64,
    create_time: Option<String>,
}

impl From<&v1::Product> for ProductShape {
    fn from(product: &v1::Product) -> Self {
        Self {
            name: product.name.clone(),
            id: names::short(&product.name).to_owned(),
            display_name: product.display_name.clone(),
            summary: product.summary.clone(),
            version: product.version,
            open_items: product.open_items,
            all_items: product.all_items,
            changed_at_version: product.changed_at_version,
            create_time: moment::rfc3339(product.create_time.as_ref()),
        }
    }
}

/// A product with who answers for it, as JSON.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    product: ProductShape,
    chief_po: Option<String>,
    chief_po_display_name: Option<String>,
    deputy: Option<String>,
    deputy_display_name: Option<String>,
    vacancies: Vec<VacancyShape>,
}

/// A list of products as JSON.
#[derive(Serialize)]
struct Products {
    products: Vec<ProductShape>,
}

/// The answer of a command on a product, as JSON.
#[derive(Serialize)]
struct Changed {
    product: ProductShape,
    receipt: Receipt,
}

/// Runs one of them.
pub(crate) async fn run(command: ProductCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        ProductCommand::List => list(ctx).await,
        ProductCommand::Show(args) => show(args, ctx).await,
        ProductCommand::Create(args) => create(args, ctx).await,
        ProductCommand::Update(args) => update(args, ctx).await,
    }
}

async fn list(ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let products = all(&session).await?;
    if ctx.out.is_json() {
        return ctx
            .out
            .json(&Products { products: products.iter().map(ProductShape::from).collect() });
    }
    if products.is_empty() {
        ctx.out.note(
            "No products yet, or none that you may see. `koepel product create ID` makes one.",
        );
        return Ok(());
    }
    let text = table(&products, ctx.out.view());
    ctx.out.text(&text)
}

async fn all(session: &Session) -> Result<Vec<v1::Product>, Failure> {
    let mut question = v1::ListProductsRequest { page_size: 1_000, page_token: String::new() };
    let mut products = Vec::new();
    loop {
        let page = session
            .ask(question.clone(), async |request| session.products().list_products(request).await)
            .await?;
        products.extend(page.products);
        if page.next_page_token.is_empty() {
            return Ok(products);
        }
        question.page_token = page.next_page_token;
    }
}

fn table(products: &[v1::Product], view: &View) -> String {
    let mut table = Table::new([
        Column::Word("PRODUCT"),
        Column::Text("NAME"),
        Column::Number("OPEN"),
        Column::Number("ALL"),
        Column::Number("VERSION"),
        Column::Word("MADE"),
    ]);
    for product in products {
        table.row([
            names::short(&product.name).to_owned(),
            product.display_name.clone(),
            product.open_items.to_string(),
            product.all_items.to_string(),
            product.version.to_string(),
            moment::minute(product.create_time.as_ref(), &view.zone),
        ]);
    }
    table.render(view)
}

async fn show(args: ShowArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = names::product(&ctx.product_of(&session, args.of.as_ref()).await?);
    let question = v1::GetProductRequest { name, ..v1::GetProductRequest::default() };
    let answer = session
        .ask(question, async |request| session.products().get_product(request).await)
        .await?;
    let product = required(answer.product, "product")?;
    if ctx.out.is_json() {
        return ctx.out.json(&Shown {
            product: ProductShape::from(&product),
            chief_po: names::short_or_none(&answer.chief_po).map(ToOwned::to_owned),
            chief_po_display_name: Some(answer.chief_po_display_name)
                .filter(|name| !name.is_empty()),
            deputy: names::short_or_none(&answer.deputy).map(ToOwned::to_owned),
            deputy_display_name: Some(answer.deputy_display_name).filter(|name| !name.is_empty()),
            vacancies: answer.vacancies.iter().map(VacancyShape::from).collect(),
        });
    }
    let view = ctx.out.view();
    let seat = |person: &str, shown: &str, nobody: &str| {
        if person.is_empty() { nobody.to_owned() } else { named(person, shown) }
    };
    let chief = seat(&answer.chief_po, &answer.chief_po_display_name, "(vacant)");
    let deputy = seat(&answer.deputy, &answer.deputy_display_name, "");
    let items = format!("{} open of {} ever made", product.open_items, product.all_items);
    let pairs = [
        ("Product", names::short(&product.name).to_owned()),
        ("Name", product.display_name.clone()),
        ("Summary", product.summary.clone()),
        ("Chief PO", chief),
        ("Deputy", deputy),
        ("Items", items),
        ("Version", product.version.to_string()),
        ("Made", moment::minute(product.create_time.as_ref(), &view.zone)),
    ];
    let mut text = facts(&pairs, view);
    if !answer.vacancies.is_empty() {
        text.push('\n');
        text.push_str(&vacancies(&answer.vacancies, view));
    }
    ctx.out.text(&text)
}

async fn create(args: CreateArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product_id = args.id.0;
    let command = |request_id| v1::CreateProductRequest {
        display_name: args.name.unwrap_or_else(|| product_id.clone()),
        product_id,
        summary: args.summary.unwrap_or_default(),
        chief_po: args.chief_po.map(|person| person.0).unwrap_or_default(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.products().create_product(request).await)
        .await?;
    changed(ctx, answer.product, answer.receipt, |id| {
        format!("{id} is made. Add its first domain with `koepel domain create {id}/DOMAIN`.")
    })
}

async fn update(args: UpdateArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = names::product(&ctx.product_of(&session, args.of.as_ref()).await?);
    let (paths, display_name, summary) = mask(args.name, args.summary);
    let product = v1::Product { name, display_name, summary, ..v1::Product::default() };
    let command = |request_id| v1::UpdateProductRequest {
        product: Some(product),
        update_mask: Some(prost_types::FieldMask { paths }),
        expected_version: args.expected.version(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.products().update_product(request).await)
        .await?;
    changed(ctx, answer.product, answer.receipt, |id| format!("{id} is changed."))
}

/// The field mask of a change of name and summary, and both fields.
pub(crate) fn mask(name: Option<String>, summary: Option<String>) -> (Vec<String>, String, String) {
    let given = [(name.is_some(), "display_name"), (summary.is_some(), "summary")];
    let paths =
        given.into_iter().filter(|(given, _)| *given).map(|(_, path)| path.to_owned()).collect();
    (paths, name.unwrap_or_default(), summary.unwrap_or_default())
}

fn changed(
    ctx: &mut Context,
    product: Option<v1::Product>,
    receipt: Option<v1::Receipt>,
    sentence: impl FnOnce(&str) -> String,
) -> Result<(), Failure> {
    let (product, receipt) = (required(product, "product")?, required(receipt, "receipt")?);
    if ctx.out.is_json() {
        return ctx.out.json(&Changed {
            product: ProductShape::from(&product),
            receipt: Receipt::from(&receipt),
        });
    }
    let id = names::short(&product.name);
    if ctx.out.is_quiet() { ctx.out.line(id) } else { ctx.out.line(&sentence(id)) }
}
