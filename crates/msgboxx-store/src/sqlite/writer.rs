//! The one writer: takes all waiting units into one transaction and answers after the commit. What a
//! unit of them did can be undone without the others.

use super::checkpoint::{Checkpointer, Pressure};
use super::readers::finish_now;
use super::{SqliteConnection, SqliteTx};
use crate::clock::CommitClock;
use crate::error::{Result, StoreError};
use crate::tx::{Tx, TxEngine};
use crate::unit::{Unit, Verdict};
use crossbeam_channel::{Receiver, Sender};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

/// Units in one commit. Beyond this the sync is already paid for and only the first caller waits longer.
const MOST_UNITS: usize = 256;

pub(super) struct Writer {
    queue: Option<Sender<Box<dyn Unit>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: SqliteConnection, path: &Path, clock: CommitClock) -> Result<Self> {
        let (queue, waiting) = crossbeam_channel::unbounded();
        let pressure = Arc::new(Pressure::default());
        let checkpointer = Checkpointer::start(path, pressure.clone())?;
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                run(&connection, &waiting, &clock, &pressure);
                drop(checkpointer);
            })
            .map_err(|e| StoreError::Unavailable(e.to_string()))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    pub(super) fn submit(&self, unit: Box<dyn Unit>) {
        let Some(queue) = &self.queue else { return };
        if let Err(refused) = queue.send(unit) {
            refused.0.answer(Err(StoreError::Unavailable("the writer has stopped".to_owned())));
        }
    }
}

impl Drop for Writer {
    /// Waits until everything that was queued is answered.
    fn drop(&mut self) {
        self.queue.take();
        // A unit may hold the last handle of the store, and is dropped on the writer's own thread.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id()) {
            drop(thread.join());
        }
    }
}

/// A unit that ran, and why it cannot be kept although the others can.
struct Ran {
    unit: Box<dyn Unit>,
    refused: Result<()>,
}

fn run(connection: &SqliteConnection, waiting: &Receiver<Box<dyn Unit>>, clock: &CommitClock, pressure: &Pressure) {
    while let Ok(first) = waiting.recv() {
        let mut ran = Vec::with_capacity(16);
        ran.push(Ran { unit: first, refused: Ok(()) });
        let outcome = commit_together(connection, waiting, clock, &mut ran);
        if outcome.is_err() && connection.in_transaction() {
            // Whatever went wrong, the next batch starts clean.
            drop(connection.batch("rollback"));
        }
        for Ran { unit, refused } in ran {
            unit.answer(outcome.clone().and(refused));
        }
        pressure.after_commit(connection);
    }
}

/// Runs the first unit and those that wait, and commits. Savepoints copy every page that a unit touches, so they are taken only
/// when a unit turns out to have something to undo: then all run again.
fn commit_together(
    connection: &SqliteConnection,
    waiting: &Receiver<Box<dyn Unit>>,
    clock: &CommitClock,
    ran: &mut Vec<Ran>,
) -> Result<()> {
    if let Err(why) = connection.execute("begin immediate", &[]) {
        // Whoever queued up meanwhile has waited for as long.
        ran.extend(waiting.try_iter().map(|unit| Ran { unit, refused: Ok(()) }));
        return Err(why);
    }
    let _mark = clock.begin_unit();
    while let Some(last) = ran.last_mut() {
        let end = run_unit(connection, last.unit.as_mut(), clock)?;
        if !end.is_kept && end.has_written {
            return commit_in_savepoints(connection, clock, ran);
        }
        last.refused = end.refused;
        let next = if ran.len() < MOST_UNITS { waiting.try_recv().ok() } else { None };
        let Some(unit) = next else { break };
        ran.push(Ran { unit, refused: Ok(()) });
    }
    connection.commit()
}

fn commit_in_savepoints(connection: &SqliteConnection, clock: &CommitClock, ran: &mut [Ran]) -> Result<()> {
    connection.batch("rollback")?;
    connection.execute("begin immediate", &[])?;
    for Ran { unit, refused } in ran {
        connection.execute("savepoint unit", &[])?;
        let end = run_unit(connection, unit.as_mut(), clock)?;
        if !end.is_kept {
            connection.execute("rollback to unit", &[])?;
        }
        connection.execute("release unit", &[])?;
        *refused = end.refused;
    }
    connection.commit()
}

/// How one run of a unit ended.
struct End {
    is_kept: bool,
    has_written: bool,
    /// Why, if the unit itself does not know yet.
    refused: Result<()>,
}

/// An error here is the whole transaction's.
fn run_unit(connection: &SqliteConnection, unit: &mut dyn Unit, clock: &CommitClock) -> Result<End> {
    let mut tx = Tx::writing(TxEngine::Sqlite(SqliteTx::new(connection)), clock);
    let verdict = finish_now(unit, &mut tx);
    let TxEngine::Sqlite(transaction) = tx.into_engine() else {
        return Err(StoreError::Statement("a unit changed its engine".to_owned()));
    };
    if !connection.in_transaction() {
        return Err(StoreError::Unavailable("the database gave up the transaction".to_owned()));
    }
    let has_written = transaction.has_written();
    let (is_kept, refused) = match (verdict, transaction.into_failure()) {
        (Err(why), _) | (Ok(Verdict::Keep), Some(why)) => (false, Err(why)),
        (Ok(Verdict::Keep), None) => (true, Ok(())),
        (Ok(Verdict::Undo), _) => (false, Ok(())),
    };
    Ok(End { is_kept, has_written, refused })
}
