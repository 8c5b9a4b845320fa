//! How each API account is doing at WhatsApp: number, limits, token, webhooks, restrictions.
//!
//! [`check`] asks WhatsApp, on a schedule ([`crate::jobs::account_checks`]) and when asked; [`hear()`] takes what webhooks
//! tell. Both write what is known into one row per account and an event for what a person must know. What the number may
//! send in a second is learnt here too, and the sending lanes go by it.

mod hear;
mod learn;
mod look;

pub use hear::hear;
pub use learn::{EXPIRES_SOON, messages_per_second};
pub use look::{Look, is_refused_token, look};

use crate::accounts::Account;
use crate::app::App;
use crate::templates::Owner;
use msgboxx_cloud_api::client::tier;
use msgboxx_model::{AccountHealth, Instant};
use msgboxx_store::{StoreError, Tx};

/// How far back webhooks are looked for at the first check.
const WEBHOOKS_LOOKED_FOR: std::time::Duration = std::time::Duration::from_hours(24 * 7);

/// Asks WhatsApp how an account is doing and keeps the answer.
///
/// # Errors
/// When the database does not answer. That WhatsApp does not is part of the answer.
pub async fn check(app: &App, account: &Account) -> Result<AccountHealth, StoreError> {
    let owner = Owner::of(account);
    let found = look(&app.cloud, &account.credentials(&app.simulator_url)).await;
    let fingerprint = account.secret_fingerprint.clone();
    let known = app
        .store
        .write(async move |tx: &mut Tx<'_>| {
            let before = tx.account_health(owner.organisation, owner.account).await?;
            let mut after = learn::learn(&before, &found, tx.now());
            let since = before.last_webhook_at.unwrap_or_else(|| tx.now().minus(WEBHOOKS_LOOKED_FOR));
            let last = tx.last_post_signed_with(&fingerprint, since).await?;
            after.last_webhook_at = last.or(before.last_webhook_at);
            keep(tx, owner, &before, &after).await?;
            Ok::<_, StoreError>(after)
        })
        .await?;
    app.wake.events.notify_one();
    Ok(known)
}

/// Writes what is known of an account, and what of it is news.
async fn keep(tx: &mut Tx<'_>, owner: Owner, before: &AccountHealth, after: &AccountHealth) -> Result<(), StoreError> {
    let (organisation, account) = (owner.organisation, owner.account);
    if before != after {
        tx.put_account_health(organisation, account, after).await?;
    }
    if let Some(messages) = messages_per_second(after) {
        tx.set_messages_per_second(organisation, account, messages).await?;
    }
    if let Some(limit) = &after.messaging_limit {
        tx.set_customers_a_day(organisation, account, tier(limit).map(i64::from)).await?;
    }
    for name in after.news_since(before) {
        tx.append_event(organisation, name, account.0, Some(account)).await?;
    }
    Ok(())
}

/// Unix seconds, as WhatsApp counts.
fn instant_of(seconds: i64) -> Instant {
    Instant::from_micros(seconds.saturating_mul(1_000_000))
}
