//! Users, what they sign in with, and the API accounts they may see.

use crate::contacts::fold;
use crate::error::Result;
use crate::row::Row;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, OrganisationId, Role, SessionId, User, UserId};

/// Whoever has a user name, for checking a password.
#[derive(Clone, PartialEq, Eq)]
pub struct SignInUser {
    /// Their organisation.
    pub organisation_id: OrganisationId,
    /// Their identifier.
    pub id: UserId,
    /// The hash of their password; none when they have not set one.
    pub password_hash: Option<String>,
    /// Whether they may no longer sign in.
    pub is_disabled: bool,
}

impl std::fmt::Debug for SignInUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInUser").field("id", &self.id).field("is_disabled", &self.is_disabled).finish_non_exhaustive()
    }
}

impl Tx<'_> {
    /// Whoever signs in with this e-mail address, in any case.
    pub async fn user_for_sign_in(&mut self, email: &str) -> Result<Option<SignInUser>> {
        self.optional(
            "select organisation_id, id, password_hash, disabled_at is not null from users where email_folded = $1",
            params![fold(email)],
            |row| Ok(SignInUser { organisation_id: row.get(0)?, id: row.get(1)?, password_hash: row.get(2)?, is_disabled: row.get(3)? }),
        )
        .await
    }

    /// What somebody with this session may do now; none when the session has ended or the user may not sign in.
    pub async fn caller_role(&mut self, organisation: OrganisationId, user: UserId, session: SessionId) -> Result<Option<Role>> {
        self.optional(
            "select u.role from sessions s join users u on u.organisation_id = s.organisation_id and u.id = s.user_id
             where s.organisation_id = $1 and s.id = $2 and s.user_id = $3 and s.revoked_at is null and s.expires_at > $4
               and u.disabled_at is null",
            params![organisation, session, user, self.now()],
            |row| row.get(0),
        )
        .await
    }

    /// The accounts that a user may see: an administrator all, an agent those given to them.
    pub async fn api_accounts_seen_by(&mut self, organisation: OrganisationId, user: UserId, role: Role) -> Result<Vec<ApiAccountId>> {
        match role {
            Role::Administrator => {
                self.all("select id from api_accounts where organisation_id = $1 order by id", params![organisation], |row| row.get(0))
                    .await
            }
            Role::Agent => self.api_accounts_given_to(organisation, user).await,
        }
    }

    /// What a user of the organisation may do; nothing for one who is gone.
    pub async fn role_of_user(&mut self, organisation: OrganisationId, user: UserId) -> Result<Option<Role>> {
        self.optional("select role from users where organisation_id = $1 and id = $2", params![organisation, user], |row| row.get(0)).await
    }

    /// The accounts given to a user, whatever their role.
    pub async fn api_accounts_given_to(&mut self, organisation: OrganisationId, user: UserId) -> Result<Vec<ApiAccountId>> {
        self.all(
            "select api_account_id from api_account_users where organisation_id = $1 and user_id = $2 order by api_account_id",
            params![organisation, user],
            |row| row.get(0),
        )
        .await
    }

    /// Gives a user these accounts and no others.
    pub async fn give_api_accounts(&mut self, organisation: OrganisationId, user: UserId, accounts: &[ApiAccountId]) -> Result<()> {
        self.push("delete from api_account_users where organisation_id = $1 and user_id = $2", params![organisation, user]).await?;
        for account in accounts {
            self.push(
                "insert into api_account_users (organisation_id, user_id, api_account_id) values ($1, $2, $3) on conflict do nothing",
                params![organisation, user, *account],
            )
            .await?;
        }
        Ok(())
    }

    /// The user, if this organisation has one with that id.
    pub async fn user(&mut self, organisation: OrganisationId, id: UserId) -> Result<Option<User>> {
        self.optional(
            "select id, email, first_name, last_name, role, created_at from users where organisation_id = $1 and id = $2",
            params![organisation, id],
            read_user,
        )
        .await
    }

    /// The user of any organisation with this e-mail address, in any case.
    pub async fn user_with_email(&mut self, email: &str) -> Result<Option<(OrganisationId, User)>> {
        self.optional(
            "select id, email, first_name, last_name, role, created_at, organisation_id from users where email_folded = $1",
            params![fold(email)],
            |row| Ok((row.get(6)?, read_user(row)?)),
        )
        .await
    }

    /// Everybody who may sign in, by name.
    pub async fn users(&mut self, organisation: OrganisationId) -> Result<Vec<User>> {
        self.all(
            "select id, email, first_name, last_name, role, created_at from users
             where organisation_id = $1 and disabled_at is null order by first_name, last_name, id",
            params![organisation],
            read_user,
        )
        .await
    }

    /// Users with each account that they may see and its name; by the user's name, then by the account's.
    pub async fn user_account_pairs(&mut self, organisation: OrganisationId) -> Result<Vec<(User, ApiAccountId, String)>> {
        self.all(
            "select u.id, u.email, u.first_name, u.last_name, u.role, u.created_at, a.id, a.name
             from users u join api_accounts a on a.organisation_id = u.organisation_id
             where u.organisation_id = $1 and u.disabled_at is null
               and (u.role = 'administrator' or exists (select 1 from api_account_users g where g.organisation_id = u.organisation_id
                                                        and g.user_id = u.id and g.api_account_id = a.id))
             order by u.first_name, u.last_name, u.id, a.name, a.id",
            params![organisation],
            |row| Ok((read_user(row)?, row.get(6)?, row.get(7)?)),
        )
        .await
    }

    /// Inserts a user; false when the e-mail address or the id is taken.
    pub async fn insert_user(&mut self, organisation: OrganisationId, user: &User, password_hash: Option<&str>) -> Result<bool> {
        let inserted = self
            .execute(
                "insert into users (organisation_id, id, email, email_folded, first_name, last_name, role, password_hash, created_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
                params![
                    organisation,
                    user.id,
                    &user.email,
                    fold(&user.email),
                    &user.first_name,
                    &user.last_name,
                    user.role.as_str(),
                    password_hash,
                    user.created_at
                ],
            )
            .await?;
        Ok(inserted == 1)
    }

    /// Writes a user's name, address and role; false when the address is another's.
    pub async fn update_user(&mut self, organisation: OrganisationId, user: &User) -> Result<bool> {
        let changed = self
            .execute(
                "update users set email = $3, email_folded = $4, first_name = $5, last_name = $6, role = $7
                 where organisation_id = $1 and id = $2 and not exists (select 1 from users o where o.email_folded = $4 and o.id <> $2)",
                params![organisation, user.id, &user.email, fold(&user.email), &user.first_name, &user.last_name, user.role.as_str()],
            )
            .await?;
        Ok(changed == 1)
    }

    /// Stores a user's new password hash. Ending their sessions is the caller's affair.
    pub async fn set_password_hash(&mut self, organisation: OrganisationId, user: UserId, hash: &str) -> Result<()> {
        self.push("update users set password_hash = $3 where organisation_id = $1 and id = $2", params![organisation, user, hash]).await
    }
}

fn read_user(row: &Row<'_>) -> Result<User> {
    Ok(User {
        id: row.get(0)?,
        email: row.get(1)?,
        first_name: row.get(2)?,
        last_name: row.get(3)?,
        role: row.get(4)?,
        created_at: row.get(5)?,
    })
}
