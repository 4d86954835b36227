//! English: why an item is ranked where it is.

use koepel_domain::{ids::ItemKey, item::Status};

use super::{
    super::{Names as _, Past, Stands, Steps, Together, count, listed},
    English,
};

impl Steps for English {
    fn stands(&self, at: Stands<'_>) -> String {
        let Stands { titled, place: (place, total), in_domain: (own, of), domain, pinned } = at;
        let pin = pinned.map_or_else(String::new, |why| format!(" It is pinned there: {why}."));
        format!(
            "{titled} stands at place {place} of {total} in the overarching backlog, and at place {own} of {of} in the sub-backlog of {domain}.{pin}"
        )
    }

    fn stands_nowhere(&self, titled: &str, status: Status) -> String {
        format!("{titled} is {} and has no place in the order.", self.status(status))
    }

    fn moved_by(&self, key: &ItemKey, from: u32, to: u32) -> String {
        let way = if from < to { "down" } else { "up" };
        format!("That moved {key} {way} from place {from} to {to}")
    }

    fn went_past(&self, past: &Past) -> String {
        let said = listed(&past.said, "and");
        if past.total == 1 {
            return format!("It went past {said}");
        }
        let own = if past.own_domain { " of its own domain" } else { "" };
        let which = if past.is_all() { ":" } else { ", among them" };
        format!("It went past {} items{own}{which} {said}", past.total)
    }

    fn together(&self, subject: &str, more: u32, what: Together<'_>) -> String {
        let verb = match what {
            Together::Imported => "were imported".to_owned(),
            Together::SplitFrom(from) => format!("were split from {from}"),
            Together::Created => "were created".to_owned(),
            Together::RankUndone => "went back".to_owned(),
            Together::Ranked => "were ranked".to_owned(),
            Together::ReorderUndone => "went back within the domain".to_owned(),
            Together::Reordered => "were reordered within the domain".to_owned(),
            Together::Duplicates(of) => format!("were marked as duplicates of {of}"),
            Together::Merged(into) => format!("were merged into {into}"),
            Together::Done => "were done".to_owned(),
            Together::Dropped => "were dropped".to_owned(),
            Together::Reopened => "were reopened".to_owned(),
        };
        format!("{subject} and {} {verb}", count(more, "more item", "more items"))
    }

    fn along(&self, told: &str, more: u32) -> String {
        let more = count(more, "more item", "more items");
        format!("{told}, and {more} came, went or moved along with it")
    }

    fn with_family(&self, told: &str, members: u32) -> String {
        let members = count(members, "item that belongs", "items that belong");
        format!("{told}, together with {members} to it")
    }

    fn came_to(&self, subject: &str, more: u32, head: &ItemKey) -> String {
        let more = count(more, "more item", "more items");
        format!("{subject} and {more} that belong to {head} were moved to it")
    }
}
