//! Data sets in SQLite files.
//!
//! While one is made nothing is durable and secondary indexes are missing; it gets its name only when it is whole.

use super::plan::{Contact, Fill, Message, People, Plan, Tally, Thread, hour_of, slot_of};
use super::{ACCOUNT, ACCOUNTS};
use crate::machine::now;
use crate::product::Installation;
use anyhow::Result;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

/// The file's name in the installation's folder.
pub(super) const FILE: &str = "msgboxx.db";

/// The installation in a folder.
pub(super) fn installation(folder: PathBuf) -> Installation {
    let database = format!("sqlite:{}", folder.join(FILE).display());
    Installation { folder, database }
}

/// Fills a database that is only provisioned.
pub(super) fn make(file: &Path, plan: &Plan) -> Result<()> {
    let mut connection = Connection::open(file)?;
    connection.execute_batch(
        "pragma foreign_keys = off; pragma journal_mode = off; pragma synchronous = off; pragma locking_mode = exclusive;
         pragma cache_size = -1000000; pragma threads = 2",
    )?;
    insert_contacts(&mut connection, plan)?;
    fill(&mut connection, &plan.fill)?;
    connection.close().map_err(|(_, error)| error)?;
    settle(file)
}

/// Adds the messages since the set was last used.
pub(super) fn extend(file: &Path, missing: &Fill) -> Result<()> {
    let mut connection = Connection::open(file)?;
    connection.execute_batch("pragma foreign_keys = off; pragma journal_mode = wal; pragma synchronous = full")?;
    fill(&mut connection, missing)?;
    connection.close().map_err(|(_, error)| error)?;
    settle(file)
}

/// Back to how the product leaves a file, with an empty log and on disk.
fn settle(file: &Path) -> Result<()> {
    let connection = Connection::open(file)?;
    connection.execute_batch("pragma journal_mode = wal; pragma synchronous = full; pragma wal_checkpoint(truncate)")?;
    std::fs::File::open(file)?.sync_all()?;
    Ok(())
}

/// The slot of the newest message.
pub(super) fn last_slot(file: &Path) -> Result<i64> {
    let connection = Connection::open(file)?;
    let newest = "select coalesce(max((select max(created_at) from messages m
                                       where m.organisation_id = a.organisation_id and m.api_account_id = a.id)), 0) from api_accounts a";
    Ok(slot_of(connection.query_row(newest, [], |row| row.get(0))?))
}

/// Every customer of the account has just written.
pub(super) fn open_windows(file: &Path) -> Result<()> {
    let connection = Connection::open(file)?;
    let closes_at = now().plus(Duration::from_hours(23)).as_micros();
    connection.execute("update conversations set window_closes_at = ?1 where api_account_id = ?2", params![closes_at, ACCOUNT])?;
    connection.close().map_err(|(_, error)| error)?;
    settle(file)
}

/// The account's contacts.
pub(super) fn contacts(file: &Path) -> Result<Vec<Uuid>> {
    let connection = Connection::open(file)?;
    let mut statement = connection.prepare("select contact_id from conversations where api_account_id = ?1")?;
    let contacts = statement.query_map([ACCOUNT], |row| row.get(0))?;
    Ok(contacts.collect::<Result<_, _>>()?)
}

fn insert_contacts(connection: &mut Connection, plan: &Plan) -> Result<()> {
    let transaction = connection.transaction()?;
    for (index, account) in ACCOUNTS.into_iter().enumerate() {
        let of_account = "select organisation_id, id from inboxes where api_account_id = ?1";
        let (organisation, inbox): (Uuid, Uuid) = transaction.query_row(of_account, [account], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut hours: BTreeMap<i64, i64> = BTreeMap::new();
        for contact in plan.contacts(index) {
            insert_contact(&transaction, organisation, account, inbox, &contact)?;
            *hours.entry(hour_of(contact.created_at)).or_default() += 1;
        }
        for (hour, n) in hours {
            count(&transaction, organisation, account, "contact", hour, n)?;
        }
    }
    Ok(transaction.commit()?)
}

fn insert_contact(connection: &Connection, organisation: Uuid, account: Uuid, inbox: Uuid, contact: &Contact) -> Result<()> {
    connection
        .prepare_cached(
            "insert into contacts (organisation_id, id, api_account_id, mobile_number, wa_id, name, name_folded, status, email, email_folded,
                                   tags, created_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'Subscribed', ?8, ?8, '[]', ?9)",
        )?
        .execute(params![
            organisation,
            contact.id,
            account,
            contact.mobile_number,
            contact.mobile_number.trim_start_matches('+'),
            contact.name,
            contact.name.to_lowercase(),
            contact.email,
            contact.created_at
        ])?;
    connection
        .prepare_cached(
            "insert into conversations (organisation_id, id, api_account_id, contact_id, inbox_id, folder, created_at)
             values (?1, ?2, ?3, ?4, ?5, 'inbox', ?6)",
        )?
        .execute(params![organisation, contact.conversation, account, contact.id, inbox, contact.created_at])?;
    Ok(())
}

/// Inserts messages and all that is counted of them, in one transaction.
fn fill(connection: &mut Connection, fill: &Fill) -> Result<()> {
    let people = people(connection)?;
    let transaction = connection.transaction()?;
    let indexes = if fill.is_bulk { drop_indexes(&transaction)? } else { Vec::new() };
    let mut tally = Tally::default();
    for message in fill.messages(&people, &mut tally) {
        insert_message(&transaction, people.organisation, &message)?;
    }
    for ((account, hour), n) in &tally.hours {
        count(&transaction, people.organisation, ACCOUNTS[*account], "message", *hour, *n)?;
    }
    for ((account, place), (n, last)) in &tally.threads {
        let conversation = people.threads[*account][*place].conversation;
        transaction
            .prepare_cached(
                "update conversations set message_count = message_count + ?3, last_message_at = ?4 where organisation_id = ?1 and id = ?2",
            )?
            .execute(params![people.organisation, conversation, n, last])?;
    }
    indexes.iter().try_for_each(|index| transaction.execute_batch(index))?;
    // What was folded is folded again from hours.
    transaction.execute_batch(
        "delete from record_counts where level <> 'hour'; delete from installation where name = 'record_counts_folded_until'",
    )?;
    Ok(transaction.commit()?)
}

fn people(connection: &Connection) -> Result<People> {
    let organisation = connection.query_row("select organisation_id from api_accounts where id = ?1", [ACCOUNT], |row| row.get(0))?;
    let mut users = connection.prepare("select id from users where organisation_id = ?1 order by email")?;
    let users = users.query_map([organisation], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut threads = connection.prepare(
        "select c.id, v.id, c.mobile_number from contacts c
         join conversations v on v.organisation_id = c.organisation_id and v.contact_id = c.id
         where c.organisation_id = ?1 and c.api_account_id = ?2 and c.mobile_number is not null order by c.created_at, c.id",
    )?;
    let mut of_account = |account: Uuid| -> Result<Vec<Thread>> {
        let read = |row: &rusqlite::Row<'_>| Ok(Thread { contact: row.get(0)?, conversation: row.get(1)?, mobile_number: row.get(2)? });
        Ok(threads.query_map(params![organisation, account], read)?.collect::<Result<_, _>>()?)
    };
    Ok(People { organisation, users, threads: [of_account(ACCOUNTS[0])?, of_account(ACCOUNTS[1])?] })
}

/// Drops the messages' indexes that no constraint needs, and says how to make them again.
fn drop_indexes(connection: &Connection) -> Result<Vec<String>> {
    let mut statement =
        connection.prepare("select name, sql from sqlite_master where type = 'index' and tbl_name = 'messages' and sql is not null")?;
    let indexes = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?.collect::<Result<Vec<_>, _>>()?;
    for (name, _) in &indexes {
        connection.execute_batch(&format!("drop index {name}"))?;
    }
    Ok(indexes.into_iter().map(|(_, sql)| sql).collect())
}

fn insert_message(connection: &Connection, organisation: Uuid, message: &Message<'_>) -> Result<()> {
    connection
        .prepare_cached(
            "insert into messages (organisation_id, id, api_account_id, conversation_id, contact_id, direction, kind, body, payload,
                                   sender_user_id, wamid, whatsapp_at, sent_at, delivered_at, read_at, created_at)
             values (?1, ?2, ?3, ?4, ?5, ?6, 'text', ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        )?
        .execute(params![
            organisation,
            message.id,
            ACCOUNTS[message.account],
            message.thread.conversation,
            message.thread.contact,
            message.direction,
            message.body,
            message.payload,
            message.sender,
            message.wamid,
            message.whatsapp_at,
            message.sent_at,
            message.delivered_at,
            message.read_at,
            message.created_at
        ])?;
    Ok(())
}

fn count(connection: &Connection, organisation: Uuid, account: Uuid, kind: &str, hour: i64, n: i64) -> Result<()> {
    connection
        .prepare_cached(
            "insert into record_counts (organisation_id, api_account_id, kind, level, bucket, slot, n) values (?1, ?2, ?3, 'hour', ?4, 0, ?5)
             on conflict (organisation_id, api_account_id, kind, level, bucket, slot) do update set n = n + excluded.n",
        )?
        .execute(params![organisation, account, kind, hour, n])?;
    Ok(())
}
