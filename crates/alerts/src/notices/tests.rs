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
}

const DAY_US: i64 = 24 * 3_600 * 1_000_000;

impl Shop {
    fn open() -> Self {
        let mut shop = Self { product: Product::default(), now: Timestamp(1_796_030_000_000_000) };
        let summary = Summary::default();
        let name = Name::new("Webshop").unwrap();
        shop.does("system", &Command::CreateProduct { name, summary, chief_po: person("p-chief") });
        for id in ["online", "offline"] {
            let name = Name::new(id).unwrap();
            let (domain, summary) = (domain(id), Summary::default());
            let key = domain.default_key();
            shop.does("system", &Command::AddDomain { domain, key, name, summary });
            let grant = Command::Cast(koepel_domain::grants::Command::Grant {
                person: person(&format!("p-{id}")),
                role: Role::DomainPo,
                domain: Some(self::domain(id)),
                term: None,
                replace: false,
                reason: Reason::default(),
            });
            shop.does("system", &grant);
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
        assert_eq!(telling, !told.is_empty(), "{:?}", commit.events);
        told.iter().map(said).collect()
    }

    fn names_deputy(&mut self) {
        let (first, last) = ("2026-11-01".parse().unwrap(), "2027-06-30".parse().unwrap());
        let name = koepel_domain::grants::Command::NameDeputy {
            person: person("p-deputy"),
            role: Role::ChiefPo,
            domain: None,
            term: Term::new(Some(first), Some(last), &Zone::utc()).unwrap(),
            reason: Reason::default(),
        };
        self.does("p-chief", &Command::Cast(name));
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
    assert!(told[0].ends_with("p-offline:domain"), "{told:?}");
}

#[test]
fn silence_is_told_step_by_step() {
    let mut shop = Shop::open();
    shop.raises();
    let until = |shop: &mut Shop, at: fn(&koepel_domain::escalations::Turn) -> Timestamp| {
        let held = shop.product.escalation(EscalationNo(1)).unwrap();
        shop.now = at(held.turn_now().unwrap());
        shop.escalates("system", escalations::Command::Elapse)
    };
    let involved = "p-offline:domain p-online:domain p-online:raised";
    let told = until(&mut shop, |turn| turn.remind_at);
    assert!(told[0].starts_with("escalation/1/reminder/"), "{told:?}");
    assert!(told[0].ends_with(&format!("p-chief:decides {involved}")), "{told:?}");
    let told = until(&mut shop, |turn| turn.due);
    assert!(told[0].starts_with("escalation/1/overdue/"), "{told:?}");
    assert!(told[0].ends_with(&format!("p-chief:decides {involved}")), "{told:?}");
    assert_eq!(shop.later(1), [""; 0]);
}

#[test]
fn when_it_goes_on_each_is_told_once_what_is_so_now() {
    let mut shop = Shop::open();
    shop.names_deputy();
    shop.raises();
    let held = shop.product.escalation(EscalationNo(1)).unwrap();
    let dues: Vec<Timestamp> = held.line.iter().map(|turn| turn.due).collect();
    assert_eq!(dues.len(), 2);
    shop.now = dues[0];
    let told = shop.escalates("system", escalations::Command::Elapse);
    // Not the reminder of time that is over; and the Chief PO is not told twice.
    assert_eq!(
        told,
        [
            format!("escalation/1/overdue/{} p-chief:line", dues[0].0),
            format!(
                "escalation/1/handed-over/{} p-deputy:decides p-offline:domain p-online:domain p-online:raised",
                dues[1].0
            ),
        ]
    );
    shop.now = dues[1];
    let told = shop.escalates("system", escalations::Command::Elapse);
    // At the end of the line all are told.
    assert_eq!(
        told,
        [format!(
            "escalation/1/overdue/{} p-chief:line p-deputy:decides p-offline:domain p-online:domain p-online:raised",
            dues[1].0
        )]
    );
}

#[test]
fn of_time_that_passed_while_nobody_looked_the_end_is_told() {
    let mut shop = Shop::open();
    shop.names_deputy();
    shop.raises();
    let told = shop.later(30);
    let [told] = told.as_slice() else { panic!("{told:?}") };
    assert!(told.starts_with("escalation/1/overdue/"), "{told}");
    assert!(told.contains("p-chief:line p-deputy:decides p-offline:domain"), "{told}");
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
