//! Accounts as the connector sees them: how WhatsApp names them and what opens them.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, Instant, MobileNumber, OrganisationId};

/// One account's way to WhatsApp. The secrets are sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRoute {
    /// The tenant.
    pub organisation_id: OrganisationId,
    /// The account.
    pub api_account_id: ApiAccountId,
    /// Its name.
    pub name: String,
    /// Its number.
    pub phone_number: MobileNumber,
    /// Whether it lives on the simulator.
    pub is_simulated: bool,
    /// Where its Cloud API is; empty for the built-in simulator.
    pub base_url: String,
    /// Such as `v25.0`.
    pub api_version: String,
    /// WhatsApp's id of the number.
    pub phone_number_id: String,
    /// WhatsApp's id of the business account (WABA).
    pub business_account_id: String,
    /// Sealed.
    pub access_token_sealed: Vec<u8>,
    /// Sealed.
    pub app_secret_sealed: Vec<u8>,
    /// Sealed.
    pub verify_token_sealed: Vec<u8>,
    /// What the number may send.
    pub messages_per_second: i64,
    /// Since when nothing is sent, because WhatsApp refuses the account.
    pub paused_at: Option<Instant>,
}

impl Tx<'_> {
    /// Every account of the installation.
    pub async fn account_routes(&mut self) -> Result<Vec<AccountRoute>> {
        self.all(
            "select organisation_id, id, name, phone_number, is_simulated, base_url, api_version, phone_number_id, business_account_id,
                    access_token_sealed, app_secret_sealed, verify_token_sealed, messages_per_second, paused_at
             from api_accounts order by organisation_id, id",
            params![],
            |row| {
                Ok(AccountRoute {
                    organisation_id: row.get(0)?,
                    api_account_id: row.get(1)?,
                    name: row.get(2)?,
                    phone_number: row.get(3)?,
                    is_simulated: row.get(4)?,
                    base_url: row.get(5)?,
                    api_version: row.get(6)?,
                    phone_number_id: row.get(7)?,
                    business_account_id: row.get(8)?,
                    access_token_sealed: row.get(9)?,
                    app_secret_sealed: row.get(10)?,
                    verify_token_sealed: row.get(11)?,
                    messages_per_second: row.get(12)?,
                    paused_at: row.get(13)?,
                })
            },
        )
        .await
    }

    /// Nothing is sent from this account until it is resumed; the reason is for a person. Answers whether that is news.
    pub async fn pause_account(&mut self, organisation: OrganisationId, account: ApiAccountId, reason: &str) -> Result<bool> {
        let paused = self
            .execute(
                "update api_accounts set paused_at = $3, paused_reason = $4 where organisation_id = $1 and id = $2 and paused_at is null",
                params![organisation, account, self.now(), reason],
            )
            .await?;
        Ok(paused == 1)
    }

    /// WhatsApp takes from this account again.
    pub async fn resume_account(&mut self, organisation: OrganisationId, account: ApiAccountId) -> Result<()> {
        self.push(
            "update api_accounts set paused_at = null, paused_reason = null where organisation_id = $1 and id = $2",
            params![organisation, account],
        )
        .await
    }

    /// WhatsApp changed its mind about a template.
    pub async fn set_template_status(
        &mut self,
        organisation: OrganisationId,
        account: ApiAccountId,
        name: &str,
        language: &str,
        status: msgboxx_model::TemplateStatus,
    ) -> Result<bool> {
        let changed = self
            .execute(
                "update templates set status = $5
                 where organisation_id = $1 and api_account_id = $2 and name = $3 and language = $4 and status <> $5",
                params![organisation, account, name, language, status.as_str()],
            )
            .await?;
        Ok(changed == 1)
    }
}
