//! What each member of a body and each parameter of a query may be.
//!
//! One name means the same everywhere in the API, so there is one table of each. Where a reader
//! accepts `""` and `null` for absence, so does the schema.

use crate::api::contact::{LONGEST_EMAIL, LONGEST_NAME};
use crate::api::event;
use crate::api::message::LONGEST_MESSAGE;
use crate::api::token::LONGEST_CREDENTIAL;
use crate::webhooks::guard::MAX_TARGET_LENGTH;
use msgboxx_model::tags::MAX_TAG_CHARACTERS;
use msgboxx_model::{ContactStatus, EventKind, Folder};
use serde_json::{Value, json};

/// Digits with separators, perhaps with `+` or `00` in front; a leading space is an unescaped `+`.
const NUMBER: &str = r"^[ ().\-]*(\+[ ().\-]*|0[ ().\-]*0[ ().\-]*)?[1-9]([ ().\-]*[0-9]){7,14}[ ().\-]*$";

/// What may be left out of a change, but not taken away.
const NEVER_EMPTY: [&str; 2] = ["type", "targetUrl"];

/// The schema of a body's member.
pub(super) fn in_body(name: &str, is_required: bool) -> Value {
    let (schema, description) = body_member(name);
    let mut schema = if is_required || NEVER_EMPTY.contains(&name) { schema } else { with_emptiness(schema) };
    schema["description"] = json!(description);
    if name == "parameters" {
        schema["x-extension"] = json!(true);
    }
    schema
}

/// What a member may be when it is not empty, and what it means.
fn body_member(name: &str) -> (Value, &'static str) {
    let id = || json!({"type": "string", "format": "uuid"});
    let text = |longest: usize| json!({"type": "string", "maxLength": longest});
    let credential = || json!({"type": "string", "minLength": 1, "maxLength": LONGEST_CREDENTIAL});
    match name {
        "apiAccountId" => (id(), "The api account."),
        "contactId" => (id(), "The contact."),
        "templateId" => (id(), "The template; it must be approved."),
        "userId" => (id(), "The user who is to answer."),
        "teamId" => (id(), "The team that is to answer."),
        "username" => (credential(), "The user's e-mail address, in any case."),
        "password" => (credential(), "The user's password."),
        "mobileNumber" => (number(), "In E.164 form; spaces, hyphens, dots and parentheses are dropped."),
        "name" => (text(LONGEST_NAME), "How people call the contact; the number when left out on creation."),
        "status" => (
            one_of(ContactStatus::ALL, ContactStatus::as_str),
            "What the contact has agreed to; `Presubscribed` when left out on creation.",
        ),
        "email" => (text(LONGEST_EMAIL), "The contact's e-mail address; may be empty."),
        "tags" => (json!({"type": "array", "items": text(MAX_TAG_CHARACTERS)}), "At most 50; empty and repeated ones are dropped."),
        "message" => (words(LONGEST_MESSAGE), "The words; for a broadcast the template's text with its placeholders filled in."),
        "parameters" => {
            (parameters(), "Values for the template's variables, by number or by name, where the text alone does not tell them.")
        }
        "folder" => (one_of(Folder::ALL, Folder::as_str), "Where the conversation is to lie."),
        "type" => (one_of(EventKind::ALL, EventKind::as_str), "What must be added for the webhook to be called."),
        "targetUrl" => (json!({"type": "string", "format": "uri", "maxLength": MAX_TARGET_LENGTH}), "A public https address."),
        "deliveryId" => (id(), "One delivery."),
        "fromDate" => (json!({"type": "string", "format": "date-time"}), "All deliveries from this instant on."),
        "toDate" => (json!({"type": "string", "format": "date-time"}), "All deliveries before this instant."),
        "isEnabled" => (json!({"type": "boolean"}), "`true` when left out on creation."),
        other => unreachable!("{other} is not described"),
    }
}

fn number() -> Value {
    json!({"type": "string", "pattern": NUMBER, "examples": ["+4479051337665"]})
}

fn words(longest: usize) -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": longest, "pattern": r"\S"})
}

fn one_of<T: Copy>(values: &[T], text: impl Fn(T) -> &'static str) -> Value {
    json!({"type": "string", "enum": values.iter().map(|value| text(*value)).collect::<Vec<_>>()})
}

fn parameters() -> Value {
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let by_name = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let values = |description: &str| json!({"anyOf": [texts, by_name, {"type": "null"}], "description": description});
    json!({
        "type": "object",
        "properties": {
            "header": values("For the header: its placeholder, or the https address of its picture, video or document."),
            "body": values("For the body's placeholders."),
            "buttons": {"type": ["array", "null"], "items": {"type": "string"}, "description": "One for each button that takes a value."},
        },
    })
}

/// A member that may be left out may also be `null` or, if it is a text, empty.
fn with_emptiness(mut schema: Value) -> Value {
    if schema["type"] == "boolean" {
        return schema;
    }
    if let Some(values) = schema["enum"].as_array_mut() {
        values.extend([json!(""), Value::Null]);
    }
    if schema.get("format").is_some() || schema.get("pattern").is_some() {
        return json!({"anyOf": [schema, {"type": "string", "maxLength": 0}, {"type": "null"}]});
    }
    schema["type"] = json!([schema["type"], "null"]);
    schema
}

/// The schema and the meaning of a query's parameter.
pub(super) fn in_query(name: &str) -> (Value, &'static str) {
    let id = || json!({"type": "string", "format": "uuid"});
    let instant = || json!({"type": "string", "format": "date-time"});
    match name {
        "page" => (json!({"type": "integer", "minimum": 1, "default": 1}), "Which page, from 1. Pages beyond the last are empty."),
        "pageSize" => (json!({"type": "integer", "minimum": 1, "maximum": 100, "default": 100}), "Records on a page."),
        "apiAccountId" => (id(), "Only of this api account."),
        "inboxId" => (id(), "Only of this inbox."),
        "contactId" => (id(), "Only of this contact."),
        "conversationId" => (id(), "Only of this conversation."),
        "mobileNumber" => (number(), "Only with this number. An unescaped `+` is understood."),
        "fromDate" => (instant(), "Only from this instant on. A date alone is midnight UTC."),
        "toDate" => (instant(), "Only before this instant. A date alone is midnight UTC."),
        "name" => (words(LONGEST_NAME), "Only with this whole name, in any case."),
        "email" => (words(LONGEST_EMAIL), "Only with this whole e-mail address, in any case."),
        "tag" => (words(LONGEST_NAME), "Only with this tag, in any case."),
        "after" => {
            (json!({"type": "integer", "minimum": 0, "default": 0}), "Only events after this position: the `next` of the last answer.")
        }
        "limit" => (json!({"type": "integer", "minimum": 1, "maximum": event::MOST, "default": 100}), "Events in the answer, at most."),
        "wait" => {
            (json!({"type": "integer", "minimum": 0, "maximum": event::LONGEST_WAIT, "default": 0}), "Seconds to wait for the first event.")
        }
        other => unreachable!("{other} is not described"),
    }
}
