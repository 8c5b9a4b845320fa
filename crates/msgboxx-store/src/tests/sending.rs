//! What the sending engine remembers beside its jobs, on both engines.

use crate::testing::fixture::{Shop, new_message};
use crate::testing::{TestDatabase, on_both_engines};
use crate::{NewSendJob, StoreError, Tx};
use msgboxx_model::{AttemptId, Conversation, Failure, MessageId};
use std::time::Duration;

on_both_engines!(
    held_jobs_are_out_of_the_way_until_they_are_released,
    a_day_of_the_tier_is_counted_once_for_each_customer,
    two_lanes_that_count_at_once_see_each_other,
    the_latest_calls_tell_what_a_pace_has_used,
    reports_are_kept_once_and_read_in_their_order,
    a_longer_rest_stays,
);

const MINUTE: Duration = Duration::from_mins(1);

async fn enqueue(db: &TestDatabase, shop: &Shop, conversation: &Conversation, priority: i64) -> MessageId {
    let (shop, conversation) = (shop.clone(), conversation.clone());
    let write = async move |tx: &mut Tx<'_>| {
        let message = new_message(tx, &conversation);
        tx.insert_message(shop.organisation, &message).await?;
        let (id, deadline) = (message.id, tx.now().plus(MINUTE));
        let job = NewSendJob {
            message_id: id,
            api_account_id: message.api_account_id,
            contact_id: message.contact_id,
            priority,
            category: None,
            deadline,
        };
        tx.enqueue_send(shop.organisation, &job).await?;
        Ok::<_, StoreError>(id)
    };
    db.store.write(write).await.expect("a job can be queued")
}

async fn write<T: Send + 'static>(db: &TestDatabase, work: impl AsyncFn(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static) -> T {
    db.store.write(work).await.expect("it can be written")
}

async fn held_jobs_are_out_of_the_way_until_they_are_released(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let (organisation, account) = (shop.organisation, shop.account());
    let (_, ana) = shop.greet(&db.store).await;
    let (_, bo) = shop.greet(&db.store).await;
    let (of_ana, of_bo) = (enqueue(db, &shop, &ana, 1).await, enqueue(db, &shop, &bo, 1).await);
    let until = db.hand.now().plus(MINUTE);
    for message in [of_ana, of_bo] {
        write(db, async move |tx: &mut Tx<'_>| tx.hold_job(organisation, message, until, until.plus(MINUTE), "the tier is used up").await)
            .await;
    }
    let due = async || write(db, async move |tx: &mut Tx<'_>| Ok(tx.due_jobs(organisation, account, 9).await?.len())).await;
    let with_work = async || write(db, async |tx: &mut Tx<'_>| Ok(tx.accounts_with_jobs().await?.len())).await;
    let held_until = write(db, async move |tx: &mut Tx<'_>| tx.held_until(organisation, account).await).await;
    assert_eq!((due().await, with_work().await, held_until), (0, 0, Some(until)));
    let contact = bo.contact_id;
    write(db, async move |tx: &mut Tx<'_>| tx.release_held_of(organisation, contact).await).await;
    assert_eq!((due().await, with_work().await), (1, 1));
    write(db, async move |tx: &mut Tx<'_>| tx.drop_job(organisation, of_bo).await).await;
    assert_eq!(with_work().await, 0);
    db.hand.set(until);
    assert_eq!((due().await, with_work().await), (0, 1), "it is time to look at the held ones");
    let released = write(db, async move |tx: &mut Tx<'_>| tx.release_held(organisation, account, 9).await).await;
    assert_eq!((released, due().await), (1, 1));
}

async fn a_day_of_the_tier_is_counted_once_for_each_customer(db: &TestDatabase) {
    let organisation = Shop::open(&db.store, 1).await.organisation;
    let used = async || write(db, async move |tx: &mut Tx<'_>| tx.tier_used(organisation, "waba").await).await;
    let is_in =
        async |customer: &'static str| write(db, async move |tx: &mut Tx<'_>| tx.is_in_tier(organisation, "waba", customer).await).await;
    let count = async |customer: &'static str| {
        write(db, async move |tx: &mut Tx<'_>| {
            tx.tier_used(organisation, "waba").await?;
            tx.use_tier(organisation, "waba", customer).await
        })
        .await;
    };
    assert_eq!((used().await, is_in("ana").await), (0, false));
    count("ana").await;
    db.hand.set(db.hand.now().plus(Duration::from_hours(12)));
    count("bo").await;
    assert_eq!((used().await, is_in("ana").await, is_in("cy").await), (2, true, false));
    let frees_at = write(db, async move |tx: &mut Tx<'_>| tx.tier_frees_at(organisation, "waba").await).await;
    let wait = frees_at.saturating_since(db.hand.now());
    assert!(wait >= Duration::from_hours(12) && wait <= Duration::from_hours(12) + MINUTE * 10, "{wait:?}");
    db.hand.set(frees_at);
    assert_eq!((used().await, is_in("ana").await, is_in("bo").await), (1, false, true));
    write(db, async |tx: &mut Tx<'_>| tx.forget_tier_uses().await).await;
    count("ana").await;
    assert_eq!((used().await, is_in("ana").await), (2, true));
}

async fn two_lanes_that_count_at_once_see_each_other(db: &TestDatabase) {
    let organisation = Shop::open(&db.store, 1).await.organisation;
    let lanes = (0..20).map(|customer| async move {
        write(db, async move |tx: &mut Tx<'_>| {
            let is_free = tx.tier_used(organisation, "waba").await? < 5;
            if is_free {
                tx.use_tier(organisation, "waba", &customer.to_string()).await?;
            }
            Ok(is_free)
        })
        .await
    });
    let taken = futures_util::future::join_all(lanes).await.into_iter().filter(|taken| *taken).count();
    assert_eq!(taken, 5);
}

async fn the_latest_calls_tell_what_a_pace_has_used(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 2).await;
    let (organisation, account, other) = (shop.organisation, shop.account(), shop.accounts[1]);
    let (_, ana) = shop.greet(&db.store).await;
    let (_, bo) = shop.greet(&db.store).await;
    let mut last = db.hand.now();
    for conversation in [&ana, &ana, &ana, &ana, &bo] {
        let message = enqueue(db, &shop, conversation, 0).await;
        last = db.hand.now();
        let attempt = write(db, async move |tx: &mut Tx<'_>| {
            let attempt = AttemptId(tx.new_id());
            tx.start_attempt(organisation, message, attempt, 1).await?;
            Ok(attempt)
        })
        .await;
        let is_in_flight = write(db, async move |tx: &mut Tx<'_>| tx.is_in_flight(organisation, attempt).await).await;
        assert!(is_in_flight);
        let busy = Failure { code: "131056".to_owned(), detail: "too fast".to_owned() };
        write(db, async move |tx: &mut Tx<'_>| tx.attempt_failed(organisation, attempt, &busy).await).await;
        let ended = write(db, async move |tx: &mut Tx<'_>| tx.last_attempt(organisation, message).await).await.expect("a call");
        assert_eq!((ended.is_unknown, ended.answer.map(|why| why.code)), (false, Some("131056".to_owned())));
        db.hand.set(db.hand.now().plus(Duration::from_secs(1)));
    }
    let six = Duration::from_secs(6);
    let since = last.minus(MINUTE);
    let read = |account, since| {
        write(db, async move |tx: &mut Tx<'_>| {
            Ok((tx.pairs_used_until(organisation, account, since, six).await?, tx.last_call_at(organisation, account, since).await?))
        })
    };
    // The first of four calls, a second apart, began four seconds before the last one, which was another's.
    let first = last.minus(Duration::from_secs(4));
    assert_eq!(read(account, since).await, (vec![(ana.contact_id, first.plus(six * 4))], Some(last)));
    assert_eq!(read(account, last.plus(MINUTE)).await, (vec![], None));
    assert_eq!(read(other, since).await, (vec![], None));
}

async fn reports_are_kept_once_and_read_in_their_order(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let organisation = shop.organisation;
    let (_, ana) = shop.greet(&db.store).await;
    let message = shop.write(&db.store, &ana).await;
    let (id, now) = (message.id, db.hand.now());
    let failure = Failure { code: "131026".to_owned(), detail: "not on WhatsApp".to_owned() };
    for (status, after, why) in [("failed", 9, Some(failure.clone())), ("sent", 3, None), ("sent", 3, None)] {
        let at = now.plus(Duration::from_secs(after));
        write(db, async move |tx: &mut Tx<'_>| tx.keep_status(organisation, id, status, at, why.as_ref()).await).await;
    }
    let life = write(db, async move |tx: &mut Tx<'_>| tx.message_life(organisation, id).await).await.expect("a message");
    let statuses: Vec<_> = life.statuses.iter().map(|report| (report.status.as_str(), report.failure.clone())).collect();
    assert_eq!(statuses, [("sent", None), ("failed", Some(failure))]);
    assert_eq!((life.accepted_at, life.job, life.attempts), (message.created_at, None, vec![]));
    let stranger = Shop::open(&db.store, 1).await.organisation;
    let theirs = write(db, async move |tx: &mut Tx<'_>| tx.message_life(stranger, id).await).await;
    assert_eq!(theirs, None, "another organisation learns nothing of it");
    let wamid = write(db, async move |tx: &mut Tx<'_>| tx.wamid_in(organisation, ana.id, id).await).await;
    assert_eq!(wamid, None);
}

async fn a_longer_rest_stays(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 2).await;
    let (organisation, account) = (shop.organisation, shop.account());
    let long = db.hand.now().plus(MINUTE * 120);
    for until in [long, db.hand.now().plus(MINUTE)] {
        write(db, async move |tx: &mut Tx<'_>| tx.rest_account(organisation, account, until, "too fast").await).await;
    }
    write(db, async move |tx: &mut Tx<'_>| tx.set_customers_a_day(organisation, account, Some(250)).await).await;
    let limits = write(db, async move |tx: &mut Tx<'_>| tx.sending_limits(organisation, account).await).await.expect("an account");
    assert_eq!((limits.rests_until, limits.customers_a_day, limits.messages_per_second), (Some(long), Some(250), 80));
    let beside = write(db, async move |tx: &mut Tx<'_>| tx.accounts_beside(organisation, account).await).await;
    assert_eq!(beside.len(), 2);
}
