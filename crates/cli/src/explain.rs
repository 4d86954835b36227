//! `koepel explain`: why an item is ranked where it is, as something to read aloud.

use clap::Args;
use koepel_api::v1;
use koepel_domain::language::Language;
use serde::Serialize;

use crate::{
    context::Context,
    failure::Failure,
    item::{EntryShape, by_whom, place},
    moment,
    names::{self, ItemRef},
    output::{View, on_one_line},
    session::Session,
    table::{Column, Table},
    telling,
};

/// The most steps that a page may have.
const PAGE: i32 = 200;

/// What `explain` can be given.
#[derive(Args, Debug)]
pub(crate) struct ExplainArgs {
    /// The item
    item: ItemRef,
    /// How many steps, newest first; 0 for all
    #[arg(long, short = 'n', default_value_t = 20, value_name = "N")]
    limit: usize,
}

/// The story as it came.
struct Story {
    key: String,
    summary: String,
    place: u32,
    domain_place: u32,
    steps: Vec<v1::RankStep>,
    version: u64,
    more: bool,
}

pub(crate) async fn run(args: ExplainArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let limit = if args.limit == 0 { usize::MAX } else { args.limit };
    let story = read(&session, name, limit).await?;
    if ctx.out.is_json() {
        return ctx.out.json(&StoryShape::from(&story));
    }
    let text = told(&story, ctx.out.view());
    ctx.out.text(&text)?;
    if story.more {
        ctx.out.note(&format!(
            "\nEarlier steps are left out; `koepel explain {} --limit 0` tells all.",
            story.key
        ));
    }
    Ok(())
}

/// Reads page after page; a page may be empty and still have a next one.
async fn read(session: &Session, name: String, limit: usize) -> Result<Story, Failure> {
    let key = names::short(&name).to_owned();
    let page_size = i32::try_from(limit).unwrap_or(PAGE).min(PAGE);
    let mut question =
        v1::ExplainRankRequest { name, page_size, ..v1::ExplainRankRequest::default() };
    let mut story: Option<Story> = None;
    loop {
        let page = session
            .ask(question.clone(), async |request| session.backlog().explain_rank(request).await)
            .await?;
        let story = story.get_or_insert_with(|| Story {
            key: key.clone(),
            summary: page.summary,
            place: page.place,
            domain_place: page.domain_place,
            steps: Vec::new(),
            version: page.version,
            more: false,
        });
        story.steps.extend(page.steps);
        question.page_token = page.next_page_token;
        if question.page_token.is_empty() || story.steps.len() >= limit {
            story.more = !question.page_token.is_empty() || story.steps.len() > limit;
            story.steps.truncate(limit);
            break;
        }
    }
    story.ok_or_else(|| Failure::usage("nothing was asked"))
}

fn told(story: &Story, view: &View) -> String {
    let mut summary = Table::new([Column::Wrapped("")]);
    summary.row([sentence(&story.summary)]);
    let mut text = summary.render(view);
    if !story.steps.is_empty() {
        text.push_str(&format!("\n{}\n", telling::how_it_came(view.language)));
    }
    for step in &story.steps {
        // A table each, so that an empty line stands between two steps.
        let mut table = Table::new([Column::Word(""), Column::Wrapped("")]).indented(2);
        let when = step.entry.as_ref().and_then(|entry| entry.time.as_ref());
        table.row([moment::minute(when, &view.zone), step_told(&story.key, step, view.language)]);
        text.push('\n');
        text.push_str(&table.render(view));
    }
    text
}

/// A step as sentences: who did what and why, and what it meant for the item.
fn step_told(key: &str, step: &v1::RankStep, language: Language) -> String {
    let entry = step.entry.as_ref();
    let mut text = entry.map(|entry| by_whom(entry, key, language)).unwrap_or_default();
    let effect = sentence(&step.effect);
    if !effect.is_empty() {
        text.push(' ');
        text.push_str(&effect);
    }
    text
}

fn sentence(text: &str) -> String {
    let text = on_one_line(text);
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}

/// The story as JSON.
#[derive(Serialize)]
struct StoryShape<'a> {
    item: &'a str,
    summary: &'a str,
    place: Option<u32>,
    domain_place: Option<u32>,
    steps: Vec<StepShape<'a>>,
    version: u64,
    more: bool,
}

/// A step as JSON.
#[derive(Serialize)]
struct StepShape<'a> {
    #[serde(flatten)]
    entry: Option<EntryShape>,
    from_place: Option<u32>,
    to_place: Option<u32>,
    own: bool,
    passed: Vec<&'a str>,
    passed_total: u32,
    effect: &'a str,
}

impl<'a> From<&'a Story> for StoryShape<'a> {
    fn from(story: &'a Story) -> Self {
        let steps = story.steps.iter().map(|step| StepShape {
            entry: step.entry.as_ref().map(EntryShape::from),
            from_place: place(step.from_place),
            to_place: place(step.to_place),
            own: step.own,
            passed: step.passed.iter().map(|name| names::short(name)).collect(),
            passed_total: step.passed_total,
            effect: &step.effect,
        });
        Self {
            item: &story.key,
            summary: &story.summary,
            place: place(story.place),
            domain_place: place(story.domain_place),
            steps: steps.collect(),
            version: story.version,
            more: story.more,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(own: bool, from_place: u32, to_place: u32, passed: &[&str]) -> v1::RankStep {
        v1::RankStep {
            entry: Some(v1::HistoryEntry {
                version: 17,
                time: Some(prost_types::Timestamp { seconds: 1_795_267_980, nanos: 0 }),
                person: "people/p-1".to_owned(),
                by: "Hanna Visser, Chief PO".to_owned(),
                r#type: "ItemRanked".to_owned(),
                sentence: if own {
                    "was ranked from place 17 to place 3, above OFFLINE-7"
                } else {
                    "OFFLINE-9 “Returns” was ranked from place 9 to place 1, at the top, above OFFLINE-1"
                }
                .to_owned(),
                reason: "the shops wait for it".to_owned(),
            }),
            from_place,
            to_place,
            own,
            passed: passed.iter().map(|key| format!("products/webshop/items/{key}")).collect(),
            passed_total: if own { 14 } else { 1 },
            effect: if own {
                "It went past 14 items, among them OFFLINE-7 “Scales” and OFFLINE-8"
            } else {
                "That moved ONLINE-42 down from place 3 to 4"
            }
            .to_owned(),
        }
    }

    fn story() -> Story {
        Story {
            key: "ONLINE-42".to_owned(),
            summary: "ONLINE-42 stands at place 4, 2 in online".to_owned(),
            place: 4,
            domain_place: 2,
            steps: vec![
                step(false, 3, 4, &["OFFLINE-9"]),
                step(true, 17, 3, &["OFFLINE-7", "OFFLINE-8"]),
            ],
            version: 18,
            more: false,
        }
    }

    #[test]
    fn a_story_can_be_read_aloud_and_wraps_at_the_terminal() {
        let expected = "\
ONLINE-42 stands at place 4, 2 in online.

How it came there, the latest first:

  2026-11-21 13:33  Hanna Visser, Chief PO: OFFLINE-9
                    “Returns” was ranked from place 9 to
                    place 1, at the top, above OFFLINE-1.
                    Reason: “the shops wait for it”. That
                    moved ONLINE-42 down from place 3 to 4.

  2026-11-21 13:33  Hanna Visser, Chief PO: ONLINE-42 was
                    ranked from place 17 to place 3, above
                    OFFLINE-7. Reason: “the shops wait for
                    it”. It went past 14 items, among them
                    OFFLINE-7 “Scales” and OFFLINE-8.
";
        assert_eq!(told(&story(), &View::plain(Some(60))), expected);
    }

    #[test]
    fn json_has_short_keys() {
        let json = serde_json::to_value(StoryShape::from(&story())).unwrap();
        assert_eq!(json["item"], "ONLINE-42");
        assert_eq!(json["steps"][0]["passed"], serde_json::json!(["OFFLINE-9"]));
        assert_eq!(json["steps"][1]["passed_total"], 14);
        assert_eq!(json["steps"][0]["effect"], "That moved ONLINE-42 down from place 3 to 4");
        assert_eq!(json["steps"][1]["type"], "ItemRanked");
        assert_eq!(json["steps"][1]["by"], "Hanna Visser, Chief PO");
        assert_eq!(
            (&json["steps"][1]["from_place"], &json["steps"][1]["to_place"]),
            (&17.into(), &3.into())
        );
    }
}
