//! The messaging tier in a claim: how many more customers may be written to today outside their service windows.
//!
//! Templates to customers who have not written within a day are business-initiated; a customer counts once in 24 hours over
//! all numbers of the business account. Replies never count.

use crate::sending::claim::LaneKey;
use msgboxx_model::{Instant, MessageKind, window};
use msgboxx_store::{DueJob, StoreError, Tx};
use std::time::Duration;

/// Once there is room, a held message is sent within this time or not at all.
const TO_BE_SENT_WITHIN: Duration = Duration::from_hours(1);
/// What was to be said so long ago is not said any more.
const LONGEST_HOLD: Duration = Duration::from_hours(72);

/// A business account's daily limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// WhatsApp's id of the business account.
    pub business_account_id: String,
    /// Customers in 24 hours.
    pub customers_a_day: i64,
}

/// What is left of the tier while one claim runs; it is looked up only when a job needs it.
pub struct Budget<'a> {
    lane: &'a LaneKey,
    left: Option<i64>,
}

impl<'a> Budget<'a> {
    /// Of a lane's account.
    pub fn of(lane: &'a LaneKey) -> Self {
        Self { lane, left: None }
    }

    /// Takes what a job needs of the tier; if it is used up, answers when there is room again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take(&mut self, tx: &mut Tx<'_>, job: &DueJob) -> Result<Result<(), Instant>, StoreError> {
        let Some(tier) = self.lane.tier.as_ref().filter(|_| is_business_initiated(job, tx.now())) else { return Ok(Ok(())) };
        let (organisation, waba) = (self.lane.organisation, tier.business_account_id.as_str());
        let Some(customer) = customer(job) else { return Ok(Ok(())) };
        // First, since it keeps other lanes of the same business account waiting until this unit ends.
        let left = match self.left {
            Some(left) => left,
            None => tier.customers_a_day - tx.tier_used(organisation, waba).await?,
        };
        self.left = Some(left);
        if tx.is_in_tier(organisation, waba, customer).await? {
            return Ok(Ok(()));
        }
        if left <= 0 {
            return Ok(Err(tx.tier_frees_at(organisation, waba).await?));
        }
        tx.use_tier(organisation, waba, customer).await?;
        self.left = Some(left - 1);
        Ok(Ok(()))
    }
}

/// What people read about a message that waits for the tier.
pub fn reason(tier: &Tier) -> String {
    format!(
        "WhatsApp lets this business account write to {} customers in 24 hours who have not written themselves, and that many were reached. \
         The message follows when there is room again.",
        tier.customers_a_day
    )
}

/// Until when a held job may still be sent: its day would be over before any room of today's is free again.
pub fn deadline(job: &DueJob, until: Instant) -> Instant {
    let accepted_at = Instant::from_micros(i64::try_from(job.message_id.0.as_u128() >> 80).unwrap_or(0).saturating_mul(1_000));
    job.deadline.max(until.plus(TO_BE_SENT_WITHIN).min(accepted_at.plus(LONGEST_HOLD)))
}

fn is_business_initiated(job: &DueJob, now: Instant) -> bool {
    job.kind == MessageKind::Template && !window::is_open(job.window_closes_at, now)
}

fn customer(job: &DueJob) -> Option<&str> {
    job.mobile_number.as_ref().map(msgboxx_model::MobileNumber::as_str).or(job.user_id.as_deref())
}
