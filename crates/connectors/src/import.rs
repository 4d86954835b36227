//! The whole way from pushed bytes to drafts.

use crate::{
    draft::Parsed,
    gather::Gather,
    input::{Limits, Reader},
    mapping::Mapping,
    problem::{Problem, Problems},
};

/// An import under way. Memory: the longest line, and the drafts so far.
#[derive(Debug)]
pub struct Import {
    mapping: Mapping,
    reader: Reader,
    gather: Gather,
    /// Why the rest of the file is not read.
    broken: Option<Problem>,
}

impl Import {
    /// An import of one file.
    #[must_use]
    pub fn new(mapping: Mapping, limits: Limits) -> Self {
        let reader = Reader::new(&mapping, limits);
        let gather = Gather::new(&mapping, limits);
        Self { mapping, reader, gather, broken: None }
    }

    /// Reads the next bytes of the file; pieces may end anywhere, in the middle of a character too.
    ///
    /// # Errors
    /// The file cannot be read on; the rest need not be sent. [`Import::finish`] has this problem and those
    /// before it. What is wrong with single records is no error here.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        if let Some(problem) = &self.broken {
            return Err(problem.clone());
        }
        let Self { mapping, reader, gather, .. } = self;
        let result = reader.push(bytes, &mut |piece| gather.piece(mapping, piece));
        if let Err(problem) = &result {
            self.gather.problem(problem.clone());
            self.broken = Some(problem.clone());
        }
        result
    }

    /// Ends the file.
    ///
    /// # Errors
    /// Every problem of the file, if there is a single one; then nothing of it may be imported.
    pub fn finish(self) -> Result<Parsed, Problems> {
        let Self { mapping, reader, mut gather, broken } = self;
        if broken.is_none()
            && let Err(problem) = reader.finish(&mut |piece| gather.piece(&mapping, piece))
        {
            gather.problem(problem);
        }
        gather.finish(&mapping)
    }
}
