//! A unit on a PostgreSQL connection: statements pipelined where nobody needs their answer.

use super::session::{Prepared, Session};
use crate::dialect::Statement;
use crate::error::{Result, StoreError, error_chain};
use crate::row::Row;
use crate::value::Value;
use futures_util::future::poll_immediate;
use futures_util::{StreamExt, pin_mut};
use std::pin::Pin;
use tokio_postgres::Error;
use tokio_postgres::error::{Severity, SqlState};

type Answer<'c> = Pin<Box<dyn Future<Output = std::result::Result<(), Error>> + 'c>>;

/// How a unit ended.
pub(crate) enum End {
    /// As it wished: committed, or undone because it refused.
    Done,
    /// Nothing is written, and another run may fare better: another transaction or the connection was in the way.
    Again(StoreError),
    /// Nothing is written, unless the error says that nobody knows.
    Failed(StoreError),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// No transaction: each statement by itself, on a connection shared with other units.
    Reading,
    Writing,
}

pub(crate) struct PostgresTx<'c> {
    session: &'c Session,
    purpose: Purpose,
    /// Sent, in order, and not yet answered.
    sent: Vec<Answer<'c>>,
    /// The first error of the connection in this unit, by which the ending is judged: what the unit makes of it is its own affair.
    failure: Option<Error>,
}

impl<'c> PostgresTx<'c> {
    pub(super) fn reading(session: &'c Session) -> Self {
        Self { session, purpose: Purpose::Reading, sent: Vec::new(), failure: None }
    }

    pub(super) async fn begin(session: &'c Session) -> Self {
        let mut tx = Self { session, purpose: Purpose::Writing, sent: Vec::new(), failure: None };
        tx.send(Box::pin(session.client.batch_execute(session.begin()))).await;
        tx
    }

    /// Polls once, which puts the statement on the wire, and keeps the rest for later.
    async fn send(&mut self, mut answer: Answer<'c>) {
        match poll_immediate(answer.as_mut()).await {
            Some(Err(error)) => self.note(error),
            Some(Ok(())) => {}
            None => self.sent.push(answer),
        }
    }

    fn note(&mut self, error: Error) {
        self.failure.get_or_insert(error);
    }

    /// Awaits what was sent, so that the first error is the one that is reported.
    async fn drain(&mut self) {
        for answer in std::mem::take(&mut self.sent) {
            if let Err(error) = answer.await {
                self.note(error);
            }
        }
    }

    async fn fail<T>(&mut self, error: Error) -> Result<T> {
        self.drain().await;
        let first: &Error = self.failure.get_or_insert(error);
        Err(first.into())
    }

    async fn prepare(&mut self, statement: Statement) -> Result<Prepared> {
        let text = match (self.purpose, statement.postgres_locking) {
            (Purpose::Writing, Some(locking)) => locking,
            _ => statement.postgres,
        };
        match self.session.prepare(text).await {
            Ok(prepared) => Ok(prepared),
            Err(error) => self.fail(error).await,
        }
    }

    pub(crate) async fn execute(&mut self, statement: Statement, params: &[Value<'_>]) -> Result<u64> {
        let statement = self.prepare(statement).await?;
        match self.session.execute(&statement, params).await {
            Ok(changed) => Ok(changed),
            Err(error) => self.fail(error).await,
        }
    }

    pub(crate) async fn push(&mut self, statement: Statement, params: &[Value<'_>]) -> Result<()> {
        let statement = self.prepare(statement).await?;
        let params: Vec<Value<'static>> = params.iter().cloned().map(Value::into_owned).collect();
        let session = self.session;
        self.send(Box::pin(async move { session.execute(&statement, &params).await.map(|_| ()) })).await;
        Ok(())
    }

    pub(crate) async fn query<T>(
        &mut self,
        statement: Statement,
        params: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let statement = self.prepare(statement).await?;
        let rows = match self.session.query(&statement, params).await {
            Ok(rows) => rows,
            Err(error) => return self.fail(error).await,
        };
        pin_mut!(rows);
        let mut found = Vec::new();
        while let Some(row) = rows.next().await {
            match row {
                Ok(row) => found.push(read(&Row::Postgres(&row))?),
                Err(error) => return self.fail(error).await,
            }
        }
        Ok(found)
    }

    pub(crate) async fn batch(&mut self, text: &str) -> Result<()> {
        match self.session.client.batch_execute(text).await {
            Ok(()) => Ok(()),
            Err(error) => self.fail(error).await,
        }
    }

    /// Ends a unit that only read: its own result stands, unless the connection was the trouble.
    pub(super) async fn finish_reading(mut self) -> End {
        self.drain().await;
        self.failure.take().map_or(End::Done, |error| self.judge(&error))
    }

    /// Ends a unit that refused: its own words stand, unless another run may fare better.
    pub(super) async fn rollback(mut self) -> End {
        match self.undo().await {
            Some(again @ End::Again(_)) => again,
            _ => End::Done,
        }
    }

    pub(super) async fn commit(mut self) -> End {
        if self.failure.is_some() {
            // The unit made light of a failed statement, but half a unit is never kept.
            return self.undo().await.unwrap_or(End::Done);
        }
        let commit = self.session.client.simple_query("commit");
        pin_mut!(commit);
        // On the wire behind what was pushed; a failure among that turns it into a rollback on the server.
        let early = poll_immediate(commit.as_mut()).await;
        self.drain().await;
        let ended = match early {
            Some(ended) => ended,
            None => commit.await,
        };
        match self.failure.take().or(ended.err()) {
            None => End::Done,
            Some(error) if is_servers_refusal(&error) => self.judge(&error),
            Some(error) => {
                self.session.retire();
                End::Failed(StoreError::Unknown(error_chain(&error)))
            }
        }
    }

    /// Rolls back and says what became of the unit's failure, if there was one.
    async fn undo(&mut self) -> Option<End> {
        let rollback = self.session.client.batch_execute("rollback");
        pin_mut!(rollback);
        let early = poll_immediate(rollback.as_mut()).await;
        self.drain().await;
        let undone = match early {
            Some(undone) => undone,
            None => rollback.await,
        };
        if undone.is_err() {
            self.session.retire();
        }
        self.failure.take().map(|error| self.judge(&error))
    }

    /// What follows from an error while nothing is committed.
    fn judge(&self, error: &Error) -> End {
        let is_in_the_way = [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].iter().any(|s| error.code() == Some(s));
        let is_connections = error.is_closed() || (error.as_db_error().is_some() && !is_servers_refusal(error));
        if is_connections || is_outdated(error) {
            self.session.retire();
        } else if !is_in_the_way {
            return End::Failed(error.into());
        }
        End::Again(error.into())
    }
}

/// The server answered and lives on: what it refused is not done. Anything else after a commit was sent leaves its outcome open.
fn is_servers_refusal(error: &Error) -> bool {
    error.as_db_error().is_some_and(|answer| !matches!(answer.parsed_severity(), Some(Severity::Fatal | Severity::Panic)))
}

/// The connection's own state is the trouble: statements prepared before a migration, or a server that became a standby.
fn is_outdated(error: &Error) -> bool {
    let codes = [SqlState::FEATURE_NOT_SUPPORTED, SqlState::INVALID_SQL_STATEMENT_NAME, SqlState::READ_ONLY_SQL_TRANSACTION];
    codes.iter().any(|code| error.code() == Some(code))
}
