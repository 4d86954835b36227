//! Folding in connections to team tools.

use std::sync::Arc;

use crate::{
    connections::Connection,
    event::{ConnectionAdded, ConnectionRemoved, ConnectionUpdated},
    ids::ConnectionId,
    product::Product,
};

use super::{Fold, Why};

impl Product {
    pub(super) fn connection_added(
        &mut self,
        e: &ConnectionAdded,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        let connection = Connection {
            id: e.connection.clone(),
            domain: self.known_domain(&e.domain)?,
            person: e.person.clone(),
            source: e.source.clone(),
            mapping: e.mapping.clone(),
            removed: None,
            changed: fold.version,
        };
        self.connections.insert(e.connection.clone(), Arc::new(connection));
        Ok(())
    }

    pub(super) fn connection_updated(
        &mut self,
        e: &ConnectionUpdated,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        let connection = self.known_connection(&e.connection)?;
        if let Some(source) = &e.source {
            connection.source = source.to.clone();
        }
        if let Some(mapping) = &e.mapping {
            connection.mapping = mapping.clone();
        }
        connection.changed = fold.version;
        Ok(())
    }

    pub(super) fn connection_removed(
        &mut self,
        e: &ConnectionRemoved,
        fold: &Fold<'_>,
    ) -> Result<(), Why> {
        let connection = self.known_connection(&e.connection)?;
        connection.removed = Some(e.reason.clone());
        connection.changed = fold.version;
        Ok(())
    }

    fn known_connection(&mut self, id: &ConnectionId) -> Result<&mut Connection, Why> {
        let slot = self.connections.get_mut(id);
        slot.map(Arc::make_mut).ok_or(Why::Other("the connection is not there"))
    }
}
