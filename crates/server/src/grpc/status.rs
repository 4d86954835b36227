//! The one table from refusals to gRPC status, with `google.rpc` details.

use std::{borrow::Cow, collections::HashMap, time::Duration};

use koepel_api::check::Invalid;
use koepel_domain::{error::Error as Refusal, ids::ProductId, system};
use koepel_engine::Error;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

/// The domain of all reason codes.
const DOMAIN: &str = "koepel";

fn details(code: &str, metadata: HashMap<String, String>) -> ErrorDetails {
    ErrorDetails::with_error_info(code, DOMAIN, metadata)
}

fn plain(code: Code, reason: &str, message: String) -> Status {
    Status::with_error_details(code, message, details(reason, HashMap::new()))
}

/// So many bytes of field violations are told: details travel as a header, and many clients take 8 KiB of headers at most.
const VIOLATIONS_BYTES: usize = 2_500;

/// A request with fields that are not as they must be.
pub(crate) fn invalid(invalid: &Invalid) -> Status {
    let mut details = details("INVALID_FIELD", HashMap::new());
    let mut told = Vec::new();
    let mut bytes = 0;
    for violation in &invalid.0 {
        bytes += violation.field.len() + violation.description.len() + 8;
        if bytes > VIOLATIONS_BYTES && !told.is_empty() {
            break;
        }
        details.add_bad_request_violation(&violation.field, &violation.description);
        told.push(violation.clone());
    }
    let more = invalid.0.len() - told.len();
    let mut message = Invalid(told).to_string();
    if more > 0 {
        message.push_str(&format!("; and {more} more"));
    }
    Status::with_error_details(Code::InvalidArgument, message, details)
}

/// What does not exist, or not for this caller.
pub(crate) fn no_product() -> Status {
    plain(Code::NotFound, "UNKNOWN_PRODUCT", "there is no such product".to_owned())
}

/// What does not exist.
pub(crate) fn not_found(reason: &str, message: String) -> Status {
    plain(Code::NotFound, reason, message)
}

/// A state that forbids it.
pub(crate) fn precondition(reason: &str, message: String) -> Status {
    let mut details = details(reason, HashMap::new());
    details.add_precondition_failure_violation(reason, "", &message);
    Status::with_error_details(Code::FailedPrecondition, message, details)
}

/// What exists already.
pub(crate) fn already_exists(reason: &str, message: &str) -> Status {
    plain(Code::AlreadyExists, reason, message.to_owned())
}

/// Nobody, or nobody that this server knows.
pub(crate) fn unauthenticated(reason: &str, message: &str) -> Status {
    plain(Code::Unauthenticated, reason, message.to_owned())
}

/// The same refusal, saying where people sign in.
pub(crate) fn with_sign_in(status: &Status) -> Status {
    let mut details = status.get_error_details();
    if let Some(info) = details.error_info() {
        let mut metadata = info.metadata.clone();
        metadata.insert("sign_in".to_owned(), "/auth/login".to_owned());
        let reason = info.reason.clone();
        details.set_error_info(reason, DOMAIN, metadata);
    }
    Status::with_error_details(status.code(), status.message(), details)
}

/// Somebody who may not.
pub(crate) fn denied(message: String) -> Status {
    plain(Code::PermissionDenied, "NOT_IN_MANDATE", message)
}

/// A limit of this server.
pub(crate) fn exhausted(
    reason: &str,
    message: String,
    metadata: HashMap<String, String>,
) -> Status {
    Status::with_error_details(Code::ResourceExhausted, message, details(reason, metadata))
}

/// A version that there is not yet.
pub(crate) fn out_of_range(message: String, current: u64) -> Status {
    let metadata = HashMap::from([("current_version".to_owned(), current.to_string())]);
    Status::with_error_details(Code::OutOfRange, message, details("VERSION_IN_FUTURE", metadata))
}

/// A version that was not reached in time.
pub(crate) fn too_slow(message: String, current: u64) -> Status {
    let metadata = HashMap::from([("current_version".to_owned(), current.to_string())]);
    let details = details("VERSION_NOT_REACHED", metadata);
    Status::with_error_details(Code::DeadlineExceeded, message, details)
}

/// A fault of this program or its surroundings.
pub(crate) fn internal(message: String) -> Status {
    tracing::error!(%message, "internal error");
    plain(Code::Internal, "INTERNAL", message)
}

/// Not now.
pub(crate) fn unavailable(message: String) -> Status {
    let mut details = details("UNAVAILABLE", HashMap::new());
    details.set_retry_info(Some(Duration::from_secs(1)));
    Status::with_error_details(Code::Unavailable, message, details)
}

fn refusal_code(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::Mandate(_)
        | Refusal::NotTheDecider { .. }
        | Refusal::NotTheRaiser { .. }
        | Refusal::OutsideEscalation { .. }
        | Refusal::OnlyTheService(_) => Code::PermissionDenied,
        Refusal::UnknownProduct
        | Refusal::UnknownItem(_)
        | Refusal::UnknownDomain(_)
        | Refusal::NoSuchLink(_)
        | Refusal::NoSuchRequest { .. }
        | Refusal::NoSuchRole { .. }
        | Refusal::NoSuchDeputy { .. }
        | Refusal::UnknownGap(_)
        | Refusal::UnknownGoal(_)
        | Refusal::UnknownEntry(_)
        | Refusal::UnknownSync(_)
        | Refusal::UnknownConnection(_)
        | Refusal::UnknownEscalation(_)
        | Refusal::UnknownDecision(_) => Code::NotFound,
        Refusal::UnknownCalendar(_) => Code::NotFound,
        Refusal::ProductExists
        | Refusal::DomainExists(_)
        | Refusal::KeyTaken(_)
        | Refusal::LinkExists(_)
        | Refusal::SourceTaken { .. }
        | Refusal::GoalExists(_)
        | Refusal::SyncExists(_)
        | Refusal::ConnectionExists(_)
        | Refusal::ToolTaken { .. } => Code::AlreadyExists,
        Refusal::Stale { .. } | Refusal::NeighboursMoved { .. } => Code::Aborted,
        Refusal::DomainNotEmpty { .. }
        | Refusal::DomainPlans { .. }
        | Refusal::DomainDecides { .. }
        | Refusal::NotOpen { .. }
        | Refusal::AlreadyOpen(_)
        | Refusal::AnchorClosed { .. }
        | Refusal::Pinned { .. }
        | Refusal::NotPinned(_)
        | Refusal::NothingToUndo { .. }
        | Refusal::NoWayBack { .. }
        | Refusal::SeatTaken { .. }
        | Refusal::RoleHeld { .. }
        | Refusal::DeputyTaken { .. }
        | Refusal::DeputyOfSelf { .. }
        | Refusal::GoalGone { .. }
        | Refusal::EntryGone { .. }
        | Refusal::SyncOpen(_)
        | Refusal::SyncEnded(_)
        | Refusal::ConnectionGone { .. }
        | Refusal::EscalationEnded { .. }
        | Refusal::EscalationOpen(_)
        | Refusal::DecisionReplaced { .. }
        | Refusal::OrdersContradict { .. }
        | Refusal::CalendarInUse { .. }
        | Refusal::DefaultCalendar(_)
        | Refusal::UnknownOrigin { .. } => Code::FailedPrecondition,
        Refusal::ForeignAnchor { .. }
        | Refusal::ReasonMissing(_)
        | Refusal::ParentCycle { .. }
        | Refusal::TooDeep { .. }
        | Refusal::TooMany { .. }
        | Refusal::WithItself(..)
        | Refusal::OwnDomain { .. }
        | Refusal::WrongStatus(_)
        | Refusal::RoleDomain { .. }
        | Refusal::TermOver(_)
        | Refusal::NoSeat(_)
        | Refusal::DeputyOpen
        | Refusal::DeputyLong { .. }
        | Refusal::NoSuchOption { .. }
        | Refusal::CalendarReserved(_)
        | Refusal::NeverOpen(_)
        | Refusal::DayTwice { .. }
        | Refusal::PointTwice(_)
        | Refusal::PointInvalid { .. }
        | Refusal::PointGap(_)
        | Refusal::PointOverlap { .. }
        | Refusal::Missing(_) => Code::InvalidArgument,
        Refusal::Full { .. } => Code::ResourceExhausted,
        Refusal::Broken(_) => Code::Internal,
    }
}

/// The field that a refusal is about, where it is about one.
fn refusal_field(refusal: &Refusal) -> Option<Cow<'_, str>> {
    let field = match refusal {
        Refusal::PointInvalid { nth, field, .. } => {
            return Some(format!("points[{nth}].{field}").into());
        }
        Refusal::ForeignAnchor { .. } => Some("place"),
        Refusal::ReasonMissing(_) => Some("reason"),
        Refusal::ParentCycle { .. } | Refusal::TooDeep { .. } => Some("item.parent"),
        Refusal::OwnDomain { .. } | Refusal::RoleDomain { .. } => Some("domain"),
        Refusal::WrongStatus(_) => Some("item.status"),
        Refusal::TooMany { what, .. } => Some(*what),
        Refusal::WithItself(..) => Some("name"),
        Refusal::CalendarReserved(_) => Some("calendar.name"),
        Refusal::NeverOpen(_) => Some("calendar.week"),
        Refusal::DayTwice { .. } => Some("calendar.days"),
        Refusal::PointTwice(_) | Refusal::PointGap(_) | Refusal::PointOverlap { .. } => {
            Some("points")
        }
        Refusal::Missing(_) => Some("text"),
        Refusal::NoSeat(_) => Some("role"),
        Refusal::TermOver(_) | Refusal::DeputyOpen | Refusal::DeputyLong { .. } => Some("last_day"),
        Refusal::NoSuchOption { .. } => Some("option"),
        Refusal::Mandate(_)
        | Refusal::UnknownProduct
        | Refusal::ProductExists
        | Refusal::UnknownItem(_)
        | Refusal::UnknownDomain(_)
        | Refusal::DomainExists(_)
        | Refusal::KeyTaken(_)
        | Refusal::DomainNotEmpty { .. }
        | Refusal::DomainPlans { .. }
        | Refusal::DomainDecides { .. }
        | Refusal::Stale { .. }
        | Refusal::NeighboursMoved { .. }
        | Refusal::NotOpen { .. }
        | Refusal::AlreadyOpen(_)
        | Refusal::AnchorClosed { .. }
        | Refusal::Pinned { .. }
        | Refusal::NotPinned(_)
        | Refusal::NothingToUndo { .. }
        | Refusal::NoWayBack { .. }
        | Refusal::SourceTaken { .. }
        | Refusal::NoSuchLink(_)
        | Refusal::LinkExists(_)
        | Refusal::NoSuchRequest { .. }
        | Refusal::SeatTaken { .. }
        | Refusal::RoleHeld { .. }
        | Refusal::DeputyTaken { .. }
        | Refusal::DeputyOfSelf { .. }
        | Refusal::NoSuchRole { .. }
        | Refusal::NoSuchDeputy { .. }
        | Refusal::UnknownGap(_)
        | Refusal::UnknownGoal(_)
        | Refusal::GoalExists(_)
        | Refusal::GoalGone { .. }
        | Refusal::UnknownEntry(_)
        | Refusal::EntryGone { .. }
        | Refusal::UnknownSync(_)
        | Refusal::SyncExists(_)
        | Refusal::SyncOpen(_)
        | Refusal::SyncEnded(_)
        | Refusal::UnknownConnection(_)
        | Refusal::ConnectionExists(_)
        | Refusal::ConnectionGone { .. }
        | Refusal::ToolTaken { .. }
        | Refusal::UnknownEscalation(_)
        | Refusal::UnknownDecision(_)
        | Refusal::NotTheDecider { .. }
        | Refusal::NotTheRaiser { .. }
        | Refusal::OnlyTheService(_)
        | Refusal::EscalationEnded { .. }
        | Refusal::EscalationOpen(_)
        | Refusal::OutsideEscalation { .. }
        | Refusal::OrdersContradict { .. }
        | Refusal::DecisionReplaced { .. }
        | Refusal::UnknownCalendar(_)
        | Refusal::CalendarInUse { .. }
        | Refusal::DefaultCalendar(_)
        | Refusal::UnknownOrigin { .. }
        | Refusal::Full { .. }
        | Refusal::Broken(_) => None,
    };
    field.map(Cow::Borrowed)
}

/// A refusal of a product.
pub(crate) fn refused(id: &ProductId, refusal: &Refusal) -> Status {
    let metadata = super::refusal::metadata(id, refusal);
    let mut details = details(refusal.code(), metadata);
    let (code, message) = (refusal_code(refusal), refusal.to_string());
    if let Some(field) = refusal_field(refusal) {
        details.add_bad_request_violation(field, &message);
    }
    if code == Code::FailedPrecondition {
        details.add_precondition_failure_violation(refusal.code(), "", &message);
    }
    Status::with_error_details(code, message, details)
}

/// The server's own refusal.
pub(crate) fn system_refused(refusal: &system::Error) -> Status {
    let code = match refusal {
        system::Error::NotAdministrator => Code::PermissionDenied,
        system::Error::PersonExists(_)
        | system::Error::TokenExists(_)
        | system::Error::AccountBound(_) => Code::AlreadyExists,
        system::Error::UnknownPerson(_)
        | system::Error::UnknownToken(_)
        | system::Error::UnknownInvitation(_)
        | system::Error::InvitationOver
        | system::Error::UnknownIdentity(_)
        | system::Error::UnknownSession(_)
        | system::Error::UnknownShareLink(_) => Code::NotFound,
        system::Error::Erased(_) | system::Error::OwnErasure(_) | system::Error::ToolSignsIn(_) => {
            return precondition(refusal.code(), refusal.to_string());
        }
        system::Error::AccountUnbound => Code::Unauthenticated,
        system::Error::Taken(_) => Code::Aborted,
        system::Error::Full { .. } => Code::ResourceExhausted,
    };
    plain(code, refusal.code(), refusal.to_string())
}

/// Whatever kept a command to a product, or a query, from going through.
pub(crate) fn of_product(id: &ProductId, error: &Error<Refusal>) -> Status {
    engine(error, |refusal| refused(id, refusal))
}

/// Whatever kept a command or query from going through; `refused` tells the domain's own refusals.
pub(crate) fn engine<E: std::fmt::Display>(
    error: &Error<E>,
    refused: impl FnOnce(&E) -> Status,
) -> Status {
    let message = error.to_string();
    match error {
        Error::Refused(refusal) => refused(refusal),
        Error::UnknownProduct => no_product(),
        Error::RequestIdReused { version, .. } => {
            let metadata = HashMap::from([("version".to_owned(), version.to_string())]);
            Status::with_error_details(
                Code::AlreadyExists,
                message,
                details("REQUEST_ID_REUSED", metadata),
            )
        }
        Error::OutcomeUnknown { .. } => {
            let mut details = details("OUTCOME_UNKNOWN", HashMap::new());
            details.set_retry_info(Some(Duration::from_secs(1)));
            Status::with_error_details(Code::Unavailable, message, details)
        }
        Error::Unavailable { .. } => unavailable(message),
        Error::DiskFull { .. } => {
            let mut details = details("DISK_FULL", HashMap::new());
            details.set_retry_info(Some(Duration::from_secs(10)));
            Status::with_error_details(Code::ResourceExhausted, message, details)
        }
        Error::TooLarge { .. } => plain(Code::InvalidArgument, "TOO_LARGE", message),
        Error::Damaged { version, .. } => {
            let metadata = HashMap::from([("version".to_owned(), version.to_string())]);
            Status::with_error_details(Code::DataLoss, message, details("LOG_DAMAGED", metadata))
        }
        Error::Future { current, .. } => out_of_range(message, current.0),
        Error::TooSlow { current, .. } => too_slow(message, current.0),
    }
}
