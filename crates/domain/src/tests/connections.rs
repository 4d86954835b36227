//! Connections: a tool of one domain, and of nothing else.

use super::world::{World, domain, person, reason};
use crate::{
    command::{Command, ImportItem},
    connections,
    error::Error,
    event::Event,
    ids::ConnectionId,
    roles::Role,
    text::{Line, Reason, Text},
};

fn id(text: &str) -> ConnectionId {
    ConnectionId::new(text).unwrap()
}

fn add(name: &str, to: u16, tool: &str) -> Command {
    Command::Connect(connections::Command::Add {
        connection: id(name),
        domain: domain(to),
        person: person(tool),
        source: Line::default(),
        mapping: Text::new("name = \"jira\"").unwrap(),
        reason: Reason::default(),
    })
}

fn remove(name: &str, why: &str) -> Command {
    let (connection, reason) = (id(name), reason(why));
    Command::Connect(connections::Command::Remove { connection, reason, expected: None })
}

fn update(name: &str, mapping: &str) -> Command {
    Command::Connect(connections::Command::Update {
        connection: id(name),
        source: None,
        mapping: Some(Text::new(mapping).unwrap()),
        expected: None,
    })
}

/// The refusals of connections.
pub(super) fn refusals() -> Vec<Error> {
    let mut world = World::of("");
    world.must("po0", &add("jira", 0, "t-jira"));
    let mut refusals = vec![
        world.refused("po0", &add("jira", 0, "t-other")),
        world.refused("chief", &add("other", 1, "t-jira")),
        world.refused("chief", &remove("none", "why")),
        world.refused(
            "tool",
            &Command::Import(vec![ImportItem {
                title: None,
                ..super::import::told("src", "d0", "n")
            }]),
        ),
    ];
    world.must("po0", &remove("jira", "the team left"));
    refusals.push(world.refused("po0", &update("jira", "x")));
    refusals
}

#[test]
fn a_connection_makes_its_tool_a_tool_of_its_domain() {
    let mut world = World::of("");
    let events = world.must("po0", &add("jira", 0, "t-jira"));
    assert!(
        matches!(events.as_slice(), [Event::ConnectionAdded(_), Event::RoleGranted(granted)]
            if granted.role == Role::Tool && granted.domain == Some(domain(0))),
        "{events:?}"
    );
    let held = world.product.connection_of(&person("t-jira")).unwrap();
    assert_eq!((held.id.as_str(), held.domain.0), ("jira", 0));
    assert_eq!(world.refused("po1", &update("jira", "x")).code(), "NOT_IN_MANDATE");
    assert_eq!(world.refused("po1", &add("github", 0, "t-github")).code(), "NOT_IN_MANDATE");
}

#[test]
fn a_change_that_changes_nothing_leaves_nothing_behind() {
    let mut world = World::of("");
    world.must("po0", &add("jira", 0, "t-jira"));
    assert_eq!(world.must("po0", &update("jira", "name = \"jira\"")), []);
    let before = world.product.connection(&id("jira")).unwrap().changed;
    world.must("po0", &update("jira", "name = \"other\""));
    let held = world.product.connection(&id("jira")).unwrap();
    assert!(held.changed > before && held.mapping.as_str() == "name = \"other\"");
}

#[test]
fn a_connection_that_ends_takes_the_tools_role_along() {
    let mut world = World::of("");
    world.must("po0", &add("jira", 0, "t-jira"));
    assert_eq!(world.refused("po0", &remove("jira", "")).code(), "REASON_MISSING");
    world.must("po0", &remove("jira", "the team left"));
    assert_eq!(world.product.roles_of(&person("t-jira")).count(), 0);
    assert!(world.product.connection_of(&person("t-jira")).is_none());
    assert!(world.product.connection(&id("jira")).unwrap().removed.is_some());
    // Its id is not given again; the tool may push through another one.
    assert_eq!(world.refused("po0", &add("jira", 0, "t-jira")).code(), "CONNECTION_EXISTS");
    world.must("po0", &add("jira-2", 0, "t-jira"));
}

#[test]
fn a_connection_ends_with_its_domain() {
    let mut world = World::of("");
    world.must("chief", &add("jira", 3, "t-jira"));
    world.says("chief: delete d3");
    assert!(world.product.connection(&id("jira")).unwrap().removed.is_some());
    assert_eq!(world.product.roles_of(&person("t-jira")).count(), 0);
}
