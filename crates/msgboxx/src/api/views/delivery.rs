//! Deliveries of webhooks, with every attempt.

use super::samples;
use super::time::Millis;
use msgboxx_model::EventKind;
use msgboxx_model::webhook::DeliveryState;
use msgboxx_store::{Attempt, AttemptOutcome, Delivery};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// One event, or a sample, to one webhook.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Delivery, examples(samples::delivery))]
pub struct DeliveryView<'a> {
    delivery_id: Uuid,
    /// What the receiver sees as `webhook-id`, the same over all attempts and replays.
    event_id: Uuid,
    /// What was added, or `test`.
    #[schema(examples("message"))]
    r#type: &'static str,
    /// The id of what was added; left out for a test.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid, required = false)]
    entity: Option<Uuid>,
    #[schema(value_type = DeliveryStatusText)]
    status: &'static str,
    /// When it was planned.
    #[schema(value_type = String, format = DateTime)]
    at: Millis,
    /// When it is tried again; left out when it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime, required = false)]
    next_attempt_at: Option<Millis>,
    /// Newest first.
    attempts: Vec<AttemptView<'a>>,
}

/// One call of a receiver.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DeliveryAttempt)]
struct AttemptView<'a> {
    /// Counted from 1 over the whole life of the delivery.
    #[schema(minimum = 1)]
    number: i64,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    at: Millis,
    /// The HTTP status; left out when there was no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required = false, examples(200))]
    status: Option<i64>,
    /// How long the receiver took, in milliseconds; left out while the call is under way, and when a crash cut it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = i64, required = false, minimum = 0)]
    latency: Option<i64>,
    /// Why there was no answer.
    failure: &'a str,
    /// The first 1,024 bytes of the answer.
    answer: &'a str,
}

impl<'a> From<&'a Delivery> for DeliveryView<'a> {
    fn from(delivery: &'a Delivery) -> Self {
        let is_pending = delivery.state == DeliveryState::Pending;
        Self {
            delivery_id: delivery.id.0,
            event_id: delivery.event_id.0,
            r#type: if delivery.is_test { "test" } else { delivery.kind.map_or("", EventKind::as_str) },
            entity: delivery.entity_id,
            status: delivery.state.as_str(),
            at: Millis(delivery.created_at),
            next_attempt_at: is_pending.then_some(Millis(delivery.run_at)),
            attempts: delivery.attempts.iter().map(AttemptView::from).collect(),
        }
    }
}

impl<'a> From<&'a Attempt> for AttemptView<'a> {
    fn from(attempt: &'a Attempt) -> Self {
        let outcome = attempt.outcome.as_ref();
        let text = |of: fn(&AttemptOutcome) -> &String| outcome.map_or("", |outcome| of(outcome).as_str());
        Self {
            number: attempt.number,
            at: Millis(attempt.at),
            status: outcome.and_then(|outcome| outcome.status),
            latency: outcome.map(|outcome| outcome.latency_ms),
            failure: text(|outcome| &outcome.failure),
            answer: text(|outcome| &outcome.answer),
        }
    }
}

/// The id of a delivery that was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DeliveryReference)]
pub struct DeliveryReferenceView {
    /// Where it can be found in the list of deliveries.
    pub delivery_id: Uuid,
}

/// A new signing secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SigningSecret)]
pub struct SigningSecretView<'a> {
    /// The key of the signature `webhook-signature`. Shown once.
    #[schema(examples("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"))]
    pub signing_secret: &'a str,
}

text_schema! {
    /// How far a delivery is.
    DeliveryStatusText as "DeliveryStatus" = DeliveryState
}
