//! One record on its way to a draft: every field is read and checked, and every fault of it noted.

use serde_json::Value;

use crate::{
    checks,
    draft::{Amount, Draft, Handle, Person, whole},
    extract::{Extract, Stop, missing},
    mapping::{Mapping, Skip, field::Field, parse_word},
    problem::Problem,
    reference::Key,
    step::Tables,
    text::{described, shown},
    time,
    words::{Kind, Status},
};

mod entries;
mod references;

/// What a record is.
pub(crate) enum Outcome {
    Draft(Box<Drafted>),
    LeftOut(String),
    Wrong(Vec<Problem>),
}

/// A draft, and what was noticed beside it.
pub(crate) struct Drafted {
    pub(crate) key: Key,
    pub(crate) draft: Draft,
    /// What the source calls the domain; empty if the domain is not told.
    pub(crate) called: String,
    /// Values that stand for nothing: field and reason.
    pub(crate) ignored: Vec<(String, String)>,
}

/// Reads one record. `seen` notes by the number of a path whether anything was there.
pub(crate) fn record(
    mapping: &Mapping,
    record: &Value,
    line: u64,
    tables: &Tables,
    seen: &mut [bool],
) -> Outcome {
    if !record.is_object() {
        let message = format!("expected an object with fields, found {}", described(record));
        return Outcome::Wrong(vec![Problem::line(line, message)]);
    }
    let extract = Extract::new(mapping, record, tables, seen);
    let mut build =
        Build { extract, line, problems: Vec::new(), leave_out: None, called: String::new() };
    for skip in &mapping.skips {
        if build.skipped(skip) {
            return Outcome::LeftOut(skip.reason.clone());
        }
    }
    let draft = build.draft(mapping);
    let Build { extract: Extract { ignored, .. }, problems, leave_out, called, .. } = build;
    match (leave_out, draft) {
        (Some(reason), _) => Outcome::LeftOut(reason),
        (None, Some((key, draft))) => {
            Outcome::Draft(Box::new(Drafted { key, draft, called, ignored }))
        }
        (None, None) => Outcome::Wrong(problems),
    }
}

/// One record on its way.
struct Build<'a> {
    extract: Extract<'a>,
    line: u64,
    problems: Vec<Problem>,
    leave_out: Option<String>,
    /// What the source calls the domain.
    called: String,
}

impl Build<'_> {
    fn skipped(&mut self, skip: &Skip) -> bool {
        let found = self.extract.compared(&skip.get);
        if skip.present.is_some_and(|present| present != found.is_some()) {
            return false;
        }
        let fits = |text: &String| skip.tests.iter().all(|test| test.holds(text));
        skip.tests.is_empty() || found.unwrap_or_default().iter().any(fits)
    }

    fn wrong(&mut self, field: &str, message: String) {
        self.problems.push(Problem::field(self.line, field, message));
    }

    fn ignore(&mut self, field: &str, reason: &str) {
        self.extract.ignored.push((field.to_owned(), reason.to_owned()));
    }

    fn stop<T>(&mut self, field: &str, result: Result<T, Stop>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(Stop::Wrong(message)) => {
                self.wrong(field, message);
                None
            }
            Err(Stop::LeaveOut(reason)) => {
                self.leave_out.get_or_insert(reason);
                None
            }
        }
    }

    /// A field of one value; the outer `None` if it is not told.
    fn one<T>(
        &mut self,
        field: &Field,
        check: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<Option<T>> {
        let text = self.extract.one(field);
        let Some(text) = self.stop(&field.name, text)?? else { return Some(None) };
        check(&text).map_err(|message| self.wrong(&field.name, message)).ok().map(Some)
    }

    /// The same of a field that the mapping may not name; then it is not told.
    fn some<T>(
        &mut self,
        field: Option<&Field>,
        check: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<Option<T>> {
        self.one(field?, check)
    }

    /// A field that no item can be without.
    fn certain<T>(
        &mut self,
        field: Option<&Field>,
        check: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let field = field?;
        let value = self.one(field, check)?;
        if value.is_none() {
            self.wrong(&field.name, missing(field));
        }
        value
    }

    /// The different values of a list field; `None` if it is not told.
    fn all<T: PartialEq>(
        &mut self,
        field: Option<&Field>,
        most: usize,
        check: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let field = field?;
        let texts = self.extract.all(field);
        let mut values = Vec::new();
        for text in self.stop(&field.name, texts)?? {
            match check(&text) {
                Ok(value) if values.contains(&value) => {}
                Ok(value) => values.push(value),
                Err(message) => self.wrong(&field.name, message),
            }
        }
        if let Err(message) = checks::at_most(values.len(), most) {
            self.wrong(&field.name, message);
        }
        Some(values)
    }

    /// The draft with the key of its source link; `None` only if there is a problem or a reason to leave it out.
    fn draft(&mut self, mapping: &Mapping) -> Option<(Key, Draft)> {
        let item = &mapping.item;
        let source = self.one(&item.source, checks::source).flatten();
        let title = self.certain(item.title.as_ref(), checks::title);
        let domain = self.certain(item.domain.as_ref(), |called| {
            let called = checks::name(called)?;
            Ok((mapping.domains.id(&called)?, called))
        });
        let (domain, called) = domain.unzip();
        let time_us = self.some(item.time.as_ref(), time::moment).flatten();
        let number = |text: &str| {
            Key::number(&mapping.name, text).ok_or_else(|| {
                format!("{} is no number: up to 100 characters without blanks", shown(text))
            })
        };
        let path = |text: &str| {
            Key::path(&mapping.name, text)
                .ok_or_else(|| format!("{} is no path of up to 400 bytes", shown(text)))
        };
        let numbers = self.all(item.number.as_ref(), checks::MOST_NAMES, number);
        let paths = self.all(item.path.as_ref(), checks::MOST_NAMES, path);
        let text = self.some(item.text.as_ref(), checks::text);
        let kind = self.some(item.kind.as_ref(), parse_word::<Kind>);
        let status = self.some(item.status.as_ref(), parse_word::<Status>);
        let labels = self.all(item.labels.as_ref(), checks::MOST_LABELS, checks::label);
        let estimate = self.some(item.estimate.as_ref(), Amount::parse);
        let value = self.some(item.value.as_ref(), whole);
        let moscow = self.some(item.moscow.as_ref(), parse_word);
        let people = self.people(mapping);
        let (parent, links) = self.references(mapping);
        let requests = self.requests(mapping, domain.as_deref());
        let entries = self.entries(mapping);
        if !self.problems.is_empty() || self.leave_out.is_some() {
            return None;
        }
        let (source, key) = source?;
        self.called = called.unwrap_or_default();
        let mut keys = vec![key.clone()];
        keys.extend(numbers.into_iter().chain(paths).flatten());
        let draft = Draft {
            line: self.line,
            source,
            keys,
            time_us,
            title,
            text: text.map(Option::unwrap_or_default),
            domain,
            kind: kind.map(|kind| kind.unwrap_or(Kind::Story)),
            status: status.map(|status| status.unwrap_or(Status::New)),
            labels,
            estimate,
            value,
            moscow,
            people,
            parent,
            links,
            requests,
            entries,
        };
        Some((key, draft))
    }

    fn people(&mut self, mapping: &Mapping) -> Option<Vec<Person>> {
        let mut people: Option<Vec<Person>> = None;
        for (role, field) in &mapping.people {
            let handles = self.all(Some(field), checks::MOST_OTHERS, |text| {
                Handle::parse(text).map_err(str::to_owned)
            });
            let Some(handles) = handles else { continue };
            let of_role = handles.into_iter().map(|handle| Person { role: role.clone(), handle });
            people.get_or_insert_default().extend(of_role);
        }
        let count = people.as_ref().map_or(0, Vec::len);
        if let Err(message) = checks::at_most(count, checks::MOST_OTHERS) {
            self.wrong("people", message);
        }
        people
    }

    fn requests(&mut self, mapping: &Mapping, own: Option<&str>) -> Option<Vec<String>> {
        let field = mapping.item.requests.as_ref()?;
        let texts = self.extract.all(field);
        let mut requests: Vec<String> = Vec::new();
        for text in self.stop(&field.name, texts)?? {
            match mapping.domains.id(&text) {
                Ok(id) if Some(id.as_str()) == own => {
                    self.ignore(&field.name, "names the item's own domain")
                }
                Ok(id) if requests.contains(&id) => {
                    self.ignore(&field.name, "named already in the same record")
                }
                Ok(id) => requests.push(id),
                Err(message) => self.wrong(&field.name, message),
            }
        }
        if let Err(message) = checks::at_most(requests.len(), checks::MOST_OTHERS) {
            self.wrong(&field.name, message);
        }
        Some(requests)
    }
}
