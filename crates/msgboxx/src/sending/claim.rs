//! Claiming: in one unit, the lease is checked, what may not be sent any more is failed, and an
//! attempt is committed for the rest before the first byte goes out.

use crate::sending::budget::{self, Budget, Tier};
use crate::sending::pace::Pace;
use crate::sending::too_late::named_by_last_answer;
use msgboxx_model::{ApiAccountId, AttemptId, ContactStatus, Failure, Instant, MessageId, MessageKind, OrganisationId, Progress, window};
use msgboxx_store::{DueJob, Lease, StoreError, Tx};

/// The code of a reply whose window ended before it could be sent.
const WINDOW_CLOSED: &str = "session_window_closed";

/// A job with its committed attempt.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// What is to be sent.
    pub job: DueJob,
    /// The attempt that carries it.
    pub attempt: AttemptId,
}

/// What one look at the queue gave.
#[derive(Debug, Default)]
pub struct Claim {
    /// To be called now.
    pub claimed: Vec<Claimed>,
    /// Whether any message was failed, which others want to hear of.
    pub has_failures: bool,
}

/// The lane on whose behalf something is claimed or recorded.
#[derive(Debug, Clone)]
pub struct LaneKey {
    /// The tenant.
    pub organisation: OrganisationId,
    /// The account.
    pub account: ApiAccountId,
    /// Proof that the lane is ours.
    pub lease: Lease,
    /// How many customers may be written to unasked; none: unlimited, or not known.
    pub tier: Option<Tier>,
}

/// The lane went to another process: stop at once.
#[derive(Debug, thiserror::Error)]
pub enum LaneError {
    /// Another process holds the lane.
    #[error("the lane belongs to another process")]
    Lost,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Fails if the lane is no longer ours.
pub async fn check_lease(tx: &mut Tx<'_>, lease: &Lease) -> Result<(), LaneError> {
    if tx.holds_lease(lease).await? { Ok(()) } else { Err(LaneError::Lost) }
}

/// Commits attempts for jobs that a customer may get now. Jobs were chosen by [`choose`].
pub async fn claim(tx: &mut Tx<'_>, lane: &LaneKey, jobs: &[DueJob]) -> Result<Claim, LaneError> {
    check_lease(tx, &lane.lease).await?;
    let (mut claim, mut budget) = (Claim::default(), Budget::of(lane));
    for job in jobs {
        if let Some(why) = obstacle(job, tx.now()) {
            let why = named_by_last_answer(tx, lane, job, why).await?;
            give_up(tx, lane, job.message_id, why).await?;
            claim.has_failures = true;
            continue;
        }
        if let (Err(until), Some(tier)) = (budget.take(tx, job).await?, &lane.tier) {
            tx.hold_job(lane.organisation, job.message_id, until, budget::deadline(job, until), &budget::reason(tier)).await?;
            continue;
        }
        let attempt = AttemptId(tx.new_id());
        if tx.start_attempt(lane.organisation, job.message_id, attempt, lane.lease.token).await? {
            claim.claimed.push(Claimed { job: job.clone(), attempt });
        }
    }
    Ok(claim)
}

/// Ends a message that will not be sent, with the reason.
pub async fn give_up(tx: &mut Tx<'_>, lane: &LaneKey, message: MessageId, why: Failure) -> Result<(), StoreError> {
    if !tx.drop_job(lane.organisation, message).await? {
        return Ok(());
    }
    let evidence = Progress { failed: Some((tx.now(), why)), ..Progress::default() };
    tx.add_evidence(lane.organisation, message, evidence).await?;
    tx.append_event(lane.organisation, "message.status", message.0, Some(lane.account)).await
}

/// Why a message may not be sent now although it was accepted; the world may have changed since.
fn obstacle(job: &DueJob, now: Instant) -> Option<Failure> {
    let failure = |code: &str, detail: &str| Some(Failure { code: code.to_owned(), detail: detail.to_owned() });
    let is_template = job.kind == MessageKind::Template;
    if !is_template && !window::is_open(job.window_closes_at, now) {
        return failure(WINDOW_CLOSED, "The 24 hours in which WhatsApp takes a session message ended before it could be sent.");
    }
    if is_template && job.contact_status == ContactStatus::Unsubscribed {
        return failure("contact_unsubscribed", "The contact unsubscribed before the broadcast could be sent.");
    }
    // A reply's deadline is its window, which the customer may have extended meanwhile.
    if is_template && job.deadline <= now {
        return failure("expired", "The message could not be sent before its deadline.");
    }
    None
}

/// Keeps the jobs that their customers may get now; the others are answered with the instant from which they may.
pub fn choose(pace: &mut Pace, now: Instant, jobs: Vec<DueJob>) -> (Vec<DueJob>, Vec<(MessageId, Instant)>) {
    let (mut free, mut waiting) = (Vec::with_capacity(jobs.len()), Vec::new());
    for job in jobs {
        match pace.take_pair(job.contact_id, now) {
            Ok(()) => free.push(job),
            Err(from) => waiting.push((job.message_id, from)),
        }
    }
    (free, waiting)
}
