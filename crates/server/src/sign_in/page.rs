//! The pages that people see while they sign in: small, calm, without a script, in English, Danish or Dutch. They say what is the
//! case and what to do, and know nothing of the log or the provider.

use axum::response::{Html, IntoResponse as _, Response};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use koepel_alerts::Language;
use koepel_domain::system::Error as Refusal;
use ring::digest;

/// Dark or light, as the browser is set.
const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1d2430;--soft:#5b6472;--ground:#f5f6f8;--sheet:#fff;--line:#d9dde3;--deep:#1f4e79}\
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#a0a9b6;--ground:#14171c;--sheet:#1c2027;--line:#343a44;--deep:#9cc4ec}}\
*{box-sizing:border-box}\
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--ground);color:var(--ink);\
font:1rem/1.55 system-ui,sans-serif}\
main{max-width:32rem;width:100%;padding:2rem;background:var(--sheet);border:1px solid var(--line);border-radius:.5rem}\
.mark{margin:0 0 1rem;color:var(--soft);font-size:.875rem;letter-spacing:.04em}\
h1{margin:0 0 .75rem;font-size:1.375rem;line-height:1.3}\
p{margin:0 0 .75rem;overflow-wrap:anywhere}\
a{color:var(--deep)}\
form{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.5rem 0 0}\
button{font:inherit;padding:.55rem 1.1rem;border:1px solid var(--deep);border-radius:.375rem;background:var(--deep);\
color:var(--sheet);cursor:pointer;overflow-wrap:anywhere}\
button.quiet{background:transparent;color:var(--ink);border-color:var(--line)}\
a:focus-visible,button:focus-visible{outline:3px solid var(--deep);outline-offset:2px}";

/// What a page says.
pub(super) enum Say {
    /// The path to return to is none of this server.
    ReturnPath,
    /// The provider cannot be reached.
    Away,
    /// An answer to no login of this browser.
    NoLogin,
    /// The provider says no; its word for why.
    Denied(String),
    /// The provider does not answer as it should.
    Unusable,
    /// This server cannot note it now.
    NotNow,
    /// Something was asked for by another site's page.
    Elsewhere,
    /// Whoever was asked has declined.
    Declined,
    /// The server refuses it.
    Refused(Refusal),
    /// Who is about to be bound to whom.
    Become(Become),
}

/// The question before an account is bound.
pub(super) struct Become {
    /// Whom the invitation is for.
    pub(super) person: String,
    /// What the provider calls whoever is signed in there.
    pub(super) account: String,
    /// The provider.
    pub(super) provider: String,
    /// What the answer must repeat.
    pub(super) state: String,
}

/// Where to begin again.
const LOGIN: &str = "<a href=\"/auth/login\">/auth/login</a>";

/// The language that somebody's browser asks for, of those that there are.
pub(super) fn language(headers: &HeaderMap) -> Language {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::asked(wanted.unwrap_or_default())
}

/// Text that is nothing but text in HTML, wherever it stands there.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // What turns the direction of writing around could make one name look like another.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

/// A heading, and paragraphs of HTML.
type Text = (String, Vec<String>);

fn pick(language: Language, texts: [&str; 3]) -> String {
    language.pick(texts).to_owned()
}

/// One sentence in three languages, as heading and paragraph.
fn plain(language: Language, head: [&str; 3], text: [&str; 3]) -> Text {
    (pick(language, head), vec![pick(language, text).replace("{login}", LOGIN)])
}

const NOT_SIGNED_IN: [&str; 3] =
    ["You are not signed in", "Du er ikke logget ind", "Je bent niet ingelogd"];

fn text(say: &Say, language: Language) -> Text {
    match say {
        Say::ReturnPath => plain(
            language,
            NOT_SIGNED_IN,
            [
                "Where to return must be a path of this server, such as /backlog.",
                "Stedet at vende tilbage til skal være en sti på denne server, for eksempel /backlog.",
                "De plek om naar terug te keren moet een pad van deze server zijn, zoals /backlog.",
            ],
        ),
        Say::Away => plain(
            language,
            NOT_SIGNED_IN,
            [
                "The identity provider does not answer. Try again in a while.",
                "Identitetsudbyderen svarer ikke. Prøv igen om lidt.",
                "De identiteitsprovider antwoordt niet. Probeer het straks opnieuw.",
            ],
        ),
        Say::NoLogin => plain(
            language,
            NOT_SIGNED_IN,
            [
                "This login is over, or was begun in another browser. Begin again at {login}.",
                "Dette login er udløbet eller blev begyndt i en anden browser. Begynd igen på {login}.",
                "Deze aanmelding is verlopen of in een andere browser begonnen. Begin opnieuw op {login}.",
            ],
        ),
        Say::Denied(word) => {
            let (head, text) = plain(
                language,
                NOT_SIGNED_IN,
                [
                    "The identity provider did not let you in ({word}). Begin again at {login}.",
                    "Identitetsudbyderen lukkede dig ikke ind ({word}). Begynd igen på {login}.",
                    "De identiteitsprovider liet je niet binnen ({word}). Begin opnieuw op {login}.",
                ],
            );
            (head, text.into_iter().map(|text| text.replace("{word}", &escaped(word))).collect())
        }
        Say::Unusable => plain(
            language,
            NOT_SIGNED_IN,
            [
                "The identity provider's answer could not be used. Begin again at {login}; if that does not help, tell an administrator.",
                "Identitetsudbyderens svar kunne ikke bruges. Begynd igen på {login}; hjælper det ikke, så sig det til en administrator.",
                "Het antwoord van de identiteitsprovider was niet bruikbaar. Begin opnieuw op {login}; helpt dat niet, meld het dan aan een beheerder.",
            ],
        ),
        Say::NotNow => plain(
            language,
            NOT_SIGNED_IN,
            [
                "You cannot be signed in now. Try again.",
                "Du kan ikke logges ind lige nu. Prøv igen.",
                "Inloggen lukt nu niet. Probeer het opnieuw.",
            ],
        ),
        Say::Elsewhere => plain(
            language,
            ["Nothing has changed", "Intet er ændret", "Er is niets veranderd"],
            [
                "This can only be asked for from a page of Koepel.",
                "Det kan kun gøres fra en side i Koepel.",
                "Dit kan alleen vanaf een pagina van Koepel.",
            ],
        ),
        Say::Declined => plain(
            language,
            ["You have declined", "Du har sagt nej", "Je hebt geweigerd"],
            [
                "Nothing has changed, and you are not signed in. The invitation stays open for whom it is meant; if it was sent to you by mistake, tell whoever sent it.",
                "Intet er ændret, og du er ikke logget ind. Invitationen gælder stadig for den, den er til; fik du den ved en fejl, så sig det til afsenderen.",
                "Er is niets veranderd en je bent niet ingelogd. De uitnodiging blijft geldig voor wie ze bedoeld is; kreeg je haar per ongeluk, zeg dat dan tegen de afzender.",
            ],
        ),
        Say::Refused(refusal) => refused(refusal, language),
        Say::Become(question) => become_text(question, language),
    }
}

fn refused(refusal: &Refusal, language: Language) -> Text {
    match refusal {
        Refusal::InvitationOver => plain(
            language,
            NOT_SIGNED_IN,
            [
                "The invitation is unknown, used, expired or revoked. Ask an administrator for a new one.",
                "Invitationen er ukendt, brugt, udløbet eller trukket tilbage. Bed en administrator om en ny.",
                "De uitnodiging is onbekend, gebruikt, verlopen of ingetrokken. Vraag een beheerder om een nieuwe.",
            ],
        ),
        Refusal::AccountUnbound => plain(
            language,
            NOT_SIGNED_IN,
            [
                "This account is bound to nobody here. Ask an administrator for an invitation.",
                "Denne konto er ikke knyttet til nogen her. Bed en administrator om en invitation.",
                "Dit account is hier aan niemand gekoppeld. Vraag een beheerder om een uitnodiging.",
            ],
        ),
        Refusal::AccountBound(person) => {
            let (head, text) = plain(
                language,
                NOT_SIGNED_IN,
                [
                    "This account is bound to {person} already. An administrator can unbind it.",
                    "Denne konto er allerede knyttet til {person}. En administrator kan løsne den.",
                    "Dit account is al gekoppeld aan {person}. Een beheerder kan het loskoppelen.",
                ],
            );
            let person = escaped(&person.to_string());
            (head, text.into_iter().map(|text| text.replace("{person}", &person)).collect())
        }
        Refusal::NotAdministrator
        | Refusal::PersonExists(_)
        | Refusal::UnknownPerson(_)
        | Refusal::TokenExists(_)
        | Refusal::UnknownToken(_)
        | Refusal::Erased(_)
        | Refusal::OwnErasure(_)
        | Refusal::ToolSignsIn(_)
        | Refusal::UnknownInvitation(_)
        | Refusal::UnknownIdentity(_)
        | Refusal::UnknownSession(_)
        | Refusal::UnknownShareLink(_)
        | Refusal::Taken(_)
        | Refusal::Full { .. } => {
            (pick(language, NOT_SIGNED_IN), vec![escaped(&sentence(refusal))])
        }
    }
}

/// A refusal as a sentence.
fn sentence(refusal: &Refusal) -> String {
    let text = refusal.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

fn become_text(question: &Become, language: Language) -> Text {
    let head = pick(
        language,
        [
            "You are about to become {person}",
            "Du er ved at blive {person}",
            "Je staat op het punt {person} te worden",
        ],
    );
    let facts = pick(
        language,
        [
            "In Koepel you will be <strong>{person}</strong>, and whatever you do there is done in that name. At {provider} you are signed in as <strong>{account}</strong>.",
            "I Koepel bliver du <strong>{person}</strong>, og alt, hvad du gør dér, sker i det navn. Hos {provider} er du logget ind som <strong>{account}</strong>.",
            "In Koepel ben je dan <strong>{person}</strong>, en wat je daar doet, gebeurt onder die naam. Bij {provider} ben je ingelogd als <strong>{account}</strong>.",
        ],
    );
    let warning = pick(
        language,
        [
            "If you are somebody else, decline: nothing happens then, and the invitation stays open.",
            "Er du en anden, så sig nej: så sker der intet, og invitationen gælder stadig.",
            "Ben je iemand anders, weiger dan: er gebeurt dan niets en de uitnodiging blijft geldig.",
        ],
    );
    let filled = |text: &str| filled(text, question);
    (filled(&head), vec![filled(&facts), filled(&warning)])
}

/// A text with what the question is about; what is put in is not looked at for places again.
fn filled(text: &str, question: &Become) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(&escaped(match name {
            "person" => &question.person,
            "account" => &question.account,
            "provider" => &question.provider,
            _ => "",
        }));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The form with both answers.
fn form(question: &Become, language: Language) -> String {
    let yes = pick(language, ["Yes, I am {person}", "Ja, jeg er {person}", "Ja, ik ben {person}"]);
    let no = pick(language, ["No, decline", "Nej, afvis", "Nee, weigeren"]);
    format!(
        "<form method=\"post\" action=\"/auth/confirm\"><input type=\"hidden\" name=\"state\" value=\"{}\">\
         <button name=\"answer\" value=\"yes\">{}</button>\
         <button class=\"quiet\" name=\"answer\" value=\"no\">{no}</button></form>",
        escaped(&question.state),
        filled(&yes, question)
    )
}

/// The page. Nothing runs in it, nothing is fetched by it, no other site shows it in a frame, and its form goes to this server.
pub(super) fn page(code: StatusCode, say: &Say, language: Language) -> Response {
    let (head, paragraphs) = text(say, language);
    let paragraphs: String = paragraphs.iter().map(|text| format!("<p>{text}</p>")).collect();
    let form = match say {
        Say::Become(question) => form(question, language),
        Say::ReturnPath
        | Say::Away
        | Say::NoLogin
        | Say::Denied(_)
        | Say::Unusable
        | Say::NotNow
        | Say::Elsewhere
        | Say::Declined
        | Say::Refused(_) => String::new(),
    };
    let html = format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><title>{head} · Koepel</title><style>{STYLE}</style></head>\n\
         <body><main><p class=\"mark\">Koepel</p><h1>{head}</h1>{paragraphs}{form}</main></body></html>\n",
        language.tag()
    );
    let mut response = (code, Html(html)).into_response();
    let headers = response.headers_mut();
    private(headers);
    // A form tells where it comes from only under a policy that lets at least that out; the path, with the provider's code in it,
    // goes nowhere.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    let style = STANDARD.encode(digest::digest(&digest::SHA256, STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Nothing of this is kept by anybody, and nobody learns its address from a link.
pub(super) fn private(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(value: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_str(value).unwrap());
        language(&headers)
    }

    #[test]
    fn the_browser_says_in_which_language() {
        assert_eq!(language(&HeaderMap::new()), Language::En);
        assert_eq!(asked("nl-BE, nl;q=0.9, en;q=0.8"), Language::Nl);
    }

    #[test]
    fn whatever_names_say_they_are_text() {
        let question = Become {
            person: "<script>alert(1)</script> {account}".to_owned(),
            account: "a\"onload='x\u{202e}&\n".to_owned(),
            provider: "https://login.example.org".to_owned(),
            state: "s".to_owned(),
        };
        let (head, paragraphs) = become_text(&question, Language::En);
        assert_eq!(head, "You are about to become &lt;script&gt;alert(1)&lt;/script&gt; {account}");
        assert!(paragraphs[0].contains("<strong>a&quot;onload=&#39;x&amp; </strong>"));
        assert!(!form(&question, Language::Da).contains("<script"));
    }

    #[test]
    fn each_page_says_something_in_each_language() {
        let all = || {
            [
                Say::ReturnPath,
                Say::Away,
                Say::NoLogin,
                Say::Denied("access_denied".to_owned()),
                Say::Unusable,
                Say::NotNow,
                Say::Elsewhere,
                Say::Declined,
                Say::Refused(Refusal::InvitationOver),
                Say::Refused(Refusal::AccountUnbound),
            ]
        };
        for say in all() {
            let texts = Language::ALL.map(|language| text(&say, language));
            assert!(texts[0] != texts[1] && texts[1] != texts[2] && texts[0] != texts[2]);
            for (head, paragraphs) in texts {
                assert!(!head.is_empty() && !paragraphs.concat().contains('{'), "{paragraphs:?}");
            }
        }
    }
}
