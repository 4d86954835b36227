//! What can be asked of the server, and why it is refused.

use super::{IdentityHash, SecretHash, Shared};
use crate::{
    ids::{IdentityId, InvitationId, PersonId, ProductId, SessionId, ShareId, Timestamp, TokenId},
    roles::Role,
    text::{Name, Reason},
};

/// Something asked of the server.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Make somebody known.
    AddPerson {
        /// Who.
        person: PersonId,
        /// Whether it is a program.
        tool: bool,
        /// Whether they administer the server.
        administrator: bool,
    },
    /// Make a token.
    IssueToken {
        /// Which.
        token: TokenId,
        /// What it is; `created_at` is the commit's time.
        facts: Box<NewToken>,
    },
    /// End a token.
    RevokeToken {
        /// Which.
        token: TokenId,
        /// Why.
        reason: Reason,
    },
    /// Invite somebody to sign in.
    InvitePerson {
        /// Which invitation.
        invitation: InvitationId,
        /// Whom.
        person: PersonId,
        /// When it ends by itself.
        expires_at: Timestamp,
        /// The hash of its secret.
        secret: SecretHash,
    },
    /// Take an invitation back.
    RevokeInvitation {
        /// Which.
        invitation: InvitationId,
        /// Why.
        reason: Reason,
    },
    /// Make an account at the identity provider that of the person who was invited. Asked by whoever has both.
    BindIdentity {
        /// Which.
        identity: IdentityId,
        /// The hash of the invitation's secret.
        invitation: SecretHash,
        /// The account.
        account: IdentityHash,
    },
    /// Make an account nobody's.
    UnbindIdentity {
        /// Which.
        identity: IdentityId,
        /// Why.
        reason: Reason,
    },
    /// Sign a browser in. Asked by whoever has the account.
    BeginSession {
        /// Which.
        session: SessionId,
        /// The account.
        account: IdentityHash,
        /// When it ends unless it is used.
        idle_until: Timestamp,
        /// When it ends in any case.
        expires_at: Timestamp,
        /// The hash of its secret.
        secret: SecretHash,
    },
    /// Let a session go on that is in use. Asked by the service itself.
    ExtendSession {
        /// Which.
        session: SessionId,
        /// When it ends unless it is used.
        idle_until: Timestamp,
    },
    /// Sign a browser out. Asked by whoever is signed in there, or by an administrator.
    EndSession {
        /// Which.
        session: SessionId,
        /// Why.
        reason: Reason,
    },
    /// Let whoever has a link read a product. Who may is decided by the mandate in that product.
    CreateShareLink {
        /// Which.
        share: ShareId,
        /// What it is; `created_at` and `created_by` are the commit's.
        facts: Box<NewShareLink>,
    },
    /// End a share link. Who may is decided by the mandate in its product.
    RevokeShareLink {
        /// Which.
        share: ShareId,
        /// Of which product.
        product: ProductId,
        /// Why.
        reason: Reason,
    },
    /// Forget somebody.
    ErasePerson {
        /// Who.
        person: PersonId,
        /// Why.
        reason: Reason,
    },
}

impl Command {
    /// Whether only administrators may; what others may is checked before it is asked.
    pub(super) fn is_administrators(&self) -> bool {
        match self {
            Self::AddPerson { .. }
            | Self::IssueToken { .. }
            | Self::RevokeToken { .. }
            | Self::InvitePerson { .. }
            | Self::RevokeInvitation { .. }
            | Self::UnbindIdentity { .. }
            | Self::ErasePerson { .. } => true,
            Self::BindIdentity { .. }
            | Self::BeginSession { .. }
            | Self::ExtendSession { .. }
            | Self::EndSession { .. }
            | Self::CreateShareLink { .. }
            | Self::RevokeShareLink { .. } => false,
        }
    }
}

/// The facts of a new token.
#[derive(Clone, Debug, PartialEq)]
pub struct NewToken {
    /// Whose it is.
    pub person: PersonId,
    /// What it is for.
    pub purpose: Option<Name>,
    /// The only product that it opens.
    pub product: Option<ProductId>,
    /// The only role that it may use.
    pub role: Option<Role>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// The hash of its secret.
    pub secret: SecretHash,
}

/// The facts of a new share link.
#[derive(Clone, Debug, PartialEq)]
pub struct NewShareLink {
    /// Of which product.
    pub product: ProductId,
    /// What it opens.
    pub opens: Shared,
    /// What it is for.
    pub purpose: Option<Name>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// The hash of its secret.
    pub secret: SecretHash,
}

/// Why the server refuses a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Only administrators may.
    #[error("only an administrator of the server may do this")]
    NotAdministrator,
    /// Somebody has this id.
    #[error("there is a person {0} already; choose another id")]
    PersonExists(PersonId),
    /// Nobody has this id.
    #[error("there is no person {0}")]
    UnknownPerson(PersonId),
    /// A token has this id.
    #[error("there is a token {0} already")]
    TokenExists(TokenId),
    /// No token has this id.
    #[error("there is no token {0} in force")]
    UnknownToken(TokenId),
    /// Their name and all that let them in is gone.
    #[error("{0} was erased; make another person known")]
    Erased(PersonId),
    /// An administrator would lock themselves out.
    #[error("{0} is you; ask another administrator to erase you")]
    OwnErasure(PersonId),
    /// Programs use tokens.
    #[error("{0} is a tool and does not sign in; make a token for it")]
    ToolSignsIn(PersonId),
    /// No such invitation is open.
    #[error("there is no invitation {0} open")]
    UnknownInvitation(InvitationId),
    /// Whoever asks has no invitation that counts.
    #[error(
        "the invitation is unknown, used, expired or revoked; ask an administrator for a new one"
    )]
    InvitationOver,
    /// An account is one person's.
    #[error("this account is bound to {0} already; an administrator can unbind it")]
    AccountBound(PersonId),
    /// The account is nobody's.
    #[error("this account is bound to nobody here; ask an administrator for an invitation")]
    AccountUnbound,
    /// No account has this id.
    #[error("there is no identity {0} bound")]
    UnknownIdentity(IdentityId),
    /// No session has this id.
    #[error("there is no session {0} that goes on")]
    UnknownSession(SessionId),
    /// No share link has this id.
    #[error("there is no share link {0} in force")]
    UnknownShareLink(ShareId),
    /// An id or secret that was made is there already.
    #[error("{0} is taken; try again")]
    Taken(&'static str),
    /// Too many.
    #[error("at most {limit} {what} are held")]
    Full {
        /// "tokens".
        what: &'static str,
        /// How many.
        limit: usize,
    },
}

impl Error {
    /// A stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAdministrator => "NOT_ADMINISTRATOR",
            Self::PersonExists(_) => "PERSON_EXISTS",
            Self::UnknownPerson(_) => "UNKNOWN_PERSON",
            Self::TokenExists(_) => "TOKEN_EXISTS",
            Self::UnknownToken(_) => "UNKNOWN_TOKEN",
            Self::Erased(_) => "ERASED",
            Self::OwnErasure(_) => "OWN_ERASURE",
            Self::ToolSignsIn(_) => "TOOL_SIGNS_IN",
            Self::UnknownInvitation(_) => "UNKNOWN_INVITATION",
            Self::InvitationOver => "INVITATION_OVER",
            Self::AccountBound(_) => "ACCOUNT_BOUND",
            Self::AccountUnbound => "ACCOUNT_UNBOUND",
            Self::UnknownIdentity(_) => "UNKNOWN_IDENTITY",
            Self::UnknownSession(_) => "UNKNOWN_SESSION",
            Self::UnknownShareLink(_) => "UNKNOWN_SHARE_LINK",
            Self::Taken(_) => "TAKEN",
            Self::Full { .. } => "FULL",
        }
    }
}
