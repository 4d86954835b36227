//! Channels that fail: a mail server that is down, webhooks that answer badly, later, elsewhere or not at all, NATS gone. Nothing is
//! lost, nothing comes twice to a receiver that honours ids, and neither commands nor other channels wait for any of it.
//!
//! Pauses are passed by the clock that is moved by hand; what has to be waited for really, behind `KOEPEL_HEAVY`.

use std::time::Duration;

use koepel_api::v1::{self, DeliveryState, Topic};
use koepel_tests::{
    Answer as _, Client, Does, Mail, Mails, Receiver, Settings, Shop, broker::Broker, reliability,
    request_id,
};
use prost_types::Timestamp;
use tokio::time::Instant;

use crate::alerts::{LOOPBACK, add_target, address, deliveries, settings, try_all, until};

/// Monday 30 November 2026, 09:00 UTC.
const MONDAY: &str = "2026-11-30T09:00:00Z";
const MONDAY_US: i64 = 1_796_029_200_000_000;
const SECOND_US: i64 = 1_000_000;
const MINUTE_US: i64 = 60 * SECOND_US;
const PARENT: &str = "products/webshop";
/// Alerts that may go to loopback, with the pauses of everybody.
const PATIENT: &str = "[alerts]\nallow_private_targets = [\"127.0.0.0/8\"]\ntimeout_s = 2\n";

/// A shop whose clock is moved by hand.
pub(crate) async fn shop(config: &str) -> Shop {
    let arguments = vec!["--manual-clock".to_owned(), MONDAY.to_owned()];
    let settings = Settings { config: config.to_owned(), arguments, ..Settings::default() };
    let shop = Shop::open_with(settings).await;
    shop.fill(&["offline", "online"]).await;
    shop
}

/// Raises an escalation that concerns `p-chief` and `p-offline`. Answers with its name.
async fn raise(by: &Client) -> String {
    let raise = v1::RaiseEscalationRequest {
        parent: PARENT.to_owned(),
        topic: Topic::Priority.into(),
        title: "Who gets the test hall first?".to_owned(),
        items: vec![Shop::name("ONLINE-1"), Shop::name("OFFLINE-1")],
        request_id: request_id(),
        ..Default::default()
    };
    by.escalations().raise_escalation(raise).await.given().escalation.unwrap().name
}

async fn comment(by: &Client, name: &str) {
    let comment = v1::CommentEscalationRequest {
        name: name.to_owned(),
        text: "We have only these two weeks.".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    by.escalations().comment_escalation(comment).await.given();
}

/// Sends a try to one target.
async fn try_one(by: &Client, target: &str) -> v1::Delivery {
    let request = v1::SendTestAlertRequest {
        parent: PARENT.to_owned(),
        target: format!("{PARENT}/alertTargets/{target}"),
        request_id: request_id(),
    };
    by.alerts().send_test_alert(request).await.given().deliveries.remove(0)
}

/// Moves the clock, in microseconds since 1970.
pub(crate) async fn set_clock(admin: &Client, us: i64) {
    let nanos = i32::try_from(us.rem_euclid(SECOND_US) * 1_000).unwrap();
    Shop::set_clock(admin, Timestamp { seconds: us.div_euclid(SECOND_US), nanos }).await;
}

fn next_us(delivery: &v1::Delivery) -> i64 {
    let next = delivery.next_time.unwrap();
    next.seconds * SECOND_US + i64::from(next.nanos) / 1_000
}

/// Waits until all that waits was tried in vain at this moment. Answers with the moment at which the last of it is tried again.
pub(crate) async fn all_tried(admin: &Client, now_us: i64) -> i64 {
    koepel_tests::eventually(async || {
        let pending = deliveries(admin, DeliveryState::Pending).await;
        let later = pending.iter().all(|one| one.attempts > 0 && next_us(one) > now_us);
        pending.iter().map(next_us).max().filter(|_| later)
    })
    .await
}

#[tokio::test]
async fn a_mail_server_that_is_down_for_ten_minutes_gets_each_letter_once_and_nobody_waits_for_it()
{
    let Some(mut mail) = Mail::start().await else { return };
    let shop = shop(&format!("{PATIENT}{}", mail.config())).await;
    let quick = Receiver::start(&[]).await;
    address(&shop.chief, "hanna@example.com", "en").await;
    address(&shop.offline, "otto@example.com", "da").await;
    add_target(&shop.chief, "chat", "p-chief", &quick.url()).await;
    mail.kill();
    let name = raise(&shop.online).await;
    let (mut told, mut now_us, mut tries) = (1, MONDAY_US, 0);
    while now_us < MONDAY_US + 10 * MINUTE_US {
        // Commands are taken, and who is told by other ways is told.
        comment(&shop.online, &name).await;
        told += 1;
        quick.until(|all| all.len() == told).await;
        now_us = all_tried(&shop.admin, now_us).await;
        set_clock(&shop.admin, now_us).await;
        tries += 1;
    }
    assert!((5..=7).contains(&tries), "pauses grow: {tries} tries of the first letters");
    all_tried(&shop.admin, now_us).await;
    mail.start_again().await;
    // As soon as one has arrived, the others need not wait for their time.
    let pending = deliveries(&shop.admin, DeliveryState::Pending).await;
    set_clock(&shop.admin, pending.iter().map(next_us).min().unwrap()).await;
    until(&shop.admin, DeliveryState::Pending, 0).await;
    assert_eq!(deliveries(&shop.admin, DeliveryState::Dead).await, []);
    assert_eq!((mail.letters().len(), mail.taken().len()), (2 * told, 2 * told));
    assert_eq!((quick.requests().len(), quick.taken().len()), (told, told));
}

#[tokio::test]
async fn a_mail_server_that_puts_off_hangs_or_leaves_without_a_word_has_each_letter_once() {
    let Some(mail) = Mail::start().await else { return };
    let shop = Shop::open_with(settings(&format!("{LOOPBACK}{}", mail.config()))).await;
    address(&shop.chief, "hanna@example.com", "en").await;
    // What it has taken without a word comes again, with the same id.
    let put_off = Mails::Answers("451 later");
    mail.does(&[put_off, Mails::Answers("552 full"), Mails::Hangs, Mails::Closes]);
    let sent = try_all(&shop.chief).await;
    until(&shop.chief, DeliveryState::Delivered, 2).await;
    assert_eq!((mail.letters().len(), mail.taken().len()), (2, 1));
    assert!(mail.taken().contains(&format!("<{}@example.com>", sent[1].id)));
    let told = deliveries(&shop.chief, DeliveryState::Delivered).await;
    let letter = told.iter().find(|one| one.id == sent[1].id).unwrap();
    assert_eq!((letter.attempts, letter.error.as_str()), (5, ""));
}

#[tokio::test]
async fn a_letter_that_is_refused_for_good_is_given_up_at_once_and_a_replay_tries_it_from_the_start()
 {
    let Some(mail) = Mail::start().await else { return };
    let shop = Shop::open_with(settings(&format!("{LOOPBACK}{}", mail.config()))).await;
    address(&shop.chief, "hanna@example.com", "en").await;
    mail.does(&[Mails::Answers("550 5.1.1 <hanna@example.com>: Recipient address rejected")]);
    try_all(&shop.chief).await;
    let dead = until(&shop.chief, DeliveryState::Dead, 1).await;
    assert_eq!(
        (dead[0].attempts, dead[0].error.as_str()),
        (1, "the mail server answered 550 5.1.1")
    );
    // Six attempts more, as if it were new.
    mail.does(&[Mails::Answers("451 4.7.1 greylisted"); 5]);
    let replay = v1::ReplayDeliveriesRequest { parent: PARENT.to_owned(), ..Default::default() };
    assert_eq!(shop.chief.alerts().replay_deliveries(replay).await.given().replayed, 1);
    let told = until(&shop.chief, DeliveryState::Delivered, 2).await;
    assert_eq!(told.iter().map(|one| one.attempts).max(), Some(6));
    assert_eq!(mail.letters().len(), 1);
}

#[tokio::test]
async fn a_webhook_is_tried_again_when_its_time_has_come_and_never_before() {
    let half_past_nine = "Mon, 30 Nov 2026 09:30:00 GMT";
    let shop = shop(PATIENT).await;
    let elsewhere = Receiver::start(&[]).await;
    let bad = Receiver::start(&[
        Does::Answers(500),
        Does::Waits(429, "120".to_owned()),
        Does::Waits(503, half_past_nine.to_owned()),
        Does::Redirects(elsewhere.url()),
        Does::Hangs,
        Does::Closes,
    ])
    .await;
    let good = Receiver::start(&[]).await;
    add_target(&shop.chief, "bad", "p-chief", &bad.url()).await;
    add_target(&shop.chief, "good", "p-chief", &good.url()).await;
    let sent = try_one(&shop.chief, "bad").await;
    let errors = [
        "answered 500",
        "answered 429",
        "answered 503",
        "redirects are not followed",
        "no answer within 2 s",
        "no answer",
    ];
    let tried = async |attempts: u32| {
        let pending = deliveries(&shop.chief, DeliveryState::Pending).await;
        pending.into_iter().find(|one| one.id == sent.id && one.attempts == attempts)
    };
    let (mut now_us, mut moments) = (MONDAY_US, vec![MONDAY_US]);
    for (attempts, error) in (1..).zip(errors) {
        let waits = koepel_tests::eventually(async || tried(attempts).await).await;
        assert!(waits.error.contains(error), "{error}: {waits:?}");
        let next = next_us(&waits);
        match attempts {
            2 => assert_eq!(next, now_us + 2 * MINUTE_US),
            3 => assert_eq!(next, MONDAY_US + 30 * MINUTE_US),
            _ => assert!(next > now_us),
        }
        // A microsecond before, another target is told, and this one left alone.
        set_clock(&shop.admin, next - 1).await;
        try_one(&shop.chief, "good").await;
        good.until(|all| all.len() == attempts as usize).await;
        assert_eq!(tried(attempts).await, Some(waits));
        set_clock(&shop.admin, next).await;
        now_us = next;
        moments.push(next);
    }
    bad.until(|all| all.len() == 7).await;
    until(&shop.chief, DeliveryState::Pending, 0).await;
    let requests = bad.requests();
    let seconds: Vec<i64> =
        requests.iter().map(|one| one.headers["webhook-timestamp"].parse().unwrap()).collect();
    let expected: Vec<i64> = moments.iter().map(|us| us.div_euclid(SECOND_US)).collect();
    assert_eq!(seconds, expected, "each was signed when its time had come");
    assert!(requests.iter().all(|one| one.id() == sent.id && one.body == requests[0].body));
    assert_eq!((bad.taken().len(), elsewhere.requests().len()), (1, 0));
}

#[tokio::test]
async fn a_redirect_to_loopback_leads_nowhere_and_what_is_private_is_not_connected_to() {
    let allow = |nets: &str| {
        format!(
            "[alerts]\nallow_private_targets = [{nets}]\nfirst_retry_ms = 10\nmax_attempts = 3\n"
        )
    };
    let mut shop = Shop::open_with(settings(&allow("\"127.0.0.2/32\""))).await;
    let inner = Receiver::start(&[]).await;
    let outer = Receiver::start_at("127.0.0.2", &vec![Does::Redirects(inner.url()); 3]).await;
    add_target(&shop.chief, "chat", "p-chief", &outer.url()).await;
    let sent = try_one(&shop.chief, "chat").await;
    let dead = until(&shop.chief, DeliveryState::Dead, 1).await;
    assert!(dead[0].error.contains("answered 307: redirects are not followed"), "{dead:?}");
    assert_eq!((dead[0].attempts, outer.requests().len(), inner.requests().len()), (3, 3, 0));
    // Allowed when it was made, and not any more.
    shop.server.set_config(&allow(""));
    shop.server.restart().await;
    let chief = shop.server.client(shop.chief.token());
    let replay = v1::ReplayDeliveriesRequest { parent: PARENT.to_owned(), ..Default::default() };
    assert_eq!(chief.alerts().replay_deliveries(replay.clone()).await.given().replayed, 1);
    let refused = koepel_tests::eventually(async || {
        let dead = deliveries(&chief, DeliveryState::Dead).await;
        dead.into_iter().find(|one| one.attempts == 1)
    })
    .await;
    assert!(refused.error.contains("its address is no public address"), "{refused:?}");
    assert_eq!(outer.requests().len(), 3, "nobody was connected to");
    shop.server.set_config(&allow("\"127.0.0.2/32\""));
    shop.server.restart().await;
    let chief = shop.server.client(shop.chief.token());
    assert_eq!(chief.alerts().replay_deliveries(replay).await.given().replayed, 1);
    until(&chief, DeliveryState::Delivered, 1).await;
    assert!(outer.taken().contains(&sent.id));
    assert_eq!(inner.requests().len(), 0);
}

#[tokio::test]
async fn with_every_channel_failing_at_once_commands_go_on_and_after_a_kill_each_alert_comes_once()
{
    const RAISED: usize = 12;
    let (Some(mail), Some(mut broker)) = (Mail::start().await, Broker::start().await) else {
        return;
    };
    // Nothing that hangs comes to its end while this test runs.
    let alerts = "[alerts]\nallow_private_targets = [\"127.0.0.0/8\"]\ntimeout_s = 600\nfirst_retry_ms = 20\nmax_attempts = 100\n";
    let config = format!("{alerts}{}[alerts.nats]\n{}", mail.config(), broker.config());
    let mut shop = Shop::open_with(settings(&config)).await;
    shop.fill(&["offline", "online"]).await;
    let failing = Receiver::start(&vec![Does::Answers(500); 1_000]).await;
    let busy = Receiver::start(&vec![Does::Waits(429, "1".to_owned()); 1_000]).await;
    let hanging = Receiver::start(&[const { Does::Hangs }; 1_000]).await;
    let quick = Receiver::start(&[]).await;
    let all = [("failing", &failing), ("busy", &busy), ("hanging", &hanging), ("quick", &quick)];
    for (name, receiver) in all {
        add_target(&shop.chief, name, "p-chief", &receiver.url()).await;
    }
    address(&shop.chief, "hanna@example.com", "en").await;
    mail.does(&[Mails::Hangs; 100]);
    broker.kill();
    for _ in 0..RAISED {
        raise(&shop.online).await;
    }
    quick.until(|all| all.len() == RAISED).await;
    hanging.until(|all| all.len() == 8).await;
    failing.until(|all| !all.is_empty()).await;
    busy.until(|all| !all.is_empty()).await;
    // Commands and questions are answered while all of that hangs.
    shop.fill(&["online", "offline", "backoffice"]).await;
    let pending = deliveries(&shop.admin, DeliveryState::Pending).await;
    let to = |target: &str| {
        let name = format!("{PARENT}/alertTargets/{target}");
        pending.iter().filter(move |one| one.target == name).collect::<Vec<_>>()
    };
    assert_eq!(to("hanging").iter().filter(|one| one.attempts == 0).count(), RAISED);
    shop.server.kill();
    for receiver in [&failing, &busy, &hanging] {
        receiver.does(&[]);
    }
    mail.does(&[]);
    broker.start_again().await;
    shop.server.start_again().await;
    let admin = shop.server.client(shop.admin.token());
    until(&admin, DeliveryState::Pending, 0).await;
    assert_eq!(deliveries(&admin, DeliveryState::Dead).await, []);
    for (name, receiver) in all {
        assert_eq!(receiver.taken().len(), RAISED, "{name}");
    }
    assert_eq!(mail.taken().len(), RAISED);
    let stream = broker.jetstream().await;
    let messages = koepel_tests::broker::messages_of(&stream, "KOEPEL_ALERTS").await;
    let subject = "koepel.alerts.webshop.p-chief";
    assert_eq!(messages.iter().filter(|one| one.subject == subject).count(), RAISED);
}

#[tokio::test]
async fn whoever_has_left_is_told_nothing_more_not_even_what_waited_for_them() {
    let shop = shop(PATIENT).await;
    let receiver = Receiver::start(&[Does::Answers(500)]).await;
    add_target(&shop.member, "chat", "p-member", &receiver.url()).await;
    let name = raise(&shop.member).await;
    comment(&shop.chief, &name).await;
    receiver.until(|all| all.len() == 1).await;
    let next = all_tried(&shop.admin, MONDAY_US).await;
    let revoke = v1::RevokeRoleRequest {
        product: PARENT.to_owned(),
        person: "people/p-member".to_owned(),
        role: v1::Role::Member.into(),
        ..Default::default()
    };
    shop.admin.products().revoke_role(revoke).await.given();
    set_clock(&shop.admin, next).await;
    let dead = until(&shop.admin, DeliveryState::Dead, 1).await;
    assert_eq!(
        (dead[0].attempts, dead[0].error.as_str()),
        (2, "the receiver has left the product")
    );
    // Others hear the next comment; of it nothing is even put on its way to them.
    let to = |person: &str, all: &[v1::Delivery]| {
        let person = format!("people/{person}");
        let own = |one: &&v1::Delivery| {
            let receiver = one.receiver.as_ref().and_then(|one| one.receiver.as_ref());
            receiver == Some(&v1::alert_receiver::Receiver::Person(person.clone()))
        };
        all.iter().filter(own).count()
    };
    let before = deliveries(&shop.admin, DeliveryState::Unspecified).await;
    comment(&shop.chief, &name).await;
    let after = koepel_tests::eventually(async || {
        let all = deliveries(&shop.admin, DeliveryState::Unspecified).await;
        (to("p-online", &all) > to("p-online", &before)).then_some(all)
    })
    .await;
    assert_eq!(to("p-member", &after), to("p-member", &before));
    assert_eq!(receiver.requests().len(), 1);
}

#[tokio::test]
async fn however_many_receivers_hang_one_that_does_not_is_told() {
    // One more than there are places for, each with as many as may be under way to it.
    const HANGING: usize = 33;
    const TRIED: usize = 10;
    let Some(mail) = Mail::start().await else { return };
    let patient = "[alerts]\nallow_private_targets = [\"127.0.0.0/8\"]\ntimeout_s = 600\n";
    let shop = Shop::open_with(settings(&format!("{patient}{}", mail.config()))).await;
    let hanging = Receiver::start(&[const { Does::Hangs }; 1_000]).await;
    let quick = Receiver::start(&[]).await;
    for no in 0..HANGING {
        add_target(&shop.chief, &format!("hanging-{no}"), "p-chief", &hanging.url()).await;
    }
    add_target(&shop.chief, "quick", "p-chief", &quick.url()).await;
    address(&shop.chief, "hanna@example.com", "en").await;
    for tried in 1..=TRIED {
        try_all(&shop.chief).await;
        quick.until(|all| all.len() == tried).await;
        mail.until(tried).await;
    }
    // All have one, and what does not hang leaves its places to them.
    hanging.until(|all| all.len() >= 256).await;
}

/// The same as the first, by a clock that goes by itself.
#[tokio::test]
async fn a_mail_server_that_is_down_for_ten_real_minutes_gets_each_letter_once() {
    let down = Duration::from_secs(reliability::count(0, 600) as u64);
    if down.is_zero() {
        reliability::tell("SKIPPED: ten minutes are long; KOEPEL_HEAVY=1 waits for them");
        return;
    }
    let Some(mut mail) = Mail::start().await else { return };
    let shop = Shop::open_with(settings(&format!("{PATIENT}{}", mail.config()))).await;
    shop.fill(&["offline", "online"]).await;
    let quick = Receiver::start(&[]).await;
    address(&shop.chief, "hanna@example.com", "en").await;
    add_target(&shop.chief, "chat", "p-chief", &quick.url()).await;
    mail.kill();
    let name = raise(&shop.online).await;
    let (begun, mut told, mut slowest) = (Instant::now(), 1, Duration::ZERO);
    while begun.elapsed() < down {
        let asked = Instant::now();
        comment(&shop.online, &name).await;
        slowest = slowest.max(asked.elapsed());
        told += 1;
        quick.until(|all| all.len() == told).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    let before = deliveries(&shop.admin, DeliveryState::Pending).await;
    let most = before.iter().map(|one| one.attempts).max().unwrap();
    mail.start_again().await;
    let started = Instant::now();
    // One more alert finds it there, and brings all that waits along.
    comment(&shop.online, &name).await;
    told += 1;
    while !deliveries(&shop.admin, DeliveryState::Pending).await.is_empty() {
        assert!(started.elapsed() < Duration::from_secs(60), "some do not arrive");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let (letters, taken) = (mail.letters().len(), mail.taken().len());
    reliability::tell(&format!(
        "{told} alerts in {down:?} without a mail server; at most {most} tries; the slowest command took {slowest:?}; \
         {letters} letters, {taken} ids, the last {:?} after it was back",
        started.elapsed()
    ));
    assert_eq!((letters, taken), (told, told));
    assert_eq!(deliveries(&shop.admin, DeliveryState::Dead).await, []);
    assert_eq!((quick.requests().len(), quick.taken().len()), (told, told));
}
