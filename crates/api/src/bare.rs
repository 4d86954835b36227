//! Answers as a share link shows them: without people, neither their names nor their ids.
//!
//! Each message that a link opens is taken apart here with all its fields, so that a new field does not compile until somebody
//! has said whether a link shows it.

use crate::v1;

/// What a share link shows.
pub trait Bare {
    /// Takes out whatever tells of a person.
    fn bare(&mut self);
}

impl<T: Bare> Bare for Vec<T> {
    fn bare(&mut self) {
        self.iter_mut().for_each(Bare::bare);
    }
}

impl<T: Bare> Bare for Option<T> {
    fn bare(&mut self) {
        self.iter_mut().for_each(Bare::bare);
    }
}

impl Bare for v1::Product {
    fn bare(&mut self) {
        let Self {
            name: _,
            display_name: _,
            summary: _,
            version: _,
            changed_at_version: _,
            open_items: _,
            all_items: _,
            create_time: _,
        } = self;
    }
}

impl Bare for v1::GetProductResponse {
    fn bare(&mut self) {
        let Self {
            product,
            version: _,
            chief_po,
            chief_po_display_name,
            deputy,
            deputy_display_name,
            vacancies,
        } = self;
        product.bare();
        for text in [chief_po, chief_po_display_name, deputy, deputy_display_name] {
            text.clear();
        }
        // That a seat is vacant, and who comes next, is told to those who work here.
        vacancies.clear();
    }
}

impl Bare for v1::Item {
    fn bare(&mut self) {
        let Self {
            name: _,
            key: _,
            domain: _,
            kind: _,
            title: _,
            text: _,
            text_version: _,
            goal: _,
            roadmap_entries: _,
            parent: _,
            labels: _,
            estimate: _,
            value: _,
            moscow: _,
            status: _,
            closed_reason: _,
            merged_into: _,
            pinned: _,
            pin_reason: _,
            place: _,
            domain_place: _,
            source_links: _,
            links: _,
            requests: _,
            people,
            changed_at_version: _,
            create_time: _,
            update_time: _,
        } = self;
        people.clear();
    }
}

impl Bare for v1::GetItemResponse {
    fn bare(&mut self) {
        let Self { item, version: _ } = self;
        item.bare();
    }
}

impl Bare for v1::BacklogRow {
    fn bare(&mut self) {
        let Self {
            place: _,
            domain_place: _,
            name: _,
            key: _,
            title: _,
            domain: _,
            kind: _,
            status: _,
            moscow: _,
            pinned: _,
            estimate: _,
            value: _,
            parent: _,
            labels: _,
            changed_at_version: _,
        } = self;
    }
}

impl Bare for v1::ListBacklogResponse {
    fn bare(&mut self) {
        let Self { rows, next_page_token: _, version: _, total_size: _, order_changed: _ } = self;
        rows.bare();
    }
}

impl Bare for v1::RoadmapEntry {
    fn bare(&mut self) {
        let Self {
            name: _,
            domain: _,
            title: _,
            aim: _,
            goal: _,
            when: _,
            release: _,
            items: _,
            progress: _,
            removed_reason: _,
            removed: _,
            source: _,
            changed_at_version: _,
            create_time: _,
            update_time: _,
        } = self;
    }
}

impl Bare for v1::GetRoadmapEntryResponse {
    fn bare(&mut self) {
        let Self { entry, version: _ } = self;
        entry.bare();
    }
}

impl Bare for v1::ListRoadmapEntriesResponse {
    fn bare(&mut self) {
        let Self { entries, next_page_token: _, version: _, total_size: _ } = self;
        entries.bare();
    }
}

impl Bare for v1::Vision {
    fn bare(&mut self) {
        let Self {
            name: _,
            text: _,
            edition: _,
            author,
            author_display_name,
            publish_time: _,
            changed_at_version: _,
        } = self;
        author.clear();
        author_display_name.clear();
    }
}

impl Bare for v1::GetVisionResponse {
    fn bare(&mut self) {
        let Self { vision, version: _ } = self;
        vision.bare();
    }
}

impl Bare for v1::Goal {
    fn bare(&mut self) {
        let Self {
            name: _,
            display_name: _,
            summary: _,
            closed: _,
            closed_reason: _,
            changed_at_version: _,
        } = self;
    }
}

impl Bare for v1::ListGoalsResponse {
    fn bare(&mut self) {
        let Self { goals, next_page_token: _, version: _ } = self;
        goals.bare();
    }
}
