//! Callers that take places and do nothing with them: they lose them, and others get on.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use koepel_api::v1::ImportRequest;
use koepel_tests::{Answer as _, Server, Settings, Shop};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;

use crate::ingest::{import, mapping, messages};

#[tokio::test]
async fn whoever_connects_and_stays_silent_loses_the_place() {
    let config = "[limits]\nconnections = 4\nsilent_connection_s = 1\n".to_owned();
    let server = Server::start_with(Settings { config, ..Default::default() }).await;
    // Nothing at all, and the beginnings of both protocols.
    let silent = ["", "", "P", "PRI * HTTP/2.0\r\n\r\nS"].map(|said| {
        let mut stream = TcpStream::connect(server.authority()).unwrap();
        stream.write_all(said.as_bytes()).unwrap();
        stream
    });
    let answer = crate::http::get(server.authority(), "/healthz");
    let answer = tokio::time::timeout(Duration::from_secs(20), answer).await.expect("no place");
    assert!(answer.ends_with("alive\n"), "{answer}");
    for mut stream in silent {
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        assert_eq!(stream.read(&mut [0; 64]).unwrap(), 0, "the server hangs up");
    }
}

#[tokio::test]
async fn imports_whose_senders_fall_silent_end() {
    let config = "[limits]\nimports = 2\nstalled_import_s = 1\n".to_owned();
    let shop = Shop::open_with(Settings { config, ..Default::default() }).await;
    let file = b"{\"id\":\"1\",\"title\":\"A\",\"team\":\"online\"}\n";
    let mut open = Vec::new();
    for _ in 0..2 {
        let start: ImportRequest = messages("products/webshop", mapping(), file).remove(0);
        let (sender, receiver) = mpsc::channel(1);
        sender.send(start).await.unwrap();
        let chief = shop.server.client(shop.chief.token());
        let call = async move { chief.ingest().import(ReceiverStream::new(receiver)).await };
        open.push((sender, tokio::spawn(call)));
    }
    for (sender, call) in open {
        let end = tokio::time::timeout(Duration::from_secs(20), call).await;
        let refusal = end.expect("the import is held for ever").unwrap().refused();
        refusal
            .is(Code::ResourceExhausted, "SENDER_STALLED")
            .says(&["1 s", "nothing was imported"]);
        drop(sender);
    }
    let report = import(&shop.chief, "products/webshop", mapping(), file).await.given();
    assert_eq!(report.created, 1);
}
