//! Replays of a stretch of time: deliveries are made anew a batch at a time, so that a replay of many
//! neither holds the database up nor stands in the way of what happens now.

use super::hold_lease;
use crate::app::App;
use msgboxx_store::{DueReplay, StoreError, Tx};
use std::time::Duration;

/// Replays that go on at once.
const REPLAYS: i64 = 16;
/// Deliveries of one replay made anew at once.
pub(super) const BATCH: i64 = 200;
/// Between two batches of a replay.
pub(super) const PAUSE: Duration = Duration::from_secs(1);

/// Makes a batch of each replay that is due.
pub(super) async fn replay(app: &App) -> Result<(), StoreError> {
    for due in app.store.read(async |tx: &mut Tx<'_>| tx.due_replays(REPLAYS).await).await? {
        let (webhook, node) = (due.webhook_id, app.node.clone());
        match app.store.write(async move |tx: &mut Tx<'_>| batch(tx, &due, &node).await).await {
            Ok(()) => {}
            Err(error @ (StoreError::Unavailable(_) | StoreError::Unknown(_))) => return Err(error),
            // The others' replays must not wait for what is wrong with this one.
            Err(error) => tracing::error!(%webhook, %error, "failed to replay a webhook's deliveries"),
        }
    }
    Ok(())
}

async fn batch(tx: &mut Tx<'_>, due: &DueReplay, node: &str) -> Result<(), StoreError> {
    if hold_lease(tx, node).await?.is_some() {
        tx.replay_batch(due, BATCH, tx.now().plus(PAUSE)).await?;
    }
    Ok(())
}
