//! Rows read from either engine, without a copy in between.

use crate::error::{Result, StoreError};
use msgboxx_model::{Instant, MobileNumber};
use rusqlite::types::{FromSql, ValueRef};
use uuid::Uuid;

/// One row of a result.
pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// The value of the column at this place, counted from 0.
    pub(crate) fn get<T: Column>(&self, index: usize) -> Result<T> {
        match self {
            Row::Sqlite(row) => T::from_sqlite(row.get_ref(index)?).map_err(|why| StoreError::Statement(format!("column {index}: {why}"))),
            Row::Postgres(row) => T::from_postgres(row, index),
        }
    }
}

/// What a column can be read as.
pub(crate) trait Column: Sized {
    fn from_sqlite(value: ValueRef<'_>) -> std::result::Result<Self, String>;
    fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<Self>;
}

macro_rules! plain_columns {
    ($($ty:ty),+) => {$(
        impl Column for $ty {
            fn from_sqlite(value: ValueRef<'_>) -> std::result::Result<Self, String> {
                <$ty as FromSql>::column_result(value).map_err(|e| e.to_string())
            }

            fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<Self> {
                Ok(row.try_get(index)?)
            }
        }
    )+};
}
plain_columns!(i64, bool, String, Uuid, Vec<u8>);

impl<T: Column> Column for Option<T> {
    fn from_sqlite(value: ValueRef<'_>) -> std::result::Result<Self, String> {
        if value == ValueRef::Null { Ok(None) } else { T::from_sqlite(value).map(Some) }
    }

    fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<Self> {
        if row.try_get::<_, Present>(index)?.0 { T::from_postgres(row, index).map(Some) } else { Ok(None) }
    }
}

/// Whether a column holds anything, whatever its type.
struct Present(bool);

impl<'a> tokio_postgres::types::FromSql<'a> for Present {
    fn from_sql(_: &tokio_postgres::types::Type, _: &'a [u8]) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Present(true))
    }

    fn from_sql_null(_: &tokio_postgres::types::Type) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Present(false))
    }

    fn accepts(_: &tokio_postgres::types::Type) -> bool {
        true
    }
}

macro_rules! columns_by {
    ($through:ty: $($ty:ty => $make:expr),+ $(,)?) => {$(
        impl Column for $ty {
            fn from_sqlite(value: ValueRef<'_>) -> std::result::Result<Self, String> {
                <$through>::from_sqlite(value).map($make)
            }

            fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<Self> {
                <$through>::from_postgres(row, index).map($make)
            }
        }
    )+};
}
columns_by!(i64: Instant => Instant::from_micros);
columns_by!(String: MobileNumber => MobileNumber::from_stored);

macro_rules! id_columns {
    ($($id:ident),+) => { columns_by!(Uuid: $(msgboxx_model::$id => msgboxx_model::$id),+); };
}
id_columns!(
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

macro_rules! text_enum_columns {
    ($($ty:ty),+ $(,)?) => {$(
        impl Column for $ty {
            fn from_sqlite(value: ValueRef<'_>) -> std::result::Result<Self, String> {
                let text = value.as_str().map_err(|e| e.to_string())?;
                text.parse().map_err(|e| format!("{text:?} {e}"))
            }

            fn from_postgres(row: &tokio_postgres::Row, index: usize) -> Result<Self> {
                let text: &str = row.try_get(index)?;
                text.parse().map_err(|e| StoreError::Statement(format!("{text:?} {e}")))
            }
        }
    )+};
}
text_enum_columns!(
    msgboxx_model::ContactStatus,
    msgboxx_model::Folder,
    msgboxx_model::Direction,
    msgboxx_model::MessageKind,
    msgboxx_model::MediaState,
    msgboxx_model::TemplateStatus,
    msgboxx_model::template::TemplateCategory,
    msgboxx_model::template::ParameterFormat,
    msgboxx_model::Role,
    msgboxx_model::EventKind,
    crate::inbound_ledger::EntryState,
    msgboxx_model::account_health::TokenState,
    msgboxx_model::webhook::DeliveryState,
);
