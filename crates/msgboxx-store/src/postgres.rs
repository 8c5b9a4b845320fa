//! PostgreSQL: few connections on threads of their own, prepared statements, pipelining.
//!
//! Each worker thread owns its connections and runs units as local tasks, so that a unit's future
//! need not be `Send`. Writes are transactions, one at a time per connection; reads share
//! connections and are pipelined.

mod connect;
mod session;
mod transaction;
mod worker;

pub(crate) use transaction::PostgresTx;

use crate::clock::CommitClock;
use crate::error::{Result, StoreError};
use crate::settings::StoreSettings;
use crate::unit::Unit;
use connect::Connector;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use worker::Worker;

#[derive(Clone)]
pub(crate) struct PostgresEngine {
    workers: Arc<[Worker]>,
    next: Arc<AtomicUsize>,
}

impl PostgresEngine {
    /// Connects once to see that the server answers, then starts the workers.
    pub(crate) async fn open(url: &str, settings: &StoreSettings, clock: CommitClock) -> Result<Self> {
        let connector = Connector::new(url, settings.statement_cache)?;
        connector.check().await?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let threads = cores.clamp(1, 4);
        let writers = settings.postgres_connections.unwrap_or((cores * 4).clamp(8, 32)).div_ceil(threads);
        let start = |_| Worker::start(connector.clone(), writers, clock.clone());
        Ok(Self { workers: (0..threads).map(start).collect::<Result<Vec<_>>>()?.into(), next: Arc::default() })
    }

    pub(crate) fn write(&self, unit: Box<dyn Unit>) {
        self.worker().submit(worker::Order::Write(unit));
    }

    pub(crate) fn read(&self, unit: Box<dyn Unit>) {
        self.worker().submit(worker::Order::Read(unit));
    }

    fn worker(&self) -> &Worker {
        &self.workers[self.next.fetch_add(1, Ordering::Relaxed) % self.workers.len()]
    }
}

pub(crate) fn unavailable(why: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(why.to_string())
}
