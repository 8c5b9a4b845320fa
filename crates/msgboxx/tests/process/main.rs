//! The program from outside: the real binary is started, called, killed and started again, on both
//! databases. Nothing here knows the inside; only the operator's surface and the public API.

mod client;
mod crash;
mod doctor;
mod flow;
mod hostile;
mod isolation;
mod ledger;
mod proof;
mod sending;
mod server;
mod webhooks;

/// Runs a test on SQLite and on PostgreSQL.
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* async fn $name:ident($server:ident: $ty:ty) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn run($server: $ty) $body

            #[tokio::test]
            async fn on_sqlite() {
                run(crate::server::Server::start(crate::server::Engine::Sqlite).await).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                run(crate::server::Server::start(crate::server::Engine::Postgres).await).await;
            }
        }
    )+};
}
pub(crate) use on_both_databases;
