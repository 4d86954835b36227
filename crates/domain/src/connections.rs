//! Connections: a team's tool that pushes what happens there, bound to one domain. It writes as a tool of that domain and of
//! nothing else, so whatever its mapping says, no other domain's items change.

use serde::{Deserialize, Serialize};

use crate::{
    decide::fresh,
    domains::changed,
    error::Error,
    event::{ConnectionAdded, ConnectionRemoved, ConnectionUpdated, Event, RoleGranted},
    ids::{ConnectionId, DomainId, PersonId, Version},
    mandate::{Act, Actor},
    order::DomainNo,
    product::Product,
    roles::Role,
    text::{Line, Reason, Text},
};

/// Most connections that a product may ever have.
pub const CONNECTIONS_MAX: u32 = 1_000;

/// Something asked about connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Let a team's tool push into a domain.
    Add {
        /// Its id.
        connection: ConnectionId,
        /// The only domain that it may write to.
        domain: DomainId,
        /// As whom it writes; gets the role of a tool of that domain.
        person: PersonId,
        /// The source that its events must name; any, if empty.
        source: Line,
        /// How its events are read, in the mapping language.
        mapping: Text,
        /// Why.
        reason: Reason,
    },
    /// Change a connection's own facts.
    Update {
        /// Which.
        connection: ConnectionId,
        /// The source that its events must name.
        source: Option<Line>,
        /// How its events are read.
        mapping: Option<Text>,
        /// See [`crate::command::Command`].
        expected: Option<Version>,
    },
    /// End a connection.
    Remove {
        /// Which.
        connection: ConnectionId,
        /// Why; required.
        reason: Reason,
        /// See [`crate::command::Command`].
        expected: Option<Version>,
    },
}

/// A connection to a team's tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// The only domain that it may write to.
    pub domain: DomainNo,
    /// As whom it writes.
    pub person: PersonId,
    /// The source that its events must name; any, if empty.
    pub source: Line,
    /// How its events are read.
    pub mapping: Text,
    /// Why it may push no more, if it may not.
    pub removed: Option<Reason>,
    /// The version of its last change.
    pub changed: Version,
}

impl Product {
    /// All connections, removed ones included, by id.
    pub fn connections(&self) -> impl Iterator<Item = &Connection> {
        self.connections.values().map(AsRef::as_ref)
    }

    /// A connection by its id, removed or not.
    #[must_use]
    pub fn connection(&self, id: &ConnectionId) -> Option<&Connection> {
        self.connections.get(id).map(AsRef::as_ref)
    }

    /// The connection that a tool pushes through.
    #[must_use]
    pub fn connection_of(&self, person: &PersonId) -> Option<&Connection> {
        self.connections().find(|held| held.person == *person && held.removed.is_none())
    }

    pub(crate) fn connect(&self, actor: &Actor, command: &Command) -> Result<Vec<Event>, Error> {
        match command {
            Command::Add { connection, domain, person, source, mapping, reason } => {
                let added = ConnectionAdded {
                    connection: connection.clone(),
                    domain: domain.clone(),
                    person: person.clone(),
                    source: source.clone(),
                    mapping: mapping.clone(),
                };
                self.add_connection(actor, added, reason)
            }
            Command::Update { connection, source, mapping, expected } => self.update_connection(
                actor,
                connection,
                source.as_ref(),
                mapping.as_ref(),
                *expected,
            ),
            Command::Remove { connection, reason, expected } => {
                self.remove_connection(actor, connection, reason, *expected)
            }
        }
    }

    fn add_connection(
        &self,
        actor: &Actor,
        added: ConnectionAdded,
        reason: &Reason,
    ) -> Result<Vec<Event>, Error> {
        let ConnectionAdded { connection: id, domain, person, .. } = &added;
        self.find_domain(domain)?;
        self.may(actor, Act::Connect, &[domain])?;
        if self.connection(id).is_some() {
            return Err(Error::ConnectionExists(id.clone()));
        }
        if let Some(other) = self.connection_of(person) {
            return Err(Error::ToolTaken { person: person.clone(), connection: other.id.clone() });
        }
        if self.connections.len() >= usize::try_from(CONNECTIONS_MAX).unwrap_or(usize::MAX) {
            return Err(Error::Full { what: "connections", limit: CONNECTIONS_MAX });
        }
        let mut events = Vec::new();
        if !self.holds(actor, person, Role::Tool, Some(domain)) {
            let (person, domain) = (person.clone(), Some(domain.clone()));
            let (role, term, reason) = (Role::Tool, None, reason.clone());
            events.push(RoleGranted { person, role, domain, term, reason }.into());
        }
        events.insert(0, added.into());
        Ok(events)
    }

    fn update_connection(
        &self,
        actor: &Actor,
        id: &ConnectionId,
        source: Option<&Line>,
        mapping: Option<&Text>,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let held = self.find_connection(actor, id, expected)?;
        let source = changed(&held.source, source);
        let mapping = mapping.filter(|mapping| **mapping != held.mapping).cloned();
        if source.is_none() && mapping.is_none() {
            return Ok(Vec::new());
        }
        Ok(vec![ConnectionUpdated { connection: id.clone(), source, mapping }.into()])
    }

    fn remove_connection(
        &self,
        actor: &Actor,
        id: &ConnectionId,
        reason: &Reason,
        expected: Option<Version>,
    ) -> Result<Vec<Event>, Error> {
        let held = self.find_connection(actor, id, expected)?;
        if reason.is_empty() {
            return Err(Error::ReasonMissing("removing a connection"));
        }
        let mut events = vec![Self::removal(held, reason)];
        let domain = self.domain(held.domain).map(|domain| domain.id.clone());
        events.extend(self.losses(actor, &held.person, Role::Tool, domain.as_ref(), reason));
        Ok(events)
    }

    /// The connections that write to a domain, as they end with it.
    pub(crate) fn disconnected<'a>(
        &'a self,
        domain: DomainNo,
        reason: &'a Reason,
    ) -> impl Iterator<Item = Event> + 'a {
        let held = self.connections();
        let held = held.filter(move |held| held.domain == domain && held.removed.is_none());
        held.map(move |held| Self::removal(held, reason))
    }

    fn removal(held: &Connection, reason: &Reason) -> Event {
        ConnectionRemoved { connection: held.id.clone(), reason: reason.clone() }.into()
    }

    /// The connection, if it is there, the actor may change it, and it is unchanged since they saw it.
    fn find_connection(
        &self,
        actor: &Actor,
        id: &ConnectionId,
        expected: Option<Version>,
    ) -> Result<&Connection, Error> {
        let held = self.connection(id).ok_or_else(|| Error::UnknownConnection(id.clone()))?;
        let domain = self.domain(held.domain).ok_or(Error::Broken("a connection to no domain"))?;
        self.may(actor, Act::Connect, &[&domain.id])?;
        fresh(&format!("connection {id}"), expected, held.changed)?;
        match &held.removed {
            None => Ok(held),
            Some(reason) => {
                Err(Error::ConnectionGone { connection: id.clone(), reason: reason.clone() })
            }
        }
    }
}
