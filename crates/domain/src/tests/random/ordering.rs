//! Commands on the order by chance, against the model: what is accepted, and what the order is afterwards.

use super::{
    super::world::{DOMAINS, World, actor, domain, reason, story},
    Chance,
    model::{Beside, Model, Step, To, Who},
};
use crate::{
    command::{Anchor, Command, Place},
    commit::Commit,
    ids::{ItemKey, Timestamp, Version},
    order::{DomainNo, ItemNo},
    product::Product,
};

struct Walk {
    world: World,
    model: Model,
    chance: Chance,
    accepted: usize,
}

impl Walk {
    fn item(&mut self) -> ItemNo {
        let known = self.model.list.len() + self.model.closed.len();
        let closed = self.chance.once_in(12);
        let nth = self.chance.below(if closed { known + 1 } else { self.model.list.len() });
        let open = self.model.list.get(nth).map(|open| open.no);
        open.unwrap_or(ItemNo(u32::try_from(self.chance.below(known + 1)).unwrap()))
    }

    /// A place in the overarching list, or in a domain's.
    fn to(&mut self, of: Option<u16>) -> To {
        let list = of.map_or_else(|| self.model.numbers(), |domain| self.model.sub(domain));
        let anchor =
            if self.chance.once_in(8) { Some(self.item()) } else { self.chance.pick(&list) };
        let beside = match (self.chance.below(8), anchor) {
            (0, _) => Beside::Top,
            (1, _) | (_, None) => Beside::Bottom,
            (2..5, Some(anchor)) => Beside::Before(anchor),
            (_, Some(anchor)) => Beside::After(anchor),
        };
        let seen = self.chance.once_in(3).then(|| {
            let at = |anchor| list.iter().position(|no| *no == anchor).unwrap_or(0);
            let near = match beside {
                Beside::Top => Some(0),
                Beside::Bottom => list.len().checked_sub(1),
                Beside::Before(anchor) => at(anchor).checked_sub(1),
                Beside::After(anchor) => Some(at(anchor) + 1),
            };
            // Mostly the neighbour, sometimes the one beyond, sometimes any.
            let near = if self.chance.once_in(5) { near.map(|at| at + 1) } else { near };
            if self.chance.once_in(8) {
                Some(self.item())
            } else {
                near.and_then(|at| list.get(at).copied())
            }
        });
        To { beside, seen }
    }

    fn arrival(&mut self, who: Who, domain: u16) -> Option<To> {
        let of = if who == Who::Chief { None } else { Some(domain) };
        (!self.chance.once_in(3)).then(|| self.to(of))
    }

    fn domain_of(&self, item: ItemNo) -> Option<u16> {
        self.model.list.iter().find(|open| open.no == item).map(|open| open.domain)
    }

    /// Whoever has the mandate, as a rule.
    fn owner(&mut self, item: ItemNo) -> Who {
        let any = self.any_domain();
        if self.chance.once_in(6) {
            Who::Chief
        } else {
            Who::Po(self.domain_of(item).unwrap_or(any))
        }
    }

    fn any_domain(&mut self) -> u16 {
        u16::try_from(self.chance.below(DOMAINS.into())).unwrap()
    }

    fn step(&mut self) -> (Who, Step) {
        let item = self.item();
        let grow =
            self.model.list.len() < 6 || (self.model.list.len() < 24 && self.chance.once_in(8));
        let kind = if grow { 14 } else { self.chance.below(16) };
        let (who, step) = match kind {
            0..3 => {
                let family = self.chance.once_in(3);
                (Who::Chief, Step::Rank { item, to: self.to(None), family })
            }
            3..7 => {
                let of = self.domain_of(item);
                (self.owner(item), Step::Reorder { item, to: self.to(of) })
            }
            7 => (Who::Chief, Step::Pin { item }),
            8 => (Who::Chief, Step::Unpin { item }),
            9 => (Who::Chief, Step::Move { item, domain: self.any_domain() }),
            10 => (self.owner(item), Step::Done { item }),
            11 if self.chance.once_in(2) => (self.owner(item), Step::Drop { item }),
            11 | 12 => {
                let closed = self.chance.pick(&self.model.closed);
                let (item, domain) = closed.unwrap_or((item, 0));
                let who = if self.chance.once_in(3) { Who::Chief } else { Who::Po(domain) };
                (who, Step::Reopen { item, to: self.arrival(who, domain) })
            }
            13 if self.model.list.len() > 30 => (self.owner(item), Step::Done { item }),
            13 | 14 => {
                let domain = self.any_domain();
                let who = if self.chance.once_in(3) { Who::Chief } else { Who::Po(domain) };
                let shallow = |no: &ItemNo| {
                    !self
                        .model
                        .parents
                        .get(no)
                        .is_some_and(|up| self.model.parents.contains_key(up))
                };
                let parent = self.chance.clone().pick(&self.model.numbers()).filter(shallow);
                let parent = parent.filter(|_| self.chance.once_in(2));
                (who, Step::New { domain, parent, to: self.arrival(who, domain) })
            }
            _ => {
                let back = u64::try_from(self.chance.below(6) * self.chance.below(4)).unwrap();
                let version = self.world.product.version().0.saturating_sub(back);
                (
                    if self.chance.once_in(2) { Who::Chief } else { Who::Po(self.any_domain()) },
                    Step::Undo { version },
                )
            }
        };
        // Now and then somebody else tries.
        let who = if self.chance.once_in(16) { Who::Po(self.any_domain()) } else { who };
        (who, step)
    }

    fn key(&self, no: ItemNo) -> ItemKey {
        self.world.product.key(no).unwrap_or_else(|| "D0-99999".parse().unwrap())
    }

    fn place(&self, to: To) -> Place {
        let anchor = match to.beside {
            Beside::Top => Anchor::Top,
            Beside::Bottom => Anchor::Bottom,
            Beside::Before(no) => Anchor::Before(self.key(no)),
            Beside::After(no) => Anchor::After(self.key(no)),
        };
        Place { anchor, seen: to.seen.map(|seen| seen.map(|no| self.key(no))) }
    }

    fn command(&self, step: Step) -> Command {
        let (reason, expected) = (reason("by chance"), None);
        match step {
            Step::Rank { item, to, family } => {
                let (item, place) = (self.key(item), self.place(to));
                Command::RankItem { item, place, with_family: family, reason, expected }
            }
            Step::Reorder { item, to } => Command::ReorderItem {
                item: self.key(item),
                place: self.place(to),
                reason,
                expected,
            },
            Step::Pin { item } => Command::PinItem { item: self.key(item), reason, expected },
            Step::Unpin { item } => Command::UnpinItem { item: self.key(item), reason, expected },
            Step::Move { item, domain: no } => {
                Command::MoveItem { item: self.key(item), domain: domain(no), reason, expected }
            }
            Step::Done { item } => Command::CompleteItem { item: self.key(item), reason, expected },
            Step::Drop { item } => Command::DropItem { item: self.key(item), reason, expected },
            Step::Reopen { item, to } => {
                let place = to.map(|to| self.place(to));
                Command::ReopenItem { item: self.key(item), place, reason, expected }
            }
            Step::New { domain: no, parent, to } => {
                let mut item = story("n");
                item.parent = parent.map(|parent| self.key(parent));
                Command::CreateItem {
                    domain: domain(no),
                    item,
                    place: to.map(|to| self.place(to)),
                    reason,
                }
            }
            Step::Undo { version } => Command::UndoMove { version: Version(version), reason },
        }
    }

    /// One command: the product and the model agree on whether it is accepted and on what it does.
    fn go(&mut self, case: &str) {
        let (who, step) = self.step();
        let by = match who {
            Who::Chief => actor("chief"),
            Who::Po(no) => actor(&format!("po{no}")),
        };
        let command = self.command(step);
        let version = self.world.product.version().next();
        let decided = self.world.product.decide(&command, &by);
        match (decided, self.model.after(who, step, version.0)) {
            (Ok(events), Some(model)) => {
                self.accepted += 1;
                self.model = model;
                let commit = Commit { version, time: Timestamp(0), actor: by.person, events };
                self.world.product.apply(&commit).unwrap();
                self.world.log.push(commit);
                self.compare(&format!("{case}: {who:?} {step:?}"));
            }
            (Err(_), None) => {}
            (decided, model) => panic!(
                "{case}: {who:?} {step:?}\ngiven {:?}\ndecided {decided:?}\nexpected {:?}",
                self.model.list,
                model.map(|model| model.list)
            ),
        }
    }

    /// The order is the model's, and each sub-backlog is it, filtered.
    fn compare(&self, case: &str) {
        let (order, list) = (&self.world.product.order, &self.model.list);
        let is = |no: ItemNo, at: &super::model::Open| no == at.no;
        let same = order.iter_from(0).zip(list).all(|((no, letter), open)| {
            is(no, open) && (letter.domain.0, letter.pinned) == (open.domain, open.pinned)
        });
        assert!(same && order.len() as usize == list.len(), "{case}:\n{order:?}\n{list:?}");
        for no in 0..DOMAINS {
            let sub = order
                .iter_domain_from(DomainNo(no), 0)
                .map(|(place, item, _)| (place as usize, item));
            let filtered = list.iter().enumerate().filter(|(_, open)| open.domain == no);
            assert!(
                sub.eq(filtered.map(|(place, open)| (place, open.no))),
                "{case}: sub-backlog {no}"
            );
        }
    }
}

/// Histories of commands, each from an empty product on.
fn histories(seed: u64, count: u64, steps: usize) {
    let begin = World::empty();
    for history in 0..count {
        let (world, model) = (begin.clone(), Model::default());
        let mut walk = Walk { world, model, chance: Chance(seed ^ (history << 32)), accepted: 0 };
        for step in 0..steps {
            walk.go(&format!("seed {seed}, history {history}, step {step}"));
        }
        assert!(walk.accepted > steps / 3, "only {} of {steps} were accepted", walk.accepted);
        walk.world.product.check().unwrap();
        let replayed = walk.world.log.iter().try_fold(Product::default(), |mut product, commit| {
            product.apply(commit).map(|_| product)
        });
        assert_eq!(replayed, Ok(walk.world.product));
    }
}

#[test]
fn short_histories_agree_with_the_model() {
    histories(1, 2_500, 60);
}

#[test]
fn histories_agree_with_the_model() {
    histories(2, 400, 500);
}

#[test]
fn other_histories_agree_with_the_model() {
    histories(3, 400, 500);
}

#[test]
fn long_histories_agree_with_the_model() {
    histories(4, 10, 20_000);
}
