//! Read models: pages of backlogs, the history of an item, and why an item is ranked where it is.
//!
//! Pure. A page is a function of a product's state, which is cheap to clone; [`history::History`] is folded from commits.

pub mod backlog;
pub mod difference;
pub mod escalation;
pub mod explain;
pub mod history;
pub mod plan;
pub mod sentence;
pub mod tenures;
pub mod told;
pub mod words;

#[cfg(test)]
mod tests;
