//! Recording what became of calls: many outcomes to a commit, each fenced by its attempt.

use crate::inbox::status;
use crate::sending::REPORT_AWAITED_FOR;
use crate::sending::claim::{Claimed, LaneError, LaneKey, give_up};
use crate::sending::outcome::Outcome;
use crate::sending::reach;
use msgboxx_model::template::TemplateCategory;
use msgboxx_model::{Failure, Progress};
use msgboxx_store::{StoreError, Tx};
use std::time::Duration;

/// A number's rest from this length on is kept in the database, for whoever holds its lane next; a shorter one is over by then.
const LONG_REST: Duration = Duration::from_secs(30);

/// The end of one call.
#[derive(Debug, Clone)]
pub struct Ended {
    /// What was sent.
    pub claimed: Claimed,
    /// What follows.
    pub outcome: Outcome,
}

/// Writes what became of calls. WhatsApp's word stands even if the lane is no longer ours.
pub async fn record(tx: &mut Tx<'_>, lane: &LaneKey, ended: &[Ended]) -> Result<(), StoreError> {
    for call in ended {
        record_one(tx, lane, call).await?;
    }
    Ok(())
}

async fn record_one(tx: &mut Tx<'_>, lane: &LaneKey, call: &Ended) -> Result<(), StoreError> {
    let (organisation, attempt, message) = (lane.organisation, call.claimed.attempt, call.claimed.job.message_id);
    match &call.outcome {
        Outcome::Accepted { wamid, held } => {
            tx.attempt_accepted(organisation, attempt).await?;
            if let Some(note) = held {
                tx.note_on_attempt(organisation, attempt, note).await?;
            }
            tx.set_wamid(organisation, message, wamid).await?;
            // A report may have overtaken the answer.
            status::add_parked(tx, organisation, lane.account, message, wamid).await
        }
        Outcome::Again { why, after, rest, scope } => {
            if *rest >= LONG_REST && tx.is_in_flight(organisation, attempt).await? {
                reach::rest(tx, lane, *scope, tx.now().plus(*rest), &why.detail).await?;
            }
            tx.attempt_refused(organisation, attempt, why, tx.now().plus(*after)).await
        }
        Outcome::Paused { why, scope } => {
            if tx.is_in_flight(organisation, attempt).await? {
                reach::pause(tx, lane, *scope, &why.detail).await?;
            }
            tx.attempt_refused(organisation, attempt, why, tx.now()).await
        }
        Outcome::Failed { why } => {
            if tx.attempt_failed(organisation, attempt, why).await? {
                let evidence = Progress { failed: Some((tx.now(), why.clone())), ..Progress::default() };
                tx.add_evidence(organisation, message, evidence).await?;
                tx.append_event(organisation, "message.status", message.0, Some(lane.account)).await?;
            }
            Ok(())
        }
        Outcome::Unknown { why } => tx.attempt_unknown(organisation, attempt, why, tx.now().plus(REPORT_AWAITED_FOR)).await,
    }
}

/// Decides the messages whose report was waited for in vain: sent again, but marketing never.
pub async fn decide_unknown(tx: &mut Tx<'_>, lane: &LaneKey, most: i64) -> Result<usize, LaneError> {
    crate::sending::claim::check_lease(tx, &lane.lease).await?;
    let jobs = tx.unknown_jobs(lane.organisation, lane.account, most).await?;
    for job in &jobs {
        if job.category == Some(TemplateCategory::Marketing) {
            let detail = "WhatsApp never said whether it took this message, and marketing is not sent twice.";
            let why = Failure { code: Failure::UNCONFIRMED.to_owned(), detail: detail.to_owned() };
            give_up(tx, lane, job.message_id, why).await?;
        } else {
            tx.retry_unknown_job(lane.organisation, job).await?;
        }
    }
    Ok(jobs.len())
}
