//! Makes a failure out of a server's answer: the message, each field that was wrong, and what to do.

use std::{error::Error as _, time::Duration};

use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::{
    failure::{Failure, Kind},
    output::on_one_line,
};

/// What a failure has to say beyond the answer itself.
#[derive(Clone, Debug)]
pub(crate) struct Background<'a> {
    /// The server's address.
    pub(crate) server: &'a str,
    /// Where the token was found.
    pub(crate) token_source: &'a str,
    /// The id of the command; none for a question, which changes nothing.
    pub(crate) request_id: Option<&'a str>,
}

/// The failure for an answer.
pub(crate) fn failure(status: &Status, background: &Background<'_>) -> Failure {
    if is_unanswered(status) {
        return unanswered(status, background);
    }
    let (message, details) = message_and_details(status);
    let mut failure = Failure::new(kind(status.code()), message);
    for detail in details {
        failure = failure.detail(detail);
    }
    match status.code() {
        Code::Unauthenticated => failure
            .detail(format!("the token came from {}", background.token_source))
            .help("show another with --token-file or KOEPEL_TOKEN"),
        Code::PermissionDenied => failure.help("`koepel whoami` says who you are, `koepel role list PRODUCT` who may do this"),
        Code::Aborted => failure.help("look again and repeat the command with what you see now"),
        Code::ResourceExhausted => match retry_after(status) {
            Some(pause) => failure.help(format!("try again in {} s", pause.as_secs().max(1))),
            None => failure,
        },
        Code::Unimplemented => failure.help(format!("the server at {} does not know this command; it may be older than this program (`koepel status`)", background.server)),
        Code::Ok
        | Code::Cancelled
        | Code::Unknown
        | Code::InvalidArgument
        | Code::DeadlineExceeded
        | Code::NotFound
        | Code::AlreadyExists
        | Code::FailedPrecondition
        | Code::OutOfRange
        | Code::Internal
        | Code::Unavailable
        | Code::DataLoss => failure,
    }
}

/// What to say first, and a line for each thing that the details add to it.
fn message_and_details(status: &Status) -> (String, Vec<String>) {
    let details = status.get_error_details();
    let fields = details.bad_request().into_iter().flat_map(|bad| &bad.field_violations);
    let fields: Vec<String> =
        fields.map(|violation| named(&violation.field, &violation.description)).collect();
    let mut message = message(status);
    // The message of several wrong fields is all of them in one line; a line each is easier to read.
    if fields.len() > 1 && message == fields.join("; ") {
        message = format!("{} fields are not as they must be", fields.len());
    } else if fields.len() > 1
        && let Some((all, _)) = message.split_once("; the first: ")
    {
        // The first stands in the lines below, with the others.
        message = all.to_owned();
    }
    let states = details.precondition_failure().into_iter().flat_map(|failed| &failed.violations);
    let states = states.map(|violation| named(&violation.subject, &violation.description));
    let facts = details.error_info().into_iter().flat_map(|info| &info.metadata);
    let mut facts: Vec<String> = facts
        .filter(|(_, value)| !says(&message, value))
        .map(|(name, value)| named(&name.replace('_', " "), value))
        .collect();
    facts.sort();
    let said =
        |line: &String| message.contains(line.as_str()) || line.ends_with(&format!(": {message}"));
    let lines = fields.into_iter().chain(states).filter(|line| !said(line)).chain(facts).collect();
    (message, lines)
}

/// Whether a message has this value in it as a word.
fn says(message: &str, value: &str) -> bool {
    let is_part = |char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '/');
    value.is_empty() || message.split(|char| !is_part(char)).any(|word| word == value)
}

/// Whether asking again, with the same request id, may help.
pub(crate) fn may_be_repeated(status: &Status) -> bool {
    is_unanswered(status) && status.code() != Code::DeadlineExceeded
}

/// How long the server asks to wait before the next try.
pub(crate) fn retry_after(status: &Status) -> Option<Duration> {
    status.get_details_retry_info().and_then(|info| info.retry_delay)
}

/// Whether it is open what became of the request: the server says so, or the answer came from this side of the
/// connection (only those have a source).
fn is_unanswered(status: &Status) -> bool {
    match status.code() {
        Code::Unavailable | Code::Cancelled | Code::DeadlineExceeded => true,
        Code::Unknown | Code::Internal => status.source().is_some(),
        Code::Ok
        | Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::ResourceExhausted
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unimplemented
        | Code::DataLoss
        | Code::Unauthenticated => false,
    }
}

fn unanswered(status: &Status, background: &Background<'_>) -> Failure {
    let reason = if status.source().is_some() || status.message().is_empty() {
        format!("the connection to {} was lost: {}", background.server, innermost(status))
    } else {
        format!("{} answered: {}", background.server, message(status))
    };
    let failure = Failure::new(Kind::Unavailable, reason);
    match background.request_id {
        Some(id) => failure.detail("whether the command was applied is not known").help(format!(
            "repeat it with `--request-id {id}`: then it is applied once, whatever happened before"
        )),
        None => failure.help(format!(
            "see whether the server at {} runs, and repeat the command",
            background.server
        )),
    }
}

/// What lies at the bottom of the chain of causes, which says most.
pub(crate) fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    match innermost.downcast_ref::<Status>() {
        Some(status) => message(status),
        None => innermost.to_string(),
    }
}

fn kind(code: Code) -> Kind {
    match code {
        Code::NotFound => Kind::NotFound,
        Code::PermissionDenied | Code::Unauthenticated => Kind::NotAllowed,
        Code::Aborted | Code::AlreadyExists => Kind::Conflict,
        Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => Kind::Unavailable,
        Code::Ok
        | Code::Unknown
        | Code::InvalidArgument
        | Code::ResourceExhausted
        | Code::FailedPrecondition
        | Code::OutOfRange
        | Code::Unimplemented
        | Code::Internal
        | Code::DataLoss => Kind::Failed,
    }
}

fn message(status: &Status) -> String {
    if status.message().is_empty() {
        status.code().description().to_lowercase()
    } else {
        on_one_line(status.message())
    }
}

fn named(name: &str, what: &str) -> String {
    let line = if name.is_empty() { what.to_owned() } else { format!("{name}: {what}") };
    on_one_line(&line)
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, io, sync::Arc};

    use tonic_types::{ErrorDetails, FieldViolation};

    use super::*;
    use crate::output::Paint;

    const COMMAND: Background<'_> = Background {
        server: "http://127.0.0.1:7400",
        token_source: "KOEPEL_TOKEN",
        request_id: Some("the-id"),
    };

    #[track_caller]
    fn check(status: &Status, code: u8, text: &str) {
        let failure = failure(status, &COMMAND);
        assert_eq!(
            (failure.render(Paint::plain()).as_str(), failure.kind.exit_code()),
            (text, code)
        );
    }

    #[test]
    fn each_wrong_field_has_its_line() {
        let fields = vec![
            FieldViolation::new("item.title", "must have 1 to 200 characters, has 0"),
            FieldViolation::new("item.estimate", "must be at most 100000, is 200000"),
        ];
        let details = ErrorDetails::with_bad_request(fields);
        let message = "item.title: must have 1 to 200 characters, has 0; item.estimate: must be at most 100000, is 200000";
        let status = Status::with_error_details(Code::InvalidArgument, message, details);
        check(
            &status,
            1,
            "error: 2 fields are not as they must be\n  item.title: must have 1 to 200 characters, has 0\n  item.estimate: must be at \
             most 100000, is 200000\n",
        );
    }

    #[test]
    fn the_problems_of_a_file_have_a_line_each() {
        let mut details = ErrorDetails::new();
        details.add_bad_request_violation("line 2", "no title");
        details.add_bad_request_violation("line 7", "no title");
        let message = "nothing was imported: the file has 2 problems; the first: line 2: no title";
        let status = Status::with_error_details(Code::InvalidArgument, message, details);
        check(
            &status,
            1,
            "error: nothing was imported: the file has 2 problems\n  line 2: no title\n  line 7: no title\n",
        );
    }

    #[test]
    fn nothing_is_said_twice() {
        let mut details =
            ErrorDetails::with_bad_request_violation("place", "A-1 is of another domain");
        details.set_error_info(
            "FOREIGN_ANCHOR",
            "koepel",
            HashMap::from([("anchor".to_owned(), "A-1".to_owned())]),
        );
        let status =
            Status::with_error_details(Code::InvalidArgument, "A-1 is of another domain", details);
        check(&status, 1, "error: A-1 is of another domain\n");
        let details = ErrorDetails::with_bad_request_violation("reason", "is required");
        let status =
            Status::with_error_details(Code::InvalidArgument, "reason: is required", details);
        check(&status, 1, "error: reason: is required\n");
        let details =
            ErrorDetails::with_precondition_failure_violation("PINNED", "", "A-1 is pinned");
        let status = Status::with_error_details(Code::FailedPrecondition, "A-1 is pinned", details);
        check(&status, 1, "error: A-1 is pinned\n");
    }

    #[test]
    fn a_stale_version_is_a_conflict_and_shows_the_present_one() {
        let mut details = ErrorDetails::new();
        let metadata = HashMap::from([("current_version".to_owned(), "18".to_owned())]);
        details.set_error_info("STALE_VERSION", "koepel", metadata);
        let status =
            Status::with_error_details(Code::Aborted, "ONLINE-42 has changed since", details);
        check(
            &status,
            5,
            "error: ONLINE-42 has changed since\n  current version: 18\nhelp: look again and repeat the command with what \
             you see now\n",
        );
    }

    #[test]
    fn a_wrong_token_says_where_it_was_found() {
        let text = "error: this token is not known\n  the token came from KOEPEL_TOKEN\nhelp: show another with --token-file \
                    or KOEPEL_TOKEN\n";
        check(&Status::unauthenticated("this token is not known"), 4, text);
    }

    #[test]
    fn an_unknown_outcome_tells_how_to_repeat_safely() {
        let text = "error: http://127.0.0.1:7400 answered: the log could not be synced\n  whether the command was applied is \
                    not known\nhelp: repeat it with `--request-id the-id`: then it is applied once, whatever happened \
                    before\n";
        check(&Status::unavailable("the log could not be synced"), 6, text);
    }

    #[test]
    fn a_lost_connection_names_its_cause() {
        let mut status = Status::unknown("transport error");
        status.set_source(Arc::new(io::Error::other("connection reset by peer")));
        let text =
            failure(&status, &Background { request_id: None, ..COMMAND }).render(Paint::plain());
        assert!(text.starts_with(
            "error: the connection to http://127.0.0.1:7400 was lost: connection reset by peer\n"
        ));
    }

    #[test]
    fn exit_codes_are_those_of_the_help() {
        let code = |status: Status| failure(&status, &COMMAND).kind.exit_code();
        assert_eq!(code(Status::not_found("x")), 3);
        assert_eq!(code(Status::permission_denied("x")), 4);
        assert_eq!(code(Status::already_exists("x")), 5);
        assert_eq!(code(Status::failed_precondition("x")), 1);
        assert_eq!(code(Status::out_of_range("x")), 1);
        assert_eq!(code(Status::internal("x")), 1);
        assert_eq!(code(Status::deadline_exceeded("x")), 6);
    }
}
