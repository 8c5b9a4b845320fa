//! What a connection keeps: prepared statements, and other units beside one.

use super::{Runs, note};
use crate::testing::TestDatabase;
use crate::testing::fixture::Shop;
use crate::value::params;
use crate::{ContactFilter, PageRequest, Store, StoreError, StoreSettings, Tx};
use tokio::task::JoinSet;

#[tokio::test]
async fn readers_that_share_a_connection_fail_each_for_itself() {
    let db = TestDatabase::postgres().await;
    let mut readers = JoinSet::new();
    for n in 0..300_i64 {
        let store = db.store.clone();
        let read = async move |tx: &mut Tx<'_>| {
            tx.optional("select cast(n / (n % 3) as bigint) from cast($1 as bigint) as n", params![n], |row| row.get::<i64>(0)).await
        };
        readers.spawn(async move { (n, store.read(read).await) });
    }
    for (n, outcome) in readers.join_all().await {
        match outcome {
            Ok(found) => assert_eq!(found, Some(n / (n % 3))),
            Err(error) => assert!(n % 3 == 0 && matches!(error, StoreError::Statement(_)), "{n}: {error}"),
        }
    }
    let ours = "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'msgboxx'";
    let connections: i64 = db.client().await.query_one(ours, &[]).await.expect("connections can be counted").get(0);
    assert!(connections <= 9, "{connections} connections: two readers for each of at most four threads, and the writer that migrated");
}

#[tokio::test]
async fn statements_prepared_before_a_change_of_the_schema_are_prepared_anew() {
    let db = TestDatabase::postgres().await;
    let client = db.client().await;
    client.batch_execute("create table changing (x text); insert into changing values ('kept')").await.expect("a table can be made");
    let look = async |tx: &mut Tx<'_>| tx.optional("select x from changing", params![], |row| row.get::<String>(0)).await;
    for change in ["select 1", "alter table changing alter column x type varchar(9)", "alter table changing alter column x type text"] {
        client.batch_execute(change).await.expect("the schema can be changed");
        for _ in 0..8 {
            assert_eq!(db.store.read(look).await.expect("it can be read").as_deref(), Some("kept"));
            assert_eq!(db.store.write(look).await.expect("it can be read").as_deref(), Some("kept"));
        }
    }
}

#[tokio::test]
async fn a_server_that_became_a_standby_is_left() {
    let db = TestDatabase::postgres().await;
    let runs = Runs::default();
    let counted = runs.clone();
    let write = async move |tx: &mut Tx<'_>| {
        if counted.is_first() {
            tx.batch("set transaction read only").await?;
        }
        note(tx, "elsewhere").await
    };
    db.store.write(write).await.expect("the second run succeeds");
    assert_eq!(runs.count(), 2);
}

#[tokio::test]
async fn without_the_statement_cache_nothing_is_kept_on_the_server() {
    let db = TestDatabase::postgres().await;
    let store = Store::open(StoreSettings { statement_cache: false, ..db.settings() }).await.expect("it opens");
    let shop = Shop::open(&store, 1).await;
    let (contact, conversation) = shop.greet(&store).await;
    shop.write(&store, &conversation).await;
    let organisation = shop.organisation;
    let read = async move |tx: &mut Tx<'_>| {
        let whole = PageRequest { page: 1, size: 10, from: None, to: None };
        let named = ContactFilter { name: Some(contact.name.clone()), ..ContactFilter::default() };
        Ok::<_, StoreError>((
            tx.contacts(organisation, &shop.accounts, &named, whole).await?.record_count,
            tx.messages(organisation, &shop.accounts, crate::MessageFilter::default(), whole).await?.items.len(),
        ))
    };
    assert_eq!(store.read(read).await.expect("it can be read"), (1, 1));
    let kept = async |tx: &mut Tx<'_>| {
        tx.optional("select count(*) from pg_prepared_statements where name <> ''", params![], |row| row.get::<i64>(0)).await
    };
    let setting = "select current_setting('lock_timeout') || current_setting('default_transaction_read_only')";
    let settings = async move |tx: &mut Tx<'_>| tx.optional(setting, params![], |row| row.get::<String>(0)).await;
    for _ in 0..8 {
        assert_eq!(store.write(kept).await.expect("it can be counted"), Some(0));
        assert_eq!(store.read(kept).await.expect("it can be counted"), Some(0));
        assert_eq!(store.write(settings).await.expect("it can be asked").as_deref(), Some("10soff"));
        assert_eq!(store.read(settings).await.expect("it can be asked").as_deref(), Some("0off"));
    }
}
