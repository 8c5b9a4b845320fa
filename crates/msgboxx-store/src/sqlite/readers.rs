//! Reading on the calling thread: a short read is cheaper than a hop to another thread.
//!
//! There are never more connections than threads that read at the same moment.

use super::{SqliteConnection, SqliteTx};
use crate::clock::CommitClock;
use crate::error::{Result, StoreError};
use crate::tx::{Tx, TxEngine};
use crate::unit::{Unit, Verdict};
use msgboxx_model::Instant;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

pub(super) struct Readers {
    path: Arc<Path>,
    clock: CommitClock,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Readers {
    pub(super) fn new(path: Arc<Path>, clock: CommitClock) -> Self {
        Self { path, clock, idle: Mutex::default() }
    }

    pub(super) async fn run(&self, mut unit: Box<dyn Unit>) {
        let mut outcome = self.read(unit.as_mut(), false);
        if let Ok(Some(end)) = outcome {
            self.clock.under_way().ended_before(end).await;
            outcome = self.read(unit.as_mut(), true);
        }
        unit.answer(outcome.map(|_| ()));
    }

    /// Answers what the unit came too early for.
    fn read(&self, unit: &mut dyn Unit, has_waited: bool) -> Result<Option<Instant>> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = idle.map_or_else(|| SqliteConnection::open_reader(&self.path), Ok)?;
        connection.execute("begin", &[])?;
        let mut tx = Tx::reading(TxEngine::Sqlite(SqliteTx::new(&connection)), &self.clock, has_waited);
        let ran = finish_now(unit, &mut tx);
        let early_for = tx.is_early_for();
        drop(tx);
        connection.execute("commit", &[])?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        ran.map(|_| early_for)
    }
}

/// Runs a unit on SQLite, where nothing ever waits: one poll finishes it.
pub(super) fn finish_now(unit: &mut dyn Unit, tx: &mut Tx<'_>) -> Result<Verdict> {
    match unit.run(tx).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(verdict) => Ok(verdict),
        Poll::Pending => Err(StoreError::Statement("a unit of work awaited something other than the store".to_owned())),
    }
}
