//! Delivers events to webhooks, at least once each, from one process at a time.
//!
//! A delivery is planned in the unit that moves the place in the log, and each attempt is committed
//! with the time of the next before the call is made: a crash repeats, it never loses. What is
//! delivered is looked up at the call, so it is the entity of that moment and only what the
//! subscriber may see then.

mod answer;
mod attempt;
mod callers;
mod plan;
#[cfg(test)]
mod receiver;
mod record;
mod replay;
mod slots;
#[cfg(test)]
mod tests;

use crate::app::App;
use crate::chance::jitter;
use crate::jobs::rest;
use callers::{CALL_TIMEOUT, Callers};
use msgboxx_model::DeliveryId;
use msgboxx_model::retry::delivery_wait;
use msgboxx_store::{DueDelivery, Lease, StoreError, Tx};
use plan::{Planned, READER, plan};
use slots::Slots;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

const LEASE: &str = "webhooks";
const LEASE_FOR: Duration = Duration::from_secs(10);
/// Deliveries seen in one look.
const LOOK: usize = 512;
/// Between the beginnings of two rounds, so that many events make few commits.
const ROUND: Duration = Duration::from_millis(20);
/// An attempt that leaves no outcome is repeated this much after the schedule.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2 * CALL_TIMEOUT.as_secs());
/// How long calls that are under way are heard out at the end.
const FAREWELL: Duration = Duration::from_secs(3);
/// How far deliveries that are in the way of others are put off: to receivers that answer, and to others.
const PUT_OFF: (Duration, Duration) = (Duration::from_secs(3), Duration::from_secs(30));

/// Runs until stopped.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    match Callers::new(&app.settings.webhook_allow) {
        Ok(callers) => Worker::new(app, callers).run(&stop).await,
        Err(error) => tracing::error!(%error, "webhooks are not delivered: TLS cannot be set up"),
    }
}

/// Takes or renews the right to plan and start deliveries. Whatever does either does this first, in
/// the same unit, so that a process that was paused for long changes nothing.
async fn hold_lease(tx: &mut Tx<'_>, node: &str) -> Result<Option<Lease>, StoreError> {
    tx.take_lease(LEASE, node, tx.now().plus(LEASE_FOR)).await
}

struct Worker {
    app: Arc<App>,
    callers: Arc<Callers>,
    slots: Slots,
    calls: JoinSet<Option<bool>>,
    started: HashMap<Id, DeliveryId>,
    /// Whether deliveries that are due wait for the end of a call.
    is_crowded: bool,
    has_led: bool,
}

impl Worker {
    fn new(app: Arc<App>, callers: Callers) -> Self {
        Self {
            app,
            callers: Arc::new(callers),
            slots: Slots::default(),
            calls: JoinSet::new(),
            started: HashMap::new(),
            is_crowded: false,
            has_led: false,
        }
    }

    async fn run(mut self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            let began = tokio::time::Instant::now();
            let is_behind = self.round().await.unwrap_or_else(|error| {
                tracing::error!(%error, "failed to deliver webhooks; trying again");
                false
            });
            if !is_behind && !self.wait(stop).await {
                break;
            }
            tokio::time::sleep_until(began + ROUND).await;
        }
        self.finish().await;
    }

    /// Plans and starts what there is; true if another round is needed at once.
    async fn round(&mut self) -> Result<bool, StoreError> {
        while let Some(ended) = self.calls.try_join_next_with_id() {
            self.end(ended);
        }
        let has_more_events = self.plan().await?;
        replay::replay(&self.app).await?;
        self.is_crowded = self.slots.are_full();
        if self.is_crowded {
            return Ok(has_more_events);
        }
        let most = i64::try_from(LOOK).unwrap_or(i64::MAX);
        let look = async move |tx: &mut Tx<'_>| Ok::<_, StoreError>((tx.due_deliveries(most).await?, tx.count_webhook_owners().await?));
        let (due, owners) = self.app.store.read(look).await?;
        self.slots.share(owners > 1);
        let sees_all = due.len() < LOOK;
        let choice = self.slots.choose(due);
        self.is_crowded = !choice.wait.is_empty() || !choice.in_the_way.is_empty();
        let in_the_way = if sees_all { Vec::new() } else { choice.in_the_way };
        let has_changed = self.start(choice.start, in_the_way).await?;
        Ok(has_more_events || !sees_all && has_changed)
    }

    /// Plans a batch of each organisation's events; true if there are more.
    async fn plan(&mut self) -> Result<bool, StoreError> {
        let behind = self.app.store.read(async |tx: &mut Tx<'_>| tx.organisations_behind(READER).await).await?;
        let mut has_more = false;
        for (organisation, position) in behind {
            match plan(&self.app, organisation, position).await {
                Ok(Planned::NotOurs) => return Ok(false),
                Ok(planned) => {
                    self.has_led = true;
                    has_more |= planned == Planned::Part;
                }
                Err(error @ (StoreError::Unavailable(_) | StoreError::Unknown(_))) => return Err(error),
                // The others' events must not wait for what is wrong with these.
                Err(error) => tracing::error!(%organisation, %error, "failed to plan the deliveries of an organisation's events"),
            }
        }
        Ok(has_more)
    }

    /// Commits that attempts begin, then begins them; false if there are none or another process delivers.
    async fn start(&mut self, start: Vec<DueDelivery>, in_the_way: Vec<DueDelivery>) -> Result<bool, StoreError> {
        if start.is_empty() && in_the_way.is_empty() {
            return Ok(false);
        }
        let attempts: Vec<(DueDelivery, Duration)> = start.into_iter().map(with_next).collect();
        let put_off: Vec<(DueDelivery, Duration)> = in_the_way.into_iter().map(|delivery| self.with_pause(delivery)).collect();
        let (node, beginning) = (self.app.node.clone(), attempts.clone());
        let committed = self.app.store.write(async move |tx: &mut Tx<'_>| commit_start(tx, &node, &beginning, &put_off).await).await;
        if !matches!(committed, Ok(true)) {
            for (delivery, _) in &attempts {
                self.slots.free(delivery.id, None);
            }
            return committed;
        }
        self.has_led = true;
        for (delivery, _) in attempts {
            let (app, callers, id) = (self.app.clone(), self.callers.clone(), delivery.id);
            let call = self.calls.spawn(async move { attempt::attempt(&app, &callers, delivery, jitter()).await });
            self.started.insert(call.id(), id);
        }
        Ok(true)
    }

    fn with_pause(&self, delivery: DueDelivery) -> (DueDelivery, Duration) {
        let longest = if self.slots.is_proven(delivery.webhook_id) { PUT_OFF.0 } else { PUT_OFF.1 };
        (delivery, longest.mul_f64(0.2 + 0.8 * jitter()))
    }

    /// Waits until there may be something to do; false at the end.
    async fn wait(&mut self, stop: &CancellationToken) -> bool {
        let app = self.app.clone();
        let rest = rest(&app.wake.events, stop);
        tokio::pin!(rest);
        loop {
            tokio::select! {
                goes_on = &mut rest => return goes_on,
                Some(ended) = self.calls.join_next_with_id() => {
                    self.end(ended);
                    if self.is_crowded {
                        return true;
                    }
                }
            }
        }
    }

    fn end(&mut self, ended: Result<(Id, Option<bool>), JoinError>) {
        let (call, was_taken) = match ended {
            Ok(ended) => ended,
            Err(error) => {
                tracing::error!(%error, "an attempt at a webhook's delivery broke off; it will be repeated");
                (error.id(), None)
            }
        };
        if let Some(delivery) = self.started.remove(&call) {
            self.slots.free(delivery, was_taken);
        }
    }

    /// Hears out the calls that are under way, not for long, and lets another process go on. What is cut off is repeated.
    async fn finish(mut self) {
        let heard_out = async { while self.calls.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, heard_out).await.is_err() {
            self.calls.shutdown().await;
        }
        if self.has_led
            && let Err(error) = give_lease_back(&self.app).await
        {
            tracing::warn!(%error, "failed to give the lease of the webhooks back; it runs out by itself");
        }
    }
}

/// A delivery, and in how long it comes back if its attempt leaves no outcome.
fn with_next(delivery: DueDelivery) -> (DueDelivery, Duration) {
    let wait = delivery_wait(delivery.next_on_schedule(), jitter(), None).unwrap_or_default();
    (delivery, ATTEMPT_TIMEOUT + wait)
}

/// True if the attempts are ours to make.
async fn commit_start(
    tx: &mut Tx<'_>,
    node: &str,
    attempts: &[(DueDelivery, Duration)],
    put_off: &[(DueDelivery, Duration)],
) -> Result<bool, StoreError> {
    if hold_lease(tx, node).await?.is_none() {
        return Ok(false);
    }
    for (delivery, wait) in attempts {
        tx.start_delivery(delivery, tx.now().plus(*wait)).await?;
    }
    for (delivery, pause) in put_off {
        tx.delivery_again(delivery, tx.now().plus(*pause)).await?;
    }
    Ok(true)
}

async fn give_lease_back(app: &App) -> Result<(), StoreError> {
    let node = app.node.clone();
    app.store
        .write(async move |tx: &mut Tx<'_>| match hold_lease(tx, &node).await? {
            Some(lease) => tx.release_lease(&lease).await,
            None => Ok(()),
        })
        .await
}
