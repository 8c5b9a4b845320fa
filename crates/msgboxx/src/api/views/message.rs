//! Messages. A page of a hundred is the hot path of the API: everything is borrowed.

use super::contact::MessageContactView;
use super::time::Micros;
use super::{FailureView, samples};
use msgboxx_model::message::Sender;
use msgboxx_model::{Direction, Message, MessageKind};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A message, incoming or outgoing.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Message, examples(samples::message))]
#[expect(clippy::struct_excessive_bools, reason = "the published object has these")]
pub struct MessageView<'a> {
    message_id: Uuid,
    /// What a person reads: words, caption, rendered template, or a description.
    body_text: &'a str,
    api_account_id: Uuid,
    /// When we committed the message, in UTC with six fractional digits. Never before an earlier message's.
    #[schema(value_type = String, format = DateTime)]
    date_time: Micros,
    conversation_id: Uuid,
    /// Where the file can be fetched for an hour, without a token; empty without a file, and until it has come.
    file_location: String,
    /// `incoming` is from the contact.
    #[schema(value_type = DirectionText)]
    message_direction: &'static str,
    is_template_message: bool,
    /// WhatsApp has it.
    is_sent: bool,
    /// It is on the contact's phone.
    is_delivered: bool,
    /// Outgoing: the contact saw it. Incoming: a member of staff saw it.
    is_read: bool,
    contact: MessageContactView<'a>,
    /// First name of the user who wrote it; empty for incoming and automatic messages.
    sender_first_name: &'a str,
    /// Last name of the user who wrote it; empty for incoming and automatic messages.
    sender_last_name: &'a str,
    /// Only there when sending failed, or when the file of an incoming message cannot be had.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = super::FailureView<'a>, required = false)]
    failure: Option<FailureView<'a>>,
}

impl<'a> MessageView<'a> {
    /// A message whose file can be fetched there; empty without one.
    pub fn new(message: &'a Message, file_location: String) -> Self {
        let is_incoming = message.direction == Direction::Incoming;
        Self {
            message_id: message.id.0,
            body_text: &message.body,
            api_account_id: message.api_account_id.0,
            date_time: Micros(message.created_at),
            conversation_id: message.conversation_id.0,
            file_location,
            message_direction: message.direction.as_str(),
            is_template_message: message.kind == MessageKind::Template,
            is_sent: is_incoming || message.progress.is_sent(),
            is_delivered: is_incoming || message.progress.is_delivered(),
            is_read: message.progress.is_read(),
            contact: MessageContactView::new(&message.contact, message.api_account_id),
            sender_first_name: sender_name(message, |sender| &sender.first_name),
            sender_last_name: sender_name(message, |sender| &sender.last_name),
            failure: message.progress.failure().or_else(|| message.file.as_ref()?.final_failure()).map(FailureView::from),
        }
    }
}

fn sender_name(message: &Message, part: impl FnOnce(&Sender) -> &String) -> &str {
    message.sender.as_ref().map_or("", |sender| part(sender).as_str())
}

text_schema! {
    /// Which way a message travels.
    DirectionText as "MessageDirection" = Direction
}
