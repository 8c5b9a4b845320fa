//! Messages: inserted once, listed by where they belong, and what is known about their way.

use crate::testing::fixture::{Shop, new_message};
use crate::testing::{TestDatabase, on_both_engines};
use crate::{MessageFilter, NewMessage, PageRequest, ParkedStatus, StoreError, Tx};
use msgboxx_model::{Conversation, Direction, Failure, Instant, Message, MessageId, MessageStatus, OrganisationId, Progress};
use std::collections::BTreeSet;
use tokio::task::JoinSet;

on_both_engines!(
    a_message_is_read_as_it_was_written,
    a_wamid_is_taken_once_for_each_account,
    lists_are_narrowed_by_contact_conversation_and_inbox,
    a_part_of_a_conversation_is_counted_as_it_is_listed,
    evidence_that_comes_at_the_same_time_is_all_kept,
    evidence_in_any_order_ends_in_the_same_state,
    a_failure_is_withdrawn_only_by_its_own_code,
    the_first_wamid_stays,
    parked_statuses_wait_for_their_message_and_the_earliest_stays,
    a_conversation_is_opened_once_however_many_ask,
);

const WHOLE: PageRequest = PageRequest { page: 1, size: 100, from: None, to: None };

async fn message(db: &TestDatabase, organisation: OrganisationId, id: MessageId) -> Message {
    let read = async move |tx: &mut Tx<'_>| tx.message(organisation, id).await;
    db.store.read(read).await.expect("it can be read").expect("it is there")
}

async fn list(db: &TestDatabase, shop: &Shop, filter: MessageFilter, request: PageRequest) -> (Vec<MessageId>, i64) {
    let shop = shop.clone();
    let read = async move |tx: &mut Tx<'_>| tx.messages(shop.organisation, &shop.accounts, filter, request).await;
    let found = db.store.read(read).await.expect("a list can be read");
    (found.items.into_iter().map(|message| message.id).collect(), found.record_count)
}

async fn a_message_is_read_as_it_was_written(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let (contact, conversation) = shop.greet(&db.store).await;
    let organisation = shop.organisation;
    let write = async move |tx: &mut Tx<'_>| {
        let incoming = NewMessage {
            direction: Direction::Incoming,
            body: "a\nb \u{1f600}".to_owned(),
            wamid: Some("wamid.1".to_owned()),
            whatsapp_at: Some(Instant::from_seconds(1)),
            ..new_message(tx, &conversation)
        };
        tx.insert_message(organisation, &incoming).await?;
        Ok::<_, StoreError>(incoming)
    };
    let written = db.store.write(write).await.expect("it can be written");
    let read = message(db, organisation, written.id).await;
    assert_eq!((read.body, read.created_at, read.sender), (written.body, written.created_at, None));
    assert_eq!((read.contact.id, read.contact.name), (contact.id, contact.name));
    assert_eq!(read.progress.status(), MessageStatus::Delivered, "an incoming message has arrived");
    let another = OrganisationId(uuid::Uuid::max());
    let foreign = db.store.read(async move |tx: &mut Tx<'_>| tx.message(another, written.id).await).await;
    assert_eq!(foreign.expect("it can be looked for"), None);
}

async fn a_wamid_is_taken_once_for_each_account(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 2).await;
    let opened = shop.clone();
    let write = async move |tx: &mut Tx<'_>| {
        Ok::<_, StoreError>((opened.greet_in(tx, opened.accounts[0]).await?, opened.greet_in(tx, opened.accounts[1]).await?))
    };
    let ((_, first), (_, second)) = db.store.write(write).await.expect("contacts can be made");
    let mut inserts = JoinSet::new();
    for conversation in [&first, &first, &first, &second] {
        let (store, organisation, conversation) = (db.store.clone(), shop.organisation, conversation.clone());
        inserts.spawn(async move {
            let write = async move |tx: &mut Tx<'_>| {
                let message = NewMessage { wamid: Some("wamid.1".to_owned()), ..new_message(tx, &conversation) };
                tx.insert_message(organisation, &message).await
            };
            store.write(write).await.expect("a known wamid is no error")
        });
    }
    assert_eq!(inserts.join_all().await.into_iter().filter(|inserted| *inserted).count(), 2);
    assert_eq!(list(db, &shop, MessageFilter::default(), WHOLE).await.1, 2, "what was not inserted is not counted");
}

async fn lists_are_narrowed_by_contact_conversation_and_inbox(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let (ana, with_ana) = shop.greet(&db.store).await;
    let (_, with_bo) = shop.greet(&db.store).await;
    let mut written = Vec::new();
    for conversation in [&with_ana, &with_bo, &with_ana] {
        written.push(shop.write(&db.store, conversation).await.id);
    }
    let filter = |contact, conversation, inbox| MessageFilter { contact, conversation, inbox };
    let inbox = shop.inboxes[0];
    let of_ana = (vec![written[2], written[0]], 2);
    let all = (vec![written[2], written[1], written[0]], 3);
    let none = (vec![], 0);
    let check = async |inbox_has_all: bool, second| {
        let whole = if inbox_has_all { all.clone() } else { of_ana.clone() };
        for (filter, expected) in [
            (filter(None, None, None), &all),
            (filter(Some(ana.id), None, None), &of_ana),
            (filter(None, Some(with_ana.id), None), &of_ana),
            (filter(Some(ana.id), Some(with_ana.id), Some(inbox)), &of_ana),
            (filter(Some(ana.id), Some(with_bo.id), None), &none),
            (filter(None, None, Some(inbox)), &whole),
            (filter(Some(ana.id), None, second), if second.is_some() { &none } else { &of_ana }),
        ] {
            assert_eq!(&list(db, &shop, filter, WHOLE).await, expected, "{filter:?}");
        }
    };
    check(true, None).await;
    // Once there is a second inbox, a list of the first is no longer that of the account.
    let (opened, moved) = (shop.clone(), with_bo.id);
    let write = async move |tx: &mut Tx<'_>| {
        let second = opened.add_inbox(tx, opened.account()).await?;
        tx.execute("update conversations set inbox_id = $1 where id = $2", crate::value::params![second, moved]).await?;
        Ok::<_, StoreError>(second)
    };
    let second = db.store.write(write).await.expect("a conversation can be moved");
    check(false, Some(second)).await;
    let one = PageRequest { page: 2, size: 1, ..WHOLE };
    assert_eq!(list(db, &shop, filter(None, None, Some(inbox)), one).await, (vec![written[0]], 2));
    assert_eq!(list(db, &shop, filter(None, None, Some(second)), one).await, (vec![], 1));
}

async fn a_part_of_a_conversation_is_counted_as_it_is_listed(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let (_, conversation) = shop.greet(&db.store).await;
    let mut written = Vec::new();
    for _ in 0..10 {
        written.push(shop.write(&db.store, &conversation).await);
    }
    let of_it = MessageFilter { conversation: Some(conversation.id), ..MessageFilter::default() };
    for (from, to) in [(0, 10), (3, 10), (0, 7), (3, 7), (5, 5)] {
        let (begin, end) = (written[from].created_at, written.get(to).map(|message| message.created_at));
        let request = PageRequest { from: Some(begin), to: end, size: 3, page: 1 };
        let expected: Vec<MessageId> = written[from..to].iter().rev().take(3).map(|message| message.id).collect();
        let count = i64::try_from(to - from).expect("few");
        assert_eq!(list(db, &shop, of_it, request).await, (expected, count), "{from}..{to}");
    }
}

const fn at(micros: i64) -> Instant {
    Instant::from_micros(micros)
}

async fn add(db: &TestDatabase, organisation: OrganisationId, id: MessageId, evidence: Progress) -> bool {
    let write = async move |tx: &mut Tx<'_>| tx.add_evidence(organisation, id, evidence.clone()).await;
    db.store.write(write).await.expect("evidence can be added")
}

fn reports() -> [Progress; 4] {
    let failure = Failure { code: "131026".to_owned(), detail: "not on WhatsApp".to_owned() };
    [
        Progress { sent_at: Some(at(30)), ..Progress::default() },
        Progress { delivered_at: Some(at(20)), ..Progress::default() },
        Progress { read_at: Some(at(40)), ..Progress::default() },
        Progress { sent_at: Some(at(10)), failed: Some((at(50), failure)), ..Progress::default() },
    ]
}

fn everything() -> Progress {
    reports().into_iter().fold(Progress::default(), Progress::merge)
}

async fn evidence_that_comes_at_the_same_time_is_all_kept(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let (_, conversation) = shop.greet(&db.store).await;
    for _ in 0..6 {
        let id = shop.write(&db.store, &conversation).await.id;
        let [a, b, c, d] = reports().map(|evidence| add(db, shop.organisation, id, evidence));
        tokio::join!(a, b, c, d);
        assert_eq!(message(db, shop.organisation, id).await.progress, everything());
    }
}

async fn evidence_in_any_order_ends_in_the_same_state(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let (_, conversation) = shop.greet(&db.store).await;
    for first in 0..4 {
        let id = shop.write(&db.store, &conversation).await.id;
        let mut known = Progress::default();
        for n in 0..4 {
            let report = reports()[(first + n) % 4].clone();
            let merged = known.clone().merge(report.clone());
            assert_eq!(add(db, shop.organisation, id, report).await, merged != known, "report {n} after {first}");
            known = merged;
        }
        assert!(!add(db, shop.organisation, id, reports()[first].clone()).await, "a repetition is no news");
        assert_eq!(message(db, shop.organisation, id).await.progress, everything());
    }
    assert!(!add(db, shop.organisation, MessageId(uuid::Uuid::max()), reports()[0].clone()).await);
}

async fn a_failure_is_withdrawn_only_by_its_own_code(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let (_, conversation) = shop.greet(&db.store).await;
    let (organisation, id) = (shop.organisation, shop.write(&db.store, &conversation).await.id);
    let unconfirmed = Failure { code: Failure::UNCONFIRMED.to_owned(), detail: String::new() };
    add(db, organisation, id, Progress { failed: Some((at(1), unconfirmed)), ..Progress::default() }).await;
    for (code, status) in [("131026", MessageStatus::Unconfirmed), (Failure::UNCONFIRMED, MessageStatus::Queued)] {
        let write = async move |tx: &mut Tx<'_>| tx.withdraw_failure(organisation, id, code).await;
        db.store.write(write).await.expect("it can be withdrawn");
        assert_eq!(message(db, organisation, id).await.progress.status(), status);
    }
}

async fn the_first_wamid_stays(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let (_, conversation) = shop.greet(&db.store).await;
    let id = shop.write(&db.store, &conversation).await.id;
    let write = async move |tx: &mut Tx<'_>| {
        let set = (tx.set_wamid(shop.organisation, id, "wamid.1").await?, tx.set_wamid(shop.organisation, id, "wamid.2").await?);
        let found = (
            tx.message_with_wamid(shop.organisation, shop.account(), "wamid.1").await?,
            tx.message_with_wamid(shop.organisation, shop.account(), "wamid.2").await?,
        );
        Ok::<_, StoreError>((set, found))
    };
    assert_eq!(db.store.write(write).await.expect("it can be set"), ((true, false), (Some(id), None)));
}

async fn parked_statuses_wait_for_their_message_and_the_earliest_stays(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 2).await;
    let status = |status: &str, at: i64, code: Option<&str>| ParkedStatus {
        status: status.to_owned(),
        at: Instant::from_micros(at),
        failure: code.map(|code| Failure { code: code.to_owned(), detail: "why".to_owned() }),
    };
    let reported = [status("sent", 5, None), status("sent", 3, None), status("sent", 9, None), status("failed", 4, Some("1"))];
    let kept = BTreeSet::from([("sent".to_owned(), 3), ("failed".to_owned(), 4)]);
    let write = async move |tx: &mut Tx<'_>| {
        for status in &reported {
            tx.park_status(shop.organisation, shop.accounts[0], "wamid.1", status).await?;
        }
        let foreign = tx.take_parked_statuses(shop.organisation, shop.accounts[1], "wamid.1").await?;
        let taken = tx.take_parked_statuses(shop.organisation, shop.accounts[0], "wamid.1").await?;
        let again = tx.take_parked_statuses(shop.organisation, shop.accounts[0], "wamid.1").await?;
        Ok::<_, StoreError>((foreign, taken, again))
    };
    let (foreign, taken, again) = db.store.write(write).await.expect("they can be parked");
    assert_eq!((foreign, again), (vec![], vec![]));
    assert!(taken.iter().all(|status| status.failure.is_some() == (status.status == "failed")));
    assert_eq!(taken.into_iter().map(|status| (status.status, status.at.as_micros())).collect::<BTreeSet<_>>(), kept);
}

async fn a_conversation_is_opened_once_however_many_ask(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let organisation = shop.organisation;
    let write = async move |tx: &mut Tx<'_>| {
        let contact = crate::testing::fixture::new_contact(tx, shop.account());
        tx.insert_contact(organisation, &contact).await?;
        Ok::<_, StoreError>(contact.id)
    };
    let contact = db.store.write(write).await.expect("a contact can be made");
    let mut askers = JoinSet::new();
    for _ in 0..20 {
        let store = db.store.clone();
        askers.spawn(async move { store.write(async move |tx: &mut Tx<'_>| tx.open_conversation(organisation, contact).await).await });
    }
    let opened: Vec<Conversation> = askers.join_all().await.into_iter().map(|opened| opened.expect("it opens")).collect();
    assert!(opened.iter().all(|conversation| conversation.id == opened[0].id));
}
