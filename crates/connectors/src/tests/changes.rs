//! Records that tell only what changed: which fields they tell, and how fields are emptied.

use super::{SMALL, mapping, read, refused};
use crate::{Draft, Kind, Mapping, Problem, Read, Status};

fn changes(more: &str) -> Mapping {
    mapping(&format!(
        "name = \"p\"\ninput = {{ format = \"jsonl\", tells = \"changes\" }}\n{SMALL}{more}"
    ))
}

#[track_caller]
fn draft(more: &str, record: &str) -> Draft {
    read(changes(more), &format!("{{\"id\": 1, {record}}}\n")).drafts.remove(0)
}

#[track_caller]
fn text(more: &str, record: &str) -> Option<String> {
    draft(more, record).text
}

#[track_caller]
fn wrong(more: &str, record: &str, want: &str) {
    let problems = refused(changes(more), format!("{{\"id\": 1, {record}}}\n").as_bytes());
    assert_eq!(problems, [want]);
}

fn own(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn what_is_not_there_is_not_told_and_what_is_there_as_null_is_emptied() {
    for more in [
        "text = \"x\"",
        "text = \"x.y\"",
        "text = [\"a\", \"x\"]",
        "text = { from = [\"a\", \"x\"] }",
        "text = { each = \"x\", from = \"y\" }",
        "text = { join = \"<{x}{x.y|}>\" }",
    ] {
        assert_eq!(text(more, "\"other\": 1"), None, "{more}");
    }
    for nothing in ["null", "\"\"", "\" \"", "[]"] {
        assert_eq!(text("text = \"x\"", &format!("\"x\": {nothing}")), own(""), "{nothing}");
    }
    let record = "\"a\": null, \"b\": null, \"c\": null, \"i\": null, \"e\": null, \"f\": null, \"g\": null, \"h\": null";
    let more = "kind = \"a\"\nstatus = \"b\"\nlabels = \"c\"\nestimate = \"i\"\nvalue = \"e\"\nmoscow = \"f\"\n\
                parent = \"g\"\nrequests = \"h\"\n[people]\nowner = \"a\"\n[[links]]\nkind = \"needs\"\nfrom = \"b\"\n";
    let emptied = draft(more, record);
    assert_eq!((emptied.kind, emptied.status), (Some(Kind::Story), Some(Status::New)));
    assert_eq!((emptied.labels, emptied.requests), (Some(Vec::new()), Some(Vec::new())));
    assert_eq!(
        (emptied.estimate, emptied.value, emptied.moscow),
        (Some(None), Some(None), Some(None))
    );
    assert_eq!((emptied.people, emptied.parent), (Some(Vec::new()), Some(None)));
    assert_eq!((emptied.links.len(), emptied.links[0].1.len()), (1, 0));
    let untold = draft(more, "\"x\": 1");
    assert_eq!(
        (untold.kind, untold.status, untold.labels, untold.requests),
        (None, None, None, None)
    );
    assert_eq!((untold.estimate, untold.value, untold.moscow), (None, None, None));
    assert_eq!((untold.people, untold.parent, untold.links.len()), (None, None, 0));
    assert_eq!((untold.title, untold.domain), (None, None));
}

#[test]
fn an_item_cannot_be_without_source_title_and_domain() {
    assert_eq!(draft("", "\"t\": \"T\"").title, own("T"));
    assert_eq!(draft("", "\"d\": \"Shop\"").domain, own("shop"));
    wrong("", "\"t\": null", "line 1: title: is required, and nothing usable stands at `t`");
    wrong("", "\"d\": \"\"", "line 1: domain: is required, and nothing usable stands at `d`");
    let problems = refused(changes(""), b"{\"id\": null, \"t\": \"T\"}");
    assert_eq!(problems, ["line 1: source: is required, and nothing usable stands at `id`"]);
    let small = "name = \"p\"\ninput = { format = \"jsonl\", tells = \"changes\" }\n[item]\nsource = \"s\"\n";
    assert_eq!(read(mapping(small), "{\"s\": \"x:1\"}").drafts.len(), 1);
}

#[test]
fn a_default_is_told_where_the_field_is() {
    let more = "text = { from = \"x\", default = \"none\" }";
    assert_eq!(text(more, "\"x\": null"), own("none"));
    assert_eq!(text(more, "\"y\": null"), None);
    let more = "labels = { from = \"x\", default = \"none\" }";
    assert_eq!(draft(more, "\"x\": []").labels, Some(vec!["none".to_owned()]));
    assert_eq!(draft(more, "\"y\": []").labels, None);
}

#[test]
fn a_constant_is_always_told() {
    assert_eq!(text("text = { constant = \"c\" }", "\"x\": 1"), own("c"));
    let more = "status = { constant = \"dropped\", told-by = \"deleted-at\" }";
    assert_eq!(draft(more, "\"x\": 1").status, None);
    assert_eq!(draft(more, "\"deleted-at\": \"2026-11-22\"").status, Some(Status::Dropped));
}

#[test]
fn told_by_decides_whatever_the_own_paths_are() {
    let more = "text = { from = \"plan.1.beta\", told-by = \"plan.1\" }";
    assert_eq!(text(more, "\"plan\": [{\"beta\": \"B\"}, {\"alpha\": \"A\"}]"), own(""));
    assert_eq!(text(more, "\"plan\": [null, {\"beta\": \"B\"}]"), own("B"));
    assert_eq!(text(more, "\"plan\": [{\"beta\": \"B\"}, null]"), own(""));
    assert_eq!(text(more, "\"x\": 1"), None);
    let more = "text = { from = \"x\", told-by = [\"a\", \"b\"] }";
    assert_eq!(text(more, "\"x\": \"X\""), None);
    assert_eq!(text(more, "\"x\": \"X\", \"b\": null"), own("X"));
}

#[test]
fn what_is_ruled_out_tells_nothing_and_what_is_ignored_empties() {
    let more = "status = [{ from = \"action\", values = { deleted = \"dropped\" }, unlisted = \"none\" }, \"s\"]";
    assert_eq!(draft(more, "\"action\": \"labeled\"").status, None);
    assert_eq!(draft(more, "\"action\": \"deleted\"").status, Some(Status::Dropped));
    assert_eq!(draft(more, "\"action\": \"edited\", \"s\": \"ready\"").status, Some(Status::Ready));
    assert_eq!(draft(more, "\"action\": \"edited\", \"s\": null").status, Some(Status::New));
    let steps = "text = { from = \"x\", change = [{ starts = \"v\" }], ignore = [\"TBD\"] }";
    assert_eq!(text(steps, "\"x\": \"soon\""), None);
    assert_eq!(text(steps, "\"x\": \"tbd\""), own(""));
    let told_by = "text = { from = \"x\", change = [{ starts = \"v\" }], told-by = \"x\" }";
    assert_eq!(text(told_by, "\"x\": \"soon\""), own(""));
    let default = "kind = { from = \"l.*\", values = { bug = \"defect\" }, unlisted = \"none\", default = \"story\" }";
    assert_eq!(draft(default, "\"l\": [\"red\"]").kind, Some(Kind::Story));
    // What fits of a list is all of it.
    let list = "labels = { from = \"l\", change = [{ starts = \"v\" }] }";
    assert_eq!(draft(list, "\"l\": [\"x\", \"v1\"]").labels, Some(vec!["v1".to_owned()]));
    assert_eq!(draft(list, "\"l\": [\"x\"]").labels, Some(Vec::new()));
}

#[test]
fn a_list_is_told_as_a_whole() {
    let more = "labels = [{ from = \"a\", one = true }, { from = \"b\" }]\n[people]\nowner = \"a\"\nhelper = \"b\"\n";
    let told = draft(more, "\"a\": \"x\"");
    assert_eq!(told.labels, Some(vec!["x".to_owned()]));
    let roles: Vec<_> = told.people.iter().flatten().map(|person| person.role.clone()).collect();
    assert_eq!(roles, ["owner"]);
    // A list of objects without any is there, too.
    assert_eq!(draft("labels = \"l.*.name\"", "\"l\": []").labels, Some(Vec::new()));
    assert_eq!(draft("labels = \"l.*.name\"", "\"l\": null").labels, Some(Vec::new()));
}

#[test]
fn what_stands_in_the_way_is_a_problem_and_not_silence() {
    let want = "line 1: text: at `x.y`: expected an object with `y`, found the number `5`";
    wrong("text = \"x.y\"", "\"x\": 5", want);
}

#[test]
fn an_empty_cell_is_not_told_and_a_word_for_empty_is() {
    let head =
        "name = \"p\"\ninput = { format = \"csv\", tells = \"changes\", ignore = [\"-\"] }\n";
    let mapping = mapping(&format!("{head}{SMALL}text = \"x\"\n"));
    let parsed = read(mapping, "id,t,d,x\n1,T,,\n1,,D,-\n1,,,X\n");
    let told: Vec<_> = parsed
        .drafts
        .iter()
        .map(|d| (d.title.as_deref(), d.domain.as_deref(), d.text.as_deref()))
        .collect();
    assert_eq!(
        told,
        [(Some("T"), None, None), (None, Some("d"), Some("")), (None, None, Some("X"))]
    );
}

#[test]
fn all_news_of_an_item_are_kept_in_their_order() {
    let file = "{\"id\": 1, \"t\": \"A\", \"d\": \"Shop\"}\n{\"id\": 2, \"t\": \"B\"}\n{\"id\": 1, \"t\": \"C\"}\n";
    let parsed = read(changes(""), file);
    let titles: Vec<_> = parsed.drafts.iter().map(|d| (d.line, d.title.as_deref())).collect();
    assert_eq!(titles, [(1, Some("A")), (2, Some("B")), (3, Some("C"))]);
    assert_eq!(parsed.domains.len(), 1);
    let once = "name = \"p\"\ninput = { format = \"jsonl\", tells = \"changes\", duplicates = \"error\" }\n";
    assert_eq!(refused(mapping(&format!("{once}{SMALL}")), file.as_bytes()).len(), 1);
}

#[test]
fn a_told_by_that_is_never_there_is_told() {
    let more = "text = { from = \"x\", told-by = \"chnages\" }\nvalue = { from = \"v\", told-by = \"changes\" }";
    let parsed =
        read(changes(more), "{\"id\": 1, \"t\": \"T\", \"d\": \"D\", \"changes\": {}, \"v\": 1}");
    let never: Vec<_> =
        parsed.never_found.iter().map(|n| (n.path.as_str(), n.perhaps.as_deref())).collect();
    assert_eq!(never, [("x", None), ("chnages", Some("changes"))]);
}

#[test]
fn a_rule_can_look_at_several_values_at_once() {
    let more = "\n[[skip]]\nreason = \"moved\"\njoin = \"{event} {path}\"\nequals = [\"deleted a\", \"deleted b\"]\n";
    let line = |event: &str, path: &str| {
        format!("{{\"id\": 1, \"t\": \"T\", \"event\": \"{event}\", \"path\": \"{path}\"}}\n")
    };
    let file = [line("deleted", "a"), line("added", "a"), line("deleted", "c")].concat();
    let parsed = read(changes(more), &file);
    assert_eq!((parsed.drafts.len(), parsed.left_out[0].lines.as_slice()), (2, &[1][..]));
}

#[test]
fn one_record_is_read_as_a_file_of_one_line_is() {
    let more = "time = \"at\"\nstatus = \"s\"\nlabels = \"l\"\n[[skip]]\nreason = \"test\"\nfrom = \"test\"\nequals = \"true\"\n\
                [[entries]]\nname = \"beta\"\nrelease = \"r\"\nend = \"e\"\n[[links]]\nkind = \"needs\"\nfrom = \"n\"\n";
    for record in [
        "{\"id\": 1, \"at\": \"2026-11-22T14:03:00Z\", \"s\": \"done\", \"d\": \"Online shop\"}",
        "{\"id\": 1, \"t\": \"T\", \"l\": [\"a\"], \"r\": \"v1\", \"e\": null, \"n\": [\"https://a.example/1\"]}",
        "{\"id\": 1, \"s\": \"finished\", \"at\": \"soon\", \"e\": \"x\"}",
        "{\"id\": 1, \"test\": true}",
        "[1, 2]",
        "5",
    ] {
        let value = serde_json::from_str(record).unwrap();
        let one = changes(more).read(&value);
        // A list at the start of a file would be another fault.
        let file = format!("\n{record}");
        match super::import(changes(more), file.as_bytes()) {
            Ok(parsed) if parsed.drafts.is_empty() => {
                assert_eq!(one, Read::LeftOut(parsed.left_out[0].reason.clone()));
            }
            Ok(parsed) => {
                let draft = Draft { line: 1, ..parsed.drafts[0].clone() };
                assert_eq!(one, Read::Draft(Box::new(draft)));
                assert_eq!(changes(more).domain_of(&value), parsed.domains.first().cloned());
            }
            Err(problems) => {
                let problems = problems.list.into_iter();
                let problems = problems.map(|problem| Problem { line: Some(1), ..problem });
                assert_eq!(one, Read::Wrong(problems.collect()));
            }
        }
    }
}

#[test]
fn the_domain_of_a_record_is_the_one_that_a_file_would_make() {
    let mapping = changes("[domains.shop]\nkey = \"S\"\naliases = [\"web\"]\n");
    let of = |record: serde_json::Value| mapping.domain_of(&record);
    let shop = of(serde_json::json!({ "d": "Web" })).unwrap();
    assert_eq!((shop.id.as_str(), shop.key.as_str(), shop.name.as_str()), ("shop", "S", "Web"));
    assert_eq!(mapping.domain("shop", "Web"), shop);
    for nothing in
        [serde_json::json!({}), serde_json::json!({ "d": null }), serde_json::json!({ "d": [1] })]
    {
        assert_eq!(of(nothing), None);
    }
}
