//! Contacts that a filter leaves: few, so they are found first and paged afterwards.
//!
//! Each part of a filter has an index. The most telling part that is given finds the candidates; the others then choose among them.

use super::{ContactFilter, fold, newest_first, read_contact};
use crate::error::Result;
use crate::pages::{PageRequest, Records};
use crate::tx::Tx;
use crate::value::{Value, params};
use msgboxx_model::{ApiAccountId, Contact, MobileNumber, OrganisationId};

impl Tx<'_> {
    pub(super) async fn contacts_matching(
        &mut self,
        organisation: OrganisationId,
        api_accounts: &[ApiAccountId],
        filter: &ContactFilter,
        request: PageRequest,
    ) -> Result<Records<Contact>> {
        self.settle_before(request.to)?;
        let mut items = Vec::new();
        let mut record_count = 0;
        for account in api_accounts {
            let wanted = wanted(organisation, *account, filter, request);
            record_count += self.count_matching(&wanted).await?;
            items.extend(self.rows_matching(wanted, request.offset().saturating_add(request.size)).await?);
        }
        newest_first(&mut items, i64::MAX);
        let (offset, size) = (request.offset(), request.size);
        let items = items.into_iter().skip(usize::try_from(offset).unwrap_or(usize::MAX)).take(usize::try_from(size).unwrap_or(0));
        Ok(Records { items: items.collect(), record_count })
    }

    async fn count_matching(&mut self, wanted: &[Value<'_>]) -> Result<i64> {
        let count = self
            .optional(
                "with candidates as (
                     select id from contacts where organisation_id = $1 and api_account_id = $2 and mobile_number in ($3, $9)
                     union all
                     select id from contacts
                     where cast($3 as text) is null
                       and organisation_id = $1 and api_account_id = $2 and email_folded = $4 and email_folded <> ''
                     union all
                     select contact_id from contact_tags
                     where cast($3 as text) is null and cast($4 as text) is null and organisation_id = $1 and tag_folded = $6
                     union all
                     select id from contacts
                     where cast($3 as text) is null and cast($4 as text) is null and cast($6 as text) is null
                       and organisation_id = $1 and api_account_id = $2 and name_folded = $5
                 )
                 select count(*) from candidates join contacts c on c.organisation_id = $1 and c.id = candidates.id
                 where c.api_account_id = $2 and c.created_at >= $7 and c.created_at < $8
                   and (cast($4 as text) is null or (c.email_folded = $4 and c.email_folded <> ''))
                   and (cast($5 as text) is null or c.name_folded = $5)
                   and (cast($6 as text) is null
                        or exists (select 1 from contact_tags t where t.organisation_id = $1 and t.tag_folded = $6 and t.contact_id = c.id))",
                wanted,
                |row| row.get(0),
            )
            .await?;
        Ok(count.unwrap_or(0))
    }

    async fn rows_matching(&mut self, mut wanted: Vec<Value<'_>>, most: i64) -> Result<Vec<Contact>> {
        wanted.push(most.into());
        self.all(
            "with candidates as (
                 select id from contacts where organisation_id = $1 and api_account_id = $2 and mobile_number in ($3, $9)
                 union all
                 select id from contacts
                 where cast($3 as text) is null
                   and organisation_id = $1 and api_account_id = $2 and email_folded = $4 and email_folded <> ''
                 union all
                 select contact_id from contact_tags
                 where cast($3 as text) is null and cast($4 as text) is null and organisation_id = $1 and tag_folded = $6
                 union all
                 select id from contacts
                 where cast($3 as text) is null and cast($4 as text) is null and cast($6 as text) is null
                   and organisation_id = $1 and api_account_id = $2 and name_folded = $5
             )
             select c.id, c.api_account_id, c.mobile_number, c.wa_id, c.user_id, c.name, c.status, c.email, c.tags, c.created_at
             from candidates join contacts c on c.organisation_id = $1 and c.id = candidates.id
             where c.api_account_id = $2 and c.created_at >= $7 and c.created_at < $8
               and (cast($4 as text) is null or (c.email_folded = $4 and c.email_folded <> ''))
               and (cast($5 as text) is null or c.name_folded = $5)
               and (cast($6 as text) is null
                    or exists (select 1 from contact_tags t where t.organisation_id = $1 and t.tag_folded = $6 and t.contact_id = c.id))
             order by c.created_at desc, c.id desc limit $10",
            &wanted,
            read_contact,
        )
        .await
    }
}

fn wanted<'f>(organisation: OrganisationId, account: ApiAccountId, filter: &'f ContactFilter, request: PageRequest) -> Vec<Value<'f>> {
    let folded = |text: &'f Option<String>| text.as_deref().map(fold);
    let params: &[Value<'f>] = params![
        organisation,
        account,
        filter.mobile_number.as_ref(),
        folded(&filter.email),
        folded(&filter.name),
        folded(&filter.tag),
        request.begin(),
        request.end(),
        filter.mobile_number.as_ref().and_then(MobileNumber::other_spelling).map(|other| other.as_str().to_owned())
    ];
    params.to_vec()
}
