//! The words of a notice in three languages. Each language has all of them: a kind that is new does not compile without.

use jiff::{Zoned, civil::Weekday};
use koepel_domain::outbox::{Concern, Kind};
use serde::{Deserialize, Serialize};

/// A language that people are written to in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Danish.
    Da,
    /// Dutch.
    Nl,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::En, Self::Da, Self::Nl];

    /// As in HTML: `en`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Da => "da",
            Self::Nl => "nl",
        }
    }

    /// By its tag.
    #[must_use]
    pub fn of(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    const fn pick(self, [en, da, nl]: [&'static str; 3]) -> &'static str {
        match self {
            Self::En => en,
            Self::Da => da,
            Self::Nl => nl,
        }
    }
}

/// The head of a notice; `{e}` is the escalation's number, `{d}` the decision's.
pub(crate) fn head(language: Language, kind: Kind) -> &'static str {
    language.pick(match kind {
        Kind::EscalationRaised => {
            ["Escalation {e} raised", "Eskalering {e} rejst", "Escalatie {e} ingediend"]
        }
        Kind::EscalationAcknowledged => {
            ["Escalation {e} seen", "Eskalering {e} set", "Escalatie {e} gezien"]
        }
        Kind::EscalationCommented => [
            "Comment on escalation {e}",
            "Kommentar til eskalering {e}",
            "Reactie op escalatie {e}",
        ],
        Kind::EscalationReminder => {
            ["Reminder: escalation {e}", "Påmindelse: eskalering {e}", "Herinnering: escalatie {e}"]
        }
        Kind::EscalationOverdue => [
            "Overdue: escalation {e}",
            "Frist overskredet: eskalering {e}",
            "Te laat: escalatie {e}",
        ],
        Kind::EscalationHandedOver => [
            "Escalation {e} handed over",
            "Eskalering {e} givet videre",
            "Escalatie {e} doorgegeven",
        ],
        Kind::EscalationDecided => {
            ["Escalation {e} decided", "Eskalering {e} afgjort", "Besluit over escalatie {e}"]
        }
        Kind::EscalationWithdrawn => [
            "Escalation {e} withdrawn",
            "Eskalering {e} trukket tilbage",
            "Escalatie {e} ingetrokken",
        ],
        Kind::EscalationReopened => {
            ["Escalation {e} reopened", "Eskalering {e} genåbnet", "Escalatie {e} heropend"]
        }
        Kind::DecisionNotFollowed => {
            ["Decision {d} not followed", "Beslutning {d} ikke fulgt", "Besluit {d} niet gevolgd"]
        }
        Kind::Test => ["Test alert", "Prøvebesked", "Proefmelding"],
    })
}

/// What happened; `{by}` is who did it, `{decider}` who is to decide now.
pub(crate) fn happened(language: Language, kind: Kind) -> &'static str {
    language.pick(match kind {
        Kind::EscalationRaised => [
            "{by} asks for a decision.",
            "{by} beder om en beslutning.",
            "{by} vraagt om een besluit.",
        ],
        Kind::EscalationAcknowledged => [
            "{by} has seen the escalation.",
            "{by} har set eskaleringen.",
            "{by} heeft de escalatie gezien.",
        ],
        Kind::EscalationCommented => [
            "{by} wrote a comment.",
            "{by} har skrevet en kommentar.",
            "{by} heeft een reactie geschreven.",
        ],
        Kind::EscalationReminder => [
            "The time to decide is nearly over, and {decider} has not decided yet.",
            "Fristen for at beslutte er snart udløbet, og {decider} har endnu ikke besluttet.",
            "De tijd om te besluiten is bijna om, en {decider} heeft nog niet besloten.",
        ],
        Kind::EscalationOverdue => [
            "The time to decide is over, and {decider} has not decided.",
            "Fristen for at beslutte er udløbet, og {decider} har ikke besluttet.",
            "De tijd om te besluiten is om, en {decider} heeft niet besloten.",
        ],
        Kind::EscalationHandedOver => [
            "It was not decided in time. Now {decider} is to decide.",
            "Den blev ikke afgjort i tide. Nu skal {decider} beslutte.",
            "Er is niet op tijd besloten. Nu is het aan {decider}.",
        ],
        Kind::EscalationDecided => [
            "{by} has decided.",
            "{by} har truffet en beslutning.",
            "{by} heeft besloten.",
        ],
        Kind::EscalationWithdrawn => [
            "{by} has withdrawn the escalation.",
            "{by} har trukket eskaleringen tilbage.",
            "{by} heeft de escalatie ingetrokken.",
        ],
        Kind::EscalationReopened => [
            "{by} has reopened the escalation.",
            "{by} har genåbnet eskaleringen.",
            "{by} heeft de escalatie heropend.",
        ],
        Kind::DecisionNotFollowed => [
            "{by} made a change that departs from this decision. That is allowed; you are told so that you can talk about it.",
            "{by} har lavet en ændring, der afviger fra denne beslutning. Det er tilladt; du får det at vide, så I kan tale om det.",
            "{by} heeft iets gewijzigd dat van dit besluit afwijkt. Dat mag; je hoort het zodat jullie erover kunnen praten.",
        ],
        Kind::Test => [
            "This is a test. If you can read it, alerts reach you this way.",
            "Dette er en prøve. Kan du læse den, når beskeder dig ad denne vej.",
            "Dit is een proef. Als je dit leest, bereiken meldingen je langs deze weg.",
        ],
    })
}

/// Why somebody is told.
pub(crate) fn concern(language: Language, concern: Concern) -> &'static str {
    language.pick(match concern {
        Concern::Decides => [
            "You are asked to decide.",
            "Du bliver bedt om at beslutte.",
            "Jou wordt gevraagd te besluiten.",
        ],
        Concern::StandsIn => [
            "You are told as the deputy of whoever is to decide.",
            "Du får det at vide som stedfortræder for den, der skal beslutte.",
            "Je hoort dit als vervanger van wie moet besluiten.",
        ],
        Concern::Raised => [
            "You are told because you raised it.",
            "Du får det at vide, fordi du har rejst den.",
            "Je hoort dit omdat jij de escalatie hebt ingediend.",
        ],
        Concern::Domain => [
            "You are told because your domain is involved.",
            "Du får det at vide, fordi dit område er berørt.",
            "Je hoort dit omdat jouw deelgebied erbij betrokken is.",
        ],
        Concern::Line => [
            "You are told because you are in the line of those who decide.",
            "Du får det at vide, fordi du er i rækken af dem, der beslutter.",
            "Je hoort dit omdat je in de rij staat van wie besluit.",
        ],
        Concern::Asked => [
            "You are told because you asked for it.",
            "Du får det at vide, fordi du har bedt om det.",
            "Je hoort dit omdat je erom hebt gevraagd.",
        ],
    })
}

/// A name of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    About,
    Items,
    Decides,
    Until,
    Decided,
    Reason,
    Comment,
    When,
}

pub(crate) fn label(language: Language, label: Label) -> &'static str {
    language.pick(match label {
        Label::About => ["About", "Om", "Over"],
        Label::Items => ["Items", "Punkter", "Items"],
        Label::Decides => ["To decide", "Skal beslutte", "Moet besluiten"],
        Label::Until => ["Until", "Senest", "Uiterlijk"],
        Label::Decided => ["Decision", "Beslutning", "Besluit"],
        Label::Reason => ["Reason", "Begrundelse", "Reden"],
        Label::Comment => ["Comment", "Kommentar", "Reactie"],
        Label::When => ["When", "Hvornår", "Wanneer"],
    })
}

/// Somebody whose name is not known, or the service itself, at the beginning of a sentence or within one.
pub(crate) fn somebody(language: Language, first: bool) -> &'static str {
    if first {
        language.pick(["Somebody", "Nogen", "Iemand"])
    } else {
        language.pick(["nobody yet", "ingen endnu", "nog niemand"])
    }
}

/// The last line; `{product}` is the product's name.
pub(crate) fn foot(language: Language) -> &'static str {
    language.pick([
        "Sent by Koepel for {product}. “koepel alert rules” shows what you are told, and how to change it.",
        "Sendt af Koepel for {product}. “koepel alert rules” viser, hvad du får at vide, og hvordan du ændrer det.",
        "Verstuurd door Koepel voor {product}. “koepel alert rules” laat zien wat je te horen krijgt, en hoe je dat wijzigt.",
    ])
}

/// A moment: "Tuesday 1 December 2026, 14:00 CET".
pub(crate) fn moment(language: Language, at: &Zoned) -> String {
    let day = language.pick(match at.weekday() {
        Weekday::Monday => ["Monday", "mandag", "maandag"],
        Weekday::Tuesday => ["Tuesday", "tirsdag", "dinsdag"],
        Weekday::Wednesday => ["Wednesday", "onsdag", "woensdag"],
        Weekday::Thursday => ["Thursday", "torsdag", "donderdag"],
        Weekday::Friday => ["Friday", "fredag", "vrijdag"],
        Weekday::Saturday => ["Saturday", "lørdag", "zaterdag"],
        Weekday::Sunday => ["Sunday", "søndag", "zondag"],
    });
    let month = language.pick(match at.month() {
        1 => ["January", "januar", "januari"],
        2 => ["February", "februar", "februari"],
        3 => ["March", "marts", "maart"],
        4 => ["April", "april", "april"],
        5 => ["May", "maj", "mei"],
        6 => ["June", "juni", "juni"],
        7 => ["July", "juli", "juli"],
        8 => ["August", "august", "augustus"],
        9 => ["September", "september", "september"],
        10 => ["October", "oktober", "oktober"],
        11 => ["November", "november", "november"],
        _ => ["December", "december", "december"],
    });
    let (date, year) = (at.day(), at.year());
    let clock = at.strftime("%H:%M %Z");
    match language {
        Language::En => format!("{day} {date} {month} {year}, {clock}"),
        Language::Da => format!("{day} den {date}. {month} {year} kl. {clock}"),
        Language::Nl => format!("{day} {date} {month} {year}, {clock}"),
    }
}
