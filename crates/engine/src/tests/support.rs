//! What the tests share: a product with two domains, its people, and commands.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use koepel_domain::{
    command::{Anchor, Command, NewItem, Place},
    commit::Commit,
    event::Event,
    grants,
    ids::{DomainId, DomainKey, ItemKey, PersonId, Timestamp, Version},
    item::Kind,
    mandate::Actor,
    order::Change,
    product::Product,
    roles::Role,
    text::{Name, Reason, Summary, Title},
};
use koepel_event_log::{EventLog, Hash, ProductName, ReadLimit, Record};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Accepted, Engine, Error, Projection, Request, Settings, replay};

pub(super) type Products = Engine<Product, Ledger>;
pub(super) type Answer = Result<Accepted<Product>, Error<koepel_domain::error::Error>>;

/// A read model that keeps all it is given, to be compared with the log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Ledger {
    pub(super) lines: Vec<(Version, Timestamp, PersonId, usize, Vec<Change>)>,
}

impl Projection<Product> for Ledger {
    fn apply(&mut self, commit: &Commit<Event>, changes: &Vec<Change>, state: &Product) {
        assert!(state.version() >= commit.version, "a model sees no state before its commit");
        let Commit { version, time, actor, events } = commit;
        self.lines.push((*version, *time, actor.clone(), events.len(), changes.clone()));
    }
}

/// What the ledger should hold, folded by hand from the log.
pub(super) async fn replayed_ledger(log: &dyn EventLog) -> Ledger {
    let (mut ledger, mut state) = (Ledger::default(), Product::default());
    for record in records(log).await {
        let commit = crate::decode_record::<Product>(&record).unwrap();
        let changes = state.apply(&commit).unwrap();
        ledger.apply(&commit, &changes, &state);
    }
    ledger
}

pub(super) async fn ledger(engine: &Products, version: Version) -> Ledger {
    engine.read(&webshop(), version, |model, _| model.clone()).await.unwrap()
}

pub(super) async fn records(log: &dyn EventLog) -> Vec<Record> {
    let mut all: Vec<Record> = Vec::new();
    loop {
        let next = all.last().map_or(koepel_event_log::Version::ZERO, |last| last.version).next();
        let page = log.read(&webshop(), next, ReadLimit::default()).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

pub(super) fn webshop() -> ProductName {
    ProductName::new("webshop").unwrap()
}

pub(super) fn next_id() -> u64 {
    static IDS: AtomicU64 = AtomicU64::new(1);
    IDS.fetch_add(1, Ordering::Relaxed)
}

pub(super) fn fresh_id() -> Uuid {
    Uuid::from_u64_pair(0x7e57, next_id())
}

pub(super) fn person(id: &str) -> Actor {
    Actor {
        person: PersonId::new(id).unwrap(),
        administrator: false,
        only_role: None,
        now: Timestamp(0),
    }
}

pub(super) fn chief() -> Actor {
    person("p-hanna")
}

pub(super) fn admin() -> Actor {
    Actor { administrator: true, ..person("p-root") }
}

/// A request under a new id.
pub(super) fn ask(actor: Actor, command: Command) -> Request<Command> {
    let body_hash = Hash::of(format!("{command:?}").as_bytes());
    Request {
        command,
        actor,
        request_id: Some(fresh_id()),
        body_hash,
        commit_id: fresh_id(),
        now: Timestamp(1_700_000_000_000_000),
        happened: None,
        cause: None,
    }
}

pub(super) fn settings() -> Settings {
    Settings::default()
}

pub(super) fn engine(log: &(impl EventLog + Clone), settings: Settings) -> Arc<Products> {
    Arc::new(Engine::new(Arc::new(log.clone()), settings))
}

pub(super) fn begin() -> Request<Command> {
    let (name, summary) = (Name::new("Webshop").unwrap(), Summary::default());
    ask(admin(), Command::CreateProduct { name, summary, chief_po: chief().person })
}

/// A product with the domains `online` and `offline`, each with a PO, at version 5.
pub(super) async fn set_up(engine: &Products) {
    engine.create(&webshop(), begin()).await.unwrap();
    for id in ["online", "offline"] {
        let domain = DomainId::new(id).unwrap();
        let add = Command::AddDomain {
            key: domain.default_key(),
            domain: domain.clone(),
            name: Name::new(id).unwrap(),
            summary: Summary::default(),
        };
        run(engine, chief(), add).await.unwrap();
        let grant = grants::Command::Grant {
            person: PersonId::new(&format!("po-{id}")).unwrap(),
            role: Role::DomainPo,
            domain: Some(domain),
            term: None,
            replace: false,
            reason: Reason::default(),
        };
        run(engine, chief(), Command::Cast(grant)).await.unwrap();
    }
}

pub(super) async fn run(engine: &Products, actor: Actor, command: Command) -> Answer {
    engine.execute(&webshop(), ask(actor, command)).await
}

pub(super) fn item(domain: &str, title: &str) -> Command {
    Command::CreateItem {
        domain: DomainId::new(domain).unwrap(),
        item: NewItem::plain(Kind::Story, Title::new(title).unwrap()),
        place: None,
        reason: Reason::default(),
    }
}

/// A command that changes an item, and is refused if there is none.
pub(super) fn pin(item: &str) -> Command {
    let reason = Reason::new("promised").unwrap();
    Command::PinItem { item: key(item), reason, expected: None }
}

pub(super) fn key(text: &str) -> ItemKey {
    text.parse().unwrap()
}

pub(super) fn numbered(domain: &str, number: u32) -> ItemKey {
    ItemKey { domain: DomainKey::new(domain).unwrap(), number }
}

pub(super) fn rank(item: ItemKey, anchor: Anchor) -> Command {
    let place = Place { anchor, seen: None };
    Command::RankItem { item, place, with_family: false, reason: Reason::default(), expected: None }
}

pub(super) fn reorder(item: ItemKey, anchor: Anchor) -> Command {
    let place = Place { anchor, seen: None };
    Command::ReorderItem { item, place, reason: Reason::default(), expected: None }
}

pub(super) fn titles(product: &Product) -> Vec<String> {
    let items = product.order().iter_from(0).filter_map(|(no, _)| product.item(no));
    items.map(|item| item.title.to_string()).collect()
}

/// Starts a command as somebody else would.
pub(super) fn spawn(
    engine: &Arc<Products>,
    request: Request<Command>,
) -> tokio::task::JoinHandle<Answer> {
    let engine = Arc::clone(engine);
    tokio::spawn(async move { engine.execute(&webshop(), request).await })
}

/// Checks that an engine shows what its log holds, state, head and read model.
pub(super) async fn assert_like_its_log(engine: &Products) -> Arc<crate::View<Product>> {
    let (state, head) = replay::<Product>(&**engine.log(), &webshop()).await.unwrap();
    let view = engine.view_at_least(&webshop(), state.version()).await.unwrap();
    assert_eq!(view.head, head);
    assert_eq!(view.state, state, "the state is what the log says");
    let ledger = ledger(engine, state.version()).await;
    assert_eq!(ledger, replayed_ledger(&**engine.log()).await);
    view
}
