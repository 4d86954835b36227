//! The ids, keys and names of domains, derived from what the source calls them.

use std::collections::BTreeMap;

use crate::{
    draft::DomainDraft,
    problem::Problem,
    text::{shown, slug},
};

/// What the mapping says about a domain in its `[domains.<id>]` table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) key: Option<String>,
    pub(crate) name: Option<String>,
}

/// All of the mapping's `[domains]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Domains {
    pub(crate) declared: BTreeMap<String, Declared>,
    /// The slug of another spelling → id.
    pub(crate) aliases: BTreeMap<String, String>,
}

/// Whether this may be a domain's id.
pub(crate) fn check_id(id: &str) -> Result<(), String> {
    let fits = id.len() <= 40
        && id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits {
        return Ok(());
    }
    Err(format!(
        "{} can be no domain's id: 1 to 40 letters a-z, digits and hyphens, a letter first",
        shown(id)
    ))
}

/// Whether this may be a domain's key.
pub(crate) fn check_key(key: &str) -> Result<(), String> {
    let fits = key.len() <= 20
        && key.starts_with(|c: char| c.is_ascii_uppercase())
        && key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    if fits {
        return Ok(());
    }
    Err(format!(
        "{} can be no domain's key: 1 to 20 letters A-Z and digits, a letter first",
        shown(key)
    ))
}

impl Domains {
    /// The id of the domain that the source calls this.
    pub(crate) fn id(&self, called: &str) -> Result<String, String> {
        let slug = slug(called);
        if let Some(id) = self.aliases.get(&slug) {
            return Ok(id.clone());
        }
        if slug.is_empty() {
            return Err(format!(
                "no domain's id can be made of {}, which has no letter a-z or digit; give it one in the field's \
                 `values`",
                shown(called)
            ));
        }
        check_id(&slug).map_err(|error| {
            format!(
                "{error}; give {} one in the field's `values` or as alias in `[domains.<id>]`",
                shown(called)
            )
        })?;
        Ok(slug)
    }

    /// The domains with these ids and what the source called them; problems if two would share a key.
    pub(crate) fn drafts(
        &self,
        owners: BTreeMap<String, String>,
    ) -> Result<Vec<DomainDraft>, Vec<Problem>> {
        let mut taken: BTreeMap<String, String> = BTreeMap::new();
        let (mut drafts, mut problems) = (Vec::new(), Vec::new());
        for (id, called) in owners {
            let draft = self.draft(&id, &called);
            if let Some(other) = taken.insert(draft.key.clone(), id.clone()) {
                problems.push(Problem::file(format!(
                    "the domains `{other}` and `{id}` would both have the key `{}`; give one of them another in the \
                     mapping, such as `domains.{id}.key = \"…\"`",
                    draft.key
                )));
            }
            drafts.push(draft);
        }
        if problems.is_empty() { Ok(drafts) } else { Err(problems) }
    }

    /// The domain with this id and what the source called it.
    pub(crate) fn draft(&self, id: &str, called: &str) -> DomainDraft {
        let declared = self.declared.get(id).cloned().unwrap_or_default();
        let key = declared.key.unwrap_or_else(|| derived_key(id));
        let name = declared.name.unwrap_or_else(|| derived_name(id, called));
        DomainDraft { id: id.to_owned(), key, name }
    }
}

/// Upper case without hyphens, at most 20 characters.
fn derived_key(id: &str) -> String {
    id.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .take(20)
        .collect()
}

/// What the source calls it; `api-machinery` reads as "Api machinery".
fn derived_name(id: &str, called: &str) -> String {
    if called != id {
        return called.to_owned();
    }
    let words = id.replace('-', " ");
    let mut chars = words.trim().chars();
    chars.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_ascii_uppercase(), chars.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners(list: &[(&str, &str)]) -> BTreeMap<String, String> {
        list.iter().map(|(id, called)| ((*id).to_owned(), (*called).to_owned())).collect()
    }

    #[test]
    fn id_key_and_name_come_from_what_the_source_says() {
        let domains = Domains::default();
        assert_eq!(domains.id("Online Shop").unwrap(), "online-shop");
        let drafts = domains
            .drafts(owners(&[("online-shop", "Online Shop"), ("back-office", "back-office")]))
            .unwrap();
        let shown: Vec<_> =
            drafts.iter().map(|d| (d.id.as_str(), d.key.as_str(), d.name.as_str())).collect();
        assert_eq!(
            shown,
            [
                ("back-office", "BACKOFFICE", "Back office"),
                ("online-shop", "ONLINESHOP", "Online Shop")
            ]
        );
    }

    #[test]
    fn what_cannot_be_an_id_is_refused_with_a_way_out() {
        let domains = Domains::default();
        for called in ["2nd floor", "店", &"x".repeat(41)] {
            assert!(domains.id(called).unwrap_err().contains("values"), "{called}");
        }
    }

    #[test]
    fn two_domains_never_share_a_key() {
        let problems =
            Domains::default().drafts(owners(&[("a-b", "a-b"), ("ab", "ab")])).unwrap_err();
        assert!(
            problems[0].message.contains("`a-b` and `ab` would both have the key `AB`"),
            "{}",
            problems[0]
        );
        let mut domains = Domains::default();
        domains
            .declared
            .insert("ab".to_owned(), Declared { key: Some("ABLE".to_owned()), name: None });
        assert_eq!(domains.drafts(owners(&[("a-b", "a-b"), ("ab", "ab")])).unwrap()[1].key, "ABLE");
    }
}
