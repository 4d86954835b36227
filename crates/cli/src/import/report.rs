//! What came of an import, for people and as JSON.

use koepel_api::v1;
use serde::Serialize;

use crate::{
    output::{View, on_one_line},
    table::{Column, Table},
};

/// How many line numbers of one reason are shown.
const LINES: usize = 10;

/// The report as JSON.
#[derive(Serialize)]
pub(super) struct ReportShape<'a> {
    product: &'a str,
    dry_run: bool,
    read: u32,
    created: u32,
    updated: u32,
    unchanged: u32,
    left_out: Vec<LeftOutShape<'a>>,
    domains: u32,
    domains_created: u32,
    links: u32,
    pending_links: u32,
    external_links: u32,
    requests: u32,
    references_left_out: Vec<LeftOutShape<'a>>,
    commits: u32,
    product_created: bool,
    paths_never_found: &'a [String],
    version: Option<u64>,
}

/// What was left out for one reason, as JSON.
#[derive(Serialize)]
struct LeftOutShape<'a> {
    reason: &'a str,
    lines: &'a [u64],
}

impl<'a> ReportShape<'a> {
    /// The report of an import into a product.
    pub(super) fn new(product: &'a str, answer: &'a v1::ImportResponse, dry_run: bool) -> Self {
        Self {
            product,
            dry_run,
            read: answer.read,
            created: answer.created,
            updated: answer.updated,
            unchanged: answer.unchanged,
            left_out: answer.left_out.iter().map(LeftOutShape::from).collect(),
            domains: answer.domains,
            domains_created: answer.domains_created,
            links: answer.links,
            pending_links: answer.pending_links,
            external_links: answer.external_links,
            requests: answer.requests,
            references_left_out: answer
                .references_left_out
                .iter()
                .map(LeftOutShape::from)
                .collect(),
            commits: answer.commits,
            product_created: answer.product_created,
            paths_never_found: &answer.paths_never_found,
            version: answer.receipt.as_ref().map(|receipt| receipt.version),
        }
    }
}

impl<'a> From<&'a v1::LeftOut> for LeftOutShape<'a> {
    fn from(left_out: &'a v1::LeftOut) -> Self {
        Self { reason: &left_out.reason, lines: &left_out.lines }
    }
}

/// The report for people.
pub(super) fn told(
    file: &str,
    product: &str,
    answer: &v1::ImportResponse,
    dry_run: bool,
    view: &View,
) -> String {
    let mut text = format!("{}\n\n", view.paint.bold(&headline(file, product, answer, dry_run)));
    let mut figures =
        Table::new([Column::Word(""), Column::Number(""), Column::Word("")]).indented(2);
    let new_domains = match answer.domains_created {
        0 => String::new(),
        new => format!("{new} of them new"),
    };
    let left_out: usize = answer.left_out.iter().map(|left_out| left_out.lines.len()).sum();
    let not_taken: usize =
        answer.references_left_out.iter().map(|left_out| left_out.lines.len()).sum();
    let rows = [
        ("records read", answer.read.to_string(), String::new()),
        ("created", answer.created.to_string(), String::new()),
        ("updated", answer.updated.to_string(), String::new()),
        ("unchanged", answer.unchanged.to_string(), String::new()),
        ("left out", left_out.to_string(), String::new()),
        ("domains", answer.domains.to_string(), new_domains),
        ("links between items", answer.links.to_string(), String::new()),
        ("links that wait for their target", answer.pending_links.to_string(), String::new()),
        ("links to addresses", answer.external_links.to_string(), String::new()),
        ("requests to domains", answer.requests.to_string(), String::new()),
        ("references left out", not_taken.to_string(), String::new()),
    ];
    for (name, figure, remark) in rows {
        figures.row([name.to_owned(), figure, remark]);
    }
    text.push_str(&figures.render(view));
    text.push_str(&reasons("Left out", &answer.left_out, view));
    text.push_str(&reasons("References left out", &answer.references_left_out, view));
    text.push_str(&never_found(&answer.paths_never_found, view));
    if let Some(last) = last_words(answer, dry_run) {
        text.push_str(&format!("\n{last}\n"));
    }
    text
}

fn headline(file: &str, product: &str, answer: &v1::ImportResponse, dry_run: bool) -> String {
    let what = match (dry_run, answer.product_created) {
        (true, true) => format!("Dry run of {file} into {product}, a product that would be made"),
        (true, false) => format!("Dry run of {file} into {product}"),
        (false, true) => format!("Imported {file} into {product}, a new product"),
        (false, false) => format!("Imported {file} into {product}"),
    };
    match &answer.receipt {
        Some(receipt) => format!("{what}; it is at version {} now", receipt.version),
        None => what,
    }
}

fn last_words(answer: &v1::ImportResponse, dry_run: bool) -> Option<&'static str> {
    let nothing_new = answer.created == 0 && answer.updated == 0;
    match (dry_run, nothing_new) {
        (true, true) => Some(
            "Nothing would change: what can be imported is there already, as it is in the file.",
        ),
        (true, false) => Some("Nothing was changed. Without --dry-run it will be."),
        (false, true) => {
            Some("Nothing was new: what can be imported is there already, as it is in the file.")
        }
        (false, false) => None,
    }
}

fn reasons(title: &str, left_out: &[v1::LeftOut], view: &View) -> String {
    if left_out.is_empty() {
        return String::new();
    }
    let mut table = Table::new([Column::Number(""), Column::Wrapped("")]).indented(2);
    for left_out in left_out {
        let why = format!("{}: {}", on_one_line(&left_out.reason), lines(&left_out.lines));
        table.row([left_out.lines.len().to_string(), why]);
    }
    format!("\n{}\n{}", view.paint.bold(title), table.render(view))
}

/// A warning: a misspelt path leaves a field empty in every item, and nothing else tells of it.
fn never_found(paths: &[String], view: &View) -> String {
    if paths.is_empty() {
        return String::new();
    }
    let title = view.paint.bold("Warning: no record has anything at these paths of the mapping");
    let paths: Vec<String> =
        paths.iter().map(|path| format!("  {}\n", on_one_line(path))).collect();
    format!("\n{title}\n{}", paths.concat())
}

/// `line 3`, `lines 3, 5 and 8`, `lines 1, 2, … and 7 more`.
fn lines(lines: &[u64]) -> String {
    let shown: Vec<String> = lines.iter().take(LINES).map(ToString::to_string).collect();
    let word = if lines.len() == 1 { "line" } else { "lines" };
    match lines.len().saturating_sub(shown.len()) {
        0 => format!("{word} {}", shown.join(", ")),
        more => format!("{word} {} … and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> v1::ImportResponse {
        v1::ImportResponse {
            read: 656,
            created: 640,
            updated: 0,
            unchanged: 2,
            left_out: vec![v1::LeftOut {
                reason: "no owner".to_owned(),
                lines: (1..=14).collect(),
            }],
            domains: 23,
            domains_created: 23,
            links: 412,
            pending_links: 9,
            external_links: 3,
            requests: 210,
            references_left_out: vec![v1::LeftOut {
                reason: "the item itself".to_owned(),
                lines: vec![7],
            }],
            commits: 2,
            receipt: Some(v1::Receipt {
                product: "products/kep".to_owned(),
                version: 3,
                time: None,
            }),
            product_created: true,
            paths_never_found: vec!["titel (title?)".to_owned()],
        }
    }

    #[test]
    fn the_report_for_people_is_aligned_and_names_the_lines() {
        let expected = "\
Imported kep.jsonl into kep, a new product; it is at version 3 now

  records read                      656
  created                           640
  updated                             0
  unchanged                           2
  left out                           14
  domains                            23  23 of them new
  links between items               412
  links that wait for their target    9
  links to addresses                  3
  requests to domains               210
  references left out                 1

Left out
  14  no owner: lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 … and 4 more

References left out
  1  the item itself: line 7

Warning: no record has anything at these paths of the mapping
  titel (title?)
";
        assert_eq!(told("kep.jsonl", "kep", &answer(), false, &View::plain(None)), expected);
    }

    #[test]
    fn nothing_new_is_said() {
        let again = v1::ImportResponse {
            created: 0,
            unchanged: 642,
            receipt: None,
            product_created: false,
            paths_never_found: Vec::new(),
            ..answer()
        };
        let text = told("kep.jsonl", "kep", &again, false, &View::plain(None));
        assert!(text.starts_with("Imported kep.jsonl into kep\n"), "{text}");
        assert!(
            text.ends_with(
                "\nNothing was new: what can be imported is there already, as it is in the file.\n"
            ),
            "{text}"
        );
    }

    #[test]
    fn json_has_the_promised_names() {
        let answer = answer();
        let json = serde_json::to_value(ReportShape::new("kep", &answer, true)).unwrap();
        for name in [
            "read",
            "created",
            "updated",
            "unchanged",
            "left_out",
            "domains",
            "links",
            "pending_links",
            "requests",
        ] {
            assert!(json.get(name).is_some(), "{name}");
        }
        assert_eq!(json["left_out"][0]["reason"], "no owner");
        assert_eq!(json["left_out"][0]["lines"].as_array().unwrap().len(), 14);
        assert_eq!((&json["dry_run"], &json["version"]), (&true.into(), &3.into()));
    }
}
