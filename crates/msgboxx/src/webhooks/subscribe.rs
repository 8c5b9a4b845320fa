//! Making, changing and deleting webhooks. Only administrators do this; their doors see to it.

use super::guard::{TargetRefusal, check_target};
use crate::auth::access::Access;
use crate::config::AllowedTarget;
use crate::secrets::{InstallationKey, Place, Secret};
use msgboxx_model::{EventKind, Webhook, WebhookId};
use msgboxx_store::{StoreError, Tx};
use std::time::Duration;
use url::Url;

/// How long the secret before the last rotation signs as well.
const OVERLAP: Duration = Duration::from_hours(24);

/// A webhook to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWebhook {
    /// Which events.
    pub kind: EventKind,
    /// Where to.
    pub target_url: String,
    /// Whether it is on.
    pub is_enabled: bool,
}

/// What is to change of a webhook; an absent part stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookChange {
    /// Other events.
    pub kind: Option<EventKind>,
    /// Another target.
    pub target_url: Option<String>,
    /// On or off; switching it on forgets its failures.
    pub is_enabled: Option<bool>,
}

/// Why a webhook was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum SubscribeError {
    /// There is no such webhook.
    #[error("the webhook does not exist")]
    Unknown,
    /// The target may not be called.
    #[error(transparent)]
    Target(#[from] TargetRefusal),
    /// Another webhook sends the same events there.
    #[error("a webhook of this type for this target exists already")]
    Duplicate(WebhookId),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What checking and sealing take.
#[derive(Clone)]
pub struct Means {
    /// Targets that the operator allows.
    pub allow: Vec<AllowedTarget>,
    /// What encrypts the signing secret.
    pub keys: InstallationKey,
}

/// Makes a webhook that signs with this secret.
///
/// # Errors
/// When its target may not be called, or the same events go there already.
pub async fn create(tx: &mut Tx<'_>, by: &Access, means: &Means, new: &NewWebhook, secret: &Secret) -> Result<Webhook, SubscribeError> {
    check(&new.target_url, &means.allow)?;
    let organisation = by.organisation();
    let created_at = tx.tick();
    let webhook = Webhook {
        id: WebhookId(tx.id_at(created_at)),
        created_by: Some(by.user()),
        kind: new.kind,
        target_url: new.target_url.clone(),
        is_enabled: new.is_enabled,
        failure_count: 0,
        created_at,
    };
    let sealed = means.keys.seal(&Place::of("webhooks", "secret_sealed", organisation, webhook.id), secret.expose());
    if tx.insert_webhook(organisation, &webhook, &sealed).await? {
        return Ok(webhook);
    }
    match tx.webhook_with(organisation, webhook.kind, &webhook.target_url).await? {
        Some(existing) => Err(SubscribeError::Duplicate(existing.id)),
        None => Err(StoreError::Unavailable("a webhook was deleted at the same time".to_owned()).into()),
    }
}

/// Changes parts of a webhook.
///
/// # Errors
/// When it is unknown, its new target may not be called, or the same events go there already.
pub async fn update(tx: &mut Tx<'_>, by: &Access, means: &Means, id: WebhookId, change: &WebhookChange) -> Result<Webhook, SubscribeError> {
    let before = tx.webhook(by.organisation(), id).await?.ok_or(SubscribeError::Unknown)?;
    let mut after = before.clone();
    if let Some(target) = &change.target_url
        && *target != before.target_url
    {
        check(target, &means.allow)?;
        after.target_url.clone_from(target);
    }
    after.kind = change.kind.unwrap_or(after.kind);
    after.is_enabled = change.is_enabled.unwrap_or(after.is_enabled);
    if change.is_enabled == Some(true) {
        after.failure_count = 0;
    }
    if let Some(other) = tx.webhook_with(by.organisation(), after.kind, &after.target_url).await?
        && other.id != id
    {
        return Err(SubscribeError::Duplicate(other.id));
    }
    if after != before {
        tx.update_webhook(by.organisation(), &after).await?;
    }
    if change.is_enabled == Some(true) {
        tx.webhook_works(by.organisation(), id).await?;
    }
    Ok(after)
}

/// Gives a webhook another signing secret. For a day the one before signs as well, so that a receiver can change over.
///
/// # Errors
/// When it is unknown.
pub async fn rotate(tx: &mut Tx<'_>, by: &Access, means: &Means, id: WebhookId, secret: &Secret) -> Result<(), SubscribeError> {
    let sealed = means.keys.seal(&Place::of("webhooks", "secret_sealed", by.organisation(), id), secret.expose());
    let until = tx.now().plus(OVERLAP);
    if tx.rotate_webhook_secret(by.organisation(), id, &sealed, until).await? { Ok(()) } else { Err(SubscribeError::Unknown) }
}

/// Deletes a webhook with its deliveries.
///
/// # Errors
/// When it is unknown.
pub async fn delete(tx: &mut Tx<'_>, by: &Access, id: WebhookId) -> Result<(), SubscribeError> {
    if tx.delete_webhook(by.organisation(), id).await? { Ok(()) } else { Err(SubscribeError::Unknown) }
}

fn check(target_url: &str, allow: &[AllowedTarget]) -> Result<(), TargetRefusal> {
    // The parser forgives white space and control characters, which nobody means to send.
    let is_clean = !target_url.chars().any(|character| character.is_control() || character.is_whitespace());
    let url = Url::parse(target_url).ok().filter(|_| is_clean).ok_or(TargetRefusal::NotWeb)?;
    check_target(&url, allow)
}
