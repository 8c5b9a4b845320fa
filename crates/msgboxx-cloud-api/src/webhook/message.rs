//! One message that a customer wrote.

use crate::error::GraphError;
use crate::json::{self, Object};
use crate::webhook::content::Content;
use crate::webhook::content_read;
use crate::webhook::referral::Referral;
use crate::webhook::{ItemError, errors};

/// An element of `messages`.
#[derive(Debug, Clone, PartialEq)]
pub struct IncomingMessage {
    /// The `wamid`: the key to tell a repetition by.
    pub id: String,
    /// The customer's `wa_id`; absent for customers who hide their number.
    pub from: Option<String>,
    /// The customer's business-scoped user id (BSUID).
    pub from_user_id: Option<String>,
    /// The BSUID over linked business portfolios.
    pub from_parent_user_id: Option<String>,
    /// When the customer sent it, in Unix seconds. It may be days old; it drives the service window.
    pub timestamp: Option<i64>,
    /// The group it was written in.
    pub group_id: Option<String>,
    /// What it refers to.
    pub context: Option<Context>,
    /// The advertisement or post that led the customer here.
    pub referral: Option<Referral>,
    /// What WhatsApp could not hand over.
    pub errors: Vec<GraphError>,
    /// What it says.
    pub content: Content,
    kind: String,
}

/// What a message refers to: a quoted or answered message, or that it was forwarded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    /// The `wamid` quoted or answered; absent on forwarded messages.
    pub id: Option<String>,
    /// Who wrote that one.
    pub from: Option<String>,
    /// Was it forwarded, often or not?
    pub is_forwarded: bool,
    /// Was it forwarded more than five times?
    pub is_frequently_forwarded: bool,
    /// The product that the customer asks about.
    pub referred_product: Option<ReferredProduct>,
}

/// A product of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReferredProduct {
    /// The catalogue's id.
    pub catalog_id: Option<String>,
    /// The product's id in it.
    pub product_retailer_id: Option<String>,
}

impl IncomingMessage {
    /// The kind's name on the wire, also of kinds that this crate does not know. `unknown` if it had none.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Reads one message on its own, outside an envelope.
    ///
    /// # Errors
    /// If it is not an object or has no id.
    pub fn from_json(message: &serde_json::Value) -> Result<Self, ItemError> {
        Self::read(message.as_object().ok_or_else(|| ItemError::Unreadable("not an object".to_owned()))?)
    }

    pub(crate) fn read(message: &Object) -> Result<Self, ItemError> {
        let kind = json::id(message, "type").unwrap_or_else(|| "unknown".to_owned());
        Ok(Self {
            id: json::id(message, "id").ok_or(ItemError::Missing("id"))?,
            from: json::id(message, "from"),
            from_user_id: json::id(message, "from_user_id"),
            from_parent_user_id: json::id(message, "from_parent_user_id"),
            timestamp: json::integer(message, "timestamp"),
            group_id: json::id(message, "group_id"),
            context: json::object(message, "context").map(Context::read),
            referral: json::object(message, "referral").map(Referral::read),
            errors: message.get("errors").map(errors).unwrap_or_default(),
            content: content_read::content(&kind, message),
            kind,
        })
    }
}

impl Context {
    fn read(context: &Object) -> Self {
        Self {
            id: json::id(context, "id").or_else(|| json::id(context, "message_id")),
            from: json::id(context, "from"),
            is_forwarded: json::is_true(context, "forwarded") || json::is_true(context, "frequently_forwarded"),
            is_frequently_forwarded: json::is_true(context, "frequently_forwarded"),
            referred_product: json::object(context, "referred_product").map(|product| ReferredProduct {
                catalog_id: json::id(product, "catalog_id"),
                product_retailer_id: json::id(product, "product_retailer_id"),
            }),
        }
    }
}
