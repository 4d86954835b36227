//! Sentences as a stakeholder reads them.

use std::sync::Arc;

use koepel_domain::command::{Anchor, Command, NewItem};
use koepel_domain::{
    calendar::{self, Calendar},
    ids::{CalendarId, DomainId, PointId},
    item::Kind,
    language::Language,
    points::{Point, Scope, Topic, default_line},
    text::{Name, Reason, Title},
};

use super::{World, key, why};
use crate::sentence::{reason, sentence};

/// What the last version is told as.
fn last(world: &World) -> String {
    let events = world.log.last().map(|commit| commit.events.as_slice()).unwrap_or_default();
    let told = events.iter().map(|event| sentence(event, &world.product, Language::En));
    told.collect::<Vec<_>>().join("; ")
}

#[test]
fn a_kind_has_its_article() {
    for (kind, words) in [
        (Kind::Epic, "an epic"),
        (Kind::Feature, "a feature"),
        (Kind::Story, "a story"),
        (Kind::Task, "a task"),
        (Kind::Defect, "a defect"),
        (Kind::Impediment, "an impediment"),
    ] {
        let mut world = World::empty();
        let item = NewItem::plain(kind, Title::new("It").unwrap());
        let domain = DomainId::new("a").unwrap();
        let reason = Reason::default();
        world.does(Command::CreateItem { domain, item, place: None, reason });
        assert_eq!(last(&world), format!("was created as {words} in a, at place 1"));
    }
}

#[test]
fn a_move_tells_both_places_and_the_neighbours() {
    let mut world = World::of("aab");
    let rank = world.rank("B-1", Anchor::Top);
    let ranked = world.does(rank);
    assert_eq!(last(&world), "was ranked from place 3 to place 1, at the top, above A-1");
    let reorder = world.reorder("A-2", Anchor::Top);
    world.does(reorder);
    let told = "was reordered within its domain from place 3 to place 2, between B-1 and A-1";
    assert_eq!(last(&world), told);
    world.does(Command::UndoMove { version: ranked, reason: why("a mistake") });
    let told = format!(
        "went back from place 1 to place 2, between A-2 and A-1 (undoing version {ranked})"
    );
    assert_eq!(last(&world), told);
    let event = world.log.last().and_then(|commit| commit.events.first());
    assert_eq!(event.map(reason), Some("a mistake"));
    let complete = world.complete("A-2");
    world.does(complete);
    assert_eq!(last(&world), "was done and left place 1");
    world.does(Command::PinItem { item: key("A-1"), reason: why("promised"), expected: None });
    assert_eq!(last(&world), "was pinned at place 2, at the bottom, below B-1");
}

#[test]
fn calendars_and_points_are_told_by_name() {
    let mut world = World::empty();
    let id = CalendarId::new("here").unwrap();
    let office = Calendar { id, name: Name::new("The office").unwrap(), ..Calendar::built_in() };
    let save = |calendar: &Calendar| {
        let (calendar, reason) = (Arc::new(calendar.clone()), why("we moved"));
        let save = calendar::Command::Save { calendar, default: false, reason, expected: None };
        Command::KeepCalendars(save)
    };
    world.does(save(&office));
    assert_eq!(last(&world), "calendar The office was saved and is the default");
    let event = world.log.last().and_then(|commit| commit.events.first());
    assert_eq!(event.map(reason), Some("we moved"));
    let other = CalendarId::new("there").unwrap();
    world.does(save(&Calendar { id: other.clone(), ..office }));
    assert_eq!(last(&world), "calendar The office was saved");
    let (reason, expected) = (why("closed"), None);
    let remove = calendar::Command::Remove { calendar: other, reason, expected };
    world.does(Command::KeepCalendars(remove));
    assert_eq!(last(&world), "calendar there was removed");
    let point = Point {
        id: PointId::new("all").unwrap(),
        topics: Topic::ALL.to_vec(),
        scope: Scope::Product,
        calendar: None,
        line: default_line(),
    };
    let table = |points| Command::SavePoints { points, reason: why("agreed"), expected: None };
    world.does(table(vec![point]));
    assert_eq!(last(&world), "who decides escalations was said anew, in one point");
    world.does(table(Vec::new()));
    assert_eq!(last(&world), "all escalations are decided by the built-in default again");
}
