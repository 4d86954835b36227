//! `koepel search`: items by words in their titles and texts.

use clap::Args;
use koepel_api::v1::{self, ItemKind, ItemStatus};
use serde::Serialize;

use crate::{
    backlog::State,
    circumstances::required,
    context::{Context, domain_within},
    failure::Failure,
    item::place,
    names::{self, DomainRef, ProductRef},
    output::{Paint, View},
    session::Session,
    table::{Column, Table},
    words,
};

/// The most hits that a page may have.
const PAGE: i32 = 100;
/// How many hits a terminal is shown unless more are asked for.
const SCREEN: usize = 20;
/// So far a snippet stands to the right.
const INDENT: u16 = 4;

/// What `search` can be given.
#[derive(Args, Debug)]
#[command(
    after_help = "All words have to be in the title or the text, in any form: orders finds order, in English, Danish and Dutch. The \
                        last one may be the beginning of a word. In quotation marks for the shell: '\"gift card\"' finds the words \
                        one after the other, 'card -gift' leaves out what has gift, 'esc* board' finds what begins with esc. The \
                        key of an item finds it first."
)]
pub(crate) struct SearchArgs {
    /// Product
    #[arg(value_name = "PRODUCT")]
    of: ProductRef,
    /// Words to find
    #[arg(required = true, value_name = "WORDS")]
    words: Vec<String>,
    /// Only items of this domain; can be given again for more
    #[arg(long, short, value_name = "DOMAIN")]
    domain: Vec<DomainRef>,
    /// Only open items, or the done and dropped ones too [default: open]
    #[arg(long, value_enum, value_name = "STATE")]
    state: Option<State>,
    /// Only items of this kind; can be given again for more
    #[arg(long, value_name = "KIND", value_parser = words::parser::<ItemKind>())]
    kind: Vec<ItemKind>,
    /// Only items that have this label; can be given again for others that they have to have
    #[arg(long, value_name = "LABEL")]
    label: Vec<String>,
    /// Only items with this MoSCoW word, or with none; can be given again for more
    #[arg(long, value_name = "MOSCOW", value_parser = words::parser::<words::MoscowOrNone>())]
    moscow: Vec<words::MoscowOrNone>,
    /// Only pinned items
    #[arg(long)]
    pinned: bool,
    /// How many; 0 for all [default: 20 on a terminal, all elsewhere]
    #[arg(long, short = 'n', value_name = "N")]
    limit: Option<usize>,
}

/// What was found.
struct Finds {
    hits: Vec<v1::SearchHit>,
    version: u64,
    total: u32,
    /// Whether the product changed while it was read, so that hits may be missing or there twice.
    torn: bool,
}

pub(crate) async fn run(args: SearchArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let product = args.of.0.as_str();
    let domains = args.domain.iter().map(|domain| domain_within(domain, product));
    let question = v1::SearchItemsRequest {
        parent: names::product(product),
        query: args.words.join(" "),
        domains: domains.collect::<Result<_, _>>()?,
        state: args.state.map_or(0, State::to_wire),
        kinds: args.kind.iter().map(|kind| i32::from(*kind)).collect(),
        labels: args.label.clone(),
        moscow: args.moscow.iter().map(|moscow| i32::from(moscow.0)).collect(),
        pinned: args.pinned,
        ..v1::SearchItemsRequest::default()
    };
    let limit = match args.limit {
        Some(0) => usize::MAX,
        Some(limit) => limit,
        None if ctx.out.is_terminal() && !ctx.out.is_json() => SCREEN,
        None => usize::MAX,
    };
    let finds = read(&session, question, limit).await?;
    if finds.torn {
        ctx.out.note("warning: the product changed while it was searched: hits may be missing or there twice");
    }
    if ctx.out.is_json() {
        return ctx.out.json(&FindsShape::of(&finds)?);
    }
    if finds.total == 0 {
        return ctx.out.say(&format!("Nothing found in {product}."));
    }
    if !ctx.out.is_quiet() {
        ctx.out.line(&header(product, &finds))?;
    }
    let text = listed(&finds.hits, ctx.out.view())?;
    ctx.out.text(&text)?;
    let shown = u32::try_from(finds.hits.len()).unwrap_or(u32::MAX);
    let more = finds.total.saturating_sub(shown);
    if more > 0 {
        ctx.out.note(&format!("{more} more; --limit 0 shows all."));
    }
    Ok(())
}

/// Reads page after page.
async fn read(
    session: &Session,
    mut question: v1::SearchItemsRequest,
    limit: usize,
) -> Result<Finds, Failure> {
    let mut finds = Finds { hits: Vec::new(), version: 0, total: 0, torn: false };
    loop {
        let wanted = limit.saturating_sub(finds.hits.len());
        question.page_size = i32::try_from(wanted).unwrap_or(PAGE).min(PAGE);
        let page = session
            .ask(question.clone(), async |request| session.backlog().search_items(request).await)
            .await?;
        finds.version = page.version;
        finds.total = page.total_size;
        finds.torn |= page.changed;
        finds.hits.extend(page.hits);
        if page.next_page_token.is_empty() || finds.hits.len() >= limit {
            finds.hits.truncate(limit);
            return Ok(finds);
        }
        question.page_token = page.next_page_token;
    }
}

fn header(product: &str, finds: &Finds) -> String {
    let items = if finds.total == 1 { "item" } else { "items" };
    format!("{product} · {} {items} found · version {}", finds.total, finds.version)
}

/// A line for each hit, and one with a piece of its text below.
fn listed(hits: &[v1::SearchHit], view: &View) -> Result<String, Failure> {
    // Marks are put in after the lines have been cut.
    let plain = View { paint: Paint::plain(), ..view.clone() };
    let columns = [
        Column::Word("KEY"),
        Column::Word("DOMAIN"),
        Column::Word("STATUS"),
        Column::Text("TITLE"),
    ];
    let mut table = Table::new(columns).yielding(&["DOMAIN", "STATUS"]);
    for hit in hits {
        let row = required(hit.row.clone(), "row")?;
        table.row([
            row.key,
            names::short(&row.domain).to_owned(),
            words::for_people::<ItemStatus>(row.status),
            row.title,
        ]);
    }
    let table = table.render(&plain);
    let mut lines = table.lines();
    let head = lines.next().unwrap_or_default();
    // What stands before a title is of plain letters, so its column is the same character in each line.
    let column = head.find("TITLE").unwrap_or_default();
    let mut text = format!("{}\n", view.paint.bold(head));
    for (hit, line) in hits.iter().zip(lines) {
        text.push_str(&marked(line, column, hit.title.as_ref(), view.paint));
        text.push('\n');
        let Some(snippet) = hit.snippet.as_ref().filter(|snippet| !snippet.text.is_empty()) else {
            continue;
        };
        let mut below = Table::new([Column::Text("")]).indented(INDENT);
        below.row([snippet.text.clone()]);
        let below = below.render(&plain);
        let line = below.lines().next().unwrap_or_default();
        text.push_str(&marked(line, usize::from(INDENT), Some(snippet), view.paint));
        text.push('\n');
    }
    Ok(text)
}

/// A line in which a text begins at a character and may be cut, with the words that were found in bold.
fn marked(line: &str, column: usize, text: Option<&v1::MarkedText>, paint: Paint) -> String {
    if !paint.is_on() {
        return line.to_owned();
    }
    let chars: Vec<char> = line.chars().collect();
    let place = |at: u32| column.saturating_add(usize::try_from(at).unwrap_or(usize::MAX));
    let part = |from: usize, to: usize| -> String {
        let to = to.min(chars.len());
        chars.get(from.min(to)..to).unwrap_or_default().iter().collect()
    };
    let mut shown = String::with_capacity(line.len());
    let mut reached = 0;
    for mark in text.map(|text| text.marks.as_slice()).unwrap_or_default() {
        let (start, end) = (place(mark.start), place(mark.end));
        if start >= chars.len() || start < reached {
            break;
        }
        shown.push_str(&part(reached, start));
        shown.push_str(&paint.accent(&part(start, end)));
        reached = end;
    }
    shown.push_str(&part(reached, chars.len()));
    shown
}

/// What was found as JSON.
#[derive(Serialize)]
struct FindsShape<'a> {
    version: u64,
    total: u32,
    items: Vec<HitShape<'a>>,
}

/// A hit as JSON.
#[derive(Serialize)]
struct HitShape<'a> {
    place: Option<u32>,
    key: &'a str,
    title: &'a str,
    title_marks: Vec<MarkShape>,
    domain: &'a str,
    kind: Option<String>,
    status: Option<String>,
    labels: &'a [String],
    snippet: Option<&'a str>,
    snippet_marks: Vec<MarkShape>,
}

/// A range of characters as JSON.
#[derive(Serialize)]
struct MarkShape {
    start: u32,
    end: u32,
}

fn marks(text: Option<&v1::MarkedText>) -> Vec<MarkShape> {
    let marks = text.into_iter().flat_map(|text| &text.marks);
    marks.map(|mark| MarkShape { start: mark.start, end: mark.end }).collect()
}

impl<'a> FindsShape<'a> {
    fn of(finds: &'a Finds) -> Result<Self, Failure> {
        let items = finds.hits.iter().map(HitShape::of).collect::<Result<_, _>>()?;
        Ok(Self { version: finds.version, total: finds.total, items })
    }
}

impl<'a> HitShape<'a> {
    fn of(hit: &'a v1::SearchHit) -> Result<Self, Failure> {
        let row = required(hit.row.as_ref(), "row")?;
        let snippet = hit.snippet.as_ref().map(|snippet| snippet.text.as_str());
        Ok(Self {
            place: place(row.place),
            key: &row.key,
            title: &row.title,
            title_marks: marks(hit.title.as_ref()),
            domain: names::short(&row.domain),
            kind: words::for_programs::<ItemKind>(row.kind),
            status: words::for_programs::<ItemStatus>(row.status),
            labels: &row.labels,
            snippet: snippet.filter(|snippet| !snippet.is_empty()),
            snippet_marks: marks(hit.snippet.as_ref()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str, marks: &[(u32, u32)]) -> v1::MarkedText {
        let marks = marks.iter().map(|&(start, end)| v1::Mark { start, end }).collect();
        v1::MarkedText { text: text.to_owned(), marks }
    }

    fn finds() -> Finds {
        let row = |key: &str, title: &str, place| v1::BacklogRow {
            place,
            key: key.to_owned(),
            title: title.to_owned(),
            domain: "products/webshop/domains/online".to_owned(),
            kind: ItemKind::Story.into(),
            status: ItemStatus::InProgress.into(),
            labels: vec!["shop".to_owned()],
            ..v1::BacklogRow::default()
        };
        let hit = |row: v1::BacklogRow, marks: &[(u32, u32)], snippet| v1::SearchHit {
            title: Some(text(&row.title, marks)),
            row: Some(row),
            snippet: Some(snippet),
        };
        let hits = vec![
            hit(row("ONLINE-2", "Åbn orders", 3), &[(4, 10)], text("An order\u{1b}[2J", &[(3, 8)])),
            hit(row("ONLINE-11", "Pay", 0), &[], text("", &[])),
        ];
        Finds { hits, version: 17, total: 2, torn: false }
    }

    #[test]
    fn a_hit_has_a_piece_of_its_text_below_it() {
        let expected = "\
KEY        DOMAIN  STATUS       TITLE
ONLINE-2   online  in progress  Åbn orders
    An order\u{fffd}[2J
ONLINE-11  online  in progress  Pay
";
        assert_eq!(listed(&finds().hits, &View::plain(None)).unwrap(), expected);
        assert_eq!(header("webshop", &finds()), "webshop · 2 items found · version 17");
    }

    #[test]
    fn what_was_found_is_marked_on_a_terminal_as_far_as_it_is_shown() {
        let title = text("Åbn orders, all orders", &[(4, 10), (16, 22)]);
        let paint = Paint::for_tests();
        let on = |text| paint.accent(text);
        for (line, expected) in [
            (
                "KEY  Åbn orders, all orders",
                format!("KEY  Åbn {}, all {}", on("orders"), on("orders")),
            ),
            ("KEY  Åbn orders, all o…", format!("KEY  Åbn {}, all {}", on("orders"), on("o…"))),
            ("KEY  Åbn…", "KEY  Åbn…".to_owned()),
        ] {
            assert_eq!(marked(line, 5, Some(&title), paint), expected);
        }
        assert_eq!(marked("KEY  Åbn orders", 5, Some(&title), Paint::plain()), "KEY  Åbn orders");
    }

    #[test]
    fn json_has_the_promised_names_and_no_others() {
        let finds = finds();
        let json = serde_json::to_string(&FindsShape::of(&finds).unwrap()).unwrap();
        assert_eq!(
            json,
            r#"{"version":17,"total":2,"items":[{"place":3,"key":"ONLINE-2","title":"Åbn orders","title_marks":[{"start":4,"end":10}],"domain":"online","kind":"story","status":"in_progress","labels":["shop"],"snippet":"An order\u001b[2J","snippet_marks":[{"start":3,"end":8}]},{"place":null,"key":"ONLINE-11","title":"Pay","title_marks":[],"domain":"online","kind":"story","status":"in_progress","labels":["shop"],"snippet":null,"snippet_marks":[]}]}"#
        );
    }
}
