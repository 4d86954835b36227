//! Texts put together from several values: `"{number}: {title}"`.

use serde_json::Value;

use crate::{
    path::{Looked, Path},
    text,
};

/// A compiled template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Value { path: Path, fallback: Option<String> },
}

impl Template {
    /// Compiles; `next_id` numbers the paths.
    pub(crate) fn parse(written: &str, mut next_id: impl FnMut() -> usize) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut chars = written.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '{' | '}' if chars.peek() == Some(&c) => {
                    chars.next();
                    plain.push(c);
                }
                '}' => return Err("a `}` has no `{`; write `}}` for the character".to_owned()),
                '{' => {
                    if !plain.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut plain)));
                    }
                    let (path, fallback) = placeholder(&mut chars)?;
                    parts.push(Part::Value { path: Path::parse(&path, next_id())?, fallback });
                }
                c => plain.push(c),
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        if !parts.iter().any(|part| matches!(part, Part::Value { .. })) {
            return Err(
                "it holds no `{path}`; a text that is always the same is a `constant`".to_owned()
            );
        }
        Ok(Self { parts })
    }

    /// The paths, each with whether the template can do without it.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (&Path, bool)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Value { path, fallback } => Some((path, fallback.is_some())),
        })
    }

    /// The text; nothing if a value is missing that has no fallback.
    pub(crate) fn fill(
        &self,
        value: &Value,
        mut seen: impl FnMut(&Path),
    ) -> Result<Option<String>, String> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(plain) => out.push_str(plain),
                Part::Value { path, fallback } => {
                    let found = shown_in_template(&path.look(value)?)?;
                    if found.is_some() {
                        seen(path);
                    }
                    match found.as_ref().or(fallback.as_ref()) {
                        Some(text) => out.push_str(text),
                        None => return Ok(None),
                    }
                }
            }
        }
        Ok(Some(out))
    }
}

/// What stands between `{` and `}`: a path and, after a `|`, what to write if nothing stands there.
fn placeholder(chars: &mut impl Iterator<Item = char>) -> Result<(String, Option<String>), String> {
    let (mut path, mut fallback) = (String::new(), None::<String>);
    let mut quoted = false;
    for c in chars {
        match (c, &mut fallback) {
            ('}', _) if !quoted => return Ok((path, fallback)),
            ('|', None) if !quoted => fallback = Some(String::new()),
            (c, Some(fallback)) => fallback.push(c),
            (c, None) => {
                quoted ^= c == '"';
                path.push(c);
            }
        }
    }
    Err("a `{` is not closed; write `{{` for the character".to_owned())
}

fn shown_in_template(found: &Looked<'_>) -> Result<Option<String>, String> {
    let values: Vec<&Value> = match found {
        Looked::Missing => return Ok(None),
        Looked::One(Value::Array(list)) => list.iter().collect(),
        Looked::One(value) => vec![value],
        Looked::Many(values) => values.clone(),
    };
    let mut texts = Vec::with_capacity(values.len());
    for value in values {
        if let Some(text) = scalar(value)
            .map_err(|()| format!("expected a text, found {}", text::described(value)))?
        {
            texts.push(text);
        }
    }
    let joined = texts.join(", ");
    Ok((!joined.is_empty()).then_some(joined))
}

/// A text, number or truth value as text; nothing for null and for blanks.
pub(crate) fn scalar(value: &Value) -> Result<Option<String>, ()> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        Value::Array(_) | Value::Object(_) => return Err(()),
    };
    Ok((!text.is_empty()).then_some(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(template: &str, want: &Result<Option<String>, String>) {
        let record = json!({ "n": 7, "t": "Pay", "tags": ["a", "b"], "o": {"x": 1}, "a b": true, "none": null });
        let filled =
            Template::parse(template, || 0).and_then(|template| template.fill(&record, |_| {}));
        assert_eq!(filled, *want, "{template}");
    }

    #[test]
    fn values_are_put_into_the_text() {
        check("{n}: {t}", &Ok(Some("7: Pay".to_owned())));
        check("{{{n}}} {a b} {\"a b\"}", &Ok(Some("{7} true true".to_owned())));
        check("{tags}", &Ok(Some("a, b".to_owned())));
        check("{tags.*}", &Ok(Some("a, b".to_owned())));
        check("{o.x}/{none|no plan}", &Ok(Some("1/no plan".to_owned())));
        check("{none}", &Ok(None));
    }

    #[test]
    fn what_cannot_be_filled_is_said() {
        check("{o}", &Err("expected a text, found an object with `x`".to_owned()));
        check(
            "no path",
            &Err("it holds no `{path}`; a text that is always the same is a `constant`".to_owned()),
        );
        for template in ["{n", "n}", "{}", "{a..b}"] {
            assert!(Template::parse(template, || 0).is_err(), "{template}");
        }
    }
}
