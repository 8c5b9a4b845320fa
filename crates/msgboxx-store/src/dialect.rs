//! The few statements whose text cannot be the same on both engines, each with its reason.

/// A statement: one text, or one for each engine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statement {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
    /// Instead of `postgres` in a unit of writing.
    pub(crate) postgres_locking: Option<&'static str>,
}

impl Statement {
    const fn pair(sqlite: &'static str, postgres: &'static str) -> Self {
        Self { sqlite, postgres, postgres_locking: None }
    }
}

impl From<&'static str> for Statement {
    fn from(text: &'static str) -> Self {
        Statement::pair(text, text)
    }
}

/// Reads what the same unit of writing may change by what it read: on PostgreSQL the rows stay locked until the unit ends, or two
/// units would each write back what they read and one change would be lost. SQLite has one writer.
macro_rules! locking {
    ($text:literal) => {
        $crate::dialect::Statement { sqlite: $text, postgres: $text, postgres_locking: Some(concat!($text, " for no key update")) }
    };
}
pub(crate) use locking;

/// SQLite has one writer, so an event can take the next number as it is written. On PostgreSQL
/// numbers taken before the commit become visible out of order: the sequencer gives them afterwards.
pub(crate) const APPEND_EVENT: Statement = Statement::pair(
    "insert into events (organisation_id, id, name, entity_id, api_account_id, at, position)
     values ($1, $2, $3, $4, $5, $6,
             (select coalesce(max(position), 0) + 1 from events where organisation_id = $1 and position is not null))",
    "insert into events (organisation_id, id, name, entity_id, api_account_id, at, position)
     values ($1, $2, $3, $4, $5, $6, null)",
);

/// Only PostgreSQL has several processes that could migrate at once.
pub(crate) const LOCK_MIGRATIONS: Statement =
    Statement::pair("select 1", "select 1 from (select pg_advisory_xact_lock(7311563)) as locked");

/// Held until the unit ends. SQLite has one writer.
pub(crate) const LOCK_WAMID: Statement =
    Statement::pair("select 1 where $1 is null", "select 1 from (select pg_advisory_xact_lock($1)) as locked");
