//! Durable writes with nothing around them: callers, one writer thread, one commit for all that wait.
//!
//! A write is three statements: insert the message, insert its job, update the conversation. A second thread moves the log
//! into the file, so that no commit waits for it.

use crate::dataset::{ACCOUNT, id_at};
use crate::machine::now;
use crate::program::processor_time;
use crate::samples::{Samples, per_second};
use anyhow::{Context, Result, bail};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use uuid::Uuid;

const CHECKPOINT_EVERY: Duration = Duration::from_millis(500);
const MOST_IN_A_COMMIT: usize = 256;
const TEXT: &str = "Thank you, that is all we need. Your order leaves the house this afternoon.";

/// What was measured, in milliseconds where it is time.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct WriteLimit {
    pub(crate) per_second: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) worst: f64,
    /// Processor time for each.
    pub(crate) cost: f64,
}

struct Write {
    thread: (Uuid, Uuid),
    done: oneshot::Sender<()>,
}

/// Writes for a while and says how fast it went.
pub(super) fn measure(file: &Path, callers: usize, warm_up: Duration, length: Duration) -> Result<WriteLimit> {
    let connection = open(file)?;
    let organisation: Uuid = connection.query_row("select organisation_id from api_accounts where id = ?1", [ACCOUNT], |row| row.get(0))?;
    let threads = threads(&connection)?;
    let (queue, waiting) = channel();
    let stop = Arc::new(AtomicBool::new(false));
    let checkpointer = start_checkpointer(open(file)?, stop.clone());
    let writer = thread::spawn(move || write(&connection, organisation, &waiting));
    let before = processor_time(std::process::id())?;
    let (mut samples, all) = call(callers, &queue, &Arc::new(threads), warm_up, length)?;
    let cost = (processor_time(std::process::id())? - before) / f64::from(u32::try_from(all)?);
    drop(queue);
    stop.store(true, Ordering::Relaxed);
    writer.join().ok().context("the writer panicked")??;
    checkpointer.join().ok().context("the checkpointer panicked")??;
    let rate = per_second(samples.count(), length);
    Ok(WriteLimit { per_second: rate, p50: samples.p50(), p99: samples.p99(), worst: samples.worst(), cost })
}

fn open(file: &Path) -> Result<Connection> {
    let connection = Connection::open(file)?;
    connection.busy_timeout(Duration::from_secs(30))?;
    connection.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 0; pragma foreign_keys = off;
         pragma cache_size = -16000; pragma mmap_size = 68719476736; pragma temp_store = memory",
    )?;
    Ok(connection)
}

/// Conversations with their contacts.
fn threads(connection: &Connection) -> Result<Vec<(Uuid, Uuid)>> {
    let mut statement = connection.prepare("select id, contact_id from conversations where api_account_id = ?1")?;
    let threads = statement.query_map([ACCOUNT], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(threads.collect::<Result<_, _>>()?)
}

fn start_checkpointer(connection: Connection, stop: Arc<AtomicBool>) -> thread::JoinHandle<Result<()>> {
    thread::spawn(move || {
        while !stop.load(Ordering::Relaxed) {
            thread::sleep(CHECKPOINT_EVERY);
            connection.query_row("pragma wal_checkpoint(passive)", [], |_| Ok(()))?;
        }
        Ok(())
    })
}

fn call(
    callers: usize,
    queue: &Sender<Write>,
    threads: &Arc<Vec<(Uuid, Uuid)>>,
    warm_up: Duration,
    length: Duration,
) -> Result<(Samples, usize)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let begin = Instant::now() + warm_up;
    let tasks: Vec<_> = (0..callers).map(|caller| runtime.spawn(call_on(queue.clone(), threads.clone(), caller, begin, length))).collect();
    let (mut samples, mut all) = (Samples::default(), 0);
    for task in tasks {
        let (of_one, calls) = runtime.block_on(task)??;
        samples.append(of_one);
        all += calls;
    }
    if samples.count() == 0 {
        bail!("nothing was written within {length:?}");
    }
    Ok((samples, all))
}

async fn call_on(
    queue: Sender<Write>,
    threads: Arc<Vec<(Uuid, Uuid)>>,
    caller: usize,
    begin: Instant,
    length: Duration,
) -> Result<(Samples, usize)> {
    let (mut samples, mut turn, mut calls) = (Samples::default(), caller, 0);
    loop {
        let asked = Instant::now();
        if asked >= begin + length {
            return Ok((samples, calls));
        }
        // A step that shares no factor with the number of callers, so that each conversation is some caller's in turn.
        turn = (turn + 7919) % threads.len();
        let (done, committed) = oneshot::channel();
        queue.send(Write { thread: threads[turn], done }).ok().context("the writer is gone")?;
        committed.await.context("a write was not committed")?;
        let heard = Instant::now();
        calls += 1;
        if asked >= begin && heard <= begin + length {
            samples.push(heard - asked);
        }
    }
}

fn write(connection: &Connection, organisation: Uuid, waiting: &Receiver<Write>) -> Result<()> {
    let mut last = now().as_micros();
    let mut batch = Vec::with_capacity(MOST_IN_A_COMMIT);
    while let Ok(first) = waiting.recv() {
        connection.prepare_cached("begin immediate")?.execute([])?;
        let mut next = Some(first);
        while let Some(write) = next {
            last = now().as_micros().max(last + 1);
            insert(connection, organisation, write.thread, last)?;
            batch.push(write.done);
            next = if batch.len() < MOST_IN_A_COMMIT { waiting.try_recv().ok() } else { None };
        }
        connection.prepare_cached("commit")?.execute([])?;
        // A caller that has hung up does not matter.
        for done in batch.drain(..) {
            let _ = done.send(());
        }
    }
    Ok(())
}

fn insert(connection: &Connection, organisation: Uuid, (conversation, contact): (Uuid, Uuid), at: i64) -> Result<()> {
    let id = id_at(at, Uuid::new_v4().as_u128());
    connection
        .prepare_cached(
            "insert into messages (organisation_id, id, api_account_id, conversation_id, contact_id, direction, kind, body, payload, created_at)
             values (?1, ?2, ?3, ?4, ?5, 'outgoing', 'text', ?6, '', ?7)",
        )?
        .execute(params![organisation, id, ACCOUNT, conversation, contact, TEXT, at])?;
    connection
        .prepare_cached(
            "insert into send_jobs (organisation_id, message_id, api_account_id, contact_id, priority, category, state, attempt_count,
                                    run_at, deadline)
             values (?1, ?2, ?3, ?4, 0, '', 'ready', 0, ?5, ?5)",
        )?
        .execute(params![organisation, id, ACCOUNT, contact, at])?;
    connection
        .prepare_cached(
            "update conversations set message_count = message_count + 1, last_message_at = ?3 where organisation_id = ?1 and id = ?2",
        )?
        .execute(params![organisation, conversation, at])?;
    Ok(())
}
