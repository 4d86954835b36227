//! What a name leads to is looked at when it is connected to, each time, and what was looked at is connected to.

use std::sync::Mutex;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::*;

/// A resolver that answers as it was told, one after the other, and the last for ever.
#[derive(Clone, Debug)]
pub(super) struct Names(Arc<Mutex<(Vec<Vec<IpAddr>>, usize)>>);

impl Names {
    fn answering(answers: &[&[&str]]) -> Self {
        let ips = |texts: &&[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
        Self(Arc::new(Mutex::new((answers.iter().map(ips).collect(), 0))))
    }

    pub(super) fn ask(&self, _: &str) -> Vec<IpAddr> {
        let mut names = self.0.lock().unwrap();
        let (answers, asked) = &mut *names;
        let answer = answers[(*asked).min(answers.len() - 1)].clone();
        *asked += 1;
        answer
    }

    fn asked(&self) -> usize {
        self.0.lock().unwrap().1
    }
}

fn http(names: &Names, allowed: &[&str]) -> Http {
    let tls = crate::send::tls(None).unwrap();
    let allowed = allowed.iter().map(|net| net.parse().unwrap()).collect();
    let mut http = Http::new(tls, allowed, Duration::from_secs(5));
    http.names = Some(names.clone());
    http
}

/// Addresses that a name may lead to and must not: by their meaning those of the guard's own tests.
const PRIVATE: [&str; 30] = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::1",
    "2001::1",
    "fe80::1",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001:db8::1",
];

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_not_connected_to() {
    let address = Address::parse("https://hooks.example.com/", &[]).unwrap();
    for private in PRIVATE {
        // Alone, and hidden behind a public one that would be tried first.
        for answer in [vec![private], vec!["93.184.216.34", private]] {
            let names = Names::answering(&[&answer]);
            let refused = http(&names, &[]).post(&address, &[], Vec::new()).await;
            assert_eq!(refused.unwrap_err().why, Why::NotPublic, "{answer:?}");
        }
    }
}

/// Answers one request on a port of an address of this machine.
async fn answering(ip: &str) -> (TcpListener, u16) {
    let listener = TcpListener::bind((ip, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

async fn answer_one(listener: &TcpListener) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = [0; 4_096];
    assert!(stream.read(&mut request).await.unwrap() > 0);
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
}

#[tokio::test]
async fn a_name_that_changes_its_mind_gains_nothing() {
    // What is allowed stands for what is public; nobody but this machine is asked.
    let (good, port) = answering("127.0.0.2").await;
    let bad = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let names = Names::answering(&[&["127.0.0.2"], &["127.0.0.1"]]);
    let http = http(&names, &["127.0.0.2"]);
    let text = format!("http://rebinding.example.com:{port}/");
    let address = Address::parse(&text, &["127.0.0.2".parse().unwrap()]).unwrap();
    let (reply, ()) = tokio::join!(http.post(&address, &[], Vec::new()), answer_one(&good));
    assert_eq!(reply.unwrap().status, StatusCode::OK);
    // It was asked once, so what was looked at is what was connected to.
    assert_eq!(names.asked(), 1);
    let refused = http.post(&address, &[], Vec::new()).await;
    assert_eq!(refused.unwrap_err().why, Why::NotPublic);
    assert_eq!(names.asked(), 2);
    let nobody = timeout(Duration::from_millis(50), bad.accept()).await;
    assert!(nobody.is_err(), "it was connected to");
}

#[tokio::test]
async fn the_names_of_this_machine_are_looked_at_as_well() {
    // Where the configuration names a network, names of a local network are taken, and their addresses still looked at.
    let allowed = ["10.1.0.0/16"];
    let http = Http { names: None, ..http(&Names::answering(&[&[]]), &allowed) };
    let nets: Vec<Net> = allowed.iter().map(|net| net.parse().unwrap()).collect();
    let address = Address::parse("http://localhost:9/", &nets).unwrap();
    let refused = http.post(&address, &[], Vec::new()).await;
    assert_eq!(refused.unwrap_err().why, Why::NotPublic);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_nobody_is_asked_where_it_leads() {
    let (first, port) = answering("127.0.0.2").await;
    let (second, elsewhere) = answering("127.0.0.1").await;
    let names = Names::answering(&[&["127.0.0.1"]]);
    let http = http(&names, &["127.0.0.2"]);
    let nets = ["127.0.0.2".parse().unwrap()];
    let address = Address::parse(&format!("http://127.0.0.2:{port}/"), &nets).unwrap();
    for code in [301, 302, 303, 307, 308] {
        for to in [
            format!("http://127.0.0.1:{elsewhere}/"),
            format!("//127.0.0.1:{elsewhere}/"),
            format!("http://rebinding.example.com:{elsewhere}/"),
            "file:///etc/passwd".to_owned(),
        ] {
            let redirect = async {
                let (mut stream, _) = first.accept().await.unwrap();
                let mut request = [0; 4_096];
                assert!(stream.read(&mut request).await.unwrap() > 0);
                let head =
                    format!("HTTP/1.1 {code} Away\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
                stream.write_all(head.as_bytes()).await.unwrap();
            };
            let (reply, ()) = tokio::join!(http.post(&address, &[], Vec::new()), redirect);
            assert_eq!(reply.unwrap().status.as_u16(), code);
        }
    }
    assert_eq!(names.asked(), 0);
    assert!(timeout(Duration::from_millis(50), second.accept()).await.is_err());
}
