//! What every command has at hand: the global options, where answers go, and the way to a session.

use std::{fmt::Display, path::PathBuf, str::FromStr};

use koepel_api::v1;
use koepel_domain::language::Language;

use crate::{
    arguments::Globals,
    credentials::{Places, default_data_dir},
    failure::{Failure, Kind},
    names::{self, DomainRef, ItemRef, ProductRef},
    output::Output,
    session::{Server, Session},
};

/// How many products are named when it is not clear which one is meant.
const NAMED: usize = 10;

/// The global options and where answers go.
pub(crate) struct Context {
    server: Server,
    token_file: Option<PathBuf>,
    product: Option<ProductRef>,
    request_id: Option<String>,
    /// The language to be answered in; none: as the server answers if nothing is asked.
    language: Option<Language>,
    /// Where answers go.
    pub(crate) out: Output,
}

impl Context {
    /// The context of one command: its options, and what the environment says where they say nothing.
    ///
    /// # Errors
    /// The environment says something that cannot be read.
    pub(crate) fn new(globals: Globals) -> Result<Self, Failure> {
        let server = match globals.server {
            Some(server) => Some(server),
            None => from_environment("KOEPEL_SERVER")?,
        };
        let product = match globals.product {
            Some(product) => Some(product),
            None => from_environment("KOEPEL_PRODUCT")?,
        };
        // A string, as is the language of a contact, which a command has under the same name.
        let language = match globals.language.as_deref() {
            None => from_environment("KOEPEL_LANGUAGE")?,
            Some("") => None,
            Some(text) => {
                let read = text.parse().map_err(|error| format!("--language: {error}"));
                Some(read.map_err(Failure::usage)?)
            }
        };
        Ok(Self {
            server: server.unwrap_or_default(),
            token_file: globals.token_file,
            product,
            request_id: globals.request_id.map(|id| id.to_string()),
            language,
            out: Output::standard(
                globals.output,
                globals.color,
                globals.quiet,
                language.unwrap_or_default(),
            ),
        })
    }

    /// Whether the command was given an id.
    pub(crate) fn has_request_id(&self) -> bool {
        self.request_id.is_some()
    }

    /// Connects to the server.
    pub(crate) async fn session(&self) -> Result<Session, Failure> {
        let variable = |name: &str| std::env::var_os(name);
        let tokens = Places {
            file: self.token_file.clone(),
            variable: std::env::var("KOEPEL_TOKEN").ok().filter(|token| !token.is_empty()),
            data_dir: if self.server.is_local() { default_data_dir(variable) } else { None },
        };
        Session::open(&self.server, &tokens, self.request_id.clone(), self.language).await
    }

    /// The id of the product that is meant: the one named, else `--product`, else the only one there is.
    pub(crate) async fn product(
        &self,
        session: &Session,
        named: Option<&str>,
    ) -> Result<String, Failure> {
        if let Some(product) = named.or(self.named_product()) {
            return Ok(product.to_owned());
        }
        let question = v1::ListProductsRequest { page_size: 0, page_token: String::new() };
        let answer = session
            .ask(question, async |request| session.products().list_products(request).await)
            .await?;
        only(&answer)
    }

    /// The product of `--product` or `KOEPEL_PRODUCT`.
    pub(crate) fn named_product(&self) -> Option<&str> {
        self.product.as_ref().map(|product| product.0.as_str())
    }

    /// The product that is meant, when it may stand first on the command line.
    pub(crate) async fn product_of(
        &self,
        session: &Session,
        named: Option<&ProductRef>,
    ) -> Result<String, Failure> {
        self.product(session, named.map(|product| product.0.as_str())).await
    }

    /// The resource name of an item.
    pub(crate) async fn item(&self, session: &Session, item: &ItemRef) -> Result<String, Failure> {
        let product = self.product(session, item.product.as_deref()).await?;
        Ok(names::item(&product, &item.key))
    }

    /// The resource name of a domain.
    pub(crate) async fn domain(
        &self,
        session: &Session,
        domain: &DomainRef,
    ) -> Result<String, Failure> {
        let product = self.product(session, domain.product.as_deref()).await?;
        Ok(names::domain(&product, &domain.domain))
    }
}

/// The resource name of a domain that has to be of this product.
///
/// # Errors
/// It was named with another product.
pub(crate) fn domain_within(domain: &DomainRef, product: &str) -> Result<String, Failure> {
    match &domain.product {
        Some(other) if other != product => Err(Failure::usage(format!(
            "the domain {other}/{} is of another product than {product}",
            domain.domain
        ))),
        _ => Ok(names::domain(product, &domain.domain)),
    }
}

/// What a variable says; one that is empty says nothing.
fn from_environment<T: FromStr<Err: Display>>(name: &str) -> Result<Option<T>, Failure> {
    match std::env::var(name) {
        Ok(value) if !value.is_empty() => {
            value.parse().map(Some).map_err(|error| Failure::usage(format!("{name}: {error}")))
        }
        Ok(_) | Err(_) => Ok(None),
    }
}

fn only(answer: &v1::ListProductsResponse) -> Result<String, Failure> {
    match answer.products.as_slice() {
        [] => Err(Failure::new(
            Kind::NotFound,
            "there is no product yet, or none that you may see",
        )
        .help("make one with `koepel product create ID`, or bring one in with `koepel import`")),
        [product] => Ok(names::short(&product.name).to_owned()),
        several => {
            let mut ids: Vec<&str> =
                several.iter().take(NAMED).map(|product| names::short(&product.name)).collect();
            if several.len() > NAMED || !answer.next_page_token.is_empty() {
                ids.push("…");
            }
            Err(Failure::usage(format!("which product is meant? There are {}", ids.join(", ")))
                .help("name it in front (PRODUCT/KEY), with --product, or in KOEPEL_PRODUCT"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Paint;

    fn products(ids: &[&str]) -> v1::ListProductsResponse {
        let products = ids
            .iter()
            .map(|id| v1::Product { name: names::product(id), ..v1::Product::default() })
            .collect();
        v1::ListProductsResponse { products, next_page_token: String::new() }
    }

    #[test]
    fn the_only_product_needs_no_name() {
        assert_eq!(only(&products(&["webshop"])), Ok("webshop".to_owned()));
    }

    #[test]
    fn of_several_products_one_has_to_be_named() {
        let failure = only(&products(&["retail", "webshop"])).unwrap_err();
        assert_eq!(failure.kind, Kind::Usage);
        assert!(
            failure
                .render(Paint::plain())
                .starts_with("error: which product is meant? There are retail, webshop\n")
        );
    }

    #[test]
    fn without_products_it_says_how_to_make_one() {
        let failure = only(&products(&[])).unwrap_err();
        assert_eq!(failure.kind, Kind::NotFound);
        assert!(failure.render(Paint::plain()).contains("koepel product create"));
    }

    #[test]
    fn a_domain_of_another_product_is_refused() {
        let online: DomainRef = "webshop/online".parse().unwrap();
        assert_eq!(
            domain_within(&online, "webshop"),
            Ok("products/webshop/domains/online".to_owned())
        );
        assert!(domain_within(&online, "retail").is_err());
    }
}
