//! `koepel calendar`: when teams work, so that time to answer is counted in working time.

mod file;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::{Timestamp, tz::TimeZone};
use koepel_api::v1;
use serde::Serialize;

use crate::{
    answer_time::AnswerTime,
    circumstances::{Expected, Receipt, Why, required},
    context::Context,
    edge,
    failure::Failure,
    moment,
    names::{self, ProductRef},
    output::on_one_line,
    settings_file,
    table::{Column, Table, facts},
    words,
};

/// What can be done with calendars.
#[derive(Debug, Subcommand)]
pub(crate) enum CalendarCommand {
    /// List the calendars of a product
    List(ListArgs),
    /// Show a calendar; with `-o toml` as a file that can be saved again
    Show(OneArgs),
    /// Make a calendar, or put other facts in the place of its own (Chief PO, administrator)
    Save(SaveArgs),
    /// Remove a calendar that no escalation point counts by (Chief PO, administrator)
    Remove(RemoveArgs),
    /// Say when an answer would be due
    Deadline(DeadlineArgs),
}

impl CalendarCommand {
    /// Whether its answer can be a TOML file.
    pub(crate) fn writes_toml(&self) -> bool {
        match self {
            Self::Show(_) => true,
            Self::List(_) | Self::Save(_) | Self::Remove(_) | Self::Deadline(_) => false,
        }
    }
}

/// What `calendar list` can be given.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
}

/// A calendar, or the default one.
#[derive(Args, Debug)]
pub(crate) struct OneArgs {
    /// The calendar's id [default: the product's default calendar]
    id: Option<String>,
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
}

/// What `calendar save` can be given.
#[derive(Args, Debug)]
#[command(after_help = "\
A file:
  id = \"copenhagen\"
  name = \"Copenhagen office\"
  time_zone = \"Europe/Copenhagen\"
  default = true                   # counts where no calendar is named
  holidays = [\"denmark\"]           # denmark, netherlands

  [week]                           # closed on days that are left out
  monday = [\"09:00-12:00\", \"13:00-17:00\"]

  [[days]]                         # days off, or with other hours
  day = 2026-12-24
  name = \"Christmas Eve\"
  hours = []")]
pub(crate) struct SaveArgs {
    /// The calendar (TOML)
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

/// What `calendar remove` can be given.
#[derive(Args, Debug)]
pub(crate) struct RemoveArgs {
    /// The calendar's id
    id: String,
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// Why
    #[arg(long, short, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    expected: Expected,
}

/// What `calendar deadline` can be given.
#[derive(Args, Debug)]
pub(crate) struct DeadlineArgs {
    /// How long there is to answer: working hours such as 8h, or working days such as 2d
    #[arg(value_name = "TIME")]
    answer: AnswerTime,
    #[command(flatten)]
    one: OneArgs,
    /// When it is raised, such as 2026-12-23T16:00:00+01:00 [default: now]
    #[arg(long, value_name = "MOMENT")]
    from: Option<Timestamp>,
}

/// A calendar as JSON.
#[derive(Serialize)]
struct Shape {
    id: String,
    display_name: String,
    time_zone: String,
    default: bool,
    built_in: bool,
    holidays: Vec<String>,
    week: Vec<DayShape>,
    days: Vec<OwnDayShape>,
    changed_at_version: u64,
}

#[derive(Serialize)]
struct DayShape {
    weekday: &'static str,
    hours: Vec<String>,
}

#[derive(Serialize)]
struct OwnDayShape {
    day: String,
    display_name: String,
    hours: Vec<String>,
}

impl From<&v1::Calendar> for Shape {
    fn from(calendar: &v1::Calendar) -> Self {
        let week = week(calendar).into_iter().map(|(weekday, hours)| DayShape { weekday, hours });
        let own = |day: &v1::CalendarDay| OwnDayShape {
            day: file::shown(day.day.as_ref()),
            display_name: day.display_name.clone(),
            hours: day.hours.clone(),
        };
        let holidays = calendar.holidays.iter();
        Self {
            id: names::short(&calendar.name).to_owned(),
            display_name: calendar.display_name.clone(),
            time_zone: calendar.time_zone.clone(),
            default: calendar.default,
            built_in: calendar.built_in,
            holidays: holidays.filter_map(|one| words::for_programs::<v1::Country>(*one)).collect(),
            week: week.collect(),
            days: calendar.days.iter().map(own).collect(),
            changed_at_version: calendar.changed_at_version,
        }
    }
}

/// The answer of a command, as JSON.
#[derive(Serialize)]
struct Changed {
    calendar: Shape,
    receipt: Receipt,
}

/// A deadline, as JSON.
#[derive(Serialize)]
struct Due {
    calendar: String,
    from_time: Option<String>,
    opening_time: Option<String>,
    deadline: Option<String>,
    years_by_rule: Vec<i32>,
    holidays_date: String,
}

fn week(calendar: &v1::Calendar) -> [(&'static str, Vec<String>); 7] {
    days_of(&calendar.week.clone().unwrap_or_default())
}

/// The days of a week with their hours, Monday first.
pub(crate) fn days_of(week: &v1::WeekHours) -> [(&'static str, Vec<String>); 7] {
    let week = week.clone();
    [
        ("monday", week.monday),
        ("tuesday", week.tuesday),
        ("wednesday", week.wednesday),
        ("thursday", week.thursday),
        ("friday", week.friday),
        ("saturday", week.saturday),
        ("sunday", week.sunday),
    ]
}

/// `products/webshop/calendars/copenhagen`.
fn named(product: &str, id: &str) -> String {
    format!("products/{product}/calendars/{id}")
}

/// Runs one of them.
pub(crate) async fn run(command: CalendarCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        CalendarCommand::List(args) => list(args, ctx).await,
        CalendarCommand::Show(args) => show(args, ctx).await,
        CalendarCommand::Save(args) => save(args, ctx).await,
        CalendarCommand::Remove(args) => remove(args, ctx).await,
        CalendarCommand::Deadline(args) => deadline(args, ctx).await,
    }
}

async fn list(args: ListArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let question = v1::ListCalendarsRequest { parent: names::product(&product), min_version: 0 };
    let answer = session
        .ask(question, async |request| session.escalation_points().list_calendars(request).await)
        .await?;
    if ctx.out.is_json() {
        let shapes: Vec<_> = answer.calendars.iter().map(Shape::from).collect();
        return ctx.out.json(&shapes);
    }
    let mut table = Table::new([
        Column::Word("CALENDAR"),
        Column::Word("DEFAULT"),
        Column::Word("TIME ZONE"),
        Column::Word("HOLIDAYS"),
        Column::Number("OWN DAYS"),
        Column::Text("NAME"),
    ])
    .sparse(&["HOLIDAYS"]);
    for calendar in &answer.calendars {
        table.row([
            names::short(&calendar.name).to_owned(),
            if calendar.default { "yes" } else { "" }.to_owned(),
            calendar.time_zone.clone(),
            holidays(calendar),
            calendar.days.len().to_string(),
            calendar.display_name.clone(),
        ]);
    }
    let text = table.render(ctx.out.view());
    ctx.out.text(&text)?;
    if answer.calendars.iter().any(|calendar| calendar.built_in) {
        ctx.out.note(&format!(
            "{product} has no calendar of its own yet. `koepel calendar save FILE {product}` makes one; `koepel calendar save --help` shows a file."
        ));
    }
    Ok(())
}

fn holidays(calendar: &v1::Calendar) -> String {
    let words = calendar.holidays.iter().filter_map(|one| words::for_programs::<v1::Country>(*one));
    words.collect::<Vec<_>>().join(", ")
}

async fn show(args: OneArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let name = named(&product, args.id.as_deref().unwrap_or("-"));
    let question = v1::GetCalendarRequest { name, min_version: 0 };
    let answer = session
        .ask(question, async |request| session.escalation_points().get_calendar(request).await)
        .await?;
    let calendar = required(answer.calendar, "calendar")?;
    if ctx.out.is_json() {
        return ctx.out.json(&Shape::from(&calendar));
    }
    if ctx.out.is_toml() {
        return ctx.out.text(&settings_file::text(&file::File::of(&calendar)?)?);
    }
    let closed = |hours: &[String]| {
        if hours.is_empty() { "closed".to_owned() } else { hours.join(", ") }
    };
    let is_default = if calendar.default { "yes" } else { "no" };
    let mut pairs = vec![
        ("calendar", names::short(&calendar.name).to_owned()),
        ("name", on_one_line(&calendar.display_name)),
        ("default", is_default.to_owned()),
        ("time zone", calendar.time_zone.clone()),
        ("holidays", holidays(&calendar)),
    ];
    pairs.extend(week(&calendar).into_iter().map(|(day, hours)| (day, closed(&hours))));
    let text = facts(&pairs, ctx.out.view());
    ctx.out.text(&text)?;
    if calendar.days.is_empty() {
        return Ok(());
    }
    let mut table = Table::new([Column::Word("DAY"), Column::Word("HOURS"), Column::Text("NAME")])
        .sparse(&["NAME"]);
    for day in &calendar.days {
        let shown = file::shown(day.day.as_ref());
        table.row([shown, closed(&day.hours), day.display_name.clone()]);
    }
    let text = table.render(ctx.out.view());
    ctx.out.text(&format!("\n{text}"))
}

async fn save(args: SaveArgs, ctx: &mut Context) -> Result<(), Failure> {
    let file: file::File = settings_file::read(&args.file)?;
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let calendar = Some(file.to_wire(&product)?);
    let command = |request_id| v1::SaveCalendarRequest {
        calendar,
        reason: args.why.text(),
        expected_version: args.expected.version(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.escalation_points().save_calendar(request).await)
        .await?;
    let (calendar, receipt) =
        (required(answer.calendar, "calendar")?, required(answer.receipt, "receipt")?);
    if ctx.out.is_json() {
        let (calendar, receipt) = (Shape::from(&calendar), Receipt::from(&receipt));
        return ctx.out.json(&Changed { calendar, receipt });
    }
    let id = names::short(&calendar.name);
    if ctx.out.is_quiet() {
        return ctx.out.line(id);
    }
    let default = if calendar.default { "; it is the default" } else { "" };
    ctx.out.line(&format!("Calendar {id} was saved{default}. Version {}.", receipt.version))
}

async fn remove(args: RemoveArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.of.as_ref()).await?;
    let command = |request_id| v1::RemoveCalendarRequest {
        name: named(&product, &args.id),
        reason: args.reason,
        expected_version: args.expected.version(),
        request_id,
    };
    let answer = session
        .command(command, async |request| {
            session.escalation_points().remove_calendar(request).await
        })
        .await?;
    let receipt = required(answer.receipt, "receipt")?;
    if ctx.out.is_json() {
        return ctx.out.json(&Receipt::from(&receipt));
    }
    ctx.out.say(&format!("Calendar {} was removed. Version {}.", args.id, receipt.version))
}

async fn deadline(args: DeadlineArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = ctx.product_of(&session, args.one.of.as_ref()).await?;
    let from = moment::to_wire(args.from.unwrap_or_else(edge::now));
    let question = v1::ComputeDeadlineRequest {
        calendar: named(&product, args.one.id.as_deref().unwrap_or("-")),
        from_time: Some(from),
        answer_time: Some(args.answer.to_wire()),
        min_version: 0,
    };
    let answer = session
        .ask(question, async |request| session.escalation_points().compute_deadline(request).await)
        .await?;
    let calendar = required(answer.calendar.clone(), "calendar")?;
    let id = names::short(&calendar.name);
    if ctx.out.is_json() {
        return ctx.out.json(&Due {
            calendar: id.to_owned(),
            from_time: moment::rfc3339(Some(&from)),
            opening_time: moment::rfc3339(answer.opening_time.as_ref()),
            deadline: moment::rfc3339(answer.deadline.as_ref()),
            holidays_date: file::shown(answer.holidays_date.as_ref()),
            years_by_rule: answer.years_by_rule,
        });
    }
    // On the clock that its hours are on, whatever the reader's is.
    let zone = TimeZone::get(&calendar.time_zone).unwrap_or(TimeZone::UTC);
    let pairs = [
        ("calendar", format!("{id} ({})", calendar.time_zone)),
        ("raised", moment::weekday_minute(Some(&from), &zone)),
        ("counts from", moment::weekday_minute(answer.opening_time.as_ref(), &zone)),
        ("time to answer", args.answer.to_string()),
        ("due", moment::weekday_minute(answer.deadline.as_ref(), &zone)),
    ];
    let text = facts(&pairs, ctx.out.view());
    ctx.out.text(&text)?;
    if let (Some(first), Some(last)) = (answer.years_by_rule.first(), answer.years_by_rule.last()) {
        let years = if first == last { first.to_string() } else { format!("{first} to {last}") };
        ctx.out.note(&format!(
            "The holidays of {years} are not in the data file of {}; they were computed by its rules.",
            file::shown(answer.holidays_date.as_ref())
        ));
    }
    Ok(())
}
