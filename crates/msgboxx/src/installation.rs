//! What an installation keeps about itself: proof that the secret key is the right one, and the keys
//! that sign access tokens.

use crate::auth::token::{TokenKey, Tokens};
use crate::secrets::{InstallationKey, Place, Secret};
use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use msgboxx_store::{Store, StoredTokenKey, Tx};
use std::time::Duration;

const CHECK: &str = "secret_key_check";
/// All installations have the same word; what differs is the key that seals it.
const CHECK_WORD: &str = "msgboxx";
/// The name of the first signing key. Two nodes that start together agree on it.
const FIRST_KID: &str = "1";

/// What the installation says about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyCheck {
    /// It was made with this one.
    Fits,
    /// It was made with another one.
    Differs,
    /// Nothing was sealed yet.
    Unused,
}

/// Recognises a wrong secret key before anything is read or written with it.
///
/// # Errors
/// When the installation was made with another key.
pub async fn check_key(store: &Store, keys: &InstallationKey) -> anyhow::Result<()> {
    let ours = STANDARD.encode(keys.seal(&check_place(), CHECK_WORD));
    let stands = store.write(async move |tx: &mut Tx<'_>| tx.settle_installation_value(CHECK, &ours).await).await?;
    if fits(keys, &stands) {
        return Ok(());
    }
    bail!(
        "the secret key is not the one that this installation was made with: put the old secret.key back, or set MSGBOXX_SECRET_KEY to it"
    )
}

/// Compares a key with the installation's, and changes nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn look_at_key(store: &Store, keys: &InstallationKey) -> anyhow::Result<KeyCheck> {
    let stands = store.read(async |tx: &mut Tx<'_>| tx.installation_value(CHECK).await).await?;
    Ok(match stands {
        None => KeyCheck::Unused,
        Some(stands) if fits(keys, &stands) => KeyCheck::Fits,
        Some(_) => KeyCheck::Differs,
    })
}

fn fits(keys: &InstallationKey, stands: &str) -> bool {
    STANDARD.decode(stands).is_ok_and(|sealed| keys.open(&check_place(), &sealed).is_ok())
}

fn check_place() -> Place {
    Place::of_installation("installation", "value", CHECK)
}

/// Issues and verifies tokens with the installation's keys; the first is made when there is none.
///
/// # Errors
/// When the database does not answer or a key does not open.
pub async fn tokens(store: &Store, keys: &InstallationKey, life: Duration) -> anyhow::Result<Tokens> {
    let first =
        StoredTokenKey { kid: FIRST_KID.to_owned(), secret_sealed: keys.seal(&place(FIRST_KID), InstallationKey::generate().expose()) };
    let stored = store
        .write(async move |tx: &mut Tx<'_>| {
            tx.settle_token_key(&first).await?;
            tx.token_keys().await
        })
        .await?;
    let opened: Result<Vec<TokenKey>, _> = stored
        .into_iter()
        .map(|key| {
            let secret: Result<Secret, _> = keys.open(&place(&key.kid), &key.secret_sealed);
            secret.map(|secret| TokenKey { kid: key.kid, secret })
        })
        .collect();
    Tokens::new(&opened.context("the keys that sign access tokens")?, life).context("there is no key that signs access tokens")
}

fn place(kid: &str) -> Place {
    Place::of_installation("token_keys", "secret_sealed", kid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::token::Grant;
    use crate::testing::{TestDatabase, on_both_engines};
    use msgboxx_model::{OrganisationId, SessionId, UserId};
    use uuid::Uuid;

    on_both_engines!(
        another_key_is_recognised,
        tokens_of_one_process_are_good_in_another_and_after_a_restart,
        nodes_that_start_together_agree
    );

    const HOUR: Duration = Duration::from_hours(1);

    fn key() -> InstallationKey {
        InstallationKey::from_base64(InstallationKey::generate().expose()).expect("a key")
    }

    async fn another_key_is_recognised(database: &TestDatabase) {
        let (ours, other) = (key(), key());
        assert_eq!(look_at_key(&database.store, &ours).await.expect("looked at"), KeyCheck::Unused);
        check_key(&database.store, &ours).await.expect("the first key is the right one");
        check_key(&database.store, &ours).await.expect("it still is");
        let error = check_key(&database.store, &other).await.expect_err("another key");
        assert!(error.to_string().contains("not the one that this installation was made with"), "{error}");
        assert_eq!(look_at_key(&database.store, &other).await.expect("looked at"), KeyCheck::Differs);
    }

    async fn tokens_of_one_process_are_good_in_another_and_after_a_restart(database: &TestDatabase) {
        let keys = key();
        let first = tokens(&database.store, &keys, HOUR).await.expect("made");
        let second = tokens(&database.store, &keys, HOUR).await.expect("found");
        let id = Uuid::from_u128(1);
        let grant =
            Grant { user: UserId(id), organisation: OrganisationId(id), session: SessionId(id), calling_application: "App".to_owned() };
        let now = database.clock.now();
        assert_eq!(second.verify(first.issue(&grant, now).token.expose(), now), Ok(grant));
    }

    async fn nodes_that_start_together_agree(database: &TestDatabase) {
        let keys = key();
        let start = || async { check_key(&database.store, &keys).await.and(tokens(&database.store, &keys, HOUR).await) };
        for started in futures_util::future::join_all((0..8).map(|_| start())).await {
            started.expect("started");
        }
        let stored = database.store.read(async |tx: &mut Tx<'_>| tx.token_keys().await).await.expect("read");
        assert_eq!(stored.len(), 1);
    }
}
