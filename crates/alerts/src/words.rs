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
            ["Escalation {e} raised", "Eskalering {e} er rejst", "Escalatie {e} ingediend"]
        }
        Kind::EscalationAcknowledged => {
            ["Escalation {e} seen", "Eskalering {e} er set", "Escalatie {e} gezien"]
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
            "Fristen er overskredet: eskalering {e}",
            "Termijn verstreken: escalatie {e}",
        ],
        Kind::EscalationHandedOver => [
            "Escalation {e} handed over",
            "Eskalering {e} er givet videre",
            "Escalatie {e} doorgegeven",
        ],
        Kind::EscalationDecided => {
            ["Escalation {e} decided", "Eskalering {e} er afgjort", "Besluit over escalatie {e}"]
        }
        Kind::EscalationWithdrawn => [
            "Escalation {e} withdrawn",
            "Eskalering {e} er trukket tilbage",
            "Escalatie {e} ingetrokken",
        ],
        Kind::EscalationReopened => {
            ["Escalation {e} reopened", "Eskalering {e} er genåbnet", "Escalatie {e} heropend"]
        }
        Kind::DecisionNotFollowed => [
            "Decision {d} not followed",
            "Beslutning {d} er ikke fulgt",
            "Besluit {d} niet gevolgd",
        ],
        Kind::Test => ["Test alert", "Testbesked", "Testmelding"],
    })
}

/// What happened; `{by}` is who did it, `{decider}` who is to decide now, `{passed}` who let their time pass.
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
            "Half of the time to decide has passed, and {decider} has not decided yet.",
            "Halvdelen af tiden er gået, og {decider} har endnu ikke truffet en beslutning.",
            "De helft van de tijd is om en {decider} heeft nog niet besloten.",
        ],
        Kind::EscalationOverdue => [
            "The time to decide is over, and {passed} has not decided.",
            "Fristen er udløbet, uden at {passed} har truffet en beslutning.",
            "De termijn is verstreken en {passed} heeft niet besloten.",
        ],
        Kind::EscalationHandedOver => [
            "{passed} did not decide in time. It is up to {decider} now.",
            "{passed} har ikke truffet en beslutning inden fristen. Nu er det op til {decider}.",
            "{passed} heeft niet op tijd besloten. Nu is {decider} aan zet.",
        ],
        Kind::EscalationDecided => [
            "{by} has decided.",
            "{by} har truffet en beslutning.",
            "{by} heeft een besluit genomen.",
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
            "{by} har foretaget en ændring, der afviger fra denne beslutning. Det er tilladt; du får besked, så I kan tale om det.",
            "{by} heeft iets gewijzigd dat van dit besluit afwijkt. Dat mag; je hoort het zodat jullie erover kunnen praten.",
        ],
        Kind::Test => [
            "This is a test. If you can read it, alerts reach you this way.",
            "Dette er en test. Kan du læse den, når beskeder frem til dig ad denne vej.",
            "Dit is een test. Als je dit leest, bereiken meldingen je langs deze weg.",
        ],
    })
}

/// What happens if nothing is done: while time runs, `{next}` comes after `{decider}`, or nobody does; at the end of the line it
/// stays with `{decider}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Otherwise {
    GoesOn,
    IsOverdue,
    Stays,
}

pub(crate) fn otherwise(language: Language, otherwise: Otherwise) -> &'static str {
    language.pick(match otherwise {
        Otherwise::GoesOn => [
            "If nothing is decided by then, it goes on to {next}.",
            "Bliver der ikke truffet en beslutning inden da, går eskaleringen videre til {next}.",
            "Is er dan nog niet besloten, dan gaat de escalatie door naar {next}.",
        ],
        Otherwise::IsOverdue => [
            "If nothing is decided by then, it is overdue: everyone involved is told, and it stays with {decider}.",
            "Bliver der ikke truffet en beslutning inden da, er fristen overskredet: Alle involverede får besked, og beslutningen ligger fortsat hos {decider}.",
            "Is er dan nog niet besloten, dan is de termijn verstreken: alle betrokkenen krijgen bericht en de beslissing blijft bij {decider}.",
        ],
        Otherwise::Stays => [
            "Nobody comes after that. It stays open until {decider} decides.",
            "Der er ikke flere at sende den videre til. Eskaleringen forbliver åben, indtil {decider} træffer en beslutning.",
            "Er is niemand meer om het aan door te geven. De escalatie blijft open tot {decider} besluit.",
        ],
    })
}

/// Why somebody is told.
pub(crate) fn concern(language: Language, concern: Concern) -> &'static str {
    language.pick(match concern {
        Concern::Decides => [
            "You are asked to decide.",
            "Du bliver bedt om at træffe beslutningen.",
            "Jou wordt gevraagd te besluiten.",
        ],
        Concern::StandsIn => [
            "You are told as the deputy of whoever is to decide.",
            "Du får besked som stedfortræder for den, der skal træffe beslutningen.",
            "Je hoort dit als vervanger van degene die moet besluiten.",
        ],
        Concern::Raised => [
            "You are told because you raised it.",
            "Du får besked, fordi du har rejst eskaleringen.",
            "Je hoort dit omdat jij de escalatie hebt ingediend.",
        ],
        Concern::Domain => [
            "You are told because your domain is involved.",
            "Du får besked, fordi dit område er berørt.",
            "Je hoort dit omdat jouw domein erbij betrokken is.",
        ],
        Concern::Line => [
            "You are told because you are one of those who decide.",
            "Du får besked, fordi du er en af dem, der træffer beslutningen.",
            "Je hoort dit omdat je een van de beslissers bent.",
        ],
        Concern::Asked => [
            "You are told because you asked for it.",
            "Du får besked, fordi du har bedt om det.",
            "Je hoort dit omdat je erom hebt gevraagd.",
        ],
    })
}

/// A name of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    Background,
    Items,
    Options,
    Decides,
    Until,
    Decided,
    Reason,
    Comment,
    When,
}

pub(crate) fn label(language: Language, label: Label) -> &'static str {
    language.pick(match label {
        Label::Background => ["Background", "Baggrund", "Toelichting"],
        Label::Items => ["Items", "Punkter", "Items"],
        Label::Options => ["Options", "Muligheder", "Opties"],
        Label::Decides => ["Decider", "Beslutter", "Beslisser"],
        Label::Until => ["Due", "Frist", "Uiterlijk"],
        Label::Decided => ["Decision", "Beslutning", "Besluit"],
        Label::Reason => ["Reason", "Begrundelse", "Reden"],
        Label::Comment => ["Comment", "Kommentar", "Reactie"],
        Label::When => ["When", "Tidspunkt", "Tijdstip"],
    })
}

/// What to do next; `{e}` is the escalation's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// On the button.
    Open,
    /// Before a command.
    Show,
    /// Before a command.
    Decide,
}

pub(crate) fn step(language: Language, step: Step) -> &'static str {
    language.pick(match step {
        Step::Open => ["Open escalation {e}", "Åbn eskalering {e}", "Escalatie {e} openen"],
        Step::Show => ["To see all of it:", "Se det hele:", "Alles bekijken:"],
        Step::Decide => ["To decide:", "Træf beslutningen:", "Besluiten:"],
    })
}

/// Somebody whose name is not known, or the service itself, at the beginning of a sentence or within one.
pub(crate) fn somebody(language: Language, first: bool) -> &'static str {
    if first {
        language.pick(["Somebody", "Nogen", "Iemand"])
    } else {
        language.pick(["somebody", "nogen", "iemand"])
    }
}

/// The last lines; `{product}` is the product's name, `{rules}` the command that shows what one is told.
pub(crate) fn foot(language: Language) -> &'static str {
    language.pick([
        "Sent by Koepel for {product}. What you are told, and how to change it: {rules}",
        "Sendt af Koepel for {product}. Hvad du får besked om, og hvordan du ændrer det: {rules}",
        "Verstuurd door Koepel voor {product}. Wat je te horen krijgt, en hoe je dat wijzigt: {rules}",
    ])
}

/// A moment: "Tuesday 1 December 2026, 14:00 CET"; "tirsdag den 1. december 2026 kl. 14.00 (CET)".
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
    // As each writes it: Danish and Dutch have a full stop between hours and minutes.
    let (hour, minute, zone) = (at.strftime("%H"), at.strftime("%M"), at.strftime("%Z"));
    match language {
        Language::En => format!("{day} {date} {month} {year}, {hour}:{minute} {zone}"),
        Language::Da => format!("{day} den {date}. {month} {year} kl. {hour}.{minute} ({zone})"),
        Language::Nl => format!("{day} {date} {month} {year}, {hour}.{minute} uur ({zone})"),
    }
}
