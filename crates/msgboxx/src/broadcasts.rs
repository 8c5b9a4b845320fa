//! Sending an approved template to one contact.
//!
//! Filling the template in can take some milliseconds for a crafted text, so [`prepare`] does it
//! before the unit of work; [`start`] uses the result if the template is still the same.

mod fill;
mod needs;

pub use fill::{FillError, Filling, Parameters, Values, fill};

use crate::auth::access::Access;
use crate::contacts::{AddresseeError, addressee};
use crate::inbox::reply::{Outgoing, insert_outgoing};
use msgboxx_model::{
    ApiAccountId, Broadcast, BroadcastId, Contact, ContactId, ContactStatus, MessageKind, Progress, Template, TemplateId, TemplateStatus,
};
use msgboxx_store::{NewSendJob, Store, StoreError, Tx};
use std::time::Duration;

/// Broadcasts wait behind people's replies.
const PRIORITY: i64 = 1;

/// A template that could not be sent within this time is not sent any more.
const DEADLINE: Duration = Duration::from_hours(24);

/// A template message for one contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBroadcast {
    /// The sender's account.
    pub api_account: ApiAccountId,
    /// Whom to write to.
    pub contact: ContactId,
    /// What to send.
    pub template: TemplateId,
    /// The rendered text; may be absent when the parameters are given.
    pub message: Option<String>,
    /// Values for the template's variables, when the text alone does not tell them.
    pub parameters: Parameters,
}

/// Why a broadcast was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum BroadcastError {
    /// There is nobody to write to.
    #[error(transparent)]
    Addressee(#[from] AddresseeError),
    /// There is no such template.
    #[error("the template does not exist")]
    UnknownTemplate,
    /// The template is not approved or is another account's; the text says why, and follows "the template".
    #[error("the template {0}")]
    TemplateNotUsable(String),
    /// The contact has opted out.
    #[error("the contact has unsubscribed")]
    Unsubscribed,
    /// Text or values do not fit the template.
    #[error(transparent)]
    Fill(#[from] FillError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A broadcast with its template filled in.
#[derive(Debug, Clone)]
pub struct Prepared {
    new: NewBroadcast,
    filled: Option<(Template, Result<Filling, FillError>)>,
}

/// Fills the template in, outside of any unit of writing.
///
/// # Errors
/// When the database does not answer. What is wrong with the broadcast is [`start`]'s to say.
pub async fn prepare(store: &Store, by: &Access, new: NewBroadcast) -> Result<Prepared, StoreError> {
    let (organisation, id) = (by.organisation(), new.template);
    let template = store.read(async move |tx: &mut Tx<'_>| tx.template(organisation, id).await).await?;
    let filled = template.map(|template| {
        let filling = fill(&template, new.message.as_deref(), &new.parameters);
        (template, filling)
    });
    Ok(Prepared { new, filled })
}

/// Accepts a broadcast: the message, its send job and the broadcast are written together.
///
/// # Errors
/// When there is nobody to write to, the contact has opted out, or the template cannot be sent so.
pub async fn start(tx: &mut Tx<'_>, by: &Access, prepared: &Prepared) -> Result<Broadcast, BroadcastError> {
    let new = &prepared.new;
    let contact = addressee(tx, by, new.api_account, new.contact).await?;
    let template = usable_template(tx, by, new).await?;
    if contact.status == ContactStatus::Unsubscribed {
        return Err(BroadcastError::Unsubscribed);
    }
    let filling = match &prepared.filled {
        Some((known, filling)) if *known == template => filling.clone()?,
        _ => fill(&template, new.message.as_deref(), &new.parameters)?,
    };
    send(tx, by, &contact, &template, filling).await
}

async fn usable_template(tx: &mut Tx<'_>, by: &Access, new: &NewBroadcast) -> Result<Template, BroadcastError> {
    let template = tx.template(by.organisation(), new.template).await?;
    let template = template.filter(|template| by.may_see(template.api_account_id)).ok_or(BroadcastError::UnknownTemplate)?;
    if template.api_account_id != new.api_account {
        return Err(BroadcastError::TemplateNotUsable("belongs to another api account".to_owned()));
    }
    if template.status == TemplateStatus::Approved {
        return Ok(template);
    }
    let standing = tx.template_standing(by.organisation(), template.id).await?;
    let why = standing.why_unusable(template.status, tx.now());
    Err(BroadcastError::TemplateNotUsable(why.unwrap_or_else(|| "cannot be used".to_owned())))
}

async fn send(tx: &mut Tx<'_>, by: &Access, contact: &Contact, template: &Template, filling: Filling) -> Result<Broadcast, BroadcastError> {
    let conversation = tx.open_conversation(by.organisation(), contact.id).await?;
    let outgoing = Outgoing { kind: MessageKind::Template, text: &filling.text, payload: &filling.payload };
    let message = insert_outgoing(tx, by, contact, &conversation, &outgoing).await?;
    let job = NewSendJob {
        message_id: message.id,
        api_account_id: message.api_account_id,
        contact_id: contact.id,
        priority: PRIORITY,
        category: Some(template.category),
        deadline: tx.now().plus(DEADLINE),
    };
    tx.enqueue_send(by.organisation(), &job).await?;
    let created_at = tx.tick();
    let broadcast = Broadcast {
        id: BroadcastId(tx.id_at(created_at)),
        api_account_id: message.api_account_id,
        contact_id: contact.id,
        template_id: template.id,
        message_id: Some(message.id),
        message: filling.text,
        progress: Progress::default(),
        created_at,
    };
    tx.insert_broadcast(by.organisation(), &broadcast, Some(by.user())).await?;
    tx.append_event(by.organisation(), "broadcast", broadcast.id.0, Some(broadcast.api_account_id)).await?;
    Ok(broadcast)
}
