//! What happened to one message, from the moment it was accepted: for people who ask where it is.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{AttemptId, ConversationId, Failure, Instant, MessageId, OrganisationId};

/// Everything that is known of a message's way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageLife {
    /// When it was accepted, or received.
    pub accepted_at: Instant,
    /// WhatsApp's id of it.
    pub wamid: Option<String>,
    /// Its place in the queue; none once it is finished.
    pub job: Option<JobLife>,
    /// Every call of WhatsApp, oldest first.
    pub attempts: Vec<AttemptLife>,
    /// Every report of WhatsApp, in WhatsApp's order of time.
    pub statuses: Vec<StatusLife>,
}

/// An unfinished message in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobLife {
    /// `ready`, `in_flight` or `unknown`.
    pub state: String,
    /// When it is looked at next.
    pub run_at: Instant,
    /// Not sent after this instant.
    pub deadline: Instant,
    /// Why it waits, in a sentence: the message's own reason, else its account's.
    pub waiting_because: Option<String>,
}

/// One call of WhatsApp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptLife {
    /// Its id, which WhatsApp echoes.
    pub id: AttemptId,
    /// When it was committed; the first byte went out after that.
    pub started_at: Instant,
    /// When its end was committed.
    pub finished_at: Option<Instant>,
    /// `in_flight`, `accepted`, `refused` or `unknown`.
    pub outcome: String,
    /// What WhatsApp or the network said; with `accepted`, why WhatsApp holds it back.
    pub answer: Option<Failure>,
}

/// One report of WhatsApp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusLife {
    /// WhatsApp's word.
    pub status: String,
    /// WhatsApp's time.
    pub at: Instant,
    /// When we took it in.
    pub received_at: Instant,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
}

impl Tx<'_> {
    /// What happened to a message, if this organisation has one with that id.
    pub async fn message_life(&mut self, organisation: OrganisationId, message: MessageId) -> Result<Option<MessageLife>> {
        let found = self
            .optional(
                "select created_at, wamid from messages where organisation_id = $1 and id = $2",
                params![organisation, message],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .await?;
        let Some((accepted_at, wamid)) = found else { return Ok(None) };
        Ok(Some(MessageLife {
            accepted_at,
            wamid,
            job: self.job_life(organisation, message).await?,
            attempts: self.attempts_of(organisation, message).await?,
            statuses: self.statuses_of(organisation, message).await?,
        }))
    }

    /// WhatsApp's id of a message of this conversation, once WhatsApp has named it.
    pub async fn wamid_in(
        &mut self,
        organisation: OrganisationId,
        conversation: ConversationId,
        message: MessageId,
    ) -> Result<Option<String>> {
        let known = self
            .optional(
                "select wamid from messages where organisation_id = $1 and id = $3 and conversation_id = $2",
                params![organisation, conversation, message],
                |row| row.get::<Option<String>>(0),
            )
            .await?;
        Ok(known.flatten())
    }

    async fn job_life(&mut self, organisation: OrganisationId, message: MessageId) -> Result<Option<JobLife>> {
        self.optional(
            "select j.state, j.run_at, j.deadline, j.waiting_because,
                    case when a.paused_at is not null then a.paused_reason when a.rests_until > $3 then a.rests_because end
             from send_jobs j join api_accounts a on a.organisation_id = j.organisation_id and a.id = j.api_account_id
             where j.organisation_id = $1 and j.message_id = $2",
            params![organisation, message, self.now()],
            |row| {
                let (own, accounts): (Option<String>, Option<String>) = (row.get(3)?, row.get(4)?);
                Ok(JobLife { state: row.get(0)?, run_at: row.get(1)?, deadline: row.get(2)?, waiting_because: own.or(accounts) })
            },
        )
        .await
    }

    async fn attempts_of(&mut self, organisation: OrganisationId, message: MessageId) -> Result<Vec<AttemptLife>> {
        self.all(
            "select id, started_at, finished_at, state, error_code, error_detail from attempts
             where organisation_id = $1 and message_id = $2 order by started_at, id",
            params![organisation, message],
            |row| {
                Ok(AttemptLife {
                    id: row.get(0)?,
                    started_at: row.get(1)?,
                    finished_at: row.get(2)?,
                    outcome: row.get(3)?,
                    answer: failure(row.get(4)?, row.get(5)?),
                })
            },
        )
        .await
    }

    async fn statuses_of(&mut self, organisation: OrganisationId, message: MessageId) -> Result<Vec<StatusLife>> {
        self.all(
            "select status, at, received_at, failure_code, failure_detail from message_statuses
             where organisation_id = $1 and message_id = $2 order by at, received_at, status",
            params![organisation, message],
            |row| {
                Ok(StatusLife {
                    status: row.get(0)?,
                    at: row.get(1)?,
                    received_at: row.get(2)?,
                    failure: failure(row.get(3)?, row.get(4)?),
                })
            },
        )
        .await
    }

    /// Keeps a report of WhatsApp; one that was kept already changes nothing.
    pub async fn keep_status(
        &mut self,
        organisation: OrganisationId,
        message: MessageId,
        status: &str,
        at: Instant,
        why: Option<&Failure>,
    ) -> Result<()> {
        self.push(
            "insert into message_statuses (organisation_id, message_id, status, at, received_at, failure_code, failure_detail)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
            params![organisation, message, status, at, self.now(), why.map(|w| w.code.as_str()), why.map(|w| w.detail.as_str())],
        )
        .await
    }
}

fn failure(code: Option<String>, detail: Option<String>) -> Option<Failure> {
    code.map(|code| Failure { code, detail: detail.unwrap_or_default() })
}
