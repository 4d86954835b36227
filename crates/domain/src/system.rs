//! The facts of the whole server, as the reserved product `system`: people and tools, by opaque ids, and API tokens, by
//! their hashes. Names are not here; they stay in a directory beside the log.

use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use crate::{
    commit::{Commit, Misfit},
    ids::{ContentHash, PersonId, ProductId, Timestamp, TokenId, Version},
    mandate::Actor,
    roles::Role,
    text::{Name, Reason},
};

/// Most people and tools of a server.
pub const PEOPLE_MAX: usize = 100_000;
/// Most tokens that are in force.
pub const TOKENS_MAX: usize = 100_000;

/// Somebody who may hold roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Whether it is a program.
    pub tool: bool,
    /// Whether they administer the server.
    pub administrator: bool,
}

/// The hash of a token's secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretHash(pub [u8; 32]);

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretHash(…)")
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
}

impl Event {
    /// All event types with their schema versions of today. The first that gets a second one needs a way to be read in the
    /// first; see the macro in [`crate::event`].
    pub const TYPES: &'static [(&'static str, u16)] =
        &[("PersonAdded", 1), ("TokenIssued", 1), ("TokenRevoked", 1), ("TextRedacted", 1)];

    /// Its type, as stored.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::PersonAdded { .. } => "PersonAdded",
            Self::TokenIssued { .. } => "TokenIssued",
            Self::TokenRevoked { .. } => "TokenRevoked",
            Self::TextRedacted { .. } => "TextRedacted",
        }
    }
}

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
    /// Too many.
    #[error("a server holds at most {limit} {what}")]
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
            Self::Full { .. } => "FULL",
        }
    }
}

/// The server's facts as of a version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct System {
    version: Version,
    people: OrdMap<PersonId, Person>,
    tokens: OrdMap<TokenId, Token>,
    secrets: OrdMap<SecretHash, TokenId>,
}

impl System {
    /// How many commits it has had.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// Somebody, by id.
    #[must_use]
    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.people.get(id)
    }

    /// People and tools after an id, in the order of their ids.
    pub fn people_after<'a>(
        &'a self,
        after: Option<&'a PersonId>,
    ) -> impl Iterator<Item = (&'a PersonId, &'a Person)> {
        use std::ops::Bound::{Excluded, Unbounded};
        self.people.range((after.map_or(Unbounded, |id| Excluded(id.clone())), Unbounded))
    }

    /// Tokens after an id, in the order of their ids.
    pub fn tokens_after<'a>(
        &'a self,
        after: Option<&'a TokenId>,
    ) -> impl Iterator<Item = (&'a TokenId, &'a Token)> {
        use std::ops::Bound::{Excluded, Unbounded};
        self.tokens.range((after.map_or(Unbounded, |id| Excluded(id.clone())), Unbounded))
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
        let id = self.secrets.get(secret)?;
        let token = self.tokens.get(id)?;
        token.expires_at.is_none_or(|end| now < end).then_some((id, token))
    }

    /// What a command would do.
    ///
    /// # Errors
    /// [`Error`]; a refused command leaves nothing behind.
    pub fn decide(&self, command: &Command, actor: &Actor) -> Result<Vec<Event>, Error> {
        if !actor.administrator || actor.only_role.is_some() {
            return Err(Error::NotAdministrator);
        }
        match command {
            Command::AddPerson { person, tool, administrator } => {
                if self.people.contains_key(person) || *person == PersonId::system() {
                    return Err(Error::PersonExists(person.clone()));
                }
                if self.people.len() >= PEOPLE_MAX {
                    return Err(Error::Full { what: "people", limit: PEOPLE_MAX });
                }
                Ok(vec![Event::PersonAdded {
                    person: person.clone(),
                    tool: *tool,
                    administrator: *administrator,
                }])
            }
            Command::IssueToken { token, facts } => {
                if self.tokens.contains_key(token) || self.secrets.contains_key(&facts.secret) {
                    return Err(Error::TokenExists(token.clone()));
                }
                if !self.people.contains_key(&facts.person) {
                    return Err(Error::UnknownPerson(facts.person.clone()));
                }
                if self.tokens.len() >= TOKENS_MAX {
                    return Err(Error::Full { what: "tokens", limit: TOKENS_MAX });
                }
                let NewToken { person, purpose, product, role, expires_at, secret } =
                    facts.as_ref().clone();
                Ok(vec![Event::TokenIssued {
                    token: token.clone(),
                    person,
                    purpose,
                    product,
                    role,
                    expires_at,
                    secret,
                }])
            }
            Command::RevokeToken { token, reason } => {
                if !self.tokens.contains_key(token) {
                    return Err(Error::UnknownToken(token.clone()));
                }
                Ok(vec![Event::TokenRevoked { token: token.clone(), reason: reason.clone() }])
            }
        }
    }

    /// Folds a commit in.
    ///
    /// # Errors
    /// [`Misfit`] if it is not the next one.
    pub fn apply(&mut self, commit: &Commit<Event>) -> Result<(), Misfit> {
        if commit.version != self.version.next() {
            let what = format!("version {} was expected", self.version.next());
            return Err(Misfit { version: commit.version, what });
        }
        self.version = commit.version;
        for event in &commit.events {
            match event {
                Event::PersonAdded { person, tool, administrator } => {
                    self.people.insert(
                        person.clone(),
                        Person { tool: *tool, administrator: *administrator },
                    );
                }
                Event::TokenIssued {
                    token,
                    person,
                    purpose,
                    product,
                    role,
                    expires_at,
                    secret,
                } => {
                    self.secrets.insert(*secret, token.clone());
                    let facts = Token {
                        person: person.clone(),
                        purpose: purpose.clone(),
                        product: product.clone(),
                        role: *role,
                        expires_at: *expires_at,
                        created_at: commit.time,
                        secret: *secret,
                    };
                    self.tokens.insert(token.clone(), facts);
                }
                Event::TokenRevoked { token, .. } => {
                    if let Some(token) = self.tokens.remove(token) {
                        self.secrets.remove(&token.secret);
                    }
                }
                // The events of before are read without the texts by now.
                Event::TextRedacted { .. } => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
