//! API accounts and their inboxes.

use super::{Applier, KnownAccount};
use crate::provision::entries::{AccountEntry, InboxEntry, WhatsappEntry, is_real};
use crate::provision::made_up;
use crate::provision::report::Outcome;
use crate::secrets::{Place, Secret};
use msgboxx_model::{ApiAccountId, EventKind, Inbox, InboxId};
use msgboxx_store::{AccountRoute, Owned, StoreError};

/// The columns that hold an account's sealed secrets.
const TOKEN: &str = "access_token_sealed";
const APP_SECRET: &str = "app_secret_sealed";
const VERIFY_TOKEN: &str = "verify_token_sealed";
/// What WhatsApp lets a number send in a second unless it says otherwise.
const MESSAGES_PER_SECOND: i64 = 80;

impl Applier<'_, '_> {
    pub(super) async fn apply_accounts(&mut self, entries: &[AccountEntry]) -> Result<(), StoreError> {
        let mut routes = self.tx.account_routes().await?;
        for entry in entries {
            self.apply_account(entry, &mut routes).await?;
        }
        let ours = routes.iter().filter(|route| route.organisation_id == self.organisation);
        self.accounts = ours.map(|route| (route.name.clone(), known(route))).collect();
        Ok(())
    }

    async fn apply_account(&mut self, entry: &AccountEntry, routes: &mut Vec<AccountRoute>) -> Result<(), StoreError> {
        let organisation = self.organisation;
        let place = routes.iter().position(|route| match &entry.id {
            Some(id) => route.organisation_id == organisation && route.api_account_id == id.value,
            None => route.phone_number == entry.phone_number.value,
        });
        if !self.fits(entry, place, routes) {
            return Ok(());
        }
        let what = format!("API account {:?} ({})", entry.name.value, entry.phone_number.value);
        let Some(place) = place else {
            if self.is_free(Owned::ApiAccount, entry.id.as_ref()).await? {
                routes.push(self.insert_account(entry).await?);
                self.report.add(Outcome::Created, what);
            }
            return Ok(());
        };
        let wanted = self.with_changes(&routes[place], entry);
        let is_changed = wanted != routes[place];
        if is_changed {
            self.tx.update_api_account(&wanted).await?;
            if wanted.paused_at.is_some() && wanted.access_token_sealed != routes[place].access_token_sealed {
                self.tx.resume_account(organisation, wanted.api_account_id).await?;
            }
            routes[place] = wanted;
        }
        self.report.add(Outcome::changed_if(is_changed), what);
        Ok(())
    }

    /// Whether nothing that must be unique belongs to another account.
    fn fits(&mut self, entry: &AccountEntry, place: Option<usize>, routes: &[AccountRoute]) -> bool {
        let before = self.mistakes.len();
        let (number, name) = (&entry.phone_number, &entry.name);
        for (other, route) in routes.iter().enumerate() {
            let is_ours = route.organisation_id == self.organisation;
            if place == Some(other) && is_ours {
                continue;
            }
            if route.phone_number == number.value {
                let whose = if is_ours { format!("the API account {:?}", route.name) } else { "another organisation".to_owned() };
                self.mistake(number.line, format!("phone_number {} already belongs to {whose}", number.value));
            }
            if is_ours && route.name == name.value {
                self.mistake(name.line, format!("the API account {:?} already exists with the number {}", name.value, route.phone_number));
            }
            let id = entry.whatsapp.as_ref().map(|whatsapp| &whatsapp.phone_number_id);
            if let Some(id) = id.filter(|id| id.value == route.phone_number_id) {
                self.mistake(id.line, format!("phone_number_id {} already belongs to another API account", id.value));
            }
        }
        self.mistakes.len() == before
    }

    async fn insert_account(&mut self, entry: &AccountEntry) -> Result<AccountRoute, StoreError> {
        let created_at = self.tx.tick();
        let id = entry.id.as_ref().map_or_else(|| ApiAccountId(self.tx.id_at(created_at)), |id| id.value);
        let blank = AccountRoute {
            organisation_id: self.organisation,
            api_account_id: id,
            name: entry.name.value.clone(),
            phone_number: entry.phone_number.value.clone(),
            is_simulated: true,
            base_url: String::new(),
            api_version: "v25.0".to_owned(),
            phone_number_id: made_up::numeric_id("1000"),
            business_account_id: made_up::numeric_id("2000"),
            access_token_sealed: self.seal(TOKEN, id, &made_up::token("EAA")),
            app_secret_sealed: self.seal(APP_SECRET, id, &made_up::token("")),
            verify_token_sealed: self.seal(VERIFY_TOKEN, id, &made_up::token("")),
            messages_per_second: MESSAGES_PER_SECOND,
            paused_at: None,
        };
        let route = self.with_changes(&blank, entry);
        if !self.tx.insert_api_account(&route, created_at).await? {
            return Err(StoreError::Constraint("an API account was made elsewhere at the same time".to_owned()));
        }
        self.tx.append_event(self.organisation, EventKind::ApiAccount.as_str(), id.0, Some(id)).await?;
        Ok(route)
    }

    /// The account as the file wants it. Without a `[whatsapp]` section its credentials stay.
    fn with_changes(&self, route: &AccountRoute, entry: &AccountEntry) -> AccountRoute {
        let mut wanted = AccountRoute { name: entry.name.value.clone(), phone_number: entry.phone_number.value.clone(), ..route.clone() };
        let Some(whatsapp) = &entry.whatsapp else { return wanted };
        wanted.is_simulated = false;
        wanted.base_url.clone_from(&whatsapp.base_url);
        wanted.api_version.clone_from(&whatsapp.api_version);
        wanted.phone_number_id.clone_from(&whatsapp.phone_number_id.value);
        wanted.business_account_id.clone_from(&whatsapp.business_account_id);
        self.reseal(&mut wanted, whatsapp);
        wanted
    }

    /// Seals those secrets that differ: sealing the same one again would look like a change.
    fn reseal(&self, route: &mut AccountRoute, whatsapp: &WhatsappEntry) {
        let id = route.api_account_id;
        for (column, sealed, wanted) in [
            (TOKEN, &mut route.access_token_sealed, &whatsapp.access_token),
            (APP_SECRET, &mut route.app_secret_sealed, &whatsapp.app_secret),
            (VERIFY_TOKEN, &mut route.verify_token_sealed, &whatsapp.verify_token),
        ] {
            let stands = self.plan.keys.open(&Place::of("api_accounts", column, self.organisation, id), sealed);
            if stands.as_ref() != Ok(wanted) {
                *sealed = self.seal(column, id, wanted);
            }
        }
    }

    fn seal(&self, column: &'static str, id: ApiAccountId, secret: &Secret) -> Vec<u8> {
        self.plan.keys.seal(&Place::of("api_accounts", column, self.organisation, id), secret.expose())
    }

    pub(super) async fn apply_inboxes(&mut self, entries: &[InboxEntry]) -> Result<(), StoreError> {
        for entry in entries {
            let Some(account) = self.account(&entry.api_account) else { continue };
            self.apply_inbox(entry, account.id).await?;
        }
        Ok(())
    }

    async fn apply_inbox(&mut self, entry: &InboxEntry, account: ApiAccountId) -> Result<(), StoreError> {
        let what = format!("inbox {:?} of {:?}", entry.name.value, entry.api_account.value);
        let namesake = self.tx.inboxes_of(self.organisation, account).await?.into_iter().find(|inbox| inbox.name == entry.name.value);
        let known = match &entry.id {
            Some(id) => self.tx.inbox(self.organisation, id.value).await?,
            None => namesake.clone(),
        };
        if let Some(other) = namesake.filter(|namesake| known.as_ref().is_none_or(|known| known.id != namesake.id)) {
            self.mistake(entry.name.line, format!("the inbox {:?} already exists with the id {}", other.name, other.id));
            return Ok(());
        }
        match known {
            Some(known) if known.api_account_id != account => {
                self.mistake(entry.api_account.line, format!("the inbox {:?} cannot move to another API account", known.name));
            }
            Some(known) => {
                let is_changed = known.name != entry.name.value;
                if is_changed {
                    self.tx.rename_inbox(self.organisation, known.id, &entry.name.value).await?;
                }
                self.report.add(Outcome::changed_if(is_changed), what);
            }
            None if self.is_free(Owned::Inbox, entry.id.as_ref()).await? => {
                self.insert_inbox(entry.id.as_ref().map(|id| id.value), account, &entry.name.value).await?;
                self.report.add(Outcome::Created, what);
            }
            None => {}
        }
        Ok(())
    }

    /// An account without an inbox gets one named after it.
    pub(super) async fn give_inboxes(&mut self, entries: &[AccountEntry]) -> Result<(), StoreError> {
        for entry in entries {
            let Some(account) = self.accounts.get(&entry.name.value).copied() else { continue };
            if self.tx.inboxes_of(self.organisation, account.id).await?.is_empty() {
                self.insert_inbox(None, account.id, &entry.name.value).await?;
                self.report.add(Outcome::Created, format!("inbox {:?} of {:?}", entry.name.value, entry.name.value));
            }
        }
        Ok(())
    }

    async fn insert_inbox(&mut self, id: Option<InboxId>, account: ApiAccountId, name: &str) -> Result<(), StoreError> {
        let created_at = self.tx.tick();
        let id = id.unwrap_or_else(|| InboxId(self.tx.id_at(created_at)));
        let inbox = Inbox { id, api_account_id: account, name: name.to_owned(), created_at };
        if !self.tx.insert_inbox(self.organisation, &inbox).await? {
            return Err(StoreError::Constraint("an inbox was made elsewhere at the same time".to_owned()));
        }
        self.tx.append_event(self.organisation, EventKind::Inbox.as_str(), id.0, Some(account)).await
    }
}

fn known(route: &AccountRoute) -> KnownAccount {
    KnownAccount { id: route.api_account_id, is_real: is_real(&route.base_url), is_simulated: route.is_simulated }
}
