//! One number's lane: holds the lease, claims what is due at the number's pace, calls, records.

use crate::accounts::Account;
use crate::app::App;
use crate::chance::jitter;
use crate::sending::budget::Tier;
use crate::sending::claim::{Claim, Claimed, LaneError, LaneKey, choose, claim};
use crate::sending::compose::outgoing;
use crate::sending::look::Look;
use crate::sending::outcome::{Outcome, judge};
use crate::sending::pace::Pace;
use crate::sending::record::{Ended, decide_unknown, record};
use crate::sending::{LEASE_FOR, REPORT_AWAITED_FOR};
use msgboxx_model::{ApiAccountId, Instant, OrganisationId};
use msgboxx_store::{Lease, StoreError, Tx};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

/// Calls under way at once.
const MOST_CALLS: usize = 64;
/// How far ahead of their slots messages are claimed: so much may be of unknown outcome after a crash.
const AHEAD: Duration = Duration::from_millis(50);
/// A lane without work is given back after this long.
const IDLE: Duration = Duration::from_secs(5);
/// The pace of a lane that was given back, for whoever holds it next in this process.
pub struct Kept {
    token: i64,
    pace: Pace,
}

/// The state of a lane that is held here.
pub struct Lane {
    pub(super) app: Arc<App>,
    pub(super) organisation: OrganisationId,
    pub(super) account: ApiAccountId,
    bell: Arc<Notify>,
    stop: CancellationToken,
    ended: (mpsc::UnboundedSender<Ended>, mpsc::UnboundedReceiver<Ended>),
    under_way: usize,
    pub(super) pace: Pace,
    /// The lease under which the pace was last kept.
    paced_under: Option<i64>,
    pub(super) look: Look,
}

impl Lane {
    /// Not yet held.
    pub fn new(
        app: Arc<App>,
        organisation: OrganisationId,
        account: ApiAccountId,
        bell: Arc<Notify>,
        stop: CancellationToken,
        kept: Option<Kept>,
    ) -> Self {
        let paced_under = kept.as_ref().map(|kept| kept.token);
        let pace = kept.map_or_else(|| Pace::new(1), |kept| kept.pace);
        let (ended, look) = (mpsc::unbounded_channel(), Look::default());
        Self { app, organisation, account, bell, stop, ended, under_way: 0, pace, paced_under, look }
    }

    /// Holds the lane while there is work, if nobody else does; answers what is good to know the next time.
    pub async fn run(mut self) -> Option<Kept> {
        match self.hold().await {
            Ok(()) => return self.paced_under.map(|token| Kept { token, pace: self.pace }),
            Err(LaneError::Lost) => tracing::info!(account = %self.account, "the lane went to another process"),
            Err(LaneError::Store(error)) => tracing::error!(account = %self.account, %error, "failed to send; trying again"),
        }
        // Calls that are under way are heard out: their outcome is known only here.
        while self.under_way > 0 {
            let ended = self.ended.1.recv().await?;
            self.under_way -= 1;
            self.record_late(ended).await;
        }
        None
    }

    async fn hold(&mut self) -> Result<(), LaneError> {
        let Some(mut lease) = self.take_lease().await? else { return Ok(()) };
        self.app.accounts.read_again().await?;
        if self.paced_under.is_none_or(|token| lease.token > token + 1) {
            self.take_over_pace().await?;
        }
        self.paced_under = Some(lease.token);
        self.disown(&lease).await?;
        let mut idle_since = tokio::time::Instant::now();
        while !self.stop.is_cancelled() {
            if lease.expires_at < self.app.clock.now().plus(LEASE_FOR / 2) {
                lease = self.take_lease().await?.filter(|taken| taken.token == lease.token).ok_or(LaneError::Lost)?;
            }
            let Some(lane) = self.look_again(&lease).await? else { break };
            let may_send = self.may_send(&lane).await?;
            self.decide_unknown(&lane).await?;
            let started = if may_send { self.start_calls(&lane).await? } else { 0 };
            let is_resting = self.pace.is_resting_until(self.app.clock.now().plus(AHEAD));
            if started > 0 || self.under_way > 0 || !may_send || is_resting {
                idle_since = tokio::time::Instant::now();
            } else if idle_since.elapsed() > IDLE {
                break;
            }
            self.next_step(&lane, started).await?;
        }
        self.finish(lease).await
    }

    /// Waits for whatever comes first: the end of calls, a bell, or the next slot.
    async fn next_step(&mut self, lane: &LaneKey, started: usize) -> Result<(), LaneError> {
        let nap = if started > 0 { AHEAD / 2 } else { Duration::from_millis(500) };
        let ended = tokio::select! {
            ended = self.ended.1.recv() => ended,
            () = self.bell.notified() => None,
            () = self.stop.cancelled() => None,
            () = tokio::time::sleep(nap) => None,
        };
        match ended {
            Some(first) => self.record(lane, first).await,
            None => Ok(()),
        }
    }

    /// Hears out the calls that are under way and gives the lane back.
    async fn finish(&mut self, lease: Lease) -> Result<(), LaneError> {
        let lane = self.key(lease.clone(), None);
        while self.under_way > 0 {
            let Some(ended) = self.ended.1.recv().await else { break };
            self.record(&lane, ended).await?;
        }
        Ok(self.app.store.write(async move |tx: &mut Tx<'_>| tx.release_lease(&lease).await).await?)
    }

    pub(super) fn key(&self, lease: Lease, tier: Option<Tier>) -> LaneKey {
        LaneKey { organisation: self.organisation, account: self.account, lease, tier }
    }

    async fn take_lease(&self) -> Result<Option<Lease>, StoreError> {
        let (name, node) = (format!("lane:{}", self.account), self.app.node.clone());
        self.app.store.write(async move |tx: &mut Tx<'_>| tx.take_lease(&name, &node, tx.now().plus(LEASE_FOR)).await).await
    }

    /// What an earlier holder left in the air is of unknown outcome.
    async fn disown(&self, lease: &Lease) -> Result<(), StoreError> {
        let (organisation, account, token) = (self.organisation, self.account, lease.token);
        let look_after = REPORT_AWAITED_FOR;
        let left = self
            .app
            .store
            .write(async move |tx: &mut Tx<'_>| tx.disown_attempts(organisation, account, token, tx.now().plus(look_after)).await)
            .await?;
        if left > 0 {
            tracing::warn!(account = %self.account, left, "messages of unknown outcome were left by an earlier holder of the lane");
        }
        Ok(())
    }

    async fn decide_unknown(&self, lane: &LaneKey) -> Result<(), LaneError> {
        let (organisation, account) = (lane.organisation, lane.account);
        let waiting = self.app.store.read(async move |tx: &mut Tx<'_>| tx.unknown_jobs(organisation, account, 1).await).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let lane = lane.clone();
        self.app.store.write(async move |tx: &mut Tx<'_>| decide_unknown(tx, &lane, 100).await).await?;
        self.app.wake.events.notify_one();
        Ok(())
    }

    /// Claims what fits into the next moments and starts a call for each; answers how many.
    async fn start_calls(&mut self, lane: &LaneKey) -> Result<usize, LaneError> {
        let now = self.app.clock.now();
        let room = self.pace.room(now, now.plus(AHEAD), MOST_CALLS - self.under_way.min(MOST_CALLS));
        if room == 0 {
            return Ok(0);
        }
        let (organisation, account, most) = (lane.organisation, lane.account, i64::try_from(room).unwrap_or(1));
        let due = self.app.store.read(async move |tx: &mut Tx<'_>| tx.due_jobs(organisation, account, most).await).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let (free, waiting) = choose(&mut self.pace, now, due);
        let key = lane.clone();
        let Claim { claimed, has_failures } = self
            .app
            .store
            .write(async move |tx: &mut Tx<'_>| {
                for (message, from) in &waiting {
                    tx.postpone_job(key.organisation, *message, *from, "WhatsApp limits how often one customer is written to").await?;
                }
                claim(tx, &key, &free).await
            })
            .await?;
        if has_failures {
            self.app.wake.events.notify_one();
        }
        let accounts = self.app.accounts.accounts().await?;
        let Some(account) = accounts.account(self.organisation, self.account).cloned() else { return Ok(0) };
        let started = claimed.len();
        for claimed in claimed {
            let slot = self.pace.take_slot(now);
            self.call(account.clone(), claimed, slot.saturating_since(now));
        }
        Ok(started)
    }

    fn call(&mut self, account: Arc<Account>, claimed: Claimed, after: Duration) {
        let (app, ended) = (self.app.clone(), self.ended.0.clone());
        self.under_way += 1;
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            let attempts = u32::try_from(claimed.job.attempt_count + 1).unwrap_or(u32::MAX);
            let outcome = match outgoing(&claimed) {
                Ok(outgoing) => {
                    let answer = app.cloud.send(&account.credentials(&app.simulator_url), &outgoing).await;
                    judge(answer, attempts, jitter())
                }
                Err(why) => Outcome::Failed { why },
            };
            // The receiver lives until every call is heard out.
            drop(ended.send(Ended { claimed, outcome }));
        });
    }

    /// Records the end of a call together with all others that ended meanwhile.
    async fn record(&mut self, lane: &LaneKey, first: Ended) -> Result<(), LaneError> {
        let mut calls = vec![first];
        while let Ok(more) = self.ended.1.try_recv() {
            calls.push(more);
        }
        self.under_way -= calls.len();
        let now = self.app.clock.now();
        for call in &calls {
            if let Some(until) = number_rests_until(&call.outcome, now) {
                self.pace.pause_until(until);
            }
            if matches!(call.outcome, Outcome::Accepted { .. }) {
                self.look.is_taken_from();
            }
        }
        let (lane, has_pause) = (lane.clone(), calls.iter().any(|call| matches!(call.outcome, Outcome::Paused { .. })));
        self.app.store.write(async move |tx: &mut Tx<'_>| record(tx, &lane, &calls).await).await?;
        if has_pause {
            self.look.forget();
            self.app.accounts.read_again().await?;
        }
        self.app.wake.events.notify_one();
        Ok(())
    }

    /// Records a call that ended after the lane did; its attempt still decides what may change.
    async fn record_late(&self, ended: Ended) {
        let nobodys = Lease { name: String::new(), owner: String::new(), token: 0, expires_at: Instant::from_micros(0) };
        let lane = self.key(nobodys, None);
        let calls = [ended];
        if let Err(error) = self.app.store.write(async move |tx: &mut Tx<'_>| record(tx, &lane, &calls).await).await {
            tracing::error!(account = %self.account, %error, "failed to record a call; its message is of unknown outcome");
        }
    }
}

/// The instant before which nothing of the number should start, if WhatsApp asked for a rest.
fn number_rests_until(outcome: &Outcome, now: Instant) -> Option<Instant> {
    match outcome {
        Outcome::Again { rest, .. } if !rest.is_zero() => Some(now.plus(*rest)),
        _ => None,
    }
}
