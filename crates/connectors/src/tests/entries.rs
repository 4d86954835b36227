//! When something was so, and what the source plans: times and the entries of the roadmap.

use super::{SMALL, mapping, read, refused, small};
use crate::{EntryDraft, Mapping, WhenDraft};

const ID: &str = "\"id\": 1, \"t\": \"T\", \"d\": \"D\"";

#[track_caller]
fn time(more: &str, record: &str) -> Option<i64> {
    read(small("format = \"jsonl\"", more), &format!("{{{ID}, {record}}}")).drafts[0].time_us
}

fn all(more: &str) -> Mapping {
    small("format = \"jsonl\"", more)
}

fn changes(more: &str) -> Mapping {
    mapping(&format!(
        "name = \"p\"\ninput = {{ format = \"jsonl\", tells = \"changes\" }}\n{SMALL}{more}"
    ))
}

#[track_caller]
fn entries(mapping: Mapping, record: &str) -> Vec<EntryDraft> {
    read(mapping, &format!("{{{ID}, {record}}}")).drafts.remove(0).entries
}

#[track_caller]
fn wrong(mapping: Mapping, record: &str, want: &str) {
    let problems = refused(mapping, format!("{{{ID}, {record}}}").as_bytes());
    assert_eq!(problems, [want]);
}

fn days(start: Option<&str>, end: Option<&str>) -> Option<WhenDraft> {
    let day = |text: Option<&str>| text.map(|text| text.parse().unwrap());
    Some(WhenDraft::Days { start: day(start), end: day(end) })
}

#[test]
fn a_record_has_the_time_that_the_mapping_finds() {
    assert_eq!(
        time("time = \"at\"", "\"at\": \"1970-01-02T01:00:00+01:00\""),
        Some(86_400_000_000)
    );
    assert_eq!(time("time = \"at\"", "\"at\": \"1970-01-02\""), Some(86_400_000_000));
    assert_eq!(time("time = \"at\"", "\"x\": 1"), None);
    assert_eq!(time("", "\"at\": \"1970-01-02\""), None);
    let epoch = "time = { from = \"at\", change = [{ epoch = \"milliseconds\" }] }";
    assert_eq!(time(epoch, "\"at\": 1500"), Some(1_500_000));
    let said = "expected a time with its offset such as 2026-11-22T14:03:00Z, or a day such as 2026-11-22, from 1970 to 2199";
    for at in ["30000-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-22T14:03:00", "soon"] {
        let want = format!("line 1: time: {said}, found `{at}`");
        wrong(all("time = \"at\""), &format!("\"at\": \"{at}\""), &want);
    }
}

#[test]
fn a_mapping_can_be_given_a_time_for_a_file_of_its_own() {
    let timed = all("").with_time("meta.at").unwrap();
    let line = |at: &str| format!("{{{ID}, \"meta\": {{\"at\": {at}}}}}\n");
    let file = [line("\"2026-11-22\""), line("\"2026-11-21\"")].concat();
    let parsed = read(timed.clone(), &file);
    let times: Vec<_> = parsed.drafts.iter().map(|draft| draft.time_us).collect();
    assert_eq!(times, [Some(1_795_305_600_000_000), Some(1_795_219_200_000_000)]);
    let want = "line 1: time: is required, and nothing usable stands at `meta.at`";
    assert_eq!(refused(timed, line("null").as_bytes()), [want]);
    let csv = small("format = \"csv\"", "").with_time("at").unwrap();
    assert!(refused(csv, b"id,t,d\n1,T,D\n")[0].contains("lacks the columns `at` (time)"));
    // Where every record has its time, several of one item are ordinary, unless the mapping says otherwise.
    let once = small("format = \"jsonl\"\nduplicates = \"last\"", "").with_time("meta.at").unwrap();
    assert_eq!(read(once, &file).drafts.len(), 1);
    let error = all("").with_time("a..b").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`time`: `a..b` is no path: a part between two dots is empty; write a key that holds dots in quotes"
    );
}

#[test]
fn an_entry_is_planned_for_a_release_or_a_time() {
    let more = "[[entries]]\nname = \"beta\"\ntitle = \"name\"\nrelease = \"r\"\nstart = \"s\"\nend = \"e\"\nhorizon = \"h\"\n";
    let record = "\"name\": \"Beta\", \"r\": \"v2\", \"s\": \"2026-11-01\", \"e\": \"2026-11-22T23:30:00-08:00\", \"h\": \"now\"";
    let entry = &entries(all(more), record)[0];
    assert_eq!((entry.name.as_str(), entry.title.as_deref()), ("beta", Some("Beta")));
    assert_eq!(entry.release, Some(Some("v2".to_owned())));
    assert_eq!(entry.when, Some(days(Some("2026-11-01"), Some("2026-11-22"))));
    let when = |record: &str| entries(all(more), record)[0].when.unwrap();
    assert_eq!(when("\"e\": \"2026-11-22\""), days(None, Some("2026-11-22")));
    assert_eq!(when("\"h\": \"Now\""), Some(WhenDraft::Now));
    assert_eq!(when("\"h\": \"next\""), Some(WhenDraft::Next));
    assert_eq!(when("\"h\": \"later\""), Some(WhenDraft::Later));
    assert_eq!(when("\"r\": \"v2\""), None);
    let nothing = &entries(all(more), "\"x\": 1")[0];
    assert_eq!((&nothing.title, &nothing.release, nothing.when), (&None, &Some(None), Some(None)));
    // A time that the mapping does not name is not told.
    let release = "[[entries]]\nname = \"beta\"\nrelease = \"r\"\n";
    assert_eq!(entries(all(release), "\"x\": 1")[0].when, None);
}

#[test]
fn what_is_wrong_with_a_plan_is_named_with_its_entry() {
    let more = "[[entries]]\nname = \"beta\"\nrelease = \"r\"\nstart = \"s\"\nend = \"e\"\nhorizon = \"h\"\n";
    let want = "line 1: entries.beta: the end 2026-10-31 is before the start 2026-11-01; are they swapped?";
    wrong(all(more), "\"s\": \"2026-11-01\", \"e\": \"2026-10-31\"", want);
    let want = "line 1: entries.beta.end: expected a day such as 2026-11-22, or a time of that day, from 1970 to 2199, \
                found `Q3`";
    wrong(all(more), "\"e\": \"Q3\"", want);
    let want = "line 1: entries.beta.horizon: `soon` is not one of now, next, later";
    wrong(all(more), "\"h\": \"soon\"", want);
    let long = "x".repeat(65);
    let problems = refused(all(more), format!("{{{ID}, \"r\": \"{long}\"}}").as_bytes());
    assert!(
        problems[0].starts_with("line 1: entries.beta.release: ")
            && problems[0].contains("65 characters")
    );
    assert_eq!(entries(all(more), "\"s\": \"2026-11-01\", \"e\": \"2026-11-01\"").len(), 1);
}

#[test]
fn a_record_of_changes_has_the_entries_that_it_tells() {
    let entry = |name: &str| {
        format!(
            "[[entries]]\nname = \"{name}\"\nrelease = {{ from = \"plan.{name}\", told-by = \"plan\" }}\n\
             end = {{ from = \"plan.{name}\", told-by = \"plan\", values = {{ v1 = \"2026-11-22\" }}, unlisted = \"none\" }}\n"
        )
    };
    let more = entry("alpha") + &entry("beta");
    assert!(entries(changes(&more), "\"x\": 1").is_empty());
    let told = entries(changes(&more), "\"plan\": {\"alpha\": \"v1\"}");
    let names: Vec<_> = told
        .iter()
        .map(|entry| {
            (entry.name.as_str(), entry.release.as_ref().unwrap().as_deref(), entry.when.unwrap())
        })
        .collect();
    assert_eq!(
        names,
        [("alpha", Some("v1"), days(None, Some("2026-11-22"))), ("beta", None, None)]
    );
    let unknown = entries(changes(&more), "\"plan\": {\"alpha\": \"v9\"}");
    assert_eq!(
        (unknown[0].release.clone(), unknown[0].when),
        (Some(Some("v9".to_owned())), Some(None))
    );
    // The parts of a time are told together.
    let span = "[[entries]]\nname = \"x\"\nstart = \"s\"\nend = \"e\"\nrelease = \"r\"\n";
    let end = entries(changes(span), "\"e\": \"2026-11-22\"");
    assert_eq!((end[0].when, &end[0].release), (Some(days(None, Some("2026-11-22"))), &None));
}
