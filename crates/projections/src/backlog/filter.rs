//! The items of a backlog for which all holds that is said: a pure filter over the list, in its order.

use koepel_domain::{
    goals::GoalNo,
    item::{Item, Kind, Moscow, Status},
    order::{DomainNo, ItemNo, Letter},
    product::Product,
    text::Label,
};

use super::{Row, Scope, Start};

/// Which items are meant: those for which all holds that is said. What is left empty says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one of these kinds.
    pub kinds: Vec<Kind>,
    /// With one of these statuses.
    pub statuses: Vec<Status>,
    /// With one of these; `None` stands for those without.
    pub moscow: Vec<Option<Moscow>>,
    /// With all of these.
    pub labels: Vec<Label>,
    /// Pinned ones only.
    pub pinned: bool,
    /// Of one of these domains.
    pub domains: Vec<DomainNo>,
    /// Those that ask something of this domain.
    pub asks_of: Option<DomainNo>,
    /// Direct parts of this one.
    pub part_of: Option<ItemNo>,
    /// That serve this one; `Some(None)` stands for those that serve none.
    pub goal: Option<Option<GoalNo>>,
}

/// Whether a list that says nothing if it is empty has something.
fn says<T: PartialEq>(list: &[T], wanted: &T) -> bool {
    list.is_empty() || list.contains(wanted)
}

impl Filter {
    /// Whether an item is meant.
    #[must_use]
    pub fn passes(&self, item: &Item) -> bool {
        says(&self.domains, &item.domain)
            && says(&self.kinds, &item.kind)
            && says(&self.statuses, &item.status)
            && says(&self.moscow, &item.moscow)
            && (!self.pinned || item.pin.is_some())
            && self.labels.iter().all(|label| item.labels.contains(label))
            && self.part_of.is_none_or(|parent| item.parent == Some(parent))
            && self.goal.is_none_or(|goal| item.goal == goal)
            && self
                .asks_of
                .is_none_or(|domain| item.requests.iter().any(|request| request.domain == domain))
    }

    /// Whether items with one of these statuses may be meant at all.
    fn may_be(&self, open: bool) -> bool {
        self.statuses.is_empty() || self.statuses.iter().any(|status| status.is_open() == open)
    }

    /// The only domain that items may be of, if there is one; `Err` if they cannot be of any.
    fn only_domain(&self, scope: Scope) -> Result<Option<DomainNo>, ()> {
        match (scope.domain, self.domains.as_slice()) {
            (Some(domain), domains) if says(domains, &domain) => Ok(Some(domain)),
            (Some(_), _) => Err(()),
            (None, [domain]) => Ok(Some(*domain)),
            (None, _) => Ok(None),
        }
    }
}

/// The numbers of all items of a list that are meant, in its order. Costs a step for each item of the list.
#[must_use]
pub fn matching(product: &Product, scope: Scope, filter: &Filter) -> Vec<ItemNo> {
    let Ok(domain) = filter.only_domain(scope) else { return Vec::new() };
    let mut found = Vec::new();
    let lists = [
        (product.order(), filter.may_be(true)),
        (product.closed(), scope.closed && filter.may_be(false)),
    ];
    for (order, wanted) in lists {
        if !wanted {
            continue;
        }
        match domain {
            Some(domain) => {
                let items = order.iter_domain_from(domain, 0);
                keep(
                    product,
                    filter,
                    items.map(|(_, no, pinned)| (no, Letter { domain, pinned })),
                    &mut found,
                );
            }
            None => keep(product, filter, order.iter_from(0), &mut found),
        }
    }
    found
}

fn keep(
    product: &Product,
    filter: &Filter,
    items: impl Iterator<Item = (ItemNo, Letter)>,
    found: &mut Vec<ItemNo>,
) {
    // What the order itself knows of an item is asked first: most need not be looked at.
    let items = items.filter(|(_, letter)| {
        (!filter.pinned || letter.pinned) && says(&filter.domains, &letter.domain)
    });
    found.extend(
        items
            .map(|(no, _)| no)
            .filter(|no| product.item(*no).is_some_and(|item| filter.passes(item))),
    );
}

/// A page of at most `size` lines of what [`matching`] found in the same state. Places are those of the whole order; indexes
/// count what was found.
#[must_use]
pub fn filtered_page<'a>(
    product: &'a Product,
    found: &[ItemNo],
    start: Start,
    size: usize,
) -> Vec<Row<'a>> {
    let first = match start {
        Start::At(index) => index,
        Start::After(no, fallback) => (1..)
            .zip(found)
            .find_map(|(next, found)| (*found == no).then_some(next))
            .unwrap_or(fallback),
    };
    let order = product.order();
    let place = |place: Option<u32>| place.map_or(0, |place| place + 1);
    let skipped = usize::try_from(first).unwrap_or(usize::MAX);
    let rest = (first..).zip(found.get(skipped..).unwrap_or(&[])).take(size);
    rest.filter_map(|(index, no)| {
        Some(Row {
            no: *no,
            item: product.item(*no)?,
            place: place(order.place_of(*no)),
            domain_place: place(order.domain_place(*no)),
            index,
        })
    })
    .collect()
}
