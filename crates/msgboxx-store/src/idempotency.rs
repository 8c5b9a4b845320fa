//! Answers kept under an `Idempotency-Key`, in the transaction that they are the answer of.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{Instant, OrganisationId, UserId};

/// Where a key counts: the same key of another user or at another door is another key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Who called.
    pub user: UserId,
    /// Method and path, such as `POST /message`.
    pub door: String,
    /// As the caller wrote it.
    pub key: String,
    /// Hash of the request's body.
    pub body_hash: Vec<u8>,
}

/// The first answer to a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// Hash of the body that it answered.
    pub body_hash: Vec<u8>,
    /// The HTTP status.
    pub status: i64,
    /// The body of the answer.
    pub response: String,
}

impl Tx<'_> {
    /// The first answer to a key, if it was used before.
    pub async fn kept_answer(&mut self, key: &IdempotencyKey) -> Result<Option<KeptAnswer>> {
        self.optional(
            "select body_hash, status, response from idempotency_keys
             where organisation_id = $1 and user_id = $2 and door = $3 and key = $4",
            params![key.organisation, key.user, &key.door, &key.key],
            |row| Ok(KeptAnswer { body_hash: row.get(0)?, status: row.get(1)?, response: row.get(2)? }),
        )
        .await
    }

    /// Claims a key before the work is done, so that a concurrent repeat waits for this unit; false when it is used already.
    pub async fn claim_key(&mut self, key: &IdempotencyKey) -> Result<bool> {
        let claimed = self
            .execute(
                "insert into idempotency_keys (organisation_id, user_id, door, key, body_hash, status, response, created_at)
                 values ($1, $2, $3, $4, $5, 0, '', $6) on conflict do nothing",
                params![key.organisation, key.user, &key.door, &key.key, &key.body_hash, self.now()],
            )
            .await?;
        Ok(claimed == 1)
    }

    /// Keeps the answer of a claimed key.
    pub async fn keep_answer(&mut self, key: &IdempotencyKey, status: i64, response: &str) -> Result<()> {
        self.push(
            "update idempotency_keys set status = $5, response = $6
             where organisation_id = $1 and user_id = $2 and door = $3 and key = $4",
            params![key.organisation, key.user, &key.door, &key.key, status, response],
        )
        .await
    }

    /// Forgets keys from before an instant.
    pub async fn forget_idempotency_keys(&mut self, before: Instant) -> Result<()> {
        self.push("delete from idempotency_keys where created_at < $1", params![before]).await
    }
}
