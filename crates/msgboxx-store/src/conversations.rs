//! Conversations: one per contact, with its folder, assignee and window.

use crate::dialect::locking;
use crate::error::{Result, StoreError};
use crate::row::Row;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{Assignee, ContactId, Conversation, ConversationId, Folder, Instant, OrganisationId};

impl Tx<'_> {
    /// The conversation, if this organisation has one with that id. A unit of writing may change it by what it reads here.
    pub async fn conversation(&mut self, organisation: OrganisationId, id: ConversationId) -> Result<Option<Conversation>> {
        self.optional(
            locking!(
                "select id, api_account_id, contact_id, inbox_id, folder, assigned_user_id, assigned_team_id, window_closes_at, created_at
                 from conversations where organisation_id = $1 and id = $2"
            ),
            params![organisation, id],
            read_conversation,
        )
        .await
    }

    /// The conversation with a contact, if there is one.
    pub async fn conversation_with(&mut self, organisation: OrganisationId, contact: ContactId) -> Result<Option<Conversation>> {
        self.optional(
            locking!(
                "select id, api_account_id, contact_id, inbox_id, folder, assigned_user_id, assigned_team_id, window_closes_at, created_at
                 from conversations where organisation_id = $1 and contact_id = $2"
            ),
            params![organisation, contact],
            read_conversation,
        )
        .await
    }

    /// The conversation with a contact, made now if there is none: in the oldest inbox of the contact's account.
    pub async fn open_conversation(&mut self, organisation: OrganisationId, contact: ContactId) -> Result<Conversation> {
        if let Some(conversation) = self.conversation_with(organisation, contact).await? {
            return Ok(conversation);
        }
        let at = self.tick();
        self.execute(
            "insert into conversations (organisation_id, id, api_account_id, contact_id, inbox_id, folder, created_at)
             select $1, $3, c.api_account_id, c.id,
                    (select i.id from inboxes i where i.organisation_id = c.organisation_id and i.api_account_id = c.api_account_id
                     order by i.created_at, i.id limit 1),
                    'inbox', $4
             from contacts c where c.organisation_id = $1 and c.id = $2
             on conflict do nothing",
            params![organisation, contact, self.id_at(at), at],
        )
        .await?;
        // Another unit may have made it in the meantime: then that one is it.
        let made = self.conversation_with(organisation, contact).await?;
        made.ok_or_else(|| StoreError::Statement("a conversation was opened with an unknown contact".to_owned()))
    }

    /// Writes folder and assignee.
    pub async fn update_conversation(&mut self, organisation: OrganisationId, conversation: &Conversation) -> Result<()> {
        let (user, team) = match conversation.assignee {
            Some(Assignee::User(user)) => (Some(user), None),
            Some(Assignee::Team(team)) => (None, Some(team)),
            None => (None, None),
        };
        self.push(
            "update conversations set folder = $3, assigned_user_id = $4, assigned_team_id = $5 where organisation_id = $1 and id = $2",
            params![organisation, conversation.id, conversation.folder.as_str(), user, team],
        )
        .await
    }

    /// The customer wrote: the window reaches at least to `closes_at`, and the folder may change.
    pub async fn extend_window(
        &mut self,
        organisation: OrganisationId,
        id: ConversationId,
        closes_at: Instant,
        folder: Folder,
    ) -> Result<()> {
        self.push(
            "update conversations set folder = $4,
                    window_closes_at = case when window_closes_at > $3 then window_closes_at else $3 end
             where organisation_id = $1 and id = $2",
            params![organisation, id, closes_at, folder.as_str()],
        )
        .await
    }
}

fn read_conversation(row: &Row<'_>) -> Result<Conversation> {
    let assignee = match row.get(5)? {
        Some(user) => Some(Assignee::User(user)),
        None => row.get::<Option<_>>(6)?.map(Assignee::Team),
    };
    Ok(Conversation {
        id: row.get(0)?,
        api_account_id: row.get(1)?,
        contact_id: row.get(2)?,
        inbox_id: row.get(3)?,
        folder: row.get(4)?,
        assignee,
        window_closes_at: row.get(7)?,
        created_at: row.get(8)?,
    })
}
