//! The first administrator: made when there is none, with a token in a file that only the server's owner can read. A start can
//! be asked for a new token when that file is lost.

use std::io;

use koepel_domain::{
    ids::{Malformed, PersonId, TokenId},
    mandate::Actor,
    system::{Command, NewToken, System},
    text::{Name, Reason},
};
use koepel_engine::{Engine, Request};
use koepel_event_log::{Hash, ProductName};

use crate::{clock::Clock, config::Config, directory::write_private, ids};

/// By which the tokens that a start made are known again.
const PURPOSE: &str = "first administrator, on the server's own machine";

/// Why the administrator could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The token file.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: String,
        /// What is wrong.
        error: io::Error,
    },
    /// The server's own log.
    #[error("the administrator cannot be recorded: {0}")]
    Record(String),
}

/// Sees to it that some administrator's token is in force. Safe to repeat, also after a crash in between: the secret is always
/// a new one, because one that is in the file already may have been revoked.
pub(crate) async fn administrator(
    config: &Config,
    clock: &Clock,
    system: &Engine<System, ()>,
    name: &ProductName,
) -> Result<(), Error> {
    let recorded = |error: &dyn std::fmt::Display| Error::Record(error.to_string());
    let view = system.view(name).await.map_err(|error| recorded(&error))?;
    let state = &view.state;
    let now = clock.now();
    let in_force = state.tokens_after(None).any(|(_, token)| {
        let administers = state.person(&token.person).is_some_and(|person| person.administrator);
        administers
            && token.role.is_none()
            && token.product.is_none()
            && token.expires_at.is_none_or(|end| now < end)
    });
    let path = config.data_dir.join("admin.token");
    let earlier = made_by_starts(state);
    if in_force && !config.new_admin_token {
        if !earlier.is_empty() && !path.exists() {
            tracing::info!(path = %path.display(), "the first administrator's token is not here; if it is lost, start once with --new-admin-token");
        }
        return Ok(());
    }
    let file = |error: io::Error| Error::File { path: path.display().to_string(), error };
    let secret = ids::secret();
    write_private(&path, format!("{secret}\n").as_bytes()).map_err(file)?;
    let person = administrators_id(state).map_err(|error| recorded(&error))?;
    if state.person(&person).is_none() {
        let command =
            Command::AddPerson { person: person.clone(), tool: false, administrator: true };
        execute(clock, system, name, command).await?;
    }
    let facts = NewToken {
        person,
        purpose: Name::new(PURPOSE).ok(),
        product: None,
        role: None,
        expires_at: None,
        secret: ids::secret_hash(&secret),
    };
    let token = ids::token().map_err(|error| recorded(&error))?;
    execute(clock, system, name, Command::IssueToken { token, facts: Box::new(facts) }).await?;
    tracing::info!(path = %path.display(), "an administrator's token was written; keep it safe, or make others and revoke it");
    let reason =
        Reason::new("a start was asked for a new one").map_err(|error| recorded(&error))?;
    for token in earlier {
        tracing::info!(%token, "an earlier administrator's token has ended");
        execute(clock, system, name, Command::RevokeToken { token, reason: reason.clone() })
            .await?;
    }
    Ok(())
}

/// `admin`, or `admin-2` if that was erased, and so on.
fn administrators_id(state: &System) -> Result<PersonId, Malformed> {
    let mut number = 1;
    loop {
        let id = if number == 1 { "admin".to_owned() } else { format!("admin-{number}") };
        let id = PersonId::new(&id)?;
        if state.person(&id).is_none_or(|known| !known.erased) {
            return Ok(id);
        }
        number += 1;
    }
}

/// The tokens in force that this or an earlier start made.
fn made_by_starts(state: &System) -> Vec<TokenId> {
    let tokens = state.tokens_after(None);
    let made = tokens.filter(|(_, token)| {
        token.person.as_str().starts_with("admin")
            && token.purpose.as_ref().is_some_and(|purpose| purpose.as_str() == PURPOSE)
    });
    made.map(|(id, _)| id.clone()).collect()
}

async fn execute(
    clock: &Clock,
    system: &Engine<System, ()>,
    name: &ProductName,
    command: Command,
) -> Result<(), Error> {
    let now = clock.now();
    let request = Request {
        command,
        actor: Actor::system(now),
        request_id: None,
        body_hash: Hash::ZERO,
        commit_id: ids::commit_id(),
        now,
        happened: None,
        cause: None,
    };
    system
        .execute(name, request)
        .await
        .map(|_| ())
        .map_err(|error| Error::Record(error.to_string()))
}
