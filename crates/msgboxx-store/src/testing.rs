//! Databases for tests: a fresh SQLite file or a fresh PostgreSQL database for each test, gone at its end.
//!
//! Every test that is about behaviour runs on both engines; without a PostgreSQL server its half fails, never passes unseen.

pub(crate) mod fixture;

use crate::{Database, Store, StoreSettings};
use msgboxx_model::Instant;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

/// A Thursday in January 2026, in the middle of an hour.
pub(crate) const START: i64 = 1_768_480_000_000_000;

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

/// A clock that stands still until it is set.
#[derive(Clone)]
pub(crate) struct Hand(Arc<AtomicI64>);

impl Hand {
    pub(crate) fn set(&self, at: Instant) {
        self.0.store(at.as_micros(), Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(Ordering::Relaxed))
    }
}

/// An empty, migrated database with one store on it.
pub(crate) struct TestDatabase {
    pub(crate) store: Store,
    pub(crate) hand: Hand,
    settings: StoreSettings,
    // Dropped after the store.
    place: Place,
}

enum Place {
    Folder { _folder: TempDir },
    Server { admin: String, name: String },
}

impl TestDatabase {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let database = Database::Sqlite(folder.path().join("msgboxx.db"));
        Self::migrated(database, Place::Folder { _folder: folder }).await
    }

    pub(crate) async fn postgres() -> Self {
        let admin = admin_url();
        let name = format!("store_test_{}", uuid::Uuid::new_v4().simple());
        let (client, _driver) = connect(&admin).await;
        client.batch_execute(&format!("create database {name}")).await.expect("a database can be created");
        Self::migrated(Database::Postgres(url_of(&admin, &name)), Place::Server { admin, name }).await
    }

    async fn migrated(database: Database, place: Place) -> Self {
        let hand = Hand(Arc::new(AtomicI64::new(START)));
        let shown = hand.clone();
        let settings = StoreSettings { database, postgres_connections: None, statement_cache: true, clock: Arc::new(move || shown.now()) };
        let store = Store::open(settings.clone()).await.expect("a fresh database opens");
        store.migrate().await.expect("a fresh database can be migrated");
        Self { store, hand, settings, place }
    }

    /// What the store was opened with.
    pub(crate) fn settings(&self) -> StoreSettings {
        self.settings.clone()
    }

    /// Another store on the same database, as a process that starts beside or after this one.
    pub(crate) async fn open_again(&self) -> Store {
        Store::open(self.settings()).await.expect("the database opens again")
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.place, Place::Folder { .. })
    }

    /// The file of an SQLite database.
    pub(crate) fn file(&self) -> PathBuf {
        match &self.settings.database {
            Database::Sqlite(path) => path.clone(),
            Database::Postgres(_) => panic!("PostgreSQL has no file"),
        }
    }

    /// A connection of one's own to a PostgreSQL database.
    pub(crate) async fn client(&self) -> Client {
        match &self.settings.database {
            Database::Postgres(url) => connect(url).await.0,
            Database::Sqlite(_) => panic!("SQLite has no server"),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Place::Server { admin, name } = &self.place else { return };
        let (admin, statement) = (admin.clone(), format!("drop database if exists {name} with (force)"));
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
            runtime.block_on(async {
                let (client, _driver) = connect(&admin).await;
                client.batch_execute(&statement).await
            })
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

/// The same server, another database.
fn url_of(admin: &str, name: &str) -> String {
    let (address, options) = admin.split_once('?').map_or((admin, String::new()), |(address, options)| (address, format!("?{options}")));
    let (server, _) = address.rsplit_once('/').expect("a URL names a database after its last slash");
    format!("{server}/{name}{options}")
}

async fn connect(url: &str) -> (Client, tokio::task::JoinHandle<()>) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the PostgreSQL server answers");
    // Its end is the client's end, where it is noticed.
    (client, tokio::spawn(async move { drop(connection.await) }))
}
