//! Which crate may use which. The table is the one of ARCHITECTURE.md: arrows only point down.

use std::{collections::BTreeSet, process::Command};

use anyhow::Result;

use super::Finding;
use crate::{
    command,
    workspace::{self, Package},
};

struct Floor {
    package: &'static str,
    /// Members of the workspace that it may name, in whatever kind of dependency.
    may_use: &'static [&'static str],
    /// Crates that its code must not get at, not even through others. Its own tests may.
    must_not_reach: &'static [&'static str],
}

const WIRE: [&str; 3] = ["tonic", "prost", "hyper"];
/// For crates that take bytes or values and give values back.
const NO_IO: &[&str] = &["tokio", "mio", "sled", "async-nats", WIRE[0], WIRE[1], WIRE[2]];
/// For the one that decides: neither I/O nor a clock, randomness or a format. It has jiff for what the clocks of a time zone
/// show, by the database that is built in; that it asks jiff for neither the time nor the machine's zones is checked by clippy.
const PURE: &[&str] = &[
    "tokio",
    "mio",
    "sled",
    "async-nats",
    WIRE[0],
    WIRE[1],
    WIRE[2],
    "serde_json",
    "postcard",
    "chrono",
    "time",
    "uuid",
    "rand",
    "getrandom",
    "tracing",
];

#[rustfmt::skip]
const FLOORS: &[Floor] = &[
    Floor { package: "koepel-domain", may_use: &[], must_not_reach: PURE },
    Floor { package: "koepel-event-log", may_use: &[], must_not_reach: &WIRE },
    Floor { package: "koepel-engine", may_use: &["koepel-domain", "koepel-event-log"], must_not_reach: &WIRE },
    Floor { package: "koepel-projections", may_use: &["koepel-domain"], must_not_reach: NO_IO },
    Floor { package: "koepel-connectors", may_use: &["koepel-domain"], must_not_reach: NO_IO },
    Floor { package: "koepel-search", may_use: &[], must_not_reach: NO_IO },
    Floor { package: "koepel-api", may_use: &["koepel-domain"], must_not_reach: &["sled", "async-nats"] },
    Floor { package: "koepel-alerts", may_use: &["koepel-domain", "koepel-engine"], must_not_reach: &["tonic", "prost"] },
    Floor { package: "koepel-dashboard", may_use: &[], must_not_reach: NO_IO },
    Floor {
        package: "koepel-server",
        may_use: &[
            "koepel-domain", "koepel-event-log", "koepel-engine", "koepel-projections", "koepel-connectors", "koepel-search",
            "koepel-api", "koepel-alerts", "koepel-dashboard",
        ],
        must_not_reach: &[],
    },
    Floor {
        package: "koepel-cli",
        may_use: &["koepel-server", "koepel-api", "koepel-domain", "koepel-event-log"],
        must_not_reach: &[],
    },
    Floor {
        package: "koepel-tests",
        may_use: &[
            "koepel-domain", "koepel-event-log", "koepel-engine", "koepel-projections", "koepel-connectors", "koepel-api",
            "koepel-alerts", "koepel-dashboard", "koepel-server",
        ],
        must_not_reach: &[],
    },
    Floor { package: "xtask", may_use: &[], must_not_reach: &["tokio", "tonic", "sled"] },
];

struct Owned {
    /// The crate itself and all whose names begin with it and a hyphen.
    family: &'static str,
    owners: &'static [&'static str],
}

/// Crates that only some members may name themselves. Dependencies of tests alone are free.
#[rustfmt::skip]
const OWNED: &[Owned] = &[
    // The tests tamper with a database, to see it found out; the benchmark has a floor of nothing but sled.
    Owned { family: "sled", owners: &["koepel-event-log", "koepel-tests"] },
    Owned { family: "tantivy", owners: &["koepel-search"] },
    Owned { family: "async-nats", owners: &["koepel-event-log", "koepel-alerts", "koepel-server", "koepel-tests"] },
    Owned { family: "tonic", owners: &["koepel-api", "koepel-server", "koepel-cli", "koepel-tests"] },
    Owned { family: "prost", owners: &["koepel-api", "koepel-server", "koepel-cli", "koepel-tests", "xtask"] },
    Owned { family: "protox", owners: &["koepel-api", "xtask"] },
    Owned { family: "axum", owners: &["koepel-server"] },
    Owned { family: "hyper", owners: &["koepel-server", "koepel-alerts", "koepel-tests"] },
    Owned { family: "lettre", owners: &["koepel-alerts"] },
    Owned { family: "clap", owners: &["koepel-cli", "koepel-tests", "xtask"] },
    Owned { family: "anyhow", owners: &["koepel-cli", "koepel-tests", "xtask"] },
];

/// The parts of a crate that must not talk to the outside, though the crate does: its folder, what of it may, and the crates that
/// the rest must not name.
const PURE_PARTS: &[(&str, &str, &[&str])] = &[(
    "crates/alerts/src/",
    "crates/alerts/src/send",
    &["tokio", "hyper", "hyper_util", "lettre", "rustls", "tokio_rustls"],
)];

/// Checks that the pure parts of a crate stay pure.
pub(super) fn pure_parts(file: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (folder, may, crates) in PURE_PARTS {
        if !file.starts_with(folder) || file.starts_with(may) {
            continue;
        }
        for (at, line) in text.lines().enumerate() {
            let names = |name: &&&str| line.contains(&format!("{name}::"));
            if let Some(name) = crates.iter().find(names) {
                let what = format!("must not use {name}: only {may} talks to the outside");
                findings.push(Finding::at(file, at + 1, what));
            }
        }
    }
    findings
}

fn floor(package: &str) -> Option<&'static Floor> {
    FLOORS.iter().find(|floor| floor.package == package)
}

/// Checks what each member declares.
pub(super) fn edges(members: &[Package]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in members {
        let name = &member.name;
        let Some(floor) = floor(name) else {
            findings.push(Finding::new(
                name,
                "has no floor: add it to the table of ARCHITECTURE.md and of tidy",
            ));
            continue;
        };
        for dependency in &member.dependencies {
            let used = dependency.name.as_str();
            let inside = members.iter().any(|other| other.name == used);
            if inside && !floor.may_use.contains(&used) {
                findings.push(Finding::new(
                    name,
                    format!("must not use {used}: arrows only point down"),
                ));
            }
            let for_tests = dependency.kind.as_deref() == Some("dev");
            for owned in OWNED.iter().filter(|owned| !for_tests && is_of(used, owned.family)) {
                if !owned.owners.contains(&name.as_str()) {
                    let owners = owned.owners.join(", ");
                    findings.push(Finding::new(
                        name,
                        format!("must not use {used}, which belongs to {owners}"),
                    ));
                }
            }
        }
    }
    findings
}

fn is_of(name: &str, family: &str) -> bool {
    name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Checks what a member gets at through all its normal dependencies.
pub(super) fn reached(member: &Package) -> Result<Vec<Finding>> {
    let forbidden = floor(&member.name).map_or(&[][..], |floor| floor.must_not_reach);
    if forbidden.is_empty() {
        return Ok(Vec::new());
    }
    let tree = command::output(&mut tree(&member.name)?)?;
    Ok(forbidden_in(&member.name, forbidden, &tree))
}

fn tree(package: &str) -> Result<Command> {
    let mut tree = workspace::cargo()?;
    tree.args([
        "tree",
        "--package",
        package,
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
    ]);
    Ok(tree)
}

/// `tree` has one `name vX.Y.Z …` a line.
fn forbidden_in(package: &str, forbidden: &[&str], tree: &str) -> Vec<Finding> {
    let reached: BTreeSet<&str> =
        tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let why = |name: &&str| {
        Finding::new(
            package,
            format!("must not reach {name}: see cargo tree -p {package} -i {name}"),
        )
    };
    forbidden.iter().filter(|name| reached.contains(*name)).map(why).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;

    fn member(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        let dependency = |&(name, kind): &(&str, Option<&str>)| Dependency {
            name: name.to_owned(),
            kind: kind.map(str::to_owned),
        };
        let dependencies = dependencies.iter().map(dependency).collect();
        Package { name: name.to_owned(), dependencies, manifest_path: "Cargo.toml".into() }
    }

    #[track_caller]
    fn check(package: &str, dependencies: &[(&str, Option<&str>)], expected: &[&str]) {
        let mut members: Vec<_> = FLOORS.iter().map(|floor| member(floor.package, &[])).collect();
        members.retain(|member| member.name != package);
        members.push(member(package, dependencies));
        let found: Vec<_> = edges(&members).iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found}");
        }
    }

    #[test]
    fn arrows_point_down() {
        check("koepel-engine", &[("koepel-domain", None), ("koepel-event-log", None)], &[]);
        check("koepel-engine", &[("koepel-api", None)], &["must not use koepel-api"]);
        check(
            "koepel-domain",
            &[("koepel-engine", None)],
            &["koepel-domain: must not use koepel-engine"],
        );
        check("koepel-cli", &[("koepel-engine", None)], &["must not use koepel-engine"]);
        check(
            "koepel-projections",
            &[("koepel-event-log", None)],
            &["must not use koepel-event-log"],
        );
    }

    #[test]
    fn arrows_of_tests_and_builds_point_down_too() {
        check("koepel-domain", &[("koepel-server", Some("dev"))], &["must not use koepel-server"]);
        check("koepel-api", &[("xtask", Some("build"))], &["must not use xtask"]);
    }

    #[test]
    fn a_crate_without_a_floor_is_found() {
        check("koepel-helpers", &[("koepel-domain", None)], &["koepel-helpers: has no floor"]);
    }

    #[test]
    fn each_outside_crate_has_its_owners() {
        check("koepel-event-log", &[("sled", None)], &[]);
        check("koepel-engine", &[("sled", None)], &["must not use sled"]);
        check(
            "koepel-engine",
            &[("tonic-types", None), ("prost", Some("build"))],
            &["tonic-types", "prost"],
        );
        check("koepel-domain", &[("anyhow", None)], &["must not use anyhow"]);
        check("koepel-engine", &[("anyhow", Some("dev")), ("prostrate", None)], &[]);
    }

    #[test]
    fn only_the_part_that_sends_talks_to_the_outside() {
        let text = "//! Rules.\nuse tokio::net::TcpStream;\n";
        let found = pure_parts("crates/alerts/src/rules.rs", text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(pure_parts("crates/alerts/src/send/http.rs", text), []);
        assert_eq!(pure_parts("crates/server/src/serve.rs", text), []);
    }

    #[test]
    fn the_domain_does_not_get_at_io_through_others() {
        let tree = "koepel-domain v0.1.0 (crates/domain)\nimbl v7.0.2\ntokio v1.54.1\nserde v1.0.229 (*)\n";
        let found = forbidden_in("koepel-domain", PURE, tree);
        assert_eq!(
            found,
            [Finding::new(
                "koepel-domain",
                "must not reach tokio: see cargo tree -p koepel-domain -i tokio"
            )]
        );
        assert_eq!(forbidden_in("koepel-domain", PURE, "tokio-like v1.0.0\ntracings v1.0.0"), []);
    }
}
