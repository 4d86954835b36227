//! People and tokens, between wire and domain.

use koepel_domain::{
    ids::{IdentityId, InvitationId, PersonId, SessionId, Timestamp, TokenId},
    system::{
        Command, Identity, IdentityHash, Invitation, NewToken, Person, SecretHash, Session, Token,
    },
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

pub(crate) fn optional_name(field: &str, text: &str) -> Result<Option<Name>, Invalid> {
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

/// For how long an invitation is open if nothing is said, in microseconds.
const INVITATION_DEFAULT: i64 = 7 * DAY;
/// For how long an invitation may be open, in microseconds.
const INVITATION_MAX: i64 = 30 * DAY;
pub(crate) const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// An end between now and the longest there may be; `default` if none is given. Both are lengths in microseconds.
///
/// # Errors
/// [`Invalid`] for `expire_time`.
pub(crate) fn end(
    given: Option<&prost_types::Timestamp>,
    now: Timestamp,
    (default, longest): (i64, i64),
) -> Result<Timestamp, Invalid> {
    let Some(given) = given else { return Ok(Timestamp(now.0.saturating_add(default))) };
    let end = time("expire_time", given)?;
    if end <= now {
        return Err(Invalid::field("expire_time", "is in the past; it must be later than now"));
    }
    if end.0 > now.0.saturating_add(longest) {
        let days = longest / DAY;
        let what = format_args!("is too far away; at most {days} days from now are possible");
        return Err(Invalid::field("expire_time", what));
    }
    Ok(end)
}

/// `InvitePerson`, with the id and the hash of the secret that the server made.
///
/// # Errors
/// [`Invalid`]; also for an end in the past or too far away.
pub fn invite_person(
    request: &v1::InvitePersonRequest,
    invitation: InvitationId,
    secret: SecretHash,
    now: Timestamp,
) -> Result<Command, Invalid> {
    let person = names::person("person", &request.person)?;
    let lengths = (INVITATION_DEFAULT, INVITATION_MAX);
    let expires_at = end(request.expire_time.as_ref(), now, lengths)?;
    Ok(Command::InvitePerson { invitation, person, expires_at, secret })
}

/// `RevokeInvitation`.
///
/// # Errors
/// [`Invalid`].
pub fn revoke_invitation(request: &v1::RevokeInvitationRequest) -> Result<Command, Invalid> {
    Ok(Command::RevokeInvitation {
        invitation: names::invitation("name", &request.name)?,
        reason: reason(&request.reason)?,
    })
}

/// `RedeemInvitation`, by whoever has `account`.
///
/// # Errors
/// [`Invalid`] without an invitation.
pub fn redeem_invitation(
    request: &v1::RedeemInvitationRequest,
    identity: IdentityId,
    account: IdentityHash,
    hash: impl FnOnce(&str) -> SecretHash,
) -> Result<Command, Invalid> {
    if request.invitation.trim().is_empty() {
        return Err(Invalid::field("invitation", "is empty; give the secret of the invitation"));
    }
    let invitation = hash(request.invitation.trim());
    Ok(Command::BindIdentity { identity, invitation, account })
}

/// `UnbindIdentity`.
///
/// # Errors
/// [`Invalid`].
pub fn unbind_identity(request: &v1::UnbindIdentityRequest) -> Result<Command, Invalid> {
    Ok(Command::UnbindIdentity {
        identity: names::identity("name", &request.name)?,
        reason: reason(&request.reason)?,
    })
}

/// `EndSession`: which, and the command.
///
/// # Errors
/// [`Invalid`].
pub fn end_session(request: &v1::EndSessionRequest) -> Result<(SessionId, Command), Invalid> {
    let session = names::session("name", &request.name)?;
    let reason = reason(&request.reason)?;
    Ok((session.clone(), Command::EndSession { session, reason }))
}

/// `ErasePerson`: who, and the command.
///
/// # Errors
/// [`Invalid`].
pub fn erase_person(request: &v1::ErasePersonRequest) -> Result<(PersonId, Command), Invalid> {
    let person = names::person("name", &request.name)?;
    let reason = reason(&request.reason)?;
    Ok((person.clone(), Command::ErasePerson { person, reason }))
}

/// An invitation on the wire, without its secret.
#[must_use]
pub fn invitation(id: &InvitationId, invitation: &Invitation) -> v1::Invitation {
    v1::Invitation {
        name: names::of_invitation(id),
        person: names::of_person(&invitation.person),
        expire_time: Some(timestamp(invitation.expires_at)),
        create_time: Some(timestamp(invitation.created_at)),
    }
}

/// An account on the wire, without what its provider calls it.
#[must_use]
pub fn identity(id: &IdentityId, identity: &Identity) -> v1::Identity {
    v1::Identity {
        name: names::of_identity(id),
        person: names::of_person(&identity.person),
        bind_time: Some(timestamp(identity.bound_at)),
    }
}

/// A session on the wire, without its secret.
#[must_use]
pub fn session(id: &SessionId, session: &Session) -> v1::Session {
    v1::Session {
        name: names::of_session(id),
        person: names::of_person(&session.person),
        identity: names::of_identity(&session.identity),
        create_time: Some(timestamp(session.created_at)),
        idle_time: Some(timestamp(session.idle_until)),
        expire_time: Some(timestamp(session.expires_at)),
    }
}

/// Somebody on the wire.
#[must_use]
pub fn person(id: &PersonId, person: &Person, display_name: String) -> v1::Person {
    v1::Person {
        name: names::of_person(id),
        display_name,
        tool: person.tool,
        administrator: person.administrator,
        erased: person.erased,
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
