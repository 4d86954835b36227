//! People and tokens, between wire and domain.

use koepel_domain::{
    ids::{PersonId, Timestamp, TokenId},
    system::{Command, NewToken, Person, SecretHash, Token},
    text::Name,
};

use crate::{
    check::{AtField as _, Invalid},
    common::{read_role, reason, role, time, timestamp},
    names, v1,
};

/// `CreatePerson`: the id, or `made` if none was chosen, and the name for the directory.
///
/// # Errors
/// [`Invalid`].
pub fn create_person(
    request: &v1::CreatePersonRequest,
    made: PersonId,
) -> Result<(Command, PersonId, Option<Name>), Invalid> {
    let person = if request.person_id.is_empty() {
        made
    } else {
        PersonId::new(&request.person_id).at("person_id")?
    };
    let name = optional_name("display_name", &request.display_name)?;
    let (tool, administrator) = (request.tool, request.administrator);
    Ok((Command::AddPerson { person: person.clone(), tool, administrator }, person, name))
}

fn optional_name(field: &str, text: &str) -> Result<Option<Name>, Invalid> {
    if text.trim().is_empty() { Ok(None) } else { Name::new(text).at(field).map(Some) }
}

/// `CreateToken`, with the id and the hash of the secret that the server made.
///
/// # Errors
/// [`Invalid`]; also for an end in the past.
pub fn create_token(
    request: &v1::CreateTokenRequest,
    token: TokenId,
    secret: SecretHash,
    now: Timestamp,
) -> Result<Command, Invalid> {
    let person = names::person("person", &request.person)?;
    let purpose = optional_name("purpose", &request.purpose)?;
    let product = if request.product.is_empty() {
        None
    } else {
        Some(names::product("product", &request.product)?)
    };
    let role = read_role("role", request.role)?;
    let expires_at =
        request.expire_time.as_ref().map(|end| time("expire_time", end)).transpose()?;
    if expires_at.is_some_and(|end| end <= now) {
        return Err(Invalid::field(
            "expire_time",
            "is in the past; a token must end later than now",
        ));
    }
    Ok(Command::IssueToken {
        token,
        facts: Box::new(NewToken { person, purpose, product, role, expires_at, secret }),
    })
}

/// `RevokeToken`.
///
/// # Errors
/// [`Invalid`].
pub fn revoke_token(request: &v1::RevokeTokenRequest) -> Result<Command, Invalid> {
    Ok(Command::RevokeToken {
        token: names::token("name", &request.name)?,
        reason: reason(&request.reason)?,
    })
}

/// Somebody on the wire.
#[must_use]
pub fn person(id: &PersonId, person: &Person, display_name: String) -> v1::Person {
    v1::Person {
        name: names::of_person(id),
        display_name,
        tool: person.tool,
        administrator: person.administrator,
    }
}

/// A token on the wire, without its secret.
#[must_use]
pub fn token(id: &TokenId, token: &Token) -> v1::Token {
    v1::Token {
        name: names::of_token(id),
        person: names::of_person(&token.person),
        purpose: token.purpose.as_ref().map_or_else(String::new, ToString::to_string),
        product: token.product.as_ref().map_or_else(String::new, names::of_product),
        role: token.role.map_or(v1::Role::Unspecified, role).into(),
        expire_time: token.expires_at.map(timestamp),
        create_time: Some(timestamp(token.created_at)),
    }
}

/// `SetClock`: where the hands are to stand.
///
/// # Errors
/// [`Invalid`].
pub fn set_clock(request: &v1::SetClockRequest) -> Result<Timestamp, Invalid> {
    let missing = || Invalid::field("time", "is missing");
    time("time", request.time.as_ref().ok_or_else(missing)?)
}
