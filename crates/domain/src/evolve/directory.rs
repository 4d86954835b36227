//! Folding in the gaps of the directory.

use std::sync::Arc;

use crate::{
    directory::{Gap, folded},
    event::{GapResolved, QuestionUnanswered},
    product::Product,
};

use super::{Fold, Why};

impl Product {
    pub(super) fn question_unanswered(&mut self, e: &QuestionUnanswered, fold: &Fold<'_>) {
        let gap = Gap {
            no: e.gap,
            question: e.question.clone(),
            asked_by: e.asked_by.clone(),
            asked_at: fold.time,
            since: fold.version,
        };
        self.gap_texts.insert(folded(&e.question), e.gap);
        self.gaps.insert(e.gap, Arc::new(gap));
        self.gaps_made = e.gap;
    }

    pub(super) fn gap_resolved(&mut self, e: &GapResolved) -> Result<(), Why> {
        let gap = self.gaps.remove(&e.gap).ok_or(Why::Other("the gap is not there"))?;
        self.gap_texts.remove(&folded(&gap.question));
        Ok(())
    }
}
