//! Imports, between wire and server.

use koepel_domain::ids::ProductId;

use crate::{check::Invalid, names, v1};

/// Largest mapping, in bytes.
pub const MAPPING_MAX: usize = 256 << 10;

/// What to import, and how to read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// The product.
    pub product: ProductId,
    /// The mapping, as TOML, not read yet.
    pub mapping: String,
    /// What the client says the file is, as mappings spell it.
    pub format: Option<&'static str>,
    /// Whether nothing is to be committed.
    pub dry_run: bool,
    /// Where each record has its time, in a backfill.
    pub backfill_time: Option<String>,
}

/// The first part of `Import`.
///
/// # Errors
/// [`Invalid`].
pub fn start(start: v1::ImportStart) -> Result<Start, Invalid> {
    let product = names::product("start.product", &start.product)?;
    if start.mapping.len() > MAPPING_MAX {
        let what =
            format_args!("has {} bytes; at most {MAPPING_MAX} are read", start.mapping.len());
        return Err(Invalid::field("start.mapping", what));
    }
    let format = match v1::FileFormat::try_from(start.format) {
        Ok(v1::FileFormat::Unspecified) => None,
        Ok(v1::FileFormat::JsonLines) => Some("jsonl"),
        Ok(v1::FileFormat::Csv) => Some("csv"),
        Ok(v1::FileFormat::Json) => Some("json"),
        Err(_) => {
            let what = format_args!("{} is no file format", start.format);
            return Err(Invalid::field("start.format", what));
        }
    };
    let backfill_time = Some(start.backfill_time).filter(|path| !path.trim().is_empty());
    Ok(Start { product, mapping: start.mapping, format, dry_run: start.dry_run, backfill_time })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_bounded_and_a_format_known() {
        let request = |bytes: usize, format: i32| v1::ImportStart {
            product: "products/a".to_owned(),
            mapping: "x".repeat(bytes),
            format,
            dry_run: true,
            backfill_time: String::new(),
        };
        assert_eq!(start(request(MAPPING_MAX, 2)).unwrap().format, Some("csv"));
        assert!(start(request(MAPPING_MAX + 1, 0)).is_err());
        assert!(start(request(1, 9)).is_err());
    }
}
