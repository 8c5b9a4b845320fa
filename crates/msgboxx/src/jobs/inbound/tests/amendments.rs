//! Messages that are changed or deleted after they were written.

use super::stage::{Stage, call, echo, news, text};
use crate::testing::{TestDatabase, on_both_engines};
use serde_json::{Value, json};

on_both_engines!(
    a_changed_message_says_what_it_says_now_in_whatever_order_things_arrive,
    a_deleted_message_says_so_and_its_file_is_withdrawn,
    the_owners_own_message_can_be_changed_too,
);

const CUSTOMER: &str = "447902111123";

fn edit(wamid: &str, of: &str, at: i64, message: &Value) -> Value {
    let mut edit = text(wamid, CUSTOMER, at, "");
    edit["type"] = json!("edit");
    edit["edit"] = json!({"original_message_id": of, "message": message});
    edit
}

fn revoke(wamid: &str, of: &str, at: i64) -> Value {
    let mut revoke = text(wamid, CUSTOMER, at, "");
    revoke["type"] = json!("revoke");
    revoke["revoke"] = json!({"original_message_id": of});
    revoke
}

fn words(words: &str) -> Value {
    json!({"type": "text", "text": {"body": words}})
}

async fn a_changed_message_says_what_it_says_now_in_whatever_order_things_arrive(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    for (n, order) in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].into_iter().enumerate() {
        let of = format!("wamid.{n}");
        let posts = [
            text(&of, CUSTOMER, 10, "frist"),
            edit(&format!("{of}.a"), &of, 11, &words("fist")),
            edit(&format!("{of}.b"), &of, 12, &words("first")),
        ];
        for step in order.into_iter().chain(order) {
            stage.process(&stage.post(&call(&[posts[step].clone()], &[]))).await;
        }
        assert_eq!(stage.shown(&of).await.expect("it is here").body, "first", "{order:?}");
        assert!(stage.shown(&format!("{of}.a")).await.is_none(), "a change is no message");
    }
    assert_eq!(stage.count("message").await, 6);
    assert_eq!(stage.count("message.updated").await, 2 + 1 + 1, "once for each change of what was shown already");
}

async fn a_deleted_message_says_so_and_its_file_is_withdrawn(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    for (n, order) in [[0, 1, 2], [2, 1, 0], [1, 0, 2]].into_iter().enumerate() {
        let of = format!("wamid.{n}");
        let mut picture = text(&of, CUSTOMER, 10, "");
        picture["type"] = json!("image");
        picture["image"] = json!({"id": "5", "mime_type": "image/jpeg", "caption": "my card"});
        // The change was made first, whenever it arrives.
        let posts = [picture, revoke(&format!("{of}.a"), &of, 11), edit(&format!("{of}.b"), &of, 12, &words("my secret"))];
        for step in order {
            stage.process(&stage.post(&call(&[posts[step].clone()], &[]))).await;
        }
        let shown = stage.shown(&of).await.expect("it is here");
        assert_eq!(shown.body, "This message was deleted", "{order:?}");
        let failure = shown.file.expect("there was a file").failure.expect("it is gone");
        assert_eq!(failure.code, "deleted", "{order:?}");
    }
}

async fn the_owners_own_message_can_be_changed_too(database: &TestDatabase) {
    let stage = Stage::open(database).await;
    let mut change = edit("wamid.2", "wamid.1", 11, &words("We open at nine"));
    change["to"] = json!(CUSTOMER);
    for item in [echo("wamid.1", CUSTOMER, 10, "We open at ten"), change] {
        stage.process(&stage.post(&news("smb_message_echoes", "message_echoes", &[item]))).await;
    }
    assert_eq!(stage.shown("wamid.1").await.expect("it is here").body, "We open at nine");
}
