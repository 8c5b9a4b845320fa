//! Data sets in databases of the private PostgreSQL, written with `COPY`.
//!
//! As on SQLite, indexes come last and a database gets its name only when it is whole.

use super::plan::{Contact, Fill, Message, People, Plan, Tally, Thread, hour_of, slot_of};
use super::{ACCOUNT, ACCOUNTS};
use anyhow::Result;
use std::collections::BTreeMap;
use std::pin::pin;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, NoTls, Transaction};
use uuid::Uuid;

const CONTACTS: &str =
    "copy contacts (organisation_id, id, api_account_id, mobile_number, wa_id, name, name_folded, status, email, email_folded,
                                       tags, created_at) from stdin binary";
const CONVERSATIONS: &str =
    "copy conversations (organisation_id, id, api_account_id, contact_id, inbox_id, folder, created_at) from stdin binary";
const MESSAGES: &str = "copy messages (organisation_id, id, api_account_id, conversation_id, contact_id, direction, kind, body, payload,
                                       sender_user_id, wamid, whatsapp_at, sent_at, delivered_at, read_at, created_at) from stdin binary";

/// Whether there is a database of that name.
pub(super) fn exists(admin: &str, name: &str) -> Result<bool> {
    on(admin, async |client| Ok(client.query_opt("select 1 from pg_database where datname = $1", &[&name]).await?.is_some()))
}

/// Creates a database, and drops an old one of that name and all whose name begins with `unwanted`.
pub(super) fn create_anew(admin: &str, name: &str, unwanted: &str) -> Result<()> {
    on(admin, async |client| {
        let pattern = format!("{unwanted}%");
        let old = client.query("select datname from pg_database where datname = $1 or datname like $2", &[&name, &pattern]).await?;
        for database in old {
            client.batch_execute(&format!("drop database \"{}\" with (force)", database.get::<_, String>(0))).await?;
        }
        Ok(client.batch_execute(&format!("create database \"{name}\"")).await?)
    })
}

/// Gives a database its final name.
pub(super) fn rename(admin: &str, from: &str, to: &str) -> Result<()> {
    on(admin, async |client| {
        // Connections that were closed a moment ago may linger.
        client.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", &[&from]).await?;
        Ok(client.batch_execute(&format!("alter database \"{from}\" rename to \"{to}\"")).await?)
    })
}

/// The slot of the newest message.
pub(super) fn last_slot(url: &str) -> Result<i64> {
    let newest = "select coalesce(max((select max(created_at) from messages m
                                       where m.organisation_id = a.organisation_id and m.api_account_id = a.id)), 0) from api_accounts a";
    on(url, async |client| Ok(slot_of(client.query_one(newest, &[]).await?.get(0))))
}

/// Fills a database that is only provisioned.
pub(super) fn make(url: &str, plan: &Plan) -> Result<()> {
    on(url, async |client| {
        client.batch_execute("set session_replication_role = replica; set maintenance_work_mem = '1GB'").await?;
        copy_contacts(client, plan).await?;
        fill(client, &plan.fill).await?;
        settle(client).await
    })
}

/// Adds the messages since the set was last used.
pub(super) fn extend(url: &str, missing: &Fill) -> Result<()> {
    on(url, async |client| {
        client.batch_execute("set session_replication_role = replica").await?;
        fill(client, missing).await?;
        settle(client).await
    })
}

fn on<T>(url: &str, work: impl AsyncFnOnce(&mut Client) -> Result<T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (mut client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        work(&mut client).await
    })
}

/// What the server would do by itself at a moment of its own choice.
async fn settle(client: &Client) -> Result<()> {
    client.batch_execute("vacuum analyze").await?;
    Ok(client.batch_execute("checkpoint").await?)
}

async fn copy_contacts(client: &mut Client, plan: &Plan) -> Result<()> {
    let transaction = client.transaction().await?;
    for (index, account) in ACCOUNTS.into_iter().enumerate() {
        let of_account = transaction.query_one("select organisation_id, id from inboxes where api_account_id = $1", &[&account]).await?;
        let (organisation, inbox): (Uuid, Uuid) = (of_account.get(0), of_account.get(1));
        let contacts: Vec<Contact> = plan.contacts(index).collect();
        let mut hours: BTreeMap<i64, i64> = BTreeMap::new();
        copy_contacts_of(&transaction, organisation, account, &contacts).await?;
        let types = [Type::UUID, Type::UUID, Type::UUID, Type::UUID, Type::UUID, Type::TEXT, Type::INT8];
        let mut writer = pin!(BinaryCopyInWriter::new(transaction.copy_in(CONVERSATIONS).await?, &types));
        for contact in &contacts {
            *hours.entry(hour_of(contact.created_at)).or_default() += 1;
            let (id, at) = (contact.conversation, contact.created_at);
            writer.as_mut().write(&[&organisation, &id, &account, &contact.id, &inbox, &"inbox", &at]).await?;
        }
        writer.finish().await?;
        for (hour, n) in hours {
            count(&transaction, organisation, account, "contact", hour, n).await?;
        }
    }
    Ok(transaction.commit().await?)
}

async fn copy_contacts_of(transaction: &Transaction<'_>, organisation: Uuid, account: Uuid, contacts: &[Contact]) -> Result<()> {
    let mut types = vec![Type::UUID, Type::UUID, Type::UUID];
    types.resize(11, Type::TEXT);
    types.push(Type::INT8);
    let mut writer = pin!(BinaryCopyInWriter::new(transaction.copy_in(CONTACTS).await?, &types));
    for contact in contacts {
        let (digits, folded) = (contact.mobile_number.trim_start_matches('+'), contact.name.to_lowercase());
        writer
            .as_mut()
            .write(&[
                &organisation,
                &contact.id,
                &account,
                &contact.mobile_number,
                &digits,
                &contact.name,
                &folded,
                &"Subscribed",
                &contact.email,
                &contact.email,
                &"[]",
                &contact.created_at,
            ])
            .await?;
    }
    writer.finish().await?;
    Ok(())
}

/// Inserts messages and all that is counted of them, in one transaction.
async fn fill(client: &mut Client, fill: &Fill) -> Result<()> {
    let people = people(client).await?;
    let transaction = client.transaction().await?;
    let indexes = if fill.is_bulk { drop_indexes(&transaction).await? } else { Vec::new() };
    let mut tally = Tally::default();
    copy_messages(&transaction, &people, fill, &mut tally).await?;
    for ((account, hour), n) in &tally.hours {
        count(&transaction, people.organisation, ACCOUNTS[*account], "message", *hour, *n).await?;
    }
    let mut changes: (Vec<Uuid>, Vec<i64>, Vec<i64>) = Default::default();
    for ((account, place), (n, last)) in &tally.threads {
        changes.0.push(people.threads[*account][*place].conversation);
        changes.1.push(*n);
        changes.2.push(*last);
    }
    let update = "update conversations v set message_count = v.message_count + d.n, last_message_at = d.last
                  from unnest($2::uuid[], $3::bigint[], $4::bigint[]) as d (id, n, last) where v.organisation_id = $1 and v.id = d.id";
    transaction.execute(update, &[&people.organisation, &changes.0, &changes.1, &changes.2]).await?;
    for index in indexes {
        transaction.batch_execute(&index).await?;
    }
    // What was folded is folded again from hours.
    let unfold = "delete from record_counts where level <> 'hour'; delete from installation where name = 'record_counts_folded_until'";
    transaction.batch_execute(unfold).await?;
    Ok(transaction.commit().await?)
}

async fn people(client: &Client) -> Result<People> {
    let organisation = client.query_one("select organisation_id from api_accounts where id = $1", &[&ACCOUNT]).await?.get(0);
    let users = client.query("select id from users where organisation_id = $1 order by email", &[&organisation]).await?;
    let mut threads: [Vec<Thread>; 2] = Default::default();
    for (account, threads) in ACCOUNTS.iter().zip(&mut threads) {
        let of_account = "select c.id, v.id, c.mobile_number from contacts c
                          join conversations v on v.organisation_id = c.organisation_id and v.contact_id = c.id
                          where c.organisation_id = $1 and c.api_account_id = $2 and c.mobile_number is not null order by c.created_at, c.id";
        let rows = client.query(of_account, &[&organisation, account]).await?;
        threads.extend(rows.iter().map(|row| Thread { contact: row.get(0), conversation: row.get(1), mobile_number: row.get(2) }));
    }
    Ok(People { organisation, users: users.iter().map(|row| row.get(0)).collect(), threads })
}

/// Drops the messages' indexes that no constraint needs, and says how to make them again.
async fn drop_indexes(transaction: &Transaction<'_>) -> Result<Vec<String>> {
    let indexes = transaction
        .query(
            "select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i
             where i.indrelid = 'messages'::regclass and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)",
            &[],
        )
        .await?;
    for index in &indexes {
        transaction.batch_execute(&format!("drop index {}", index.get::<_, String>(0))).await?;
    }
    Ok(indexes.iter().map(|index| index.get(1)).collect())
}

async fn copy_messages(transaction: &Transaction<'_>, people: &People, fill: &Fill, tally: &mut Tally) -> Result<()> {
    let (uuid, text, int8) = (Type::UUID, Type::TEXT, Type::INT8);
    let types = [[uuid.clone(), uuid.clone(), uuid.clone(), uuid.clone()], [uuid.clone(), text.clone(), text.clone(), text.clone()]];
    let types =
        [types.as_flattened(), &[text.clone(), uuid, text], &[int8.clone(), int8.clone(), int8.clone(), int8.clone(), int8]].concat();
    let mut writer = pin!(BinaryCopyInWriter::new(transaction.copy_in(MESSAGES).await?, &types));
    for message in fill.messages(people, tally) {
        let Message { id, direction, body, payload, sender, wamid, .. } = &message;
        writer
            .as_mut()
            .write(&[
                &people.organisation,
                id,
                &ACCOUNTS[message.account],
                &message.thread.conversation,
                &message.thread.contact,
                direction,
                &"text",
                body,
                payload,
                sender,
                wamid,
                &message.whatsapp_at,
                &message.sent_at,
                &message.delivered_at,
                &message.read_at,
                &message.created_at,
            ])
            .await?;
    }
    writer.finish().await?;
    Ok(())
}

async fn count(transaction: &Transaction<'_>, organisation: Uuid, account: Uuid, kind: &str, hour: i64, n: i64) -> Result<()> {
    let statement = "insert into record_counts (organisation_id, api_account_id, kind, level, bucket, slot, n) values ($1, $2, $3, 'hour', $4, 0, $5)
                     on conflict (organisation_id, api_account_id, kind, level, bucket, slot) do update set n = record_counts.n + excluded.n";
    transaction.execute(statement, &[&organisation, &account, &kind, &hour, &n]).await?;
    Ok(())
}
