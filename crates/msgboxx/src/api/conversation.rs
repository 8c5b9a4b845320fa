//! Conversations.

use super::ApiResult;
use super::answer::json;
use super::body::Body;
use super::fields::{Fields, FromFields, Noted, value};
use super::openapi::body_schema;
use super::path::PathId;
use super::problem::Problem;
use super::query::{Nothing, Query};
use super::views::{ConversationView, samples};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::inbox::assign::{self, AssignError, ConversationChange};
use axum::extract::State;
use axum::response::IntoResponse;
use http::StatusCode;
use msgboxx_model::{Assignee, ConversationId};
use msgboxx_store::Tx;
use std::sync::Arc;

/// Read a conversation: who answers it and where it lies.
///
/// The id is the `conversationId` of a message.
#[utoipa::path(get, path = "/conversation/{conversationId}", tag = "Conversation", operation_id = "getConversation",
    responses((status = 200, description = "The conversation", body = ConversationView<'static>)))]
pub(super) async fn get_conversation(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    _: Query<Nothing>,
) -> ApiResult {
    let access = caller.access();
    let unit = async move |tx: &mut Tx<'_>| {
        let conversation = assign::find(tx, &access, id).await?.ok_or(AssignError::Unknown)?;
        let (user, team) = match conversation.assignee {
            Some(Assignee::User(user)) => (tx.user(access.organisation(), user).await?, None),
            Some(Assignee::Team(team)) => (None, tx.team(access.organisation(), team).await?),
            None => (None, None),
        };
        Ok::<_, Problem>((conversation.folder, user, team))
    };
    let (folder, user, team) = app.store.read(unit).await?;
    json(&ConversationView::new(folder, user.as_ref(), team.as_ref()))
}

impl FromFields for ConversationChange {
    fn read(fields: &mut Fields) -> Result<Self, Noted> {
        let user = fields.clearable("userId", value::id);
        let team = fields.clearable("teamId", value::id);
        let folder = fields.optional("folder", value::one_of);
        fields.ignore("user");
        fields.ignore("team");
        Ok(Self { user: user?, team: team?, folder: folder? })
    }
}

body_schema!(
    ConversationChange as "ConversationChange",
    "What is to change of a conversation; an empty userId or teamId takes that user or team away.",
    samples::conversation_change
);

/// Assign or move a conversation.
///
/// To a user or to a team, which exclude each other. What is left out stays as it is.
#[utoipa::path(put, path = "/conversation/{conversationId}", tag = "Conversation", operation_id = "updateConversation",
    request_body = ConversationChange,
    responses((status = 200, description = "Done; the body is empty")))]
pub(super) async fn update_conversation(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    _: Query<Nothing>,
    Body { value: change, .. }: Body<ConversationChange>,
) -> ApiResult {
    let access = caller.access();
    app.store.write(async move |tx: &mut Tx<'_>| assign::assign(tx, &access, id, change).await).await?;
    app.wake.events.notify_one();
    Ok(StatusCode::OK.into_response())
}
