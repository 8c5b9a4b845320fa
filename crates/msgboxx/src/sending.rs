//! The sending engine: one leased lane per number, one message per contact at a time.
//!
//! A lane's holder commits an attempt before each call and its outcome after; what is unknown is
//! first waited for, then decided by class. Nothing here knows HTTP; the connector does.

pub mod budget;
pub mod claim;
pub mod compose;
pub mod lane;
mod look;
pub mod outcome;
pub mod pace;
pub mod reach;
pub mod record;
mod too_late;

#[cfg(test)]
mod tests;

use crate::app::App;
use crate::jobs::rest;
use crate::sending::lane::Kept;
use msgboxx_model::{ApiAccountId, OrganisationId};
use msgboxx_store::{StoreError, Tx};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long a lane belongs to its holder without a sign of life.
const LEASE_FOR: Duration = Duration::from_secs(6);
/// How long a report of WhatsApp is waited for before an attempt of unknown outcome is decided.
const REPORT_AWAITED_FOR: Duration = Duration::from_mins(2);

/// Between two looks for accounts with work: a storm of new messages is one reason to look, not one each.
const GATHER: Duration = Duration::from_millis(2);

struct Running {
    bell: Arc<Notify>,
    task: JoinHandle<Option<Kept>>,
}

/// Keeps a lane running for each account that has something to send, until stopped.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    let mut lanes: HashMap<ApiAccountId, Running> = HashMap::new();
    loop {
        match accounts_with_jobs(&app).await {
            Ok(accounts) => {
                for (organisation, account) in accounts {
                    wake_or_start(&app, &stop, &mut lanes, organisation, account).await;
                }
            }
            Err(error) => tracing::error!(%error, "failed to look for messages to send"),
        }
        tokio::time::sleep(GATHER).await;
        if !rest(&app.wake.sending, &stop).await {
            break;
        }
    }
    for (_, lane) in lanes {
        lane.bell.notify_one();
        drop(lane.task.await);
    }
}

async fn wake_or_start(
    app: &Arc<App>,
    stop: &CancellationToken,
    lanes: &mut HashMap<ApiAccountId, Running>,
    organisation: OrganisationId,
    account: ApiAccountId,
) {
    if let Some(lane) = lanes.get(&account).filter(|lane| !lane.task.is_finished()) {
        lane.bell.notify_one();
        return;
    }
    // What the lane knew of its pace when it was last held here is good as long as nobody else held it.
    let kept = match lanes.remove(&account) {
        Some(ended) => ended.task.await.ok().flatten(),
        None => None,
    };
    let bell = Arc::new(Notify::new());
    let lane = lane::Lane::new(app.clone(), organisation, account, bell.clone(), stop.clone(), kept);
    lanes.insert(account, Running { bell, task: tokio::spawn(lane.run()) });
}

async fn accounts_with_jobs(app: &App) -> Result<Vec<(OrganisationId, ApiAccountId)>, StoreError> {
    app.store.read(async |tx: &mut Tx<'_>| tx.accounts_with_jobs().await).await
}
