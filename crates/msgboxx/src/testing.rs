//! Databases for tests: a fresh SQLite file or a fresh PostgreSQL database for each test, gone at its end.
//!
//! What is about behaviour runs on both engines; without a PostgreSQL server its half fails, never
//! passes unseen.

use crate::clock::Clock;
use msgboxx_simulator::SimulatorClock;
use msgboxx_store::{Database, Store, StoreSettings};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

/// Makes two tests of each of these functions, one for each engine.
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name(&$crate::testing::TestDatabase::sqlite().await).await;
                }
            )+
        }

        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name(&$crate::testing::TestDatabase::postgres().await).await;
                }
            )+
        }
    };
}
pub(crate) use on_both_engines;

/// An empty, migrated database.
pub(crate) struct TestDatabase {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    settings: StoreSettings,
    // Dropped after the store.
    _place: Place,
}

enum Place {
    Directory { _kept: TempDir },
    Server { admin: String, name: String },
}

impl TestDatabase {
    pub(crate) async fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let database = Database::Sqlite(directory.path().join("msgboxx.db"));
        Self::migrated(database, Place::Directory { _kept: directory }).await
    }

    pub(crate) async fn postgres() -> Self {
        let admin = admin_url();
        let name = format!("msgboxx_test_{}", uuid::Uuid::new_v4().simple());
        connect(&admin).await.batch_execute(&format!("create database {name}")).await.expect("a database can be created");
        let (server, _) = admin.rsplit_once('/').expect("a URL names a database after its last slash");
        let database = Database::Postgres(format!("{server}/{name}"));
        Self::migrated(database, Place::Server { admin, name }).await
    }

    async fn migrated(database: Database, place: Place) -> Self {
        let clock = Clock::new(SimulatorClock::new());
        let settings = StoreSettings { database, postgres_connections: None, statement_cache: true, clock: clock.as_source() };
        let store = Store::open(settings.clone()).await.expect("a fresh database opens");
        store.migrate().await.expect("a fresh database can be migrated");
        Self { store, clock, settings, _place: place }
    }

    /// Another store on the same database, as a process beside this one has.
    pub(crate) async fn open_again(&self) -> Store {
        Store::open(self.settings.clone()).await.expect("the database opens again")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Place::Server { admin, name } = self else { return };
        let (admin, statement) = (admin.clone(), format!("drop database if exists {name} with (force)"));
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
            runtime.block_on(async { connect(&admin).await.batch_execute(&statement).await })
        });
        if let Ok(Err(error)) = dropping.join() {
            eprintln!("a test database stays behind: {error}");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "where the test server is, is the test runner's to say")]
fn admin_url() -> String {
    std::env::var("MSGBOXX_TEST_POSTGRES")
        .expect("MSGBOXX_TEST_POSTGRES must name a PostgreSQL server: run the tests by `cargo xtask test`")
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the PostgreSQL server answers");
    // Its end is the client's end, where it is noticed.
    drop(tokio::spawn(async move { drop(connection.await) }));
    client
}
