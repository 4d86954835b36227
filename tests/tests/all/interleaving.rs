//! The heart of it, seen from outside: a sub-backlog is the overarching backlog filtered, whatever a Chief PO and five
//! domain POs do at once; and no domain PO ever moves what is another's.

use std::collections::BTreeSet;

use koepel_api::v1::{self, Edge, Role, subscribe_response::What};
use koepel_tests::{Answer as _, Client, Shop, after, at, before};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::Value;
use tonic::Code;

const DOMAINS: [&str; 5] = ["alpha", "beta", "gamma", "delta", "epsilon"];
const ITEMS_EACH: usize = 30;
const MOVES: usize = 1_000;

fn key_of(domain: &str) -> String {
    domain.to_uppercase()
}

#[tokio::test]
async fn sub_backlogs_are_the_overarching_backlog_filtered() {
    let shop = Shop::open().await;
    let mut owners = Vec::new();
    for domain in DOMAINS {
        Shop::domain(&shop.admin, "products/webshop", domain).await;
        owners.push(Shop::person(&shop.admin, &format!("p-{domain}")).await);
        Shop::grant(
            &shop.admin,
            "products/webshop",
            &format!("p-{domain}"),
            Role::DomainPo,
            &Shop::domain_name(domain),
        )
        .await;
    }
    let mut mixed: Vec<&str> = DOMAINS.iter().flat_map(|domain| [*domain; ITEMS_EACH]).collect();
    let mut dice = StdRng::seed_from_u64(2);
    for index in (1..mixed.len()).rev() {
        mixed.swap(index, dice.random_range(0..=index));
    }
    shop.fill(&mixed).await;
    let (first, begin) = (shop.order("").await, shop.version().await);
    assert_eq!(first.len(), DOMAINS.len() * ITEMS_EACH);
    check_filtered(&shop).await;

    let chief = tokio::spawn(rank_at_random(shop.server.client(shop.chief.token()), first.clone()));
    let owners = owners.iter().zip(DOMAINS).map(|(owner, domain)| {
        tokio::spawn(reorder_at_random(shop.server.client(owner.token()), domain))
    });
    for mover in owners.collect::<Vec<_>>().into_iter().chain([chief]) {
        mover.await.unwrap();
    }
    check_filtered(&shop).await;

    let mut replay = Replay { order: first, pinned: BTreeSet::new(), moves: 0 };
    for event in events_from(&shop.stakeholder, begin + 1).await {
        replay.step(&event);
    }
    assert_eq!(replay.order, shop.order("").await);
    assert!(replay.moves > MOVES / 2, "{} moves", replay.moves);
    let rows = shop.rows("").await;
    let pinned: BTreeSet<_> =
        rows.iter().filter(|row| row.pinned).map(|row| row.key.clone()).collect();
    assert_eq!(pinned, replay.pinned);
}

async fn check_filtered(shop: &Shop) {
    let all = shop.rows("").await;
    for domain in DOMAINS {
        let name = Shop::domain_name(domain);
        let filtered: Vec<_> = all.iter().filter(|row| row.domain == name).cloned().collect();
        let sub = shop.rows(domain).await;
        assert_eq!(sub, filtered, "{domain}");
        let places: Vec<u32> = sub.iter().map(|row| row.domain_place).collect();
        let counted: Vec<u32> = (1..).take(sub.len()).collect();
        assert_eq!(places, counted, "{domain}");
    }
}

/// A Chief PO's share of the moves: ranks, some pins.
async fn rank_at_random(chief: Client, keys: Vec<String>) {
    let mut dice = StdRng::seed_from_u64(3);
    for _ in 0..MOVES / 6 {
        let name = Shop::name(&keys[dice.random_range(0..keys.len())]);
        let done = match dice.random_range(0..10) {
            0 => chief
                .backlog()
                .pin_item(v1::PinItemRequest {
                    name,
                    reason: "promised".to_owned(),
                    ..Default::default()
                })
                .await
                .err(),
            1 => chief
                .backlog()
                .unpin_item(v1::UnpinItemRequest { name, ..Default::default() })
                .await
                .err(),
            _ => {
                let place = somewhere(&mut dice, &keys);
                chief
                    .backlog()
                    .rank_item(v1::RankItemRequest { name, place, ..Default::default() })
                    .await
                    .err()
            }
        };
        if let Some(status) = done {
            assert_eq!(status.code(), Code::FailedPrecondition, "{status:?}");
        }
    }
}

/// A domain PO's share: reorders of the own items. One that is pinned is refused.
async fn reorder_at_random(owner: Client, domain: &str) {
    let mut dice = StdRng::seed_from_u64(u64::try_from(domain.len()).unwrap());
    let keys: Vec<_> =
        (1..=ITEMS_EACH).map(|number| format!("{}-{number}", key_of(domain))).collect();
    for _ in 0..MOVES / 6 {
        let name = Shop::name(&keys[dice.random_range(0..keys.len())]);
        let place = somewhere(&mut dice, &keys);
        let request = v1::ReorderItemRequest { name, place, ..Default::default() };
        if let Err(status) = owner.backlog().reorder_item(request).await {
            assert_eq!(status.code(), Code::FailedPrecondition, "{status:?}");
        }
    }
}

fn somewhere(dice: &mut StdRng, keys: &[String]) -> Option<v1::Place> {
    let anchor = &keys[dice.random_range(0..keys.len())];
    match dice.random_range(0..8) {
        0 => at(Edge::Top),
        1 => at(Edge::Bottom),
        2..=4 => before(anchor),
        _ => after(anchor),
    }
}

async fn events_from(client: &Client, version: u64) -> Vec<v1::Event> {
    let request = v1::SubscribeRequest {
        product: "products/webshop".to_owned(),
        from_version: version,
        until_caught_up: true,
        ..Default::default()
    };
    let mut stream = client.events().subscribe(request).await.given();
    let mut events = Vec::new();
    while let Some(message) = stream.message().await.unwrap() {
        if let Some(What::Event(event)) = message.what {
            events.push(event);
        }
    }
    events
}

/// The plain list of ORDER.md, moved by what the events tell.
struct Replay {
    order: Vec<String>,
    pinned: BTreeSet<String>,
    moves: usize,
}

fn owner_of(key: &str) -> &str {
    key.rsplit_once('-').unwrap().0
}

impl Replay {
    fn step(&mut self, event: &v1::Event) {
        let data: Value = serde_json::from_str(&event.data).unwrap();
        let key = data["item"].as_str().unwrap().to_owned();
        let place = |of: &str| usize::try_from(data[of]["place"].as_u64().unwrap()).unwrap() - 1;
        if event.actor != "people/p-chief" {
            assert_eq!(event.r#type, "koepel.v1.ItemReordered", "{event:?}");
            let domain = event.actor.trim_start_matches("people/p-");
            assert_eq!(
                owner_of(&key),
                key_of(domain),
                "a domain PO moved another's item: {event:?}"
            );
        }
        match event.r#type.trim_start_matches("koepel.v1.") {
            "ItemPinned" => assert!(self.pinned.insert(key)),
            "ItemUnpinned" => assert!(self.pinned.remove(&key)),
            "ItemRanked" => {
                assert_eq!(self.order.remove(place("from")), key, "{event:?}");
                self.order.insert(place("to"), key);
                self.moves += 1;
            }
            "ItemReordered" => {
                self.reorder(&key, place("from"), place("to"));
                self.moves += 1;
            }
            other => panic!("{other}"),
        }
    }

    /// Permutes the unpinned items of the domain through the places that they hold already.
    fn reorder(&mut self, key: &str, from: usize, to: usize) {
        assert_eq!(self.order[from], key);
        let moves =
            |other: &String| owner_of(other) == owner_of(key) && !self.pinned.contains(other);
        let turns: Vec<usize> =
            (0..self.order.len()).filter(|&place| moves(&self.order[place])).collect();
        let mut items: Vec<String> = turns.iter().map(|&place| self.order[place].clone()).collect();
        let at = |place| turns.binary_search(&place).expect("a turn of the domain");
        let item = items.remove(at(from));
        items.insert(at(to), item);
        for (place, item) in turns.into_iter().zip(items) {
            self.order[place] = item;
        }
    }
}
