//! How far messages have come: evidence is merged, never replaced.

use super::read_progress;
use crate::dialect::{LOCK_WAMID, locking};
use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use aws_lc_rs::digest;
use msgboxx_model::{ApiAccountId, AttemptId, Failure, Instant, MessageId, OrganisationId, Progress};

/// What a status report says about a message that is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedStatus {
    /// WhatsApp's word.
    pub status: String,
    /// WhatsApp's timestamp.
    pub at: Instant,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
}

impl Tx<'_> {
    /// Adds evidence to a message and answers whether that changed anything.
    pub async fn add_evidence(&mut self, organisation: OrganisationId, message: MessageId, evidence: Progress) -> Result<bool> {
        let known = self
            .optional(
                locking!(
                    "select sent_at, delivered_at, read_at, failed_at, failure_code, failure_detail from messages
                     where organisation_id = $1 and id = $2"
                ),
                params![organisation, message],
                |row| read_progress(row, 0),
            )
            .await?;
        let Some(known) = known else { return Ok(false) };
        let merged = known.clone().merge(evidence);
        if merged == known {
            return Ok(false);
        }
        self.write_progress(organisation, message, &merged).await?;
        Ok(true)
    }

    /// Takes back a failure that turned out not to be one: the message is on its way after all.
    pub async fn withdraw_failure(&mut self, organisation: OrganisationId, message: MessageId, code: &str) -> Result<()> {
        self.push(
            "update messages set failed_at = null, failure_code = null, failure_detail = null
             where organisation_id = $1 and id = $2 and failure_code = $3",
            params![organisation, message, code],
        )
        .await
    }

    async fn write_progress(&mut self, organisation: OrganisationId, message: MessageId, progress: &Progress) -> Result<()> {
        let failed = progress.failed.as_ref();
        self.push(
            "update messages set sent_at = $3, delivered_at = $4, read_at = $5, failed_at = $6, failure_code = $7, failure_detail = $8
             where organisation_id = $1 and id = $2",
            params![
                organisation,
                message,
                progress.sent_at,
                progress.delivered_at,
                progress.read_at,
                failed.map(|(at, _)| *at),
                failed.map(|(_, failure)| failure.code.as_str()),
                failed.map(|(_, failure)| failure.detail.as_str())
            ],
        )
        .await
    }

    /// The message that WhatsApp knows by this id.
    pub async fn message_with_wamid(
        &mut self,
        organisation: OrganisationId,
        account: ApiAccountId,
        wamid: &str,
    ) -> Result<Option<MessageId>> {
        self.optional(
            "select id from messages where organisation_id = $1 and api_account_id = $2 and wamid = $3",
            params![organisation, account, wamid],
            |row| row.get(0),
        )
        .await
    }

    /// The message that an attempt carried, with the account it belongs to.
    pub async fn message_of_attempt(
        &mut self,
        organisation: OrganisationId,
        attempt: AttemptId,
    ) -> Result<Option<(MessageId, ApiAccountId)>> {
        self.optional(
            "select m.id, m.api_account_id from attempts a
             join messages m on m.organisation_id = a.organisation_id and m.id = a.message_id
             where a.organisation_id = $1 and a.id = $2",
            params![organisation, attempt],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await
    }

    /// Notes WhatsApp's id of a message, unless it has one: the first that WhatsApp named stays.
    pub async fn set_wamid(&mut self, organisation: OrganisationId, message: MessageId, wamid: &str) -> Result<bool> {
        let changed = self
            .execute(
                "update messages set wamid = $3 where organisation_id = $1 and id = $2 and wamid is null",
                params![organisation, message, wamid],
            )
            .await?;
        Ok(changed == 1)
    }

    /// Waits until no other unit decides whether a wamid is known: who parks a status and who names the message would else miss
    /// each other, if both commit at once.
    pub async fn lock_wamid(&mut self, account: ApiAccountId, wamid: &str) -> Result<()> {
        if self.is_sqlite() {
            return Ok(());
        }
        let name = digest::digest(&digest::SHA256, format!("{account} {wamid}").as_bytes());
        let key = name.as_ref().first_chunk().map_or(0, |first| i64::from_be_bytes(*first));
        self.push(LOCK_WAMID, params![key]).await
    }

    /// Keeps a status of a message that is not known yet; the earliest report of each kind stays.
    pub async fn park_status(
        &mut self,
        organisation: OrganisationId,
        account: ApiAccountId,
        wamid: &str,
        status: &ParkedStatus,
    ) -> Result<()> {
        let failure = status.failure.as_ref();
        self.push(
            "insert into parked_statuses (organisation_id, api_account_id, wamid, status, at, failure_code, failure_detail, parked_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (organisation_id, api_account_id, wamid, status) do update
                 set at = excluded.at, failure_code = excluded.failure_code, failure_detail = excluded.failure_detail
                 where excluded.at < parked_statuses.at",
            params![
                organisation,
                account,
                wamid,
                &status.status,
                status.at,
                failure.map(|f| f.code.as_str()),
                failure.map(|f| f.detail.as_str()),
                self.now()
            ],
        )
        .await
    }

    /// Takes the statuses that were waiting for this wamid. The message is to have its wamid already, in this unit or before.
    pub async fn take_parked_statuses(
        &mut self,
        organisation: OrganisationId,
        account: ApiAccountId,
        wamid: &str,
    ) -> Result<Vec<ParkedStatus>> {
        self.lock_wamid(account, wamid).await?;
        self.all(
            "delete from parked_statuses where organisation_id = $1 and api_account_id = $2 and wamid = $3
             returning status, at, failure_code, failure_detail",
            params![organisation, account, wamid],
            |row| {
                let code: Option<String> = row.get(2)?;
                let detail: Option<String> = row.get(3)?;
                let failure = code.map(|code| Failure { code, detail: detail.unwrap_or_default() });
                Ok(ParkedStatus { status: row.get(0)?, at: row.get(1)?, failure })
            },
        )
        .await
    }

    /// Forgets statuses that were parked before this instant: of messages that were not sent from here.
    pub async fn forget_parked_statuses(&mut self, before: Instant) -> Result<()> {
        self.push("delete from parked_statuses where parked_at < $1", params![before]).await
    }
}
