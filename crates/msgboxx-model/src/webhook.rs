//! Subscriptions of an organisation to its events.

use crate::{EventKind, Instant, UserId, WebhookId, text_enum};

text_enum! {
    /// How far a delivery is.
    DeliveryState {
        /// It will be tried, or tried again.
        Pending = "pending",
        /// The receiver took it.
        Delivered = "delivered",
        /// It was given up.
        Failed = "failed",
    }
}

/// An organisation's subscription: what, and where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its identifier.
    pub id: WebhookId,
    /// Whoever made it; an event is delivered only if they may see its entity.
    pub created_by: Option<UserId>,
    /// Which events it wants.
    pub kind: EventKind,
    /// Where they are sent.
    pub target_url: String,
    /// Whether it is on.
    pub is_enabled: bool,
    /// Events in a row whose delivery failed for good.
    pub failure_count: i64,
    /// When it was made.
    pub created_at: Instant,
}

impl Webhook {
    /// Whether events go to Zapier: the host of the target is exactly `hooks.zapier.com`.
    pub fn is_zapier(&self) -> bool {
        host(&self.target_url).is_some_and(|host| host.eq_ignore_ascii_case("hooks.zapier.com"))
    }
}

/// The host of a checked `http` or `https` URL, as browsers find it: a backslash ends it like a
/// slash, and what stands before `@` is not part of it.
fn host(url: &str) -> Option<&str> {
    let (_scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '\\', '?', '#']).next()?;
    let host_and_port = authority.rsplit('@').next()?;
    host_and_port.split(':').next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn is_zapier(target_url: &str) -> bool {
        let webhook = Webhook {
            id: WebhookId(Uuid::nil()),
            created_by: None,
            kind: EventKind::Message,
            target_url: target_url.to_owned(),
            is_enabled: true,
            failure_count: 0,
            created_at: Instant::from_micros(0),
        };
        webhook.is_zapier()
    }

    #[test]
    fn a_target_at_zapiers_host_is_zapier() {
        for url in [
            "https://hooks.zapier.com/hooks/standard/1/a/",
            "https://hooks.zapier.com",
            "https://HOOKS.Zapier.com:443/x",
            "https://hooks.zapier.com?a=b",
        ] {
            assert!(is_zapier(url), "{url}");
        }
    }

    #[test]
    fn a_target_at_any_other_host_is_not() {
        for url in [
            "https://zapier.com/hooks.zapier.com",
            "https://hooks.zapier.com.example.org/",
            "https://nothooks.zapier.com/",
            "https://x.hooks.zapier.com/",
            "https://hooks.zapier.com@example.org/",
            "https://example.org/?u=https://hooks.zapier.com/",
            "https://example.org#@hooks.zapier.com",
            "https://example.org\\@hooks.zapier.com/",
            "hooks.zapier.com/x",
            "",
        ] {
            assert!(!is_zapier(url), "{url}");
        }
    }
}
