//! Subjects: `koepel.events.<product>.<domain>.<type>`, and whether a stream takes them.

/// What stands in place of a domain in the subject of an event that is of none.
const NO_DOMAIN: &str = "-";
/// How many words follow the prefix: product, domain, type.
const WORDS: usize = 3;

/// The subject of an event; `kind` as the API names it, `koepel.v1.ItemRanked`.
pub(super) fn subject(prefix: &str, product: &str, domain: Option<&str>, kind: &str) -> String {
    let kind = kind.rsplit('.').next().unwrap_or_default();
    format!("{prefix}.{}.{}.{}", word(product), word(domain.unwrap_or(NO_DOMAIN)), word(kind))
}

/// Ids and types are words of subjects already; should one not be, it must not become two.
fn word(text: &str) -> String {
    let legal = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' };
    if text.is_empty() { "_".to_owned() } else { text.chars().map(legal).collect() }
}

/// All of our subjects, as a stream is told.
pub(super) fn all(prefix: &str) -> String {
    format!("{prefix}.>")
}

/// Whether one of these subjects of a stream, with wildcards in them, takes every subject of ours.
pub(super) fn covers(subjects: &[String], prefix: &str) -> bool {
    subjects.iter().any(|subject| {
        let mut wanted = prefix.split('.').map(Some).chain([None; WORDS]);
        for word in subject.split('.') {
            match (word, wanted.next()) {
                (">", Some(_)) => return true,
                ("*", Some(_)) => {}
                (word, Some(Some(wanted))) if word == wanted => {}
                (_, Some(_) | None) => return false,
            }
        }
        wanted.next().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_names_product_domain_and_type() {
        let subject = |domain, kind| subject("koepel.events", "webshop", domain, kind);
        assert_eq!(
            subject(Some("online"), "koepel.v1.ItemRanked"),
            "koepel.events.webshop.online.ItemRanked"
        );
        assert_eq!(subject(None, "koepel.v1.RoleGranted"), "koepel.events.webshop.-.RoleGranted");
        assert_eq!(subject(Some("a.>"), "koepel.v1."), "koepel.events.webshop.a__._");
    }

    #[test]
    fn a_stream_takes_all_of_our_subjects_or_is_not_ours() {
        for (subject, covered) in [
            ("koepel.events.>", true),
            ("koepel.>", true),
            (">", true),
            ("*.events.>", true),
            ("koepel.events.*.*.*", true),
            ("koepel.events.webshop.>", false),
            ("koepel.events.*.*", false),
            ("koepel.events.*.*.*.*", false),
            ("koepel.events", false),
            ("koepel.alerts.>", false),
            ("orders.>", false),
            ("*", false),
        ] {
            let subjects = ["orders.*".to_owned(), subject.to_owned()];
            assert_eq!(covers(&subjects, "koepel.events"), covered, "{subject}");
        }
        assert!(!covers(&[], "koepel.events"));
    }
}
