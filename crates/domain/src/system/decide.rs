//! What a command would do to the server.

use super::{
    Command, Error, Event, IDENTITIES_MAX, INVITATIONS_MAX, IdentityHash, NewShareLink, NewToken,
    PEOPLE_MAX, SESSIONS_MAX, SHARE_LINKS_MAX, SecretHash, System, TOKENS_MAX,
};
use crate::{
    ids::{IdentityId, InvitationId, PersonId, SessionId, ShareId, Timestamp, TokenId},
    mandate::Actor,
    text::Reason,
};

impl System {
    /// What a command would do.
    ///
    /// # Errors
    /// [`Error`]; a refused command leaves nothing behind.
    pub fn decide(&self, command: &Command, actor: &Actor) -> Result<Vec<Event>, Error> {
        if command.is_administrators() && (!actor.administrator || actor.only_role.is_some()) {
            return Err(Error::NotAdministrator);
        }
        match command {
            Command::AddPerson { person, tool, administrator } => {
                self.add_person(person, *tool, *administrator)
            }
            Command::IssueToken { token, facts } => self.issue_token(token, facts),
            Command::RevokeToken { token, reason } => {
                if !self.tokens.contains_key(token) {
                    return Err(Error::UnknownToken(token.clone()));
                }
                Ok(vec![Event::TokenRevoked { token: token.clone(), reason: reason.clone() }])
            }
            Command::InvitePerson { invitation, person, expires_at, secret } => {
                self.invite(invitation, person, *expires_at, *secret, actor.now)
            }
            Command::RevokeInvitation { invitation, reason } => {
                if !self.invitations.contains_key(invitation) {
                    return Err(Error::UnknownInvitation(invitation.clone()));
                }
                let (invitation, reason) = (invitation.clone(), reason.clone());
                Ok(vec![Event::InvitationRevoked { invitation, reason }])
            }
            Command::BindIdentity { identity, invitation, account } => {
                self.bind(identity, invitation, account, actor.now)
            }
            Command::UnbindIdentity { identity, reason } => {
                if !self.identities.contains_key(identity) {
                    return Err(Error::UnknownIdentity(identity.clone()));
                }
                let (identity, reason) = (identity.clone(), reason.clone());
                Ok(vec![Event::IdentityUnbound { identity, reason }])
            }
            Command::BeginSession { session, account, idle_until, expires_at, secret } => {
                let ends = (*idle_until, *expires_at);
                self.begin_session(session, account, ends, *secret, actor.now)
            }
            Command::ExtendSession { session, idle_until } => {
                let known = self.known_session(session)?;
                if !known.goes_on(actor.now) {
                    return Err(Error::UnknownSession(session.clone()));
                }
                if *idle_until <= known.idle_until {
                    return Ok(Vec::new());
                }
                let (session, idle_until) = (session.clone(), *idle_until);
                Ok(vec![Event::SessionExtended { session, idle_until }])
            }
            Command::EndSession { session, reason } => {
                self.known_session(session)?;
                let (session, reason) = (session.clone(), reason.clone());
                Ok(vec![Event::SessionEnded { session, reason }])
            }
            Command::CreateShareLink { share, facts } => self.share(share, facts, actor.now),
            Command::RevokeShareLink { share, product, reason } => {
                match self.share_links.get(share) {
                    Some(link) if link.product == *product => {
                        let (share, reason) = (share.clone(), reason.clone());
                        Ok(vec![Event::ShareLinkRevoked { share, reason }])
                    }
                    Some(_) | None => Err(Error::UnknownShareLink(share.clone())),
                }
            }
            Command::ErasePerson { person, reason } => self.erase(person, reason, actor),
        }
    }

    /// Somebody who is known and not forgotten.
    fn known(&self, person: &PersonId) -> Result<&super::Person, Error> {
        match self.people.get(person) {
            Some(known) if known.erased => Err(Error::Erased(person.clone())),
            Some(known) => Ok(known),
            None => Err(Error::UnknownPerson(person.clone())),
        }
    }

    fn known_session(&self, session: &SessionId) -> Result<&super::Session, Error> {
        self.sessions.get(session).ok_or_else(|| Error::UnknownSession(session.clone()))
    }

    fn add_person(
        &self,
        person: &PersonId,
        tool: bool,
        administrator: bool,
    ) -> Result<Vec<Event>, Error> {
        let reserved = [PersonId::system(), PersonId::share_link()];
        if self.people.contains_key(person) || reserved.contains(person) {
            return Err(Error::PersonExists(person.clone()));
        }
        if self.people.len() >= PEOPLE_MAX {
            return Err(Error::Full { what: "people", limit: PEOPLE_MAX });
        }
        Ok(vec![Event::PersonAdded { person: person.clone(), tool, administrator }])
    }

    fn issue_token(&self, token: &TokenId, facts: &NewToken) -> Result<Vec<Event>, Error> {
        if self.tokens.contains_key(token) || self.secrets.contains_key(&facts.secret) {
            return Err(Error::TokenExists(token.clone()));
        }
        self.known(&facts.person)?;
        if self.tokens.len() >= TOKENS_MAX {
            return Err(Error::Full { what: "tokens", limit: TOKENS_MAX });
        }
        let NewToken { person, purpose, product, role, expires_at, secret } = facts.clone();
        let token = token.clone();
        Ok(vec![Event::TokenIssued { token, person, purpose, product, role, expires_at, secret }])
    }

    fn invite(
        &self,
        invitation: &InvitationId,
        person: &PersonId,
        expires_at: Timestamp,
        secret: SecretHash,
        now: Timestamp,
    ) -> Result<Vec<Event>, Error> {
        if self.known(person)?.tool {
            return Err(Error::ToolSignsIn(person.clone()));
        }
        if self.invitations.contains_key(invitation) || self.secrets.contains_key(&secret) {
            return Err(Error::Taken("the invitation's id"));
        }
        let open = self.invitations.values().filter(|other| now < other.expires_at).count();
        if open >= INVITATIONS_MAX {
            return Err(Error::Full { what: "open invitations", limit: INVITATIONS_MAX });
        }
        Ok(vec![Event::PersonInvited {
            invitation: invitation.clone(),
            person: person.clone(),
            expires_at,
            secret,
        }])
    }

    fn bind(
        &self,
        identity: &IdentityId,
        secret: &SecretHash,
        account: &IdentityHash,
        now: Timestamp,
    ) -> Result<Vec<Event>, Error> {
        let (invitation, facts) =
            self.invitation_by_secret(secret, now).ok_or(Error::InvitationOver)?;
        if let Some((_, bound)) = self.identity_by_account(account) {
            return Err(Error::AccountBound(bound.person.clone()));
        }
        if self.identities.contains_key(identity) {
            return Err(Error::Taken("the identity's id"));
        }
        let of_person = |bound: &&super::Identity| bound.person == facts.person;
        if self.identities.values().filter(of_person).count() >= IDENTITIES_MAX {
            return Err(Error::Full { what: "accounts of one person", limit: IDENTITIES_MAX });
        }
        Ok(vec![Event::IdentityBound {
            identity: identity.clone(),
            person: facts.person.clone(),
            invitation: invitation.clone(),
            account: *account,
        }])
    }

    fn begin_session(
        &self,
        session: &SessionId,
        account: &IdentityHash,
        (idle_until, expires_at): (Timestamp, Timestamp),
        secret: SecretHash,
        now: Timestamp,
    ) -> Result<Vec<Event>, Error> {
        let (identity, bound) = self.identity_by_account(account).ok_or(Error::AccountUnbound)?;
        if self.sessions.contains_key(session) || self.secrets.contains_key(&secret) {
            return Err(Error::Taken("the session's id"));
        }
        let mut own: Vec<_> = self
            .sessions
            .iter()
            .filter(|(_, other)| other.person == bound.person && other.goes_on(now))
            .map(|(id, other)| (other.created_at, id))
            .collect();
        own.sort_unstable();
        let too_many = (own.len() + 1).saturating_sub(SESSIONS_MAX);
        let ended = own.into_iter().take(too_many).map(|(_, id)| Event::SessionEnded {
            session: id.clone(),
            reason: Reason::new("a newer one took its place").unwrap_or_default(),
        });
        let begun = Event::SessionBegun {
            session: session.clone(),
            person: bound.person.clone(),
            identity: identity.clone(),
            idle_until,
            expires_at,
            secret,
        };
        Ok(ended.chain([begun]).collect())
    }

    fn share(
        &self,
        share: &ShareId,
        facts: &NewShareLink,
        now: Timestamp,
    ) -> Result<Vec<Event>, Error> {
        if self.share_links.contains_key(share) || self.secrets.contains_key(&facts.secret) {
            return Err(Error::Taken("the share link's id"));
        }
        let in_force = self
            .share_links_after(&facts.product, None)
            .filter(|(_, link)| now < link.expires_at)
            .count();
        if in_force >= SHARE_LINKS_MAX {
            return Err(Error::Full { what: "share links of one product", limit: SHARE_LINKS_MAX });
        }
        let NewShareLink { product, opens, purpose, expires_at, secret } = facts.clone();
        let share = share.clone();
        Ok(vec![Event::ShareLinkCreated { share, product, opens, purpose, expires_at, secret }])
    }

    fn erase(
        &self,
        person: &PersonId,
        reason: &Reason,
        actor: &Actor,
    ) -> Result<Vec<Event>, Error> {
        match self.people.get(person) {
            None => return Err(Error::UnknownPerson(person.clone())),
            Some(known) if known.erased => return Ok(Vec::new()),
            Some(_) => {}
        }
        if *person == actor.person {
            return Err(Error::OwnErasure(person.clone()));
        }
        Ok(vec![Event::PersonErased { person: person.clone(), reason: reason.clone() }])
    }
}
