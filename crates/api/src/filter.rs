//! Which items of a backlog are meant, read from the wire.

use koepel_domain::{
    ids::{DomainId, GoalId, ItemKey, ProductId},
    item::{Kind, Moscow, Status},
    text::Label,
};

use crate::{
    check::{Collect, Invalid},
    names,
    search::{DOMAINS_MAX, kinds, labels, list, moscow, statuses},
    v1,
};

/// Which items: those for which all holds that is said. What is empty says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Of one of these.
    pub kinds: Vec<Kind>,
    /// With one of these.
    pub statuses: Vec<Status>,
    /// With one of these; `None` stands for those without.
    pub moscow: Vec<Option<Moscow>>,
    /// With all of these.
    pub labels: Vec<Label>,
    /// Pinned ones only.
    pub pinned: bool,
    /// Of one of these.
    pub domains: Vec<DomainId>,
    /// That ask something of this one.
    pub asks_of: Option<DomainId>,
    /// Direct parts of this one.
    pub part_of: Option<ItemKey>,
    /// That serve this one; `Some(None)` stands for those that serve none.
    pub goal: Option<Option<GoalId>>,
}

impl Filter {
    /// Whether it asks for what concerns more than a domain: other domains, and goals. Of the item that it asks for the parts of
    /// it knows no domain.
    #[must_use]
    pub fn is_beyond(&self, domain: &DomainId) -> bool {
        self.goal.is_some() || self.domains.iter().chain(&self.asks_of).any(|named| named != domain)
    }
}

/// Reads a filter; none if it says nothing.
///
/// # Errors
/// [`Invalid`], with all fields that are not as they must be.
pub fn filter(
    filter: Option<&v1::BacklogFilter>,
    product: &ProductId,
) -> Result<Option<Filter>, Invalid> {
    let Some(filter) = filter.filter(|filter| **filter != v1::BacklogFilter::default()) else {
        return Ok(None);
    };
    let mut wrong = Collect::default();
    let kinds = wrong.take(kinds("filter.kinds", &filter.kinds));
    let statuses = wrong.take(statuses("filter.statuses", &filter.statuses));
    let moscow = wrong.take(moscow("filter.moscow", &filter.moscow));
    let labels = wrong.take(labels("filter.labels", &filter.labels));
    let domains = list("filter.domains", &filter.domains, DOMAINS_MAX, |field, name| {
        names::domain_of(field, name, product)
    });
    let domains = wrong.take(domains);
    let asks_of = match filter.asks_of.as_str() {
        "" => Some(None),
        name => wrong.take(names::domain_of("filter.asks_of", name, product)).map(Some),
    };
    let part_of = match filter.part_of.as_str() {
        "" => Some(None),
        name => wrong.take(names::item_of("filter.part_of", name, product)).map(Some),
    };
    let goal = match filter.goal.as_str() {
        "" => Some(None),
        name => wrong.take(names::goal_or_none("filter.goal", name, product)).map(Some),
    };
    wrong.finish()?;
    Ok((|| {
        Some(Filter {
            kinds: kinds?,
            statuses: statuses?,
            moscow: moscow?,
            labels: labels?,
            pinned: filter.pinned,
            domains: domains?,
            asks_of: asks_of?,
            part_of: part_of?,
            goal: goal?,
        })
    })())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(filter: v1::BacklogFilter) -> Result<Option<Filter>, Invalid> {
        super::filter(Some(&filter), &ProductId::new("webshop").unwrap())
    }

    #[test]
    fn a_filter_that_says_nothing_is_none() {
        assert_eq!(read(v1::BacklogFilter::default()), Ok(None));
        let pinned = v1::BacklogFilter { pinned: true, ..Default::default() };
        assert!(read(pinned).unwrap().unwrap().pinned);
        let without = v1::BacklogFilter { moscow: vec![0, 1], ..Default::default() };
        assert_eq!(read(without).unwrap().unwrap().moscow, [None, Some(Moscow::Must)]);
        let goal = |id: &str| {
            let goal = format!("products/webshop/goals/{id}");
            read(v1::BacklogFilter { goal, ..Default::default() }).unwrap().unwrap().goal
        };
        assert_eq!(goal("-"), Some(None));
        assert_eq!(goal("fewer-returns"), Some(Some(GoalId::new("fewer-returns").unwrap())));
    }

    #[test]
    fn all_wrong_fields_of_a_filter_are_told_at_once() {
        let wrong = v1::BacklogFilter {
            kinds: vec![0],
            statuses: vec![1, 77],
            moscow: vec![9],
            labels: vec!["a".to_owned(); 51],
            domains: vec!["products/other/domains/online".to_owned()],
            asks_of: "online".to_owned(),
            part_of: "products/other/items/ONLINE-1".to_owned(),
            goal: "products/other/goals/-".to_owned(),
            ..Default::default()
        };
        let fields: Vec<_> =
            read(wrong).unwrap_err().0.into_iter().map(|violation| violation.field).collect();
        let lists = ["kinds[0]", "statuses[1]", "moscow[0]", "labels", "domains[0]"];
        let all = lists.into_iter().chain(["asks_of", "part_of", "goal"]);
        assert_eq!(fields, all.map(|field| format!("filter.{field}")).collect::<Vec<_>>());
        let many = vec!["products/webshop/domains/online".to_owned(); 101];
        let many = v1::BacklogFilter { domains: many, ..Default::default() };
        assert!(read(many).unwrap_err().to_string().contains("at most 100"));
    }
}
