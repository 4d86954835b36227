//! Dutch: what is different between two moments.

use koepel_domain::{
    ids::{EntryNo, ItemKey},
    item::{Estimate, Kind, LinkKind, Moscow, Status},
    term::Term,
};

use super::{
    super::{Altered, Changes, End, Holds, Member, Names as _, Way},
    Dutch,
};

impl Changes for Dutch {
    fn vision(&self, edition: u32) -> String {
        format!("Editie {edition} van de visie is gepubliceerd")
    }

    fn goal_added(&self, name: &str, closed: bool) -> String {
        let closed = if closed { " en alweer afgesloten" } else { "" };
        format!("Doel “{name}” is toegevoegd{closed}")
    }

    fn goal_altered(&self, name: &str, how: &[Altered<'_>]) -> String {
        format!("Doel “{name}” {}", altered(how, |name| format!("“{name}”")))
    }

    fn domain_added(&self, name: &str) -> String {
        format!("Deelgebied {name} is toegevoegd")
    }

    fn domain_deleted(&self, name: &str) -> String {
        format!("Deelgebied {name} is verwijderd")
    }

    fn domain_altered(&self, name: &str, how: &[Altered<'_>]) -> String {
        format!("Deelgebied {name} {}", altered(how, str::to_owned))
    }

    fn became(&self, person: &str, post: &str, term: Option<&Term>) -> String {
        let term = term.map_or_else(String::new, |term| format!(", {}", self.term(term)));
        format!("{person} werd {post}{term}")
    }

    fn is_now(&self, person: &str, post: &str, term: Option<&Term>) -> String {
        match term {
            None => format!("{person} is nu {post} zonder einddatum"),
            Some(term) => format!("{person} is nu {post}, {}", self.term(term)),
        }
    }

    fn is_no_longer(&self, person: &str, post: &str) -> String {
        format!("{person} is niet langer {post}")
    }

    fn of_entry(&self, no: EntryNo, title: &str, domain: &str, told: &str) -> String {
        format!("Roadmapitem {no} “{title}” van {domain} {told}")
    }

    fn planned(&self, plan: &str) -> String {
        format!("is op de roadmap gezet: {plan}")
    }

    fn unplanned(&self, when: &str) -> String {
        format!("is van de roadmap gehaald; het was gepland voor “{when}”")
    }

    fn came_from(&self, domain: &str) -> String {
        format!("kwam van {domain}")
    }

    fn was_called(&self, title: &str) -> String {
        format!("heette eerder “{title}”")
    }

    fn other_aim(&self) -> String {
        "heeft een ander beoogd effect".to_owned()
    }

    fn serves(&self, goal: Option<&str>) -> String {
        goal.map_or_else(
            || "is niet meer aan een doel gekoppeld".to_owned(),
            |goal| format!("is nu gekoppeld aan doel {goal}"),
        )
    }

    fn members(&self, of: Member, gained: &[String], lost: &[String]) -> String {
        let what = |list: &[String]| match (of, list.len()) {
            (Member::Item, 1) => "het item",
            (Member::Item, _) => "de items",
            (Member::Label, 1) => "het label",
            (Member::Label, _) => "de labels",
        };
        let said = |verb: &str, list: &[String]| {
            (!list.is_empty()).then(|| format!("{verb} {} {}", what(list), list.join(", ")))
        };
        let parts = [said("kreeg", gained), said("verloor", lost)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" en ")
    }

    fn other_order(&self) -> String {
        "heeft zijn items in een andere volgorde".to_owned()
    }

    fn moved(&self, way: &Way<'_>) -> String {
        let verb = if way.up { "steeg" } else { "zakte" };
        let within = way.within.map_or_else(String::new, |domain| format!(" binnen {domain}"));
        let (from, to, past) = (way.from, way.to, past(way));
        if way.as_placed {
            format!("{verb} van plaats {from} naar {to}{within}, {past}")
        } else {
            format!("{verb}{within} {past}; het staat nu op plaats {to} en stond op {from}")
        }
    }

    fn came(&self, domain: &str, place: u32) -> String {
        format!("kwam erbij in {domain}, op plaats {place}")
    }

    fn came_and_ended(&self, end: &End) -> String {
        format!("kwam erbij en {}", ended(end))
    }

    fn reopened(&self, was: Status, place: u32) -> String {
        format!("was {} en is weer open, op plaats {place}", self.status(was))
    }

    fn ended(&self, end: &End, place: Option<u32>) -> String {
        let left = place.map_or_else(String::new, |place| format!(" en verliet plaats {place}"));
        format!("{}{left}", ended(end))
    }

    fn ended_otherwise(&self, now: &End, before: &End) -> String {
        let before = match before {
            End::Into(into) => format!("was eerder opgegaan in {into}"),
            End::Done => "was eerder afgerond".to_owned(),
            End::Dropped => "was eerder vervallen".to_owned(),
        };
        format!("{}; {before}", ended(now))
    }

    fn went(&self, from: &str, to: &str) -> String {
        format!("is overgegaan van {from} naar {to}")
    }

    fn pinned(&self, place: u32) -> String {
        format!("is vastgezet op plaats {place}")
    }

    fn unpinned(&self) -> String {
        "is niet langer vastgezet".to_owned()
    }

    fn asks(&self, domain: &str, ask: Option<&str>) -> String {
        match ask {
            None => format!("heeft iets nodig van {domain}"),
            Some(ask) => format!("vraagt {domain} om: {ask}"),
        }
    }

    fn asks_no_more(&self, domain: &str) -> String {
        format!("vraagt {domain} nergens meer om")
    }

    fn status_now(&self, now: Status, before: Status) -> String {
        format!("is nu “{}”, was “{}”", self.status(now), self.status(before))
    }

    fn kind_now(&self, now: Kind, before: Kind) -> String {
        format!("is nu een {}, was een {}", self.kind(now), self.kind(before))
    }

    fn moscow_now(&self, now: Option<Moscow>, before: Option<Moscow>) -> String {
        let said = |moscow: Option<Moscow>| moscow.map(|_| self.moscow(moscow).to_owned());
        match (said(now), said(before)) {
            (Some(now), Some(before)) => format!("heeft MoSCoW {now} in plaats van {before}"),
            (Some(now), None) => format!("kreeg MoSCoW {now}"),
            (None, Some(before)) => format!("heeft geen MoSCoW meer (was {before})"),
            (None, None) => String::new(),
        }
    }

    fn estimate_now(&self, now: Option<Estimate>, before: Option<Estimate>) -> String {
        let said = |estimate: Option<Estimate>| estimate.map(|_| self.estimate(estimate));
        match (said(now), said(before)) {
            (Some(now), Some(before)) => format!("heeft schatting {now} in plaats van {before}"),
            (Some(now), None) => format!("kreeg schatting {now}"),
            (None, Some(before)) => format!("heeft geen schatting meer (was {before})"),
            (None, None) => String::new(),
        }
    }

    fn value_now(&self, now: Option<u32>, before: Option<u32>) -> String {
        match (now, before) {
            (Some(now), Some(before)) => format!("heeft waarde {now} in plaats van {before}"),
            (Some(now), None) => format!("kreeg waarde {now}"),
            (None, Some(before)) => format!("heeft geen waarde meer (was {before})"),
            (None, None) => String::new(),
        }
    }

    fn part_of(&self, parent: Option<&ItemKey>) -> String {
        parent.map_or_else(
            || "hoort nergens meer bij".to_owned(),
            |parent| format!("hoort nu bij {parent}"),
        )
    }

    fn other_text(&self) -> String {
        "heeft een andere tekst".to_owned()
    }

    fn ties(&self, holds: Holds, ties: &[(LinkKind, String)]) -> String {
        let said = ties.iter().map(|(kind, target)| self.tie(*kind, holds, target));
        said.collect::<Vec<_>>().join(", ")
    }

    fn concerns(&self, holds: Holds, people: &[String]) -> String {
        let people = people.join(", ");
        match holds {
            Holds::Yes => format!("betreft {people}"),
            Holds::Now => format!("betreft nu {people}"),
            Holds::NoLonger => format!("betreft niet langer {people}"),
        }
    }
}

fn altered(how: &[Altered<'_>], named: impl Fn(&str) -> String) -> String {
    let parts = how.iter().map(|one| match one {
        Altered::Called(name) => format!("heet nu {}", named(name)),
        Altered::Described => "is anders beschreven".to_owned(),
        Altered::Closed => "is afgesloten".to_owned(),
    });
    parts.collect::<Vec<_>>().join(" en ")
}

/// "voorbij BACK-7 “Ledger” van Back office en nog 3 andere".
fn past(way: &Way<'_>) -> String {
    let said = way.passed.iter().map(|(titled, domain)| {
        domain.map_or_else(|| titled.clone(), |domain| format!("{titled} van {domain}"))
    });
    let said: Vec<String> = said.collect();
    match (said.as_slice(), way.more) {
        ([], _) => String::new(),
        ([one], _) => format!("voorbij {one}"),
        ([.., _], 0) => format!("voorbij {}", said.join(" en ")),
        ([.., _], more) => format!("voorbij {} en nog {more}", said.join(", ")),
    }
}

fn ended(end: &End) -> String {
    match end {
        End::Into(into) => format!("is opgegaan in {into}"),
        End::Done => "is afgerond".to_owned(),
        End::Dropped => "is vervallen".to_owned(),
    }
}
