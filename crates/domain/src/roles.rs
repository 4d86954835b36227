//! Who is what in a product. One accountable PO for the product and for each domain.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::DomainId;

/// What a person or tool is in a product; the weightiest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Role {
    /// Answers for the whole product.
    ChiefPo,
    /// Answers for one domain.
    DomainPo,
    /// Looks after the team of one domain: sees everything, makes its impediments known, does not rank.
    ScrumMaster,
    /// Works on the product, or on one domain.
    Member,
    /// Keeps the product's parties together a few hours a week. Advises and reports; what is decided, others decide.
    ProductCoordinator,
    /// Answers for the programme that the product is one of, which is above the product and not in it.
    ProgrammeLead,
    /// Sits in the product's steering group, which is asked for decisions and is told what was decided.
    SteeringMember,
    /// Sits in the product's coordination group, which is heard.
    CoordinationMember,
    /// Delivers to the product, or to one domain.
    Supplier,
    /// Reads.
    Stakeholder,
    /// A program that brings items in, for the product or for one domain.
    Tool,
}

impl Role {
    /// All of them, in the order of the mandate table's columns.
    pub const ALL: [Self; 11] = [
        Self::ChiefPo,
        Self::DomainPo,
        Self::ScrumMaster,
        Self::Member,
        Self::ProductCoordinator,
        Self::ProgrammeLead,
        Self::SteeringMember,
        Self::CoordinationMember,
        Self::Supplier,
        Self::Stakeholder,
        Self::Tool,
    ];

    /// Whether the role is for one domain (`Some(true)`), for the product (`Some(false)`), or either (`None`).
    ///
    /// A Scrum Master belongs to a team, and a team to a domain. Groups and whoever coordinates them belong to the product.
    /// Suppliers deliver to either.
    #[must_use]
    pub fn needs_domain(self) -> Option<bool> {
        match self {
            Self::DomainPo | Self::ScrumMaster => Some(true),
            Self::ChiefPo
            | Self::ProductCoordinator
            | Self::ProgrammeLead
            | Self::SteeringMember
            | Self::CoordinationMember
            | Self::Stakeholder => Some(false),
            Self::Member | Self::Supplier | Self::Tool => None,
        }
    }

    /// Whether only one person at a time may hold it (for a domain, or for the product). Only such a seat has deputies.
    #[must_use]
    pub fn is_single_seat(self) -> bool {
        match self {
            Self::ChiefPo | Self::DomainPo => true,
            Self::ScrumMaster
            | Self::Member
            | Self::ProductCoordinator
            | Self::ProgrammeLead
            | Self::SteeringMember
            | Self::CoordinationMember
            | Self::Supplier
            | Self::Stakeholder
            | Self::Tool => false,
        }
    }

    /// As people say it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::ChiefPo => "Chief PO",
            Self::DomainPo => "domain PO",
            Self::ScrumMaster => "Scrum Master",
            Self::Member => "member",
            Self::ProductCoordinator => "product coordinator",
            Self::ProgrammeLead => "programme lead",
            Self::SteeringMember => "steering-group member",
            Self::CoordinationMember => "coordination-group member",
            Self::Supplier => "supplier",
            Self::Stakeholder => "stakeholder",
            Self::Tool => "tool",
        }
    }
}

/// A role with the domain that it is for: "domain PO of online".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleOf {
    /// The role.
    pub role: Role,
    /// The domain; none for the whole product.
    pub domain: Option<DomainId>,
}

impl fmt::Display for RoleOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.domain {
            Some(domain) => write!(f, "{} of {domain}", self.role.title()),
            None => f.write_str(self.role.title()),
        }
    }
}
