//! English: what is different between two moments.

use koepel_domain::{
    ids::{EntryNo, ItemKey},
    item::{Estimate, Kind, LinkKind, Moscow, Status},
    term::Term,
};

use super::{
    super::{Altered, Changes, End, Holds, Member, Names as _, Way},
    English,
};

impl Changes for English {
    fn vision(&self, edition: u32) -> String {
        format!("Edition {edition} of the vision was published")
    }

    fn goal_added(&self, name: &str, closed: bool) -> String {
        let closed = if closed { ", and closed again" } else { "" };
        format!("Goal “{name}” was added{closed}")
    }

    fn goal_altered(&self, name: &str, how: &[Altered<'_>]) -> String {
        format!("Goal “{name}” {}", altered(how, |name| format!("“{name}”")))
    }

    fn domain_added(&self, name: &str) -> String {
        format!("Domain {name} was added")
    }

    fn domain_deleted(&self, name: &str) -> String {
        format!("Domain {name} was deleted")
    }

    fn domain_altered(&self, name: &str, how: &[Altered<'_>]) -> String {
        format!("Domain {name} {}", altered(how, str::to_owned))
    }

    fn became(&self, person: &str, post: &str, term: Option<&Term>) -> String {
        let term = term.map_or_else(String::new, |term| format!(" {}", self.term(term)));
        format!("{person} became {post}{term}")
    }

    fn is_now(&self, person: &str, post: &str, term: Option<&Term>) -> String {
        let term = term.map_or_else(|| "without end".to_owned(), |term| self.term(term));
        format!("{person} is {post} {term} now")
    }

    fn is_no_longer(&self, person: &str, post: &str) -> String {
        format!("{person} is no longer {post}")
    }

    fn of_entry(&self, no: EntryNo, title: &str, domain: &str, told: &str) -> String {
        format!("Roadmap entry {no} “{title}” of {domain} {told}")
    }

    fn planned(&self, plan: &str) -> String {
        format!("was put on the roadmap: {plan}")
    }

    fn unplanned(&self, when: &str) -> String {
        format!("was taken off the roadmap; it was planned for “{when}”")
    }

    fn came_from(&self, domain: &str) -> String {
        format!("came from {domain}")
    }

    fn was_called(&self, title: &str) -> String {
        format!("was called “{title}”")
    }

    fn other_aim(&self) -> String {
        "has another aim".to_owned()
    }

    fn serves(&self, goal: Option<&str>) -> String {
        format!("now serves {}", goal.unwrap_or("no goal"))
    }

    fn members(&self, of: Member, gained: &[String], lost: &[String]) -> String {
        let what = match of {
            Member::Item => "item",
            Member::Label => "label",
        };
        let said = |verb: &str, list: &[String]| {
            let plural = if list.len() == 1 { "" } else { "s" };
            (!list.is_empty()).then(|| format!("{verb} the {what}{plural} {}", list.join(", ")))
        };
        let parts = [said("got", gained), said("lost", lost)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" and ")
    }

    fn other_order(&self) -> String {
        "has its items in another order".to_owned()
    }

    fn moved(&self, way: &Way<'_>) -> String {
        let verb = if way.up { "rose" } else { "fell" };
        let within = way.within.map_or_else(String::new, |domain| format!(" within {domain}"));
        let (from, to, past) = (way.from, way.to, past(way));
        if way.as_placed {
            format!("{verb} from place {from} to {to}{within}, {past}")
        } else {
            format!("{verb}{within} {past}; it is at place {to}, and was at {from}")
        }
    }

    fn came(&self, domain: &str, place: u32) -> String {
        format!("came into {domain} at place {place}")
    }

    fn came_and_ended(&self, end: &End) -> String {
        format!("came, and {}", ended(end))
    }

    fn reopened(&self, was: Status, place: u32) -> String {
        format!("was {} and is open again, at place {place}", self.status(was))
    }

    fn ended(&self, end: &End, place: Option<u32>) -> String {
        let left = place.map_or_else(String::new, |place| format!(" and left place {place}"));
        format!("{}{left}", ended(end))
    }

    fn ended_otherwise(&self, now: &End, before: &End) -> String {
        format!("{}; it {} before", ended(now), ended(before))
    }

    fn went(&self, from: &str, to: &str) -> String {
        format!("went from {from} to {to}")
    }

    fn pinned(&self, place: u32) -> String {
        format!("was pinned at place {place}")
    }

    fn unpinned(&self) -> String {
        "is no longer pinned".to_owned()
    }

    fn asks(&self, domain: &str, ask: Option<&str>) -> String {
        match ask {
            None => format!("needs something from {domain}"),
            Some(ask) => format!("asks of {domain}: {ask}"),
        }
    }

    fn asks_no_more(&self, domain: &str) -> String {
        format!("no longer asks anything of {domain}")
    }

    fn status_now(&self, now: Status, before: Status) -> String {
        format!("is {}, was {}", self.status(now), self.status(before))
    }

    fn kind_now(&self, now: Kind, before: Kind) -> String {
        format!("is now {}, was {}", self.a_kind(now), self.a_kind(before))
    }

    fn moscow_now(&self, now: Option<Moscow>, before: Option<Moscow>) -> String {
        format!("MoSCoW {} instead of {}", self.moscow(now), self.moscow(before))
    }

    fn estimate_now(&self, now: Option<Estimate>, before: Option<Estimate>) -> String {
        format!("estimate {} instead of {}", self.estimate(now), self.estimate(before))
    }

    fn value_now(&self, now: Option<u32>, before: Option<u32>) -> String {
        let text = |value: Option<u32>| {
            value.map_or_else(|| self.none().to_owned(), |value| value.to_string())
        };
        format!("value {} instead of {}", text(now), text(before))
    }

    fn part_of(&self, parent: Option<&ItemKey>) -> String {
        parent.map_or_else(
            || "is part of nothing now".to_owned(),
            |parent| format!("is part of {parent}"),
        )
    }

    fn other_text(&self) -> String {
        "has another text".to_owned()
    }

    fn ties(&self, holds: Holds, ties: &[(LinkKind, String)]) -> String {
        // The first says since when for all.
        let said = ties.iter().zip(std::iter::once(holds).chain(std::iter::repeat(Holds::Yes)));
        let said = said.map(|((kind, target), holds)| self.tie(*kind, holds, target));
        said.collect::<Vec<_>>().join(", ")
    }

    fn concerns(&self, holds: Holds, people: &[String]) -> String {
        let people = people.join(", ");
        match holds {
            Holds::Yes => format!("concerns {people}"),
            Holds::Now => format!("now concerns {people}"),
            Holds::NoLonger => format!("no longer concerns {people}"),
        }
    }
}

fn altered(how: &[Altered<'_>], named: impl Fn(&str) -> String) -> String {
    let parts = how.iter().map(|one| match one {
        Altered::Called(name) => format!("is now called {}", named(name)),
        Altered::Described => "is described otherwise".to_owned(),
        Altered::Closed => "was closed".to_owned(),
    });
    parts.collect::<Vec<_>>().join(", and ")
}

/// "past BACK-7 “Ledger” of Back office and 3 more".
fn past(way: &Way<'_>) -> String {
    let said = way.passed.iter().map(|(titled, domain)| {
        domain.map_or_else(|| titled.clone(), |domain| format!("{titled} of {domain}"))
    });
    let said: Vec<String> = said.collect();
    match (said.as_slice(), way.more) {
        ([], _) => String::new(),
        ([one], _) => format!("past {one}"),
        ([.., _], 0) => format!("past {}", said.join(" and ")),
        ([.., _], more) => format!("past {} and {more} more", said.join(", ")),
    }
}

fn ended(end: &End) -> String {
    match end {
        End::Into(into) => format!("went into {into}"),
        End::Done => "was done".to_owned(),
        End::Dropped => "was dropped".to_owned(),
    }
}
