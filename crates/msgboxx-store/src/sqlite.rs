//! SQLite: one writer thread with group commit, readers on the threads that ask.
//!
//! `synchronous=FULL` throughout: with `NORMAL` a power cut loses acknowledged commits. Sharing one
//! sync among many units is what makes that cheap.

mod checkpoint;
mod connection;
mod readers;
mod transaction;
mod writer;

pub(crate) use connection::SqliteConnection;
pub(crate) use transaction::SqliteTx;

use crate::clock::CommitClock;
use crate::error::{Result, StoreError};
use crate::unit::Unit;
use readers::Readers;
use std::path::Path;
use std::sync::Arc;
use writer::Writer;

/// Before this version a race in WAL mode can lose or corrupt commits (sqlite.org/wal.html#walresetbug).
const OLDEST_SAFE_VERSION: i32 = 3_051_003;

#[derive(Clone)]
pub(crate) struct SqliteEngine {
    path: Arc<Path>,
    // Dropped in this order: the readers' connections are closed last, when nobody writes.
    writer: Arc<Writer>,
    readers: Arc<Readers>,
}

impl SqliteEngine {
    pub(crate) fn open(path: &Path, clock: CommitClock) -> Result<Self> {
        let version = rusqlite::version_number();
        if version < OLDEST_SAFE_VERSION {
            return Err(StoreError::Schema(format!("SQLite {} can lose commits; 3.51.3 or later is needed", rusqlite::version())));
        }
        let connection = SqliteConnection::open_writer(path)?;
        let path: Arc<Path> = path.into();
        Ok(Self {
            writer: Arc::new(Writer::start(connection, &path, clock.clone())?),
            readers: Arc::new(Readers::new(path.clone(), clock)),
            path,
        })
    }

    pub(crate) fn write(&self, unit: Box<dyn Unit>) {
        self.writer.submit(unit);
    }

    pub(crate) async fn read(&self, unit: Box<dyn Unit>) {
        self.readers.run(unit).await;
    }

    /// Moves the log into the file and syncs the directory, so that a power cut cannot lose the file's name.
    pub(crate) fn settle(&self) -> Result<()> {
        let connection = SqliteConnection::open_writer(&self.path)?;
        connection.pragma("pragma wal_checkpoint(truncate)")?;
        let directory = self.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::File::open(directory).and_then(|d| d.sync_all()).map_err(|e| StoreError::Unavailable(e.to_string()))
    }
}
