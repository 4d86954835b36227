//! The process: settings, start, stop, restart, health, and the limits of its port.

use std::{fs, time::Duration};

use koepel_api::v1;
use koepel_tests::{Answer as _, Client, Server, Settings, Shop, scratch};
use tonic::Code;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

/// What a server that does not start says.
async fn refused(config: &str, environment: &[(&str, &str)]) -> String {
    let environment = environment.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
    let settings = Settings {
        config: config.to_owned(),
        environment: environment.collect(),
        ..Default::default()
    };
    let stopped = Server::stopped_in(scratch(), settings);
    let (status, written) = stopped.spawn().ended().await;
    assert_eq!(status.code(), Some(1), "{written}");
    written
}

#[tokio::test]
async fn each_wrong_setting_is_named() {
    let config = "listn = \"127.0.0.1:1\"\n";
    assert!(refused(config, &[]).await.contains("listn"));
    let config = "log_format = \"xml\"\ncache_bytes = 1\n\
                  [limits]\nimports = 0\nmessage_bytes = 5\nstalled_reader_s = 0\n";
    let written = refused(config, &[("KOEPEL_LOG", "not a=filter=")]).await;
    for part in [
        "log_format: \"xml\"",
        "cache_bytes: 1",
        "limits.imports: 0",
        "limits.message_bytes: 5",
        "stalled_reader_s",
        "log_filter: \"not a=filter=\"",
    ] {
        assert!(written.contains(part), "{part} is not in {written}");
    }
    let written = refused("cache_bytes = \"much\"\n", &[]).await;
    assert!(written.contains("koepel.toml") && written.contains("cache_bytes"), "{written}");
}

#[tokio::test]
async fn what_it_cannot_have_it_names() {
    let mut server = Server::start().await;
    // A second server on the same data.
    let (status, written) = server.spawn().ended().await;
    assert_eq!(status.code(), Some(1));
    assert!(written.contains("another server runs on this directory"), "{written}");
    assert_eq!(
        server.process().written().lines().filter(|line| line.contains("koepel serves")).count(),
        1
    );
    // A port that is taken.
    let address = server.authority().to_owned();
    let ran =
        server.command_line("").run(&format!("serve --listen {address} --data-dir elsewhere"));
    assert_eq!(ran.code, 1);
    ran.complains(&[&address, "--listen gives another address"]);
    let ran = server.command_line("").run("serve --listen here --data-dir elsewhere");
    assert_eq!(ran.code, 1);
    ran.complains(&["listen: \"here\" is no address and port, such as 127.0.0.1:7400"]);
    let ran = server.command_line("").run("serve --config nowhere.toml");
    assert_eq!(ran.code, 1);
    ran.complains(&["nowhere.toml", "cannot be read"]);
    // A data directory that is a file.
    let file = scratch();
    fs::write(file.path().join("data"), "no directory").unwrap();
    let line = format!("serve --listen 127.0.0.1:0 --data-dir {}/data", file.path().display());
    let ran = server.command_line("").run(&line);
    assert_eq!(ran.code, 1);
    ran.complains(&["the data folder"]);
}

#[tokio::test]
async fn after_a_stop_everything_is_as_it_was() {
    let mut shop = Shop::open().await;
    shop.fill(&["online", "offline", "online"]).await;
    let rank = v1::RankItemRequest {
        name: Shop::name("ONLINE-2"),
        place: koepel_tests::at(v1::Edge::Top),
        ..Default::default()
    };
    shop.chief.backlog().rank_item(rank).await.given();
    let (rows, version, item) =
        (shop.rows("").await, shop.version().await, shop.item("ONLINE-2").await);
    let explain = v1::ExplainRankRequest { name: Shop::name("ONLINE-2"), ..Default::default() };
    let story = shop.chief.backlog().explain_rank(explain.clone()).await.given();
    for hard in [false, true] {
        if hard {
            shop.server.kill();
            shop.server.start_again().await;
        } else {
            shop.server.restart().await;
        }
        shop.admin = shop.server.admin();
        assert_eq!((shop.rows("").await, shop.version().await), (rows.clone(), version));
        assert_eq!(shop.item("ONLINE-2").await, item);
        let chief = shop.server.client(shop.chief.token());
        assert_eq!(chief.backlog().explain_rank(explain.clone()).await.given(), story);
    }
    assert!(!shop.server.dir().join("address").with_extension("new").exists());
}

#[tokio::test]
async fn a_stop_answers_what_is_under_way() {
    let mut shop = Shop::open().await;
    let url = shop.server.url().to_owned();
    let token = shop.chief.token().to_owned();
    let (first, mut begun) = tokio::sync::mpsc::channel::<()>(64);
    let writers = (0..8).map(|_| {
        let (chief, first) = (Client::new(&url, &token), first.clone());
        tokio::spawn(async move {
            let mut acknowledged = Vec::new();
            loop {
                match chief.backlog().create_item(Shop::new_item("online", "Busy")).await {
                    Ok(answer) => acknowledged.push(answer.into_inner().receipt.unwrap().version),
                    Err(status) => return (acknowledged, status),
                }
                first.try_send(()).ok();
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    for _ in 0..32 {
        begun.recv().await.unwrap();
    }
    let (status, written) = shop.server.stop().await;
    assert_eq!(status.code(), Some(0), "{written}");
    assert!(written.contains("koepel has stopped"), "{written}");
    let mut acknowledged = Vec::new();
    for writer in writers {
        let (versions, end) = writer.await.unwrap();
        acknowledged.extend(versions);
        // Not one was cut off in the middle: what was not taken any more was refused or found nobody. A call that was on its way
        // when the server said that it takes no more ends with that, which this client calls an internal error.
        let too_late = format!("{end:?}").contains("GoAway(b\"\", NO_ERROR, Remote)");
        assert!(
            too_late || matches!(end.code(), Code::Unavailable | Code::Unknown | Code::Cancelled),
            "{end:?}"
        );
    }
    shop.server.start_again().await;
    shop.admin = shop.server.admin();
    let order = shop.order("online").await;
    acknowledged.sort_unstable();
    assert!(acknowledged.windows(2).all(|two| two[0] < two[1]), "no version twice");
    assert!(order.len() >= acknowledged.len());
    assert!(order.len() <= acknowledged.len() + 8, "{} and {}", order.len(), acknowledged.len());
}

#[tokio::test]
async fn health_is_told_to_whoever_asks() {
    let server = Server::start().await;
    let mut health = HealthClient::new(server.client("").channel());
    for service in [
        "",
        "koepel.v1.AdminService",
        "koepel.v1.BacklogService",
        "koepel.v1.EventService",
        "koepel.v1.IngestService",
        "koepel.v1.ProductService",
    ] {
        let mut watch =
            health.watch(HealthCheckRequest { service: service.to_owned() }).await.given();
        let serving = async {
            while watch.message().await.unwrap().unwrap().status() != ServingStatus::Serving {}
        };
        tokio::time::timeout(Duration::from_secs(20), serving).await.unwrap();
    }
    let unknown = HealthCheckRequest { service: "koepel.v1.Nothing".to_owned() };
    assert_eq!(health.check(unknown).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn what_is_too_large_or_unknown_is_refused() {
    let config = "[limits]\nmessage_bytes = 65536\n".to_owned();
    let shop = Shop::open_with(Settings { config, ..Default::default() }).await;
    let mut request = Shop::new_item("online", "Huge");
    request.item.as_mut().unwrap().labels = vec!["x".repeat(60); 2_000];
    let status = shop.online.backlog().create_item(request).await.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange, "{status:?}");
    shop.online.backlog().create_item(Shop::new_item("online", "Not so huge")).await.given();

    let mut grpc = tonic::client::Grpc::new(shop.chief.channel());
    for path in ["/koepel.v1.RoadmapService/Get", "/koepel.v1.BacklogService/Nothing", "/nothing"] {
        grpc.ready().await.unwrap();
        let codec = tonic_prost::ProstCodec::<v1::WhoAmIRequest, v1::WhoAmIResponse>::default();
        let request = tonic::Request::new(v1::WhoAmIRequest {});
        let path = tonic::codegen::http::uri::PathAndQuery::from_static(path);
        let status = grpc.unary(request, path.clone(), codec).await.unwrap_err();
        assert_eq!(status.code(), Code::Unimplemented, "{path}: {status:?}");
    }
}
