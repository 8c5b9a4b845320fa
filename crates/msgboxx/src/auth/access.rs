//! What a signed-in user may see and do: the only source of an organisation's id for the verbs.
//!
//! Made from a verified token and the database, never from anything else a client sends. Kept for
//! less than a second per session, so that a revoked session, a changed role or a new account is
//! noticed within that time on every node.

use super::token::Grant;
use msgboxx_model::{ApiAccountId, OrganisationId, Role, SessionId, UserId};
use msgboxx_store::{Store, StoreError, Tx};
use std::sync::Arc;
use std::time::Duration;

const KEPT_FOR: Duration = Duration::from_millis(900);
const MOST_SESSIONS: u64 = 20_000;

/// A user in their organisation, with what they may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    organisation: OrganisationId,
    user: UserId,
    first_name: String,
    last_name: String,
    role: Role,
    api_accounts: Vec<ApiAccountId>,
}

impl Access {
    /// The tenant; nothing of another may be read or written.
    pub fn organisation(&self) -> OrganisationId {
        self.organisation
    }

    /// The user.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// The user's first name.
    pub fn first_name(&self) -> &str {
        &self.first_name
    }

    /// The user's last name.
    pub fn last_name(&self) -> &str {
        &self.last_name
    }

    /// Whether everything in the organisation is theirs to change.
    pub fn is_administrator(&self) -> bool {
        self.role == Role::Administrator
    }

    /// Every account that they may see.
    pub fn api_accounts(&self) -> &[ApiAccountId] {
        &self.api_accounts
    }

    /// Whether they may see what belongs to an account.
    pub fn may_see(&self, api_account: ApiAccountId) -> bool {
        self.api_accounts.contains(&api_account)
    }

    /// The accounts that they may see among those wanted: all, or the one that is asked for.
    pub fn narrowed_to(&self, wanted: Option<ApiAccountId>) -> Vec<ApiAccountId> {
        self.api_accounts.iter().copied().filter(|account| wanted.is_none_or(|wanted| wanted == *account)).collect()
    }

    /// What a token's holder may do now; none when the session has ended or the user may not sign in.
    async fn of(tx: &mut Tx<'_>, organisation: OrganisationId, user: UserId, session: SessionId) -> Result<Option<Self>, StoreError> {
        let Some(role) = tx.caller_role(organisation, user, session).await? else { return Ok(None) };
        let Some(person) = tx.user(organisation, user).await? else { return Ok(None) };
        let api_accounts = tx.api_accounts_seen_by(organisation, user, role).await?;
        Ok(Some(Self { organisation, user, first_name: person.first_name, last_name: person.last_name, role, api_accounts }))
    }
}

/// Why a token's holder has no access.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AccessError {
    /// The session has ended, or the user may not sign in.
    #[error("the session has ended")]
    Ended,
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What sessions may do, as it was within the last second.
#[derive(Debug)]
pub struct AccessCache(moka::future::Cache<SessionId, Arc<Access>>);

impl Default for AccessCache {
    fn default() -> Self {
        Self(moka::future::Cache::builder().max_capacity(MOST_SESSIONS).time_to_live(KEPT_FOR).build())
    }
}

impl AccessCache {
    /// What the holder of a verified token may do.
    ///
    /// # Errors
    /// When the session has ended.
    pub async fn of(&self, store: &Store, grant: &Grant) -> Result<Arc<Access>, AccessError> {
        let (organisation, user, session) = (grant.organisation, grant.user, grant.session);
        let load = async {
            let found = store.read(async move |tx: &mut Tx<'_>| Access::of(tx, organisation, user, session).await).await?;
            found.map(Arc::new).ok_or(AccessError::Ended)
        };
        let access = self.0.try_get_with(session, load).await.map_err(|error: Arc<AccessError>| (*error).clone())?;
        // A session is one user's for ever, so this can only fail for a token that we never issued.
        if access.user == user && access.organisation == organisation { Ok(access) } else { Err(AccessError::Ended) }
    }

    /// Forgets a session that was revoked, so that this process notices at once.
    pub async fn forget(&self, session: SessionId) {
        self.0.invalidate(&session).await;
    }
}
