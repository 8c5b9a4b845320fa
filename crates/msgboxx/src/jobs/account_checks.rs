//! Checks each account and its templates at WhatsApp, about once an hour, and soon after news.
//!
//! An account is claimed in the database, so that several nodes share the work; chance spreads the checks over the hour.
//! A check that could not be made, and an account whose token is refused, have another try after some minutes.

use crate::account_health;
use crate::accounts::Account;
use crate::app::App;
use crate::chance::jitter;
use crate::jobs::POLL;
use crate::templates;
use futures_util::StreamExt;
use msgboxx_model::account_health::TokenState;
use msgboxx_model::{ApiAccountId, OrganisationId};
use msgboxx_store::{StoreError, Tx};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_hours(1);
const AGAIN_AFTER: Duration = Duration::from_mins(5);
/// Longer than any check takes: afterwards another process may try.
const CLAIMED_FOR: Duration = Duration::from_mins(5);
const AT_ONCE: usize = 4;
const ACCOUNTS_AT_ONCE: i64 = 100;

/// Runs until stopped.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    let working = async {
        loop {
            if let Err(error) = check_all_due(&app).await {
                tracing::error!(%error, "failed to look for accounts to check");
            }
            tokio::time::sleep(POLL).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = working => {}
    }
}

async fn check_all_due(app: &App) -> Result<(), StoreError> {
    let due = app.store.read(async |tx: &mut Tx<'_>| tx.accounts_to_check(ACCOUNTS_AT_ONCE).await).await?;
    let checks = futures_util::stream::iter(due).for_each_concurrent(AT_ONCE, async |(organisation, account)| {
        if let Err(error) = check_if_ours(app, organisation, account).await {
            tracing::error!(%account, %error, "failed to check an account");
        }
    });
    checks.await;
    Ok(())
}

async fn check_if_ours(app: &App, organisation: OrganisationId, id: ApiAccountId) -> Result<(), StoreError> {
    let until = app.clock.now().plus(CLAIMED_FOR);
    if !app.store.write(async move |tx: &mut Tx<'_>| tx.claim_account_check(organisation, id, until).await).await? {
        return Ok(());
    }
    let accounts = app.accounts.accounts().await?;
    let wait = match accounts.account(organisation, id) {
        Some(account) => check(app, account).await?,
        None => AGAIN_AFTER,
    };
    let next = app.clock.now().plus(wait.mul_f64(0.75 + jitter() / 2.0));
    app.store.write(async move |tx: &mut Tx<'_>| tx.finish_account_check(organisation, id, until, next).await).await
}

/// Checks one account; answers how long to wait before the next check.
async fn check(app: &App, account: &Account) -> Result<Duration, StoreError> {
    let health = account_health::check(app, account).await?;
    if health.failure.is_some() || health.token == Some(TokenState::Refused) {
        tracing::warn!(account = %account.route.api_account_id, why = health.failure, "an account could not be checked");
        return Ok(AGAIN_AFTER);
    }
    match templates::sync(app, account).await {
        Ok(_) => Ok(EVERY),
        Err(templates::SyncError::Store(error)) => Err(error),
        Err(error) => {
            tracing::warn!(account = %account.route.api_account_id, %error, "failed to read the templates of an account");
            Ok(AGAIN_AFTER)
        }
    }
}
