//! `koepel diff`: what changed between two moments, as sentences.

use std::collections::BTreeMap;

use clap::Args;
use jiff::tz::TimeZone;
use koepel_api::v1;
use serde::Serialize;

use crate::{
    as_of::{AsOf, FORMS},
    context::{Context, domain_within},
    failure::Failure,
    moment,
    names::{self, DomainRef, ProductRef},
    roadmap::{because, some},
    table::{Column, Table},
};

/// What `diff` can be given.
#[derive(Args, Debug)]
pub(crate) struct DiffArgs {
    /// Product; may be left out when --product says it, or when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// Before
    #[arg(long, value_name = "MOMENT", help = format!("Before: {FORMS}"))]
    from: AsOf,
    /// After
    #[arg(long, value_name = "MOMENT", help = "After [default: now]")]
    to: Option<AsOf>,
    /// Only what touches this domain
    #[arg(long, short, value_name = "DOMAIN")]
    domain: Option<DomainRef>,
    /// How many; 0 for all [default: 100 on a terminal, all elsewhere]
    #[arg(long, short = 'n', value_name = "N")]
    limit: Option<usize>,
}

/// So many are shown on a terminal unless more are asked for.
const SCREEN: usize = 100;

/// A difference as JSON.
#[derive(Serialize)]
struct DifferenceShape {
    kind: String,
    crosses_domains: bool,
    subject: String,
    domain: Option<String>,
    sentence: String,
    reason: Option<String>,
    version: Option<u64>,
    time: Option<String>,
    actor: Option<String>,
    actor_display_name: Option<String>,
    slipped: bool,
}

impl From<&v1::Difference> for DifferenceShape {
    fn from(one: &v1::Difference) -> Self {
        Self {
            kind: kind_name(one.kind),
            crosses_domains: one.crosses_domains,
            subject: one.subject.clone(),
            domain: names::short_or_none(&one.domain).map(ToOwned::to_owned),
            sentence: one.sentence.clone(),
            reason: some(&one.reason),
            version: Some(one.version).filter(|version| *version > 0),
            time: moment::rfc3339(one.time.as_ref()),
            actor: names::short_or_none(&one.actor).map(ToOwned::to_owned),
            actor_display_name: some(&one.actor_display_name),
            slipped: one.slipped,
        }
    }
}

fn kind_name(kind: i32) -> String {
    let name = v1::DifferenceKind::try_from(kind).unwrap_or_default().as_str_name();
    name.trim_start_matches("DIFFERENCE_KIND_").to_ascii_lowercase()
}

/// All of them as JSON.
#[derive(Serialize)]
struct DiffShape {
    from_version: u64,
    to_version: u64,
    total: u32,
    counts: BTreeMap<String, u32>,
    slipped: u32,
    differences: Vec<DifferenceShape>,
}

pub(crate) async fn run(args: DiffArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let said = args.of.as_ref().map(|product| product.0.as_str());
    let said = said.or_else(|| args.domain.as_ref().and_then(|domain| domain.product.as_deref()));
    let product = ctx.product(&session, said).await?;
    let parent = match &args.domain {
        Some(domain) => domain_within(domain, &product)?,
        None => names::product(&product),
    };
    let limit = match args.limit {
        Some(0) => usize::MAX,
        Some(limit) => limit,
        None if ctx.out.is_terminal() && !ctx.out.is_json() => SCREEN,
        None => usize::MAX,
    };
    let mut question = v1::ListDifferencesRequest {
        parent,
        from: Some(args.from.to_wire(&product)),
        to: args.to.as_ref().map(|to| to.to_wire(&product)),
        page_size: 1_000,
        ..v1::ListDifferencesRequest::default()
    };
    let mut found = Vec::new();
    let last = loop {
        let page = session.ask(question.clone(), async |request| {
            session.history().list_differences(request).await
        });
        let mut page = page.await?;
        found.append(&mut page.differences);
        if page.next_page_token.is_empty() || found.len() >= limit {
            break page;
        }
        question.page_token = page.next_page_token;
    };
    found.truncate(limit);
    if ctx.out.is_json() {
        return ctx.out.json(&DiffShape {
            from_version: last.from_version,
            to_version: last.to_version,
            total: last.total_size,
            counts: last.counts.iter().map(|of| (kind_name(of.kind), of.count)).collect(),
            slipped: last.counts.iter().map(|of| of.slipped).sum(),
            differences: found.iter().map(DifferenceShape::from).collect(),
        });
    }
    let (from, to, total) = (last.from_version, last.to_version, last.total_size);
    let zone = &ctx.out.view().zone;
    let (from, to) =
        (moment_told(Some(&args.from), from, zone), moment_told(args.to.as_ref(), to, zone));
    if found.is_empty() {
        return ctx.out.say(&format!("Nothing is different in {product} from {from} to {to}."));
    }
    if !ctx.out.is_quiet() {
        let what =
            if total == 1 { "1 difference".to_owned() } else { format!("{total} differences") };
        ctx.out.line(&format!("{product} from {from} to {to}: {what}"))?;
        ctx.out.line(&counts_told(&last.counts))?;
    }
    told(&found, ctx)?;
    let more = usize::try_from(total).unwrap_or(usize::MAX).saturating_sub(found.len());
    if more > 0 {
        ctx.out.note(&format!("{more} more; --limit 0 shows all."));
    }
    Ok(())
}

/// A moment as it was asked for, with the version that it was; none is now.
fn moment_told(asked: Option<&AsOf>, version: u64, zone: &TimeZone) -> String {
    match asked {
        None => format!("now (version {version})"),
        Some(AsOf::Version(_)) => format!("version {version}"),
        Some(AsOf::Time(time)) => {
            let time = moment::minute(Some(&moment::to_wire(*time)), zone);
            format!("{time} (version {version})")
        }
        Some(AsOf::Sync(sync)) if sync == "-" => format!("the last sync (version {version})"),
        Some(AsOf::Sync(sync)) => format!("sync {sync} (version {version})"),
    }
}

/// How many there are, and of what: "66 plans put off · 12 items came".
fn counts_told(counts: &[v1::DifferenceCount]) -> String {
    let mut parts = Vec::new();
    let mut add = |count: u32, one: &str, many: &str| {
        if count > 0 {
            parts.push(format!("{count} {}", if count == 1 { one } else { many }));
        }
    };
    for of in counts {
        let count = of.count.saturating_sub(of.slipped);
        add(of.slipped, "plan put off", "plans put off");
        match of.kind() {
            v1::DifferenceKind::Purpose => add(count, "change of purpose", "changes of purpose"),
            v1::DifferenceKind::People => add(count, "change of people", "changes of people"),
            v1::DifferenceKind::Roadmap => {
                add(count, "other change of plans", "other changes of plans");
            }
            v1::DifferenceKind::Order => add(count, "item moved", "items moved"),
            v1::DifferenceKind::Arrival => add(count, "item came", "items came"),
            v1::DifferenceKind::Departure => add(count, "item left", "items left"),
            v1::DifferenceKind::Request => add(count, "change of requests", "changes of requests"),
            v1::DifferenceKind::Fields => add(count, "item changed", "items changed"),
            v1::DifferenceKind::Unspecified => add(count, "other", "others"),
        }
    }
    parts.join(" · ")
}

/// In groups: what crosses domains, then each domain's own.
fn told(found: &[v1::Difference], ctx: &mut Context) -> Result<(), Failure> {
    let group = |one: &v1::Difference| match (one.crosses_domains, one.domain.as_str()) {
        (true, _) => "Across domains".to_owned(),
        (false, "") => "The product".to_owned(),
        (false, domain) => format!("Within {}", names::short(domain)),
    };
    for part in found.chunk_by(|one, next| group(one) == group(next)) {
        let Some(first) = part.first() else { continue };
        let heading = ctx.out.view().paint.bold(&group(first));
        ctx.out.line(&format!("\n{heading}"))?;
        let mut table =
            Table::new([Column::Wrapped(""), Column::Word(""), Column::Word("")]).indented(2);
        for one in part {
            let who = if one.actor_display_name.is_empty() {
                names::short(&one.actor)
            } else {
                &one.actor_display_name
            };
            table.row([
                because(&one.sentence, &one.reason),
                who.to_owned(),
                moment::minute(one.time.as_ref(), &ctx.out.view().zone),
            ]);
        }
        let text = table.render(ctx.out.view());
        ctx.out.text(&text)?;
    }
    Ok(())
}
