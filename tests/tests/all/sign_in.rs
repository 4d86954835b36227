//! Signing in with a JWT of a real identity provider: who is whom, what is refused, what goes on without the provider; and the
//! erasure of a person.

use std::{fs, path::Path};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use koepel_api::v1::{self, DeliveryState, Role};
use koepel_tests::{
    Answer as _, Client, Mail, Mails, Refusal, Server, Settings, Shop,
    provider::{PUBLIC, Provider},
    request_id,
};
use tonic::Code::{
    AlreadyExists, FailedPrecondition, InvalidArgument, NotFound, PermissionDenied,
    Unauthenticated, Unavailable,
};

use crate::alerts::{try_all, until};

/// A shop that takes the word of a provider.
pub(crate) async fn shop(provider: &Provider) -> Shop {
    Shop::open_with(Settings { config: provider.config(), ..Settings::default() }).await
}

/// Invites somebody: the invitation and its secret.
pub(crate) async fn invite(admin: &Client, person: &str) -> v1::InvitePersonResponse {
    let person = format!("people/{person}");
    let request =
        v1::InvitePersonRequest { person, request_id: request_id(), ..Default::default() };
    admin.admin().invite_person(request).await.given()
}

pub(crate) fn redemption(secret: &str) -> v1::RedeemInvitationRequest {
    v1::RedeemInvitationRequest { invitation: secret.to_owned(), request_id: request_id() }
}

/// Who somebody is, or why not.
async fn who(client: &Client) -> Result<v1::WhoAmIResponse, Refusal> {
    let answer = client.admin().who_am_i(v1::WhoAmIRequest {}).await;
    answer.map(tonic::Response::into_inner).map_err(|status| Refusal::of(&status))
}

/// As [`who`], once the server has heard of the provider's keys, however soon after its start.
pub(crate) async fn who_with_keys(client: &Client) -> Result<v1::WhoAmIResponse, Refusal> {
    let asked = async {
        loop {
            match who(client).await {
                Err(refusal) if refusal.code == Unavailable => {}
                Err(refusal) if refusal.message.contains("no key") => {}
                answer => return answer,
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), asked).await.expect("keys")
}

fn name(answer: v1::WhoAmIResponse) -> String {
    answer.person.unwrap().name
}

#[tokio::test]
async fn an_account_is_nobody_until_an_invitation_binds_it() {
    let Some(provider) = Provider::start().await else { return };
    let shop = shop(&provider).await;
    let hanna = provider.tokens("hanna").await;
    let by_id = shop.admin.as_token(&hanna.id);
    who_with_keys(&by_id)
        .await
        .unwrap_err()
        .is(Unauthenticated, "ACCOUNT_UNBOUND")
        .says(&["invitation", "koepel invitation redeem"]);
    let list =
        v1::ListBacklogRequest { parent: "products/webshop".to_owned(), ..Default::default() };
    let refusal = by_id.backlog().list_backlog(list.clone()).await.refused();
    refusal.is(Unauthenticated, "ACCOUNT_UNBOUND");

    let made = invite(&shop.admin, "p-chief").await;
    assert_eq!(made.url, format!("{PUBLIC}/auth/invite/{}", made.secret));
    let redeem = redemption(&made.secret);
    let redeemed = by_id.admin().redeem_invitation(redeem.clone()).await.given();
    assert_eq!(redeemed.person.clone().unwrap().name, "people/p-chief");
    // The same request again is answered the same; the same invitation by another request is used up.
    assert_eq!(by_id.admin().redeem_invitation(redeem.clone()).await.given(), redeemed);
    let again = by_id.admin().redeem_invitation(redemption(&made.secret)).await.refused();
    again.is(NotFound, "INVITATION_OVER").says(&["used", "administrator"]);

    // Both kinds of JWT are of one account, and its person may what the person may.
    for jwt in [&hanna.id, &hanna.access] {
        let client = shop.admin.as_token(jwt);
        let me = who(&client).await.unwrap();
        assert_eq!(me.identity, redeemed.identity);
        assert_eq!(name(me), "people/p-chief");
        client.backlog().list_backlog(list.clone()).await.given();
        client.backlog().create_item(Shop::new_item("online", "x")).await.given();
        let refusal = client.admin().list_people(v1::ListPeopleRequest::default()).await.refused();
        refusal.is(PermissionDenied, "NOT_IN_MANDATE");
    }
    // Somebody else who repeats the request learns nothing, and an account is one person's.
    let mallory = shop.admin.as_token(&provider.tokens("mallory").await.id);
    mallory.admin().redeem_invitation(redeem).await.refused().is(NotFound, "INVITATION_OVER");
    let other = invite(&shop.admin, "p-online").await;
    let refusal = by_id.admin().redeem_invitation(redemption(&other.secret)).await.refused();
    refusal.is(AlreadyExists, "ACCOUNT_BOUND").says(&["p-chief"]);
    // A person may have several accounts.
    let second = invite(&shop.admin, "p-chief").await;
    let hanna2 = shop.admin.as_token(&provider.tokens("hanna2").await.id);
    hanna2.admin().redeem_invitation(redemption(&second.secret)).await.given();
    assert_eq!(name(who(&hanna2).await.unwrap()), "people/p-chief");

    let listed = shop.admin.admin().list_identities(v1::ListIdentitiesRequest::default()).await;
    assert_eq!(listed.given().identities.len(), 2);
    let identity = redeemed.identity.unwrap().name;
    let unbind = v1::UnbindIdentityRequest { name: identity, ..Default::default() };
    shop.admin.admin().unbind_identity(unbind.clone()).await.given();
    who(&by_id).await.unwrap_err().is(Unauthenticated, "ACCOUNT_UNBOUND");
    assert!(who(&hanna2).await.is_ok());
    shop.admin.admin().unbind_identity(unbind).await.refused().is(NotFound, "UNKNOWN_IDENTITY");
}

#[tokio::test]
async fn an_invitation_that_is_over_binds_nobody() {
    let Some(provider) = Provider::start().await else { return };
    let shop = shop(&provider).await;
    let stranger = shop.admin.as_token(&provider.tokens("somebody").await.id);
    who_with_keys(&stranger).await.unwrap_err();
    let revoked = invite(&shop.admin, "p-online").await;
    let name = revoked.invitation.unwrap().name;
    let revoke = v1::RevokeInvitationRequest { name, ..Default::default() };
    shop.admin.admin().revoke_invitation(revoke.clone()).await.given();
    shop.admin.admin().revoke_invitation(revoke).await.refused().is(NotFound, "UNKNOWN_INVITATION");
    let mut end = shop.chief.backlog().create_item(Shop::new_item("online", "x")).await.given();
    let mut end = end.receipt.take().unwrap().time.unwrap();
    end.seconds += 1;
    let request = v1::InvitePersonRequest {
        person: "people/p-online".to_owned(),
        expire_time: Some(end),
        ..Default::default()
    };
    let expired = shop.admin.admin().invite_person(request).await.given();
    let open = async || {
        let asked = v1::ListInvitationsRequest::default();
        shop.admin.admin().list_invitations(asked).await.given().invitations.len()
    };
    while open().await > 0 {}
    let token = shop.online.token().to_owned();
    for secret in [&revoked.secret, &expired.secret, "koepel_invite_x", &token] {
        let refusal = stranger.admin().redeem_invitation(redemption(secret)).await.refused();
        refusal.is(NotFound, "INVITATION_OVER");
    }
    stranger.admin().redeem_invitation(redemption(" ")).await.refused().at(&["invitation"]);
    // With a token nobody says which account is meant; an invitation is no token.
    let made = invite(&shop.admin, "p-online").await;
    let refusal = shop.online.admin().redeem_invitation(redemption(&made.secret)).await.refused();
    refusal.is(Unauthenticated, "JWT_MISSING").says(&["JWT"]);
    let refusal = who(&shop.admin.as_token(&made.secret)).await.unwrap_err();
    refusal.is(Unauthenticated, "TOKEN_UNKNOWN");
    assert_eq!(refusal.metadata["sign_in"], "/auth/login");
    // Who can be invited, and until when.
    let invited = async |request| shop.admin.admin().invite_person(request).await.refused();
    let to = |person: &str| v1::InvitePersonRequest {
        person: format!("people/{person}"),
        ..Default::default()
    };
    invited(to("p-nobody")).await.is(NotFound, "UNKNOWN_PERSON");
    let far = Some(prost_types::Timestamp { seconds: end.seconds + 31 * 86_400, nanos: 0 });
    let far = v1::InvitePersonRequest { expire_time: far, ..to("p-online") };
    invited(far).await.is(InvalidArgument, "INVALID_FIELD").at(&["expire_time"]).says(&["30 days"]);
    let tool =
        v1::CreatePersonRequest { person_id: "t-ci".to_owned(), tool: true, ..Default::default() };
    shop.admin.admin().create_person(tool).await.given();
    invited(to("t-ci")).await.is(FailedPrecondition, "TOOL_SIGNS_IN").says(&["token"]);
    // The rest is for administrators.
    for client in [&shop.chief, &shop.stranger] {
        let mut admin = client.admin();
        let denied = |refusal: Refusal| {
            refusal.is(PermissionDenied, "NOT_IN_MANDATE");
        };
        denied(admin.invite_person(to("p-online")).await.refused());
        denied(admin.list_invitations(v1::ListInvitationsRequest::default()).await.refused());
        denied(admin.list_identities(v1::ListIdentitiesRequest::default()).await.refused());
        let name = "invitations/n-1".to_owned();
        let revoke = v1::RevokeInvitationRequest { name, ..Default::default() };
        denied(admin.revoke_invitation(revoke).await.refused());
        let name = "identities/i-1".to_owned();
        let unbind = v1::UnbindIdentityRequest { name, ..Default::default() };
        denied(admin.unbind_identity(unbind).await.refused());
        let name = "people/p-online".to_owned();
        let erase = v1::ErasePersonRequest { name, ..Default::default() };
        denied(admin.erase_person(erase).await.refused());
    }
}

/// Puts another header or other claims into a token, and leaves the signature as it is.
pub(crate) fn changed(
    token: &str,
    part: usize,
    change: impl FnOnce(&mut serde_json::Value),
) -> String {
    let mut parts: Vec<String> = token.split('.').map(ToOwned::to_owned).collect();
    let bytes = URL_SAFE_NO_PAD.decode(&parts[part]).unwrap();
    let mut value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    change(&mut value);
    parts[part] = URL_SAFE_NO_PAD.encode(value.to_string());
    parts.join(".")
}

#[tokio::test]
async fn what_the_provider_did_not_sign_opens_nothing() {
    let Some(provider) = Provider::start_with("", "ES256").await else { return };
    let Some(other) = Provider::start().await else { return };
    let shop = shop(&provider).await;
    let chief = provider.tokens("chief").await.id;
    let client = shop.admin.as_token(&chief);
    who_with_keys(&client).await.unwrap_err();
    let made = invite(&shop.admin, "p-chief").await;
    client.admin().redeem_invitation(redemption(&made.secret)).await.given();
    assert!(who(&client).await.is_ok());

    let of_another = other.tokens("chief").await.id;
    let none = changed(&chief, 0, |header| header["alg"] = "none".into());
    let unsigned = format!("{}.", none.rsplit_once('.').unwrap().0);
    let cases = [
        ("no algorithm", none, "algorithm"),
        ("no signature", unsigned, "algorithm"),
        (
            "a shared secret",
            changed(&chief, 0, |header| header["alg"] = "HS256".into()),
            "algorithm",
        ),
        (
            "another algorithm",
            changed(&chief, 0, |header| header["alg"] = "RS256".into()),
            "no key",
        ),
        ("an unknown key", changed(&chief, 0, |header| header["kid"] = "x".into()), "no key"),
        ("another header", changed(&chief, 0, |header| header["x"] = 1.into()), "signature"),
        ("another subject", changed(&chief, 1, |claims| claims["sub"] = "a".into()), "signature"),
        ("a longer life", changed(&chief, 1, |claims| claims["exp"] = 1.into()), "signature"),
        ("cut off", chief[..chief.len() - 2].to_owned(), "signature"),
        // It calls its keys the same.
        ("another provider", of_another, "signature"),
    ];
    for (what, token, says) in cases {
        let refusal = who(&shop.admin.as_token(&token)).await.unwrap_err();
        refusal.is(Unauthenticated, "JWT_REFUSED").says(&[says]);
        assert!(!refusal.message.contains(&token), "{what}");
    }
    // What has not the form of a JWT is looked for among the tokens.
    for token in ["eyJ.a", "a.b.c", "eyJ", "eyJ.a=.b"] {
        let refusal = who(&shop.admin.as_token(token)).await.unwrap_err();
        refusal.is(Unauthenticated, "TOKEN_UNKNOWN");
    }
    assert!(who(&client).await.is_ok());
}

#[tokio::test]
async fn the_providers_keys_may_change_and_the_provider_may_be_away() {
    let Some(mut provider) = Provider::start_with("", "EdDSA").await else { return };
    let config = provider.config();
    let before = provider.tokens("hanna").await.id;
    provider.kill();
    // The start, and everybody with a token, do without it.
    let shop = Shop::open_with(Settings { config, ..Settings::default() }).await;
    assert!(who(&shop.chief).await.is_ok());
    let hanna = shop.admin.as_token(&before);
    who(&hanna).await.unwrap_err().is(Unavailable, "UNAVAILABLE").says(&["provider", "token"]);
    // It comes back with other keys. What the old ones have signed counts no more.
    provider.start_again().await;
    let now = provider.tokens("hanna").await.id;
    let hanna = shop.admin.as_token(&now);
    who_with_keys(&hanna).await.unwrap_err().is(Unauthenticated, "ACCOUNT_UNBOUND");
    let made = invite(&shop.admin, "p-chief").await;
    hanna.admin().redeem_invitation(redemption(&made.secret)).await.given();
    let refusal = who(&shop.admin.as_token(&before)).await.unwrap_err();
    refusal.is(Unauthenticated, "JWT_REFUSED");
    // New keys are fetched when they are first seen.
    provider.rotate().await;
    let rotated = shop.admin.as_token(&provider.tokens("hanna").await.id);
    assert_eq!(name(who_with_keys(&rotated).await.unwrap()), "people/p-chief");
    // Away again: the keys are known.
    provider.kill();
    assert_eq!(name(who(&rotated).await.unwrap()), "people/p-chief");
}

#[tokio::test]
async fn an_event_stream_ends_when_its_account_is_unbound() {
    let Some(provider) = Provider::start().await else { return };
    let shop = shop(&provider).await;
    let hanna = shop.admin.as_token(&provider.tokens("hanna").await.id);
    who_with_keys(&hanna).await.unwrap_err();
    let made = invite(&shop.admin, "p-chief").await;
    let redeemed = hanna.admin().redeem_invitation(redemption(&made.secret)).await.given();
    let request =
        v1::SubscribeRequest { product: "products/webshop".to_owned(), ..Default::default() };
    let mut stream = hanna.events().subscribe(request).await.given();
    assert!(stream.message().await.unwrap().is_some());
    let name = redeemed.identity.unwrap().name;
    let unbind = v1::UnbindIdentityRequest { name, ..Default::default() };
    shop.admin.admin().unbind_identity(unbind).await.given();
    let end = loop {
        match stream.message().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("it ended without a reason"),
            Err(status) => break status,
        }
    };
    Refusal::of(&end).is(Unauthenticated, "TOKEN_UNKNOWN");
}

#[tokio::test]
async fn without_a_provider_nobody_is_invited() {
    let shop = Shop::open().await;
    let request =
        v1::InvitePersonRequest { person: "people/p-chief".to_owned(), ..Default::default() };
    let refusal = shop.admin.admin().invite_person(request).await.refused();
    refusal.is(FailedPrecondition, "NO_SIGN_IN").says(&["[oidc]"]);
    let jwt = "eyJhbGciOiJSUzI1NiJ9.e30.AAAA";
    who(&shop.admin.as_token(jwt)).await.unwrap_err().is(Unauthenticated, "TOKEN_UNKNOWN");
    let redeem = shop.admin.as_token(jwt).admin().redeem_invitation(redemption("x")).await;
    redeem.refused().is(Unauthenticated, "TOKEN_UNKNOWN");
    let page = crate::http::get(shop.server.authority(), "/auth/login").await;
    assert!(page.starts_with("HTTP/1.1 404"), "{page}");
}

#[tokio::test]
async fn each_wrong_setting_is_named_at_the_start() {
    let config =
        "[oidc]\nissuer = \"http://login.example.org\"\nclient_secret_file = \"nowhere\"\n";
    let dir = koepel_tests::scratch();
    let settings = Settings { config: config.to_owned(), ..Settings::default() };
    let (status, written) = Server::stopped_in(dir, settings).spawn().ended().await;
    assert!(!status.success());
    for part in ["oidc.issuer", "https://", "oidc.client_id", "oidc.public_url", "nowhere"] {
        assert!(written.contains(part), "{part}: {written}");
    }
}

/// Every file below a folder that holds these bytes.
pub(crate) fn holding(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, bytes));
        } else {
            let content = fs::read(&path).unwrap_or_default();
            if content.windows(bytes.len()).any(|window| window == bytes) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[tokio::test]
async fn of_somebody_who_was_erased_no_file_has_the_name() {
    const NAME: &str = "Wilhelmina Oldenbarnevelt";
    let (Some(provider), Some(mail)) = (Provider::start().await, Mail::start().await) else {
        return;
    };
    let config = format!("{}{}", provider.config(), mail.config());
    let mut shop = Shop::open_with(Settings { config, ..Settings::default() }).await;
    let create = v1::CreatePersonRequest {
        person_id: "p-wil".to_owned(),
        display_name: NAME.to_owned(),
        request_id: request_id(),
        ..Default::default()
    };
    shop.admin.admin().create_person(create.clone()).await.given();
    Shop::grant(&shop.admin, "products/webshop", "p-wil", Role::Member, "").await;
    let token = v1::CreateTokenRequest { person: "people/p-wil".to_owned(), ..Default::default() };
    let by_token = Shop::token(&shop.admin, token.clone()).await;
    let jwt = provider.tokens("wil-at-the-provider").await.id;
    let by_jwt = shop.admin.as_token(&jwt);
    who_with_keys(&by_jwt).await.unwrap_err();
    let made = invite(&shop.admin, "p-wil").await;
    by_jwt.admin().redeem_invitation(redemption(&made.secret)).await.given();
    let open = invite(&shop.admin, "p-wil").await;
    by_token.backlog().create_item(Shop::new_item("online", "A gift card")).await.given();
    let search = v1::SearchItemsRequest {
        parent: "products/webshop".to_owned(),
        query: "gift".to_owned(),
        ..Default::default()
    };
    assert_eq!(by_jwt.backlog().search_items(search).await.given().hits.len(), 1);
    let contact = v1::Contact {
        person: "people/p-wil".to_owned(),
        email: "wil@example.org".to_owned(),
        ..Default::default()
    };
    let request = v1::SetContactRequest { contact: Some(contact), ..Default::default() };
    by_token.alerts().set_contact(request).await.given();
    // A mail server that refuses a letter quotes whom it is for, and what it says is kept for ever.
    const QUOTED: &str = "550 5.1.1 <wil@example.org>: Wilhelmina Oldenbarnevelt is not here";
    mail.does(&[Mails::Answers(QUOTED)]);
    try_all(&by_token).await;
    let refused = until(&by_token, DeliveryState::Dead, 1).await;
    assert_eq!(refused[0].error, "the mail server answered 550 5.1.1");
    let said = shop.server.process().written();
    assert!(said.contains("550 5.1.1") && !said.contains("wil@example.org"), "{said}");
    let data = shop.server.data_dir();
    assert_eq!(holding(&data, b"wil@example.org").len(), 1);
    assert_eq!(holding(&data, NAME.as_bytes()).len(), 1, "in the directory, and nowhere else");
    // What a crash has left of a write.
    fs::copy(data.join("people.json"), data.join("people.new")).unwrap();
    fs::copy(data.join("contacts.json"), data.join("contacts.new")).unwrap();

    let erase = |person: &str| v1::ErasePersonRequest {
        name: format!("people/{person}"),
        reason: "asked for it".to_owned(),
        request_id: request_id(),
    };
    let request = erase("p-wil");
    let answer = shop.admin.admin().erase_person(request.clone()).await.given();
    let left = answer.person.clone().unwrap();
    assert!(left.erased && left.display_name.is_empty());
    assert_eq!(holding(&data, NAME.as_bytes()), Vec::<String>::new());
    assert_eq!(holding(&data, b"wil@example.org"), Vec::<String>::new());
    assert_eq!(shop.admin.admin().erase_person(request).await.given(), answer);
    // Nothing lets them in any more, and nothing new will.
    who(&by_token).await.unwrap_err().is(Unauthenticated, "TOKEN_UNKNOWN");
    who(&by_jwt).await.unwrap_err().is(Unauthenticated, "ACCOUNT_UNBOUND");
    let redeem = by_jwt.admin().redeem_invitation(redemption(&open.secret)).await;
    redeem.refused().is(NotFound, "INVITATION_OVER");
    let refusal = shop.admin.admin().create_token(token).await.refused();
    refusal.is(FailedPrecondition, "ERASED");
    let grant = v1::GrantRoleRequest {
        product: "products/webshop".to_owned(),
        person: "people/p-wil".to_owned(),
        role: Role::Stakeholder.into(),
        ..Default::default()
    };
    let refusal = shop.admin.products().grant_role(grant).await.refused();
    refusal.is(NotFound, "UNKNOWN_PERSON").says(&["erased"]);
    // The request that made them, sent again, does not bring the name back.
    shop.admin.admin().create_person(create).await.given();
    // Whoever holds a seat hands it over first; nobody erases themselves.
    let refusal = shop.admin.admin().erase_person(erase("p-online")).await.refused();
    refusal
        .is(FailedPrecondition, "HOLDS_SEAT")
        .says(&["p-online is domain PO of online in webshop", "somebody else"]);
    let refusal = shop.admin.admin().erase_person(erase("p-chief")).await.refused();
    refusal.is(FailedPrecondition, "HOLDS_SEAT").says(&["Chief PO in webshop"]);
    let refusal = shop.admin.admin().erase_person(erase("admin")).await.refused();
    refusal.is(FailedPrecondition, "OWN_ERASURE");
    let refusal = shop.admin.admin().erase_person(erase("p-nobody")).await.refused();
    refusal.is(NotFound, "UNKNOWN_PERSON");
    shop.server.restart().await;
    assert_eq!(holding(&data, NAME.as_bytes()), Vec::<String>::new());
    assert_eq!(holding(&data, b"wil-at-the-provider"), Vec::<String>::new());
}

#[tokio::test]
async fn the_next_start_finishes_an_erasure_that_was_cut_off() {
    let mut shop = Shop::open().await;
    let data = shop.server.data_dir();
    let kept = fs::read(data.join("people.json")).unwrap();
    let erase = v1::ErasePersonRequest { name: "people/p-member".to_owned(), ..Default::default() };
    shop.admin.admin().erase_person(erase).await.given();
    // As if the server had stopped after the log and before the directory.
    let (status, _) = shop.server.stop().await;
    assert!(status.success());
    fs::write(data.join("people.json"), &kept).unwrap();
    assert_eq!(holding(&data, b"Name of p-member").len(), 1);
    shop.server.start_again().await;
    assert_eq!(holding(&data, b"Name of p-member"), Vec::<String>::new());
    assert_eq!(holding(&data, b"Name of p-online").len(), 1);
    // The first administrator may be erased by another, and the next start makes one anew.
    let admin = shop.server.admin();
    let create = v1::CreatePersonRequest {
        person_id: "p-root".to_owned(),
        administrator: true,
        ..Default::default()
    };
    admin.admin().create_person(create).await.given();
    let token = v1::CreateTokenRequest { person: "people/p-root".to_owned(), ..Default::default() };
    let root = admin.admin().create_token(token).await.given();
    let by_root = admin.as_token(&root.secret);
    let erase = v1::ErasePersonRequest { name: "people/admin".to_owned(), ..Default::default() };
    by_root.admin().erase_person(erase).await.given();
    let name = root.token.unwrap().name;
    let revoke = v1::RevokeTokenRequest { name, ..Default::default() };
    by_root.admin().revoke_token(revoke).await.given();
    shop.server.restart().await;
    let me = who(&shop.server.admin()).await.unwrap();
    assert_eq!(me.person.unwrap().name, "people/admin-2");
}

#[tokio::test]
async fn the_command_line_invites_redeems_and_erases() {
    let Some(provider) = Provider::start().await else { return };
    let shop = shop(&provider).await;
    let admin = shop.server.command_line(shop.admin.token());
    let jwt = provider.tokens("hanna").await.id;
    who_with_keys(&shop.admin.as_token(&jwt)).await.unwrap_err();
    let hanna = shop.server.command_line(&jwt);
    hanna.run("whoami").code(4).complains(&["bound to nobody", "koepel invitation redeem"]);
    let ran = admin.run("invitation create p-chief --expires 3d").code(0);
    ran.complains(&["shown only now", "koepel invitation revoke n-"]);
    let url = ran.out.trim().to_owned();
    assert!(url.starts_with(&format!("{PUBLIC}/auth/invite/koepel_invite_")), "{url}");
    admin.run("invitation list").code(0).tells(&["p-chief", "INVITATION"]);
    hanna.run(&format!("invitation redeem {url}")).code(0).tells(&["You are p-chief now."]);
    hanna.run("whoami").code(0).tells(&["p-chief", "Account"]);
    let listed = admin.json("identity list");
    let id = listed["identities"][0]["id"].as_str().unwrap().to_owned();
    admin.run("identity list").code(0).tells(&[&id, "p-chief"]);
    admin.run(&format!("identity unbind {id} --reason left")).code(0).tells(&["nobody any more"]);
    hanna.run("backlog webshop").code(4).complains(&["bound to nobody"]);
    let invitation = admin.json("invitation create p-chief");
    let id = invitation["invitation"]["id"].as_str().unwrap();
    admin.run(&format!("invitation revoke {id}")).code(0).tells(&["lets nobody in"]);
    admin.run("login list").code(0).tells(&["SESSION"]);
    admin.run("person erase p-member --reason asked").code(2).complains(&["--yes"]);
    admin.run("person erase p-online --reason asked --yes").code(1).complains(&["domain PO"]);
    admin.run("person erase p-member --reason asked --yes").code(0).tells(&[
        "p-member is forgotten",
        "log redact",
        "people.json",
    ]);
    admin.run("person list").code(0).tells(&["person, erased"]);
}
