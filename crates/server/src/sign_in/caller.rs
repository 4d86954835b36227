//! Who calls: by a token, a JWT of the identity provider, the session of a browser, or a share link.

use std::sync::Arc;

use koepel_api::bare::Bare;
use koepel_domain::{
    ids::{IdentityId, PersonId, ProductId, SessionId, ShareId, Timestamp, TokenId},
    language::Language,
    mandate::Actor,
    roles::Role,
    system::{IdentityHash, Opened, ShareLink, Shared, System},
};
use tonic::{Code, Response, Status, metadata::MetadataMap};

use super::{
    door::{ELSEWHERE, MARK, READING, SESSION},
    jwt::{Account, is_jwt},
    provider::Error,
};
use crate::{app::App, grpc::status, ids};

/// What a caller has shown.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    /// An API token.
    Token(TokenId),
    /// The cookie of a browser that is signed in.
    Session(SessionId),
    /// A JWT of the identity provider.
    Account {
        identity: IdentityId,
        /// When the JWT ends.
        expires_at: Timestamp,
    },
    /// A share link.
    ShareLink(ShareId),
}

/// Who calls, as what they have shown says.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) actor: Actor,
    /// The only product that is open to them.
    pub(crate) product: Option<ProductId>,
    pub(crate) credential: Credential,
    /// What a share link opens; nothing else is open then.
    pub(crate) shared: Option<Shared>,
    /// The language that they ask for.
    pub(crate) language: Language,
}

impl Caller {
    /// Whether what they have shown stands for all of them: no token for one product or one role.
    fn is_whole(&self) -> bool {
        self.actor.only_role.is_none() && self.product.is_none()
    }

    /// Administrators with a token that is not narrowed.
    pub(crate) fn administers(&self) -> bool {
        self.actor.administrator && self.is_whole()
    }

    pub(crate) fn require_administrator(&self) -> Result<(), Status> {
        if self.administers() {
            Ok(())
        } else {
            Err(status::denied("only an administrator of the server may do this".to_owned()))
        }
    }

    /// Refuses a caller whose token opens a part of what its person may: what is the person's own counts everywhere, beyond that
    /// part. `what` is a part of a sentence, such as "your contact".
    pub(crate) fn require_whole(&self, what: &str) -> Result<(), Status> {
        if self.is_whole() && self.shared.is_none() {
            return Ok(());
        }
        let message = format!(
            "this token is narrowed to one product or one role, and {what} is yours everywhere; sign in, use a token of yours that is not narrowed, or ask an administrator"
        );
        Err(status::denied(message))
    }

    /// An answer to a reading call, as this caller may see it: a share link shows no people.
    pub(crate) fn shown<T: Bare>(&self, mut answer: T) -> Response<T> {
        if self.shared.is_some() {
            answer.bare();
        }
        Response::new(answer)
    }

    /// Whoever has a share link: nobody with a role, so that the mandate table allows them no command.
    fn with_link(id: &ShareId, link: &ShareLink, now: Timestamp) -> Self {
        let actor = Actor {
            person: PersonId::share_link(),
            administrator: false,
            only_role: Some(Role::Stakeholder),
            now,
        };
        let (product, shared) = (Some(link.product.clone()), Some(link.opens.clone()));
        let (credential, language) = (Credential::ShareLink(id.clone()), Language::default());
        Self { actor, product, credential, shared, language }
    }
}

/// The secret in the request's metadata.
fn bearer(metadata: &MetadataMap) -> Result<&str, Status> {
    let missing = "no token; send it as the metadata \"authorization: Bearer koepel_…\"";
    let none = || status::unauthenticated("TOKEN_MISSING", missing);
    let header = metadata.get("authorization").ok_or_else(none)?;
    let parts = header.to_str().ok().and_then(|text| text.split_once(' '));
    let (_, secret) =
        parts.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).ok_or_else(none)?;
    Ok(secret.trim())
}

/// The language that is asked for in the request's metadata.
pub(crate) fn language(metadata: &MetadataMap) -> Language {
    let asked = metadata.get("accept-language").and_then(|asked| asked.to_str().ok());
    Language::asked(asked.unwrap_or_default())
}

fn unknown() -> Status {
    status::unauthenticated(
        "TOKEN_UNKNOWN",
        "the token is unknown, expired or revoked; ask an administrator for a new one",
    )
}

impl App {
    /// Who calls, by what is in the request's metadata.
    pub(crate) fn caller(&self, metadata: &MetadataMap) -> Result<Caller, Status> {
        let known = self.known(metadata).map_err(|refusal| self.with_sign_in(refusal))?;
        Ok(Caller { language: language(metadata), ..known })
    }

    /// Says where people sign in, to whoever is nobody here and could.
    pub(crate) fn with_sign_in(&self, refusal: Status) -> Status {
        if refusal.code() == Code::Unauthenticated && self.sign_in.is_some() {
            status::with_sign_in(&refusal)
        } else {
            refusal
        }
    }

    /// As [`Self::caller`], whatever their language.
    fn known(&self, metadata: &MetadataMap) -> Result<Caller, Status> {
        let language = Language::default();
        let mark = metadata.get(MARK).and_then(|mark| mark.to_str().ok());
        if mark == Some(ELSEWHERE) {
            let message = "the session of a browser counts only for calls of Koepel's own pages; send a token";
            return Err(status::unauthenticated("SESSION_FROM_ELSEWHERE", message));
        }
        let secret = bearer(metadata)?;
        let now = self.clock.now();
        let view = Arc::clone(&self.system_view.borrow());
        if is_jwt(secret) && self.sign_in.is_some() {
            return self.by_account(&view.state, secret, now);
        }
        let opened = view.state.opened(&ids::secret_hash(secret), now).ok_or_else(unknown)?;
        match opened {
            Opened::Token(id, token) => {
                let actor = actor(&view.state, &token.person, token.role, now)?;
                let (product, credential) = (token.product.clone(), Credential::Token(id.clone()));
                Ok(Caller { actor, product, credential, shared: None, language })
            }
            // What a cookie is worth depends on where the call comes from, and that was looked at where the mark was made.
            Opened::Session(id, session) if mark == Some(SESSION) => {
                let actor = actor(&view.state, &session.person, None, now)?;
                let credential = Credential::Session(id.clone());
                Ok(Caller { actor, product: None, credential, shared: None, language })
            }
            Opened::ShareLink(id, link) if mark == Some(READING) => {
                Ok(Caller::with_link(id, link, now))
            }
            Opened::Session(..) => Err(unknown()),
            Opened::ShareLink(..) => {
                Err(status::denied("a share link opens this for nobody; sign in".to_owned()))
            }
        }
    }

    fn by_account(&self, state: &System, jwt: &str, now: Timestamp) -> Result<Caller, Status> {
        let (hash, account) = self.account_in(jwt, now)?;
        let unbound = "this account is bound to nobody here; ask an administrator for an invitation, and redeem it with `koepel invitation redeem`";
        let (id, identity) = state
            .identity_by_account(&hash)
            .ok_or_else(|| status::unauthenticated("ACCOUNT_UNBOUND", unbound))?;
        let expires_at = Timestamp(account.expires_s.saturating_mul(1_000_000));
        let credential = Credential::Account { identity: id.clone(), expires_at };
        let actor = actor(state, &identity.person, None, now)?;
        let language = Language::default();
        Ok(Caller { actor, product: None, credential, shared: None, language })
    }

    /// The account that a JWT is of, bound or not.
    fn account_in(&self, jwt: &str, now: Timestamp) -> Result<(IdentityHash, Account), Status> {
        let sign_in = self.sign_in.as_ref().ok_or_else(unknown)?;
        match sign_in.provider.bearer(jwt, now) {
            Ok(account) => Ok((sign_in.hash(&account), account)),
            Err(Error::Refused(refused)) => {
                let message = format!(
                    "the JWT is not taken: {refused}; sign in again at the identity provider"
                );
                Err(status::unauthenticated("JWT_REFUSED", &message))
            }
            Err(Error::Unknown | Error::Away(_) | Error::Status(_) | Error::Answer(_)) => {
                let message = "the identity provider does not answer, so nobody can be known by a JWT; try again, or use a token";
                Err(status::unavailable(message.to_owned()))
            }
        }
    }

    /// The account of a caller who may be nobody here yet.
    pub(crate) fn account(&self, metadata: &MetadataMap) -> Result<IdentityHash, Status> {
        self.shown_account(metadata).map_err(|refusal| self.with_sign_in(refusal))
    }

    fn shown_account(&self, metadata: &MetadataMap) -> Result<IdentityHash, Status> {
        let secret = bearer(metadata)?;
        if !is_jwt(secret) {
            let message = "an invitation binds an account: call with a JWT of the identity provider, not with a token";
            return Err(status::unauthenticated("JWT_MISSING", message));
        }
        self.account_in(secret, self.clock.now()).map(|(hash, _)| hash)
    }

    /// Whether what a caller has shown is still in force.
    pub(crate) fn is_in_force(&self, caller: &Caller) -> bool {
        let view = Arc::clone(&self.system_view.borrow());
        let (state, now) = (&view.state, self.clock.now());
        match &caller.credential {
            Credential::Token(id) => {
                state.token(id).is_some_and(|token| token.expires_at.is_none_or(|end| now < end))
            }
            Credential::Session(id) => {
                state.session(id).is_some_and(|session| session.goes_on(now))
            }
            Credential::Account { identity, expires_at } => {
                now < *expires_at && state.identity(identity).is_some()
            }
            Credential::ShareLink(id) => {
                state.share_link(id).is_some_and(|link| now < link.expires_at)
            }
        }
    }
}

fn actor(
    state: &System,
    person: &PersonId,
    only_role: Option<Role>,
    now: Timestamp,
) -> Result<Actor, Status> {
    let known = state.person(person).ok_or_else(unknown)?;
    Ok(Actor { person: person.clone(), administrator: known.administrator, only_role, now })
}
