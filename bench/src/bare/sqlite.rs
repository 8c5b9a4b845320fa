//! Pages straight from the SQLite file, on the thread that asks.

use super::counts::{Parts, Since};
use super::page::{Item, Page, SIZE, item};
use anyhow::Result;
use rusqlite::{Connection, OpenFlags, params};
use std::path::Path;
use uuid::Uuid;

/// Larger than any data set here.
const MAPPED_BYTES: i64 = 64 << 30;

const MESSAGES: &str = "select m.id, m.conversation_id, m.direction, m.kind, m.body, m.sent_at, m.delivered_at, m.read_at, m.created_at,
            c.id, c.mobile_number, c.name, c.status, u.first_name, u.last_name
     from messages m
     join contacts c on c.organisation_id = m.organisation_id and c.id = m.contact_id
     left join users u on u.organisation_id = m.organisation_id and u.id = m.sender_user_id
     where m.organisation_id = ?1 and m.api_account_id = ?2 and m.created_at >= ?3 and (m.created_at, m.id) < (?4, ?5)
     order by m.created_at desc, m.id desc limit ?6";

const COUNT: &str =
    "select (select count(*) from messages where organisation_id = ?1 and api_account_id = ?2 and created_at >= ?3 and created_at < ?4)
     + coalesce((select sum(n) from record_counts where organisation_id = ?1 and api_account_id = ?2 and kind = 'message'
                 and level = 'hour' and bucket >= ?5), 0)
     + coalesce((select sum(n) from record_counts where organisation_id = ?1 and api_account_id = ?2 and kind = 'message'
                 and level = 'day' and bucket >= ?6 and bucket < ?7), 0)
     + coalesce((select sum(n) from record_counts where organisation_id = ?1 and api_account_id = ?2 and kind = 'message'
                 and level = 'month' and bucket >= ?8 and bucket < ?9), 0)";

/// A connection that reads one account's messages.
pub(crate) struct Reader {
    connection: Connection,
    organisation: Uuid,
    api_account: Uuid,
    folded: i64,
}

impl Reader {
    /// Opens the file.
    pub(crate) fn open(file: &Path, api_account: Uuid) -> Result<Self> {
        let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.pragma_update(None, "mmap_size", MAPPED_BYTES)?;
        connection.pragma_update(None, "query_only", true)?;
        let organisation =
            connection.query_row("select organisation_id from api_accounts where id = ?1", [api_account], |row| row.get(0))?;
        let folded = connection.query_row(
            "select coalesce(max(cast(value as integer)), 0) from installation where name = 'record_counts_folded_until'",
            [],
            |row| row.get(0),
        )?;
        Ok(Self { connection, organisation, api_account, folded })
    }

    /// The newest page, with its count, in one snapshot.
    pub(crate) fn page(&self, since: Since) -> Result<Page> {
        self.connection.prepare_cached("begin")?.execute([])?;
        let page = self.newest(since).and_then(|items| Ok(Page::new(items, self.count(since)?)));
        self.connection.prepare_cached("commit")?.execute([])?;
        page
    }

    fn newest(&self, since: Since) -> Result<Vec<Item>> {
        self.before((i64::MAX, Uuid::max()), since)
    }

    /// The page before a message, without a count.
    pub(crate) fn before(&self, (created_at, id): (i64, Uuid), since: Since) -> Result<Vec<Item>> {
        let mut statement = self.connection.prepare_cached(MESSAGES)?;
        let values = params![self.organisation, self.api_account, since.0, created_at, id, SIZE];
        let messages = statement.query_map(values, |row| Ok(item!(self.api_account, row.get, ?)))?;
        Ok(messages.collect::<Result<_, _>>()?)
    }

    /// How many messages there are since then.
    pub(crate) fn count(&self, since: Since) -> Result<i64> {
        let parts = Parts::since(since, self.folded);
        let values = params![
            self.organisation,
            self.api_account,
            parts.rows.0,
            parts.rows.1,
            parts.hours_from,
            parts.days.0,
            parts.days.1,
            parts.months.0,
            parts.months.1
        ];
        Ok(self.connection.prepare_cached(COUNT)?.query_row(values, |row| row.get(0))?)
    }
}
