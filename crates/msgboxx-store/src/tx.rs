//! The unit's view of the database: runs statements on whichever engine it is on.
//!
//! The methods here are plumbing; the statements are in one file per entity. Once a statement failed
//! the unit cannot be kept, whatever it makes of the failure: PostgreSQL has ended its transaction,
//! and SQLite is held to the same, so that a test on either engine finds such a unit.

use crate::clock::{CommitClock, id_at};
use crate::dialect::Statement;
use crate::error::{Result, StoreError};
use crate::postgres::PostgresTx;
use crate::row::Row;
use crate::sqlite::SqliteTx;
use crate::value::Value;
use msgboxx_model::Instant;
use std::time::Duration;
use uuid::Uuid;

/// A running unit of work.
pub struct Tx<'c> {
    engine: TxEngine<'c>,
    clock: &'c CommitClock,
    now: Instant,
    /// Read before the first statement, so that the snapshot holds at least what was folded by then.
    closed_until: i64,
    /// Only in a unit of reading that has not waited for others.
    horizon: Option<Horizon>,
    /// The end of a list that this unit wanted while units under way could still add to it.
    is_early_for: Option<Instant>,
}

/// How far a unit of reading sees, learnt before its first statement.
struct Horizon {
    /// Units that begin later make no record before this instant.
    latest: Instant,
    /// When the oldest unit began whose records this one may not see.
    unseen_since: Option<Instant>,
}

/// Instants of most records are kept in whole milliseconds; and a caller's "now" may be rounded up.
const MILLISECOND: Duration = Duration::from_millis(1);

pub(crate) enum TxEngine<'c> {
    Sqlite(SqliteTx<'c>),
    Postgres(PostgresTx<'c>),
}

impl<'c> Tx<'c> {
    pub(crate) fn writing(engine: TxEngine<'c>, clock: &'c CommitClock) -> Self {
        Self { engine, now: clock.now(), closed_until: clock.closed_until(), clock, horizon: None, is_early_for: None }
    }

    /// Begins a unit of reading; one that has waited for others takes what there is.
    pub(crate) fn reading(engine: TxEngine<'c>, clock: &'c CommitClock, has_waited: bool) -> Self {
        let latest = clock.latest();
        let horizon = (!has_waited).then(|| Horizon { latest, unseen_since: clock.under_way().oldest() });
        Self { horizon, ..Self::writing(engine, clock) }
    }

    /// The instant at which this run of the unit started.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// An instant later than every earlier one: what `created_at` of a new record is.
    pub fn tick(&self) -> Instant {
        self.clock.tick()
    }

    /// A new identifier that sorts by this instant.
    pub fn id_at(&self, at: Instant) -> Uuid {
        id_at(at)
    }

    /// A new identifier that sorts after every earlier one.
    pub fn new_id(&self) -> Uuid {
        id_at(self.tick())
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.engine, TxEngine::Sqlite(_))
    }

    /// The hour before which counts are folded into days, as far as this unit can see.
    pub(crate) fn closed_until(&self) -> i64 {
        self.closed_until
    }

    /// Makes sure that nothing will be added before the end of a list: its pages must fit together. An end that is yet to come
    /// is left alone.
    ///
    /// # Errors
    /// When units are under way that may add something. This unit then runs again after they have ended.
    pub(crate) fn settle_before(&mut self, end: Option<Instant>) -> Result<()> {
        let (Some(horizon), Some(end)) = (&self.horizon, end) else { return Ok(()) };
        let end = end.plus(Duration::from_micros(999)).whole_millis();
        if end > horizon.latest.plus(MILLISECOND) {
            return Ok(());
        }
        // No later record falls before the end, even if the clock steps back.
        self.clock.raise_to(end.minus(Duration::from_micros(1)));
        if end <= horizon.latest && horizon.unseen_since.is_none_or(|began| began >= end) {
            return Ok(());
        }
        self.is_early_for = Some(end);
        Err(StoreError::Unavailable("records are being written".to_owned()))
    }

    /// What [`Tx::settle_before`] refused.
    pub(crate) fn is_early_for(&self) -> Option<Instant> {
        self.is_early_for
    }

    /// Runs a statement and says how many rows it changed.
    pub(crate) async fn execute(&mut self, statement: impl Into<Statement>, params: &[Value<'_>]) -> Result<u64> {
        match &mut self.engine {
            TxEngine::Sqlite(transaction) => transaction.execute(statement.into().sqlite, params),
            TxEngine::Postgres(transaction) => transaction.execute(statement.into(), params).await,
        }
    }

    /// Runs a statement whose outcome matters only at the commit: on PostgreSQL nobody waits for its answer.
    pub(crate) async fn push(&mut self, statement: impl Into<Statement>, params: &[Value<'_>]) -> Result<()> {
        match &mut self.engine {
            TxEngine::Sqlite(transaction) => transaction.execute(statement.into().sqlite, params).map(|_| ()),
            TxEngine::Postgres(transaction) => transaction.push(statement.into(), params).await,
        }
    }

    /// Every row of the result.
    pub(crate) async fn all<T>(
        &mut self,
        statement: impl Into<Statement>,
        params: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        match &mut self.engine {
            TxEngine::Sqlite(transaction) => transaction.query(statement.into().sqlite, params, read),
            TxEngine::Postgres(transaction) => transaction.query(statement.into(), params, read).await,
        }
    }

    /// The first row of the result, if there is one.
    pub(crate) async fn optional<T>(
        &mut self,
        statement: impl Into<Statement>,
        params: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.all(statement, params, read).await?.into_iter().next())
    }

    /// Several statements without parameters, as in a migration.
    pub(crate) async fn batch(&mut self, text: &str) -> Result<()> {
        match &mut self.engine {
            TxEngine::Sqlite(transaction) => transaction.batch(text),
            TxEngine::Postgres(transaction) => transaction.batch(text).await,
        }
    }

    pub(crate) fn into_engine(self) -> TxEngine<'c> {
        self.engine
    }
}
