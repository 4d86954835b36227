//! `koepel diff`: what changed between two moments, as sentences.

use std::collections::BTreeMap;

use clap::Args;
use jiff::tz::TimeZone;
use koepel_api::v1;
use koepel_domain::language::Language;
use serde::Serialize;

use crate::{
    as_of::{AsOf, FORMS},
    context::{Context, domain_within},
    failure::Failure,
    moment,
    names::{self, DomainRef, ProductRef},
    roadmap::some,
    table::{Column, Table},
    telling::{self, Group, Moment},
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
    let (language, zone) = (ctx.out.view().language, &ctx.out.view().zone);
    let from = telling::moment(language, &asked(Some(&args.from), zone), last.from_version);
    let to = telling::moment(language, &asked(args.to.as_ref(), zone), last.to_version);
    let title = telling::differences(language, &product, (&from, &to), last.total_size);
    if found.is_empty() {
        return ctx.out.say(&title);
    }
    if !ctx.out.is_quiet() {
        ctx.out.line(&title)?;
        ctx.out.line(&counts_told(language, &last.counts))?;
    }
    told(&found, ctx)?;
    let more = usize::try_from(last.total_size).unwrap_or(usize::MAX).saturating_sub(found.len());
    if more > 0 {
        ctx.out.note(&format!("{more} more; --limit 0 shows all."));
    }
    Ok(())
}

/// A moment as it was asked for; none is now.
fn asked(moment: Option<&AsOf>, zone: &TimeZone) -> Moment {
    match moment {
        None => Moment::Now,
        Some(AsOf::Version(_)) => Moment::Version,
        Some(AsOf::Time(time)) => Moment::Time(moment::minute(Some(&moment::to_wire(*time)), zone)),
        Some(AsOf::Sync(sync)) if sync == "-" => Moment::LastSync,
        Some(AsOf::Sync(sync)) => Moment::Sync(sync.clone()),
    }
}

/// How many there are, and of what: "66 plans put off · 12 items came".
fn counts_told(language: Language, counts: &[v1::DifferenceCount]) -> String {
    let mut parts = Vec::new();
    for of in counts {
        let count = of.count.saturating_sub(of.slipped);
        if of.slipped > 0 {
            parts.push(telling::put_off(language, of.slipped));
        }
        if count > 0 {
            parts.push(telling::of_kind(language, of.kind(), count));
        }
    }
    parts.join(" · ")
}

fn group(one: &v1::Difference) -> Group<'_> {
    match (one.crosses_domains, one.domain.as_str()) {
        (true, _) => Group::Across,
        (false, "") => Group::Product,
        (false, domain) => Group::Within(names::short(domain)),
    }
}

/// In groups: what crosses domains, then each domain's own.
fn told(found: &[v1::Difference], ctx: &mut Context) -> Result<(), Failure> {
    let language = ctx.out.view().language;
    for part in found.chunk_by(|one, next| group(one) == group(next)) {
        let Some(first) = part.first() else { continue };
        let heading = ctx.out.view().paint.bold(&telling::heading(language, &group(first)));
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
                telling::because(language, &one.sentence, &one.reason),
                who.to_owned(),
                moment::minute(one.time.as_ref(), &ctx.out.view().zone),
            ]);
        }
        let text = table.render(ctx.out.view());
        ctx.out.text(&text)?;
    }
    Ok(())
}
