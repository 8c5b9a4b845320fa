//! What became of attempts.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, AttemptId, Failure, Instant, MessageId, OrganisationId, template::TemplateCategory};

/// A job whose last attempt nobody knows the outcome of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownJob {
    /// The message.
    pub message_id: MessageId,
    /// The attempt in question.
    pub attempt_id: AttemptId,
    /// Decides whether it may be sent again.
    pub category: Option<TemplateCategory>,
}

impl Tx<'_> {
    /// WhatsApp took the message: the job is done, whichever attempt it is at.
    pub async fn attempt_accepted(&mut self, organisation: OrganisationId, attempt: AttemptId) -> Result<()> {
        self.push(
            "update attempts set state = 'accepted', finished_at = $3, error_code = null, error_detail = null
             where organisation_id = $1 and id = $2 and state <> 'accepted'",
            params![organisation, attempt, self.now()],
        )
        .await?;
        self.push(
            "delete from send_jobs
             where organisation_id = $1
               and message_id = (select message_id from attempts where organisation_id = $1 and id = $2)",
            params![organisation, attempt],
        )
        .await
    }

    /// WhatsApp took the message, but holds it back; people may read why.
    pub async fn note_on_attempt(&mut self, organisation: OrganisationId, attempt: AttemptId, note: &Failure) -> Result<()> {
        self.push(
            "update attempts set error_code = $3, error_detail = $4 where organisation_id = $1 and id = $2",
            params![organisation, attempt, &note.code, &note.detail],
        )
        .await
    }

    /// WhatsApp refused the message for now: it is tried again at an instant, and people may read why it waits.
    pub async fn attempt_refused(
        &mut self,
        organisation: OrganisationId,
        attempt: AttemptId,
        why: &Failure,
        again_at: Instant,
    ) -> Result<()> {
        self.end_attempt(organisation, attempt, "refused", why).await?;
        self.push(
            "update send_jobs set state = 'ready', run_at = $3, waiting_because = $4
             where organisation_id = $1 and attempt_id = $2 and state = 'in_flight'
               and message_id = (select message_id from attempts where organisation_id = $1 and id = $2)",
            params![organisation, attempt, again_at, &why.detail],
        )
        .await
    }

    /// WhatsApp refused the message for good; answers whether the job was still this attempt's.
    pub async fn attempt_failed(&mut self, organisation: OrganisationId, attempt: AttemptId, why: &Failure) -> Result<bool> {
        self.end_attempt(organisation, attempt, "refused", why).await?;
        let ended = self
            .execute(
                "delete from send_jobs
                 where organisation_id = $1 and attempt_id = $2 and state = 'in_flight'
                   and message_id = (select message_id from attempts where organisation_id = $1 and id = $2)",
                params![organisation, attempt],
            )
            .await?;
        Ok(ended == 1)
    }

    /// Nobody knows whether WhatsApp took it: looked at again at an instant, unless WhatsApp reports before.
    pub async fn attempt_unknown(
        &mut self,
        organisation: OrganisationId,
        attempt: AttemptId,
        why: &Failure,
        look_at: Instant,
    ) -> Result<()> {
        self.end_attempt(organisation, attempt, "unknown", why).await?;
        self.push(
            "update send_jobs set state = 'unknown', run_at = $3, waiting_because = $4
             where organisation_id = $1 and attempt_id = $2 and state = 'in_flight'
               and message_id = (select message_id from attempts where organisation_id = $1 and id = $2)",
            params![organisation, attempt, look_at, &why.detail],
        )
        .await
    }

    /// An attempt that was disowned meanwhile stays unknown: only proof that WhatsApp took it still changes it.
    async fn end_attempt(&mut self, organisation: OrganisationId, attempt: AttemptId, state: &'static str, why: &Failure) -> Result<()> {
        self.push(
            "update attempts set state = $3, finished_at = $4, error_code = $5, error_detail = $6
             where organisation_id = $1 and id = $2 and state = 'in_flight'",
            params![organisation, attempt, state, self.now(), &why.code, &why.detail],
        )
        .await
    }

    /// Calls that an earlier holder of the lane had under way: their outcome is unknown.
    pub async fn disown_attempts(
        &mut self,
        organisation: OrganisationId,
        account: ApiAccountId,
        lane_token: i64,
        look_at: Instant,
    ) -> Result<u64> {
        self.execute(
            "update attempts set state = 'unknown', finished_at = $4
             where organisation_id = $1 and state = 'in_flight' and lane_token < $3
               and id in (select attempt_id from send_jobs where organisation_id = $1 and api_account_id = $2 and state = 'in_flight')",
            params![organisation, account, lane_token, self.now()],
        )
        .await?;
        self.execute(
            "update send_jobs set state = 'unknown', run_at = $3, waiting_because = 'the sender stopped before WhatsApp answered'
             where organisation_id = $1 and api_account_id = $2 and state = 'in_flight'
               and exists (select 1 from attempts a
                           where a.organisation_id = $1 and a.id = send_jobs.attempt_id and a.state = 'unknown')",
            params![organisation, account, look_at],
        )
        .await
    }

    /// Jobs of an account whose time of waiting for a report is over.
    pub async fn unknown_jobs(&mut self, organisation: OrganisationId, account: ApiAccountId, most: i64) -> Result<Vec<UnknownJob>> {
        self.all(
            "select message_id, attempt_id, category from send_jobs
             where organisation_id = $1 and api_account_id = $2 and state = 'unknown' and run_at <= $3 order by message_id limit $4",
            params![organisation, account, self.now(), most],
            |row| {
                let category: String = row.get(2)?;
                Ok(UnknownJob { message_id: row.get(0)?, attempt_id: row.get(1)?, category: category.parse().ok() })
            },
        )
        .await
    }

    /// Sends a job of unknown outcome again.
    pub async fn retry_unknown_job(&mut self, organisation: OrganisationId, job: &UnknownJob) -> Result<()> {
        self.push(
            "update send_jobs set state = 'ready', run_at = $4
             where organisation_id = $1 and message_id = $2 and attempt_id = $3 and state = 'unknown'",
            params![organisation, job.message_id, job.attempt_id, self.now()],
        )
        .await
    }

    /// Puts a ready job off to an instant; people may read why.
    pub async fn postpone_job(&mut self, organisation: OrganisationId, message: MessageId, until: Instant, why: &str) -> Result<()> {
        self.push(
            "update send_jobs set run_at = $3, waiting_because = $4 where organisation_id = $1 and message_id = $2 and state = 'ready'",
            params![organisation, message, until, why],
        )
        .await
    }

    /// Gives a job up, whatever its state; answers whether it was still there.
    pub async fn drop_job(&mut self, organisation: OrganisationId, message: MessageId) -> Result<bool> {
        let dropped =
            self.execute("delete from send_jobs where organisation_id = $1 and message_id = $2", params![organisation, message]).await?;
        Ok(dropped == 1)
    }
}
