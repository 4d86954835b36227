//! Two products that are furnished alike, and what calls need to be about: made anew for each call that may change it.

use koepel_api::v1::{self, Edge, Role};
use koepel_tests::{Answer as _, Client, Server, Settings, Shop, at, day};

/// The product that most people are in.
pub(super) const WEBSHOP: &str = "webshop";
/// One that few of them see. Its name is as long as that of the one that there is not.
pub(super) const ANOTHER: &str = "harbour";
/// One that there is not.
pub(super) const NOWHERE: &str = "nowhere";

/// So many seconds after its start the clock is set forth, so that what was to end has ended.
pub(super) const CLOCK_S: i64 = 120;

/// A server with two products.
pub(super) struct House {
    pub(super) server: Server,
    pub(super) admin: Client,
    /// Chief PO of the webshop.
    chief: Client,
    /// Chief PO of the other one.
    pub(super) other_chief: Client,
    /// A member of both, who raises escalations.
    pub(super) raiser: Client,
    /// Where the clock stood at the start, in seconds.
    pub(super) now: i64,
}

/// What a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    /// Nothing that it changes.
    Nothing,
    /// An open item of the domain online, and another one.
    Item,
    Impediment,
    Pinned,
    Closed,
    /// One with a link.
    Linked,
    /// One that asks something of offline.
    Requesting,
    /// One that was ranked last; the version says when.
    Ranked,
    Reordered,
    Goal,
    Entry,
    NoSync,
    OpenSync,
    /// A program that is the tool of nothing yet.
    Tool,
    Connection,
    Gap,
    /// An open escalation of the raiser.
    Escalation,
    Decided,
    Calendar,
    /// A domain without items.
    Domain,
    /// Somebody who is nothing yet.
    Person,
    /// Somebody who is a stakeholder.
    Granted,
    /// Somebody who will stand in for the PO of online.
    Deputy,
    /// A target of the Chief PO.
    Target,
    Link,
    Token,
    Invitation,
}

/// What a call is about, by its names.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    /// `products/webshop`.
    pub(super) product: String,
    /// The thing.
    pub(super) name: String,
    /// Another of its kind.
    pub(super) other: String,
    /// The version of its last move.
    pub(super) version: u64,
    /// A number that no other call has.
    pub(super) no: i64,
    /// Where the clock stands, in seconds.
    pub(super) now: i64,
    /// Who calls.
    pub(super) caller: String,
    /// Who holds the Chief PO's seat.
    pub(super) chief: String,
}

impl Given {
    pub(super) fn domain(&self, id: &str) -> String {
        format!("{}/domains/{id}", self.product)
    }

    pub(super) fn fresh(&self) -> String {
        format!("f{}", self.no)
    }

    /// The same of the product that there is not.
    pub(super) fn nowhere(&self) -> Self {
        let away = |text: &String| text.replace(ANOTHER, NOWHERE);
        Self {
            product: away(&self.product),
            name: away(&self.name),
            other: away(&self.other),
            ..self.clone()
        }
    }
}

impl House {
    /// Builds it.
    pub(super) async fn open() -> Self {
        let today = day(0);
        let time = format!("{:04}-{:02}-{:02}T12:00:00Z", today.year, today.month, today.day);
        let time: jiff::Timestamp = time.parse().unwrap();
        let config = format!(
            "{}[oidc]\nissuer = \"http://127.0.0.1:9\"\nclient_id = \"koepel\"\npublic_url = \"https://koepel.test\"\n",
            crate::alerts::LOOPBACK
        );
        let arguments = vec!["--manual-clock".to_owned(), time.to_string()];
        let settings = Settings { config, arguments, ..Settings::default() };
        let server = Server::start_with(settings).await;
        let admin = server.admin();
        let chief = Shop::person(&admin, "p-chief").await;
        let other_chief = Shop::person(&admin, "p-other-chief").await;
        let raiser = Shop::person(&admin, "p-raiser").await;
        let now = time.as_second();
        let house = Self { server, admin, chief, other_chief, raiser, now };
        Shop::person(&house.admin, "p-guest").await;
        for product in [WEBSHOP, ANOTHER] {
            house.build(product).await;
        }
        house
    }

    fn chief_id(product: &str) -> &'static str {
        if product == WEBSHOP { "p-chief" } else { "p-other-chief" }
    }

    /// The Chief PO of a product.
    pub(super) fn chief(&self, product: &str) -> &Client {
        if product == WEBSHOP { &self.chief } else { &self.other_chief }
    }

    /// Somebody by their secret, over the administrator's connection.
    pub(super) fn client(&self, secret: &str) -> Client {
        self.admin.as_token(secret)
    }

    /// Makes somebody with a token; those that were made already get another one. Tools are programs.
    pub(super) async fn person(&self, name: &str) -> Client {
        if name == "chief" {
            return self.chief.clone();
        }
        self.make_person(name, false).await
    }

    pub(super) async fn administrator(&self, name: &str) {
        self.make_person(name, true).await;
    }

    async fn make_person(&self, name: &str, administrator: bool) -> Client {
        let request = v1::CreatePersonRequest {
            person_id: format!("p-{name}"),
            tool: name.contains("tool"),
            administrator,
            ..Default::default()
        };
        self.admin.admin().create_person(request).await.given();
        self.token(name, "", Role::Unspecified).await
    }

    /// A token for a product, and a role in it; for all, if nothing is said.
    pub(super) async fn token(&self, name: &str, product: &str, role: Role) -> Client {
        let product =
            if product.is_empty() { String::new() } else { format!("products/{product}") };
        let request = v1::CreateTokenRequest {
            person: format!("people/p-{name}"),
            product,
            role: role.into(),
            ..Default::default()
        };
        Shop::token(&self.admin, request).await
    }

    pub(super) async fn grant(&self, product: &str, name: &str, role: Role, domain: &str) {
        if role != Role::ChiefPo {
            let (product, person) = (format!("products/{product}"), format!("p-{name}"));
            Shop::grant(&self.admin, &product, &person, role, domain).await;
        }
    }

    /// Names a deputy in the webshop for ten days.
    pub(super) async fn deputy(&self, name: &str, role: Role, domain: &str, first: i64) {
        let request = v1::NameDeputyRequest {
            product: format!("products/{WEBSHOP}"),
            person: format!("people/p-{name}"),
            role: role.into(),
            domain: domain.to_owned(),
            first_day: Some(day(first)),
            last_day: Some(day(first + 9)),
            ..Default::default()
        };
        self.admin.products().name_deputy(request).await.given();
    }

    pub(super) async fn link(
        &self,
        product: &str,
        opens: v1::Shared,
        domain: &str,
    ) -> v1::CreateShareLinkResponse {
        let request = v1::CreateShareLinkRequest {
            parent: format!("products/{product}"),
            opens: opens.into(),
            domain: domain.to_owned(),
            ..Default::default()
        };
        self.admin.shares().create_share_link(request).await.given()
    }

    /// A product with something of everything.
    async fn build(&self, product: &str) {
        let chief = self.chief(product);
        let request = v1::CreateProductRequest {
            product_id: product.to_owned(),
            chief_po: format!("people/{}", Self::chief_id(product)),
            ..Default::default()
        };
        self.admin.products().create_product(request).await.given();
        let parent = format!("products/{product}");
        for domain in ["online", "offline", "backoffice"] {
            Shop::domain(&self.admin, &parent, domain).await;
        }
        self.grant(product, "raiser", Role::Member, "").await;
        let vision = v1::PublishVisionRequest {
            product: parent.clone(),
            text: "Sell everything.".to_owned(),
            ..Default::default()
        };
        chief.roadmap().publish_vision(vision).await.given();
        // The tool that pushes: in the webshop it is one of everybody, and made with them.
        for thing in [Thing::Item, Thing::Entry, Thing::Goal, Thing::Gap, Thing::Calendar] {
            self.make(product, thing, 1).await;
        }
        for thing in [Thing::OpenSync, Thing::NoSync, Thing::Decided, Thing::Escalation] {
            self.make(product, thing, 1).await;
        }
    }

    /// Connects a tracker with the domain online.
    pub(super) async fn connect(&self, product: &str, tool: &str, id: &str) {
        let request = v1::CreateConnectionRequest {
            parent: format!("products/{product}"),
            connection_id: id.to_owned(),
            connection: Some(v1::Connection {
                domain: format!("products/{product}/domains/online"),
                tool: format!("people/p-{tool}"),
                mapping: crate::push::TRACKER.to_owned(),
                ..Default::default()
            }),
            ..Default::default()
        };
        self.chief(product).connections().create_connection(request).await.given();
    }

    /// What a call is about, made anew.
    pub(super) async fn make(&self, product: &str, thing: Thing, no: i64) -> Given {
        let mut given = Given {
            product: format!("products/{product}"),
            no,
            now: self.now + CLOCK_S,
            chief: format!("people/{}", Self::chief_id(product)),
            ..Given::default()
        };
        match thing {
            Thing::Nothing => given.name = format!("products/{product}/items/ONLINE-1"),
            Thing::Item
            | Thing::Impediment
            | Thing::Pinned
            | Thing::Closed
            | Thing::Linked
            | Thing::Requesting
            | Thing::Ranked
            | Thing::Reordered => self.make_item(product, thing, &mut given).await,
            Thing::Goal
            | Thing::Entry
            | Thing::NoSync
            | Thing::OpenSync
            | Thing::Gap
            | Thing::Calendar
            | Thing::Escalation
            | Thing::Decided
            | Thing::Target => super::things::make(self, product, thing, &mut given).await,
            Thing::Tool
            | Thing::Connection
            | Thing::Domain
            | Thing::Person
            | Thing::Granted
            | Thing::Deputy
            | Thing::Link
            | Thing::Token
            | Thing::Invitation => super::things::of_people(self, product, thing, &mut given).await,
        }
        given
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the other things are no items")]
    async fn make_item(&self, product: &str, thing: Thing, given: &mut Given) {
        let mut backlog = self.chief(product).backlog();
        let kind =
            if thing == Thing::Impediment { v1::ItemKind::Impediment } else { v1::ItemKind::Story };
        let new = |title: &str| v1::CreateItemRequest {
            parent: format!("products/{product}/domains/online"),
            item: Some(v1::Item {
                title: title.to_owned(),
                kind: kind.into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let made = backlog.create_item(new("Some work")).await.given();
        given.name = made.item.unwrap().name;
        let made = backlog.create_item(new("Other work")).await.given();
        given.other = made.item.unwrap().name;
        given.version = made.receipt.unwrap().version;
        let name = given.name.clone();
        match thing {
            Thing::Pinned => {
                let request =
                    v1::PinItemRequest { name, reason: "why".to_owned(), ..Default::default() };
                backlog.pin_item(request).await.given();
            }
            Thing::Closed => {
                let request = v1::CompleteItemRequest { name, ..Default::default() };
                backlog.complete_item(request).await.given();
            }
            Thing::Linked => {
                let link = super::rows::link();
                let request = v1::AddLinkRequest { name, link, ..Default::default() };
                backlog.add_link(request).await.given();
            }
            Thing::Requesting => {
                let (domain, ask) = (given.domain("offline"), "Tills".to_owned());
                let request = v1::RequestDomainRequest { name, domain, ask, ..Default::default() };
                backlog.request_domain(request).await.given();
            }
            Thing::Ranked => {
                let place = at(Edge::Top);
                let request = v1::RankItemRequest { name, place, ..Default::default() };
                let ranked = backlog.rank_item(request).await.given();
                given.version = ranked.receipt.unwrap().version;
            }
            Thing::Reordered => {
                let place = at(Edge::Bottom);
                let request = v1::ReorderItemRequest { name, place, ..Default::default() };
                let moved = backlog.reorder_item(request).await.given();
                given.version = moved.receipt.unwrap().version;
            }
            _ => {}
        }
    }
}
