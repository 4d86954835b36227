//! Quiet hours and digests, over the wire and through a real mail server: what can wait waits for its moment, through a kill, and
//! comes once, as one letter; what asks to decide comes in time.

use koepel_api::v1::{self, AlertChannel, DeliveryState, alert_receiver::Receiver as Who};
use koepel_tests::{Answer as _, Client, Mail, Receiver, Settings, Shop, eventually};

use crate::{
    alerts::{LOOPBACK, add_target, address, deliveries, try_all, until},
    alerts_letters::{keep, parts, subject},
};

/// Monday 30 November 2026, 09:00 UTC; in Copenhagen it is 10:00.
const MONDAY: &str = "2026-11-30T09:00:00Z";
const MONDAY_S: i64 = 1_796_029_200;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const PARENT: &str = "products/webshop";

async fn comment(by: &Client, text: &str) {
    let (name, text) = (format!("{PARENT}/escalations/1"), text.to_owned());
    let comment = v1::CommentEscalationRequest { name, text, ..Default::default() };
    by.escalations().comment_escalation(comment).await.given();
}

/// Monday to Friday from eight to six in Copenhagen.
fn schedule(digest: &str) -> v1::AlertSchedule {
    let hours = || vec!["08:00-18:00".to_owned()];
    let hours = v1::WeekHours {
        monday: hours(),
        tuesday: hours(),
        wednesday: hours(),
        thursday: hours(),
        friday: hours(),
        ..Default::default()
    };
    v1::AlertSchedule {
        time_zone: "Europe/Copenhagen".to_owned(),
        hours: Some(hours),
        digest_time: digest.to_owned(),
    }
}

async fn rule(by: &Client, whose: &str, schedule: v1::AlertSchedule) {
    let receiver = v1::AlertReceiver { receiver: Some(Who::Person(format!("people/{whose}"))) };
    let ways = [AlertChannel::Stream, AlertChannel::Webhook, AlertChannel::Email];
    let rule = v1::AlertRule {
        receiver: Some(receiver),
        channels: ways.into_iter().map(Into::into).collect(),
        schedule: Some(schedule),
        ..Default::default()
    };
    let request = v1::SetAlertRuleRequest {
        parent: PARENT.to_owned(),
        rule: Some(rule.clone()),
        ..Default::default()
    };
    assert_eq!(by.alerts().set_alert_rule(request).await.given().rule, Some(rule));
}

/// Those of somebody that wait, by when they are sent.
async fn waiting(by: &Client, whose: &str) -> Vec<i64> {
    let whose = Some(Who::Person(format!("people/{whose}")));
    let pending = deliveries(by, DeliveryState::Pending).await;
    let theirs = pending
        .iter()
        .filter(|one| one.receiver.as_ref().is_some_and(|receiver| receiver.receiver == whose));
    theirs.map(|one| one.next_time.unwrap().seconds).collect()
}

/// The letters to somebody, but for tries.
fn letters_to(mail: &Mail, to: &str) -> Vec<koepel_tests::Letter> {
    let to = format!("{to}@example.com");
    let letters = mail.letters().into_iter().filter(|letter| letter.header("X-To") == to);
    letters.filter(|letter| !subject(letter).contains("Test")).collect()
}

/// Waits until everything that is due has been sent: a try waits for nothing and goes after it.
async fn settle(by: &Client, mail: &Mail) {
    let sent = try_all(by).await;
    let email = sent.iter().find(|one| one.channel == i32::from(AlertChannel::Email)).unwrap();
    let id = format!("<{}@example.com>", email.id);
    eventually(async || mail.taken().contains(&id).then_some(())).await;
}

async fn shop(mail: &Mail) -> Shop {
    let config = format!("{LOOPBACK}{}", mail.config());
    let arguments = vec!["--manual-clock".to_owned(), MONDAY.to_owned()];
    let shop = Shop::open_with(Settings { config, arguments, ..Settings::default() }).await;
    for (by, name, language) in [
        (&shop.chief, "chief", "en"),
        (&shop.online, "online", "da"),
        (&shop.offline, "offline", "nl"),
    ] {
        address(by, &format!("{name}@example.com"), language).await;
    }
    shop
}

#[tokio::test]
async fn what_can_wait_comes_as_one_letter_at_its_time_also_through_a_kill() {
    let Some(mut mail) = Mail::start().await else { return };
    let mut shop = shop(&mail).await;
    rule(&shop.online, "p-online", schedule("16:30")).await;
    Shop::dispute(&shop.offline).await;
    comment(&shop.offline, "We need it before Christmas.").await;
    // Whoever is to decide hears of it now; the other PO at half past four, which is 15:30 in UTC.
    eventually(async || (letters_to(&mail, "chief").len() == 2).then_some(())).await;
    let moment = MONDAY_S + 6 * HOUR + HOUR / 2;
    let online = shop.online.clone();
    eventually(async || (waiting(&online, "p-online").await == [moment; 2]).then_some(())).await;
    settle(&shop.online, &mail).await;
    assert_eq!(letters_to(&mail, "online").len(), 0);

    shop.server.kill();
    shop.server.start_again().await;
    let client = |of: &Client| shop.server.client(of.token());
    let (admin, online) = (client(&shop.admin), client(&shop.online));
    Shop::set_seconds(&admin, moment - 1).await;
    settle(&online, &mail).await;
    assert_eq!(letters_to(&mail, "online").len(), 0, "a second is missing");
    // The mail server is away at that moment: both wait together, and no attempt is made a second time at once.
    mail.kill();
    Shop::set_seconds(&admin, moment).await;
    eventually(async || {
        let pending = deliveries(&online, DeliveryState::Pending).await;
        (pending.len() == 2 && pending.iter().all(|one| one.attempts == 1)).then_some(())
    })
    .await;
    let pending = deliveries(&online, DeliveryState::Pending).await;
    let next = pending[0].next_time.unwrap();
    assert_eq!(pending[1].next_time, Some(next), "as one letter the next time, too");
    mail.start_again().await;
    Shop::set_seconds(&admin, next.seconds + 1).await;
    until(&online, DeliveryState::Pending, 0).await;
    let letters = letters_to(&mail, "online");
    assert_eq!(letters.len(), 1, "one letter of two alerts: {letters:#?}");
    assert_eq!(
        subject(&letters[0]),
        "[Webshop] 2 beskeder: Eskalering 1 rejst, Kommentar til eskalering 1"
    );
    assert!(letters[0].header("Message-ID").starts_with("<letter_"), "{}", letters[0].text);
    keep("digest", &letters[0]);
    let (text, html) = parts(&letters[0]);
    for expected in ["1. Eskalering 1 rejst", "2. Kommentar til eskalering 1", "before Christmas"] {
        assert!(text.contains(expected), "{text}");
    }
    assert_eq!(html.matches("<h2").count(), 2);
    // The next one is of tomorrow, and alone it is a letter as any other.
    comment(&shop.server.client(shop.offline.token()), "Or after.").await;
    eventually(async || (waiting(&online, "p-online").await == [moment + DAY]).then_some(())).await;
    Shop::set_seconds(&admin, moment + DAY).await;
    eventually(async || (letters_to(&mail, "online").len() == 2).then_some(())).await;
    let last = subject(&letters_to(&mail, "online")[1]);
    assert_eq!(last, "[Webshop] Kommentar til eskalering 1: Who gets the test hall first?");
}

#[tokio::test]
async fn at_night_it_is_quiet_but_for_what_would_be_too_late_in_the_morning() {
    let Some(mail) = Mail::start().await else { return };
    let receiver = Receiver::start(&[]).await;
    let shop = shop(&mail).await;
    rule(&shop.chief, "p-chief", schedule("")).await;
    add_target(&shop.chief, "chat", "p-chief", &receiver.url()).await;
    // Monday 20:00 in Copenhagen.
    Shop::set_seconds(&shop.admin, MONDAY_S + 10 * HOUR).await;
    let raised = Shop::dispute(&shop.offline).await;
    let morning = MONDAY_S + 22 * HOUR;
    assert!(raised.due_time.unwrap().seconds > morning, "there is time left in the morning");
    eventually(async || (waiting(&shop.chief, "p-chief").await == [morning; 2]).then_some(()))
        .await;
    settle(&shop.chief, &mail).await;
    assert_eq!(letters_to(&mail, "chief").len(), 0);
    Shop::set_seconds(&shop.admin, morning).await;
    let requests = receiver.until(|all| all.len() == 2).await;
    assert_eq!(requests[1].json()["type"], "koepel.escalation.raised", "after the try");
    until(&shop.chief, DeliveryState::Pending, 0).await;
    let letters = letters_to(&mail, "chief");
    assert_eq!(letters.len(), 1);
    assert_eq!(
        subject(&letters[0]),
        "[Webshop] Escalation 1 raised: Who gets the test hall first?"
    );
    // Their hours are Sundays' only from now on: the reminder would come too late.
    let (hours, sunday) = (vec!["10:00-12:00".to_owned()], schedule(""));
    let hours = Some(v1::WeekHours { sunday: hours, ..Default::default() });
    rule(&shop.chief, "p-chief", v1::AlertSchedule { hours, ..sunday }).await;
    let remind = raised.line[0].remind_time.unwrap();
    Shop::set_clock(&shop.admin, remind).await;
    eventually(async || (letters_to(&mail, "chief").len() == 2).then_some(())).await;
    assert!(subject(&letters_to(&mail, "chief")[1]).contains("Reminder: escalation 1"));
    // What was said can wait until Sunday.
    comment(&shop.offline, "It can wait.").await;
    let sunday = MONDAY_S + 6 * DAY;
    eventually(async || (waiting(&shop.chief, "p-chief").await == [sunday; 2]).then_some(())).await;
}

#[tokio::test]
async fn quiet_hours_are_set_and_shown_by_the_command_line() {
    let shop = Shop::open().await;
    let line = shop.server.command_line(shop.online.token());
    line.run("alert rule set --by email --quiet-hours 18:00-08:00 --days mon-fri --digest 16:30 --zone Europe/Copenhagen")
        .code(0)
        .tells(&["by: email; written to mon-fri 08:00-18:00, digest 16:30 (Europe/Copenhagen)."]);
    line.run("alert rules").code(0).tells(&["WHEN", "mon-fri 08:00-18:00, digest 16:30"]);
    let shown = line.json("alert rules");
    assert_eq!(shown[0]["schedule"]["digest_time"], "16:30");
    assert_eq!(shown[0]["schedule"]["hours"][4]["hours"][0], "08:00-18:00");
    line.run("alert rule set --by email --digest 25:00").code(2).complains(&["00:00 to 23:59"]);
    line.run("alert rule set --by email --zone Europe/Copenhagen")
        .code(2)
        .complains(&["--quiet-hours"]);
    line.run("alert rule set --by email --digest 08:00 --zone Copenhagen")
        .code(1)
        .complains(&["rule.schedule.time_zone", "\"Copenhagen\""]);
}
