//! Signing a browser in at a real identity provider, by the code flow, and what the session that it gets is good for. And that no
//! secret of all this is ever written into a log line, an event, a figure or an answer.

use koepel_api::v1;
use koepel_tests::{
    Answer as _, Settings, Shop,
    provider::{Browser, PUBLIC, Page, Provider, parameter},
};
use prost::Message as _;
use tonic::Code::{NotFound, PermissionDenied};

use crate::sign_in::{holding, invite, shop};

const SESSION: &str = "__Host-koepel_session";
const LOGIN: &str = "__Host-koepel_login";
const CONFIRM: &str = "__Host-koepel_confirm";

/// A gRPC-Web call as a browser makes it: the gRPC status, and the message.
async fn web_call(browser: &mut Browser, path: &str, origin: &str, kind: &str) -> (String, String) {
    let message = v1::WhoAmIRequest {}.encode_to_vec();
    let mut body = vec![0];
    body.extend_from_slice(&u32::try_from(message.len()).unwrap().to_be_bytes());
    body.extend_from_slice(&message);
    let mut headers = vec![("content-type", kind.to_owned()), ("x-grpc-web", "1".to_owned())];
    if !origin.is_empty() {
        headers.push(("origin", origin.to_owned()));
    }
    let url = format!("{PUBLIC}/koepel.v1.{path}");
    let page = browser.send_bytes("POST", &url, &headers, &body).await;
    let trailer = |name: &str| {
        let in_body = page.body.split_once(&format!("{name}:"));
        let in_body = in_body.and_then(|(_, rest)| rest.lines().next()).map(str::trim);
        page.header(name).or(in_body).unwrap_or_default().to_owned()
    };
    (trailer("grpc-status"), format!("{} {}", trailer("grpc-message"), page.body))
}

/// Who a browser is, by its cookie alone; the gRPC code if it is nobody.
async fn is(browser: &mut Browser) -> String {
    let (code, text) =
        web_call(browser, "AdminService/WhoAmI", PUBLIC, "application/grpc-web+proto").await;
    let at = text.find("people/");
    match at {
        Some(at) => {
            let name = |c: &char| c.is_ascii_lowercase() || *c == '-' || *c == '/';
            text[at..].chars().take_while(name).collect()
        }
        None => code,
    }
}

/// Signs a browser in as somebody who is bound already.
async fn signed_in(shop: &Shop, who: &str) -> Browser {
    let mut browser = Browser::new(shop.server.authority());
    let back = browser.log_in("/auth/login", who).await;
    let page = browser.open(&back).await;
    assert_eq!((page.status, page.location()), (303, "/"), "{page:?}");
    browser
}

/// Binds somebody by opening the invitation in a browser.
async fn bound(shop: &Shop, person: &str, who: &str) -> Browser {
    let made = invite(&shop.admin, person).await;
    let mut browser = Browser::new(shop.server.authority());
    let path = made.url.strip_prefix(PUBLIC).unwrap();
    let back = browser.log_in(path, who).await;
    let page = browser.open(&back).await;
    let page = browser.answer(&page, "yes").await;
    assert_eq!(page.status, 303, "{page:?}");
    browser
}

fn set_cookie<'a>(page: &'a Page, name: &str) -> &'a str {
    let all = page.headers.iter().filter(|(header, _)| header == "set-cookie");
    let mut values = all.map(|(_, value)| value.as_str());
    values.find(|value| value.starts_with(name)).unwrap_or_else(|| panic!("{name}: {page:?}"))
}

#[tokio::test]
async fn a_browser_signs_in_by_invitation_stays_signed_in_and_signs_out() {
    let Some(provider) = Provider::start().await else { return };
    let mut shop = shop(&provider).await;
    // Without an invitation it is nobody.
    let mut browser = Browser::new(shop.server.authority());
    let back = browser.log_in("/auth/login?return=/backlog%3Fa%3Db", "hanna").await;
    let page = browser.open(&back).await;
    assert_eq!(page.status, 403, "{page:?}");
    assert!(page.body.contains("bound to nobody") && page.body.contains("invitation"));
    assert_eq!(browser.cookie(SESSION), None);

    let made = invite(&shop.admin, "p-chief").await;
    let path = made.url.strip_prefix(PUBLIC).unwrap();
    // Whoever only looks at the link, as a chat program does, uses nothing up.
    assert_eq!(Browser::new(shop.server.authority()).open(&made.url).await.status, 303);
    let back = browser.log_in(path, "hanna").await;
    let asked = browser.open(&back).await;
    assert!(set_cookie(&asked, LOGIN).contains("Max-Age=0"));
    let page = browser.answer(&asked, "yes").await;
    assert_eq!((page.status, page.location()), (303, "/"), "{page:?}");
    let cookie = set_cookie(&page, SESSION);
    for part in ["; Path=/", "; HttpOnly", "; Secure", "; SameSite=Lax", "; Max-Age="] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert!(set_cookie(&page, CONFIRM).contains("Max-Age=0"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(is(&mut browser).await, "people/p-chief");

    // The next login needs no invitation, and returns to where it was asked for.
    let mut second = Browser::new(shop.server.authority());
    let back = second.log_in("/auth/login?return=/backlog%3Fa%3Db", "hanna").await;
    assert_eq!(second.open(&back).await.location(), "/backlog?a=b");
    assert_ne!(second.cookie(SESSION), browser.cookie(SESSION));
    let listed = shop.admin.admin().list_sessions(v1::ListSessionsRequest::default()).await.given();
    assert_eq!(listed.sessions.len(), 2);

    // It goes on over a restart.
    shop.server.restart().await;
    browser.moved(shop.server.authority());
    second.moved(shop.server.authority());
    assert_eq!(is(&mut browser).await, "people/p-chief");

    // Signing out is asked for by our own pages only, ends one session, and ends it here, not in the browser alone.
    let secret = browser.cookie(SESSION).unwrap().to_owned();
    let logout = format!("{PUBLIC}/auth/logout");
    for origin in ["", "https://evil.example", "null"] {
        let headers = [("origin", origin.to_owned())];
        assert_eq!(browser.send("POST", &logout, &headers, "").await.status, 403, "{origin}");
    }
    assert_eq!(browser.open(&logout).await.status, 405);
    assert_eq!(is(&mut browser).await, "people/p-chief");
    let page = browser.send("POST", &logout, &[("origin", PUBLIC.to_owned())], "").await;
    assert_eq!((page.status, page.location()), (303, "/"));
    assert_eq!(browser.cookie(SESSION), None);
    browser.set_cookie(SESSION, Some(&secret));
    assert_eq!(is(&mut browser).await, "16");
    assert_eq!(is(&mut second).await, "people/p-chief");

    // So does an administrator, and whoever unbinds the account.
    let admin = shop.server.admin();
    let left = admin.admin().list_sessions(v1::ListSessionsRequest::default()).await.given();
    let [session] = left.sessions.as_slice() else { panic!("{left:?}") };
    let end = v1::EndSessionRequest { name: session.name.clone(), ..Default::default() };
    let online = shop.server.client(shop.online.token());
    let refusal = online.admin().end_session(end.clone()).await.refused();
    refusal.is(NotFound, "UNKNOWN_SESSION");
    let own = online.admin().list_sessions(v1::ListSessionsRequest::default()).await.given();
    assert_eq!(own.sessions, []);
    admin.admin().end_session(end).await.given();
    assert_eq!(is(&mut second).await, "16");
    shop.server.restart().await;
    let mut third = signed_in(&shop, "hanna").await;
    let admin = shop.server.admin();
    let bound = admin.admin().list_identities(v1::ListIdentitiesRequest::default()).await.given();
    let name = bound.identities[0].name.clone();
    let unbind = v1::UnbindIdentityRequest { name, ..Default::default() };
    admin.admin().unbind_identity(unbind).await.given();
    assert_eq!(is(&mut third).await, "16");
}

#[tokio::test]
async fn nobody_is_bound_who_has_not_said_yes() {
    let Some(provider) = Provider::start().await else { return };
    let shop = shop(&provider).await;
    let made = invite(&shop.admin, "p-chief").await;
    let path = made.url.strip_prefix(PUBLIC).unwrap();
    let bound = async || {
        let asked = v1::ListIdentitiesRequest::default();
        shop.admin.admin().list_identities(asked).await.given().identities.len()
    };
    // Whoever follows somebody else's link is told what would happen, in their language, and it has not happened yet.
    let mut browser = Browser::new(shop.server.authority());
    let back = browser.log_in(path, "mallory").await;
    let danish = [("accept-language", "da-DK, en;q=0.5".to_owned())];
    let asked = browser.send("GET", &back, &danish, "").await;
    for part in [
        "<html lang=\"da\">",
        "Du er ved at blive Name of p-chief",
        "mallory@example.org",
        &provider.issuer(),
        "action=\"/auth/confirm\"",
    ] {
        assert!(asked.body.contains(part), "{part}: {}", asked.body);
    }
    let policy = asked.header("content-security-policy").unwrap();
    for part in ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    // Under a stricter one a browser would not say where the form comes from.
    assert_eq!(asked.header("referrer-policy"), Some("strict-origin"));
    assert_eq!(asked.header("cache-control"), Some("no-store"));
    let kept = set_cookie(&asked, CONFIRM);
    for part in ["; HttpOnly", "; Secure", "; SameSite=Strict", "; Max-Age=600"] {
        assert!(kept.contains(part), "{kept}");
    }
    assert_eq!((browser.cookie(SESSION), bound().await), (None, 0));

    // An answer counts from our own page, with what is on it, in the browser that was asked.
    let confirm = format!("{PUBLIC}/auth/confirm");
    let yes = format!("state={}&answer=yes", asked.state());
    for origin in ["", "https://evil.example", "null"] {
        let mut other = browser.clone();
        let headers = [("origin", origin.to_owned())];
        assert_eq!(other.send("POST", &confirm, &headers, &yes).await.status, 403, "{origin}");
    }
    let own = [("origin", PUBLIC.to_owned())];
    for body in [String::new(), "answer=yes".to_owned(), yes.replace("state=", "state=x")] {
        let mut other = browser.clone();
        assert_eq!(other.send("POST", &confirm, &own, &body).await.status, 400, "{body}");
    }
    let mut stranger = Browser::new(shop.server.authority());
    assert_eq!(stranger.send("POST", &confirm, &own, &yes).await.status, 400);
    assert_eq!(browser.open(&confirm).await.status, 405);
    assert_eq!(bound().await, 0);

    // No is no, also when yes is said afterwards; and the invitation is still there for whom it is meant.
    let kept = browser.cookie(CONFIRM).unwrap().to_owned();
    let page = browser.answer(&asked, "no").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("You have declined"), "{page:?}");
    assert_eq!((browser.cookie(CONFIRM), browser.cookie(SESSION)), (None, None));
    browser.set_cookie(CONFIRM, Some(&kept));
    assert_eq!(browser.answer(&asked, "yes").await.status, 400);
    assert_eq!(bound().await, 0);
    let mut hanna = Browser::new(shop.server.authority());
    let back = hanna.log_in(path, "hanna").await;
    let asked = hanna.open(&back).await;
    assert!(asked.body.contains("You are about to become Name of p-chief"), "{asked:?}");
    let kept = hanna.cookie(CONFIRM).unwrap().to_owned();
    assert_eq!(hanna.answer(&asked, "yes").await.location(), "/");
    assert_eq!(is(&mut hanna).await, "people/p-chief");
    // Said twice, it is said once.
    hanna.set_cookie(CONFIRM, Some(&kept));
    assert_eq!(hanna.answer(&asked, "yes").await.status, 400);
    assert_eq!(bound().await, 1);
}

#[tokio::test]
async fn a_session_counts_for_calls_of_our_own_pages_only() {
    let Some(provider) = Provider::start().await else { return };
    let shop = shop(&provider).await;
    let mut browser = bound(&shop, "p-chief", "hanna").await;
    let path = "AdminService/WhoAmI";
    let web = "application/grpc-web+proto";
    for (origin, kind, code, says) in [
        (PUBLIC, web, "0", "people/p-chief"),
        // Another site, a page of a sandbox, and a program that says nothing of where it is.
        ("https://evil.example", web, "16", "own%20pages"),
        ("https://koepel.test.evil.example", web, "16", "own%20pages"),
        ("http://koepel.test", web, "16", "own%20pages"),
        ("null", web, "16", "own%20pages"),
        ("", web, "16", "own%20pages"),
        // What a form of another site can send is no gRPC-Web.
        (PUBLIC, "application/grpc", "", ""),
        (PUBLIC, "text/plain", "", ""),
        (PUBLIC, "application/x-www-form-urlencoded", "", ""),
    ] {
        let (status, text) = web_call(&mut browser, path, origin, kind).await;
        let text = text.replace(' ', "%20");
        assert_eq!(status, code, "{origin} {kind}: {text}");
        assert!(text.contains(says), "{origin} {kind}: {text}");
    }
    // The mark that our own door makes is worth nothing from outside, and the secret of a cookie is no token.
    let secret = browser.cookie(SESSION).unwrap().to_owned();
    let client = shop.admin.as_token(&secret);
    let refusal = client.admin().who_am_i(v1::WhoAmIRequest {}).await.refused();
    refusal.is(tonic::Code::Unauthenticated, "TOKEN_UNKNOWN");
    // What cookies let in is what the person may, and a page asks for nothing else with it.
    let page = browser
        .send("POST", &format!("{PUBLIC}/events"), &[("origin", PUBLIC.to_owned())], "")
        .await;
    assert_eq!(page.status, 401);
    let mut other = browser.clone();
    other.set_cookie(SESSION, Some(&secret[..secret.len() - 1]));
    assert_eq!(is(&mut other).await, "16");
    assert_eq!(is(&mut browser).await, "people/p-chief");
}

#[tokio::test]
async fn an_answer_to_a_login_is_taken_once_and_from_its_own_browser() {
    let Some(provider) = Provider::start().await else { return };
    let shop = shop(&provider).await;
    drop(bound(&shop, "p-chief", "hanna").await);
    let fresh = || Browser::new(shop.server.authority());
    let refused = |page: &Page| {
        assert_eq!(page.status, 400, "{page:?}");
        assert!(page.body.contains("/auth/login"), "{page:?}");
        assert!(!page.headers.iter().any(|(_, value)| value.starts_with(SESSION)), "{page:?}");
    };

    // Another browser, which has begun no login or another one, as in a forged link.
    let mut browser = fresh();
    let back = browser.log_in("/auth/login", "hanna").await;
    refused(&fresh().open(&back).await);
    let mut other = fresh();
    other.open(&format!("{PUBLIC}/auth/login")).await;
    refused(&other.open(&back).await);
    // Another state, another issuer, none at all, no code.
    let state = parameter(&back, "state").unwrap();
    let code = parameter(&back, "code").unwrap();
    let issuer = parameter(&back, "iss").unwrap();
    for query in [
        format!("code={code}&state=x{state}&iss={issuer}"),
        format!("code={code}&iss={issuer}"),
        String::new(),
    ] {
        let mut same = browser.clone();
        refused(&same.open(&format!("{PUBLIC}/auth/callback?{query}")).await);
    }
    let login = browser.cookie(LOGIN).unwrap().to_owned();
    // The right one is taken, and not again, even by a browser that has kept the login.
    assert_eq!(browser.open(&back).await.status, 303);
    browser.set_cookie(LOGIN, Some(&login));
    refused(&browser.open(&back).await);

    for (what, query) in [
        ("another issuer", "code={code}&state={state}&iss=https%3A%2F%2Fevil.example"),
        ("no issuer", "code={code}&state={state}"),
        ("no code", "state={state}&iss={iss}"),
    ] {
        let mut browser = fresh();
        let back = browser.log_in("/auth/login", "hanna").await;
        let part = |name| parameter(&back, name).unwrap();
        let query = query
            .replace("{code}", &part("code"))
            .replace("{state}", &part("state"))
            .replace("{iss}", &part("iss"));
        let page = browser.open(&format!("{PUBLIC}/auth/callback?{query}")).await;
        assert_eq!(page.status, 400, "{what}: {page:?}");
    }
    // A code of somebody else's login, put into one's own: the nonce and the verifier are not of it.
    let (mut own, mut theirs) = (fresh(), fresh());
    let back = own.log_in("/auth/login", "hanna").await;
    let stolen = theirs.log_in("/auth/login", "mallory").await;
    let (mine, code) = (parameter(&back, "code").unwrap(), parameter(&stolen, "code").unwrap());
    let page = own.open(&back.replace(&mine, &code)).await;
    assert_eq!(page.status, 502, "{page:?}");
    // A code that was used, in a login of its own that is right.
    let mut used = fresh();
    let back = used.log_in("/auth/login", "hanna").await;
    let spent = parameter(&back, "code").unwrap();
    assert_eq!(used.open(&back).await.status, 303);
    let mut again = fresh();
    let back = again.log_in("/auth/login", "hanna").await;
    let page = again.open(&back.replace(&parameter(&back, "code").unwrap(), &spent)).await;
    assert_eq!(page.status, 502, "{page:?}");
    // A sealed login that was changed is none.
    let mut browser = fresh();
    let back = browser.log_in("/auth/login", "hanna").await;
    let sealed = browser.cookie(LOGIN).unwrap().to_owned();
    browser.set_cookie(LOGIN, Some(&sealed.replace(&sealed[30..34], "AAAA")));
    refused(&browser.open(&back).await);
    // The provider says no.
    let mut browser = fresh();
    let back = browser.log_in("/auth/login", "refused").await;
    let page = browser.open(&back).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("access_denied"), "{page:?}");
}

#[tokio::test]
async fn a_login_leads_nowhere_else() {
    let Some(provider) = Provider::start_with("", "PS256").await else { return };
    let shop = shop(&provider).await;
    let mut browser = Browser::new(shop.server.authority());
    for to in [
        "//evil.example",
        "https://evil.example",
        "%5C%5Cevil.example",
        "/%5Cevil.example",
        "backlog",
        "/%0d%0ax:y",
    ] {
        let page = browser.open(&format!("{PUBLIC}/auth/login?return={to}")).await;
        assert_eq!(page.status, 400, "{to}: {page:?}");
        assert_eq!(page.header("location"), None);
    }
    let page = browser.open(&format!("{PUBLIC}/auth/login?return=/a")).await;
    let to = page.location();
    assert!(to.starts_with(&format!("{}/auth?response_type=code", provider.issuer())), "{to}");
    for part in [
        "code_challenge_method=S256",
        "&state=",
        "&nonce=",
        "scope=openid",
        "redirect_uri=https%3A%2F%2Fkoepel.test%2Fauth%2Fcallback",
    ] {
        assert!(to.contains(part), "{part}: {to}");
    }
    let cookie = set_cookie(&page, LOGIN);
    let login = browser.cookie(LOGIN).unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("Max-Age=600"), "{cookie}");
    assert!(!login.contains(&parameter(to, "state").unwrap()), "what is kept is sealed");
    // Signed with PS256, by a client without a secret.
    drop(bound(&shop, "p-chief", "hanna").await);
    // To bind somebody, the provider is asked by what name they would know themselves.
    let made = invite(&shop.admin, "p-online").await;
    let begun = browser.open(&made.url).await;
    assert!(begun.location().contains("scope=openid+email"), "{begun:?}");
    // An invitation that is over begins nothing.
    let made = invite(&shop.admin, "p-online").await;
    let name = made.invitation.unwrap().name;
    let revoke = v1::RevokeInvitationRequest { name, ..Default::default() };
    shop.admin.admin().revoke_invitation(revoke).await.given();
    let page = browser.open(&made.url).await;
    assert_eq!(page.status, 404);
    assert!(page.body.contains("expired or revoked"), "{page:?}");
    // One that ends while somebody logs in binds nobody; nor does one for an account that is bound.
    let made = invite(&shop.admin, "p-online").await;
    let back = browser.log_in(made.url.strip_prefix(PUBLIC).unwrap(), "online").await;
    let name = made.invitation.unwrap().name;
    let revoke = v1::RevokeInvitationRequest { name, ..Default::default() };
    shop.admin.admin().revoke_invitation(revoke).await.given();
    let page = browser.open(&back).await;
    assert_eq!((page.status, browser.cookie(SESSION)), (403, None), "{page:?}");
    // Nor one that ends while they make up their mind.
    let made = invite(&shop.admin, "p-online").await;
    let back = browser.log_in(made.url.strip_prefix(PUBLIC).unwrap(), "online").await;
    let asked = browser.open(&back).await;
    let name = made.invitation.unwrap().name;
    let revoke = v1::RevokeInvitationRequest { name, ..Default::default() };
    shop.admin.admin().revoke_invitation(revoke).await.given();
    let page = browser.answer(&asked, "yes").await;
    assert_eq!((page.status, browser.cookie(SESSION)), (403, None), "{page:?}");
    let made = invite(&shop.admin, "p-online").await;
    let mut browser = Browser::new(shop.server.authority());
    let back = browser.log_in(made.url.strip_prefix(PUBLIC).unwrap(), "hanna").await;
    let page = browser.open(&back).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("bound to p-chief already"), "{page:?}");
}

#[tokio::test]
async fn without_the_provider_a_login_says_so_and_sessions_go_on() {
    let Some(mut provider) = Provider::start().await else { return };
    let mut shop = shop(&provider).await;
    let mut browser = bound(&shop, "p-chief", "hanna").await;
    let mut late = Browser::new(shop.server.authority());
    let back = late.log_in("/auth/login", "hanna").await;
    provider.kill();
    let page = late.open(&back).await;
    assert_eq!(page.status, 502, "{page:?}");
    assert_eq!(is(&mut browser).await, "people/p-chief");
    shop.server.restart().await;
    browser.moved(shop.server.authority());
    assert_eq!(is(&mut browser).await, "people/p-chief");
    let page = browser.open(&format!("{PUBLIC}/auth/login")).await;
    assert_eq!(page.status, 503, "{page:?}");
    assert!(page.body.contains("does not answer"), "{page:?}");
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_after_a_week_at_most() {
    const HOUR: i64 = 3_600;
    let Some(provider) = Provider::start().await else { return };
    // The provider goes by the real time, so the clock that is moved by hand begins there.
    let now = std::process::Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%SZ"]).output();
    let now = String::from_utf8(now.unwrap().stdout).unwrap().trim().to_owned();
    let settings = Settings {
        config: provider.config(),
        arguments: vec!["--manual-clock".to_owned(), now],
        ..Settings::default()
    };
    let shop = Shop::open_with(settings).await;
    let mut used = bound(&shop, "p-chief", "hanna").await;
    let mut unused = signed_in(&shop, "hanna").await;
    let clock = shop.admin.admin().get_clock(v1::GetClockRequest {}).await.given();
    let begun = clock.time.unwrap();
    let at = async |hours: i64| {
        let time = prost_types::Timestamp { seconds: begun.seconds + hours * HOUR, ..begun };
        let request = v1::SetClockRequest { time: Some(time) };
        shop.admin.admin().set_clock(request).await.given();
    };
    let ends = async || {
        let asked = v1::ListSessionsRequest::default();
        let all = shop.admin.admin().list_sessions(asked).await.given().sessions;
        all.iter().map(|session| session.idle_time.unwrap().seconds).max().unwrap_or(0)
    };
    let hour = |hours: i64| begun.seconds + hours * HOUR;
    // In its first half a use changes nothing; after it, it is noted.
    at(5).await;
    assert_eq!(is(&mut used).await, "people/p-chief");
    let first = ends().await;
    assert!(first <= hour(12) + 60, "{first}");
    for next in (10..170).step_by(10) {
        at(next).await;
        assert_eq!(is(&mut used).await, "people/p-chief", "after {next} hours");
        while ends().await < hour((next + 12).min(168)) {}
    }
    assert_eq!(is(&mut unused).await, "16", "nobody has used it for half a day");
    // A week is the end, however much it is used.
    at(167).await;
    assert_eq!(is(&mut used).await, "people/p-chief");
    at(169).await;
    assert_eq!(is(&mut used).await, "16");
}

#[tokio::test]
async fn no_secret_is_written_anywhere() {
    let secret = "m4rk-of-the-client-secret";
    let Some(provider) = Provider::start_with(secret, "RS256").await else { return };
    let settings = Settings {
        config: format!("log_filter = \"trace\"\n{}", provider.config()),
        ..Settings::default()
    };
    let mut shop = Shop::open_with(settings).await;
    let mut marks = vec![secret.to_owned()];
    // All ways in, those that work and those that do not.
    let made = invite(&shop.admin, "p-chief").await;
    let mut browser = Browser::new(shop.server.authority());
    let back = browser.log_in(made.url.strip_prefix(PUBLIC).unwrap(), "m4rk-of-the-subject").await;
    marks.extend([parameter(&back, "code").unwrap(), browser.cookie(LOGIN).unwrap().to_owned()]);
    let page = browser.open(&back).await;
    marks.extend([page.state().to_owned(), browser.cookie(CONFIRM).unwrap().to_owned()]);
    assert_eq!(browser.answer(&page, "yes").await.status, 303);
    assert_eq!(is(&mut browser).await, "people/p-chief");
    let again = browser.clone();
    browser.open(&back).await;
    let mut browser = again;
    marks.extend([made.secret, browser.cookie(SESSION).unwrap().to_owned()]);
    let tokens = provider.tokens("m4rk-of-the-subject").await;
    for jwt in [&tokens.id, &tokens.access] {
        shop.admin.as_token(jwt).admin().who_am_i(v1::WhoAmIRequest {}).await.given();
        let cut = &jwt[..jwt.len() - 2];
        shop.admin.as_token(cut).admin().who_am_i(v1::WhoAmIRequest {}).await.unwrap_err();
        marks.push(jwt.clone());
    }
    let redeem = v1::RedeemInvitationRequest {
        invitation: "m4rk-of-no-invitation".to_owned(),
        ..Default::default()
    };
    let stranger = shop.admin.as_token(&provider.tokens("m4rk-of-a-stranger").await.id);
    let refusal = stranger.admin().redeem_invitation(redeem).await.refused();
    refusal.is(NotFound, "INVITATION_OVER");
    let link = v1::CreateShareLinkRequest {
        parent: "products/webshop".to_owned(),
        opens: v1::Shared::Product.into(),
        ..Default::default()
    };
    let link = shop.chief.shares().create_share_link(link).await.given();
    let page = browser.open(&format!("{PUBLIC}/share/{}", link.secret)).await;
    assert_eq!(page.status, 200);
    let create = Shop::new_item("online", "x");
    let denied = shop.admin.as_token(&link.secret).backlog().create_item(create).await.refused();
    denied.is(PermissionDenied, "NOT_IN_MANDATE");
    marks.extend([
        link.secret,
        "m4rk-of-the-subject".to_owned(),
        "m4rk-of-no-invitation".to_owned(),
        "m4rk-of-a-stranger".to_owned(),
        shop.chief.token().to_owned(),
    ]);
    let wrong = format!("koepel_m4rk{}", "x".repeat(39));
    shop.admin.as_token(&wrong).admin().who_am_i(v1::WhoAmIRequest {}).await.unwrap_err();
    marks.push(wrong);
    let metrics = crate::http::get(shop.server.authority(), "/metrics").await;
    let data = shop.server.data_dir();
    let (status, written) = shop.server.stop().await;
    assert!(status.success());
    assert!(written.contains("TRACE") || written.contains("DEBUG"), "it was told to tell all");
    for mark in &marks {
        let line = written.lines().find(|line| line.contains(mark.as_str()));
        assert_eq!(line, None, "{mark} is in a log line");
        assert!(!metrics.contains(mark.as_str()), "{mark} is in the figures");
        assert_eq!(holding(&data, mark.as_bytes()), Vec::<String>::new(), "{mark}");
    }
    // The parts of a JWT, too, of which each says who somebody is.
    for part in tokens.id.split('.').skip(1) {
        assert!(!written.contains(part), "a part of a JWT is in a log line");
    }
    let log = shop.server.command_line("").run("log export --data-dir data").code(0).out;
    assert!(!marks.iter().any(|mark| log.contains(mark.as_str())));
}
