//! Builds this crate again when the dashboard was: files that come or go would not be noticed otherwise.

fn main() {
    println!("cargo::rerun-if-changed=web/dist");
}
