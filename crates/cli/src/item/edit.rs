//! `koepel item edit`.

use clap::Args;
use koepel_api::v1;

use super::{changed, fields::Fields, show::get, was_changed};
use crate::{
    circumstances::{Expected, Why},
    context::Context,
    failure::Failure,
    names::{self, ItemRef},
};

/// What `item edit` can be given.
#[derive(Args, Debug)]
pub(crate) struct EditArgs {
    /// The item
    item: ItemRef,
    /// New title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    take_away: TakeAway,
    /// Label to add to those it has; may be given several times
    #[arg(long, value_name = "LABEL", conflicts_with = "labels")]
    add_label: Vec<String>,
    /// Label to take from those it has; may be given several times
    #[arg(long, value_name = "LABEL", conflicts_with = "labels")]
    remove_label: Vec<String>,
    #[command(flatten)]
    why: Why,
    #[command(flatten)]
    expected: Expected,
}

/// Their heading in the help.
const HEADING: &str = "Fields to empty";

/// Fields to empty.
#[derive(Args, Debug)]
struct TakeAway {
    /// It is no longer part of another item
    #[arg(help_heading = HEADING, long, conflicts_with = "parent")]
    no_parent: bool,
    /// No labels
    #[arg(help_heading = HEADING, long, conflicts_with_all = ["labels", "add_label", "remove_label"])]
    no_labels: bool,
    /// No estimate
    #[arg(help_heading = HEADING, long, conflicts_with = "estimate")]
    no_estimate: bool,
    /// No value
    #[arg(help_heading = HEADING, long, conflicts_with = "value")]
    no_value: bool,
    /// No MoSCoW
    #[arg(help_heading = HEADING, long, conflicts_with = "moscow")]
    no_moscow: bool,
    /// It serves no goal any more
    #[arg(help_heading = HEADING, long, conflicts_with = "goal")]
    no_goal: bool,
    /// No source links
    #[arg(help_heading = HEADING, long, conflicts_with = "source_links")]
    no_source_links: bool,
    /// Nobody concerned
    #[arg(help_heading = HEADING, long, conflicts_with = "people")]
    no_people: bool,
}

impl TakeAway {
    fn fields(&self) -> impl Iterator<Item = &'static str> {
        [
            (self.no_parent, "parent"),
            (self.no_labels, "labels"),
            (self.no_estimate, "estimate"),
            (self.no_value, "value"),
            (self.no_moscow, "moscow"),
            (self.no_goal, "goal"),
            (self.no_source_links, "source_links"),
            (self.no_people, "people"),
        ]
        .into_iter()
        .filter_map(|(given, field)| given.then_some(field))
    }
}

pub(super) async fn run(args: EditArgs, ctx: &mut Context) -> Result<(), Failure> {
    let labels_change = !args.add_label.is_empty() || !args.remove_label.is_empty();
    if args.title.is_none()
        && args.fields.is_empty()
        && args.take_away.fields().next().is_none()
        && !labels_change
    {
        return Err(Failure::usage("nothing to change: give at least one field, such as --title")
            .help("`koepel item edit --help` lists the fields"));
    }
    let session = ctx.session().await?;
    let name = ctx.item(&session, &args.item).await?;
    let mut item = v1::Item { name: name.clone(), ..v1::Item::default() };
    let mut paths = args.fields.put_into(&mut item, names::product_of(&name))?;
    if let Some(title) = args.title {
        item.title = title;
        paths.push("title");
    }
    paths.extend(args.take_away.fields());
    let mut expected_version = args.expected.version();
    if labels_change {
        // The server replaces labels as a whole: read, change, and let it refuse if somebody changed the item meanwhile.
        let now = get(&session, name).await?;
        item.labels = labels(now.labels, args.add_label, &args.remove_label);
        expected_version = args.expected.given().unwrap_or(now.changed_at_version);
        paths.push("labels");
    }
    let paths = paths.into_iter().map(ToOwned::to_owned).collect();
    let command = |request_id| v1::UpdateItemRequest {
        item: Some(item),
        update_mask: Some(prost_types::FieldMask { paths }),
        expected_version,
        reason: args.why.text(),
        request_id,
    };
    let answer = session
        .command(command, async |request| session.backlog().update_item(request).await)
        .await?;
    changed(ctx, answer.item, answer.receipt, |item, receipt| {
        if was_changed(item, receipt) {
            format!("{} is changed.", item.key)
        } else {
            format!("{} was like that already; nothing changed.", item.key)
        }
    })
}

fn labels(mut now: Vec<String>, add: Vec<String>, remove: &[String]) -> Vec<String> {
    now.retain(|label| !remove.contains(label));
    for label in add {
        if !now.contains(&label) {
            now.push(label);
        }
    }
    now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_added_once_and_taken_away() {
        let now = vec!["a".to_owned(), "b".to_owned()];
        let add = vec!["c".to_owned(), "a".to_owned()];
        assert_eq!(labels(now, add, &["b".to_owned()]), ["a", "c"]);
    }
}
