//! What became of a webhook's deliveries, and what can be done about them: samples, replays, another secret.

use super::ApiResult;
use super::answer::{Answer, json, page};
use super::body::Body;
use super::fields::{Fields, FromFields, Noted, value};
use super::openapi::body_schema;
use super::paging::{Paging, envelope};
use super::path::PathId;
use super::problem::Code;
use super::query::{Nothing, Query};
use super::views::{DeliveryReferenceView, DeliveryView, Page, SigningSecretView, samples};
use super::webhook::{may_see, means};
use super::window::Window;
use crate::app::App;
use crate::auth::caller::{Administrator, Caller};
use crate::webhooks::replay::{self, Replay};
use crate::webhooks::sign::new_secret;
use crate::webhooks::subscribe;
use axum::extract::State;
use axum::response::IntoResponse;
use http::StatusCode;
use msgboxx_model::WebhookId;
use msgboxx_store::{Records, Tx};
use std::sync::Arc;

/// Which deliveries.
pub(super) struct DeliveryQuery {
    paging: Paging,
    window: Window,
}

impl FromFields for DeliveryQuery {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let paging = Paging::read(fields);
        let window = Window::read(fields);
        Ok(Self { paging: paging?, window: window? })
    }
}

/// List a webhook's deliveries.
///
/// Each with all its attempts, newest first; the finished ones are kept for 30 days. For administrators and whoever made the
/// webhook.
#[utoipa::path(get, path = "/webhook/{webhookId}/delivery", tag = "Webhook", operation_id = "listDeliveries",
    params(Query<DeliveryQuery>), responses((status = 200, description = "A page of deliveries", body = Page<DeliveryView<'static>>)))]
pub(super) async fn list_deliveries(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<WebhookId>,
    Query(query): Query<DeliveryQuery>,
) -> ApiResult {
    let organisation = caller.organisation();
    let request = query.paging.within(query.window.from, query.window.to);
    let read = async move |tx: &mut Tx<'_>| {
        let Some(webhook) = tx.webhook(organisation, id).await?.filter(|webhook| may_see(&caller, webhook)) else { return Ok(None) };
        tx.deliveries(organisation, webhook.id, request).await.map(Some)
    };
    let records: Records<_> = app.store.read(read).await?.ok_or(Code::NotFound)?;
    page(&envelope::<_, DeliveryView<'_>>(&records, query.paging))
}

/// Send a sample to a webhook.
///
/// One sample of what the webhook is told of is posted once, with `X-Msgboxx-Event: test`, also if the webhook is off.
/// Administrators only.
#[utoipa::path(post, path = "/webhook/{webhookId}/test", tag = "Webhook", operation_id = "testWebhook",
    responses((status = 202, description = "It will be sent", body = DeliveryReferenceView)))]
pub(super) async fn test_webhook(
    State(app): State<Arc<App>>,
    caller: Administrator,
    PathId(id): PathId<WebhookId>,
    _: Query<Nothing>,
) -> ApiResult {
    let access = caller.access();
    let delivery = app.store.write(async move |tx: &mut Tx<'_>| replay::test(tx, &access, id).await).await?;
    app.wake.events.notify_one();
    Ok(Answer::ok(&DeliveryReferenceView { delivery_id: delivery.0 })?.with_status(StatusCode::ACCEPTED).into_response())
}

impl FromFields for Replay {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let delivery = fields.optional("deliveryId", value::id);
        let window = Window::read(fields);
        let (delivery, window) = (delivery?, window?);
        match (delivery, window.from, window.to) {
            (Some(delivery), None, None) => Ok(Self::One(delivery)),
            (Some(_), ..) => Err(fields.note_invalid("deliveryId", "cannot stand beside fromDate and toDate")),
            (None, Some(from), Some(to)) => Ok(Self::Between(from, to)),
            (None, None, None) => Err(fields.note(Code::MissingMember, "deliveryId", "is required, or fromDate and toDate")),
            (None, None, Some(_)) => Err(fields.note(Code::MissingMember, "fromDate", "is required beside toDate")),
            (None, Some(_), None) => Err(fields.note(Code::MissingMember, "toDate", "is required beside fromDate")),
        }
    }
}

body_schema!(Replay as "Replay", "What is to be delivered again: `deliveryId`, or `fromDate` and `toDate`.", samples::replay);

/// Deliver again.
///
/// One delivery, or all that were made from `fromDate` on and before `toDate`, whatever became of them. Each keeps its
/// `webhook-id`, has a new timestamp, and shows the entity as it is then. Administrators only.
#[utoipa::path(post, path = "/webhook/{webhookId}/replay", tag = "Webhook", operation_id = "replayWebhook", request_body = Replay,
    responses((status = 202, description = "They will be delivered again")))]
pub(super) async fn replay_webhook(
    State(app): State<Arc<App>>,
    caller: Administrator,
    PathId(id): PathId<WebhookId>,
    _: Query<Nothing>,
    Body { value: what, .. }: Body<Replay>,
) -> ApiResult {
    let access = caller.access();
    app.store.write(async move |tx: &mut Tx<'_>| replay::replay(tx, &access, id, what).await).await?;
    app.wake.events.notify_one();
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Change the signing secret.
///
/// The answer holds the new secret, which is not shown again. For 24 hours the one before signs as well. Administrators only.
#[utoipa::path(post, path = "/webhook/{webhookId}/secret", tag = "Webhook", operation_id = "rotateWebhookSecret",
    responses((status = 200, description = "The new secret", body = SigningSecretView<'static>)))]
pub(super) async fn rotate_secret(
    State(app): State<Arc<App>>,
    caller: Administrator,
    PathId(id): PathId<WebhookId>,
    _: Query<Nothing>,
) -> ApiResult {
    let (access, means, secret) = (caller.access(), means(&app), new_secret());
    let shown = secret.clone();
    app.store.write(async move |tx: &mut Tx<'_>| subscribe::rotate(tx, &access, &means, id, &secret).await).await?;
    json(&SigningSecretView { signing_secret: shown.expose() })
}
