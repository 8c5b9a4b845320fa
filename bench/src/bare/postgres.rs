//! Pages straight from PostgreSQL: page and count go out together on one connection, which others use at the same time.

use super::counts::{Parts, Since};
use super::page::{Item, Page, SIZE, item};
use anyhow::Result;
use futures_util::future::try_join;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement};
use uuid::Uuid;

const MESSAGES: &str = "select m.id, m.conversation_id, m.direction, m.kind, m.body, m.sent_at, m.delivered_at, m.read_at, m.created_at,
            c.id, c.mobile_number, c.name, c.status, u.first_name, u.last_name
     from messages m
     join contacts c on c.organisation_id = m.organisation_id and c.id = m.contact_id
     left join users u on u.organisation_id = m.organisation_id and u.id = m.sender_user_id
     where m.organisation_id = $1 and m.api_account_id = $2 and m.created_at >= $3 and (m.created_at, m.id) < ($4, $5)
     order by m.created_at desc, m.id desc limit $6";

const COUNT: &str = "select cast((select count(*) from messages where organisation_id = $1 and api_account_id = $2 and created_at >= $3 and created_at < $4)
     + coalesce((select sum(n) from record_counts where organisation_id = $1 and api_account_id = $2 and kind = 'message'
                 and level = 'hour' and bucket >= $5), 0)
     + coalesce((select sum(n) from record_counts where organisation_id = $1 and api_account_id = $2 and kind = 'message'
                 and level = 'day' and bucket >= $6 and bucket < $7), 0)
     + coalesce((select sum(n) from record_counts where organisation_id = $1 and api_account_id = $2 and kind = 'message'
                 and level = 'month' and bucket >= $8 and bucket < $9), 0) as bigint)";

/// A connection that reads one account's messages for many at once.
pub(crate) struct Reader {
    client: Client,
    messages: Statement,
    count: Statement,
    organisation: Uuid,
    api_account: Uuid,
    folded: i64,
}

impl Reader {
    /// Connects.
    pub(crate) async fn connect(url: &str, api_account: Uuid) -> Result<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        let organisation = client.query_one("select organisation_id from api_accounts where id = $1", &[&api_account]).await?.get(0);
        let folded = "select coalesce(max(cast(value as bigint)), 0) from installation where name = 'record_counts_folded_until'";
        let folded = client.query_one(folded, &[]).await?.get(0);
        let (messages, count) = try_join(client.prepare(MESSAGES), client.prepare(COUNT)).await?;
        Ok(Self { client, messages, count, organisation, api_account, folded })
    }

    /// The newest page, with its count.
    pub(crate) async fn page(&self, since: Since) -> Result<Page> {
        let (items, count) = try_join(self.before((i64::MAX, Uuid::max()), since), self.count(since)).await?;
        Ok(Page::new(items, count))
    }

    /// The page before a message, without a count.
    pub(crate) async fn before(&self, (created_at, id): (i64, Uuid), since: Since) -> Result<Vec<Item>> {
        let rows = self.client.query(&self.messages, &[&self.organisation, &self.api_account, &since.0, &created_at, &id, &SIZE]).await?;
        Ok(rows.iter().map(|row| item!(self.api_account, row.get)).collect())
    }

    /// How many messages there are since then.
    pub(crate) async fn count(&self, since: Since) -> Result<i64> {
        let parts = Parts::since(since, self.folded);
        let values: [&(dyn ToSql + Sync); 9] = [
            &self.organisation,
            &self.api_account,
            &parts.rows.0,
            &parts.rows.1,
            &parts.hours_from,
            &parts.days.0,
            &parts.days.1,
            &parts.months.0,
            &parts.months.1,
        ];
        Ok(self.client.query_one(&self.count, &values).await?.get(0))
    }
}
