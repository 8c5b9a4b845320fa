//! Leases: one holder at a time, and a holder that lost its lease changes nothing.

use crate::testing::{TestDatabase, on_both_engines};
use crate::{Lease, StoreError, Tx};
use msgboxx_model::Instant;
use std::time::Duration;
use tokio::task::JoinSet;

on_both_engines!(
    of_many_who_want_a_lease_one_gets_it,
    a_lease_is_renewed_with_its_token_and_passed_on_with_a_larger_one,
    an_owner_that_comes_back_too_late_gets_a_larger_token,
    a_stale_holder_holds_nothing_and_gives_nothing_back,
    a_released_lease_is_free_at_once,
);

const TERM: Duration = Duration::from_secs(10);
const MOMENT: Duration = Duration::from_micros(1);

async fn take(db: &TestDatabase, owner: &'static str) -> Option<Lease> {
    let write = async move |tx: &mut Tx<'_>| tx.take_lease("lane", owner, tx.now().plus(TERM)).await;
    db.store.write(write).await.expect("a lease can be asked for")
}

async fn holds(db: &TestDatabase, lease: &Lease) -> bool {
    let lease = lease.clone();
    db.store.write(async move |tx: &mut Tx<'_>| tx.holds_lease(&lease).await).await.expect("a lease can be looked at")
}

fn later(db: &TestDatabase, by: Duration) -> Instant {
    db.hand.set(db.hand.now().plus(by));
    db.hand.now()
}

async fn of_many_who_want_a_lease_one_gets_it(db: &TestDatabase) {
    let mut takers = JoinSet::new();
    for n in 0..20 {
        let store = db.store.clone();
        takers.spawn(async move {
            let write = async move |tx: &mut Tx<'_>| tx.take_lease("lane", &format!("node {n}"), tx.now().plus(TERM)).await;
            store.write(write).await.expect("a lease can be asked for")
        });
    }
    assert_eq!(takers.join_all().await.into_iter().flatten().count(), 1);
}

async fn a_lease_is_renewed_with_its_token_and_passed_on_with_a_larger_one(db: &TestDatabase) {
    let first = take(db, "a").await.expect("it is free");
    later(db, TERM / 2);
    assert_eq!(take(db, "b").await, None);
    let renewed = take(db, "a").await.expect("it is a's");
    assert_eq!(renewed.token, first.token);
    later(db, TERM.saturating_sub(MOMENT));
    assert_eq!(take(db, "b").await, None, "it was renewed");
    let end = later(db, MOMENT);
    let taken = take(db, "b").await.expect("it has run out");
    assert!(taken.token > first.token);
    assert_eq!(taken.expires_at, end.plus(TERM));
}

async fn an_owner_that_comes_back_too_late_gets_a_larger_token(db: &TestDatabase) {
    let first = take(db, "a").await.expect("it is free");
    later(db, TERM);
    let second = take(db, "a").await.expect("nobody took it");
    assert!(second.token > first.token);
    assert!(!holds(db, &first).await);
}

async fn a_stale_holder_holds_nothing_and_gives_nothing_back(db: &TestDatabase) {
    let stale = take(db, "a").await.expect("it is free");
    later(db, TERM);
    let current = take(db, "b").await.expect("it has run out");
    assert!(!holds(db, &stale).await);
    assert!(holds(db, &current).await);
    db.store.write(async move |tx: &mut Tx<'_>| tx.release_lease(&stale).await).await.expect("nothing happens");
    assert_eq!(take(db, "c").await, None);
}

async fn a_released_lease_is_free_at_once(db: &TestDatabase) {
    let first = take(db, "a").await.expect("it is free");
    let released = first.clone();
    db.store.write(async move |tx: &mut Tx<'_>| tx.release_lease(&released).await).await.expect("it can be given back");
    let second = take(db, "b").await.expect("it is free again");
    assert!(second.token > first.token);
    let fenced =
        db.store.write(
            async move |tx: &mut Tx<'_>| {
                if tx.holds_lease(&first).await? { Ok(()) } else { Err(StoreError::Unavailable("the lease is lost".to_owned())) }
            },
        );
    assert!(fenced.await.is_err());
}
