//! What works in the background: each a loop that looks, works, and waits for a bell or a second.

pub mod account_checks;
pub mod housekeeping;
pub mod inbound;
pub mod media;
pub mod sequencer;

use crate::app::App;
use msgboxx_store::{StoreError, Tx};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a worker sleeps when nobody rings.
pub const POLL: Duration = Duration::from_secs(1);

/// Starts every worker; they end soon after `stop`.
///
/// # Errors
/// When the database does not answer.
pub async fn start(app: &Arc<App>, tasks: &TaskTracker, stop: &CancellationToken) -> Result<(), StoreError> {
    if app.store.is_sqlite() {
        // Only one process serves an SQLite file, so whatever is leased was leased by one that is gone.
        app.store.write(async |tx: &mut Tx<'_>| tx.expire_leases().await).await?;
    } else {
        tasks.spawn(sequencer::run(app.clone(), stop.clone()));
    }
    tasks.spawn(inbound::run(app.clone(), stop.clone()));
    tasks.spawn(account_checks::run(app.clone(), stop.clone()));
    tasks.spawn(housekeeping::run(app.clone(), stop.clone()));
    tasks.spawn(media::run(app.clone(), stop.clone()));
    tasks.spawn(crate::sending::run(app.clone(), stop.clone()));
    tasks.spawn(crate::webhooks::deliver::run(app.clone(), stop.clone()));
    Ok(())
}

/// Waits for a bell, the poll or the end; false at the end.
pub async fn rest(bell: &Notify, stop: &CancellationToken) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        () = bell.notified() => true,
        () = tokio::time::sleep(POLL) => true,
    }
}
