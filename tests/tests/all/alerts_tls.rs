//! E-mail over TLS, with certificates of an authority that the test makes: by STARTTLS and from the first byte on. Whom nobody
//! vouches for gets no letter; it is kept until the right one is there.

use std::fs;

use koepel_api::v1::DeliveryState;
use koepel_tests::{Authority, Mail, scratch};

use crate::{
    alerts::{address, deliveries, try_all, until},
    alerts_failing::{all_tried, set_clock, shop},
};

const MONDAY_US: i64 = 1_796_029_200_000_000;
const HOST: &str = "127.0.0.1";

async fn a_letter_goes_to_the_right_server_only(encryption: &'static str) {
    let (trusted, other) = (Authority::new("Ours"), Authority::new("Somebody else's"));
    // Each is wrong in one way: of whom nobody knows, for another name, out of date.
    let wrong = [
        other.certify(HOST),
        trusted.certify("mail.example.org"),
        trusted.certify_until(HOST, 2020),
    ];
    let login = Some(("koepel", "s3cret"));
    let Some(mut mail) = Mail::start_secured(encryption, Some(&wrong[0]), login).await else {
        return;
    };
    let dir = scratch();
    let file = dir.path().join("authorities.pem");
    // Several in one file, as such files are.
    fs::write(&file, format!("{}{}", Authority::new("A third").pem(), trusted.pem())).unwrap();
    let config = format!("[alerts]\nca_file = \"{}\"\n{}", file.display(), mail.config());
    let shop = shop(&config).await;
    address(&shop.chief, "hanna@example.com", "en").await;
    let sent = try_all(&shop.chief).await;
    let mut now_us = MONDAY_US;
    for (attempts, next) in (1..).zip([Some(&wrong[1]), Some(&wrong[2]), None]) {
        let next_us = all_tried(&shop.admin, now_us).await;
        let waits = deliveries(&shop.chief, DeliveryState::Pending).await.remove(0);
        assert_eq!(waits.attempts, attempts);
        assert!(waits.error.contains("certificate"), "{encryption}: {}", waits.error);
        assert!(!waits.error.contains("s3cret"), "{}", waits.error);
        assert_eq!(mail.letters().len(), 0);
        mail.kill();
        mail.show(next.unwrap_or(&trusted.certify(HOST)));
        mail.start_again().await;
        now_us = next_us;
        set_clock(&shop.admin, now_us).await;
    }
    until(&shop.chief, DeliveryState::Delivered, 2).await;
    let letters = mail.letters();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].header("Message-ID"), format!("<{}@example.com>", sent[1].id));
    assert!(letters[0].header("X-TLS").starts_with("TLS"), "{}", letters[0].text);
    assert_eq!(letters[0].header("X-User"), "koepel");
}

#[tokio::test]
async fn a_letter_goes_by_starttls_to_the_right_server_only() {
    a_letter_goes_to_the_right_server_only("starttls").await;
}

#[tokio::test]
async fn a_letter_goes_by_tls_to_the_right_server_only() {
    a_letter_goes_to_the_right_server_only("tls").await;
}

#[tokio::test]
async fn no_letter_goes_in_the_clear_where_starttls_is_asked_for() {
    let Some(mail) = Mail::start().await else { return };
    let shop = shop(&mail.config().replace("\"none\"", "\"starttls\"")).await;
    address(&shop.chief, "hanna@example.com", "en").await;
    try_all(&shop.chief).await;
    all_tried(&shop.admin, MONDAY_US).await;
    let waits = deliveries(&shop.chief, DeliveryState::Pending).await.remove(0);
    assert!(waits.error.contains("STARTTLS"), "{}", waits.error);
    assert_eq!(mail.letters().len(), 0);
}
