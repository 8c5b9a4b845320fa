//! `/webhooks` for `/webhook`, and `POST /organisation` for `POST /webhook`: printed in the published
//! documentation beside the right paths.

use super::ApiResult;
use super::alias::Alias;
use super::body::Body;
use super::edge::Notes;
use super::paging::Paging;
use super::path::PathId;
use super::query::{Nothing, Query};
use super::views::{Page, WebhookView};
use super::webhook::{create_webhook, delete_webhook, get_webhook, list_webhooks, update_webhook};
use crate::app::App;
use crate::auth::caller::{Administrator, Caller};
use crate::webhooks::subscribe::{NewWebhook, WebhookChange};
use axum::extract::State;
use msgboxx_model::WebhookId;
use std::sync::Arc;

/// List webhooks, under another path.
#[utoipa::path(get, path = "/webhooks", tag = "Webhook", operation_id = "listWebhooksAlias", params(Query<Paging>),
    responses((status = 200, description = "A page of webhooks", body = Page<WebhookView<'static>>)))]
pub(super) async fn list(notes: Notes, app: State<Arc<App>>, caller: Caller, paging: Query<Paging>) -> ApiResult {
    notes.aliases([Alias::A3]);
    list_webhooks(app, caller, paging).await
}

/// Read a webhook, under another path.
#[utoipa::path(get, path = "/webhooks/{webhookId}", tag = "Webhook", operation_id = "getWebhookAlias",
    responses((status = 200, description = "The webhook", body = WebhookView<'static>)))]
pub(super) async fn get(notes: Notes, app: State<Arc<App>>, caller: Caller, id: PathId<WebhookId>, query: Query<Nothing>) -> ApiResult {
    notes.aliases([Alias::A3]);
    get_webhook(app, caller, id, query).await
}

/// Create a webhook, under another path.
#[utoipa::path(post, path = "/webhooks", tag = "Webhook", operation_id = "createWebhookAlias", request_body = NewWebhook,
    responses((status = 201, description = "The webhook with its signing secret", body = WebhookView<'static>)))]
pub(super) async fn create(
    notes: Notes,
    app: State<Arc<App>>,
    caller: Administrator,
    query: Query<Nothing>,
    body: Body<NewWebhook>,
) -> ApiResult {
    notes.aliases([Alias::A3]);
    create_webhook(app, caller, query, body).await
}

/// Update a webhook, under another path.
#[utoipa::path(put, path = "/webhooks/{webhookId}", tag = "Webhook", operation_id = "updateWebhookAlias",
    request_body = WebhookChange, responses((status = 200, description = "The webhook", body = WebhookView<'static>)))]
pub(super) async fn update(
    notes: Notes,
    app: State<Arc<App>>,
    caller: Administrator,
    id: PathId<WebhookId>,
    query: Query<Nothing>,
    body: Body<WebhookChange>,
) -> ApiResult {
    notes.aliases([Alias::A3]);
    update_webhook(app, caller, id, query, body).await
}

/// Delete a webhook, under another path.
#[utoipa::path(delete, path = "/webhooks/{webhookId}", tag = "Webhook", operation_id = "deleteWebhookAlias",
    responses((status = 204, description = "Deleted")))]
pub(super) async fn delete(
    notes: Notes,
    app: State<Arc<App>>,
    caller: Administrator,
    id: PathId<WebhookId>,
    query: Query<Nothing>,
) -> ApiResult {
    notes.aliases([Alias::A3]);
    delete_webhook(app, caller, id, query).await
}

/// Create a webhook, under the path that the published request line prints.
#[utoipa::path(post, path = "/organisation", tag = "Webhook", operation_id = "createWebhookOrganisationAlias", request_body = NewWebhook,
    responses((status = 201, description = "The webhook with its signing secret", body = WebhookView<'static>)))]
pub(super) async fn create_at_organisation(
    notes: Notes,
    app: State<Arc<App>>,
    caller: Administrator,
    query: Query<Nothing>,
    body: Body<NewWebhook>,
) -> ApiResult {
    notes.aliases([Alias::A4]);
    create_webhook(app, caller, query, body).await
}
