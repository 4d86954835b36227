//! The demo products: read from the files in `demo/`, and made by ordinary commands of the people in them.

use std::collections::BTreeMap;

use koepel_domain::{
    command::{Anchor, Command, LinkEnd, LinkTo, NewItem, Place},
    event::Event,
    grants,
    ids::{DomainId, DomainKey, ItemKey, PersonId, ProductId, Version},
    item::{Estimate, Kind, LinkKind, Moscow, Status, Value},
    mandate::Actor,
    roles::Role,
    system,
    text::{Label, Name, Reason, Source, Summary, Text, Title},
};
use koepel_engine::Request;
use koepel_event_log::Hash;
use serde::Deserialize;

use crate::{
    app::{App, log_name},
    ids,
};

mod plans;

const FILES: [&str; 2] =
    [include_str!("../demo/retailer.toml"), include_str!("../demo/techco.toml")];

/// Why a demo product could not be loaded.
#[derive(Debug, thiserror::Error)]
#[error("demo product: {0}")]
pub struct DemoError(String);

/// A demo product that is there now.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Its id.
    pub product: String,
    /// Its name.
    pub name: String,
    /// People to try it as: name, what they are, and the file with their token.
    pub people: Vec<(String, String, std::path::PathBuf)>,
}

fn wrong(error: impl std::fmt::Display) -> DemoError {
    DemoError(error.to_string())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    product: ProductEntry,
    people: Vec<PersonEntry>,
    roles: Vec<RoleEntry>,
    domains: Vec<DomainEntry>,
    items: Vec<ItemEntry>,
    #[serde(default)]
    steps: Vec<StepEntry>,
    plans: plans::Plans,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductEntry {
    id: ProductId,
    name: Name,
    summary: Summary,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonEntry {
    id: String,
    name: Name,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleEntry {
    person: String,
    role: String,
    domain: Option<DomainId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DomainEntry {
    id: DomainId,
    key: DomainKey,
    name: Name,
    summary: Summary,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestEntry {
    domain: DomainId,
    ask: Reason,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemEntry {
    r#ref: String,
    domain: DomainId,
    kind: Kind,
    title: Title,
    #[serde(default)]
    text: Text,
    parent: Option<String>,
    #[serde(default)]
    labels: Vec<Label>,
    estimate: Option<f64>,
    value: Option<u32>,
    moscow: Option<Moscow>,
    status: Status,
    #[serde(default)]
    reason: Reason,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    sources: Vec<Source>,
    #[serde(default)]
    requests: Vec<RequestEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceEntry {
    #[serde(default)]
    top: bool,
    #[serde(default)]
    bottom: bool,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartEntry {
    title: Title,
    r#ref: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepEntry {
    by: String,
    r#do: String,
    item: String,
    place: Option<PlaceEntry>,
    domain: Option<DomainId>,
    of: Option<String>,
    #[serde(default)]
    into: Vec<PartEntry>,
    undoes: Option<String>,
    #[serde(default)]
    reason: Reason,
}

/// Loads the demo products that are not there yet.
pub(crate) async fn load(app: &App) -> Result<Vec<Loaded>, DemoError> {
    let mut loaded = Vec::new();
    for text in FILES {
        let file: File = toml::from_str(text).map_err(wrong)?;
        let name = log_name(&file.product.id).map_err(|status| wrong(status.message()))?;
        let loader = Loader::new(app, &file)?;
        if app.products.view(&name).await.is_err() {
            loader.load(file).await?;
        } else {
            loaded.push(loader.finished(&file));
            continue;
        }
        let file: File = toml::from_str(text).map_err(wrong)?;
        loaded.push(Loader::new(app, &file)?.finished(&file));
    }
    Ok(loaded)
}

struct Loader<'a> {
    app: &'a App,
    product: ProductId,
    /// The opaque ids of the people in the file.
    people: BTreeMap<String, PersonId>,
    keys: BTreeMap<String, ItemKey>,
    last_version: Version,
}

impl<'a> Loader<'a> {
    fn new(app: &'a App, file: &File) -> Result<Self, DemoError> {
        let id = |index: usize| {
            PersonId::new(&format!("p-{}-{:02}", file.product.id, index + 1)).map_err(wrong)
        };
        let people = file
            .people
            .iter()
            .enumerate()
            .map(|(index, person)| Ok((person.id.clone(), id(index)?)));
        Ok(Self {
            app,
            product: file.product.id.clone(),
            people: people.collect::<Result<_, DemoError>>()?,
            keys: BTreeMap::new(),
            last_version: Version(0),
        })
    }

    fn token_file(&self, person: &str) -> std::path::PathBuf {
        self.app
            .config
            .data_dir
            .join("demo")
            .join(format!("{}.token", person.trim_start_matches("p-")))
    }

    fn finished(&self, file: &File) -> Loaded {
        let people = file.roles.iter().filter_map(|held| {
            let name = &file.people.iter().find(|person| person.id == held.person)?.name;
            let domain = |id: &DomainId| {
                file.domains
                    .iter()
                    .find(|domain| domain.id == *id)
                    .map(|domain| domain.name.to_string())
            };
            let what = match (held.role.as_str(), &held.domain) {
                ("chief_po", _) => "Chief PO".to_owned(),
                ("domain_po", Some(id)) => format!("PO of {}", domain(id)?),
                ("stakeholder", _) => "stakeholder".to_owned(),
                _ => return None,
            };
            Some((name.to_string(), what, self.token_file(&held.person)))
        });
        Loaded {
            product: self.product.to_string(),
            name: file.product.name.to_string(),
            people: people.collect(),
        }
    }

    fn person(&self, name: &str) -> Result<PersonId, DemoError> {
        self.people
            .get(name)
            .cloned()
            .ok_or_else(|| wrong(format_args!("there is no person {name}")))
    }

    fn key(&self, name: &str) -> Result<ItemKey, DemoError> {
        self.keys.get(name).cloned().ok_or_else(|| wrong(format_args!("there is no item {name}")))
    }

    fn request<C>(&self, command: C, actor: Actor) -> Request<C> {
        let now = self.app.clock.now();
        Request {
            command,
            actor,
            request_id: None,
            body_hash: Hash::ZERO,
            commit_id: ids::commit_id(),
            now,
            happened: None,
            cause: None,
        }
    }

    async fn run(
        &mut self,
        person: Option<PersonId>,
        command: Command,
    ) -> Result<Vec<Event>, DemoError> {
        let name = log_name(&self.product).map_err(|status| wrong(status.message()))?;
        let now = self.app.clock.now();
        let actor = person.map_or_else(
            || Actor::system(now),
            |person| Actor { person, administrator: false, only_role: None, now },
        );
        let accepted =
            self.app.products.create(&name, self.request(command, actor)).await.map_err(wrong)?;
        self.last_version = accepted.commit.version;
        Ok(accepted.commit.events.clone())
    }

    async fn run_system(&self, command: system::Command) -> Result<(), DemoError> {
        let request = self.request(command, Actor::system(self.app.clock.now()));
        self.app.system.execute(&self.app.system_name, request).await.map(|_| ()).map_err(wrong)
    }

    async fn load(mut self, file: File) -> Result<(), DemoError> {
        for person in &file.people {
            let id = self.person(&person.id)?;
            let known = self.app.system_view.borrow().state.person(&id).is_some();
            if !known {
                self.run_system(system::Command::AddPerson {
                    person: id.clone(),
                    tool: false,
                    administrator: false,
                })
                .await?;
            }
            self.app.directory.set(&id, person.name.clone()).map_err(wrong)?;
            self.token(&person.id, &id).await?;
        }
        let chief = file
            .roles
            .iter()
            .find(|held| held.role == "chief_po")
            .ok_or_else(|| wrong("no Chief PO"))?;
        let chief_po = self.person(&chief.person)?;
        let create = Command::CreateProduct {
            name: file.product.name,
            summary: file.product.summary,
            chief_po: chief_po.clone(),
        };
        self.run(None, create).await?;
        for domain in file.domains {
            let DomainEntry { id, key, name, summary } = domain;
            self.run(Some(chief_po.clone()), Command::AddDomain { domain: id, key, name, summary })
                .await?;
        }
        for held in file.roles.iter().filter(|held| held.role != "chief_po") {
            let (role, domain) = match held.role.as_str() {
                "domain_po" => (Role::DomainPo, held.domain.clone()),
                "stakeholder" => (Role::Stakeholder, None),
                _ => (Role::Member, held.domain.clone()),
            };
            let person = self.person(&held.person)?;
            let (term, replace, reason) = (None, false, Reason::default());
            let grant = grants::Command::Grant { person, role, domain, term, replace, reason };
            self.run(Some(chief_po.clone()), Command::Cast(grant)).await?;
        }
        self.items(&chief_po, &file.items).await?;
        self.plans(&chief_po, &file.plans).await?;
        for step in &file.steps {
            self.step(step).await?;
        }
        self.plans_moved(&file.plans).await
    }

    async fn token(&self, name: &str, person: &PersonId) -> Result<(), DemoError> {
        let path = self.token_file(name);
        if let Some(dir) = path.parent() {
            std::fs::create_dir_all(dir).map_err(wrong)?;
        }
        let secret = ids::secret();
        crate::directory::write_private(&path, format!("{secret}\n").as_bytes()).map_err(wrong)?;
        let facts = system::NewToken {
            person: person.clone(),
            purpose: Name::new("demo").ok(),
            product: None,
            role: None,
            expires_at: None,
            secret: ids::secret_hash(&secret),
        };
        let token = ids::token().map_err(wrong)?;
        self.run_system(system::Command::IssueToken { token, facts: Box::new(facts) }).await
    }

    async fn items(&mut self, chief_po: &PersonId, items: &[ItemEntry]) -> Result<(), DemoError> {
        for entry in items {
            let estimate = entry.estimate.map(|points| {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "story points of the demo files"
                )]
                Estimate::from_hundredths((points * 100.0).round() as u32)
                    .ok_or_else(|| wrong("an estimate is too large"))
            });
            let item = NewItem {
                kind: entry.kind,
                status: if entry.status.is_open() { entry.status } else { Status::Ready },
                title: entry.title.clone(),
                text: entry.text.clone(),
                parent: None,
                labels: entry.labels.clone(),
                estimate: estimate.transpose()?,
                value: entry.value.and_then(Value::new),
                moscow: entry.moscow,
                goal: None,
                people: Vec::new(),
                sources: entry.sources.clone(),
            };
            let create = Command::CreateItem {
                domain: entry.domain.clone(),
                item,
                place: None,
                reason: Reason::default(),
            };
            let events = self.run(Some(chief_po.clone()), create).await?;
            let key = events
                .iter()
                .find_map(Event::item)
                .cloned()
                .ok_or_else(|| wrong("an item without a key"))?;
            self.keys.insert(entry.r#ref.clone(), key);
        }
        for entry in items {
            let item = self.key(&entry.r#ref)?;
            if let Some(parent) = &entry.parent {
                let parent = Some(Some(self.key(parent)?));
                let changes =
                    Box::new(koepel_domain::command::ItemChanges { parent, ..Default::default() });
                let update = Command::UpdateItem {
                    item: item.clone(),
                    changes,
                    reason: Reason::default(),
                    expected: None,
                };
                self.run(Some(chief_po.clone()), update).await?;
            }
            for needed in &entry.needs {
                let link =
                    LinkTo { kind: LinkKind::Needs, target: LinkEnd::Item(self.key(needed)?) };
                self.run(
                    Some(chief_po.clone()),
                    Command::AddLink { item: item.clone(), link, expected: None },
                )
                .await?;
            }
            for request in &entry.requests {
                let (domain, ask) = (request.domain.clone(), request.ask.clone());
                let request =
                    Command::RequestDomain { item: item.clone(), domain, ask, expected: None };
                self.run(Some(chief_po.clone()), request).await?;
            }
            let (reason, expected) = (entry.reason.clone(), None);
            let close = match entry.status {
                Status::New | Status::Ready | Status::InProgress => None,
                Status::Done => Some(Command::CompleteItem { item, reason, expected }),
                Status::Dropped => Some(Command::DropItem { item, reason, expected }),
            };
            if let Some(close) = close {
                self.run(Some(chief_po.clone()), close).await?;
            }
        }
        Ok(())
    }

    async fn step(&mut self, step: &StepEntry) -> Result<(), DemoError> {
        let person = self.person(&step.by)?;
        let (item, reason, expected) = (self.key(&step.item)?, step.reason.clone(), None);
        let command = match step.r#do.as_str() {
            "rank" => Command::RankItem {
                item,
                place: self.place(step)?,
                with_family: false,
                reason,
                expected,
            },
            "reorder" => Command::ReorderItem { item, place: self.place(step)?, reason, expected },
            "pin" => Command::PinItem { item, reason, expected },
            "unpin" => Command::UnpinItem { item, reason, expected },
            "undo" if step.undoes.as_deref() == Some("previous") => {
                Command::UndoMove { version: self.last_version, reason }
            }
            "move_to_domain" => {
                let domain = step.domain.clone().ok_or_else(|| wrong("a move without a domain"))?;
                Command::MoveItem { item, domain, reason, expected }
            }
            "split" => {
                let into = step
                    .into
                    .iter()
                    .map(|part| NewItem::plain(Kind::Story, part.title.clone()))
                    .collect();
                Command::SplitItem { item, into, keep: false, reason, expected }
            }
            "duplicate" => {
                let of =
                    self.key(step.of.as_deref().ok_or_else(|| wrong("a duplicate of nothing"))?)?;
                Command::MarkDuplicate { item, of, reason, expected }
            }
            "done" => Command::CompleteItem { item, reason, expected },
            "drop" => Command::DropItem { item, reason, expected },
            "reopen" => Command::ReopenItem { item, place: None, reason, expected },
            other => return Err(wrong(format_args!("there is no step {other}"))),
        };
        let events = self
            .run(Some(person), command)
            .await
            .map_err(|error| wrong(format_args!("{} of {}: {error}", step.r#do, step.item)))?;
        let made = events.iter().filter_map(|event| {
            if let Event::ItemCreated(created) = event { Some(&created.item) } else { None }
        });
        for (part, key) in step.into.iter().zip(made) {
            self.keys.insert(part.r#ref.clone(), key.clone());
        }
        Ok(())
    }

    fn place(&self, step: &StepEntry) -> Result<Place, DemoError> {
        let place = step.place.as_ref().ok_or_else(|| wrong("a move without a place"))?;
        let anchor = match place {
            PlaceEntry { top: true, .. } => Anchor::Top,
            PlaceEntry { bottom: true, .. } => Anchor::Bottom,
            PlaceEntry { before: Some(item), .. } => Anchor::Before(self.key(item)?),
            PlaceEntry { after: Some(item), .. } => Anchor::After(self.key(item)?),
            PlaceEntry { .. } => return Err(wrong("a place that says nothing")),
        };
        Ok(Place { anchor, seen: None })
    }
}
