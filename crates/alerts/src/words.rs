//! The words of a notice in three languages. Each language has all of them: a kind that is new does not compile without.

use jiff::{Zoned, civil::Weekday};
use koepel_domain::{
    language::Language,
    outbox::{Concern, Kind},
};

/// The head of a notice; `{e}` is the escalation's number, `{d}` the decision's.
pub(crate) fn head(language: Language, kind: Kind) -> &'static str {
    language.pick(match kind {
        Kind::EscalationRaised => {
            ["Escalation {e} raised", "Eskalering {e} rejst", "Escalatie {e} ingediend"]
        }
        Kind::EscalationAcknowledged => [
            "Escalation {e} taken up",
            "Eskalering {e} under behandling",
            "Escalatie {e} in behandeling",
        ],
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
            "Termijn verstreken: escalatie {e}",
        ],
        Kind::EscalationHandedOver => [
            "Escalation {e} handed over",
            "Eskalering {e} sendt videre",
            "Escalatie {e} overgedragen",
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
        Kind::Test => ["Test alert", "Testbesked", "Testmelding"],
    })
}

/// What happened; `{by}` is who did it, `{decider}` who is to decide: there need be nobody (`decided_by_somebody`), and then the
/// sentence is another one.
pub(crate) fn happened(language: Language, kind: Kind, decided_by_somebody: bool) -> &'static str {
    language.pick(match kind {
        Kind::EscalationRaised => [
            "{by} asks for a decision.",
            "{by} beder om en beslutning.",
            "{by} vraagt om een besluit.",
        ],
        Kind::EscalationAcknowledged => [
            "{by} is on it.",
            "{by} tager sig af den.",
            "{by} is ermee bezig.",
        ],
        Kind::EscalationCommented => [
            "{by} wrote a comment.",
            "{by} har skrevet en kommentar.",
            "{by} heeft een reactie geplaatst.",
        ],
        Kind::EscalationReminder if decided_by_somebody => [
            "Half of the time to decide has passed, and {decider} has not decided yet.",
            "Halvdelen af fristen er gået, og {decider} har endnu ikke truffet en beslutning.",
            "De helft van de beslistermijn is verstreken en {decider} heeft nog geen besluit genomen.",
        ],
        Kind::EscalationReminder => [
            "Half of the time to decide has passed, and there is nobody to decide.",
            "Halvdelen af fristen er gået, og der er ingen til at træffe beslutningen.",
            "De helft van de beslistermijn is verstreken en er is niemand die het besluit kan nemen.",
        ],
        Kind::EscalationOverdue if decided_by_somebody => [
            "The time to decide is over, and {decider} has not decided.",
            "Fristen er udløbet, uden at {decider} har truffet en beslutning.",
            "De beslistermijn is verstreken en {decider} heeft geen besluit genomen.",
        ],
        Kind::EscalationOverdue => [
            "The time to decide is over, and nothing has been decided.",
            "Fristen er udløbet, uden at der er truffet en beslutning.",
            "De beslistermijn is verstreken zonder dat er een besluit is genomen.",
        ],
        Kind::EscalationHandedOver if decided_by_somebody => [
            "It was not decided in time. Now it is for {decider} to decide.",
            "Den blev ikke afgjort i tide. Nu skal {decider} træffe beslutningen.",
            "Er is niet op tijd een besluit genomen. Nu is {decider} aan zet.",
        ],
        Kind::EscalationHandedOver => [
            "It was not decided in time, and now there is nobody to decide.",
            "Den blev ikke afgjort i tide, og nu er der ingen til at træffe beslutningen.",
            "Er is niet op tijd een besluit genomen, en nu is er niemand die dat kan doen.",
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
            "{by} heeft iets gewijzigd dat van dit besluit afwijkt. Dat mag; je krijgt bericht zodat jullie het erover kunnen hebben.",
        ],
        Kind::Test => [
            "This is a test. If you can read it, alerts reach you this way.",
            "Dette er en test. Hvis du kan læse den, når beskeder frem til dig ad denne vej.",
            "Dit is een test. Als je dit leest, komen meldingen langs deze weg bij je aan.",
        ],
    })
}

/// What happens if nothing is done: while time runs, `{next}` comes after whoever is to decide, or nobody does; at the end of the
/// line it stays with `{decider}`.
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
            "Is er dan nog geen besluit genomen, dan gaat de escalatie door naar {next}.",
        ],
        Otherwise::IsOverdue => [
            "If nothing is decided by then, it is overdue: everyone involved is told, and it stays with {decider}.",
            "Bliver der ikke truffet en beslutning inden da, er fristen overskredet: Alle involverede får besked, og beslutningen ligger fortsat hos {decider}.",
            "Is er dan nog geen besluit genomen, dan is de termijn verstreken: alle betrokkenen krijgen bericht en het besluit blijft aan {decider}.",
        ],
        Otherwise::Stays => [
            "Nobody comes after that. It stays open until {decider} decides.",
            "Der er ikke flere at sende den videre til. Eskaleringen forbliver åben, indtil {decider} træffer en beslutning.",
            "Er is niemand meer om de escalatie aan over te dragen. Ze blijft open tot {decider} een besluit neemt.",
        ],
    })
}

/// Why somebody is told.
pub(crate) fn concern(language: Language, concern: Concern) -> &'static str {
    language.pick(match concern {
        Concern::Decides => [
            "You are asked to decide.",
            "Du bliver bedt om at træffe beslutningen.",
            "Je wordt gevraagd een besluit te nemen.",
        ],
        Concern::StandsIn => [
            "You are told as the deputy of the one who is to decide.",
            "Du får besked som stedfortræder for den, der skal træffe beslutningen.",
            "Je krijgt dit bericht als vervanger van degene die moet besluiten.",
        ],
        Concern::Raised => [
            "You are told because you raised it.",
            "Du får besked, fordi du har rejst eskaleringen.",
            "Je krijgt dit bericht omdat jij de escalatie hebt ingediend.",
        ],
        Concern::Domain => [
            "You are told because your domain is involved.",
            "Du får besked, fordi dit leveranceområde er berørt.",
            "Je krijgt dit bericht omdat jouw deelgebied erbij betrokken is.",
        ],
        Concern::Line => [
            "You are told because you are one of those who decide.",
            "Du får besked, fordi du er en af beslutningstagerne.",
            "Je krijgt dit bericht omdat je een van de beslissers bent.",
        ],
        Concern::Asked => [
            "You are told because an alert rule says so.",
            "Du får besked på grund af en beskedregel.",
            "Je krijgt dit bericht vanwege een meldingsregel.",
        ],
    })
}

/// A name of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    Items,
    Options,
    Decides,
    Until,
    Decided,
    /// What the matter is, in the words of whoever raised it.
    Details,
    Reason,
    Comment,
    When,
}

pub(crate) fn label(language: Language, label: Label) -> &'static str {
    language.pick(match label {
        Label::Items => ["Items", "Emner", "Items"],
        Label::Options => ["Options", "Muligheder", "Opties"],
        Label::Decides => ["Decider", "Beslutningstager", "Beslisser"],
        Label::Until => ["Due", "Frist", "Uiterlijk"],
        Label::Decided => ["Decision", "Beslutning", "Besluit"],
        Label::Details => ["Details", "Sagen", "Toelichting"],
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
    /// Open the page of the decision.
    OpenDecision,
    /// Before a command.
    Show,
    /// Before a command.
    Decide,
}

pub(crate) fn step(language: Language, step: Step) -> &'static str {
    language.pick(match step {
        Step::Open => ["Open escalation {e}", "Åbn eskalering {e}", "Escalatie {e} openen"],
        Step::OpenDecision => ["Open decision {d}", "Åbn beslutning {d}", "Besluit {d} openen"],
        Step::Show => ["To see all of it:", "Se det hele:", "Alles bekijken:"],
        Step::Decide => ["To decide:", "Træf beslutningen:", "Besluit nemen:"],
    })
}

/// Somebody whose name is not known, at the beginning of a sentence.
pub(crate) fn somebody(language: Language) -> &'static str {
    language.pick(["Somebody", "Nogen", "Iemand"])
}

/// The last line; `{product}` is the product's name.
pub(crate) fn foot(language: Language) -> &'static str {
    language.pick([
        "Sent by Koepel for {product}. “koepel alert rules” shows the rules that apply to you, “koepel alert rule set” changes what you are told.",
        "Sendt af Koepel for {product}. »koepel alert rules« viser de regler, der gælder for dig; »koepel alert rule set« ændrer, hvad du får besked om.",
        "Verstuurd door Koepel voor {product}. “koepel alert rules” toont de regels die voor jou gelden; met “koepel alert rule set” wijzig je waarover je bericht krijgt.",
    ])
}

/// The head of a letter of several notices; `{count}` is how many.
pub(crate) fn digest_head(language: Language) -> &'static str {
    language.pick(["{count} alerts", "{count} beskeder", "{count} meldingen"])
}

/// What a letter of several notices is.
pub(crate) fn digest_intro(language: Language) -> &'static str {
    language.pick([
        "Gathered for you as your rule says, the oldest first.",
        "Samlet til dig, som din regel siger, det ældste først.",
        "Voor je verzameld zoals je regel aangeeft, het oudste eerst.",
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
    let month = language.month(at.month().unsigned_abs());
    let (date, year) = (at.day(), at.year());
    // As each writes it: Danish and Dutch have a full stop between hours and minutes.
    let (hour, minute, zone) = (at.strftime("%H"), at.strftime("%M"), at.strftime("%Z"));
    match language {
        Language::En => format!("{day} {date} {month} {year}, {hour}:{minute} {zone}"),
        Language::Da => format!("{day} den {date}. {month} {year} kl. {hour}.{minute} ({zone})"),
        Language::Nl => format!("{day} {date} {month} {year}, {hour}.{minute} uur ({zone})"),
    }
}
