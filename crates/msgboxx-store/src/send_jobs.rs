//! The work of sending: one job per unfinished message, one attempt per call of the Cloud API.
//!
//! Only the holder of a number's lane moves its jobs, and each change of an attempted job names the
//! attempt, so that a holder whose lease ran out changes nothing.

mod held;
mod history;
mod outcomes;

pub use history::LastAttempt;
pub use outcomes::UnknownJob;

use crate::error::Result;
use crate::row::Row;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{
    ApiAccountId, AttemptId, ContactId, ContactStatus, Instant, MessageId, MessageKind, MobileNumber, OrganisationId,
    template::TemplateCategory,
};

/// A message that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSendJob {
    /// The message.
    pub message_id: MessageId,
    /// The lane.
    pub api_account_id: ApiAccountId,
    /// Messages of one contact go out in order, one at a time.
    pub contact_id: ContactId,
    /// Lower goes first: 0 for people's replies, 1 for broadcasts. 2 is for jobs that are held.
    pub priority: i64,
    /// The template's category; none for a session message.
    pub category: Option<TemplateCategory>,
    /// Not sent after this instant.
    pub deadline: Instant,
}

/// A job that is due, with all that sending it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueJob {
    /// The message.
    pub message_id: MessageId,
    /// The customer.
    pub contact_id: ContactId,
    /// What it contains.
    pub kind: MessageKind,
    /// Its words.
    pub body: String,
    /// What is to be sent, as JSON.
    pub payload: String,
    /// The template's category; none for a session message.
    pub category: Option<TemplateCategory>,
    /// Calls made so far.
    pub attempt_count: i64,
    /// Not sent after this instant.
    pub deadline: Instant,
    /// End of the customer service window.
    pub window_closes_at: Option<Instant>,
    /// What the contact has agreed to.
    pub contact_status: ContactStatus,
    /// Where to: the number, as WhatsApp writes it if that is known.
    pub mobile_number: Option<MobileNumber>,
    /// Where to, without a number: the BSUID.
    pub user_id: Option<String>,
}

impl Tx<'_> {
    /// Queues a message for sending, at once.
    pub async fn enqueue_send(&mut self, organisation: OrganisationId, job: &NewSendJob) -> Result<()> {
        self.push(
            "insert into send_jobs (organisation_id, message_id, api_account_id, contact_id, priority, category, state, attempt_count,
                                    run_at, deadline)
             values ($1, $2, $3, $4, $5, $6, 'ready', 0, $7, $8)",
            params![
                organisation,
                job.message_id,
                job.api_account_id,
                job.contact_id,
                job.priority,
                job.category.map_or("", TemplateCategory::as_str),
                self.now(),
                job.deadline
            ],
        )
        .await
    }

    /// The accounts that have something to send now, or whose holder left something in the air.
    pub async fn accounts_with_jobs(&mut self) -> Result<Vec<(OrganisationId, ApiAccountId)>> {
        self.all(
            "select a.organisation_id, a.id from api_accounts a
             where exists (select 1 from send_jobs j
                           where j.organisation_id = a.organisation_id and j.api_account_id = a.id and j.priority < 2 and j.run_at <= $1)
                or (select h.run_at from send_jobs h
                    where h.organisation_id = a.organisation_id and h.api_account_id = a.id and h.priority = 2
                    order by h.message_id limit 1) <= $1",
            params![self.now()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await
    }

    /// What an account may send now: the oldest unfinished message of each contact, replies first.
    pub async fn due_jobs(&mut self, organisation: OrganisationId, account: ApiAccountId, most: i64) -> Result<Vec<DueJob>> {
        self.all(
            "select j.message_id, j.contact_id, m.kind, m.body, m.payload, j.category, j.attempt_count, j.deadline, v.window_closes_at,
                    c.status, coalesce('+' || c.wa_id, c.mobile_number), c.user_id
             from send_jobs j
             join messages m on m.organisation_id = j.organisation_id and m.id = j.message_id
             join contacts c on c.organisation_id = j.organisation_id and c.id = j.contact_id
             join conversations v on v.organisation_id = m.organisation_id and v.id = m.conversation_id
             where j.organisation_id = $1 and j.api_account_id = $2 and j.priority < 2 and j.state = 'ready' and j.run_at <= $3
               and not exists (select 1 from send_jobs e
                               where e.organisation_id = j.organisation_id and e.contact_id = j.contact_id and e.message_id < j.message_id)
             order by j.priority, j.message_id limit $4",
            params![organisation, account, self.now(), most],
            read_due_job,
        )
        .await
    }

    /// Commits that a call is about to be made for a job; false when the job is no longer ready.
    pub async fn start_attempt(
        &mut self,
        organisation: OrganisationId,
        message: MessageId,
        attempt: AttemptId,
        lane_token: i64,
    ) -> Result<bool> {
        let started = self
            .execute(
                "update send_jobs set state = 'in_flight', attempt_id = $3, attempt_count = attempt_count + 1, waiting_because = null
                 where organisation_id = $1 and message_id = $2 and state = 'ready'",
                params![organisation, message, attempt],
            )
            .await?;
        if started == 0 {
            return Ok(false);
        }
        self.push(
            "insert into attempts (organisation_id, id, message_id, lane_token, state, started_at) values ($1, $2, $3, $4, 'in_flight', $5)",
            params![organisation, attempt, message, lane_token, self.now()],
        )
        .await?;
        Ok(true)
    }
}

fn read_due_job(row: &Row<'_>) -> Result<DueJob> {
    let category: String = row.get(5)?;
    Ok(DueJob {
        message_id: row.get(0)?,
        contact_id: row.get(1)?,
        kind: row.get(2)?,
        body: row.get(3)?,
        payload: row.get(4)?,
        category: category.parse().ok(),
        attempt_count: row.get(6)?,
        deadline: row.get(7)?,
        window_closes_at: row.get(8)?,
        contact_status: row.get(9)?,
        mobile_number: row.get(10)?,
        user_id: row.get(11)?,
    })
}
