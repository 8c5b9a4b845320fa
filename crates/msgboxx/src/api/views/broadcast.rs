//! Broadcasts: one template message to one contact.

use super::time::Millis;
use super::{FailureView, samples};
use msgboxx_model::{Broadcast, MessageStatus};
use serde::Serialize;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

/// One template message to one contact.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Broadcast, examples(samples::broadcast))]
pub struct BroadcastView<'a> {
    broadcast_id: Uuid,
    api_account_id: Uuid,
    contact_id: Uuid,
    /// Left out until the message exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Uuid, required = false)]
    message_id: Option<Uuid>,
    /// The rendered text.
    message: &'a str,
    /// Only ever moves forward.
    #[schema(value_type = BroadcastStatusText)]
    status: &'static str,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    date_time: Millis,
    /// Only there when sending failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = super::FailureView<'a>, required = false)]
    failure: Option<FailureView<'a>>,
}

impl<'a> From<&'a Broadcast> for BroadcastView<'a> {
    fn from(broadcast: &'a Broadcast) -> Self {
        Self {
            broadcast_id: broadcast.id.0,
            api_account_id: broadcast.api_account_id.0,
            contact_id: broadcast.contact_id.0,
            message_id: broadcast.message_id.map(|id| id.0),
            message: &broadcast.message,
            status: published(broadcast.progress.status()).as_str(),
            date_time: Millis(broadcast.created_at),
            failure: broadcast.progress.failure().map(FailureView::from),
        }
    }
}

/// What nobody can confirm is published as queued; its failure says why it stays so.
fn published(status: MessageStatus) -> MessageStatus {
    if status == MessageStatus::Unconfirmed { MessageStatus::Queued } else { status }
}

/// How far a broadcast has come.
#[derive(Debug)]
pub(super) struct BroadcastStatusText;

impl PartialSchema for BroadcastStatusText {
    fn schema() -> RefOr<Schema> {
        let values = MessageStatus::ALL.iter().filter(|&&status| published(status) == status).map(|status| status.as_str());
        ObjectBuilder::new().schema_type(Type::String).description(Some("How far a broadcast has come")).enum_values(Some(values)).into()
    }
}

impl ToSchema for BroadcastStatusText {
    fn name() -> std::borrow::Cow<'static, str> {
        "BroadcastStatus".into()
    }
}
