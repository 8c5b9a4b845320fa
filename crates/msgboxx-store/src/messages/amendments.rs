//! What people change or delete of their messages, kept whether the message is here already or comes later.

use crate::dialect::locking;
use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, Failure, Instant, MessageId, OrganisationId};

/// A change of a message, or its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// WhatsApp's id of the message.
    pub wamid: String,
    /// Whether the message was deleted; what it says now otherwise.
    pub is_end: bool,
    /// When it was made, by WhatsApp's clock.
    pub at: Instant,
    /// WhatsApp's id of the amendment itself.
    pub amendment_wamid: String,
    /// What a person reads from now on.
    pub body: String,
    /// The amendment as WhatsApp sent it.
    pub payload: String,
}

impl Tx<'_> {
    /// Keeps an amendment; false when a weightier one is known, or this one.
    pub async fn keep_amendment(&mut self, organisation: OrganisationId, api_account: ApiAccountId, amendment: &Amendment) -> Result<bool> {
        let kept = self
            .execute(
                "insert into message_amendments (organisation_id, api_account_id, wamid, is_end, at, amendment_wamid, body, payload)
                 values ($1, $2, $3, $4, $5, $6, $7, $8)
                 on conflict (organisation_id, api_account_id, wamid) do update
                     set is_end = excluded.is_end, at = excluded.at, amendment_wamid = excluded.amendment_wamid, body = excluded.body,
                         payload = excluded.payload
                     where (excluded.is_end, excluded.at, excluded.amendment_wamid)
                           > (message_amendments.is_end, message_amendments.at, message_amendments.amendment_wamid)",
                params![
                    organisation,
                    api_account,
                    &amendment.wamid,
                    amendment.is_end,
                    amendment.at,
                    &amendment.amendment_wamid,
                    &amendment.body,
                    &amendment.payload
                ],
            )
            .await?;
        Ok(kept == 1)
    }

    /// The amendment that decides about a message, if there is one.
    pub async fn amendment_of(
        &mut self,
        organisation: OrganisationId,
        api_account: ApiAccountId,
        wamid: &str,
    ) -> Result<Option<Amendment>> {
        self.optional(
            locking!(
                "select wamid, is_end, at, amendment_wamid, body, payload from message_amendments
                 where organisation_id = $1 and api_account_id = $2 and wamid = $3"
            ),
            params![organisation, api_account, wamid],
            |row| {
                Ok(Amendment {
                    wamid: row.get(0)?,
                    is_end: row.get(1)?,
                    at: row.get(2)?,
                    amendment_wamid: row.get(3)?,
                    body: row.get(4)?,
                    payload: row.get(5)?,
                })
            },
        )
        .await
    }

    /// Writes an amendment into its message. A change keeps the message as it first came in its payload; an end takes the words
    /// out of it too.
    pub async fn amend_message(&mut self, organisation: OrganisationId, message: MessageId, amendment: &Amendment) -> Result<()> {
        self.push(
            "update messages set body = $3, payload = case when $4 then $5 else payload end where organisation_id = $1 and id = $2",
            params![organisation, message, &amendment.body, amendment.is_end, &amendment.payload],
        )
        .await
    }

    /// Ends the file of a message: it is neither fetched nor handed out any more.
    pub async fn withdraw_media(&mut self, organisation: OrganisationId, message: MessageId, why: &Failure) -> Result<()> {
        self.push(
            "update media set state = 'failed', failure_code = $3, failure_detail = $4 where organisation_id = $1 and message_id = $2",
            params![organisation, message, &why.code, &why.detail],
        )
        .await
    }
}
