//! The event log: numbered without gaps in an order that readers can rely on.

use crate::testing::fixture::Shop;
use crate::testing::{TestDatabase, on_both_engines};
use crate::{Store, StoreError, Tx};
use msgboxx_model::{Event, OrganisationId};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

on_both_engines!(positions_have_no_gaps_though_units_overlap_and_refuse, a_reader_is_behind_until_it_has_moved_and_never_moves_back,);

async fn append(store: &Store, organisation: OrganisationId, is_kept: bool) {
    let write = async move |tx: &mut Tx<'_>| {
        tx.append_event(organisation, "message", organisation.0, None).await?;
        if is_kept { Ok(()) } else { Err(StoreError::Statement("refused".to_owned())) }
    };
    assert_eq!(store.write(write).await.is_ok(), is_kept);
}

async fn events_after(store: &Store, organisation: OrganisationId, position: i64) -> Vec<Event> {
    store.read(async move |tx: &mut Tx<'_>| tx.events_after(organisation, position, 10_000).await).await.expect("events can be read")
}

async fn number(store: &Store) -> u64 {
    store.write(async |tx: &mut Tx<'_>| tx.number_events(7).await).await.expect("events can be numbered")
}

async fn positions_have_no_gaps_though_units_overlap_and_refuse(db: &TestDatabase) {
    let shops = [Shop::open(&db.store, 1).await, Shop::open(&db.store, 1).await];
    let is_over = Arc::new(AtomicBool::new(false));
    let (over, store) = (is_over.clone(), db.store.clone());
    let sequencer = tokio::spawn(async move { while number(&store).await > 0 || !over.load(Ordering::Acquire) {} });
    let mut writers = JoinSet::new();
    for n in 0..120 {
        let (store, organisation) = (db.store.clone(), shops[n % 2].organisation);
        writers.spawn(async move { append(&store, organisation, n % 7 != 0).await });
    }
    writers.join_all().await;
    is_over.store(true, Ordering::Release);
    sequencer.await.expect("the sequencer does not panic");
    for shop in &shops {
        let organisation = shop.organisation;
        let events = events_after(&db.store, organisation, 0).await;
        let positions: Vec<i64> = events.iter().map(|event| event.position).collect();
        let expected = i64::try_from(events.len()).expect("few");
        assert_eq!(positions, (1..=expected).collect::<Vec<_>>());
        let newest = db.store.read(async move |tx: &mut Tx<'_>| tx.newest_position(organisation).await).await.expect("it can be read");
        assert_eq!(newest, expected);
    }
    assert_eq!(events_after(&db.store, shops[0].organisation, 0).await.len(), 51);
    assert_eq!(events_after(&db.store, shops[1].organisation, 0).await.len(), 51);
}

async fn a_reader_is_behind_until_it_has_moved_and_never_moves_back(db: &TestDatabase) {
    let (busy, quiet) = (Shop::open(&db.store, 1).await, Shop::open(&db.store, 1).await);
    append(&db.store, busy.organisation, true).await;
    append(&db.store, busy.organisation, true).await;
    while number(&db.store).await > 0 {}
    let behind = async || db.store.read(async |tx: &mut Tx<'_>| tx.organisations_behind("webhooks").await).await.expect("it can be read");
    assert_eq!(behind().await, [(busy.organisation, 0)]);
    for (to, expected) in [(1, vec![(busy.organisation, 1)]), (2, vec![]), (1, vec![])] {
        let write = async move |tx: &mut Tx<'_>| tx.move_cursor(busy.organisation, "webhooks", to).await;
        db.store.write(write).await.expect("it can be moved");
        assert_eq!(behind().await, expected, "after moving to {to}");
    }
    assert!(events_after(&db.store, quiet.organisation, 0).await.is_empty());
}

#[tokio::test]
async fn on_sqlite_an_event_has_its_position_at_once() {
    let db = TestDatabase::sqlite().await;
    let shop = Shop::open(&db.store, 1).await;
    append(&db.store, shop.organisation, true).await;
    append(&db.store, shop.organisation, false).await;
    append(&db.store, shop.organisation, true).await;
    let positions: Vec<i64> = events_after(&db.store, shop.organisation, 0).await.iter().map(|event| event.position).collect();
    assert_eq!(positions, [1, 2]);
    assert_eq!(number(&db.store).await, 0);
}

#[tokio::test]
async fn on_postgres_an_event_that_is_committed_late_is_not_passed_over() {
    let db = TestDatabase::postgres().await;
    let organisation = Shop::open(&db.store, 1).await.organisation;
    let (slow_began, began) = oneshot::channel();
    let (go_on, may_end) = oneshot::channel::<()>();
    let (slow_began, may_end) = (std::sync::Mutex::new(Some(slow_began)), Arc::new(tokio::sync::Mutex::new(may_end)));
    let store = db.store.clone();
    let slow = tokio::spawn(async move {
        let write = async move |tx: &mut Tx<'_>| {
            tx.append_event(organisation, "slow", organisation.0, None).await?;
            if let Some(began) = slow_began.lock().expect("no panic").take() {
                began.send(()).expect("the test waits");
            }
            // Not what a unit should do; it stands for a commit that takes long.
            (&mut *may_end.lock().await).await.expect("the test goes on");
            Ok::<_, StoreError>(())
        };
        store.write(write).await
    });
    began.await.expect("the slow unit runs");
    append(&db.store, organisation, true).await;
    assert_eq!(number(&db.store).await, 1, "only what is committed gets a number");
    let first = events_after(&db.store, organisation, 0).await;
    assert_eq!(first.iter().map(|event| (event.position, event.name.as_str())).collect::<Vec<_>>(), [(1, "message")]);
    go_on.send(()).expect("the slow unit waits");
    slow.await.expect("no panic").expect("it is committed");
    assert_eq!(number(&db.store).await, 1);
    let second = events_after(&db.store, organisation, 1).await;
    assert_eq!(second.iter().map(|event| (event.position, event.name.as_str())).collect::<Vec<_>>(), [(2, "slow")]);
}
