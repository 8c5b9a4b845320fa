//! Gives committed events their place in the log, on PostgreSQL: one process at a time.

use crate::app::App;
use crate::jobs::POLL;
use msgboxx_store::{StoreError, Tx};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const LEASE: &str = "sequencer";
const LEASE_FOR: Duration = Duration::from_secs(6);
const EVENTS_AT_ONCE: i64 = 1000;

/// How soon after a commit its events are numbered, at the earliest: many commits share one numbering.
const GATHER: Duration = Duration::from_millis(10);

/// Runs until stopped.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    let mut committed = app.store.committed();
    loop {
        committed.mark_unchanged();
        match number_all(&app).await {
            Ok(0) => {}
            Ok(_) => {
                app.wake.events.notify_one();
                continue;
            }
            Err(error) => tracing::error!(%error, "failed to number events"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tokio::time::timeout(POLL, committed.changed()) => tokio::time::sleep(GATHER).await,
        }
    }
}

async fn number_all(app: &Arc<App>) -> Result<u64, StoreError> {
    if !app.store.read(async |tx: &mut Tx<'_>| tx.has_unnumbered_events().await).await? {
        return Ok(0);
    }
    let node = app.node.clone();
    app.store
        .write(async move |tx: &mut Tx<'_>| {
            if tx.take_lease(LEASE, &node, tx.now().plus(LEASE_FOR)).await?.is_none() {
                return Ok(0);
            }
            tx.number_events(EVENTS_AT_ONCE).await
        })
        .await
}
