//! What comes beside the messages of a number: the owner's own, preferences, the address book, the past.

use super::stage::{Stage, call, echo, news, status, text};
use crate::jobs::inbound::process::Tally;
use crate::testing::{TestDatabase, on_both_engines};
use msgboxx_model::{ContactStatus, Direction};
use serde_json::{Value, json};

on_both_engines!(
    what_the_owner_writes_elsewhere_is_shown_as_sent_and_opens_no_window,
    a_preference_decides_by_whatsapps_clock_like_a_word,
    the_address_book_names_customers_and_takes_no_name_away,
    what_is_unreadable_among_news_sets_the_change_aside_and_the_rest_is_done,
);

const CUSTOMER: &str = "447902111123";

fn preference(value: &str, at: i64) -> Value {
    json!({"wa_id": CUSTOMER, "user_id": "GB.1", "detail": "User requested to stop marketing messages",
        "category": "marketing_messages", "value": value, "timestamp": 1_768_000_000 + at})
}

async fn what_the_owner_writes_elsewhere_is_shown_as_sent_and_opens_no_window(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    stage.process(&stage.post(&call(&[], &[status("wamid.1", "delivered", 12)]))).await;
    let post = stage.post(&news("smb_message_echoes", "message_echoes", &[echo("wamid.1", CUSTOMER, 10, "On my way")]));
    for _ in 0..3 {
        assert_eq!(stage.process(&post).await, Tally { processed: 1, quarantined: 0 });
    }
    let shown = stage.shown("wamid.1").await.expect("it is shown");
    assert_eq!((shown.direction, shown.body.as_str(), shown.sender), (Direction::Outgoing, "On my way", None));
    assert!(shown.progress.is_sent() && shown.progress.is_delivered() && !shown.progress.is_read());
    assert_eq!(shown.contact.status, ContactStatus::Presubscribed, "the customer has said nothing");
    assert_eq!(stage.conversation(CUSTOMER).await.expect("there is one").window_closes_at, None);
    let (organisation, account) = (stage.organisation, stage.account);
    let jobs = stage.write(async move |tx| tx.due_jobs(organisation, account, 10).await).await;
    assert_eq!((stage.count("message").await, jobs.len()), (1, 0), "it is shown once and not sent");
}

async fn a_preference_decides_by_whatsapps_clock_like_a_word(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    let prefers = async |value: &str, at: i64| {
        let done = stage.process(&stage.post(&news("user_preferences", "user_preferences", &[preference(value, at)]))).await;
        (done.processed, stage.contact(CUSTOMER).await.map(|contact| contact.status))
    };
    assert_eq!(prefers("stop", 20).await, (1, Some(ContactStatus::Unsubscribed)));
    assert_eq!(prefers("resume", 10).await, (1, Some(ContactStatus::Unsubscribed)), "that was before");
    stage.process(&stage.post(&call(&[text("wamid.1", CUSTOMER, 30, "START")], &[]))).await;
    assert_eq!(prefers("stop", 25).await, (1, Some(ContactStatus::Subscribed)), "a word was said since");
    assert_eq!(prefers("stop", 31).await, (1, Some(ContactStatus::Unsubscribed)));
    assert_eq!(prefers("signup", 32).await, (1, Some(ContactStatus::Subscribed)));
    assert_eq!(prefers("perhaps", 33).await, (0, Some(ContactStatus::Subscribed)));
    assert_eq!(stage.contacts().await.len(), 1);
}

async fn the_address_book_names_customers_and_takes_no_name_away(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    let entry = |number: &str, name: &str, action: &str| {
        json!({"type": "contact", "action": action, "contact": {"full_name": name, "phone_number": number},
            "metadata": {"timestamp": "1768000010"}})
    };
    stage.process(&stage.post(&call(&[text("wamid.1", CUSTOMER, 10, "hello")], &[]))).await;
    let book = [entry(CUSTOMER, "Rosa", "add"), entry("447902000000", "Tom", "add")];
    stage.process(&stage.post(&news("smb_app_state_sync", "state_sync", &book))).await;
    let later = [entry(CUSTOMER, "R. Diaz", "add"), entry("447902000000", "", "remove"), entry("447902000001", "", "remove")];
    stage.process(&stage.post(&news("smb_app_state_sync", "state_sync", &later))).await;
    let mut names: Vec<_> = stage.contacts().await.into_iter().map(|contact| contact.name).collect();
    names.sort();
    assert_eq!(names, ["Rosa", "Tom"]);
}

async fn what_is_unreadable_among_news_sets_the_change_aside_and_the_rest_is_done(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    let items = [json!({"type": "text"}), echo("wamid.1", CUSTOMER, 10, "hello"), echo("wamid.2", "", 10, "to nobody")];
    let done = stage.process(&stage.post(&news("smb_message_echoes", "message_echoes", &items))).await;
    assert_eq!(done, Tally { processed: 0, quarantined: 1 });
    assert!(stage.shown("wamid.1").await.is_some() && stage.shown("wamid.2").await.is_none());
    let past = json!({"metadata": {"phase": 0, "chunk_order": 1, "progress": 100}, "threads": []});
    let done = stage.process(&stage.post(&news("history", "history", &[past]))).await;
    assert_eq!(done, Tally { processed: 1, quarantined: 0 });
}
