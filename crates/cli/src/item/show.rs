//! `koepel item show` and `koepel item history`.

use clap::Args;
use koepel_api::v1::{self, ItemKind, ItemStatus, LinkKind, link::Target};
use koepel_domain::language::Language;
use serde::Serialize;

use super::{shape::ItemShape, where_it_is};
use crate::{
    as_of::{AsOf, FORMS},
    circumstances::required,
    context::Context,
    failure::Failure,
    moment,
    names::{self, ItemRef},
    output::{View, on_one_line, without_controls},
    session::Session,
    table::{Column, Table, facts},
    telling, words,
};

/// What `item show` can be given.
#[derive(Args, Debug)]
pub(crate) struct ShowArgs {
    /// The item
    item: ItemRef,
    /// The item as it was
    #[arg(long, value_name = "MOMENT", help = format!("The item as it was: {FORMS}"))]
    as_of: Option<AsOf>,
}

/// What `item history` can be given.
#[derive(Args, Debug)]
pub(crate) struct HistoryArgs {
    /// The item
    item: ItemRef,
    /// How many entries; 0 for all
    #[arg(long, default_value_t = 50, value_name = "N")]
    limit: usize,
}

/// Gets an item.
pub(super) async fn get(session: &Session, name: String) -> Result<v1::Item, Failure> {
    get_as_of(session, name, None).await
}

async fn get_as_of(
    session: &Session,
    name: String,
    as_of: Option<v1::Moment>,
) -> Result<v1::Item, Failure> {
    let question = v1::GetItemRequest { name, min_version: 0, as_of };
    let answer =
        session.ask(question, async |request| session.backlog().get_item(request).await).await?;
    required(answer.item, "item")
}

pub(super) async fn show(args: ShowArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let as_of = args.as_of.map(|as_of| as_of.to_wire(names::product_of(&name)));
    let item = get_as_of(&session, name, as_of).await?;
    if ctx.out.is_json() {
        return ctx.out.json(&ItemShape::from(&item));
    }
    let text = card(&item, ctx.out.view());
    ctx.out.text(&text)
}

/// An item for people.
fn card(item: &v1::Item, view: &View) -> String {
    let mut text = format!(
        "{}  {}\n\n",
        view.paint.accent(&item.key),
        view.paint.bold(&on_one_line(&item.title))
    );
    let pinned =
        if item.pinned { format!("pinned: “{}”", item.pin_reason) } else { String::new() };
    let status = match item.closed_reason.as_str() {
        "" => words::for_people::<ItemStatus>(item.status),
        reason => format!("{}: “{reason}”", words::for_people::<ItemStatus>(item.status)),
    };
    let pairs = [
        ("Place", where_it_is(item).strip_prefix("place ").unwrap_or_default().to_owned()),
        ("Pin", pinned),
        ("Domain", names::short(&item.domain).to_owned()),
        ("Kind", words::for_people::<ItemKind>(item.kind)),
        ("Status", status),
        ("Merged into", names::short(&item.merged_into).to_owned()),
        ("MoSCoW", words::moscow(item.moscow)),
        ("Estimate", item.estimate.map(|estimate| estimate.to_string()).unwrap_or_default()),
        ("Value", item.value.map(|value| value.to_string()).unwrap_or_default()),
        ("Part of", names::short(&item.parent).to_owned()),
        ("Goal", names::short(&item.goal).to_owned()),
        ("Roadmap", shorts(&item.roadmap_entries)),
        ("Labels", item.labels.join(", ")),
        ("People", shorts(&item.people)),
        ("Source", item.source_links.join(" ")),
        ("Made", moment::minute(item.create_time.as_ref(), &view.zone)),
        ("Changed", changed(item, view)),
    ];
    text.push_str(&facts(&pairs, view));
    text.push_str(&section(
        "Links",
        item.links.iter().map(|link| (words::for_people::<LinkKind>(link.kind), target(link))),
        view,
    ));
    let requests = item
        .requests
        .iter()
        .map(|request| (names::short(&request.domain).to_owned(), request.ask.clone()));
    text.push_str(&section("Asked of other domains", requests, view));
    if !item.text.is_empty() {
        text.push_str(&format!("\n{}\n", without_controls(&item.text)));
    }
    text
}

fn changed(item: &v1::Item, view: &View) -> String {
    format!(
        "{} (version {})",
        moment::minute(item.update_time.as_ref(), &view.zone),
        item.changed_at_version
    )
}

fn target(link: &v1::Link) -> String {
    match &link.target {
        Some(Target::Item(item)) => names::short(item).to_owned(),
        Some(Target::Pending(text)) => format!("{text} (not here yet)"),
        Some(Target::Uri(uri)) => uri.clone(),
        None => String::new(),
    }
}

fn section(title: &str, pairs: impl Iterator<Item = (String, String)>, view: &View) -> String {
    let mut table = Table::new([Column::Word(""), Column::Wrapped("")]).indented(2);
    let mut any = false;
    for (name, value) in pairs {
        any = true;
        table.row([name, value]);
    }
    if any {
        format!("\n{}\n{}", view.paint.bold(title), table.render(view))
    } else {
        String::new()
    }
}

fn shorts(names: &[String]) -> String {
    names.iter().map(|name| names::short(name)).collect::<Vec<_>>().join(", ")
}

/// Something that happened, as JSON.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct EntryShape {
    version: u64,
    time: Option<String>,
    person: Option<String>,
    by: String,
    #[serde(rename = "type")]
    kind: String,
    sentence: String,
    reason: Option<String>,
}

impl From<&v1::HistoryEntry> for EntryShape {
    fn from(entry: &v1::HistoryEntry) -> Self {
        Self {
            version: entry.version,
            time: moment::rfc3339(entry.time.as_ref()),
            person: names::short_or_none(&entry.person).map(ToOwned::to_owned),
            by: entry.by.clone(),
            kind: entry.r#type.clone(),
            sentence: entry.sentence.clone(),
            reason: Some(entry.reason.clone()).filter(|reason| !reason.is_empty()),
        }
    }
}

/// A history, as JSON.
#[derive(Serialize)]
struct HistoryShape {
    item: String,
    entries: Vec<EntryShape>,
    version: u64,
    more: bool,
}

pub(super) async fn history(args: HistoryArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let limit = if args.limit == 0 { usize::MAX } else { args.limit };
    let mut question = v1::ListItemHistoryRequest {
        name,
        page_size: 200,
        ..v1::ListItemHistoryRequest::default()
    };
    let mut entries: Vec<v1::HistoryEntry> = Vec::new();
    let version = loop {
        let answer = session
            .ask(question.clone(), async |request| {
                session.backlog().list_item_history(request).await
            })
            .await?;
        entries.extend(answer.entries);
        question.page_token = answer.next_page_token;
        if question.page_token.is_empty() || entries.len() >= limit {
            break answer.version;
        }
    };
    let more = entries.len() > limit || !question.page_token.is_empty();
    entries.truncate(limit);
    let key = names::short(&question.name).to_owned();
    if ctx.out.is_json() {
        let entries = entries.iter().map(EntryShape::from).collect();
        return ctx.out.json(&HistoryShape { item: key, entries, version, more });
    }
    let text = told(&key, &entries, ctx.out.view());
    ctx.out.text(&text)?;
    if more {
        ctx.out.note(&format!(
            "earlier entries are left out; `koepel item history {key} --limit 0` shows all"
        ));
    }
    Ok(())
}

fn told(key: &str, entries: &[v1::HistoryEntry], view: &View) -> String {
    let mut table =
        Table::new([Column::Number("VERSION"), Column::Word("WHEN"), Column::Wrapped("WHAT")]);
    for entry in entries {
        let when = moment::minute(entry.time.as_ref(), &view.zone);
        table.row([entry.version.to_string(), when, by_whom(entry, key, view.language)]);
    }
    table.render(view)
}

/// Who did what and why, as sentences. What happened comes without its subject; `subject` is the key to put there.
pub(crate) fn by_whom(entry: &v1::HistoryEntry, subject: &str, language: Language) -> String {
    let who = if entry.by.is_empty() { names::short(&entry.person) } else { &entry.by };
    let what = entry.sentence.trim_end_matches('.');
    let first = what.split([' ', ',']).next().unwrap_or_default();
    let named = first.starts_with(char::is_uppercase) && first.parse::<ItemRef>().is_ok();
    let what =
        if named || subject.is_empty() { what.to_owned() } else { format!("{subject} {what}") };
    let mut text = if who.is_empty() { format!("{what}.") } else { format!("{who}: {what}.") };
    if !entry.reason.is_empty() {
        text.push(' ');
        text.push_str(&telling::reason(language, &entry.reason));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item() -> v1::Item {
        v1::Item {
            name: "products/webshop/items/ONLINE-42".to_owned(),
            key: "ONLINE-42".to_owned(),
            domain: "products/webshop/domains/online".to_owned(),
            kind: ItemKind::Story.into(),
            title: "Check out as a guest".to_owned(),
            text: "Half of the customers\nleave at the login.".to_owned(),
            labels: vec!["checkout".to_owned(), "q1".to_owned()],
            estimate: Some(2.5),
            moscow: v1::Moscow::Must.into(),
            status: ItemStatus::InProgress.into(),
            pinned: true,
            pin_reason: "promised to the board".to_owned(),
            place: 3,
            domain_place: 2,
            links: vec![
                v1::Link {
                    kind: LinkKind::Needs.into(),
                    target: Some(Target::Item("products/webshop/items/OFFLINE-7".to_owned())),
                },
                v1::Link {
                    kind: LinkKind::RelatesTo.into(),
                    target: Some(Target::Pending("KEP-9".to_owned())),
                },
            ],
            requests: vec![v1::DomainRequest {
                domain: "products/webshop/domains/backoffice".to_owned(),
                ask: "stock for a basket".to_owned(),
                since_version: 4,
            }],
            changed_at_version: 17,
            create_time: Some(prost_types::Timestamp { seconds: 1_795_267_980, nanos: 0 }),
            update_time: Some(prost_types::Timestamp { seconds: 1_795_267_980, nanos: 0 }),
            ..v1::Item::default()
        }
    }

    #[test]
    fn a_card_shows_what_is_known() {
        let expected = "\
ONLINE-42  Check out as a guest

Place     3 (2 in online)
Pin       pinned: “promised to the board”
Domain    online
Kind      story
Status    in progress
MoSCoW    MUST
Estimate  2.5
Labels    checkout, q1
Made      2026-11-21 13:33
Changed   2026-11-21 13:33 (version 17)

Links
  needs       OFFLINE-7
  relates to  KEP-9 (not here yet)

Asked of other domains
  backoffice  stock for a basket

Half of the customers
leave at the login.
";
        assert_eq!(card(&item(), &View::plain(None)), expected);
    }

    #[test]
    fn json_has_short_ids_and_words() {
        let json = serde_json::to_value(ItemShape::from(&item())).unwrap();
        assert_eq!(json["domain"], "online");
        assert_eq!(json["product"], "webshop");
        assert_eq!(json["status"], "in_progress");
        assert_eq!(json["parent"], serde_json::Value::Null);
        assert_eq!(json["links"][0], serde_json::json!({"kind": "needs", "item": "OFFLINE-7"}));
        assert_eq!(json["links"][1], serde_json::json!({"kind": "relates_to", "pending": "KEP-9"}));
        assert_eq!(json["create_time"], "2026-11-21T13:33:00Z");
    }

    #[test]
    fn history_is_told_in_sentences() {
        let entry = v1::HistoryEntry {
            version: 17,
            time: Some(prost_types::Timestamp { seconds: 1_795_267_980, nanos: 0 }),
            person: "people/p-1".to_owned(),
            by: "Hanna Visser, Chief PO".to_owned(),
            r#type: "ItemRanked".to_owned(),
            sentence: "was ranked from place 17 to place 3, at the top, above OFFLINE-7".to_owned(),
            reason: "the shops wait for it.".to_owned(),
        };
        assert_eq!(
            told("ONLINE-42", &[entry], &View::plain(None)),
            "VERSION  WHEN              WHAT\n     17  2026-11-21 13:33  Hanna Visser, Chief PO: ONLINE-42 was ranked from \
             place 17 to place 3, at the top, above OFFLINE-7. Reason: “the shops wait for it”.\n"
        );
    }
}
