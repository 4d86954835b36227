//! Imports as a whole, given as a mapping and a file.

use crate::{Import, Limits, Mapping, Parsed, Problems};

mod changes;
mod chunks;
mod entries;
mod fields;
mod files;
mod kep;
mod kep_history;
mod mappings;
mod references;

/// A mapping of the input part and further lines, on a small item.
#[track_caller]
fn mapping(text: &str) -> Mapping {
    Mapping::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

/// The smallest item: `id`, `t` and `d`.
const SMALL: &str =
    "\n[item]\nsource = { join = \"https://p.example/{id}\" }\ntitle = \"t\"\ndomain = \"d\"\n";

fn small(input: &str, more: &str) -> Mapping {
    mapping(&format!("name = \"p\"\n[input]\n{input}\n{SMALL}{more}"))
}

fn import_with(mapping: Mapping, limits: Limits, pieces: &[&[u8]]) -> Result<Parsed, Problems> {
    let mut import = Import::new(mapping, limits);
    for piece in pieces {
        if import.push(piece).is_err() {
            break;
        }
    }
    import.finish()
}

fn import(mapping: Mapping, file: &[u8]) -> Result<Parsed, Problems> {
    import_with(mapping, Limits::default(), &[file])
}

#[track_caller]
fn read(mapping: Mapping, file: &str) -> Parsed {
    import(mapping, file.as_bytes()).unwrap_or_else(|problems| panic!("{problems}"))
}

#[track_caller]
fn refused(mapping: Mapping, file: &[u8]) -> Vec<String> {
    match import(mapping, file) {
        Ok(parsed) => panic!("{} drafts came in", parsed.drafts.len()),
        Err(problems) => problems.list.iter().map(ToString::to_string).collect(),
    }
}
