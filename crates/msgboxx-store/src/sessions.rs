//! Sessions: families of refresh tokens, one for each sign-in. Tokens are stored as hashes only.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{Instant, OrganisationId, SessionId, UserId};

/// A sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Its identifier.
    pub id: SessionId,
    /// Who signed in.
    pub user_id: UserId,
    /// The program they signed in with.
    pub calling_application: String,
    /// When it ends at the latest.
    pub expires_at: Instant,
}

/// A refresh token and the session it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// The tenant.
    pub organisation_id: OrganisationId,
    /// The session.
    pub session_id: SessionId,
    /// Whose session it is.
    pub user_id: UserId,
    /// The program they signed in with.
    pub calling_application: String,
    /// When the token was made.
    pub created_at: Instant,
    /// When it ends.
    pub expires_at: Instant,
    /// When it was exchanged for the next one.
    pub used_at: Option<Instant>,
    /// A digest of what the client shows of itself that exchanged it.
    pub used_by: Option<Vec<u8>>,
    /// When the session ends at the latest.
    pub session_expires_at: Instant,
    /// When the session was revoked.
    pub session_revoked_at: Option<Instant>,
}

impl Tx<'_> {
    /// Inserts a session that starts now.
    pub async fn insert_session(&mut self, organisation: OrganisationId, session: &NewSession) -> Result<()> {
        self.push(
            "insert into sessions (organisation_id, id, user_id, calling_application, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
            params![organisation, session.id, session.user_id, &session.calling_application, self.now(), session.expires_at],
        )
        .await
    }

    /// Inserts a refresh token by its hash.
    pub async fn insert_refresh_token(
        &mut self,
        organisation: OrganisationId,
        session: SessionId,
        hash: &[u8],
        expires_at: Instant,
    ) -> Result<()> {
        self.push(
            "insert into refresh_tokens (hash, organisation_id, session_id, created_at, expires_at) values ($1, $2, $3, $4, $5)",
            params![hash, organisation, session, self.now(), expires_at],
        )
        .await
    }

    /// The refresh token with this hash. The holder of the token proves by it which organisation is meant.
    pub async fn refresh_token(&mut self, hash: &[u8]) -> Result<Option<RefreshToken>> {
        self.optional(
            "select t.organisation_id, t.session_id, s.user_id, s.calling_application, t.created_at, t.expires_at, t.used_at, s.expires_at,
                    s.revoked_at, t.used_by
             from refresh_tokens t join sessions s on s.organisation_id = t.organisation_id and s.id = t.session_id
             where t.hash = $1",
            params![hash],
            |row| {
                Ok(RefreshToken {
                    organisation_id: row.get(0)?,
                    session_id: row.get(1)?,
                    user_id: row.get(2)?,
                    calling_application: row.get(3)?,
                    created_at: row.get(4)?,
                    expires_at: row.get(5)?,
                    used_at: row.get(6)?,
                    session_expires_at: row.get(7)?,
                    session_revoked_at: row.get(8)?,
                    used_by: row.get(9)?,
                })
            },
        )
        .await
    }

    /// Uses a refresh token; false when another was first. `used_by` is a digest of what the client shows of itself.
    pub async fn use_refresh_token(&mut self, hash: &[u8], used_by: &[u8]) -> Result<bool> {
        let used = self
            .execute(
                "update refresh_tokens set used_at = $2, used_by = $3 where hash = $1 and used_at is null",
                params![hash, self.now(), used_by],
            )
            .await?;
        Ok(used == 1)
    }

    /// Ends a session with all its tokens.
    pub async fn revoke_session(&mut self, organisation: OrganisationId, session: SessionId) -> Result<()> {
        self.push(
            "update sessions set revoked_at = $3 where organisation_id = $1 and id = $2 and revoked_at is null",
            params![organisation, session, self.now()],
        )
        .await
    }

    /// Ends every session of a user, as a password change or a new role does, and answers how many.
    pub async fn revoke_sessions_of_user(&mut self, organisation: OrganisationId, user: UserId) -> Result<u64> {
        self.execute(
            "update sessions set revoked_at = $3 where organisation_id = $1 and user_id = $2 and revoked_at is null",
            params![organisation, user, self.now()],
        )
        .await
    }

    /// Forgets sessions that ended, or were revoked, before an instant, with their tokens.
    pub async fn forget_sessions(&mut self, before: Instant) -> Result<u64> {
        self.execute(
            "delete from refresh_tokens where exists (
                 select 1 from sessions s where s.organisation_id = refresh_tokens.organisation_id and s.id = refresh_tokens.session_id
                 and (s.expires_at < $1 or s.revoked_at < $1))",
            params![before],
        )
        .await?;
        self.execute("delete from sessions where expires_at < $1 or revoked_at < $1", params![before]).await
    }
}
