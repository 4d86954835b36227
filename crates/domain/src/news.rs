//! What a source told of an item, and when that was so there. Whatever order news arrives in, the same stays in the end: of
//! each field the latest news counts, and older news changes nothing.

use serde::{Deserialize, Serialize};

use crate::{
    ids::Timestamp,
    item::{Fields, LinkKind},
    text::Label,
};

/// A moment at a source. Of two pieces of news of one moment the greater `tie` counts, whichever comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamp {
    /// When it was so.
    pub at: Timestamp,
    /// Made of the news' id.
    pub tie: u32,
}

/// When a source told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The source says of when it is.
    At(Stamp),
    /// It does not, as most files: it counts from when it was read, and that is kept only of items of which times are known.
    Now(Timestamp),
}

impl Told {
    /// The moment from which it counts. A file counts before news of the same moment.
    pub(crate) fn stamp(self) -> Stamp {
        match self {
            Self::At(stamp) => stamp,
            Self::Now(at) => Stamp { at, tie: 0 },
        }
    }
}

/// A field of an item that a source can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Field {
    /// The title.
    Title,
    /// The text.
    Text,
    /// What it is.
    Kind,
    /// Its parent.
    Parent,
    /// Its labels.
    Labels,
    /// Its estimate.
    Estimate,
    /// Its value.
    Value,
    /// Its `MoSCoW`.
    Moscow,
    /// Where it stands.
    Status,
    /// The people concerned.
    People,
    /// Its domain.
    Domain,
    /// Its other names.
    Aliases,
    /// What it asks of other domains.
    Requests,
    /// What it needs first.
    Needs,
    /// What it has to do with.
    RelatesTo,
    /// Whose place it takes.
    Replaces,
    /// What takes its place.
    ReplacedBy,
    /// What needs it first.
    NeededBy,
    /// What it is, written down again.
    Duplicates,
    /// What is it, written down again.
    DuplicatedBy,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::Title,
        Self::Text,
        Self::Kind,
        Self::Parent,
        Self::Labels,
        Self::Estimate,
        Self::Value,
        Self::Moscow,
        Self::Status,
        Self::People,
        Self::Domain,
        Self::Aliases,
        Self::Requests,
        Self::Needs,
        Self::RelatesTo,
        Self::Replaces,
        Self::ReplacedBy,
        Self::NeededBy,
        Self::Duplicates,
        Self::DuplicatedBy,
    ];

    /// It alone.
    #[must_use]
    pub fn alone(self) -> Fields {
        match self {
            Self::Title => Fields::TITLE,
            Self::Text => Fields::TEXT,
            Self::Kind => Fields::KIND,
            Self::Parent => Fields::PARENT,
            Self::Labels => Fields::LABELS,
            Self::Estimate => Fields::ESTIMATE,
            Self::Value => Fields::VALUE,
            Self::Moscow => Fields::MOSCOW,
            Self::Status => Fields::STATUS,
            Self::People => Fields::PEOPLE,
            Self::Domain => Fields::DOMAIN,
            Self::Aliases => Fields::ALIASES,
            Self::Requests => Fields::REQUESTS,
            Self::Needs => Fields::links(LinkKind::Needs),
            Self::RelatesTo => Fields::links(LinkKind::RelatesTo),
            Self::Replaces => Fields::links(LinkKind::Replaces),
            Self::ReplacedBy => Fields::links(LinkKind::ReplacedBy),
            Self::NeededBy => Fields::links(LinkKind::NeededBy),
            Self::Duplicates => Fields::links(LinkKind::Duplicates),
            Self::DuplicatedBy => Fields::links(LinkKind::DuplicatedBy),
        }
    }

    /// Those of a set, in the order of [`Self::ALL`].
    #[must_use]
    pub fn of(fields: Fields) -> Vec<Self> {
        Self::ALL.into_iter().filter(|field| fields.has(field.alone())).collect()
    }
}

/// Of what moment the news of an item is, field by field. Most items have few: one piece of news tells many fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// No field is in two of them.
    fields: Vec<(Stamp, Fields)>,
    /// Of its entries on the roadmap, by the name that the source has for each.
    entries: Vec<(Label, Stamp)>,
}

impl News {
    /// Those of `fields` of which nothing later, or as late, is known.
    pub(crate) fn older_than(&self, stamp: Stamp, fields: Fields) -> Fields {
        let as_late = self.fields.iter().filter(|(known, _)| *known >= stamp);
        as_late.fold(fields, |left, (_, known)| left.without(*known))
    }

    /// Whether of this entry nothing later, or as late, is known.
    pub(crate) fn entry_older_than(&self, stamp: Stamp, name: &Label) -> bool {
        !self.entries.iter().any(|(known, at)| known == name && *at >= stamp)
    }

    /// Notes of what moment fields and entries are.
    pub(crate) fn note(&mut self, stamp: Stamp, fields: Fields, entries: &[Label]) {
        for (_, known) in &mut self.fields {
            *known = known.without(fields);
        }
        self.fields.retain(|(_, known)| !known.is_empty());
        match self.fields.iter_mut().find(|(known, _)| *known == stamp) {
            Some((_, known)) => *known = known.with(fields),
            None if fields.is_empty() => {}
            None => self.fields.push((stamp, fields)),
        }
        self.fields.sort_unstable_by_key(|(stamp, _)| *stamp);
        for name in entries {
            self.entries.retain(|(known, _)| known != name);
            self.entries.push((name.clone(), stamp));
        }
        self.entries.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(at: i64, tie: u32) -> Stamp {
        Stamp { at: Timestamp(at), tie }
    }

    #[test]
    fn each_field_is_one_bit_of_its_own() {
        let mut all = Fields::default();
        for field in Field::ALL {
            assert_eq!(all.without(field.alone()), all, "{field:?} has the bit of another");
            all = all.with(field.alone());
        }
        assert_eq!(Field::of(all), Field::ALL);
    }

    #[test]
    fn of_each_field_the_latest_news_is_known_whatever_came_first() {
        let (early, late) = (at(1, 5), at(2, 1));
        let both = Fields::TITLE.with(Fields::STATUS);
        let mut news = News::default();
        news.note(early, both, &[]);
        news.note(late, Fields::STATUS, &[]);
        assert_eq!(news.older_than(at(1, 6), both), Fields::TITLE);
        assert_eq!(news.older_than(early, both), Fields::default(), "as late is not older");
        assert_eq!(news.older_than(at(2, 2), both), both);
        news.note(late, Fields::TITLE, &[]);
        assert_eq!(news.fields.len(), 1, "what is of one moment is kept once");
    }

    #[test]
    fn entries_have_moments_of_their_own() {
        let (alpha, beta) = (Label::new("alpha").unwrap(), Label::new("beta").unwrap());
        let mut news = News::default();
        news.note(at(3, 0), Fields::default(), &[beta.clone(), alpha.clone()]);
        assert!(news.fields.is_empty());
        assert!(!news.entry_older_than(at(3, 0), &alpha) && news.entry_older_than(at(3, 1), &beta));
        assert!(news.entry_older_than(at(0, 0), &Label::new("stable").unwrap()));
    }
}
