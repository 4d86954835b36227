//! `ProductService`.

use std::sync::Arc;

use koepel_api::{
    mandate, names, product as convert,
    v1::{self, product_service_server::ProductService},
};
use koepel_domain::{
    ids::{DomainId, PersonId, ProductId},
    order::DomainNo,
    product::Product,
    roles::Role,
};
use tonic::{Request, Response, Status};

use super::{page, role, status};
use crate::app::{App, Caller, Done, body_hash, log_name};

pub(crate) struct Handler(pub(crate) Arc<App>);

type Answer<T> = Result<Response<T>, Status>;

/// A domain that a command was about, as of its commit. When a request is repeated it may be deleted by then; its answer is the
/// same for ever.
fn domain_of(app: &App, done: &Done, id: &DomainId) -> Option<v1::Domain> {
    let product = done.product();
    let mut ever = (0..).map(DomainNo).map_while(|no| Some((no, product.domain(no)?)));
    let found = ever.find(|(_, domain)| domain.id == *id)?;
    let now = done.accepted.commit.time;
    Some(convert::domain(&done.id, product, found, now, &|person| app.directory.name(person)))
}

fn domain_out(
    app: &App,
    id: &ProductId,
    product: &Product,
    domain: &DomainId,
) -> Result<v1::Domain, Status> {
    let now = app.clock.now();
    let unknown = || {
        status::not_found("UNKNOWN_DOMAIN", format!("there is no domain {domain} in product {id}"))
    };
    let found = product.domain_by_id(domain).ok_or_else(unknown)?;
    Ok(convert::domain(id, product, found, now, &|person| app.directory.name(person)))
}

impl App {
    /// A person that roles and tokens may be given to.
    pub(crate) fn require_person(&self, name: &str, field: &str) -> Result<(), Status> {
        let person = names::person(field, name).map_err(|error| status::invalid(&error))?;
        match self.system_view.borrow().state.person(&person) {
            Some(known) if known.erased => Err(status::not_found(
                "UNKNOWN_PERSON",
                format!("{person} was erased; create another person"),
            )),
            Some(_) => Ok(()),
            None => Err(status::not_found(
                "UNKNOWN_PERSON",
                format!("there is no person {person}; create it first"),
            )),
        }
    }

    /// Makes a product that may not be there yet.
    pub(crate) async fn create_product(
        &self,
        caller: &Caller,
        request: v1::CreateProductRequest,
    ) -> Result<Done, Status> {
        // Refused before an actor exists: nobody else may fill the memory with products that are not there.
        caller.require_administrator()?;
        if !request.chief_po.is_empty() {
            self.require_person(&request.chief_po, "chief_po")?;
        }
        let body_hash = body_hash("CreateProduct", &request);
        let call = convert::create(request, &caller.actor.person)
            .map_err(|error| status::invalid(&error))?;
        let name = log_name(&call.product)?;
        let request = self.request(caller, call.command, call.request_id, body_hash);
        let accepted = self
            .products
            .create(&name, request)
            .await
            .map_err(|error| status::of_product(&call.product, &error))?;
        Ok(Done { id: call.product, accepted })
    }
}

#[tonic::async_trait]
impl ProductService for Handler {
    async fn create_product(
        &self,
        request: Request<v1::CreateProductRequest>,
    ) -> Answer<v1::CreateProductResponse> {
        let caller = self.0.caller(request.metadata())?;
        let done = self.0.create_product(&caller, request.into_inner()).await?;
        let product = convert::product(&done.id, done.product());
        Ok(Response::new(v1::CreateProductResponse {
            product: Some(product),
            receipt: Some(done.receipt()),
        }))
    }

    async fn get_product(
        &self,
        request: Request<v1::GetProductRequest>,
    ) -> Answer<v1::GetProductResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let id = names::product("name", &request.name).map_err(|error| status::invalid(&error))?;
        let as_of = request.as_of.as_ref();
        let view = self.0.view_as_of(&caller, &id, request.min_version, as_of).await?;
        let then = self.0.moment(&id, &view, as_of).await?;
        let chief = view.state.holder_at(Role::ChiefPo, None, then);
        let deputy = view.state.deputy_at(Role::ChiefPo, None, then);
        let name_of = |person: &PersonId| self.0.directory.name(person);
        Ok(caller.shown(v1::GetProductResponse {
            product: Some(convert::product(&id, &view.state)),
            version: view.state.version().0,
            chief_po: chief.map_or_else(String::new, names::of_person),
            chief_po_display_name: chief.map_or_else(String::new, name_of),
            deputy: deputy.map_or_else(String::new, names::of_person),
            deputy_display_name: deputy.map_or_else(String::new, name_of),
            vacancies: role::vacancies(&self.0, &id, &view.state, then),
        }))
    }

    async fn list_products(
        &self,
        request: Request<v1::ListProductsRequest>,
    ) -> Answer<v1::ListProductsResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let after: Option<String> = page::read("products", &request.page_token)?;
        let mut products = Vec::new();
        let mut next_page_token = String::new();
        let mut last = String::new();
        for name in self.0.products.names().await {
            if after.as_deref().is_some_and(|after| name.as_str() <= after) {
                continue;
            }
            let Ok(id) = ProductId::new(name.as_str()) else { continue };
            let Ok(view) = self.0.products.view(&name).await else { continue };
            if !view.state.exists() || !App::may_see(&caller, &id, &view.state) {
                continue;
            }
            if products.len() == size {
                next_page_token = page::write("products", last)?;
                break;
            }
            products.push(convert::product(&id, &view.state));
            last = name.as_str().to_owned();
        }
        Ok(Response::new(v1::ListProductsResponse { products, next_page_token }))
    }

    async fn update_product(
        &self,
        request: Request<v1::UpdateProductRequest>,
    ) -> Answer<v1::UpdateProductResponse> {
        let done = self.0.run("UpdateProduct", request, convert::update).await?;
        let product = convert::product(&done.id, done.product());
        Ok(Response::new(v1::UpdateProductResponse {
            product: Some(product),
            receipt: Some(done.receipt()),
        }))
    }

    async fn create_domain(
        &self,
        request: Request<v1::CreateDomainRequest>,
    ) -> Answer<v1::CreateDomainResponse> {
        let domain = request.get_ref().domain_id.clone();
        let done = self.0.run("CreateDomain", request, convert::create_domain).await?;
        let domain = DomainId::new(&domain).map_err(|error| status::internal(error.to_string()))?;
        Ok(Response::new(v1::CreateDomainResponse {
            domain: domain_of(&self.0, &done, &domain),
            receipt: Some(done.receipt()),
        }))
    }

    async fn get_domain(
        &self,
        request: Request<v1::GetDomainRequest>,
    ) -> Answer<v1::GetDomainResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let (id, domain) =
            names::domain("name", &request.name).map_err(|error| status::invalid(&error))?;
        let view = self.0.view(&caller, &id, request.min_version).await?;
        let domain = domain_out(&self.0, &id, &view.state, &domain)?;
        Ok(Response::new(v1::GetDomainResponse {
            domain: Some(domain),
            version: view.state.version().0,
        }))
    }

    async fn list_domains(
        &self,
        request: Request<v1::ListDomainsRequest>,
    ) -> Answer<v1::ListDomainsResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let id =
            names::product("parent", &request.parent).map_err(|error| status::invalid(&error))?;
        let as_of = request.as_of.as_ref();
        let view = self.0.view_as_of(&caller, &id, request.min_version, as_of).await?;
        let size = page::size(request.page_size, page::DEFAULT, page::MAX)?;
        let query = format!("domains {}", request.parent);
        let after: Option<u16> = page::read(&query, &request.page_token)?;
        let later = view.state.domains().filter(|(no, _)| after.is_none_or(|after| no.0 > after));
        let mut found: Vec<_> = later.take(size + 1).collect();
        let more = found.len() > size;
        found.truncate(size);
        let next_page_token = match found.last().filter(|_| more) {
            Some((no, _)) => page::write(&query, no.0)?,
            None => String::new(),
        };
        let then = self.0.moment(&id, &view, as_of).await?;
        let name_of = |person: &PersonId| self.0.directory.name(person);
        let found = found.into_iter();
        let domains =
            found.map(|found| convert::domain(&id, &view.state, found, then, &name_of)).collect();
        Ok(Response::new(v1::ListDomainsResponse {
            domains,
            next_page_token,
            version: view.state.version().0,
        }))
    }

    async fn update_domain(
        &self,
        request: Request<v1::UpdateDomainRequest>,
    ) -> Answer<v1::UpdateDomainResponse> {
        let name =
            request.get_ref().domain.as_ref().map(|domain| domain.name.clone()).unwrap_or_default();
        let done = self.0.run("UpdateDomain", request, convert::update_domain).await?;
        let (_, domain) =
            names::domain("domain.name", &name).map_err(|error| status::invalid(&error))?;
        Ok(Response::new(v1::UpdateDomainResponse {
            domain: domain_of(&self.0, &done, &domain),
            receipt: Some(done.receipt()),
        }))
    }

    async fn delete_domain(
        &self,
        request: Request<v1::DeleteDomainRequest>,
    ) -> Answer<v1::DeleteDomainResponse> {
        let done = self.0.run("DeleteDomain", request, convert::delete_domain).await?;
        Ok(Response::new(v1::DeleteDomainResponse { receipt: Some(done.receipt()) }))
    }

    async fn grant_role(
        &self,
        request: Request<v1::GrantRoleRequest>,
    ) -> Answer<v1::GrantRoleResponse> {
        role::grant(&self.0, request).await
    }

    async fn revoke_role(
        &self,
        request: Request<v1::RevokeRoleRequest>,
    ) -> Answer<v1::RevokeRoleResponse> {
        role::revoke(&self.0, request).await
    }

    async fn name_deputy(
        &self,
        request: Request<v1::NameDeputyRequest>,
    ) -> Answer<v1::NameDeputyResponse> {
        role::name_deputy(&self.0, request).await
    }

    async fn dismiss_deputy(
        &self,
        request: Request<v1::DismissDeputyRequest>,
    ) -> Answer<v1::DismissDeputyResponse> {
        role::dismiss_deputy(&self.0, request).await
    }

    async fn list_roles(
        &self,
        request: Request<v1::ListRolesRequest>,
    ) -> Answer<v1::ListRolesResponse> {
        role::list(&self.0, request).await
    }

    async fn get_mandate(
        &self,
        request: Request<v1::GetMandateRequest>,
    ) -> Answer<v1::GetMandateResponse> {
        let caller = self.0.caller(request.metadata())?;
        let request = request.into_inner();
        let id =
            names::product("product", &request.product).map_err(|error| status::invalid(&error))?;
        let view = self.0.view(&caller, &id, request.min_version).await?;
        let permissions = mandate::permissions(&id, &view.state, &caller.actor);
        let version = view.state.version().0;
        Ok(Response::new(v1::GetMandateResponse { permissions, version }))
    }
}
