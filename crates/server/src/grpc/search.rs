//! `BacklogService.SearchItems`: what an index finds, narrowed and put in order by the state of the same version.

use std::{collections::HashMap, sync::Arc, time::Duration};

use koepel_api::{
    backlog::row,
    check::Invalid,
    search::{self as convert, Filter, State},
    v1,
};
use koepel_domain::{
    ids::{ItemKey, ProductId},
    item::Item,
    order::{DomainNo, ItemNo},
};
use koepel_search::{Found, Marker, Query};
use serde::{Deserialize, Serialize};
use tokio::{task::spawn_blocking, time::timeout};
use tonic::Status;

use super::{page, status};
use crate::{
    app::{App, Caller, log_name},
    search::{Generation, NotYet},
};

/// The largest page, and the page of a client that names no size.
const MAX: usize = 100;
const DEFAULT: usize = 20;
/// So long a call waits for its turn.
const TURN: Duration = Duration::from_secs(10);

/// How well an item fits, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Fit {
    /// The query is its key.
    Key,
    /// All words stand in the title, as typed.
    AsTyped,
    /// All words stand in the title.
    Title,
    /// Some words stand in the title.
    PartOfTitle,
    /// The words stand in the text only.
    Text,
}

/// An item that was found; hits are in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Hit {
    fit: Fit,
    /// Its place in the order, from 0; closed items follow the open ones.
    place: u32,
    no: u32,
}

/// Where a page ended, and the version of the first page.
type Token = (Hit, u64);

/// A search that has been read.
struct Asked {
    id: ProductId,
    query: Query,
    key: Option<ItemKey>,
    filter: Filter,
    size: usize,
    token: Option<Token>,
    /// What a token belongs to.
    list: String,
}

fn read(request: &v1::SearchItemsRequest) -> Result<Asked, Status> {
    let (id, filter) = convert::filter(request).map_err(|error| status::invalid(&error))?;
    let query = Query::parse(&request.query);
    let query = query.map_err(|error| status::invalid(&Invalid::field("query", error)))?;
    let list = format!("search {id} {:?} {filter:?}", request.query);
    Ok(Asked {
        query,
        key: convert::key(&request.query),
        size: page::size(request.page_size, DEFAULT, MAX)?,
        token: page::read(&list, &request.page_token)?,
        id,
        filter,
        list,
    })
}

pub(crate) async fn items(
    app: &Arc<App>,
    caller: &Caller,
    request: v1::SearchItemsRequest,
) -> Result<v1::SearchItemsResponse, Status> {
    let asked = read(&request)?;
    app.view(caller, &asked.id, request.min_version).await?;
    let name = log_name(&asked.id)?;
    let views = app.products.watch(&name).await;
    let views = views.map_err(|error| status::of_product(&asked.id, &error))?;
    let generation = app.searches.at_least(&name, views, request.min_version).await;
    let generation = generation.map_err(|error| not_yet(&error))?;
    let turn = timeout(TURN, Arc::clone(&app.searches.turns).acquire_owned()).await;
    let Ok(Ok(turn)) = turn else {
        let busy = "too many searches at a time; try again in a moment".to_owned();
        return Err(status::exhausted("BUSY", busy, HashMap::new()));
    };
    let answering = spawn_blocking(move || {
        let answer = answer(&generation, &asked);
        // Held until here, also if the caller has gone.
        drop(turn);
        answer
    });
    let broken = match answering.await {
        Ok(Ok(response)) => return Ok(response),
        Ok(Err(Failed::Refused(status))) => return Err(*status),
        Ok(Err(Failed::Index(error))) => error.to_string(),
        Err(panicked) => panicked.to_string(),
    };
    tracing::error!(product = %name, error = broken, "a search failed");
    app.searches.is_broken(&name);
    Err(status::unavailable(
        "the search failed; its index is being checked: try again in a moment".to_owned(),
    ))
}

fn not_yet(error: &NotYet) -> Status {
    match error {
        NotYet::Making(..) | NotYet::Failing(_) => status::unavailable(error.to_string()),
        NotYet::Behind(current) => status::too_slow(error.to_string(), *current),
    }
}

/// Why a search has no answer.
enum Failed {
    Refused(Box<Status>),
    Index(koepel_search::Error),
}

impl From<Status> for Failed {
    fn from(status: Status) -> Self {
        Self::Refused(Box::new(status))
    }
}

impl From<koepel_search::Error> for Failed {
    fn from(error: koepel_search::Error) -> Self {
        Self::Index(error)
    }
}

fn answer(generation: &Generation, asked: &Asked) -> Result<v1::SearchItemsResponse, Failed> {
    let version = generation.view.head.version.get();
    let hits = hits(generation, asked)?;
    let begin = asked.token.map_or(0, |(last, _)| continued(&hits, last));
    let rest = hits.get(begin..).unwrap_or(&[]);
    let shown = rest.get(..asked.size).unwrap_or(rest);
    let first_version = asked.token.map_or(version, |(_, first)| first);
    let next_page_token = match shown.last() {
        Some(last) if shown.len() < rest.len() => page::write(&asked.list, (last, first_version))?,
        Some(_) | None => String::new(),
    };
    let mut marker = Marker::new(&asked.query);
    let hits_told =
        shown.iter().filter_map(|hit| told(generation, asked, &mut marker, *hit).transpose());
    Ok(v1::SearchItemsResponse {
        hits: hits_told.collect::<Result<_, _>>()?,
        next_page_token,
        version,
        total_size: u32::try_from(hits.len()).unwrap_or(u32::MAX),
        changed: version > first_version,
    })
}

/// Where the list goes on: after the last hit, wherever it is now; if it is none any more, where it was.
fn continued(hits: &[Hit], last: Hit) -> usize {
    let now = hits.iter().position(|hit| hit.no == last.no && hit.fit == last.fit);
    now.map_or_else(|| hits.partition_point(|hit| *hit <= last), |at| at + 1)
}

/// Everything that is found, in order.
fn hits(generation: &Generation, asked: &Asked) -> Result<Vec<Hit>, Failed> {
    let product = &generation.view.state;
    let filter = &asked.filter;
    let domains = filter.domains.iter().map(|id| {
        let found = product.domain_by_id(id).map(|(no, _)| no);
        let unknown = || format!("there is no domain {id} in product {}", asked.id);
        found.ok_or_else(|| status::not_found("UNKNOWN_DOMAIN", unknown()))
    });
    let domains: Vec<DomainNo> = domains.collect::<Result<_, Status>>()?;
    let keyed = asked.key.as_ref().and_then(|key| product.item_no(key));
    let mut fits = fits(&generation.reader.find(&asked.query)?, product.items_len());
    if let Some(ItemNo(no)) = keyed
        && let Some(fit) = usize::try_from(no).ok().and_then(|no| fits.get_mut(no))
    {
        *fit = Some(Fit::Key);
    }
    let found = (0_u32..).zip(fits).filter_map(|(no, fit)| fit.map(|fit| (no, fit)));
    let kept = found.filter(|(no, fit)| {
        let item = product.item(ItemNo(*no));
        item.is_some_and(|item| passes(item, filter, &domains, *fit))
    });
    let kept: Vec<(u32, Fit)> = kept.collect();
    let places = generation.places(kept.len());
    let hits = kept.into_iter().map(|(no, fit)| Hit { fit, place: places.of(ItemNo(no)), no });
    let mut hits: Vec<Hit> = hits.collect();
    hits.sort_unstable();
    Ok(hits)
}

/// How well each item fits, by its number; none for those that do not.
fn fits(found: &Found, items: u32) -> Vec<Option<Fit>> {
    let mut fits = vec![None; usize::try_from(items).unwrap_or(0)];
    let lists = [
        (Fit::Text, &found.all),
        (Fit::PartOfTitle, &found.partly_in_title),
        (Fit::Title, &found.in_title),
        (Fit::AsTyped, &found.as_typed),
    ];
    for (fit, numbers) in lists {
        for no in numbers {
            let Some(of) = usize::try_from(*no).ok().and_then(|no| fits.get_mut(no)) else {
                continue;
            };
            // Of what is unwanted only the first list knows.
            if fit == Fit::Text || of.is_some() {
                *of = Some(fit);
            }
        }
    }
    fits
}

fn passes(item: &Item, filter: &Filter, domains: &[DomainNo], fit: Fit) -> bool {
    let state = match filter.state {
        State::All => true,
        State::Open => item.status.is_open(),
        State::Unsaid => item.status.is_open() || !filter.statuses.is_empty() || fit == Fit::Key,
    };
    state
        && (domains.is_empty() || domains.contains(&item.domain))
        && (filter.kinds.is_empty() || filter.kinds.contains(&item.kind))
        && (filter.statuses.is_empty() || filter.statuses.contains(&item.status))
        && (filter.moscow.is_empty() || filter.moscow.contains(&item.moscow))
        && (!filter.pinned || item.pin.is_some())
        && filter.labels.iter().all(|label| item.labels.contains(label))
}

/// A hit with its marks; none if there is no such item, which cannot be.
fn told(
    generation: &Generation,
    asked: &Asked,
    marker: &mut Marker<'_>,
    hit: Hit,
) -> Result<Option<v1::SearchHit>, koepel_search::Error> {
    let product = &generation.view.state;
    let no = ItemNo(hit.no);
    let Some(item) = product.item(no) else { return Ok(None) };
    let place = product.order().place_of(no).map_or(0, |place| place + 1);
    let domain_place = product.order().domain_place(no).map_or(0, |place| place + 1);
    let title = marker.title(item.title.as_str());
    let text = generation.reader.text(hit.no)?.unwrap_or_default();
    let snippet = marker.snippet(&text);
    Ok(Some(v1::SearchHit {
        row: Some(row(&asked.id, product, item, place, domain_place)),
        title: Some(convert::marked(title.text, title.marks)),
        snippet: Some(convert::marked(snippet.text, snippet.marks)),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(fit: Fit, place: u32, no: u32) -> Hit {
        Hit { fit, place, no }
    }

    #[test]
    fn hits_are_told_by_fit_then_place() {
        let found = Found {
            all: vec![0, 1, 2, 3],
            partly_in_title: vec![1, 2, 3, 5],
            in_title: vec![2, 3],
            as_typed: vec![3],
        };
        let expected = [
            Some(Fit::Text),
            Some(Fit::PartOfTitle),
            Some(Fit::Title),
            Some(Fit::AsTyped),
            None,
            None,
        ];
        assert_eq!(fits(&found, 6), expected);
        let mut hits = [
            hit(Fit::Text, 0, 7),
            hit(Fit::Title, 5, 1),
            hit(Fit::Key, 9, 2),
            hit(Fit::Title, 4, 9),
        ];
        hits.sort_unstable();
        assert_eq!(hits.map(|hit| hit.no), [2, 9, 1, 7]);
    }

    #[test]
    fn a_list_goes_on_after_its_last_hit_wherever_that_went() {
        let hits = [hit(Fit::Title, 1, 4), hit(Fit::Title, 3, 2), hit(Fit::Text, 2, 1)];
        assert_eq!(continued(&hits, hit(Fit::Title, 3, 2)), 2, "as it was");
        assert_eq!(continued(&hits, hit(Fit::Title, 0, 2)), 2, "it moved");
        assert_eq!(continued(&hits, hit(Fit::Title, 2, 9)), 1, "it is gone");
        assert_eq!(continued(&hits, hit(Fit::Key, 2, 2)), 0, "it fits otherwise now");
        assert_eq!(continued(&hits, hit(Fit::Text, 9, 9)), 3);
    }
}
