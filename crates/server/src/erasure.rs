//! Forgetting somebody: whoever answers for something hands it over first, and then name and addresses go out of the files beside
//! the log.

use std::io;

use koepel_domain::{ids::PersonId, points::Decider, product::Product};
use tonic::Status;

use crate::{alerts::addresses::Addresses, app::App, directory::Directory, grpc::status};

/// Forgets names, addresses and targets of those for whom this does not hold; durable when it returns.
///
/// # Errors
/// If a file cannot be written; to be done again then.
pub(crate) fn keep(
    directory: &Directory,
    addresses: &Addresses,
    holds: impl Fn(&PersonId) -> bool,
) -> io::Result<()> {
    directory.keep(&holds)?;
    addresses.keep(&holds)
}

impl App {
    /// Nobody is forgotten who answers for something: the seat would be vacant without anybody having decided that, and what waits
    /// for a decision would wait for nobody. Other roles stay as they are, of an opaque id that nothing lets in.
    ///
    /// # Errors
    /// `FAILED_PRECONDITION`, naming what it is.
    pub(crate) async fn answers_for_nothing(&self, person: &PersonId) -> Result<(), Status> {
        for name in self.products.names().await {
            let view = self.products.view(&name).await;
            let view = view.map_err(|error| {
                // To look refuses nothing.
                status::engine(&error, |refusal| status::internal(refusal.to_string()))
            })?;
            if let Some(what) = self.answers_for(&view.state, person) {
                let message = format!(
                    "{person} is {what} in {name}; give this to somebody else, or end it, and then erase them"
                );
                return Err(status::precondition("HOLDS_SEAT", message));
            }
        }
        Ok(())
    }

    /// What somebody answers for in a product, now or later.
    fn answers_for(&self, product: &Product, person: &PersonId) -> Option<String> {
        let now = self.clock.now();
        let seat = product
            .roles_of(person)
            .find(|(role, _, held)| role.is_single_seat() && !held.ended(now))
            .map(|(role, domain, _)| (role.title().to_owned(), domain));
        let deputy = || {
            product
                .deputies()
                .find(|(deputy, _, _, held)| *deputy == person && !held.ended(now))
                .map(|(_, role, domain, _)| (format!("deputy of the {}", role.title()), domain))
        };
        let point = || {
            let named = Decider::Person(person.clone());
            let names = |decider: &Decider| *decider == named;
            let point = product
                .points()
                .find(|point| point.line.iter().any(|step| names(&step.decider)))?;
            Some(format!("a decider of the escalation point {}", point.id))
        };
        // Whose turn it is, or will be, was settled when it was raised, whatever the points say by now.
        let turn = || {
            let named = Decider::Person(person.clone());
            let waits = product.open_escalations().find(|held| {
                let first = usize::try_from(held.turn).unwrap_or(usize::MAX);
                held.line.iter().skip(first).any(|turn| turn.decider == named)
            })?;
            Some(format!("a decider of the open escalation {}", waits.no))
        };
        match seat.or_else(deputy) {
            Some((what, Some(domain))) => Some(format!("{what} of {domain}")),
            Some((what, None)) => Some(what),
            None => point().or_else(turn),
        }
    }
}
