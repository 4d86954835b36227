//! Dutch: why an item is ranked where it is.

use koepel_domain::{ids::ItemKey, item::Status};

use super::{
    super::{Names as _, Past, Stands, Steps, Together, count, listed},
    Dutch,
};

impl Steps for Dutch {
    fn stands(&self, at: Stands<'_>) -> String {
        let Stands { titled, place: (place, total), in_domain: (own, of), domain, pinned } = at;
        let pin = pinned.map_or_else(String::new, |why| format!(" Het is daar vastgezet: {why}."));
        format!(
            "{titled} staat op plaats {place} van {total} in de overkoepelende backlog en op plaats {own} van {of} in de deelbacklog van {domain}.{pin}"
        )
    }

    fn stands_nowhere(&self, titled: &str, status: Status) -> String {
        format!("{titled} is {} en heeft geen plaats in de volgorde.", self.status(status))
    }

    fn moved_by(&self, key: &ItemKey, from: u32, to: u32) -> String {
        let way = if from < to { "omlaag" } else { "omhoog" };
        format!("Daardoor ging {key} {way} van plaats {from} naar {to}")
    }

    fn went_past(&self, past: &Past) -> String {
        let said = listed(&past.said, "en");
        if past.total == 1 {
            return format!("Het passeerde {said}");
        }
        let own = if past.own_domain { " van het eigen deelgebied" } else { "" };
        let which = if past.is_all() { ":" } else { ", waaronder" };
        format!("Het passeerde {} items{own}{which} {said}", past.total)
    }

    fn together(&self, subject: &str, more: u32, what: Together<'_>) -> String {
        let verb = match what {
            Together::Imported => "zijn geïmporteerd".to_owned(),
            Together::SplitFrom(from) => format!("zijn afgesplitst van {from}"),
            Together::Created => "zijn aangemaakt".to_owned(),
            Together::RankUndone => "zijn teruggezet".to_owned(),
            Together::Ranked => "zijn verplaatst".to_owned(),
            Together::ReorderUndone => "zijn binnen het deelgebied teruggezet".to_owned(),
            Together::Reordered => "zijn binnen het deelgebied verplaatst".to_owned(),
            Together::Duplicates(of) => format!("zijn aangemerkt als duplicaten van {of}"),
            Together::Merged(into) => format!("zijn opgegaan in {into}"),
            Together::Done => "zijn afgerond".to_owned(),
            Together::Dropped => "zijn vervallen".to_owned(),
            Together::Reopened => "zijn heropend".to_owned(),
        };
        format!("{subject} en {} {verb}", more_items(more))
    }

    fn along(&self, told: &str, more: u32) -> String {
        let came = if more == 1 {
            "kwam er tegelijk bij, viel weg of verschoof"
        } else {
            "kwamen er tegelijk bij, vielen weg of verschoven"
        };
        format!("{told}, en {} {came}", more_items(more))
    }

    fn with_family(&self, told: &str, members: u32) -> String {
        let members = count(members, "item dat erbij hoort", "items die erbij horen");
        format!("{told}, samen met {members}")
    }

    fn came_to(&self, subject: &str, more: u32, head: &ItemKey) -> String {
        let more = more_items(more);
        format!("{subject} en {more}, die bij {head} horen, zijn daarnaartoe verplaatst")
    }
}

fn more_items(more: u32) -> String {
    format!("nog {}", count(more, "item", "items"))
}
