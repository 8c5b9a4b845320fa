//! The types of settings, and how each is read from text.
//!
//! An error is what the value must be, in words that stand behind the setting's name.

use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use url::Url;

/// An address of a server as others reach it: scheme, host and port, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        const MUST: &str = "must be an address such as https://inbox.example.org, without a path";
        let url = Url::parse(text).map_err(|_| MUST)?;
        let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        let is_open = url.username().is_empty() && url.password().is_none();
        if matches!(url.scheme(), "http" | "https") && is_bare && is_open {
            Ok(Self(url.origin().ascii_serialization()))
        } else {
            Err(MUST)
        }
    }

    pub(super) fn http(address: SocketAddr) -> Self {
        Self(format!("http://{address}"))
    }

    /// Without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where media are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaLocation {
    /// A directory of this machine.
    Directory(PathBuf),
    /// `s3://bucket/prefix`.
    S3(Url),
}

/// When `serve` runs the simulator inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SimulatorMode {
    /// Unless an account has real credentials or the database is PostgreSQL.
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// The simulator's pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// Sent, delivered and read within two seconds.
    Brisk,
    /// As people are.
    Realistic,
    /// Without any pause.
    Instant,
}

/// Whose time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockSource {
    /// This machine's.
    System,
    /// That of a simulator that runs alone.
    Simulator,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A webhook target that is allowed although it is not public https.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedTarget {
    /// Compared with the host text of the URL, at any port.
    Host(String),
    /// Compared with the host text and the port of the URL.
    HostPort(String, u16),
    /// Compared with the address dialled.
    Network(IpNet),
}

pub(super) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let numeric = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    numeric.as_deref().unwrap_or(text).parse().map_err(|_| "must be an address and a port such as 127.0.0.1:8080")
}

pub(super) fn is_on(text: &str) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "on" | "true" | "yes" | "1" => Ok(true),
        "off" | "false" | "no" | "0" => Ok(false),
        _ => Err("must be on or off"),
    }
}

pub(super) fn simulator_mode(text: &str) -> Result<SimulatorMode, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "auto" => Ok(SimulatorMode::Auto),
        other => match is_on(other) {
            Ok(true) => Ok(SimulatorMode::On),
            Ok(false) => Ok(SimulatorMode::Off),
            Err(_) => Err("must be auto, on or off"),
        },
    }
}

pub(super) fn timing(text: &str) -> Result<Timing, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "brisk" => Ok(Timing::Brisk),
        "realistic" => Ok(Timing::Realistic),
        "instant" => Ok(Timing::Instant),
        _ => Err("must be brisk, realistic or instant"),
    }
}

pub(super) fn clock_source(text: &str) -> Result<ClockSource, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "system" => Ok(ClockSource::System),
        "simulator" => Ok(ClockSource::Simulator),
        _ => Err("must be system or simulator"),
    }
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("must be text or json"),
    }
}

pub(super) fn log_filter(text: &str) -> Result<String, &'static str> {
    let read = tracing_subscriber::EnvFilter::try_new(text);
    read.map(|_| text.to_owned()).map_err(|_| "must be a level or a list such as info,msgboxx=debug")
}

pub(super) fn media(text: &str) -> Result<MediaLocation, &'static str> {
    const MUST: &str = "must be s3://bucket/prefix or file:PATH";
    if let Some(path) = text.strip_prefix("file://").or_else(|| text.strip_prefix("file:")).filter(|path| !path.is_empty()) {
        return Ok(MediaLocation::Directory(PathBuf::from(path)));
    }
    let url = Url::parse(text).map_err(|_| MUST)?;
    if url.scheme() == "s3" && url.host_str().is_some() { Ok(MediaLocation::S3(url)) } else { Err(MUST) }
}

pub(super) fn smtp(text: &str) -> Result<String, &'static str> {
    let is_smtp = Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "smtp" | "smtps") && url.host_str().is_some());
    if is_smtp { Ok(text.to_owned()) } else { Err("must be smtp://… or smtps://…") }
}

/// The items of a list, each read by `read`.
pub(super) fn list<T>(text: &str, read: impl Fn(&str) -> Result<T, &'static str>) -> Result<Vec<T>, &'static str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(read).collect()
}

pub(super) fn network(text: &str) -> Result<IpNet, &'static str> {
    let single = |_| text.parse::<IpAddr>().map(IpNet::from);
    text.parse().or_else(single).map_err(|_| "must be networks such as 10.0.0.0/8")
}

pub(super) fn origin(text: &str) -> Result<String, &'static str> {
    BaseUrl::parse(text).map(|url| url.0).map_err(|_| "must be origins such as https://app.example.org")
}

pub(super) fn allowed_target(text: &str) -> Result<AllowedTarget, &'static str> {
    const MUST: &str = "must be hosts, host:port or networks such as 10.0.0.0/8";
    if text.contains('/') {
        return text.parse().map(AllowedTarget::Network).map_err(|_| MUST);
    }
    // The URL parser finds the host's text as it will find it in a target.
    let url = Url::parse(&format!("http://{text}/")).or_else(|_| Url::parse(&format!("http://[{text}]/"))).map_err(|_| MUST)?;
    let host = url.host_str().ok_or(MUST)?.to_owned();
    let has_port = text
        .rsplit_once(':')
        .is_some_and(|(before, port)| port.bytes().all(|byte| byte.is_ascii_digit()) && (!before.contains(':') || before.ends_with(']')));
    // A port of 80 is the scheme's own, which the parser forgets.
    Ok(if has_port { AllowedTarget::HostPort(host, url.port_or_known_default().ok_or(MUST)?) } else { AllowedTarget::Host(host) })
}

/// A whole number within bounds.
pub(super) fn number(text: &str, from: u32, to: u32) -> Result<u32, String> {
    let read: Option<u32> = text.trim().parse().ok();
    read.filter(|number| (from..=to).contains(number)).ok_or_else(|| format!("must be a number from {from} to {to}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_has_no_path_and_no_credentials() {
        assert_eq!(BaseUrl::parse("HTTPS://Inbox.example.org:443/").map(|url| url.0), Ok("https://inbox.example.org".to_owned()));
        for bad in ["https://a.org/x", "https://a.org?x", "https://u:p@a.org", "ftp://a.org", "a.org", ""] {
            assert!(BaseUrl::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_allowed_target_is_a_host_a_host_with_a_port_or_a_network() {
        assert_eq!(allowed_target("Hooks.lan"), Ok(AllowedTarget::Host("hooks.lan".to_owned())));
        assert_eq!(allowed_target("127.0.0.1:9000"), Ok(AllowedTarget::HostPort("127.0.0.1".to_owned(), 9000)));
        assert_eq!(allowed_target("localhost:80"), Ok(AllowedTarget::HostPort("localhost".to_owned(), 80)));
        assert_eq!(allowed_target("::1"), Ok(AllowedTarget::Host("[::1]".to_owned())));
        assert_eq!(allowed_target("[::1]:9000"), Ok(AllowedTarget::HostPort("[::1]".to_owned(), 9000)));
        assert_eq!(allowed_target("10.0.0.0/8"), Ok(AllowedTarget::Network("10.0.0.0/8".parse().expect("a network"))));
        for bad in ["10.0.0.0/99", "a b", "http://x"] {
            assert!(allowed_target(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_single_address_is_a_network_of_one() {
        assert_eq!(network("192.0.2.1").map(|net| net.to_string()), Ok("192.0.2.1/32".to_owned()));
        assert!(network("192.0.2.0/33").is_err());
    }

    #[test]
    fn lists_ignore_white_space_and_empty_items() {
        assert_eq!(list(" a ,, b,", |item| Ok(item.to_owned())), Ok(vec!["a".to_owned(), "b".to_owned()]));
    }

    #[test]
    fn localhost_is_an_address() {
        assert_eq!(address("localhost:80").map(|address| address.to_string()), Ok("127.0.0.1:80".to_owned()));
        assert!(address("localhost").is_err() && address("127.0.0.1").is_err() && address(":80").is_err());
    }
}
