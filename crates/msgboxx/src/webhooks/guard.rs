//! Which webhook targets may be called: public `https`, and what the operator lists.
//!
//! A target is a stranger's wish to make this server connect somewhere. The URL is judged when a
//! webhook is made and again before each call; a name is judged by the addresses it has at the call,
//! all of them, and only those are dialled. The URL parser has already turned every notation of an
//! address (decimal, octal, hexadecimal, full-width digits, escapes) into the one that is read here.

mod address;

pub use address::is_public;

use crate::config::AllowedTarget;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// The longest target, in characters.
pub const MAX_TARGET_LENGTH: usize = 2048;

/// Last labels of names that mean something in a local network only, or may.
const LOCAL_SUFFIXES: [&str; 8] = ["localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "home.arpa"];

/// Why a target is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetRefusal {
    /// Longer than [`MAX_TARGET_LENGTH`].
    #[error("the address is longer than 2048 characters")]
    TooLong,
    /// Neither `https` nor `http`, or without a host.
    #[error("the address must begin with https://")]
    NotWeb,
    /// With a user name or a password.
    #[error("the address must not contain a user name or a password")]
    Credentials,
    /// With a `#` part.
    #[error("the address must not contain a fragment")]
    Fragment,
    /// `http` where the operator has not allowed it.
    #[error("the address must begin with https://, unless the operator allows its host")]
    NotSecure,
    /// An address that is not a public one.
    #[error("the address is not a public one, and the operator has not allowed it")]
    NotPublic,
    /// A name of the local machine or network.
    #[error("the host is a local name, and the operator has not allowed it")]
    LocalName,
}

/// Where a connection for an accepted target may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Public addresses and the networks that the operator lists.
    PublicOrListed,
    /// Only the networks that the operator lists: plain `http`.
    Listed,
    /// Anywhere: the operator lists the host itself.
    Anywhere,
}

impl Reach {
    /// Whether an address may be dialled.
    pub fn covers(self, ip: IpAddr, allow: &[AllowedTarget]) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Listed => is_listed(ip, allow),
            Self::PublicOrListed => is_public(ip) || is_listed(ip, allow),
        }
    }
}

/// Whether a webhook may be made for this target. A name is not resolved.
///
/// # Errors
/// The first reason against it.
pub fn check_target(url: &Url, allow: &[AllowedTarget]) -> Result<(), TargetRefusal> {
    reach(url, allow).map(|_| ())
}

/// Judges a target by its text, and says which addresses may be dialled for it.
///
/// For a literal the whole judgement is made here: nobody resolves it later.
///
/// # Errors
/// The first reason against it.
pub fn reach(url: &Url, allow: &[AllowedTarget]) -> Result<Reach, TargetRefusal> {
    let (host, port) = parts(url)?;
    if is_host_listed(&host, port, allow) {
        return Ok(Reach::Anywhere);
    }
    let reach = if url.scheme() == "https" { Reach::PublicOrListed } else { Reach::Listed };
    match host {
        Host::Ipv4(ip) => literal(IpAddr::V4(ip), reach, allow),
        Host::Ipv6(ip) => literal(IpAddr::V6(ip), reach, allow),
        Host::Domain(name) => named(bare(name), reach, allow),
    }
}

/// Host and port of a URL of the right form.
fn parts(url: &Url) -> Result<(Host<&str>, u16), TargetRefusal> {
    if url.as_str().chars().count() > MAX_TARGET_LENGTH {
        return Err(TargetRefusal::TooLong);
    }
    if !matches!(url.scheme(), "https" | "http") {
        return Err(TargetRefusal::NotWeb);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(TargetRefusal::Credentials);
    }
    if url.fragment().is_some() {
        return Err(TargetRefusal::Fragment);
    }
    url.host().zip(url.port_or_known_default()).ok_or(TargetRefusal::NotWeb)
}

fn literal(ip: IpAddr, reach: Reach, allow: &[AllowedTarget]) -> Result<Reach, TargetRefusal> {
    match (reach.covers(ip, allow), is_public(ip)) {
        (true, _) => Ok(reach),
        (false, true) => Err(TargetRefusal::NotSecure),
        (false, false) => Err(TargetRefusal::NotPublic),
    }
}

/// A local name could lead into a listed network; whether it does is known only at the call. A public name without TLS has to be
/// listed itself: else one listed network would open `http` to the whole world's names.
fn named(name: &str, reach: Reach, allow: &[AllowedTarget]) -> Result<Reach, TargetRefusal> {
    let could_be_listed = match (kind_of(name), reach) {
        (NameKind::Loopback, _) => is_loopback_listed(allow),
        (NameKind::Local, _) => allow.iter().any(|target| matches!(target, AllowedTarget::Network(_))),
        (NameKind::Other, Reach::Listed) => return Err(TargetRefusal::NotSecure),
        (NameKind::Other, _) => true,
    };
    if could_be_listed { Ok(reach) } else { Err(TargetRefusal::LocalName) }
}

#[derive(Clone, Copy)]
enum NameKind {
    /// `localhost` and names under it.
    Loopback,
    /// A single label, or under a suffix of local networks.
    Local,
    Other,
}

fn kind_of(name: &str) -> NameKind {
    let is_under = |suffix: &str| name.strip_suffix(suffix).is_some_and(|before| before.is_empty() || before.ends_with('.'));
    if is_under("localhost") {
        NameKind::Loopback
    } else if !name.contains('.') || LOCAL_SUFFIXES.iter().any(|suffix| is_under(suffix)) {
        NameKind::Local
    } else {
        NameKind::Other
    }
}

/// Without the dot that may stand behind a full name.
fn bare(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

fn is_host_listed(host: &Host<&str>, port: u16, allow: &[AllowedTarget]) -> bool {
    let text = host.to_string();
    let is_same = |listed: &str| bare(listed).eq_ignore_ascii_case(bare(&text));
    allow.iter().any(|target| match target {
        AllowedTarget::Host(listed) => is_same(listed),
        AllowedTarget::HostPort(listed, listed_port) => *listed_port == port && is_same(listed),
        AllowedTarget::Network(_) => false,
    })
}

/// Whether a network of the list contains the address; an IPv4 address in IPv6 clothes is dialled as IPv4.
fn is_listed(ip: IpAddr, allow: &[AllowedTarget]) -> bool {
    allow.iter().any(|target| match target {
        AllowedTarget::Network(network) => network.contains(&ip) || network.contains(&ip.to_canonical()),
        AllowedTarget::Host(_) | AllowedTarget::HostPort(..) => false,
    })
}

fn is_loopback_listed(allow: &[AllowedTarget]) -> bool {
    is_listed(IpAddr::V4(Ipv4Addr::LOCALHOST), allow) || is_listed(IpAddr::V6(Ipv6Addr::LOCALHOST), allow)
}

#[cfg(test)]
mod tests;
