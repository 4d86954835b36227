//! Who is told by which rule.

use koepel_domain::{
    command::Command,
    commit::Commit,
    ids::{Timestamp, Version},
    mandate::Actor,
    outbox::{self, Facts, Kind},
    term::{Term, Zone},
    text::{Line, Name, Reason, Summary},
};

use super::*;

fn person(id: &str) -> PersonId {
    PersonId::new(id).unwrap()
}

fn domain(id: &str) -> DomainId {
    DomainId::new(id).unwrap()
}

fn own(id: &str) -> Receiver {
    Receiver::Person(person(id))
}

fn seat(role: Role, of: Option<&str>) -> Receiver {
    Receiver::Seat { role, domain: of.map(domain) }
}

/// A product with `p-chief`, `p-online` and `p-offline`, and `p-guest`, a stakeholder until the end of January 1970.
fn product() -> Product {
    let mut product = Product::default();
    let name = Name::new("Webshop").unwrap();
    let add = |id: &str| Command::AddDomain {
        domain: domain(id),
        key: domain(id).default_key(),
        name: Name::new(id).unwrap(),
        summary: Summary::default(),
    };
    let grant = |id: &str, role, of: Option<&str>, until: Option<&str>| {
        let last = until.map(|day| day.parse().unwrap());
        Command::Cast(koepel_domain::grants::Command::Grant {
            person: person(id),
            role,
            domain: of.map(domain),
            term: Term::new(None, last, &Zone::utc()).unwrap(),
            replace: false,
            reason: Reason::default(),
        })
    };
    let create =
        Command::CreateProduct { name, summary: Summary::default(), chief_po: person("p-chief") };
    let commands = [
        create,
        add("online"),
        add("offline"),
        grant("p-online", Role::DomainPo, Some("online"), None),
        grant("p-offline", Role::DomainPo, Some("offline"), None),
        grant("p-guest", Role::Stakeholder, None, Some("1970-01-31")),
        grant("p-chief", Role::SteeringMember, None, None),
        Command::Cast(koepel_domain::grants::Command::NameDeputy {
            person: person("p-deputy"),
            role: Role::ChiefPo,
            domain: None,
            term: Term::new(None, Some("1970-01-31".parse().unwrap()), &Zone::utc()).unwrap(),
            reason: Reason::default(),
        }),
    ];
    for command in commands {
        let actor = Actor::system(Timestamp(0));
        let events = product.decide(&command, &actor).unwrap();
        let version = product.version().next();
        let commit = Commit { version, time: Timestamp(0), actor: PersonId::system(), events };
        product.apply(&commit).unwrap();
    }
    product
}

fn outbox(rules: &[(Receiver, Rule)]) -> Outbox {
    let mut outbox = Outbox::default();
    for (receiver, rule) in rules {
        let command = outbox::Command::SetRule { receiver: receiver.clone(), rule: rule.clone() };
        let events = outbox.decide(&command).unwrap();
        let version = outbox.version().next();
        let commit = Commit { version, time: Timestamp(0), actor: PersonId::system(), events };
        outbox.apply(&commit).unwrap();
    }
    outbox
}

/// An escalation of online's PO, for the Chief PO.
fn told() -> Told {
    Told {
        notice: Notice {
            cause: Line::new("escalation/1/raised").unwrap(),
            kind: Kind::EscalationRaised,
            version: Version(1),
            time: Timestamp(0),
            domains: vec![domain("online")],
            facts: Facts::default(),
        },
        concerned: vec![
            (person("p-online"), Concern::Domain),
            (person("p-online"), Concern::Raised),
            (person("p-chief"), Concern::Decides),
        ],
    }
}

/// Something that goes to the Chief PO's deputy, was raised by somebody who is a guest until the end of January, and concerns a
/// stranger.
fn told_of_leavers() -> Told {
    let concerned = vec![
        (person("p-guest"), Concern::Raised),
        (person("p-deputy"), Concern::StandsIn),
        (person("p-stranger"), Concern::Line),
    ];
    Told { concerned, ..told() }
}

/// Each delivery as `p-chief decides email`.
#[track_caller]
fn check(rules: &[(Receiver, Rule)], targets: &[(&str, Receiver)], expected: &[&str]) {
    check_at(Timestamp(0), rules, targets, expected);
}

#[track_caller]
fn check_at(
    now: Timestamp,
    rules: &[(Receiver, Rule)],
    targets: &[(&str, Receiver)],
    expected: &[&str],
) {
    check_told(&told(), now, rules, targets, expected);
}

#[track_caller]
fn check_told(
    told: &Told,
    now: Timestamp,
    rules: &[(Receiver, Rule)],
    targets: &[(&str, Receiver)],
    expected: &[&str],
) {
    let targets: Vec<Target> = targets
        .iter()
        .map(|(id, receiver)| Target { id: TargetId::new(id).unwrap(), receiver: receiver.clone() })
        .collect();
    let email = |id: &PersonId| id.as_str() != "p-online";
    let ways = Ways { email: &email, nats: true, targets: &targets };
    let all = deliveries(told, &product(), &outbox(rules), &ways, now);
    let said: Vec<String> = all
        .iter()
        .map(|to| {
            let way = match &to.target {
                Some(target) => target.to_string(),
                None => format!("{:?}", to.channel).to_lowercase(),
            };
            format!("{} {} {way}", to.receiver, format!("{:?}", to.concern).to_lowercase())
        })
        .collect();
    assert_eq!(said, expected);
}

const BOTH: [&str; 5] = [
    "p-chief decides stream",
    "p-chief decides email",
    "p-chief decides nats",
    "p-online raised stream",
    "p-online raised nats",
];

fn by(channels: &[Channel]) -> Rule {
    Rule { channels: channels.to_vec(), ..Rule::default() }
}

#[test]
fn without_a_rule_whoever_is_concerned_is_told_by_every_way_that_has_an_address() {
    check(&[], &[], &BOTH);
    let targets = [
        ("chat", own("p-chief")),
        ("foreign", own("p-offline")),
        ("team", seat(Role::DomainPo, Some("online"))),
        ("others", seat(Role::DomainPo, Some("offline"))),
        ("chiefs", seat(Role::ChiefPo, None)),
    ];
    check(
        &[],
        &targets,
        &[
            "p-chief decides stream",
            "p-chief decides chat",
            "p-chief decides email",
            "p-chief decides nats",
            "p-online raised stream",
            "p-online raised nats",
            "domain PO of online raised team",
            "Chief PO decides chiefs",
        ],
    );
}

#[test]
fn a_rule_names_kinds_domains_and_ways() {
    let email = by(&[Channel::Email]);
    check(
        &[(own("p-chief"), email.clone()), (own("p-online"), by(&[]))],
        &[],
        &["p-chief decides email"],
    );
    let overdue = Rule { kinds: vec![Kind::EscalationOverdue], ..email.clone() };
    check(&[(own("p-chief"), overdue)], &[], &BOTH[3..]);
    let offline = Rule { domains: vec![domain("offline")], ..by(&[Channel::Nats]) };
    check(&[(own("p-online"), offline)], &[], &BOTH[..3]);
    let online = Rule { domains: vec![domain("online")], ..email };
    check(&[(own("p-chief"), online), (own("p-online"), by(&[]))], &[], &["p-chief decides email"]);
}

#[test]
fn ones_own_rule_stands_above_that_of_ones_role() {
    let (email, stream) = (by(&[Channel::Email]), by(&[Channel::Stream]));
    let chief = seat(Role::ChiefPo, None);
    check(
        &[(chief.clone(), email.clone()), (own("p-online"), by(&[]))],
        &[],
        &["p-chief decides email"],
    );
    check(
        &[(chief, email), (own("p-chief"), stream), (own("p-online"), by(&[]))],
        &[],
        &["p-chief decides stream"],
    );
    let any = (seat(Role::DomainPo, None), by(&[Channel::Stream]));
    let one = (seat(Role::DomainPo, Some("online")), by(&[Channel::Nats]));
    check(std::slice::from_ref(&any), &[], &[BOTH[0], BOTH[1], BOTH[2], "p-online raised stream"]);
    check(&[any, one], &[], &[BOTH[0], BOTH[1], BOTH[2], "p-online raised nats"]);
}

#[test]
fn the_domains_of_a_rule_keep_no_decision_from_whoever_is_to_make_it() {
    let offline = Rule { domains: vec![domain("offline")], ..by(&[Channel::Email]) };
    let rules = [(own("p-chief"), offline), (own("p-online"), by(&[]))];
    check(&rules, &[], &["p-chief decides email"]);
    // Of what is about no domain, too; but not of what is only told.
    let mut free = told();
    free.notice.domains.clear();
    check_told(&free, Timestamp(0), &rules, &[], &["p-chief decides email"]);
    free.concerned = vec![(person("p-chief"), Concern::Line)];
    check_told(&free, Timestamp(0), &rules, &[], &[]);
}

#[test]
fn the_rules_of_several_roles_are_joined_and_none_silences_a_seat_that_has_no_rule() {
    let quiet = (own("p-online"), by(&[]));
    let chief = (seat(Role::ChiefPo, None), by(&[Channel::Email]));
    let steering = |channels: &[Channel]| (seat(Role::SteeringMember, None), by(channels));
    let rules = [chief.clone(), steering(&[Channel::Stream]), quiet.clone()];
    check(&rules, &[], &["p-chief decides stream", "p-chief decides email"]);
    let rules = [chief, steering(&[]), quiet.clone()];
    check(&rules, &[], &["p-chief decides email"]);
    check(&[steering(&[]), quiet.clone()], &[], &BOTH[..3]);
    // What is only told is told as the rules of roles say.
    let mut heard = told();
    heard.concerned = vec![(person("p-chief"), Concern::Line)];
    check_told(&heard, Timestamp(0), &[steering(&[]), quiet], &[], &[]);
}

#[test]
fn whoever_has_left_is_told_nothing_whatever_they_did_here() {
    const DAY: i64 = 86_400_000_000;
    check_told(
        &told_of_leavers(),
        Timestamp(30 * DAY),
        &[],
        &[("chat", own("p-guest"))],
        &[
            "p-deputy standsin stream",
            "p-deputy standsin email",
            "p-deputy standsin nats",
            "p-guest raised stream",
            "p-guest raised chat",
            "p-guest raised email",
            "p-guest raised nats",
        ],
    );
    let targets = [("chat", own("p-guest"))];
    check_told(&told_of_leavers(), Timestamp(31 * DAY), &[], &targets, &[]);
    // A try goes to whoever asks for it: an administrator need be nothing here.
    let mut test = told_of_leavers();
    test.notice.kind = Kind::Test;
    test.concerned.truncate(1);
    let expected = ["p-guest raised stream", "p-guest raised email", "p-guest raised nats"];
    check_told(&test, Timestamp(31 * DAY), &[], &[], &expected);
}

#[test]
fn whoever_asks_for_everything_is_told_though_it_does_not_concern_them() {
    let all = Rule { everything: true, ..by(&[Channel::Stream]) };
    let mut expected = BOTH.to_vec();
    expected.insert(3, "p-offline asked stream");
    check(&[(own("p-offline"), all.clone())], &[], &expected);
    check(&[(seat(Role::DomainPo, Some("offline")), all.clone())], &[], &expected);
    // Whoever holds no role here is told nothing.
    check(&[(own("p-stranger"), all)], &[], &BOTH);
}

#[test]
fn a_rule_speaks_of_those_who_are_what_it_says_at_the_moment() {
    const DAY: i64 = 86_400_000_000;
    let all = Rule { everything: true, ..by(&[Channel::Stream]) };
    let mut told = BOTH.to_vec();
    told.insert(3, "p-guest asked stream");
    for receiver in [seat(Role::Stakeholder, None), own("p-guest")] {
        let rules = [(receiver, all.clone())];
        check_at(Timestamp(30 * DAY), &rules, &[], &told);
        check_at(Timestamp(31 * DAY), &rules, &[], &BOTH);
    }
}

#[test]
fn the_target_of_a_role_follows_the_rule_of_the_role() {
    let team = || ("team", seat(Role::DomainPo, Some("offline")));
    check(&[], &[team()], &BOTH);
    let hook = Rule { everything: true, ..by(&[Channel::Webhook]) };
    let mut expected = BOTH.to_vec();
    expected.push("domain PO of offline asked team");
    check(&[(seat(Role::DomainPo, Some("offline")), hook)], &[team()], &expected);
}
