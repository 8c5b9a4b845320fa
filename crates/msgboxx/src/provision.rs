//! Provisioning: what a file says is made true, in one commit or not at all.
//!
//! A file is read and checked as text first; then everything is compared with the database and
//! changed in one unit. Entries are matched by id or by what names them, only differences are
//! written, and what the file does not mention stays.

mod apply;
mod check;
pub mod entries;
mod first_run;
mod made_up;
mod read;
mod read_template;
mod report;
mod source;
#[cfg(test)]
mod tests;

pub use entries::ProvisioningFile;
pub use first_run::{FirstSignIn, first_run};
pub use read::read;
pub use report::Report;
pub use source::{At, Mistake};

use crate::auth::password::{Passwords, PasswordsBusy};
use crate::secrets::InstallationKey;
use apply::{Applier, Plan};
use msgboxx_store::{Store, StoreError, Tx};
use std::collections::HashMap;

/// Why nothing was provisioned.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// The file and the database contradict each other.
    #[error("the file has {} mistakes", .0.len())]
    Mistakes(Vec<Mistake>),
    /// The database is no longer empty, and only an empty one was to be filled.
    #[error("the database is not empty")]
    NotEmpty,
    /// The database did not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Passwords could not be hashed.
    #[error(transparent)]
    Passwords(#[from] PasswordsBusy),
}

/// Makes true what a file says.
///
/// # Errors
/// Every mistake that the database shows, with its line; then nothing was changed.
pub async fn apply(store: &Store, keys: &InstallationKey, passwords: &Passwords, file: ProvisioningFile) -> Result<Report, ProvisionError> {
    run(store, keys, passwords, file, false).await
}

async fn run(
    store: &Store,
    keys: &InstallationKey,
    passwords: &Passwords,
    file: ProvisioningFile,
    only_if_empty: bool,
) -> Result<Report, ProvisionError> {
    let hashes = hashes_of_new_users(store, passwords, &file).await?;
    let plan = Plan { file, hashes, keys: keys.clone(), only_if_empty };
    store.write(async move |tx: &mut Tx<'_>| Applier::new(tx, &plan).run().await).await
}

/// Hashing takes too long to do while the database waits, and a user who exists keeps their password.
async fn hashes_of_new_users(
    store: &Store,
    passwords: &Passwords,
    file: &ProvisioningFile,
) -> Result<HashMap<String, String>, ProvisionError> {
    let mut hashes = HashMap::new();
    for user in file.organisations.iter().flat_map(|organisation| &organisation.users) {
        let Some(password) = &user.password else { continue };
        let (email, id) = (user.email.value.clone(), user.id.as_ref().map(|id| id.value));
        let is_known = store
            .read(async move |tx: &mut Tx<'_>| {
                let known = tx.user_with_email(&email).await?;
                Ok::<_, StoreError>(known.is_some_and(|(_, user)| id.is_none_or(|id| id == user.id)))
            })
            .await?;
        if !is_known {
            hashes.insert(user.email.value.to_lowercase(), passwords.hash(password.clone()).await?);
        }
    }
    Ok(hashes)
}

/// Whether a text has the form of an e-mail address.
pub fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        let is_plain = |part: &str| !part.is_empty() && part.chars().all(|c| !c.is_whitespace() && !c.is_control() && c != '@');
        is_plain(local) && is_plain(domain) && text.len() <= 254
    })
}
