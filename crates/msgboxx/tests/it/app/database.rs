//! A database for one test: a file in its folder, or a PostgreSQL database that is dropped with it.

use msgboxx_store::Database;
use std::path::Path;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

pub(crate) struct TestDatabase {
    pub(crate) location: Database,
    server: Option<Server>,
}

struct Server {
    admin_url: String,
    name: String,
}

impl TestDatabase {
    pub(crate) async fn create(engine: Engine, directory: &Path) -> Self {
        match engine {
            Engine::Sqlite => Self { location: Database::Sqlite(directory.join("msgboxx.db")), server: None },
            Engine::Postgres => Self::on_server().await,
        }
    }

    #[expect(clippy::disallowed_methods, reason = "where the test server is, is the test runner's to say")]
    async fn on_server() -> Self {
        let admin_url = std::env::var("MSGBOXX_TEST_POSTGRES")
            .expect("MSGBOXX_TEST_POSTGRES is not set: run the tests with `cargo xtask test`, which starts a PostgreSQL");
        let name = format!("it_{}", uuid::Uuid::new_v4().simple());
        execute(&admin_url, format!("create database {name}")).await;
        let mut url: url::Url = admin_url.parse().expect("a URL");
        url.set_path(&name);
        Self { location: Database::Postgres(url.to_string()), server: Some(Server { admin_url, name }) }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Some(Server { admin_url, name }) = self.server.take() else { return };
        // A runtime of its own: the test's is ending.
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(execute(&admin_url, format!("drop database {name} with (force)")));
        });
        drop(thread.join());
    }
}

async fn execute(url: &str, statement: String) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("PostgreSQL answers");
    let driver = tokio::spawn(connection);
    client.batch_execute(&statement).await.expect("the statement runs");
    drop(client);
    drop(driver.await);
}
