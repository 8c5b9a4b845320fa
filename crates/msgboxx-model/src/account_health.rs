//! How an API account is doing at WhatsApp, and which changes of that a person must know.
//!
//! Words such as `GREEN` and `TIER_2K` are WhatsApp's own and kept as they come.

use crate::{Instant, text_enum};

text_enum! {
    /// What the access token is good for.
    TokenState {
        /// WhatsApp takes it.
        Valid = "valid",
        /// WhatsApp takes it for some days more.
        Expiring = "expiring",
        /// WhatsApp refuses it.
        Refused = "refused",
    }
}

/// What is known of an account; what nobody has said yet is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountHealth {
    /// `CONNECTED` is needed to send.
    pub number_status: Option<String>,
    /// The name that customers see.
    pub verified_name: Option<String>,
    /// Whether that name is approved.
    pub name_status: Option<String>,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    pub quality: Option<String>,
    /// The tier: `TIER_250` … `TIER_UNLIMITED`.
    pub messaging_limit: Option<String>,
    /// `STANDARD` or `HIGH`.
    pub throughput: Option<String>,
    /// Whether the number is also used in the WhatsApp Business app, which makes it slow.
    pub is_on_business_app: bool,
    /// What the access token is good for.
    pub token: Option<TokenState>,
    /// When the access token ends; absent also when it never does.
    pub token_expires_at: Option<Instant>,
    /// Whether WhatsApp sends us what customers write.
    pub is_subscribed: Option<bool>,
    /// What is in the way of sending, as WhatsApp's health check says.
    pub obstacle: Option<String>,
    /// What WhatsApp forbids the account, as its webhooks told.
    pub restriction: Option<String>,
    /// WhatsApp's time of the newest news about restrictions.
    pub restriction_at: Option<Instant>,
    /// The newest alert that somebody should look at.
    pub alert: Option<String>,
    /// When something signed with the account's app secret came last.
    pub last_webhook_at: Option<Instant>,
    /// When the list of templates was asked for last.
    pub templates_listed_at: Option<Instant>,
    /// When the account was checked last.
    pub checked_at: Option<Instant>,
    /// Why the last check could not be made.
    pub failure: Option<String>,
}

impl AccountHealth {
    /// The names of the events that tell how this differs from what was known before. What is merely learnt for the first
    /// time is no news, unless it is bad.
    pub fn news_since(&self, before: &AccountHealth) -> Vec<&'static str> {
        fn differs<T: PartialEq>(before: Option<&T>, after: Option<&T>) -> bool {
            before.is_some() && before != after
        }
        let text = |member: fn(&AccountHealth) -> &Option<String>| differs(member(before).as_ref(), member(self).as_ref());
        let has_other_pace = before.throughput.is_some() && self.is_on_business_app != before.is_on_business_app;
        [
            ("apiaccount.number", text(|health| &health.number_status)),
            ("apiaccount.name", text(|health| &health.name_status) || text(|health| &health.verified_name)),
            ("apiaccount.quality", text(|health| &health.quality)),
            ("apiaccount.limit", text(|health| &health.messaging_limit)),
            ("apiaccount.throughput", text(|health| &health.throughput) || has_other_pace),
            ("apiaccount.token", self.token != before.token && (before.token, self.token) != (None, Some(TokenState::Valid))),
            (
                "apiaccount.webhook",
                self.is_subscribed != before.is_subscribed && (before.is_subscribed, self.is_subscribed) != (None, Some(true)),
            ),
            ("apiaccount.restricted", (&self.restriction, &self.obstacle) != (&before.restriction, &before.obstacle)),
            ("apiaccount.alert", self.alert.is_some() && self.alert != before.alert),
        ]
        .into_iter()
        .filter_map(|(name, is_news)| is_news.then_some(name))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn well() -> AccountHealth {
        AccountHealth {
            quality: Some("GREEN".to_owned()),
            messaging_limit: Some("TIER_2K".to_owned()),
            throughput: Some("STANDARD".to_owned()),
            token: Some(TokenState::Valid),
            is_subscribed: Some(true),
            ..AccountHealth::default()
        }
    }

    #[test]
    fn learning_that_all_is_well_is_no_news() {
        assert_eq!(well().news_since(&AccountHealth::default()), Vec::<&str>::new());
        assert_eq!(well().news_since(&well()), Vec::<&str>::new());
    }

    #[test]
    fn learning_that_something_is_wrong_is_news_even_the_first_time() {
        let ill = AccountHealth { token: Some(TokenState::Refused), is_subscribed: Some(false), ..well() };
        assert_eq!(ill.news_since(&AccountHealth::default()), ["apiaccount.token", "apiaccount.webhook"]);
        let restricted = AccountHealth { restriction: Some("no".to_owned()), ..well() };
        assert_eq!(restricted.news_since(&AccountHealth::default()), ["apiaccount.restricted"]);
    }

    #[test]
    fn each_change_has_its_name_and_the_end_of_trouble_is_told_too() {
        let other = AccountHealth {
            quality: Some("RED".to_owned()),
            messaging_limit: Some("TIER_250".to_owned()),
            is_on_business_app: true,
            token: Some(TokenState::Expiring),
            ..well()
        };
        let expected = ["apiaccount.quality", "apiaccount.limit", "apiaccount.throughput", "apiaccount.token"];
        assert_eq!(other.news_since(&well()), expected);
        assert_eq!(well().news_since(&other), expected);
    }
}
