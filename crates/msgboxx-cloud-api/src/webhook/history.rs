//! The past of a number that is also used in the WhatsApp Business app: up to six months, once, in chunks.
//!
//! Chunks may arrive in any order; `progress` of 100 ends a phase. Files come later, as messages beside the chunks.
//! Source: Meta's "history" webhook.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::GraphError;
use crate::json::{self, Object};
use crate::webhook::message::IncomingMessage;
use crate::webhook::number_changes::{NumberMetadata, number};
use crate::webhook::{Item, ItemError, errors, items, object, readable};

/// The value of the field `history`.
#[derive(Debug, Clone)]
pub struct History {
    /// The number.
    pub number: NumberMetadata,
    /// Parts of the past.
    pub chunks: Vec<Item<HistoryChunk>>,
    /// Files of messages that stood in a chunk as `media_placeholder`. These are old: they open no window.
    pub messages: Vec<Item<HistoryMessage>>,
    /// Errors of the whole, for example that the owner does not share the past.
    pub errors: Vec<GraphError>,
}

/// A part of the past.
#[derive(Debug, Clone)]
pub struct HistoryChunk {
    /// 0: the last day, 1: to ninety days, 2: to half a year.
    pub phase: Option<i64>,
    /// Its place among the chunks.
    pub order: Option<i64>,
    /// How far the synchronisation has come, in percent.
    pub progress: Option<i64>,
    /// What was said, by customer.
    pub threads: Vec<Item<HistoryThread>>,
    /// Why there is nothing: the owner has declined to share the past.
    pub errors: Vec<GraphError>,
}

/// All that was said with one customer.
#[derive(Debug, Clone)]
pub struct HistoryThread {
    /// The customer's number, or their BSUID.
    pub id: Option<String>,
    /// The customer's `wa_id`.
    pub wa_id: Option<String>,
    /// The customer's BSUID.
    pub user_id: Option<String>,
    /// The customer's user name, without its `@`.
    pub username: Option<String>,
    /// What was said, in both directions.
    pub messages: Vec<Item<HistoryMessage>>,
}

/// An old message.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryMessage {
    /// The message; its `from` tells who wrote it.
    pub message: IncomingMessage,
    /// The customer, if the owner wrote it.
    pub to: Option<String>,
    /// How far it came: `PENDING`, `SENT`, `DELIVERED`, `READ`, `PLAYED`, `ERROR`.
    pub status: Option<String>,
}

impl HistoryMessage {
    fn read(message: &Object) -> Result<Self, ItemError> {
        Ok(Self {
            message: IncomingMessage::read(message)?,
            to: json::id(message, "to"),
            status: json::object(message, "history_context").and_then(|context| json::id(context, "status")),
        })
    }
}

pub(super) fn history(raw: &RawValue) -> Result<History, ItemError> {
    #[derive(Deserialize)]
    struct Raw {
        metadata: Option<Value>,
        history: Option<Box<RawValue>>,
        messages: Option<Box<RawValue>>,
        errors: Option<Value>,
    }
    let value: Raw = readable(raw)?;
    Ok(History {
        number: number(value.metadata.as_ref()),
        chunks: value.history.map(|list| items(&list, chunk)).unwrap_or_default(),
        messages: value.messages.map(|list| messages(&list)).unwrap_or_default(),
        errors: value.errors.as_ref().map(errors).unwrap_or_default(),
    })
}

fn messages(list: &RawValue) -> Vec<Item<HistoryMessage>> {
    items(list, |raw| HistoryMessage::read(&object(raw)?))
}

fn chunk(raw: &RawValue) -> Result<HistoryChunk, ItemError> {
    #[derive(Deserialize)]
    struct Raw {
        metadata: Option<Value>,
        threads: Option<Box<RawValue>>,
        errors: Option<Value>,
    }
    let chunk: Raw = readable(raw)?;
    let metadata = chunk.metadata.as_ref().and_then(Value::as_object);
    let of = |member| metadata.and_then(|metadata| json::integer(metadata, member));
    Ok(HistoryChunk {
        phase: of("phase"),
        order: of("chunk_order"),
        progress: of("progress"),
        threads: chunk.threads.map(|list| items(&list, thread)).unwrap_or_default(),
        errors: chunk.errors.as_ref().map(errors).unwrap_or_default(),
    })
}

fn thread(raw: &RawValue) -> Result<HistoryThread, ItemError> {
    #[derive(Deserialize)]
    struct Raw {
        id: Option<Value>,
        context: Option<Value>,
        messages: Option<Box<RawValue>>,
    }
    let thread: Raw = readable(raw)?;
    let context = thread.context.as_ref().and_then(Value::as_object);
    let of = |member| context.and_then(|context| json::id(context, member));
    Ok(HistoryThread {
        id: thread.id.as_ref().map(crate::webhook::plain_text),
        wa_id: of("wa_id"),
        user_id: of("user_id"),
        username: of("username").map(|name| name.trim_start_matches('@').to_owned()),
        messages: thread.messages.map(|list| messages(&list)).unwrap_or_default(),
    })
}
