//! What only PostgreSQL can do to a unit: lose its connection, be in its way, and change under its prepared statements.

mod broken;
mod conflicts;
mod proxy;
mod sessions;

use crate::testing::TestDatabase;
use crate::value::params;
use crate::{Store, StoreError, Tx};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How often a unit ran.
#[derive(Clone, Default)]
struct Runs(Arc<AtomicUsize>);

impl Runs {
    /// Counts a run and says whether it is the first.
    fn is_first(&self) -> bool {
        self.0.fetch_add(1, Ordering::SeqCst) == 0
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

async fn note(tx: &mut Tx<'_>, name: &'static str) -> Result<u64, StoreError> {
    tx.execute("insert into organisations (id, name, created_at) values ($1, $2, 0)", params![tx.new_id(), name]).await
}

/// How many rows have this name without its number.
async fn noted(store: &Store) -> i64 {
    let count = async |tx: &mut Tx<'_>| tx.optional("select count(*) from organisations", params![], |row| row.get::<i64>(0)).await;
    store.read(count).await.expect("rows can be counted").unwrap_or(0)
}

async fn backend(tx: &mut Tx<'_>) -> Result<i32, StoreError> {
    let pid = tx.optional("select cast(pg_backend_pid() as bigint)", params![], |row| row.get::<i64>(0)).await?;
    Ok(pid.and_then(|pid| i32::try_from(pid).ok()).expect("a backend has a number"))
}

/// Ends a server process and waits until it is gone.
async fn kill(client: &tokio_postgres::Client, backend: i32) {
    client.query_one("select pg_terminate_backend($1, 10000)", &[&backend]).await.expect("a backend can be ended");
}

async fn kill_all(db: &TestDatabase) {
    let others = "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
    db.client().await.query_one(others, &[]).await.expect("backends can be ended");
}
