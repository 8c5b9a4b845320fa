//! How often one may guess a password: per user name and per address.
//!
//! An attempt is reserved in the database before the password is looked at, and given back when it
//! was right, so parallel guesses on any number of nodes draw on one allowance and honest programs
//! use none of it. The allowance refills steadily: nobody is ever locked out for good.

mod rule;

pub use rule::{Allowance, Decision};

use aws_lc_rs::digest::{SHA256, digest};
use msgboxx_model::Instant;
use msgboxx_store::{Store, StoreError};
use std::fmt::Write;
use std::net::IpAddr;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Guesses at one user name: 20 at once, then one every 15 seconds.
const PER_USER: Allowance = Allowance { burst: 20, every: Duration::from_secs(15) };
/// Guesses from one address, which may be a whole office: 100 at once, then one every two seconds.
const PER_ADDRESS: Allowance = Allowance { burst: 100, every: Duration::from_secs(2) };
/// Attempts under way at once in this process. Fewer than a user's allowance, so that many programs
/// which sign in together with the right password do not use it up while they wait.
const AT_ONCE: usize = 8;

/// Why an attempt may not be made now.
#[derive(Debug, thiserror::Error)]
pub enum SignInRefused {
    /// Too many wrong ones before it.
    #[error("too many attempts, the next may be made in {} s", retry_after.as_secs())]
    TooMany {
        /// Whole seconds, at least one.
        retry_after: Duration,
    },
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Lets attempts through, a few at a time.
#[derive(Debug)]
pub struct SignInThrottle {
    places: Semaphore,
}

/// An attempt that was reserved. Dropping it without [`Attempt::succeeded`] counts it as wrong.
#[derive(Debug)]
pub struct Attempt<'a> {
    keys: [(String, Allowance); 2],
    _place: SemaphorePermit<'a>,
}

impl Default for SignInThrottle {
    fn default() -> Self {
        Self { places: Semaphore::new(AT_ONCE) }
    }
}

impl SignInThrottle {
    /// Reserves an attempt for a user name and an address.
    ///
    /// # Errors
    /// When either has none left, or the database does not answer.
    pub async fn begin(&self, store: &Store, username: &str, address: IpAddr) -> Result<Attempt<'_>, SignInRefused> {
        let place = self.places.acquire().await.expect("the semaphore is never closed");
        let keys = [(user_key(username), PER_USER), (address_key(address), PER_ADDRESS)];
        let wanted = keys.clone();
        store
            .write(async move |tx| {
                let now = tx.now();
                for (key, allowance) in &wanted {
                    reserve(tx, key, *allowance, now).await?;
                }
                Ok::<_, SignInRefused>(())
            })
            .await?;
        Ok(Attempt { keys, _place: place })
    }
}

/// A refusal undoes what the unit reserved before it.
async fn reserve(tx: &mut msgboxx_store::Tx<'_>, key: &str, allowance: Allowance, now: Instant) -> Result<(), SignInRefused> {
    if tx.reserve_sign_in(key, now, allowance.cost(), allowance.ceiling(now)).await? {
        return Ok(());
    }
    let used_until = tx.sign_in_used_until(key).await?.unwrap_or(now);
    match allowance.decide(used_until, now) {
        Decision::Refused { retry_after } => Err(SignInRefused::TooMany { retry_after }),
        // Given back by another in between: as good as the shortest wait.
        Decision::Granted { .. } => Err(SignInRefused::TooMany { retry_after: Duration::from_secs(1) }),
    }
}

impl Attempt<'_> {
    /// The password was right: gives the attempt back.
    ///
    /// # Errors
    /// When the database does not answer; the attempt is then used up.
    pub async fn succeeded(self, store: &Store) -> Result<(), StoreError> {
        let keys = self.keys;
        store
            .write(async move |tx| {
                for (key, allowance) in &keys {
                    tx.give_back_sign_in(key, allowance.cost()).await?;
                }
                Ok(())
            })
            .await
    }
}

/// People type passwords where the user name belongs, so the name itself is not stored.
fn user_key(username: &str) -> String {
    let folded = username.trim().to_lowercase();
    digest(&SHA256, folded.as_bytes()).as_ref()[..16].iter().fold("user:".to_owned(), |mut key, byte| {
        let _ = write!(key, "{byte:02x}");
        key
    })
}

/// One customer has a whole /64 of IPv6.
fn address_key(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => format!("address:{v4}"),
        IpAddr::V6(v6) => format!("address:{:x}/64", v6.to_bits() >> 64),
    }
}

#[cfg(test)]
mod tests;
