//! The facts of the whole server, as the reserved product `system`: people and tools, by opaque ids, and whatever lets somebody
//! in, by hashes: API tokens, invitations, accounts at the identity provider, sessions of browsers, share links. Names are not
//! here; they stay in a directory beside the log.

mod command;
mod decide;
mod event;
mod evolve;

use imbl::OrdMap;
use serde::{Deserialize, Serialize};

pub use self::{
    command::{Command, Error, NewShareLink, NewToken},
    event::Event,
};
use crate::{
    ids::{
        DomainId, IdentityId, InvitationId, PersonId, ProductId, SessionId, ShareId, Timestamp,
        TokenId, Version,
    },
    roles::Role,
    text::Name,
};

/// Most people and tools of a server.
pub const PEOPLE_MAX: usize = 100_000;
/// Most tokens that are in force.
pub const TOKENS_MAX: usize = 100_000;
/// Most invitations that are open.
pub const INVITATIONS_MAX: usize = 10_000;
/// Most accounts of one person.
pub const IDENTITIES_MAX: usize = 10;
/// Most sessions of one person; one more ends the oldest.
pub const SESSIONS_MAX: usize = 20;
/// Most share links of one product.
pub const SHARE_LINKS_MAX: usize = 100;

/// Somebody who may hold roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Whether it is a program.
    pub tool: bool,
    /// Whether they administer the server.
    pub administrator: bool,
    /// Whether they were forgotten: the id is all that is left.
    pub erased: bool,
}

/// The hash of a secret: of a token, an invitation, a session, a share link.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretHash(pub [u8; 32]);

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

/// The keyed hash of an identity provider and the name that it gives somebody: without the key nobody can try names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdentityHash(pub [u8; 32]);

impl std::fmt::Debug for IdentityHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdentityHash(…)")
    }
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
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
    /// When it was made.
    pub created_at: Timestamp,
    /// The hash of its secret.
    pub secret: SecretHash,
}

/// An invitation that is open, or has expired unused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Who is invited.
    pub person: PersonId,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// The hash of its secret.
    pub secret: SecretHash,
}

/// A person's account at the identity provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Whose it is.
    pub person: PersonId,
    /// Since when.
    pub bound_at: Timestamp,
    /// The account.
    pub account: IdentityHash,
}

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Whose it is.
    pub person: PersonId,
    /// With which account.
    pub identity: IdentityId,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it ends unless it is used.
    pub idle_until: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
    /// The hash of its secret.
    pub secret: SecretHash,
}

impl Session {
    /// Whether it goes on at `now`.
    #[must_use]
    pub fn goes_on(&self, now: Timestamp) -> bool {
        now < self.idle_until && now < self.expires_at
    }
}

/// What a share link opens, for reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Shared {
    /// The product's backlogs, roadmap, vision and goals.
    Product,
    /// The roadmap, vision and goals.
    Roadmap,
    /// The backlog of one domain.
    Domain(DomainId),
}

/// A share link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareLink {
    /// Of which product.
    pub product: ProductId,
    /// What it opens.
    pub opens: Shared,
    /// What it is for.
    pub purpose: Option<Name>,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: PersonId,
    /// The hash of its secret.
    pub secret: SecretHash,
}

/// What a secret opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Opens {
    Token(TokenId),
    Invitation(InvitationId),
    Session(SessionId),
    ShareLink(ShareId),
}

/// What a secret opens now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened<'a> {
    /// A token in force.
    Token(&'a TokenId, &'a Token),
    /// A session that goes on.
    Session(&'a SessionId, &'a Session),
    /// A share link in force.
    ShareLink(&'a ShareId, &'a ShareLink),
}

/// The server's facts as of a version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct System {
    version: Version,
    people: OrdMap<PersonId, Person>,
    tokens: OrdMap<TokenId, Token>,
    invitations: OrdMap<InvitationId, Invitation>,
    identities: OrdMap<IdentityId, Identity>,
    accounts: OrdMap<IdentityHash, IdentityId>,
    sessions: OrdMap<SessionId, Session>,
    share_links: OrdMap<ShareId, ShareLink>,
    secrets: OrdMap<SecretHash, Opens>,
}

/// What comes after an id, in the order of ids.
fn after<'a, Id: Ord + Clone, T>(
    map: &'a OrdMap<Id, T>,
    id: Option<&Id>,
) -> impl Iterator<Item = (&'a Id, &'a T)> + use<'a, Id, T> {
    use std::ops::Bound::{Excluded, Unbounded};
    map.range((id.map_or(Unbounded, |id| Excluded(id.clone())), Unbounded))
}

impl System {
    /// How many commits it has had.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// Somebody, by id; also somebody who was erased.
    #[must_use]
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.people.get(id)
    }

    /// People and tools after an id, in the order of their ids.
    pub fn people_after(
        &self,
        id: Option<&PersonId>,
    ) -> impl Iterator<Item = (&PersonId, &Person)> + use<'_> {
        after(&self.people, id)
    }

    /// Tokens after an id, in the order of their ids.
    pub fn tokens_after(
        &self,
        id: Option<&TokenId>,
    ) -> impl Iterator<Item = (&TokenId, &Token)> + use<'_> {
        after(&self.tokens, id)
    }

    /// A token by its id.
    #[must_use]
    pub fn token(&self, id: &TokenId) -> Option<&Token> {
        self.tokens.get(id)
    }

    /// A token by the hash of its secret, if it is in force at `now`.
    #[must_use]
    pub fn token_by_secret(
        &self,
        secret: &SecretHash,
        now: Timestamp,
    ) -> Option<(&TokenId, &Token)> {
        match self.opened(secret, now)? {
            Opened::Token(id, token) => Some((id, token)),
            Opened::Session(..) | Opened::ShareLink(..) => None,
        }
    }

    /// What a secret opens at `now`. An invitation opens nothing by itself.
    #[must_use]
    pub fn opened(&self, secret: &SecretHash, now: Timestamp) -> Option<Opened<'_>> {
        match self.secrets.get(secret)? {
            Opens::Token(id) => {
                let token = self.tokens.get(id)?;
                let in_force = token.expires_at.is_none_or(|end| now < end);
                in_force.then_some(Opened::Token(id, token))
            }
            Opens::Session(id) => {
                let session = self.sessions.get(id)?;
                session.goes_on(now).then_some(Opened::Session(id, session))
            }
            Opens::ShareLink(id) => {
                let link = self.share_links.get(id)?;
                (now < link.expires_at).then_some(Opened::ShareLink(id, link))
            }
            Opens::Invitation(_) => None,
        }
    }

    /// An invitation by the hash of its secret, if it is open at `now`.
    #[must_use]
    pub fn invitation_by_secret(
        &self,
        secret: &SecretHash,
        now: Timestamp,
    ) -> Option<(&InvitationId, &Invitation)> {
        let Opens::Invitation(id) = self.secrets.get(secret)? else { return None };
        let invitation = self.invitations.get(id)?;
        (now < invitation.expires_at).then_some((id, invitation))
    }

    /// An invitation by its id.
    #[must_use]
    pub fn invitation(&self, id: &InvitationId) -> Option<&Invitation> {
        self.invitations.get(id)
    }

    /// Invitations after an id, in the order of their ids; also those that have expired.
    pub fn invitations_after(
        &self,
        id: Option<&InvitationId>,
    ) -> impl Iterator<Item = (&InvitationId, &Invitation)> + use<'_> {
        after(&self.invitations, id)
    }

    /// An account by its id.
    #[must_use]
    pub fn identity(&self, id: &IdentityId) -> Option<&Identity> {
        self.identities.get(id)
    }

    /// Accounts after an id, in the order of their ids.
    pub fn identities_after(
        &self,
        id: Option<&IdentityId>,
    ) -> impl Iterator<Item = (&IdentityId, &Identity)> + use<'_> {
        after(&self.identities, id)
    }

    /// Whose an account is.
    #[must_use]
    pub fn identity_by_account(&self, account: &IdentityHash) -> Option<(&IdentityId, &Identity)> {
        let id = self.accounts.get(account)?;
        self.identities.get(id).map(|identity| (id, identity))
    }

    /// A session by its id.
    #[must_use]
    pub fn session(&self, id: &SessionId) -> Option<&Session> {
        self.sessions.get(id)
    }

    /// Sessions after an id, in the order of their ids; also those that have expired.
    pub fn sessions_after(
        &self,
        id: Option<&SessionId>,
    ) -> impl Iterator<Item = (&SessionId, &Session)> + use<'_> {
        after(&self.sessions, id)
    }

    /// A share link by its id.
    #[must_use]
    pub fn share_link(&self, id: &ShareId) -> Option<&ShareLink> {
        self.share_links.get(id)
    }

    /// The share links of a product after an id, in the order of their ids; also those that have expired.
    pub fn share_links_after<'a>(
        &'a self,
        product: &'a ProductId,
        id: Option<&ShareId>,
    ) -> impl Iterator<Item = (&'a ShareId, &'a ShareLink)> {
        after(&self.share_links, id).filter(move |(_, link)| link.product == *product)
    }
}

#[cfg(test)]
mod tests;
