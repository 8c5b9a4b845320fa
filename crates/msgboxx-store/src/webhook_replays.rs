//! Replays: deliveries that are made once more, one at once or those of a stretch of time in batches.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{DeliveryId, Instant, OrganisationId, WebhookId};
use uuid::Uuid;

/// A replay of a stretch of time, as far as it is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueReplay {
    /// The tenant.
    pub organisation_id: OrganisationId,
    /// Its identifier.
    pub id: Uuid,
    /// The subscription.
    pub webhook_id: WebhookId,
    /// Deliveries after this one are still to be made anew.
    from: (Instant, Uuid),
    /// Only deliveries before this instant.
    to: Instant,
}

impl Tx<'_> {
    /// Makes a delivery anew: the same event with the whole schedule of retries before it; false if the webhook has none of that id.
    pub async fn replay_delivery(&mut self, organisation: OrganisationId, webhook: WebhookId, id: DeliveryId) -> Result<bool> {
        let replayed = self
            .execute(
                "update webhook_deliveries set state = 'pending', attempts_before = attempt_count, run_at = $4
                 where organisation_id = $1 and webhook_id = $2 and id = $3",
                params![organisation, webhook, id, self.now()],
            )
            .await?;
        Ok(replayed == 1)
    }

    /// Asks for a replay of the deliveries that were made from one instant on and before another, and before now.
    pub async fn insert_replay(&mut self, organisation: OrganisationId, webhook: WebhookId, from: Instant, to: Instant) -> Result<()> {
        self.push(
            "insert into webhook_replays (organisation_id, id, webhook_id, from_at, from_id, to_at, run_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            params![organisation, self.new_id(), webhook, from, Uuid::nil(), to.min(self.now()), self.now()],
        )
        .await
    }

    /// Replays whose next batch is due, the longest waiting first.
    pub async fn due_replays(&mut self, most: i64) -> Result<Vec<DueReplay>> {
        self.all(
            "select organisation_id, id, webhook_id, from_at, from_id, to_at from webhook_replays
             where run_at <= $1 order by run_at, id limit $2",
            params![self.now(), most],
            |row| {
                Ok(DueReplay {
                    organisation_id: row.get(0)?,
                    id: row.get(1)?,
                    webhook_id: row.get(2)?,
                    from: (row.get(3)?, row.get(4)?),
                    to: row.get(5)?,
                })
            },
        )
        .await
    }

    /// Makes a batch of a replay's deliveries anew and puts the next batch off, or ends the replay; answers how many were in it.
    pub async fn replay_batch(&mut self, replay: &DueReplay, most: i64, next_at: Instant) -> Result<usize> {
        let batch: Vec<(Instant, DeliveryId)> = self
            .all(
                "select created_at, id from webhook_deliveries
                 where organisation_id = $1 and webhook_id = $2 and (created_at, id) > ($3, $4) and created_at < $5 and not is_test
                 order by created_at, id limit $6",
                params![replay.organisation_id, replay.webhook_id, replay.from.0, replay.from.1, replay.to, most],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .await?;
        for (_, delivery) in &batch {
            self.push(
                "update webhook_deliveries set state = 'pending', attempts_before = attempt_count, run_at = $3
                 where organisation_id = $1 and id = $2",
                params![replay.organisation_id, *delivery, self.now()],
            )
            .await?;
        }
        match batch.last() {
            Some((at, id)) if i64::try_from(batch.len()) == Ok(most) => self.move_replay(replay, *at, *id, next_at).await?,
            _ => self.end_replay(replay).await?,
        }
        Ok(batch.len())
    }

    async fn move_replay(&mut self, replay: &DueReplay, at: Instant, id: DeliveryId, next_at: Instant) -> Result<()> {
        self.push(
            "update webhook_replays set from_at = $3, from_id = $4, run_at = $5 where organisation_id = $1 and id = $2",
            params![replay.organisation_id, replay.id, at, id, next_at],
        )
        .await
    }

    async fn end_replay(&mut self, replay: &DueReplay) -> Result<()> {
        self.push("delete from webhook_replays where organisation_id = $1 and id = $2", params![replay.organisation_id, replay.id]).await
    }
}
