//! The read models on small products that are made by ordinary commands.

mod backlog;
mod difference;
mod explain;
mod filter;
mod history;
mod languages;
mod sentence;
mod tenures;
mod told;

use koepel_domain::{
    command::{Anchor, Command, NewItem, Place},
    commit::Commit,
    event::Event,
    ids::{DomainId, DomainKey, ItemKey, PersonId, Timestamp, Version},
    item::Kind,
    mandate::Actor,
    order::ItemNo,
    product::Product,
    text::{Name, Reason, Summary, Title},
};

use crate::{history::History, tenures::Tenures};

/// A product with the domains a, b and c, its history and its log. One person is everything in it.
struct World {
    product: Product,
    history: History,
    tenures: Tenures,
    log: Vec<Commit<Event>>,
    actor: Actor,
}

fn key(text: &str) -> ItemKey {
    text.parse().unwrap()
}

fn why(text: &str) -> Reason {
    Reason::new(text).unwrap()
}

impl World {
    /// No items yet.
    fn empty() -> Self {
        let person = PersonId::new("chief").unwrap();
        let actor = Actor {
            person: person.clone(),
            administrator: true,
            only_role: None,
            now: Timestamp(0),
        };
        let (product, history) = (Product::default(), History::default());
        let tenures = Tenures::default();
        let mut world = Self { product, history, tenures, log: Vec::new(), actor };
        let name = Name::new("A product").unwrap();
        let summary = Summary::default();
        world.does(Command::CreateProduct { name, summary, chief_po: person });
        for id in ["a", "b", "c"] {
            let (domain, key) = (DomainId::new(id).unwrap(), DomainKey::new(&id.to_uppercase()));
            let (name, summary) = (Name::new(id).unwrap(), Summary::default());
            world.does(Command::AddDomain { domain, key: key.unwrap(), name, summary });
        }
        world
    }

    /// One item a letter, from the top down: `aab` is, B-1.
    fn of(domains: &str) -> Self {
        let mut world = Self::empty();
        for domain in domains.chars() {
            world.creates(&domain.to_string(), Anchor::Bottom);
        }
        world
    }

    /// Carries a command out, if it is allowed; says whether it was.
    fn tries(&mut self, command: Command) -> bool {
        let Ok(events) = self.product.decide(&command, &self.actor) else { return false };
        let version = self.product.version().next();
        let time = Timestamp(i64::try_from(version.0).unwrap());
        let commit = Commit { version, time, actor: self.actor.person.clone(), events };
        let changes = self.product.apply(&commit).unwrap();
        self.history.apply(&commit, &changes, &self.product);
        self.tenures.apply(&commit);
        self.log.push(commit);
        true
    }

    #[track_caller]
    fn does(&mut self, command: Command) -> Version {
        let shown = format!("{command:?}");
        assert!(self.tries(command), "refused: {shown}");
        self.product.version()
    }

    fn creates(&mut self, domain: &str, anchor: Anchor) -> Version {
        let item = NewItem::plain(Kind::Story, Title::new("A story").unwrap());
        let (domain, place) = (DomainId::new(domain).unwrap(), Some(Place { anchor, seen: None }));
        self.does(Command::CreateItem { domain, item, place, reason: Reason::default() })
    }

    fn rank(&self, item: &str, anchor: Anchor) -> Command {
        let place = Place { anchor, seen: None };
        let (item, reason) = (key(item), why("ranked"));
        Command::RankItem { item, place, with_family: false, reason, expected: None }
    }

    fn reorder(&self, item: &str, anchor: Anchor) -> Command {
        let place = Place { anchor, seen: None };
        Command::ReorderItem { item: key(item), place, reason: why("reordered"), expected: None }
    }

    fn complete(&self, item: &str) -> Command {
        Command::CompleteItem { item: key(item), reason: Reason::default(), expected: None }
    }

    fn no(&self, item: &str) -> ItemNo {
        self.product.item_no(&key(item)).unwrap()
    }

    /// The keys of the order, from the top down.
    fn order(&self) -> Vec<String> {
        let items = self.product.order().iter_from(0);
        items.map(|(no, _)| self.product.key(no).unwrap().to_string()).collect()
    }
}
