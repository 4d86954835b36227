//! Sends a delivery, by whatever way it goes; and several to one reader as one letter.

use std::sync::{Arc, OnceLock};

use koepel_alerts::{
    Language, Names, delivery_id,
    guard::Address,
    letter::{self, Letter, Reader},
    letter_id,
    payload::payload,
    receiver_word,
    retry::{Failure, retry_after},
    send::{
        self,
        http::Http,
        smtp::{Server, Smtp, mailbox},
    },
    webhook::{Shape, slack},
    why::Why,
};
use koepel_domain::{
    ids::{PersonId, ProductId},
    outbox::{Channel, Delivery, Kind, Receiver},
};

use super::nats::Publisher;
use crate::{
    app::{App, log_name},
    config::{Config, alerts::Alerts},
};

/// What sends.
pub(super) struct Sender {
    /// Made when the first webhook is sent: reading the system's certificates takes a while.
    http: OnceLock<Option<Http>>,
    smtp: Option<Smtp>,
    nats: Option<Publisher>,
}

impl Sender {
    /// Sets it up; nothing is connected to yet.
    ///
    /// # Errors
    /// What cannot be used.
    pub(super) fn new(config: &Config) -> Result<Self, String> {
        let alerts = &config.alerts;
        let smtp = match &alerts.smtp {
            None => None,
            Some(smtp) => {
                let certificate = alerts.ca_file.as_ref().map(std::fs::read).transpose();
                let login = smtp.login.as_ref();
                let server = Server {
                    host: smtp.host.clone(),
                    port: smtp.port,
                    encryption: smtp.encryption,
                    login: login.map(|(user, word)| (user.clone(), word.reveal().to_owned())),
                    certificate: certificate.map_err(|error| error.to_string())?,
                    from: mailbox(&smtp.from)?,
                    patience: alerts.timeout,
                };
                Some(Smtp::new(&server)?)
            }
        };
        let nats = match (&alerts.nats, &config.nats) {
            (Some(alerts), Some(servers)) => Some(Publisher::new(servers.clone(), alerts.clone())),
            (Some(_) | None, _) => None,
        };
        Ok(Self { http: OnceLock::new(), smtp, nats })
    }

    fn http(&self, alerts: &Alerts) -> Result<&Http, Failure> {
        let made = self.http.get_or_init(|| {
            let tls = send::tls(alerts.ca_file.as_deref());
            let tls = tls.inspect_err(|error| tracing::error!(%error, "no webhook can be sent"));
            let allowed = alerts.allow_private_targets.clone();
            Some(Http::new(tls.ok()?, allowed, alerts.timeout))
        });
        made.as_ref().ok_or_else(|| Failure::passing(Why::NoAuthorities))
    }

    /// Sends a delivery, and with it others of the same receiver, which are then one letter together. When this answers well the
    /// receiver has said that it has them.
    pub(super) async fn send(
        &self,
        app: &App,
        product: &ProductId,
        (delivery, others): (&Delivery, &[Arc<Delivery>]),
    ) -> Result<(), Failure> {
        let unread = || Failure::passing(Why::NoProduct);
        let name = log_name(product).map_err(|_| unread())?;
        let view = app.products.view(&name).await.map_err(|_| unread())?;
        // They may have left since it was taken in: it waits up to a day, and for a replay as long as anybody likes.
        if let Receiver::Person(person) = &delivery.to.receiver
            && delivery.notice.kind != Kind::Test
            && view.state.mandates_at(person, app.clock.now()).next().is_none()
        {
            return Err(Failure::hopeless(Why::Left));
        }
        let person = |person: &PersonId| app.directory.name_or_id(person);
        let (product_name, pages) = (view.state.name(), app.config.alerts.pages.as_ref());
        let names = Names { product, product_name, person: &person, pages };
        let id = delivery_id(product, &delivery.notice, &delivery.to);
        match delivery.to.channel {
            Channel::Stream => Ok(()),
            Channel::Webhook => self.webhook(app, delivery, &id, &names).await,
            Channel::Email => self.email(app, (delivery, others), &id, &names).await,
            Channel::Nats => {
                let publisher = self.nats.as_ref();
                let publisher = publisher.ok_or_else(|| Failure::hopeless(Why::NoNats))?;
                let body = payload(&id, &delivery.notice, &delivery.to, &names);
                let receiver = receiver_word(&delivery.to.receiver);
                publisher.publish(product.as_str(), &receiver, &id, body).await
            }
        }
    }

    async fn webhook(
        &self,
        app: &App,
        delivery: &Delivery,
        id: &str,
        names: &Names<'_>,
    ) -> Result<(), Failure> {
        let target = delivery.to.target.as_ref();
        let target = target.and_then(|id| app.alerts.addresses.target(names.product, id));
        let target = target.ok_or_else(|| Failure::hopeless(Why::NoTarget))?;
        let allowed = &app.config.alerts.allow_private_targets;
        let address = Address::parse(&target.url, allowed)
            .map_err(|refused| Failure::hopeless(Why::from(&refused)))?;
        let body = match target.shape {
            Shape::Standard => payload(id, &delivery.notice, &delivery.to, names),
            Shape::Slack => {
                let reader = reader(app, delivery);
                slack(&letter::short(&delivery.notice, &reader, names))
            }
        };
        let now = app.clock.now();
        let seconds = now.0.div_euclid(1_000_000);
        let headers = [
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", target.secret.sign(id, seconds, &body)),
        ];
        let http = self.http(&app.config.alerts)?;
        let reply = http.post(&address, &headers, body).await?;
        let status = reply.status.as_u16();
        match status {
            200..=299 => Ok(()),
            300..=399 => Err(Failure::passing(Why::Redirects(status))),
            410 => Err(Failure::hopeless(Why::WantsNoMore)),
            _ => {
                let wait = reply.retry_after.as_deref().and_then(|value| retry_after(value, now));
                let wait = wait.filter(|_| matches!(status, 429 | 503));
                Err(Failure { wait, ..Failure::passing(Why::Answered(status)) })
            }
        }
    }

    async fn email(
        &self,
        app: &App,
        (delivery, others): (&Delivery, &[Arc<Delivery>]),
        id: &str,
        names: &Names<'_>,
    ) -> Result<(), Failure> {
        let Receiver::Person(person) = &delivery.to.receiver else {
            return Err(Failure::hopeless(Why::NoPerson));
        };
        let smtp = self.smtp.as_ref();
        let smtp = smtp.ok_or_else(|| Failure::hopeless(Why::NoMailServer))?;
        let contact = app.alerts.addresses.contact(person);
        let address = contact.email.ok_or_else(|| Failure::hopeless(Why::NoAddress))?;
        let reader = reader(app, delivery);
        let name = app.directory.name_or_id(person);
        let (id, thread, letter) = if others.is_empty() {
            let letter = letter::letter(&delivery.notice, &reader, names);
            (id.to_owned(), thread(names.product, delivery), letter)
        } else {
            gathered(names, (delivery, others), &reader)
        };
        smtp.send((&name, &address), &id, &thread, reader.language.tag(), &letter).await
    }
}

/// For whom a delivery is.
fn reader<'a>(app: &'a App, delivery: &Delivery) -> Reader<'a> {
    let alerts = &app.config.alerts;
    let own: Option<Language> = match &delivery.to.receiver {
        Receiver::Person(person) => app.alerts.addresses.contact(person).language,
        Receiver::Seat { .. } => None,
    };
    Reader {
        language: own.unwrap_or(alerts.language),
        zone: &alerts.time_zone,
        concern: delivery.to.concern,
    }
}

/// The id of a letter of several deliveries, what it belongs to, and itself.
fn gathered(
    names: &Names<'_>,
    (delivery, others): (&Delivery, &[Arc<Delivery>]),
    reader: &Reader<'_>,
) -> (String, String, Letter) {
    let all = || std::iter::once(delivery).chain(others.iter().map(Arc::as_ref));
    let ids: Vec<String> =
        all().map(|one| delivery_id(names.product, &one.notice, &one.to)).collect();
    let notices: Vec<_> = all().map(|one| (one.notice.as_ref(), one.to.concern)).collect();
    let id = letter_id(ids.iter().map(String::as_str));
    let thread = format!("{}.{id}", names.product);
    (id, thread, letter::digest(&notices, reader, names))
}

/// What letters belong together: those of one escalation, or of one decision.
fn thread(product: &ProductId, delivery: &Delivery) -> String {
    let facts = &delivery.notice.facts;
    match (delivery.notice.kind, facts.escalation, facts.decision) {
        (Kind::Test, _, _) | (_, None, None) => format!("{product}.{}", delivery.notice.time.0),
        (_, Some(no), _) => format!("{product}.escalation.{no}"),
        (_, None, Some(no)) => format!("{product}.decision.{no}"),
    }
}
