//! Password hashes: Argon2id on a few threads of its own, so that sign-ins cannot exhaust memory.
//!
//! Each thread keeps its 19 MiB while it has work. An unknown user costs the same time as a wrong password. Passwords
//! are never logged and never leave this module but as hashes.

mod hashing;
pub mod policy;

use crate::secrets::Secret;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use hashing::Hasher;
use std::time::Duration;
use tokio::sync::oneshot;

/// Passwords that may wait for a thread. At 20 ms each on two cores the last waits about three seconds.
const MOST_WAITING: usize = 256;
/// How long a thread keeps its memory without work.
const IDLE: Duration = Duration::from_secs(10);

/// What became of a password check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is the user's password.
    Right {
        /// The hash to store from now on, when the stored one was made with other parameters.
        rehashed: Option<String>,
    },
    /// It is not, or there is nothing to compare it with.
    Wrong,
}

/// Too many passwords are waiting to be checked; try again in a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are waiting to be checked")]
pub struct PasswordsBusy;

/// The threads that hash passwords.
#[derive(Debug, Clone)]
pub struct Passwords {
    jobs: Sender<Job>,
}

enum Job {
    Verify { password: Secret, stored: Option<String>, answer: oneshot::Sender<Verdict> },
    Hash { password: Secret, answer: oneshot::Sender<String> },
}

impl Passwords {
    /// Starts as many threads as there are cores.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start() -> std::io::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let (jobs, waiting) = crossbeam_channel::bounded::<Job>(MOST_WAITING);
        for _ in 0..cores {
            let waiting = waiting.clone();
            std::thread::Builder::new().name("password".to_owned()).spawn(move || {
                let mut hasher = Hasher::default();
                while let Some(job) = next(&waiting, &mut hasher) {
                    job.run(&mut hasher);
                }
            })?;
        }
        Ok(Self { jobs })
    }

    /// Checks a password against a stored hash. Without one (an unknown or disabled user) it takes as
    /// long and is wrong.
    ///
    /// # Errors
    /// When too many are waiting.
    pub async fn verify(&self, password: Secret, stored: Option<String>) -> Result<Verdict, PasswordsBusy> {
        let (answer, verdict) = oneshot::channel();
        self.submit(Job::Verify { password, stored, answer })?;
        verdict.await.map_err(|_| PasswordsBusy)
    }

    /// The hash to store for a password.
    ///
    /// # Errors
    /// When too many are waiting.
    pub async fn hash(&self, password: Secret) -> Result<String, PasswordsBusy> {
        let (answer, hash) = oneshot::channel();
        self.submit(Job::Hash { password, answer })?;
        hash.await.map_err(|_| PasswordsBusy)
    }

    fn submit(&self, job: Job) -> Result<(), PasswordsBusy> {
        self.jobs.try_send(job).map_err(|_| PasswordsBusy)
    }
}

/// The next job; none at the end. A thread without work gives its memory back.
fn next(waiting: &Receiver<Job>, hasher: &mut Hasher) -> Option<Job> {
    match waiting.recv_timeout(IDLE) {
        Ok(job) => Some(job),
        Err(RecvTimeoutError::Disconnected) => None,
        Err(RecvTimeoutError::Timeout) => {
            hasher.give_back();
            waiting.recv().ok()
        }
    }
}

impl Job {
    /// A caller that went away is not worked for.
    fn run(self, hasher: &mut Hasher) {
        match self {
            Job::Verify { password, stored, answer } if !answer.is_closed() => {
                drop(answer.send(hasher.verify(&password, stored.as_deref())));
            }
            Job::Hash { password, answer } if !answer.is_closed() => drop(answer.send(hasher.hash(&password))),
            Job::Verify { .. } | Job::Hash { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn the_right_password_is_right_and_any_other_is_wrong() {
        let passwords = Passwords::start().expect("threads");
        let stored = passwords.hash(secret("correct horse")).await.expect("hashed");
        let right = passwords.verify(secret("correct horse"), Some(stored.clone())).await;
        assert_eq!(right, Ok(Verdict::Right { rehashed: None }));
        for wrong in ["", "correct hors", "correct horse ", "Correct horse"] {
            assert_eq!(passwords.verify(secret(wrong), Some(stored.clone())).await, Ok(Verdict::Wrong), "{wrong:?}");
        }
    }

    #[tokio::test]
    async fn nothing_is_right_without_a_stored_hash() {
        let passwords = Passwords::start().expect("threads");
        assert_eq!(passwords.verify(secret("anything"), None).await, Ok(Verdict::Wrong));
        assert_eq!(passwords.verify(secret("anything"), Some("no hash".to_owned())).await, Ok(Verdict::Wrong));
    }

    #[tokio::test]
    async fn more_than_can_wait_are_refused_at_once() {
        let passwords = Passwords::start().expect("threads");
        let many: Vec<_> = (0..MOST_WAITING * 2).map(|_| passwords.verify(secret("x"), None)).collect();
        let refused = futures_util::future::join_all(many.into_iter().map(|future| async { futures_util::poll!(Box::pin(future)) })).await;
        assert!(refused.iter().any(|polled| matches!(polled, std::task::Poll::Ready(Err(PasswordsBusy)))));
    }
}
