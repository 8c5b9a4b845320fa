//! How often one may guess: exact, however many ask at once.

use crate::testing::{TestDatabase, on_both_engines};
use crate::{StoreError, Tx};
use std::time::Duration;
use tokio::task::JoinSet;

on_both_engines!(
    two_hundred_at_once_get_the_burst_and_no_more,
    what_is_given_back_can_be_used_again,
    it_is_refilled_as_time_passes,
    a_key_that_is_whole_again_is_forgotten_and_no_other,
);

const COST: Duration = Duration::from_secs(10);
const BURST: u32 = 20;

async fn reserve(store: &crate::Store, key: &'static str) -> bool {
    let write = async move |tx: &mut Tx<'_>| {
        let now = tx.now();
        tx.reserve_sign_in(key, now, COST, now.plus(COST * BURST)).await
    };
    store.write(write).await.expect("an attempt can be reserved")
}

async fn use_up(db: &TestDatabase, key: &'static str) -> usize {
    let mut guesses = JoinSet::new();
    for _ in 0..200 {
        let store = db.store.clone();
        guesses.spawn(async move { reserve(&store, key).await });
    }
    guesses.join_all().await.into_iter().filter(|is_granted| *is_granted).count()
}

async fn two_hundred_at_once_get_the_burst_and_no_more(db: &TestDatabase) {
    assert_eq!(use_up(db, "user:ana").await, BURST as usize);
    assert!(reserve(&db.store, "user:eva").await, "nobody else pays for it");
}

async fn what_is_given_back_can_be_used_again(db: &TestDatabase) {
    use_up(db, "user:ana").await;
    let give_back = async |tx: &mut Tx<'_>| tx.give_back_sign_in("user:ana", COST).await;
    db.store.write(give_back).await.expect("an attempt can be given back");
    assert!(reserve(&db.store, "user:ana").await);
    assert!(!reserve(&db.store, "user:ana").await);
}

async fn it_is_refilled_as_time_passes(db: &TestDatabase) {
    use_up(db, "user:ana").await;
    db.hand.set(db.hand.now().plus(COST).minus(Duration::from_micros(1)));
    assert!(!reserve(&db.store, "user:ana").await);
    db.hand.set(db.hand.now().plus(Duration::from_micros(1)));
    assert!(reserve(&db.store, "user:ana").await);
    assert!(!reserve(&db.store, "user:ana").await);
}

async fn a_key_that_is_whole_again_is_forgotten_and_no_other(db: &TestDatabase) {
    reserve(&db.store, "user:ana").await;
    use_up(db, "user:eva").await;
    db.hand.set(db.hand.now().plus(COST * 2));
    let forget = async |tx: &mut Tx<'_>| {
        let forgotten = tx.forget_sign_ins(tx.now()).await?;
        Ok::<_, StoreError>((forgotten, tx.sign_in_used_until("user:ana").await?, tx.sign_in_used_until("user:eva").await?))
    };
    let (forgotten, ana, eva) = db.store.write(forget).await.expect("keys can be forgotten");
    assert_eq!((forgotten, ana.is_some(), eva.is_some()), (1, false, true));
}
