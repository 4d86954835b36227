//! All that is said, in each language: `sentences.txt` has them beside each other, to be read by people who speak them.

use std::{collections::BTreeSet, fs};

use koepel_domain::{
    day::Day,
    event::Event,
    ids::{DomainId, EntryNo},
    item::{Estimate, Kind, LinkKind, Moscow, Status},
    language::Language,
    points::{Decider, Topic},
    product::Product,
    roadmap::{Horizon, Plan, Shift, Span, When},
    roles::Role,
    term::{Term, Zone},
    text::Label,
};

use super::{World, key};
use crate::words::{
    Altered, Between, End, Holds, Match, Member, Past, Stands, Together, Way, Words, words,
};

/// What is the same in English and another language, and why that is right.
const SAME: [(&str, Language); 13] = [
    // Nothing changed that there would be words for.
    ("EntryChanged.v1.bare", Language::Da),
    ("EntryChanged.v1.bare", Language::Nl),
    ("EntryChanged.v1.least", Language::Da),
    ("EntryChanged.v1.least", Language::Nl),
    // The same word.
    ("horizon later", Language::Nl),
    ("role Scrum Master", Language::Da),
    ("role Scrum Master", Language::Nl),
    ("role stakeholder", Language::Nl),
    ("role tool", Language::Nl),
    ("topic vision", Language::Da),
    ("topic budget", Language::Da),
    ("topic budget", Language::Nl),
    ("order drop", Language::Da),
];

/// A stored event of each type, and what its file is called.
fn events() -> Vec<(String, Event)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../domain/tests/fixtures/events");
    let read = |entry: fs::DirEntry| {
        let text = fs::read_to_string(entry.path()).unwrap();
        let fixture: serde_json::Value = serde_json::from_str(&text).unwrap();
        let (kind, schema) =
            (fixture["type"].as_str().unwrap(), fixture["schema"].as_u64().unwrap());
        let schema = u16::try_from(schema).unwrap();
        let event = Event::deserialize_payload(kind, schema, fixture["payload"].clone()).unwrap();
        (entry.file_name().to_str().unwrap().trim_end_matches(".json").to_owned(), event)
    };
    let mut all: Vec<_> = fs::read_dir(folder).unwrap().map(|one| read(one.unwrap())).collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn term(first: &str, last: &str) -> Term {
    let day = |text: &str| (!text.is_empty()).then(|| day(text));
    Term::new(day(first), day(last), &Zone::utc()).unwrap().unwrap()
}

/// All that a language says, each by a name for it.
struct Said {
    words: &'static dyn Words,
    all: Vec<(String, String)>,
}

impl Said {
    fn in_language(language: Language, product: &Product) -> Self {
        let mut said = Self { words: words(language), all: Vec::new() };
        for (name, event) in events() {
            let told = said.words.event(&event, product);
            said.add(&name, told);
        }
        said.names();
        said.orders(product);
        said.steps();
        said.plans();
        said.changes();
        said.fields();
        said
    }

    fn add(&mut self, name: &str, text: String) {
        self.all.push((name.to_owned(), text));
    }

    fn names(&mut self) {
        let words = self.words;
        for role in Role::ALL {
            let word = role.title();
            self.add(&format!("role {word}"), format!("P-1 {}", words.role(role, None)));
            let of = format!("P-1 {}", words.role(role, Some("Online")));
            self.add(&format!("role {word} of a domain"), of);
            self.add(&format!("deputy {word}"), words.deputy(role, Some("Online")));
        }
        for kind in
            [Kind::Epic, Kind::Feature, Kind::Story, Kind::Task, Kind::Defect, Kind::Impediment]
        {
            self.add(&format!("kind {kind:?}"), words.kind_now(kind, Kind::Story));
        }
        for status in
            [Status::New, Status::Ready, Status::InProgress, Status::Done, Status::Dropped]
        {
            self.add(&format!("status {status:?}"), words.status(status).to_owned());
        }
        for topic in Topic::ALL {
            self.add(&format!("topic {}", topic.word()), words.topic(topic).to_owned());
        }
        let posts = [words.role(Role::ChiefPo, None), words.deputy(Role::DomainPo, Some("Online"))];
        self.add("by", words.by("Anne", &posts));
        self.add("itself", words.itself().to_owned());
        for kind in [
            LinkKind::Needs,
            LinkKind::RelatesTo,
            LinkKind::Replaces,
            LinkKind::ReplacedBy,
            LinkKind::NeededBy,
            LinkKind::Duplicates,
            LinkKind::DuplicatedBy,
        ] {
            for holds in [Holds::Yes, Holds::Now, Holds::NoLonger] {
                self.add(&format!("tie {kind:?} {holds:?}"), words.tie(kind, holds, "A-1"));
            }
        }
    }

    fn orders(&mut self, product: &Product) {
        let order = |text: &str| serde_json::from_str(text).unwrap();
        for (name, text) in [
            ("top", r#"{"rank":{"item":"A-1","to":"top","with_family":false}}"#),
            ("below", r#"{"rank":{"item":"A-1","to":{"after":"A-2"},"with_family":true}}"#),
            ("pin", r#"{"pin":{"item":"A-1"}}"#),
            ("unpin", r#"{"unpin":{"item":"A-1"}}"#),
            ("move", r#"{"move":{"item":"A-1","domain":"b"}}"#),
            ("drop", r#"{"drop":{"item":"A-1"}}"#),
        ] {
            let told = self.words.ordered(product, &order(text));
            self.add(&format!("order {name}"), told);
        }
        let b = || Some(DomainId::new("b").unwrap());
        for (name, decider) in [
            ("seat", Decider::Seat(Role::ChiefPo, None)),
            ("seat of a domain", Decider::Seat(Role::DomainPo, b())),
            ("seat of the domain", Decider::Seat(Role::DomainPo, None)),
            ("deputy", Decider::Deputy(Role::DomainPo, b())),
        ] {
            let told = self.words.decider(product, &decider);
            self.add(&format!("decider {name}"), told);
            let topic = Match::Topic(Topic::Budget, decider, b());
            let told = self.words.understood(&topic, product);
            self.add(&format!("understood topic {name}"), told);
        }
        for (name, how) in [
            ("domain", Match::Domain(DomainId::new("b").unwrap())),
            ("item", Match::Item(key("A-1"))),
            ("into", Match::Into(key("A-1"), key("A-2"))),
            ("entry", Match::Entry(EntryNo(3), "Invoices".to_owned())),
            ("name", Match::Name("gift cards".to_owned())),
            ("summary", Match::Summary("gift cards".to_owned())),
            ("nothing", Match::Nothing),
        ] {
            let told = self.words.understood(&how, product);
            self.add(&format!("understood {name}"), told);
        }
    }

    fn steps(&mut self) {
        let words = self.words;
        let titled = words.titled(&key("A-1"), "A story");
        let stands = Stands {
            titled: &titled,
            place: (3, 40),
            in_domain: (2, 12),
            domain: "Online",
            pinned: None,
        };
        self.add("stands", words.stands(stands));
        self.add("stands pinned", words.stands(Stands { pinned: Some("promised"), ..stands }));
        self.add("stands nowhere, done", words.stands_nowhere(&titled, Status::Done));
        self.add("stands nowhere, dropped", words.stands_nowhere(&titled, Status::Dropped));
        self.add("moved down", words.moved_by(&key("A-1"), 12, 13));
        self.add("moved up", words.moved_by(&key("A-1"), 13, 12));
        let past = |said: &[&str], total, own_domain| Past {
            said: said.iter().map(|one| (*one).to_owned()).collect(),
            total,
            own_domain,
        };
        self.add("past one", words.went_past(&past(&["A-1"], 1, false)));
        self.add("past two", words.went_past(&past(&["A-1", "A-2"], 2, false)));
        self.add("past many", words.went_past(&past(&["A-1", "A-2", "A-3"], 29, true)));
        let into = key("B-1");
        for what in [
            Together::Imported,
            Together::SplitFrom(&into),
            Together::Created,
            Together::RankUndone,
            Together::Ranked,
            Together::ReorderUndone,
            Together::Reordered,
            Together::Duplicates(&into),
            Together::Merged(&into),
            Together::Done,
            Together::Dropped,
            Together::Reopened,
        ] {
            self.add(&format!("together {what:?}"), words.together(&titled, 2, what));
        }
        self.add("together one", words.together(&titled, 1, Together::Done));
        let done = format!("{titled} {}", words.ended(&End::Done, None));
        self.add("along one", words.along(&done, 1));
        self.add("along two", words.along(&done, 2));
        self.add("with family of one", words.with_family(&done, 1));
        self.add("with family", words.with_family(&done, 25));
        self.add("came to one", words.came_to(&titled, 1, &into));
        self.add("came to", words.came_to(&titled, 3, &into));
        for (name, event) in events() {
            if let Event::ItemMerged(merged) = event {
                self.add(&format!("absorbed {name}"), words.absorbed(&merged));
            }
        }
    }

    fn plans(&mut self) {
        let words = self.words;
        let span = |start: &str, end: &str| {
            let day = |text: &str| (!text.is_empty()).then(|| day(text));
            When::Days(Span::new(day(start), day(end)).unwrap())
        };
        let later = When::Horizon(Horizon::Later);
        let whole = span("2026-01-01", "2026-03-31");
        self.add("days", words.when(whole));
        self.add("days, one", words.when(span("2026-03-31", "2026-03-31")));
        self.add("days from", words.when(span("2026-01-01", "")));
        self.add("days until", words.when(span("", "2026-03-31")));
        self.add("horizon now", words.when(When::Horizon(Horizon::Now)));
        self.add("horizon next", words.when(When::Horizon(Horizon::Next)));
        self.add("horizon later", words.when(later));
        let release = Label::new("v1.30").unwrap();
        let with = Plan { when: whole, release: Some(&release) };
        let (from, to) = (day("2026-03-31"), day("2026-04-30"));
        for (name, between) in [
            ("a day", Between::Days(1, from, to)),
            ("weeks", Between::Days(30, from, to)),
            ("months", Between::Days(365, from, to)),
            ("times", Between::Times(whole, later)),
            ("releases", Between::Releases(None, Some(&release))),
            ("plans", Between::Plans(Plan { when: later, release: None }, with)),
        ] {
            for shift in [Shift::Later, Shift::Earlier, Shift::Unclear] {
                let name = format!("shifted by {name}, {shift:?}");
                self.add(&name, words.shifted(shift, between));
            }
        }
        let (both, last) = (term("2026-12-01", "2026-12-31"), term("", "2026-12-31"));
        let one = term("2026-12-01", "2026-12-01");
        let post = words.role(Role::DomainPo, Some("Online"));
        self.add("became", words.became("Anne", &post, None));
        self.add("became for a term", words.became("Anne", &post, Some(&both)));
        self.add("became for a day", words.became("Anne", &post, Some(&one)));
        self.add("became from then", words.became("Anne", &post, Some(&term("2026-12-01", ""))));
        self.add("is now", words.is_now("Anne", &post, Some(&last)));
        self.add("is now without end", words.is_now("Anne", &post, None));
        self.add("is no longer", words.is_no_longer("Anne", &post));
    }

    fn changes(&mut self) {
        let words = self.words;
        let all = [Altered::Called("Joy"), Altered::Described, Altered::Closed];
        self.add("vision", words.vision(3));
        self.add("goal added", words.goal_added("Fewer returns", false));
        self.add("goal added and closed", words.goal_added("Fewer returns", true));
        self.add("goal altered", words.goal_altered("Fewer returns", &all));
        self.add("domain added", words.domain_added("Online"));
        self.add("domain deleted", words.domain_deleted("Online"));
        self.add("domain altered", words.domain_altered("Online", &all[..2]));
        let entry = |told: String| words.of_entry(EntryNo(3), "Invoices", "Online", &told);
        for (name, told) in [
            ("planned", words.planned("2027")),
            ("unplanned", words.unplanned("2027")),
            ("came from", words.came_from("Back office")),
            ("was called", words.was_called("Bills")),
            ("other aim", words.other_aim()),
            ("serves", words.serves(Some(&words.quoted("Joy")))),
            ("serves nothing", words.serves(None)),
            ("members", words.members(Member::Item, &["A-1".to_owned()], &[])),
            ("other order", words.other_order()),
        ] {
            self.add(&format!("entry {name}"), entry(told));
        }
        let passed = vec![("A-1".to_owned(), Some("Online")), ("A-2".to_owned(), None)];
        let way = Way {
            up: true,
            from: 4,
            to: 1,
            as_placed: true,
            within: None,
            passed: passed.clone(),
            more: 3,
        };
        for (name, way) in [
            ("up", way.clone()),
            ("past one", Way { passed: passed[..1].to_vec(), more: 0, ..way.clone() }),
            ("past two", Way { more: 0, ..way.clone() }),
            ("past three", Way { more: 1, ..way.clone() }),
            ("down within", Way { up: false, within: Some("Online"), ..way.clone() }),
            ("up, not as placed", Way { as_placed: false, ..way }),
        ] {
            self.add(&format!("item {name}"), words.moved(&way));
        }
        let ends =
            [("into", End::Into(key("A-2"))), ("done", End::Done), ("dropped", End::Dropped)];
        for (name, end) in &ends {
            self.add(&format!("item came and ended {name}"), words.came_and_ended(end));
            self.add(&format!("item ended {name}"), words.ended(end, Some(4)));
            let told = words.ended_otherwise(&End::Done, end);
            self.add(&format!("item ended otherwise than {name}"), told);
        }
        self.add("item came", words.came("Online", 4));
        self.add("item reopened", words.reopened(Status::Done, 4));
        self.add("item reopened, dropped", words.reopened(Status::Dropped, 4));
        self.add("item went", words.went("Online", "Back office"));
        self.add("item pinned", words.pinned(4));
        self.add("item unpinned", words.unpinned());
        self.add("item asks", words.asks("Online", Some("an account")));
        self.add("item asks something", words.asks("Online", None));
        self.add("item asks no more", words.asks_no_more("Online"));
    }

    fn fields(&mut self) {
        let words = self.words;
        let labels = ["shop".to_owned(), "till".to_owned()];
        let people = ["Anne".to_owned(), "Bo".to_owned()];
        let estimate = |text: u32| Some(Estimate::from_hundredths(text).unwrap());
        self.add("field status", words.status_now(Status::InProgress, Status::Ready));
        self.add("field moscow", words.moscow_now(Some(Moscow::Wont), None));
        self.add("field estimate", words.estimate_now(estimate(350), None));
        self.add("field estimate, small", words.estimate_now(estimate(25), estimate(800)));
        self.add("field value", words.value_now(None, Some(80)));
        self.add("field parent", words.part_of(Some(&key("A-1"))));
        self.add("field no parent", words.part_of(None));
        self.add("field text", words.other_text());
        self.add("field labels", words.members(Member::Label, &labels[..1], &labels));
        let ties = [(LinkKind::Needs, "A-1".to_owned()), (LinkKind::Replaces, words.pending("#7"))];
        self.add("field ties", words.ties(Holds::Now, &ties));
        self.add("field ties no longer", words.ties(Holds::NoLonger, &ties));
        self.add("field people", words.concerns(Holds::Now, &people));
        self.add("field people no longer", words.concerns(Holds::NoLonger, &people));
    }
}

/// All that is said, in the languages beside each other.
fn all() -> Vec<(String, [String; 3])> {
    let world = World::of("aab");
    let [en, da, nl] =
        Language::ALL.map(|language| Said::in_language(language, &world.product).all);
    let beside = en.into_iter().zip(da).zip(nl);
    beside.map(|((en, da), nl)| (en.0, [en.1, da.1, nl.1])).collect()
}

#[test]
fn all_is_said_as_it_was_read_over() {
    let mut said = String::new();
    for (name, texts) in all() {
        said.push_str(&format!("{name}\n"));
        for (language, text) in Language::ALL.into_iter().zip(texts) {
            said.push_str(format!("  {} {text}", language.tag()).trim_end());
            said.push('\n');
        }
    }
    let read = include_str!("sentences.txt");
    // To take over new words once they are read: KOEPEL_WRITE_SENTENCES=1, and look at the difference.
    if std::env::var_os("KOEPEL_WRITE_SENTENCES").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/sentences.txt");
        fs::write(path, &said).unwrap();
        return;
    }
    assert_eq!(said, read);
}

/// What a sentence says that is no word of a language: keys, numbers, days, and what stands in quotation marks.
fn values(english: &str) -> BTreeSet<String> {
    let words = english.split_whitespace().map(|word| {
        word.trim_matches(|c: char| !c.is_alphanumeric() && c != '#').trim_end_matches("'s")
    });
    let numbers = words.filter(|word| word.contains(|c: char| c.is_ascii_digit()));
    let quoted = english.split('“').skip(1).filter_map(|rest| rest.split('”').next());
    numbers.chain(quoted).map(str::to_owned).collect()
}

/// A value as a language writes it.
fn written(value: &str, language: Language) -> String {
    let date = value.parse::<Day>().ok().map(|day| language.day(day));
    let number = value.parse::<f64>().ok().map(|_| value.replace('.', ","));
    date.or(number).unwrap_or_else(|| value.to_owned())
}

/// Whether what stands in quotation marks is a plan in words, which is another in each language.
fn is_plan(value: &str) -> bool {
    ["later", "now", "next"].iter().any(|one| value.starts_with(one)) || value.contains(" to ")
}

#[test]
fn each_language_says_the_same_values_in_words_of_its_own() {
    let mut wrong = Vec::new();
    for (name, [en, da, nl]) in all() {
        for (language, text) in [(Language::Da, &da), (Language::Nl, &nl)] {
            if (*text == en) != SAME.contains(&(name.as_str(), language)) {
                wrong.push(format!("{name}: {text} is as in English, or said to be"));
            }
            for value in values(&en).iter().filter(|value| !is_plan(value)) {
                let value = written(value, language);
                if !text.contains(&value) {
                    wrong.push(format!("{name} lacks {value}: {text}"));
                }
            }
        }
        if da.contains(['“', '”', '„']) || nl.contains(['»', '«', '„']) {
            wrong.push(format!("{name}: marks of another language in {da} or {nl}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
