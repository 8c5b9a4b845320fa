//! Units of work: kept or undone as a whole, alone among many.

use crate::testing::fixture::Shop;
use crate::testing::{TestDatabase, on_both_engines};
use crate::value::params;
use crate::{Store, StoreError, Tx};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::task::JoinSet;

on_both_engines!(
    a_unit_that_refuses_undoes_itself_and_keeps_its_own_words,
    a_unit_that_makes_light_of_a_failed_statement_is_undone,
    a_value_that_does_not_fit_its_column_undoes_the_whole_unit,
    a_constraint_is_told_apart_and_may_be_put_in_other_words,
    a_unit_that_panics_harms_nobody_else,
    all_concurrent_writers_are_acknowledged_and_found_again,
    a_unit_of_reading_cannot_write,
    a_reader_never_sees_half_a_unit,
    a_commit_wakes_those_who_wait_for_news,
    a_caller_that_goes_away_does_not_undo_its_unit,
    a_store_may_be_dropped_by_its_own_unit,
);

/// What an application's own error looks like.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    Own,
    Store(String),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Refusal::Store(error.to_string())
    }
}

async fn note(tx: &mut Tx<'_>, name: &str) -> Result<u64, StoreError> {
    tx.execute("insert into installation (name, value) values ($1, '')", params![name]).await
}

async fn notes(store: &Store) -> Vec<String> {
    let read = async |tx: &mut Tx<'_>| tx.all("select name from installation order by name", params![], |row| row.get::<String>(0)).await;
    store.read(read).await.expect("notes can be read")
}

async fn a_unit_that_refuses_undoes_itself_and_keeps_its_own_words(db: &TestDatabase) {
    let refused = db.store.write(async |tx: &mut Tx<'_>| {
        note(tx, "refused").await?;
        tx.push("insert into installation (name, value) values ('pushed', '')", params![]).await?;
        Err::<(), _>(Refusal::Own)
    });
    let kept = db.store.write(async |tx: &mut Tx<'_>| note(tx, "kept").await);
    let (refused, kept) = tokio::join!(refused, kept);
    assert_eq!(refused, Err(Refusal::Own));
    assert_eq!(kept.ok(), Some(1));
    assert_eq!(notes(&db.store).await, ["kept"]);
}

async fn a_unit_that_makes_light_of_a_failed_statement_is_undone(db: &TestDatabase) {
    let outcome = db.store.write(async |tx: &mut Tx<'_>| {
        note(tx, "before").await?;
        drop(note(tx, "before").await);
        assert!(note(tx, "after").await.is_err(), "the unit has failed");
        Ok::<_, StoreError>(())
    });
    assert!(matches!(outcome.await, Err(StoreError::Constraint(_))));
    assert!(notes(&db.store).await.is_empty());
}

async fn a_value_that_does_not_fit_its_column_undoes_the_whole_unit(db: &TestDatabase) {
    let outcome = db.store.write(async |tx: &mut Tx<'_>| {
        note(tx, "before").await?;
        // PostgreSQL never hears of this one: it cannot be encoded.
        drop(tx.push("insert into organisations (id, name, created_at) values ($1, 'x', 0)", params!["not an id"]).await);
        Ok::<_, StoreError>(())
    });
    assert!(outcome.await.is_err());
    assert!(notes(&db.store).await.is_empty());
}

async fn a_constraint_is_told_apart_and_may_be_put_in_other_words(db: &TestDatabase) {
    db.store.write(async |tx: &mut Tx<'_>| note(tx, "taken").await).await.expect("the first is free");
    let outcome = db.store.write(async |tx: &mut Tx<'_>| match note(tx, "taken").await {
        Err(error) if error.is_constraint() => Err(Refusal::Own),
        other => Ok(other?),
    });
    assert_eq!(outcome.await, Err(Refusal::Own));
    let pushed =
        db.store.write(async |tx: &mut Tx<'_>| tx.push("insert into installation (name, value) values ('taken', '')", params![]).await);
    assert!(matches!(pushed.await, Err(StoreError::Constraint(_))), "what is pushed is looked at before the commit");
}

async fn a_unit_that_panics_harms_nobody_else(db: &TestDatabase) {
    let panics = db.store.write(async |tx: &mut Tx<'_>| {
        note(tx, "lost").await?;
        assert!(tx.is_sqlite() && !tx.is_sqlite(), "this panic is part of the test");
        Ok::<_, StoreError>(())
    });
    let beside = db.store.write(async |tx: &mut Tx<'_>| note(tx, "beside").await);
    let (panics, beside) = tokio::join!(panics, beside);
    assert!(matches!(panics, Err(StoreError::Statement(_))));
    beside.expect("a neighbour is kept");
    db.store.write(async |tx: &mut Tx<'_>| note(tx, "later").await).await.expect("the next is kept");
    assert_eq!(notes(&db.store).await, ["beside", "later"]);
}

async fn all_concurrent_writers_are_acknowledged_and_found_again(db: &TestDatabase) {
    let mut writers = JoinSet::new();
    for n in 0..400 {
        let store = db.store.clone();
        writers.spawn(async move {
            let write = async move |tx: &mut Tx<'_>| {
                note(tx, &format!("{n:03}")).await?;
                // Every fifth refuses, in the midst of the others.
                if n % 5 == 0 { Err(Refusal::Own) } else { Ok(n) }
            };
            store.write(write).await
        });
    }
    let outcomes = writers.join_all().await;
    let mut acknowledged: Vec<String> = outcomes.into_iter().flatten().map(|n| format!("{n:03}")).collect();
    acknowledged.sort();
    assert_eq!(acknowledged.len(), 320);
    assert_eq!(notes(&db.open_again().await).await, acknowledged);
}

async fn a_unit_of_reading_cannot_write(db: &TestDatabase) {
    assert!(db.store.read(async |tx: &mut Tx<'_>| note(tx, "by reading").await).await.is_err());
    let pushed = async |tx: &mut Tx<'_>| tx.push("insert into installation (name, value) values ('pushed', '')", params![]).await;
    drop(db.store.read(pushed).await);
    assert!(notes(&db.store).await.is_empty());
    let locking =
        async |tx: &mut Tx<'_>| tx.contact(msgboxx_model::OrganisationId(tx.new_id()), msgboxx_model::ContactId(tx.new_id())).await;
    assert_eq!(db.store.read(locking).await.expect("reading takes no lock"), None);
}

async fn a_reader_never_sees_half_a_unit(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let mut writers = JoinSet::new();
    for _ in 0..4 {
        let (store, shop) = (db.store.clone(), shop.clone());
        writers.spawn(async move {
            for _ in 0..25 {
                shop.greet(&store).await;
            }
        });
    }
    let halves = "select count(*), (select count(*) from contacts) from contacts c
                  where not exists (select 1 from conversations v where v.organisation_id = c.organisation_id and v.contact_id = c.id)";
    let mut seen = 0;
    while seen < 100 {
        let look = async move |tx: &mut Tx<'_>| tx.optional(halves, params![], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))).await;
        let (without_conversation, contacts) = db.store.read(look).await.expect("it can be read").expect("a count is a row");
        assert_eq!(without_conversation, 0, "among {contacts}");
        seen = contacts;
        tokio::task::yield_now().await;
    }
    writers.join_all().await;
}

async fn a_commit_wakes_those_who_wait_for_news(db: &TestDatabase) {
    let mut news = db.store.committed();
    news.mark_unchanged();
    drop(db.store.write(async |_: &mut Tx<'_>| Err::<(), _>(Refusal::Own)).await);
    assert!(!news.has_changed().expect("the store lives"));
    db.store.write(async |tx: &mut Tx<'_>| note(tx, "news").await).await.expect("it is written");
    assert!(news.has_changed().expect("the store lives"));
}

async fn a_caller_that_goes_away_does_not_undo_its_unit(db: &TestDatabase) {
    let started = Arc::new(AtomicBool::new(false));
    let seen = started.clone();
    let write = db.store.write(async move |tx: &mut Tx<'_>| {
        note(tx, "kept all the same").await?;
        seen.store(true, Ordering::Release);
        Ok::<_, StoreError>(())
    });
    tokio::select! {
        biased;
        () = async { while !started.load(Ordering::Acquire) { tokio::task::yield_now().await } } => {}
        _ = write => {}
    }
    // What is written behind it on SQLite, or waits for its row on PostgreSQL, sees it.
    let again = db.store.write(async |tx: &mut Tx<'_>| note(tx, "kept all the same").await);
    assert!(matches!(again.await, Err(StoreError::Constraint(_))));
}

async fn a_store_may_be_dropped_by_its_own_unit(db: &TestDatabase) {
    let store = db.open_again().await;
    let held = store.clone();
    let write = async move |tx: &mut Tx<'_>| {
        let _held = held.clone();
        note(tx, "last").await
    };
    let writing = tokio::spawn(async move { store.write(write).await });
    writing.await.expect("no panic").expect("it is written");
    assert_eq!(notes(&db.store).await, ["last"]);
}

#[tokio::test]
async fn on_sqlite_a_unit_that_awaits_something_else_fails_alone() {
    let db = TestDatabase::sqlite().await;
    let waits = db.store.write(async |tx: &mut Tx<'_>| {
        note(tx, "waiting").await?;
        std::future::pending::<()>().await;
        Ok::<_, StoreError>(())
    });
    let beside = db.store.write(async |tx: &mut Tx<'_>| note(tx, "beside").await);
    let (waits, beside) = tokio::join!(waits, beside);
    assert!(matches!(waits, Err(StoreError::Statement(_))));
    beside.expect("a neighbour is kept");
    assert_eq!(notes(&db.store).await, ["beside"]);
}

#[tokio::test]
async fn on_sqlite_a_unit_of_reading_sees_one_snapshot() {
    let db = TestDatabase::sqlite().await;
    let count = "select count(*) from organisations";
    let (store, runtime) = (db.store.clone(), tokio::runtime::Handle::current());
    let read = async move |tx: &mut Tx<'_>| {
        let before: Option<i64> = tx.optional(count, params![], |row| row.get(0)).await?;
        let (store, runtime) = (store.clone(), runtime.clone());
        let writing = std::thread::spawn(move || runtime.block_on(Shop::open(&store, 1)));
        writing.join().expect("a writer does not wait for readers");
        let after: Option<i64> = tx.optional(count, params![], |row| row.get(0)).await?;
        Ok::<_, StoreError>((before, after))
    };
    assert_eq!(db.store.read(read).await.expect("it can be read"), (Some(0), Some(0)));
    let now = db.store.read(async move |tx: &mut Tx<'_>| tx.optional(count, params![], |row| row.get::<i64>(0)).await);
    assert_eq!(now.await.expect("it can be read"), Some(1));
}
