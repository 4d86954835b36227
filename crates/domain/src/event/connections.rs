//! What happens to connections to teams' tools.

use serde::{Deserialize, Serialize};

use super::parts::Change;
use crate::{
    ids::{ConnectionId, DomainId, PersonId},
    text::{Line, Reason, Text},
};

payload! {
    /// A team's tool may push what happens there.
    ConnectionAdded {
        /// Its id.
        connection: ConnectionId,
        /// The only domain that it may write to.
        domain: DomainId,
        /// As whom it writes; a tool.
        person: PersonId,
        /// The source that its events must name; any, if empty.
        #[serde(default, skip_serializing_if = "Line::is_empty")]
        source: Line,
        /// How its events are read, in the mapping language.
        mapping: Text,
    }
}

payload! {
    /// A connection's own facts changed.
    ConnectionUpdated {
        /// Which.
        connection: ConnectionId,
        /// The source that its events must name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<Change<Line>>,
        /// How its events are read from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mapping: Option<Text>,
    }
}

payload! {
    /// A team's tool may push no more.
    ConnectionRemoved {
        /// Which.
        connection: ConnectionId,
        /// Why.
        reason: Reason,
    }
}
