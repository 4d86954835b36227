//! `koepel backlog`: the overarching backlog, or the part of it that is one domain's.

use clap::{Args, ValueEnum};
use koepel_api::v1::{self, ItemKind, ItemStatus, Moscow};
use serde::Serialize;

use crate::{
    as_of::{AsOf, FORMS},
    circumstances::required,
    context::{Context, domain_within},
    failure::Failure,
    item::place,
    names::{self, DomainRef, ItemRef, ProductRef},
    output::{View, on_one_line},
    place::within,
    roadmap::goal_name,
    session::Session,
    table::{Column, Table},
    words,
};

/// The most rows that a page may have.
const PAGE: i32 = 1_000;
/// How many rows a terminal is shown unless more are asked for.
const SCREEN: usize = 50;
/// How often the list is read again when the order changes between its pages.
const TRIES: usize = 3;

/// What `backlog` can be given.
#[derive(Args, Debug)]
pub(crate) struct BacklogArgs {
    /// Product; may be left out when --product says it, or when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
    /// Only the sub-backlog of this domain
    #[arg(long, short, value_name = "DOMAIN")]
    domain: Option<DomainRef>,
    /// Only open items, or the done and dropped ones after them too
    #[arg(long, value_enum, default_value_t = State::Open, value_name = "STATE")]
    state: State,
    /// How many items; 0 for all [default: 50 on a terminal, all elsewhere]
    #[arg(long, short = 'n', value_name = "N")]
    limit: Option<usize>,
    /// Only items of this kind; can be given again for more
    #[arg(long, value_name = "KIND", value_parser = words::parser::<ItemKind>())]
    kind: Vec<ItemKind>,
    /// Only items with this status; can be given again for more; done and dropped ones need --state all
    #[arg(long, value_name = "STATUS", value_parser = words::parser::<words::AnyStatus>())]
    status: Vec<words::AnyStatus>,
    /// Only items with this MoSCoW word, or with none; can be given again for more
    #[arg(long, value_name = "MOSCOW", value_parser = words::parser::<words::MoscowOrNone>())]
    moscow: Vec<words::MoscowOrNone>,
    /// Only items that have this label; can be given again for others that they have to have
    #[arg(long, value_name = "LABEL")]
    label: Vec<String>,
    /// Only pinned items
    #[arg(long)]
    pinned: bool,
    /// Only items that ask something of this domain
    #[arg(long, value_name = "DOMAIN")]
    asks_of: Option<DomainRef>,
    /// Only direct parts of this item
    #[arg(long, value_name = "ITEM")]
    part_of: Option<ItemRef>,
    /// Only items that serve this goal, by its id, or `none` for those that serve none
    #[arg(long, value_name = "GOAL")]
    goal: Option<String>,
    /// Begin at this place of the list; 1 is the top
    #[arg(long, value_name = "PLACE", value_parser = clap::value_parser!(u32).range(1..))]
    from: Option<u32>,
    /// The backlog as it was
    #[arg(long, value_name = "MOMENT", help = format!("The backlog as it was: {FORMS}"))]
    as_of: Option<AsOf>,
}

/// Which items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum State {
    /// Items in the order
    Open,
    /// The done and dropped ones too, last closed first
    All,
}

impl State {
    /// On the wire.
    pub(crate) fn to_wire(self) -> i32 {
        match self {
            Self::Open => v1::BacklogState::Open.into(),
            Self::All => v1::BacklogState::All.into(),
        }
    }
}

impl BacklogArgs {
    /// Which items are meant; none if all are.
    fn filter(&self, product: &str) -> Result<Option<v1::BacklogFilter>, Failure> {
        let asks_of = self.asks_of.as_ref().map(|domain| domain_within(domain, product));
        let part_of = self.part_of.as_ref().map(|item| within(item, product));
        let goal = self.goal.as_deref().map(|goal| if goal == "none" { "-" } else { goal });
        let filter = v1::BacklogFilter {
            kinds: self.kind.iter().map(|kind| i32::from(*kind)).collect(),
            statuses: self.status.iter().map(|status| i32::from(status.0)).collect(),
            moscow: self.moscow.iter().map(|moscow| i32::from(moscow.0)).collect(),
            labels: self.label.clone(),
            pinned: self.pinned,
            domains: Vec::new(),
            asks_of: asks_of.transpose()?.unwrap_or_default(),
            part_of: part_of.transpose()?.unwrap_or_default(),
            goal: goal.map(|goal| goal_name(product, goal)).unwrap_or_default(),
        };
        Ok((filter != v1::BacklogFilter::default()).then_some(filter))
    }

    /// Whether not all items are meant.
    fn filters(&self) -> bool {
        self.pinned
            || self.asks_of.is_some()
            || self.part_of.is_some()
            || self.goal.is_some()
            || !(self.kind.is_empty()
                && self.status.is_empty()
                && self.moscow.is_empty()
                && self.label.is_empty())
    }
}

/// What was asked for and came.
struct Listing {
    rows: Vec<v1::BacklogRow>,
    version: u64,
    total: u32,
    /// Whether the order changed while it was read, so that items may be missing or there twice.
    torn: bool,
}

pub(crate) async fn run(args: BacklogArgs, ctx: &mut Context) -> Result<(), Failure> {
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
    let question = v1::ListBacklogRequest {
        parent: parent.clone(),
        state: args.state.to_wire(),
        from_place: args.from.unwrap_or_default(),
        as_of: args.as_of.as_ref().map(|as_of| as_of.to_wire(&product)),
        filter: args.filter(&product)?,
        ..v1::ListBacklogRequest::default()
    };
    let listing = read(&session, &question, limit).await?;
    if listing.torn {
        ctx.out.note("warning: the order kept changing while it was read: items may be missing or there twice");
    }
    if ctx.out.is_json() {
        return ctx.out.json(&ListingShape::from(&listing));
    }
    if !ctx.out.is_quiet() {
        let title = title(&session, &parent).await?;
        ctx.out.line(&header(&title, &listing, &args))?;
    }
    if listing.rows.is_empty() {
        ctx.out.note(&nothing(&product, &args, listing.total));
        return Ok(());
    }
    let text = table(&listing.rows, args.domain.is_some(), ctx.out.view());
    ctx.out.text(&text)?;
    if let Some(more) = more(&listing, args.from) {
        ctx.out.note(&more);
    }
    Ok(())
}

/// Reads page after page; again from the start if the order changed in between.
async fn read(
    session: &Session,
    question: &v1::ListBacklogRequest,
    limit: usize,
) -> Result<Listing, Failure> {
    let mut tries = 0;
    loop {
        tries += 1;
        let listing = read_once(session, question.clone(), limit).await?;
        if !listing.torn || tries == TRIES {
            return Ok(listing);
        }
    }
}

async fn read_once(
    session: &Session,
    mut question: v1::ListBacklogRequest,
    limit: usize,
) -> Result<Listing, Failure> {
    let mut listing = Listing { rows: Vec::new(), version: 0, total: 0, torn: false };
    loop {
        let wanted = limit.saturating_sub(listing.rows.len());
        question.page_size = i32::try_from(wanted).unwrap_or(PAGE).min(PAGE);
        let page = session
            .ask(question.clone(), async |request| session.backlog().list_backlog(request).await)
            .await?;
        if listing.rows.is_empty() {
            listing.version = page.version;
        }
        listing.total = page.total_size;
        listing.torn |= page.order_changed;
        listing.rows.extend(page.rows);
        if page.next_page_token.is_empty() || listing.rows.len() >= limit {
            listing.rows.truncate(limit);
            return Ok(listing);
        }
        question.page_token = page.next_page_token;
        question.from_place = 0;
    }
}

/// The name to show for a product, or for a domain and its product.
async fn title(session: &Session, parent: &str) -> Result<String, Failure> {
    let name = names::product(names::product_of(parent));
    let question = v1::GetProductRequest { name, ..v1::GetProductRequest::default() };
    let answer = session
        .ask(question, async |request| session.products().get_product(request).await)
        .await?;
    let product = on_one_line(&required(answer.product, "product")?.display_name);
    if !parent.contains("/domains/") {
        return Ok(product);
    }
    let question = v1::GetDomainRequest { name: parent.to_owned(), min_version: 0 };
    let answer =
        session.ask(question, async |request| session.products().get_domain(request).await).await?;
    Ok(format!("{} in {product}", on_one_line(&required(answer.domain, "domain")?.display_name)))
}

fn header(title: &str, listing: &Listing, args: &BacklogArgs) -> String {
    let items = if listing.total == 1 { "item" } else { "items" };
    // Of a part of the list, so that nobody takes it for all there is.
    let items = if args.filters() { format!("{items} found") } else { items.to_owned() };
    let open = match args.state {
        State::Open => "open ",
        State::All => "",
    };
    format!("{title} · {} {open}{items} · version {}", listing.total, listing.version)
}

fn nothing(product: &str, args: &BacklogArgs, total: u32) -> String {
    if total > 0 {
        return match args.from {
            Some(from) => format!("The list ends at place {total}, before {from}."),
            None => "No items were asked for.".to_owned(),
        };
    }
    if args.filters() {
        return "No item is like that.".to_owned();
    }
    match &args.domain {
        Some(domain) => format!(
            "Nothing here yet. Make the first item with `koepel item create {product}/{} TITLE`.",
            domain.domain
        ),
        None => format!(
            "Nothing here yet. Make an item with `koepel item create {product}/DOMAIN TITLE` (`koepel domain list \
             {product}` shows the domains), or bring items in with `koepel import --product {product}`."
        ),
    }
}

fn table(rows: &[v1::BacklogRow], of_domain: bool, view: &View) -> String {
    let mut columns = vec![Column::Number("PLACE")];
    if of_domain {
        columns.push(Column::Number("IN DOMAIN"));
    }
    columns.extend([Column::Word("KEY"), Column::Text("TITLE")]);
    if !of_domain {
        columns.push(Column::Word("DOMAIN"));
    }
    columns.extend([
        Column::Word("KIND"),
        Column::Word("STATUS"),
        Column::Word("MOSCOW"),
        Column::Word("PIN"),
    ]);
    // What its key begins with tells the domain of an item that has not moved since.
    let mut table = Table::new(columns)
        .sparse(&["MOSCOW", "PIN"])
        .yielding(&["KIND", "MOSCOW", "DOMAIN", "STATUS"]);
    for row in rows {
        let mut cells = vec![ordinal(row.place)];
        if of_domain {
            cells.push(ordinal(row.domain_place));
        }
        cells.extend([row.key.clone(), row.title.clone()]);
        if !of_domain {
            cells.push(names::short(&row.domain).to_owned());
        }
        let pin = if row.pinned { "●" } else { "" };
        cells.extend([
            words::for_people::<ItemKind>(row.kind),
            words::for_people::<ItemStatus>(row.status),
            words::moscow(row.moscow),
            pin.to_owned(),
        ]);
        table.row(cells);
    }
    table.render(view)
}

fn ordinal(place: u32) -> String {
    if place == 0 { "–".to_owned() } else { place.to_string() }
}

fn more(listing: &Listing, from: Option<u32>) -> Option<String> {
    let first = from.unwrap_or(1);
    let shown = u32::try_from(listing.rows.len()).unwrap_or(u32::MAX);
    let next = first.saturating_add(shown);
    let left = listing.total.saturating_add(1).saturating_sub(next);
    (left > 0).then(|| format!("{left} more: `--from {next}` goes on, `--limit 0` shows all"))
}

/// A backlog as JSON.
#[derive(Serialize)]
struct ListingShape<'a> {
    version: u64,
    total: u32,
    items: Vec<RowShape<'a>>,
}

/// A line of a backlog as JSON.
#[derive(Serialize)]
struct RowShape<'a> {
    place: Option<u32>,
    key: &'a str,
    title: &'a str,
    domain: &'a str,
    kind: Option<String>,
    status: Option<String>,
    moscow: Option<String>,
    pinned: bool,
}

impl<'a> From<&'a Listing> for ListingShape<'a> {
    fn from(listing: &'a Listing) -> Self {
        let items = listing.rows.iter().map(RowShape::from).collect();
        Self { version: listing.version, total: listing.total, items }
    }
}

impl<'a> From<&'a v1::BacklogRow> for RowShape<'a> {
    fn from(row: &'a v1::BacklogRow) -> Self {
        Self {
            place: place(row.place),
            key: &row.key,
            title: &row.title,
            domain: names::short(&row.domain),
            kind: words::for_programs::<ItemKind>(row.kind),
            status: words::for_programs::<ItemStatus>(row.status),
            moscow: words::for_programs::<Moscow>(row.moscow),
            pinned: row.pinned,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(place: u32, domain_place: u32, key: &str, title: &str) -> v1::BacklogRow {
        v1::BacklogRow {
            place,
            domain_place,
            key: key.to_owned(),
            title: title.to_owned(),
            domain: "products/webshop/domains/online".to_owned(),
            kind: ItemKind::Story.into(),
            status: ItemStatus::InProgress.into(),
            moscow: if place == 1 { Moscow::Must.into() } else { 0 },
            pinned: place == 1,
            ..v1::BacklogRow::default()
        }
    }

    fn listing() -> Listing {
        let rows = vec![
            row(1, 1, "ONLINE-2", "Check out as a guest"),
            row(4, 2, "ONLINE-1", "Pay on account"),
        ];
        Listing { rows, version: 17, total: 5, torn: false }
    }

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        args: BacklogArgs,
    }

    fn asked(arguments: &[&str]) -> BacklogArgs {
        let words = std::iter::once("backlog").chain(arguments.iter().copied());
        <Line as clap::Parser>::try_parse_from(words).unwrap().args
    }

    #[test]
    fn a_part_of_the_list_is_not_taken_for_all_of_it() {
        assert_eq!(
            header("Webshop", &listing(), &asked(&["--goal", "none"])),
            "Webshop · 5 open items found · version 17"
        );
        let all = asked(&["--state", "all", "--part-of", "ONLINE-3"]);
        assert_eq!(header("Webshop", &listing(), &all), "Webshop · 5 items found · version 17");
        let filter = asked(&["--goal", "none", "--part-of", "ONLINE-3"]).filter("webshop");
        let filter = filter.unwrap().unwrap();
        assert_eq!(filter.goal, "products/webshop/goals/-");
        assert_eq!(filter.part_of, "products/webshop/items/ONLINE-3");
        let whole = asked(&["--goal", "products/webshop/goals/none"]).filter("webshop");
        assert_eq!(whole.unwrap().unwrap().goal, "products/webshop/goals/none");
    }

    #[test]
    fn the_overarching_backlog_shows_the_domains() {
        let expected = "\
PLACE  KEY       TITLE                 DOMAIN  KIND   STATUS       MOSCOW  PIN
    1  ONLINE-2  Check out as a guest  online  story  in progress  MUST    ●
    4  ONLINE-1  Pay on account        online  story  in progress
";
        assert_eq!(table(&listing().rows, false, &View::plain(None)), expected);
        assert_eq!(
            header("Webshop", &listing(), &asked(&[])),
            "Webshop · 5 open items · version 17"
        );
    }

    #[test]
    fn a_sub_backlog_shows_both_places() {
        let expected = "\
PLACE  IN DOMAIN  KEY       TITLE                 KIND   STATUS       MOSCOW  PIN
    1          1  ONLINE-2  Check out as a guest  story  in progress  MUST    ●
    4          2  ONLINE-1  Pay on account        story  in progress
";
        assert_eq!(table(&listing().rows, true, &View::plain(None)), expected);
    }

    #[test]
    fn a_narrow_terminal_shows_titles_and_what_is_nowhere_is_no_column() {
        let mut rows = vec![row(
            12_345,
            2,
            "CLOUDPROVIDER-1",
            "Promotions start everywhere in the same minute, and stop so",
        )];
        let table = |rows: &[v1::BacklogRow]| table(rows, false, &View::plain(Some(80)));
        let expected = "\
PLACE  KEY              TITLE                                DOMAIN  STATUS
12345  CLOUDPROVIDER-1  Promotions start everywhere in the…  online  in progress
";
        assert_eq!(table(&rows), expected);
        rows[0].pinned = true;
        rows[0].moscow = Moscow::Must.into();
        let expected = "\
PLACE  KEY              TITLE                           DOMAIN  STATUS       PIN
12345  CLOUDPROVIDER-1  Promotions start everywhere i…  online  in progress  ●
";
        assert_eq!(table(&rows), expected);
    }

    #[test]
    fn json_has_the_promised_names_and_no_others() {
        let json = serde_json::to_string(&ListingShape::from(&listing())).unwrap();
        assert_eq!(
            json,
            r#"{"version":17,"total":5,"items":[{"place":1,"key":"ONLINE-2","title":"Check out as a guest","domain":"online","kind":"story","status":"in_progress","moscow":"must","pinned":true},{"place":4,"key":"ONLINE-1","title":"Pay on account","domain":"online","kind":"story","status":"in_progress","moscow":null,"pinned":false}]}"#
        );
    }

    #[test]
    fn a_closed_item_has_no_place() {
        let closed = row(0, 0, "ONLINE-9", "Gone");
        assert!(
            table(std::slice::from_ref(&closed), false, &View::plain(None))
                .contains("    –  ONLINE-9")
        );
        assert_eq!(
            serde_json::to_value(RowShape::from(&closed)).unwrap()["place"],
            serde_json::Value::Null
        );
    }

    #[test]
    fn what_is_left_out_is_said() {
        assert_eq!(
            more(&listing(), None).unwrap(),
            "3 more: `--from 3` goes on, `--limit 0` shows all"
        );
        assert_eq!(more(&listing(), Some(4)), None);
    }
}
