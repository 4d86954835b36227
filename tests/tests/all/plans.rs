//! Vision, goals, roadmap and syncs over the API, and the product as it was and what changed since.

use koepel_api::{date::Date, v1};
use koepel_tests::{Answer as _, Client, Shop, at};
use tonic::Code;

fn day(year: i32, month: i32, day: i32) -> Date {
    Date { year, month, day }
}

fn dates(start: Option<Date>, end: Option<Date>) -> Option<v1::When> {
    Some(v1::When { at: Some(v1::when::At::Dates(v1::DateSpan { start, end })) })
}

fn horizon(horizon: v1::Horizon) -> Option<v1::When> {
    Some(v1::When { at: Some(v1::when::At::Horizon(horizon.into())) })
}

fn new_entry(title: &str, when: Option<v1::When>) -> v1::CreateRoadmapEntryRequest {
    v1::CreateRoadmapEntryRequest {
        parent: Shop::domain_name("online"),
        entry: Some(v1::RoadmapEntry { title: title.to_owned(), when, ..Default::default() }),
        ..Default::default()
    }
}

fn version(version: u64) -> Option<v1::Moment> {
    Some(v1::Moment { at: Some(v1::moment::At::Version(version)) })
}

fn sync(id: &str) -> Option<v1::Moment> {
    let name = format!("products/webshop/syncs/{id}");
    Some(v1::Moment { at: Some(v1::moment::At::Sync(name)) })
}

async fn roadmap(by: &Client, as_of: Option<v1::Moment>) -> Vec<String> {
    let parent = "products/webshop".to_owned();
    let list = v1::ListRoadmapEntriesRequest { parent, as_of, ..Default::default() };
    let listed = by.roadmap().list_roadmap_entries(list).await.given();
    listed.entries.into_iter().map(|entry| entry.title).collect()
}

async fn keys(by: &Client, as_of: Option<v1::Moment>) -> Vec<String> {
    let parent = "products/webshop".to_owned();
    let list = v1::ListBacklogRequest { parent, as_of, ..Default::default() };
    let listed = by.backlog().list_backlog(list).await.given();
    listed.rows.into_iter().map(|row| row.key).collect()
}

fn update(entry: v1::RoadmapEntry, path: &str, reason: &str) -> v1::UpdateRoadmapEntryRequest {
    v1::UpdateRoadmapEntryRequest {
        entry: Some(v1::RoadmapEntry {
            name: "products/webshop/roadmapEntries/1".to_owned(),
            ..entry
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec![path.to_owned()] }),
        reason: reason.to_owned(),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_domain_po_plans_and_a_plan_that_moves_keeps_what_it_was() {
    let shop = Shop::open().await;
    shop.fill(&["online", "online"]).await;
    let when = dates(Some(day(2027, 1, 4)), Some(day(2027, 3, 26)));
    let mut request = new_entry(" Pay by invoice ", when);
    let entry = request.entry.as_mut().unwrap();
    entry.items = vec![Shop::name("ONLINE-2"), Shop::name("ONLINE-1"), Shop::name("ONLINE-2")];
    entry.release = "Spring".to_owned();
    let made = shop.online.roadmap().create_roadmap_entry(request.clone()).await.given();
    let made = made.entry.unwrap();
    assert_eq!(made.name, "products/webshop/roadmapEntries/1");
    assert_eq!((made.title.as_str(), made.when, made.items.len()), ("Pay by invoice", when, 2));
    assert_eq!(shop.item("ONLINE-1").await.roadmap_entries, ["products/webshop/roadmapEntries/1"]);
    shop.offline
        .roadmap()
        .create_roadmap_entry(request)
        .await
        .refused()
        .is(Code::PermissionDenied, "NOT_IN_MANDATE");
    let done = v1::CompleteItemRequest { name: Shop::name("ONLINE-1"), ..Default::default() };
    shop.online.backlog().complete_item(done).await.given();

    let later = dates(Some(day(2027, 1, 4)), Some(day(2027, 6, 25)));
    let slip =
        |why: &str| update(v1::RoadmapEntry { when: later, ..Default::default() }, "when", why);
    let refused = shop.online.roadmap().update_roadmap_entry(slip("")).await.refused();
    refused.is(Code::InvalidArgument, "REASON_MISSING").at(&["reason"]);
    let slipped = shop.online.roadmap().update_roadmap_entry(slip("the bank is late")).await;
    let slipped = slipped.given().entry.unwrap();
    let progress = slipped.progress.unwrap();
    assert_eq!((slipped.when, progress.done_items, progress.all_items), (later, 1, 2));

    let name = "products/webshop/roadmapEntries/1".to_owned();
    let history = v1::ListRoadmapEntryHistoryRequest { name, ..Default::default() };
    let told = shop.stakeholder.roadmap().list_roadmap_entry_history(history).await.given();
    let told: Vec<_> =
        told.entries.iter().map(|one| (one.sentence.as_str(), one.reason.as_str())).collect();
    assert_eq!(
        told,
        [
            ("slipped by 3 months, from 2027-03-26 to 2027-06-25", "the bank is late"),
            ("was put on the roadmap of online: 2027-01-04 to 2027-03-26, with Spring", ""),
        ]
    );
}

#[tokio::test]
async fn the_roadmap_is_listed_by_time_and_page_by_page() {
    let shop = Shop::open().await;
    let plans = [
        ("later", horizon(v1::Horizon::Later)),
        ("in May", dates(None, Some(day(2027, 5, 1)))),
        ("next", horizon(v1::Horizon::Next)),
        ("from April", dates(Some(day(2027, 4, 1)), None)),
        ("now", horizon(v1::Horizon::Now)),
    ];
    for (title, when) in plans {
        shop.chief.roadmap().create_roadmap_entry(new_entry(title, when)).await.given();
    }
    let all = ["now", "from April", "in May", "next", "later"];
    assert_eq!(roadmap(&shop.member, None).await, all);
    let mut page = v1::ListRoadmapEntriesRequest {
        parent: Shop::domain_name("online"),
        page_size: 2,
        ..Default::default()
    };
    let mut listed = Vec::new();
    loop {
        let answer = shop.member.roadmap().list_roadmap_entries(page.clone()).await.given();
        assert_eq!(answer.total_size, 5);
        listed.extend(answer.entries.into_iter().map(|entry| entry.title));
        if answer.next_page_token.is_empty() {
            break;
        }
        page.page_token = answer.next_page_token;
    }
    assert_eq!(listed, all);
    let elsewhere = v1::ListRoadmapEntriesRequest {
        parent: Shop::domain_name("offline"),
        ..Default::default()
    };
    let answer = shop.member.roadmap().list_roadmap_entries(elsewhere).await.given();
    assert_eq!((answer.entries.len(), answer.total_size), (0, 0));
}

#[tokio::test]
async fn a_plan_that_cannot_be_is_refused_with_the_field() {
    let shop = Shop::open().await;
    let reversed = dates(Some(day(2027, 3, 2)), Some(day(2027, 3, 1)));
    for (when, field, says) in [
        (reversed, "entry.when.dates", "the end is before the start"),
        (dates(None, None), "entry.when.dates", "a start, an end or both"),
        (dates(None, Some(day(2027, 2, 29))), "entry.when.dates.end", "2027-02-29 is no day"),
        (dates(Some(day(30_000, 1, 1)), None), "entry.when.dates.start", "30000-01-01 is no day"),
        (horizon(v1::Horizon::Unspecified), "entry.when", "says no time"),
        (None, "entry.when", "says no time"),
    ] {
        let refused = shop.online.roadmap().create_roadmap_entry(new_entry("T", when)).await;
        let refused = refused.refused();
        refused.is(Code::InvalidArgument, "INVALID_FIELD").at(&[field]).says(&[says]);
    }
    let mut ghost = new_entry("T", horizon(v1::Horizon::Now));
    ghost.entry.as_mut().unwrap().items = vec![Shop::name("ONLINE-9")];
    let refused = shop.online.roadmap().create_roadmap_entry(ghost).await.refused();
    refused.is(Code::NotFound, "UNKNOWN_ITEM");
    let missing =
        update(v1::RoadmapEntry { title: "T".to_owned(), ..Default::default() }, "title", "");
    let refused = shop.online.roadmap().update_roadmap_entry(missing).await.refused();
    refused.is(Code::NotFound, "UNKNOWN_ENTRY");
    assert!(roadmap(&shop.admin, None).await.is_empty());
}

#[tokio::test]
async fn the_vision_has_editions_and_goals_tie_what_serves_them() {
    let shop = Shop::open().await;
    shop.fill(&["online"]).await;
    let name = "products/webshop/vision".to_owned();
    let get = |as_of| v1::GetVisionRequest { name: name.clone(), as_of, ..Default::default() };
    shop.member.roadmap().get_vision(get(None)).await.refused().is(Code::NotFound, "NO_VISION");
    let publish = |text: &str| v1::PublishVisionRequest {
        product: "products/webshop".to_owned(),
        text: text.to_owned(),
        ..Default::default()
    };
    let refused = shop.online.roadmap().publish_vision(publish("Mine")).await.refused();
    refused.is(Code::PermissionDenied, "NOT_IN_MANDATE");
    let first = shop.chief.roadmap().publish_vision(publish("One shop.")).await.given();
    let first = first.receipt.unwrap().version;
    shop.chief.roadmap().publish_vision(publish("One shop, everywhere.")).await.given();
    let now = shop.member.roadmap().get_vision(get(None)).await.given().vision.unwrap();
    assert_eq!((now.edition, now.text.as_str()), (2, "One shop, everywhere."));
    assert_eq!(now.author_display_name, "Name of p-chief");
    let then = shop.member.roadmap().get_vision(get(version(first))).await.given();
    assert_eq!(then.vision.unwrap().text, "One shop.");

    let goal = v1::CreateGoalRequest {
        parent: "products/webshop".to_owned(),
        goal_id: "fewer-returns".to_owned(),
        ..Default::default()
    };
    shop.chief.roadmap().create_goal(goal).await.given();
    let goal = "products/webshop/goals/fewer-returns".to_owned();
    let tie = |goal: &str| v1::UpdateItemRequest {
        item: Some(v1::Item {
            name: Shop::name("ONLINE-1"),
            goal: goal.to_owned(),
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask { paths: vec!["goal".to_owned()] }),
        ..Default::default()
    };
    shop.online.backlog().update_item(tie(&goal)).await.given();
    assert_eq!(shop.item("ONLINE-1").await.goal, goal);
    let close = v1::CloseGoalRequest {
        name: goal.clone(),
        reason: "reached".to_owned(),
        ..Default::default()
    };
    assert!(shop.chief.roadmap().close_goal(close).await.given().goal.unwrap().closed);
    shop.online.backlog().update_item(tie("")).await.given();
    let refused = shop.online.backlog().update_item(tie(&goal)).await.refused();
    refused.is(Code::FailedPrecondition, "GOAL_CLOSED").says(&["reached"]);
}

#[tokio::test]
async fn the_past_is_shown_as_it_was_and_survives_a_restart() {
    let mut shop = Shop::open().await;
    shop.fill(&["online", "offline", "backoffice"]).await;
    let before = shop.version().await;
    let (then, item) = (shop.order("").await, shop.item("ONLINE-1").await);
    let rank = v1::RankItemRequest {
        name: Shop::name("BACKOFFICE-1"),
        place: at(v1::Edge::Top),
        ..Default::default()
    };
    shop.chief.backlog().rank_item(rank).await.given();
    let drop = v1::DropItemRequest {
        name: Shop::name("ONLINE-1"),
        reason: "no".to_owned(),
        ..Default::default()
    };
    shop.online.backlog().drop_item(drop).await.given();
    let role = v1::RevokeRoleRequest {
        product: "products/webshop".to_owned(),
        person: "people/p-member".to_owned(),
        role: v1::Role::Member.into(),
        ..Default::default()
    };
    shop.admin.products().revoke_role(role).await.given();
    for kill in [false, true] {
        assert_eq!(keys(&shop.admin, version(before)).await, then);
        assert_eq!(shop.order("").await, ["BACKOFFICE-1", "OFFLINE-1"]);
        let get = v1::GetItemRequest {
            name: Shop::name("ONLINE-1"),
            as_of: version(before),
            ..Default::default()
        };
        let answer = shop.admin.backlog().get_item(get).await.given();
        assert_eq!((answer.item.unwrap(), answer.version), (item.clone(), before));
        let roles = v1::ListRolesRequest {
            product: "products/webshop".to_owned(),
            as_of: version(before),
            ..Default::default()
        };
        let roles = shop.admin.products().list_roles(roles).await.given();
        assert!(roles.grants.iter().any(|grant| grant.person == "people/p-member"));
        if kill {
            shop.server.kill();
            shop.server.start_again().await;
        } else {
            shop.server.restart().await;
        }
        shop.admin = shop.server.admin();
    }
    // Who may see it now may see its past; who may not, not even if they could then.
    let list = v1::ListBacklogRequest {
        parent: "products/webshop".to_owned(),
        as_of: version(before),
        ..Default::default()
    };
    let member = shop.server.client(shop.member.token());
    member.backlog().list_backlog(list).await.refused().is(Code::NotFound, "UNKNOWN_PRODUCT");
}

#[tokio::test]
async fn moments_that_are_none_are_refused() {
    let shop = Shop::open().await;
    let now = shop.version().await;
    let time = |seconds| {
        let time = prost_types::Timestamp { seconds, nanos: 0 };
        Some(v1::Moment { at: Some(v1::moment::At::Time(time)) })
    };
    let list = |as_of| v1::ListBacklogRequest {
        parent: "products/webshop".to_owned(),
        as_of,
        ..Default::default()
    };
    let elsewhere =
        v1::Moment { at: Some(v1::moment::At::Sync("products/other/syncs/1".to_owned())) };
    for (as_of, code, reason) in [
        (version(0), Code::NotFound, "BEFORE_BEGINNING"),
        (time(0), Code::NotFound, "BEFORE_BEGINNING"),
        (version(now + 1), Code::OutOfRange, "VERSION_IN_FUTURE"),
        (time(i64::MAX), Code::InvalidArgument, "INVALID_FIELD"),
        (time(-1), Code::InvalidArgument, "INVALID_FIELD"),
        (Some(v1::Moment::default()), Code::InvalidArgument, "INVALID_FIELD"),
        (Some(elsewhere), Code::InvalidArgument, "INVALID_FIELD"),
        (sync("-"), Code::NotFound, "UNKNOWN_SYNC"),
        (sync("2026-W47"), Code::NotFound, "UNKNOWN_SYNC"),
    ] {
        let refused = shop.admin.backlog().list_backlog(list(as_of.clone())).await.refused();
        refused.is(code, reason);
    }
    // The year 9999 has not come: as of then is as of now.
    let future = shop.admin.backlog().list_backlog(list(time(253_402_300_799))).await.given();
    assert_eq!(future.version, now);
    let reversed = v1::ListDifferencesRequest {
        parent: "products/webshop".to_owned(),
        from: version(now),
        to: version(1),
        ..Default::default()
    };
    let refused = shop.admin.history().list_differences(reversed).await.refused();
    refused.is(Code::InvalidArgument, "INVALID_FIELD").at(&["from"]);
}

#[tokio::test]
async fn what_changed_since_the_last_sync_is_told_net_and_in_groups() {
    let shop = Shop::open().await;
    shop.fill(&["online", "online", "offline"]).await;
    let entry = new_entry("Invoices", dates(None, Some(day(2027, 3, 26))));
    shop.chief.roadmap().create_roadmap_entry(entry).await.given();
    let start = v1::StartSyncRequest {
        parent: "products/webshop".to_owned(),
        sync_id: "2026-W47".to_owned(),
        ..Default::default()
    };
    let refused = shop.member.syncs().start_sync(start.clone()).await.refused();
    refused.is(Code::PermissionDenied, "NOT_IN_MANDATE").says(&["the PO of any domain"]);
    shop.offline.syncs().start_sync(start.clone()).await.given();
    let refused = shop.chief.syncs().start_sync(start).await.refused();
    refused.is(Code::FailedPrecondition, "SYNC_OPEN");
    let since = |parent: &str| v1::ListDifferencesRequest {
        parent: parent.to_owned(),
        from: sync("-"),
        ..Default::default()
    };
    let close = v1::CloseSyncRequest {
        name: "products/webshop/syncs/2026-W47".to_owned(),
        ..Default::default()
    };
    shop.chief.syncs().close_sync(close.clone()).await.given();
    shop.chief
        .syncs()
        .close_sync(close)
        .await
        .refused()
        .is(Code::FailedPrecondition, "SYNC_CLOSED");
    let nothing = shop.member.history().list_differences(since("products/webshop")).await.given();
    assert_eq!((nothing.differences.len(), nothing.total_size), (0, 0));

    let rank = |key: &str, place| v1::RankItemRequest {
        name: Shop::name(key),
        place,
        reason: "the stores wait".to_owned(),
        ..Default::default()
    };
    shop.chief.backlog().rank_item(rank("OFFLINE-1", at(v1::Edge::Top))).await.given();
    // There and back again.
    shop.chief.backlog().rank_item(rank("ONLINE-2", at(v1::Edge::Top))).await.given();
    shop.chief.backlog().rank_item(rank("ONLINE-2", at(v1::Edge::Bottom))).await.given();
    let later = dates(None, Some(day(2027, 4, 2)));
    let slip = update(v1::RoadmapEntry { when: later, ..Default::default() }, "when", "late");
    shop.online.roadmap().update_roadmap_entry(slip).await.given();
    let told = shop.member.history().list_differences(since("products/webshop")).await.given();
    let lines: Vec<_> = told
        .differences
        .iter()
        .map(|one| (one.crosses_domains, one.sentence.as_str(), one.reason.as_str(), one.slipped))
        .collect();
    assert_eq!(
        lines,
        [
            (
                true,
                "OFFLINE-1 “A story” rose from place 3 to 1, past ONLINE-1 “A story” of online and ONLINE-2 “A story” of online",
                "the stores wait",
                false
            ),
            (
                false,
                "Roadmap entry 1 “Invoices” of online slipped by 7 days, from 2027-03-26 to 2027-04-02",
                "late",
                true
            ),
        ]
    );
    let counts = told.counts.iter().map(|of| (of.kind(), of.count, of.slipped));
    assert_eq!(
        counts.collect::<Vec<_>>(),
        [(v1::DifferenceKind::Roadmap, 1, 1), (v1::DifferenceKind::Order, 1, 0)]
    );
    shop.server.command_line(shop.member.token()).run("diff --from last-sync").code(0).tells(&[
        "webshop from the last sync (version ",
        ": 2 differences\n1 plan put off · 1 item moved\n",
    ]);
    let first = told.differences.first().unwrap();
    assert_eq!(first.actor_display_name, "Name of p-chief");
    assert_eq!(first.subject, Shop::name("OFFLINE-1"));
    // What another domain did for itself is not this one's news.
    let offline = since("products/webshop/domains/offline");
    let offline = shop.member.history().list_differences(offline).await.given();
    assert_eq!(offline.total_size, 1);
    let kinds = vec![v1::DifferenceKind::Roadmap.into()];
    let plans = v1::ListDifferencesRequest { kinds, ..since("products/webshop") };
    let plans = shop.member.history().list_differences(plans).await.given();
    assert_eq!((plans.total_size, plans.differences[0].slipped), (1, true));
    let get =
        v1::GetSyncRequest { name: "products/webshop/syncs/-".to_owned(), ..Default::default() };
    let last = shop.member.syncs().get_sync(get).await.given().sync.unwrap();
    assert_eq!(
        (last.name.as_str(), last.close_version),
        ("products/webshop/syncs/2026-W47", told.from_version)
    );
}

#[tokio::test]
async fn pages_of_differences_compare_the_same_two_versions_while_others_write() {
    let shop = Shop::open().await;
    let from = shop.version().await;
    shop.fill(&["online", "offline", "backoffice"]).await;
    let mut page = v1::ListDifferencesRequest {
        parent: "products/webshop".to_owned(),
        from: version(from),
        page_size: 1,
        ..Default::default()
    };
    let mut told = Vec::new();
    loop {
        let answer = shop.member.history().list_differences(page.clone()).await.given();
        assert_eq!((answer.from_version, answer.to_version), (from, from + 3));
        assert_eq!(answer.total_size, 3);
        told.extend(answer.differences.into_iter().map(|one| one.subject));
        if answer.next_page_token.is_empty() {
            break;
        }
        page.page_token = answer.next_page_token;
        shop.fill(&["online"]).await;
    }
    let expected = ["ONLINE-1", "OFFLINE-1", "BACKOFFICE-1"].map(Shop::name);
    assert_eq!(told, expected);
    // A token of another question is refused.
    let other = v1::ListDifferencesRequest { from: version(from + 1), ..page };
    let refused = shop.member.history().list_differences(other).await.refused();
    refused.is(Code::InvalidArgument, "INVALID_FIELD").at(&["page_token"]);
}

#[tokio::test]
async fn a_difference_is_told_by_who_made_it_and_not_by_who_came_after() {
    let shop = Shop::open().await;
    shop.fill(&["offline"]).await;
    let entry = new_entry("Invoices", dates(None, Some(day(2027, 3, 26))));
    shop.chief.roadmap().create_roadmap_entry(entry).await.given();
    let from = shop.version().await;
    let later = dates(None, Some(day(2027, 4, 2)));
    let slip = update(v1::RoadmapEntry { when: later, ..Default::default() }, "when", "late");
    shop.online.roadmap().update_roadmap_entry(slip).await.given();
    let title = v1::RoadmapEntry { title: "Pay later".to_owned(), ..Default::default() };
    shop.chief.roadmap().update_roadmap_entry(update(title, "title", "clearer")).await.given();
    // Made by one, ranked by another.
    shop.online.backlog().create_item(Shop::new_item("online", "New")).await.given();
    let rank = v1::RankItemRequest {
        name: Shop::name("ONLINE-1"),
        place: at(v1::Edge::Top),
        reason: "urgent".to_owned(),
        ..Default::default()
    };
    shop.chief.backlog().rank_item(rank).await.given();
    let list = v1::ListDifferencesRequest {
        parent: "products/webshop".to_owned(),
        from: version(from),
        ..Default::default()
    };
    let told = shop.member.history().list_differences(list).await.given().differences;
    let told: Vec<_> = told
        .iter()
        .map(|one| (one.subject.as_str(), one.actor.as_str(), one.reason.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("products/webshop/roadmapEntries/1", "people/p-online", "late"),
            ("products/webshop/items/ONLINE-1", "people/p-online", ""),
        ]
    );
}
