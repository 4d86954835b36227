//! Import by mapping: the bytes of somebody else's backlog in, checked drafts of items out.
//!
//! Pure. This crate must not know how bytes arrive, where drafts go, what time it is, or which items a
//! product has already; the server does all of that. The way through it:
//!
//! | module | what happens |
//! |---|---|
//! | [`mapping`] | a TOML text is compiled into a [`Mapping`]; the language is described there |
//! | [`input`] | pushed bytes are cut into records with line numbers: JSON Lines, CSV, one JSON document |
//! | `extract` | a field of the mapping is read from one record |
//! | `gather`, `build` | a record becomes a [`Draft`], is left out by a rule, or is a [`Problem`] |
//! | [`Import`] | all of it: nothing comes out unless the whole file is right |
//! | [`Mapping::read`] | a single record, as a tool pushes it |
//!
//! ```
//! use koepel_connectors::{Import, Limits, Mapping};
//!
//! let mapping = Mapping::parse(
//!     r#"
//!     name = "planner"
//!     input.format = "jsonl"
//!     [item]
//!     source = { join = "https://planner.example/{id}" }
//!     title = "name"
//!     domain = "team"
//!     "#,
//! )?;
//! let mut import = Import::new(mapping, Limits::default());
//! import.push(b"{\"id\": 7, \"name\": \"Pay by invoice\", \"team\": \"Online shop\"}\n")?;
//! let parsed = import.finish()?;
//! assert_eq!(parsed.drafts[0].domain.as_deref(), Some("online-shop"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod draft;
pub mod input;
pub mod mapping;
pub mod problem;
pub mod reference;
pub mod words;

mod build;
mod checks;
mod columns;
mod domains;
mod extract;
mod gather;
mod import;
mod path;
mod read;
mod step;
mod template;
mod text;
mod time;

#[cfg(test)]
mod tests;

pub use draft::{
    Amount, DomainDraft, Draft, EntryDraft, Handle, Ignored, LeftOut, NeverFound, Parsed, Person,
    WhenDraft,
};
pub use import::Import;
pub use input::Limits;
pub use mapping::{Mapping, Tells};
pub use problem::{Problem, Problems};
pub use read::Read;
pub use reference::{Key, KeyKind, Reference};
pub use words::{Horizon, Kind, LinkKind, Moscow, Relation, Status, Word};
