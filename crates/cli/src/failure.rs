//! Why a command did not do what was asked: what is printed, and the exit code.
//!
//! Knows nothing of gRPC; `refusal` makes a failure out of a server's answer.

use std::io;

use crate::output::Paint;

/// What happened, as far as a script would act differently on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Refused or failed for a reason that has no code of its own.
    Failed,
    /// The command line is wrong.
    Usage,
    /// What was named does not exist, or the caller may not know that it does.
    NotFound,
    /// The caller is not known, or may not do this.
    NotAllowed,
    /// Somebody else was faster: stale version, neighbours that moved, a request id or name that is taken.
    Conflict,
    /// No answer, or the outcome is unknown.
    Unavailable,
    /// Whoever read the output has gone; nothing is said about it.
    ClosedPipe,
    /// Stopped by the person at the keyboard.
    Interrupted,
}

impl Kind {
    /// The exit code of the process; the same table stands in `koepel --help`.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::NotAllowed => 4,
            Self::Conflict => 5,
            Self::Unavailable => 6,
            Self::Interrupted => 130,
            Self::ClosedPipe => 141,
        }
    }
}

/// A failure to report: one message, then details and what to do, a line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Decides the exit code.
    pub(crate) kind: Kind,
    message: String,
    details: Vec<String>,
    help: Vec<String>,
}

impl Failure {
    /// A failure with its message: lower case, no full stop, naming the value that was wrong.
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), details: Vec::new(), help: Vec::new() }
    }

    /// The command line is wrong in a way that only shows once its parts are put together.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Adds a line of detail, such as a field that was refused.
    #[must_use]
    pub(crate) fn detail(mut self, line: impl Into<String>) -> Self {
        self.details.push(line.into());
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub(crate) fn help(mut self, line: impl Into<String>) -> Self {
        self.help.push(line.into());
        self
    }

    /// The text for standard error.
    pub(crate) fn render(&self, paint: Paint) -> String {
        let mut text = format!("{} {}\n", paint.error("error:"), self.message);
        for line in &self.details {
            text.push_str("  ");
            text.push_str(line);
            text.push('\n');
        }
        for line in &self.help {
            text.push_str(&format!("{} {line}\n", paint.accent("help:")));
        }
        text
    }
}

/// Writing an answer failed: a closed pipe ends quietly, anything else is said.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::new(Kind::ClosedPipe, "the reader of the output has gone")
        } else {
            Self::new(Kind::Failed, format!("the output cannot be written: {error}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_shows_its_details_and_what_to_do() {
        let failure = Failure::new(Kind::Failed, "2 fields are wrong")
            .detail("title: must have 1 to 200 characters")
            .detail("estimate: must be at most 100000, is 200000")
            .help("correct them and try again");
        assert_eq!(
            failure.render(Paint::plain()),
            "error: 2 fields are wrong\n  title: must have 1 to 200 characters\n  estimate: must be at most 100000, is \
             200000\nhelp: correct them and try again\n"
        );
    }

    #[test]
    fn a_closed_pipe_has_the_conventional_code() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(failure.kind.exit_code(), 141);
        assert_eq!(Failure::from(io::Error::other("disk full")).kind.exit_code(), 1);
    }
}
