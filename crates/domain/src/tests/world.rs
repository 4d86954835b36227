//! A product in a line of text, and commands as sentences about it.
//!
//! `a b P c1` are four open items from the top down. A letter names the item (it is its title), in upper case if it is
//! pinned; a number after it is its domain, nought if there is none. `po0: reorder a after p` is a command and who gives
//! it.

use crate::{
    command::{Anchor, Command, LinkEnd, LinkTo, NewItem, Place},
    commit::Commit,
    directory,
    error::Error,
    event::Event,
    grants,
    ids::{DomainId, ItemKey, PersonId, Timestamp, Version},
    item::{Kind, LinkKind},
    mandate::Actor,
    order::{Change, ItemNo, Letter},
    product::Product,
    roles::Role,
    term::{Term, Zone},
    text::{Name, Reason, Source, Summary, Title},
};

/// How many domains there are: `d0`, `d1` …, each with a PO `po0`, `po1` …
pub(super) const DOMAINS: u16 = 4;

/// A product with its log.
#[derive(Clone)]
pub(super) struct World {
    pub(super) product: Product,
    pub(super) log: Vec<Commit<Event>>,
}

pub(super) fn person(name: &str) -> PersonId {
    PersonId::new(name).unwrap()
}

/// Whoever is called so; `admin` administers the server.
pub(super) fn actor(name: &str) -> Actor {
    Actor {
        person: person(name),
        administrator: name == "admin",
        only_role: None,
        now: Timestamp(0),
    }
}

pub(super) fn domain(no: u16) -> DomainId {
    DomainId::new(&format!("d{no}")).unwrap()
}

pub(super) fn source(text: &str) -> Source {
    Source::new(text).unwrap()
}

pub(super) fn reason(text: &str) -> Reason {
    Reason::new(text).unwrap()
}

pub(super) fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

pub(super) fn story(title: &str) -> NewItem {
    // A stone in the way is an impediment.
    let kind = if title == "stone" { Kind::Impediment } else { Kind::Story };
    NewItem::plain(kind, Title::new(title).unwrap())
}

fn role(text: &str) -> Role {
    match text {
        "chief" => Role::ChiefPo,
        "po" => Role::DomainPo,
        "member" => Role::Member,
        "scrum-master" => Role::ScrumMaster,
        "coordinator" => Role::ProductCoordinator,
        "programme-lead" => Role::ProgrammeLead,
        "steering" => Role::SteeringMember,
        "coordination" => Role::CoordinationMember,
        "supplier" => Role::Supplier,
        "stakeholder" => Role::Stakeholder,
        "tool" => Role::Tool,
        _ => panic!("no role {text}"),
    }
}

impl World {
    /// A product with its people and domains, and no items.
    pub(super) fn empty() -> Self {
        let mut world = Self { product: Product::default(), log: Vec::new() };
        let (name, summary) = (name("Webshop"), Summary::default());
        world.must("admin", &Command::CreateProduct { name, summary, chief_po: person("chief") });
        for no in 0..DOMAINS {
            world.says(&format!("admin: add d{no}"));
            world.says(&format!("admin: grant po to po{no} for d{no}"));
        }
        for grant in
            ["member to member", "member to member0 for d0", "stakeholder to guest", "tool to tool"]
        {
            world.says(&format!("admin: grant {grant}"));
        }
        world
    }

    /// A product with this order.
    pub(super) fn of(order: &str) -> Self {
        let mut world = Self::empty();
        let tokens: Vec<_> = order.split_whitespace().map(|token| token.split_at(1)).collect();
        for (name, domain) in &tokens {
            let domain = if domain.is_empty() { "0" } else { domain };
            world.says(&format!("chief: new {} in d{domain}", name.to_lowercase()));
        }
        for (name, _) in tokens.iter().filter(|(name, _)| *name != name.to_lowercase()) {
            world.says(&format!("chief: pin {}", name.to_lowercase()));
        }
        assert_eq!(world.order(), order);
        world
    }

    /// Decides, and folds in what was decided; the state is whole before and after.
    pub(super) fn run(&mut self, who: &Actor, command: &Command) -> Result<Vec<Event>, Error> {
        let before = self.product.clone();
        let decided = self.product.decide(command, who);
        assert_eq!(self.product.decide(command, who), decided, "decided otherwise the second time");
        assert_eq!(self.product, before, "deciding left something behind");
        let events = decided?;
        let version = self.product.version().next();
        // As the service has it: never earlier than the commit before, nor than the actor's moment.
        let second = Timestamp(i64::try_from(version.0).unwrap() * 1_000_000);
        let last = self.log.last().map_or(second, |commit| commit.time);
        let time = second.max(last).max(who.now);
        let commit = Commit { version, time, actor: who.person.clone(), events };
        let changes = self.product.apply(&commit).unwrap();
        self.product.check().unwrap_or_else(|wrong| panic!("{wrong}\nafter {commit:?}"));
        let mut order = before.order.clone();
        changes.iter().for_each(|change| order.apply(change).unwrap());
        assert_eq!(order, self.product.order, "the changes told are not those made");
        if matches!(command, Command::ReorderItem { .. }) {
            let free = changes.first().map(|change| {
                let Change::Permute { letter, .. } = change else {
                    panic!("a reorder made {change:?}")
                };
                *letter
            });
            let others = |product: &Product| -> Vec<_> {
                (0_u32..)
                    .zip(product.order.iter_from(0))
                    .filter(|(_, (_, letter))| Some(*letter) != free)
                    .collect()
            };
            assert_eq!(
                others(&before),
                others(&self.product),
                "a reorder moved somebody else's item or a pinned one"
            );
        }
        let events = commit.events.clone();
        self.log.push(commit);
        Ok(events)
    }

    /// Folds in what happened, whoever decided it.
    pub(super) fn fold(&mut self, events: Vec<Event>) {
        let version = self.product.version().next();
        let commit = Commit { version, time: Timestamp(0), actor: PersonId::system(), events };
        self.product.apply(&commit).unwrap();
        self.log.push(commit);
    }

    /// As [`Self::run`]; it must be accepted.
    #[track_caller]
    pub(super) fn must(&mut self, who: &str, command: &Command) -> Vec<Event> {
        self.run(&actor(who), command).unwrap_or_else(|error| panic!("{who} {command:?}: {error}"))
    }

    /// As [`Self::run`]; it must be refused.
    #[track_caller]
    pub(super) fn refused(&mut self, who: &str, command: &Command) -> Error {
        match self.run(&actor(who), command) {
            Ok(events) => panic!("{who} {command:?} was accepted: {events:?}"),
            Err(error) => error,
        }
    }

    /// Runs a sentence.
    pub(super) fn try_says(&mut self, sentence: &str) -> Result<Vec<Event>, Error> {
        let (who, command) = sentence.split_once(": ").unwrap();
        let command = self.command(command);
        self.run(&actor(who), &command)
    }

    /// Runs a sentence, which must be accepted.
    #[track_caller]
    pub(super) fn says(&mut self, sentence: &str) -> Vec<Event> {
        self.try_says(sentence).unwrap_or_else(|error| panic!("{sentence}: {error}"))
    }

    /// The Chief PO, in the first moment.
    pub(super) fn chief(&self) -> Option<&PersonId> {
        self.product.holder_at(Role::ChiefPo, None, Timestamp(0))
    }

    /// The PO of a domain, in the first moment.
    pub(super) fn holder(&self, no: u16) -> Option<&PersonId> {
        self.product.holder_at(Role::DomainPo, Some(&domain(no)), Timestamp(0))
    }

    /// The number of the item that a letter names.
    pub(super) fn no(&self, name: &str) -> Option<ItemNo> {
        let position = self.product.items.iter().position(|item| item.title.as_str() == name);
        position.map(|index| ItemNo(u32::try_from(index).unwrap()))
    }

    /// The key of the item that a letter names; of none, if there is no such item.
    pub(super) fn key(&self, name: &str) -> ItemKey {
        self.no(name)
            .and_then(|no| self.product.key(no))
            .unwrap_or_else(|| "D0-999".parse().unwrap())
    }

    /// The item that a letter names.
    #[track_caller]
    pub(super) fn item(&self, name: &str) -> &crate::item::Item {
        self.product.item(self.no(name).unwrap()).unwrap()
    }

    fn token(&self, no: ItemNo, letter: Letter) -> String {
        let title = self.product.item(no).unwrap().title.as_str();
        let title = if letter.pinned { title.to_uppercase() } else { title.to_owned() };
        if letter.domain.0 == 0 { title } else { format!("{title}{}", letter.domain.0) }
    }

    /// The overarching order.
    pub(super) fn order(&self) -> String {
        let tokens = self.product.order.iter_from(0).map(|(no, letter)| self.token(no, letter));
        tokens.collect::<Vec<_>>().join(" ")
    }

    /// The done and dropped items, the last closed first.
    pub(super) fn closed(&self) -> String {
        let tokens = self.product.closed.iter_from(0).map(|(no, letter)| self.token(no, letter));
        tokens.collect::<Vec<_>>().join(" ")
    }

    /// The same product, folded from its log.
    pub(super) fn replayed(&self) -> Product {
        let mut product = Product::default();
        for commit in &self.log {
            product.apply(commit).unwrap();
        }
        product
    }

    /// `before c seen b`.
    fn place(&self, words: &[&str]) -> Option<Place> {
        let (anchor, rest) = match words {
            ["top", rest @ ..] => (Anchor::Top, rest),
            ["bottom", rest @ ..] => (Anchor::Bottom, rest),
            ["before", name, rest @ ..] => (Anchor::Before(self.key(name)), rest),
            ["after", name, rest @ ..] => (Anchor::After(self.key(name)), rest),
            [] => return None,
            _ => panic!("no place {words:?}"),
        };
        let seen = match rest {
            ["seen", "end"] => Some(None),
            ["seen", name] => Some(Some(self.key(name))),
            [] => None,
            _ => panic!("nothing seen in {words:?}"),
        };
        Some(Place { anchor, seen })
    }

    fn keys(&self, names: &[&str]) -> Vec<ItemKey> {
        names.iter().map(|name| self.key(name)).collect()
    }

    /// What a sentence asks.
    #[track_caller]
    pub(super) fn command(&self, sentence: &str) -> Command {
        let words: Vec<&str> = sentence.split(' ').collect();
        let id = |text: &str| DomainId::new(text).unwrap();
        let (reason, expected) = (reason("for a test"), None);
        match words.as_slice() {
            ["rank", item, "family", place @ ..] => {
                let (item, place) = (self.key(item), self.place(place).unwrap());
                Command::RankItem { item, place, with_family: true, reason, expected }
            }
            ["rank", item, place @ ..] => {
                let (item, place) = (self.key(item), self.place(place).unwrap());
                Command::RankItem { item, place, with_family: false, reason, expected }
            }
            ["reorder", item, place @ ..] => {
                let (item, place) = (self.key(item), self.place(place).unwrap());
                Command::ReorderItem { item, place, reason, expected }
            }
            ["pin", item] => Command::PinItem { item: self.key(item), reason, expected },
            ["unpin", item] => Command::UnpinItem { item: self.key(item), reason, expected },
            ["undo"] => Command::UndoMove { version: self.product.version(), reason },
            ["undo", back] => {
                let version = Version(self.product.version().0 - back.parse::<u64>().unwrap());
                Command::UndoMove { version, reason }
            }
            ["new", item, "in", domain, place @ ..] => {
                let (domain, item, place) = (id(domain), story(item), self.place(place));
                Command::CreateItem { domain, item, place, reason }
            }
            ["move", item, "to", domain] => {
                Command::MoveItem { item: self.key(item), domain: id(domain), reason, expected }
            }
            ["split", item, "keep", "into", parts @ ..] => {
                let into = parts.iter().map(|part| story(part)).collect();
                Command::SplitItem { item: self.key(item), into, keep: true, reason, expected }
            }
            ["split", item, "into", parts @ ..] => {
                let into = parts.iter().map(|part| story(part)).collect();
                Command::SplitItem { item: self.key(item), into, keep: false, reason, expected }
            }
            ["merge", items @ .., "into", into] => Command::MergeItems {
                into: self.key(into),
                items: self.keys(items),
                reason,
                expected,
            },
            ["duplicate", item, "of", of] => {
                Command::MarkDuplicate { item: self.key(item), of: self.key(of), reason, expected }
            }
            ["done", item] => Command::CompleteItem { item: self.key(item), reason, expected },
            ["drop", item] => Command::DropItem { item: self.key(item), reason, expected },
            ["reopen", item, place @ ..] => Command::ReopenItem {
                item: self.key(item),
                place: self.place(place),
                reason,
                expected,
            },
            _ => self.other_command(&words),
        }
    }

    /// What a sentence asks that is not about the order.
    #[track_caller]
    fn other_command(&self, words: &[&str]) -> Command {
        let id = |text: &str| DomainId::new(text).unwrap();
        let (reason, expected) = (reason("for a test"), None);
        match words {
            ["parent", item, parent] => {
                let parent = if *parent == "none" { None } else { Some(self.key(parent)) };
                self.change(item, |changes| changes.parent = Some(parent))
            }
            ["title", item, title] => {
                self.change(item, |changes| changes.title = Some(Title::new(title).unwrap()))
            }
            ["link", item, "needs", other] => {
                let link = LinkTo { kind: LinkKind::Needs, target: LinkEnd::Item(self.key(other)) };
                Command::AddLink { item: self.key(item), link, expected }
            }
            ["unlink", item, "needs", other] => {
                let link = LinkTo { kind: LinkKind::Needs, target: LinkEnd::Item(self.key(other)) };
                Command::RemoveLink { item: self.key(item), link, expected }
            }
            ["ask", item, "of", domain] => Command::RequestDomain {
                item: self.key(item),
                domain: id(domain),
                ask: reason,
                expected,
            },
            ["withdraw", item, "from", domain] => Command::WithdrawRequest {
                item: self.key(item),
                domain: id(domain),
                reason,
                expected,
            },
            ["add", domain] => {
                let (domain, name, summary) = (id(domain), name(domain), Summary::default());
                let key = domain.default_key();
                Command::AddDomain { domain, key, name, summary }
            }
            ["rename", "product", to] => {
                Command::UpdateProduct { name: Some(name(to)), summary: None, expected }
            }
            ["rename", domain, to] => Command::UpdateDomain {
                domain: id(domain),
                name: Some(name(to)),
                summary: None,
                expected,
            },
            ["delete", domain] => Command::DeleteDomain { domain: id(domain), reason, expected },
            ["grant", given, "to", who, rest @ ..] | ["replace", given, "by", who, rest @ ..] => {
                let (person, role, replace) = (person(who), role(given), words[0] == "replace");
                let (domain, term) = for_term(rest);
                let grant = grants::Command::Grant { person, role, domain, term, replace, reason };
                Command::Cast(grant)
            }
            ["revoke", taken, "from", who, rest @ ..] => {
                let (person, role) = (person(who), role(taken));
                let (domain, _) = for_term(rest);
                Command::Cast(grants::Command::Revoke { person, role, domain, reason })
            }
            ["deputise", who, "as", seat, rest @ ..] => {
                let (person, role) = (person(who), role(seat));
                let (domain, term) = for_term(rest);
                Command::Cast(grants::Command::NameDeputy { person, role, domain, term, reason })
            }
            ["dismiss", who, "as", seat, rest @ ..] => {
                let (person, role) = (person(who), role(seat));
                let (domain, _) = for_term(rest);
                Command::Cast(grants::Command::DismissDeputy { person, role, domain, reason })
            }
            ["resolve", gap] => {
                let gap = gap.parse().unwrap();
                Command::Directory(directory::Command::Resolve { gap, reason })
            }
            _ => panic!("no command {words:?}"),
        }
    }

    /// A change of an item's fields.
    pub(super) fn change(
        &self,
        item: &str,
        set: impl FnOnce(&mut crate::command::ItemChanges),
    ) -> Command {
        let mut changes = Box::default();
        set(&mut changes);
        Command::UpdateItem {
            item: self.key(item),
            changes,
            reason: Reason::default(),
            expected: None,
        }
    }
}

/// `for d1 from 2026-12-01 until 2026-12-31`, in UTC.
fn for_term(words: &[&str]) -> (Option<DomainId>, Option<Term>) {
    let (domain, rest) = match words {
        ["for", domain, rest @ ..] => (Some(DomainId::new(domain).unwrap()), rest),
        rest => (None, rest),
    };
    let (first, last) = match rest {
        [] => (None, None),
        ["from", first] => (Some(*first), None),
        ["until", last] => (None, Some(*last)),
        ["from", first, "until", last] => (Some(*first), Some(*last)),
        _ => panic!("no term {words:?}"),
    };
    let day = |text: &str| text.parse().unwrap();
    (domain, Term::new(first.map(day), last.map(day), &Zone::utc()).unwrap())
}

/// Given an order, when commands are given one after the other, then each leads to an order, changes nothing (`=`: accepted
/// without an event) or is refused (`! CODE`).
#[track_caller]
pub(super) fn check(given: &str, steps: &[(&str, &str)]) -> World {
    let mut world = World::of(given);
    for (when, then) in steps {
        let before = world.order();
        match world.try_says(when) {
            Ok(events) if events.is_empty() => {
                assert_eq!("=", *then, "{when}: changed nothing in {before}")
            }
            Ok(_) => assert_eq!(world.order(), *then, "{when}, given {before}"),
            Err(error) => {
                assert_eq!(format!("! {}", error.code()), *then, "{when}, given {before}: {error}")
            }
        }
    }
    assert_eq!(world.replayed(), world.product);
    world
}
