//! Moves the write-ahead log into the database beside the writer, so that no commit waits for it.
//!
//! A passive checkpoint never blocks, but under constant load it never empties the log either: past
//! a bound the writer itself restarts it, which is quick because little is left to move.

use super::SqliteConnection;
use crate::error::{Result, StoreError};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

const EVERY: Duration = Duration::from_millis(500);
/// Pages of 4 KiB in the log above which the writer restarts it: 128 MiB.
const MOST_PAGES: i64 = 32_768;

/// What writer and checkpointer tell each other.
#[derive(Default)]
pub(super) struct Pressure {
    commits: AtomicU64,
    log_is_long: AtomicBool,
}

impl Pressure {
    pub(super) fn after_commit(&self, connection: &SqliteConnection) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        if self.log_is_long.swap(false, Ordering::Relaxed)
            && let Err(error) = connection.restart_log()
        {
            tracing::warn!(%error, "failed to restart the write-ahead log");
        }
    }
}

/// The thread that checkpoints; stops when dropped.
pub(super) struct Checkpointer {
    stop: Option<crossbeam_channel::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Checkpointer {
    pub(super) fn start(path: &Path, pressure: Arc<Pressure>) -> Result<Self> {
        let connection = SqliteConnection::open_writer(path)?;
        let (stop, stopped) = crossbeam_channel::bounded::<()>(0);
        let thread = std::thread::Builder::new()
            .name("sqlite-checkpoint".to_owned())
            .spawn(move || {
                let mut seen = 0;
                while stopped.recv_timeout(EVERY) == Err(crossbeam_channel::RecvTimeoutError::Timeout) {
                    let commits = pressure.commits.load(Ordering::Relaxed);
                    if commits != seen {
                        seen = commits;
                        checkpoint(&connection, &pressure);
                    }
                }
            })
            .map_err(|e| StoreError::Unavailable(e.to_string()))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

fn checkpoint(connection: &SqliteConnection, pressure: &Pressure) {
    match connection.pragma("pragma wal_checkpoint(passive)") {
        Ok(answer) => {
            if answer.get(1).is_some_and(|pages| *pages > MOST_PAGES) {
                pressure.log_is_long.store(true, Ordering::Relaxed);
            }
        }
        Err(error) => tracing::warn!(%error, "failed to checkpoint the write-ahead log"),
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
