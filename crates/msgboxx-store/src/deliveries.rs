//! Deliveries: one event to one webhook, until it is taken or given up.

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
    /// Which events the subscription wants.
    pub kind: EventKind,
    /// The same over all attempts.
    pub event_id: EventId,
    /// What was added.
    pub entity_id: Uuid,
    /// Where to.
    pub target_url: String,
    /// The signing secret, sealed.
    pub secret_sealed: Vec<u8>,
    /// Attempts made so far.
    pub attempt_count: i64,
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

    /// Deliveries that are due, oldest first.
    pub async fn due_deliveries(&mut self, most: i64) -> Result<Vec<DueDelivery>> {
        self.all(
            "select d.organisation_id, d.id, d.webhook_id, w.created_by, w.kind, d.event_id, e.entity_id, w.target_url, w.secret_sealed,
                    d.attempt_count
             from webhook_deliveries d
             join webhooks w on w.organisation_id = d.organisation_id and w.id = d.webhook_id
             join events e on e.organisation_id = d.organisation_id and e.id = d.event_id
             where d.state = 'pending' and d.run_at <= $1 order by d.run_at, d.id limit $2",
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
                    attempt_count: row.get(9)?,
                })
            },
        )
        .await
    }

    /// Records that an attempt starts, with the next one already set: a crash in between repeats, never loses.
    pub async fn start_delivery(&mut self, delivery: &DueDelivery, next_at: Instant) -> Result<()> {
        self.push(
            "update webhook_deliveries set attempt_count = attempt_count + 1, run_at = $3 where organisation_id = $1 and id = $2",
            params![delivery.organisation_id, delivery.id, next_at],
        )
        .await
    }

    /// The receiver took it.
    pub async fn delivery_taken(&mut self, delivery: &DueDelivery, answer: &str) -> Result<()> {
        self.push(
            "update webhook_deliveries set state = 'delivered', last_answer = $3 where organisation_id = $1 and id = $2",
            params![delivery.organisation_id, delivery.id, answer],
        )
        .await?;
        self.push(
            "update webhooks set failure_count = 0 where organisation_id = $1 and id = $2 and failure_count > 0",
            params![delivery.organisation_id, delivery.webhook_id],
        )
        .await
    }

    /// The receiver did not take it: again at an instant.
    pub async fn delivery_again(&mut self, delivery: &DueDelivery, at: Instant, answer: &str) -> Result<()> {
        self.push(
            "update webhook_deliveries set run_at = $3, last_answer = $4 where organisation_id = $1 and id = $2 and state = 'pending'",
            params![delivery.organisation_id, delivery.id, at, answer],
        )
        .await
    }

    /// Every attempt is used up: one more failure in a row for the webhook.
    pub async fn delivery_failed(&mut self, delivery: &DueDelivery, answer: &str) -> Result<()> {
        self.push(
            "update webhook_deliveries set state = 'failed', last_answer = $3 where organisation_id = $1 and id = $2",
            params![delivery.organisation_id, delivery.id, answer],
        )
        .await?;
        self.push(
            "update webhooks set failure_count = failure_count + 1 where organisation_id = $1 and id = $2",
            params![delivery.organisation_id, delivery.webhook_id],
        )
        .await
    }

    /// Nobody may see it any more, so it is not sent.
    pub async fn drop_delivery(&mut self, delivery: &DueDelivery) -> Result<()> {
        self.push("delete from webhook_deliveries where organisation_id = $1 and id = $2", params![delivery.organisation_id, delivery.id])
            .await
    }
}
