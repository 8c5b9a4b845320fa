//! The public API: a door to the verbs, without rules of its own.
//!
//! One file per resource holds its handlers and what they read; `views` are what they answer. Paths,
//! members and statuses are frozen by the published documentation: nothing is renamed, retyped or
//! added lightly. Each `routes!` both routes and describes a handler.

pub mod alias;
pub mod edge;
pub mod fields;
pub mod openapi;
pub mod problem;
pub mod views;

mod account;
mod answer;
mod body;
mod broadcast;
mod contact;
mod conversation;
mod cors;
mod docs;
mod event;
mod message;
mod once;
mod paging;
mod path;
mod prefer;
mod query;
mod refusals;
mod team;
mod template;
mod token;
mod webhook;
mod webhook_alias;
mod webhook_deliveries;
mod window;

use crate::app::App;
use axum::response::Response;
use msgboxx_store::{Store, StoreError, Tx};
use problem::Problem;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What a handler answers.
type ApiResult = Result<Response, Problem>;

/// Every operation of the public API, with its description.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(token::create_token))
        .routes(routes!(token::refresh_token))
        .routes(routes!(token::revoke_token))
        .routes(routes!(account::list_api_accounts))
        .routes(routes!(account::get_api_account))
        .routes(routes!(broadcast::list_broadcasts, broadcast::create_broadcast))
        .routes(routes!(broadcast::get_broadcast))
        .routes(routes!(contact::list_contacts, contact::create_contact))
        .routes(routes!(contact::get_contact, contact::update_contact))
        .routes(routes!(conversation::get_conversation, conversation::update_conversation))
        .routes(routes!(account::list_inboxes))
        .routes(routes!(account::get_inbox))
        .routes(routes!(account::list_inboxes_alias))
        .routes(routes!(account::get_inbox_alias))
        .routes(routes!(message::list_messages, message::create_message))
        .routes(routes!(message::get_message))
        .routes(routes!(team::list_teams))
        .routes(routes!(team::list_users))
        .routes(routes!(template::list_templates))
        .routes(routes!(template::get_template))
        .routes(routes!(webhook::list_webhooks, webhook::create_webhook))
        .routes(routes!(webhook::get_webhook, webhook::update_webhook, webhook::delete_webhook))
        .routes(routes!(webhook_deliveries::list_deliveries))
        .routes(routes!(webhook_deliveries::test_webhook))
        .routes(routes!(webhook_deliveries::replay_webhook))
        .routes(routes!(webhook_deliveries::rotate_secret))
        .routes(routes!(webhook_alias::list, webhook_alias::create))
        .routes(routes!(webhook_alias::get, webhook_alias::update, webhook_alias::delete))
        .routes(routes!(webhook_alias::create_at_organisation))
        .routes(routes!(event::list_events))
        .route("/openapi.json", axum::routing::get(docs::description))
        .route("/docs", axum::routing::get(docs::page))
        .route("/docs/{file}", axum::routing::get(docs::file))
        .route("/errors/{code}", axum::routing::get(docs::error))
}

/// Carries a verb out, and once more if a constraint refused it: another unit then took, after the
/// verb had looked, what the verb wanted, and this time it sees that.
async fn repeat<T, E, F>(store: &Store, verb: F) -> Result<T, E>
where
    F: AsyncFn(&mut Tx<'_>) -> Result<T, E> + Send + Sync + 'static,
    T: Send + 'static,
    E: From<StoreError> + IsConstraint + Send + 'static,
{
    let verb = Arc::new(verb);
    let first = verb.clone();
    match store.write(async move |tx: &mut Tx<'_>| first(tx).await).await {
        Err(error) if error.is_constraint() => store.write(async move |tx: &mut Tx<'_>| verb(tx).await).await,
        outcome => outcome,
    }
}

/// Whether a verb failed because a constraint refused a row.
trait IsConstraint {
    fn is_constraint(&self) -> bool;
}

impl IsConstraint for crate::contacts::ContactError {
    fn is_constraint(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_constraint())
    }
}

impl IsConstraint for crate::webhooks::subscribe::SubscribeError {
    fn is_constraint(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_constraint())
    }
}
