//! Products and domains, between wire and domain. Roles are in `role`.

use koepel_domain::{
    command::Command,
    ids::{DomainId, DomainKey, PersonId, ProductId, Timestamp},
    order::DomainNo,
    product::{Domain, Product},
    roles::Role,
    text::{Name, Summary},
};

use crate::{
    check::{AtField as _, Invalid},
    common::{Call, expected, reason, request_id, timestamp},
    names, role, v1,
};

/// `CreateProduct`; `caller` answers for it if nobody else is named.
///
/// # Errors
/// [`Invalid`].
pub fn create(
    request: v1::CreateProductRequest,
    caller: &PersonId,
) -> Result<Call<Command>, Invalid> {
    let product = ProductId::new(&request.product_id).at("product_id")?;
    if product.as_str() == "system" {
        return Err(Invalid::field(
            "product_id",
            "system is reserved for the server; choose another id",
        ));
    }
    let name = if request.display_name.is_empty() {
        product.as_str()
    } else {
        request.display_name.as_str()
    };
    let name = Name::new(name).at("display_name")?;
    let summary = Summary::new(&request.summary).at("summary")?;
    let chief_po = if request.chief_po.is_empty() {
        caller.clone()
    } else {
        names::person("chief_po", &request.chief_po)?
    };
    let command = Command::CreateProduct { name, summary, chief_po };
    Ok(Call { product, command, request_id: request_id(&request.request_id)? })
}

pub(crate) fn name_and_summary(
    mask: Option<prost_types::FieldMask>,
    what: &str,
    name: &str,
    summary: &str,
) -> Result<(Option<Name>, Option<Summary>), Invalid> {
    let paths = mask.map(|mask| mask.paths).unwrap_or_default();
    if paths.is_empty() {
        return Err(Invalid::field(
            "update_mask",
            "names no field; say display_name, summary or both",
        ));
    }
    let (mut new_name, mut new_summary) = (None, None);
    for path in paths {
        match path.as_str() {
            "display_name" => new_name = Some(Name::new(name).at(&format!("{what}.display_name"))?),
            "summary" => new_summary = Some(Summary::new(summary).at(&format!("{what}.summary"))?),
            other => {
                let shown: String = other.chars().take(60).collect();
                return Err(Invalid::field(
                    "update_mask",
                    format_args!("{shown:?} cannot be changed; display_name and summary can"),
                ));
            }
        }
    }
    Ok((new_name, new_summary))
}

/// `UpdateProduct`.
///
/// # Errors
/// [`Invalid`].
pub fn update(request: v1::UpdateProductRequest) -> Result<Call<Command>, Invalid> {
    let from = request.product.ok_or_else(|| Invalid::field("product", "is missing"))?;
    let product = names::product("product.name", &from.name)?;
    let (name, summary) =
        name_and_summary(request.update_mask, "product", &from.display_name, &from.summary)?;
    let command =
        Command::UpdateProduct { name, summary, expected: expected(request.expected_version) };
    Ok(Call { product, command, request_id: request_id(&request.request_id)? })
}

/// `CreateDomain`.
///
/// # Errors
/// [`Invalid`].
pub fn create_domain(request: v1::CreateDomainRequest) -> Result<Call<Command>, Invalid> {
    let product = names::product("parent", &request.parent)?;
    let domain = DomainId::new(&request.domain_id).at("domain_id")?;
    let key = if request.key.is_empty() {
        domain.default_key()
    } else {
        DomainKey::new(&request.key).at("key")?
    };
    let name = if request.display_name.is_empty() {
        domain.as_str()
    } else {
        request.display_name.as_str()
    };
    let name = Name::new(name).at("display_name")?;
    let summary = Summary::new(&request.summary).at("summary")?;
    let command = Command::AddDomain { domain, key, name, summary };
    Ok(Call { product, command, request_id: request_id(&request.request_id)? })
}

/// `UpdateDomain`.
///
/// # Errors
/// [`Invalid`].
pub fn update_domain(request: v1::UpdateDomainRequest) -> Result<Call<Command>, Invalid> {
    let from = request.domain.ok_or_else(|| Invalid::field("domain", "is missing"))?;
    let (product, domain) = names::domain("domain.name", &from.name)?;
    let (name, summary) =
        name_and_summary(request.update_mask, "domain", &from.display_name, &from.summary)?;
    let command = Command::UpdateDomain {
        domain,
        name,
        summary,
        expected: expected(request.expected_version),
    };
    Ok(Call { product, command, request_id: request_id(&request.request_id)? })
}

/// `DeleteDomain`.
///
/// # Errors
/// [`Invalid`].
pub fn delete_domain(request: v1::DeleteDomainRequest) -> Result<Call<Command>, Invalid> {
    let (product, domain) = names::domain("name", &request.name)?;
    let (reason, expected) = (reason(&request.reason)?, expected(request.expected_version));
    let command = Command::DeleteDomain { domain, reason, expected };
    Ok(Call { product, command, request_id: request_id(&request.request_id)? })
}

/// A product on the wire.
#[must_use]
pub fn product(id: &ProductId, product: &Product) -> v1::Product {
    v1::Product {
        name: names::of_product(id),
        display_name: product.name().to_owned(),
        summary: product.summary().to_owned(),
        version: product.version().0,
        changed_at_version: product.changed().0,
        open_items: product.order().len(),
        all_items: product.items_len(),
        create_time: Some(timestamp(product.created_at())),
    }
}

/// A domain on the wire, with who sits in its seat at a moment; `name_of` tells the name to show of a person.
#[must_use]
pub fn domain(
    id: &ProductId,
    product: &Product,
    (no, domain): (DomainNo, &Domain),
    now: Timestamp,
    name_of: &dyn Fn(&PersonId) -> String,
) -> v1::Domain {
    let po = product.holder_at(Role::DomainPo, Some(&domain.id), now);
    let deputy = product.deputy_at(Role::DomainPo, Some(&domain.id), now);
    let vacancy = product.vacancy(Role::DomainPo, Some(&domain.id), now);
    let vacancy = vacancy.filter(|_| !domain.deleted);
    v1::Domain {
        name: names::of_domain(id, &domain.id),
        key: domain.key.to_string(),
        display_name: domain.name.to_string(),
        summary: domain.summary.to_string(),
        domain_po: po.map_or_else(String::new, names::of_person),
        open_items: product.order().len_of_domain(no),
        changed_at_version: domain.changed.0,
        domain_po_display_name: po.map_or_else(String::new, name_of),
        deputy: deputy.map_or_else(String::new, names::of_person),
        deputy_display_name: deputy.map_or_else(String::new, name_of),
        vacancy: vacancy.map(|vacancy| role::vacancy(id, product, &vacancy, now, name_of)),
    }
}
