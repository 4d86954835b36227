//! `koepel token`: keys to the API.

use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use koepel_api::v1::{self, Role};
use serde::Serialize;

use crate::{
    circumstances::{Receipt, Why, required},
    context::Context,
    edge,
    failure::{Failure, Kind},
    moment,
    names::{self, PersonRef, ProductRef, TokenRef},
    output::View,
    session::Session,
    table::{Column, Table},
    words,
};

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token; it is shown once and never again (administrator)
    Create(CreateArgs),
    /// List tokens that are not expired or revoked (administrator)
    List,
    /// End a token at once (administrator)
    Revoke(RevokeArgs),
}

/// What `token create` can be given.
#[derive(Args, Debug)]
#[command(
    after_help = "With --quiet only the token itself is printed: koepel token create p-1 --quiet > token"
)]
pub(crate) struct CreateArgs {
    /// Person or tool that it is for
    person: PersonRef,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
    /// When it expires: a length such as 90d, 12w, 36h or 1y, a day, or a time [default: never]
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
    /// The only product that it opens [default: all that the person may see]
    #[arg(long, value_name = "PRODUCT")]
    only_product: Option<ProductRef>,
    /// The only role that it may use [default: all that the person holds]
    #[arg(long, value_parser = words::parser::<Role>(), value_name = "ROLE")]
    only_role: Option<Role>,
}

/// What `token revoke` can be given.
#[derive(Args, Debug)]
pub(crate) struct RevokeArgs {
    /// The token's id, as `token list` shows it
    token: TokenRef,
    #[command(flatten)]
    why: Why,
}

/// A token as JSON; never the secret.
#[derive(Serialize)]
pub(crate) struct TokenShape {
    name: String,
    id: String,
    person: String,
    purpose: String,
    product: Option<String>,
    role: Option<String>,
    expire_time: Option<String>,
    create_time: Option<String>,
}

impl From<&v1::Token> for TokenShape {
    fn from(token: &v1::Token) -> Self {
        Self {
            name: token.name.clone(),
            id: names::short(&token.name).to_owned(),
            person: names::short(&token.person).to_owned(),
            purpose: token.purpose.clone(),
            product: names::short_or_none(&token.product).map(ToOwned::to_owned),
            role: words::for_programs::<Role>(token.role),
            expire_time: moment::rfc3339(token.expire_time.as_ref()),
            create_time: moment::rfc3339(token.create_time.as_ref()),
        }
    }
}

/// A list of tokens as JSON.
#[derive(Serialize)]
struct Tokens {
    tokens: Vec<TokenShape>,
}

/// A token that was made, as JSON: the only place where the secret is.
#[derive(Serialize)]
struct Made {
    token: TokenShape,
    secret: String,
    receipt: Receipt,
}

/// A token that was revoked, as JSON.
#[derive(Serialize)]
struct Revoked {
    receipt: Receipt,
}

/// Runs one of them.
pub(crate) async fn run(command: TokenCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        TokenCommand::Create(args) => create(args, ctx).await,
        TokenCommand::List => list(ctx).await,
        TokenCommand::Revoke(args) => revoke(args, ctx).await,
    }
}

async fn create(args: CreateArgs, ctx: &mut Context) -> Result<(), Failure> {
    let expires =
        args.expires.as_deref().map(|given| moment::given(given, edge::now(), &TimeZone::system()));
    let expire_time = expires
        .transpose()
        .map_err(|error| Failure::usage(error.to_string()))?
        .map(moment::to_wire);
    let session = ctx.session().await?;
    let command = |request_id| v1::CreateTokenRequest {
        person: args.person.0,
        purpose: args.purpose.unwrap_or_default(),
        product: args.only_product.map(|product| names::product(&product.0)).unwrap_or_default(),
        role: args.only_role.unwrap_or_default().into(),
        expire_time,
        request_id,
    };
    let answer = session
        .command_once(command, async |request| session.admin().create_token(request).await)
        .await;
    let answer = answer.map_err(|(failure, repeated)| lost(failure, repeated))?;
    let (token, receipt) = (required(answer.token, "token")?, required(answer.receipt, "receipt")?);
    if ctx.out.is_json() {
        let token = TokenShape::from(&token);
        return ctx.out.json(&Made {
            token,
            secret: answer.secret,
            receipt: Receipt::from(&receipt),
        });
    }
    ctx.out.line(&answer.secret)?;
    // After the secret is out: standard error may be in front of it otherwise.
    ctx.out.flush()?;
    let id = names::short(&token.name);
    let until = match moment::minute(token.expire_time.as_ref(), &ctx.out.view().zone) {
        until if until.is_empty() => "does not expire".to_owned(),
        until => format!("expires {until}"),
    };
    ctx.out.note(&format!(
        "\nThis is the token {id} of {}; it {until}. It is shown only now: keep it in a file that only you can read, and give \
         it with --token-file or KOEPEL_TOKEN. `koepel token revoke {id}` ends it.",
        names::short(&token.person)
    ));
    Ok(())
}

/// A repeat that finds the token made has lost its secret: only the first answer held it.
fn lost(failure: Failure, repeated: bool) -> Failure {
    if repeated && failure.kind == Kind::Conflict {
        failure
            .detail("the token was made, but the answer with its secret was lost on the way")
            .help("find it with `koepel token list`, end it with `koepel token revoke ID`, and make another")
    } else {
        failure
    }
}

async fn list(ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let tokens = all(&session).await?;
    if ctx.out.is_json() {
        return ctx.out.json(&Tokens { tokens: tokens.iter().map(TokenShape::from).collect() });
    }
    let text = table(&tokens, ctx.out.view());
    ctx.out.text(&text)
}

async fn all(session: &Session) -> Result<Vec<v1::Token>, Failure> {
    let mut question = v1::ListTokensRequest { page_size: 1_000, page_token: String::new() };
    let mut tokens = Vec::new();
    loop {
        let page = session
            .ask(question.clone(), async |request| session.admin().list_tokens(request).await)
            .await?;
        tokens.extend(page.tokens);
        if page.next_page_token.is_empty() {
            return Ok(tokens);
        }
        question.page_token = page.next_page_token;
    }
}

fn table(tokens: &[v1::Token], view: &View) -> String {
    let mut table = Table::new([
        Column::Word("TOKEN"),
        Column::Word("PERSON"),
        Column::Word("OPENS"),
        Column::Word("MADE"),
        Column::Word("EXPIRES"),
        Column::Text("PURPOSE"),
    ]);
    for token in tokens {
        let expires = moment::minute(token.expire_time.as_ref(), &view.zone);
        table.row([
            names::short(&token.name).to_owned(),
            names::short(&token.person).to_owned(),
            opens(token),
            moment::minute(token.create_time.as_ref(), &view.zone),
            if expires.is_empty() { "never".to_owned() } else { expires },
            token.purpose.clone(),
        ]);
    }
    table.render(view)
}

/// What a token opens: `everything`, `webshop`, `webshop as tool`.
pub(crate) fn opens(token: &v1::Token) -> String {
    let product = names::short_or_none(&token.product).unwrap_or("everything");
    match words::role(token.role) {
        role if role.is_empty() => product.to_owned(),
        role => format!("{product} as {role}"),
    }
}

async fn revoke(args: RevokeArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = args.token.0;
    let id = names::short(&name).to_owned();
    let command = |request_id| v1::RevokeTokenRequest { name, reason: args.why.text(), request_id };
    let answer = session
        .command(command, async |request| session.admin().revoke_token(request).await)
        .await?;
    let receipt = required(answer.receipt, "receipt")?;
    if ctx.out.is_json() {
        return ctx.out.json(&Revoked { receipt: Receipt::from(&receipt) });
    }
    ctx.out.say(&format!("{id} opens nothing any more."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Paint;

    #[test]
    fn a_list_says_what_each_token_opens() {
        let token = v1::Token {
            name: "tokens/t-91c2".to_owned(),
            person: "people/p-7f3a".to_owned(),
            purpose: "nightly import".to_owned(),
            product: "products/webshop".to_owned(),
            role: Role::Tool.into(),
            ..v1::Token::default()
        };
        assert_eq!(
            table(&[token], &View::plain(None)),
            "TOKEN   PERSON  OPENS            MADE  EXPIRES  PURPOSE\nt-91c2  p-7f3a  webshop as tool        never    nightly \
             import\n"
        );
    }

    #[test]
    fn a_secret_lost_on_the_way_is_told() {
        let failure = || Failure::new(Kind::Conflict, "this request id was used");
        assert!(lost(failure(), true).render(Paint::plain()).contains("koepel token revoke ID"));
        assert_eq!(lost(failure(), false), failure());
    }
}
