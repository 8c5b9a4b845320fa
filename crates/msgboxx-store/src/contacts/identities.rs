//! Customers who were known by something else before, and contacts that turn out to be one person.

use super::{ContactIdentity, read_contact};
use crate::dialect::locking;
use crate::error::Result;
use crate::record_counts::RecordKind;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, Contact, ContactId, Conversation, ConversationId, Instant, OrganisationId};

impl Tx<'_> {
    /// Notes that a contact was known by these until then.
    pub async fn keep_former_identity(
        &mut self,
        organisation: OrganisationId,
        contact: &Contact,
        former: &ContactIdentity,
        until: Instant,
    ) -> Result<()> {
        for identity in [former.user_id.as_deref(), former.wa_id.as_deref()].into_iter().flatten() {
            self.push(
                "insert into former_identities (organisation_id, api_account_id, identity, until, contact_id)
                 values ($1, $2, $3, $4, $5) on conflict do nothing",
                params![organisation, contact.api_account_id, identity, until, contact.id],
            )
            .await?;
        }
        Ok(())
    }

    /// The contact that was known by one of these at that instant, and no longer is.
    pub async fn contact_formerly(
        &mut self,
        organisation: OrganisationId,
        api_account: ApiAccountId,
        identity: &ContactIdentity,
        at: Instant,
    ) -> Result<Option<Contact>> {
        self.optional(
            locking!(
                "select id, api_account_id, mobile_number, wa_id, user_id, name, status, email, tags, created_at from contacts
                 where organisation_id = $1 and id = (
                     select contact_id from former_identities
                     where organisation_id = $1 and api_account_id = $2 and identity in ($3, $4) and until >= $5
                     order by until limit 1)"
            ),
            params![organisation, api_account, identity.user_id.as_deref(), identity.wa_id.as_deref(), at],
            read_contact,
        )
        .await
    }

    /// Gives all that belongs to one contact to another of the same account and deletes the one: its messages, with their place in
    /// time, what is to be sent, broadcasts, former identities and the conversation. Tags and members are the caller's.
    pub async fn give_all_to(&mut self, organisation: OrganisationId, gone: &Contact, kept: ContactId) -> Result<()> {
        let theirs = self.conversation_with(organisation, gone.id).await?;
        let ours = self.conversation_with(organisation, kept).await?;
        match (theirs, ours) {
            (Some(theirs), Some(ours)) => self.join_conversations(organisation, theirs.id, &ours).await?,
            (Some(theirs), None) => self.move_conversation(organisation, theirs.id, kept).await?,
            (None, _) => {}
        }
        for statement in [
            "update send_jobs set contact_id = $3 where organisation_id = $1 and contact_id = $2",
            "update broadcasts set contact_id = $3 where organisation_id = $1 and contact_id = $2",
            "update former_identities set contact_id = $3 where organisation_id = $1 and contact_id = $2",
        ] {
            self.push(statement, params![organisation, gone.id, kept]).await?;
        }
        self.push("delete from contact_tags where organisation_id = $1 and contact_id = $2", params![organisation, gone.id]).await?;
        self.push("delete from contacts where organisation_id = $1 and id = $2", params![organisation, gone.id]).await?;
        self.uncount_record(organisation, gone.api_account_id, RecordKind::Contact, gone.created_at).await
    }

    async fn move_conversation(&mut self, organisation: OrganisationId, id: ConversationId, to: ContactId) -> Result<()> {
        self.push("update messages set contact_id = $3 where organisation_id = $1 and conversation_id = $2", params![organisation, id, to])
            .await?;
        self.push("update conversations set contact_id = $3 where organisation_id = $1 and id = $2", params![organisation, id, to]).await
    }

    /// The window reaches as far as either's did. Folder and assignee stay, but what was active is not hidden in the archive.
    async fn join_conversations(&mut self, organisation: OrganisationId, gone: ConversationId, kept: &Conversation) -> Result<()> {
        self.push(
            "update conversations set
                 message_count = conversations.message_count + g.message_count,
                 last_message_at = case when g.last_message_at > coalesce(conversations.last_message_at, 0) then g.last_message_at
                                        else conversations.last_message_at end,
                 window_closes_at = case when g.window_closes_at > coalesce(conversations.window_closes_at, 0) then g.window_closes_at
                                         else conversations.window_closes_at end,
                 folder = case when conversations.folder = 'archive' then g.folder else conversations.folder end
             from (select message_count, last_message_at, window_closes_at, folder from conversations
                   where organisation_id = $1 and id = $3) as g
             where conversations.organisation_id = $1 and conversations.id = $2",
            params![organisation, kept.id, gone],
        )
        .await?;
        self.push(
            "update messages set conversation_id = $3, contact_id = $4 where organisation_id = $1 and conversation_id = $2",
            params![organisation, gone, kept.id, kept.contact_id],
        )
        .await?;
        self.push("delete from conversations where organisation_id = $1 and id = $2", params![organisation, gone]).await
    }
}
