//! Pages of records against a list that is simply sorted and counted.

mod history;

use crate::testing::fixture::Shop;
use crate::testing::{TestDatabase, on_both_engines};
use crate::{ContactFilter, PageRequest, Records, Store, StoreSettings, Tx};
use history::{History, Listing, Step};
use msgboxx_model::{Contact, Instant};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use uuid::Uuid;

on_both_engines!(
    a_walk_with_a_fixed_end_returns_each_earlier_record_once_while_others_are_made,
    a_page_beyond_the_end_is_empty,
    counts_of_concurrent_writers_add_up,
    what_is_listed_up_to_now_is_never_added_to,
);

#[test]
fn on_sqlite_pages_and_counts_are_those_of_a_plain_list() {
    agree_on_random_histories(24, TestDatabase::sqlite);
}

#[test]
fn on_postgres_pages_and_counts_are_those_of_a_plain_list() {
    agree_on_random_histories(8, TestDatabase::postgres);
}

fn agree_on_random_histories<D: Future<Output = TestDatabase>>(cases: u32, database: impl Fn() -> D) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime can be made");
    let config = Config { cases, max_shrink_iters: 100, failure_persistence: None, ..Config::default() };
    let case = (1_usize..4, proptest::collection::vec(history::step(), 1..120), proptest::collection::vec(history::listing(), 30));
    let outcome = TestRunner::new(config)
        .run(&case, |(accounts, steps, listings)| runtime.block_on(async { agree(&database().await, accounts, &steps, &listings).await }));
    outcome.expect("pages agree with the list");
}

async fn agree(db: &TestDatabase, accounts: usize, steps: &[Step], listings: &[Listing]) -> Result<(), TestCaseError> {
    let mut history = History::begin(db, accounts).await;
    for part in steps.chunks(40) {
        history.live_through(db, part).await;
        for listing in listings {
            let (found, expected) = (history.ask(db, listing).await, history.answer(listing));
            prop_assert_eq!(found, expected, "{:?}", listing);
        }
    }
    Ok(())
}

async fn counts_of_concurrent_writers_add_up(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 2).await;
    let another_process = db.open_again().await;
    let mut writers = JoinSet::new();
    for n in 0..100 {
        let store = if n % 2 == 0 { db.store.clone() } else { another_process.clone() };
        let shop = shop.clone();
        writers.spawn(async move { make_contact(&store, &shop, n % 3 % 2).await });
    }
    writers.join_all().await;
    let found = page_of_contacts(db, &shop, PageRequest { page: 2, size: 90, from: None, to: None }).await;
    assert_eq!((found.items.len(), found.record_count), (10, 100));
}

async fn make_contact(store: &Store, shop: &Shop, account: usize) -> Uuid {
    let shop = shop.clone();
    let write = async move |tx: &mut Tx<'_>| shop.greet_in(tx, shop.accounts[account]).await;
    store.write(write).await.expect("a contact can be made").0.id.0
}

async fn page_of_contacts(db: &TestDatabase, shop: &Shop, request: PageRequest) -> Records<Contact> {
    page_of_contacts_in(&db.store, shop, request).await
}

async fn page_of_contacts_in(store: &Store, shop: &Shop, request: PageRequest) -> Records<Contact> {
    let shop = shop.clone();
    let read = async move |tx: &mut Tx<'_>| tx.contacts(shop.organisation, &shop.accounts, &ContactFilter::default(), request).await;
    store.read(read).await.expect("a page can be read")
}

async fn a_walk_with_a_fixed_end_returns_each_earlier_record_once_while_others_are_made(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 2).await;
    let mut earlier: Vec<Uuid> = Vec::new();
    for n in 0..60 {
        earlier.push(make_contact(&db.store, &shop, n % 2).await);
    }
    let end = db.hand.now().plus(Duration::from_secs(1));
    db.hand.set(end);
    let is_over = Arc::new(AtomicBool::new(false));
    let mut others = JoinSet::new();
    for account in 0..2 {
        let (is_over, store, shop) = (is_over.clone(), db.store.clone(), shop.clone());
        others.spawn(async move {
            let mut made = 0;
            while made < 5 || !is_over.load(Ordering::Relaxed) {
                make_contact(&store, &shop, account).await;
                made += 1;
            }
        });
    }
    for size in [1, 7, 60, 100] {
        let mut seen = Vec::new();
        for page in 1.. {
            let found = page_of_contacts(db, &shop, PageRequest { page, size, from: None, to: Some(end) }).await;
            assert_eq!(found.record_count, 60);
            if found.items.is_empty() {
                break;
            }
            seen.extend(found.items.iter().map(|contact| contact.id.0));
            tokio::task::yield_now().await;
        }
        assert!(seen.iter().rev().eq(&earlier), "pages of {size}");
    }
    is_over.store(true, Ordering::Relaxed);
    others.join_all().await;
    assert!(page_of_contacts(db, &shop, PageRequest { page: 1, size: 1, from: None, to: None }).await.record_count > 60);
}

async fn what_is_listed_up_to_now_is_never_added_to(db: &TestDatabase) {
    let store = Store::open(StoreSettings { clock: Arc::new(running_clock), ..db.settings() }).await.expect("it opens");
    let shop = Shop::open(&store, 2).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let mut others = JoinSet::new();
    for n in 0..8 {
        let (is_over, store, shop) = (is_over.clone(), store.clone(), shop.clone());
        others.spawn(async move {
            while !is_over.load(Ordering::Relaxed) {
                make_contact(&store, &shop, n % 2).await;
            }
        });
    }
    for walk in 0..60 {
        let request = PageRequest { page: 1, size: 5, from: None, to: Some(running_clock()) };
        let first = page_of_contacts_in(&store, &shop, request).await;
        for _ in 0..5 {
            tokio::task::yield_now().await;
            assert_eq!(page_of_contacts_in(&store, &shop, request).await, first, "walk {walk}");
        }
    }
    is_over.store(true, Ordering::Relaxed);
    others.join_all().await;
}

#[expect(clippy::disallowed_methods, reason = "commits take real time, and this is about what happens meanwhile")]
fn running_clock() -> Instant {
    Instant::from_system_time(std::time::SystemTime::now())
}

async fn a_page_beyond_the_end_is_empty(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    shop.greet(&db.store).await;
    for (page, size) in [(2, 1), (2, i64::MAX), (i64::MAX, 100), (i64::MAX, i64::MAX)] {
        let found = page_of_contacts(db, &shop, PageRequest { page, size, from: None, to: None }).await;
        assert_eq!((found.items.len(), found.record_count), (0, 1), "page {page} of {size}");
    }
    let whole = page_of_contacts(db, &shop, PageRequest { page: 1, size: i64::MAX, from: None, to: None }).await;
    assert_eq!(whole.items.len(), 1);
}
