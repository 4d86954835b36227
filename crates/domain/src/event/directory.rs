//! What happens to questions that the directory has no answer to.

use serde::{Deserialize, Serialize};

use crate::{
    ids::PersonId,
    text::{Question, Reason},
};

payload! {
    /// Somebody asked who owns something, and the directory could only name whoever answers for everything.
    QuestionUnanswered {
        /// Which gap it is, from 1.
        gap: u32,
        /// What was asked.
        question: Question,
        /// Who asked.
        asked_by: PersonId,
    }
}

payload! {
    /// A gap is closed: from now on the directory is expected to know.
    GapResolved {
        /// Which.
        gap: u32,
        /// How.
        #[serde(default, skip_serializing_if = "Reason::is_empty")]
        reason: Reason,
    }
}
