//! Taking a text out of a product's log: in which events it stands, and what stands there afterwards.
//!
//! The text goes out of every string that holds it, wherever in the product that is: a title comes again in the event that
//! changes it, a reason is copied. What is left of a string stays around the [`MARK`]; where that makes no valid event, as where
//! a line would be too long, the mark stands for the whole string. Ids, keys and the like are no texts: without them an event
//! says nothing. If the text stands in one, that is told and stays.
//!
//! Everything is folded without the text before anything is done, so a log that was redacted can always be opened.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use koepel_domain::{
    ids::{PersonId, Timestamp},
    inbox::Inbox,
    outbox::Outbox,
    product::Product,
    system::System,
    text::Reason,
};
use koepel_event_log::{
    self as log, EventLog, Hash, NewCommit, Payload, ProductName, REDACTION, Record, Version,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Aggregate, SYSTEM, Sort, codec, open::PAGE};

/// What stands in the place of a text that was taken out.
pub const MARK: &str = "[redacted]";

/// A shorter text is in too many words.
const SHORTEST: usize = 3;
/// One commit says so of at most so many events.
const NOTICES_MAX: usize = 2_000;
/// Lists that are kept sorted, each entry once.
const SORTED: &str = "labels";

/// What is to be taken out, and on whose word.
#[derive(Clone, Debug)]
pub struct Order {
    /// The text.
    pub text: String,
    /// Who says so.
    pub by: PersonId,
    /// Why.
    pub reason: Reason,
    /// When.
    pub now: Timestamp,
}

/// Why a text cannot be taken out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The text is too short.
    #[error(
        "the text has {length} characters: give at least {SHORTEST}, or it would go out of words that only contain it"
    )]
    TooShort {
        /// How many it has.
        length: usize,
    },
    /// The mark, or the reason, has the text in it.
    #[error("the {what} has the text in it, and stays in the log: {advice}")]
    InWords {
        /// "reason".
        what: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// Nobody has this id.
    #[error("there is no person {0} on this server: give the id of whoever takes the text out")]
    UnknownPerson(PersonId),
    /// The product could not be read without the text.
    #[error(
        "without the text product {product} could not be read any more: version {version}: {what}"
    )]
    Breaks {
        /// The product.
        product: ProductName,
        /// Where.
        version: Version,
        /// What does not fit.
        what: String,
    },
    /// The log cannot be read.
    #[error("{0}")]
    Log(String),
}

/// An event that loses a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The version whose commit holds it.
    pub version: Version,
    /// Which of the commit's events it is, from 0.
    pub event: u32,
    /// Its type.
    pub kind: String,
    /// The key of the item that it is about, or the id of the domain.
    pub about: Option<String>,
    /// The fields, `title.from`.
    pub fields: Vec<String>,
}

/// A place in which the text stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The version whose commit has it.
    pub version: Version,
    /// Where in it.
    pub place: String,
}

/// What would be done.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The events that lose the text.
    pub found: Vec<Found>,
    /// Where in the product it stays.
    pub left: Vec<Left>,
    /// The other products in which it stands, each with the number of events.
    pub elsewhere: Vec<(ProductName, u64)>,
    /// What stands in the place of which payload.
    pub stand_ins: BTreeMap<(Version, u32), Bytes>,
    /// The commits that say so.
    pub notices: Vec<NewCommit>,
}

/// Finds a text in a product, and says what would be done. Nothing is done yet.
///
/// # Errors
/// [`Refused`].
pub async fn plan(
    log: &dyn EventLog,
    product: &ProductName,
    order: &Order,
    mint: &mut (dyn FnMut() -> Uuid + Send),
) -> Result<Plan, Refused> {
    suits(order)?;
    let system_name = ProductName::new(SYSTEM).map_err(|error| Refused::Log(error.to_string()))?;
    let (system, _) = crate::replay::<System>(log, &system_name).await.map_err(Refused::Log)?;
    if system.person(&order.by).is_none() && order.by != PersonId::system() {
        return Err(Refused::UnknownPerson(order.by.clone()));
    }
    let mut plan = match Sort::of(product) {
        Sort::System => plan_of::<System>(log, product, order, mint).await?,
        Sort::Inbox => plan_of::<Inbox>(log, product, order, mint).await?,
        Sort::Outbox => plan_of::<Outbox>(log, product, order, mint).await?,
        Sort::Product => plan_of::<Product>(log, product, order, mint).await?,
    };
    let heads = log.products().await.map_err(unread)?;
    for (other, _) in heads.into_iter().filter(|(other, _)| other != product) {
        let count = count(log, &other, &order.text).await?;
        if count > 0 {
            plan.elsewhere.push((other, count));
        }
    }
    Ok(plan)
}

fn suits(order: &Order) -> Result<(), Refused> {
    let length = order.text.trim().chars().count();
    if length < SHORTEST {
        return Err(Refused::TooShort { length });
    }
    if MARK.contains(&order.text) {
        let advice = "give the text with the words around it";
        return Err(Refused::InWords { what: "mark that would stand in its place", advice });
    }
    if order.reason.as_str().contains(&order.text) {
        let advice = "say why in other words";
        return Err(Refused::InWords { what: "reason", advice });
    }
    Ok(())
}

fn unread(error: log::ReadError) -> Refused {
    Refused::Log(error.to_string())
}

async fn plan_of<A: Aggregate>(
    log: &dyn EventLog,
    product: &ProductName,
    order: &Order,
    mint: &mut (dyn FnMut() -> Uuid + Send),
) -> Result<Plan, Refused> {
    let mut taking = Taking::new(&order.text);
    let mut state = A::default();
    let mut version = Version::ZERO;
    let mut time_us = order.now.0;
    let breaks = |version, what| Refused::Breaks { product: product.clone(), version, what };
    loop {
        let page = log.read(product, version.next(), PAGE).await.map_err(unread)?;
        if page.is_empty() {
            break;
        }
        for mut record in page {
            version = record.version;
            time_us = time_us.max(record.commit.time_us);
            taking.record::<A>(&mut record);
            let commit = codec::decode_record::<A>(&record)
                .map_err(|error| breaks(version, error.to_string()))?;
            state.apply(&commit).map_err(|misfit| breaks(version, misfit.to_string()))?;
        }
    }
    let Taking { found, left, stand_ins, .. } = taking;
    let mut notices = Vec::new();
    for some in found.chunks(NOTICES_MAX) {
        let events = some.iter().map(|one| notice(one, &stand_ins, &order.reason));
        let commit = NewCommit {
            commit_id: mint(),
            recorded_at_us: order.now.0,
            time_us,
            actor: order.by.as_str().to_owned(),
            request_id: None,
            body_hash: Hash::ZERO,
            cause: None,
            events: events.collect(),
        };
        let (previous, hash) = (Hash::ZERO, Hash::ZERO);
        version = version.next();
        let record = Record { product: product.clone(), version, previous, hash, commit };
        let commit = codec::decode_record::<A>(&record)
            .map_err(|error| breaks(version, error.to_string()))?;
        state.apply(&commit).map_err(|misfit| breaks(version, misfit.to_string()))?;
        notices.push(record.commit);
    }
    state.check().map_err(|what| breaks(version, what))?;
    Ok(Plan { found, left, elsewhere: Vec::new(), stand_ins, notices })
}

/// The event that vouches for what stands in the place of a payload.
fn notice(
    found: &Found,
    stand_ins: &BTreeMap<(Version, u32), Bytes>,
    reason: &Reason,
) -> log::Event {
    let stand_in = stand_ins.get(&(found.version, found.event)).cloned().unwrap_or_default();
    let mut said = json!({
        "version": found.version,
        "event": found.event,
        "stand_in": Hash::of(&stand_in),
        "reason": reason,
    });
    let read: Value = serde_json::from_slice(&stand_in).unwrap_or_default();
    for field in ["item", "domain"] {
        if let (Some(about), Some(said)) = (read.get(field), said.as_object_mut()) {
            said.insert(field.to_owned(), about.clone());
            break;
        }
    }
    let payload = Payload::Present(Bytes::from(said.to_string()));
    log::Event { kind: REDACTION.to_owned(), schema: 1, payload }
}

/// How many events of a product hold a text.
async fn count(log: &dyn EventLog, product: &ProductName, text: &str) -> Result<u64, Refused> {
    let (mut version, mut count) = (Version::ZERO, 0);
    loop {
        let page = log.read(product, version.next(), PAGE).await.map_err(unread)?;
        let Some(last) = page.last() else { return Ok(count) };
        version = last.version;
        for event in page.iter().flat_map(|record| &record.commit.events) {
            let read = event.payload.readable().and_then(|bytes| may_hold(bytes, text));
            count += u64::from(read.is_some_and(|read| !holders(&read, text).is_empty()));
        }
    }
}

/// A payload as JSON, if it may hold a text in one of its strings.
fn may_hold(payload: &[u8], text: &str) -> Option<Value> {
    let plain = std::str::from_utf8(payload).ok()?;
    // What JSON writes otherwise has a backslash in it.
    if !plain.contains(text) && !plain.contains('\\') {
        return None;
    }
    serde_json::from_str(plain).ok()
}

/// Whether a string holds a text, as it is or as JSON writes it: what a tool pushed is kept as one string of JSON.
fn holds(string: &str, text: &str) -> bool {
    string.contains(text) || string.contains(&as_json(text))
}

/// A text as JSON writes it, without the quotes around it.
fn as_json(text: &str) -> String {
    let quoted = Value::from(text).to_string();
    quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).to_owned()
}

/// The strings that hold a text, as JSON pointers.
fn holders(value: &Value, text: &str) -> Vec<String> {
    fn walk(value: &Value, text: &str, path: &str, found: &mut Vec<String>) {
        match value {
            Value::String(string) if holds(string, text) => found.push(path.to_owned()),
            Value::Array(values) => {
                for (at, value) in values.iter().enumerate() {
                    walk(value, text, &format!("{path}/{at}"), found);
                }
            }
            // The names of fields are ours, and have nothing that JSON pointers would write otherwise.
            Value::Object(fields) => {
                for (name, value) in fields {
                    walk(value, text, &format!("{path}/{name}"), found);
                }
            }
            Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut found = Vec::new();
    walk(value, text, "", &mut found);
    found
}

/// A text on its way out.
struct Taking<'a> {
    text: &'a str,
    /// What stands for whole strings: the same for the same, another for another.
    whole: HashMap<String, String>,
    found: Vec<Found>,
    left: Vec<Left>,
    stand_ins: BTreeMap<(Version, u32), Bytes>,
}

impl<'a> Taking<'a> {
    fn new(text: &'a str) -> Self {
        let (whole, found, left) = (HashMap::new(), Vec::new(), Vec::new());
        Self { text, whole, found, left, stand_ins: BTreeMap::new() }
    }

    /// Takes the text out of a record.
    fn record<A: Aggregate>(&mut self, record: &mut Record) {
        let version = record.version;
        let headers = [
            ("the actor", Some(&record.commit.actor)),
            ("the cause", record.commit.cause.as_ref()),
        ];
        for (place, value) in headers {
            if value.is_some_and(|value| value.contains(self.text)) {
                self.left.push(Left { version, place: place.to_owned() });
            }
        }
        for (at, event) in (0_u32..).zip(&mut record.commit.events) {
            let read = event.payload.readable().and_then(|bytes| may_hold(bytes, self.text));
            let Some(mut value) = read else { continue };
            let fields = self.event::<A>(version, event, &mut value);
            if fields.is_empty() {
                continue;
            }
            let about = value.get("item").or_else(|| value.get("domain"));
            self.found.push(Found {
                version,
                event: at,
                kind: event.kind.clone(),
                about: about.and_then(Value::as_str).map(str::to_owned),
                fields,
            });
            let stand_in = Bytes::from(value.to_string());
            self.stand_ins.insert((version, at), stand_in.clone());
            let (hash, size_bytes) = (event.payload.hash(), event.payload.size_bytes());
            let size_bytes = u32::try_from(size_bytes).unwrap_or(u32::MAX);
            event.payload = Payload::Redacted { hash, size_bytes, stand_in };
        }
    }

    /// Takes the text out of the strings of an event, as far as it stays one. Answers with their fields.
    fn event<A: Aggregate>(
        &mut self,
        version: Version,
        event: &log::Event,
        value: &mut Value,
    ) -> Vec<String> {
        let mut fields = Vec::new();
        for pointer in holders(value, self.text) {
            let field = pointer.trim_start_matches('/').replace('/', ".");
            if self.string::<A>(event, value, &pointer) {
                fields.push(field);
            } else {
                self.left.push(Left { version, place: format!("{} {field}", event.kind) });
            }
        }
        if fields.iter().any(|field| field.contains(SORTED)) {
            sort(value, false);
        }
        fields
    }

    /// Takes the text out of one string. Answers whether that left an event.
    fn string<A: Aggregate>(
        &mut self,
        event: &log::Event,
        value: &mut Value,
        pointer: &str,
    ) -> bool {
        let Some(Value::String(was)) = value.pointer(pointer).cloned() else { return false };
        let within = was.replace(self.text, MARK).replace(&as_json(self.text), MARK);
        let next = self.whole.len() + 1;
        let known = self.whole.get(&was).cloned();
        let whole = known.unwrap_or_else(|| match next {
            1 => MARK.to_owned(),
            _ => format!("[redacted {next}]"),
        });
        for string in [within, whole.clone()] {
            if holds(&string, self.text) {
                continue;
            }
            if string == whole {
                self.whole.insert(was.clone(), whole.clone());
            }
            set(value, pointer, string);
            let payload = Payload::Present(Bytes::from(value.to_string()));
            let (kind, schema) = (event.kind.clone(), event.schema);
            if A::decode(&log::Event { kind, schema, payload }).is_ok() {
                return true;
            }
        }
        set(value, pointer, was);
        false
    }
}

fn set(value: &mut Value, pointer: &str, string: String) {
    if let Some(slot) = value.pointer_mut(pointer) {
        *slot = Value::String(string);
    }
}

/// Sorts the lists that are to be sorted.
fn sort(value: &mut Value, sorted: bool) {
    match value {
        Value::Array(values) if sorted => {
            values.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            values.dedup();
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                sort(value, sorted || name == SORTED);
            }
        }
        Value::Array(_) | Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
