//! Share links, between wire and domain.

use koepel_domain::{
    ids::{ProductId, ShareId, Timestamp},
    system::{Command, NewShareLink, SecretHash, ShareLink, Shared},
};

use crate::{
    admin::{DAY, end, optional_name},
    check::Invalid,
    common::{reason, timestamp},
    names, v1,
};

/// For how long a link is in force if nothing is said, in microseconds.
const DEFAULT: i64 = 30 * DAY;
/// For how long a link may be in force, in microseconds.
const LONGEST: i64 = 366 * DAY;

/// `CreateShareLink`: its product and the command, with the id and the hash of the secret that the server made.
///
/// # Errors
/// [`Invalid`]; also for an end in the past or too far away.
pub fn create(
    request: &v1::CreateShareLinkRequest,
    share: ShareId,
    secret: SecretHash,
    now: Timestamp,
) -> Result<(ProductId, Command), Invalid> {
    let product = names::product("parent", &request.parent)?;
    let opens = opens(request, &product)?;
    let purpose = optional_name("purpose", &request.purpose)?;
    let expires_at = end(request.expire_time.as_ref(), now, (DEFAULT, LONGEST))?;
    let facts = NewShareLink { product: product.clone(), opens, purpose, expires_at, secret };
    Ok((product, Command::CreateShareLink { share, facts: Box::new(facts) }))
}

fn opens(request: &v1::CreateShareLinkRequest, product: &ProductId) -> Result<Shared, Invalid> {
    let opens = match v1::Shared::try_from(request.opens) {
        Ok(v1::Shared::Product) => Shared::Product,
        Ok(v1::Shared::Roadmap) => Shared::Roadmap,
        Ok(v1::Shared::Domain) => {
            let (of, domain) = names::domain("domain", &request.domain)?;
            if of != *product {
                return Err(Invalid::field("domain", "is of another product"));
            }
            return Ok(Shared::Domain(domain));
        }
        Ok(v1::Shared::Unspecified) | Err(_) => {
            return Err(Invalid::field("opens", "must be the product, the roadmap or a domain"));
        }
    };
    if request.domain.is_empty() {
        Ok(opens)
    } else {
        Err(Invalid::field("domain", "is for a link that opens one domain only"))
    }
}

/// `RevokeShareLink`: the product and the command.
///
/// # Errors
/// [`Invalid`].
pub fn revoke(request: &v1::RevokeShareLinkRequest) -> Result<(ProductId, Command), Invalid> {
    let (product, share) = names::share_link("name", &request.name)?;
    let reason = reason(&request.reason)?;
    Ok((product.clone(), Command::RevokeShareLink { share, product, reason }))
}

/// A link on the wire, without its secret.
#[must_use]
pub fn link(id: &ShareId, link: &ShareLink) -> v1::ShareLink {
    let (opens, domain) = match &link.opens {
        Shared::Product => (v1::Shared::Product, String::new()),
        Shared::Roadmap => (v1::Shared::Roadmap, String::new()),
        Shared::Domain(domain) => (v1::Shared::Domain, names::of_domain(&link.product, domain)),
    };
    v1::ShareLink {
        name: names::of_share_link(&link.product, id),
        opens: opens.into(),
        domain,
        purpose: link.purpose.as_ref().map_or_else(String::new, ToString::to_string),
        expire_time: Some(timestamp(link.expires_at)),
        create_time: Some(timestamp(link.created_at)),
        creator: names::of_person(&link.created_by),
    }
}
