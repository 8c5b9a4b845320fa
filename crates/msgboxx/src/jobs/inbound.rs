//! Reads the inbound ledger in order and turns posts into contacts, messages and statuses.
//!
//! One process at a time (a lease). Posts are taken many to a commit; if the commit fails for a
//! reason of theirs, each is tried alone; one that cannot be processed is taken apart, and the part
//! that cannot be processed even alone is quarantined.

mod number_news;
pub mod process;
#[cfg(test)]
mod tests;

use crate::accounts::Accounts;
use crate::app::App;
use crate::jobs::rest;
use metrics::counter;
use msgboxx_model::opt_out::OptOutWords;
use msgboxx_store::{Lease, LedgerEntry, StoreError, Tx};
use process::Tally;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const LEASE: &str = "inbound";
const LEASE_FOR: Duration = Duration::from_secs(6);
/// Posts in one commit; each may hold a thousand updates.
const POSTS_AT_ONCE: i64 = 64;

/// Runs until stopped.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    let words = Arc::new(OptOutWords::default());
    loop {
        match work(&app, &words, &stop).await {
            Ok(()) => {}
            Err(error) => tracing::error!(%error, "failed to process the inbound ledger"),
        }
        if !rest(&app.wake.inbound, &stop).await {
            return;
        }
    }
}

/// Everything that waits, if the lease is ours.
async fn work(app: &Arc<App>, words: &Arc<OptOutWords>, stop: &CancellationToken) -> Result<(), StoreError> {
    while !stop.is_cancelled() {
        let posts = app.store.read(async |tx: &mut Tx<'_>| tx.received_posts(POSTS_AT_ONCE).await).await?;
        if posts.is_empty() {
            return Ok(());
        }
        let Some(lease) = take_lease(app).await? else { return Ok(()) };
        let accounts = app.accounts.accounts().await?;
        let posts = Arc::new(posts);
        match process_all(app, &lease, &accounts, words, posts.clone()).await {
            Ok(tally) => count(tally),
            Err(error) => {
                tracing::warn!(%error, posts = posts.len(), "failed to process posts together, now one by one");
                for post in posts.iter() {
                    count(process_alone(app, &lease, &accounts, words, post).await?);
                }
            }
        }
        app.wake.events.notify_one();
        app.wake.media.notify_one();
    }
    Ok(())
}

async fn take_lease(app: &Arc<App>) -> Result<Option<Lease>, StoreError> {
    let node = app.node.clone();
    app.store.write(async move |tx: &mut Tx<'_>| tx.take_lease(LEASE, &node, tx.now().plus(LEASE_FOR)).await).await
}

async fn process_all(
    app: &Arc<App>,
    lease: &Lease,
    accounts: &Arc<Accounts>,
    words: &Arc<OptOutWords>,
    posts: Arc<Vec<LedgerEntry>>,
) -> Result<Tally, StoreError> {
    let (lease, accounts, words) = (lease.clone(), accounts.clone(), words.clone());
    app.store
        .write(async move |tx: &mut Tx<'_>| {
            ours(tx, &lease).await?;
            let mut tally = Tally::default();
            for post in posts.iter() {
                tally += process::process(tx, &accounts, &words, post).await?;
            }
            Ok(tally)
        })
        .await
}

/// One post; taken apart or quarantined if it cannot be processed, left for later if the database cannot work.
async fn process_alone(
    app: &Arc<App>,
    lease: &Lease,
    accounts: &Arc<Accounts>,
    words: &Arc<OptOutWords>,
    post: &LedgerEntry,
) -> Result<Tally, StoreError> {
    match process_all(app, lease, accounts, words, Arc::new(vec![post.clone()])).await {
        Err(error @ (StoreError::Unavailable(_) | StoreError::Unknown(_))) => Err(error),
        Err(error) => {
            tracing::error!(post = %post.id, %error, "a post cannot be processed");
            let (post, lease, reason) = (post.clone(), lease.clone(), error.to_string());
            app.store
                .write(async move |tx: &mut Tx<'_>| {
                    ours(tx, &lease).await?;
                    if process::take_apart(tx, &post).await? {
                        return Ok(Tally::default());
                    }
                    tx.post_quarantined(post.id, &reason).await?;
                    Ok(Tally { processed: 0, quarantined: 1 })
                })
                .await
        }
        Ok(tally) => Ok(tally),
    }
}

/// Counts parts once they are committed.
fn count(tally: Tally) {
    counter!("msgboxx_inbound_parts_total", "outcome" => "processed").increment(tally.processed);
    counter!("msgboxx_inbound_parts_total", "outcome" => "quarantined").increment(tally.quarantined);
    if tally.quarantined > 0 {
        tracing::warn!(parts = tally.quarantined, "set aside what WhatsApp posted and nobody understands: see msgboxx ledger list");
    }
}

async fn ours(tx: &mut Tx<'_>, lease: &Lease) -> Result<(), StoreError> {
    if tx.holds_lease(lease).await? { Ok(()) } else { Err(StoreError::Unavailable("the lease went to another process".to_owned())) }
}
