//! Rows 15 to 19: broadcasts.

use crate::app::{ABSENT, ACCOUNT, BROADCAST, CONTACT, FOREIGN_CONTACT, INBOX, OFFICE, OFFICE_CONTACT, REJECTED_TEMPLATE, TEMPLATE};
use crate::on_both_engines;
use serde_json::{Value, json};

fn broadcast() -> Value {
    json!({"apiAccountId": ACCOUNT, "contactId": CONTACT, "templateId": TEMPLATE, "message": BROADCAST})
}

fn with(member: &str, value: Value) -> Value {
    let mut body = broadcast();
    body[member] = value;
    body
}

on_both_engines! {
    async fn row_15_an_inbox_filters_by_its_api_account(app) {
        let caller = app.administrator().await;
        let made = caller.post("/broadcast", &broadcast()).await.expect(201);
        let found = async |query: &str| {
            caller.items(&format!("/broadcast?{query}")).await.into_iter().map(|it| it["broadcastId"].clone()).collect::<Vec<_>>()
        };
        for query in [
            "",
            &format!("inboxId={INBOX}"),
            &format!("apiAccountId={ACCOUNT}"),
            &format!("contactId={CONTACT}"),
            &format!("contactId={CONTACT}&inboxId={INBOX}"),
        ] {
            assert_eq!(found(query).await, [made["broadcastId"].clone()], "{query}");
        }
        for query in [
            "inboxId=84ca7cae-b7aa-47da-bafa-b9bb4acd2c7f",
            &format!("inboxId={ABSENT}"),
            &format!("apiAccountId={OFFICE}"),
            &format!("contactId={OFFICE_CONTACT}"),
            "toDate=2020-01-01",
        ] {
            assert_eq!(found(query).await, Vec::<Value>::new(), "{query}");
        }
        app.hours_pass(48);
        assert_eq!(found("").await.len(), 1, "no 24-hour limit");
    }

    async fn row_16_the_values_are_recovered_from_the_rendered_text(app) {
        let caller = app.agent().await;
        caller.post("/broadcast", &with("message", json!(format!("  {BROADCAST}\r\n")))).await.expect(201);
        let arrived = app.eventually("the broadcast on the phone", async || app.phone().await.into_iter().next()).await;
        assert_eq!(arrived["text"], BROADCAST);
        for (message, position) in [("Hello", 2), ("", 0), (&BROADCAST.replace("lets", "let's"), 90)] {
            let refused = caller.post("/broadcast", &with("message", json!(message))).await;
            if message.is_empty() {
                refused.refused(400, "missing_member");
            } else {
                refused.refused(400, "template_mismatch");
                assert!(refused.json()["detail"].as_str().is_some_and(|it| it.contains("character ")), "{position}: {}", refused.text);
            }
        }
    }

    async fn row_17_status_and_message_are_always_there_and_only_move_forward(app) {
        let caller = app.administrator().await;
        let made = caller.post("/broadcast", &broadcast()).await.expect(201);
        assert_eq!((&made["status"], &made["message"]), (&json!("Queued"), &json!(BROADCAST)));
        let path = format!("/broadcast/{}", made["broadcastId"].as_str().expect("an id"));
        let read = app
            .eventually("the broadcast to be read", async || Some(caller.get(&path).await.expect(200)).filter(|it| it["status"] == "Read"))
            .await;
        assert_eq!(read["dateTime"], made["dateTime"]);
        let message = caller.get(&format!("/message/{}", read["messageId"].as_str().expect("an id"))).await.expect(200);
        assert_eq!((&message["isTemplateMessage"], &message["bodyText"]), (&json!(true), &json!(BROADCAST)));
    }

    async fn row_18_a_conflict_is_only_ever_a_duplicate(app) {
        let caller = app.administrator().await;
        for (body, code) in [
            (with("templateId", json!(REJECTED_TEMPLATE)), "template_not_usable"),
            (with("templateId", json!(ABSENT)), "unknown_reference"),
            (with("contactId", json!(ABSENT)), "unknown_reference"),
            (with("contactId", json!(FOREIGN_CONTACT)), "unknown_reference"),
            (with("contactId", json!(OFFICE_CONTACT)), "contact_not_in_api_account"),
            (with("apiAccountId", json!(ABSENT)), "unknown_reference"),
            (with("apiAccountId", json!(OFFICE)), "contact_not_in_api_account"),
            (with("message", Value::Null), "missing_member"),
            (with("templateId", json!("")), "missing_member"),
            (with("contactId", json!("1")), "invalid_member"),
        ] {
            caller.post("/broadcast", &body).await.refused(400, code);
        }
        caller.put(&format!("/contact/{CONTACT}"), &json!({"status": "unsubscribed"})).await.expect(200);
        caller.post("/broadcast", &broadcast()).await.refused(400, "contact_unsubscribed");
        assert_eq!(caller.items("/broadcast").await, Vec::<Value>::new());
        assert_eq!(app.phone().await, Vec::<Value>::new());
    }

    async fn row_19_an_answer_describes_what_was_made(app) {
        let caller = app.administrator().await;
        let made = caller.post("/broadcast", &broadcast()).await.expect(201);
        assert_eq!((&made["contactId"], &made["apiAccountId"]), (&json!(CONTACT), &json!(ACCOUNT)));
        let contact = json!({"mobileNumber": "+4479051337665", "name": "new contact", "status": "Presubscribed", "apiAccountId": ACCOUNT});
        let made = caller.post("/contact", &contact).await.expect(201);
        for (member, value) in contact.as_object().expect("an object") {
            assert_eq!(&made[member], value, "{member}");
        }
    }

    async fn parameters_may_stand_for_the_text_and_must_agree_with_it(app) {
        let caller = app.administrator().await;
        let mut given = broadcast();
        given["parameters"] = json!({"body": ["Jack", "the 2 bedroom house in Swindon"]});
        caller.post("/broadcast", &given).await.expect(201);
        given["message"] = json!(BROADCAST.replace("Jack", "Jane"));
        caller.post("/broadcast", &given).await.refused(400, "template_mismatch");
        given.as_object_mut().expect("an object").remove("message");
        assert_eq!(caller.post("/broadcast", &given).await.expect(201)["message"], BROADCAST);
        for wrong in [
            json!({"body": ["Jack"]}),
            json!({"body": "Jack"}),
            json!("Jack"),
            json!({"body": [1, 2]}),
            json!({"buttons": ["x"], "body": ["a", "b"]}),
        ] {
            given["parameters"] = wrong;
            caller.post("/broadcast", &given).await.refused(400, "invalid_member");
        }
    }
}
