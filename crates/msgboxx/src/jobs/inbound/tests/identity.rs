//! Customers who hide their number, show it, or change it, in every order in which that can be learnt.

use super::stage::{Stage, call, text};
use crate::testing::{TestDatabase, on_both_engines};
use msgboxx_store::{ContactFilter, PageRequest};
use serde_json::{Value, json};

on_both_engines!(
    a_customer_who_hides_the_number_is_one_contact_with_it_once_it_is_shown,
    a_customer_who_changes_the_number_twice_stays_one_contact,
    whoever_has_a_left_number_later_is_somebody_else,
    a_number_that_was_left_again_is_not_taken_from_a_late_notice,
    a_new_user_id_goes_to_the_same_contact,
    a_number_of_someone_with_another_user_id_is_not_taken,
);

fn permutations(n: usize) -> Vec<Vec<usize>> {
    let Some(last) = n.checked_sub(1) else { return vec![Vec::new()] };
    let insert = |order: &Vec<usize>| {
        let order = order.clone();
        (0..n).map(move |place| [&order[..place], &[last], &order[place..]].concat()).collect::<Vec<_>>()
    };
    permutations(last).iter().flat_map(insert).collect()
}

fn by(mut message: Value, number: Option<&str>, user_id: Option<&str>) -> Value {
    message["from"] = json!(number);
    message["from_user_id"] = json!(user_id);
    message
}

/// The customer has another number from now on.
fn moves(wamid: &str, at: i64, (from, old): (&str, Option<String>), (to, new): (&str, Option<String>)) -> Value {
    json!({"id": wamid, "from": from, "timestamp": (1_768_000_000 + at).to_string(), "type": "system",
        "system": {"type": "user_changed_number", "body": "They changed", "wa_id": to, "user_id": new, "previous_user_id": old}})
}

impl Stage {
    async fn takes(&self, message: &Value) {
        assert_eq!(self.process(&self.post(&call(std::slice::from_ref(message), &[]))).await.processed, 1, "{message}");
    }

    /// How many contacts there are, counted and listed, and how many conversations.
    async fn people(&self) -> (i64, usize, usize) {
        let (organisation, account) = (self.organisation, self.account);
        let all = PageRequest { page: 1, size: 500, from: None, to: None };
        let list = self.write(async move |tx| tx.contacts(organisation, &[account], &ContactFilter::default(), all).await).await;
        (list.record_count, list.items.len(), self.conversations().await)
    }
}

async fn a_customer_who_hides_the_number_is_one_contact_with_it_once_it_is_shown(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    for (n, order) in permutations(3).into_iter().enumerate() {
        let (number, id) = (format!("4479021{n:05}"), format!("GB.{n}"));
        let wamids: Vec<_> = (0..3).map(|message| format!("wamid.{n}.{message}")).collect();
        let messages = [
            by(text(&wamids[0], "", 10, "hello"), None, Some(&id)),
            by(text(&wamids[1], "", 11, "STOP"), Some(&number), None),
            by(text(&wamids[2], "", 12, "it is me"), Some(&number), Some(&id)),
        ];
        for step in &order {
            stage.takes(&messages[*step]).await;
        }
        let contact = stage.contact(&number).await.expect("the number is known");
        assert_eq!((contact.user_id.as_deref(), contact.status.as_str()), (Some(id.as_str()), "Unsubscribed"), "{order:?}");
        for wamid in &wamids {
            let shown = stage.shown(wamid).await.expect("no message is lost");
            assert_eq!(shown.contact.id, contact.id, "{order:?}");
            assert_eq!(Some(shown.conversation_id), stage.conversation(&number).await.map(|it| it.id), "{order:?}");
        }
    }
    assert_eq!(stage.people().await, (6, 6, 6));
}

async fn a_customer_who_changes_the_number_twice_stays_one_contact(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    let orders = permutations(5);
    for has_ids in [false, true] {
        for (n, order) in orders.iter().enumerate().filter(|(n, _)| n % 3 == 0) {
            let number = |which: usize| format!("4479{}{which}{n:04}", u8::from(has_ids));
            let id = |which: usize| has_ids.then(|| format!("GB.{n}x{which}"));
            let wamid = |message: usize| format!("wamid.{has_ids}.{n}.{message}");
            let said =
                |message: usize, who: usize, at: i64| by(text(&wamid(message), "", at, "hello"), Some(&number(who)), id(who).as_deref());
            let goes =
                |message: usize, who: usize, at: i64| moves(&wamid(message), at, (&number(who), id(who)), (&number(who + 1), id(who + 1)));
            let messages = [said(0, 0, 10), goes(1, 0, 20), said(2, 1, 30), goes(3, 1, 40), said(4, 2, 50)];
            for step in order {
                stage.takes(&messages[*step]).await;
            }
            let contact = stage.contact(&number(2)).await.unwrap_or_else(|| panic!("nobody has the newest number: {order:?}"));
            assert_eq!(contact.user_id, id(2), "{order:?}");
            assert_eq!(contact.name, format!("+{}", number(2)), "{order:?}");
            for message in 0..5 {
                let shown = stage.shown(&wamid(message)).await.expect("no message is lost");
                assert_eq!(shown.contact.id, contact.id, "{message} of {order:?}");
            }
            assert!(stage.contact(&number(0)).await.is_none() && stage.contact(&number(1)).await.is_none(), "{order:?}");
        }
    }
}

async fn whoever_has_a_left_number_later_is_somebody_else(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    let (old, new) = ("447902111123", "447902111124");
    stage.takes(&text("wamid.1", old, 10, "hello")).await;
    stage.takes(&moves("wamid.2", 20, (old, None), (new, None))).await;
    stage.takes(&text("wamid.3", old, 1_000, "who is this?")).await;
    stage.takes(&text("wamid.4", old, 15, "late")).await;
    let (mover, other) = (stage.contact(new).await.expect("moved"), stage.contact(old).await.expect("somebody else"));
    let mut authors = Vec::new();
    for n in 1..5 {
        authors.push(stage.shown(&format!("wamid.{n}")).await.expect("it is here").contact.id);
    }
    assert_eq!(authors, [mover.id, mover.id, other.id, mover.id]);
    assert_eq!(stage.people().await, (2, 2, 2));
}

async fn a_number_that_was_left_again_is_not_taken_from_a_late_notice(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    let (first, second) = ("447902111123", "447902111124");
    stage.takes(&text("wamid.1", first, 10, "hello")).await;
    let hides = json!({"id": "wamid.3", "from": second, "timestamp": "1768000030", "type": "system",
        "system": {"type": "user_changed_number", "user_id": "GB.3"}});
    stage.takes(&hides).await;
    stage.takes(&moves("wamid.2", 20, (first, None), (second, Some("GB.2".to_owned())))).await;
    assert_eq!(stage.people().await, (1, 1, 1));
    let contact = stage.contacts().await.remove(0);
    assert_eq!((contact.wa_id, contact.mobile_number, contact.user_id.as_deref()), (None, None, Some("GB.3")));
}

async fn a_new_user_id_goes_to_the_same_contact(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    stage.takes(&by(text("wamid.1", "", 10, "hello"), None, Some("GB.1"))).await;
    let note = json!({"id": "wamid.2", "timestamp": "1768000020", "type": "system", "from_user_id": "GB.1",
        "system": {"type": "user_changed_user_id", "user_id": "GB.2", "previous_user_id": "GB.1"}});
    stage.takes(&note).await;
    stage.takes(&by(text("wamid.3", "", 30, "hello again"), None, Some("GB.2"))).await;
    stage.takes(&by(text("wamid.4", "", 15, "late"), None, Some("GB.1"))).await;
    assert_eq!(stage.people().await, (1, 1, 1));
    assert_eq!(stage.contacts().await[0].user_id.as_deref(), Some("GB.2"));
}

async fn a_number_of_someone_with_another_user_id_is_not_taken(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    let number = "447902111123";
    stage.takes(&by(text("wamid.1", "", 10, "hello"), Some(number), Some("GB.1"))).await;
    stage.takes(&by(text("wamid.2", "", 10, "hello"), None, Some("GB.2"))).await;
    stage.takes(&by(text("wamid.3", "", 11, "hello"), Some(number), Some("GB.2"))).await;
    assert_eq!(stage.people().await, (2, 2, 2));
    let theirs = stage.shown("wamid.3").await.expect("it is here").contact.id;
    assert_eq!(theirs, stage.shown("wamid.2").await.expect("it is here").contact.id);
    assert_ne!(stage.contact(number).await.expect("known").id, theirs);
}
