//! Comparing a file with the database and writing the differences, in one unit.
//!
//! Whatever would break a constraint is looked for first and noted as a mistake with its line; if
//! there is one, the unit fails at its end and everything is undone.

mod accounts;
mod contents;
mod people;
mod webhooks;

use super::ProvisionError;
use super::entries::{OrganisationEntry, ProvisioningFile};
use super::report::{Outcome, Report};
use super::source::{At, Mistake};
use crate::secrets::InstallationKey;
use msgboxx_model::{ApiAccountId, Organisation, OrganisationId};
use msgboxx_store::{Owned, StoreError, Tx};
use std::collections::HashMap;
use uuid::Uuid;

/// What is to be applied; the unit may run more than once.
pub(super) struct Plan {
    pub(super) file: ProvisioningFile,
    /// Password hashes of users who do not exist yet, by e-mail address in lower case.
    pub(super) hashes: HashMap<String, String>,
    pub(super) keys: InstallationKey,
    /// Whether a database with any organisation is left as it is.
    pub(super) only_if_empty: bool,
}

/// One run of the unit.
pub(super) struct Applier<'a, 'tx> {
    tx: &'a mut Tx<'tx>,
    plan: &'a Plan,
    report: Report,
    mistakes: Vec<Mistake>,
    organisation: OrganisationId,
    /// The organisation's accounts by name.
    accounts: HashMap<String, KnownAccount>,
}

/// What other entries need to know of an account.
#[derive(Debug, Clone, Copy)]
struct KnownAccount {
    id: ApiAccountId,
    /// It is on WhatsApp itself, which then decides about its templates.
    is_real: bool,
    is_simulated: bool,
}

impl<'a, 'tx> Applier<'a, 'tx> {
    pub(super) fn new(tx: &'a mut Tx<'tx>, plan: &'a Plan) -> Self {
        let organisation = OrganisationId(Uuid::nil());
        Self { tx, plan, report: Report::default(), mistakes: Vec::new(), organisation, accounts: HashMap::new() }
    }

    pub(super) async fn run(mut self) -> Result<Report, ProvisionError> {
        if self.plan.only_if_empty && !self.tx.organisations().await?.is_empty() {
            return Err(ProvisionError::NotEmpty);
        }
        for entry in &self.plan.file.organisations {
            self.apply_organisation(entry).await?;
        }
        if self.mistakes.is_empty() {
            return Ok(self.report);
        }
        self.mistakes.sort();
        Err(ProvisionError::Mistakes(self.mistakes))
    }

    async fn apply_organisation(&mut self, entry: &OrganisationEntry) -> Result<(), ProvisionError> {
        self.organisation = self.settle_organisation(&entry.name.value).await?;
        self.apply_accounts(&entry.api_accounts).await?;
        self.apply_inboxes(&entry.inboxes).await?;
        self.give_inboxes(&entry.api_accounts).await?;
        self.apply_users(&entry.users).await?;
        self.apply_teams(&entry.teams).await?;
        self.apply_templates(&entry.templates).await?;
        self.apply_contacts(&entry.contacts).await?;
        self.apply_webhooks(&entry.webhooks).await?;
        Ok(())
    }

    async fn settle_organisation(&mut self, name: &str) -> Result<OrganisationId, ProvisionError> {
        if let Some(known) = self.tx.organisation_named(name).await? {
            self.report.add(Outcome::LeftAlone, format!("organisation {name:?}"));
            return Ok(known.id);
        }
        let created_at = self.tx.tick();
        let new = Organisation { id: OrganisationId(self.tx.id_at(created_at)), name: name.to_owned(), created_at };
        if self.tx.insert_organisation(&new).await? {
            self.report.add(Outcome::Created, format!("organisation {name:?}"));
            return Ok(new.id);
        }
        // Another process made it in between.
        if self.plan.only_if_empty {
            return Err(ProvisionError::NotEmpty);
        }
        let known = self.tx.organisation_named(name).await?;
        known.map(|known| known.id).ok_or_else(|| StoreError::Unavailable("an organisation is being made elsewhere".to_owned()).into())
    }

    fn mistake(&mut self, line: usize, reason: impl Into<String>) {
        self.mistakes.push(Mistake { line, reason: reason.into() });
    }

    /// The account of this name; an unknown one is a mistake.
    fn account(&mut self, name: &At<String>) -> Option<KnownAccount> {
        let known = self.accounts.get(&name.value).copied();
        if known.is_none() {
            self.mistake(name.line, format!("unknown API account {:?}", name.value));
        }
        known
    }

    /// The accounts of these names, without repetition.
    fn account_ids(&mut self, names: &[At<String>]) -> Vec<ApiAccountId> {
        let mut ids: Vec<ApiAccountId> = names.iter().filter_map(|name| self.account(name)).map(|account| account.id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Whether a chosen id is free for a new thing of this kind; one that another organisation has is a mistake.
    async fn is_free<T: Copy + Into<Uuid>>(&mut self, kind: Owned, id: Option<&At<T>>) -> Result<bool, StoreError> {
        let Some(id) = id else { return Ok(true) };
        let value = id.value.into();
        let is_taken = self.tx.is_elsewhere(kind, value, self.organisation).await?;
        if is_taken {
            self.mistake(id.line, format!("id {value} is already a{} {kind} of another organisation", article(kind)));
        }
        Ok(!is_taken)
    }
}

/// The rest of the indefinite article.
fn article(kind: Owned) -> &'static str {
    match kind {
        Owned::ApiAccount | Owned::Inbox => "n",
        Owned::User | Owned::Team | Owned::Template | Owned::Contact => "",
    }
}
