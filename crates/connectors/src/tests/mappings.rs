//! Texts that are no mappings, and what is said about them.

use super::SMALL;
use crate::Mapping;

/// The one fault of the small mapping with these lines added.
#[track_caller]
fn check(more: &str, want: &str) {
    let text = format!("name = \"p\"\ninput.format = \"jsonl\"\n{SMALL}{more}");
    check_whole(&text, want);
}

#[track_caller]
fn check_whole(text: &str, want: &str) {
    let error = Mapping::parse(text).expect_err("this is no mapping").to_string();
    assert!(error.contains(want), "\n{error}\ndoes not say\n{want}");
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_what_is_allowed() {
    check(
        "titel = \"x\"",
        "line 8: `item.titel`: there is no such key; did you mean `title`? (allowed here: source, ",
    );
    check("[items]", "line 8: `items`: there is no such key; did you mean `item`?");
    check(
        "text = { form = \"x\" }",
        "`item.text.form`: there is no such key; did you mean `from`?",
    );
    check("[domains.shop]\ncolour = 1", "`domains.shop.colour`: there is no such key");
}

#[test]
fn a_wrong_type_is_named_with_what_was_expected() {
    check("text = 5", "`item.text`: expected a text in quotes, found the number `5`");
    check(
        "text = { from = \"x\", required = \"yes\" }",
        "`item.text.required`: expected true or false, found the text `yes`",
    );
    check("links = 1", "`item.links`: there is no such key");
    check("[[skip]]\nreason = \"x\"\nfrom = \"y\"", "a rule needs `present`, `equals`");
    check("[links]\nkind = \"needs\"", "`links`: expected a list, found a table");
    check("[people]\napprover = {}", "one of `from`, `join` and `constant` is missing");
}

#[test]
fn what_must_be_there_is_asked_for() {
    let error = Mapping::parse("[input]\n[item]\n").unwrap_err().to_string();
    for place in
        ["`name`: is missing", "`input.format`", "`item.source`", "`item.title`", "`item.domain`"]
    {
        assert!(error.contains(place), "{error}");
    }
    check_whole("", "`input`: is missing");
}

#[test]
fn our_own_words_are_checked_before_any_file_is_read() {
    check(
        "status = { from = \"s\", values = { x = \"redy\" } }",
        "`item.status.values.x`: `redy` is not one of new, ready, in-progress, done, dropped; did you mean `ready`?",
    );
    check(
        "kind = { constant = \"bug\" }",
        "the constant does not fit: `bug` is not one of epic, feature",
    );
    check(
        "moscow = { from = \"m\", default = \"perhaps\" }",
        "`perhaps` is not one of must, should, could, wont",
    );
    check("estimate = { from = \"e\", default = -1 }", "expected a number from 0 to 100,000");
    check(
        "[[links]]\nkind = \"blocks\"\nfrom = \"x\"",
        "`links[1].kind`: `blocks` is not one of relates-to, needs, needed-by",
    );
    check("[domains.Shop]", "`Shop` can be no domain's id");
    check("[domains.shop]\nkey = \"shop\"", "`shop` can be no domain's key");
}

#[test]
fn keys_that_make_no_sense_together_are_refused() {
    check("text = { from = \"x\", constant = \"y\" }", "only one of `from`, `join` and `constant`");
    check("text = { from = \"x\", unlisted = \"keep\" }", "there is no table `values`");
    check("labels = { from = \"x\", where = { a = \"b\" } }", "there is no `each`");
    check(
        "status = { from = \"x\", values = { A = \"new\", a = \"done\" } }",
        "has this value already",
    );
    check("text = { from = \"x\", change = [{ lookup = \"l\" }] }", "there is no `[lookup.l]`");
    check(
        "[lookup.l]\nlist = \"a\"\nkey = \"b\"\nvalue = \"c\"",
        "only a document of the format `json`",
    );
    check(
        "[domains.a]\naliases = [\"x\"]\n[domains.b]\naliases = [\"X\"]",
        "the alias `x` stands for",
    );
    check_whole(
        &format!("name = \"p\"\ninput = {{ format = \"csv\", records = \"x\" }}{SMALL}"),
        "has a meaning for the format `json` only",
    );
}

#[test]
fn what_has_a_meaning_for_changes_only_is_refused_where_records_tell_all() {
    check(
        "text = { from = \"x\", told-by = \"y\" }",
        "line 8: `item.text.told-by`: has a meaning with `input.tells = \"changes\"` only; records that tell all tell \
         every field",
    );
    check_whole(
        "name = \"p\"\ninput = { format = \"jsonl\", tells = \"news\" }\n[item]\nsource = \"s\"\n",
        "line 2: `input.tells`: `news` is not one of all, changes",
    );
    let changes = |more: &str| {
        format!(
            "name = \"p\"\ninput = {{ format = \"jsonl\", tells = \"changes\" }}\n[item]\n{more}"
        )
    };
    check_whole(&changes("title = \"t\""), "`item.source`: is missing");
    check_whole(
        &changes("source = \"s\"\ntext = { from = \"x\", told-by = [] }"),
        "`item.text.told-by`: the list is empty",
    );
    check_whole(
        &changes("source = \"s\"\ntext = { from = \"x\", told-by = \"a..b\" }"),
        "`item.text.told-by`: `a..b` is no path",
    );
}

#[test]
fn times_and_entries_are_checked_before_any_file_is_read() {
    check(
        "time = { constant = \"soon\" }",
        "the constant does not fit: expected a time with its offset",
    );
    check(
        "text = { from = \"x\", change = [{ epoch = \"days\" }] }",
        "`days` is not one of seconds, milliseconds",
    );
    check("[[entries]]\nrelease = \"r\"", "line 8: `entries[1].name`: is missing");
    check(
        "[[entries]]\nname = \"Beta!\"\nrelease = \"r\"",
        "`Beta!` does not fit: 1 to 40 letters",
    );
    check(
        "[[entries]]\nname = \"beta\"\ntitle = \"t\"",
        "`entries[1]`: an entry needs one of `release`, `start`, `end` and `horizon`",
    );
    check(
        "[[entries]]\nname = \"beta\"\nrelease = \"r\"\n[[entries]]\nname = \"beta\"\nend = \"e\"",
        "`entries[2]`: there is an entry `beta` already",
    );
    check(
        "[[entries]]\nname = \"beta\"\nend = { from = \"e\", values = { v1 = \"2026-02-30\" } }",
        "`entries[1].end.values.v1`: expected a day such as 2026-11-22",
    );
    check(
        "[[entries]]\nname = \"beta\"\nhorizon = { from = \"h\", default = \"soon\" }",
        "`soon` is not one of now, next, later",
    );
    check("[[entries]]\nname = \"beta\"\nrelaese = \"r\"\nend = \"e\"", "did you mean `release`?");
    let many: String =
        (0..21).map(|n| format!("[[entries]]\nname = \"e{n}\"\nend = \"e\"\n")).collect();
    check(&many, "`entries`: has 21 entries, at most 20 fit");
    check(
        "[[skip]]\nreason = \"r\"\npresent = true",
        "`skip[1]`: one of `from` and `join` is expected",
    );
    check("text = { from = [] }", "`item.text.from`: the list is empty");
}

#[test]
fn a_step_that_is_none_is_refused_with_those_there_are() {
    let step = |step: &str| format!("text = {{ from = \"x\", change = [{step}] }}");
    check(
        &step("\"lowr\""),
        "`item.text.change[1]`: there is no step `lowr`; did you mean `lower`?",
    );
    check(
        &step("\"lower\", { befor = \"x\" }"),
        "`item.text.change[2]`: there is no step `befor`; did you mean `before`?",
    );
    check(&step("{ before = \"\" }"), "the text to look for is empty");
    check(&step("{ before = \"a\", after = \"b\" }"), "a step has exactly one key");
    check(&step("{ replace = [\"a\"] }"), "expected two texts");
    check(&step("{ segment = 0 }"), "segments count from 1");
    check(&step("{ cut = 0 }"), "expected a number of characters");
    check(&step("{ divide = 0 }"), "above 0");
}

#[test]
fn paths_and_templates_are_checked() {
    check("text = \"a..b\"", "`a..b` is no path");
    check("text = { join = \"{a\" }", "a `{` is not closed");
    check("text = { join = \"always\" }", "is a `constant`");
    check("text = []", "the list is empty");
}

#[test]
fn what_is_no_toml_has_its_line() {
    check_whole("name = \"p\"\n\nformat: csv\n", "line 3: this is no TOML");
    check_whole(&"#".repeat(2 << 20), "a mapping has at most 1048576 bytes");
}

#[test]
fn every_fault_is_told_at_once_in_the_order_of_the_text() {
    let error =
        Mapping::parse("name = \"P!\"\ninput.format = \"xml\"\n[item]\ntitle = 5\nzz = 1\n")
            .unwrap_err();
    let lines: Vec<usize> = error.faults.iter().map(|fault| fault.line).collect();
    assert!(lines.is_sorted() && lines.len() >= 5, "{error}");
}
