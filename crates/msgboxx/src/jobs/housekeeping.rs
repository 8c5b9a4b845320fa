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
            tx.forget_tier_uses().await?;
            tx.live_nodes().await
        })
        .await?;
    app.rate_limit.share_among(live_nodes);
    write_alias_uses(app).await?;
    app.store.fold_record_counts().await?;
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
