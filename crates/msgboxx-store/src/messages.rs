//! Messages: inserted once, found by id or wamid, listed by time.

mod amendments;
mod life;
mod lists;
mod progress;

pub use amendments::Amendment;
pub use life::{AttemptLife, JobLife, MessageLife, StatusLife};
pub use lists::MessageFilter;
pub use progress::ParkedStatus;

use crate::error::Result;
use crate::record_counts::RecordKind;
use crate::row::Row;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::message::Sender;
use msgboxx_model::{
    ApiAccountId, ContactId, ContactSummary, ConversationId, Direction, Failure, Instant, MediaId, Message, MessageFile, MessageId,
    MessageKind, OrganisationId, Progress, UserId,
};

/// A message to be inserted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Its identifier.
    pub id: MessageId,
    /// The business side.
    pub api_account_id: ApiAccountId,
    /// The thread it belongs to.
    pub conversation_id: ConversationId,
    /// The customer side.
    pub contact_id: ContactId,
    /// Which way it travels.
    pub direction: Direction,
    /// What it contains.
    pub kind: MessageKind,
    /// What a person reads.
    pub body: String,
    /// What WhatsApp sent, or what is to be sent, as JSON.
    pub payload: String,
    /// The user who wrote it.
    pub sender: Option<UserId>,
    /// WhatsApp's id, known at once for an incoming message.
    pub wamid: Option<String>,
    /// WhatsApp's own timestamp of an incoming message.
    pub whatsapp_at: Option<Instant>,
    /// An instant of [`Tx::tick`].
    pub created_at: Instant,
}

impl Tx<'_> {
    /// Inserts a message and counts it; false when its account already has one with that wamid.
    pub async fn insert_message(&mut self, organisation: OrganisationId, message: &NewMessage) -> Result<bool> {
        let delivered_at = message.whatsapp_at.filter(|_| message.direction == Direction::Incoming);
        let statement =
            "insert into messages (organisation_id, id, api_account_id, conversation_id, contact_id, direction, kind, body, payload,
                                   sender_user_id, wamid, whatsapp_at, sent_at, delivered_at, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14)
             on conflict do nothing";
        let inserted = self
            .execute(
                statement,
                params![
                    organisation,
                    message.id,
                    message.api_account_id,
                    message.conversation_id,
                    message.contact_id,
                    message.direction.as_str(),
                    message.kind.as_str(),
                    &message.body,
                    &message.payload,
                    message.sender,
                    message.wamid.as_deref(),
                    message.whatsapp_at,
                    delivered_at,
                    message.created_at
                ],
            )
            .await?;
        if inserted == 0 {
            return Ok(false);
        }
        self.push(
            "update conversations set message_count = message_count + 1, last_message_at = $3 where organisation_id = $1 and id = $2",
            params![organisation, message.conversation_id, message.created_at],
        )
        .await?;
        self.count_record(organisation, message.api_account_id, RecordKind::Message, message.created_at).await?;
        Ok(true)
    }

    /// The message, if this organisation has one with that id.
    pub async fn message(&mut self, organisation: OrganisationId, id: MessageId) -> Result<Option<Message>> {
        self.optional(
            "select m.id, m.api_account_id, m.conversation_id, m.direction, m.kind, m.body, m.sent_at, m.delivered_at, m.read_at,
                    m.failed_at, m.failure_code, m.failure_detail, m.created_at, c.id, c.mobile_number, c.name, c.status,
                    u.id, u.first_name, u.last_name, f.id, f.state, f.failure_code, f.failure_detail
             from messages m
             join contacts c on c.organisation_id = m.organisation_id and c.id = m.contact_id
             left join users u on u.organisation_id = m.organisation_id and u.id = m.sender_user_id
             left join media f on f.organisation_id = m.organisation_id and f.message_id = m.id
             where m.organisation_id = $1 and m.id = $2",
            params![organisation, id],
            read_message,
        )
        .await
    }
}

pub(crate) fn read_message(row: &Row<'_>) -> Result<Message> {
    let sender = match row.get::<Option<UserId>>(17)? {
        Some(id) => Some(Sender { id, first_name: row.get(18)?, last_name: row.get(19)? }),
        None => None,
    };
    Ok(Message {
        id: row.get(0)?,
        api_account_id: row.get(1)?,
        conversation_id: row.get(2)?,
        direction: row.get(3)?,
        kind: row.get(4)?,
        body: row.get(5)?,
        progress: read_progress(row, 6)?,
        file: read_file(row, 20)?,
        created_at: row.get(12)?,
        contact: ContactSummary { id: row.get(13)?, mobile_number: row.get(14)?, name: row.get(15)?, status: row.get(16)? },
        sender,
    })
}

/// Reads four columns from `first` on: identifier, state, failure code, failure detail.
fn read_file(row: &Row<'_>, first: usize) -> Result<Option<MessageFile>> {
    let Some(id) = row.get::<Option<MediaId>>(first)? else { return Ok(None) };
    let failure = match row.get::<Option<String>>(first + 2)? {
        Some(code) => Some(Failure { code, detail: row.get(first + 3)? }),
        None => None,
    };
    Ok(Some(MessageFile { id, state: row.get(first + 1)?, failure }))
}

/// Reads six columns from `first` on: sent, delivered, read, failed, failure code, failure detail.
pub(crate) fn read_progress(row: &Row<'_>, first: usize) -> Result<Progress> {
    let failed = match row.get::<Option<Instant>>(first + 3)? {
        Some(at) => Some((at, Failure { code: row.get(first + 4)?, detail: row.get(first + 5)? })),
        None => None,
    };
    Ok(Progress { sent_at: row.get(first)?, delivered_at: row.get(first + 1)?, read_at: row.get(first + 2)?, failed })
}
