//! What a command may be given besides its object, and the receipt that it leaves.

use clap::Args;
use koepel_api::v1;
use serde::Serialize;

use crate::{
    failure::{Failure, Kind},
    moment, names,
};

/// Why somebody does it.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Why {
    /// Why; kept in the history and shown by `explain`
    #[arg(long, short, value_name = "TEXT")]
    reason: Option<String>,
}

impl Why {
    /// The reason, or nothing.
    pub(crate) fn text(self) -> String {
        self.reason.unwrap_or_default()
    }
}

/// What the caller believes to be so.
#[derive(Args, Clone, Copy, Debug, Default)]
pub(crate) struct Expected {
    /// Refuse if it has changed since this version (`changed_at_version` in the JSON)
    #[arg(long, value_name = "VERSION")]
    expected_version: Option<u64>,
}

impl Expected {
    /// The version for the wire: 0 means that nothing is checked.
    pub(crate) fn version(self) -> u64 {
        self.expected_version.unwrap_or_default()
    }

    /// The version that was given, if any.
    pub(crate) fn given(self) -> Option<u64> {
        self.expected_version
    }
}

/// What an accepted command leaves behind, as JSON.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Receipt {
    /// Id of the product whose log holds the commit.
    pub(crate) product: String,
    /// The version that it made.
    pub(crate) version: u64,
    /// When it was recorded.
    pub(crate) time: Option<String>,
}

impl From<&v1::Receipt> for Receipt {
    fn from(receipt: &v1::Receipt) -> Self {
        Self {
            product: names::short(&receipt.product).to_owned(),
            version: receipt.version,
            time: moment::rfc3339(receipt.time.as_ref()),
        }
    }
}

/// What an answer has to hold.
///
/// # Errors
/// It does not: the server is not one that this program knows.
pub(crate) fn required<T>(part: Option<T>, what: &str) -> Result<T, Failure> {
    part.ok_or_else(|| {
        Failure::new(Kind::Failed, format!("the server's answer lacks the {what}"))
            .help("`koepel status` shows the server's version, `koepel --version` this program's")
    })
}
