//! What was added, as `GET` on it answers: the body of webhooks.

use super::{ApiAccountView, BroadcastView, ContactView, InboxView, MessageView, TemplateView};
use crate::media::MediaLinks;
use msgboxx_model::{ApiAccountId, BroadcastId, ContactId, EventKind, InboxId, MessageId, OrganisationId, TemplateId};
use msgboxx_store::{StoreError, Tx};
use serde::Serialize;
use uuid::Uuid;

/// Something in its public form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Who may see this account may see it.
    pub api_account_id: ApiAccountId,
    /// The bare JSON object.
    pub body: String,
}

/// The thing of this kind as it is now; nothing if it is gone.
///
/// # Errors
/// When the database cannot work.
pub async fn entity(
    tx: &mut Tx<'_>,
    links: &MediaLinks,
    organisation: OrganisationId,
    kind: EventKind,
    id: Uuid,
) -> Result<Option<Entity>, StoreError> {
    Ok(match kind {
        EventKind::Message => {
            let found = tx.message(organisation, MessageId(id)).await?;
            found.map(|message| written(message.api_account_id, &MessageView::new(&message, links.of(organisation, &message))))
        }
        EventKind::Contact => {
            let found = tx.contact(organisation, ContactId(id)).await?;
            found.map(|contact| written(contact.api_account_id, &ContactView::from(&contact)))
        }
        EventKind::Broadcast => {
            let found = tx.broadcast(organisation, BroadcastId(id)).await?;
            found.map(|broadcast| written(broadcast.api_account_id, &BroadcastView::from(&broadcast)))
        }
        EventKind::ApiAccount => {
            let found = tx.api_account(organisation, ApiAccountId(id)).await?;
            found.map(|account| written(account.id, &ApiAccountView::from(&account)))
        }
        EventKind::Template => {
            let found = tx.template(organisation, TemplateId(id)).await?;
            found.map(|template| written(template.api_account_id, &TemplateView::from(&template)))
        }
        EventKind::Inbox => {
            let found = tx.inbox(organisation, InboxId(id)).await?;
            found.map(|inbox| written(inbox.api_account_id, &InboxView::from(&inbox)))
        }
    })
}

fn written(api_account_id: ApiAccountId, view: &impl Serialize) -> Entity {
    Entity { api_account_id, body: serde_json::to_string(view).expect("a view has no map keys and no values that JSON lacks") }
}
