//! A page of messages with the members of the published API, and nothing cleverer than a struct with `Serialize`.

use msgboxx_model::Instant;
use serde::Serialize;
use uuid::Uuid;

/// Messages on a page.
pub(crate) const SIZE: i64 = 100;

#[derive(Serialize)]
pub(crate) struct Page {
    pub(crate) items: Vec<Item>,
    paging: Paging,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Paging {
    record_count: i64,
    pages: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the published API has them")]
pub(crate) struct Item {
    message_id: Uuid,
    body_text: String,
    api_account_id: Uuid,
    date_time: String,
    conversation_id: Uuid,
    file_location: &'static str,
    message_direction: String,
    is_template_message: bool,
    is_sent: bool,
    is_delivered: bool,
    is_read: bool,
    contact: Person,
    sender_first_name: String,
    sender_last_name: String,
    /// Not sent: where the message stands in the order of time.
    #[serde(skip)]
    pub(crate) created_at: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Person {
    contact_id: Uuid,
    mobile_number: String,
    name: String,
    status: String,
    api_account_id: Uuid,
}

/// What a row of either database gives by its place: `get` is the driver's own method.
macro_rules! item {
    ($api_account:expr, $row:ident . $get:ident $(, $question:tt)?) => {{
        let direction: String = $row.$get(2)$($question)?;
        let is_incoming = direction == "incoming";
        let created_at: i64 = $row.$get(8)$($question)?;
        let first_name: Option<String> = $row.$get(13)$($question)?;
        let last_name: Option<String> = $row.$get(14)$($question)?;
        let kind: String = $row.$get(3)$($question)?;
        $crate::bare::page::Columns {
            id: $row.$get(0)$($question)?,
            conversation: $row.$get(1)$($question)?,
            is_incoming,
            direction,
            kind,
            body: $row.$get(4)$($question)?,
            progress: [$row.$get(5)$($question)?, $row.$get(6)$($question)?, $row.$get(7)$($question)?],
            created_at,
            contact: $row.$get(9)$($question)?,
            mobile_number: $row.$get(10)$($question)?,
            name: $row.$get(11)$($question)?,
            status: $row.$get(12)$($question)?,
            sender: (first_name.unwrap_or_default(), last_name.unwrap_or_default()),
        }
        .item($api_account)
    }};
}
pub(super) use item;

/// The columns of both databases' statements, in their order.
pub(super) struct Columns {
    pub(super) id: Uuid,
    pub(super) conversation: Uuid,
    pub(super) is_incoming: bool,
    pub(super) direction: String,
    pub(super) kind: String,
    pub(super) body: String,
    /// Sent, delivered, read.
    pub(super) progress: [Option<i64>; 3],
    pub(super) created_at: i64,
    pub(super) contact: Uuid,
    pub(super) mobile_number: Option<String>,
    pub(super) name: String,
    pub(super) status: String,
    pub(super) sender: (String, String),
}

impl Columns {
    pub(super) fn item(self, api_account_id: Uuid) -> Item {
        let [sent, delivered, read] = self.progress.map(|at| at.is_some());
        Item {
            message_id: self.id,
            body_text: self.body,
            api_account_id,
            date_time: Instant::from_micros(self.created_at).to_micros_text(),
            conversation_id: self.conversation,
            file_location: "",
            message_direction: self.direction,
            is_template_message: self.kind == "template",
            is_sent: self.is_incoming || sent,
            is_delivered: self.is_incoming || delivered,
            is_read: read,
            contact: Person {
                contact_id: self.contact,
                mobile_number: self.mobile_number.unwrap_or_default(),
                name: self.name,
                status: self.status,
                api_account_id,
            },
            sender_first_name: self.sender.0,
            sender_last_name: self.sender.1,
            created_at: self.created_at,
        }
    }
}

impl Item {
    /// Its place in the order of time.
    pub(crate) fn key(&self) -> (i64, Uuid) {
        (self.created_at, self.message_id)
    }
}

impl Page {
    pub(super) fn new(items: Vec<Item>, record_count: i64) -> Self {
        Self { items, paging: Paging { record_count, pages: (record_count + SIZE - 1) / SIZE } }
    }
}
