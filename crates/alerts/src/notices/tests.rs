//! What an escalation tells, from beginning to end, and whom.

use koepel_domain::{
    command::{Anchor, Command, NewItem, Place},
    escalations::{self, Choice, NewDecision, NewEscalation, Ordered, Outcome},
    item::Kind as ItemKind,
    mandate::Actor,
    points::Topic,
    term::{Term, Zone},
    text::{Name, Summary, Title},
};

use super::*;

fn person(id: &str) -> PersonId {
    PersonId::new(id).unwrap()
}

fn domain(id: &str) -> DomainId {
    DomainId::new(id).unwrap()
}

fn key(text: &str) -> ItemKey {
    text.parse().unwrap()
}

/// A product with `p-chief`, `p-online`, `p-offline`, an item in each domain, and the clock.
struct Shop {
    product: Product,
    now: Timestamp,
    /// What the last command had to tell.
    last: Vec<Told>,
}

const DAY_US: i64 = 24 * 3_600 * 1_000_000;

impl Shop {
    fn open() -> Self {
        let now = Timestamp(1_796_030_000_000_000);
        let mut shop = Self { product: Product::default(), now, last: Vec::new() };
        let summary = Summary::default();
        let name = Name::new("Webshop").unwrap();
        shop.does("system", &Command::CreateProduct { name, summary, chief_po: person("p-chief") });
        for id in ["online", "offline"] {
            let name = Name::new(id).unwrap();
            let (domain, summary) = (domain(id), Summary::default());
            let key = domain.default_key();
            shop.does("system", &Command::AddDomain { domain, key, name, summary });
            shop.grants(&format!("p-{id}"), Role::DomainPo, Some(id), None);
            let item = NewItem::plain(ItemKind::Story, Title::new("A story").unwrap());
            let create = Command::CreateItem {
                domain: self::domain(id),
                item,
                place: None,
                reason: Reason::default(),
            };
            shop.does("p-chief", &create);
        }
        shop
    }

    /// Gives a command. Answers with what it tells: `escalation_raised p-chief:decides …`.
    fn does(&mut self, who: &str, command: &Command) -> Vec<String> {
        let actor = match who {
            "system" => Actor::system(self.now),
            who => {
                Actor { person: person(who), administrator: false, only_role: None, now: self.now }
            }
        };
        let events = self.product.decide(command, &actor).unwrap();
        let version = self.product.version().next();
        let commit = Commit { version, time: self.now, actor: actor.person, events };
        self.product.apply(&commit).unwrap();
        let told = notices(&commit, &self.product);
        let telling = commit.events.iter().any(|event| may_tell(event.kind()));
        assert!(telling || told.is_empty(), "{:?}", commit.events);
        self.last = told;
        self.last.iter().map(said).collect()
    }

    /// Grants a role, to take the seat of whoever holds it then. `days` are the first and the last of the term.
    fn grants(
        &mut self,
        who: &str,
        role: Role,
        of: Option<&str>,
        days: Option<(&str, &str)>,
    ) -> Vec<String> {
        let grant = koepel_domain::grants::Command::Grant {
            person: person(who),
            role,
            domain: of.map(domain),
            term: days.and_then(term),
            replace: true,
            reason: Reason::default(),
        };
        self.does("system", &Command::Cast(grant))
    }

    /// Names a deputy of the Chief PO.
    fn names_deputy(&mut self, who: &str, days: (&str, &str)) -> Vec<String> {
        let name = koepel_domain::grants::Command::NameDeputy {
            person: person(who),
            role: Role::ChiefPo,
            domain: None,
            term: term(days),
            reason: Reason::default(),
        };
        self.does("p-chief", &Command::Cast(name))
    }

    /// Of each that was told last: its kind, who is to decide, and after how many days from the beginning that is due.
    fn turns(&self) -> Vec<String> {
        let turn = |told: &Told| {
            let Facts { decider, due, .. } = &told.notice.facts;
            let decider = decider.as_ref().map_or("nobody", PersonId::as_str);
            let due = due.map_or_else(String::new, |due| {
                format!(" {:.1}", (due.0 - 1_796_030_000_000_000) as f64 / DAY_US as f64)
            });
            format!("{:?} {decider}{due}", told.notice.kind)
        };
        self.last.iter().map(turn).collect()
    }

    fn escalates(&mut self, who: &str, command: escalations::Command) -> Vec<String> {
        self.does(who, &Command::Escalate(command))
    }

    fn raises(&mut self) -> Vec<String> {
        let rank = Ordered::Rank {
            item: key("OFFLINE-1"),
            to: Anchor::Before(key("ONLINE-1")),
            with_family: false,
        };
        let choice = |title: &str, orders| Choice { title: Title::new(title).unwrap(), orders };
        let new = NewEscalation {
            topic: Topic::Priority,
            title: Title::new("Who is first?").unwrap(),
            text: Summary::new("Both want the hall.").unwrap(),
            items: vec![key("ONLINE-1"), key("OFFLINE-1")],
            entries: Vec::new(),
            domains: Vec::new(),
            options: vec![choice("online", Vec::new()), choice("offline", vec![rank])],
        };
        self.escalates("p-online", escalations::Command::Raise(Box::new(new)))
    }

    fn later(&mut self, days: i64) -> Vec<String> {
        self.now = Timestamp(self.now.0 + days * DAY_US);
        self.escalates("system", escalations::Command::Elapse)
    }

    fn decides(&mut self) -> Vec<String> {
        let new = NewDecision {
            escalation: EscalationNo(1),
            outcome: Outcome::Option(2),
            replaces: Vec::new(),
            reason: Reason::new("the season begins").unwrap(),
            expected: None,
        };
        self.escalates("p-chief", escalations::Command::Decide(Box::new(new)))
    }
}

fn term((first, last): (&str, &str)) -> Option<Term> {
    let day = |text: &str| Some(text.parse().unwrap());
    Term::new(day(first), day(last), &Zone::utc()).unwrap()
}

fn said(told: &Told) -> String {
    let mut concerned: Vec<String> = told
        .concerned
        .iter()
        .map(|(who, concern)| format!("{who}:{}", format!("{concern:?}").to_lowercase()))
        .collect();
    concerned.sort();
    concerned.dedup();
    format!("{} {}", told.notice.cause, concerned.join(" "))
}

#[test]
fn who_decides_and_who_is_involved_is_told_and_nobody_of_what_they_did() {
    let mut shop = Shop::open();
    assert_eq!(shop.raises(), ["escalation/1/raised p-chief:decides p-offline:domain"]);
    let (escalation, expected) = (EscalationNo(1), None);
    let acknowledge = escalations::Command::Acknowledge { escalation, expected };
    let told = shop.escalates("p-chief", acknowledge);
    let version = shop.product.version();
    assert_eq!(
        told,
        [format!(
            "escalation/1/acknowledged/{version} p-offline:domain p-online:domain p-online:raised"
        )]
    );
    let text = Summary::new("We asked the shops.").unwrap();
    let comment = escalations::Command::Comment { escalation, text, expected };
    let told = shop.escalates("p-offline", comment);
    assert_eq!(told.len(), 1);
    assert!(told[0].ends_with("p-chief:decides p-online:domain p-online:raised"), "{told:?}");
    assert_eq!(
        shop.decides(),
        ["escalation/1/decided/1 p-offline:domain p-online:domain p-online:raised"]
    );
    let reason = Reason::new("it was about the old hall").unwrap();
    let reopen = escalations::Command::Reopen { escalation, reason: reason.clone(), expected };
    let told = shop.escalates("p-online", reopen);
    assert!(told[0].starts_with("escalation/1/reopened/"), "{told:?}");
    let withdraw = escalations::Command::Withdraw { escalation, reason, expected };
    let told = shop.escalates("p-online", withdraw);
    assert!(told[0].ends_with(" p-chief:line p-offline:domain"), "who was to decide: {told:?}");
}

#[test]
fn silence_is_told_step_by_step() {
    let mut shop = Shop::open();
    shop.raises();
    let told = shop.later(1);
    assert!(told[0].starts_with("escalation/1/reminder/"), "{told:?}");
    assert!(told[0].ends_with(" p-chief:decides p-offline:domain p-online:domain p-online:raised"));
    let told = shop.later(29);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("escalation/1/overdue/"), "{told:?}");
    // Nobody comes after them: they may decide still, and all are told.
    assert!(
        told[0].ends_with(
            " p-chief:decides p-chief:line p-offline:domain p-online:domain p-online:raised"
        ),
        "{told:?}"
    );
    assert_eq!(shop.turns(), ["EscalationOverdue p-chief 2.0"]);
    assert_eq!(shop.later(1), [""; 0]);
}

#[test]
fn that_time_is_over_is_said_of_whoever_had_it_and_not_of_whoever_comes_next() {
    let mut shop = Shop::open();
    shop.names_deputy("p-ruben", ("2026-11-01", "2027-01-31"));
    shop.raises();
    shop.later(1);
    assert_eq!(shop.turns(), ["EscalationReminder p-chief 2.0"]);
    let told = shop.later(1);
    assert_eq!(shop.turns(), ["EscalationOverdue p-chief 2.0", "EscalationHandedOver p-ruben 4.0"]);
    // Whose time it was is told so; whom it goes on to, and all others, are told of that.
    assert!(told[0].ends_with(" p-chief:line p-ruben:line"), "{told:?}");
    assert!(told[1].contains(" p-chief:line "), "{told:?}");
    assert!(told[1].ends_with(" p-online:raised p-ruben:decides p-ruben:line"), "{told:?}");
}

#[test]
fn after_a_stop_that_passed_two_turns_each_is_told_of_the_right_one() {
    let mut shop = Shop::open();
    shop.names_deputy("p-ruben", ("2026-11-01", "2027-01-31"));
    shop.raises();
    let told = shop.later(30);
    assert_eq!(
        shop.turns(),
        ["EscalationOverdue p-chief 2.0", "EscalationOverdue p-ruben 4.0"],
        "reminders and a hand-over that are over say nothing any more"
    );
    assert!(told[0].ends_with(" p-chief:line p-ruben:line"), "{told:?}");
    assert!(
        told[1].ends_with(
            " p-chief:line p-offline:domain p-online:domain p-online:raised p-ruben:decides p-ruben:line"
        ),
        "{told:?}"
    );
    let causes: std::collections::BTreeSet<&str> =
        told.iter().map(|one| one.split(' ').next().unwrap()).collect();
    assert_eq!(causes.len(), told.len(), "each has a cause of its own");
}

#[test]
fn who_comes_next_is_said_as_long_as_somebody_does() {
    let mut shop = Shop::open();
    shop.names_deputy("p-ruben", ("2026-11-01", "2027-01-31"));
    shop.raises();
    let next = |shop: &Shop| -> Vec<Option<PersonId>> {
        shop.last.iter().map(|told| told.notice.facts.next.clone()).collect()
    };
    let ruben = Some(person("p-ruben"));
    assert_eq!(next(&shop), std::slice::from_ref(&ruben));
    shop.later(1);
    assert_eq!(next(&shop), std::slice::from_ref(&ruben), "the reminder");
    shop.later(1);
    assert_eq!(next(&shop), [ruben, None], "the end of one turn, and the beginning of the last");
}

#[test]
fn a_hand_over_that_comes_late_needs_no_reminder_beside_it() {
    let mut shop = Shop::open();
    shop.names_deputy("p-ruben", ("2026-11-01", "2027-01-31"));
    shop.raises();
    shop.later(3);
    assert_eq!(shop.turns(), ["EscalationOverdue p-chief 2.0", "EscalationHandedOver p-ruben 4.0"]);
}

#[test]
fn whoever_came_to_the_seat_after_its_time_is_not_said_to_have_let_it_pass() {
    let mut shop = Shop::open();
    shop.grants("p-next", Role::ChiefPo, None, Some(("2026-12-10", "2027-12-31")));
    shop.raises();
    let told = shop.later(30);
    assert_eq!(shop.turns(), ["EscalationOverdue nobody 2.0"]);
    assert!(told[0].contains(" p-chief:line p-next:decides "), "{told:?}");
}

#[test]
fn a_deputy_who_comes_during_a_turn_is_told_what_waits_for_them() {
    let mut shop = Shop::open();
    shop.raises();
    let told = shop.names_deputy("p-ruben", ("2026-11-30", "2026-12-20"));
    let version = shop.product.version();
    assert_eq!(told, [format!("escalation/1/entrusted/{version} p-ruben:standsin")]);
    assert_eq!(shop.turns(), ["EscalationRaised p-chief 2.0"]);
    let facts = &shop.last[0].notice.facts;
    assert_eq!(facts.by, Some(person("p-online")), "who asks, not who named them");
    // Of another seat, or of no escalation: nothing.
    assert_eq!(shop.grants("p-else", Role::DomainPo, Some("online"), None), [""; 0]);
    shop.decides();
    assert_eq!(shop.grants("p-new", Role::ChiefPo, None, None), [""; 0]);
}

#[test]
fn a_deputy_who_was_named_before_is_told_when_their_term_begins() {
    let mut shop = Shop::open();
    shop.raises();
    let begun =
        |shop: &Shop| -> Vec<String> { begun(&shop.product, shop.now).iter().map(said).collect() };
    assert_eq!(shop.names_deputy("p-ruben", ("2026-12-01", "2026-12-20")), [""; 0]);
    assert_eq!(begun(&shop), [""; 0]);
    let begins = next_beginning(&shop.product, shop.now).unwrap();
    assert_eq!(
        begins,
        "2026-12-01T00:00:00Z"
            .parse::<jiff::Timestamp>()
            .map(|at| Timestamp(at.as_microsecond()))
            .unwrap()
    );
    shop.now = begins;
    assert_eq!(begun(&shop), [format!("escalation/1/entrusted/at-{} p-ruben:standsin", begins.0)]);
    assert_eq!(next_beginning(&shop.product, shop.now), None);
    // The same a day later; and of what was raised since, they were told then.
    shop.now = Timestamp(begins.0 + DAY_US);
    assert_eq!(begun(&shop), [format!("escalation/1/entrusted/at-{} p-ruben:standsin", begins.0)]);
    assert!(shop.raises()[0].contains(" p-ruben:standsin"));
    assert_eq!(begun(&shop).len(), 1);
}

#[test]
fn a_successor_who_comes_during_a_turn_is_told_at_once_and_one_who_comes_later_by_the_reminder() {
    let mut shop = Shop::open();
    shop.raises();
    let told = shop.grants("p-new", Role::ChiefPo, None, None);
    assert!(told[0].ends_with(" p-new:decides"), "{told:?}");
    assert_eq!(shop.turns(), ["EscalationRaised p-new 2.0"]);
    let mut shop = Shop::open();
    shop.raises();
    assert_eq!(shop.names_deputy("p-ruben", ("2026-12-01", "2026-12-20")), [""; 0]);
    let told = shop.later(1);
    assert!(told[0].ends_with(" p-online:raised p-ruben:standsin"), "{told:?}");
}

#[test]
fn a_decision_that_is_not_followed_is_told_to_all_and_once() {
    let mut shop = Shop::open();
    shop.raises();
    shop.decides();
    let top = |item: &str| Command::RankItem {
        item: key(item),
        place: Place { anchor: Anchor::Top, seen: None },
        with_family: false,
        reason: Reason::default(),
        expected: None,
    };
    let told = shop.does("p-chief", &top("ONLINE-1"));
    assert_eq!(
        told,
        ["decision/1/not-followed p-chief:line p-offline:domain p-online:domain p-online:raised"]
    );
}

#[test]
fn a_notice_has_what_there_is_to_say() {
    let mut shop = Shop::open();
    shop.raises();
    let events = shop.product.decide(
        &Command::Escalate(escalations::Command::Decide(Box::new(NewDecision {
            escalation: EscalationNo(1),
            outcome: Outcome::Option(2),
            replaces: Vec::new(),
            reason: Reason::new("the season begins").unwrap(),
            expected: None,
        }))),
        &Actor { person: person("p-chief"), administrator: false, only_role: None, now: shop.now },
    );
    let version = shop.product.version().next();
    let actor = person("p-chief");
    let commit = Commit { version, time: shop.now, actor, events: events.unwrap() };
    shop.product.apply(&commit).unwrap();
    let told = notices(&commit, &shop.product);
    let facts = &told[0].notice.facts;
    assert_eq!((facts.escalation, facts.decision), (Some(1), Some(1)));
    assert_eq!((facts.title.as_str(), facts.outcome.as_str()), ("Who is first?", "offline"));
    assert_eq!((facts.said.as_str(), facts.due), ("the season begins", None));
    assert_eq!(facts.items, [key("ONLINE-1"), key("OFFLINE-1")]);
    assert_eq!(told[0].notice.domains, [domain("online"), domain("offline")]);
}
