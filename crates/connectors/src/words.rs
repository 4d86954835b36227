//! The closed sets of words an item's fields may hold, spelled as mappings and reports spell them.
//!
//! They mirror the words of the domain model. This file must not know what they mean there.

/// A closed set of words.
pub trait Word: Copy + Eq + 'static {
    /// Every word with its spelling, in the order in which messages list them.
    const ALL: &'static [(&'static str, Self)];

    /// The word spelled like this; case, blanks around it and `_` for `-` make no difference.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase().replace('_', "-");
        Self::ALL.iter().find(|(spelling, _)| *spelling == text).map(|(_, word)| *word)
    }

    /// The spelling.
    fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, word)| *word == self).map_or("", |(spelling, _)| spelling)
    }

    /// All spellings in one line, for messages.
    fn allowed() -> String {
        Self::ALL.iter().map(|(spelling, _)| *spelling).collect::<Vec<_>>().join(", ")
    }
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A large piece of work that others belong to.
    Epic,
    /// Something a user will notice.
    Feature,
    /// A small piece of value, told from the user's side. What an item is if nothing else is said.
    Story,
    /// Work without a value of its own.
    Task,
    /// Something that does not work as it should.
    Defect,
    /// Something that stands in the way.
    Impediment,
}

impl Word for Kind {
    const ALL: &'static [(&'static str, Self)] = &[
        ("epic", Self::Epic),
        ("feature", Self::Feature),
        ("story", Self::Story),
        ("task", Self::Task),
        ("defect", Self::Defect),
        ("impediment", Self::Impediment),
    ];
}

/// How far an item is. The first three are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Not yet ready to be worked on. What an item is if nothing else is said.
    New,
    /// May be taken up.
    Ready,
    /// Being worked on.
    InProgress,
    /// Finished.
    Done,
    /// Will not be done.
    Dropped,
}

impl Status {
    /// Whether an item in this status has a place in the order.
    #[must_use]
    pub fn is_open(self) -> bool {
        match self {
            Self::New | Self::Ready | Self::InProgress => true,
            Self::Done | Self::Dropped => false,
        }
    }
}

impl Word for Status {
    const ALL: &'static [(&'static str, Self)] = &[
        ("new", Self::New),
        ("ready", Self::Ready),
        ("in-progress", Self::InProgress),
        ("done", Self::Done),
        ("dropped", Self::Dropped),
    ];
}

/// How badly an item is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moscow {
    /// Nothing works without it.
    Must,
    /// Important, but there is a way around it.
    Should,
    /// Nice to have.
    Could,
    /// Not this time.
    Wont,
}

impl Word for Moscow {
    const ALL: &'static [(&'static str, Self)] = &[
        ("must", Self::Must),
        ("should", Self::Should),
        ("could", Self::Could),
        ("wont", Self::Wont),
    ];
}

/// How near something is planned that has no dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Horizon {
    /// Being worked on.
    Now,
    /// When that is done.
    Next,
    /// Some day.
    Later,
}

impl Word for Horizon {
    const ALL: &'static [(&'static str, Self)] =
        &[("now", Self::Now), ("next", Self::Next), ("later", Self::Later)];
}

/// What a link between two items says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkKind {
    /// The two have to do with each other.
    RelatesTo,
    /// The first cannot be finished without the second.
    Needs,
    /// The first is done instead of the second.
    Replaces,
    /// The second is done instead of the first.
    ReplacedBy,
    /// The first is the second, written down again.
    Duplicates,
}

/// What a reference says about the item that it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// The item belongs to the one referred to.
    Parent,
    /// The item links to the one referred to.
    Link(LinkKind),
    /// The one referred to links to the item: a "blocks" is a need of the other.
    LinkedBy(LinkKind),
}

impl Word for Relation {
    const ALL: &'static [(&'static str, Self)] = &[
        ("relates-to", Self::Link(LinkKind::RelatesTo)),
        ("needs", Self::Link(LinkKind::Needs)),
        ("needed-by", Self::LinkedBy(LinkKind::Needs)),
        ("replaces", Self::Link(LinkKind::Replaces)),
        ("replaced-by", Self::Link(LinkKind::ReplacedBy)),
        ("duplicates", Self::Link(LinkKind::Duplicates)),
        ("duplicated-by", Self::LinkedBy(LinkKind::Duplicates)),
        ("parent", Self::Parent),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<W: Word + std::fmt::Debug>() {
        for (spelling, word) in W::ALL {
            assert_eq!(word.as_str(), *spelling);
            assert_eq!(W::parse(&spelling.to_uppercase().replace('-', "_")), Some(*word));
        }
        assert_eq!(W::parse("nonsense"), None);
    }

    #[test]
    fn every_word_is_read_as_it_is_spelled() {
        check::<Kind>();
        check::<Status>();
        check::<Moscow>();
        check::<Horizon>();
        check::<Relation>();
        assert_eq!(Status::ALL.iter().filter(|(_, status)| status.is_open()).count(), 3);
    }
}
