//! `EventService`: past and future without a gap and none twice, filters, and how a stream ends.

use std::{collections::BTreeSet, time::Duration};

use koepel_api::v1::{self, SubscribeResponse, subscribe_response::What};
use koepel_tests::{Answer as _, Client, Refusal, Settings, Shop, request_id};
use serde_json::Value;
use tonic::{Code, Status, Streaming, transport::Endpoint};

/// A subscription from a version on.
fn from(from_version: u64) -> v1::SubscribeRequest {
    v1::SubscribeRequest {
        product: "products/webshop".to_owned(),
        from_version,
        ..Default::default()
    }
}

async fn subscribe(client: &Client, request: v1::SubscribeRequest) -> Streaming<SubscribeResponse> {
    client.events().subscribe(request).await.given()
}

/// The next event; marks are passed over.
async fn next(stream: &mut Streaming<SubscribeResponse>) -> Result<v1::Event, Status> {
    let patience = Duration::from_secs(20);
    loop {
        let message = tokio::time::timeout(patience, stream.message()).await.expect("no event")?;
        if let What::Event(event) = message.expect("the stream ended").what.unwrap() {
            return Ok(event);
        }
    }
}

/// All events of a subscription that ends when it has caught up, and the version of its mark.
async fn all(client: &Client, request: v1::SubscribeRequest) -> (Vec<v1::Event>, u64) {
    let request = v1::SubscribeRequest { until_caught_up: true, ..request };
    let mut stream = subscribe(client, request).await;
    let (mut events, mut mark) = (Vec::new(), None);
    while let Some(message) = stream.message().await.unwrap() {
        assert!(mark.is_none(), "nothing comes after the mark");
        match message.what.unwrap() {
            What::Event(event) => events.push(event),
            What::CaughtUp(caught_up) => mark = Some(caught_up.version),
            What::Heartbeat(_) => panic!("a heartbeat in the past"),
        }
    }
    (events, mark.expect("no CaughtUp"))
}

#[tokio::test]
async fn an_event_has_the_attributes_of_a_cloud_event() {
    let shop = Shop::open().await;
    let request = v1::CreateItemRequest {
        request_id: request_id(),
        ..Shop::new_item("online", "Pay by invoice")
    };
    let receipt = shop.online.backlog().create_item(request.clone()).await.given().receipt.unwrap();
    let (events, version) = all(&shop.stakeholder, from(receipt.version)).await;
    assert_eq!((events.len(), version), (1, receipt.version));
    let event = &events[0];
    assert_eq!(
        (event.source.as_str(), event.r#type.as_str()),
        ("products/webshop", "koepel.v1.ItemCreated")
    );
    assert_eq!(
        (event.subject.as_str(), event.actor.as_str()),
        (Shop::name("ONLINE-1").as_str(), "people/p-online")
    );
    assert_eq!((event.version, event.index, event.count), (receipt.version, 0, 1));
    assert_eq!(
        (event.time, &event.request_id, event.redacted),
        (receipt.time, &request.request_id, false)
    );
    let data: Value = serde_json::from_str(&event.data).unwrap();
    assert_eq!((&data["item"], &data["title"]), (&"ONLINE-1".into(), &"Pay by invoice".into()));
    let (everything, _) = all(&shop.stakeholder, from(0)).await;
    let ids: BTreeSet<_> = everything.iter().map(|event| &event.id).collect();
    assert_eq!(ids.len(), everything.len(), "ids are unique");
    assert_eq!(everything[0].subject, "products/webshop");
    assert!(everything.iter().any(|event| event.subject == Shop::domain_name("online")));
}

#[tokio::test]
async fn past_and_future_come_without_a_gap_and_none_twice() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline"]).await;
    let writer = shop.chief.clone();
    let mut stream = subscribe(&shop.stakeholder, from(1)).await;
    // While the past is read, more happens.
    let writing = tokio::spawn(async move {
        let mut last = 0;
        for _ in 0..200 {
            let answer =
                writer.backlog().create_item(Shop::new_item("online", "More")).await.given();
            last = answer.receipt.unwrap().version;
        }
        last
    });
    let mut expected = (1, 0);
    let (mut caught_up, mut last) = (None, None);
    let mut writing = Some(writing);
    while last.is_none_or(|last| expected.0 <= last) {
        if caught_up.is_some() && writing.is_some() && expected.0 > 20 {
            last = Some(writing.take().unwrap().await.unwrap());
        }
        let message = stream.message().await.unwrap().unwrap();
        match message.what.unwrap() {
            What::Event(event) => {
                assert_eq!((event.version, event.index), expected);
                expected = if event.index + 1 == event.count {
                    (event.version + 1, 0)
                } else {
                    (event.version, event.index + 1)
                };
            }
            What::CaughtUp(mark) => {
                assert!(caught_up.replace(mark.version).is_none(), "one mark");
                assert_eq!(expected, (mark.version + 1, 0), "after all past events");
            }
            What::Heartbeat(_) => {}
        }
    }
    assert_eq!(Some(shop.version().await), last);
    // Going on from a version gives exactly the rest.
    let (rest, _) = all(&shop.stakeholder, from(100)).await;
    assert_eq!(rest[0].version, 100);
    assert_eq!(rest.last().unwrap().version, last.unwrap());
    // From the next version on there is nothing yet, which is no error.
    let (none, version) = all(&shop.stakeholder, from(last.unwrap() + 1)).await;
    assert_eq!((none.len(), version), (0, last.unwrap()));
}

#[tokio::test]
async fn a_stream_may_be_of_some_types_and_one_domain() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline", "online"]).await;
    let complete = v1::CompleteItemRequest { name: Shop::name("ONLINE-1"), ..Default::default() };
    shop.chief.backlog().complete_item(complete).await.given();
    let typed = |types: &[&str]| v1::SubscribeRequest {
        types: types.iter().map(|&kind| kind.to_owned()).collect(),
        ..from(0)
    };
    let (events, version) = all(&shop.member, typed(&["ItemCreated"])).await;
    assert_eq!(events.len(), 3);
    assert_eq!(version, shop.version().await, "the mark is the product's, whatever was filtered");
    let (events, _) = all(&shop.member, typed(&["koepel.v1.ItemCompleted", "ItemPinned"])).await;
    assert_eq!(events.len(), 1);
    let domain = |id: &str, types: &[&str]| v1::SubscribeRequest {
        domain: Shop::domain_name(id),
        ..typed(types)
    };
    let (events, _) = all(&shop.member, domain("online", &["ItemCreated", "ItemCompleted"])).await;
    let subjects: Vec<_> = events.iter().map(|event| event.subject.clone()).collect();
    assert_eq!(subjects, [Shop::name("ONLINE-1"), Shop::name("ONLINE-2"), Shop::name("ONLINE-1")]);
    let (events, _) = all(&shop.member, domain("offline", &[])).await;
    assert!(events.iter().any(|event| event.r#type == "koepel.v1.DomainAdded"));
    assert!(events.iter().all(|event| !event.subject.contains("ONLINE")), "{events:?}");
}

/// A goal, an entry of the roadmap that changes, a sync, an escalation, its decision and a move against it, a question.
async fn plans_and_disagrees(shop: &Shop) {
    let parent = || "products/webshop".to_owned();
    let goal = v1::CreateGoalRequest {
        parent: parent(),
        goal_id: "fewer-returns".to_owned(),
        ..Default::default()
    };
    shop.chief.roadmap().create_goal(goal).await.given();
    let horizon = v1::when::At::Horizon(v1::Horizon::Next.into());
    let entry = v1::RoadmapEntry {
        title: "Pay by invoice".to_owned(),
        when: Some(v1::When { at: Some(horizon) }),
        ..Default::default()
    };
    let made = v1::CreateRoadmapEntryRequest {
        parent: Shop::domain_name("online"),
        entry: Some(entry),
        ..Default::default()
    };
    let made = shop.online.roadmap().create_roadmap_entry(made).await.given().entry.unwrap();
    let entry = v1::RoadmapEntry { name: made.name, release: "Spring".to_owned(), ..made };
    let change = v1::UpdateRoadmapEntryRequest {
        entry: Some(entry),
        update_mask: Some(prost_types::FieldMask { paths: vec!["release".to_owned()] }),
        reason: "the bank is ready".to_owned(),
        ..Default::default()
    };
    shop.online.roadmap().update_roadmap_entry(change).await.given();
    let sync = v1::StartSyncRequest {
        parent: parent(),
        sync_id: "2026-W47".to_owned(),
        ..Default::default()
    };
    shop.chief.syncs().start_sync(sync).await.given();
    let first = v1::ordered_change::Rank {
        item: Shop::name("OFFLINE-1"),
        place: koepel_tests::before("ONLINE-1"),
        with_family: false,
    };
    let first = v1::OrderedChange { change: Some(v1::ordered_change::Change::Rank(first)) };
    let option = v1::EscalationOption {
        title: "The tills".to_owned(),
        changes: vec![first],
        ..Default::default()
    };
    let raise = v1::RaiseEscalationRequest {
        parent: parent(),
        topic: v1::Topic::Priority.into(),
        title: "Who gets the test hall first?".to_owned(),
        items: vec![Shop::name("ONLINE-1")],
        options: vec![option],
        ..Default::default()
    };
    shop.online.escalations().raise_escalation(raise).await.given();
    let decide = v1::DecideEscalationRequest {
        name: "products/webshop/escalations/1".to_owned(),
        outcome: Some(v1::decide_escalation_request::Outcome::Option(1)),
        reason: "the season begins there".to_owned(),
        ..Default::default()
    };
    shop.chief.escalations().decide_escalation(decide).await.given();
    let back = v1::RankItemRequest {
        name: Shop::name("ONLINE-1"),
        place: koepel_tests::before("OFFLINE-1"),
        ..Default::default()
    };
    shop.chief.backlog().rank_item(back).await.given();
    let question = v1::FindOwnerRequest {
        parent: parent(),
        what: Some(v1::find_owner_request::What::Question("lifts".to_owned())),
        ..Default::default()
    };
    shop.chief.directory().find_owner(question).await.given();
}

#[tokio::test]
async fn an_event_names_the_resource_that_it_is_about() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline"]).await;
    let before = shop.version().await;
    plans_and_disagrees(&shop).await;
    let (events, _) = all(&shop.stakeholder, from(before + 1)).await;
    let told: Vec<(&str, &str)> = events
        .iter()
        .map(|event| {
            let kind = event.r#type.strip_prefix("koepel.v1.").unwrap();
            (kind, event.subject.strip_prefix("products/webshop/").unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [
            ("GoalAdded", "goals/fewer-returns"),
            ("EntryAdded", "roadmapEntries/1"),
            ("EntryChanged", "roadmapEntries/1"),
            ("SyncStarted", "syncs/2026-W47"),
            ("EscalationRaised", "escalations/1"),
            ("ItemRanked", "items/OFFLINE-1"),
            ("EscalationDecided", "escalations/1"),
            ("ItemRanked", "items/ONLINE-1"),
            ("DecisionNotFollowed", "decisions/1"),
            ("QuestionUnanswered", "gaps/1"),
        ]
    );
    // What is planned in a domain is of the domain, too, and what concerns its items.
    for (domain, expected) in [
        ("online", ["EntryAdded", "EntryChanged", "ItemRanked"].as_slice()),
        ("offline", ["ItemRanked", "DecisionNotFollowed"].as_slice()),
    ] {
        let domain = Shop::domain_name(domain);
        let wanted = v1::SubscribeRequest { domain, ..from(before + 1) };
        let (events, _) = all(&shop.stakeholder, wanted).await;
        let kinds: Vec<_> =
            events.iter().map(|event| event.r#type.trim_start_matches("koepel.v1.")).collect();
        assert_eq!(kinds, expected);
    }
}

#[tokio::test]
async fn a_wrong_subscription_is_refused() {
    let shop = Shop::open().await;
    let version = shop.version().await;
    let refused = async |request| shop.member.events().subscribe(request).await.refused();
    let refusal = refused(from(version + 2)).await;
    refusal.is(Code::OutOfRange, "VERSION_IN_FUTURE");
    refusal.says(&[&(version + 2).to_string(), &(version + 1).to_string()]);
    assert_eq!(refusal.metadata["current_version"], version.to_string());
    refused(from(u64::MAX)).await.is(Code::OutOfRange, "VERSION_IN_FUTURE");
    let product = |name: &str| v1::SubscribeRequest { product: name.to_owned(), ..from(0) };
    refused(product("webshop")).await.is(Code::InvalidArgument, "INVALID_FIELD").at(&["product"]);
    refused(product("products/nowhere")).await.is(Code::NotFound, "UNKNOWN_PRODUCT");
    refused(product("products/system")).await.is(Code::NotFound, "UNKNOWN_PRODUCT");
    let domain = |name: &str| v1::SubscribeRequest { domain: name.to_owned(), ..from(0) };
    refused(domain("online")).await.is(Code::InvalidArgument, "INVALID_FIELD").at(&["domain"]);
    refused(domain("products/other/domains/online")).await.at(&["domain"]);
    refused(domain("products/webshop/domains/nowhere"))
        .await
        .is(Code::NotFound, "UNKNOWN_DOMAIN")
        .says(&["nowhere"]);
    let types = v1::SubscribeRequest { types: vec!["X".to_owned(); 101], ..from(0) };
    refused(types).await.is(Code::InvalidArgument, "INVALID_FIELD").at(&["types"]).says(&["101"]);
}

#[tokio::test]
async fn a_stream_ends_when_the_server_stops() {
    let mut shop = Shop::open().await;
    let mut stream = subscribe(&shop.member, from(1)).await;
    while !matches!(stream.message().await.unwrap().unwrap().what, Some(What::CaughtUp(_))) {}
    let ((status, written), end) = tokio::join!(shop.server.stop(), stream.message());
    assert!(status.success(), "{written}");
    Refusal::of(&end.unwrap_err()).is(Code::Unavailable, "UNAVAILABLE").says(&["go on"]);
}

#[tokio::test]
async fn a_stream_ends_with_the_token_or_the_role_of_its_reader() {
    let shop = Shop::open().await;
    let mut by_token = subscribe(&shop.member, from(1)).await;
    let mut by_role = subscribe(&shop.stakeholder, from(1)).await;
    for stream in [&mut by_token, &mut by_role] {
        while !matches!(stream.message().await.unwrap().unwrap().what, Some(What::CaughtUp(_))) {}
    }
    revoke(&shop, &shop.member).await;
    let role = v1::RevokeRoleRequest {
        product: "products/webshop".to_owned(),
        person: "people/p-stakeholder".to_owned(),
        role: v1::Role::Stakeholder.into(),
        ..Default::default()
    };
    shop.admin.products().revoke_role(role).await.given();
    shop.fill(&["online"]).await;
    let end = Refusal::of(&next(&mut by_token).await.unwrap_err());
    end.is(Code::Unauthenticated, "TOKEN_UNKNOWN").says(&["subscribe again"]);
    Refusal::of(&next(&mut by_role).await.unwrap_err()).is(Code::NotFound, "UNKNOWN_PRODUCT");
}

#[tokio::test]
async fn a_stream_on_which_nothing_happens_ends_at_once_with_its_token() {
    let shop = Shop::open().await;
    let mut stream = subscribe(&shop.member, from(1)).await;
    while !matches!(stream.message().await.unwrap().unwrap().what, Some(What::CaughtUp(_))) {}
    revoke(&shop, &shop.member).await;
    // Well before the next heartbeat.
    let ended = tokio::time::timeout(Duration::from_secs(8), next(&mut stream)).await;
    let end = ended.expect("the stream goes on").unwrap_err();
    Refusal::of(&end).is(Code::Unauthenticated, "TOKEN_UNKNOWN");
}

#[tokio::test]
async fn a_revoked_token_does_not_read_the_past_to_its_end() {
    let shop = Shop::open().await;
    fill_with_long_texts(&shop, 120).await;
    let mut stream = slow_reader(&shop, &shop.member).await;
    next(&mut stream).await.unwrap();
    // The server stands still in the midst of the past until more is taken.
    revoke(&shop, &shop.member).await;
    let mut seen = 1;
    let end = loop {
        match next(&mut stream).await {
            Ok(_) => seen += 1,
            Err(status) => break Refusal::of(&status),
        }
    };
    end.is(Code::Unauthenticated, "TOKEN_UNKNOWN");
    assert!(seen < 60, "{seen} of more than 120 events came");
}

async fn revoke(shop: &Shop, whose: &Client) {
    let who = whose.admin().who_am_i(v1::WhoAmIRequest {}).await.given();
    let revoke = v1::RevokeTokenRequest { name: who.token.unwrap().name, ..Default::default() };
    shop.admin.admin().revoke_token(revoke).await.given();
}

async fn fill_with_long_texts(shop: &Shop, items: usize) {
    let text = "x".repeat(16_000);
    for _ in 0..items {
        let mut request = Shop::new_item("online", "Long");
        request.item.as_mut().unwrap().text.clone_from(&text);
        shop.chief.backlog().create_item(request).await.given();
    }
}

/// A stream from the beginning with the smallest window, so that nothing but the first few events leaves the server until they
/// are taken.
async fn slow_reader(shop: &Shop, who: &Client) -> Streaming<SubscribeResponse> {
    let endpoint = Endpoint::from_shared(shop.server.url().to_owned()).unwrap();
    let channel = endpoint.initial_stream_window_size(65_535).connect().await.unwrap();
    let mut events = v1::event_service_client::EventServiceClient::new(channel);
    let mut request = tonic::Request::new(from(1));
    let header = format!("Bearer {}", who.token()).parse().unwrap();
    request.metadata_mut().insert("authorization", header);
    events.subscribe(request).await.given()
}

#[tokio::test]
async fn a_reader_may_have_so_many_streams_and_no_more() {
    let config = "[limits]\nstreams_per_person = 2\n".to_owned();
    let shop = Shop::open_with(Settings { config, ..Default::default() }).await;
    let first = subscribe(&shop.member, from(1)).await;
    let _second = subscribe(&shop.member, from(1)).await;
    let refusal = shop.member.events().subscribe(from(1)).await.refused();
    refusal.is(Code::ResourceExhausted, "TOO_MANY_STREAMS").says(&["2"]);
    let mut other = subscribe(&shop.stakeholder, from(1)).await;
    next(&mut other).await.unwrap();
    drop(first);
    // The server learns of it with the next frame.
    let again = async { while shop.member.events().subscribe(from(1)).await.is_err() {} };
    tokio::time::timeout(Duration::from_secs(20), again).await.unwrap();
}

#[tokio::test]
async fn a_reader_that_takes_nothing_is_ended_with_the_version_to_go_on_from() {
    let config = "[limits]\nstalled_reader_s = 1\n".to_owned();
    let shop = Shop::open_with(Settings { config, ..Default::default() }).await;
    fill_with_long_texts(&shop, 20).await;
    let mut stream = slow_reader(&shop, &shop.member).await;
    // It sleeps until the server has given it up, which the metrics tell.
    let given_up = async {
        while !crate::http::get(shop.server.authority(), "/metrics")
            .await
            .contains("koepel_stalled_readers_total 1")
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), given_up).await.unwrap();
    // Others read on.
    assert!(all(&shop.stakeholder, from(1)).await.0.len() > 20);
    let mut seen = 0;
    let end = loop {
        match stream.message().await {
            Ok(Some(SubscribeResponse { what: Some(What::Event(event)) })) => seen = event.version,
            Ok(Some(other)) => panic!("{other:?}"),
            Ok(None) => panic!("the stream ended as if all were well, after version {seen}"),
            Err(status) => break Refusal::of(&status),
        }
    };
    end.is(Code::ResourceExhausted, "READER_STALLED").says(&["1 s"]);
    let go_on: u64 = end.metadata["next_version"].parse().unwrap();
    assert_eq!(go_on, seen + 1, "from the version after the last one that came whole");
    let (rest, _) = all(&shop.member, from(go_on)).await;
    assert_eq!(rest[0].version, go_on);
}
