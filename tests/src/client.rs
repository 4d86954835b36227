//! A client of the API with somebody's token.

use koepel_api::v1::{
    admin_service_client::AdminServiceClient, alert_service_client::AlertServiceClient,
    backlog_service_client::BacklogServiceClient,
    connection_service_client::ConnectionServiceClient,
    directory_service_client::DirectoryServiceClient,
    escalation_point_service_client::EscalationPointServiceClient,
    escalation_service_client::EscalationServiceClient, event_service_client::EventServiceClient,
    governance_service_client::GovernanceServiceClient,
    history_service_client::HistoryServiceClient, ingest_service_client::IngestServiceClient,
    product_service_client::ProductServiceClient, roadmap_service_client::RoadmapServiceClient,
    share_service_client::ShareServiceClient, sync_service_client::SyncServiceClient,
};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Endpoint},
};

/// A connection that shows a token with each call.
pub type Connection = InterceptedService<Channel, Bearer>;

/// Puts a header on each call, if there is one, and the languages to be answered in, if some are asked for.
#[derive(Clone, Debug)]
pub struct Bearer {
    header: Option<MetadataValue<Ascii>>,
    languages: Option<MetadataValue<Ascii>>,
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(header) = &self.header {
            request.metadata_mut().insert("authorization", header.clone());
        }
        if let Some(languages) = &self.languages {
            request.metadata_mut().insert("accept-language", languages.clone());
        }
        Ok(request)
    }
}

/// Somebody who talks to a server, over a connection of their own.
#[derive(Clone, Debug)]
pub struct Client {
    channel: Channel,
    header: Bearer,
    token: String,
}

impl Client {
    /// Somebody with a token; nobody if it is empty.
    #[must_use]
    pub fn new(url: &str, token: &str) -> Self {
        let header = (!token.is_empty()).then(|| format!("Bearer {token}"));
        Self::with_header(url, header.as_deref(), token)
    }

    /// Somebody who shows this as their authorization.
    #[must_use]
    pub fn with_header(url: &str, header: Option<&str>, token: &str) -> Self {
        crate::secrets::held(header.unwrap_or_default());
        let endpoint = Endpoint::from_shared(url.to_owned()).unwrap();
        let channel = endpoint.tcp_nodelay(true).connect_lazy();
        let header = header.map(|header| header.parse().unwrap());
        Self { channel, header: Bearer { header, languages: None }, token: token.to_owned() }
    }

    /// As somebody else, over the same connection.
    #[must_use]
    pub fn as_token(&self, token: &str) -> Self {
        let header = format!("Bearer {token}");
        crate::secrets::held(&header);
        let header = header.parse().unwrap();
        Self {
            channel: self.channel.clone(),
            header: Bearer { header: Some(header), languages: None },
            token: token.to_owned(),
        }
    }

    /// The token.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// What it shows as its authorization.
    #[must_use]
    pub fn header(&self) -> Option<MetadataValue<Ascii>> {
        self.header.header.clone()
    }

    /// The same person, who asks to be answered in these languages: `da-DK,da;q=0.9`.
    #[must_use]
    pub fn in_languages(&self, languages: &str) -> Self {
        let header = self.header.header.clone();
        let languages = Some(languages.parse().unwrap());
        Self { header: Bearer { header, languages }, ..self.clone() }
    }

    /// The connection, without a token.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    fn connection(&self) -> Connection {
        InterceptedService::new(self.channel.clone(), self.header.clone())
    }

    /// Whom to ask.
    #[must_use]
    pub fn directory(&self) -> DirectoryServiceClient<Connection> {
        DirectoryServiceClient::new(self.connection())
    }

    /// Items and their order.
    #[must_use]
    pub fn backlog(&self) -> BacklogServiceClient<Connection> {
        BacklogServiceClient::new(self.connection())
    }

    /// Products, domains and roles.
    #[must_use]
    pub fn products(&self) -> ProductServiceClient<Connection> {
        ProductServiceClient::new(self.connection())
    }

    /// Vision, goals, roadmap.
    #[must_use]
    pub fn roadmap(&self) -> RoadmapServiceClient<Connection> {
        RoadmapServiceClient::new(self.connection())
    }

    /// Escalations.
    #[must_use]
    pub fn escalations(&self) -> EscalationServiceClient<Connection> {
        EscalationServiceClient::new(self.connection())
    }

    /// Decisions.
    #[must_use]
    pub fn governance(&self) -> GovernanceServiceClient<Connection> {
        GovernanceServiceClient::new(self.connection())
    }

    /// Syncs.
    #[must_use]
    pub fn syncs(&self) -> SyncServiceClient<Connection> {
        SyncServiceClient::new(self.connection())
    }

    /// Links for people without an account.
    #[must_use]
    pub fn shares(&self) -> ShareServiceClient<Connection> {
        ShareServiceClient::new(self.connection())
    }

    /// What changed.
    #[must_use]
    pub fn history(&self) -> HistoryServiceClient<Connection> {
        HistoryServiceClient::new(self.connection())
    }

    /// What happened.
    #[must_use]
    pub fn events(&self) -> EventServiceClient<Connection> {
        EventServiceClient::new(self.connection())
    }

    /// Who decides what, and calendars.
    #[must_use]
    pub fn escalation_points(&self) -> EscalationPointServiceClient<Connection> {
        EscalationPointServiceClient::new(self.connection())
    }

    /// Team tools that push.
    #[must_use]
    pub fn connections(&self) -> ConnectionServiceClient<Connection> {
        ConnectionServiceClient::new(self.connection())
    }

    /// Who is told what.
    #[must_use]
    pub fn alerts(&self) -> AlertServiceClient<Connection> {
        AlertServiceClient::new(self.connection())
    }

    /// Imports.
    #[must_use]
    pub fn ingest(&self) -> IngestServiceClient<Connection> {
        IngestServiceClient::new(self.connection())
    }

    /// People, tokens and the server itself.
    #[must_use]
    pub fn admin(&self) -> AdminServiceClient<Connection> {
        AdminServiceClient::new(self.connection())
    }
}
