//! API accounts as programmers and agents see them, and how they are made.

use crate::account_routes::AccountRoute;
use crate::error::Result;
use crate::row::Row;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccount, ApiAccountId, Instant, OrganisationId};

impl Tx<'_> {
    /// Every account of an organisation, newest first.
    pub async fn api_accounts(&mut self, organisation: OrganisationId) -> Result<Vec<ApiAccount>> {
        self.all(
            "select id, phone_number, name, created_at from api_accounts where organisation_id = $1 order by created_at desc, id desc",
            params![organisation],
            read_account,
        )
        .await
    }

    /// The account, if this organisation has one with that id.
    pub async fn api_account(&mut self, organisation: OrganisationId, id: ApiAccountId) -> Result<Option<ApiAccount>> {
        self.optional(
            "select id, phone_number, name, created_at from api_accounts where organisation_id = $1 and id = $2",
            params![organisation, id],
            read_account,
        )
        .await
    }

    /// Inserts an account; false when its number, its number's id at WhatsApp, its name or its id is taken.
    pub async fn insert_api_account(&mut self, account: &AccountRoute, created_at: Instant) -> Result<bool> {
        let inserted = self
            .execute(
                "insert into api_accounts (organisation_id, id, name, phone_number, is_simulated, base_url, api_version, phone_number_id,
                     business_account_id, access_token_sealed, app_secret_sealed, verify_token_sealed, messages_per_second, created_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing",
                params![
                    account.organisation_id,
                    account.api_account_id,
                    &account.name,
                    &account.phone_number,
                    account.is_simulated,
                    &account.base_url,
                    &account.api_version,
                    &account.phone_number_id,
                    &account.business_account_id,
                    &account.access_token_sealed,
                    &account.app_secret_sealed,
                    &account.verify_token_sealed,
                    account.messages_per_second,
                    created_at.whole_millis()
                ],
            )
            .await?;
        Ok(inserted == 1)
    }

    /// Writes all that can change of an account but whether it is paused.
    ///
    /// # Errors
    /// [`crate::StoreError::Constraint`] when something of it is taken: look before.
    pub async fn update_api_account(&mut self, account: &AccountRoute) -> Result<()> {
        self.execute(
            "update api_accounts set name = $3, phone_number = $4, is_simulated = $5, base_url = $6, api_version = $7, phone_number_id = $8,
                    business_account_id = $9, access_token_sealed = $10, app_secret_sealed = $11, verify_token_sealed = $12,
                    messages_per_second = $13
             where organisation_id = $1 and id = $2",
            params![
                account.organisation_id,
                account.api_account_id,
                &account.name,
                &account.phone_number,
                account.is_simulated,
                &account.base_url,
                &account.api_version,
                &account.phone_number_id,
                &account.business_account_id,
                &account.access_token_sealed,
                &account.app_secret_sealed,
                &account.verify_token_sealed,
                account.messages_per_second
            ],
        )
        .await?;
        Ok(())
    }

    /// What the number may send in a second; false when that is known already.
    pub async fn set_messages_per_second(&mut self, organisation: OrganisationId, id: ApiAccountId, messages: u32) -> Result<bool> {
        let changed = self
            .execute(
                "update api_accounts set messages_per_second = $3 where organisation_id = $1 and id = $2 and messages_per_second <> $3",
                params![organisation, id, messages],
            )
            .await?;
        Ok(changed == 1)
    }

    /// Why nothing is sent from the account, for a person; none while it is not paused.
    pub async fn pause_reason(&mut self, organisation: OrganisationId, id: ApiAccountId) -> Result<Option<String>> {
        self.optional(
            "select paused_reason from api_accounts where organisation_id = $1 and id = $2 and paused_reason is not null",
            params![organisation, id],
            |row| row.get(0),
        )
        .await
    }
}

fn read_account(row: &Row<'_>) -> Result<ApiAccount> {
    Ok(ApiAccount { id: row.get(0)?, phone_number: row.get(1)?, name: row.get(2)?, created_at: row.get(3)? })
}
