//! The fields of an item that can be given when it is made and when it is changed.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use clap::Args;
use koepel_api::v1::{self, ItemKind, ItemStatus, Moscow};

use crate::{
    failure::{Failure, Kind},
    names::{ItemRef, PersonRef},
    place::within,
    roadmap::goal_name,
    words,
};

/// The longest text that is read from a file; the server allows 16 KiB.
const TEXT_BYTES: u64 = 1 << 20;

/// Their heading in the help.
const HEADING: &str = "Fields";

/// The fields; absent ones are left as they are.
#[derive(Args, Clone, Debug, Default, PartialEq)]
pub(super) struct Fields {
    /// What it is
    #[arg(help_heading = HEADING, long, value_parser = words::parser::<ItemKind>(), value_name = "KIND")]
    kind: Option<ItemKind>,
    /// Description, Markdown by convention
    #[arg(help_heading = HEADING, long, value_name = "TEXT", conflicts_with = "text_file")]
    text: Option<String>,
    /// File with the description; - for standard input
    #[arg(help_heading = HEADING, long, value_name = "FILE")]
    text_file: Option<PathBuf>,
    /// Item that this one is part of
    #[arg(help_heading = HEADING, long, value_name = "ITEM")]
    parent: Option<ItemRef>,
    /// Label; may be given several times
    #[arg(help_heading = HEADING, long = "label", value_name = "LABEL")]
    labels: Vec<String>,
    /// Estimate, in the team's own unit
    #[arg(help_heading = HEADING, long, value_name = "NUMBER", value_parser = finite, allow_negative_numbers = true)]
    estimate: Option<f64>,
    /// Value, in the product's own unit
    #[arg(help_heading = HEADING, long, value_name = "NUMBER", allow_negative_numbers = true)]
    value: Option<i64>,
    /// MoSCoW
    #[arg(help_heading = HEADING, long, value_parser = words::parser::<Moscow>(), value_name = "MOSCOW")]
    moscow: Option<Moscow>,
    /// Status; done and dropped have commands of their own
    #[arg(help_heading = HEADING, long, value_parser = words::parser::<ItemStatus>(), value_name = "STATUS")]
    status: Option<ItemStatus>,
    /// Goal that it serves, by its id
    #[arg(help_heading = HEADING, long, value_name = "GOAL")]
    goal: Option<String>,
    /// Address in the team's own tool; may be given several times
    #[arg(help_heading = HEADING, long = "source-link", value_name = "URL")]
    source_links: Vec<String>,
    /// Person concerned; may be given several times
    #[arg(help_heading = HEADING, long = "person", value_name = "PERSON")]
    people: Vec<PersonRef>,
}

impl Fields {
    /// Whether none was given.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Puts what was given into the item, and says which fields that were.
    pub(super) fn put_into(
        self,
        item: &mut v1::Item,
        product: &str,
    ) -> Result<Vec<&'static str>, Failure> {
        let mut given = Vec::new();
        if let Some(kind) = self.kind {
            item.kind = kind.into();
            given.push("kind");
        }
        if let Some(text) = self.text {
            item.text = text;
            given.push("text");
        }
        if let Some(file) = self.text_file {
            item.text = read_text(&file)?;
            given.push("text");
        }
        if let Some(parent) = self.parent {
            item.parent = within(&parent, product)?;
            given.push("parent");
        }
        if !self.labels.is_empty() {
            item.labels = self.labels;
            given.push("labels");
        }
        if self.estimate.is_some() {
            item.estimate = self.estimate;
            given.push("estimate");
        }
        if self.value.is_some() {
            item.value = self.value;
            given.push("value");
        }
        if let Some(moscow) = self.moscow {
            item.moscow = moscow.into();
            given.push("moscow");
        }
        if let Some(goal) = self.goal {
            item.goal = goal_name(product, &goal);
            given.push("goal");
        }
        if let Some(status) = self.status {
            item.status = status.into();
            given.push("status");
        }
        if !self.source_links.is_empty() {
            item.source_links = self.source_links;
            given.push("source_links");
        }
        if !self.people.is_empty() {
            item.people = self.people.into_iter().map(|person| person.0).collect();
            given.push("people");
        }
        Ok(given)
    }
}

fn finite(given: &str) -> Result<f64, String> {
    match given.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err("expected a number such as 5 or 2.5".to_owned()),
    }
}

fn read_text(file: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        io::stdin().lock().take(TEXT_BYTES).read_to_end(&mut bytes)
    } else {
        fs::File::open(file).and_then(|file| file.take(TEXT_BYTES).read_to_end(&mut bytes))
    };
    let cannot = |why: &dyn std::fmt::Display| {
        Failure::new(Kind::Failed, format!("the text in {} cannot be read: {why}", file.display()))
    };
    read.map_err(|error| cannot(&error))?;
    String::from_utf8(bytes).map_err(|_| cannot(&"it is not UTF-8"))
}
