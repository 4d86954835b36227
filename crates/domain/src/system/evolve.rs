//! How the server's facts change with what happened.

use super::{
    Event, Identity, IdentityHash, Invitation, Opens, Person, Session, ShareLink, System, Token,
};
use crate::{
    commit::{Commit, Misfit},
    ids::{IdentityId, InvitationId, PersonId, SessionId, ShareId, Timestamp, TokenId},
};

impl System {
    /// Folds a commit in.
    ///
    /// # Errors
    /// [`Misfit`] if it is not the next one.
    pub fn apply(&mut self, commit: &Commit<Event>) -> Result<(), Misfit> {
        if commit.version != self.version.next() {
            let what = format!("version {} was expected", self.version.next());
            return Err(Misfit { version: commit.version, what });
        }
        self.version = commit.version;
        for event in &commit.events {
            self.fold(event, commit.time, &commit.actor);
        }
        Ok(())
    }

    fn fold(&mut self, event: &Event, time: Timestamp, actor: &PersonId) {
        match event {
            Event::PersonAdded { person, tool, administrator } => {
                let (tool, administrator) = (*tool, *administrator);
                let facts = Person { tool, administrator, erased: false };
                self.people.insert(person.clone(), facts);
            }
            Event::TokenIssued { token, person, purpose, product, role, expires_at, secret } => {
                let facts = Token {
                    person: person.clone(),
                    purpose: purpose.clone(),
                    product: product.clone(),
                    role: *role,
                    expires_at: *expires_at,
                    created_at: time,
                    secret: *secret,
                };
                self.secrets.insert(*secret, Opens::Token(token.clone()));
                self.tokens.insert(token.clone(), facts);
            }
            Event::TokenRevoked { token, .. } => self.end_token(token),
            // The events of before are read without the texts by now.
            Event::TextRedacted { .. } => {}
            Event::PersonInvited { invitation, person, expires_at, secret } => {
                let (person, expires_at) = (person.clone(), *expires_at);
                self.invited(
                    invitation,
                    Invitation { person, expires_at, created_at: time, secret: *secret },
                );
            }
            Event::InvitationRevoked { invitation, .. } => self.end_invitation(invitation),
            Event::IdentityBound { identity, person, invitation, account } => {
                self.end_invitation(invitation);
                self.bound(identity, person, account, time);
            }
            Event::IdentityUnbound { identity, .. } => self.unbind(identity),
            Event::SessionBegun { session, person, identity, idle_until, expires_at, secret } => {
                let facts = Session {
                    person: person.clone(),
                    identity: identity.clone(),
                    created_at: time,
                    idle_until: *idle_until,
                    expires_at: *expires_at,
                    secret: *secret,
                };
                self.session_begun(session, facts);
            }
            Event::SessionExtended { session, idle_until } => {
                if let Some(session) = self.sessions.get_mut(session) {
                    session.idle_until = *idle_until;
                }
            }
            Event::SessionEnded { session, .. } => self.end_session(session),
            Event::ShareLinkCreated { share, product, opens, purpose, expires_at, secret } => {
                let facts = ShareLink {
                    product: product.clone(),
                    opens: opens.clone(),
                    purpose: purpose.clone(),
                    expires_at: *expires_at,
                    created_at: time,
                    created_by: actor.clone(),
                    secret: *secret,
                };
                self.shared(share, facts);
            }
            Event::ShareLinkRevoked { share, .. } => self.end_share_link(share),
            Event::PersonErased { person, .. } => self.erased(person),
        }
    }

    fn end_token(&mut self, token: &TokenId) {
        if let Some(token) = self.tokens.remove(token) {
            self.secrets.remove(&token.secret);
        }
    }

    fn end_invitation(&mut self, invitation: &InvitationId) {
        if let Some(invitation) = self.invitations.remove(invitation) {
            self.secrets.remove(&invitation.secret);
        }
    }

    fn end_session(&mut self, session: &SessionId) {
        if let Some(session) = self.sessions.remove(session) {
            self.secrets.remove(&session.secret);
        }
    }

    fn end_share_link(&mut self, share: &ShareId) {
        if let Some(link) = self.share_links.remove(share) {
            self.secrets.remove(&link.secret);
        }
    }

    /// What has expired goes when something of its kind comes, so that nothing gathers.
    fn invited(&mut self, id: &InvitationId, facts: Invitation) {
        let now = facts.created_at;
        let over: Vec<_> = ids(self.invitations.iter(), |other| other.expires_at <= now);
        over.iter().for_each(|id| self.end_invitation(id));
        self.secrets.insert(facts.secret, Opens::Invitation(id.clone()));
        self.invitations.insert(id.clone(), facts);
    }

    fn session_begun(&mut self, id: &SessionId, facts: Session) {
        let now = facts.created_at;
        let over: Vec<_> = ids(self.sessions.iter(), |other| !other.goes_on(now));
        over.iter().for_each(|id| self.end_session(id));
        self.secrets.insert(facts.secret, Opens::Session(id.clone()));
        self.sessions.insert(id.clone(), facts);
    }

    fn shared(&mut self, id: &ShareId, facts: ShareLink) {
        let now = facts.created_at;
        let over: Vec<_> = ids(self.share_links.iter(), |other| other.expires_at <= now);
        over.iter().for_each(|id| self.end_share_link(id));
        self.secrets.insert(facts.secret, Opens::ShareLink(id.clone()));
        self.share_links.insert(id.clone(), facts);
    }

    fn bound(
        &mut self,
        id: &IdentityId,
        person: &PersonId,
        account: &IdentityHash,
        bound_at: Timestamp,
    ) {
        self.accounts.insert(*account, id.clone());
        let facts = Identity { person: person.clone(), bound_at, account: *account };
        self.identities.insert(id.clone(), facts);
    }

    fn unbind(&mut self, id: &IdentityId) {
        if let Some(identity) = self.identities.remove(id) {
            self.accounts.remove(&identity.account);
        }
        let begun_with: Vec<_> = ids(self.sessions.iter(), |session| session.identity == *id);
        begun_with.iter().for_each(|session| self.end_session(session));
    }

    fn erased(&mut self, person: &PersonId) {
        let tokens = ids(self.tokens.iter(), |token| token.person == *person);
        tokens.iter().for_each(|token| self.end_token(token));
        let invitations = ids(self.invitations.iter(), |it| it.person == *person);
        invitations.iter().for_each(|invitation| self.end_invitation(invitation));
        let identities = ids(self.identities.iter(), |it| it.person == *person);
        identities.iter().for_each(|identity| self.unbind(identity));
        let sessions = ids(self.sessions.iter(), |session| session.person == *person);
        sessions.iter().for_each(|session| self.end_session(session));
        if let Some(person) = self.people.get_mut(person) {
            person.administrator = false;
            person.erased = true;
        }
    }
}

/// The ids of those for which it holds.
fn ids<'a, Id: Clone + 'a, T: 'a>(
    all: impl Iterator<Item = (&'a Id, &'a T)>,
    holds: impl Fn(&T) -> bool,
) -> Vec<Id> {
    all.filter(|(_, facts)| holds(facts)).map(|(id, _)| id.clone()).collect()
}
