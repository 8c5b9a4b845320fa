//! Fetches the files of customers' messages, on every node.
//!
//! A node claims a few waiting files at a time and renews each claim while it works on it. A node
//! that dies leaves its claims to run out; one that was overtaken meanwhile changes nothing and
//! takes its copy away. One account has only some of the places, so that a slow one stops no other.

use crate::app::App;
use crate::chance::jitter;
use crate::jobs::rest;
use crate::media::{Fetched, Trouble, fetch};
use msgboxx_model::retry::media_wait;
use msgboxx_model::{ApiAccountId, Failure, OrganisationId};
use msgboxx_store::{MediaJob, StoreError, StoredFile, Tx};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

/// Files on their way at once. Each may hold two parts of ten megabytes together in memory.
const AT_ONCE: usize = 8;
const AT_ONCE_OF_ONE: usize = 3;
/// A claim that is not renewed ends after this long.
const CLAIMED_FOR: Duration = Duration::from_mins(1);
const RENEWED_AFTER: Duration = Duration::from_secs(20);
/// How long one attempt may take.
const LONGEST: Duration = Duration::from_mins(10);

/// Runs until stopped.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    let mut worker = Worker { app, stop, attempts: JoinSet::new(), accounts: HashMap::new() };
    loop {
        if let Err(error) = worker.start().await {
            tracing::error!(%error, "failed to look for files to fetch");
        }
        if !worker.wait().await {
            break;
        }
    }
    // Each of them is told to stop as well, and gives its claim back.
    while worker.attempts.join_next().await.is_some() {}
}

struct Worker {
    app: Arc<App>,
    stop: CancellationToken,
    attempts: JoinSet<()>,
    accounts: HashMap<Id, ApiAccountId>,
}

impl Worker {
    /// Begins as many attempts as there is room for.
    async fn start(&mut self) -> Result<(), StoreError> {
        if self.attempts.len() >= AT_ONCE {
            return Ok(());
        }
        let mut due = self.app.store.read(async |tx: &mut Tx<'_>| tx.accounts_with_media_due().await).await?;
        // Not always the same first.
        let len = due.len();
        due.sort_by_key(|(_, account)| *account);
        due.rotate_left(first_of(len));
        for (organisation, account) in due {
            self.start_some(organisation, account).await?;
        }
        Ok(())
    }

    async fn start_some(&mut self, organisation: OrganisationId, account: ApiAccountId) -> Result<(), StoreError> {
        let of_it = self.accounts.values().filter(|other| **other == account).count();
        let room = AT_ONCE.saturating_sub(self.attempts.len()).min(AT_ONCE_OF_ONE.saturating_sub(of_it));
        if room == 0 {
            return Ok(());
        }
        let most = i64::try_from(room).unwrap_or(i64::MAX);
        let claim = async move |tx: &mut Tx<'_>| tx.claim_media(organisation, account, tx.now().plus(CLAIMED_FOR), most).await;
        for job in self.app.store.write(claim).await? {
            let attempt = self.attempts.spawn(attempt(self.app.clone(), job, self.stop.clone()));
            self.accounts.insert(attempt.id(), account);
        }
        Ok(())
    }

    /// Waits until there may be something to begin; false at the end.
    async fn wait(&mut self) -> bool {
        let goes_on = tokio::select! {
            goes_on = rest(&self.app.wake.media, &self.stop) => goes_on,
            Some(ended) = self.attempts.join_next_with_id() => {
                self.end(ended);
                true
            }
        };
        while let Some(ended) = self.attempts.try_join_next_with_id() {
            self.end(ended);
        }
        goes_on
    }

    fn end(&mut self, ended: Result<(Id, ()), JoinError>) {
        let id = ended.map_or_else(
            |error| {
                tracing::error!(%error, "an attempt at fetching a file broke off; it will be repeated");
                error.id()
            },
            |(id, ())| id,
        );
        self.accounts.remove(&id);
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a few accounts, and 0 to 1")]
fn first_of(len: usize) -> usize {
    ((jitter() * len as f64) as usize).min(len.saturating_sub(1))
}

async fn attempt(app: Arc<App>, job: MediaJob, stop: CancellationToken) {
    let outcome = match carry_out(&app, &job, &stop).await {
        Some(fetched) => record(&app, &job, fetched).await,
        None => Ok(()),
    };
    if let Err(error) = outcome {
        tracing::error!(file = %job.id, %error, "failed to record what became of a file; it will be fetched again");
    }
}

/// Fetches a file while its claim is ours; nothing if that ended.
async fn carry_out(app: &App, job: &MediaJob, stop: &CancellationToken) -> Option<Fetched> {
    if job.attempt > 1 && app.clock.now() >= job.give_up_at {
        // Earlier attempts left no outcome, and this one need not.
        return Some(Err(Trouble::Unreachable("every attempt broke off".to_owned())));
    }
    let fetching = fetch(app, job);
    tokio::pin!(fetching);
    let end = tokio::time::sleep(LONGEST);
    tokio::pin!(end);
    loop {
        tokio::select! {
            fetched = &mut fetching => return Some(fetched),
            () = &mut end => return Some(Err(Trouble::Unreachable("it took too long".to_owned()))),
            () = stop.cancelled() => {
                put_off(app, job, Duration::ZERO).await;
                return None;
            }
            () = tokio::time::sleep(RENEWED_AFTER) => {
                if !put_off(app, job, CLAIMED_FOR).await {
                    return None;
                }
            }
        }
    }
}

/// Keeps the claim for so long; false if it is another's by now.
async fn put_off(app: &App, job: &MediaJob, by: Duration) -> bool {
    let claimed = job.clone();
    let written = app.store.write(async move |tx: &mut Tx<'_>| tx.media_until(&claimed, tx.now().plus(by)).await).await;
    written.unwrap_or_else(|error| {
        tracing::warn!(file = %job.id, %error, "failed to renew the claim on a file");
        true
    })
}

async fn record(app: &App, job: &MediaJob, fetched: Fetched) -> Result<(), StoreError> {
    match fetched {
        Ok(file) => stored(app, job, file).await,
        Err(trouble) if trouble.is_final(job.attempt) => failed(app, job, trouble.failure()).await,
        Err(trouble) => again(app, job, &trouble).await,
    }
}

async fn stored(app: &App, job: &MediaJob, file: StoredFile) -> Result<(), StoreError> {
    let (done, there) = (job.clone(), file.clone());
    let commit = async move |tx: &mut Tx<'_>| {
        let is_ours = tx.media_stored(&done, &there).await?;
        if is_ours { tell(tx, &done).await.map(|()| true) } else { Ok(false) }
    };
    let is_ours = app.store.write(commit).await?;
    if is_ours {
        app.wake.events.notify_one();
        return Ok(());
    }
    for key in [Some(file.object_key), file.thumbnail.map(|(key, _)| key)].into_iter().flatten() {
        if let Err(error) = app.media.delete(&key).await {
            tracing::warn!(%error, "failed to delete the second copy of a file");
        }
    }
    Ok(())
}

async fn failed(app: &App, job: &MediaJob, why: Failure) -> Result<(), StoreError> {
    tracing::warn!(file = %job.id, message = %job.message_id, code = why.code, "gave up a file");
    let done = job.clone();
    let commit = async move |tx: &mut Tx<'_>| {
        let is_ours = tx.media_failed(&done, &why).await?;
        if is_ours { tell(tx, &done).await } else { Ok(()) }
    };
    app.store.write(commit).await?;
    app.wake.events.notify_one();
    Ok(())
}

async fn again(app: &App, job: &MediaJob, trouble: &Trouble) -> Result<(), StoreError> {
    let attempts = u32::try_from(job.attempt).unwrap_or(u32::MAX);
    let (wait, why) = (media_wait(attempts, jitter()), trouble.failure());
    if app.clock.now().plus(wait) >= job.give_up_at {
        return failed(app, job, trouble.at_the_end()).await;
    }
    tracing::info!(file = %job.id, attempts, code = why.code, "failed to fetch a file; trying again");
    let tried = job.clone();
    app.store.write(async move |tx: &mut Tx<'_>| tx.media_again(&tried, tx.now().plus(wait), &why).await).await
}

/// The message is not what it was.
async fn tell(tx: &mut Tx<'_>, job: &MediaJob) -> Result<(), StoreError> {
    tx.append_event(job.organisation_id, "message.updated", job.message_id.0, Some(job.api_account_id)).await
}
