//! Answers and refusals of the server, and what every refusal must have.

use std::collections::HashMap;

use tonic::{Code, Response, Status};
use tonic_types::StatusExt as _;

/// A refusal with its `google.rpc` details.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The gRPC code.
    pub code: Code,
    /// The stable reason of the `ErrorInfo`.
    pub reason: String,
    /// What people read.
    pub message: String,
    /// The fields of the `BadRequest`, in order.
    pub fields: Vec<String>,
    /// The metadata of the `ErrorInfo`.
    pub metadata: HashMap<String, String>,
}

impl Refusal {
    /// Reads a refusal of Koepel's own, and checks what holds for each: a domain and a reason, a message, fields
    /// where the request was wrong, a state where that forbade it, and a size that every client's headers take.
    #[track_caller]
    #[must_use]
    pub fn of(status: &Status) -> Self {
        let details = status.get_error_details();
        crate::secrets::none_in("a refusal", status.message());
        crate::secrets::none_in("a refusal", &format!("{details:?}"));
        let info = details.error_info().unwrap_or_else(|| panic!("no ErrorInfo: {status:?}"));
        assert_eq!(info.domain, "koepel", "{status:?}");
        assert!(!status.message().is_empty(), "{status:?}");
        assert!(!status.message().ends_with('.'), "{status:?}");
        let fields = details.bad_request().map(|bad| &bad.field_violations);
        let fields: Vec<String> =
            fields.into_iter().flatten().map(|field| field.field.clone()).collect();
        match status.code() {
            Code::InvalidArgument if info.reason != "TOO_LARGE" => {
                assert!(!fields.is_empty(), "no field is named: {status:?}");
            }
            Code::FailedPrecondition => {
                assert!(details.precondition_failure().is_some(), "no state is told: {status:?}");
            }
            _ => {}
        }
        // Java and C++ clients take 8 KiB of headers unless told otherwise.
        let size = status.message().len() + status.details().len() * 4 / 3;
        assert!(size < 7_000, "{size} bytes of message and details: {}", status.message());
        Self {
            code: status.code(),
            reason: info.reason.clone(),
            message: status.message().to_owned(),
            fields,
            metadata: info.metadata.clone(),
        }
    }

    /// Checks code and reason.
    #[track_caller]
    pub fn is(&self, code: Code, reason: &str) -> &Self {
        assert_eq!((self.code, self.reason.as_str()), (code, reason), "{}", self.message);
        self
    }

    /// Checks the fields that are named.
    #[track_caller]
    pub fn at(&self, fields: &[&str]) -> &Self {
        assert_eq!(self.fields, fields, "{}", self.message);
        self
    }

    /// Checks that the message has these parts.
    #[track_caller]
    pub fn says(&self, parts: &[&str]) -> &Self {
        for part in parts {
            assert!(self.message.contains(part), "{part:?} is not in {:?}", self.message);
        }
        self
    }
}

/// Reading an answer in a test.
pub trait Answer<T> {
    /// What was answered; a refusal fails the test.
    fn given(self) -> T;
    /// The refusal; an answer fails the test.
    fn refused(self) -> Refusal;
}

impl<T> Answer<T> for Result<Response<T>, Status> {
    #[track_caller]
    fn given(self) -> T {
        match self {
            Ok(answer) => answer.into_inner(),
            Err(status) => {
                panic!("refused: {:?} {} {:?}", status.code(), status.message(), status.metadata())
            }
        }
    }

    #[track_caller]
    fn refused(self) -> Refusal {
        match self {
            Ok(_) => panic!("this should have been refused"),
            Err(status) => Refusal::of(&status),
        }
    }
}
