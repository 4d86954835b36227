//! Makes the stored log of a version, for the test that opens the logs of all versions:
//! `cargo run -p koepel-engine --example fixture_log -- write 0.2` before 0.2 is released. With `expect` in place of `write`
//! only what the stored log tells is written anew: when the shape of the state, and so its hash, has changed.
//!
//! A new event goes into the history below, so that the next version's log has it.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a tool for developers"
)]

#[path = "../tests/logs/stored.rs"]
mod stored;
#[path = "../tests/logs/ways_in.rs"]
mod ways_in;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use koepel_domain::{
    calendar::{self, Calendar, Country, Zone},
    command::{
        Anchor, Command, ImportItem, ImportLink, ItemChanges, LinkEnd, LinkTo, NewItem, Place,
    },
    directory, grants,
    ids::{
        CalendarId, DomainId, ItemKey, PersonId, PointId, ProductId, Timestamp, TokenId, Version,
    },
    item::{Estimate, Kind, LinkKind, Moscow, Status, Value},
    mandate::Actor,
    news::Told,
    points::{Point, Scope, Topic, default_line},
    product::Product,
    roles::Role,
    system::{self, NewToken, SecretHash, System},
    term::Term,
    text::{Label, Name, Question, Reason, Source, Summary, Text, Title},
};
use koepel_engine::{Aggregate, Engine, Request, SYSTEM, Settings, redaction};
use koepel_event_log::{self as log, Hash, ProductName, SledLog};
use uuid::Uuid;

/// A clock and a source of ids that are the same each time.
#[derive(Default)]
struct Next(u64);

impl Next {
    fn id(&mut self) -> Uuid {
        self.0 += 1;
        Uuid::from_u64_pair(0x0190_0000_0000_7000 + self.0, 0x8000_0000_0000_0000 + self.0)
    }

    fn request<C>(&mut self, person: &str, command: C) -> Request<C> {
        let now = Timestamp(1_763_000_000_000_000 + i64::try_from(self.0).unwrap() * 60_000_000);
        Request {
            command,
            actor: Actor {
                person: person_id(person),
                administrator: person == "admin",
                only_role: None,
                now: Timestamp(0),
            },
            request_id: Some(self.id()),
            body_hash: Hash::of(&self.0.to_be_bytes()),
            commit_id: self.id(),
            now,
            happened: None,
            cause: None,
        }
    }
}

fn person_id(id: &str) -> PersonId {
    PersonId::new(id).unwrap()
}

fn domain(id: &str) -> DomainId {
    DomainId::new(id).unwrap()
}

fn key(text: &str) -> ItemKey {
    text.parse().unwrap()
}

fn why(text: &str) -> Reason {
    Reason::new(text).unwrap()
}

fn source(text: &str) -> Source {
    Source::new(text).unwrap()
}

fn place(anchor: Anchor) -> Place {
    Place { anchor, seen: None }
}

fn plain(title: &str) -> NewItem {
    NewItem::plain(Kind::Story, Title::new(title).unwrap())
}

fn create(of: &str, item: NewItem) -> Command {
    Command::CreateItem { domain: domain(of), item, place: None, reason: why("asked for") }
}

fn imported(name: &str, status: Status, links: Vec<ImportLink>) -> ImportItem {
    ImportItem {
        source: source(&format!("https://tracker.example/{name}")),
        told: Told::Now(Timestamp(0)),
        aliases: vec![source(name)],
        domain: Some(domain("online")),
        kind: Some(Kind::Task),
        status: Some(status),
        title: Some(Title::new(&format!("Imported {name}")).unwrap()),
        text: Some(Text::new("From elsewhere").unwrap()),
        labels: Some(vec![Label::new("imported").unwrap()]),
        estimate: None,
        value: None,
        moscow: None,
        people: None,
        parent: None,
        link_kinds: LinkKind::ALL.to_vec(),
        links,
        requests: Some(vec![(domain("offline"), why("shelves"))]),
        entries: Vec::new(),
    }
}

/// What the product is set up with.
fn house() -> Vec<(&'static str, Command)> {
    let add = |id: &str| Command::AddDomain {
        domain: domain(id),
        key: domain(id).default_key(),
        name: Name::new(id).unwrap(),
        summary: Summary::new("A domain").unwrap(),
    };
    let grant = |person: &str, role, of: Option<&str>| {
        Command::Cast(grants::Command::Grant {
            person: person_id(person),
            role,
            domain: of.map(domain),
            term: None,
            replace: false,
            reason: why("knows the field"),
        })
    };
    let (name, summary) = (Name::new("Web shop").unwrap(), Summary::new("Sells").unwrap());
    let renamed = |name: &str| Some(Name::new(name).unwrap());
    vec![
        (
            "p-hanna",
            Command::UpdateProduct { name: Some(name), summary: Some(summary), expected: None },
        ),
        ("p-hanna", add("online")),
        ("p-hanna", add("offline")),
        ("p-hanna", add("spare")),
        (
            "p-hanna",
            Command::UpdateDomain {
                domain: domain("online"),
                name: renamed("Online shop"),
                summary: None,
                expected: None,
            },
        ),
        ("p-hanna", grant("p-ole", Role::DomainPo, Some("online"))),
        ("p-hanna", grant("p-pia", Role::DomainPo, Some("offline"))),
        ("p-hanna", grant("p-mem", Role::Member, None)),
        (
            "p-hanna",
            Command::Cast(grants::Command::Revoke {
                person: person_id("p-mem"),
                role: Role::Member,
                domain: None,
                reason: why("left"),
            }),
        ),
        (
            "p-hanna",
            Command::DeleteDomain {
                domain: domain("spare"),
                reason: why("never used"),
                expected: None,
            },
        ),
    ]
}

/// Roles from a day to a day, deputies, and a question without an answer.
fn seats() -> Vec<(&'static str, Command)> {
    let term = |first: Option<&str>, last: Option<&str>| {
        let day = |text: &str| text.parse().unwrap();
        let zone = Zone::new("Europe/Copenhagen").unwrap();
        Term::new(first.map(day), last.map(day), &zone).unwrap()
    };
    let grant = |person: &str, term, replace| {
        let (person, role) = (person_id(person), Role::DomainPo);
        let (domain, reason) = (Some(domain("offline")), why("succession"));
        Command::Cast(grants::Command::Grant { person, role, domain, term, replace, reason })
    };
    let (person, role, of) = (|| person_id("p-mem"), Role::ChiefPo, None);
    let away = term(Some("2030-01-07"), Some("2030-01-18"));
    let asked_by = person_id("p-mem");
    let question = Question::new("Who owns the gift wrapping?").unwrap();
    vec![
        ("p-hanna", grant("p-mem", term(Some("2030-01-01"), None), true)),
        ("p-hanna", grant("p-mem", term(Some("2030-01-01"), Some("2030-06-30")), true)),
        (
            "p-hanna",
            Command::Cast(grants::Command::NameDeputy {
                person: person(),
                role,
                domain: of.clone(),
                term: away,
                reason: why("leave"),
            }),
        ),
        (
            "p-hanna",
            Command::Cast(grants::Command::DismissDeputy {
                person: person(),
                role,
                domain: of,
                reason: why("stays"),
            }),
        ),
        ("admin", Command::Directory(directory::Command::Record { question, asked_by })),
        (
            "p-hanna",
            Command::Directory(directory::Command::Resolve { gap: 1, reason: why("offline does") }),
        ),
    ]
}

/// Items, their fields and their ties.
fn items() -> Vec<(&'static str, Command)> {
    let full = NewItem {
        kind: Kind::Epic,
        status: Status::Ready,
        text: Text::new("For Jantje van den Bergh,\nwho called").unwrap(),
        labels: vec![Label::new("gifts").unwrap()],
        estimate: Estimate::from_hundredths(350),
        value: Value::new(80),
        moscow: Some(Moscow::Must),
        people: vec![person_id("p-ole")],
        sources: vec![source("https://git.example/shop/1")],
        ..plain("Gift cards")
    };
    let child = NewItem { parent: Some(key("ONLINE-1")), ..plain("Pay with a gift card") };
    let changes = ItemChanges {
        title: Some(Title::new("Pay with gift cards").unwrap()),
        text: Some(Text::new("Several at once").unwrap()),
        status: Some(Status::InProgress),
        labels: Some(vec![Label::new("checkout").unwrap()]),
        estimate: Some(Estimate::from_hundredths(500)),
        ..ItemChanges::default()
    };
    let tie = |target| LinkTo { kind: LinkKind::Needs, target };
    let link =
        |target| Command::AddLink { item: key("ONLINE-1"), link: tie(target), expected: None };
    let ask = |text: &str| Command::RequestDomain {
        item: key("ONLINE-1"),
        domain: domain("offline"),
        ask: why(text),
        expected: None,
    };
    let uri = LinkEnd::Uri(source("https://law.example/gift-cards"));
    vec![
        ("p-hanna", create("online", full)),
        ("p-ole", create("online", child)),
        ("p-ole", create("online", plain("Refunds"))),
        ("p-pia", create("offline", plain("Shelves"))),
        ("p-pia", create("offline", plain("Counters"))),
        ("p-ole", create("online", plain("Newsletter"))),
        ("p-ole", create("online", plain("News letter"))),
        (
            "p-ole",
            Command::UpdateItem {
                item: key("ONLINE-2"),
                changes: Box::new(changes),
                reason: why("talked it over"),
                expected: None,
            },
        ),
        ("p-ole", link(LinkEnd::Item(key("OFFLINE-1")))),
        ("p-ole", link(uri.clone())),
        ("p-ole", Command::RemoveLink { item: key("ONLINE-1"), link: tie(uri), expected: None }),
        ("p-ole", ask("a till that reads cards")),
        (
            "p-ole",
            Command::WithdrawRequest {
                item: key("ONLINE-1"),
                domain: domain("offline"),
                reason: why("they have one"),
                expected: None,
            },
        ),
        ("p-ole", ask("a second till")),
    ]
}

/// What becomes of the order.
fn moves() -> Vec<(&'static str, Command)> {
    let (expected, reason) = (None, || why("for the season"));
    let rank = |item: &str, anchor, with_family| Command::RankItem {
        item: key(item),
        place: place(anchor),
        with_family,
        reason: reason(),
        expected,
    };
    let waits = ImportLink {
        kind: LinkKind::Needs,
        raw: source("T-2"),
        names: vec![source("T-2")],
        external: false,
    };
    vec![
        ("p-hanna", rank("ONLINE-3", Anchor::Top, false)),
        ("p-hanna", rank("ONLINE-1", Anchor::Bottom, true)),
        ("p-hanna", Command::PinItem { item: key("OFFLINE-1"), reason: reason(), expected }),
        ("p-hanna", Command::UnpinItem { item: key("OFFLINE-1"), reason: reason(), expected }),
        ("p-hanna", Command::PinItem { item: key("ONLINE-3"), reason: reason(), expected }),
        (
            "p-hanna",
            Command::MoveItem {
                item: key("ONLINE-2"),
                domain: domain("offline"),
                reason: reason(),
                expected,
            },
        ),
        (
            "p-pia",
            Command::SplitItem {
                item: key("OFFLINE-2"),
                into: vec![plain("Low counters"), plain("High counters")],
                keep: true,
                reason: reason(),
                expected,
            },
        ),
        (
            "p-ole",
            Command::MarkDuplicate {
                item: key("ONLINE-5"),
                of: key("ONLINE-4"),
                reason: reason(),
                expected,
            },
        ),
        (
            "p-pia",
            Command::MergeItems {
                into: key("OFFLINE-3"),
                items: vec![key("OFFLINE-4")],
                reason: reason(),
                expected,
            },
        ),
        ("p-pia", Command::CompleteItem { item: key("OFFLINE-1"), reason: reason(), expected }),
        ("p-ole", Command::DropItem { item: key("ONLINE-4"), reason: reason(), expected }),
        (
            "p-ole",
            Command::ReopenItem { item: key("ONLINE-4"), place: None, reason: reason(), expected },
        ),
        (
            "p-hanna",
            Command::Import(vec![
                imported("T-1", Status::New, vec![waits]),
                imported("T-3", Status::Done, vec![]),
            ]),
        ),
        ("p-hanna", Command::Import(vec![imported("T-2", Status::Ready, vec![])])),
    ]
}

fn deciders() -> Vec<(&'static str, Command)> {
    let expected = None;
    let office = |id: &str| {
        let calendar = Calendar {
            id: CalendarId::new(id).unwrap(),
            zone: Zone::new("Europe/Copenhagen").unwrap(),
            holidays: vec![Country::Denmark],
            ..Calendar::built_in()
        };
        let (calendar, reason) = (Arc::new(calendar), why("we work there"));
        Command::KeepCalendars(calendar::Command::Save {
            calendar,
            default: false,
            reason,
            expected,
        })
    };
    let gone = calendar::Command::Remove {
        calendar: CalendarId::new("utrecht").unwrap(),
        reason: why("the office closed"),
        expected,
    };
    let point = Point {
        id: PointId::new("all").unwrap(),
        topics: Topic::ALL.to_vec(),
        scope: Scope::Product,
        calendar: Some(CalendarId::new("copenhagen").unwrap()),
        line: default_line(),
    };
    let table = Command::SavePoints { points: vec![point], reason: why("agreed"), expected };
    vec![
        ("p-hanna", office("copenhagen")),
        ("p-hanna", office("utrecht")),
        ("p-hanna", Command::KeepCalendars(gone)),
        ("p-hanna", table),
    ]
}

async fn done<A: Aggregate>(
    engine: &Engine<A, ()>,
    name: &ProductName,
    request: Request<A::Command>,
) -> Version {
    let done = engine.create(name, request).await;
    done.unwrap_or_else(|error| panic!("{name}: {error}")).commit.version
}

async fn system(engine: &Engine<System, ()>, next: &mut Next) {
    let name = ProductName::new(SYSTEM).unwrap();
    for person in ["p-hanna", "p-ole", "p-pia", "p-mem"] {
        let add = system::Command::AddPerson {
            person: person_id(person),
            tool: false,
            administrator: false,
        };
        done(engine, &name, next.request("admin", add)).await;
    }
    for (at, purpose) in [(1, "Jantje van den Bergh's laptop"), (2, "CI")] {
        let facts = NewToken {
            person: person_id("p-ole"),
            purpose: Some(Name::new(purpose).unwrap()),
            product: Some(ProductId::new("webshop").unwrap()),
            role: Some(Role::DomainPo),
            expires_at: Some(Timestamp(1_900_000_000_000_000)),
            secret: SecretHash([at; 32]),
        };
        let token = TokenId::new(&format!("t-{at}")).unwrap();
        let issue = system::Command::IssueToken { token, facts: Box::new(facts) };
        done(engine, &name, next.request("admin", issue)).await;
    }
    let revoke =
        system::Command::RevokeToken { token: TokenId::new("t-1").unwrap(), reason: why("lost") };
    done(engine, &name, next.request("admin", revoke)).await;
    for (person, command) in ways_in::all() {
        done(engine, &name, next.request(person, command)).await;
    }
}

/// Writes the history into a new log, and takes a text out of it again.
async fn write_log(dir: &Path) {
    let opened = || SledLog::open(dir, log::Settings::default()).unwrap();
    let (mut next, log) = (Next::default(), Arc::new(opened()));
    let settings = Settings::default();
    system(&Engine::new(log.clone(), settings.clone()), &mut next).await;
    let name = ProductName::new("webshop").unwrap();
    let products: Engine<Product, ()> = Engine::new(log.clone(), settings);
    let begin = Command::CreateProduct {
        name: Name::new("Webshop").unwrap(),
        summary: Summary::default(),
        chief_po: person_id("p-hanna"),
    };
    done(&products, &name, next.request("admin", begin)).await;
    for (person, command) in house().into_iter().chain(seats()).chain(items()) {
        done(&products, &name, next.request(person, command)).await;
    }
    let reorder = Command::ReorderItem {
        item: key("ONLINE-3"),
        place: place(Anchor::Top),
        reason: why("sooner"),
        expected: None,
    };
    let version = done(&products, &name, next.request("p-ole", reorder)).await;
    let undo = Command::UndoMove { version, reason: why("a mistake") };
    done(&products, &name, next.request("p-ole", undo)).await;
    for (person, command) in moves().into_iter().chain(deciders()) {
        done(&products, &name, next.request(person, command)).await;
    }
    products.stop().await;
    drop(products);
    log.close().await.unwrap();
    drop(log);
    for product in ["webshop", SYSTEM] {
        let product = ProductName::new(product).unwrap();
        let order = redaction::Order {
            text: "Jantje van den Bergh".to_owned(),
            by: person_id("p-hanna"),
            reason: why("She asked for it"),
            now: Timestamp(1_763_100_000_000_000),
        };
        let log = opened();
        let plan = redaction::plan(&log, &product, &order, &mut || next.id()).await.unwrap();
        log::redact(log, &product, &plan.stand_ins, plan.notices).await.unwrap();
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, version] = arguments.as_slice() else {
        println!("give `write` or `expect`, and a version such as 0.2");
        return;
    };
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/logs");
    let file = |ending: &str| folder.join(format!("{version}.{ending}"));
    let scratch = tempfile::tempdir().unwrap();
    let dir = scratch.path().join("log");
    if what == "write" {
        assert!(
            !file("log").exists(),
            "the log of {version} is stored already, and is never changed"
        );
        fs::create_dir_all(&folder).unwrap();
        write_log(&dir).await;
        fs::write(file("log"), stored::pack(&dir)).unwrap();
        let log = SledLog::open(&dir, log::Settings::default()).unwrap();
        let mut backup = Vec::new();
        log::backup(&log, &mut backup, 1_763_100_000_000_001).await.unwrap();
        fs::write(file("koepel"), backup).unwrap();
    } else {
        stored::unpack(&fs::read(file("log")).unwrap(), &dir);
    }
    if !file("koepel").exists() {
        println!("there is no backup beside the log");
    }
    let log = SledLog::open(&dir, log::Settings::default()).unwrap();
    let told = serde_json::to_string_pretty(&stored::told(&log).await).unwrap();
    fs::write(file("json"), told + "\n").unwrap();
    println!("written: {}", file("json").display());
}
