//! Why an item is ranked where it is: the whole story over the wire, and that its places form a chain.

use koepel_api::v1::{self, Edge};
use koepel_tests::{Answer as _, Shop, after, at, before};
use tonic::Code::NotFound;

fn request(key: &str) -> v1::ExplainRankRequest {
    v1::ExplainRankRequest { name: Shop::name(key), ..Default::default() }
}

/// The places of the steps, oldest first, must lead from the arrival to now.
#[track_caller]
fn check_chain(steps: &[v1::RankStep], now: u32) {
    let mut place = 0;
    for step in steps.iter().rev() {
        assert_eq!(step.from_place, place, "{steps:#?}");
        place = step.to_place;
    }
    assert_eq!(place, now, "{steps:#?}");
}

/// ONLINE-3 is ranked, reordered around, pinned, unpinned, and something above it is done. Returns the version of the rank.
async fn moved_about(shop: &Shop) -> u64 {
    let chief = &shop.chief;
    let rank = v1::RankItemRequest {
        name: Shop::name("ONLINE-3"),
        place: after("ONLINE-1"),
        reason: "the fair".to_owned(),
        ..Default::default()
    };
    let ranked = chief.backlog().rank_item(rank).await.given().receipt.unwrap().version;
    let reorder = v1::ReorderItemRequest {
        name: Shop::name("ONLINE-2"),
        place: at(Edge::Top),
        reason: "a defect first".to_owned(),
        ..Default::default()
    };
    shop.online.backlog().reorder_item(reorder).await.given();
    let pin = v1::PinItemRequest {
        name: Shop::name("ONLINE-3"),
        reason: "promised to the board".to_owned(),
        ..Default::default()
    };
    chief.backlog().pin_item(pin).await.given();
    let unpin = v1::UnpinItemRequest {
        name: Shop::name("ONLINE-3"),
        reason: "the board has other plans".to_owned(),
        ..Default::default()
    };
    chief.backlog().unpin_item(unpin).await.given();
    let complete = v1::CompleteItemRequest { name: Shop::name("ONLINE-2"), ..Default::default() };
    shop.online.backlog().complete_item(complete).await.given();
    ranked
}

#[tokio::test]
async fn the_story_of_an_item_names_who_why_and_what_moved_past() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline", "online", "offline", "online"]).await;
    let ranked = moved_about(&shop).await;
    let story = shop.stakeholder.backlog().explain_rank(request("ONLINE-3")).await.given();
    let item = shop.item("ONLINE-3").await;
    assert_eq!((story.place, story.domain_place), (item.place, item.domain_place));
    assert_eq!(story.version, shop.version().await);
    assert!(story.next_page_token.is_empty());
    assert!(
        story.summary.contains("ONLINE-3 “A story” stands at place 3 of 4"),
        "{}",
        story.summary
    );
    check_chain(&story.steps, item.place);
    let told: Vec<_> = story
        .steps
        .iter()
        .map(|step| {
            let entry = step.entry.as_ref().unwrap();
            (entry.r#type.as_str(), step.own, entry.by.as_str(), entry.reason.as_str())
        })
        .collect();
    let chief = "Name of p-chief, Chief PO";
    let po = "Name of p-online, domain PO of online";
    assert_eq!(
        told,
        [
            ("ItemCompleted", false, po, ""),
            ("ItemUnpinned", true, chief, "the board has other plans"),
            ("ItemPinned", true, chief, "promised to the board"),
            ("ItemReordered", false, po, "a defect first"),
            ("ItemRanked", true, chief, "the fair"),
            ("ItemCreated", true, chief, ""),
        ],
    );
    let steps = &story.steps;
    assert_eq!((steps[0].from_place, steps[0].to_place), (4, 3));
    assert_eq!(steps[0].passed, [Shop::name("ONLINE-2")]);
    assert_eq!(steps[3].passed, [Shop::name("ONLINE-2")]);
    assert_eq!((steps[4].from_place, steps[4].to_place), (5, 2));
    let passed = [Shop::name("OFFLINE-1"), Shop::name("ONLINE-2"), Shop::name("OFFLINE-2")];
    assert_eq!(steps[4].passed, passed);
    let sentences: Vec<_> =
        steps.iter().map(|step| step.entry.as_ref().unwrap().sentence.clone()).collect();
    let effects: Vec<_> = steps.iter().map(|step| step.effect.as_str()).collect();
    assert!(sentences[0].starts_with("ONLINE-2 “A story” was done"), "{sentences:?}");
    assert_eq!(effects[0], "That moved ONLINE-3 up from place 4 to 3");
    assert_eq!(effects[3], "That moved ONLINE-3 down from place 2 to 4");
    assert_eq!(effects[4], "It went past 3 items: OFFLINE-1 “A story”, ONLINE-2 and OFFLINE-2");
    assert_eq!((effects[1], steps[1].passed_total, steps[4].passed_total), ("", 0, 3));
    assert!(sentences[4].starts_with("was ranked from place 5 to place 2"), "{sentences:?}");
    assert_eq!(sentences[5], "was created as a story in online, at place 5");

    // Undone: the item goes back, and the story says so.
    let undo = v1::UndoMoveRequest {
        product: "products/webshop".to_owned(),
        version: ranked,
        reason: "no fair".to_owned(),
        ..Default::default()
    };
    shop.chief.backlog().undo_move(undo).await.given();
    let story = shop.stakeholder.backlog().explain_rank(request("ONLINE-3")).await.given();
    let last = story.steps[0].entry.as_ref().unwrap();
    assert!(
        last.sentence.starts_with("went back from place 3")
            && last.sentence.contains(&format!("undoing version {ranked}")),
        "{last:?}"
    );
    assert_eq!(last.reason, "no fair");
    check_chain(&story.steps, story.place);
}

#[tokio::test]
async fn who_decided_is_named_with_the_role_held_then() {
    let mut shop = Shop::open().await;
    shop.fill(&["online", "offline"]).await;
    let rank = |key: &str| v1::RankItemRequest {
        name: Shop::name(key),
        place: at(Edge::Top),
        ..Default::default()
    };
    shop.chief.backlog().rank_item(rank("OFFLINE-1")).await.given();
    let seat = v1::GrantRoleRequest {
        product: "products/webshop".to_owned(),
        person: "people/p-member".to_owned(),
        role: v1::Role::ChiefPo.into(),
        replace: true,
        ..Default::default()
    };
    shop.admin.products().grant_role(seat).await.given();
    let product = "products/webshop";
    Shop::grant(&shop.admin, product, "p-chief", v1::Role::Stakeholder, "").await;
    shop.member.backlog().rank_item(rank("ONLINE-1")).await.given();
    let expected = [
        "Name of p-member, Chief PO and member",
        "Name of p-chief, Chief PO",
        "Name of p-chief, Chief PO",
    ];
    // As the workers kept it, and as a snapshot gives it back.
    for _ in 0..2 {
        let story = shop.stakeholder.backlog().explain_rank(request("ONLINE-1")).await.given();
        let by = story.steps.iter().map(|step| step.entry.as_ref().unwrap().by.as_str());
        assert_eq!(by.collect::<Vec<_>>(), expected);
        let history =
            v1::ListItemHistoryRequest { name: Shop::name("OFFLINE-1"), ..Default::default() };
        let history = shop.admin.backlog().list_item_history(history).await.given();
        let by = history.entries.iter().map(|entry| entry.by.as_str());
        assert_eq!(by.collect::<Vec<_>>(), &expected[1..]);
        shop.server.restart().await;
        let (admin, url) = (shop.server.admin(), shop.server.url());
        shop.stakeholder = koepel_tests::Client::new(url, shop.stakeholder.token());
        shop.admin = admin;
    }
}

#[tokio::test]
async fn a_family_that_moved_is_told_by_its_head_and_whole() {
    let shop = Shop::open().await;
    shop.fill(&["online", "online"]).await;
    for _ in 0..25 {
        let mut child = Shop::new_item("online", "A part");
        child.item.as_mut().unwrap().parent = Shop::name("ONLINE-2");
        shop.chief.backlog().create_item(child).await.given();
    }
    let rank = v1::RankItemRequest {
        name: Shop::name("ONLINE-2"),
        place: at(Edge::Top),
        with_family: true,
        ..Default::default()
    };
    shop.chief.backlog().rank_item(rank).await.given();
    let story = shop.stakeholder.backlog().explain_rank(request("ONLINE-1")).await.given();
    let step = &story.steps[0];
    assert_eq!(
        step.entry.as_ref().unwrap().sentence,
        "ONLINE-2 “A story” was ranked from place 2 to place 1, at the top, above ONLINE-1, together with 25 items that \
         belong to it"
    );
    assert_eq!(step.effect, "That moved ONLINE-1 down from place 1 to 27");
    assert_eq!((step.passed_total, step.passed.len()), (26, 10));
    assert_eq!(step.passed[0], Shop::name("ONLINE-2"));
}

#[tokio::test]
async fn a_story_comes_in_pages_and_its_places_form_a_chain() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline", "online", "offline", "online", "offline"]).await;
    let mut state = 7_u32;
    let mut die = |sides: u32| {
        // Numerical Recipes' generator: the same moves in each run.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % sides
    };
    for _ in 0..60 {
        let keys = shop.order("").await;
        let pick = |index: u32| keys[usize::try_from(index).unwrap() % keys.len()].clone();
        let (key, anchor) = (pick(die(97)), pick(die(89)));
        let name = Shop::name(&key);
        if key == anchor {
            shop.fill(&["online"]).await;
        } else if die(2) == 0 {
            let rank = v1::RankItemRequest { name, place: before(&anchor), ..Default::default() };
            shop.chief.backlog().rank_item(rank).await.given();
        } else if key.starts_with(&anchor[..3]) {
            let reorder =
                v1::ReorderItemRequest { name, place: after(&anchor), ..Default::default() };
            shop.chief.backlog().reorder_item(reorder).await.given();
        } else if keys.len() > 6 && key != "ONLINE-1" {
            shop.chief
                .backlog()
                .complete_item(v1::CompleteItemRequest { name, ..Default::default() })
                .await
                .given();
        }
    }
    for key in shop.order("").await {
        let whole = v1::ExplainRankRequest { page_size: 200, ..request(&key) };
        let whole = shop.member.backlog().explain_rank(whole).await.given();
        check_chain(&whole.steps, shop.item(&key).await.place);
        let mut steps = Vec::new();
        let mut paged = v1::ExplainRankRequest { page_size: 3, ..request(&key) };
        loop {
            let page = shop.member.backlog().explain_rank(paged.clone()).await.given();
            assert!(page.steps.len() <= 3);
            steps.extend(page.steps);
            if page.next_page_token.is_empty() {
                break;
            }
            paged.page_token = page.next_page_token;
        }
        assert_eq!(steps, whole.steps, "{key}");
    }
}

#[tokio::test]
async fn an_item_that_left_and_one_that_never_was() {
    let shop = Shop::open().await;
    shop.fill(&["online"]).await;
    let complete = v1::CompleteItemRequest { name: Shop::name("ONLINE-1"), ..Default::default() };
    shop.chief.backlog().complete_item(complete).await.given();
    let story = shop.member.backlog().explain_rank(request("ONLINE-1")).await.given();
    assert_eq!((story.place, story.domain_place), (0, 0));
    assert!(story.summary.contains("is done and has no place"), "{}", story.summary);
    let refusal = shop.member.backlog().explain_rank(request("ONLINE-2")).await.refused();
    refusal.is(NotFound, "UNKNOWN_ITEM").says(&["ONLINE-2"]);
    let history = v1::ListItemHistoryRequest { name: Shop::name("ONLINE-2"), ..Default::default() };
    shop.member.backlog().list_item_history(history).await.refused().is(NotFound, "UNKNOWN_ITEM");
    let negative = v1::ExplainRankRequest { page_size: -3, ..request("ONLINE-1") };
    shop.member.backlog().explain_rank(negative).await.refused().at(&["page_size"]);
}
