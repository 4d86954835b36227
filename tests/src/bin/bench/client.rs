//! A client of the API: a connection of its own and a token. It does what any other client can do, and no more.

use std::time::Duration;

use anyhow::Result;
use koepel_api::v1::{
    self, admin_service_client::AdminServiceClient, alert_service_client::AlertServiceClient,
    backlog_service_client::BacklogServiceClient,
    connection_service_client::ConnectionServiceClient,
    escalation_service_client::EscalationServiceClient, event_service_client::EventServiceClient,
    history_service_client::HistoryServiceClient, ingest_service_client::IngestServiceClient,
    product_service_client::ProductServiceClient,
};
use tonic::{
    Request,
    metadata::{Ascii, MetadataValue},
    transport::{Channel, Endpoint},
};
use uuid::Uuid;

/// A connection with a token.
#[derive(Clone)]
pub(crate) struct Client {
    channel: Channel,
    token: MetadataValue<Ascii>,
}

impl Client {
    /// Connects; a small window makes a reader that takes nothing stall soon.
    pub(crate) async fn connect(address: &str, token: &str, window: Option<u32>) -> Result<Self> {
        let endpoint = Endpoint::from_shared(address.to_owned())?
            .tcp_nodelay(true)
            .timeout(Duration::from_secs(900))
            .initial_stream_window_size(window)
            .initial_connection_window_size(window);
        let token = format!("Bearer {token}").parse()?;
        Ok(Self { channel: endpoint.connect().await?, token })
    }

    /// A request with the token.
    pub(crate) fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.token.clone());
        request
    }

    pub(crate) fn backlog(&self) -> BacklogServiceClient<Channel> {
        BacklogServiceClient::new(self.channel.clone())
    }

    pub(crate) fn history(&self) -> HistoryServiceClient<Channel> {
        HistoryServiceClient::new(self.channel.clone())
    }

    pub(crate) fn ingest(&self) -> IngestServiceClient<Channel> {
        IngestServiceClient::new(self.channel.clone())
    }

    pub(crate) fn events(&self) -> EventServiceClient<Channel> {
        EventServiceClient::new(self.channel.clone())
    }

    pub(crate) fn products(&self) -> ProductServiceClient<Channel> {
        ProductServiceClient::new(self.channel.clone())
    }

    pub(crate) fn connections(&self) -> ConnectionServiceClient<Channel> {
        ConnectionServiceClient::new(self.channel.clone())
    }

    pub(crate) fn escalations(&self) -> EscalationServiceClient<Channel> {
        EscalationServiceClient::new(self.channel.clone())
    }

    pub(crate) fn alerts(&self) -> AlertServiceClient<Channel> {
        AlertServiceClient::new(self.channel.clone())
    }

    pub(crate) fn admin(&self) -> AdminServiceClient<Channel> {
        AdminServiceClient::new(self.channel.clone())
    }

    pub(crate) async fn status(&self) -> Result<v1::GetServerStatusResponse> {
        let request = self.request(v1::GetServerStatusRequest {});
        Ok(self.admin().get_server_status(request).await?.into_inner())
    }

    /// Makes a product with one domain, `online`.
    pub(crate) async fn make_product(&self, id: &str) -> Result<()> {
        let mut products = self.products();
        let product = v1::CreateProductRequest {
            product_id: id.to_owned(),
            display_name: "Measured".to_owned(),
            ..Default::default()
        };
        products.create_product(self.request(product)).await?;
        let domain = v1::CreateDomainRequest {
            parent: format!("products/{id}"),
            domain_id: "online".to_owned(),
            ..Default::default()
        };
        products.create_domain(self.request(domain)).await?;
        Ok(())
    }

    /// Makes one item of [`new_item`] and answers with the version that did it.
    pub(crate) async fn create(&self, product: &str, n: u64) -> Result<u64> {
        let answer = self.backlog().create_item(self.request(new_item(product, n))).await?;
        Ok(answer.into_inner().receipt.map_or(0, |receipt| receipt.version))
    }

    /// The bytes of all JSON payloads in a product's log, and its events.
    pub(crate) async fn payload_bytes(&self, product: &str) -> Result<(u64, u64)> {
        let request = v1::SubscribeRequest {
            product: format!("products/{product}"),
            until_caught_up: true,
            ..Default::default()
        };
        let mut stream = self.events().subscribe(self.request(request)).await?.into_inner();
        let (mut bytes, mut events) = (0, 0);
        while let Some(message) = stream.message().await? {
            if let Some(v1::subscribe_response::What::Event(event)) = message.what {
                bytes += event.data.len() as u64;
                events += 1;
            }
        }
        Ok((bytes, events))
    }
}

/// A request id.
pub(crate) fn request_id() -> String {
    Uuid::from_u128(rand::random()).to_string()
}

/// A new item whose event has about 512 bytes of JSON.
pub(crate) fn new_item(product: &str, n: u64) -> v1::CreateItemRequest {
    let item = v1::Item {
        kind: v1::ItemKind::Story.into(),
        title: format!("Pay by invoice, and see what is open, variant {n}"),
        text: words(n, 300),
        ..Default::default()
    };
    v1::CreateItemRequest {
        parent: format!("products/{product}/domains/online"),
        item: Some(item),
        request_id: request_id(),
        ..Default::default()
    }
}

/// A text of so many bytes, different for each number.
pub(crate) fn words(n: u64, bytes: usize) -> String {
    const WORDS: [&str; 16] = [
        "invoice", "payment", "customer", "return", "basket", "stock", "delivery", "voucher",
        "search", "price", "order", "account", "filter", "store", "report", "label",
    ];
    let mut chance = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut text = String::with_capacity(bytes + 16);
    while text.len() < bytes {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        text.push_str(WORDS[(chance % 16) as usize]);
        text.push(' ');
    }
    text.truncate(bytes - 1);
    text.push('.');
    text
}
