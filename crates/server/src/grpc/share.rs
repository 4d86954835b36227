//! `ShareService`: links for people without an account. The mandate table says who makes them; the server's own log keeps them,
//! with the tokens.

use std::sync::Arc;

use koepel_api::{
    common::timestamp,
    names, share as convert,
    v1::{self, share_service_server::ShareService},
};
use koepel_domain::{
    error::Error as Refusal,
    ids::{ProductId, ShareId},
    mandate::{self, Act},
    system::{Command, Shared, System},
};
use koepel_engine::Accepted;
use koepel_event_log::Hash;
use tonic::{Request, Response, Status};

use super::{page, status};
use crate::{
    app::{App, Caller, body_hash},
    ids,
};

pub(crate) struct Handler(pub(crate) Arc<App>);

type Answer<T> = Result<Response<T>, Status>;

impl App {
    /// Refuses whoever may not share a product.
    async fn may_share(&self, caller: &Caller, product: &ProductId) -> Result<(), Status> {
        let view = self.view(caller, product, 0).await?;
        mandate::check(&view.state, &caller.actor, Act::Share, &[])
            .map_err(|refused| status::refused(product, &Refusal::Mandate(refused)))
    }

    async fn run_share(
        &self,
        caller: &Caller,
        product: &ProductId,
        command: Command,
        (request_id, body_hash): (&str, Hash),
    ) -> Result<Accepted<System>, Status> {
        self.may_share(caller, product).await?;
        self.as_system(caller.actor.clone(), command, request_id, body_hash).await
    }
}

fn receipt(accepted: &Accepted<System>) -> v1::Receipt {
    v1::Receipt {
        product: "products/system".to_owned(),
        version: accepted.commit.version.0,
        time: Some(timestamp(accepted.commit.time)),
    }
}

#[tonic::async_trait]
impl ShareService for Handler {
    async fn create_share_link(
        &self,
        request: Request<v1::CreateShareLinkRequest>,
    ) -> Answer<v1::CreateShareLinkResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let body_hash = body_hash("CreateShareLink", &request);
        let secret = ids::share_secret();
        let id = ids::share_link().map_err(|error| status::internal(error.to_string()))?;
        let (hash, now) = (ids::secret_hash(&secret), self.0.clock.now());
        let (product, command) = convert::create(&request, id.clone(), hash, now)
            .map_err(|error| status::invalid(&error))?;
        self.0.may_share(&caller, &product).await?;
        if let Command::CreateShareLink { facts, .. } = &command
            && let Shared::Domain(domain) = &facts.opens
            && self.0.view(&caller, &product, 0).await?.state.domain_by_id(domain).is_none()
        {
            let message = format!("there is no domain {domain} in product {product}");
            return Err(status::not_found("UNKNOWN_DOMAIN", message));
        }
        let repeat = (request.request_id.as_str(), body_hash);
        let accepted = self.0.run_share(&caller, &product, command, repeat).await?;
        if accepted.repeated {
            let message = "this request was accepted before, and its secret was in that answer only; revoke that link and make another";
            return Err(status::already_exists("SECRET_GONE", message));
        }
        let link = accepted.view.state.share_link(&id);
        let address = self.0.sign_in.as_ref().map(|sign_in| sign_in.public_url());
        Ok(Response::new(v1::CreateShareLinkResponse {
            share_link: link.map(|link| convert::link(&id, link)),
            url: format!("{}/share/{secret}", address.unwrap_or_default()),
            secret,
            receipt: Some(receipt(&accepted)),
        }))
    }

    async fn list_share_links(
        &self,
        request: Request<v1::ListShareLinksRequest>,
    ) -> Answer<v1::ListShareLinksResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let product =
            names::product("parent", &request.parent).map_err(|error| status::invalid(&error))?;
        self.0.may_share(&caller, &product).await?;
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let after: Option<ShareId> = page::read("share_links", &request.page_token)?;
        let (view, now) = (Arc::clone(&self.0.system_view.borrow()), self.0.clock.now());
        let mut found: Vec<_> = view
            .state
            .share_links_after(&product, after.as_ref())
            .filter(|(_, link)| now < link.expires_at)
            .take(size + 1)
            .collect();
        let more = found.len() > size;
        found.truncate(size);
        let next_page_token = match found.last().filter(|_| more) {
            Some((id, _)) => page::write("share_links", (*id).clone())?,
            None => String::new(),
        };
        let share_links = found.into_iter().map(|(id, link)| convert::link(id, link)).collect();
        Ok(Response::new(v1::ListShareLinksResponse { share_links, next_page_token }))
    }

    async fn revoke_share_link(
        &self,
        request: Request<v1::RevokeShareLinkRequest>,
    ) -> Answer<v1::RevokeShareLinkResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let body_hash = body_hash("RevokeShareLink", &request);
        let (product, command) =
            convert::revoke(&request).map_err(|error| status::invalid(&error))?;
        let repeat = (request.request_id.as_str(), body_hash);
        let accepted = self.0.run_share(&caller, &product, command, repeat).await?;
        Ok(Response::new(v1::RevokeShareLinkResponse { receipt: Some(receipt(&accepted)) }))
    }
}
