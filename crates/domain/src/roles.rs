//! Who is what in a product. One accountable PO for the product and for each domain.

use serde::{Deserialize, Serialize};

/// What a person or tool is in a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Role {
    /// Answers for the whole product.
    ChiefPo,
    /// Answers for one domain.
    DomainPo,
    /// Works on the product, or on one domain.
    Member,
    /// Reads.
    Stakeholder,
    /// A program that brings items in, for the product or for one domain.
    Tool,
}

impl Role {
    /// Whether the role is for one domain (`Some(true)`), for the product (`Some(false)`), or either (`None`).
    #[must_use]
    pub fn needs_domain(self) -> Option<bool> {
        match self {
            Self::ChiefPo | Self::Stakeholder => Some(false),
            Self::DomainPo => Some(true),
            Self::Member | Self::Tool => None,
        }
    }

    /// Whether only one person at a time may hold it (for a domain, or for the product).
    #[must_use]
    pub fn is_single_seat(self) -> bool {
        match self {
            Self::ChiefPo | Self::DomainPo => true,
            Self::Member | Self::Stakeholder | Self::Tool => false,
        }
    }

    /// As people say it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::ChiefPo => "Chief PO",
            Self::DomainPo => "domain PO",
            Self::Member => "member",
            Self::Stakeholder => "stakeholder",
            Self::Tool => "tool",
        }
    }
}
