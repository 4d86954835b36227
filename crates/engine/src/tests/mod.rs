//! Tests of the engine through its public API, on real logs.

mod brake;
mod damage;
mod failure;
mod faulty;
mod follow;
mod history;
mod load;
mod pages;
mod past;
mod redaction;
mod repeat;
mod snapshots;
mod stop;
mod support;
mod system;
mod visible;
