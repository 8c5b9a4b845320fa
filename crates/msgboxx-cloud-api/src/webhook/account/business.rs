//! News of the business account: violations, bans, alerts, limits.

use serde_json::Value;

use super::AccountEvent;
use crate::json::{self, Object};

/// Something happened to the account.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AccountUpdate {
    /// `ACCOUNT_VIOLATION`, `ACCOUNT_RESTRICTION`, `DISABLED_UPDATE`, `ACCOUNT_DELETED`, `PARTNER_REMOVED` …
    pub event: String,
    /// What was violated: `ADULT`, `SCAM` …
    pub violation_type: Option<String>,
    /// `SCHEDULE_FOR_DISABLE`, `DISABLE` or `REINSTATE`.
    pub ban_state: Option<String>,
    /// When, as Meta writes it (`April 17, 2025`).
    pub ban_date: Option<String>,
    /// What the account may not do meanwhile.
    pub restrictions: Vec<Restriction>,
    /// The number, where the news is about one.
    pub phone_number: Option<String>,
    /// The whole as it came: each event has members of its own.
    pub raw: Value,
}

/// Something that the account may not do for a time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Restriction {
    /// For example `RESTRICTED_BIZ_INITIATED_MESSAGING`.
    pub kind: Option<String>,
    /// Until when, as Meta writes it.
    pub expiration: Option<String>,
}

/// Something to look at in Meta's business settings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountAlert {
    /// What it is about: `BUSINESS`, `WABA`, `PHONE_NUMBER` …
    pub entity_type: Option<String>,
    /// Its id.
    pub entity_id: Option<String>,
    /// `CRITICAL`, `WARNING`, `INFORMATIONAL`.
    pub severity: Option<String>,
    /// `ACTIVE`, `NONE` …
    pub status: Option<String>,
    /// What happened, as a name.
    pub kind: String,
    /// What happened, as a sentence.
    pub description: Option<String>,
}

/// How many customers and numbers the business may have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capability {
    /// Unique customers a day outside the service window: a number, `-1` for no limit, or `TIER_2K` and the like.
    pub daily_limit: Option<String>,
    /// Numbers of the whole business.
    pub numbers_per_business: Option<i64>,
    /// Numbers of one WABA.
    pub numbers_per_account: Option<i64>,
}

pub(super) fn update(value: &Object) -> Option<AccountEvent> {
    let ban = json::object(value, "ban_info");
    Some(AccountEvent::Account(Box::new(AccountUpdate {
        event: json::id(value, "event")?,
        violation_type: json::object(value, "violation_info").and_then(|info| json::id(info, "violation_type")),
        ban_state: ban.and_then(|ban| json::id(ban, "waba_ban_state")),
        ban_date: ban.and_then(|ban| json::id(ban, "waba_ban_date")),
        restrictions: json::list(value, "restriction_info").iter().filter_map(Value::as_object).map(restriction).collect(),
        phone_number: json::id(value, "phone_number"),
        raw: Value::Object(value.clone()),
    })))
}

fn restriction(restriction: &Object) -> Restriction {
    Restriction { kind: json::id(restriction, "restriction_type"), expiration: json::id(restriction, "expiration") }
}

/// The details stand in `alert_info`; some samples have them beside the entity.
pub(super) fn alert(value: &Object) -> Option<AccountEvent> {
    let info = json::object(value, "alert_info").unwrap_or(value);
    Some(AccountEvent::Alert(Box::new(AccountAlert {
        entity_type: json::id(value, "entity_type"),
        entity_id: json::id(value, "entity_id"),
        severity: json::id(info, "alert_severity"),
        status: json::id(info, "alert_status"),
        kind: json::id(info, "alert_type")?,
        description: json::id(info, "alert_description"),
    })))
}

pub(super) fn capability(value: &Object) -> Option<AccountEvent> {
    let capability = Capability {
        daily_limit: json::id(value, "max_daily_conversations_per_business")
            .or_else(|| json::id(value, "max_daily_conversation_per_phone")),
        numbers_per_business: json::integer(value, "max_phone_numbers_per_business"),
        numbers_per_account: json::integer(value, "max_phone_numbers_per_waba"),
    };
    (capability != Capability::default()).then_some(AccountEvent::Capability(capability))
}
