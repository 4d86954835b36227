//! `koepel invitation`: how somebody's account at the identity provider becomes that of a person here.

use clap::{Args, Subcommand};
use jiff::tz::TimeZone;
use koepel_api::v1;
use serde::Serialize;

use crate::{
    circumstances::{Receipt, Why, required},
    context::Context,
    edge,
    failure::{Failure, Kind},
    moment,
    names::{self, InvitationRef, PersonRef},
    person::PersonShape,
    session::Session,
    table::{Column, Table},
};

/// What can be done with invitations.
#[derive(Debug, Subcommand)]
pub(crate) enum InvitationCommand {
    /// Invite a person to sign in; the link is shown once and never again (administrator)
    Create(CreateArgs),
    /// List invitations that are open (administrator)
    List,
    /// Take an invitation back (administrator)
    Revoke(RevokeArgs),
    /// Bind your account to the person that you are invited as; the token shown must be a JWT of the identity provider
    Redeem(RedeemArgs),
}

/// What `invitation create` can be given.
#[derive(Args, Debug)]
#[command(after_help = "With --quiet only the link itself is printed.")]
pub(crate) struct CreateArgs {
    /// Person to invite
    person: PersonRef,
    /// When it expires: a length such as 3d or 12h, a day, or a time; at most 30 days [default: 7d]
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
}

/// What `invitation revoke` can be given.
#[derive(Args, Debug)]
pub(crate) struct RevokeArgs {
    /// The invitation's id, as `invitation list` shows it
    invitation: InvitationRef,
    #[command(flatten)]
    why: Why,
}

/// What `invitation redeem` can be given.
#[derive(Args, Debug)]
pub(crate) struct RedeemArgs {
    /// The link, or its last part
    #[arg(value_name = "LINK")]
    link: String,
}

/// An invitation as JSON; never the secret.
#[derive(Serialize)]
struct InvitationShape {
    name: String,
    id: String,
    person: String,
    expire_time: Option<String>,
    create_time: Option<String>,
}

impl From<&v1::Invitation> for InvitationShape {
    fn from(invitation: &v1::Invitation) -> Self {
        Self {
            name: invitation.name.clone(),
            id: names::short(&invitation.name).to_owned(),
            person: names::short(&invitation.person).to_owned(),
            expire_time: moment::rfc3339(invitation.expire_time.as_ref()),
            create_time: moment::rfc3339(invitation.create_time.as_ref()),
        }
    }
}

/// A list of invitations as JSON.
#[derive(Serialize)]
struct Invitations {
    invitations: Vec<InvitationShape>,
}

/// An invitation that was made, as JSON: the only place where the secret is.
#[derive(Serialize)]
struct Made {
    invitation: InvitationShape,
    secret: String,
    url: String,
    receipt: Receipt,
}

/// An invitation that was taken back, as JSON.
#[derive(Serialize)]
struct Revoked {
    receipt: Receipt,
}

/// An invitation that was redeemed, as JSON.
#[derive(Serialize)]
struct Redeemed {
    person: PersonShape,
    identity: String,
    receipt: Receipt,
}

/// Runs one of them.
pub(crate) async fn run(command: InvitationCommand, ctx: &mut Context) -> Result<(), Failure> {
    match command {
        InvitationCommand::Create(args) => create(args, ctx).await,
        InvitationCommand::List => list(ctx).await,
        InvitationCommand::Revoke(args) => revoke(args, ctx).await,
        InvitationCommand::Redeem(args) => redeem(args, ctx).await,
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
    let command =
        |request_id| v1::InvitePersonRequest { person: args.person.0, expire_time, request_id };
    let answer = session
        .command_once(command, async |request| session.admin().invite_person(request).await)
        .await;
    let answer = answer.map_err(|(failure, repeated)| lost(failure, repeated))?;
    let (invitation, receipt) =
        (required(answer.invitation, "invitation")?, required(answer.receipt, "receipt")?);
    if ctx.out.is_json() {
        return ctx.out.json(&Made {
            invitation: InvitationShape::from(&invitation),
            secret: answer.secret,
            url: answer.url,
            receipt: Receipt::from(&receipt),
        });
    }
    ctx.out.line(&answer.url)?;
    // After the link is out: standard error may be in front of it otherwise.
    ctx.out.flush()?;
    let id = names::short(&invitation.name);
    ctx.out.note(&format!(
        "\nThis is the invitation {id} of {}; it expires {}. It is shown only now: give it to them, and to nobody else, by a way that \
         you trust. Whoever opens it, signs in and says yes is {} from then on. `koepel invitation revoke {id}` takes it back.",
        names::short(&invitation.person),
        moment::minute(invitation.expire_time.as_ref(), &ctx.out.view().zone),
        names::short(&invitation.person),
    ));
    Ok(())
}

/// A repeat that finds the invitation made has lost its secret: only the first answer held it.
fn lost(failure: Failure, repeated: bool) -> Failure {
    if repeated && failure.kind == Kind::Conflict {
        failure
            .detail("the invitation was made, but the answer with its link was lost on the way")
            .help("find it with `koepel invitation list`, take it back with `koepel invitation revoke ID`, and make another")
    } else {
        failure
    }
}

async fn all(session: &Session) -> Result<Vec<v1::Invitation>, Failure> {
    let mut question = v1::ListInvitationsRequest { page_size: 1_000, ..Default::default() };
    let mut invitations = Vec::new();
    loop {
        let send = async |request| session.admin().list_invitations(request).await;
        let page = session.ask(question.clone(), send).await?;
        invitations.extend(page.invitations);
        if page.next_page_token.is_empty() {
            return Ok(invitations);
        }
        question.page_token = page.next_page_token;
    }
}

async fn list(ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let invitations = all(&session).await?;
    if ctx.out.is_json() {
        let invitations = invitations.iter().map(InvitationShape::from).collect();
        return ctx.out.json(&Invitations { invitations });
    }
    let mut table = Table::new([
        Column::Word("INVITATION"),
        Column::Word("PERSON"),
        Column::Word("MADE"),
        Column::Word("EXPIRES"),
    ]);
    let view = ctx.out.view();
    for invitation in &invitations {
        table.row([
            names::short(&invitation.name).to_owned(),
            names::short(&invitation.person).to_owned(),
            moment::minute(invitation.create_time.as_ref(), &view.zone),
            moment::minute(invitation.expire_time.as_ref(), &view.zone),
        ]);
    }
    let text = table.render(view);
    ctx.out.text(&text)
}

async fn revoke(args: RevokeArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let name = args.invitation.0;
    let id = names::short(&name).to_owned();
    let reason = args.why.text();
    let command = |request_id| v1::RevokeInvitationRequest { name, reason, request_id };
    let answer = session
        .command(command, async |request| session.admin().revoke_invitation(request).await)
        .await?;
    let receipt = required(answer.receipt, "receipt")?;
    if ctx.out.is_json() {
        return ctx.out.json(&Revoked { receipt: Receipt::from(&receipt) });
    }
    ctx.out.say(&format!("{id} lets nobody in any more."))
}

async fn redeem(args: RedeemArgs, ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let invitation = names::short(args.link.trim()).to_owned();
    let command = |request_id| v1::RedeemInvitationRequest { invitation, request_id };
    let answer = session
        .command(command, async |request| session.admin().redeem_invitation(request).await)
        .await?;
    let (person, identity) =
        (required(answer.person, "person")?, required(answer.identity, "identity")?);
    let receipt = required(answer.receipt, "receipt")?;
    if ctx.out.is_json() {
        return ctx.out.json(&Redeemed {
            person: PersonShape::from(&person),
            identity: names::short(&identity.name).to_owned(),
            receipt: Receipt::from(&receipt),
        });
    }
    ctx.out.say(&format!("You are {} now.", names::short(&person.name)))
}
