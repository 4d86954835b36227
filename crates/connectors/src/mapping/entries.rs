//! Compiling the `[[entries]]` tables: what a record says of the roadmap.

use super::{
    EntryPart,
    compile::{kebab, one_of},
    field::{Check, Field, Shape},
    section::{Context, Entry, Section},
};
use crate::{checks, time, words::Horizon};

/// The most entries that an item may have on the roadmap.
const MOST: usize = 20;

/// All tables, each under a name of its own.
pub(super) fn entries(ctx: &mut Context<'_>, entry: &Entry<'_>) -> Vec<EntryPart> {
    let list = entry.list(ctx);
    if let Err(error) = checks::at_most(list.len(), MOST) {
        ctx.fault(entry, error);
    }
    let mut parts: Vec<EntryPart> = Vec::new();
    for entry in &list {
        let Some(mut section) = entry.section(ctx) else { continue };
        let Some(part) = part(ctx, &mut section) else { continue };
        section.finish(ctx);
        if parts.iter().any(|other| other.name == part.name) {
            ctx.fault(entry, format!("there is an entry `{}` already", part.name));
        }
        parts.push(part);
    }
    parts
}

fn part(ctx: &mut Context<'_>, section: &mut Section<'_>) -> Option<EntryPart> {
    let entry = section.need(ctx, "name")?;
    let name = entry.text(ctx)?;
    if !kebab(ctx, &entry, &name) {
        return None;
    }
    let mut field = |key, check: Check| {
        let entry = section.take(key)?;
        Some(Field::compile(ctx, &entry, &format!("entries.{name}.{key}"), Shape::One, check))
    };
    let title = field("title", |text| checks::title(text).map(drop));
    let release = field("release", |text| checks::label(text).map(drop));
    let start = field("start", |text| time::day(text).map(drop));
    let end = field("end", |text| time::day(text).map(drop));
    let horizon = field("horizon", one_of::<Horizon>);
    if [&release, &start, &end, &horizon].into_iter().all(Option::is_none) {
        section.fault(ctx, "an entry needs one of `release`, `start`, `end` and `horizon`");
    }
    Some(EntryPart { name, title, release, start, end, horizon })
}
