//! Webhooks.

use super::Applier;
use crate::provision::entries::WebhookEntry;
use crate::provision::report::Outcome;
use crate::secrets::{Place, Secret};
use crate::webhooks::sign;
use msgboxx_model::{Webhook, WebhookId};
use msgboxx_store::StoreError;

impl Applier<'_, '_> {
    pub(super) async fn apply_webhooks(&mut self, entries: &[WebhookEntry]) -> Result<(), StoreError> {
        for entry in entries {
            let what = format!("webhook {} to {}", entry.kind, entry.target_url);
            let outcome = match self.tx.webhook_with(self.organisation, entry.kind, &entry.target_url).await? {
                Some(known) => self.change_webhook(known, entry).await?,
                None => self.insert_webhook(entry).await?,
            };
            self.report.add(outcome, what);
        }
        Ok(())
    }

    async fn insert_webhook(&mut self, entry: &WebhookEntry) -> Result<Outcome, StoreError> {
        let created_at = self.tx.tick();
        let webhook = Webhook {
            id: WebhookId(self.tx.id_at(created_at)),
            created_by: None,
            kind: entry.kind,
            target_url: entry.target_url.clone(),
            is_enabled: entry.is_enabled.unwrap_or(true),
            failure_count: 0,
            created_at,
        };
        let secret = entry.signing_secret.clone().unwrap_or_else(sign::new_secret);
        let sealed = self.seal_secret(webhook.id, &secret);
        if self.tx.insert_webhook(self.organisation, &webhook, &sealed).await? {
            return Ok(Outcome::Created);
        }
        Err(StoreError::Constraint("a webhook was made elsewhere at the same time".to_owned()))
    }

    async fn change_webhook(&mut self, known: Webhook, entry: &WebhookEntry) -> Result<Outcome, StoreError> {
        let is_enabled = entry.is_enabled.unwrap_or(known.is_enabled);
        let is_switched = is_enabled != known.is_enabled;
        if is_switched {
            self.tx.update_webhook(self.organisation, &Webhook { is_enabled, ..known.clone() }).await?;
            if is_enabled {
                self.tx.webhook_works(self.organisation, known.id).await?;
            }
        }
        let is_secret_changed = self.change_secret(known.id, entry.signing_secret.as_ref()).await?;
        Ok(Outcome::changed_if(is_switched || is_secret_changed))
    }

    async fn change_secret(&mut self, id: WebhookId, wanted: Option<&Secret>) -> Result<bool, StoreError> {
        let Some(wanted) = wanted else { return Ok(false) };
        let sealed = self.tx.webhook_secret(self.organisation, id).await?.unwrap_or_default();
        if self.plan.keys.open(&place(self.organisation, id), &sealed).as_ref() == Ok(wanted) {
            return Ok(false);
        }
        let sealed = self.seal_secret(id, wanted);
        self.tx.set_webhook_secret(self.organisation, id, &sealed).await?;
        Ok(true)
    }

    fn seal_secret(&self, id: WebhookId, secret: &Secret) -> Vec<u8> {
        self.plan.keys.seal(&place(self.organisation, id), secret.expose())
    }
}

fn place(organisation: msgboxx_model::OrganisationId, id: WebhookId) -> Place {
    Place::of("webhooks", "secret_sealed", organisation, id)
}
