//! Deliveries: one event to one webhook, until it is taken or given up.
//!
//! What an attempt came to is written only if no replay began the delivery anew in the meantime.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{DeliveryId, EventId, EventKind, Instant, OrganisationId, UserId, WebhookId};
use uuid::Uuid;

/// A delivery that is due, with all that making it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDelivery {
    /// The tenant.
    pub organisation_id: OrganisationId,
    /// Its identifier.
    pub id: DeliveryId,
    /// The subscription.
    pub webhook_id: WebhookId,
    /// Whoever made the subscription: decides what may be delivered.
    pub created_by: Option<UserId>,
    /// What was added; of a test what the subscription wants.
    pub kind: EventKind,
    /// The same over all attempts.
    pub event_id: EventId,
    /// What was added; nothing for a test.
    pub entity_id: Option<Uuid>,
    /// Where to.
    pub target_url: String,
    /// The signing secret, sealed.
    pub secret_sealed: Vec<u8>,
    /// The secret before it, sealed, while it signs as well.
    pub previous_secret_sealed: Option<Vec<u8>>,
    /// Attempts made so far.
    pub attempt_count: i64,
    /// Those of them that were made before the last replay.
    pub attempts_before: i64,
}

impl DueDelivery {
    /// Whether it only shows that the receiver can be reached.
    pub fn is_test(&self) -> bool {
        self.entity_id.is_none()
    }

    /// The number of the next attempt over all replays, counted from 1.
    pub fn next_number(&self) -> i64 {
        self.attempt_count + 1
    }

    /// The number of the next attempt on the schedule of retries, counted from 1.
    pub fn next_on_schedule(&self) -> u32 {
        u32::try_from(self.next_number() - self.attempts_before).unwrap_or(u32::MAX)
    }
}

impl Tx<'_> {
    /// Makes a pending delivery of an event for each enabled webhook that wants it.
    pub async fn make_deliveries(&mut self, organisation: OrganisationId, kind: EventKind, event: EventId, at: Instant) -> Result<u64> {
        let webhooks: Vec<WebhookId> = self
            .all(
                "select id from webhooks where organisation_id = $1 and kind = $2 and is_enabled and created_at <= $3",
                params![organisation, kind.as_str(), at],
                |row| row.get(0),
            )
            .await?;
        let mut made = 0;
        for webhook in webhooks {
            made += self
                .execute(
                    "insert into webhook_deliveries (organisation_id, id, webhook_id, event_id, state, attempt_count, run_at, created_at)
                     values ($1, $2, $3, $4, 'pending', 0, $5, $5) on conflict do nothing",
                    params![organisation, self.new_id(), webhook, event, self.now()],
                )
                .await?;
        }
        Ok(made)
    }

    /// Makes a pending delivery of a sample to a webhook that exists.
    pub async fn make_test_delivery(&mut self, organisation: OrganisationId, webhook: WebhookId) -> Result<DeliveryId> {
        let id = DeliveryId(self.new_id());
        self.push(
            "insert into webhook_deliveries
                 (organisation_id, id, webhook_id, event_id, is_test, state, attempt_count, run_at, created_at)
             values ($1, $2, $3, $4, $5, 'pending', 0, $6, $6)",
            params![organisation, id, webhook, self.new_id(), true, self.now()],
        )
        .await?;
        Ok(id)
    }

    /// Deliveries that are due, oldest first.
    pub async fn due_deliveries(&mut self, most: i64) -> Result<Vec<DueDelivery>> {
        self.all(
            "select d.organisation_id, d.id, d.webhook_id, w.created_by, coalesce(e.name, w.kind), d.event_id, e.entity_id, w.target_url,
                    w.secret_sealed, case when w.previous_secret_until > $1 then w.previous_secret_sealed end,
                    d.attempt_count, d.attempts_before
             from webhook_deliveries d
             join webhooks w on w.organisation_id = d.organisation_id and w.id = d.webhook_id
             left join events e on e.organisation_id = d.organisation_id and e.id = d.event_id
             where d.state = 'pending' and d.run_at <= $1 and (d.is_test or e.id is not null)
             order by d.run_at, d.id limit $2",
            params![self.now(), most],
            |row| {
                Ok(DueDelivery {
                    organisation_id: row.get(0)?,
                    id: row.get(1)?,
                    webhook_id: row.get(2)?,
                    created_by: row.get(3)?,
                    kind: row.get(4)?,
                    event_id: row.get(5)?,
                    entity_id: row.get(6)?,
                    target_url: row.get(7)?,
                    secret_sealed: row.get(8)?,
                    previous_secret_sealed: row.get(9)?,
                    attempt_count: row.get(10)?,
                    attempts_before: row.get(11)?,
                })
            },
        )
        .await
    }

    /// Records that an attempt starts, with the next one already set: a crash in between repeats, never loses.
    pub async fn start_delivery(&mut self, delivery: &DueDelivery, next_at: Instant) -> Result<()> {
        self.push(
            "update webhook_deliveries set attempt_count = attempt_count + 1, run_at = $3
             where organisation_id = $1 and id = $2 and state = 'pending'",
            params![delivery.organisation_id, delivery.id, next_at],
        )
        .await?;
        self.push_attempt(delivery).await
    }

    /// The receiver took it.
    pub async fn delivery_taken(&mut self, delivery: &DueDelivery) -> Result<()> {
        self.push(
            "update webhook_deliveries set state = 'delivered' where organisation_id = $1 and id = $2 and attempts_before = $3",
            params![delivery.organisation_id, delivery.id, delivery.attempts_before],
        )
        .await
    }

    /// Puts it off to an instant.
    pub async fn delivery_again(&mut self, delivery: &DueDelivery, at: Instant) -> Result<()> {
        self.push(
            "update webhook_deliveries set run_at = $3
             where organisation_id = $1 and id = $2 and state = 'pending' and attempts_before = $4",
            params![delivery.organisation_id, delivery.id, at, delivery.attempts_before],
        )
        .await
    }

    /// It is given up; false when a replay began it anew or it was finished already.
    pub async fn delivery_failed(&mut self, delivery: &DueDelivery) -> Result<bool> {
        let failed = self
            .execute(
                "update webhook_deliveries set state = 'failed'
                 where organisation_id = $1 and id = $2 and state = 'pending' and attempts_before = $3",
                params![delivery.organisation_id, delivery.id, delivery.attempts_before],
            )
            .await?;
        Ok(failed == 1)
    }

    /// Nobody may see it any more, so it is not sent.
    pub async fn drop_delivery(&mut self, delivery: &DueDelivery) -> Result<()> {
        self.push("delete from webhook_deliveries where organisation_id = $1 and id = $2", params![delivery.organisation_id, delivery.id])
            .await
    }

    /// Forgets, with their attempts, some deliveries that were finished before an instant; answers how many.
    pub async fn forget_deliveries(&mut self, before: Instant, most: i64) -> Result<u64> {
        self.execute(
            "delete from webhook_deliveries where (organisation_id, id) in (
                 select organisation_id, id from webhook_deliveries where state <> 'pending' and run_at < $1 order by run_at, id limit $2)",
            params![before, most],
        )
        .await
    }
}
