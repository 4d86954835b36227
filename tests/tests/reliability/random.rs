//! R5: random histories of several people at once, against a naive model that knows the rules but none of the code; and
//! writers that race with stale versions.
//!
//! The versions of the receipts say in which order the commands were taken; folded in that order, the model must take
//! each of them, refuse what was refused at some version that the product had meanwhile, and end with the same lists.

use std::collections::BTreeMap;

use koepel_tests::{
    Client, Shop,
    reliability::{
        self,
        command::{Anchor, Call, Command, Outcome, Place},
        house::{self, DOMAINS, House, People},
        ledger::Entry,
        load::{self, Load},
        model::Model,
        node::Node,
        oracle::Rules,
        replay,
    },
    scratch,
};
use rand::rngs::StdRng;
use tonic::Code;

/// A call, what came of it, and the versions between which it was decided.
struct Step {
    entry: Entry,
    between: (u64, u64),
}

/// A page that somebody read while others were at work.
struct Glimpse {
    domain: String,
    version: u64,
    rows: Vec<koepel_api::v1::BacklogRow>,
}

/// One person at work, who reads a list now and then.
async fn work(
    load: Load,
    client: Client,
    product: String,
    actor: usize,
    mut rng: StdRng,
    most: usize,
) -> (Vec<Step>, Vec<Glimpse>) {
    let mut steps = Vec::new();
    let mut glimpses = Vec::new();
    let name = format!("products/{product}");
    let mut seen = Shop::version_of(&client, &name).await;
    while steps.len() < most {
        let call = load.next(actor, &mut rng);
        let outcome = call.send(&client, &product).await;
        load.learn(&call, &outcome);
        let now = match &outcome {
            Outcome::Accepted(version, _) => *version,
            Outcome::Refused(..) => Shop::version_of(&client, &name).await,
            Outcome::Unknown(why) => panic!("{call:?}: {why}"),
        };
        steps.push(Step { entry: Entry { call, outcome }, between: (seen, now) });
        seen = now;
        if steps.len().is_multiple_of(10) {
            let domain = if steps.len() % 20 == 0 { "" } else { DOMAINS[actor % DOMAINS.len()] };
            let shown = house::list(&client, &product, domain, false).await.expect("a list");
            if domain.is_empty() {
                load.saw(shown.rows.iter().map(|row| row.key.clone()).collect());
            }
            glimpses.push(Glimpse {
                domain: domain.to_owned(),
                version: shown.version,
                rows: shown.rows,
            });
        }
    }
    (steps, glimpses)
}

/// Folds a history into the model and compares all that was seen on the way. Answers with its end.
fn fold(rules: &Rules, set_up: u64, steps: &[Step], glimpses: &[Glimpse]) -> Model {
    let mut accepted: BTreeMap<u64, &Call> = BTreeMap::new();
    for step in steps {
        if let Some(version) = step.entry.outcome.version() {
            let twice = accepted.insert(version, &step.entry.call);
            assert!(twice.is_none(), "two commands have version {version}");
        }
    }
    let mut models = vec![Model::default()];
    for (expected, (version, call)) in (set_up + 1..).zip(&accepted) {
        assert_eq!(*version, expected, "the versions have a gap");
        let before = models.last().unwrap();
        let after = rules.decide(before, call, *version);
        let after = after.unwrap_or_else(|reasons| {
            panic!(
                "version {version}: {call:?} was accepted; the model says {reasons:?}\n{before:?}"
            )
        });
        models.push(after);
    }
    let at = |version: u64| &models[usize::try_from(version - set_up).unwrap()];
    for step in steps {
        let Outcome::Refused(code, reason) = &step.entry.outcome else { continue };
        let (from, to) = step.between;
        let fits = (from..=to).any(|version| {
            let verdict = rules.decide(at(version), &step.entry.call, version + 1);
            verdict.is_err_and(|reasons| reasons.contains(code))
        });
        assert!(
            fits,
            "versions {from} to {to}: {:?} was refused: {code:?} {reason}\n{:?}",
            step.entry.call,
            at(from)
        );
    }
    for glimpse in glimpses {
        if let Err(difference) = at(glimpse.version).agrees(&glimpse.domain, &glimpse.rows) {
            panic!("{:?} at version {}: {difference}", glimpse.domain, glimpse.version);
        }
    }
    models.pop().unwrap()
}

/// One history. Answers with how many commands were accepted and refused.
async fn history(
    node: &Node,
    people: &People,
    number: usize,
    commands: usize,
    seed: u64,
) -> (usize, usize) {
    let product = format!("history-{number}");
    let set_up = House::product(node, &product).await;
    let load = Load::new(&product);
    let actors = people.actors.iter().enumerate();
    // The Chief PO has two windows open.
    let actors: Vec<_> = actors.chain([(0, &people.actors[0])]).collect();
    let most = commands / actors.len() + 1;
    let working: Vec<_> = actors
        .into_iter()
        .zip(0..)
        .map(|((actor, client), part)| {
            let rng = reliability::random(seed, u64::try_from(number).unwrap() * 100 + part);
            tokio::spawn(work(load.clone(), client.clone(), product.clone(), actor, rng, most))
        })
        .collect();
    let (mut steps, mut glimpses) = (Vec::new(), Vec::new());
    for worker in working {
        let (more_steps, more_glimpses) = worker.await.unwrap();
        steps.extend(more_steps);
        glimpses.extend(more_glimpses);
    }
    let model = fold(&house::rules(), set_up, &steps, &glimpses);
    house::compare(&people.actors[0], &product, &model).await;
    let (commits, _) = house::commits(&people.actors[0], &product, 1).await.expect("the events");
    let mut replayed = Model::default();
    commits.iter().for_each(|commit| replay::apply(&mut replayed, commit));
    assert_eq!(replayed.order, model.order);
    assert_eq!(replayed.items, model.items, "what the events tell is what the commands did");
    let accepted = steps.iter().filter(|step| step.entry.outcome.version().is_some()).count();
    (accepted, steps.len() - accepted)
}

#[tokio::test(flavor = "multi_thread")]
async fn random_histories_of_several_people_end_as_the_naive_model_says() {
    let _alone = reliability::alone();
    let (histories, commands) = (reliability::count(12, 200), reliability::count(300, 500));
    let seed = reliability::seed("random histories");
    let dir = scratch();
    let mut node = Node::new(dir.path(), &dir.path().join("data"));
    node.start().await;
    let house = House::set_up(&node).await;
    let people = house.people(&node);
    let (mut accepted, mut refused) = (0, 0);
    for number in 0..histories {
        let (more, less) = history(&node, &people, number, commands, seed).await;
        accepted += more;
        refused += less;
    }
    reliability::tell(&format!(
        "random histories: {histories} of {commands} commands, {accepted} accepted, {refused} refused"
    ));
    assert!(accepted > refused, "the histories are mostly refusals");
}

/// Two people send at the same time, each on another connection.
async fn race(people: &People, product: &str, calls: [Call; 2]) -> Vec<Outcome> {
    let racing = calls.map(|call| {
        let (client, product) = (people.actors[call.actor].clone(), product.to_owned());
        tokio::spawn(async move { call.send(&client, &product).await })
    });
    let mut outcomes = Vec::new();
    for racer in racing {
        outcomes.push(racer.await.unwrap());
    }
    outcomes
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_random_writers_that_saw_the_same_version_exactly_one_wins() {
    let _alone = reliability::alone();
    let races = reliability::count(50, 500);
    let mut rng = reliability::random(reliability::seed("races"), 0);
    let dir = scratch();
    let mut node = Node::new(dir.path(), &dir.path().join("data"));
    node.start().await;
    let people = House::set_up(&node).await.people(&node);
    let product = "race";
    House::product(&node, product).await;
    let mut call = |actor: usize, command: Command, expected: u64| Call {
        id: load::request_id(&mut rng),
        actor,
        command,
        expected,
    };
    for title in ["above", "contested", "below"] {
        let create =
            Command::Create { domain: "a".to_owned(), title: title.to_owned(), place: None };
        let made = call(0, create, 0).send(&people.actors[0], product).await;
        assert!(made.version().is_some(), "{made:?}");
    }
    let item = || "A-2".to_owned();
    let mut first_won = 0;
    for round in 0..races {
        // In the middle again, so that each of the two moves changes something.
        let between = Place { anchor: Anchor::After("A-1".to_owned()), seen: None };
        let home = call(0, Command::Rank { item: item(), place: between }, 0);
        assert!(home.send(&people.actors[0], product).await.version().is_some());
        let shown = house::list(&people.actors[0], product, "", false).await.unwrap();
        let seen = shown.rows.iter().find(|row| row.key == "A-2").unwrap().changed_at_version;
        let to = |anchor| Place { anchor, seen: None };
        let calls = if round % 2 == 0 {
            let up = Command::Rank { item: item(), place: to(Anchor::Before("A-1".to_owned())) };
            let down =
                Command::Reorder { item: item(), place: to(Anchor::After("A-3".to_owned())) };
            [call(0, up, seen), call(1, down, seen)]
        } else {
            let title =
                |by: &str| Command::Retitle { item: item(), title: format!("{by} {round}") };
            [call(0, title("chief"), seen), call(1, title("po"), seen)]
        };
        let outcomes = race(&people, product, calls).await;
        let won = outcomes.iter().filter(|outcome| outcome.version().is_some()).count();
        let lost =
            outcomes.iter().filter(|it| matches!(it, Outcome::Refused(Code::Aborted, _))).count();
        assert_eq!((won, lost), (1, 1), "{outcomes:?}");
        first_won += usize::from(outcomes[0].version().is_some());
    }
    reliability::tell(&format!("races: {races}, of which the first won {first_won}"));
}
