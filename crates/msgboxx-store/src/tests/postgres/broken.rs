//! Connections that break: before, at and after the commit.

use super::proxy::{Cut, Proxy};
use super::{Runs, backend, kill, kill_all, note, noted};
use crate::testing::TestDatabase;
use crate::value::params;
use crate::{Database, Store, StoreError, StoreSettings, Tx};
use std::sync::Arc;
use tokio::task::JoinSet;

#[tokio::test]
async fn a_unit_whose_connection_breaks_before_its_commit_runs_again() {
    let db = TestDatabase::postgres().await;
    let (runs, client) = (Runs::default(), Arc::new(db.client().await));
    let (counted, killer) = (runs.clone(), client.clone());
    let write = async move |tx: &mut Tx<'_>| {
        note(tx, "early").await?;
        if counted.is_first() {
            kill(&killer, backend(tx).await?).await;
        }
        note(tx, "late").await
    };
    assert_eq!(db.store.write(write).await.expect("the second run succeeds"), 1);
    assert_eq!((runs.count(), noted(&db.store).await), (2, 2));
}

#[tokio::test]
async fn a_connection_that_breaks_at_the_commit_never_makes_a_duplicate() {
    let db = TestDatabase::postgres().await;
    let client = Arc::new(db.client().await);
    for expected_at_most in 1..=5 {
        let (runs, killer) = (Runs::default(), client.clone());
        let before = noted(&db.store).await;
        let write = async move |tx: &mut Tx<'_>| {
            let pid = backend(tx).await?;
            tx.push("insert into organisations (id, name, created_at) values ($1, $2, 0)", params![tx.new_id(), tx.new_id().to_string()])
                .await?;
            if runs.is_first() {
                kill(&killer, pid).await;
            }
            Ok::<_, StoreError>(())
        };
        let outcome = db.store.write(write).await;
        let added = noted(&db.store).await - before;
        match outcome {
            Ok(()) => assert_eq!(added, 1, "an acknowledged unit is there once"),
            Err(StoreError::Unknown(_)) => assert!((0..=1).contains(&added)),
            Err(StoreError::Unavailable(_)) => assert_eq!(added, 0),
            Err(other) => panic!("{other}"),
        }
        assert!(noted(&db.store).await <= expected_at_most);
    }
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_unknown_and_is_not_repeated() {
    for (cut, expected) in [(Cut::AfterTheServerAnswered, 1), (Cut::BeforeTheServerIsAsked, 0)] {
        let db = TestDatabase::postgres().await;
        let proxy = Proxy::start(&db).await;
        let store = Store::open(StoreSettings { database: Database::Postgres(proxy.url()), ..db.settings() }).await.expect("it opens");
        let runs = Runs::default();
        let (counted, switch) = (runs.clone(), proxy.switch());
        let write = async move |tx: &mut Tx<'_>| {
            counted.is_first();
            // Nobody waits for its answer, so it is lost with that of the commit.
            tx.push("insert into organisations (id, name, created_at) values ($1, 'once', 0)", params![tx.new_id()]).await?;
            switch.cut(cut);
            Ok::<_, StoreError>(())
        };
        assert!(matches!(store.write(write).await, Err(StoreError::Unknown(_))), "{cut:?}");
        assert_eq!((runs.count(), noted(&db.store).await), (1, expected), "{cut:?}");
        proxy.switch().mend();
        store.write(async |tx: &mut Tx<'_>| note(tx, "later").await).await.expect("the store goes on");
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_asked_by_each_unit_in_turn() {
    let db = TestDatabase::postgres().await;
    let proxy = Proxy::start(&db).await;
    let url = format!("{}?connect_timeout=1", proxy.url());
    let store = Store::open(StoreSettings { database: Database::Postgres(url), ..db.settings() }).await.expect("it opens");
    store.write(async |tx: &mut Tx<'_>| note(tx, "before").await).await.expect("the server answers");
    let before = proxy.switch().connections();
    proxy.switch().cut(Cut::Everything);
    let mut units = JoinSet::new();
    for _ in 0..100 {
        let (reading, writing) = (store.clone(), store.clone());
        let count = async |tx: &mut Tx<'_>| tx.optional("select count(*) from organisations", params![], |row| row.get::<i64>(0)).await;
        units.spawn(async move { reading.read(count).await.map(|_| ()) });
        units.spawn(async move { writing.write(async |tx: &mut Tx<'_>| note(tx, "lost").await).await.map(|_| ()) });
    }
    let outcomes = units.join_all().await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(StoreError::Unavailable(_)))), "{outcomes:?}");
    let tried = proxy.switch().connections() - before;
    assert!(tried < 50, "{tried} connections for 200 units");
    proxy.switch().mend();
    store.write(async |tx: &mut Tx<'_>| note(tx, "after").await).await.expect("the store goes on");
    assert_eq!(noted(&store).await, 2);
}

#[tokio::test]
async fn reading_and_writing_go_on_after_every_connection_broke() {
    let db = TestDatabase::postgres().await;
    db.store.write(async |tx: &mut Tx<'_>| note(tx, "before").await).await.expect("it is written");
    for round in 1..4 {
        kill_all(&db).await;
        assert_eq!(noted(&db.store).await, round);
        kill_all(&db).await;
        let write = async move |tx: &mut Tx<'_>| {
            tx.execute("insert into organisations (id, name, created_at) values ($1, $2, 0)", params![tx.new_id(), round.to_string()]).await
        };
        db.store.write(write).await.expect("it is written");
    }
}

#[tokio::test]
async fn a_unit_of_reading_whose_connection_breaks_runs_again() {
    let db = TestDatabase::postgres().await;
    let (runs, client) = (Runs::default(), Arc::new(db.client().await));
    let (counted, killer) = (runs.clone(), client.clone());
    let read = async move |tx: &mut Tx<'_>| {
        let pid = backend(tx).await?;
        if counted.is_first() {
            kill(&killer, pid).await;
        }
        backend(tx).await
    };
    db.store.read(read).await.expect("the second run succeeds");
    assert_eq!(runs.count(), 2);
}
