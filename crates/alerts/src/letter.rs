//! A notice as people read it: a subject, and the same words as text and as HTML.

use jiff::{Timestamp as Moment, tz::TimeZone};
use koepel_domain::{
    ids::{PersonId, Timestamp},
    outbox::{Concern, Kind, Notice},
};

use crate::{
    Names,
    words::{self, Label, Language},
};

/// A notice in somebody's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line: `[Webshop] Escalation 7 raised: Which comes first?`.
    pub subject: String,
    /// Lines of at most some 80 characters, but for what people wrote.
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

/// What a notice says, piece by piece.
struct Pieces {
    head: String,
    happened: String,
    concern: &'static str,
    facts: Vec<(&'static str, String)>,
    foot: String,
}

/// Writes a letter.
#[must_use]
pub fn letter(notice: &Notice, reader: &Reader<'_>, names: &Names<'_>) -> Letter {
    let pieces = pieces(notice, reader, names);
    let title = notice.facts.title.as_str();
    let about = if title.is_empty() { String::new() } else { format!(": {title}") };
    let subject = format!("[{}] {}{about}", names.product_name, pieces.head);
    Letter { subject, text: text(&pieces), html: html(&pieces, reader.language) }
}

/// The first lines of a letter, for a chat.
#[must_use]
pub fn short(notice: &Notice, reader: &Reader<'_>, names: &Names<'_>) -> String {
    let pieces = pieces(notice, reader, names);
    let mut lines = vec![format!("{}: {}", names.product_name, pieces.head), pieces.happened];
    lines.extend(pieces.facts.into_iter().map(|(label, value)| format!("{label}: {value}")));
    lines.join("\n")
}

fn pieces(notice: &Notice, reader: &Reader<'_>, names: &Names<'_>) -> Pieces {
    let (language, facts) = (reader.language, &notice.facts);
    let number = |number: Option<u32>| number.map_or_else(String::new, |no| no.to_string());
    let name = |person: &PersonId| (names.person)(person);
    let head = words::head(language, notice.kind)
        .replace("{e}", &number(facts.escalation))
        .replace("{d}", &number(facts.decision));
    let by = facts.by.as_ref().map_or_else(|| words::somebody(language).to_owned(), name);
    let decider = facts.decider.as_ref().map(name);
    let happened = words::happened(language, notice.kind, decider.is_some())
        .replace("{by}", &by)
        .replace("{decider}", decider.as_deref().unwrap_or_default());
    let mut rows: Vec<(Label, String)> = Vec::new();
    if !facts.title.is_empty() {
        rows.push((Label::About, facts.title.to_string()));
    }
    if !facts.items.is_empty() {
        let keys: Vec<String> = facts.items.iter().map(ToString::to_string).collect();
        rows.push((Label::Items, keys.join(", ")));
    }
    if let Some(decider) = decider {
        rows.push((Label::Decides, decider));
    }
    if let Some(due) = facts.due {
        rows.push((Label::Until, moment(due, reader)));
    }
    if !facts.outcome.is_empty() {
        rows.push((Label::Decided, facts.outcome.to_string()));
    }
    if !facts.said.is_empty() {
        rows.push((said_label(notice.kind), facts.said.to_string()));
    }
    rows.push((Label::When, moment(notice.time, reader)));
    let concern = words::concern(language, reader.concern);
    Pieces {
        head,
        happened,
        // A test concerns nobody but whoever asked for it, and says so itself.
        concern: if notice.kind == Kind::Test { "" } else { concern },
        facts: rows
            .into_iter()
            .map(|(label, value)| (words::label(language, label), value))
            .collect(),
        foot: words::foot(language).replace("{product}", names.product_name),
    }
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

fn text(pieces: &Pieces) -> String {
    let mut text = format!("{}\n\n{}\n", pieces.head, pieces.happened);
    if !pieces.concern.is_empty() {
        text.push_str(&format!("{}\n", pieces.concern));
    }
    text.push('\n');
    let widest =
        pieces.facts.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default();
    for (label, value) in &pieces.facts {
        let indent = format!("\n{}", " ".repeat(widest + 2));
        let pad = " ".repeat(widest - label.chars().count());
        let value = value.replace("\r\n", "\n").replace('\n', &indent);
        text.push_str(&format!("{label}:{pad} {value}\n"));
    }
    text.push_str(&format!("\n-- \n{}\n", pieces.foot));
    text
}

fn html(pieces: &Pieces, language: Language) -> String {
    let mut rows = String::new();
    for (label, value) in &pieces.facts {
        let value = escape(value).replace("\r\n", "\n").replace('\n', "<br>");
        rows.push_str(&format!(
            "<tr><th scope=\"row\" style=\"text-align:left;vertical-align:top;padding:4px 16px 4px 0;font-weight:600;white-space:nowrap\">{}</th><td style=\"padding:4px 0\">{value}</td></tr>\n",
            escape(label)
        ));
    }
    let concern = if pieces.concern.is_empty() {
        String::new()
    } else {
        format!("<p style=\"margin:0 0 16px\"><strong>{}</strong></p>\n", escape(pieces.concern))
    };
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{head}</title></head>\n<body style=\"margin:0;padding:24px;background:#ffffff;color:#1b1b1b;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif\">\n<div style=\"max-width:600px\">\n<h1 style=\"margin:0 0 12px;font-size:20px;line-height:1.3\">{head}</h1>\n<p style=\"margin:0 0 8px\">{}</p>\n{concern}<table style=\"border-collapse:collapse;margin:8px 0 24px\">\n{rows}</table>\n<p style=\"margin:0;border-top:1px solid #d0d0d0;padding-top:12px;color:#555555;font-size:14px\">{}</p>\n</div>\n</body>\n</html>\n",
        language.tag(),
        escape(&pieces.happened),
        escape(&pieces.foot),
        head = escape(&pieces.head),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
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
        written_of(&notice(kind), language, concern)
    }

    fn written_of(notice: &Notice, language: Language, concern: Concern) -> Letter {
        let product = ProductId::new("webshop").unwrap();
        let person = |id: &PersonId| match id.as_str() {
            "p-anna" => "Anna Ågård".to_owned(),
            other => other.to_owned(),
        };
        let names = Names { product: &product, product_name: "Webshop & Co", person: &person };
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
                let letter = written_of(&of_nobody, language, Concern::Raised);
                assert!(letter.text.contains(expected), "{}", letter.text);
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
    fn a_letter_says_what_happened_and_what_is_asked() {
        let letter = written(Kind::EscalationRaised, Language::En, Concern::Decides);
        assert_eq!(
            letter.subject,
            "[Webshop & Co] Escalation 7 raised: Which first: <invoices> or returns?"
        );
        assert_eq!(
            letter.text,
            "Escalation 7 raised\n\nAnna Ågård asks for a decision.\nYou are asked to decide.\n\n\
             About:    Which first: <invoices> or returns?\n\
             Items:    ONLINE-1, OFFLINE-2\n\
             Decider:  p-hanna\n\
             Due:      Monday 30 November 2026, 13:00 CET\n\
             Decision: returns first\n\
             Details:  the season begins\n          soon\n\
             When:     Monday 30 November 2026, 10:13 CET\n\n\
             -- \nSent by Koepel for Webshop & Co. “koepel alert rules” shows the rules that apply to you, “koepel alert rule set” changes what you are told.\n"
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
                    for gap in ["{by}", "{decider}", "{e}", "{d}", "{product}"] {
                        assert!(!text.contains(gap), "{language:?} {kind:?}: {text}");
                    }
                }
                assert!(letter.html.contains(&format!("<html lang=\"{}\">", language.tag())));
                assert!(subjects.insert(letter.subject), "{language:?} {kind:?}");
            }
        }
        let danish = written(Kind::EscalationReminder, Language::Da, Concern::Decides);
        assert!(danish.text.contains("mandag den 30. november 2026 kl. 13.00 CET"));
        let dutch = written(Kind::EscalationReminder, Language::Nl, Concern::Decides);
        assert!(dutch.text.contains("maandag 30 november 2026, 13:00 CET"));
    }
}
