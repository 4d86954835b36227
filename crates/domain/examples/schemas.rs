//! Prints the JSON Schemas of all events, a line each: `{"file": "events/ItemCreated.v1.json", "schema": …}`. For `cargo xtask
//! schemas`.

use std::io::Write as _;

use koepel_domain::schema;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for one in schema::all() {
        let file = format!("{}/{}.v{}.json", one.folder, one.kind, one.version);
        writeln!(out, "{}", serde_json::json!({ "file": file, "schema": one.schema }))?;
    }
    Ok(())
}
