//! `BacklogService`.

use std::{collections::HashMap, sync::Arc};

use koepel_api::{
    backlog as convert,
    check::Invalid,
    filter::{Filter as Wanted, filter as read_filter},
    names, preview,
    v1::{self, backlog_service_server::BacklogService},
};
use koepel_domain::{
    event::Event,
    goals::GoalNo,
    ids::{DomainId, GoalId, ItemKey, ProductId},
    item::Item,
    order::{DomainNo, ItemNo},
    product::Product,
    system::Shared,
};
use koepel_engine::View;
use koepel_event_log::{ReadLimit, Version};
use koepel_projections::backlog::{
    Filter, Scope, Start, filtered_page, matching, page as page_of, total,
};
use tonic::{Code, Request, Response, Status, metadata::MetadataMap};

use super::{page, search, status, story};
use crate::{
    app::{App, Done, log_name},
    filtered::{Failed, Found, Of},
    import::is_imported,
};

pub(crate) struct Handler(pub(crate) Arc<App>);

type Answer<T> = Result<Response<T>, Status>;

fn find<'a>(
    id: &ProductId,
    product: &'a Product,
    key: &ItemKey,
) -> Result<(ItemNo, &'a Item), Status> {
    product.item_by_key(key).ok_or_else(|| {
        status::not_found("UNKNOWN_ITEM", format!("there is no item {key} in product {id}"))
    })
}

fn domain_no(id: &ProductId, product: &Product, domain: &DomainId) -> Result<DomainNo, Status> {
    let unknown = || format!("there is no domain {domain} in product {id}");
    let found = product.domain_by_id(domain).map(|(no, _)| no);
    found.ok_or_else(|| status::not_found("UNKNOWN_DOMAIN", unknown()))
}

fn goal_no(id: &ProductId, product: &Product, goal: &GoalId) -> Result<GoalNo, Status> {
    let unknown = || format!("there is no goal {goal} in product {id}");
    let found = product.goal_by_id(goal).map(|(no, _)| no);
    found.ok_or_else(|| status::not_found("UNKNOWN_GOAL", unknown()))
}

/// Whether there is such an item, and it is of this domain.
fn is_of(product: &Product, key: &ItemKey, domain: &DomainId) -> bool {
    let of = product.item_by_key(key).and_then(|(_, item)| product.domain(item.domain));
    of.is_some_and(|of| of.id == *domain)
}

/// Whether a stored event may be about what these bytes of JSON name; nothing is left out that is.
fn is_named(event: &koepel_event_log::Event, named: &[u8]) -> bool {
    // What is not readable is kept, so that whoever reads on finds that out.
    let Some(bytes) = event.payload.readable() else { return true };
    bytes.windows(named.len()).any(|window| window == named)
}

/// The text that the last of these events gave an item.
fn text_in(events: &[Event], key: &ItemKey) -> String {
    let own = events.iter().rev().filter(|event| event.item() == Some(key));
    let mut texts = own.filter_map(|event| {
        if let Event::ItemCreated(created) = event {
            Some(&created.text)
        } else if let Event::ItemUpdated(updated) = event {
            updated.text.as_ref()
        } else {
            None
        }
    });
    texts.next().map(ToString::to_string).unwrap_or_default()
}

impl App {
    /// Refuses people of an item that nobody here knows. Whoever an import brought has an opaque id and need not be known;
    /// what is no name of a person at all is for the conversion to refuse.
    async fn require_people(
        &self,
        metadata: &MetadataMap,
        product: Result<ProductId, Invalid>,
        people: &[String],
    ) -> Result<(), Status> {
        if people.is_empty() {
            return Ok(());
        }
        // Whether somebody exists is told only to those who may see the product.
        let product = product.map_err(|error| status::invalid(&error))?;
        self.view(&self.caller(metadata)?, &product, 0).await?;
        for name in people {
            let imported = names::person("item.people", name).is_ok_and(|id| is_imported(&id));
            match self.require_person(name, "item.people") {
                Err(unknown) if unknown.code() == Code::NotFound && !imported => {
                    return Err(unknown);
                }
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// The item that a command was about, as it is now.
    fn item_of(done: &Done) -> Result<v1::Item, Status> {
        let key = done.accepted.commit.events.iter().find_map(Event::item);
        match key {
            Some(key) => Self::item_after(done, key),
            None => Err(status::internal("the command left no item behind".to_owned())),
        }
    }

    /// An item after a command, with its text if the command wrote it. To read another one from the log would cost each move
    /// more than the move itself, most of all after an import, whose commits are large.
    fn item_after(done: &Done, key: &ItemKey) -> Result<v1::Item, Status> {
        let (no, item) = find(&done.id, done.product(), key)?;
        let commit = &done.accepted.commit;
        let wrote = item.text.version == commit.version;
        let text = if wrote { text_in(&commit.events, key) } else { String::new() };
        Ok(convert::item(&done.id, done.product(), no, item, text))
    }

    /// An item by its key, with its text.
    pub(crate) async fn item(
        &self,
        id: &ProductId,
        product: &Product,
        key: &ItemKey,
    ) -> Result<v1::Item, Status> {
        let (no, item) = find(id, product, key)?;
        let text = self.text(id, key, item).await?;
        Ok(convert::item(id, product, no, item, text))
    }

    /// The long text of an item, which only the log has.
    async fn text(&self, id: &ProductId, key: &ItemKey, item: &Item) -> Result<String, Status> {
        if item.text.version.0 == 0 {
            return Ok(String::new());
        }
        let mut record = self.record(id, item.text.version.0).await?;
        // An import's commit has hundreds of events. Reading those of others costs milliseconds.
        let named = format!("\"item\":\"{key}\"");
        record.commit.events.retain(|event| is_named(event, named.as_bytes()));
        let commit = koepel_engine::decode_record::<Product>(&record)
            .map_err(|error| status::internal(error.to_string()))?;
        Ok(text_in(&commit.events, key))
    }

    /// A commit from the log.
    pub(crate) async fn commit(
        &self,
        id: &ProductId,
        version: u64,
    ) -> Result<koepel_domain::commit::Commit<Event>, Status> {
        let record = self.record(id, version).await?;
        koepel_engine::decode_record::<Product>(&record)
            .map_err(|error| status::internal(error.to_string()))
    }

    async fn record(
        &self,
        id: &ProductId,
        version: u64,
    ) -> Result<koepel_event_log::Record, Status> {
        use koepel_event_log::EventLog as _;
        let limit = ReadLimit { commits: 1, size_bytes: 1 };
        let read = self.log.read(&log_name(id)?, Version::new(version), limit).await;
        let record =
            read.map_err(|error| status::unavailable(error.to_string()))?.into_iter().next();
        record.ok_or_else(|| {
            status::internal(format!("version {version} of product {id} is not in the log"))
        })
    }

    async fn list(
        &self,
        caller: &crate::app::Caller,
        request: v1::ListBacklogRequest,
    ) -> Result<v1::ListBacklogResponse, Status> {
        let (id, domain) =
            convert::scope(&request.parent).map_err(|error| status::invalid(&error))?;
        let wanted = read_filter(request.filter.as_ref(), &id);
        let wanted = wanted.map_err(|error| status::invalid(&error))?;
        let only = caller.shared.as_ref().and_then(|shared| match shared {
            Shared::Domain(only) => Some(only),
            Shared::Product | Shared::Roadmap => None,
        });
        let beyond = |only: &DomainId| {
            status::denied(format!("this share link opens the backlog of {only} only"))
        };
        if let Some(only) = only
            && (domain.as_ref() != Some(only)
                || wanted.as_ref().is_some_and(|wanted| wanted.is_beyond(only)))
        {
            return Err(beyond(only));
        }
        let as_of = request.as_of.as_ref();
        let view = self.view_as_of(caller, &id, request.min_version, as_of).await?;
        let product = &view.state;
        if let Some(only) = only
            && let Some(parent) = wanted.as_ref().and_then(|wanted| wanted.part_of.as_ref())
            && !is_of(product, parent, only)
        {
            return Err(beyond(only));
        }
        let domain = domain.map(|domain| domain_no(&id, product, &domain)).transpose()?;
        let closed = match v1::BacklogState::try_from(request.state) {
            Ok(v1::BacklogState::All) => true,
            Ok(v1::BacklogState::Open | v1::BacklogState::Unspecified) => false,
            Err(_) => {
                let what = format_args!("{} is no state of a backlog", request.state);
                return Err(status::invalid(&koepel_api::check::Invalid::field("state", what)));
            }
        };
        let scope = Scope { domain, closed };
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let mut query = format!("backlog {} {closed}", request.parent);
        if let Some(wanted) = &wanted {
            query.push_str(&format!(" {wanted:?}"));
        }
        let token: Option<(u32, u32, u64)> = page::read(&query, &request.page_token)?;
        let (start, first_version) = match token {
            Some((no, index, version)) => (Start::After(ItemNo(no), index), version),
            None => (Start::At(request.from_place.saturating_sub(1)), product.version().0),
        };
        // One more than asked for tells whether there is a next page.
        let (mut rows, total_size, changed) = match &wanted {
            None => {
                let rows = page_of(product, scope, start, size + 1);
                (rows, total(product, scope), product.order_changed().0 > first_version)
            }
            Some(wanted) => {
                let found = self.found(&id, &view, scope, wanted).await?;
                let rows = filtered_page(product, &found, start, size + 1);
                let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
                // What is not of the order decides as well about what is left.
                (rows, total, product.version().0 > first_version)
            }
        };
        let more = rows.len() > size;
        rows.truncate(size);
        let next_page_token = match rows.last().filter(|_| more) {
            Some(last) => page::write(&query, (last.no.0, last.index + 1, first_version))?,
            None => String::new(),
        };
        Ok(v1::ListBacklogResponse {
            rows: rows
                .iter()
                .map(|row| convert::row(&id, product, row.item, row.place, row.domain_place))
                .collect(),
            next_page_token,
            version: product.version().0,
            total_size,
            order_changed: changed,
        })
    }

    /// What a filter leaves of a list.
    async fn found(
        &self,
        id: &ProductId,
        view: &Arc<View<Product>>,
        scope: Scope,
        wanted: &Wanted,
    ) -> Result<Found, Status> {
        let no = |domain: &DomainId| domain_no(id, &view.state, domain);
        let item = |key: &ItemKey| find(id, &view.state, key).map(|(no, _)| no);
        let served = |goal: &GoalId| goal_no(id, &view.state, goal);
        let filter = Filter {
            kinds: wanted.kinds.clone(),
            statuses: wanted.statuses.clone(),
            moscow: wanted.moscow.clone(),
            labels: wanted.labels.clone(),
            pinned: wanted.pinned,
            domains: wanted.domains.iter().map(no).collect::<Result<_, _>>()?,
            asks_of: wanted.asks_of.as_ref().map(no).transpose()?,
            part_of: wanted.part_of.as_ref().map(item).transpose()?,
            goal: wanted
                .goal
                .as_ref()
                .map(|goal| goal.as_ref().map(served).transpose())
                .transpose()?,
        };
        let of = Of { product: id.clone(), version: view.state.version(), scope, filter };
        let view = Arc::clone(view);
        let found =
            self.filtered.found(of, move |of| matching(&view.state, of.scope, &of.filter)).await;
        found.map_err(|failed| match failed {
            Failed::Busy => {
                let busy = "too many lists are filtered at a time; try again in a moment";
                status::exhausted("BUSY", busy.to_owned(), HashMap::new())
            }
            Failed::Broken(what) => status::internal(what),
        })
    }
}

// A macro, because these handlers differ in nothing but their names.
macro_rules! command {
    ($self:ident, $request:ident, $method:literal, $convert:path, $response:ident) => {{
        let done = $self.0.run($method, $request, $convert).await?;
        let item = App::item_of(&done)?;
        Ok(Response::new(v1::$response { item: Some(item), receipt: Some(done.receipt()) }))
    }};
}

// As `command`, for commands that may leave no event behind: the request says which item to answer with.
macro_rules! command_on {
    ($self:ident, $request:ident, $method:literal, $convert:path, $response:ident, $name:ident) => {{
        let name = $request.get_ref().$name.clone();
        let done = $self.0.run($method, $request, $convert).await?;
        let (_, key) =
            names::item(stringify!($name), &name).map_err(|error| status::invalid(&error))?;
        let item = App::item_after(&done, &key)?;
        Ok(Response::new(v1::$response { item: Some(item), receipt: Some(done.receipt()) }))
    }};
}

#[tonic::async_trait]
impl BacklogService for Handler {
    async fn create_item(
        &self,
        request: Request<v1::CreateItemRequest>,
    ) -> Answer<v1::CreateItemResponse> {
        let wanted = request.get_ref();
        if let Some(item) = &wanted.item {
            let product = names::domain("parent", &wanted.parent).map(|(product, _)| product);
            self.0.require_people(request.metadata(), product, &item.people).await?;
        }
        command!(self, request, "CreateItem", convert::create, CreateItemResponse)
    }

    async fn get_item(&self, request: Request<v1::GetItemRequest>) -> Answer<v1::GetItemResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let (id, key) =
            names::item("name", &request.name).map_err(|error| status::invalid(&error))?;
        let as_of = request.as_of.as_ref();
        let view = self.0.view_as_of(&caller, &id, request.min_version, as_of).await?;
        let item = self.0.item(&id, &view.state, &key).await?;
        let version = view.state.version().0;
        Ok(caller.shown(v1::GetItemResponse { item: Some(item), version }))
    }

    async fn update_item(
        &self,
        request: Request<v1::UpdateItemRequest>,
    ) -> Answer<v1::UpdateItemResponse> {
        let name =
            request.get_ref().item.as_ref().map(|item| item.name.clone()).unwrap_or_default();
        let wanted = request.get_ref();
        let mut mask = wanted.update_mask.iter().flat_map(|mask| &mask.paths);
        if let Some(item) = &wanted.item
            && mask.any(|path| path == "people")
        {
            let product = names::item("item.name", &name).map(|(product, _)| product);
            self.0.require_people(request.metadata(), product, &item.people).await?;
        }
        let done = self.0.run("UpdateItem", request, convert::update).await?;
        let (_, key) = names::item("item.name", &name).map_err(|error| status::invalid(&error))?;
        let item = App::item_after(&done, &key)?;
        Ok(Response::new(v1::UpdateItemResponse {
            item: Some(item),
            receipt: Some(done.receipt()),
        }))
    }

    async fn list_backlog(
        &self,
        request: Request<v1::ListBacklogRequest>,
    ) -> Answer<v1::ListBacklogResponse> {
        let caller = self.0.caller(request.metadata())?;
        let answer = self.0.list(&caller, request.into_inner()).await?;
        Ok(caller.shown(answer))
    }

    async fn search_items(
        &self,
        request: Request<v1::SearchItemsRequest>,
    ) -> Answer<v1::SearchItemsResponse> {
        let caller = self.0.caller(request.metadata())?;
        search::items(&self.0, &caller, request.into_inner()).await.map(Response::new)
    }

    async fn rank_item(
        &self,
        request: Request<v1::RankItemRequest>,
    ) -> Answer<v1::RankItemResponse> {
        command_on!(self, request, "RankItem", convert::rank, RankItemResponse, name)
    }

    async fn reorder_item(
        &self,
        request: Request<v1::ReorderItemRequest>,
    ) -> Answer<v1::ReorderItemResponse> {
        command_on!(self, request, "ReorderItem", convert::reorder, ReorderItemResponse, name)
    }

    async fn pin_item(&self, request: Request<v1::PinItemRequest>) -> Answer<v1::PinItemResponse> {
        command_on!(self, request, "PinItem", convert::pin, PinItemResponse, name)
    }

    async fn unpin_item(
        &self,
        request: Request<v1::UnpinItemRequest>,
    ) -> Answer<v1::UnpinItemResponse> {
        command_on!(self, request, "UnpinItem", convert::unpin, UnpinItemResponse, name)
    }

    async fn preview_move(
        &self,
        request: Request<v1::PreviewMoveRequest>,
    ) -> Answer<v1::PreviewMoveResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let min_version = request.min_version;
        let (id, command) = preview::previewed(request).map_err(|error| status::invalid(&error))?;
        let view = self.0.view(&caller, &id, min_version).await?;
        let told = view.state.preview(&command, &caller.actor);
        let told = told.map_err(|error| status::refused(&id, &error))?;
        Ok(Response::new(preview::preview(&id, &view.state, &told)))
    }

    async fn undo_move(
        &self,
        request: Request<v1::UndoMoveRequest>,
    ) -> Answer<v1::UndoMoveResponse> {
        let undone = request.get_ref().version;
        let done = self.0.run("UndoMove", request, convert::undo).await?;
        let key = done.accepted.commit.events.iter().find_map(Event::item).cloned();
        let key = match key {
            Some(key) => key,
            // Nothing had to move; the answer shows the item whose move it was.
            None => {
                let commit = self.0.commit(&done.id, undone).await?;
                let moved = commit.events.iter().find_map(Event::item).cloned();
                moved.ok_or_else(|| status::internal("a move of no item".to_owned()))?
            }
        };
        let item = App::item_after(&done, &key)?;
        Ok(Response::new(v1::UndoMoveResponse { item: Some(item), receipt: Some(done.receipt()) }))
    }

    async fn move_item(
        &self,
        request: Request<v1::MoveItemRequest>,
    ) -> Answer<v1::MoveItemResponse> {
        command_on!(self, request, "MoveItem", convert::move_item, MoveItemResponse, name)
    }

    async fn split_item(
        &self,
        request: Request<v1::SplitItemRequest>,
    ) -> Answer<v1::SplitItemResponse> {
        let metadata = request.metadata().clone();
        let caller = self.0.caller(&metadata)?;
        let request = request.into_inner();
        let (id, key) =
            names::item("name", &request.name).map_err(|error| status::invalid(&error))?;
        for item in &request.into {
            self.0.require_people(&metadata, Ok(id.clone()), &item.people).await?;
        }
        let view = self.0.view(&caller, &id, 0).await?;
        let kind = view.state.item_by_key(&key).map(|(_, item)| item.kind);
        let done = self
            .0
            .run_as(&caller, "SplitItem", request, |request| convert::split(request, kind))
            .await?;
        let mut items = vec![App::item_after(&done, &key)?];
        for event in &done.accepted.commit.events {
            if let Event::ItemCreated(created) = event {
                items.push(App::item_after(&done, &created.item)?);
            }
        }
        Ok(Response::new(v1::SplitItemResponse { items, receipt: Some(done.receipt()) }))
    }

    async fn merge_items(
        &self,
        request: Request<v1::MergeItemsRequest>,
    ) -> Answer<v1::MergeItemsResponse> {
        command_on!(self, request, "MergeItems", convert::merge, MergeItemsResponse, into)
    }

    async fn mark_duplicate(
        &self,
        request: Request<v1::MarkDuplicateRequest>,
    ) -> Answer<v1::MarkDuplicateResponse> {
        command_on!(self, request, "MarkDuplicate", convert::duplicate, MarkDuplicateResponse, name)
    }

    async fn complete_item(
        &self,
        request: Request<v1::CompleteItemRequest>,
    ) -> Answer<v1::CompleteItemResponse> {
        command_on!(self, request, "CompleteItem", convert::complete, CompleteItemResponse, name)
    }

    async fn drop_item(
        &self,
        request: Request<v1::DropItemRequest>,
    ) -> Answer<v1::DropItemResponse> {
        command_on!(self, request, "DropItem", convert::drop_item, DropItemResponse, name)
    }

    async fn reopen_item(
        &self,
        request: Request<v1::ReopenItemRequest>,
    ) -> Answer<v1::ReopenItemResponse> {
        command_on!(self, request, "ReopenItem", convert::reopen, ReopenItemResponse, name)
    }

    async fn add_link(&self, request: Request<v1::AddLinkRequest>) -> Answer<v1::AddLinkResponse> {
        command_on!(self, request, "AddLink", convert::add_link, AddLinkResponse, name)
    }

    async fn remove_link(
        &self,
        request: Request<v1::RemoveLinkRequest>,
    ) -> Answer<v1::RemoveLinkResponse> {
        command_on!(self, request, "RemoveLink", convert::remove_link, RemoveLinkResponse, name)
    }

    async fn request_domain(
        &self,
        request: Request<v1::RequestDomainRequest>,
    ) -> Answer<v1::RequestDomainResponse> {
        command_on!(
            self,
            request,
            "RequestDomain",
            convert::request_domain,
            RequestDomainResponse,
            name
        )
    }

    async fn withdraw_request(
        &self,
        request: Request<v1::WithdrawRequestRequest>,
    ) -> Answer<v1::WithdrawRequestResponse> {
        command_on!(
            self,
            request,
            "WithdrawRequest",
            convert::withdraw_request,
            WithdrawRequestResponse,
            name
        )
    }

    async fn list_item_history(
        &self,
        request: Request<v1::ListItemHistoryRequest>,
    ) -> Answer<v1::ListItemHistoryResponse> {
        let caller = self.0.caller(request.metadata())?;
        story::history(&self.0, &caller, request.into_inner()).await.map(Response::new)
    }

    async fn explain_rank(
        &self,
        request: Request<v1::ExplainRankRequest>,
    ) -> Answer<v1::ExplainRankResponse> {
        let caller = self.0.caller(request.metadata())?;
        story::explain(&self.0, &caller, request.into_inner()).await.map(Response::new)
    }
}
