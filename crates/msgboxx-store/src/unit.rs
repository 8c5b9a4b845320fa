//! A unit of work with its caller forgotten, so that an engine can queue it.

use crate::error::{Result, StoreError};
use crate::tx::Tx;
use futures_util::FutureExt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use tokio::sync::oneshot;

/// Whether a unit wants its changes kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Keep,
    Undo,
}

/// The future of one run of a unit. It stays on the thread that runs it.
pub(crate) type Run<'a> = Pin<Box<dyn Future<Output = Verdict> + 'a>>;

/// A unit of work: may be run again until it is answered.
pub(crate) trait Unit: Send {
    /// A unit that panics is undone like one that fails: the thread it runs on serves others too.
    fn run<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> Run<'a>;

    /// Tells the caller: its own result if the commit went well, else why it did not.
    fn answer(self: Box<Self>, commit: Result<()>);
}

pub(crate) struct Work<F, T, E> {
    steps: F,
    result: Option<std::result::Result<T, E>>,
    caller: oneshot::Sender<std::result::Result<T, E>>,
}

impl<F, T, E> Work<F, T, E> {
    pub(crate) fn new(steps: F) -> (Self, oneshot::Receiver<std::result::Result<T, E>>) {
        let (caller, answer) = oneshot::channel();
        (Self { steps, result: None, caller }, answer)
    }
}

impl<F, T, E> Unit for Work<F, T, E>
where
    F: AsyncFn(&mut Tx<'_>) -> std::result::Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run<'a>(&'a mut self, tx: &'a mut Tx<'_>) -> Run<'a> {
        Box::pin(async move {
            let finished = AssertUnwindSafe(async { (self.steps)(tx).await }).catch_unwind().await;
            let result = finished.unwrap_or_else(|_| Err(E::from(StoreError::Statement("a unit of work panicked".to_owned()))));
            let verdict = if result.is_ok() { Verdict::Keep } else { Verdict::Undo };
            self.result = Some(result);
            verdict
        })
    }

    fn answer(self: Box<Self>, commit: Result<()>) {
        let result = match (commit, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(E::from(StoreError::Statement("a unit was answered before it ran".to_owned()))),
            (Err(why), _) => Err(E::from(why)),
        };
        // A caller that went away (a closed connection) does not undo what was committed.
        drop(self.caller.send(result));
    }
}
