//! Migrations: applied once, refused when they are not those that were applied.

use crate::testing::fixture::Shop;
use crate::testing::{TestDatabase, on_both_engines};
use crate::value::params;
use crate::{ContactFilter, PageRequest, Store, StoreError, Tx};
use msgboxx_model::Instant;
use std::time::Duration;

on_both_engines!(
    a_second_migration_applies_nothing,
    processes_that_migrate_at_once_do_it_once,
    an_edited_migration_is_refused,
    a_newer_schema_is_refused,
    what_is_still_to_be_applied_can_be_asked_without_doing_it,
    after_a_restart_no_instant_is_before_what_is_stored,
    after_a_restart_folded_counts_are_still_right,
);

async fn run(db: &TestDatabase, statement: &'static str) {
    db.store.write(async move |tx: &mut Tx<'_>| tx.execute(statement, params![]).await).await.expect("it can be run");
}

async fn a_second_migration_applies_nothing(db: &TestDatabase) {
    assert_eq!(db.store.migrate().await.expect("it is migrated already"), Vec::<String>::new());
    assert_eq!(db.open_again().await.migrate().await.expect("it is migrated already"), Vec::<String>::new());
}

async fn processes_that_migrate_at_once_do_it_once(db: &TestDatabase) {
    let tables = if db.is_sqlite() {
        "select 'drop table ' || name from sqlite_schema where type = 'table' and name not like 'sqlite_%'"
    } else {
        "select 'drop table ' || tablename || ' cascade' from pg_tables where schemaname = 'public'"
    };
    let write = async move |tx: &mut Tx<'_>| {
        if tx.is_sqlite() {
            tx.batch("pragma defer_foreign_keys = on").await?;
        }
        for drop in tx.all(tables, params![], |row| row.get::<String>(0)).await? {
            tx.batch(&drop).await?;
        }
        Ok::<_, StoreError>(())
    };
    db.store.write(write).await.expect("the tables can be dropped");
    let stores = [db.open_again().await, db.open_again().await, db.open_again().await];
    let [a, b, c] = stores.each_ref().map(|store| async { store.migrate().await.expect("it can be migrated").len() });
    let mut applied: [usize; 3] = tokio::join!(a, b, c).into();
    applied.sort_unstable();
    assert!(applied[0] == 0 && applied[1] == 0 && applied[2] > 0, "{applied:?}");
}

async fn an_edited_migration_is_refused(db: &TestDatabase) {
    run(db, "update schema_migrations set checksum = 'another' where version = 1").await;
    assert!(matches!(db.store.migrate().await, Err(StoreError::Schema(_))));
}

async fn what_is_still_to_be_applied_can_be_asked_without_doing_it(db: &TestDatabase) {
    let pending = async || db.store.read(async |tx: &mut Tx<'_>| tx.pending_migrations().await).await;
    assert_eq!(pending().await.expect("it can be asked"), Vec::<String>::new());
    run(db, "delete from schema_migrations").await;
    let behind = pending().await.expect("it can be asked");
    assert!(behind.first().is_some_and(|name| name.starts_with("0001_")), "{behind:?}");
    assert_eq!(pending().await.expect("it can be asked"), behind);
    run(db, "insert into schema_migrations (version, name, checksum, applied_at) values (9999, 'of the future', '', 0)").await;
    assert!(matches!(pending().await, Err(StoreError::Schema(_))));
}

async fn a_newer_schema_is_refused(db: &TestDatabase) {
    run(db, "insert into schema_migrations (version, name, checksum, applied_at) values (9999, 'of the future', '', 0)").await;
    assert!(matches!(db.store.migrate().await, Err(StoreError::Schema(_))));
}

async fn after_a_restart_no_instant_is_before_what_is_stored(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let (_, conversation) = shop.greet(&db.store).await;
    let newest = shop.write(&db.store, &conversation).await.created_at;
    db.hand.set(newest.minus(Duration::from_hours(24)));
    let after = db.open_again().await;
    after.migrate().await.expect("it is migrated already");
    assert!(shop.write(&after, &conversation).await.created_at > newest);
    let organisation = shop.organisation;
    let write = async move |tx: &mut Tx<'_>| tx.append_event(organisation, "message", organisation.0, None).await;
    after.write(write).await.expect("an event can be appended");
    let again = db.open_again().await;
    again.migrate().await.expect("it is migrated already");
    let at = "select max(at) from events";
    let event = again.read(async move |tx: &mut Tx<'_>| tx.optional(at, params![], |row| row.get::<Option<Instant>>(0)).await).await;
    assert!(shop.write(&again, &conversation).await.created_at > event.expect("it can be read").flatten().expect("there is an event"));
}

async fn after_a_restart_folded_counts_are_still_right(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    for _ in 0..5 {
        shop.greet(&db.store).await;
        db.hand.set(db.hand.now().plus(Duration::from_hours(24 * 20)));
    }
    db.store.fold_record_counts().await.expect("counts can be folded");
    // The clock steps back to before what was folded: new records must not fall into a closed hour.
    db.hand.set(db.hand.now().minus(Duration::from_hours(24 * 50)));
    let after = db.open_again().await;
    after.migrate().await.expect("it is migrated already");
    shop.greet(&after).await;
    after.fold_record_counts().await.expect("counts can be folded");
    assert_eq!(contacts(&after, &shop).await, (6, 6));
    let again = db.open_again().await;
    again.migrate().await.expect("it is migrated already");
    shop.greet(&again).await;
    assert_eq!(contacts(&again, &shop).await, (7, 7));
}

/// How many are listed, and how many are counted.
async fn contacts(store: &Store, shop: &Shop) -> (usize, i64) {
    let (shop, whole) = (shop.clone(), PageRequest { page: 1, size: 100, from: None, to: None });
    let read = async move |tx: &mut Tx<'_>| tx.contacts(shop.organisation, &shop.accounts, &ContactFilter::default(), whole).await;
    let found = store.read(read).await.expect("contacts can be read");
    (found.items.len(), found.record_count)
}
