//! Roles from a day to a day, successors, deputies, vacancies and gaps, at moments of a January.

use super::world::{World, actor, domain, person};
use crate::{
    command::Command,
    directory,
    error::Error,
    event::Event,
    ids::Timestamp,
    mandate::{Act, Actor, check},
    roles::Role,
    term::{Term, Zone},
    text::{Question, Reason},
};

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// So many microseconds after the beginning of a day of January 1970.
fn at(day: i64, micros: i64) -> Timestamp {
    Timestamp((day - 1) * DAY + micros)
}

/// Whoever is called so, at noon of a day of January 1970.
fn on(who: &str, day: i64) -> Actor {
    Actor { now: at(day, DAY / 2), ..actor(who) }
}

/// `po0 5: reorder a top`: who, on which day, and what.
fn try_says(world: &mut World, sentence: &str) -> Result<Vec<Event>, Error> {
    let (who, rest) = sentence.split_once(' ').unwrap();
    let (day, asked) = rest.split_once(": ").unwrap();
    let command = world.command(asked);
    world.run(&on(who, day.parse().unwrap()), &command)
}

/// Commands one after the other: kinds of events, or the refusal in words.
#[track_caller]
fn told(world: &mut World, steps: &[(&str, &str)]) {
    for (when, then) in steps {
        let found = match try_says(world, when) {
            Ok(events) => events.iter().map(Event::kind).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, *then, "{when}");
    }
    assert_eq!(world.replayed(), world.product);
}

fn sits(world: &World, role: Role, of: Option<u16>, day: i64) -> (String, String) {
    let (of, now) = (of.map(domain), at(day, 0));
    let name = |person: Option<&crate::ids::PersonId>| {
        person.map_or_else(String::new, |person| person.to_string())
    };
    let holder = name(world.product.holder_at(role, of.as_ref(), now));
    (holder, name(world.product.deputy_at(role, of.as_ref(), now)))
}

#[test]
fn a_role_is_in_force_from_the_beginning_of_its_first_day_to_the_end_of_its_last() {
    let mut world = World::empty();
    world.says("admin: grant member to new for d0 from 1970-01-03 until 1970-01-04");
    let may = |now: Timestamp| {
        let new = Actor { now, ..actor("new") };
        check(&world.product, &new, Act::Read, &[]).is_ok()
    };
    assert!(!may(Timestamp(at(3, 0).0 - 1)));
    assert!(may(at(3, 0)));
    assert!(may(Timestamp(at(5, 0).0 - 1)));
    assert!(!may(at(5, 0)));
}

#[test]
fn a_successor_takes_a_seat_over_on_a_day() {
    let mut world = World::empty();
    told(
        &mut world,
        &[
            (
                "admin 1: grant po to next for d0 from 1970-01-10",
                "po0 is domain PO of d0 already; exactly one is accountable: revoke that first, or replace",
            ),
            ("admin 1: replace po by next for d0 from 1970-01-10", "RoleTermChanged RoleGranted"),
            ("po0 9: new a in d0", "ItemCreated"),
            (
                "next 9: new b in d0",
                "making an item in this domain is not in your mandate; the Chief PO (chief), the PO of d0 (po0), a member of d0 or a tool of d0 may",
            ),
            ("next 10: new b in d0", "ItemCreated"),
            (
                "po0 10: reorder a bottom",
                "ordering this domain's sub-backlog is not in your mandate; the Chief PO (chief) or the PO of d0 (next) may",
            ),
            (
                "admin 1: grant po to third for d0 from 1970-01-05 until 1970-01-06",
                "po0 is domain PO of d0 already, until 1970-01-09; exactly one is accountable: revoke that first, or replace",
            ),
            (
                "admin 1: grant po to third for d0 from 1970-02-01",
                "next is domain PO of d0 already, from 1970-01-10; exactly one is accountable: revoke that first, or replace",
            ),
            (
                "admin 1: grant po to next for d0 from 1970-01-10 until 1970-01-31",
                "next is domain PO of d0 already, from 1970-01-10; replace, to change from when to when",
            ),
            (
                "admin 1: replace po by next for d0 from 1970-01-10 until 1970-01-31",
                "RoleTermChanged",
            ),
            ("admin 1: grant po to third for d0 from 1970-02-01", "RoleGranted"),
            ("admin 1: grant po to third for d0 from 1970-02-01", ""),
            (
                "admin 20: grant member to third until 1970-01-19",
                "the term until 1970-01-19 is over already; choose a later last day",
            ),
            // What is over is not taken again.
            ("admin 20: revoke po from po0 for d0", "po0 is not domain PO of d0"),
        ],
    );
    let holders = [(9, "po0"), (10, "next"), (31, "next"), (32, "third")];
    for (day, holder) in holders {
        assert_eq!(sits(&world, Role::DomainPo, Some(0), day).0, holder, "day {day}");
    }
    // Taken at once, from whoever holds it and whoever would.
    told(
        &mut world,
        &[("admin 20: replace po by guest for d0", "RoleRevoked RoleRevoked RoleGranted")],
    );
    assert_eq!(sits(&world, Role::DomainPo, Some(0), 40).0, "guest");
}

#[test]
fn while_their_term_runs_a_deputy_has_the_seats_mandate_and_no_more() {
    let mut world = World::of("a b x1");
    told(
        &mut world,
        &[
            ("po0 1: deputise guest as po for d0 from 1970-01-03 until 1970-01-04", "DeputyNamed"),
            ("chief 1: deputise temp as chief from 1970-01-03 until 1970-01-05", "DeputyNamed"),
            (
                "guest 2: reorder a bottom",
                "ordering this domain's sub-backlog is not in your mandate; the Chief PO (chief) or the PO of d0 (po0) may",
            ),
            ("guest 3: reorder a bottom", "ItemReordered"),
            (
                "guest 3: reorder x top",
                "ordering this domain's sub-backlog is not in your mandate; the Chief PO (chief), their deputy (temp) or the PO of d1 (po1) may",
            ),
            (
                "guest 4: rank a top",
                "choosing a place in the overarching order is not in your mandate; the Chief PO (chief) or their deputy (temp) may",
            ),
            ("temp 5: rank x top", "ItemRanked"),
            (
                "temp 6: rank x bottom",
                "choosing a place in the overarching order is not in your mandate; the Chief PO (chief) may",
            ),
            (
                "guest 5: reorder b top",
                "ordering this domain's sub-backlog is not in your mandate; the Chief PO (chief), their deputy (temp) or the PO of d0 (po0) may",
            ),
            // The holder keeps it.
            ("po0 3: reorder b top", ""),
            ("chief 3: pin a", "ItemPinned"),
        ],
    );
    // Who stands in sees the product, without another role.
    let reads = |day| check(&world.product, &on("temp", day), Act::Read, &[]).is_ok();
    assert_eq!([2, 3, 5, 6].map(reads), [false, true, true, false]);
    // A token for the seat's role is one for its deputy.
    let limited = |role| Actor { only_role: Some(role), ..on("temp", 4) };
    assert!(check(&world.product, &limited(Role::ChiefPo), Act::Pin, &[]).is_ok());
    assert!(check(&world.product, &limited(Role::Member), Act::Pin, &[]).is_err());
}

#[test]
fn a_deputy_that_cannot_be_is_refused() {
    let mut world = World::empty();
    told(
        &mut world,
        &[
            (
                "admin 1: deputise guest as member until 1970-01-09",
                "a member has no deputy; the Chief PO and domain POs have",
            ),
            ("admin 1: deputise guest as chief", "a deputy stands in until a day; say which"),
            (
                "admin 1: deputise guest as chief from 1970-01-02",
                "a deputy stands in until a day; say which",
            ),
            (
                "admin 1: deputise guest as chief from 1970-01-02 until 1971-01-03",
                "367 days are too many for a deputy, at most 366 are possible; whoever is away for longer should give up the seat",
            ),
            (
                "admin 1: deputise guest as chief until 1971-01-03",
                "367 days are too many for a deputy, at most 366 are possible; whoever is away for longer should give up the seat",
            ),
            (
                "admin 9: deputise guest as chief from 1970-01-02 until 1970-01-08",
                "the term from 1970-01-02 until 1970-01-08 is over already; choose a later last day",
            ),
            (
                "chief 1: deputise chief as chief until 1970-01-09",
                "chief is Chief PO themselves; name somebody else as deputy",
            ),
            ("chief 1: deputise po0 as chief from 1970-01-02 until 1970-01-09", "DeputyNamed"),
            ("chief 1: deputise po0 as chief from 1970-01-02 until 1970-01-09", ""),
            (
                "chief 1: deputise po1 as chief from 1970-01-09 until 1970-01-10",
                "po0 is deputy of the Chief PO already, from 1970-01-02 until 1970-01-09; dismiss them first, or choose other days",
            ),
            ("chief 1: deputise po1 as chief from 1970-01-10 until 1970-01-10", "DeputyNamed"),
            // Whoever stands in names nobody to stand in for them.
            (
                "po0 5: deputise guest as chief from 1970-01-11 until 1970-01-12",
                "naming or dismissing a deputy for this seat is not in your mandate; the Chief PO (chief) or an administrator may",
            ),
            (
                "po0 5: dismiss po1 as chief",
                "naming or dismissing a deputy for this seat is not in your mandate; the Chief PO (chief) or an administrator may",
            ),
            (
                "po0 1: deputise guest as po for d1 until 1970-01-12",
                "naming or dismissing a deputy for this seat is not in your mandate; the Chief PO (chief), the PO of d1 (po1) or an administrator may",
            ),
            ("chief 1: dismiss po0 as chief", "DeputyDismissed"),
            ("chief 1: dismiss po0 as chief", "po0 is not deputy of the Chief PO, now or later"),
            ("chief 11: dismiss po1 as chief", "po1 is not deputy of the Chief PO, now or later"),
        ],
    );
}

#[test]
fn what_is_over_stands_in_nobodys_way() {
    let mut world = World::empty();
    told(
        &mut world,
        &[
            ("admin 1: replace po by po0 for d0 until 1970-01-05", "RoleTermChanged"),
            ("admin 1: deputise guest as po for d0 until 1970-01-05", "DeputyNamed"),
            ("admin 6: grant po to next for d0", "RoleGranted"),
            ("next 6: deputise po0 as po for d0 until 1970-01-08", "DeputyNamed"),
            (
                "next 6: dismiss guest as po for d0",
                "guest is not deputy of the domain PO of d0, now or later",
            ),
            ("po0 8: new a in d0", "ItemCreated"),
            ("admin 9: revoke po from next for d0", "RoleRevoked"),
            ("admin 9: grant po to po0 for d0", "RoleGranted"),
        ],
    );
    assert_eq!(sits(&world, Role::DomainPo, Some(0), 9), ("po0".to_owned(), String::new()));
}

#[test]
fn whoever_gets_the_seat_stands_in_for_it_no_more() {
    let mut world = World::empty();
    told(
        &mut world,
        &[
            ("po0 1: deputise guest as po for d0 from 1970-01-03 until 1970-01-20", "DeputyNamed"),
            ("admin 5: revoke po from po0 for d0", "RoleRevoked"),
        ],
    );
    assert_eq!(sits(&world, Role::DomainPo, Some(0), 6), (String::new(), "guest".to_owned()));
    told(
        &mut world,
        &[
            (
                "po1 6: new a in d0",
                "making an item in this domain is not in your mandate; the Chief PO (chief), the PO of d0 (the seat is vacant), its deputy (guest), a member of d0 or a tool of d0 may",
            ),
            ("chief 6: grant po to guest for d0", "RoleGranted DeputyDismissed"),
        ],
    );
    assert_eq!(sits(&world, Role::DomainPo, Some(0), 6), ("guest".to_owned(), String::new()));
}

#[test]
fn a_deleted_domain_takes_its_deputies_and_past_roles_along() {
    let mut world = World::empty();
    told(
        &mut world,
        &[
            ("admin 1: grant member to temp for d0 until 1970-01-02", "RoleGranted"),
            ("admin 1: deputise guest as po for d0 until 1970-01-20", "DeputyNamed"),
            ("chief 5: delete d0", "RoleRevoked RoleRevoked DeputyDismissed DomainDeleted"),
        ],
    );
    assert_eq!(world.product.roles_of(&person("temp")).count(), 0);
}

#[test]
fn a_vacancy_is_seen_before_it_comes() {
    let mut world = World::empty();
    let vacant = |world: &World, day| -> Vec<String> {
        let found = world.product.vacancies(at(day, 0));
        found
            .map(|one| {
                let next = one
                    .next
                    .map(|(person, held)| format!("{person} {}", held.term.as_ref().unwrap()));
                format!(
                    "{:?} {:?} {:?} {next:?}",
                    one.domain,
                    one.from.map(|from| from.0 / DAY),
                    one.first_day
                )
            })
            .collect()
    };
    assert!(vacant(&world, 1).is_empty());
    told(
        &mut world,
        &[
            ("admin 1: replace po by po0 for d0 until 1970-01-05", "RoleTermChanged"),
            ("admin 1: grant po to next for d0 from 1970-01-06 until 1970-01-07", "RoleGranted"),
            ("admin 1: grant po to last for d0 from 1970-01-10", "RoleGranted"),
            ("admin 1: revoke po from po1 for d1", "RoleRevoked"),
        ],
    );
    let coming = "Some(d0) Some(7) Some(1970-01-08) Some(\"last from 1970-01-10\")";
    let now = "Some(d0) None Some(1970-01-08) Some(\"last from 1970-01-10\")";
    let other = "Some(d1) None None None";
    assert_eq!(vacant(&world, 1), [coming, other]);
    assert_eq!(vacant(&world, 7), [coming, other]);
    assert_eq!(vacant(&world, 8), [now, other]);
    assert_eq!(vacant(&world, 10), [other]);
}

#[test]
fn an_impediment_is_the_scrum_masters_and_nothing_else_is() {
    let mut world = World::of("a b");
    told(
        &mut world,
        &[
            ("admin 1: grant scrum-master to sm", "a Scrum Master belongs to one domain; name it"),
            ("admin 1: grant scrum-master to sm for d0", "RoleGranted"),
            ("sm 1: new stone in d0", "ItemCreated"),
            ("sm 1: link stone needs a", "LinkAdded"),
            ("sm 1: ask stone of d1", "RequestMade"),
        ],
    );
    for refused in [
        "sm 1: new stone in d0 top",
        "sm 1: new stone in d1",
        "sm 1: new c in d0",
        "sm 1: title a z",
        "sm 1: done stone",
        "sm 1: reorder stone top",
        "sm 1: rank stone top",
    ] {
        assert_eq!(
            try_says(&mut world, refused).unwrap_err().code(),
            "NOT_IN_MANDATE",
            "{refused}"
        );
    }
    // It stays an impediment.
    let becomes = world.change("stone", |changes| changes.kind = Some(crate::item::Kind::Story));
    assert_eq!(world.refused("sm", &becomes).code(), "NOT_IN_MANDATE");
}

#[test]
fn a_question_without_an_answer_is_told_once() {
    let mut world = World::empty();
    let record = |text: &str| {
        let (question, asked_by) = (Question::new(text).unwrap(), person("guest"));
        Command::Directory(directory::Command::Record { question, asked_by })
    };
    assert_eq!(world.refused("guest", &record("Who?")).code(), "NOT_IN_MANDATE");
    let service = Actor::system(Timestamp(0));
    assert_eq!(world.run(&service, &record("Who owns  Gift cards?")).unwrap().len(), 1);
    assert_eq!(world.run(&service, &record(" who owns gift CARDS? ")).unwrap().len(), 0);
    let gap = world.product.gaps().next().unwrap();
    assert_eq!((gap.no, gap.question.as_str()), (1, "Who owns  Gift cards?"));
    told(
        &mut world,
        &[
            (
                "po0 1: resolve 1",
                "closing a gap of the directory is not in your mandate; the Chief PO (chief) or an administrator may",
            ),
            ("chief 1: resolve 2", "the directory has no open gap 2"),
            ("chief 1: resolve 1", "GapResolved"),
            ("chief 1: resolve 1", "the directory has no open gap 1"),
        ],
    );
    assert_eq!(world.product.gaps().count(), 0);
    // Asked again, it is a gap again.
    assert_eq!(world.run(&service, &record("Who owns gift cards?")).unwrap().len(), 1);
    assert_eq!(world.product.gaps().next().unwrap().no, 2);
    for no in 0..directory::GAPS_MAX - 1 {
        let events = world.product.decide(&record(&format!("Question {no}")), &service).unwrap();
        world.fold(events);
    }
    let error = world.run(&service, &record("One more")).unwrap_err();
    assert_eq!(error.to_string(), "a product holds at most 1000 open gaps");
}

#[test]
fn days_are_those_of_the_term_s_own_time_zone() {
    let day = "1970-01-05".parse().unwrap();
    let zone = Zone::new("Pacific/Auckland").unwrap();
    let term = Term::new(Some(day), Some(day), &zone).unwrap();
    let mut world = World::empty();
    let (person, role) = (person("temp"), Role::ChiefPo);
    let (domain, reason) = (None, Reason::default());
    let named = crate::grants::Command::NameDeputy { person, role, domain, term, reason };
    world.must("chief", &Command::Cast(named));
    let deputy = |now| world.product.deputy_at(Role::ChiefPo, None, now).is_some();
    // Midnight in Auckland was at noon of the day before in UTC.
    assert!(!deputy(Timestamp(at(4, DAY / 2).0 - 1)));
    assert!(deputy(at(4, DAY / 2)));
    assert!(!deputy(at(5, DAY / 2)));
}
