//! Cookies: read from a request, written into an answer, and sealed when what is in them must come back as it was.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, header};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// The session of a browser. The prefix makes browsers refuse it from a subdomain, without encryption, or for a part of the
/// paths.
pub(crate) const SESSION: &str = "__Host-koepel_session";
/// A login under way.
pub(crate) const LOGIN: &str = "__Host-koepel_login";
/// The question whether somebody wants to be bound.
pub(crate) const CONFIRM: &str = "__Host-koepel_confirm";

/// The value of a cookie; of several with one name the first, which is the one for the longest path.
pub(crate) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(key, value)| (key.trim(), value.trim()))
        .find(|(key, _)| *key == name)
        .map(|it| it.1)
}

/// A header that sets a cookie for `seconds`; 0 takes it away.
///
/// `SameSite=Lax`, not `Strict`: the way back from the identity provider is a navigation from another site, and with `Strict`
/// the browser would not show what it was given before it left. Calls that change something are no navigations, so `Lax` keeps
/// the cookie out of those of other sites, and the server looks at their origin besides.
pub(crate) fn set(name: &str, value: &str, seconds: i64) -> Option<HeaderValue> {
    with(name, value, seconds, "Lax")
}

/// As [`set`], for what only our own pages send.
pub(crate) fn set_strict(name: &str, value: &str, seconds: i64) -> Option<HeaderValue> {
    with(name, value, seconds, "Strict")
}

fn with(name: &str, value: &str, seconds: i64, same_site: &str) -> Option<HeaderValue> {
    let text = format!(
        "{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite={same_site}"
    );
    let mut header = HeaderValue::from_str(&text).ok()?;
    header.set_sensitive(true);
    Some(header)
}

/// Encrypts and authenticates what a browser keeps for us.
pub(crate) struct Seal(Option<LessSafeKey>);

impl Seal {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        // A key of this length is always one.
        Self(UnboundKey::new(&CHACHA20_POLY1305, &key).ok().map(LessSafeKey::new))
    }

    /// What can be given away, for one purpose.
    pub(crate) fn close(&self, purpose: &str, plain: &[u8]) -> Option<String> {
        let number: [u8; NONCE_LEN] = rand::random();
        let mut sealed = plain.to_vec();
        let nonce = Nonce::assume_unique_for_key(number);
        self.0
            .as_ref()?
            .seal_in_place_append_tag(nonce, Aad::from(purpose.as_bytes()), &mut sealed)
            .ok()?;
        Some(URL_SAFE_NO_PAD.encode([&number[..], &sealed].concat()))
    }

    /// What was given away, if it is still that.
    pub(crate) fn open(&self, purpose: &str, text: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (number, sealed) = bytes.split_first_chunk::<NONCE_LEN>()?;
        let mut sealed = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(*number);
        let plain = self
            .0
            .as_ref()?
            .open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut sealed)
            .ok()?;
        Some(plain.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_comes_back_only_as_it_was() {
        let seal = Seal::new([1; 32]);
        let closed = seal.close("login", b"s3cret").unwrap();
        assert_eq!(seal.open("login", &closed).unwrap(), b"s3cret");
        assert_ne!(closed, seal.close("login", b"s3cret").unwrap());
        assert!(seal.open("other", &closed).is_none());
        assert!(Seal::new([2; 32]).open("login", &closed).is_none());
        let mut changed = closed.clone().into_bytes();
        changed[20] ^= 1;
        for bad in [String::from_utf8(changed).unwrap().as_str(), "", "AAAA", &closed[1..]] {
            assert!(seal.open("login", bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append("cookie", HeaderValue::from_static("a=1; __Host-koepel_session=x=y; b=2"));
        headers.append("cookie", HeaderValue::from_static("c=3"));
        assert_eq!(read(&headers, SESSION), Some("x=y"));
        assert_eq!((read(&headers, "c"), read(&headers, "d")), (Some("3"), None));
    }
}
