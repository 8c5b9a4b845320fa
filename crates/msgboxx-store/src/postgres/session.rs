//! One connection with its prepared statements.

use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, RowStream, Statement};

const BEGIN_WITH_SETTINGS: &str = "begin; set local synchronous_commit = on; set local lock_timeout = '10s'";

pub(super) struct Session {
    pub(super) client: Client,
    kept: Option<RefCell<HashMap<(usize, usize), Statement>>>,
    is_retired: Cell<bool>,
}

/// A statement that can be sent without waiting for anything.
pub(super) enum Prepared {
    /// Known to the server by a name.
    Kept(Statement),
    /// Parsed anew with each use: a transaction-pooling proxy gives each transaction another server connection.
    Unnamed(&'static str),
}

impl Session {
    pub(super) fn new(client: Client, keep_statements: bool) -> Self {
        Self { client, kept: keep_statements.then(RefCell::default), is_retired: Cell::new(false) }
    }

    /// What begins a transaction, with the settings that the connection could not keep.
    pub(super) fn begin(&self) -> &'static str {
        if self.kept.is_some() { "begin" } else { BEGIN_WITH_SETTINGS }
    }

    /// Takes no more units: what it keeps no longer fits the server.
    pub(super) fn retire(&self) {
        self.is_retired.set(true);
    }

    pub(super) fn is_usable(&self) -> bool {
        !self.is_retired.get() && !self.client.is_closed()
    }

    pub(super) async fn prepare(&self, text: &'static str) -> Result<Prepared, Error> {
        let Some(kept) = &self.kept else { return Ok(Prepared::Unnamed(text)) };
        let key = (text.as_ptr() as usize, text.len());
        let known = kept.borrow().get(&key).cloned();
        if let Some(statement) = known {
            return Ok(Prepared::Kept(statement));
        }
        let statement = self.client.prepare(text).await?;
        kept.borrow_mut().insert(key, statement.clone());
        Ok(Prepared::Kept(statement))
    }

    /// Sends at the first poll, so that what is polled in order is sent in order.
    pub(super) async fn execute(&self, statement: &Prepared, params: &[Value<'_>]) -> Result<u64, Error> {
        match statement {
            Prepared::Kept(statement) => self.client.execute_raw(statement, params.iter().map(as_sql)).await,
            Prepared::Unnamed(text) => {
                let typed: Vec<_> = params.iter().map(|value| (as_sql(value), value.postgres_type())).collect();
                self.client.execute_typed(text, &typed).await
            }
        }
    }

    pub(super) async fn query(&self, statement: &Prepared, params: &[Value<'_>]) -> Result<RowStream, Error> {
        match statement {
            Prepared::Kept(statement) => self.client.query_raw(statement, params.iter().map(as_sql)).await,
            Prepared::Unnamed(text) => {
                self.client.query_typed_raw(text, params.iter().map(|value| (as_sql(value), value.postgres_type()))).await
            }
        }
    }
}

fn as_sql<'v>(value: &'v Value<'_>) -> &'v (dyn ToSql + Sync) {
    value
}
