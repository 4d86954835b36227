//! What one record says of the roadmap.

use super::Build;
use crate::{
    checks,
    draft::{EntryDraft, WhenDraft},
    mapping::{EntryPart, Mapping, parse_word},
    time,
    words::Horizon,
};

impl Build<'_> {
    /// The entries of which anything is told.
    pub(super) fn entries(&mut self, mapping: &Mapping) -> Vec<EntryDraft> {
        let mut entries = Vec::new();
        for part in &mapping.entries {
            let title = self.some(part.title.as_ref(), checks::title).flatten();
            let release = self.some(part.release.as_ref(), checks::label);
            let when = self.when(part);
            if title.is_some() || release.is_some() || when.is_some() {
                entries.push(EntryDraft { name: part.name.clone(), title, release, when });
            }
        }
        entries
    }

    /// Days count before a horizon. All of it is told together: what a record does not say of it is nothing.
    fn when(&mut self, part: &EntryPart) -> Option<Option<WhenDraft>> {
        let start = self.some(part.start.as_ref(), time::day);
        let end = self.some(part.end.as_ref(), time::day);
        let horizon = self.some(part.horizon.as_ref(), parse_word::<Horizon>);
        let told = start.is_some() || end.is_some() || horizon.is_some();
        let (start, end) = (start.flatten(), end.flatten());
        if let (Some(start), Some(end)) = (start, end)
            && end < start
        {
            let message = format!("the end {end} is before the start {start}; are they swapped?");
            self.wrong(&format!("entries.{}", part.name), message);
        }
        let when = match (start, end, horizon.flatten()) {
            (None, None, None) => None,
            (None, None, Some(Horizon::Now)) => Some(WhenDraft::Now),
            (None, None, Some(Horizon::Next)) => Some(WhenDraft::Next),
            (None, None, Some(Horizon::Later)) => Some(WhenDraft::Later),
            (start, end, _) => Some(WhenDraft::Days { start, end }),
        };
        told.then_some(when)
    }
}
