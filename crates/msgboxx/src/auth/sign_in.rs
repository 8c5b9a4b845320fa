//! Signing in with a user name and a password.
//!
//! An unknown user, a disabled one and a wrong password are told apart by nobody: same answer, same
//! time. Attempts are counted before the password is looked at.

use super::password::{PasswordsBusy, Verdict};
use super::refresh::{self, Tickets};
use super::throttle::SignInRefused;
use super::token::Grant;
use crate::app::App;
use crate::secrets::Secret;
use msgboxx_model::SessionId;
use msgboxx_store::{NewSession, SignInUser, StoreError, Tx};
use std::net::IpAddr;
use std::time::Duration;

/// A session ends after this even if it is refreshed all the time.
const LONGEST_SESSION: Duration = Duration::from_hours(24 * 90);

/// What somebody claims to be.
#[derive(Debug)]
pub struct Credentials {
    /// The e-mail address, in any case.
    pub username: String,
    /// The password.
    pub password: Secret,
    /// What the calling program calls itself.
    pub calling_application: String,
    /// Where the request comes from.
    pub address: IpAddr,
}

/// Why somebody was not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// User name or password is wrong, or the user may not sign in.
    #[error("the credentials are wrong")]
    Wrong,
    /// Too many wrong attempts.
    #[error("too many attempts")]
    TooMany {
        /// Whole seconds, at least one.
        retry_after: Duration,
    },
    /// Too many passwords are being checked.
    #[error(transparent)]
    Busy(#[from] PasswordsBusy),
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SignInRefused> for SignInError {
    fn from(refused: SignInRefused) -> Self {
        match refused {
            SignInRefused::TooMany { retry_after } => Self::TooMany { retry_after },
            SignInRefused::Store(error) => Self::Store(error),
        }
    }
}

/// Starts a session.
///
/// # Errors
/// When the credentials are wrong, or must not be looked at now.
pub async fn sign_in(app: &App, credentials: Credentials) -> Result<Tickets, SignInError> {
    let attempt = app.throttle.begin(&app.store, &credentials.username, credentials.address).await?;
    let username = credentials.username.clone();
    let found = app.store.read(async move |tx: &mut Tx<'_>| tx.user_for_sign_in(&username).await).await?;
    let user = found.filter(|user| !user.is_disabled);
    let stored = user.as_ref().and_then(|user| user.password_hash.clone());
    let verdict = app.passwords.verify(credentials.password, stored).await?;
    let (Verdict::Right { rehashed }, Some(user)) = (verdict, user) else { return Err(SignInError::Wrong) };
    let tickets = start_session(app, &credentials.username, user, credentials.calling_application, rehashed).await?;
    attempt.succeeded(&app.store).await?;
    Ok(tickets)
}

/// The password was checked outside of this unit; if it was changed meanwhile, the session would
/// outlive the change, so the hash must still be the one that was checked.
async fn start_session(
    app: &App,
    username: &str,
    user: SignInUser,
    calling_application: String,
    rehashed: Option<String>,
) -> Result<Tickets, SignInError> {
    let (tokens, username) = (app.tokens.clone(), username.to_owned());
    // A token must not outlive its session.
    let life = LONGEST_SESSION.max(app.settings.token_life);
    let refresh_token = refresh::new_token();
    app.store
        .write(async move |tx: &mut Tx<'_>| {
            if tx.user_for_sign_in(&username).await?.as_ref() != Some(&user) {
                return Err(SignInError::Wrong);
            }
            let session = NewSession {
                id: SessionId(tx.new_id()),
                user_id: user.id,
                calling_application: calling_application.clone(),
                expires_at: tx.now().plus(life),
            };
            tx.insert_session(user.organisation_id, &session).await?;
            if let Some(hash) = &rehashed {
                tx.set_password_hash(user.organisation_id, user.id, hash).await?;
            }
            refresh::keep(tx, user.organisation_id, session.id, &refresh_token).await?;
            let grant = Grant {
                user: user.id,
                organisation: user.organisation_id,
                session: session.id,
                calling_application: session.calling_application,
            };
            Ok(Tickets { access: tokens.issue(&grant, tx.now()), refresh: refresh_token.clone() })
        })
        .await
}
