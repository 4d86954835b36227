//! What clients ask for, and what came of it.

use koepel_api::v1::{self, Edge, ItemKind, place::At};
use tonic::{Code, Response, Status};
use tonic_types::StatusExt as _;
use uuid::Uuid;

use crate::Client;

/// Where an item is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The top.
    Top,
    /// The bottom.
    Bottom,
    /// Directly above an item.
    Before(String),
    /// Directly below an item.
    After(String),
}

/// A place, and the neighbour that the caller saw on its other side: an item, the end, or unchecked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where.
    pub anchor: Anchor,
    /// The check.
    pub seen: Option<Option<String>>,
}

/// Something to be done with a product. Items go by their keys, domains by their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it, as those of the RPCs do")]
pub enum Command {
    Create { domain: String, title: String, place: Option<Place> },
    Retitle { item: String, title: String },
    Rank { item: String, place: Place },
    Reorder { item: String, place: Place },
    Pin { item: String },
    Unpin { item: String },
    Undo { version: u64 },
    Move { item: String, domain: String },
    Complete { item: String },
    Drop { item: String },
    Reopen { item: String, place: Option<Place> },
}

/// The reason that every pin gives, so that pinning twice changes nothing.
const PIN_REASON: &str = "a commitment";

/// A command of somebody, under a request id.
#[derive(Clone, Debug)]
pub struct Call {
    /// The request id.
    pub id: Uuid,
    /// Who: 0 is the Chief PO, `n` the PO of the `n`-th domain.
    pub actor: usize,
    /// What.
    pub command: Command,
    /// The version of the item that the caller saw; 0 for no check.
    pub expected: u64,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is acknowledged, as this version; with the item, as it was shown.
    Accepted(u64, Option<Box<v1::Item>>),
    /// It was refused, and has left nothing.
    Refused(Code, String),
    /// Nobody can know yet.
    Unknown(String),
}

impl Outcome {
    /// The same, of an answer that may not be counted on.
    #[must_use]
    pub fn in_doubt(self) -> Self {
        match self {
            Self::Accepted(version, _) => {
                Self::Unknown(format!("answered as version {version} while the power went"))
            }
            refused @ (Self::Refused(..) | Self::Unknown(_)) => refused,
        }
    }

    /// The version, if it was acknowledged.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        match self {
            Self::Accepted(version, _) => Some(*version),
            Self::Refused(..) | Self::Unknown(_) => None,
        }
    }

    /// Whether it has to be repeated.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}

/// Tells a refusal, after which nothing was done, from an answer that leaves it open.
#[must_use]
pub fn judge(status: &Status) -> Outcome {
    let details = status.get_error_details();
    let Some(info) = details.error_info() else {
        return Outcome::Unknown(format!("{:?}: {}", status.code(), status.message()));
    };
    assert_ne!(status.code(), Code::Internal, "a fault of the server: {}", status.message());
    match status.code() {
        Code::Unavailable | Code::DeadlineExceeded => {
            Outcome::Unknown(format!("{}: {}", info.reason, status.message()))
        }
        code => Outcome::Refused(code, info.reason.clone()),
    }
}

impl Call {
    /// Sends it, and waits for what comes of it.
    pub async fn send(&self, client: &Client, product: &str) -> Outcome {
        let answer =
            tokio::time::timeout(std::time::Duration::from_secs(60), self.ask(client, product));
        match answer.await {
            Err(_) => Outcome::Unknown("no answer within a minute".to_owned()),
            Ok(Err(status)) => judge(&status),
            Ok(Ok((receipt, item))) => {
                let receipt = receipt.expect("a receipt");
                assert_eq!(receipt.product, format!("products/{product}"));
                Outcome::Accepted(receipt.version, item.map(Box::new))
            }
        }
    }

    async fn ask(
        &self,
        client: &Client,
        product: &str,
    ) -> Result<(Option<v1::Receipt>, Option<v1::Item>), Status> {
        // Each response has an item and a receipt.
        macro_rules! call {
            ($rpc:ident, $request:expr) => {{
                let answer = client.backlog().$rpc($request).await.map(Response::into_inner)?;
                Ok((answer.receipt, answer.item))
            }};
        }
        let request_id = self.id.to_string();
        let expected_version = self.expected;
        let reason = "load".to_owned();
        let named = |item: &str| format!("products/{product}/items/{item}");
        let domain_of = |domain: &str| format!("products/{product}/domains/{domain}");
        let at = |place: &Place| wire(place, product);
        match &self.command {
            Command::Create { domain, title, place } => {
                let item = v1::Item {
                    title: title.clone(),
                    kind: ItemKind::Story.into(),
                    ..Default::default()
                };
                let place = place.as_ref().map(at);
                let parent = domain_of(domain);
                let item = Some(item);
                call!(
                    create_item,
                    v1::CreateItemRequest { parent, item, place, reason, request_id }
                )
            }
            Command::Retitle { item, title } => {
                let item =
                    v1::Item { name: named(item), title: title.clone(), ..Default::default() };
                let mask = prost_types::FieldMask { paths: vec!["title".to_owned()] };
                let (item, update_mask) = (Some(item), Some(mask));
                call!(
                    update_item,
                    v1::UpdateItemRequest {
                        item,
                        update_mask,
                        expected_version,
                        reason,
                        request_id
                    }
                )
            }
            Command::Rank { item, place } => {
                let (name, place, with_family) = (named(item), Some(at(place)), false);
                call!(
                    rank_item,
                    v1::RankItemRequest {
                        name,
                        place,
                        with_family,
                        expected_version,
                        reason,
                        request_id
                    }
                )
            }
            Command::Reorder { item, place } => {
                let (name, place) = (named(item), Some(at(place)));
                call!(
                    reorder_item,
                    v1::ReorderItemRequest { name, place, expected_version, reason, request_id }
                )
            }
            Command::Pin { item } => {
                let (name, reason) = (named(item), PIN_REASON.to_owned());
                call!(pin_item, v1::PinItemRequest { name, reason, expected_version, request_id })
            }
            Command::Unpin { item } => {
                let name = named(item);
                call!(
                    unpin_item,
                    v1::UnpinItemRequest { name, reason, expected_version, request_id }
                )
            }
            Command::Undo { version } => {
                let (product, version) = (format!("products/{product}"), *version);
                call!(undo_move, v1::UndoMoveRequest { product, version, reason, request_id })
            }
            Command::Move { item, domain } => {
                let (name, domain) = (named(item), domain_of(domain));
                call!(
                    move_item,
                    v1::MoveItemRequest { name, domain, expected_version, reason, request_id }
                )
            }
            Command::Complete { item } => {
                let name = named(item);
                call!(
                    complete_item,
                    v1::CompleteItemRequest { name, expected_version, reason, request_id }
                )
            }
            Command::Drop { item } => {
                let name = named(item);
                call!(drop_item, v1::DropItemRequest { name, reason, expected_version, request_id })
            }
            Command::Reopen { item, place } => {
                let (name, place) = (named(item), place.as_ref().map(at));
                call!(
                    reopen_item,
                    v1::ReopenItemRequest { name, place, expected_version, reason, request_id }
                )
            }
        }
    }
}

fn wire(place: &Place, product: &str) -> v1::Place {
    let named = |item: &String| format!("products/{product}/items/{item}");
    let at = match &place.anchor {
        Anchor::Top => At::Edge(Edge::Top.into()),
        Anchor::Bottom => At::Edge(Edge::Bottom.into()),
        Anchor::Before(item) => At::Before(named(item)),
        Anchor::After(item) => At::After(named(item)),
    };
    let neighbour_seen = place.seen.as_ref().map(|seen| seen.as_ref().map_or(String::new(), named));
    v1::Place { at: Some(at), neighbour_seen }
}
