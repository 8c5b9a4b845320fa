//! What can go wrong in the store, sorted by what a caller can do about it.

/// A failure of the store.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Nothing was written and nothing will be: the database cannot be reached, is full or is busy. Try again later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The connection broke during the commit: it may or may not have been written. Resolve by key, never repeat blindly.
    #[error("the outcome of a commit is unknown: {0}")]
    Unknown(String),
    /// A unique or foreign key refused the row; the text names the constraint.
    #[error("a constraint was violated: {0}")]
    Constraint(String),
    /// The schema is newer than this program, or a migration was changed after it had run.
    #[error("the schema does not fit this program: {0}")]
    Schema(String),
    /// A statement or a stored value is wrong: a bug of ours or a damaged database.
    #[error("a statement failed: {0}")]
    Statement(String),
}

/// The result of a store call.
pub(crate) type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// Whether a constraint refused the row.
    pub fn is_constraint(&self) -> bool {
        matches!(self, StoreError::Constraint(_))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::ConstraintViolation) => StoreError::Constraint(error.to_string()),
            Some(
                Code::DatabaseBusy
                | Code::DatabaseLocked
                | Code::FileLockingProtocolFailed
                | Code::DiskFull
                | Code::SystemIoFailure
                | Code::ReadOnly
                | Code::CannotOpen
                | Code::OutOfMemory,
            ) => StoreError::Unavailable(error.to_string()),
            _ => StoreError::Statement(error.to_string()),
        }
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::from(&error)
    }
}

impl From<&tokio_postgres::Error> for StoreError {
    fn from(error: &tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            // Without a server's answer it is the connection, unless a value did not fit its column.
            let is_networks = |cause: &(dyn std::error::Error + 'static)| cause.is::<std::io::Error>();
            return if error.is_closed() || std::error::Error::source(error).is_some_and(is_networks) {
                StoreError::Unavailable(error.to_string())
            } else {
                StoreError::Statement(error_chain(error))
            };
        };
        let text = format!("{} ({})", db.message(), db.constraint().unwrap_or(db.code().code()));
        match db.code().code() {
            // The server that we reached is a standby now.
            "25006" => StoreError::Unavailable(text),
            code if code.starts_with("23") => StoreError::Constraint(text),
            code if ["08", "40", "53", "55", "57", "58"].iter().any(|class| code.starts_with(class)) => StoreError::Unavailable(text),
            _ => StoreError::Statement(text),
        }
    }
}

/// An error with its causes, which the drivers' own texts leave out.
pub(crate) fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}
