//! Posts of WhatsApp: kept as they came, processed in order, set aside with a reason.

use crate::clock::id_at;
use crate::testing::{START, TestDatabase, on_both_engines};
use crate::{EntryState, LedgerEntry, LedgerRecord, StoreError, Tx, part_id};
use msgboxx_model::Instant;
use std::time::Duration;

on_both_engines!(
    posts_wait_in_the_order_of_arrival_until_they_are_dealt_with,
    a_part_that_is_set_aside_does_not_hold_up_the_rest,
    what_was_set_aside_in_a_span_can_be_put_back,
);

async fn received(db: &TestDatabase) -> Vec<LedgerEntry> {
    db.store.read(async |tx: &mut Tx<'_>| tx.received_posts(100).await).await.expect("posts can be read")
}

async fn keep(db: &TestDatabase, body: &'static [u8]) {
    db.store.write(async move |tx: &mut Tx<'_>| tx.keep_post("signer", body).await).await.expect("a post can be kept");
}

async fn posts_wait_in_the_order_of_arrival_until_they_are_dealt_with(db: &TestDatabase) {
    let bodies: [&'static [u8]; 3] = [b"{\"n\":1}", b"\0\xff not text", b""];
    for body in bodies {
        keep(db, body).await;
    }
    let posts = received(db).await;
    assert_eq!(posts.iter().map(|post| post.body.as_slice()).collect::<Vec<_>>(), bodies);
    assert!(posts.is_sorted_by_key(|post| post.received_at));
    let (first, second) = (posts[0].id, posts[1].id);
    let write = async move |tx: &mut Tx<'_>| {
        tx.post_processed(first).await?;
        tx.post_quarantined(second, "not JSON").await
    };
    db.store.write(write).await.expect("posts can be dealt with");
    assert_eq!(received(db).await.iter().map(|post| post.id).collect::<Vec<_>>(), [posts[2].id]);
}

async fn a_part_that_is_set_aside_does_not_hold_up_the_rest(db: &TestDatabase) {
    keep(db, b"[1, 2]").await;
    let post = received(db).await.remove(0);
    for _ in 0..2 {
        let post = post.clone();
        let write = async move |tx: &mut Tx<'_>| {
            tx.keep_part(&post, 1, b"2", Some("unknown")).await?;
            tx.post_processed(post.id).await?;
            Ok::<_, StoreError>(())
        };
        db.store.write(write).await.expect("a part can be set aside");
    }
    assert_eq!(received(db).await, []);
    let aside = records(db, Some(EntryState::Quarantined), always()).await;
    let [part] = aside.as_slice() else { panic!("{aside:?}") };
    assert_eq!((part.entry.id, part.reason.as_deref(), part.entry.body.as_slice()), (part_id(post.id, 1), Some("unknown"), &b"2"[..]));
}

async fn records(db: &TestDatabase, state: Option<EntryState>, span: (Instant, Instant)) -> Vec<LedgerRecord> {
    db.store.read(async move |tx: &mut Tx<'_>| tx.ledger_records(state, span, None, 100).await).await.expect("the ledger can be read")
}

fn always() -> (Instant, Instant) {
    (Instant::from_micros(0), Instant::from_seconds(253_402_300_799))
}

async fn what_was_set_aside_in_a_span_can_be_put_back(db: &TestDatabase) {
    let mut times = Vec::new();
    for body in [&b"0"[..], b"1", b"2", b"3"] {
        keep(db, body).await;
        times.push(db.hand.now());
        db.hand.set(db.hand.now().plus(Duration::from_secs(1)));
    }
    let posts = received(db).await;
    let ids: Vec<_> = posts.iter().map(|post| post.id).collect();
    let (first, second, third) = (ids[0], ids[1], ids[2]);
    let write = async move |tx: &mut Tx<'_>| {
        for id in [first, second, third] {
            tx.post_quarantined(id, "odd").await?;
        }
        Ok::<_, StoreError>(())
    };
    db.store.write(write).await.expect("posts can be set aside");
    let span = (times[1], times[3]);
    assert_eq!(records(db, None, span).await.iter().map(|record| record.entry.id).collect::<Vec<_>>(), [second, third]);
    let replayed = db.store.write(async move |tx: &mut Tx<'_>| tx.replay_posts(EntryState::Quarantined, span).await).await;
    assert_eq!(replayed.expect("they can be put back"), 2);
    assert_eq!(received(db).await.iter().map(|post| post.id).collect::<Vec<_>>(), ids[1..]);
    let one = async move |tx: &mut Tx<'_>| Ok::<_, StoreError>((tx.replay_post(first).await?, tx.replay_post(uuid::Uuid::nil()).await?));
    assert_eq!(db.store.write(one).await.expect("one can be put back"), (true, false));
    assert_eq!(records(db, Some(EntryState::Received), always()).await.len(), 4);
    let after = async move |tx: &mut Tx<'_>| tx.ledger_records(None, always(), Some(third), 100).await;
    assert_eq!(db.store.read(after).await.expect("the rest").into_iter().map(|record| record.entry.id).collect::<Vec<_>>(), ids[3..]);
}

#[test]
fn parts_stand_beside_their_post_in_their_order_and_apart_from_those_of_others() {
    let (post, other) = (id_at(Instant::from_micros(START)), id_at(Instant::from_micros(START)));
    let parts: Vec<_> = [0, 1, 63, 64, 1_000, 4_000_000].map(|number| part_id(post, number)).into();
    assert!(parts.is_sorted(), "{parts:?}");
    assert!(parts.iter().all(|id| id.get_version_num() == 7 && id.as_bytes()[..8] == post.as_bytes()[..8]));
    assert!(parts.iter().all(|id| id.get_variant() == uuid::Variant::RFC4122));
    assert_ne!(part_id(other, 1), part_id(post, 1));
    assert_eq!(part_id(post, 1), parts[1]);
}
