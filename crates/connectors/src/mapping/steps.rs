//! Compiling the steps of a `change` list, and the comparisons that rules share with them.

use super::{
    field::word,
    section::{Context, Entry},
};
use crate::{
    step::{Step, TESTS, Test, WITH_VALUE, WORDS},
    text::{did_you_mean, shown},
};

/// How many decimal places a number since 1970 is from microseconds.
const EPOCHS: &[(&str, usize)] = &[("seconds", 6), ("milliseconds", 3)];

/// The steps of a `change` list; a lone step needs no list.
pub(super) fn steps(ctx: &mut Context<'_>, entry: &Entry<'_>) -> Vec<Step> {
    let entries = if entry.is_list() { entry.list(ctx) } else { vec![entry.clone()] };
    entries.iter().filter_map(|entry| step(ctx, entry)).collect()
}

fn step(ctx: &mut Context<'_>, entry: &Entry<'_>) -> Option<Step> {
    if !entry.is_table() {
        let text = entry.text(ctx)?;
        if let Some((_, step)) = WORDS.iter().find(|(word, _)| *word == text) {
            return Some(step.clone());
        }
        unknown_step(ctx, entry, &text);
        return None;
    }
    let entries = entry.section(ctx)?.entries();
    let [(name, value)] = entries.as_slice() else {
        ctx.fault(
            entry,
            "a step has exactly one key; several steps are several tables in the list",
        );
        return None;
    };
    if let Some(test) = test(ctx, name, value) {
        return Some(Step::Only(test));
    }
    Some(match name.as_str() {
        "strip-prefix" => Step::StripPrefix(value.texts(ctx)),
        "strip-suffix" => Step::StripSuffix(value.texts(ctx)),
        "before" => Step::Before(mark(ctx, value)?),
        "after" => Step::After(mark(ctx, value)?),
        "prefix" => Step::Prefix(value.text(ctx)?),
        "suffix" => Step::Suffix(value.text(ctx)?),
        "lookup" => {
            let table = value.text(ctx)?;
            if !ctx.lookups.contains(&table) {
                let near = did_you_mean(&table, ctx.lookups.iter().map(String::as_str));
                ctx.fault(value, format!("there is no `[lookup.{table}]`{near}"));
            }
            Step::Lookup(table)
        }
        "replace" => {
            let [from, to] = <[String; 2]>::try_from(value.texts(ctx))
                .ok()
                .filter(|[from, _]| !from.is_empty())
                .or_else(|| {
                    ctx.fault(value, "expected two texts: what to replace, and by what");
                    None
                })?;
            Step::Replace(from, to)
        }
        "segment" => match value.integer(ctx)? {
            0 => {
                ctx.fault(value, "segments count from 1, or from -1 at the end");
                return None;
            }
            number => Step::Segment(number),
        },
        "divide" => match u32::try_from(value.integer(ctx)?) {
            Ok(by) if by > 0 => Step::Divide(by),
            Ok(_) | Err(_) => {
                ctx.fault(value, "expected a whole number above 0");
                return None;
            }
        },
        "epoch" => Step::Epoch(word(ctx, value, EPOCHS)?),
        "cut" => match usize::try_from(value.integer(ctx)?) {
            Ok(chars) if chars > 1 => Step::Cut(chars),
            Ok(_) | Err(_) => {
                ctx.fault(value, "expected a number of characters above 1");
                return None;
            }
        },
        other => {
            unknown_step(ctx, entry, other);
            return None;
        }
    })
}

/// The comparison of this name, if it is one.
pub(super) fn test(ctx: &mut Context<'_>, name: &str, value: &Entry<'_>) -> Option<Test> {
    let (bare, not) = name.strip_prefix("not-").map_or((name, false), |bare| (bare, true));
    let (_, how) = TESTS.iter().find(|(word, _)| *word == bare)?;
    Some(Test { how: *how, any: value.texts(ctx), not })
}

fn mark(ctx: &mut Context<'_>, value: &Entry<'_>) -> Option<String> {
    let text = value.text(ctx)?;
    if text.is_empty() {
        ctx.fault(value, "the text to look for is empty");
        return None;
    }
    Some(text)
}

fn unknown_step(ctx: &mut Context<'_>, entry: &Entry<'_>, name: &str) {
    let words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
    let tests: Vec<&str> = TESTS.iter().map(|(word, _)| *word).collect();
    let all = words.iter().chain(WITH_VALUE).chain(&tests).copied();
    let near = did_you_mean(name, all);
    let message = format!(
        "there is no step {}{near}; words: {}; with a value, such as {{ before = \" - \" }}: {}; letting through only \
         what {} (also not-…)",
        shown(name),
        words.join(", "),
        WITH_VALUE.join(", "),
        tests.join(", "),
    );
    ctx.fault(entry, message);
}
