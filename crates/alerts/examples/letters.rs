//! Writes each kind of letter in each language into `target/letters`, to be looked at:
//! `cargo run -p koepel-alerts --example letters`.

use std::{fs, path::Path};

use jiff::tz::TimeZone;
use koepel_alerts::{
    Language, Names,
    letter::{Reader, letter},
};
use koepel_domain::{
    ids::{PersonId, ProductId, Timestamp, Version},
    outbox::{Concern, Facts, Kind, Notice},
    text::{Line, Reason},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new("target/letters");
    fs::create_dir_all(folder)?;
    let product = ProductId::new("webshop")?;
    let person = |id: &PersonId| match id.as_str() {
        "p-anna" => "Anna Østergaard".to_owned(),
        "p-hanna" => "Hanna de Vries".to_owned(),
        other => other.to_owned(),
    };
    let names = Names { product: &product, product_name: "Webshop", person: &person };
    let zone = TimeZone::get("Europe/Copenhagen")?;
    let facts = Facts {
        escalation: Some(7),
        decision: Some(3),
        title: Line::new("What comes first: pay by invoice, or returns in the shop?")?,
        items: vec!["ONLINE-12".parse()?, "OFFLINE-4".parse()?],
        by: Some(PersonId::new("p-anna")?),
        decider: Some(PersonId::new("p-hanna")?),
        due: Some(Timestamp(1_796_040_000_000_000)),
        outcome: Line::default(),
        said: Reason::new(
            "Business customers ask for it every week.\nThe shops can wait until spring.",
        )?,
    };
    for language in Language::ALL {
        for kind in Kind::ALL {
            let mut facts = if kind == Kind::Test {
                Facts { by: facts.by.clone(), ..Facts::default() }
            } else {
                facts.clone()
            };
            if matches!(kind, Kind::EscalationDecided | Kind::DecisionNotFollowed) {
                facts.outcome = Line::new("Returns in the shop come first")?;
                facts.decider = None;
                facts.due = None;
            }
            let notice = Notice {
                cause: Line::new("escalation/7")?,
                kind,
                version: Version(12),
                time: Timestamp(1_796_030_000_000_000),
                domains: Vec::new(),
                facts,
            };
            let concern = match kind {
                Kind::EscalationRaised | Kind::EscalationReminder | Kind::EscalationHandedOver => {
                    Concern::Decides
                }
                Kind::EscalationDecided | Kind::EscalationAcknowledged => Concern::Raised,
                Kind::EscalationCommented
                | Kind::EscalationOverdue
                | Kind::EscalationWithdrawn
                | Kind::EscalationReopened
                | Kind::DecisionNotFollowed
                | Kind::Test => Concern::Domain,
            };
            let letter = letter(&notice, &Reader { language, zone: &zone, concern }, &names);
            let name = format!("{kind:?}.{}", language.tag());
            fs::write(folder.join(format!("{name}.html")), &letter.html)?;
            let text = format!("Subject: {}\n\n{}", letter.subject, letter.text);
            fs::write(folder.join(format!("{name}.txt")), text)?;
        }
    }
    Ok(())
}
