//! One `serve` per SQLite file.

use anyhow::{Context, bail};
use msgboxx_store::Database;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::PathBuf;

/// Held for as long as the process serves; the system gives it back when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct ServeLock {
    _file: Option<File>,
}

/// Makes sure that nobody else serves this database. Several nodes may serve one PostgreSQL.
pub(super) fn lock(database: &Database) -> anyhow::Result<ServeLock> {
    let Database::Sqlite(path) = database else { return Ok(ServeLock { _file: None }) };
    let mut name = path.clone().into_os_string();
    name.push(".lock");
    let lock = PathBuf::from(name);
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&lock);
    let file = file.with_context(|| format!("the lock file {} cannot be opened", lock.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(ServeLock { _file: Some(file) }),
        Err(TryLockError::WouldBlock) => {
            bail!("another msgboxx already serves {}: stop it first, or give this one another MSGBOXX_DATA_DIR", path.display())
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("the lock file {} cannot be locked", lock.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_server_is_refused_until_the_first_has_ended() {
        let directory = tempfile::tempdir().expect("a directory");
        let database = Database::Sqlite(directory.path().join("x.db"));
        let first = lock(&database).expect("free");
        let error = lock(&database).expect_err("taken").to_string();
        assert!(error.contains("already serves") && error.contains("x.db"), "{error}");
        drop(first);
        lock(&database).expect("free again");
    }
}
