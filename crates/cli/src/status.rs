//! `koepel status` and `koepel whoami`: the server, and who one is to it.

use koepel_api::v1;
use serde::Serialize;

use crate::{
    circumstances::required,
    context::Context,
    failure::Failure,
    moment, names,
    output::View,
    person::{PersonShape, what},
    table::{Column, Table, facts},
    token::{TokenShape, opens},
};

/// Who one is, as JSON.
#[derive(Serialize)]
struct Who {
    person: PersonShape,
    token: Option<TokenShape>,
    identity: Option<String>,
    session: Option<String>,
}

/// The server, as JSON.
#[derive(Serialize)]
struct StatusShape {
    version: String,
    start_time: Option<String>,
    ready: bool,
    not_ready_reason: Option<String>,
    products: u32,
    log_size_bytes: u64,
    free_bytes: u64,
    commits: u64,
    flushes: u64,
    group_sizes: Vec<GroupShape>,
}

/// A bar of the histogram of group commits, as JSON.
#[derive(Serialize)]
struct GroupShape {
    from: u32,
    to: u32,
    groups: u64,
}

impl From<&v1::GetServerStatusResponse> for StatusShape {
    fn from(status: &v1::GetServerStatusResponse) -> Self {
        let group = |group: &v1::GroupSize| GroupShape {
            from: group.from,
            to: group.to,
            groups: group.groups,
        };
        Self {
            version: status.version.clone(),
            start_time: moment::rfc3339(status.start_time.as_ref()),
            ready: status.ready,
            not_ready_reason: Some(status.not_ready_reason.clone())
                .filter(|reason| !reason.is_empty()),
            products: status.products,
            log_size_bytes: status.log_size_bytes,
            free_bytes: status.free_bytes,
            commits: status.commits,
            flushes: status.flushes,
            group_sizes: status.group_sizes.iter().map(group).collect(),
        }
    }
}

/// Says who one is.
pub(crate) async fn whoami(ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let answer = session
        .ask(v1::WhoAmIRequest {}, async |request| session.admin().who_am_i(request).await)
        .await?;
    let person = required(answer.person, "person")?;
    if ctx.out.is_json() {
        let token = answer.token.as_ref().map(TokenShape::from);
        let id = |name: &str| names::short(name).to_owned();
        return ctx.out.json(&Who {
            person: PersonShape::from(&person),
            token,
            identity: answer.identity.as_ref().map(|identity| id(&identity.name)),
            session: answer.session.as_ref().map(|session| id(&session.name)),
        });
    }
    if ctx.out.is_quiet() {
        return ctx.out.line(names::short(&person.name));
    }
    let token = answer.token.unwrap_or_default();
    let identity = answer.identity.unwrap_or_default();
    let view = ctx.out.view();
    let pairs = [
        ("Person", names::short(&person.name).to_owned()),
        ("Name", person.display_name.clone()),
        ("What", what(&person)),
        ("Account", names::short(&identity.name).to_owned()),
        ("Token", names::short(&token.name).to_owned()),
        ("For", token.purpose.clone()),
        ("Opens", if token.name.is_empty() { String::new() } else { opens(&token) }),
        ("Expires", moment::minute(token.expire_time.as_ref(), &view.zone)),
    ];
    let text = facts(&pairs, view);
    ctx.out.text(&text)
}

/// Says how the server is.
pub(crate) async fn status(ctx: &mut Context) -> Result<(), Failure> {
    let session = ctx.session().await?;
    let question = v1::GetServerStatusRequest {};
    let answer = session
        .ask(question, async |request| session.admin().get_server_status(request).await)
        .await?;
    if ctx.out.is_json() {
        return ctx.out.json(&StatusShape::from(&answer));
    }
    let text = told(&answer, ctx.out.view());
    ctx.out.text(&text)
}

fn told(status: &v1::GetServerStatusResponse, view: &View) -> String {
    let ready = match status.not_ready_reason.as_str() {
        _ if status.ready => "yes".to_owned(),
        "" => "no".to_owned(),
        reason => format!("no: {reason}"),
    };
    let pairs = [
        ("Version", status.version.clone()),
        ("Running since", moment::minute(status.start_time.as_ref(), &view.zone)),
        ("Takes commands", ready),
        ("Products", status.products.to_string()),
        (
            "Log",
            format!("{} on disk, {} free", size(status.log_size_bytes), size(status.free_bytes)),
        ),
        ("Commits", format!("{} in {} flushes since the start", status.commits, status.flushes)),
    ];
    let mut text = facts(&pairs, view);
    let longest = status.group_sizes.iter().map(|group| group.groups).max().unwrap_or_default();
    if longest > 0 {
        text.push_str(&format!("\n{}\n", view.paint.bold("Commits that shared a flush")));
        let mut table = Table::new([Column::Number(""), Column::Number(""), Column::Word("")]);
        for group in status.group_sizes.iter().filter(|group| group.groups > 0) {
            table.row([range(group), group.groups.to_string(), bar(group.groups, longest)]);
        }
        text.push_str(&table.render(view));
    }
    text
}

fn range(group: &v1::GroupSize) -> String {
    if group.from == group.to {
        group.from.to_string()
    } else if group.to == u32::MAX {
        format!("{} or more", group.from)
    } else {
        format!("{}–{}", group.from, group.to)
    }
}

/// A bar of up to 30 characters; something that happened at all is seen.
fn bar(groups: u64, longest: u64) -> String {
    let length = groups.saturating_mul(30).div_ceil(longest.max(1)).min(30);
    "█".repeat(usize::try_from(length).unwrap_or_default())
}

/// Bytes as people say them: `512 B`, `1.5 MiB`.
pub(crate) fn size(bytes: u64) -> String {
    indicatif::HumanBytes(bytes).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_shows_how_commits_shared_a_flush() {
        let status = v1::GetServerStatusResponse {
            version: "0.1.0".to_owned(),
            ready: false,
            not_ready_reason: "the log is reopened".to_owned(),
            products: 2,
            log_size_bytes: 1_572_864,
            free_bytes: 512,
            group_sizes: vec![
                v1::GroupSize { from: 1, to: 1, groups: 60 },
                v1::GroupSize { from: 2, to: 3, groups: 1 },
                v1::GroupSize { from: 4, to: 7, groups: 0 },
                v1::GroupSize { from: 8, to: u32::MAX, groups: 20 },
            ],
            flushes: 81,
            commits: 300,
            ..v1::GetServerStatusResponse::default()
        };
        let expected = "\
Version         0.1.0
Takes commands  no: the log is reopened
Products        2
Log             1.50 MiB on disk, 512 B free
Commits         300 in 81 flushes since the start

Commits that shared a flush
        1  60  ██████████████████████████████
      2–3   1  █
8 or more  20  ██████████
";
        assert_eq!(told(&status, &View::plain(None)), expected);
    }
}
