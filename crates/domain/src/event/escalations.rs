//! What happens to escalations and decisions.

use serde::{Deserialize, Serialize};

use super::parts::Spot;
use crate::{
    escalations::{Choice, Ordered, Turn},
    ids::{DecisionNo, DomainId, EntryNo, EscalationNo, ItemKey, Timestamp},
    points::{Decider, Topic},
    text::{Reason, Summary, Title},
};

payload! {
    /// A disagreement was put before whoever decides it.
    EscalationRaised {
        /// Its number.
        escalation: EscalationNo,
        /// What it is about.
        topic: Topic,
        /// One line.
        title: Title,
        /// What the matter is.
        #[serde(default, skip_serializing_if = "Summary::is_empty")]
        text: Summary,
        /// The items that it is about.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        items: Vec<ItemKey>,
        /// The roadmap entries that it is about.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        entries: Vec<EntryNo>,
        /// The domains concerned.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        domains: Vec<DomainId>,
        /// The ways out.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        options: Vec<Choice>,
        /// Who decides until when, one after the other; none, if nobody could.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        line: Vec<Turn>,
    }
}

payload! {
    /// Somebody is there to decide what nobody could decide before.
    EscalationRouted {
        /// Which.
        escalation: EscalationNo,
        /// Who decides until when, one after the other; none, if there is nobody again.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        line: Vec<Turn>,
    }
}

payload! {
    /// Whoever decides said that they are on it.
    EscalationAcknowledged {
        /// Which.
        escalation: EscalationNo,
    }
}

payload! {
    /// Somebody said something about an escalation.
    EscalationCommented {
        /// Which.
        escalation: EscalationNo,
        /// What.
        text: Summary,
    }
}

payload! {
    /// Whoever decides was reminded.
    EscalationReminded {
        /// Which.
        escalation: EscalationNo,
        /// Until when they have to have answered.
        due: Timestamp,
    }
}

payload! {
    /// Whoever decides did not answer in time.
    EscalationOverdue {
        /// Which.
        escalation: EscalationNo,
        /// Until when they had to have answered.
        due: Timestamp,
    }
}

payload! {
    /// It is the turn of the next in line.
    EscalationHandedOver {
        /// Which.
        escalation: EscalationNo,
        /// Whose turn it is: their place in the line, from 1.
        to: u32,
        /// Who that is.
        decider: Decider,
        /// Until when they have to have answered.
        due: Timestamp,
    }
}

payload! {
    /// An escalation was decided. What it changed are the events of the same commit that name the decision.
    EscalationDecided {
        /// Which.
        escalation: EscalationNo,
        /// The decision's number.
        decision: DecisionNo,
        /// Which of the options, from 1; none of them, if it is not there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        option: Option<u32>,
        /// What was decided.
        outcome: Title,
        /// What it ordered.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        orders: Vec<Ordered>,
        /// Whose turn it was: the mandate on which it was decided. Not there if nobody could decide when it was raised.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_turn: Option<Decider>,
        /// The decisions that it takes the place of.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        replaces: Vec<DecisionNo>,
        /// Why.
        reason: Reason,
    }
}

payload! {
    /// An escalation was taken back.
    EscalationWithdrawn {
        /// Which.
        escalation: EscalationNo,
        /// Why.
        reason: Reason,
    }
}

payload! {
    /// An escalation is to be decided again, or after all.
    EscalationReopened {
        /// Which.
        escalation: EscalationNo,
        /// Who decides until when, one after the other; none, if nobody could.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        line: Vec<Turn>,
        /// Why.
        reason: Reason,
    }
}

payload! {
    /// A move put two items the other way round than a decision had. The move is the other event of the commit.
    DecisionNotFollowed {
        /// Which decision.
        decision: DecisionNo,
        /// The item that was to come first.
        item: ItemKey,
        /// The item that stands above it now.
        below: ItemKey,
        /// Where the first stands now.
        at: Spot,
    }
}
