//! Compiling the tables of a mapping, each into its part of [`Mapping`].

use std::collections::BTreeMap;

use toml::Spanned;

use super::{
    Duplicates, Format, InputPart, ItemPart, LinkPart, Lookup, Mapping, Rule, Skip, Tells,
    entries::entries,
    field::{Field, Get, Shape, Spec, from_paths, ignore, joined, path, word},
    section::{Context, Entry, Section},
    steps::{steps, test},
};
use crate::{
    domains::{self, Declared, Domains},
    draft::{Amount, whole},
    path::Path,
    reference::KeyKind,
    step::TESTS,
    text::{did_you_mean, shown, slug},
    time,
    words::{Kind, Moscow, Relation, Status, Word},
};

const FORMATS: &[(&str, Format)] =
    &[("jsonl", Format::JsonLines), ("csv", Format::Csv), ("json", Format::Json)];
const SEPARATORS: &[(&str, u8)] = &[
    (",", b','),
    (";", b';'),
    ("|", b'|'),
    ("\t", b'\t'),
    ("tab", b'\t'),
    ("comma", b','),
    ("semicolon", b';'),
];
const TELLS: &[(&str, Tells)] = &[("all", Tells::All), ("changes", Tells::Changes)];
const DUPLICATES: &[(&str, Duplicates)] = &[
    ("error", Duplicates::Error),
    ("first", Duplicates::First),
    ("last", Duplicates::Last),
    ("each", Duplicates::Each),
];
const KEYS: &[(&str, KeyKind)] =
    &[("path", KeyKind::Path), ("number", KeyKind::Number), ("link", KeyKind::Link)];

/// The whole text; `None` only together with faults.
pub(super) fn mapping(
    ctx: &mut Context<'_>,
    table: &Spanned<toml::de::DeTable<'_>>,
) -> Option<Mapping> {
    let mut root = Section::root(table);
    let name = root.need(ctx, "name").and_then(|entry| source_name(ctx, &entry));
    let input = root.need(ctx, "input").and_then(|entry| input(ctx, &entry));
    ctx.tells = input.as_ref().map(|input| input.tells);
    let lookups =
        root.take("lookup").map(|entry| lookups(ctx, &entry, input.as_ref())).unwrap_or_default();
    let skips = root.take("skip").map(|entry| skips(ctx, &entry)).unwrap_or_default();
    let item = root.need(ctx, "item").and_then(|entry| item(ctx, &entry));
    let people = root.take("people").map(|entry| people(ctx, &entry)).unwrap_or_default();
    let (rules, ignore) = references(ctx, root.take("references"));
    let links =
        root.take("links").map(|entry| links(ctx, &entry, &rules, &ignore)).unwrap_or_default();
    let entries = root.take("entries").map(|entry| entries(ctx, &entry)).unwrap_or_default();
    let domains = root.take("domains").map(|entry| domain_tables(ctx, &entry)).unwrap_or_default();
    root.finish(ctx);
    let mut item = item?;
    if let Some(parent) = &mut item.parent {
        add_ignore(parent, &ignore);
    }
    let (name, input) = (name?, input?);
    Some(Mapping {
        name,
        input,
        lookups,
        skips,
        item,
        people,
        links,
        entries,
        rules,
        domains,
        paths: ctx.paths(),
    })
}

fn source_name(ctx: &mut Context<'_>, entry: &Entry<'_>) -> Option<String> {
    let name = entry.text(ctx)?;
    kebab(ctx, entry, &name).then_some(name)
}

pub(super) fn kebab(ctx: &mut Context<'_>, entry: &Entry<'_>, name: &str) -> bool {
    let fits = domains::check_id(name).is_ok();
    if !fits {
        let message = format!(
            "{} does not fit: 1 to 40 letters a-z, digits and hyphens, a letter first",
            shown(name)
        );
        ctx.fault(entry, message);
    }
    fits
}

fn input(ctx: &mut Context<'_>, entry: &Entry<'_>) -> Option<InputPart> {
    let mut section = entry.section(ctx)?;
    let format = section.need(ctx, "format").and_then(|entry| word(ctx, &entry, FORMATS));
    let tells = section.take("tells").map(|entry| word(ctx, &entry, TELLS));
    let separator = section.take("separator");
    let records = section.take("records");
    let json_columns = section.take("json-columns");
    for (wanted, entry) in
        [(Format::Csv, &separator), (Format::Json, &records), (Format::Csv, &json_columns)]
    {
        if let (Some(format), Some(entry)) = (format, entry)
            && format != wanted
        {
            ctx.fault(entry, format!("has a meaning for the format `{}` only", wanted.name()));
        }
    }
    let duplicates = section.take("duplicates").and_then(|entry| word(ctx, &entry, DUPLICATES));
    let part = InputPart {
        format: format.unwrap_or(Format::JsonLines),
        // A word that is none is a fault already, and what follows from it need not be another.
        tells: tells.map_or(Tells::All, |tells| tells.unwrap_or(Tells::Changes)),
        separator: separator.and_then(|entry| word(ctx, &entry, SEPARATORS)).unwrap_or(b','),
        records: records.and_then(|entry| list_path(ctx, &entry)),
        json_columns: json_columns.map(|entry| entry.texts(ctx)).unwrap_or_default(),
        duplicates,
        ignore: ignore(ctx, &mut section),
    };
    section.finish(ctx);
    format.map(|_| part)
}

fn lookups(
    ctx: &mut Context<'_>,
    entry: &Entry<'_>,
    input: Option<&InputPart>,
) -> BTreeMap<String, Lookup> {
    let mut lookups = BTreeMap::new();
    let Some(section) = entry.section(ctx) else { return lookups };
    if input.is_some_and(|input| input.format != Format::Json) {
        ctx.fault(entry, "only a document of the format `json` brings tables along");
    }
    for (name, entry) in section.entries() {
        ctx.lookups.push(name.clone());
        let Some(mut section) = entry.section(ctx) else { continue };
        let list = section.need(ctx, "list").and_then(|entry| list_path(ctx, &entry));
        let mut part = |key| section.need(ctx, key).and_then(|entry| path(ctx, &entry));
        let (key, value) = (part("key"), part("value"));
        section.finish(ctx);
        if let (Some(list), Some(key), Some(value)) = (list, key, value) {
            lookups.insert(name, Lookup { list, key, value });
        }
    }
    lookups
}

/// A path to one place of the document.
fn list_path(ctx: &mut Context<'_>, entry: &Entry<'_>) -> Option<Path> {
    let path = path(ctx, entry)?;
    if path.keys().is_none() {
        ctx.fault(entry, "one list is expected here; `*` cannot be used");
        return None;
    }
    Some(path)
}

fn skips(ctx: &mut Context<'_>, entry: &Entry<'_>) -> Vec<Skip> {
    let mut skips = Vec::new();
    for entry in entry.list(ctx) {
        let Some(mut section) = entry.section(ctx) else { continue };
        let reason = section.need(ctx, "reason").and_then(|entry| entry.text(ctx));
        let get = skip_value(ctx, &mut section);
        let present = section.take("present").and_then(|entry| entry.truth(ctx));
        let mut tests = Vec::new();
        for (name, _) in TESTS {
            tests.extend(section.take(name).and_then(|entry| test(ctx, name, &entry)));
        }
        for name in ["not-equals", "not-starts", "not-ends", "not-contains"] {
            tests.extend(section.take(name).and_then(|entry| test(ctx, name, &entry)));
        }
        if tests.is_empty() && present.is_none() {
            section.fault(
                ctx,
                "a rule needs `present`, `equals`, `starts`, `ends` or `contains` (also with not-)",
            );
        }
        section.finish(ctx);
        if let (Some(reason), Some(get)) = (reason, get) {
            skips.push(Skip { reason, get, tests, present });
        }
    }
    skips
}

fn skip_value(ctx: &mut Context<'_>, section: &mut Section<'_>) -> Option<Get> {
    match (section.take("from"), section.take("join")) {
        (Some(from), None) => from_paths(ctx, &from),
        (None, Some(join)) => joined(ctx, &join),
        (_, _) => {
            section.fault(ctx, "one of `from` and `join` is expected");
            None
        }
    }
}

fn item(ctx: &mut Context<'_>, entry: &Entry<'_>) -> Option<ItemPart> {
    let mut section = entry.section(ctx)?;
    let any: fn(&str) -> Result<(), String> = |_| Ok(());
    let amount = |text: &str| Amount::parse(text).map(drop);
    let number_value = |text: &str| whole(text).map(drop);
    let domain = |text: &str| Domains::default().id(text).map(drop);
    let time = |text: &str| time::moment(text).map(drop);
    let all = ctx.tells != Some(Tells::Changes);
    let mut needed = |name, check, needed| {
        let entry = if needed { section.need(ctx, name)? } else { section.take(name)? };
        let field = Field::compile(ctx, &entry, name, Shape::One, check);
        Some(Field { required: field.required || needed, ..field })
    };
    let source = needed("source", any, true);
    let (title, owner) = (needed("title", any, all), needed("domain", domain, all));
    let mut field = |name, shape, check| {
        let entry = section.take(name)?;
        Some(Field::compile(ctx, &entry, name, shape, check))
    };
    let time = field("time", Shape::One, time);
    let number = field("number", Shape::Loose, any);
    let path = field("path", Shape::Loose, any);
    let text = field("text", Shape::One, any);
    let kind = field("kind", Shape::One, one_of::<Kind>);
    let status = field("status", Shape::One, one_of::<Status>);
    let labels = field("labels", Shape::List, any);
    let estimate = field("estimate", Shape::One, amount);
    let value = field("value", Shape::One, number_value);
    let moscow = field("moscow", Shape::One, one_of::<Moscow>);
    let parent = field("parent", Shape::One, any);
    let requests = field("requests", Shape::List, domain);
    section.finish(ctx);
    Some(ItemPart {
        source: source?,
        title,
        domain: owner,
        time,
        number,
        path,
        text,
        kind,
        status,
        labels,
        estimate,
        value,
        moscow,
        parent,
        requests,
    })
}

/// The word, or what would have been one.
pub(crate) fn one_of<W: Word>(text: &str) -> Result<(), String> {
    parse_word::<W>(text).map(drop)
}

/// The word, or what would have been one.
pub(crate) fn parse_word<W: Word>(text: &str) -> Result<W, String> {
    W::parse(text).ok_or_else(|| {
        let near = did_you_mean(text, W::ALL.iter().map(|(word, _)| *word));
        format!("{} is not one of {}{near}", shown(text), W::allowed())
    })
}

fn people(ctx: &mut Context<'_>, entry: &Entry<'_>) -> Vec<(String, Field)> {
    let Some(section) = entry.section(ctx) else { return Vec::new() };
    let mut people = Vec::new();
    for (role, entry) in section.entries() {
        if kebab(ctx, &entry, &role) {
            let field =
                Field::compile(ctx, &entry, &format!("people.{role}"), Shape::Loose, |_| Ok(()));
            people.push((role, field));
        }
    }
    people
}

fn references(ctx: &mut Context<'_>, entry: Option<Entry<'_>>) -> (Vec<Rule>, Vec<String>) {
    let whole = |by| Rule { by, steps: Vec::new() };
    let usual = vec![whole(KeyKind::Link), whole(KeyKind::Number)];
    let Some(mut section) = entry.and_then(|entry| entry.section(ctx)) else {
        return (usual, Vec::new());
    };
    let rules = section.take("resolve").map(|entry| rules(ctx, &entry));
    let ignore = ignore(ctx, &mut section);
    section.finish(ctx);
    (rules.unwrap_or(usual), ignore)
}

fn rules(ctx: &mut Context<'_>, entry: &Entry<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for entry in entry.list(ctx) {
        if !entry.is_table() {
            rules.extend(word(ctx, &entry, KEYS).map(|by| Rule { by, steps: Vec::new() }));
            continue;
        }
        let Some(mut section) = entry.section(ctx) else { continue };
        let by = section.need(ctx, "by").and_then(|entry| word(ctx, &entry, KEYS));
        let steps = section.take("change").map(|entry| steps(ctx, &entry)).unwrap_or_default();
        section.finish(ctx);
        rules.extend(by.map(|by| Rule { by, steps }));
    }
    rules
}

fn links(
    ctx: &mut Context<'_>,
    entry: &Entry<'_>,
    usual: &[Rule],
    ignore: &[String],
) -> Vec<LinkPart> {
    let mut links = Vec::new();
    for entry in entry.list(ctx) {
        let Some(mut section) = entry.section(ctx) else { continue };
        let kind = section.need(ctx, "kind");
        let relation = kind.and_then(|entry| {
            let text = entry.text(ctx)?;
            parse_word::<Relation>(&text).map_err(|error| ctx.fault(&entry, error)).ok()
        });
        let rules = section.take("resolve").map(|entry| rules(ctx, &entry));
        let required = section.take("required").and_then(|entry| entry.truth(ctx)).unwrap_or(false);
        let spec = Spec::compile(ctx, &mut section, |_| Ok(()));
        section.finish(ctx);
        let (Some(relation), Some(spec)) = (relation, spec) else { continue };
        let name = format!("links.{}", relation.as_str());
        let mut field =
            Field { name, shape: Shape::List, specs: vec![spec], required, secret: false };
        add_ignore(&mut field, ignore);
        links.push(LinkPart { relation, field, rules: rules.unwrap_or_else(|| usual.to_vec()) });
    }
    links
}

fn add_ignore(field: &mut Field, ignore: &[String]) {
    for spec in &mut field.specs {
        spec.ignore.extend_from_slice(ignore);
    }
}

fn domain_tables(ctx: &mut Context<'_>, entry: &Entry<'_>) -> Domains {
    let mut domains = Domains::default();
    let Some(section) = entry.section(ctx) else { return domains };
    for (id, entry) in section.entries() {
        if let Err(error) = domains::check_id(&id) {
            ctx.fault(&entry, error);
        }
        let Some(mut section) = entry.section(ctx) else { continue };
        let key = section.take("key").and_then(|entry| {
            let key = entry.text(ctx)?;
            domains::check_key(&key)
                .map_err(|error| ctx.fault(&entry, error))
                .is_ok()
                .then_some(key)
        });
        let name = section.take("name").and_then(|entry| {
            let name = entry.text(ctx)?;
            let fits = (1..=80).contains(&name.trim().chars().count())
                && !name.chars().any(char::is_control);
            if !fits {
                ctx.fault(&entry, "a domain's name has 1 to 80 characters on one line");
            }
            fits.then(|| name.trim().to_owned())
        });
        if let Some(entry) = section.take("aliases") {
            for alias in entry.texts(ctx) {
                let alias = slug(&alias);
                if let Some(other) = domains.aliases.insert(alias.clone(), id.clone()) {
                    ctx.fault(&entry, format!("the alias `{alias}` stands for `{other}` already"));
                }
            }
        }
        section.finish(ctx);
        domains.declared.insert(id, Declared { key, name });
    }
    domains
}
