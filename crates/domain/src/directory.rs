//! Gaps of the directory: questions that it could answer only with whoever answers for everything. Each is told once, and
//! closed by somebody who has seen to it that the directory knows now. The answers themselves are the server's.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    error::Error,
    event::{Event, GapResolved, QuestionUnanswered},
    ids::{PersonId, Timestamp, Version},
    mandate::{Act, Actor},
    product::Product,
    text::{Question, Reason},
};

/// Most gaps that are open in a product: whoever may only read must not fill its log.
pub const GAPS_MAX: u32 = 1_000;

/// Something asked about the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Note a question that had no answer; the service's own act.
    Record {
        /// As it was asked.
        question: Question,
        /// By whom.
        asked_by: PersonId,
    },
    /// Close a gap.
    Resolve {
        /// Which.
        gap: u32,
        /// How.
        reason: Reason,
    },
}

/// A question without an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Its number, from 1.
    pub no: u32,
    /// As it was asked first.
    pub question: Question,
    /// Who asked first.
    pub asked_by: PersonId,
    /// When.
    pub asked_at: Timestamp,
    /// The version that told it.
    pub since: Version,
}

/// The same question in other letters and spaces is the same question.
pub(crate) fn folded(question: &Question) -> String {
    let words = question.as_str().split_whitespace().map(str::to_lowercase);
    words.collect::<Vec<_>>().join(" ")
}

impl Product {
    /// The open gaps, the oldest first.
    pub fn gaps(&self) -> impl Iterator<Item = &Gap> {
        self.gaps.values().map(Arc::as_ref)
    }

    /// The open gap that a question is.
    #[must_use]
    pub fn gap_of(&self, question: &Question) -> Option<&Gap> {
        let no = self.gap_texts.get(&folded(question))?;
        self.gaps.get(no).map(Arc::as_ref)
    }

    /// Whether one more gap would be too many.
    #[must_use]
    pub fn gaps_full(&self) -> bool {
        self.gaps.len() >= usize::try_from(GAPS_MAX).unwrap_or(usize::MAX)
    }

    pub(crate) fn mind_gap(&self, actor: &Actor, command: &Command) -> Result<Vec<Event>, Error> {
        match command {
            Command::Record { question, asked_by } => {
                self.may(actor, Act::RecordGap, &[])?;
                if self.gap_of(question).is_some() {
                    return Ok(Vec::new());
                }
                if self.gaps_full() {
                    return Err(Error::Full { what: "open gaps", limit: GAPS_MAX });
                }
                let (question, asked_by) = (question.clone(), asked_by.clone());
                Ok(vec![QuestionUnanswered { gap: self.gaps_made + 1, question, asked_by }.into()])
            }
            Command::Resolve { gap, reason } => {
                self.may(actor, Act::ResolveGap, &[])?;
                if !self.gaps.contains_key(gap) {
                    return Err(Error::UnknownGap(*gap));
                }
                Ok(vec![GapResolved { gap: *gap, reason: reason.clone() }.into()])
            }
        }
    }
}
