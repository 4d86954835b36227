//! Escalations on their way to a decision, and what becomes of decisions.

use super::world::{World, actor, domain, person, reason};
use crate::{
    command::{Anchor, Command},
    error::Error,
    escalations::{
        self, Choice, Escalation, NewDecision, NewEscalation, Ordered, Outcome, Standing,
    },
    event::Event,
    ids::{DecisionNo, EscalationNo, PersonId, Timestamp},
    mandate::Actor,
    points::{Decider, Topic},
    product::Product,
    roles::Role,
    text::{Summary, Title},
};

pub(super) const FIRST: EscalationNo = EscalationNo(1);

pub(super) fn title(text: &str) -> Title {
    Title::new(text).unwrap()
}

/// Which of two comes first: a below b, or a above b.
pub(super) fn raise(world: &World, a: &str, b: &str) -> Command {
    let option = |name: &str, to: Anchor| Choice {
        title: title(name),
        orders: vec![Ordered::Rank { item: world.key(a), to, with_family: false }],
    };
    let new = NewEscalation {
        topic: Topic::Priority,
        title: title("Which comes first?"),
        text: Summary::new("Both need the same two weeks in the test hall").unwrap(),
        items: vec![world.key(a), world.key(b)],
        entries: Vec::new(),
        domains: Vec::new(),
        options: vec![
            option("below", Anchor::After(world.key(b))),
            option("above", Anchor::Before(world.key(b))),
        ],
    };
    Command::Escalate(escalations::Command::Raise(Box::new(new)))
}

/// As raised, and another domain is concerned.
fn naming(command: Command, no: u16) -> Command {
    let Command::Escalate(escalations::Command::Raise(mut new)) = command else { panic!() };
    new.domains.push(domain(no));
    Command::Escalate(escalations::Command::Raise(new))
}

pub(super) fn decide(outcome: Outcome) -> Command {
    let new = NewDecision {
        escalation: FIRST,
        outcome,
        replaces: Vec::new(),
        reason: reason("the season begins with it"),
        expected: None,
    };
    Command::Escalate(escalations::Command::Decide(Box::new(new)))
}

pub(super) fn option(no: u32) -> Command {
    decide(Outcome::Option(no))
}

pub(super) fn acknowledge() -> Command {
    Command::Escalate(escalations::Command::Acknowledge { escalation: FIRST, expected: None })
}

fn withdraw() -> Command {
    let (escalation, reason, expected) = (FIRST, reason("we agree now"), None);
    Command::Escalate(escalations::Command::Withdraw { escalation, reason, expected })
}

pub(super) fn reopen() -> Command {
    let (escalation, reason, expected) = (FIRST, reason("the facts changed"), None);
    Command::Escalate(escalations::Command::Reopen { escalation, reason, expected })
}

fn comment(text: &str) -> Command {
    let (escalation, text, expected) = (FIRST, Summary::new(text).unwrap(), None);
    Command::Escalate(escalations::Command::Comment { escalation, text, expected })
}

/// Two POs disagree; `a` is of `d0`, `x` of `d1`.
pub(super) fn raised() -> World {
    let mut world = World::of("x1 a b c1");
    let raise = raise(&world, "a", "x");
    world.must("po0", &raise);
    world
}

pub(super) fn first(world: &World) -> &Escalation {
    world.product.escalation(FIRST).unwrap()
}

pub(super) fn kinds(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(Event::kind).collect()
}

/// Lets time pass until a moment; to do so once more changes nothing.
#[track_caller]
pub(super) fn pass(world: &mut World, until: Timestamp) -> Vec<Event> {
    let system = Actor::system(until);
    let command = Command::Escalate(escalations::Command::Elapse);
    let events = world.run(&system, &command).unwrap();
    assert_eq!(world.run(&system, &command), Ok(Vec::new()), "the same time passed twice");
    events
}

pub(super) fn later(at: Timestamp) -> Timestamp {
    Timestamp(at.0 + 1)
}

fn earlier(at: Timestamp) -> Timestamp {
    Timestamp(at.0 - 1)
}

/// One refusal of each kind that only escalations and decisions have.
pub(super) fn refusals() -> Vec<Error> {
    let mut none = World::of("x1 a");
    let mut open = raised();
    let mut met = vec![
        none.refused("chief", &option(1)),
        open.refused("po0", &option(1)),
        open.refused("po1", &withdraw()),
        open.refused("po0", &reopen()),
        open.refused("chief", &option(3)),
        open.refused("chief", &Command::Escalate(escalations::Command::Elapse)),
        open.refused("chief", &replacing(9)),
    ];
    open.must("chief", &option(1));
    met.push(open.refused("chief", &option(1)));
    open.must("chief", &reopen());
    open.must("chief", &replacing(1));
    open.must("chief", &reopen());
    met.push(open.refused("chief", &replacing(1)));
    met.extend(super::decisions::refusals());
    met
}

/// A decision for the first option, in the place of another decision.
pub(super) fn replacing(no: u32) -> Command {
    let Command::Escalate(escalations::Command::Decide(mut new)) = option(1) else { panic!() };
    new.replaces = vec![DecisionNo(no)];
    Command::Escalate(escalations::Command::Decide(new))
}

#[test]
fn it_goes_to_whoever_decides_the_topic_and_concerns_the_domains_of_its_items() {
    let world = raised();
    let held = first(&world);
    assert_eq!(held.raised_by, person("po0"));
    assert_eq!(held.turn_now().unwrap().decider, Decider::Seat(Role::ChiefPo, None));
    let concerned = held.domains.iter().map(|no| world.product.domain(*no).unwrap().id.clone());
    assert_eq!(concerned.collect::<Vec<_>>(), [domain(0), domain(1)]);
    assert_eq!(world.product.deciders(held, Timestamp(0)), [person("chief")]);
    assert_eq!(world.product.next_deadline(), held.next_deadline());
    assert!(held.next_deadline() < Some(held.turn_now().unwrap().due), "a reminder comes first");
}

#[test]
fn who_may_raise_what() {
    let mut world = World::of("x1 a");
    let command = raise(&world, "a", "x");
    for who in ["chief", "po0", "po3", "member", "member0"] {
        world.must(who, &command);
    }
    for who in ["guest", "tool", "admin", "nobody"] {
        assert_eq!(world.refused(who, &command).code(), "NOT_IN_MANDATE", "{who}");
    }
    let unknown = raise(&world, "a", "nothing");
    assert_eq!(world.refused("po0", &unknown).code(), "UNKNOWN_ITEM");
    world.says("chief: done a");
    assert_eq!(world.refused("po0", &command).code(), "NOT_OPEN", "an option orders it");
}

#[test]
fn the_second_option_changes_the_rank_in_the_same_commit_and_the_change_names_the_decision() {
    let mut world = raised();
    let events = world.must("chief", &option(2));
    assert_eq!(kinds(&events), ["ItemRanked", "EscalationDecided"]);
    assert_eq!(world.order(), "a x1 b c1");
    let Event::ItemRanked(ranked) = &events[0] else { panic!("{events:?}") };
    assert_eq!(ranked.decision, Some(DecisionNo(1)));
    let decision = world.product.decision(DecisionNo(1)).unwrap();
    assert_eq!((decision.by.as_str(), decision.option), ("chief", Some(2)));
    assert_eq!(decision.on_turn, Some(Decider::Seat(Role::ChiefPo, None)));
    assert_eq!(first(&world).standing, Standing::Decided(DecisionNo(1)));
    assert_eq!(world.product.next_deadline(), None);
    assert_eq!(world.replayed(), world.product);
}

#[test]
fn only_whose_turn_it_is_acknowledges_and_decides() {
    let mut world = raised();
    for who in ["po0", "po1", "po2", "member", "guest", "tool", "admin", "nobody"] {
        for command in [acknowledge(), option(1)] {
            let error = world.refused(who, &command);
            assert_eq!(error.code(), "NOT_THE_DECIDER", "{who}");
            let own = matches!(error, Error::NotTheDecider { own_cause: true, .. });
            assert_eq!(own, ["po0", "po1"].contains(&who), "{who}: {error}");
            assert!(error.to_string().contains("chief may"), "{error}");
        }
    }
    let of_role = |role| Actor { only_role: Some(role), ..actor("chief") };
    let refused = world.run(&of_role(Role::Member), &option(1)).unwrap_err();
    assert_eq!(refused.code(), "NOT_THE_DECIDER", "a token for another role");
    assert_eq!(kinds(&world.must("chief", &acknowledge())), ["EscalationAcknowledged"]);
    assert_eq!(world.must("chief", &acknowledge()), [], "once");
    world.run(&of_role(Role::ChiefPo), &option(1)).unwrap();
    assert_eq!(world.refused("chief", &option(2)).code(), "ESCALATION_ENDED");
}

#[test]
fn whoever_raised_it_takes_it_back_with_a_token_for_a_role_that_could_have_raised_it() {
    let mut world = raised();
    let of_role = |role| Actor { only_role: Some(role), ..actor("po0") };
    for role in [Role::Stakeholder, Role::Tool, Role::Member] {
        for command in [withdraw(), reopen()] {
            assert_eq!(world.run(&of_role(role), &command).unwrap_err().code(), "NOT_IN_MANDATE");
        }
    }
    let events = world.run(&of_role(Role::DomainPo), &withdraw()).unwrap();
    assert_eq!(kinds(&events), ["EscalationWithdrawn"]);
    world.run(&of_role(Role::DomainPo), &reopen()).unwrap();
}

#[test]
fn a_decision_needs_a_reason_and_an_option_that_is_there() {
    let mut world = raised();
    let Command::Escalate(escalations::Command::Decide(mut new)) = option(1) else { panic!() };
    new.reason = reason("");
    let command = Command::Escalate(escalations::Command::Decide(new));
    assert_eq!(world.refused("chief", &command).code(), "REASON_MISSING");
    for no in [0, 3, u32::MAX] {
        let error = world.refused("chief", &option(no));
        assert_eq!(error.to_string(), format!("there is no option {no}; there are options 1 to 2"));
    }
    world.says("chief: done a");
    assert_eq!(world.refused("chief", &option(1)).code(), "NOT_OPEN");
    // Another way out is left.
    let events = world.must("chief", &decide(Outcome::Own(Choice::plain(title("It is done")))));
    assert_eq!(kinds(&events), ["EscalationDecided"]);
}

#[test]
fn a_decision_orders_every_kind_of_change() {
    let mut world = World::of("x1 a b c1");
    let raise = naming(raise(&world, "a", "x"), 2);
    world.must("po0", &raise);
    let (a, b, x, c) = (world.key("a"), world.key("b"), world.key("x"), world.key("c"));
    let orders = vec![
        Ordered::Rank { item: x.clone(), to: Anchor::Bottom, with_family: false },
        Ordered::Pin { item: x },
        Ordered::Move { item: a, domain: domain(2) },
        Ordered::Drop { item: b },
        Ordered::Pin { item: c.clone() },
        Ordered::Unpin { item: c },
    ];
    let own = Outcome::Own(Choice { title: title("All of it"), orders });
    world.must("chief", &decide(own));
    assert_eq!(world.order(), "a2 c1 X1");
    let refused = world.refused("po1", &world.command("reorder x top"));
    assert_eq!(refused.code(), "PINNED", "a pin binds");
}

#[test]
fn a_later_move_against_a_decision_is_allowed_and_noted_once() {
    let mut world = raised();
    world.must("chief", &option(2));
    // It takes the turn that its sister had: the other domain's item stands above it now.
    let events = world.says("po0: reorder a bottom");
    assert_eq!(world.order(), "b x1 a c1");
    assert_eq!(kinds(&events), ["ItemReordered", "DecisionNotFollowed"]);
    let Event::DecisionNotFollowed(noted) = &events[1] else { panic!("{events:?}") };
    assert_eq!((&noted.item, &noted.below), (&world.key("a"), &world.key("x")));
    assert_eq!(noted.at.place, 3);
    assert_eq!(kinds(&world.says("po0: reorder a top")), ["ItemReordered"]);
    assert_eq!(kinds(&world.says("po0: reorder a bottom")), ["ItemReordered"]);
}

#[test]
fn the_two_of_a_decision_may_part_by_anybodys_move() {
    for (who, sentence) in [
        ("po0", "po0: reorder a after b"),
        ("chief", "chief: rank a bottom"),
        ("chief", "chief: rank x top"),
        ("po0", "po0: new z in d0 top"),
    ] {
        let mut world = World::of("x1 a b c1");
        let command = raise(&world, "a", "x");
        world.must("po1", &command);
        world.must("chief", &option(2));
        assert_eq!(world.order(), "a x1 b c1");
        let events = world.says(sentence);
        let noted = kinds(&events).contains(&"DecisionNotFollowed");
        assert!(noted, "{sentence}: {} {events:?}", world.order());
        let held = world.product.decision(DecisionNo(1)).unwrap();
        assert_eq!(held.not_followed, Some(world.product.version()), "{who}");
        assert!(held.is_in_force());
        // It is told once.
        let events = world.says("chief: rank a top");
        assert_eq!(kinds(&events).len(), 1, "{events:?}");
        let events = world.says("chief: rank a bottom");
        assert_eq!(kinds(&events), ["ItemRanked"]);
        assert_eq!(world.replayed(), world.product);
    }
}

#[test]
fn a_new_decision_takes_the_place_of_what_it_contradicts() {
    let mut world = raised();
    world.must("chief", &option(2));
    world.must("chief", &reopen());
    world.must("chief", &option(1));
    let decisions: Vec<_> = world.product.decisions().cloned().collect();
    assert_eq!(decisions[0].replaced_by, Some(DecisionNo(2)));
    assert_eq!(decisions[0].not_followed, None, "it was overruled, not ignored");
    assert_eq!(decisions[1].replaces, [DecisionNo(1)]);
    world.must("chief", &reopen());
    assert_eq!(world.refused("chief", &replacing(1)).code(), "DECISION_REPLACED");
}

#[test]
fn what_has_left_the_order_is_not_watched_any_more() {
    let mut world = raised();
    world.must("chief", &option(2));
    world.says("chief: done x");
    world.says("chief: reopen x top");
    assert_eq!(world.product.decision(DecisionNo(1)).unwrap().not_followed, None);
}

#[test]
fn silence_brings_a_reminder_then_overdue_and_the_last_in_line_keeps_it() {
    let mut world = raised();
    let turn = first(&world).turn_now().unwrap().clone();
    assert_eq!(pass(&mut world, earlier(turn.remind_at)), []);
    assert_eq!(kinds(&pass(&mut world, turn.remind_at)), ["EscalationReminded"]);
    assert_eq!(pass(&mut world, earlier(turn.due)), []);
    assert_eq!(kinds(&pass(&mut world, turn.due)), ["EscalationOverdue"]);
    assert_eq!(world.product.next_deadline(), None, "there is nobody further");
    assert!(first(&world).is_open() && first(&world).overdue);
    // A clock that goes back, or years ahead, brings nothing more.
    for at in [Timestamp(0), turn.due, Timestamp(i64::MAX)] {
        assert_eq!(pass(&mut world, at), []);
    }
    world.must("chief", &option(1));
}

#[test]
fn a_service_that_stood_still_catches_up_with_everything_at_once() {
    let mut world = raised();
    let turn = first(&world).turn_now().unwrap().clone();
    let events = pass(&mut world, later(turn.due));
    assert_eq!(kinds(&events), ["EscalationReminded", "EscalationOverdue"]);
}

#[test]
fn who_said_that_they_are_on_it_is_not_reminded_but_has_no_longer_time() {
    let mut world = raised();
    let turn = first(&world).turn_now().unwrap().clone();
    world.must("chief", &acknowledge());
    assert_eq!(pass(&mut world, turn.remind_at), []);
    assert_eq!(kinds(&pass(&mut world, turn.due)), ["EscalationOverdue"]);
}

#[test]
fn only_the_service_lets_time_pass() {
    let mut world = raised();
    let command = Command::Escalate(escalations::Command::Elapse);
    for who in ["chief", "admin", "po0"] {
        assert_eq!(world.refused(who, &command).code(), "ONLY_THE_SERVICE");
    }
}

#[test]
fn nobody_decides_in_their_own_cause() {
    let mut world = World::of("x1 a");
    let command = raise(&world, "a", "x");
    // The Chief PO raises it, or is the PO of a domain concerned; there is no deputy.
    world.must("chief", &command);
    assert_eq!(first(&world).line, []);
    assert_eq!(world.product.next_deadline(), None, "as far as is known, nobody ever will");
    let error = world.refused("chief", &option(1));
    assert!(matches!(error, Error::NotTheDecider { own_cause: true, .. }), "{error}");
    assert!(error.to_string().contains("nobody may at the moment"), "{error}");
    // Once another Chief PO is seated, they may; they are told, and have their time.
    world.says("admin: replace chief by po3");
    assert_eq!(world.product.deciders(first(&world), Timestamp(0)), [person("po3")]);
    let at = world.product.next_deadline().unwrap();
    assert_eq!(kinds(&pass(&mut world, at)), ["EscalationRouted"]);
    assert_eq!(first(&world).line.len(), 1);
    assert!(world.product.next_deadline().is_some_and(|next| next > at), "a reminder");
    world.must("po3", &option(1));
}

#[test]
fn it_is_taken_back_by_who_raised_it_and_opened_again() {
    let mut world = raised();
    assert_eq!(world.refused("po1", &withdraw()).code(), "NOT_THE_RAISER");
    assert_eq!(world.refused("po0", &reopen()).code(), "ESCALATION_OPEN");
    world.must("po0", &withdraw());
    assert_eq!(world.product.next_deadline(), None);
    assert_eq!(world.product.open_escalations().count(), 0);
    for command in [acknowledge(), option(1), withdraw()] {
        assert_eq!(world.refused("chief", &command).code(), "ESCALATION_ENDED");
    }
    assert_eq!(world.refused("po1", &reopen()).code(), "NOT_IN_MANDATE");
    world.must("po0", &reopen());
    assert!(first(&world).is_open() && world.product.next_deadline().is_some());
    world.must("chief", &option(1));
    world.must("chief", &reopen());
    world.must("chief", &option(2));
    assert_eq!(world.order(), "a x1 b c1");
}

#[test]
fn comments_are_anybodys_who_may_raise_and_its_story_has_a_bound() {
    let mut world = raised();
    for who in ["po1", "member", "chief"] {
        world.must(who, &comment("we could split it"));
    }
    assert_eq!(world.refused("guest", &comment("me too")).code(), "NOT_IN_MANDATE");
    assert_eq!(world.refused("po0", &comment(" ")).code(), "MISSING");
    let told = first(&world).story.len();
    for _ in told..escalations::STORY_MAX {
        world.must("po0", &comment("and"));
    }
    assert_eq!(world.refused("po0", &comment("and")).code(), "FULL");
    world.must("chief", &option(1));
}

#[test]
fn what_changed_since_it_was_seen_is_refused() {
    let mut world = raised();
    let seen = first(&world).changed;
    world.must("po1", &comment("no"));
    let Command::Escalate(escalations::Command::Decide(mut new)) = option(1) else { panic!() };
    new.expected = Some(seen);
    let command = Command::Escalate(escalations::Command::Decide(new));
    assert_eq!(world.refused("chief", &command).code(), "STALE");
}

#[test]
fn unknown_escalations_and_decisions_are_named() {
    let mut world = World::of("x1 a");
    for command in [acknowledge(), option(1), withdraw(), reopen(), comment("x")] {
        let error = world.refused("chief", &command);
        assert_eq!(error.to_string(), "there is no escalation 1 in this product");
    }
    let command = raise(&world, "a", "x");
    world.must("po0", &command);
    assert_eq!(world.refused("chief", &replacing(9)).code(), "UNKNOWN_DECISION");
}

#[test]
fn thousands_that_are_due_in_one_minute_are_kept_a_bounded_number_at_a_time() {
    let mut world = World::of("x1 a");
    let command = raise(&world, "a", "x");
    let count = escalations::ELAPSED_MAX + 7;
    for _ in 0..count {
        world.must("po0", &command);
    }
    let system = Actor::system(Timestamp(i64::MAX));
    let elapse = Command::Escalate(escalations::Command::Elapse);
    let mut told = Vec::new();
    loop {
        let events = world.run(&system, &elapse).unwrap();
        assert!(events.len() <= 2 * escalations::ELAPSED_MAX);
        if events.is_empty() {
            break;
        }
        told.extend(events);
    }
    assert_eq!(told.len(), 2 * count, "a reminder and overdue for each, once");
    let system = PersonId::system();
    assert!(world.log.last().is_some_and(|commit| commit.actor == system));
}

#[test]
fn a_snapshot_is_read_as_it_was_written() {
    let mut world = raised();
    let plain = decide(Outcome::Own(Choice::plain(title("Neither"))));
    for command in [acknowledge(), comment("so"), option(2), reopen(), plain, reopen()] {
        world.must("chief", &command);
        let stored = postcard::to_stdvec(&world.product).unwrap();
        let read: Product = postcard::from_bytes(&stored).unwrap();
        assert_eq!(read, world.product, "{command:?}");
    }
}
