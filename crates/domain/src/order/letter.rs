//! The names of things in the order: items, domains and letters.
//!
//! Knows nothing of trees. A letter is packed into sixteen bits so that a leaf of the text is an array of `u16`.

use serde::{Deserialize, Serialize};

/// The number of an item within its product. Dense numbers cost least memory; gaps are allowed.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct ItemNo(pub u32);

/// The number of a domain within its product, at most [`DomainNo::MAX`].
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct DomainNo(pub u16);

impl DomainNo {
    /// The greatest domain number that an order takes.
    pub const MAX: Self = Self(0x7fff);
}

/// Whose a turn is: a domain's, for its free items, or a pinned item's of a domain.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Letter {
    /// The domain of the item that holds the turn.
    pub domain: DomainNo,
    /// Whether item and turn are bound together.
    pub pinned: bool,
}

impl Letter {
    /// The letter of a domain's free (unpinned) items.
    #[must_use]
    pub const fn free(domain: DomainNo) -> Self {
        Self { domain, pinned: false }
    }

    /// The letter of a domain's pinned items.
    #[must_use]
    pub const fn pinned(domain: DomainNo) -> Self {
        Self { domain, pinned: true }
    }

    /// The letter in sixteen bits, or `None` for a domain above [`DomainNo::MAX`].
    pub(super) fn code(self) -> Option<u16> {
        (self.domain <= DomainNo::MAX).then_some(self.domain.0 << 1 | u16::from(self.pinned))
    }

    /// The letter that [`Letter::code`] packed.
    pub(super) fn from_code(code: u16) -> Self {
        Self { domain: DomainNo(code >> 1), pinned: code & 1 == 1 }
    }
}

/// Which turns a question is about: any, those of a domain, or those of one letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Which {
    mask: u16,
    code: u16,
}

impl Which {
    /// Every turn.
    pub(super) const ANY: Self = Self { mask: 0, code: 0 };

    /// The turns of one letter.
    pub(super) const fn letter(code: u16) -> Self {
        Self { mask: u16::MAX, code }
    }

    /// The turns of a domain, free and pinned; `None` for a domain above [`DomainNo::MAX`].
    pub(super) fn domain(domain: DomainNo) -> Option<Self> {
        Letter::free(domain).code().map(|code| Self { mask: !1, code })
    }

    /// Whether this is [`Which::ANY`].
    pub(super) const fn is_any(self) -> bool {
        self.mask == 0
    }

    /// The one or two letters asked for; of no meaning for [`Which::ANY`].
    pub(super) fn codes(self) -> (u16, Option<u16>) {
        (self.code, (self.mask == !1).then_some(self.code | 1))
    }

    /// Whether a turn of the letter is asked for.
    #[inline]
    pub(super) const fn matches(self, code: u16) -> bool {
        code & self.mask == self.code
    }
}
