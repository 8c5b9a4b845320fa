//! What an answer of WhatsApp means for others than its message: the number, or every number of the business account.

use crate::sending::claim::LaneKey;
use msgboxx_cloud_api::codes::Scope;
use msgboxx_model::{ApiAccountId, Instant};
use msgboxx_store::{StoreError, Tx};

/// Lets everything of the scope wait until an instant.
///
/// # Errors
/// When the database does not answer.
pub async fn rest(tx: &mut Tx<'_>, lane: &LaneKey, scope: Scope, until: Instant, why: &str) -> Result<(), StoreError> {
    // A limit of calls is the app's or the business account's: every number of it meets the same one.
    let accounts = match scope {
        Scope::Message | Scope::Pair => Vec::new(),
        Scope::Number => vec![lane.account],
        Scope::Account | Scope::Waba => tx.accounts_beside(lane.organisation, lane.account).await?,
    };
    for account in accounts {
        tx.rest_account(lane.organisation, account, until, why).await?;
    }
    Ok(())
}

/// Pauses what the scope covers until a person has acted, and tells it once.
///
/// # Errors
/// When the database does not answer.
pub async fn pause(tx: &mut Tx<'_>, lane: &LaneKey, scope: Scope, why: &str) -> Result<(), StoreError> {
    // Each account has a token of its own, so that a refused one says nothing about the others'.
    let accounts: Vec<ApiAccountId> = match scope {
        Scope::Waba => tx.accounts_beside(lane.organisation, lane.account).await?,
        Scope::Message | Scope::Pair | Scope::Number | Scope::Account => vec![lane.account],
    };
    for account in accounts {
        tx.pause_account(lane.organisation, account, why).await?;
    }
    Ok(())
}

/// Lets a paused account send again, and tells it.
///
/// # Errors
/// When the database does not answer.
pub async fn resume(tx: &mut Tx<'_>, lane: &LaneKey) -> Result<(), StoreError> {
    tx.resume_account(lane.organisation, lane.account).await
}
