//! Danish: what is different between two moments.

use koepel_domain::{
    ids::{EntryNo, ItemKey},
    item::{Estimate, Kind, LinkKind, Moscow, Status},
    term::Term,
};

use super::{
    super::{Altered, Changes, End, Holds, Member, Names as _, Way},
    Danish,
};

impl Changes for Danish {
    fn vision(&self, edition: u32) -> String {
        format!("Udgave {edition} af visionen blev offentliggjort")
    }

    fn goal_added(&self, name: &str, closed: bool) -> String {
        let closed = if closed { " og afsluttet igen" } else { "" };
        format!("Målet »{name}« blev tilføjet{closed}")
    }

    fn goal_altered(&self, name: &str, how: &[Altered<'_>]) -> String {
        format!("Målet »{name}« {}", altered(how, |name| format!("»{name}«")))
    }

    fn domain_added(&self, name: &str) -> String {
        format!("Leveranceområdet {name} blev tilføjet")
    }

    fn domain_deleted(&self, name: &str) -> String {
        format!("Leveranceområdet {name} blev slettet")
    }

    fn domain_altered(&self, name: &str, how: &[Altered<'_>]) -> String {
        format!("Leveranceområdet {name} {}", altered(how, str::to_owned))
    }

    fn became(&self, person: &str, post: &str, term: Option<&Term>) -> String {
        let term = term.map_or_else(String::new, |term| format!(" {}", self.term(term)));
        format!("{person} blev {post}{term}")
    }

    fn is_now(&self, person: &str, post: &str, term: Option<&Term>) -> String {
        let term = term.map_or_else(|| "uden slutdato".to_owned(), |term| self.term(term));
        format!("{person} er nu {post} {term}")
    }

    fn is_no_longer(&self, person: &str, post: &str) -> String {
        format!("{person} er ikke længere {post}")
    }

    fn of_entry(&self, no: EntryNo, title: &str, domain: &str, told: &str) -> String {
        format!("Roadmap-punkt {no} »{title}« for {domain} {told}")
    }

    fn planned(&self, plan: &str) -> String {
        format!("kom på roadmappen: {plan}")
    }

    fn unplanned(&self, when: &str) -> String {
        format!("blev taget af roadmappen; det var planlagt til »{when}«")
    }

    fn came_from(&self, domain: &str) -> String {
        format!("kom fra {domain}")
    }

    fn was_called(&self, title: &str) -> String {
        format!("hed tidligere »{title}«")
    }

    fn other_aim(&self) -> String {
        "har et andet formål".to_owned()
    }

    fn serves(&self, goal: Option<&str>) -> String {
        goal.map_or_else(
            || "er ikke længere knyttet til et mål".to_owned(),
            |goal| format!("er nu knyttet til målet {goal}"),
        )
    }

    fn members(&self, of: Member, gained: &[String], lost: &[String]) -> String {
        let what = |list: &[String]| match (of, list.len()) {
            (Member::Item, 1) => "emnet",
            (Member::Item, _) => "emnerne",
            (Member::Label, 1) => "label",
            (Member::Label, _) => "labels",
        };
        let said = |verb: &str, list: &[String]| {
            (!list.is_empty()).then(|| format!("{verb} {} {}", what(list), list.join(", ")))
        };
        let parts = [said("fik", gained), said("mistede", lost)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" og ")
    }

    fn other_order(&self) -> String {
        "har sine emner i en anden rækkefølge".to_owned()
    }

    fn moved(&self, way: &Way<'_>) -> String {
        let verb = if way.up { "rykkede op" } else { "rykkede ned" };
        let within = way.within.map_or_else(String::new, |domain| format!(" inden for {domain}"));
        let (from, to, past) = (way.from, way.to, past(way));
        if way.as_placed {
            format!("{verb} fra plads {from} til {to}{within}, {past}")
        } else {
            format!("{verb}{within} {past}; det er nu på plads {to} og var på plads {from}")
        }
    }

    fn came(&self, domain: &str, place: u32) -> String {
        format!("kom til i {domain} på plads {place}")
    }

    fn came_and_ended(&self, end: &End) -> String {
        format!("kom til og {}", ended(end))
    }

    fn reopened(&self, was: Status, place: u32) -> String {
        let was = match was {
            Status::Done => "færdigt",
            Status::New | Status::Ready | Status::InProgress | Status::Dropped => self.status(was),
        };
        format!("var {was} og er åbent igen, på plads {place}")
    }

    fn ended(&self, end: &End, place: Option<u32>) -> String {
        let left = place.map_or_else(String::new, |place| format!(" og forlod plads {place}"));
        format!("{}{left}", ended(end))
    }

    fn ended_otherwise(&self, now: &End, before: &End) -> String {
        let before = match before {
            End::Into(into) => format!("var før lagt sammen med {into}"),
            End::Done => "var før færdigt".to_owned(),
            End::Dropped => "var før droppet".to_owned(),
        };
        format!("{}; {before}", ended(now))
    }

    fn went(&self, from: &str, to: &str) -> String {
        format!("flyttede fra {from} til {to}")
    }

    fn pinned(&self, place: u32) -> String {
        format!("blev fastgjort på plads {place}")
    }

    fn unpinned(&self) -> String {
        "er ikke længere fastgjort".to_owned()
    }

    fn asks(&self, domain: &str, ask: Option<&str>) -> String {
        match ask {
            None => format!("har brug for noget fra {domain}"),
            Some(ask) => format!("beder {domain} om: {ask}"),
        }
    }

    fn asks_no_more(&self, domain: &str) -> String {
        format!("beder ikke længere {domain} om noget")
    }

    fn status_now(&self, now: Status, before: Status) -> String {
        format!("er nu »{}«, var »{}«", self.status(now), self.status(before))
    }

    fn kind_now(&self, now: Kind, before: Kind) -> String {
        format!("er nu en {}, var en {}", self.kind(now), self.kind(before))
    }

    fn moscow_now(&self, now: Option<Moscow>, before: Option<Moscow>) -> String {
        let said = |moscow: Option<Moscow>| moscow.map(|_| self.moscow(moscow).to_owned());
        match (said(now), said(before)) {
            (Some(now), Some(before)) => format!("har MoSCoW {now} i stedet for {before}"),
            (Some(now), None) => format!("fik MoSCoW {now}"),
            (None, Some(before)) => format!("har ikke længere nogen MoSCoW (var {before})"),
            (None, None) => String::new(),
        }
    }

    fn estimate_now(&self, now: Option<Estimate>, before: Option<Estimate>) -> String {
        let said = |estimate: Option<Estimate>| estimate.map(|_| self.estimate(estimate));
        match (said(now), said(before)) {
            (Some(now), Some(before)) => format!("har estimatet {now} i stedet for {before}"),
            (Some(now), None) => format!("fik estimatet {now}"),
            (None, Some(before)) => format!("har ikke længere noget estimat (var {before})"),
            (None, None) => String::new(),
        }
    }

    fn value_now(&self, now: Option<u32>, before: Option<u32>) -> String {
        match (now, before) {
            (Some(now), Some(before)) => format!("har værdien {now} i stedet for {before}"),
            (Some(now), None) => format!("fik værdien {now}"),
            (None, Some(before)) => format!("har ikke længere nogen værdi (var {before})"),
            (None, None) => String::new(),
        }
    }

    fn part_of(&self, parent: Option<&ItemKey>) -> String {
        parent.map_or_else(
            || "er ikke længere en del af noget".to_owned(),
            |parent| format!("er nu en del af {parent}"),
        )
    }

    fn other_text(&self) -> String {
        "har en anden tekst".to_owned()
    }

    fn ties(&self, holds: Holds, ties: &[(LinkKind, String)]) -> String {
        let said = ties.iter().map(|(kind, target)| self.tie(*kind, holds, target));
        said.collect::<Vec<_>>().join(", ")
    }

    fn concerns(&self, holds: Holds, people: &[String]) -> String {
        let people = people.join(", ");
        match holds {
            Holds::Yes => format!("vedrører {people}"),
            Holds::Now => format!("vedrører nu {people}"),
            Holds::NoLonger => format!("vedrører ikke længere {people}"),
        }
    }
}

fn altered(how: &[Altered<'_>], named: impl Fn(&str) -> String) -> String {
    let parts = how.iter().map(|one| match one {
        Altered::Called(name) => format!("hedder nu {}", named(name)),
        Altered::Described => "er beskrevet på en anden måde".to_owned(),
        Altered::Closed => "blev afsluttet".to_owned(),
    });
    parts.collect::<Vec<_>>().join(" og ")
}

/// "forbi BACK-7 »Ledger« fra Back office og 3 andre".
fn past(way: &Way<'_>) -> String {
    let said = way.passed.iter().map(|(titled, domain)| {
        domain.map_or_else(|| titled.clone(), |domain| format!("{titled} fra {domain}"))
    });
    let said: Vec<String> = said.collect();
    let more = match way.more {
        1 => "1 andet".to_owned(),
        more => format!("{more} andre"),
    };
    match (said.as_slice(), way.more) {
        ([], _) => String::new(),
        ([one], _) => format!("forbi {one}"),
        ([.., _], 0) => format!("forbi {}", said.join(" og ")),
        ([.., _], _) => format!("forbi {} og {more}", said.join(", ")),
    }
}

fn ended(end: &End) -> String {
    match end {
        End::Into(into) => format!("blev lagt sammen med {into}"),
        End::Done => "blev færdigt".to_owned(),
        End::Dropped => "blev droppet".to_owned(),
    }
}
