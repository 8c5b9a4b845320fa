//! Broadcasts: one template message to one contact, listed by time.

use crate::error::Result;
use crate::messages::read_progress;
use crate::pages::{PageRequest, Records, Shelf, Span};
use crate::record_counts::RecordKind;
use crate::row::Row;
use crate::tx::Tx;
use crate::value::params;
use msgboxx_model::{ApiAccountId, Broadcast, BroadcastId, ContactId, InboxId, OrganisationId, UserId};

/// What a list of broadcasts is narrowed to; an absent part matches all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BroadcastFilter {
    /// Broadcasts to this contact.
    pub contact: Option<ContactId>,
    /// Broadcasts of the account that owns this inbox.
    pub inbox: Option<InboxId>,
}

impl Tx<'_> {
    /// Inserts a broadcast, whose message exists already, and counts it.
    pub async fn insert_broadcast(
        &mut self,
        organisation: OrganisationId,
        broadcast: &Broadcast,
        created_by: Option<UserId>,
    ) -> Result<()> {
        self.push(
            "insert into broadcasts (organisation_id, id, api_account_id, contact_id, template_id, message_id, message, created_by, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            params![
                organisation,
                broadcast.id,
                broadcast.api_account_id,
                broadcast.contact_id,
                broadcast.template_id,
                broadcast.message_id,
                &broadcast.message,
                created_by,
                broadcast.created_at.whole_millis()
            ],
        )
        .await?;
        self.count_record(organisation, broadcast.api_account_id, RecordKind::Broadcast, broadcast.created_at).await
    }

    /// The broadcast, if this organisation has one with that id.
    pub async fn broadcast(&mut self, organisation: OrganisationId, id: BroadcastId) -> Result<Option<Broadcast>> {
        self.optional(
            "select b.id, b.api_account_id, b.contact_id, b.template_id, b.message_id, b.message, b.created_at,
                    m.sent_at, m.delivered_at, m.read_at, m.failed_at, m.failure_code, m.failure_detail
             from broadcasts b join messages m on m.organisation_id = b.organisation_id and m.id = b.message_id
             where b.organisation_id = $1 and b.id = $2",
            params![organisation, id],
            read_broadcast,
        )
        .await
    }

    /// A page of broadcasts of these accounts, newest first.
    pub async fn broadcasts(
        &mut self,
        organisation: OrganisationId,
        api_accounts: &[ApiAccountId],
        filter: BroadcastFilter,
        request: PageRequest,
    ) -> Result<Records<Broadcast>> {
        self.settle_before(request.to)?;
        let owner = match filter.inbox {
            None => None,
            Some(inbox) => match self.account_of_inbox(organisation, inbox).await?.filter(|owner| api_accounts.contains(owner)) {
                Some(owner) => Some(owner),
                None => return Ok(Records { items: Vec::new(), record_count: 0 }),
            },
        };
        let api_accounts = owner.as_ref().map_or(api_accounts, std::slice::from_ref);
        if let Some(contact) = filter.contact {
            return self.broadcasts_to(organisation, api_accounts, contact, request).await;
        }
        let found = self.spans(Shelf { organisation, api_accounts, kind: RecordKind::Broadcast }, request).await?;
        let mut items = Vec::new();
        for span in found.spans {
            items.extend(self.broadcasts_in(organisation, span).await?);
        }
        items.sort_by_key(|broadcast| std::cmp::Reverse((broadcast.created_at, broadcast.id)));
        items.truncate(usize::try_from(request.size).unwrap_or(usize::MAX));
        Ok(Records { items, record_count: found.record_count })
    }

    async fn account_of_inbox(&mut self, organisation: OrganisationId, inbox: InboxId) -> Result<Option<ApiAccountId>> {
        self.optional("select api_account_id from inboxes where organisation_id = $1 and id = $2", params![organisation, inbox], |row| {
            row.get(0)
        })
        .await
    }

    async fn broadcasts_in(&mut self, organisation: OrganisationId, span: Span) -> Result<Vec<Broadcast>> {
        self.all(
            "select b.id, b.api_account_id, b.contact_id, b.template_id, b.message_id, b.message, b.created_at,
                    m.sent_at, m.delivered_at, m.read_at, m.failed_at, m.failure_code, m.failure_detail
             from broadcasts b join messages m on m.organisation_id = b.organisation_id and m.id = b.message_id
             where b.organisation_id = $1 and b.api_account_id = $2
               and (b.created_at, b.id) <= ($3, $4) and (b.created_at, b.id) >= ($5, $6)
             order by b.created_at desc, b.id desc limit $7",
            params![organisation, span.api_account, span.newest.0, span.newest.1, span.oldest.0, span.oldest.1, span.most],
            read_broadcast,
        )
        .await
    }

    /// Broadcasts to one contact: few, so they are paged after reading.
    async fn broadcasts_to(
        &mut self,
        organisation: OrganisationId,
        api_accounts: &[ApiAccountId],
        contact: ContactId,
        request: PageRequest,
    ) -> Result<Records<Broadcast>> {
        let mut items = self
            .all(
                "select b.id, b.api_account_id, b.contact_id, b.template_id, b.message_id, b.message, b.created_at,
                        m.sent_at, m.delivered_at, m.read_at, m.failed_at, m.failure_code, m.failure_detail
                 from broadcasts b join messages m on m.organisation_id = b.organisation_id and m.id = b.message_id
                 where b.organisation_id = $1 and b.contact_id = $2 and b.created_at >= $3 and b.created_at < $4",
                params![organisation, contact, request.begin(), request.end()],
                read_broadcast,
            )
            .await?;
        items.retain(|broadcast| api_accounts.contains(&broadcast.api_account_id));
        Ok(Records::page_of(items, request, |broadcast| (broadcast.created_at, broadcast.id.0)))
    }
}

fn read_broadcast(row: &Row<'_>) -> Result<Broadcast> {
    Ok(Broadcast {
        id: row.get(0)?,
        api_account_id: row.get(1)?,
        contact_id: row.get(2)?,
        template_id: row.get(3)?,
        message_id: row.get(4)?,
        message: row.get(5)?,
        created_at: row.get(6)?,
        progress: read_progress(row, 7)?,
    })
}
