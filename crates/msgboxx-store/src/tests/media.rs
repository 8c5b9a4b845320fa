//! Files of messages: claimed by one node at a time, and an overtaken attempt changes nothing.

use crate::testing::fixture::Shop;
use crate::testing::{TestDatabase, on_both_engines};
use crate::{MediaJob, NewMedia, StoredFile, StoredMedia, Tx};
use msgboxx_model::{Failure, MediaId, MediaState, Message, MessageId, MessageKind};
use std::time::Duration;
use tokio::task::JoinSet;

on_both_engines!(
    a_file_waits_is_claimed_and_is_there,
    nodes_that_claim_at_once_share_the_files,
    an_attempt_that_was_overtaken_changes_nothing,
    a_failure_is_kept_with_its_reason,
    nobody_elses_file_is_found,
);

const LEASE: Duration = Duration::from_mins(1);

/// A message with a file that waits.
async fn picture(db: &TestDatabase, shop: &Shop) -> MessageId {
    let (_, conversation) = shop.greet(&db.store).await;
    let message = shop.write(&db.store, &conversation).await;
    let shop = shop.clone();
    let write = async move |tx: &mut Tx<'_>| {
        let media = NewMedia {
            id: MediaId(tx.new_id()),
            api_account_id: shop.account(),
            message_id: message.id,
            kind: MessageKind::Image,
            whatsapp_id: "7".to_owned(),
            whatsapp_sha256: String::new(),
            file_name: "../../etc/passwd".to_owned(),
            give_up_at: tx.now().plus(Duration::from_hours(1)),
            failure: None,
        };
        tx.insert_media(shop.organisation, &media).await.map(|()| message.id)
    };
    db.store.write(write).await.expect("a file can be noted")
}

async fn claim(db: &TestDatabase, shop: &Shop, most: i64) -> Vec<MediaJob> {
    let (organisation, account) = (shop.organisation, shop.account());
    let write = async move |tx: &mut Tx<'_>| tx.claim_media(organisation, account, tx.now().plus(LEASE), most).await;
    db.store.write(write).await.expect("files can be claimed")
}

async fn message(db: &TestDatabase, shop: &Shop, id: MessageId) -> Message {
    let organisation = shop.organisation;
    let read = async move |tx: &mut Tx<'_>| tx.message(organisation, id).await;
    db.store.read(read).await.expect("a message can be read").expect("it is there")
}

fn file() -> StoredFile {
    StoredFile {
        object_key: "a/2026-01/b".to_owned(),
        thumbnail: Some(("a/2026-01/c".to_owned(), "image/jpeg")),
        content_type: "image/png",
        size: 68,
        sha256: vec![7; 32],
    }
}

async fn store(db: &TestDatabase, job: &MediaJob) -> bool {
    let job = job.clone();
    db.store.write(async move |tx: &mut Tx<'_>| tx.media_stored(&job, &file()).await).await.expect("it can be written")
}

fn time_passes(db: &TestDatabase, by: Duration) {
    db.hand.set(db.hand.now().plus(by));
}

async fn due(db: &TestDatabase) -> usize {
    db.store.read(async |tx: &mut Tx<'_>| tx.accounts_with_media_due().await).await.expect("it can be asked").len()
}

async fn a_file_waits_is_claimed_and_is_there(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 2).await;
    let id = picture(db, &shop).await;
    let waiting = message(db, &shop, id).await.file.expect("a file");
    assert_eq!((waiting.state, waiting.failure), (MediaState::Waiting, None));
    assert_eq!(due(db).await, 1);
    let jobs = claim(db, &shop, 10).await;
    assert_eq!(jobs.iter().map(|job| (job.message_id, job.attempt, job.kind)).collect::<Vec<_>>(), [(id, 1, MessageKind::Image)]);
    assert_eq!((due(db).await, claim(db, &shop, 10).await.len()), (0, 0), "it is claimed");
    assert!(store(db, &jobs[0]).await);
    assert_eq!(message(db, &shop, id).await.file.map(|file| file.state), Some(MediaState::Stored));
    let (organisation, media) = (shop.organisation, jobs[0].id);
    let found = db.store.read(async move |tx: &mut Tx<'_>| tx.stored_media(organisation, media).await).await.expect("read");
    let expected = StoredMedia {
        object_key: "a/2026-01/b".to_owned(),
        thumbnail: Some(("a/2026-01/c".to_owned(), "image/jpeg".to_owned())),
        content_type: "image/png".to_owned(),
        size: 68,
        file_name: "../../etc/passwd".to_owned(),
    };
    assert_eq!(found, Some(expected));
    time_passes(db, 2 * LEASE);
    assert_eq!(due(db).await, 0);
}

async fn nodes_that_claim_at_once_share_the_files(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    for _ in 0..12 {
        picture(db, &shop).await;
    }
    let mut nodes = JoinSet::new();
    for _ in 0..4 {
        let (store, shop) = (db.store.clone(), shop.clone());
        nodes.spawn(async move {
            let (organisation, account) = (shop.organisation, shop.account());
            let write = async move |tx: &mut Tx<'_>| tx.claim_media(organisation, account, tx.now().plus(LEASE), 5).await;
            store.write(write).await.expect("files can be claimed")
        });
    }
    let mut claimed: Vec<MediaId> = nodes.join_all().await.into_iter().flatten().map(|job| job.id).collect();
    claimed.extend(claim(db, &shop, 20).await.into_iter().map(|job| job.id));
    assert_eq!(claimed.len(), 12);
    claimed.sort();
    claimed.dedup();
    assert_eq!(claimed.len(), 12, "none was claimed twice");
}

async fn an_attempt_that_was_overtaken_changes_nothing(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let id = picture(db, &shop).await;
    let slow = claim(db, &shop, 1).await.remove(0);
    time_passes(db, LEASE / 2);
    let (going_on, later) = (slow.clone(), db.hand.now().plus(LEASE));
    assert!(db.store.write(async move |tx: &mut Tx<'_>| tx.media_until(&going_on, later).await).await.expect("written"));
    time_passes(db, LEASE / 2);
    assert_eq!(claim(db, &shop, 1).await, [], "it goes on");
    time_passes(db, LEASE);
    let second = claim(db, &shop, 1).await.remove(0);
    assert_eq!(second.attempt, 2);
    let why = Failure { code: "late".to_owned(), detail: "late".to_owned() };
    let (late, now) = (slow.clone(), db.hand.now());
    let write = async move |tx: &mut Tx<'_>| {
        tx.media_again(&late, now, &why).await?;
        Ok::<_, crate::StoreError>((tx.media_until(&late, now).await?, tx.media_failed(&late, &why).await?))
    };
    assert_eq!(db.store.write(write).await.expect("written"), (false, false));
    assert!(!store(db, &slow).await);
    assert_eq!(message(db, &shop, id).await.file.expect("a file").failure, None);
    assert_eq!(claim(db, &shop, 1).await, [], "the second attempt still has it");
    assert!(store(db, &second).await);
    assert!(!store(db, &second).await, "only once");
}

async fn a_failure_is_kept_with_its_reason(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let id = picture(db, &shop).await;
    let job = claim(db, &shop, 1).await.remove(0);
    let why = Failure { code: "file_gone".to_owned(), detail: "WhatsApp has it no more".to_owned() };
    let (tried, later, reason) = (job.clone(), db.hand.now().plus(LEASE), why.clone());
    db.store.write(async move |tx: &mut Tx<'_>| tx.media_again(&tried, later, &reason).await).await.expect("written");
    let file = message(db, &shop, id).await.file.expect("a file");
    assert_eq!((file.final_failure(), file.failure.as_ref()), (None, Some(&why)));
    time_passes(db, LEASE);
    let job = claim(db, &shop, 1).await.remove(0);
    let reason = why.clone();
    assert!(db.store.write(async move |tx: &mut Tx<'_>| tx.media_failed(&job, &reason).await).await.expect("written"));
    assert_eq!(message(db, &shop, id).await.file.expect("a file").final_failure(), Some(&why));
    time_passes(db, LEASE);
    assert_eq!(due(db).await, 0);
}

async fn nobody_elses_file_is_found(db: &TestDatabase) {
    let (shop, other) = (Shop::open(&db.store, 1).await, Shop::open(&db.store, 1).await);
    picture(db, &shop).await;
    let job = claim(db, &shop, 1).await.remove(0);
    let find = async |organisation| {
        let media = job.id;
        db.store.read(async move |tx: &mut Tx<'_>| tx.stored_media(organisation, media).await).await.expect("read")
    };
    assert_eq!(find(shop.organisation).await, None, "it is not there yet");
    assert!(store(db, &job).await);
    assert!(find(shop.organisation).await.is_some());
    assert_eq!(find(other.organisation).await, None);
}
