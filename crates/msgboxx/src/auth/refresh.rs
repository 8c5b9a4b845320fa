//! Refresh tokens: each is used once and replaced by the next of its family.
//!
//! A token that comes a second time was stolen, or its thief was first: the whole family ends. The
//! one exception is a client whose answer got lost: for ten seconds the same calling application with
//! the same user agent may repeat itself. Tokens are opaque and stored as hashes.

use super::token::{Grant, IssuedToken};
use crate::app::App;
use crate::secrets::Secret;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use msgboxx_model::{OrganisationId, SessionId};
use msgboxx_store::{RefreshToken, StoreError, Tx};
use std::time::Duration;

/// How long a refresh token may be kept unused.
pub const LIFE: Duration = Duration::from_hours(24 * 30);

/// How long a client may repeat itself.
const GRACE: Duration = Duration::from_secs(10);

/// What somebody who is signed in holds.
#[derive(Debug)]
pub struct Tickets {
    /// For calling the API.
    pub access: IssuedToken,
    /// For getting the next pair.
    pub refresh: Secret,
}

/// Why there is no next pair.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The token is unknown, has ended, or came a second time.
    #[error("the refresh token is not valid")]
    Invalid,
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// 256 bits of chance, as text.
pub(super) fn new_token() -> Secret {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system's source of chance does not fail");
    Secret::new(URL_SAFE_NO_PAD.encode(bytes))
}

fn hash(token: &Secret) -> Vec<u8> {
    digest(&SHA256, token.expose().as_bytes()).as_ref().to_vec()
}

/// Keeps a new token of a session.
pub(super) async fn keep(tx: &mut Tx<'_>, organisation: OrganisationId, session: SessionId, token: &Secret) -> Result<(), StoreError> {
    tx.insert_refresh_token(organisation, session, &hash(token), tx.now().plus(LIFE)).await
}

/// What a client shows of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// What it calls itself: `X-Calling-Application`.
    pub calling_application: String,
    /// What it is made of: `User-Agent`; empty if it does not say.
    pub user_agent: String,
}

impl Client {
    fn digest(&self) -> Vec<u8> {
        digest(&SHA256, format!("{}\0{}", self.calling_application, self.user_agent).as_bytes()).as_ref().to_vec()
    }
}

/// Exchanges a refresh token for the next pair.
///
/// # Errors
/// When the token is not valid; if that is because it came again, its family has ended.
pub async fn refresh(app: &App, token: Secret, client: Client) -> Result<Tickets, RefreshError> {
    let tokens = app.tokens.clone();
    let next = new_token();
    // A refusal is committed: the end of a family must not be undone.
    let exchange = app
        .store
        .write(async move |tx: &mut Tx<'_>| {
            let hash = hash(&token);
            let Some(found) = tx.refresh_token(&hash).await? else { return Ok(Exchange::Refused) };
            let is_first_use = tx.use_refresh_token(&hash, &client.digest()).await?;
            if !is_first_use && !may_repeat(tx, &hash, &found, &client).await? {
                tx.revoke_session(found.organisation_id, found.session_id).await?;
                return Ok(Exchange::Stolen(found.session_id));
            }
            let is_live =
                found.expires_at > tx.now() && tx.caller_role(found.organisation_id, found.user_id, found.session_id).await?.is_some();
            if !is_live {
                return Ok(Exchange::Refused);
            }
            keep(tx, found.organisation_id, found.session_id, &next).await?;
            let grant = Grant {
                user: found.user_id,
                organisation: found.organisation_id,
                session: found.session_id,
                calling_application: client.calling_application.clone(),
            };
            Ok::<_, StoreError>(Exchange::Next(Tickets { access: tokens.issue(&grant, tx.now()), refresh: next.clone() }))
        })
        .await?;
    match exchange {
        Exchange::Next(tickets) => Ok(tickets),
        Exchange::Refused => Err(RefreshError::Invalid),
        Exchange::Stolen(session) => {
            app.access.forget(session).await;
            Err(RefreshError::Invalid)
        }
    }
}

/// What became of a refresh token.
enum Exchange {
    Next(Tickets),
    Refused,
    /// It came a second time, and its family has ended.
    Stolen(SessionId),
}

/// Whether a token that was used already may be used again by this client.
async fn may_repeat(tx: &mut Tx<'_>, hash: &[u8], token: &RefreshToken, client: &Client) -> Result<bool, StoreError> {
    // Read again: when two came at once, the other one's use was committed in between.
    let Some(used) = tx.refresh_token(hash).await? else { return Ok(false) };
    let is_recent = used.used_at.is_some_and(|at| tx.now().saturating_since(at) < GRACE);
    let is_same = used.used_by == Some(client.digest());
    Ok(is_recent && is_same && token.calling_application == client.calling_application)
}

/// Signs out: ends the family of a refresh token. An unknown token is nobody's.
///
/// # Errors
/// When the database does not answer.
pub async fn revoke(app: &App, token: Secret) -> Result<(), StoreError> {
    let found = app.store.read(async move |tx: &mut Tx<'_>| tx.refresh_token(&hash(&token)).await).await?;
    match found {
        Some(token) => end_session(app, token.organisation_id, token.session_id).await,
        None => Ok(()),
    }
}

/// Ends a session: its access tokens are refused within a second, here at once.
///
/// # Errors
/// When the database does not answer.
pub async fn end_session(app: &App, organisation: OrganisationId, session: SessionId) -> Result<(), StoreError> {
    app.store.write(async move |tx: &mut Tx<'_>| tx.revoke_session(organisation, session).await).await?;
    app.access.forget(session).await;
    Ok(())
}
