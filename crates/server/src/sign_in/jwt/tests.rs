//! Each way in which a JWT can be wrong, made with keys of the tests' own: what is right is taken, and what is wrong is refused
//! for that reason.

use ring::{
    hmac, rand,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
        RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
    },
};
use serde_json::{Value, json};

use super::*;

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://login.example.org";
/// A key that opens nothing but these tests.
const RSA: &[u8] = include_bytes!("rsa-of-tests.pk8");

/// A provider with a key of each kind.
struct House {
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
    ed: Ed25519KeyPair,
    /// A key of Curve25519 of somebody else.
    other: Ed25519KeyPair,
    random: rand::SystemRandom,
}

fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl House {
    fn new() -> Self {
        let random = rand::SystemRandom::new();
        let ed = || {
            let made = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
            Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap()
        };
        let with = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let made = EcdsaKeyPair::generate_pkcs8(with, &random).unwrap();
        let ec = EcdsaKeyPair::from_pkcs8(with, made.as_ref(), &random).unwrap();
        let (ed, other) = (ed(), ed());
        Self { rsa: RsaKeyPair::from_pkcs8(RSA).unwrap(), ec, ed, other, random }
    }

    fn jwks(&self) -> Vec<Value> {
        let rsa = signature::RsaPublicKeyComponents::<Vec<u8>>::from(self.rsa.public());
        let point = self.ec.public_key().as_ref();
        vec![
            json!({ "kty": "RSA", "kid": "rsa", "use": "sig", "n": base64(&rsa.n), "e": base64(&rsa.e) }),
            json!({ "kty": "EC", "crv": "P-256", "kid": "ec", "alg": "ES256", "x": base64(&point[1..33]), "y": base64(&point[33..]) }),
            json!({ "kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": base64(self.ed.public_key().as_ref()) }),
        ]
    }

    fn keys(&self) -> Vec<Key> {
        self.jwks().iter().filter_map(Key::read).collect()
    }

    fn sign(&self, with: &str, signed: &str) -> Vec<u8> {
        let bytes = signed.as_bytes();
        let rsa = |with| {
            let mut signature = vec![0; self.rsa.public().modulus_len()];
            self.rsa.sign(with, &self.random, bytes, &mut signature).unwrap();
            signature
        };
        match with {
            "RS256" => rsa(&RSA_PKCS1_SHA256),
            "PS256" => rsa(&RSA_PSS_SHA256),
            "ES256" => self.ec.sign(&self.random, bytes).unwrap().as_ref().to_vec(),
            "EdDSA" => self.ed.sign(bytes).as_ref().to_vec(),
            "somebody else" => self.other.sign(bytes).as_ref().to_vec(),
            // What a library computes that takes the public key of the provider for a secret.
            "HS256 with the public key" => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, self.ed.public_key().as_ref());
                hmac::sign(&key, bytes).as_ref().to_vec()
            }
            "nobody" => Vec::new(),
            other => panic!("{other}"),
        }
    }

    fn token(&self, header: &Value, claims: &Value, with: &str) -> String {
        let signed = format!(
            "{}.{}",
            base64(header.to_string().as_bytes()),
            base64(claims.to_string().as_bytes())
        );
        let signature = base64(&self.sign(with, &signed));
        format!("{signed}.{signature}")
    }

    fn take(&self, token: &str, nonce: Option<&str>) -> Result<Account, Refused> {
        let audiences = ["koepel".to_owned(), "https://koepel.example.org".to_owned()];
        let wanted =
            Wanted { issuer: ISSUER, audiences: &audiences, client: "koepel", nonce, now_s: NOW };
        Jwt::open(token)?.check(&self.keys(), &wanted)
    }
}

fn header() -> Value {
    json!({ "alg": "EdDSA", "kid": "ed", "typ": "JWT" })
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "sub": "hanna", "aud": "koepel", "exp": NOW + 600, "iat": NOW - 1, "nbf": NOW - 1 })
}

/// With some of it otherwise; `null` leaves it out.
fn with(mut value: Value, changes: Value) -> Value {
    for (name, change) in changes.as_object().unwrap() {
        let fields = value.as_object_mut().unwrap();
        fields.remove(name);
        if !change.is_null() {
            fields.insert(name.clone(), change.clone());
        }
    }
    value
}

/// A token with these changes, signed so, is taken or refused for this reason.
#[track_caller]
fn check(header_changes: Value, claim_changes: Value, signed_by: &str, then: Option<Refused>) {
    let house = House::new();
    let (header, claims) = (with(header(), header_changes), with(claims(), claim_changes));
    let token = house.token(&header, &claims, signed_by);
    let taken = house.take(&token, None);
    assert_eq!(taken.as_ref().err(), then.as_ref(), "{header} {claims} by {signed_by}");
    if let Ok(account) = taken {
        assert_eq!(account.subject, "hanna");
    }
}

#[test]
fn a_right_token_of_each_kind_is_taken() {
    for (algorithm, kid) in [("RS256", "rsa"), ("PS256", "rsa"), ("ES256", "ec"), ("EdDSA", "ed")] {
        check(json!({ "alg": algorithm, "kid": kid }), json!({}), algorithm, None);
        // Each is the only key of its kind, so it need not be named.
        check(json!({ "alg": algorithm, "kid": null }), json!({}), algorithm, None);
    }
    for kind in ["JWT", "jwt", "at+jwt", "application/at+jwt"] {
        check(json!({ "typ": kind }), json!({}), "EdDSA", None);
    }
    check(json!({ "typ": null }), json!({ "iat": null, "nbf": null }), "EdDSA", None);
    check(
        json!({}),
        json!({ "aud": ["x", "https://koepel.example.org"], "azp": "koepel" }),
        "EdDSA",
        None,
    );
}

#[test]
fn no_algorithm_is_taken_that_the_key_is_not_for() {
    let check_header = |changes, by, then| check(changes, json!({}), by, Some(then));
    for none in ["none", "None", "NONE", ""] {
        check_header(json!({ "alg": none }), "nobody", Refused::Algorithm);
    }
    let by = "HS256 with the public key";
    check_header(json!({ "alg": "HS256" }), by, Refused::Algorithm);
    // The name of another algorithm does not make the signature of this one right.
    check_header(json!({ "alg": "EdDSA" }), by, Refused::Signature);
    check_header(json!({ "alg": "EdDSA" }), "nobody", Refused::Signature);
    // A key is for the algorithms of its kind, whatever a token says.
    check_header(json!({ "alg": "RS256", "kid": "ed" }), "EdDSA", Refused::UnknownKey);
    check_header(json!({ "alg": "ES256", "kid": "rsa" }), "RS256", Refused::UnknownKey);
    check_header(json!({ "alg": "PS256", "kid": "rsa" }), "RS256", Refused::Signature);
    for other in ["RS1", "RS384", "ES384", "ES256K", "HS512", "RSA-OAEP", "dir"] {
        check_header(json!({ "alg": other }), "EdDSA", Refused::Algorithm);
    }
}

#[test]
fn only_the_providers_keys_sign() {
    check(json!({}), json!({}), "somebody else", Some(Refused::Signature));
    check(json!({ "kid": "unknown" }), json!({}), "EdDSA", Some(Refused::UnknownKey));
    // A token that brings its own key, or says where to get one, is asked for neither.
    let house = House::new();
    let own =
        json!({ "kty": "OKP", "crv": "Ed25519", "x": base64(house.other.public_key().as_ref()) });
    let brought = with(
        header(),
        json!({ "jwk": own, "jku": "https://evil.example/keys", "x5u": "https://evil.example" }),
    );
    let token = house.token(&brought, &claims(), "somebody else");
    assert_eq!(house.take(&token, None), Err(Refused::Signature));
}

#[test]
fn a_changed_or_cut_token_is_refused() {
    let house = House::new();
    let token = house.token(&header(), &claims(), "EdDSA");
    let parts: Vec<&str> = token.split('.').collect();
    let other = base64(with(claims(), json!({ "sub": "chief" })).to_string().as_bytes());
    let cut = parts[2].get(..parts[2].len() - 2).unwrap();
    let none = base64(json!({ "alg": "none" }).to_string().as_bytes());
    let cases = [
        (format!("{}.{other}.{}", parts[0], parts[2]), Refused::Signature),
        (format!("{}.{}.{cut}", parts[0], parts[1]), Refused::Signature),
        (format!("{}.{}.", parts[0], parts[1]), Refused::Signature),
        (format!("{none}.{}.", parts[1]), Refused::Algorithm),
        (format!("{}.{}", parts[0], parts[1]), Refused::Malformed),
        (format!("{token}="), Refused::Malformed),
        (format!("{}.{}.{}", parts[1], parts[1], parts[2]), Refused::Malformed),
        (format!("{}.{}.{}", parts[0], parts[1], "a".repeat(LENGTH_MAX)), Refused::Malformed),
        (String::new(), Refused::Malformed),
    ];
    for (token, then) in cases {
        assert_eq!(house.take(&token, None), Err(then), "{token}");
    }
}

#[test]
fn a_token_is_of_the_issuer_for_us_and_of_now() {
    let check_claims = |changes, then| check(json!({}), changes, "EdDSA", then);
    for issuer in ["https://login.example.org/", "https://evil.example", ""] {
        check_claims(json!({ "iss": issuer }), Some(Refused::Issuer));
    }
    for audience in [json!("other"), json!([]), json!(["other", "Koepel"]), json!(null)] {
        check_claims(json!({ "aud": audience }), Some(Refused::Audience));
    }
    check_claims(json!({ "azp": "other" }), Some(Refused::AuthorizedParty));
    check_claims(json!({ "exp": NOW - SKEW_S }), Some(Refused::Expired));
    check_claims(json!({ "exp": NOW - SKEW_S + 1 }), None);
    check_claims(json!({ "exp": null }), Some(Refused::Malformed));
    check_claims(json!({ "exp": "tomorrow" }), Some(Refused::Malformed));
    check_claims(json!({ "nbf": NOW + SKEW_S + 1 }), Some(Refused::NotYetValid));
    check_claims(json!({ "nbf": NOW + SKEW_S }), None);
    check_claims(json!({ "iat": NOW + SKEW_S + 1 }), Some(Refused::IssuedInFuture));
    check_claims(json!({ "sub": null }), Some(Refused::NoSubject));
    check_claims(json!({ "sub": "" }), Some(Refused::NoSubject));
    check_claims(json!({ "cnf": { "jkt": "x" } }), Some(Refused::HolderOfKey));
    check(json!({ "crit": ["b64"], "b64": false }), json!({}), "EdDSA", Some(Refused::Critical));
    for kind in ["logout+jwt", "secevent+jwt", "dpop+jwt", "JWE"] {
        check(json!({ "typ": kind }), json!({}), "EdDSA", Some(Refused::Type));
    }
}

#[test]
fn an_answer_to_a_login_repeats_its_nonce() {
    let house = House::new();
    let token = |changes| house.token(&header(), &with(claims(), changes), "EdDSA");
    let answer = token(json!({ "nonce": "n-1" }));
    assert!(house.take(&answer, Some("n-1")).is_ok());
    assert_eq!(house.take(&answer, Some("n-2")), Err(Refused::Nonce));
    assert_eq!(house.take(&token(json!({})), Some("n-1")), Err(Refused::Nonce));
    // Of several audiences, one must be the party that it was given to.
    let several = json!({ "nonce": "n-1", "aud": ["koepel", "other"] });
    assert_eq!(house.take(&token(several.clone()), Some("n-1")), Err(Refused::AuthorizedParty));
    let named = with(several, json!({ "azp": "koepel" }));
    assert!(house.take(&token(named), Some("n-1")).is_ok());
}

#[test]
fn keys_that_do_not_concern_us_are_passed_over() {
    let house = House::new();
    let ed = house.jwks().pop().unwrap();
    for changes in [
        json!({ "use": "enc" }),
        json!({ "key_ops": ["encrypt"] }),
        json!({ "alg": "HS256" }),
        json!({ "kty": "oct", "k": "c2VjcmV0" }),
        json!({ "crv": "X25519" }),
        json!({ "x": "AAAA" }),
        json!({ "x": null }),
        json!({ "kty": 7 }),
    ] {
        assert!(Key::read(&with(ed.clone(), changes.clone())).is_none(), "{changes}");
    }
    assert!(Key::read(&with(ed, json!({ "key_ops": ["verify"], "use": "sig" }))).is_some());
    // Two keys of a kind: one has to be named.
    let mut keys = house.keys();
    keys.extend(house.keys());
    let token = house.token(&with(header(), json!({ "kid": null })), &claims(), "EdDSA");
    assert!(!Jwt::open(&token).unwrap().has_key(&keys));
    assert!(Jwt::open(&token).unwrap().has_key(&house.keys()));
}

/// RFC 7515, appendix A.2 and A.3: what others have signed.
#[test]
fn the_examples_of_the_standard_are_verified() {
    let rsa = json!({ "kty": "RSA", "e": "AQAB", "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ" });
    let ec = json!({ "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" });
    let payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let cases = [
        (
            rsa,
            "eyJhbGciOiJSUzI1NiJ9",
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
        ),
        (
            ec,
            "eyJhbGciOiJFUzI1NiJ9",
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        ),
    ];
    for (jwk, header, signature) in cases {
        let keys: Vec<Key> = Key::read(&jwk).into_iter().collect();
        let audiences = ["koepel".to_owned()];
        let wanted = Wanted {
            issuer: "joe",
            audiences: &audiences,
            client: "koepel",
            nonce: None,
            now_s: 0,
        };
        let token = format!("{header}.{payload}.{signature}");
        // The signature is right; that it is for nobody is the next thing that is wrong with it.
        let refused = Jwt::open(&token).unwrap().check(&keys, &wanted).unwrap_err();
        assert_eq!(refused, Refused::Audience, "{header}");
    }
}
