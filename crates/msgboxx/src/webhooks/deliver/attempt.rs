//! One attempt at one delivery: may it be seen, what is it now, the call, what came of it.
//!
//! The attempt is committed with the time of the next one before it begins here. Whatever breaks in
//! between, the delivery comes back at that time.

use super::answer::{Answer, Verdict};
use super::callers::{Call, Callers};
use crate::api::views;
use crate::app::App;
use crate::secrets::Place;
use crate::webhooks::sign::SigningKey;
use msgboxx_model::retry::delivery_wait;
use msgboxx_model::{ApiAccountId, OrganisationId, Role, UserId};
use msgboxx_store::{DueDelivery, StoreError, Tx};

/// Makes the attempt and records its outcome; says whether the receiver took it, if it was asked.
pub(super) async fn attempt(app: &App, callers: &Callers, delivery: DueDelivery, jitter: f64) -> Option<bool> {
    let made = make(app, callers, &delivery, jitter).await;
    made.unwrap_or_else(|error| {
        tracing::error!(delivery = %delivery.id, %error, "failed to record a webhook's delivery; it will be repeated");
        None
    })
}

async fn make(app: &App, callers: &Callers, delivery: &DueDelivery, jitter: f64) -> Result<Option<bool>, StoreError> {
    let due = delivery.clone();
    let Some(body) = app.store.read(async move |tx: &mut Tx<'_>| body(tx, &due).await).await? else {
        let due = delivery.clone();
        app.store.write(async move |tx: &mut Tx<'_>| tx.drop_delivery(&due).await).await?;
        return Ok(None);
    };
    let answer = match signed(app, delivery, body) {
        Ok(call) => callers.call(call).await,
        Err(why) => {
            tracing::error!(webhook = %delivery.webhook_id, why, "failed to sign a webhook's delivery");
            Answer::none(why)
        }
    };
    let was_taken = answer.verdict == Verdict::Taken;
    record(app, delivery.clone(), answer, jitter).await?;
    Ok(Some(was_taken))
}

/// What is delivered; nothing if the webhook is off or gone, the entity is gone, or its subscriber may not see it.
async fn body(tx: &mut Tx<'_>, delivery: &DueDelivery) -> Result<Option<String>, StoreError> {
    let organisation = delivery.organisation_id;
    let webhook = tx.webhook(organisation, delivery.webhook_id).await?;
    if !webhook.is_some_and(|webhook| webhook.is_enabled) {
        return Ok(None);
    }
    let Some(entity) = views::entity(tx, organisation, delivery.kind, delivery.entity_id).await? else { return Ok(None) };
    let may_see = match delivery.created_by {
        Some(user) => may_see(tx, organisation, user, entity.api_account_id).await?,
        // Of the operator's own file, who has access to everything.
        None => true,
    };
    Ok(may_see.then_some(entity.body))
}

async fn may_see(tx: &mut Tx<'_>, organisation: OrganisationId, user: UserId, account: ApiAccountId) -> Result<bool, StoreError> {
    match tx.role_of_user(organisation, user).await? {
        None => Ok(false),
        Some(Role::Administrator) => Ok(true),
        Some(Role::Agent) => Ok(tx.api_accounts_given_to(organisation, user).await?.contains(&account)),
    }
}

fn signed(app: &App, delivery: &DueDelivery, body: String) -> Result<Call, &'static str> {
    let place = Place::of("webhooks", "secret_sealed", delivery.organisation_id, delivery.webhook_id);
    let secret = app.keys.open(&place, &delivery.secret_sealed).map_err(|_| "the signing secret cannot be decrypted")?;
    let key = SigningKey::parse(secret.expose()).map_err(|_| "the signing secret is not of the right form")?;
    let (id, at) = (delivery.event_id.to_string(), app.clock.outside());
    let signature = key.sign(&id, at, &body);
    Ok(Call { target: delivery.target_url.clone(), event: delivery.kind.as_str(), id, at, signature, body })
}

async fn record(app: &App, delivery: DueDelivery, answer: Answer, jitter: f64) -> Result<(), StoreError> {
    if answer.verdict == Verdict::Gone {
        tracing::info!(webhook = %delivery.webhook_id, "removed a webhook: its receiver answered 410");
    }
    let attempts = u32::try_from(delivery.attempt_count + 1).unwrap_or(u32::MAX);
    app.store
        .write(async move |tx: &mut Tx<'_>| match answer.verdict {
            Verdict::Taken => tx.delivery_taken(&delivery, &answer.text).await,
            Verdict::Gone => tx.delete_webhook(delivery.organisation_id, delivery.webhook_id).await.map(|_| ()),
            Verdict::NotTaken { retry_after } => match delivery_wait(attempts, jitter, retry_after) {
                Some(wait) => tx.delivery_again(&delivery, tx.now().plus(wait), &answer.text).await,
                None => tx.delivery_failed(&delivery, &answer.text).await,
            },
        })
        .await
}
