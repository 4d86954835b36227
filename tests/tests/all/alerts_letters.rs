//! The letters of a whole story, through the server and a mail server, in each language: every kind comes, says what is to be
//! said and what happens if nothing is done, and is fit to be read. `KOEPEL_LETTERS` names a folder to keep them in, to be looked at.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use base64::Engine as _;
use koepel_api::v1::{self, Topic, decide_escalation_request::Outcome, ordered_change::Change};
use koepel_tests::{
    Answer as _, Client, Letter, Mail, Settings, Shop, before, eventually, request_id,
};

use crate::alerts::{address, try_all};

const MONDAY: &str = "2026-11-30T09:00:00Z";
const PARENT: &str = "products/webshop";
const PAGE: &str = "https://backlog.example.com/{product}/escalations/{escalation}";

/// What a letter's subject says of each kind, in English, Danish and Dutch; `{n}` is a number.
const KINDS: [[&str; 3]; 11] = [
    ["Escalation {n} raised: ", "Eskalering {n} rejst: ", "Escalatie {n} ingediend: "],
    [
        "Escalation {n} taken up: ",
        "Eskalering {n} under behandling: ",
        "Escalatie {n} in behandeling: ",
    ],
    ["Comment on escalation {n}: ", "Kommentar til eskalering {n}: ", "Reactie op escalatie {n}: "],
    ["Escalation {n} decided: ", "Eskalering {n} afgjort: ", "Besluit over escalatie {n}: "],
    ["Decision {n} not followed: ", "Beslutning {n} ikke fulgt: ", "Besluit {n} niet gevolgd: "],
    ["Escalation {n} reopened: ", "Eskalering {n} genåbnet: ", "Escalatie {n} heropend: "],
    [
        "Escalation {n} withdrawn: ",
        "Eskalering {n} trukket tilbage: ",
        "Escalatie {n} ingetrokken: ",
    ],
    ["Reminder: escalation {n}: ", "Påmindelse: eskalering {n}: ", "Herinnering: escalatie {n}: "],
    [
        "Overdue: escalation {n}: ",
        "Frist overskredet: eskalering {n}: ",
        "Termijn verstreken: escalatie {n}: ",
    ],
    [
        "Escalation {n} handed over: ",
        "Eskalering {n} sendt videre: ",
        "Escalatie {n} overgedragen: ",
    ],
    ["Test alert", "Testbesked", "Testmelding"],
];

/// Bytes of a part, whatever they were sent as.
fn decoded(encoding: &str, body: &str) -> String {
    let bytes = match encoding {
        "base64" => {
            let joined: String = body.split_whitespace().collect();
            base64::engine::general_purpose::STANDARD.decode(joined).unwrap()
        }
        "quoted-printable" => {
            let mut bytes = Vec::new();
            let joined = body.replace("=\r\n", "");
            let mut rest = joined.bytes();
            while let Some(byte) = rest.next() {
                if byte == b'=' {
                    let digits = [rest.next().unwrap(), rest.next().unwrap()];
                    let digits = std::str::from_utf8(&digits).unwrap().to_owned();
                    bytes.push(u8::from_str_radix(&digits, 16).unwrap());
                } else {
                    bytes.push(byte);
                }
            }
            bytes
        }
        _ => body.as_bytes().to_vec(),
    };
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

/// The text and the page of a letter.
pub(crate) fn parts(letter: &Letter) -> (String, String) {
    let kind = letter.header("Content-Type");
    let boundary = kind.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap();
    let part = |kind: &str| {
        let between = format!("--{boundary}");
        let mut parts = letter.text.split(&between).skip(1);
        let found = parts.find(|part| part.contains(kind)).unwrap();
        let (head, body) = found.split_once("\r\n\r\n").unwrap();
        let encoding =
            head.lines().find_map(|line| line.strip_prefix("Content-Transfer-Encoding: "));
        decoded(encoding.unwrap_or_default(), body.strip_suffix("\r\n").unwrap_or(body))
    };
    (part("text/plain"), part("text/html"))
}

/// The subject, whatever it was sent as (RFC 2047).
pub(crate) fn subject(letter: &Letter) -> String {
    let header = letter.header("Subject");
    let (mut text, mut was_encoded) = (String::new(), true);
    for word in header.split(' ') {
        let encoded = word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?="));
        // Between two of them a space is none.
        if !(was_encoded && (encoded.is_some() || text.is_empty())) {
            text.push(' ');
        }
        text.push_str(&encoded.map_or_else(|| word.to_owned(), |word| decoded("base64", word)));
        was_encoded = encoded.is_some();
    }
    text
}

fn option(title: &str, changes: Vec<Change>) -> v1::EscalationOption {
    let changes = changes.into_iter().map(|change| v1::OrderedChange { change: Some(change) });
    let (title, changes) = (title.to_owned(), changes.collect());
    v1::EscalationOption { title, changes, ..Default::default() }
}

async fn raise(by: &Client) -> v1::Escalation {
    let rank = |key: &str, other: &str| {
        let (item, place) = (Shop::name(key), before(other));
        vec![Change::Rank(v1::ordered_change::Rank { item, place, with_family: false })]
    };
    let raise = v1::RaiseEscalationRequest {
        parent: PARENT.to_owned(),
        topic: Topic::Priority.into(),
        title: "Who gets the load test environment first?".to_owned(),
        text: "Both teams need the same two weeks before Christmas, and there is one environment. \
               We have talked about it twice.\nThe tills & <scales> can wait until the 14th, not longer."
            .to_owned(),
        items: vec![Shop::name("ONLINE-1"), Shop::name("OFFLINE-1")],
        options: vec![
            option("The tills first", rank("OFFLINE-1", "ONLINE-1")),
            option("Collecting in stores first", rank("ONLINE-1", "OFFLINE-1")),
        ],
        request_id: request_id(),
        ..Default::default()
    };
    by.escalations().raise_escalation(raise).await.given().escalation.unwrap()
}

/// All that can be told, told: three escalations to their ends.
async fn tell_all(shop: &Shop) {
    let first = raise(&shop.online).await.name;
    let acknowledge =
        v1::AcknowledgeEscalationRequest { name: first.clone(), ..Default::default() };
    shop.chief.escalations().acknowledge_escalation(acknowledge).await.given();
    let comment = v1::CommentEscalationRequest {
        name: first.clone(),
        text: "Customers have waited for it since May.".to_owned(),
        ..Default::default()
    };
    shop.offline.escalations().comment_escalation(comment).await.given();
    let decide = v1::DecideEscalationRequest {
        name: first.clone(),
        outcome: Some(Outcome::Option(2)),
        reason: "A till that stands still costs more than a parcel that waits.".to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    shop.chief.escalations().decide_escalation(decide).await.given();
    let back = v1::RankItemRequest {
        name: Shop::name("OFFLINE-1"),
        place: before("ONLINE-1"),
        ..Default::default()
    };
    shop.chief.backlog().rank_item(back).await.given();
    let reason = "The environment is ready a week earlier.".to_owned();
    let reopen = v1::ReopenEscalationRequest {
        name: first.clone(),
        reason: reason.clone(),
        ..Default::default()
    };
    shop.online.escalations().reopen_escalation(reopen).await.given();
    let withdraw = v1::WithdrawEscalationRequest { name: first, reason, ..Default::default() };
    shop.online.escalations().withdraw_escalation(withdraw).await.given();
    // One that nobody decides.
    let second = raise(&shop.online).await;
    let turn = |index: usize| second.line[index].clone();
    for (at, count) in [(turn(0).remind_time, 2), (turn(0).due_time, 4), (turn(1).due_time, 6)] {
        Shop::set_clock(&shop.admin, at.unwrap()).await;
        until_happened(shop, count).await;
    }
    for by in [&shop.chief, &shop.online] {
        try_all(by).await;
    }
}

/// Waits until so much has happened to the one that nobody decides: a reminder that comes with the end is not told.
async fn until_happened(shop: &Shop, count: usize) {
    let request = v1::ListEscalationHistoryRequest {
        name: format!("{PARENT}/escalations/2"),
        ..Default::default()
    };
    eventually(async || {
        let told = shop.chief.escalations().list_escalation_history(request.clone()).await.given();
        (told.entries.len() >= count).then_some(())
    })
    .await;
}

/// Keeps a letter under a name, if somebody wants to look at it.
pub(crate) fn keep(name: &str, letter: &Letter) {
    let Some(folder) = std::env::var_os("KOEPEL_LETTERS") else { return };
    let folder = Path::new(&folder);
    fs::create_dir_all(folder).unwrap();
    let (text, html) = parts(letter);
    fs::write(folder.join(format!("{name}.html")), html).unwrap();
    let text = format!("To: {}\nSubject: {}\n\n{text}", letter.header("X-To"), subject(letter));
    fs::write(folder.join(format!("{name}.txt")), text).unwrap();
}

async fn letters_of(language: &'static str, nth: usize, zone: &str, page: bool) {
    let Some(mail) = Mail::start().await else { return };
    let leads = if page { format!("escalation_page = \"{PAGE}\"\n") } else { String::new() };
    let config = format!("[alerts]\ntime_zone = \"{zone}\"\n{leads}{}", mail.config());
    let arguments = vec!["--manual-clock".to_owned(), MONDAY.to_owned()];
    let shop = Shop::open_with(Settings { config, arguments, ..Settings::default() }).await;
    shop.fill(&["offline", "online"]).await;
    for (by, to) in [
        (&shop.chief, "chief"),
        (&shop.online, "online"),
        (&shop.offline, "offline"),
        (&shop.member, "deputy"),
    ] {
        address(by, &format!("{to}@example.com"), language).await;
    }
    let date = |year, month| koepel_api::date::Date { year, month, day: 1 };
    shop.name_deputy("p-member", date(2026, 11), date(2027, 10)).await;
    tell_all(&shop).await;
    let wanted: BTreeSet<String> = KINDS.iter().map(|kind| kind[nth].replace("{n}", "#")).collect();
    // A number in its place, so that letters of several escalations are of one kind.
    let of_kind = |subject: &str| {
        let (_, rest) = subject.split_once("] ").unwrap();
        let plain: String =
            rest.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect();
        wanted.iter().find(|kind| plain.starts_with(kind.as_str())).cloned()
    };
    let letters = eventually(async || {
        let letters = mail.letters();
        let kinds: BTreeSet<String> =
            letters.iter().filter_map(|letter| of_kind(&subject(letter))).collect();
        // The tries are told last.
        (kinds == wanted).then_some(letters)
    })
    .await;
    let by_subject: BTreeMap<(String, String), Letter> = letters
        .into_iter()
        .map(|letter| ((subject(&letter), letter.header("X-To")), letter))
        .collect();
    for (count, letter) in by_subject.values().enumerate() {
        keep(&format!("{language}{}-{count:02}", if page { "-page" } else { "" }), letter);
    }
    for ((subject, to), letter) in &by_subject {
        assert!(subject.starts_with("[Webshop] ") && of_kind(subject).is_some(), "{subject}");
        let (text, html) = parts(letter);
        for line in text.lines() {
            assert!(line.chars().count() <= 76, "{subject} to {to}: {line}");
        }
        assert!(!text.contains(['{', '}']), "{subject} to {to}: {text}");
        assert!(!html.contains("<scales>"), "what people write is no HTML");
        assert!(html.contains(&format!("<html lang=\"{language}\">")), "{html}");
        let tries = subject.ends_with(KINDS[10][nth]);
        assert_eq!(text.contains("https://backlog.example.com/webshop/"), page && !tries, "{text}");
        assert_eq!(text.contains("koepel escalation show webshop/"), !page && !tries, "{text}");
    }
}

#[tokio::test]
async fn every_kind_of_letter_is_fit_to_be_read_in_english() {
    letters_of("en", 0, "Europe/London", false).await;
}

#[tokio::test]
async fn every_kind_of_letter_is_fit_to_be_read_in_danish() {
    letters_of("da", 1, "Europe/Copenhagen", false).await;
}

#[tokio::test]
async fn every_kind_of_letter_is_fit_to_be_read_in_dutch() {
    letters_of("nl", 2, "Europe/Amsterdam", false).await;
}

#[tokio::test]
async fn letters_lead_to_the_page_that_the_settings_name() {
    letters_of("en", 0, "Europe/London", true).await;
}
