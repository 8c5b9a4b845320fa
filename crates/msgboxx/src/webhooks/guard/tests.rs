use super::*;
use TargetRefusal::{Credentials, Fragment, LocalName, NotPublic, NotSecure, NotWeb, TooLong};

fn host(text: &str) -> AllowedTarget {
    AllowedTarget::Host(text.to_owned())
}

fn host_port(text: &str, port: u16) -> AllowedTarget {
    AllowedTarget::HostPort(text.to_owned(), port)
}

fn network(text: &str) -> AllowedTarget {
    AllowedTarget::Network(text.parse().expect("a network"))
}

fn check(target: &str, allow: &[AllowedTarget]) -> Result<(), TargetRefusal> {
    check_target(&Url::parse(target).expect(target), allow)
}

/// Hosts that mean this machine, its network or nothing public, in the notations that parsers take.
const NOT_PUBLIC_HOSTS: &[&str] = &[
    "127.0.0.1",
    "127.255.255.254",
    "127.1",
    "127.0.0.1.",
    "2130706433",
    "017700000001",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "%31%32%37.0.0.1",
    "１２７.0.0.1",
    "127。0。0。1",
    "①②⑦.⓪.⓪.①",
    "0.0.0.0",
    "0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "167772161",
    "012.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "169.254.169.254",
    "169.254.0.1",
    "2852039166",
    "0xA9FEA9FE",
    "0251.0376.0251.0376",
    "169.16689662",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:8.8.8.8]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::10.0.0.1]",
    "[64:ff9b::8.8.8.8]",
    "[64:ff9b:1::1]",
    "[100::1]",
    "[2001::1]",
    "[2001:0:53aa:64c::1]",
    "[2001:20::1]",
    "[2001:db8::1]",
    "[2002:7f00:1::]",
    "[2002:a00:1::1]",
    "[3fff::1]",
    "[5f00::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fdff:ffff::1]",
    "[fe80::1]",
    "[febf::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[4000::1]",
];

const LOCAL_NAMES: &[&str] = &[
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "ｌｏｃａｌｈｏｓｔ",
    "loc%61lhost",
    "localhost.localdomain",
    "ip6-localhost",
    "router",
    "intranet",
    "printer.local",
    "printer.local.",
    "metadata.google.internal",
    "nas.lan",
    "fritz.home.arpa",
    "server.home",
    "wiki.intranet",
];

const PUBLIC_HOSTS: &[&str] = &[
    "8.8.8.8",
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.1",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "[2606:4700:4700::1111]",
    "[2a00:1450:4001:82a::200e]",
    "[2001:4860:4860::8888]",
    "[2003::1]",
];

const PUBLIC_NAMES: &[&str] = &[
    "hooks.zapier.com",
    "example.org",
    "example.org.",
    "receiver.example",
    "hooks.test",
    "xn--bcher-kva.example",
    "bücher.example",
    "mylocalhost.com",
    "local.example.org",
    "internal.example.com",
];

#[test]
fn an_address_that_is_not_public_is_refused_in_every_notation() {
    for name in NOT_PUBLIC_HOSTS {
        assert_eq!(check(&format!("https://{name}/hook"), &[]), Err(NotPublic), "{name}");
        assert_eq!(check(&format!("https://{name}:8443/hook"), &[]), Err(NotPublic), "{name}");
        assert_eq!(check(&format!("http://{name}/hook"), &[]), Err(NotPublic), "{name}");
    }
}

#[test]
fn a_local_name_is_refused() {
    for name in LOCAL_NAMES {
        assert_eq!(check(&format!("https://{name}/hook"), &[]), Err(LocalName), "{name}");
        assert_eq!(check(&format!("http://{name}:8080/"), &[]), Err(LocalName), "{name}");
    }
}

#[test]
fn a_public_host_is_accepted_with_https_only() {
    for name in PUBLIC_HOSTS.iter().chain(PUBLIC_NAMES) {
        assert_eq!(check(&format!("https://{name}/hook?a=b"), &[]), Ok(()), "{name}");
        assert_eq!(check(&format!("https://{name}:8443"), &[]), Ok(()), "{name}");
        assert_eq!(check(&format!("http://{name}/hook"), &[]), Err(NotSecure), "{name}");
    }
}

#[test]
fn an_address_of_another_form_is_refused_also_for_a_listed_host() {
    let allow = [host("example.org")];
    for allow in [&[][..], &allow] {
        assert_eq!(check("ftp://example.org/", allow), Err(NotWeb));
        assert_eq!(check("file:///etc/passwd", allow), Err(NotWeb));
        assert_eq!(check("gopher://example.org:70/", allow), Err(NotWeb));
        assert_eq!(check("data:text/plain,a", allow), Err(NotWeb));
        assert_eq!(check("https://user@example.org/", allow), Err(Credentials));
        assert_eq!(check("https://:secret@example.org/", allow), Err(Credentials));
        assert_eq!(check("https://example.org/#", allow), Err(Fragment));
        assert_eq!(check("https://example.org/#@127.0.0.1", allow), Err(Fragment));
    }
}

#[test]
fn a_target_has_2048_characters_at_most() {
    let fill = "a".repeat(MAX_TARGET_LENGTH - "https://example.org/".len());
    assert_eq!(check(&format!("https://example.org/{fill}"), &[]), Ok(()));
    assert_eq!(check(&format!("https://example.org/{fill}a"), &[]), Err(TooLong));
}

#[test]
fn a_listed_host_is_accepted_at_any_port_and_may_be_anywhere() {
    for (listed, target) in [
        ("hooks.lan", "http://hooks.lan/"),
        ("hooks.lan", "http://HOOKS.LAN.:9000/x"),
        ("localhost", "http://localhost:9000/"),
        ("127.0.0.1", "http://127.1:9000/"),
        ("127.0.0.1", "https://2130706433/"),
        ("[::1]", "http://[0::1]:9000/"),
        ("example.org", "http://example.org/"),
    ] {
        let judged = reach(&Url::parse(target).expect(target), &[host(listed)]);
        assert_eq!(judged, Ok(Reach::Anywhere), "{listed} {target}");
    }
    assert!(Reach::Anywhere.covers(IpAddr::V4(Ipv4Addr::LOCALHOST), &[host("hooks.lan")]));
}

#[test]
fn a_listed_host_and_port_is_accepted_at_that_port_only() {
    let allow = [host_port("127.0.0.1", 9000), host_port("hooks.lan", 80)];
    assert_eq!(check("http://127.0.0.1:9000/hook", &allow), Ok(()));
    assert_eq!(check("https://127.0.0.1:9000/hook", &allow), Ok(()));
    assert_eq!(check("http://hooks.lan/", &allow), Ok(()));
    assert_eq!(check("http://127.0.0.1:9001/hook", &allow), Err(NotPublic));
    assert_eq!(check("http://127.0.0.1/hook", &allow), Err(NotPublic));
    assert_eq!(check("https://hooks.lan/", &allow), Err(LocalName));
    assert_eq!(check("http://localhost:9000/", &allow), Err(LocalName));
    assert_eq!(check("http://[::ffff:127.0.0.1]:9000/", &allow), Err(NotPublic));
}

#[test]
fn a_listed_host_is_not_its_subdomain_nor_what_ends_like_it() {
    let allow = [host("hooks.lan"), host("example.org")];
    assert_eq!(check("https://a.hooks.lan/", &allow), Err(LocalName));
    assert_eq!(check("http://notexample.org/", &allow), Err(NotSecure));
    assert_eq!(check("http://www.example.org/", &allow), Err(NotSecure));
}

#[test]
fn a_literal_in_a_listed_network_is_accepted_and_its_neighbour_is_not() {
    let allow = [network("10.20.0.0/16"), network("fd00::/8")];
    for target in ["http://10.20.0.1:9000/", "https://10.20.255.255/", "http://[::ffff:10.20.0.1]/", "http://[fd00::1]:80/"] {
        assert_eq!(check(target, &allow), Ok(()), "{target}");
    }
    for target in ["http://10.21.0.1/", "https://10.19.255.255/", "http://127.0.0.1/", "https://[fc00::1]/", "https://169.254.169.254/"] {
        assert_eq!(check(target, &allow), Err(NotPublic), "{target}");
    }
    assert_eq!(check("http://8.8.8.8/", &allow), Err(NotSecure));
}

#[test]
fn a_local_name_may_be_in_a_listed_network_and_then_only_that_is_dialled_without_tls() {
    let allow = [network("10.0.0.0/8")];
    let judge = |target: &str| reach(&Url::parse(target).expect(target), &allow);
    assert_eq!(judge("http://nas.lan/"), Ok(Reach::Listed));
    assert_eq!(judge("http://hooks.example.org/"), Err(NotSecure));
    assert_eq!(judge("https://hooks.example.org/"), Ok(Reach::PublicOrListed));
    assert_eq!(judge("https://router/"), Ok(Reach::PublicOrListed));
    assert_eq!(judge("http://localhost/"), Err(LocalName));
    let (inside, public, own) = (IpAddr::from([10, 1, 2, 3]), IpAddr::from([8, 8, 8, 8]), IpAddr::from([127, 0, 0, 1]));
    assert!(Reach::Listed.covers(inside, &allow) && Reach::PublicOrListed.covers(inside, &allow));
    assert!(!Reach::Listed.covers(public, &allow) && Reach::PublicOrListed.covers(public, &allow));
    assert!(!Reach::Listed.covers(own, &allow) && !Reach::PublicOrListed.covers(own, &allow));
}

#[test]
fn a_listed_loopback_network_opens_localhost_and_no_public_name() {
    let allow = [network("127.0.0.0/8")];
    assert_eq!(check("http://localhost:9000/", &allow), Ok(()));
    assert_eq!(check("http://127.0.0.1:9000/", &allow), Ok(()));
    assert_eq!(check("http://example.org/", &allow), Err(NotSecure));
    assert_eq!(check("http://[::1]:9000/", &allow), Err(NotPublic));
}
