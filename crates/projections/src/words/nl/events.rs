//! Dutch: what happened.

use koepel_domain::{
    event::{
        Change, DecisionNotFollowed, EntryChanged, EscalationDecided, EscalationRaised,
        EscalationRouted, Event, ItemCreated, ItemMerged, ItemRanked, ItemReordered, ItemUpdated,
        Spot,
    },
    ids::{DecisionNo, DomainId, EscalationNo, GoalId},
    points::Decider,
    product::Product,
    roadmap::Plan,
};

use super::{
    super::{Events, Holds, Match, Names, Plans, domain, item_titled, joined, stayed, title_of},
    Dutch,
};
use crate::plan::shift_of;

impl Events for Dutch {
    fn event(&self, event: &Event, product: &Product) -> String {
        let domain = |id: &DomainId| domain(product, id);
        let goal = |id| self.goal(product, id);
        let matter = |no| self.matter(product, no);
        let decider = |who: &Decider| self.decider(product, who);
        let role = |role, of: Option<&DomainId>| self.role(role, of.map(domain).as_deref());
        let deputy = |role, of: Option<&DomainId>| self.deputy(role, of.map(domain).as_deref());
        match event {
            Event::ProductCreated(e) => format!("product “{}” is aangemaakt", e.name),
            Event::ProductUpdated(_) => {
                "naam of beschrijving van het product is gewijzigd".to_owned()
            }
            Event::DomainAdded(e) => {
                format!("deelgebied {} is toegevoegd, met sleutel {}", e.name, e.key)
            }
            Event::DomainUpdated(e) => {
                format!("naam of beschrijving van deelgebied {} is gewijzigd", domain(&e.domain))
            }
            Event::DomainDeleted(e) => format!("deelgebied {} is verwijderd", domain(&e.domain)),
            Event::RoleGranted(e) => {
                let role = role(e.role, e.domain.as_ref());
                match &e.term {
                    None => format!("{} werd {role}", e.person),
                    Some(term) => {
                        format!("{} is benoemd tot {role}, {}", e.person, self.term(term))
                    }
                }
            }
            Event::RoleRevoked(e) => {
                format!("{} is niet langer {}", e.person, role(e.role, e.domain.as_ref()))
            }
            Event::RoleTermChanged(e) => {
                let role = role(e.role, e.domain.as_ref());
                match &e.term.to {
                    None => format!("{} is nu {role} zonder einddatum", e.person),
                    Some(term) => format!("{} is nu {role}, {}", e.person, self.term(term)),
                }
            }
            Event::DeputyNamed(e) => {
                let deputy = deputy(e.role, e.domain.as_ref());
                format!("{} is {deputy}, {}", e.person, self.term(&e.term))
            }
            Event::DeputyDismissed(e) => {
                let deputy = deputy(e.role, e.domain.as_ref());
                format!("{} is niet langer {deputy}, {}", e.person, self.term(&e.term))
            }
            Event::QuestionUnanswered(e) => {
                format!("niemand had een antwoord op: “{}”", e.question)
            }
            Event::GapResolved(e) => {
                format!("leemte {} in het overzicht van wie waarover gaat is gesloten", e.gap)
            }
            Event::ItemCreated(e) => self.created(e, product),
            Event::ItemUpdated(e) => self.updated(e, product),
            Event::ItemRanked(e) => ranked(e),
            Event::ItemReordered(e) => reordered(e),
            Event::ItemPinned(e) => {
                let by = by(e.decision);
                format!("is vastgezet op plaats {}, {}{by}", e.at.place, beside(&e.at))
            }
            Event::ItemUnpinned(e) => {
                format!("is losgemaakt van plaats {}{}", e.at.place, by(e.decision))
            }
            Event::ItemMoved(e) => {
                let (from, to) = (domain(&e.from), domain(&e.to));
                format!(
                    "is overgegaan van deelgebied {from} naar deelgebied {to}{}",
                    by(e.decision)
                )
            }
            Event::ItemSplit(e) => {
                let kept = if e.kept { ", maar blijft daarnaast bestaan" } else { "" };
                format!("is gesplitst in {}{kept}", joined(&e.into))
            }
            Event::ItemMerged(e) if e.duplicate => {
                format!("is aangemerkt als duplicaat van {}{}", e.into, left(e.from.as_ref()))
            }
            Event::ItemMerged(e) => {
                format!("is opgegaan in {}{}", e.into, left(e.from.as_ref()))
            }
            Event::ItemCompleted(e) => format!("is afgerond{}", left(e.from.as_ref())),
            Event::ItemDropped(e) => {
                format!("is vervallen{}{}", left(e.from.as_ref()), by(e.decision))
            }
            Event::ItemReopened(e) => format!("is heropend op plaats {}", e.arrival.place),
            Event::LinkAdded(e) => self.tie(e.link.kind, Holds::Now, &self.target(&e.link.target)),
            Event::LinkRemoved(e) => {
                self.tie(e.link.kind, Holds::NoLonger, &self.target(&e.link.target))
            }
            Event::LinkResolved(e) => {
                let tie = self.tie(e.kind, Holds::Yes, &e.to.to_string());
                format!("{tie}, dat hier nu bekend is ({})", e.raw)
            }
            Event::RequestMade(e) if e.ask.is_empty() => {
                format!("heeft iets nodig van deelgebied {}", domain(&e.domain))
            }
            Event::RequestMade(e) => {
                format!("vraagt deelgebied {} om: {}", domain(&e.domain), e.ask)
            }
            Event::RequestWithdrawn(e) => {
                format!("vraagt deelgebied {} nergens meer om", domain(&e.domain))
            }
            Event::VisionPublished(e) => {
                format!("editie {} van de visie is gepubliceerd", e.edition)
            }
            Event::GoalAdded(e) => format!("doel “{}” is toegevoegd", e.name),
            Event::GoalUpdated(e) => {
                format!("naam of beschrijving van doel {} is gewijzigd", goal(&e.goal))
            }
            Event::GoalClosed(e) => format!("doel {} is afgesloten", goal(&e.goal)),
            Event::EntryAdded(e) => {
                let by = if e.imported { ", door een import" } else { "" };
                let planned = self.plan(Plan { when: e.when, release: e.release.as_ref() });
                format!("is op de roadmap van {} gezet: {planned}{by}", domain(&e.domain))
            }
            Event::EntryChanged(e) => self.entry_changed(e, product),
            Event::EntryRemoved(_) => "is van de roadmap gehaald".to_owned(),
            Event::SyncStarted(e) => format!("PO-sync {} is begonnen", e.sync),
            Event::SyncClosed(e) => format!("PO-sync {} is afgelopen", e.sync),
            Event::SourceTold(_) => "kreeg nieuws van de bron".to_owned(),
            Event::ConnectionAdded(e) => {
                let domain = domain(&e.domain);
                format!("koppeling {} mag gegevens sturen naar deelgebied {domain}", e.connection)
            }
            Event::ConnectionUpdated(e) if e.mapping.is_some() => {
                format!("koppeling {} wordt met een andere mapping gelezen", e.connection)
            }
            Event::ConnectionUpdated(e) => {
                format!("koppeling {} heeft een andere bron", e.connection)
            }
            Event::ConnectionRemoved(e) => format!("koppeling {} is verwijderd", e.connection),
            Event::EscalationRaised(e) => self.raised(e, product),
            Event::EscalationRouted(e) => self.routed(e, product),
            Event::EscalationAcknowledged(e) => {
                format!("{} is in behandeling genomen", matter(e.escalation))
            }
            Event::EscalationCommented(e) => format!("{}: {}", matter(e.escalation), e.text),
            Event::EscalationReminded(e) => {
                format!(
                    "{} wacht op antwoord: het was tijd voor een herinnering",
                    matter(e.escalation)
                )
            }
            Event::EscalationOverdue(e) => {
                format!("{} is niet op tijd beantwoord", matter(e.escalation))
            }
            Event::EscalationHandedOver(e) => {
                format!(
                    "{} is overgedragen: nu beslist {}",
                    matter(e.escalation),
                    decider(&e.decider)
                )
            }
            Event::EscalationDecided(e) => self.decided(e, product),
            Event::EscalationWithdrawn(e) => format!("{} is ingetrokken", matter(e.escalation)),
            Event::EscalationReopened(e) => format!("{} is heropend", matter(e.escalation)),
            Event::DecisionNotFollowed(e) => self.not_followed(e, product),
            Event::CalendarSaved(e) if e.default => {
                format!("kalender {} is opgeslagen en is de standaard", e.calendar.name)
            }
            Event::CalendarSaved(e) => format!("kalender {} is opgeslagen", e.calendar.name),
            Event::CalendarRemoved(e) => format!("kalender {} is verwijderd", e.calendar),
            Event::EscalationPointsSaved(e) => match e.points.len() {
                0 => "over alle escalaties wordt weer volgens de ingebouwde standaard beslist"
                    .to_owned(),
                1 => "opnieuw is vastgelegd wie over escalaties beslist, in één escalatiepunt"
                    .to_owned(),
                count => format!(
                    "opnieuw is vastgelegd wie over escalaties beslist, in {count} escalatiepunten"
                ),
            },
            Event::TextRedacted(e) => {
                format!(
                    "is een tekst uit versie {} kwijt: die is voorgoed uit het log gehaald",
                    e.version
                )
            }
        }
    }

    fn absorbed(&self, merged: &ItemMerged) -> String {
        if merged.duplicate {
            format!("{} bleek hetzelfde werk te zijn", merged.item)
        } else {
            format!("{} is erin opgegaan", merged.item)
        }
    }

    fn understood(&self, how: &Match, product: &Product) -> String {
        let name = |id: &DomainId| domain(product, id);
        match how {
            Match::Domain(id) => format!("{id} is een deelgebied"),
            Match::Item(key) => format!("{key} is een backlogitem"),
            Match::Into(key, into) => format!("{key} is opgegaan in {into}"),
            Match::Entry(no, title) => format!("{no} is een item op de roadmap, “{title}”"),
            Match::Topic(topic, decider, of) => {
                let place = of.as_ref().map_or_else(String::new, |id| format!(" in {}", name(id)));
                let decider = self.decider(product, decider);
                format!("{} is een onderwerp waarover {decider} beslist{place}", self.topic(*topic))
            }
            Match::Name(words) => format!("de naam van het deelgebied bevat “{words}”"),
            Match::Summary(words) => format!("de beschrijving van het deelgebied bevat “{words}”"),
            Match::Nothing => {
                "niets in dit product past erbij, en de hoofd-PO is verantwoordelijk voor het geheel"
                    .to_owned()
            }
        }
    }
}

impl Dutch {
    /// "escalatie 7 “Wie krijgt de testhal?”".
    fn matter(&self, product: &Product, no: EscalationNo) -> String {
        let title = title_of(product, no).map(|title| format!(" “{title}”"));
        format!("escalatie {no}{}", title.unwrap_or_default())
    }

    fn raised(&self, e: &EscalationRaised, product: &Product) -> String {
        let to = match e.line.first() {
            Some(turn) => format!("{} beslist", self.decider(product, &turn.decider)),
            None => "er is niemand die het besluit kan nemen".to_owned(),
        };
        let matter = self.matter(product, e.escalation);
        format!("{matter} is ingediend ({}); {to}", self.topic(e.topic))
    }

    fn routed(&self, e: &EscalationRouted, product: &Product) -> String {
        let matter = self.matter(product, e.escalation);
        match e.line.first() {
            Some(turn) => {
                let who = self.decider(product, &turn.decider);
                format!("over {matter} kan nu worden beslist: {who} is aan zet")
            }
            None => format!("{matter} wacht nog: er is niemand die het besluit kan nemen"),
        }
    }

    fn decided(&self, e: &EscalationDecided, product: &Product) -> String {
        let orders: Vec<_> = e.orders.iter().map(|one| self.ordered(product, one)).collect();
        let orders =
            if orders.is_empty() { String::new() } else { format!(" ({})", orders.join(", ")) };
        let matter = self.matter(product, e.escalation);
        format!("over {matter} is besluit {} genomen: “{}”{orders}", e.decision, e.outcome)
    }

    fn not_followed(&self, e: &DecisionNotFollowed, product: &Product) -> String {
        let outcome = product.decision(e.decision);
        let outcome = outcome.map_or_else(String::new, |one| format!(" (“{}”)", one.outcome));
        let below = item_titled(self, product, &e.below);
        let (at, no) = (e.at.place, e.decision);
        format!("staat nu onder {below}, op plaats {at}: besluit {no}{outcome} is niet gevolgd")
    }

    fn created(&self, e: &ItemCreated, product: &Product) -> String {
        let from = e
            .split_from
            .as_ref()
            .map_or_else(String::new, |key| format!(", afgesplitst van {key}"));
        let by = if e.imported { "geïmporteerd" } else { "aangemaakt" };
        let (kind, domain) = (self.kind(e.kind), domain(product, &e.domain));
        match &e.arrival {
            Some(arrival) => {
                format!("is {by} als {kind} in {domain}, op plaats {}{from}", arrival.place)
            }
            None => {
                let status = self.status(e.status);
                format!("is {by} als {kind} in {domain}, vanaf het begin {status}{from}")
            }
        }
    }

    fn updated(&self, e: &ItemUpdated, product: &Product) -> String {
        let option = |text: Option<String>| text.unwrap_or_else(|| self.none().to_owned());
        let parts = [
            from_to("titel", e.title.as_ref(), |title| self.quoted(title.as_str())),
            e.text.as_ref().map(|_| "tekst".to_owned()),
            from_to("soort", e.kind.as_ref(), |kind| self.kind(*kind).to_owned()),
            from_to("status", e.status.as_ref(), |status| self.quoted(self.status(*status))),
            from_to("bovenliggend item", e.parent.as_ref(), |key| {
                option(key.as_ref().map(ToString::to_string))
            }),
            e.labels.as_ref().map(|change| format!("labels naar {}", list(&change.to))),
            from_to("schatting", e.estimate.as_ref(), |estimate| self.estimate(*estimate)),
            from_to("waarde", e.value.as_ref(), |value| {
                option(value.map(|value| value.get().to_string()))
            }),
            from_to("MoSCoW", e.moscow.as_ref(), |moscow| self.moscow(*moscow).to_owned()),
            from_to("doel", e.goal.as_ref(), |id| {
                option(id.as_ref().map(|id| self.goal(product, id)))
            }),
            e.people.as_ref().map(|_| "de betrokken personen".to_owned()),
            e.sources.as_ref().map(|_| "links naar de bron".to_owned()),
            e.aliases.as_ref().map(|_| "de namen waaronder imports het kennen".to_owned()),
        ];
        format!("is gewijzigd: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }

    fn entry_changed(&self, e: &EntryChanged, product: &Product) -> String {
        let mut parts = Vec::new();
        if let Some((shift, between)) = shift_of(e, product) {
            parts.push(self.shifted(shift, between));
        }
        if let Some(change) = &e.domain {
            let (from, to) = (domain(product, &change.from), domain(product, &change.to));
            parts.push(format!("is overgegaan van {from} naar {to}"));
        }
        if let Some(change) = &e.title {
            parts.push(format!("is hernoemd van “{}” naar “{}”", change.from, change.to));
        }
        if let Some(change) = &e.aim {
            let aim = if change.to.is_empty() { "niets vermeld" } else { change.to.as_str() };
            parts.push(format!("heeft nu als beoogd effect: {aim}"));
        }
        if let Some(change) = &e.goal {
            let goal = |id: &Option<GoalId>| {
                id.as_ref().map_or_else(|| self.none().to_owned(), |id| self.goal(product, id))
            };
            let (from, to) = (goal(&change.from), goal(&change.to));
            parts.push(format!("kreeg een ander doel: van {from} naar {to}"));
        }
        if let Some(change) = &e.items {
            parts.push(if change.to.is_empty() {
                "heeft geen items meer".to_owned()
            } else {
                format!("bestaat nu uit {}", joined(&change.to))
            });
        }
        parts.join("; ")
    }
}

fn from_to<T>(
    what: &str,
    change: Option<&Change<T>>,
    text: impl Fn(&T) -> String,
) -> Option<String> {
    change.map(|change| format!("{what} van {} naar {}", text(&change.from), text(&change.to)))
}

fn list<T: ToString>(values: &[T]) -> String {
    if values.is_empty() { "geen".to_owned() } else { joined(values) }
}

fn beside(spot: &Spot) -> String {
    match (&spot.after, &spot.before) {
        (Some(after), Some(before)) => format!("tussen {after} en {before}"),
        (None, Some(before)) => format!("bovenaan, boven {before}"),
        (Some(after), None) => format!("onderaan, onder {after}"),
        (None, None) => "als enige item".to_owned(),
    }
}

/// The decision that ordered a change.
fn by(decision: Option<DecisionNo>) -> String {
    decision.map_or_else(String::new, |no| format!(", volgens besluit {no}"))
}

/// What was done, with the way that the item went.
fn moved(done: &str, from: &Spot, to: &Spot) -> String {
    if stayed(from, to) {
        format!("is {done}, maar staat nog op plaats {}, nu {}", to.place, beside(to))
    } else {
        format!("is {done} van plaats {} naar plaats {}, {}", from.place, to.place, beside(to))
    }
}

fn ranked(e: &ItemRanked) -> String {
    let family =
        e.family_of.as_ref().map_or_else(String::new, |head| format!(", samen met {head}"));
    match e.undoes {
        Some(version) => {
            let moved = moved("teruggezet", &e.from, &e.to);
            format!("{moved}{family} (versie {version} is ongedaan gemaakt)")
        }
        None => format!("{}{family}{}", moved("verplaatst", &e.from, &e.to), by(e.decision)),
    }
}

fn reordered(e: &ItemReordered) -> String {
    match e.undoes {
        Some(version) => {
            let moved = moved("binnen het eigen deelgebied teruggezet", &e.from, &e.to);
            format!("{moved} (versie {version} is ongedaan gemaakt)")
        }
        None => moved("binnen het eigen deelgebied verplaatst", &e.from, &e.to),
    }
}

fn left(from: Option<&Spot>) -> String {
    from.map_or_else(String::new, |spot| format!(" en verliet plaats {}", spot.place))
}
