//! JSON Web Tokens: their envelope (RFC 7515), the signatures that are taken (RFC 7518, RFC 8037), and what a token must say
//! (RFC 7519, OpenID Connect Core). Knows no network and no clock.
//!
//! What is signed by whom is decided by the provider's keys alone: a key says which algorithms it is for, so a token cannot
//! choose one that the key is not for, and `none` and the algorithms with a shared secret are not there to be chosen.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature;
use serde::Deserialize;

/// Longest token that is looked at, in bytes.
const LENGTH_MAX: usize = 16 << 10;
/// So much is shown of what somebody is called.
const CALLED_MAX: usize = 120;
/// Seconds by which the provider's clock and ours may differ.
const SKEW_S: i64 = 30;

/// Why a JWT is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// Not three parts of base64 with JSON in them.
    #[error("it is no signed JWT")]
    Malformed,
    /// `none`, a shared secret, or anything else that is not taken.
    #[error("its algorithm is not RS256, PS256, ES256 or EdDSA")]
    Algorithm,
    /// Something in its header that must be understood and is not.
    #[error("its header has a part that must be understood and is not")]
    Critical,
    /// It is made for something else, such as a logout.
    #[error("it is of a type that signs nobody in")]
    Type,
    /// The provider has no such key.
    #[error("the provider has no key that it could be signed with")]
    UnknownKey,
    /// It was changed, or somebody else signed it.
    #[error("its signature is wrong")]
    Signature,
    /// Another provider.
    #[error("it is of another issuer")]
    Issuer,
    /// For somebody else.
    #[error("it is meant for another audience")]
    Audience,
    /// It was given to another client.
    #[error("it was issued to another client")]
    AuthorizedParty,
    /// Over.
    #[error("it has expired")]
    Expired,
    /// Not begun.
    #[error("it is not valid yet")]
    NotYetValid,
    /// It says that it was made later than now.
    #[error("it was issued in the future")]
    IssuedInFuture,
    /// It says of nobody who they are.
    #[error("it names nobody")]
    NoSubject,
    /// It must be shown together with a key that we cannot check.
    #[error("it is bound to a key of its holder, which is not supported")]
    HolderOfKey,
    /// It answers another login.
    #[error("it answers another login")]
    Nonce,
}

/// How a token may be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rs256,
    Ps256,
    Es256,
    EdDsa,
}

impl Algorithm {
    pub(crate) fn read(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "ES256" => Some(Self::Es256),
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            _ => None,
        }
    }
}

/// What a key is made of; it says which algorithms the key can be for.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Material {
    /// Modulus and exponent.
    Rsa { n: Vec<u8>, e: Vec<u8> },
    /// A point of P-256, uncompressed.
    P256(Vec<u8>),
    /// A point of Curve25519.
    Ed25519(Vec<u8>),
}

/// A public key of the provider.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key {
    id: Option<String>,
    /// The only algorithm that the provider uses it for, if it says so.
    only: Option<Algorithm>,
    material: Material,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

fn bytes(text: Option<&String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text?).ok().filter(|bytes| !bytes.is_empty())
}

impl Key {
    /// Reads a key; `None` if it is of a kind, or for a purpose, that does not concern us.
    pub(crate) fn read(value: &serde_json::Value) -> Option<Self> {
        let jwk = Jwk::deserialize(value).ok()?;
        let verifies = |operations: &Vec<String>| operations.iter().any(|it| it == "verify");
        if jwk.purpose.as_deref().is_some_and(|purpose| purpose != "sig")
            || jwk.key_ops.as_ref().is_some_and(|operations| !verifies(operations))
        {
            return None;
        }
        let material = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            // Some write the modulus with a leading zero, which is no part of the number.
            ("RSA", None) => Material::Rsa {
                n: bytes(jwk.n.as_ref())?.into_iter().skip_while(|byte| *byte == 0).collect(),
                e: bytes(jwk.e.as_ref())?,
            },
            ("EC", Some("P-256")) => {
                let (x, y) = (bytes(jwk.x.as_ref())?, bytes(jwk.y.as_ref())?);
                if (x.len(), y.len()) != (32, 32) {
                    return None;
                }
                Material::P256([&[4][..], &x, &y].concat())
            }
            ("OKP", Some("Ed25519")) => {
                Material::Ed25519(bytes(jwk.x.as_ref()).filter(|x| x.len() == 32)?)
            }
            _ => return None,
        };
        let only = match jwk.alg.as_deref() {
            Some(name) => Some(Algorithm::read(name)?),
            None => None,
        };
        Some(Self { id: jwk.kid, only, material })
    }

    pub(crate) fn is(&self, id: &str) -> bool {
        self.id.as_deref() == Some(id)
    }

    fn is_for(&self, algorithm: Algorithm) -> bool {
        let can = matches!(
            (&self.material, algorithm),
            (Material::Rsa { .. }, Algorithm::Rs256 | Algorithm::Ps256)
                | (Material::P256(_), Algorithm::Es256)
                | (Material::Ed25519(_), Algorithm::EdDsa)
        );
        can && self.only.is_none_or(|only| only == algorithm)
    }

    fn verifies(&self, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> bool {
        let point = |with: &'static dyn signature::VerificationAlgorithm, point: &[u8]| {
            signature::UnparsedPublicKey::new(with, point).verify(signed, signature).is_ok()
        };
        match &self.material {
            Material::Rsa { n, e } => {
                let with = match algorithm {
                    Algorithm::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
                    Algorithm::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
                    Algorithm::Es256 | Algorithm::EdDsa => return false,
                };
                signature::RsaPublicKeyComponents { n, e }.verify(with, signed, signature).is_ok()
            }
            Material::P256(key) => point(&signature::ECDSA_P256_SHA256_FIXED, key),
            Material::Ed25519(key) => point(&signature::ED25519, key),
        }
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<serde_json::Value>,
}

/// Whom a token is for.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// What a token says.
#[derive(Deserialize)]
pub(crate) struct Claims {
    iss: String,
    sub: Option<String>,
    aud: Option<Audience>,
    azp: Option<String>,
    exp: i64,
    nbf: Option<i64>,
    iat: Option<i64>,
    nonce: Option<String>,
    cnf: Option<serde_json::Value>,
    email: Option<String>,
    preferred_username: Option<String>,
    name: Option<String>,
}

/// What a token must say to be taken.
pub(crate) struct Wanted<'a> {
    pub(crate) issuer: &'a str,
    /// One of these must be among its audiences.
    pub(crate) audiences: &'a [String],
    /// What the provider calls this server.
    pub(crate) client: &'a str,
    /// What an answer to a login must repeat.
    pub(crate) nonce: Option<&'a str>,
    /// Seconds since 1970.
    pub(crate) now_s: i64,
}

/// Who was signed in, and until when that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) subject: String,
    /// What the provider calls them, for their own eyes: an address or a name, if it says one.
    pub(crate) called: Option<String>,
    /// Seconds since 1970.
    pub(crate) expires_s: i64,
}

/// Whether a bearer token has the form of a JWT. Ours never do.
pub(crate) fn is_jwt(token: &str) -> bool {
    let digits = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    token.starts_with("eyJ") && token.split('.').count() == 3 && token.split('.').all(digits)
}

/// A token whose signature was not looked at yet.
pub(crate) struct Jwt<'a> {
    algorithm: Algorithm,
    key: Option<String>,
    signed: &'a str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a> Jwt<'a> {
    /// Takes the envelope apart.
    pub(crate) fn open(token: &'a str) -> Result<Self, Refused> {
        if token.len() > LENGTH_MAX {
            return Err(Refused::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(Refused::Malformed)?;
        let part = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| Refused::Malformed);
        let header: Header =
            serde_json::from_slice(&part(header)?).map_err(|_| Refused::Malformed)?;
        let algorithm = Algorithm::read(&header.alg).ok_or(Refused::Algorithm)?;
        if header.crit.is_some() {
            return Err(Refused::Critical);
        }
        // RFC 9068 names access tokens; many providers say JWT or nothing.
        let kind = header.typ.as_deref().unwrap_or("JWT").to_ascii_lowercase();
        if !matches!(kind.trim_start_matches("application/"), "jwt" | "at+jwt") {
            return Err(Refused::Type);
        }
        Ok(Self {
            algorithm,
            key: header.kid,
            signed,
            payload: part(payload)?,
            signature: part(signature)?,
        })
    }

    /// Whether one of these keys could have signed it.
    pub(crate) fn has_key(&self, keys: &[Key]) -> bool {
        self.candidate(keys).is_some()
    }

    /// Without a name of a key there must be no doubt which one is meant.
    fn candidate<'k>(&self, keys: &'k [Key]) -> Option<&'k Key> {
        let mut fit = keys.iter().filter(|key| {
            key.is_for(self.algorithm) && self.key.as_deref().is_none_or(|id| key.is(id))
        });
        let first = fit.next()?;
        (self.key.is_some() || fit.next().is_none()).then_some(first)
    }

    /// Checks the signature, then what is said.
    pub(crate) fn check(&self, keys: &[Key], wanted: &Wanted<'_>) -> Result<Account, Refused> {
        let key = self.candidate(keys).ok_or(Refused::UnknownKey)?;
        if !key.verifies(self.algorithm, self.signed.as_bytes(), &self.signature) {
            return Err(Refused::Signature);
        }
        let claims: Claims =
            serde_json::from_slice(&self.payload).map_err(|_| Refused::Malformed)?;
        claims.check(wanted)
    }
}

impl Claims {
    fn check(self, wanted: &Wanted<'_>) -> Result<Account, Refused> {
        if self.iss != wanted.issuer {
            return Err(Refused::Issuer);
        }
        let audiences = match self.aud {
            Some(Audience::One(one)) => vec![one],
            Some(Audience::Many(many)) => many,
            None => Vec::new(),
        };
        if !audiences.iter().any(|audience| wanted.audiences.contains(audience)) {
            return Err(Refused::Audience);
        }
        let known = |party: &String| party == wanted.client || wanted.audiences.contains(party);
        // Core 3.1.3.7: the party must be ours, and be named if there are several audiences in an answer to a login.
        let party = match &self.azp {
            Some(party) => known(party),
            None => wanted.nonce.is_none() || audiences.len() == 1,
        };
        if !party {
            return Err(Refused::AuthorizedParty);
        }
        if wanted.now_s >= self.exp.saturating_add(SKEW_S) {
            return Err(Refused::Expired);
        }
        let later = |moment: i64| moment > wanted.now_s.saturating_add(SKEW_S);
        if self.nbf.is_some_and(later) {
            return Err(Refused::NotYetValid);
        }
        if self.iat.is_some_and(later) {
            return Err(Refused::IssuedInFuture);
        }
        if self.cnf.is_some() {
            return Err(Refused::HolderOfKey);
        }
        if wanted.nonce.is_some_and(|nonce| self.nonce.as_deref() != Some(nonce)) {
            return Err(Refused::Nonce);
        }
        let subject = self.sub.filter(|subject| !subject.is_empty()).ok_or(Refused::NoSubject)?;
        let called = [self.email, self.preferred_username, self.name];
        let called = called.into_iter().flatten().find(|text| !text.trim().is_empty());
        let called = called.map(|text| text.chars().take(CALLED_MAX).collect());
        Ok(Account { subject, called, expires_s: self.exp.saturating_add(SKEW_S) })
    }
}

#[cfg(test)]
mod tests;
