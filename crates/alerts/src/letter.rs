//! A notice as people read it: a subject, and the same words as text and as HTML.

use jiff::{Timestamp as Moment, tz::TimeZone};
use koepel_domain::{
    ids::{PersonId, Timestamp},
    outbox::{Concern, Kind, Notice},
};

use crate::{
    Language, Names, Pages,
    words::{self, Label, Otherwise, Step},
};

mod page;
mod text;

/// A notice in somebody's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line: `[Webshop] Escalation 7 raised: Which comes first?`.
    pub subject: String,
    /// Lines of at most 76 characters, but for what cannot be broken.
    pub text: String,
    /// A page of its own.
    pub html: String,
}

/// For whom a letter is.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    /// Their language.
    pub language: Language,
    /// Where their clock is.
    pub zone: &'a TimeZone,
    /// Why they are told.
    pub concern: Concern,
}

/// Most letters of a title in a subject.
const SUBJECT_TITLE: usize = 80;

/// What a notice says, piece by piece.
pub(crate) struct Pieces {
    /// The product's name.
    product: String,
    head: String,
    /// What it is about, in one line.
    title: String,
    happened: String,
    /// Why the reader is told.
    concern: &'static str,
    facts: Vec<Fact>,
    /// What happens if nothing is done.
    otherwise: String,
    act: Act,
    foot: String,
}

/// What a letter of several notices says.
pub(crate) struct Digest {
    product: String,
    head: String,
    intro: &'static str,
    each: Vec<Pieces>,
    foot: String,
}

struct Fact {
    label: &'static str,
    value: Value,
}

enum Value {
    Plain(String),
    /// A numbered list.
    List(Vec<String>),
}

/// What can be done next.
enum Act {
    Nothing,
    /// A page to open: what it is called, and its address.
    Page(String, String),
    /// Commands to type, each with what it does.
    Commands(Vec<(&'static str, String)>),
}

/// Writes a letter.
#[must_use]
pub fn letter(notice: &Notice, reader: &Reader<'_>, names: &Names<'_>) -> Letter {
    let pieces = pieces(notice, reader, names);
    let subject = subject(&pieces.product, &pieces.head, &pieces.title);
    Letter { subject, text: text::written(&pieces), html: page::written(&pieces, reader.language) }
}

/// Writes one letter of several notices, each with why the reader is told, in the order given.
#[must_use]
pub fn digest(notices: &[(&Notice, Concern)], reader: &Reader<'_>, names: &Names<'_>) -> Letter {
    let language = reader.language;
    let each = notices.iter().map(|(notice, concern)| {
        pieces(notice, &Reader { concern: *concern, ..reader.clone() }, names)
    });
    let digest = Digest {
        product: names.product_name.to_owned(),
        head: words::digest_head(language).replace("{count}", &notices.len().to_string()),
        intro: words::digest_intro(language),
        each: each.collect(),
        foot: words::foot(language).replace("{product}", names.product_name),
    };
    let mut heads: Vec<&str> = Vec::new();
    for pieces in &digest.each {
        if !heads.contains(&pieces.head.as_str()) {
            heads.push(&pieces.head);
        }
    }
    Letter {
        subject: subject(&digest.product, &digest.head, &heads.join(", ")),
        text: text::gathered(&digest),
        html: page::gathered(&digest, language),
    }
}

/// The first lines of a letter, for a chat.
#[must_use]
pub fn short(notice: &Notice, reader: &Reader<'_>, names: &Names<'_>) -> String {
    let pieces = pieces(notice, reader, names);
    let mut lines = vec![format!("{}: {}", pieces.product, pieces.head)];
    if !pieces.title.is_empty() {
        lines.push(pieces.title);
    }
    lines.push(pieces.happened);
    for fact in pieces.facts {
        lines.push(match fact.value {
            Value::Plain(value) => format!("{}: {value}", fact.label),
            Value::List(list) => {
                let list = (1..).zip(list).map(|(no, one)| format!("{no}. {one}"));
                format!("{}: {}", fact.label, list.collect::<Vec<_>>().join("; "))
            }
        });
    }
    if !pieces.otherwise.is_empty() {
        lines.push(pieces.otherwise);
    }
    if let Act::Page(_, address) = pieces.act {
        lines.push(address);
    }
    lines.join("\n")
}

fn subject(product: &str, head: &str, title: &str) -> String {
    let mut short: String = title.chars().take(SUBJECT_TITLE).collect();
    if short.len() < title.len() {
        short.push('…');
    }
    let about = if short.is_empty() { String::new() } else { format!(": {short}") };
    format!("[{product}] {head}{about}")
}

fn pieces(notice: &Notice, reader: &Reader<'_>, names: &Names<'_>) -> Pieces {
    let (language, facts) = (reader.language, &notice.facts);
    let number = |number: Option<u32>| number.map_or_else(String::new, |no| no.to_string());
    let name = |person: Option<&PersonId>| person.map(names.person);
    let (by, decider) = (name(facts.by.as_ref()), name(facts.decider.as_ref()));
    let by = by.unwrap_or_else(|| words::somebody(language).to_owned());
    let next = name(facts.next.as_ref()).unwrap_or_default();
    let said = |words: &str| {
        words
            .replace("{e}", &number(facts.escalation))
            .replace("{d}", &number(facts.decision))
            .replace("{by}", &by)
            .replace("{next}", &next)
            .replace("{decider}", decider.as_deref().unwrap_or_default())
    };
    let concern = words::concern(language, reader.concern);
    Pieces {
        product: names.product_name.to_owned(),
        head: said(words::head(language, notice.kind)),
        title: facts.title.to_string(),
        happened: said(words::happened(language, notice.kind, decider.is_some())),
        // A test concerns nobody but whoever asked for it, and says so itself.
        concern: if notice.kind == Kind::Test { "" } else { concern },
        facts: rows(notice, reader, names),
        otherwise: otherwise(notice)
            .map_or_else(String::new, |then| said(words::otherwise(language, then))),
        act: act(notice, reader, names),
        foot: words::foot(language).replace("{product}", names.product_name),
    }
}

fn otherwise(notice: &Notice) -> Option<Otherwise> {
    let facts = &notice.facts;
    if !notice.kind.asks() || facts.decider.is_none() {
        return None;
    }
    match (notice.kind == Kind::EscalationOverdue, facts.due, &facts.next) {
        // It has gone on to somebody else, who is told of that.
        (true, _, Some(_)) | (false, None, _) => None,
        (true, _, None) => Some(Otherwise::Stays),
        (false, Some(_), Some(_)) => Some(Otherwise::GoesOn),
        (false, Some(_), None) => Some(Otherwise::IsOverdue),
    }
}

fn act(notice: &Notice, reader: &Reader<'_>, names: &Names<'_>) -> Act {
    let Some(no) = notice.facts.escalation else { return Act::Nothing };
    let (language, product) = (reader.language, names.product.as_str());
    let open = || words::step(language, Step::Open).replace("{e}", &no.to_string());
    let decision = notice.facts.decision.filter(|_| notice.kind == Kind::DecisionNotFollowed);
    match (names.pages, decision) {
        (Some(Pages::Dashboard(at)), Some(decision)) => {
            let open = words::step(language, Step::OpenDecision);
            let open = open.replace("{d}", &decision.to_string());
            return Act::Page(open, format!("{at}/products/{product}/decisions/{decision}"));
        }
        (Some(Pages::Dashboard(at)), None) => {
            return Act::Page(open(), format!("{at}/products/{product}/escalations/{no}"));
        }
        (Some(Pages::Escalations(page)), _) => {
            let page = page.replace("{product}", product).replace("{escalation}", &no.to_string());
            return Act::Page(open(), page);
        }
        (None, _) => {}
    }
    let show = format!("koepel escalation show {product}/{no}");
    let mut commands = vec![(words::step(language, Step::Show), show)];
    if reader.concern.decides() && notice.kind.asks() {
        let way = if notice.facts.options.is_empty() { "--other \"…\"" } else { "--option 1" };
        let decide = format!("koepel escalation decide {product}/{no} {way} --reason \"…\"");
        commands.push((words::step(language, Step::Decide), decide));
    }
    Act::Commands(commands)
}

/// What there is to know, row by row.
fn rows(notice: &Notice, reader: &Reader<'_>, names: &Names<'_>) -> Vec<Fact> {
    let facts = &notice.facts;
    let mut rows: Vec<(Label, Value)> = Vec::new();
    let mut plain = |label, value: String| rows.push((label, Value::Plain(value)));
    if !facts.outcome.is_empty() {
        plain(Label::Decided, facts.outcome.to_string());
    }
    if !facts.said.is_empty() {
        plain(said_label(notice.kind), facts.said.to_string());
    }
    if !facts.items.is_empty() {
        let keys: Vec<String> = facts.items.iter().map(ToString::to_string).collect();
        plain(Label::Items, keys.join(", "));
    }
    if let Some(decider) = &facts.decider {
        plain(Label::Decides, (names.person)(decider));
    }
    if let Some(due) = facts.due {
        plain(Label::Until, moment(due, reader));
    }
    plain(Label::When, moment(notice.time, reader));
    if !facts.options.is_empty() && notice.kind.asks() {
        let options = facts.options.iter().map(ToString::to_string).collect();
        rows.insert(usize::from(!facts.said.is_empty()), (Label::Options, Value::List(options)));
    }
    let label = |label| words::label(reader.language, label);
    rows.into_iter().map(|(of, value)| Fact { label: label(of), value }).collect()
}

fn said_label(kind: Kind) -> Label {
    match kind {
        Kind::EscalationCommented | Kind::EscalationAcknowledged => Label::Comment,
        Kind::EscalationRaised => Label::Details,
        Kind::EscalationReminder
        | Kind::EscalationOverdue
        | Kind::EscalationHandedOver
        | Kind::EscalationDecided
        | Kind::EscalationWithdrawn
        | Kind::EscalationReopened
        | Kind::DecisionNotFollowed
        | Kind::Test => Label::Reason,
    }
}

fn moment(at: Timestamp, reader: &Reader<'_>) -> String {
    let at = Moment::from_microsecond(at.0).unwrap_or_default();
    words::moment(reader.language, &at.to_zoned(reader.zone.clone()))
}

#[cfg(test)]
mod tests {
    use koepel_domain::{
        ids::{ProductId, Version},
        outbox::Facts,
        text::{Line, Reason},
    };

    use super::*;

    fn notice(kind: Kind) -> Notice {
        let facts = Facts {
            escalation: Some(7),
            decision: Some(3),
            title: Line::new("Which first: <invoices> or returns?").unwrap(),
            items: vec!["ONLINE-1".parse().unwrap(), "OFFLINE-2".parse().unwrap()],
            by: Some(PersonId::new("p-anna").unwrap()),
            decider: Some(PersonId::new("p-hanna").unwrap()),
            due: Some(Timestamp(1_796_040_000_000_000)),
            next: Some(PersonId::new("p-bo").unwrap()),
            options: vec![Line::new("Invoices").unwrap(), Line::new("Returns").unwrap()],
            outcome: Line::new("returns first").unwrap(),
            said: Reason::new("the season begins\nsoon").unwrap(),
        };
        Notice {
            cause: Line::new("escalation/7/raised").unwrap(),
            kind,
            version: Version(1),
            time: Timestamp(1_796_030_000_000_000),
            domains: Vec::new(),
            facts,
        }
    }

    fn written(kind: Kind, language: Language, concern: Concern) -> Letter {
        with_page(kind, language, concern, None)
    }

    fn with_page(
        kind: Kind,
        language: Language,
        concern: Concern,
        pages: Option<&Pages>,
    ) -> Letter {
        written_of(&notice(kind), language, concern, pages)
    }

    fn written_of(
        notice: &Notice,
        language: Language,
        concern: Concern,
        pages: Option<&Pages>,
    ) -> Letter {
        let product = ProductId::new("webshop").unwrap();
        let person = |id: &PersonId| match id.as_str() {
            "p-anna" => "Anna Ågård".to_owned(),
            other => other.to_owned(),
        };
        let names =
            Names { product: &product, product_name: "Webshop & Co", person: &person, pages };
        let zone = TimeZone::get("Europe/Copenhagen").unwrap();
        letter(notice, &Reader { language, zone: &zone, concern }, &names)
    }

    #[test]
    fn where_nobody_may_decide_the_sentence_is_another_one() {
        for (kind, expected) in [
            (
                Kind::EscalationReminder,
                [
                    "and there is nobody to decide.",
                    "og der er ingen til at træffe beslutningen.",
                    "en er is niemand die het besluit kan nemen.",
                ],
            ),
            (
                Kind::EscalationOverdue,
                [
                    "and nothing has been decided.",
                    "uden at der er truffet en beslutning.",
                    "zonder dat er een besluit is genomen.",
                ],
            ),
            (
                Kind::EscalationHandedOver,
                [
                    "and now there is nobody to decide.",
                    "og nu er der ingen til at træffe beslutningen.",
                    "en nu is er niemand die dat kan doen.",
                ],
            ),
        ] {
            let mut of_nobody = notice(kind);
            of_nobody.facts.decider = None;
            for (language, expected) in Language::ALL.into_iter().zip(expected) {
                let letter = written_of(&of_nobody, language, Concern::Raised, None);
                let text = letter.text.replace('\n', " ");
                assert!(text.contains(expected), "{text}");
            }
        }
    }

    #[test]
    fn what_the_matter_is_and_why_it_was_decided_so_have_names_of_their_own() {
        let label = |kind, language| {
            let text = written(kind, language, Concern::Raised).text;
            let line = text.lines().find(|line| line.ends_with("the season begins")).unwrap();
            line.split(':').next().unwrap().to_owned()
        };
        let of = |kind| Language::ALL.map(|language| label(kind, language));
        assert_eq!(of(Kind::EscalationRaised), ["Details", "Sagen", "Toelichting"]);
        assert_eq!(of(Kind::EscalationDecided), ["Reason", "Begrundelse", "Reden"]);
    }

    #[test]
    fn what_happens_next_is_said_while_there_is_something_to_do() {
        let said = |kind, next: Option<&str>, due| {
            let mut of = notice(kind);
            of.facts.next = next.map(|next| PersonId::new(next).unwrap());
            of.facts.due = Some(Timestamp(1_796_040_000_000_000)).filter(|_| due);
            let text = written_of(&of, Language::En, Concern::Raised, None).text;
            let line = |start: &str| text.contains(start);
            (line("it goes on to p-bo."), line("it is overdue:"), line("Nobody comes after that."))
        };
        let (next, none) = (Some("p-bo"), (false, false, false));
        assert_eq!(said(Kind::EscalationReminder, next, true), (true, false, false));
        assert_eq!(said(Kind::EscalationHandedOver, None, true), (false, true, false));
        assert_eq!(said(Kind::EscalationOverdue, None, true), (false, false, true));
        assert_eq!(said(Kind::EscalationOverdue, next, true), none, "it has gone on");
        assert_eq!(said(Kind::EscalationRaised, next, false), none, "no time runs");
        assert_eq!(said(Kind::EscalationDecided, next, true), none);
    }

    #[test]
    fn a_letter_says_what_happened_and_what_is_asked() {
        let letter = written(Kind::EscalationRaised, Language::En, Concern::Decides);
        assert_eq!(
            letter.subject,
            "[Webshop & Co] Escalation 7 raised: Which first: <invoices> or returns?"
        );
        assert_eq!(
            letter.text,
            "Escalation 7 raised\nWhich first: <invoices> or returns?\n\n\
             Anna Ågård asks for a decision.\nYou are asked to decide.\n\n\
             Decision:  returns first\n\
             Options:   1. Invoices\n           2. Returns\n\
             Details:   the season begins\n           soon\n\
             Items:     ONLINE-1, OFFLINE-2\n\
             Decider:   p-hanna\n\
             Due:       Monday 30 November 2026, 13:00 CET\n\
             When:      Monday 30 November 2026, 10:13 CET\n\n\
             If nothing is decided by then, it goes on to p-bo.\n\n\
             To see all of it:\n    koepel escalation show webshop/7\n\
             To decide:\n    koepel escalation decide webshop/7 --option 1 --reason \"…\"\n\n\
             -- \nSent by Koepel for Webshop & Co. “koepel alert rules” shows the rules that\napply to you, “koepel alert rule set” changes what you are told.\n"
        );
        assert!(letter.html.contains("Which first: &lt;invoices&gt; or returns?"));
        assert!(letter.html.contains("the season begins<br>soon"));
        assert!(!letter.html.contains("<invoices>"));
    }

    #[test]
    fn each_kind_is_said_in_each_language_without_a_gap() {
        for language in Language::ALL {
            let mut subjects = std::collections::BTreeSet::new();
            for kind in Kind::ALL {
                let letter = written(kind, language, Concern::Domain);
                for text in [&letter.subject, &letter.text, &letter.html] {
                    for gap in ["{by}", "{decider}", "{next}", "{e}", "{d}", "{product}"] {
                        assert!(!text.contains(gap), "{language:?} {kind:?}: {text}");
                    }
                }
                assert!(letter.html.contains(&format!("<html lang=\"{}\">", language.tag())));
                assert!(subjects.insert(letter.subject), "{language:?} {kind:?}");
            }
        }
        let danish = written(Kind::EscalationReminder, Language::Da, Concern::Decides);
        assert!(danish.text.contains("mandag den 30. november 2026 kl. 13.00 (CET)"));
        let dutch = written(Kind::EscalationReminder, Language::Nl, Concern::Decides);
        assert!(dutch.text.contains("maandag 30 november 2026, 13.00 uur (CET)"));
    }

    #[test]
    fn several_notices_are_one_letter_in_each_language() {
        let product = ProductId::new("webshop").unwrap();
        let person = |id: &PersonId| id.to_string();
        let names =
            Names { product: &product, product_name: "Webshop & Co", person: &person, pages: None };
        let zone = TimeZone::get("Europe/Copenhagen").unwrap();
        let written = |language, kinds: &[Kind]| {
            let notices: Vec<Notice> = kinds.iter().map(|kind| notice(*kind)).collect();
            let all: Vec<_> = notices.iter().map(|notice| (notice, Concern::Domain)).collect();
            let reader = Reader { language, zone: &zone, concern: Concern::Asked };
            digest(&all, &reader, &names)
        };
        let two = [Kind::EscalationCommented, Kind::EscalationDecided];
        let letter = written(Language::En, &two);
        assert_eq!(
            letter.subject,
            "[Webshop & Co] 2 alerts: Comment on escalation 7, Escalation 7 decided"
        );
        let (first, second) = letter.text.split_once("\n2. Escalation 7 decided\n").unwrap();
        assert!(first.starts_with("2 alerts\nGathered for you as your rule says, the oldest first.\n\n1. Comment on escalation 7\n"), "{first}");
        assert!(first.contains("Comment:   the season begins\n"), "{first}");
        assert!(second.contains("Decision:  returns first\n"), "{second}");
        assert_eq!(letter.text.matches("Sent by Koepel").count(), 1);
        assert_eq!(letter.text.matches("your domain is involved").count(), 2, "why, of each");
        for language in Language::ALL {
            let letter = written(language, &Kind::ALL);
            assert!(letter.subject.chars().count() < 120, "{}", letter.subject);
            assert_eq!(letter.html.matches("<h2").count(), Kind::ALL.len());
            assert!(letter.html.contains("Which first: &lt;invoices&gt; or returns?"));
            for text in [&letter.subject, &letter.text, &letter.html] {
                for gap in ["{count}", "{by}", "{e}", "{product}"] {
                    assert!(!text.contains(gap), "{language:?}: {text}");
                }
            }
            for line in letter.text.lines() {
                assert!(line.chars().count() <= 76, "{language:?}: {line}");
            }
        }
    }

    #[test]
    fn where_there_is_a_page_the_letter_leads_there() {
        let page = "https://backlog.example.com/{product}/escalations/{escalation}";
        let page = Pages::Escalations(page.to_owned());
        let letter = with_page(Kind::EscalationRaised, Language::En, Concern::Decides, Some(&page));
        let address = "https://backlog.example.com/webshop/escalations/7";
        assert!(letter.text.contains(&format!("Open escalation 7:\n{address}\n")));
        assert!(letter.html.contains(&format!("href=\"{address}\"")));
        assert!(!letter.text.contains("koepel escalation"), "{}", letter.text);
        // The others may not decide, and are not told how.
        let other = written(Kind::EscalationRaised, Language::En, Concern::Domain);
        assert!(!other.text.contains("escalation decide"), "{}", other.text);
    }

    #[test]
    fn a_letter_leads_to_the_page_of_its_escalation_or_decision_in_the_dashboard() {
        let at = Pages::Dashboard("https://koepel.example.com".to_owned());
        let escalation = "https://koepel.example.com/products/webshop/escalations/7";
        let decision = "https://koepel.example.com/products/webshop/decisions/3";
        for (kind, says, address) in [
            (Kind::EscalationRaised, "Open escalation 7", escalation),
            (Kind::EscalationDecided, "Open escalation 7", escalation),
            (Kind::DecisionNotFollowed, "Open decision 3", decision),
        ] {
            let letter = with_page(kind, Language::En, Concern::Decides, Some(&at));
            assert!(letter.text.contains(&format!("{says}:\n{address}\n")), "{}", letter.text);
            assert!(letter.html.contains(&format!("href=\"{address}\"")), "{kind:?}");
        }
        let mut of_nothing = notice(Kind::Test);
        of_nothing.facts.escalation = None;
        let letter = written_of(&of_nothing, Language::En, Concern::Asked, Some(&at));
        assert!(!letter.text.contains("https://"), "{}", letter.text);
    }

    #[test]
    fn no_line_of_the_text_is_long_and_no_subject() {
        for language in Language::ALL {
            for kind in Kind::ALL {
                let letter = written(kind, language, Concern::StandsIn);
                for line in letter.text.lines() {
                    assert!(line.chars().count() <= 76, "{language:?} {kind:?}: {line}");
                }
            }
        }
        let mut long = notice(Kind::EscalationRaised);
        long.facts.title = Line::new(&"ø".repeat(200)).unwrap();
        let product = ProductId::new("webshop").unwrap();
        let person = |id: &PersonId| id.to_string();
        let names =
            Names { product: &product, product_name: "Webshop", person: &person, pages: None };
        let zone = TimeZone::UTC;
        let reader = Reader { language: Language::Da, zone: &zone, concern: Concern::Domain };
        let letter = letter(&long, &reader, &names);
        assert!(letter.subject.chars().count() < 120 && letter.subject.ends_with('…'));
    }
}
