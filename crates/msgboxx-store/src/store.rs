//! The handle that the program holds.

use crate::clock::CommitClock;
use crate::error::{Result, StoreError};
use crate::postgres::PostgresEngine;
use crate::settings::{Database, StoreSettings};
use crate::sqlite::SqliteEngine;
use crate::tx::Tx;
use crate::unit::Work;
use std::sync::Arc;
use tokio::sync::watch;

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    pub(crate) clock: CommitClock,
    committed: Arc<watch::Sender<u64>>,
}

#[derive(Clone)]
enum Engine {
    Sqlite(SqliteEngine),
    Postgres(PostgresEngine),
}

impl Store {
    /// Connects. The schema is left as it is; see [`Store::migrate`].
    ///
    /// # Errors
    /// When the database cannot be opened or its library is one that loses commits.
    pub async fn open(settings: StoreSettings) -> Result<Store> {
        let clock = CommitClock::new(settings.clock.clone());
        let engine = match &settings.database {
            Database::Sqlite(path) => Engine::Sqlite(SqliteEngine::open(path, clock.clone())?),
            Database::Postgres(url) => Engine::Postgres(PostgresEngine::open(url, &settings, clock.clone()).await?),
        };
        Ok(Store { engine, clock, committed: Arc::new(watch::Sender::new(0)) })
    }

    /// Whether this is SQLite: one process, one writer.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.engine, Engine::Sqlite(_))
    }

    /// Runs a unit of writing and answers after its commit is durable.
    ///
    /// The unit may run more than once (PostgreSQL's serialisation conflicts), shares its commit
    /// with others on SQLite, and must await nothing but the store. If it fails, all that it did is
    /// undone.
    pub async fn write<T, E, F>(&self, work: F) -> std::result::Result<T, E>
    where
        F: AsyncFn(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (unit, answer) = Work::new(work);
        match &self.engine {
            Engine::Sqlite(engine) => engine.write(Box::new(unit)),
            Engine::Postgres(engine) => engine.write(Box::new(unit)),
        }
        let result = answer.await.unwrap_or_else(|_| Err(E::from(stopped())));
        if result.is_ok() {
            self.committed.send_modify(|n| *n += 1);
        }
        result
    }

    /// Runs a unit that only reads. On SQLite it sees one snapshot and runs on the calling thread.
    pub async fn read<T, E, F>(&self, work: F) -> std::result::Result<T, E>
    where
        F: AsyncFn(&mut Tx<'_>) -> std::result::Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (unit, answer) = Work::new(work);
        match &self.engine {
            Engine::Sqlite(engine) => engine.read(Box::new(unit)).await,
            Engine::Postgres(engine) => engine.read(Box::new(unit)),
        }
        answer.await.unwrap_or_else(|_| Err(E::from(stopped())))
    }

    /// A hint that something was committed by this process: the count of commits.
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.committed.subscribe()
    }

    /// Makes what was committed so far survive the loss of the directory entry (SQLite's first start).
    pub(crate) fn settle(&self) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.settle(),
            Engine::Postgres(_) => Ok(()),
        }
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable("the store has stopped".to_owned())
}
