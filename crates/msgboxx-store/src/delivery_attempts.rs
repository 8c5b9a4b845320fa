//! What was tried and what came of it: deliveries with their attempts, for people to read.

use crate::deliveries::DueDelivery;
use crate::error::Result;
use crate::pages::{PageRequest, Records};
use crate::row::Row;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::webhook::DeliveryState;
use msgboxx_model::{DeliveryId, EventId, EventKind, Instant, OrganisationId, WebhookId};
use std::collections::HashMap;
use uuid::Uuid;

/// What an attempt came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptOutcome {
    /// The HTTP status, if there was an answer.
    pub status: Option<i64>,
    /// Why there was none; empty if there was one.
    pub failure: String,
    /// How long the receiver took, in milliseconds.
    pub latency_ms: i64,
    /// The beginning of its answer.
    pub answer: String,
}

/// One call of a receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Counted from 1 over the whole life of the delivery.
    pub number: i64,
    /// When it began.
    pub at: Instant,
    /// Nothing while it is under way, and if a crash cut it off.
    pub outcome: Option<AttemptOutcome>,
}

/// One event, or a test, to one webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its identifier.
    pub id: DeliveryId,
    /// What receivers know it by over all attempts and replays.
    pub event_id: EventId,
    /// What was added; nothing for a test, and when the event is forgotten.
    pub kind: Option<EventKind>,
    /// The thing that was added.
    pub entity_id: Option<Uuid>,
    /// Whether it is a sample.
    pub is_test: bool,
    /// How far it is.
    pub state: DeliveryState,
    /// When it was planned.
    pub created_at: Instant,
    /// When it is tried again, at the latest; of no meaning unless it is pending.
    pub run_at: Instant,
    /// Newest first.
    pub attempts: Vec<Attempt>,
}

impl Tx<'_> {
    /// Writes that the next attempt begins; nothing if the delivery is finished or gone.
    pub(crate) async fn push_attempt(&mut self, delivery: &DueDelivery) -> Result<()> {
        self.push(
            "insert into delivery_attempts (organisation_id, delivery_id, number, at)
             select organisation_id, id, attempt_count, cast($3 as bigint) from webhook_deliveries
             where organisation_id = $1 and id = $2 and state = 'pending' on conflict do nothing",
            params![delivery.organisation_id, delivery.id, self.now()],
        )
        .await
    }

    /// Writes what the attempt came to that began after the delivery was read.
    pub async fn finish_attempt(&mut self, delivery: &DueDelivery, outcome: &AttemptOutcome) -> Result<()> {
        self.push(
            "update delivery_attempts set status = $4, failure = $5, latency_ms = $6, answer = $7
             where organisation_id = $1 and delivery_id = $2 and number = $3",
            params![
                delivery.organisation_id,
                delivery.id,
                delivery.next_number(),
                outcome.status,
                &outcome.failure,
                outcome.latency_ms,
                &outcome.answer
            ],
        )
        .await
    }

    /// A page of a webhook's deliveries with all their attempts, newest first.
    pub async fn deliveries(&mut self, organisation: OrganisationId, webhook: WebhookId, page: PageRequest) -> Result<Records<Delivery>> {
        let counted = self
            .optional(
                "select count(*) from webhook_deliveries
                 where organisation_id = $1 and webhook_id = $2 and created_at >= $3 and created_at < $4",
                params![organisation, webhook, page.begin(), page.end()],
                |row| row.get(0),
            )
            .await?;
        let mut items = self
            .all(
                "select d.id, d.event_id, e.name, e.entity_id, d.is_test, d.state, d.created_at, d.run_at
                 from webhook_deliveries d left join events e on e.organisation_id = d.organisation_id and e.id = d.event_id
                 where d.organisation_id = $1 and d.webhook_id = $2 and d.created_at >= $3 and d.created_at < $4
                 order by d.created_at desc, d.id desc limit $5 offset $6",
                params![organisation, webhook, page.begin(), page.end(), page.size, page.offset()],
                read_delivery,
            )
            .await?;
        let mut attempts = self.attempts(organisation, webhook, page).await?;
        for delivery in &mut items {
            delivery.attempts = attempts.remove(&delivery.id).unwrap_or_default();
        }
        Ok(Records { items, record_count: counted.unwrap_or_default() })
    }

    async fn attempts(
        &mut self,
        organisation: OrganisationId,
        webhook: WebhookId,
        page: PageRequest,
    ) -> Result<HashMap<DeliveryId, Vec<Attempt>>> {
        let all = self
            .all(
                "select a.delivery_id, a.number, a.at, a.status, a.failure, a.latency_ms, a.answer from delivery_attempts a
                 where a.organisation_id = $1 and a.delivery_id in (
                     select d.id from webhook_deliveries d
                     where d.organisation_id = $1 and d.webhook_id = $2 and d.created_at >= $3 and d.created_at < $4
                     order by d.created_at desc, d.id desc limit $5 offset $6)
                 order by a.delivery_id, a.number desc",
                params![organisation, webhook, page.begin(), page.end(), page.size, page.offset()],
                |row| Ok((row.get(0)?, read_attempt(row)?)),
            )
            .await?;
        let mut by_delivery: HashMap<DeliveryId, Vec<Attempt>> = HashMap::new();
        for (delivery, attempt) in all {
            by_delivery.entry(delivery).or_default().push(attempt);
        }
        Ok(by_delivery)
    }
}

fn read_delivery(row: &Row<'_>) -> Result<Delivery> {
    Ok(Delivery {
        id: row.get(0)?,
        event_id: row.get(1)?,
        kind: row.get(2)?,
        entity_id: row.get(3)?,
        is_test: row.get(4)?,
        state: row.get(5)?,
        created_at: row.get(6)?,
        run_at: row.get(7)?,
        attempts: Vec::new(),
    })
}

fn read_attempt(row: &Row<'_>) -> Result<Attempt> {
    let outcome = match row.get::<Option<i64>>(5)? {
        None => None,
        Some(latency_ms) => Some(AttemptOutcome {
            status: row.get(3)?,
            failure: row.get::<Option<String>>(4)?.unwrap_or_default(),
            latency_ms,
            answer: row.get::<Option<String>>(6)?.unwrap_or_default(),
        }),
    };
    Ok(Attempt { number: row.get(1)?, at: row.get(2)?, outcome })
}
