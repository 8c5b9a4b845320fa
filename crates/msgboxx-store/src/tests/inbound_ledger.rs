//! Posts of WhatsApp: kept as they came, processed in order, set aside with a reason.

use crate::testing::{TestDatabase, on_both_engines};
use crate::{LedgerEntry, StoreError, Tx};

on_both_engines!(posts_wait_in_the_order_of_arrival_until_they_are_dealt_with, a_part_that_is_set_aside_does_not_hold_up_the_rest);

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
    let write = async move |tx: &mut Tx<'_>| {
        tx.quarantine_part(&post, b"2", "unknown").await?;
        tx.post_processed(post.id).await?;
        Ok::<_, StoreError>(())
    };
    db.store.write(write).await.expect("a part can be set aside");
    assert_eq!(received(db).await, []);
    let count = "select count(*) from inbound_ledger where state = 'quarantined'";
    let kept = db.store.read(async move |tx: &mut Tx<'_>| tx.optional(count, &[], |row| row.get::<i64>(0)).await).await;
    assert_eq!(kept.expect("it can be counted"), Some(1));
}
