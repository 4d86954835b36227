//! Publishing over one connection: reads on from the log where the checkpoint is, sends several events at once, and moves the
//! checkpoint as they are acknowledged, the oldest first. Of what waits, only a page and a window are in memory.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    pin::Pin,
    time::Duration,
};

use async_nats::jetstream::{
    context::{PublishError, PublishErrorKind},
    message::PublishMessage,
    publish::PublishAck,
};
use futures::FutureExt as _;
use koepel_api::{
    cloud_event::{CloudEvent, MEDIA_TYPE},
    v1,
};
use koepel_domain::{ids::ProductId, product::Product};
use koepel_event_log::{EventLog as _, Head, ProductName, ReadError, ReadLimit, Record};
use tokio::{sync::watch, time::Instant};

use super::{
    Away, Publisher,
    link::{Condition, Link},
    subject,
};
use crate::{app::stop_signal, event};

/// How much of a product is read before it is another one's turn.
const PAGE: ReadLimit = ReadLimit { commits: 256, size_bytes: 256 << 10 };
/// Most messages, and bytes of them, that may be unacknowledged.
const WINDOW: usize = 512;
const WINDOW_BYTES: usize = 4 << 20;
/// How long a stop waits for what is unacknowledged.
const DRAIN: Duration = Duration::from_secs(3);
/// How often the stream is looked at while nothing happens.
const LOOK: Duration = Duration::from_secs(10);

/// Why a session ended.
#[derive(Debug)]
pub(super) enum End {
    /// The server stops.
    Stopped,
    /// The stream is another one than at the beginning.
    Again,
    /// Nothing can be published at the moment.
    Away(Away),
}

/// What does not go on as it was meant to.
enum Trouble {
    /// A message was lost, or somebody else's came between: all that is unacknowledged is sent again.
    Rewind,
    End(End),
}

impl From<Away> for Trouble {
    fn from(away: Away) -> Self {
        Self::End(End::Away(away))
    }
}

type Ack = Pin<Box<dyn Future<Output = Result<PublishAck, PublishError>> + Send>>;

/// A message that was sent, or a commit that had nothing to send.
struct Sent {
    product: ProductName,
    /// What the product has reached with it, if it is the last of its commit.
    reaches: Option<Head>,
    size_bytes: usize,
    ack: Option<Ack>,
}

/// Publishing over one connection.
pub(super) struct Session<'a> {
    publisher: &'a mut Publisher,
    link: Link,
    /// How far products were read beyond the checkpoint.
    read: BTreeMap<ProductName, Head>,
    /// The oldest first.
    under_way: VecDeque<Sent>,
    unacknowledged: usize,
    unacknowledged_bytes: usize,
    /// The id of the last message that was sent.
    last_id: String,
    window: usize,
    /// Products whose logs turned out to be damaged.
    unreadable: BTreeSet<ProductName>,
    /// The product that was read last.
    turn: Option<ProductName>,
    look_at: Instant,
}

impl<'a> Session<'a> {
    pub(super) fn new(publisher: &'a mut Publisher, link: Link) -> Self {
        Self {
            publisher,
            link,
            read: BTreeMap::new(),
            under_way: VecDeque::new(),
            unacknowledged: 0,
            unacknowledged_bytes: 0,
            last_id: String::new(),
            window: WINDOW,
            unreadable: BTreeSet::new(),
            turn: None,
            look_at: Instant::now() + LOOK,
        }
    }

    /// Publishes until that goes wrong, or the server stops.
    pub(super) async fn run(mut self) -> End {
        let mut news = self.publisher.app.products.news();
        loop {
            match self.round(&mut news).await {
                Ok(()) => {}
                Err(Trouble::Rewind) => self.rewind(),
                Err(Trouble::End(End::Stopped)) => {
                    self.drain().await;
                    return End::Stopped;
                }
                Err(Trouble::End(end)) => return end,
            }
        }
    }

    async fn round(&mut self, news: &mut watch::Receiver<()>) -> Result<(), Trouble> {
        if *self.publisher.stopping.borrow() {
            return Err(Trouble::End(End::Stopped));
        }
        news.mark_unchanged();
        self.settle_ready()?;
        self.publisher.checkpoint.save_in_time().await;
        match self.next_behind() {
            Some(product) => self.page(product).await,
            None => self.wait(news).await,
        }
    }

    /// How far a product was read.
    fn read_to(&self, product: &ProductName) -> Head {
        let read = self.read.get(product).copied();
        read.unwrap_or_else(|| self.publisher.checkpoint.head(product))
    }

    /// The next product in turn that has something to be read.
    fn next_behind(&self) -> Option<ProductName> {
        let app = &self.publisher.app;
        let mut behind = app.products.heads();
        behind.retain(|(product, head)| {
            *product != app.system_name
                && self.read_to(product) != *head
                && !self.unreadable.contains(product)
        });
        let next = behind.iter().find(|(product, _)| Some(product) > self.turn.as_ref());
        next.or(behind.first()).map(|(product, _)| product.clone())
    }

    /// Waits until there is something to do.
    async fn wait(&mut self, news: &mut watch::Receiver<()>) -> Result<(), Trouble> {
        let mut stopping = self.publisher.stopping.clone();
        let save_at = self.publisher.checkpoint.save_at();
        let look_at = self.look_at;
        tokio::select! {
            biased;
            () = stop_signal(&mut stopping) => Err(Trouble::End(End::Stopped)),
            () = lost(&mut self.link.condition) => Err(connection_lost()),
            outcome = front(&mut self.under_way) => self.settle(outcome),
            changed = news.changed() => match changed {
                Ok(()) => Ok(()),
                Err(_) => Err(Trouble::End(End::Stopped)),
            },
            () = tokio::time::sleep_until(save_at.unwrap_or(look_at)), if save_at.is_some() => Ok(()),
            () = tokio::time::sleep_until(look_at) => self.look().await,
        }
    }

    /// Looks whether the stream is still the one that it was.
    async fn look(&mut self) -> Result<(), Trouble> {
        self.look_at = Instant::now() + LOOK;
        let Publisher { checkpoint, settings, .. } = &*self.publisher;
        match self.link.is_same(checkpoint.sequence(), settings).await? {
            true => Ok(()),
            false => Err(Trouble::End(End::Again)),
        }
    }

    /// Sends what a product has beyond what was read of it, a page at most.
    async fn page(&mut self, product: ProductName) -> Result<(), Trouble> {
        self.turn = Some(product.clone());
        let from = self.read_to(&product);
        let log = |error: String| Trouble::from(Away::Log(error));
        let view = self.publisher.app.products.view(&product).await;
        let view = view.map_err(|error| log(error.to_string()))?;
        let read = self.publisher.app.log.read(&product, from.version.next(), PAGE).await;
        let page = match read {
            Ok(page) => page,
            Err(error @ ReadError::Damaged { .. }) => {
                tracing::error!(%product, %error, "not published to NATS any further");
                self.unreadable.insert(product);
                return Ok(());
            }
            Err(error @ (ReadError::Unavailable { .. } | ReadError::Closed)) => {
                return Err(log(error.to_string()));
            }
        };
        let goes_on = page.first().is_some_and(|first| first.previous == from.hash);
        if !goes_on {
            tracing::warn!(%product, version = %from.version, "the log does not go on from what was published; all of this product is published again");
            self.publisher.checkpoint.reach(&product, Head::ZERO);
            self.publisher.told.reached(&product, Head::ZERO);
            return Err(Trouble::Rewind);
        }
        let id = ProductId::new(product.as_str()).map_err(|error| log(error.to_string()))?;
        // Beyond the view there may be items that it does not have.
        for record in page.iter().take_while(|record| record.version <= view.head.version) {
            self.commit(&product, &id, &view.state, record).await?;
        }
        Ok(())
    }

    async fn commit(
        &mut self,
        product: &ProductName,
        id: &ProductId,
        state: &Product,
        record: &Record,
    ) -> Result<(), Trouble> {
        let mut events = event::of(id, record, |_| true).peekable();
        if events.peek().is_none() {
            let (product, reaches) = (product.clone(), Some(record.head()));
            self.under_way.push_back(Sent { product, reaches, size_bytes: 0, ack: None });
        }
        while let Some((about, event)) = events.next() {
            self.make_room().await?;
            let domain = event::domain(&about, state);
            let domain = domain.as_ref().map(|domain| domain.as_str());
            let prefix = &self.publisher.settings.subject_prefix;
            let subject = subject::subject(prefix, product.as_str(), domain, &event.r#type);
            let reaches = events.peek().is_none().then(|| record.head());
            self.send(product.clone(), subject, event, reaches).await?;
        }
        match self.read.get_mut(product) {
            Some(read) => *read = record.head(),
            None => drop(self.read.insert(product.clone(), record.head())),
        }
        Ok(())
    }

    async fn send(
        &mut self,
        product: ProductName,
        subject: String,
        event: v1::Event,
        reaches: Option<Head>,
    ) -> Result<(), Trouble> {
        if self.link.condition.borrow().lost {
            return Err(connection_lost());
        }
        let json = serde_json::to_vec(&CloudEvent::from(&event));
        let json = json.map_err(|error| Away::Log(error.to_string()))?;
        let size_bytes = json.len();
        let mut message = PublishMessage::build()
            .payload(json.into())
            .header("content-type", MEDIA_TYPE)
            .message_id(&event.id)
            .expected_stream(&self.publisher.settings.stream);
        if self.unacknowledged > 0 {
            message = message.expected_last_message_id(&self.last_id);
        }
        let sent = self.link.context.send_publish(subject, message).await;
        let ack: Ack = Box::pin(sent.map_err(|error| self.refused(&error))?.into_future());
        self.under_way.push_back(Sent { product, reaches, size_bytes, ack: Some(ack) });
        self.unacknowledged += 1;
        self.unacknowledged_bytes += size_bytes;
        self.last_id = event.id;
        Ok(())
    }

    /// Waits until another message may be sent.
    async fn make_room(&mut self) -> Result<(), Trouble> {
        self.settle_ready()?;
        while self.unacknowledged >= self.window || self.unacknowledged_bytes >= WINDOW_BYTES {
            let mut stopping = self.publisher.stopping.clone();
            tokio::select! {
                biased;
                () = stop_signal(&mut stopping) => return Err(Trouble::End(End::Stopped)),
                () = lost(&mut self.link.condition) => return Err(connection_lost()),
                outcome = front(&mut self.under_way) => self.settle(outcome)?,
            }
            self.settle_ready()?;
        }
        Ok(())
    }

    /// Takes in what was acknowledged already.
    fn settle_ready(&mut self) -> Result<(), Trouble> {
        while let Some(oldest) = self.under_way.front_mut() {
            match oldest.ack.as_mut().map(|ack| ack.now_or_never()) {
                None => self.passed(),
                Some(Some(outcome)) => self.settle(outcome)?,
                Some(None) => break,
            }
        }
        Ok(())
    }

    /// The oldest message has an outcome.
    fn settle(&mut self, outcome: Result<PublishAck, PublishError>) -> Result<(), Trouble> {
        let ack = outcome.map_err(|error| self.refused(&error))?;
        let checkpoint = &mut self.publisher.checkpoint;
        if !ack.duplicate && ack.sequence <= checkpoint.sequence() {
            // A stream counts upwards. This is a new one.
            return Err(Trouble::End(End::Again));
        }
        checkpoint.acknowledged(ack.sequence);
        self.publisher.told.published();
        self.publisher.failures = 0;
        self.window = self.window.saturating_add(1).min(WINDOW);
        self.passed();
        Ok(())
    }

    /// The oldest is done with.
    fn passed(&mut self) {
        let Some(Sent { product, reaches, size_bytes, ack }) = self.under_way.pop_front() else {
            return;
        };
        if ack.is_some() {
            self.unacknowledged -= 1;
            self.unacknowledged_bytes -= size_bytes;
        }
        if let Some(head) = reaches {
            self.publisher.checkpoint.reach(&product, head);
            self.publisher.told.reached(&product, head);
        }
    }

    fn refused(&self, error: &PublishError) -> Trouble {
        let away = match error.kind() {
            PublishErrorKind::WrongLastMessageId => {
                self.publisher.told.failed();
                return Trouble::Rewind;
            }
            // A server does not answer to what it does not allow; it complains of it.
            PublishErrorKind::TimedOut | PublishErrorKind::BrokenPipe => {
                let complaint = self.link.condition.borrow().complaint.clone();
                complaint.map_or_else(|| Away::Unreachable(error.to_string()), Away::Refused)
            }
            // What the client calls that is any subject that nobody answers for: a stream without a leader, too.
            PublishErrorKind::StreamNotFound => {
                Away::Unreachable("the stream is gone, or has no leader at the moment".to_owned())
            }
            PublishErrorKind::WrongLastSequence
            | PublishErrorKind::MaxAckPending
            | PublishErrorKind::MaxPayloadExceeded
            | PublishErrorKind::Other => Away::Stream(error.to_string()),
        };
        away.into()
    }

    /// Goes back to the first that is not acknowledged. Somebody else who publishes into the stream makes that necessary again and
    /// again, so fewer go out at once then.
    fn rewind(&mut self) {
        self.under_way.clear();
        self.read.clear();
        (self.unacknowledged, self.unacknowledged_bytes) = (0, 0);
        self.window = (self.window / 2).max(1);
    }

    /// Waits for what is unacknowledged, not for ever.
    async fn drain(&mut self) {
        let settled = async {
            while !self.under_way.is_empty() && self.settle_ready().is_ok() {
                tokio::select! {
                    () = lost(&mut self.link.condition) => return,
                    outcome = front(&mut self.under_way) => if self.settle(outcome).is_err() {
                        return;
                    },
                }
            }
        };
        // What was not acknowledged is published after the next start.
        let _in_time = tokio::time::timeout(DRAIN, settled).await;
    }
}

fn connection_lost() -> Trouble {
    Away::Unreachable("the connection was lost".to_owned()).into()
}

async fn lost(condition: &mut watch::Receiver<Condition>) {
    // The sender is gone with the connection.
    let _gone = condition.wait_for(|condition| condition.lost).await.is_err();
}

/// The outcome of the oldest message, once it has one.
async fn front(under_way: &mut VecDeque<Sent>) -> Result<PublishAck, PublishError> {
    match under_way.front_mut() {
        Some(Sent { ack: Some(ack), .. }) => ack.await,
        Some(Sent { ack: None, .. }) | None => std::future::pending().await,
    }
}
