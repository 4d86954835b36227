//! Applies what was pushed to a product: reads the inbox's log from where it was settled, brings the items in, notes what was
//! set aside.
//!
//! Doing it twice is harmless, as news that is known already changes nothing: so a stop between an import and the note of it
//! costs a repetition, and no push is ever applied twice or lost.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures::future::join_all;
use koepel_domain::{
    command::{Command as Ask, ImportItem},
    error::Error as Refusal,
    ids::{ConnectionId, ProductId, Version},
    import::ParentLeftOut,
    inbox::{Aside, Command, Event, Inbox, PushAt},
    mandate::Actor,
    product::Product,
    roles::Role,
    text::Source,
};
use koepel_engine::{Error, View, decode_record};
use koepel_event_log::{EventLog as _, ReadLimit, Record, Version as LogVersion};
use tokio::sync::watch;
use tonic::Status;

use super::{
    inbox_name,
    read::{Became, Mappings, Work, read},
};
use crate::{
    app::{App, log_name, stop_signal},
    grpc::status,
    import::{PeopleKey, batches},
};

/// So much of the inbox is looked at in one go.
const PAGE: ReadLimit = ReadLimit { commits: 2_000, size_bytes: 4 << 20 };
/// So many are noted in one commit as set aside.
const ASIDE_AT_ONCE: usize = 1_000;
/// After a failure it waits so long.
const PAUSE: Duration = Duration::from_secs(1);

/// Applies the pushes of a product until the server stops.
pub(super) async fn run(app: Arc<App>, id: ProductId) {
    let mut stopping = app.stopping.subscribe();
    let mut worker = Worker { app, id, mappings: Mappings::default(), looked_at: 0 };
    let mut watching: Option<Watching> = None;
    loop {
        let done = worker.step(&mut watching).await;
        let wait = async {
            match (done, &mut watching) {
                (Ok(true), _) => {}
                (Ok(false), Some((inbox, product))) => tokio::select! {
                    _ = inbox.changed() => {}
                    _ = product.changed() => {}
                },
                (Err(error), _) => {
                    tracing::warn!(product = %worker.id, error = error.message(), "pushes wait");
                    tokio::time::sleep(PAUSE).await;
                }
                (Ok(false), None) => tokio::time::sleep(PAUSE).await,
            }
        };
        tokio::select! {
            () = wait => {}
            () = stop_signal(&mut stopping) => return,
        }
        if *stopping.borrow() {
            return;
        }
    }
}

type Watching = (watch::Receiver<Arc<View<Inbox>>>, watch::Receiver<Arc<View<Product>>>);

/// What became of some pushes.
#[derive(Default)]
struct Outcome {
    aside: Vec<Aside>,
    applied: Vec<PushAt>,
}

impl Outcome {
    fn is_empty(&self) -> bool {
        self.aside.is_empty() && self.applied.is_empty()
    }
}

struct Worker {
    app: Arc<App>,
    id: ProductId,
    mappings: Mappings,
    /// How many items the product had when it was last looked for those that pushes wait for.
    looked_at: u32,
}

impl Worker {
    /// Applies the next pushes. Answers whether there may be more at once.
    async fn step(&mut self, watching: &mut Option<Watching>) -> Result<bool, Status> {
        if watching.is_none() {
            let inbox = match self.app.inboxes.watch(&inbox_name(&self.id)?).await {
                Ok(inbox) => inbox,
                // The first push has not arrived, and perhaps never will.
                Err(Error::UnknownProduct) => return Ok(false),
                Err(error) => return Err(status::unavailable(error.to_string())),
            };
            let product = self.app.products.watch(&log_name(&self.id)?).await;
            let product = product.map_err(|error| status::unavailable(error.to_string()))?;
            *watching = Some((inbox, product));
        }
        let Some((inbox, product)) = watching else { return Ok(false) };
        let inbox = Arc::clone(&inbox.borrow_and_update());
        let items = product.borrow_and_update().state.items_len();
        let mut more = false;
        if inbox.state.is_behind() {
            let (work, through) = self.pending(&inbox.state).await?;
            let outcome = self.apply(work).await?;
            self.settle(through, outcome).await?;
            more = true;
        }
        if items != self.looked_at {
            more |= self.waiting(&inbox.state).await?;
            self.looked_at = items;
        }
        Ok(more)
    }

    /// The next pushes that are not settled, and the version that they reach to.
    async fn pending(&self, inbox: &Inbox) -> Result<(Vec<Work>, Version), Status> {
        let from = LogVersion::new(inbox.settled().0).next();
        let page = self.app.log.read(&inbox_name(&self.id)?, from, PAGE).await;
        let page = page.map_err(|error| status::unavailable(error.to_string()))?;
        let through = page.last().map_or(inbox.settled(), |last| Version(last.version.get()));
        let mut work = Vec::new();
        for record in &page {
            work.extend(received(record)?);
        }
        Ok((work, through))
    }

    /// Those that waited for items that are here now, once more. Answers whether there were any.
    async fn waiting(&mut self, inbox: &Inbox) -> Result<bool, Status> {
        let view = self.view().await?;
        let here = |name: &Source| view.state.item_by_names(std::slice::from_ref(name)).is_some();
        let ready: Vec<PushAt> = inbox
            .held()
            .filter(|held| held.aside.waits_for.iter().any(here))
            .map(|held| held.aside.at)
            .collect();
        let mut progress = false;
        for some in ready.chunks(super::REPLAYED_AT_ONCE) {
            let work = load(&self.app, &self.id, some).await?;
            let outcome = self.apply(work).await?;
            progress |= !outcome.applied.is_empty();
            let outcome = changed(inbox, outcome);
            if !outcome.is_empty() {
                self.settle(inbox.settled(), outcome).await?;
            }
        }
        Ok(progress)
    }

    async fn view(&self) -> Result<Arc<View<Product>>, Status> {
        let view = self.app.products.view(&log_name(&self.id)?).await;
        view.map_err(|error| status::unavailable(error.to_string()))
    }

    /// Brings pushes in, each connection's by itself and all at once.
    async fn apply(&mut self, work: Vec<Work>) -> Result<Outcome, Status> {
        let view = self.view().await?;
        let people = PeopleKey(self.app.people_key);
        let mut outcome = Outcome::default();
        let mut items: BTreeMap<ConnectionId, Vec<(Work, ImportItem)>> = BTreeMap::new();
        for one in work {
            match read(&one, &view.state, &mut self.mappings, &people) {
                Became::Item(item) => {
                    items.entry(one.connection.clone()).or_default().push((one, *item));
                }
                Became::Nothing => outcome.applied.push(one.at),
                Became::Aside(aside) => outcome.aside.push(*aside),
            }
        }
        let each = items.into_iter().map(|(connection, mut items)| {
            // What can make an item comes before what only changes one; of the latest news the order makes no difference.
            items.sort_by_key(|(_, item)| item.title.is_none());
            self.bring(&view.state, connection, items)
        });
        for brought in join_all(each).await {
            let Outcome { aside, applied } = brought?;
            outcome.aside.extend(aside);
            outcome.applied.extend(applied);
        }
        Ok(outcome)
    }

    /// Brings the items of one connection in.
    async fn bring(
        &self,
        product: &Product,
        connection: ConnectionId,
        items: Vec<(Work, ImportItem)>,
    ) -> Result<Outcome, Status> {
        let mut outcome = Outcome::default();
        let Some(held) = product.connection(&connection) else { return Ok(outcome) };
        let actor = Actor {
            person: held.person.clone(),
            administrator: false,
            only_role: Some(Role::Tool),
            now: self.app.clock.now(),
        };
        let sizes: Vec<usize> = batches(items.iter().map(|(_, item)| item.clone()).collect())
            .iter()
            .map(Vec::len)
            .collect();
        let mut rest = items;
        let mut waiting: Vec<Vec<(Work, ImportItem)>> = Vec::new();
        for size in sizes {
            let later = rest.split_off(size.min(rest.len()));
            waiting.push(rest);
            rest = later;
        }
        waiting.reverse();
        while let Some(mut batch) = waiting.pop() {
            let asked = Ask::Import(batch.iter().map(|(_, item)| item.clone()).collect());
            match self.ask(&actor, &connection, asked).await {
                Ok(after) => note(&after, batch, &mut outcome),
                Err(Error::Refused(_) | Error::TooLarge { .. }) if batch.len() > 1 => {
                    let second = batch.split_off(batch.len() / 2);
                    waiting.extend([second, batch]);
                }
                Err(Error::Refused(refusal)) => {
                    let aside =
                        batch.into_iter().map(|(work, item)| refused(&work, &item, &refusal));
                    outcome.aside.extend(aside);
                }
                Err(Error::TooLarge { size_bytes, limit_bytes }) => {
                    let reason =
                        format!("it makes {size_bytes} bytes of events; {limit_bytes} fit");
                    let aside =
                        batch.iter().map(|(work, _)| work.aside("TOO_LARGE", &reason, Vec::new()));
                    outcome.aside.extend(aside);
                }
                Err(error) => return Err(status::unavailable(error.to_string())),
            }
        }
        Ok(outcome)
    }

    async fn ask(
        &self,
        actor: &Actor,
        connection: &ConnectionId,
        command: Ask,
    ) -> Result<Product, Error<Refusal>> {
        let unavailable = |error: Status| Error::Unavailable { why: error.message().to_owned() };
        let name = log_name(&self.id).map_err(unavailable)?;
        let request = self.app.request_of(actor.clone(), command);
        let cause = Some(format!("push through {connection}"));
        let request = koepel_engine::Request { cause, ..request };
        let accepted = self.app.products.execute(&name, request).await?;
        Ok(accepted.view.state.clone())
    }

    /// Notes what became of pushes, those of before `through` for good.
    async fn settle(&self, through: Version, outcome: Outcome) -> Result<(), Status> {
        let Outcome { mut aside, applied } = outcome;
        self.app.metrics.pushes_applied.inc_by(u64::try_from(applied.len()).unwrap_or(u64::MAX));
        self.app.metrics.pushes_set_aside.inc_by(u64::try_from(aside.len()).unwrap_or(u64::MAX));
        // A commit has room for so many reasons. Those before the last say of nothing that it is settled.
        let rest = aside.split_off(aside.len().min(ASIDE_AT_ONCE));
        let mut waiting: Vec<Vec<Aside>> =
            rest.chunks(ASIDE_AT_ONCE).map(<[Aside]>::to_vec).collect();
        waiting.push(aside);
        while let Some(some) = waiting.pop() {
            let last = waiting.is_empty();
            let through = if last { through } else { Version(0) };
            let applied = if last { applied.clone() } else { Vec::new() };
            let command = Command::Settle { through, aside: some.clone(), applied };
            let request = self.app.request_of(Actor::system(self.app.clock.now()), command);
            match self.app.inboxes.execute(&inbox_name(&self.id)?, request).await {
                Ok(_) => {}
                Err(Error::TooLarge { .. }) if some.len() > 1 => {
                    waiting.extend(some.chunks(some.len().div_ceil(2)).map(<[Aside]>::to_vec));
                }
                Err(error) => return Err(status::unavailable(error.to_string())),
            }
        }
        Ok(())
    }
}

/// What became of a batch that was taken: applied, but for parents that are not here.
fn note(after: &Product, batch: Vec<(Work, ImportItem)>, outcome: &mut Outcome) {
    for (work, item) in batch {
        let Some(why) = after.parent_left_out(&item) else {
            outcome.applied.push(work.at);
            continue;
        };
        let waits_for = match why {
            ParentLeftOut::NotHere | ParentLeftOut::NotYet => item.parent.unwrap_or_default(),
            ParentLeftOut::Cycle | ParentLeftOut::TooDeep => Vec::new(),
        };
        let reason = format!("all of it was applied but the parent: {why}");
        outcome.aside.push(work.aside("PARENT_LEFT_OUT", &reason, waits_for));
    }
}

fn refused(work: &Work, item: &ImportItem, refusal: &Refusal) -> Aside {
    let unknown = matches!(refusal, Refusal::UnknownOrigin { .. });
    let waits_for = if unknown { vec![item.source.clone()] } else { Vec::new() };
    work.aside(refusal.code(), &refusal.to_string(), waits_for)
}

/// Leaves out what is set aside for the same reason as before.
fn changed(inbox: &Inbox, mut outcome: Outcome) -> Outcome {
    outcome.aside.retain(|aside| inbox.held_at(aside.at).is_none_or(|held| held.aside != *aside));
    outcome
}

/// The pushes that a record of an inbox took in.
fn received(record: &Record) -> Result<Vec<Work>, Status> {
    let commit =
        decode_record::<Inbox>(record).map_err(|error| status::internal(error.to_string()))?;
    let mut work = Vec::new();
    for event in commit.events {
        if let Event::PushesReceived { connection, pushes } = event {
            for (index, push) in (0_u32..).zip(pushes) {
                let at = PushAt { version: commit.version, index };
                let connection = connection.clone();
                work.push(Work { at, connection, received: commit.time, push });
            }
        }
    }
    Ok(work)
}

/// Reads pushes back from the log.
pub(super) async fn load(
    app: &App,
    id: &ProductId,
    wanted: &[PushAt],
) -> Result<Vec<Work>, Status> {
    let name = inbox_name(id)?;
    let mut versions: BTreeMap<Version, Vec<u32>> = BTreeMap::new();
    for at in wanted {
        versions.entry(at.version).or_default().push(at.index);
    }
    let mut work = Vec::new();
    for (version, indices) in versions {
        let one = ReadLimit { commits: 1, ..PAGE };
        let page = app.log.read(&name, LogVersion::new(version.0), one).await;
        let page = page.map_err(|error| status::unavailable(error.to_string()))?;
        for record in &page {
            work.extend(
                received(record)?.into_iter().filter(|one| indices.contains(&one.at.index)),
            );
        }
    }
    Ok(work)
}

/// Tries pushes again that were set aside. Answers with how many were applied, and how many are set aside still.
pub(super) async fn again(
    app: &Arc<App>,
    id: &ProductId,
    held: &[PushAt],
) -> Result<(u32, u32), Status> {
    let mut worker = Worker {
        app: Arc::clone(app),
        id: id.clone(),
        mappings: Mappings::default(),
        looked_at: 0,
    };
    let Some(inbox) = app.inbox(id).await? else { return Ok((0, 0)) };
    let (mut applied, mut aside) = (0, 0);
    for some in held.chunks(super::REPLAYED_AT_ONCE) {
        let work = load(app, id, some).await?;
        let outcome = worker.apply(work).await?;
        applied += outcome.applied.len();
        aside += outcome.aside.len();
        let outcome = changed(&inbox.state, outcome);
        if !outcome.is_empty() {
            worker.settle(inbox.state.settled(), outcome).await?;
        }
    }
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Ok((count(applied), count(aside)))
}

/// What was pushed, as it was pushed.
pub(crate) async fn bodies(
    app: &App,
    id: &ProductId,
    wanted: &[PushAt],
) -> Result<BTreeMap<PushAt, String>, Status> {
    let work = load(app, id, wanted).await?;
    Ok(work.into_iter().map(|one| (one.at, one.push.body)).collect())
}
