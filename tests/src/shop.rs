//! A small product to work on: the webshop with three domains, and somebody in each role.

use koepel_api::{
    date::Date,
    v1::{self, ItemKind, Role, place::At},
};
use prost_types::Timestamp;
use rand::RngCore as _;

use crate::{Answer as _, Client, Server, Settings};

/// A server with the product `webshop`: domains `online` (ONLINE), `offline` (OFFLINE) and `backoffice` (BACKOFFICE).
#[derive(Debug)]
pub struct Shop {
    /// The server.
    pub server: Server,
    /// The administrator, who has no role in the product.
    pub admin: Client,
    /// `p-chief`, Chief PO.
    pub chief: Client,
    /// `p-online`, PO of online.
    pub online: Client,
    /// `p-offline`, PO of offline.
    pub offline: Client,
    /// `p-member`, member of the whole product.
    pub member: Client,
    /// `p-stakeholder`.
    pub stakeholder: Client,
    /// `p-tool`.
    pub tool: Client,
    /// `p-stranger`, known to the server and nothing in the product.
    pub stranger: Client,
}

/// A fresh request id.
#[must_use]
pub fn request_id() -> String {
    let mut bytes = [0; 16];
    rand::rng().fill_bytes(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// The top or the bottom.
#[must_use]
pub fn at(edge: v1::Edge) -> Option<v1::Place> {
    Some(v1::Place { at: Some(At::Edge(edge.into())), neighbour_seen: None })
}

/// Above an item.
#[must_use]
pub fn before(key: &str) -> Option<v1::Place> {
    Some(v1::Place { at: Some(At::Before(Shop::name(key))), neighbour_seen: None })
}

/// Below an item.
#[must_use]
pub fn after(key: &str) -> Option<v1::Place> {
    Some(v1::Place { at: Some(At::After(Shop::name(key))), neighbour_seen: None })
}

impl Shop {
    /// Starts a server and sets the product up.
    pub async fn open() -> Self {
        Self::open_with(Settings::default()).await
    }

    /// Starts a server with settings and sets the product up.
    pub async fn open_with(settings: Settings) -> Self {
        Self::set_up(Server::start_with(settings).await).await
    }

    /// Sets the product up on a server.
    pub async fn set_up(server: Server) -> Self {
        let admin = server.admin();
        let mut people = Vec::new();
        for id in ["chief", "online", "offline", "member", "stakeholder", "tool", "stranger"] {
            people.push(Self::person(&admin, &format!("p-{id}")).await);
        }
        let product = v1::CreateProductRequest {
            product_id: "webshop".to_owned(),
            display_name: "Webshop".to_owned(),
            chief_po: "people/p-chief".to_owned(),
            ..Default::default()
        };
        admin.products().create_product(product).await.given();
        for domain in ["online", "offline", "backoffice"] {
            Self::domain(&admin, "products/webshop", domain).await;
        }
        let roles = [
            ("p-online", Role::DomainPo, "products/webshop/domains/online"),
            ("p-offline", Role::DomainPo, "products/webshop/domains/offline"),
            ("p-member", Role::Member, ""),
            ("p-stakeholder", Role::Stakeholder, ""),
            ("p-tool", Role::Tool, ""),
        ];
        for (person, role, domain) in roles {
            Self::grant(&admin, "products/webshop", person, role, domain).await;
        }
        let [chief, online, offline, member, stakeholder, tool, stranger] =
            people.try_into().unwrap_or_else(|_| panic!("seven people"));
        Self { server, admin, chief, online, offline, member, stakeholder, tool, stranger }
    }

    /// Makes a person, and a token for them.
    pub async fn person(admin: &Client, id: &str) -> Client {
        let person = v1::CreatePersonRequest {
            person_id: id.to_owned(),
            display_name: format!("Name of {id}"),
            ..Default::default()
        };
        admin.admin().create_person(person).await.given();
        Self::token(
            admin,
            v1::CreateTokenRequest { person: format!("people/{id}"), ..Default::default() },
        )
        .await
    }

    /// Makes a token, and somebody who uses it.
    pub async fn token(admin: &Client, request: v1::CreateTokenRequest) -> Client {
        let token = admin.admin().create_token(request).await.given();
        admin.as_token(&token.secret)
    }

    /// Adds a domain to a product.
    pub async fn domain(by: &Client, product: &str, id: &str) -> v1::Domain {
        let request = v1::CreateDomainRequest {
            parent: product.to_owned(),
            domain_id: id.to_owned(),
            ..Default::default()
        };
        by.products().create_domain(request).await.given().domain.unwrap()
    }

    /// Gives somebody a role.
    pub async fn grant(by: &Client, product: &str, person: &str, role: Role, domain: &str) {
        let request = v1::GrantRoleRequest {
            product: product.to_owned(),
            person: format!("people/{person}"),
            role: role.into(),
            domain: domain.to_owned(),
            ..Default::default()
        };
        by.products().grant_role(request).await.given();
    }

    /// The resource name of an item.
    #[must_use]
    pub fn name(key: &str) -> String {
        format!("products/webshop/items/{key}")
    }

    /// The resource name of a domain.
    #[must_use]
    pub fn domain_name(id: &str) -> String {
        format!("products/webshop/domains/{id}")
    }

    /// A request for a new story at the bottom of a domain.
    #[must_use]
    pub fn new_item(domain: &str, title: &str) -> v1::CreateItemRequest {
        v1::CreateItemRequest {
            parent: Self::domain_name(domain),
            item: Some(v1::Item {
                title: title.to_owned(),
                kind: ItemKind::Story.into(),
                ..Default::default()
            }),
            ..Default::default()
        }
    }

    /// Makes stories at the bottom of the overarching backlog, as the Chief PO.
    pub async fn fill(&self, domains: &[&str]) {
        for domain in domains {
            self.chief.backlog().create_item(Self::new_item(domain, "A story")).await.given();
        }
    }

    /// Moves the server's clock, if it is moved by hand.
    pub async fn set_clock(admin: &Client, to: Timestamp) {
        let time = Some(to);
        admin.admin().set_clock(v1::SetClockRequest { time }).await.given();
    }

    /// Moves the server's clock to so many seconds after 1970.
    pub async fn set_seconds(admin: &Client, seconds: i64) {
        Self::set_clock(admin, Timestamp { seconds, nanos: 0 }).await;
    }

    /// Names a deputy of the Chief PO, from one day to another.
    pub async fn name_deputy(&self, person: &str, first: Date, last: Date) {
        let request = v1::NameDeputyRequest {
            product: "products/webshop".to_owned(),
            person: format!("people/{person}"),
            role: Role::ChiefPo.into(),
            first_day: Some(first),
            last_day: Some(last),
            ..Default::default()
        };
        self.chief.products().name_deputy(request).await.given();
    }

    /// Raises what two domains disagree on, without options.
    pub async fn dispute(by: &Client) -> v1::Escalation {
        let request = v1::RaiseEscalationRequest {
            parent: "products/webshop".to_owned(),
            topic: v1::Topic::Priority.into(),
            title: "Who gets the test hall first?".to_owned(),
            domains: vec![Self::domain_name("online"), Self::domain_name("offline")],
            request_id: request_id(),
            ..Default::default()
        };
        by.escalations().raise_escalation(request).await.given().escalation.unwrap()
    }

    /// An item as it is now.
    pub async fn item(&self, key: &str) -> v1::Item {
        let request = v1::GetItemRequest { name: Self::name(key), ..Default::default() };
        self.admin.backlog().get_item(request).await.given().item.unwrap()
    }

    /// The keys of a list, in order: of the whole product if the domain is empty.
    pub async fn order(&self, domain: &str) -> Vec<String> {
        self.rows(domain).await.into_iter().map(|row| row.key).collect()
    }

    /// The rows of a list, in order: of the whole product if the domain is empty.
    pub async fn rows(&self, domain: &str) -> Vec<v1::BacklogRow> {
        let parent = match domain {
            "" => "products/webshop".to_owned(),
            domain => Self::domain_name(domain),
        };
        let request = v1::ListBacklogRequest { parent, page_size: 1_000, ..Default::default() };
        self.admin.backlog().list_backlog(request).await.given().rows
    }

    /// The version of the product.
    pub async fn version(&self) -> u64 {
        Self::version_of(&self.admin, "products/webshop").await
    }

    /// The version of a product.
    pub async fn version_of(by: &Client, product: &str) -> u64 {
        let request = v1::GetProductRequest { name: product.to_owned(), ..Default::default() };
        by.products().get_product(request).await.given().version
    }
}
