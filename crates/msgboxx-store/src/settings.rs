//! Where the database is and how it is used.

use msgboxx_model::Instant;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

/// Which database, and where.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// An SQLite file; made when absent.
    Sqlite(PathBuf),
    /// A PostgreSQL server, as a URL or a `key=value` text; it may hold a password.
    Postgres(String),
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Database::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Database::Postgres(_) => f.write_str("Postgres(…)"),
        }
    }
}

/// The text is no database URL of ours.
#[derive(Debug, thiserror::Error)]
#[error("must be sqlite:PATH or postgres://…")]
pub struct DatabaseUrlError;

impl FromStr for Database {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Database::Postgres(text.to_owned()));
        }
        match text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")) {
            Some(path) if !path.is_empty() => Ok(Database::Sqlite(PathBuf::from(path))),
            _ => Err(DatabaseUrlError),
        }
    }
}

/// What [`crate::Store::open`] needs to know.
#[derive(Clone)]
pub struct StoreSettings {
    /// Which database.
    pub database: Database,
    /// PostgreSQL connections for writing; chosen from the cores when absent.
    pub postgres_connections: Option<usize>,
    /// Whether prepared statements are kept on PostgreSQL; off behind a transaction-pooling proxy.
    pub statement_cache: bool,
    /// The business clock.
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
}
