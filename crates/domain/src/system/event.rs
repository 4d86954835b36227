//! What can happen to the server, as it is stored. Names of people are not here, nor what an identity provider calls them.

use serde::{Deserialize, Serialize};

use super::{IdentityHash, SecretHash, Shared};
use crate::{
    ids::{
        ContentHash, IdentityId, InvitationId, PersonId, ProductId, SessionId, ShareId, Timestamp,
        TokenId, Version,
    },
    roles::Role,
    text::{Name, Reason},
};

/// Something that happened to the server. Stored; see [`crate::event`] for the rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Event {
    /// Somebody is known now.
    PersonAdded {
        /// Who.
        person: PersonId,
        /// Whether it is a program.
        tool: bool,
        /// Whether they administer the server.
        administrator: bool,
    },
    /// A token is in force.
    TokenIssued {
        /// Which.
        token: TokenId,
        /// Whose.
        person: PersonId,
        /// What for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        purpose: Option<Name>,
        /// The only product that it opens.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        product: Option<ProductId>,
        /// The only role that it may use.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<Role>,
        /// When it ends by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<Timestamp>,
        /// The hash of its secret.
        secret: SecretHash,
    },
    /// A token is no longer in force.
    TokenRevoked {
        /// Which.
        token: TokenId,
        /// Why.
        reason: Reason,
    },
    /// Texts of an event were taken out of the log, for good; as [`crate::event::TextRedacted`].
    TextRedacted {
        /// The version whose commit holds the event.
        version: Version,
        /// Which of the commit's events it is, from 0.
        event: u32,
        /// The hash of the payload that stands in the place of the one before.
        stand_in: ContentHash,
        /// Why.
        reason: Reason,
    },
    /// Somebody was invited to sign in.
    PersonInvited {
        /// Which invitation.
        invitation: InvitationId,
        /// Whom.
        person: PersonId,
        /// When it ends by itself.
        expires_at: Timestamp,
        /// The hash of its secret.
        secret: SecretHash,
    },
    /// An invitation was taken back before it was used.
    InvitationRevoked {
        /// Which.
        invitation: InvitationId,
        /// Why.
        reason: Reason,
    },
    /// An account at the identity provider is a person's from now on; the invitation is used up.
    IdentityBound {
        /// Which.
        identity: IdentityId,
        /// Whose.
        person: PersonId,
        /// By which invitation.
        invitation: InvitationId,
        /// The keyed hash of the provider and the name that it gives them.
        account: IdentityHash,
    },
    /// An account is nobody's any more; its sessions have ended.
    IdentityUnbound {
        /// Which.
        identity: IdentityId,
        /// Why.
        reason: Reason,
    },
    /// A browser was signed in.
    SessionBegun {
        /// Which.
        session: SessionId,
        /// Whose.
        person: PersonId,
        /// With which account.
        identity: IdentityId,
        /// When it ends unless it is used.
        idle_until: Timestamp,
        /// When it ends in any case.
        expires_at: Timestamp,
        /// The hash of its secret.
        secret: SecretHash,
    },
    /// A session was in use and goes on.
    SessionExtended {
        /// Which.
        session: SessionId,
        /// When it ends unless it is used.
        idle_until: Timestamp,
    },
    /// A browser was signed out.
    SessionEnded {
        /// Which.
        session: SessionId,
        /// Why.
        reason: Reason,
    },
    /// Whoever has a link may read a product, or a part of it.
    ShareLinkCreated {
        /// Which.
        share: ShareId,
        /// Of which product.
        product: ProductId,
        /// What it opens.
        opens: Shared,
        /// What it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        purpose: Option<Name>,
        /// When it ends by itself.
        expires_at: Timestamp,
        /// The hash of its secret.
        secret: SecretHash,
    },
    /// A share link opens nothing any more.
    ShareLinkRevoked {
        /// Which.
        share: ShareId,
        /// Why.
        reason: Reason,
    },
    /// Somebody is forgotten: their name is gone from the directory, and whatever let them in has ended. The id stays, so that it
    /// is nobody else's.
    PersonErased {
        /// Who.
        person: PersonId,
        /// Why.
        reason: Reason,
    },
}

impl Event {
    /// All event types with their schema versions of today. The first that gets a second one needs a way to be read in the
    /// first; see the macro in [`crate::event`].
    pub const TYPES: &'static [(&'static str, u16)] = &[
        ("PersonAdded", 1),
        ("TokenIssued", 1),
        ("TokenRevoked", 1),
        ("TextRedacted", 1),
        ("PersonInvited", 1),
        ("InvitationRevoked", 1),
        ("IdentityBound", 1),
        ("IdentityUnbound", 1),
        ("SessionBegun", 1),
        ("SessionExtended", 1),
        ("SessionEnded", 1),
        ("ShareLinkCreated", 1),
        ("ShareLinkRevoked", 1),
        ("PersonErased", 1),
    ];

    /// Its type, as stored.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::PersonAdded { .. } => "PersonAdded",
            Self::TokenIssued { .. } => "TokenIssued",
            Self::TokenRevoked { .. } => "TokenRevoked",
            Self::TextRedacted { .. } => "TextRedacted",
            Self::PersonInvited { .. } => "PersonInvited",
            Self::InvitationRevoked { .. } => "InvitationRevoked",
            Self::IdentityBound { .. } => "IdentityBound",
            Self::IdentityUnbound { .. } => "IdentityUnbound",
            Self::SessionBegun { .. } => "SessionBegun",
            Self::SessionExtended { .. } => "SessionExtended",
            Self::SessionEnded { .. } => "SessionEnded",
            Self::ShareLinkCreated { .. } => "ShareLinkCreated",
            Self::ShareLinkRevoked { .. } => "ShareLinkRevoked",
            Self::PersonErased { .. } => "PersonErased",
        }
    }
}
