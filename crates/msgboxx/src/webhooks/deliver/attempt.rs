//! One attempt at one delivery: may it be seen, what is it now, the call, what came of it.
//!
//! The attempt is committed with the time of the next one before it begins here. Whatever breaks in
//! between, the delivery comes back at that time.

use super::answer::{Answer, Verdict};
use super::callers::{Call, Callers};
use super::record;
use crate::api::views::{self, samples};
use crate::app::App;
use crate::media::MediaLinks;
use crate::secrets::Place;
use crate::webhooks::sign::SigningKey;
use msgboxx_model::{ApiAccountId, OrganisationId, Role, UserId};
use msgboxx_store::{DueDelivery, StoreError, Tx};
use tokio::time::Instant as Moment;

/// The event of a sample.
const TEST: &str = "test";

/// Makes the attempt and records its outcome; says whether the receiver took it, if it was asked.
pub(super) async fn attempt(app: &App, callers: &Callers, delivery: DueDelivery, jitter: f64) -> Option<bool> {
    let made = make(app, callers, &delivery, jitter).await;
    made.unwrap_or_else(|error| {
        tracing::error!(delivery = %delivery.id, %error, "failed to record a webhook's delivery; it will be repeated");
        None
    })
}

async fn make(app: &App, callers: &Callers, delivery: &DueDelivery, jitter: f64) -> Result<Option<bool>, StoreError> {
    let (due, links) = (delivery.clone(), app.media_links.clone());
    let body = match app.store.read(async move |tx: &mut Tx<'_>| body(tx, &links, &due).await).await? {
        Body::Whole(body) => body,
        Body::Off => return record::skip(app, delivery.clone()).await.map(|()| None),
        Body::None => {
            let due = delivery.clone();
            app.store.write(async move |tx: &mut Tx<'_>| tx.drop_delivery(&due).await).await?;
            return Ok(None);
        }
    };
    let began = Moment::now();
    let answer = match signed(app, delivery, body) {
        Ok(call) => callers.call(call).await,
        Err(why) => {
            tracing::error!(webhook = %delivery.webhook_id, why, "failed to sign a webhook's delivery");
            Answer::none(why)
        }
    };
    let was_taken = answer.verdict == Verdict::Taken;
    record::record(app, delivery.clone(), answer, began.elapsed(), jitter).await?;
    Ok(Some(was_taken))
}

/// What there is to deliver.
enum Body {
    /// The entity, or a sample of one.
    Whole(String),
    /// Nothing, because the webhook is off.
    Off,
    /// Nothing: the webhook or the entity is gone, or its subscriber may not see it.
    None,
}

async fn body(tx: &mut Tx<'_>, links: &MediaLinks, delivery: &DueDelivery) -> Result<Body, StoreError> {
    let organisation = delivery.organisation_id;
    let Some(webhook) = tx.webhook(organisation, delivery.webhook_id).await? else { return Ok(Body::None) };
    let Some(entity) = delivery.entity_id else { return Ok(Body::Whole(samples::of_kind(delivery.kind).to_string())) };
    if !webhook.is_enabled {
        return Ok(Body::Off);
    }
    let Some(entity) = views::entity(tx, links, organisation, delivery.kind, entity).await? else { return Ok(Body::None) };
    let may_see = match delivery.created_by {
        Some(user) => may_see(tx, organisation, user, entity.api_account_id).await?,
        // Of the operator's own file, who has access to everything.
        None => true,
    };
    Ok(if may_see { Body::Whole(entity.body) } else { Body::None })
}

async fn may_see(tx: &mut Tx<'_>, organisation: OrganisationId, user: UserId, account: ApiAccountId) -> Result<bool, StoreError> {
    match tx.role_of_user(organisation, user).await? {
        None => Ok(false),
        Some(Role::Administrator) => Ok(true),
        Some(Role::Agent) => Ok(tx.api_accounts_given_to(organisation, user).await?.contains(&account)),
    }
}

fn signed(app: &App, delivery: &DueDelivery, body: String) -> Result<Call, &'static str> {
    let (id, at) = (delivery.event_id.to_string(), app.clock.outside());
    let mut signature = key(app, delivery, &delivery.secret_sealed)?.sign(&id, at, &body);
    if let Some(previous) = &delivery.previous_secret_sealed {
        signature = format!("{signature} {}", key(app, delivery, previous)?.sign(&id, at, &body));
    }
    let event = if delivery.is_test() { TEST } else { delivery.kind.as_str() };
    Ok(Call { target: delivery.target_url.clone(), event, id, at, signature, body })
}

fn key(app: &App, delivery: &DueDelivery, sealed: &[u8]) -> Result<SigningKey, &'static str> {
    let place = Place::of("webhooks", "secret_sealed", delivery.organisation_id, delivery.webhook_id);
    let secret = app.keys.open(&place, sealed).map_err(|_| "the signing secret cannot be decrypted")?;
    SigningKey::parse(secret.expose()).map_err(|_| "the signing secret is not of the right form")
}
