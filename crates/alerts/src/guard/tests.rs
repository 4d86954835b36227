//! Ways to write an address that a webhook must not have.

use super::*;

/// More than a hundred ways to write an address that is not public, without a resolver.
const PRIVATE: &[&str] = &[
    // IPv4, as it is mostly written.
    "https://127.0.0.1/",
    "https://127.1.2.3:8443/hook",
    "https://0.0.0.0/",
    "https://0.1.2.3/",
    "https://10.0.0.1/",
    "https://10.255.255.255/",
    "https://100.64.0.1/",
    "https://100.127.255.254/",
    "https://169.254.169.254/latest/meta-data/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://192.0.0.1/",
    "https://192.0.2.7/",
    "https://192.88.99.1/",
    "https://198.18.0.1/",
    "https://198.19.255.255/",
    "https://198.51.100.3/",
    "https://203.0.113.9/",
    "https://224.0.0.1/",
    "https://239.255.255.250/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    // Where clouds tell a machine its secrets.
    "https://169.254.170.2/v2/credentials",
    "https://100.100.100.200/latest/meta-data/",
    "https://192.0.0.192/opc/v2/instance/",
    "https://168.63.129.16/machine?comp=goalstate",
    // One number, octal, hexadecimal, mixed, with parts left out.
    "https://2130706433/",
    "https://3232235777/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0x7F.0x0.0x0.0x1/",
    "https://0177.0.0.1/",
    "https://0177.0000.0000.0001/",
    "https://017700000001/",
    "https://127.1/",
    "https://127.0.1/",
    "https://10.1/",
    "https://192.168.257/",
    "https://0xa9fea9fe/",
    "https://0/",
    "https://0x0/",
    "https://2852039166/",
    "https://0xA83F8110/",
    "https://0251.0376.0251.0376/",
    "https://0xa9.254.0251.254/",
    "https://0300.0250.01.01/",
    "https://192.0xA80101/",
    "https://0x0000000000007f000001/",
    "https://00000177.1/",
    "https://4294967295/",
    "https://037777777777/",
    "https://10.0.1/",
    "https://172.16.1/",
    "https://0.0.0.1/",
    // A dot at the end, percent signs, full width, circled digits, other dots.
    "https://127.0.0.1./",
    "https://%31%32%37.0.0.1/",
    "https://127%2e0%2e0%2e1/",
    "https://１２７.0.0.1/",
    "https://①②⑦.0.0.1/",
    "https://127。0。0。1/",
    "https://0X7F.1/",
    "https://127.0.0.1%2e/",
    "https://%30%78%37%66.1/",
    "https://１２７．０．０．１/",
    "https://127｡0｡0｡1/",
    "https://127.0.0.𝟏/",
    "https://𝟶𝚡𝟽𝚏.1/",
    "https://²¹³⁰⁷⁰⁶⁴³³/",
    "https://127.\u{ad}0.0.1/",
    "https://127.\u{200b}0.0.1/",
    // Slashes, spaces and case that a browser forgives.
    "https:\\\\127.0.0.1\\hook",
    "https:127.0.0.1/",
    "HTTPS://127.0.0.1/",
    "https:///127.0.0.1/",
    " https://127.0.0.1/ ",
    "https://127.0.0.1:443#@example.com/",
    "https://127.0.0.1?@example.com/",
    "https://127.0.0.1#.example.com/",
    "https://127.0.0.1/example.com",
    "https://127.0.0.1:00000000443/",
    "https://127.0\t.0\n.1/",
    "ht\ntps://127.0.0.1/",
    "https:/127.0.0.1/",
    "https:////127.0.0.1/",
    "https:/\\/127.0.0.1/",
    "\u{1}https://127.0.0.1/",
    // IPv6.
    "https://[::1]/",
    "https://[::]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[0:0:0:0:0:ffff:10.0.0.1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::127.0.0.1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[64:ff9b:1::1]/",
    "https://[fe80::1]/",
    "https://[fec0::1]/",
    "https://[fc00::1]/",
    "https://[fd12:3456:789a::1]/",
    "https://[ff02::1]/",
    "https://[2001::1]/",
    "https://[2001:db8::1]/",
    "https://[2002:7f00:1::]/",
    "https://[2002:a00:1::1]/",
    "https://[3fff::1]/",
    "https://[100::1]/",
    "https://[5f00::1]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[::ffff:0:127.0.0.1]/",
    "https://[::FFFF:192.168.0.1]/",
    "https://[::a9fe:a9fe]/",
    "https://[64:ff9b::169.254.169.254]/",
    "https://[fd00:ec2::254]/latest/meta-data/",
    "https://[febf:ffff::1]/",
    "https://[ff0e::1]/",
    "https://[2001:2::1]/",
    "https://[2001:10::1]/",
    "https://[2001:20::1]/",
    "https://[2001:1ff:ffff::1]/",
    "https://[2002:a9fe:a9fe::1]/",
    "https://[2002:c0a8:101::1]/",
    "https://[3fff:fff:ffff::1]/",
    "https://[1fff::1]/",
    "https://[4000::1]/",
    "https://[::ffff:168.63.129.16]/",
];

/// Names that lead into the machine or its network.
const LOCAL: &[&str] = &[
    "https://localhost/",
    "https://LOCALHOST:8080/",
    "https://localhost./",
    "https://a.localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://router.lan/",
    "https://intranet/",
    "https://db/",
    "https://nas.home.arpa./",
    "https://ｌｏｃａｌｈｏｓｔ/",
    "https://%6cocalhost/",
    "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "https://localhost%2e/",
    "https://kubernetes.default.svc.cluster.local/",
    "https://instance-data.ec2.internal/",
    "https://wpad.corp/",
    "https://fritz。home/",
    "https://loca\u{ad}lhost/",
];

#[test]
fn no_way_to_write_a_private_address_is_taken() {
    assert!(PRIVATE.len() >= 100, "{}", PRIVATE.len());
    for text in PRIVATE {
        let parsed = Address::parse(text, &[]);
        assert!(matches!(parsed, Err(Refused::Private(_))), "{text}: {parsed:?}");
    }
}

#[test]
fn no_name_of_a_local_network_is_taken() {
    for text in LOCAL {
        let parsed = Address::parse(text, &[]);
        assert!(matches!(parsed, Err(Refused::LocalName(_))), "{text}: {parsed:?}");
    }
}

#[test]
fn a_user_before_the_host_is_refused_whatever_it_looks_like() {
    for text in [
        "https://example.com@127.0.0.1/",
        "https://user:password@example.com/",
        "https://example.com:443@127.0.0.1/",
        "https://@example.com/",
        "https://:@example.com/",
        "https://example.com%2f@127.0.0.1/",
        "https:\\\\example.com@127.0.0.1/",
    ] {
        let parsed = Address::parse(text, &[]);
        assert!(
            matches!(parsed, Err(Refused::Credentials | Refused::Private(_))),
            "{text}: {parsed:?}"
        );
    }
}

#[test]
fn what_is_no_address_of_a_web_page_is_refused() {
    for text in [
        "",
        "example.com",
        "//127.0.0.1/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "data:text/plain,x",
        "unix:/var/run/docker.sock",
        // An interface is nobody's business but this machine's.
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[::1%25lo]/",
        "https://[v1.127]/",
        "https://%5b::1%5d/",
        "https://[127.0.0.1]/",
        "https://[::1/",
        "https://127.0.0.256/",
        "https://0x100000000/",
        "https://4294967296/",
        "https://127.0.0.0x/x",
        "https://1.2.3.4.5/",
        "https://09.0.0.1/",
        "https://127.0.0.1%00.example.com/",
        "https://127.0.0.1 .example.com/",
        "https://127.0.0.1%0d%0a.example.com/",
        "https://127.0.0.1:65536/",
        "https://127.0.0.1:x@example.com:443:1/",
        "https:///",
        "https://./",
        "https://.../",
    ] {
        assert!(Address::parse(text, &[]).is_err(), "{text}");
    }
    assert_eq!(Address::parse("http://example.com/", &[]), Err(Refused::Plain));
    let long = format!("https://example.com/{}", "a".repeat(URL_MAX));
    assert!(matches!(Address::parse(&long, &[]), Err(Refused::TooLong(_))));
}

#[test]
fn public_addresses_are_taken_as_they_are() {
    for (text, authority, path) in [
        ("https://hooks.slack.com/services/T/B?a=1#x", "hooks.slack.com", "/services/T/B?a=1"),
        ("https://example.com.:8443", "example.com:8443", "/"),
        ("https://93.184.216.34/", "93.184.216.34", "/"),
        ("https://134744072/", "8.8.8.8", "/"),
        ("https://0x08080808/", "8.8.8.8", "/"),
        ("https://[2606:2800:220:1::1]:1/", "[2606:2800:220:1::1]:1", "/"),
        ("https://bücher.example/", "xn--bcher-kva.example", "/"),
        ("https://my.home.example/", "my.home.example", "/"),
    ] {
        let parsed = Address::parse(text, &[]).unwrap();
        assert_eq!((parsed.authority.as_str(), parsed.path.as_str()), (authority, path));
    }
}

#[test]
fn what_lies_beside_a_private_network_is_public() {
    for text in [
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "168.63.129.17",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "191.255.255.255",
        "192.0.1.0",
        "192.0.3.0",
        "192.88.98.255",
        "192.88.100.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "198.51.101.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "2000::1",
        "2001:200::1",
        "2001:db7:ffff::1",
        "2001:db9::1",
        "2003::1",
        "2606:4700:4700::1111",
        "2a00:1450::1",
        "3ffe:ffff::1",
        "3fff:1000::1",
        "::ffff:8.8.8.8",
    ] {
        let ip: IpAddr = text.parse().unwrap();
        assert!(is_public(ip), "{text}");
        let url = if ip.is_ipv6() { format!("https://[{ip}]/") } else { format!("https://{ip}/") };
        assert!(Address::parse(&url, &[]).is_ok(), "{url}");
    }
}

#[test]
fn what_the_configuration_names_is_taken_and_nothing_beside_it() {
    let allowed: Vec<Net> =
        ["127.0.0.1", "10.1.0.0/16", "fd00::/8"].iter().map(|net| net.parse().unwrap()).collect();
    for text in [
        "http://127.0.0.1:8080/",
        "https://10.1.2.3/",
        "http://[fd00::5]/",
        "http://[::ffff:127.0.0.1]/",
    ] {
        assert!(Address::parse(text, &allowed).is_ok(), "{text}");
    }
    for text in ["http://127.0.0.2/", "https://10.2.0.1/", "http://[fe80::1]/"] {
        let parsed = Address::parse(text, &allowed);
        assert!(matches!(parsed, Err(Refused::Private(_))), "{text}: {parsed:?}");
    }
    // A name may lead to a named network; at the connection its address is looked at.
    assert!(Address::parse("http://ci.local/", &allowed).is_ok());
    let public: IpAddr = "93.184.216.34".parse().unwrap();
    assert_eq!(check(public, false, &allowed), Err(Refused::Plain));
    assert_eq!(check(public, true, &allowed), Ok(()));
}

#[test]
fn networks_are_read_with_and_without_a_length() {
    for (text, inside, outside) in [
        ("10.0.0.0/8", "10.9.9.9", "11.0.0.0"),
        ("0.0.0.0/0", "8.8.8.8", "::1"),
        ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
        ("fd00::/8", "fdff::1", "fe00::1"),
        ("::/0", "::1", "1.1.1.1"),
    ] {
        let net: Net = text.parse().unwrap();
        assert!(net.contains(inside.parse().unwrap()), "{text} {inside}");
        assert!(!net.contains(outside.parse().unwrap()), "{text} {outside}");
    }
    for bad in ["", "10", "10.0.0.0/33", "10.0.0.0/x", "::/129", "localhost", "10.0.0.0/-1"] {
        assert!(bad.parse::<Net>().is_err(), "{bad}");
    }
}
