//! Values bound to statements, for both engines.

use bytes::BytesMut;
use msgboxx_model::{Instant, MobileNumber};
use rusqlite::types::{ToSqlOutput, ValueRef};
use std::borrow::Cow;
use tokio_postgres::types::{IsNull, ToSql, Type};
use uuid::Uuid;

/// One bound value.
#[derive(Debug, Clone)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Uuid(Uuid),
    Text(Cow<'a, str>),
    Bytes(Cow<'a, [u8]>),
}

impl Value<'_> {
    pub(crate) fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Bool(v) => Value::Bool(v),
            Value::Int(v) => Value::Int(v),
            Value::Uuid(v) => Value::Uuid(v),
            Value::Text(v) => Value::Text(Cow::Owned(v.into_owned())),
            Value::Bytes(v) => Value::Bytes(Cow::Owned(v.into_owned())),
        }
    }
}

impl Value<'_> {
    /// The type to name when the server is not asked for one; it infers that of an absent value.
    pub(crate) fn postgres_type(&self) -> Type {
        match self {
            Value::Null => Type::UNKNOWN,
            Value::Bool(_) => Type::BOOL,
            Value::Int(_) => Type::INT8,
            Value::Uuid(_) => Type::UUID,
            Value::Text(_) => Type::TEXT,
            Value::Bytes(_) => Type::BYTEA,
        }
    }
}

/// The values of a statement in the order of `$1`, `$2` …
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::value::Value::from($value)),*] };
}
pub(crate) use params;

macro_rules! value_from {
    ($($from:ty => |$v:ident| $to:expr),+ $(,)?) => {$(
        impl<'a> From<$from> for Value<'a> {
            fn from($v: $from) -> Self { $to }
        }
    )+};
}

value_from! {
    bool => |v| Value::Bool(v),
    i64 => |v| Value::Int(v),
    u32 => |v| Value::Int(v.into()),
    Uuid => |v| Value::Uuid(v),
    Instant => |v| Value::Int(v.as_micros()),
    &'a str => |v| Value::Text(Cow::Borrowed(v)),
    &'a String => |v| Value::Text(Cow::Borrowed(v)),
    String => |v| Value::Text(Cow::Owned(v)),
    &'a MobileNumber => |v| Value::Text(Cow::Borrowed(v.as_str())),
    &'a [u8] => |v| Value::Bytes(Cow::Borrowed(v)),
    &'a Vec<u8> => |v| Value::Bytes(Cow::Borrowed(v)),
}

macro_rules! value_from_ids {
    ($($id:ident),+) => {$(
        impl From<msgboxx_model::$id> for Value<'_> {
            fn from(id: msgboxx_model::$id) -> Self { Value::Uuid(id.0) }
        }
    )+};
}
value_from_ids!(
    OrganisationId,
    UserId,
    TeamId,
    ApiAccountId,
    InboxId,
    ContactId,
    ConversationId,
    MessageId,
    MediaId,
    TemplateId,
    BroadcastId,
    WebhookId,
    DeliveryId,
    AttemptId,
    EventId,
    SessionId
);

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Bool(v) => ValueRef::Integer(i64::from(*v)),
            Value::Int(v) => ValueRef::Integer(*v),
            Value::Uuid(v) => ValueRef::Blob(v.as_bytes()),
            Value::Text(v) => ValueRef::Text(v.as_bytes()),
            Value::Bytes(v) => ValueRef::Blob(v),
        }))
    }
}

type EncodeResult = Result<IsNull, Box<dyn std::error::Error + Sync + Send>>;

impl ToSql for Value<'_> {
    /// Encodes by the type that the server inferred for the parameter.
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> EncodeResult {
        match (self, ty) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Bool(v), &Type::BOOL) => v.to_sql(ty, out),
            (Value::Int(v), &Type::INT8) => v.to_sql(ty, out),
            (Value::Int(v), &Type::INT4) => i32::try_from(*v)?.to_sql(ty, out),
            (Value::Uuid(v), &Type::UUID) => v.to_sql(ty, out),
            (Value::Text(v), &Type::TEXT | &Type::VARCHAR | &Type::NAME | &Type::UNKNOWN) => v.as_ref().to_sql(&Type::TEXT, out),
            (Value::Bytes(v), &Type::BYTEA) => v.as_ref().to_sql(ty, out),
            (value, ty) => Err(format!("{value:?} was bound where the server expects {ty}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}
