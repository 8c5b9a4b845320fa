//! Units of writing that are under way, so that a list with an end in time can wait for them.
//!
//! A record has its instant before its unit commits. Whoever lists "everything before now" would
//! otherwise see it appear between one page and the next, and the pages would no longer fit together.

use msgboxx_model::Instant;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// A unit that takes longer than this is not waited for: pages that fit together are not worth more.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Clone, Default)]
pub(crate) struct UnderWay(Arc<Inner>);

#[derive(Default)]
struct Inner {
    began: Mutex<BTreeMap<i64, usize>>,
    one_ended: Notify,
}

impl Inner {
    fn began(&self) -> MutexGuard<'_, BTreeMap<i64, usize>> {
        self.began.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A unit, or a group that commits as one, from before its first instant until after its commit.
pub(crate) struct Mark {
    among: UnderWay,
    began: i64,
}

impl UnderWay {
    /// Notes that a unit begins, all of whose instants are after this one.
    pub(crate) fn begin(&self, at: Instant) -> Mark {
        *self.0.began().entry(at.as_micros()).or_default() += 1;
        Mark { among: self.clone(), began: at.as_micros() }
    }

    /// When the oldest of them began.
    pub(crate) fn oldest(&self) -> Option<Instant> {
        self.0.began().keys().next().copied().map(Instant::from_micros)
    }

    /// Waits until none is left that began before this instant.
    pub(crate) async fn ended_before(&self, at: Instant) {
        let ended = async {
            loop {
                let next = self.0.one_ended.notified();
                if self.oldest().is_none_or(|oldest| oldest >= at) {
                    return;
                }
                next.await;
            }
        };
        drop(tokio::time::timeout(PATIENCE, ended).await);
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        let mut began = self.among.0.began();
        if let Some(count) = began.get_mut(&self.began) {
            *count -= 1;
            if *count == 0 {
                began.remove(&self.began);
            }
        }
        drop(began);
        self.among.0.one_ended.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::poll_immediate;
    use std::pin::pin;

    #[tokio::test]
    async fn only_what_began_before_is_waited_for() {
        let (units, at) = (UnderWay::default(), Instant::from_micros);
        let (early, same, late) = (units.begin(at(1)), units.begin(at(1)), units.begin(at(5)));
        let mut waiting = pin!(units.ended_before(at(5)));
        assert_eq!(poll_immediate(waiting.as_mut()).await, None);
        drop(early);
        assert_eq!(poll_immediate(waiting.as_mut()).await, None);
        assert_eq!(units.oldest(), Some(at(1)));
        drop(same);
        assert_eq!(poll_immediate(waiting.as_mut()).await, Some(()));
        drop(late);
        assert_eq!(units.oldest(), None);
    }
}
