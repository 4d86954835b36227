//! Moments and differences, between wire and domain.

use koepel_domain::ids::{ProductId, SyncId, Timestamp, Version};

use crate::{check::Invalid, common::time, names, v1};

/// A moment in a product's history, as a caller names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// A version.
    Version(Version),
    /// The greatest version whose time is not later.
    Time(Timestamp),
    /// When this sync ended.
    Sync(SyncId),
    /// When the last sync ended.
    LastSync,
}

/// Reads a moment of a product; absent is none.
///
/// # Errors
/// [`Invalid`] for `field` if it says nothing, is out of range, or names a sync of another product.
pub fn moment(
    field: &str,
    moment: Option<&v1::Moment>,
    product: &ProductId,
) -> Result<Option<Moment>, Invalid> {
    let Some(moment) = moment else { return Ok(None) };
    let nothing = || Invalid::field(field, "says no moment; give a version, a time or a sync");
    Ok(Some(match moment.at.as_ref().ok_or_else(nothing)? {
        v1::moment::At::Version(version) => Moment::Version(Version(*version)),
        v1::moment::At::Time(at) => Moment::Time(time(&format!("{field}.time"), at)?),
        v1::moment::At::Sync(name) => {
            let field = format!("{field}.sync");
            let (of, sync) = names::sync_or_last(&field, name)?;
            if of != *product {
                let other = format_args!("is of product {of}; here it is {product}").to_string();
                return Err(Invalid::field(&field, other));
            }
            sync.map_or(Moment::LastSync, Moment::Sync)
        }
    }))
}
