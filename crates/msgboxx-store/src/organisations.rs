//! Organisations: the tenants.

use crate::error::Result;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{Organisation, OrganisationId, text_enum};
use uuid::Uuid;

text_enum! {
    /// Things whose identifier may be chosen from outside, and must then belong to one organisation only.
    Owned {
        /// An API account.
        ApiAccount = "API account",
        /// An inbox.
        Inbox = "inbox",
        /// A user.
        User = "user",
        /// A team.
        Team = "team",
        /// A template.
        Template = "template",
        /// A contact.
        Contact = "contact",
    }
}

impl Tx<'_> {
    /// Every organisation, by name.
    pub async fn organisations(&mut self) -> Result<Vec<Organisation>> {
        self.all("select id, name, created_at from organisations order by name, id", params![], |row| {
            Ok(Organisation { id: row.get(0)?, name: row.get(1)?, created_at: row.get(2)? })
        })
        .await
    }

    /// The organisation with that name.
    pub async fn organisation_named(&mut self, name: &str) -> Result<Option<Organisation>> {
        self.optional("select id, name, created_at from organisations where name = $1", params![name], |row| {
            Ok(Organisation { id: row.get(0)?, name: row.get(1)?, created_at: row.get(2)? })
        })
        .await
    }

    /// Inserts an organisation; false when there is one of that name.
    pub async fn insert_organisation(&mut self, organisation: &Organisation) -> Result<bool> {
        let inserted = self
            .execute(
                "insert into organisations (id, name, created_at) values ($1, $2, $3) on conflict do nothing",
                params![organisation.id, &organisation.name, organisation.created_at],
            )
            .await?;
        Ok(inserted == 1)
    }

    /// Whether another organisation has a thing of this kind with that identifier.
    ///
    /// It looks into one organisation after the other, because the tenant comes first in every key.
    pub async fn is_elsewhere(&mut self, kind: Owned, id: Uuid, organisation: OrganisationId) -> Result<bool> {
        let statement = match kind {
            Owned::ApiAccount => {
                "select o.id from organisations o join api_accounts x on x.organisation_id = o.id and x.id = $1 where o.id <> $2 limit 1"
            }
            Owned::Inbox => {
                "select o.id from organisations o join inboxes x on x.organisation_id = o.id and x.id = $1 where o.id <> $2 limit 1"
            }
            Owned::User => {
                "select o.id from organisations o join users x on x.organisation_id = o.id and x.id = $1 where o.id <> $2 limit 1"
            }
            Owned::Team => {
                "select o.id from organisations o join teams x on x.organisation_id = o.id and x.id = $1 where o.id <> $2 limit 1"
            }
            Owned::Template => {
                "select o.id from organisations o join templates x on x.organisation_id = o.id and x.id = $1 where o.id <> $2 limit 1"
            }
            Owned::Contact => {
                "select o.id from organisations o join contacts x on x.organisation_id = o.id and x.id = $1 where o.id <> $2 limit 1"
            }
        };
        let elsewhere = self.optional(statement, params![id, organisation], |row| row.get::<OrganisationId>(0)).await?;
        Ok(elsewhere.is_some())
    }
}
