//! Everybody there can be: each role, of the own domain and of another, whoever stands in for them, tokens that are narrowed,
//! share links, and those who have nothing that is in force.

use koepel_api::v1;
use koepel_domain::{
    mandate::{Act, Reach, Rule},
    roles::Role,
};
use koepel_tests::{Answer as _, Client, Shop, day};

use super::house::{ANOTHER, CLOCK_S, House, WEBSHOP};

/// A seat or role in a product: for a domain, or for all of it if that is empty.
#[derive(Clone, Copy, Debug)]
pub(super) struct Has {
    pub(super) product: &'static str,
    role: Role,
    domain: &'static str,
    /// Whether they hold it themselves, or stand in for whoever does.
    own: bool,
}

/// What somebody's credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    /// All that they may.
    All,
    /// A token for one product or one role.
    Narrowed,
    /// A share link of the webshop that opens this.
    Link(v1::Shared),
    /// Nothing that is in force; the reason for which it is refused.
    Nothing(&'static str),
}

/// Somebody who calls.
#[derive(Clone, Debug)]
pub(super) struct Who {
    pub(super) name: &'static str,
    pub(super) client: Client,
    pub(super) shows: Shows,
    /// The products that they administer with what they show.
    administers: &'static [&'static str],
    has: Vec<Has>,
}

impl Who {
    /// Their id as a resource name.
    pub(super) fn person(&self) -> String {
        match self.name {
            "admin" => "people/admin".to_owned(),
            name => format!("people/p-{name}"),
        }
    }

    pub(super) fn administers_the_server(&self) -> bool {
        self.shows == Shows::All && !self.administers.is_empty()
    }

    /// Whether the mandate table lets them do this in a product, in all of these domains.
    pub(super) fn may(&self, act: Act, product: &str, domains: &[&str]) -> bool {
        let rule = Rule::of(act);
        let held: Vec<&Has> = self
            .has
            .iter()
            .filter(|has| has.product == product && (has.own || act.is_deputised()))
            .collect();
        let own = |role: Role, domain: &str| {
            held.iter()
                .any(|has| has.role == role && (has.domain.is_empty() || has.domain == domain))
        };
        let by_role = held.iter().any(|has| match rule.reach(has.role) {
            Reach::No => false,
            Reach::All => true,
            Reach::Own if domains.is_empty() => has.domain.is_empty(),
            Reach::Own => domains.iter().all(|domain| own(has.role, domain)),
        });
        by_role || rule.administrator && self.administers.contains(&product)
    }
}

const fn has(product: &'static str, role: Role, domain: &'static str) -> Has {
    Has { product, role, domain, own: true }
}

const fn stands_in(role: Role, domain: &'static str) -> Has {
    Has { product: WEBSHOP, role, domain, own: false }
}

/// Whoever holds one role in the webshop.
#[rustfmt::skip]
const HOLDERS: [(&str, Role, &str); 18] = [
    ("chief", Role::ChiefPo, ""),
    ("online", Role::DomainPo, "online"),
    ("offline", Role::DomainPo, "offline"),
    ("sm-online", Role::ScrumMaster, "online"),
    ("sm-offline", Role::ScrumMaster, "offline"),
    ("member", Role::Member, ""),
    ("member-online", Role::Member, "online"),
    ("member-offline", Role::Member, "offline"),
    ("coordinator", Role::ProductCoordinator, ""),
    ("lead", Role::ProgrammeLead, ""),
    ("steering", Role::SteeringMember, ""),
    ("coordination", Role::CoordinationMember, ""),
    ("supplier", Role::Supplier, ""),
    ("supplier-online", Role::Supplier, "online"),
    ("stakeholder", Role::Stakeholder, ""),
    ("tool", Role::Tool, ""),
    ("tool-online", Role::Tool, "online"),
    ("tool-offline", Role::Tool, "offline"),
];

fn on_wire(role: Role) -> v1::Role {
    match role {
        Role::ChiefPo => v1::Role::ChiefPo,
        Role::DomainPo => v1::Role::DomainPo,
        Role::ScrumMaster => v1::Role::ScrumMaster,
        Role::Member => v1::Role::Member,
        Role::ProductCoordinator => v1::Role::ProductCoordinator,
        Role::ProgrammeLead => v1::Role::ProgrammeLead,
        Role::SteeringMember => v1::Role::SteeringMember,
        Role::CoordinationMember => v1::Role::CoordinationMember,
        Role::Supplier => v1::Role::Supplier,
        Role::Stakeholder => v1::Role::Stakeholder,
        Role::Tool => v1::Role::Tool,
    }
}

fn domain_of(product: &str, domain: &str) -> String {
    match domain {
        "" => String::new(),
        domain => format!("products/{product}/domains/{domain}"),
    }
}

fn who(name: &'static str, client: Client, shows: Shows) -> Who {
    Who { name, client, shows, administers: &[], has: Vec::new() }
}

/// Everybody.
pub(super) async fn everybody(house: &House) -> Vec<Who> {
    let mut all = Vec::new();
    let admin = who("admin", house.admin.clone(), Shows::All);
    all.push(Who { administers: &[WEBSHOP, ANOTHER], ..admin });
    for (name, role, domain) in HOLDERS {
        let client = house.person(name).await;
        house.grant(WEBSHOP, name, on_wire(role), &domain_of(WEBSHOP, domain)).await;
        let has = vec![has(WEBSHOP, role, domain)];
        all.push(Who { has, ..who(name, client, Shows::All) });
    }
    all.extend(deputies(house).await);
    all.extend(of_both(house).await);
    all.extend(narrowed(house).await);
    all.extend(outsiders(house).await);
    for (name, opens, domain) in [
        ("link", v1::Shared::Product, ""),
        ("link-roadmap", v1::Shared::Roadmap, ""),
        ("link-online", v1::Shared::Domain, "online"),
    ] {
        let made = house.link(WEBSHOP, opens, &domain_of(WEBSHOP, domain)).await;
        all.push(who(name, house.client(&made.secret), Shows::Link(opens)));
    }
    all.extend(nobodies(house).await);
    all
}

/// Whoever stands in for the holder of a seat.
async fn deputies(house: &House) -> Vec<Who> {
    let mut all = Vec::new();
    for (name, role, domain) in [
        ("deputy", Role::ChiefPo, ""),
        ("deputy-online", Role::DomainPo, "online"),
        ("deputy-offline", Role::DomainPo, "offline"),
    ] {
        let client = house.person(name).await;
        house.deputy(name, on_wire(role), &domain_of(WEBSHOP, domain), -1).await;
        all.push(Who { has: vec![stands_in(role, domain)], ..who(name, client, Shows::All) });
    }
    all
}

/// Members of both products.
async fn of_both(house: &House) -> Vec<Who> {
    let name = "raiser";
    let client = house.raiser.clone();
    let has = [WEBSHOP, ANOTHER].map(|product| has(product, Role::Member, "")).to_vec();
    vec![Who { has, ..who(name, client, Shows::All) }]
}

/// Tokens that are worth less than their person.
async fn narrowed(house: &House) -> Vec<Who> {
    // PO of a domain and member, with a token for the member.
    house.person("as-member").await;
    house.grant(WEBSHOP, "as-member", v1::Role::DomainPo, &domain_of(WEBSHOP, "backoffice")).await;
    house.grant(WEBSHOP, "as-member", v1::Role::Member, "").await;
    let as_member = house.token("as-member", "", v1::Role::Member).await;
    let member = vec![has(WEBSHOP, Role::Member, "")];
    // An administrator for one product, and one for a role that they hold there.
    house.administrator("admin-here").await;
    let admin_here = house.token("admin-here", WEBSHOP, v1::Role::Unspecified).await;
    house.administrator("admin-as-member").await;
    house.grant(WEBSHOP, "admin-as-member", v1::Role::Member, "").await;
    let admin_as_member = house.token("admin-as-member", "", v1::Role::Member).await;
    // A member whose token is for another product, and one for a role that they do not hold.
    house.person("elsewhere").await;
    house.grant(WEBSHOP, "elsewhere", v1::Role::Member, "").await;
    let elsewhere = house.token("elsewhere", ANOTHER, v1::Role::Unspecified).await;
    house.person("as-chief").await;
    house.grant(WEBSHOP, "as-chief", v1::Role::Member, "").await;
    let as_chief = house.token("as-chief", "", v1::Role::ChiefPo).await;
    house.administrator("admin-elsewhere").await;
    let admin_elsewhere = house.token("admin-elsewhere", ANOTHER, v1::Role::Unspecified).await;
    let narrowed = |name, client| who(name, client, Shows::Narrowed);
    vec![
        Who { has: member.clone(), ..narrowed("as-member", as_member) },
        Who { administers: &[WEBSHOP], ..narrowed("admin-here", admin_here) },
        Who { has: member, ..narrowed("admin-as-member", admin_as_member) },
        narrowed("elsewhere", elsewhere),
        narrowed("as-chief", as_chief),
        Who { administers: &[ANOTHER], ..narrowed("admin-elsewhere", admin_elsewhere) },
    ]
}

/// Whoever is known and nothing in the webshop now.
async fn outsiders(house: &House) -> Vec<Who> {
    let stranger = house.person("stranger").await;
    let late_deputy = house.person("late-deputy").await;
    house.deputy("late-deputy", v1::Role::ChiefPo, "", 30).await;
    let late_member = house.person("late-member").await;
    let later = v1::GrantRoleRequest {
        product: format!("products/{WEBSHOP}"),
        person: "people/p-late-member".to_owned(),
        role: v1::Role::Member.into(),
        first_day: Some(day(30)),
        ..Default::default()
    };
    house.admin.products().grant_role(later).await.given();
    let other_chief = vec![has(ANOTHER, Role::ChiefPo, "")];
    vec![
        who("stranger", stranger, Shows::All),
        who("late-deputy", late_deputy, Shows::All),
        who("late-member", late_member, Shows::All),
        Who { has: other_chief, ..who("other-chief", house.other_chief.clone(), Shows::All) },
    ]
}

/// Those who have nothing that is in force.
async fn nobodies(house: &House) -> Vec<Who> {
    let of_chief =
        || v1::CreateTokenRequest { person: "people/p-chief".to_owned(), ..Default::default() };
    let made = house.admin.admin().create_token(of_chief()).await.given();
    let name = made.token.unwrap().name;
    let revoke = v1::RevokeTokenRequest { name, ..Default::default() };
    house.admin.admin().revoke_token(revoke).await.given();
    let end = |seconds| Some(prost_types::Timestamp { seconds: house.now + seconds, nanos: 0 });
    let short = v1::CreateTokenRequest { expire_time: end(60), ..of_chief() };
    let expired = Shop::token(&house.admin, short).await;
    let gone = house.person("gone").await;
    let erase = v1::ErasePersonRequest { name: "people/p-gone".to_owned(), ..Default::default() };
    house.admin.admin().erase_person(erase).await.given();
    let ended = house.link(WEBSHOP, v1::Shared::Product, "").await;
    let name = ended.share_link.unwrap().name;
    let revoke = v1::RevokeShareLinkRequest { name, ..Default::default() };
    house.admin.shares().revoke_share_link(revoke).await.given();
    let invite =
        v1::InvitePersonRequest { person: "people/p-chief".to_owned(), ..Default::default() };
    let invitation = house.admin.admin().invite_person(invite).await.given();
    let time = end(CLOCK_S);
    house.admin.admin().set_clock(v1::SetClockRequest { time }).await.given();
    let unknown = Shows::Nothing("TOKEN_UNKNOWN");
    vec![
        who("anonymous", Client::new(house.server.url(), ""), Shows::Nothing("TOKEN_MISSING")),
        who("expired", expired, unknown),
        who("revoked", house.client(&made.secret), unknown),
        who("gone", gone, unknown),
        who("revoked-link", house.client(&ended.secret), unknown),
        who("invited", house.client(&invitation.secret), unknown),
        who("guess", house.client(&format!("koepel_{}", "A".repeat(43))), unknown),
    ]
}
