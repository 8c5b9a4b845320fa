//! The templates of API accounts, kept as WhatsApp has them.
//!
//! News come by webhook at once ([`hear()`]); [`sync`] compares with WhatsApp's whole list, now and then and when asked. A
//! template is never deleted here, since broadcasts refer to it: one that is gone at WhatsApp is disabled. Those of
//! simulated accounts are what the built-in simulator serves, so a comparison must not undo what was just written here.

mod compare;
mod hear;
mod read;
mod words;

pub use hear::hear;

use crate::accounts::Account;
use crate::app::App;
use compare::{Change, compare};
use msgboxx_cloud_api::client::RemoteTemplate;
use msgboxx_cloud_api::error::SendFailure;
use msgboxx_model::{ApiAccountId, EventKind, Instant, OrganisationId, TemplateId};
use msgboxx_store::{StoreError, Tx};
use std::time::Duration;

/// A simulator reads its templates from the database every second: its list may be that old, and a little older.
const SIMULATOR_LAG: Duration = Duration::from_secs(5);

/// Whose templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The tenant.
    pub organisation: OrganisationId,
    /// The account.
    pub account: ApiAccountId,
}

impl Owner {
    /// The owner that this account is.
    pub fn of(account: &Account) -> Self {
        Self { organisation: account.route.organisation_id, account: account.route.api_account_id }
    }
}

/// What a comparison found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Synced {
    /// Templates that were new here.
    pub added: usize,
    /// Templates that differed.
    pub changed: usize,
    /// Templates that are gone at WhatsApp.
    pub gone: usize,
}

/// Why the templates could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// WhatsApp's list could not be had as a whole.
    #[error(transparent)]
    WhatsApp(#[from] SendFailure),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes an account's templates what WhatsApp says they are. Running it again changes nothing.
///
/// # Errors
/// When the whole list cannot be had, or the database does not answer. Nothing is changed then.
pub async fn sync(app: &App, account: &Account) -> Result<Synced, SyncError> {
    let owner = Owner::of(account);
    let asked_at = app.clock.now();
    let remote = app.cloud.message_templates(&account.credentials(&app.simulator_url)).await?;
    let as_of = if account.route.is_simulated { asked_at.minus(SIMULATOR_LAG) } else { asked_at };
    let synced = app.store.write(async move |tx: &mut Tx<'_>| reconcile(tx, owner, &remote, asked_at, as_of).await).await?;
    if synced != Synced::default() {
        app.wake.events.notify_one();
    }
    Ok(synced)
}

/// Writes how WhatsApp's list, asked for at `asked_at` and true as of `as_of`, differs from what is here.
async fn reconcile(
    tx: &mut Tx<'_>,
    owner: Owner,
    remote: &[RemoteTemplate],
    asked_at: Instant,
    as_of: Instant,
) -> Result<Synced, StoreError> {
    let known = tx.template_records(owner.organisation, owner.account).await?;
    let mut synced = Synced::default();
    for change in compare(&known, remote, as_of) {
        match change {
            Change::New(remote) => synced.added += usize::from(insert(tx, owner, remote).await?),
            Change::Updated(record, is_news) => {
                tx.update_template(owner.organisation, &record.template).await?;
                tx.set_template_standing(owner.organisation, record.template.id, &record.standing).await?;
                if is_news {
                    synced.changed += 1;
                    tell(tx, owner, record.template.id).await?;
                }
            }
            Change::Gone(id, standing) => {
                synced.gone += 1;
                tx.disable_template(owner.organisation, id).await?;
                tx.set_template_standing(owner.organisation, id, &standing).await?;
                tell(tx, owner, id).await?;
            }
        }
    }
    tx.templates_were_listed(owner.organisation, owner.account, asked_at).await?;
    Ok(synced)
}

async fn insert(tx: &mut Tx<'_>, owner: Owner, remote: &RemoteTemplate) -> Result<bool, StoreError> {
    let created_at = tx.tick();
    let record = read::new_record(owner.account, TemplateId(tx.id_at(created_at)), created_at, remote);
    if !tx.insert_template(owner.organisation, &record.template).await? {
        return Ok(false);
    }
    let id = record.template.id;
    tx.set_template_standing(owner.organisation, id, &record.standing).await?;
    tx.append_event(owner.organisation, EventKind::Template.as_str(), id.0, Some(owner.account)).await?;
    Ok(true)
}

/// Writes that a template is not what it was.
async fn tell(tx: &mut Tx<'_>, owner: Owner, template: TemplateId) -> Result<(), StoreError> {
    tx.append_event(owner.organisation, "template.updated", template.0, Some(owner.account)).await
}
