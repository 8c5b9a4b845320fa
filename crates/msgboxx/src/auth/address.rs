//! Where a request comes from.
//!
//! Proxies in front of us say it in headers, which anybody can write; they are believed only as far
//! back as the operator's list of trusted proxies reaches.

use http::HeaderMap;
use ipnet::IpNet;
use std::net::IpAddr;

/// The address of the client itself: the first, from our end, that is no trusted proxy.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted_proxies: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted_proxies.iter().any(|network| network.contains(&address.to_canonical()));
    let mut client = peer.to_canonical();
    let mut hops = forwarded_for(headers);
    while is_trusted(client) {
        match hops.pop() {
            Some(Some(hop)) => client = hop.to_canonical(),
            // An unreadable hop hides whatever stands before it.
            Some(None) | None => break,
        }
    }
    client
}

/// The hops that proxies noted, the latest last; `None` is one that is no address.
///
/// A proxy usually writes one of the two headers and passes the other on as the client sent it. So
/// when both are there and disagree about the latest hop, neither is believed.
fn forwarded_for(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let standard: Vec<_> =
        elements(headers, "forwarded").iter().map(|hop| hop.split(';').find_map(forwarded_parameter).and_then(address)).collect();
    let common: Vec<_> = elements(headers, "x-forwarded-for").iter().map(|hop| address(hop)).collect();
    match (standard.last(), common.last()) {
        (Some(one), Some(other)) if one != other => Vec::new(),
        (Some(_), None) => standard,
        _ => common,
    }
}

fn elements(headers: &HeaderMap, name: &str) -> Vec<String> {
    let lines = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or("unreadable"));
    lines.flat_map(|line| line.split(',')).map(|element| element.trim().to_owned()).filter(|element| !element.is_empty()).collect()
}

/// The value of `for=` in one element of the header `Forwarded` (RFC 7239).
fn forwarded_parameter(pair: &str) -> Option<&str> {
    let (name, value) = pair.trim().split_once('=')?;
    name.eq_ignore_ascii_case("for").then(|| value.trim_matches('"'))
}

/// An address with or without a port, an IPv6 one in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    text.parse().ok().or_else(with_port).or_else(in_brackets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    fn client(peer: &str, headers: &[(&'static str, &'static str)]) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let trusted = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().expect("a network"));
        client_address(peer.parse().expect("an address"), &map, &trusted).to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_their_address() {
        assert_eq!(client("192.0.2.1", &[("x-forwarded-for", "198.51.100.7")]), "192.0.2.1");
        assert_eq!(client("192.0.2.1", &[("forwarded", "for=198.51.100.7")]), "192.0.2.1");
    }

    #[test]
    fn trusted_proxies_are_believed_as_far_back_as_they_reach() {
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "203.0.113.9, 198.51.100.7")]), "198.51.100.7");
        assert_eq!(
            client("10.0.0.1", &[("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "198.51.100.7, 10.1.1.1")]),
            "198.51.100.7"
        );
        assert_eq!(client("10.0.0.1", &[("forwarded", "for=203.0.113.9;proto=https, For=\"[2001:db8::7]:4711\"")]), "2001:db8::7");
        assert_eq!(client("::ffff:10.0.0.1", &[("x-forwarded-for", "198.51.100.7:4711")]), "198.51.100.7");
    }

    #[test]
    fn two_headers_that_disagree_are_both_ignored() {
        assert_eq!(client("10.0.0.1", &[("forwarded", "for=203.0.113.9"), ("x-forwarded-for", "198.51.100.7")]), "10.0.0.1");
        assert_eq!(
            client("10.0.0.1", &[("forwarded", "for=198.51.100.7"), ("x-forwarded-for", "203.0.113.9, 198.51.100.7")]),
            "198.51.100.7"
        );
    }

    #[test]
    fn nothing_before_an_unreadable_hop_is_believed() {
        assert_eq!(client("10.0.0.1", &[("x-forwarded-for", "198.51.100.7, unknown")]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
    }
}
