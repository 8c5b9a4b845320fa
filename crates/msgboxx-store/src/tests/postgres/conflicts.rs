//! Transactions that are in each other's way.

use super::{Runs, note, noted};
use crate::Tx;
use crate::testing::TestDatabase;
use crate::value::params;
use std::sync::Arc;
use tokio::sync::Barrier;

#[tokio::test]
async fn a_deadlock_is_resolved_by_running_one_unit_again() {
    let db = TestDatabase::postgres().await;
    let database = "do $$ begin execute format('alter database %I set deadlock_timeout = 20', current_database()); end $$";
    db.client().await.batch_execute(database).await.expect("the server can be told to look early");
    let store = db.open_again().await;
    let write = async |tx: &mut Tx<'_>| {
        note(tx, "a").await?;
        note(tx, "b").await
    };
    store.write(write).await.expect("rows can be made");
    let (meeting, runs) = (Arc::new(Barrier::new(2)), Runs::default());
    let crossing = |names: [&'static str; 2]| {
        let (meeting, runs, first) = (meeting.clone(), runs.clone(), Runs::default());
        let write = async move |tx: &mut Tx<'_>| {
            runs.is_first();
            let touch = "update organisations set created_at = created_at + 1 where name = $1";
            tx.execute(touch, params![names[0]]).await?;
            if first.is_first() {
                meeting.wait().await;
            }
            tx.execute(touch, params![names[1]]).await
        };
        store.write(write)
    };
    let (there, back) = tokio::join!(crossing(["a", "b"]), crossing(["b", "a"]));
    assert_eq!((there.ok(), back.ok()), (Some(1), Some(1)));
    assert!(runs.count() > 2, "nobody was in anybody's way");
    let sum = async |tx: &mut Tx<'_>| {
        tx.optional("select cast(sum(created_at) as bigint) from organisations", params![], |row| row.get::<i64>(0)).await
    };
    assert_eq!(store.read(sum).await.expect("it can be read"), Some(4));
}

#[tokio::test]
async fn a_serialisation_conflict_is_resolved_by_running_one_unit_again() {
    let db = TestDatabase::postgres().await;
    let (meeting, runs) = (Arc::new(Barrier::new(2)), Runs::default());
    let exclusive = || {
        let (meeting, runs, first) = (meeting.clone(), runs.clone(), Runs::default());
        let write = async move |tx: &mut Tx<'_>| {
            runs.is_first();
            tx.batch("set transaction isolation level serializable").await?;
            let known = tx.optional("select count(*) from organisations", params![], |row| row.get::<i64>(0)).await?;
            if first.is_first() {
                meeting.wait().await;
            }
            if known == Some(0) { note(tx, "the only one").await } else { Ok(0) }
        };
        db.store.write(write)
    };
    let (a, b) = tokio::join!(exclusive(), exclusive());
    let made = a.expect("it succeeds in the end") + b.expect("it succeeds in the end");
    assert_eq!((made, noted(&db.store).await), (1, 1));
    assert!(runs.count() > 2, "nobody was in anybody's way");
}
