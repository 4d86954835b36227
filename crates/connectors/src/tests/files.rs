//! Files that are wrong, and files that only look odd.

use std::fmt::Write as _;

use super::{import_with, read, refused, small};
use crate::{Limits, Mapping};

fn jsonl() -> Mapping {
    small("format = \"jsonl\"", "labels = \"l\"")
}

fn csv() -> Mapping {
    small("format = \"csv\"", "labels = \"l\"")
}

fn json() -> Mapping {
    small("format = \"json\"\nrecords = \"board.cards\"", "labels = \"l\"")
}

#[track_caller]
fn check(mapping: Mapping, file: &[u8], want: &str) {
    let problems = refused(mapping, file);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains(want), "\n{}\ndoes not say\n{want}", problems[0]);
}

const GOOD: &str = "{\"id\": 1, \"t\": \"T\", \"d\": \"D\", \"l\": []}";

#[test]
fn an_empty_file_is_named_as_that() {
    for mapping in [jsonl, csv, json] {
        for file in ["", "\n", " \r\n\n", "\u{feff}"] {
            check(mapping(), file.as_bytes(), "the file is empty");
        }
    }
    check(csv(), b"id,t,d,l\n", "the file has a header and no rows");
    check(json(), b"{\"board\": {\"cards\": []}}", "the list of records is empty");
}

#[test]
fn a_mark_at_the_start_is_accepted_and_utf_16_is_refused_with_advice() {
    assert_eq!(read(jsonl(), &format!("\u{feff}{GOOD}\n")).drafts.len(), 1);
    assert_eq!(
        read(csv(), "\u{feff}id,t,d,l\n1,T,D,x\n").drafts[0].labels.as_deref().unwrap(),
        ["x"]
    );
    assert_eq!(
        read(json(), &format!("\u{feff}{{\"board\": {{\"cards\": [{GOOD}]}}}}")).drafts.len(),
        1
    );
    for mark in [[0xff, 0xfe], [0xfe, 0xff]] {
        check(
            csv(),
            &[&mark[..], b"i\0d\0"].concat(),
            "line 1: the file is UTF-16; save it as UTF-8",
        );
    }
}

#[test]
fn bytes_that_are_no_text_are_named_with_line_and_byte() {
    check(
        jsonl(),
        &[GOOD.as_bytes(), b"\n{\"id\": \"\xe6\"}\n"].concat(),
        "line 2: byte 9 (0xE6) is not UTF-8",
    );
    check(csv(), b"id,t,d,l\n1,\"a\nb\xff\",D,\n", "line 3: byte 2 (0xFF) is not UTF-8");
    check(csv(), b"id,\xff\n", "line 1: byte 4 (0xFF) is not UTF-8");
    check(json(), b"{\n\"\xff\"}", "line 2: byte 2 (0xFF) is not UTF-8");
    check(csv(), b"id,t,d,l\n1,a\0b,D,\n", "line 2: byte 4 is a NUL");
    check(jsonl(), b"{\"id\": \"\0\"}\n", "line 1: byte 9 is a NUL");
}

#[test]
fn a_file_that_was_cut_off_is_told_from_one_without_a_last_line_break() {
    assert_eq!(read(jsonl(), GOOD).drafts.len(), 1);
    assert_eq!(read(csv(), "id,t,d,l\n1,T,D,x").drafts.len(), 1);
    check(
        jsonl(),
        format!("{GOOD}\n{}", &GOOD[..20]).as_bytes(),
        "line 2: the file seems to be cut off here: the JSON is not complete",
    );
    check(
        csv(),
        b"id,t,d,l\n1,T,D,x\n2,T",
        "line 3: the row has 2 cells, the header has 4; it is the last line: the file seems to be cut off",
    );
    check(
        csv(),
        b"id,t,d,l\n1,\"T",
        "line 2: a quote that is opened in this row is never closed; the file seems to be cut off",
    );
    check(json(), b"{\"board\": {\n\"cards\": [", "line 2: the file seems to be cut off here");
    check(
        jsonl(),
        format!("{}\n{GOOD}\n", &GOOD[..20]).as_bytes(),
        "line 1: the JSON is not complete",
    );
}

#[test]
fn a_line_beyond_the_limit_is_refused_while_it_streams() {
    let piece = vec![b'x'; 65_536];
    for (mapping, head) in
        [(jsonl(), &b"{\"t\": \""[..]), (csv(), b"id,t,d,l\n"), (csv(), b"id,t,d,l\n1,\"\n")]
    {
        let mut import = crate::Import::new(mapping, Limits::default());
        import.push(head).unwrap();
        let mut sent = 0;
        // A hundred megabytes would come; a little more than one is taken.
        while sent < 100 << 20 && import.push(&piece).is_ok() {
            sent += piece.len();
        }
        assert!(sent <= 1 << 20, "{sent}");
        let problems = import.finish().unwrap_err();
        assert_eq!(problems.total, 1);
        assert!(problems.list[0].message.contains("longer than 1048576 bytes"), "{problems}");
    }
    let limits = Limits { line_bytes: GOOD.len(), ..Limits::default() };
    let line = format!("{GOOD}\n");
    assert!(import_with(jsonl(), limits, &[line.as_bytes()]).is_ok());
    let limits = Limits { line_bytes: GOOD.len() - 1, ..limits };
    assert!(import_with(jsonl(), limits, &[line.as_bytes()]).is_err());
}

#[test]
fn files_and_lists_have_limits() {
    let limits = Limits { records: 1, file_bytes: 1000, document_bytes: 20, ..Limits::default() };
    let say = |mapping, file: &str| {
        import_with(mapping, limits, &[file.as_bytes()]).unwrap_err().to_string()
    };
    assert_eq!(
        say(csv(), "id,t,d,l\n1,T,D,\n2,T,D,\n"),
        "the file has more than 1 records; split it"
    );
    assert!(say(csv(), &"x".repeat(1001)).contains("the file is longer than 1000 bytes"));
    assert!(say(json(), &" ".repeat(21)).contains("the document is longer than 20 bytes"));
}

#[test]
fn nesting_ten_thousand_deep_is_a_clear_error_in_every_format() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let want = "the JSON is nested deeper than 127 levels";
    check(jsonl(), format!("{{\"l\": {deep}}}\n").as_bytes(), want);
    check(
        json(),
        format!("{{\"board\": {{\"x\": {deep}, \"cards\": [{{\"l\": {deep}}}]}}}}").as_bytes(),
        want,
    );
    let cells = small("format = \"csv\"\njson-columns = [\"d\"]", "");
    check(cells, format!("id,t,d\n1,T,{deep}\n").as_bytes(), want);
    check(jsonl(), b"[\n]", "line 1: expected an object a line, found the start of a list");
}

#[test]
fn a_wrong_header_is_told_with_what_is_missing_what_is_there_and_what_was_meant() {
    check(
        csv(),
        b"id,titel,T,d\n1,x,y,z\n",
        "line 1: the file lacks the columns `t`; did you mean `T`? (title), `l` (labels); it has `id`, `titel`, `T`, `d`",
    );
    check(
        csv(),
        b"id;t;d;l\n1;T;D;\n",
        "the columns seem to be separated by ';': set `input.separator`",
    );
    let optional = small(
        "format = \"csv\"",
        "labels = { from = \"l\", optional = true }\ntext = { from = [\"x\", \"d\"] }",
    );
    assert_eq!(read(optional, "id,t,d\n1,T,D\n").drafts.len(), 1);
    let skip =
        small("format = \"csv\"", "\n[[skip]]\nreason = \"r\"\nfrom = \"nix\"\npresent = true\n");
    check(skip, b"id,t,d\n1,T,D\n", "`nix` (skip)");
}

#[test]
fn csv_is_read_as_programs_write_it() {
    let file = "id,t,d,l\r\n1,\"a, \"\"b\"\"\r\nc\",D,x\r\n\r\n2,\u{e9},D,y,,\r\n";
    let parsed = read(csv(), file);
    let drafts: Vec<_> = parsed.drafts.iter().map(|d| (d.line, d.title.as_deref())).collect();
    assert_eq!(drafts, [(2, Some("a, \"b\" c")), (5, Some("\u{e9}"))]);
    for (separator, sign) in [(";", ';'), ("tab", '\t'), ("|", '|')] {
        let mapping = small(&format!("format = \"csv\"\nseparator = \"{separator}\""), "");
        let file = format!("sep={sign}\nid{sign}t{sign}d\n1{sign}T, x{sign}D\n");
        assert_eq!(read(mapping, &file).drafts[0].title.as_deref(), Some("T, x"));
    }
    check(csv(), b"id,t,d,l\n1,T,D\n2,T,D,\n", "line 2: the row has 3 cells, the header has 4");
    check(csv(), b"id,t,d,l\n1,\"T\"x,D,\n", "line 2: cell 2 goes on behind its closing quote");
}

#[test]
fn repeated_columns_are_a_list_and_dots_in_names_do_no_harm() {
    let mapping = small("format = \"csv\"", "labels = \"l\"\ntext = \"user.login\"\n");
    let parsed = read(mapping.clone(), "id,t,d,l,user.login,l\n1,T,D,a,u,b\n2,T,D,,u,c\n");
    assert_eq!(parsed.drafts[0].labels.as_deref().unwrap(), ["a", "b"]);
    assert_eq!(
        (parsed.drafts[1].labels.as_deref(), parsed.drafts[1].text.as_deref()),
        (Some(&["c".to_owned()][..]), Some("u"))
    );
    check(
        mapping,
        b"id,t,t,d,l,user.login\n1,T,U,D,,\n",
        "line 2: title: expected one text, found a list of 2",
    );
}

#[test]
fn a_document_is_walked_to_its_records_and_tables() {
    let mapping = super::mapping(&format!(
        "name = \"p\"\n[input]\nformat = \"json\"\nrecords = \"board.cards\"\n\
         [lookup.lists]\nlist = \"lists\"\nkey = \"id\"\nvalue = \"name\"\n{}\
         status = {{ from = \"list\", change = [{{ lookup = \"lists\" }}], values = {{ Doing = \"in-progress\" }} }}\n",
        super::SMALL
    ));
    let file = "{\"x\": \"}]\\\"\", \"lists\": [{\"id\": \"l1\", \"name\": \"Doing\"}],\n \"board\": {\"n\": -1.5e3, \"cards\":\n\
                [{\"id\": 1, \"t\": \"T\", \"d\": \"D\", \"list\": \"l1\"},\n\n{\"id\": 2, \"t\": \"T\", \"d\": \"D\"}]}}";
    let parsed = read(mapping, file);
    let drafts: Vec<_> = parsed.drafts.iter().map(|d| (d.line, d.status)).collect();
    assert_eq!(drafts, [(3, Some(crate::Status::InProgress)), (5, Some(crate::Status::New))]);
    check(
        json(),
        b"{\"bord\": {}}",
        "the mapping's path `board.cards` leads nowhere: no `board` among `bord`; did you mean `bord`?",
    );
    check(json(), b"{\"board\": {\"cards\": 5}}", "expected a list of records at `board.cards`");
    check(
        json(),
        b"{}\n{}",
        "line 2: this is no JSON: trailing characters (column 1); if each line is a record",
    );
    check(
        json(),
        b"{\"board\": {\"cards\": [\n7]}}",
        "line 2: expected an object with fields, found the number `7`",
    );
}

#[test]
fn all_problems_are_counted_and_a_hundred_are_told() {
    let mut file = format!("{GOOD}\n");
    for _ in 0..250 {
        writeln!(file, "{{\"id\": 1, \"t\": \"T\"}}").unwrap();
    }
    let problems = super::import(jsonl(), file.as_bytes()).unwrap_err();
    assert_eq!((problems.total, problems.list.len()), (250, 100));
    assert_eq!(
        problems.list[0].to_string(),
        "line 2: domain: is required, and nothing usable stands at `d`"
    );
    assert!(problems.to_string().ends_with("and 150 more"));
}
