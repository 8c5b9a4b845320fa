//! Samples and repetitions on request: what an administrator asks for when a receiver is set up or was down.
//!
//! Only the request is committed here; the delivery worker makes the calls.

use crate::auth::access::Access;
use msgboxx_model::{DeliveryId, Instant, WebhookId};
use msgboxx_store::{StoreError, Tx};

/// What is to be delivered again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// One delivery.
    One(DeliveryId),
    /// Every delivery that was made from one instant on and before another.
    Between(Instant, Instant),
}

/// Why nothing is delivered.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// There is no such webhook.
    #[error("the webhook does not exist")]
    Unknown,
    /// The webhook has no such delivery.
    #[error("the delivery does not exist")]
    UnknownDelivery,
    /// Nothing is sent to a webhook that is off.
    #[error("the webhook is off")]
    Off,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sends a sample, whether the webhook is on or off.
///
/// # Errors
/// When the webhook is unknown.
pub async fn test(tx: &mut Tx<'_>, by: &Access, id: WebhookId) -> Result<DeliveryId, ReplayError> {
    tx.webhook(by.organisation(), id).await?.ok_or(ReplayError::Unknown)?;
    Ok(tx.make_test_delivery(by.organisation(), id).await?)
}

/// Delivers again, under the same `webhook-id` and with the whole schedule of retries ahead.
///
/// # Errors
/// When the webhook or the delivery is unknown, or the webhook is off.
pub async fn replay(tx: &mut Tx<'_>, by: &Access, id: WebhookId, what: Replay) -> Result<(), ReplayError> {
    let webhook = tx.webhook(by.organisation(), id).await?.ok_or(ReplayError::Unknown)?;
    if !webhook.is_enabled {
        return Err(ReplayError::Off);
    }
    match what {
        Replay::One(delivery) => {
            let is_known = tx.replay_delivery(by.organisation(), id, delivery).await?;
            if is_known { Ok(()) } else { Err(ReplayError::UnknownDelivery) }
        }
        Replay::Between(from, to) => Ok(tx.insert_replay(by.organisation(), id, from, to).await?),
    }
}
