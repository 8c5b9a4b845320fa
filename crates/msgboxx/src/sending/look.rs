//! What a lane keeps looking at beside its queue: the account's limits, whether it is paused, and what is held for its tier.

use crate::sending::budget::Tier;
use crate::sending::claim::{LaneError, LaneKey};
use crate::sending::lane::Lane;
use crate::sending::pace::{PAIR_EVERY, REMEMBERED};
use crate::sending::reach;
use msgboxx_model::Instant;
use msgboxx_store::{Lease, SendingLimits, StoreError, Tx};
use std::time::Duration;

/// How soon a changed limit counts.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Held jobs that try again at once.
const RELEASED_AT_ONCE: i64 = 100;
/// The start of the latest call is looked for in so much of the past; before that it has no influence.
const LATEST_CALL_WITHIN: Duration = Duration::from_secs(2);

/// A paused account is first tried again after this long, and after twice as long each time.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
/// The longest time between two tries while WhatsApp refuses the account altogether: such a try costs nothing.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The longest time where WhatsApp knows the account but refuses its messages: each try is a refused message.
const LONGEST_REFUSAL: Duration = Duration::from_mins(15);

/// What was last seen, and when a paused account was last tried.
#[derive(Default)]
pub(super) struct Look {
    seen: Option<(tokio::time::Instant, SendingLimits)>,
    tried_at: Option<Instant>,
    pause: Duration,
}

impl Look {
    /// The limits have changed just now.
    pub(super) fn forget(&mut self) {
        self.seen = None;
    }

    /// WhatsApp took a message: the next pause is a new one.
    pub(super) fn is_taken_from(&mut self) {
        self.pause = Duration::ZERO;
    }

    /// Whether it is time to try a paused account.
    fn is_time_to_try(&mut self, now: Instant) -> bool {
        self.pause = self.pause.max(SHORTEST_PAUSE);
        let since = *self.tried_at.get_or_insert(now);
        if now.saturating_since(since) < self.pause {
            return false;
        }
        self.tried_at = Some(now);
        true
    }

    /// A try has ended: how long until the next.
    fn was_tried(&mut self, is_known: bool) {
        let longest = if is_known { LONGEST_REFUSAL } else { LONGEST_PAUSE };
        self.pause = (self.pause * 2).min(longest);
        if is_known {
            self.tried_at = None;
            self.seen = None;
        }
    }
}

impl Lane {
    /// Looks at the account now and then; none when it is gone.
    pub(super) async fn look_again(&mut self, lease: &Lease) -> Result<Option<LaneKey>, LaneError> {
        let is_old = self.look.seen.as_ref().is_none_or(|(at, _)| at.elapsed() > LOOK_EVERY);
        if is_old {
            let (organisation, account) = (self.organisation, self.account);
            let read = async move |tx: &mut Tx<'_>| {
                let held_until = tx.held_until(organisation, account).await?;
                Ok::<_, StoreError>((tx.sending_limits(organisation, account).await?, held_until.is_some_and(|until| until <= tx.now())))
            };
            let (limits, is_release_due) = self.app.store.read(read).await?;
            let Some(limits) = limits else { return Ok(None) };
            self.pace.set_rate(u64::try_from(limits.messages_per_second).unwrap_or(1));
            if let Some(until) = limits.rests_until {
                self.pace.pause_until(until);
            }
            self.look.seen = Some((tokio::time::Instant::now(), limits));
            if is_release_due {
                self.app.store.write(async move |tx: &mut Tx<'_>| tx.release_held(organisation, account, RELEASED_AT_ONCE).await).await?;
            }
        }
        let tier = self.look.seen.as_ref().and_then(|(_, limits)| tier(limits));
        Ok(Some(self.key(lease.clone(), tier)))
    }

    /// Whether the account may send; a paused one is tried now and then.
    pub(super) async fn may_send(&mut self, lane: &LaneKey) -> Result<bool, StoreError> {
        if self.look.seen.as_ref().is_none_or(|(_, limits)| limits.paused_at.is_none()) {
            return Ok(true);
        }
        if !self.look.is_time_to_try(self.app.clock.now()) {
            return Ok(false);
        }
        let accounts = self.app.accounts.accounts().await?;
        let Some(account) = accounts.account(self.organisation, self.account) else { return Ok(false) };
        let is_known = self.app.cloud.phone_number(&account.credentials(&self.app.simulator_url)).await.is_ok();
        self.look.was_tried(is_known);
        if !is_known {
            return Ok(false);
        }
        let lane = lane.clone();
        self.app.store.write(async move |tx: &mut Tx<'_>| reach::resume(tx, &lane).await).await?;
        self.app.accounts.read_again().await?;
        self.app.wake.events.notify_one();
        tracing::info!(account = %self.account, "WhatsApp takes from the account again");
        Ok(true)
    }

    /// What another holder of the lane used up of the pace, by the attempts of the last minutes.
    pub(super) async fn take_over_pace(&mut self) -> Result<(), StoreError> {
        let (organisation, account) = (self.organisation, self.account);
        let read = async move |tx: &mut Tx<'_>| {
            let now = tx.now();
            let pairs = tx.pairs_used_until(organisation, account, now.minus(REMEMBERED), PAIR_EVERY).await?;
            let latest = tx.last_call_at(organisation, account, now.minus(LATEST_CALL_WITHIN)).await?;
            Ok::<_, StoreError>((latest, pairs))
        };
        let (latest, pairs) = self.app.store.read(read).await?;
        self.pace.take_over(latest, pairs);
        Ok(())
    }
}

fn tier(limits: &SendingLimits) -> Option<Tier> {
    let customers_a_day = limits.customers_a_day?;
    Some(Tier { business_account_id: limits.business_account_id.clone(), customers_a_day })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paused_account_is_tried_again_soon_and_then_less_and_less_often() {
        let mut look = Look::default();
        let (mut now, mut tries) = (Instant::from_seconds(0), Vec::new());
        while tries.len() < 8 {
            if look.is_time_to_try(now) {
                tries.push(now.as_seconds());
                look.was_tried(false);
            }
            now = now.plus(Duration::from_secs(1));
        }
        assert_eq!(tries, [1, 3, 7, 15, 31, 61, 91, 121]);
    }

    #[test]
    fn an_account_that_is_known_but_refused_costs_a_message_each_quarter_of_an_hour_at_most() {
        let mut look = Look::default();
        let (mut now, mut waited) = (Instant::from_seconds(0), Vec::new());
        let mut paused_at = now;
        while waited.len() < 12 {
            if look.is_time_to_try(now) {
                waited.push(now.saturating_since(paused_at).as_secs());
                look.was_tried(true);
                paused_at = now.plus(Duration::from_secs(1));
            }
            now = now.plus(Duration::from_secs(1));
        }
        assert_eq!(waited[..4], [1, 2, 4, 8]);
        assert_eq!(waited[11], 900);
        look.is_taken_from();
        assert_eq!(look.pause, Duration::ZERO);
    }
}
