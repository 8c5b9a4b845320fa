//! The public API as it is published, over the real router, store, workers and simulator, in one
//! process and on both databases.
//!
//! `aliases` has one test for each accepted alias, `documented` one for each defect of the published
//! documentation, both named after their numbers.

mod aliases;
mod app;
mod documented;
mod events;
mod golden;
mod inbound;
mod limits;
mod media;
mod once;
mod paths;
mod sending;
mod sessions;
mod strict;
mod webhook_deliveries;
mod whatsapp;

/// Runs each test on SQLite and on PostgreSQL.
macro_rules! on_both_engines {
    ($(async fn $name:ident($app:ident) $body:block)+) => {$(
        async fn $name($app: &crate::app::TestApp) $body

        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                crate::app::TestApp::run(crate::app::Engine::Sqlite, async |app| super::$name(app).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                crate::app::TestApp::run(crate::app::Engine::Postgres, async |app| super::$name(app).await).await;
            }
        }
    )+};
}
pub(crate) use on_both_engines;
