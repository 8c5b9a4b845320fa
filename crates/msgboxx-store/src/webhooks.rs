//! Webhooks: an organisation's subscriptions to its events.

use crate::error::Result;
use crate::row::Row;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{EventKind, Instant, OrganisationId, Webhook, WebhookId};

impl Tx<'_> {
    /// Every webhook of an organisation, newest first.
    pub async fn webhooks(&mut self, organisation: OrganisationId) -> Result<Vec<Webhook>> {
        self.all(
            "select id, created_by, kind, target_url, is_enabled, failure_count, created_at from webhooks
             where organisation_id = $1 order by created_at desc, id desc",
            params![organisation],
            read_webhook,
        )
        .await
    }

    /// How many organisations have a webhook that is on.
    pub async fn count_webhook_owners(&mut self) -> Result<i64> {
        let counted = self
            .optional("select count(*) from (select distinct organisation_id from webhooks where is_enabled) as owners", params![], |row| {
                row.get(0)
            })
            .await?;
        Ok(counted.unwrap_or_default())
    }

    /// The webhook, if this organisation has one with that id.
    pub async fn webhook(&mut self, organisation: OrganisationId, id: WebhookId) -> Result<Option<Webhook>> {
        self.optional(
            "select id, created_by, kind, target_url, is_enabled, failure_count, created_at from webhooks
             where organisation_id = $1 and id = $2",
            params![organisation, id],
            read_webhook,
        )
        .await
    }

    /// The webhook that sends these events there.
    pub async fn webhook_with(&mut self, organisation: OrganisationId, kind: EventKind, target_url: &str) -> Result<Option<Webhook>> {
        self.optional(
            "select id, created_by, kind, target_url, is_enabled, failure_count, created_at from webhooks
             where organisation_id = $1 and kind = $2 and target_url = $3",
            params![organisation, kind.as_str(), target_url],
            read_webhook,
        )
        .await
    }

    /// The signing secret of a webhook, sealed.
    pub async fn webhook_secret(&mut self, organisation: OrganisationId, id: WebhookId) -> Result<Option<Vec<u8>>> {
        self.optional("select secret_sealed from webhooks where organisation_id = $1 and id = $2", params![organisation, id], |row| {
            row.get(0)
        })
        .await
    }

    /// Inserts a webhook; false when there is one that sends these events there.
    pub async fn insert_webhook(&mut self, organisation: OrganisationId, webhook: &Webhook, secret_sealed: &[u8]) -> Result<bool> {
        let inserted = self
            .execute(
                "insert into webhooks (organisation_id, id, kind, target_url, is_enabled, failure_count, created_by, secret_sealed, created_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
                params![
                    organisation,
                    webhook.id,
                    webhook.kind.as_str(),
                    &webhook.target_url,
                    webhook.is_enabled,
                    webhook.failure_count,
                    webhook.created_by,
                    secret_sealed,
                    webhook.created_at
                ],
            )
            .await?;
        Ok(inserted == 1)
    }

    /// Writes what people can change of a webhook; failures that are counted meanwhile stay counted.
    ///
    /// # Errors
    /// [`crate::StoreError::Constraint`] when another one sends these events there: look before.
    pub async fn update_webhook(&mut self, organisation: OrganisationId, webhook: &Webhook) -> Result<()> {
        self.execute(
            "update webhooks set kind = $3, target_url = $4, is_enabled = $5 where organisation_id = $1 and id = $2",
            params![organisation, webhook.id, webhook.kind.as_str(), &webhook.target_url, webhook.is_enabled],
        )
        .await?;
        Ok(())
    }

    /// Stores another signing secret, sealed.
    pub async fn set_webhook_secret(&mut self, organisation: OrganisationId, id: WebhookId, secret_sealed: &[u8]) -> Result<()> {
        self.push("update webhooks set secret_sealed = $3 where organisation_id = $1 and id = $2", params![organisation, id, secret_sealed])
            .await
    }

    /// Stores another signing secret, sealed; the one before signs as well until an instant. False when there is no such webhook.
    pub async fn rotate_webhook_secret(
        &mut self,
        organisation: OrganisationId,
        id: WebhookId,
        secret_sealed: &[u8],
        until: Instant,
    ) -> Result<bool> {
        let rotated = self
            .execute(
                "update webhooks set previous_secret_sealed = secret_sealed, previous_secret_until = $4, secret_sealed = $3
                 where organisation_id = $1 and id = $2",
                params![organisation, id, secret_sealed, until],
            )
            .await?;
        Ok(rotated == 1)
    }

    /// Forgets secrets that sign no more.
    pub async fn forget_webhook_secrets(&mut self) -> Result<()> {
        self.push(
            "update webhooks set previous_secret_sealed = null, previous_secret_until = null where previous_secret_until <= $1",
            params![self.now()],
        )
        .await
    }

    /// The receiver took an event: none in a row has failed.
    pub async fn webhook_works(&mut self, organisation: OrganisationId, id: WebhookId) -> Result<()> {
        self.push(
            "update webhooks set failure_count = 0, failing_since = null
             where organisation_id = $1 and id = $2 and (failure_count > 0 or failing_since is not null)",
            params![organisation, id],
        )
        .await
    }

    /// An attempt failed; if none has since the last success, its failing begins now.
    pub async fn webhook_fails(&mut self, organisation: OrganisationId, id: WebhookId) -> Result<()> {
        self.push(
            "update webhooks set failing_since = $3 where organisation_id = $1 and id = $2 and failing_since is null",
            params![organisation, id, self.now()],
        )
        .await
    }

    /// An event was given up: one more in a row.
    pub async fn count_webhook_failure(&mut self, organisation: OrganisationId, id: WebhookId) -> Result<()> {
        self.push("update webhooks set failure_count = failure_count + 1 where organisation_id = $1 and id = $2", params![organisation, id])
            .await
    }

    /// Switches a webhook off that has been failing since an instant or longer; true if that happened now.
    pub async fn switch_off_failing_webhook(&mut self, organisation: OrganisationId, id: WebhookId, since: Instant) -> Result<bool> {
        let switched = self
            .execute(
                "update webhooks set is_enabled = $4, failing_since = null
                 where organisation_id = $1 and id = $2 and is_enabled and failing_since <= $3",
                params![organisation, id, since, false],
            )
            .await?;
        Ok(switched == 1)
    }

    /// Deletes a webhook with its deliveries; false when there is none.
    pub async fn delete_webhook(&mut self, organisation: OrganisationId, id: WebhookId) -> Result<bool> {
        let deleted = self.execute("delete from webhooks where organisation_id = $1 and id = $2", params![organisation, id]).await?;
        Ok(deleted == 1)
    }
}

fn read_webhook(row: &Row<'_>) -> Result<Webhook> {
    Ok(Webhook {
        id: row.get(0)?,
        created_by: row.get(1)?,
        kind: row.get(2)?,
        target_url: row.get(3)?,
        is_enabled: row.get(4)?,
        failure_count: row.get(5)?,
        created_at: row.get(6)?,
    })
}
