//! Commands of every kind by chance, by anybody: the state stays whole, is the same when replayed or stored and read back, and
//! events survive the log.

use super::{
    super::{
        import::told,
        world::{World, actor, person, reason, source, story},
    },
    Chance,
};
use crate::{
    command::{Anchor, Command, ImportEntry, ImportItem, ImportLink, LinkEnd, LinkTo},
    escalations::{self, Choice, NewDecision, NewEscalation, Ordered, Outcome},
    event::Event,
    ids::{DecisionNo, DomainId, EscalationNo, ItemKey, Timestamp, Version},
    item::{Estimate, Kind, LinkKind, Moscow, Status},
    mandate::Actor,
    news::{Stamp, Told},
    points::Topic,
    product::Product,
    roadmap::{Horizon, When},
    text::{Label, Source, Summary, Text, Title},
};

const STATUSES: [Status; 5] =
    [Status::New, Status::Ready, Status::InProgress, Status::Done, Status::Dropped];

struct Walk {
    world: World,
    chance: Chance,
}

impl Walk {
    fn item(&mut self) -> ItemKey {
        let nth = self.chance.below(self.world.product.items.len() + 1);
        let no = crate::order::ItemNo(u32::try_from(nth).unwrap());
        self.world.product.key(no).unwrap_or_else(|| "D0-999".parse().unwrap())
    }

    fn domain(&mut self) -> DomainId {
        DomainId::new(&format!("d{}", self.chance.below(6))).unwrap()
    }

    fn name(&mut self) -> Source {
        source(&format!("s{}", self.chance.below(24)))
    }

    fn names(&mut self, most: usize) -> Vec<Source> {
        (0..self.chance.below(most + 1)).map(|_| self.name()).collect()
    }

    fn some<T>(&mut self, value: T) -> Option<T> {
        self.chance.once_in(2).then_some(value)
    }

    fn told(&mut self) -> ImportItem {
        let domain = format!("d{}", self.chance.below(4));
        let mut item = told(self.name().as_str(), &domain, &format!("t{}", self.chance.below(4)));
        item.aliases = self.names(2);
        let status = self.chance.pick(&STATUSES);
        item.status = status.filter(|_| self.chance.once_in(2));
        item.labels = self.chance.once_in(3).then(|| self.labels());
        item.text =
            self.chance.once_in(3).then(|| Text::new(&"x".repeat(self.chance.below(3))).unwrap());
        item.parent = (!self.chance.once_in(3)).then(|| self.names(1));
        for _ in 0..self.chance.below(3) {
            item.links.push(ImportLink {
                kind: self.kind(),
                raw: self.name(),
                names: self.names(2),
                external: self.chance.once_in(2),
            });
        }
        for _ in 0..self.chance.below(3) {
            let domain = DomainId::new(&format!("d{}", self.chance.below(4))).unwrap();
            item.requests
                .get_or_insert_default()
                .push((domain, reason(&format!("ask {}", self.chance.below(3)))));
        }
        // News in any order, some of it without the rest.
        if self.chance.once_in(2) {
            let at = Timestamp(i64::try_from(self.chance.below(6)).unwrap());
            let tie = u32::try_from(self.chance.below(3)).unwrap();
            item.told = Told::At(Stamp { at, tie });
        }
        item.title = item.title.filter(|_| !self.chance.once_in(5));
        item.domain = item.domain.filter(|_| !self.chance.once_in(5));
        item.link_kinds.retain(|_| !self.chance.once_in(4));
        for name in ["alpha", "beta"] {
            if self.chance.once_in(3) {
                item.entries.push(self.planned(name));
            }
        }
        item
    }

    fn planned(&mut self, name: &str) -> ImportEntry {
        let horizon = [Horizon::Now, Horizon::Next, Horizon::Later];
        let when = self.chance.pick(&horizon).map(When::Horizon).filter(|_| self.chance.once_in(2));
        let release = format!("v{}", self.chance.below(4));
        let release = Some(Label::new(&release).unwrap()).filter(|_| self.chance.once_in(2));
        ImportEntry {
            name: Label::new(name).unwrap(),
            title: None,
            release: self.some(release),
            when: self.some(when),
        }
    }

    fn labels(&mut self) -> Vec<Label> {
        (0..self.chance.below(4))
            .map(|_| Label::new(&format!("l{}", self.chance.below(5))).unwrap())
            .collect()
    }

    fn kind(&mut self) -> LinkKind {
        if self.chance.once_in(2) { LinkKind::Needs } else { LinkKind::RelatesTo }
    }

    fn link(&mut self) -> LinkTo {
        let target = match self.chance.below(4) {
            0 => LinkEnd::Uri(self.name()),
            1 => LinkEnd::Pending(self.name()),
            _ => LinkEnd::Item(self.item()),
        };
        LinkTo { kind: self.kind(), target }
    }

    /// A sentence about items by their letters, which are few, so that commands meet.
    fn sentence(&mut self) -> Command {
        let letters = ["a", "b", "c", "d", "e", "f", "g", "h", "t0", "t1", "t2", "t3"];
        let mut letter = || self.chance.pick(&letters).unwrap();
        let (one, two, three) = (letter(), letter(), letter());
        let no = self.chance.below(6);
        let sentence = match self.chance.below(24) {
            0..3 => format!("new {one} in d{}", no % 4),
            3 => format!("new {one} in d{no} before {two}"),
            4 => format!("rank {one} after {two}"),
            5 => format!("rank {one} family top"),
            6 => format!("reorder {one} after {two}"),
            7 => format!("pin {one}"),
            8 => format!("unpin {one}"),
            9 => format!("undo {}", self.chance.below(4)),
            10 => format!("move {one} to d{no}"),
            11 => format!("split {one} into {two} {three}"),
            12 => format!("split {one} keep into {two}"),
            13 => format!("merge {one} {two} into {three}"),
            14 => format!("duplicate {one} of {two}"),
            15 => format!("done {one}"),
            16 => format!("drop {one}"),
            17 => format!("reopen {one} top"),
            18 | 19 => format!("parent {one} {two}"),
            20 => format!("ask {one} of d{no}"),
            21 => format!("withdraw {one} from d{no}"),
            22 => format!("title {one} {two}"),
            _ => format!("reorder {one} top"),
        };
        self.world.command(&sentence)
    }

    fn house(&mut self) -> Command {
        let (domain, kind) = (self.domain(), self.chance.below(8));
        let who = self.chance.pick(&["chief", "po0", "po1", "member", "guest"]).unwrap();
        let sentence = match kind {
            0 => "rename product Shop".to_owned(),
            1 => format!("rename {domain} Name"),
            2 => format!("delete {domain}"),
            3 => format!("add {domain}"),
            4 => format!("replace po by {who} for {domain}"),
            5 => format!("grant member to {who} for {domain}"),
            6 => format!("revoke po from {who} for {domain}"),
            _ => format!("replace chief by {who}"),
        };
        self.world.command(&sentence)
    }

    fn fields(&mut self) -> Command {
        let mut changes = Box::<crate::command::ItemChanges>::default();
        changes.title = self.some(Title::new("t0").unwrap());
        changes.kind = self.some(Kind::Task);
        changes.status = self.chance.once_in(4).then_some(Status::Ready);
        changes.labels = self.chance.once_in(2).then(|| self.labels());
        changes.sources = self.chance.once_in(3).then(|| self.names(3));
        changes.people = self.some(vec![person("p1"), person("p1")]);
        changes.moscow = self.some(Some(Moscow::Could));
        changes.estimate = self.some(Estimate::from_hundredths(50));
        changes.parent = self.chance.once_in(4).then_some(None);
        Command::UpdateItem {
            item: self.item(),
            changes,
            reason: reason("x"),
            expected: self.expected(),
        }
    }

    fn expected(&mut self) -> Option<Version> {
        self.chance.once_in(8).then(|| Version(self.chance.next() % 50))
    }

    fn orders(&mut self) -> Vec<Ordered> {
        let order = |walk: &mut Self| {
            let item = walk.item();
            match walk.chance.below(10) {
                0 => Ordered::Pin { item },
                1 => Ordered::Unpin { item },
                2 => Ordered::Move { item, domain: walk.domain() },
                3 => Ordered::Drop { item },
                4 => Ordered::Rank { item, to: Anchor::Top, with_family: walk.chance.once_in(2) },
                5 => Ordered::Rank { item, to: Anchor::Bottom, with_family: false },
                6 => Ordered::Rank { item, to: Anchor::After(walk.item()), with_family: true },
                _ => Ordered::Rank { item, to: Anchor::Before(walk.item()), with_family: false },
            }
        };
        (0..self.chance.below(4)).map(|_| order(self)).collect()
    }

    /// About escalations: mostly the last few, decided mostly by what is ordered then.
    fn escalate(&mut self) -> Command {
        let made = self.world.product.escalations().count();
        let no = made.saturating_sub(self.chance.below(4)).max(1);
        let (escalation, expected) = (EscalationNo(u32::try_from(no).unwrap()), self.expected());
        let choice = |orders| Choice { title: Title::new("t").unwrap(), orders };
        let reason = reason("x");
        Command::Escalate(match self.chance.below(10) {
            0..3 => escalations::Command::Raise(Box::new(NewEscalation {
                topic: self.chance.pick(&Topic::ALL).unwrap(),
                title: Title::new("t").unwrap(),
                text: Summary::default(),
                items: (0..self.chance.below(3)).map(|_| self.item()).collect(),
                entries: Vec::new(),
                domains: (0..self.chance.below(3)).map(|_| self.domain()).collect(),
                options: (0..self.chance.below(3)).map(|_| choice(self.orders())).collect(),
            })),
            3 => escalations::Command::Acknowledge { escalation, expected },
            4 => escalations::Command::Withdraw { escalation, reason, expected },
            5 => escalations::Command::Reopen { escalation, reason, expected },
            _ => {
                let outcome = match self.chance.below(3) {
                    0 => Outcome::Option(u32::try_from(self.chance.below(3)).unwrap()),
                    _ => Outcome::Own(choice(self.orders())),
                };
                let old = u32::try_from(self.world.product.decisions().count()).unwrap();
                let replaces = self.chance.once_in(4).then_some(DecisionNo(old));
                escalations::Command::Decide(Box::new(NewDecision {
                    escalation,
                    outcome,
                    replaces: replaces.into_iter().collect(),
                    reason,
                    expected,
                }))
            }
        })
    }

    /// Lets some time pass.
    fn elapse(&mut self, case: &str) {
        let days = i64::try_from(self.chance.below(9)).unwrap();
        let until = Timestamp(days * 86_400_000_000);
        let command = Command::Escalate(escalations::Command::Elapse);
        let told = self.world.run(&Actor::system(until), &command);
        assert!(told.is_ok(), "{case}: {told:?}");
    }

    fn command(&mut self) -> Command {
        match self.chance.below(24) {
            0..10 => self.sentence(),
            10..13 => self.fields(),
            13 => {
                Command::AddLink { item: self.item(), link: self.link(), expected: self.expected() }
            }
            14 => Command::RemoveLink { item: self.item(), link: self.link(), expected: None },
            15 => {
                let mut item = story("a");
                item.sources = self.names(2);
                let domain = self.domain();
                Command::CreateItem { domain, item, place: None, reason: reason("x") }
            }
            16 if self.chance.once_in(3) => self.house(),
            17..22 => self.escalate(),
            _ => Command::Import((0..self.chance.below(4)).map(|_| self.told()).collect()),
        }
    }

    fn go(&mut self, case: &str) {
        if self.chance.once_in(40) {
            self.elapse(case);
        }
        let command = self.command();
        let who =
            ["chief", "chief", "admin", "po0", "po1", "po2", "member", "tool", "tool", "guest"];
        let who = actor(self.chance.pick(&who).unwrap());
        // Runs the check of the whole state, and of the changes told.
        match self.world.run(&who, &command) {
            Ok(events) => {
                events.iter().for_each(|event| survives(event, case));
                assert!(self.world.product.items.len() < 4_000, "{case}");
            }
            Err(error) => assert_ne!(error.code(), "BROKEN", "{case}: {command:?}"),
        }
    }
}

/// An event is the same after it was written and read.
#[track_caller]
fn survives(event: &Event, case: &str) {
    let mut written = Vec::new();
    event.serialize_payload(&mut serde_json::Serializer::new(&mut written)).unwrap();
    let mut payload = serde_json::Deserializer::from_slice(&written);
    let read = Event::deserialize_payload(event.kind(), event.schema(), &mut payload);
    assert_eq!(read.as_ref(), Ok(event), "{case}: {}", String::from_utf8_lossy(&written));
}

/// A state is the same after it was stored as snapshots are, and equal states are stored equally.
#[track_caller]
fn stored(product: &Product, replayed: &Product, case: &str) {
    let bytes = postcard::to_stdvec(product).unwrap();
    let read: Product = postcard::from_bytes(&bytes).unwrap();
    assert_eq!(read, *product, "{case}");
    read.check().unwrap();
    assert!(
        bytes == postcard::to_stdvec(replayed).unwrap(),
        "{case}: equal states are stored otherwise"
    );
}

fn histories(seed: u64, count: u64, steps: usize) {
    let begin = World::of("a b1 c d2 E f1 g h");
    for history in 0..count {
        let mut walk = Walk { world: begin.clone(), chance: Chance(seed ^ (history << 32)) };
        for step in 0..steps {
            walk.go(&format!("seed {seed}, history {history}, step {step}"));
        }
        let case = format!("seed {seed}, history {history}");
        let replayed = walk.world.replayed();
        assert_eq!(replayed, walk.world.product, "{case}");
        stored(&walk.world.product, &replayed, &case);
    }
}

#[test]
fn whatever_is_commanded_the_state_stays_whole() {
    histories(11, 500, 200);
}

#[test]
fn whatever_else_is_commanded_the_state_stays_whole() {
    histories(12, 500, 200);
}

/// Of different sources, told once and again: at the latest the third telling changes nothing.
#[test]
fn an_import_told_again_settles() {
    let begin = World::of("a b1 c d2 E");
    for seed in 0..400 {
        let mut walk = Walk { world: begin.clone(), chance: Chance(seed << 20) };
        for _ in 0..8 {
            let mut items: Vec<ImportItem> = (0..6).map(|_| walk.told()).collect();
            items.sort_by(|a, b| a.source.cmp(&b.source));
            items.dedup_by(|a, b| a.source == b.source);
            let command = Command::Import(items);
            for _ in 0..2 {
                let _told = walk.world.run(&actor("tool"), &command);
            }
            if let Ok(events) = walk.world.run(&actor("tool"), &command) {
                assert_eq!(events, [], "seed {seed}: {command:?}");
            }
            let merge = walk.sentence();
            let _decided = walk.world.run(&actor("chief"), &merge);
        }
    }
}
