//! Each rule of the language for reading a field, on one record.

use super::{read, refused, small};
use crate::{Draft, Kind, Moscow, Status};

const ID: &str = "\"id\": 1, \"t\": \"T\", \"d\": \"D\"";

#[track_caller]
fn draft(more: &str, record: &str) -> Draft {
    read(small("format = \"jsonl\"", more), &format!("{{{ID}, {record}}}\n")).drafts.remove(0)
}

#[track_caller]
fn labels(more: &str, record: &str) -> Vec<String> {
    draft(more, record).labels.expect("the labels are told")
}

/// A draft that tells nothing.
fn unsaid() -> Draft {
    Draft {
        line: 0,
        source: String::new(),
        keys: Vec::new(),
        time_us: None,
        title: None,
        text: None,
        domain: None,
        kind: None,
        status: None,
        labels: None,
        estimate: None,
        value: None,
        moscow: None,
        people: None,
        parent: None,
        links: Vec::new(),
        requests: None,
        entries: Vec::new(),
    }
}

#[track_caller]
fn wrong(more: &str, record: &str, want: &str) {
    let problems =
        refused(small("format = \"jsonl\"", more), format!("{{{ID}, {record}}}\n").as_bytes());
    assert_eq!(problems, [want]);
}

#[test]
fn a_record_with_nothing_but_the_required_is_an_item() {
    let draft = draft("", "\"x\": null");
    assert_eq!(
        (draft.source.as_str(), draft.title.as_deref(), draft.domain.as_deref(), draft.line),
        ("https://p.example/1", Some("T"), Some("d"), 1)
    );
    // What the mapping does not name is not told.
    let nothing = Draft {
        line: 1,
        source: draft.source.clone(),
        keys: draft.keys.clone(),
        title: draft.title.clone(),
        domain: draft.domain.clone(),
        ..unsaid()
    };
    assert_eq!(draft, nothing);
}

#[test]
fn what_is_required_and_absent_is_named_with_its_path() {
    let more = "number = { from = [\"n\", \"m\"], required = true }";
    wrong(
        more,
        "\"n\": \" \"",
        "line 1: number: is required, and nothing usable stands at `n`, `m`",
    );
    let problems =
        refused(small("format = \"jsonl\"", ""), b"{\"id\": null, \"t\": \"\", \"d\": []}");
    assert_eq!(problems.len(), 3, "{problems:?}");
}

#[test]
fn the_first_path_that_has_something_counts() {
    let more = "text = { from = [\"a\", \"b.c\", \"e\"] }";
    assert_eq!(
        draft(more, "\"a\": \"\", \"b\": {\"c\": \"C\"}, \"e\": \"E\"").text.as_deref(),
        Some("C")
    );
    // What stands in the way matters only if nothing else has the value.
    assert_eq!(draft(more, "\"b\": 1, \"e\": \"E\"").text.as_deref(), Some("E"));
    wrong(
        more,
        "\"b\": 1",
        "line 1: text: at `b.c`: expected an object with `c`, found the number `1`",
    );
}

#[test]
fn the_first_way_that_gives_something_counts() {
    let more = "status = [{ from = \"closed\", values = { true = \"done\" }, unlisted = \"none\" }, \
                { from = \"s\", values = { A = \"ready\" }, default = \"in-progress\" }]";
    assert_eq!(draft(more, "\"closed\": true, \"s\": \"A\"").status, Some(Status::Done));
    assert_eq!(draft(more, "\"closed\": false, \"s\": \"a\"").status, Some(Status::Ready));
    assert_eq!(draft(more, "\"closed\": false").status, Some(Status::InProgress));
}

#[test]
fn an_unlisted_value_is_an_error_kept_nothing_or_a_reason_to_skip() {
    let more = |unlisted: &str| {
        format!("status = {{ from = \"s\", values = {{ x = \"done\" }}, {unlisted} }}")
    };
    let message = "line 1: status: `ready` is not in the mapping's table of values; add it there, or say `unlisted`";
    wrong(&more(""), "\"s\": \"ready\"", message);
    assert_eq!(draft(&more("unlisted = \"keep\""), "\"s\": \"Ready\"").status, Some(Status::Ready));
    assert_eq!(draft(&more("unlisted = \"none\""), "\"s\": \"ready\"").status, Some(Status::New));
    let parsed = read(
        small("format = \"jsonl\"", &more("unlisted = \"skip\"")),
        &format!("{{{ID}, \"s\": \"y\"}}"),
    );
    assert_eq!((parsed.read, parsed.drafts.len()), (1, 0));
    assert_eq!(parsed.left_out[0].reason, "status: `y` is not in the table of values");
    let message = "line 1: status: `soon` is not one of new, ready, in-progress, done, dropped";
    wrong(&more("unlisted = \"keep\""), "\"s\": \"soon\"", message);
}

#[test]
fn numbers_and_truth_are_texts_where_texts_are_wanted_and_objects_are_not() {
    assert_eq!(draft("text = \"n\"", "\"n\": 12").text.as_deref(), Some("12"));
    assert_eq!(draft("text = \"n\"", "\"n\": false").text.as_deref(), Some("false"));
    wrong(
        "text = \"n\"",
        "\"n\": {\"a\": 1}",
        "line 1: text: expected a text, found an object with `a` at `n`",
    );
    let message = "line 1: text: expected one text, found a list of 2 (`….*` takes the first that fits, `….0` the first) at `n`";
    wrong("text = \"n\"", "\"n\": [1, 2]", message);
}

#[test]
fn a_list_is_a_list() {
    let more = "labels = \"l\"";
    assert_eq!(labels(more, "\"l\": [\"a\", null, 5, \" a \", \"\"]"), ["a", "5"]);
    assert!(labels(more, "\"l\": null").is_empty());
    let advice = "(`one = true` if the source has one value here, `split` if it is a text with separators) at `l`";
    wrong(
        more,
        "\"l\": 5",
        &format!("line 1: labels: expected a list, found the number `5` {advice}"),
    );
    wrong(
        more,
        "\"l\": \"a\"",
        &format!("line 1: labels: expected a list, found the text `a` {advice}"),
    );
    wrong(more, "\"l\": [[1]]", "line 1: labels: expected a text, found a list of 1 at `l`");
    wrong(
        more,
        "\"l\": {\"x\": 1}",
        "line 1: labels: expected a list, found an object with `x` at `l`",
    );
    assert_eq!(
        labels("labels = { from = \"l\", split = [\",\", \";\"] }", "\"l\": \"a, b;c;;\""),
        ["a", "b", "c"]
    );
    assert_eq!(labels("labels = { from = \"l\", one = true }", "\"l\": 5"), ["5"]);
    assert_eq!(
        labels("labels = [\"l\", \"m.*.n\"]", "\"l\": [\"a\"], \"m\": [{\"n\": \"b\"}, {}]"),
        ["a", "b"]
    );
    assert_eq!(
        labels("labels = { from = \"l\", default = \"none yet\" }", "\"l\": []"),
        ["none yet"]
    );
}

#[test]
fn of_a_list_of_objects_only_the_chosen_are_taken() {
    let more =
        "labels = { each = \"ls\", where = { \"k.n\" = [\"x\", \"y\"] }, join = \"{k.n}:{v}\" }";
    let list = "\"ls\": [{\"k\": {\"n\": \"x\"}, \"v\": 1}, {\"k\": {\"n\": \"z\"}, \"v\": 2}, {\"k\": {\"n\": \"y\"}, \"v\": 3}, {}]";
    assert_eq!(labels(more, list), ["x:1", "y:3"]);
    wrong(more, "\"ls\": 3", "line 1: labels: expected a list at `ls`, found the number `3`");
}

#[test]
fn a_field_of_one_value_can_choose_from_a_list() {
    let more = "kind = { from = \"l.*\", values = { bug = \"defect\", idea = \"feature\" }, unlisted = \"none\", default = \"task\" }";
    assert_eq!(draft(more, "\"l\": [\"red\", \"Bug\", \"idea\"]").kind, Some(Kind::Defect));
    assert_eq!(draft(more, "\"l\": [\"red\"]").kind, Some(Kind::Task));
}

#[test]
fn amounts_and_moscow_are_read() {
    let draft = draft(
        "estimate = { from = \"s\", change = [{ divide = 3600 }] }\nvalue = \"v\"\nmoscow = \"m\"",
        "\"s\": 5400, \"v\": 13.0, \"m\": \"MUST\"",
    );
    assert_eq!(draft.estimate.unwrap().unwrap().to_string(), "1.5");
    assert_eq!(draft.value, Some(Some(13)));
    assert_eq!(draft.moscow, Some(Some(Moscow::Must)));
    wrong(
        "value = \"v\"",
        "\"v\": \"much\"",
        "line 1: value: expected a whole number from 0 to 1,000,000,000, found `much`",
    );
}

#[test]
fn what_does_not_fit_says_how_to_make_it_fit() {
    let long = format!("\"x\": \"{}\"", "a".repeat(201));
    let mapping = small("format = \"jsonl\"", "");
    let problems = refused(
        mapping,
        format!("{{\"id\": 1, \"t\": \"{}\", \"d\": \"D\"}}", "a".repeat(201)).as_bytes(),
    );
    assert!(
        problems[0]
            .ends_with("has 201 characters, at most 200 fit; `change = [{ cut = 200 }]` cuts it"),
        "{problems:?}"
    );
    assert_eq!(
        labels("labels = { from = \"x\", one = true, change = [{ cut = 64 }] }", &long)[0]
            .chars()
            .count(),
        64
    );
    wrong(
        "text = \"x\"",
        "\"x\": \"a\\u0000\"",
        "line 1: text: holds the control character U+0000; `change = [\"printable\"]` takes such out",
    );
    let many: Vec<String> = (0..51).map(|n| n.to_string()).collect();
    wrong(
        "labels = \"x\"",
        &format!("\"x\": [{}]", many.join(",")),
        "line 1: labels: has 51 entries, at most 50 fit",
    );
    let problems =
        refused(small("format = \"jsonl\"", ""), b"{\"id\": \"a b\", \"t\": \"T\", \"d\": \"D\"}");
    assert!(problems[0].contains("is no absolute address"), "{problems:?}");
}

#[test]
fn no_message_and_no_debug_shows_anything_of_a_person() {
    let secret = "Somebody Secret";
    for (field, record) in [
        ("approver = { from = \"p\", values = { x = \"y\" } }", format!("\"p\": \"{secret}\"")),
        (
            "approver = { from = \"p\", values = { x = \"y\" }, unlisted = \"skip\" }",
            format!("\"p\": \"{secret}\""),
        ),
        ("approver = \"p.name\"", format!("\"p\": \"{secret}\"")),
        ("approver = \"p\"", format!("\"p\": {{\"{secret}\": \"{secret}\"}}")),
        ("approver = \"p\"", format!("\"p\": [[\"{secret}\"]]")),
        ("approver = { each = \"p\", from = \"name\" }", format!("\"p\": \"{secret}\"")),
        ("approver = { join = \"{p}\" }", format!("\"p\": {{\"{secret}\": 1}}")),
        ("approver = \"p\"", format!("\"p\": \"{secret}{}\"", "x".repeat(200))),
        ("approver = \"p\"", format!("\"p\": \"{secret}\"")),
    ] {
        let mapping = small("format = \"jsonl\"", &format!("\n[people]\n{field}\n"));
        let file = format!("{{{ID}, {record}}}");
        let shown = format!("{:?}", super::import(mapping, file.as_bytes()));
        assert!(!shown.to_lowercase().contains("secret"), "{field}: {shown}");
    }
    let parsed = draft("\n[people]\napprover = \"p\"\n", "\"p\": [\"@Anna\", \"anna\", \"\"]");
    let people = parsed.people.unwrap();
    assert_eq!(people.len(), 1);
    assert_eq!((people[0].role.as_str(), people[0].handle.expose()), ("approver", "anna"));
}

#[test]
fn a_rule_leaves_records_out_and_the_figures_add_up() {
    let more = "\n[[skip]]\nreason = \"template\"\nfrom = \"s\"\ncontains = \"|\"\n\
                [[skip]]\nreason = \"no team\"\nfrom = \"team\"\npresent = false\n\
                [[skip]]\nreason = \"not ours\"\nfrom = \"team\"\nnot-equals = [\"a\", \"b\"]\n";
    let line = |id: u32, s: &str, team: &str| {
        format!("{{\"id\": {id}, \"t\": \"T\", \"d\": \"D\", \"s\": \"{s}\", \"team\": {team}}}\n")
    };
    let file = [
        line(1, "a|b", "\"a\""),
        line(2, "a", "null"),
        line(3, "a", "\"c\""),
        line(4, "a", "\"b\""),
        line(5, "x|y", "null"),
    ];
    let parsed = read(small("format = \"jsonl\"", more), &file.concat());
    let left_out: Vec<_> =
        parsed.left_out.iter().map(|l| (l.reason.as_str(), l.lines.clone())).collect();
    assert_eq!(left_out, [("no team", vec![2]), ("not ours", vec![3]), ("template", vec![1, 5])]);
    assert_eq!((parsed.read, parsed.drafts.len()), (5, 1));
}

#[test]
fn a_path_that_never_has_anything_is_told_with_what_was_perhaps_meant() {
    let parsed = read(
        small("format = \"jsonl\"", "text = \"descripton\"\nlabels = \"tags\""),
        &format!("{{{ID}, \"description\": \"x\", \"tags\": null}}"),
    );
    let never: Vec<_> =
        parsed.never_found.iter().map(|n| (n.path.as_str(), n.perhaps.as_deref())).collect();
    assert_eq!(never, [("descripton", Some("description")), ("tags", None)]);
}

#[test]
fn a_second_record_of_the_same_source_is_an_error_or_left_out() {
    let file = format!("{{{ID}, \"x\": \"first\"}}\n{{{ID}, \"x\": \"second\"}}\n");
    let with =
        |duplicates: &str| small(&format!("format = \"jsonl\"\n{duplicates}"), "text = \"x\"");
    let problems = refused(with(""), file.as_bytes());
    assert!(problems[0].contains("is the source link of line 1 already"), "{problems:?}");
    assert!(problems[0].ends_with("can keep the first, the last or each"), "{problems:?}");
    for (keep, text, line) in [("first", "first", 2), ("last", "second", 1)] {
        let parsed = read(with(&format!("duplicates = \"{keep}\"")), &file);
        assert_eq!((parsed.drafts.len(), parsed.drafts[0].text.as_deref()), (1, Some(text)));
        assert_eq!(parsed.left_out[0].lines, [line]);
    }
    let parsed = read(with("duplicates = \"each\""), &file);
    let texts: Vec<_> = parsed.drafts.iter().map(|draft| draft.text.as_deref()).collect();
    assert_eq!(texts, [Some("first"), Some("second")]);
}
