//! What every call and task of one simulator shares, and the one way in which a call changes the world.

use std::future::Future;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::SimulatorClock;
use crate::delivery::Delivery;
use crate::ledger::line::{Kind, Line, one_line};
use crate::ledger::{Ledger, NotWritten};
use crate::world::World;
use crate::world::effect::Effect;

/// What every call and task of one simulator shares.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) clock: SimulatorClock,
    pub(crate) ledger: Ledger,
    pub(crate) delivery: Delivery,
    pub(crate) http: reqwest::Client,
    /// Without a trailing slash.
    pub(crate) public_url: String,
    pub(crate) webhook_url: String,
    pub(crate) media_folder: PathBuf,
    pub(crate) is_clock_allowed: AtomicBool,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
    pub(crate) state: Mutex<World>,
}

/// A call as the ledger notes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// The body, or the query of a call without one, as JSON text.
    pub(crate) request: &'a str,
}

/// What a call ends in.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) kind: Kind,
    pub(crate) status: u16,
    pub(crate) answer: Value,
    pub(crate) effect: Option<Effect>,
    pub(crate) manner: Manner,
}

/// How the answer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Manner {
    /// Plainly.
    #[default]
    Plain,
    /// As a status without a word of Graph's.
    Bare,
    /// Once the clock shows this instant, in microseconds.
    Late { until: i64 },
    /// Once the clock shows this instant, as a server far away answers.
    Unhurried { until: i64 },
    /// Not at all: the connection is closed.
    Lost,
}

impl Outcome {
    pub(crate) fn new(kind: Kind, status: u16, answer: Value) -> Self {
        Self { kind, status, answer, effect: None, manner: Manner::Plain }
    }

    #[must_use]
    pub(crate) fn with(self, effect: Effect) -> Self {
        Self { effect: Some(effect), ..self }
    }
}

impl Manner {
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain | Self::Unhurried { .. } => None,
            Self::Bare => Some("http"),
            Self::Late { .. } => Some("hang"),
            Self::Lost => Some("drop_reply"),
        }
    }
}

impl Shared {
    /// The world. The lock is never held over an await.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        // A panic under the lock was a bug in one call; the others go on with what is there.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a task until it ends by itself; a shutdown waits for it a little.
    pub(crate) fn spawn_to_end(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Runs a task until the simulator stops.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = task => {}
            }
        });
    }
}

/// Decides a call under the lock, notes it, and returns once the note is written.
///
/// # Errors
/// If the note could not be written: then the call must not be answered as done.
pub(crate) async fn act(
    shared: &std::sync::Arc<Shared>,
    call: Call<'_>,
    decide: impl FnOnce(&mut World, i64) -> Outcome,
) -> Result<Outcome, NotWritten> {
    let request = one_line(call.request);
    let (outcome, updates, written) = {
        let mut world = shared.world();
        let now = shared.clock.now_micros();
        let outcome = decide(&mut world, now);
        let updates = outcome.effect.as_ref().map(|effect| world.apply(effect, request.get(), now)).unwrap_or_default();
        let line = Line {
            at: iso(now),
            kind: outcome.kind,
            method: Some(call.method),
            path: call.path,
            request: &request,
            status: Some(outcome.status),
            response: &one_line(&if outcome.manner == Manner::Bare { String::new() } else { outcome.answer.to_string() }),
            attempt: None,
            fault: outcome.manner.name(),
            effect: outcome.effect.as_ref(),
        };
        // Queued under the lock, so that the ledger's order is the order in which the world changed.
        let written = shared.ledger.append(line.text());
        (outcome, updates, written)
    };
    written.wait().await?;
    crate::delivery::tell(shared, updates);
    Ok(outcome)
}

/// An instant in microseconds as RFC 3339, UTC.
pub(crate) fn iso(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros).map_or_else(|_| micros.to_string(), |instant| instant.to_string())
}
