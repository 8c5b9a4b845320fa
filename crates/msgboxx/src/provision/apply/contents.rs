//! Templates and contacts.

use super::{Applier, KnownAccount};
use crate::provision::entries::{ContactEntry, TemplateEntry};
use crate::provision::report::Outcome;
use msgboxx_model::{Contact, ContactId, ContactStatus, EventKind, Instant, Template, TemplateId, TemplateStatus};
use msgboxx_store::{ContactIdentity, Owned, StoreError};

impl Applier<'_, '_> {
    pub(super) async fn apply_templates(&mut self, entries: &[TemplateEntry]) -> Result<(), StoreError> {
        for entry in entries {
            let Some(account) = self.account(&entry.api_account) else { continue };
            match &entry.status {
                Some(status) if account.is_real => {
                    self.mistake(status.line, "status: WhatsApp decides about templates of real accounts");
                }
                _ => self.apply_template(entry, account).await?,
            }
        }
        Ok(())
    }

    async fn apply_template(&mut self, entry: &TemplateEntry, account: KnownAccount) -> Result<(), StoreError> {
        let organisation = self.organisation;
        let what = format!("template {} ({}) of {:?}", entry.name.value, entry.language, entry.api_account.value);
        let namesake = self.tx.template_named(organisation, account.id, &entry.name.value, &entry.language).await?;
        let known = match &entry.id {
            Some(id) => self.tx.template(organisation, id.value).await?,
            None => namesake.clone(),
        };
        if let Some(other) = namesake.filter(|namesake| known.as_ref().is_none_or(|known| known.id != namesake.id)) {
            self.mistake(entry.name.line, format!("the template {} already exists with the id {}", other.name, other.id));
            return Ok(());
        }
        match known {
            Some(known) if known.api_account_id != account.id => {
                self.mistake(entry.api_account.line, format!("the template {} cannot move to another API account", known.name));
            }
            Some(known) => {
                let wanted = template(entry, account, known.id, known.created_at, known.status);
                let is_changed = wanted != known;
                if is_changed {
                    self.tx.update_template(organisation, &wanted).await?;
                }
                self.report.add(Outcome::changed_if(is_changed), what);
            }
            None if self.is_free(Owned::Template, entry.id.as_ref()).await? => {
                self.insert_template(entry, account).await?;
                self.report.add(Outcome::Created, what);
            }
            None => {}
        }
        Ok(())
    }

    async fn insert_template(&mut self, entry: &TemplateEntry, account: KnownAccount) -> Result<(), StoreError> {
        let created_at = self.tx.tick();
        let id = entry.id.as_ref().map_or_else(|| TemplateId(self.tx.id_at(created_at)), |id| id.value);
        let status = if account.is_simulated { TemplateStatus::Approved } else { TemplateStatus::Pending };
        let template = template(entry, account, id, created_at, status);
        if !self.tx.insert_template(self.organisation, &template).await? {
            return Err(StoreError::Constraint("a template was made elsewhere at the same time".to_owned()));
        }
        self.tx.append_event(self.organisation, EventKind::Template.as_str(), id.0, Some(account.id)).await
    }

    pub(super) async fn apply_contacts(&mut self, entries: &[ContactEntry]) -> Result<(), StoreError> {
        for entry in entries {
            let Some(account) = self.account(&entry.api_account) else { continue };
            self.apply_contact(entry, account).await?;
        }
        Ok(())
    }

    async fn apply_contact(&mut self, entry: &ContactEntry, account: KnownAccount) -> Result<(), StoreError> {
        let organisation = self.organisation;
        let number = &entry.mobile_number;
        let what = format!("contact {} of {:?}", number.value, entry.api_account.value);
        let identity = ContactIdentity { mobile_number: Some(number.value.clone()), ..ContactIdentity::default() };
        let namesake = self.tx.contact_with_identity(organisation, account.id, &identity).await?;
        let known = match &entry.id {
            Some(id) => self.tx.contact(organisation, id.value).await?,
            None => namesake.clone(),
        };
        if let Some(other) = namesake.filter(|namesake| known.as_ref().is_none_or(|known| known.id != namesake.id)) {
            self.mistake(number.line, format!("mobile_number {} already belongs to the contact with the id {}", number.value, other.id));
            return Ok(());
        }
        match known {
            Some(known) if known.api_account_id != account.id => {
                self.mistake(entry.api_account.line, "a contact cannot move to another API account");
            }
            Some(known) => {
                let wanted = changed_contact(&known, entry);
                let is_changed = wanted != known;
                if is_changed {
                    self.tx.update_contact(organisation, &wanted).await?;
                }
                self.report.add(Outcome::changed_if(is_changed), what);
            }
            None if self.is_free(Owned::Contact, entry.id.as_ref()).await? => {
                self.insert_contact(entry, account).await?;
                self.report.add(Outcome::Created, what);
            }
            None => {}
        }
        Ok(())
    }

    async fn insert_contact(&mut self, entry: &ContactEntry, account: KnownAccount) -> Result<(), StoreError> {
        let created_at = self.tx.tick();
        let blank = Contact {
            id: entry.id.as_ref().map_or_else(|| ContactId(self.tx.id_at(created_at)), |id| id.value),
            api_account_id: account.id,
            mobile_number: None,
            wa_id: None,
            user_id: None,
            name: entry.mobile_number.value.as_str().to_owned(),
            status: ContactStatus::Presubscribed,
            email: String::new(),
            tags: Vec::new(),
            created_at,
        };
        let contact = changed_contact(&blank, entry);
        if !self.tx.insert_contact(self.organisation, &contact).await? {
            return Err(StoreError::Constraint("a contact was made elsewhere at the same time".to_owned()));
        }
        self.tx.append_event(self.organisation, EventKind::Contact.as_str(), contact.id.0, Some(account.id)).await
    }
}

/// The template as the file wants it; `status` stands when the file does not give one.
fn template(entry: &TemplateEntry, account: KnownAccount, id: TemplateId, created_at: Instant, status: TemplateStatus) -> Template {
    Template {
        id,
        api_account_id: account.id,
        name: entry.name.value.clone(),
        language: entry.language.clone(),
        category: entry.category,
        status: entry.status.as_ref().map_or(status, |at| at.value),
        parameter_format: entry.parameter_format,
        body: entry.body.clone(),
        example: entry.example.clone(),
        components: entry.components.clone(),
        created_at,
    }
}

/// The contact as the file wants it; what the file does not give stays.
fn changed_contact(known: &Contact, entry: &ContactEntry) -> Contact {
    Contact {
        mobile_number: Some(entry.mobile_number.value.clone()),
        name: entry.name.clone().unwrap_or_else(|| known.name.clone()),
        email: entry.email.clone().unwrap_or_else(|| known.email.clone()),
        status: entry.status.unwrap_or(known.status),
        tags: entry.tags.clone().unwrap_or_else(|| known.tags.clone()),
        ..known.clone()
    }
}
