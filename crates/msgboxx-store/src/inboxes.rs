//! Inboxes: the queues of conversations on an API account.

use crate::error::Result;
use crate::row::Row;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, Inbox, InboxId, OrganisationId};

impl Tx<'_> {
    /// Every inbox of an organisation, newest first.
    pub async fn inboxes(&mut self, organisation: OrganisationId) -> Result<Vec<Inbox>> {
        self.all(
            "select id, api_account_id, name, created_at from inboxes where organisation_id = $1 order by created_at desc, id desc",
            params![organisation],
            read_inbox,
        )
        .await
    }

    /// The inbox, if this organisation has one with that id.
    pub async fn inbox(&mut self, organisation: OrganisationId, id: InboxId) -> Result<Option<Inbox>> {
        self.optional(
            "select id, api_account_id, name, created_at from inboxes where organisation_id = $1 and id = $2",
            params![organisation, id],
            read_inbox,
        )
        .await
    }

    /// The inboxes of an account, oldest first: new conversations go to the first.
    pub async fn inboxes_of(&mut self, organisation: OrganisationId, account: ApiAccountId) -> Result<Vec<Inbox>> {
        self.all(
            "select id, api_account_id, name, created_at from inboxes
             where organisation_id = $1 and api_account_id = $2 order by created_at, id",
            params![organisation, account],
            read_inbox,
        )
        .await
    }

    /// Inserts an inbox; false when its account has one of that name, or the id is taken.
    pub async fn insert_inbox(&mut self, organisation: OrganisationId, inbox: &Inbox) -> Result<bool> {
        let inserted = self
            .execute(
                "insert into inboxes (organisation_id, id, api_account_id, name, created_at) values ($1, $2, $3, $4, $5)
                 on conflict do nothing",
                params![organisation, inbox.id, inbox.api_account_id, &inbox.name, inbox.created_at.whole_millis()],
            )
            .await?;
        Ok(inserted == 1)
    }

    /// Gives an inbox another name.
    ///
    /// # Errors
    /// [`crate::StoreError::Constraint`] when its account has one of that name: look before.
    pub async fn rename_inbox(&mut self, organisation: OrganisationId, id: InboxId, name: &str) -> Result<()> {
        self.execute("update inboxes set name = $3 where organisation_id = $1 and id = $2", params![organisation, id, name]).await?;
        Ok(())
    }
}

fn read_inbox(row: &Row<'_>) -> Result<Inbox> {
    Ok(Inbox { id: row.get(0)?, api_account_id: row.get(1)?, name: row.get(2)?, created_at: row.get(3)? })
}
