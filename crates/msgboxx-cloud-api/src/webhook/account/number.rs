//! News of a number. It is named by its digits, not by its id.

use super::AccountEvent;
use crate::json::{self, Object};

/// A number's limit, throughput or quality changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NumberQuality {
    /// The business number's digits.
    pub display_phone_number: Option<String>,
    /// `THROUGHPUT_UPGRADE` (now 1,000 a second), `ONBOARDING`; formerly `UPGRADE`, `DOWNGRADE`, `FLAGGED`, `UNFLAGGED`.
    pub event: String,
    /// `TIER_250` … `TIER_UNLIMITED`: unique customers a day outside the service window, for the whole portfolio.
    pub limit: Option<String>,
    /// What it was before; retired by Meta.
    pub old_limit: Option<String>,
}

/// A display name was judged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NumberName {
    /// The business number's digits.
    pub display_phone_number: Option<String>,
    /// `APPROVED`, `REJECTED`, `DEFERRED`, `PENDING`.
    pub decision: String,
    /// The name that was asked for.
    pub requested_name: Option<String>,
    /// Why it was rejected.
    pub rejection_reason: Option<String>,
}

/// Someone changes the two-step verification of a number. If it was none of us, it is an attack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SecurityNotice {
    /// The business number's digits.
    pub display_phone_number: Option<String>,
    /// `PIN_CHANGED`, `PIN_RESET_REQUEST`, `PIN_RESET_SUCCESS`.
    pub event: String,
    /// Who asked, by their id at Meta.
    pub requester: Option<String>,
}

pub(super) fn quality(value: &Object) -> Option<AccountEvent> {
    Some(AccountEvent::NumberQuality(NumberQuality {
        display_phone_number: number(value),
        event: json::id(value, "event")?,
        limit: json::id(value, "max_daily_conversations_per_business").or_else(|| json::id(value, "current_limit")),
        old_limit: json::id(value, "old_limit"),
    }))
}

pub(super) fn name(value: &Object) -> Option<AccountEvent> {
    Some(AccountEvent::NumberName(NumberName {
        display_phone_number: number(value),
        decision: json::id(value, "decision")?,
        requested_name: json::id(value, "requested_verified_name"),
        rejection_reason: json::id(value, "rejection_reason").filter(|reason| reason != "NONE"),
    }))
}

pub(super) fn security(value: &Object) -> Option<AccountEvent> {
    Some(AccountEvent::Security(SecurityNotice {
        display_phone_number: number(value),
        event: json::id(value, "event")?,
        requester: json::id(value, "requester"),
    }))
}

pub(super) fn username(value: &Object) -> Option<AccountEvent> {
    Some(AccountEvent::BusinessUsername {
        display_phone_number: number(value),
        username: json::id(value, "username"),
        status: json::id(value, "status")?,
    })
}

fn number(value: &Object) -> Option<String> {
    json::id(value, "display_phone_number")
}
