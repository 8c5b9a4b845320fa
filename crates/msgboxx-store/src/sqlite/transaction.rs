//! A unit on an SQLite connection, held to PostgreSQL's rule that a failed statement ends the unit.

use super::SqliteConnection;
use crate::error::{Result, StoreError};
use crate::row::Row;
use crate::value::Value;

pub(crate) struct SqliteTx<'c> {
    connection: &'c SqliteConnection,
    failure: Option<StoreError>,
    rows_before: u64,
    has_run_batch: bool,
}

impl<'c> SqliteTx<'c> {
    pub(super) fn new(connection: &'c SqliteConnection) -> Self {
        Self { connection, failure: None, rows_before: connection.changed_rows(), has_run_batch: false }
    }

    /// Whether there is something to undo.
    pub(super) fn has_written(&self) -> bool {
        self.has_run_batch || self.connection.changed_rows() != self.rows_before
    }

    /// The first failure of a statement of this unit.
    pub(super) fn into_failure(self) -> Option<StoreError> {
        self.failure
    }

    pub(crate) fn execute(&mut self, text: &'static str, params: &[Value<'_>]) -> Result<u64> {
        self.run(|connection| connection.execute(text, params))
    }

    pub(crate) fn query<T>(&mut self, text: &'static str, params: &[Value<'_>], read: impl FnMut(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        self.run(|connection| connection.query(text, params, read))
    }

    pub(crate) fn batch(&mut self, text: &str) -> Result<()> {
        self.has_run_batch = true;
        self.run(|connection| connection.batch(text))
    }

    fn run<T>(&mut self, statement: impl FnOnce(&SqliteConnection) -> Result<T>) -> Result<T> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        // On a full disk SQLite rolls back by itself; what came after would be committed by itself.
        statement(self.connection).inspect_err(|failure| self.failure = Some(failure.clone()))
    }
}
