//! A token for one product or one role opens that, and nothing of what its person has beyond it.

use koepel_api::v1::{self, AlertKind, Role, alert_receiver::Receiver as Who};
use koepel_tests::{Answer as _, Client, Refusal, Shop, request_id};
use tonic::Code::PermissionDenied;

const PRODUCT: &str = "products/webshop";

/// A token of the Chief PO, as it is given to a pipeline.
async fn narrow(shop: &Shop, product: &str, role: Role) -> Client {
    let request = v1::CreateTokenRequest {
        person: "people/p-chief".to_owned(),
        purpose: "CI".to_owned(),
        product: product.to_owned(),
        role: role.into(),
        request_id: request_id(),
        ..Default::default()
    };
    Shop::token(&shop.admin, request).await
}

fn me() -> Option<v1::AlertReceiver> {
    Some(v1::AlertReceiver { receiver: Some(Who::Person("people/p-chief".to_owned())) })
}

fn contact(email: &str) -> v1::SetContactRequest {
    let person = String::new();
    let contact = v1::Contact { person, email: email.to_owned(), ..Default::default() };
    v1::SetContactRequest { contact: Some(contact) }
}

fn target() -> v1::CreateAlertTargetRequest {
    v1::CreateAlertTargetRequest {
        parent: PRODUCT.to_owned(),
        target_id: "theirs".to_owned(),
        target: Some(v1::AlertTarget {
            receiver: me(),
            url: "https://attacker.example/".to_owned(),
            ..Default::default()
        }),
        request_id: request_id(),
        ..Default::default()
    }
}

#[tokio::test]
async fn a_narrowed_token_changes_nothing_that_is_its_persons_own() {
    let shop = Shop::open().await;
    Shop::grant(&shop.admin, PRODUCT, "p-chief", Role::Stakeholder, "").await;
    shop.chief.alerts().set_contact(contact("hanna@example.com")).await.given();
    let mut own = target();
    own.target_id = "own".to_owned();
    let made = shop.chief.alerts().create_alert_target(own).await.given().target.unwrap();
    assert_eq!(made.creator, "people/p-chief");
    let silent =
        v1::AlertRule { receiver: me(), kinds: vec![AlertKind::Test.into()], ..Default::default() };
    let silence = v1::SetAlertRuleRequest {
        parent: PRODUCT.to_owned(),
        rule: Some(silent),
        request_id: request_id(),
    };
    let denied = |refusal: Refusal| {
        refusal.is(PermissionDenied, "NOT_IN_MANDATE").says(&[
            "narrowed",
            "sign in",
            "not narrowed",
        ]);
    };
    for (product, role) in [
        (PRODUCT, Role::Stakeholder),
        ("", Role::Stakeholder),
        (PRODUCT, Role::Unspecified),
        (PRODUCT, Role::ChiefPo),
    ] {
        let ci = narrow(&shop, product, role).await;
        denied(ci.alerts().set_contact(contact("attacker@example.com")).await.refused());
        let asked = v1::GetContactRequest { person: String::new() };
        denied(ci.alerts().get_contact(asked).await.refused());
        denied(ci.admin().list_sessions(v1::ListSessionsRequest::default()).await.refused());
        let end = v1::EndSessionRequest { name: "sessions/s-1".to_owned(), ..Default::default() };
        denied(ci.admin().end_session(end).await.refused());
        // Whoever manages the product's alerts may do so with a token for that, and then for everybody in the product.
        if role == Role::Stakeholder {
            denied(ci.alerts().create_alert_target(target()).await.refused());
            denied(ci.alerts().set_alert_rule(silence.clone()).await.refused());
            let parent = PRODUCT.to_owned();
            let remove =
                v1::RemoveAlertRuleRequest { parent, receiver: me(), ..Default::default() };
            denied(ci.alerts().remove_alert_rule(remove).await.refused());
            let remove = v1::RemoveAlertTargetRequest { name: made.name.clone() };
            denied(ci.alerts().remove_alert_target(remove).await.refused());
        }
    }
    let asked = v1::GetContactRequest { person: String::new() };
    let kept = shop.chief.alerts().get_contact(asked).await.given().contact.unwrap();
    assert_eq!(kept.email, "hanna@example.com");
    let asked = v1::ListAlertTargetsRequest { parent: PRODUCT.to_owned() };
    assert_eq!(shop.chief.alerts().list_alert_targets(asked).await.given().targets, [made]);
    let asked = v1::ListAlertRulesRequest { parent: PRODUCT.to_owned() };
    assert_eq!(shop.chief.alerts().list_alert_rules(asked).await.given().rules, []);
}

#[tokio::test]
async fn a_target_whose_answer_was_lost_is_answered_once_more_with_its_secret() {
    let shop = Shop::open().await;
    let request = target();
    let first = shop.chief.alerts().create_alert_target(request.clone()).await.given();
    let again = shop.chief.alerts().create_alert_target(request.clone()).await.given();
    assert_eq!(again, first);
    // Another body, another person, no id: that is not the same request.
    let mut other = request.clone();
    other.target.as_mut().unwrap().url.push('x');
    let refusal = shop.chief.alerts().create_alert_target(other).await.refused();
    refusal.is(tonic::Code::AlreadyExists, "REQUEST_ID_REUSED");
    let refusal = shop.admin.alerts().create_alert_target(request.clone()).await.refused();
    refusal.is(tonic::Code::AlreadyExists, "TARGET_EXISTS");
    let without = v1::CreateAlertTargetRequest { request_id: String::new(), ..request };
    let refusal = shop.chief.alerts().create_alert_target(without).await.refused();
    refusal.is(tonic::Code::AlreadyExists, "TARGET_EXISTS");
    // Who did what is in the server's own log, and never to what.
    shop.chief.alerts().set_contact(contact("hanna@example.com")).await.given();
    let mut shop = shop;
    let (status, written) = shop.server.stop().await;
    assert!(status.success());
    for part in ["an alert target was made", "a contact was changed", "p-chief"] {
        assert!(written.contains(part), "{part}: {written}");
    }
    assert!(!written.contains("attacker.example") && !written.contains("hanna@"), "{written}");
    assert!(!written.contains(&first.secret));
}

#[tokio::test]
async fn metrics_name_no_product() {
    let shop = Shop::open().await;
    let tried = crate::alerts::try_all(&shop.chief).await;
    assert_eq!(tried.len(), 1);
    let metrics = crate::http::get(shop.server.authority(), "/metrics").await;
    assert!(metrics.contains("koepel_alert_deliveries_pending 0"), "{metrics}");
    assert!(metrics.contains("koepel_alert_deliveries_dead 0"), "{metrics}");
    assert!(!metrics.contains("webshop"), "{metrics}");
}
