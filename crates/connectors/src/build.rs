//! One record on its way to a draft: every field is read and checked, and every fault of it noted.

use serde_json::Value;

use crate::{
    checks,
    draft::{Amount, Draft, Handle, Person, whole},
    extract::{Extract, Stop},
    mapping::{Mapping, Rule, Skip, field::Field, parse_word},
    path::Looked,
    problem::Problem,
    reference::{Key, KeyKind, Reference},
    step, template,
    text::{first_url, shown},
    words::{Kind, Relation, Status},
};

/// One record on its way.
pub(crate) struct Build<'a> {
    pub(crate) extract: Extract<'a>,
    line: u64,
    pub(crate) problems: Vec<Problem>,
    pub(crate) leave_out: Option<String>,
    /// What the source calls the domain.
    pub(crate) called: String,
}

impl<'a> Build<'a> {
    pub(crate) fn new(extract: Extract<'a>, line: u64) -> Self {
        Self { extract, line, problems: Vec::new(), leave_out: None, called: String::new() }
    }

    /// The draft with the key of its source link; `None` only if there is a problem or a reason to leave it out.
    pub(crate) fn run(&mut self, mapping: &Mapping, record: &'a Value) -> Option<(Key, Draft)> {
        for skip in &mapping.skips {
            if self.skipped(skip, record) {
                self.leave_out = Some(skip.reason.clone());
                return None;
            }
        }
        self.draft(mapping)
    }

    fn skipped(&mut self, skip: &Skip, record: &'a Value) -> bool {
        let found = self.extract.first(&skip.paths, record).ok().flatten();
        if skip.present.is_some_and(|present| present != found.is_some()) {
            return false;
        }
        if skip.tests.is_empty() {
            return true;
        }
        let values: Vec<&Value> = match found {
            None | Some((_, Looked::Missing)) => Vec::new(),
            Some((_, Looked::One(Value::Array(list)))) => list.iter().collect(),
            Some((_, Looked::One(value))) => vec![value],
            Some((_, Looked::Many(values))) => values,
        };
        let texts: Vec<String> =
            values.into_iter().filter_map(|value| template::scalar(value).ok().flatten()).collect();
        texts.iter().any(|text| skip.tests.iter().all(|test| test.holds(text)))
    }

    fn wrong(&mut self, field: &str, message: String) {
        self.problems.push(Problem::field(self.line, field, message));
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

    fn one<T>(
        &mut self,
        field: &Field,
        check: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.extract.one(field);
        let text = self.stop(&field.name, text)??;
        check(&text).map_err(|message| self.wrong(&field.name, message)).ok()
    }

    fn some<T>(
        &mut self,
        field: Option<&Field>,
        check: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        self.one(field?, check)
    }

    /// The different values of a list field.
    fn all<T: PartialEq>(
        &mut self,
        field: Option<&Field>,
        most: usize,
        check: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<T> {
        let Some(field) = field else { return Vec::new() };
        let texts = self.extract.all(field);
        let mut values = Vec::new();
        for text in self.stop(&field.name, texts).unwrap_or_default() {
            match check(&text) {
                Ok(value) if values.contains(&value) => {}
                Ok(value) => values.push(value),
                Err(message) => self.wrong(&field.name, message),
            }
        }
        if let Err(message) = checks::at_most(values.len(), most) {
            self.wrong(&field.name, message);
        }
        values
    }

    fn draft(&mut self, mapping: &Mapping) -> Option<(Key, Draft)> {
        let item = &mapping.item;
        let source = self.one(&item.source, checks::source);
        let title = self.one(&item.title, checks::title);
        let domain = self.one(&item.domain, |called| {
            let called = checks::name(called)?;
            Ok((mapping.domains.id(&called)?, called))
        });
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
        let text = self.some(item.text.as_ref(), checks::text).unwrap_or_default();
        let kind = self.some(item.kind.as_ref(), parse_word::<Kind>).unwrap_or(Kind::Story);
        let status = self.some(item.status.as_ref(), parse_word::<Status>).unwrap_or(Status::New);
        let labels = self.all(item.labels.as_ref(), checks::MOST_LABELS, checks::label);
        let estimate = self.some(item.estimate.as_ref(), Amount::parse);
        let value = self.some(item.value.as_ref(), whole);
        let moscow = self.some(item.moscow.as_ref(), parse_word);
        let people = self.people(mapping);
        let references = self.references(mapping);
        let requests = self.requests(mapping, domain.as_ref().map(|(id, _)| id.as_str()));
        let ((source, key), title, (domain, called)) = (source?, title?, domain?);
        if !self.problems.is_empty() || self.leave_out.is_some() {
            return None;
        }
        self.called = called;
        let mut keys = vec![key.clone()];
        keys.extend(numbers);
        keys.extend(paths);
        let line = self.line;
        let draft = Draft {
            line,
            source,
            keys,
            title,
            text,
            domain,
            kind,
            status,
            labels,
            estimate,
            value,
            moscow,
            people,
            references,
            requests,
        };
        Some((key, draft))
    }

    fn people(&mut self, mapping: &Mapping) -> Vec<Person> {
        let mut people = Vec::new();
        for (role, field) in &mapping.people {
            let handles = self.all(Some(field), checks::MOST_OTHERS, |text| {
                Handle::parse(text).map_err(str::to_owned)
            });
            people.extend(handles.into_iter().map(|handle| Person { role: role.clone(), handle }));
        }
        if let Err(message) = checks::at_most(people.len(), checks::MOST_OTHERS) {
            self.wrong("people", message);
        }
        people
    }

    fn references(&mut self, mapping: &Mapping) -> Vec<Reference> {
        let mut references = Vec::new();
        if let Some(field) = &mapping.item.parent
            && let Some(raw) = self.one(field, checks::reference)
        {
            references.push(self.reference(mapping, Relation::Parent, raw, &mapping.rules));
        }
        for link in &mapping.links {
            let texts = self.extract.all(&link.field);
            for text in self.stop(&link.field.name, texts).unwrap_or_default() {
                match checks::reference(&text) {
                    Ok(raw) => {
                        let reference = self.reference(mapping, link.relation, raw, &link.rules);
                        if references.contains(&reference) {
                            self.ignore(&link.field.name, "named already in the same record");
                        } else {
                            references.push(reference);
                        }
                    }
                    Err(message) => self.wrong(&link.field.name, message),
                }
            }
        }
        if let Err(message) = checks::at_most(references.len(), checks::MOST_OTHERS) {
            self.wrong("links", message);
        }
        references
    }

    fn reference(
        &self,
        mapping: &Mapping,
        relation: Relation,
        raw: String,
        rules: &[Rule],
    ) -> Reference {
        let mut candidates = Vec::new();
        for rule in rules {
            let Some(text) = step::run(&rule.steps, &raw, self.extract.tables) else { continue };
            let key = match rule.by {
                KeyKind::Link => Key::link(first_url(&text).unwrap_or(&text)),
                KeyKind::Number => Key::number(&mapping.name, &text),
                KeyKind::Path => Key::path(&mapping.name, &text),
            };
            candidates.extend(key.filter(|key| !candidates.contains(key)));
        }
        Reference::new(relation, raw, candidates)
    }

    fn requests(&mut self, mapping: &Mapping, own: Option<&str>) -> Vec<String> {
        let Some(field) = &mapping.item.requests else { return Vec::new() };
        let texts = self.extract.all(field);
        let mut requests: Vec<String> = Vec::new();
        for text in self.stop(&field.name, texts).unwrap_or_default() {
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
        requests
    }

    fn ignore(&mut self, field: &str, reason: &str) {
        self.extract.ignored.push((field.to_owned(), reason.to_owned()));
    }
}
