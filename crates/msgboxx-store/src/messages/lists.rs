//! Lists of messages by account, contact, conversation or inbox, newest first.

use super::read_message;
use crate::error::Result;
use crate::pages::{PageRequest, Records, Shelf, Span};
use crate::record_counts::RecordKind;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, ContactId, Conversation, ConversationId, InboxId, Message, OrganisationId};

/// What a list of messages is narrowed to; an absent part matches all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// Messages of this contact.
    pub contact: Option<ContactId>,
    /// Messages of this conversation.
    pub conversation: Option<ConversationId>,
    /// Messages of conversations that are in this inbox now.
    pub inbox: Option<InboxId>,
}

impl Tx<'_> {
    /// A page of messages of these accounts, newest first.
    pub async fn messages(
        &mut self,
        organisation: OrganisationId,
        api_accounts: &[ApiAccountId],
        filter: MessageFilter,
        request: PageRequest,
    ) -> Result<Records<Message>> {
        self.settle_before(request.to)?;
        if filter.contact.is_some() || filter.conversation.is_some() {
            return self.messages_of_conversation(organisation, api_accounts, filter, request).await;
        }
        match filter.inbox {
            None => self.messages_by_time(organisation, api_accounts, request).await,
            Some(inbox) => self.messages_of_inbox(organisation, api_accounts, inbox, request).await,
        }
    }

    async fn messages_by_time(
        &mut self,
        organisation: OrganisationId,
        api_accounts: &[ApiAccountId],
        request: PageRequest,
    ) -> Result<Records<Message>> {
        let found = self.spans(Shelf { organisation, api_accounts, kind: RecordKind::Message }, request).await?;
        let mut items = Vec::new();
        let one_account = found.spans.len() == 1;
        for span in found.spans {
            items.extend(self.messages_in(organisation, span).await?);
        }
        if !one_account {
            items.sort_by_key(|message| std::cmp::Reverse((message.created_at, message.id)));
            items.truncate(usize::try_from(request.size).unwrap_or(usize::MAX));
        }
        Ok(Records { items, record_count: found.record_count })
    }

    async fn messages_in(&mut self, organisation: OrganisationId, span: Span) -> Result<Vec<Message>> {
        self.all(
            "select m.id, m.api_account_id, m.conversation_id, m.direction, m.kind, m.body, m.sent_at, m.delivered_at, m.read_at,
                    m.failed_at, m.failure_code, m.failure_detail, m.created_at, c.id, c.mobile_number, c.name, c.status,
                    u.id, u.first_name, u.last_name, f.id, f.state, f.failure_code, f.failure_detail
             from messages m
             join contacts c on c.organisation_id = m.organisation_id and c.id = m.contact_id
             left join users u on u.organisation_id = m.organisation_id and u.id = m.sender_user_id
             left join media f on f.organisation_id = m.organisation_id and f.message_id = m.id
             where m.organisation_id = $1 and m.api_account_id = $2
               and (m.created_at, m.id) <= ($3, $4) and (m.created_at, m.id) >= ($5, $6)
             order by m.created_at desc, m.id desc limit $7",
            params![organisation, span.api_account, span.newest.0, span.newest.1, span.oldest.0, span.oldest.1, span.most],
            read_message,
        )
        .await
    }

    /// One conversation: the whole of it is counted already, a part of it is short enough to count.
    async fn messages_of_conversation(
        &mut self,
        organisation: OrganisationId,
        api_accounts: &[ApiAccountId],
        filter: MessageFilter,
        request: PageRequest,
    ) -> Result<Records<Message>> {
        let Some(conversation) = self.one_conversation(organisation, filter).await? else {
            return Ok(Records { items: Vec::new(), record_count: 0 });
        };
        let is_wanted = filter.conversation.is_none_or(|id| id == conversation.id)
            && filter.contact.is_none_or(|id| id == conversation.contact_id)
            && filter.inbox.is_none_or(|id| id == conversation.inbox_id);
        if !is_wanted || !api_accounts.contains(&conversation.api_account_id) {
            return Ok(Records { items: Vec::new(), record_count: 0 });
        }
        let conversation = conversation.id;
        let record_count = match (request.begin(), request.end()) {
            (0, i64::MAX) => self.size_of_conversation(organisation, conversation).await?,
            (from, to) => self.count_in_conversation(organisation, conversation, from, to).await?,
        };
        let items = self.conversation_rows(organisation, conversation, request).await?;
        Ok(Records { items, record_count })
    }

    async fn one_conversation(&mut self, organisation: OrganisationId, filter: MessageFilter) -> Result<Option<Conversation>> {
        match (filter.conversation, filter.contact) {
            (Some(id), _) => self.conversation(organisation, id).await,
            (None, Some(contact)) => self.conversation_with(organisation, contact).await,
            (None, None) => Ok(None),
        }
    }

    async fn size_of_conversation(&mut self, organisation: OrganisationId, conversation: ConversationId) -> Result<i64> {
        let size = self
            .optional(
                "select message_count from conversations where organisation_id = $1 and id = $2",
                params![organisation, conversation],
                |row| row.get(0),
            )
            .await?;
        Ok(size.unwrap_or(0))
    }

    async fn count_in_conversation(
        &mut self,
        organisation: OrganisationId,
        conversation: ConversationId,
        from: i64,
        to: i64,
    ) -> Result<i64> {
        let count = self
            .optional(
                "select count(*) from messages where organisation_id = $1 and conversation_id = $2 and created_at >= $3 and created_at < $4",
                params![organisation, conversation, from, to],
                |row| row.get(0),
            )
            .await?;
        Ok(count.unwrap_or(0))
    }

    async fn conversation_rows(
        &mut self,
        organisation: OrganisationId,
        conversation: ConversationId,
        request: PageRequest,
    ) -> Result<Vec<Message>> {
        self.all(
            "select m.id, m.api_account_id, m.conversation_id, m.direction, m.kind, m.body, m.sent_at, m.delivered_at, m.read_at,
                    m.failed_at, m.failure_code, m.failure_detail, m.created_at, c.id, c.mobile_number, c.name, c.status,
                    u.id, u.first_name, u.last_name, f.id, f.state, f.failure_code, f.failure_detail
             from (select organisation_id, id from messages
                   where organisation_id = $1 and conversation_id = $2 and created_at >= $3 and created_at < $4
                   order by created_at desc, id desc limit $5 offset $6) as page
             join messages m on m.organisation_id = page.organisation_id and m.id = page.id
             join contacts c on c.organisation_id = m.organisation_id and c.id = m.contact_id
             left join users u on u.organisation_id = m.organisation_id and u.id = m.sender_user_id
             left join media f on f.organisation_id = m.organisation_id and f.message_id = m.id
             order by m.created_at desc, m.id desc",
            params![organisation, conversation, request.begin(), request.end(), request.size, request.offset()],
            read_message,
        )
        .await
    }

    /// An inbox that holds all of its account's conversations is the account; else conversations are looked through.
    async fn messages_of_inbox(
        &mut self,
        organisation: OrganisationId,
        api_accounts: &[ApiAccountId],
        inbox: InboxId,
        request: PageRequest,
    ) -> Result<Records<Message>> {
        let found = self
            .optional(
                "select i.api_account_id,
                        (select count(*) from inboxes o where o.organisation_id = i.organisation_id and o.api_account_id = i.api_account_id)
                 from inboxes i where i.organisation_id = $1 and i.id = $2",
                params![organisation, inbox],
                |row| Ok((row.get::<ApiAccountId>(0)?, row.get::<i64>(1)?)),
            )
            .await?;
        match found.filter(|(account, _)| api_accounts.contains(account)) {
            None => Ok(Records { items: Vec::new(), record_count: 0 }),
            Some((account, 1)) => self.messages_by_time(organisation, &[account], request).await,
            Some((account, _)) => self.messages_of_part(organisation, account, inbox, request).await,
        }
    }

    async fn messages_of_part(
        &mut self,
        organisation: OrganisationId,
        account: ApiAccountId,
        inbox: InboxId,
        request: PageRequest,
    ) -> Result<Records<Message>> {
        let (from, to) = (request.begin(), request.end());
        let count = self
            .optional(
                "select count(*) from messages m
                 join conversations v on v.organisation_id = m.organisation_id and v.id = m.conversation_id
                 where m.organisation_id = $1 and m.api_account_id = $2 and v.inbox_id = $3 and m.created_at >= $4 and m.created_at < $5",
                params![organisation, account, inbox, from, to],
                |row| row.get(0),
            )
            .await?;
        let items = self
            .all(
                "select m.id, m.api_account_id, m.conversation_id, m.direction, m.kind, m.body, m.sent_at, m.delivered_at, m.read_at,
                        m.failed_at, m.failure_code, m.failure_detail, m.created_at, c.id, c.mobile_number, c.name, c.status,
                        u.id, u.first_name, u.last_name, f.id, f.state, f.failure_code, f.failure_detail
                 from messages m
                 join conversations v on v.organisation_id = m.organisation_id and v.id = m.conversation_id
                 join contacts c on c.organisation_id = m.organisation_id and c.id = m.contact_id
                 left join users u on u.organisation_id = m.organisation_id and u.id = m.sender_user_id
                 left join media f on f.organisation_id = m.organisation_id and f.message_id = m.id
                 where m.organisation_id = $1 and m.api_account_id = $2 and v.inbox_id = $3 and m.created_at >= $4 and m.created_at < $5
                 order by m.created_at desc, m.id desc limit $6 offset $7",
                params![organisation, account, inbox, from, to, request.size, request.offset()],
                read_message,
            )
            .await?;
        Ok(Records { items, record_count: count.unwrap_or(0) })
    }
}
