//! Escalations: how soon after the acknowledgement a webhook has the alert; and what thousands of them cost whose time is over at
//! the same moment, in seconds and in memory, and whether a decision costs more beside them.

use std::{
    collections::HashMap,
    ffi::OsStr,
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use koepel_api::v1::{self, Role, Topic, subscribe_response::What};
use koepel_tests::{Receiver, broker};
use prost_types::Timestamp;
use serde_json::json;
use tokio::time::Instant;

use crate::{
    Plan,
    client::{Client, request_id},
    figures::{Report, Times, ms},
    load::create_items,
    process::{Server, Side},
};

const PRODUCT: &str = "products/measured";
const MONDAY: &str = "2026-11-30T09:00:00Z";
/// Connections that raise and work at once.
const CLIENTS: usize = 16;
/// Decisions that are measured.
const DECISIONS: usize = 100;

/// A product whose POs disagree.
struct House {
    server: Server,
    admin: Client,
    chief: Client,
    deputy: Client,
    /// Connections of the PO who raises.
    online: Vec<Client>,
}

impl House {
    async fn open(plan: &Plan, name: &str, arguments: &[&str]) -> Result<Self> {
        let dir = plan.fresh(name)?;
        let config = dir.join("koepel.toml");
        fs::write(&config, "[alerts]\nallow_private_targets = [\"127.0.0.0/8\"]\n")?;
        let mut all = vec![OsStr::new("--config"), config.as_os_str()];
        all.extend(arguments.iter().map(OsStr::new));
        let server = Server::start_with(Side::Koepel, &dir, &all).await?;
        let admin = server.client().await?;
        let chief = person(&server, &admin, "p-chief").await?;
        let deputy = person(&server, &admin, "p-deputy").await?;
        let first = person(&server, &admin, "p-online").await?;
        let product = v1::CreateProductRequest {
            product_id: "measured".to_owned(),
            display_name: "Measured".to_owned(),
            chief_po: "people/p-chief".to_owned(),
            ..Default::default()
        };
        admin.products().create_product(admin.request(product)).await?;
        for domain in ["online", "offline"] {
            let domain = v1::CreateDomainRequest {
                parent: PRODUCT.to_owned(),
                domain_id: domain.to_owned(),
                ..Default::default()
            };
            admin.products().create_domain(admin.request(domain)).await?;
        }
        let grant = v1::GrantRoleRequest {
            product: PRODUCT.to_owned(),
            person: "people/p-online".to_owned(),
            role: Role::DomainPo.into(),
            domain: format!("{PRODUCT}/domains/online"),
            ..Default::default()
        };
        admin.products().grant_role(admin.request(grant)).await?;
        Ok(Self { server, admin, chief, deputy, online: vec![first] })
    }

    /// Somebody comes after the Chief PO, in the year of the clock that is moved by hand.
    async fn name_deputy(&self) -> Result<()> {
        let day = |year, month| Some(koepel_api::date::Date { year, month, day: 1 });
        let name = v1::NameDeputyRequest {
            product: PRODUCT.to_owned(),
            person: "people/p-deputy".to_owned(),
            role: Role::ChiefPo.into(),
            first_day: day(2026, 11),
            last_day: day(2027, 10),
            ..Default::default()
        };
        self.admin.products().name_deputy(self.admin.request(name)).await?;
        Ok(())
    }

    /// More connections of the PO who raises.
    async fn connect(&mut self, count: usize) -> Result<()> {
        while self.online.len() < count {
            self.online.push(token(&self.server, &self.admin, "p-online").await?);
        }
        Ok(())
    }

    /// Raises so many, over all connections. Answers with the last of them.
    async fn raise(&self, count: usize) -> Result<v1::Escalation> {
        let raising = (0..count).map(|nth| raise(&self.online[nth % self.online.len()]));
        let raised: Vec<v1::Escalation> =
            stream::iter(raising).buffer_unordered(self.online.len()).try_collect().await?;
        raised.into_iter().next_back().context("none was raised")
    }

    /// Decides those with these numbers, one after the other.
    async fn decide(&self, numbers: impl Iterator<Item = usize>) -> Result<Times> {
        let mut times = Times::default();
        for no in numbers {
            let other = v1::EscalationOption { title: "As it is".to_owned(), ..Default::default() };
            let decide = v1::DecideEscalationRequest {
                name: format!("{PRODUCT}/escalations/{no}"),
                outcome: Some(v1::decide_escalation_request::Outcome::Other(other)),
                reason: "the season begins".to_owned(),
                request_id: request_id(),
                ..Default::default()
            };
            let begun = Instant::now();
            self.chief.escalations().decide_escalation(self.chief.request(decide)).await?;
            times.push(begun.elapsed());
        }
        Ok(times)
    }

    /// Waits until so many notices were taken in. Answers with the seconds that took.
    async fn until_looked_through(&self, notices: usize) -> Result<f64> {
        let authority = self.server.address.trim_start_matches("http://");
        let begun = Instant::now();
        loop {
            let metrics = broker::metrics(authority).await;
            let told = metrics.get("koepel_alert_notices_total").copied();
            if told.context("no koepel_alert_notices_total")? >= notices as f64 {
                return Ok(begun.elapsed().as_secs_f64());
            }
            ensure!(begun.elapsed() < Duration::from_secs(300), "{told:?} of {notices} notices");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn set_clock(&self, time: Timestamp) -> Result<()> {
        let set = v1::SetClockRequest { time: Some(time) };
        self.admin.admin().set_clock(self.admin.request(set)).await?;
        Ok(())
    }
}

/// Makes somebody, with a token and a connection.
async fn person(server: &Server, admin: &Client, id: &str) -> Result<Client> {
    let make = v1::CreatePersonRequest { person_id: id.to_owned(), ..Default::default() };
    admin.admin().create_person(admin.request(make)).await?;
    token(server, admin, id).await
}

async fn token(server: &Server, admin: &Client, id: &str) -> Result<Client> {
    let make = v1::CreateTokenRequest { person: format!("people/{id}"), ..Default::default() };
    let token = admin.admin().create_token(admin.request(make)).await?.into_inner();
    Client::connect(&server.address, &token.secret, None).await
}

async fn add_target(by: &Client, whose: &str, url: String) -> Result<()> {
    let receiver = v1::alert_receiver::Receiver::Person(format!("people/{whose}"));
    let target = v1::AlertTarget {
        receiver: Some(v1::AlertReceiver { receiver: Some(receiver) }),
        url,
        ..Default::default()
    };
    let make = v1::CreateAlertTargetRequest {
        parent: PRODUCT.to_owned(),
        target_id: whose.to_owned(),
        target: Some(target),
        secret: String::new(),
        ..Default::default()
    };
    by.alerts().create_alert_target(by.request(make)).await?;
    Ok(())
}

async fn raise(by: &Client) -> Result<v1::Escalation> {
    let raise = v1::RaiseEscalationRequest {
        parent: PRODUCT.to_owned(),
        topic: Topic::Priority.into(),
        title: "Who gets the load test environment first?".to_owned(),
        text: "Both need the same two weeks, and there is one environment.".to_owned(),
        domains: ["online", "offline"].map(|id| format!("{PRODUCT}/domains/{id}")).to_vec(),
        request_id: request_id(),
        ..Default::default()
    };
    let answer = by.escalations().raise_escalation(by.request(raise)).await?.into_inner();
    answer.escalation.context("no escalation in the answer")
}

/// From an acknowledged command to its alert at a webhook on loopback.
pub(crate) async fn alerts(plan: &Plan, report: &mut Report) -> Result<()> {
    let mut house = House::open(plan, "alerts", &[]).await?;
    house.connect(8).await?;
    let receiver = Receiver::start(&[]).await;
    add_target(&house.chief, "p-chief", receiver.url()).await?;
    let warm = 20;
    for sent in 1..=warm {
        raise(&house.online[0]).await?;
        receiver.until_count(sent).await;
    }
    let mut acknowledged: HashMap<String, Instant> = HashMap::new();
    let each = plan.either(60, 600);
    for nth in 1..=each {
        let raised = raise(&house.online[0]).await?;
        acknowledged.insert(raised.name, Instant::now());
        receiver.until_count(warm + nth).await;
    }
    let calm = arrivals(&receiver, &acknowledged, warm);
    acknowledged.clear();
    let raising = (0..each).map(|nth| {
        let by = house.online[nth % house.online.len()].clone();
        async move { anyhow::Ok((raise(&by).await?.name, Instant::now())) }
    });
    let raised: Vec<(String, Instant)> =
        stream::iter(raising).buffer_unordered(house.online.len()).try_collect().await?;
    acknowledged.extend(raised);
    receiver.until_count(warm + 2 * each).await;
    let busy = arrivals(&receiver, &acknowledged, warm + each);
    for (what, times) in [("one at a time", &calm), ("of 8 clients at once", &busy)] {
        ensure!(times.len() == each, "{} of {each} alerts came", times.len());
        report.add(
            "alerts",
            format!("acknowledged → alert at a webhook on loopback, {each} {what}"),
            format!("p50 {}, p99 {}", ms(times.p50()), ms(times.p99())),
            "",
            None,
        );
    }
    let twice = receiver.count() - receiver.taken().len();
    report.add("alerts", "alerts that came twice", twice.to_string(), "0", Some(twice == 0));
    report.detail("alerts", json!({ "calm": calm.json(), "busy": busy.json() }));
    house.server.stop().await?;
    Ok(())
}

/// How long after its acknowledgement the alert of each came; of those that came after so many.
fn arrivals(receiver: &Receiver, acknowledged: &HashMap<String, Instant>, after: usize) -> Times {
    let mut times = Times::default();
    for request in receiver.requests().iter().skip(after) {
        let name = request.json()["data"]["escalation"].as_str().unwrap_or_default().to_owned();
        if let Some(at) = acknowledged.get(&name) {
            // It may be there before the acknowledgement is.
            times.push(request.at.saturating_duration_since(*at));
        }
    }
    times
}

/// Thousands whose time is over at the same moment.
pub(crate) async fn deadlines(plan: &Plan, report: &mut Report) -> Result<()> {
    let open = plan.either(1_000, 10_000);
    let mut house = House::open(plan, "deadlines", &["--manual-clock", MONDAY]).await?;
    house.name_deputy().await?;
    house.connect(CLIENTS).await?;
    house.raise(DECISIONS + 20).await?;
    let few = house.decide(1..=DECISIONS).await?;
    let before = house.server.resident_bytes()?;
    let begun = Instant::now();
    // As many as are decided in a moment, beside those that stay.
    let last = house.raise(open - 20 + DECISIONS).await?;
    let raised_s = begun.elapsed().as_secs_f64();
    let many = house.decide(DECISIONS + 21..=2 * DECISIONS + 20).await?;
    let held = house.server.resident_bytes()?;
    let workers = vec![house.chief.clone(), house.chief.clone()];
    let calm = create_items(&workers, Duration::from_secs_f64(plan.seconds)).await?.times;

    let receiver = Receiver::start(&[]).await;
    // What was raised and decided is none of what is told there.
    let looked_s = house.until_looked_through(open + 3 * DECISIONS).await?;
    add_target(&house.chief, "p-chief", receiver.url()).await?;
    add_target(&house.deputy, "p-deputy", receiver.url()).await?;
    let (working, work) = keep_working(&house.chief);
    let due = last.line.first().and_then(|turn| turn.due_time).context("no deadline")?;
    let begun = Instant::now();
    house.set_clock(due).await?;
    until_handed_over(&house.admin, open).await?;
    let fired_s = begun.elapsed().as_secs_f64();
    // To the Chief PO that their time is over, to the deputy that it is theirs now.
    receiver.until_count(2 * open).await;
    let told_s = begun.elapsed().as_secs_f64();
    working.store(false, Ordering::Relaxed);
    let busy = work.await??;
    let (after, peak) = (house.server.resident_bytes()?, house.server.peak_bytes()?);
    let twice = receiver.count() - receiver.taken().len();
    tell(report, open, (raised_s, looked_s, fired_s, told_s), [before, held, after, peak]);
    let both = |times: [&Times; 2]| {
        times.map(|one| format!("{} / {}", ms(one.p50()), ms(one.p99()))).join(", ")
    };
    let mut add = |what: String, measured: String| report.add("deadl.", what, measured, "", None);
    add(format!("decide, p50 / p99, beside 120 and {open} open"), both([&few, &many]));
    add("new item, p50 / p99, before and meanwhile".to_owned(), both([&calm, &busy]));
    report.add("deadl.", "alerts that came twice", twice.to_string(), "0", Some(twice == 0));
    report.detail(
        "deadlines",
        json!({
            "open": open, "raise_s": raised_s, "looked_s": looked_s, "fired_s": fired_s, "told_s": told_s, "alerts": 2 * open,
            "before_bytes": before, "open_bytes": held, "after_bytes": after, "peak_bytes": peak,
            "decide_few": few.json(), "decide_many": many.json(), "items_calm": calm.json(), "items_busy": busy.json(),
        }),
    );
    house.server.stop().await?;
    Ok(())
}

fn tell(report: &mut Report, open: usize, seconds: (f64, f64, f64, f64), bytes: [u64; 4]) {
    let (raised_s, looked_s, fired_s, told_s) = seconds;
    let mib = |bytes: u64| format!("{:.0}", bytes as f64 / f64::from(1 << 20));
    let [before, held, after, peak] = bytes.map(mib);
    let mut add = |what: String, measured: String| report.add("deadl.", what, measured, "", None);
    add(
        format!("{open} escalations raised by {CLIENTS} clients"),
        format!(
            "{raised_s:.1} s, {:.0} a second; alerts {looked_s:.1} s behind",
            open as f64 / raised_s
        ),
    );
    add(
        format!("{open} deadlines at one moment: all handed over; all {} alerts taken", 2 * open),
        format!("{fired_s:.2} s; {told_s:.2} s"),
    );
    add(
        format!("memory in MiB before, with {open} open, after all, the most"),
        format!("{before}, {held}, {after}, {peak}"),
    );
}

/// Waits until so many went on to the next in line.
async fn until_handed_over(by: &Client, count: usize) -> Result<()> {
    let request = v1::SubscribeRequest {
        product: PRODUCT.to_owned(),
        types: vec!["koepel.v1.EscalationHandedOver".to_owned()],
        ..Default::default()
    };
    let mut stream = by.events().subscribe(by.request(request)).await?.into_inner();
    let mut seen = 0;
    while seen < count {
        let message = stream.message().await?.context("the stream ended")?;
        seen += usize::from(matches!(message.what, Some(What::Event(_))));
    }
    Ok(())
}

/// Makes items one after the other, until it is told to stop.
fn keep_working(by: &Client) -> (Arc<AtomicBool>, tokio::task::JoinHandle<Result<Times>>) {
    let (working, by) = (Arc::new(AtomicBool::new(true)), by.clone());
    let go_on = Arc::clone(&working);
    let work = tokio::spawn(async move {
        let (mut times, mut n) = (Times::default(), 1 << 50);
        while go_on.load(Ordering::Relaxed) {
            let begun = Instant::now();
            by.create("measured", n).await?;
            times.push(begun.elapsed());
            n += 1;
        }
        Ok(times)
    });
    (working, work)
}
