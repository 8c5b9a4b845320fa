//! A thread with connections: takes units from a queue and runs them as local tasks.

use super::connect::{Connector, SET_FOR_READING, SET_FOR_WRITING};
use super::session::Session;
use super::transaction::{End, PostgresTx};
use super::unavailable;
use crate::clock::CommitClock;
use crate::error::{Result, StoreError};
use crate::tx::{Tx, TxEngine};
use crate::unit::{Unit, Verdict};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore, mpsc};
use tokio::task::LocalSet;
use tokio::time::Instant;

/// Reads share this many connections per thread, pipelined.
const READERS: usize = 2;
/// How often a unit is run again when others are in its way.
const MOST_RUNS: u32 = 8;

pub(super) enum Order {
    Write(Box<dyn Unit>),
    Read(Box<dyn Unit>),
}

pub(super) struct Worker {
    orders: mpsc::UnboundedSender<Order>,
}

impl Worker {
    pub(super) fn start(connector: Connector, writers: usize, clock: CommitClock) -> Result<Self> {
        let (orders, mut waiting) = mpsc::unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(unavailable)?;
        let thread = move || {
            let pools = Rc::new(Pools::new(connector, writers, clock));
            LocalSet::new().block_on(&runtime, async move {
                while let Some(order) = waiting.recv().await {
                    let pools = pools.clone();
                    tokio::task::spawn_local(async move {
                        match order {
                            Order::Write(unit) => pools.write(unit).await,
                            Order::Read(unit) => pools.read(unit).await,
                        }
                    });
                }
            });
        };
        std::thread::Builder::new().name("postgres".to_owned()).spawn(thread).map_err(unavailable)?;
        Ok(Self { orders })
    }

    pub(super) fn submit(&self, order: Order) {
        if let Err(refused) = self.orders.send(order) {
            let (Order::Write(unit) | Order::Read(unit)) = refused.0;
            unit.answer(Err(unavailable("the database worker has stopped")));
        }
    }
}

struct Pools {
    connector: Connector,
    clock: CommitClock,
    free_writers: Semaphore,
    idle_writers: RefCell<Vec<Session>>,
    readers: [Mutex<Option<Rc<Session>>>; READERS],
    next_reader: Cell<usize>,
    last_failure: RefCell<Option<(Instant, StoreError)>>,
}

impl Pools {
    fn new(connector: Connector, writers: usize, clock: CommitClock) -> Self {
        Self {
            connector,
            clock,
            free_writers: Semaphore::new(writers),
            idle_writers: RefCell::default(),
            readers: Default::default(),
            next_reader: Cell::default(),
            last_failure: RefCell::default(),
        }
    }

    async fn write(&self, mut unit: Box<dyn Unit>) {
        let outcome = self.write_with_retries(unit.as_mut()).await;
        unit.answer(outcome);
    }

    async fn write_with_retries(&self, unit: &mut dyn Unit) -> Result<()> {
        let asked_at = Instant::now();
        let _permit = self.free_writers.acquire().await.map_err(unavailable)?;
        let mut runs = 0;
        loop {
            runs += 1;
            let session = self.writer(asked_at).await?;
            let end = self.run(&session, unit).await;
            if session.is_usable() {
                self.idle_writers.borrow_mut().push(session);
            }
            match end {
                End::Done => return Ok(()),
                End::Again(why) if runs >= MOST_RUNS => return Err(StoreError::Unavailable(why.to_string())),
                End::Again(_) => tokio::time::sleep(pause_before(runs)).await,
                End::Failed(why) => return Err(why),
            }
        }
    }

    async fn run(&self, session: &Session, unit: &mut dyn Unit) -> End {
        let _mark = self.clock.begin_unit();
        let mut tx = Tx::writing(TxEngine::Postgres(PostgresTx::begin(session).await), &self.clock);
        let verdict = unit.run(&mut tx).await;
        let TxEngine::Postgres(transaction) = tx.into_engine() else { return changed_engine() };
        match verdict {
            Verdict::Keep => transaction.commit().await,
            Verdict::Undo => transaction.rollback().await,
        }
    }

    async fn writer(&self, asked_at: Instant) -> Result<Session> {
        loop {
            let idle = self.idle_writers.borrow_mut().pop();
            match idle {
                Some(session) if !session.is_usable() => {}
                Some(session) => return Ok(session),
                None => return self.connect(SET_FOR_WRITING, asked_at).await,
            }
        }
    }

    async fn read(&self, mut unit: Box<dyn Unit>) {
        let outcome = self.read_with_retries(unit.as_mut()).await;
        unit.answer(outcome);
    }

    async fn read_with_retries(&self, unit: &mut dyn Unit) -> Result<()> {
        let asked_at = Instant::now();
        let mut runs = 0;
        let mut has_waited = false;
        loop {
            runs += 1;
            let session = self.reader(asked_at).await?;
            let mut tx = Tx::reading(TxEngine::Postgres(PostgresTx::reading(&session)), &self.clock, has_waited);
            unit.run(&mut tx).await;
            if let Some(end) = tx.is_early_for() {
                self.clock.under_way().ended_before(end).await;
                has_waited = true;
                continue;
            }
            match end_reading(tx).await {
                End::Again(_) if runs < MOST_RUNS => {}
                // What the unit made of a failure is its own affair.
                _ => return Ok(()),
            }
        }
    }

    /// Connects at most once at a time for each place, however many units wait.
    async fn reader(&self, asked_at: Instant) -> Result<Rc<Session>> {
        let place = self.next_reader.replace((self.next_reader.get() + 1) % READERS);
        let mut reader = self.readers[place].lock().await;
        if let Some(session) = reader.as_ref().filter(|session| session.is_usable()) {
            return Ok(session.clone());
        }
        let session = Rc::new(self.connect(SET_FOR_READING, asked_at).await?);
        *reader = Some(session.clone());
        Ok(session)
    }

    /// Connects, unless another unit has failed to since this one asked: a server that says nothing costs a queue of units one
    /// timeout, not one each.
    async fn connect(&self, settings: &str, asked_at: Instant) -> Result<Session> {
        if let Some((_, why)) = self.last_failure.borrow().as_ref().filter(|(at, _)| *at >= asked_at) {
            return Err(why.clone());
        }
        let connected = self.connector.connect(settings).await;
        if let Err(why) = &connected {
            *self.last_failure.borrow_mut() = Some((Instant::now(), why.clone()));
        }
        connected
    }
}

async fn end_reading(tx: Tx<'_>) -> End {
    match tx.into_engine() {
        TxEngine::Postgres(transaction) => transaction.finish_reading().await,
        TxEngine::Sqlite(_) => changed_engine(),
    }
}

fn changed_engine() -> End {
    End::Failed(StoreError::Statement("a unit changed its engine".to_owned()))
}

/// Longer after each run, and never the same for two that collided.
fn pause_before(run: u32) -> Duration {
    let spread = u64::from(uuid::Uuid::new_v4().as_bytes()[0]);
    Duration::from_millis((1 << run.min(6)) + spread / 16)
}
