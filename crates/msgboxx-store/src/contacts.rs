//! Contacts: the customers of an API account, their identities and tags.

mod identities;
mod matching;

use crate::dialect::locking;
use crate::error::{Result, StoreError};
use crate::pages::{PageRequest, Records, Shelf, Span};
use crate::record_counts::RecordKind;
use crate::row::Row;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, Contact, ContactId, Instant, MobileNumber, OrganisationId};

/// What a list of contacts is narrowed to; an absent part matches all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactFilter {
    /// The whole number, in either spelling.
    pub mobile_number: Option<MobileNumber>,
    /// The whole e-mail address, in any case.
    pub email: Option<String>,
    /// The whole name, in any case.
    pub name: Option<String>,
    /// One of the contact's tags, in any case.
    pub tag: Option<String>,
}

/// How WhatsApp names a customer; any part may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactIdentity {
    /// The number.
    pub mobile_number: Option<MobileNumber>,
    /// WhatsApp's own id, digits.
    pub wa_id: Option<String>,
    /// The business-scoped user id.
    pub user_id: Option<String>,
}

impl Tx<'_> {
    /// The contact, if this organisation has one with that id. A unit of writing may change it by what it reads here.
    pub async fn contact(&mut self, organisation: OrganisationId, id: ContactId) -> Result<Option<Contact>> {
        self.optional(
            locking!(
                "select id, api_account_id, mobile_number, wa_id, user_id, name, status, email, tags, created_at
                 from contacts where organisation_id = $1 and id = $2"
            ),
            params![organisation, id],
            read_contact,
        )
        .await
    }

    /// The contact of an account that WhatsApp means: by BSUID first, then by its own id, then by number, then by the other
    /// spelling of the number.
    pub async fn contact_with_identity(
        &mut self,
        organisation: OrganisationId,
        api_account: ApiAccountId,
        identity: &ContactIdentity,
    ) -> Result<Option<Contact>> {
        let by_user_id = locking!(
            "select id, api_account_id, mobile_number, wa_id, user_id, name, status, email, tags, created_at
             from contacts where organisation_id = $1 and api_account_id = $2 and user_id = $3"
        );
        let by_wa_id = locking!(
            "select id, api_account_id, mobile_number, wa_id, user_id, name, status, email, tags, created_at
             from contacts where organisation_id = $1 and api_account_id = $2 and wa_id = $3"
        );
        let by_number = locking!(
            "select id, api_account_id, mobile_number, wa_id, user_id, name, status, email, tags, created_at
             from contacts where organisation_id = $1 and api_account_id = $2 and mobile_number = $3"
        );
        let number = identity.mobile_number.as_ref().map(MobileNumber::as_str);
        let other = identity.mobile_number.as_ref().and_then(MobileNumber::other_spelling);
        let (other, other_wa_id) = (other.as_ref().map(MobileNumber::as_str), other.as_ref().map(MobileNumber::digits));
        let ways = [
            (by_user_id, identity.user_id.as_deref()),
            (by_wa_id, identity.wa_id.as_deref()),
            (by_number, number),
            (by_number, other),
            (by_wa_id, other_wa_id),
        ];
        for (statement, value) in ways {
            let Some(value) = value else { continue };
            if let Some(contact) = self.optional(statement, params![organisation, api_account, value], read_contact).await? {
                return Ok(Some(contact));
            }
        }
        Ok(None)
    }

    /// When a contact wrote the newest opt-out or opt-in word that counts, by WhatsApp's clock.
    pub async fn consent_said_at(&mut self, organisation: OrganisationId, contact: ContactId) -> Result<Option<Instant>> {
        let said = self
            .optional(
                locking!("select consent_said_at from contacts where organisation_id = $1 and id = $2"),
                params![organisation, contact],
                |row| row.get::<Option<Instant>>(0),
            )
            .await?;
        Ok(said.flatten())
    }

    /// Notes when the word was written that decides about a contact's consent.
    pub async fn set_consent_said_at(&mut self, organisation: OrganisationId, contact: ContactId, at: Instant) -> Result<()> {
        self.push("update contacts set consent_said_at = $3 where organisation_id = $1 and id = $2", params![organisation, contact, at])
            .await
    }

    /// Inserts a contact and counts it; false when one of its identities is taken on its account.
    pub async fn insert_contact(&mut self, organisation: OrganisationId, contact: &Contact) -> Result<bool> {
        let inserted = self
            .execute(
                "insert into contacts (organisation_id, id, api_account_id, mobile_number, wa_id, user_id, name, name_folded, status,
                                       email, email_folded, tags, created_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                 on conflict do nothing",
                params![
                    organisation,
                    contact.id,
                    contact.api_account_id,
                    contact.mobile_number.as_ref(),
                    contact.wa_id.as_deref(),
                    contact.user_id.as_deref(),
                    &contact.name,
                    fold(&contact.name),
                    contact.status.as_str(),
                    &contact.email,
                    fold(&contact.email),
                    tags_text(&contact.tags)?,
                    contact.created_at.whole_millis()
                ],
            )
            .await?;
        if inserted == 0 {
            return Ok(false);
        }
        self.insert_tags(organisation, contact).await?;
        self.count_record(organisation, contact.api_account_id, RecordKind::Contact, contact.created_at).await?;
        Ok(true)
    }

    /// Writes all that can change of a contact.
    ///
    /// # Errors
    /// [`StoreError::Constraint`] when one of its identities is taken: look before.
    pub async fn update_contact(&mut self, organisation: OrganisationId, contact: &Contact) -> Result<()> {
        self.execute(
            "update contacts set mobile_number = $3, wa_id = $4, user_id = $5, name = $6, name_folded = $7, status = $8, email = $9,
                                 email_folded = $10, tags = $11
             where organisation_id = $1 and id = $2",
            params![
                organisation,
                contact.id,
                contact.mobile_number.as_ref(),
                contact.wa_id.as_deref(),
                contact.user_id.as_deref(),
                &contact.name,
                fold(&contact.name),
                contact.status.as_str(),
                &contact.email,
                fold(&contact.email),
                tags_text(&contact.tags)?
            ],
        )
        .await?;
        self.push("delete from contact_tags where organisation_id = $1 and contact_id = $2", params![organisation, contact.id]).await?;
        self.insert_tags(organisation, contact).await
    }

    async fn insert_tags(&mut self, organisation: OrganisationId, contact: &Contact) -> Result<()> {
        for tag in &contact.tags {
            self.push(
                "insert into tags (organisation_id, name_folded, name) values ($1, $2, $3) on conflict do nothing",
                params![organisation, fold(tag), tag],
            )
            .await?;
            self.push(
                "insert into contact_tags (organisation_id, tag_folded, contact_id) values ($1, $2, $3) on conflict do nothing",
                params![organisation, fold(tag), contact.id],
            )
            .await?;
        }
        Ok(())
    }

    /// A page of contacts of these accounts, newest first.
    pub async fn contacts(
        &mut self,
        organisation: OrganisationId,
        api_accounts: &[ApiAccountId],
        filter: &ContactFilter,
        request: PageRequest,
    ) -> Result<Records<Contact>> {
        if *filter != ContactFilter::default() {
            return self.contacts_matching(organisation, api_accounts, filter, request).await;
        }
        let records = Shelf { organisation, api_accounts, kind: RecordKind::Contact };
        let found = self.spans(records, request).await?;
        let mut items = Vec::new();
        for span in found.spans {
            items.extend(self.contacts_in(organisation, span).await?);
        }
        newest_first(&mut items, request.size);
        Ok(Records { items, record_count: found.record_count })
    }

    async fn contacts_in(&mut self, organisation: OrganisationId, span: Span) -> Result<Vec<Contact>> {
        self.all(
            "select id, api_account_id, mobile_number, wa_id, user_id, name, status, email, tags, created_at
             from contacts
             where organisation_id = $1 and api_account_id = $2 and (created_at, id) <= ($3, $4) and (created_at, id) >= ($5, $6)
             order by created_at desc, id desc limit $7",
            params![organisation, span.api_account, span.newest.0, span.newest.1, span.oldest.0, span.oldest.1, span.most],
            read_contact,
        )
        .await
    }
}

/// The form in which texts are compared when their case does not matter.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase()
}

fn newest_first(contacts: &mut Vec<Contact>, size: i64) {
    contacts.sort_by_key(|contact| std::cmp::Reverse((contact.created_at, contact.id)));
    contacts.truncate(usize::try_from(size).unwrap_or(usize::MAX));
}

fn tags_text(tags: &[String]) -> Result<String> {
    serde_json::to_string(tags).map_err(|e| StoreError::Statement(e.to_string()))
}

fn read_contact(row: &Row<'_>) -> Result<Contact> {
    let tags: String = row.get(8)?;
    let tags = if tags == "[]" { Vec::new() } else { serde_json::from_str(&tags).map_err(|e| StoreError::Statement(e.to_string()))? };
    Ok(Contact {
        id: row.get(0)?,
        api_account_id: row.get(1)?,
        mobile_number: row.get(2)?,
        wa_id: row.get(3)?,
        user_id: row.get(4)?,
        name: row.get(5)?,
        status: row.get(6)?,
        email: row.get(7)?,
        tags,
        created_at: row.get(9)?,
    })
}
