//! One SQLite connection: its pragmas, and statements in PostgreSQL's way of writing parameters.

use crate::error::{Result, StoreError};
use crate::row::Row;
use crate::value::Value;
use rusqlite::config::DbConfig;
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, params_from_iter};
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long a write waits for another process (`apply` beside `serve`).
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the writer stands still for readers of the old log, when it restarts the log.
const RESTART_TIMEOUT: Duration = Duration::from_millis(20);
/// More than the program has statements, so that none is prepared twice.
const STATEMENT_CACHE: usize = 512;

pub(crate) struct SqliteConnection {
    connection: Connection,
    rewritten: RefCell<HashMap<(usize, usize), Arc<str>>>,
}

impl SqliteConnection {
    pub(crate) fn open_writer(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::open(path, flags, "pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -16000;")
    }

    pub(crate) fn open_reader(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::open(path, flags, "pragma query_only = on; pragma cache_size = -4000;")
    }

    fn open(path: &Path, flags: OpenFlags, pragmas: &str) -> Result<Self> {
        let connection =
            Connection::open_with_flags(path, flags).map_err(|e| StoreError::Unavailable(format!("{}: {e}", path.display())))?;
        connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
        connection.busy_timeout(BUSY_TIMEOUT)?;
        // Without this a statement is planned anew whenever a bound value might decide about a partial index.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // The checkpointer empties the log beside the writer; mapped pages are the kernel's, not ours.
        connection.execute_batch(
            "pragma foreign_keys = on; pragma wal_autocheckpoint = 0; pragma temp_store = memory; pragma mmap_size = 68719476736;",
        )?;
        connection.execute_batch(pragmas)?;
        Ok(Self { connection, rewritten: RefCell::default() })
    }

    pub(crate) fn execute(&self, text: &'static str, params: &[Value<'_>]) -> Result<u64> {
        let changed = self.prepare(text)?.execute(params_from_iter(params))?;
        Ok(changed as u64)
    }

    pub(crate) fn query<T>(&self, text: &'static str, params: &[Value<'_>], mut read: impl FnMut(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        let mut statement = self.prepare(text)?;
        let mut rows = statement.query(params_from_iter(params))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(&Row::Sqlite(row))?);
        }
        Ok(found)
    }

    pub(crate) fn batch(&self, text: &str) -> Result<()> {
        Ok(self.connection.execute_batch(text)?)
    }

    /// Commits. When the log cannot be written or synced, nobody knows whether it holds the commit.
    pub(crate) fn commit(&self) -> Result<()> {
        match self.prepare("commit")?.execute([]) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) => Err(StoreError::Unknown(error.to_string())),
            ended => Ok(ended.map(|_| ())?),
        }
    }

    /// How many rows this connection ever inserted, changed or deleted; what changes the schema is not in it.
    pub(crate) fn changed_rows(&self) -> u64 {
        self.connection.total_changes()
    }

    /// False once SQLite itself has given up the transaction, as it does when the disk is full.
    pub(crate) fn in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    /// Moves the whole log into the database, so that the next write begins it anew; gives up when readers need it.
    pub(crate) fn restart_log(&self) -> Result<()> {
        self.connection.busy_timeout(RESTART_TIMEOUT)?;
        let restarted = self.pragma("pragma wal_checkpoint(restart)");
        self.connection.busy_timeout(BUSY_TIMEOUT)?;
        restarted.map(|_| ())
    }

    /// A pragma that answers with numbers.
    pub(crate) fn pragma(&self, text: &str) -> Result<Vec<i64>> {
        let row = self.connection.query_row(text, [], |row| (0..row.as_ref().column_count()).map(|i| row.get(i)).collect());
        Ok(row?)
    }

    /// `$1` is a *named* parameter in SQLite, numbered by first appearance: `?1` is what we mean.
    fn prepare(&self, text: &'static str) -> Result<CachedStatement<'_>> {
        let key = (text.as_ptr() as usize, text.len());
        let rewritten = self.rewritten.borrow_mut().entry(key).or_insert_with(|| text.replace('$', "?").into()).clone();
        Ok(self.connection.prepare_cached(&rewritten)?)
    }
}
