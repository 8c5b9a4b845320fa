//! Making connections, with TLS where the URL asks for it.

use super::session::Session;
use super::unavailable;
use crate::error::{Result, StoreError, error_chain};
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Connection, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A server that vanished without a word is given up after this long.
const SILENCE: Duration = Duration::from_secs(15);

/// Commits are durable when acknowledged, whatever the server's default is; a lock is not waited for for ever. The same as in
/// `BEGIN_WITH_SETTINGS`.
pub(super) const SET_FOR_WRITING: &str = "set synchronous_commit = on; set lock_timeout = '10s'";
/// A unit of reading that writes is a bug: here its statements would not even be one transaction.
pub(super) const SET_FOR_READING: &str = "set default_transaction_read_only = on";
/// Every statement is written to walk an index and most read a few rows, so a plan is made once and kept. Left alone, PostgreSQL takes
/// an unknown limit for a tenth of the table: it would plan each page anew, which costs four times the page, or hash whole tables.
const SET_FOR_ALL: &str = "set plan_cache_mode = force_generic_plan; set jit = off; set max_parallel_workers_per_gather = 0;
    set enable_seqscan = off; set enable_bitmapscan = off; set enable_hashjoin = off; set enable_mergejoin = off;
    set client_min_messages = warning";

#[derive(Clone)]
pub(super) struct Connector {
    config: Arc<Config>,
    tls: MakeRustlsConnect,
    statement_cache: bool,
}

impl Connector {
    pub(super) fn new(url: &str, statement_cache: bool) -> Result<Self> {
        let mut config: Config = url.parse().map_err(|e| StoreError::Unavailable(format!("the database URL is not understood: {e}")))?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        if config.get_keepalives_idle() > SILENCE {
            config.keepalives_idle(SILENCE / 3).keepalives_interval(SILENCE / 3).keepalives_retries(2);
        }
        if config.get_application_name().is_none() {
            config.application_name("msgboxx");
        }
        Ok(Self { config: Arc::new(config), tls: MakeRustlsConnect::new(tls_config()?), statement_cache })
    }

    /// A connection whose driver runs as a local task of this thread.
    pub(super) async fn connect(&self, settings: &str) -> Result<Session> {
        let (client, connection) = self.shake_hands().await?;
        tokio::task::spawn_local(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a database connection ended");
            }
        });
        // Behind a transaction-pooling proxy a setting would end up on whichever server connection is next, for whoever comes next.
        if self.statement_cache {
            client.batch_execute(&format!("{SET_FOR_ALL}; {settings}")).await.map_err(|e| unavailable(error_chain(&e)))?;
        }
        Ok(Session::new(client, self.statement_cache))
    }

    /// Connects once and hangs up.
    pub(super) async fn check(&self) -> Result<()> {
        let (client, connection) = self.shake_hands().await?;
        let driver = tokio::spawn(connection);
        client.simple_query("select 1").await.map_err(|e| unavailable(error_chain(&e)))?;
        drop(client);
        drop(driver.await);
        Ok(())
    }

    /// The connect timeout covers only the network's part of each host; the server may also accept and then say nothing.
    async fn shake_hands(&self) -> Result<(Client, Connection<Socket, TlsStream>)> {
        let each = self.config.get_connect_timeout().copied().unwrap_or(CONNECT_TIMEOUT);
        let hosts = self.config.get_hosts().len().max(self.config.get_hostaddrs().len());
        let all = each * (u32::try_from(hosts).unwrap_or(1) + 1);
        match tokio::time::timeout(all, self.config.connect(self.tls.clone())).await {
            Ok(connected) => connected.map_err(|e| unavailable(error_chain(&e))),
            Err(_) => Err(unavailable("the database server does not answer")),
        }
    }
}

type TlsStream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

fn tls_config() -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(unavailable)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
