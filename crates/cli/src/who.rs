//! `koepel who`: whom to ask, and the questions that nobody could answer.

use clap::{Args, Subcommand};
use koepel_api::v1::{self, Role, Topic, find_owner_request::What};
use serde::Serialize;

use crate::{
    circumstances::{Receipt, Why, required},
    context::{Context, domain_within},
    failure::Failure,
    moment,
    names::{self, DomainRef, ProductRef},
    output::View,
    roadmap::some,
    session::Session,
    table::{Column, Table},
    term::{TermShape, columns, named},
    words,
};

/// What can be asked.
#[derive(Debug, Subcommand)]
pub(crate) enum WhoCommand {
    /// Say who answers for something: a domain, an item, an entry of the roadmap, a topic, or free words
    Owns(OwnsArgs),
    /// List the questions that nobody could answer, or close one
    Gaps(GapsArgs),
}

/// What `who owns` can be given.
#[derive(Args, Debug)]
pub(crate) struct OwnsArgs {
    /// A domain, a key such as ONLINE-42, `entry 7`, a topic such as budget, or any words in English, Danish or Dutch
    #[arg(required_unless_present = "topic", value_name = "WHAT")]
    what: Vec<String>,
    /// Who decides this topic, as the escalation points say
    #[arg(long, value_parser = words::parser::<Topic>(), conflicts_with = "what")]
    topic: Option<Topic>,
    /// With --topic: in this domain [default: across domains]
    #[arg(long, short, value_name = "DOMAIN", requires = "topic")]
    domain: Option<DomainRef>,
    /// Product; may be left out when there is one only
    #[arg(long, value_name = "PRODUCT")]
    of: Option<ProductRef>,
}

/// What `who gaps` can be given.
#[derive(Args, Debug)]
pub(crate) struct GapsArgs {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// Close the gap of this number (Chief PO or administrator)
    #[arg(long, value_name = "NUMBER")]
    resolve: Option<u32>,
    #[command(flatten)]
    why: Why,
}

/// An owner as JSON.
#[derive(Serialize)]
struct OwnerShape {
    role: Option<String>,
    domain: Option<String>,
    domain_display_name: Option<String>,
    person: Option<String>,
    person_display_name: Option<String>,
    since_time: Option<String>,
    term: Option<TermShape>,
    deputy: Option<String>,
    deputy_display_name: Option<String>,
    deputy_term: Option<TermShape>,
    ask: Option<String>,
    ask_display_name: Option<String>,
    found_by: String,
    subject: Option<String>,
    decider: Option<DeciderShape>,
}

/// Who decides a topic, as JSON: a seat, its deputy, or a person.
#[derive(Serialize)]
struct DeciderShape {
    role: Option<String>,
    deputy: bool,
    domain: Option<String>,
    person: Option<String>,
}

impl DeciderShape {
    fn of(decider: &v1::Decider) -> Option<Self> {
        use v1::decider::Who;
        let seat = |seat: &v1::Seat, deputy| Self {
            role: words::for_programs::<Role>(seat.role),
            deputy,
            domain: short(&seat.domain),
            person: None,
        };
        Some(match decider.who.as_ref()? {
            Who::Seat(one) => seat(one, false),
            Who::Deputy(one) => seat(one, true),
            Who::Person(person) => {
                Self { role: None, deputy: false, domain: None, person: short(person) }
            }
        })
    }
}

fn short(name: &str) -> Option<String> {
    names::short_or_none(name).map(ToOwned::to_owned)
}

impl From<&v1::Owner> for OwnerShape {
    fn from(owner: &v1::Owner) -> Self {
        Self {
            role: words::for_programs::<Role>(owner.role),
            domain: short(&owner.domain),
            domain_display_name: some(&owner.domain_display_name),
            person: short(&owner.person),
            person_display_name: some(&owner.person_display_name),
            since_time: moment::rfc3339(owner.since_time.as_ref()),
            term: owner.term.as_ref().map(TermShape::from),
            deputy: short(&owner.deputy),
            deputy_display_name: some(&owner.deputy_display_name),
            deputy_term: owner.deputy_term.as_ref().map(TermShape::from),
            ask: short(&owner.ask),
            ask_display_name: some(&owner.ask_display_name),
            found_by: owner.found_by.clone(),
            subject: some(&owner.subject),
            decider: owner.decider.as_ref().and_then(DeciderShape::of),
        }
    }
}

/// A gap as JSON.
#[derive(Serialize)]
struct GapShape {
    number: String,
    question: String,
    asked_by: String,
    asked_by_display_name: Option<String>,
    ask_time: Option<String>,
}

impl From<&v1::Gap> for GapShape {
    fn from(gap: &v1::Gap) -> Self {
        Self {
            number: names::short(&gap.name).to_owned(),
            question: gap.question.clone(),
            asked_by: names::short(&gap.asked_by).to_owned(),
            asked_by_display_name: some(&gap.asked_by_display_name),
            ask_time: moment::rfc3339(gap.ask_time.as_ref()),
        }
    }
}

/// An answer as JSON.
#[derive(Serialize)]
struct Answer {
    version: u64,
    owner: OwnerShape,
    others: Vec<OwnerShape>,
    fallback: bool,
    gap: Option<GapShape>,
}

/// Gaps as JSON.
#[derive(Serialize)]
struct Gaps {
    version: u64,
    gaps: Vec<GapShape>,
}

/// Runs one of them.
pub(crate) async fn run(command: WhoCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        WhoCommand::Owns(args) => owns(args, ctx).await,
        WhoCommand::Gaps(GapsArgs { of, resolve: Some(gap), why }) => {
            resolve(of.as_ref(), gap, why, ctx).await
        }
        WhoCommand::Gaps(GapsArgs { of, resolve: None, .. }) => gaps(of.as_ref(), ctx).await,
    }
}

async fn owns(args: OwnsArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    // A domain that is named with its product says which product is meant.
    let of = args.domain.as_ref().and_then(|domain| domain.product.clone()).map(ProductRef);
    let product = ctx.product_of(&session, args.of.as_ref().or(of.as_ref())).await?;
    let what = match args.topic {
        Some(topic) => {
            let domain = args.domain.as_ref().map(|domain| domain_within(domain, &product));
            let domain = domain.transpose()?.unwrap_or_default();
            What::Matter(v1::Matter { topic: topic.into(), domain })
        }
        None => What::Question(args.what.join(" ")),
    };
    let parent = names::product(&product);
    let asked = v1::FindOwnerRequest { parent, what: Some(what), min_version: 0 };
    let answer =
        session.ask(asked, async |request| session.directory().find_owner(request).await).await?;
    let owner = required(answer.owner, "owner")?;
    if ctx.out.is_json() {
        return ctx.out.json(&Answer {
            version: answer.version,
            owner: OwnerShape::from(&owner),
            others: answer.others.iter().map(OwnerShape::from).collect(),
            fallback: answer.fallback,
            gap: answer.gap.as_ref().map(GapShape::from),
        });
    }
    let text = told(&owner, ctx.out.view());
    ctx.out.text(&text)?;
    if !answer.others.is_empty() {
        let others: Vec<_> =
            answer.others.iter().map(|other| format!("  {}", line(other))).collect();
        ctx.out.text(&format!("\nOr it is:\n{}\n", others.join("\n")))?;
    }
    match answer.gap {
        Some(gap) if answer.fallback => ctx.out.note(&format!(
            "The question is noted as gap {}, so that somebody sees to it.",
            names::short(&gap.name)
        )),
        Some(_) | None => {}
    }
    Ok(())
}

/// "domain PO of online (Online shop)".
fn seat(owner: &v1::Owner) -> String {
    if owner.role == i32::from(Role::Unspecified) {
        return "named by an escalation point".to_owned();
    }
    let role = words::role(owner.role);
    match names::short_or_none(&owner.domain) {
        Some(domain) => format!("{role} of {domain} ({})", owner.domain_display_name),
        None => role,
    }
}

fn line(owner: &v1::Owner) -> String {
    let person = if owner.person.is_empty() {
        "vacant".to_owned()
    } else {
        named(&owner.person, &owner.person_display_name)
    };
    format!("{person}, {}: {}", seat(owner), owner.found_by)
}

fn told(owner: &v1::Owner, view: &View) -> String {
    let since = moment::minute(owner.since_time.as_ref(), &view.zone);
    let until = columns(owner.term.as_ref()).1;
    let until = if until.is_empty() { until } else { format!(", until {until}") };
    let deputy = if owner.deputy.is_empty() {
        String::new()
    } else {
        let last = columns(owner.deputy_term.as_ref()).1;
        format!("{}, until {last}", named(&owner.deputy, &owner.deputy_display_name))
    };
    let ask = if owner.ask.is_empty() {
        "nobody; the seat is vacant, an administrator can fill it".to_owned()
    } else {
        named(&owner.ask, &owner.ask_display_name)
    };
    let holder = if owner.person.is_empty() {
        "(vacant)".to_owned()
    } else if owner.since_time.is_none() {
        named(&owner.person, &owner.person_display_name)
    } else {
        format!("{}, since {since}{until}", named(&owner.person, &owner.person_display_name))
    };
    let pairs = [
        ("Owner", seat(owner)),
        ("Held by", holder),
        ("Deputy", deputy),
        ("Ask", ask),
        ("Because", owner.found_by.clone()),
    ];
    crate::table::facts(&pairs, view)
}

async fn all(session: &Session, parent: String) -> Result<(Vec<v1::Gap>, u64), Failure> {
    let mut question =
        v1::ListGapsRequest { parent, page_size: 1_000, ..v1::ListGapsRequest::default() };
    let mut gaps = Vec::new();
    loop {
        let page = session
            .ask(question.clone(), async |request| session.directory().list_gaps(request).await)
            .await?;
        gaps.extend(page.gaps);
        if page.next_page_token.is_empty() {
            return Ok((gaps, page.version));
        }
        question.page_token = page.next_page_token;
    }
}

async fn gaps(of: Option<&ProductRef>, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, of).await?;
    let (gaps, version) = all(&session, names::product(&product)).await?;
    if ctx.out.is_json() {
        return ctx.out.json(&Gaps { version, gaps: gaps.iter().map(GapShape::from).collect() });
    }
    if gaps.is_empty() {
        ctx.out.note(&format!("Every question about {product} had an answer."));
        return Ok(());
    }
    let view = ctx.out.view();
    let mut table = Table::new([
        Column::Number("GAP"),
        Column::Word("ASKED"),
        Column::Word("BY"),
        Column::Text("QUESTION"),
    ]);
    for gap in &gaps {
        table.row([
            names::short(&gap.name).to_owned(),
            moment::minute(gap.ask_time.as_ref(), &view.zone),
            named(&gap.asked_by, &gap.asked_by_display_name),
            gap.question.clone(),
        ]);
    }
    let text = table.render(view);
    ctx.out.text(&text)
}

async fn resolve(
    of: Option<&ProductRef>,
    gap: u32,
    why: Why,
    ctx: &mut Context,
) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, of).await?;
    let name = format!("{}/gaps/{gap}", names::product(&product));
    let command = |request_id| v1::ResolveGapRequest { name, reason: why.text(), request_id };
    let answer = session
        .command(command, async |request| session.directory().resolve_gap(request).await)
        .await?;
    let receipt = required(answer.receipt, "receipt")?;
    if ctx.out.is_json() {
        return ctx.out.json(&Receipt::from(&receipt));
    }
    ctx.out.say(&format!("Gap {gap} is closed. Version {}.", receipt.version))
}
