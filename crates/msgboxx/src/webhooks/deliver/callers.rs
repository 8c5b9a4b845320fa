//! The clients that call strangers' servers.
//!
//! They follow no redirect, use no proxy of the environment, inflate nothing and read little. Each
//! dials only what its reach covers: a name is refused as a whole if one of its addresses is not
//! covered, so that no second look-up and no order of answers can lead elsewhere. Connections are
//! shared between calls of the same reach only.

use super::answer::{Answer, retry_after};
use crate::config::AllowedTarget;
use crate::tls;
use crate::webhooks::guard::{self, Reach};
use msgboxx_model::Instant;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, DATE, HeaderName, RETRY_AFTER};
use reqwest::{Client, Response, redirect};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant as Moment, timeout_at};
use url::Url;

/// How long a receiver may take until its status is there: name, connection and TLS included.
pub(super) const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the rest of an answer is listened to; its status counts already.
const BODY_TIMEOUT: Duration = Duration::from_secs(2);
/// Bytes of an answer that are read.
const MOST_BODY: usize = 64 * 1024;
/// Less than the five seconds after which common servers close an idle connection.
const IDLE: Duration = Duration::from_secs(4);
const USER_AGENT: &str = concat!("msgboxx-webhook/", env!("CARGO_PKG_VERSION"));

const EVENT: HeaderName = HeaderName::from_static("x-msgboxx-event");
const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// One call.
pub(super) struct Call {
    /// Where to.
    pub(super) target: String,
    /// The kind of the event.
    pub(super) event: &'static str,
    /// The same over all attempts.
    pub(super) id: String,
    /// When the call is made.
    pub(super) at: Instant,
    /// Over the three above and the body.
    pub(super) signature: String,
    /// JSON.
    pub(super) body: String,
}

/// A client for each reach.
pub(super) struct Callers {
    allow: Arc<[AllowedTarget]>,
    public: Client,
    listed: Client,
    anywhere: Client,
}

impl Callers {
    /// # Errors
    /// When TLS cannot be set up.
    pub(super) fn new(allow: &[AllowedTarget]) -> Result<Self, reqwest::Error> {
        let allow: Arc<[AllowedTarget]> = allow.into();
        Ok(Self {
            public: client(Reach::PublicOrListed, &allow)?,
            listed: client(Reach::Listed, &allow)?,
            anywhere: client(Reach::Anywhere, &allow)?,
            allow,
        })
    }

    /// Makes a call; whatever goes wrong is an answer too.
    pub(super) async fn call(&self, call: Call) -> Answer {
        let Ok(url) = Url::parse(&call.target) else { return Answer::none("the address is not a URL") };
        let client = match guard::reach(&url, &self.allow) {
            Ok(Reach::PublicOrListed) => &self.public,
            Ok(Reach::Listed) => &self.listed,
            Ok(Reach::Anywhere) => &self.anywhere,
            Err(refusal) => return Answer::none(refusal.to_string()),
        };
        let deadline = Moment::now() + CALL_TIMEOUT;
        let request = client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(EVENT, call.event)
            .header(ID, &call.id)
            .header(TIMESTAMP, call.at.as_seconds())
            .header(SIGNATURE, &call.signature)
            .body(call.body);
        match timeout_at(deadline, request.send()).await {
            Ok(Ok(response)) => listen(response, call.at).await,
            Ok(Err(error)) => Answer::none(why(&error.without_url())),
            Err(_) => Answer::none("no answer within 10 seconds"),
        }
    }
}

async fn listen(mut response: Response, now: Instant) -> Answer {
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let wait = header(RETRY_AFTER).and_then(|value| retry_after(value, header(DATE), now));
    let mut body = Vec::new();
    let read = async {
        while body.len() < MOST_BODY
            && let Ok(Some(chunk)) = response.chunk().await
        {
            body.extend_from_slice(&chunk[..chunk.len().min(MOST_BODY - body.len())]);
        }
    };
    // A body that drips, breaks off or never ends changes nothing: what came of it is enough.
    drop(timeout_at(Moment::now() + BODY_TIMEOUT, read).await);
    Answer::of(response.status().as_u16(), wait, &body)
}

fn client(reach: Reach, allow: &Arc<[AllowedTarget]>) -> Result<Client, reqwest::Error> {
    tls::client()
        .user_agent(USER_AGENT)
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .no_gzip()
        .connect_timeout(CALL_TIMEOUT)
        .pool_idle_timeout(IDLE)
        .dns_resolver(GuardedNames { reach, allow: allow.clone() })
        .build()
}

/// Looks names up, and answers only with addresses that may be dialled.
struct GuardedNames {
    reach: Reach,
    allow: Arc<[AllowedTarget]>,
}

#[derive(Debug, thiserror::Error)]
#[error("the name leads to an address that is not a public one, and the operator has not allowed it")]
struct AddressRefused;

impl Resolve for GuardedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, allow) = (self.reach, self.allow.clone());
        Box::pin(async move {
            // Port 0 stands for the port of the URL.
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let all = checked(reach, &allow, found)?;
            Ok(Box::new(all.into_iter()) as Addrs)
        })
    }
}

/// All of the addresses, or none if one may not be dialled.
fn checked(reach: Reach, allow: &[AllowedTarget], found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, AddressRefused> {
    if found.iter().all(|address| reach.covers(address.ip(), allow)) { Ok(found) } else { Err(AddressRefused) }
}

/// An error with its causes on one line; a client's own text only says that sending failed.
fn why(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}

#[cfg(test)]
mod tests;
