//! `koepel alert`: who is told what, by which way, and what became of it.

mod contact;
mod delivery;
mod rule;
mod schedule;
mod target;
mod watch;

use clap::{Args, Subcommand};
use koepel_api::v1::{self, Role};
use serde::Serialize;

use crate::{
    circumstances::required,
    context::{Context, domain_within},
    failure::Failure,
    names::{self, DomainRef, PersonRef, ProductRef},
    session::Session,
    words,
};

/// What can be done with alerts.
#[derive(Debug, Subcommand)]
pub(crate) enum AlertCommand {
    /// Show your own alerts as they come, or those of the past
    Watch(watch::WatchArgs),
    /// List the rules: what somebody is told, and by which ways
    Rules(OfProduct),
    /// Set or remove a rule
    #[command(subcommand)]
    Rule(rule::RuleCommand),
    /// List the targets of webhooks
    Targets(OfProduct),
    /// Add or remove a webhook's target
    #[command(subcommand)]
    Target(target::TargetCommand),
    /// Show or change where and in which language somebody is written to
    Contact(contact::ContactArgs),
    /// Send a try, to see whether alerts arrive
    Test(delivery::TestArgs),
    /// List what became of deliveries, the newest first
    Deliveries(delivery::DeliveriesArgs),
    /// List deliveries that were given up
    Dead(OfProduct),
    /// Try deliveries again that were given up
    Replay(delivery::ReplayArgs),
}

/// A product, or the only one.
#[derive(Args, Debug)]
pub(crate) struct OfProduct {
    /// Product; may be left out when there is one only
    #[arg(value_name = "PRODUCT")]
    of: Option<ProductRef>,
}

/// Whose rule or target it is.
#[derive(Args, Debug)]
struct Whose {
    /// Whose: this person's (others' than your own: Chief PO, administrator) [default: yours]
    #[arg(long, value_name = "PERSON", conflicts_with = "role")]
    person: Option<PersonRef>,
    /// Whose: of whoever holds this role (Chief PO, administrator)
    #[arg(long, value_parser = words::parser::<Role>(), value_name = "ROLE")]
    role: Option<Role>,
    /// Of this role in this domain only
    #[arg(long, value_name = "DOMAIN", requires = "role")]
    role_domain: Option<DomainRef>,
}

impl Whose {
    /// The receiver on the wire.
    async fn receiver(
        &self,
        session: &Session,
        product: &str,
    ) -> Result<v1::AlertReceiver, Failure> {
        use v1::alert_receiver::Receiver;
        let receiver = match (&self.person, self.role) {
            (Some(person), _) => Receiver::Person(person.0.clone()),
            (None, Some(role)) => {
                let domain = self.role_domain.as_ref();
                let domain = domain.map(|domain| domain_within(domain, product)).transpose()?;
                let domain = domain.unwrap_or_default();
                Receiver::Seat(v1::AlertSeat { role: role.into(), domain })
            }
            (None, None) => Receiver::Person(me(session).await?),
        };
        Ok(v1::AlertReceiver { receiver: Some(receiver) })
    }
}

/// The name of whoever asks.
async fn me(session: &Session) -> Result<String, Failure> {
    let question = v1::WhoAmIRequest {};
    let answer =
        session.ask(question, async |request| session.admin().who_am_i(request).await).await?;
    Ok(required(answer.person, "person")?.name)
}

/// A receiver as JSON: a person, or a role with or without a domain.
#[derive(Serialize)]
struct ReceiverShape {
    person: Option<String>,
    role: Option<String>,
    domain: Option<String>,
}

impl From<Option<&v1::AlertReceiver>> for ReceiverShape {
    fn from(receiver: Option<&v1::AlertReceiver>) -> Self {
        use v1::alert_receiver::Receiver;
        match receiver.and_then(|one| one.receiver.as_ref()) {
            Some(Receiver::Person(person)) => {
                Self { person: Some(names::short(person).to_owned()), role: None, domain: None }
            }
            Some(Receiver::Seat(seat)) => Self {
                person: None,
                role: words::for_programs::<Role>(seat.role),
                domain: names::short_or_none(&seat.domain).map(str::to_owned),
            },
            None => Self { person: None, role: None, domain: None },
        }
    }
}

/// A receiver in words: `p-hanna`, `domain PO of online`.
fn receiver(receiver: Option<&v1::AlertReceiver>) -> String {
    use v1::alert_receiver::Receiver;
    match receiver.and_then(|one| one.receiver.as_ref()) {
        Some(Receiver::Person(person)) => names::short(person).to_owned(),
        Some(Receiver::Seat(seat)) if seat.domain.is_empty() => words::role(seat.role),
        Some(Receiver::Seat(seat)) => {
            format!("{} of {}", words::role(seat.role), names::short(&seat.domain))
        }
        None => String::new(),
    }
}

/// An alert as JSON.
#[derive(Serialize)]
struct AlertShape {
    cause: String,
    kind: Option<String>,
    time: Option<String>,
    version: u64,
    domains: Vec<String>,
    escalation: Option<String>,
    decision: Option<String>,
    title: String,
    items: Vec<String>,
    by: Option<String>,
    decider: Option<String>,
    due_time: Option<String>,
    outcome: String,
    said: String,
}

impl From<&v1::Alert> for AlertShape {
    fn from(alert: &v1::Alert) -> Self {
        let short = |name: &String| names::short_or_none(name).map(str::to_owned);
        let each =
            |list: &[String]| list.iter().map(|name| names::short(name).to_owned()).collect();
        Self {
            cause: alert.cause.clone(),
            kind: words::for_programs::<v1::AlertKind>(alert.kind),
            time: crate::moment::rfc3339(alert.time.as_ref()),
            version: alert.version,
            domains: each(&alert.domains),
            escalation: short(&alert.escalation),
            decision: short(&alert.decision),
            title: alert.title.clone(),
            items: each(&alert.items),
            by: short(&alert.by),
            decider: short(&alert.decider),
            due_time: crate::moment::rfc3339(alert.due_time.as_ref()),
            outcome: alert.outcome.clone(),
            said: alert.said.clone(),
        }
    }
}

/// An alert in a few words: `escalation 7 raised: Which comes first?`, `decision 3 not followed`.
fn in_words(alert: &v1::Alert) -> String {
    let kind = words::for_people::<v1::AlertKind>(alert.kind);
    let numbered = |about: &str, name: &str| {
        let (rest, number) = (kind.strip_prefix(about)?, names::short_or_none(name)?);
        Some(format!("{about}{number} {rest}"))
    };
    let head = numbered("escalation ", &alert.escalation);
    let head = head.or_else(|| numbered("decision ", &alert.decision)).unwrap_or(kind.clone());
    if alert.title.is_empty() { head } else { format!("{head}: {}", alert.title) }
}

/// Runs one of them.
pub(crate) async fn run(command: AlertCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        AlertCommand::Watch(args) => watch::run(args, ctx).await,
        AlertCommand::Rules(args) => rule::list(args, ctx).await,
        AlertCommand::Rule(command) => rule::run(command, ctx).await,
        AlertCommand::Targets(args) => target::list(args, ctx).await,
        AlertCommand::Target(command) => target::run(command, ctx).await,
        AlertCommand::Contact(args) => contact::run(args, ctx).await,
        AlertCommand::Test(args) => delivery::test(args, ctx).await,
        AlertCommand::Deliveries(args) => delivery::list(args, ctx).await,
        AlertCommand::Dead(args) => delivery::dead(args, ctx).await,
        AlertCommand::Replay(args) => delivery::replay(args, ctx).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_is_numbered_by_what_it_is_about() {
        let alert =
            |kind: v1::AlertKind, escalation: &str, decision: &str, title: &str| v1::Alert {
                kind: kind.into(),
                escalation: escalation.to_owned(),
                decision: decision.to_owned(),
                title: title.to_owned(),
                ..v1::Alert::default()
            };
        let (escalation, decision) =
            ("products/webshop/escalations/7", "products/webshop/decisions/3");
        for (alert, said) in [
            (
                alert(v1::AlertKind::EscalationRaised, escalation, "", "Which first?"),
                "escalation 7 raised: Which first?",
            ),
            (
                alert(v1::AlertKind::EscalationDecided, escalation, decision, ""),
                "escalation 7 decided",
            ),
            // It names the escalation that was decided, too.
            (
                alert(v1::AlertKind::DecisionNotFollowed, escalation, decision, ""),
                "decision 3 not followed",
            ),
            (
                alert(v1::AlertKind::DecisionNotFollowed, "", decision, ""),
                "decision 3 not followed",
            ),
            (alert(v1::AlertKind::Test, "", "", ""), "test"),
        ] {
            assert_eq!(in_words(&alert), said);
        }
    }
}
