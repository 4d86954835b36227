//! What one record says of its parent and of the items it is tied to.

use super::Build;
use crate::{
    checks,
    mapping::{Mapping, Rule},
    reference::{Key, KeyKind, Reference},
    step,
    text::first_url,
    words::Relation,
};

/// The references of each relation that is told, in the order of the mapping.
type Links = Vec<(Relation, Vec<Reference>)>;

impl Build<'_> {
    /// The parent, if one is told or that there is none, and the links.
    pub(super) fn references(&mut self, mapping: &Mapping) -> (Option<Option<Reference>>, Links) {
        let mut told: Links = Vec::new();
        if let Some(parent) = self.some(mapping.item.parent.as_ref(), checks::reference) {
            let parent =
                parent.map(|raw| self.reference(mapping, Relation::Parent, raw, &mapping.rules));
            told.push((Relation::Parent, parent.into_iter().collect()));
        }
        for link in &mapping.links {
            let texts = self.extract.all(&link.field);
            let Some(texts) = self.stop(&link.field.name, texts).flatten() else { continue };
            let mut references = Vec::new();
            for text in texts {
                match checks::reference(&text) {
                    Ok(raw) => {
                        references.push(self.reference(mapping, link.relation, raw, &link.rules));
                    }
                    Err(message) => self.wrong(&link.field.name, message),
                }
            }
            self.tell(&mut told, link.relation, &link.field.name, references);
        }
        let parent = told.iter().position(|(relation, _)| *relation == Relation::Parent);
        let parent = parent.map(|at| told.remove(at).1);
        if parent.as_ref().is_some_and(|parents| parents.len() > 1) {
            self.wrong("parent", "an item has one parent, and this one names two".to_owned());
        }
        let count = told.iter().map(|(_, references)| references.len()).sum();
        if let Err(message) = checks::at_most(count, checks::MOST_OTHERS) {
            self.wrong("links", message);
        }
        (parent.map(|parents| parents.into_iter().next()), told)
    }

    /// Adds what one table tells to what others told of the same relation.
    fn tell(
        &mut self,
        told: &mut Links,
        relation: Relation,
        field: &str,
        references: Vec<Reference>,
    ) {
        if !told.iter().any(|(other, _)| *other == relation) {
            told.push((relation, Vec::new()));
        }
        let Some((_, same)) = told.iter_mut().find(|(other, _)| *other == relation) else { return };
        for reference in references {
            if same.contains(&reference) {
                self.ignore(field, "named already in the same record");
            } else {
                same.push(reference);
            }
        }
    }

    fn reference(
        &self,
        mapping: &Mapping,
        relation: Relation,
        raw: String,
        rules: &[Rule],
    ) -> Reference {
        let mut candidates = Vec::new();
        for rule in rules {
            let Some(text) = step::run(&rule.steps, &raw, self.extract.tables) else { continue };
            let key = match rule.by {
                KeyKind::Link => Key::link(first_url(&text).unwrap_or(&text)),
                KeyKind::Number => Key::number(&mapping.name, &text),
                KeyKind::Path => Key::path(&mapping.name, &text),
            };
            candidates.extend(key.filter(|key| !candidates.contains(key)));
        }
        Reference::new(relation, raw, candidates)
    }
}
