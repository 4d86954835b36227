//! gRPC handlers: authenticate, convert, execute, convert. One file a service.

pub(crate) mod admin;
pub(crate) mod alert;
pub(crate) mod backlog;
pub(crate) mod connection;
pub(crate) mod directory;
pub(crate) mod escalation;
pub(crate) mod escalation_point;
pub(crate) mod event;
pub(crate) mod governance;
pub(crate) mod history;
pub(crate) mod ingest;
pub(crate) mod page;
pub(crate) mod product;
mod refusal;
pub(crate) mod roadmap;
mod role;
pub(crate) mod search;
pub(crate) mod share;
pub(crate) mod status;
pub(crate) mod story;
pub(crate) mod sync;
