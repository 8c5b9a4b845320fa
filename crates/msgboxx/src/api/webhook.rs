//! Webhooks. Only administrators change them; others see their own.

use super::alias::Alias;
use super::answer::{Answer, json, page};
use super::body::Body;
use super::fields::{Fields, FromFields, Noted, value};
use super::openapi::body_schema;
use super::paging::{Paging, envelope};
use super::path::PathId;
use super::problem::{Code, Problem};
use super::query::{Nothing, Query};
use super::views::{Page, WebhookView, samples};
use super::{ApiResult, repeat};
use crate::app::App;
use crate::auth::caller::{Administrator, Caller};
use crate::webhooks::sign::new_secret;
use crate::webhooks::subscribe::{self, Means, NewWebhook, WebhookChange};
use axum::extract::State;
use axum::response::IntoResponse;
use http::StatusCode;
use msgboxx_model::{EventKind, Webhook, WebhookId};
use msgboxx_store::Tx;
use std::sync::Arc;

/// Characters in a target; the rule itself is the guard's.
const LONGEST_TARGET: usize = 4096;

/// Whether somebody may read of a webhook.
pub(super) fn may_see(caller: &Caller, webhook: &Webhook) -> bool {
    caller.is_administrator() || webhook.created_by == Some(caller.user())
}

/// List webhooks.
///
/// Administrators see all webhooks of the organisation, others those that they made; newest first.
#[utoipa::path(get, path = "/webhook", tag = "Webhook", operation_id = "listWebhooks", params(Query<Paging>),
    responses((status = 200, description = "A page of webhooks", body = Page<WebhookView<'static>>)))]
pub(super) async fn list_webhooks(State(app): State<Arc<App>>, caller: Caller, Query(paging): Query<Paging>) -> ApiResult {
    let organisation = caller.organisation();
    let mut webhooks = app.store.read(async move |tx: &mut Tx<'_>| tx.webhooks(organisation).await).await?;
    webhooks.retain(|webhook| may_see(&caller, webhook));
    page(&envelope::<_, WebhookView<'_>>(&paging.page_of(webhooks), paging))
}

/// Read a webhook.
#[utoipa::path(get, path = "/webhook/{webhookId}", tag = "Webhook", operation_id = "getWebhook",
    responses((status = 200, description = "The webhook", body = WebhookView<'static>)))]
pub(super) async fn get_webhook(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<WebhookId>,
    _: Query<Nothing>,
) -> ApiResult {
    let organisation = caller.organisation();
    let webhook = app.store.read(async move |tx: &mut Tx<'_>| tx.webhook(organisation, id).await).await?;
    json(&WebhookView::from(&webhook.filter(|webhook| may_see(&caller, webhook)).ok_or(Code::NotFound)?))
}

/// Accepts any case of a type, and counts what is not the published one.
fn read_type(fields: &mut Fields, is_required: bool) -> Result<Option<EventKind>, Noted> {
    let read = |text: &str| value::one_of::<EventKind>(text).map(|kind| (kind, text != kind.as_str()));
    let found = if is_required { fields.required("type", read).map(Some) } else { fields.kept("type", read) }?;
    if found.is_some_and(|(_, is_alias)| is_alias) {
        fields.note_alias(Alias::A8);
    }
    Ok(found.map(|(kind, _)| kind))
}

fn ignore_read_only(fields: &mut Fields) {
    for member in ["webhookId", "failureCount", "isZapier", "signingSecret"] {
        fields.ignore(member);
    }
}

impl FromFields for NewWebhook {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let kind = read_type(fields, true);
        let target_url = fields.required("targetUrl", value::words(LONGEST_TARGET));
        let is_enabled = fields.boolean("isEnabled");
        ignore_read_only(fields);
        let (kind, target_url, is_enabled) = (kind?, target_url?, is_enabled?);
        let kind = kind.ok_or_else(|| fields.note(Code::MissingMember, "type", "is required"))?;
        Ok(Self { kind, target_url, is_enabled: is_enabled.unwrap_or(true) })
    }
}

body_schema!(NewWebhook as "NewWebhook", "A webhook to be made.", samples::new_webhook);

impl FromFields for WebhookChange {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let kind = read_type(fields, false);
        let target_url = fields.kept("targetUrl", value::words(LONGEST_TARGET));
        let is_enabled = fields.boolean("isEnabled");
        ignore_read_only(fields);
        Ok(Self { kind: kind?, target_url: target_url?, is_enabled: is_enabled? })
    }
}

body_schema!(WebhookChange as "WebhookChange", "What is to change of a webhook; what is left out stays.", samples::new_webhook);

/// What the verbs take.
pub(super) fn means(app: &App) -> Means {
    Means { allow: app.settings.webhook_allow.clone(), keys: app.keys.clone() }
}

/// Create a webhook.
///
/// Each new entity of the type is posted to the URL, exactly as `GET /<entity>/<id>` shows it. Administrators only. The
/// answer holds the signing secret, which is not shown again.
#[utoipa::path(post, path = "/webhook", tag = "Webhook", operation_id = "createWebhook", request_body = NewWebhook,
    responses((status = 201, description = "The webhook with its signing secret", body = WebhookView<'static>)))]
pub(super) async fn create_webhook(
    State(app): State<Arc<App>>,
    caller: Administrator,
    _: Query<Nothing>,
    Body { value: new, .. }: Body<NewWebhook>,
) -> ApiResult {
    let (access, means) = (caller.access(), means(&app));
    let secret = new_secret();
    let shown = secret.clone();
    let webhook = app.store.write(async move |tx: &mut Tx<'_>| subscribe::create(tx, &access, &means, &new, &secret).await).await?;
    let view = WebhookView::from(&webhook).showing(shown.expose());
    Ok(Answer::created(format!("/webhook/{}", webhook.id), &view)?.into_response())
}

/// Update a webhook.
///
/// `type`, `targetUrl` and `isEnabled` can change; what is left out stays. Administrators only.
#[utoipa::path(put, path = "/webhook/{webhookId}", tag = "Webhook", operation_id = "updateWebhook",
    request_body = WebhookChange, responses((status = 200, description = "The webhook", body = WebhookView<'static>)))]
pub(super) async fn update_webhook(
    State(app): State<Arc<App>>,
    caller: Administrator,
    PathId(id): PathId<WebhookId>,
    _: Query<Nothing>,
    Body { value: change, .. }: Body<WebhookChange>,
) -> ApiResult {
    let (access, means) = (caller.access(), means(&app));
    let webhook = repeat(&app.store, async move |tx: &mut Tx<'_>| subscribe::update(tx, &access, &means, id, &change).await).await;
    json(&WebhookView::from(&webhook.map_err(Problem::from)?))
}

/// Delete a webhook.
///
/// Its deliveries are deleted as well. Administrators only.
#[utoipa::path(delete, path = "/webhook/{webhookId}", tag = "Webhook", operation_id = "deleteWebhook",
    responses((status = 204, description = "Deleted")))]
pub(super) async fn delete_webhook(
    State(app): State<Arc<App>>,
    caller: Administrator,
    PathId(id): PathId<WebhookId>,
    _: Query<Nothing>,
) -> ApiResult {
    let access = caller.access();
    app.store.write(async move |tx: &mut Tx<'_>| subscribe::delete(tx, &access, id).await).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
