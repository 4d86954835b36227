//! What the engine runs: something with commands, events and a state that is cheap to clone. There are four: a product, its
//! inbox, its outbox, and the reserved product `system`.

use koepel_domain::{
    commit::{Commit, Misfit},
    event::Undecodable,
    ids::Version,
    inbox::Inbox,
    mandate::Actor,
    order::Change,
    outbox::Outbox,
    product::Product,
    system::System,
};
use koepel_event_log as log;
use serde::{Serialize, de::DeserializeOwned};

use crate::codec;

/// A consistency boundary: its commands are decided one after the other.
pub trait Aggregate:
    Clone + Default + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// What can be asked of it.
    type Command: Send + Sync + 'static;
    /// What can have happened.
    type Event: Clone + Send + Sync + 'static;
    /// Why it refuses.
    type Error: std::error::Error + Clone + Send + Sync + 'static;
    /// What a commit did that projections need beside the events.
    type Changes: Send + Sync + 'static;

    /// How many commits it has had.
    fn version(&self) -> Version;

    /// What a command would do.
    ///
    /// # Errors
    /// The refusal; it leaves nothing behind.
    fn decide(
        &self,
        command: &Self::Command,
        actor: &Actor,
    ) -> Result<Vec<Self::Event>, Self::Error>;

    /// Folds a commit in.
    ///
    /// # Errors
    /// [`Misfit`]; the state is unusable then.
    fn apply(&mut self, commit: &Commit<Self::Event>) -> Result<Self::Changes, Misfit>;

    /// Whether the state is whole, for checks.
    ///
    /// # Errors
    /// What is wrong with it.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    /// An event as the log stores it.
    ///
    /// # Errors
    /// What kept it from being written.
    fn encode(event: &Self::Event) -> Result<log::Event, String>;

    /// An event as the log stored it.
    ///
    /// # Errors
    /// [`Undecodable`].
    fn decode(event: &log::Event) -> Result<Self::Event, Undecodable>;
}

/// A read model: folds commits, can be dropped and rebuilt at any time. It may keep no clock and ask nothing of the world.
pub trait Projection<A: Aggregate>:
    Default + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// Folds a commit in; `state` is the state after it or after a later commit, so a model may take from it only what
    /// does not change any more, as an item's key.
    fn apply(&mut self, commit: &Commit<A::Event>, changes: &A::Changes, state: &A);
}

impl<A: Aggregate> Projection<A> for () {
    fn apply(&mut self, _: &Commit<A::Event>, _: &A::Changes, _: &A) {}
}

impl Aggregate for Product {
    type Command = koepel_domain::command::Command;
    type Event = koepel_domain::event::Event;
    type Error = koepel_domain::error::Error;
    type Changes = Vec<Change>;

    fn version(&self) -> Version {
        Product::version(self)
    }

    fn decide(
        &self,
        command: &Self::Command,
        actor: &Actor,
    ) -> Result<Vec<Self::Event>, Self::Error> {
        Product::decide(self, command, actor)
    }

    fn apply(&mut self, commit: &Commit<Self::Event>) -> Result<Self::Changes, Misfit> {
        Product::apply(self, commit)
    }

    fn check(&self) -> Result<(), String> {
        Product::check(self)
    }

    fn encode(event: &Self::Event) -> Result<log::Event, String> {
        codec::encode_product(event)
    }

    fn decode(event: &log::Event) -> Result<Self::Event, Undecodable> {
        codec::decode_product(event)
    }
}

impl Aggregate for System {
    type Command = koepel_domain::system::Command;
    type Event = koepel_domain::system::Event;
    type Error = koepel_domain::system::Error;
    type Changes = ();

    fn version(&self) -> Version {
        System::version(self)
    }

    fn decide(
        &self,
        command: &Self::Command,
        actor: &Actor,
    ) -> Result<Vec<Self::Event>, Self::Error> {
        System::decide(self, command, actor)
    }

    fn apply(&mut self, commit: &Commit<Self::Event>) -> Result<(), Misfit> {
        System::apply(self, commit)
    }

    fn encode(event: &Self::Event) -> Result<log::Event, String> {
        codec::encode_variant(event, event.kind(), koepel_domain::system::Event::TYPES)
    }

    fn decode(event: &log::Event) -> Result<Self::Event, Undecodable> {
        codec::decode_variant(event, koepel_domain::system::Event::TYPES)
    }
}

impl Aggregate for Inbox {
    type Command = koepel_domain::inbox::Command;
    type Event = koepel_domain::inbox::Event;
    type Error = koepel_domain::inbox::Error;
    type Changes = ();

    fn version(&self) -> Version {
        Inbox::version(self)
    }

    /// Who may is asked of the product before.
    fn decide(&self, command: &Self::Command, _: &Actor) -> Result<Vec<Self::Event>, Self::Error> {
        Inbox::decide(self, command)
    }

    fn apply(&mut self, commit: &Commit<Self::Event>) -> Result<(), Misfit> {
        Inbox::apply(self, commit)
    }

    fn check(&self) -> Result<(), String> {
        Inbox::check(self)
    }

    fn encode(event: &Self::Event) -> Result<log::Event, String> {
        codec::encode_variant(event, event.kind(), koepel_domain::inbox::Event::TYPES)
    }

    fn decode(event: &log::Event) -> Result<Self::Event, Undecodable> {
        codec::decode_variant(event, koepel_domain::inbox::Event::TYPES)
    }
}

impl Aggregate for Outbox {
    type Command = koepel_domain::outbox::Command;
    type Event = koepel_domain::outbox::Event;
    type Error = koepel_domain::outbox::Error;
    type Changes = ();

    fn version(&self) -> Version {
        Outbox::version(self)
    }

    /// Who may is asked of the product before.
    fn decide(&self, command: &Self::Command, _: &Actor) -> Result<Vec<Self::Event>, Self::Error> {
        Outbox::decide(self, command)
    }

    fn apply(&mut self, commit: &Commit<Self::Event>) -> Result<(), Misfit> {
        Outbox::apply(self, commit)
    }

    fn check(&self) -> Result<(), String> {
        Outbox::check(self)
    }

    fn encode(event: &Self::Event) -> Result<log::Event, String> {
        codec::encode_variant(event, event.kind(), koepel_domain::outbox::Event::TYPES)
    }

    fn decode(event: &log::Event) -> Result<Self::Event, Undecodable> {
        codec::decode_variant(event, koepel_domain::outbox::Event::TYPES)
    }
}
