//! Where a value stands in a record: `changes.status.1`, `labels.*.name`, `"a key. with dots".x`.
//!
//! Knows JSON values only; a CSV row is an object whose keys are the column names.

use serde_json::Value;

use crate::text;

/// A compiled path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    /// As it was written.
    pub(crate) written: String,
    segments: Vec<Segment>,
    /// The number under which it is noted whether anything was ever found here.
    pub(crate) id: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    /// A key of an object or, if it is a number, an index from 0 into a list.
    Name(String, Option<usize>),
    /// All of a list, or all values of an object.
    Every,
}

/// What stands at a path.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Looked<'a> {
    /// Nothing, or null.
    Missing,
    /// One value, which may be a list.
    One(&'a Value),
    /// What a `*` collected.
    Many(Vec<&'a Value>),
}

impl Path {
    pub(crate) fn parse(written: &str, id: usize) -> Result<Self, String> {
        let mut segments = Vec::new();
        let mut name = String::new();
        let (mut quoted, mut literal) = (false, false);
        let mut chars = written.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => {
                    name.push(chars.next().ok_or("it ends with a backslash")?);
                    literal = true;
                }
                '"' if quoted || name.is_empty() => {
                    quoted = !quoted;
                    literal = true;
                }
                '.' if !quoted => segments.push(segment(&mut name, &mut literal)?),
                c => name.push(c),
            }
        }
        if quoted {
            return Err("a quote is not closed".to_owned());
        }
        segments.push(segment(&mut name, &mut literal)?);
        if segments.len() > 32 {
            return Err("it has more than 32 parts".to_owned());
        }
        Ok(Self { written: written.to_owned(), segments, id })
    }

    /// The first key: in a CSV file the column.
    pub(crate) fn first(&self) -> Option<&str> {
        match self.segments.first()? {
            Segment::Name(name, _) => Some(name),
            Segment::Every => None,
        }
    }

    /// What stands here in the value; the error says what stood in the way.
    pub(crate) fn look<'a>(&self, value: &'a Value) -> Result<Looked<'a>, String> {
        // A column `user.login` is reached as `user.login`, too, where nothing is nested.
        if self.segments.len() > 1
            && let Some(found) = value.as_object().and_then(|map| map.get(&self.written))
        {
            return Ok(if found.is_null() { Looked::Missing } else { Looked::One(found) });
        }
        let mut here = vec![value];
        let mut many = false;
        for segment in &self.segments {
            let mut next = Vec::with_capacity(here.len());
            for value in here {
                match segment {
                    Segment::Every => {
                        many = true;
                        every(value, &mut next)?;
                    }
                    Segment::Name(name, index) => next.extend(step(value, name, *index)?),
                }
            }
            here = next;
        }
        here.retain(|value| !value.is_null());
        match (many, here.first()) {
            (_, None) => Ok(Looked::Missing),
            (false, Some(one)) => Ok(Looked::One(one)),
            (true, Some(_)) => Ok(Looked::Many(here)),
        }
    }

    /// Whether the value says anything here, be it null. Of a path with `*`: whether there is what it goes over.
    pub(crate) fn is_present(&self, value: &Value) -> bool {
        let flat = |map: &serde_json::Map<String, Value>| map.contains_key(&self.written);
        if self.segments.len() > 1 && value.as_object().is_some_and(flat) {
            return true;
        }
        let mut here = value;
        for segment in &self.segments {
            let Segment::Name(name, index) = segment else { return true };
            match step(here, name, *index) {
                Ok(Some(next)) => here = next,
                Ok(None) => return false,
                // Looking there will say what stands in the way.
                Err(_) => return true,
            }
        }
        true
    }

    /// The keys before a `*` or the end, for finding a list in a document.
    pub(crate) fn keys(&self) -> Option<Vec<&str>> {
        self.segments
            .iter()
            .map(|segment| match segment {
                Segment::Name(name, _) => Some(name.as_str()),
                Segment::Every => None,
            })
            .collect()
    }
}

fn segment(name: &mut String, literal: &mut bool) -> Result<Segment, String> {
    let text = std::mem::take(name);
    let was_literal = std::mem::take(literal);
    if text == "*" && !was_literal {
        return Ok(Segment::Every);
    }
    if text.trim().is_empty() {
        return Err(
            "a part between two dots is empty; write a key that holds dots in quotes".to_owned()
        );
    }
    let index = if was_literal { None } else { text.parse().ok() };
    Ok(Segment::Name(text, index))
}

fn every<'a>(value: &'a Value, into: &mut Vec<&'a Value>) -> Result<(), String> {
    match value {
        Value::Null => {}
        Value::Array(list) => into.extend(list),
        Value::Object(map) => into.extend(map.values()),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return Err(format!("expected a list for `*`, found {}", text::described(value)));
        }
    }
    Ok(())
}

fn step<'a>(
    value: &'a Value,
    name: &str,
    index: Option<usize>,
) -> Result<Option<&'a Value>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Object(map) => Ok(map.get(name)),
        Value::Array(list) => match index {
            Some(index) => Ok(list.get(index)),
            None => Err(format!(
                "expected an object with {}, found a list of {}; `*` takes all of a list, a number one of it",
                text::shown(name),
                list.len()
            )),
        },
        Value::Bool(_) | Value::Number(_) | Value::String(_) => Err(format!(
            "expected an object with {}, found {}",
            text::shown(name),
            text::described(value)
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(path: &str, record: &Value, want: &Value) {
        let path = Path::parse(path, 0).unwrap();
        let found = match path.look(record) {
            Ok(Looked::Missing) => json!(null),
            Ok(Looked::One(value)) => value.clone(),
            Ok(Looked::Many(values)) => json!({ "many": values }),
            Err(error) => json!({ "error": error }),
        };
        assert_eq!(found, *want, "{}", path.written);
    }

    #[test]
    fn a_path_finds_keys_indices_and_all_of_a_list() {
        let record = json!({
            "changes": { "status": [null, "ready"] }, "labels": [{"name": "a"}, {"name": null}, {"name": "b"}],
            "a.b": { "c": 1 }, "x.y": 2, "0": "zero", "*": "star",
        });
        check("changes.status.1", &record, &json!("ready"));
        check("changes.status.0", &record, &json!(null));
        check("changes.status.7", &record, &json!(null));
        check("labels.*.name", &record, &json!({"many": ["a", "b"]}));
        check("\"a.b\".c", &record, &json!(1));
        check("a\\.b.c", &record, &json!(1));
        check("x.y", &record, &json!(2));
        check("0", &record, &json!("zero"));
        check("\"*\"", &record, &json!("star"));
        check("nothing.here", &record, &json!(null));
    }

    #[test]
    fn what_stands_in_the_way_is_named() {
        let record = json!({ "labels": [1], "n": 5 });
        check(
            "labels.name",
            &record,
            &json!({"error": "expected an object with `name`, found a list of 1; `*` takes all of a list, a number one of it"}),
        );
        check(
            "n.x",
            &record,
            &json!({"error": "expected an object with `x`, found the number `5`"}),
        );
        check("n.*", &record, &json!({"error": "expected a list for `*`, found the number `5`"}));
    }

    #[test]
    fn what_is_there_as_null_is_there_and_what_is_not_there_is_not() {
        let record = json!({
            "m": [null, { "alpha": null, "beta": "" }], "n": [{ "a": 1 }, null], "l": [], "x.y": null, "s": "text",
        });
        for (path, want) in [
            ("m.1.alpha", true),
            ("m.1.beta", true),
            ("m.1.stable", false),
            ("m.0", true),
            ("m.0.alpha", false),
            ("n.1", true),
            ("n.1.a", false),
            ("n.2", false),
            ("l.*.name", true),
            ("k.*.name", false),
            ("x.y", true),
            ("s.deeper", true),
        ] {
            assert_eq!(Path::parse(path, 0).unwrap().is_present(&record), want, "{path}");
        }
    }

    #[test]
    fn a_path_that_means_nothing_is_refused() {
        for path in ["", "a..b", ".a", "a.", "\"a", "a\\"] {
            assert!(Path::parse(path, 0).is_err(), "{path}");
        }
    }
}
