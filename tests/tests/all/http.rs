//! What answers on the port beside gRPC, by hand over a socket: health, metrics, gRPC-Web, and what is not there.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use koepel_api::v1;
use koepel_tests::{Server, Shop};
use prost::Message as _;

/// Sends bytes, and reads the answer to its end.
async fn exchange(authority: &str, request: Vec<u8>) -> Vec<u8> {
    let authority = authority.to_owned();
    tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(authority).unwrap();
        stream.write_all(&request).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    })
    .await
    .unwrap()
}

/// The answer to a GET, head and body.
pub(crate) async fn get(authority: &str, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\r\n");
    String::from_utf8_lossy(&exchange(authority, request.into_bytes()).await).into_owned()
}

#[tokio::test]
async fn pages_for_people_and_for_machines() {
    let server = Server::start().await;
    let get = async |path| get(server.authority(), path).await;
    let home = get("/").await;
    assert!(home.starts_with("HTTP/1.1 200 OK") && home.contains("Koepel"), "{home}");
    assert!(get("/healthz").await.ends_with("alive\n"));
    let ready = get("/readyz").await;
    assert!(ready.starts_with("HTTP/1.1 200 OK") && ready.contains("ready\n"), "{ready}");
    let metrics = get("/metrics").await;
    for name in [
        "koepel_event_streams",
        "koepel_log_commits_total",
        "koepel_ready 1",
        "koepel_products 0",
        "# EOF",
    ] {
        assert!(metrics.contains(name), "{name} is not in {metrics}");
    }
    assert!(get("/nowhere").await.starts_with("HTTP/1.1 404"));
    assert!(get("/../../etc/passwd").await.starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn metrics_count_calls_and_hold_nothing_that_a_caller_made_up() {
    let shop = Shop::open().await;
    shop.fill(&["online"]).await;
    let mut grpc = tonic::client::Grpc::new(shop.chief.channel());
    grpc.ready().await.unwrap();
    let path =
        tonic::codegen::http::uri::PathAndQuery::from_static("/koepel.v1.Evil/Secret-koepel_abc");
    let codec = tonic_prost::ProstCodec::<v1::WhoAmIRequest, v1::WhoAmIResponse>::default();
    grpc.unary(tonic::Request::new(v1::WhoAmIRequest {}), path, codec).await.unwrap_err();
    let metrics = get(shop.server.authority(), "/metrics").await;
    assert!(
        metrics
            .contains("koepel_grpc_calls_total{method=\"BacklogService/CreateItem\",code=\"0\"} 1"),
        "{metrics}"
    );
    assert!(metrics.contains("koepel_products 1"));
    assert!(!metrics.contains("Evil"), "{metrics}");
}

#[tokio::test]
async fn a_browser_may_call_over_grpc_web() {
    let shop = Shop::open().await;
    shop.fill(&["online", "offline"]).await;
    let message =
        v1::ListBacklogRequest { parent: "products/webshop".to_owned(), ..Default::default() }
            .encode_to_vec();
    let call = |token: &str| {
        let mut body = vec![0];
        body.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
        body.extend(&message);
        let head = format!(
            "POST /koepel.v1.BacklogService/ListBacklog HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\
             content-type: application/grpc-web+proto\r\nx-grpc-web: 1\r\n\
             authorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n",
            shop.server.authority(),
            body.len(),
        );
        [head.into_bytes(), body].concat()
    };
    let answer = exchange(shop.server.authority(), call(shop.member.token())).await;
    let (head, frames) = http_body(&answer);
    assert!(
        head.starts_with("HTTP/1.1 200 OK") && head.contains("application/grpc-web+proto"),
        "{head}"
    );
    assert_eq!(frames.len(), 2, "a message and the trailers");
    let page = v1::ListBacklogResponse::decode(frames[0].1.as_slice()).unwrap();
    let keys: Vec<_> = page.rows.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["ONLINE-1", "OFFLINE-1"]);
    assert_eq!(frames[1].0, 0x80);
    assert!(String::from_utf8_lossy(&frames[1].1).contains("grpc-status:0"));
    let refused = exchange(shop.server.authority(), call("koepel_nobody")).await;
    let head = String::from_utf8_lossy(&refused).to_lowercase();
    assert!(head.contains("grpc-status: 16") || head.contains("grpc-status:16"), "{head}");
}

/// The head of an answer in chunks, and the frames of gRPC in its body.
fn http_body(answer: &[u8]) -> (String, Vec<(u8, Vec<u8>)>) {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut rest = &answer[end + 4..];
    let mut body = Vec::new();
    if head.to_lowercase().contains("transfer-encoding: chunked") {
        loop {
            let line = rest.windows(2).position(|bytes| bytes == b"\r\n").unwrap();
            let size =
                usize::from_str_radix(std::str::from_utf8(&rest[..line]).unwrap(), 16).unwrap();
            if size == 0 {
                break;
            }
            body.extend(&rest[line + 2..line + 2 + size]);
            rest = &rest[line + 4 + size..];
        }
    } else {
        body.extend(rest);
    }
    let mut frames = Vec::new();
    let mut rest = body.as_slice();
    while !rest.is_empty() {
        let size = usize::try_from(u32::from_be_bytes(rest[1..5].try_into().unwrap())).unwrap();
        frames.push((rest[0], rest[5..5 + size].to_vec()));
        rest = &rest[5 + size..];
    }
    (head, frames)
}
