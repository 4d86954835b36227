//! `koepel point`: who decides what, where, and who comes next.

mod file;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use koepel_api::v1::{self, escalation_step::Decider};
use serde::Serialize;

use crate::{
    answer_time::AnswerTime,
    as_of::{AsOf, FORMS},
    circumstances::{Expected, Receipt, Why, required},
    context::Context,
    failure::Failure,
    names::{self, ProductRef},
    settings_file,
    table::{Column, Table},
    words,
};

/// What can be done with escalation points.
#[derive(Debug, Subcommand)]
pub(crate) enum PointCommand {
    /// List who decides what; with `-o toml` as a file that can be saved again
    List(ListArgs),
    /// Put a table of points in the place of the one before (Chief PO, administrator)
    Save(SaveArgs),
}

impl PointCommand {
    /// Whether its answer can be a TOML file.
    pub(crate) fn writes_toml(&self) -> bool {
        match self {
            Self::List(_) => true,
            Self::Save(_) => false,
        }
    }
}

/// What `point list` can be given.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// The points as they were
    #[arg(long, value_name = "MOMENT", help = format!("The points as they were: {FORMS}"))]
    as_of: Option<AsOf>,
}

/// What `point save` can be given.
#[derive(Args, Debug)]
#[command(after_help = "\
A file; each topic needs one point in each domain and across domains:
  [[points]]
  id = \"all\"
  topics = [\"priority\", \"vision\", \"dependency\", \"capacity\", \"quality\", \"budget\", \"compliance\"]
  scope = \"product\"                # wherever no other point decides; or \"across\" domains
  calendar = \"copenhagen\"          # the default calendar, if left out
  line = [
    { seat = \"chief-po\", answer = \"2d\" },     # 2 working days; 8h: 8 working hours
    { deputy = \"chief-po\", answer = \"1d\" },
  ]

  [[points]]
  id = \"quality-offline\"
  topics = [\"quality\"]
  domain = \"offline\"               # goes before a point of the product
  # A domain-po without a domain is that of the domain concerned.
  line = [
    { seat = \"domain-po\", domain = \"offline\", answer = \"8h\" },
    { person = \"p-hanna\", answer = \"1d\" },
  ]")]
pub(crate) struct SaveArgs {
    /// All points (TOML)
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    expected: Expected,
}

/// The table as JSON.
#[derive(Serialize)]
struct Shape {
    points: Vec<PointShape>,
    gaps: Vec<GapShape>,
    default_line: Vec<StepShape>,
    changed_at_version: u64,
}

#[derive(Serialize)]
struct PointShape {
    id: String,
    topics: Vec<String>,
    domain: Option<String>,
    across_domains: bool,
    calendar: Option<String>,
    line: Vec<StepShape>,
}

#[derive(Serialize)]
struct GapShape {
    topic: Option<String>,
    domain: Option<String>,
}

#[derive(Serialize)]
struct StepShape {
    /// `seat`, `deputy` or `person`.
    kind: &'static str,
    role: Option<String>,
    domain: Option<String>,
    person: Option<String>,
    /// `8h` or `2d`.
    answer_time: Option<String>,
}

fn short(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| names::short(name).to_owned())
}

impl From<&v1::EscalationStep> for StepShape {
    fn from(step: &v1::EscalationStep) -> Self {
        let answer_time = AnswerTime::of(step.answer_time.as_ref()).map(AnswerTime::short);
        let seat = |kind, seat: &v1::Seat| Self {
            kind,
            role: words::for_programs::<v1::Role>(seat.role),
            domain: short(&seat.domain),
            person: None,
            answer_time: answer_time.clone(),
        };
        match &step.decider {
            Some(Decider::Seat(of)) => seat("seat", of),
            Some(Decider::Deputy(of)) => seat("deputy", of),
            Some(Decider::Person(name)) => {
                let person = short(name);
                Self { kind: "person", role: None, domain: None, person, answer_time }
            }
            None => Self { kind: "", role: None, domain: None, person: None, answer_time },
        }
    }
}

impl From<&v1::EscalationPoint> for PointShape {
    fn from(point: &v1::EscalationPoint) -> Self {
        let topics = point.topics.iter();
        Self {
            id: names::short(&point.name).to_owned(),
            topics: topics.filter_map(|topic| words::for_programs::<v1::Topic>(*topic)).collect(),
            domain: short(&point.domain),
            across_domains: point.across_domains,
            calendar: short(&point.calendar),
            line: point.line.iter().map(StepShape::from).collect(),
        }
    }
}

impl From<&v1::EscalationGap> for GapShape {
    fn from(gap: &v1::EscalationGap) -> Self {
        Self { topic: words::for_programs::<v1::Topic>(gap.topic), domain: short(&gap.domain) }
    }
}

/// The answer of a command, as JSON.
#[derive(Serialize)]
struct Changed {
    points: Vec<PointShape>,
    receipt: Receipt,
}

/// Runs one of them.
pub(crate) async fn run(command: PointCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        PointCommand::List(args) => list(args, ctx).await,
        PointCommand::Save(args) => save(args, ctx).await,
    }
}

async fn list(args: ListArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let question = v1::GetEscalationPointsRequest {
        product: names::product(&product),
        min_version: 0,
        as_of: args.as_of.as_ref().map(|moment| moment.to_wire(&product)),
    };
    let answer = session
        .ask(question, async |request| {
            session.escalation_points().get_escalation_points(request).await
        })
        .await?;
    if ctx.out.is_json() {
        return ctx.out.json(&Shape {
            points: answer.points.iter().map(PointShape::from).collect(),
            gaps: answer.gaps.iter().map(GapShape::from).collect(),
            default_line: answer.default_line.iter().map(StepShape::from).collect(),
            changed_at_version: answer.changed_at_version,
        });
    }
    if ctx.out.is_toml() {
        return ctx.out.text(&settings_file::text(&file::File::of(&answer.points))?);
    }
    if answer.points.is_empty() {
        ctx.out.note(&format!(
            "{product} has no escalation points yet: everything is decided by {}. `koepel point save FILE {product}` says who \
             decides what; `koepel point save --help` shows a file.",
            line(&answer.default_line)
        ));
        return Ok(());
    }
    let mut table = Table::new([
        Column::Word("POINT"),
        Column::Wrapped("TOPICS"),
        Column::Word("WHERE"),
        Column::Word("CALENDAR"),
        Column::Wrapped("DECIDED BY"),
    ]);
    for point in &answer.points {
        let calendar = short(&point.calendar).unwrap_or_else(|| "default".to_owned());
        table.row([
            names::short(&point.name).to_owned(),
            topics(point),
            place(point),
            calendar,
            line(&point.line),
        ]);
    }
    let text = table.render(ctx.out.view());
    ctx.out.text(&text)?;
    if !answer.gaps.is_empty() {
        ctx.out.note(&format!(
            "\nNobody decides {} by a point: there it is {}. Save the table with a point for each that names somebody who is there.",
            gaps(&answer.gaps),
            line(&answer.default_line)
        ));
    }
    Ok(())
}

fn topics(point: &v1::EscalationPoint) -> String {
    let all = <v1::Topic as words::Word>::ALL;
    if point.topics.len() == all.len() {
        return "all".to_owned();
    }
    let words = point.topics.iter().map(|topic| words::for_people::<v1::Topic>(*topic));
    words.collect::<Vec<_>>().join(", ")
}

fn place(point: &v1::EscalationPoint) -> String {
    match (point.domain.as_str(), point.across_domains) {
        ("", true) => "across domains".to_owned(),
        ("", false) => "the product".to_owned(),
        (domain, _) => names::short(domain).to_owned(),
    }
}

/// "budget × offline, vision × across domains".
fn gaps(gaps: &[v1::EscalationGap]) -> String {
    let cell = |gap: &v1::EscalationGap| {
        let topic = words::for_people::<v1::Topic>(gap.topic);
        let place = short(&gap.domain).unwrap_or_else(|| "across domains".to_owned());
        format!("{topic} × {place}")
    };
    gaps.iter().map(cell).collect::<Vec<_>>().join(", ")
}

/// "the Chief PO (2 working days), then the Chief PO's deputy (1 working day)".
fn line(steps: &[v1::EscalationStep]) -> String {
    let step = |step: &v1::EscalationStep| {
        let time = AnswerTime::of(step.answer_time.as_ref());
        let time = time.map_or_else(String::new, |time| format!(" ({time})"));
        format!("{}{time}", decider(step.decider.as_ref()))
    };
    steps.iter().map(step).collect::<Vec<_>>().join(", then ")
}

fn decider(decider: Option<&Decider>) -> String {
    let chief = i32::from(v1::Role::ChiefPo);
    match decider {
        Some(Decider::Seat(of)) => seat(of),
        Some(Decider::Deputy(of)) if of.role == chief => format!("{}'s deputy", seat(of)),
        Some(Decider::Deputy(of)) => format!("the deputy of {}", seat(of)),
        Some(Decider::Person(name)) => names::short(name).to_owned(),
        None => String::new(),
    }
}

fn seat(seat: &v1::Seat) -> String {
    let po = seat.role == i32::from(v1::Role::DomainPo);
    match (po, short(&seat.domain)) {
        (true, Some(domain)) => format!("the PO of {domain}"),
        (true, None) => "the PO of the domain concerned".to_owned(),
        (false, Some(domain)) => format!("the {} of {domain}", words::role(seat.role)),
        (false, None) => format!("the {}", words::role(seat.role)),
    }
}

async fn save(args: SaveArgs, ctx: &mut Context) -> Result<(), Failure> {
    let file: file::File = settings_file::read(&args.file)?;
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let points = file.to_wire(&product)?;
    let command = |request_id| v1::SaveEscalationPointsRequest {
        product: names::product(&product),
        points,
        reason: args.why.text(),
        expected_version: args.expected.version(),
        request_id,
    };
    let answer = session
        .command(command, async |request| {
            session.escalation_points().save_escalation_points(request).await
        })
        .await?;
    let receipt = required(answer.receipt, "receipt")?;
    if ctx.out.is_json() {
        let points = answer.points.iter().map(PointShape::from).collect();
        return ctx.out.json(&Changed { points, receipt: Receipt::from(&receipt) });
    }
    let count = answer.points.len();
    let points =
        if count == 1 { "1 point decides".to_owned() } else { format!("{count} points decide") };
    let what = if count == 0 { "The built-in default decides".to_owned() } else { points };
    ctx.out.say(&format!("{what} from now on. Version {}.", receipt.version))
}
