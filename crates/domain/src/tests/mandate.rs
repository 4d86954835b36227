//! Who may do what: the table as a whole, each cell, and each command against it.

use super::world::{World, actor, domain, person, source};
use crate::{
    command::{Command, LinkEnd, LinkTo},
    event::Event,
    ids::Timestamp,
    item::LinkKind,
    mandate::{Act, Actor, Extent, Reach, TABLE, check, extent},
    roles::Role,
    text::{Label, Summary},
};

/// The columns of [`CELLS`]: who, in which of their roles, and whether the act concerns `d0` (their own, if they have one) or
/// `d1`.
const COLUMNS: [(&str, u16); 24] = [
    ("chief", 0),
    ("chief", 1),
    ("po0", 0),
    ("po0", 1),
    ("member0", 0),
    ("member0", 1),
    ("member", 0),
    ("member", 1),
    ("guest", 0),
    ("tool", 0),
    ("admin", 0),
    ("nobody", 0),
    ("sm0", 0),
    ("sm0", 1),
    ("coordinator", 0),
    ("lead", 0),
    ("steering", 0),
    ("coordination", 0),
    ("supplier", 0),
    ("deputy", 0),
    ("deputy", 1),
    ("deputy0", 0),
    ("deputy0", 1),
    ("later", 0),
];

/// Written by hand from PRODUCT.md and ARCHITECTURE.md, not from the table in the code: `y` may, `-` may not.
#[rustfmt::skip]
const CELLS: [(Act, &str); 31] = [
    //                      chief po0   member0 member guest tool admin nobody sm0  readers  deputies later
    //                      0 1   0 1   0 1     0 1    0     0    0     0      0 1           0 1 0 1  0
    (Act::Read,            "yy   yy    yy      yy     y     y    y     -      yy   yyyyy    yy  yy   -"),
    (Act::CreateProduct,   "--   --    --      --     -     -    y     -      --   -----    --  --   -"),
    (Act::EditProduct,     "yy   --    --      --     -     -    y     -      --   -----    yy  --   -"),
    (Act::ManageDomains,   "yy   --    --      --     -     -    y     -      --   -----    yy  --   -"),
    (Act::GrantRoles,      "yy   --    --      --     -     -    y     -      --   -----    yy  --   -"),
    (Act::SeatChief,       "--   --    --      --     -     -    y     -      --   -----    --  --   -"),
    (Act::NameDeputy,      "yy   y-    --      --     -     -    y     -      --   -----    --  --   -"),
    (Act::CreateItem,      "yy   y-    y-      yy     -     y    -     -      --   -----    yy  y-   -"),
    (Act::RaiseImpediment, "yy   y-    y-      yy     -     y    -     -      y-   -----    yy  y-   -"),
    (Act::OrderDomain,     "yy   y-    --      --     -     -    -     -      --   -----    yy  y-   -"),
    (Act::OrderProduct,    "yy   --    --      --     -     -    -     -      --   -----    yy  --   -"),
    (Act::Pin,             "yy   --    --      --     -     -    -     -      --   -----    yy  --   -"),
    (Act::EditItem,        "yy   y-    y-      yy     -     y    -     -      --   -----    yy  y-   -"),
    (Act::CloseItem,       "yy   y-    --      --     -     -    -     -      --   -----    yy  y-   -"),
    (Act::MoveItem,        "yy   y-    --      --     -     -    -     -      --   -----    yy  y-   -"),
    (Act::Import,          "yy   --    --      --     -     y    y     -      --   -----    yy  --   -"),
    (Act::PublishVision,   "yy   --    --      --     -     -    -     -      --   -----    yy  --   -"),
    (Act::ManageGoals,     "yy   --    --      --     -     -    -     -      --   -----    yy  --   -"),
    (Act::PlanRoadmap,     "yy   y-    --      --     -     -    -     -      --   -----    yy  y-   -"),
    (Act::HoldSync,        "yy   yy    --      --     -     -    -     -      --   -----    yy  yy   -"),
    (Act::Connect,         "yy   y-    --      --     -     -    y     -      --   -----    yy  y-   -"),
    (Act::Share,           "yy   --    --      --     -     -    y     -      --   -----    yy  --   -"),
    (Act::RecordGap,       "--   --    --      --     -     -    y     -      --   -----    --  --   -"),
    (Act::ResolveGap,      "yy   --    --      --     -     -    y     -      --   -----    yy  --   -"),
    (Act::ManageAlerts,    "yy   --    --      --     -     -    y     -      --   -----    yy  --   -"),
    (Act::RaiseEscalation, "yy   yy    yy      yy     -     -    -     -      yy   yyyy-    yy  yy   -"),
    (Act::CommentEscalation, "yy   yy    yy      yy     -     -    -     -      yy   yyyy-    yy  yy   -"),
    (Act::ReopenEscalation, "yy   --    --      --     -     -    -     -      --   -----    yy  --   -"),
    (Act::DecideEscalation, "--   --    --      --     -     -    -     -      --   -----    --  --   -"),
    (Act::KeepCalendars,   "yy   --    --      --     -     -    y     -      --   -----    yy  --   -"),
    (Act::SetEscalationPoints, "yy   --    --      --     -     -    y     -      --   -----    yy  --   -"),
];

/// The roles that people of a [`World`] hold, or whose seat they stand in for.
fn held(who: &str) -> Option<Role> {
    match who {
        "chief" | "deputy" => Some(Role::ChiefPo),
        "member" | "member0" => Some(Role::Member),
        "guest" => Some(Role::Stakeholder),
        "tool" => Some(Role::Tool),
        "sm0" => Some(Role::ScrumMaster),
        "coordinator" => Some(Role::ProductCoordinator),
        "lead" => Some(Role::ProgrammeLead),
        "steering" => Some(Role::SteeringMember),
        "coordination" => Some(Role::CoordinationMember),
        "supplier" => Some(Role::Supplier),
        "admin" | "nobody" => None,
        _ => Some(Role::DomainPo),
    }
}

/// A product with somebody in each role, and with deputies: of the Chief PO and of `po0` now, and one who is it tomorrow.
fn everybody() -> World {
    let mut world = World::empty();
    for sentence in [
        "grant scrum-master to sm0 for d0",
        "grant coordinator to coordinator",
        "grant programme-lead to lead",
        "grant steering to steering",
        "grant coordination to coordination",
        "grant supplier to supplier for d0",
        "deputise deputy as chief until 1970-01-01",
        "deputise deputy0 as po for d0 from 1970-01-01 until 1970-01-01",
        "deputise later as po for d0 from 1970-01-02 until 1970-01-02",
        "grant member to later for d0 from 1970-01-02",
    ] {
        world.says(&format!("admin: {sentence}"));
    }
    world
}

#[test]
fn each_cell_of_the_mandate_table() {
    let product = everybody().product;
    assert_eq!(CELLS.map(|(act, _)| act), Act::ALL);
    for (act, cells) in CELLS {
        let cells: Vec<char> = cells.chars().filter(|c| *c != ' ').collect();
        assert_eq!(cells.len(), COLUMNS.len());
        for ((who, no), cell) in COLUMNS.into_iter().zip(cells) {
            let may = |actor: &Actor| check(&product, actor, act, &[&domain(no)]).is_ok();
            assert_eq!(may(&actor(who)), cell == 'y', "{act:?} by {who} in d{no}");
            // A token for one role opens what this role may, if its holder has it, and never what administrators may.
            for role in Role::ALL {
                let limited = Actor { only_role: Some(role), ..actor(who) };
                let expected = cell == 'y' && held(who) == Some(role);
                assert_eq!(
                    may(&limited),
                    expected,
                    "{act:?} by {who} in d{no} with a token for {role:?}"
                );
            }
        }
    }
}

#[test]
fn somebody_of_several_roles_may_what_one_of_them_may_for_all_domains_concerned() {
    let mut world = World::of("a x1");
    world.says("admin: replace po by member0 for d1");
    let may = |act, domains: &[u16], only_role| {
        let domains: Vec<_> = domains.iter().map(|no| domain(*no)).collect();
        let actor = Actor { only_role, ..actor("member0") };
        check(&world.product, &actor, act, &domains.iter().collect::<Vec<_>>()).is_ok()
    };
    assert!(may(Act::EditItem, &[0], None));
    assert!(may(Act::CloseItem, &[1], None));
    assert!(!may(Act::CloseItem, &[0], None));
    // Member of one and PO of the other is not the mandate of both.
    assert!(!may(Act::MoveItem, &[0, 1], None));
    assert!(!may(Act::EditItem, &[0, 1], None));
    assert!(may(Act::EditItem, &[1], Some(Role::DomainPo)));
    assert!(!may(Act::EditItem, &[1], Some(Role::Member)));
    // Without a domain named, nobody has it for their own.
    assert!(!may(Act::EditItem, &[], None));
}

#[test]
fn how_far_an_act_is_somebodys_is_just_where_the_check_lets_them() {
    let mut world = everybody();
    world.says("admin: grant member to member0 for d2");
    world.says("admin: delete d3");
    let product = world.product;
    let only = [None, Some(Role::DomainPo), Some(Role::Member), Some(Role::Tool)];
    for (act, (who, _)) in Act::ALL.into_iter().flat_map(|act| COLUMNS.map(|column| (act, column)))
    {
        for only_role in only {
            let actor = Actor { only_role, ..actor(who) };
            let may = |domains: &[&_]| check(&product, &actor, act, domains).is_ok();
            let expected = if may(&[]) {
                assert!((0..3).all(|no| may(&[&domain(no)])), "{act:?} by {who}");
                Extent::Everywhere
            } else {
                Extent::Domains((0..3).map(domain).filter(|domain| may(&[domain])).collect())
            };
            assert_eq!(
                extent(&product, &actor, act),
                expected,
                "{act:?} by {who} as {only_role:?}"
            );
        }
    }
    let member = extent(&product, &actor("member0"), Act::CreateItem);
    assert_eq!(member, Extent::Domains(vec![domain(0), domain(2)]));
}

#[test]
fn the_service_itself_administers_and_holds_no_role() {
    let product = World::empty().product;
    assert!(check(&product, &Actor::system(Timestamp(0)), Act::Import, &[]).is_ok());
    assert!(check(&product, &Actor::system(Timestamp(0)), Act::CloseItem, &[&domain(0)]).is_err());
}

#[test]
fn a_refusal_says_who_may() {
    let mut world = World::of("a x1");
    for (sentence, message) in [
        (
            "po0: rank a top",
            "choosing a place in the overarching order is not in your mandate; the Chief PO (chief) may",
        ),
        (
            "po0: reorder x top",
            "ordering this domain's sub-backlog is not in your mandate; the Chief PO (chief) or the PO of d1 (po1) may",
        ),
        (
            "po0: move a to d1",
            "moving an item to another domain is not in your mandate; the Chief PO (chief) or whoever is PO of all the domains concerned may",
        ),
        (
            "chief: grant chief to po0",
            "giving or taking the Chief PO's seat is not in your mandate; an administrator may",
        ),
        (
            "po0: add d9",
            "adding, changing or deleting domains is not in your mandate; the Chief PO (chief) or an administrator may",
        ),
    ] {
        assert_eq!(world.try_says(sentence).unwrap_err().to_string(), message);
    }
    let error = world.refused("po0", &Command::Import(Vec::new()));
    assert_eq!(
        error.to_string(),
        "importing is not in your mandate; the Chief PO (chief), a tool of the product or an administrator may"
    );
    world.says("admin: revoke chief from chief");
    world.says("admin: revoke po from po1 for d1");
    assert_eq!(
        world.try_says("po0: done x").unwrap_err().to_string(),
        "closing, reopening, splitting or merging an item of this domain is not in your mandate; the Chief PO (the seat is \
         vacant) or the PO of d1 (the seat is vacant) may"
    );
}

/// Each refusal names everybody whom the table lets do it, in one domain.
#[test]
fn a_refusal_names_all_who_may() {
    let product = everybody().product;
    for rule in TABLE {
        let Err(refused) = check(&product, &actor("nobody"), rule.act, &[&domain(0)]) else {
            panic!("{:?} by anybody", rule.act)
        };
        for role in Role::ALL {
            let named = match role {
                Role::ChiefPo => "the Chief PO (chief)".to_owned(),
                Role::DomainPo if rule.reach(role) == Reach::All => "the PO of any".to_owned(),
                Role::DomainPo => "the PO of d0 (po0)".to_owned(),
                role if rule.reach(role) == Reach::All => format!("any {}", role.title()),
                Role::ScrumMaster
                | Role::Member
                | Role::ProductCoordinator
                | Role::ProgrammeLead
                | Role::SteeringMember
                | Role::CoordinationMember
                | Role::Supplier
                | Role::Stakeholder
                | Role::Tool => format!("a {} of d0", role.title()),
            };
            let may = rule.reach(role) != Reach::No;
            assert_eq!(refused.who_may.contains(&named), may, "{role:?}: {refused}");
        }
        let administrator = refused.who_may.contains("an administrator");
        assert_eq!(administrator, rule.administrator, "{refused}");
    }
}

/// The rows of README's table, and what of the code's each is.
const ROWS: [(&str, &[Act]); 21] = [
    ("read", &[Act::Read]),
    ("make a product, seat its Chief PO", &[Act::CreateProduct, Act::SeatChief]),
    (
        "change the product, domains, roles",
        &[Act::EditProduct, Act::ManageDomains, Act::GrantRoles],
    ),
    ("name a deputy", &[Act::NameDeputy]),
    ("close a gap of the directory", &[Act::ResolveGap]),
    ("rank across domains, pin, unpin", &[Act::OrderProduct, Act::Pin]),
    ("publish the vision, keep the goals", &[Act::PublishVision, Act::ManageGoals]),
    ("plan the roadmap", &[Act::PlanRoadmap]),
    ("begin and end a sync", &[Act::HoldSync]),
    ("order a sub-backlog", &[Act::OrderDomain]),
    ("make and change impediments", &[Act::RaiseImpediment]),
    ("make and change other items, link, ask another domain", &[Act::CreateItem, Act::EditItem]),
    ("done, drop, reopen, split, merge", &[Act::CloseItem]),
    ("move an item to another domain", &[Act::MoveItem]),
    ("import and push", &[Act::Import]),
    ("connect a team's tool", &[Act::Connect]),
    ("share by a link", &[Act::Share]),
    ("raise an escalation, comment on one", &[Act::RaiseEscalation, Act::CommentEscalation]),
    ("reopen an escalation of somebody else", &[Act::ReopenEscalation]),
    (
        "say who decides an escalation, keep calendars",
        &[Act::SetEscalationPoints, Act::KeepCalendars],
    ),
    ("say what others are told by alerts", &[Act::ManageAlerts]),
];

/// Decided by whose turn it is; noted by the service itself.
const IN_NO_ROW: [Act; 2] = [Act::DecideEscalation, Act::RecordGap];

/// The columns of README's table after that of administrators.
const ROLES: [&[Role]; 7] = [
    &[Role::ChiefPo],
    &[Role::DomainPo],
    &[Role::ScrumMaster],
    &[Role::Member],
    &[
        Role::ProductCoordinator,
        Role::ProgrammeLead,
        Role::SteeringMember,
        Role::CoordinationMember,
    ],
    &[Role::Supplier, Role::Stakeholder],
    &[Role::Tool],
];

#[test]
fn the_table_that_people_read_is_the_table_that_decides() {
    let readme = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md"));
    let table = readme.lines().skip_while(|line| *line != "## Who may do what").skip(3);
    let told: Vec<Vec<&str>> = table
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let names: Vec<&str> = told.iter().map(|cells| cells[0]).collect();
    assert_eq!(names, ROWS.map(|(name, _)| name));
    for (cells, (name, acts)) in told.iter().zip(ROWS) {
        for act in acts {
            let rule = TABLE.iter().find(|rule| rule.act == *act).unwrap();
            assert_eq!(cells[1] == "✓", rule.administrator, "{name}, administrator");
            for (cell, roles) in cells[2..].iter().zip(ROLES) {
                let reach = match *cell {
                    "" => Reach::No,
                    "✓" => Reach::All,
                    "own domain" | "own seat" | "PO of both" => Reach::Own,
                    other => panic!("{name}: {other}"),
                };
                for role in roles {
                    assert_eq!(reach, rule.reach(*role), "{name}, {role:?}");
                }
            }
            assert_eq!(cells.len(), 2 + ROLES.len());
        }
    }
    for act in Act::ALL {
        let rows = ROWS.iter().filter(|(_, acts)| acts.contains(&act)).count();
        assert_eq!(rows, usize::from(!IN_NO_ROW.contains(&act)), "{act:?}");
    }
}

/// Commands, and who of a product may give each.
const SENTENCES: [(&str, &str); 38] = [
    ("rename product Shop", "admin chief"),
    ("add d9", "admin chief"),
    ("rename d0 Online", "admin chief"),
    ("delete d3", "admin chief"),
    ("grant member to nobody for d0", "admin chief"),
    ("replace po by guest for d0", "admin chief"),
    ("revoke member from temp", "admin chief"),
    ("replace chief by guest", "admin"),
    ("revoke chief from chief", "admin"),
    ("deputise guest as chief until 1970-01-09", "admin chief"),
    ("deputise guest as po for d0 until 1970-01-09", "admin chief po0"),
    ("dismiss temp as po for d1", "admin chief po1"),
    ("new stone in d0", "chief po0 member member0 tool sm0"),
    ("parent stone a", "chief po0 member member0 tool sm0"),
    ("new n in d0", "chief po0 member member0 tool"),
    ("new n in d0 top", "chief po0"),
    ("new n in d1", "chief po1 member tool"),
    ("title a z", "chief po0 member member0 tool"),
    ("parent b a", "chief po0 member member0 tool"),
    ("rank a bottom", "chief"),
    ("rank a family bottom", "chief"),
    ("reorder a bottom", "chief po0"),
    ("pin a", "chief"),
    ("unpin p", "chief"),
    ("move a to d1", "chief"),
    ("split a into y z", "chief po0"),
    ("merge a into b", "chief po0"),
    ("merge a into x", "chief"),
    ("duplicate a of x", "chief po0"),
    ("duplicate x of a", "chief po1"),
    ("done a", "chief po0"),
    ("drop a", "chief po0"),
    ("reopen c", "chief po0"),
    ("reopen c top", "chief po0"),
    ("link a needs x", "chief po0 member member0 tool"),
    ("unlink b needs a", "chief po0 member member0 tool"),
    ("ask a of d1", "chief po0 member member0 tool"),
    ("withdraw b from d1", "chief po0 member member0 tool"),
];

/// A product in which each of [`SENTENCES`] has something to do.
fn given() -> World {
    let mut world = World::of("a b x1 P c");
    world.says("po0: link b needs a");
    world.says("po0: link a needs p");
    world.says("po0: ask a of d2");
    world.says("po0: ask b of d1");
    world.says("po1: ask x of d3");
    for (who, item) in [("po0", "a"), ("po0", "b"), ("po1", "x")] {
        let command = world.change(item, |changes| {
            changes.labels = Some(vec![Label::new(item).unwrap()]);
            changes.sources = Some(vec![source(&format!("https://tool/{item}"))]);
        });
        world.must(who, &command);
    }
    world.says("po0: done c");
    world.says("admin: grant member to temp");
    world.says("admin: grant scrum-master to sm0 for d0");
    world.says("admin: deputise temp as po for d1 from 1970-01-02 until 1970-01-09");
    world.says("sm0: new stone in d0");
    world
}

/// Everybody else is refused for their mandate.
#[test]
fn each_command_asks_for_its_mandate() {
    let everybody =
        ["admin", "chief", "po0", "po1", "member", "member0", "guest", "tool", "nobody", "sm0"];
    let world = given();
    let mut commands: Vec<(Command, &str)> =
        SENTENCES.iter().map(|(sentence, may)| (world.command(sentence), *may)).collect();
    commands.push((Command::Import(vec![super::import::told("s", "d0", "n")]), "admin chief tool"));
    let link =
        LinkTo { kind: LinkKind::Needs, target: LinkEnd::Uri(source("https://example.org")) };
    commands.push((
        Command::AddLink { item: world.key("x"), link, expected: None },
        "chief po1 member tool",
    ));
    for (command, may) in commands {
        for who in everybody {
            let decided = world.product.decide(&command, &actor(who));
            let refused = matches!(&decided, Err(error) if error.code() == "NOT_IN_MANDATE");
            assert_eq!(
                !refused,
                may.split(' ').any(|name| name == who),
                "{who}: {command:?}: {decided:?}"
            );
            assert!(refused || decided.is_ok(), "{who}: {command:?}: {decided:?}");
        }
    }
    let begin = Command::CreateProduct {
        name: super::world::name("Webshop"),
        summary: Summary::default(),
        chief_po: person("chief"),
    };
    for who in everybody {
        let decided = crate::product::Product::default().decide(&begin, &actor(who));
        assert_eq!(decided.is_ok(), who == "admin");
    }
}

/// Whatever the table says of a command: what comes of it stays in the domain of the PO who gave it. Only a link that
/// waited for a new item finds it, whosever it is.
#[test]
fn no_command_of_a_domain_po_changes_another_domains_item() {
    let world = given();
    for (sentence, _) in SENTENCES {
        for (who, own) in [("po0", 0), ("po1", 1)] {
            let Ok(events) = world.product.decide(&world.command(sentence), &actor(who)) else {
                continue;
            };
            for event in events.iter().filter(|event| !matches!(event, Event::LinkResolved(_))) {
                let touched = event.item().and_then(|key| world.product.item_by_key(key));
                let foreign = touched.filter(|(_, item)| item.domain.0 != own);
                assert_eq!(foreign, None, "{who}: {sentence}: {event:?}");
            }
        }
    }
}
