//! Danish: why an item is ranked where it is.

use koepel_domain::{ids::ItemKey, item::Status};

use super::{
    super::{Names as _, Past, Stands, Steps, Together, count, listed},
    Danish,
};

impl Steps for Danish {
    fn stands(&self, at: Stands<'_>) -> String {
        let Stands { titled, place: (place, total), in_domain: (own, of), domain, pinned } = at;
        let pin = pinned.map_or_else(String::new, |why| format!(" Det er fastgjort der: {why}."));
        format!(
            "{titled} står på plads {place} af {total} i den overordnede backlog og på plads {own} af {of} i delbackloggen for {domain}.{pin}"
        )
    }

    fn stands_nowhere(&self, titled: &str, status: Status) -> String {
        let status = match status {
            Status::Done => "færdigt",
            Status::New | Status::Ready | Status::InProgress | Status::Dropped => {
                self.status(status)
            }
        };
        format!("{titled} er {status} og har ingen plads i rækkefølgen.")
    }

    fn moved_by(&self, key: &ItemKey, from: u32, to: u32) -> String {
        let way = if from < to { "ned" } else { "op" };
        format!("Dermed rykkede {key} {way} fra plads {from} til {to}")
    }

    fn went_past(&self, past: &Past) -> String {
        let said = listed(&past.said, "og");
        if past.total == 1 {
            return format!("Det gik forbi {said}");
        }
        let own = if past.own_domain { " i sit eget leveranceområde" } else { "" };
        let which = if past.is_all() { ":" } else { ", heriblandt" };
        format!("Det gik forbi {} emner{own}{which} {said}", past.total)
    }

    fn together(&self, subject: &str, more: u32, what: Together<'_>) -> String {
        let verb = match what {
            Together::Imported => "blev importeret".to_owned(),
            Together::SplitFrom(from) => format!("blev udskilt fra {from}"),
            Together::Created => "blev oprettet".to_owned(),
            Together::RankUndone => "blev sat tilbage".to_owned(),
            Together::Ranked => "blev omprioriteret".to_owned(),
            Together::ReorderUndone => "blev sat tilbage inden for leveranceområdet".to_owned(),
            Together::Reordered => "blev flyttet inden for leveranceområdet".to_owned(),
            Together::Duplicates(of) => format!("blev markeret som dubletter af {of}"),
            Together::Merged(into) => format!("blev lagt sammen med {into}"),
            Together::Done => "blev færdige".to_owned(),
            Together::Dropped => "blev droppet".to_owned(),
            Together::Reopened => "blev genåbnet".to_owned(),
        };
        format!("{subject} og {} {verb}", more_items(more))
    }

    fn along(&self, told: &str, more: u32) -> String {
        format!("{told}, og {} kom til, udgik eller flyttede sig samtidig", more_items(more))
    }

    fn with_family(&self, told: &str, members: u32) -> String {
        let members = count(members, "emne", "emner");
        format!("{told}, sammen med {members}, der hører til det")
    }

    fn came_to(&self, subject: &str, more: u32, head: &ItemKey) -> String {
        format!("{subject} og {}, der hører til {head}, blev flyttet hen til det", more_items(more))
    }
}

fn more_items(more: u32) -> String {
    count(more, "andet emne", "andre emner")
}
