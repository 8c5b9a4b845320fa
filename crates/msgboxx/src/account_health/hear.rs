//! News of accounts, numbers and templates that WhatsApp posts.
//!
//! What they say is taken at once; then WhatsApp is asked for the whole, since news come late, twice and in any order.

use super::keep;
use crate::accounts::Account;
use crate::templates::{self, Owner};
use msgboxx_cloud_api::webhook::{AccountAlert, AccountEvent, AccountUpdate, NumberQuality};
use msgboxx_model::{AccountHealth, Instant, MobileNumber};
use msgboxx_store::{StoreError, Tx};
use std::sync::Arc;

/// Takes news of a WhatsApp business account that these API accounts belong to; `at` is WhatsApp's time of it.
///
/// # Errors
/// When the database does not answer.
pub async fn hear(tx: &mut Tx<'_>, accounts: &[Arc<Account>], event: &AccountEvent, at: Instant) -> Result<(), StoreError> {
    for account in accounts.iter().filter(|account| concerns(event, &account.route.phone_number)) {
        let owner = Owner::of(account);
        templates::hear(tx, owner, event, at).await?;
        let before = tx.account_health(owner.organisation, owner.account).await?;
        let mut after = before.clone();
        if take(&mut after, event, at) {
            keep(tx, owner, &before, &after).await?;
            tx.check_account_soon(owner.organisation, owner.account).await?;
        }
    }
    Ok(())
}

/// Whether the news are about this number, or about all of the account.
fn concerns(event: &AccountEvent, number: &MobileNumber) -> bool {
    let named = match event {
        AccountEvent::NumberQuality(it) => &it.display_phone_number,
        AccountEvent::NumberName(it) => &it.display_phone_number,
        AccountEvent::Security(it) => &it.display_phone_number,
        AccountEvent::Account(it) => &it.phone_number,
        _ => &None,
    };
    let digits = |text: &String| text.chars().filter(char::is_ascii_digit).collect::<String>();
    named.as_ref().is_none_or(|named| digits(named) == number.digits())
}

/// Takes what news say of the account or its number; false if they are of something else.
fn take(health: &mut AccountHealth, event: &AccountEvent, at: Instant) -> bool {
    match event {
        AccountEvent::NumberQuality(update) => take_quality(health, update),
        AccountEvent::NumberName(update) => health.name_status = Some(update.decision.clone()),
        AccountEvent::Capability(capability) => take_limit(health, capability.daily_limit.as_deref()),
        AccountEvent::Account(update) => take_restriction(health, update, at),
        AccountEvent::Alert(alert) => take_alert(health, alert),
        AccountEvent::Security(notice) => {
            health.alert =
                Some(format!("The two-step PIN of the number: {}. If that was none of you, somebody else did it.", notice.event));
        }
        AccountEvent::Review { decision } if decision == "REJECTED" => {
            health.alert = Some("WhatsApp's review of the business account ended with: rejected.".to_owned());
        }
        AccountEvent::Review { .. } => {}
        _ => return false,
    }
    true
}

fn take_quality(health: &mut AccountHealth, update: &NumberQuality) {
    if update.event == "THROUGHPUT_UPGRADE" {
        health.throughput = Some("HIGH".to_owned());
    }
    take_limit(health, update.limit.as_deref());
}

/// Older news give the limit as a number, and none as −1.
fn take_limit(health: &mut AccountHealth, limit: Option<&str>) {
    health.messaging_limit = match limit {
        None => return,
        Some(tier) if tier.starts_with("TIER_") => Some(tier.to_owned()),
        Some("-1") => Some("TIER_UNLIMITED".to_owned()),
        Some(number) => Some(match number.strip_suffix("000") {
            Some(thousands) => format!("TIER_{thousands}K"),
            None => format!("TIER_{number}"),
        }),
    };
}

fn take_restriction(health: &mut AccountHealth, update: &AccountUpdate, at: Instant) {
    if health.restriction_at.is_some_and(|known| at < known) {
        return;
    }
    health.restriction = match verdict(update) {
        Some(Verdict::Restricted(sentence)) => Some(sentence),
        Some(Verdict::Free) => None,
        None => return,
    };
    health.restriction_at = Some(at);
}

/// What WhatsApp decided about an account.
enum Verdict {
    /// It may not do all that it could.
    Restricted(String),
    /// It may again.
    Free,
}

/// What WhatsApp decided; none: the news are of something else.
fn verdict(update: &AccountUpdate) -> Option<Verdict> {
    let violation = update.violation_type.as_deref().unwrap_or("not named");
    let date = update.ban_date.as_ref().map(|date| format!(" on {date}")).unwrap_or_default();
    let sentence = match (update.event.as_str(), update.ban_state.as_deref()) {
        (_, Some("REINSTATE")) | ("ACCOUNT_REINSTATED", _) => return Some(Verdict::Free),
        ("DISABLED_UPDATE", Some("SCHEDULE_FOR_DISABLE")) => format!("WhatsApp will disable the business account{date}."),
        ("DISABLED_UPDATE", _) => format!("WhatsApp has disabled the business account{date}."),
        ("ACCOUNT_VIOLATION", _) => format!("WhatsApp reports a violation of its policy: {violation}."),
        ("ACCOUNT_RESTRICTION", _) => restrictions(update, violation),
        ("ACCOUNT_DELETED", _) => "The WhatsApp business account was deleted.".to_owned(),
        ("PARTNER_REMOVED" | "PARTNER_APP_UNINSTALLED", _) => "Our app was removed from the WhatsApp business account.".to_owned(),
        _ => return None,
    };
    Some(Verdict::Restricted(sentence))
}

fn restrictions(update: &AccountUpdate, violation: &str) -> String {
    let each = update.restrictions.iter().map(|restriction| {
        let kind = restriction.kind.as_deref().unwrap_or("not named");
        restriction.expiration.as_ref().map_or_else(|| kind.to_owned(), |until| format!("{kind} until {until}"))
    });
    let list: Vec<String> = each.collect();
    format!("WhatsApp restricts the business account ({}) for a violation of its policy: {violation}.", list.join(", "))
}

/// Information is left alone, and an alert that is over ends the one that is shown.
fn take_alert(health: &mut AccountHealth, alert: &AccountAlert) {
    if alert.severity.as_deref() == Some("INFORMATIONAL") {
        return;
    }
    let text = format!("{}: {}", alert.kind, alert.description.as_deref().unwrap_or("see Meta's business settings"));
    if alert.status.as_deref().is_none_or(|status| status == "ACTIVE" || status == "NONE") {
        health.alert = Some(text);
    } else if health.alert.as_ref().is_some_and(|shown| shown.starts_with(&format!("{}:", alert.kind))) {
        health.alert = None;
    }
}

#[cfg(test)]
mod tests;
