//! Signing in: who people are, by the word of an identity provider (OpenID Connect), and what lets a browser stay signed in.
//!
//! What the provider calls somebody is never stored and never logged: an account is known by a keyed hash of both names, and
//! belongs to whom an invitation was for. Without an invitation an account is nobody.

pub(crate) mod caller;
mod cookie;
mod door;
mod flow;
mod jwt;
mod page;
mod provider;
mod shared;

use koepel_domain::system::IdentityHash;
use tokio::sync::watch;

use self::{cookie::Seal, flow::Used, jwt::Account, provider::Provider};
pub(crate) use self::{
    door::{door, reading},
    flow::{callback, confirm, invite, login, logout},
    shared::shared,
};
use crate::config::oidc::Oidc;

/// What a server has that lets people sign in.
pub(crate) struct SignIn {
    provider: Provider,
    /// By which logins under way are kept in their browsers.
    seal: Seal,
    /// Answers to logins that were taken already.
    used: Used,
    account_key: [u8; 32],
}

impl SignIn {
    /// Prepares it. `people_key` is the secret of the data folder.
    ///
    /// # Errors
    /// If there is no way to check certificates on this machine.
    pub(crate) fn new(settings: Oidc, people_key: &[u8; 32]) -> Result<Self, String> {
        Ok(Self {
            provider: Provider::new(settings)?,
            seal: Seal::new(blake3::derive_key("koepel 2026-11-29 logins under way", people_key)),
            used: Used::default(),
            account_key: blake3::derive_key(
                "koepel 2026-11-29 accounts at an identity provider",
                people_key,
            ),
        })
    }

    /// Keeps up with the provider, until the server stops.
    pub(crate) async fn tend(&self, stopping: watch::Receiver<bool>) {
        self.provider.tend(stopping).await;
    }

    /// An account as the log knows it.
    fn hash(&self, account: &Account) -> IdentityHash {
        let issuer = self.provider.settings.issuer.as_bytes();
        let mut hasher = blake3::Hasher::new_keyed(&self.account_key);
        // Its length first, so that no two pairs of names run together into one.
        hasher.update(&u64::try_from(issuer.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(issuer);
        hasher.update(account.subject.as_bytes());
        IdentityHash(*hasher.finalize().as_bytes())
    }

    /// Where people's browsers find this server.
    pub(crate) fn public_url(&self) -> &str {
        &self.provider.settings.public_url
    }

    /// The URL that an invitation is opened with.
    pub(crate) fn invitation_url(&self, secret: &str) -> String {
        format!("{}/auth/invite/{secret}", self.provider.settings.public_url)
    }
}
