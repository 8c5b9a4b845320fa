//! How each account is doing at WhatsApp, and whose turn it is to be checked.
//!
//! `next_check_at` is both the schedule and the claim: whoever moves it forward has the account to itself until then.

use crate::dialect::locking;
use crate::error::Result;
use crate::row::Row;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{AccountHealth, ApiAccountId, Instant, OrganisationId};

impl Tx<'_> {
    /// What is known of an account; blank before its first check. In a unit of writing nobody else changes it meanwhile.
    pub async fn account_health(&mut self, organisation: OrganisationId, account: ApiAccountId) -> Result<AccountHealth> {
        let health = self
            .optional(
                locking!(
                    "select number_status, verified_name, name_status, quality, messaging_limit, throughput, is_on_business_app, token,
                            token_expires_at, is_subscribed, obstacle, restriction, restriction_at, alert, last_webhook_at,
                            templates_listed_at, checked_at, failure
                     from account_health where organisation_id = $1 and api_account_id = $2"
                ),
                params![organisation, account],
                read_health,
            )
            .await?;
        Ok(health.unwrap_or_default())
    }

    /// Writes what is known of an account.
    pub async fn put_account_health(&mut self, organisation: OrganisationId, account: ApiAccountId, health: &AccountHealth) -> Result<()> {
        self.push(
            "insert into account_health (organisation_id, api_account_id, number_status, verified_name, name_status, quality,
                 messaging_limit, throughput, is_on_business_app, token, token_expires_at, is_subscribed, obstacle, restriction,
                 restriction_at, alert, last_webhook_at, templates_listed_at, checked_at, failure)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
             on conflict (organisation_id, api_account_id) do update set number_status = excluded.number_status,
                 verified_name = excluded.verified_name, name_status = excluded.name_status, quality = excluded.quality,
                 messaging_limit = excluded.messaging_limit, throughput = excluded.throughput,
                 is_on_business_app = excluded.is_on_business_app, token = excluded.token, token_expires_at = excluded.token_expires_at,
                 is_subscribed = excluded.is_subscribed, obstacle = excluded.obstacle, restriction = excluded.restriction,
                 restriction_at = excluded.restriction_at, alert = excluded.alert, last_webhook_at = excluded.last_webhook_at,
                 templates_listed_at = excluded.templates_listed_at, checked_at = excluded.checked_at, failure = excluded.failure",
            params![
                organisation,
                account,
                health.number_status.as_deref(),
                health.verified_name.as_deref(),
                health.name_status.as_deref(),
                health.quality.as_deref(),
                health.messaging_limit.as_deref(),
                health.throughput.as_deref(),
                health.is_on_business_app,
                health.token.map(msgboxx_model::account_health::TokenState::as_str),
                health.token_expires_at,
                health.is_subscribed,
                health.obstacle.as_deref(),
                health.restriction.as_deref(),
                health.restriction_at,
                health.alert.as_deref(),
                health.last_webhook_at,
                health.templates_listed_at,
                health.checked_at,
                health.failure.as_deref()
            ],
        )
        .await
    }

    /// WhatsApp's whole list of an account's templates was asked for at this instant.
    pub async fn templates_were_listed(&mut self, organisation: OrganisationId, account: ApiAccountId, at: Instant) -> Result<()> {
        self.push(
            "insert into account_health (organisation_id, api_account_id, templates_listed_at) values ($1, $2, $3)
             on conflict (organisation_id, api_account_id) do update set templates_listed_at = excluded.templates_listed_at",
            params![organisation, account, at],
        )
        .await
    }

    /// Accounts whose check is due, those that were never checked first.
    pub async fn accounts_to_check(&mut self, most: i64) -> Result<Vec<(OrganisationId, ApiAccountId)>> {
        self.all(
            "select a.organisation_id, a.id from api_accounts a
             left join account_health h on h.organisation_id = a.organisation_id and h.api_account_id = a.id
             where h.next_check_at is null or h.next_check_at <= $1 order by coalesce(h.next_check_at, 0), a.id limit $2",
            params![self.now(), most],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await
    }

    /// Claims the check of an account until an instant; false when it is not due, or another process was faster.
    pub async fn claim_account_check(&mut self, organisation: OrganisationId, account: ApiAccountId, until: Instant) -> Result<bool> {
        let claimed = self
            .execute(
                "insert into account_health (organisation_id, api_account_id, next_check_at) values ($1, $2, $3)
                 on conflict (organisation_id, api_account_id) do update set next_check_at = excluded.next_check_at
                     where account_health.next_check_at <= $4",
                params![organisation, account, until, self.now()],
            )
            .await?;
        Ok(claimed == 1)
    }

    /// The claimed check was made; the next one is due later. Nothing changes if the claim ran out, or if somebody asked for a
    /// check meanwhile.
    pub async fn finish_account_check(
        &mut self,
        organisation: OrganisationId,
        account: ApiAccountId,
        claimed_until: Instant,
        next: Instant,
    ) -> Result<()> {
        self.push(
            "update account_health set next_check_at = $4 where organisation_id = $1 and api_account_id = $2 and next_check_at = $3",
            params![organisation, account, claimed_until, next],
        )
        .await
    }

    /// Has an account checked at the next opportunity.
    pub async fn check_account_soon(&mut self, organisation: OrganisationId, account: ApiAccountId) -> Result<()> {
        self.push(
            "update account_health set next_check_at = $3 where organisation_id = $1 and api_account_id = $2 and next_check_at > $3",
            params![organisation, account, self.now()],
        )
        .await
    }

    /// When something signed with this app secret came last, if it came after an instant. A post about nothing does not count:
    /// that is how an operator tries the webhook.
    pub async fn last_post_signed_with(&mut self, secret_fingerprint: &str, after: Instant) -> Result<Option<Instant>> {
        self.optional(
            "select received_at from inbound_ledger
             where id > $2 and secret_fingerprint = $1 and length(body) > 64 order by id desc limit 1",
            params![secret_fingerprint, self.id_at(after)],
            |row| row.get(0),
        )
        .await
    }
}

fn read_health(row: &Row<'_>) -> Result<AccountHealth> {
    Ok(AccountHealth {
        number_status: row.get(0)?,
        verified_name: row.get(1)?,
        name_status: row.get(2)?,
        quality: row.get(3)?,
        messaging_limit: row.get(4)?,
        throughput: row.get(5)?,
        is_on_business_app: row.get(6)?,
        token: row.get(7)?,
        token_expires_at: row.get(8)?,
        is_subscribed: row.get(9)?,
        obstacle: row.get(10)?,
        restriction: row.get(11)?,
        restriction_at: row.get(12)?,
        alert: row.get(13)?,
        last_webhook_at: row.get(14)?,
        templates_listed_at: row.get(15)?,
        checked_at: row.get(16)?,
        failure: row.get(17)?,
    })
}
