//! Danish: what happened.

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
    Danish,
};
use crate::plan::shift_of;

impl Events for Danish {
    fn event(&self, event: &Event, product: &Product) -> String {
        let domain = |id: &DomainId| domain(product, id);
        let goal = |id| self.goal(product, id);
        let matter = |no| self.matter(product, no);
        let decider = |who: &Decider| self.decider(product, who);
        let role = |role, of: Option<&DomainId>| self.role(role, of.map(domain).as_deref());
        let deputy = |role, of: Option<&DomainId>| self.deputy(role, of.map(domain).as_deref());
        match event {
            Event::ProductCreated(e) => format!("produktet »{}« blev oprettet", e.name),
            Event::ProductUpdated(_) => "produktets navn eller beskrivelse blev ændret".to_owned(),
            Event::DomainAdded(e) => {
                format!("leveranceområdet {} blev tilføjet med nøglen {}", e.name, e.key)
            }
            Event::DomainUpdated(e) => {
                format!("leveranceområdet {} fik nyt navn eller ny beskrivelse", domain(&e.domain))
            }
            Event::DomainDeleted(e) => {
                format!("leveranceområdet {} blev slettet", domain(&e.domain))
            }
            Event::RoleGranted(e) => {
                let role = role(e.role, e.domain.as_ref());
                match &e.term {
                    None => format!("{} blev {role}", e.person),
                    Some(term) => {
                        format!("{} blev udpeget som {role} {}", e.person, self.term(term))
                    }
                }
            }
            Event::RoleRevoked(e) => {
                format!("{} er ikke længere {}", e.person, role(e.role, e.domain.as_ref()))
            }
            Event::RoleTermChanged(e) => {
                let term = e.term.to.as_ref();
                let term = term.map_or_else(|| "uden slutdato".to_owned(), |term| self.term(term));
                format!("{} er nu {} {term}", e.person, role(e.role, e.domain.as_ref()))
            }
            Event::DeputyNamed(e) => {
                let deputy = deputy(e.role, e.domain.as_ref());
                format!("{} er {deputy} {}", e.person, self.term(&e.term))
            }
            Event::DeputyDismissed(e) => {
                let deputy = deputy(e.role, e.domain.as_ref());
                format!("{} er ikke længere {deputy} {}", e.person, self.term(&e.term))
            }
            Event::QuestionUnanswered(e) => format!("ingen kunne svare på: »{}«", e.question),
            Event::GapResolved(e) => format!("hul {} i oversigten over ansvar blev lukket", e.gap),
            Event::ItemCreated(e) => self.created(e, product),
            Event::ItemUpdated(e) => self.updated(e, product),
            Event::ItemRanked(e) => ranked(e),
            Event::ItemReordered(e) => reordered(e),
            Event::ItemPinned(e) => {
                let by = by(e.decision);
                format!("blev fastgjort på plads {}, {}{by}", e.at.place, beside(&e.at))
            }
            Event::ItemUnpinned(e) => {
                format!("blev løsnet fra plads {}{}", e.at.place, by(e.decision))
            }
            Event::ItemMoved(e) => {
                let (from, to) = (domain(&e.from), domain(&e.to));
                let by = by(e.decision);
                format!("flyttede fra leveranceområdet {from} til leveranceområdet {to}{by}")
            }
            Event::ItemSplit(e) => {
                let kept = if e.kept { ", men består ved siden af dem" } else { "" };
                format!("blev delt op i {}{kept}", joined(&e.into))
            }
            Event::ItemMerged(e) if e.duplicate => {
                format!("blev markeret som en dublet af {}{}", e.into, left(e.from.as_ref()))
            }
            Event::ItemMerged(e) => {
                format!("blev lagt sammen med {}{}", e.into, left(e.from.as_ref()))
            }
            Event::ItemCompleted(e) => format!("blev færdigt{}", left(e.from.as_ref())),
            Event::ItemDropped(e) => {
                format!("blev droppet{}{}", left(e.from.as_ref()), by(e.decision))
            }
            Event::ItemReopened(e) => format!("blev genåbnet på plads {}", e.arrival.place),
            Event::LinkAdded(e) => self.tie(e.link.kind, Holds::Now, &self.target(&e.link.target)),
            Event::LinkRemoved(e) => {
                self.tie(e.link.kind, Holds::NoLonger, &self.target(&e.link.target))
            }
            Event::LinkResolved(e) => {
                let tie = self.tie(e.kind, Holds::Yes, &e.to.to_string());
                format!("{tie}, som nu findes her ({})", e.raw)
            }
            Event::RequestMade(e) if e.ask.is_empty() => {
                format!("har brug for noget fra leveranceområdet {}", domain(&e.domain))
            }
            Event::RequestMade(e) => {
                format!("beder leveranceområdet {} om: {}", domain(&e.domain), e.ask)
            }
            Event::RequestWithdrawn(e) => {
                format!("beder ikke længere leveranceområdet {} om noget", domain(&e.domain))
            }
            Event::VisionPublished(e) => {
                format!("udgave {} af visionen blev offentliggjort", e.edition)
            }
            Event::GoalAdded(e) => format!("målet »{}« blev tilføjet", e.name),
            Event::GoalUpdated(e) => {
                format!("målet {} fik nyt navn eller ny beskrivelse", goal(&e.goal))
            }
            Event::GoalClosed(e) => format!("målet {} blev afsluttet", goal(&e.goal)),
            Event::EntryAdded(e) => {
                let by = if e.imported { ", ved en import" } else { "" };
                let planned = self.plan(Plan { when: e.when, release: e.release.as_ref() });
                format!("kom på roadmappen for {}: {planned}{by}", domain(&e.domain))
            }
            Event::EntryChanged(e) => self.entry_changed(e, product),
            Event::EntryRemoved(_) => "blev taget af roadmappen".to_owned(),
            Event::SyncStarted(e) => format!("PO-synk {} begyndte", e.sync),
            Event::SyncClosed(e) => format!("PO-synk {} sluttede", e.sync),
            Event::SourceTold(_) => "fik nyt fra sin kilde".to_owned(),
            Event::ConnectionAdded(e) => {
                let domain = domain(&e.domain);
                format!("forbindelsen {} må sende til leveranceområdet {domain}", e.connection)
            }
            Event::ConnectionUpdated(e) if e.mapping.is_some() => {
                format!("forbindelsen {} læses med en anden mapping", e.connection)
            }
            Event::ConnectionUpdated(e) => {
                format!("forbindelsen {} har en anden kilde", e.connection)
            }
            Event::ConnectionRemoved(e) => format!("forbindelsen {} blev fjernet", e.connection),
            Event::EscalationRaised(e) => self.raised(e, product),
            Event::EscalationRouted(e) => self.routed(e, product),
            Event::EscalationAcknowledged(e) => {
                format!("{} blev taget under behandling", matter(e.escalation))
            }
            Event::EscalationCommented(e) => format!("{}: {}", matter(e.escalation), e.text),
            Event::EscalationReminded(e) => {
                format!("{} venter på svar: det var tid til en påmindelse", matter(e.escalation))
            }
            Event::EscalationOverdue(e) => {
                format!("{} blev ikke afgjort i tide", matter(e.escalation))
            }
            Event::EscalationHandedOver(e) => format!(
                "{} blev sendt videre: nu skal {} træffe beslutningen",
                matter(e.escalation),
                decider(&e.decider)
            ),
            Event::EscalationDecided(e) => self.decided(e, product),
            Event::EscalationWithdrawn(e) => {
                format!("{} blev trukket tilbage", matter(e.escalation))
            }
            Event::EscalationReopened(e) => format!("{} blev genåbnet", matter(e.escalation)),
            Event::DecisionNotFollowed(e) => self.not_followed(e, product),
            Event::CalendarSaved(e) if e.default => {
                format!("kalenderen {} blev gemt og er standard", e.calendar.name)
            }
            Event::CalendarSaved(e) => format!("kalenderen {} blev gemt", e.calendar.name),
            Event::CalendarRemoved(e) => format!("kalenderen {} blev fjernet", e.calendar),
            Event::EscalationPointsSaved(e) => match e.points.len() {
                0 => "alle eskaleringer afgøres igen efter den indbyggede standard".to_owned(),
                1 => "hvem der afgør eskaleringer, blev fastlagt på ny i ét eskaleringspunkt"
                    .to_owned(),
                count => format!(
                    "hvem der afgør eskaleringer, blev fastlagt på ny i {count} eskaleringspunkter"
                ),
            },
            Event::TextRedacted(e) => {
                format!("fik en tekst fra version {} fjernet fra loggen for altid", e.version)
            }
        }
    }

    fn absorbed(&self, merged: &ItemMerged) -> String {
        if merged.duplicate {
            format!("{} viste sig at være det samme arbejde", merged.item)
        } else {
            format!("{} blev lagt sammen med det", merged.item)
        }
    }

    fn understood(&self, how: &Match, product: &Product) -> String {
        let name = |id: &DomainId| domain(product, id);
        match how {
            Match::Domain(id) => format!("{id} er et leveranceområde"),
            Match::Item(key) => format!("{key} er et emne i backloggen"),
            Match::Into(key, into) => format!("{key} blev lagt sammen med {into}"),
            Match::Entry(no, title) => format!("{no} er et punkt på roadmappen, »{title}«"),
            Match::Topic(topic, decider, of) => {
                let place = of.as_ref().map_or_else(String::new, |id| format!(" i {}", name(id)));
                let decider = self.decider(product, decider);
                format!("{} er et tema, som {decider} afgør{place}", self.topic(*topic))
            }
            Match::Name(words) => format!("leveranceområdets navn indeholder »{words}«"),
            Match::Summary(words) => format!("leveranceområdets beskrivelse indeholder »{words}«"),
            Match::Nothing => {
                "intet i dette produkt svarer til det, og den ledende PO har ansvaret for det hele"
                    .to_owned()
            }
        }
    }
}

impl Danish {
    /// »eskalering 7 »Hvem får testhallen?««.
    fn matter(&self, product: &Product, no: EscalationNo) -> String {
        let title = title_of(product, no).map(|title| format!(" »{title}«"));
        format!("eskalering {no}{}", title.unwrap_or_default())
    }

    fn raised(&self, e: &EscalationRaised, product: &Product) -> String {
        let to = match e.line.first() {
            Some(turn) => {
                format!("{} skal træffe beslutningen", self.decider(product, &turn.decider))
            }
            None => "der er ingen til at træffe beslutningen".to_owned(),
        };
        let matter = self.matter(product, e.escalation);
        format!("{matter} blev rejst ({}); {to}", self.topic(e.topic))
    }

    fn routed(&self, e: &EscalationRouted, product: &Product) -> String {
        let matter = self.matter(product, e.escalation);
        match e.line.first() {
            Some(turn) => {
                let who = self.decider(product, &turn.decider);
                format!("{matter} kan nu afgøres: {who} skal træffe beslutningen")
            }
            None => format!("{matter} venter stadig: der er ingen til at træffe beslutningen"),
        }
    }

    fn decided(&self, e: &EscalationDecided, product: &Product) -> String {
        let orders: Vec<_> = e.orders.iter().map(|one| self.ordered(product, one)).collect();
        let orders =
            if orders.is_empty() { String::new() } else { format!(" ({})", orders.join(", ")) };
        let matter = self.matter(product, e.escalation);
        format!("{matter} blev afgjort med beslutning {}: »{}«{orders}", e.decision, e.outcome)
    }

    fn not_followed(&self, e: &DecisionNotFollowed, product: &Product) -> String {
        let outcome = product.decision(e.decision);
        let outcome = outcome.map_or_else(String::new, |one| format!(" (»{}«)", one.outcome));
        let below = item_titled(self, product, &e.below);
        let (at, no) = (e.at.place, e.decision);
        format!("står nu under {below}, på plads {at}: beslutning {no}{outcome} er ikke fulgt")
    }

    fn created(&self, e: &ItemCreated, product: &Product) -> String {
        let from =
            e.split_from.as_ref().map_or_else(String::new, |key| format!(", udskilt fra {key}"));
        let by = if e.imported { "importeret" } else { "oprettet" };
        let (kind, domain) = (self.kind(e.kind), domain(product, &e.domain));
        match &e.arrival {
            Some(arrival) => {
                format!("blev {by} som {kind} i {domain} på plads {}{from}", arrival.place)
            }
            None => {
                let status = self.status(e.status);
                format!("blev {by} som {kind} i {domain}, {status} fra begyndelsen{from}")
            }
        }
    }

    fn updated(&self, e: &ItemUpdated, product: &Product) -> String {
        let option = |text: Option<String>| text.unwrap_or_else(|| self.none().to_owned());
        let parts = [
            from_to("titel", e.title.as_ref(), |title| self.quoted(title.as_str())),
            e.text.as_ref().map(|_| "tekst".to_owned()),
            from_to("type", e.kind.as_ref(), |kind| self.kind(*kind).to_owned()),
            from_to("status", e.status.as_ref(), |status| self.quoted(self.status(*status))),
            from_to("overordnet emne", e.parent.as_ref(), |key| {
                key.as_ref().map_or_else(|| "intet".to_owned(), ToString::to_string)
            }),
            e.labels.as_ref().map(|change| format!("labels til {}", list(&change.to))),
            from_to("estimat", e.estimate.as_ref(), |estimate| self.estimate(*estimate)),
            from_to("værdi", e.value.as_ref(), |value| {
                option(value.map(|value| value.get().to_string()))
            }),
            from_to("MoSCoW", e.moscow.as_ref(), |moscow| self.moscow(*moscow).to_owned()),
            from_to("mål", e.goal.as_ref(), |id| {
                id.as_ref().map_or_else(|| "intet".to_owned(), |id| self.goal(product, id))
            }),
            e.people.as_ref().map(|_| "de involverede personer".to_owned()),
            e.sources.as_ref().map(|_| "links til kilder".to_owned()),
            e.aliases.as_ref().map(|_| "de navne, som importer kender det under".to_owned()),
        ];
        format!("blev ændret: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }

    fn entry_changed(&self, e: &EntryChanged, product: &Product) -> String {
        let mut parts = Vec::new();
        if let Some((shift, between)) = shift_of(e, product) {
            parts.push(self.shifted(shift, between));
        }
        if let Some(change) = &e.domain {
            let (from, to) = (domain(product, &change.from), domain(product, &change.to));
            parts.push(format!("flyttede fra {from} til {to}"));
        }
        if let Some(change) = &e.title {
            parts.push(format!("skiftede titel fra »{}« til »{}«", change.from, change.to));
        }
        if let Some(change) = &e.aim {
            let aim = if change.to.is_empty() { "ikke angivet" } else { change.to.as_str() };
            parts.push(format!("har nu formålet: {aim}"));
        }
        if let Some(change) = &e.goal {
            let goal = |id: &Option<GoalId>| {
                id.as_ref().map_or_else(|| "intet".to_owned(), |id| self.goal(product, id))
            };
            let (from, to) = (goal(&change.from), goal(&change.to));
            parts.push(format!("skiftede mål fra {from} til {to}"));
        }
        if let Some(change) = &e.items {
            parts.push(if change.to.is_empty() {
                "har ikke længere nogen emner".to_owned()
            } else {
                format!("består nu af {}", joined(&change.to))
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
    change.map(|change| format!("{what} fra {} til {}", text(&change.from), text(&change.to)))
}

fn list<T: ToString>(values: &[T]) -> String {
    if values.is_empty() { "ingen".to_owned() } else { joined(values) }
}

fn beside(spot: &Spot) -> String {
    match (&spot.after, &spot.before) {
        (Some(after), Some(before)) => format!("mellem {after} og {before}"),
        (None, Some(before)) => format!("øverst, over {before}"),
        (Some(after), None) => format!("nederst, under {after}"),
        (None, None) => "som det eneste emne".to_owned(),
    }
}

/// The decision that ordered a change.
fn by(decision: Option<DecisionNo>) -> String {
    decision.map_or_else(String::new, |no| format!(", efter beslutning {no}"))
}

/// A verb with the way that the item went; `within` stands between.
fn moved(verb: &str, within: &str, from: &Spot, to: &Spot) -> String {
    if stayed(from, to) {
        format!("{verb}{within}, men står stadig på plads {}, nu {}", to.place, beside(to))
    } else {
        format!("{verb}{within} fra plads {} til plads {}, {}", from.place, to.place, beside(to))
    }
}

fn ranked(e: &ItemRanked) -> String {
    let family =
        e.family_of.as_ref().map_or_else(String::new, |head| format!(", sammen med {head}"));
    match e.undoes {
        Some(version) => {
            let moved = moved("blev sat tilbage", "", &e.from, &e.to);
            format!("{moved}{family} (version {version} blev fortrudt)")
        }
        None => {
            let moved = moved("blev omprioriteret", "", &e.from, &e.to);
            format!("{moved}{family}{}", by(e.decision))
        }
    }
}

fn reordered(e: &ItemReordered) -> String {
    let within = " inden for sit leveranceområde";
    match e.undoes {
        Some(version) => {
            let moved = moved("blev sat tilbage", within, &e.from, &e.to);
            format!("{moved} (version {version} blev fortrudt)")
        }
        None => moved("blev flyttet", within, &e.from, &e.to),
    }
}

fn left(from: Option<&Spot>) -> String {
    from.map_or_else(String::new, |spot| format!(" og forlod plads {}", spot.place))
}
