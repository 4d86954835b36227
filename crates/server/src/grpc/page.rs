//! Page tokens and page sizes. A token holds where a page ended and which list it is of; to a client it is opaque.

use koepel_api::check::Invalid;
use koepel_event_log::Hash;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tonic::Status;

use super::status;

/// The largest page.
pub(crate) const MAX: usize = 1_000;
/// The page of a client that names no size.
pub(crate) const DEFAULT: usize = 100;

/// The size of a page, bounded.
pub(crate) fn size(wanted: i32, default: usize, max: usize) -> Result<usize, Status> {
    let negative = || {
        status::invalid(&Invalid::field(
            "page_size",
            format_args!("{wanted} is negative; 0 means the default, {default}"),
        ))
    };
    let wanted = usize::try_from(wanted).map_err(|_| negative())?;
    Ok(if wanted == 0 { default } else { wanted.min(max) })
}

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    query: [u8; 8],
    at: T,
}

fn fingerprint(query: &str) -> [u8; 8] {
    let mut short = [0; 8];
    short.copy_from_slice(Hash::of(query.as_bytes()).as_bytes().split_at(8).0);
    short
}

/// Writes a token for the list that `query` names.
pub(crate) fn write<T: Serialize>(query: &str, at: T) -> Result<String, Status> {
    let bytes = postcard::to_stdvec(&Envelope { query: fingerprint(query), at })
        .map_err(|error| status::internal(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Reads a token; none if it is empty.
pub(crate) fn read<T: DeserializeOwned>(query: &str, token: &str) -> Result<Option<T>, Status> {
    if token.is_empty() {
        return Ok(None);
    }
    let refuse = |what: &str| status::invalid(&Invalid::field("page_token", what));
    let foreign = "is no token of this server; leave it empty to begin at the first page";
    if token.len() > 512 || !token.len().is_multiple_of(2) || !token.is_ascii() {
        return Err(refuse(foreign));
    }
    let digits: Option<Vec<u32>> = token.chars().map(|c| c.to_digit(16)).collect();
    let digits = digits.ok_or_else(|| refuse(foreign))?;
    let bytes: Vec<u8> = digits
        .chunks_exact(2)
        .filter_map(
            |pair| if let [high, low] = pair { u8::try_from(high * 16 + low).ok() } else { None },
        )
        .collect();
    let (envelope, rest) =
        postcard::take_from_bytes::<Envelope<T>>(&bytes).map_err(|_| refuse(foreign))?;
    if envelope.query != fingerprint(query) || !rest.is_empty() {
        return Err(refuse(
            "belongs to another list; a token continues only the query that it came from",
        ));
    }
    Ok(Some(envelope.at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_continues_its_own_query_only() {
        let token = write("a", (7_u32, 9_u64)).unwrap();
        assert_eq!(read::<(u32, u64)>("a", &token).unwrap(), Some((7, 9)));
        assert_eq!(
            read::<(u32, u64)>("b", &token).unwrap_err().code(),
            tonic::Code::InvalidArgument
        );
        assert_eq!(read::<(u32, u64)>("a", "").unwrap(), None);
        for bad in ["zz", "0", "ff", "\u{e9}\u{e9}", &"00".repeat(300)] {
            assert!(read::<(u32, u64)>("a", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes_are_bounded() {
        assert_eq!(size(0, 100, 1_000).unwrap(), 100);
        assert_eq!(size(5_000, 100, 1_000).unwrap(), 1_000);
        assert!(size(-1, 100, 1_000).is_err());
    }
}
