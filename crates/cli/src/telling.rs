//! What stands between the server's sentences when they are told in another language than English. All else that this program
//! says is English, whatever is asked for. Knows no server.

use koepel_api::v1::DifferenceKind;
use koepel_domain::language::Language;

/// A sentence with its reason.
pub(crate) fn because(language: Language, sentence: &str, reason: &str) -> String {
    let word = match language {
        Language::En => "because",
        Language::Da => "begrundelse",
        Language::Nl => "reden",
    };
    if reason.is_empty() { sentence.to_owned() } else { format!("{sentence}, {word}: {reason}") }
}

/// The reason as a sentence of its own.
pub(crate) fn reason(language: Language, text: &str) -> String {
    let text = text.trim_end_matches('.');
    match language {
        Language::En => format!("Reason: “{text}”."),
        Language::Da => format!("Begrundelse: »{text}«."),
        Language::Nl => format!("Reden: “{text}”."),
    }
}

/// What stands above the steps of an explanation.
pub(crate) fn how_it_came(language: Language) -> &'static str {
    match language {
        Language::En => "How it came there, the latest first:",
        Language::Da => "Sådan kom det dertil, det seneste først:",
        Language::Nl => "Zo is het daar gekomen, het laatste eerst:",
    }
}

/// A point of time at one end of a comparison, and the version that it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    Now,
    Version,
    /// As people read it.
    Time(String),
    LastSync,
    /// By its id.
    Sync(String),
}

/// A moment, with its version.
pub(crate) fn moment(language: Language, moment: &Moment, version: u64) -> String {
    let word = match language {
        Language::Nl => "versie",
        Language::En | Language::Da => "version",
    };
    let what = match (moment, language) {
        (Moment::Version, _) => return format!("{word} {version}"),
        (Moment::Now, Language::En) => "now".to_owned(),
        (Moment::Now, Language::Da | Language::Nl) => "nu".to_owned(),
        (Moment::Time(time), _) => time.clone(),
        (Moment::LastSync, Language::En) => "the last sync".to_owned(),
        (Moment::LastSync, Language::Da) => "den seneste synk".to_owned(),
        (Moment::LastSync, Language::Nl) => "de laatste sync".to_owned(),
        (Moment::Sync(id), Language::En | Language::Nl) => format!("sync {id}"),
        (Moment::Sync(id), Language::Da) => format!("synk {id}"),
    };
    format!("{what} ({word} {version})")
}

/// How many differences there are between two moments.
pub(crate) fn differences(
    language: Language,
    product: &str,
    (from, to): (&str, &str),
    total: u32,
) -> String {
    let one = total == 1;
    let pick = |one_word, many| if one { one_word } else { many };
    match language {
        Language::En if total == 0 => {
            format!("Nothing is different in {product} from {from} to {to}.")
        }
        Language::Da if total == 0 => format!("Intet er ændret i {product} fra {from} til {to}."),
        Language::Nl if total == 0 => {
            format!("In {product} is niets veranderd van {from} tot {to}.")
        }
        Language::En => {
            let what = pick("difference", "differences");
            format!("{product} from {from} to {to}: {total} {what}")
        }
        Language::Da => {
            let what = pick("forskel", "forskelle");
            format!("{product} fra {from} til {to}: {total} {what}")
        }
        Language::Nl => {
            let what = pick("verschil", "verschillen");
            format!("{product} van {from} tot {to}: {total} {what}")
        }
    }
}

/// Which differences stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Group<'a> {
    Across,
    Product,
    /// By its id.
    Within(&'a str),
}

/// What stands above differences that stand together.
pub(crate) fn heading(language: Language, group: &Group<'_>) -> String {
    match (group, language) {
        (Group::Across, Language::En) => "Across domains".to_owned(),
        (Group::Across, Language::Da) => "På tværs af leveranceområder".to_owned(),
        (Group::Across, Language::Nl) => "Over deelgebieden heen".to_owned(),
        (Group::Product, Language::En) => "The product".to_owned(),
        (Group::Product, Language::Da) => "Produktet".to_owned(),
        (Group::Product, Language::Nl) => "Het product".to_owned(),
        (Group::Within(domain), Language::En) => format!("Within {domain}"),
        (Group::Within(domain), Language::Da) => format!("Inden for {domain}"),
        (Group::Within(domain), Language::Nl) => format!("Binnen {domain}"),
    }
}

/// How many plans were put off: `66 plans put off`.
pub(crate) fn put_off(language: Language, count: u32) -> String {
    counted(
        count,
        match language {
            Language::En => ["plan put off", "plans put off"],
            Language::Da => ["plan udskudt", "planer udskudt"],
            Language::Nl => ["plan uitgesteld", "plannen uitgesteld"],
        },
    )
}

/// How many differences of a kind there are: `12 items came`.
pub(crate) fn of_kind(language: Language, kind: DifferenceKind, count: u32) -> String {
    let words = match language {
        Language::En => of_kind_en(kind),
        Language::Da => of_kind_da(kind),
        Language::Nl => of_kind_nl(kind),
    };
    counted(count, words)
}

fn of_kind_en(kind: DifferenceKind) -> [&'static str; 2] {
    match kind {
        DifferenceKind::Purpose => ["change of purpose", "changes of purpose"],
        DifferenceKind::People => ["change of people", "changes of people"],
        DifferenceKind::Roadmap => ["other change of plans", "other changes of plans"],
        DifferenceKind::Order => ["item moved", "items moved"],
        DifferenceKind::Arrival => ["item came", "items came"],
        DifferenceKind::Departure => ["item left", "items left"],
        DifferenceKind::Request => ["change of requests", "changes of requests"],
        DifferenceKind::Fields => ["item changed", "items changed"],
        DifferenceKind::Unspecified => ["other", "others"],
    }
}

fn of_kind_da(kind: DifferenceKind) -> [&'static str; 2] {
    match kind {
        DifferenceKind::Purpose => ["ændring af vision og mål", "ændringer af vision og mål"],
        DifferenceKind::People => {
            ["ændring af personer og områder", "ændringer af personer og områder"]
        }
        DifferenceKind::Roadmap => ["anden planændring", "andre planændringer"],
        DifferenceKind::Order => ["emne flyttet", "emner flyttet"],
        DifferenceKind::Arrival => ["emne kom til", "emner kom til"],
        DifferenceKind::Departure => ["emne udgik", "emner udgik"],
        DifferenceKind::Request => ["ændring af ønsker", "ændringer af ønsker"],
        DifferenceKind::Fields => ["emne ændret", "emner ændret"],
        DifferenceKind::Unspecified => ["anden", "andre"],
    }
}

fn of_kind_nl(kind: DifferenceKind) -> [&'static str; 2] {
    match kind {
        DifferenceKind::Purpose => {
            ["wijziging van visie en doelen", "wijzigingen van visie en doelen"]
        }
        DifferenceKind::People => {
            ["wijziging van mensen en deelgebieden", "wijzigingen van mensen en deelgebieden"]
        }
        DifferenceKind::Roadmap => ["andere planwijziging", "andere planwijzigingen"],
        DifferenceKind::Order => ["item verplaatst", "items verplaatst"],
        DifferenceKind::Arrival => ["item erbij", "items erbij"],
        DifferenceKind::Departure => ["item eraf", "items eraf"],
        DifferenceKind::Request => ["wijziging van vragen", "wijzigingen van vragen"],
        DifferenceKind::Fields => ["item gewijzigd", "items gewijzigd"],
        DifferenceKind::Unspecified => ["overig verschil", "overige verschillen"],
    }
}

fn counted(count: u32, [one, many]: [&str; 2]) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_frames_its_sentences_in_its_own_words() {
        let said = |language| {
            let (from, to) = (Moment::Sync("W46".to_owned()), Moment::Now);
            let (from, to) = (moment(language, &from, 7), moment(language, &to, 9));
            [
                differences(language, "webshop", (&from, &to), 2),
                heading(language, &Group::Within("online")),
                because(language, "…", "x."),
                reason(language, "x."),
                put_off(language, 1),
                of_kind(language, DifferenceKind::Arrival, 2),
            ]
        };
        assert_eq!(
            said(Language::En),
            [
                "webshop from sync W46 (version 7) to now (version 9): 2 differences",
                "Within online",
                "…, because: x.",
                "Reason: “x”.",
                "1 plan put off",
                "2 items came",
            ]
        );
        assert_eq!(
            said(Language::Da),
            [
                "webshop fra synk W46 (version 7) til nu (version 9): 2 forskelle",
                "Inden for online",
                "…, begrundelse: x.",
                "Begrundelse: »x«.",
                "1 plan udskudt",
                "2 emner kom til",
            ]
        );
        assert_eq!(
            said(Language::Nl),
            [
                "webshop van sync W46 (versie 7) tot nu (versie 9): 2 verschillen",
                "Binnen online",
                "…, reden: x.",
                "Reden: “x”.",
                "1 plan uitgesteld",
                "2 items erbij",
            ]
        );
    }

    #[test]
    fn no_difference_is_a_sentence() {
        let none = |language| differences(language, "webshop", ("v7", "v9"), 0);
        assert_eq!(none(Language::En), "Nothing is different in webshop from v7 to v9.");
        assert_eq!(none(Language::Da), "Intet er ændret i webshop fra v7 til v9.");
        assert_eq!(none(Language::Nl), "In webshop is niets veranderd van v7 tot v9.");
    }
}
