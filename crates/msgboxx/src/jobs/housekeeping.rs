//! What has to be done now and then: signs of life, statistics, folding counts, forgetting what is
//! past keeping.

use crate::app::App;
use msgboxx_store::{StoreError, Tx};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_secs(10);
/// Idempotency keys are kept this long.
const KEYS_KEPT: Duration = Duration::from_hours(25);
/// Ended sessions are kept this long, so that a stolen refresh token is still recognised.
const SESSIONS_KEPT: Duration = Duration::from_hours(24);
/// WhatsApp reports for 30 days at most; what no message of ours claimed by then is of another program's.
const PARKED_KEPT: Duration = Duration::from_hours(24 * 31);

/// Finished deliveries and their attempts are kept this long after the last attempt.
const DELIVERIES_KEPT: Duration = Duration::from_hours(30 * 24);
/// Deliveries forgotten in one step, and how many steps there are at a time.
const DELIVERIES_AT_ONCE: i64 = 500;
const MOST_STEPS: usize = 40;

/// Runs until stopped.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    loop {
        if let Err(error) = tidy_up(&app).await {
            tracing::error!(%error, "failed to tidy up");
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
    if let Err(error) = write_alias_uses(&app).await {
        tracing::error!(%error, "failed to write who uses which alias");
    }
}

async fn tidy_up(app: &Arc<App>) -> Result<(), StoreError> {
    let node = app.node.clone();
    let live_nodes = app
        .store
        .write(async move |tx: &mut Tx<'_>| {
            tx.seen(&node).await?;
            tx.forget_idempotency_keys(tx.now().minus(KEYS_KEPT)).await?;
            tx.forget_sign_ins(tx.now()).await?;
            tx.forget_sessions(tx.now().minus(SESSIONS_KEPT)).await?;
            tx.forget_parked_statuses(tx.now().minus(PARKED_KEPT)).await?;
            tx.forget_webhook_secrets().await?;
            tx.forget_tier_uses().await?;
            tx.live_nodes().await
        })
        .await?;
    app.rate_limit.share_among(live_nodes);
    forget_deliveries(app).await?;
    write_alias_uses(app).await?;
    app.store.fold_record_counts().await?;
    Ok(())
}

/// In small steps, so that nobody waits for them.
async fn forget_deliveries(app: &Arc<App>) -> Result<(), StoreError> {
    for _ in 0..MOST_STEPS {
        let forget = async |tx: &mut Tx<'_>| tx.forget_deliveries(tx.now().minus(DELIVERIES_KEPT), DELIVERIES_AT_ONCE).await;
        if i64::try_from(app.store.write(forget).await?) != Ok(DELIVERIES_AT_ONCE) {
            break;
        }
    }
    Ok(())
}

async fn write_alias_uses(app: &Arc<App>) -> Result<(), StoreError> {
    let uses: Vec<_> = app.alias_uses.take().into_iter().collect();
    if uses.is_empty() {
        return Ok(());
    }
    app.store
        .write(async move |tx: &mut Tx<'_>| {
            for (used, n) in &uses {
                tx.add_alias_uses(used.organisation, &used.application, used.alias.as_str(), *n).await?;
            }
            Ok(())
        })
        .await
}
