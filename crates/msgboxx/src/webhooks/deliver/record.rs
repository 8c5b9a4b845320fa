//! What an attempt came to: for its delivery, and for its webhook's standing.
//!
//! A webhook that fails for days on end is switched off, and its administrators are told by an event;
//! a success, however rare, begins those days anew. Samples say nothing about a webhook's standing.

use super::answer::{Answer, Verdict};
use crate::app::App;
use msgboxx_model::retry::delivery_wait;
use msgboxx_store::{AttemptOutcome, DueDelivery, StoreError, Tx};
use std::time::Duration;

/// A webhook whose every attempt failed for so long is switched off.
const PATIENCE: Duration = Duration::from_hours(5 * 24);

/// What the log says when a webhook was switched off because its receiver fails.
pub(super) const DISABLED: &str = "webhook.disabled";
/// What the log says when a webhook was removed because its receiver wants no more.
pub(super) const REMOVED: &str = "webhook.removed";

/// Records the outcome of an attempt that took so long.
pub(super) async fn record(app: &App, delivery: DueDelivery, answer: Answer, took: Duration, jitter: f64) -> Result<(), StoreError> {
    let webhook = delivery.webhook_id;
    let changed = app.store.write(async move |tx: &mut Tx<'_>| settle(tx, &delivery, &answer, took, jitter).await).await?;
    match changed {
        Standing::AsBefore => return Ok(()),
        Standing::Removed => tracing::info!(%webhook, "removed a webhook: its receiver answered 410"),
        Standing::SwitchedOff => tracing::warn!(%webhook, "switched a webhook off: all its deliveries failed for five days"),
    }
    app.wake.events.notify_one();
    Ok(())
}

/// Gives an event up because its webhook is off. It stays in the list, from where it can be replayed.
pub(super) async fn skip(app: &App, delivery: DueDelivery) -> Result<(), StoreError> {
    let failure = "not sent: the webhook is off".to_owned();
    let outcome = AttemptOutcome { status: None, failure, latency_ms: 0, answer: String::new() };
    app.store
        .write(async move |tx: &mut Tx<'_>| {
            tx.finish_attempt(&delivery, &outcome).await?;
            tx.delivery_failed(&delivery).await.map(|_| ())
        })
        .await
}

/// What became of the webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    AsBefore,
    SwitchedOff,
    Removed,
}

async fn settle(tx: &mut Tx<'_>, delivery: &DueDelivery, answer: &Answer, took: Duration, jitter: f64) -> Result<Standing, StoreError> {
    let (organisation, webhook) = (delivery.organisation_id, delivery.webhook_id);
    tx.finish_attempt(delivery, &answer.outcome(took)).await?;
    match answer.verdict {
        Verdict::Taken => {
            tx.delivery_taken(delivery).await?;
            if !delivery.is_test() {
                tx.webhook_works(organisation, webhook).await?;
            }
            Ok(Standing::AsBefore)
        }
        Verdict::Gone => {
            if !tx.delete_webhook(organisation, webhook).await? {
                return Ok(Standing::AsBefore);
            }
            tx.append_event(organisation, REMOVED, webhook.0, None).await?;
            Ok(Standing::Removed)
        }
        Verdict::NotTaken { .. } if delivery.is_test() => tx.delivery_failed(delivery).await.map(|_| Standing::AsBefore),
        Verdict::NotTaken { retry_after } => not_taken(tx, delivery, delivery_wait(delivery.next_on_schedule(), jitter, retry_after)).await,
    }
}

async fn not_taken(tx: &mut Tx<'_>, delivery: &DueDelivery, wait: Option<Duration>) -> Result<Standing, StoreError> {
    let (organisation, webhook) = (delivery.organisation_id, delivery.webhook_id);
    match wait {
        Some(wait) => tx.delivery_again(delivery, tx.now().plus(wait)).await?,
        None => {
            if tx.delivery_failed(delivery).await? {
                tx.count_webhook_failure(organisation, webhook).await?;
            }
        }
    }
    tx.webhook_fails(organisation, webhook).await?;
    if !tx.switch_off_failing_webhook(organisation, webhook, tx.now().minus(PATIENCE)).await? {
        return Ok(Standing::AsBefore);
    }
    tx.append_event(organisation, DISABLED, webhook.0, None).await?;
    Ok(Standing::SwitchedOff)
}
