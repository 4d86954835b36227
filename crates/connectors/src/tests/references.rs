//! Links, parents, domains and requests.

use super::{read, refused, small};
use crate::{LinkKind, Relation};

#[test]
fn a_reference_carries_all_that_it_may_mean_best_first() {
    let more = "number = \"n\"\npath = \"p\"\nparent = \"up\"\n\
        [[links]]\nkind = \"needs\"\nfrom = \"needs\"\n\
        [[links]]\nkind = \"needed-by\"\nfrom = \"blocks\"\nsplit = \",\"\nresolve = [\"number\"]\n\
        [references]\nignore = [\"TODO\"]\nresolve = [\n\
          { by = \"path\", change = [{ strip-suffix = \"/plan.yaml\" }, { starts = \"plans/\" }] },\n\
          { by = \"number\", change = [{ starts = \"plans/\" }, { strip-suffix = \"/plan.yaml\" }, \"last-segment\", \"leading-digits\"] },\n\
          { by = \"link\", change = [\"url\"] },\n]\n";
    let record = "{\"id\": 1, \"t\": \"T\", \"d\": \"D\", \"n\": 7, \"p\": \"/plans/7-x/\", \"up\": \"plans/3-y/plan.yaml\", \
        \"needs\": [\"todo\", \"[see](https://A.example/x/)\", \"ask\", \"ask\"], \"blocks\": \"0012,13\"}";
    let parsed = read(small("format = \"jsonl\"", more), record);
    let draft = &parsed.drafts[0];
    let keys: Vec<&str> = draft.keys.iter().map(crate::Key::as_str).collect();
    assert_eq!(keys, ["link:https://p.example/1", "number:p:7", "path:p:plans/7-x"]);
    let parent = draft.parent.iter().flatten();
    let references: Vec<_> = parent
        .chain(draft.links.iter().flat_map(|(_, references)| references))
        .map(|r| {
            (
                r.relation,
                r.raw.as_str(),
                r.candidates.iter().map(crate::Key::as_str).collect::<Vec<_>>(),
            )
        })
        .collect();
    let needs = Relation::Link(LinkKind::Needs);
    let needed = Relation::LinkedBy(LinkKind::Needs);
    assert_eq!(
        references,
        [
            (Relation::Parent, "plans/3-y/plan.yaml", vec!["path:p:plans/3-y", "number:p:3"]),
            (needs, "[see](https://A.example/x/)", vec!["link:https://a.example/x"]),
            (needs, "ask", vec![]),
            (needed, "0012", vec!["number:p:12"]),
            (needed, "13", vec!["number:p:13"]),
        ]
    );
    let ignored: Vec<_> = parsed
        .ignored
        .iter()
        .map(|i| (i.field.as_str(), i.reason.as_str(), i.lines.len()))
        .collect();
    assert_eq!(
        ignored,
        [
            ("links.needs", "`todo` stands for nothing", 1),
            ("links.needs", "named already in the same record", 1)
        ]
    );
}

#[test]
fn each_relation_is_told_once_in_the_order_of_the_mapping() {
    let table =
        |kind: &str, from: &str| format!("[[links]]\nkind = \"{kind}\"\nfrom = \"{from}\"\n");
    let more =
        [table("needs", "a"), table("replaces", "b"), table("parent", "up"), table("needs", "c")]
            .concat();
    let file = "{\"id\": 1, \"t\": \"T\", \"d\": \"D\", \"a\": [\"7\"], \"c\": [\"7\", \"8\"], \"up\": [\"9\"]}";
    let parsed = read(small("format = \"jsonl\"", &more), file);
    let draft = &parsed.drafts[0];
    let links: Vec<_> = draft
        .links
        .iter()
        .map(|(relation, references)| {
            (*relation, references.iter().map(|r| r.raw.as_str()).collect::<Vec<_>>())
        })
        .collect();
    let (needs, replaces) = (Relation::Link(LinkKind::Needs), Relation::Link(LinkKind::Replaces));
    assert_eq!(links, [(needs, vec!["7", "8"]), (replaces, vec![])]);
    assert_eq!(draft.parent.as_ref().unwrap().as_ref().unwrap().raw, "9");
    assert_eq!(parsed.ignored[0].reason, "named already in the same record");
}

#[test]
fn two_parents_are_a_problem_of_the_line() {
    let more = "parent = \"p\"\n[[links]]\nkind = \"parent\"\nfrom = \"q\"\n";
    let file = |p: &str, q: &str| {
        format!("{{\"id\": 1, \"t\": \"T\", \"d\": \"D\", \"p\": {p}, \"q\": {q}}}")
    };
    let want = "line 1: parent: an item has one parent, and this one names two";
    for (p, q) in [("\"1\"", "[\"2\"]"), ("null", "[\"1\", \"2\"]")] {
        let problems = refused(small("format = \"jsonl\"", more), file(p, q).as_bytes());
        assert_eq!(problems, [want]);
    }
    let parsed = read(small("format = \"jsonl\"", more), &file("\"1\"", "[\"1\"]"));
    assert!(matches!(&parsed.drafts[0].parent, Some(Some(parent)) if parent.raw == "1"));
    let parsed = read(small("format = \"jsonl\"", more), &file("null", "[]"));
    assert_eq!(parsed.drafts[0].parent, Some(None));
}

#[test]
fn a_number_where_a_list_of_links_belongs_is_an_error() {
    let more = "\n[[links]]\nkind = \"needs\"\nfrom = \"x\"\n";
    let problems = refused(
        small("format = \"jsonl\"", more),
        b"{\"id\": 1, \"t\": \"T\", \"d\": \"D\", \"x\": 5}",
    );
    assert!(
        problems[0].starts_with("line 1: links.needs: expected a list, found the number `5`"),
        "{problems:?}"
    );
}

#[test]
fn domains_come_from_owners_alone_and_requests_from_the_others() {
    let more = "requests = { from = \"with\", ignore = [\"TBD\"] }\n[domains.shop]\nkey = \"S\"\naliases = [\"Web shop\"]\n";
    let line = |id: u32, domain: &str, with: &str| {
        format!("{{\"id\": {id}, \"t\": \"T\", \"d\": \"{domain}\", \"with\": [{with}]}}\n")
    };
    let file = [
        line(1, "Web Shop", "\"shop\", \"Stores\", \"stores\", \"tbd\""),
        line(2, "Back office", "\"web-shop\", \"Nobody's\""),
    ];
    let parsed = read(small("format = \"jsonl\"", more), &file.concat());
    let domains: Vec<_> =
        parsed.domains.iter().map(|d| (d.id.as_str(), d.key.as_str(), d.name.as_str())).collect();
    assert_eq!(domains, [("back-office", "BACKOFFICE", "Back office"), ("shop", "S", "Web Shop")]);
    assert_eq!(parsed.drafts[0].requests.as_deref().unwrap(), ["stores"]);
    assert_eq!(parsed.drafts[1].requests.as_deref().unwrap(), ["shop", "nobodys"]);
    let ignored: Vec<_> =
        parsed.ignored.iter().map(|i| (i.reason.as_str(), i.lines.clone())).collect();
    assert_eq!(
        ignored,
        [
            ("`tbd` stands for nothing", vec![1]),
            ("named already in the same record", vec![1]),
            ("names the item's own domain", vec![1]),
        ]
    );
}

#[test]
fn two_domains_with_one_key_are_an_error_with_a_way_out() {
    let file =
        "{\"id\": 1, \"t\": \"T\", \"d\": \"a b\"}\n{\"id\": 2, \"t\": \"T\", \"d\": \"ab\"}\n";
    let problems = refused(small("format = \"jsonl\"", ""), file.as_bytes());
    assert!(problems[0].contains("domains.ab.key"), "{problems:?}");
}
